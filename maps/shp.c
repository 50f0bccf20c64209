#include "maps/shp.h"

#include <endian.h>
#include <string.h>

#include "maps/file_window.h"
#include "maps/multipatch.h"

enum {
    FILE_CODE = 9994,
    HEADER_BYTES = 100,                 /* Of the .shp and of the .shx. */
    TYPE_AT = 32,
    ENTRY_BYTES = 8,                    /* One record in the .shx; also what precedes a record. */
    RECORD_BYTES_MIN = ENTRY_BYTES + 4, /* A null. */
    WORD_BYTES = 2,                     /* Lengths and offsets count in these. */
    RECORDS_MAX = 64 * 1000 * 1000,
    LOST_BYTES_MAX = 4 * 1024 * 1024,   /* No record for so long: there is none any more. */
};

/* Types by their last digit; 10 more has heights and measures, 20 more measures. */
enum {
    TYPE_NULL = 0, TYPE_POINT = 1, TYPE_LINES = 3, TYPE_POLYGON = 5, TYPE_POINTS = 8,
    TYPE_MULTIPATCH = 31,
};

/* Where a record stands: its content, behind the eight bytes of its own header. */
struct entry {
    uint32_t offset_words, content_words;
};

/* Rules of a read:
 * 1. An index is used as it is only if its records lie inside the .shp, overlap nowhere and leave
 *    nothing behind the last one; else the .shp is walked, record by record.
 * 2. What either has and cannot be read is a null record, counted and said. */
struct shp {
    struct shaping *shaping;
    struct file_window *file;
    struct dbf *dbf;
    int32_t type;
    struct entry *entries;
    uint32_t entry_count, entry_capacity;
};

static uint32_t big_endian(const char *bytes)
{
    uint32_t word;

    memcpy(&word, bytes, sizeof word);
    return be32toh(word);
}

static uint32_t little_endian(const char *bytes)
{
    uint32_t word;

    memcpy(&word, bytes, sizeof word);
    return le32toh(word);
}

static double real(const char *bytes)
{
    uint64_t bits;
    double number;

    memcpy(&bits, bytes, sizeof bits);
    bits = le64toh(bits);
    memcpy(&number, &bits, sizeof number);
    return number;
}

static bool kind_of(int32_t type, enum shape_kind *ret_kind)
{
    *ret_kind = SHAPE_POLYGONS;
    if (type == TYPE_MULTIPATCH)
        return true;
    switch (type >= 0 && type < 30 ? type % 10 : TYPE_NULL) {
    case TYPE_POINT:
    case TYPE_POINTS:
        *ret_kind = SHAPE_POINTS;
        return true;
    case TYPE_LINES:
        *ret_kind = SHAPE_LINES;
        return true;
    case TYPE_POLYGON:
        return true;
    }
    return false;
}

bool shp_kind(const struct source *source, enum shape_kind *ret_kind)
{
    struct file_window *file = file_window_open(source->path);
    const char *header = file ? file_window_at(file, 0, HEADER_BYTES) : NULL;
    enum shape_kind kind;
    bool known = header && kind_of((int32_t)little_endian(header + TYPE_AT), &kind);

    file_window_close(file);
    if (known)
        *ret_kind = kind;
    return known;
}

/* ---- Which records there are ---------------------------------------------------------------- */

static void entry_add(struct shp *shp, uint32_t offset_words, uint32_t content_words)
{
    shp->entries = base_grow(shp->entries, &shp->entry_capacity, shp->entry_count + 1,
                             sizeof *shp->entries);
    shp->entries[shp->entry_count++] = (struct entry){ offset_words, content_words };
}

static uint64_t entry_end(struct entry entry)
{
    return ((uint64_t)entry.offset_words + entry.content_words) * WORD_BYTES + ENTRY_BYTES;
}

/* A record that a walk believes: a kind there is, in a length that is its own. */
static bool is_record(const struct shp *shp, const char *header, uint64_t at)
{
    uint32_t content_words = big_endian(header + 4);
    int32_t type = (int32_t)little_endian(header + 8);
    enum shape_kind kind;

    return content_words >= 2 && (type == TYPE_NULL || kind_of(type, &kind))
           && at + ENTRY_BYTES + (uint64_t)content_words * WORD_BYTES
              <= file_window_bytes(shp->file);
}

/* How many of the entries lead to a record. */
static uint32_t entries_right(const struct shp *shp)
{
    uint32_t right = 0;

    for (uint32_t i = 0; i < shp->entry_count; i++) {
        uint64_t at = (uint64_t)shp->entries[i].offset_words * WORD_BYTES;
        const char *header = file_window_at(shp->file, at, RECORD_BYTES_MIN);
        right += header && is_record(shp, header, at);
    }
    return right;
}

/* What is wrong with the index, or NULL. Records may stand in any order and leave gaps (an editor
 * moves what grew); then the sum of their lengths tells whether one is named twice, and each has to
 * be looked at. */
static const char *index_fault(const struct shp *shp)
{
    uint64_t end = HEADER_BYTES, sum = HEADER_BYTES, whole = file_window_bytes(shp->file);
    bool in_order = true;

    for (uint32_t i = 0; i < shp->entry_count; i++) {
        struct entry entry = shp->entries[i];
        uint64_t start = (uint64_t)entry.offset_words * WORD_BYTES, record_end = entry_end(entry);
        if (start < HEADER_BYTES)
            return "is damaged";
        in_order &= start == end;
        sum += record_end - start;
        end = record_end > end ? record_end : end;
    }
    if (sum > end)
        return "names records twice";
    if (end > whole)
        return "speaks of more than the .shp holds (is that cut short?)";
    if (end + RECORD_BYTES_MIN <= whole)
        return "ends before the .shp does";
    if (!in_order && entries_right(shp) < shp->entry_count)
        return "names places where no record is";
    return NULL;
}

/* Reads the .shx as it is; what is wrong with it, or NULL. */
static const char *index_read(struct shp *shp, const struct source *source)
{
    char path[SOURCE_PATH_BYTES];
    struct file_window *file = source_member(source, "shx", path) ? file_window_open(path) : NULL;

    if (!file)
        return "is missing";
    uint64_t bytes = file_window_bytes(file);
    const char *header = file_window_at(file, 0, HEADER_BYTES);
    if (!header || big_endian(header) != FILE_CODE) {
        file_window_close(file);
        return "is damaged";
    }
    uint64_t count = (bytes - HEADER_BYTES) / ENTRY_BYTES;
    count = count < RECORDS_MAX ? count : RECORDS_MAX;
    for (uint64_t i = 0; i < count; i++) {
        const char *entry = file_window_at(file, HEADER_BYTES + i * ENTRY_BYTES, ENTRY_BYTES);
        if (!entry)
            break;
        entry_add(shp, big_endian(entry), big_endian(entry + 4));
    }
    file_window_close(file);
    return index_fault(shp);
}

/* Goes from record to record. Where there is none, looks for the next place that reads like one:
 * lengths in damaged files are wrong by a few bytes. Returns the bytes that belong to no record. */
static uint64_t index_walk(struct shp *shp)
{
    uint64_t at = HEADER_BYTES, whole = file_window_bytes(shp->file), lost = 0;
    uint32_t number = 1;                /* Of the next record, if it tells the truth. */

    shp->entry_count = 0;
    while (at + RECORD_BYTES_MIN <= whole && shp->entry_count < RECORDS_MAX) {
        const char *header = file_window_at(shp->file, at, RECORD_BYTES_MIN);
        if (!header || lost > LOST_BYTES_MAX)
            break;
        bool found = is_record(shp, header, at)
                     && (lost == 0 || big_endian(header) == number
                         || big_endian(header) == number + 1);
        if (!found) {
            lost += WORD_BYTES;
            at += WORD_BYTES;
            continue;
        }
        number = big_endian(header) + 1;
        entry_add(shp, (uint32_t)(at / WORD_BYTES), big_endian(header + 4));
        at = entry_end(shp->entries[shp->entry_count - 1]);
    }
    return lost + (at < whole ? whole - at : 0);
}

/* Rule 1. An index that leads to as many records as a walk finds, or more, is kept: it also names
 * what is cut off. Unless the walk accounts for every byte. */
static void index_find(struct shp *shp, const struct source *source)
{
    const char *fault = index_read(shp, source);

    if (!fault)
        return;
    struct entry *entries = shp->entries;
    uint32_t indexed = shp->entry_count, right = entries_right(shp);
    shp->entries = NULL;
    shp->entry_capacity = 0;
    uint64_t lost = index_walk(shp);
    bool walk_whole = lost == 0 && shp->entry_count >= indexed;
    if (indexed > 0 && right >= shp->entry_count && !walk_whole) {
        base_free(shp->entries);
        shp->entries = entries;
        shp->entry_count = shp->entry_capacity = indexed;
        shaping_warn(shp->shaping, "its index (.shx) %s", fault);
        return;
    }
    base_free(entries);
    if (lost)
        shaping_warn(shp->shaping, "its index (.shx) %s, and %llu bytes of the .shp belong to no"
                     " record (cut short or damaged)", fault, (unsigned long long)lost);
    else
        shaping_warn(shp->shaping, "its index (.shx) %s; read without it", fault);
}

/* ---- One record ---------------------------------------------------------------------------- */

static void points_decode(const char *from, struct geo_point *to, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++, from += 16)
        to[i] = (struct geo_point){ .lat_deg = real(from + 8), .lon_deg = real(from) };
}

/* A content with parts: type, box, how many parts and points, where each part starts, what each
 * part is (multipatches only), the points. */
enum { BOX_BYTES = 32, PARTS_AT = 4 + BOX_BYTES, FIRSTS_AT = PARTS_AT + 8, POINTS_AT = FIRSTS_AT };

struct content {
    const char *bytes;
    uint64_t length;
    uint32_t part_count, point_count;
    const char *firsts, *kinds, *points;
};

static bool content_open(const char *bytes, uint64_t length, int32_t type, struct content *content)
{
    uint64_t tables = type == TYPE_MULTIPATCH ? 8 : 4;

    *content = (struct content){ .bytes = bytes, .length = length };
    if (length < FIRSTS_AT)
        return false;
    content->part_count = little_endian(bytes + PARTS_AT);
    content->point_count = little_endian(bytes + PARTS_AT + 4);
    uint64_t points_at = FIRSTS_AT + tables * content->part_count;
    if (points_at + 16 * (uint64_t)content->point_count > length)
        return false;
    content->firsts = bytes + FIRSTS_AT;
    content->kinds = content->firsts + 4 * (uint64_t)content->part_count;
    content->points = bytes + points_at;
    return true;
}

/* Parts must go up and stay inside the record. An empty one is skipped by whoever walks them. */
static bool parts_are_sane(const struct content *content)
{
    uint32_t before = 0;

    for (uint32_t p = 0; p < content->part_count; p++) {
        uint32_t first = little_endian(content->firsts + 4 * (uint64_t)p);
        if (first < before || first > content->point_count || (p == 0 && first != 0))
            return false;
        before = first;
    }
    return true;
}

static uint32_t part_end(const struct content *content, uint32_t part)
{
    return part + 1 < content->part_count
           ? little_endian(content->firsts + 4 * ((uint64_t)part + 1)) : content->point_count;
}

static void parts_add(struct shp *shp, const struct content *content, enum shape_kind kind)
{
    uint32_t first = 0, parts = content->part_count ? content->part_count : 1;

    for (uint32_t p = 0; p < parts; p++) {
        uint32_t end = part_end(content, p);
        if (end == first)
            continue;
        points_decode(content->points + 16 * (uint64_t)first,
                      shaping_part(shp->shaping, end - first), end - first);
        if (kind == SHAPE_POLYGONS)
            shaping_close_ring(shp->shaping);
        first = end;
    }
}

static void multipatch_add(struct shp *shp, const struct content *content)
{
    uint32_t parts = content->part_count, first = 0;
    struct geo_point *vertices = base_alloc((size_t)content->point_count + 1, sizeof *vertices);
    uint32_t *firsts = base_alloc((size_t)parts + 1, sizeof *firsts);
    uint8_t *kinds = base_alloc((size_t)parts + 1, sizeof *kinds);
    struct multipatch patch = { .vertices = vertices, .part_first = firsts, .part_kinds = kinds };

    points_decode(content->points, vertices, content->point_count);
    for (uint32_t p = 0; p < parts; p++) {
        uint32_t end = part_end(content, p), kind = little_endian(content->kinds + 4 * (uint64_t)p);
        if (end == first)
            continue;
        kinds[patch.part_count] = (uint8_t)(kind < MULTIPATCH_PARTS ? kind : MULTIPATCH_RING);
        firsts[++patch.part_count] = first = end;
    }
    struct multipatch_outline outline = multipatch_outline(&patch);
    for (uint32_t r = 0; r < outline.ring_count; r++) {
        uint32_t count = outline.ring_first[r + 1] - outline.ring_first[r];
        memcpy(shaping_part(shp->shaping, count), outline.vertices + outline.ring_first[r],
               count * sizeof *vertices);
    }
    base_free(outline.vertices);
    base_free(outline.ring_first);
    base_free(vertices);
    base_free(firsts);
    base_free(kinds);
}

/* Points: one of them, or a box, a count and many. */
static bool points_add(struct shp *shp, const char *bytes, uint64_t length, int32_t type)
{
    bool one = type % 10 == TYPE_POINT;
    uint64_t points_at = one ? 4 : 8 + BOX_BYTES;

    if (length < points_at)
        return false;
    uint32_t count = one ? 1 : little_endian(bytes + 4 + BOX_BYTES);
    if (points_at + 16 * (uint64_t)count > length)
        return false;
    /* Each point of a multipoint is a vertex of one part. */
    if (count)
        points_decode(bytes + points_at, shaping_part(shp->shaping, count), count);
    return true;
}

/* False when the content contradicts itself. */
static bool content_add(struct shp *shp, const char *bytes, uint64_t length, int32_t type,
                        enum shape_kind kind)
{
    struct content content;

    if (kind == SHAPE_POINTS)
        return points_add(shp, bytes, length, type);
    if (!content_open(bytes, length, type, &content) || !parts_are_sane(&content))
        return false;
    if (type == TYPE_MULTIPATCH)
        multipatch_add(shp, &content);
    else
        parts_add(shp, &content, kind);
    return true;
}

/* The content of a record, by the length that the index gives or, if that is longer, the record's
 * own header. */
static const char *content_at(struct shp *shp, struct entry entry, uint64_t *ret_length)
{
    uint64_t at = (uint64_t)entry.offset_words * WORD_BYTES, whole = file_window_bytes(shp->file);
    const char *header = file_window_at(shp->file, at, ENTRY_BYTES);

    if (!header)
        return NULL;
    uint64_t length = (uint64_t)entry.content_words * WORD_BYTES;
    uint64_t own = (uint64_t)big_endian(header + 4) * WORD_BYTES;
    if (own > length && own <= whole - at - ENTRY_BYTES)
        length = own;
    if (length > whole - at - ENTRY_BYTES)
        length = whole - at - ENTRY_BYTES;
    *ret_length = length;
    return length >= 4 ? file_window_at(shp->file, at + ENTRY_BYTES, (size_t)length) : NULL;
}

/* False when it is one vertex too many. */
static bool record_read(struct shp *shp, uint32_t index)
{
    struct shaping *shaping = shp->shaping;
    enum shape_kind kind;
    uint64_t length;
    const char *bytes = content_at(shp, shp->entries[index], &length);
    int32_t type = bytes ? (int32_t)little_endian(bytes) : TYPE_NULL;

    shaping_record(shaping);
    if (!bytes || (type != TYPE_NULL && !kind_of(type, &kind))) {
        shaping_leave_out(shaping, LEFT_OUT_DAMAGED);
        return true;
    }
    if (type == TYPE_NULL)
        return true;
    if (shp->dbf && dbf_row_deleted(shp->dbf, index)) {
        shaping_leave_out(shaping, LEFT_OUT_DELETED);
        return true;
    }
    /* An outline has at most three vertices to each point of its faces, of which three each. */
    uint64_t most = length / 16 * (type == TYPE_MULTIPATCH ? 9 : 1) + 1;
    if (!shaping_has_room(shaping, most))
        return false;
    shaping->shapes->kind_records[kind]++;
    if (kind == shaping->kind && !content_add(shp, bytes, length, type, kind))
        shaping_leave_out(shaping, LEFT_OUT_DAMAGED);
    return true;
}

/* The most vertices that the file can hold. */
static uint64_t vertices_at_most(const struct shp *shp)
{
    uint64_t bytes = file_window_bytes(shp->file);
    uint64_t heads = shp->shaping->kind == SHAPE_POINTS ? 0 : POINTS_AT + 4ull;

    heads = (heads + ENTRY_BYTES) * shp->entry_count;
    return (bytes > heads ? bytes - heads : 0) / 16 + 1;
}

static enum status header_read(struct shp *shp)
{
    const char *header = file_window_at(shp->file, 0, HEADER_BYTES);
    enum shape_kind kind;

    if (!header)
        return shaping_fail(shp->shaping, STATUS_CORRUPT, "the .shp is cut short in its header;"
                            " copy it again");
    if (big_endian(header) != FILE_CODE)
        return shaping_fail(shp->shaping, STATUS_CORRUPT, "the .shp is not a shapefile");
    shp->type = (int32_t)little_endian(header + TYPE_AT);
    if (shp->type != TYPE_NULL && !kind_of(shp->type, &kind))
        return shaping_fail(shp->shaping, STATUS_CORRUPT, "its kind of shape, %d, does not exist",
                            (int)shp->type);
    uint64_t promised = (uint64_t)big_endian(header + 24) * WORD_BYTES;
    uint64_t whole = file_window_bytes(shp->file);
    if (promised > whole)
        shaping_warn(shp->shaping, "its header speaks of %llu bytes, the .shp has %llu: it may be"
                     " cut short", (unsigned long long)promised, (unsigned long long)whole);
    return STATUS_OK;
}

static enum status records_read(struct shp *shp)
{
    uint64_t vertices = vertices_at_most(shp);

    shaping_reserve(shp->shaping, shp->entry_count,
                    vertices < VERTICES_MAX ? (uint32_t)vertices : VERTICES_MAX);
    for (uint32_t i = 0; i < shp->entry_count; i++) {
        if (!shaping_goes_on(shp->shaping, i, shp->entry_count))
            return shaping_stopped(shp->shaping);
        if (!record_read(shp, i))
            return shaping_fail(shp->shaping, STATUS_TOO_LARGE, "it has more than %d vertices; cut"
                                " it to the area you need", (int)VERTICES_MAX);
    }
    return STATUS_OK;
}

enum status shp_read(struct shaping *shaping, const struct source *source, struct dbf *dbf)
{
    struct shp shp = { .shaping = shaping, .dbf = dbf, .file = file_window_open(source->path) };

    if (!shp.file)
        return shaping_fail(shaping, STATUS_IO, "the .shp cannot be read");
    enum status status = header_read(&shp);
    if (status == STATUS_OK) {
        index_find(&shp, source);
        status = records_read(&shp);
    }
    file_window_close(shp.file);
    base_free(shp.entries);
    return status;
}
