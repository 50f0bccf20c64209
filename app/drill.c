#include "app/drill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/report.h"
#include "app/base/when.h"

struct drill_reading {
    struct drill_script *script;
    const char *file;
    uint32_t line;
    struct buffer *problems;
    bool wrong;
    int64_t end_offset_ms;
};

static void wrong(struct drill_reading *reading, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void wrong(struct drill_reading *reading, const char *format, ...)
{
    char sentence[400];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    buffer_print(reading->problems, "%s:%u: %s\n", reading->file, reading->line, sentence);
    reading->wrong = true;
}

static char *copy(struct span span)
{
    char *text = base_alloc(1, span.length + 1);

    memcpy(text, span.bytes, span.length);
    return text;
}

/* The next word, and what follows it. */
static struct span word(struct span *rest)
{
    struct span part = { 0 };

    *rest = span_trim(*rest);
    if (!span_cut(rest, ' ', &part))
        return (struct span){ "", 0 };
    *rest = span_trim(*rest);
    return part;
}

/* "+MM:SS", minutes as many as needed. */
static bool offset_parse(struct span text, int64_t *ret_ms)
{
    struct span minutes;
    int64_t minute, second;

    if (text.length < 2 || text.bytes[0] != '+')
        return false;
    text = span_from(text.bytes + 1, text.length - 1);
    if (!span_cut(&text, ':', &minutes) || !span_to_int64(minutes, &minute)
        || !span_to_int64(text, &second) || text.length != 2)
        return false;
    if (minute < 0 || minute > 7 * 24 * 60 || second < 0 || second > 59)
        return false;
    *ret_ms = (minute * 60 + second) * 1000;
    return true;
}

/* ---- headers ---- */

static void read_name(struct drill_reading *reading, struct span rest)
{
    struct drill_script *script = reading->script;

    if (rest.length < 3 || rest.bytes[0] != '"' || rest.bytes[rest.length - 1] != '"') {
        wrong(reading, "drill needs its name in quotes: drill \"Harbour storm\"");
        return;
    }
    base_free(script->name);
    script->name = copy(span_from(rest.bytes + 1, rest.length - 2));
}

static void read_site(struct drill_reading *reading, struct span rest)
{
    if (rest.length == 0)
        wrong(reading, "site needs a folder: site ../sample");
    base_free(reading->script->site);
    reading->script->site = copy(rest);
}

static void read_seed(struct drill_reading *reading, struct span rest)
{
    if (!span_to_int64(rest, &reading->script->seed) || reading->script->seed < 0)
        wrong(reading, "seed needs a whole number, not negative");
}

static void read_start(struct drill_reading *reading, struct span rest)
{
    if (!when_parse(rest, &reading->script->start_ms))
        wrong(reading, "start needs a time with a zone: start 2026-11-17T14:00:00Z");
}

static void read_end(struct drill_reading *reading, struct span rest)
{
    if (!offset_parse(rest, &reading->end_offset_ms))
        wrong(reading, "end needs a time after the start: end +26:00");
}

static const struct {
    const char *name;
    void (*read)(struct drill_reading *reading, struct span rest);
} headers[] = {
    { .name = "drill", .read = read_name }, { .name = "site", .read = read_site },
    { .name = "seed", .read = read_seed },  { .name = "start", .read = read_start },
    { .name = "end", .read = read_end },
};

/* ---- items ---- */

static struct drill_item *add(struct drill_reading *reading, enum drill_item_kind kind,
                              int64_t offset_ms)
{
    struct drill_script *script = reading->script;

    script->items = base_grow(script->items, &script->item_capacity, script->item_count + 1,
                              sizeof *script->items);
    struct drill_item *item = &script->items[script->item_count++];
    *item = (struct drill_item){ .kind = kind, .line = reading->line,
                                 .at_ms = script->start_ms + offset_ms };
    return item;
}

static void read_do(struct drill_reading *reading, struct span rest, int64_t offset_ms)
{
    struct span who = word(&rest);

    if (who.length == 0 || rest.length == 0) {
        wrong(reading, "do needs an operator and a command: +00:10 do KIM d 1 E7");
        return;
    }
    struct drill_item *item = add(reading, DRILL_DO, offset_ms);
    item->who = copy(who);
    item->text = copy(rest);
}

/* A copy of the report in which each text "@+MM:SS" has become that instant. */
static void put_timed(const struct drill_script *script, const struct json *value,
                      const char *name, struct buffer *out)
{
    char when[WHEN_TEXT_BYTES];
    const char *text = json_text(value);
    int64_t offset_ms;

    if (text && text[0] == '@' && offset_parse(span_of(text + 1), &offset_ms)) {
        json_put_text(out, name, when_text(script->start_ms + offset_ms, when));
        return;
    }
    if (json_type(value) != JSON_OBJECT) {
        json_put(out, name, value);
        return;
    }
    json_open(out, name, '{');
    for (const struct json *member = json_first(value); member; member = json_next(member))
        put_timed(script, member, json_name(member), out);
    json_close(out, '}');
}

static void read_report(struct drill_reading *reading, struct span rest, int64_t offset_ms)
{
    struct span feed = word(&rest);
    struct buffer text = { 0 };
    struct report report;
    struct json *json = NULL;
    char sentence[160];

    struct verdict verdict = json_parse(rest, &json);
    if (is_accepted(&verdict)) {
        struct arena *arena = arena_new();
        put_timed(reading->script, json, NULL, &text);
        json_free(json);
        json = NULL;
        verdict = json_parse(buffer_span(&text), &json);
        if (is_accepted(&verdict))
            verdict = report_read(json, arena, &report);
        arena_free(arena);
    }
    json_free(json);
    if (!is_accepted(&verdict)) {
        wrong(reading, "report needs a feed and a report as JSON; %s",
              verdict_sentence(&verdict, sentence, sizeof sentence));
        buffer_clear(&text);
        return;
    }
    struct drill_item *item = add(reading, DRILL_REPORT, offset_ms);
    item->who = copy(feed);
    item->text = text.bytes;
}

static void read_inject(struct drill_reading *reading, struct span rest, int64_t offset_ms)
{
    struct buffer text = { 0 };
    struct span all = rest, feed = word(&rest), unit = word(&rest), what = word(&rest);

    if (feed.length == 0 || unit.length == 0 || what.length == 0) {
        wrong(reading, "inject needs a feed, a unit and what happens: inject field E3 breakdown");
        return;
    }
    buffer_add_text(&text, "inject ");
    buffer_add(&text, all);
    struct drill_item *item = add(reading, DRILL_INJECT, offset_ms);
    item->who = copy(span_of("director"));
    item->text = text.bytes;
}

static const struct {
    const char *name;
    void (*read)(struct drill_reading *reading, struct span rest, int64_t offset_ms);
} items[] = {
    { .name = "do", .read = read_do },
    { .name = "report", .read = read_report },
    { .name = "inject", .read = read_inject },
};

static void read_item(struct drill_reading *reading, struct span when, struct span rest)
{
    int64_t offset_ms;
    struct span verb = word(&rest);

    if (!offset_parse(when, &offset_ms)) {
        wrong(reading, "an item starts with its time after the start: +03:30");
        return;
    }
    if (reading->script->start_ms == 0) {
        wrong(reading, "start must stand before the first item");
        return;
    }
    if (reading->script->item_count == DRILL_ITEMS_MAX) {
        wrong(reading, "a drill has at most %d items", DRILL_ITEMS_MAX);
        return;
    }
    for (size_t i = 0; i < ARRAY_COUNT(items); i++) {
        if (!span_is(verb, items[i].name))
            continue;
        items[i].read(reading, rest, offset_ms);
        return;
    }
    wrong(reading, "%.*s is no item: do, report or inject", (int)verb.length, verb.bytes);
}

static void read_line(struct drill_reading *reading, struct span line)
{
    line = span_trim(line);
    if (line.length == 0 || line.bytes[0] == '#')
        return;
    struct span first = word(&line);
    if (first.bytes[0] == '+') {
        read_item(reading, first, line);
        return;
    }
    for (size_t i = 0; i < ARRAY_COUNT(headers); i++) {
        if (!span_is(first, headers[i].name))
            continue;
        headers[i].read(reading, line);
        return;
    }
    wrong(reading, "%.*s is neither a header (drill, site, seed, start, end) nor a time (+MM:SS)",
          (int)first.length, first.bytes);
}

/* ---- the whole ---- */

static int compare_items(const void *left_row, const void *right_row)
{
    const struct drill_item *left = left_row, *right = right_row;

    if (left->at_ms != right->at_ms)
        return left->at_ms < right->at_ms ? -1 : 1;
    return left->line < right->line ? -1 : left->line > right->line;
}

static void check_whole(struct drill_reading *reading)
{
    struct drill_script *script = reading->script;

    if (!script->name)
        wrong(reading, "the drill's name is missing: drill \"Harbour storm\"");
    if (!script->site)
        wrong(reading, "the site is missing: site ../sample");
    if (script->start_ms == 0)
        wrong(reading, "the start is missing: start 2026-11-17T14:00:00Z");
    if (reading->end_offset_ms == 0)
        wrong(reading, "the end is missing: end +26:00");
    script->end_ms = script->start_ms + reading->end_offset_ms;
    if (script->item_count > 0)
        qsort(script->items, script->item_count, sizeof *script->items, compare_items);
    for (uint32_t i = 0; i < script->item_count; i++) {
        if (script->items[i].at_ms <= script->end_ms)
            continue;
        reading->line = script->items[i].line;
        wrong(reading, "this is after the drill's end");
    }
}

bool drill_read(struct span text, const char *file, struct drill_script **ret_script,
                struct buffer *problems)
{
    struct drill_reading reading = { .file = file, .problems = problems,
                                     .script = base_alloc(1, sizeof(struct drill_script)) };
    struct span line;

    while (text.length > 0 && span_cut(&text, '\n', &line)) {
        reading.line++;
        if (line.length > DRILL_LINE_BYTES_MAX)
            wrong(&reading, "a line has at most 64 KiB");
        else
            read_line(&reading, line);
    }
    check_whole(&reading);
    if (reading.wrong) {
        drill_script_free(reading.script);
        return false;
    }
    *ret_script = reading.script;
    return true;
}

void drill_script_free(struct drill_script *script)
{
    for (uint32_t i = 0; i < script->item_count; i++) {
        base_free(script->items[i].who);
        base_free(script->items[i].text);
    }
    base_free(script->items);
    base_free(script->name);
    base_free(script->site);
    base_free(script);
}
