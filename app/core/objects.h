/* objects.h - what the picture is made of: one list per kind of object (fields.h).
 *
 * The first field is the key: a number (42, OR31) or a name (a callsign). `entry` is the sequence
 * of the last entry that changed what a command may depend on, `entry_by` who caused it. Words are
 * those of the room (DESIGN section 2). */
#ifndef APP_CORE_OBJECTS_H
#define APP_CORE_OBJECTS_H

#include "app/base/report.h"
#include "app/core/limits.h"

#define INCIDENT_STATES(ROW)              \
    ROW(INCIDENT, OPEN, "open")           \
    ROW(INCIDENT, CLOSED, "closed")
/* A place that nobody confirmed says so on every row (DESIGN promise 10). */
#define PLACE_STATES(ROW)                 \
    ROW(PLACE, UNCONFIRMED, "unconfirmed") \
    ROW(PLACE, CONFIRMED, "confirmed")
#define ORDER_VERBS(ROW)                  \
    ROW(ORDER, UNSAID, "")                \
    ROW(ORDER, DISPATCH, "dispatch")      \
    ROW(ORDER, RECALL, "recall")          \
    ROW(ORDER, MESSAGE, "message")        \
    ROW(ORDER, TRANSPORT, "transport")
/* order.c draws how one becomes another. */
#define ORDER_STAGES(ROW)                 \
    ROW(STAGE, QUEUED, "queued")          \
    ROW(STAGE, SENT, "sent")              \
    ROW(STAGE, DELIVERED, "delivered")    \
    ROW(STAGE, READ, "read")              \
    ROW(STAGE, ACCEPTED, "accepted")      \
    ROW(STAGE, DONE, "done")              \
    ROW(STAGE, REFUSED, "refused")        \
    ROW(STAGE, TIMED_OUT, "timed out")    \
    ROW(STAGE, FAILED, "failed")          \
    ROW(STAGE, UNCERTAIN, "may have been sent") \
    ROW(STAGE, WITHDRAWN, "withdrawn")
#define QUESTION_TARGETS(ROW)             \
    ROW(ASKED, PERSON, "person")          \
    ROW(ASKED, GEOGRAPHY, "geography")
/* What is asked for. */
#define QUESTION_PURPOSES(ROW)            \
    ROW(PURPOSE, CONFIRM, "confirm")      \
    ROW(PURPOSE, PLACE, "place")          \
    ROW(PURPOSE, REVERSE, "reverse")      \
    ROW(PURPOSE, ROUTE, "route")
#define ATTENTION_STATES(ROW)             \
    ROW(ATTENTION, OPEN, "open")          \
    ROW(ATTENTION, TAKEN, "taken")        \
    ROW(ATTENTION, ENDED, "ended")
#define FEED_STATES(ROW)                  \
    ROW(FEED, STARTING, "starting")       \
    ROW(FEED, OK, "ok")                   \
    ROW(FEED, STALE, "STALE")             \
    ROW(FEED, DOWN, "DOWN")               \
    ROW(FEED, FLOODING, "FLOODING")       \
    ROW(FEED, PAUSED, "PAUSED")
/* DESIGN section 7, in rising order. */
#define TRUST_LEVELS(ROW)                 \
    ROW(TRUST, MAP_ONLY, "map-only")      \
    ROW(TRUST, RAISE, "raise")            \
    ROW(TRUST, PROPOSE, "propose")        \
    ROW(TRUST, OPEN, "open")              \
    ROW(TRUST, ACTUATE, "actuate")
#define ROLES(ROW)                        \
    ROW(ROLE, OBSERVER, "observer")       \
    ROW(ROLE, CALLTAKER, "calltaker")     \
    ROW(ROLE, DISPATCHER, "dispatcher")   \
    ROW(ROLE, SUPERVISOR, "supervisor")   \
    ROW(ROLE, COMMANDER, "commander")     \
    ROW(ROLE, DIRECTOR, "director")
/* May an order be sent again after a crash without a receipt (CONTRACTS section 5)? */
#define REPEATS(ROW)                      \
    ROW(REPEAT, ASK, "ask")               \
    ROW(REPEAT, SAFE, "safe")

#define VOCABULARIES_OF_OBJECTS(ROW)      \
    ROW(incident_state, INCIDENT_STATES)  \
    ROW(place_state, PLACE_STATES)        \
    ROW(order_verb, ORDER_VERBS)          \
    ROW(order_stage, ORDER_STAGES)        \
    ROW(question_target, QUESTION_TARGETS) \
    ROW(question_purpose, QUESTION_PURPOSES) \
    ROW(attention_state, ATTENTION_STATES) \
    ROW(feed_state, FEED_STATES)          \
    ROW(trust_level, TRUST_LEVELS)        \
    ROW(operator_role, ROLES)             \
    ROW(order_repeat, REPEATS)
VOCABULARIES_OF_OBJECTS(VOCABULARY_DECLARED)

/* ---- what site.conf says ---- */

/* One row. Limits are in seconds. A unit further than `off_route_m` from its route for
 * `off_route_s` has left it; 0 metres: nobody watches that. The two lists are of the site's policy
 * (trust.h), separated by commas. */
#define SITE_FIELDS(F, R)                        \
    F(R, TEXT,    16, id, NEEDED)                \
    F(R, TEXT,    60, name, PLAIN)               \
    F(R, TEXT,    40, timezone, PLAIN)           \
    F(R, FLAG,    _, drill, PLAIN)               \
    F(R, TEXT,    60, exercise, PLAIN)           \
    F(R, POINT,   _, view, PLAIN)                \
    F(R, DECIMAL, _, view_m_per_cell, PLAIN)     \
    F(R, NUMBER,  _, order_answer_s, PLAIN)      \
    F(R, NUMBER,  _, order_expires_s, PLAIN)     \
    F(R, NUMBER,  _, pending_late_s, PLAIN)      \
    F(R, NUMBER,  _, fix_old_s, PLAIN)           \
    F(R, NUMBER,  _, location_interval_s, PLAIN) \
    F(R, NUMBER,  _, off_route_m, PLAIN)         \
    F(R, NUMBER,  _, off_route_s, PLAIN)         \
    F(R, TEXT,    240, deny_suppliers, PLAIN)    \
    F(R, TEXT,    120, deny_jurisdictions, PLAIN)
#define TYPE_FIELDS(F, R)                        \
    F(R, TEXT,    16, code, NEEDED)              \
    F(R, TEXT,    60, title, PLAIN)              \
    F(R, NUMBER,  _, priority, PLAIN)            \
    F(R, TEXT,    24, desk, PLAIN)
#define DISPOSITION_FIELDS(F, R)                 \
    F(R, TEXT,    24, code, NEEDED)              \
    F(R, TEXT,    60, title, PLAIN)
/* A station, a hospital: anything units start from or go to. */
#define FACILITY_FIELDS(F, R)                    \
    F(R, TEXT,    16, code, NEEDED)              \
    F(R, TEXT,    60, name, PLAIN)               \
    F(R, TEXT,    16, kind, PLAIN)               \
    F(R, TEXT,    80, address, PLAIN)            \
    F(R, POINT,   _, location, PLAIN)
/* What `haz` may draw. Roads inside one that closes them are routed around. */
#define HAZARD_KIND_FIELDS(F, R)                 \
    F(R, TEXT,    16, code, NEEDED)              \
    F(R, TEXT,    60, title, PLAIN)              \
    F(R, WORD,    severity, severity, PLAIN)     \
    F(R, FLAG,    _, closes_roads, PLAIN)
/* How the map draws a shapefile; maps/map.h says what each means. */
#define LAYER_FIELDS(F, R)                       \
    F(R, NUMBER,  _, rank, NEEDED)               \
    F(R, TEXT,    48, name, NEEDED)              \
    F(R, TEXT,    400, file, NEEDED)             \
    F(R, TEXT,    16, label, PLAIN)              \
    F(R, TEXT,    16, column, PLAIN)             \
    F(R, TEXT,    24, ink, PLAIN)                \
    F(R, TEXT,    24, ground, PLAIN)             \
    F(R, TEXT,    8, mark, PLAIN)                \
    F(R, DECIMAL, _, m_per_cell_max, PLAIN)      \
    F(R, DECIMAL, _, label_m_per_cell_max, PLAIN) \
    F(R, FLAG,    _, hidden, PLAIN)
/* `rank` is the layer's rank x 100 + the class's place in its layer. */
#define LAYER_CLASS_FIELDS(F, R)                 \
    F(R, NUMBER,  _, rank, NEEDED)               \
    F(R, TEXT,    48, layer, NEEDED)             \
    F(R, TEXT,    48, value, PLAIN)              \
    F(R, TEXT,    24, ink, PLAIN)                \
    F(R, TEXT,    24, ground, PLAIN)             \
    F(R, TEXT,    8, mark, PLAIN)                \
    F(R, DECIMAL, _, m_per_cell_max, PLAIN)      \
    F(R, DECIMAL, _, label_m_per_cell_max, PLAIN)
#define OPERATOR_FIELDS(F, R)                    \
    F(R, TEXT,    24, name, NEEDED)              \
    F(R, TEXT,    32, user, PLAIN)               \
    F(R, WORD,    operator_role, role, PLAIN)    \
    F(R, TEXT,    24, desk, PLAIN)

/* The part of a unit, and of a feed, that site.conf says; the rest is its life. `review_by_ms` is
 * the end of the day by which a person must have looked again whether its trust is right. */
#define UNIT_SITE_FIELDS(F, R)                   \
    F(R, TEXT,    16, callsign, NEEDED)          \
    F(R, TEXT,    16, kind, PLAIN)               \
    F(R, TEXT,    24, desk, PLAIN)               \
    F(R, TEXT,    16, station, PLAIN)            \
    F(R, POINT,   _, home, PLAIN)                \
    F(R, NUMBER,  _, crew, PLAIN)                \
    F(R, TEXT,    80, skills, PLAIN)             \
    F(R, TEXT,    32, feed, PLAIN)
#define FEED_SITE_FIELDS(F, R)                   \
    F(R, TEXT,    32, name, NEEDED)              \
    F(R, TEXT,    24, adapter, PLAIN)            \
    F(R, TEXT,    60, supplier, PLAIN)           \
    F(R, WORD,    trust_level, trust, PLAIN)     \
    F(R, WORD,    order_repeat, repeat, PLAIN)   \
    F(R, TEXT,    60, maker, PLAIN)              \
    F(R, TEXT,    24, jurisdiction, PLAIN)       \
    F(R, INSTANT, _, review_by_ms, PLAIN)        \
    F(R, NUMBER,  _, stale_after_s, PLAIN)

/* ---- what lives ---- */

/* `off_fixes` in a row were off its route since `off_since_ms`; `strayed_ms` is when that was too
 * many. `closure` is the hazard that lies across the route it was given. */
#define UNIT_FIELDS(F, R)                        \
    UNIT_SITE_FIELDS(F, R)                       \
    F(R, WORD,    unit_status, status, PLAIN)    \
    F(R, INSTANT, _, status_ms, PLAIN)           \
    F(R, NUMBER,  _, incident, PLAIN)            \
    F(R, NUMBER,  _, order, PLAIN)               \
    F(R, POINT,   _, location, PLAIN)            \
    F(R, INSTANT, _, located_ms, PLAIN)          \
    F(R, DECIMAL, _, speed_mps, PLAIN)           \
    F(R, DECIMAL, _, course_deg, PLAIN)          \
    F(R, DECIMAL, _, accuracy_m, PLAIN)          \
    F(R, TEXT,    80, destination, PLAIN)        \
    F(R, INSTANT, _, arrives_ms, PLAIN)          \
    F(R, INSTANT, _, emergency_ms, PLAIN)        \
    F(R, FLAG,    _, emergency_cancelled, PLAIN) \
    F(R, TEXT,    120, reason, PERSONAL)         \
    F(R, INSTANT, _, back_ms, PLAIN)             \
    F(R, NUMBER,  _, off_fixes, PLAIN)           \
    F(R, INSTANT, _, off_since_ms, PLAIN)        \
    F(R, NUMBER,  _, strayed_m, PLAIN)           \
    F(R, INSTANT, _, strayed_ms, PLAIN)          \
    F(R, NUMBER,  _, closure, PLAIN)             \
    F(R, AMOUNT,  _, entry, PLAIN)               \
    F(R, TEXT,    24, entry_by, PLAIN)
#define FEED_FIELDS(F, R)                        \
    FEED_SITE_FIELDS(F, R)                       \
    F(R, WORD,    feed_state, state, PLAIN)      \
    F(R, INSTANT, _, state_ms, PLAIN)            \
    F(R, TEXT,    160, reason, PLAIN)            \
    F(R, INSTANT, _, last_ms, PLAIN)             \
    F(R, AMOUNT,  _, reports, PLAIN)             \
    F(R, AMOUNT,  _, refused, PLAIN)             \
    F(R, AMOUNT,  _, held, PLAIN)
/* `radius_m` known: it is somewhere in that circle (a phone's position), not at its point.
 * `place_note` is what geography made of the words: "taken for Quay St: spelled otherwise". */
#define INCIDENT_FIELDS(F, R)                    \
    F(R, NUMBER,  _, number, NEEDED)             \
    F(R, TEXT,    24, long_id, PLAIN)            \
    F(R, WORD,    incident_state, state, PLAIN)  \
    F(R, TEXT,    16, type, PLAIN)               \
    F(R, NUMBER,  _, priority, PLAIN)            \
    F(R, TEXT,    120, place, PLAIN)             \
    F(R, WORD,    place_state, place_state, PLAIN) \
    F(R, POINT,   _, location, PLAIN)            \
    F(R, DECIMAL, _, radius_m, PLAIN)            \
    F(R, TEXT,    160, place_note, PLAIN)        \
    F(R, TEXT,    48, zone, PLAIN)               \
    F(R, TEXT,    24, owner, PLAIN)              \
    F(R, TEXT,    32, opened_by, PLAIN)          \
    F(R, TEXT,    32, feed, PLAIN)               \
    F(R, TEXT,    96, source, PLAIN)             \
    F(R, TEXT,    240, text, PERSONAL)           \
    F(R, INSTANT, _, called_ms, PLAIN)           \
    F(R, INSTANT, _, opened_ms, PLAIN)           \
    F(R, INSTANT, _, dispatched_ms, PLAIN)       \
    F(R, INSTANT, _, accepted_ms, PLAIN)         \
    F(R, INSTANT, _, enroute_ms, PLAIN)          \
    F(R, INSTANT, _, onscene_ms, PLAIN)          \
    F(R, INSTANT, _, closed_ms, PLAIN)           \
    F(R, TEXT,    24, disposition, PLAIN)        \
    F(R, NUMBER,  _, notes, PLAIN)               \
    F(R, AMOUNT,  _, entry, PLAIN)               \
    F(R, TEXT,    24, entry_by, PLAIN)
/* ISA-18.2 as independent bits: active and acknowledged; the state shown follows from them.
 * `acknowledged_at` is the value that a person took it at. */
#define ALARM_FIELDS(F, R)                       \
    F(R, NUMBER,  _, number, NEEDED)             \
    F(R, TEXT,    32, feed, PLAIN)               \
    F(R, TEXT,    120, source, PLAIN)            \
    F(R, TEXT,    64, point, PLAIN)              \
    F(R, TEXT,    48, condition, PLAIN)          \
    F(R, FLAG,    _, active, PLAIN)              \
    F(R, FLAG,    _, acknowledged, PLAIN)        \
    F(R, TEXT,    24, acknowledged_by, PLAIN)    \
    F(R, DECIMAL, _, acknowledged_at, PLAIN)     \
    F(R, DECIMAL, _, value, PLAIN)               \
    F(R, TEXT,    16, measured_in, PLAIN)        \
    F(R, NUMBER,  _, priority, PLAIN)            \
    F(R, TEXT,    120, place, PLAIN)             \
    F(R, POINT,   _, location, PLAIN)            \
    F(R, TEXT,    240, text, PERSONAL)           \
    F(R, INSTANT, _, raised_ms, PLAIN)           \
    F(R, INSTANT, _, changed_ms, PLAIN)          \
    F(R, NUMBER,  _, count, PLAIN)
/* From a feed, or drawn `by` a person, who may have written a `note`. `unconfirmed`: its place is
 * the nearest to what was typed, or none was found and it stands in no map. `begun`: the time from
 * which it holds has come. */
#define HAZARD_FIELDS(F, R)                      \
    F(R, NUMBER,  _, number, NEEDED)             \
    F(R, TEXT,    32, feed, PLAIN)               \
    F(R, TEXT,    160, source, PLAIN)            \
    F(R, TEXT,    48, kind, PLAIN)               \
    F(R, WORD,    severity, severity, PLAIN)     \
    F(R, TEXT,    160, headline, PLAIN)          \
    F(R, TEXT,    120, area, PLAIN)              \
    F(R, POINTS,  _, polygon, PLAIN)             \
    F(R, POINT,   _, center, PLAIN)              \
    F(R, DECIMAL, _, radius_m, PLAIN)            \
    F(R, INSTANT, _, effective_ms, PLAIN)        \
    F(R, INSTANT, _, expires_ms, PLAIN)          \
    F(R, FLAG,    _, expiry_assumed, PLAIN)      \
    F(R, FLAG,    _, exercise, PLAIN)            \
    F(R, FLAG,    _, simplified, PLAIN)          \
    F(R, TEXT,    400, text, PLAIN)              \
    F(R, INSTANT, _, raised_ms, PLAIN)           \
    F(R, TEXT,    24, by, PLAIN)                 \
    F(R, FLAG,    _, closes_roads, PLAIN)        \
    F(R, FLAG,    _, unconfirmed, PLAIN)         \
    F(R, FLAG,    _, begun, PLAIN)               \
    F(R, TEXT,    240, note, PERSONAL)           \
    F(R, AMOUNT,  _, entry, PLAIN)               \
    F(R, TEXT,    24, entry_by, PLAIN)
/* `waits` until its route is known or the question about it has ended; then it may leave. The way
 * is nowhere further than `route_deviation_m` from the route's line; `route_told` is it in words.
 * */
#define ORDER_FIELDS(F, R)                       \
    F(R, NUMBER,  _, number, NEEDED)             \
    F(R, WORD,    order_verb, verb, PLAIN)       \
    F(R, TEXT,    16, unit, PLAIN)               \
    F(R, NUMBER,  _, incident, PLAIN)            \
    F(R, WORD,    order_stage, stage, PLAIN)     \
    F(R, INSTANT, _, stage_ms, PLAIN)            \
    F(R, INSTANT, _, queued_ms, PLAIN)           \
    F(R, INSTANT, _, expires_ms, PLAIN)          \
    F(R, FLAG,    _, waits, PLAIN)               \
    F(R, FLAG,    _, acknowledged, PLAIN)        \
    F(R, TEXT,    24, by, PLAIN)                 \
    F(R, TEXT,    240, text, PERSONAL)           \
    F(R, TEXT,    120, reason, PLAIN)            \
    F(R, TEXT,    16, facility, PLAIN)           \
    F(R, POINT,   _, destination, PLAIN)         \
    F(R, INSTANT, _, route_asked_ms, PLAIN)      \
    F(R, POINTS,  _, route, PLAIN)               \
    F(R, NUMBER,  _, route_s, PLAIN)             \
    F(R, NUMBER,  _, route_m, PLAIN)             \
    F(R, NUMBER,  _, route_deviation_m, PLAIN)   \
    F(R, TEXT,    200, route_told, PLAIN)
#define MESSAGE_FIELDS(F, R)                     \
    F(R, NUMBER,  _, number, NEEDED)             \
    F(R, TEXT,    16, unit, PLAIN)               \
    F(R, NUMBER,  _, incident, PLAIN)            \
    F(R, TEXT,    240, text, PERSONAL)           \
    F(R, INSTANT, _, at_ms, PLAIN)               \
    F(R, TEXT,    24, acknowledged_by, PLAIN)
/* To a person: `command` runs on `ok`. To geography: what `purpose` says about the command, the
 * incident or the order; `avoid` are the closures that a route goes around. */
#define QUESTION_FIELDS(F, R)                    \
    F(R, NUMBER,  _, number, NEEDED)             \
    F(R, WORD,    question_target, target, PLAIN) \
    F(R, WORD,    question_purpose, purpose, PLAIN) \
    F(R, TEXT,    24, operator, PLAIN)           \
    F(R, TEXT,    2048, command, PERSONAL)       \
    F(R, TEXT,    240, consequence, PERSONAL)    \
    F(R, TEXT,    160, place, PERSONAL)          \
    F(R, NUMBER,  _, incident, PLAIN)            \
    F(R, NUMBER,  _, order, PLAIN)               \
    F(R, POINT,   _, from, PLAIN)                \
    F(R, POINT,   _, to, PLAIN)                  \
    F(R, POINTS,  _, avoid, PLAIN)               \
    F(R, INSTANT, _, asked_ms, PLAIN)            \
    F(R, INSTANT, _, expires_ms, PLAIN)
/* `object` names what needs a person: "#42", "M4", "AL17", "OR33", "QU32", "MS8", "feed tide". */
#define ATTENTION_FIELDS(F, R)                   \
    F(R, TEXT,    40, object, NEEDED)            \
    F(R, NUMBER,  _, level, PLAIN)               \
    F(R, TEXT,    48, words, PLAIN)              \
    F(R, WORD,    attention_state, state, PLAIN) \
    F(R, TEXT,    24, owner, PLAIN)              \
    F(R, INSTANT, _, raised_ms, PLAIN)           \
    F(R, AMOUNT,  _, entry, PLAIN)
#define NOTE_FIELDS(F, R)                        \
    F(R, NUMBER,  _, number, NEEDED)             \
    F(R, NUMBER,  _, incident, PLAIN)            \
    F(R, TEXT,    16, unit, PLAIN)               \
    F(R, TEXT,    32, by, PLAIN)                 \
    F(R, INSTANT, _, at_ms, PLAIN)               \
    F(R, TEXT,    400, text, PERSONAL)           \
    F(R, AMOUNT,  _, entry, PLAIN)
/* One row, key 1: the last number given to each kind, the sums that attention must make, and how
 * many inputs were set aside undecided since they had ended the hub. */
#define COUNTERS_FIELDS(F, R)                    \
    F(R, NUMBER,  _, key, NEEDED)                \
    F(R, NUMBER,  _, incidents, PLAIN)           \
    F(R, NUMBER,  _, incidents_this_year, PLAIN) \
    F(R, NUMBER,  _, year, PLAIN)                \
    F(R, NUMBER,  _, alarms, PLAIN)              \
    F(R, NUMBER,  _, hazards, PLAIN)             \
    F(R, NUMBER,  _, orders, PLAIN)              \
    F(R, NUMBER,  _, messages, PLAIN)            \
    F(R, NUMBER,  _, questions, PLAIN)           \
    F(R, NUMBER,  _, notes, PLAIN)               \
    F(R, AMOUNT,  _, attention_in, PLAIN)        \
    F(R, AMOUNT,  _, attention_left, PLAIN)      \
    F(R, NUMBER,  _, set_aside, PLAIN)           \
    F(R, NUMBER,  _, set_aside_seen, PLAIN)

/* ROW(UPPER, lower, prefix of its ids, most of them). The dump, the digest, `show` and the tests
 * walk this list, in this order. */
#define OBJECT_KINDS(ROW)                                          \
    ROW(SITE,        site,        "",   1)                         \
    ROW(COUNTERS,    counters,    "",   1)                         \
    ROW(TYPE,        type,        "",   TYPES_MAX)                 \
    ROW(DISPOSITION, disposition, "",   DISPOSITIONS_MAX)          \
    ROW(FACILITY,    facility,    "",   FACILITIES_MAX)            \
    ROW(HAZARD_KIND, hazard_kind, "",   HAZARD_KINDS_MAX)          \
    ROW(LAYER,       layer,       "",   LAYERS_MAX)                \
    ROW(LAYER_CLASS, layer_class, "",   LAYER_CLASSES_MAX)         \
    ROW(OPERATOR,    operator,    "",   OPERATORS_MAX)             \
    ROW(FEED,        feed,        "",   FEEDS_MAX)                 \
    ROW(UNIT,        unit,        "",   UNITS_MAX)                 \
    ROW(INCIDENT,    incident,    "#",  INCIDENTS_MAX)             \
    ROW(ALARM,       alarm,       "AL", ALARMS_MAX)                \
    ROW(HAZARD,      hazard,      "HZ", HAZARDS_MAX)               \
    ROW(ORDER,       order,       "OR", ORDERS_MAX)                \
    ROW(MESSAGE,     message,     "MS", MESSAGES_MAX)              \
    ROW(QUESTION,    question,    "QU", QUESTIONS_MAX)             \
    ROW(ATTENTION,   attention,   "",   ATTENTION_MAX)             \
    ROW(NOTE,        note,        "",   NOTES_MAX)

#define ROW(upper, lower, prefix, most) OBJECT_##upper,
enum object_kind { OBJECT_KINDS(ROW) OBJECT_KIND_COUNT };
#undef ROW
#define ROW(upper, lower, prefix, most) RECORD_STRUCT(lower, upper##_FIELDS);
OBJECT_KINDS(ROW)
#undef ROW
extern const struct vocabulary object_kind_words;

const struct record_shape *object_shape(enum object_kind kind);
const char *object_prefix(enum object_kind kind);
uint32_t objects_max(enum object_kind kind);

/* A name for any object a person may mean: "#42" and "42", "E7", "AL17", "feed tide". */
struct object_name {
    enum object_kind kind;
    uint32_t number;            /* 0 when the key is a text. */
    char key[40];               /* "" when the key is a number. */
};
struct object_name object_numbered(enum object_kind kind, uint32_t number);
struct object_name object_called(enum object_kind kind, const char *key);
enum { OBJECT_NAME_BYTES = 48 };
const char *object_name_text(const struct object_name *name, char text[OBJECT_NAME_BYTES]);
/* The grammar of screens.md section 2, letters of either case. A bare number is an incident, a
 * known two-letter prefix before digits that kind, "feed NAME" a feed, "site" the site itself,
 * anything else a callsign (in capitals). False when it is empty or too long to be any. */
bool object_name_parse(struct span text, struct object_name *ret_name);
/* Would a person mistake this callsign for another object? `watchdesk check` refuses it then. */
bool callsign_is_taken(struct span callsign);

#endif
