/* Goal: no rule of a site and no message of a source makes a mapping crash; every report it makes
 * is one that the hub takes. Method: lines of rules up to a line "--", then a JSON message; a row
 * of words stands in for columns. */
#include <string.h>

#include "feeds/mapping.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const char *const extras[] = { "ids", "version", NULL };

static bool look(void *context, const char *name, struct span *ret_text)
{
    const struct span *message = context;

    *ret_text = span_from(message->bytes, message->length < 300 ? message->length : 300);
    return name[0] == '@';
}

static void report_check(const struct report *report, struct arena *arena)
{
    struct buffer line = { 0 };
    struct json *json = NULL;
    struct report again;

    report_write(report, &line);
    assert(line.length + 96 <= REPORT_LINE_BYTES_MAX);          /* And a cursor. */
    struct verdict verdict = json_parse(buffer_span(&line), &json);
    assert(is_accepted(&verdict));
    verdict = report_read(json, arena, &again);
    assert(is_accepted(&verdict));
    json_free(json);
    buffer_clear(&line);
}

static void message_take(const struct mapping *mapping, struct span message)
{
    struct arena *arena = arena_new();
    struct json *json = NULL;
    struct mapped mapped;
    struct value ids;
    struct verdict verdict = json_parse(message, &json);

    if (!is_accepted(&verdict))
        json = NULL;
    struct expression_source source = { .json = json, .look = look, .context = &message };
    verdict = mapping_take(mapping, &source, arena, &mapped);
    for (uint32_t i = 0; is_accepted(&verdict) && i < mapped.count; i++)
        report_check(&mapped.reports[i], arena);
    mapping_extra(mapping, "ids", &source, arena, &ids);
    json_free(json);
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct zone zone = { .offset_ms = 3600000 };
    struct mapping_options options = { .kind = REPORT_INCIDENT, .extras = extras, .zone = &zone };
    struct mapping *mapping = mapping_new(&options);
    struct span rest = span_from((const char *)bytes, length), line;
    struct arena *arena = arena_new();
    char sentence[300];

    while (span_cut(&rest, '\n', &line) && !span_is(line, "--"))
        mapping_add(mapping, arena_copy(arena, line), sentence, sizeof sentence);
    if (mapping_finish(mapping, sentence, sizeof sentence) && rest.bytes)
        message_take(mapping, rest);
    arena_free(arena);
    mapping_free(mapping);
    return 0;
}
