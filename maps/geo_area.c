/* The hello's facilities, and the ask about an area: what lies inside. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/text.h"
#include "maps/geo_inside.h"
#include "maps/region.h"
#include "maps/rings.h"

enum { FOUND_LIMIT = 50, FOUND_LIMIT_MAX = 500 };

struct inside_place {
    const char *text, *kind;        /* Loans. */
    struct geo_point point;
};

struct inside_asked {
    struct geo_service *service;
    struct geo_rings rings;
    struct region *region;
    struct rings *holding;          /* For points. */
    uint32_t *first;                /* Of the rings, for `holding`. */
    struct geo_box box;
    struct inside_place *places;
    uint32_t place_count, place_capacity;
    struct geo_facility *facilities;        /* Of the ask. */
    uint8_t *line_seen;             /* Of the streets. */
    double streets_m, addresses;
};

/* ---- places and facilities ---- */

static void place_take(void *context, const char *text, const char *kind, struct geo_point point)
{
    struct inside_asked *asked = context;

    if (!rings_hold(asked->holding, point))
        return;
    asked->places = base_grow(asked->places, &asked->place_capacity, asked->place_count + 1,
                              sizeof *asked->places);
    asked->places[asked->place_count++] = (struct inside_place){ text, kind, point };
}

/* One without a location is nowhere. */
static bool facility_read(const struct json *one, struct geo_facility *ret_facility)
{
    const char *name = json_member_text(one, "name", "");

    if (!geo_point_read(one, &ret_facility->point))
        return false;
    text_copy(ret_facility->text, sizeof ret_facility->text,
              span_of(name[0] ? name : json_member_text(one, "code", "?")));
    text_copy(ret_facility->kind, sizeof ret_facility->kind,
              span_of(json_member_text(one, "kind", "facility")));
    return true;
}

static struct geo_facility *facilities_read(const struct json *facilities, uint32_t *ret_count)
{
    struct geo_facility *read = base_alloc(json_count(facilities), sizeof *read);

    *ret_count = 0;
    for (const struct json *one = json_first(facilities); one; one = json_next(one))
        *ret_count += facility_read(one, &read[*ret_count]);
    return read;
}

void geo_facilities_load(struct geo_service *service, const struct json *hello)
{
    service->facilities = facilities_read(json_member(hello, "facilities"),
                                          &service->facility_count);
}

static void facilities_take(struct inside_asked *asked, const struct geo_facility *facilities,
                            uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        place_take(asked, facilities[i].text, facilities[i].kind, facilities[i].point);
}

static int place_compare(const void *left, const void *right)
{
    const struct inside_place *a = left, *b = right;
    int by_kind = strcmp(a->kind, b->kind), by_text = strcmp(a->text, b->text);

    if (by_kind || by_text)
        return by_kind ? by_kind : by_text;
    if (a->point.lat_deg != b->point.lat_deg)
        return a->point.lat_deg < b->point.lat_deg ? -1 : 1;
    return a->point.lon_deg < b->point.lon_deg ? -1 : a->point.lon_deg > b->point.lon_deg;
}

/* A facility that is also in a layer of places is one place. */
static bool place_same(const struct inside_place *a, const struct inside_place *b)
{
    return strcmp(a->kind, b->kind) == 0 && strcmp(a->text, b->text) == 0
           && geo_distance_m(a->point, b->point) < 50;
}

static void places_sort(struct inside_asked *asked)
{
    uint32_t kept = 0;

    if (asked->place_count)
        qsort(asked->places, asked->place_count, sizeof *asked->places, place_compare);
    for (uint32_t i = 0; i < asked->place_count; i++)
        if (kept == 0 || !place_same(&asked->places[kept - 1], &asked->places[i]))
            asked->places[kept++] = asked->places[i];
    asked->place_count = kept;
}

static void places_put(const struct inside_asked *asked, uint32_t limit, struct buffer *out)
{
    json_open(out, "found", '[');
    for (uint32_t i = 0; i < asked->place_count && i < limit; i++) {
        json_open(out, NULL, '{');
        json_put_text(out, "text", asked->places[i].text);
        json_put_text(out, "kind", asked->places[i].kind);
        json_put_degrees(out, "lat", asked->places[i].point.lat_deg);
        json_put_degrees(out, "lon", asked->places[i].point.lon_deg);
        json_close(out, '}');
    }
    json_close(out, ']');
    json_open(out, "counts", '{');
    for (uint32_t i = 0, of_kind = 1; i < asked->place_count; i++, of_kind++) {
        if (i + 1 < asked->place_count
            && strcmp(asked->places[i].kind, asked->places[i + 1].kind) == 0)
            continue;
        json_put_int64(out, asked->places[i].kind, of_kind);
        of_kind = 0;
    }
    json_close(out, '}');
}

/* ---- zones ---- */

struct zone_sum {
    const char *name;               /* A loan. */
    double of_region, m2, whole_m2;
};

struct zone_sums {
    const struct region *region;
    struct zone_sum *at;
    uint32_t count, capacity;
};

static struct zone_sum *sum_of(struct zone_sums *sums, const char *name)
{
    for (uint32_t i = 0; i < sums->count; i++)
        if (strcmp(sums->at[i].name, name) == 0)
            return &sums->at[i];
    sums->at = base_grow(sums->at, &sums->capacity, sums->count + 1, sizeof *sums->at);
    sums->at[sums->count] = (struct zone_sum){ .name = name };
    return &sums->at[sums->count++];
}

/* A zone in several records is summed by its name: only those near the area, so its own share is
 * that of the records that are touched. */
static void zone_sum_up(void *context, const struct zone_shape *shape)
{
    struct zone_sums *sums = context;
    struct geo_points *rings = base_alloc(shape->ring_count, sizeof *rings);
    struct region_share share;

    for (uint32_t r = 0; r < shape->ring_count; r++)
        rings[r] = (struct geo_points){
            (struct geo_point *)(uintptr_t)(shape->vertices + shape->ring_first[r]),
            shape->ring_first[r + 1] - shape->ring_first[r] };
    if (region_zone_share(sums->region, rings, shape->ring_count, &share)) {
        struct zone_sum *sum = sum_of(sums, shape->name);
        double m2 = share.of_region * region_area_m2(sums->region);
        sum->of_region += share.of_region;
        sum->m2 += m2;
        sum->whole_m2 += m2 / share.of_zone;
    }
    base_free(rings);
}

static int sum_compare(const void *left, const void *right)
{
    const struct zone_sum *a = left, *b = right;

    if (a->of_region != b->of_region)
        return a->of_region > b->of_region ? -1 : 1;
    return strcmp(a->name, b->name);
}

static double thousandths(double share)
{
    return floor(share * 1000 + 0.5) / 1000;
}

static void shares_put(const struct zone_sums *sums, const char *layer, struct buffer *out)
{
    json_open(out, layer, '[');
    for (uint32_t i = 0; i < sums->count; i++) {
        json_open(out, NULL, '{');
        json_put_text(out, "zone", sums->at[i].name);
        json_put_number(out, "of_area", thousandths(fmin(sums->at[i].of_region, 1)));
        json_put_number(out, "of_zone", thousandths(sums->at[i].m2 / sums->at[i].whole_m2));
        json_close(out, '}');
    }
    json_close(out, ']');
}

/* "zones": their names; "shares": the same with shares; both largest share first. */
static void zones_put(const struct inside_asked *asked, struct buffer *out)
{
    const struct zones *zones = asked->service->zones;
    struct buffer shares = { 0 };

    json_open(&shares, NULL, '{');
    json_open(out, "zones", '{');
    for (uint32_t layer = 0; layer < zones_layer_count(zones); layer++) {
        struct zone_sums sums = { .region = asked->region };
        zones_visit(zones, layer, asked->box, zone_sum_up, &sums);
        if (sums.count) {
            qsort(sums.at, sums.count, sizeof *sums.at, sum_compare);
            json_open(out, zones_layer_name(zones, layer), '[');
            for (uint32_t i = 0; i < sums.count; i++)
                json_put_text(out, NULL, sums.at[i].name);
            json_close(out, ']');
            shares_put(&sums, zones_layer_name(zones, layer), &shares);
        }
        base_free(sums.at);
    }
    json_close(out, '}');
    json_close(&shares, '}');
    buffer_add_text(out, ",\"shares\":");
    buffer_add(out, buffer_span(&shares));
    buffer_clear(&shares);
}

/* ---- streets ---- */

static double numbers_of(struct address_range range)
{
    return address_range_given(range) ? abs(range.to - range.from) / 2 + 1 : 0;
}

/* House numbers stand evenly along their street, so a part of it has its share of them. */
static void street_take(void *context, uint32_t segment, uint32_t piece)
{
    struct inside_asked *asked = context;
    uint32_t number = roads_segment(asked->service->roads, segment)->line;
    const struct street_line *line = &asked->service->streets->lines[number];

    (void)piece;
    if (asked->line_seen[number])
        return;
    asked->line_seen[number] = 1;
    double inside_m = region_line_m(asked->region, &line->points), whole_m = 0;
    if (!(inside_m > 0))
        return;
    for (uint32_t i = 1; i < line->points.count; i++)
        whole_m += geo_distance_m(line->points.at[i - 1], line->points.at[i]);
    asked->streets_m += line->ways ? inside_m : 0;
    asked->addresses += (numbers_of(line->left) + numbers_of(line->right)) * inside_m / whole_m;
}

static void streets_take(struct inside_asked *asked)
{
    if (!asked->service->roads)
        return;
    asked->line_seen = base_alloc(asked->service->streets->line_count, 1);
    nearest_visit(roads_nearest(asked->service->roads), asked->box, street_take, asked);
    base_free(asked->line_seen);
}

/* ---- the ask ---- */

/* The rings as points ask them; empty ones hold nothing. */
static void holding_make(struct inside_asked *asked)
{
    asked->first = base_alloc((size_t)asked->rings.count + 1, sizeof *asked->first);
    for (uint32_t r = 0; r < asked->rings.count; r++)
        asked->first[r + 1] = asked->first[r] + asked->rings.at[r].count;
    asked->holding = rings_new(asked->rings.points, asked->first, asked->rings.count);
    asked->box = rings_box(asked->holding);
}

static void inside_clear(struct inside_asked *asked)
{
    region_free(asked->region);
    rings_free(asked->holding);
    geo_rings_clear(&asked->rings);
    base_free(asked->first);
    base_free(asked->places);
    base_free(asked->facilities);
}

static void inside_put(struct inside_asked *asked, const struct json *ask, struct buffer *out)
{
    int64_t limit = json_member_int64(ask, "limit", FOUND_LIMIT);
    uint32_t count;

    limit = limit < 0 ? 0 : limit > FOUND_LIMIT_MAX ? FOUND_LIMIT_MAX : limit;
    holding_make(asked);
    places_visit(asked->service->places, place_take, asked);
    facilities_take(asked, asked->service->facilities, asked->service->facility_count);
    asked->facilities = facilities_read(json_member(ask, "facilities"), &count);
    facilities_take(asked, asked->facilities, count);
    places_sort(asked);
    streets_take(asked);
    geo_answer_open(ask, out);
    places_put(asked, (uint32_t)limit, out);
    zones_put(asked, out);
    json_put_int64(out, "streets_m", geo_whole(asked->streets_m));
    json_put_int64(out, "addresses", geo_whole(asked->addresses));
    json_put_int64(out, "area_m2", geo_whole(region_area_m2(asked->region)));
    json_close(out, '}');
}

/* The rings of the ask, or those of what is reached in its time. */
static bool area_read(struct inside_asked *asked, const struct json *ask, const char **ret_why)
{
    struct road_reach reach;

    if (json_member(ask, "rings") || !json_member(ask, "seconds"))
        return geo_rings_read(json_member(ask, "rings"), &asked->rings, ret_why);
    if (!geo_reach_read(asked->service, ask, &reach, ret_why))
        return false;
    asked->rings = (struct geo_rings){ .at = reach.rings.at, .count = reach.rings.count,
                                       .points = reach.rings.points,
                                       .point_count = reach.rings.point_count };
    return true;
}

void geo_area_answer(struct geo_service *service, const struct json *ask, struct buffer *out)
{
    struct inside_asked asked = { .service = service };
    char why[200];
    const char *wrong;

    if (!area_read(&asked, ask, &wrong)) {
        geo_failed(ask, wrong, out);
        return;
    }
    asked.region = region_new(asked.rings.at, asked.rings.count, why, sizeof why);
    if (asked.region)
        inside_put(&asked, ask, out);
    else
        geo_failed(ask, why, out);
    inside_clear(&asked);
}
