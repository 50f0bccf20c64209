/* report.h - the words an adapter speaks: what it reports to the hub (DESIGN section 5).
 *
 * A report is one JSON object on one line. `report` names its kind; the lists below are the
 * fields of each kind, and everything that reads, writes, documents or checks a report walks
 * them. Unknown members are kept in the journal and otherwise ignored. Times are RFC 3339 with a
 * zone, coordinates WGS 84 degrees, other units are in the names. Pure. */
#ifndef APP_BASE_REPORT_H
#define APP_BASE_REPORT_H

#include "app/base/fields.h"

enum {
    REPORT_LINE_BYTES_MAX = 64 * 1024,      /* A longer line is refused (CONTRACTS section 5). */
    REPORT_POINTS_MAX = 2000,               /* Of one polygon: an adapter simplifies more. */
    REFUSED_BYTES_KEPT = 45000,             /* Of a refused message; base64 of it fits a line. */
};

#define ALARM_STATES(ROW)        \
    ROW(ALARM_STATE, UNSAID, "") \
    ROW(ALARM_STATE, ACTIVE, "active") \
    ROW(ALARM_STATE, NORMAL, "normal")
/* CAP 1.2 section 3.2.2, in its order of weight. */
#define SEVERITIES(ROW)                    \
    ROW(SEVERITY, UNSAID, "")              \
    ROW(SEVERITY, UNKNOWN, "Unknown")      \
    ROW(SEVERITY, MINOR, "Minor")          \
    ROW(SEVERITY, MODERATE, "Moderate")    \
    ROW(SEVERITY, SEVERE, "Severe")        \
    ROW(SEVERITY, EXTREME, "Extreme")
#define UNIT_STATUSES(ROW)                 \
    ROW(UNIT, UNKNOWN, "")                 \
    ROW(UNIT, AVAILABLE, "AVL")            \
    ROW(UNIT, ASSIGNED, "ASG")             \
    ROW(UNIT, ENROUTE, "ENR")              \
    ROW(UNIT, STAGED, "STG")               \
    ROW(UNIT, ONSCENE, "ONS")              \
    ROW(UNIT, TRANSPORTING, "TRN")         \
    ROW(UNIT, AT_HOSPITAL, "HOS")          \
    ROW(UNIT, OUT_OF_SERVICE, "OOS")
/* How far an order got, as the adapter or the unit says; "read" where the medium tells it. */
#define RECEIPT_STAGES(ROW)                \
    ROW(RECEIPT, UNSAID, "")               \
    ROW(RECEIPT, SENT, "sent")             \
    ROW(RECEIPT, DELIVERED, "delivered")   \
    ROW(RECEIPT, READ, "read")             \
    ROW(RECEIPT, ACCEPTED, "accepted")     \
    ROW(RECEIPT, REFUSED, "refused")       \
    ROW(RECEIPT, DONE, "done")             \
    ROW(RECEIPT, FAILED, "failed")
#define PHONE_STATES(ROW)                  \
    ROW(PHONE, UNSAID, "")                 \
    ROW(PHONE, RINGING, "ringing")         \
    ROW(PHONE, ANSWERED, "answered")       \
    ROW(PHONE, ENDED, "ended")

#define VOCABULARIES_OF_REPORTS(ROW)       \
    ROW(alarm_state, ALARM_STATES)         \
    ROW(severity, SEVERITIES)              \
    ROW(unit_status, UNIT_STATUSES)        \
    ROW(receipt_stage, RECEIPT_STAGES)     \
    ROW(phone_state, PHONE_STATES)
#define VOCABULARY_DECLARED(name, LIST)    \
    enum name { LIST(VOCABULARY_VALUE) };  \
    extern const struct vocabulary name##_words;
VOCABULARIES_OF_REPORTS(VOCABULARY_DECLARED)

/* An update carries the same id; a cancel says so. Without `at` the time of arrival is taken. */
#define REPORT_HEAD(F, R)                  \
    F(R, TIME,    _, at, PLAIN)            \
    F(R, FLAG,    _, cancel, PLAIN)

/* A call or an alert that needs work. `place` is as the source words it. `radius_m`: it is
 * somewhere in that circle, as a telephone network says it; `accuracy_m` is that of a receiver's
 * fix. */
#define REPORT_INCIDENT_FIELDS(F, R)       \
    F(R, STRING,  _, id, NEEDED)           \
    REPORT_HEAD(F, R)                      \
    F(R, STRING,  _, type, PLAIN)          \
    F(R, NUMBER,  _, priority, PLAIN)      \
    F(R, STRING,  _, place, PLAIN)         \
    F(R, LATLON,  _, location, PLAIN)      \
    F(R, DECIMAL, _, accuracy_m, PLAIN)    \
    F(R, DECIMAL, _, radius_m, PLAIN)      \
    F(R, STRING,  _, text, PERSONAL)       \
    F(R, STRING,  _, caller, PERSONAL)     \
    F(R, STRING,  _, callback, PERSONAL)

/* One sensor point. `point` is the sensor's own id; with the condition it names the alarm. */
#define REPORT_ALARM_FIELDS(F, R)          \
    F(R, STRING,  _, id, PLAIN)            \
    REPORT_HEAD(F, R)                      \
    F(R, STRING,  _, point, NEEDED)        \
    F(R, STRING,  _, condition, NEEDED)    \
    F(R, WORD,    alarm_state, state, NEEDED) \
    F(R, DECIMAL, _, value, PLAIN)         \
    F(R, STRING,  _, unit, PLAIN)          \
    F(R, NUMBER,  _, priority, PLAIN)      \
    F(R, STRING,  _, place, PLAIN)         \
    F(R, LATLON,  _, location, PLAIN)      \
    F(R, STRING,  _, text, PERSONAL)

#define REPORT_LOCATION_FIELDS(F, R)       \
    F(R, STRING,  _, unit, NEEDED)         \
    REPORT_HEAD(F, R)                      \
    F(R, LATLON,  _, location, NEEDED)     \
    F(R, DECIMAL, _, speed_mps, PLAIN)     \
    F(R, DECIMAL, _, course_deg, PLAIN)    \
    F(R, DECIMAL, _, accuracy_m, PLAIN)

/* `emergency` is an overlay on the status: set by the button; a cancel marks, never clears it. */
#define REPORT_STATUS_FIELDS(F, R)         \
    F(R, STRING,  _, unit, NEEDED)         \
    REPORT_HEAD(F, R)                      \
    F(R, WORD,    unit_status, status, PLAIN) \
    F(R, FLAG,    _, emergency, PLAIN)     \
    F(R, STRING,  _, order, PLAIN)         \
    F(R, LATLON,  _, location, PLAIN)      \
    F(R, STRING,  _, text, PERSONAL)

/* Rings of [lat, lon], each closed; or a circle. */
#define REPORT_HAZARD_FIELDS(F, R)         \
    F(R, STRING,  _, id, NEEDED)           \
    REPORT_HEAD(F, R)                      \
    F(R, STRING,  _, kind, NEEDED)         \
    F(R, WORD,    severity, severity, PLAIN) \
    F(R, STRING,  _, headline, PLAIN)      \
    F(R, STRING,  _, area, PLAIN)          \
    F(R, POINTS,  _, polygon, PLAIN)       \
    F(R, LATLON,  _, center, PLAIN)        \
    F(R, DECIMAL, _, radius_m, PLAIN)      \
    F(R, TIME,    _, effective, PLAIN)     \
    F(R, TIME,    _, expires, PLAIN)       \
    F(R, FLAG,    _, expiry_assumed, PLAIN) \
    F(R, FLAG,    _, exercise, PLAIN)      \
    F(R, FLAG,    _, simplified, PLAIN)    \
    F(R, STRING,  _, text, PLAIN)

#define REPORT_MESSAGE_FIELDS(F, R)        \
    F(R, STRING,  _, unit, NEEDED)         \
    REPORT_HEAD(F, R)                      \
    F(R, STRING,  _, text, PERSONAL)

#define REPORT_RECEIPT_FIELDS(F, R)        \
    F(R, STRING,  _, order, NEEDED)        \
    REPORT_HEAD(F, R)                      \
    F(R, WORD,    receipt_stage, stage, NEEDED) \
    F(R, STRING,  _, unit, PLAIN)          \
    F(R, STRING,  _, reason, PLAIN)

#define REPORT_PHONE_FIELDS(F, R)          \
    F(R, STRING,  _, line, NEEDED)         \
    REPORT_HEAD(F, R)                      \
    F(R, WORD,    phone_state, state, NEEDED) \
    F(R, STRING,  _, number, PERSONAL)     \
    F(R, LATLON,  _, location, PLAIN)      \
    F(R, DECIMAL, _, radius_m, PLAIN)      \
    F(R, AMOUNT,  _, age_s, PLAIN)

/* What could not be understood: where, why, and the message itself in base64. */
#define REPORT_REFUSED_FIELDS(F, R)        \
    REPORT_HEAD(F, R)                      \
    F(R, STRING,  _, reason, NEEDED)       \
    F(R, STRING,  _, field, PLAIN)         \
    F(R, AMOUNT,  _, offset, PLAIN)        \
    F(R, AMOUNT,  _, length, PLAIN)        \
    F(R, STRING,  _, sha256, PLAIN)        \
    F(R, STRING,  _, bytes, PERSONAL)

#define REPORT_HEALTH_FIELDS(F, R)         \
    REPORT_HEAD(F, R)                      \
    F(R, FLAG,    _, connected, PLAIN)     \
    F(R, STRING,  _, text, PLAIN)          \
    F(R, AMOUNT,  _, lag_s, PLAIN)         \
    F(R, AMOUNT,  _, received, PLAIN)      \
    F(R, AMOUNT,  _, lost, PLAIN)

#define REPORT_KINDS(ROW)                  \
    ROW(INCIDENT, incident)                \
    ROW(ALARM,    alarm)                   \
    ROW(LOCATION, location)                \
    ROW(STATUS,   status)                  \
    ROW(HAZARD,   hazard)                  \
    ROW(MESSAGE,  message)                 \
    ROW(RECEIPT,  receipt)                 \
    ROW(PHONE,    phone)                   \
    ROW(REFUSED,  refused)                 \
    ROW(HEALTH,   health)

#define ROW(upper, lower) REPORT_##upper,
enum report_kind { REPORT_KINDS(ROW) REPORT_KIND_COUNT };
#undef ROW
#define ROW(upper, lower) RECORD_STRUCT(report_##lower, REPORT_##upper##_FIELDS);
REPORT_KINDS(ROW)
#undef ROW

struct report {
    enum report_kind kind;
    union {
#define ROW(upper, lower) struct report_##lower lower;
        REPORT_KINDS(ROW)
#undef ROW
    };
};

const char *report_kind_name(enum report_kind kind);
const struct record_shape *report_shape(enum report_kind kind);

/* Reads one report from its parsed line. Strings in *ret_report are loans from `json`, points from
 * `arena`. A refusal names the field: UNKNOWN_WORD for a kind nobody knows, and what
 * record_read() refuses; also a measure no unit can have, a hazard that says nowhere (neither
 * polygon, circle nor area in words), a ring that is not closed. */
struct verdict report_read(const struct json *json, struct arena *arena, struct report *ret_report);
/* Would report_read() take what report_write() makes of it? The same refusals, and TOO_LONG for a
 * line that leaves no room for a cursor: for adapters that fill reports from bytes of others. */
struct verdict report_fits(const struct report *report);
/* As one JSON object without a line end; what report_read() reads back the same. */
void report_write(const struct report *report, struct buffer *out);
/* A report with every field empty, to be filled. */
void report_init(struct report *report, enum report_kind kind);
/* `at` of any kind; 0 when it was not said. */
int64_t report_at_ms(const struct report *report);

#endif
