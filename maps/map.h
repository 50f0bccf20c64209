/* map.h - the map: layers drawn into cells, live symbols over them.
 *
 * A view says which part of the earth a canvas shows. Drawing is pure: same map, view and symbols,
 * same cells. Web-Mercator-like local projection; metres per dot are equal in both directions.
 * A cell is 2 x 4 dots, so about twice as tall as wide. */
#ifndef MAPS_MAP_H
#define MAPS_MAP_H

#include "app/base/geo.h"
#include "maps/canvas.h"

enum { MAP_LAYERS_MAX = 48, MAP_NAME_BYTES = 64, MAP_PATH_BYTES = 512, MAP_CLASSES_MAX = 12 };

/* How a line is weighed when scales get small, and which names are worth writing first. */
struct map_class {
    char value[MAP_NAME_BYTES]; /* In the class column, several with '|' between; "" matches
                                 * every other value. */
    bool ranged;                /* Instead of `value`: numbers of [from, below). */
    double from, below;
    enum ink ink;
    enum ground ground;         /* Polygons; GROUND_NONE: the layer's. */
    char mark[8];               /* Points of a layer that has a mark; "": that one. */
    uint32_t rank;              /* 0 is the most important: a motorway, a coast. */
    double m_per_cell_max;      /* Not drawn when one cell is wider than this; 0: always. */
    double label_m_per_cell_max;        /* Its names are not written past this; 0: never written. */
};

/* Does a feature with that value belong to the class? The one for every other value holds none. */
bool map_class_holds(const struct map_class *class, const char *value);

struct map_layer_style {
    char name[MAP_NAME_BYTES];  /* What `set layer NAME off` says. */
    char path[MAP_PATH_BYTES];
    char label_column[MAP_NAME_BYTES];  /* "" for no labels. */
    char class_column[MAP_NAME_BYTES];  /* "" when the whole layer is one class. */
    /* For a feature that no class matches. Of a polygon it is the outline when it is map-waterline,
     * map-boundary or map-building; any other is for its name only. A polygon without a ground
     * always has an outline, map-boundary when nothing else is said. */
    enum ink ink;
    enum ground ground;         /* Polygons: filled with it unless GROUND_NONE. */
    char mark[8];               /* Points: a glyph or short text, "+", "H", "[]"; "" for a dot. */
    double m_per_cell_max, label_m_per_cell_max;
    uint32_t class_count;
    struct map_class classes[MAP_CLASSES_MAX];
    bool hidden;
};

struct map;
/* An empty map. Layers are drawn in the order they were added: grounds first, lines, points. */
struct map *map_new(void);
void map_free(struct map *map);
/* Reads the layer's shapefile; what it is missing stands in `why` and the map goes on without it.
 * Errors: those of shapefile_read(). A warning without an error is also put into `why`. */
enum status map_layer_add(struct map *map, const struct map_layer_style *style, char *why,
                          size_t why_bytes);
uint32_t map_layer_count(const struct map *map);
const struct map_layer_style *map_layer_style(const struct map *map, uint32_t layer);
void map_layer_hide(struct map *map, uint32_t layer, bool hidden);
/* What the layers that are not hidden hold, and where the bulk of it lies, without the few features
 * far off that would make a view of everything a nearly empty one. Unknown corners: nothing. Over
 * the date line high.lon_deg is the smaller one. */
struct geo_box map_bounds(const struct map *map);
struct geo_box map_bulk(const struct map *map);

enum map_mode { MAP_BRAILLE, MAP_BLOCKS, MAP_ASCII };

struct map_view {
    struct geo_point center;
    double m_per_cell;          /* Ground metres across one cell at the centre, to 0.4 percent. */
    enum map_mode mode;
    /* The terminal shows no grounds: shores are then drawn in the marks of what they bound ("~" of
     * water), as in ASCII, since a shape in the ground's colour would be white on black. */
    bool groundless;
};

/* The view that shows all of `box` (map_bounds() says how one over the date line is told) on a
 * canvas of that size. */
struct map_view map_view_fit(struct geo_box box, uint16_t rows, uint16_t columns,
                             enum map_mode mode);
/* Lets layers be seen at that view, from wider off than their styles say: those of few features,
 * and all of them when not one would be seen. So the first look at any file shows what is in it. */
void map_show_at(struct map *map, const struct map_view *view);
/* Where a point falls; may be outside the canvas. Row and column count from 0 at the top left. */
void map_cell_of(const struct map_view *view, uint16_t rows, uint16_t columns,
                 struct geo_point point, double *ret_row, double *ret_column);
struct geo_point map_point_at(const struct map_view *view, uint16_t rows, uint16_t columns,
                              double row, double column);

/* What is live: filled by the panel from the picture. Lower rank is drawn last, on top, and
 * takes its place first; nothing of a lower rank number is ever hidden by a higher one. */
struct map_symbol {
    struct geo_point point;
    char text[32];              /* "(!1 42)", "E7>", "[St4]": its first cell stands at `point`. */
    enum ink ink;
    uint8_t flags;              /* cell_flags */
    uint32_t rank;
    uint32_t key;               /* The caller's own number: map_pick() gives it back. */
};

enum map_area_style {
    MAP_AREA_HATCHED,           /* A hazard: hatched as its severity says, outlined, labelled. */
    MAP_AREA_OUTLINE,           /* What a station reaches, where a phone may be: a line, a label. */
};

struct map_area {
    struct geo_points rings;    /* A loan. */
    char label[64];             /* "HZ9 FLOOD to 18:00" */
    enum ink ink;
    enum map_area_style style;
    uint8_t severity;           /* 0 unknown, 1 minor, 2 moderate, 3 severe, 4 extreme (CAP 1.2). */
    bool closes_roads;          /* Streets inside are shown as closed. */
    uint32_t key;
};

struct map_trace {              /* A route or a trail. */
    struct geo_points points;   /* A loan. */
    enum ink ink;
};

struct map_scene {
    const struct map_symbol *symbols;
    uint32_t symbol_count;
    const struct map_area *areas;
    uint32_t area_count;
    const struct map_trace *traces;
    uint32_t trace_count;
    /* Small points (hydrants) within `near_m` of `near` are shown at scales where they are not
     * otherwise; unknown: none. */
    struct geo_point near;
    double near_m;
    bool cursor_shown;
    struct geo_point cursor;
    const char *cursor_words;   /* What stands there, before its coordinates; NULL: nothing. */
};

/* Draws the whole canvas: grounds, lines, names, areas, traces, symbols, scale bar and north. The
 * last row holds the furniture. Keeps what it can of the unchanging part for the next call with
 * the same view, so a redraw for a moved unit costs little. */
void map_draw(struct map *map, const struct map_view *view, const struct map_scene *scene,
              struct canvas *canvas);

/* From now on `newer` (NULL: nobody) is asked every 100 us or so of drawing the layers whether a
 * newer view is wanted. Then the drawing is given up: the layers are shown as they were drawn last,
 * moved to the new view, with what is live in its right place over them, and map_is_cut() says so
 * until they are drawn whole. */
typedef bool map_newer_fn(void *context);
void map_hasten(struct map *map, map_newer_fn *newer, void *context);
bool map_is_cut(const struct map *map);

/* The key of the symbol or area drawn nearest to (row, column) in the last map_draw(), within
 * 2 cells; 0 for none. */
uint32_t map_pick(const struct map *map, uint16_t row, uint16_t column);

/* What of the layers is near a cell. */
struct map_feature {
    uint32_t layer;             /* As counted by map_layer_count(). */
    uint32_t record;            /* Of its file, from 0. */
    double distance_cells;      /* In widths of a cell, from its middle; 0 inside a polygon. */
};
/* The features nearest to the middle of a cell of the last map_draw(), at most `max` of them:
 * points within 1 cell, then lines and points within 2, each nearest first; then polygons that hold
 * it, the smallest first; then polygons within 1 cell. Layers that are hidden or out of scale are
 * not looked at. Returns how many; 0 before the first map_draw(). */
uint32_t map_features_at(const struct map *map, uint16_t row, uint16_t column,
                         struct map_feature *ret, uint32_t max);

/* Where a record of a layer lies, and how it runs: its lines, its rings, or its point each as one
 * run. False, and 0, for a record without geometry. The runs and the points of each are the
 * caller's, to be freed with base_free(). */
bool map_record_bounds(const struct map *map, uint32_t layer, uint32_t record,
                       struct geo_box *ret_box);
uint32_t map_record_runs(const struct map *map, uint32_t layer, uint32_t record,
                         struct geo_points **ret_runs);

#endif
