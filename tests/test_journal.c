#include "tests/check.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/touched.h"
#include "tests/fault_vfs.h"
#include "tests/journal_hand.h"
#include "tests/site.h"

static int scratch_new(void **state)
{
    *state = site_new(SITE_SANITIZED);
    return 0;
}

static int scratch_free(void **state)
{
    site_free(*state);
    return 0;
}

/* A path in the scratch folder, kept by the test. */
static const char *path_in(void **state, const char *name, char path[300])
{
    snprintf(path, 300, "%s", site_path(*state, name));
    return path;
}

/* A closed journal of `count` entries, made in batches of 7; its head. */
static struct chain_head journal_of(const char *path, uint32_t count)
{
    struct journal_hand hand;

    assert_int_equal(hand_open(&hand, path, JOURNAL_LIVE, NULL), STATUS_OK);
    struct chain_head head = journal_head(hand.journal);
    while (head.sequence < count) {
        uint64_t more = count - head.sequence;
        assert_int_equal(hand_append(&hand, more < 7 ? (uint32_t)more : 7), STATUS_OK);
        head = journal_head(hand.journal);
    }
    hand_close(&hand);
    return head;
}

/* ---- the chain ---- */

#define FIRST_CHAIN "1:b6410680320f2e35a47560c6ce2b61b338d47cac09e7ec520d5bfb450a09a763"
#define SECOND_CHAIN "2:89cffdb9782fc51a7fd3f3b333c4b0d58bdc236a10b76aab0fe92bb5e1672428"

/* Goal: the chain is what CONTRACTS section 1 says, byte for byte. Method: two entries whose
 * chains were reckoned with Python's struct and hashlib from that paragraph. */
static void the_chain_is_as_written(void **state)
{
    struct entry entry = {
        .head = { .sequence = 1, .at_ms = 1794925927120, .kind = INPUT_CONFIG, .source = "" },
        .input = span_of("{\"site\":\"PM\",\"mode\":\"live\",\"format\":1}"),
        .events = span_of("[]"),
    };
    struct chain *chain = chain_new();
    struct chain_head head = { 0 };
    char text[CHAIN_HEAD_TEXT_BYTES];

    (void)state;
    struct chain_row row = chain_row_of(&entry);
    chain_next(chain, head.chain, &row, head.chain);
    head.sequence = 1;
    assert_string_equal(chain_head_text(&head, text), FIRST_CHAIN);

    entry.head = (struct entry_head){ .sequence = 2, .at_ms = -5, .kind = INPUT_REPORT,
                                      .source = "n\xc3\xa4he" };
    entry.input = span_of("");
    entry.events = span_of("[{\"event\":\"x\"}]");
    row = chain_row_of(&entry);
    chain_next(chain, head.chain, &row, head.chain);
    head.sequence = 2;
    assert_string_equal(chain_head_text(&head, text), SECOND_CHAIN);
    chain_free(chain);
}

/* Goal: a head written down is read back; a torn or mistyped one is refused. */
static void a_head_is_read_back(void **state)
{
    static const struct { const char *text; bool good; } cases[] = {
        { SECOND_CHAIN, true },
        { " " SECOND_CHAIN "\n", true },
        { "", false },
        { "2", false },
        { "2:", false },
        { "2:ab", false },
        { SECOND_CHAIN "00", false },
        { "-" SECOND_CHAIN, false },
        { "x:1f7e", false },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct chain_head head;
        char text[CHAIN_HEAD_TEXT_BYTES];
        CASE("'%s'", cases[i].text);
        assert_int_equal(chain_head_parse(span_of(cases[i].text), &head), cases[i].good);
        if (cases[i].good)
            assert_string_equal(chain_head_text(&head, text), SECOND_CHAIN);
    }
}

/* ---- opening and appending ---- */

/* Goal: what was appended is read back unchanged and in order, after a restart too, and the file is
 * its owner's alone. Method: batches of several sizes, closed, opened, read. */
static void what_was_appended_is_read_back(void **state)
{
    char path[300], why[JOURNAL_WHY_BYTES];
    struct chain_head written = journal_of(path_in(state, "journal.db", path), 100);
    struct journal_hand hand;
    struct stat about;

    assert_int_equal(hand_open(&hand, path, JOURNAL_LIVE, NULL), STATUS_OK);
    struct chain_head found = journal_head(hand.journal);
    assert_true(chain_head_same(&found, &written));
    hand_close(&hand);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);

    struct journal_reader *reader;
    assert_int_equal(journal_reader_open(path, &reader, why), STATUS_OK);
    assert_string_equal(journal_reader_about(reader)->site_id, "PM");
    assert_int_equal(journal_reader_about(reader)->mode, JOURNAL_LIVE);
    struct buffer input = { 0 }, events = { 0 };
    struct entry entry;
    journal_reader_range(reader, 1, UINT64_MAX);
    assert_int_equal(journal_reader_next(reader, &entry), STATUS_OK);
    assert_true(span_is(entry.input, "{\"site\":\"PM\",\"mode\":\"live\",\"format\":1}"));
    for (uint64_t sequence = 2; sequence <= 100; sequence++) {
        struct entry_head head;
        hand_entry(sequence, &head, &input, &events);
        assert_int_equal(journal_reader_next(reader, &entry), STATUS_OK);
        assert_int_equal(entry.head.sequence, sequence);
        assert_int_equal(entry.head.at_ms, head.at_ms);
        assert_int_equal(entry.head.kind, head.kind);
        assert_string_equal(entry.head.source, head.source);
        assert_true(span_is(entry.input, input.bytes));
        assert_true(span_is(entry.events, events.bytes));
    }
    assert_int_equal(journal_reader_next(reader, &entry), STATUS_NOT_FOUND);
    assert_int_equal(journal_reader_entry(reader, 42, &entry), STATUS_OK);
    assert_int_equal(entry.head.sequence, 42);
    assert_int_equal(journal_reader_entry(reader, 101, &entry), STATUS_NOT_FOUND);
    journal_reader_close(reader);
    buffer_clear(&input);
    buffer_clear(&events);
}

/* Goal: a reader sees what the hub appends while it appends, each range as one state. */
static void a_reader_follows_the_hub(void **state)
{
    char path[300], why[JOURNAL_WHY_BYTES];
    struct journal_hand hand;
    struct journal_reader *reader;
    struct chain_head head;
    struct entry entry;

    assert_int_equal(hand_open(&hand, path_in(state, "journal.db", path), JOURNAL_LIVE, NULL),
                     STATUS_OK);
    assert_int_equal(journal_reader_open(path, &reader, why), STATUS_OK);
    journal_reader_range(reader, 1, UINT64_MAX);
    assert_int_equal(journal_reader_next(reader, &entry), STATUS_OK);
    assert_int_equal(hand_append(&hand, 20), STATUS_OK);
    assert_int_equal(journal_reader_next(reader, &entry), STATUS_NOT_FOUND);
    assert_int_equal(journal_reader_head(reader, &head), STATUS_OK);
    assert_int_equal(head.sequence, 21);
    journal_reader_range(reader, 2, UINT64_MAX);
    for (int i = 0; i < 20; i++)
        assert_int_equal(journal_reader_next(reader, &entry), STATUS_OK);
    assert_int_equal(journal_reader_next(reader, &entry), STATUS_NOT_FOUND);

    CASE("a closed journal is one file, whoever still looks at it");
    assert_int_equal(journal_reader_entry(reader, 7, &entry), STATUS_OK);
    hand_close(&hand);
    struct stat log;
    char log_path[310];
    snprintf(log_path, sizeof log_path, "%s-wal", path);
    assert_true(stat(log_path, &log) != 0 || log.st_size == 0);
    assert_int_equal(journal_reader_head(reader, &head), STATUS_OK);
    assert_int_equal(head.sequence, 21);
    journal_reader_close(reader);
}

/* Goal: somebody who reads an old state for long keeps no hub from starting again. */
static void a_slow_reader_holds_nobody_up(void **state)
{
    char path[300], why[JOURNAL_WHY_BYTES];
    struct journal_hand hand;
    struct journal_reader *reader;
    struct entry entry;

    assert_int_equal(hand_open(&hand, path_in(state, "journal.db", path), JOURNAL_LIVE, NULL),
                     STATUS_OK);
    assert_int_equal(hand_append(&hand, 5), STATUS_OK);
    assert_int_equal(journal_reader_open(path, &reader, why), STATUS_OK);
    journal_reader_range(reader, 1, UINT64_MAX);
    assert_int_equal(journal_reader_next(reader, &entry), STATUS_OK);
    assert_int_equal(hand_append(&hand, 5), STATUS_OK);
    hand_close(&hand);
    int64_t start_ms = clock_ms();
    assert_int_equal(hand_open(&hand, path, JOURNAL_LIVE, NULL), STATUS_OK);
    assert_true(clock_ms() - start_ms < 1000);
    assert_int_equal(journal_head(hand.journal).sequence, 11);
    assert_int_equal(hand_append(&hand, 5), STATUS_OK);
    for (int i = 2; i <= 6; i++)
        assert_int_equal(journal_reader_next(reader, &entry), STATUS_OK);
    assert_int_equal(journal_reader_next(reader, &entry), STATUS_NOT_FOUND);
    journal_reader_close(reader);
    hand_close(&hand);
    assert_int_equal(hand_verify(path, NULL).entries, 16);
}

/* Goal: a journal opens only for its site, in its mode, by a release that knows its format; what is
 * no journal is left alone. Method: one way to be wrong a row, each file as it was afterwards. */
static void a_wrong_journal_is_refused(void **state)
{
    static const struct {
        const char *name, *forged, *site_id;
        enum journal_mode mode;
        enum status status;
        const char *says;
    } cases[] = {
        { "the same", "", "PM", JOURNAL_LIVE, STATUS_OK, "" },
        { "another mode", "", "PM", JOURNAL_DRILL, STATUS_REFUSED, "never opens as a drill" },
        { "another site", "", "XX", JOURNAL_LIVE, STATUS_REFUSED, "site PM, not of XX" },
        { "a newer file", "PRAGMA user_version=2", "PM", JOURNAL_LIVE, STATUS_SCHEMA_NEWER,
          "later release" },
        { "a newer entry 1",
          "UPDATE entry SET input = '{\"site\":\"PM\",\"mode\":\"live\",\"format\":9}'"
          " WHERE seq = 1", "PM", JOURNAL_LIVE, STATUS_SCHEMA_NEWER, "later release" },
        { "no entry 1", "DELETE FROM entry WHERE seq = 1", "PM", JOURNAL_LIVE, STATUS_CORRUPT,
          "first entry" },
        { "a changed end", "UPDATE entry SET at_ms = 1 WHERE seq = 10", "PM", JOURNAL_LIVE,
          STATUS_CORRUPT, "watchdesk verify" },
        { "another program's", "DROP TABLE entry; CREATE TABLE song(name)", "PM", JOURNAL_LIVE,
          STATUS_CORRUPT, "another program" },
    };

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        char path[300], name[40], why[JOURNAL_WHY_BYTES] = "";
        uv_loop_t loop;
        struct journal *journal = NULL;
        CASE("%s", cases[i].name);
        snprintf(name, sizeof name, "journal%zu.db", i);
        journal_of(path_in(state, name, path), 10);
        if (*cases[i].forged)
            hand_forge(path, "%s", cases[i].forged);
        uv_loop_init(&loop);
        struct journal_options options = { .path = path, .site_id = cases[i].site_id,
                                           .mode = cases[i].mode };
        assert_int_equal(journal_open(&loop, &options, &journal, why), cases[i].status);
        assert_non_null(strstr(why, cases[i].says));
        if (journal)
            journal_close(journal, NULL, NULL);
        uv_run(&loop, UV_RUN_DEFAULT);
        uv_loop_close(&loop);
    }
}

/* Goal: bytes that are no database are refused with a sentence, not overwritten. */
static void a_file_that_is_no_database_is_refused(void **state)
{
    char path[300];
    struct journal_hand hand;
    struct buffer after = { 0 };

    site_write(*state, "journal.db", "Dear diary, this is no journal of anybody's command "
                                     "centre, and it is longer than a header of SQLite.....");
    assert_int_equal(hand_open(&hand, path_in(state, "journal.db", path), JOURNAL_LIVE, NULL),
                     STATUS_CORRUPT);
    assert_non_null(strstr(hand.why, "journal.db"));
    hand_close(&hand);
    file_read(path, &after);
    assert_true(span_starts(buffer_span(&after), "Dear diary"));
    buffer_clear(&after);
}

/* Goal: of two hubs on one journal, the second to write learns that it does not lead, and its
 * batch leaves no trace. */
static void the_second_hub_does_not_lead(void **state)
{
    char path[300];
    struct journal_hand first, second;

    path_in(state, "journal.db", path);
    assert_int_equal(hand_open(&first, path, JOURNAL_LIVE, NULL), STATUS_OK);
    assert_int_equal(hand_open(&second, path, JOURNAL_LIVE, NULL), STATUS_OK);
    assert_int_equal(hand_append(&first, 3), STATUS_OK);
    assert_int_equal(hand_append(&second, 2), STATUS_NOT_LEADER);
    assert_int_equal(journal_head(second.journal).sequence, 1);
    CASE("and it stays so");
    assert_int_equal(hand_append(&second, 2), STATUS_NOT_LEADER);
    assert_int_equal(hand_append(&first, 2), STATUS_OK);
    hand_close(&second);
    hand_close(&first);
    struct journal_finding finding = hand_verify(path, NULL);
    assert_int_equal(finding.fault, JOURNAL_FAULT_NONE);
    assert_int_equal(finding.entries, 6);
}

/* ---- when the disk fails ---- */

/* Goal: nothing is called durable before it is synced. Method: a sync that blocks; `done` is not
 * called, the head does not move; when it goes on, both do. */
static void nothing_is_done_before_the_sync(void **state)
{
    char path[300];
    struct journal_hand hand;
    struct fault_vfs *faults = fault_vfs_new("blocking");

    assert_int_equal(hand_open(&hand, path_in(state, "journal.db", path), JOURNAL_LIVE,
                               "blocking"), STATUS_OK);
    uint32_t ended = fault_vfs_syncs_ended(faults), begun = fault_vfs_syncs_begun(faults);
    fault_vfs_set(faults, FAULT_SYNC_BLOCKS);
    hand_append_begin(&hand, 5);
    assert_false(hand_wait(&hand, 300));
    assert_true(fault_vfs_syncs_begun(faults) > begun);
    assert_int_equal(fault_vfs_syncs_ended(faults), ended);
    assert_int_equal(journal_head(hand.journal).sequence, 1);
    fault_vfs_set(faults, FAULT_NONE);
    assert_true(hand_wait(&hand, DEADLINE_MS));
    assert_int_equal(hand.status, STATUS_OK);
    assert_int_equal(journal_head(hand.journal).sequence, 6);
    assert_true(fault_vfs_syncs_ended(faults) > ended);
    assert_int_equal(hand.failing_count, 0);
    hand_close(&hand);
    fault_vfs_free(faults);
}

/* Goal: a sync that failed is told at once, never tried again, and the journal takes nothing more;
 * after a restart the record is whole. */
static void a_failed_sync_ends_it(void **state)
{
    char path[300];
    struct journal_hand hand;
    struct fault_vfs *faults = fault_vfs_new("failing");

    assert_int_equal(hand_open(&hand, path_in(state, "journal.db", path), JOURNAL_LIVE,
                               "failing"), STATUS_OK);
    assert_int_equal(hand_append(&hand, 4), STATUS_OK);
    fault_vfs_set(faults, FAULT_SYNC_FAILS);
    uint32_t begun = fault_vfs_syncs_begun(faults);
    assert_int_equal(hand_append(&hand, 5), STATUS_IO);
    assert_int_equal(fault_vfs_syncs_begun(faults), begun + 1);
    assert_int_equal(journal_head(hand.journal).sequence, 5);
    assert_true(*journal_reason(hand.journal) != '\0');
    fault_vfs_set(faults, FAULT_NONE);
    assert_int_equal(hand_append(&hand, 5), STATUS_IO);
    assert_int_equal(fault_vfs_syncs_begun(faults), begun + 1);
    hand_close(&hand);

    assert_int_equal(hand_open(&hand, path, JOURNAL_LIVE, NULL), STATUS_OK);
    assert_int_equal(hand_append(&hand, 3), STATUS_OK);
    hand_close(&hand);
    assert_int_equal(hand_verify(path, NULL).fault, JOURNAL_FAULT_NONE);
    fault_vfs_free(faults);
}

/* Goal: a full disk is waited for, said while it lasts, and the whole batch goes in once. */
static void a_full_disk_is_waited_for(void **state)
{
    char path[300];
    struct journal_hand hand;
    struct fault_vfs *faults = fault_vfs_new("filling");

    assert_int_equal(hand_open(&hand, path_in(state, "journal.db", path), JOURNAL_LIVE,
                               "filling"), STATUS_OK);
    fault_vfs_set(faults, FAULT_DISK_FULL);
    hand_append_begin(&hand, 6);
    assert_false(hand_wait(&hand, 200));
    assert_int_equal(hand.failing_count, 1);
    assert_string_equal(hand.failing, status_text(STATUS_FULL));
    fault_vfs_set(faults, FAULT_NONE);
    assert_true(hand_wait(&hand, DEADLINE_MS));
    assert_int_equal(hand.status, STATUS_OK);
    assert_int_equal(hand.well_count, 1);

    CASE("still full in the end");
    fault_vfs_set(faults, FAULT_DISK_FULL);
    assert_int_equal(hand_append(&hand, 6), STATUS_FULL);
    fault_vfs_set(faults, FAULT_NONE);
    hand_close(&hand);
    assert_int_equal(hand_verify(path, NULL).entries, 7);
    fault_vfs_free(faults);
}

/* Goal: somebody else's lock is waited for. Method: a second connection holds the write lock. */
static void a_busy_file_is_waited_for(void **state)
{
    char path[300];
    struct journal_hand hand;
    sqlite3 *other;

    assert_int_equal(hand_open(&hand, path_in(state, "journal.db", path), JOURNAL_LIVE, NULL),
                     STATUS_OK);
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    hand_append_begin(&hand, 2);
    assert_false(hand_wait(&hand, 200));
    assert_string_equal(hand.failing, status_text(STATUS_BUSY));
    sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL);
    assert_true(hand_wait(&hand, DEADLINE_MS));
    assert_int_equal(hand.status, STATUS_OK);
    sqlite3_close(other);
    hand_close(&hand);
}

/* Goal: what was told durable is there after SIGKILL, and batches are whole. Method: a child
 * appends batches of 10 and writes each durable head to a pipe; it is killed at some moment. */
static void killed_in_the_middle_nothing_told_is_lost(void **state)
{
    for (int round = 0; round < 5; round++) {
        char path[300], name[40];
        int ends[2];
        CASE("round %d", round);
        snprintf(name, sizeof name, "journal%d.db", round);
        path_in(state, name, path);
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        if (child == 0) {
            struct journal_hand hand;
            if (hand_open(&hand, path, JOURNAL_LIVE, NULL) != STATUS_OK)
                _exit(1);
            for (;;) {
                hand_append(&hand, 10);
                struct chain_head head = journal_head(hand.journal);
                if (write(ends[1], &head, sizeof head) != sizeof head)
                    _exit(1);
            }
        }
        struct chain_head told = { 0 }, next;
        close(ends[1]);
        for (int i = 0; i < 3 + round * 4; i++)
            assert_int_equal(read(ends[0], &told, sizeof told), sizeof told);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        while (read(ends[0], &next, sizeof next) == sizeof next)
            told = next;
        close(ends[0]);

        struct journal_hand hand;
        assert_int_equal(hand_open(&hand, path, JOURNAL_LIVE, NULL), STATUS_OK);
        struct chain_head found = journal_head(hand.journal);
        hand_close(&hand);
        assert_true(found.sequence >= told.sequence);
        assert_int_equal(found.sequence % 10, 1);
        assert_int_equal(hand_verify(path, &told).fault, JOURNAL_FAULT_NONE);
    }
}

/* Goal: the log does not grow without end under steady load. Method: many small commits, one after
 * the other without a pause; the log's file stays near its limit. */
static void the_log_stays_short(void **state)
{
    char path[300], log[310];
    struct journal_hand hand;
    struct stat about;
    struct buffer text = { 0 };

    assert_int_equal(hand_open(&hand, path_in(state, "journal.db", path), JOURNAL_DRILL, NULL),
                     STATUS_OK);
    for (int i = 0; i < 30000; i++)
        buffer_add_text(&text, "x");
    for (int i = 0; i < 900; i++) {
        struct entry_head head = { .sequence = journal_head(hand.journal).sequence + 1,
                                   .kind = INPUT_TICK, .source = "" };
        journal_batch_reset(hand.batch);
        hand.done = false;
        journal_batch_add(hand.batch, &head, buffer_span(&text), span_of("[]"));
        hand_append_batch(&hand);
        while (!hand.done)
            uv_run(&hand.loop, UV_RUN_ONCE);
        assert_int_equal(hand.status, STATUS_OK);
    }
    snprintf(log, sizeof log, "%s-wal", path);
    assert_int_equal(stat(log, &about), 0);
    print_message("  %lld kB of log after 27 MB\n", (long long)about.st_size / 1000);
    assert_true(about.st_size < 22 * 1000 * 1000);
    buffer_clear(&text);
    hand_close(&hand);
}

/* ---- verify ---- */

static uint64_t draw(uint64_t *seed)        /* xorshift64* */
{
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    return *seed * 2685821657736338717u;
}

/* Changes one byte of a column of a row, through SQLite as a forger would. */
static void byte_change(const char *path, int64_t row, const char *column, uint64_t drawn)
{
    bool is_number = strcmp(column, "seq") == 0 || strcmp(column, "at_ms") == 0;
    bool is_chain = strcmp(column, "chain") == 0;

    int bit = 6 + (int)(drawn % 34);    /* Below, the number of another row would come out. */

    if (is_number)
        hand_forge(path,
                   "UPDATE entry SET %s = (%s | (1 << %d)) - (%s & (1 << %d)) WHERE seq = %lld",
                   column, column, bit, column, bit, (long long)row);
    else
        hand_forge(path,
                   "WITH was AS (SELECT CAST(%s AS BLOB) AS b FROM entry WHERE seq = %lld),"
                   " at AS (SELECT %llu %% MAX(length(b), 1) + 1 AS p FROM was)"
                   " UPDATE entry SET %s = CAST((SELECT CAST(substr(b, 1, p - 1) AS BLOB) ||"
                   " CASE WHEN substr(b, p, 1) = x'61' THEN x'62' ELSE x'61' END ||"
                   " substr(b, p + 1) FROM was, at) AS %s) WHERE seq = %lld",
                   column, (long long)row, (unsigned long long)(drawn % 1000), column,
                   is_chain ? "BLOB" : "TEXT", (long long)row);
}

static void file_copy(const char *from, const char *to)
{
    struct buffer bytes = { 0 };

    file_read(from, &bytes);
    file_write(to, buffer_span(&bytes));
    buffer_clear(&bytes);
}

/* Goal: one byte changed in any column of any row is found and that row is named. Method: 100
 * seeded picks over all columns and rows, the first and the last row among them. */
static void one_byte_changed_names_its_row(void **state)
{
    static const char *const columns[] = { "seq", "at_ms", "kind", "source", "input", "events",
                                           "chain" };
    enum { ROWS = 60 };
    char path[300], copy[300];
    uint64_t seed = 20261123;

    journal_of(path_in(state, "journal.db", path), ROWS);
    path_in(state, "copy.db", copy);
    for (int i = 0; i < 100; i++) {
        int64_t row = i < 7 ? ROWS : i < 14 ? 1 : 1 + (int64_t)(draw(&seed) % ROWS);
        const char *column = columns[i % 7];
        uint64_t drawn = draw(&seed);
        file_copy(path, copy);
        byte_change(copy, row, column, drawn);
        struct journal_finding finding = hand_verify(copy, NULL);
        if (finding.fault == JOURNAL_FAULT_NONE || finding.row != row)
            fail_msg("pick %d: %s of row %lld: %s", i, column, (long long)row, finding.sentence);
    }
}

/* Goal: what was changed on the disk is never folded into a picture. Method: one text of row 9 is
 * changed; the fold stops at row 8 and names 9. */
static void a_changed_row_is_never_folded(void **state)
{
    struct picture *picture = picture_new();
    struct journal_reader *reader;
    char path[300], why[JOURNAL_WHY_BYTES];

    journal_of(path_in(state, "journal.db", path), 20);
    hand_forge(path, "UPDATE entry SET input = input || ' ' WHERE seq = 9");
    assert_int_equal(journal_reader_open(path, &reader, why), STATUS_OK);
    assert_int_equal(journal_fold(reader, UINT64_MAX, picture), STATUS_CORRUPT);
    assert_int_equal(picture->sequence, 8);
    assert_non_null(strstr(journal_reader_why(reader), "entry 9"));
    journal_reader_close(reader);
    picture_free(picture);
}

/* Goal: rows taken out, put in, swapped or swallowed by another type are found, and the sentence
 * says what it is. Method: one forgery a row, beside the journal that is whole. */
static void forgeries_are_named(void **state)
{
    static const struct {
        const char *name, *forgery;
        enum journal_fault fault;
        int64_t row;
        const char *says;
    } cases[] = {
        { "whole", "SELECT 1", JOURNAL_FAULT_NONE, 0, "whole: 40 entries" },
        { "a row taken out", "DELETE FROM entry WHERE seq = 17", JOURNAL_FAULT_MISSING, 17,
          "row 17: it is missing" },
        { "the first row taken out", "DELETE FROM entry WHERE seq = 1", JOURNAL_FAULT_MISSING, 1,
          "row 1: it is missing" },
        { "a row moved away", "UPDATE entry SET seq = 900 WHERE seq = 17",
          JOURNAL_FAULT_MISSING, 17,
          "it stands as row 900 now" },
        { "a row moved before all", "UPDATE entry SET seq = -3 WHERE seq = 17",
          JOURNAL_FAULT_MISSING, 17, "it stands as row -3 now" },
        { "the last row moved before all", "UPDATE entry SET seq = 0 WHERE seq = 40",
          JOURNAL_FAULT_MISSING, 40, "it stands as row 0 now" },
        { "a row put before all",
          "INSERT INTO entry SELECT 0, at_ms, kind, source, input, events, chain FROM entry"
          " WHERE seq = 9", JOURNAL_FAULT_EXTRA, 0, "row 0: it does not belong" },
        { "a row put after all",
          "INSERT INTO entry SELECT 41, at_ms, kind, source, input, events, chain FROM entry"
          " WHERE seq = 9", JOURNAL_FAULT_CHANGED, 41, "row 41" },
        { "two rows swapped",
          "UPDATE entry SET seq = 99 WHERE seq = 8; UPDATE entry SET seq = 8 WHERE seq = 9;"
          "UPDATE entry SET seq = 9 WHERE seq = 99", JOURNAL_FAULT_CHANGED, 8, "row 8" },
        { "a changed chain", "UPDATE entry SET chain = zeroblob(32) WHERE seq = 17",
          JOURNAL_FAULT_CHAIN, 17, "its chain column was changed" },
        { "a changed last chain", "UPDATE entry SET chain = zeroblob(32) WHERE seq = 40",
          JOURNAL_FAULT_CHANGED, 40, "row 40" },
        { "a short chain", "UPDATE entry SET chain = x'00' WHERE seq = 17", JOURNAL_FAULT_CHANGED,
          17, "column chain" },
        { "the same bytes as another type",
          "UPDATE entry SET input = CAST(input AS BLOB) WHERE seq = 17", JOURNAL_FAULT_CHANGED, 17,
          "column input" },
        { "nothing", "UPDATE entry SET source = NULL WHERE seq = 17", JOURNAL_FAULT_CHANGED, 17,
          "column source" },
        { "a byte moved over a column's border",
          "UPDATE entry SET kind = 'reportn', source = 'ws' WHERE seq = 18", JOURNAL_FAULT_CHANGED,
          18, "row 18" },
    };
    char path[300], copy[300];

    journal_of(path_in(state, "journal.db", path), 40);
    path_in(state, "copy.db", copy);
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        CASE("%s", cases[i].name);
        file_copy(path, copy);
        hand_forge(copy, "%s", cases[i].forgery);
        struct journal_finding finding = hand_verify(copy, NULL);
        print_message("    %s\n", finding.sentence);
        assert_int_equal(finding.fault, cases[i].fault);
        assert_int_equal(finding.row, cases[i].row);
        assert_non_null(strstr(finding.sentence, cases[i].says));
    }
}

/* Goal: a tail cut off and a record written anew are found with a head kept from before. */
static void an_earlier_head_finds_a_cut_tail(void **state)
{
    char path[300], other[300];
    struct chain_head middle = journal_of(path_in(state, "journal.db", path), 30);
    struct chain_head end = journal_of(path, 40);

    assert_int_equal(hand_verify(path, &middle).fault, JOURNAL_FAULT_NONE);
    assert_int_equal(hand_verify(path, &end).fault, JOURNAL_FAULT_NONE);
    hand_forge(path, "DELETE FROM entry WHERE seq > 35");
    assert_int_equal(hand_verify(path, NULL).fault, JOURNAL_FAULT_NONE);
    assert_int_equal(hand_verify(path, &middle).fault, JOURNAL_FAULT_NONE);
    struct journal_finding finding = hand_verify(path, &end);
    print_message("    %s\n", finding.sentence);
    assert_int_equal(finding.fault, JOURNAL_FAULT_CUT);
    assert_int_equal(finding.row, 36);

    CASE("another record of the same length");
    struct journal_hand hand;
    assert_int_equal(hand_open(&hand, path_in(state, "other.db", other), JOURNAL_DRILL, NULL),
                     STATUS_OK);
    assert_int_equal(hand_append(&hand, 50), STATUS_OK);
    hand_close(&hand);
    finding = hand_verify(other, &end);
    print_message("    %s\n", finding.sentence);
    assert_int_equal(finding.fault, JOURNAL_FAULT_REWRITTEN);
    assert_int_equal(finding.row, 40);
}

/* Goal: a damaged page is an unreadable row, not a crash or a whole journal. Method: the file's
 * pages overwritten one after the other with zeros and with noise. */
static void a_damaged_page_is_found(void **state)
{
    char path[300], copy[300];
    struct buffer bytes = { 0 };
    uint64_t seed = 7;

    journal_of(path_in(state, "journal.db", path), 400);
    path_in(state, "copy.db", copy);
    file_read(path, &bytes);
    size_t pages = bytes.length / 4096;
    assert_true(pages > 10);
    for (size_t page = 2; page < pages; page += 3) {
        struct journal_verify_options options = { .path = copy };
        struct journal_finding finding;
        char *at = bytes.bytes + page * 4096, kept[4096];
        memcpy(kept, at, sizeof kept);
        for (size_t i = 0; i < sizeof kept; i++)
            at[i] = page % 2 ? 0 : (char)draw(&seed);
        file_write(copy, buffer_span(&bytes));
        memcpy(at, kept, sizeof kept);
        enum status status = journal_verify(&options, &finding);
        if (status == STATUS_OK && finding.fault == JOURNAL_FAULT_NONE)
            fail_msg("page %zu: %s", page, finding.sentence);
        assert_true(*finding.sentence != '\0');
    }
    buffer_clear(&bytes);
}

/* Goal: a journal where nothing may be written can be verified, and nothing is left beside it.
 * Method: a folder that its reader may only read; root, whom that does not stop, steps down. */
static void a_journal_that_may_only_be_read_is_read(void **state)
{
    char path[300], folder[300];
    int code = -1;

    assert_int_equal(mkdir(path_in(state, "archive", folder), 0700), 0);
    journal_of(path_in(state, "archive/journal.db", path), 30);
    assert_int_equal(chmod(site_folder(*state), 0755), 0);
    assert_int_equal(chmod(path, 0444), 0);
    assert_int_equal(chmod(folder, 0555), 0);
    pid_t child = fork();
    if (child == 0) {
        struct journal_verify_options options = { .path = path };
        struct journal_finding finding;
        if (geteuid() == 0 && setuid(65534) != 0)
            _exit(50);
        if (journal_verify(&options, &finding) != STATUS_OK)
            _exit(51);
        _exit(finding.fault == JOURNAL_FAULT_NONE ? (int)finding.entries : 52);
    }
    waitpid(child, &code, 0);
    assert_int_equal(chmod(folder, 0700), 0);
    assert_int_equal(WEXITSTATUS(code), 30);
    assert_int_not_equal(access(path_in(state, "archive/journal.db-shm", path), F_OK), 0);
}

/* Goal: folding finds events that this release cannot read, though the chain is right. */
static void events_that_cannot_be_folded_are_named(void **state)
{
    char path[300];
    struct journal_hand hand;
    struct entry_head head = { .sequence = 5, .kind = INPUT_TICK, .source = "" };
    struct journal_verify_options options = { .path = path, .folds = true };
    struct journal_finding finding;

    assert_int_equal(hand_open(&hand, path_in(state, "journal.db", path), JOURNAL_LIVE, NULL),
                     STATUS_OK);
    assert_int_equal(hand_append(&hand, 3), STATUS_OK);
    assert_int_equal(journal_verify(&options, &finding), STATUS_OK);
    assert_int_equal(finding.fault, JOURNAL_FAULT_NONE);
    assert_true(finding.digest != 0);
    journal_batch_reset(hand.batch);
    journal_batch_add(hand.batch, &head, span_of("{}"), span_of("[{\"event\":\"unheard_of\"}]"));
    hand_append_batch(&hand);
    assert_true(hand_wait(&hand, DEADLINE_MS));
    hand_close(&hand);
    assert_int_equal(hand_verify(path, NULL).fault, JOURNAL_FAULT_NONE);
    assert_int_equal(journal_verify(&options, &finding), STATUS_OK);
    assert_int_equal(finding.fault, JOURNAL_FAULT_EVENTS);
    assert_int_equal(finding.row, 5);
}

/* ---- touched ---- */

/* Goal: the index finds the entries of an object, newest first; it follows, and makes itself anew
 * for another journal, when damaged and when deleted. */
static void the_index_follows_the_journal(void **state)
{
    char path[300], index[300], why[JOURNAL_WHY_BYTES];
    struct object_name note = object_numbered(OBJECT_NOTE, 25);
    struct object_name late = object_numbered(OBJECT_NOTE, 35);
    struct journal_reader *reader;
    struct touched *touched;
    uint64_t found[8];

    journal_of(path_in(state, "journal.db", path), 30);
    path_in(state, "touched.db", index);
    assert_int_equal(journal_reader_open(path, &reader, why), STATUS_OK);
    assert_int_equal(touched_open(index, &touched, why), STATUS_OK);
    assert_int_equal(touched_follow(touched, reader, UINT64_MAX, why), STATUS_OK);
    assert_int_equal(touched_find(touched, &note, found, 8), 1);
    assert_int_equal(found[0], 25);
    assert_int_equal(touched_find(touched, &late, found, 8), 0);
    journal_of(path, 40);
    assert_int_equal(touched_follow(touched, reader, UINT64_MAX, why), STATUS_OK);
    assert_int_equal(touched_find(touched, &late, found, 8), 1);
    touched_close(touched);

    CASE("damaged");
    site_write(*state, "touched.db", "no database at all");
    assert_int_equal(touched_open(index, &touched, why), STATUS_OK);
    assert_int_equal(touched_follow(touched, reader, 20, why), STATUS_OK);
    assert_int_equal(touched_find(touched, &note, found, 8), 0);
    assert_int_equal(touched_follow(touched, reader, 30, why), STATUS_OK);
    assert_int_equal(touched_find(touched, &note, found, 8), 1);
    touched_close(touched);
    journal_reader_close(reader);

    CASE("another journal");
    struct journal_hand hand;
    assert_int_equal(hand_open(&hand, path_in(state, "other.db", path), JOURNAL_DRILL, NULL),
                     STATUS_OK);
    assert_int_equal(hand_append(&hand, 20), STATUS_OK);
    hand_close(&hand);
    assert_int_equal(journal_reader_open(path, &reader, why), STATUS_OK);
    assert_int_equal(touched_open(index, &touched, why), STATUS_OK);
    assert_int_equal(touched_follow(touched, reader, UINT64_MAX, why), STATUS_OK);
    assert_int_equal(touched_find(touched, &note, found, 8), 0);
    touched_close(touched);
    journal_reader_close(reader);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_new, scratch_free)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_chain_is_as_written),
        TEST(a_head_is_read_back),
        TEST(what_was_appended_is_read_back),
        TEST(a_reader_follows_the_hub),
        TEST(a_slow_reader_holds_nobody_up),
        TEST(a_wrong_journal_is_refused),
        TEST(a_file_that_is_no_database_is_refused),
        TEST(the_second_hub_does_not_lead),
        TEST(nothing_is_done_before_the_sync),
        TEST(a_failed_sync_ends_it),
        TEST(a_full_disk_is_waited_for),
        TEST(a_busy_file_is_waited_for),
        TEST(killed_in_the_middle_nothing_told_is_lost),
        TEST(the_log_stays_short),
        TEST(one_byte_changed_names_its_row),
        TEST(a_changed_row_is_never_folded),
        TEST(forgeries_are_named),
        TEST(an_earlier_head_finds_a_cut_tail),
        TEST(a_damaged_page_is_found),
        TEST(a_journal_that_may_only_be_read_is_read),
        TEST(events_that_cannot_be_folded_are_named),
        TEST(the_index_follows_the_journal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
