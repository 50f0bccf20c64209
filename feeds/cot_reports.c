#include "feeds/cot_reports.h"

#include <math.h>
#include <string.h>

#include "app/base/text.h"
#include "feeds/cot_taking.h"

#define ROW(upper, words) words,
static const char *const pass_words[COT_PASS_COUNT] = { COT_PASSES(ROW) };
#undef ROW

const char *cot_pass_words(enum cot_pass pass)
{
    assert(pass < COT_PASS_COUNT);
    return pass_words[pass];
}

struct cot_reports *cot_reports_new(const struct cot_terms *terms, struct cot_contacts *contacts,
                                    struct cot_book *book, struct cot_words *words)
{
    struct cot_reports *reports = base_alloc(1, sizeof *reports);

    reports->terms = *terms;
    reports->contacts = contacts;
    reports->book = book;
    reports->words = words;
    return reports;
}

void cot_reports_free(struct cot_reports *reports)
{
    if (!reports)
        return;
    for (uint32_t i = 0; i < reports->rule_count; i++)
        cot_rule_clear(&reports->rules[i]);
    base_free(reports);
}

bool cot_reports_rule(struct cot_reports *reports, const char *text)
{
    if (reports->rule_count == COT_RULES_MAX
        || !cot_rule_read(text, &reports->rules[reports->rule_count]))
        return false;
    reports->rule_count++;
    return true;
}

/* ---- small things ---- */

struct report *taking_add(struct cot_taking *taking, enum report_kind kind)
{
    assert(taking->result->count < COT_REPORTS_MAX);
    struct report *report = &taking->result->reports[taking->result->count++];
    report_init(report, kind);
    return report;
}

struct verdict taking_pass(struct cot_taking *taking, enum cot_pass why)
{
    taking->result->pass = why;
    return accepted();
}

const char *taking_cut(const struct cot_taking *taking, const char *text, size_t bytes)
{
    if (strlen(text) < bytes)
        return text;
    char *copy = arena_alloc(taking->arena, bytes);
    text_copy(copy, bytes, span_of(text));
    return copy;
}

uint64_t taking_hash(const char *text)
{
    uint64_t hash = 1469598103934665603u;       /* FNV-1a. */

    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash;
}

const struct xml_element *taking_parent(const struct cot_event *event)
{
    const struct xml_element *link = element_child(event->detail, "link");

    while (link && strcmp(element_attribute(link, "relation"), "p-p") != 0)
        link = element_again(link);
    return link;
}

/* ---- positions ---- */

/* Where a contact is; times are moved where its clock is known to be wrong. */
static void clock_judge(struct cot_taking *taking, struct cot_contact *contact)
{
    if (!taking->reports->terms.clocks || taking->event->time_ms <= contact->time_ms)
        return;
    int64_t behind_ms =
        cot_contact_clock_behind_ms(contact, taking->event->time_ms, taking->now_ms);

    taking->at_ms += behind_ms;
    if (behind_ms == 0 || contact->clock_told)
        return;
    contact->clock_told = true;
    int64_t off_s = (behind_ms < 0 ? -behind_ms : behind_ms) / 1000;
    taking->result->note =
        arena_print(taking->arena, "the clock of %s is %lld s %s; its times are corrected",
                    cot_contact_name(contact), (long long)off_s,
                    behind_ms > 0 ? "behind" : "ahead");
}

void taking_add_location(struct cot_taking *taking, const char *unit)
{
    struct report *report = taking_add(taking, REPORT_LOCATION);

    report->location.unit = unit;
    report->location.at = taking->at_ms;
    report->location.location = taking->event->at;
    report->location.speed_mps = taking->event->speed_mps;
    report->location.course_deg = taking->event->course_deg;
    report->location.accuracy_m = taking->event->ce_m;
}

/* A status that a unit carries in its own events: <status> in words, or its remarks. */
static bool status_carried(const struct cot_taking *taking, struct cot_reply *ret_reply,
                           const char **ret_words)
{
    const struct xml_element *status = element_child(taking->event->detail, "status");
    const char *said[] = { element_attribute(status, "status"), element_attribute(status, "state"),
                           status ? status->text : "", taking->event->remarks };

    for (size_t i = 0; i < ARRAY_COUNT(said); i++) {
        if (!said[i][0] || strlen(said[i]) >= COT_NAME_BYTES)
            continue;
        *ret_words = said[i];
        if (cot_words_read(taking->reports->words, span_of(said[i]), ret_reply)
            && ret_reply->status != UNIT_UNKNOWN && ret_reply->more.length == 0)
            return true;
    }
    *ret_words = "";
    return false;
}

/* Told once for each change: positions repeat it every few seconds. */
static void status_take(struct cot_taking *taking, struct cot_contact *contact)
{
    struct cot_reply reply;
    const char *words;

    bool carried = status_carried(taking, &reply, &words);
    if (strcmp(words, contact->words) == 0)
        return;
    text_copy(contact->words, sizeof contact->words, span_of(words));
    if (!carried || !contact->unit[0])
        return;
    struct report *report = taking_add(taking, REPORT_STATUS);
    report->status.unit = cot_contact_name(contact);
    report->status.at = taking->at_ms;
    report->status.status = reply.status;
    report->status.text = words;
}

static struct verdict take_track(struct cot_taking *taking)
{
    const struct cot_event *event = taking->event;
    struct cot_contact *contact = cot_contacts_hear(taking->reports->contacts, event->uid,
                                                    event->callsign, taking->now_ms);

    if (taking->link)
        contact->link = taking->link;
    if (taking->order_ms < contact->time_ms)                                /* R1 */
        return taking_pass(taking, COT_PASS_OLDER);
    clock_judge(taking, contact);
    contact->time_ms = taking->order_ms;
    status_take(taking, contact);
    if (!geo_known(event->at))
        return taking_pass(taking, COT_PASS_NO_POSITION);
    if (!contact->unit[0]) {
        if (contact->told_ms
            && taking->now_ms < contact->told_ms + taking->reports->terms.stranger_ms)
            return taking_pass(taking, COT_PASS_STRANGER);
        contact->told_ms = taking->now_ms;
    }
    taking_add_location(taking, cot_contact_name(contact));
    return accepted();
}

/* ---- one event ---- */

static const struct cot_rule *rule_of(const struct cot_reports *reports,
                                      const struct cot_event *event)
{
    for (uint32_t i = 0; i < reports->rule_count; i++)
        if (cot_rule_fits(&reports->rules[i], event->type, event->callsign))
            return &reports->rules[i];
    return NULL;
}

/* A place that a person marked, and not somebody who is there: typed in, and no friend. */
static bool is_marked_place(const struct cot_event *event)
{
    bool friend = cot_type_is(event->type, "a-f") || cot_type_is(event->type, "a-a");

    return !friend && event->how[0] == 'h' && strchr(event->type, '-');
}

static struct verdict take_meaning(struct cot_taking *taking, const struct cot_type *type)
{
    switch (type->meaning) {
    case COT_TRACK:
        if (is_marked_place(taking->event))
            return cot_take_drawn(taking, "Marker");
        return take_track(taking);
    case COT_MARKER:
        return cot_take_drawn(taking, type->word);
    case COT_SHAPE:
        return cot_take_drawing(taking, type->word);
    case COT_PLANNING:
        return taking_pass(taking, COT_PASS_PLANNING);
    case COT_EMERGENCY:
        return cot_take_alert(taking);
    case COT_EMERGENCY_CANCEL:
        return cot_take_emergency_cancel(taking);
    case COT_ALARM:
        return cot_take_alarm(taking, type->word);
    case COT_CASUALTY:
        return cot_take_casualty(taking);
    case COT_CHAT:
        return cot_take_chat(taking);
    case COT_CHAT_DELIVERED:
        return cot_take_chat_receipt(taking, RECEIPT_DELIVERED);
    case COT_CHAT_READ:
        return cot_take_chat_receipt(taking, RECEIPT_READ);
    case COT_TASK_REPLY:
        return cot_take_task_reply(taking);
    case COT_DELETE:
        return cot_take_delete(taking);
    case COT_PING:
        taking->result->answer = COT_ANSWER_PONG;
        return taking_pass(taking, COT_PASS_CONTROL);
    case COT_PONG:
    case COT_PROTOCOL_OFFER:
    case COT_PROTOCOL_REQUEST:
    case COT_PROTOCOL_RESPONSE:
    case COT_CONTROL:
        return taking_pass(taking, COT_PASS_CONTROL);
    case COT_UNKNOWN:
    case COT_MEANING_COUNT:
        break;
    }
    return taking_pass(taking, COT_PASS_UNKNOWN);
}

/* R3. A drawing says itself that it is an exercise's; nothing else can. */
static bool must_not_be_shown(const struct cot_event *event, enum cot_meaning meaning)
{
    bool drawn = meaning == COT_SHAPE || meaning == COT_MARKER;
    bool control = meaning == COT_PING || meaning == COT_PONG || meaning == COT_CONTROL;

    return cot_event_is_exercise(event) && !drawn && !control;
}

struct verdict cot_reports_take(struct cot_reports *reports, const struct cot_event *event,
                                uint64_t link, int64_t now_ms, struct arena *arena,
                                struct cot_result *ret_result)
{
    const struct cot_type *type = cot_type_find(event->type);
    const struct cot_rule *rule = rule_of(reports, event);
    struct cot_taking taking = { .reports = reports, .event = event, .link = link, .now_ms = now_ms,
                             .at_ms = event->time_ms, .order_ms = event->time_ms, .arena = arena,
                             .result = ret_result };

    if (taking.order_ms > now_ms + AHEAD_MS_MAX)
        taking.order_ms = now_ms;

    ret_result->count = 0;
    ret_result->pass = COT_PASS_NOT;
    ret_result->answer = COT_ANSWER_NOTHING;
    ret_result->message_id = ret_result->note = "";
    if (strcmp(event->uid, reports->terms.own_uid) == 0)
        return taking_pass(&taking, COT_PASS_OWN);
    if (must_not_be_shown(event, rule ? COT_SHAPE : type->meaning))
        return taking_pass(&taking, COT_PASS_EXERCISE);
    if (rule && !rule->kind[0])
        return taking_pass(&taking, COT_PASS_HIDDEN);
    return rule ? cot_take_drawn(&taking, rule->kind) : take_meaning(&taking, type);
}
