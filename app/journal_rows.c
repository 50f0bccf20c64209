#include "app/journal_rows.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { READ_BUSY_MS = 2000 };

enum status journal_status_of(int result)
{
    switch (result & 0xff) {
    case SQLITE_OK:
    case SQLITE_DONE:
    case SQLITE_ROW:
        return STATUS_OK;
    case SQLITE_FULL:
        return STATUS_FULL;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return STATUS_BUSY;
    case SQLITE_CONSTRAINT:
        return STATUS_NOT_LEADER;       /* The sequence is taken. */
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return STATUS_CORRUPT;
    default:
        return STATUS_IO;
    }
}

enum status journal_failed(struct sqlite3 *db, const char *path, const char *doing,
                           char why[JOURNAL_WHY_BYTES])
{
    enum status status = journal_status_of(sqlite3_extended_errcode(db));

    snprintf(why, JOURNAL_WHY_BYTES, "%s: %s: %s", path, doing, sqlite3_errmsg(db));
    return status == STATUS_OK ? STATUS_CORRUPT : status;
}

/* ---- connections ---- */

/* "file:/site/journal.db?immutable=1" with what a URI would read otherwise written as %HH. */
static void uri_write(const char *path, struct buffer *out)
{
    buffer_add_text(out, "file:");
    for (; *path; path++)
        buffer_print(out, strchr("%?#", *path) ? "%%%02X" : "%c", (unsigned char)*path);
    buffer_add_text(out, "?immutable=1");
}

/* -1: it is not there. */
static int64_t file_bytes(const char *path, const char *suffix)
{
    struct buffer name = { 0 };
    struct stat about;

    buffer_print(&name, "%s%s", path, suffix);
    bool there = stat(name.bytes, &about) == 0;
    buffer_clear(&name);
    return there ? (int64_t)about.st_size : -1;
}

static bool answers(sqlite3 *db)
{
    return sqlite3_exec(db, "PRAGMA user_version; SELECT count(*) FROM sqlite_schema", NULL, NULL,
                        NULL) == SQLITE_OK;
}

/* SQLite needs a shared-memory file beside the database, which a read-only disk cannot have. A
 * journal without a log was closed in order and cannot change there, so it can be read as it is. */
static enum status connect_immutable(const char *path, struct sqlite3 **db)
{
    struct buffer uri = { 0 };

    sqlite3_close(*db);
    *db = NULL;
    uri_write(path, &uri);
    int result = sqlite3_open_v2(uri.bytes, db,
                                 SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
                                 NULL);
    buffer_clear(&uri);
    if (result != SQLITE_OK)
        return journal_status_of(result);
    return answers(*db) ? STATUS_OK : journal_status_of(sqlite3_errcode(*db));
}

enum status journal_connect_to_read(const char *path, struct sqlite3 **ret_db,
                                    char why[JOURNAL_WHY_BYTES])
{
    *ret_db = NULL;
    if (file_bytes(path, "") < 0) {
        snprintf(why, JOURNAL_WHY_BYTES, "%s: there is no such journal", path);
        return STATUS_NOT_FOUND;
    }
    if (sqlite3_open_v2(path, ret_db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK)
        return journal_failed(*ret_db, path, "it cannot be opened", why);
    sqlite3_extended_result_codes(*ret_db, 1);
    sqlite3_busy_timeout(*ret_db, READ_BUSY_MS);
    sqlite3_db_config(*ret_db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (answers(*ret_db))
        return STATUS_OK;

    int code = sqlite3_errcode(*ret_db) & 0xff;
    bool closed = file_bytes(path, "-wal") <= 0;
    if ((code == SQLITE_CANTOPEN || code == SQLITE_READONLY) && closed &&
        connect_immutable(path, ret_db) == STATUS_OK)
        return STATUS_OK;
    return journal_failed(*ret_db, path, "it cannot be read", why);
}

/* ---- what the file is ---- */

static int64_t number_of(sqlite3 *db, const char *query)
{
    sqlite3_stmt *statement = NULL;
    int64_t number = -1;

    if (sqlite3_prepare_v2(db, query, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

static bool about_parse(struct span input, struct journal_about *about)
{
    struct json *json;
    struct verdict verdict = json_parse(input, &json);

    if (!is_accepted(&verdict))
        return false;
    const char *site = json_member_text(json, "site", "");
    const char *mode = json_member_text(json, "mode", "");
    int64_t format = json_member_int64(json, "format", 0);
    bool known = strcmp(mode, "live") == 0 || strcmp(mode, "drill") == 0;
    bool right = *site && strlen(site) < sizeof about->site_id && known && format > 0 &&
                 format <= UINT32_MAX;
    if (right) {
        snprintf(about->site_id, sizeof about->site_id, "%s", site);
        about->mode = strcmp(mode, "drill") == 0 ? JOURNAL_DRILL : JOURNAL_LIVE;
        about->format = (uint32_t)format;
    }
    json_free(json);
    return right;
}

static enum status first_entry_load(sqlite3 *db, const char *path,
                                    struct journal_about *ret_about, char why[JOURNAL_WHY_BYTES])
{
    sqlite3_stmt *statement = NULL;
    struct journal_about about = { 0 };

    if (sqlite3_prepare_v2(db, "SELECT " JOURNAL_COLUMNS " FROM entry WHERE seq = 1", -1,
                           &statement, NULL) != SQLITE_OK)
        return journal_failed(db, path, "it is not a journal", why);
    int result = sqlite3_step(statement);
    bool right = false;
    if (result == SQLITE_ROW) {
        struct journal_row row;
        journal_row_read(statement, &row);
        about.made_at_ms = row.columns.at_ms;
        right = !row.wrong && about_parse(row.columns.input, &about);
    }
    sqlite3_finalize(statement);
    if (right) {
        *ret_about = about;
        return STATUS_OK;
    }
    if (result != SQLITE_ROW && result != SQLITE_DONE)
        return journal_failed(db, path, "its first entry cannot be read", why);
    snprintf(why, JOURNAL_WHY_BYTES,
             "%s: its first entry does not say whose journal it is: run `watchdesk verify`", path);
    return STATUS_CORRUPT;
}

static enum status newer(const char *path, int64_t format, char why[JOURNAL_WHY_BYTES])
{
    snprintf(why, JOURNAL_WHY_BYTES,
             "%s: a later release wrote it (format %lld, this one reads up to %d): use that one",
             path, (long long)format, JOURNAL_FORMAT);
    return STATUS_SCHEMA_NEWER;
}

enum status journal_about_load(struct sqlite3 *db, const char *path,
                               struct journal_about *ret_about, char why[JOURNAL_WHY_BYTES])
{
    int64_t format = number_of(db, "PRAGMA user_version");
    int64_t tables = number_of(db, "SELECT count(*) FROM sqlite_schema");
    int64_t ours = number_of(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'entry'");

    if (format < 0 || tables < 0)
        return journal_failed(db, path, "it is not a journal", why);
    if (format == 0 && tables == 0) {
        snprintf(why, JOURNAL_WHY_BYTES, "%s: it is empty: no hub has written to it yet", path);
        return STATUS_NOT_FOUND;
    }
    if (format > JOURNAL_FORMAT)
        return newer(path, format, why);
    if (ours < 1) {
        snprintf(why, JOURNAL_WHY_BYTES, "%s: it is the database of another program", path);
        return STATUS_CORRUPT;
    }
    enum status status = first_entry_load(db, path, ret_about, why);
    if (status == STATUS_OK && ret_about->format > JOURNAL_FORMAT)
        return newer(path, ret_about->format, why);
    return status;
}

/* ---- rows ---- */

static struct span column_span(sqlite3_stmt *statement, int column)
{
    const void *bytes = sqlite3_column_blob(statement, column);
    int length = sqlite3_column_bytes(statement, column);

    return span_from(bytes ? bytes : "", (size_t)length);
}

void journal_row_read(struct sqlite3_stmt *statement, struct journal_row *ret_row)
{
    static const struct {
        const char *name;
        int type;
    } columns[] = {
        { "seq", SQLITE_INTEGER }, { "at_ms", SQLITE_INTEGER }, { "kind", SQLITE_TEXT },
        { "source", SQLITE_TEXT }, { "input", SQLITE_TEXT }, { "events", SQLITE_TEXT },
        { "chain", SQLITE_BLOB },
    };
    struct journal_row row = { .columns.sequence = sqlite3_column_int64(statement, 0) };

    for (int i = 0; i < (int)ARRAY_COUNT(columns) && !row.wrong; i++)
        if (sqlite3_column_type(statement, i) != columns[i].type)
            row.wrong = columns[i].name;
    if (!row.wrong && sqlite3_column_bytes(statement, 6) != CHAIN_BYTES)
        row.wrong = "chain";
    if (!row.wrong) {
        row.columns.at_ms = sqlite3_column_int64(statement, 1);
        row.columns.kind = column_span(statement, 2);
        row.columns.source = column_span(statement, 3);
        row.columns.input = column_span(statement, 4);
        row.columns.events = column_span(statement, 5);
        memcpy(row.chain, sqlite3_column_blob(statement, 6), CHAIN_BYTES);
    }
    *ret_row = row;
}

/* Of the last two rows in order: the first only lends its chain, unless it is entry 1. */
static bool row_follows(struct chain *chain, const struct chain_head *before,
                        const struct journal_row *row)
{
    unsigned char expected[CHAIN_BYTES];

    if (row->wrong || row->columns.sequence < 1)
        return false;
    if (before->sequence == 0 && row->columns.sequence > 1)
        return true;
    chain_next(chain, before->chain, &row->columns, expected);
    return (uint64_t)row->columns.sequence == before->sequence + 1 &&
           memcmp(row->chain, expected, CHAIN_BYTES) == 0;
}

enum status journal_end_load(struct sqlite3 *db, struct chain *chain, const char *path,
                             struct chain_head *ret_head, char why[JOURNAL_WHY_BYTES])
{
    static const char query[] =
        "SELECT " JOURNAL_COLUMNS " FROM (SELECT " JOURNAL_COLUMNS
        " FROM entry ORDER BY seq DESC LIMIT 2) ORDER BY seq";
    struct chain_head head = { 0 };
    sqlite3_stmt *statement = NULL;
    bool follows = true;
    int result = sqlite3_prepare_v2(db, query, -1, &statement, NULL);

    while (result == SQLITE_OK && (result = sqlite3_step(statement)) == SQLITE_ROW && follows) {
        struct journal_row row;
        journal_row_read(statement, &row);
        follows = row_follows(chain, &head, &row);
        head.sequence = (uint64_t)row.columns.sequence;
        memcpy(head.chain, row.chain, CHAIN_BYTES);
        result = SQLITE_OK;
    }
    sqlite3_finalize(statement);
    if (!follows) {
        snprintf(why, JOURNAL_WHY_BYTES,
                 "%s: its last entry does not fit its chain: run `watchdesk verify`", path);
        return STATUS_CORRUPT;
    }
    if (result != SQLITE_DONE)
        return journal_failed(db, path, "its end cannot be read", why);
    *ret_head = head;
    return STATUS_OK;
}
