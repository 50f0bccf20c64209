#include "feeds/cap_chains.h"

#include <string.h>

#include "app/base/text.h"
#include "feeds/cap_table.h"

/* The hub keeps 160 bytes of an id; the number of a hazard of the chain stands behind it. */
enum {
    CHAIN_ID_BYTES_MAX = 150,
    /* Of one message that cancels what we never saw: its references times its hazards would be a
     * quarter of a million. */
    UNKNOWN_CANCELS_MAX = 2000,
};

/* Degrees are written as "[-12.1234567,-123.1234567],"; a quote or backslash counts twice, and the
 * adapter adds its cursor. */
_Static_assert(REPORT_POINTS_MAX * 27
                   + 2 * (2 * CAP_NAME_BYTES_MAX + CAP_EVENT_BYTES + CAP_HEADLINE_BYTES
                          + CAP_AREA_BYTES + CAP_TEXT_BYTES)
                   + 1500 < REPORT_LINE_BYTES_MAX,
               "the longest hazard fits a line");

struct cap_chains {
    struct cap_table *table;
};

struct cap_chains *cap_chains_new(void)
{
    struct cap_chains *chains = base_alloc(1, sizeof *chains);

    chains->table = cap_table_new();
    return chains;
}

void cap_chains_free(struct cap_chains *chains)
{
    if (!chains)
        return;
    cap_table_free(chains->table);
    base_free(chains);
}

void cap_chains_write(const struct cap_chains *chains, struct buffer *out)
{
    cap_table_write(chains->table, out);
}

bool cap_chains_read(struct cap_chains *chains, const struct json *json)
{
    return cap_table_read(chains->table, json);
}

/* The id of the hub's hazard number `index` of a chain. */
static const char *hazard_id(struct arena *arena, const char *chain_id, uint32_t index)
{
    return index == 0 ? chain_id : arena_print(arena, "%s/%u", chain_id, index + 1);
}

/* ---- results ---- */

struct turn {
    struct cap_table *table;
    const struct cap_alert *alert;
    struct arena *arena;
    const char *key;            /* The message's own. */
    const char **reference_keys;
    bool exercise;
    struct cap_result result;
    uint32_t capacity;
};

/* Exercises have keys and chains of their own, so that even one that refers to an alert which comes
 * later, or came before our start, touches nothing actual (C3). */
static const char *lane_mark(bool exercise)
{
    return exercise ? ",exercise" : "";
}

static const char *key_in_lane(struct arena *arena, const struct cap_name *name, bool exercise)
{
    return arena_print(arena, "%s,%s,%lld%s", name->sender, name->identifier,
                       (long long)name->sent_ms, lane_mark(exercise));
}

static const char *key_text(const struct turn *turn, const struct cap_name *name)
{
    return key_in_lane(turn->arena, name, turn->exercise);
}

/* The id of the chain that a message begins. The hub cuts a long id: such a one ends in a digest of
 * all of it instead. */
static const char *new_chain(const struct turn *turn, const struct cap_name *name)
{
    const char *mark = lane_mark(turn->exercise);
    const char *id = arena_print(turn->arena, "%s,%s%s", name->sender, name->identifier, mark);
    struct digest digest;

    if (strlen(id) <= CHAIN_ID_BYTES_MAX)
        return id;
    digest_start(&digest);
    digest_bytes(&digest, id, strlen(id));
    char *cut = arena_alloc(turn->arena, CHAIN_ID_BYTES_MAX);
    text_copy(cut, CHAIN_ID_BYTES_MAX - 32, span_of(id));
    return arena_print(turn->arena, "%s#%016llx%s", cut, (unsigned long long)digest_end(&digest),
                       mark);
}

/* The chain a reference belongs to: the known one, else the one that message itself would begin. */
static const char *reference_chain(const struct turn *turn, const struct cap_name *name)
{
    const struct cap_remembered *known = cap_message(turn->table, key_text(turn, name));

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
static void hazards_cancel(struct turn *turn, const struct cap_chain *chain, uint32_t index)
{
    const char *chain_id = arena_copy(turn->arena, span_of(chain->key.text));

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

static int64_t last_expiry_ms(const struct cap_alert *alert)
{
    int64_t last_ms = 0;

    for (uint32_t i = 0; i < alert->shape_count; i++)
        if (alert->shapes[i].expires_ms > last_ms)
            last_ms = alert->shapes[i].expires_ms;
    return last_ms;
}

/* The chain now stands for the message's hazards, and for no others. */
static void shapes_report(struct turn *turn, const char *chain_id)
{
    const struct cap_alert *alert = turn->alert;
    struct cap_chain *chain = cap_chain_put(turn->table, chain_id);

    for (uint32_t i = 0; i < alert->shape_count; i++)
        shape_report(turn, chain_id, i);
    hazards_cancel(turn, chain, alert->shape_count);
    cap_text_set(&chain->kind, alert->shapes[0].event);
    cap_text_set(&chain->head, turn->key);
    chain->head_sent_ms = alert->name.sent_ms;
    chain->expires_ms = last_expiry_ms(alert);
    chain->hazard_count = alert->shape_count;
}

/* ---- references ---- */

/* C3, for what we know: a message of the other kind is referred to. */
static bool references_mix(const struct turn *turn)
{
    for (uint32_t i = 0; i < turn->alert->reference_count; i++) {
        const struct cap_name *name = &turn->alert->references[i];
        const struct cap_remembered *known =
            cap_message(turn->table, key_in_lane(turn->arena, name, !turn->exercise));
        if (known && known->came)
            return true;
    }
    return false;
}

static bool is_referred_to(const struct turn *turn, const char *key)
{
    for (uint32_t i = 0; i < turn->alert->reference_count; i++)
        if (strcmp(turn->reference_keys[i], key) == 0)
            return true;
    return false;
}

/* Ends the chains that stand for a message referred to, but for `kept` (NULL: none). One that has
 * gone on with another message is not meant (C4). */
static void chains_end(struct turn *turn, const char *kept)
{
    for (uint32_t i = 0; i < turn->alert->reference_count; i++) {
        const struct cap_name *name = &turn->alert->references[i];
        const char *id = reference_chain(turn, name);
        struct cap_chain *chain = cap_chain(turn->table, id);
        if (!chain || strcmp(chain->head, key_text(turn, name)) != 0
            || (kept && strcmp(kept, id) == 0))
            continue;
        hazards_cancel(turn, chain, 0);
        cap_chain_drop(turn->table, chain);
    }
}

/* `chain_id` is where they go on; NULL: nowhere, each keeps its own. */
static void references_replace(struct turn *turn, const char *chain_id)
{
    for (uint32_t i = 0; i < turn->alert->reference_count; i++) {
        const struct cap_name *name = &turn->alert->references[i];
        const char *key = key_text(turn, name);
        if (strcmp(key, turn->key) == 0)
            continue;           /* A message that refers to itself. */
        const char *id = chain_id ? chain_id : reference_chain(turn, name);
        struct cap_remembered *message = cap_message_put(turn->table, key);
        if (!message->chain_id[0])
            cap_text_set(&message->chain_id, id);
    }
}

/* Once for the message, for each is asked about as often as there are references. */
static void reference_keys_make(struct turn *turn)
{
    const struct cap_alert *alert = turn->alert;

    turn->reference_keys = arena_alloc(turn->arena, (alert->reference_count + 1)
                                                        * sizeof *turn->reference_keys);
    for (uint32_t i = 0; i < alert->reference_count; i++)
        turn->reference_keys[i] = key_text(turn, &alert->references[i]);
}

/* ---- what each kind of message does; each returns the chain the message belongs to ---- */

/* The same identifier sent anew is the same alert in a newer form: the older one may come late. */
static const char *alert_take(struct turn *turn)
{
    const char *chain_id = new_chain(turn, &turn->alert->name);
    const struct cap_chain *chain = cap_chain(turn->table, chain_id);

    if (turn->alert->shape_count == 0)
        turn->result.note = "it says that all is clear";
    else if (chain && chain->head_sent_ms > turn->alert->name.sent_ms)
        turn->result.note = "a newer form of it is known";
    else
        shapes_report(turn, chain_id);
    return chain_id;
}

/* May the update go on under this id? Not when it stands for a message that was not meant. */
static bool is_free(const struct turn *turn, const char *chain_id)
{
    const struct cap_chain *chain = cap_chain(turn->table, chain_id);

    return !chain || is_referred_to(turn, chain->head);
}

/* How good it is to go on with the chain of a reference: one that stands is best. */
static int chain_rank(const struct turn *turn, const struct cap_name *name)
{
    const char *id = reference_chain(turn, name);

    if (!is_free(turn, id))
        return 0;
    if (cap_chain(turn->table, id))
        return 3;
    return cap_message(turn->table, key_text(turn, name)) ? 2 : 1;
}

/* The chain an update goes on with: that of its earliest reference, of those that rank best. */
static const char *update_chain(const struct turn *turn)
{
    const struct cap_name *best = NULL;
    int best_rank = 0;

    for (uint32_t i = 0; i < turn->alert->reference_count; i++) {
        const struct cap_name *name = &turn->alert->references[i];
        int rank = chain_rank(turn, name);
        if (rank < best_rank || rank == 0
            || (best && rank == best_rank && best->sent_ms <= name->sent_ms))
            continue;
        best = name;
        best_rank = rank;
    }
    return best ? reference_chain(turn, best) : new_chain(turn, &turn->alert->name);
}

/* Of a message we never saw (it came before our start) the hub may know: it is told, and a cancel
 * of something unknown changes nothing there (C2). */
static void unknown_cancel(struct turn *turn, const struct cap_name *name)
{
    const char *id = new_chain(turn, name);

    if (cap_message(turn->table, key_text(turn, name)) || cap_chain(turn->table, id))
        return;
    const char *kind = turn->alert->shape_count ? turn->alert->shapes[0].event : "Alert";
    uint32_t index = 0, most = UNKNOWN_CANCELS_MAX / turn->alert->reference_count;
    do
        cancel_add(turn, id, index, kind);
    while (++index < turn->alert->shape_count && index < most);
}

static const char *cancel_take(struct turn *turn)
{
    for (uint32_t i = 0; i < turn->alert->reference_count; i++)
        unknown_cancel(turn, &turn->alert->references[i]);
    chains_end(turn, NULL);
    references_replace(turn, NULL);
    return new_chain(turn, &turn->alert->name);
}

/* An update in which all is clear ends the event (CAP 1.2 section 3.2.2, AllClear). */
static const char *update_take(struct turn *turn)
{
    if (turn->alert->shape_count == 0)
        return cancel_take(turn);
    const char *chain_id = update_chain(turn);

    chains_end(turn, chain_id);
    references_replace(turn, chain_id);
    shapes_report(turn, chain_id);
    return chain_id;
}

/* Replaced before it came: it stands nowhere, but what it replaced itself goes with it (C4). */
static void middle_take(struct turn *turn, struct cap_remembered *known)
{
    const char *chain_id = arena_copy(turn->arena, span_of(known->chain_id));

    known->came = true;
    turn->result.note = "replaced or cancelled by a message that came before it";
    if (turn->alert->message == CAP_MESSAGE_ALERT)
        return;
    chains_end(turn, NULL);
    references_replace(turn, chain_id);
}

/* Why this message, though right, is nothing for the picture; "" when it is something. */
static const char *reason_to_pass(const struct cap_alert *alert,
                                  const struct cap_remembered *known)
{
    if (alert->status == CAP_STATUS_SYSTEM)
        return "a message between alerting systems, not for people";
    if (alert->status == CAP_STATUS_DRAFT)
        return "a draft";
    if (alert->message == CAP_MESSAGE_ACK || alert->message == CAP_MESSAGE_ERROR)
        return "an answer to another message, no alert";
    return known && known->came ? CAP_NOTE_KNOWN : "";
}

static void new_take(struct turn *turn)
{
    enum cap_message kind = turn->alert->message;
    const char *chain_id = kind == CAP_MESSAGE_CANCEL   ? cancel_take(turn)
                           : kind == CAP_MESSAGE_UPDATE ? update_take(turn)
                                                        : alert_take(turn);
    struct cap_remembered *message = cap_message_put(turn->table, turn->key);

    cap_text_set(&message->chain_id, chain_id);
    message->came = true;
}

struct verdict cap_chains_take(struct cap_chains *chains, const struct cap_alert *alert,
                               struct arena *arena, struct cap_result *ret_result)
{
    bool exercise = alert->status != CAP_STATUS_ACTUAL;
    struct turn turn = { .table = chains->table, .alert = alert, .arena = arena,
                         .key = key_in_lane(arena, &alert->name, exercise), .exercise = exercise };
    struct cap_remembered *known = cap_message(turn.table, turn.key);

    reference_keys_make(&turn);
    turn.result.note = reason_to_pass(alert, known);
    if (!turn.result.note[0] && references_mix(&turn))
        return refused(REFUSED_CONTRADICTION, 0, "references");
    if (!turn.result.note[0]) {
        if (known)
            middle_take(&turn, known);
        else
            new_take(&turn);
    }
    *ret_result = turn.result;
    return accepted();
}

/* ---- entries ---- */

/* The form an entry has: when it was written, and until when it holds. */
static const char *entry_head(const struct turn *turn, const struct cap_entry *entry)
{
    return arena_print(turn->arena, "entry %lld %lld", (long long)entry->at_ms,
                       (long long)entry->shapes[0].expires_ms);
}

void cap_chains_entry(struct cap_chains *chains, const struct cap_entry *entry,
                      struct arena *arena, struct cap_result *ret_result)
{
    struct cap_alert alert = { .name = { .sender = "", .identifier = entry->id,
                                         .sent_ms = entry->at_ms },
                               .shapes = entry->shapes, .shape_count = entry->shape_count };
    struct turn turn = { .table = chains->table, .alert = &alert, .arena = arena,
                         .result = { .note = "" } };
    const struct cap_chain *chain = cap_chain(turn.table, entry->id);

    assert(entry->shape_count > 0);
    turn.key = entry_head(&turn, entry);
    if (!chain || (chain->head_sent_ms <= entry->at_ms && strcmp(chain->head, turn.key) != 0))
        shapes_report(&turn, entry->id);
    *ret_result = turn.result;
}

bool cap_chains_has(const struct cap_chains *chains, const char *name)
{
    return cap_message(chains->table, name) != NULL;
}

void cap_chains_put(struct cap_chains *chains, const char *name)
{
    cap_message_put(chains->table, name)->came = true;
}
