/* expression.h - how site.conf says where a value stands in a message and what to make of it.
 *
 *     EXPRESSION  =  SOURCE [ "->" STEP ]...
 *     SOURCE      =  ALTERNATIVE [ "|" ALTERNATIVE ]...       the first that is there
 *     ALTERNATIVE =  PATH                  as in json_path.h: properties.place
 *                 |  "=" TEXT              this text, as it stands
 *                 |  TEXT with { EXPRESSION }      M {properties.mag} {properties.place}
 *
 * In a text with { }, what stands in [ ] is left out when no { } inside it is there: "M {mag}[,
 * {depth} km deep]". Null, "" and a text none of whose { } is there are not there. Where several
 * values stand (a list, a path with []), they are joined by ", ".
 *
 *     STEP            makes
 *     Extreme:1, Sev*:2, 3..5:mid, *:4
 *                     of a word the one behind its row: exactly that (case aside), by start, end
 *                     or part (Sev*, *ere, *ev*), a number from 3 to below 5 (3.. and ..5 too), any
 *                     other (*). Nothing behind the : is "not there", * is the word unchanged. A
 *                     word without a row is not there.
 *     knots           of a number in that unit one in the unit the field is kept in (expression.c
 *                     lists them: kmh, mph, km, ft, mi, min, h, F, K ...)
 *     *0.1 +32        a number times, over (/), plus or minus a number, one after the other
 *     epoch_s  epoch_ms  rfc3339
 *                     a time; without a step a text is taken as RFC 3339, a number as seconds since
 *                     1970 below 100,000,000,000 and as milliseconds from there
 *     %d/%m/%Y %H:%M  a time by a pattern (time_format.h), in the feed's time zone without %z
 *     before X  after X
 *                     the text before or behind the first X; not there when there is no X
 *     number          the first number in a text: 35 of "35 mph"
 *     upper  lower    A to Z as said
 *
 * A text that holds -> or | stands in single quotes: ='a|b'. Pure. */
#ifndef FEEDS_EXPRESSION_H
#define FEEDS_EXPRESSION_H

#include "feeds/json_path.h"
#include "feeds/value_step.h"

enum {
    EXPRESSION_BYTES_MAX = 4096,        /* As written. */
    EXPRESSION_TEXT_BYTES_MAX = VALUE_TEXT_BYTES_MAX,   /* A text made of more is cut. */
};

/* What the paths of an expression start from. `look` is asked first for a path of one name (a
 * column, a part of a topic); false: it knows none, and `json` (may be NULL) is. */
typedef bool expression_look_fn(void *context, const char *name, struct span *ret_text);
struct expression_source {
    const struct json *json;
    expression_look_fn *look;
    void *context;
};

struct expression;                      /* Opaque; lives in the arena it was read into. */

/* Reads `text`. False: ret_sentence says what is wrong and where. */
bool expression_read(struct span text, const struct value_step_options *options,
                     struct arena *arena, const struct expression **ret_expression,
                     char *ret_sentence, size_t sentence_bytes);

/* What it comes to for one message. Refusals: NOT_A_NUMBER, NOT_A_TIME, BAD_UTF8 (of `look`). */
enum refusal expression_value(const struct expression *expression,
                              const struct expression_source *source, struct arena *arena,
                              struct value *ret_value);

/* Tells of each path of one name in it: of the columns that a row must have. */
typedef void expression_name_fn(void *context, const char *name);
void expression_names(const struct expression *expression, expression_name_fn *each,
                      void *context);

/* The literal text it stands for in every message; NULL when it reads the message. */
const char *expression_constant(const struct expression *expression);

#endif
