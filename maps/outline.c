/* Three passes over the grid: which street cell is nearest to each cell (Danielsson's propagation,
 * 1980, by offsets to it); which cells are inside; the borders between inside and outside, walked
 * with the inside on the left. A corner is kept when the line without it would stray nearly a cell:
 * everything reached lies deeper than that. */
#include "maps/outline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double m_per_degree = 6371008.8 * 0.017453292519943295;
static const double radians = 0.017453292519943295;
static const double beside_m_max = 250.0;
static const double stray_cells = 0.9;
enum { CELLS_ACROSS = 384, MARGIN_CELLS = 3, HOLE_CELLS_MIN = 6 };

/* Times of cells: no street, a street that is not reached. */
#define TIME_NONE UINT32_MAX
#define TIME_OTHER (UINT32_MAX - 1)

struct offset {
    int16_t x, y;
};

struct corner {
    int32_t x, y;
};

struct outline {
    struct geo_point low;
    double cell_m, cell_lat_deg, cell_lon_deg;
    int32_t width, height;
    uint32_t time_ms_max, beside_ms_per_m;
    uint32_t *times;
    struct offset *nearest;
    uint8_t *inside;                /* With a border of one cell of outside. */
    struct corner *corners;
    uint32_t corner_count, corner_capacity;
};

/* ---- the grid ---- */

struct outline *outline_new(const struct outline_frame *frame, double cell_m_min)
{
    struct outline *outline = base_alloc(1, sizeof *outline);
    const struct geo_box *box = &frame->box;
    double lon_m = m_per_degree * fmax(cos((box->low.lat_deg + box->high.lat_deg) / 2 * radians),
                                       0.01);
    double height_m = (box->high.lat_deg - box->low.lat_deg) * m_per_degree;
    double width_m = (box->high.lon_deg - box->low.lon_deg) * lon_m;
    double cell_m = fmax(cell_m_min, fmax(height_m, width_m) / CELLS_ACROSS);
    int32_t margin = MARGIN_CELLS + (int32_t)(beside_m_max / cell_m);

    outline->cell_m = cell_m;
    outline->cell_lat_deg = cell_m / m_per_degree;
    outline->cell_lon_deg = cell_m / lon_m;
    outline->width = (int32_t)(width_m / cell_m) + 1 + 2 * margin;
    outline->height = (int32_t)(height_m / cell_m) + 1 + 2 * margin;
    outline->low.lat_deg = box->low.lat_deg - margin * outline->cell_lat_deg;
    outline->low.lon_deg = box->low.lon_deg - margin * outline->cell_lon_deg;
    outline->time_ms_max = frame->time_ms_max;
    outline->beside_ms_per_m = frame->beside_ms_per_m;
    size_t cells = (size_t)outline->width * (size_t)outline->height;
    outline->times = base_alloc(cells, sizeof *outline->times);
    memset(outline->times, 0xFF, cells * sizeof *outline->times);
    outline->nearest = base_alloc(cells, sizeof *outline->nearest);
    outline->inside = base_alloc(cells, 1);
    return outline;
}

void outline_free(struct outline *outline)
{
    if (!outline)
        return;
    base_free(outline->times);
    base_free(outline->nearest);
    base_free(outline->inside);
    base_free(outline->corners);
    base_free(outline);
}

static struct geo_point corner_point(const struct outline *outline, struct corner corner)
{
    return (struct geo_point){ outline->low.lat_deg + corner.y * outline->cell_lat_deg,
                               outline->low.lon_deg + corner.x * outline->cell_lon_deg };
}

struct geo_box outline_box(const struct outline *outline)
{
    struct corner low = { 0, 0 }, high = { outline->width, outline->height };

    return (struct geo_box){ corner_point(outline, low), corner_point(outline, high) };
}

double outline_cell_m(const struct outline *outline)
{
    return outline->cell_m;
}

static size_t cell_at(const struct outline *outline, int32_t x, int32_t y)
{
    return (size_t)y * (size_t)outline->width + (size_t)x;
}

/* The earliest time stays; any time is earlier than that of a street that is not reached. */
static void cell_time(struct outline *outline, double x, double y, uint32_t time_ms)
{
    if (!(x >= 0 && y >= 0 && x < outline->width && y < outline->height))
        return;
    uint32_t *time = &outline->times[cell_at(outline, (int32_t)x, (int32_t)y)];
    if (time_ms < *time)
        *time = time_ms;
}

/* Steps of half a cell: what is cut off at a corner of a cell lies beside a marked one. */
static void piece_draw(struct outline *outline, struct geo_point a, struct geo_point b,
                       uint32_t a_ms, uint32_t b_ms)
{
    double ax = (a.lon_deg - outline->low.lon_deg) / outline->cell_lon_deg;
    double ay = (a.lat_deg - outline->low.lat_deg) / outline->cell_lat_deg;
    double bx = (b.lon_deg - outline->low.lon_deg) / outline->cell_lon_deg;
    double by = (b.lat_deg - outline->low.lat_deg) / outline->cell_lat_deg;
    double far = fmax(fabs(bx - ax), fabs(by - ay));
    uint32_t steps = far < 4e6 ? 1 + (uint32_t)(2 * far) : 0;

    for (uint32_t i = 0; i <= steps; i++) {
        double t = steps ? (double)i / steps : 0;
        cell_time(outline, ax + t * (bx - ax), ay + t * (by - ay),
                  a_ms == TIME_OTHER ? TIME_OTHER
                                     : (uint32_t)(a_ms + t * ((double)b_ms - (double)a_ms)));
    }
}

void outline_reached(struct outline *outline, struct geo_point a, struct geo_point b,
                     uint32_t a_ms, uint32_t b_ms)
{
    piece_draw(outline, a, b, a_ms, b_ms);
}

void outline_other(struct outline *outline, struct geo_point a, struct geo_point b)
{
    piece_draw(outline, a, b, TIME_OTHER, TIME_OTHER);
}

/* ---- the nearest street of each cell ---- */

enum { OFFSET_FAR = 12000 };        /* Squared twice still fits into 32 bits. */

static void offset_offer(struct outline *outline, int32_t x, int32_t y, int32_t from_x,
                         int32_t from_y)
{
    if (from_x < 0 || from_y < 0 || from_x >= outline->width || from_y >= outline->height)
        return;
    struct offset *own = &outline->nearest[cell_at(outline, x, y)];
    struct offset other = outline->nearest[cell_at(outline, from_x, from_y)];
    if (other.x >= OFFSET_FAR)
        return;
    int32_t dx = other.x + from_x - x, dy = other.y + from_y - y;
    if (dx * dx + dy * dy < own->x * own->x + own->y * own->y)
        *own = (struct offset){ (int16_t)dx, (int16_t)dy };
}

static void row_sweep(struct outline *outline, int32_t y, int32_t before)
{
    for (int32_t x = 0; x < outline->width; x++) {
        offset_offer(outline, x, y, x, before);
        offset_offer(outline, x, y, x - 1, before);
        offset_offer(outline, x, y, x + 1, before);
        offset_offer(outline, x, y, x - 1, y);
    }
    for (int32_t x = outline->width; x-- > 0;)
        offset_offer(outline, x, y, x + 1, y);
}

static void nearest_find_all(struct outline *outline)
{
    size_t cells = (size_t)outline->width * (size_t)outline->height;

    for (size_t cell = 0; cell < cells; cell++)
        outline->nearest[cell] = outline->times[cell] == TIME_NONE
                                     ? (struct offset){ OFFSET_FAR, OFFSET_FAR }
                                     : (struct offset){ 0, 0 };
    for (int32_t y = 0; y < outline->height; y++)
        row_sweep(outline, y, y - 1);
    for (int32_t y = outline->height; y-- > 0;)
        row_sweep(outline, y, y + 1);
}

/* ---- inside ---- */

static bool cell_in_time(const struct outline *outline, int32_t x, int32_t y)
{
    struct offset offset = outline->nearest[cell_at(outline, x, y)];

    if (offset.x >= OFFSET_FAR)
        return false;
    uint32_t time_ms = outline->times[cell_at(outline, x + offset.x, y + offset.y)];
    double beside_m = outline->cell_m * sqrt(offset.x * offset.x + offset.y * offset.y);
    return beside_m <= beside_m_max
           && time_ms + beside_m * outline->beside_ms_per_m <= outline->time_ms_max;
}

static bool neighbour_reached(const struct outline *outline, int32_t x, int32_t y)
{
    for (int32_t dy = -1; dy <= 1; dy++)
        for (int32_t dx = -1; dx <= 1; dx++)
            if (outline->times[cell_at(outline, x + dx, y + dy)] <= outline->time_ms_max)
                return true;
    return false;
}

static void inside_mark(struct outline *outline)
{
    for (int32_t y = 1; y + 1 < outline->height; y++)
        for (int32_t x = 1; x + 1 < outline->width; x++)
            outline->inside[cell_at(outline, x, y)] =
                cell_in_time(outline, x, y) || neighbour_reached(outline, x, y);
}

/* ---- borders ---- */

static bool cell_inside(const struct outline *outline, int32_t x, int32_t y)
{
    return x >= 0 && y >= 0 && x < outline->width && y < outline->height
           && (outline->inside[cell_at(outline, x, y)] & 1);
}

enum { CELL_WALKED = 2 };           /* Its southern edge was walked. */

/* East, north, west, south; beside each the cells ahead on the left and on the right. */
static const struct {
    int32_t x, y, left_x, left_y, right_x, right_y;
} headings[4] = {
    { .x = 1, .y = 0, .left_x = 0, .left_y = 0, .right_x = 0, .right_y = -1 },
    { .x = 0, .y = 1, .left_x = -1, .left_y = 0, .right_x = 0, .right_y = 0 },
    { .x = -1, .y = 0, .left_x = -1, .left_y = -1, .right_x = -1, .right_y = 0 },
    { .x = 0, .y = -1, .left_x = 0, .left_y = -1, .right_x = -1, .right_y = -1 },
};

static void corner_add(struct outline *outline, struct corner corner)
{
    outline->corners = base_grow(outline->corners, &outline->corner_capacity,
                                 outline->corner_count + 1, sizeof *outline->corners);
    outline->corners[outline->corner_count++] = corner;
}

/* Walks one border from the south-western corner of a cell; adds the corners where it turns. */
static void border_walk(struct outline *outline, struct corner start)
{
    struct corner at = start;
    uint32_t heading = 0;

    do {
        if (heading == 0)
            outline->inside[cell_at(outline, at.x, at.y)] |= CELL_WALKED;
        at.x += headings[heading].x;
        at.y += headings[heading].y;
        uint32_t before = heading;
        if (!cell_inside(outline, at.x + headings[heading].left_x,
                         at.y + headings[heading].left_y))
            heading = (heading + 1) % 4;
        else if (cell_inside(outline, at.x + headings[heading].right_x,
                             at.y + headings[heading].right_y))
            heading = (heading + 3) % 4;
        if (heading != before)
            corner_add(outline, at);
    } while (at.x != start.x || at.y != start.y || heading != 0);
}

/* Twice the area, above 0 for what is walked anticlockwise: not a hole. */
static int64_t area_twice(const struct corner *corners, uint32_t count)
{
    int64_t area = 0;

    for (uint32_t i = 0, before = count - 1; i < count; before = i++)
        area += (int64_t)corners[before].x * corners[i].y
                - (int64_t)corners[i].x * corners[before].y;
    return area;
}

static double stray_of(struct corner point, struct corner a, struct corner b)
{
    double dx = b.x - a.x, dy = b.y - a.y, px = point.x - a.x, py = point.y - a.y;
    double length2 = dx * dx + dy * dy, t = length2 > 0 ? (px * dx + py * dy) / length2 : 0;

    t = t < 0 ? 0 : t > 1 ? 1 : t;
    return sqrt((px - t * dx) * (px - t * dx) + (py - t * dy) * (py - t * dy));
}

struct corner_run {
    uint32_t first, last;
};

/* Drops corners that stray little from the line without them (Douglas and Peucker 1973). The run's
 * two ends stay. `keep` is cleared by the caller. */
static void corners_keep(const struct corner *corners, struct corner_run whole, uint8_t *keep,
                         struct corner_run *stack)
{
    uint32_t depth = 0;

    stack[depth++] = whole;
    keep[whole.first] = keep[whole.last] = 1;
    while (depth > 0) {
        struct corner_run run = stack[--depth];
        uint32_t farthest = run.first;
        double farthest_cells = stray_cells;
        for (uint32_t i = run.first + 1; i < run.last; i++) {
            double stray = stray_of(corners[i], corners[run.first], corners[run.last]);
            if (stray > farthest_cells) {
                farthest_cells = stray;
                farthest = i;
            }
        }
        if (farthest == run.first)
            continue;
        keep[farthest] = 1;
        stack[depth++] = (struct corner_run){ run.first, farthest };
        stack[depth++] = (struct corner_run){ farthest, run.last };
    }
}

static uint32_t corner_farthest(const struct corner *corners, uint32_t count)
{
    uint32_t farthest = 0;
    int64_t farthest2 = -1;

    for (uint32_t i = 0; i < count; i++) {
        int64_t x = corners[i].x - corners[0].x, y = corners[i].y - corners[0].y;
        if (x * x + y * y <= farthest2)
            continue;
        farthest2 = x * x + y * y;
        farthest = i;
    }
    return farthest;
}

/* Simplifies the ring of the corners from `first` on and closes it. A single cell would be a line
 * there and back: one so small stays as it is. */
static void ring_simplify(struct outline *outline, uint32_t first)
{
    uint32_t count = outline->corner_count - first, kept = first, left = 0;
    struct corner start = outline->corners[first];
    uint32_t middle = corner_farthest(outline->corners + first, count);

    corner_add(outline, start);
    uint8_t *keep = base_alloc((size_t)count + 1, 1);
    struct corner_run *stack = base_alloc((size_t)count + 1, sizeof *stack);
    corners_keep(outline->corners + first, (struct corner_run){ 0, middle }, keep, stack);
    corners_keep(outline->corners + first, (struct corner_run){ middle, count }, keep, stack);
    for (uint32_t i = 0; i <= count; i++)
        left += keep[i];
    for (uint32_t i = 0; i <= count; i++)
        if (keep[i] || left < 4)
            outline->corners[kept++] = outline->corners[first + i];
    outline->corner_count = kept;
    base_free(keep);
    base_free(stack);
}

struct ring_list {
    uint32_t *first;
    uint32_t count, capacity;
};

static void borders_walk(struct outline *outline, struct ring_list *rings)
{
    for (int32_t y = 0; y < outline->height; y++) {
        for (int32_t x = 0; x < outline->width; x++) {
            uint32_t first = outline->corner_count;
            if (outline->inside[cell_at(outline, x, y)] != 1 || cell_inside(outline, x, y - 1))
                continue;
            border_walk(outline, (struct corner){ x, y });
            int64_t area = area_twice(outline->corners + first, outline->corner_count - first);
            if (area < 0 && -area < 2 * HOLE_CELLS_MIN) {
                outline->corner_count = first;
                continue;
            }
            ring_simplify(outline, first);
            rings->first = base_grow(rings->first, &rings->capacity, rings->count + 1,
                                     sizeof *rings->first);
            rings->first[rings->count++] = first;
        }
    }
}

void outline_trace(struct outline *outline, struct outline_rings *ret_rings)
{
    struct ring_list list = { 0 };
    struct outline_rings rings = { 0 };

    nearest_find_all(outline);
    inside_mark(outline);
    outline->corner_count = 0;
    borders_walk(outline, &list);
    rings.count = list.count;
    rings.point_count = outline->corner_count;
    rings.at = base_alloc(rings.count, sizeof *rings.at);
    rings.points = base_alloc(rings.point_count, sizeof *rings.points);
    for (uint32_t i = 0; i < rings.point_count; i++)
        rings.points[i] = geo_rounded(corner_point(outline, outline->corners[i]));
    for (uint32_t r = 0; r < rings.count; r++) {
        uint32_t end = r + 1 < rings.count ? list.first[r + 1] : rings.point_count;
        rings.at[r] = (struct geo_points){ rings.points + list.first[r], end - list.first[r] };
    }
    base_free(list.first);
    *ret_rings = rings;
}

void outline_rings_clear(struct outline_rings *rings)
{
    base_free(rings->at);
    base_free(rings->points);
    *rings = (struct outline_rings){ 0 };
}
