/* fuzz_shapefile.c - three files of any bytes read as a shapefile: what is not refused must be
 * sane, and can be drawn. The input is cut in three by its first four bytes: the lengths of .shp
 * and .shx. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/base/text.h"
#include "maps/layer.h"
#include "maps/shapefile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void member_write(const char *base, const char *extension, const uint8_t *bytes,
                         size_t length)
{
    char path[128];

    snprintf(path, sizeof path, "%s.%s", base, extension);
    FILE *file = fopen(path, "wb");
    assert(file);
    size_t written = fwrite(bytes, 1, length, file);
    assert(written == length);
    fclose(file);
}

static void members_remove(const char *base)
{
    static const char *const extensions[] = { "shp", "shx", "dbf" };
    char path[128];

    for (size_t i = 0; i < ARRAY_COUNT(extensions); i++) {
        snprintf(path, sizeof path, "%s.%s", base, extensions[i]);
        unlink(path);
    }
}

static void shapes_hold(const struct shapes *shapes)
{
    assert(shapes->record_part[shapes->record_count] == shapes->part_count);
    assert(shapes->part_first[shapes->part_count] == shapes->vertex_count);
    for (uint32_t p = 0; p < shapes->part_count; p++)
        assert(shapes->part_first[p] < shapes->part_first[p + 1]);
    for (uint32_t v = 0; v < shapes->vertex_count; v++)
        assert(fabs(shapes->vertices[v].lat_deg) < 91 && fabs(shapes->vertices[v].lon_deg) < 181);
    for (uint32_t r = 0; r < shapes->record_count; r++)
        for (uint32_t f = 0; f < shapes->field_count; f++)
            assert(text_is_clean(span_of(shapes_value(shapes, r, (int)f))));
}

static void layer_holds(const struct shapes *shapes)
{
    struct map_layer_style style = { .name = "any", .ink = INK_MAP_STREET };

    if (shapes->field_count)
        text_copy(style.label_column, sizeof style.label_column, span_of(shapes->fields[0].name));
    struct layer *layer = layer_new(&style, shapes);
    for (double dots_per_unit = 1; dots_per_unit > 1e-9; dots_per_unit /= 64)
        layer_detail(layer, dots_per_unit);
    layer_free(layer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char base[64], why[256];
    struct shapes *shapes;

    if (size < 4)
        return 0;
    size_t shp = (size_t)data[0] << 8 | data[1], shx = (size_t)data[2] << 8 | data[3];
    data += 4;
    size -= 4;
    shp = shp < size ? shp : size;
    shx = shx < size - shp ? shx : size - shp;
    snprintf(base, sizeof base, "/tmp/watchdesk-fuzz-%ld", (long)getpid());
    member_write(base, "shp", data, shp);
    member_write(base, "shx", data + shp, shx);
    if (size > shp + shx)
        member_write(base, "dbf", data + shp + shx, size - shp - shx);
    if (shapefile_read(base, &shapes, why, sizeof why) == STATUS_OK) {
        shapes_hold(shapes);
        layer_holds(shapes);
        shapes_free(shapes);
    }
    members_remove(base);
    return 0;
}
