/* value.h - one value on its way from a message into a report: what it is, and what it is as a
 * text, a number, a time. Texts are loans from the message or the arena. Pure. */
#ifndef FEEDS_VALUE_H
#define FEEDS_VALUE_H

#include "app/base/json.h"

enum value_kind {
    VALUE_NONE,         /* Not there: null, "", blanks. */
    VALUE_TEXT, VALUE_NUMBER, VALUE_FLAG,
    VALUE_TIME,
    VALUE_JSON,         /* A list or an object. */
};

struct value {
    enum value_kind kind;
    const char *text;
    double number;
    bool flag;
    int64_t at_ms, last_ms;     /* TIME; `last_ms` is later where a clock showed it twice. */
    const struct json *json;
};

enum {
    VALUE_TEXT_BYTES_MAX = 32768,       /* A list joined to more is cut, and marked as cut. */
};

struct value value_none(void);
struct value value_of_text(const char *text);           /* NONE for blanks. */
struct value value_of_number(double number);
struct value value_of_time(int64_t first_ms, int64_t last_ms);
struct value value_of_json(const struct json *json);    /* NONE for NULL and null. */

/* NULL for NONE, and for a list or object in which no plain value stands. Plain values in a list
 * are joined by ", "; numbers are as short as they can be. */
const char *value_text(const struct value *value, struct arena *arena);
/* A number, or a text that is one; of yes and no 1 and 0. */
bool value_number(const struct value *value, double *ret_number);
/* yes no, true false, on off, y n, 1 0; case aside. */
bool value_flag(const struct value *value, bool *ret_flag);
/* A time; a text as RFC 3339; a number as seconds since 1970 below 1e11, as milliseconds from
 * there (in seconds 1e11 is the year 5138, in milliseconds March 1973). */
bool value_time(const struct value *value, int64_t *ret_at_ms);

/* The tokens of ",us1,ak2,", of "a b; c", or of a list of texts. */
typedef void value_token_fn(void *context, struct span token);
void value_tokens(const struct value *value, value_token_fn *each, void *context);

#endif
