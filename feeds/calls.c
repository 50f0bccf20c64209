/* calls.c - a log of emergency calls: given out again at the pace it was written, faster or at
 * once, or followed while it grows.
 *
 * Played, the first row is a call at the feed's start, every other as long after it as the log says
 * (divided by the rate); its report bears that time, so that an old log is a call now. At rate max,
 * and followed, the times are those of the log. One row is read ahead: its time is what `now`
 * answers. What a row says is read by the settings (call_row.h) or by a mapping (mapping.h). */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/base/when.h"
#include "feeds/adapters.h"
#include "feeds/call_row.h"
#include "feeds/log_file.h"
#include "feeds/log_rows.h"
#include "feeds/mapping_feed.h"
#include "feeds/time_format.h"

enum {
    READ_BYTES = 64 * 1024,
    /* Rows given out before the hub is heard again. */
    BATCH_ROWS = 256,
    AT_ONCE = 0,
    FOLLOW_MS = 1000,           /* Between two looks at a log that grows. */
};

enum following { PLAYED, FOLLOWED, FOLLOWED_NEW };

struct calls {
    struct feed *feed;
    enum following following;
    struct log_file file;
    struct log_rows *rows;
    struct call_plan plan;
    struct mapping *mapping;    /* NULL: by the plan. */
    struct zone zone;
    double rate;                /* Times as fast as recorded; AT_ONCE. */
    bool columns_found, source_ended;
    uint64_t row_number;        /* Of the row read last; the header is not counted. */
    struct csv_row row;         /* The one being read, for its columns. */
    char row_id[48];
    int64_t previous_ms;        /* The time of the row before. */
    bool unsure_said;
    struct arena *arena;        /* The row read ahead. */
    bool ahead;
    struct report report;
    uint64_t report_end;        /* Offset behind that row: the cursor. */
    int64_t due_ms;
    bool started;
    int64_t start_ms, first_ms; /* When the first row was played, and its time in the log. */
};

/* ---- settings ---- */

static bool rate_read(const char *text, double *ret_rate)
{
    *ret_rate = 1;
    if (!text[0] || strcmp(text, "recorded") == 0)
        return true;
    if (strcmp(text, "max") == 0) {
        *ret_rate = AT_ONCE;
        return true;
    }
    return text[0] == 'x' && span_to_double(span_of(text + 1), ret_rate) && *ret_rate >= 0.01
           && *ret_rate <= 1e6;
}

static enum following following_of(const struct feed *feed)
{
    const char *follow = feed_setting_text(feed, "follow");

    if (strcmp(follow, "new") == 0)
        return FOLLOWED_NEW;
    return setting_flag_is_on(follow) ? FOLLOWED : PLAYED;
}

static bool pace_right(const struct feed *feed, char *sentence, size_t sentence_bytes)
{
    const char *rate = feed_setting_text(feed, "rate"), *follow = feed_setting_text(feed, "follow");
    bool followed = following_of(feed) != PLAYED;
    double factor;

    if (!rate_read(rate, &factor))
        snprintf(sentence, sentence_bytes,
                 "rate \"%.40s\" is not recorded, max or x and a factor, as x10", rate);
    else if (!followed && follow[0] && strcmp(follow, "no") != 0)
        snprintf(sentence, sentence_bytes, "follow \"%.40s\" is not yes, new or no", follow);
    else if (followed && rate[0])
        snprintf(sentence, sentence_bytes,
                 "a log that is followed has no rate: leave out \"rate\" or \"follow\"");
    else
        return true;
    return false;
}

static bool times_right(const struct feed *feed, char *sentence, size_t sentence_bytes)
{
    const char *format = feed_setting_text(feed, "time_format");
    const char *name = feed_setting_text(feed, "timezone");
    struct zone zone;

    if (!time_format_known(format)) {
        snprintf(sentence, sentence_bytes,
                 "time_format \"%.80s\" has a conversion that is not known here", format);
        return false;
    }
    return !name[0] || zone_open(name, &zone, sentence, sentence_bytes);
}

/* With a setting `map` the columns' settings say nothing. */
static bool columns_right(const struct feed *feed, char *sentence, size_t sentence_bytes)
{
    bool mapped = feed_setting_count(feed, "map") > 0;

    if (!mapped && !feed_setting_text(feed, "time")[0]) {
        snprintf(sentence, sentence_bytes,
                 "it needs the setting \"time\", or \"map\" rules: map=at=COLUMN");
        return false;
    }
    for (enum call_column column = 0; mapped && column < COLUMN_COUNT; column++) {
        const char *word = call_column_word(column);
        if (!feed_setting_text(feed, word)[0])
            continue;
        snprintf(sentence, sentence_bytes,
                 "both \"map\" and \"%s\" are given: say it as map=%s=...", word, word);
        return false;
    }
    return true;
}

static const char *const map_defaults[] = { "id=@row", NULL };

static struct mapping *mapping_read(const struct feed *feed, struct zone *zone, char *sentence,
                                    size_t sentence_bytes)
{
    struct mapping_feed_terms terms = { .kind = REPORT_INCIDENT, .defaults = map_defaults };
    return mapping_of_feed(feed, &terms, zone, sentence, sentence_bytes);
}

bool calls_check(const struct feed *feed, char *sentence, size_t sentence_bytes)
{
    struct zone zone = { 0 };

    if (!pace_right(feed, sentence, sentence_bytes) || !times_right(feed, sentence, sentence_bytes)
        || !columns_right(feed, sentence, sentence_bytes))
        return false;
    if (feed_setting_count(feed, "map") == 0)
        return true;
    struct mapping *mapping = mapping_read(feed, &zone, sentence, sentence_bytes);
    mapping_free(mapping);
    return mapping;
}

/* What calls_check() found right. */
static void settings_take(struct feed *feed, struct calls *calls)
{
    const char *zone = feed_setting_text(feed, "timezone"), *rate = feed_setting_text(feed, "rate");
    char sentence[400];
    bool right = rate_read(rate, &calls->rate)
        && (!zone[0] || zone_open(zone, &calls->plan.zone, sentence, sizeof sentence));

    assert(right);
    calls->plan.time_format = feed_setting_text(feed, "time_format");
    calls->plan.types = feed_setting_text(feed, "types");
    calls->following = following_of(feed);
    if (feed_setting_count(feed, "map"))
        calls->mapping = mapping_read(feed, &calls->zone, sentence, sizeof sentence);
    /* By hand nobody wants to wait for a log of last year to pass. */
    if (calls->following != PLAYED || (feed->by_hand && !rate[0]))
        calls->rate = AT_ONCE;
}

/* Without names there is no header row to find them in. */
static bool columns_are_numbers(const struct feed *feed)
{
    for (enum call_column column = 0; column < COLUMN_COUNT; column++) {
        const char *wanted = feed_setting_text(feed, call_column_word(column));
        if (wanted[0] && !call_column_is_number(wanted))
            return false;
    }
    return true;
}

static bool rows_open(struct feed *feed, struct calls *calls)
{
    const char *separator = feed_setting_text(feed, "separator");
    const char *header = feed_setting_text(feed, "header");
    bool nameless = calls->mapping ? header[0] && !setting_flag_is_on(header)
                                   : columns_are_numbers(feed);
    struct log_rows_terms terms = {
        .columns = feed_setting_text(feed, "columns"),
        .charset = feed_setting_text(feed, "charset"),
        .separator = strcmp(separator, "tab") == 0 ? '\t' : separator[0] ? separator[0] : ',',
        .header = nameless ? LOG_NO_NAMES : LOG_NAMES_FIRST,
        .row_bytes_max = feed->adapter->message_bytes_max,
    };
    char sentence[200];

    if ((strlen(separator) > 1 && strcmp(separator, "tab") != 0) || separator[0] == '"') {
        feed_log(feed, "separator \"%s\" is not one character, or tab", separator);
        return false;
    }
    calls->rows = log_rows_new(&terms, sentence, sizeof sentence);
    if (!calls->rows)
        feed_log(feed, "%s", sentence);
    return calls->rows;
}

static bool source_open(struct feed *feed, struct calls *calls)
{
    const char *path = feed_setting_text(feed, "file");

    if (!path[0] && feed->by_hand) {
        calls->file.fd = FEED_SOURCE_FD;
        calls->following = PLAYED;
        return true;
    }
    if (!path[0]) {
        feed_log(feed, "it needs the setting \"file\"");
        return false;
    }
    if (log_file_open(path, &calls->file))
        return true;
    feed_log(feed, "\"%s\" cannot be read: %s", path,
             errno == EINVAL ? "it is not a plain file" : strerror(errno));
    return false;
}

/* ---- the source ---- */

/* Another file stands at its place, and the walls do not let us see it: the hub starts the feed
 * anew, and the walls go up around what is there then. */
static bool source_reopen(struct calls *calls)
{
    const char *path = feed_setting_text(calls->feed, "file");
    struct log_file fresh;

    if (!log_file_open(path, &fresh)) {
        feed_log(calls->feed, "another log stands in its place: the feed starts again to read it");
        calls->feed->exit_code = 1;
        calls->feed->ended = true;
        return false;
    }
    log_file_close(&calls->file);
    calls->file = fresh;
    log_rows_restart(calls->rows, 0);
    calls->row_number = 0;
    calls->source_ended = false;
    return true;
}

static void source_cut(struct calls *calls)
{
    feed_log(calls->feed, "the log was cut short: it is read from its start");
    log_file_seek(&calls->file, 0);
    log_rows_restart(calls->rows, 0);
    calls->row_number = 0;
}

/* At the end of what there is. True: there may be more. */
static bool source_wait(struct calls *calls)
{
    switch (log_file_fate(&calls->file, feed_setting_text(calls->feed, "file"))) {
    case LOG_GROWS:
        return false;
    case LOG_CUT:
        source_cut(calls);
        return true;
    case LOG_REPLACED:
        /* What its last line lacks will not come any more. */
        log_rows_end(calls->rows);
        calls->source_ended = true;
        return true;
    }
    return false;
}

/* False: nothing more for now. */
static bool source_read(struct calls *calls)
{
    char bytes[READ_BYTES];
    ptrdiff_t length = log_file_read(&calls->file, bytes, sizeof bytes);

    if (length > 0) {
        log_rows_add(calls->rows, span_from(bytes, (size_t)length));
        return true;
    }
    if (length == 0 && calls->following != PLAYED)
        return source_wait(calls);
    if (length < 0)
        feed_log(calls->feed, "the log cannot be read any further: %s", strerror(errno));
    log_rows_end(calls->rows);
    calls->source_ended = true;
    return true;
}

/* False: the log has ended, or grows no further for now. */
static bool row_next(struct calls *calls, struct csv_row *ret_row)
{
    while (!log_rows_next(calls->rows, ret_row)) {
        if (calls->source_ended
            && (calls->following == PLAYED || !source_reopen(calls)))
            return false;
        if (!source_read(calls))
            return false;
    }
    return true;
}

/* ---- where to begin ---- */

/* Behind the row that an earlier process reported last, if this is still that file. */
static bool cursor_follow(struct calls *calls)
{
    const struct json *cursor = json_member(calls->feed->hello_json, "cursor");
    int64_t offset = json_member_int64(cursor, "offset", 0);
    int64_t row = json_member_int64(cursor, "row", 0);
    uint64_t inode = (uint64_t)json_member_int64(cursor, "inode", 0);

    if (offset <= 0 || row < 0)
        return false;
    if (calls->following != PLAYED && inode && inode != calls->file.inode) {
        feed_log(calls->feed, "another log stands where the last one was: it is read from its "
                 "start; what was written at the end of the old one meanwhile is not");
        return true;
    }
    if (!log_file_seek(&calls->file, (uint64_t)offset))
        return calls->following != PLAYED;
    log_rows_restart(calls->rows, (uint64_t)offset);
    calls->source_ended = false;
    calls->row_number = (uint64_t)row;
    return true;
}

static void begin(struct calls *calls)
{
    bool gone_on = cursor_follow(calls);

    if (gone_on || calls->following != FOLLOWED_NEW)
        return;
    uint64_t end = log_file_end(&calls->file);
    if (end > 0 && log_file_seek(&calls->file, end))
        log_rows_restart(calls->rows, end);
}

static bool columns_find(struct calls *calls, const struct csv_row *header)
{
    char missing[64];

    for (enum call_column column = 0; column < COLUMN_COUNT; column++) {
        const char *word = call_column_word(column);
        if (call_column_find(&calls->plan, column, feed_setting_text(calls->feed, word), header,
                             missing, sizeof missing))
            continue;
        feed_log(calls->feed, "the log has no column \"%s\", which setting \"%s\" names", missing,
                 word);
        return false;
    }
    return true;
}

/* One of several alternatives may be a column of another year's log, so this is only said. */
static void column_expect(void *context, const char *name)
{
    struct calls *calls = context;
    struct csv_row none = { .field_count = 0 };
    struct span field;

    if (name[0] != '@' && !log_rows_field(calls->rows, &none, name, &field))
        feed_log(calls->feed, "the log has no column \"%.60s\", which a \"map\" names", name);
}

/* False: they are not there yet, or never will be (feed->ended). */
static bool columns_learn(struct calls *calls)
{
    while (!log_rows_learn(calls->rows)) {
        if (!calls->source_ended && !source_read(calls))
            return false;
        if (!calls->source_ended || log_rows_learn(calls->rows))
            continue;
        feed_log(calls->feed, "the log is empty: it has no row of column names");
        calls->feed->exit_code = 1;
        calls->feed->ended = true;
        return false;
    }
    if (!calls->mapping && !columns_find(calls, log_rows_names(calls->rows))) {
        calls->feed->exit_code = 1;
        calls->feed->ended = true;
        return false;
    }
    if (calls->mapping)
        mapping_names(calls->mapping, column_expect, calls);
    calls->columns_found = true;
    begin(calls);
    return true;
}

/* ---- one row ---- */

/* Followed, a row's number is another's once the log is replaced: what it says names it. */
static const char *row_id(const struct calls *calls, char text[48])
{
    struct digest digest;

    if (calls->following == PLAYED) {
        snprintf(text, 48, "%" PRIu64, calls->row_number);
        return text;
    }
    digest_start(&digest);
    digest_bytes(&digest, calls->row.raw.bytes, calls->row.raw.length);
    snprintf(text, 48, "%016" PRIx64, digest_end(&digest));
    return text;
}

static bool column_look(void *context, const char *name, struct span *ret_text)
{
    struct calls *calls = context;

    if (strcmp(name, "@row") != 0)
        return log_rows_field(calls->rows, &calls->row, name, ret_text);
    *ret_text = span_of(row_id(calls, calls->row_id));
    return true;
}

static int64_t *at_of(struct report *report)
{
    const struct record_shape *shape = report_shape(report->kind);

    for (uint32_t i = 0; i < shape->field_count; i++)
        if (strcmp(shape->fields[i].name, "at") == 0)
            return (int64_t *)((char *)&report->incident + shape->fields[i].offset);
    assert(false && "a report without a time");
    return NULL;
}

static struct verdict row_refused(const struct calls *calls, const struct verdict *verdict)
{
    char field[sizeof verdict->field];

    snprintf(field, sizeof field, "%.30s%srow %" PRIu64, verdict->field,
             verdict->field[0] ? ", " : "", calls->row_number);
    return refused(verdict->refusal, verdict->offset, field);
}

/* *ret_wanted is false for a row that the mapping's `if` passes over. */
static struct verdict row_map(struct calls *calls, struct call_time *time, bool *ret_wanted)
{
    struct expression_source source = { .look = column_look, .context = calls };
    struct mapped mapped;
    struct value at;
    struct verdict verdict = calls->row.verdict;

    if (is_accepted(&verdict))
        verdict = mapping_take(calls->mapping, &source, calls->arena, &mapped);
    if (is_accepted(&verdict))
        verdict = mapping_extra(calls->mapping, "at", &source, calls->arena, &at);
    if (is_accepted(&verdict) && mapped.count && report_at_ms(&mapped.reports[0]) == 0)
        verdict = refused(REFUSED_FIELD_MISSING, 0, "at");
    if (!is_accepted(&verdict))
        return row_refused(calls, &verdict);
    *ret_wanted = mapped.count > 0;
    if (mapped.count == 0)
        return verdict;
    calls->report = mapped.reports[0];
    if (at.kind == VALUE_TIME) {
        struct time_read read = { .first_ms = at.at_ms, .last_ms = at.last_ms };
        time->unsure = read.first_ms != read.last_ms;
        *at_of(&calls->report) = time_read_choose(&read, time->previous_ms);
    }
    return verdict;
}

static struct verdict row_read(struct calls *calls, bool *ret_wanted)
{
    struct call_time time = { .previous_ms = calls->previous_ms };
    struct verdict verdict;

    *ret_wanted = true;
    if (calls->mapping) {
        verdict = row_map(calls, &time, ret_wanted);
    } else {
        verdict = call_row_read(&calls->plan, &calls->row, calls->row_number, &time, calls->arena,
                                &calls->report);
        if (is_accepted(&verdict) && calls->following != PLAYED
            && calls->plan.columns[COLUMN_ID].count == 0)
            calls->report.incident.id =
                arena_copy(calls->arena, span_of(row_id(calls, calls->row_id)));
    }
    if (!is_accepted(&verdict) || !*ret_wanted)
        return verdict;
    calls->previous_ms = report_at_ms(&calls->report);
    if (time.unsure && !calls->unsure_said) {
        char at[WHEN_TEXT_BYTES], text[200];
        snprintf(text, sizeof text, "times from %s on stand in an hour that the log's clock shows "
                 "twice or never: they are taken in the order of the rows, else as the first",
                 when_text(calls->previous_ms, at));
        feed_health(calls->feed, SOURCE_THERE, text);
    }
    calls->unsure_said = time.unsure;
    return verdict;
}

/* The first row plays now; a row older than the one before it plays with it. */
static int64_t row_due(struct calls *calls, int64_t at_ms)
{
    if (!calls->started) {
        calls->started = true;
        calls->start_ms = calls->feed->now_ms;
        calls->first_ms = at_ms;
        calls->due_ms = calls->start_ms;
    }
    if (calls->rate == AT_ONCE)
        return calls->start_ms;
    int64_t due_ms = calls->start_ms + (int64_t)((double)(at_ms - calls->first_ms) / calls->rate);
    return due_ms > calls->due_ms ? due_ms : calls->due_ms;
}

/* Reads the next good row; refuses the others as it meets them. False: there is none for now. */
static bool row_read_ahead(struct calls *calls)
{
    bool wanted;

    while (row_next(calls, &calls->row)) {
        arena_reset(calls->arena);
        calls->row_number++;
        struct verdict verdict = row_read(calls, &wanted);
        if (!is_accepted(&verdict))
            feed_refuse(calls->feed, &verdict, calls->row.raw, span_of(""));
        if (!is_accepted(&verdict) || !wanted)
            continue;
        calls->due_ms = row_due(calls, report_at_ms(&calls->report));
        if (calls->rate != AT_ONCE)
            *at_of(&calls->report) = calls->due_ms;
        calls->report_end = calls->row.end;
        return true;
    }
    return false;
}

static void row_report(struct calls *calls)
{
    char cursor[128];
    int length = snprintf(cursor, sizeof cursor, "{\"offset\":%" PRIu64 ",\"row\":%" PRIu64,
                          calls->report_end, calls->row_number);

    /* Played, the same log gives the same lines wherever it lies (a drill run twice). */
    if (calls->following == PLAYED)
        snprintf(cursor + length, sizeof cursor - (size_t)length, "}");
    else
        snprintf(cursor + length, sizeof cursor - (size_t)length, ",\"inode\":%" PRIu64 "}",
                 calls->file.inode);
    bool from_file = feed_setting_text(calls->feed, "file")[0];
    feed_report(calls->feed, &calls->report, span_of(from_file ? cursor : ""));
    calls->ahead = false;
}

/* ---- the row's functions ---- */

bool calls_start(struct feed *feed)
{
    struct calls *calls = base_alloc(1, sizeof *calls);

    feed->state = calls;
    calls->feed = feed;
    calls->file.fd = -1;
    calls->arena = arena_new();
    settings_take(feed, calls);
    if (calls->following != PLAYED && feed->hello.mode == FEED_MODE_DRILL) {
        feed_log(feed, "a log is followed on live sites only: leave out \"follow\"");
        return false;
    }
    return rows_open(feed, calls) && source_open(feed, calls);
}

/* When to look again for what is not there yet. */
static int64_t calls_wait(struct feed *feed, const struct calls *calls)
{
    if (feed->ended || calls->following != PLAYED)
        return feed->ended ? FEED_NEVER : feed->now_ms + FOLLOW_MS;
    feed->ended = feed->by_hand;        /* A feed that exits would be started again. */
    return FEED_NEVER;
}

int64_t calls_now(struct feed *feed)
{
    struct calls *calls = feed->state;

    if (!calls->columns_found && !columns_learn(calls))
        return calls_wait(feed, calls);
    for (int rows = 0; rows < BATCH_ROWS; rows++) {
        if (!calls->ahead)
            calls->ahead = row_read_ahead(calls);
        if (!calls->ahead)
            return calls_wait(feed, calls);
        if (calls->due_ms > feed->now_ms)
            return calls->due_ms;
        row_report(calls);
    }
    return feed->now_ms;
}

void calls_stop(struct feed *feed)
{
    struct calls *calls = feed->state;

    log_file_close(&calls->file);
    log_rows_free(calls->rows);
    mapping_free(calls->mapping);
    arena_free(calls->arena);
    base_free(calls);
}
