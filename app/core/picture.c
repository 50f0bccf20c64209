#include "app/core/picture.h"

#include <string.h>

#include "app/core/apply.h"
#include "app/core/attention.h"

static const char *const input_kind_list[] = { "report", "command", "answer", "tick", "config" };
const struct vocabulary input_kind_words = { .name = "input_kind", .words = input_kind_list,
                                             .count = INPUT_KIND_COUNT };
_Static_assert(ARRAY_COUNT(input_kind_list) == INPUT_KIND_COUNT, "a word for every input kind");

/* Kinds that their feed knows by a name of its own. */
static const struct {
    enum object_kind kind;
    size_t feed, source;
} sourced[] = {
    { OBJECT_INCIDENT, offsetof(struct incident, feed), offsetof(struct incident, source) },
    { OBJECT_ALARM, offsetof(struct alarm, feed), offsetof(struct alarm, source) },
    { OBJECT_HAZARD, offsetof(struct hazard, feed), offsetof(struct hazard, source) },
};

/* A key as both forms: whichever the kind uses is compared. */
struct key {
    uint32_t number;
    const char *text;
};

static bool key_is_text(enum object_kind kind)
{
    return object_shape(kind)->fields[0].kind == FIELD_TEXT;
}

static struct key key_of(enum object_kind kind, const void *row)
{
    const struct field *field = &object_shape(kind)->fields[0];
    const char *at = (const char *)row + field->offset;

    if (field->kind == FIELD_TEXT)
        return (struct key){ .text = at };
    assert(field->kind == FIELD_NUMBER);
    return (struct key){ .number = *(const uint32_t *)(const void *)at };
}

static int key_compare(bool as_text, struct key left, struct key right)
{
    if (as_text)
        return strcmp(left.text, right.text);
    return (left.number > right.number) - (left.number < right.number);
}

/* The place of `key`, or where it would stand. Numbers mostly come in rising order, so the end is
 * looked at first. */
static uint32_t table_place(const struct picture *picture, enum object_kind kind, struct key key,
                            bool *ret_found)
{
    const struct table *table = &picture->tables[kind];
    bool as_text = key_is_text(kind);
    uint32_t low = 0, high = table->count;

    *ret_found = false;
    if (high && !as_text && key_of(kind, table->rows[high - 1]).number < key.number)
        return high;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = key_compare(as_text, key_of(kind, table->rows[middle]), key);
        if (order == 0) {
            *ret_found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void rows_insert(void ***rows, uint32_t *count, uint32_t *capacity, uint32_t at, void *row)
{
    *rows = base_grow(*rows, capacity, *count + 1, sizeof **rows);
    memmove(*rows + at + 1, *rows + at, (*count - at) * sizeof **rows);
    (*rows)[at] = row;
    (*count)++;
}

static void rows_remove(void **rows, uint32_t *count, uint32_t at)
{
    assert(at < *count);
    memmove(rows + at, rows + at + 1, (*count - at - 1) * sizeof *rows);
    (*count)--;
}

/* ---- the second order: by feed and the feed's own name ---- */

static bool source_offsets(enum object_kind kind, size_t *ret_feed, size_t *ret_source)
{
    for (size_t i = 0; i < ARRAY_COUNT(sourced); i++) {
        if (sourced[i].kind != kind)
            continue;
        *ret_feed = sourced[i].feed;
        *ret_source = sourced[i].source;
        return true;
    }
    return false;
}

static uint32_t source_place(const struct table *table, size_t feed_at, size_t source_at,
                             const char *feed, const char *source, bool *ret_found)
{
    uint32_t low = 0, high = table->source_count;

    *ret_found = false;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const char *row = table->by_source[middle];
        int order = strcmp(row + feed_at, feed);
        if (order == 0)
            order = strcmp(row + source_at, source);
        if (order == 0) {
            *ret_found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void picture_index_source(struct picture *picture, enum object_kind kind, void *row)
{
    struct table *table = &picture->tables[kind];
    size_t feed_at, source_at;
    bool found;

    if (!source_offsets(kind, &feed_at, &source_at) || ((char *)row)[source_at] == '\0')
        return;
    uint32_t at = source_place(table, feed_at, source_at, (char *)row + feed_at,
                               (char *)row + source_at, &found);
    /* A source's name that comes again after its object was closed means the new one: that with the
     * higher number, in whichever order a dump brings them. */
    if (found && key_of(kind, table->by_source[at]).number <= key_of(kind, row).number)
        table->by_source[at] = row;
    else if (!found)
        rows_insert(&table->by_source, &table->source_count, &table->source_capacity, at, row);
}

/* The newest other row that its feed knows by the same name, as a dump of the rest would find it;
 * NULL mostly. */
static void *same_source(const struct table *table, const char *row, size_t feed_at,
                         size_t source_at)
{
    for (uint32_t i = table->count; i > 0; i--) {
        char *other = table->rows[i - 1];
        if (other != row && strcmp(other + source_at, row + source_at) == 0
            && strcmp(other + feed_at, row + feed_at) == 0)
            return other;
    }
    return NULL;
}

static void unindex_source(struct picture *picture, enum object_kind kind, void *row)
{
    struct table *table = &picture->tables[kind];
    size_t feed_at, source_at;
    bool found;

    if (!source_offsets(kind, &feed_at, &source_at))
        return;
    uint32_t at = source_place(table, feed_at, source_at, (char *)row + feed_at,
                               (char *)row + source_at, &found);
    if (!found || table->by_source[at] != row)
        return;
    void *other = same_source(table, row, feed_at, source_at);
    if (other)
        table->by_source[at] = other;
    else
        rows_remove(table->by_source, &table->source_count, at);
}

/* ---- rows ---- */

static void *row_add(struct picture *picture, enum object_kind kind, struct key key)
{
    struct table *table = &picture->tables[kind];
    const struct record_shape *shape = object_shape(kind);
    bool found;
    uint32_t at = table_place(picture, kind, key, &found);

    if (found)
        return table->rows[at];
    assert(table->count < objects_max(kind));       /* decide keeps the limits. */
    char *row = base_alloc(1, shape->bytes);
    record_init(shape, row);
    if (key_is_text(kind))
        text_copy(row, shape->fields[0].bytes, span_of(key.text));
    else
        *(uint32_t *)(void *)row = key.number;
    rows_insert(&table->rows, &table->count, &table->capacity, at, row);
    return row;
}

void *picture_row_numbered(struct picture *picture, enum object_kind kind, uint32_t number)
{
    assert(!key_is_text(kind));
    return row_add(picture, kind, (struct key){ .number = number });
}

void *picture_row_called(struct picture *picture, enum object_kind kind, const char *key)
{
    assert(key_is_text(kind));
    return row_add(picture, kind, (struct key){ .text = key });
}

void picture_remove(struct picture *picture, enum object_kind kind, void *row)
{
    struct table *table = &picture->tables[kind];
    bool found;
    uint32_t at = table_place(picture, kind, key_of(kind, row), &found);

    assert(found);
    assert(table->rows[at] == row);
    unindex_source(picture, kind, row);
    rows_remove(table->rows, &table->count, at);
    record_clear(object_shape(kind), row);
    base_free(row);
}

struct picture *picture_new(void)
{
    struct picture *picture = base_alloc(1, sizeof *picture);

    picture_row_called(picture, OBJECT_SITE, "");
    picture_row_numbered(picture, OBJECT_COUNTERS, 1);
    return picture;
}

static void table_clear(struct table *table, enum object_kind kind)
{
    for (uint32_t i = 0; i < table->count; i++) {
        record_clear(object_shape(kind), table->rows[i]);
        base_free(table->rows[i]);
    }
    base_free(table->rows);
    base_free(table->by_source);
    *table = (struct table){ 0 };
}

void picture_free(struct picture *picture)
{
    if (!picture)
        return;
    for (uint32_t kind = 0; kind < OBJECT_KIND_COUNT; kind++)
        table_clear(&picture->tables[kind], (enum object_kind)kind);
    base_free(picture);
}

/* ---- reading ---- */

static const void *find(const struct picture *picture, enum object_kind kind, struct key key)
{
    bool found;
    uint32_t at = table_place(picture, kind, key, &found);

    return found ? picture->tables[kind].rows[at] : NULL;
}

const void *picture_numbered(const struct picture *picture, enum object_kind kind, uint32_t number)
{
    assert(!key_is_text(kind));
    return find(picture, kind, (struct key){ .number = number });
}

const void *picture_called(const struct picture *picture, enum object_kind kind, const char *key)
{
    assert(key_is_text(kind));
    return find(picture, kind, (struct key){ .text = key });
}

const void *picture_find(const struct picture *picture, const struct object_name *name)
{
    if (name->kind == OBJECT_SITE)
        return picture_site(picture);
    if (key_is_text(name->kind))
        return picture_called(picture, name->kind, name->key);
    return picture_numbered(picture, name->kind, name->number);
}

const void *picture_from_source(const struct picture *picture, enum object_kind kind,
                                const char *feed, const char *source)
{
    const struct table *table = &picture->tables[kind];
    size_t feed_at = 0, source_at = 0;
    bool found, has_source = source_offsets(kind, &feed_at, &source_at);

    assert(has_source);
    uint32_t at = source_place(table, feed_at, source_at, feed, source, &found);
    return found ? table->by_source[at] : NULL;
}

const struct site *picture_site(const struct picture *picture)
{
    return picture_row(picture, OBJECT_SITE, 0);
}

const struct counters *picture_counters(const struct picture *picture)
{
    return picture_row(picture, OBJECT_COUNTERS, 0);
}

const struct unit *picture_next_unit_of(const struct picture *picture, uint32_t incident,
                                        uint32_t *index)
{
    const struct table *units = &picture->tables[OBJECT_UNIT];

    while (*index < units->count) {
        const struct unit *unit = units->rows[(*index)++];
        if (unit->incident == incident)
            return unit;
    }
    return NULL;
}

static bool attention_before(const struct attention *left, const struct attention *right)
{
    if (left->level != right->level)
        return left->level < right->level;
    if (left->raised_ms != right->raised_ms)
        return left->raised_ms < right->raised_ms;
    return strcmp(left->object, right->object) < 0;
}

uint32_t picture_attention(const struct picture *picture, const struct attention **rows,
                           uint32_t most)
{
    const struct table *table = &picture->tables[OBJECT_ATTENTION];
    uint32_t kept = 0;

    /* Insertion into the best `most`: the queue is short or only its head is shown. */
    for (uint32_t i = 0; i < table->count; i++) {
        const struct attention *item = table->rows[i];
        uint32_t at = kept;
        while (at > 0 && attention_before(item, rows[at - 1]))
            at--;
        if (at == most)
            continue;
        uint32_t moved = (kept < most ? kept : most - 1) - at;
        memmove(rows + at + 1, rows + at, moved * sizeof *rows);
        rows[at] = item;
        if (kept < most)
            kept++;
    }
    return table->count;
}

static void sooner(int64_t *due_ms, int64_t at_ms)
{
    if (at_ms && (*due_ms == 0 || at_ms < *due_ms))
        *due_ms = at_ms;
}

int64_t picture_due_ms(const struct picture *picture)
{
    int64_t due_ms = attention_due_ms(picture);

    for (uint32_t i = 0; i < picture_count(picture, OBJECT_QUESTION); i++)
        sooner(&due_ms, ((const struct question *)picture_row(picture, OBJECT_QUESTION, i))
                            ->expires_ms);
    for (uint32_t i = 0; i < picture_count(picture, OBJECT_HAZARD); i++)
        sooner(&due_ms, hazard_due_ms(picture_row(picture, OBJECT_HAZARD, i)));
    for (uint32_t i = 0; i < picture_count(picture, OBJECT_ORDER); i++)
        sooner(&due_ms, order_due_ms(picture_row(picture, OBJECT_ORDER, i)));
    for (uint32_t i = 0; i < picture_count(picture, OBJECT_MESSAGE); i++)
        sooner(&due_ms, message_leaves_ms(picture_row(picture, OBJECT_MESSAGE, i)));
    for (uint32_t i = 0; i < picture_count(picture, OBJECT_INCIDENT); i++)
        sooner(&due_ms, incident_leaves_ms(picture_row(picture, OBJECT_INCIDENT, i)));
    return due_ms;
}

/* ---- the whole of it ---- */

uint64_t picture_digest(const struct picture *picture)
{
    struct digest digest;

    digest_start(&digest);
    digest_number(&digest, picture->sequence);
    for (uint32_t kind = 0; kind < OBJECT_KIND_COUNT; kind++) {
        const struct table *table = &picture->tables[kind];
        digest_number(&digest, table->count);
        for (uint32_t i = 0; i < table->count; i++)
            record_digest(object_shape((enum object_kind)kind), table->rows[i], &digest);
    }
    return digest_end(&digest);
}

void object_write(enum object_kind kind, const void *object, struct buffer *out)
{
    json_open(out, NULL, '{');
    json_put_text(out, "stands", vocabulary_word(&object_kind_words, kind));
    record_write(object_shape(kind), object, out);
    json_close(out, '}');
}

void picture_dump(const struct picture *picture, struct buffer *out)
{
    json_open(out, NULL, '{');
    json_put_text(out, "stands", "picture");
    json_put_int64(out, "format", PICTURE_FORMAT);
    json_put_int64(out, "sequence", (int64_t)picture->sequence);
    json_put_int64(out, "at", picture->at_ms);
    json_close(out, '}');
    buffer_add_text(out, "\n");
    for (uint32_t kind = 0; kind < OBJECT_KIND_COUNT; kind++) {
        for (uint32_t i = 0; i < picture->tables[kind].count; i++) {
            object_write((enum object_kind)kind, picture->tables[kind].rows[i], out);
            buffer_add_text(out, "\n");
        }
    }
}

static struct verdict load_head(struct picture *picture, const struct json *line)
{
    if (json_member_int64(line, "format", 0) != PICTURE_FORMAT)
        return refused(REFUSED_UNSUPPORTED, 0, "format");
    picture->sequence = (uint64_t)json_member_int64(line, "sequence", 0);
    picture->at_ms = json_member_int64(line, "at", 0);
    return accepted();
}

static struct verdict load_row(struct picture *picture, enum object_kind kind,
                               const struct json *line, struct arena *arena)
{
    const struct record_shape *shape = object_shape(kind);
    void *record = arena_alloc(arena, shape->bytes);
    bool singleton = objects_max(kind) == 1;

    struct verdict verdict = record_read(shape, line, arena, record);
    if (!is_accepted(&verdict))
        return verdict;
    struct table *table = &picture->tables[kind];
    if (!singleton && table->count >= objects_max(kind))
        return refused(REFUSED_TOO_LONG, 0, shape->name);
    void *row = singleton ? table->rows[0] : row_add(picture, kind, key_of(kind, record));
    record_clear(shape, row);
    memcpy(row, record, shape->bytes);
    record_own(shape, row);
    picture_index_source(picture, kind, row);
    return accepted();
}

struct verdict picture_load(struct picture *picture, const struct json *line, struct arena *arena)
{
    const char *name = json_text(json_member(line, "stands"));
    uint32_t kind;

    if (!name)
        return refused(REFUSED_FIELD_MISSING, 0, "stands");
    if (strcmp(name, "picture") == 0)
        return load_head(picture, line);
    if (!vocabulary_value(&object_kind_words, span_of(name), &kind))
        return refused(REFUSED_UNKNOWN_WORD, 0, "stands");
    return load_row(picture, (enum object_kind)kind, line, arena);
}
