#include "tests/kept.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/text.h"
#include "maps/layer_file.h"
#include "maps/map_base.h"
#include "tests/drawn.h"

enum { VERTICES = 24, NAMES = 20, SIDE_M = 20000 };

uint32_t kept_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static double part(uint32_t *seed)
{
    return kept_random(seed) / 4294967296.0;
}

/* A line that winds, or a ring around its start. */
static void record_make(struct shapes *shapes, uint32_t record, uint32_t *seed)
{
    double east_m = SIDE_M * part(seed), north_m = SIDE_M * part(seed);
    double bearing = 6.28 * part(seed), step_m = 2 + 100 * part(seed);
    uint32_t first = shapes->vertex_count, count = shapes->kind == SHAPE_POINTS ? 1 : VERTICES;

    for (uint32_t v = 0; v < count; v++) {
        shapes->vertices[shapes->vertex_count++] = drawn_point(east_m, north_m);
        bearing += shapes->kind == SHAPE_POLYGONS ? 6.28 / (VERTICES - 1)
                                                  : 0.8 * (part(seed) - 0.5);
        east_m += step_m * cos(bearing);
        north_m += step_m * sin(bearing);
    }
    if (shapes->kind == SHAPE_POLYGONS)
        shapes->vertices[shapes->vertex_count - 1] = shapes->vertices[first];
    shapes->record_part[record + 1] = shapes->part_count = record + 1;
    shapes->part_first[record + 1] = shapes->vertex_count;
}

struct shapes *kept_shapes(enum shape_kind kind, uint32_t records, uint32_t seed)
{
    static const char *const classes[] = { "street", "main", "unheard of" };
    struct shapes *shapes = base_alloc(1, sizeof *shapes);
    char *text = base_alloc(NAMES, 16);

    shapes->kind = kind;
    shapes->record_count = records;
    shapes->record_part = base_alloc((size_t)records + 1, sizeof *shapes->record_part);
    shapes->part_first = base_alloc((size_t)records + 1, sizeof *shapes->part_first);
    shapes->vertices = base_alloc((size_t)records * VERTICES + 1, sizeof *shapes->vertices);
    shapes->bounds = (struct geo_box){ drawn_point(-4000, -4000), drawn_point(24000, 24000) };
    shapes->field_count = 2;
    shapes->fields = base_alloc(2, sizeof *shapes->fields);
    shapes->fields[0] = (struct shape_field){ .name = "NAME", .type = 'C', .width = 16 };
    shapes->fields[1] = (struct shape_field){ .name = "CLASS", .type = 'C', .width = 16 };
    shapes->values = base_alloc(2 * (size_t)records + 1, sizeof *shapes->values);
    shapes->text = text;
    for (uint32_t i = 1; i < NAMES; i++)
        snprintf(text + (size_t)i * 16, 16, "Street %u", i);
    for (uint32_t r = 0; r < records; r++) {
        record_make(shapes, r, &seed);
        shapes->values[2 * r] = text + (size_t)(kept_random(&seed) % NAMES) * 16;
        shapes->values[2 * r + 1] = classes[kept_random(&seed) % ARRAY_COUNT(classes)];
    }
    return shapes;
}

struct map_layer_style kept_style(enum shape_kind kind)
{
    struct map_layer_style style;

    memset(&style, 0, sizeof style);
    text_copy(style.name, sizeof style.name, span_of("kept"));
    text_copy(style.label_column, sizeof style.label_column, span_of("NAME"));
    text_copy(style.class_column, sizeof style.class_column, span_of("CLASS"));
    style.ink = INK_MAP_STREET;
    style.ground = kind == SHAPE_POLYGONS ? GROUND_WATER : GROUND_NONE;
    style.label_m_per_cell_max = 60;
    style.class_count = 2;
    text_copy(style.classes[0].value, MAP_NAME_BYTES, span_of("main"));
    style.classes[0].ink = INK_MAP_ARTERIAL;
    style.classes[0].label_m_per_cell_max = 100;
    text_copy(style.classes[1].value, MAP_NAME_BYTES, span_of("street"));
    style.classes[1].ink = INK_MAP_STREET;
    style.classes[1].rank = 3;
    style.classes[1].label_m_per_cell_max = 40;
    return style;
}

void *kept_bytes(const struct layer *layer, const char *identity, const char *warning,
                 size_t *ret_count)
{
    struct layer_notes notes = { .identity = identity, .warning = warning };
    FILE *file = tmpfile();

    assert(file);
    enum status status = layer_file_write(layer, &notes, NULL, file);
    assert(status == STATUS_OK);
    fseek(file, 0, SEEK_END);
    *ret_count = (size_t)ftell(file);
    rewind(file);
    void *bytes = base_alloc(*ret_count, 1);
    size_t count = fread(bytes, 1, *ret_count, file);
    assert(count == *ret_count);
    fclose(file);
    return bytes;
}

struct canvas kept_drawn(struct layer *layer, const struct map_view *view, uint16_t rows,
                         uint16_t columns)
{
    struct plane plane = plane_of(view, rows, columns);
    struct map_base base = { .drawn = false };
    struct map_base_of of = { .layers = &layer, .layer_count = 1, .layers_version = 1,
                              .view = view, .plane = &plane, .rows = rows, .columns = columns };

    map_base_draw(&base, &of);
    names_draw(&base.names, &base.cells);
    struct canvas cells = base.cells;
    base.cells = (struct canvas){ 0 };
    map_base_clear(&base);
    return cells;
}

struct map_view kept_view(uint32_t *seed)
{
    return (struct map_view){ .center = drawn_point(SIDE_M * part(seed), SIDE_M * part(seed)),
                              .m_per_cell = 2 * pow(1000, part(seed)),
                              .mode = (enum map_mode)(kept_random(seed) % 3) };
}
