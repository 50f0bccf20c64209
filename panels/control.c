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

static const struct control_key_row keys[] = {
    KEY(CONTROL, 'N', "^N", "next", "the next thing that waits for a person; works everywhere",
        act_walk_next),
    KEY(CONTROL, 'P', "^P", "back", "the one before it", act_walk_back),
    KEY(TAB, 0, "Tab", "complete/take", "complete the word; on an empty line take the suggestion",
        act_tab),
    KEY(BACK_TAB, 0, "Shift-Tab", "", "the candidate before", act_back_tab),
    KEY(ENTER, 0, "Enter", "send", "send the line; nothing on an empty one", act_enter),
    KEY(ESCAPE, 0, "Esc", "clear", "close what is open, clear the line, go back", act_escape),
    KEY(UP, 0, "Up", "earlier", "your earlier lines", act_up),
    KEY(DOWN, 0, "Down", "", "your later lines", act_down),
    KEY(FUNCTION, 3, "F3", "map", "give the keys to the map; again or Esc takes them back",
        act_map),
    KEY(FUNCTION, 4, "F4", "lists", "attention, pending and active over the whole screen",
        act_lists),
    KEY(FUNCTION, 5, "F5", "units", "all units", act_units),
    KEY(FUNCTION, 6, "F6", "log", "the log over the whole screen", act_log),
    KEY(FUNCTION, 1, "?", "help", "this page: type ? and Enter, or F1", act_help),
    KEY(FUNCTION, 2, "F2", "", "call entry (not there yet)", act_call),
    KEY(PAGE_UP, 0, "PgUp", "", "scroll what is open", act_page_up),
    KEY(PAGE_DOWN, 0, "PgDn", "", "scroll what is open", act_page_down),
    KEY(LEFT, 0, "Left", "", "one character left", act_left),
    KEY(RIGHT, 0, "Right", "", "one character right", act_right),
    KEY(HOME, 0, "Home", "", "start of the line", act_home),
    KEY(END, 0, "End", "", "end of the line", act_end),
    KEY(CONTROL, 'A', "^A", "", "start of the line", act_home),
    KEY(CONTROL, 'E', "^E", "", "end of the line", act_end),
    KEY(CONTROL, 'K', "^K", "", "erase to the end", act_erase_to_end),
    KEY(CONTROL, 'U', "^U", "", "erase to the start", act_erase_to_start),
    KEY(CONTROL, 'W', "^W", "", "erase the word before", act_erase_word),
    KEY(BACKSPACE, 0, "Backspace", "", "erase the character before", act_erase_back),
    KEY(DELETE, 0, "Delete", "", "erase the character here", act_erase_here),
    KEY(CONTROL, 'L', "^L", "", "draw the whole screen again", act_redraw),
    KEY(TEXT, 0, "letters", "", "go to the line, always", act_type),
    KEY(PASTE, 0, "paste", "", "its first line goes to the line, without Enter", act_paste),
    KEY(CLICK, 0, "click", "", "select what is under the mouse", act_click),
    KEY(WHEEL_UP, 0, "wheel", "", "zoom the map, scroll what is open", act_wheel_up),
    KEY(WHEEL_DOWN, 0, "wheel", "", "the other way", act_wheel_down),
    MAP_KEY(UP, 0, "Up", "", "move the map", act_map_up),
    MAP_KEY(DOWN, 0, "arrows", "move", "move the map", act_map_down),
    MAP_KEY(LEFT, 0, "Left", "", "move the map", act_map_left),
    MAP_KEY(RIGHT, 0, "Right", "", "move the map", act_map_right),
    MAP_KEY(TEXT, '+', "+", "closer", "closer", act_map_closer),
    MAP_KEY(TEXT, '=', "=", "", "closer", act_map_closer),
    MAP_KEY(TEXT, '-', "-", "wider", "wider", act_map_wider),
    MAP_KEY(TEXT, 'f', "f", "follow", "follow the selected object, or stop", act_map_follow),
    MAP_KEY(TEXT, '0', "0", "whole city", "show the whole city", act_map_whole),
    MAP_KEY(ENTER, 0, "Enter", "select", "select what is under the cursor", act_map_take),
    MAP_KEY(ESCAPE, 0, "Esc", "back to the line", "give the keys back to the line", act_map_leave),
};

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
    const struct control_key_row *row = row_for(view->focus, press);
    bool text = press->code == PRESS_TEXT || press->code == PRESS_PASTE;

    if (row || (view->focus == FOCUS_MAP && text))
        return row;
    return row_for(FOCUS_LINE, press);
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
    if (was_empty && view->line.length > 0)
        view->line.first_key_sequence = view->drawn.count
            ? view->drawn.frames[(view->drawn.count - 1) % DRAWN_FRAMES_MAX].sequence : 0;
    return effect;
}
