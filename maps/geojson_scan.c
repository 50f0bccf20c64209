#include "maps/geojson_scan.h"

#include <stdio.h>
#include <string.h>

#include "app/base/buffer.h"
#include "app/base/json.h"
#include "app/base/text.h"
#include "maps/file_window.h"

enum { BLOCK_BYTES = 64 * 1024, CRS_BYTES_MAX = 4 * 1024, NAME_BYTES = 32 };

/*      OUTSIDE --{--> IN_OBJECT --"features": [--> IN_FEATURES --]--> IN_OBJECT --}--> OUTSIDE
 *         |  ^            |
 *         |  +-----}------+  (no "features": the object itself is a record)
 *         +--[--> IN_LIST --]--> OUTSIDE
 * The arrows are in geojson_scan_next(), object_enter() and object_leave(). */
enum place { OUTSIDE, IN_LIST, IN_FEATURES };

struct geojson_scan {
    struct file_window *file, *records;
    uint64_t at, whole;
    const char *block;
    uint64_t block_at;
    size_t block_length;
    enum place place;
    const char *fault;
    uint64_t fault_at;
    char crs[CRS_BYTES_MAX];
};

struct geojson_scan *geojson_scan_open(const char *path)
{
    struct file_window *file = file_window_open(path);
    struct file_window *records = file ? file_window_open(path) : NULL;

    if (!records) {
        file_window_close(file);
        return NULL;
    }
    struct geojson_scan *scan = base_alloc(1, sizeof *scan);
    scan->file = file;
    scan->records = records;
    scan->whole = file_window_bytes(file);
    scan->fault = "";
    return scan;
}

void geojson_scan_close(struct geojson_scan *scan)
{
    if (!scan)
        return;
    file_window_close(scan->file);
    file_window_close(scan->records);
    base_free(scan);
}

const char *geojson_scan_fault(const struct geojson_scan *scan, uint64_t *ret_offset)
{
    *ret_offset = scan->fault_at;
    return scan->fault;
}

struct span geojson_scan_crs(const struct geojson_scan *scan)
{
    return span_of(scan->crs);
}

struct span geojson_scan_text(struct geojson_scan *scan, struct geojson_place place)
{
    const char *text = file_window_at(scan->records, place.offset, place.length);

    return text ? span_from(text, place.length) : span_of("");
}

/* ---- Along the file ------------------------------------------------------------------------ */

static bool stop(struct geojson_scan *scan, const char *fault)
{
    scan->fault = fault;
    scan->fault_at = scan->at;
    scan->at = scan->whole;
    return false;
}

/* Makes scan->at be inside the block; false at the end of the file. */
static bool block_fill(struct geojson_scan *scan)
{
    if (scan->at >= scan->block_at && scan->at - scan->block_at < scan->block_length)
        return true;
    uint64_t left = scan->whole - scan->at;
    size_t bytes = left < BLOCK_BYTES ? (size_t)left : BLOCK_BYTES;
    scan->block = bytes ? file_window_at(scan->file, scan->at, bytes) : NULL;
    scan->block_at = scan->at;
    scan->block_length = scan->block ? bytes : 0;
    return scan->block_length > 0;
}

/* The byte at scan->at, or NUL at the end. */
static char peek(struct geojson_scan *scan)
{
    return block_fill(scan) ? scan->block[scan->at - scan->block_at] : '\0';
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

/* Past blanks; a comma is one here, and so is what separates the records of a text sequence (RFC
 * 8142) and a byte order mark: whether they stand where they should nobody asks. */
static char next_byte(struct geojson_scan *scan)
{
    char byte = peek(scan);

    while (byte && (is_blank(byte) || byte == ',' || byte == '\x1E' || byte == '\xEF'
                    || byte == '\xBB' || byte == '\xBF')) {
        scan->at++;
        byte = peek(scan);
    }
    return byte;
}

/* From the opening quote to behind the closing one. */
static bool string_skip(struct geojson_scan *scan)
{
    bool escaped = false;

    scan->at++;
    while (block_fill(scan)) {
        const char *block = scan->block;
        size_t i = (size_t)(scan->at - scan->block_at);
        for (; i < scan->block_length; i++) {
            if (escaped)
                escaped = false;
            else if (block[i] == '\\')
                escaped = true;
            else if (block[i] == '"')
                break;
        }
        bool closed = i < scan->block_length;
        scan->at = scan->block_at + i + closed;
        if (closed)
            return true;
    }
    return stop(scan, "it is cut short inside a text");
}

/* The bytes that a walk over brackets has to stop at; the others are most of any file. */
static const bool structural[UINT8_MAX + 1] = { ['"'] = true, ['{'] = true, ['}'] = true,
                                                ['['] = true, [']'] = true };

static const char *to_structural(const char *at, const char *end)
{
    while (at < end && !structural[(unsigned char)*at])
        at++;
    return at;
}

/* From an opening bracket to behind the one that closes it. */
static bool brackets_skip(struct geojson_scan *scan)
{
    char closing[GEOJSON_DEPTH_MAX];
    uint32_t depth = 0;

    while (block_fill(scan)) {
        const char *end = scan->block + scan->block_length;
        const char *at = to_structural(scan->block + (scan->at - scan->block_at), end);
        scan->at = scan->block_at + (uint64_t)(at - scan->block);
        if (at == end)
            continue;
        char byte = *at;
        if (byte == '"') {
            if (!string_skip(scan))
                return false;
            continue;
        }
        if (byte == '{' || byte == '[') {
            if (depth == GEOJSON_DEPTH_MAX)
                return stop(scan, "its brackets are nested too deep");
            closing[depth++] = byte == '{' ? '}' : ']';
        } else if (byte == '}' || byte == ']') {
            if (closing[depth - 1] != byte)
                return stop(scan, "its brackets do not match");
            depth--;
        }
        scan->at++;
        if (depth == 0)
            return true;
    }
    return stop(scan, "it is cut short inside a record");
}

static bool value_skip(struct geojson_scan *scan)
{
    char byte = next_byte(scan);

    if (byte == '"')
        return string_skip(scan);
    if (byte == '{' || byte == '[')
        return brackets_skip(scan);
    uint64_t start = scan->at;
    for (; byte && !is_blank(byte) && !strchr(",]}{[\":", byte); byte = peek(scan))
        scan->at++;
    return scan->at > start ? true : stop(scan, byte ? "it is not JSON" : "it is cut short");
}

/* A member's name, cut to what we know; then the colon. */
static bool name_read(struct geojson_scan *scan, char name[NAME_BYTES])
{
    uint64_t start = scan->at + 1;

    if (!string_skip(scan))
        return false;
    struct geojson_place place = { start, (size_t)(scan->at - start - 1) };
    struct span text = place.length < NAME_BYTES ? geojson_scan_text(scan, place) : span_of("");
    memcpy(name, text.bytes, text.length);
    name[text.length] = '\0';
    if (next_byte(scan) != ':')
        return stop(scan, "it is not JSON");
    scan->at++;
    return true;
}

static void crs_keep(struct geojson_scan *scan, uint64_t start)
{
    struct geojson_place place = { start, (size_t)(scan->at - start) };
    struct span text = geojson_scan_text(scan, place);

    if (text.length < sizeof scan->crs) {
        memcpy(scan->crs, text.bytes, text.length);
        scan->crs[text.length] = '\0';
    }
}

/* Goes over the members of a top object up to "features" (then scan->place says so) or its end. */
static bool object_go_on(struct geojson_scan *scan)
{
    char name[NAME_BYTES];

    for (;;) {
        char byte = next_byte(scan);
        if (byte == '}') {
            scan->at++;
            scan->place = OUTSIDE;
            return true;
        }
        if (byte != '"')
            return stop(scan, byte ? "it is not JSON" : "it is cut short");
        if (!name_read(scan, name))
            return false;
        byte = next_byte(scan);
        if (strcmp(name, "features") == 0 && byte == '[') {
            scan->at++;
            scan->place = IN_FEATURES;
            return true;
        }
        uint64_t start = scan->at;
        if (!value_skip(scan))
            return false;
        if (strcmp(name, "crs") == 0)
            crs_keep(scan, start);
    }
}

static bool record_of(struct geojson_scan *scan, uint64_t start, struct geojson_place *ret_place)
{
    if (scan->at - start > GEOJSON_RECORD_BYTES_MAX)
        return stop(scan, "one of its records is over 512 MiB");
    *ret_place = (struct geojson_place){ start, (size_t)(scan->at - start) };
    return true;
}

/* A top object: true when it is itself a record. */
static bool object_enter(struct geojson_scan *scan, struct geojson_place *ret_place)
{
    uint64_t start = scan->at;

    scan->at++;
    return object_go_on(scan) && scan->place != IN_FEATURES && record_of(scan, start, ret_place);
}

bool geojson_scan_next(struct geojson_scan *scan, struct geojson_place *ret_place)
{
    for (;;) {
        char byte = next_byte(scan);
        uint64_t start = scan->at;
        if (byte == '\0') {
            if (scan->at < scan->whole)
                return stop(scan, "it has a NUL byte, or the disk fails");
            return scan->place != OUTSIDE && !scan->fault[0]
                   ? stop(scan, "it is cut short behind a record") : false;
        }
        if (scan->place == OUTSIDE && byte == '{') {
            if (object_enter(scan, ret_place))
                return true;
            if (scan->fault[0])
                return false;
        } else if (scan->place == OUTSIDE && byte == '[') {
            scan->at++;
            scan->place = IN_LIST;
        } else if (scan->place != OUTSIDE && byte == ']') {
            scan->at++;
            bool object = scan->place == IN_FEATURES;
            scan->place = OUTSIDE;
            if (object && !object_go_on(scan))
                return false;
        } else if (scan->place != OUTSIDE) {
            return value_skip(scan) && record_of(scan, start, ret_place);
        } else {
            return stop(scan, "it is not JSON");
        }
    }
}

/* ---- Inside a record ----------------------------------------------------------------------- */

static size_t blanks(const char *at, const char *end)
{
    const char *start = at;

    while (at < end && (is_blank(*at) || *at == ','))
        at++;
    return (size_t)(at - start);
}

static const char *string_end(const char *at, const char *end)
{
    for (at++; at < end && *at != '"'; at++)
        if (*at == '\\')
            at++;
    return at < end ? at + 1 : end;
}

/* Behind the value that starts at `at`. Brackets match: the scan saw to that. */
static const char *value_end(const char *at, const char *end)
{
    uint32_t depth = 0;

    while (at < end) {
        if (*at == '"') {
            at = string_end(at, end);
        } else if (*at == '{' || *at == '[') {
            depth++;
            at++;
        } else if (*at == '}' || *at == ']') {
            if (depth == 0)
                return at;
            depth--;
            at++;
        } else if (depth == 0 && (is_blank(*at) || *at == ',' || *at == ':')) {
            return at;
        } else {
            at = depth == 0 ? at + 1 : to_structural(at, end);
            continue;
        }
        if (depth == 0)
            return at;
    }
    return end;
}

/* Steps into a bracket at the first call; at the next the rest starts with what follows a value,
 * blanks, a comma or the end. NULL at the end. */
static const char *value_start(const struct span *rest, char bracket)
{
    if (rest->length == 0)
        return NULL;
    const char *at = rest->bytes, *end = at + rest->length;
    if (*at == bracket)
        at++;
    at += blanks(at, end);
    return at < end && *at != ']' && *at != '}' ? at : NULL;
}

bool geojson_member(struct span *rest, struct span *ret_name, struct span *ret_value)
{
    const char *at = value_start(rest, '{');

    if (!at || *at != '"')
        return false;
    const char *end = rest->bytes + rest->length;
    const char *name_end = string_end(at, end);
    if (name_end - at < 2)
        return false;
    struct span name = span_from(at + 1, (size_t)(name_end - at - 2));
    at = name_end + blanks(name_end, end);
    if (at >= end || *at != ':')
        return false;
    at++;
    at += blanks(at, end);
    const char *behind = value_end(at, end);
    *ret_name = name;
    *ret_value = span_from(at, (size_t)(behind - at));
    *rest = span_from(behind, (size_t)(end - behind));
    return true;
}

bool geojson_item(struct span *rest, struct span *ret_value)
{
    const char *at = value_start(rest, '[');

    if (!at)
        return false;
    const char *end = rest->bytes + rest->length;
    const char *behind = value_end(at, end);
    if (behind == at)
        return false;
    *ret_value = span_from(at, (size_t)(behind - at));
    *rest = span_from(behind, (size_t)(end - behind));
    return true;
}

bool geojson_is(struct span value, const char *text)
{
    return value.length >= 2 && value.bytes[0] == '"'
           && span_is(span_from(value.bytes + 1, value.length - 2), text);
}

/* Through the house's door where there is an escape in it. */
static size_t string_text(struct span quoted, char text[CODEPAGE_TEXT_BYTES])
{
    struct json *json;
    size_t length = 0;

    if (!memchr(quoted.bytes, '\\', quoted.length))
        return text_clean(span_from(quoted.bytes + 1, quoted.length - 2), text,
                          CODEPAGE_TEXT_BYTES);
    text[0] = '\0';
    struct verdict verdict = json_parse(quoted, &json);
    if (verdict.refusal != REFUSED_NOT)
        return text_clean(span_from(quoted.bytes + 1, quoted.length - 2), text,
                          CODEPAGE_TEXT_BYTES);
    if (json_text(json))
        length = text_clean(span_of(json_text(json)), text, CODEPAGE_TEXT_BYTES);
    json_free(json);
    return length;
}

size_t geojson_value_text(struct span value, char text[CODEPAGE_TEXT_BYTES])
{
    text[0] = '\0';
    if (value.length == 0 || span_is(value, "null"))
        return 0;
    if (value.bytes[0] == '"' && value.length >= 2)
        return string_text(value, text);
    return text_clean(value, text, CODEPAGE_TEXT_BYTES);
}

size_t geojson_name_text(struct span name, char text[CODEPAGE_TEXT_BYTES])
{
    /* The quotes stand around it. */
    return string_text(span_from(name.bytes - 1, name.length + 2), text);
}
