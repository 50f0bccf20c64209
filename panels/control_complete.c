/* control_complete.c - what Tab does: it completes the word, takes a suggestion, or asks geography.
 * A menu opens only on Tab and is closed by whatever edits the line. */
#include "panels/control_acts.h"

#include <ctype.h>
#include <string.h>

#include "app/base/text.h"
#include "panels/suggest.h"

void menu_close(struct view *view)
{
    view->menu.open = false;
    view->menu.count = 0;
}

static void menu_take(struct view *view)
{
    struct view_menu *menu = &view->menu;

    assert(menu->chosen < menu->count);
    line_replace(&view->line, menu->start, span_of(menu->items[menu->chosen].text));
}

void menu_step(struct view *view, int step)
{
    struct view_menu *menu = &view->menu;
    int64_t at = menu->chosen == menu->count ? (step > 0 ? 0 : (int64_t)menu->count - 1)
                                             : (int64_t)menu->chosen + step;

    menu->chosen = (uint32_t)((at + menu->count) % menu->count);
    menu_take(view);
}

static void menu_add(struct view_menu *menu, const char *text, const char *about)
{
    if (menu->count == VIEW_MENU_MAX)
        return;
    struct view_menu_item *item = &menu->items[menu->count++];
    text_copy(item->text, sizeof item->text, span_of(text));
    text_copy(item->about, sizeof item->about, span_of(about));
    menu->chosen = menu->count;
}

/* One candidate stands in the line at once, where it can be read; more of them open the menu. */
static void menu_open(struct view *view)
{
    struct view_menu *menu = &view->menu;

    menu->open = menu->count > 1;
    menu->chosen = menu->count;
    if (menu->count == 1) {
        menu->chosen = 0;
        menu_take(view);
        line_insert(&view->line, span_of(" "));
        menu_close(view);
    }
}

/* Where a place being typed starts, after its "@"; false when the cursor is not in one. */
static bool place_start(const struct typed_line *line, uint32_t *ret_start)
{
    uint32_t start = 0;
    bool found = line->length > 0 && line->text[0] == '/';

    if (found)
        start = 1;
    for (uint32_t i = 0; i < line->cursor; i++) {
        if (line->text[i] == '@') {
            found = true;
            start = i + 1;
        } else if (found && (strncmp(line->text + i, " ;", 2) == 0
                             || (strncmp(line->text + i, " p", 2) == 0
                                 && isdigit((unsigned char)line->text[i + 2]))))
            return false;
    }
    *ret_start = start;
    return found;
}

static void take_suggestion(struct control *control)
{
    struct view *view = control->view;
    struct suggestion suggestion;

    if (!suggest(control->picture, view, view->suggestion_at, &suggestion))
        return;
    line_insert(&view->line, span_of(suggestion.typed));
    view->suggestion_at++;
}

static void complete_word(struct control *control)
{
    struct view *view = control->view;
    struct completion found[VIEW_MENU_MAX];
    struct arena *arena = arena_new();
    uint32_t count = command_complete(control->picture, line_span(&view->line),
                                      view->line.cursor, arena, found, VIEW_MENU_MAX);

    menu_close(view);
    view->menu.start = count ? found[0].start : view->line.cursor;
    for (uint32_t i = 0; i < count; i++)
        menu_add(&view->menu, found[i].text, found[i].about);
    arena_free(arena);
    menu_open(view);
}

/* What Tab took last, unchanged: Tab again takes the next suggestion in its place. */
static bool line_is_suggestion(struct control *control)
{
    struct view *view = control->view;
    struct suggestion last;

    return view->suggestion_at > 0
           && suggest(control->picture, view, view->suggestion_at - 1, &last)
           && span_is(line_span(&view->line), last.typed);
}

void act_tab(struct control *control)
{
    struct view *view = control->view;
    struct suggestion next;
    uint32_t start;

    if (control_search_step(view, 1))
        return;
    if (view->menu.open) {
        menu_step(view, 1);
        return;
    }
    if (view->line.length == 0) {
        view->suggestion_at = 0;
        take_suggestion(control);
        return;
    }
    bool open_ended = view->line.text[view->line.length - 1] == ' ';
    if (!open_ended && line_is_suggestion(control)
        && suggest(control->picture, view, view->suggestion_at, &next)) {
        line_clear(&view->line);
        take_suggestion(control);
        return;
    }
    complete_word(control);
    if (view->menu.count > 0 || !place_start(&view->line, &start))
        return;
    struct span typed = span_from(view->line.text + start, view->line.cursor - start);
    text_copy(view->hand.tab_text, sizeof view->hand.tab_text, typed);
    control_ask_place(view, LOOK_TAB, view->hand.tab_text, 0);
}

void control_places(struct view *view, const char *asked, const char *const *places,
                    uint32_t count)
{
    uint32_t start;

    if (!place_start(&view->line, &start))
        return;
    struct span typed = span_from(view->line.text + start, view->line.cursor - start);
    if (!span_is(typed, asked) || view->menu.open)     /* The line went on: too late. */
        return;
    menu_close(view);
    view->menu.start = start;
    for (uint32_t i = 0; i < count; i++)
        menu_add(&view->menu, places[i], "");
    menu_open(view);
}

void act_back_tab(struct control *control)
{
    if (!control_search_step(control->view, -1) && control->view->menu.open)
        menu_step(control->view, -1);
}
