/* control_acts.h - shared by the control_*.c files only: what an act may touch, and the acts that
 * the key table of control.c names. One file per job:
 *
 *     control.c           the table of keys, and which row a press means
 *     control_line.c      editing the line, Esc
 *     control_complete.c  Tab and its menu
 *     control_enter.c     what a line does when Enter is pressed
 *     control_find.c      objects of the picture by the words typed
 *     control_set.c       `set`
 *     control_desk.c      selection, queue, pages, overlays, mouse
 *     control_map.c       the map's keys */
#ifndef PANELS_CONTROL_ACTS_H
#define PANELS_CONTROL_ACTS_H

#include "panels/control.h"

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

/* control_find.c */
bool control_object(const struct picture *picture, struct span text, struct object_name *ret_name);
/* control_set.c: the words after `set`. */
void control_set(struct control *control, struct span rest);

/* control_desk.c */
void control_select(struct control *control, struct object_name name);     /* And frames it. */
void control_take_key(struct control *control, uint32_t key);              /* Of map_pick(). */

/* control_map.c */
void control_frame(struct control *control);
void control_zoom(struct view *view, double factor);

/* control_complete.c */
void menu_close(struct view *view);
void menu_step(struct view *view, int step);
bool place_start(const struct typed_line *line, uint32_t *ret_start);

control_fn act_walk_next, act_walk_back;
control_fn act_type, act_paste, act_left, act_right, act_home, act_end, act_up, act_down,
    act_erase_back, act_erase_here, act_erase_to_end, act_erase_to_start, act_erase_word,
    act_escape;
control_fn act_tab, act_back_tab;
control_fn act_enter;
control_fn act_map, act_lists, act_units, act_log, act_call, act_help, act_redraw, act_page_up,
    act_page_down, act_click, act_wheel_up, act_wheel_down;
control_fn act_map_up, act_map_down, act_map_left, act_map_right, act_map_closer, act_map_wider,
    act_map_whole, act_map_follow, act_map_take, act_map_leave;

#endif
