#include "panels/replica.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"
#include "app/core/entry.h"
#include "app/core/wire.h"

void replica_init(struct replica *replica)
{
    *replica = (struct replica){ .picture = picture_new(), .arena = arena_new() };
}

/* Half a picture is of no use when its connection has ended. */
static void drop_loading(struct replica *replica)
{
    if (replica->loading)
        picture_free(replica->loading);
    replica->loading = NULL;
}

void replica_clear(struct replica *replica)
{
    picture_free(replica->picture);
    drop_loading(replica);
    arena_free(replica->arena);
    *replica = (struct replica){ 0 };
}

static enum replica_news broken(struct replica *replica, const char *what,
                                const struct verdict *verdict)
{
    char sentence[160] = "";

    if (verdict)
        verdict_sentence(verdict, sentence, sizeof sentence);
    snprintf(replica->sentence, sizeof replica->sentence, "%s%s%s", what,
             sentence[0] ? ": " : "", sentence);
    return NEWS_BROKEN;
}

typedef enum replica_news take_fn(struct replica *replica, struct view *view,
                                  const struct json *line);

static enum replica_news take_hello(struct replica *replica, struct view *view,
                                    const struct json *line)
{
    struct wire_hub_hello hello;

    drop_loading(replica);
    struct verdict verdict = record_read(&wire_hub_hello_shape, line, replica->arena, &hello);
    uint32_t role;

    if (!is_accepted(&verdict))
        return broken(replica, "the hub's greeting", &verdict);
    text_copy(view->site_id, sizeof view->site_id, span_of(hello.site));
    text_copy(view->site_name, sizeof view->site_name, span_of(hello.name));
    text_copy(view->mode, sizeof view->mode, span_of(hello.mode));
    text_copy(view->exercise, sizeof view->exercise, span_of(hello.exercise));
    text_copy(view->operator_name, sizeof view->operator_name, span_of(hello.as));
    text_copy(view->role_word, sizeof view->role_word, span_of(hello.role));
    if (vocabulary_value(&operator_role_words, span_of(hello.role), &role))
        view->role = (enum operator_role)role;
    view->read_only = hello.read_only;
    view->now_ms = hello.now;
    return NEWS_HELLO;
}

static enum replica_news take_refused(struct replica *replica, struct view *view,
                                      const struct json *line)
{
    (void)view;
    snprintf(replica->sentence, sizeof replica->sentence, "%s",
             json_member_text(line, "refused", "the hub refused this console"));
    return NEWS_REFUSED;
}

static enum replica_news take_stands(struct replica *replica, struct view *view,
                                     const struct json *line)
{
    (void)view;
    if (!replica->loading)
        replica->loading = picture_new();
    struct verdict verdict = picture_load(replica->loading, line, replica->arena);
    return is_accepted(&verdict) ? NEWS_NONE : broken(replica, "the hub's picture", &verdict);
}

static uint64_t layers_digest(const struct picture *picture)
{
    static const enum object_kind kinds[] = { OBJECT_LAYER, OBJECT_LAYER_CLASS };
    struct digest digest;

    digest_start(&digest);
    for (size_t kind = 0; kind < ARRAY_COUNT(kinds); kind++)
        for (uint32_t i = 0; i < picture_count(picture, kinds[kind]); i++)
            record_digest(object_shape(kinds[kind]), picture_row(picture, kinds[kind], i),
                          &digest);
    return digest_end(&digest);
}

/* What stands now has been seen by nobody here, but it is not news either. */
static void log_standing_notes(struct view *view, const struct picture *picture)
{
    uint32_t count = picture_count(picture, OBJECT_NOTE);
    char text[480];

    view->log_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct note *note = picture_row(picture, OBJECT_NOTE, i);
        if (note->incident)
            snprintf(text, sizeof text, "#%u %s", note->incident, note->text);
        else
            snprintf(text, sizeof text, "%s %s", note->unit, note->text);
        view_log_add(view, note->at_ms, (uint64_t)note->entry, note->by, text);
    }
}

static enum replica_news take_joined(struct replica *replica, struct view *view,
                                     const struct json *line)
{
    char digest[24];

    if (!replica->loading)
        return broken(replica, "the hub sent the end of a picture without one", NULL);
    snprintf(digest, sizeof digest, "%016llx",
             (unsigned long long)picture_digest(replica->loading));
    const char *theirs = json_member_text(line, "digest", "");
    if (strcmp(theirs, digest) != 0)
        return broken(replica, "this console made another picture than the hub", NULL);
    picture_free(replica->picture);
    replica->picture = replica->loading;
    replica->loading = NULL;
    replica->layers_digest = layers_digest(replica->picture);
    view_joined(view, replica->picture);
    if (!replica->past_taken)
        log_standing_notes(view, replica->picture);
    replica->past_taken = false;
    return NEWS_JOINED;
}

/* What the dump already holds, told for the log. */
static enum replica_news take_past(struct replica *replica, struct view *view,
                                   const struct json *line)
{
    struct entry_head head;
    const struct json *events_json;
    struct event_list events;

    struct verdict verdict = entry_read_wire(line, &head, &events_json);
    if (is_accepted(&verdict))
        verdict = events_read(events_json, replica->arena, &events);
    if (!is_accepted(&verdict))
        return broken(replica, "an entry", &verdict);
    if (!replica->past_taken)
        view->log_count = 0;
    replica->past_taken = true;
    view_log_entry(view, &head, &events);
    return NEWS_NONE;
}

static bool concerns_layers(const struct event_list *events)
{
    for (uint32_t i = 0; i < events->count; i++)
        if (events->at[i].kind == EVENT_LAYER_SET || events->at[i].kind == EVENT_LAYER_CLASS_SET
            || events->at[i].kind == EVENT_WITHDRAWN)
            return true;
    return false;
}

static enum replica_news take_entry(struct replica *replica, struct view *view,
                                    const struct json *line)
{
    struct entry_head head;
    const struct json *events_json;
    struct event_list events;

    struct verdict verdict = entry_read_wire(line, &head, &events_json);
    if (!is_accepted(&verdict))
        return broken(replica, "an entry", &verdict);
    if (head.sequence != replica->picture->sequence + 1)
        return broken(replica, "an entry is missing", NULL);
    verdict = events_read(events_json, replica->arena, &events);
    if (is_accepted(&verdict))
        verdict = entry_apply(&head, events_json, replica->arena, replica->picture);
    if (!is_accepted(&verdict))
        return broken(replica, "an entry", &verdict);
    if (head.at_ms > view->now_ms)
        view->now_ms = head.at_ms;
    view_log_entry(view, &head, &events);
    if (!concerns_layers(&events) || layers_digest(replica->picture) == replica->layers_digest)
        return NEWS_CHANGED;
    replica->layers_digest = layers_digest(replica->picture);
    return NEWS_LAYERS;
}

static enum replica_news take_beat(struct replica *replica, struct view *view,
                                   const struct json *line)
{
    struct wire_beat beat;
    struct verdict verdict = record_read(&wire_beat_shape, line, replica->arena, &beat);

    if (!is_accepted(&verdict))
        return broken(replica, "a beat", &verdict);
    view->now_ms = beat.beat;
    view->speed = beat.speed == beat.speed ? beat.speed : 1;        /* NaN: not said. */
    view->consoles = beat.consoles;
    view->journal_failing = strcmp(beat.journal, "failing") == 0;
    feeds_told_take(&view->feeds, json_member(line, "feeds"), replica->arena);
    return NEWS_CHANGED;
}

/* A line that met a change comes back, to be read and sent again (screens.md section 2). */
static void give_line_back(struct view *view, uint64_t ref)
{
    for (uint32_t i = 0; i < VIEW_RESULTS_MAX; i++)
        if (view->results[i].ref == ref && ref != 0 && view->line.length == 0) {
            line_insert(&view->line, span_of(view->results[i].typed));
            view->line.first_key_sequence = UINT64_MAX;     /* 700 ms before Enter decides. */
        }
}

static enum replica_news take_result(struct replica *replica, struct view *view,
                                     const struct json *line)
{
    struct wire_result result;
    struct verdict verdict = record_read(&wire_result_shape, line, replica->arena, &result);
    char text[1024];

    if (!is_accepted(&verdict))
        return broken(replica, "a result", &verdict);
    if (strcmp(result.result, "CHANGED") == 0)
        give_line_back(view, (uint64_t)result.ref);
    text_clean(span_of(result.text), text, sizeof text);
    view_result_set(view, (uint64_t)result.ref, result.result, (uint64_t)result.sequence, text);
    return NEWS_CHANGED;
}

static void answer_add(struct view *view, const char *raw)
{
    char text[1024];

    text_copy(text, sizeof text, span_of(raw));
    view_answer_line(view, text);
}

static enum replica_news take_shown(struct replica *replica, struct view *view,
                                    const struct json *line)
{
    const struct json *shown = json_member(line, "shown");

    (void)replica;
    for (const struct json *row = json_first(shown); row; row = json_next(row))
        answer_add(view, json_text(row) ? json_text(row) : "");
    if (json_count(shown) == 0)
        answer_add(view, "none");
    return NEWS_CHANGED;
}

/* "812.3  14:32:07  KIM      E7 assigned to #42 by OR31        (dispatch)" */
static enum replica_news take_chain(struct replica *replica, struct view *view,
                                    const struct json *line)
{
    const struct json *chain = json_member(line, "chain");
    char text[640], clock[16] = "", place[40];

    for (const struct json *row = json_first(chain); row; row = json_next(row)) {
        struct wire_link link;
        struct verdict verdict = record_read(&wire_link_shape, row, replica->arena, &link);
        if (!is_accepted(&verdict))
            return broken(replica, "a chain of causes", &verdict);
        struct civil at = civil_from_ms(link.at + when_local_offset_s(link.at) * 1000LL);
        snprintf(clock, sizeof clock, "%02d:%02d:%02d", at.hour, at.minute, at.second);
        snprintf(place, sizeof place, "%lld.%u", (long long)link.sequence, link.event);
        snprintf(text, sizeof text, "%-9s %s  %-10s %s%s%s%s", place, clock, link.source,
                 link.sentence, link.rule[0] ? "   (" : "", link.rule, link.rule[0] ? ")" : "");
        answer_add(view, text);
    }
    if (json_count(chain) == 0)
        answer_add(view, "the record has nothing about it");
    return NEWS_CHANGED;
}

static enum replica_news take_looked(struct replica *replica, struct view *view,
                                     const struct json *line)
{
    (void)replica, (void)view, (void)line;
    return NEWS_LOOKED;
}

static enum replica_news take_error(struct replica *replica, struct view *view,
                                    const struct json *line)
{
    (void)replica;
    const char *sentence = json_member_text(line, "error", "");
    if (looks_knows(&view->looks, (uint64_t)json_member_int64(line, "ref", 0)))
        return NEWS_LOOKED;
    if (view->overlay == OVERLAY_ANSWER && view->answer_count == 0)
        answer_add(view, sentence);
    else
        view_result_set(view, (uint64_t)json_member_int64(line, "ref", 0), "NO", 0, sentence);
    return NEWS_CHANGED;
}

static enum replica_news take_joined_again(struct replica *replica, struct view *view,
                                           const struct json *line)
{
    (void)view, (void)line;
    drop_loading(replica);
    return NEWS_NONE;
}

/* By the member that stands first in the line (wire.h). */
static const struct { const char *first; take_fn *take; } takers[] = {
    { "entry", take_entry }, { "past", take_past },
    { "beat", take_beat }, { "stands", take_stands },
    { "result", take_result }, { "hello", take_hello }, { "refused", take_refused },
    { "joined", take_joined }, { "joined again", take_joined_again }, { "shown", take_shown },
    { "chain", take_chain }, { "looked", take_looked }, { "error", take_error },
};

enum replica_news replica_take(struct replica *replica, struct view *view, struct span text,
                               struct json **ret_line)
{
    struct json *line = NULL;
    enum replica_news news = NEWS_NONE;

    *ret_line = NULL;
    arena_reset(replica->arena);
    struct verdict verdict = json_parse(text, &line);
    if (!is_accepted(&verdict))
        return broken(replica, "a line from the hub", &verdict);
    const struct json *first = json_first(line);
    const char *name = first ? json_name(first) : NULL;
    for (size_t i = 0; name && i < ARRAY_COUNT(takers); i++)
        if (strcmp(takers[i].first, name) == 0)
            news = takers[i].take(replica, view, line);
    if (news == NEWS_LOOKED)
        *ret_line = line;
    else
        json_free(line);
    return news;
}
