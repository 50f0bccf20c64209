#include "app/base/span.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct span span_of(const char *text)
{
    return (struct span){ .bytes = text, .length = strlen(text) };
}

struct span span_from(const char *bytes, size_t length)
{
    return (struct span){ .bytes = bytes, .length = length };
}

bool span_is(struct span span, const char *text)
{
    size_t length = strlen(text);
    return span.length == length && memcmp(span.bytes, text, length) == 0;
}

bool span_starts(struct span span, const char *prefix)
{
    size_t length = strlen(prefix);
    return span.length >= length && memcmp(span.bytes, prefix, length) == 0;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

struct span span_trim(struct span span)
{
    while (span.length && is_blank(span.bytes[0])) {
        span.bytes++;
        span.length--;
    }
    while (span.length && is_blank(span.bytes[span.length - 1]))
        span.length--;
    return span;
}

bool span_cut(struct span *rest, char separator, struct span *ret_part)
{
    if (!rest->bytes)
        return false;
    const char *found = rest->length ? memchr(rest->bytes, separator, rest->length) : NULL;
    if (!found) {
        *ret_part = *rest;
        *rest = (struct span){ 0 };
        return true;
    }
    size_t length = (size_t)(found - rest->bytes);
    *ret_part = span_from(rest->bytes, length);
    *rest = span_from(found + 1, rest->length - length - 1);
    return true;
}

/* The longest number anyone writes; longer text is not a number. */
enum { NUMBER_TEXT_MAX = 64 };

static bool number_text(struct span span, char text[NUMBER_TEXT_MAX])
{
    span = span_trim(span);
    if (span.length == 0 || span.length >= NUMBER_TEXT_MAX)
        return false;
    /* strtod also takes hexadecimal, "nan" and "inf"; a number has none of their letters. */
    for (size_t i = 0; i < span.length; i++)
        if (!strchr("0123456789+-.eE", span.bytes[i]) || span.bytes[i] == '\0')
            return false;
    memcpy(text, span.bytes, span.length);
    text[span.length] = '\0';
    return true;
}

bool span_to_double(struct span span, double *ret_number)
{
    char text[NUMBER_TEXT_MAX], *end;

    if (!number_text(span, text))
        return false;
    double number = strtod(text, &end);
    if (*end != '\0' || end == text || !isfinite(number))
        return false;
    *ret_number = number;
    return true;
}

bool span_to_int64(struct span span, int64_t *ret_number)
{
    char text[NUMBER_TEXT_MAX], *end;

    if (!number_text(span, text))
        return false;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (*end != '\0' || end == text || errno == ERANGE)
        return false;
    *ret_number = number;
    return true;
}
