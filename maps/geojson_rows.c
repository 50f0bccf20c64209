#include "maps/geojson_rows.h"

#include <stdio.h>

/* Where the value of a column stands in the row that was looked at last. */
struct geojson_rows {
    struct geojson_scan *scan;
    struct geojson_fields fields;
    struct geojson_place *places;
    uint32_t count, capacity;
    uint32_t row;                       /* Of `values`; UINT32_MAX for none. */
    struct span *values;                /* fields.count; loans from the scan. */
};

static void width_note(void *context, uint32_t field, struct span value)
{
    struct shape_field *about = &((struct geojson_rows *)context)->fields.at[field];

    about->width = about->width > value.length ? about->width : (uint32_t)value.length;
}

static void row_add(struct geojson_rows *rows, struct geojson_place place)
{
    struct geojson_members members = geojson_members(geojson_scan_text(rows->scan, place));

    rows->places = base_grow(rows->places, &rows->capacity, rows->count + 1, sizeof *rows->places);
    rows->places[rows->count++] = place;
    geojson_fields_each(&rows->fields, &members, width_note, rows);
}

enum status geojson_rows_open(const char *path, struct geojson_rows **ret_rows, char *why,
                              size_t why_bytes)
{
    struct geojson_scan *scan = geojson_scan_open(path);
    struct geojson_place place;
    uint64_t at;

    if (!scan) {
        snprintf(why, why_bytes, "it cannot be read");
        return STATUS_IO;
    }
    struct geojson_rows *rows = base_alloc(1, sizeof *rows);
    rows->scan = scan;
    rows->row = UINT32_MAX;
    while (geojson_scan_next(scan, &place))
        row_add(rows, place);
    const char *fault = geojson_scan_fault(scan, &at);
    if (rows->count == 0 && fault[0]) {
        snprintf(why, why_bytes, "%s (at byte %llu)", fault, (unsigned long long)at);
        geojson_rows_close(rows);
        return STATUS_CORRUPT;
    }
    rows->values = base_alloc((size_t)rows->fields.count + 1, sizeof *rows->values);
    *ret_rows = rows;
    return STATUS_OK;
}

void geojson_rows_close(struct geojson_rows *rows)
{
    if (!rows)
        return;
    geojson_scan_close(rows->scan);
    geojson_fields_clear(&rows->fields);
    base_free(rows->places);
    base_free(rows->values);
    base_free(rows);
}

uint32_t geojson_rows_count(const struct geojson_rows *rows)
{
    return rows->count;
}

uint32_t geojson_rows_field_count(const struct geojson_rows *rows)
{
    return rows->fields.count;
}

const struct shape_field *geojson_rows_field(const struct geojson_rows *rows, uint32_t column)
{
    assert(column < rows->fields.count);
    return &rows->fields.at[column];
}

static void value_keep(void *context, uint32_t field, struct span value)
{
    ((struct geojson_rows *)context)->values[field] = value;
}

static void row_load(struct geojson_rows *rows, uint32_t row)
{
    uint32_t known = rows->fields.count;

    for (uint32_t i = 0; i < known; i++)
        rows->values[i] = span_from("", 0);
    struct geojson_members members = geojson_members(geojson_scan_text(rows->scan,
                                                                       rows->places[row]));
    rows->row = row;
    /* A file that somebody rewrites under us could name new ones, for which there is no room. */
    rows->fields.wanted = (const char *const[]){ "" };
    rows->fields.wanted_count = 1;
    geojson_fields_each(&rows->fields, &members, value_keep, rows);
    rows->fields.wanted = NULL;
    assert(rows->fields.count == known);
}

size_t geojson_rows_value(struct geojson_rows *rows, uint32_t row, uint32_t column,
                          char text[CODEPAGE_TEXT_BYTES])
{
    assert(column < rows->fields.count);
    text[0] = '\0';
    if (row >= rows->count)
        return 0;
    if (row != rows->row)
        row_load(rows, row);
    return geojson_value_text(rows->values[column], text);
}
