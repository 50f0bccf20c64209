/* test_feeds_dc09.c - the dc09 adapter as it runs: captures by hand, panels over real sockets, a
 * hub that is slow, killed, or both. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/base/json.h"
#include "tests/check.h"
#include "tests/dc09_panel.h"
#include "tests/feed_run.h"

#define CAPTURES "data/sia_dc09/pysiaalarm_dc09"

enum { QUIET_MS = 250, HEARD_MS = 10000 };

/* ---- captures ---- */

static void keys_write(struct feed_desk *desk, char *ret_setting, size_t setting_bytes)
{
    site_write(feed_site(desk), "keys", "* raw AAAAAAAAAAAAAAAA\n");
    chmod(site_path(feed_site(desk), "keys"), 0600);
    snprintf(ret_setting, setting_bytes, "keys=%s", site_path(feed_site(desk), "keys"));
}

/* What must become of a frame of frames.tsv, judged by its columns, which others computed. */
enum fate { FATE_CRC, FATE_LENGTH, FATE_KEY, FATE_QUIET, FATE_ALARM, FATE_COUNT };
static const char *const fate_fields[FATE_COUNT] = {
    "CRC", "length", "content (another key?)", "", ""
};

static enum fate fate_of(struct span line)
{
    struct span column[5] = { 0 };

    for (size_t i = 0; i < ARRAY_COUNT(column); i++)
        span_cut(&line, '\t', &column[i]);
    if (span_is(column[1], "0"))
        return FATE_CRC;
    if (span_is(column[2], "0"))
        return FATE_LENGTH;
    if (span_starts(column[4], "(not decrypted"))
        return FATE_KEY;
    struct buffer frame = { 0 };
    buffer_add(&frame, column[0]);
    bool empty = strstr(frame.bytes, "NULL") || strstr(frame.bytes, "[]");
    buffer_clear(&frame);
    return empty ? FATE_QUIET : FATE_ALARM;
}

/* Holds one report line against what its frame must become. */
static void fate_check(enum fate fate, struct span line)
{
    struct json *json;
    struct verdict verdict = json_parse(line, &json);

    assert_true(is_accepted(&verdict));
    assert_string_equal(json_member_text(json, "report", ""),
                        fate == FATE_ALARM ? "alarm" : "refused");
    assert_string_equal(json_member_text(json, "field", ""), fate_fields[fate]);
    if (fate == FATE_ALARM) {           /* The capture's one right event: NRR, with its text. */
        assert_string_equal(json_member_text(json, "point", ""), "1234");
        assert_string_equal(json_member_text(json, "condition", ""), "POWER UP");
        assert_non_null(strstr(json_member_text(json, "text", ""), "test"));
    }
    json_free(json);
}

/* Goal: every captured frame becomes its report, or is refused for what is wrong with it. Method:
 * frames.bin through the program; frames.tsv says what is wrong with each, as others see it. */
static void captures_become_what_they_must(void **state)
{
    static const uint32_t counts_expected[FATE_COUNT] = { 9, 5, 1, 2, 1 };
    struct feed_desk *desk = feed_desk_new();
    struct buffer frames = { 0 }, table = { 0 };
    uint32_t counts[FATE_COUNT] = { 0 };
    struct span lines, line, said, report;
    char keys[300];

    (void)state;
    skip_without_shared(CAPTURES "/frames.tsv");
    keys_write(desk, keys, sizeof keys);
    file_read("../shared/" CAPTURES "/frames.bin", &frames);
    file_read("../shared/" CAPTURES "/frames.tsv", &table);
    struct feed_ended ended =
        feed_try(desk, buffer_span(&frames), "dc09", keys, "account=* plain=yes");
    assert_int_equal(ended.ending.exit_code, 1);
    lines = buffer_span(&table);
    said = span_of(ended.out);
    while (span_cut(&lines, '\n', &line)) {
        if (line.length == 0 || line.bytes[0] == '#')
            continue;
        enum fate fate = fate_of(line);
        CASE("%.*s", (int)(line.length < 60 ? line.length : 60), line.bytes);
        counts[fate]++;
        if (fate != FATE_QUIET) {
            assert_true(span_cut(&said, '\n', &report));
            fate_check(fate, report);
        }
    }
    assert_int_equal(said.length, 0);
    print_message("  CRC %u, length %u, key %u, nothing to say %u, alarm %u\n", counts[0],
                  counts[1], counts[2], counts[3], counts[4]);
    assert_memory_equal(counts, counts_expected, sizeof counts);
    assert_int_equal(text_count(ended.err, "would answer"), 4);
    assert_int_equal(text_count(ended.err, "\"DUH\"6879R0L0#123F[]"), 1);
    buffer_clear(&frames);
    buffer_clear(&table);
    feed_desk_free(desk);
}

/* Goal: senders that write the length in decimal can be served by a setting. Method: the five
 * captures whose CRC alone is right. */
static void loose_lengths_are_a_setting(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct buffer frames = { 0 };
    char keys[300];

    (void)state;
    skip_without_shared(CAPTURES "/frames.bin");
    keys_write(desk, keys, sizeof keys);
    file_read("../shared/" CAPTURES "/frames.bin", &frames);
    struct feed_ended ended = feed_try(desk, buffer_span(&frames), "dc09", keys, "lengths=loose",
                                       "account=* plain=yes");
    assert_int_equal(text_count(ended.out, "\"field\":\"length\""), 0);
    assert_int_equal(text_count(ended.out, "\"point\":\"4F39 area 1\",\"condition\":\"OPEN\","
                                           "\"state\":\"normal\""), 1);
    assert_int_equal(text_count(ended.out, "\"point\":\"1111\",\"condition\":\"TEST REPORT\""), 1);
    assert_int_equal(text_count(ended.out, "\"at\":\"2019-09-25T14:12:04Z\",\"point\":\"AAA "
                                           "area 1\",\"condition\":\"OPEN\""), 1);
    assert_null(strstr(ended.out, "AAAAAAAAAAAA\""));       /* [K...] is nobody's to know. */
    buffer_clear(&frames);
    feed_desk_free(desk);
}

/* ---- a receiver that listens ---- */

struct receiver {
    struct feed_desk *desk;
    struct feed_talk *talk;
    uint16_t tcp, udp;
};

static uint16_t port_heard(struct receiver *receiver, const char *before)
{
    unsigned port = 0;

    feed_hear_log(receiver->talk, before);
    const char *at = strstr(site_read(feed_site(receiver->desk), "feed.err"), before);
    assert_int_equal(sscanf(at + strlen(before), "%u", &port), 1);
    return (uint16_t)port;
}

/* `settings` and `more` are members of JSON, with ' for ". */
static struct receiver receiver_start(struct feed_desk *desk, const char *settings,
                                      const char *more)
{
    struct receiver receiver = { .desk = desk };
    char hello[2048], line[2048];

    snprintf(line, sizeof line,
             "{'hello':1,'wire':1,'feed':'p','mode':'live','settings':{'listen':'127.0.0.1:0',"
             "'udp':'127.0.0.1:0'%s}%s}\n", settings, more);
    receiver.talk = feed_start(desk, "dc09");
    feed_say(receiver.talk, json_of(hello, sizeof hello, line));
    receiver.tcp = port_heard(&receiver, "listens at TCP port ");
    receiver.udp = port_heard(&receiver, "listens at UDP port ");
    return receiver;
}

static void kept(struct receiver *receiver, uint32_t count)
{
    char line[64];

    snprintf(line, sizeof line, "{\"kept\":%u}\n", count);
    feed_say(receiver->talk, line);
}

static void body_send(int socket_fd, const char *body)
{
    struct buffer frame = { 0 };

    panel_frame(body, &frame);
    panel_send(socket_fd, buffer_span(&frame));
    buffer_clear(&frame);
}

static const char alarm_body[] = "\"SIA-DCS\"0023R1L0#1234[#1234|Nri1/BA005]";
static const char alarm_ack[] = "\n9B480014\"ACK\"0023R1L0#1234[]\r";

/* Goal: no ACK before the report is durable, by TCP and UDP; what was asked first is answered
 * first, also a NULL behind an alarm; what is sent again is answered again and said once. */
static void an_answer_waits_until_it_is_durable(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct receiver receiver = receiver_start(desk, "", "");

    (void)state;
    for (enum panel_way way = PANEL_TCP; way <= PANEL_UDP; way++) {
        int panel = panel_connect(way, way == PANEL_TCP ? receiver.tcp : receiver.udp);
        CASE("%s", way == PANEL_TCP ? "TCP" : "UDP");
        if (way == PANEL_TCP) {
            body_send(panel, alarm_body);
            feed_hear(receiver.talk, "\"point\":\"1234 zone 5\"");
            body_send(panel, "\"NULL\"0000L0#1234[]");
        } else {
            body_send(panel, "\"SIA-DCS\"0023R1L0#9999[#9999|Nri1/BA005]");
            feed_hear(receiver.talk, "\"point\":\"9999 zone 5\"");
        }
        assert_string_equal(panel_hear(panel, QUIET_MS), "");
        kept(&receiver, way == PANEL_TCP ? 1 : 2);
        if (way == PANEL_TCP) {
            assert_string_equal(panel_hear(panel, HEARD_MS), alarm_ack);
            assert_non_null(strstr(panel_hear(panel, HEARD_MS), "\"ACK\"0000L0#1234[]"));
            body_send(panel, alarm_body);
            assert_string_equal(panel_hear(panel, HEARD_MS), alarm_ack);
        } else {
            assert_non_null(strstr(panel_hear(panel, HEARD_MS), "\"ACK\"0023R1L0#9999[]"));
        }
        close(panel);
    }
    struct feed_ended ended = feed_end(receiver.talk);
    assert_int_equal(ended.ending.exit_code, 0);
    assert_int_equal(text_count(ended.out, "\"report\":\"alarm\""), 2);
    feed_desk_free(desk);
}

/* Goal: a receiver that dies between receipt and durability has promised nothing: the panel sends
 * again and is answered then. */
static void who_dies_before_durability_has_promised_nothing(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct receiver receiver = receiver_start(desk, "", "");
    int panel = panel_connect(PANEL_TCP, receiver.tcp);

    (void)state;
    body_send(panel, alarm_body);
    feed_hear(receiver.talk, "\"point\":\"1234 zone 5\"");
    kill(feed_process(receiver.talk), SIGKILL);
    assert_string_equal(panel_hear(panel, HEARD_MS), "gone");
    close(panel);
    feed_end(receiver.talk);

    receiver = receiver_start(desk, "", "");
    panel = panel_connect(PANEL_TCP, receiver.tcp);
    body_send(panel, alarm_body);
    feed_hear(receiver.talk, "\"point\":\"1234 zone 5\"");
    assert_string_equal(panel_hear(panel, QUIET_MS), "");
    kept(&receiver, 1);
    assert_string_equal(panel_hear(panel, HEARD_MS), alarm_ack);
    close(panel);
    feed_end(receiver.talk);
    feed_desk_free(desk);
}

/* "#1234|...]_HH:MM:SS,MM-DD-YYYY", so many seconds from now. */
static void timed_frame(const char *head, const char *data, int ahead_s, struct buffer *out)
{
    struct dc09_key key = panel_key();
    struct timespec now;
    char plain[128], stamp[32];
    struct tm civil;

    clock_gettime(CLOCK_REALTIME, &now);
    time_t at = now.tv_sec + ahead_s;
    gmtime_r(&at, &civil);
    strftime(stamp, sizeof stamp, "%H:%M:%S,%m-%d-%Y", &civil);
    snprintf(plain, sizeof plain, "%s]_%s", data, stamp);
    panel_sealed(head, plain, &key, out);
}

/* Goal: an encrypted event is acknowledged in cipher; the same frame an hour later is a replay, and
 * gets our time; plain text from that account is refused. */
static void an_old_encrypted_frame_is_turned_back(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct receiver receiver =
        receiver_start(desk, "", ",'secrets':{'keys':'1234 raw AAAAAAAAAAAAAAAA'}");
    int panel = panel_connect(PANEL_TCP, receiver.tcp);
    struct buffer frame = { 0 };

    (void)state;
    timed_frame("\"*SIA-DCS\"0001L0#1234[", "#1234|Nri1/BA005", -3600, &frame);
    panel_send(panel, buffer_span(&frame));
    feed_hear(receiver.talk, "\"field\":\"timestamp\"");
    kept(&receiver, 1);
    assert_non_null(strstr(panel_hear(panel, HEARD_MS), "\"NAK\"0000R0L0A0[]_"));

    buffer_reset(&frame);
    timed_frame("\"*SIA-DCS\"0001L0#1234[", "#1234|Nri1/BA005", 0, &frame);
    panel_send(panel, buffer_span(&frame));
    feed_hear(receiver.talk, "\"condition\":\"BURGLARY\"");
    kept(&receiver, 2);
    const char *heard = panel_hear(panel, HEARD_MS);
    assert_non_null(strstr(heard, "\"*ACK\"0001L0#1234["));
    assert_null(strstr(heard, "]"));

    body_send(panel, alarm_body);
    feed_hear(receiver.talk, "\"field\":\"plain text\"");
    kept(&receiver, 3);
    assert_non_null(strstr(panel_hear(panel, HEARD_MS), "\"DUH\"0023R1L0#1234[]"));
    buffer_clear(&frame);
    close(panel);
    struct feed_ended ended = feed_end(receiver.talk);
    assert_null(strstr(ended.out, "AAAAAAAAAAAAAAAA"));
    assert_null(strstr(ended.err, "AAAAAAAAAAAAAAAA"));
    feed_desk_free(desk);
}

/* Goal: a bad CRC and garbage get no answer, a keep-alive of Osborne-Hoffman its own; who only says
 * nonsense is hung up. */
static void nonsense_gets_no_answer(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct receiver receiver = receiver_start(desk, "", "");
    int panel = panel_connect(PANEL_TCP, receiver.tcp);

    (void)state;
    panel_send(panel, SPAN("\n00000014\"NULL\"0000L0#1234[]\r"));
    feed_hear(receiver.talk, "\"field\":\"CRC\"");
    kept(&receiver, 1);
    assert_string_equal(panel_hear(panel, QUIET_MS), "");
    panel_send(panel, SPAN("SR0001L0001    006969XX    [ID00000000]"));
    assert_string_equal(panel_hear(panel, HEARD_MS), "\"ACK\"");
    for (int i = 0; i < 8; i++)
        panel_send(panel, SPAN("GET / HTTP/1.1\r\n"));
    assert_string_equal(panel_hear(panel, HEARD_MS), "gone");
    feed_hear_log(receiver.talk, "in a row were none");
    close(panel);
    feed_end(receiver.talk);
    feed_desk_free(desk);
}

/* Goal: silence becomes an alarm, its end is said, and a restart goes on with it. */
static void a_silent_account_is_told(void **state)
{
    static const char account[] = ",'account':['1234 supervise=1 grace=0 place=Mill']";
    struct feed_desk *desk = feed_desk_new();
    struct receiver receiver = receiver_start(desk, account, "");

    (void)state;
    feed_hear(receiver.talk, "\"point\":\"1234\",\"condition\":\"NOT REPORTING\","
                             "\"state\":\"active\",\"priority\":2,\"place\":\"Mill\"");
    feed_hear(receiver.talk, "\"cursor\":{\"silent\":{\"1234\":1},\"heard\":{}}");
    feed_end(receiver.talk);

    receiver = receiver_start(desk, ",'account':['1234 supervise=60 grace=0']",
                              ",'cursor':{'silent':{'1234':90}}");
    int panel = panel_connect(PANEL_UDP, receiver.udp);
    body_send(panel, "\"NULL\"0000L0#1234[]");
    feed_hear(receiver.talk, "\"condition\":\"NOT REPORTING\",\"state\":\"normal\"");
    kept(&receiver, 1);
    assert_non_null(strstr(panel_hear(panel, HEARD_MS), "\"ACK\"0000L0#1234[]"));
    close(panel);
    struct feed_ended ended = feed_end(receiver.talk);
    assert_int_equal(text_count(ended.out, "\"active\""), 0);
    feed_desk_free(desk);
}

/* Goal: one device cannot take all the places: 240 connections in two seconds are held to its
 * limit, and said; the panels that were connected go on. */
static void one_device_is_held_to_its_limit(void **state)
{
    enum { CONNECTIONS = 240, LIMIT = 10 };
    struct feed_desk *desk = feed_desk_new();
    struct receiver receiver = receiver_start(desk, ",'per_peer':10,'new_per_peer':400", "");
    int panels[CONNECTIONS];
    uint32_t open_count = 0;

    (void)state;
    for (int i = 0; i < CONNECTIONS; i++)
        panels[i] = panel_connect(PANEL_TCP, receiver.tcp);
    feed_hear(receiver.talk, "turned away");
    for (int i = 0; i < CONNECTIONS; i++) {
        struct buffer frame = { 0 };
        panel_frame("\"NULL\"0000L0#1234[]", &frame);
        bool sent = send(panels[i], frame.bytes, frame.length, MSG_NOSIGNAL) > 0;
        buffer_clear(&frame);
        open_count += sent && strstr(panel_hear(panels[i], HEARD_MS), "\"ACK\"") != NULL;
        close(panels[i]);
    }
    print_message("  %u of %d served\n", open_count, CONNECTIONS);
    assert_int_equal(open_count, LIMIT);
    feed_end(receiver.talk);
    feed_desk_free(desk);
}

/* ---- with a hub ---- */

static uint16_t port_free(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    int probe = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(bind(probe, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(getsockname(probe, (struct sockaddr *)&address, &length), 0);
    close(probe);
    return ntohs(address.sin_port);
}

static int panel_connect_when_up(uint16_t port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int64_t until_ms = clock_ms() + DEADLINE_MS;

    while (clock_ms() < until_ms) {
        int panel = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(panel, (struct sockaddr *)&address, sizeof address) == 0)
            return panel;
        close(panel);
        usleep(20000);
    }
    fail_msg("the receiver never listened at port %u", port);
    return -1;
}

/* Sends alarms of zones from *zone on until `until_ms`, a few at a time, marks those acknowledged,
 * and kills the hub in between. */
static void send_and_kill(struct test_site *site, pid_t hub, uint16_t port, uint32_t *zone,
                          bool *acknowledged, int64_t for_ms)
{
    int panel = panel_connect_when_up(port);
    int64_t until_ms = clock_ms() + for_ms;
    unsigned sequence;

    while (clock_ms() < until_ms) {
        for (int burst = 0; burst < 4; burst++) {
            char body[96];
            ++*zone;
            snprintf(body, sizeof body, "\"SIA-DCS\"%04uL0#1234[#1234|Nri1/BA%u]", *zone, *zone);
            body_send(panel, body);
        }
        const char *heard;
        while ((heard = panel_hear(panel, 2))[0] == '\n')
            if (sscanf(heard + 9, "\"ACK\"%4u", &sequence) == 1)
                acknowledged[sequence] = true;
    }
    assert_true(site_hub_kill(site, hub));
    const char *heard;
    while ((heard = panel_hear(panel, 500))[0] == '\n')
        if (sscanf(heard + 9, "\"ACK\"%4u", &sequence) == 1)
            acknowledged[sequence] = true;
    close(panel);
}

/* Goal: what was acknowledged is in the record, whenever the hub is killed. Method: a panel sends
 * as fast as it may to the real hub, which is killed three times; then every acknowledged zone is
 * among the alarms, and the journal is whole. */
static void what_was_acknowledged_is_in_the_record(void **state)
{
    enum { KILLS = 3, ZONES_MAX = 4000 };
    static bool acknowledged[ZONES_MAX];
    struct test_site *site = site_new(SITE_SANITIZED);
    struct buffer conf = { 0 };
    uint16_t port = port_free();
    uint32_t zone = 0, promised = 0;

    (void)state;
    buffer_print(&conf, "site { id = TS name = Test }\nfeed panels { adapter = dc09 trust = raise "
                        "supplier = \"a test\" settings = { \"listen=127.0.0.1:%u\" } }\n", port);
    site_write(site, "site.conf", conf.bytes);
    memset(acknowledged, 0, sizeof acknowledged);
    for (int i = 0; i < KILLS; i++) {
        pid_t hub = site_hub_start(site);
        send_and_kill(site, hub, port, &zone, acknowledged, 40 + 60 * i);
        assert_true(zone + 8 < ZONES_MAX);
    }
    pid_t hub = site_hub_start(site);
    const char *alarms = site_expect(site, 0, "show", "alarms", "--json").out;
    for (uint32_t i = 1; i <= zone; i++) {
        char point[40];
        snprintf(point, sizeof point, "\"point\":\"1234 zone %u\"", i);
        promised += acknowledged[i];
        if (acknowledged[i] && !strstr(alarms, point))
            fail_msg("zone %u was acknowledged and is not in the record", i);
    }
    print_message("  %u alarms sent, %u acknowledged, all of those are there\n", zone, promised);
    assert_true(promised > 0);
    site_hub_stop(site, hub);
    site_expect(site, 0, "verify");
    buffer_clear(&conf);
    site_free(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(captures_become_what_they_must),
        cmocka_unit_test(loose_lengths_are_a_setting),
        cmocka_unit_test(an_answer_waits_until_it_is_durable),
        cmocka_unit_test(who_dies_before_durability_has_promised_nothing),
        cmocka_unit_test(an_old_encrypted_frame_is_turned_back),
        cmocka_unit_test(nonsense_gets_no_answer),
        cmocka_unit_test(a_silent_account_is_told),
        cmocka_unit_test(one_device_is_held_to_its_limit),
        cmocka_unit_test(what_was_acknowledged_is_in_the_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
