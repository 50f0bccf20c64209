/* control_set.c - `set`: what a console changes of itself, never of the picture. */
#include "panels/control_acts.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"

static void set_layer(struct control *control, struct span name, struct span state)
{
    struct view *view = control->view;
    uint32_t count = view->map ? map_layer_count(view->map) : 0;

    for (uint32_t i = 0; i < count; i++)
        if (text_same_ignoring_case(span_of(map_layer_style(view->map, i)->name), name)) {
            map_layer_hide(view->map, i, text_same_ignoring_case(state, span_of("off")));
            control_say(control, "OK", "");
            return;
        }
    char text[512] = "no such layer. There are:";
    for (uint32_t i = 0; i < count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), " %s",
                 map_layer_style(view->map, i)->name);
    control_say(control, "NO", text);
}

static bool is_on(struct span state)
{
    return !text_same_ignoring_case(state, span_of("off"));
}

/* Class 1 is never quiet; the others are for at most half an hour, and row 1 says so. */
static void set_sound(struct control *control, struct span rest)
{
    enum { QUIET_MS_MAX = 1800000 };
    struct span word = { 0 };
    struct sound *sound = &control->view->sound;
    int64_t span_ms;

    span_cut(&rest, ' ', &word);
    if (text_same_ignoring_case(word, span_of("on"))) {
        sound->quiet_until_ms = 0;
        control_say(control, "OK", "");
    } else if (text_same_ignoring_case(word, span_of("quiet"))
               && span_parse(span_trim(rest), &span_ms) && span_ms <= QUIET_MS_MAX) {
        sound->quiet_until_ms = control->view->clock_ms + span_ms;
        control_say(control, "OK", "only an emergency sounds until then");
    } else
        control_say(control, "NO", "set sound quiet SPAN (30m at most), or set sound on");
}

static void set_palette(struct control *control, struct span name)
{
    if (palette_named(name, &control->view->palette))
        control_say(control, "OK", control->view->mono ? "this terminal shows no colours" : "");
    else
        control_say(control, "NO", "set palette night, day or colour-blind");
}

/* In what marks the map is drawn; the content is the same. */
static void set_map(struct control *control, struct span name)
{
    static const char *const modes[] = { [MAP_BRAILLE] = "braille", [MAP_BLOCKS] = "block",
                                         [MAP_ASCII] = "ascii" };
    struct view *view = control->view;

    for (enum map_mode mode = MAP_BRAILLE; mode <= MAP_ASCII; mode++) {
        if (!text_same_ignoring_case(name, span_of(modes[mode])))
            continue;
        view->map_mode = mode;
        view->map_view.mode = view->ascii ? MAP_ASCII : mode;
        control_say(control, "OK", view->ascii ? "this terminal shows ASCII only" : "");
        return;
    }
    control_say(control, "NO", "set map braille, block or ascii");
}

void control_set(struct control *control, struct span rest)
{
    struct span what = { 0 }, name = { 0 };
    struct view *view = control->view;

    span_cut(&rest, ' ', &what);
    rest = span_trim(rest);
    if (text_same_ignoring_case(what, span_of("sound"))) {
        set_sound(control, rest);
    } else if (text_same_ignoring_case(what, span_of("palette"))) {
        set_palette(control, rest);
    } else if (text_same_ignoring_case(what, span_of("map"))) {
        set_map(control, rest);
    } else if (text_same_ignoring_case(what, span_of("layer"))) {
        span_cut(&rest, ' ', &name);
        set_layer(control, name, span_trim(rest));
    } else if (text_same_ignoring_case(what, span_of("follow"))) {
        view->map_follow = is_on(rest);
        view->map_locked = false;
        control_say(control, "OK", view->map_follow ? "the map follows the selection" : "it stays");
    } else if (text_same_ignoring_case(what, span_of("lock"))) {
        view->map_locked = is_on(rest);
        control_say(control, "OK",
                    view->map_locked ? "the map stays where it is" : "it frames again");
    } else if (text_same_ignoring_case(what, span_of("blink"))) {
        view->blink_off = !is_on(rest);
        control_say(control, "OK", "");
    } else
        control_say(control, "NO",
            "this console can set: palette night, day or colour-blind; map braille, block or "
            "ascii; sound quiet SPAN, layer NAME, follow, lock, blink on or off");
}
