/* control_line.c - editing the command line, and Esc. */
#include "panels/control_acts.h"

#include "app/base/text.h"

#define LINE_ACT(name)                                   \
    void act_##name(struct control *control)             \
    {                                                    \
        menu_close(control->view);                       \
        line_##name(&control->view->line);               \
    }
LINE_ACT(left)
LINE_ACT(right)
LINE_ACT(home)
LINE_ACT(end)
LINE_ACT(erase_back)
LINE_ACT(erase_here)
LINE_ACT(erase_to_end)
LINE_ACT(erase_to_start)
LINE_ACT(erase_word)
#undef LINE_ACT

void act_type(struct control *control)
{
    char bytes[4];
    uint32_t length = (uint32_t)utf8_encode(control->press->glyph, bytes);

    menu_close(control->view);
    line_insert(&control->view->line, span_from(bytes, length));
}

void act_paste(struct control *control)
{
    menu_close(control->view);
    line_paste(&control->view->line, control->press->text);
}

void act_up(struct control *control)
{
    if (control->view->menu.open)
        menu_step(control->view, -1);
    else if (!control_search_step(control->view, -1))
        line_earlier(&control->view->line);
}

void act_down(struct control *control)
{
    if (control->view->menu.open)
        menu_step(control->view, 1);
    else if (!control_search_step(control->view, 1))
        line_later(&control->view->line);
}

/* Esc undoes one step: the menu, the overlay, the line, what stays said, the walk, the page. */
void act_escape(struct control *control)
{
    struct view *view = control->view;

    if (view->menu.open)
        menu_close(view);
    else if (view->overlay != OVERLAY_NONE)
        view->overlay = OVERLAY_NONE;
    else if (control_search_leave(view))
        view->menu.count = 0;
    else if (view->line.length > 0)
        line_clear(&view->line);
    else if (view->walking) {
        view->walking = false;
        view_select(view, control->picture, view->before);
    } else if (view->hand.reach.said != SAID_NOTHING || view->hand.measure.ends_for) {
        hand_reach_drop(&view->hand);
        hand_measure_drop(&view->hand);
    } else if (view->page != PAGE_DESK)
        view->page = PAGE_DESK;
    else if (view->results[0].word[0] || view->results[VIEW_RESULTS_MAX - 1].word[0])
        for (uint32_t i = 0; i < VIEW_RESULTS_MAX; i++)
            view->results[i].word[0] = '\0';
    else
        view_unselect(view, control->picture);
    view->suggestion_at = 0;
    view->quit_asked = false;
}
