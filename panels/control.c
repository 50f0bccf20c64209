#include "panels/control.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"
#include "panels/layout.h"
#include "panels/rows.h"
#include "panels/scene.h"
#include "panels/suggest.h"

struct control {
    struct view *view;
    const struct picture *picture;
    const struct press *press;
    struct effect *effect;
    bool refused;               /* Here, at once: the line stays, to be put right. */
};

/* ---- the map ---- */

enum { M_PER_CELL_MIN = 1, M_PER_CELL_MAX = 2000, CLOSE_M_PER_CELL = 12 };

static enum map_mode map_mode_of(const struct view *view)
{
    return view->ascii ? MAP_ASCII : MAP_BRAILLE;
}

static void map_pan(struct control *control, int rows, int columns)
{
    struct view *view = control->view;
    double row = view->map_rows / 2.0 + rows * view->map_rows / 6.0;
    double column = view->map_columns / 2.0 + columns * view->map_columns / 8.0;

    view->map_view.center = map_point_at(&view->map_view, view->map_rows, view->map_columns, row,
                                         column);
    view->map_follow = false;
    view->map_locked = true;
}

static void map_up(struct control *control) { map_pan(control, -1, 0); }
static void map_down(struct control *control) { map_pan(control, 1, 0); }
static void map_left(struct control *control) { map_pan(control, 0, -1); }
static void map_right(struct control *control) { map_pan(control, 0, 1); }

static void map_zoom(struct view *view, double factor)
{
    double m_per_cell = view->map_view.m_per_cell * factor;

    if (m_per_cell >= M_PER_CELL_MIN && m_per_cell <= M_PER_CELL_MAX)
        view->map_view.m_per_cell = m_per_cell;
}

static void map_closer(struct control *control) { map_zoom(control->view, 1 / 1.5); }
static void map_wider(struct control *control) { map_zoom(control->view, 1.5); }

static void map_whole(struct control *control)
{
    struct view *view = control->view;

    if (view->map && map_layer_count(view->map) > 0)
        view->map_view = map_view_fit(map_bounds(view->map), view->map_rows, view->map_columns,
                                      map_mode_of(view));
    view->map_follow = false;
    view->map_locked = false;
}

void control_map_to(struct view *view, struct geo_point point)
{
    if (!geo_known(point))
        return;
    view->map_view.center = point;
    if (view->map_view.m_per_cell > CLOSE_M_PER_CELL || view->map_view.m_per_cell == 0)
        view->map_view.m_per_cell = CLOSE_M_PER_CELL;
    view->map_placed = true;
}

/* The map goes where the selection is, unless somebody holds it still; it zooms only when the
 * point would be out of sight. */
static void map_frame(struct control *control)
{
    struct view *view = control->view;
    struct geo_point point = object_location(control->picture, &view->selected);
    double row, column;

    if (view->map_locked || !geo_known(point) || view->map_rows == 0)
        return;
    map_cell_of(&view->map_view, view->map_rows, view->map_columns, point, &row, &column);
    bool inside = row >= 2 && row < view->map_rows - 3 && column >= 4
                  && column < view->map_columns - 12;
    if (!inside)
        view->map_view.center = point;
}

static void map_toggle_follow(struct control *control)
{
    struct view *view = control->view;

    view->map_follow = !view->map_follow;
    view->map_locked = false;
    if (view->map_follow)
        control_map_to(view, object_location(control->picture, &view->selected));
}

static void take_picked(struct control *control, uint32_t key);

static void map_take(struct control *control)
{
    struct view *view = control->view;

    if (view->map)
        take_picked(control, map_pick(view->map, (uint16_t)(view->map_rows / 2),
                                      (uint16_t)(view->map_columns / 2)));
}

static void map_leave(struct control *control)
{
    control->view->focus = FOCUS_LINE;
    if (control->view->page == PAGE_MAP)
        control->view->page = PAGE_DESK;
}

/* ---- selecting ---- */

static void take_picked(struct control *control, uint32_t key)
{
    struct object_name name;

    if (scene_key_name(control->picture, key, &name))
        view_select(control->view, control->picture, name);
}

static void select_and_frame(struct control *control, struct object_name name)
{
    view_select(control->view, control->picture, name);
    control->view->suggestion_at = 0;
    map_frame(control);
}

/* ---- the queue ---- */

static void walk(struct control *control, int step)
{
    struct view *view = control->view;
    uint32_t count = view->attention.count;
    int64_t at = -1;

    if (count == 0)
        return;
    for (uint32_t i = 0; i < count && view->walking; i++)
        if (view_relation(view, control->picture, &view->attention.names[i]) == VIEW_SELECTED)
            at = i;
    if (!view->walking)
        view->before = view->selected;
    at = at < 0 ? (step > 0 ? 0 : (int64_t)count - 1) : at + step;
    at = at < 0 ? 0 : at >= (int64_t)count ? (int64_t)count - 1 : at;
    view->walking = true;
    struct object_name target = { 0 };
    if (object_name_parse(span_of(view->attention.names[at].key), &target))
        select_and_frame(control, target);
}

static void walk_next(struct control *control) { walk(control, 1); }
static void walk_back(struct control *control) { walk(control, -1); }

/* ---- the line ---- */

static void menu_close(struct view *view)
{
    view->menu.open = false;
    view->menu.count = 0;
}

#define LINE_ACT(name)                                   \
    static void act_##name(struct control *control)      \
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

static void act_type(struct control *control)
{
    char bytes[4];
    uint32_t length = (uint32_t)utf8_encode(control->press->glyph, bytes);

    menu_close(control->view);
    line_insert(&control->view->line, span_from(bytes, length));
}

static void act_paste(struct control *control)
{
    menu_close(control->view);
    line_paste(&control->view->line, control->press->text);
}

static void menu_take(struct view *view)
{
    struct view_menu *menu = &view->menu;

    assert(menu->chosen < menu->count);
    line_replace(&view->line, menu->start, span_of(menu->items[menu->chosen].text));
}

static void menu_step(struct view *view, int step)
{
    struct view_menu *menu = &view->menu;
    int64_t at = menu->chosen == menu->count ? (step > 0 ? 0 : (int64_t)menu->count - 1)
                                             : (int64_t)menu->chosen + step;

    menu->chosen = (uint32_t)((at + menu->count) % menu->count);
    menu_take(view);
}

static void act_up(struct control *control)
{
    if (control->view->menu.open)
        menu_step(control->view, -1);
    else
        line_earlier(&control->view->line);
}

static void act_down(struct control *control)
{
    if (control->view->menu.open)
        menu_step(control->view, 1);
    else
        line_later(&control->view->line);
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

static void effect_text(struct control *control, enum effect_kind kind, struct span text)
{
    assert(text.length <= COMMAND_BYTES_MAX);
    control->effect->kind = kind;
    memcpy(control->effect->text, text.bytes, text.length);
    control->effect->text[text.length] = '\0';
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

static void complete(struct control *control)
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

static void act_tab(struct control *control)
{
    struct view *view = control->view;
    struct suggestion next;
    uint32_t start;

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
    complete(control);
    if (view->menu.count == 0 && place_start(&view->line, &start))
        effect_text(control, EFFECT_LOOK, span_from(view->line.text + start,
                                                    view->line.cursor - start));
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

static void act_back_tab(struct control *control)
{
    if (control->view->menu.open)
        menu_step(control->view, -1);
}

/* Esc undoes one step: the menu, the overlay, the line, what stays said, the walk, the page. */
static void act_escape(struct control *control)
{
    struct view *view = control->view;

    if (view->menu.open)
        menu_close(view);
    else if (view->overlay != OVERLAY_NONE)
        view->overlay = OVERLAY_NONE;
    else if (view->line.length > 0)
        line_clear(&view->line);
    else if (view->walking) {
        view->walking = false;
        view_select(view, control->picture, view->before);
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

/* ---- Enter ---- */

static void say(struct control *control, const char *word, const char *text)
{
    view_result_add(control->view, word, control->view->line.text, text);
    control->refused = strcmp(word, "NO") == 0;
}

static bool matches(const char *text, struct span words)
{
    char wanted[COMMAND_BYTES_MAX + 1], have[256];
    size_t length = words.length < sizeof wanted - 1 ? words.length : sizeof wanted - 1;

    for (size_t i = 0; i < length; i++)
        wanted[i] = (char)tolower((unsigned char)words.bytes[i]);
    wanted[length] = '\0';
    size_t at = 0;
    for (; text[at] && at < sizeof have - 1; at++)
        have[at] = (char)tolower((unsigned char)text[at]);
    have[at] = '\0';
    return length > 0 && strstr(have, wanted);
}

/* What stands in the picture under these words: an open incident, a unit, a facility. */
static bool find_words(const struct picture *picture, struct span words,
                       struct object_name *ret_name)
{
    for (uint32_t i = 0; i < picture_count(picture, OBJECT_INCIDENT); i++) {
        const struct incident *incident = picture_row(picture, OBJECT_INCIDENT, i);
        if (incident->state == INCIDENT_OPEN && matches(incident->place, words)) {
            *ret_name = object_numbered(OBJECT_INCIDENT, incident->number);
            return true;
        }
    }
    for (uint32_t i = 0; i < picture_count(picture, OBJECT_FACILITY); i++) {
        const struct facility *facility = picture_row(picture, OBJECT_FACILITY, i);
        if (matches(facility->name, words) || text_same_ignoring_case(span_of(facility->code),
                                                                      words)) {
            *ret_name = object_called(OBJECT_FACILITY, facility->code);
            return true;
        }
    }
    return false;
}

static bool object_here(const struct picture *picture, struct span text,
                        struct object_name *ret_name)
{
    return object_name_parse(text, ret_name) && picture_find(picture, ret_name);
}

bool control_find(const struct picture *picture, struct span words,
                  struct object_name *ret_name)
{
    return object_here(picture, words, ret_name) || find_words(picture, words, ret_name);
}

/* An object alone selects it; `go` and `/` take names and places as well and move the map there. */
static void go_to(struct control *control, struct span words)
{
    struct object_name name;
    struct view *view = control->view;

    if (control_find(control->picture, words, &name)) {
        view_select(view, control->picture, name);
        control_map_to(view, object_location(control->picture, &name));
        view->walking = false;
        return;
    }
    effect_text(control, EFFECT_GO, words);
}

static struct span after_verb(const struct typed_line *line)
{
    struct span rest = line_span(line), verb;

    rest = span_trim(rest);
    span_cut(&rest, ' ', &verb);
    return span_trim(rest);
}

static void set_layer(struct control *control, struct span name, struct span state)
{
    struct view *view = control->view;
    uint32_t count = view->map ? map_layer_count(view->map) : 0;

    for (uint32_t i = 0; i < count; i++)
        if (text_same_ignoring_case(span_of(map_layer_style(view->map, i)->name), name)) {
            map_layer_hide(view->map, i, text_same_ignoring_case(state, span_of("off")));
            say(control, "OK", "");
            return;
        }
    char text[512] = "no such layer. There are:";
    for (uint32_t i = 0; i < count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), " %s",
                 map_layer_style(view->map, i)->name);
    say(control, "NO", text);
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
        say(control, "OK", "");
    } else if (text_same_ignoring_case(word, span_of("quiet"))
               && span_parse(span_trim(rest), &span_ms) && span_ms <= QUIET_MS_MAX) {
        sound->quiet_until_ms = control->view->clock_ms + span_ms;
        say(control, "OK", "only an emergency sounds until then");
    } else
        say(control, "NO", "set sound quiet SPAN (30m at most), or set sound on");
}

static void local_set(struct control *control, struct span rest)
{
    struct span what = { 0 }, name = { 0 };
    struct view *view = control->view;

    span_cut(&rest, ' ', &what);
    rest = span_trim(rest);
    if (text_same_ignoring_case(what, span_of("sound"))) {
        set_sound(control, rest);
    } else if (text_same_ignoring_case(what, span_of("layer"))) {
        span_cut(&rest, ' ', &name);
        set_layer(control, name, span_trim(rest));
    } else if (text_same_ignoring_case(what, span_of("follow"))) {
        view->map_follow = is_on(rest);
        view->map_locked = false;
        say(control, "OK", view->map_follow ? "the map follows the selection" : "it stays");
    } else if (text_same_ignoring_case(what, span_of("lock"))) {
        view->map_locked = is_on(rest);
        say(control, "OK", view->map_locked ? "the map stays where it is" : "it frames again");
    } else if (text_same_ignoring_case(what, span_of("blink"))) {
        view->blink_off = !is_on(rest);
        say(control, "OK", "");
    } else
        say(control, "NO",
            "this console can set: sound quiet SPAN, layer NAME, follow, lock, blink on or off");
}

static bool owns_open(struct control *control, char *text, size_t text_bytes)
{
    size_t length = 0;

    for (uint32_t i = 0; i < picture_count(control->picture, OBJECT_INCIDENT); i++) {
        const struct incident *incident = picture_row(control->picture, OBJECT_INCIDENT, i);
        if (incident->state != INCIDENT_OPEN || !incident->owner[0]
            || strcmp(incident->owner, control->view->operator_name) != 0
            || length + 12 > text_bytes)
            continue;
        length += (size_t)snprintf(text + length, text_bytes - length, " #%u", incident->number);
    }
    return length > 0;
}

/* Asks while its person owns anything: nothing is ownerless between two shifts. */
static void local_quit(struct control *control)
{
    char owned[120] = "", text[240];

    if (!control->view->quit_asked && !control->view->read_only
        && owns_open(control, owned, sizeof owned)) {
        snprintf(text, sizeof text, "you own%s; they stay yours. quit again leaves", owned);
        say(control, "ASK", text);
        control->view->quit_asked = true;
        return;
    }
    control->effect->kind = EFFECT_QUIT;
}

static void local_show(struct control *control, struct span what)
{
    if (text_same_ignoring_case(what, span_of("feeds"))) {
        control->view->overlay = OVERLAY_FEEDS;
        return;
    }
    effect_text(control, EFFECT_SHOW, what);
}

static void send_line(struct control *control)
{
    struct view *view = control->view;

    if (view->read_only) {
        say(control, "NO", "this console only reads: start it with --as NAME to give commands");
        return;
    }
    effect_text(control, EFFECT_DO, line_span(&view->line));
    control->effect->saw = line_saw(&view->line, &view->drawn, view->clock_ms);
}

static void run_verb(struct control *control, const struct command *command)
{
    struct span rest = after_verb(&control->view->line);

    if (strcmp(command->long_form, "quit") == 0)
        local_quit(control);
    else if (strcmp(command->long_form, "go") == 0)
        go_to(control, rest);
    else if (strcmp(command->long_form, "set") == 0 && command->place == COMMAND_LOCAL)
        local_set(control, rest);
    else if (strcmp(command->long_form, "show") == 0)
        local_show(control, rest);
    else if (strcmp(command->long_form, "why") == 0)
        effect_text(control, EFFECT_WHY, rest);
    else
        send_line(control);
}

static void run_line(struct control *control)
{
    struct view *view = control->view;
    struct span text = span_trim(line_span(&view->line)), rest = text, verb = { 0 };
    struct object_name name;

    if (text.bytes[0] == '?') {
        view->overlay = OVERLAY_HELP;
        view->overlay_first = 0;
        return;
    }
    if (text.bytes[0] == '/') {
        go_to(control, span_trim(span_from(text.bytes + 1, text.length - 1)));
        return;
    }
    span_cut(&rest, ' ', &verb);
    const struct command *command = command_named(verb);
    if (command) {
        run_verb(control, command);
    } else if (object_here(control->picture, text, &name)) {
        view->walking = false;
        select_and_frame(control, name);
    } else
        send_line(control);     /* The hub refuses it in its own words. */
}

static void act_enter(struct control *control)
{
    struct view *view = control->view;

    if (view->menu.open) {              /* Chooses; a second Enter sends. */
        if (view->menu.chosen == view->menu.count)
            menu_step(view, 1);
        line_insert(&view->line, span_of(" "));
        menu_close(view);
        return;
    }
    if (span_trim(line_span(&view->line)).length == 0)
        return;
    bool quit_asked = view->quit_asked;
    run_line(control);
    if (quit_asked)
        view->quit_asked = false;
    if (!control->refused)
        line_sent(&view->line);
    view->suggestion_at = 0;
}

/* ---- pages and overlays ---- */

static void page_toggle(struct view *view, enum page page)
{
    view->overlay = OVERLAY_NONE;
    view->page = view->page == page ? PAGE_DESK : page;
    view->log_first = 0;
    view->units_first = 0;
}

static void act_map(struct control *control)
{
    struct view *view = control->view;

    if (view->focus == FOCUS_MAP) {
        map_leave(control);
        return;
    }
    struct layout layout = layout_make(control->picture, view);
    view->overlay = OVERLAY_NONE;
    view->focus = FOCUS_MAP;
    if (!layout_place(&layout, PANEL_MAP))
        view->page = PAGE_MAP;
}

static void act_lists(struct control *control) { page_toggle(control->view, PAGE_LISTS); }
static void act_units(struct control *control) { page_toggle(control->view, PAGE_UNITS); }
static void act_log(struct control *control) { page_toggle(control->view, PAGE_LOG); }

static void act_call(struct control *control)
{
    view_result_add(control->view, "NO", "F2",
                    "call entry is not there yet: new TYPE @place p1 ; text opens an incident");
}

static void act_help(struct control *control)
{
    control->view->overlay = OVERLAY_HELP;
    control->view->overlay_first = 0;
}

static void act_redraw(struct control *control)
{
    control->effect->kind = EFFECT_REDRAW;
}

static uint32_t *scrolled(struct view *view, uint32_t *ret_most)
{
    enum { HELP_ROWS_MOST = 120 };

    if (view->overlay != OVERLAY_NONE) {
        *ret_most = view->overlay == OVERLAY_ANSWER ? view->answer_count : HELP_ROWS_MOST;
        return &view->overlay_first;
    }
    if (view->page == PAGE_LOG) {
        *ret_most = view_log_kept(view);
        return &view->log_first;
    }
    *ret_most = view->units.count;
    return view->page == PAGE_UNITS ? &view->units_first : NULL;
}

static void scroll(struct view *view, int rows)
{
    uint32_t most = 0;
    uint32_t *first = scrolled(view, &most);

    if (!first)
        return;
    int64_t to = (int64_t)*first + rows;
    int64_t last = most > 0 ? (int64_t)most - 1 : 0;
    *first = (uint32_t)(to < 0 ? 0 : to > last ? last : to);
}

static void act_page_up(struct control *control)
{
    scroll(control->view, -(control->view->rows - 10));
}

static void act_page_down(struct control *control)
{
    scroll(control->view, control->view->rows - 10);
}

/* ---- the mouse types and selects; it never does what a key cannot ---- */

static bool over(const struct place *place, const struct press *press)
{
    return place && press->row >= place->row && press->row < place->row + place->rows
           && press->column >= place->column && press->column < place->column + place->columns;
}

static void click_attention(struct control *control, uint32_t row)
{
    struct object_name target = { 0 };
    struct view *view = control->view;

    if (row >= 1 && row - 1 < view->attention.count
        && object_name_parse(span_of(view->attention.names[row - 1].key), &target))
        select_and_frame(control, target);
}

static void click_unit(struct control *control, uint32_t row)
{
    struct view *view = control->view;
    uint32_t first = view->page == PAGE_UNITS ? view->units_first : 0;

    if (row >= 2 && first + row - 2 < view->units.count)
        select_and_frame(control, view->units.names[first + row - 2]);
}

static void act_click(struct control *control)
{
    struct layout layout = layout_make(control->picture, control->view);
    const struct press *press = control->press;
    const struct place *map = layout_place(&layout, PANEL_MAP);
    const struct place *attention = layout_place(&layout, PANEL_ATTENTION);
    const struct place *units = layout_place(&layout, PANEL_UNITS);

    if (control->view->overlay != OVERLAY_NONE)
        return;
    if (over(map, press) && press->row > map->row && control->view->map)
        take_picked(control, map_pick(control->view->map, (uint16_t)(press->row - map->row - 1),
                                      (uint16_t)(press->column - map->column)));
    else if (over(attention, press))
        click_attention(control, (uint32_t)(press->row - attention->row));
    else if (over(units, press))
        click_unit(control, (uint32_t)(press->row - units->row));
}

static void wheel(struct control *control, int direction)
{
    struct layout layout = layout_make(control->picture, control->view);

    if (control->view->overlay == OVERLAY_NONE
        && over(layout_place(&layout, PANEL_MAP), control->press))
        map_zoom(control->view, direction < 0 ? 1 / 1.25 : 1.25);
    else
        scroll(control->view, direction * 3);
}

static void act_wheel_up(struct control *control) { wheel(control, -1); }
static void act_wheel_down(struct control *control) { wheel(control, 1); }

/* ---- the table ---- */

#define KEY(code_, glyph_, label_, hint_, help_, act_)                                        \
    { .focus = FOCUS_LINE, .code = PRESS_##code_, .glyph = glyph_, .label = label_,           \
      .hint = hint_, .help = help_, .act = act_ }
#define MAP_KEY(code_, glyph_, label_, hint_, help_, act_)                                    \
    { .focus = FOCUS_MAP, .code = PRESS_##code_, .glyph = glyph_, .label = label_,            \
      .hint = hint_, .help = help_, .act = act_ }

static const struct control_key_row keys[] = {
    KEY(CONTROL, 'N', "^N", "next", "the next thing that waits for a person; works everywhere",
        walk_next),
    KEY(CONTROL, 'P', "^P", "back", "the one before it", walk_back),
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
    MAP_KEY(UP, 0, "Up", "", "move the map", map_up),
    MAP_KEY(DOWN, 0, "arrows", "move", "move the map", map_down),
    MAP_KEY(LEFT, 0, "Left", "", "move the map", map_left),
    MAP_KEY(RIGHT, 0, "Right", "", "move the map", map_right),
    MAP_KEY(TEXT, '+', "+", "closer", "closer", map_closer),
    MAP_KEY(TEXT, '=', "=", "", "closer", map_closer),
    MAP_KEY(TEXT, '-', "-", "wider", "wider", map_wider),
    MAP_KEY(TEXT, 'f', "f", "follow", "follow the selected object, or stop", map_toggle_follow),
    MAP_KEY(TEXT, '0', "0", "whole city", "show the whole city", map_whole),
    MAP_KEY(ENTER, 0, "Enter", "select", "select what is under the cursor", map_take),
    MAP_KEY(ESCAPE, 0, "Esc", "back to the line", "give the keys back to the line", map_leave),
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
