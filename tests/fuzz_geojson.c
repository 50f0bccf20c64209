/* fuzz_geojson.c - GeoJSON of any bytes is refused or holds together, as every kind of layer. */
#include <stdio.h>

#include "tests/layer_set.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* libFuzzer calls back without a context, so what every run needs stands here. */
static struct fuzzing {
    char folder[64], path[96];
    struct buffer spoilt;
} fuzzing;

static void fuzzing_start(void)
{
    layer_set_folder(fuzzing.folder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (fuzzing.folder[0] == '\0')
        fuzzing_start();
    if (size == 0)
        return 0;
    static const char *const kinds[] = { "", "#points", "#lines", "#polygons" };
    layer_set_spoil(span_of(layer_set_geojson), data + 1, size - 1, &fuzzing.spoilt);
    layer_set_write(fuzzing.folder, "layer.geojson", buffer_span(&fuzzing.spoilt));
    snprintf(fuzzing.path, sizeof fuzzing.path, "%s/layer.geojson%s", fuzzing.folder,
             kinds[data[0] % ARRAY_COUNT(kinds)]);
    layer_set_try(fuzzing.path);
    return 0;
}
