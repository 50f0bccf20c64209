#include "maps/shapefile.h"

#include <shapefil.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "app/base/text.h"
#include "maps/reproject.h"

enum {
    PATH_BYTES = 1024,
    FIELD_WIDTH_MAX = 254,              /* dBASE III. */
};

struct writing {
    const char *base;
    const struct shapes *shapes;
    SHPHandle shp;
    DBFHandle dbf;
    double *x, *y;                      /* Room for the longest record. */
    int *part_start;
    char *why;
    size_t why_bytes;
};

static enum status write_failed(struct writing *writing, enum status status, const char *reason)
{
    snprintf(writing->why, writing->why_bytes, "%s: %s.", writing->base, reason);
    return status;
}

static void writing_room(struct writing *writing)
{
    const struct shapes *shapes = writing->shapes;
    uint32_t vertices = 1, parts = 1;

    for (uint32_t r = 0; r < shapes->record_count; r++) {
        uint32_t first = shapes->record_part[r], end = shapes->record_part[r + 1];
        uint32_t count = shapes->part_first[end] - shapes->part_first[first];
        vertices = count > vertices ? count : vertices;
        parts = end - first > parts ? end - first : parts;
    }
    writing->x = base_alloc(vertices, sizeof *writing->x);
    writing->y = base_alloc(vertices, sizeof *writing->y);
    writing->part_start = base_alloc(parts, sizeof *writing->part_start);
}

static enum status record_write(struct writing *writing, uint32_t record)
{
    static const int types[] = { SHPT_POINT, SHPT_ARC, SHPT_POLYGON };
    const struct shapes *shapes = writing->shapes;
    uint32_t first_part = shapes->record_part[record], end_part = shapes->record_part[record + 1];
    uint32_t first = shapes->part_first[first_part], end = shapes->part_first[end_part];

    assert(shapes->kind != SHAPE_POINTS || end - first <= 1);
    for (uint32_t v = first; v < end; v++) {
        assert(geo_known(shapes->vertices[v]));
        writing->x[v - first] = shapes->vertices[v].lon_deg;
        writing->y[v - first] = shapes->vertices[v].lat_deg;
    }
    for (uint32_t p = first_part; p < end_part; p++)
        writing->part_start[p - first_part] = (int)(shapes->part_first[p] - first);
    int type = end == first ? SHPT_NULL : types[shapes->kind];
    SHPObject *object = SHPCreateObject(type, -1, (int)(end_part - first_part), writing->part_start,
                                        NULL, (int)(end - first), writing->x, writing->y, NULL,
                                        NULL);
    if (type == SHPT_POLYGON)
        SHPRewindObject(writing->shp, object);
    int written = SHPWriteObject(writing->shp, -1, object);
    SHPDestroyObject(object);
    if (written < 0)
        return write_failed(writing, STATUS_IO, "the disk is full or the .shp is over 2 GiB");
    return STATUS_OK;
}

/* Numbers stand at the right of their field, text at the left; shapelib pads text itself. */
static enum status value_write(struct writing *writing, uint32_t record, uint32_t index)
{
    const struct shape_field *field = &writing->shapes->fields[index];
    const char *value = shapes_value(writing->shapes, record, (int)index);
    char cell[FIELD_WIDTH_MAX + 1];
    size_t length = strlen(value);
    bool right = field->type == 'N' || field->type == 'F';

    if (length > field->width) {
        char reason[128];
        snprintf(reason, sizeof reason, "\"%.40s\" is longer than its field %.40s, %u bytes", value,
                 field->name, field->width);
        return write_failed(writing, STATUS_TOO_LARGE, reason);
    }
    memset(cell, ' ', field->width);
    memcpy(cell + (right ? field->width - length : 0), value, length);
    cell[field->width] = '\0';
    if (!DBFWriteAttributeDirectly(writing->dbf, (int)record, (int)index, cell))
        return write_failed(writing, STATUS_IO, "the disk is full");
    return STATUS_OK;
}

static enum status fields_write(struct writing *writing)
{
    const struct shapes *shapes = writing->shapes;

    for (uint32_t i = 0; i < shapes->field_count; i++) {
        const struct shape_field *field = &shapes->fields[i];
        if (field->width == 0 || field->width > FIELD_WIDTH_MAX
            || strlen(field->name) > XBASE_FLDNAME_LEN_WRITE
            || DBFAddNativeFieldType(writing->dbf, field->name, field->type, (int)field->width,
                                     (int)field->decimals) < 0)
            return write_failed(writing, STATUS_TOO_LARGE,
                                "a field's name is over 10 bytes or its width not 1 to 254");
    }
    return STATUS_OK;
}

static enum status records_write(struct writing *writing)
{
    const struct shapes *shapes = writing->shapes;

    for (uint32_t r = 0; r < shapes->record_count; r++) {
        enum status status = record_write(writing, r);
        for (uint32_t f = 0; f < shapes->field_count && status == STATUS_OK; f++)
            status = value_write(writing, r, f);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static bool text_write(const char *base, const char *extension, const char *text)
{
    char path[PATH_BYTES + 8];

    snprintf(path, sizeof path, "%s.%s", base, extension);
    FILE *file = fopen(path, "wb");
    if (!file)
        return false;
    bool written = fputs(text, file) >= 0;
    return fclose(file) == 0 && written;
}

/* shapelib writes headers when it closes and tells nobody whether that worked: a file of the
 * length its index promises has its header too. */
static bool shp_is_whole(const char *base, uint64_t bytes)
{
    char path[PATH_BYTES + 8];
    struct stat info;

    snprintf(path, sizeof path, "%s.shp", base);
    return stat(path, &info) == 0 && (uint64_t)info.st_size == bytes;
}

/* shapelib's own Error prints on stderr, over a console. */
static void ignore_message(const char *message)
{
    (void)message;
}

static enum status write_all(struct writing *writing)
{
    static const int types[] = { SHPT_POINT, SHPT_ARC, SHPT_POLYGON };
    SAHooks hooks;

    SASetupDefaultHooks(&hooks);
    hooks.Error = ignore_message;
    writing->shp = SHPCreateLL(writing->base, types[writing->shapes->kind], &hooks);
    writing->dbf = DBFCreateLL(writing->base, "UTF-8", &hooks);
    if (!writing->shp || !writing->dbf)
        return write_failed(writing, STATUS_IO, "cannot be created there");
    /* Any fixed day: the same shapes give the same bytes tomorrow. */
    DBFSetLastModifiedDate(writing->dbf, 126, 1, 1);
    enum status status = fields_write(writing);
    if (status == STATUS_OK)
        status = records_write(writing);
    return status;
}

static void extension_drop(char *base)
{
    size_t length = strlen(base);

    if (length > 4 && text_same_ignoring_case(span_of(base + length - 4), span_of(".shp")))
        base[length - 4] = '\0';
}

enum status shapefile_write(const char *path, const struct shapes *shapes, char *why,
                            size_t why_bytes)
{
    char base[PATH_BYTES];
    struct writing writing = { .base = base, .shapes = shapes, .why = why, .why_bytes = why_bytes };

    if (strlen(path) >= sizeof base) {
        snprintf(why, why_bytes, "%s: the path is too long.", path);
        return STATUS_IO;
    }
    text_copy(base, sizeof base, span_of(path));
    extension_drop(base);
    writing_room(&writing);
    enum status status = write_all(&writing);
    uint64_t bytes = writing.shp ? writing.shp->nFileSize : 0;
    if (writing.shp)
        SHPClose(writing.shp);
    if (writing.dbf)
        DBFClose(writing.dbf);
    base_free(writing.x);
    base_free(writing.y);
    base_free(writing.part_start);
    if (status == STATUS_OK && (!shp_is_whole(base, bytes)
                                || !text_write(base, "prj", reproject_wgs84_wkt)
                                || !text_write(base, "cpg", "UTF-8\n")))
        return write_failed(&writing, STATUS_IO, "the disk is full or not writable");
    return status;
}
