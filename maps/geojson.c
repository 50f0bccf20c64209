#include "maps/geojson.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "maps/geojson_fields.h"
#include "maps/geojson_scan.h"

enum {
    VALUES_MAX = 64 * 1000 * 1000,
    SAMPLE_RECORDS = 1000,
    COLLECTIONS_DEPTH_MAX = 4,          /* Of a geometry collection in another. */
};

/* RFC 7946, section 3.1: how deep a geometry's positions are nested in its "coordinates". */
static const struct geometry {
    const char *name;
    enum shape_kind kind;
    uint32_t depth;
    bool closed;
} geometries[] = {
    { .name = "Point", .kind = SHAPE_POINTS, .depth = 0 },
    { .name = "MultiPoint", .kind = SHAPE_POINTS, .depth = 1 },
    { .name = "LineString", .kind = SHAPE_LINES, .depth = 1 },
    { .name = "MultiLineString", .kind = SHAPE_LINES, .depth = 2 },
    { .name = "Polygon", .kind = SHAPE_POLYGONS, .depth = 2, .closed = true },
    { .name = "MultiPolygon", .kind = SHAPE_POLYGONS, .depth = 3, .closed = true },
};

struct loading {
    struct shaping *shaping;
    struct geo_point *positions;        /* Of one part. */
    uint32_t position_count, position_capacity;
    struct geojson_fields fields;
    struct buffer text;                 /* Values, each ending in NUL; "" first. */
    struct cell *cells;
    uint32_t cell_count, cell_capacity;
    uint32_t strange_count, esri_count; /* Records that are no GeoJSON; Esri's own JSON. */
    bool too_large;
};

/* A value that is not empty. Cells stand in the order of their records. */
struct cell {
    uint32_t record, field;
    size_t offset;                      /* In loading->text. */
};

/* ---- Numbers ------------------------------------------------------------------------------- */

/* A JSON number at *at, which then stands behind it. Up to 19 digits are taken as they are and
 * divided once, which is right to the last bit or the one beside it: a millionth of an atom. */
static bool number_read(const char **at, const char *end, double *ret_number)
{
    static const double powers[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
                                     1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21,
                                     1e22 };
    const char *start = *at, *digit = start;
    bool minus = digit < end && *digit == '-';
    uint64_t mantissa = 0;
    uint32_t digits = 0, decimals = 0;

    digit += minus;
    for (; digit < end && *digit >= '0' && *digit <= '9'; digit++, digits++)
        mantissa = mantissa * 10 + (uint64_t)(*digit - '0');
    if (digit < end && *digit == '.')
        for (digit++; digit < end && *digit >= '0' && *digit <= '9'; digit++, digits++, decimals++)
            mantissa = mantissa * 10 + (uint64_t)(*digit - '0');
    bool plain = digits > 0 && digits <= 19 && (digit == end || (*digit != 'e' && *digit != 'E'));
    if (plain) {
        double number = (double)mantissa / powers[decimals];
        *ret_number = minus ? -number : number;
        *at = digit;
        return true;
    }
    while (digit < end && strchr("0123456789+-.eE", *digit) && *digit)
        digit++;
    *at = digit;
    return span_to_double(span_from(start, (size_t)(digit - start)), ret_number);
}

static const char *over_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    return at;
}

/* One position, "[x, y]" or with heights and more behind, at *at. */
static bool position_read(const char **at, const char *end, struct geo_point *ret_point)
{
    double numbers[2];
    const char *here = over_blanks(*at, end);

    if (here == end || *here != '[')
        return false;
    for (int i = 0; i < 2; i++) {
        here = over_blanks(here + 1, end);
        if (!number_read(&here, end, &numbers[i]))
            return false;
        here = over_blanks(here, end);
        if (here == end || (*here != ',' && *here != ']') || (i == 0 && *here == ']'))
            return false;
    }
    while (here < end && *here != ']' && *here != '[')
        here++;
    if (here == end || *here != ']')
        return false;
    *at = here + 1;
    *ret_point = (struct geo_point){ .lat_deg = numbers[1], .lon_deg = numbers[0] };
    return true;
}

/* ---- Geometry ------------------------------------------------------------------------------ */

static void position_add(struct loading *loading, struct geo_point point)
{
    loading->positions = base_grow(loading->positions, &loading->position_capacity,
                                   loading->position_count + 1, sizeof *loading->positions);
    loading->positions[loading->position_count++] = point;
}

/* "[[x, y], [x, y]]": the positions of one part. */
static bool positions_read(struct loading *loading, struct span list)
{
    const char *at = list.bytes, *end = at + list.length;
    struct geo_point point;

    loading->position_count = 0;
    if (at == end || *at != '[')
        return false;
    for (at = over_blanks(at + 1, end); at < end && *at != ']'; at = over_blanks(at, end)) {
        if (!position_read(&at, end, &point))
            return false;
        position_add(loading, point);
        at = over_blanks(at, end);
        if (at < end && *at == ',')
            at++;
    }
    return at < end;
}

static void part_add(struct loading *loading, const struct geometry *geometry)
{
    uint32_t count = loading->position_count;

    if (count == 0)
        return;
    /* A ring may have to be closed by one more. */
    if (!shaping_has_room(loading->shaping, (uint64_t)count + 1)) {
        loading->too_large = true;
        return;
    }
    memcpy(shaping_part(loading->shaping, count), loading->positions,
           count * sizeof *loading->positions);
    if (geometry->closed)
        shaping_close_ring(loading->shaping);
}

static bool coordinates_add(struct loading *loading, const struct geometry *geometry,
                            struct span coordinates, uint32_t depth)
{
    struct span item;
    bool read = true;

    if (depth == 1) {
        read = positions_read(loading, coordinates);
        if (read)
            part_add(loading, geometry);
        return read;
    }
    if (coordinates.length == 0 || coordinates.bytes[0] != '[')
        return false;
    while (read && geojson_item(&coordinates, &item))
        read = coordinates_add(loading, geometry, item, depth - 1);
    return read;
}

static bool point_add(struct loading *loading, const struct geometry *geometry,
                      struct span coordinates)
{
    const char *at = coordinates.bytes, *end = at + coordinates.length;
    struct geo_point point;
    struct span first;
    struct span rest = coordinates;

    loading->position_count = 0;
    if (coordinates.length > 0 && *at == '[' && !geojson_item(&rest, &first))
        return true;                    /* "[]": a point that is nowhere. */
    if (!position_read(&at, end, &point))
        return false;
    position_add(loading, point);
    part_add(loading, geometry);
    return true;
}

static const struct geometry *geometry_of(struct span type)
{
    for (size_t i = 0; i < ARRAY_COUNT(geometries); i++)
        if (geojson_is(type, geometries[i].name))
            return &geometries[i];
    return NULL;
}

/* Adds what of a geometry is of the kind wanted, and to *kinds a bit for each kind it has. */
static bool geometry_add(struct loading *loading, const struct geojson_members *members,
                         uint32_t *kinds, uint32_t depth)
{
    const struct geometry *geometry = geometry_of(members->type);
    struct span rest = members->geometries, item;

    if (!geometry && geojson_is(members->type, "GeometryCollection")) {
        bool read = depth < COLLECTIONS_DEPTH_MAX;
        while (read && geojson_item(&rest, &item)) {
            struct geojson_members inner = geojson_members(item);
            read = geometry_add(loading, &inner, kinds, depth + 1);
        }
        return read;
    }
    if (!geometry || members->coordinates.length == 0)
        return false;
    *kinds |= 1u << geometry->kind;
    if (geometry->kind != loading->shaping->kind)
        return true;
    if (geometry->depth == 0)
        return point_add(loading, geometry, members->coordinates);
    return coordinates_add(loading, geometry, members->coordinates, geometry->depth);
}

/* ---- Values -------------------------------------------------------------------------------- */

static void value_add(void *context, uint32_t field, struct span value)
{
    struct loading *loading = context;
    struct shape_field *about = &loading->fields.at[field];
    char text[CODEPAGE_TEXT_BYTES];
    size_t length = geojson_value_text(value, text);

    if (length == 0 || loading->cell_count == VALUES_MAX)
        return;
    about->width = about->width > length ? about->width : (uint32_t)length;
    loading->cells = base_grow(loading->cells, &loading->cell_capacity, loading->cell_count + 1,
                               sizeof *loading->cells);
    loading->cells[loading->cell_count++] = (struct cell){
        .record = loading->shaping->shapes->record_count - 1,
        .field = field, .offset = loading->text.length,
    };
    buffer_add(&loading->text, span_from(text, length + 1));
}

static enum status values_finish(struct loading *loading)
{
    struct shapes *shapes = loading->shaping->shapes;
    uint64_t count = (uint64_t)shapes->record_count * loading->fields.count;

    if (count > VALUES_MAX)
        return shaping_fail(loading->shaping, STATUS_TOO_LARGE, "it has more than %d values; drop"
                            " the properties you do not need", (int)VALUES_MAX);
    shapes->fields = loading->fields.at;
    shapes->field_count = loading->fields.count;
    loading->fields.at = NULL;
    shapes->text = loading->text.bytes;
    loading->text = (struct buffer){ 0 };
    shapes->values = base_alloc(count + 1, sizeof *shapes->values);
    for (uint64_t i = 0; i < count; i++)
        shapes->values[i] = shapes->text;       /* "" */
    for (uint32_t i = 0; i < loading->cell_count; i++) {
        const struct cell *cell = &loading->cells[i];
        shapes->values[(uint64_t)cell->record * shapes->field_count + cell->field] =
            shapes->text + cell->offset;
    }
    return STATUS_OK;
}

/* ---- Records ------------------------------------------------------------------------------- */

static void record_add(struct loading *loading, struct span text)
{
    struct shaping *shaping = loading->shaping;
    struct geojson_members members = geojson_members(text);
    uint32_t kinds = 0;
    bool read = true;

    shaping_record(shaping);
    if (geojson_is(members.type, "Feature")) {
        struct geojson_members geometry = geojson_members(members.geometry);
        bool null = members.geometry.length == 0 || span_is(members.geometry, "null");
        read = null || geometry_add(loading, &geometry, &kinds, 0);
        geojson_fields_each(&loading->fields, &members, value_add, loading);
    } else {
        read = geometry_add(loading, &members, &kinds, 0);
        loading->strange_count += !read && members.coordinates.length == 0
                                  && members.geometries.length == 0;
        loading->esri_count += members.attributes.length > 0;
    }
    if (!read)
        shaping_leave_out(shaping, LEFT_OUT_DAMAGED);
    for (uint32_t kind = 0; kind < SHAPE_KINDS && read; kind++)
        shaping->shapes->kind_records[kind] += kinds >> kind & 1;
}

/* The system that the old "crs" member names; an empty one names none, the RFC says WGS 84. */
static enum status crs_read(struct loading *loading, struct span crs, char name[128])
{
    struct span rest = crs, member, value, type = { 0 }, properties = { 0 };
    char text[CODEPAGE_TEXT_BYTES] = "";

    text_copy(name, 128, span_of("OGC:CRS84"));
    if (crs.length == 0 || span_is(crs, "null"))
        return STATUS_OK;
    while (geojson_member(&rest, &member, &value)) {
        type = span_is(member, "type") ? value : type;
        properties = span_is(member, "properties") ? value : properties;
    }
    while (geojson_member(&properties, &member, &value))
        if (span_is(member, "name"))
            geojson_value_text(value, text);
    if (!geojson_is(type, "name") || text[0] == '\0' || strlen(text) >= 128)
        return shaping_fail(loading->shaping, STATUS_REFUSED, "its \"crs\" names no coordinate"
                            " system (%.40s); write it as WGS 84 with ogr2ogr -t_srs EPSG:4326",
                            text[0] ? text : "a link");
    text_copy(name, 128, span_of(text));
    return STATUS_OK;
}

static enum status end_judge(struct loading *loading, struct geojson_scan *scan)
{
    struct shaping *shaping = loading->shaping;
    uint32_t records = shaping->shapes->record_count;
    uint64_t at = 0;
    const char *fault = geojson_scan_fault(scan, &at);

    if (loading->too_large)
        return shaping_fail(shaping, STATUS_TOO_LARGE, "it has more than %d vertices; cut it to"
                            " the area you need", (int)VERTICES_MAX);
    if (loading->esri_count && loading->esri_count == records)
        return shaping_fail(shaping, STATUS_REFUSED, "it is Esri's own JSON, not GeoJSON; ask the"
                            " server for f=geojson, or turn it with ogr2ogr");
    if (fault[0] && records == 0)
        return shaping_fail(shaping, STATUS_CORRUPT, "%s (at byte %llu), before its first record",
                            fault, (unsigned long long)at);
    if (records && loading->strange_count == records)
        return shaping_fail(shaping, STATUS_CORRUPT, "it is JSON, but there is no GeoJSON in it");
    if (fault[0])
        shaping_warn(shaping, "%s (at byte %llu): what comes after record %u is missing", fault,
                     (unsigned long long)at, records);
    return STATUS_OK;
}

static enum status records_load(struct loading *loading, struct geojson_scan *scan)
{
    struct geojson_place place;
    char crs[128];

    buffer_add(&loading->text, span_from("", 1));
    while (!loading->too_large && geojson_scan_next(scan, &place)) {
        if (!shaping_goes_on(loading->shaping, loading->shaping->shapes->record_count, 0))
            return shaping_stopped(loading->shaping);
        record_add(loading, geojson_scan_text(scan, place));
    }
    enum status status = end_judge(loading, scan);
    if (status == STATUS_OK)
        status = crs_read(loading, geojson_scan_crs(scan), crs);
    if (status == STATUS_OK)
        status = shaping_to_wgs84(loading->shaping, span_of(crs), NULL);
    if (status == STATUS_OK)
        status = shaping_finish(loading->shaping);
    if (status == STATUS_OK)
        status = values_finish(loading);
    return status;
}

enum status geojson_read(struct shaping *shaping, const struct source *source,
                         const char *const *columns, uint32_t column_count)
{
    struct loading loading = { .shaping = shaping,
                               .fields = { .wanted = columns, .wanted_count = column_count } };
    struct geojson_scan *scan = geojson_scan_open(source->path);

    if (!scan)
        return shaping_fail(shaping, STATUS_IO, "it cannot be read");
    enum status status = records_load(&loading, scan);
    geojson_scan_close(scan);
    base_free(loading.positions);
    base_free(loading.cells);
    geojson_fields_clear(&loading.fields);
    buffer_clear(&loading.text);
    return status;
}

/* The kinds of one geometry, those inside a collection too. */
static uint32_t kinds_of(const struct geojson_members *members, uint32_t depth)
{
    const struct geometry *geometry = geometry_of(members->type);
    struct span rest = members->geometries, item;
    uint32_t kinds = 0;

    if (geometry)
        return 1u << geometry->kind;
    while (depth < COLLECTIONS_DEPTH_MAX && geojson_item(&rest, &item)) {
        struct geojson_members inner = geojson_members(item);
        kinds |= kinds_of(&inner, depth + 1);
    }
    return kinds;
}

uint32_t geojson_kinds(const struct source *source, enum shape_kind *ret_first)
{
    struct geojson_scan *scan = geojson_scan_open(source->path);
    struct geojson_place place;
    uint32_t kinds = 0;

    for (uint32_t i = 0; scan && i < SAMPLE_RECORDS && geojson_scan_next(scan, &place); i++) {
        struct geojson_members members = geojson_members(geojson_scan_text(scan, place));
        if (geojson_is(members.type, "Feature"))
            members = geojson_members(members.geometry);
        uint32_t found = kinds_of(&members, 0);
        for (uint32_t kind = SHAPE_KINDS; kind-- > 0 && kinds == 0;)
            if (found >> kind & 1)
                *ret_first = (enum shape_kind)kind;
        kinds |= found;
    }
    geojson_scan_close(scan);
    return kinds;
}
