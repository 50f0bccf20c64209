/* control.h - what a person does: a press changes the view, and may ask something of the hub.
 *
 * One table says what every key does; help and the bottom row are drawn from it. Pure but for the
 * view: nothing here sends, draws or waits. Letters always go to the line; the map has them only
 * after F3. Enter on an empty line does nothing. */
#ifndef PANELS_CONTROL_H
#define PANELS_CONTROL_H

#include "panels/press.h"
#include "panels/view.h"

/* What the console must do for the person, beside drawing. */
enum effect_kind {
    EFFECT_NONE, EFFECT_DO, EFFECT_SHOW, EFFECT_WHY, EFFECT_LOOK, EFFECT_GO, EFFECT_REDRAW,
    EFFECT_QUIT,
};
struct effect {
    enum effect_kind kind;
    char text[COMMAND_BYTES_MAX + 1];   /* A typed line, a subject, an object, part of a place. */
    uint64_t saw;                       /* DO: the entry that was drawn. */
};

struct effect control_press(struct view *view, const struct picture *picture,
                            const struct press *press);

/* Places that geography found for the text still in the line: they join the menu or open it. */
void control_places(struct view *view, const char *asked, const char *const *places,
                    uint32_t count);

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
    const char *label;          /* "^N" */
    const char *help;           /* One sentence. */
    const char *hint;           /* A word or two for the bottom row; "" to leave it out there. */
    control_fn *act;
};
const struct control_key_row *control_key_row(uint32_t index);      /* NULL at the end. */

#endif
