/* look_state.h - what `watchdesk map` holds: its files, where the map stands, what is pointed at,
 * found, measured and marked. The look_*.c files change it through keys, look_screen.c draws it,
 * and look.c alone knows the terminal and the loop. */
#ifndef PANELS_LOOK_STATE_H
#define PANELS_LOOK_STATE_H

#include "panels/line.h"
#include "panels/look_find.h"
#include "panels/marks.h"
#include "panels/press.h"

enum {
    LOOK_POINTED_MAX = 64,      /* Features under one cell. */
    LOOK_CORNERS_MAX = 64,      /* Of a measured way. */
    LOOK_SAID_BYTES = 240,
};

enum look_pane { LOOK_PANE_NONE, LOOK_PANE_RECORD, LOOK_PANE_LAYERS, LOOK_PANE_HELP,
                 LOOK_PANE_FILES, LOOK_PANE_COLUMNS };
enum look_prompt { LOOK_PROMPT_NONE, LOOK_PROMPT_FIND, LOOK_PROMPT_GO, LOOK_PROMPT_MARK,
                   LOOK_PROMPT_JUMP };

/* The features under the cursor, or the one that was found. */
struct look_pointed {
    struct map_feature at[LOOK_POINTED_MAX];
    uint32_t count, chosen;
    bool found;                 /* By a search: it stays until the cursor moves. */
};

/* The lines of the feature that is shown, so that a frame need not ask again. */
struct look_outline {
    uint32_t layer, record;
    struct geo_points *runs;
    uint32_t run_count;
    bool known;
};

/* What the loop is asked to do for a key: to count a column's values takes a thread. */
struct look_restyle {
    bool wanted;
    char layer[MAP_NAME_BYTES];
    char column[MAP_NAME_BYTES];        /* "": as it came. */
};

struct look {
    const struct look_options *options;
    struct look_layers layers;
    bool prepared;                      /* The layers stand in order, with their styles. */
    bool loaded;                        /* And every one has been read or given up. */
    bool wants_arrange;                 /* Some have changed places. */
    struct look_restyle restyle;
    bool ascii, mono;
    enum palette_name palette;
    uint16_t rows, columns;             /* Of the screen. */
    uint16_t map_rows, map_columns;     /* Of the map on it, as drawn last. */
    struct map_view view, view_before;  /* `view_before`: where a search began. */
    bool placed;                        /* By a person, or because everything is there. */
    struct geo_point cursor;
    struct look_pointed pointed;
    struct look_outline outline;
    struct look_find find;
    struct typed_line line;             /* Of the prompt; its history are earlier searches. */
    enum look_prompt prompt;
    enum look_pane pane;
    uint32_t pane_first, pane_rows;     /* Scrolled by; how many rows it could show. */
    uint32_t layer_at, column_at;       /* The cursor in the list of layers, in that of columns. */
    struct marks marks;
    struct geo_point corners[LOOK_CORNERS_MAX];
    uint32_t corner_count;
    bool measuring;
    bool dragging, dragged;
    uint16_t drag_row, drag_column;
    char said[LOOK_SAID_BYTES];         /* The last answer to a key. */
    char progress[LOOK_SAID_BYTES];     /* Of reading. */
    bool ending, wants_redraw;
    struct buffer copied;               /* For the terminal's clipboard, when not empty. */
};

/* ---- look_moves.c: where the map and its cursor stand ---- */

/* The map that shows the bulk of what is there, or what --at and --m-per-cell say. */
struct map_view look_first_view(struct look *look, uint16_t rows, uint16_t columns);
/* Goes there; from there, to where everything is seen. */
void look_home(struct look *look);
/* Shows in the first view what it would else not show, once all that there is has come; not where a
 * person has said at what scale to begin. */
void look_show_all(struct look *look, const struct map_view *first);
/* The first view again, while files still come. */
void look_fit(struct look *look);
void look_cursor_to(struct look *look, struct geo_point point);
void look_cursor_move(struct look *look, int rows, int columns);
void look_pan(struct look *look, double rows, double columns);
void look_zoom(struct look *look, double factor, struct geo_point about);
void look_go_to(struct look *look, struct geo_point point);
/* Shows a record, in full where that is not too small or too large; false when it has no shape. */
bool look_go_to_record(struct look *look, uint32_t layer, uint32_t record);
bool look_sees(const struct look *look, struct geo_point point);

/* ---- look_keys.c: what a key does ---- */

void look_press(struct look *look, const struct press *press);
/* Row `number` of the table of keys, as the help shows it; false past the last. */
bool look_key_row(uint32_t number, const char **ret_label, const char **ret_help);

/* ---- look_layer_keys.c: the keys of the lists of layers and columns ---- */

bool look_layers_takes(const struct look *look, const struct press *press);
void look_layers_press(struct look *look, const struct press *press);

/* ---- look_record.c: what is pointed at ---- */

/* Looks what lies under the cursor, on the map as drawn last. */
void look_point(struct look *look);
const struct map_feature *look_chosen(const struct look *look);         /* NULL: nothing. */
void look_outline_update(struct look *look);
void look_outline_clear(struct look *look);

/* ---- look_lists.c ---- */

/* The list that is open, into its part of the screen. */
void look_list_draw(struct look *look, struct canvas *canvas);

/* ---- look_screen.c ---- */

/* What the colours of layers that are styled by a column mean. */
void look_legends_draw(struct look *look, struct canvas *map);
void look_draw(struct look *look, struct canvas *canvas);
/* "850 m", "42.1 km": the width of a cell, a length. */
void look_metres(double m, char *text, size_t text_bytes);
/* Where the terminal's cursor stands; false: nowhere. */
bool look_screen_cursor(const struct look *look, uint16_t *ret_row, uint16_t *ret_column);

void look_say(struct look *look, const char *format, ...) __attribute__((format(printf, 2, 3)));
void look_init(struct look *look, const struct look_options *options);
void look_clear(struct look *look);

#endif
