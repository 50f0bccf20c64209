/* city_write.c - the finished city as shapefiles: one function a layer, one table of layers. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app/base/buffer.h"
#include "maps/city_model.h"
#include "maps/shapefile.h"

enum { VALUES_MAX = 12, PATH_BYTES = 1024 };

/* A layer being filled. Texts live in `texts` or are lent by the city. */
struct sheet {
    struct shapes shapes;
    uint32_t record_capacity, part_capacity, vertex_capacity, value_capacity;
    struct arena *texts;
};

static void sheet_clear(struct sheet *sheet)
{
    base_free(sheet->shapes.record_part);
    base_free(sheet->shapes.part_first);
    base_free(sheet->shapes.vertices);
    base_free(sheet->shapes.values);
    base_free(sheet->shapes.fields);
    arena_free(sheet->texts);
}

static void field_add(struct sheet *sheet, const char *name, char type, uint32_t width)
{
    struct shapes *shapes = &sheet->shapes;
    if (shapes->fields == NULL)
        shapes->fields = base_alloc(VALUES_MAX, sizeof(*shapes->fields));
    assert(shapes->field_count < VALUES_MAX);
    struct shape_field *field = &shapes->fields[shapes->field_count++];
    snprintf(field->name, sizeof(field->name), "%s", name);
    field->type = type;
    field->width = width;
}

static void spot_put(struct sheet *sheet, struct city_spot spot)
{
    struct shapes *shapes = &sheet->shapes;
    shapes->vertices = base_grow(shapes->vertices, &sheet->vertex_capacity,
                                 shapes->vertex_count + 1, sizeof(*shapes->vertices));
    shapes->vertices[shapes->vertex_count++] = city_geo(spot);
}

static void part_put(struct sheet *sheet, const struct city_spot *spots, uint32_t count)
{
    struct shapes *shapes = &sheet->shapes;
    shapes->part_first = base_grow(shapes->part_first, &sheet->part_capacity,
                                   shapes->part_count + 2, sizeof(*shapes->part_first));
    shapes->part_first[shapes->part_count++] = shapes->vertex_count;
    for (uint32_t i = 0; i < count; i++)
        spot_put(sheet, spots[i]);
    shapes->part_first[shapes->part_count] = shapes->vertex_count;
}

/* Ends a record: as many texts as the sheet has fields, lent until the sheet is written. */
static void record_put(struct sheet *sheet, ...)
{
    struct shapes *shapes = &sheet->shapes;
    va_list values;

    shapes->record_part = base_grow(shapes->record_part, &sheet->record_capacity,
                                    shapes->record_count + 2, sizeof(*shapes->record_part));
    shapes->values = base_grow(shapes->values, &sheet->value_capacity,
                               (shapes->record_count + 1) * shapes->field_count,
                               sizeof(*shapes->values));
    va_start(values, sheet);
    for (uint32_t i = 0; i < shapes->field_count; i++)
        shapes->values[shapes->record_count * shapes->field_count + i] = va_arg(values, char *);
    va_end(values);
    shapes->record_part[0] = 0;
    shapes->record_part[++shapes->record_count] = shapes->part_count;
}

static const char *number_text(struct sheet *sheet, uint32_t number)
{
    return arena_print(sheet->texts, "%u", number);
}

/* ---- streets --------------------------------------------------------------------------------- */

static const char *const class_names[CITY_CLASS_COUNT] = {
#define ROW(upper, text, speed) [CITY_##upper] = text,
    CITY_CLASSES(ROW)
#undef ROW
};
static const uint32_t class_speeds[CITY_CLASS_COUNT] = {
#define ROW(upper, text, speed) [CITY_##upper] = speed,
    CITY_CLASSES(ROW)
#undef ROW
};
static const char *const oneway_names[] = {
    [CITY_BOTH] = "B", [CITY_FORWARD] = "FT", [CITY_BACKWARD] = "TF",
};

/* Out of town a main road is a country road. */
static uint32_t speed_of(const struct city *city, const struct city_segment *segment)
{
    const struct city_street *street = &city->network->streets[segment->street];
    double out = city_out(&city->plan->towns[street->town], city->graph->nodes[segment->from]);
    return street->class == CITY_ARTERIAL && out > 1.15 ? 80 : class_speeds[street->class];
}

static void streets_put(const struct city *city, struct sheet *sheet)
{
    static const char *const numbers[] = { "LFROM", "LTO", "RFROM", "RTO", "FNODE", "TNODE" };
    field_add(sheet, "NAME", 'C', CITY_NAME_BYTES);
    field_add(sheet, "CLASS", 'C', 12);
    field_add(sheet, "SPEED", 'N', 4);
    field_add(sheet, "ONEWAY", 'C', 2);
    for (size_t i = 0; i < ARRAY_COUNT(numbers); i++)
        field_add(sheet, numbers[i], 'N', i < 4 ? 6 : 8);
    field_add(sheet, "ZONE", 'C', 24);
    for (uint32_t i = 0; i < city->graph->segment_count; i++) {
        const struct city_segment *segment = &city->graph->segments[i];
        const struct city_street *street = &city->network->streets[segment->street];
        part_put(sheet, &city->graph->points[segment->first], segment->count);
        record_put(sheet, street->name, class_names[street->class],
                   number_text(sheet, speed_of(city, segment)), oneway_names[segment->oneway],
                   number_text(sheet, segment->left_from), number_text(sheet, segment->left_to),
                   number_text(sheet, segment->right_from), number_text(sheet, segment->right_to),
                   number_text(sheet, segment->from + 1), number_text(sheet, segment->to + 1),
                   city->zones->zones[segment->zone].name);
    }
}

/* Only the part over the water, with its ramps. */
static void bridges_put(const struct city *city, struct sheet *sheet)
{
    uint32_t count = 0;
    field_add(sheet, "NAME", 'C', 24);
    for (uint32_t i = 0; i < city->graph->segment_count; i++) {
        const struct city_segment *segment = &city->graph->segments[i];
        if (!segment->bridge)
            continue;
        struct city_path line = { .count = 0 };
        const struct city_spot *at = &city->graph->points[segment->first];
        for (uint32_t k = 0; k + 1 < segment->count; k++) {
            uint32_t steps = (uint32_t)(city_apart_m(at[k], at[k + 1]) / 3.0) + 1;
            for (uint32_t step = 0; step <= steps; step++) {
                struct city_spot spot = city_between(at[k], at[k + 1], (double)step / steps);
                if (city_river_m(city->plan, spot) < 12.0)
                    city_path_add(&line, spot);
            }
        }
        if (line.count >= 2) {
            struct city_spot ends[2] = { line.at[0], line.at[line.count - 1] };
            part_put(sheet, ends, 2);
            record_put(sheet, arena_print(sheet->texts, "Bridge %u", ++count));
        }
        city_path_clear(&line);
    }
}

/* ---- land and water -------------------------------------------------------------------------- */

static void outline_put(struct sheet *sheet, const struct city_park *park, double part)
{
    struct city_path path = { .count = 0 };
    city_park_outline(park, part, &path);
    part_put(sheet, path.at, path.count);
    city_path_clear(&path);
}

static void water_put(const struct city *city, struct sheet *sheet)
{
    const struct city_plan *plan = city->plan;
    const struct city_zone *sea = &city->zones->zones[city->zones->count - 1];
    struct city_path river = { .count = 0 };

    field_add(sheet, "NAME", 'C', CITY_NAME_BYTES);
    field_add(sheet, "KIND", 'C', 8);
    part_put(sheet, sea->rings[0].at, sea->rings[0].count);
    record_put(sheet, "Outer Roads", "sea");
    uint32_t last = 0;
    while (last + 1 < plan->river_count
           && city_coast_x_m(plan, plan->river_y_m[last]) + 40.0
                  > plan->low.x_m + (double)last * CITY_STEP_M)
        last++;
    for (int side = 1; side >= -1; side -= 2) {
        for (uint32_t i = 0; i <= last; i++) {
            uint32_t at = side > 0 ? i : last - i;
            double x = plan->low.x_m + (double)at * CITY_STEP_M;
            double slope = (city_river_y_m(plan, x + 20.0) - city_river_y_m(plan, x - 20.0)) / 40.0;
            double up = side * city_river_half_m(plan, x) * sqrt(1.0 + slope * slope);
            city_path_add(&river, (struct city_spot){ x, plan->river_y_m[at] + up });
        }
    }
    city_path_add(&river, river.at[0]);
    part_put(sheet, river.at, river.count);
    record_put(sheet, "River Ains", "river");
    city_path_clear(&river);
    for (uint32_t i = 0; i < plan->park_count; i++) {
        if (!plan->parks[i].lake)
            continue;
        outline_put(sheet, &plan->parks[i], 0.42);
        record_put(sheet, arena_print(sheet->texts, "%s Lake", plan->parks[i].name), "lake");
    }
}

static void coast_put(const struct city *city, struct sheet *sheet)
{
    struct city_path shore = { .count = 0 };
    uint32_t first = 0;

    field_add(sheet, "NAME", 'C', CITY_NAME_BYTES);
    city_shore(city->plan, &shore);
    for (uint32_t i = 1; i <= shore.count; i++) {
        bool mouth = i < shore.count && city_river_m(city->plan, shore.at[i]) < 0.0;
        if (i < shore.count && !mouth)
            continue;
        if (i > first + 2) {
            part_put(sheet, &shore.at[first], i - first);
            record_put(sheet, first == 0 ? "South Shore" : "North Shore");
        }
        while (i < shore.count && city_river_m(city->plan, shore.at[i]) < 0.0)
            i++;
        first = i;
    }
    city_path_clear(&shore);
}

static void parks_put(const struct city *city, struct sheet *sheet)
{
    field_add(sheet, "NAME", 'C', CITY_NAME_BYTES);
    for (uint32_t i = 0; i < city->plan->park_count; i++) {
        outline_put(sheet, &city->plan->parks[i], 1.0);
        record_put(sheet, city->plan->parks[i].name);
    }
}

static void zones_put(const struct city *city, struct sheet *sheet)
{
    field_add(sheet, "NAME", 'C', 24);
    field_add(sheet, "KIND", 'C', 6);
    field_add(sheet, "FIREDIST", 'N', 4);
    field_add(sheet, "POLDIST", 'N', 4);
    for (uint32_t i = 0; i < city->zones->count; i++) {
        const struct city_zone *zone = &city->zones->zones[i];
        if (zone->ring_count == 0)
            continue;
        part_put(sheet, zone->rings[0].at, zone->rings[0].count);
        record_put(sheet, zone->name, zone->water ? "water" : "land",
                   number_text(sheet, zone->fire_district),
                   number_text(sheet, zone->police_district));
    }
}

/* The outline of a town as far as `out`, held back from the sea. */
static void town_put(const struct city *city, struct sheet *sheet, const struct city_town *town,
                     double out, const char *kind)
{
    struct city_path path = { .count = 0 };
    uint32_t steps = 90 + (uint32_t)(town->radius_m * out / 12.0);

    for (uint32_t i = 0; i <= steps; i++) {
        double angle = 6.283185307179586 * (double)(i % steps) / steps;
        double radius = 0.5 * out * town->radius_m;     /* No bay reaches in this far. */
        struct city_spot spot = town->centre;
        do {
            spot.x_m = town->centre.x_m + radius * cos(angle);
            spot.y_m = town->centre.y_m + radius * sin(angle);
            radius += 12.0;
        } while (radius < 1.6 * town->radius_m && city_out(town, spot) < out);
        spot.x_m = fmin(spot.x_m, city_coast_x_m(city->plan, spot.y_m) - 8.0);
        city_path_add(&path, spot);
    }
    part_put(sheet, path.at, path.count);
    record_put(sheet, town->name, kind);
    city_path_clear(&path);
}

/* All between Quay St and the water, piers too. */
static void port_put(const struct city *city, struct sheet *sheet)
{
    const struct city_plan *plan = city->plan;
    struct city_path ring = { .count = 0 }, shore = { .count = 0 };
    double south = -900.0 * plan->scale, north = 640.0 * plan->scale;

    for (double y = south; y < north; y += 2.0 * CITY_STEP_M)
        city_path_add(&ring, (struct city_spot){ city_quay_x_m(plan, y) + 9.0, y });
    city_shore(plan, &shore);
    for (uint32_t i = shore.count; i-- > 0;) {
        if (shore.at[i].y_m > south && shore.at[i].y_m < north)
            city_path_add(&ring, shore.at[i]);
    }
    city_path_add(&ring, ring.at[0]);
    part_put(sheet, ring.at, ring.count);
    record_put(sheet, "Maren Docks", "port");
    city_path_clear(&ring);
    city_path_clear(&shore);
}

static void works_put(const struct city *city, struct sheet *sheet)
{
    for (uint32_t i = 0; i < CITY_WORKS; i++) {
        outline_put(sheet, &city->plan->works[i], 1.0);
        record_put(sheet, city->plan->works[i].name, "industry");
    }
}

static void built_put(const struct city *city, struct sheet *sheet)
{
    field_add(sheet, "NAME", 'C', CITY_NAME_BYTES);
    field_add(sheet, "KIND", 'C', 8);
    for (uint32_t i = 0; i < city->plan->town_count; i++)
        town_put(city, sheet, &city->plan->towns[i], 1.0, "town");
    town_put(city, sheet, &city->plan->towns[0], 0.16, "centre");
    works_put(city, sheet);
    port_put(city, sheet);
}

/* The railway follows the north bank to the quay. */
static void rail_put(const struct city *city, struct sheet *sheet)
{
    const struct city_plan *plan = city->plan;
    struct city_path path = { .count = 0 };

    field_add(sheet, "NAME", 'C', CITY_NAME_BYTES);
    for (double x = 300.0 * plan->scale; x > plan->low.x_m; x -= 40.0) {
        double mean = 0.0;
        for (int i = -6; i <= 6; i++)
            mean += city_river_y_m(plan, x + 60.0 * i) / 13.0;
        city_path_add(&path, (struct city_spot){ x, mean + 120.0 + city_river_half_m(plan, x) });
    }
    part_put(sheet, path.at, path.count);
    record_put(sheet, "Ains Valley Line");
    city_path_clear(&path);
}

/* ---- points ---------------------------------------------------------------------------------- */

static void stations_put(const struct city *city, struct sheet *sheet)
{
    field_add(sheet, "CODE", 'C', 12);
    field_add(sheet, "NAME", 'C', CITY_NAME_BYTES);
    field_add(sheet, "KIND", 'C', 10);
    field_add(sheet, "ADDRESS", 'C', 64);
    for (uint32_t i = 0; i < city->places->station_count; i++) {
        const struct city_place *place = &city->places->stations[i];
        part_put(sheet, &place->spot, 1);
        record_put(sheet, place->code, place->name, place->kind, place->address);
    }
}

static void hospitals_put(const struct city *city, struct sheet *sheet)
{
    field_add(sheet, "CODE", 'C', 12);
    field_add(sheet, "NAME", 'C', CITY_NAME_BYTES);
    field_add(sheet, "ADDRESS", 'C', 64);
    for (uint32_t i = 0; i < city->places->hospital_count; i++) {
        const struct city_place *place = &city->places->hospitals[i];
        part_put(sheet, &place->spot, 1);
        record_put(sheet, place->code, place->name, place->address);
    }
}

static void landmarks_put(const struct city *city, struct sheet *sheet)
{
    field_add(sheet, "NAME", 'C', CITY_NAME_BYTES);
    field_add(sheet, "KIND", 'C', 12);
    field_add(sheet, "ADDRESS", 'C', 64);
    for (uint32_t i = 0; i < city->places->landmark_count; i++) {
        const struct city_place *place = &city->places->landmarks[i];
        part_put(sheet, &place->spot, 1);
        record_put(sheet, place->name, place->kind, place->address);
    }
}

/* Every 120 m or so along streets where people live, at the kerb, fed by wider mains on wider
 * streets. */
static void hydrants_put(const struct city *city, struct sheet *sheet)
{
    static const uint32_t flow_lpm[CITY_CLASS_COUNT] = {
        [CITY_ARTERIAL] = 3800, [CITY_COLLECTOR] = 2850, [CITY_RESIDENTIAL] = 1900,
        [CITY_SERVICE] = 950 };
    double since_m = 60.0;
    uint32_t count = 0;

    field_add(sheet, "ID", 'C', 10);
    field_add(sheet, "FLOW_LPM", 'N', 6);
    for (uint32_t i = 0; i < city->graph->segment_count; i++) {
        const struct city_segment *segment = &city->graph->segments[i];
        const struct city_street *street = &city->network->streets[segment->street];
        since_m += (double)segment->length_m;
        if (segment->left_from == 0 || since_m < 120.0)
            continue;
        since_m = 0.0;
        struct city_spot from = city->graph->points[segment->first];
        struct city_spot to = city->graph->points[segment->first + 1];
        double piece = fmax(city_apart_m(from, to), 0.1);
        struct city_spot spot = city_between(from, to, fmin(0.9, 9.0 / piece));
        spot.x_m += 4.0 * (to.y_m - from.y_m) / piece;
        spot.y_m -= 4.0 * (to.x_m - from.x_m) / piece;
        part_put(sheet, &spot, 1);
        uint32_t loss = (uint32_t)(city_hash(city->plan->seed + 9, i, 1) * 6.0) * 50;
        record_put(sheet, arena_print(sheet->texts, "H%u", ++count),
                   number_text(sheet, flow_lpm[street->class] - loss));
    }
}

/* ---- all of them ----------------------------------------------------------------------------- */

static const struct {
    const char *name;
    enum shape_kind kind;
    void (*put)(const struct city *city, struct sheet *sheet);
} layers[] = {
    { .name = "streets", .kind = SHAPE_LINES, .put = streets_put },
    { .name = "bridges", .kind = SHAPE_LINES, .put = bridges_put },
    { .name = "water", .kind = SHAPE_POLYGONS, .put = water_put },
    { .name = "coast", .kind = SHAPE_LINES, .put = coast_put },
    { .name = "parks", .kind = SHAPE_POLYGONS, .put = parks_put },
    { .name = "zones", .kind = SHAPE_POLYGONS, .put = zones_put },
    { .name = "built", .kind = SHAPE_POLYGONS, .put = built_put },
    { .name = "rail", .kind = SHAPE_LINES, .put = rail_put },
    { .name = "stations", .kind = SHAPE_POINTS, .put = stations_put },
    { .name = "hospitals", .kind = SHAPE_POINTS, .put = hospitals_put },
    { .name = "hydrants", .kind = SHAPE_POINTS, .put = hydrants_put },
    { .name = "landmarks", .kind = SHAPE_POINTS, .put = landmarks_put },
};

enum status city_write(const struct city *city, const char *folder, char *why, size_t why_bytes)
{
    for (size_t i = 0; i < ARRAY_COUNT(layers); i++) {
        char path[PATH_BYTES];
        if (snprintf(path, sizeof(path), "%s/%s", folder, layers[i].name) >= (int)sizeof(path)) {
            snprintf(why, why_bytes, "%.60s...: the path is too long; choose a shorter one.",
                     folder);
            return STATUS_IO;
        }
        struct sheet sheet = { .shapes.kind = layers[i].kind, .texts = arena_new() };
        layers[i].put(city, &sheet);
        enum status status = shapefile_write(path, &sheet.shapes, why, why_bytes);
        sheet_clear(&sheet);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}
