/* fuzz_cpg.c - a code page of any name, and the text that is read in it. */
#include <stdio.h>
#include <string.h>

#include "tests/layer_set.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* libFuzzer calls back without a context, so what every run needs stands here. */
static struct fuzzing {
    char folder[64], path[96];
    struct buffer shp, shx, dbf;
} fuzzing;

static void fuzzing_start(void)
{
    layer_set_folder(fuzzing.folder);
    snprintf(fuzzing.path, sizeof fuzzing.path, "%s/layer.shp", fuzzing.folder);
    layer_set_dbf(&fuzzing.dbf);
    layer_set_shp(1, &fuzzing.shp, &fuzzing.shx);
    layer_set_write(fuzzing.folder, "layer.shp", buffer_span(&fuzzing.shp));
    layer_set_write(fuzzing.folder, "layer.shx", buffer_span(&fuzzing.shx));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (fuzzing.folder[0] == '\0')
        fuzzing_start();
    if (size == 0)
        return 0;
    /* Half for the name, half for the values, which start behind 193 bytes of header. */
    size_t name = (size - 1) / 2, values = size - 1 - name;
    values = values < fuzzing.dbf.length - 193 ? values : fuzzing.dbf.length - 193;
    memcpy(fuzzing.dbf.bytes + 29, data, 1);
    memcpy(fuzzing.dbf.bytes + 193, data + 1 + name, values);
    layer_set_write(fuzzing.folder, "layer.dbf", buffer_span(&fuzzing.dbf));
    if (name > 0)
        layer_set_write(fuzzing.folder, "layer.cpg", span_from((const char *)data + 1, name));
    else
        layer_set_remove(fuzzing.folder, "layer.cpg");
    layer_set_try(fuzzing.path);
    return 0;
}
