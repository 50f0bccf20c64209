#include "app/journal_verify.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "app/journal_rows.h"

/* One pass in the order of the file. `good` is the end of what fits; the first row that does not
 * ends the pass and is looked at closer. */
struct verification {
    sqlite3 *db;
    const struct journal_verify_options *options;
    struct chain *chain;
    struct chain_head good;
    bool has_stray;
    int64_t stray;                      /* A row numbered below 1, before all others. */
    bool earlier_seen;
    struct picture *picture;            /* NULL unless it is folded. */
    struct arena *arena;
    struct journal_finding *finding;
};

static void find(struct verification *verification, enum journal_fault fault, int64_t row,
                 const char *sentence)
{
    struct journal_finding *finding = verification->finding;

    finding->fault = fault;
    finding->row = row;
    snprintf(finding->sentence, sizeof finding->sentence, "%s", sentence);
}

/* ---- looking closer ---- */

static sqlite3_stmt *rows_query(sqlite3 *db, const char *where)
{
    struct buffer text = { 0 };
    sqlite3_stmt *statement = NULL;

    buffer_print(&text, "SELECT " JOURNAL_COLUMNS " FROM entry %s", where);
    sqlite3_prepare_v2(db, text.bytes, -1, &statement, NULL);
    buffer_clear(&text);
    return statement;               /* NULL steps as SQLITE_MISUSE, gets 0 and finalizes. */
}

/* Would the row fit here if it bore `sequence`? */
static bool row_fits_as(struct verification *verification, const struct journal_row *row,
                        int64_t sequence, const unsigned char before[CHAIN_BYTES])
{
    struct journal_row moved = *row;
    unsigned char chain[CHAIN_BYTES];

    if (row->wrong)
        return false;
    moved.columns.sequence = sequence;
    chain_next(verification->chain, before, &moved.columns, chain);
    return memcmp(chain, row->chain, CHAIN_BYTES) == 0;
}

/* Where what should be row `sequence` stands instead; false when it is nowhere. */
static bool moved_to(struct verification *verification, int64_t sequence, int64_t *ret_elsewhere)
{
    sqlite3_stmt *statement = rows_query(verification->db, "");
    struct journal_row row;
    bool found = false;

    while (!found && sqlite3_step(statement) == SQLITE_ROW) {
        journal_row_read(statement, &row);
        found = row_fits_as(verification, &row, sequence, verification->good.chain);
        if (found)
            *ret_elsewhere = row.columns.sequence;
    }
    sqlite3_finalize(statement);
    return found;
}

static void find_missing(struct verification *verification, int64_t sequence)
{
    char sentence[JOURNAL_WHY_BYTES];
    int64_t elsewhere;

    if (moved_to(verification, sequence, &elsewhere))
        snprintf(sentence, sizeof sentence,
                 "row %lld: its sequence was changed: it stands as row %lld now",
                 (long long)sequence, (long long)elsewhere);
    else
        snprintf(sentence, sizeof sentence, "row %lld: it is missing, and later rows are there",
                 (long long)sequence);
    find(verification, JOURNAL_FAULT_MISSING, sequence, sentence);
}

/* The next row tells what was changed: it follows either from what this row says, and then only
 * this row's chain is wrong, or from this row's chain, and then what it says is. */
static bool only_the_chain_changed(struct verification *verification, const struct journal_row *row)
{
    unsigned char true_chain[CHAIN_BYTES];
    sqlite3_stmt *statement = rows_query(verification->db, "WHERE seq = ?");
    struct journal_row next;
    bool follows = false;

    chain_next(verification->chain, verification->good.chain, &row->columns, true_chain);
    sqlite3_bind_int64(statement, 1, row->columns.sequence + 1);
    if (sqlite3_step(statement) == SQLITE_ROW) {
        journal_row_read(statement, &next);
        follows = row_fits_as(verification, &next, next.columns.sequence, true_chain);
    }
    sqlite3_finalize(statement);
    return follows;
}

static void find_changed(struct verification *verification, const struct journal_row *row)
{
    char sentence[JOURNAL_WHY_BYTES];
    bool only_chain = only_the_chain_changed(verification, row);

    snprintf(sentence, sizeof sentence, only_chain
                 ? "row %lld: its chain column was changed; what it says still fits the rest"
                 : "row %lld: it does not fit its chain: it was changed after it was written",
             (long long)row->columns.sequence);
    find(verification, only_chain ? JOURNAL_FAULT_CHAIN : JOURNAL_FAULT_CHANGED,
         row->columns.sequence, sentence);
}

/* ---- one row ---- */

static void row_fold(struct verification *verification, const struct journal_row *row)
{
    struct entry_head head = { .sequence = (uint64_t)row->columns.sequence,
                               .at_ms = row->columns.at_ms };
    char sentence[JOURNAL_WHY_BYTES], reason[160];
    struct json *events = NULL;
    uint32_t kind = 0;
    struct verdict verdict = accepted();

    if (!vocabulary_value(&input_kind_words, row->columns.kind, &kind))
        verdict = refused(REFUSED_UNKNOWN_WORD, 0, "kind");
    head.kind = (enum input_kind)kind;
    head.source = arena_copy(verification->arena, row->columns.source);
    if (is_accepted(&verdict))
        verdict = json_parse(row->columns.events, &events);
    if (is_accepted(&verdict))
        verdict = entry_apply(&head, events, verification->arena, verification->picture);
    json_free(events);
    arena_reset(verification->arena);
    if (is_accepted(&verdict))
        return;
    snprintf(sentence, sizeof sentence,
             "row %lld: it is as it was written, but this release cannot fold its events: %s",
             (long long)head.sequence, verdict_sentence(&verdict, reason, sizeof reason));
    find(verification, JOURNAL_FAULT_EVENTS, row->columns.sequence, sentence);
}

static void earlier_compare(struct verification *verification)
{
    const struct chain_head *earlier = verification->options->earlier;
    char sentence[JOURNAL_WHY_BYTES];

    if (!earlier || earlier->sequence != verification->good.sequence)
        return;
    verification->earlier_seen = true;
    if (chain_head_same(earlier, &verification->good))
        return;
    snprintf(sentence, sizeof sentence,
             "row %llu: the record up to here differs from the head that was kept: it was "
             "written anew, or the head is of another journal",
             (unsigned long long)earlier->sequence);
    find(verification, JOURNAL_FAULT_REWRITTEN, (int64_t)earlier->sequence, sentence);
}

static void row_verify(struct verification *verification, const struct journal_row *row)
{
    int64_t sequence = row->columns.sequence;
    int64_t expected = (int64_t)verification->good.sequence + 1;
    char sentence[JOURNAL_WHY_BYTES];

    if (sequence < 1) {         /* Before row 1. Whether one is missing shows later. */
        verification->has_stray = true;
        verification->stray = sequence;
        return;
    }
    if (sequence != expected) {
        find_missing(verification, expected);
        return;
    }
    if (row->wrong) {
        snprintf(sentence, sizeof sentence, "row %lld: its column %s was changed to another type",
                 (long long)sequence, row->wrong);
        find(verification, JOURNAL_FAULT_CHANGED, sequence, sentence);
        return;
    }
    if (!row_fits_as(verification, row, sequence, verification->good.chain)) {
        find_changed(verification, row);
        return;
    }
    verification->good.sequence = (uint64_t)sequence;
    memcpy(verification->good.chain, row->chain, CHAIN_BYTES);
    earlier_compare(verification);
    if (verification->picture && verification->finding->fault == JOURNAL_FAULT_NONE)
        row_fold(verification, row);
}

/* ---- the end ---- */

static void end_verify(struct verification *verification)
{
    const struct chain_head *earlier = verification->options->earlier;
    char sentence[JOURNAL_WHY_BYTES];

    if (verification->has_stray) {
        int64_t expected = (int64_t)verification->good.sequence + 1, elsewhere;
        /* A last row that was renumbered leaves no gap behind. */
        if (moved_to(verification, expected, &elsewhere)) {
            find_missing(verification, expected);
            return;
        }
        snprintf(sentence, sizeof sentence,
                 "row %lld: it does not belong: rows are numbered from 1",
                 (long long)verification->stray);
        find(verification, JOURNAL_FAULT_EXTRA, verification->stray, sentence);
        return;
    }
    if (earlier && !verification->earlier_seen && earlier->sequence > 0) {
        snprintf(sentence, sizeof sentence,
                 "row %llu: the end was cut off: the record ends at %llu, the head that was kept "
                 "is %llu",
                 (unsigned long long)verification->good.sequence + 1,
                 (unsigned long long)verification->good.sequence,
                 (unsigned long long)earlier->sequence);
        find(verification, JOURNAL_FAULT_CUT, (int64_t)verification->good.sequence + 1, sentence);
    }
}

static void unreadable(struct verification *verification)
{
    char sentence[JOURNAL_WHY_BYTES];
    int64_t row = (int64_t)verification->good.sequence + 1;

    snprintf(sentence, sizeof sentence, "row %lld: it cannot be read from the disk: %s",
             (long long)row, sqlite3_errmsg(verification->db));
    find(verification, JOURNAL_FAULT_UNREADABLE, row, sentence);
}

static void rows_verify(struct verification *verification)
{
    sqlite3_stmt *statement = rows_query(verification->db, "ORDER BY seq");
    struct journal_finding *finding = verification->finding;
    int result = SQLITE_ERROR;

    while (finding->fault == JOURNAL_FAULT_NONE &&
           (result = sqlite3_step(statement)) == SQLITE_ROW) {
        struct journal_row row;
        journal_row_read(statement, &row);
        row_verify(verification, &row);
    }
    if (finding->fault == JOURNAL_FAULT_NONE && result == SQLITE_DONE)
        end_verify(verification);
    else if (finding->fault == JOURNAL_FAULT_NONE)
        unreadable(verification);
    sqlite3_finalize(statement);
    finding->entries = verification->good.sequence;
    finding->head = verification->good;
}

static void whole(struct verification *verification)
{
    char head[CHAIN_HEAD_TEXT_BYTES];
    struct journal_finding *finding = verification->finding;

    if (verification->picture)
        finding->digest = picture_digest(verification->picture);
    snprintf(finding->sentence, sizeof finding->sentence, "whole: %llu entries, head %s%s",
             (unsigned long long)finding->entries, chain_head_text(&finding->head, head),
             verification->options->earlier ? ", and it follows from the head that was kept" : "");
}

enum status journal_verify(const struct journal_verify_options *options,
                           struct journal_finding *ret_finding)
{
    struct journal_finding finding = { 0 };
    struct verification verification = { .options = options, .finding = &finding };
    enum status status = journal_connect_to_read(options->path, &verification.db,
                                                 finding.sentence);

    if (status == STATUS_OK) {
        verification.chain = chain_new();
        if (options->folds) {
            verification.picture = picture_new();
            verification.arena = arena_new();
        }
        rows_verify(&verification);
        if (finding.fault == JOURNAL_FAULT_NONE)
            whole(&verification);
        arena_free(verification.arena);
        picture_free(verification.picture);
        chain_free(verification.chain);
    }
    sqlite3_close(verification.db);
    *ret_finding = finding;
    return status;
}
