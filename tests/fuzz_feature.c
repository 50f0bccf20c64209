/* Goal: no GeoJSON makes the presets crash; every report they make is one that the hub takes, its
 * rings closed and within their limit; identities stay in order. Method: the first byte chooses the
 * preset; lines are features of one feed. */
#include <string.h>

#include "feeds/identity.h"
#include "feeds/mapping.h"
#include "feeds/preset.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const char *const extras[] = { "ids", "version", "replaces", "geocodes", NULL };

static void report_check(const struct report *report, struct arena *arena)
{
    struct buffer line = { 0 };
    struct json *json = NULL;
    struct report again;

    report_write(report, &line);
    assert(line.length + 1000 <= REPORT_LINE_BYTES_MAX);        /* And a cursor. */
    struct verdict verdict = json_parse(buffer_span(&line), &json);
    assert(is_accepted(&verdict));
    verdict = report_read(json, arena, &again);
    assert(is_accepted(&verdict));
    json_free(json);
    buffer_clear(&line);
}

struct tokens {
    struct span at[20];
    uint32_t count;
};

static void token_add(void *context, struct span token)
{
    struct tokens *tokens = context;

    if (tokens->count < ARRAY_COUNT(tokens->at))
        tokens->at[tokens->count++] = token;
}

static void identity_check(struct identity *identity, const struct mapping *mapping,
                           const struct expression_source *source, const struct report *report,
                           struct arena *arena)
{
    struct tokens ids = { .count = 0 }, replaces = { .count = 0 };
    struct value value;

    if (report->kind != REPORT_HAZARD)
        return;
    token_add(&ids, span_of(report->hazard.id));
    mapping_extra(mapping, "ids", source, arena, &value);
    value_tokens(&value, token_add, &ids);
    mapping_extra(mapping, "replaces", source, arena, &value);
    value_tokens(&value, token_add, &replaces);
    struct sighting sighting = { .ids = ids.at, .id_count = ids.count, .version = report->hazard.at,
                                 .content = (uint64_t)report->hazard.expires,
                                 .cancel = report->hazard.cancel, .replaces = replaces.at,
                                 .replaces_count = replaces.count };
    struct identified identified = identity_take(identity, &sighting, arena);
    assert(identified.id[0]);
    assert(identified.ended_count <= ids.count + replaces.count);
    /* Said again at once, it is news no more. */
    identified = identity_take(identity, &sighting, arena);
    assert(identified.news != IDENTITY_TELL);
    assert(identified.ended_count == 0);
}

static void feature_check(struct identity *identity, const struct mapping *mapping,
                          struct span text)
{
    struct arena *arena = arena_new();
    struct json *json = NULL;
    struct mapped mapped = { .count = 0 };
    struct verdict verdict = json_parse(text, &json);

    if (is_accepted(&verdict)) {
        struct expression_source source = { .json = json };
        verdict = mapping_take(mapping, &source, arena, &mapped);
        for (uint32_t i = 0; is_accepted(&verdict) && i < mapped.count; i++) {
            report_check(&mapped.reports[i], arena);
            identity_check(identity, mapping, &source, &mapped.reports[i], arena);
        }
        json_free(json);
    }
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct mapping_options options = { .kind = REPORT_HAZARD, .extras = extras };
    struct mapping *mapping = mapping_new(&options);
    struct identity *identity = identity_new();
    struct span rest = span_from((const char *)bytes, length), line;
    char sentence[300];

    const struct preset *preset = &presets[length ? bytes[0] % 4 : 0];
    mapping_add(mapping, "shape=geometry", sentence, sizeof sentence);
    for (size_t i = 0; preset->rules[i]; i++) {
        bool added = mapping_add(mapping, preset->rules[i], sentence, sizeof sentence);
        assert(added);
    }
    bool finished = mapping_finish(mapping, sentence, sizeof sentence);
    assert(finished);
    while (span_cut(&rest, '\n', &line))
        feature_check(identity, mapping, line);
    identity_free(identity);
    mapping_free(mapping);
    return 0;
}
