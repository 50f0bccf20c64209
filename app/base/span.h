/* span.h - a loan of bytes: where they start and how many. A span never owns, and its bytes
 * need not end in NUL. Bytes from outside are handled as spans until they are judged. */
#ifndef APP_BASE_SPAN_H
#define APP_BASE_SPAN_H

#include "app/base/base.h"

struct span {
    const char *bytes;
    size_t length;
};

struct span span_of(const char *text);                       /* Up to the NUL. */
struct span span_from(const char *bytes, size_t length);
bool span_is(struct span span, const char *text);            /* Exactly equal. */
bool span_starts(struct span span, const char *prefix);
struct span span_trim(struct span span);                     /* Without blanks at both ends. */

/* Cuts the part before the first `separator` off the front of *rest, which then starts after
 * it. Without one, all of *rest is cut off. False when *rest was already used up. */
bool span_cut(struct span *rest, char separator, struct span *ret_part);

/* The whole span as a decimal number in the C locale, blanks at its ends aside; false for
 * anything else, NaN, infinity and hexadecimal too. */
bool span_to_double(struct span span, double *ret_number);
bool span_to_int64(struct span span, int64_t *ret_number);

#endif
