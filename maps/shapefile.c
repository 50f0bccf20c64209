#include "maps/shapefile.h"

#include <errno.h>
#include <math.h>
#include <shapefil.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "app/base/buffer.h"
#include "app/base/text.h"
#include "maps/dbf.h"
#include "maps/memory_file.h"
#include "maps/reproject.h"

enum {
    VERTICES_MAX = 64 * 1000 * 1000,    /* 1 GiB of points: past any county's streets. */
    VALUES_MAX = 64 * 1000 * 1000,
    PRJ_BYTES_MAX = 16 * 1024,
    PATH_BYTES = 1024,
    SHP_HEADER_BYTES = 100,
    RECORD_HEADER_BYTES = 8,
    RECORD_BYTES_MIN = 12,              /* A null. */
};

/* shapelib's own Error prints on stderr, over the console. What went wrong is known from what its
 * calls return; its sentence names bytes, not what to do. */
static void ignore_message(const char *message)
{
    (void)message;
}

/* An SAFile is whatever FOpen gave. */
static struct memory_file *file_of(SAFile file)
{
    return (struct memory_file *)(void *)file;
}

static SAFile file_open(const char *path, const char *access)
{
    assert(strpbrk(access, "wa+") == NULL);
    return (SAFile)(void *)memory_file_open(path);
}

static SAOffset file_read(void *to, SAOffset size, SAOffset count, SAFile file)
{
    return memory_file_read(file_of(file), to, size, count);
}

static SAOffset file_seek(SAFile file, SAOffset offset, int whence)
{
    memory_file_seek(file_of(file), offset, whence);
    return 0;
}

static SAOffset file_tell(SAFile file)
{
    return memory_file_tell(file_of(file));
}

static int file_close(SAFile file)
{
    memory_file_close(file_of(file));
    return 0;
}

static void hooks_init(SAHooks *hooks)
{
    SASetupDefaultHooks(hooks);
    hooks->Error = ignore_message;
    hooks->FOpen = file_open;
    hooks->FRead = file_read;
    hooks->FWrite = NULL;
    hooks->FSeek = file_seek;
    hooks->FTell = file_tell;
    hooks->FFlush = NULL;
    hooks->FClose = file_close;
}

/* Rules of a read:
 * 1. Every record counted by the index is read, or the whole file is refused.
 * 2. The index ends where the .shp ends: a short .shx would be half a map.
 * 3. What is left out all the same (off the earth, deleted) is counted and said. */
struct reading {
    const char *name;                   /* As the caller gave it, for sentences. */
    const char *const *columns;         /* The ones wanted; NULL for all. */
    uint32_t column_count;
    char base[PATH_BYTES];              /* Without ".shp". */
    struct shapes *shapes;
    uint32_t part_capacity, vertex_capacity, record_capacity;
    SHPHandle shp;
    struct dbf *dbf;                    /* NULL when there is none. */
    uint32_t *field_columns;                 /* Which column of the .dbf each field is. */
    struct buffer text;
    uint32_t left_out_count;            /* Records. */
    char *why;
    size_t why_bytes;
};

static enum status fail(struct reading *reading, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static enum status fail(struct reading *reading, enum status status, const char *format, ...)
{
    char reason[256];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    snprintf(reading->why, reading->why_bytes, "%s: %s.", reading->name, reason);
    return status;
}

/* Keeps the first warning: it is the one that explains most. */
static void warn(struct reading *reading, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void warn(struct reading *reading, const char *format, ...)
{
    char reason[96];
    va_list arguments;

    if (reading->shapes->warning[0])
        return;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    const char *slash = strrchr(reading->name, '/');
    snprintf(reading->shapes->warning, sizeof reading->shapes->warning, "%.48s: %s.",
             slash ? slash + 1 : reading->name, reason);
}

static bool ends_in_shp(const char *path, size_t length)
{
    return length > 4 && text_same_ignoring_case(span_from(path + length - 4, 4), span_of(".shp"));
}

/* Writes the path of a member of the set ("shx") that is there, in small or capital letters. */
static bool member_path(const struct reading *reading, const char *lower, const char *upper,
                        char path[PATH_BYTES + 8], struct stat *ret_stat)
{
    snprintf(path, PATH_BYTES + 8, "%s.%s", reading->base, lower);
    if (stat(path, ret_stat) == 0 && S_ISREG(ret_stat->st_mode))
        return true;
    snprintf(path, PATH_BYTES + 8, "%s.%s", reading->base, upper);
    return stat(path, ret_stat) == 0 && S_ISREG(ret_stat->st_mode);
}

static enum status open_members(struct reading *reading, off_t *ret_shp_bytes)
{
    char path[PATH_BYTES + 8];
    struct stat info;
    SAHooks hooks;
    size_t length = strlen(reading->name);

    if (length == 0 || length >= PATH_BYTES)
        return fail(reading, STATUS_NOT_FOUND, "its path is empty or too long");
    text_copy(reading->base, PATH_BYTES, span_of(reading->name));
    if (ends_in_shp(reading->base, length))
        reading->base[length - 4] = '\0';
    if (!member_path(reading, "shp", "SHP", path, &info))
        return fail(reading, STATUS_NOT_FOUND, "there is no such .shp file");
    *ret_shp_bytes = info.st_size;
    if (!member_path(reading, "shx", "SHX", path, &info))
        return fail(reading, STATUS_CORRUPT, "its index (.shx) is missing; copy it from where the"
                    " .shp came from, or rebuild it with ogr2ogr");
    hooks_init(&hooks);
    reading->shp = SHPOpenLL(reading->base, "rb", &hooks);
    if (!reading->shp)
        return fail(reading, STATUS_CORRUPT, "the .shp or its index (.shx) is not a shapefile");
    char reason[128];
    enum status status = dbf_open(reading->base, &reading->dbf, reason, sizeof reason);
    if (status == STATUS_NOT_FOUND)
        warn(reading, "there is no .dbf beside it, so nothing has a name");
    else if (status != STATUS_OK)
        return fail(reading, status, "%s", reason);
    return STATUS_OK;
}

/* Rule 2. shapelib takes the index as it is; a torn copy may hold fewer records than the .shp, a
 * wrong one the same record twice. Records may stand in any order and leave gaps (an editor moves
 * what grew), so the sum of their lengths tells. */
static enum status check_index(struct reading *reading, off_t shp_bytes)
{
    uint64_t end = SHP_HEADER_BYTES, sum = SHP_HEADER_BYTES, whole = (uint64_t)shp_bytes;

    for (int i = 0; i < reading->shp->nRecords; i++) {
        uint64_t bytes = (uint64_t)reading->shp->panRecSize[i] + RECORD_HEADER_BYTES;
        uint64_t record_end = reading->shp->panRecOffset[i] + bytes;
        sum += bytes;
        if (record_end > end)
            end = record_end;
    }
    if (end > whole)
        return fail(reading, STATUS_CORRUPT, "the .shp is cut short: its index speaks of %llu"
                    " bytes, the file has %llu; copy it again", (unsigned long long)end,
                    (unsigned long long)whole);
    if (end + RECORD_BYTES_MIN <= whole)
        return fail(reading, STATUS_CORRUPT, "its index (.shx) ends after %llu of %llu bytes, so"
                    " records would be missing; rebuild it with ogr2ogr", (unsigned long long)end,
                    (unsigned long long)whole);
    if (sum > end)
        return fail(reading, STATUS_CORRUPT, "its index (.shx) names records twice; rebuild it"
                    " with ogr2ogr");
    return STATUS_OK;
}

/* The measured and three-dimensional kinds are 10 and 20 above the plain one. */
static bool kind_of(int shape_type, enum shape_kind *ret_kind)
{
    switch (shape_type < 30 ? shape_type % 10 : 0) {
    case SHPT_POINT:
    case SHPT_MULTIPOINT:
        *ret_kind = SHAPE_POINTS;
        return true;
    case SHPT_ARC:
        *ret_kind = SHAPE_LINES;
        return true;
    case SHPT_POLYGON:
        *ret_kind = SHAPE_POLYGONS;
        return true;
    }
    return false;
}

static void part_add(struct reading *reading, uint32_t first_vertex)
{
    struct shapes *shapes = reading->shapes;

    shapes->part_first = base_grow(shapes->part_first, &reading->part_capacity,
                                   shapes->part_count + 2, sizeof *shapes->part_first);
    shapes->part_first[shapes->part_count++] = first_vertex;
}

/* Parts must go up and stay inside the record, each with a vertex at least. */
static bool parts_are_sane(const SHPObject *object)
{
    for (int i = 0; i < object->nParts; i++) {
        int first = object->panPartStart[i];
        int end = i + 1 < object->nParts ? object->panPartStart[i + 1] : object->nVertices;
        if (first < 0 || (i == 0 && first != 0) || end <= first || end > object->nVertices)
            return false;
    }
    return true;
}

static void object_add(struct reading *reading, const SHPObject *object)
{
    struct shapes *shapes = reading->shapes;
    uint32_t count = (uint32_t)object->nVertices, base = shapes->vertex_count;

    shapes->vertices = base_grow(shapes->vertices, &reading->vertex_capacity, base + count,
                                 sizeof *shapes->vertices);
    for (uint32_t i = 0; i < count; i++)
        shapes->vertices[base + i] = (struct geo_point){ .lat_deg = object->padfY[i],
                                                         .lon_deg = object->padfX[i] };
    shapes->vertex_count += count;
    for (int i = 0; i < object->nParts; i++)
        part_add(reading, base + (uint32_t)object->panPartStart[i]);
    if (object->nParts == 0)
        part_add(reading, base);
}

static enum status record_read(struct reading *reading, int index)
{
    struct shapes *shapes = reading->shapes;
    enum shape_kind kind;
    SHPObject *object = SHPReadObject(reading->shp, index);
    enum status status = STATUS_OK;

    if (!object)
        return fail(reading, STATUS_CORRUPT, "record %d of the .shp is damaged", index + 1);
    bool deleted = reading->dbf && dbf_row_deleted(reading->dbf, (uint32_t)index);
    shapes->record_part[index] = shapes->part_count;
    if (object->nSHPType == SHPT_NULL || object->nVertices == 0) {
        status = STATUS_OK;
    } else if (deleted) {
        reading->left_out_count++;
    } else if (!kind_of(object->nSHPType, &kind) || kind != shapes->kind) {
        status = fail(reading, STATUS_CORRUPT, "record %d is of another kind than the file",
                      index + 1);
    } else if (object->nVertices < 0 || !parts_are_sane(object)) {
        status = fail(reading, STATUS_CORRUPT, "the parts of record %d contradict each other",
                      index + 1);
    } else if (shapes->vertex_count + (uint32_t)object->nVertices > VERTICES_MAX) {
        status = fail(reading, STATUS_TOO_LARGE, "it has more than %d vertices; cut it to the area"
                      " you need", (int)VERTICES_MAX);
    } else {
        object_add(reading, object);
    }
    SHPDestroyObject(object);
    return status;
}

static enum status geometry_read(struct reading *reading)
{
    struct shapes *shapes = reading->shapes;
    int count, type;

    SHPGetInfo(reading->shp, &count, &type, NULL, NULL);
    if (count < 0)
        return fail(reading, STATUS_CORRUPT, "its index (.shx) is damaged");
    if (type == SHPT_MULTIPATCH)
        return fail(reading, STATUS_REFUSED, "it holds three-dimensional multipatches, which a flat"
                    " map cannot draw; export it as polygons");
    shapes->kind = SHAPE_POINTS;
    if (type != SHPT_NULL && !kind_of(type, &shapes->kind))
        return fail(reading, STATUS_CORRUPT, "its kind of shape, %d, does not exist", type);
    shapes->record_count = (uint32_t)count;
    shapes->record_part = base_alloc((size_t)count + 1, sizeof *shapes->record_part);
    shapes->part_first = base_grow(NULL, &reading->part_capacity, 1, sizeof *shapes->part_first);
    SHPSetFastModeReadObject(reading->shp, 1);
    for (int i = 0; i < count; i++) {
        enum status status = record_read(reading, i);
        if (status != STATUS_OK)
            return status;
    }
    shapes->record_part[count] = shapes->part_count;
    shapes->part_first[shapes->part_count] = shapes->vertex_count;
    if (count == 0)
        warn(reading, "it has no records");
    return STATUS_OK;
}

/* ---- Coordinates --------------------------------------------------------------------------- */

/* False when there is no .prj. One that cannot be read gives "", which names no system. */
static bool prj_read(const struct reading *reading, char text[PRJ_BYTES_MAX], size_t *ret_length)
{
    char path[PATH_BYTES + 8];
    struct stat info;

    if (!member_path(reading, "prj", "PRJ", path, &info))
        return false;
    FILE *file = fopen(path, "rb");
    *ret_length = file ? fread(text, 1, PRJ_BYTES_MAX, file) : 0;
    if (file)
        fclose(file);
    return true;
}

static enum status coordinates_to_wgs84(struct reading *reading)
{
    struct shapes *shapes = reading->shapes;
    char prj[PRJ_BYTES_MAX], reason[128];
    size_t length = 0;

    if (prj_read(reading, prj, &length)) {
        if (reproject(span_from(prj, length), shapes->vertices, shapes->vertex_count, reason,
                      sizeof reason) != STATUS_OK)
            return fail(reading, STATUS_REFUSED, "%s", reason);
        return STATUS_OK;
    }
    uint32_t bad = reproject_judge(shapes->vertices, shapes->vertex_count);
    if (bad * 10 > shapes->vertex_count)
        return fail(reading, STATUS_REFUSED, "there is no .prj beside it and its coordinates are"
                    " not degrees; add the .prj that came with it");
    if (shapes->vertex_count)
        warn(reading, "there is no .prj beside it; taken for WGS 84 degrees");
    return STATUS_OK;
}

static struct geo_box box_of_nothing(void)
{
    return (struct geo_box){ .low = geo_unknown(), .high = geo_unknown() };
}

/* A box of nothing (NaN corners) grows to the first point: any comparison with NaN is false. */
static void box_grow(struct geo_box *box, struct geo_point point)
{
    box->low.lat_deg = box->low.lat_deg <= point.lat_deg ? box->low.lat_deg : point.lat_deg;
    box->low.lon_deg = box->low.lon_deg <= point.lon_deg ? box->low.lon_deg : point.lon_deg;
    box->high.lat_deg = box->high.lat_deg >= point.lat_deg ? box->high.lat_deg : point.lat_deg;
    box->high.lon_deg = box->high.lon_deg >= point.lon_deg ? box->high.lon_deg : point.lon_deg;
}

static bool vertices_known(const struct shapes *shapes, uint32_t first, uint32_t end)
{
    for (uint32_t i = first; i < end; i++)
        if (!geo_known(shapes->vertices[i]))
            return false;
    return true;
}

/* Makes null records of those with a vertex off the earth and closes the gaps; boxes the others. */
static enum status records_judge(struct reading *reading)
{
    struct shapes *shapes = reading->shapes;
    uint32_t parts = 0, vertices = 0, off_earth = 0, drawn = 0;

    shapes->boxes = base_alloc((size_t)shapes->record_count + 1, sizeof *shapes->boxes);
    shapes->bounds = box_of_nothing();
    for (uint32_t r = 0; r < shapes->record_count; r++) {
        uint32_t first_part = shapes->record_part[r], end_part = shapes->record_part[r + 1];
        uint32_t first = shapes->part_first[first_part], end = shapes->part_first[end_part];
        bool known = vertices_known(shapes, first, end);

        shapes->boxes[r] = box_of_nothing();
        shapes->record_part[r] = parts;
        if (!known) {
            off_earth++;
            continue;
        }
        for (uint32_t p = first_part; p < end_part; p++)
            shapes->part_first[parts++] = shapes->part_first[p] - first + vertices;
        for (uint32_t v = first; v < end; v++) {
            box_grow(&shapes->boxes[r], shapes->vertices[v]);
            shapes->vertices[vertices++] = shapes->vertices[v];
        }
        if (end > first) {
            drawn++;
            box_grow(&shapes->bounds, shapes->boxes[r].low);
            box_grow(&shapes->bounds, shapes->boxes[r].high);
        }
    }
    shapes->record_part[shapes->record_count] = shapes->part_count = parts;
    shapes->part_first[parts] = shapes->vertex_count = vertices;
    reading->left_out_count += off_earth;
    if (off_earth && !drawn)
        return fail(reading, STATUS_REFUSED, "none of its coordinates are on the earth; its .prj"
                    " belongs to other data");
    if (reading->left_out_count)
        warn(reading, "%u of %u records are left out (deleted, or not on the earth)",
             reading->left_out_count, shapes->record_count);
    return STATUS_OK;
}

/* ---- Attributes ---------------------------------------------------------------------------- */

static bool is_wanted(const struct reading *reading, const char *name)
{
    for (uint32_t i = 0; i < reading->column_count && reading->columns; i++)
        if (text_same_ignoring_case(span_of(reading->columns[i]), span_of(name)))
            return true;
    return reading->columns == NULL;
}

static void fields_read(struct reading *reading)
{
    struct shapes *shapes = reading->shapes;
    uint32_t count = dbf_field_count(reading->dbf);

    shapes->fields = base_alloc((size_t)count + 1, sizeof *shapes->fields);
    reading->field_columns = base_alloc((size_t)count + 1, sizeof *reading->field_columns);
    for (uint32_t column = 0; column < count; column++) {
        const struct shape_field *field = dbf_field(reading->dbf, column);
        if (!is_wanted(reading, field->name))
            continue;
        shapes->fields[shapes->field_count] = *field;
        reading->field_columns[shapes->field_count++] = column;
    }
}

/* Where the value of (record, field) stands in reading->text: at 0, the empty text, or behind what
 * is there already. Classes and towns repeat down a column, so the value above is used again. */
static size_t value_read(struct reading *reading, uint32_t record, uint32_t field,
                         const size_t *above)
{
    char clean[CODEPAGE_TEXT_BYTES];
    size_t length = dbf_value(reading->dbf, record, reading->field_columns[field], clean);

    if (length == 0)
        return 0;
    if (above && strcmp(reading->text.bytes + *above, clean) == 0)
        return *above;
    size_t offset = reading->text.length;
    buffer_add(&reading->text, span_from(clean, length + 1));
    return offset;
}

static void values_read(struct reading *reading, uint32_t row_count, size_t *offsets)
{
    uint32_t fields = reading->shapes->field_count;

    for (uint32_t r = 0; r < row_count; r++) {
        for (uint32_t f = 0; f < fields; f++) {
            size_t *offset = &offsets[(size_t)r * fields + f];
            *offset = value_read(reading, r, f, r ? offset - fields : NULL);
        }
    }
}

static void rows_judge(struct reading *reading)
{
    const char *strange = dbf_strange_code_page(reading->dbf);
    uint32_t rows = dbf_row_count(reading->dbf), records = reading->shapes->record_count;

    if (strange)
        warn(reading, "nobody knows its code page \"%.24s\"; names may be misspelt", strange);
    if (dbf_rows_missing(reading->dbf))
        warn(reading, "its .dbf is cut short: %u of %u rows are missing",
             dbf_rows_missing(reading->dbf), rows + dbf_rows_missing(reading->dbf));
    else if (rows != records)
        warn(reading, "its .dbf has %u rows for %u shapes", rows, records);
}

static enum status attributes_read(struct reading *reading)
{
    struct shapes *shapes = reading->shapes;

    if (!reading->dbf)
        return STATUS_OK;
    fields_read(reading);
    rows_judge(reading);
    uint32_t rows = dbf_row_count(reading->dbf);
    rows = rows < shapes->record_count ? rows : shapes->record_count;
    uint64_t count = (uint64_t)shapes->record_count * shapes->field_count;
    if (count > VALUES_MAX)
        return fail(reading, STATUS_TOO_LARGE, "its .dbf has more than %d values; drop the columns"
                    " you do not need", (int)VALUES_MAX);
    size_t *offsets = base_alloc(count + 1, sizeof *offsets);
    buffer_add(&reading->text, span_from("", 1));       /* Offset 0: the empty text. */
    values_read(reading, rows, offsets);
    shapes->text = reading->text.bytes;
    reading->text = (struct buffer){ 0 };
    shapes->values = base_alloc(count + 1, sizeof *shapes->values);
    for (uint64_t i = 0; i < count; i++)
        shapes->values[i] = shapes->text + offsets[i];
    base_free(offsets);
    return STATUS_OK;
}

static enum status read_all(struct reading *reading)
{
    off_t shp_bytes = 0;
    enum status status = open_members(reading, &shp_bytes);

    if (status == STATUS_OK)
        status = check_index(reading, shp_bytes);
    if (status == STATUS_OK)
        status = geometry_read(reading);
    if (status == STATUS_OK)
        status = coordinates_to_wgs84(reading);
    if (status == STATUS_OK)
        status = records_judge(reading);
    if (status == STATUS_OK)
        status = attributes_read(reading);
    return status;
}

enum status shapefile_read(const char *path, struct shapes **ret_shapes, char *why,
                           size_t why_bytes)
{
    return shapefile_read_columns(path, NULL, 0, ret_shapes, why, why_bytes);
}

enum status shapefile_read_columns(const char *path, const char *const *columns,
                                   uint32_t column_count, struct shapes **ret_shapes, char *why,
                                   size_t why_bytes)
{
    struct reading reading = { .name = path, .columns = columns, .column_count = column_count,
                               .why = why, .why_bytes = why_bytes };

    reading.shapes = base_alloc(1, sizeof *reading.shapes);
    enum status status = read_all(&reading);
    if (reading.shp)
        SHPClose(reading.shp);
    dbf_close(reading.dbf);
    base_free(reading.field_columns);
    buffer_clear(&reading.text);
    if (status == STATUS_OK)
        *ret_shapes = reading.shapes;
    else
        shapes_free(reading.shapes);
    return status;
}

void shapes_free(struct shapes *shapes)
{
    if (!shapes)
        return;
    base_free(shapes->record_part);
    base_free(shapes->part_first);
    base_free(shapes->vertices);
    base_free(shapes->boxes);
    base_free(shapes->fields);
    base_free(shapes->values);
    base_free(shapes->text);
    base_free(shapes);
}

int shapes_column(const struct shapes *shapes, const char *name)
{
    for (uint32_t i = 0; i < shapes->field_count; i++)
        if (text_same_ignoring_case(span_of(shapes->fields[i].name), span_of(name)))
            return (int)i;
    return -1;
}

const char *shapes_value(const struct shapes *shapes, uint32_t record, int column)
{
    assert(record < shapes->record_count);
    assert(column < (int)shapes->field_count);
    if (column < 0 || !shapes->values)
        return "";
    return shapes->values[(size_t)record * shapes->field_count + (uint32_t)column];
}
