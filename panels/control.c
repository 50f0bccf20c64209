#include "panels/control.h"

#include <string.h>

#include "panels/control_acts.h"

void control_ask(struct control *control, enum effect_kind kind, struct span text)
{
    assert(text.length <= COMMAND_BYTES_MAX);
    control->effect->kind = kind;
    memcpy(control->effect->text, text.bytes, text.length);
    control->effect->text[text.length] = '\0';
}

/* ---- the table ---- */

#define KEY(code_, glyph_, label_, hint_, help_, act_)                                        \
    { .focus = FOCUS_LINE, .code = PRESS_##code_, .glyph = glyph_, .label = label_,           \
      .hint = hint_, .help = help_, .act = act_ }
#define MAP_KEY(code_, glyph_, label_, hint_, help_, act_)                                    \
    { .focus = FOCUS_MAP, .code = PRESS_##code_, .glyph = glyph_, .label = label_,            \
      .hint = hint_, .help = help_, .act = act_ }
#define MODE_KEY(focus_, code_, glyph_, label_, hint_, help_, act_)                           \
    { .focus = FOCUS_##focus_, .code = PRESS_##code_, .glyph = glyph_, .label = label_,       \
      .hint = hint_, .help = help_, .act = act_ }

/* Another key for what the row before says. */
#define SAME_KEY(focus_, code_, glyph_, act_)                                                 \
    { .focus = FOCUS_##focus_, .code = PRESS_##code_, .glyph = glyph_, .label = "",           \
      .hint = "", .help = "", .act = act_ }

static const struct control_key_row keys[] = {
    KEY(CONTROL, 'N', "^N", "next", "the next thing that waits for a person; works everywhere",
        act_walk_next),
    KEY(CONTROL, 'P', "^P", "back", "the one before it", act_walk_back),
    KEY(TAB, 0, "Tab", "complete/take", "complete the word; on an empty line take the suggestion",
        act_tab),
    KEY(BACK_TAB, 0, "Shift-Tab", "", "the candidate before", act_back_tab),
    KEY(ENTER, 0, "Enter", "send", "send the line; nothing on an empty one", act_enter),
    KEY(ESCAPE, 0, "Esc", "clear", "close what is open, clear the line, go back", act_escape),
    KEY(UP, 0, "Up", "earlier", "your earlier lines; Down goes back", act_up),
    SAME_KEY(LINE, DOWN, 0, act_down),
    KEY(FUNCTION, 3, "F3", "map", "give the keys to the map; again or Esc takes them back",
        act_map),
    KEY(FUNCTION, 4, "F4", "lists", "attention, pending and active over the whole screen",
        act_lists),
    KEY(FUNCTION, 5, "F5", "units", "all units", act_units),
    KEY(FUNCTION, 6, "F6", "log", "the log over the whole screen", act_log),
    KEY(FUNCTION, 1, "?", "help", "this page: type ? and Enter, or F1", act_help),
    KEY(FUNCTION, 2, "F2", "", "call entry (not there yet)", act_call),
    KEY(PAGE_UP, 0, "PgUp PgDn", "", "scroll what is open", act_page_up),
    SAME_KEY(LINE, PAGE_DOWN, 0, act_page_down),
    KEY(LEFT, 0, "Left Right", "", "one character to the side", act_left),
    SAME_KEY(LINE, RIGHT, 0, act_right),
    KEY(HOME, 0, "Home End", "", "start and end of the line; ^A and ^E too", act_home),
    SAME_KEY(LINE, END, 0, act_end),
    SAME_KEY(LINE, CONTROL, 'A', act_home),
    SAME_KEY(LINE, CONTROL, 'E', act_end),
    KEY(CONTROL, 'K', "^K ^U", "", "erase to the end, to the start", act_erase_to_end),
    SAME_KEY(LINE, CONTROL, 'U', act_erase_to_start),
    KEY(CONTROL, 'W', "^W", "", "erase the word before", act_erase_word),
    KEY(BACKSPACE, 0, "Backspace", "", "erase the character before", act_erase_back),
    KEY(DELETE, 0, "Delete", "", "erase the character here", act_erase_here),
    KEY(CONTROL, 'L', "^L", "", "draw the whole screen again", act_redraw),
    KEY(TEXT, 0, "letters", "", "go to the line, always", act_type),
    KEY(PASTE, 0, "paste", "", "its first line goes to the line, without Enter", act_paste),
    KEY(CLICK, 0, "click", "", "select what is under the mouse; again on the map: the next there",
        act_click),
    KEY(DRAG, 0, "drag", "", "move the map; with Shift the terminal selects text as ever",
        act_drag),
    SAME_KEY(LINE, RELEASE, 0, act_release),
    KEY(WHEEL_UP, 0, "wheel", "", "zoom the map about the pointer, scroll what is open",
        act_wheel_up),
    SAME_KEY(LINE, WHEEL_DOWN, 0, act_wheel_down),
    MAP_KEY(ESCAPE, 0, "Esc", "back", "give the keys back to the line; F3 as well", act_map_escape),
    MAP_KEY(TEXT, '?', "?", "keys", "this page", act_help),
    MAP_KEY(UP, 0, "arrows", "cursor", "move the cursor; at the edge the map goes on",
            act_map_up),
    SAME_KEY(MAP, DOWN, 0, act_map_down),
    SAME_KEY(MAP, LEFT, 0, act_map_left),
    SAME_KEY(MAP, RIGHT, 0, act_map_right),
    MAP_KEY(FAR_UP, 0, "Ctrl-arrow", "", "move the cursor far", act_map_far_up),
    SAME_KEY(MAP, FAR_DOWN, 0, act_map_far_down),
    SAME_KEY(MAP, FAR_LEFT, 0, act_map_far_left),
    SAME_KEY(MAP, FAR_RIGHT, 0, act_map_far_right),
    MAP_KEY(SHIFT_UP, 0, "Shift-arrow", "", "move the map itself, HJKL too; it then stays: LOCKED",
            act_pan_up),
    SAME_KEY(MAP, SHIFT_DOWN, 0, act_pan_down),
    SAME_KEY(MAP, SHIFT_LEFT, 0, act_pan_left),
    SAME_KEY(MAP, SHIFT_RIGHT, 0, act_pan_right),
    SAME_KEY(MAP, TEXT, 'H', act_pan_left),
    SAME_KEY(MAP, TEXT, 'J', act_pan_down),
    SAME_KEY(MAP, TEXT, 'K', act_pan_up),
    SAME_KEY(MAP, TEXT, 'L', act_pan_right),
    MAP_KEY(PAGE_UP, 0, "PgUp PgDn", "", "move the map far", act_pan_page_up),
    SAME_KEY(MAP, PAGE_DOWN, 0, act_pan_page_down),
    MAP_KEY(ENTER, 0, "Enter", "select",
            "select what is under the cursor (space too); again: the next there", act_map_take),
    SAME_KEY(MAP, TEXT, ' ', act_map_take),
    MAP_KEY(TEXT, '+', "+ -", "zoom", "closer and wider, about the cursor", act_map_closer),
    SAME_KEY(MAP, TEXT, '=', act_map_closer),
    SAME_KEY(MAP, TEXT, '-', act_map_wider),
    SAME_KEY(MAP, TEXT, '_', act_map_wider),
    MAP_KEY(TEXT, '/', "/", "find", "find a place, a unit, an incident as you type; g too",
            act_search),
    SAME_KEY(MAP, TEXT, 'g', act_search),
    MAP_KEY(TEXT, 'n', "n N", "next",
            "the next thing on the map (Tab too), the most urgent first; the one before",
            act_map_next),
    SAME_KEY(MAP, TEXT, 'N', act_map_back),
    SAME_KEY(MAP, TAB, 0, act_map_next),
    SAME_KEY(MAP, BACK_TAB, 0, act_map_back),
    MAP_KEY(TEXT, 'c', "c", "centre", "centre on the selection; the map moves freely again",
            act_map_center),
    MAP_KEY(TEXT, 'f', "f", "follow", "follow the selection as it moves, or stop",
            act_map_follow),
    MAP_KEY(TEXT, '0', "0", "home", "where the site starts; again: all of the map", act_map_home),
    MAP_KEY(TEXT, 'm', "m", "mark",
            "and a letter: keep this place under it, there again: drop it; ' and it: go there",
            act_mark),
    SAME_KEY(MAP, TEXT, '\'', act_jump),
    MAP_KEY(TEXT, 'l', "l", "layers", "which layers are shown, and why one is not", act_layers),
    MAP_KEY(TEXT, 'd', "d", "distance", "measure from here: metres, bearing, by road",
            act_measure),
    MAP_KEY(TEXT, 'z', "z", "zone", "draw a hazard's outline by its corners; o: a circle",
            act_draw_zone),
    SAME_KEY(MAP, TEXT, 'o', act_draw_circle),
    MAP_KEY(TEXT, 'r', "r", "reach", "type what shows how far one gets from here in minutes",
            act_reach),
    MODE_KEY(MARK, TEXT, 0, "a to z", "the mark's letter", "keep the place under the cursor",
             act_mark_letter),
    MODE_KEY(MARK, ESCAPE, 0, "Esc", "no mark", "set none", act_mode_leave),
    MODE_KEY(JUMP, TEXT, 0, "a to z", "the mark's letter", "go to the mark", act_jump_letter),
    MODE_KEY(JUMP, ESCAPE, 0, "Esc", "stay", "stay here", act_mode_leave),
    MODE_KEY(DRAW, ENTER, 0, "Enter", "corner",
             "a corner here; of a circle its edge, which ends it", act_corner_add),
    SAME_KEY(DRAW, TEXT, ' ', act_corner_add),
    MODE_KEY(DRAW, BACKSPACE, 0, "Backspace", "take back", "take the last corner back",
             act_corner_back),
    MODE_KEY(DRAW, TEXT, 'z', "z", "done",
             "end it: the command stands in the line, to be completed", act_draw_done),
    MODE_KEY(DRAW, ESCAPE, 0, "Esc", "drop", "draw nothing", act_draw_drop),
    MODE_KEY(MEASURE, ENTER, 0, "Enter", "keep", "leave the distance on the map",
             act_measure_end),
    SAME_KEY(MEASURE, TEXT, ' ', act_measure_end),
    MODE_KEY(MEASURE, TEXT, 'd', "d", "from here", "measure from here instead", act_measure),
    MODE_KEY(MEASURE, ESCAPE, 0, "Esc", "drop", "measure nothing", act_measure_drop),
    MODE_KEY(LAYERS, UP, 0, "Up Down", "choose", "the layer above, below", act_layer_up),
    SAME_KEY(LAYERS, DOWN, 0, act_layer_down),
    MODE_KEY(LAYERS, TEXT, ' ', "space", "on, off", "show the layer, or hide it",
             act_layer_toggle),
    SAME_KEY(LAYERS, ENTER, 0, act_layer_toggle),
    MODE_KEY(LAYERS, ESCAPE, 0, "Esc", "close", "close the list", act_mode_leave),
    SAME_KEY(LAYERS, TEXT, 'l', act_mode_leave),
};

/* A mode of the map has its own keys, and those of `behind` where it has none. */
static const struct { const char *word; enum focus behind; } modes[] = {
    [FOCUS_LINE] = { "", FOCUS_LINE },
    [FOCUS_MAP] = { "MAP", FOCUS_LINE },
    [FOCUS_MARK] = { "MARK", FOCUS_MAP },
    [FOCUS_JUMP] = { "GO TO MARK", FOCUS_MAP },
    [FOCUS_DRAW] = { "DRAW", FOCUS_MAP },
    [FOCUS_MEASURE] = { "MEASURE", FOCUS_MAP },
    [FOCUS_LAYERS] = { "LAYERS", FOCUS_MAP },
};

const char *control_focus_word(enum focus focus)
{
    assert(focus < ARRAY_COUNT(modes));
    return modes[focus].word;
}

const struct control_key_row *control_key_row(uint32_t index)
{
    return index < ARRAY_COUNT(keys) ? &keys[index] : NULL;
}

static const struct control_key_row *row_for(enum focus focus, const struct press *press)
{
    for (uint32_t i = 0; i < ARRAY_COUNT(keys); i++)
        if (keys[i].focus == focus && keys[i].code == press->code
            && (keys[i].glyph == 0 || keys[i].glyph == press->glyph))
            return &keys[i];
    return NULL;
}

/* What the map has no use for goes where it always goes, but letters do not: a person who looks at
 * the map does not see the line. */
static const struct control_key_row *row_of(const struct view *view, const struct press *press)
{
    bool text = press->code == PRESS_TEXT || press->code == PRESS_PASTE;
    const struct control_key_row *row = row_for(view->focus, press);

    for (enum focus focus = view->focus; !row && focus != FOCUS_LINE;) {
        focus = modes[focus].behind;
        if (focus == FOCUS_LINE && text)
            return NULL;
        row = row_for(focus, press);
    }
    return row;
}

struct effect control_press(struct view *view, const struct picture *picture,
                            const struct press *press)
{
    struct effect effect = { .kind = EFFECT_NONE };
    struct control control = { .view = view, .picture = picture, .press = press,
                               .effect = &effect };
    const struct control_key_row *row = row_of(view, press);
    bool was_empty = view->line.length == 0;

    if (row)
        row->act(&control);
    control_search_follow(view, picture);
    control_place_follow(view, picture);
    if (was_empty && view->line.length > 0)
        view->line.first_key_sequence = view->drawn.count
            ? view->drawn.frames[(view->drawn.count - 1) % DRAWN_FRAMES_MAX].sequence : 0;
    return effect;
}
