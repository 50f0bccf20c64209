#include "feeds/cap_codes.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/report.h"
#include "app/base/text.h"
#include "feeds/adapters.h"
#include "feeds/code_layer.h"
#include "feeds/ring.h"

enum { CODE_BYTES = 64, RING_POINTS_MIN = 4 };

struct rule {
    char *system, *column;
};

struct area {
    uint32_t rule;
    char *code;
    struct geo_points rings;
    uint32_t room;
};

struct cap_codes {
    struct rule rules[CAP_CODE_RULES_MAX];
    uint32_t rule_count;
    struct area *areas;             /* Sorted by rule and code once they are ready. */
    uint32_t area_count, area_capacity;
    bool ready;
};

struct cap_codes *cap_codes_new(void)
{
    return base_alloc(1, sizeof(struct cap_codes));
}

void cap_codes_free(struct cap_codes *codes)
{
    if (!codes)
        return;
    for (uint32_t i = 0; i < codes->rule_count; i++) {
        base_free(codes->rules[i].system);
        base_free(codes->rules[i].column);
    }
    for (uint32_t i = 0; i < codes->area_count; i++) {
        base_free(codes->areas[i].code);
        base_free(codes->areas[i].rings.at);
    }
    base_free(codes->areas);
    base_free(codes);
}

/* ---- rules and layers ---- */

bool cap_codes_rule(struct cap_codes *codes, const char *rule)
{
    const char *equals = strchr(rule, '=');
    struct buffer system = { 0 };

    if (!equals || equals == rule || !equals[1] || codes->rule_count == CAP_CODE_RULES_MAX)
        return false;
    buffer_add(&system, span_from(rule, (size_t)(equals - rule)));
    codes->rules[codes->rule_count++] = (struct rule){ .system = base_copy_text(system.bytes),
                                                       .column = base_copy_text(equals + 1) };
    buffer_clear(&system);
    return true;
}

/* Numbers lose their leading zeros in many a table, so they are compared without. */
static void code_normal(struct span raw, char code[CODE_BYTES])
{
    raw = span_trim(raw);
    while (raw.length > 1 && raw.bytes[0] == '0')
        raw = span_from(raw.bytes + 1, raw.length - 1);
    text_copy(code, CODE_BYTES, raw);
}

struct loading {
    struct cap_codes *codes;
};

/* A layer gives the rings of a record one after the other, so the last area is most often the one
 * meant; the same code further on is joined when all are there. */
static struct area *area_for(struct cap_codes *codes, uint32_t rule, const char *code)
{
    for (uint32_t back = 1; back <= codes->rule_count && back <= codes->area_count; back++) {
        struct area *last = &codes->areas[codes->area_count - back];
        if (last->rule == rule && strcmp(last->code, code) == 0)
            return last;
    }
    if (codes->area_count == CAP_CODE_AREAS_MAX)
        return NULL;
    codes->areas = base_grow(codes->areas, &codes->area_capacity, codes->area_count + 1,
                             sizeof *codes->areas);
    codes->areas[codes->area_count] = (struct area){ .rule = rule, .code = base_copy_text(code) };
    return &codes->areas[codes->area_count++];
}

static void rings_append(struct area *area, const struct geo_points *rings)
{
    area->rings.at = base_grow(area->rings.at, &area->room, area->rings.count + rings->count,
                               sizeof *area->rings.at);
    memcpy(area->rings.at + area->rings.count, rings->at, rings->count * sizeof *rings->at);
    area->rings.count += rings->count;
}

static void record_take(void *context, uint32_t rule, const char *value,
                        const struct geo_points *ring)
{
    struct loading *loading = context;
    char code[CODE_BYTES];

    code_normal(span_of(value), code);
    struct area *area = code[0] ? area_for(loading->codes, rule, code) : NULL;
    if (area)
        rings_append(area, ring);
}

bool cap_codes_layer(struct cap_codes *codes, const char *path, char *sentence,
                     size_t sentence_bytes)
{
    const char *columns[CAP_CODE_RULES_MAX];
    struct loading loading = { .codes = codes };
    const struct code_layer_order order = { .columns = columns, .column_count = codes->rule_count,
                                            .record = record_take, .context = &loading };

    assert(!codes->ready);
    for (uint32_t i = 0; i < codes->rule_count; i++)
        columns[i] = codes->rules[i].column;
    return code_layer_read(path, &order, sentence, sentence_bytes);
}

/* ---- made small, and found by code ---- */

static int by_rule_and_code(const void *left, const void *right)
{
    const struct area *a = left, *b = right;

    if (a->rule != b->rule)
        return a->rule < b->rule ? -1 : 1;
    return strcmp(a->code, b->code);
}

/* The ring that starts at `from`: it ends where its first point comes again. */
static uint32_t ring_end(const struct geo_points *rings, uint32_t from)
{
    uint32_t at = from + 1;

    while (at < rings->count && !geo_same(rings->at[at], rings->at[from]))
        at++;
    return at < rings->count ? at + 1 : rings->count;
}

/* Leaves at most `points_max` points, each ring its share of them; the rings whose share is no
 * triangle go. In place. */
static bool rings_simplify(struct geo_points *rings, uint32_t points_max)
{
    uint32_t whole = rings->count, kept = 0;

    if (whole <= points_max)
        return false;
    for (uint32_t from = 0; from < whole;) {
        uint32_t end = ring_end(rings, from);
        struct geo_points ring = { .at = rings->at + from, .count = end - from };
        uint32_t share = (uint32_t)((uint64_t)ring.count * points_max / whole);
        from = end;
        if (share < RING_POINTS_MIN)
            continue;
        ring_simplify(&ring, share);
        memmove(rings->at + kept, ring.at, ring.count * sizeof *ring.at);
        kept += ring.count;
    }
    rings->count = kept;
    return true;
}

static void areas_join(struct cap_codes *codes)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < codes->area_count; i++) {
        struct area *area = &codes->areas[i];
        struct area *last = kept ? &codes->areas[kept - 1] : NULL;
        if (last && by_rule_and_code(last, area) == 0) {
            rings_append(last, &area->rings);
            base_free(area->code);
            base_free(area->rings.at);
        } else {
            codes->areas[kept++] = *area;
        }
    }
    codes->area_count = kept;
}

void cap_codes_ready(struct cap_codes *codes)
{
    if (codes->area_count)
        qsort(codes->areas, codes->area_count, sizeof *codes->areas, by_rule_and_code);
    areas_join(codes);
    for (uint32_t i = 0; i < codes->area_count; i++)
        rings_simplify(&codes->areas[i].rings, CAP_CODE_POINTS_MAX);
    codes->ready = true;
}

/* ---- forms of a code ---- */

/* States as UGC and as FIPS write them (ANSI INCITS 38): a county is "MNC053" in one and "27053" in
 * the other. */
static const struct {
    char letters[3], digits[3];
} states[] = {
    { "AL", "01" }, { "AK", "02" }, { "AZ", "04" }, { "AR", "05" }, { "CA", "06" }, { "CO", "08" },
    { "CT", "09" }, { "DE", "10" }, { "DC", "11" }, { "FL", "12" }, { "GA", "13" }, { "HI", "15" },
    { "ID", "16" }, { "IL", "17" }, { "IN", "18" }, { "IA", "19" }, { "KS", "20" }, { "KY", "21" },
    { "LA", "22" }, { "ME", "23" }, { "MD", "24" }, { "MA", "25" }, { "MI", "26" }, { "MN", "27" },
    { "MS", "28" }, { "MO", "29" }, { "MT", "30" }, { "NE", "31" }, { "NV", "32" }, { "NH", "33" },
    { "NJ", "34" }, { "NM", "35" }, { "NY", "36" }, { "NC", "37" }, { "ND", "38" }, { "OH", "39" },
    { "OK", "40" }, { "OR", "41" }, { "PA", "42" }, { "RI", "44" }, { "SC", "45" }, { "SD", "46" },
    { "TN", "47" }, { "TX", "48" }, { "UT", "49" }, { "VT", "50" }, { "VA", "51" }, { "WA", "53" },
    { "WV", "54" }, { "WI", "55" }, { "WY", "56" }, { "AS", "60" }, { "GU", "66" }, { "MP", "69" },
    { "PR", "72" }, { "VI", "78" },
};

static bool all_digits(const char *text)
{
    return text[0] && text[strspn(text, "0123456789")] == '\0';
}

static const char *as_it_is(struct arena *arena, const char *code)
{
    (void)arena;
    return code;
}

static bool is_ugc(const char *code, char kind)
{
    return strlen(code) == 6 && code[2] == kind && all_digits(code + 3);
}

/* "MTZ014" is "MT014" in the weather service's layers of zones. */
static const char *ugc_short(struct arena *arena, const char *code)
{
    return is_ugc(code, 'Z') || is_ugc(code, 'C') ? arena_print(arena, "%.2s%s", code, code + 3)
                                                  : NULL;
}

static const char *ugc_county(struct arena *arena, const char *code)
{
    for (size_t i = 0; is_ugc(code, 'C') && i < ARRAY_COUNT(states); i++)
        if (strncmp(code, states[i].letters, 2) == 0)
            return arena_print(arena, "%s%s", states[i].digits, code + 3);
    return NULL;
}

/* SAME (47 CFR 11.31): the first of six digits is the part of the county, 0 for all of it. */
static const char *same_county(struct arena *arena, const char *code)
{
    (void)arena;
    return strlen(code) == 6 && all_digits(code) ? code + 1 : NULL;
}

static const char *(*const forms[])(struct arena *arena, const char *code) = {
    as_it_is, ugc_short, ugc_county, same_county,
};

static const struct area *area_find(const struct cap_codes *codes, uint32_t rule, const char *code,
                                    struct arena *arena)
{
    for (size_t i = 0; i < ARRAY_COUNT(forms) && codes->area_count; i++) {
        const char *form = forms[i](arena, code);
        char normal[CODE_BYTES];
        if (!form)
            continue;
        code_normal(span_of(form), normal);
        const struct area key = { .rule = rule, .code = normal };
        const struct area *found = bsearch(&key, codes->areas, codes->area_count,
                                           sizeof *codes->areas, by_rule_and_code);
        if (found)
            return found;
    }
    return NULL;
}

/* ---- joining ---- */

struct hits {
    const struct area **areas;
    uint32_t found, missing;
    uint64_t points;
};

static void hit_add(struct hits *hits, const struct area *area)
{
    for (uint32_t i = 0; i < hits->found; i++)
        if (hits->areas[i] == area)
            return;             /* Named twice: even-odd would make it a hole. */
    hits->areas[hits->found++] = area;
    hits->points += area->rings.count;
}

static struct hits rule_hits(const struct cap_codes *codes, uint32_t rule,
                             const struct cap_geocode *geocodes, uint32_t count,
                             struct arena *arena)
{
    struct hits hits = { .areas = arena_alloc(arena, (count + 1) * sizeof *hits.areas) };

    for (uint32_t i = 0; i < count; i++) {
        if (!text_same_ignoring_case(span_of(geocodes[i].system),
                                     span_of(codes->rules[rule].system)))
            continue;
        const struct area *area = area_find(codes, rule, geocodes[i].code, arena);
        if (area)
            hit_add(&hits, area);
        else
            hits.missing++;
    }
    return hits;
}

static void hits_join(const struct hits *hits, struct arena *arena, struct cap_joined *joined)
{
    *joined = (struct cap_joined){ .found = hits->found, .missing = hits->missing };
    joined->rings.at = arena_alloc(arena, (size_t)hits->points * sizeof *joined->rings.at);
    for (uint32_t i = 0; i < hits->found; i++) {
        const struct geo_points *rings = &hits->areas[i]->rings;
        memcpy(joined->rings.at + joined->rings.count, rings->at, rings->count * sizeof *rings->at);
        joined->rings.count += rings->count;
    }
    joined->simplified = rings_simplify(&joined->rings, REPORT_POINTS_MAX);
}

bool cap_codes_join(const struct cap_codes *codes, const struct cap_geocode *geocodes,
                    uint32_t count, struct arena *arena, struct cap_joined *ret_joined)
{
    struct hits best = { .found = 0 };

    for (uint32_t rule = 0; codes && rule < codes->rule_count; rule++) {
        struct hits hits = rule_hits(codes, rule, geocodes, count, arena);
        if (hits.found > best.found)
            best = hits;
    }
    if (best.found == 0)
        return false;
    struct cap_joined joined;
    hits_join(&best, arena, &joined);
    if (joined.rings.count == 0)
        return false;
    *ret_joined = joined;
    return true;
}

/* ---- settings ---- */

static bool is_layer(const char *name)
{
    static const char *const endings[] = { ".shp", ".geojson", ".json" };
    size_t length = strlen(name);

    for (size_t i = 0; i < ARRAY_COUNT(endings); i++) {
        size_t ending = strlen(endings[i]);
        if (length > ending && strcmp(name + length - ending, endings[i]) == 0)
            return true;
    }
    return false;
}

static bool folder_load(struct feed *feed, struct cap_codes *codes, const char *path, DIR *folder)
{
    struct buffer file = { 0 };
    char sentence[512];
    uint32_t count = 0;

    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (!is_layer(entry->d_name))
            continue;
        buffer_reset(&file);
        buffer_print(&file, "%s/%s", path, entry->d_name);
        if (cap_codes_layer(codes, file.bytes, sentence, sizeof sentence))
            count++;
        else            /* A folder of the map may hold others, too. */
            feed_log(feed, "%s", sentence);
    }
    buffer_clear(&file);
    if (!count)
        feed_log(feed, "the folder \"%s\" holds no layer that can be read", path);
    return count > 0;
}

static bool layers_load(struct feed *feed, struct cap_codes *codes, const char *path)
{
    DIR *folder = opendir(path);
    char sentence[512];

    if (folder) {
        bool loaded = folder_load(feed, codes, path, folder);
        closedir(folder);
        return loaded;
    }
    if (cap_codes_layer(codes, path, sentence, sizeof sentence))
        return true;
    feed_log(feed, "%s; of a shapefile, name the folder it is in", sentence);
    return false;
}

static bool load(struct feed *feed, struct cap_codes *codes)
{
    for (uint32_t i = 0; i < feed_setting_count(feed, "codes"); i++)
        if (!cap_codes_rule(codes, feed_setting_at(feed, "codes", i))) {
            feed_log(feed, "codes \"%s\" is not SYSTEM=COLUMN, as UGC=STATE_ZONE",
                     feed_setting_at(feed, "codes", i));
            return false;
        }
    for (uint32_t i = 0; i < feed_setting_count(feed, "layers"); i++)
        if (!layers_load(feed, codes, feed_setting_at(feed, "layers", i)))
            return false;
    cap_codes_ready(codes);
    if (codes->area_count == 0)
        feed_log(feed, "no layer has one of the columns of the setting codes");
    return codes->area_count > 0;
}

bool cap_codes_open(struct feed *feed, struct cap_codes **ret_codes)
{
    bool layers = feed_setting_count(feed, "layers"), rules = feed_setting_count(feed, "codes");

    *ret_codes = NULL;
    if (!layers && !rules)
        return true;
    if (layers != rules) {
        feed_log(feed, "the settings codes and layers go together: which codes, and where to "
                       "look them up");
        return false;
    }
    *ret_codes = cap_codes_new();
    return load(feed, *ret_codes);
}
