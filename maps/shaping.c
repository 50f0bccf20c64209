#include "maps/shaping.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "maps/dateline.h"
#include "maps/reproject.h"
#include "maps/source.h"

/* Data that end a hair past the date line or the pole were rounded there (Natural Earth). */
static const double hair_deg = 1e-3;
/* Data for the Pacific count to 360, some unwrapped rings further. */
static const double lon_max_deg = 540;

static const char *const left_out_words[] = {
#define ROW(upper, text) [LEFT_OUT_##upper] = text,
    LEFT_OUTS(ROW)
#undef ROW
};

void shaping_start(struct shaping *shaping)
{
    struct shapes *shapes = base_alloc(1, sizeof *shapes);

    shaping->shapes = shapes;
    shaping->part_capacity = shaping->vertex_capacity = shaping->record_capacity = 0;
    memset(shaping->left_out, 0, sizeof shaping->left_out);
    shapes->kind = shaping->kind;
    shapes->record_part = base_grow(NULL, &shaping->record_capacity, 1,
                                    sizeof *shapes->record_part);
    shapes->part_first = base_grow(NULL, &shaping->part_capacity, 1, sizeof *shapes->part_first);
    shapes->record_part[0] = shapes->part_first[0] = 0;
}

void shaping_clear(struct shaping *shaping)
{
    shapes_free(shaping->shapes);
    shaping->shapes = NULL;
}

enum status shaping_fail(struct shaping *shaping, enum status status, const char *format, ...)
{
    char reason[384], sentence[SOURCE_PATH_BYTES + 400];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    snprintf(sentence, sizeof sentence, "%s: %s.", shaping->name, reason);
    /* Names of files and of code pages are somebody else's bytes. */
    text_clean(span_of(sentence), shaping->why, shaping->why_bytes);
    return status;
}

void shaping_warn(struct shaping *shaping, const char *format, ...)
{
    char *warning = shaping->shapes->warning, raw[256], reason[256];
    size_t used = strlen(warning), room = sizeof shaping->shapes->warning;
    const char *slash = strrchr(shaping->name, '/');
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(raw, sizeof raw, format, arguments);
    va_end(arguments);
    if (used == 0) {
        char sentence[320];
        snprintf(sentence, sizeof sentence, "%.48s: %s.", slash ? slash + 1 : shaping->name, raw);
        text_clean(span_of(sentence), warning, room);
        return;
    }
    text_clean(span_of(raw), reason, sizeof reason);
    if (used - 1 + 2 + strlen(reason) + 2 < room)
        snprintf(warning + used - 1, room - used + 1, "; %s.", reason);
}

/* ---- Records ------------------------------------------------------------------------------- */

void shaping_reserve(struct shaping *shaping, uint32_t records, uint32_t vertices)
{
    struct shapes *shapes = shaping->shapes;

    vertices = vertices < VERTICES_MAX ? vertices : VERTICES_MAX;
    if (records + 1 > shaping->record_capacity) {
        shapes->record_part = base_realloc(shapes->record_part, (size_t)records + 1,
                                           sizeof *shapes->record_part);
        shaping->record_capacity = records + 1;
    }
    if (vertices > shaping->vertex_capacity) {
        shapes->vertices = base_realloc(shapes->vertices, vertices, sizeof *shapes->vertices);
        shaping->vertex_capacity = vertices;
    }
}

bool shaping_goes_on(struct shaping *shaping, uint64_t done, uint64_t all)
{
    enum { RECORDS_PER_LOOK = 512, READ_PERMILLE = 700 };

    return done % RECORDS_PER_LOOK || watch_part(shaping->watch, 0, READ_PERMILLE, done, all);
}

enum status shaping_stopped(struct shaping *shaping)
{
    return shaping_fail(shaping, STATUS_REFUSED, "it was stopped");
}

void shaping_record(struct shaping *shaping)
{
    struct shapes *shapes = shaping->shapes;

    shapes->record_count++;
    shapes->record_part = base_grow(shapes->record_part, &shaping->record_capacity,
                                    shapes->record_count + 1, sizeof *shapes->record_part);
    shapes->record_part[shapes->record_count] = shapes->part_count;
}

struct geo_point *shaping_part(struct shaping *shaping, uint32_t count)
{
    struct shapes *shapes = shaping->shapes;
    uint32_t base = shapes->vertex_count;

    assert(count > 0);
    assert(shapes->record_count > 0);
    assert(shaping_has_room(shaping, count));
    shapes->part_first = base_grow(shapes->part_first, &shaping->part_capacity,
                                   shapes->part_count + 2, sizeof *shapes->part_first);
    shapes->vertices = base_grow(shapes->vertices, &shaping->vertex_capacity, base + count,
                                 sizeof *shapes->vertices);
    shapes->vertex_count = base + count;
    shapes->part_first[++shapes->part_count] = shapes->vertex_count;
    shapes->record_part[shapes->record_count] = shapes->part_count;
    return shapes->vertices + base;
}

void shaping_close_ring(struct shaping *shaping)
{
    struct shapes *shapes = shaping->shapes;
    uint32_t first = shapes->part_first[shapes->part_count - 1], end = shapes->vertex_count;
    struct geo_point start = shapes->vertices[first], last = shapes->vertices[end - 1];

    if (start.lat_deg == last.lat_deg && start.lon_deg == last.lon_deg)
        return;
    shapes->vertices = base_grow(shapes->vertices, &shaping->vertex_capacity, end + 1,
                                 sizeof *shapes->vertices);
    shapes->vertices[end] = start;
    shapes->part_first[shapes->part_count] = ++shapes->vertex_count;
}

void shaping_leave_out(struct shaping *shaping, enum left_out reason)
{
    struct shapes *shapes = shaping->shapes;

    assert(shapes->record_count > 0);
    shaping->left_out[reason]++;
    shapes->part_count = shapes->record_part[shapes->record_count - 1];
    shapes->record_part[shapes->record_count] = shapes->part_count;
    shapes->vertex_count = shapes->part_first[shapes->part_count];
}

bool shaping_has_room(const struct shaping *shaping, uint64_t count)
{
    return shaping->shapes->vertex_count + count < VERTICES_MAX;
}

/* ---- Into WGS 84 ---------------------------------------------------------------------------- */

static bool is_degrees(struct geo_point point)
{
    return fabs(point.lat_deg) <= 90 + hair_deg && fabs(point.lon_deg) <= 360 + hair_deg;
}

/* Numbers alone cannot tell Web Mercator from a state plane, so nothing but degrees is guessed. */
static enum status degrees_assumed(struct shaping *shaping, const char *hint)
{
    const struct shapes *shapes = shaping->shapes;
    uint32_t bad = 0, worst = 0;

    for (uint32_t i = 0; i < shapes->vertex_count; i++) {
        if (is_degrees(shapes->vertices[i]))
            continue;
        bad++;
        worst = isfinite(shapes->vertices[i].lon_deg) ? i : worst;
    }
    if (bad * 10 <= shapes->vertex_count) {
        if (shapes->vertex_count)
            shaping_warn(shaping, "there is no .prj beside it; taken for WGS 84 degrees");
        return STATUS_OK;
    }
    return shaping_fail(shaping, STATUS_REFUSED,
                        "there is no .prj beside it and its coordinates (%.8g, %.8g) are not"
                        " degrees: metres or feet of a system nobody can tell from them; add the"
                        " .prj that came with it%s", shapes->vertices[worst].lon_deg,
                        shapes->vertices[worst].lat_deg, hint ? hint : "");
}

enum status shaping_to_wgs84(struct shaping *shaping, struct span crs, const char *hint)
{
    struct shapes *shapes = shaping->shapes;
    char reason[192];

    if (crs.length == 0)
        return degrees_assumed(shaping, hint);
    if (shapes->vertex_count == 0)
        return STATUS_OK;
    if (reproject(crs, shapes->vertices, shapes->vertex_count, reason, sizeof reason) != STATUS_OK)
        return shaping_fail(shaping, STATUS_REFUSED, "%s", reason);
    if (reason[0])
        shaping_warn(shaping, "%s", reason);
    return STATUS_OK;
}

/* ---- What can be drawn --------------------------------------------------------------------- */

static struct geo_box box_of_nothing(void)
{
    return (struct geo_box){ .low = geo_unknown(), .high = geo_unknown() };
}

/* A box of nothing (NaN corners) grows to the first point: any comparison with NaN is false. */
static void box_grow(struct geo_box *box, struct geo_point point)
{
    box->low.lat_deg = box->low.lat_deg <= point.lat_deg ? box->low.lat_deg : point.lat_deg;
    box->low.lon_deg = box->low.lon_deg <= point.lon_deg ? box->low.lon_deg : point.lon_deg;
    box->high.lat_deg = box->high.lat_deg >= point.lat_deg ? box->high.lat_deg : point.lat_deg;
    box->high.lon_deg = box->high.lon_deg >= point.lon_deg ? box->high.lon_deg : point.lon_deg;
}

/* False when a coordinate is not a finite number. Kept free of calls and branches: it looks at
 * every vertex of a county while that waits to be drawn. */
static bool box_of(const struct geo_point *vertices, uint32_t count, struct geo_box *ret_box)
{
    struct geo_box box = { vertices[0], vertices[0] };
    double nothing = 0;         /* 0 as long as everything is finite: inf - inf is not. */

    for (uint32_t i = 0; i < count; i++) {
        double lat = vertices[i].lat_deg, lon = vertices[i].lon_deg;
        nothing += (lat - lat) + (lon - lon);
        box.low.lat_deg = lat < box.low.lat_deg ? lat : box.low.lat_deg;
        box.low.lon_deg = lon < box.low.lon_deg ? lon : box.low.lon_deg;
        box.high.lat_deg = lat > box.high.lat_deg ? lat : box.high.lat_deg;
        box.high.lon_deg = lon > box.high.lon_deg ? lon : box.high.lon_deg;
    }
    *ret_box = box;
    return nothing == 0;
}

static bool box_on_earth(const struct geo_box *box)
{
    return box->low.lat_deg >= -90 - hair_deg && box->high.lat_deg <= 90 + hair_deg
           && box->low.lon_deg >= -lon_max_deg && box->high.lon_deg <= lon_max_deg;
}

static bool within_the_map(const struct geo_box *box)
{
    return box->low.lat_deg >= -90 && box->high.lat_deg <= 90 && box->low.lon_deg >= -180
           && box->high.lon_deg <= 180;
}

static double without_hair(double degrees, double most_deg)
{
    return fabs(degrees) > most_deg && fabs(degrees) <= most_deg + hair_deg
           ? copysign(most_deg, degrees) : degrees;
}

static void hair_cut(struct geo_point *vertices, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        vertices[i].lat_deg = without_hair(vertices[i].lat_deg, 90);
        vertices[i].lon_deg = without_hair(vertices[i].lon_deg, 180);
    }
}

/* Does a part of this record have to be cut? Points are only turned to where they belong. */
static bool record_crosses(const struct shapes *shapes, uint32_t record)
{
    const struct geo_box *box = &shapes->boxes[record];

    if (within_the_map(box) && box->high.lon_deg - box->low.lon_deg <= 180)
        return false;
    for (uint32_t p = shapes->record_part[record]; p < shapes->record_part[record + 1]; p++) {
        uint32_t first = shapes->part_first[p];
        if (dateline_crossed(shapes->vertices + first, shapes->part_first[p + 1] - first))
            return true;
    }
    return false;
}

static void record_turn(struct shapes *shapes, uint32_t record, uint32_t first, uint32_t end)
{
    for (uint32_t v = first; v < end; v++)
        shapes->vertices[v].lon_deg -= 360 * round(shapes->vertices[v].lon_deg / 360);
    if (end > first)
        box_of(shapes->vertices + first, end - first, &shapes->boxes[record]);
}

/* Makes null records of those with a vertex off the earth and closes the gaps; boxes the others.
 * Returns how many cross the date line. */
static uint32_t records_judge(struct shaping *shaping)
{
    struct shapes *shapes = shaping->shapes;
    uint32_t parts = 0, vertices = 0, crossing = 0;

    shapes->boxes = base_realloc(NULL, (size_t)shapes->record_count + 1, sizeof *shapes->boxes);
    for (uint32_t r = 0, first_part = 0, end_part; r < shapes->record_count; r++) {
        end_part = shapes->record_part[r + 1];
        uint32_t first = shapes->part_first[first_part], end = shapes->part_first[end_part];
        struct geo_box *box = &shapes->boxes[r];
        bool kept = end > first && box_of(shapes->vertices + first, end - first, box)
                    && box_on_earth(box);

        shapes->record_part[r] = parts;
        if (kept && first > vertices)
            memmove(shapes->vertices + vertices, shapes->vertices + first,
                    (end - first) * sizeof *shapes->vertices);
        for (uint32_t p = first_part; p < end_part && kept; p++)
            shapes->part_first[parts++] = shapes->part_first[p] - first + vertices;
        if (kept && !within_the_map(box)) {
            hair_cut(shapes->vertices + vertices, end - first);
            box_of(shapes->vertices + vertices, end - first, box);
        }
        if (kept && shapes->kind == SHAPE_POINTS && !within_the_map(box))
            record_turn(shapes, r, vertices, vertices + end - first);
        if (!kept)
            *box = box_of_nothing();
        shaping->left_out[LEFT_OUT_OFF_EARTH] += end > first && !kept;
        vertices += kept ? end - first : 0;
        first_part = end_part;
    }
    shapes->record_part[shapes->record_count] = shapes->part_count = parts;
    shapes->part_first[parts] = shapes->vertex_count = vertices;
    for (uint32_t r = 0; r < shapes->record_count && shapes->kind != SHAPE_POINTS; r++)
        crossing += record_crosses(shapes, r);
    return crossing;
}

static void record_copy(struct dateline_cut *cut, const struct shapes *shapes, uint32_t part)
{
    uint32_t first = shapes->part_first[part], count = shapes->part_first[part + 1] - first;

    cut->vertices = base_grow(cut->vertices, &cut->vertex_capacity, cut->vertex_count + count,
                              sizeof *cut->vertices);
    memcpy(cut->vertices + cut->vertex_count, shapes->vertices + first,
           count * sizeof *cut->vertices);
    cut->part_first = base_grow(cut->part_first, &cut->part_capacity, cut->part_count + 2,
                                sizeof *cut->part_first);
    cut->part_first[cut->part_count++] = cut->vertex_count;
    cut->vertex_count += count;
    cut->part_first[cut->part_count] = cut->vertex_count;
}

/* Few layers have such records, so those are laid out anew as a whole. */
static void records_cut(struct shaping *shaping)
{
    struct shapes *shapes = shaping->shapes;
    enum dateline_form form = shapes->kind == SHAPE_LINES ? DATELINE_LINE : DATELINE_RING;
    struct dateline_cut cut = { 0 };

    for (uint32_t r = 0; r < shapes->record_count; r++) {
        bool crosses = record_crosses(shapes, r);
        uint32_t first_part = cut.part_count, first = cut.vertex_count;
        for (uint32_t p = shapes->record_part[r]; p < shapes->record_part[r + 1]; p++) {
            uint32_t vertex = shapes->part_first[p];
            if (crosses)
                dateline_cut(&cut, shapes->vertices + vertex, shapes->part_first[p + 1] - vertex,
                             form);
            else
                record_copy(&cut, shapes, p);
        }
        shapes->record_part[r] = first_part;
        if (cut.vertex_count > first)
            box_of(cut.vertices + first, cut.vertex_count - first, &shapes->boxes[r]);
        else
            shapes->boxes[r] = box_of_nothing();
    }
    shapes->record_part[shapes->record_count] = cut.part_count;
    base_free(shapes->vertices);
    base_free(shapes->part_first);
    shapes->vertices = cut.vertices;
    shapes->part_first = cut.part_first;
    shapes->part_count = cut.part_count;
    shapes->vertex_count = cut.vertex_count;
}

static void left_out_say(struct shaping *shaping)
{
    char reasons[160] = "";
    uint32_t sum = 0;

    for (size_t i = 0; i < LEFT_OUT_COUNT; i++) {
        size_t used = strlen(reasons);
        sum += shaping->left_out[i];
        if (shaping->left_out[i])
            snprintf(reasons + used, sizeof reasons - used, "%s%u %s", used ? ", " : "",
                     shaping->left_out[i], left_out_words[i]);
    }
    if (sum)
        shaping_warn(shaping, "%u of %u records are left out (%s)", sum,
                     shaping->shapes->record_count, reasons);
}

static void other_kinds_say(struct shaping *shaping)
{
    const struct shapes *shapes = shaping->shapes;

    for (uint32_t kind = 0; kind < SHAPE_KINDS && !shaping->kind_given; kind++)
        if (kind != shapes->kind && shapes->kind_records[kind])
            shaping_warn(shaping, "%u of %u records are %s, not %s; see them as %.48s#%s",
                         shapes->kind_records[kind], shapes->record_count,
                         source_kind_name((enum shape_kind)kind), source_kind_name(shapes->kind),
                         strrchr(shaping->name, '/') ? strrchr(shaping->name, '/') + 1
                                                     : shaping->name,
                         source_kind_name((enum shape_kind)kind));
}

enum status shaping_finish(struct shaping *shaping)
{
    struct shapes *shapes = shaping->shapes;
    bool had_any = shapes->vertex_count > 0;

    if (shapes->record_count && shaping->left_out[LEFT_OUT_DAMAGED] == shapes->record_count)
        return shaping_fail(shaping, STATUS_CORRUPT, "none of its %u records can be read; it is cut"
                            " short or damaged, copy it again", shapes->record_count);
    if (records_judge(shaping) > 0)
        records_cut(shaping);
    if (had_any && shapes->vertex_count == 0)
        return shaping_fail(shaping, STATUS_REFUSED, "none of its coordinates are on the earth;"
                            " they are damaged, or its .prj belongs to other data");
    shapes->bounds = box_of_nothing();
    for (uint32_t r = 0; r < shapes->record_count; r++) {
        if (shapes->record_part[r] == shapes->record_part[r + 1])
            continue;
        box_grow(&shapes->bounds, shapes->boxes[r].low);
        box_grow(&shapes->bounds, shapes->boxes[r].high);
    }
    left_out_say(shaping);
    other_kinds_say(shaping);
    if (shapes->record_count == 0)
        shaping_warn(shaping, "it has no records");
    return STATUS_OK;
}
