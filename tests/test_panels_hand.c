/* What a person does with the map: its cursor and view, marks, search, drawing, distances, reach,
 * and what geography answers to all that. Presses go in, the view comes out. */
#include "tests/check.h"

#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/base/text.h"
#include "panels/control.h"
#include "panels/layout.h"
#include "panels/screen.h"
#include "panels/things.h"
#include "tests/sample_room.h"

struct desk {
    struct picture *picture;
    struct view view;
    struct effect effect;       /* Of the last press. */
    struct canvas canvas;
};

static void draw(struct desk *desk)
{
    screen_prepare(&desk->view, desk->picture);
    screen_draw(desk->picture, &desk->view, &desk->canvas);
}

static void desk_open_sized(struct desk *desk, uint16_t columns, uint16_t rows)
{
    *desk = (struct desk){ .picture = sample_room_new(NULL) };
    view_init(&desk->view);
    desk->view.columns = columns;
    desk->view.rows = rows;
    desk->view.now_ms = ROOM_NOW_MS;
    desk->view.clock_ms = 100000;
    desk->view.role = ROLE_DISPATCHER;
    desk->view.map = map_new();
    text_copy(desk->view.operator_name, sizeof desk->view.operator_name, SPAN("KIM"));
    view_joined(&desk->view, desk->picture);
    drawn_add(&desk->view.drawn, 0, desk->picture->sequence);
    canvas_init(&desk->canvas, rows, columns);
    draw(desk);
}

static void desk_open(struct desk *desk)
{
    desk_open_sized(desk, 160, 50);
}

static void desk_close(struct desk *desk)
{
    canvas_clear(&desk->canvas);
    map_free(desk->view.map);
    view_clear(&desk->view);
    picture_free(desk->picture);
}

static void press(struct desk *desk, enum press_code code, uint32_t glyph)
{
    struct press pressed = { .code = code, .glyph = glyph };

    desk->effect = control_press(&desk->view, desk->picture, &pressed);
}

static void mouse(struct desk *desk, enum press_code code, int row, int column)
{
    struct press pressed = { .code = code, .row = (uint16_t)row, .column = (uint16_t)column };

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

static void f3(struct desk *desk)
{
    press(desk, PRESS_FUNCTION, 3);
}

/* What was said last: its word, then its text. */
static const struct view_result *said(const struct desk *desk)
{
    return &desk->view.results[VIEW_RESULTS_MAX - 1];
}

static const char *selected(const struct desk *desk)
{
    static char text[OBJECT_NAME_BYTES];        /* Read before the next call. */

    return view_selects(&desk->view) ? object_name_text(&desk->view.selected, text) : "";
}

/* What is asked of geography for that purpose, "" for nothing: single quotes for double ones. */
static const char *asked(const struct desk *desk, enum look_kind kind)
{
    static char text[4096];                     /* Read before the next call. */
    struct span ask = looks_ask(&desk->view.looks, kind);

    snprintf(text, sizeof text, "%.*s", (int)ask.length, ask.bytes ? ask.bytes : "");
    for (char *at = text; *at; at++)
        *at = *at == '"' ? '\'' : *at;
    return text;
}

/* Sends what waits and answers it: `json` with single quotes; NULL: nobody answers. */
static void answer(struct desk *desk, enum look_kind kind, const char *json)
{
    char text[4096];
    struct json *parsed = NULL;
    uint64_t ref = ++desk->view.ref_last;

    assert_true(looks_ask(&desk->view.looks, kind).length > 0);
    looks_sent(&desk->view.looks, kind, ref, desk->view.clock_ms);
    assert_int_equal(looks_answered(&desk->view.looks, ref), kind);
    snprintf(text, sizeof text, "%s", json ? json : "{}");
    for (char *at = text; *at; at++)
        *at = *at == '\'' ? '"' : *at;
    struct verdict verdict = json_parse(span_of(text), &parsed);
    assert_true(is_accepted(&verdict));
    control_looked(&desk->view, desk->picture, kind, json ? parsed : NULL,
                   json ? NULL : "geography does not answer");
    json_free(parsed);
}

static void cursor_cell(const struct desk *desk, int *ret_row, int *ret_column)
{
    double row, column;

    map_cell_of(&desk->view.map_view, desk->view.map_rows, desk->view.map_columns,
                desk->view.hand.cursor.at, &row, &column);
    *ret_row = (int)floor(row);
    *ret_column = (int)floor(column);
}

/* ---- cursor and view ---- */

/* Goal: each arrow moves the cursor as far as it says and the view not at all; each key of the view
 * moves the view and locks it. Method: one row a key, from the middle. */
static const struct {
    const char *name;
    enum press_code code;
    uint32_t glyph;
    int rows, columns;          /* The cursor on the screen. */
    bool moves_view;
} movers[] = {
    { "Up",          PRESS_UP,          0,   -1, 0,   false },
    { "Down",        PRESS_DOWN,        0,   1,  0,   false },
    { "Left",        PRESS_LEFT,        0,   0,  -1,  false },
    { "Right",       PRESS_RIGHT,       0,   0,  1,   false },
    { "Ctrl-Up",     PRESS_FAR_UP,      0,   -5, 0,   false },
    { "Ctrl-Down",   PRESS_FAR_DOWN,    0,   5,  0,   false },
    { "Ctrl-Left",   PRESS_FAR_LEFT,    0,   0,  -10, false },
    { "Ctrl-Right",  PRESS_FAR_RIGHT,   0,   0,  10,  false },
    { "Shift-Up",    PRESS_SHIFT_UP,    0,   0,  0,   true },
    { "Shift-Down",  PRESS_SHIFT_DOWN,  0,   0,  0,   true },
    { "Shift-Left",  PRESS_SHIFT_LEFT,  0,   0,  0,   true },
    { "Shift-Right", PRESS_SHIFT_RIGHT, 0,   0,  0,   true },
    { "H",           PRESS_TEXT,        'H', 0,  0,   true },
    { "J",           PRESS_TEXT,        'J', 0,  0,   true },
    { "K",           PRESS_TEXT,        'K', 0,  0,   true },
    { "L",           PRESS_TEXT,        'L', 0,  0,   true },
    { "PgUp",        PRESS_PAGE_UP,     0,   0,  0,   true },
    { "PgDn",        PRESS_PAGE_DOWN,   0,   0,  0,   true },
};

static void arrows_move_the_cursor_and_shift_the_view(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(movers); i++) {
        struct desk desk;
        int row, column, row_then, column_then;
        CASE("%s", movers[i].name);
        desk_open(&desk);
        f3(&desk);
        struct geo_point before = desk.view.map_view.center;
        cursor_cell(&desk, &row, &column);
        press(&desk, movers[i].code, movers[i].glyph);
        cursor_cell(&desk, &row_then, &column_then);
        assert_int_equal(row_then - row, movers[i].rows);
        assert_int_equal(column_then - column, movers[i].columns);
        assert_int_equal(!geo_same(before, desk.view.map_view.center), movers[i].moves_view);
        assert_int_equal(desk.view.map_locked, movers[i].moves_view);
        assert_int_equal(desk.view.hand.cursor.said, SAID_ASKING);
        desk_close(&desk);
    }
}

/* Goal: the cursor never leaves the map; at its edge the view goes on. Method: 300 times each
 * way. */
static void the_view_follows_the_cursor_at_its_edges(void **state)
{
    static const enum press_code ways[] = { PRESS_UP, PRESS_LEFT, PRESS_DOWN, PRESS_RIGHT };
    struct desk desk;

    (void)state;
    desk_open_sized(&desk, 80, 24);
    f3(&desk);
    draw(&desk);
    for (size_t way = 0; way < ARRAY_COUNT(ways); way++)
        for (uint32_t i = 0; i < 300; i++) {
            press(&desk, ways[way], 0);
            assert_true(things_see(&desk.view, desk.view.hand.cursor.at));
        }
    assert_true(desk.view.map_locked);
    desk_close(&desk);
}

/* Goal: zooming leaves what is under the cursor, or the pointer, where it is. Method: in and out,
 * to both ends of the scale and back. */
static void zoom_keeps_what_is_under_it(void **state)
{
    struct desk desk;
    int row, column, row_then, column_then;

    (void)state;
    desk_open(&desk);
    f3(&desk);
    for (uint32_t i = 0; i < 7; i++)
        press(&desk, PRESS_RIGHT, 0);
    press(&desk, PRESS_FAR_UP, 0);
    cursor_cell(&desk, &row, &column);
    for (uint32_t i = 0; i < 80; i++) {
        press(&desk, PRESS_TEXT, i < 20 || i > 60 ? '+' : '-');
        cursor_cell(&desk, &row_then, &column_then);
        /* Farther than a few hundred kilometres the earth is round. */
        if (desk.view.map_view.m_per_cell > 1000)
            continue;
        assert_int_equal(row_then, row);
        assert_int_equal(column_then, column);
    }
    struct layout layout = layout_make(desk.picture, &desk.view);
    const struct place *map = layout_place(&layout, PANEL_MAP);
    struct geo_point under = map_point_at(&desk.view.map_view, desk.view.map_rows,
                                          desk.view.map_columns, 10.5, 20.5);
    mouse(&desk, PRESS_WHEEL_UP, map->row + 1 + 10, map->column + 20);
    struct geo_point then = map_point_at(&desk.view.map_view, desk.view.map_rows,
                                         desk.view.map_columns, 10.5, 20.5);
    assert_true(geo_distance_m(under, then) < desk.view.map_view.m_per_cell / 2);
    desk_close(&desk);
}

/* Goal: a drag moves the map with the pointer and selects nothing; a click selects, the same click
 * again the next thing there. Method: with and without F3. */
static void the_mouse_drags_and_clicks(void **state)
{
    struct desk desk;

    (void)state;
    for (uint32_t with_f3 = 0; with_f3 < 2; with_f3++) {
        desk_open(&desk);
        if (with_f3)
            f3(&desk);
        struct layout layout = layout_make(desk.picture, &desk.view);
        const struct place *map = layout_place(&layout, PANEL_MAP);
        struct geo_point held = map_point_at(&desk.view.map_view, desk.view.map_rows,
                                             desk.view.map_columns, 5.5, 8.5);
        mouse(&desk, PRESS_CLICK, map->row + 6, map->column + 8);
        mouse(&desk, PRESS_DRAG, map->row + 8, map->column + 14);
        mouse(&desk, PRESS_DRAG, map->row + 9, map->column + 20);
        mouse(&desk, PRESS_RELEASE, map->row + 9, map->column + 20);
        struct geo_point then = map_point_at(&desk.view.map_view, desk.view.map_rows,
                                             desk.view.map_columns, 8.5, 20.5);
        assert_true(geo_distance_m(held, then) < desk.view.map_view.m_per_cell);
        assert_true(desk.view.map_locked);
        assert_string_equal(selected(&desk), "");
        assert_int_equal(desk.view.focus, with_f3 ? FOCUS_MAP : FOCUS_LINE);
        desk_close(&desk);
    }
}

static void a_click_again_takes_the_next(void **state)
{
    struct desk desk;
    struct object_name here[PICKED_MAX];
    double row, column;

    (void)state;
    desk_open(&desk);
    const struct incident *incident = picture_incident(desk.picture, 42);
    map_cell_of(&desk.view.map_view, desk.view.map_rows, desk.view.map_columns,
                incident->location, &row, &column);
    uint32_t count = things_near(desk.picture, &desk.view, (uint16_t)row, (uint16_t)column, here,
                                 PICKED_MAX);
    assert_true(count > 2);             /* E7 and L2 stand at #42, in the flood. */
    struct layout layout = layout_make(desk.picture, &desk.view);
    const struct place *map = layout_place(&layout, PANEL_MAP);
    for (uint32_t i = 0; i <= count; i++) {
        mouse(&desk, PRESS_CLICK, map->row + 1 + (int)row, map->column + (int)column);
        mouse(&desk, PRESS_RELEASE, map->row + 1 + (int)row, map->column + (int)column);
        assert_true(object_name_same(&desk.view.selected, &here[i % count]));
    }
    desk_close(&desk);
}

/* Goal: after a manual pan nothing moves the view by itself, until c or f. Method: the queue is
 * walked, a unit that is followed drives away. */
static void a_locked_map_stays(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    enter(&desk, "E7");
    enter(&desk, "set follow on");
    assert_string_equal(said(&desk)->word, "OK");
    struct unit *unit = (struct unit *)(uintptr_t)picture_unit(desk.picture, "E7");
    unit->location = geo_moved(unit->location, 90, 3000);
    draw(&desk);
    assert_true(geo_same(desk.view.map_view.center, unit->location));
    f3(&desk);
    press(&desk, PRESS_SHIFT_LEFT, 0);
    assert_false(desk.view.map_follow);
    struct geo_point held = desk.view.map_view.center;
    unit->location = geo_moved(unit->location, 90, 3000);
    for (uint32_t i = 0; i < 10; i++) {
        press(&desk, PRESS_CONTROL, 'N');
        draw(&desk);
        assert_true(geo_same(desk.view.map_view.center, held));
    }
    press(&desk, PRESS_TEXT, 'c');
    assert_false(desk.view.map_locked);
    desk_close(&desk);
}

/* Goal: n walks what is in sight, the most urgent first, and comes round. Method: to the first
 * again; N goes back. */
static void n_walks_what_is_in_sight(void **state)
{
    struct object_name names[400];
    struct desk desk;

    (void)state;
    desk_open(&desk);
    f3(&desk);
    uint32_t count = things_in_sight(desk.picture, &desk.view, names, ARRAY_COUNT(names));
    assert_true(count > 10);
    press(&desk, PRESS_TEXT, 'n');
    assert_string_equal(selected(&desk), "M4");         /* The emergency. */
    for (uint32_t i = 0; i < count; i++)
        press(&desk, PRESS_TEXT, 'n');
    assert_string_equal(selected(&desk), "M4");
    press(&desk, PRESS_TEXT, 'N');
    assert_true(object_name_same(&desk.view.selected, &names[count - 1]));
    desk_close(&desk);
}

/* Goal: each letter of the map does its one thing, and none reaches the line. Method: the key, who
 * has the keys then, and what is said if it is refused. */
static const struct {
    const char *keys;
    enum focus focus;
    const char *word, *part;    /* Of what is said; "" for nothing. */
    const char *line;
} letters[] = {
    { "m",    FOCUS_MARK,    "",   "",                         "" },
    { "ma",   FOCUS_MAP,     "",   "",                         "" },
    { "m1",   FOCUS_MAP,     "NO", "a to z",                   "" },
    { "'",    FOCUS_JUMP,    "",   "",                         "" },
    { "'q",   FOCUS_MAP,     "NO", "no such mark",             "" },
    { "ma'a", FOCUS_MAP,     "",   "",                         "" },
    { "d",    FOCUS_MEASURE, "",   "",                         "" },
    { "z",    FOCUS_DRAW,    "",   "",                         "" },
    { "zz",   FOCUS_DRAW,    "NO", "three corners",            "" },
    { "o",    FOCUS_DRAW,    "",   "",                         "" },
    { "oz",   FOCUS_DRAW,    "NO", "needs a radius",           "" },
    { "l",    FOCUS_MAP,     "NO", "no layers",                "" },
    { "f",    FOCUS_MAP,     "NO", "nothing is selected",      "" },
    { "c",    FOCUS_MAP,     "NO", "nothing is selected",      "" },
    { "nf",   FOCUS_MAP,     "",   "",                         "" },
    { "r",    FOCUS_LINE,    "",   "",                         "show reach @cursor 5m" },
    { "nr",   FOCUS_LINE,    "",   "",                         "show reach M4 5m" },
    { "/",    FOCUS_LINE,    "",   "",                         "/" },
    { "g",    FOCUS_LINE,    "",   "",                         "/" },
    { "xyq",  FOCUS_MAP,     "",   "",                         "" },
    { "?",    FOCUS_MAP,     "",   "",                         "" },
};

static void every_letter_does_its_one_thing(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(letters); i++) {
        struct desk desk;
        CASE("%s", letters[i].keys);
        desk_open(&desk);
        f3(&desk);
        type(&desk, letters[i].keys);
        assert_int_equal(desk.view.focus, letters[i].focus);
        assert_string_equal(said(&desk)->word, letters[i].word);
        assert_non_null(strstr(said(&desk)->text, letters[i].part));
        assert_string_equal(desk.view.line.text, letters[i].line);
        assert_int_equal(desk.effect.kind, EFFECT_NONE);
        desk_close(&desk);
    }
}

/* ---- marks ---- */

/* Goal: marks survive the console, and a damaged file costs only its damaged lines. Method: written
 * and read; then lines that are wrong beside one that is right. */
static void marks_are_kept(void **state)
{
    struct marks marks, again;
    struct buffer text = { 0 };

    (void)state;
    marks_init(&marks);
    *marks_letter(&marks, 'a') = (struct geo_point){ 51.2210501, -4.0877102 };
    *marks_letter(&marks, 'Z') = (struct geo_point){ -33.5, 151.25 };
    assert_null(marks_letter(&marks, '1'));
    marks_write(&marks, &text);
    assert_string_equal(text.bytes, "a 51.2210501 -4.0877102\nz -33.5000000 151.2500000\n");
    marks_init(&again);
    marks_read(buffer_span(&text), &again);
    assert_true(geo_same(again.at[0], marks.at[0]));
    assert_true(geo_same(again.at[25], marks.at[25]));
    buffer_clear(&text);
    marks_init(&again);
    marks_read(SPAN("b\nc 1\nd 91 0\ne x y\nff 1 2\ng 1 2 3\nh 0 0\n1 1 2\ni 7 8\nj 51.2"), &again);
    assert_int_equal(marks_set(&again), 1);
    assert_true(geo_same(again.at['i' - 'a'], (struct geo_point){ 7, 8 }));
}

static void marks_have_a_file(void **state)
{
    char folder[] = "/tmp/wd-marks-XXXXXX", path[512], wanted[600];
    struct marks marks;

    (void)state;
    assert_non_null(mkdtemp(folder));
    setenv("XDG_STATE_HOME", folder, 1);
    marks_path("P/../M", "KIM.live", path, sizeof path);
    snprintf(wanted, sizeof wanted, "%s/watchdesk/marks/P----M.KIM-live", folder);
    assert_string_equal(path, wanted);
    assert_int_equal(marks_load(path, &marks), STATUS_NOT_FOUND);
    marks.at[3] = (struct geo_point){ 1, 2 };
    assert_int_equal(marks_save(path, &marks), STATUS_OK);
    assert_int_equal(marks_load(path, &marks), STATUS_OK);
    assert_int_equal(marks_set(&marks), 1);
    assert_int_equal(marks_save("/proc/no/such/place", &marks), STATUS_IO);
    assert_int_equal(marks_save("", &marks), STATUS_IO);
    unlink(path);
    snprintf(wanted, sizeof wanted, "%s/watchdesk/marks", folder);
    rmdir(wanted);
    snprintf(wanted, sizeof wanted, "%s/watchdesk", folder);
    rmdir(wanted);
    rmdir(folder);
}

/* Goal: a mark set is gone to, and set again at the same place is dropped. Method: keys. */
static void a_mark_is_set_gone_to_and_dropped(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    f3(&desk);
    type(&desk, "ma");
    assert_true(desk.view.hand.marks_changed);
    struct geo_point at = desk.view.hand.cursor.at;
    for (uint32_t i = 0; i < 9; i++)
        press(&desk, PRESS_SHIFT_RIGHT, 0);
    assert_false(geo_same(desk.view.hand.cursor.at, at));
    type(&desk, "'a");
    assert_true(geo_same(desk.view.hand.cursor.at, at));
    assert_true(geo_same(desk.view.map_view.center, at));
    type(&desk, "ma");
    assert_int_equal(marks_set(&desk.view.hand.marks), 0);
    desk_close(&desk);
}

/* ---- what the console puts into a line ---- */

/* Goal: "@cursor" and "@mark a" are coordinates when a line is sent, in a place and nowhere else.
 * Method: lines, and what is sent; "" is a refusal with its words. */
static const struct {
    const char *typed, *sent, *refusal;
} sent_lines[] = {
    { "new FIRE @cursor p1",        "new FIRE @51.200000,-4.100000 p1",            "" },
    { "new FIRE @CURSOR ; see me",  "new FIRE @51.200000,-4.100000 ; see me",      "" },
    { "loc 42 @mark b ; wrong",     "loc 42 @52.500000,-4.250000 ; wrong",         "" },
    { "new FIRE @mark c p1",        "",                                            "no such mark" },
    { "new FIRE @cursor inn p1",    "new FIRE @51.200000,-4.100000 inn p1",        "" },
    { "new FIRE @cursors rest",     "new FIRE @cursors rest",                      "" },
    { "new FIRE @marks and co",     "new FIRE @marks and co",                      "" },
    { "new FIRE @Inn ; @cursor it", "new FIRE @Inn ; @cursor it",                  "" },
    { "n 42 meet me @cursor",       "n 42 meet me @cursor",                        "" },
};

static void own_places_are_coordinates_when_sent(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(sent_lines); i++) {
        struct desk desk;
        CASE("%s", sent_lines[i].typed);
        desk_open(&desk);
        desk.view.hand.cursor.at = (struct geo_point){ 51.2, -4.1 };
        *marks_letter(&desk.view.hand.marks, 'b') = (struct geo_point){ 52.5, -4.25 };
        enter(&desk, sent_lines[i].typed);
        assert_string_equal(desk.effect.text, sent_lines[i].sent);
        if (!sent_lines[i].sent[0]) {
            assert_string_equal(said(&desk)->word, "NO");
            assert_non_null(strstr(said(&desk)->text, sent_lines[i].refusal));
            assert_string_equal(desk.view.line.text, sent_lines[i].typed);
        }
        desk_close(&desk);
    }
}

static void without_a_cursor_nothing_is_sent(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    enter(&desk, "new FIRE @cursor p1");
    assert_int_equal(desk.effect.kind, EFFECT_NONE);
    assert_string_equal(said(&desk)->word, "NO");
    assert_non_null(strstr(said(&desk)->text, "F3"));
    desk_close(&desk);
}

/* Goal: what is drawn ends as a typed command and sends nothing. Method: three corners and z; one
 * taken back; a circle; a line that is in the way. */
static void a_zone_is_typed_not_sent(void **state)
{
    struct desk desk;
    uint32_t corners = 1;

    (void)state;
    desk_open(&desk);
    f3(&desk);
    type(&desk, "z");
    press(&desk, PRESS_FAR_RIGHT, 0);
    press(&desk, PRESS_ENTER, 0);
    press(&desk, PRESS_ENTER, 0);               /* Twice at one place is one corner. */
    press(&desk, PRESS_FAR_DOWN, 0);
    press(&desk, PRESS_TEXT, ' ');
    press(&desk, PRESS_FAR_LEFT, 0);
    press(&desk, PRESS_ENTER, 0);
    assert_int_equal(desk.view.hand.drawing.count, 4);
    press(&desk, PRESS_BACKSPACE, 0);
    assert_int_equal(desk.view.hand.drawing.count, 3);
    press(&desk, PRESS_TEXT, 'z');
    assert_int_equal(desk.view.focus, FOCUS_LINE);
    assert_int_equal(desk.effect.kind, EFFECT_NONE);
    assert_int_equal(strncmp(desk.view.line.text, "haz  area=", 10), 0);
    for (const char *at = desk.view.line.text; *at; at++)
        corners += *at == '/';
    assert_int_equal(corners, 3);
    type(&desk, "GAS");
    assert_int_equal(strncmp(desk.view.line.text, "haz GAS area=", 13), 0);
    press(&desk, PRESS_FUNCTION, 3);
    type(&desk, "z");
    press(&desk, PRESS_FAR_RIGHT, 0);
    press(&desk, PRESS_ENTER, 0);
    press(&desk, PRESS_FAR_DOWN, 0);
    press(&desk, PRESS_ENTER, 0);
    type(&desk, "z");
    assert_string_equal(said(&desk)->word, "NO");       /* The line holds the first one. */
    assert_int_equal(desk.view.focus, FOCUS_DRAW);
    assert_int_equal(desk.view.hand.drawing.count, 3);
    desk_close(&desk);
}

static void a_circle_and_a_closed_ring_end_themselves(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    f3(&desk);
    type(&desk, "o");
    press(&desk, PRESS_FAR_RIGHT, 0);
    press(&desk, PRESS_ENTER, 0);
    assert_int_equal(strncmp(desk.view.line.text, "haz  @", 6), 0);
    assert_non_null(strstr(desk.view.line.text, "m "));
    press(&desk, PRESS_CONTROL, 'U');
    press(&desk, PRESS_CONTROL, 'K');
    f3(&desk);
    type(&desk, "z");
    press(&desk, PRESS_RIGHT, 0);
    press(&desk, PRESS_ENTER, 0);
    press(&desk, PRESS_DOWN, 0);
    press(&desk, PRESS_ENTER, 0);
    press(&desk, PRESS_LEFT, 0);
    press(&desk, PRESS_UP, 0);
    desk.view.hand.cursor.at = desk.view.hand.drawing.corners[0];
    press(&desk, PRESS_ENTER, 0);
    assert_int_equal(strncmp(desk.view.line.text, "haz  area=", 10), 0);
    desk_close(&desk);
}

static void a_zone_has_a_limit_and_esc_drops_it(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    f3(&desk);
    type(&desk, "z");
    for (uint32_t i = 0; i < CORNERS_MAX + 3; i++) {
        press(&desk, i % 2 ? PRESS_RIGHT : PRESS_DOWN, 0);
        press(&desk, PRESS_ENTER, 0);
    }
    assert_int_equal(desk.view.hand.drawing.count, CORNERS_MAX);
    assert_string_equal(said(&desk)->word, "NO");
    draw(&desk);
    type(&desk, "z");
    assert_true(desk.view.line.length < 500);
    assert_int_equal(desk.view.focus, FOCUS_LINE);
    press(&desk, PRESS_ESCAPE, 0);
    f3(&desk);
    type(&desk, "z");
    press(&desk, PRESS_ESCAPE, 0);
    assert_int_equal(desk.view.hand.drawing.count, 0);
    assert_int_equal(desk.view.focus, FOCUS_MAP);
    desk.view.read_only = true;
    type(&desk, "z");
    assert_int_equal(desk.view.focus, FOCUS_MAP);
    assert_non_null(strstr(said(&desk)->text, "only reads"));
    desk_close(&desk);
}

/* ---- search ---- */

static const char two_streets[] =
    "{'found':[{'text':'Quay St','lat':51.22,'lon':-4.08,'kind':'street','zone':'HARBOUR'},"
    "{'text':'Quail Rd','lat':51.25,'lon':-4.15,'kind':'street','zone':'MILLFIELDS'}]}";

/* Goal: rows come as one types; Down shows one on the map, Esc brings back the view, the lock and
 * the line. Method: from F3, with half a command in the line. */
static void search_shows_and_gives_back(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    type(&desk, "n 42 half");
    press(&desk, PRESS_LEFT, 0);
    f3(&desk);
    struct map_view before = desk.view.map_view;
    type(&desk, "/");
    assert_string_equal(desk.view.line.text, "/");
    type(&desk, "qua");
    assert_string_equal(asked(&desk, LOOK_SEARCH),
                        "{'ask':'suggest','text':'qua','limit':12}");
    answer(&desk, LOOK_SEARCH, two_streets);
    const struct hand_search *search = &desk.view.hand.search;
    assert_true(search->here > 0);              /* #42 is at 12 Quay St. */
    assert_int_equal(search->count, search->here + 2);
    assert_true(geo_same(desk.view.map_view.center, before.center));
    for (uint32_t i = 0; i <= search->here; i++)
        press(&desk, PRESS_DOWN, 0);
    assert_string_equal(search->rows[search->chosen].text, "Quay St");
    assert_true(geo_same(desk.view.map_view.center, (struct geo_point){ 51.22, -4.08 }));
    draw(&desk);
    press(&desk, PRESS_ESCAPE, 0);
    assert_true(geo_same(desk.view.map_view.center, before.center));
    assert_false(desk.view.map_locked);
    assert_string_equal(desk.view.line.text, "n 42 half");
    assert_int_equal(desk.view.line.cursor, 8);
    assert_int_equal(desk.view.focus, FOCUS_MAP);
    desk_close(&desk);
}

/* Goal: Enter goes to what is chosen and stays there. Method: the first row is the incident; the
 * one chosen by hand a street. */
static void search_goes_there(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    enter(&desk, "/12 quay");
    assert_string_equal(selected(&desk), "#42");
    assert_string_equal(desk.view.line.text, "");
    type(&desk, "/quail");
    answer(&desk, LOOK_SEARCH, two_streets);
    press(&desk, PRESS_UP, 0);
    press(&desk, PRESS_ENTER, 0);
    assert_true(geo_same(desk.view.map_view.center, (struct geo_point){ 51.25, -4.15 }));
    assert_true(geo_same(desk.view.hand.cursor.at, (struct geo_point){ 51.25, -4.15 }));
    assert_string_equal(said(&desk)->word, "OK");
    assert_false(desk.view.hand.search.on);
    desk_close(&desk);
}

/* Goal: a slow answer never changes what is being chosen, and one for an older text finds nobody.
 * Method: two texts, answers late and in the wrong order. */
static void a_slow_answer_changes_nothing(void **state)
{
    struct desk desk;
    struct looks *looks = &desk.view.looks;

    (void)state;
    desk_open(&desk);
    type(&desk, "/qua");
    looks_sent(looks, LOOK_SEARCH, 7, desk.view.clock_ms);
    type(&desk, "y");
    assert_int_equal(looks_answered(looks, 7), LOOK_COUNT);
    press(&desk, PRESS_DOWN, 0);
    const struct hand_search *search = &desk.view.hand.search;
    struct found_row chosen = search->rows[search->chosen];
    uint32_t count = search->count;
    answer(&desk, LOOK_SEARCH, two_streets);
    assert_int_equal(search->count, count);
    assert_string_equal(search->rows[search->chosen].text, chosen.text);
    type(&desk, " ");
    press(&desk, PRESS_BACKSPACE, 0);
    press(&desk, PRESS_BACKSPACE, 0);
    answer(&desk, LOOK_SEARCH, NULL);
    assert_int_equal(search->said, SAID_FAILED);
    draw(&desk);
    desk_close(&desk);
}

/* Goal: a line that Up brought back does not hold the arrows. Method: two lines sent, the later a
 * search. */
static void the_history_is_still_walked(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    enter(&desk, "44");
    enter(&desk, "/12 quay");
    press(&desk, PRESS_UP, 0);
    assert_string_equal(desk.view.line.text, "/12 quay");
    press(&desk, PRESS_UP, 0);
    assert_string_equal(desk.view.line.text, "44");
    desk_close(&desk);
}

/* ---- what geography says ---- */

/* Goal: the read-back says how sure the place is before Enter. Method: answers, and the words. */
static const struct {
    const char *answer, *words;
    bool sure;
} places[] = {
    { "{'found':[{'text':'12 Quay St','zone':'HARBOUR','exact':true,'score':100,'kind':"
      "'address'}]}", "12 Quay St, HARBOUR", true },
    { "{'found':[{'text':'12 Quay St','zone':'HARBOUR','exact':false,'score':70,'kind':"
      "'address'}]}", "12 Quay St, HARBOUR? spelled otherwise; UNCONFIRMED", false },
    { "{'found':[{'text':'Quay St','exact':false,'score':90,'kind':'street'}]}",
      "Quay St: the whole street, UNCONFIRMED", false },
    { "{'found':[{'text':'1 High St','town':'ALBY','exact':false,'score':90,'kind':'address'},"
      "{'text':'1 High St','town':'BEDE','exact':false,'score':90,'kind':'address'}]}",
      "1 High St, ALBY or 1 High St, BEDE? Tab lists them; UNCONFIRMED", false },
    { "{'found':[]}", "NO SUCH PLACE is known: UNCONFIRMED", false },
    { "{'failed':'no'}", "geography does not answer: the place would be UNCONFIRMED", false },
    { NULL, "geography does not answer: the place would be UNCONFIRMED", false },
};

static void a_place_is_judged_while_it_is_typed(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(places); i++) {
        struct desk desk;
        CASE("%s", places[i].answer ? places[i].answer : "silence");
        desk_open(&desk);
        type(&desk, "new FIRE @12 Quaj St p1");
        assert_string_equal(asked(&desk, LOOK_LINE),
                            "{'ask':'place','text':'12 Quaj St','limit':12}");
        assert_int_equal(desk.view.hand.place.said, SAID_ASKING);
        answer(&desk, LOOK_LINE, places[i].answer);
        assert_string_equal(desk.view.hand.place.words, places[i].words);
        assert_int_equal(desk.view.hand.place.sure, places[i].sure);
        draw(&desk);
        press(&desk, PRESS_CONTROL, 'U');
        assert_int_equal(desk.view.hand.place.said, SAID_NOTHING);
        desk_close(&desk);
    }
}

/* Goal: "PLACE~120m" is a circle before Enter as it is after: never a place that nobody knows.
 * Method: coordinates, which need no geography; a street, asked for without its circle. */
static void a_circle_is_judged_while_it_is_typed(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    type(&desk, "new FIRE @51.2217,-4.0821~120m");
    assert_string_equal(desk.view.hand.place.words,
                        "51.22170,-4.08210, within 120 m; UNCONFIRMED");
    assert_false(desk.view.hand.place.sure);
    press(&desk, PRESS_CONTROL, 'U');
    type(&desk, "new FIRE @12 Quaj St~1.5km p1");
    assert_string_equal(asked(&desk, LOOK_LINE),
                        "{'ask':'place','text':'12 Quaj St','limit':12}");
    answer(&desk, LOOK_LINE, places[0].answer);
    assert_string_equal(desk.view.hand.place.words,
                        "12 Quay St, HARBOUR, within 1.5 km; UNCONFIRMED");
    assert_false(desk.view.hand.place.sure);
    desk_close(&desk);
}

/* Goal: what is under the cursor is told, or that it is not known. Method: answers and words. */
static const struct {
    const char *answer, *words;
    enum said said;
} reverses[] = {
    { "{'address':'14 Quay St','distance_m':12,'crossing':'Quay St / Mill Rd','zone':'HARBOUR',"
      "'zones':{'district':'HARBOUR','fire':'6'}}", "14 Quay St, HARBOUR, fire 6", SAID_KNOWN },
    { "{'address':'14 Quay St','distance_m':212.4,'zone':'HARBOUR'}",
      "212 m from 14 Quay St, HARBOUR", SAID_KNOWN },
    { "{'crossing':'Quay St / Mill Rd'}", "near Quay St / Mill Rd", SAID_KNOWN },
    { "{'zone':'OUTER ROADS'}", "OUTER ROADS", SAID_KNOWN },
    { "{}", "", SAID_UNKNOWN },
    { "{'failed':'no layers'}", "", SAID_FAILED },
    { NULL, "", SAID_FAILED },
};

static void the_cursor_says_where_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(reverses); i++) {
        struct desk desk;
        CASE("%s", reverses[i].answer ? reverses[i].answer : "silence");
        desk_open(&desk);
        f3(&desk);
        assert_int_equal(desk.view.hand.cursor.said, SAID_ASKING);
        answer(&desk, LOOK_CURSOR, reverses[i].answer);
        assert_int_equal(desk.view.hand.cursor.said, reverses[i].said);
        assert_string_equal(desk.view.hand.cursor.words, reverses[i].words);
        draw(&desk);
        desk_close(&desk);
    }
}

/* ---- typed forms ---- */

/* Goal: every typed form that is wrong says what would be right, and keeps the line. Method: the
 * wrong beside the nearest right ("" is accepted). */
static const struct {
    const char *typed, *refusal;
} forms[] = {
    { "show distance E7 #46",                "" },
    { "show distance @51.2,-4.1 E7",         "" },
    { "show distance St6 to St1",            "" },
    { "show distance mark a @12 Quay St",    "no such mark" },
    { "show distance E7",                    "two places" },
    { "show distance",                       "two places" },
    { "show distance @cursor @12 Quay St",   "no cursor" },
    { "show distance off",                   "" },
    { "show reach St6 5m",                   "" },
    { "show reach St6",                      "a place, then a time" },
    { "show reach 5m",                       "a place, then a time" },
    { "show reach St6 3h",                   "up to 2h" },
    { "show reach off",                      "" },
    { "show inside HZ9",                     "" },
    { "show inside HZ99",                    "a hazard that has an outline" },
    { "show inside E7",                      "a hazard that has an outline" },
    { "show inside reach",                   "when a reach is on the map" },
    { "set layer",                           "set layer NAME" },
    { "set layer parks maybe",               "set layer NAME" },
    { "set layer parks off",                 "No such layer" },
    { "set follow E7",                       "" },
    { "set follow E99",                      "the name of what to follow" },
    { "set follow on",                       "nothing is selected" },
    { "set lock off",                        "" },
    { "set nonsense",                        "set what? Tab lists" },
};

static void a_wrong_form_says_the_right_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(forms); i++) {
        struct desk desk;
        CASE("%s", forms[i].typed);
        desk_open(&desk);
        enter(&desk, forms[i].typed);
        assert_int_equal(desk.effect.kind, EFFECT_NONE);
        if (forms[i].refusal[0]) {
            assert_string_equal(said(&desk)->word, "NO");
            assert_non_null(strstr(said(&desk)->text, forms[i].refusal));
            assert_string_equal(desk.view.line.text, forms[i].typed);
        } else {
            assert_string_not_equal(said(&desk)->word, "NO");
            assert_string_equal(desk.view.line.text, "");
        }
        desk_close(&desk);
    }
}

/* Goal: a distance is told straight and by road, or that no road is known. Method: an address that
 * geography finds, then a way, then none. */
static void a_distance_is_told(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    enter(&desk, "show distance @51.2000,-4.1000 @12 Quay St");
    assert_string_equal(said(&desk)->word, "...");
    assert_string_equal(asked(&desk, LOOK_END_B), "{'ask':'place','text':'12 Quay St','limit':12}");
    answer(&desk, LOOK_END_B, "{'found':[{'text':'12 Quay St','lat':51.21,'lon':-4.1,"
                              "'exact':true}]}");
    answer(&desk, LOOK_ROUTE, "{'route':[[51.2,-4.1],[51.205,-4.09],[51.21,-4.1]],'s':130,"
                              "'m':1640,'streets':['Mill Rd']}");
    assert_string_equal(said(&desk)->word, "OK");
    assert_string_equal(said(&desk)->text, "51.20000,-4.10000 to 12 Quay St: 1,112 m N (0 deg) "
                                           "straight; by road 1.6 km, 2:10");
    draw(&desk);
    enter(&desk, "show distance E7 #46");
    answer(&desk, LOOK_ROUTE, "{'failed':'there is no way'}");
    assert_non_null(strstr(said(&desk)->text, "no way there by road is known"));
    enter(&desk, "show distance E7 @Nowhere at all");
    answer(&desk, LOOK_END_B, "{'found':[]}");
    assert_string_equal(said(&desk)->word, "NO");
    press(&desk, PRESS_ESCAPE, 0);
    desk_close(&desk);
}

/* Goal: what is reached is outlined with its age, and Esc takes it away; nothing reached is said.
 * Method: rings, a ring of two points, none. */
static void a_reach_is_drawn_and_removed(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    enter(&desk, "show reach St6 5m");
    assert_non_null(strstr(asked(&desk, LOOK_REACH), "'seconds':300"));
    answer(&desk, LOOK_REACH, "{'reach':[[[51.2,-4.1],[51.21,-4.1],[51.21,-4.09]],"
                              "[[1,1],[2,2]]],'seconds':300,'streets_m':12345}");
    assert_int_equal(desk.view.hand.reach.rings.count, 4);      /* Closed; the other is no ring. */
    assert_string_equal(desk.view.hand.reach.words, "St6 5 min");
    assert_non_null(strstr(said(&desk)->text, "12.3 km of streets"));
    desk.view.now_ms += 130000;
    draw(&desk);
    enter(&desk, "show inside reach");
    assert_non_null(strstr(asked(&desk, LOOK_INSIDE), "'seconds':300,'limit'"));
    answer(&desk, LOOK_INSIDE, "{'found':[{'text':'St Brae','kind':'hospital','lat':1,'lon':1}],"
           "'counts':{'hospital':1},'zones':{'district':['HARBOUR','OLD MARKET']},"
           "'streets_m':2000,'addresses':321}");
    assert_int_equal(desk.view.answer_count, 4);
    assert_string_equal(desk.view.answer_lines[0], "addresses 321, streets 2.0 km");
    assert_string_equal(desk.view.answer_lines[1], "district: HARBOUR, OLD MARKET");
    assert_string_equal(desk.view.answer_lines[2], "hospital 1");
    press(&desk, PRESS_ESCAPE, 0);              /* The answer, */
    press(&desk, PRESS_ESCAPE, 0);              /* then what lies on the map. */
    assert_int_equal(desk.view.hand.reach.rings.count, 0);
    enter(&desk, "show reach St6 5m");
    answer(&desk, LOOK_REACH, "{'reach':[]}");
    assert_string_equal(said(&desk)->word, "NO");
    desk_close(&desk);
}

/* ---- look-ups ---- */

/* Goal: one question a purpose is under way, the newest wins, silence ends. Method: the drawing of
 * looks.h, arrow by arrow. */
static void one_question_a_purpose_is_under_way(void **state)
{
    struct looks looks = { 0 };
    struct buffer ask = { 0 };
    int64_t wait_ms = 0;

    (void)state;
    assert_int_equal(looks_next(&looks, 0, &wait_ms), LOOK_COUNT);
    assert_int_equal(wait_ms, -1);
    buffer_add_text(&ask, "{1}");
    looks_want(&looks, LOOK_SEARCH, &ask, 100);
    assert_null(ask.bytes);
    assert_int_equal(looks_next(&looks, 40, &wait_ms), LOOK_COUNT);
    assert_int_equal(wait_ms, 60);
    assert_int_equal(looks_next(&looks, 100, &wait_ms), LOOK_SEARCH);
    looks_sent(&looks, LOOK_SEARCH, 5, 100);
    buffer_add_text(&ask, "{2}");
    looks_want(&looks, LOOK_SEARCH, &ask, 110);
    assert_int_equal(looks_next(&looks, 200, &wait_ms), LOOK_COUNT);    /* The first is out. */
    assert_int_equal(wait_ms, LOOK_LATE_MS - 100);
    assert_true(looks_knows(&looks, 5));
    assert_int_equal(looks_answered(&looks, 5), LOOK_COUNT);            /* Nobody waits for it. */
    assert_int_equal(looks_next(&looks, 200, &wait_ms), LOOK_SEARCH);
    assert_true(span_is(looks_ask(&looks, LOOK_SEARCH), "{2}"));
    looks_sent(&looks, LOOK_SEARCH, 6, 200);
    assert_true(looks_waits(&looks, LOOK_SEARCH));
    assert_int_equal(looks_late(&looks, 200 + LOOK_LATE_MS - 1), LOOK_COUNT);
    assert_int_equal(looks_late(&looks, 200 + LOOK_LATE_MS), LOOK_SEARCH);
    assert_false(looks_waits(&looks, LOOK_SEARCH));
    assert_int_equal(looks_answered(&looks, 6), LOOK_COUNT);
    looks_clear(&looks);
}

/* ---- anything at all ---- */

/* Goal: no order of keys, mouse and answers breaks the console; letters typed on the map never
 * reach the line. Method: 20,000 random ones, with a frame now and then. */
static void no_order_of_keys_breaks_it(void **state)
{
    static const char glyphs[] = "abcdfghlmnorzHJKLN0+-/'? @.,;1289pqEX";
    struct desk desk;

    (void)state;
    desk_open_sized(&desk, 120, 40);
    srand(11);
    for (uint32_t i = 0; i < 20000; i++) {
        enum press_code code = (enum press_code)(rand() % (PRESS_WHEEL_DOWN + 1));
        struct press pressed = {
            .code = rand() % 3 ? PRESS_TEXT : code == PRESS_PASTE ? PRESS_TEXT : code,
            .row = (uint16_t)(rand() % 42), .column = (uint16_t)(rand() % 122),
        };
        pressed.glyph = pressed.code == PRESS_FUNCTION ? 3u
                        : (uint32_t)(unsigned char)glyphs[(size_t)rand() % (sizeof glyphs - 1)];
        desk.view.clock_ms += 20;
        control_press(&desk.view, desk.picture, &pressed);
        desk.view.quit_asked = false;
        enum look_kind kind = (enum look_kind)(rand() % LOOK_COUNT);
        if (looks_ask(&desk.view.looks, kind).length > 0 && rand() % 4 == 0)
            answer(&desk, kind, rand() % 4 == 0 ? NULL : two_streets);
        if (i % 100 == 0)
            draw(&desk);
        assert_true(desk.view.map_view.m_per_cell > 0.1);
        assert_true(desk.view.hand.search.on == (desk.view.line.text[0] == '/'
                                                 && desk.view.focus == FOCUS_LINE));
    }
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrows_move_the_cursor_and_shift_the_view),
        cmocka_unit_test(the_view_follows_the_cursor_at_its_edges),
        cmocka_unit_test(zoom_keeps_what_is_under_it),
        cmocka_unit_test(the_mouse_drags_and_clicks),
        cmocka_unit_test(a_click_again_takes_the_next),
        cmocka_unit_test(a_locked_map_stays),
        cmocka_unit_test(n_walks_what_is_in_sight),
        cmocka_unit_test(every_letter_does_its_one_thing),
        cmocka_unit_test(marks_are_kept),
        cmocka_unit_test(marks_have_a_file),
        cmocka_unit_test(a_mark_is_set_gone_to_and_dropped),
        cmocka_unit_test(own_places_are_coordinates_when_sent),
        cmocka_unit_test(without_a_cursor_nothing_is_sent),
        cmocka_unit_test(a_zone_is_typed_not_sent),
        cmocka_unit_test(a_circle_and_a_closed_ring_end_themselves),
        cmocka_unit_test(a_zone_has_a_limit_and_esc_drops_it),
        cmocka_unit_test(search_shows_and_gives_back),
        cmocka_unit_test(search_goes_there),
        cmocka_unit_test(a_slow_answer_changes_nothing),
        cmocka_unit_test(the_history_is_still_walked),
        cmocka_unit_test(a_place_is_judged_while_it_is_typed),
        cmocka_unit_test(a_circle_is_judged_while_it_is_typed),
        cmocka_unit_test(the_cursor_says_where_it_is),
        cmocka_unit_test(a_wrong_form_says_the_right_one),
        cmocka_unit_test(a_distance_is_told),
        cmocka_unit_test(a_reach_is_drawn_and_removed),
        cmocka_unit_test(one_question_a_purpose_is_under_way),
        cmocka_unit_test(no_order_of_keys_breaks_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
