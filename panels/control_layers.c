/* control_layers.c - which layers of the map a person sees: the list (l on the map), and
 * `set layer NAME on|off`. What somebody said stays said when the layers are read again. */
#include "panels/control_acts.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"

/* What somebody said of this layer; NULL when nobody did. */
static struct hand_layer *said_of(struct hand *hand, const char *name)
{
    for (uint32_t i = 0; i < hand->layer_count; i++)
        if (strcmp(hand->layers[i].name, name) == 0)
            return &hand->layers[i];
    return NULL;
}

static void remember(struct hand *hand, const char *name, bool hidden)
{
    struct hand_layer *said = said_of(hand, name);

    if (!said && hand->layer_count == MAP_LAYERS_MAX)
        return;                         /* The map holds no more layers than that. */
    if (!said) {
        said = &hand->layers[hand->layer_count++];
        text_copy(said->name, sizeof said->name, span_of(name));
    }
    said->hidden = hidden;
}

static void hide(struct view *view, uint32_t layer, bool hidden)
{
    map_layer_hide(view->map, layer, hidden);
    remember(&view->hand, map_layer_style(view->map, layer)->name, hidden);
}

void control_layers_again(struct view *view)
{
    for (uint32_t i = 0; view->map && i < map_layer_count(view->map); i++) {
        const struct hand_layer *said = said_of(&view->hand, map_layer_style(view->map, i)->name);
        if (said)
            map_layer_hide(view->map, i, said->hidden);
    }
}

static bool is_word(struct span span, const char *word)
{
    return text_same_ignoring_case(span, span_of(word));
}

static void say_names(struct control *control, const char *problem)
{
    const struct view *view = control->view;
    uint32_t count = view->map ? map_layer_count(view->map) : 0;
    struct buffer text = { 0 };

    buffer_print(&text, "%s There are:", problem);
    for (uint32_t i = 0; i < count; i++)
        buffer_print(&text, " %s", map_layer_style(view->map, i)->name);
    if (count == 0)
        buffer_add_text(&text, view->map ? " none" : " none yet, the map is loading");
    control_say(control, "NO", text.bytes);
    buffer_clear(&text);
}

/* A name may hold blanks: on or off is the last word. */
void control_set_layer(struct control *control, struct span rest)
{
    struct view *view = control->view;
    struct span text = span_trim(rest);
    size_t at = text.length;

    while (at > 0 && text.bytes[at - 1] != ' ')
        at--;
    struct span word = span_from(text.bytes + at, text.length - at);
    struct span name = span_trim(span_from(text.bytes, at));
    if (name.length == 0 || (!is_word(word, "on") && !is_word(word, "off"))) {
        say_names(control, "set layer NAME on, or off.");
        return;
    }
    for (uint32_t i = 0; view->map && i < map_layer_count(view->map); i++) {
        if (!is_word(name, map_layer_style(view->map, i)->name))
            continue;
        hide(view, i, is_word(word, "off"));
        control_say(control, "OK", "");
        return;
    }
    say_names(control, "No such layer.");
}

/* ---- the list ---- */

void act_layers(struct control *control)
{
    struct view *view = control->view;

    if (!view->map || map_layer_count(view->map) == 0) {
        view_result_add(view, "NO", "l", view->map ? "this site has no layers in site.conf"
                                                   : "the map is loading: its layers come soon");
        return;
    }
    if (view->hand.layer_at >= map_layer_count(view->map))
        view->hand.layer_at = 0;
    view->focus = FOCUS_LAYERS;
}

static void layer_step(struct view *view, int step)
{
    int64_t count = view->map ? map_layer_count(view->map) : 0;
    int64_t at = (int64_t)view->hand.layer_at + step;

    if (count > 0)
        view->hand.layer_at = (uint32_t)((at + count) % count);
}

void act_layer_up(struct control *control) { layer_step(control->view, -1); }
void act_layer_down(struct control *control) { layer_step(control->view, 1); }

void act_layer_toggle(struct control *control)
{
    struct view *view = control->view;
    uint32_t at = view->hand.layer_at;

    if (view->map && at < map_layer_count(view->map))
        hide(view, at, !map_layer_style(view->map, at)->hidden);
}
