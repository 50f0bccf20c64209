/* Goal: a kept layer is drawn as the one it was made of; bytes that are not one are refused, and
 * no bytes at all do harm. Method: layers of every kind from a seed, written, read, drawn and
 * compared; then bytes flipped and cut, with the checksum left wrong and made right again. */
#include "tests/check.h"

#include <stdlib.h>

#include "maps/layer_file.h"
#include "tests/kept.h"

enum { RECORDS = 900, ROWS = 40, COLUMNS = 100, VIEWS = 40, FLIPS = 600 };

static const enum shape_kind kinds[] = { SHAPE_POINTS, SHAPE_LINES, SHAPE_POLYGONS };

static struct layer *layer_made(enum shape_kind kind, uint32_t records)
{
    struct shapes *shapes = kept_shapes(kind, records, 7);
    struct map_layer_style style = kept_style(kind);
    struct layer *layer = layer_new(&style, shapes);

    shapes_free(shapes);
    return layer;
}

/* The layer that `bytes` hold lies in them: freeing it must not free its arrays. */
static void read_free(struct layer *layer)
{
    base_free(layer);
}

static void assert_same_frame(struct layer *fresh, struct layer *kept, const struct map_view *view)
{
    struct canvas left = kept_drawn(fresh, view, ROWS, COLUMNS);
    struct canvas right = kept_drawn(kept, view, ROWS, COLUMNS);

    assert_memory_equal(left.cells, right.cells, ROWS * COLUMNS * sizeof *left.cells);
    canvas_clear(&left);
    canvas_clear(&right);
}

static void a_kept_layer_is_drawn_the_same(void **state)
{
    (void)state;
    for (size_t k = 0; k < ARRAY_COUNT(kinds); k++) {
        struct layer *fresh = layer_made(kinds[k], RECORDS);
        struct map_layer_style style = kept_style(kinds[k]);
        const char *warning = NULL;
        uint32_t seed = 99;
        size_t count;
        void *bytes = kept_bytes(fresh, "one", "it has no .prj", &count);
        struct layer *kept = layer_file_read(&style, "one", bytes, count, &warning);
        assert_non_null(kept);
        assert_string_equal(warning, "it has no .prj");
        for (uint32_t i = 0; i < VIEWS; i++) {
            struct map_view view = kept_view(&seed);
            assert_same_frame(fresh, kept, &view);
        }
        for (uint32_t f = 0; f < fresh->feature_count; f++) {
            assert_string_equal(layer_name(kept, f), layer_name(fresh, f));
            assert_int_equal(kept->records[f], fresh->records[f]);
        }
        read_free(kept);
        layer_free(fresh);
        base_free(bytes);
    }
}

static void an_empty_layer_is_kept_too(void **state)
{
    (void)state;
    for (size_t k = 0; k < ARRAY_COUNT(kinds); k++) {
        struct map_layer_style style = kept_style(kinds[k]);
        const char *warning;
        size_t count;
        struct layer *fresh = layer_made(kinds[k], 0);
        void *bytes = kept_bytes(fresh, "one", "", &count);
        struct layer *kept = layer_file_read(&style, "one", bytes, count, &warning);
        assert_non_null(kept);
        assert_int_equal(kept->feature_count, 0);
        read_free(kept);
        layer_free(fresh);
        base_free(bytes);
    }
}

static void what_is_not_that_layer_is_refused(void **state)
{
    struct layer *fresh = layer_made(SHAPE_LINES, 50);
    struct map_layer_style style = kept_style(SHAPE_LINES), other = style;
    const char *warning;
    size_t count;
    void *bytes = kept_bytes(fresh, "one", "", &count);

    (void)state;
    assert_null(layer_file_read(&style, "two", bytes, count, &warning));
    other.class_count = 1;
    assert_null(layer_file_read(&other, "one", bytes, count, &warning));
    for (size_t cut = 0; cut < count; cut += cut < 512 ? 1 : 97)
        assert_null(layer_file_read(&style, "one", bytes, cut, &warning));
    base_free(bytes);
    layer_free(fresh);
}

static void every_flipped_bit_is_found(void **state)
{
    struct layer *fresh = layer_made(SHAPE_POLYGONS, 60);
    struct map_layer_style style = kept_style(SHAPE_POLYGONS);
    const char *warning;
    size_t count;
    unsigned char *bytes = kept_bytes(fresh, "one", "", &count);
    uint32_t seed = 5;

    (void)state;
    for (uint32_t i = 0; i < FLIPS; i++) {
        size_t at = i < 400 ? i : kept_random(&seed) % count;
        unsigned char bit = (unsigned char)(1 << kept_random(&seed) % 8);
        bytes[at] ^= bit;
        assert_null(layer_file_read(&style, "one", bytes, count, &warning));
        bytes[at] ^= bit;
    }
    struct layer *whole = layer_file_read(&style, "one", bytes, count, &warning);
    assert_non_null(whole);
    read_free(whole);
    base_free(bytes);
    layer_free(fresh);
}

/* The checksum is no defence against somebody who computes it: what is taken must draw safely. */
static void forged_bytes_do_no_harm(void **state)
{
    uint32_t seed = 17, taken = 0, refused = 0;

    (void)state;
    for (size_t k = 0; k < ARRAY_COUNT(kinds); k++) {
        struct layer *fresh = layer_made(kinds[k], 40);
        struct map_layer_style style = kept_style(kinds[k]);
        size_t count;
        unsigned char *bytes = kept_bytes(fresh, "one", "", &count);
        unsigned char *forged = base_alloc(count, 1);
        for (uint32_t i = 0; i < FLIPS; i++) {
            const char *warning;
            memcpy(forged, bytes, count);
            for (uint32_t n = kept_random(&seed) % 3 + 1; n > 0; n--)
                forged[kept_random(&seed) % count] = (unsigned char)kept_random(&seed);
            layer_file_seal(forged, count);
            struct layer *layer = layer_file_read(&style, "one", forged, count, &warning);
            refused += layer == NULL;
            taken += layer != NULL;
            for (uint32_t v = 0; layer && v < 3; v++) {
                struct map_view view = kept_view(&seed);
                struct canvas drawn = kept_drawn(layer, &view, ROWS, COLUMNS);
                canvas_clear(&drawn);
            }
            read_free(layer);
        }
        base_free(forged);
        base_free(bytes);
        layer_free(fresh);
    }
    assert_true(taken > 20);
    assert_true(refused > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kept_layer_is_drawn_the_same),
        cmocka_unit_test(an_empty_layer_is_kept_too),
        cmocka_unit_test(what_is_not_that_layer_is_refused),
        cmocka_unit_test(every_flipped_bit_is_found),
        cmocka_unit_test(forged_bytes_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
