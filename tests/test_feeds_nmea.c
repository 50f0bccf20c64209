/* test_feeds_nmea.c - the nmea adapter as it runs: vehicles by UDP, and a real gpsd that reads a
 * recording from a pseudo-terminal. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/dc09_panel.h"
#include "tests/feed_run.h"

static struct feed_talk *started(struct feed_desk *desk, const char *settings)
{
    char hello[1024], line[1024];
    struct feed_talk *talk = feed_start(desk, "nmea");

    snprintf(line, sizeof line, "{'hello':1,'wire':1,'feed':'n','mode':'live','settings':{%s}}\n",
             settings);
    feed_say(talk, json_of(hello, sizeof hello, line));
    return talk;
}

/* Goal: a vehicle's datagram moves its unit; torn and foreign ones move none, and are refused.
 * Method: one socket of the loopback plays the modem. */
static void a_datagram_moves_its_unit(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct feed_talk *talk = started(desk, "'udp':'127.0.0.1:0','unit':['E7 from=127.0.0.1']");
    unsigned port = 0;

    (void)state;
    feed_hear_log(talk, "listens at UDP port ");
    const char *at = strstr(site_read(feed_site(desk), "feed.err"), "UDP port ");
    assert_int_equal(sscanf(at, "UDP port %u", &port), 1);
    int modem = panel_connect(PANEL_UDP, (uint16_t)port);
    panel_send(modem, SPAN("$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W"
                           "*6B\r\n"));
    panel_send(modem, SPAN("hello\r\n"));
    panel_send(modem, SPAN("$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W"
                           "*6A"));
    feed_hear(talk, "\"report\":\"location\",\"unit\":\"E7\"");
    close(modem);
    struct feed_ended ended = feed_end(talk);
    assert_int_equal(text_count(ended.out, "\"report\":\"location\""), 1);
    assert_int_equal(text_count(ended.out, "\"field\":\"checksum\""), 1);
    assert_int_equal(text_count(ended.out, "\"field\":\"sentence\""), 1);
    assert_null(strstr(ended.out, "1994"));         /* That clock is not believed. */
    feed_desk_free(desk);
}

/* A pseudo-terminal whose other end, `name`, gpsd may take for a receiver. */
static int receiver_open(char *name, size_t name_bytes)
{
    struct termios terms;
    int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(grantpt(fd), 0);
    assert_int_equal(unlockpt(fd), 0);
    snprintf(name, name_bytes, "%s", ptsname(fd));
    assert_int_equal(tcgetattr(fd, &terms), 0);
    cfmakeraw(&terms);
    assert_int_equal(tcsetattr(fd, TCSANOW, &terms), 0);
    return fd;
}

/* Plays a recording, sentence by sentence, again and again, until `text` was reported. */
static void recording_play(struct feed_desk *desk, int receiver, struct span recording,
                           const char *text)
{
    int64_t until_ms = clock_ms() + DEADLINE_MS;
    struct span rest = recording, line;

    while (!strstr(site_read(feed_site(desk), "feed.out"), text)) {
        if (clock_ms() > until_ms)
            fail_msg("gpsd never said %s:\n%s", text, site_read(feed_site(desk), "feed.out"));
        if (rest.length == 0)
            rest = recording;
        span_cut(&rest, '\n', &line);
        if (line.length == 0 || line.bytes[0] != '$')
            continue;
        ssize_t written = write(receiver, line.bytes, line.length);
        written += write(receiver, "\n", 1);
        assert_true(written > 0);
        usleep(5000);
    }
}

/* Goal: what a real gpsd makes of a recording moves the unit. Method: gpsd on a pseudo-terminal
 * that plays one of its own recordings (New Zealand); the adapter connects and asks for JSON. */
static void a_real_gpsd_is_heard(void **state)
{
    static const char program[] = "/usr/sbin/gpsd";
    static const char log[] = "data/nmea/gpsd/bu353s4.log";
    struct feed_desk *desk = feed_desk_new();
    struct buffer recording = { 0 };
    char name[64], port[16], settings[200], out[256];

    (void)state;
    skip_without_shared(log);
    if (access(program, X_OK) != 0) {
        print_message("SKIP: %s is not installed\n", program);
        skip();
    }
    file_read("../shared/data/nmea/gpsd/bu353s4.log", &recording);
    int receiver = receiver_open(name, sizeof name);
    snprintf(port, sizeof port, "%d", 20000 + (int)(getpid() % 12000));
    snprintf(out, sizeof out, "%s", site_path(feed_site(desk), "gpsd.out"));
    pid_t gpsd = process_start(&(struct process_options){
        .arguments = (const char *const[]){ program, "-N", "-n", "-b", "-S", port, name, NULL },
        .out_path = out, .err_path = out });
    snprintf(settings, sizeof settings, "'connect':'127.0.0.1:%s','gpsd':'yes','unit':['E7']",
             port);
    struct feed_talk *talk = started(desk, settings);
    recording_play(desk, receiver, buffer_span(&recording), "\"unit\":\"E7\"");
    assert_non_null(strstr(site_read(feed_site(desk), "feed.out"), "\"lat\":-37.784"));
    assert_non_null(strstr(site_read(feed_site(desk), "feed.out"), "\"lon\":175.314"));
    feed_end(talk);
    process_kill(gpsd);
    close(receiver);
    buffer_clear(&recording);
    feed_desk_free(desk);
}

/* Goal: a file that another takes the name of is not followed for ever in silence. */
static void a_replaced_file_is_said(void **state)
{
    static const char fix[] = "$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W"
                              "*6A\n";
    struct feed_desk *desk = feed_desk_new();
    struct test_site *site = feed_site(desk);
    char settings[600], other[256];
    (void)state;

    site_write(site, "log.nmea", fix);
    site_write(site, "other.nmea", fix);
    snprintf(settings, sizeof settings, "'file':'%s','unit':['E7']", site_path(site, "log.nmea"));
    snprintf(other, sizeof other, "%s", site_path(site, "other.nmea"));
    struct feed_talk *talk = started(desk, settings);
    feed_hear(talk, "\"unit\":\"E7\"");
    assert_int_equal(rename(other, site_path(site, "log.nmea")), 0);
    feed_hear_log(talk, "was replaced; the new one is read from its beginning");
    assert_int_equal(feed_end(talk).ending.exit_code, 1);
    feed_desk_free(desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_datagram_moves_its_unit),
        cmocka_unit_test(a_real_gpsd_is_heard),
        cmocka_unit_test(a_replaced_file_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
