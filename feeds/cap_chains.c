#include "feeds/cap_chains.h"

#include <stdio.h>
#include <string.h>

/* Degrees are written as "[-12.1234567,-123.1234567],"; a quote or backslash counts twice, and the
 * adapter adds its cursor. */
_Static_assert(REPORT_POINTS_MAX * 27
                   + 2 * (2 * CAP_NAME_BYTES_MAX + CAP_EVENT_BYTES + CAP_HEADLINE_BYTES
                          + CAP_AREA_BYTES + CAP_TEXT_BYTES)
                   + 1500 < REPORT_LINE_BYTES_MAX,
               "the longest hazard fits a line");

enum fate { FATE_SEEN, FATE_REPLACED };

/* One message that came, or that another one referred to. */
struct remembered {
    uint64_t digest;            /* Of `key`, to find it quickly. */
    char *key;                  /* sender, identifier, sent. NULL: an empty place. */
    char *chain_id;
    enum fate fate;
    bool exercise;
};

struct cap_chains {
    struct remembered *messages;        /* A ring of CAP_REMEMBERED_MAX places. */
    uint32_t count, next;
    /* How many hazards each chain last stood for, by chain id; one entry per chain. */
    struct chain {
        char *id, *kind;
        uint32_t hazard_count;
        int64_t expires_ms;
    } *chains;
    uint32_t chain_count, chain_capacity;
};

struct cap_chains *cap_chains_new(void)
{
    struct cap_chains *chains = base_alloc(1, sizeof *chains);

    chains->messages = base_alloc(CAP_REMEMBERED_MAX, sizeof *chains->messages);
    return chains;
}

static void remembered_clear(struct remembered *message)
{
    base_free(message->key);
    base_free(message->chain_id);
    *message = (struct remembered){ 0 };
}

void cap_chains_free(struct cap_chains *chains)
{
    if (!chains)
        return;
    for (uint32_t i = 0; i < chains->count; i++)
        remembered_clear(&chains->messages[i]);
    for (uint32_t i = 0; i < chains->chain_count; i++) {
        base_free(chains->chains[i].id);
        base_free(chains->chains[i].kind);
    }
    base_free(chains->messages);
    base_free(chains->chains);
    base_free(chains);
}

/* ---- messages ---- */

static const char *key_text(struct arena *arena, const struct cap_name *name)
{
    return arena_print(arena, "%s,%s,%lld", name->sender, name->identifier,
                       (long long)name->sent_ms);
}

static uint64_t key_digest(const char *key)
{
    struct digest digest;

    digest_start(&digest);
    digest_bytes(&digest, key, strlen(key));
    return digest_end(&digest);
}

static struct remembered *message_find(const struct cap_chains *chains, const char *key)
{
    uint64_t digest = key_digest(key);

    for (uint32_t i = 0; i < chains->count; i++)
        if (chains->messages[i].digest == digest && strcmp(chains->messages[i].key, key) == 0)
            return &chains->messages[i];
    return NULL;
}

static void message_remember(struct cap_chains *chains, const char *key, const char *chain_id,
                             enum fate fate, bool exercise)
{
    struct remembered *known = message_find(chains, key);

    if (known) {
        known->fate = fate;
        return;
    }
    struct remembered *place = &chains->messages[chains->next];
    remembered_clear(place);
    *place = (struct remembered){ .digest = key_digest(key), .key = base_copy_text(key),
                                  .chain_id = base_copy_text(chain_id), .fate = fate,
                                  .exercise = exercise };
    chains->next = (chains->next + 1) % CAP_REMEMBERED_MAX;
    if (chains->count < CAP_REMEMBERED_MAX)
        chains->count++;
}

/* ---- chains ---- */

static struct chain *chain_find(const struct cap_chains *chains, const char *id)
{
    for (uint32_t i = 0; i < chains->chain_count; i++)
        if (strcmp(chains->chains[i].id, id) == 0)
            return &chains->chains[i];
    return NULL;
}

/* A chain whose hazards are gone needs no memory: its messages have their fate. */
static void chain_drop(struct cap_chains *chains, struct chain *chain)
{
    base_free(chain->id);
    base_free(chain->kind);
    *chain = chains->chains[--chains->chain_count];
}

static void chain_forget_one(struct cap_chains *chains)
{
    struct chain *first = &chains->chains[0];

    for (uint32_t i = 1; i < chains->chain_count; i++)
        if (chains->chains[i].expires_ms < first->expires_ms)
            first = &chains->chains[i];
    chain_drop(chains, first);
}

static struct chain *chain_get(struct cap_chains *chains, const char *id)
{
    struct chain *found = chain_find(chains, id);

    if (found)
        return found;
    if (chains->chain_count == CAP_CHAINS_MAX)
        chain_forget_one(chains);
    chains->chains = base_grow(chains->chains, &chains->chain_capacity, chains->chain_count + 1,
                               sizeof *chains->chains);
    chains->chains[chains->chain_count] = (struct chain){ .id = base_copy_text(id) };
    return &chains->chains[chains->chain_count++];
}

/* The id of the hub's hazard number `index` of a chain. */
static const char *hazard_id(struct arena *arena, const char *chain_id, uint32_t index)
{
    return index == 0 ? chain_id : arena_print(arena, "%s/%u", chain_id, index + 1);
}

/* ---- results ---- */

struct turn {
    struct cap_chains *chains;
    const struct cap_alert *alert;
    struct arena *arena;
    bool exercise;
    struct cap_result result;
    uint32_t capacity;
};

/* The id of the chain that a message begins. Exercises have ids of their own, so that even one
 * that refers to an alert from before our start touches nothing actual (C3). */
static const char *new_chain(const struct turn *turn, const struct cap_name *name)
{
    return arena_print(turn->arena, "%s,%s%s", name->sender, name->identifier,
                       turn->exercise ? ",exercise" : "");
}

/* The chain a reference belongs to: the known one, else the one that message itself would begin. */
static const char *reference_chain(const struct turn *turn, const struct cap_name *name)
{
    const struct remembered *known = message_find(turn->chains, key_text(turn->arena, name));

    return known ? arena_copy(turn->arena, span_of(known->chain_id)) : new_chain(turn, name);
}

static struct report *report_add(struct turn *turn)
{
    struct cap_result *result = &turn->result;

    if (result->report_count == turn->capacity) {
        turn->capacity = turn->capacity ? 2 * turn->capacity : 16;
        struct report *more = arena_alloc(turn->arena, turn->capacity * sizeof *more);
        if (result->report_count)
            memcpy(more, result->reports, result->report_count * sizeof *more);
        result->reports = more;
    }
    struct report *report = &result->reports[result->report_count++];
    report_init(report, REPORT_HAZARD);
    report->hazard.at = turn->alert->name.sent_ms;
    report->hazard.exercise = turn->exercise;
    return report;
}

static void cancel_add(struct turn *turn, const char *chain_id, uint32_t index, const char *kind)
{
    struct report_hazard *hazard = &report_add(turn)->hazard;

    hazard->id = hazard_id(turn->arena, chain_id, index);
    hazard->kind = arena_copy(turn->arena, span_of(kind));
    hazard->cancel = true;
}

/* Cancels the hazards of a chain from `index` on. The reports outlive the chain. */
static void hazards_cancel(struct turn *turn, const struct chain *chain, uint32_t index)
{
    const char *chain_id = arena_copy(turn->arena, span_of(chain->id));

    for (; index < chain->hazard_count; index++)
        cancel_add(turn, chain_id, index, chain->kind);
}

static void shape_report(struct turn *turn, const char *chain_id, uint32_t index)
{
    const struct cap_shape *shape = &turn->alert->shapes[index];
    struct report_hazard *hazard = &report_add(turn)->hazard;

    hazard->id = hazard_id(turn->arena, chain_id, index);
    hazard->kind = shape->event;
    hazard->severity = shape->severity;
    hazard->headline = shape->headline;
    hazard->text = shape->text;
    hazard->area = shape->area;
    hazard->effective = shape->effective_ms;
    hazard->expires = shape->expires_ms;
    hazard->expiry_assumed = shape->expiry_assumed;
    hazard->simplified = shape->simplified;
    hazard->polygon = shape->rings;
    hazard->center = shape->center;
    hazard->radius_m = shape->radius_m;
}

/* The chain now stands for the message's hazards, and for no others. */
static void shapes_report(struct turn *turn, const char *chain_id)
{
    struct chain *chain = chain_get(turn->chains, chain_id);

    for (uint32_t i = 0; i < turn->alert->shape_count; i++)
        shape_report(turn, chain_id, i);
    hazards_cancel(turn, chain, turn->alert->shape_count);
    base_free(chain->kind);
    chain->kind = base_copy_text(turn->alert->shapes[0].event);
    chain->expires_ms = turn->alert->shapes[0].expires_ms;
    chain->hazard_count = turn->alert->shape_count;
}

/* ---- what each kind of message does ---- */

/* C3, for what we know. */
static bool references_mix(const struct turn *turn)
{
    for (uint32_t i = 0; i < turn->alert->reference_count; i++) {
        const char *key = key_text(turn->arena, &turn->alert->references[i]);
        const struct remembered *known = message_find(turn->chains, key);
        if (known && known->exercise != turn->exercise)
            return true;
    }
    return false;
}

static void references_replace(struct turn *turn, const char *chain_id)
{
    for (uint32_t i = 0; i < turn->alert->reference_count; i++) {
        const struct cap_name *name = &turn->alert->references[i];
        const char *of = chain_id ? chain_id : reference_chain(turn, name);
        message_remember(turn->chains, key_text(turn->arena, name), of, FATE_REPLACED,
                         turn->exercise);
    }
}

/* Each returns the id of the chain the message belongs to. */
static const char *alert_take(struct turn *turn)
{
    const char *chain_id = new_chain(turn, &turn->alert->name);

    shapes_report(turn, chain_id);
    return chain_id;
}

/* The chain an update goes on with: that of its earliest reference that we know, else the one its
 * earliest reference would have begun. */
static const char *update_chain(const struct turn *turn)
{
    const struct cap_name *best = NULL;
    bool best_known = false;

    for (uint32_t i = 0; i < turn->alert->reference_count; i++) {
        const struct cap_name *name = &turn->alert->references[i];
        bool known = message_find(turn->chains, key_text(turn->arena, name));
        if (best && (best_known > known || (best_known == known && best->sent_ms <= name->sent_ms)))
            continue;
        best = name;
        best_known = known;
    }
    assert(best);
    return reference_chain(turn, best);
}

/* Ends the chains of the references, but for `kept` (NULL: none). */
static void chains_end(struct turn *turn, const char *kept)
{
    for (uint32_t i = 0; i < turn->alert->reference_count; i++) {
        const char *id = reference_chain(turn, &turn->alert->references[i]);
        struct chain *chain = chain_find(turn->chains, id);
        if (!chain || (kept && strcmp(kept, id) == 0))
            continue;
        hazards_cancel(turn, chain, 0);
        chain_drop(turn->chains, chain);
    }
}

static const char *update_take(struct turn *turn)
{
    const char *chain_id = update_chain(turn);

    chains_end(turn, chain_id);
    references_replace(turn, chain_id);
    shapes_report(turn, chain_id);
    return chain_id;
}

/* Of a chain we never saw (its alert came before our start) the hub may know: it is told, and a
 * cancel of something unknown changes nothing there (C2). */
static void unknown_cancel(struct turn *turn, const struct cap_name *name)
{
    const char *id = reference_chain(turn, name);

    if (message_find(turn->chains, key_text(turn->arena, name)))
        return;
    const char *kind = turn->alert->shape_count ? turn->alert->shapes[0].event : "Alert";
    uint32_t index = 0;
    do
        cancel_add(turn, id, index, kind);
    while (++index < turn->alert->shape_count);
}

static const char *cancel_take(struct turn *turn)
{
    for (uint32_t i = 0; i < turn->alert->reference_count; i++)
        unknown_cancel(turn, &turn->alert->references[i]);
    chains_end(turn, NULL);
    references_replace(turn, NULL);
    return new_chain(turn, &turn->alert->name);
}

/* Why this message, though right, is nothing for the picture; "" when it is something. */
static const char *reason_to_pass(const struct turn *turn, const char *key)
{
    const struct cap_alert *alert = turn->alert;
    const struct remembered *known = message_find(turn->chains, key);

    if (alert->status == CAP_STATUS_SYSTEM)
        return "a message between alerting systems, not for people";
    if (alert->status == CAP_STATUS_DRAFT)
        return "a draft";
    if (alert->message == CAP_MESSAGE_ACK || alert->message == CAP_MESSAGE_ERROR)
        return "an answer to another message, no alert";
    if (known && known->fate == FATE_REPLACED)
        return "replaced or cancelled by a message that came before it";
    return known ? "known already" : "";
}

struct verdict cap_chains_take(struct cap_chains *chains, const struct cap_alert *alert,
                               struct arena *arena, struct cap_result *ret_result)
{
    struct turn turn = { .chains = chains, .alert = alert, .arena = arena,
                         .exercise = alert->status != CAP_STATUS_ACTUAL,
                         .result = { .note = "" } };
    const char *key = key_text(arena, &alert->name);

    turn.result.note = reason_to_pass(&turn, key);
    if (turn.result.note[0]) {
        *ret_result = turn.result;
        return accepted();
    }
    if (references_mix(&turn))
        return refused(REFUSED_CONTRADICTION, 0, "references");
    const char *chain_id = alert->message == CAP_MESSAGE_CANCEL   ? cancel_take(&turn)
                           : alert->message == CAP_MESSAGE_UPDATE ? update_take(&turn)
                                                                  : alert_take(&turn);
    message_remember(chains, key, chain_id, FATE_SEEN, turn.exercise);
    *ret_result = turn.result;
    return accepted();
}
