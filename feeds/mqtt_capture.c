#include "feeds/mqtt_capture.h"

#include <string.h>

#include "app/base/when.h"
#include "feeds/time_format.h"

/* "2026-11-23T13:15:53.297473Z+0000": mosquitto 2.0 writes both. */
static int64_t tst_read(const char *tst, int64_t otherwise_ms)
{
    const char *z = strchr(tst, 'Z');
    struct time_read read;
    int64_t at_ms;

    if (when_parse(z ? span_from(tst, (size_t)(z - tst) + 1) : span_of(tst), &at_ms))
        return at_ms;
    return time_format_read("%FT%T.%f%z", span_of(tst), NULL, &read) ? read.first_ms
                                                                    : otherwise_ms;
}

/* %j writes the payload as a text, %J as the JSON that it is. */
static struct span json_payload(const struct json *payload, struct arena *arena)
{
    struct buffer out = { 0 };

    if (json_text(payload))
        return span_of(arena_copy(arena, span_of(json_text(payload))));
    if (!payload || json_type(payload) == JSON_NULL)
        return span_of("");
    json_put(&out, NULL, payload);
    struct span copy = { arena_copy(arena, buffer_span(&out)), out.length };
    buffer_clear(&out);
    return copy;
}

/* False: it is no line of that kind. */
static bool json_line_read(struct span line, struct arena *arena, struct mqtt_message *message)
{
    struct json *json = NULL;
    struct verdict verdict = json_parse(line, &json);
    bool read = is_accepted(&verdict) && json_text(json_member(json, "topic"));

    if (read) {
        message->topic = span_of(arena_copy(arena, span_of(json_member_text(json, "topic", ""))));
        message->payload = json_payload(json_member(json, "payload"), arena);
        message->retained = json_member_int64(json, "retain", 0) != 0
                            || json_member_flag(json, "retain", false);
        message->at_ms = tst_read(json_member_text(json, "tst", ""), message->at_ms);
    }
    json_free(json);
    return read;
}

static int hex_digit(char byte)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *found = byte ? strchr(digits, byte) : NULL;
    return found ? (int)((found - digits) % 16) : -1;
}

static bool hex_read(struct span text, struct arena *arena, struct span *ret_bytes)
{
    char *bytes = arena_alloc(arena, text.length / 2 + 1);

    if (text.length % 2)
        return false;
    for (size_t i = 0; i < text.length / 2; i++) {
        int high = hex_digit(text.bytes[i * 2]), low = hex_digit(text.bytes[i * 2 + 1]);
        if (high < 0 || low < 0)
            return false;
        bytes[i] = (char)(high * 16 + low);
    }
    *ret_bytes = span_from(bytes, text.length / 2);
    return true;
}

struct verdict mqtt_capture_read(struct span line, enum capture_payload payload, int64_t now_ms,
                                 struct arena *arena, struct mqtt_message *ret_message)
{
    struct mqtt_message message = { .at_ms = now_ms };
    struct span rest = line;

    if (line.length && line.bytes[line.length - 1] == '\r')
        rest.length--;
    if (!span_starts(rest, "{") || !json_line_read(rest, arena, &message)) {
        if (!span_cut(&rest, ' ', &message.topic) || message.topic.length == 0)
            return refused(REFUSED_FIELD_MISSING, 0, "topic");
        message.payload = rest.bytes && !span_is(rest, "(null)") ? rest : span_of("");
    }
    if (payload == CAPTURE_HEX
        && !hex_read(span_trim(message.payload), arena, &message.payload))
        return refused(REFUSED_BAD_SYNTAX, message.topic.length + 1, "payload");
    *ret_message = message;
    return accepted();
}
