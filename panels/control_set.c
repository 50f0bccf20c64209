/* control_set.c - `set`: what a console changes of itself, never of the picture. */
#include "panels/control_acts.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"

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

/* `on` follows what is selected; a unit's name selects it first. */
static void set_follow(struct control *control, struct span rest)
{
    struct view *view = control->view;
    struct object_name name;
    bool off = text_same_ignoring_case(rest, span_of("off"));
    bool on = rest.length == 0 || text_same_ignoring_case(rest, span_of("on"));

    if (!on && !off) {
        if (!control_object(control->picture, rest, &name)) {
            control_say(control, "NO", "set follow on, off, or the name of what to follow");
            return;
        }
        view_select(view, control->picture, name);
    }
    if (!off && !geo_known(object_location(control->picture, &view->selected))) {
        control_say(control, "NO", "nothing is selected that stands on the map: E7 selects a unit");
        return;
    }
    view->map_follow = !off;
    view->map_locked = false;
    control_say(control, "OK", off ? "the map stays" : "the map follows the selection");
}

static void set_lock(struct control *control, struct span rest)
{
    struct view *view = control->view;

    view->map_locked = is_on(rest);
    view->map_follow = view->map_follow && !view->map_locked;
    control_say(control, "OK",
                view->map_locked ? "the map stays where it is" : "it frames again");
}

static void set_trails(struct control *control, struct span rest)
{
    control->view->trails_all = is_on(rest);
    control_say(control, "OK", control->view->trails_all
                                   ? "where every unit has been"
                                   : "only of units at work or selected");
}

static void set_blink(struct control *control, struct span rest)
{
    control->view->blink_off = !is_on(rest);
    control_say(control, "OK", "");
}

/* What can be set here: one row for help, completion and the doing. `values` are the words that
 * may follow, with blanks between. */
static const struct control_set_row rows[] = {
    { .word = "layer", .values = "", .about = "NAME on or off: show a layer of the map, or hide it",
      .set = control_set_layer },
    { .word = "follow", .values = "on off", .about = "the map follows the selection, or a unit",
      .set = set_follow },
    { .word = "lock", .values = "on off", .about = "nothing moves the map by itself",
      .set = set_lock },
    { .word = "map", .values = "braille block ascii", .about = "in what marks the map is drawn",
      .set = set_map },
    { .word = "trails", .values = "on off", .about = "where every unit has been",
      .set = set_trails },
    { .word = "palette", .values = "night day colour-blind", .about = "the colours",
      .set = set_palette },
    { .word = "sound", .values = "quiet on", .about = "quiet SPAN: only an emergency sounds",
      .set = set_sound },
    { .word = "blink", .values = "on off", .about = "what is new blinks", .set = set_blink },
};

const struct control_set_row *control_set_row(uint32_t index)
{
    return index < ARRAY_COUNT(rows) ? &rows[index] : NULL;
}

void control_set(struct control *control, struct span rest)
{
    struct span what = { 0 };
    struct buffer sentence = { 0 };

    span_cut(&rest, ' ', &what);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        if (text_same_ignoring_case(what, span_of(rows[i].word))) {
            rows[i].set(control, span_trim(rest));
            return;
        }
    buffer_add_text(&sentence, "set what? Tab lists what may follow:");
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        buffer_print(&sentence, " %s", rows[i].word);
    control_say(control, "NO", sentence.bytes);
    buffer_clear(&sentence);
}
