#include "feeds/cot_taking.h"

#include <string.h>

#include "app/base/text.h"

/* Who is in trouble: the person that the alert links to. Some clients link to nobody; then its
 * callsign, which ATAK ends in "-Alert", and its uid, which ATAK ends in "-9-1-1". */
static struct cot_contact *alert_contact(struct cot_taking *taking)
{
    static const char uid_end[] = "-9-1-1", callsign_end[] = "-Alert";
    const struct cot_event *event = taking->event;
    const struct xml_element *emergency = element_child(event->detail, "emergency");
    const char *uid = element_attribute(taking_parent(event), "uid");
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
    return cot_contacts_hear(contacts, taking_cut(taking, uid, COT_UID_BYTES_MAX),
                             has_name ? "" : arena_copy(taking->arena, span_trim(called)),
                             taking->now_ms);
}

static const char *alert_words(const struct cot_taking *taking)
{
    const struct xml_element *emergency = element_child(taking->event->detail, "emergency");
    const char *kind = element_attribute(emergency, "type");

    if (!kind[0])
        kind = "Emergency";
    if (!taking->event->remarks[0])
        return taking_cut(taking, kind, COT_TEXT_BYTES);
    return taking_cut(taking, arena_print(taking->arena, "%s: %s", kind, taking->event->remarks),
               COT_TEXT_BYTES);
}

/* A unit presses a button; of a stranger it is an alarm, or nobody would hear it. */
static void add_alert(struct cot_taking *taking, const struct cot_contact *contact, bool cancel)
{
    const char *words = alert_words(taking);

    if (contact->unit[0]) {
        struct report *report = taking_add(taking, REPORT_STATUS);
        report->status.unit = contact->unit;
        report->status.at = taking->at_ms;
        report->status.emergency = true;
        report->status.cancel = cancel;
        report->status.location = taking->event->at;
        report->status.text = words;
        return;
    }
    struct report *report = taking_add(taking, REPORT_ALARM);
    report->alarm.point = cot_contact_name(contact);
    report->alarm.condition = "emergency";
    report->alarm.state = cancel ? ALARM_STATE_NORMAL : ALARM_STATE_ACTIVE;
    report->alarm.at = taking->at_ms;
    report->alarm.priority = 1;
    report->alarm.location = taking->event->at;
    report->alarm.text = words;
}

static struct verdict take_emergency(struct cot_taking *taking)
{
    const struct cot_event *event = taking->event;
    struct cot_contact *contact = alert_contact(taking);

    if (taking->order_ms <= contact->emergency_over_ms)         /* R2: a late repeat. */
        return taking_pass(taking, COT_PASS_OLDER);
    bool stands = contact->emergency_ms != 0;
    if (stands && taking->order_ms <= contact->emergency_ms)
        return taking_pass(taking, COT_PASS_REPEAT);
    contact->emergency_ms = taking->order_ms;
    if (!stands)
        add_alert(taking, contact, false);
    else if (geo_known(event->at) && contact->unit[0])          /* Where he is now. */
        taking_add_location(taking, contact->unit);
    else
        return taking_pass(taking, COT_PASS_REPEAT);
    return accepted();
}

struct verdict cot_take_emergency_cancel(struct cot_taking *taking)
{
    struct cot_contact *contact = alert_contact(taking);

    if (taking->order_ms < contact->emergency_ms)               /* R2 */
        return taking_pass(taking, COT_PASS_OLDER);
    if (taking->order_ms <= contact->emergency_over_ms)
        return taking_pass(taking, COT_PASS_REPEAT);
    contact->emergency_ms = 0;
    contact->emergency_over_ms = taking->order_ms;
    add_alert(taking, contact, true);
    return accepted();
}

struct verdict cot_take_alert(struct cot_taking *taking)
{
    const struct xml_element *emergency = element_child(taking->event->detail, "emergency");

    if (text_same_ignoring_case(span_of(element_attribute(emergency, "cancel")), span_of("true")))
        return cot_take_emergency_cancel(taking);
    return take_emergency(taking);
}

struct verdict cot_take_alarm(struct cot_taking *taking, const char *condition)
{
    const struct cot_event *event = taking->event;
    struct report *report = taking_add(taking, REPORT_ALARM);

    report->alarm.id = event->uid;
    report->alarm.point = taking_cut(taking, event->callsign[0] ? event->callsign : event->uid, 64);
    report->alarm.condition = condition;
    report->alarm.state = ALARM_STATE_ACTIVE;
    report->alarm.at = taking->at_ms;
    report->alarm.location = event->at;
    report->alarm.text = taking_cut(taking, event->remarks, COT_TEXT_BYTES);
    return accepted();
}

struct verdict cot_take_casualty(struct cot_taking *taking)
{
    const struct cot_event *event = taking->event;
    const struct xml_element *medevac = element_child(event->detail, "_medevac_");
    const char *title = element_attribute(medevac, "title");
    struct report *report = taking_add(taking, REPORT_INCIDENT);

    report->incident.id = event->uid;
    report->incident.at = taking->at_ms;
    report->incident.type = "MED";
    report->incident.priority = 1;
    report->incident.location = event->at;
    report->incident.accuracy_m = event->ce_m;
    report->incident.text = taking_cut(
        taking,
        arena_print(taking->arena, "Casualty to be fetched%s%s%s%s", title[0] ? ", " : "", title,
                    event->remarks[0] ? ": " : "", event->remarks), COT_TEXT_BYTES);
    report->incident.caller = taking_cut(taking, event->callsign, 120);
    return accepted();
}
