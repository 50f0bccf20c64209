#include "feeds/template.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    POLL_MS = 1000,
    READ_BYTES = 16 * 1024,
    CURSOR_BYTES = 24,
    STATION_BYTES_MAX = 64,
};
/* Beyond these it is the float that is broken, not the river that is high: some loggers send
 * -999999 for a frozen one. */
static const double stage_m_min = -100, stage_m_max = 1000;
static const double over_m_otherwise = 2;

/* ---- the parser: bytes in, a verdict and a report out ---- */

struct verdict template_parse(struct span line, double over_m, struct arena *arena,
                              struct report *ret_report)
{
    struct span rest = line, station, stage;
    double stage_m;

    span_cut(&rest, '\t', &station);
    if (span_trim(station).length == 0)
        return refused(REFUSED_FIELD_MISSING, 0, "station");
    if (station.length > STATION_BYTES_MAX)
        return refused(REFUSED_TOO_LONG, STATION_BYTES_MAX, "station");
    if (!span_cut(&rest, '\t', &stage))
        return refused(REFUSED_FIELD_MISSING, line.length, "stage");
    size_t stage_at = (size_t)(stage.bytes - line.bytes);
    if (!span_to_double(stage, &stage_m))
        return refused(REFUSED_NOT_A_NUMBER, stage_at, "stage");
    if (stage_m < stage_m_min || stage_m > stage_m_max)
        return refused(REFUSED_OUT_OF_RANGE, stage_at, "stage");

    report_init(ret_report, REPORT_ALARM);
    ret_report->alarm.id = arena_copy(arena, span_trim(station));
    ret_report->alarm.point = ret_report->alarm.id;
    ret_report->alarm.condition = "HIGH WATER";
    ret_report->alarm.state = stage_m > over_m ? ALARM_STATE_ACTIVE : ALARM_STATE_NORMAL;
    ret_report->alarm.value = stage_m;
    ret_report->alarm.unit = "m";
    return accepted();
}

/* ---- the edge: a file that grows ---- */

struct template {
    int fd;
    uint64_t offset;            /* Behind the last line taken; the cursor. */
    struct line_buffer *lines;
    struct arena *arena;
};

static void line_take(struct feed *feed, struct template *template, const struct line *line)
{
    struct verdict verdict = refused(REFUSED_TOO_LONG, feed->adapter->message_bytes_max, "");
    char cursor[CURSOR_BYTES];
    struct report report;

    template->offset += line->whole_bytes + 1;
    snprintf(cursor, sizeof cursor, "%" PRIu64, template->offset);
    if (span_trim(line->text).length == 0)
        return;
    arena_reset(template->arena);
    if (!line->cut)
        verdict = template_parse(line->text, feed_setting_number(feed, "over_m", over_m_otherwise),
                                 template->arena, &report);
    if (is_accepted(&verdict))
        feed_report(feed, &report, span_of(cursor));
    else
        feed_refuse(feed, &verdict, line->text, span_of(cursor));
}

static bool more_read(struct template *template)
{
    char bytes[READ_BYTES];
    ssize_t length = read(template->fd, bytes, sizeof bytes);

    if (length > 0)
        line_buffer_add(template->lines, span_from(bytes, (size_t)length));
    return length > 0;
}

/* ---- what the row names ---- */

static bool template_start(struct feed *feed)
{
    struct template *template = base_alloc(1, sizeof *template);
    const char *path = feed_setting_text(feed, "file");
    int64_t cursor = json_member_int64(feed->hello_json, "cursor", 0);

    feed->state = template;
    template->lines = line_buffer_new(feed->adapter->message_bytes_max);
    template->arena = arena_new();
    template->fd = feed->by_hand && !path[0] ? FEED_SOURCE_FD : open(path, O_RDONLY | O_CLOEXEC);
    if (template->fd < 0) {
        feed_log(feed, "file \"%s\" cannot be read: %s", path, strerror(errno));
        return false;
    }
    if (cursor > 0 && lseek(template->fd, (off_t)cursor, SEEK_SET) >= 0)
        template->offset = (uint64_t)cursor;
    return true;
}

static int64_t template_now(struct feed *feed)
{
    struct template *template = feed->state;
    bool more = more_read(template);
    struct line line;

    if (!more && feed->by_hand)
        line_buffer_end(template->lines);
    while (line_buffer_next(template->lines, &line))
        line_take(feed, template, &line);
    feed->ended = !more && feed->by_hand;
    return more ? feed->now_ms : feed->now_ms + POLL_MS;
}

static void template_stop(struct feed *feed)
{
    struct template *template = feed->state;

    if (template->fd >= 0)
        close(template->fd);
    line_buffer_free(template->lines);
    arena_free(template->arena);
    base_free(template);
}

/* ---- the row: in a real adapter it stands in adapters.c ---- */

static const enum feed_verb no_verb[] = { FEED_VERB_UNSAID };

static const struct feed_setting template_settings[] = {
    { .name = "file", .kind = SETTING_PATH, .help = "The gauges' log; read on as it grows." },
    { .name = "over_m", .kind = SETTING_NUMBER,
      .help = "A stage above this is an alarm; 2 when not given." },
    { 0 },
};

const struct feed_adapter template_adapter = {
    .name = "template", .title = "River gauges",
    .format_source = "feeds/README.md: a line is a station, a tab and a stage in metres",
    .takes = no_verb, .stale_after_s = 3600, .message_bytes_max = 512, .repeat = REPEAT_SAFE,
    .settings = template_settings,
    .start = template_start, .now = template_now, .stop = template_stop,
};
