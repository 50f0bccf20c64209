/* geojson_rows.h - the properties of a GeoJSON file's features, row by row: what shape_table.h
 * gives. Opening goes over the whole file once; a row is then read where it stands. */
#ifndef MAPS_GEOJSON_ROWS_H
#define MAPS_GEOJSON_ROWS_H

#include "maps/geojson_fields.h"

struct geojson_rows;        /* Opaque. One thread at a time. */

/* On failure `why` holds a phrase without a full stop. Errors: STATUS_IO; STATUS_CORRUPT. */
enum status geojson_rows_open(const char *path, struct geojson_rows **ret_rows, char *why,
                              size_t why_bytes);
void geojson_rows_close(struct geojson_rows *rows);

uint32_t geojson_rows_count(const struct geojson_rows *rows);
uint32_t geojson_rows_field_count(const struct geojson_rows *rows);
const struct shape_field *geojson_rows_field(const struct geojson_rows *rows, uint32_t column);
size_t geojson_rows_value(struct geojson_rows *rows, uint32_t row, uint32_t column,
                          char text[CODEPAGE_TEXT_BYTES]);

#endif
