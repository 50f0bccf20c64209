#include "app/journal_read.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "app/journal_rows.h"

struct journal_reader {
    sqlite3 *db;
    sqlite3_stmt *range, *one, *end;
    struct journal_about about;
    char *path;
    uint64_t next;              /* The sequence that the range must give now. */
    struct buffer single;       /* Texts of the entry that was asked for by itself. */
    char why[JOURNAL_WHY_BYTES];
};

static bool statements_prepare(struct journal_reader *reader)
{
    const struct {
        const char *text;
        sqlite3_stmt **statement;
    } all[] = {
        { "SELECT " JOURNAL_COLUMNS " FROM entry WHERE seq BETWEEN ? AND ? ORDER BY seq",
          &reader->range },
        { "SELECT " JOURNAL_COLUMNS " FROM entry WHERE seq = ?", &reader->one },
        { "SELECT " JOURNAL_COLUMNS " FROM entry ORDER BY seq DESC LIMIT 1", &reader->end },
    };

    for (size_t i = 0; i < ARRAY_COUNT(all); i++)
        if (sqlite3_prepare_v3(reader->db, all[i].text, -1, SQLITE_PREPARE_PERSISTENT,
                               all[i].statement, NULL) != SQLITE_OK)
            return false;
    return true;
}

enum status journal_reader_open(const char *path, struct journal_reader **ret_reader,
                                char why[JOURNAL_WHY_BYTES])
{
    struct journal_reader *reader = base_alloc(1, sizeof *reader);
    enum status status = journal_connect_to_read(path, &reader->db, why);

    if (status == STATUS_OK)
        status = journal_about_load(reader->db, path, &reader->about, why);
    if (status == STATUS_OK && !statements_prepare(reader))
        status = journal_failed(reader->db, path, "it is not a journal", why);
    if (status != STATUS_OK) {
        journal_reader_close(reader);
        return status;
    }
    reader->path = base_copy_text(path);
    *ret_reader = reader;
    return STATUS_OK;
}

void journal_reader_close(struct journal_reader *reader)
{
    if (!reader)
        return;
    sqlite3_finalize(reader->range);
    sqlite3_finalize(reader->one);
    sqlite3_finalize(reader->end);
    sqlite3_close(reader->db);
    buffer_clear(&reader->single);
    base_free(reader->path);
    base_free(reader);
}

const struct journal_about *journal_reader_about(const struct journal_reader *reader)
{
    return &reader->about;
}

const char *journal_reader_why(const struct journal_reader *reader)
{
    return reader->why;
}

/* ---- rows become entries ---- */

static enum status damaged(struct journal_reader *reader, int64_t sequence, const char *what)
{
    snprintf(reader->why, sizeof reader->why, "%s: entry %lld: %s: run `watchdesk verify`",
             reader->path, (long long)sequence, what);
    return STATUS_CORRUPT;
}

static enum status entry_read(struct journal_reader *reader, sqlite3_stmt *statement,
                              struct entry *ret_entry)
{
    struct journal_row row;
    uint32_t kind;

    journal_row_read(statement, &row);
    if (row.wrong)
        return damaged(reader, row.columns.sequence, "a column has the wrong type");
    if (row.columns.sequence < 1)
        return damaged(reader, row.columns.sequence, "there is no such sequence");
    if (!vocabulary_value(&input_kind_words, row.columns.kind, &kind))
        return damaged(reader, row.columns.sequence, "its kind is unknown to this release");
    *ret_entry = (struct entry){
        .head = { .sequence = (uint64_t)row.columns.sequence,
                  .at_ms = row.columns.at_ms,
                  .kind = (enum input_kind)kind,
                  .source = (const char *)sqlite3_column_text(statement, 3) },
        .input = row.columns.input,
        .events = row.columns.events,
    };
    memcpy(ret_entry->chain, row.chain, CHAIN_BYTES);
    return STATUS_OK;
}

/* What a step gave when it gave no row. */
static enum status ended(struct journal_reader *reader, sqlite3_stmt *statement, int result)
{
    enum status status = STATUS_NOT_FOUND;

    if (result != SQLITE_DONE)
        status = journal_failed(reader->db, reader->path, "it cannot be read", reader->why);
    sqlite3_reset(statement);
    return status;
}

static int64_t bounded(uint64_t sequence)
{
    return sequence > INT64_MAX ? INT64_MAX : (int64_t)sequence;
}

void journal_reader_range(struct journal_reader *reader, uint64_t first, uint64_t last)
{
    assert(first > 0);
    sqlite3_reset(reader->range);
    sqlite3_bind_int64(reader->range, 1, bounded(first));
    sqlite3_bind_int64(reader->range, 2, bounded(last));
    reader->next = first;
}

enum status journal_reader_next(struct journal_reader *reader, struct entry *ret_entry)
{
    int result = sqlite3_step(reader->range);

    if (result != SQLITE_ROW)
        return ended(reader, reader->range, result);
    enum status status = entry_read(reader, reader->range, ret_entry);
    if (status == STATUS_OK && ret_entry->head.sequence != reader->next)
        status = damaged(reader, bounded(reader->next), "it is missing");
    if (status != STATUS_OK)
        sqlite3_reset(reader->range);
    reader->next++;
    return status;
}

/* Copies the entry's texts: a statement that stands on its row holds an old state of the file, and
 * so the log, for as long as nobody asks for another. */
static void entry_keep(struct journal_reader *reader, struct entry *entry)
{
    size_t source_length = strlen(entry->head.source);
    size_t input_length = entry->input.length, events_length = entry->events.length;

    buffer_reset(&reader->single);
    buffer_add(&reader->single, span_from(entry->head.source, source_length + 1));
    buffer_add(&reader->single, entry->input);
    buffer_add(&reader->single, entry->events);
    const char *at = reader->single.bytes;
    entry->head.source = at;
    entry->input = span_from(at + source_length + 1, input_length);
    entry->events = span_from(at + source_length + 1 + input_length, events_length);
}

enum status journal_reader_entry(struct journal_reader *reader, uint64_t sequence,
                                 struct entry *ret_entry)
{
    sqlite3_reset(reader->one);
    sqlite3_bind_int64(reader->one, 1, bounded(sequence));
    int result = sqlite3_step(reader->one);
    if (result != SQLITE_ROW)
        return ended(reader, reader->one, result);
    enum status status = entry_read(reader, reader->one, ret_entry);
    if (status == STATUS_OK)
        entry_keep(reader, ret_entry);
    sqlite3_reset(reader->one);
    return status;
}

enum status journal_reader_head(struct journal_reader *reader, struct chain_head *ret_head)
{
    struct entry entry;
    int result = sqlite3_step(reader->end);

    if (result != SQLITE_ROW)
        return ended(reader, reader->end, result);
    enum status status = entry_read(reader, reader->end, &entry);
    if (status == STATUS_OK) {
        ret_head->sequence = entry.head.sequence;
        memcpy(ret_head->chain, entry.chain, CHAIN_BYTES);
    }
    sqlite3_reset(reader->end);
    return status;
}

/* ---- folding ---- */

static enum status entry_fold(struct journal_reader *reader, const struct entry *entry,
                              struct arena *arena, struct picture *picture)
{
    struct json *events;
    char sentence[160];
    struct verdict verdict = json_parse(entry->events, &events);

    if (is_accepted(&verdict)) {
        verdict = entry_apply(&entry->head, events, arena, picture);
        json_free(events);
    }
    if (is_accepted(&verdict))
        return STATUS_OK;
    return damaged(reader, bounded(entry->head.sequence),
                   verdict_sentence(&verdict, sentence, sizeof sentence));
}

/* The chain that the entry after `sequence` builds on; zero before the first. */
static enum status chain_at(struct journal_reader *reader, uint64_t sequence,
                            unsigned char ret_chain[CHAIN_BYTES])
{
    struct entry entry;

    memset(ret_chain, 0, CHAIN_BYTES);
    if (sequence == 0)
        return STATUS_OK;
    enum status status = journal_reader_entry(reader, sequence, &entry);
    if (status == STATUS_OK)
        memcpy(ret_chain, entry.chain, CHAIN_BYTES);
    return status;
}

/* Moves `chained` on to this entry. Events that were changed on the disk are never folded: the
 * picture would be wrong, or apply would stop the program at what decide can never have said. */
static enum status entry_follows(struct journal_reader *reader, struct chain *chain,
                                 const struct entry *entry, unsigned char chained[CHAIN_BYTES])
{
    struct chain_row row = chain_row_of(entry);

    chain_next(chain, chained, &row, chained);
    if (memcmp(chained, entry->chain, CHAIN_BYTES) == 0)
        return STATUS_OK;
    return damaged(reader, bounded(entry->head.sequence),
                   "it does not follow from the one before; watchdesk verify says more");
}

enum status journal_fold(struct journal_reader *reader, uint64_t last, struct picture *picture)
{
    struct arena *arena = arena_new();
    struct chain *chain = chain_new();
    unsigned char chained[CHAIN_BYTES];
    struct entry entry;
    enum status status = chain_at(reader, picture->sequence, chained);

    if (status == STATUS_OK)
        journal_reader_range(reader, picture->sequence + 1, last);
    while (status == STATUS_OK
           && (status = journal_reader_next(reader, &entry)) == STATUS_OK) {
        status = entry_follows(reader, chain, &entry, chained);
        if (status == STATUS_OK)
            status = entry_fold(reader, &entry, arena, picture);
        arena_reset(arena);
    }
    sqlite3_reset(reader->range);
    chain_free(chain);
    arena_free(arena);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}
