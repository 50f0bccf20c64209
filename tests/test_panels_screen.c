/* The screens of screens.md section 4, drawn from the sample room and kept as text. */
#include "tests/check.h"

#include <stdlib.h>
#include <time.h>

#include "app/base/text.h"
#include "panels/control.h"
#include "panels/palette.h"
#include "panels/screen.h"
#include "tests/golden.h"
#include "tests/sample_room.h"

#define PUT(field, text) text_copy((field), sizeof(field), span_of(text))

struct room {
    struct picture *picture;
    struct view view;
};

static void room_open(struct room *room, uint16_t columns, uint16_t rows)
{
    room->picture = sample_room_new(NULL);
    view_init(&room->view);
    struct view *view = &room->view;
    view->columns = columns;
    view->rows = rows;
    view->now_ms = ROOM_NOW_MS;
    view->clock_ms = 1000000;
    PUT(view->operator_name, "KIM");
    PUT(view->role_word, "dispatcher");
    view->role = ROLE_DISPATCHER;
    PUT(view->site_name, "Port Maren");
    PUT(view->mode, "live");
    view->map = map_new();              /* Without layers: what is live alone. */
    view_joined(view, room->picture);
    drawn_add(&view->drawn, 0, room->picture->sequence);
}

static void room_close(struct room *room)
{
    map_free(room->view.map);
    view_clear(&room->view);
    picture_free(room->picture);
}

/* The screen as text; the caller clears it. */
static struct buffer draw(struct room *room)
{
    struct canvas canvas;
    struct buffer text = { 0 };

    canvas_init(&canvas, room->view.rows, room->view.columns);
    screen_prepare(&room->view, room->picture);
    screen_draw(room->picture, &room->view, &canvas);
    canvas_dump(&canvas, &text);
    canvas_clear(&canvas);
    return text;
}

static void press(struct room *room, enum press_code code, uint32_t glyph)
{
    struct press pressed = { .code = code, .glyph = glyph };

    control_press(&room->view, room->picture, &pressed);
}

static void type(struct room *room, const char *text)
{
    for (; *text; text++)
        press(room, PRESS_TEXT, (unsigned char)*text);
}

static void select_42(struct room *room)
{
    type(room, "42");
    press(room, PRESS_ENTER, 0);
}

static void show_drill(struct room *room)
{
    PUT(room->view.mode, "drill");
    PUT(room->view.exercise, "Harbour storm");
}

static void show_typed(struct room *room)
{
    select_42(room);
    type(room, "d 46 E9");
}

static void show_results(struct room *room)
{
    view_result_set(&room->view, 0, "PART", 1408823,
                    "Sent: E3 (OR33). Not sent: E7, it is ONS on #42 since 14:27.");
    view_result_set(&room->view, 0, "OK", 1408824, "n 42 ventilating the roof");
    select_42(room);
}

static void show_help(struct room *room)
{
    press(room, PRESS_FUNCTION, 1);
}

static void show_feeds(struct room *room)
{
    type(room, "show feeds");
    press(room, PRESS_ENTER, 0);
}

/* As the hub's beats say how they do. */
static void show_feeds_told(struct room *room)
{
    static const char said[] =
        "[{'feed':'avl','lines':901221,'accepted':88121,'superseded':813100,'starts':1,"
        "'up':1794918727000,'rate':212.4,'lag_ms':2400},"
        "{'feed':'gas','lines':9013,'accepted':9011,'refused':2,'lost':14,'starts':4,"
        "'up':1794922147000,'rate':0.5,'why':'2 value: not a number'},"
        "{'feed':'weather','lines':40,'accepted':31,'repeated':9,'starts':2,'rate':0}]";
    char text[700];
    struct json *json;
    struct arena *arena = arena_new();
    struct verdict verdict = json_parse(span_of(json_of(text, sizeof text, said)), &json);

    assert_true(is_accepted(&verdict));
    feeds_told_take(&room->view.feeds, json, arena);
    json_free(json);
    arena_free(arena);
    show_feeds(room);
}

static void show_ascii(struct room *room)
{
    room->view.ascii = true;
    select_42(room);
}

static void show_map(struct room *room)
{
    press(room, PRESS_FUNCTION, 3);
}

static void show_log(struct room *room)
{
    view_log_add(&room->view, ROOM_NOW_MS, 1408811, "BEA", "#41 one trapped");
    press(room, PRESS_FUNCTION, 6);
}

static void show_lost(struct room *room)
{
    room->view.link = VIEW_LOST;
    room->view.lost_for_ms = 14000;
}

/* Goal: every picture of a room stays as somebody once approved it. Method: golden texts. */
static const struct {
    const char *golden;
    uint16_t columns, rows;
    void (*prepare)(struct room *room);
} screens[] = {
    { "desk-80x24.txt",          80,  24,  NULL },
    { "incident-80x24.txt",      80,  24,  select_42 },
    { "map-80x24.txt",           80,  24,  show_map },
    { "feeds-80x24.txt",         80,  24,  show_feeds },
    { "lost-100x30.txt",         100, 30,  show_lost },
    { "ascii-120x36.txt",        120, 36,  show_ascii },
    { "log-120x40.txt",          120, 40,  show_log },
    { "desk-160x50.txt",         160, 50,  show_results },
    { "typed-160x50.txt",        160, 50,  show_typed },
    { "drill-160x50.txt",        160, 50,  show_drill },
    { "help-160x50.txt",         160, 50,  show_help },
    { "desk-240x70.txt",         240, 70,  select_42 },
    { "feeds-240x70.txt",        240, 70,  show_feeds_told },
    { "small-60x20.txt",         60,  20,  NULL },
};

static void screens_are_as_approved(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(screens); i++) {
        struct room room;
        CASE("%s", screens[i].golden);
        room_open(&room, screens[i].columns, screens[i].rows);
        if (screens[i].prepare)
            screens[i].prepare(&room);
        struct buffer text = draw(&room);
        golden_compare(screens[i].golden, text.bytes);
        buffer_clear(&text);
        room_close(&room);
    }
}

/* Goal: no size breaks the screen, and none shows less than how many need a person. Method: every
 * width and height from tiny to 400x100, in steps. */
static void every_size_draws(void **state)
{
    struct room room;

    (void)state;
    room_open(&room, 80, 24);
    select_42(&room);
    for (uint16_t columns = 1; columns <= 400; columns = (uint16_t)(columns + 13))
        for (uint16_t rows = 1; rows <= 100; rows = (uint16_t)(rows + 7)) {
            room.view.columns = columns;
            room.view.rows = rows;
            struct buffer text = draw(&room);
            if (columns >= 10)
                assert_non_null(strstr(text.bytes, "ATTN 9"));
            buffer_clear(&text);
        }
    room_close(&room);
}

/* Goal: screens.md section 6, test 7: class 1 stands on row 2 of every screen. Method: each page
 * and overlay at 80x24 and 160x50, live and drill. */
static void class_1_is_on_row_2_everywhere(void **state)
{
    static const uint16_t sizes[][2] = { { 80, 24 }, { 160, 50 } };

    (void)state;
    for (size_t size = 0; size < ARRAY_COUNT(sizes); size++)
        for (int page = PAGE_DESK; page <= PAGE_LOG; page++)
            for (int overlay = OVERLAY_NONE; overlay <= OVERLAY_FEEDS; overlay++) {
                struct room room;
                room_open(&room, sizes[size][0], sizes[size][1]);
                room.view.page = (enum page)page;
                room.view.overlay = (enum overlay)overlay;
                if (overlay % 2)
                    show_drill(&room);
                struct buffer text = draw(&room);
                const char *row = strchr(text.bytes, '\n') + 1;
                struct span second = span_from(row, strcspn(row, "\n"));
                assert_true(span_starts(second, " EMG M4"));
                assert_non_null(strstr(text.bytes, "ack M4"));
                if (overlay % 2)
                    assert_non_null(strstr(text.bytes, "DRILL DRILL"));
                buffer_clear(&text);
                room_close(&room);
            }
}

/* Goal: no byte of a feed reaches the terminal raw (standards.md section 10). Method: hostile text
 * through every field a person or a feed fills, then look at every cell. */
static void hostile_text_stays_text(void **state)
{
    static const char hostile[] = "a\x1B]0;x\x07\x1B[2J\xE2\x80\xAE\xE2\x80\x8B\xC2\x9B" "b";
    struct room room;
    struct canvas canvas;

    (void)state;
    room_open(&room, 160, 50);
    select_42(&room);
    struct incident *incident =
        (struct incident *)(uintptr_t)picture_incident(room.picture, 42);
    PUT(incident->place, hostile);
    PUT(incident->text, hostile);
    PUT(incident->type, "\x1B[31m");
    view_log_add(&room.view, ROOM_NOW_MS, 1, hostile, hostile);
    view_result_set(&room.view, 0, "NO", 1, hostile);
    canvas_init(&canvas, 50, 160);
    screen_prepare(&room.view, room.picture);
    screen_draw(room.picture, &room.view, &canvas);
    for (uint16_t row = 0; row < canvas.rows; row++)
        for (uint16_t column = 0; column < canvas.columns; column++) {
            uint32_t glyph = canvas_at(&canvas, row, column)->glyph;
            assert_true(glyph >= 0x20 || glyph == 0);
            assert_false(glyph >= 0x7F && glyph < 0xA0);
            assert_false(glyph >= 0x200B && glyph <= 0x202E && glyph != 0x2026);
        }
    canvas_clear(&canvas);
    room_close(&room);
}

/* Goal: ASCII means ASCII, and names stay readable. Method: an accented place in ASCII. */
static void ascii_letters_lose_their_marks(void **state)
{
    struct room room;

    (void)state;
    room_open(&room, 120, 40);
    struct incident *incident =
        (struct incident *)(uintptr_t)picture_incident(room.picture, 46);
    PUT(incident->place, "Caf\xC3\xA9 \xC5\x81\xC3\xB3" "d\xC5\xBA 3");
    room.view.ascii = true;
    struct buffer text = draw(&room);
    assert_non_null(strstr(text.bytes, "Cafe Lodz 3"));
    for (size_t i = 0; i < text.length; i++)
        assert_true((unsigned char)text.bytes[i] < 0x80);
    buffer_clear(&text);
    room_close(&room);
}

/* Goal: red is for emergency alone, every ink has a tone, and without colour the marks are reverse
 * for emergency and P1, bold for unread, nothing else. Method: every ink on every ground. */
static void tones_mean_one_thing(void **state)
{
    (void)state;
    for (int ink = 0; ink < INK_COUNT; ink++)
        for (int ground = 0; ground < GROUND_COUNT; ground++) {
            struct cell cell = { .glyph = 'x', .ink = (uint8_t)ink, .ground = (uint8_t)ground };
            struct tone many = palette_tone((struct palette){ .size = PALETTE_256 }, &cell);
            struct tone few = palette_tone((struct palette){ .size = PALETTE_8 }, &cell);
            struct tone none = palette_tone((struct palette){ .size = PALETTE_MONO }, &cell);
            CASE("%s on %s", ink_name((enum ink)ink), ground_name((enum ground)ground));
            assert_true(many.foreground > 0);
            assert_true(few.foreground < 8 && few.background < 8);
            assert_int_equal(many.background == 160, ink == INK_EMERGENCY);
            assert_int_equal(few.background == 1, ink == INK_EMERGENCY);
            assert_true(few.foreground != 1);
            assert_int_equal(none.reverse, ink == INK_EMERGENCY || ink == INK_P1
                             || ink == INK_MAP_CURSOR);
            assert_false(none.bold);
            assert_int_equal(none.foreground, -1);
        }
    struct cell unread = { .glyph = '+', .ink = INK_BRIGHT, .flags = CELL_BOLD };
    assert_true(palette_tone((struct palette){ .size = PALETTE_MONO }, &unread).bold);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_are_as_approved),
        cmocka_unit_test(every_size_draws),
        cmocka_unit_test(class_1_is_on_row_2_everywhere),
        cmocka_unit_test(hostile_text_stays_text),
        cmocka_unit_test(ascii_letters_lose_their_marks),
        cmocka_unit_test(tones_mean_one_thing),
    };
    setenv("TZ", "Europe/Paris", 1);
    tzset();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
