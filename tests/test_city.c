/* test_city.c - what must hold in the sample city, whatever its seed and size. Everything is read
 * back from the shapefiles: a test of what others will open, not of what the maker had in mind. */
#include <math.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/base/span.h"
#include "maps/city.h"
#include "maps/shapefile.h"

static const struct {
    const char *name;
    uint64_t seed;
    uint32_t segments;
    bool sample_site;           /* The one that app/sample/site.conf is about. */
    uint32_t every;             /* Looks at one segment in so many, where looking is slow. */
} cities[] = {
    { .name = "smallest", .seed = 1, .segments = CITY_SEGMENTS_MIN, .every = 1 },
    { .name = "small, another seed", .seed = 7, .segments = 3000, .every = 1 },
    { .name = "small, a large seed", .seed = 18446744073709551615u, .segments = 4000, .every = 1 },
    { .name = "as it is by default", .seed = 1, .segments = CITY_SEGMENTS, .every = 7,
      .sample_site = true },
};

enum { PATH_BYTES = 256, WHY_BYTES = 256 };

/* The columns of one street layer, looked up once. */
struct streets {
    struct shapes *shapes;
    int name, class, oneway, from[2], to[2], node[2], zone;
};

struct folder {
    char path[64];
};

static struct folder folder_new(void)
{
    struct folder folder = { .path = "/tmp/watchdesk-city-XXXXXX" };
    assert_non_null(mkdtemp(folder.path));
    return folder;
}

static void folder_remove(const struct folder *folder)
{
    static const char *const layers[] = {
        "streets", "bridges", "water", "coast", "parks", "zones", "built", "rail", "stations",
        "hospitals", "hydrants", "landmarks" };
    static const char *const parts[] = { "shp", "shx", "dbf", "prj", "cpg" };
    char path[PATH_BYTES];
    for (size_t i = 0; i < ARRAY_COUNT(layers); i++) {
        for (size_t k = 0; k < ARRAY_COUNT(parts); k++) {
            snprintf(path, sizeof(path), "%s/%s.%s", folder->path, layers[i], parts[k]);
            assert_int_equal(unlink(path), 0);
        }
    }
    assert_int_equal(rmdir(folder->path), 0);
}

static void made(const struct folder *folder, uint64_t seed, uint32_t segments)
{
    char why[WHY_BYTES] = "";
    struct city_options options = { .folder = folder->path, .seed = seed, .segments = segments };
    if (city_make(&options, why, sizeof(why)) != STATUS_OK)
        fail_msg("%s", why);
}

static struct shapes *layer_read(const struct folder *folder, const char *layer)
{
    char path[PATH_BYTES], why[WHY_BYTES] = "";
    struct shapes *shapes = NULL;
    snprintf(path, sizeof(path), "%s/%s.shp", folder->path, layer);
    if (shapefile_read(path, &shapes, why, sizeof(why)) != STATUS_OK)
        fail_msg("%s", why);
    assert_string_equal(shapes->warning, "");
    return shapes;
}

static int column(const struct shapes *shapes, const char *name)
{
    int number = shapes_column(shapes, name);
    if (number < 0)
        fail_msg("no column %s", name);
    return number;
}

static struct streets streets_read(const struct folder *folder)
{
    struct shapes *shapes = layer_read(folder, "streets");
    return (struct streets){ .shapes = shapes, .name = column(shapes, "NAME"),
        .class = column(shapes, "CLASS"),
        .oneway = column(shapes, "ONEWAY"), .zone = column(shapes, "ZONE"),
        .from = { column(shapes, "LFROM"), column(shapes, "RFROM") },
        .to = { column(shapes, "LTO"), column(shapes, "RTO") },
        .node = { column(shapes, "FNODE"), column(shapes, "TNODE") } };
}

static uint32_t number(const struct streets *streets, uint32_t record, int number_column)
{
    return (uint32_t)strtoul(shapes_value(streets->shapes, record, number_column), NULL, 10);
}

/* The line of a record that has one part. */
static struct geo_points line_of(const struct shapes *shapes, uint32_t record)
{
    uint32_t part = shapes->record_part[record];
    uint32_t first = shapes->part_first[part];
    return (struct geo_points){ .at = shapes->vertices + first,
                                .count = shapes->part_first[part + 1] - first };
}

static struct geo_point halfway(struct geo_point a, struct geo_point b)
{
    return (struct geo_point){ (a.lat_deg + b.lat_deg) / 2.0, (a.lon_deg + b.lon_deg) / 2.0 };
}

/* The middle of the middle piece. */
static struct geo_point middle_of(struct geo_points line)
{
    uint32_t piece = (line.count - 2) / 2;
    return halfway(line.at[piece], line.at[piece + 1]);
}

static bool in_record(const struct shapes *shapes, uint32_t record, struct geo_point point)
{
    const struct geo_box *box = &shapes->boxes[record];
    struct geo_points ring = line_of(shapes, record);
    return point.lat_deg >= box->low.lat_deg && point.lat_deg <= box->high.lat_deg
        && point.lon_deg >= box->low.lon_deg && point.lon_deg <= box->high.lon_deg
        && geo_inside(&ring, point);
}

/* Metres from a point to a piece of line, on a plane small enough to be flat. */
static double off_m(struct geo_point point, struct geo_point a, struct geo_point b)
{
    double across = cos(point.lat_deg * 0.017453292519943295);
    double bx = (b.lon_deg - a.lon_deg) * across, by = b.lat_deg - a.lat_deg;
    double px = (point.lon_deg - a.lon_deg) * across, py = point.lat_deg - a.lat_deg;
    double square = bx * bx + by * by;
    double part = square > 0.0 ? fmin(1.0, fmax(0.0, (px * bx + py * by) / square)) : 0.0;
    return hypot(px - part * bx, py - part * by) * 111195.0;
}

static double line_off_m(const struct shapes *shapes, uint32_t record, struct geo_point point)
{
    struct geo_points line = line_of(shapes, record);
    double least = 1e12;
    for (uint32_t i = 0; i + 1 < line.count; i++)
        least = fmin(least, off_m(point, line.at[i], line.at[i + 1]));
    return least;
}

/* ---- one city, all rules --------------------------------------------------------------------- */

static void check_count(const struct streets *streets, uint32_t wanted)
{
    double ratio = (double)streets->shapes->record_count / wanted;
    assert_true(ratio > 0.9 && ratio < 1.1);
}

static uint32_t check_nodes(const struct streets *streets)
{
    uint32_t count = streets->shapes->record_count, node_max = 0;
    struct geo_point *at = calloc(2 * count + 2, sizeof(*at));
    bool *known = calloc(2 * count + 2, sizeof(*known));

    for (uint32_t i = 0; i < count; i++) {
        struct geo_points line = line_of(streets->shapes, i);
        assert_true(line.count >= 2);
        for (int end = 0; end < 2; end++) {
            uint32_t node = number(streets, i, streets->node[end]);
            struct geo_point spot = line.at[end == 0 ? 0 : line.count - 1];
            assert_in_range(node, 1, 2 * count);
            if (known[node])
                assert_true(geo_same(at[node], spot));
            at[node] = spot;
            known[node] = true;
            node_max = node > node_max ? node : node_max;
        }
    }
    for (uint32_t node = 1; node <= node_max; node++)
        assert_true(known[node]);
    free(at);
    free(known);
    return node_max;
}

enum way { WITH_TRAFFIC, AGAINST_TRAFFIC };

/* Repeats until nothing new is reached: slow and plain, so that it can be believed. */
static uint32_t reached(const struct streets *streets, uint32_t node_count, enum way way)
{
    bool *mark = calloc(node_count + 1, sizeof(*mark));
    uint32_t total = 1;
    mark[1] = true;
    for (bool more = true; more;) {
        more = false;
        for (uint32_t i = 0; i < streets->shapes->record_count; i++) {
            const char *oneway = shapes_value(streets->shapes, i, streets->oneway);
            uint32_t a = number(streets, i, streets->node[0]);
            uint32_t b = number(streets, i, streets->node[1]);
            bool forward = strcmp(oneway, "TF") != 0, backward = strcmp(oneway, "FT") != 0;
            if (way == AGAINST_TRAFFIC) {
                bool swapped = forward;
                forward = backward;
                backward = swapped;
            }
            if ((forward && mark[a] && !mark[b]) || (backward && mark[b] && !mark[a])) {
                mark[a] = mark[b] = true;
                total++;
                more = true;
            }
        }
    }
    free(mark);
    return total;
}

struct range {
    const char *name;
    uint32_t from, to;
};

static int ranges_compared(const void *left, const void *right)
{
    const struct range *a = left, *b = right;
    int names = strcmp(a->name, b->name);
    return names != 0 ? names : a->from < b->from ? -1 : a->from > b->from;
}

static void check_addresses(const struct streets *streets)
{
    uint32_t count = streets->shapes->record_count;
    struct range *ranges = calloc(count, sizeof(*ranges));

    for (uint32_t side = 0; side < 2; side++) {
        uint32_t kept = 0;
        for (uint32_t i = 0; i < count; i++) {
            struct range range = { .name = shapes_value(streets->shapes, i, streets->name),
                                   .from = number(streets, i, streets->from[side]),
                                   .to = number(streets, i, streets->to[side]) };
            assert_true(range.name[0] != '\0');
            if (range.from == 0) {
                assert_int_equal(range.to, 0);
                continue;
            }
            assert_true(range.from <= range.to);
            assert_int_equal(range.from % 2, side == 0);
            assert_int_equal(range.to % 2, side == 0);
            assert_true(strcmp(shapes_value(streets->shapes, i, streets->class), "motorway") != 0);
            ranges[kept++] = range;
        }
        assert_true(kept > count * 8 / 10);
        qsort(ranges, kept, sizeof(*ranges), ranges_compared);
        for (uint32_t i = 1; i < kept; i++) {
            if (strcmp(ranges[i - 1].name, ranges[i].name) == 0)
                assert_true(ranges[i - 1].to < ranges[i].from);
        }
    }
    free(ranges);
}

static bool by_bridge(const struct shapes *bridges, struct geo_point point)
{
    for (uint32_t i = 0; i < bridges->record_count; i++) {
        if (line_off_m(bridges, i, point) < 25.0)
            return true;
    }
    return false;
}

/* Only these have bridges: the growing of side streets stops at the bank. */
static bool is_main_road(const struct streets *streets, uint32_t record)
{
    const char *class = shapes_value(streets->shapes, record, streets->class);
    return strcmp(class, "motorway") == 0 || strcmp(class, "arterial") == 0;
}

static void check_water(const struct folder *folder, const struct streets *streets, uint32_t every)
{
    struct shapes *water = layer_read(folder, "water"), *bridges = layer_read(folder, "bridges");
    uint32_t crossings = 0;

    assert_true(bridges->record_count >= 2);
    for (uint32_t i = 0; i < streets->shapes->record_count; i += every) {
        struct geo_points line = line_of(streets->shapes, i);
        for (uint32_t k = 0; k + 1 < line.count; k++) {
            struct geo_point spots[] = { line.at[k], halfway(line.at[k], line.at[k + 1]) };
            for (size_t s = 0; s < ARRAY_COUNT(spots); s++) {
                for (uint32_t w = 0; w < water->record_count; w++) {
                    if (!in_record(water, w, spots[s]))
                        continue;
                    crossings++;
                    if (!by_bridge(bridges, spots[s]) || !is_main_road(streets, i))
                        fail_msg("%s runs through water at %.6f, %.6f",
                                 shapes_value(streets->shapes, i, streets->name),
                                 spots[s].lat_deg, spots[s].lon_deg);
                }
            }
        }
    }
    assert_true(every > 1 || crossings > 0);
    shapes_free(water);
    shapes_free(bridges);
}

static void check_zones(const struct folder *folder, const struct streets *streets, uint32_t every)
{
    struct shapes *zones = layer_read(folder, "zones");
    int name = column(zones, "NAME"), kind = column(zones, "KIND");
    uint32_t waters = 0;

    assert_true(zones->record_count >= 9);
    for (uint32_t z = 0; z < zones->record_count; z++)
        waters += strcmp(shapes_value(zones, z, kind), "water") == 0;
    assert_int_equal(waters, 1);
    for (uint32_t i = 0; i < streets->shapes->record_count; i += every) {
        struct geo_point middle = middle_of(line_of(streets->shapes, i));
        const char *wanted = shapes_value(streets->shapes, i, streets->zone), *found = "";
        uint32_t covered = 0;
        double border_m = 1e12;
        for (uint32_t z = 0; z < zones->record_count; z++) {
            if (strcmp(shapes_value(zones, z, name), wanted) == 0)
                border_m = line_off_m(zones, z, middle);
            if (!in_record(zones, z, middle))
                continue;
            covered++;
            found = shapes_value(zones, z, name);
        }
        if (border_m < 0.05)
            continue;           /* On the border, to what a file can hold: either is right. */
        assert_string_equal(found, wanted);
        assert_int_equal(covered, 1);
    }
    shapes_free(zones);
}

static void check_places(const struct folder *folder, const struct streets *streets)
{
    static const char *const layers[] = { "stations", "hospitals", "landmarks" };
    for (size_t l = 0; l < ARRAY_COUNT(layers); l++) {
        struct shapes *places = layer_read(folder, layers[l]);
        assert_true(places->record_count >= 3);
        for (uint32_t p = 0; p < places->record_count; p++) {
            double least = 1e12;
            for (uint32_t i = 0; i < streets->shapes->record_count && least > 60.0; i++)
                least = fmin(least, line_off_m(streets->shapes, i, line_of(places, p).at[0]));
            assert_true(least <= 60.0);
        }
        shapes_free(places);
    }
}

static bool has_house(const struct streets *streets, const char *name, uint32_t house)
{
    uint32_t side = house % 2 == 1 ? 0 : 1;
    for (uint32_t i = 0; i < streets->shapes->record_count; i++) {
        uint32_t from = number(streets, i, streets->from[side]);
        if (strcmp(shapes_value(streets->shapes, i, streets->name), name) == 0 && from > 0
            && house >= from && house <= number(streets, i, streets->to[side]))
            return true;
    }
    return false;
}

static bool do_cross(const struct streets *streets, const char *left, const char *right)
{
    uint32_t count = streets->shapes->record_count;
    bool *on_left = calloc(2 * count + 2, sizeof(*on_left)), crossed = false;
    for (uint32_t i = 0; i < count; i++) {
        for (int end = 0; end < 2; end++) {
            if (strcmp(shapes_value(streets->shapes, i, streets->name), left) == 0)
                on_left[number(streets, i, streets->node[end])] = true;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        for (int end = 0; end < 2; end++) {
            if (strcmp(shapes_value(streets->shapes, i, streets->name), right) == 0)
                crossed |= on_left[number(streets, i, streets->node[end])];
        }
    }
    free(on_left);
    return crossed;
}

/* What the sample drill and the manual name. */
static void check_stories(const struct streets *streets)
{
    static const struct { const char *name; uint32_t house; } houses[] = {
        { "Quay St", 12 }, { "Quay St", 31 }, { "Mill Rd", 12 }, { "Lantern Ave", 80 },
        { "Chandlers Row", 3 }, { "Chandlers Rise", 3 }, { "Tannery Ln", 7 }, { "Cooper St", 5 },
    };
    static const char *const crossings[][2] = {
        { "Lantern Ave", "Mill Rd" }, { "Quay St", "Mill Rd" }, { "Chandlers Row", "Cooper St" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(houses); i++) {
        if (!has_house(streets, houses[i].name, houses[i].house))
            fail_msg("there is no %u %s", houses[i].house, houses[i].name);
    }
    for (size_t i = 0; i < ARRAY_COUNT(crossings); i++) {
        if (!do_cross(streets, crossings[i][0], crossings[i][1]))
            fail_msg("%s and %s do not cross", crossings[i][0], crossings[i][1]);
    }
}

/* A name is one street: the next segment of a name starts where the last ended, or not far off. */
static void check_names(const struct streets *streets)
{
    uint32_t names = 0, count = streets->shapes->record_count;
    for (uint32_t i = 1; i < count; i++) {
        struct geo_points last = line_of(streets->shapes, i - 1);
        struct geo_points next = line_of(streets->shapes, i);
        if (strcmp(shapes_value(streets->shapes, i - 1, streets->name),
                   shapes_value(streets->shapes, i, streets->name)) != 0) {
            names++;
            continue;
        }
        assert_true(geo_distance_m(last.at[last.count - 1], next.at[0]) < 600.0);
    }
    assert_true(names > 200);
}

/* What the sample site says of one facility: its line in site.conf, or NULL. */
static const char *facility_line(const char *conf, const char *code)
{
    char start[64];
    snprintf(start, sizeof(start), "\nfacility %s {", code);
    const char *line = strstr(conf, start);
    return line == NULL ? NULL : line + 1;
}

static uint32_t facilities_compared(const struct folder *folder, const char *layer,
                                    const char *conf)
{
    struct shapes *places = layer_read(folder, layer);
    int code = column(places, "CODE"), address = column(places, "ADDRESS");
    uint32_t found = 0;

    for (uint32_t i = 0; i < places->record_count; i++) {
        char wanted[128];
        double lat_deg = 0.0, lon_deg = 0.0;
        const char *line = facility_line(conf, shapes_value(places, i, code));
        if (line == NULL)
            continue;
        found++;
        struct span text = span_from(line, strcspn(line, "\n"));
        char *copy = base_alloc(text.length + 1, 1);
        memcpy(copy, text.bytes, text.length);
        snprintf(wanted, sizeof(wanted), "address = \"%s\"", shapes_value(places, i, address));
        if (strstr(copy, wanted) == NULL)
            fail_msg("site.conf: %s: the city has %s", copy, wanted);
        const char *location = strstr(copy, "location = \"");
        assert_non_null(location);
        assert_int_equal(sscanf(location, "location = \"%lf,%lf\"", &lat_deg, &lon_deg), 2);
        struct geo_point said = { .lat_deg = lat_deg, .lon_deg = lon_deg };
        assert_true(geo_distance_m(said, line_of(places, i).at[0]) < 1.0);
        base_free(copy);
    }
    shapes_free(places);
    return found;
}

/* Goal: the sample site's facilities stand where the sample city has put them. Method: every
 * facility of app/sample/site.conf against the record with its code, address and place. */
static void check_sample_site(const struct folder *folder)
{
    static char conf[65536];
    FILE *in = fopen("app/sample/site.conf", "rb");
    uint32_t facilities = 0;

    assert_non_null(in);
    size_t length = fread(conf, 1, sizeof(conf) - 1, in);
    fclose(in);
    assert_true(length < sizeof(conf) - 1);
    conf[length] = '\0';
    for (const char *at = conf; (at = strstr(at, "\nfacility ")) != NULL; at++)
        facilities++;
    assert_true(facilities > 0);
    assert_int_equal(facilities_compared(folder, "stations", conf)
                     + facilities_compared(folder, "hospitals", conf), facilities);
}

static void every_city_keeps_its_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cities); i++) {
        struct folder folder = folder_new();
        print_message("%s\n", cities[i].name);
        made(&folder, cities[i].seed, cities[i].segments);
        struct streets streets = streets_read(&folder);
        check_count(&streets, cities[i].segments);
        uint32_t nodes = check_nodes(&streets);
        assert_int_equal(reached(&streets, nodes, WITH_TRAFFIC), nodes);
        assert_int_equal(reached(&streets, nodes, AGAINST_TRAFFIC), nodes);
        check_addresses(&streets);
        check_names(&streets);
        check_stories(&streets);
        check_water(&folder, &streets, cities[i].every);
        check_zones(&folder, &streets, cities[i].every);
        check_places(&folder, &streets);
        if (cities[i].sample_site)
            check_sample_site(&folder);
        shapes_free(streets.shapes);
        folder_remove(&folder);
    }
}

/* ---- the same again -------------------------------------------------------------------------- */

static uint64_t file_hash(const struct folder *folder, const char *file)
{
    char path[PATH_BYTES];
    uint64_t hash = UINT64_C(14695981039346656037);     /* FNV-1a. */
    snprintf(path, sizeof(path), "%s/%s", folder->path, file);
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    for (int byte = fgetc(in); byte != EOF; byte = fgetc(in))
        hash = (hash ^ (uint64_t)byte) * UINT64_C(1099511628211);
    fclose(in);
    return hash;
}

/* Goal: a seed is a city. Method: the same seed twice, and another one. */
static void the_same_seed_gives_the_same_bytes(void **state)
{
    static const char *const files[] = { "streets.shp", "streets.dbf", "streets.shx", "water.shp",
                                         "zones.shp", "zones.dbf", "stations.dbf", "hydrants.shp" };
    struct folder first = folder_new(), again = folder_new(), other = folder_new();
    (void)state;
    made(&first, 3, 2500);
    made(&again, 3, 2500);
    made(&other, 4, 2500);
    for (size_t i = 0; i < ARRAY_COUNT(files); i++)
        assert_true(file_hash(&first, files[i]) == file_hash(&again, files[i]));
    assert_true(file_hash(&first, "streets.shp") != file_hash(&other, "streets.shp"));
    folder_remove(&first);
    folder_remove(&again);
    folder_remove(&other);
}

/* Goal: what cannot be made is refused with a reason. Method: too few, too many, no such place. */
static void what_cannot_be_made_is_refused(void **state)
{
    static const struct {
        const char *name, *folder;
        uint32_t segments;
        enum status status;
        const char *word;
    } cases[] = {
        { "too few segments", "/tmp", CITY_SEGMENTS_MIN - 1, STATUS_REFUSED, "1999" },
        { "too many segments", "/tmp", CITY_SEGMENTS_MAX + 1, STATUS_REFUSED, "1000001" },
        { "a folder in no folder", "/nowhere/at/all", CITY_SEGMENTS_MIN, STATUS_IO, "/nowhere" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        char why[WHY_BYTES] = "";
        struct city_options options = { .folder = cases[i].folder, .segments = cases[i].segments };
        print_message("%s\n", cases[i].name);
        assert_int_equal(city_make(&options, why, sizeof(why)), cases[i].status);
        assert_non_null(strstr(why, cases[i].word));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_city_keeps_its_rules),
        cmocka_unit_test(the_same_seed_gives_the_same_bytes),
        cmocka_unit_test(what_cannot_be_made_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
