/* Where lines meet: by the numbers of their ends, where the layer has them; else by place. */
#include <math.h>
#include <stdlib.h>

#include "maps/roads_making.h"

/* An end this far from where its node number is does not have that number. */
static const double number_apart_m = 20.0;
static const double cell_m = 1.0;
static const double m_per_degree = 6371008.8 * 0.017453292519943295;

uint32_t node_add(struct roads *roads, struct geo_point point)
{
    roads->node_points = base_grow(roads->node_points, &roads->node_capacity,
                                   roads->node_count + 1, sizeof *roads->node_points);
    roads->node_points[roads->node_count] = point;
    return roads->node_count++;
}

struct geo_point line_end(const struct street_line *line, uint32_t end)
{
    return line->points.at[end ? line->points.count - 1 : 0];
}

/* ---- numbered nodes ----
 *
 * Real layers err here: some of Cambridge's lines have their two numbers swapped and some name a
 * node elsewhere. So a number's place is where most of its ends are; a line that fits
 * only the other way round is turned; what then still stands far off is joined by position. */

struct number {
    struct geo_point place;
    uint32_t node, votes, ends, ends_far;
};

/* Nearly always they are the same. */
static double apart_m(struct geo_point one, struct geo_point other)
{
    bool same = one.lat_deg == other.lat_deg && one.lon_deg == other.lon_deg;

    return same ? 0 : geo_distance_m(one, other);
}

static bool number_fits(const struct number *number, struct geo_point point)
{
    return apart_m(number->place, point) <= number_apart_m;
}

/* Boyer and Moore's majority vote (1981), over places instead of equal values. */
static void number_vote(struct number *number, struct geo_point point)
{
    number->ends++;
    if (number->votes == 0)
        number->place = point;
    if (number_fits(number, point))
        number->votes++;
    else
        number->votes--;
}

static double ends_apart_m(const struct number *first, const struct number *last,
                           const struct street_line *line)
{
    return apart_m(first->place, line_end(line, 0)) + apart_m(last->place, line_end(line, 1));
}

/* The line's numbers, first vertex first, swapped where that agrees better with the others. */
static bool line_numbers(const struct number *numbers, const struct street_line *line,
                         uint32_t ret_numbers[2])
{
    const struct number *from = &numbers[line->from_node], *to = &numbers[line->to_node];
    bool both = line->from_node != WORD_EMPTY && line->to_node != WORD_EMPTY;
    double as_drawn_m = ends_apart_m(from, to, line);
    bool turned = both && as_drawn_m > 0 && ends_apart_m(to, from, line) < number_apart_m
                  && ends_apart_m(to, from, line) < as_drawn_m / 2;

    ret_numbers[0] = turned ? line->to_node : line->from_node;
    ret_numbers[1] = turned ? line->from_node : line->to_node;
    return turned;
}

/* Votes, turns lines and counts what stands far off; `end_numbers` has two per line. Returns how
 * many lines were turned. */
static uint32_t numbers_place(const struct streets *streets, struct number *numbers,
                              uint32_t *end_numbers)
{
    uint32_t turned = 0;

    for (uint32_t l = 0; l < streets->line_count; l++) {
        number_vote(&numbers[streets->lines[l].from_node], line_end(&streets->lines[l], 0));
        number_vote(&numbers[streets->lines[l].to_node], line_end(&streets->lines[l], 1));
    }
    for (uint32_t l = 0; l < streets->line_count; l++)
        turned += line_numbers(numbers, &streets->lines[l], end_numbers + 2 * (size_t)l);
    for (uint32_t i = 0; i < 2 * streets->line_count; i++) {
        struct number *number = &numbers[end_numbers[i]];
        number->ends_far += !number_fits(number, line_end(&streets->lines[i / 2], i % 2));
    }
    return turned;
}

/* A number of which half the ends or more stand elsewhere ("0" for unknown, say) names no node. */
static bool number_believed(const struct number *numbers, uint32_t number, struct geo_point point)
{
    const struct number *asked = &numbers[number];

    return number != WORD_EMPTY && 2 * asked->ends_far < asked->ends && number_fits(asked, point);
}

void joints_number(struct making *making, struct buffer *warnings)
{
    const struct streets *streets = making->streets;
    struct number *numbers = base_alloc(words_count(streets->nodes), sizeof *numbers);
    uint32_t *end_numbers = base_alloc(2 * (size_t)streets->line_count, sizeof *end_numbers);
    uint32_t turned = numbers_place(streets, numbers, end_numbers), doubted = 0;

    for (uint32_t i = 0; i < words_count(streets->nodes); i++)
        numbers[i].node = NODE_NONE;
    for (uint32_t i = 0; i < 2 * streets->line_count; i++) {
        struct number *number = &numbers[end_numbers[i]];
        struct geo_point point = line_end(&streets->lines[i / 2], i % 2);
        making->end_nodes[i] = NODE_NONE;
        if (!number_believed(numbers, end_numbers[i], point)) {
            doubted += end_numbers[i] != WORD_EMPTY;
            continue;
        }
        if (number->node == NODE_NONE)
            number->node = node_add(making->roads, point);
        making->end_nodes[i] = number->node;
    }
    if (turned)
        buffer_print(warnings, "%u lines of the street layer have their node numbers swapped; they "
                     "were turned round.\n", turned);
    if (doubted)
        buffer_print(warnings, "%u ends in the street layer stand over %.0f m from where their "
                     "node number is; they were joined by position.\n", doubted, number_apart_m);
    base_free(numbers);
    base_free(end_numbers);
}

/* ---- levels ---- */

int8_t vertex_level(const struct making *making, uint32_t line, uint32_t vertex)
{
    const struct street_line *street = &making->streets->lines[line];

    if (!making->levels)
        return 0;
    if (vertex == 0)
        return street->from_level;
    return vertex + 1 == street->points.count ? street->to_level : street->level;
}

bool levels_meet(int8_t one, int8_t other)
{
    return one == other || one == STREET_LEVEL_ANY || other == STREET_LEVEL_ANY;
}

/* ---- joints ---- */

bool line_loose(const struct making *making, uint32_t line)
{
    return making->end_nodes[2 * line] == NODE_NONE || making->end_nodes[2 * line + 1] == NODE_NONE;
}

static struct joint joint_at(const struct making *making, struct geo_point point)
{
    return (struct joint){
        .row = (int32_t)floor(point.lat_deg / making->cell_lat_deg),
        .column = (int32_t)floor(point.lon_deg / making->cell_lon_deg),
        .lat_e7 = (int32_t)lround(point.lat_deg * 1e7),
        .lon_e7 = (int32_t)lround(point.lon_deg * 1e7),
        .visits = 1, .node = NODE_NONE, .line = LINE_NONE,
    };
}

static int position_compare(const struct joint *a, const struct joint *b)
{
    if (a->row != b->row)
        return a->row < b->row ? -1 : 1;
    if (a->column != b->column)
        return a->column < b->column ? -1 : 1;
    if (a->lat_e7 != b->lat_e7)
        return a->lat_e7 < b->lat_e7 ? -1 : 1;
    if (a->lon_e7 != b->lon_e7)
        return a->lon_e7 < b->lon_e7 ? -1 : 1;
    return a->level < b->level ? -1 : a->level > b->level;
}

static int joint_compare(const void *left, const void *right)
{
    const struct joint *a = left, *b = right;
    int by_position = position_compare(a, b);

    if (by_position)
        return by_position;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return a->vertex < b->vertex ? -1 : a->vertex > b->vertex;
}

/* Longitude cells keep their metre at the middle of the network; a county is narrow enough. */
static void cells_measure(struct making *making)
{
    double lat_deg = 0;

    if (making->streets->line_count)
        lat_deg = line_end(&making->streets->lines[making->streets->line_count / 2], 0).lat_deg;
    making->cell_lat_deg = cell_m / m_per_degree;
    making->cell_lon_deg = making->cell_lat_deg / fmax(cos(lat_deg * 0.017453292519943295), 0.01);
}

size_t vertex_index(const struct making *making, const struct street_line *line, uint32_t vertex)
{
    return (size_t)(line->points.at - making->streets->vertices) + vertex;
}

/* One joint per vertex of a loose line and per numbered node, unsorted. */
static void joints_collect(struct making *making)
{
    const struct streets *streets = making->streets;
    uint32_t capacity = 0;

    for (uint32_t l = 0; l < streets->line_count; l++) {
        const struct geo_points *points = &streets->lines[l].points;
        if (!line_loose(making, l))
            continue;
        making->joints = base_grow(making->joints, &capacity, making->joint_count + points->count,
                                   sizeof *making->joints);
        for (uint32_t v = 0; v < points->count; v++) {
            struct joint joint = joint_at(making, points->at[v]);
            joint.line = l;
            joint.vertex = v;
            joint.end = v == 0 || v + 1 == points->count;
            joint.level = vertex_level(making, l, v);
            making->joints[making->joint_count++] = joint;
        }
    }
    if (making->joint_count == 0)
        return;
    making->joints = base_grow(making->joints, &capacity,
                               making->joint_count + making->roads->node_count,
                               sizeof *making->joints);
    for (uint32_t node = 0; node < making->roads->node_count; node++) {
        struct joint joint = joint_at(making, making->roads->node_points[node]);
        joint.node = node;
        joint.end = true;
        joint.level = making->levels ? STREET_LEVEL_ANY : 0;
        making->joints[making->joint_count++] = joint;
    }
}

/* Sorts, then folds joints at one position into one; remembers which joint a vertex became. */
static void joints_find(struct making *making)
{
    joints_collect(making);
    if (making->joint_count == 0)
        return;
    struct joint *joints = making->joints;
    uint32_t kept = 0, count = making->joint_count;

    qsort(joints, count, sizeof *joints, joint_compare);
    for (uint32_t i = 0; i < count; i++) {
        struct joint joint = joints[i];
        if (kept > 0 && position_compare(&joints[kept - 1], &joint) == 0) {
            joints[kept - 1].visits++;
            joints[kept - 1].end |= joint.end;
            if (joints[kept - 1].node == NODE_NONE)
                joints[kept - 1].node = joint.node;
        } else {
            joint.root = kept;
            joints[kept++] = joint;
        }
        if (joint.line != LINE_NONE)
            making->vertex_joint[vertex_index(making, &making->streets->lines[joint.line],
                                              joint.vertex)] = kept - 1;
    }
    making->joint_count = kept;
    for (uint32_t i = 0; i < kept; i++)
        joints[i].wanted = joints[i].end || joints[i].visits > 1;
}

uint32_t joint_root(const struct making *making, uint32_t joint)
{
    while (making->joints[joint].root != joint)
        joint = making->joints[joint].root;
    return joint;
}

/* At one place, whatever their levels. */
static bool joint_here(const struct joint *one, const struct joint *other)
{
    return one->lat_e7 == other->lat_e7 && one->lon_e7 == other->lon_e7;
}

/* Two numbered nodes are never made one: the layer says that they differ. */
static void joints_unite(struct making *making, uint32_t one, uint32_t other)
{
    uint32_t low = joint_root(making, one), high = joint_root(making, other);

    if (low > high) {
        uint32_t swapped = low;
        low = high;
        high = swapped;
    }
    struct joint *into = &making->joints[low], *from = &making->joints[high];
    if (low == high || (into->node != NODE_NONE && from->node != NODE_NONE)
        || !levels_meet(making->joints[one].level, making->joints[other].level))
        return;
    making->joined += !joint_here(&making->joints[one], &making->joints[other]);
    from->root = low;
    if (into->node == NODE_NONE)
        into->node = from->node;
    making->joints[one].wanted = making->joints[other].wanted = true;
}

struct geo_point joint_point(const struct joint *joint)
{
    return (struct geo_point){ joint->lat_e7 / 1e7, joint->lon_e7 / 1e7 };
}

/* First joint at or after a cell. */
static uint32_t joint_lower(const struct making *making, int32_t row, int32_t column)
{
    uint32_t low = 0, high = making->joint_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct joint *joint = &making->joints[middle];
        if (joint->row < row || (joint->row == row && joint->column < column))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Visits the joints of the cells within `cells` of one. */
typedef void joint_visit_fn(struct making *making, uint32_t at, uint32_t other, void *context);

static void joint_around(struct making *making, uint32_t at, int32_t cells, joint_visit_fn *visit,
                         void *context)
{
    int32_t row = making->joints[at].row, column = making->joints[at].column;

    for (int32_t r = row - cells; r <= row + cells; r++) {
        for (uint32_t i = joint_lower(making, r, column - cells); i < making->joint_count; i++) {
            const struct joint *other = &making->joints[i];
            if (other->row != r || other->column > column + cells)
                break;
            if (i != at)
                visit(making, at, i, context);
        }
    }
}

/* ---- how close is meeting ----
 *
 * Lines that were drawn to meet miss each other by what digitising and projecting did to them, in
 * one layer a centimetre, in another a metre or two; what was not drawn to meet lies farther apart.
 * Between the two a layer has few gaps: there the limit is set. */

static void gap_measure(struct making *making, uint32_t at, uint32_t other, void *context)
{
    double *gap_m = context;

    if (making->joints[other].line != making->joints[at].line)
        *gap_m = fmin(*gap_m, geo_distance_m(joint_point(&making->joints[at]),
                                             joint_point(&making->joints[other])));
}

/* Gaps between ends that meet nothing and the nearest vertex of another line. */
enum { GAPS_TELLING = 20, GAPS_BELOW_MIN = 10, GAPS_ASKED_MAX = 20000, GAP_KINDS = 5 };
static const double gap_limits_m[GAP_KINDS] = { 0.25, 0.5, 1, 2, 4 };

static uint32_t gaps_count(struct making *making, uint32_t counts[GAP_KINDS])
{
    uint32_t total = 0, asked = 0;

    for (uint32_t i = 0; i < making->joint_count && asked < GAPS_ASKED_MAX; i++) {
        double gap_m = INFINITY;
        size_t kind = 0;
        if (!making->joints[i].end || making->joints[i].visits > 1)
            continue;
        asked++;
        joint_around(making, i, (int32_t)(gap_limits_m[GAP_KINDS - 1] / cell_m), gap_measure,
                     &gap_m);
        while (kind < GAP_KINDS && gap_m > gap_limits_m[kind])
            kind++;
        if (kind == GAP_KINDS || gap_m == 0)
            continue;               /* At its place something is on another level. */
        counts[kind]++;
        total++;
    }
    return total;
}

/* Below the emptiest octave that has gaps below it; of equally empty ones the lowest. A layer that
 * tells too little gets the usual metre. */
static double join_choose(struct making *making)
{
    uint32_t counts[GAP_KINDS] = { 0 }, below = 0, fewest = UINT32_MAX;
    double join_m = 1;

    if (gaps_count(making, counts) < GAPS_TELLING)
        return join_m;
    for (size_t kind = 0; kind < GAP_KINDS; kind++) {
        if (kind >= 2 && below >= GAPS_BELOW_MIN && counts[kind] < fewest) {
            fewest = counts[kind];
            join_m = gap_limits_m[kind - 1];
        }
        below += counts[kind];
    }
    return join_m;
}

/* ---- joining ---- */

struct end_joining {
    uint32_t closest;
    double closest_m;
};

static void end_meet(struct making *making, uint32_t at, uint32_t i, void *context)
{
    struct end_joining *joining = context;
    const struct joint *end = &making->joints[at], *other = &making->joints[i];
    double apart_m = geo_distance_m(joint_point(end), joint_point(other));

    if (apart_m > making->join_m)
        return;
    if (other->end || joint_here(end, other)) {
        joints_unite(making, at, i);
    } else if (end->visits == 1 && other->line != end->line && apart_m < joining->closest_m
               && levels_meet(end->level, other->level)) {
        joining->closest = i;
        joining->closest_m = apart_m;
    }
}

/* An end joins every other end within reach; one that meets nothing also the closest vertex of
 * another line, as where a side street is drawn up to a main road's middle. */
static void end_join(struct making *making, uint32_t at)
{
    struct end_joining joining = { .closest = at, .closest_m = making->join_m + 1e-9 };

    joint_around(making, at, (int32_t)ceil(making->join_m / cell_m), end_meet, &joining);
    if (joining.closest != at)
        joints_unite(making, at, joining.closest);
}

void joints_make(struct making *making)
{
    for (uint32_t l = 0; l < making->streets->line_count; l++) {
        const struct street_line *line = &making->streets->lines[l];
        making->levels |= line->level != 0 || line->from_level != STREET_LEVEL_ANY
                          || line->to_level != STREET_LEVEL_ANY;
    }
    cells_measure(making);
    joints_find(making);
    making->join_m = join_choose(making);
    for (uint32_t joint = 0; joint < making->joint_count; joint++)
        if (making->joints[joint].end)
            end_join(making, joint);
}
