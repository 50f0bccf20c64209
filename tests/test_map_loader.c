/* Goal: layers come one by one while the loop runs, each in its place; what is missing is said;
 * the end never waits. Method: a few layers on disk, one of them missing, and a loop that is let
 * run until the loader is done, stopped half way, or started again. */
#include "tests/check.h"

#include <ftw.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/base/text.h"
#include "maps/map_load.h"
#include "panels/map_loader.h"
#include "tests/kept.h"

enum { LAYERS = 6, MISSING = 3, RECORDS = 4000 };

struct room {
    char folder[64];
    struct map_layer_style styles[LAYERS];
    uv_loop_t loop;
    struct map *map;
    struct map_loader *loader;
    uint32_t changes, seen_loading;
};

static int unlink_entry(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info, (void)kind, (void)where;
    return remove(path);
}

static void layer_write(const struct room *room, uint32_t number, uint32_t records)
{
    struct shapes *shapes = kept_shapes(SHAPE_LINES, records, number + 1);
    char why[256];

    assert_int_equal(shapefile_write(room->styles[number].path, shapes, why, sizeof why),
                     STATUS_OK);
    shapes_free(shapes);
}

static void changed(void *context)
{
    struct room *room = context;
    char text[200];

    room->changes++;
    map_loader_state(room->loader, text, sizeof text);
    room->seen_loading += strncmp(text, "loading ", 8) == 0;
}

static int set_up(void **state)
{
    struct room *room = base_alloc(1, sizeof *room);
    char cache[128];

    text_copy(room->folder, sizeof room->folder, span_of("/tmp/watchdesk-loader-XXXXXX"));
    if (!mkdtemp(room->folder))
        return -1;
    snprintf(cache, sizeof cache, "%s/cache", room->folder);
    setenv("WATCHDESK_CACHE", cache, 1);
    for (uint32_t i = 0; i < LAYERS; i++) {
        room->styles[i] = kept_style(SHAPE_LINES);
        snprintf(room->styles[i].name, MAP_NAME_BYTES, "layer%u", i);
        snprintf(room->styles[i].path, MAP_PATH_BYTES, "%s/layer%u", room->folder, i);
        if (i != MISSING)
            layer_write(room, i, RECORDS / (i + 1));
    }
    uv_loop_init(&room->loop);
    room->map = map_new();
    room->loader = map_loader_new(&room->loop, room->map, changed, room);
    *state = room;
    return 0;
}

static int tear_down(void **state)
{
    struct room *room = *state;

    if (room->loader)
        map_loader_close(room->loader);
    uv_run(&room->loop, UV_RUN_DEFAULT);
    int open_handles = uv_loop_close(&room->loop);
    map_free(room->map);
    nftw(room->folder, unlink_entry, 8, FTW_DEPTH | FTW_PHYS);
    unsetenv("WATCHDESK_CACHE");
    base_free(room);
    return open_handles;
}

static void run_until_read(struct room *room)
{
    while (map_loader_is_busy(room->loader))
        uv_run(&room->loop, UV_RUN_ONCE);
    /* The news of the last one. */
    for (int i = 0; i < 3; i++)
        uv_run(&room->loop, UV_RUN_NOWAIT);
}

static uint32_t layers_there(const struct room *room)
{
    uint32_t there = 0;

    for (uint32_t i = 0; i < map_layer_count(room->map); i++)
        there += map_layer_source(room->map, i, &room->styles[i]) != 0;
    return there;
}

static void every_layer_comes_to_its_place(void **state)
{
    struct room *room = *state;
    char text[200];

    map_loader_start(room->loader, room->styles, LAYERS);
    assert_true(map_loader_is_busy(room->loader));
    assert_int_equal(map_layer_count(room->map), LAYERS);
    for (uint32_t i = 0; i < LAYERS; i++)
        assert_string_equal(map_layer_style(room->map, i)->name, room->styles[i].name);
    map_loader_state(room->loader, text, sizeof text);
    assert_non_null(strstr(text, "of 6"));
    run_until_read(room);
    assert_int_equal(layers_there(room), LAYERS - 1);
    assert_int_equal(map_loader_missing(room->loader), 1);
    map_loader_state(room->loader, text, sizeof text);
    assert_int_equal(strncmp(text, "WITHOUT layer3: ", 16), 0);
    assert_true(room->changes >= 2);
    assert_true(room->seen_loading >= 1);
}

static void a_second_start_reads_what_changed(void **state)
{
    struct room *room = *state;
    uint64_t before[LAYERS];
    char text[200];

    map_loader_start(room->loader, room->styles, LAYERS);
    run_until_read(room);
    for (uint32_t i = 0; i < LAYERS; i++)
        before[i] = map_layer_source(room->map, i, &room->styles[i]);
    layer_write(room, 1, 77);
    layer_write(room, MISSING, 10);
    map_layer_hide(room->map, 2, true);
    map_loader_start(room->loader, room->styles, LAYERS);
    /* Nothing goes from the screen meanwhile. */
    assert_int_equal(layers_there(room), LAYERS - 1);
    run_until_read(room);
    for (uint32_t i = 0; i < LAYERS; i++) {
        bool same = map_layer_source(room->map, i, &room->styles[i]) == before[i];
        assert_int_equal(same, i != 1 && i != MISSING);
    }
    assert_true(map_layer_style(room->map, 2)->hidden);
    map_loader_state(room->loader, text, sizeof text);
    assert_null(strstr(text, "WITHOUT"));
    /* Fewer, and in another order. */
    struct map_layer_style fewer[2] = { room->styles[4], room->styles[0] };
    map_loader_start(room->loader, fewer, 2);
    assert_int_equal(map_layer_count(room->map), 2);
    assert_int_equal(map_layer_source(room->map, 0, &fewer[0]), before[4]);
    run_until_read(room);
    assert_int_equal(map_layer_source(room->map, 1, &fewer[1]), before[0]);
}

/* A look whether files have changed says nothing, and reads what has. */
static void another_look_reads_what_changed(void **state)
{
    struct room *room = *state;
    uint64_t before[LAYERS];
    char text[200], again[200];

    map_loader_start(room->loader, room->styles, LAYERS);
    run_until_read(room);
    for (uint32_t i = 0; i < LAYERS; i++)
        before[i] = map_layer_source(room->map, i, &room->styles[i]);
    map_loader_state(room->loader, text, sizeof text);
    text_copy(again, sizeof again, span_of(text));
    while (!map_loader_is_busy(room->loader))           /* Once its threads have ended. */
        map_loader_again(room->loader);
    map_loader_state(room->loader, again, sizeof again);
    assert_string_equal(again, text);
    run_until_read(room);
    map_loader_state(room->loader, again, sizeof again);
    assert_string_equal(again, text);
    for (uint32_t i = 0; i < LAYERS; i++)
        assert_true(map_layer_source(room->map, i, &room->styles[i]) == before[i]);
    layer_write(room, 1, 77);
    layer_write(room, MISSING, 10);
    while (!map_loader_is_busy(room->loader))
        map_loader_again(room->loader);
    run_until_read(room);
    for (uint32_t i = 0; i < LAYERS; i++) {
        bool same = map_layer_source(room->map, i, &room->styles[i]) == before[i];
        assert_int_equal(same, i != 1 && i != MISSING);
    }
    map_loader_state(room->loader, text, sizeof text);
    assert_string_equal(text, "");
}

/* Started over and over, and closed in the midst of it, at every moment. */
static void the_end_may_come_at_any_time(void **state)
{
    struct room *room = *state;

    for (int turn = 0; turn < 12; turn++) {
        map_loader_start(room->loader, room->styles, turn % 3 ? LAYERS : 2);
        for (int i = 0; i < turn % 4; i++) {
            usleep(1000);
            uv_run(&room->loop, UV_RUN_NOWAIT);
        }
    }
    assert_int_equal(map_loader_close(room->loader), MAP_LOADER_ENDED);
    room->loader = NULL;
}

static void no_layers_are_no_work(void **state)
{
    struct room *room = *state;
    char text[200];

    map_loader_start(room->loader, room->styles, 0);
    assert_false(map_loader_is_busy(room->loader));
    map_loader_state(room->loader, text, sizeof text);
    assert_string_equal(text, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_layer_comes_to_its_place),
        TEST(a_second_start_reads_what_changed),
        TEST(another_look_reads_what_changed),
        TEST(the_end_may_come_at_any_time),
        TEST(no_layers_are_no_work),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
