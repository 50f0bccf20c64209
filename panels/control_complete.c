/* control_complete.c - what Tab does: it completes the word, takes a suggestion, or asks geography.
 * A menu opens only on Tab and is closed by whatever edits the line. */
#include "panels/control_acts.h"

#include <ctype.h>
#include <stdio.h>
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

/* ---- `set` ---- */

/* The words before the cursor: which of them is being typed, and how far it is. */
struct typed_words {
    struct span words[4];
    uint32_t count;             /* Whole ones, before that. */
    struct span begun;
    uint32_t start;
};

static struct typed_words words_typed(const struct typed_line *line)
{
    struct typed_words typed = { .start = line->cursor };
    struct span rest, word;

    while (typed.start > 0 && line->text[typed.start - 1] != ' ')
        typed.start--;
    typed.begun = span_from(line->text + typed.start, line->cursor - typed.start);
    rest = span_trim(span_from(line->text, typed.start));
    while (typed.count < ARRAY_COUNT(typed.words) && rest.length && span_cut(&rest, ' ', &word))
        if (word.length)
            typed.words[typed.count++] = word;
    return typed;
}

static void offer(struct view *view, const struct typed_words *typed, const char *text,
                  const char *about)
{
    struct span start = span_of(text);

    if (typed->begun.length > start.length)
        return;
    start.length = typed->begun.length;
    if (text_same_ignoring_case(start, typed->begun))
        menu_add(&view->menu, text, about);
}

static void offer_each(struct view *view, const struct typed_words *typed, const char *words)
{
    struct span rest = span_of(words), word;
    char text[40];

    while (rest.length && span_cut(&rest, ' ', &word)) {
        text_copy(text, sizeof text, word);
        offer(view, typed, text, "");
    }
}

static void offer_layers(struct view *view, const struct typed_words *typed)
{
    for (uint32_t i = 0; view->map && i < map_layer_count(view->map); i++) {
        const struct map_layer_style *style = map_layer_style(view->map, i);
        offer(view, typed, style->name, style->hidden ? "off" : "on");
    }
}

static void offer_feeds(struct control *control, const struct typed_words *typed)
{
    for (uint32_t i = 0; i < picture_count(control->picture, OBJECT_FEED); i++) {
        const struct feed *feed = picture_row(control->picture, OBJECT_FEED, i);
        offer(control->view, typed, feed->name, vocabulary_word(&feed_state_words, feed->state));
    }
}

static void offer_units(struct control *control, const struct typed_words *typed)
{
    for (uint32_t i = 0; i < picture_count(control->picture, OBJECT_UNIT); i++) {
        const struct unit *unit = picture_row(control->picture, OBJECT_UNIT, i);
        offer(control->view, typed, unit->callsign, "follow it");
    }
}

static bool is_word(struct span word, const char *text)
{
    return text_same_ignoring_case(word, span_of(text));
}

/* What may follow a word of `set`: names where it takes one, else the words of its row. */
static void offer_values(struct control *control, const struct typed_words *typed)
{
    const struct control_set_row *row;
    struct view *view = control->view;
    bool layer = is_word(typed->words[1], "layer"), feed = is_word(typed->words[1], "feed");

    if (typed->count == 3) {
        offer_each(view, typed, layer ? "on off" : feed ? "pause run restart" : "");
        return;
    }
    if (layer)
        offer_layers(view, typed);
    if (feed)
        offer_feeds(control, typed);
    for (uint32_t i = 0; (row = control_set_row(i)); i++)
        if (is_word(typed->words[1], row->word))
            offer_each(view, typed, row->values);
    if (is_word(typed->words[1], "follow"))
        offer_units(control, typed);
}

/* `set` is the console's own word, so the core has no candidates for it. */
static bool complete_set(struct control *control)
{
    struct view *view = control->view;
    struct typed_words typed = words_typed(&view->line);
    const struct control_set_row *row;

    if (typed.count == 0 || typed.count > 3 || !is_word(typed.words[0], "set"))
        return false;
    menu_close(view);
    view->menu.start = typed.start;
    for (uint32_t i = 0; typed.count == 1 && (row = control_set_row(i)); i++)
        offer(view, &typed, row->word, row->about);
    if (typed.count == 1)
        offer(view, &typed, "feed", "NAME pause, run or restart (supervisor)");
    else
        offer_values(control, &typed);
    menu_open(view);
    return true;
}

/* ---- commands ---- */

static void complete_word(struct control *control)
{
    if (complete_set(control))
        return;
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

/* Places that geography does not know: "@a", "@m" or "@mark" may be the mark a, "@c" the cursor. */
static void own_places_add(struct view *view, struct span typed)
{
    struct typed_words begun = { .begun = typed };
    char words[16], letter[2] = "";

    if (geo_known(view->hand.cursor.at))
        offer(view, &begun, "cursor", "of the map");
    for (uint32_t i = 0; i < MARKS_COUNT; i++) {
        letter[0] = (char)('a' + i);
        if (!geo_known(view->hand.marks.at[i]))
            continue;
        snprintf(words, sizeof words, "mark %s", letter);
        if (text_same_ignoring_case(typed, span_of(letter)))
            menu_add(&view->menu, words, "where m was pressed");
        else
            offer(view, &begun, words, "where m was pressed");
    }
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
    own_places_add(view, typed);
    for (uint32_t i = 0; i < count; i++)
        menu_add(&view->menu, places[i], "");
    menu_open(view);
}

void act_back_tab(struct control *control)
{
    if (!control_search_step(control->view, -1) && control->view->menu.open)
        menu_step(control->view, -1);
}
