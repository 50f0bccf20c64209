/* Goal: a layer is kept once and taken while its source is the same, from files that can be
 * trusted only; and where it cannot be kept, the map is there all the same. Method: a layer on disk
 * and a folder of our own, each spoilt in one way after the other. */
#include "tests/check.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/base/text.h"
#include "maps/layer_store.h"
#include "maps/map_load.h"
#include "tests/kept.h"

struct room {
    char folder[64], path[128], cache[128];
    struct layer_store store;
    struct map_layer_style style;
};

static int unlink_entry(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info, (void)kind, (void)where;
    return remove(path);
}

static void source_write(const struct room *room, uint32_t records)
{
    struct shapes *shapes = kept_shapes(SHAPE_LINES, records, 7);
    char why[256];

    assert_int_equal(shapefile_write(room->path, shapes, why, sizeof why), STATUS_OK);
    shapes_free(shapes);
}

static int set_up(void **state)
{
    struct room *room = base_alloc(1, sizeof *room);

    text_copy(room->folder, sizeof room->folder, span_of("/tmp/watchdesk-store-XXXXXX"));
    if (!mkdtemp(room->folder))
        return -1;
    snprintf(room->path, sizeof room->path, "%s/streets", room->folder);
    snprintf(room->cache, sizeof room->cache, "%s/deep/cache", room->folder);
    setenv("WATCHDESK_CACHE", room->cache, 1);
    layer_store_find(&room->store);
    room->style = kept_style(SHAPE_LINES);
    text_copy(room->style.path, sizeof room->style.path, span_of(room->path));
    source_write(room, 3000);
    *state = room;
    return 0;
}

static int tear_down(void **state)
{
    struct room *room = *state;

    chmod(room->cache, 0700);
    nftw(room->folder, unlink_entry, 8, FTW_DEPTH | FTW_PHYS);
    unsetenv("WATCHDESK_CACHE");
    base_free(room);
    return 0;
}

/* One file's name in the cache, and how many there are. */
static uint32_t cache_list(const struct room *room, char *path, size_t path_bytes)
{
    DIR *folder = opendir(room->cache);
    struct dirent *entry;
    uint32_t count = 0;

    while (folder && (entry = readdir(folder))) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, path_bytes, "%s/%.100s", room->cache, entry->d_name);
        count++;
    }
    if (folder)
        closedir(folder);
    return count;
}

/* Takes the layer of the room's source as it is now; NULL when none is kept. */
static struct layer *taken(const struct room *room)
{
    struct buffer identity = { 0 };
    char warning[128];

    assert_true(layer_store_identity(&room->style, &identity));
    struct layer *layer = layer_store_take(&room->store, &room->style, identity.bytes, warning,
                                           sizeof warning);
    buffer_clear(&identity);
    return layer;
}

static bool is_taken(const struct room *room)
{
    struct layer *layer = taken(room);

    layer_free(layer);
    return layer != NULL;
}

/* Reads and keeps as a reader does. */
static void load(const struct room *room, bool *ret_kept, char *why, size_t why_bytes)
{
    struct map *map = map_new();
    struct map_ready *ready;

    map_layers_arrange(map, &room->style, 1);
    struct map_load *load = map_load_new(&room->style, MAP_KEEPS, 0);
    assert_int_equal(map_load_read(load, &ready), STATUS_OK);
    map_layer_put(map, 0, ready);
    assert_true(geo_known(map_bounds(map).low));
    ready = map_load_keep(load);
    *ret_kept = ready != NULL;
    text_copy(why, why_bytes, span_of(map_load_keep_why(load)));
    if (ready)
        map_layer_put(map, 0, ready);
    assert_true(geo_known(map_bounds(map).low));
    assert_true(map_layer_source(map, 0, &room->style) != 0);
    map_load_free(load);
    map_free(map);
}

static void assert_kept(const struct room *room)
{
    char why[200];
    bool kept;

    load(room, &kept, why, sizeof why);
    assert_true(kept);
    assert_string_equal(why, "");
    assert_true(is_taken(room));
}

static void a_layer_is_kept_once(void **state)
{
    const struct room *room = *state;
    char path[256], why[200];
    bool kept;

    assert_false(is_taken(room));
    assert_kept(room);
    assert_int_equal(cache_list(room, path, sizeof path), 1);
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0444);
    load(room, &kept, why, sizeof why);
    assert_false(kept);         /* It was there already. */
    struct layer *layer = taken(room);
    assert_non_null(layer->mapping);
    layer_free(layer);
}

static void a_changed_source_is_read_again(void **state)
{
    struct room *room = *state;
    char path[256];

    assert_kept(room);
    source_write(room, 2500);
    assert_false(is_taken(room));
    assert_kept(room);
    assert_int_equal(cache_list(room, path, sizeof path), 1);   /* The new in place of the old. */
    /* A time alone, and a member that was not there. */
    char member[160];
    snprintf(member, sizeof member, "%s.dbf", room->path);
    const struct timespec times[2] = { { 1000, 0 }, { 1000, 0 } };
    assert_int_equal(utimensat(AT_FDCWD, member, times, 0), 0);
    assert_false(is_taken(room));
    assert_kept(room);
    snprintf(member, sizeof member, "%s.prj", room->path);
    assert_int_equal(unlink(member), 0);
    assert_false(is_taken(room));
    /* Another column is another layer: both are kept. */
    assert_kept(room);
    room->style.label_column[0] = '\0';
    assert_false(is_taken(room));
    assert_kept(room);
    assert_int_equal(cache_list(room, path, sizeof path), 2);
}

static void colours_are_not_kept(void **state)
{
    struct room *room = *state;

    assert_kept(room);
    room->style.classes[0].ink = INK_MAP_MOTORWAY;
    room->style.classes[0].m_per_cell_max = 17;
    struct layer *layer = taken(room);
    assert_non_null(layer);
    assert_int_equal(layer->classes[layer->class_count - 1].ink, INK_MAP_MOTORWAY);
    assert_true(layer->classes[layer->class_count - 1].m_per_cell_max == 17);
    layer_free(layer);
}

/* Each spoils the kept file at `path`. */
static void others_may_write(const char *path)
{
    chmod(path, 0666);
}

static void it_is_a_link(const char *path)
{
    char moved[300];

    snprintf(moved, sizeof moved, "%s.moved", path);
    if (rename(path, moved) != 0 || symlink(moved, path) != 0)
        abort();
}

static void it_is_cut(const char *path)
{
    chmod(path, 0600);
    if (truncate(path, 5000) != 0)
        abort();
}

static void it_is_empty(const char *path)
{
    chmod(path, 0600);
    if (truncate(path, 0) != 0)
        abort();
}

static void it_is_a_folder(const char *path)
{
    if (unlink(path) != 0 || mkdir(path, 0700) != 0)
        abort();
}

static void a_byte_is_another(const char *path)
{
    chmod(path, 0600);
    int file = open(path, O_RDWR);
    if (file < 0 || pwrite(file, "x", 1, 9000) != 1)
        abort();
    close(file);
}

static const struct {
    const char *name;
    void (*spoil)(const char *path);
    bool mended;                        /* Kept again in its place. */
} spoilt[] = {
    { "others may write to it", others_may_write, true },
    { "it is a link", it_is_a_link, true },
    { "it is cut", it_is_cut, true },
    { "it is empty", it_is_empty, true },
    { "a byte is another", a_byte_is_another, true },
    { "it is a folder", it_is_a_folder, false },
};

static void a_spoilt_file_is_not_taken(void **state)
{
    const struct room *room = *state;

    for (size_t i = 0; i < ARRAY_COUNT(spoilt); i++) {
        char path[256], why[200];
        bool kept;
        CASE("%s", spoilt[i].name);
        nftw(room->cache, unlink_entry, 8, FTW_DEPTH | FTW_PHYS);
        assert_kept(room);
        assert_int_equal(cache_list(room, path, sizeof path), 1);
        spoilt[i].spoil(path);
        assert_false(is_taken(room));
        load(room, &kept, why, sizeof why);
        assert_int_equal(kept, spoilt[i].mended);
        assert_int_equal(why[0] == '\0', spoilt[i].mended);
    }
}

static void where_nothing_can_be_kept_it_is_said(void **state)
{
    const struct room *room = *state;
    char why[200], file[160];
    bool kept;

    /* A plain file where the folder should be: as good as no permission, for root too. */
    snprintf(file, sizeof file, "%s/deep", room->folder);
    int made = open(file, O_CREAT | O_WRONLY, 0600);
    assert_true(made >= 0);
    close(made);
    load(room, &kept, why, sizeof why);
    assert_false(kept);
    assert_non_null(strstr(why, "read again at every start"));
    setenv("WATCHDESK_CACHE", "off", 1);
    load(room, &kept, why, sizeof why);
    assert_false(kept);
    assert_string_equal(why, "");
}

/* What was unused for longest goes first; what was just written stays, however large. */
static void a_folder_has_its_bound(void **state)
{
    struct room *room = *state;
    struct buffer identity = { 0 };
    char path[256], why[200], warning[8];
    struct watch watch = { 0 };
    static const char *const labels[] = { "NAME", "CLASS", "" };
    struct layer *kept[3];

    room->store.bytes_max = 1;
    for (size_t i = 0; i < ARRAY_COUNT(labels); i++) {
        text_copy(room->style.label_column, sizeof room->style.label_column, span_of(labels[i]));
        struct shapes *shapes = kept_shapes(SHAPE_LINES, 500, 7);
        struct layer *layer = layer_new(&room->style, shapes);
        buffer_clear(&identity);
        assert_true(layer_store_identity(&room->style, &identity));
        struct layer_keeping keeping = { .layer = layer, .style = &room->style,
                                         .identity = identity.bytes, .warning = "",
                                         .watch = &watch };
        assert_int_equal(layer_store_keep(&room->store, &keeping, why, sizeof why), STATUS_OK);
        kept[i] = layer_store_take(&room->store, &room->style, identity.bytes, warning,
                                   sizeof warning);
        assert_non_null(kept[i]);
        assert_int_equal(cache_list(room, path, sizeof path), 1);
        layer_free(layer);
        shapes_free(shapes);
    }
    /* What was mapped before it was removed can still be drawn. */
    for (size_t i = 0; i < ARRAY_COUNT(labels); i++) {
        uint32_t seed = 3;
        struct map_view view = kept_view(&seed);
        struct canvas drawn = kept_drawn(kept[i], &view, 24, 80);
        canvas_clear(&drawn);
        layer_free(kept[i]);
    }
    buffer_clear(&identity);
}

static void a_stop_leaves_nothing_behind(void **state)
{
    const struct room *room = *state;
    struct map_load *load = map_load_new(&room->style, MAP_KEEPS, 0);
    struct map_ready *ready;
    char path[256];

    assert_int_equal(map_load_read(load, &ready), STATUS_OK);
    map_ready_free(ready);
    map_load_stop(load);
    assert_null(map_load_keep(load));
    assert_string_equal(map_load_keep_why(load), "");
    assert_int_equal(cache_list(room, path, sizeof path), 0);
    map_load_free(load);
    /* Before it is read, it is not. */
    load = map_load_new(&room->style, MAP_KEEPS, 0);
    map_load_stop(load);
    assert_int_equal(map_load_read(load, &ready), STATUS_REFUSED);
    assert_null(ready);
    map_load_free(load);
}

static void reading_says_how_far_it_is(void **state)
{
    const struct room *room = *state;
    struct map_load *load = map_load_new(&room->style, MAP_KEEPS_NOTHING, 0);
    struct map_ready *ready;

    assert_int_equal(map_load_permille(load), 0);
    assert_int_equal(map_load_read(load, &ready), STATUS_OK);
    assert_in_range(map_load_permille(load), 500, 1000);
    map_ready_free(ready);
    map_load_free(load);
}

static void what_has_not_changed_is_not_read(void **state)
{
    const struct room *room = *state;
    struct map *map = map_new();
    struct map_ready *ready;

    map_layers_arrange(map, &room->style, 1);
    for (int turn = 0; turn < 3; turn++) {
        struct map_load *load = map_load_new(&room->style, MAP_KEEPS_NOTHING,
                                             map_layer_source(map, 0, &room->style));
        if (turn == 2)
            source_write(room, 100);
        assert_int_equal(map_load_read(load, &ready), STATUS_OK);
        assert_int_equal(ready != NULL, turn != 1);
        if (ready)
            map_layer_put(map, 0, ready);
        map_load_free(load);
    }
    /* Another style of the same file is read; who hid it keeps it hidden. */
    struct map_layer_style other = room->style;
    other.ink = INK_MAP_RAIL;
    assert_int_equal(map_layer_source(map, 0, &other), 0);
    map_layer_hide(map, 0, true);
    map_layers_arrange(map, &other, 1);
    struct map_load *load = map_load_new(&other, MAP_KEEPS_NOTHING, 0);
    assert_int_equal(map_load_read(load, &ready), STATUS_OK);
    map_layer_put(map, 0, ready);
    assert_true(map_layer_style(map, 0)->hidden);
    assert_int_equal(map_layer_style(map, 0)->ink, INK_MAP_RAIL);
    map_load_free(load);
    map_free(map);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_layer_is_kept_once),
        TEST(a_changed_source_is_read_again),
        TEST(colours_are_not_kept),
        TEST(a_spoilt_file_is_not_taken),
        TEST(where_nothing_can_be_kept_it_is_said),
        TEST(a_folder_has_its_bound),
        TEST(a_stop_leaves_nothing_behind),
        TEST(reading_says_how_far_it_is),
        TEST(what_has_not_changed_is_not_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
