/* cot_event.h - one Cursor on Target event, read from XML and written as XML.
 *
 * The MITRE base schema 2.0: an event says what (type), who (uid), when (time; valid from start to
 * stale), how it is known, and where (point); everything else is in detail, by sender. Where
 * senders leave out what the schema requires but nothing is lost by it (start, stale, how), it is
 * assumed; what is there must be right. Times are ms since 1970 UTC, angles degrees, lengths
 * metres, WGS 84; what was not told is NaN, "" or 0. Pure. */
#ifndef FEEDS_COT_EVENT_H
#define FEEDS_COT_EVENT_H

#include "app/base/geo.h"
#include "feeds/xml_stream.h"

enum {
    COT_UID_BYTES_MAX = 256,
    COT_TYPE_BYTES_MAX = 64,
    /* Every client writes 9999999 for "unknown"; the protobuf's own comments say 999999. */
    COT_UNKNOWN_M = 999999,
    COT_STALE_ASSUMED_MS = 24 * 60 * 60 * 1000,
};

struct cot_event {
    const char *uid;
    const char *type;               /* Without what may follow a ';'. */
    const char *how;
    const char *opex;               /* "o-name" operation, "e-" exercise, "s-" simulation. */
    int64_t time_ms, start_ms, stale_ms;
    bool stale_assumed;             /* It was not told, or is not after `time`. */
    struct geo_point at;            /* Unknown where it is not told, and at exactly 0N 0E. */
    double hae_m, ce_m;             /* Height above the ellipsoid; horizontal accuracy. */
    const struct xml_element *detail;       /* NULL: none. */

    /* Of the detail: */
    const char *callsign;
    const char *remarks;
    double course_deg, speed_mps;
};

/* Reads an event from its element. Strings are loans from the element, or in `arena`. Refusals:
 * UNSUPPORTED (another element, a version before 2); FIELD_MISSING, BAD_SYNTAX, NOT_A_TIME,
 * NOT_A_NUMBER, OUT_OF_RANGE, TOO_LONG with the attribute's name. */
struct verdict cot_event_read(const struct xml_element *element, struct arena *arena,
                              struct cot_event *ret_event);
/* Makes the values of an event's attributes, as they came, into those above: checks them, adds what
 * the detail tells (NULL: nothing) and what is assumed. For one that did not come as XML. */
struct verdict cot_event_complete(struct cot_event *event, const struct xml_element *detail);

/* Cuts what follows a ';' off a type. Refusals: FIELD_MISSING, TOO_LONG, BAD_SYNTAX. */
struct verdict cot_type_read(const char *text, struct arena *arena, const char **ret_type);
/* Is `type` this type or one below it: "a-f-G-U-C" is of "a-f", not of "a-f-G-U-". */
bool cot_type_is(const char *type, const char *above);
/* Marked as an exercise or as simulated, by opex or by how. */
bool cot_event_is_exercise(const struct cot_event *event);

/* What to write; `detail` is XML, without the tags of detail itself. */
struct cot_draft {
    const char *uid, *type, *how;
    int64_t time_ms, stale_ms;
    struct geo_point at;            /* Unknown is written as 0N 0E, unknown accuracy. */
    struct span detail;
};

/* Appends the event, ended by `</event>` and nothing more: TAK servers want no line end there. */
void cot_draft_write(const struct cot_draft *draft, struct buffer *out);

#endif
