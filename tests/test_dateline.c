/* Goal: what crosses 180 degrees keeps both its sides and reaches around the world on neither; a
 * multipatch is drawn as the outline it has from above; every type of shape is read. Method: one
 * row per way of crossing, small surfaces with the rings they must give, a good file per type. */
#include "tests/check.h"

#include <math.h>
#include <unistd.h>

#include "maps/dateline.h"
#include "maps/multipatch.h"
#include "maps/shapefile.h"
#include "tests/layer_set.h"

enum { POINTS_MAX = 8 };

static const struct {
    const char *name;
    enum dateline_form form;
    bool crossed;
    uint32_t count;
    struct geo_point points[POINTS_MAX];        /* Latitude, longitude. */
    uint32_t part_count;
    double area;                /* Of rings: square degrees; of lines: degrees of longitude. */
} crossings[] = {
    { "a line at home", DATELINE_LINE, false, 2, { { 1, 10 }, { 2, 20 } }, 1, 10 },
    { "a line that jumps", DATELINE_LINE, true, 2, { { 0, 170 }, { 10, -170 } }, 2, 20 },
    { "a line past 180", DATELINE_LINE, true, 2, { { 0, 170 }, { 10, 190 } }, 2, 20 },
    { "a line to and fro", DATELINE_LINE, true, 3, { { 0, 175 }, { 1, -175 }, { 2, 175 } }, 3, 20 },
    { "a line that ends on it", DATELINE_LINE, false, 2, { { 0, 170 }, { 10, 180 } }, 1, 10 },
    { "a line counted to 360", DATELINE_LINE, true, 2, { { 0, 200 }, { 10, 220 } }, 1, 20 },
    { "a ring that jumps", DATELINE_RING, true, 5,
      { { 0, 170 }, { 0, -170 }, { 10, -170 }, { 10, 170 }, { 0, 170 } }, 2, 200 },
    { "a ring past 180", DATELINE_RING, true, 5,
      { { 0, 170 }, { 0, 190 }, { 10, 190 }, { 10, 170 }, { 0, 170 } }, 2, 200 },
    { "a ring past -180", DATELINE_RING, true, 5,
      { { 0, -170 }, { 0, -190 }, { 10, -190 }, { 10, -170 }, { 0, -170 } }, 2, 200 },
    { "a ring counted to 360", DATELINE_RING, true, 5,
      { { 0, 200 }, { 0, 210 }, { 10, 210 }, { 10, 200 }, { 0, 200 } }, 1, 100 },
    { "a box of the world", DATELINE_RING, false, 5,
      { { -90, -180 }, { -90, 180 }, { 90, 180 }, { 90, -180 }, { -90, -180 } }, 1, 64800 },
    { "around the pole", DATELINE_RING, true, 5,
      { { 70, 0 }, { 70, 120 }, { 70, -120 }, { 70, -60 }, { 70, 0 } }, 2, 7200 },
};

/* Twice the area, as any closed ring. */
static double ring_area(const struct geo_point *at, uint32_t count)
{
    double area = 0;

    for (uint32_t i = 1; i < count; i++)
        area += at[i - 1].lon_deg * at[i].lat_deg - at[i].lon_deg * at[i - 1].lat_deg;
    return fabs(area) / 2;
}

static double extent(const struct geo_point *at, uint32_t count, enum dateline_form form)
{
    double degrees = 0;

    if (form == DATELINE_RING)
        return ring_area(at, count);
    for (uint32_t i = 1; i < count; i++)
        degrees += fabs(at[i].lon_deg - at[i - 1].lon_deg);
    return degrees;
}

static void what_crosses_is_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(crossings); i++) {
        struct dateline_cut cut = { 0 };
        double sum = 0;
        CASE("%s", crossings[i].name);
        assert_int_equal(dateline_crossed(crossings[i].points, crossings[i].count),
                         crossings[i].crossed);
        if (!crossings[i].crossed)
            continue;
        dateline_cut(&cut, crossings[i].points, crossings[i].count, crossings[i].form);
        assert_int_equal(cut.part_count, crossings[i].part_count);
        assert_int_equal(cut.part_first[cut.part_count], cut.vertex_count);
        for (uint32_t p = 0; p < cut.part_count; p++) {
            uint32_t first = cut.part_first[p], count = cut.part_first[p + 1] - first;
            sum += extent(cut.vertices + first, count, crossings[i].form);
        }
        for (uint32_t v = 0; v < cut.vertex_count; v++)
            assert_true(fabs(cut.vertices[v].lon_deg) <= 180);
        assert_true(fabs(sum - crossings[i].area) < 1e-6);
        dateline_clear(&cut);
    }
}

/* ---- Multipatches --------------------------------------------------------------------------- */

static const struct {
    const char *name;
    uint32_t count, part_count;
    struct geo_point points[12];
    uint32_t part_first[4];
    uint8_t part_kinds[3];
    uint32_t ring_count;
    double area;                /* Of all rings, holes too. */
} patches[] = {
    { "a square of two triangles in a strip", 4, 1, { { 0, 0 }, { 9, 0 }, { 0, 9 }, { 9, 9 } },
      { 0, 4 }, { MULTIPATCH_STRIP }, 1, 81 },
    { "a fan", 4, 1, { { 0, 0 }, { 9, 0 }, { 9, 9 }, { 0, 9 } }, { 0, 4 }, { MULTIPATCH_FAN }, 1,
      81 },
    { "a roof and the floor under it", 10, 2,
      { { 0, 0 }, { 9, 0 }, { 9, 9 }, { 0, 9 }, { 0, 0 },
        { 0, 0 }, { 0, 9 }, { 9, 9 }, { 9, 0 }, { 0, 0 } },
      { 0, 5, 10 }, { MULTIPATCH_RING, MULTIPATCH_RING }, 1, 81 },
    { "two rings side by side", 10, 2,
      { { 0, 0 }, { 9, 0 }, { 9, 9 }, { 0, 9 }, { 0, 0 },
        { 0, 9 }, { 9, 9 }, { 9, 18 }, { 0, 18 }, { 0, 9 } },
      { 0, 5, 10 }, { MULTIPATCH_OUTER, MULTIPATCH_OUTER }, 1, 162 },
    { "a ring with a hole", 10, 2,
      { { 0, 0 }, { 9, 0 }, { 9, 9 }, { 0, 9 }, { 0, 0 },
        { 1, 1 }, { 1, 2 }, { 2, 2 }, { 2, 1 }, { 1, 1 } },
      { 0, 5, 10 }, { MULTIPATCH_OUTER, MULTIPATCH_INNER }, 2, 82 },
    { "a wall, which has no outline", 4, 1, { { 0, 0 }, { 9, 0 }, { 0, 0 }, { 9, 0 } },
      { 0, 4 }, { MULTIPATCH_STRIP }, 1, 0 },
};

static void a_multipatch_is_its_outline(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(patches); i++) {
        struct multipatch patch = { .vertices = patches[i].points,
                                    .part_first = patches[i].part_first,
                                    .part_kinds = patches[i].part_kinds,
                                    .part_count = patches[i].part_count };
        double area = 0;
        CASE("%s", patches[i].name);
        struct multipatch_outline outline = multipatch_outline(&patch);
        assert_int_equal(outline.ring_count, patches[i].ring_count);
        for (uint32_t r = 0; r < outline.ring_count; r++) {
            uint32_t first = outline.ring_first[r], count = outline.ring_first[r + 1] - first;
            area += ring_area(outline.vertices + first, count);
            assert_memory_equal(&outline.vertices[first], &outline.vertices[first + count - 1],
                                sizeof outline.vertices[0]);
        }
        assert_true(fabs(area - patches[i].area) < 1e-9);
        base_free(outline.vertices);
        base_free(outline.ring_first);
    }
}

/* ---- Every type ----------------------------------------------------------------------------- */

static enum shape_kind kind_expected(int32_t type)
{
    return type == 31 || type % 10 == 5 ? SHAPE_POLYGONS : type % 10 == 3 ? SHAPE_LINES
                                                                        : SHAPE_POINTS;
}

static void every_type_of_shape_is_read(void **state)
{
    char folder[64], path[96], why[512] = "";
    static const char *const members[] = { "layer.shp", "layer.shx", "layer.dbf" };
    struct buffer dbf = { 0 };

    (void)state;
    layer_set_folder(folder);
    layer_set_dbf(&dbf);
    layer_set_write(folder, "layer.dbf", buffer_span(&dbf));
    snprintf(path, sizeof path, "%s/layer", folder);
    for (size_t i = 0; i < LAYER_SET_TYPES; i++) {
        int32_t type = layer_set_types[i];
        struct buffer shp = { 0 }, shx = { 0 };
        struct shapes *shapes = NULL;
        CASE("type %d", (int)type);
        layer_set_shp(type, &shp, &shx);
        layer_set_write(folder, "layer.shp", buffer_span(&shp));
        layer_set_write(folder, "layer.shx", buffer_span(&shx));
        assert_int_equal(shapefile_read(path, &shapes, why, sizeof why), STATUS_OK);
        assert_int_equal(shapes->kind, kind_expected(type));
        assert_int_equal(shapes->record_count, 3);
        assert_int_equal(shapes->record_part[1], shapes->record_part[2]);
        assert_true(shapes->record_part[3] > shapes->record_part[2]);
        if (type % 10 == 1 && type != 31)
            assert_int_equal(shapes->vertex_count, 2);
        else if (type != 31)
            assert_int_equal(shapes->vertex_count, 20);
        assert_true(shapes->boxes[0].low.lat_deg >= 1 && shapes->boxes[0].high.lat_deg <= 9);
        shapes_free(shapes);
        buffer_clear(&shp);
        buffer_clear(&shx);
    }
    buffer_clear(&dbf);
    for (size_t i = 0; i < ARRAY_COUNT(members); i++)
        layer_set_remove(folder, members[i]);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_crosses_is_cut),
        cmocka_unit_test(a_multipatch_is_its_outline),
        cmocka_unit_test(every_type_of_shape_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
