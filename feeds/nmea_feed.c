/* nmea_feed.c - the nmea adapter: lines of NMEA 0183, AIS and gpsd from a TCP link, those who
 * connect, datagrams, a serial line or a file, each told apart, into reports (nmea_desk.h).
 *
 * Bytes that are no sentence at all (a receiver's own binary protocol) are refused once a run, with
 * their first line; wrong checksums and fields each for itself. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "feeds/adapters.h"
#include "feeds/net.h"
#include "feeds/nmea_desk.h"

enum {
    READ_BYTES = 64 * 1024,
    HEALTH_MS = 60 * 1000,
    FILE_LOOK_MS = 1000,
    FILE_PIECES = 16,                   /* Read in one go; then the hub is heard again. */
    DEVICE_AGAIN_MS = 5000,
    BAUD_DEFAULT = 4800,                /* NMEA 0183; AIS receivers speak at 38400. */
    SILENCE_MS = 120 * 1000,            /* A link on which a receiver says nothing is dead. */
};

/* One stream of bytes, cut into lines. */
struct stream {
    struct line_buffer *lines;
    char from[NET_ADDRESS_BYTES];
    bool noisy;                         /* In a run of what is no sentence. */
    struct stream *next, *before;       /* Of connections. */
};

struct nmea {
    struct feed *feed;
    struct nmea_desk *desk;
    struct arena *arena;
    struct stream source;               /* The file, the device, or by hand. */
    struct stream *conns;
    struct net_link *link;
    struct net_listener *listener;
    struct net_udp *udp;
    const char *file, *serial;          /* "" when not given. */
    int file_fd;
    uint64_t noise, refused, said_sentences;
    int64_t health_ms, device_ms;
};

/* ---- lines ---- */

static void line_refuse(struct nmea *nmea, struct stream *stream,
                        const struct desk_outcome *outcome, struct span line)
{
    bool again = outcome->noise && stream->noisy;

    stream->noisy = outcome->noise;
    nmea->noise += outcome->noise;
    nmea->refused += !outcome->noise;
    if (!again)
        feed_refuse(nmea->feed, &outcome->verdict, line, span_of(""));
}

static void line_take(struct nmea *nmea, struct stream *stream, struct span line)
{
    struct desk_outcome outcome;

    arena_reset(nmea->arena);
    nmea_desk_take(nmea->desk, line, stream->from, nmea->feed->now_ms, nmea->arena, &outcome);
    if (!is_accepted(&outcome.verdict)) {
        line_refuse(nmea, stream, &outcome, line);
        return;
    }
    if (span_trim(line).length > 0)
        stream->noisy = false;
    for (uint32_t i = 0; i < outcome.count; i++)
        feed_report(nmea->feed, &outcome.reports[i], span_of(""));
}

/* Receivers end lines with CR LF, some with CR alone: both end one here. */
static void text_take(struct nmea *nmea, struct stream *stream, struct span text)
{
    struct span part;

    while (span_cut(&text, '\r', &part))
        line_take(nmea, stream, part);
}

static void bytes_take(struct nmea *nmea, struct stream *stream, struct span bytes)
{
    struct line line;

    line_buffer_add(stream->lines, bytes);
    while (line_buffer_next(stream->lines, &line))
        text_take(nmea, stream, line.text);
    feed_wake(nmea->feed, nmea->health_ms + HEALTH_MS);
}

static void stream_end(struct nmea *nmea, struct stream *stream)
{
    struct line line;

    line_buffer_end(stream->lines);
    while (line_buffer_next(stream->lines, &line))
        text_take(nmea, stream, line.text);
}

/* ---- connections ---- */

static void host_copy(char *host, size_t host_bytes, const char *address)
{
    snprintf(host, host_bytes, "%s", address);
    char *colon = strrchr(host, ':');
    if (colon)
        *colon = '\0';
}

static void conn_opened(void *owner, struct net_conn *conn)
{
    struct nmea *nmea = owner;
    struct stream *stream = base_alloc(1, sizeof *stream);

    *stream = (struct stream){ .lines = line_buffer_new(NMEA_LINE_BYTES_MAX),
                               .next = nmea->conns };
    host_copy(stream->from, sizeof stream->from, net_conn_address(conn));
    if (stream->next)
        stream->next->before = stream;
    nmea->conns = stream;
    net_conn_keep(conn, stream);
    if (nmea->link && feed_setting_flag(nmea->feed, "gpsd"))
        net_conn_send(conn, span_of(GPSD_WATCH));
    if (nmea->link)
        feed_health(nmea->feed, SOURCE_THERE, "connected");
}

static void conn_free(struct nmea *nmea, struct stream *stream)
{
    if (stream->before)
        stream->before->next = stream->next;
    else
        nmea->conns = stream->next;
    if (stream->next)
        stream->next->before = stream->before;
    line_buffer_free(stream->lines);
    base_free(stream);
}

static void conn_bytes(void *owner, struct net_conn *conn, struct span bytes)
{
    bytes_take(owner, net_conn_kept(conn), bytes);
}

static void conn_closed(void *owner, struct net_conn *conn, const char *why)
{
    struct nmea *nmea = owner;

    stream_end(nmea, net_conn_kept(conn));
    conn_free(nmea, net_conn_kept(conn));
    if (nmea->link)
        feed_health(nmea->feed, SOURCE_AWAY, why);
}

static void link_failed(void *owner, const char *why, int64_t again_ms)
{
    (void)again_ms;
    feed_health(((struct nmea *)owner)->feed, SOURCE_AWAY, why);
}

static const struct net_handler tcp_handler = { .opened = conn_opened, .bytes = conn_bytes,
                                                .closed = conn_closed, .failed = link_failed };

/* Each datagram is whole lines; its sender is told by its address. */
static void datagram_take(void *owner, const struct net_from *from, struct span bytes)
{
    struct nmea *nmea = owner;
    struct stream stream = { .lines = line_buffer_new(NMEA_LINE_BYTES_MAX) };
    char text[NET_ADDRESS_BYTES];

    host_copy(stream.from, sizeof stream.from, net_from_text(from, text));
    bytes_take(nmea, &stream, bytes);
    stream_end(nmea, &stream);
    line_buffer_free(stream.lines);
}

/* ---- a device, a file ---- */

static speed_t baud_of(uint32_t baud)
{
    static const struct {
        uint32_t baud;
        speed_t speed;
    } speeds[] = { { 4800, B4800 }, { 9600, B9600 }, { 19200, B19200 }, { 38400, B38400 },
                   { 57600, B57600 }, { 115200, B115200 }, { 230400, B230400 } };

    for (size_t i = 0; i < ARRAY_COUNT(speeds); i++)
        if (speeds[i].baud == baud)
            return speeds[i].speed;
    return B0;
}

static bool device_open(struct nmea *nmea)
{
    struct feed *feed = nmea->feed;
    struct termios terms;
    int fd = open(nmea->serial, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0 || tcgetattr(fd, &terms) != 0) {
        char why[200];
        snprintf(why, sizeof why, "%.120s: %s", nmea->serial, strerror(errno));
        feed_health(feed, SOURCE_AWAY, why);
        if (fd >= 0)
            close(fd);
        return false;
    }
    cfmakeraw(&terms);
    terms.c_cflag |= CLOCAL | CREAD;
    cfsetspeed(&terms, baud_of((uint32_t)feed_setting_number(feed, "baud", BAUD_DEFAULT)));
    tcsetattr(fd, TCSANOW, &terms);
    feed->source_fd = fd;
    feed_health(feed, SOURCE_THERE, nmea->serial);
    return true;
}

static void device_lost(struct nmea *nmea, const char *why)
{
    close(nmea->feed->source_fd);
    nmea->feed->source_fd = -1;
    nmea->device_ms = nmea->feed->now_ms + DEVICE_AGAIN_MS;
    feed_health(nmea->feed, SOURCE_AWAY, why);
    feed_wake(nmea->feed, nmea->device_ms);
}

/* A file is read to its end, and looked at again for what was added. One that got shorter was
 * replaced: it is read from its start. True: there is more to be read at once. */
static bool file_look(struct nmea *nmea)
{
    char bytes[READ_BYTES];
    struct stat facts;
    ssize_t length;

    if (nmea->file_fd < 0)
        nmea->file_fd = open(nmea->file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (nmea->file_fd < 0)
        return false;
    if (fstat(nmea->file_fd, &facts) == 0 && S_ISREG(facts.st_mode)
        && lseek(nmea->file_fd, 0, SEEK_CUR) > facts.st_size)
        lseek(nmea->file_fd, 0, SEEK_SET);
    for (int i = 0; i < FILE_PIECES; i++) {
        if ((length = read(nmea->file_fd, bytes, sizeof bytes)) <= 0)
            return false;
        bytes_take(nmea, &nmea->source, span_from(bytes, (size_t)length));
    }
    return true;
}

/* ---- opening ---- */

static bool units_read(struct nmea *nmea)
{
    char sentence[256];

    for (uint32_t i = 0; i < feed_setting_count(nmea->feed, "unit"); i++) {
        const char *text = feed_setting_at(nmea->feed, "unit", i);
        if (nmea_desk_unit(nmea->desk, span_of(text), sentence, sizeof sentence))
            continue;
        feed_log(nmea->feed, "setting unit \"%.60s\": %s", text, sentence);
        return false;
    }
    return true;
}

/* Reads the place that a setting names. *ret_given is false when it was not given. */
static bool place_read(struct feed *feed, const char *setting, struct net_place *ret_place,
                       bool *ret_given)
{
    const char *said = feed_setting_text(feed, setting);

    *ret_given = said[0];
    if (!*ret_given || net_place_read(said, ret_place))
        return true;
    feed_log(feed, "%s is \"%s\", which is not HOST:PORT", setting, said);
    return false;
}

static bool link_open(struct nmea *nmea)
{
    struct net_link_terms terms = { .silence_ms_max = SILENCE_MS };
    bool given;

    if (!place_read(nmea->feed, "connect", &terms.place, &given))
        return false;
    if (given)
        nmea->link = net_link_new(nmea->feed, &terms, &tcp_handler, nmea);
    return true;
}

static bool listener_open(struct nmea *nmea)
{
    struct net_limits limits = { .silence_ms_max = 900 * 1000 };
    struct net_place place;
    char sentence[256];
    bool given;

    if (!place_read(nmea->feed, "listen", &place, &given))
        return false;
    if (!given)
        return true;
    nmea->listener = net_listener_new(nmea->feed, &place, NULL, &limits, &tcp_handler, nmea,
                                      sentence, sizeof sentence);
    if (nmea->listener)
        feed_log(nmea->feed, "listens at TCP port %u", net_listener_port(nmea->listener));
    else
        feed_log(nmea->feed, "%s", sentence);
    return nmea->listener;
}

static bool udp_open(struct nmea *nmea)
{
    struct net_place place;
    char sentence[256];
    bool given;

    if (!place_read(nmea->feed, "udp", &place, &given))
        return false;
    if (!given)
        return true;
    nmea->udp = net_udp_new(nmea->feed, &place, datagram_take, nmea, sentence, sizeof sentence);
    if (nmea->udp)
        feed_log(nmea->feed, "listens at UDP port %u", net_udp_port(nmea->udp));
    else
        feed_log(nmea->feed, "%s", sentence);
    return nmea->udp;
}

static bool source_open(struct nmea *nmea)
{
    struct feed *feed = nmea->feed;

    if (baud_of((uint32_t)feed_setting_number(feed, "baud", BAUD_DEFAULT)) == B0) {
        feed_log(feed, "baud is none of 4800, 9600, 19200, 38400, 57600, 115200, 230400");
        return false;
    }
    if (nmea->link || nmea->listener || nmea->udp || nmea->file[0] || nmea->serial[0])
        return true;
    if (feed->by_hand) {
        feed->source_fd = FEED_SOURCE_FD;
        return true;
    }
    feed_log(feed, "it needs one of the settings connect, listen, udp, serial and file");
    return false;
}

bool nmea_start(struct feed *feed)
{
    struct nmea *nmea = base_alloc(1, sizeof *nmea);
    bool listed = feed_setting_count(feed, "unit") > 0;
    struct desk_terms terms = {
        .others = feed_setting_flag(feed, "others") || (feed->by_hand && !listed),
        .trust_clocks = feed->by_hand || feed_setting_text(feed, "file")[0],
    };

    feed->state = nmea;
    *nmea = (struct nmea){ .feed = feed, .desk = nmea_desk_new(&terms), .arena = arena_new(),
                           .source.lines = line_buffer_new(NMEA_LINE_BYTES_MAX),
                           .file = feed_setting_text(feed, "file"), .file_fd = -1,
                           .serial = feed_setting_text(feed, "serial"),
                           .health_ms = feed->now_ms };
    return units_read(nmea) && link_open(nmea) && listener_open(nmea) && udp_open(nmea)
           && source_open(nmea);
}

/* ---- the row's functions ---- */

static void health_say(struct nmea *nmea)
{
    const struct desk_counts *counts = nmea_desk_counts(nmea->desk);
    struct report report;

    report_init(&report, REPORT_HEALTH);
    report.health.at = nmea->feed->now_ms;
    report.health.connected = true;
    report.health.received = (int64_t)counts->sentences;
    report.health.lost = nmea->udp ? (int64_t)net_udp_lost(nmea->udp) : 0;
    report.health.text = arena_print(
        nmea->arena, "%" PRIu64 " sentences, %" PRIu64 " fixes, %" PRIu64 " of ships, %" PRIu64
        " of nobody's, %" PRIu64 " without a fix, %" PRIu64 " wrong, %" PRIu64 " lines of noise, "
        "%" PRIu64 " with a clock far off", counts->sentences, counts->fixes, counts->ships,
        counts->others, counts->no_fix, nmea->refused, nmea->noise, counts->clocks_off);
    feed_report(nmea->feed, &report, span_of(""));
    nmea->said_sentences = counts->sentences;
    nmea->health_ms = nmea->feed->now_ms;
}

/* Another file has its name: the walls know only the old one, so the hub starts the feed again. */
static bool file_is_replaced(const struct nmea *nmea)
{
    struct stat named, opened;

    return nmea->file_fd >= 0 && fstat(nmea->file_fd, &opened) == 0 && S_ISREG(opened.st_mode)
           && stat(nmea->file, &named) == 0 && named.st_ino != opened.st_ino;
}

static void file_leave(struct nmea *nmea)
{
    feed_log(nmea->feed, "\"%s\" was replaced; the new one is read from its beginning",
             nmea->file);
    nmea->feed->exit_code = 1;
    nmea->feed->ended = true;
}

int64_t nmea_now(struct feed *feed)
{
    struct nmea *nmea = feed->state;
    int64_t next_ms = FEED_NEVER;

    arena_reset(nmea->arena);
    if (feed->by_hand && feed->source_fd >= 0)
        return FEED_NEVER;
    if (nmea->file[0]) {
        bool more = file_look(nmea);
        feed->ended = feed->by_hand && !more;
        if (!more && !feed->by_hand && file_is_replaced(nmea))
            file_leave(nmea);
        next_ms = feed->now_ms + (more ? 0 : FILE_LOOK_MS);
    }
    if (nmea->serial[0] && feed->source_fd < 0) {
        if (nmea->device_ms <= feed->now_ms && !device_open(nmea))
            nmea->device_ms = feed->now_ms + DEVICE_AGAIN_MS;
        if (feed->source_fd < 0 && nmea->device_ms < next_ms)
            next_ms = nmea->device_ms;
    }
    if (nmea_desk_counts(nmea->desk)->sentences == nmea->said_sentences)
        return next_ms;
    if (nmea->health_ms + HEALTH_MS <= feed->now_ms)
        health_say(nmea);
    return next_ms < nmea->health_ms + HEALTH_MS ? next_ms : nmea->health_ms + HEALTH_MS;
}

/* The device, or by hand the capture. */
void nmea_readable(struct feed *feed)
{
    struct nmea *nmea = feed->state;
    char bytes[READ_BYTES];
    ssize_t length = read(feed->source_fd, bytes, sizeof bytes);

    if (length > 0) {
        bytes_take(nmea, &nmea->source, span_from(bytes, (size_t)length));
    } else if (length < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    } else if (nmea->serial[0]) {
        device_lost(nmea, length < 0 ? strerror(errno) : "the device was unplugged");
    } else {
        stream_end(nmea, &nmea->source);
        feed->source_fd = -1;
        feed->ended = true;
    }
}

void nmea_stop(struct feed *feed)
{
    struct nmea *nmea = feed->state;

    if (nmea->link)
        net_link_free(nmea->link);
    if (nmea->listener)
        net_listener_free(nmea->listener);
    if (nmea->udp)
        net_udp_free(nmea->udp);
    if (nmea->serial[0] && feed->source_fd >= 0)
        close(feed->source_fd);
    if (nmea->file_fd >= 0)
        close(nmea->file_fd);
    while (nmea->conns)
        conn_free(nmea, nmea->conns);
    line_buffer_free(nmea->source.lines);
    nmea_desk_free(nmea->desk);
    arena_free(nmea->arena);
    base_free(nmea);
}
