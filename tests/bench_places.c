/* bench_places.c - places against the clock: type-ahead, slips and the way back on a county made in
 * memory, beside SQLite's FTS5 over the same names in the same run.
 *
 * The county is streets of a few segments on a grid, named from stems, endings, types, directions
 * and ordinals, so that words repeat as they do in a real one. Slips are seeded: the same on every
 * machine. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "maps/places.h"
#include "maps/roads.h"
#include "tests/bench.h"

enum { SLIPS = 1000, STROKES_MAX = 40000, SHOWN = 8, NAME_ROOM = 48 };

static uint64_t random_next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static uint32_t random_below(uint64_t *seed, uint32_t end)
{
    return (uint32_t)(random_next(seed) >> 33) % end;
}

/* ---- a county in memory ---- */

static const char *const stems[] = {
    "Ald", "Amber", "Ash", "Baker", "Barn", "Birch", "Brad", "Bright", "Broad", "Burn", "Cal",
    "Cedar", "Chad", "Chester", "Clay", "Cole", "Cran", "Crow", "Dart", "Deer", "Dun", "Eagle",
    "East", "Elm", "Ever", "Fair", "Fern", "Fox", "Glen", "Gold", "Green", "Grim", "Hart", "Haw",
    "Heath", "High", "Holly", "Honey", "Iron", "Kings", "Lake", "Lark", "Lin", "Long", "Maple",
    "Mar", "Mead", "Mill", "Moss", "Nether", "North", "Oak", "Over", "Park", "Pine", "Plum",
    "Quail", "Quay", "Raven", "Red", "River", "Rose", "Rush", "Rye", "Salt", "Sand", "Shep",
    "Silver", "South", "Spring", "Stan", "Stone", "Summer", "Sun", "Thorn", "Upper", "Wald",
    "Walnut", "Water", "West", "Wheat", "White", "Wil", "Win", "Wood", "York",
};
static const char *const ends[] = {
    "", "acre", "bank", "bourne", "bridge", "brook", "burn", "by", "cliff", "combe", "cote",
    "crest", "croft", "dale", "dean", "den", "down", "field", "fold", "ford", "garth", "gate",
    "grove", "ham", "haven", "hill", "holme", "hurst", "ing", "land", "lea", "leigh", "ley", "low",
    "mead", "mere", "moor", "more", "ridge", "shaw", "side", "stead", "stone", "thorpe", "ton",
    "view", "ville", "wade", "ward", "water", "way", "well", "wick", "wold", "wood", "worth",
};
static const char *const types[] = { "St", "Rd", "Ave", "Ln", "Dr", "Ct", "Pl", "Blvd", "Way",
                                     "Ter", "Cir", "Sq", "Pkwy", "Trl" };
static const char *const directions[] = { "N ", "S ", "E ", "W " };

static void name_make(uint64_t *seed, char text[NAME_ROOM])
{
    const char *direction = random_below(seed, 8) == 0
        ? directions[random_below(seed, ARRAY_COUNT(directions))] : "";
    const char *type = types[random_below(seed, ARRAY_COUNT(types))];

    if (random_below(seed, 40) == 0) {
        uint32_t number = 4 + random_below(seed, 190);
        snprintf(text, NAME_ROOM, "%s%uth %s", direction, number, type);
        return;
    }
    const char *stem = stems[random_below(seed, ARRAY_COUNT(stems))];
    const char *end = ends[random_below(seed, ARRAY_COUNT(ends))];
    const char *second = random_below(seed, 5) == 0 ? stems[random_below(seed, ARRAY_COUNT(stems))]
                                                    : "";
    snprintf(text, NAME_ROOM, "%s%s%s%s%s %s", direction, stem, end, second[0] ? " " : "", second,
             type);
}

struct county {
    char (*names)[NAME_ROOM];       /* Of the streets as made; some stand several times. */
    uint32_t street_count;
    struct shapes shapes;
    struct streets *streets;
    struct roads *roads;
    struct places *places;
    double index_ms, index_mib;
};

enum { SEGMENTS_PER_STREET = 8, COLUMNS = 5 };

static double memory_mib(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    unsigned long total = 0, resident = 0;

    if (file && fscanf(file, "%lu %lu", &total, &resident) != 2)
        resident = 0;
    if (file)
        fclose(file);
    return (double)resident * 4096 / (1024 * 1024);
}

/* One street runs east, with a range of a hundred numbers to the segment. */
static void street_make(struct county *county, uint32_t street, char (*numbers)[8])
{
    static const double m_per_degree = 111195.08;
    struct shapes *shapes = &county->shapes;
    double north = 30 + street / 200 * 120.0 / m_per_degree, step = 100.0 / m_per_degree * 1.155;
    double west = -98 + street % 200 * (SEGMENTS_PER_STREET + 0.5) * step;

    for (uint32_t i = 0; i < SEGMENTS_PER_STREET; i++) {
        uint32_t record = shapes->record_count++;
        const char **values = shapes->values + (size_t)record * COLUMNS;
        shapes->vertices[shapes->vertex_count++] = (struct geo_point){ north, west + i * step };
        shapes->vertices[shapes->vertex_count++] = (struct geo_point){ north,
                                                                       west + (i + 1) * step };
        shapes->record_part[record + 1] = shapes->part_count = record + 1;
        shapes->part_first[record + 1] = shapes->vertex_count;
        values[0] = county->names[street];
        for (uint32_t k = 0; k < 4; k++)
            values[1 + k] = numbers[4 * i + k];
    }
}

static void shapes_make(struct county *county, char (*numbers)[8])
{
    static struct shape_field fields[] = { { .name = "NAME" }, { .name = "LF" }, { .name = "LT" },
                                           { .name = "RF" }, { .name = "RT" } };
    uint32_t count = county->street_count * SEGMENTS_PER_STREET;
    struct shapes *shapes = &county->shapes;

    *shapes = (struct shapes){ .kind = SHAPE_LINES, .field_count = COLUMNS, .fields = fields };
    shapes->record_part = base_alloc((size_t)count + 1, sizeof *shapes->record_part);
    shapes->part_first = base_alloc((size_t)count + 1, sizeof *shapes->part_first);
    shapes->vertices = base_alloc(2 * (size_t)count, sizeof *shapes->vertices);
    shapes->boxes = base_alloc(count, sizeof *shapes->boxes);
    shapes->values = base_alloc((size_t)count * COLUMNS, sizeof *shapes->values);
    for (uint32_t i = 0; i < SEGMENTS_PER_STREET; i++) {
        snprintf(numbers[4 * i], 8, "%u", 100 * i + 1);
        snprintf(numbers[4 * i + 1], 8, "%u", 100 * i + 99);
        snprintf(numbers[4 * i + 2], 8, "%u", 100 * i + 2);
        snprintf(numbers[4 * i + 3], 8, "%u", 100 * i + 100);
    }
    for (uint32_t street = 0; street < county->street_count; street++)
        street_make(county, street, numbers);
}

static void shapes_drop(struct shapes *shapes)
{
    base_free(shapes->record_part);
    base_free(shapes->part_first);
    base_free(shapes->vertices);
    base_free(shapes->boxes);
    base_free(shapes->values);
}

static struct county *county_make(uint32_t segments)
{
    static const struct street_columns columns = { .name = "NAME", .left_from = "LF",
                                                   .left_to = "LT", .right_from = "RF",
                                                   .right_to = "RT" };
    struct county *county = base_alloc(1, sizeof *county);
    char numbers[4 * SEGMENTS_PER_STREET][8];
    struct buffer warnings = { 0 };
    uint64_t seed = 3;

    county->street_count = segments / SEGMENTS_PER_STREET;
    county->names = base_alloc(county->street_count, sizeof *county->names);
    for (uint32_t i = 0; i < county->street_count; i++)
        name_make(&seed, county->names[i]);
    shapes_make(county, numbers);
    county->streets = streets_new(&county->shapes, &columns, &warnings);
    shapes_drop(&county->shapes);
    county->roads = roads_new(county->streets, &warnings);
    double before_mib = memory_mib(), start_s = bench_seconds();
    county->places = places_new(county->streets, county->roads, NULL);
    places_close(county->places);
    county->index_ms = (bench_seconds() - start_s) * 1000;
    county->index_mib = memory_mib() - before_mib;
    buffer_clear(&warnings);
    return county;
}

static void county_free(struct county *county)
{
    places_free(county->places);
    roads_free(county->roads);
    streets_free(county->streets);
    base_free(county->names);
    base_free(county);
}

/* ---- FTS5 over the same names ---- */

struct fts {
    sqlite3 *database;
    sqlite3_stmt *prefix, *trigram;
};

static void fts_do(sqlite3 *database, const char *sql)
{
    int result = sqlite3_exec(database, sql, NULL, NULL, NULL);
    assert(result == SQLITE_OK);
}

static sqlite3_stmt *fts_prepare(sqlite3 *database, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(database, sql, -1, &statement, NULL);

    assert(result == SQLITE_OK);
    return statement;
}

/* Each distinct name once, as ours has them. */
static void fts_fill(const struct county *county, struct fts *fts)
{
    sqlite3_stmt *names = fts_prepare(fts->database, "INSERT INTO names VALUES (?1)");
    sqlite3_stmt *grams = fts_prepare(fts->database, "INSERT INTO grams VALUES (?1)");

    fts_do(fts->database, "BEGIN");
    for (uint32_t street = 1; street < county->streets->street_count; street++) {
        sqlite3_stmt *both[] = { names, grams };
        for (size_t i = 0; i < ARRAY_COUNT(both); i++) {
            sqlite3_bind_text(both[i], 1, streets_name(county->streets, street), -1,
                              SQLITE_STATIC);
            sqlite3_step(both[i]);
            sqlite3_reset(both[i]);
        }
    }
    fts_do(fts->database, "COMMIT");
    sqlite3_finalize(names);
    sqlite3_finalize(grams);
    fts_do(fts->database, "INSERT INTO names(names) VALUES ('optimize')");
    fts_do(fts->database, "INSERT INTO grams(grams) VALUES ('optimize')");
}

static double fts_open(const struct county *county, struct fts *fts)
{
    double start_s = bench_seconds();
    int result = sqlite3_open(":memory:", &fts->database);

    assert(result == SQLITE_OK);
    fts_do(fts->database, "CREATE VIRTUAL TABLE names USING fts5(name, prefix='1 2 3')");
    fts_do(fts->database, "CREATE VIRTUAL TABLE grams USING fts5(name, tokenize='trigram')");
    fts_fill(county, fts);
    fts->prefix = fts_prepare(fts->database,
                              "SELECT name FROM names WHERE names MATCH ?1 ORDER BY rank LIMIT 8");
    fts->trigram = fts_prepare(fts->database,
                               "SELECT name FROM grams WHERE grams MATCH ?1 ORDER BY rank LIMIT 8");
    return (bench_seconds() - start_s) * 1000;
}

static void fts_close(struct fts *fts)
{
    sqlite3_finalize(fts->prefix);
    sqlite3_finalize(fts->trigram);
    sqlite3_close(fts->database);
}

/* Rows of the answer; *ret_there: `wanted` is one of them. */
static uint32_t fts_ask(sqlite3_stmt *statement, const char *match, const char *wanted,
                        bool *ret_there)
{
    uint32_t rows = 0;

    *ret_there = false;
    sqlite3_bind_text(statement, 1, match, -1, SQLITE_STATIC);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(statement, 0);
        *ret_there |= wanted && strcmp(name, wanted) == 0;
        rows++;
    }
    sqlite3_reset(statement);
    return rows;
}

/* "mill rd" as: "mill" "rd"* */
static void prefix_query(const char *typed, size_t length, char *query, size_t query_bytes)
{
    size_t used = 0, at = 0;

    query[0] = '\0';
    while (at < length && used + 8 < query_bytes) {
        size_t end = at;
        while (end < length && typed[end] != ' ')
            end++;
        if (end > at)
            used += (size_t)snprintf(query + used, query_bytes - used, "\"%.*s\"%s ",
                                     (int)(end - at), typed + at, end == length ? "*" : "");
        at = end + 1;
    }
}

/* Every three letters of it, any of which may be there. */
static void trigram_query(const char *typed, char *query, size_t query_bytes)
{
    size_t used = 0, length = strlen(typed);

    query[0] = '\0';
    for (size_t at = 0; at + 3 <= length && used + 16 < query_bytes; at++)
        used += (size_t)snprintf(query + used, query_bytes - used, "%s\"%.3s\"",
                                 used ? " OR " : "", typed + at);
}

/* ---- rows ---- */

static void row_ms(const char *county, const char *what, double figure, double limit,
                   const char *goal)
{
    char name[120];

    snprintf(name, sizeof name, "%s: %s", county, what);
    bench_row(&(struct bench_row){ .name = name, .figure = figure, .unit = "ms", .limit = limit,
                                   .goal = goal });
}

static uint32_t places_typed(const struct county *county, struct span text,
                             enum place_asking asking, struct place *found)
{
    struct place_ask ask = { .text = text, .asking = asking, .near = geo_unknown() };

    return places_ask(county->places, &ask, found, SHOWN);
}

/* Every beginning of names from all over the county, and of addresses on them. */
static void strokes_measure(const struct county *county, struct fts *fts, const char *title)
{
    double *ours_ms = base_alloc(STROKES_MAX, sizeof *ours_ms);
    double *theirs_ms = base_alloc(STROKES_MAX, sizeof *theirs_ms);
    uint32_t count = 0;
    uint64_t seed = 11;

    while (count + 64 < STROKES_MAX && count < 6000) {
        const char *name = county->names[random_below(&seed, county->street_count)];
        for (size_t typed = 1; typed <= strlen(name); typed++) {
            struct place found[SHOWN];
            char query[400];
            bool there;
            double start_s = bench_seconds();
            places_typed(county, span_from(name, typed), PLACE_ASK_TYPING, found);
            ours_ms[count] = (bench_seconds() - start_s) * 1000;
            prefix_query(name, typed, query, sizeof query);
            start_s = bench_seconds();
            fts_ask(fts->prefix, query, NULL, &there);
            theirs_ms[count++] = (bench_seconds() - start_s) * 1000;
        }
    }
    double theirs_99 = bench_percentile(theirs_ms, count, 99);
    row_ms(title, "type-ahead, p99 of key strokes", bench_percentile(ours_ms, count, 99),
           LIMIT_NONE, "<= 20");
    row_ms(title, "the same beside FTS5 by prefix", bench_percentile(ours_ms, count, 99),
           theirs_99, "<= 1");
    row_ms(title, "median beside FTS5 by prefix", bench_median(ours_ms, count),
           bench_median(theirs_ms, count), "<= 1");
    base_free(ours_ms);
    base_free(theirs_ms);
}

/* One slip in the name's longest word: exchanged, left out, doubled or wrong letters. */
static bool slip_make(uint64_t *seed, const char *name, char text[NAME_ROOM])
{
    size_t first = 0, length = 0, used = strlen(name);

    for (size_t at = 0; at < used;) {
        size_t end = at;
        while (end < used && name[end] != ' ')
            end++;
        if (end - at > length) {
            first = at;
            length = end - at;
        }
        at = end + 1;
    }
    if (length < 5 || used + 2 > NAME_ROOM)
        return false;
    snprintf(text, NAME_ROOM, "%s", name);
    size_t at = first + 1 + random_below(seed, (uint32_t)length - 2);
    switch (random_below(seed, 4)) {
    case 0:
        text[at] = name[at + 1];
        text[at + 1] = name[at];
        break;
    case 1:
        memmove(text + at, text + at + 1, used - at);
        break;
    case 2:
        memmove(text + at + 1, text + at, used - at + 1);
        break;
    default:
        text[at] = (char)('a' + random_below(seed, 26));
    }
    return strcmp(text, name) != 0;
}

/* The street itself, whatever else stands in its line. */
static bool found_there(const struct place *found, uint32_t count, const char *name)
{
    for (uint32_t i = 0; i < count; i++)
        if (strncmp(found[i].text, name, strlen(name)) == 0)
            return true;
    return false;
}

static void slips_measure(const struct county *county, struct fts *fts, const char *title)
{
    double ours_ms[SLIPS], theirs_ms[SLIPS];
    uint32_t count = 0, ours = 0, theirs = 0;
    uint64_t seed = 23;
    char row[120];

    while (count < SLIPS) {
        const char *name = county->names[random_below(&seed, county->street_count)];
        struct place found[SHOWN];
        char text[NAME_ROOM], query[800];
        bool there;
        if (!slip_make(&seed, name, text))
            continue;
        double start_s = bench_seconds();
        uint32_t found_count = places_typed(county, span_of(text), PLACE_ASK_WHOLE, found);
        ours_ms[count] = (bench_seconds() - start_s) * 1000;
        ours += found_there(found, found_count, name);
        trigram_query(text, query, sizeof query);
        start_s = bench_seconds();
        fts_ask(fts->trigram, query, name, &there);
        theirs_ms[count++] = (bench_seconds() - start_s) * 1000;
        theirs += there;
    }
    row_ms(title, "name with a slip, median beside FTS5 by trigram", bench_median(ours_ms, SLIPS),
           bench_median(theirs_ms, SLIPS), "<= 1");
    row_ms(title, "name with a slip, p99", bench_percentile(ours_ms, SLIPS, 99), LIMIT_NONE,
           "<= 20");
    snprintf(row, sizeof row, "%s: found of 1,000 slips, beside FTS5 by trigram", title);
    bench_row(&(struct bench_row){ .name = row, .figure = ours, .unit = "names", .limit = theirs,
                                   .goal = ">= 1" });
}

/* An address and the way back, all over the county. */
static void addresses_measure(const struct county *county, const char *title)
{
    double there_ms[2000], back_ms[2000];
    uint32_t wrong = 0;
    uint64_t seed = 31;
    char row[120];

    for (uint32_t i = 0; i < 2000; i++) {
        uint32_t street = random_below(&seed, county->street_count);
        char text[2 * NAME_ROOM];
        struct place found[SHOWN];
        struct place_near near;
        snprintf(text, sizeof text, "%u %s", 1 + random_below(&seed, 100 * SEGMENTS_PER_STREET),
                 county->names[street]);
        double start_s = bench_seconds();
        uint32_t count = places_typed(county, span_of(text), PLACE_ASK_WHOLE, found);
        there_ms[i] = (bench_seconds() - start_s) * 1000;
        wrong += count == 0 || found[0].kind != PLACE_ADDRESS;
        start_s = bench_seconds();
        places_reverse(county->places, found[0].point, 0, &near);
        back_ms[i] = (bench_seconds() - start_s) * 1000;
        wrong += count > 0 && strncmp(near.address, text, strlen(text)) != 0;
    }
    row_ms(title, "address to point, p99", bench_percentile(there_ms, 2000, 99), LIMIT_NONE,
           "<= 5");
    row_ms(title, "point to address, p99", bench_percentile(back_ms, 2000, 99), LIMIT_NONE,
           "<= 5");
    snprintf(row, sizeof row, "%s: addresses of 2,000 that do not come back", title);
    bench_row(&(struct bench_row){ .name = row, .figure = wrong, .unit = "addresses",
                                   .limit = LIMIT_NONE, .goal = "<= 0" });
}

static void county_measure(uint32_t segments, const char *title, const char *load_goal)
{
    struct county *county = county_make(segments);
    struct fts fts = { 0 };
    double fts_ms = fts_open(county, &fts);
    char row[120];

    row_ms(title, "names and crossings indexed", county->index_ms, LIMIT_NONE, load_goal);
    row_ms(title, "the same beside filling FTS5", county->index_ms, fts_ms, "<= 1");
    snprintf(row, sizeof row, "%s: memory of the index", title);
    bench_row(&(struct bench_row){ .name = row, .figure = county->index_mib, .unit = "MiB",
                                   .limit = LIMIT_NONE, .goal = "<= 256" });
    strokes_measure(county, &fts, title);
    slips_measure(county, &fts, title);
    addresses_measure(county, title);
    fts_close(&fts);
    county_free(county);
}

int main(void)
{
    county_measure(120000, "places of 120,000 segments", "<= 500");
    county_measure(1000000, "places of a million address ranges", "<= 1000");
    return 0;
}
