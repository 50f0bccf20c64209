#include "maps/shapefile.h"

#include <dirent.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "app/base/buffer.h"
#include "app/base/text.h"
#include "maps/aside.h"
#include "maps/dbf.h"
#include "maps/file_window.h"
#include "maps/geojson.h"
#include "maps/shaping.h"
#include "maps/shp.h"
#include "maps/source.h"

enum {
    VALUES_MAX = 64 * 1000 * 1000,
    PRJ_BYTES_MAX = 64 * 1024,
    HINT_BYTES = 200,
};

/* One reading of a shapefile: geometry into `shaping`, then the .dbf beside it. */
struct reading {
    struct shaping shaping;
    const struct source *source;
    const char *const *columns;         /* The ones wanted; NULL for all. */
    uint32_t column_count;
    struct dbf *dbf;                    /* NULL when there is none. */
    uint32_t *field_columns;            /* Which column of the .dbf each field is. */
    bool guessed;                       /* Its code page, for some value. */
};

/* ---- Coordinates --------------------------------------------------------------------------- */

/* Does the .prj project? One that gives degrees cannot be right for other numbers. */
static bool prj_projects(const char *path)
{
    struct file_window *file = file_window_open(path);
    const char *start = file ? file_window_at(file, 0, 6) : NULL;
    bool projects = start && strncmp(start, "PROJCS", 6) == 0;

    file_window_close(file);
    return projects;
}

/* A .prj beside another layer of the same folder: proposed, never taken for ours. */
static void neighbour_prj(const struct source *source, char hint[HINT_BYTES])
{
    char path[SOURCE_PATH_BYTES + 256];
    const char *slash = strrchr(source->base, '/');
    const char *own = slash ? slash + 1 : source->base;
    int folder_length = (int)(own - source->base);
    char found[64] = "";

    hint[0] = '\0';
    snprintf(path, sizeof path, "%.*s", folder_length ? folder_length : 1,
             folder_length ? source->base : ".");
    DIR *entries = opendir(path);
    const struct dirent *entry;
    while (entries && (entry = readdir(entries))) {
        size_t length = strlen(entry->d_name);
        struct span ending = span_of(entry->d_name + (length > 4 ? length - 4 : length));
        snprintf(path, sizeof path, "%.*s%s", folder_length, source->base, entry->d_name);
        /* The first by name: the order of a folder is not the same everywhere. */
        if (text_same_ignoring_case(ending, span_of(".prj")) && length < sizeof found
            && prj_projects(path) && (!found[0] || strcmp(entry->d_name, found) < 0))
            text_copy(found, sizeof found, span_of(entry->d_name));
    }
    if (entries)
        closedir(entries);
    if (found[0])
        snprintf(hint, HINT_BYTES,
                 " (if %s beside it is right for it, too, copy that to %.48s.prj)", found, own);
}

/* The text of the .prj into `text`. A file that is there but says nothing gives "?", which names no
 * system: an empty .prj is not the same as none. */
static struct span prj_read(const struct source *source, struct buffer *text)
{
    char path[SOURCE_PATH_BYTES];

    if (!source_member(source, "prj", path))
        return span_of("");
    struct file_window *file = file_window_open(path);
    uint64_t bytes = file ? file_window_bytes(file) : 0;
    const char *prj = bytes > 0 && bytes <= PRJ_BYTES_MAX
                      ? file_window_at(file, 0, (size_t)bytes) : NULL;
    buffer_add(text, prj ? span_from(prj, (size_t)bytes) : span_of("?"));
    file_window_close(file);
    return buffer_span(text);
}

static enum status coordinates_read(struct reading *reading)
{
    struct buffer text = { 0 };
    char hint[HINT_BYTES] = "";
    struct span prj = prj_read(reading->source, &text);

    if (prj.length == 0)
        neighbour_prj(reading->source, hint);
    enum status status = shaping_to_wgs84(&reading->shaping, prj, hint);
    buffer_clear(&text);
    return status;
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
    struct shapes *shapes = reading->shaping.shapes;
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

/* Some of the rows, read by one thread: each has its own door to the .dbf. */
struct rows {
    struct dbf *dbf;
    const uint32_t *field_columns;
    uint32_t field_count;
    uint32_t first, end;
    const char **values;                /* Of all rows; until text_place() where in `text`. */
    struct buffer text;                 /* Every value with its NUL; the empty text first. */
    struct watch *watch;                /* NULL on the thread that does not say how far it is. */
    atomic_bool *stopped;               /* One for both. */
};

/* Where in rows->text the value stands: at 0, the empty text, or behind what is there already.
 * Classes and towns repeat down a column, so the value above is used again. */
static uintptr_t value_read(struct rows *rows, uint32_t row, uint32_t field,
                            const char *const *above)
{
    char clean[CODEPAGE_TEXT_BYTES];
    size_t length = dbf_value(rows->dbf, row, rows->field_columns[field], clean);

    if (length == 0)
        return 0;
    if (above && strcmp(rows->text.bytes + (uintptr_t)*above, clean) == 0)
        return (uintptr_t)*above;
    size_t offset = rows->text.length;
    buffer_add(&rows->text, span_from(clean, length + 1));
    return offset;
}

static void rows_read(void *context)
{
    enum { ROWS_PER_LOOK = 1024, FROM_PERMILLE = 700, TO_PERMILLE = 900 };
    struct rows *rows = context;

    buffer_add(&rows->text, span_from("", 1));
    for (uint32_t r = rows->first; r < rows->end; r++) {
        const char **values = rows->values + (size_t)r * rows->field_count;
        const char **above = r > rows->first ? values - rows->field_count : NULL;
        for (uint32_t f = 0; f < rows->field_count; f++)
            values[f] = (const char *)value_read(rows, r, f, above ? above + f : NULL);
        if (r % ROWS_PER_LOOK)
            continue;
        if (rows->watch && !watch_part(rows->watch, FROM_PERMILLE, TO_PERMILLE, r - rows->first,
                                       rows->end - rows->first))
            *rows->stopped = true;
        if (*rows->stopped)
            return;
    }
}

/* Turns places in the text into values, once the text lies still. */
static void text_place(const struct rows *rows, const char *text)
{
    size_t last = (size_t)rows->end * rows->field_count;

    for (size_t i = (size_t)rows->first * rows->field_count; i < last; i++)
        rows->values[i] = text + (uintptr_t)rows->values[i];
}

/* Both halves of the rows, the second by a door of its own; all by the first where that fails. */
static void halves_read(struct rows *one, struct rows *other, const char *base)
{
    enum { ROWS_WORTH_IT = 50000 };
    char why[128];
    struct aside aside;
    uint32_t middle = one->end / 2;

    if (one->end < ROWS_WORTH_IT || dbf_open(base, &other->dbf, why, sizeof why) != STATUS_OK) {
        rows_read(one);
        return;
    }
    *other = (struct rows){ .dbf = other->dbf, .field_columns = one->field_columns,
                            .field_count = one->field_count, .values = one->values,
                            .first = middle, .end = one->end, .stopped = one->stopped };
    one->end = middle;
    aside_start(&aside, rows_read, other);
    rows_read(one);
    aside_finish(&aside);
}

/* False when the reader was told to stop. Records without a row have empty values. */
static bool values_read(struct reading *reading, uint32_t row_count)
{
    struct shapes *shapes = reading->shaping.shapes;
    size_t count = (size_t)shapes->record_count * shapes->field_count;
    atomic_bool stopped = false;
    struct rows one = { .dbf = reading->dbf, .field_columns = reading->field_columns,
                        .field_count = shapes->field_count, .end = row_count,
                        .values = base_alloc(count + 1, sizeof *shapes->values),
                        .watch = reading->shaping.watch, .stopped = &stopped };
    struct rows other = { .dbf = NULL };

    halves_read(&one, &other, reading->source->base);
    size_t behind = one.text.length;
    buffer_add(&one.text, buffer_span(&other.text));
    shapes->values = one.values;
    shapes->text = one.text.bytes;
    text_place(&one, shapes->text);
    text_place(&other, shapes->text + behind);
    for (size_t i = (size_t)row_count * shapes->field_count; i < count; i++)
        shapes->values[i] = shapes->text;
    buffer_clear(&other.text);
    reading->guessed = dbf_code_page_guessed(reading->dbf)
                       || (other.dbf && dbf_code_page_guessed(other.dbf));
    dbf_close(other.dbf);
    return !stopped;
}

static void rows_judge(struct reading *reading)
{
    const char *strange = dbf_strange_code_page(reading->dbf);
    uint32_t rows = dbf_row_count(reading->dbf), records = reading->shaping.shapes->record_count;

    if (strange)
        shaping_warn(&reading->shaping, "nobody knows its code page \"%.24s\"; names may be"
                     " misspelt", strange);
    if (dbf_rows_missing(reading->dbf))
        shaping_warn(&reading->shaping, "its .dbf is cut short: %u of %u rows are missing",
                     dbf_rows_missing(reading->dbf), rows + dbf_rows_missing(reading->dbf));
    else if (rows != records)
        shaping_warn(&reading->shaping, "its .dbf has %u rows for %u shapes", rows, records);
}

static enum status attributes_read(struct reading *reading)
{
    struct shapes *shapes = reading->shaping.shapes;

    if (!reading->dbf)
        return STATUS_OK;
    fields_read(reading);
    rows_judge(reading);
    uint32_t rows = dbf_row_count(reading->dbf);
    rows = rows < shapes->record_count ? rows : shapes->record_count;
    uint64_t count = (uint64_t)shapes->record_count * shapes->field_count;
    if (count > VALUES_MAX)
        return shaping_fail(&reading->shaping, STATUS_TOO_LARGE, "its .dbf has more than %d"
                            " values; drop the columns you do not need", (int)VALUES_MAX);
    if (!values_read(reading, rows))
        return shaping_stopped(&reading->shaping);
    if (reading->guessed)
        shaping_warn(&reading->shaping, "nothing says what its text is written in; taken for"
                     " Windows (CP1252), so names may be misspelt");
    return STATUS_OK;
}

/* ---- Reading ------------------------------------------------------------------------------- */

static enum status dbf_find(struct reading *reading)
{
    char reason[128];
    enum status status = dbf_open(reading->source->base, &reading->dbf, reason, sizeof reason);

    if (status == STATUS_NOT_FOUND)
        shaping_warn(&reading->shaping, "there is no .dbf beside it, so nothing has a name");
    else if (status != STATUS_OK)
        shaping_warn(&reading->shaping, "%s, so nothing has a name", reason);
    return STATUS_OK;
}

static enum status shapefile_set_read(struct reading *reading)
{
    enum status status = dbf_find(reading);

    if (status == STATUS_OK)
        status = shp_read(&reading->shaping, reading->source, reading->dbf);
    if (status == STATUS_OK)
        status = coordinates_read(reading);
    if (status == STATUS_OK)
        status = shaping_finish(&reading->shaping);
    if (status == STATUS_OK)
        status = attributes_read(reading);
    dbf_close(reading->dbf);
    base_free(reading->field_columns);
    reading->dbf = NULL;
    reading->field_columns = NULL;
    return status;
}

static enum status source_read(struct reading *reading)
{
    shaping_start(&reading->shaping);
    if (reading->source->format == SOURCE_GEOJSON)
        return geojson_read(&reading->shaping, reading->source, reading->columns,
                            reading->column_count);
    return shapefile_set_read(reading);
}

/* The kinds that it has, and the one to try first; points where that cannot be told. */
static uint32_t kinds_of(const struct source *source, enum shape_kind *ret_first)
{
    *ret_first = SHAPE_POINTS;
    if (source->kind_given)
        *ret_first = source->kind;
    else if (source->format == SOURCE_GEOJSON)
        return geojson_kinds(source, ret_first);
    else if (!shp_kind(source, ret_first))
        return 0;
    return 1u << *ret_first;
}

uint32_t shapefile_kinds(const char *path)
{
    enum shape_kind first;
    struct source source;
    char reason[256];

    if (source_find(path, &source, reason, sizeof reason) != STATUS_OK)
        return 0;
    return kinds_of(&source, &first);
}

/* Another kind than the one read has more records: the kind that was promised (by the header, by
 * the first feature) is not what the layer is about. */
static bool kind_is_better(const struct shapes *shapes, enum shape_kind *kind)
{
    enum shape_kind best = *kind;

    for (uint32_t k = 0; k < SHAPE_KINDS; k++)
        if (shapes->kind_records[k] > shapes->kind_records[best])
            best = (enum shape_kind)k;
    bool better = best != *kind;
    *kind = best;
    return better;
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
    return shapefile_read_watched(path, columns, column_count, NULL, ret_shapes, why, why_bytes);
}

enum status shapefile_read_watched(const char *path, const char *const *columns,
                                   uint32_t column_count, struct watch *watch,
                                   struct shapes **ret_shapes, char *why, size_t why_bytes)
{
    char reason[256];
    struct source source;
    struct reading reading = {
        .shaping = { .name = path, .watch = watch, .why = why, .why_bytes = why_bytes },
        .source = &source, .columns = columns, .column_count = column_count,
    };

    enum status status = source_find(path, &source, reason, sizeof reason);
    if (status != STATUS_OK)
        return shaping_fail(&reading.shaping, status, "%s", reason);
    reading.shaping.kind_given = source.kind_given;
    kinds_of(&source, &reading.shaping.kind);
    status = source_read(&reading);
    if (status == STATUS_OK && !source.kind_given
        && kind_is_better(reading.shaping.shapes, &reading.shaping.kind)) {
        shaping_clear(&reading.shaping);
        status = source_read(&reading);
    }
    if (status == STATUS_OK)
        *ret_shapes = reading.shaping.shapes;
    else
        shaping_clear(&reading.shaping);
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

struct shapes_choice shapes_choice(const struct shapes *shapes, const char *names)
{
    struct shapes_choice choice = { .columns = { shapes_column(shapes, names) } };
    struct span rest = span_of(names), one;
    char name[256];

    choice.count = choice.columns[0] >= 0;
    if (choice.count)
        return choice;
    while (choice.count < SHAPES_CHOICE_MAX && rest.length && span_cut(&rest, '|', &one)) {
        text_copy(name, sizeof name, one);
        int column = name[0] ? shapes_column(shapes, name) : -1;
        if (column >= 0)
            choice.columns[choice.count++] = column;
    }
    return choice;
}

const char *shapes_chosen(const struct shapes *shapes, uint32_t record,
                          const struct shapes_choice *choice)
{
    const char *value = "";

    for (uint32_t i = 0; i < choice->count && value[0] == '\0'; i++)
        value = shapes_value(shapes, record, choice->columns[i]);
    return value;
}

const char *shapes_value(const struct shapes *shapes, uint32_t record, int column)
{
    assert(record < shapes->record_count);
    assert(column < (int)shapes->field_count);
    if (column < 0 || !shapes->values)
        return "";
    return shapes->values[(size_t)record * shapes->field_count + (uint32_t)column];
}
