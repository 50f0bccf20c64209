/* calls.c - a log of emergency calls, given out again at the pace it was written, faster, or at
 * once.
 *
 * The first row is played at the feed's start, every other as long after it as the log says
 * (divided by the rate); its report bears that time, so that an old log is a call now. At rate max
 * the times are those of the log. One row is read ahead: its time is what `now` answers. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "feeds/adapters.h"
#include "feeds/call_row.h"
#include "feeds/time_format.h"

enum {
    READ_BYTES = 64 * 1024,
    /* Rows given out before the hub is heard again. */
    BATCH_ROWS = 256,
    AT_ONCE = 0,
};

struct calls {
    struct feed *feed;
    int fd;
    struct csv *csv;
    struct call_plan plan;
    double rate;                /* Times as fast as recorded; AT_ONCE. */
    bool header_read, source_ended;
    uint64_t row_number;        /* Of the row read last; the header is not counted. */
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

static bool settings_read(struct feed *feed, struct calls *calls)
{
    const char *rate = feed_setting_text(feed, "rate");
    const char *zone = feed_setting_text(feed, "timezone");
    char sentence[200];

    calls->plan.time_format = feed_setting_text(feed, "time_format");
    calls->plan.types = feed_setting_text(feed, "types");
    if (!rate_read(rate, &calls->rate)) {
        feed_log(feed, "rate \"%s\" is not recorded, max or x and a factor, as x10", rate);
        return false;
    }
    /* By hand nobody wants to wait for a log of last year to pass. */
    if (feed->by_hand && !rate[0])
        calls->rate = AT_ONCE;
    if (!time_format_known(calls->plan.time_format)) {
        feed_log(feed, "time_format \"%s\" has a conversion that is not known here",
                 calls->plan.time_format);
        return false;
    }
    if (!zone[0] || zone_open(zone, &calls->plan.zone, sentence, sizeof sentence))
        return true;
    feed_log(feed, "%s", sentence);
    return false;
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

static bool source_open(struct feed *feed, struct calls *calls)
{
    const char *path = feed_setting_text(feed, "file");
    struct stat facts;

    if (!path[0] && feed->by_hand) {
        calls->fd = FEED_SOURCE_FD;
        return true;
    }
    if (!path[0]) {
        feed_log(feed, "it needs the setting \"file\"");
        return false;
    }
    calls->fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (calls->fd < 0 || fstat(calls->fd, &facts) != 0) {
        feed_log(feed, "\"%s\" cannot be read: %s", path, strerror(errno));
        return false;
    }
    if (S_ISREG(facts.st_mode))
        return true;
    feed_log(feed, "\"%s\" is not a plain file", path);
    return false;
}

/* ---- reading ahead ---- */

static void source_read(struct calls *calls)
{
    char bytes[READ_BYTES];
    ssize_t length;

    do
        length = read(calls->fd, bytes, sizeof bytes);
    while (length < 0 && errno == EINTR);
    if (length > 0) {
        csv_add(calls->csv, span_from(bytes, (size_t)length));
        return;
    }
    if (length < 0)
        feed_log(calls->feed, "the log cannot be read any further: %s", strerror(errno));
    csv_end(calls->csv);
    calls->source_ended = true;
}

/* False: the log has ended. */
static bool row_next(struct calls *calls, struct csv_row *ret_row)
{
    while (!csv_next(calls->csv, ret_row)) {
        if (calls->source_ended)
            return false;
        source_read(calls);
    }
    return true;
}

/* After the header, goes on behind the row an earlier process reported last. */
static void cursor_follow(struct calls *calls)
{
    const struct json *cursor = json_member(calls->feed->hello_json, "cursor");
    int64_t offset = json_member_int64(cursor, "offset", 0);
    int64_t row = json_member_int64(cursor, "row", 0);

    if (offset <= 0 || row < 0 || lseek(calls->fd, (off_t)offset, SEEK_SET) != (off_t)offset)
        return;
    csv_restart(calls->csv, (uint64_t)offset);
    calls->source_ended = false;
    calls->row_number = (uint64_t)row;
}

static bool header_take(struct calls *calls)
{
    struct csv_row header;
    bool numbers = columns_are_numbers(calls->feed);

    calls->header_read = true;
    if (!numbers && !row_next(calls, &header)) {
        feed_log(calls->feed, "the log is empty: it has no row of column names");
        return false;
    }
    bool found = columns_find(calls, numbers ? NULL : &header);
    if (found)
        cursor_follow(calls);
    return found;
}

static void row_refuse(struct calls *calls, const struct verdict *verdict,
                       const struct csv_row *row)
{
    feed_refuse(calls->feed, verdict, row->raw, span_of(""));
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

/* Reads the next good row; refuses the others as it meets them. False: the log has ended. */
static bool row_read_ahead(struct calls *calls)
{
    struct csv_row row;

    while (row_next(calls, &row)) {
        arena_reset(calls->arena);
        struct verdict verdict = call_row_read(&calls->plan, &row, ++calls->row_number,
                                               calls->arena, &calls->report);
        if (!is_accepted(&verdict)) {
            row_refuse(calls, &verdict, &row);
            continue;
        }
        calls->due_ms = row_due(calls, calls->report.incident.at);
        if (calls->rate != AT_ONCE)
            calls->report.incident.at = calls->due_ms;
        calls->report_end = row.end;
        return true;
    }
    return false;
}

static void row_report(struct calls *calls)
{
    char cursor[96];

    snprintf(cursor, sizeof cursor, "{\"offset\":%" PRIu64 ",\"row\":%" PRIu64 "}",
             calls->report_end, calls->row_number);
    bool from_file = feed_setting_text(calls->feed, "file")[0];
    feed_report(calls->feed, &calls->report, span_of(from_file ? cursor : ""));
    calls->ahead = false;
}

/* ---- the row's functions ---- */

bool calls_start(struct feed *feed)
{
    struct calls *calls = base_alloc(1, sizeof *calls);
    const char *separator = feed_setting_text(feed, "separator");

    feed->state = calls;
    calls->feed = feed;
    calls->fd = -1;
    calls->arena = arena_new();
    calls->csv = csv_new(separator[0] ? separator[0] : ',', feed->adapter->message_bytes_max);
    if (strlen(separator) > 1 || separator[0] == '"') {
        feed_log(feed, "separator \"%s\" is not one character", separator);
        return false;
    }
    return settings_read(feed, calls) && source_open(feed, calls);
}

int64_t calls_now(struct feed *feed)
{
    struct calls *calls = feed->state;

    if (!calls->header_read && !header_take(calls)) {
        feed->exit_code = 1;
        feed->ended = true;
        return FEED_NEVER;
    }
    for (int rows = 0; rows < BATCH_ROWS; rows++) {
        if (!calls->ahead)
            calls->ahead = row_read_ahead(calls);
        if (!calls->ahead) {
            feed->ended = feed->by_hand;        /* A feed that exits would be started again. */
            return FEED_NEVER;
        }
        if (calls->due_ms > feed->now_ms)
            return calls->due_ms;
        row_report(calls);
    }
    return feed->now_ms;
}

void calls_stop(struct feed *feed)
{
    struct calls *calls = feed->state;

    if (calls->fd >= 0)
        close(calls->fd);
    csv_free(calls->csv);
    arena_free(calls->arena);
    base_free(calls);
}
