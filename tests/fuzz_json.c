/* fuzz_json.c - any bytes through the one JSON door. What is accepted keeps the promises of
 * json.h and, written again, reads back as the same text. */
#include <math.h>
#include <string.h>

#include "app/base/json.h"
#include "app/base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void value_holds(const struct json *json, uint32_t depth)
{
    double number;
    uint32_t count = 0;

    assert(depth <= JSON_DEPTH_MAX);
    if (json_type(json) == JSON_TEXT) {
        struct span text = span_of(json_text(json));
        assert(utf8_valid_length(text) == text.length);
    }
    if (json_type(json) == JSON_NUMBER) {
        bool good = json_number(json, &number);
        assert(good && isfinite(number));
    }
    for (const struct json *item = json_first(json); item; item = json_next(item), count++)
        value_holds(item, depth + 1);
    assert(count == json_count(json));
}

static struct json *parse_again(const struct buffer *text)
{
    struct json *json = NULL;
    struct verdict verdict = json_parse(buffer_span(text), &json);

    assert(is_accepted(&verdict));
    return json;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer first = { 0 }, second = { 0 };
    struct json *json;

    struct verdict verdict = json_parse(span_from((const char *)data, size), &json);
    if (!is_accepted(&verdict)) {
        assert(verdict.offset <= size);
        return 0;
    }
    value_holds(json, 0);
    json_put(&first, NULL, json);
    json_free(json);
    json = parse_again(&first);
    json_put(&second, NULL, json);
    assert(strcmp(first.bytes, second.bytes) == 0);
    json_free(json);
    buffer_clear(&first);
    buffer_clear(&second);
    return 0;
}
