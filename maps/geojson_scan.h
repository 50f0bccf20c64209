/* geojson_scan.h - the records of a GeoJSON file one after the other, each a piece of text, and
 * what is inside such a piece. Looks only at brackets, strings and names; nothing is built in
 * memory, so a file of any size needs the room of its largest record. What a text or a name says
 * goes through app/base/json. */
#ifndef MAPS_GEOJSON_SCAN_H
#define MAPS_GEOJSON_SCAN_H

#include "app/base/span.h"
#include "maps/codepage.h"

enum { GEOJSON_DEPTH_MAX = 64, GEOJSON_RECORD_BYTES_MAX = 512 * 1024 * 1024 };

struct geojson_scan;        /* Opaque: two windows on the file. */

struct geojson_scan *geojson_scan_open(const char *path);       /* NULL: it cannot be read. */
void geojson_scan_close(struct geojson_scan *scan);

struct geojson_place {
    uint64_t offset;
    size_t length;
};

/* The next record: a Feature, or a geometry, or any other object in its place. False at the end. */
bool geojson_scan_next(struct geojson_scan *scan, struct geojson_place *ret_place);
/* After the end: what stopped it, "" when the file is whole, and at which byte. */
const char *geojson_scan_fault(const struct geojson_scan *scan, uint64_t *ret_offset);
/* The text of the member "crs" beside the features, or an empty one; known at the end. */
struct span geojson_scan_crs(const struct geojson_scan *scan);

/* A loan until the next call. Empty when the disk fails. */
struct span geojson_scan_text(struct geojson_scan *scan, struct geojson_place place);

/* ---- Inside a record: pure ------------------------------------------------------------------ */

/* Takes the next member off *rest, which starts as the whole text of an object; false at its end,
 * or where it is no object. `name` stands without its quotes, `value` as it is written. */
bool geojson_member(struct span *rest, struct span *ret_name, struct span *ret_value);
/* The same for a list. */
bool geojson_item(struct span *rest, struct span *ret_value);
/* Is this the text of the string `text`? */
bool geojson_is(struct span value, const char *text);

/* Writes a value as clean UTF-8: a string's text, a number's digits, "true", "" for null, a list or
 * an object as its JSON. Returns the length. `name` below: as geojson_member() gave it. */
size_t geojson_value_text(struct span value, char text[CODEPAGE_TEXT_BYTES]);
size_t geojson_name_text(struct span name, char text[CODEPAGE_TEXT_BYTES]);

#endif
