/* bench_journal.c - what the journal costs over bare SQLite on the same disk: one entry durable,
 * batches of 100, folding it back. Every limit is a plain loop of the same work in the same run,
 * taken in turn with ours, so that a slow minute of the disk hurts both. */
#include <cjson/cJSON.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/core/turn.h"
#include "app/journal_verify.h"
#include "app/site_conf.h"
#include "tests/bench.h"

enum {
    ROUNDS = 5, SINGLES = 300, BATCHES = 100, BATCH = 100, TEXT_BYTES = 400,
    FOLD_ENTRIES = 40000,
};

struct work {
    char ours[400], plain[400];
    uv_loop_t loop;
    struct journal *journal;
    struct journal_batch *batch;
    bool done;
    sqlite3 *db;
    sqlite3_stmt *begin, *insert, *commit;
    int64_t plain_rows;
    char text[TEXT_BYTES + 1];
};

static void files_remove(const char *path)
{
    static const char *const endings[] = { "", "-wal", "-shm" };

    for (size_t i = 0; i < ARRAY_COUNT(endings); i++) {
        char name[420];
        snprintf(name, sizeof name, "%s%s", path, endings[i]);
        unlink(name);
    }
}

static void must(int result, int wanted, const char *what)
{
    if (result == wanted)
        return;
    fprintf(stderr, "bench_journal: %s gave %d\n", what, result);
    abort();
}

/* ---- ours ---- */

static void told_done(void *context, struct journal_batch *batch, enum status status)
{
    struct work *work = context;

    (void)batch;
    must(status, STATUS_OK, "journal_append");
    work->done = true;
}

static void ours_commit(struct work *work, uint32_t rows)
{
    uint64_t next = journal_head(work->journal).sequence + 1;

    journal_batch_reset(work->batch);
    for (uint32_t i = 0; i < rows; i++) {
        struct entry_head head = { .sequence = next + i, .at_ms = 1700000000000,
                                   .kind = INPUT_REPORT, .source = "gauge-017" };
        journal_batch_add(work->batch, &head, span_from(work->text, TEXT_BYTES / 2),
                          span_from(work->text, TEXT_BYTES / 2));
    }
    work->done = false;
    journal_append(work->journal, work->batch, told_done, work);
    while (!work->done)
        uv_run(&work->loop, UV_RUN_ONCE);
}

static void ours_open(struct work *work, const char *path)
{
    struct journal_options options = { .path = path, .site_id = "PM", .now_ms = 1 };
    char why[JOURNAL_WHY_BYTES];

    must(journal_open(&work->loop, &options, &work->journal, why), STATUS_OK, "journal_open");
}

static void ours_close(struct work *work)
{
    journal_close(work->journal, NULL, NULL);
    uv_run(&work->loop, UV_RUN_DEFAULT);
}

/* ---- the limit: the same columns in a bare loop, SQLite's own checkpoints ---- */

static void plain_open(struct work *work)
{
    must(sqlite3_open(work->plain, &work->db), SQLITE_OK, "sqlite3_open");
    must(sqlite3_exec(work->db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                                "CREATE TABLE entry(seq INTEGER PRIMARY KEY, at_ms INTEGER,"
                                " kind TEXT, source TEXT, input TEXT, events TEXT, chain BLOB)",
                      NULL, NULL, NULL), SQLITE_OK, "schema");
    sqlite3_prepare_v2(work->db, "BEGIN", -1, &work->begin, NULL);
    sqlite3_prepare_v2(work->db, "INSERT INTO entry VALUES(?,?,?,?,?,?,?)", -1, &work->insert,
                       NULL);
    must(sqlite3_prepare_v2(work->db, "COMMIT", -1, &work->commit, NULL), SQLITE_OK, "prepare");
}

static void plain_step(sqlite3_stmt *statement)
{
    must(sqlite3_step(statement), SQLITE_DONE, "sqlite3_step");
    sqlite3_reset(statement);
}

static void plain_commit(struct work *work, uint32_t rows)
{
    if (rows > 1)
        plain_step(work->begin);
    for (uint32_t i = 0; i < rows; i++) {
        sqlite3_bind_int64(work->insert, 1, ++work->plain_rows);
        sqlite3_bind_int64(work->insert, 2, 1700000000000);
        sqlite3_bind_text(work->insert, 3, "report", -1, SQLITE_STATIC);
        sqlite3_bind_text(work->insert, 4, "gauge-017", -1, SQLITE_STATIC);
        sqlite3_bind_text(work->insert, 5, work->text, TEXT_BYTES / 2, SQLITE_STATIC);
        sqlite3_bind_text(work->insert, 6, work->text, TEXT_BYTES / 2, SQLITE_STATIC);
        sqlite3_bind_blob(work->insert, 7, work->text, CHAIN_BYTES, SQLITE_STATIC);
        plain_step(work->insert);
    }
    if (rows > 1)
        plain_step(work->commit);
}

static void plain_close(struct work *work)
{
    sqlite3_finalize(work->begin);
    sqlite3_finalize(work->insert);
    sqlite3_finalize(work->commit);
    sqlite3_close(work->db);
}

/* ---- appending ---- */

typedef void commit_fn(struct work *work, uint32_t rows);

/* Seconds of each of `count` commits, one after the other. */
static void commits_time(struct work *work, commit_fn *commit, uint32_t rows, uint32_t count,
                         double *ret_seconds)
{
    for (uint32_t i = 0; i < count; i++) {
        double start = bench_seconds();
        commit(work, rows);
        ret_seconds[i] = bench_seconds() - start;
    }
}

static double sum(const double *figures, size_t count)
{
    double total = 0;

    for (size_t i = 0; i < count; i++)
        total += figures[i];
    return total;
}

static void bench_singles(struct work *work)
{
    static double ours[ROUNDS * SINGLES], plain[ROUNDS * SINGLES];
    static const struct { const char *name; double percent; const char *goal; } rows[] = {
        { "journal: one entry durable, p50", 50, "<= 2" },
        { "journal: one entry durable, p99", 99, "<= 4" },
    };

    for (int round = 0; round < ROUNDS; round++) {
        commits_time(work, ours_commit, 1, SINGLES, ours + round * SINGLES);
        commits_time(work, plain_commit, 1, SINGLES, plain + round * SINGLES);
    }
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct bench_row row = {
            .name = rows[i].name, .unit = "us", .goal = rows[i].goal,
            .figure = 1e6 * bench_percentile(ours, ARRAY_COUNT(ours), rows[i].percent),
            .limit = 1e6 * bench_percentile(plain, ARRAY_COUNT(plain), rows[i].percent),
        };
        bench_row(&row);
    }
}

static void bench_batches(struct work *work)
{
    static double ours[ROUNDS * BATCHES], plain[ROUNDS * BATCHES];
    double rows = ROUNDS * BATCHES * BATCH;

    for (int round = 0; round < ROUNDS; round++) {
        commits_time(work, ours_commit, BATCH, BATCHES, ours + round * BATCHES);
        commits_time(work, plain_commit, BATCH, BATCHES, plain + round * BATCHES);
    }
    struct bench_row rate = { .name = "journal: entries appended, batches of 100", .unit = "/s",
                              .figure = rows / sum(ours, ARRAY_COUNT(ours)),
                              .limit = rows / sum(plain, ARRAY_COUNT(plain)), .goal = ">= 0.6" };
    bench_row(&rate);
    struct bench_row slow = {
        .name = "journal: slowest of 500 batches", .unit = "ms", .goal = "-",
        .figure = 1e3 * bench_percentile(ours, ARRAY_COUNT(ours), 100),
        .limit = 1e3 * bench_percentile(plain, ARRAY_COUNT(plain), 100),
    };
    bench_row(&slow);
}

/* ---- folding ---- */

/* What a day looks like: units drive and report, alarms come and go, people write notes. */
static void input_write(uint32_t number, struct buffer *out, enum input_kind *ret_kind,
                        const char **ret_source)
{
    static const char *const units[] = { "E1", "E2", "E3", "E4", "E5", "L2", "M1", "M2", "P21" };
    const char *unit = units[number % ARRAY_COUNT(units)];
    double step = (number % 1000) * 1e-5;

    *ret_kind = INPUT_REPORT;
    *ret_source = "field";
    buffer_reset(out);
    if (number % 10 == 0) {
        *ret_kind = INPUT_COMMAND;
        *ret_source = "KIM";
        buffer_print(out, "{\"typed\":\"n second caller %u\",\"text\":\"note second caller %u\","
                          "\"saw\":%u,\"role\":\"dispatcher\"}", number, number, number);
    } else if (number % 10 == 1) {
        *ret_source = "sensors";
        buffer_print(out, "{\"report\":\"alarm\",\"id\":\"a%u\",\"point\":\"gauge-%u\","
                          "\"condition\":\"HIGH\",\"state\":\"%s\",\"value\":%u.5,"
                          "\"unit\":\"m\"}", number, number % 50,
                     number / 50 % 2 ? "normal" : "active", number % 9);
    } else if (number % 10 < 4) {
        buffer_print(out, "{\"report\":\"status\",\"unit\":\"%s\",\"status\":\"%s\"}", unit,
                     number % 2 ? "AVL" : "OOS");
    } else {
        buffer_print(out, "{\"report\":\"locations\",\"of\":[");
        for (int i = 0; i < 3; i++)
            buffer_print(out, "%s{\"report\":\"location\",\"unit\":\"%s\",\"lat\":%.7f,"
                              "\"lon\":%.7f,\"speed_mps\":11.5,\"course_deg\":%u}", i ? "," : "",
                         units[(number + (uint32_t)i) % ARRAY_COUNT(units)], 51.2 + step,
                         -4.1 + step, number % 360);
        buffer_print(out, "]}");
    }
}

static void turn_append(struct work *work, struct picture *picture, enum input_kind kind,
                        const char *source, struct span text, struct arena *arena)
{
    struct buffer events = { 0 };
    struct json *json;
    struct verdict verdict = json_parse(text, &json);
    struct input input = { .kind = kind, .at_ms = 1700000000000 + (int64_t)picture->sequence * 50,
                           .source = source, .json = json };

    must(is_accepted(&verdict), true, "json_parse");
    struct turn turn = turn_take(picture, &input, arena);
    must(is_accepted(&turn.verdict), true, "turn_take");
    events_write(&turn.events, &events);
    struct entry_head head = { .sequence = picture->sequence, .at_ms = input.at_ms, .kind = kind,
                               .source = source };
    journal_batch_add(work->batch, &head, text, buffer_span(&events));
    if (journal_batch_count(work->batch) == BATCH) {
        work->done = false;
        journal_append(work->journal, work->batch, told_done, work);
        while (!work->done)
            uv_run(&work->loop, UV_RUN_ONCE);
        journal_batch_reset(work->batch);
    }
    buffer_clear(&events);
    json_free(json);
    arena_reset(arena);
}

static void day_write(struct work *work, const char *path)
{
    struct site_conf_options options = { .path = "app/sample" };
    struct picture *picture = picture_new();
    struct arena *arena = arena_new();
    struct buffer text = { 0 };
    struct site_conf *conf;

    must(site_conf_read(&options, &conf, &text), STATUS_OK, "app/sample/site.conf");
    buffer_reset(&text);
    site_conf_write(conf, &text);
    ours_open(work, path);
    journal_batch_reset(work->batch);
    picture_begin(picture, &(struct entry_head){ .sequence = 1, .at_ms = 1, .kind = INPUT_CONFIG,
                                                 .source = "" });
    turn_append(work, picture, INPUT_CONFIG, "", buffer_span(&text), arena);
    for (uint32_t i = 0; i < FOLD_ENTRIES - 1; i++) {
        enum input_kind kind;
        const char *source;
        input_write(i, &text, &kind, &source);
        turn_append(work, picture, kind, source, buffer_span(&text), arena);
    }
    ours_close(work);
    site_conf_free(conf);
    buffer_clear(&text);
    arena_free(arena);
    picture_free(picture);
}

static double fold_seconds(const char *path)
{
    struct journal_reader *reader;
    struct picture *picture = picture_new();
    char why[JOURNAL_WHY_BYTES];
    double start = bench_seconds();

    must(journal_reader_open(path, &reader, why), STATUS_OK, "journal_reader_open");
    must(journal_fold(reader, UINT64_MAX, picture), STATUS_OK, "journal_fold");
    must((int)picture->sequence, FOLD_ENTRIES + 1, "the fold's end");
    journal_reader_close(reader);
    double seconds = bench_seconds() - start;
    picture_free(picture);
    return seconds;
}

/* The limit: every row scanned, its events parsed by bare cJSON, nothing done with them. */
static double scan_seconds(const char *path)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    double start = bench_seconds();

    must(sqlite3_open(path, &db), SQLITE_OK, "sqlite3_open");
    must(sqlite3_prepare_v2(db, "SELECT seq, at_ms, kind, source, input, events FROM entry"
                                " ORDER BY seq", -1, &statement, NULL), SQLITE_OK, "prepare");
    while (sqlite3_step(statement) == SQLITE_ROW) {
        cJSON *json = cJSON_ParseWithLength((const char *)sqlite3_column_text(statement, 5),
                                            (size_t)sqlite3_column_bytes(statement, 5));
        must(json != NULL, true, "cJSON");
        cJSON_Delete(json);
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return bench_seconds() - start;
}

static void bench_fold(struct work *work)
{
    double folds[ROUNDS], scans[ROUNDS], checks[ROUNDS];
    struct journal_verify_options options = { .path = work->ours };
    struct journal_finding finding;

    files_remove(work->ours);
    day_write(work, work->ours);
    for (int round = 0; round < ROUNDS; round++) {
        folds[round] = fold_seconds(work->ours);
        scans[round] = scan_seconds(work->ours);
        double start = bench_seconds();
        must(journal_verify(&options, &finding), STATUS_OK, "journal_verify");
        must(finding.fault, JOURNAL_FAULT_NONE, "the journal");
        checks[round] = bench_seconds() - start;
    }
    struct bench_row fold = { .name = "journal: entries folded into the picture", .unit = "/s",
                              .figure = FOLD_ENTRIES / bench_median(folds, ROUNDS),
                              .limit = FOLD_ENTRIES / bench_median(scans, ROUNDS),
                              .goal = ">= 0.5" };
    bench_row(&fold);
    struct bench_row verify = { .name = "journal: entries verified", .unit = "/s", .goal = "-",
                                .figure = FOLD_ENTRIES / bench_median(checks, ROUNDS),
                                .limit = LIMIT_NONE };
    bench_row(&verify);
}

int main(void)
{
    struct work work = { .batch = journal_batch_new() };

    snprintf(work.ours, sizeof work.ours, "%s/journal.db", bench_folder());
    snprintf(work.plain, sizeof work.plain, "%s/plain.db", bench_folder());
    files_remove(work.ours);
    files_remove(work.plain);
    memset(work.text, 'x', TEXT_BYTES);
    uv_loop_init(&work.loop);

    ours_open(&work, work.ours);
    plain_open(&work);
    bench_singles(&work);
    bench_batches(&work);
    ours_close(&work);
    plain_close(&work);
    bench_fold(&work);

    files_remove(work.ours);
    files_remove(work.plain);
    journal_batch_free(work.batch);
    uv_loop_close(&work.loop);
    return 0;
}
