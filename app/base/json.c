#include "app/base/json.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"

/* `struct json` is never defined: it is cJSON seen from outside. */
static const cJSON *inside(const struct json *json)
{
    return (const cJSON *)json;
}

static const struct json *outside(const cJSON *json)
{
    return (const struct json *)json;
}

/* Inside a string cJSON takes raw control characters, and the escape of NUL, which would cut its
 * C strings short. Moves *at from the opening quote to the closing one, or to the trouble. */
static enum refusal string_check(struct span text, size_t *at)
{
    for (size_t i = *at + 1; i < text.length; i++) {
        char byte = text.bytes[i];
        *at = i;
        if ((unsigned char)byte < 0x20)
            return REFUSED_BAD_SYNTAX;
        if (byte == '"')
            return REFUSED_NOT;
        if (byte != '\\')
            continue;
        if (text.length - i > 5 && memcmp(text.bytes + i, "\\u0000", 6) == 0)
            return REFUSED_BAD_UTF8;
        i++;
    }
    *at = text.length;
    return REFUSED_TRUNCATED;
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static size_t digits_length(struct span text, size_t at)
{
    size_t from = at;

    while (at < text.length && is_digit(text.bytes[at]))
        at++;
    return at - from;
}

/* cJSON takes whatever strtod takes ("01", "1.", "-.5", "1e999" as infinity); RFC 8259 section 6
 * does not. Moves *at from the first byte of the number to its last. */
static enum refusal number_check(struct span text, size_t *at)
{
    size_t i = *at + (text.bytes[*at] == '-'), whole = digits_length(text, i);
    bool exponent = false;
    double number;

    if (whole == 0 || (whole > 1 && text.bytes[i] == '0'))
        return REFUSED_BAD_SYNTAX;
    i += whole;
    if (i < text.length && text.bytes[i] == '.') {
        size_t decimals = digits_length(text, i + 1);
        if (decimals == 0)
            return REFUSED_BAD_SYNTAX;
        i += 1 + decimals;
    }
    if (i < text.length && (text.bytes[i] | 0x20) == 'e') {
        i++;
        i += i < text.length && (text.bytes[i] == '+' || text.bytes[i] == '-');
        size_t powers = digits_length(text, i);
        if (powers == 0)
            return REFUSED_BAD_SYNTAX;
        i += powers;
        exponent = true;
    }
    if (exponent && !span_to_double(span_from(text.bytes + *at, i - *at), &number))
        return REFUSED_OUT_OF_RANGE;
    *at = i - 1;
    return REFUSED_NOT;
}

/* One pass for what RFC 8259 forbids and cJSON lets through. *ret_depth is how many brackets are
 * open at the end. */
static struct verdict border_check(struct span text, uint32_t *ret_depth)
{
    uint32_t depth = 0;

    if (span_trim(text).length == 0)
        return refused(REFUSED_TRUNCATED, text.length, "");
    size_t valid = utf8_valid_length(text);
    if (valid < text.length)
        return refused(REFUSED_BAD_UTF8, valid, "");
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.bytes[i];
        enum refusal refusal = REFUSED_NOT;
        if (byte == '"')
            refusal = string_check(text, &i);
        else if (is_digit(byte) || byte == '-')
            refusal = number_check(text, &i);
        else if (byte == '{' || byte == '[')
            refusal = ++depth > JSON_DEPTH_MAX ? REFUSED_TOO_DEEP : REFUSED_NOT;
        else if (byte == '}' || byte == ']')
            depth -= depth > 0;
        else if ((unsigned char)byte < 0x20 && span_trim(span_from(&byte, 1)).length)
            refusal = REFUSED_BAD_SYNTAX;       /* cJSON takes every control byte for a blank. */
        if (refusal != REFUSED_NOT)
            return refused(refusal, i, "");
    }
    *ret_depth = depth;
    return accepted();
}

struct verdict json_parse(struct span text, struct json **ret_json)
{
    const char *end = NULL;
    uint32_t depth = 0;
    struct verdict verdict = border_check(text, &depth);

    if (!is_accepted(&verdict))
        return verdict;
    cJSON *json = cJSON_ParseWithLengthOpts(text.bytes, text.length, &end, 0);
    size_t parsed = end ? (size_t)(end - text.bytes) : 0;
    /* cJSON stops on the last byte when it would read on. */
    if (!json && depth > 0 && parsed + 1 == text.length)
        return refused(REFUSED_TRUNCATED, text.length, "");
    if (!json)
        return refused(REFUSED_BAD_SYNTAX, parsed, "");
    if (span_trim(span_from(end, text.length - parsed)).length) {
        cJSON_Delete(json);
        return refused(REFUSED_BAD_SYNTAX, parsed, "");
    }
    *ret_json = (struct json *)json;
    return accepted();
}

void json_free(struct json *json)
{
    cJSON_Delete((cJSON *)json);
}

enum json_type json_type(const struct json *json)
{
    switch (inside(json)->type & 0xFF) {
    case cJSON_False:
    case cJSON_True:
        return JSON_FLAG;
    case cJSON_Number:
        return JSON_NUMBER;
    case cJSON_String:
        return JSON_TEXT;
    case cJSON_Array:
        return JSON_LIST;
    case cJSON_Object:
        return JSON_OBJECT;
    }
    return JSON_NULL;
}

const struct json *json_member(const struct json *json, const char *name)
{
    if (!json || !cJSON_IsObject(inside(json)))
        return NULL;
    /* Folding a journal asks this more than anything else; most names differ in the first byte. */
    for (const cJSON *member = inside(json)->child; member; member = member->next)
        if (member->string[0] == name[0] && strcmp(member->string, name) == 0)
            return outside(member);
    return NULL;
}

const struct json *json_first(const struct json *json)
{
    return json ? outside(inside(json)->child) : NULL;
}

const struct json *json_next(const struct json *json)
{
    return outside(inside(json)->next);
}

const char *json_name(const struct json *json)
{
    return inside(json)->string;
}

uint32_t json_count(const struct json *json)
{
    return json ? (uint32_t)cJSON_GetArraySize(inside(json)) : 0;
}

uint32_t json_depth(const struct json *json)
{
    uint32_t deepest = 0;

    if (json_type(json) != JSON_LIST && json_type(json) != JSON_OBJECT)
        return 0;
    for (const struct json *item = json_first(json); item; item = json_next(item)) {
        uint32_t depth = json_depth(item);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest + 1;
}

const char *json_text(const struct json *json)
{
    return json && cJSON_IsString(inside(json)) ? inside(json)->valuestring : NULL;
}

bool json_number(const struct json *json, double *ret_number)
{
    if (!json || !cJSON_IsNumber(inside(json)) || !isfinite(inside(json)->valuedouble))
        return false;
    *ret_number = inside(json)->valuedouble;
    return true;
}

bool json_int64(const struct json *json, int64_t *ret_number)
{
    double number;
    static const double exact_max = 9007199254740992.0;     /* 2^53 */

    if (!json_number(json, &number) || number != floor(number) || fabs(number) > exact_max)
        return false;
    *ret_number = (int64_t)number;
    return true;
}

bool json_flag(const struct json *json, bool *ret_flag)
{
    if (!json || !cJSON_IsBool(inside(json)))
        return false;
    *ret_flag = cJSON_IsTrue(inside(json));
    return true;
}

const char *json_member_text(const struct json *json, const char *name, const char *otherwise)
{
    const char *text = json_text(json_member(json, name));
    return text ? text : otherwise;
}

int64_t json_member_int64(const struct json *json, const char *name, int64_t otherwise)
{
    int64_t number;
    return json_int64(json_member(json, name), &number) ? number : otherwise;
}

double json_member_number(const struct json *json, const char *name, double otherwise)
{
    double number;
    return json_number(json_member(json, name), &number) ? number : otherwise;
}

bool json_member_flag(const struct json *json, const char *name, bool otherwise)
{
    bool flag;
    return json_flag(json_member(json, name), &flag) ? flag : otherwise;
}

/* ---- writing ---- */

static void put_quoted(struct buffer *out, struct span text)
{
    static const char hex[] = "0123456789abcdef";
    size_t plain = 0;

    buffer_add(out, span_from("\"", 1));
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        if (byte >= 0x20 && byte != '"' && byte != '\\')
            continue;
        char escape[6] = { '\\', (char)byte };
        size_t length = 2;
        if (byte < 0x20) {
            memcpy(escape, "\\u00", 4);
            escape[4] = hex[byte >> 4];
            escape[5] = hex[byte & 15];
            length = 6;
        }
        buffer_add(out, span_from(text.bytes + plain, i - plain));
        buffer_add(out, span_from(escape, length));
        plain = i + 1;
    }
    buffer_add(out, span_from(text.bytes + plain, text.length - plain));
    buffer_add(out, span_from("\"", 1));
}

static void put_name(struct buffer *out, const char *name)
{
    char last = out->length ? out->bytes[out->length - 1] : '\n';

    if (last != '{' && last != '[' && last != '\n')
        buffer_add(out, span_from(",", 1));
    if (!name)
        return;
    put_quoted(out, span_of(name));
    buffer_add(out, span_from(":", 1));
}

void json_open(struct buffer *out, const char *name, char bracket)
{
    assert(bracket == '{' || bracket == '[');
    put_name(out, name);
    buffer_add(out, span_from(&bracket, 1));
}

void json_close(struct buffer *out, char bracket)
{
    assert(bracket == '}' || bracket == ']');
    buffer_add(out, span_from(&bracket, 1));
}

void json_put_span(struct buffer *out, const char *name, struct span text)
{
    put_name(out, name);
    put_quoted(out, text);
}

void json_put_text(struct buffer *out, const char *name, const char *text)
{
    json_put_span(out, name, span_of(text));
}

void json_put_int64(struct buffer *out, const char *name, int64_t number)
{
    char text[24];
    char *at = text + sizeof text;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

    put_name(out, name);
    do {
        *--at = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (number < 0)
        *--at = '-';
    buffer_add(out, span_from(at, (size_t)(text + sizeof text - at)));
}

void json_put_number(struct buffer *out, const char *name, double number)
{
    char text[40];

    assert(isfinite(number));
    put_name(out, name);
    snprintf(text, sizeof text, "%.15g", number);
    double again;
    if (!span_to_double(span_of(text), &again) || again != number)
        snprintf(text, sizeof text, "%.17g", number);
    buffer_add_text(out, text);
}

void json_put_degrees(struct buffer *out, const char *name, double degrees)
{
    put_name(out, name);
    buffer_print(out, "%.7f", degrees);
}

void json_put_flag(struct buffer *out, const char *name, bool flag)
{
    put_name(out, name);
    buffer_add_text(out, flag ? "true" : "false");
}

void json_put_raw(struct buffer *out, const char *name, struct span json)
{
    put_name(out, name);
    buffer_add(out, json);
}

void json_put(struct buffer *out, const char *name, const struct json *json)
{
    char *text = cJSON_PrintUnformatted(inside(json));

    assert(text);
    json_put_raw(out, name, span_of(text));
    cJSON_free(text);
}
