#include "maps/streets.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/text.h"
#include "maps/aside.h"
#include "maps/driving.h"

/* Column numbers of one layer, -1 for what it does not have. */
struct street_fields {
    int names[STREET_NAME_COLUMNS_MAX];
    int town;
    int left_from, left_to, right_from, right_to, from_node, to_node;
};

void column_missing(const struct shapes *shapes, const char *layer, const char *column,
                    const char *job, struct buffer *warnings)
{
    buffer_print(warnings, "%s has no column %s for %s; it has ", layer, column, job);
    for (uint32_t i = 0; i < shapes->field_count; i++)
        buffer_print(warnings, "%s%s", i ? ", " : "", shapes->fields[i].name);
    buffer_add_text(warnings, shapes->field_count ? ".\n" : "none at all.\n");
}

int street_column(const struct shapes *shapes, const char *column, const char *job,
                  struct buffer *warnings)
{
    if (column[0] == '\0')
        return -1;
    int number = shapes_column(shapes, column);
    if (number < 0)
        column_missing(shapes, "The street layer", column, job, warnings);
    return number;
}

uint32_t street_name_columns(const char *setting,
                             char ret_names[STREET_NAME_COLUMNS_MAX][STREET_COLUMN_BYTES])
{
    struct span rest = span_of(setting), one;
    uint32_t count = 0;

    while (rest.length && count < STREET_NAME_COLUMNS_MAX && span_cut(&rest, '|', &one))
        if (span_trim(one).length)
            text_copy(ret_names[count++], STREET_COLUMN_BYTES, span_trim(one));
    return count;
}

static void name_columns_of(const struct shapes *shapes, const struct street_columns *columns,
                            struct street_fields *fields, struct buffer *warnings)
{
    char names[STREET_NAME_COLUMNS_MAX][STREET_COLUMN_BYTES];
    uint32_t count = street_name_columns(columns->name, names);

    for (uint32_t i = 0; i < STREET_NAME_COLUMNS_MAX; i++)
        fields->names[i] = i < count ? street_column(shapes, names[i], "the street's name",
                                                     warnings) : -1;
}

/* The first of the name's columns that says something of the record. */
static const char *name_of(const struct shapes *shapes, const struct street_fields *fields,
                           uint32_t record)
{
    const char *name = "";

    for (uint32_t i = 0; i < STREET_NAME_COLUMNS_MAX && name[0] == '\0'; i++)
        name = shapes_value(shapes, record, fields->names[i]);
    return name;
}

static struct street_fields columns_of(const struct shapes *shapes,
                                       const struct street_columns *columns,
                                       struct buffer *warnings)
{
    struct street_fields fields = {
        .town = street_column(shapes, columns->town, "the town", warnings),
        .left_from = street_column(shapes, columns->left_from, "the left side's first number",
                                    warnings),
        .left_to = street_column(shapes, columns->left_to, "the left side's last number", warnings),
        .right_from = street_column(shapes, columns->right_from, "the right side's first number",
                                    warnings),
        .right_to = street_column(shapes, columns->right_to, "the right side's last number",
                                    warnings),
        .from_node = street_column(shapes, columns->from_node, "the first node", warnings),
        .to_node = street_column(shapes, columns->to_node, "the last node", warnings),
    };

    name_columns_of(shapes, columns, &fields, warnings);
    return fields;
}

int32_t street_number_hyphenated(int32_t block, int32_t house)
{
    if (block <= 0 || block > 99999 || house < 0 || house >= STREET_HYPHEN)
        return 0;
    return block * STREET_HYPHEN + house;
}

struct number_read {
    int32_t number;
    bool hyphenated, unread;        /* Unread: there is a value, and it is no number. */
};

static int32_t digits_read(const char **text)
{
    int32_t number = 0;

    for (; **text >= '0' && **text <= '9'; ++*text) {
        if (number > 99999999)
            return 0;
        number = number * 10 + (**text - '0');
    }
    return number;
}

/* House numbers are written as "12", "12.0", "12A" or "12-34"; anything below 1 means that there is
 * none (Cambridge writes -1). */
static struct number_read number_read(const char *text)
{
    struct number_read read = { .number = 0 };

    while (*text == ' ')
        text++;
    bool digits = *text >= '0' && *text <= '9';
    read.unread = !digits && *text != '\0' && *text != '-' && *text != '<';
    read.number = digits_read(&text);
    if (read.number > 0 && text[0] == '-' && text[1] >= '0' && text[1] <= '9') {
        text++;
        read.number = street_number_hyphenated(read.number, digits_read(&text));
        read.hyphenated = read.number > 0;
    }
    return read;
}

bool address_range_given(struct address_range range)
{
    return range.from > 0 && range.to > 0;
}

/* A range of which only one end is known names that one number. */
static struct address_range range_read(const struct shapes *shapes, uint32_t record, int from_at,
                                       int to_at, struct number_read *said)
{
    struct number_read from = number_read(shapes_value(shapes, record, from_at));
    struct number_read to = number_read(shapes_value(shapes, record, to_at));
    struct address_range range = { from.number, to.number };

    said->hyphenated |= from.hyphenated || to.hyphenated;
    said->unread |= from.unread || to.unread;
    if (range.from <= 0)
        range.from = range.to;
    if (range.to <= 0)
        range.to = range.from;
    return range;
}

/* ---- doubts about the ranges ---- */

static bool one_parity(struct address_range range, int32_t *ret_parity)
{
    *ret_parity = range.from % 2;
    return address_range_given(range) && range.from % 2 == range.to % 2;
}

static bool sides_alike(const struct street_line *line)
{
    int32_t left, right;

    return one_parity(line->left, &left) && one_parity(line->right, &right) && left == right;
}

static double length_m(const struct geo_points *points)
{
    double sum_m = 0;

    for (uint32_t i = 1; i < points->count; i++)
        sum_m += geo_distance_m(points->at[i - 1], points->at[i]);
    return sum_m;
}

/* More than two houses to the metre on one side: two columns of different things. */
static bool range_crowded(struct address_range range, double along_m)
{
    return address_range_given(range) && abs(range.to - range.from) > 4 * along_m + 200;
}

static bool numbers_crowded(const struct street_line *line)
{
    double along_m = length_m(&line->points);

    return range_crowded(line->left, along_m) || range_crowded(line->right, along_m);
}

static void doubt_say(struct buffer *notes, uint32_t doubtful, uint32_t all, const char *what)
{
    if (doubtful > 0 && doubtful >= all / 50)
        buffer_print(notes, "Of %u street lines with house numbers %u (%.0f %%) %s.\n", all,
                     doubtful, 100.0 * doubtful / (all ? all : 1), what);
}

void streets_doubts(const struct streets *streets, struct buffer *notes)
{
    uint32_t numbered = 0, alike = 0, crowded = 0;

    for (uint32_t i = 0; i < streets->line_count; i++) {
        const struct street_line *line = &streets->lines[i];
        if (!address_range_given(line->left) && !address_range_given(line->right))
            continue;
        numbered++;
        alike += sides_alike(line);
        crowded += !line->hyphenated && numbers_crowded(line);
    }
    doubt_say(notes, alike, numbered, "have only odd or only even numbers on both sides: are the "
              "columns of left and right the right ones?");
    doubt_say(notes, crowded, numbered, "have more numbers than houses could stand along them: are "
              "the columns of first and last number the right ones?");
    doubt_say(notes, streets->range_unread_count, numbered,
              "have a house number that is no number");
}

/* Node numbers come as text, as 1094 and as 1094.000000000000000: one node, one word. */
static uint32_t node_read(struct words *nodes, const char *text)
{
    struct span span = span_trim(span_of(text));
    const char *point = span.length ? memchr(span.bytes, '.', span.length) : NULL;
    double number;

    if (point && span_to_double(span, &number) && number == floor(number))
        span.length = (size_t)(point - span.bytes);
    return words_add(nodes, span);
}

/* The street with this name in this town; towns are few per name, so a word of both is the key. */
static uint32_t street_of(struct streets *streets, struct words *keys, uint32_t *capacity,
                          const char *name, const char *town)
{
    char key[512];
    uint32_t known = words_count(keys);

    if (name[0] == '\0')
        return STREET_UNNAMED;
    size_t length = strlen(name) < 250 ? strlen(name) : 250;
    memcpy(key, name, length);
    key[length] = '\n';
    text_copy(key + length + 1, sizeof key - length - 1, span_of(town));
    uint32_t street = words_add(keys, span_of(key));
    if (street == known) {
        streets->streets = base_grow(streets->streets, capacity, street + 1,
                                     sizeof *streets->streets);
        streets->streets[street] = (struct street){
            .name = words_add(streets->names, span_of(name)),
            .town = words_add(streets->names, span_of(town)),
        };
        streets->street_count = street + 1;
    }
    return street;
}

static uint32_t part_longest(const struct shapes *shapes, uint32_t first, uint32_t last)
{
    uint32_t longest = first;
    double longest_m = -1;

    for (uint32_t part = first; part < last; part++) {
        double length_m = 0;
        for (uint32_t v = shapes->part_first[part] + 1; v < shapes->part_first[part + 1]; v++)
            length_m += geo_distance_m(shapes->vertices[v - 1], shapes->vertices[v]);
        if (length_m > longest_m) {
            longest_m = length_m;
            longest = part;
        }
    }
    return longest;
}

struct streets_making {
    const struct shapes *shapes;
    const struct street_columns *columns;
    struct driving *driving;
    struct drive drive;             /* Of the record being read. */
    struct street_fields at;
    struct words *street_keys;
    uint32_t street_capacity;
    uint32_t unusable;              /* Parts that are no line on the earth. */
};

/* What a record says once, for all its parts. */
static struct street_line record_read(struct streets *streets, struct streets_making *making,
                                      uint32_t record)
{
    const struct shapes *shapes = making->shapes;
    const struct street_fields *at = &making->at;
    struct drive drive = making->drive = driving_read(making->driving, record);
    struct number_read said = { .number = 0 };
    struct address_range left = range_read(shapes, record, at->left_from, at->left_to, &said);
    struct address_range right = range_read(shapes, record, at->right_from, at->right_to, &said);

    streets->range_unread_count += said.unread;
    return (struct street_line){
        .record = record,
        .street = street_of(streets, making->street_keys, &making->street_capacity,
                            name_of(shapes, at, record),
                            shapes_value(shapes, record, at->town)),
        .kmh = drive.kmh,
        .ways = drive.ways,
        .level = drive.level,
        .from_level = STREET_LEVEL_ANY,
        .to_level = STREET_LEVEL_ANY,
        .hyphenated = said.hyphenated,
        .left = left,
        .right = right,
    };
}

/* A line with a vertex off the earth (a failed projection writes infinity) cannot be measured. */
static bool part_usable(const struct shapes *shapes, uint32_t part)
{
    uint32_t first = shapes->part_first[part], last = shapes->part_first[part + 1];

    for (uint32_t vertex = first; vertex < last; vertex++)
        if (!geo_plausible(shapes->vertices[vertex]))
            return false;
    return last - first >= 2;
}

/* The numbers of a record in several parts belong to its longest; its nodes to its outer ends. */
static void record_add(struct streets *streets, struct streets_making *making, uint32_t record)
{
    const struct shapes *shapes = making->shapes;
    uint32_t first = shapes->record_part[record], last = shapes->record_part[record + 1];
    struct street_line line = record_read(streets, making, record);
    uint32_t longest = last - first > 1 ? part_longest(shapes, first, last) : first;

    for (uint32_t part = first; part < last; part++) {
        uint32_t vertex = shapes->part_first[part];
        uint32_t count = shapes->part_first[part + 1] - vertex;
        if (!part_usable(shapes, part)) {
            making->unusable++;
            continue;
        }
        struct street_line *added = &streets->lines[streets->line_count++];
        *added = line;
        added->points = (struct geo_points){ .at = streets->vertices + vertex, .count = count };
        if (part != longest)
            added->left = added->right = (struct address_range){ 0, 0 };
        if (part == first)
            added->from_level = making->drive.from_level;
        if (part + 1 == last)
            added->to_level = making->drive.to_level;
    }
}

/* Node numbers are read beside all else: nearly each is another word, and there are two for every
 * line, in order of the lines. */
struct nodes_making {
    const struct shapes *shapes;
    struct street_fields at;
    struct words *words;
    uint32_t *ends;
};

static void nodes_read(void *context)
{
    struct nodes_making *making = context;
    const struct shapes *shapes = making->shapes;
    uint32_t end = 0;

    for (uint32_t record = 0; record < shapes->record_count; record++) {
        uint32_t first = shapes->record_part[record], last = shapes->record_part[record + 1];
        for (uint32_t part = first; part < last; part++) {
            if (!part_usable(shapes, part))
                continue;
            making->ends[end++] = part > first ? WORD_EMPTY
                : node_read(making->words, shapes_value(shapes, record, making->at.from_node));
            making->ends[end++] = part + 1 < last ? WORD_EMPTY
                : node_read(making->words, shapes_value(shapes, record, making->at.to_node));
        }
    }
}

static void nodes_take(struct streets *streets, const uint32_t *ends)
{
    for (uint32_t i = 0; i < streets->line_count; i++) {
        streets->lines[i].from_node = ends[2 * i];
        streets->lines[i].to_node = ends[2 * i + 1];
    }
}

/* Every record of a layer of lines. */
static void records_add(struct streets *streets, struct streets_making *making)
{
    const struct shapes *shapes = making->shapes;
    struct nodes_making nodes = { .shapes = shapes, .at = making->at, .words = streets->nodes };
    struct aside aside;

    nodes.ends = base_alloc(2 * (size_t)shapes->part_count, sizeof *nodes.ends);
    aside_start(&aside, nodes_read, &nodes);
    for (uint32_t record = 0; record < shapes->record_count; record++)
        record_add(streets, making, record);
    aside_finish(&aside);
    nodes_take(streets, nodes.ends);
    base_free(nodes.ends);
}

static struct streets *streets_empty(const struct shapes *shapes, struct streets_making *making)
{
    struct streets *streets = base_alloc(1, sizeof *streets);

    streets->names = words_new();
    streets->nodes = words_new();
    streets->streets = base_grow(NULL, &making->street_capacity, 1, sizeof *streets->streets);
    streets->streets[STREET_UNNAMED] = (struct street){ WORD_EMPTY, WORD_EMPTY };
    streets->street_count = 1;
    streets->record_count = shapes->record_count;
    streets->vertices = base_alloc(shapes->vertex_count, sizeof *streets->vertices);
    if (shapes->vertex_count)
        memcpy(streets->vertices, shapes->vertices,
               shapes->vertex_count * sizeof *streets->vertices);
    streets->lines = base_alloc(shapes->part_count, sizeof *streets->lines);
    return streets;
}

struct streets *streets_new(const struct shapes *shapes, const struct street_columns *columns,
                            struct buffer *warnings)
{
    struct streets_making making = { .shapes = shapes, .columns = columns,
                                     .at = columns_of(shapes, columns, warnings),
                                     .driving = driving_new(shapes, columns, warnings),
                                     .street_keys = words_new() };
    struct streets *streets = streets_empty(shapes, &making);

    if (shapes->kind != SHAPE_LINES)
        buffer_add_text(warnings, "The street layer holds no lines, so there are no streets.\n");
    else
        records_add(streets, &making);
    if (making.unusable)
        buffer_print(warnings, "The street layer has %u parts that are no line on the earth; "
                     "they were left out.\n", making.unusable);
    if (shapes->kind == SHAPE_LINES && shapes->record_count)
        driving_say(making.driving, &streets->facts, &streets->doubts);
    driving_free(making.driving);
    words_free(making.street_keys);
    return streets;
}

void streets_free(struct streets *streets)
{
    if (!streets)
        return;
    words_free(streets->names);
    words_free(streets->nodes);
    buffer_clear(&streets->facts);
    buffer_clear(&streets->doubts);
    base_free(streets->lines);
    base_free(streets->streets);
    base_free(streets->vertices);
    base_free(streets);
}

void streets_forget_nodes(struct streets *streets)
{
    words_free(streets->nodes);
    streets->nodes = NULL;
}

const char *streets_name(const struct streets *streets, uint32_t street)
{
    assert(street < streets->street_count);
    return words_text(streets->names, streets->streets[street].name);
}

const char *streets_town(const struct streets *streets, uint32_t street)
{
    assert(street < streets->street_count);
    return words_text(streets->names, streets->streets[street].town);
}
