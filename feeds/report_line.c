#include "feeds/report_line.h"

#include <string.h>

static struct verdict hello_check(const struct json *json)
{
    const struct json *takes = json_member(json, "takes");

    if (!takes)
        return accepted();
    if (json_type(takes) != JSON_LIST)
        return refused(REFUSED_WRONG_TYPE, 0, "takes");
    for (const struct json *verb = json_first(takes); verb; verb = json_next(verb))
        if (json_type(verb) != JSON_TEXT)
            return refused(REFUSED_WRONG_TYPE, 0, "takes");
    return accepted();
}

static struct verdict kind_read(const struct json *json, struct arena *arena,
                                enum report_line_kind *ret_kind)
{
    struct report report;

    if (json_member(json, "hello")) {
        *ret_kind = REPORT_LINE_HELLO;
        return hello_check(json);
    }
    if (json_member(json, "idle")) {
        *ret_kind = REPORT_LINE_IDLE;
        return accepted();
    }
    *ret_kind = REPORT_LINE_REPORT;
    return report_read(json, arena, &report);
}

struct verdict report_line_read(struct span line, struct arena *arena,
                                struct report_line *ret_line)
{
    struct report_line read = { .text = span_trim(line) };
    struct verdict verdict = json_parse(read.text, &read.json);

    if (!is_accepted(&verdict))
        return verdict;
    verdict = kind_read(read.json, arena, &read.kind);
    if (!is_accepted(&verdict)) {
        json_free(read.json);
        return verdict;
    }
    *ret_line = read;
    return verdict;
}

struct span report_line_text(const struct report_line *line, enum own_cursor own,
                             struct arena *arena)
{
    struct buffer out = { 0 };

    if (own == OWN_CURSOR_KEEP || !json_member(line->json, "cursor"))
        return line->text;
    json_open(&out, NULL, '{');
    for (const struct json *member = json_first(line->json); member; member = json_next(member))
        if (strcmp(json_name(member), "cursor") != 0)
            json_put(&out, json_name(member), member);
    json_close(&out, '}');
    struct span text = { .bytes = arena_copy(arena, buffer_span(&out)), .length = out.length };
    buffer_clear(&out);
    return text;
}
