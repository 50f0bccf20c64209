/* test_feeds_cot_peers.c - the cot adapter as a process, between a hub that the test plays and TAK
 * peers: a server and clients of this test on loopback, and openssl(1) for mutual TLS. */
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "app/base/when.h"
#include "feeds/cot_frames.h"
#include "feeds/cot_orders.h"
#include "feeds/tak.h"
#include "tests/certificates.h"
#include "tests/check.h"
#include "tests/feed_run.h"
#include "tests/tak_end.h"

/* ---- the hub's side ---- */

/* Starts the feed with those settings, written with ' for ". */
static struct feed_talk *feed_with(struct feed_desk *desk, const char *settings,
                                   const char *secrets)
{
    struct feed_talk *talk = feed_start(desk, "cot");
    char hello[4000], line[4000];

    snprintf(hello, sizeof hello,
             "{'hello':1,'wire':1,'feed':'tak','mode':'live','settings':{'uid':'us',%s},"
             "'secrets':{%s},'cursor':null,'scratch':'','units':[{'unit':'E7'},{'unit':'L2'}]}\n",
             settings, secrets);
    feed_say(talk, json_of(line, sizeof line, hello));
    feed_hear(talk, "\"takes\":[\"dispatch\"");
    return talk;
}

static void say(struct feed_talk *talk, const char *line_with_apostrophes)
{
    char line[4000];

    feed_say(talk, json_of(line, sizeof line, line_with_apostrophes));
    feed_say(talk, "\n");
}

#define DISPATCH(number, expires)                                                             \
    "{'order':'TS/" number "','unit':'E7','verb':'dispatch','incident':{'number':42,"         \
    "'type':'FIRE','priority':1,'place':'12 Quay St','lat':51.2,'lon':-4.1,'text':'smoke'}," \
    "'text':'','route':[[51.19,-4.1],[51.2,-4.1]],'expires':'" expires "'}"

/* ---- events of the other side ---- */

/* With times of now. A loan until the next call. */
static const char *event(const char *uid, const char *type, const char *detail)
{
    static char xml[4000];
    char now[WHEN_TEXT_BYTES], stale[WHEN_TEXT_BYTES];
    int64_t now_ms = (int64_t)time(NULL) * 1000;

    snprintf(xml, sizeof xml,
             "<?xml version='1.0'?>\n<event version='2.0' uid='%s' type='%s' how='m-g' time='%s' "
             "start='%s' stale='%s'><point lat='51.21' lon='-4.12' hae='9999999' ce='5' "
             "le='9999999'/><detail>%s</detail></event>", uid, type, when_text(now_ms, now), now,
             when_text(now_ms + 60000, stale), detail);
    return xml;
}

static const char *position(const char *uid, const char *callsign)
{
    char detail[200];

    snprintf(detail, sizeof detail, "<contact callsign='%s' endpoint='*:-1:stcp'/>", callsign);
    return event(uid, "a-f-G-U-C", detail);
}

static const char *chat(const char *uid, const char *id, const char *text)
{
    char detail[1000], whole[100];

    snprintf(whole, sizeof whole, "GeoChat.%s.us.%s", uid, id);
    snprintf(detail, sizeof detail,
             "<__chat id='us' chatroom='us' senderCallsign='E7' messageId='%s'><chatgrp id='us' "
             "uid0='%s' uid1='us'/></__chat><remarks>%s</remarks>", id, uid, text);
    return event(whole, "b-t-f", detail);
}

static const char *receipt(const char *type, const char *uid, const char *id)
{
    char detail[400];

    snprintf(detail, sizeof detail, "<__chatreceipt id='us' messageId='%s'><chatgrp id='us' "
             "uid0='%s' uid1='us'/></__chatreceipt>", id, uid);
    return event(id, type, detail);
}

/* ---- a TAK server ---- */

/* A feed connected to a server of the test. */
struct line_up {
    struct feed_desk *desk;
    struct feed_talk *talk;
    int listener;
    struct tak_end server;
};

static struct line_up line_up(const char *more_settings)
{
    struct line_up up = { .desk = feed_desk_new() };
    uint16_t port;
    char settings[400];

    up.listener = tak_end_listen(&port);
    snprintf(settings, sizeof settings, "'connect':'127.0.0.1:%u'%s", port, more_settings);
    up.talk = feed_with(up.desk, settings, "");
    up.server = tak_end_accept(up.listener);
    return up;
}

static void line_down(struct line_up *up)
{
    struct feed_ended ended = feed_end(up->talk);

    assert_int_equal(ended.ending.exit_code, 0);
    tak_end_close(&up->server);
    close(up->listener);
    feed_desk_free(up->desk);
}

/* Goal: an order's way there and back over a TAK server. Method: each step waits for what the one
 * before must bring about. */
static void an_order_goes_out_and_its_answers_come_back(void **state)
{
    struct line_up up = line_up(",'callsign':'ROOM','routes':'yes'");

    (void)state;
    tak_end_hear(&up.server, "uid=\"us\" type=\"a-f-G-U-C\"");
    tak_end_hear(&up.server, "callsign=\"ROOM\"");
    feed_hear(up.talk, "\"connected\":true");
    tak_end_say(&up.server, position("u7", "E7"));
    feed_hear(up.talk, "{\"report\":\"location\",\"unit\":\"E7\"");
    say(up.talk, DISPATCH("31", "2099-01-01T00:00:00Z"));
    tak_end_hear(&up.server, "uid=\"us.goto-42.E7\" type=\"b-m-p-w-GOTO\"");
    tak_end_hear(&up.server, "<dest uid=\"u7\"/>");
    tak_end_hear(&up.server, "type=\"b-m-r\"");
    tak_end_hear(&up.server, "uid=\"GeoChat.us.u7.order-TS-31\" type=\"b-t-f\"");
    tak_end_hear(&up.server, "DISPATCH #42 FIRE P1, 12 Quay St");
    feed_hear(up.talk, "\"order\":\"TS/31\",\"at\"");
    feed_hear(up.talk, "\"stage\":\"sent\"");
    /* The same order again is not sent again; the hub hears how far it is. */
    say(up.talk, DISPATCH("31", "2099-01-01T00:00:00Z"));
    tak_end_say(&up.server, receipt("b-t-f-d", "u7", "order-TS-31"));
    feed_hear(up.talk, "\"stage\":\"delivered\",\"unit\":\"E7\"");
    tak_end_say(&up.server, receipt("b-t-f-r", "u7", "order-TS-31"));
    feed_hear(up.talk, "\"stage\":\"read\",\"unit\":\"E7\"");
    tak_end_say(&up.server, chat("u7", "m1", "ACK 31"));
    feed_hear(up.talk, "\"stage\":\"accepted\",\"unit\":\"E7\",\"reason\":\"ACK 31\"");
    tak_end_say(&up.server, chat("u7", "m2", "on scene"));
    feed_hear(up.talk, "\"status\":\"ONS\",\"order\":\"TS/31\"");
    tak_end_say(&up.server, chat("u7", "m3", "need a second engine"));
    feed_hear(up.talk, "\"report\":\"message\"");
    /* Delivered is said when the hub has it for good, and not before. */
    say(up.talk, "{'kept':100}");
    tak_end_hear(&up.server, "uid=\"m3\" type=\"b-t-f-d\"");
    assert_int_equal(text_count(up.server.heard.bytes, "type=\"b-m-p-w-GOTO\" time"), 1);
    tak_end_say(&up.server, event("u7-9-1-1", "b-a-o-tbl",
                                  "<link uid='u7' relation='p-p'/><emergency type='911'/>"));
    feed_hear(up.talk, "\"emergency\":true");
    say(up.talk, "{'order':'TS/32','unit':'E7','verb':'recall','incident':{'number':42,"
                 "'type':'FIRE'},'text':'false alarm'}");
    tak_end_hear(&up.server, "type=\"t-x-d-d\"");
    tak_end_hear(&up.server, "RECALL from #42 FIRE: false alarm");
    tak_end_say(&up.server, chat("u7", "m4", "unable 32 pump is running"));
    feed_hear(up.talk, "\"stage\":\"refused\",\"unit\":\"E7\",\"reason\":\"pump is running\"");
    line_down(&up);
}

static void say_packet(struct tak_end *end, const char *uid, const char *callsign)
{
    char detail[100];
    struct buffer message = { 0 }, packet = { 0 };
    int64_t now_ms = (int64_t)time(NULL) * 1000;

    snprintf(detail, sizeof detail, "<contact callsign=\"%s\"/>", callsign);
    tak_draft_write(&(struct cot_draft){ .uid = uid, .type = "a-f-G-U-C", .how = "m-g",
                                         .time_ms = now_ms, .stale_ms = now_ms + 60000,
                                         .at = { 51.22, -4.13 }, .detail = span_of(detail) },
                    &message);
    tak_put_head(&packet, message.length);
    buffer_add(&packet, buffer_span(&message));
    tak_end_say_span(end, buffer_span(&packet));
    buffer_clear(&message);
    buffer_clear(&packet);
}

/* Goal: protocol 1 after it was agreed, both ways, and nothing sent while it is being agreed; what
 * is no packet then ends the connection, and the next one begins with XML. */
static void protocol_1_is_spoken_after_both_agreed(void **state)
{
    struct line_up up = line_up("");

    (void)state;
    tak_end_hear(&up.server, "</event>");
    tak_end_say(&up.server, event("offer", "t-x-takp-v",
                                  "<TakControl><TakProtocolSupport version='1'/></TakControl>"));
    tak_end_hear(&up.server, "uid=\"offer\" type=\"t-x-takp-q\"");
    tak_end_hear(&up.server, "</event>");
    size_t agreed = up.server.heard.length;
    tak_end_say(&up.server, position("u7", "E7"));
    say(up.talk, DISPATCH("31", "2099-01-01T00:00:00Z"));
    feed_hear(up.talk, "\"unit\":\"E7\"");
    tak_end_say(&up.server, event("offer", "t-x-takp-r",
                                  "<TakControl><TakResponse status='true'/></TakControl>"));
    tak_end_hear(&up.server, "order-TS-31");
    assert_int_equal((unsigned char)up.server.heard.bytes[agreed], TAK_MARK);
    feed_hear(up.talk, "\"stage\":\"sent\"");
    say_packet(&up.server, "u2", "L2");
    feed_hear(up.talk, "\"report\":\"location\",\"unit\":\"L2\"");
    tak_end_say(&up.server, "<event/>");
    feed_hear(up.talk, "not TAK protocol 1");
    assert_true(tak_end_is_closed(&up.server));
    tak_end_close(&up.server);
    up.server = tak_end_accept(up.listener);
    tak_end_hear(&up.server, "<?xml");
    line_down(&up);
}

/* Goal: a server that says no, and one that the site told us not to ask, are spoken to in XML. */
static void xml_stays_where_it_was_not_agreed(void **state)
{
    struct line_up up = line_up("");
    static const char offer[] = "<TakControl><TakProtocolSupport version='1'/></TakControl>";

    (void)state;
    tak_end_say(&up.server, event("offer", "t-x-takp-v", offer));
    tak_end_hear(&up.server, "t-x-takp-q");
    tak_end_say(&up.server, event("offer", "t-x-takp-r",
                                  "<TakControl><TakResponse status='false'/></TakControl>"));
    say(up.talk, DISPATCH("31", "2099-01-01T00:00:00Z"));
    tak_end_hear(&up.server, "uid=\"GeoChat.us.E7.order-TS-31\"");      /* By callsign. */
    tak_end_hear(&up.server, "<dest callsign=\"E7\"/>");
    line_down(&up);
    up = line_up(",'protocol':'xml'");
    tak_end_say(&up.server, event("offer", "t-x-takp-v", offer));
    tak_end_say(&up.server, event("ping", "t-x-c-t", ""));
    tak_end_hear(&up.server, "uid=\"takPong\" type=\"t-x-c-t-r\"");
    assert_int_equal(text_count(up.server.heard.bytes, "t-x-takp-q"), 0);
    line_down(&up);
}

/* Goal: without a server orders wait, go out when it is there, and fail when they are over; the
 * hub hears that the source is away and back; a server that says nothing is asked, and left. */
static void orders_wait_for_a_server_that_is_away(void **state)
{
    struct line_up up = line_up("");
    char soon[WHEN_TEXT_BYTES], line[1000];

    (void)state;
    tak_end_hear(&up.server, "</event>");
    feed_hear(up.talk, "\"connected\":true");
    tak_end_close(&up.server);
    feed_hear(up.talk, "connection lost:");
    say(up.talk, DISPATCH("31", "2099-01-01T00:00:00Z"));
    snprintf(line, sizeof line, "{'order':'TS/32','unit':'E7','verb':'message','text':'hello',"
             "'expires':'%s'}", when_text((int64_t)time(NULL) * 1000 + 100, soon));
    say(up.talk, line);
    up.server = tak_end_accept(up.listener);
    tak_end_hear(&up.server, "order-TS-31");
    feed_hear(up.talk, "\"order\":\"TS/31\"");
    feed_hear(up.talk, "\"order\":\"TS/32\"");
    line_down(&up);
}

/* Goal: after a restart of the adapter what a crew types still finds its order. Method: the cursor
 * that the first process gave with its receipt is in the second one's hello. */
static void answers_find_their_order_after_a_restart(void **state)
{
    static const char cursor_start[] = "\"cursor\":";
    struct line_up up = line_up("");
    char cursor[1000], hello[2000];
    uint16_t port;

    (void)state;
    say(up.talk, DISPATCH("31", "2099-01-01T00:00:00Z"));
    feed_hear(up.talk, "\"stage\":\"sent\"");
    feed_hear(up.talk, cursor_start);
    const char *at = strstr(site_read(feed_site(up.desk), "feed.out"), cursor_start);
    snprintf(cursor, sizeof cursor, "%.*s", (int)strcspn(at, "\n") - 1, at);
    line_down(&up);
    up.desk = feed_desk_new();
    up.listener = tak_end_listen(&port);
    up.talk = feed_start(up.desk, "cot");
    snprintf(hello, sizeof hello, "{\"hello\":1,\"wire\":1,\"feed\":\"tak\",\"mode\":\"live\","
             "\"settings\":{\"uid\":\"us\",\"connect\":\"127.0.0.1:%u\"},\"secrets\":{},%s,"
             "\"units\":[{\"unit\":\"E7\"}]}\n", port, cursor);
    feed_say(up.talk, hello);
    up.server = tak_end_accept(up.listener);
    tak_end_say(&up.server, chat("u7", "m1", "wilco"));
    feed_hear(up.talk, "\"order\":\"TS/31\"");
    feed_hear(up.talk, "\"stage\":\"accepted\"");
    line_down(&up);
}

/* Goal: the whole way: a dispatcher's command, the hub, the crew's telephone, and its answers on
 * the record. Method: a real hub whose cot feed speaks to the test's TAK server. */
static void a_dispatch_is_read_and_accepted_on_the_record(void **state)
{
    static const char *const answers[] = { "delivered", "read", "accepted" };
    struct test_site *site = site_new(SITE_SANITIZED);
    const char *user = getuid() == 0 ? "root" : getenv("USER");
    struct buffer conf = { 0 };
    uint16_t port;
    int listener = tak_end_listen(&port);

    (void)state;
    buffer_print(&conf, "site { id = TS name = \"TEST TOWN\" timezone = \"Europe/London\" }\n"
                 "type FIRE { title = \"Fire\" priority = 1 desk = FIRE }\n"
                 "operator KIM { user = \"%s\" role = dispatcher desk = FIRE }\n"
                 "feed tak { adapter = cot supplier = \"a test\" trust = actuate\n"
                 "    settings = { \"connect=127.0.0.1:%u\", \"uid=us\" } }\n"
                 "unit E7 { kind = engine desk = FIRE crew = 4 feed = tak }\n",
                 user ? user : "", port);
    site_write(site, "site.conf", conf.bytes);
    pid_t hub = site_hub_start(site);
    struct tak_end server = tak_end_accept(listener);
    tak_end_hear(&server, "</event>");
    tak_end_say(&server, position("u7", "E7"));
    site_expect(site, 0, "do", "new FIRE @51.22,-4.09 p1 ; smoke", "d 1 E7", "--as", "KIM");
    tak_end_hear(&server, "b-m-p-w-GOTO");
    tak_end_hear(&server, "uid=\"GeoChat.us.u7.order-TS-1\"");
    for (size_t i = 0; i < ARRAY_COUNT(answers); i++) {
        int64_t deadline_ms = clock_ms() + DEADLINE_MS;
        tak_end_say(&server, i == 0   ? receipt("b-t-f-d", "u7", "order-TS-1")
                             : i == 1 ? receipt("b-t-f-r", "u7", "order-TS-1")
                                      : chat("u7", "m1", "en route"));
        while (!strstr(site_expect(site, 0, "show", "OR1").out, answers[i]))
            if (clock_ms() > deadline_ms)
                fail_msg("OR1 is never %s", answers[i]);
    }
    struct site_result unit = site_expect(site, 0, "show", "units");
    assert_non_null(strstr(unit.out, "ENR"));
    site_hub_stop(site, hub);
    site_expect(site, 0, "verify");
    tak_end_close(&server);
    close(listener);
    buffer_clear(&conf);
    site_free(site);
}

/* ---- clients that connect here ---- */

static uint16_t port_of(struct feed_talk *talk, struct feed_desk *desk, const char *before)
{
    feed_hear_log(talk, before);
    const char *log = strstr(site_read(feed_site(desk), "feed.err"), before);
    return (uint16_t)atoi(log + strlen(before));
}

/* Goal: a client that connects is heard, answered, offered protocol 1, and gets the orders of the
 * unit that it is; bytes that are nothing cost only themselves. */
static void a_client_that_connects_is_a_unit(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct feed_talk *talk = feed_with(desk, "'listen':'127.0.0.1:0'", "");
    uint16_t port = port_of(talk, desk, "listening at port ");
    struct tak_end e7 = tak_end_connect(port), l2 = tak_end_connect(port);

    (void)state;
    tak_end_hear(&e7, "type=\"t-x-takp-v\"");
    say(talk, DISPATCH("31", "2099-01-01T00:00:00Z"));
    tak_end_say(&e7, "<auth><cot username='a' password='not-to-be-seen' uid='u7'/></auth>");
    tak_end_say(&e7, "noise");
    tak_end_say(&e7, position("u7", "E7"));
    feed_hear(talk, "\"report\":\"refused\"");
    feed_hear(talk, "\"report\":\"location\",\"unit\":\"E7\"");
    tak_end_say(&l2, position("u2", "L2"));
    feed_hear(talk, "\"report\":\"location\",\"unit\":\"L2\"");
    tak_end_hear(&e7, "order-TS-31");           /* It had waited for him to come. */
    tak_end_say(&l2, event("l2-ping", "t-x-c-t", ""));
    tak_end_hear(&l2, "takPong");
    assert_int_equal(text_count(l2.heard.bytes, "order-TS-31"), 0);
    tak_end_say(&l2, event("q", "t-x-takp-q",
                           "<TakControl><TakRequest version='1'/></TakControl>"));
    tak_end_hear(&l2, "<TakResponse status=\"true\"/>");
    say_packet(&l2, "u2", "L2");
    tak_end_close(&e7);
    feed_hear_log(talk, "connection lost");
    tak_end_close(&l2);
    struct feed_ended ended = feed_end(talk);
    assert_int_equal(ended.ending.exit_code, 0);
    assert_null(strstr(ended.out, "not-to-be-seen"));
    assert_null(strstr(ended.err, "not-to-be-seen"));
    assert_int_equal(text_count(ended.out, "\"report\":\"refused\""), 1);
    feed_desk_free(desk);
}

/* Goal: one device cannot take all connections. */
static void one_device_is_held_to_its_limit(void **state)
{
    enum { CONNECTIONS = 240 };
    struct feed_desk *desk = feed_desk_new();
    struct feed_talk *talk = feed_with(desk, "'listen':'127.0.0.1:0','per_device':'10'", "");
    uint16_t port = port_of(talk, desk, "listening at port ");
    struct tak_end ends[CONNECTIONS];

    (void)state;
    for (int i = 0; i < CONNECTIONS; i++)
        ends[i] = tak_end_connect(port);
    feed_hear(talk, "127.0.0.1");               /* Said in the feed's health. */
    tak_end_say(&ends[0], position("u7", "E7"));
    feed_hear(talk, "\"unit\":\"E7\"");
    for (int i = 0; i < CONNECTIONS; i++)
        tak_end_close(&ends[i]);
    struct feed_ended ended = feed_end(talk);
    assert_int_equal(text_count(ended.err, "connected: 127.0.0.1"), 10);
    feed_desk_free(desk);
}

/* Goal: datagrams of both forms are heard, and one that is neither is refused. */
static void datagrams_are_heard(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct feed_talk *talk = feed_with(desk, "'udp':'127.0.0.1:0'", "");
    uint16_t port = port_of(talk, desk, "for datagrams at port ");
    struct buffer packet = { 0 };
    int64_t now_ms = (int64_t)time(NULL) * 1000;

    (void)state;
    tak_datagram(port, span_of(position("u7", "E7")));
    feed_hear(talk, "\"unit\":\"E7\"");
    buffer_add(&packet, span_from("\xBF\x01\xBF", 3));
    tak_draft_write(&(struct cot_draft){ .uid = "L2", .type = "a-f-G", .how = "m-g",
                                         .time_ms = now_ms, .stale_ms = now_ms + 60000,
                                         .at = { 51.22, -4.13 }, .detail = span_of("") },
                    &packet);
    tak_datagram(port, buffer_span(&packet));
    feed_hear(talk, "\"unit\":\"L2\"");
    tak_datagram(port, span_of("hello"));
    feed_hear(talk, "\"report\":\"refused\"");
    /* Nobody can be reached by what only listens: the order waits. */
    say(talk, DISPATCH("31", "1999-01-01T00:00:00Z"));
    feed_hear(talk, "\"stage\":\"failed\"");
    buffer_clear(&packet);
    assert_int_equal(feed_end(talk).ending.exit_code, 0);
    feed_desk_free(desk);
}

/* ---- mutual TLS, with openssl(1) on the other side ---- */

static const char *key_text(struct test_site *site, const char *name)
{
    static char text[8000];
    size_t length = 0;

    for (const char *at = site_read(site, name); *at && length + 3 < sizeof text; at++) {
        if (*at == '\n')
            text[length++] = '\\';
        text[length++] = *at == '\n' ? 'n' : *at;
    }
    text[length] = '\0';
    return text;
}

static struct feed_talk *feed_with_tls(struct feed_desk *desk, const char *place,
                                       const char *who)
{
    struct test_site *site = feed_site(desk);
    char settings[1000], secrets[9000], ca[256], certificate[256], name[40];
    struct feed_talk *talk = feed_start(desk, "cot");
    struct buffer hello = { 0 };

    snprintf(name, sizeof name, "%s.pem", who);
    snprintf(ca, sizeof ca, "%s", site_path(site, "ca.pem"));
    snprintf(certificate, sizeof certificate, "%s", site_path(site, name));
    snprintf(settings, sizeof settings, "%s,\"tls\":\"yes\",\"ca\":\"%s\",\"certificate\":\"%s\"",
             place, ca, certificate);
    snprintf(name, sizeof name, "%s.key", who);
    snprintf(secrets, sizeof secrets, "\"key\":\"%s\"", key_text(site, name));
    buffer_print(&hello, "{\"hello\":1,\"wire\":1,\"feed\":\"tak\",\"mode\":\"live\","
                         "\"settings\":{\"uid\":\"us\",%s},\"secrets\":{%s},\"cursor\":null,"
                         "\"scratch\":\"\",\"units\":[{\"unit\":\"E7\"}]}\n", settings, secrets);
    feed_say(talk, hello.bytes);
    buffer_clear(&hello);
    return talk;
}

/* Runs `openssl ARGUMENTS` with the file `input` as stdin, in the background. */
static pid_t openssl_start(struct test_site *site, const char *input,
                           const char *const *arguments)
{
    char in[256], out[256], err[256];

    snprintf(in, sizeof in, "%s", site_path(site, input));
    snprintf(out, sizeof out, "%s", site_path(site, "openssl.out"));
    snprintf(err, sizeof err, "%s", site_path(site, "openssl.err"));
    return process_start(&(struct process_options){
        .arguments = arguments, .directory = site_folder(site), .input_path = in,
        .out_path = out, .err_path = err });
}

static void openssl_hear(struct test_site *site, const char *text)
{
    int64_t deadline_ms = clock_ms() + DEADLINE_MS;

    while (!strstr(site_read(site, "openssl.out"), text)) {
        if (clock_ms() > deadline_ms)
            fail_msg("openssl never printed %s but %s", text, site_read(site, "openssl.out"));
        usleep(10000);
    }
}

/* Goal: as a client with a certificate of the right authority we are let in and heard, and the
 * server's events come in. */
static void a_server_is_reached_by_mutual_tls(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct test_site *site = feed_site(desk);
    char port[8], place[64];
    uint16_t number;

    (void)state;
    certificates_make(site_folder(site));
    close(tak_end_listen(&number));             /* A port that is free now. */
    snprintf(port, sizeof port, "%u", number);
    snprintf(place, sizeof place, "\"connect\":\"localhost:%s\"", port);
    site_write(site, "events", position("u7", "E7"));
    const char *const arguments[] = { "/usr/bin/openssl", "s_server", "-accept", port, "-cert",
                                      "server.pem", "-key", "server.key", "-CAfile", "ca.pem",
                                      "-Verify", "1", "-verify_return_error", "-quiet",
                                      "-naccept", "5", NULL };
    /* s_server sends its stdin to whoever is connected, and ends with it: a pipe that stays. */
    const char *const shell[] = { "/bin/sh", "-c",
                                  "(sleep 3; cat events; sleep 20) | exec \"$@\"", "sh",
                                  arguments[0], arguments[1], arguments[2], arguments[3],
                                  arguments[4], arguments[5], arguments[6], arguments[7],
                                  arguments[8], arguments[9], arguments[10], arguments[11],
                                  arguments[12], arguments[13], arguments[14], arguments[15],
                                  NULL };
    pid_t server = openssl_start(site, "events", shell);
    struct feed_talk *talk = feed_with_tls(desk, place, "client");
    feed_hear(talk, "\"connected\":true");
    openssl_hear(site, "uid=\"us\" type=\"a-f-G-U-C\"");
    feed_hear(talk, "\"unit\":\"E7\"");
    assert_int_equal(feed_end(talk).ending.exit_code, 0);
    process_kill(server);
    feed_desk_free(desk);
}

/* Goal: as a listener we let in who has a certificate of ours, and nobody else. */
static void only_clients_with_our_certificates_get_in(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct test_site *site = feed_site(desk);
    static const struct { const char *certificate, *key; bool gets_in; } clients[] = {
        { "stranger.pem", "stranger.key", false }, { "client.pem", "client.key", true },
    };
    char place[64];

    (void)state;
    certificates_make(site_folder(site));
    struct feed_talk *talk = feed_with_tls(desk, "\"listen\":\"127.0.0.1:0\"", "server");
    uint16_t port = port_of(talk, desk, "listening at port ");
    snprintf(place, sizeof place, "127.0.0.1:%u", port);
    site_write(site, "events", position("u7", "E7"));
    for (size_t i = 0; i < ARRAY_COUNT(clients); i++) {
        const char *const shell[] = { "/bin/sh", "-c",
                                      "(sleep 1; cat events; sleep 5) | openssl s_client -quiet "
                                      "-connect \"$1\" -CAfile ca.pem -cert \"$2\" -key \"$3\"",
                                      "sh", place, clients[i].certificate, clients[i].key, NULL };
        CASE("%s", clients[i].certificate);
        pid_t client = openssl_start(site, "events", shell);
        if (clients[i].gets_in) {
            feed_hear(talk, "\"unit\":\"E7\"");
            feed_hear_log(talk, "E1 tablet");           /* The name in its certificate. */
        } else {
            struct ending ending;
            assert_true(child_wait(client, clock_ms() + DEADLINE_MS, &ending));
            assert_null(strstr(site_read(site, "feed.out"), "\"unit\""));
            continue;
        }
        process_kill(client);
    }
    assert_int_equal(feed_end(talk).ending.exit_code, 0);
    feed_desk_free(desk);
}

/* ---- settings ---- */

/* Goal: settings that cannot be are told before anything is started. */
static void wrong_settings_are_told(void **state)
{
    /* 2: `watchdesk check` says so too; 1: only what starts can know it. */
    static const struct { const char *name, *settings, *says; int exit_code; } cases[] = {
        { "no place", "'uid':'us'", "it needs a place", 1 },
        { "no port", "'connect':'tak.example.org'", "connect: \"tak.example.org\"", 1 },
        { "a unit without a uid", "'udp':'127.0.0.1:0','unit':'E7'", "is not UID=UNIT", 2 },
        { "a rule without a kind", "'udp':'127.0.0.1:0','hazard':'u-d'", "is not TYPE=KIND", 2 },
        { "a word without a meaning", "'udp':'127.0.0.1:0','reply':'x=y'", "is not WORDS=", 2 },
        { "a place in words", "'udp':'127.0.0.1:0','location':'here'", "is not LAT,LON", 2 },
        { "a password in the clear", "'connect':'127.0.0.1:1','user':'me'", "over TLS only", 1 },
        { "TLS without an authority's file", "'connect':'127.0.0.1:1','tls':'yes','ca':'/none'",
          "/none", 1 },
        { "sending without a socket", "'connect':'127.0.0.1:1','send':'127.0.0.1:2'", "udp", 1 },
    };
    struct feed_desk *desk = feed_desk_new();
    char hello[1000], line[1000];

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        CASE("%s", cases[i].name);
        snprintf(hello, sizeof hello, "{'hello':1,'wire':1,'feed':'tak','mode':'live',"
                 "'settings':{%s},'secrets':{}}\n", cases[i].settings);
        struct feed_ended ended = feed_run(desk, json_of(line, sizeof line, hello), "cot");
        assert_int_equal(ended.ending.exit_code, cases[i].exit_code);
        if (!strstr(ended.err, cases[i].says))
            fail_msg("\"%s\" is not said, but: %s", cases[i].says, ended.err);
    }
    feed_desk_free(desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_goes_out_and_its_answers_come_back),
        cmocka_unit_test(protocol_1_is_spoken_after_both_agreed),
        cmocka_unit_test(xml_stays_where_it_was_not_agreed),
        cmocka_unit_test(orders_wait_for_a_server_that_is_away),
        cmocka_unit_test(answers_find_their_order_after_a_restart),
        cmocka_unit_test(a_dispatch_is_read_and_accepted_on_the_record),
        cmocka_unit_test(a_client_that_connects_is_a_unit),
        cmocka_unit_test(one_device_is_held_to_its_limit),
        cmocka_unit_test(datagrams_are_heard),
        cmocka_unit_test(a_server_is_reached_by_mutual_tls),
        cmocka_unit_test(only_clients_with_our_certificates_get_in),
        cmocka_unit_test(wrong_settings_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
