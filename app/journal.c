#include "app/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/journal_rows.h"

enum {
    RETRY_FOR_MS = 5000,                /* CONTRACTS section 2. */
    RETRY_PAUSE_MS = 50,
    OPEN_BUSY_MS = 2000,
    /* Checkpoints. A passive one copies all it may and cannot be told to stop earlier, so a step
     * is kept small by taking it often. 400 pages are 1.6 MB. */
    STEP_PAGES = 400,
    /* The log starts over only when a commit begins with nothing left to copy. Under steady load
     * that moment never comes by itself, so past this length (16 MB) the appender copies the last
     * few pages between two commits. */
    LOG_PAGES_MAX = 4000,
};

const char *journal_mode_word(enum journal_mode mode)
{
    return mode == JOURNAL_DRILL ? "drill" : "live";
}

/* ---- the batch ---- */

struct journal_batch {
    struct arena *arena;
    uint32_t count, capacity;
    size_t bytes;
    struct entry *entries;
};

struct journal_batch *journal_batch_new(void)
{
    struct journal_batch *batch = base_alloc(1, sizeof *batch);

    batch->arena = arena_new();
    return batch;
}

void journal_batch_free(struct journal_batch *batch)
{
    if (!batch)
        return;
    arena_free(batch->arena);
    base_free(batch->entries);
    base_free(batch);
}

void journal_batch_reset(struct journal_batch *batch)
{
    arena_reset(batch->arena);
    batch->count = 0;
    batch->bytes = 0;
}

static struct span kept(struct journal_batch *batch, struct span text)
{
    batch->bytes += text.length;
    return span_from(arena_copy(batch->arena, text), text.length);
}

void journal_batch_add(struct journal_batch *batch, const struct entry_head *head,
                       struct span input, struct span events)
{
    assert(!journal_batch_is_full(batch));
    assert(head->sequence > 0);
    if (batch->count > 0)
        assert(head->sequence == batch->entries[batch->count - 1].head.sequence + 1);

    batch->entries = base_grow(batch->entries, &batch->capacity, batch->count + 1,
                               sizeof *batch->entries);
    struct entry *entry = &batch->entries[batch->count++];
    *entry = (struct entry){ .head = *head, .input = kept(batch, input),
                             .events = kept(batch, events) };
    entry->head.source = kept(batch, span_of(head->source)).bytes;
}

uint32_t journal_batch_count(const struct journal_batch *batch)
{
    return batch->count;
}

bool journal_batch_is_full(const struct journal_batch *batch)
{
    return batch->count >= BATCH_ENTRIES_MAX || batch->bytes >= BATCH_BYTES_MAX;
}

const struct entry *journal_batch_entry(const struct journal_batch *batch, uint32_t index)
{
    assert(index < batch->count);
    return &batch->entries[index];
}

/* ---- the journal ---- */

/* Who touches what: before the threads start and after they ended, everything is the loop's. In
 * between `db`, its statements, `chain` and `written` are the appender's, `second` is the
 * checkpointer's, and what stands under `lock` is read and written with it held. */
struct journal {
    uv_loop_t *loop;
    uv_async_t woken;
    journal_state_fn *state;
    void *state_context;
    uint32_t retry_for_ms;

    sqlite3 *db, *second;
    sqlite3_stmt *begin, *insert, *commit, *rollback, *last;
    struct chain *chain;
    struct chain_head written;          /* The end as the appender knows it. */

    /* The loop's. */
    struct chain_head head;             /* The end as the hub was told. */
    journal_done_fn *done;
    void *done_context;
    const char *reason_told;            /* NULL: all is well. */
    char reason[JOURNAL_WHY_BYTES];
    bool in_flight, closing;
    journal_closed_fn *closed;
    void *closed_context;

    uv_thread_t appender, checkpointer;
    uv_mutex_t lock;
    uv_cond_t work, step;
    struct journal_batch *batch;        /* To be written; NULL when there is nothing to do. */
    struct journal_batch *returned;     /* Written or failed; the loop takes it. */
    enum status status;                 /* Of `returned`. */
    struct chain_head returned_head;
    const char *failing;                /* Commits are tried again because of this; or NULL. */
    char said[JOURNAL_WHY_BYTES];       /* SQLite's last words. */
    uint32_t log_pages;                 /* Length of the write-ahead log after the last commit. */
    uint32_t copied_pages;              /* Of these, copied to the database. */
    uint32_t step_pages, last_pages;    /* The length at which each checkpoint is due. */
    bool stopping;
};

static const char schema[] =
    "CREATE TABLE entry(seq INTEGER PRIMARY KEY, at_ms INTEGER, kind TEXT, source TEXT,"
    " input TEXT, events TEXT, chain BLOB)";

/* ---- the appender's thread ---- */

static enum status run(sqlite3_stmt *statement)
{
    int result = sqlite3_step(statement);

    sqlite3_reset(statement);
    return journal_status_of(result);
}

static void bind_text(sqlite3_stmt *statement, int column, struct span text)
{
    int bound = sqlite3_bind_text64(statement, column, text.bytes, text.length, SQLITE_STATIC,
                                    SQLITE_UTF8);
    assert(bound == SQLITE_OK);
}

static enum status entry_insert(sqlite3_stmt *insert, const struct entry *entry)
{
    struct chain_row row = chain_row_of(entry);

    sqlite3_bind_int64(insert, 1, row.sequence);
    sqlite3_bind_int64(insert, 2, row.at_ms);
    bind_text(insert, 3, row.kind);
    bind_text(insert, 4, row.source);
    bind_text(insert, 5, row.input);
    bind_text(insert, 6, row.events);
    sqlite3_bind_blob(insert, 7, entry->chain, CHAIN_BYTES, SQLITE_STATIC);
    return run(insert);
}

/* The end of the file as it is now. */
static enum status file_head(sqlite3_stmt *last, struct chain_head *ret_head)
{
    struct chain_head head = { 0 };
    int result = sqlite3_step(last);

    if (result == SQLITE_ROW) {
        head.sequence = (uint64_t)sqlite3_column_int64(last, 0);
        const void *chain = sqlite3_column_blob(last, 1);
        if (chain && sqlite3_column_bytes(last, 1) == CHAIN_BYTES)
            memcpy(head.chain, chain, CHAIN_BYTES);
    }
    sqlite3_reset(last);
    if (journal_status_of(result) == STATUS_OK)
        *ret_head = head;
    return journal_status_of(result);
}

/* Inside a transaction: the entries, if the file still ends where we believe. */
static enum status batch_insert(struct journal *journal, const struct journal_batch *batch)
{
    struct chain_head head;
    enum status status = file_head(journal->last, &head);

    if (status != STATUS_OK)
        return status;
    if (!chain_head_same(&head, &journal->written) ||
        batch->entries[0].head.sequence != head.sequence + 1)
        return STATUS_NOT_LEADER;
    for (uint32_t i = 0; i < batch->count && status == STATUS_OK; i++)
        status = entry_insert(journal->insert, &batch->entries[i]);
    return status;
}

static enum status batch_write(struct journal *journal, const struct journal_batch *batch)
{
    enum status status = run(journal->begin);

    if (status != STATUS_OK)
        return status;
    status = batch_insert(journal, batch);
    if (status == STATUS_OK)
        status = run(journal->commit);
    if (status == STATUS_OK)
        return STATUS_OK;

    uv_mutex_lock(&journal->lock);
    snprintf(journal->said, sizeof journal->said, "%s", sqlite3_errmsg(journal->db));
    uv_mutex_unlock(&journal->lock);
    /* Some errors have rolled it back already. */
    if (!sqlite3_get_autocommit(journal->db))
        run(journal->rollback);
    return status;
}

static void batch_chain(struct journal *journal, struct journal_batch *batch)
{
    const unsigned char *before = journal->written.chain;

    for (uint32_t i = 0; i < batch->count; i++) {
        struct chain_row row = chain_row_of(&batch->entries[i]);
        chain_next(journal->chain, before, &row, batch->entries[i].chain);
        before = batch->entries[i].chain;
    }
}

static uint64_t now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_BOOTTIME, &time);
    return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

static void pause_ms(uint32_t ms)
{
    struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000 };

    nanosleep(&time, NULL);
}

static void tell_failing(struct journal *journal, enum status status)
{
    uv_mutex_lock(&journal->lock);
    journal->failing = status_text(status);
    uv_mutex_unlock(&journal->lock);
    uv_async_send(&journal->woken);
}

/* A full disk and somebody's lock may pass; the whole batch is tried again. A failed read, write
 * or sync may not: after it nobody knows what is on the disk (CONTRACTS section 2). */
static enum status batch_write_patiently(struct journal *journal, struct journal_batch *batch)
{
    uint64_t give_up_ms = now_ms() + journal->retry_for_ms;

    batch_chain(journal, batch);
    for (;;) {
        enum status status = batch_write(journal, batch);
        if (status != STATUS_FULL && status != STATUS_BUSY)
            return status;
        if (now_ms() >= give_up_ms)
            return status;
        tell_failing(journal, status);
        pause_ms(RETRY_PAUSE_MS);
    }
}

/* Called by SQLite after each commit, on the appender's thread. */
static int log_grew(void *context, sqlite3 *db, const char *name, int pages)
{
    struct journal *journal = context;

    (void)db;
    (void)name;
    uv_mutex_lock(&journal->lock);
    if ((uint32_t)pages < journal->log_pages) {     /* The log started over. */
        journal->copied_pages = 0;
        journal->step_pages = STEP_PAGES;
        journal->last_pages = LOG_PAGES_MAX;
    }
    journal->log_pages = (uint32_t)pages;
    if (journal->log_pages >= journal->step_pages)
        uv_cond_signal(&journal->step);
    uv_mutex_unlock(&journal->lock);
    return SQLITE_OK;
}

/* Copies what there is. A reader in the middle of an old state, or a commit meanwhile, leaves some
 * for the next time. What fails here fails again where it counts, in a commit or at the next
 * start; until then the log merely stays longer. */
static void checkpoint(struct journal *journal, sqlite3 *db)
{
    int log = 0, copied = 0;
    int result = sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_PASSIVE, &log, &copied);

    uv_mutex_lock(&journal->lock);
    if (result == SQLITE_OK && copied > 0 && (uint32_t)copied <= journal->log_pages)
        journal->copied_pages = (uint32_t)copied;
    uv_mutex_unlock(&journal->lock);
}

/* True when the appender should copy the last pages: the log is long, a step has just left few of
 * them, and this was not tried a moment ago in vain (a slow reader). */
static bool last_step_is_due(struct journal *journal)
{
    uv_mutex_lock(&journal->lock);
    bool due = journal->log_pages >= journal->last_pages &&
               journal->log_pages < journal->copied_pages + STEP_PAGES;
    if (due)
        journal->last_pages = journal->log_pages + STEP_PAGES;
    uv_mutex_unlock(&journal->lock);
    return due;
}

static void batch_return(struct journal *journal, struct journal_batch *batch, enum status status)
{
    uv_mutex_lock(&journal->lock);
    journal->returned = batch;
    journal->status = status;
    journal->returned_head = journal->written;
    journal->failing = NULL;
    uv_mutex_unlock(&journal->lock);
    uv_async_send(&journal->woken);
}

/* The next batch, or NULL to end. */
static struct journal_batch *batch_wait(struct journal *journal)
{
    uv_mutex_lock(&journal->lock);
    while (!journal->batch && !journal->stopping)
        uv_cond_wait(&journal->work, &journal->lock);
    struct journal_batch *batch = journal->batch;
    journal->batch = NULL;
    uv_mutex_unlock(&journal->lock);
    return batch;
}

static void append_all(void *context)
{
    struct journal *journal = context;
    enum status broken = STATUS_OK;
    struct journal_batch *batch;

    while ((batch = batch_wait(journal))) {
        enum status status = broken;
        if (status == STATUS_OK)
            status = batch_write_patiently(journal, batch);
        if (status == STATUS_OK) {
            const struct entry *end = &batch->entries[batch->count - 1];
            journal->written.sequence = end->head.sequence;
            memcpy(journal->written.chain, end->chain, CHAIN_BYTES);
        }
        broken = status;
        batch_return(journal, batch, status);
        if (last_step_is_due(journal))
            checkpoint(journal, journal->db);
    }
}

/* ---- the checkpointer's thread ---- */

/* Waits until the log has grown by another step; false to end. */
static bool step_wait(struct journal *journal)
{
    uv_mutex_lock(&journal->lock);
    while (journal->log_pages < journal->step_pages && !journal->stopping)
        uv_cond_wait(&journal->step, &journal->lock);
    journal->step_pages = journal->log_pages + STEP_PAGES;
    bool stopping = journal->stopping;
    uv_mutex_unlock(&journal->lock);
    return !stopping;
}

static void checkpoint_all(void *context)
{
    struct journal *journal = context;

    while (step_wait(journal))
        checkpoint(journal, journal->second);
}

/* ---- the loop's side ---- */

static void journal_free(struct journal *journal)
{
    chain_free(journal->chain);
    uv_cond_destroy(&journal->step);
    uv_cond_destroy(&journal->work);
    uv_mutex_destroy(&journal->lock);
    base_free(journal);
}

static void handle_closed(uv_handle_t *handle)
{
    struct journal *journal = handle->data;
    journal_closed_fn *closed = journal->closed;
    void *context = journal->closed_context;

    journal_free(journal);
    if (closed)
        closed(context);
}

static void database_close(struct journal *journal)
{
    sqlite3_stmt *statements[] = { journal->begin, journal->insert, journal->commit,
                                   journal->rollback, journal->last };

    for (size_t i = 0; i < ARRAY_COUNT(statements); i++)
        sqlite3_finalize(statements[i]);
    sqlite3_close(journal->second);
    /* A closed journal is one file. The last connection to close removes the log, but one that
     * only reads does not, and it may be the last; so the log is emptied here. */
    if (journal->db)
        sqlite3_wal_checkpoint_v2(journal->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_close(journal->db);
}

static void threads_end(struct journal *journal)
{
    uv_mutex_lock(&journal->lock);
    journal->stopping = true;
    uv_cond_signal(&journal->work);
    uv_cond_signal(&journal->step);
    uv_mutex_unlock(&journal->lock);
    uv_thread_join(&journal->appender);
    uv_thread_join(&journal->checkpointer);
}

static void journal_end(struct journal *journal)
{
    assert(!journal->in_flight);
    threads_end(journal);
    database_close(journal);
    uv_close((uv_handle_t *)&journal->woken, handle_closed);
}

static void tell_state(struct journal *journal, const char *reason)
{
    if (reason == journal->reason_told)
        return;
    journal->reason_told = reason;
    if (journal->state)
        journal->state(journal->state_context, reason);
}

/* The appender has something to say. */
static void handle_woken(uv_async_t *async)
{
    struct journal *journal = async->data;

    uv_mutex_lock(&journal->lock);
    struct journal_batch *batch = journal->returned;
    enum status status = journal->status;
    const char *failing = journal->failing;
    journal->returned = NULL;
    if (batch)
        journal->head = journal->returned_head;
    if (failing || (batch && status != STATUS_OK))
        memcpy(journal->reason, journal->said, sizeof journal->reason);
    uv_mutex_unlock(&journal->lock);

    tell_state(journal, batch && status != STATUS_OK ? status_text(status) : failing);
    if (batch) {
        journal->in_flight = false;
        journal->done(journal->done_context, batch, status);
    }
    if (journal->closing && !journal->in_flight)
        journal_end(journal);
}

struct chain_head journal_head(const struct journal *journal)
{
    return journal->head;
}

bool journal_in_flight(const struct journal *journal)
{
    return journal->in_flight;
}

const char *journal_reason(const struct journal *journal)
{
    return journal->reason;
}

void journal_append(struct journal *journal, struct journal_batch *batch, journal_done_fn *done,
                    void *context)
{
    assert(!journal->in_flight);
    assert(!journal->closing);
    assert(batch->count > 0);
    assert(batch->count <= BATCH_ENTRIES_MAX);

    journal->in_flight = true;
    journal->done = done;
    journal->done_context = context;
    uv_mutex_lock(&journal->lock);
    journal->batch = batch;
    uv_cond_signal(&journal->work);
    uv_mutex_unlock(&journal->lock);
}

void journal_close(struct journal *journal, journal_closed_fn *closed, void *context)
{
    assert(!journal->closing);
    journal->closing = true;
    journal->closed = closed;
    journal->closed_context = context;
    if (!journal->in_flight)
        journal_end(journal);
}

/* ---- opening ---- */

/* Reading and writing by its owner alone: the journal holds what callers said. */
static enum status file_create(const char *path, char why[JOURNAL_WHY_BYTES])
{
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (file < 0) {
        snprintf(why, JOURNAL_WHY_BYTES, "%s cannot be opened: %s", path, strerror(errno));
        return STATUS_IO;
    }
    close(file);
    return STATUS_OK;
}

static enum status connection_open(const struct journal_options *options, sqlite3 **ret_db,
                                   char why[JOURNAL_WHY_BYTES])
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    sqlite3 *db = NULL;
    int result = sqlite3_open_v2(options->path, &db, flags, options->vfs);

    *ret_db = db;               /* Also a failed open must be closed. */
    if (result != SQLITE_OK)
        return journal_failed(db, options->path, "it cannot be opened", why);
    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, OPEN_BUSY_MS);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                         "PRAGMA trusted_schema=OFF", NULL, NULL, NULL) != SQLITE_OK)
        return journal_failed(db, options->path, "it is not a journal that can be used", why);
    return STATUS_OK;
}

/* Every byte of the file written again as it is, and synced. */
static bool file_rewrite(int file)
{
    static const size_t block_bytes = 256 * 1024;
    char *block = base_alloc(block_bytes, 1);
    ssize_t length;
    off_t at = 0;

    while ((length = pread(file, block, block_bytes, at)) > 0) {
        if (pwrite(file, block, (size_t)length, at) != length)
            break;
        at += length;
    }
    base_free(block);
    return length == 0 && fdatasync(file) == 0;
}

/* A page whose sync failed is marked clean by the kernel: it can be read, and is not on the
 * disk. So what a stopped hub left in the log is written and synced once more before anybody
 * counts on it. Nobody else writes meanwhile, and readers read the same bytes. */
static enum status log_settle(struct journal *journal, const char *path,
                              char why[JOURNAL_WHY_BYTES])
{
    struct buffer name = { 0 };

    if (run(journal->begin) != STATUS_OK)
        return journal_failed(journal->db, path, "another program writes to it", why);
    buffer_print(&name, "%s-wal", path);
    int file = open(name.bytes, O_RDWR | O_CLOEXEC);
    bool settled = file < 0 ? errno == ENOENT : file_rewrite(file);
    if (!settled)
        snprintf(why, JOURNAL_WHY_BYTES, "%s: what the last hub wrote cannot be settled: %s",
                 name.bytes, strerror(errno));
    if (file >= 0)
        close(file);
    buffer_clear(&name);
    run(journal->rollback);
    return settled ? STATUS_OK : STATUS_IO;
}

static void first_entry_write(const struct journal_options *options, struct buffer *out)
{
    json_open(out, NULL, '{');
    json_put_text(out, "site", options->site_id);
    json_put_text(out, "mode", journal_mode_word(options->mode));
    json_put_int64(out, "format", JOURNAL_FORMAT);
    json_close(out, '}');
}

static enum status statement_prepare(sqlite3 *db, const char *text, sqlite3_stmt **ret_statement)
{
    return journal_status_of(sqlite3_prepare_v3(db, text, -1, SQLITE_PREPARE_PERSISTENT,
                                                ret_statement, NULL));
}

static enum status statements_prepare(struct journal *journal)
{
    const struct {
        const char *text;
        sqlite3_stmt **statement;
    } all[] = {
        { "BEGIN IMMEDIATE", &journal->begin },
        { "INSERT INTO entry(seq, at_ms, kind, source, input, events, chain)"
          " VALUES(?, ?, ?, ?, ?, ?, ?)", &journal->insert },
        { "COMMIT", &journal->commit },
        { "ROLLBACK", &journal->rollback },
        { "SELECT seq, chain FROM entry ORDER BY seq DESC LIMIT 1", &journal->last },
    };
    enum status status = STATUS_OK;

    for (size_t i = 0; i < ARRAY_COUNT(all) && status == STATUS_OK; i++)
        status = statement_prepare(journal->db, all[i].text, all[i].statement);
    return status;
}

/* Table, format and entry 1 in one transaction: a journal is there whole or not at all. */
static enum status journal_make(struct journal *journal, const struct journal_options *options,
                                char why[JOURNAL_WHY_BYTES])
{
    struct buffer input = { 0 };
    char pragma[64];

    snprintf(pragma, sizeof pragma, "PRAGMA user_version=%d", JOURNAL_FORMAT);
    first_entry_write(options, &input);
    struct entry first = { .head = { .sequence = 1, .at_ms = options->now_ms,
                                     .kind = INPUT_CONFIG, .source = "" },
                           .input = buffer_span(&input), .events = span_of("[]") };
    struct chain_row row = chain_row_of(&first);
    chain_next(journal->chain, journal->written.chain, &row, first.chain);

    bool made = sqlite3_exec(journal->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK &&
                sqlite3_exec(journal->db, schema, NULL, NULL, NULL) == SQLITE_OK &&
                sqlite3_exec(journal->db, pragma, NULL, NULL, NULL) == SQLITE_OK &&
                statements_prepare(journal) == STATUS_OK &&
                entry_insert(journal->insert, &first) == STATUS_OK &&
                sqlite3_exec(journal->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
    buffer_clear(&input);
    return made ? STATUS_OK : journal_failed(journal->db, options->path, "it cannot be made", why);
}

/* Whose journal is it, and where does it end? */
static enum status journal_take(struct journal *journal, const struct journal_options *options,
                                char why[JOURNAL_WHY_BYTES])
{
    struct journal_about about;
    enum status status = journal_about_load(journal->db, options->path, &about, why);

    if (status == STATUS_NOT_FOUND)
        return journal_make(journal, options, why);
    if (status != STATUS_OK)
        return status;
    if (strcmp(about.site_id, options->site_id) != 0) {
        snprintf(why, JOURNAL_WHY_BYTES, "%s: it is the journal of site %s, not of %s",
                 options->path, about.site_id, options->site_id);
        return STATUS_REFUSED;
    }
    if (about.mode != options->mode) {
        snprintf(why, JOURNAL_WHY_BYTES,
                 "%s: it is a %s journal and never opens as a %s one", options->path,
                 journal_mode_word(about.mode), journal_mode_word(options->mode));
        return STATUS_REFUSED;
    }
    if (statements_prepare(journal) != STATUS_OK)
        return journal_failed(journal->db, options->path, "it is not a journal", why);
    return STATUS_OK;
}

static enum status database_open(struct journal *journal, const struct journal_options *options,
                                 char why[JOURNAL_WHY_BYTES])
{
    enum status status = file_create(options->path, why);

    if (status == STATUS_OK)
        status = connection_open(options, &journal->db, why);
    if (status == STATUS_OK)
        status = journal_take(journal, options, why);
    if (status == STATUS_OK)
        status = log_settle(journal, options->path, why);
    if (status == STATUS_OK)
        status = journal_end_load(journal->db, journal->chain, options->path, &journal->written,
                                  why);
    if (status == STATUS_OK)
        status = connection_open(options, &journal->second, why);
    return status;
}

static void threads_start(struct journal *journal)
{
    int made = uv_async_init(journal->loop, &journal->woken, handle_woken);
    assert(made == 0);
    journal->woken.data = journal;
    /* From here on commits say how long the log is, and nothing copies it behind our back; whoever
     * holds the file is our own affair to wait for. */
    sqlite3_wal_autocheckpoint(journal->second, 0);
    sqlite3_wal_hook(journal->db, log_grew, journal);
    sqlite3_busy_timeout(journal->db, 0);
    made = uv_thread_create(&journal->appender, append_all, journal);
    assert(made == 0);
    made = uv_thread_create(&journal->checkpointer, checkpoint_all, journal);
    assert(made == 0);
}

enum status journal_open(uv_loop_t *loop, const struct journal_options *options,
                         struct journal **ret_journal, char why[JOURNAL_WHY_BYTES])
{
    struct journal *journal = base_alloc(1, sizeof *journal);

    assert(*options->site_id);
    journal->loop = loop;
    journal->state = options->state;
    journal->state_context = options->context;
    journal->retry_for_ms = options->retry_for_ms ? options->retry_for_ms : RETRY_FOR_MS;
    journal->step_pages = STEP_PAGES;
    journal->last_pages = LOG_PAGES_MAX;
    journal->chain = chain_new();
    uv_mutex_init(&journal->lock);
    uv_cond_init(&journal->work);
    uv_cond_init(&journal->step);

    enum status status = database_open(journal, options, why);
    if (status != STATUS_OK) {
        database_close(journal);
        journal_free(journal);
        return status;
    }
    journal->head = journal->written;
    threads_start(journal);
    *ret_journal = journal;
    return STATUS_OK;
}
