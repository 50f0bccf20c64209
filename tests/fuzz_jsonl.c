/* Goal: no line of a program of others makes the check crash, and what passes it, the hub takes.
 * Method: the input is split into lines as the adapter does it; an accepted line is written as it
 * would be sent, with its own cursor dropped, and must be accepted again as the same kind. */
#include "feeds/quarantine.h"
#include "feeds/report_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { LINE_BYTES_MAX = 500 };

static void line_refused(const struct verdict *verdict, struct span line, struct arena *arena)
{
    struct quarantine *quarantine = quarantine_new();
    struct report report, again;
    struct buffer out = { 0 };
    struct json *json = NULL;

    assert(verdict->offset <= line.length);
    quarantine_add(quarantine, line);
    quarantine_report(quarantine, verdict, &report);
    report_write(&report, &out);
    struct verdict second = json_parse(buffer_span(&out), &json);
    assert(is_accepted(&second));
    second = report_read(json, arena, &again);
    assert(is_accepted(&second));
    assert(again.refused.length == (int64_t)line.length);
    json_free(json);
    buffer_clear(&out);
    quarantine_free(quarantine);
}

static void line_check(struct span line)
{
    struct arena *arena = arena_new();
    struct report_line judged, again;
    struct verdict verdict = report_line_read(line, arena, &judged);

    if (is_accepted(&verdict)) {
        struct span text = report_line_text(&judged, OWN_CURSOR_DROP, arena);
        verdict = report_line_read(text, arena, &again);
        assert(is_accepted(&verdict));
        assert(again.kind == judged.kind);
        assert(!json_member(again.json, "cursor"));
        json_free(again.json);
        json_free(judged.json);
    } else {
        line_refused(&verdict, line, arena);
    }
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct line_buffer *lines = line_buffer_new(LINE_BYTES_MAX);
    struct line line;

    line_buffer_add(lines, span_from((const char *)bytes, length));
    line_buffer_end(lines);
    while (line_buffer_next(lines, &line))
        if (!line.cut)
            line_check(line.text);
    line_buffer_free(lines);
    return 0;
}
