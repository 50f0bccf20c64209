/* events.h - every kind of event: one decided fact each, with its fields and its sentence.
 *
 * An event never changes its meaning: a new field is optional with a default, a new meaning is a
 * new kind (CONTRACTS section 4). Members named after an object kind (`incident`, `unit`, `order`,
 * `feed`, ...) say which objects the event touches: `why` and attention follow them.
 *
 * Sentences: {member} is the value in the room's words; [ ... ] is left out when all its members
 * are empty. They make the log, `why` and the reports, so each thing is said once, the same
 * everywhere. */
#ifndef APP_CORE_EVENTS_H
#define APP_CORE_EVENTS_H

#include "app/core/objects.h"

#define COMMAND_RESULTS(ROW)             \
    ROW(RESULT, OK, "OK")                \
    ROW(RESULT, PART, "PART")            \
    ROW(RESULT, NO, "NO")                \
    ROW(RESULT, ASK, "ASK")              \
    ROW(RESULT, CHANGED, "CHANGED")
enum command_result { COMMAND_RESULTS(VOCABULARY_VALUE) };
extern const struct vocabulary command_result_words;

#define SITE_SET_FIELDS SITE_FIELDS
#define TYPE_SET_FIELDS TYPE_FIELDS
#define DISPOSITION_SET_FIELDS DISPOSITION_FIELDS
#define FACILITY_SET_FIELDS FACILITY_FIELDS
#define HAZARD_KIND_SET_FIELDS HAZARD_KIND_FIELDS
#define LAYER_SET_FIELDS LAYER_FIELDS
#define LAYER_CLASS_SET_FIELDS LAYER_CLASS_FIELDS
#define OPERATOR_SET_FIELDS OPERATOR_FIELDS
#define UNIT_SET_FIELDS UNIT_SITE_FIELDS
#define FEED_SET_FIELDS FEED_SITE_FIELDS
#define WITHDRAWN_FIELDS(F, R)                   \
    F(R, WORD,    object_kind, kind, NEEDED)     \
    F(R, STRING,  _, key, PLAIN)                 \
    F(R, NUMBER,  _, number, PLAIN)
#define CLOCK_STEPPED_FIELDS(F, R)               \
    F(R, AMOUNT,  _, by_ms, NEEDED)
#define FEED_CHANGED_FIELDS(F, R)                \
    F(R, STRING,  _, feed, NEEDED)               \
    F(R, WORD,    feed_state, state, PLAIN)      \
    F(R, STRING,  _, reason, PLAIN)              \
    F(R, FLAG,    _, restart, PLAIN)
#define REPORT_HELD_FIELDS(F, R)                 \
    F(R, STRING,  _, feed, NEEDED)               \
    F(R, STRING,  _, report, PLAIN)              \
    F(R, STRING,  _, reason, PLAIN)
#define REPORT_UNREADABLE_FIELDS(F, R)           \
    F(R, STRING,  _, feed, NEEDED)               \
    F(R, STRING,  _, reason, PLAIN)              \
    F(R, STRING,  _, field, PLAIN)               \
    F(R, AMOUNT,  _, offset, PLAIN)              \
    F(R, AMOUNT,  _, length, PLAIN)
#define INCIDENT_OPENED_FIELDS(F, R)             \
    F(R, NUMBER,  _, incident, NEEDED)           \
    F(R, STRING,  _, long_id, PLAIN)             \
    F(R, STRING,  _, type, PLAIN)                \
    F(R, NUMBER,  _, priority, PLAIN)            \
    F(R, STRING,  _, place, PLAIN)               \
    F(R, WORD,    place_state, place_state, PLAIN) \
    F(R, POINT,   _, location, PLAIN)            \
    F(R, DECIMAL, _, radius_m, PLAIN)            \
    F(R, STRING,  _, place_note, PLAIN)          \
    F(R, STRING,  _, zone, PLAIN)                \
    F(R, STRING,  _, owner, PLAIN)               \
    F(R, STRING,  _, by, PLAIN)                  \
    F(R, STRING,  _, feed, PLAIN)                \
    F(R, STRING,  _, source, PLAIN)              \
    F(R, INSTANT, _, called_ms, PLAIN)           \
    F(R, STRING,  _, text, PERSONAL)
#define INCIDENT_LOCATED_FIELDS(F, R)            \
    F(R, NUMBER,  _, incident, NEEDED)           \
    F(R, STRING,  _, place, PLAIN)               \
    F(R, WORD,    place_state, place_state, PLAIN) \
    F(R, POINT,   _, location, PLAIN)            \
    F(R, DECIMAL, _, radius_m, PLAIN)            \
    F(R, STRING,  _, place_note, PLAIN)          \
    F(R, STRING,  _, zone, PLAIN)
#define INCIDENT_CHANGED_FIELDS(F, R)            \
    F(R, NUMBER,  _, incident, NEEDED)           \
    F(R, STRING,  _, type, PLAIN)                \
    F(R, NUMBER,  _, priority, PLAIN)            \
    F(R, STRING,  _, by, PLAIN)
#define INCIDENT_CLOSED_FIELDS(F, R)             \
    F(R, NUMBER,  _, incident, NEEDED)           \
    F(R, STRING,  _, disposition, PLAIN)         \
    F(R, STRING,  _, by, PLAIN)                  \
    F(R, STRING,  _, text, PERSONAL)
#define INCIDENT_REOPENED_FIELDS(F, R)           \
    F(R, NUMBER,  _, incident, NEEDED)           \
    F(R, STRING,  _, by, PLAIN)                  \
    F(R, STRING,  _, reason, PERSONAL)
#define INCIDENT_LEFT_FIELDS(F, R)               \
    F(R, NUMBER,  _, incident, NEEDED)
#define NOTE_ADDED_FIELDS(F, R)                  \
    F(R, NUMBER,  _, note, NEEDED)               \
    F(R, NUMBER,  _, incident, PLAIN)            \
    F(R, STRING,  _, unit, PLAIN)                \
    F(R, STRING,  _, by, PLAIN)                  \
    F(R, INSTANT, _, at_ms, PLAIN)               \
    F(R, STRING,  _, text, PERSONAL)
#define UNIT_ASSIGNED_FIELDS(F, R)               \
    F(R, STRING,  _, unit, NEEDED)               \
    F(R, NUMBER,  _, incident, NEEDED)           \
    F(R, NUMBER,  _, order, PLAIN)               \
    F(R, STRING,  _, by, PLAIN)
#define UNIT_RELEASED_FIELDS(F, R)               \
    F(R, STRING,  _, unit, NEEDED)               \
    F(R, NUMBER,  _, incident, NEEDED)           \
    F(R, STRING,  _, by, PLAIN)
#define UNIT_STATUS_CHANGED_FIELDS(F, R)         \
    F(R, STRING,  _, unit, NEEDED)               \
    F(R, WORD,    unit_status, status, NEEDED)   \
    F(R, INSTANT, _, at_ms, PLAIN)               \
    F(R, STRING,  _, by, PLAIN)                  \
    F(R, STRING,  _, destination, PLAIN)         \
    F(R, STRING,  _, reason, PERSONAL)           \
    F(R, INSTANT, _, back_ms, PLAIN)             \
    F(R, FLAG,    _, late, PLAIN)
#define UNIT_LOCATED_FIELDS(F, R)                \
    F(R, STRING,  _, unit, NEEDED)               \
    F(R, POINT,   _, location, NEEDED)           \
    F(R, INSTANT, _, at_ms, PLAIN)               \
    F(R, DECIMAL, _, speed_mps, PLAIN)           \
    F(R, DECIMAL, _, course_deg, PLAIN)          \
    F(R, DECIMAL, _, accuracy_m, PLAIN)          \
    F(R, NUMBER,  _, off_fixes, PLAIN)           \
    F(R, INSTANT, _, off_since_ms, PLAIN)
#define UNIT_STRAYED_FIELDS(F, R)                \
    F(R, STRING,  _, unit, NEEDED)               \
    F(R, NUMBER,  _, incident, PLAIN)            \
    F(R, NUMBER,  _, order, PLAIN)               \
    F(R, NUMBER,  _, distance_m, PLAIN)          \
    F(R, INSTANT, _, since_ms, PLAIN)
#define UNIT_ON_ROUTE_FIELDS(F, R)               \
    F(R, STRING,  _, unit, NEEDED)               \
    F(R, NUMBER,  _, incident, PLAIN)            \
    F(R, NUMBER,  _, order, PLAIN)
#define ROUTE_CLOSED_FIELDS(F, R)                \
    F(R, STRING,  _, unit, NEEDED)               \
    F(R, NUMBER,  _, incident, PLAIN)            \
    F(R, NUMBER,  _, order, PLAIN)               \
    F(R, NUMBER,  _, hazard, NEEDED)
#define ROUTE_REOPENED_FIELDS(F, R)              \
    F(R, STRING,  _, unit, NEEDED)               \
    F(R, NUMBER,  _, incident, PLAIN)            \
    F(R, NUMBER,  _, order, PLAIN)               \
    F(R, NUMBER,  _, hazard, PLAIN)
#define UNIT_EMERGENCY_FIELDS(F, R)              \
    F(R, STRING,  _, unit, NEEDED)               \
    F(R, INSTANT, _, at_ms, PLAIN)
#define UNIT_EMERGENCY_CANCELLED_FIELDS(F, R)    \
    F(R, STRING,  _, unit, NEEDED)
#define UNIT_EMERGENCY_CLEARED_FIELDS(F, R)      \
    F(R, STRING,  _, unit, NEEDED)               \
    F(R, STRING,  _, by, PLAIN)                  \
    F(R, STRING,  _, text, PERSONAL)
#define ORDER_QUEUED_FIELDS(F, R)                \
    F(R, NUMBER,  _, order, NEEDED)              \
    F(R, WORD,    order_verb, verb, NEEDED)      \
    F(R, STRING,  _, unit, NEEDED)               \
    F(R, NUMBER,  _, incident, PLAIN)            \
    F(R, STRING,  _, by, PLAIN)                  \
    F(R, INSTANT, _, expires_ms, PLAIN)          \
    F(R, FLAG,    _, waits, PLAIN)               \
    F(R, STRING,  _, facility, PLAIN)            \
    F(R, POINT,   _, destination, PLAIN)         \
    F(R, STRING,  _, text, PERSONAL)
#define ORDER_ROUTED_FIELDS(F, R)                \
    F(R, NUMBER,  _, order, NEEDED)              \
    F(R, STRING,  _, unit, PLAIN)                \
    F(R, NUMBER,  _, route_s, PLAIN)             \
    F(R, NUMBER,  _, route_m, PLAIN)             \
    F(R, NUMBER,  _, route_deviation_m, PLAIN)   \
    F(R, STRING,  _, told, PLAIN)                \
    F(R, FLAG,    _, anew, PLAIN)                \
    F(R, POINTS,  _, route, PLAIN)
#define ORDER_MOVED_FIELDS(F, R)                 \
    F(R, NUMBER,  _, order, NEEDED)              \
    F(R, STRING,  _, unit, PLAIN)                \
    F(R, NUMBER,  _, incident, PLAIN)            \
    F(R, WORD,    order_stage, stage, NEEDED)    \
    F(R, STRING,  _, reason, PLAIN)
#define ORDER_ACKNOWLEDGED_FIELDS(F, R)          \
    F(R, NUMBER,  _, order, NEEDED)              \
    F(R, STRING,  _, by, PLAIN)
#define ORDER_LEFT_FIELDS(F, R)                  \
    F(R, NUMBER,  _, order, NEEDED)
#define ALARM_RAISED_FIELDS(F, R)                \
    F(R, NUMBER,  _, alarm, NEEDED)              \
    F(R, STRING,  _, feed, PLAIN)                \
    F(R, STRING,  _, source, PLAIN)              \
    F(R, STRING,  _, point, PLAIN)               \
    F(R, STRING,  _, condition, PLAIN)           \
    F(R, DECIMAL, _, value, PLAIN)               \
    F(R, STRING,  _, measured_in, PLAIN)         \
    F(R, NUMBER,  _, priority, PLAIN)            \
    F(R, STRING,  _, place, PLAIN)               \
    F(R, POINT,   _, location, PLAIN)            \
    F(R, INSTANT, _, at_ms, PLAIN)               \
    F(R, STRING,  _, text, PERSONAL)
#define ALARM_MEASURED_FIELDS(F, R)              \
    F(R, NUMBER,  _, alarm, NEEDED)              \
    F(R, DECIMAL, _, value, PLAIN)               \
    F(R, STRING,  _, measured_in, PLAIN)         \
    F(R, INSTANT, _, at_ms, PLAIN)
#define ALARM_RETURNED_FIELDS(F, R)              \
    F(R, NUMBER,  _, alarm, NEEDED)              \
    F(R, DECIMAL, _, value, PLAIN)               \
    F(R, STRING,  _, measured_in, PLAIN)         \
    F(R, INSTANT, _, at_ms, PLAIN)
#define ALARM_ACKNOWLEDGED_FIELDS(F, R)          \
    F(R, NUMBER,  _, alarm, NEEDED)              \
    F(R, STRING,  _, by, PLAIN)                  \
    F(R, STRING,  _, text, PERSONAL)
#define ALARM_LEFT_FIELDS(F, R)                  \
    F(R, NUMBER,  _, alarm, NEEDED)
#define HAZARD_SET_FIELDS(F, R)                  \
    F(R, NUMBER,  _, hazard, NEEDED)             \
    F(R, STRING,  _, feed, PLAIN)                \
    F(R, STRING,  _, source, PLAIN)              \
    F(R, STRING,  _, kind, PLAIN)                \
    F(R, WORD,    severity, severity, PLAIN)     \
    F(R, STRING,  _, headline, PLAIN)            \
    F(R, STRING,  _, area, PLAIN)                \
    F(R, INSTANT, _, effective_ms, PLAIN)        \
    F(R, INSTANT, _, expires_ms, PLAIN)          \
    F(R, FLAG,    _, expiry_assumed, PLAIN)      \
    F(R, FLAG,    _, exercise, PLAIN)            \
    F(R, FLAG,    _, simplified, PLAIN)          \
    F(R, POINT,   _, center, PLAIN)              \
    F(R, DECIMAL, _, radius_m, PLAIN)            \
    F(R, POINTS,  _, polygon, PLAIN)             \
    F(R, STRING,  _, text, PLAIN)                \
    F(R, STRING,  _, by, PLAIN)                  \
    F(R, FLAG,    _, closes_roads, PLAIN)        \
    F(R, FLAG,    _, unconfirmed, PLAIN)         \
    F(R, STRING,  _, note, PERSONAL)
#define HAZARD_BEGAN_FIELDS(F, R)                \
    F(R, NUMBER,  _, hazard, NEEDED)             \
    F(R, STRING,  _, kind, PLAIN)
#define HAZARD_CHANGED_FIELDS(F, R)              \
    F(R, NUMBER,  _, hazard, NEEDED)             \
    F(R, INSTANT, _, expires_ms, NEEDED)         \
    F(R, STRING,  _, by, PLAIN)                  \
    F(R, STRING,  _, note, PERSONAL)
#define HAZARD_ENDED_FIELDS(F, R)                \
    F(R, NUMBER,  _, hazard, NEEDED)             \
    F(R, STRING,  _, reason, PLAIN)              \
    F(R, STRING,  _, by, PLAIN)                  \
    F(R, STRING,  _, note, PERSONAL)
#define MESSAGE_RECEIVED_FIELDS(F, R)            \
    F(R, NUMBER,  _, message, NEEDED)            \
    F(R, STRING,  _, unit, NEEDED)               \
    F(R, NUMBER,  _, incident, PLAIN)            \
    F(R, INSTANT, _, at_ms, PLAIN)               \
    F(R, STRING,  _, text, PERSONAL)
#define MESSAGE_ACKNOWLEDGED_FIELDS(F, R)        \
    F(R, NUMBER,  _, message, NEEDED)            \
    F(R, STRING,  _, by, PLAIN)
#define MESSAGE_LEFT_FIELDS(F, R)                \
    F(R, NUMBER,  _, message, NEEDED)
#define QUESTION_ASKED_FIELDS(F, R)              \
    F(R, NUMBER,  _, question, NEEDED)           \
    F(R, WORD,    question_target, target, PLAIN) \
    F(R, WORD,    question_purpose, purpose, PLAIN) \
    F(R, STRING,  _, operator, PLAIN)            \
    F(R, STRING,  _, command, PERSONAL)          \
    F(R, STRING,  _, consequence, PERSONAL)      \
    F(R, STRING,  _, place, PERSONAL)            \
    F(R, NUMBER,  _, incident, PLAIN)            \
    F(R, NUMBER,  _, order, PLAIN)               \
    F(R, POINT,   _, from, PLAIN)                \
    F(R, POINT,   _, to, PLAIN)                  \
    F(R, POINTS,  _, avoid, PLAIN)               \
    F(R, NUMBER,  _, avoid_left_out, PLAIN)      \
    F(R, INSTANT, _, expires_ms, PLAIN)
#define QUESTION_ENDED_FIELDS(F, R)              \
    F(R, NUMBER,  _, question, NEEDED)           \
    F(R, STRING,  _, reason, PLAIN)              \
    F(R, STRING,  _, by, PLAIN)
/* `object` is an attention item's name for what it is about. */
#define ATTENTION_RAISED_FIELDS(F, R)            \
    F(R, STRING,  _, object, NEEDED)             \
    F(R, NUMBER,  _, level, PLAIN)               \
    F(R, STRING,  _, words, PLAIN)
#define ATTENTION_TAKEN_FIELDS(F, R)             \
    F(R, STRING,  _, object, NEEDED)             \
    F(R, STRING,  _, by, PLAIN)
#define ATTENTION_ENDED_FIELDS(F, R)             \
    F(R, STRING,  _, object, NEEDED)
#define ATTENTION_LEFT_FIELDS(F, R)              \
    F(R, STRING,  _, object, NEEDED)
#define INPUT_SET_ASIDE_FIELDS(F, R)             \
    F(R, STRING,  _, what, NEEDED)               \
    F(R, STRING,  _, source, PLAIN)              \
    F(R, STRING,  _, reason, PLAIN)
#define SET_ASIDE_SEEN_FIELDS(F, R)              \
    F(R, STRING,  _, by, NEEDED)
#define INJECT_GIVEN_FIELDS(F, R)                \
    F(R, STRING,  _, feed, NEEDED)               \
    F(R, STRING,  _, unit, PLAIN)                \
    F(R, STRING,  _, what, PLAIN)                \
    F(R, STRING,  _, text, PLAIN)
/* The last event of every command: what its person was told. */
#define COMMAND_ANSWERED_FIELDS(F, R)            \
    F(R, WORD,    command_result, result, PLAIN) \
    F(R, STRING,  _, operator, PLAIN)            \
    F(R, NUMBER,  _, question, PLAIN)            \
    F(R, STRING,  _, text, PERSONAL)

#define EVENT_KINDS(ROW)                                                                       \
    ROW(SITE_SET, site_set, "site {name} ({id}) configured[, zone {timezone}]")                \
    ROW(TYPE_SET, type_set, "incident type {code} configured")                                 \
    ROW(DISPOSITION_SET, disposition_set, "disposition {code} configured")                     \
    ROW(FACILITY_SET, facility_set, "facility {code} configured[: {name}]")                    \
    ROW(HAZARD_KIND_SET, hazard_kind_set, "hazard kind {code} configured[, {closes_roads}]")   \
    ROW(LAYER_SET, layer_set, "map layer {name} configured")                                   \
    ROW(LAYER_CLASS_SET, layer_class_set, "map layer {layer}, class {value} configured")       \
    ROW(OPERATOR_SET, operator_set, "operator {name} configured[ as {role}]")                  \
    ROW(UNIT_SET, unit_set, "unit {callsign} configured[, {kind}][ of {station}]")             \
    ROW(FEED_SET, feed_set, "feed {name} configured[, adapter {adapter}][, trust {trust}]")    \
    ROW(WITHDRAWN, withdrawn, "{kind}[ {key}][ {number}] taken out of the configuration")      \
    ROW(CLOCK_STEPPED, clock_stepped, "the machine's clock stepped by {by_ms} ms")             \
    ROW(FEED_CHANGED, feed_changed, "{feed} is {state}[: {reason}]")                           \
    ROW(REPORT_HELD, report_held, "{report} from {feed} HELD[: {reason}]")                     \
    ROW(REPORT_UNREADABLE, report_unreadable,                                                  \
        "{feed} sent what could not be read:[ {field}][ {reason}][ (byte {offset})]")          \
    ROW(INCIDENT_OPENED, incident_opened,                                                      \
        "{incident} opened: {type} P{priority}[ at {place}][, within {radius_m} m][ {zone}]"   \
        "[ ({place_note})][ ; {text}]")                                                        \
    ROW(INCIDENT_LOCATED, incident_located,                                                    \
        "{incident} is at {place}[, within {radius_m} m][ {zone}][ ({place_note})]")           \
    ROW(INCIDENT_CHANGED, incident_changed, "{incident} is now[ {type}][ P{priority}]")        \
    ROW(INCIDENT_CLOSED, incident_closed, "{incident} closed: {disposition}[ ; {text}]")       \
    ROW(INCIDENT_REOPENED, incident_reopened, "{incident} reopened[ ; {reason}]")              \
    ROW(INCIDENT_LEFT, incident_left, "{incident} left the picture, it stays in the record")   \
    ROW(NOTE_ADDED, note_added, "[{incident} ][{unit} ]{text}")                                \
    ROW(UNIT_ASSIGNED, unit_assigned, "{unit} assigned to {incident}[ by {order}]")            \
    ROW(UNIT_RELEASED, unit_released, "{unit} released from {incident}")                       \
    ROW(UNIT_STATUS_CHANGED, unit_status_changed,                                              \
        "{unit} {status}[ to {destination}][ until {back_ms}][ ; {reason}]")                   \
    ROW(UNIT_LOCATED, unit_located, "{unit} at {location}")                                    \
    ROW(UNIT_STRAYED, unit_strayed,                                                            \
        "{unit} is off its route[ to {incident}]: {distance_m} m beside it since {since_ms}")  \
    ROW(UNIT_ON_ROUTE, unit_on_route, "{unit} is on a route[ to {incident}] again")            \
    ROW(ROUTE_CLOSED, route_closed,                                                            \
        "{hazard} lies across the way of {unit}[ to {incident}]; a way round is asked for")    \
    ROW(ROUTE_REOPENED, route_reopened,                                                        \
        "{hazard} no longer lies across the way of {unit}[ to {incident}]")                    \
    ROW(UNIT_EMERGENCY, unit_emergency, "{unit} EMERGENCY pressed")                            \
    ROW(UNIT_EMERGENCY_CANCELLED, unit_emergency_cancelled,                                    \
        "{unit} cancelled its emergency; a person must clear it")                              \
    ROW(UNIT_EMERGENCY_CLEARED, unit_emergency_cleared, "{unit} emergency cleared[ ; {text}]") \
    ROW(ORDER_QUEUED, order_queued,                                                            \
        "{order} {verb} {unit}[ to {incident}][ to {facility}][ ; {text}]")                    \
    ROW(ORDER_ROUTED, order_routed,                                                            \
        "{order}[ {unit}] route[ {anew}][ {route_m} m][, {route_s} s][: {told}]")              \
    ROW(ORDER_MOVED, order_moved, "{order} {unit} {stage}[: {reason}]")                        \
    ROW(ORDER_ACKNOWLEDGED, order_acknowledged, "{order} seen by {by}")                        \
    ROW(ORDER_LEFT, order_left, "{order} left the picture, it stays in the record")            \
    ROW(ALARM_RAISED, alarm_raised,                                                            \
        "{alarm} {condition} {point}[ {value}][ {measured_in}][ {place}][ ; {text}]")          \
    ROW(ALARM_MEASURED, alarm_measured, "{alarm} now {value}[ {measured_in}]")                 \
    ROW(ALARM_RETURNED, alarm_returned, "{alarm} back to normal[, {value}][ {measured_in}]")   \
    ROW(ALARM_ACKNOWLEDGED, alarm_acknowledged, "{alarm} acknowledged[ ; {text}]")             \
    ROW(ALARM_LEFT, alarm_left, "{alarm} normal and acknowledged, off the board")              \
    ROW(HAZARD_SET, hazard_set,                                                                \
        "{hazard} {kind}[ {severity}][: {headline}][ until {expires_ms}][, {closes_roads}]"    \
        "[, drawn by {by}][ ; {note}]")                                                        \
    ROW(HAZARD_BEGAN, hazard_began, "{hazard}[ {kind}] begins")                                \
    ROW(HAZARD_CHANGED, hazard_changed, "{hazard} lasts until {expires_ms}[, by {by}][ ; {note}]") \
    ROW(HAZARD_ENDED, hazard_ended, "{hazard} ended[: {reason}][ by {by}][ ; {note}]")         \
    ROW(MESSAGE_RECEIVED, message_received, "{message} {unit} \"{text}\"")                     \
    ROW(MESSAGE_ACKNOWLEDGED, message_acknowledged, "{message} read by {by}")                  \
    ROW(MESSAGE_LEFT, message_left, "{message} left the picture, it stays in the record")      \
    ROW(QUESTION_ASKED, question_asked,                                                        \
        "{question} asked of {target}[: {consequence}][ ({avoid_left_out} closures left out)]") \
    ROW(QUESTION_ENDED, question_ended, "{question} ended[: {reason}]")                        \
    ROW(ATTENTION_RAISED, attention_raised, "{object} needs a person: {words} (class {level})") \
    ROW(ATTENTION_TAKEN, attention_taken, "{object} taken by {by}")                            \
    ROW(ATTENTION_ENDED, attention_ended, "{object}: the cause has ended")                     \
    ROW(ATTENTION_LEFT, attention_left, "{object} left the queue")                             \
    ROW(INPUT_SET_ASIDE, input_set_aside,                                                      \
        "{what}[ of {source}] set aside undecided[: {reason}]")                                \
    ROW(SET_ASIDE_SEEN, set_aside_seen, "what was set aside is seen by {by}")                  \
    ROW(INJECT_GIVEN, inject_given, "inject:[ {unit}] {what}[ ; {text}]")                      \
    ROW(COMMAND_ANSWERED, command_answered, "{result}[ {text}]")

#define ROW(upper, lower, sentence) EVENT_##upper,
enum event_kind { EVENT_KINDS(ROW) EVENT_KIND_COUNT };
#undef ROW
#define ROW(upper, lower, sentence) RECORD_STRUCT(lower, upper##_FIELDS);
EVENT_KINDS(ROW)
#undef ROW

struct event {
    enum event_kind kind;
    const char *rule;           /* Which rule decided it: "dispatch", "attention.new"; a loan. */
    uint64_t cause;             /* Entry that caused it; 0: the input of its own entry. */
    union {
#define ROW(upper, lower, sentence) struct lower lower;
        EVENT_KINDS(ROW)
#undef ROW
    };
};

struct event_list {
    struct event *at;
    uint32_t count, capacity;
};

const char *event_kind_name(enum event_kind kind);
const struct record_shape *event_shape(enum event_kind kind);
const void *event_record(const struct event *event);        /* The member of its kind. */
void event_init(struct event *event, enum event_kind kind, const char *rule);

/* [{"event":"unit_located","rule":"report.location",...}, ...]: the journal's `events` column. */
void events_write(const struct event_list *events, struct buffer *out);
/* Strings are loans from `json`, the list is in `arena`. An unknown kind refuses: an old release
 * must not open a newer record and show half of it. */
struct verdict events_read(const struct json *json, struct arena *arena,
                           struct event_list *ret_events);

/* The value at `field` of `record` in the room's words: #42, OR31, 14:27, AVL. Appends nothing for
 * what is empty, and for lists of points. Local times in the process's zone. */
void field_words(const struct field *field, const void *record, struct buffer *out);

/* The event's sentence appended to `out`; local times in the process's zone. */
void event_sentence(const struct event *event, struct buffer *out);

/* Gives each object that the event touches to `touch`, in the order of its fields. */
typedef void event_touch_fn(void *context, const struct object_name *object);
void event_touches(const struct event *event, event_touch_fn *touch, void *context);

#endif
