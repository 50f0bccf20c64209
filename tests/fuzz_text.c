/* fuzz_text.c - any bytes as text: cleaning, widths, numbers, times, lines. What must hold is
 * asserted, so a finding is a broken promise of text.h and not only a crash. */
#include <string.h>

#include "app/base/buffer.h"
#include "app/base/text.h"
#include "app/base/when.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void clean_holds(struct span raw, size_t text_bytes)
{
    char text[512], again[512];
    size_t length = text_clean(raw, text, text_bytes);
    struct span clean = span_from(text, length);

    assert(length < text_bytes && strlen(text) == length);
    assert(utf8_valid_length(clean) == length);
    assert(text_is_clean(clean));
    assert(text_clean(clean, again, text_bytes) == length && strcmp(text, again) == 0);
    bool same = raw.length == length && memcmp(raw.bytes, text, length) == 0;
    if (raw.length < text_bytes)
        assert(text_is_clean(raw) == same);
    assert(text_columns(clean) <= length);
}

static void copy_holds(struct span raw, size_t text_bytes)
{
    char text[512];

    text_copy(text, text_bytes, raw);
    if (utf8_valid_length(raw) == raw.length && !memchr(raw.bytes, '\0', raw.length))
        assert(utf8_valid_length(span_of(text)) == strlen(text));
}

static void when_holds(struct span raw)
{
    char text[WHEN_TEXT_BYTES];
    int64_t at_ms, again;
    double number;

    if (when_parse(raw, &at_ms) && at_ms >= -62167219200000 && at_ms <= 253402300799999) {
        bool good = when_parse(span_of(when_text(at_ms, text)), &again);
        assert(good && again == at_ms);
    }
    if (span_parse(raw, &at_ms))
        assert(at_ms >= 0);
    if (span_to_int64(raw, &at_ms))
        assert(span_to_double(raw, &number));
}

/* However the stream is torn, its lines are the same. */
static void lines_hold(struct span raw, size_t step)
{
    struct line_buffer *whole = line_buffer_new(16), *torn = line_buffer_new(16);
    struct line line, other;

    line_buffer_add(whole, raw);
    line_buffer_end(whole);
    for (size_t at = 0; at < raw.length || at == 0; at += step) {
        size_t length = raw.length - at < step ? raw.length - at : step;
        line_buffer_add(torn, span_from(raw.bytes + at, length));
        if (at + step >= raw.length)
            line_buffer_end(torn);
        while (line_buffer_next(torn, &other)) {
            bool there = line_buffer_next(whole, &line);
            assert(there && line.cut == other.cut && line.whole_bytes == other.whole_bytes);
            assert(line.text.length == other.text.length && line.text.length <= 16);
            assert(memcmp(line.text.bytes, other.text.bytes, line.text.length) == 0);
        }
    }
    assert(!line_buffer_next(whole, &line));
    line_buffer_free(whole);
    line_buffer_free(torn);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct span raw = span_from((const char *)data + 1, size - 1);
    clean_holds(raw, 4 + data[0] % 60);
    clean_holds(raw, 512);
    copy_holds(raw, 1 + data[0]);
    when_holds(raw);
    lines_hold(raw, 1 + data[0] % 32);
    return 0;
}
