/* hub_lines.h - what the hub says to an adapter, one JSON object a line (CONTRACTS section 5).
 *
 * The hub is ours, but its lines are still judged: a wrong one is told on stderr and skipped, for
 * an adapter that stops would silence a whole feed. Lines of a kind nobody knows here come from a
 * newer hub and are skipped too. Times are RFC 3339, coordinates WGS 84 degrees. Pure. */
#ifndef FEEDS_HUB_LINES_H
#define FEEDS_HUB_LINES_H

#include "app/base/report.h"

enum {
    FEED_WIRE = 1,
    /* The hello of a site with 20,000 units is 2 MB; an order with 2,000 route points 50 KB. */
    HUB_LINE_BYTES_MAX = 4 * 1024 * 1024,
};

#define FEED_MODES(ROW)                         \
    ROW(FEED_MODE, UNSAID, "")                  \
    ROW(FEED_MODE, LIVE, "live")                \
    ROW(FEED_MODE, DRILL, "drill")
#define FEED_VERBS(ROW)                         \
    ROW(FEED_VERB, UNSAID, "")                  \
    ROW(FEED_VERB, DISPATCH, "dispatch")        \
    ROW(FEED_VERB, RECALL, "recall")            \
    ROW(FEED_VERB, TRANSPORT, "transport")      \
    ROW(FEED_VERB, MESSAGE, "message")
#define FEED_INJECTS(ROW)                       \
    ROW(FEED_INJECT, UNSAID, "")                \
    ROW(FEED_INJECT, BREAKDOWN, "breakdown")    \
    ROW(FEED_INJECT, REFUSE, "refuse")          \
    ROW(FEED_INJECT, EMERGENCY, "emergency")    \
    ROW(FEED_INJECT, SILENT, "silent")          \
    ROW(FEED_INJECT, DETOUR, "detour")          \
    ROW(FEED_INJECT, CLEAR, "clear")

#define VOCABULARIES_OF_HUB_LINES(ROW)          \
    ROW(feed_mode, FEED_MODES)                  \
    ROW(feed_verb, FEED_VERBS)                  \
    ROW(feed_inject, FEED_INJECTS)
VOCABULARIES_OF_HUB_LINES(VOCABULARY_DECLARED)

#define FEED_HELLO_FIELDS(F, R)                 \
    F(R, NUMBER, _, wire, NEEDED)               \
    F(R, STRING, _, feed, PLAIN)                \
    F(R, WORD,   feed_mode, mode, NEEDED)       \
    F(R, STRING, _, scratch, PLAIN)             \
    F(R, AMOUNT, _, seed, PLAIN)                \
    F(R, TIME,   _, start, PLAIN)
RECORD_STRUCT(feed_hello, FEED_HELLO_FIELDS);

/* A unit whose orders go to this feed. `station` is its home, and where it stands at the start. */
#define FEED_UNIT_FIELDS(F, R)                  \
    F(R, STRING, _, unit, NEEDED)               \
    F(R, STRING, _, kind, PLAIN)                \
    F(R, STRING, _, station, PLAIN)             \
    F(R, LATLON, _, location, PLAIN)
RECORD_STRUCT(feed_unit, FEED_UNIT_FIELDS);

#define FEED_FACILITY_FIELDS(F, R)              \
    F(R, STRING, _, code, NEEDED)               \
    F(R, STRING, _, kind, PLAIN)                \
    F(R, LATLON, _, location, PLAIN)
RECORD_STRUCT(feed_facility, FEED_FACILITY_FIELDS);

/* The incident an order is about. */
#define FEED_INCIDENT_FIELDS(F, R)              \
    F(R, NUMBER, _, number, PLAIN)              \
    F(R, STRING, _, type, PLAIN)                \
    F(R, NUMBER, _, priority, PLAIN)            \
    F(R, STRING, _, place, PLAIN)               \
    F(R, LATLON, _, location, PLAIN)            \
    F(R, STRING, _, text, PERSONAL)
RECORD_STRUCT(feed_incident, FEED_INCIDENT_FIELDS);

#define FEED_ORDER_FIELDS(F, R)                 \
    F(R, STRING, _, order, NEEDED)              \
    F(R, STRING, _, unit, NEEDED)               \
    F(R, WORD,   feed_verb, verb, NEEDED)       \
    F(R, STRING, _, text, PERSONAL)             \
    F(R, POINTS, _, route, PLAIN)               \
    F(R, DECIMAL, _, route_s, PLAIN)            \
    F(R, TIME,   _, expires, PLAIN)
RECORD_STRUCT(feed_order_head, FEED_ORDER_FIELDS);

struct feed_order {
    struct feed_order_head head;
    struct feed_incident incident;          /* All empty when the order is about none. */
    struct feed_facility destination;       /* Likewise. */
};

#define FEED_INJECT_FIELDS(F, R)                \
    F(R, WORD,   feed_inject, inject, NEEDED)   \
    F(R, STRING, _, unit, NEEDED)               \
    F(R, STRING, _, text, PERSONAL)
RECORD_STRUCT(feed_inject_line, FEED_INJECT_FIELDS);

/* A status that a dispatcher set by hand, so that a simulated crew follows. */
#define FEED_STATUS_FIELDS(F, R)                \
    F(R, WORD,   unit_status, status, NEEDED)   \
    F(R, STRING, _, unit, NEEDED)
RECORD_STRUCT(feed_status_line, FEED_STATUS_FIELDS);

#define FEED_NOW_FIELDS(F, R)                   \
    F(R, TIME,   _, now, NEEDED)
RECORD_STRUCT(feed_now_line, FEED_NOW_FIELDS);

#define FEED_KEPT_FIELDS(F, R)                  \
    F(R, AMOUNT, _, kept, NEEDED)
RECORD_STRUCT(feed_kept_line, FEED_KEPT_FIELDS);

enum hub_line_kind {
    HUB_LINE_HELLO, HUB_LINE_ORDER, HUB_LINE_KEPT, HUB_LINE_NOW, HUB_LINE_INJECT, HUB_LINE_STATUS,
    HUB_LINE_UNKNOWN,
};

struct hub_line {
    enum hub_line_kind kind;
    struct span text;               /* As it came, for an adapter that only passes it on. */
    union {
        struct feed_hello hello;
        struct feed_order order;
        struct feed_kept_line kept;
        struct feed_now_line now;
        struct feed_inject_line inject;
        struct feed_status_line status;
    };
};

/* Reads one parsed line. Strings in *ret_line are loans from `json`, points from `arena`.
 * Refusals: whatever record_read() refuses; UNSUPPORTED "wire" for a hub of another release. */
struct verdict hub_line_read(struct span text, const struct json *json, struct arena *arena,
                             struct hub_line *ret_line);

/* The units and facilities of a hello, each a list in `arena`; a refusal names the list. */
struct verdict hub_hello_units(const struct json *hello, struct arena *arena,
                               const struct feed_unit **ret_units, uint32_t *ret_count);

#endif
