/* What a person presses: the line is theirs, the selection is an object, and nothing dangerous is
 * one key away. */
#include "tests/check.h"

#include <stdlib.h>

#include "app/base/text.h"
#include "maps/map_load.h"
#include "panels/control_acts.h"
#include "panels/screen.h"
#include "tests/sample_room.h"

struct desk {
    struct picture *picture;
    struct view view;
    struct effect effect;       /* Of the last press. */
};

static void desk_open(struct desk *desk)
{
    desk->picture = sample_room_new(NULL);
    view_init(&desk->view);
    desk->view.columns = 160;
    desk->view.rows = 50;
    desk->view.now_ms = ROOM_NOW_MS;
    desk->view.clock_ms = 100000;
    desk->view.role = ROLE_DISPATCHER;
    text_copy(desk->view.operator_name, sizeof desk->view.operator_name, SPAN("KIM"));
    view_joined(&desk->view, desk->picture);
    drawn_add(&desk->view.drawn, 0, desk->picture->sequence);
    screen_prepare(&desk->view, desk->picture);
}

static void desk_close(struct desk *desk)
{
    view_clear(&desk->view);
    picture_free(desk->picture);
}

static void press(struct desk *desk, enum press_code code, uint32_t glyph)
{
    struct press pressed = { .code = code, .glyph = glyph };

    desk->effect = control_press(&desk->view, desk->picture, &pressed);
}

static void type(struct desk *desk, const char *text)
{
    for (; *text; text++)
        press(desk, PRESS_TEXT, (unsigned char)*text);
}

static void enter(struct desk *desk, const char *text)
{
    type(desk, text);
    press(desk, PRESS_ENTER, 0);
}

static const char *selected(const struct desk *desk)
{
    static char text[OBJECT_NAME_BYTES];        /* Read before the next call. */

    return view_selects(&desk->view) ? object_name_text(&desk->view.selected, text) : "";
}

/* Goal: each line does its one thing. Method: a line, what it asks of the hub, what it selects. */
static const struct {
    const char *typed;
    enum effect_kind kind;
    const char *text, *selects;
} lines[] = {
    { "",                    EFFECT_NONE, "",                    "" },
    { "   ",                 EFFECT_NONE, "",                    "" },
    { "42",                  EFFECT_NONE, "",                    "#42" },
    { "#42",                 EFFECT_NONE, "",                    "#42" },
    { "e7",                  EFFECT_NONE, "",                    "E7" },
    { "al17",                EFFECT_NONE, "",                    "AL17" },
    { "go E7",               EFFECT_NONE, "",                    "E7" },
    { "/chandlers",          EFFECT_NONE, "",                    "#46" },
    { "/st brae",            EFFECT_NONE, "",                    "STBRAE" },
    { "/nowhere at all",     EFFECT_NONE, "",                    "" },
    { "n 42 smoke",          EFFECT_DO,   "n 42 smoke",          "" },
    { "d 42 E9",             EFFECT_DO,   "d 42 E9",             "" },
    { "os E1",               EFFECT_DO,   "os E1",               "" },
    { "999",                 EFFECT_DO,   "999",                 "" },
    { "show units",          EFFECT_SHOW, "units",               "" },
    { "show feeds",          EFFECT_NONE, "",                    "" },
    { "why E7",              EFFECT_WHY,  "E7",                  "" },
    { "set blink off",       EFFECT_NONE, "",                    "" },
    { "?",                   EFFECT_NONE, "",                    "" },
};

static void a_line_does_its_one_thing(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(lines); i++) {
        struct desk desk;
        CASE("%s", lines[i].typed);
        desk_open(&desk);
        enter(&desk, lines[i].typed);
        assert_int_equal(desk.effect.kind, lines[i].kind);
        assert_string_equal(desk.effect.text, lines[i].text);
        assert_string_equal(selected(&desk), lines[i].selects);
        if (lines[i].kind == EFFECT_DO)
            assert_int_equal(desk.effect.saw, ROOM_SEQUENCE);
        desk_close(&desk);
    }
}

/* Goal: a console that only reads sends nothing. Method: a note, from one. */
static void a_reading_console_sends_nothing(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    desk.view.read_only = true;
    enter(&desk, "n 42 smoke");
    assert_int_equal(desk.effect.kind, EFFECT_NONE);
    assert_string_equal(desk.view.results[VIEW_RESULTS_MAX - 1].word, "NO");
    assert_string_equal(desk.view.line.text, "n 42 smoke");
    desk_close(&desk);
}

/* Goal: leaving asks while its person owns something, once. Method: KIM owns #42; ANA's desk with
 * nothing owned leaves at once. */
static void quit_asks_while_something_is_owned(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    enter(&desk, "quit");
    assert_int_equal(desk.effect.kind, EFFECT_NONE);
    assert_string_equal(desk.view.results[VIEW_RESULTS_MAX - 1].word, "ASK");
    enter(&desk, "42");
    enter(&desk, "quit");
    assert_int_equal(desk.effect.kind, EFFECT_NONE);
    enter(&desk, "quit");
    assert_int_equal(desk.effect.kind, EFFECT_QUIT);
    text_copy(desk.view.operator_name, sizeof desk.view.operator_name, SPAN("SAM"));
    enter(&desk, "quit");
    assert_int_equal(desk.effect.kind, EFFECT_QUIT);
    desk_close(&desk);
}

/* Goal: the map has letters only after F3, and Esc gives them back. Method: the same letters
 * before, during and after. */
static void letters_go_to_the_line_but_after_f3(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    type(&desk, "f0");
    assert_string_equal(desk.view.line.text, "f0");
    press(&desk, PRESS_FUNCTION, 3);
    type(&desk, "f0x");
    assert_string_equal(desk.view.line.text, "f0");
    press(&desk, PRESS_ESCAPE, 0);
    type(&desk, "x");
    assert_string_equal(desk.view.line.text, "f0x");
    desk_close(&desk);
}

/* Goal: ^N walks the queue in its order without touching the line, and Esc returns to where the
 * person was. Method: from #44, with half a line typed. */
static void the_queue_is_walked_and_left(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    enter(&desk, "44");
    type(&desk, "n 44 tr");
    press(&desk, PRESS_CONTROL, 'N');
    assert_string_equal(selected(&desk), "M4");
    press(&desk, PRESS_CONTROL, 'N');
    assert_string_equal(selected(&desk), "AL17");
    press(&desk, PRESS_CONTROL, 'P');
    assert_string_equal(selected(&desk), "M4");
    assert_string_equal(desk.view.line.text, "n 44 tr");
    press(&desk, PRESS_ESCAPE, 0);
    assert_string_equal(desk.view.line.text, "");
    assert_string_equal(selected(&desk), "M4");
    press(&desk, PRESS_ESCAPE, 0);
    assert_string_equal(selected(&desk), "#44");
    desk_close(&desk);
}

/* Goal: Tab on an empty line takes what is suggested, Enter alone nothing, and a thing that just
 * changed suggests nothing. Method: the alarm, the emergency, a change not yet seen. */
static void tab_takes_a_suggestion_that_was_read(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    enter(&desk, "AL17");
    press(&desk, PRESS_ENTER, 0);
    assert_int_equal(desk.effect.kind, EFFECT_NONE);
    desk.view.now_ms += 60000;
    press(&desk, PRESS_TAB, 0);
    assert_string_equal(desk.view.line.text, "ack AL17");
    press(&desk, PRESS_ESCAPE, 0);
    enter(&desk, "45");
    press(&desk, PRESS_TAB, 0);
    assert_string_equal(desk.view.line.text, "d 45 ");
    press(&desk, PRESS_ESCAPE, 0);
    struct incident *incident =
        (struct incident *)(uintptr_t)picture_incident(desk.picture, 45);
    incident->entry = ROOM_SEQUENCE + 1;
    press(&desk, PRESS_TAB, 0);
    assert_string_equal(desk.view.line.text, "");
    desk_close(&desk);
}

/* Goal: screens.md section 6, test 5: `^N Tab Enter` never does harm. Method: 500 rounds of it over
 * a queue with every kind of object. */
static void walking_a_queue_does_no_harm(void **state)
{
    static const char *const harmful[] = { "close", "can", "oos", "act", "storm", "approve" };
    struct desk desk;

    (void)state;
    desk_open(&desk);
    for (uint32_t i = 0; i < 500; i++) {
        press(&desk, PRESS_CONTROL, 'N');
        press(&desk, PRESS_TAB, 0);
        press(&desk, PRESS_ENTER, 0);
        struct span rest = span_of(desk.effect.text), verb = { 0 };
        span_cut(&rest, ' ', &verb);
        for (size_t at = 0; at < ARRAY_COUNT(harmful); at++)
            assert_false(span_is(verb, harmful[at]));
        press(&desk, PRESS_ESCAPE, 0);
        desk.view.walking = true;
    }
    desk_close(&desk);
}

static uint32_t place_of(const struct desk *desk, const char *callsign)
{
    for (uint32_t i = 0; i < desk->view.units.count; i++)
        if (strcmp(desk->view.units.names[i].key, callsign) == 0)
            return i;
    return UINT32_MAX;
}

/* Goal: screens.md section 6, test 3: arrivals change no character, no selection, no row under the
 * cursor. Method: a line half typed and a unit selected, then 2,000 random changes. */
static void arrivals_move_nothing_under_a_hand(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    enter(&desk, "L1");
    type(&desk, "msg L1 hyd");
    screen_prepare(&desk.view, desk.picture);
    uint32_t place = place_of(&desk, "L1");
    srand(7);
    for (uint32_t i = 0; i < 2000; i++) {
        uint32_t at = (uint32_t)rand() % picture_count(desk.picture, OBJECT_UNIT);
        struct unit *unit = (struct unit *)(uintptr_t)picture_row(desk.picture, OBJECT_UNIT, at);
        unit->status = (enum unit_status)(rand() % (UNIT_OUT_OF_SERVICE + 1));
        unit->status_ms = ROOM_NOW_MS - rand() % 100000;
        unit->emergency_ms = rand() % 50 == 0 ? ROOM_NOW_MS : 0;
        desk.view.clock_ms += 300;
        desk.picture->sequence++;
        screen_prepare(&desk.view, desk.picture);
        drawn_add(&desk.view.drawn, desk.view.clock_ms, desk.picture->sequence);
        assert_int_equal(place_of(&desk, "L1"), place);
        assert_string_equal(selected(&desk), "L1");
        assert_string_equal(desk.view.line.text, "msg L1 hyd");
    }
    press(&desk, PRESS_ENTER, 0);
    assert_int_equal(desk.effect.saw, ROOM_SEQUENCE);
    desk_close(&desk);
}

/* Goal: a new note is counted until somebody looked, and own notes never. Method: a note by BEA on
 * #41 and one by KIM. */
static void unread_notes_are_counted_until_looked_at(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    desk.view.notes_at_join = 5;
    desk.view.looked_from = 5;
    assert_int_equal(view_unread(&desk.view, desk.picture, 42), 1);
    assert_int_equal(view_unread(&desk.view, desk.picture, 41), 1);
    enter(&desk, "42");
    assert_int_equal(view_unread(&desk.view, desk.picture, 42), 1);
    enter(&desk, "41");
    assert_int_equal(view_unread(&desk.view, desk.picture, 42), 0);
    text_copy(desk.view.operator_name, sizeof desk.view.operator_name, SPAN("BEA"));
    assert_int_equal(view_unread(&desk.view, desk.picture, 41), 0);
    desk_close(&desk);
}

/* Goal: Tab completes only to what it showed. Method: "d 46 " lists units, the second Tab puts the
 * first of them there, Esc closes, and typing on closes too. */
static void completion_shows_before_it_takes(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    type(&desk, "d 46 ");
    press(&desk, PRESS_TAB, 0);
    assert_true(desk.view.menu.open);
    assert_string_equal(desk.view.line.text, "d 46 ");
    char first[120];
    text_copy(first, sizeof first, span_of(desk.view.menu.items[0].text));
    press(&desk, PRESS_TAB, 0);
    assert_non_null(strstr(desk.view.line.text, first));
    press(&desk, PRESS_ENTER, 0);
    assert_int_equal(desk.effect.kind, EFFECT_NONE);
    assert_false(desk.view.menu.open);
    press(&desk, PRESS_TAB, 0);
    assert_true(desk.view.menu.open);
    type(&desk, "x");
    assert_false(desk.view.menu.open);
    desk_close(&desk);
}

/* Goal: Tab knows the words of `set`, layers and units among them. Method: a line, and what it
 * becomes by Tab, or what the menu then offers among others. */
static const struct { const char *typed, *becomes, *offers; } sets[] = {
    { "set ",               "set ",                 "layer" },
    { "set p",              "set palette ",         NULL },
    { "set palette c",      "set palette colour-blind ", NULL },
    { "SET MAP B",          "SET MAP B",            "braille" },
    { "set map br",         "set map braille ",     NULL },
    { "set layer ",         "set layer ",           "hydrants" },
    { "set layer hy",       "set layer hydrants ",  NULL },
    { "set layer hydrants o", "set layer hydrants o", "off" },
    { "set layer hydrants of", "set layer hydrants off ", NULL },
    { "set follow E7",      "set follow E7 ",       NULL },
    { "set follow ",        "set follow ",          "off" },
    { "set feed ti",        "set feed tide ",       NULL },
    { "set feed tide p",    "set feed tide pause ", NULL },
    { "set layer hydrants off x", "set layer hydrants off x", NULL },
    { "set nonsense x",     "set nonsense x",       NULL },
    { "show rea",           "show reach ",          NULL },
    { "show reach St4 ",    "show reach St4 ",      "5m" },
};

static bool menu_offers(const struct desk *desk, const char *text)
{
    for (uint32_t i = 0; desk->view.menu.open && i < desk->view.menu.count; i++)
        if (strcmp(desk->view.menu.items[i].text, text) == 0)
            return true;
    return false;
}

static void tab_knows_the_words_of_set(void **state)
{
    static const struct map_layer_style styles[] = { { .name = "streets" },
                                                     { .name = "hydrants" } };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(sets); i++) {
        struct desk desk;
        desk_open(&desk);
        desk.view.map = map_new();
        map_layers_arrange(desk.view.map, styles, ARRAY_COUNT(styles));
        type(&desk, sets[i].typed);
        press(&desk, PRESS_TAB, 0);
        print_message("%s: %s\n", sets[i].typed, desk.view.line.text);
        assert_string_equal(desk.view.line.text, sets[i].becomes);
        assert_true(sets[i].offers ? menu_offers(&desk, sets[i].offers) : !desk.view.menu.open);
        map_free(desk.view.map);
        desk_close(&desk);
    }
}

/* Goal: "@a" is the mark a too. Method: a mark, and geography's answer to "a" with a street. */
static void tab_knows_marks(void **state)
{
    static const char *const places[] = { "Abbey St" };
    struct desk desk;

    (void)state;
    desk_open(&desk);
    *marks_letter(&desk.view.hand.marks, 'a') = (struct geo_point){ 51.2, -4.2 };
    type(&desk, "new FIRE @a");
    press(&desk, PRESS_TAB, 0);
    control_places(&desk.view, "a", places, 1);
    assert_true(menu_offers(&desk, "mark a"));
    assert_true(menu_offers(&desk, "Abbey St"));
    press(&desk, PRESS_TAB, 0);
    assert_string_equal(desk.view.line.text, "new FIRE @mark a");
    desk_close(&desk);
}

/* Goal: what is selected is seen in its list, however far down it stands. Method: a unit that a low
 * screen cuts off. */
static void the_selected_is_seen(void **state)
{
    struct desk desk;
    struct canvas canvas;
    struct buffer text = { 0 };

    (void)state;
    desk_open(&desk);
    const struct object_name last = desk.view.units.names[desk.view.units.count - 1];
    canvas_init(&canvas, 8, 90);
    units_panel.draw(desk.picture, &desk.view, &canvas);
    canvas_dump(&canvas, &text);
    assert_null(strstr(text.bytes, last.key));
    view_select(&desk.view, desk.picture, last);
    buffer_reset(&text);
    canvas_wipe(&canvas);
    units_panel.draw(desk.picture, &desk.view, &canvas);
    canvas_dump(&canvas, &text);
    assert_non_null(strstr(text.bytes, last.key));
    buffer_clear(&text);
    canvas_clear(&canvas);
    desk_close(&desk);
}

/* Goal: every key in the table says what it does. Method: walk it. */
static void every_key_is_explained(void **state)
{
    const struct control_key_row *row;

    (void)state;
    for (uint32_t i = 0; (row = control_key_row(i)); i++) {
        bool as_before = row->label[0] == '\0' && i > 0
                         && control_key_row(i - 1)->focus == row->focus;
        assert_true(as_before || (row->label[0] && row->help[0]));
        assert_non_null(row->act);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_does_its_one_thing),
        cmocka_unit_test(a_reading_console_sends_nothing),
        cmocka_unit_test(quit_asks_while_something_is_owned),
        cmocka_unit_test(letters_go_to_the_line_but_after_f3),
        cmocka_unit_test(the_queue_is_walked_and_left),
        cmocka_unit_test(tab_takes_a_suggestion_that_was_read),
        cmocka_unit_test(walking_a_queue_does_no_harm),
        cmocka_unit_test(arrivals_move_nothing_under_a_hand),
        cmocka_unit_test(unread_notes_are_counted_until_looked_at),
        cmocka_unit_test(completion_shows_before_it_takes),
        cmocka_unit_test(tab_knows_the_words_of_set),
        cmocka_unit_test(tab_knows_marks),
        cmocka_unit_test(the_selected_is_seen),
        cmocka_unit_test(every_key_is_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
