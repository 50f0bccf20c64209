/* Goal: no bytes make the reader of sentences crash; how a stream is cut into reads changes
 * nothing; every report is one that the hub takes. Method: the bytes as a stream, whole and in
 * pieces; or, where the first byte says so, as the inside of one sentence, with its checksum. */
#include "tests/desk_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void lines_take(struct nmea_desk *desk, struct line_buffer *lines, struct digest *digest)
{
    struct line line;

    while (line_buffer_next(lines, &line))
        desk_fuzz_line(desk, line.text, digest);
}

static uint64_t stream_digest(struct span bytes, size_t step)
{
    struct line_buffer *lines = line_buffer_new(NMEA_LINE_BYTES_MAX);
    struct nmea_desk *desk = desk_fuzz_new();
    struct digest digest;

    digest_start(&digest);
    for (size_t at = 0; at < bytes.length; at += step) {
        size_t left = bytes.length - at;
        line_buffer_add(lines, span_from(bytes.bytes + at, left < step ? left : step));
        lines_take(desk, lines, &digest);
    }
    line_buffer_end(lines);
    lines_take(desk, lines, &digest);
    nmea_desk_free(desk);
    line_buffer_free(lines);
    return digest_end(&digest);
}

static void sentence_make(struct span inside, struct buffer *out)
{
    uint8_t sum = 0;

    for (size_t i = 0; i < inside.length; i++)
        sum ^= (uint8_t)inside.bytes[i];
    buffer_add_text(out, inside.length % 4 ? "$" : "!");
    buffer_add(out, inside);
    buffer_print(out, "*%02X\n", (unsigned)sum);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct buffer made = { 0 };

    if (length < 2)
        return 0;
    struct span rest = span_from((const char *)bytes + 1, length - 1);
    if (bytes[0] & 0x80)
        sentence_make(rest, &made);
    else
        buffer_add(&made, rest);
    size_t step = (1 + bytes[0] % 64) * (length > 4096 ? 64 : 1);
    uint64_t whole = stream_digest(buffer_span(&made), made.length);
    assert(whole == stream_digest(buffer_span(&made), step));
    buffer_clear(&made);
    return 0;
}
