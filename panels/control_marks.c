/* control_marks.c - m and a letter keep the place under the cursor, ' and the letter goes there. */
#include "panels/control_acts.h"

#include <stdio.h>

void act_mark(struct control *control)
{
    control->view->focus = FOCUS_MARK;
}

void act_jump(struct control *control)
{
    control->view->focus = FOCUS_JUMP;
}

static void refuse(struct control *control, const char *key, const char *sentence)
{
    view_result_add(control->view, "NO", key, sentence);
}

/* On a place where it already stands a mark is taken away: the same keys undo themselves. */
void act_mark_letter(struct control *control)
{
    struct hand *hand = &control->view->hand;
    struct geo_point *at = marks_letter(&hand->marks, control->press->glyph);
    char key[8];

    control->view->focus = FOCUS_MAP;
    snprintf(key, sizeof key, "m");
    if (!at) {
        refuse(control, key, "a mark is a letter, a to z");
        return;
    }
    if (!geo_known(hand->cursor.at)) {
        refuse(control, key, "the map has not come yet: there is no place to mark");
        return;
    }
    *at = geo_known(*at) && geo_same(*at, hand->cursor.at) ? geo_unknown() : hand->cursor.at;
    hand->marks_changed = true;
}

void act_jump_letter(struct control *control)
{
    struct view *view = control->view;
    const struct geo_point *at = marks_letter(&view->hand.marks, control->press->glyph);
    char sentence[80];

    view->focus = FOCUS_MAP;
    if (!at || !geo_known(*at)) {
        snprintf(sentence, sizeof sentence, "no such mark: m and a letter sets one (%u are set)",
                 marks_set(&view->hand.marks));
        refuse(control, "'", sentence);
        return;
    }
    view->map_view.center = *at;
    control_hold(view);
    control_cursor_to(view, *at);
}
