#include "app/base/fields.h"

#include <math.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"

const char *vocabulary_word(const struct vocabulary *vocabulary, uint32_t value)
{
    assert(value < vocabulary->count);
    return vocabulary->words[value];
}

bool vocabulary_value(const struct vocabulary *vocabulary, struct span word, uint32_t *ret_value)
{
    for (uint32_t i = 0; i < vocabulary->count; i++) {
        if (!text_same_ignoring_case(span_of(vocabulary->words[i]), word))
            continue;
        *ret_value = i;
        return true;
    }
    return false;
}

static void *member(void *record, const struct field *field)
{
    return (char *)record + field->offset;
}

static const void *member_const(const void *record, const struct field *field)
{
    return (const char *)record + field->offset;
}

/* What is not written, and what a field holds that was not read. */
static bool is_empty(const struct field *field, const void *value)
{
    switch (field->kind) {
    case FIELD_TEXT:
        return ((const char *)value)[0] == '\0';
    case FIELD_STRING:
        return (*(const char *const *)value)[0] == '\0';
    case FIELD_NUMBER:
    case FIELD_WORD:
        return *(const uint32_t *)value == 0;
    case FIELD_AMOUNT:
    case FIELD_INSTANT:
    case FIELD_TIME:
        return *(const int64_t *)value == 0;
    case FIELD_FLAG:
        return !*(const bool *)value;
    case FIELD_DECIMAL:
        return isnan(*(const double *)value);
    case FIELD_POINT:
    case FIELD_LATLON:
        return !geo_known(*(const struct geo_point *)value);
    case FIELD_POINTS:
        return ((const struct geo_points *)value)->count == 0;
    }
    assert(false && "a field kind without its emptiness");
    return true;
}

void record_init(const struct record_shape *shape, void *record)
{
    memset(record, 0, shape->bytes);
    for (uint32_t i = 0; i < shape->field_count; i++) {
        const struct field *field = &shape->fields[i];
        if (field->kind == FIELD_STRING)
            *(const char **)member(record, field) = "";
        else if (field->kind == FIELD_DECIMAL)
            *(double *)member(record, field) = NAN;
        else if (field->kind == FIELD_POINT || field->kind == FIELD_LATLON)
            *(struct geo_point *)member(record, field) = geo_unknown();
    }
}

/* ---- reading: one function per JSON shape; each returns REFUSED_NOT or why not ---- */

static enum refusal read_whole(const struct json *json, int64_t low, int64_t high,
                               int64_t *ret_number)
{
    if (json_type(json) != JSON_NUMBER)
        return REFUSED_NOT_A_NUMBER;
    if (!json_int64(json, ret_number) || *ret_number < low || *ret_number > high)
        return REFUSED_OUT_OF_RANGE;
    return REFUSED_NOT;
}

static enum refusal read_point(const struct json *lat, const struct json *lon,
                               struct geo_point *ret_point)
{
    struct geo_point point;

    if (!lat || !lon)
        return REFUSED_FIELD_MISSING;
    if (!json_number(lat, &point.lat_deg) || !json_number(lon, &point.lon_deg))
        return REFUSED_NOT_A_NUMBER;
    if (!geo_plausible(point))
        return REFUSED_OUT_OF_RANGE;
    *ret_point = geo_rounded(point);
    return REFUSED_NOT;
}

static enum refusal read_pair(const struct json *pair, struct geo_point *ret_point)
{
    if (json_type(pair) != JSON_LIST || json_count(pair) != 2)
        return REFUSED_WRONG_TYPE;
    const struct json *lat = json_first(pair);
    return read_point(lat, json_next(lat), ret_point);
}

static enum refusal read_points(const struct json *json, struct arena *arena,
                                struct geo_points *ret_points)
{
    if (json_type(json) != JSON_LIST)
        return REFUSED_WRONG_TYPE;
    uint32_t count = json_count(json), at = 0;
    struct geo_point *points = arena_alloc(arena, count * sizeof *points);
    for (const struct json *pair = json_first(json); pair; pair = json_next(pair)) {
        enum refusal refusal = read_pair(pair, &points[at++]);
        if (refusal != REFUSED_NOT)
            return refusal;
    }
    assert(at == count);
    *ret_points = (struct geo_points){ .at = points, .count = count };
    return REFUSED_NOT;
}

static enum refusal read_word(const struct field *field, const struct json *json, void *into)
{
    uint32_t value;
    const char *word = json_text(json);

    if (!word)
        return REFUSED_WRONG_TYPE;
    if (!vocabulary_value(field->words, span_of(word), &value))
        return REFUSED_UNKNOWN_WORD;
    memcpy(into, &value, sizeof value);
    return REFUSED_NOT;
}

static enum refusal read_value(const struct field *field, const struct json *json,
                               struct arena *arena, void *into)
{
    int64_t whole;
    enum refusal refusal;
    const char *text;

    switch (field->kind) {
    case FIELD_TEXT:
        text = json_text(json);
        if (!text)
            return REFUSED_WRONG_TYPE;
        text_copy(into, field->bytes, span_of(text));
        return REFUSED_NOT;
    case FIELD_STRING:
        text = json_text(json);
        if (!text)
            return REFUSED_WRONG_TYPE;
        *(const char **)into = text;
        return REFUSED_NOT;
    case FIELD_NUMBER:
        refusal = read_whole(json, 0, UINT32_MAX, &whole);
        if (refusal == REFUSED_NOT)
            *(uint32_t *)into = (uint32_t)whole;
        return refusal;
    case FIELD_AMOUNT:
    case FIELD_INSTANT:
        return read_whole(json, INT64_MIN, INT64_MAX, into);
    case FIELD_TIME:
        text = json_text(json);
        return text && when_parse(span_of(text), into) ? REFUSED_NOT : REFUSED_NOT_A_TIME;
    case FIELD_FLAG:
        return json_flag(json, into) ? REFUSED_NOT : REFUSED_WRONG_TYPE;
    case FIELD_WORD:
        return read_word(field, json, into);
    case FIELD_DECIMAL:
        return json_number(json, into) ? REFUSED_NOT : REFUSED_NOT_A_NUMBER;
    case FIELD_POINT:
        return read_pair(json, into);
    case FIELD_LATLON:
        break;
    case FIELD_POINTS:
        return read_points(json, arena, into);
    }
    assert(false && "LATLON is read by its two members");
    return REFUSED_WRONG_TYPE;
}

/* Null says nothing, as a missing member does. */
static const struct json *said(const struct json *json, const char *name)
{
    const struct json *value = json_member(json, name);
    return value && json_type(value) != JSON_NULL ? value : NULL;
}

static enum refusal read_field(const struct field *field, const struct json *json,
                               struct arena *arena, void *record)
{
    enum refusal refusal = REFUSED_NOT;
    const struct json *value = NULL;

    if (field->kind == FIELD_LATLON) {
        const struct json *lat = said(json, "lat"), *lon = said(json, "lon");
        if (lat || lon)
            refusal = read_point(lat, lon, member(record, field));
    } else if ((value = said(json, field->name)) != NULL) {
        refusal = read_value(field, value, arena, member(record, field));
    }
    /* An empty text or word is not written again, so it cannot stand for a needed one. */
    if (refusal == REFUSED_NOT && field->flags & FIELD_NEEDED
        && is_empty(field, member(record, field)))
        return REFUSED_FIELD_MISSING;
    return refusal;
}

struct verdict record_read(const struct record_shape *shape, const struct json *json,
                           struct arena *arena, void *record)
{
    if (json_type(json) != JSON_OBJECT)
        return refused(REFUSED_WRONG_TYPE, 0, "");
    record_init(shape, record);
    for (uint32_t i = 0; i < shape->field_count; i++) {
        const struct field *field = &shape->fields[i];
        enum refusal refusal = read_field(field, json, arena, record);
        if (refusal != REFUSED_NOT)
            return refused(refusal, 0, field->kind == FIELD_LATLON ? "lat, lon" : field->name);
    }
    return accepted();
}

/* ---- writing ---- */

static void write_points(struct buffer *out, const char *name, const struct geo_points *points)
{
    json_open(out, name, '[');
    for (uint32_t i = 0; i < points->count; i++)
        buffer_print(out, "%s[%.7f,%.7f]", i ? "," : "", points->at[i].lat_deg,
                     points->at[i].lon_deg);
    json_close(out, ']');
}

static void write_pair(struct buffer *out, const struct field *field, struct geo_point point)
{
    if (field->kind == FIELD_LATLON) {
        json_put_degrees(out, "lat", point.lat_deg);
        json_put_degrees(out, "lon", point.lon_deg);
        return;
    }
    json_open(out, field->name, '[');
    json_put_degrees(out, NULL, point.lat_deg);
    json_put_degrees(out, NULL, point.lon_deg);
    json_close(out, ']');
}

static void write_field(const struct field *field, const void *value, struct buffer *out)
{
    char time_text[WHEN_TEXT_BYTES];

    switch (field->kind) {
    case FIELD_TEXT:
        json_put_text(out, field->name, value);
        return;
    case FIELD_STRING:
        json_put_text(out, field->name, *(const char *const *)value);
        return;
    case FIELD_NUMBER:
        json_put_int64(out, field->name, *(const uint32_t *)value);
        return;
    case FIELD_AMOUNT:
    case FIELD_INSTANT:
        json_put_int64(out, field->name, *(const int64_t *)value);
        return;
    case FIELD_TIME:
        json_put_text(out, field->name, when_text(*(const int64_t *)value, time_text));
        return;
    case FIELD_FLAG:
        json_put_flag(out, field->name, true);
        return;
    case FIELD_WORD:
        json_put_text(out, field->name,
                      vocabulary_word(field->words, *(const uint32_t *)value));
        return;
    case FIELD_DECIMAL:
        json_put_number(out, field->name, *(const double *)value);
        return;
    case FIELD_POINT:
    case FIELD_LATLON:
        write_pair(out, field, *(const struct geo_point *)value);
        return;
    case FIELD_POINTS:
        write_points(out, field->name, value);
        return;
    }
}

void record_write(const struct record_shape *shape, const void *record, struct buffer *out)
{
    for (uint32_t i = 0; i < shape->field_count; i++) {
        const struct field *field = &shape->fields[i];
        const void *value = member_const(record, field);
        if (!is_empty(field, value))
            write_field(field, value, out);
    }
}

const struct field *record_missing(const struct record_shape *shape, const void *record)
{
    for (uint32_t i = 0; i < shape->field_count; i++) {
        const struct field *field = &shape->fields[i];
        if (field->flags & FIELD_NEEDED && is_empty(field, member_const(record, field)))
            return field;
    }
    return NULL;
}

bool record_complete(const struct record_shape *shape, const void *record)
{
    return !record_missing(shape, record);
}

void record_clear(const struct record_shape *shape, void *record)
{
    for (uint32_t i = 0; i < shape->field_count; i++) {
        if (shape->fields[i].kind != FIELD_POINTS)
            continue;
        struct geo_points *points = member(record, &shape->fields[i]);
        base_free(points->at);
        *points = (struct geo_points){ 0 };
    }
}

void record_own(const struct record_shape *shape, void *record)
{
    for (uint32_t i = 0; i < shape->field_count; i++) {
        if (shape->fields[i].kind != FIELD_POINTS)
            continue;
        struct geo_points *points = member(record, &shape->fields[i]);
        if (points->count == 0)
            continue;
        struct geo_point *copy = base_alloc(points->count, sizeof *copy);
        memcpy(copy, points->at, points->count * sizeof *copy);
        points->at = copy;
    }
}

/* ---- digest ---- */

void digest_start(struct digest *digest)
{
    digest->state = 0xCBF29CE484222325u;        /* FNV-1a offset basis */
}

void digest_number(struct digest *digest, uint64_t number)
{
    digest->state = (digest->state ^ number) * 0x100000001B3u;
    digest->state ^= digest->state >> 29;
}

void digest_bytes(struct digest *digest, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;

    digest_number(digest, length);
    for (; length >= 8; length -= 8, at += 8) {
        uint64_t word = 0;
        for (int i = 7; i >= 0; i--)        /* Little-endian, so every machine agrees. */
            word = word << 8 | at[i];
        digest_number(digest, word);
    }
    for (; length; length--)
        digest_number(digest, *at++);
}

uint64_t digest_end(const struct digest *digest)
{
    uint64_t mixed = digest->state;             /* The finaliser of MurmurHash3. */

    mixed ^= mixed >> 33;
    mixed *= 0xFF51AFD7ED558CCDu;
    mixed ^= mixed >> 33;
    mixed *= 0xC4CEB9FE1A85EC53u;
    return mixed ^ mixed >> 33;
}

/* Coordinates are compared as kept: in 1e-7 degree. */
static void digest_point(struct digest *digest, struct geo_point point)
{
    if (!geo_known(point)) {
        digest_number(digest, UINT64_MAX);
        return;
    }
    digest_number(digest, (uint64_t)llround(point.lat_deg * 1e7));
    digest_number(digest, (uint64_t)llround(point.lon_deg * 1e7));
}

static void digest_decimal(struct digest *digest, double decimal)
{
    uint64_t bits = UINT64_MAX;

    if (!isnan(decimal))
        memcpy(&bits, &decimal, sizeof bits);
    digest_number(digest, bits);
}

static void digest_field(const struct field *field, const void *value, struct digest *digest)
{
    const struct geo_points *points;
    const char *text;

    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_STRING:
        text = field->kind == FIELD_TEXT ? value : *(const char *const *)value;
        digest_bytes(digest, text, strlen(text));
        return;
    case FIELD_NUMBER:
    case FIELD_WORD:
        digest_number(digest, *(const uint32_t *)value);
        return;
    case FIELD_AMOUNT:
    case FIELD_INSTANT:
    case FIELD_TIME:
        digest_number(digest, (uint64_t) * (const int64_t *)value);
        return;
    case FIELD_FLAG:
        digest_number(digest, *(const bool *)value);
        return;
    case FIELD_DECIMAL:
        digest_decimal(digest, *(const double *)value);
        return;
    case FIELD_POINT:
    case FIELD_LATLON:
        digest_point(digest, *(const struct geo_point *)value);
        return;
    case FIELD_POINTS:
        points = value;
        digest_number(digest, points->count);
        for (uint32_t i = 0; i < points->count; i++)
            digest_point(digest, points->at[i]);
        return;
    }
}

void record_digest(const struct record_shape *shape, const void *record, struct digest *digest)
{
    for (uint32_t i = 0; i < shape->field_count; i++) {
        const struct field *field = &shape->fields[i];
        if (field->flags & FIELD_PERSONAL)
            continue;
        digest_field(field, member_const(record, field), digest);
    }
}
