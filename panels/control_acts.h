/* control_acts.h - shared by the control_*.c files only: what an act may touch, and the acts that
 * the key table of control.c names. One file per job:
 *
 *     control.c           the table of keys, and which row a press means
 *     control_line.c      editing the line, Esc
 *     control_complete.c  Tab and its menu
 *     control_enter.c     what a line does when Enter is pressed
 *     control_find.c      objects of the picture by the words typed
 *     control_spot.c      places the console knows itself: @cursor, @mark a
 *     control_place.c     what geography makes of the place in the line
 *     control_search.c    / as one types
 *     control_set.c       `set`
 *     control_desk.c      selection, queue, pages, overlays, mouse
 *     control_map.c       the map's keys and mouse
 *     control_marks.c     m and '
 *     control_draw.c      a zone by keys
 *     control_measure.c   distances
 *     control_reach.c     reach and inside
 *     control_layers.c    which layers are seen
 *     control_looked.c    what geography answered */
#ifndef PANELS_CONTROL_ACTS_H
#define PANELS_CONTROL_ACTS_H

#include "panels/control.h"
#include "panels/layout.h"

struct control {
    struct view *view;
    const struct picture *picture;
    const struct press *press;
    struct effect *effect;
    bool refused;               /* Here, at once: the line stays, to be put right. */
};

/* Asks the console for something. `text` is at most COMMAND_BYTES_MAX bytes. */
void control_ask(struct control *control, enum effect_kind kind, struct span text);
/* A result about the line as it stands; "NO" also keeps it, to be put right. */
void control_say(struct control *control, const char *word, const char *text);
/* A row that waits for its answer, which view_result_set() gives it by the ref returned. */
uint64_t control_say_later(struct control *control, const char *text);

/* control_find.c */
bool control_object(const struct picture *picture, struct span text, struct object_name *ret_name);
/* control_set.c: the words after `set`. */
void control_set(struct control *control, struct span rest);
struct control_set_row {
    const char *word, *values, *about;
    void (*set)(struct control *control, struct span rest);
};
const struct control_set_row *control_set_row(uint32_t index);      /* NULL at the end. */

/* control_spot.c: a place in words, as far as the console knows it itself. */
enum spot { SPOT_KNOWN, SPOT_ASK, SPOT_REFUSED };       /* ASK: only geography may know. */
struct spot_found {
    struct geo_point point;             /* When KNOWN. */
    char words[HAND_TEXT_BYTES];        /* What it is; of ASK the text; of REFUSED why. */
};
enum spot control_spot(const struct view *view, const struct picture *picture, struct span text,
                       struct spot_found *ret_found);
/* The line as it is sent: its "@cursor" and "@mark a" as coordinates. False, with a sentence, when
 * there is no such mark or no cursor. */
bool control_line_places(const struct view *view, const struct picture *picture, struct span line,
                         struct buffer *out, char *why, size_t why_bytes);

/* control_place.c, control_search.c: called after every press. */
void control_place_follow(struct view *view, const struct picture *picture);
void control_search_follow(struct view *view, const struct picture *picture);
/* Each false when nobody searches, or there is nothing to take. */
bool control_search_step(struct view *view, int step);
bool control_search_leave(struct view *view);
bool control_search_take(struct control *control);
void control_search_over(struct view *view);

/* control_desk.c */
void control_select(struct control *control, struct object_name name);     /* And frames it. */

/* control_map.c */
void control_map_to(struct view *view, struct geo_point point);
void control_frame(struct control *control);
void control_hold(struct view *view);           /* Nothing but its person moves the view now. */
void control_pan(struct view *view, double rows, double columns);
void control_zoom(struct view *view, double factor, struct geo_point about);
void control_cursor_to(struct view *view, struct geo_point point);
void control_take_at(struct control *control, uint16_t row, uint16_t column);
/* False when the mouse is not on the map. */
bool control_map_pressed(struct control *control, const struct place *map);
bool control_map_wheel(struct control *control, const struct place *map, int direction);

/* control_measure.c, control_reach.c */
void control_ask_place(struct view *view, enum look_kind kind, const char *text,
                       int64_t after_ms);
void control_measure_moved(struct view *view);
void control_show_distance(struct control *control, struct span rest);
void control_show_reach(struct control *control, struct span rest);
void control_show_inside(struct control *control, struct span what);
bool control_end_read(struct view *view, const struct picture *picture, uint32_t at,
                      struct span text, char *why, size_t why_bytes);
void control_reach_from(struct view *view, const struct hand_end *from);

/* control_layers.c */
void control_set_layer(struct control *control, struct span rest);

/* What the answers are for (control_looked.c). */
#define LOOKED(name)                                                                        \
    void looked_##name(struct view *view, const struct picture *picture,                    \
                       const struct json *answer, const char *failed)
LOOKED(search);
LOOKED(line);
LOOKED(end_a);
LOOKED(end_b);
LOOKED(route);
LOOKED(reach);
LOOKED(inside);
#undef LOOKED

/* control_complete.c */
void menu_close(struct view *view);
void menu_step(struct view *view, int step);
void control_places(struct view *view, const char *asked, const char *const *places,
                    uint32_t count);

control_fn act_walk_next, act_walk_back;
control_fn act_type, act_paste, act_left, act_right, act_home, act_end, act_up, act_down,
    act_erase_back, act_erase_here, act_erase_to_end, act_erase_to_start, act_erase_word,
    act_escape;
control_fn act_tab, act_back_tab;
control_fn act_enter;
control_fn act_map, act_lists, act_units, act_log, act_call, act_help, act_redraw, act_page_up,
    act_page_down, act_click, act_wheel_up, act_wheel_down;
control_fn act_map_up, act_map_down, act_map_left, act_map_right, act_map_far_up,
    act_map_far_down, act_map_far_left, act_map_far_right, act_pan_up, act_pan_down, act_pan_left,
    act_pan_right, act_pan_page_up, act_pan_page_down, act_map_closer, act_map_wider,
    act_map_home, act_map_follow, act_map_center, act_map_take, act_map_next, act_map_back,
    act_map_leave, act_map_escape, act_mode_leave, act_drag, act_release;
control_fn act_mark, act_mark_letter, act_jump, act_jump_letter;
control_fn act_search;
control_fn act_draw_zone, act_draw_circle, act_corner_add, act_corner_back, act_draw_done,
    act_draw_drop;
control_fn act_measure, act_measure_end, act_measure_drop;
control_fn act_reach;
control_fn act_layers, act_layer_up, act_layer_down, act_layer_toggle;

#endif
