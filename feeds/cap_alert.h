/* cap_alert.h - one CAP message read: OASIS Common Alerting Protocol 1.2 (2010-07-01); 1.1 and 1.0,
 * which differ in namespace and few words, are read by the same names.
 *
 * Knows one message only; what it does to earlier ones is cap_chains.h. Pure. */
#ifndef FEEDS_CAP_ALERT_H
#define FEEDS_CAP_ALERT_H

#include "app/base/report.h"
#include "feeds/cap_codes.h"
#include "feeds/xml.h"

enum {
    CAP_SHAPES_MAX = 500,               /* Hazard reports of one message. */
    CAP_REFERENCES_MAX = 500,
    CAP_NAME_BYTES_MAX = 200,           /* Of an identifier, and of a sender. */
    CAP_EVENT_BYTES = 200, CAP_HEADLINE_BYTES = 400, CAP_AREA_BYTES = 600, CAP_TEXT_BYTES = 3000,
    /* A message that names no end is taken to hold a day from when it was sent. */
    CAP_EXPIRY_ASSUMED_MS = 24 * 60 * 60 * 1000,
};

#define CAP_STATUSES(ROW)               \
    ROW(CAP_STATUS, UNSAID, "")         \
    ROW(CAP_STATUS, ACTUAL, "Actual")   \
    ROW(CAP_STATUS, EXERCISE, "Exercise") \
    ROW(CAP_STATUS, SYSTEM, "System")   \
    ROW(CAP_STATUS, TEST, "Test")       \
    ROW(CAP_STATUS, DRAFT, "Draft")
#define CAP_MESSAGES(ROW)               \
    ROW(CAP_MESSAGE, UNSAID, "")        \
    ROW(CAP_MESSAGE, ALERT, "Alert")    \
    ROW(CAP_MESSAGE, UPDATE, "Update")  \
    ROW(CAP_MESSAGE, CANCEL, "Cancel")  \
    ROW(CAP_MESSAGE, ACK, "Ack")        \
    ROW(CAP_MESSAGE, ERROR, "Error")
#define CAP_SCOPES(ROW)                 \
    ROW(CAP_SCOPE, UNSAID, "")          \
    ROW(CAP_SCOPE, PUBLIC, "Public")    \
    ROW(CAP_SCOPE, RESTRICTED, "Restricted") \
    ROW(CAP_SCOPE, PRIVATE, "Private")

#define VOCABULARIES_OF_CAP(ROW)        \
    ROW(cap_status, CAP_STATUSES)       \
    ROW(cap_message, CAP_MESSAGES)      \
    ROW(cap_scope, CAP_SCOPES)
VOCABULARIES_OF_CAP(VOCABULARY_DECLARED)

/* Names one message: what `references` is made of. Sent is compared as an instant. */
struct cap_name {
    const char *sender, *identifier;
    int64_t sent_ms;
};

/* One hazard the message speaks of: an area's outlines, or a circle, or no geometry at all. */
struct cap_shape {
    const char *event, *headline, *text, *area;
    enum severity severity;
    int64_t effective_ms, expires_ms;
    bool expiry_assumed, simplified;
    struct geo_points rings;
    struct geo_point center;
    double radius_m;
};

struct cap_alert {
    struct cap_name name;
    enum cap_status status;
    enum cap_message message;
    enum cap_scope scope;
    const char *note;
    const struct cap_name *references;
    uint32_t reference_count;
    const struct cap_shape *shapes;     /* An Alert or Update has one, unless all is clear. */
    uint32_t shape_count;               /* None in one that says that all is clear. */
};

/* Reads `message`. Of several languages it takes `language` (by its start: en takes en-CA), else
 * the message's first. All of *ret_alert lives in `arena`. Refusals name the CAP element: what
 * xml_parse() refuses; FIELD_MISSING; UNKNOWN_WORD; NOT_A_TIME; BAD_SYNTAX of references;
 * NOT_A_NUMBER, OUT_OF_RANGE or CONTRADICTION of a polygon or circle; TOO_LONG over a limit above;
 * UNSUPPORTED when the root is no alert. */
struct verdict cap_alert_read(struct span message, const char *language, struct arena *arena,
                              struct cap_alert *ret_alert);
/* The same of an element that was parsed already, perhaps inside another document. Areas that are
 * only told by codes get their outlines from `codes` (NULL: they stay words). */
struct verdict cap_alert_of(const struct xml_node *root, const char *language,
                            const struct cap_codes *codes, struct arena *arena,
                            struct cap_alert *ret_alert);

#endif
