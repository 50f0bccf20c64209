#include "panels/look_style.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/text.h"

/* In an order in which neighbours are told apart; grounds are for polygons. */
static const struct { enum ink ink; enum ground ground; } looks[LOOK_CLASSES_MAX + 1] = {
    { INK_MAP_ROUTE, GROUND_WATER },      { INK_MAP_MOTORWAY, GROUND_HAZARD },
    { INK_MAP_PARK_NAME, GROUND_PARK },   { INK_MAP_HOSPITAL, GROUND_ZONE },
    { INK_MAP_WATER_NAME, GROUND_PANEL }, { INK_MAP_PLACE_NAME, GROUND_SELECTED },
    { INK_MAP_STATION, GROUND_BUILT },    { INK_MAP_RAIL, GROUND_LAND },
    { INK_MAP_STREET, GROUND_NONE },
};

struct tally {
    char value[MAP_NAME_BYTES];
    uint32_t records;
};

/* ---- values that are few ---- */

static int by_records(const void *left, const void *right)
{
    const struct tally *a = left, *b = right;

    if (a->records != b->records)
        return a->records < b->records ? 1 : -1;
    return strcmp(a->value, b->value);
}

/* Values that a class cannot name (with '|' in them, too long, empty) are among the others. */
static uint32_t tally_values(struct shape_table *table, uint32_t column, struct tally *tallies,
                             uint32_t max, uint32_t *ret_other)
{
    uint32_t count = 0, other = 0;
    char value[SHAPE_VALUE_BYTES];

    for (uint32_t r = 0; r < shape_table_record_count(table); r++) {
        uint32_t at = 0;
        size_t length = shape_table_value(table, r, column, value);
        bool named = length > 0 && length < MAP_NAME_BYTES && !strchr(value, '|');
        while (named && at < count && strcmp(tallies[at].value, value) != 0)
            at++;
        if (!named || at == max) {
            other++;
            continue;
        }
        if (at == count)
            memcpy(tallies[count++].value, value, length + 1);
        tallies[at].records++;
    }
    *ret_other = other;
    return count;
}

static void class_add(struct map_layer_style *style, struct look_legend *legend,
                      const struct map_class *wanted, const char *words, uint32_t records)
{
    uint32_t at = style->class_count++;
    struct map_class *class = &style->classes[at];

    *class = *wanted;
    class->ink = looks[at].ink;
    class->ground = looks[at].ground;
    class->rank = at;
    class->label_m_per_cell_max = style->label_m_per_cell_max;
    class->mark[0] = (char)('a' + at);
    class->mark[1] = '\0';
    legend->rows[legend->count].ink = class->ink;
    legend->rows[legend->count].ground = class->ground;
    legend->rows[legend->count].records = records;
    text_copy(legend->rows[legend->count++].words, sizeof legend->rows[0].words, span_of(words));
}

static void style_by_values(struct map_layer_style *style, struct look_legend *legend,
                            struct tally *tallies, uint32_t count, uint32_t other)
{
    qsort(tallies, count, sizeof *tallies, by_records);
    for (uint32_t i = 0; i < count && i < LOOK_CLASSES_MAX; i++) {
        struct map_class class = { .rank = i };
        memcpy(class.value, tallies[i].value, sizeof class.value);
        class_add(style, legend, &class, tallies[i].value, tallies[i].records);
    }
    for (uint32_t i = LOOK_CLASSES_MAX; i < count; i++)
        other += tallies[i].records;
    if (other == 0)
        return;
    legend->rows[legend->count].ink = style->ink;
    legend->rows[legend->count].records = other;
    text_copy(legend->rows[legend->count++].words, sizeof legend->rows[0].words,
              span_of("other or none"));
}

/* ---- numbers ---- */

static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;

    return (a > b) - (a < b);
}

static uint32_t read_numbers(struct shape_table *table, uint32_t column, double *numbers)
{
    uint32_t count = 0;
    char value[SHAPE_VALUE_BYTES];

    for (uint32_t r = 0; r < shape_table_record_count(table); r++) {
        shape_table_value(table, r, column, value);
        count += span_to_double(span_of(value), &numbers[count]);
    }
    return count;
}

/* Each class ends where the value changes, so equal values are never in two of them. */
static void style_by_ranges(struct map_layer_style *style, struct look_legend *legend,
                            double *numbers, uint32_t count)
{
    qsort(numbers, count, sizeof *numbers, by_size);
    for (uint32_t i = 0, first = 0; i < LOOK_RANGES && first < count; i++) {
        uint32_t end = (uint32_t)((uint64_t)count * (i + 1) / LOOK_RANGES);
        char words[80];
        if (end <= first)
            continue;
        while (end < count && numbers[end] == numbers[end - 1])
            end++;
        struct map_class class = { .ranged = true, .from = numbers[first],
                                   .below = end < count ? numbers[end] : (double)INFINITY };
        snprintf(words, sizeof words, "%.4g to %.4g", numbers[first], numbers[end - 1]);
        class_add(style, legend, &class, words, end - first);
        first = end;
    }
}

/* ---- the whole ---- */

bool look_style_by(struct shape_table *table, const char *column, struct map_layer_style *style,
                   struct look_legend *ret_legend)
{
    enum { TALLIES_MAX = 512 };
    static const double everywhere_m = 1e5;
    int at = shape_table_column(table, column);

    if (at < 0)
        return false;
    struct tally *tallies = base_alloc(TALLIES_MAX, sizeof *tallies);
    double *numbers = base_alloc((size_t)shape_table_record_count(table) + 1, sizeof *numbers);
    struct look_legend legend = { .count = 0 };
    uint32_t other, count = tally_values(table, (uint32_t)at, tallies, TALLIES_MAX, &other);
    uint32_t number_count = read_numbers(table, (uint32_t)at, numbers);
    uint32_t records = shape_table_record_count(table);

    snprintf(legend.title, sizeof legend.title, "%s by %s", style->name, column);
    text_copy(style->class_column, sizeof style->class_column, span_of(column));
    text_copy(style->label_column, sizeof style->label_column, span_of(column));
    text_copy(style->mark, sizeof style->mark, span_of("."));
    style->m_per_cell_max = 0;
    style->label_m_per_cell_max = everywhere_m;
    style->class_count = 0;
    /* Numbers that are many are sizes; those that are few are codes. */
    if (count > LOOK_CLASSES_MAX && number_count > records / 2)
        style_by_ranges(style, &legend, numbers, number_count);
    else
        style_by_values(style, &legend, tallies, count, other);
    base_free(tallies);
    base_free(numbers);
    *ret_legend = legend;
    return true;
}

void look_legend_draw(const struct look_legend *legend, struct canvas *map, uint16_t first_row)
{
    enum { COLUMNS = 34 };
    uint16_t left = map->columns > COLUMNS ? (uint16_t)(map->columns - COLUMNS) : 0;
    struct canvas box = canvas_part(map, first_row, left, (uint16_t)(legend->count + 1), COLUMNS);

    if (legend->title[0] == '\0' || box.rows <= legend->count)
        return;
    canvas_wipe(&box);
    canvas_text(&box, 0, 1, span_of(legend->title), INK_TITLE);
    for (uint32_t i = 0; i < legend->count; i++) {
        uint16_t row = (uint16_t)(i + 1);
        canvas_fill(&box, row, 1, 3, ' ', legend->rows[i].ink, legend->rows[i].ground);
        canvas_put(&box, row, 2, i < LOOK_CLASSES_MAX ? (uint32_t)('a' + i) : '.',
                   legend->rows[i].ink);
        canvas_field(&box, row, 5, 20, span_of(legend->rows[i].words), INK_PLAIN);
        canvas_print(&box, row, 26, INK_DIM, "%7u", legend->rows[i].records);
    }
}
