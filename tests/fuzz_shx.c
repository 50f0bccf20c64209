/* fuzz_shx.c - an index of any bytes beside a good .shp loses nothing of it and invents nothing. */
#include <stdio.h>

#include "tests/layer_set.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* libFuzzer calls back without a context, so what every run needs stands here. */
static struct fuzzing {
    char folder[64], path[96];
    struct buffer shp, shx, dbf, spoilt;
} fuzzing;

static void fuzzing_start(void)
{
    layer_set_folder(fuzzing.folder);
    snprintf(fuzzing.path, sizeof fuzzing.path, "%s/layer.shp", fuzzing.folder);
    layer_set_dbf(&fuzzing.dbf);
    layer_set_write(fuzzing.folder, "layer.dbf", buffer_span(&fuzzing.dbf));
    layer_set_write(fuzzing.folder, "layer.cpg", span_of("UTF-8"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (fuzzing.folder[0] == '\0')
        fuzzing_start();
    if (size == 0)
        return 0;
    buffer_reset(&fuzzing.shp);
    buffer_reset(&fuzzing.shx);
    layer_set_shp(layer_set_types[data[0] % LAYER_SET_TYPES], &fuzzing.shp, &fuzzing.shx);
    layer_set_spoil(buffer_span(&fuzzing.shx), data + 1, size - 1, &fuzzing.spoilt);
    layer_set_write(fuzzing.folder, "layer.shp", buffer_span(&fuzzing.shp));
    layer_set_write(fuzzing.folder, "layer.shx", buffer_span(&fuzzing.spoilt));
    layer_set_try(fuzzing.path);
    return 0;
}
