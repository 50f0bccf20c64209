#include "app/touched.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/journal_rows.h"

enum {
    BUSY_MS = 2000,
    COMMIT_ENTRIES = 5000,      /* Indexed in one transaction, so that a stop loses little. */
};

/* INVARIANT 1: `upto` holds the head up to which everything is indexed, in the same transaction as
 * the rows. So an index that was cut off anywhere, or belongs to another journal, is known. */
struct touched {
    sqlite3 *db;
    sqlite3_stmt *add, *mark, *find;
    char *path;
    struct chain_head upto;
};

static const char schema[] =
    "CREATE TABLE touched(object TEXT, seq INTEGER, PRIMARY KEY(object, seq)) WITHOUT ROWID;"
    "CREATE TABLE upto(one INTEGER PRIMARY KEY, seq INTEGER, chain BLOB);"
    "PRAGMA user_version=1";

static bool exec(sqlite3 *db, const char *text)
{
    return sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK;
}

static void database_close(struct touched *touched)
{
    sqlite3_finalize(touched->add);
    sqlite3_finalize(touched->mark);
    sqlite3_finalize(touched->find);
    sqlite3_close(touched->db);
    touched->add = touched->mark = touched->find = NULL;
    touched->db = NULL;
}

static bool upto_load(struct touched *touched)
{
    sqlite3_stmt *statement = NULL;
    struct chain_head upto = { 0 };

    if (sqlite3_prepare_v2(touched->db, "SELECT seq, chain FROM upto", -1, &statement, NULL) !=
        SQLITE_OK)
        return false;
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW && sqlite3_column_bytes(statement, 1) == CHAIN_BYTES) {
        upto.sequence = (uint64_t)sqlite3_column_int64(statement, 0);
        memcpy(upto.chain, sqlite3_column_blob(statement, 1), CHAIN_BYTES);
    }
    sqlite3_finalize(statement);
    touched->upto = upto;
    return result == SQLITE_ROW || result == SQLITE_DONE;
}

static bool statements_prepare(struct touched *touched)
{
    const struct {
        const char *text;
        sqlite3_stmt **statement;
    } all[] = {
        { "INSERT OR IGNORE INTO touched VALUES(?, ?)", &touched->add },
        { "INSERT OR REPLACE INTO upto VALUES(1, ?, ?)", &touched->mark },
        { "SELECT seq FROM touched WHERE object = ? ORDER BY seq DESC LIMIT ?", &touched->find },
    };

    for (size_t i = 0; i < ARRAY_COUNT(all); i++)
        if (sqlite3_prepare_v3(touched->db, all[i].text, -1, SQLITE_PREPARE_PERSISTENT,
                               all[i].statement, NULL) != SQLITE_OK)
            return false;
    return true;
}

/* Readable by its owner alone, like the journal. */
static void file_create(const char *path)
{
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (file >= 0)
        close(file);
}

static bool connect_to(struct touched *touched)
{
    if (strcmp(touched->path, ":memory:") != 0)
        file_create(touched->path);
    if (sqlite3_open_v2(touched->path, &touched->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK)
        return false;
    sqlite3_extended_result_codes(touched->db, 1);
    sqlite3_busy_timeout(touched->db, BUSY_MS);
    /* NORMAL: a power cut may take the last commits back, never mix them up. */
    return exec(touched->db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL");
}

static bool database_take(struct touched *touched)
{
    return connect_to(touched) && statements_prepare(touched) && upto_load(touched);
}

static bool database_make(struct touched *touched)
{
    static const char *const suffixes[] = { "", "-wal", "-shm" };

    database_close(touched);
    for (size_t i = 0; i < ARRAY_COUNT(suffixes); i++) {
        struct buffer name = { 0 };
        buffer_print(&name, "%s%s", touched->path, suffixes[i]);
        unlink(name.bytes);
        buffer_clear(&name);
    }
    touched->upto = (struct chain_head){ 0 };
    return connect_to(touched) && exec(touched->db, schema) && statements_prepare(touched);
}

enum status touched_open(const char *path, struct touched **ret_touched,
                         char why[JOURNAL_WHY_BYTES])
{
    struct touched *touched = base_alloc(1, sizeof *touched);

    touched->path = base_copy_text(path ? path : ":memory:");
    if (database_take(touched) || database_make(touched)) {
        *ret_touched = touched;
        return STATUS_OK;
    }
    enum status status = journal_failed(touched->db, touched->path,
                                        "the index for `why` cannot be made", why);
    touched_close(touched);
    return status;
}

void touched_close(struct touched *touched)
{
    if (!touched)
        return;
    database_close(touched);
    base_free(touched->path);
    base_free(touched);
}

/* ---- following the journal ---- */

struct adding {
    struct touched *touched;
    int64_t sequence;
    bool failed;
};

static void object_add(void *context, const struct object_name *object)
{
    struct adding *adding = context;
    sqlite3_stmt *add = adding->touched->add;
    char name[OBJECT_NAME_BYTES];

    sqlite3_bind_text(add, 1, object_name_text(object, name), -1, SQLITE_STATIC);
    sqlite3_bind_int64(add, 2, adding->sequence);
    if (sqlite3_step(add) != SQLITE_DONE)
        adding->failed = true;
    sqlite3_reset(add);
}

static enum status entry_add(struct touched *touched, const struct entry *entry,
                             struct arena *arena, char why[JOURNAL_WHY_BYTES])
{
    struct adding adding = { .touched = touched, .sequence = (int64_t)entry->head.sequence };
    struct event_list events = { 0 };
    struct json *json = NULL;
    char sentence[160];
    struct verdict verdict = json_parse(entry->events, &json);

    if (is_accepted(&verdict))
        verdict = events_read(json, arena, &events);
    for (uint32_t i = 0; is_accepted(&verdict) && i < events.count; i++)
        if (events.at[i].kind != EVENT_UNIT_LOCATED)
            event_touches(&events.at[i], object_add, &adding);
    json_free(json);
    if (adding.failed)
        return journal_failed(touched->db, touched->path, "the index for `why` cannot be written",
                              why);
    if (is_accepted(&verdict))
        return STATUS_OK;
    snprintf(why, JOURNAL_WHY_BYTES, "entry %lld: its events cannot be read: %s",
             (long long)adding.sequence, verdict_sentence(&verdict, sentence, sizeof sentence));
    return STATUS_CORRUPT;
}

static bool upto_mark(struct touched *touched, const struct chain_head *upto)
{
    sqlite3_bind_int64(touched->mark, 1, (int64_t)upto->sequence);
    sqlite3_bind_blob(touched->mark, 2, upto->chain, CHAIN_BYTES, SQLITE_STATIC);
    int result = sqlite3_step(touched->mark);
    sqlite3_reset(touched->mark);
    return result == SQLITE_DONE;
}

/* Up to COMMIT_ENTRIES entries in one transaction. STATUS_NOT_FOUND when there were no more. */
static enum status entries_add(struct touched *touched, struct journal_reader *reader,
                               struct arena *arena, char why[JOURNAL_WHY_BYTES])
{
    struct chain_head upto = touched->upto;
    enum status status = STATUS_OK;
    struct entry entry;

    if (!exec(touched->db, "BEGIN IMMEDIATE"))
        return journal_failed(touched->db, touched->path, "the index for `why` is busy", why);
    for (int i = 0; i < COMMIT_ENTRIES && status == STATUS_OK; i++) {
        status = journal_reader_next(reader, &entry);
        if (status != STATUS_OK && status != STATUS_NOT_FOUND)
            snprintf(why, JOURNAL_WHY_BYTES, "%s", journal_reader_why(reader));
        if (status != STATUS_OK)
            break;
        status = entry_add(touched, &entry, arena, why);
        arena_reset(arena);
        upto.sequence = entry.head.sequence;
        memcpy(upto.chain, entry.chain, CHAIN_BYTES);
    }
    if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
        exec(touched->db, "ROLLBACK");
        return status;
    }
    if (!upto_mark(touched, &upto) || !exec(touched->db, "COMMIT")) {
        enum status failure = journal_failed(touched->db, touched->path,
                                             "the index for `why` cannot be written", why);
        exec(touched->db, "ROLLBACK");
        return failure;
    }
    touched->upto = upto;
    return status;
}

/* Is what is indexed still the beginning of this journal? */
static bool belongs(const struct touched *touched, struct journal_reader *reader)
{
    struct entry entry;

    if (touched->upto.sequence == 0)
        return true;
    return journal_reader_entry(reader, touched->upto.sequence, &entry) == STATUS_OK &&
           memcmp(entry.chain, touched->upto.chain, CHAIN_BYTES) == 0;
}

enum status touched_follow(struct touched *touched, struct journal_reader *reader, uint64_t last,
                           char why[JOURNAL_WHY_BYTES])
{
    if (!belongs(touched, reader))
        return touched_rebuild(touched, reader, last, why);

    struct arena *arena = arena_new();
    enum status status = STATUS_OK;
    journal_reader_range(reader, touched->upto.sequence + 1, last);
    while (status == STATUS_OK)
        status = entries_add(touched, reader, arena, why);
    arena_free(arena);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status touched_rebuild(struct touched *touched, struct journal_reader *reader, uint64_t last,
                            char why[JOURNAL_WHY_BYTES])
{
    if (!database_make(touched))
        return journal_failed(touched->db, touched->path, "the index for `why` cannot be made",
                              why);
    return touched_follow(touched, reader, last, why);
}

uint32_t touched_find(struct touched *touched, const struct object_name *object,
                      uint64_t *ret_sequences, uint32_t most)
{
    char name[OBJECT_NAME_BYTES];
    uint32_t count = 0;

    sqlite3_bind_text(touched->find, 1, object_name_text(object, name), -1, SQLITE_STATIC);
    sqlite3_bind_int64(touched->find, 2, most);
    while (count < most && sqlite3_step(touched->find) == SQLITE_ROW)
        ret_sequences[count++] = (uint64_t)sqlite3_column_int64(touched->find, 0);
    sqlite3_reset(touched->find);
    return count;
}
