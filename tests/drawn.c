#include "tests/drawn.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/buffer.h"

struct geo_point drawn_point(double east_m, double north_m)
{
    double m_per_degree = 6371008.8 * 0.017453292519943295;

    return geo_rounded((struct geo_point){
        50 + north_m / m_per_degree,
        -4 + east_m / (m_per_degree * cos(50 * 0.017453292519943295)) });
}

struct drawing {
    struct shapes *shapes;
    uint32_t part_capacity, vertex_capacity;
};

static void part_end(struct drawing *drawing)
{
    struct shapes *shapes = drawing->shapes;

    shapes->part_first = base_grow(shapes->part_first, &drawing->part_capacity,
                                   shapes->part_count + 2, sizeof *shapes->part_first);
    shapes->part_first[++shapes->part_count] = shapes->vertex_count;
}

static void points_draw(struct drawing *drawing, const char *at)
{
    struct shapes *shapes = drawing->shapes;

    while (*at) {
        char *end;
        double east_m = strtod(at, &end), north_m = strtod(end, &end);
        assert(end != at);
        shapes->vertices = base_grow(shapes->vertices, &drawing->vertex_capacity,
                                     shapes->vertex_count + 1, sizeof *shapes->vertices);
        shapes->vertices[shapes->vertex_count++] = drawn_point(east_m, north_m);
        if (*end == ';' || *end == '\0')
            part_end(drawing);
        at = *end ? end + 1 : end;
    }
}

static struct geo_box box_of(const struct shapes *shapes, uint32_t record)
{
    struct geo_box box = { geo_unknown(), geo_unknown() };
    uint32_t end = shapes->part_first[shapes->record_part[record + 1]];

    for (uint32_t v = shapes->part_first[shapes->record_part[record]]; v < end; v++) {
        box.low.lat_deg = fmin(box.low.lat_deg, shapes->vertices[v].lat_deg);
        box.low.lon_deg = fmin(box.low.lon_deg, shapes->vertices[v].lon_deg);
        box.high.lat_deg = fmax(box.high.lat_deg, shapes->vertices[v].lat_deg);
        box.high.lon_deg = fmax(box.high.lon_deg, shapes->vertices[v].lon_deg);
    }
    return box;
}

static void fields_draw(struct shapes *shapes, const char *columns)
{
    struct span rest = span_of(columns), name;

    shapes->fields = base_alloc(strlen(columns) + 1, sizeof *shapes->fields);
    while (span_cut(&rest, '|', &name)) {
        struct shape_field *field = &shapes->fields[shapes->field_count++];
        assert(name.length < sizeof field->name);
        memcpy(field->name, name.bytes, name.length);
        field->type = 'C';
        field->width = 80;
    }
}

static void values_draw(struct shapes *shapes, uint32_t record, const char *values, char **text)
{
    struct span rest = span_of(values), value;

    for (uint32_t column = 0; column < shapes->field_count; column++) {
        if (!span_cut(&rest, '|', &value))
            value = span_of("");
        shapes->values[record * shapes->field_count + column] = *text;
        if (value.length)
            memcpy(*text, value.bytes, value.length);
        *text += value.length + 1;
    }
}

static void bounds_grow(struct geo_box *bounds, const struct geo_box *box)
{
    bounds->low.lat_deg = fmin(bounds->low.lat_deg, box->low.lat_deg);
    bounds->low.lon_deg = fmin(bounds->low.lon_deg, box->low.lon_deg);
    bounds->high.lat_deg = fmax(bounds->high.lat_deg, box->high.lat_deg);
    bounds->high.lon_deg = fmax(bounds->high.lon_deg, box->high.lon_deg);
}

struct shapes *drawn_layer(enum shape_kind kind, const char *columns,
                           const struct drawn_record *records, uint32_t count)
{
    struct drawing drawing = { .shapes = base_alloc(1, sizeof *drawing.shapes) };
    struct shapes *shapes = drawing.shapes;
    size_t bytes = 1;

    shapes->kind = kind;
    shapes->record_count = count;
    shapes->bounds = (struct geo_box){ .low = geo_unknown(), .high = geo_unknown() };
    shapes->record_part = base_alloc(count + 1, sizeof *shapes->record_part);
    shapes->part_first = base_grow(NULL, &drawing.part_capacity, 1, sizeof *shapes->part_first);
    shapes->part_first[0] = 0;
    shapes->boxes = base_alloc(count, sizeof *shapes->boxes);
    fields_draw(shapes, columns);
    for (uint32_t i = 0; i < count; i++)
        bytes += strlen(records[i].values) + shapes->field_count + 1;
    shapes->text = base_alloc(bytes, 1);
    shapes->values = base_alloc((size_t)count * shapes->field_count, sizeof *shapes->values);
    char *text = shapes->text;
    for (uint32_t i = 0; i < count; i++) {
        values_draw(shapes, i, records[i].values, &text);
        points_draw(&drawing, records[i].points);
        shapes->record_part[i + 1] = shapes->part_count;
        shapes->boxes[i] = box_of(shapes, i);
        bounds_grow(&shapes->bounds, &shapes->boxes[i]);
    }
    return shapes;
}
