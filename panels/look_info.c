#include "panels/look_info.h"

#include <stdio.h>
#include <string.h>

#include "app/base/json.h"
#include "app/base/text.h"
#include "panels/look_layers.h"

enum {
    EXAMPLES = 3,               /* Different values of a column that are shown. */
    LOOKED_AT = 2000,           /* Records looked at for them. */
    EXAMPLE_COLUMNS = 24,
    PROJECTION_BYTES = 256,
};

struct example {
    char values[EXAMPLES][SHAPE_VALUE_BYTES];
    uint32_t count;
};

struct about {
    const char *path;
    enum status status;
    char why[320];
    const struct shapes *shapes;        /* NULL: could not be read. */
    struct shape_table *table;          /* NULL: no attributes. */
    uint32_t empty_count;               /* Records without a shape. */
    char projection[PROJECTION_BYTES], encoding[64];
};

/* ---- looking ---- */

static const char *kind_name(const struct about *about)
{
    static const char *const names[] = { [SHAPE_POINTS] = "points", [SHAPE_LINES] = "lines",
                                         [SHAPE_POLYGONS] = "polygons" };

    return names[about->shapes->kind];
}

/* "streets.shp" with another ending; the stem alone where it has none. */
static void sibling(const char *path, const char *ending, struct buffer *out)
{
    const char *dot = strrchr(path, '.'), *slash = strrchr(path, '/');
    size_t stem = dot && (!slash || dot > slash) ? (size_t)(dot - path) : strlen(path);

    buffer_print(out, "%.*s%s", (int)stem, path, ending);
}

/* The start of a small file beside the layer, on one line; "" when there is none. */
static void read_sibling(const char *path, const char *ending, char *text, size_t text_bytes)
{
    struct buffer name = { 0 };
    char raw[4096];

    sibling(path, ending, &name);
    FILE *file = fopen(name.bytes, "rb");
    size_t length = file ? fread(raw, 1, sizeof raw, file) : 0;
    if (file)
        fclose(file);
    text[0] = '\0';
    if (length)
        text_clean(span_from(raw, length), text, text_bytes);
    buffer_clear(&name);
}

/* PROJCS["NAME",... or GEOGCS["NAME",...: its name says enough for a person. */
static void projection_name(char *text)
{
    char *open = strchr(text, '"'), *close = open ? strchr(open + 1, '"') : NULL;

    if (!close)
        return;
    memmove(text, open + 1, (size_t)(close - open - 1));
    text[close - open - 1] = '\0';
}

static void look_closer(struct about *about)
{
    char why[320];
    bool geojson = strstr(about->path, "json") != NULL;

    for (uint32_t r = 0; r < about->shapes->record_count; r++)
        about->empty_count += about->shapes->record_part[r] == about->shapes->record_part[r + 1];
    read_sibling(about->path, ".prj", about->projection, sizeof about->projection);
    projection_name(about->projection);
    read_sibling(about->path, ".cpg", about->encoding, sizeof about->encoding);
    if (geojson) {
        text_copy(about->projection, sizeof about->projection, span_of("WGS 84 (GeoJSON)"));
        text_copy(about->encoding, sizeof about->encoding, span_of("UTF-8"));
    }
    if (shape_table_open(about->path, &about->table, why, sizeof why) != STATUS_OK) {
        about->table = NULL;
        text_copy(about->why, sizeof about->why, span_of(why));
    }
}

static bool is_there(const struct example *example, const char *value)
{
    for (uint32_t i = 0; i < example->count; i++)
        if (strcmp(example->values[i], value) == 0)
            return true;
    return false;
}

static struct example examples_of(struct shape_table *table, uint32_t column)
{
    struct example example = { .count = 0 };
    uint32_t records = shape_table_record_count(table);
    char value[SHAPE_VALUE_BYTES];

    for (uint32_t r = 0; r < records && r < LOOKED_AT && example.count < EXAMPLES; r++) {
        look_value(table, r, column, value);
        if (value[0] && !is_there(&example, value))
            memcpy(example.values[example.count++], value, sizeof value);
    }
    return example;
}

/* ---- for a person ---- */

static const char *type_word(char type)
{
    switch (type) {
    case 'N': case 'F':
        return "number";
    case 'D':
        return "date";
    case 'L':
        return "yes/no";
    default:
        return "text";
    }
}

static void add_columns(struct about *about, struct buffer *out)
{
    uint32_t fields = about->table ? shape_table_field_count(about->table) : 0;

    for (uint32_t column = 0; column < fields; column++) {
        const struct shape_field *field = shape_table_field(about->table, column);
        struct example example = examples_of(about->table, column);
        buffer_print(out, "  %-16s %-7s", field->name, type_word(field->type));
        for (uint32_t i = 0; i < example.count; i++) {
            char cut[4 * EXAMPLE_COLUMNS];
            text_copy(cut, EXAMPLE_COLUMNS, span_of(example.values[i]));
            buffer_print(out, "%s%s", i ? " | " : " ", cut);
        }
        buffer_add_text(out, example.count ? "\n" : " (always empty)\n");
    }
    if (fields == 0)
        buffer_add_text(out, "  no attributes\n");
}

static void add_page(struct about *about, struct buffer *out)
{
    const struct shapes *shapes = about->shapes;

    buffer_print(out, "%s\n", about->path);
    if (!shapes) {
        buffer_print(out, "  cannot be opened: %s\n", about->why);
        return;
    }
    buffer_print(out, "  %u record%s of %s, %u vertices", shapes->record_count,
                 shapes->record_count == 1 ? "" : "s", kind_name(about), shapes->vertex_count);
    if (about->empty_count)
        buffer_print(out, ", %u without a shape", about->empty_count);
    if (geo_known(shapes->bounds.low))
        buffer_print(out, "\n  from %.5f,%.5f to %.5f,%.5f\n", shapes->bounds.low.lat_deg,
                     shapes->bounds.low.lon_deg, shapes->bounds.high.lat_deg,
                     shapes->bounds.high.lon_deg);
    else
        buffer_add_text(out, "\n  nowhere: no record has a shape\n");
    buffer_print(out, "  projection %s; text %s\n",
                 about->projection[0] ? about->projection : "not said, judged by the bounds",
                 about->encoding[0] ? about->encoding : "as the .dbf says");
    if (about->why[0])
        buffer_print(out, "  WARNING %s\n", about->why);
    add_columns(about, out);
}

/* ---- for a script ---- */

static void put_columns(struct about *about, struct buffer *out)
{
    uint32_t fields = about->table ? shape_table_field_count(about->table) : 0;

    json_open(out, "columns", '[');
    for (uint32_t column = 0; column < fields; column++) {
        const struct shape_field *field = shape_table_field(about->table, column);
        struct example example = examples_of(about->table, column);
        json_open(out, NULL, '{');
        json_put_text(out, "name", field->name);
        json_put_text(out, "type", type_word(field->type));
        json_open(out, "examples", '[');
        for (uint32_t i = 0; i < example.count; i++)
            json_put_text(out, NULL, example.values[i]);
        json_close(out, ']');
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void put_page(struct about *about, struct buffer *out)
{
    const struct shapes *shapes = about->shapes;

    json_open(out, NULL, '{');
    json_put_text(out, "file", about->path);
    json_put_flag(out, "opened", shapes != NULL);
    if (about->why[0])
        json_put_text(out, shapes ? "warning" : "error", about->why);
    if (shapes) {
        json_put_text(out, "kind", kind_name(about));
        json_put_int64(out, "records", shapes->record_count);
        json_put_int64(out, "empty", about->empty_count);
        json_put_int64(out, "vertices", shapes->vertex_count);
        if (geo_known(shapes->bounds.low)) {
            json_open(out, "bounds", '[');
            json_put_degrees(out, NULL, shapes->bounds.low.lat_deg);
            json_put_degrees(out, NULL, shapes->bounds.low.lon_deg);
            json_put_degrees(out, NULL, shapes->bounds.high.lat_deg);
            json_put_degrees(out, NULL, shapes->bounds.high.lon_deg);
            json_close(out, ']');
        }
        json_put_text(out, "projection", about->projection);
        json_put_text(out, "encoding", about->encoding);
        put_columns(about, out);
    }
    json_close(out, '}');
    buffer_add_text(out, "\n");
}

/* ---- each file ---- */

static bool add_file(const char *path, bool json, struct buffer *out)
{
    struct about about = { .path = path };
    struct shapes *shapes = NULL;

    about.status = shapefile_read_columns(path, NULL, 0, &shapes, about.why, sizeof about.why);
    if (about.status == STATUS_OK) {
        about.shapes = shapes;
        text_copy(about.why, sizeof about.why, span_of(shapes->warning));
        look_closer(&about);
    } else if (about.why[0] == '\0') {
        text_copy(about.why, sizeof about.why, span_of(status_text(about.status)));
    }
    (json ? put_page : add_page)(&about, out);
    if (about.table)
        shape_table_free(about.table);
    if (shapes)
        shapes_free(shapes);
    return about.shapes != NULL;
}

bool look_info(const struct look_files *files, bool json, struct buffer *out)
{
    bool any = false;

    for (uint32_t i = 0; i < files->count; i++) {
        if (i && !json)
            buffer_add_text(out, "\n");
        any = add_file(files->paths[i], json, out) || any;
    }
    return any;
}
