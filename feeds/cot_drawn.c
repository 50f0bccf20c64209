#include "feeds/cot_taking.h"

#include <string.h>

#include "feeds/cot_shape.h"

/* Is this uid's drawing newer than the one that was told? A table row is shared by few. */
static bool drawing_is_newer(struct cot_taking *taking)
{
    uint64_t uid = taking_hash(taking->event->uid);
    struct cot_reports *reports = taking->reports;
    uint32_t row = (uint32_t)(uid % DRAWINGS_ROWS);

    if (reports->drawings[row].uid == uid
        && taking->event->time_ms < reports->drawings[row].time_ms)
        return false;
    reports->drawings[row].uid = uid;
    reports->drawings[row].time_ms = taking->event->time_ms;
    return true;
}

static struct report *add_hazard(struct cot_taking *taking, const char *kind)
{
    const struct cot_event *event = taking->event;
    struct report *report = taking_add(taking, REPORT_HAZARD);

    report->hazard.id = event->uid;
    report->hazard.at = taking->at_ms;
    report->hazard.kind = kind;
    report->hazard.severity = SEVERITY_UNKNOWN;
    report->hazard.headline = taking_cut(taking, event->callsign, 120);
    report->hazard.text = taking_cut(taking, event->remarks, COT_TEXT_BYTES);
    report->hazard.effective = event->start_ms < event->stale_ms ? event->start_ms : 0;
    report->hazard.expires = event->stale_ms;
    report->hazard.expiry_assumed = event->stale_assumed;
    report->hazard.exercise = cot_event_is_exercise(event);
    return report;
}

static struct verdict take_marker(struct cot_taking *taking, const char *kind)
{
    const struct cot_event *event = taking->event;

    if (!geo_known(event->at))
        return taking_pass(taking, COT_PASS_NO_POSITION);
    struct report *report = add_hazard(taking, kind);
    report->hazard.center = event->at;
    report->hazard.radius_m = event->ce_m > taking->reports->terms.marker_m
                                  ? event->ce_m
                                  : taking->reports->terms.marker_m;
    return accepted();
}

static struct verdict take_shape(struct cot_taking *taking, const char *kind)
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

struct verdict cot_take_drawn(struct cot_taking *taking, const char *kind)
{
    if (!drawing_is_newer(taking))                                          /* R1 */
        return taking_pass(taking, COT_PASS_OLDER);
    return draws(taking->event) ? take_shape(taking, kind) : take_marker(taking, kind);
}

/* An open line is a ruler or a way, and no area, unless a rule of the site says so. */
struct verdict cot_take_drawing(struct cot_taking *taking, const char *kind)
{
    struct cot_shape shape;

    if (draws(taking->event)) {
        struct verdict verdict = cot_shape_read(taking->event, taking->reports->terms.strip_m,
                                                taking->arena, &shape);
        if (!is_accepted(&verdict))
            return verdict;
        if (shape.line)
            return taking_pass(taking, COT_PASS_PLANNING);
    }
    return cot_take_drawn(taking, kind);
}

struct verdict cot_take_delete(struct cot_taking *taking)
{
    const struct xml_element *link = element_child(taking->event->detail, "link");
    const char *uid = element_attribute(link, "uid");
    enum cot_meaning meaning = cot_type_find(element_attribute(link, "type"))->meaning;

    if (!uid[0])
        return refused(REFUSED_FIELD_MISSING, link ? link->offset : 0, "link uid");
    /* A unit that left the network is still a unit, and an alert is cancelled by a cancel. */
    if (meaning == COT_TRACK || meaning == COT_EMERGENCY)
        return taking_pass(taking, COT_PASS_CONTROL);
    struct report *report = taking_add(taking, REPORT_HAZARD);
    report->hazard.id = taking_cut(taking, uid, COT_UID_BYTES_MAX);
    report->hazard.at = taking->at_ms;
    report->hazard.kind = "Marker";
    report->hazard.cancel = true;
    return accepted();
}
