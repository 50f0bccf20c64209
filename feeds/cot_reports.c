#include "feeds/cot_reports.h"

#include <math.h>
#include <string.h>

#include "app/base/text.h"
#include "feeds/cot_shape.h"

enum {
    MESSAGES_MAX = 4096,            /* Ids of chat lines that were taken, newest over oldest. */
    DRAWINGS_ROWS = 8192,           /* Times of the newest version of what is on the map. */
};

struct cot_reports {
    struct cot_terms terms;
    struct cot_contacts *contacts;
    struct cot_book *book;
    struct cot_words *words;
    struct cot_rule rules[COT_RULES_MAX];
    uint32_t rule_count;
    uint64_t messages[MESSAGES_MAX];
    uint32_t message_next;
    struct { uint64_t uid; int64_t time_ms; } drawings[DRAWINGS_ROWS];
};

/* One event being taken. */
struct taking {
    struct cot_reports *reports;
    const struct cot_event *event;
    uint64_t link;
    int64_t now_ms, at_ms;          /* `at_ms`: its time, by our clock. */
    struct arena *arena;
    struct cot_result *result;
};

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

static struct report *add(struct taking *taking, enum report_kind kind)
{
    assert(taking->result->count < COT_REPORTS_MAX);
    struct report *report = &taking->result->reports[taking->result->count++];
    report_init(report, kind);
    return report;
}

static struct verdict pass(struct taking *taking, enum cot_pass why)
{
    taking->result->pass = why;
    return accepted();
}

static const char *cut(const struct taking *taking, const char *text, size_t bytes)
{
    if (strlen(text) < bytes)
        return text;
    char *copy = arena_alloc(taking->arena, bytes);
    text_copy(copy, bytes, span_of(text));
    return copy;
}

static uint64_t hash_of_text(const char *text)
{
    uint64_t hash = 1469598103934665603u;       /* FNV-1a. */

    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash;
}

/* Is this uid's drawing newer than the one that was told? A table row is shared by few. */
static bool drawing_is_newer(struct taking *taking)
{
    uint64_t uid = hash_of_text(taking->event->uid);
    struct cot_reports *reports = taking->reports;
    uint32_t row = (uint32_t)(uid % DRAWINGS_ROWS);

    if (reports->drawings[row].uid == uid
        && taking->event->time_ms < reports->drawings[row].time_ms)
        return false;
    reports->drawings[row].uid = uid;
    reports->drawings[row].time_ms = taking->event->time_ms;
    return true;
}

static const struct xml_element *parent_link(const struct cot_event *event)
{
    const struct xml_element *link = element_child(event->detail, "link");

    while (link && strcmp(element_attribute(link, "relation"), "p-p") != 0)
        link = element_again(link);
    return link;
}

/* ---- positions ---- */

/* Where a contact is; times are moved where its clock is known to be wrong. */
static void clock_judge(struct taking *taking, struct cot_contact *contact)
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

static void add_location(struct taking *taking, const char *unit)
{
    struct report *report = add(taking, REPORT_LOCATION);

    report->location.unit = unit;
    report->location.at = taking->at_ms;
    report->location.location = taking->event->at;
    report->location.speed_mps = taking->event->speed_mps;
    report->location.course_deg = taking->event->course_deg;
    report->location.accuracy_m = taking->event->ce_m;
}

/* A status that a unit carries in its own events: <status> in words, or its remarks. */
static bool status_carried(const struct taking *taking, struct cot_reply *ret_reply,
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
static void status_take(struct taking *taking, struct cot_contact *contact)
{
    struct cot_reply reply;
    const char *words;

    bool carried = status_carried(taking, &reply, &words);
    if (strcmp(words, contact->words) == 0)
        return;
    text_copy(contact->words, sizeof contact->words, span_of(words));
    if (!carried || !contact->unit[0])
        return;
    struct report *report = add(taking, REPORT_STATUS);
    report->status.unit = cot_contact_name(contact);
    report->status.at = taking->at_ms;
    report->status.status = reply.status;
    report->status.text = words;
}

static struct verdict take_track(struct taking *taking)
{
    const struct cot_event *event = taking->event;
    struct cot_contact *contact = cot_contacts_hear(taking->reports->contacts, event->uid,
                                                    event->callsign, taking->now_ms);

    if (taking->link)
        contact->link = taking->link;
    if (event->time_ms < contact->time_ms)                                  /* R1 */
        return pass(taking, COT_PASS_OLDER);
    clock_judge(taking, contact);
    contact->time_ms = event->time_ms;
    status_take(taking, contact);
    if (!geo_known(event->at))
        return pass(taking, COT_PASS_NO_POSITION);
    if (!contact->unit[0]) {
        if (contact->told_ms
            && taking->now_ms < contact->told_ms + taking->reports->terms.stranger_ms)
            return pass(taking, COT_PASS_STRANGER);
        contact->told_ms = taking->now_ms;
    }
    add_location(taking, cot_contact_name(contact));
    return accepted();
}

/* ---- marks and drawings ---- */

static struct report *add_hazard(struct taking *taking, const char *kind)
{
    const struct cot_event *event = taking->event;
    struct report *report = add(taking, REPORT_HAZARD);

    report->hazard.id = event->uid;
    report->hazard.at = taking->at_ms;
    report->hazard.kind = kind;
    report->hazard.severity = SEVERITY_UNKNOWN;
    report->hazard.headline = cut(taking, event->callsign, 120);
    report->hazard.text = cut(taking, event->remarks, COT_TEXT_BYTES);
    report->hazard.effective = event->start_ms < event->stale_ms ? event->start_ms : 0;
    report->hazard.expires = event->stale_ms;
    report->hazard.expiry_assumed = event->stale_assumed;
    report->hazard.exercise = cot_event_is_exercise(event);
    return report;
}

static struct verdict take_marker(struct taking *taking, const char *kind)
{
    const struct cot_event *event = taking->event;

    if (!geo_known(event->at))
        return pass(taking, COT_PASS_NO_POSITION);
    struct report *report = add_hazard(taking, kind);
    report->hazard.center = event->at;
    report->hazard.radius_m = event->ce_m > taking->reports->terms.marker_m
                                  ? event->ce_m
                                  : taking->reports->terms.marker_m;
    return accepted();
}

static struct verdict take_shape(struct taking *taking, const char *kind)
{
    struct cot_shape shape;
    struct verdict verdict = cot_shape_read(taking->event, taking->reports->terms.strip_m,
                                            taking->arena, &shape);

    if (!is_accepted(&verdict))
        return verdict;
    struct report *report = add_hazard(taking, kind);
    report->hazard.polygon = shape.polygon;
    report->hazard.center = shape.center;
    report->hazard.radius_m = shape.radius_m;
    report->hazard.simplified = shape.simplified;
    return accepted();
}

static bool draws(const struct cot_event *event)
{
    if (element_child(element_child(event->detail, "shape"), "ellipse"))
        return true;
    for (const struct xml_element *link = element_child(event->detail, "link"); link;
         link = element_again(link))
        if (element_attribute(link, "point")[0])
            return true;
    return false;
}

static struct verdict take_drawn(struct taking *taking, const char *kind)
{
    if (!drawing_is_newer(taking))                                          /* R1 */
        return pass(taking, COT_PASS_OLDER);
    return draws(taking->event) ? take_shape(taking, kind) : take_marker(taking, kind);
}

/* An open line is a ruler or a way, and no area, unless a rule of the site says so. */
static struct verdict take_drawing(struct taking *taking, const char *kind)
{
    struct cot_shape shape;

    if (draws(taking->event)) {
        struct verdict verdict = cot_shape_read(taking->event, taking->reports->terms.strip_m,
                                                taking->arena, &shape);
        if (!is_accepted(&verdict))
            return verdict;
        if (shape.line)
            return pass(taking, COT_PASS_PLANNING);
    }
    return take_drawn(taking, kind);
}

static struct verdict take_delete(struct taking *taking)
{
    const struct xml_element *link = element_child(taking->event->detail, "link");
    const char *uid = element_attribute(link, "uid");
    enum cot_meaning meaning = cot_type_find(element_attribute(link, "type"))->meaning;

    if (!uid[0])
        return refused(REFUSED_FIELD_MISSING, link ? link->offset : 0, "link uid");
    /* A unit that left the network is still a unit, and an alert is cancelled by a cancel. */
    if (meaning == COT_TRACK || meaning == COT_EMERGENCY)
        return pass(taking, COT_PASS_CONTROL);
    struct report *report = add(taking, REPORT_HAZARD);
    report->hazard.id = cut(taking, uid, COT_UID_BYTES_MAX);
    report->hazard.at = taking->at_ms;
    report->hazard.kind = "Marker";
    report->hazard.cancel = true;
    return accepted();
}

/* ---- alerts ---- */

/* Who is in trouble: the person that the alert links to. Some clients link to nobody; then its
 * callsign, which ATAK ends in "-Alert", and its uid, which ATAK ends in "-9-1-1". */
static struct cot_contact *alert_contact(struct taking *taking)
{
    static const char uid_end[] = "-9-1-1", callsign_end[] = "-Alert";
    const struct cot_event *event = taking->event;
    const struct xml_element *emergency = element_child(event->detail, "emergency");
    const char *uid = element_attribute(parent_link(event), "uid");
    struct cot_contacts *contacts = taking->reports->contacts;
    struct span rest = span_of(emergency && emergency->text[0] ? emergency->text
                                                               : event->callsign);
    struct span called = rest;

    /* WearTAK writes the alert's kind on a second line. */
    span_cut(&rest, '\n', &called);
    size_t end = sizeof callsign_end - 1;
    if (called.length > end
        && memcmp(called.bytes + called.length - end, callsign_end, end) == 0)
        called.length -= end;
    if (!uid[0]) {
        size_t length = strlen(event->uid);
        end = sizeof uid_end - 1;
        bool cut_off = length > end && strcmp(event->uid + length - end, uid_end) == 0;
        uid = arena_copy(taking->arena, span_from(event->uid, cut_off ? length - end : length));
    }
    const struct cot_contact *known = cot_contacts_find(contacts, uid);
    bool has_name = known && known->callsign[0];
    return cot_contacts_hear(contacts, cut(taking, uid, COT_UID_BYTES_MAX),
                             has_name ? "" : arena_copy(taking->arena, span_trim(called)),
                             taking->now_ms);
}

static const char *alert_words(const struct taking *taking)
{
    const struct xml_element *emergency = element_child(taking->event->detail, "emergency");
    const char *kind = element_attribute(emergency, "type");

    if (!kind[0])
        kind = "Emergency";
    if (!taking->event->remarks[0])
        return cut(taking, kind, COT_TEXT_BYTES);
    return cut(taking, arena_print(taking->arena, "%s: %s", kind, taking->event->remarks),
               COT_TEXT_BYTES);
}

/* A unit presses a button; of a stranger it is an alarm, or nobody would hear it. */
static void add_alert(struct taking *taking, const struct cot_contact *contact, bool cancel)
{
    const char *words = alert_words(taking);

    if (contact->unit[0]) {
        struct report *report = add(taking, REPORT_STATUS);
        report->status.unit = contact->unit;
        report->status.at = taking->at_ms;
        report->status.emergency = true;
        report->status.cancel = cancel;
        report->status.location = taking->event->at;
        report->status.text = words;
        return;
    }
    struct report *report = add(taking, REPORT_ALARM);
    report->alarm.point = cot_contact_name(contact);
    report->alarm.condition = "emergency";
    report->alarm.state = cancel ? ALARM_STATE_NORMAL : ALARM_STATE_ACTIVE;
    report->alarm.at = taking->at_ms;
    report->alarm.priority = 1;
    report->alarm.location = taking->event->at;
    report->alarm.text = words;
}

static struct verdict take_emergency(struct taking *taking)
{
    const struct cot_event *event = taking->event;
    struct cot_contact *contact = alert_contact(taking);

    if (event->time_ms <= contact->emergency_over_ms)           /* R2: a late repeat. */
        return pass(taking, COT_PASS_OLDER);
    bool stands = contact->emergency_ms != 0;
    if (stands && event->time_ms <= contact->emergency_ms)
        return pass(taking, COT_PASS_REPEAT);
    contact->emergency_ms = event->time_ms;
    if (!stands)
        add_alert(taking, contact, false);
    else if (geo_known(event->at) && contact->unit[0])          /* Where he is now. */
        add_location(taking, contact->unit);
    else
        return pass(taking, COT_PASS_REPEAT);
    return accepted();
}

static struct verdict take_emergency_cancel(struct taking *taking)
{
    struct cot_contact *contact = alert_contact(taking);

    if (taking->event->time_ms < contact->emergency_ms)         /* R2 */
        return pass(taking, COT_PASS_OLDER);
    if (taking->event->time_ms <= contact->emergency_over_ms)
        return pass(taking, COT_PASS_REPEAT);
    contact->emergency_ms = 0;
    contact->emergency_over_ms = taking->event->time_ms;
    add_alert(taking, contact, true);
    return accepted();
}

static struct verdict take_alert(struct taking *taking)
{
    const struct xml_element *emergency = element_child(taking->event->detail, "emergency");

    if (text_same_ignoring_case(span_of(element_attribute(emergency, "cancel")), span_of("true")))
        return take_emergency_cancel(taking);
    return take_emergency(taking);
}

static struct verdict take_alarm(struct taking *taking, const char *condition)
{
    const struct cot_event *event = taking->event;
    struct report *report = add(taking, REPORT_ALARM);

    report->alarm.id = event->uid;
    report->alarm.point = cut(taking, event->callsign[0] ? event->callsign : event->uid, 64);
    report->alarm.condition = condition;
    report->alarm.state = ALARM_STATE_ACTIVE;
    report->alarm.at = taking->at_ms;
    report->alarm.location = event->at;
    report->alarm.text = cut(taking, event->remarks, COT_TEXT_BYTES);
    return accepted();
}

static struct verdict take_casualty(struct taking *taking)
{
    const struct cot_event *event = taking->event;
    const struct xml_element *medevac = element_child(event->detail, "_medevac_");
    const char *title = element_attribute(medevac, "title");
    struct report *report = add(taking, REPORT_INCIDENT);

    report->incident.id = event->uid;
    report->incident.at = taking->at_ms;
    report->incident.type = "MED";
    report->incident.priority = 1;
    report->incident.location = event->at;
    report->incident.accuracy_m = event->ce_m;
    report->incident.text = cut(
        taking,
        arena_print(taking->arena, "Casualty to be fetched%s%s%s%s", title[0] ? ", " : "", title,
                    event->remarks[0] ? ": " : "", event->remarks), COT_TEXT_BYTES);
    report->incident.caller = cut(taking, event->callsign, 120);
    return accepted();
}

/* ---- chat ---- */

/* Who wrote, and its message's id: in __chat, in its group, in the link, or in the uid. */
struct letter {
    const char *sender_uid, *callsign, *message_id;
};

static struct letter letter_read(const struct taking *taking)
{
    static const char *const elements[] = { "__chat", "__chatreceipt" };
    const struct cot_event *event = taking->event;
    struct letter letter = { "", "", "" };

    for (size_t i = 0; i < ARRAY_COUNT(elements); i++) {
        const struct xml_element *chat = element_child(event->detail, elements[i]);
        if (!letter.message_id[0])
            letter.message_id = element_attribute(chat, "messageId");
        if (!letter.callsign[0])
            letter.callsign = element_attribute(chat, "senderCallsign");
        if (!letter.sender_uid[0])
            letter.sender_uid = element_attribute(element_child(chat, "chatgrp"), "uid0");
    }
    const char *linked = element_attribute(parent_link(event), "uid");
    if (linked[0])
        letter.sender_uid = linked;
    if (!letter.callsign[0])
        letter.callsign = event->callsign;
    if (letter.message_id[0])
        return letter;
    const char *dot = strrchr(event->uid, '.');
    letter.message_id = dot ? dot + 1 : event->uid;
    return letter;
}

static bool message_is_new(struct cot_reports *reports, const char *sender, const char *id)
{
    uint64_t hash = hash_of_text(sender) ^ (hash_of_text(id) * 31);

    for (uint32_t i = 0; i < MESSAGES_MAX; i++)
        if (reports->messages[i] == hash)
            return false;
    reports->messages[reports->message_next] = hash;
    reports->message_next = (reports->message_next + 1) % MESSAGES_MAX;
    return true;
}

/* The sender of a letter; a name that its positions told is not changed by what it types. */
static struct cot_contact *letter_contact(struct taking *taking, const struct letter *letter)
{
    struct cot_contacts *contacts = taking->reports->contacts;
    const struct cot_contact *known = cot_contacts_find(contacts, letter->sender_uid);
    bool has_name = known && known->callsign[0];
    struct cot_contact *contact =
        cot_contacts_hear(contacts, cut(taking, letter->sender_uid, COT_UID_BYTES_MAX),
                          has_name ? "" : letter->callsign, taking->now_ms);

    if (taking->link)
        contact->link = taking->link;
    return contact;
}

static void add_receipt(struct taking *taking, const char *order, const char *unit,
                        enum receipt_stage stage, const char *reason)
{
    struct report *report = add(taking, REPORT_RECEIPT);

    report->receipt.order = order;
    report->receipt.unit = unit;
    report->receipt.at = taking->at_ms;
    report->receipt.stage = stage;
    report->receipt.reason = cut(taking, reason, 240);
}

/* A stage is told once, and never goes back; a refusal may come after an acceptance. */
static bool stage_is_news(struct cot_order *order, enum receipt_stage stage)
{
    if (stage == RECEIPT_UNSAID || cot_stage_is_over(order->stage) || stage <= order->stage)
        return false;
    order->stage = stage;
    return true;
}

/* What a crew typed, as receipt and status. False: it is a message. */
static bool reply_take(struct taking *taking, const char *unit, const char *text)
{
    struct cot_reply reply;

    if (!cot_words_read(taking->reports->words, span_of(text), &reply))
        return false;
    struct cot_order *order = cot_book_of_unit(taking->reports->book, unit, reply.number);
    /* It answers an order that is not there: a person has to read it. */
    if (!order && (reply.number || reply.status == UNIT_UNKNOWN))
        return false;
    if (order && stage_is_news(order, reply.stage))
        add_receipt(taking, order->id, unit, reply.stage,
                    reply.stage == RECEIPT_REFUSED && reply.more.length
                        ? arena_copy(taking->arena, reply.more)
                        : text);
    if (reply.status != UNIT_UNKNOWN) {
        struct report *report = add(taking, REPORT_STATUS);
        report->status.unit = unit;
        report->status.at = taking->at_ms;
        report->status.status = reply.status;
        report->status.order = order ? order->id : "";
        report->status.text = cut(taking, text, 240);
    }
    /* More than the answer, or an answer that changed nothing: a person reads it too. */
    return reply.more.length == 0 && taking->result->count > 0;
}

static struct verdict take_chat(struct taking *taking)
{
    const struct cot_event *event = taking->event;
    const struct letter letter = letter_read(taking);

    if (!letter.sender_uid[0])
        return refused(REFUSED_FIELD_MISSING, 0, "__chat sender");
    if (strcmp(letter.sender_uid, taking->reports->terms.own_uid) == 0)
        return pass(taking, COT_PASS_OWN);
    const struct cot_contact *contact = letter_contact(taking, &letter);
    const char *unit = arena_copy(taking->arena, span_of(cot_contact_name(contact)));
    taking->result->answer = COT_ANSWER_DELIVERED;
    taking->result->message_id = letter.message_id;
    if (!message_is_new(taking->reports, letter.sender_uid, letter.message_id))
        return pass(taking, COT_PASS_REPEAT);
    const char *text = cut(taking, event->remarks, COT_TEXT_BYTES);
    if (!text[0])
        return refused(REFUSED_FIELD_MISSING, 0, "remarks");
    if (reply_take(taking, unit, text))
        return accepted();
    struct report *report = add(taking, REPORT_MESSAGE);
    report->message.unit = unit;
    report->message.at = taking->at_ms;
    report->message.text = text;
    return accepted();
}

/* Our order's when the id is one of our tokens; else it is passed on as it is, and the hub says
 * that it knows no such order. */
static struct verdict take_chat_receipt(struct taking *taking, enum receipt_stage stage)
{
    const struct letter letter = letter_read(taking);
    char id[COT_TOKEN_BYTES];

    if (strcmp(letter.sender_uid, taking->reports->terms.own_uid) == 0)
        return pass(taking, COT_PASS_OWN);
    const struct cot_contact *contact =
        letter.sender_uid[0] ? letter_contact(taking, &letter) : NULL;
    cot_order_id(letter.message_id, id);
    struct cot_order *order = cot_book_find(taking->reports->book, id);
    if (order && !stage_is_news(order, stage))
        return pass(taking, COT_PASS_REPEAT);
    add_receipt(taking,
                id[0] ? arena_copy(taking->arena, span_of(id))
                      : cut(taking, letter.message_id, COT_UID_BYTES_MAX),
                contact ? arena_copy(taking->arena, span_of(cot_contact_name(contact))) : "",
                stage, "");
    return accepted();
}

static struct verdict take_task_reply(struct taking *taking)
{
    const struct cot_task_reply *reply = cot_task_reply_find(taking->event->type);
    char id[COT_TOKEN_BYTES];

    cot_order_id(taking->event->uid, id);
    if (!reply || !id[0])
        return pass(taking, COT_PASS_CONTROL);
    struct cot_order *order = cot_book_find(taking->reports->book, id);
    if (order && !stage_is_news(order, reply->stage))
        return pass(taking, COT_PASS_REPEAT);
    const char *unit = order ? order->unit : "";
    const char *order_id = arena_copy(taking->arena, span_of(id));
    const char *reason =
        taking->event->remarks[0] ? taking->event->remarks : reply->reason;
    add_receipt(taking, order_id, unit, reply->stage, reason);
    if (order && reply->status != UNIT_UNKNOWN) {
        struct report *report = add(taking, REPORT_STATUS);
        report->status.unit = unit;
        report->status.at = taking->at_ms;
        report->status.status = reply->status;
        report->status.order = order_id;
    }
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

static struct verdict take_meaning(struct taking *taking, const struct cot_type *type)
{
    switch (type->meaning) {
    case COT_TRACK:
        if (is_marked_place(taking->event))
            return take_drawn(taking, "Marker");
        return take_track(taking);
    case COT_MARKER:
        return take_drawn(taking, type->word);
    case COT_SHAPE:
        return take_drawing(taking, type->word);
    case COT_PLANNING:
        return pass(taking, COT_PASS_PLANNING);
    case COT_EMERGENCY:
        return take_alert(taking);
    case COT_EMERGENCY_CANCEL:
        return take_emergency_cancel(taking);
    case COT_ALARM:
        return take_alarm(taking, type->word);
    case COT_CASUALTY:
        return take_casualty(taking);
    case COT_CHAT:
        return take_chat(taking);
    case COT_CHAT_DELIVERED:
        return take_chat_receipt(taking, RECEIPT_DELIVERED);
    case COT_CHAT_READ:
        return take_chat_receipt(taking, RECEIPT_READ);
    case COT_TASK_REPLY:
        return take_task_reply(taking);
    case COT_DELETE:
        return take_delete(taking);
    case COT_PING:
        taking->result->answer = COT_ANSWER_PONG;
        return pass(taking, COT_PASS_CONTROL);
    case COT_PONG:
    case COT_PROTOCOL_OFFER:
    case COT_PROTOCOL_REQUEST:
    case COT_PROTOCOL_RESPONSE:
    case COT_CONTROL:
        return pass(taking, COT_PASS_CONTROL);
    case COT_UNKNOWN:
    case COT_MEANING_COUNT:
        break;
    }
    return pass(taking, COT_PASS_UNKNOWN);
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
    struct taking taking = { .reports = reports, .event = event, .link = link, .now_ms = now_ms,
                             .at_ms = event->time_ms, .arena = arena, .result = ret_result };

    ret_result->count = 0;
    ret_result->pass = COT_PASS_NOT;
    ret_result->answer = COT_ANSWER_NOTHING;
    ret_result->message_id = ret_result->note = "";
    if (strcmp(event->uid, reports->terms.own_uid) == 0)
        return pass(&taking, COT_PASS_OWN);
    if (must_not_be_shown(event, rule ? COT_SHAPE : type->meaning))
        return pass(&taking, COT_PASS_EXERCISE);
    if (rule && !rule->kind[0])
        return pass(&taking, COT_PASS_HIDDEN);
    return rule ? take_drawn(&taking, rule->kind) : take_meaning(&taking, type);
}
