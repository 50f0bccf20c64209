/* control.h - what a person does: a press changes the view, and may ask something of the hub.
 *
 * One table says what every key does; help and the bottom row are drawn from it. Pure but for the
 * view: nothing here sends, draws or waits. Letters always go to the line; the map has them only
 * after F3. Enter on an empty line does nothing. */
#ifndef PANELS_CONTROL_H
#define PANELS_CONTROL_H

#include "app/base/json.h"
#include "panels/press.h"
#include "panels/view.h"

/* What the console must do for the person, beside drawing. */
enum effect_kind {
    EFFECT_NONE, EFFECT_DO, EFFECT_SHOW, EFFECT_WHY, EFFECT_REDRAW, EFFECT_QUIT,
};
struct effect {
    enum effect_kind kind;
    char text[COMMAND_BYTES_MAX + 1];   /* A typed line, a subject, an object. */
    uint64_t saw;                       /* DO: the entry that was drawn. */
};

struct effect control_press(struct view *view, const struct picture *picture,
                            const struct press *press);

/* What geography answered to a look-up of this view (looks.h): the object behind "looked", or NULL
 * and why not in `failed`. */
void control_looked(struct view *view, const struct picture *picture, enum look_kind kind,
                    const struct json *answer, const char *failed);
/* The layers were read again: those that a person hid are hidden. */
void control_layers_again(struct view *view);
/* Puts the map's cursor somewhere sensible when F3 had to wait for the map. */
void control_cursor_place(struct view *view, const struct picture *picture);

/* The distance that is measured: "E7 to #46: 1,240 m NE (47 deg) straight; by road 1.6 km, 2:10" */
void control_measure_words(const struct hand_measure *measure, char *text, size_t text_bytes);

/* What `go` and `/` find in the picture under these words: an object by its name, an incident by
 * its place, a facility; false when only geography may know. */
bool control_find(const struct picture *picture, struct span words,
                  struct object_name *ret_name);

/* Centres the map on a point and selects nothing. */
void control_map_to(struct view *view, struct geo_point point);

struct control;
typedef void control_fn(struct control *control);
struct control_key_row {
    enum focus focus;
    enum press_code code;
    uint32_t glyph;             /* As in a press; 0: any. */
    const char *label;          /* "^N"; "" when the row before speaks of this key too. */
    const char *help;           /* One sentence; "" with an empty label. */
    const char *hint;           /* A word or two for the bottom row; "" to leave it out there. */
    control_fn *act;
};
const struct control_key_row *control_key_row(uint32_t index);      /* NULL at the end. */

/* How many rows the help has, for scrolling (help.c). */
uint32_t help_row_count(void);

/* Who has the keys, as the prompt says it: "MAP", "DRAW"; "" for the line. */
const char *control_focus_word(enum focus focus);

#endif
