/* verdict.h - what we say of bytes from outside: accepted, or refused with the field, the
 * place and the reason. A wrong message is expected, so it is never an assertion. */
#ifndef APP_BASE_VERDICT_H
#define APP_BASE_VERDICT_H

#include "app/base/span.h"

#define REFUSALS(ROW)                                        \
    ROW(NOT,            "accepted")                          \
    ROW(FIELD_MISSING,  "a required field is missing")       \
    ROW(NOT_A_NUMBER,   "not a number")                      \
    ROW(OUT_OF_RANGE,   "out of range")                      \
    ROW(NOT_A_TIME,     "not a time (RFC 3339 with a zone)") \
    ROW(UNKNOWN_WORD,   "not one of the known words")        \
    ROW(WRONG_TYPE,     "the wrong type of value")           \
    ROW(TOO_LONG,       "longer than its limit")             \
    ROW(TOO_DEEP,       "nested too deep")                   \
    ROW(BAD_UTF8,       "not valid UTF-8")                   \
    ROW(BAD_SYNTAX,     "not well formed")                   \
    ROW(TRUNCATED,      "it ends too early")                 \
    ROW(UNSUPPORTED,    "a kind this program does not take") \
    ROW(CONTRADICTION,  "its fields contradict each other")  \
    ROW(NOT_ALLOWED,    "this feed may not say that")        \
    ROW(WRONG_CHECKSUM, "its checksum is not that of its bytes")

#define ROW(upper, text) REFUSED_##upper,
enum refusal { REFUSALS(ROW) REFUSAL_COUNT };
#undef ROW

const char *refusal_text(enum refusal refusal);

struct verdict {
    enum refusal refusal;
    size_t offset;              /* Byte in the message where the trouble starts. */
    char field[64];             /* Name of the field, "" when the whole message is meant. */
};

struct verdict accepted(void);
struct verdict refused(enum refusal refusal, size_t offset, const char *field);
bool is_accepted(const struct verdict *verdict);

/* "severity: not one of the known words (at byte 118)"; returns `text`. */
const char *verdict_sentence(const struct verdict *verdict, char *text, size_t text_bytes);

#endif
