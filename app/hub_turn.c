/* hub_turn.c - what waits is decided, recorded and let out: the middle of the hub (hub.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/text.h"
#include "app/clients.h"
#include "app/drill_run.h"
#include "app/geography.h"
#include "app/hub.h"
#include "app/orders_out.h"
#include "app/refusal.h"
#include "app/supervisor.h"
#include "app/suspect.h"

/* ---- inputs wait: commands in one line, the rest in another ---- */

void hub_take_parsed(struct hub *hub, const struct hub_input *input, struct span text,
                     struct json *json)
{
    struct hub_input *waiting = base_alloc(1, sizeof *waiting);
    int line = input->has_happened ? 0 : input->kind == INPUT_COMMAND ? 1 : 2;

    assert(json_type(json) == JSON_OBJECT);
    assert(hub->waiting < HUB_INPUTS_MAX);
    *waiting = *input;
    waiting->next = NULL;
    waiting->json = json;
    waiting->text = base_alloc(1, text.length + 1);
    memcpy(waiting->text, text.bytes, text.length);
    waiting->text_bytes = text.length;
    if (hub->last[line])
        hub->last[line]->next = waiting;
    else
        hub->first[line] = waiting;
    hub->last[line] = waiting;
    hub->waiting++;
}

void hub_take(struct hub *hub, const struct hub_input *input, struct span text)
{
    struct json *json;
    struct verdict verdict = json_parse(text, &json);

    assert(is_accepted(&verdict));
    hub_take_parsed(hub, input, text, json);
}

static struct hub_input *next_input(struct hub *hub)
{
    for (int line = 0; line < 3; line++) {
        struct hub_input *input = hub->first[line];
        if (!input)
            continue;
        hub->first[line] = input->next;
        if (!input->next)
            hub->last[line] = NULL;
        hub->waiting--;
        return input;
    }
    return NULL;
}

static void input_free(struct hub_input *input)
{
    json_free(input->json);
    base_free(input->text);
    base_free(input);
}

/* ---- what will leave with the entry ---- */

static struct hub_effect *effect_add(struct hub *hub, uint64_t sequence)
{
    hub->effects = base_grow(hub->effects, &hub->effect_capacity, hub->effect_count + 1,
                             sizeof *hub->effects);
    struct hub_effect *effect = &hub->effects[hub->effect_count++];
    *effect = (struct hub_effect){ .sequence = sequence };
    return effect;
}

static void effect_answer(struct hub *hub, const struct turn *turn,
                          const struct command_answered *answered, uint64_t client, int64_t ref)
{
    struct hub_effect *effect = effect_add(hub, turn->head.sequence);

    effect->client = client;
    effect->ref = ref;
    effect->result = answered->result;
    effect->text = base_copy_text(answered->text);
}

static void effect_story(struct hub *hub, const struct turn *turn)
{
    struct buffer story = { 0 };

    drill_run_story(hub->drill, turn, &story);
    if (!story.bytes)
        return;
    struct hub_effect *effect = effect_add(hub, turn->head.sequence);
    effect->client = DRILL_CLIENT;
    effect->ref = DRILL_STORY;
    effect->text = story.bytes;
}

/* Who is told what. A command that asked geography is answered in the turn that ends its question:
 * its answer names that question, and whoever waits for it is told, not the turn's own asker. */
static void effects_of(struct hub *hub, const struct turn *turn, const struct hub_input *input)
{
    for (uint32_t i = 0; i < turn->events.count; i++) {
        const struct event *event = &turn->events.at[i];
        uint64_t client = input->client;
        int64_t ref = input->ref;
        if (event->kind == EVENT_QUESTION_ASKED && !turn->answer && client != 0)
            clients_wait(hub->clients, event->question_asked.question, client, ref);
        if (event->kind != EVENT_COMMAND_ANSWERED)
            continue;
        if (event->command_answered.question != 0)
            clients_waited(hub->clients, event->command_answered.question, &client, &ref);
        if (client != 0)
            effect_answer(hub, turn, &event->command_answered, client, ref);
    }
    if (hub->drill)
        effect_story(hub, turn);
    if (!input->feed[0])
        return;
    struct hub_effect *effect = effect_add(hub, turn->head.sequence);
    text_copy(effect->feed, sizeof effect->feed, span_of(input->feed));
    effect->feed_run = input->feed_run;
    effect->line = input->line;
}

/* ---- one turn ---- */

static void enter(struct hub *hub, const struct turn *turn, const struct hub_input *input)
{
    struct buffer events = { 0 };

    events_write(&turn->events, &events);
    journal_batch_add(hub->filling, &turn->head, span_from(input->text, input->text_bytes),
                      buffer_span(&events));
    buffer_clear(&events);
    hub->events_total += turn->events.count;
    if (input->kind == INPUT_CONFIG && hub->next_conf && hub->next_conf_sequence == 0)
        hub->next_conf_sequence = turn->head.sequence;
    effects_of(hub, turn, input);
    orders_out_decided(hub->orders, turn);
    geography_decided(hub->geography, turn);
    supervisor_decided(hub->supervisor, turn);
}

static struct turn decide(struct hub *hub, const struct hub_input *input)
{
    const struct input given = { .kind = input->kind, .at_ms = hub_now_ms(hub),
                                 .source = input->source, .json = input->json };

    arena_reset(hub->arena);
    return turn_take(hub->picture, &given, hub->arena);
}

/* The input was refused. A report becomes a `refused` one; a client is told; anything else is a
 * fault of ours that must not stop the room, so it is said and left out. */
static void refuse(struct hub *hub, struct hub_input *input, const struct verdict *verdict)
{
    char sentence[160];
    struct buffer text = { 0 };
    struct json *json;

    verdict_sentence(verdict, sentence, sizeof sentence);
    if (input->client != 0)
        clients_result(hub->clients, input->client,
                       &(struct wire_result){ .result = "NO", .ref = input->ref,
                                              .text = sentence });
    if (input->kind == INPUT_CONFIG && hub->next_conf) {
        site_conf_free(hub->next_conf);
        hub->next_conf = NULL;
    }
    if (input->kind != INPUT_REPORT) {
        hub_say(hub, "an input of %s was not understood: %s",
                input->source[0] ? input->source : "its own", sentence);
        return;
    }
    refusal_write(&(struct refusal_of){ .verdict = *verdict, .at_ms = hub_now_ms(hub),
                                        .bytes = span_from(input->text, input->text_bytes) },
                  &text);
    struct verdict parsed = json_parse(buffer_span(&text), &json);
    assert(is_accepted(&parsed));
    json_free(input->json);
    base_free(input->text);
    input->json = json;
    input->text = text.bytes;
    input->text_bytes = text.length;
    struct turn turn = decide(hub, input);
    assert(is_accepted(&turn.verdict));
    enter(hub, &turn, input);
}

/* It stays out of the picture, and somebody must know. Of a tick nobody can be told by another. */
static void say_set_aside(struct hub *hub, const struct hub_input *input, const char *reason)
{
    struct buffer text = { 0 };

    if (input->kind == INPUT_TICK)
        return;
    json_open(&text, NULL, '{');
    json_put_text(&text, "tick", "set aside");
    json_put_text(&text, "what", vocabulary_word(&input_kind_words, input->kind));
    json_put_text(&text, "source", input->source);
    json_put_text(&text, "reason", reason);
    json_close(&text, '}');
    hub_take(hub, &(struct hub_input){ .kind = INPUT_TICK }, buffer_span(&text));
    buffer_clear(&text);
}

static void take_one(struct hub *hub, struct hub_input *input)
{
    static const char twice[] = "it ended the hub twice";

    supervisor_taken(hub->supervisor, input);
    if (!suspect_begin(hub->suspect, input->source, span_from(input->text, input->text_bytes))) {
        struct verdict verdict = refused(REFUSED_NOT_ALLOWED, 0, twice);
        say_set_aside(hub, input, twice);
        refuse(hub, input, &verdict);
        return;
    }
    struct turn turn = decide(hub, input);
    if (!is_accepted(&turn.verdict))
        refuse(hub, input, &turn.verdict);
    else if (turn.entered)
        enter(hub, &turn, input);
    suspect_cleared(hub->suspect);
}

/* ---- durable ---- */

static void release_entries(struct hub *hub, const struct journal_batch *batch)
{
    struct buffer line = { 0 };

    for (uint32_t i = 0; clients_follow(hub->clients) && i < journal_batch_count(batch); i++) {
        const struct entry *entry = journal_batch_entry(batch, i);
        buffer_reset(&line);
        entry_write_wire(entry, ENTRY_FOLLOWS, &line);
        buffer_add_text(&line, "\n");
        clients_entry(hub->clients, entry->head.sequence, buffer_span(&line));
    }
    buffer_clear(&line);
}

static void release_effect(struct hub *hub, struct hub_effect *effect)
{
    const char *result = vocabulary_word(&command_result_words, effect->result);

    if (effect->client == DRILL_CLIENT)
        drill_run_result(hub->drill, effect->ref, result, effect->text);
    else if (effect->client != 0)
        clients_result(hub->clients, effect->client,
                       &(struct wire_result){ .result = result, .ref = effect->ref,
                                              .sequence = (int64_t)effect->sequence,
                                              .text = effect->text });
    if (effect->feed[0])
        supervisor_kept(hub->supervisor, effect->feed, effect->feed_run, effect->line);
    base_free(effect->text);
}

/* A new configuration is on the disk: feeds may follow it. */
static void configure(struct hub *hub)
{
    if (!hub->next_conf || hub->next_conf_sequence == 0
        || hub->next_conf_sequence > hub_durable(hub))
        return;
    site_conf_free(hub->options.conf);
    hub->options.conf = hub->next_conf;
    hub->next_conf = NULL;
    supervisor_configure(hub->supervisor);
}

/* Consoles see an entry before the result that speaks of it. */
static void release(struct hub *hub, const struct journal_batch *batch)
{
    uint64_t durable = hub_durable(hub);
    uint32_t gone = 0;

    release_entries(hub, batch);
    while (gone < hub->effect_count && hub->effects[gone].sequence <= durable)
        release_effect(hub, &hub->effects[gone++]);
    hub->effect_count -= gone;
    if (hub->effect_count > 0)
        memmove(hub->effects, hub->effects + gone, hub->effect_count * sizeof *hub->effects);
    supervisor_durable(hub->supervisor);
    orders_out_durable(hub->orders, durable);
    geography_durable(hub->geography, durable);
    configure(hub);
}

static void appended(void *context, struct journal_batch *batch, enum status status)
{
    struct hub *hub = context;

    if (status != STATUS_OK) {
        /* Nothing of it may leave: what was decided is forgotten with this process. */
        hub_say(hub, "the journal cannot be written: %s (%s). Nothing of it was let out; the hub "
                "ends and must start again from the disk.", status_text(status),
                journal_reason(hub->journal));
        _Exit(status == STATUS_NOT_LEADER ? HUB_EXIT_BUSY : HUB_EXIT_AGAIN);
    }
    assert(batch == hub->writing);
    release(hub, batch);
    journal_batch_reset(batch);
    hub_turn(hub);
}

static void commit(struct hub *hub)
{
    if (journal_in_flight(hub->journal) || journal_batch_count(hub->filling) == 0)
        return;
    struct journal_batch *batch = hub->filling;
    hub->filling = hub->writing;
    hub->writing = batch;
    journal_append(hub->journal, batch, appended, hub);
}

static void take_all(struct hub *hub)
{
    struct hub_input *input;

    /* Once the last snapshot is being made nothing more is decided: it would not be written. */
    if (hub->journal_failing || hub->ending)
        return;
    supervisor_gather(hub->supervisor);
    while (!journal_batch_is_full(hub->filling) && (input = next_input(hub)) != NULL) {
        take_one(hub, input);
        input_free(input);
    }
}

void hub_turn(struct hub *hub)
{
    do {
        take_all(hub);
        commit(hub);
    } while (hub->drill && !hub->journal_failing && !hub->ending && drill_run_look(hub->drill));
}

void hub_forget_waiting(struct hub *hub)
{
    struct hub_input *input;

    while ((input = next_input(hub)) != NULL)
        input_free(input);
}

bool hub_is_settled(const struct hub *hub)
{
    return hub->waiting == 0 && journal_batch_count(hub->filling) == 0
        && !journal_in_flight(hub->journal);
}
