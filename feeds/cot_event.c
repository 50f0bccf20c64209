#include "feeds/cot_event.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "app/base/when.h"

/* ---- types ---- */

bool cot_type_is(const char *type, const char *above)
{
    size_t length = strlen(above);

    return strncmp(type, above, length) == 0 && (type[length] == '\0' || type[length] == '-');
}

/* Schema 2.0: \w+(-\w+)*(;[^;]*)? . Real senders also use '.', as a wildcard of one place. */
struct verdict cot_type_read(const char *text, struct arena *arena, const char **ret_type)
{
    size_t length = strcspn(text, ";");

    if (length == 0)
        return refused(REFUSED_FIELD_MISSING, 0, "type");
    if (length > COT_TYPE_BYTES_MAX)
        return refused(REFUSED_TOO_LONG, 0, "type");
    for (size_t i = 0; i < length; i++) {
        bool dash = text[i] == '-' && i > 0 && text[i - 1] != '-' && i + 1 < length;
        if (!dash && !isalnum((unsigned char)text[i]) && text[i] != '_' && text[i] != '.')
            return refused(REFUSED_BAD_SYNTAX, 0, "type");
    }
    *ret_type = text[length] ? arena_copy(arena, span_from(text, length)) : text;
    return accepted();
}

bool cot_event_is_exercise(const struct cot_event *event)
{
    bool marked = event->opex[0] == 'e' || event->opex[0] == 's';

    return (marked && (event->opex[1] == '\0' || event->opex[1] == '-'))
           || cot_type_is(event->how, "m-s");
}

/* ---- attributes ---- */

static struct verdict time_read(const struct xml_element *element, const char *name,
                                int64_t *ret_at_ms)
{
    const char *text = element_attribute(element, name);
    int64_t at_ms = 0;

    if (!text[0]) {
        *ret_at_ms = 0;
        return accepted();
    }
    if (!when_parse(span_of(text), &at_ms))
        return refused(REFUSED_NOT_A_TIME, element->offset, name);
    /* A receiver without a clock says 1970; nothing may be said of the time before it. */
    if (at_ms <= 0)
        return refused(REFUSED_OUT_OF_RANGE, element->offset, name);
    *ret_at_ms = at_ms;
    return accepted();
}

static struct verdict times_read(const struct xml_element *element, struct cot_event *event)
{
    struct verdict verdict = time_read(element, "time", &event->time_ms);

    if (is_accepted(&verdict))
        verdict = time_read(element, "start", &event->start_ms);
    if (is_accepted(&verdict))
        verdict = time_read(element, "stale", &event->stale_ms);
    return verdict;
}

static struct verdict version_read(const struct xml_element *element)
{
    const char *text = element_attribute(element, "version");
    double version;

    if (!text[0])
        return accepted();
    if (!span_to_double(span_of(text), &version))
        return refused(REFUSED_NOT_A_NUMBER, element->offset, "version");
    return version >= 2 ? accepted() : refused(REFUSED_UNSUPPORTED, element->offset, "version");
}

static struct verdict degrees_read(const struct xml_element *point, const char *name,
                                   double *ret_deg)
{
    const char *text = element_attribute(point, name);

    if (!text[0])
        return refused(REFUSED_FIELD_MISSING, point->offset, name);
    if (!span_to_double(span_of(text), ret_deg))
        return refused(REFUSED_NOT_A_NUMBER, point->offset, name);
    return accepted();
}

/* Unknown is written in many ways (9999999, NaN, nothing at all), and none of them is wrong. */
static double metres_read(const struct xml_element *element, const char *name)
{
    double metres;

    return span_to_double(span_of(element_attribute(element, name)), &metres) ? metres : NAN;
}

static struct verdict point_read(const struct xml_element *element, struct cot_event *event)
{
    const struct xml_element *point = element_child(element, "point");

    if (!point)
        return refused(REFUSED_FIELD_MISSING, element->offset, "point");
    struct verdict verdict = degrees_read(point, "lat", &event->at.lat_deg);
    if (is_accepted(&verdict))
        verdict = degrees_read(point, "lon", &event->at.lon_deg);
    event->hae_m = metres_read(point, "hae");
    event->ce_m = metres_read(point, "ce");
    return verdict;
}

/* ---- the detail ---- */

static double number_of(const struct xml_element *element, const char *name)
{
    double number;
    return span_to_double(span_of(element_attribute(element, name)), &number) ? number : NAN;
}

static void detail_take(struct cot_event *event, const struct xml_element *detail)
{
    const struct xml_element *remarks = element_child(detail, "remarks");
    const struct xml_element *track = element_child(detail, "track");
    double course_deg = fmod(number_of(track, "course"), 360);
    double speed_mps = number_of(track, "speed");

    event->detail = detail;
    event->callsign = element_attribute(element_child(detail, "contact"), "callsign");
    event->remarks = remarks ? remarks->text : "";
    event->course_deg = course_deg < 0 ? course_deg + 360 : course_deg;
    /* -1 is how some phones say that they do not know. */
    event->speed_mps = speed_mps >= 0 && speed_mps <= 1000 ? speed_mps : NAN;
}

/* ---- the whole ---- */

static void times_assume(struct cot_event *event)
{
    if (!event->time_ms)
        event->time_ms = event->start_ms;
    if (!event->start_ms)
        event->start_ms = event->time_ms;
    event->stale_assumed = event->stale_ms <= event->time_ms;
    if (event->stale_assumed)
        event->stale_ms = event->time_ms + COT_STALE_ASSUMED_MS;
}

static struct verdict event_check(const struct cot_event *event)
{
    if (!event->uid[0])
        return refused(REFUSED_FIELD_MISSING, 0, "uid");
    if (strlen(event->uid) > COT_UID_BYTES_MAX)
        return refused(REFUSED_TOO_LONG, 0, "uid");
    if (!event->time_ms && !event->start_ms)
        return refused(REFUSED_FIELD_MISSING, 0, "time");
    if (!(fabs(event->at.lat_deg) <= 90))
        return refused(REFUSED_OUT_OF_RANGE, 0, "lat");
    if (!(fabs(event->at.lon_deg) <= 180))
        return refused(REFUSED_OUT_OF_RANGE, 0, "lon");
    return accepted();
}

static double known_m(double metres)
{
    return fabs(metres) < COT_UNKNOWN_M ? metres : NAN;
}

struct verdict cot_event_complete(struct cot_event *event, const struct xml_element *detail)
{
    struct verdict verdict = event_check(event);

    if (!is_accepted(&verdict))
        return verdict;
    times_assume(event);
    /* Rounded first: a hair's breadth from 0N 0E is 0N 0E. */
    event->at = geo_rounded(event->at);
    if (!geo_plausible(event->at))
        event->at = geo_unknown();
    event->hae_m = known_m(event->hae_m);
    /* 0 is what a gateway writes that was told nothing: no receiver is exact. */
    event->ce_m = event->ce_m > 0 ? known_m(event->ce_m) : NAN;
    detail_take(event, detail);
    return accepted();
}

struct verdict cot_event_read(const struct xml_element *element, struct arena *arena,
                              struct cot_event *ret_event)
{
    struct cot_event event = { .at = geo_unknown() };

    if (strcmp(element->name, "event") != 0)
        return refused(REFUSED_UNSUPPORTED, element->offset, element->name);
    event.uid = element_attribute(element, "uid");
    event.how = element_attribute(element, "how");
    event.opex = element_attribute(element, "opex");
    struct verdict verdict = version_read(element);
    if (is_accepted(&verdict))
        verdict = cot_type_read(element_attribute(element, "type"), arena, &event.type);
    if (is_accepted(&verdict))
        verdict = times_read(element, &event);
    if (is_accepted(&verdict) && event.uid[0] && (event.time_ms || event.start_ms))
        verdict = point_read(element, &event);
    if (is_accepted(&verdict))
        verdict = cot_event_complete(&event, element_child(element, "detail"));
    if (is_accepted(&verdict))
        *ret_event = event;
    return verdict;
}

/* ---- writing ---- */

static void put_attribute(struct buffer *out, const char *name, const char *value)
{
    buffer_print(out, " %s=\"", name);
    xml_put_text(out, value);
    buffer_add_text(out, "\"");
}

static void put_time(struct buffer *out, const char *name, int64_t at_ms)
{
    char text[WHEN_TEXT_BYTES];
    put_attribute(out, name, when_text(at_ms, text));
}

void cot_draft_write(const struct cot_draft *draft, struct buffer *out)
{
    bool known = geo_known(draft->at);

    assert(draft->uid[0] && draft->type[0]);
    assert(draft->stale_ms > draft->time_ms);
    buffer_add_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
                         "<event version=\"2.0\"");
    put_attribute(out, "uid", draft->uid);
    put_attribute(out, "type", draft->type);
    put_time(out, "time", draft->time_ms);
    put_time(out, "start", draft->time_ms);
    put_time(out, "stale", draft->stale_ms);
    put_attribute(out, "how", draft->how);
    buffer_print(out, "><point lat=\"%.7f\" lon=\"%.7f\" hae=\"9999999.0\" ce=\"9999999.0\" "
                      "le=\"9999999.0\"/><detail>", known ? draft->at.lat_deg : 0.0,
                 known ? draft->at.lon_deg : 0.0);
    buffer_add(out, draft->detail);
    buffer_add_text(out, "</detail></event>");
}
