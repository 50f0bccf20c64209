/* fuzz_layer_file.c - whatever a kept file holds, a console reads it or refuses it, and draws what
 * it read without harm. The input edits a whole file of some kind, or is one itself; the checksum
 * is made right, so that it is not all that is tested. */
#include <stdlib.h>
#include <string.h>

#include "maps/layer_file.h"
#include "tests/kept.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { KINDS = 3, RECORDS = 30, ROWS = 24, COLUMNS = 80, EDIT_BYTES = 6 };

struct whole {
    unsigned char *bytes;
    size_t count;
};

static struct whole whole_made(enum shape_kind kind)
{
    struct shapes *shapes = kept_shapes(kind, RECORDS, 3);
    struct map_layer_style style = kept_style(kind);
    struct layer *layer = layer_new(&style, shapes);
    struct whole whole;

    whole.bytes = kept_bytes(layer, "", "", &whole.count);
    layer_free(layer);
    shapes_free(shapes);
    return whole;
}

static void bytes_try(enum shape_kind kind, void *bytes, size_t count, uint32_t seed)
{
    struct map_layer_style style = kept_style(kind);
    const char *warning;

    layer_file_seal(bytes, count);
    struct layer *layer = layer_file_read(&style, "", bytes, count, &warning);
    for (int i = 0; layer && i < 3; i++) {
        struct map_view view = kept_view(&seed);
        struct canvas drawn = kept_drawn(layer, &view, ROWS, COLUMNS);
        canvas_clear(&drawn);
    }
    base_free(layer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    enum shape_kind kind = (enum shape_kind)(data[0] % KINDS);
    uint32_t seed = data[1] + 1u;
    if (data[0] & 0x80) {
        void *bytes = base_alloc(size, 1);
        memcpy(bytes, data + 2, size - 2);
        bytes_try(kind, bytes, size - 2, seed);
        base_free(bytes);
        return 0;
    }
    struct whole whole = whole_made(kind);
    for (size_t at = 2; at + EDIT_BYTES <= size; at += EDIT_BYTES) {
        size_t offset = ((size_t)data[at] << 8 | data[at + 1]) * 4 % whole.count;
        for (size_t i = 0; i < 4 && offset + i < whole.count; i++)
            whole.bytes[offset + i] ^= data[at + 2 + i];
    }
    bytes_try(kind, whole.bytes, whole.count, seed);
    base_free(whole.bytes);
    return 0;
}
