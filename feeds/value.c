#include "feeds/value.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"

static const double epoch_seconds_max = 1e11;
/* The last ms of the year 9999, beyond which no time can be written as RFC 3339. */
static const double epoch_ms_max = 253402300799999.0;

struct value value_none(void)
{
    return (struct value){ .kind = VALUE_NONE };
}

struct value value_of_text(const char *text)
{
    bool blank = text[strspn(text, " \t\r\n")] == '\0';
    return blank ? value_none() : (struct value){ .kind = VALUE_TEXT, .text = text };
}

struct value value_of_number(double number)
{
    return isfinite(number) ? (struct value){ .kind = VALUE_NUMBER, .number = number }
                            : value_none();
}

struct value value_of_time(int64_t first_ms, int64_t last_ms)
{
    return (struct value){ .kind = VALUE_TIME, .at_ms = first_ms, .last_ms = last_ms };
}

struct value value_of_json(const struct json *json)
{
    struct value value = { .kind = VALUE_JSON, .json = json };

    if (!json)
        return value_none();
    switch (json_type(json)) {
    case JSON_NULL:
        return value_none();
    case JSON_FLAG:
        value.kind = VALUE_FLAG;
        json_flag(json, &value.flag);
        return value;
    case JSON_NUMBER:
        value.kind = VALUE_NUMBER;
        return json_number(json, &value.number) ? value : value_none();
    case JSON_TEXT:
        return value_of_text(json_text(json));
    case JSON_LIST:
    case JSON_OBJECT:
        break;
    }
    return json_first(json) ? value : value_none();
}

/* ---- as text ---- */

/* As short as it can be and still the same number. */
static const char *number_text(double number, struct arena *arena)
{
    char text[40];
    double again;

    snprintf(text, sizeof text, "%.15g", number == 0 ? 0 : number);
    if (!span_to_double(span_of(text), &again) || again != number)
        snprintf(text, sizeof text, "%.17g", number);
    return arena_copy(arena, span_of(text));
}

/* The plain values in a list, also of lists in it (at most JSON_DEPTH_MAX deep). */
static void list_join(const struct json *list, struct arena *arena, struct buffer *out)
{
    for (const struct json *item = json_first(list); item; item = json_next(item)) {
        struct value value = value_of_json(item);
        if (out->length > VALUE_TEXT_BYTES_MAX)
            return;
        if (value.kind == VALUE_JSON) {
            if (json_type(item) == JSON_LIST)
                list_join(item, arena, out);
            continue;
        }
        const char *text = value_text(&value, arena);
        if (!text)
            continue;
        if (out->length)
            buffer_add_text(out, ", ");
        buffer_add_text(out, text);
    }
}

static const char *list_text(const struct json *json, struct arena *arena)
{
    struct buffer joined = { 0 };
    const char *text = NULL;

    if (json_type(json) == JSON_LIST)
        list_join(json, arena, &joined);
    if (joined.length) {
        char *copy = arena_alloc(arena, VALUE_TEXT_BYTES_MAX);
        text_copy(copy, VALUE_TEXT_BYTES_MAX, buffer_span(&joined));
        text = copy;
    }
    buffer_clear(&joined);
    return text;
}

const char *value_text(const struct value *value, struct arena *arena)
{
    char time_text[WHEN_TEXT_BYTES];

    switch (value->kind) {
    case VALUE_NONE:
        return NULL;
    case VALUE_TEXT:
        return value->text;
    case VALUE_NUMBER:
        return number_text(value->number, arena);
    case VALUE_FLAG:
        return value->flag ? "yes" : "no";
    case VALUE_TIME:
        return arena_copy(arena, span_of(when_text(value->at_ms, time_text)));
    case VALUE_JSON:
        return list_text(value->json, arena);
    }
    return NULL;
}

/* ---- as something else ---- */

bool value_number(const struct value *value, double *ret_number)
{
    switch (value->kind) {
    case VALUE_NUMBER:
        *ret_number = value->number;
        return true;
    case VALUE_TEXT:
        return span_to_double(span_of(value->text), ret_number);
    case VALUE_FLAG:
        *ret_number = value->flag;
        return true;
    case VALUE_NONE:
    case VALUE_TIME:
    case VALUE_JSON:
        break;
    }
    return false;
}

static bool text_flag(const char *text, bool *ret_flag)
{
    static const char *const words[][2] = { { "no", "yes" }, { "false", "true" }, { "off", "on" },
                                            { "n", "y" }, { "0", "1" } };

    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        for (int flag = 0; flag < 2; flag++) {
            if (!text_same_ignoring_case(span_trim(span_of(text)), span_of(words[i][flag])))
                continue;
            *ret_flag = flag;
            return true;
        }
    return false;
}

bool value_flag(const struct value *value, bool *ret_flag)
{
    switch (value->kind) {
    case VALUE_FLAG:
        *ret_flag = value->flag;
        return true;
    case VALUE_NUMBER:
        *ret_flag = value->number != 0;
        return value->number == 0 || value->number == 1;
    case VALUE_TEXT:
        return text_flag(value->text, ret_flag);
    case VALUE_NONE:
    case VALUE_TIME:
    case VALUE_JSON:
        break;
    }
    return false;
}

bool value_time(const struct value *value, int64_t *ret_at_ms)
{
    double number = value->number;

    if (value->kind == VALUE_TIME) {
        *ret_at_ms = value->at_ms;
        return true;
    }
    if (value->kind == VALUE_TEXT)
        return when_parse(span_trim(span_of(value->text)), ret_at_ms);
    if (value->kind != VALUE_NUMBER)
        return false;
    if (fabs(number) < epoch_seconds_max)
        number *= 1000;
    if (fabs(number) > epoch_ms_max)
        return false;
    *ret_at_ms = (int64_t)floor(number);
    return true;
}

static void text_tokens(const char *text, value_token_fn *each, void *context)
{
    while (*text) {
        size_t length = strcspn(text, ",; \t\r\n");
        if (length)
            each(context, span_from(text, length));
        text += length + (text[length] != '\0');
    }
}

void value_tokens(const struct value *value, value_token_fn *each, void *context)
{
    if (value->kind == VALUE_TEXT)
        text_tokens(value->text, each, context);
    if (value->kind != VALUE_JSON)
        return;
    for (const struct json *item = json_first(value->json); item; item = json_next(item))
        if (json_text(item) && json_text(item)[0])
            each(context, span_of(json_text(item)));
}

