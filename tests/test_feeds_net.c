/* test_feeds_net.c - connections, listeners and datagrams over loopback, in one loop: what is let
 * in, what is turned away, what comes back after a fall; TLS against certificates made here. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "feeds/adapters.h"
#include "feeds/net.h"
#include "tests/certificates.h"
#include "tests/check.h"
#include "tests/site.h"

enum { WAIT_MS = 5000, CLIENTS = 240 };

/* One end of a test: what its callbacks heard. */
struct ear {
    struct buffer heard;
    uint32_t opened, closed, failed, drained;
    char why[256], peer[128];
    struct net_conn *conn;
    bool echoes;
};

static void ear_opened(void *owner, struct net_conn *conn)
{
    struct ear *ear = owner;

    ear->opened++;
    ear->conn = conn;
    snprintf(ear->peer, sizeof ear->peer, "%s", net_conn_peer(conn));
}

static void ear_bytes(void *owner, struct net_conn *conn, struct span bytes)
{
    struct ear *ear = owner;

    buffer_add(&ear->heard, bytes);
    if (ear->echoes)
        net_conn_send(conn, bytes);
}

static void ear_closed(void *owner, struct net_conn *conn, const char *why)
{
    struct ear *ear = owner;

    ear->closed++;
    if (ear->conn == conn)
        ear->conn = NULL;
    snprintf(ear->why, sizeof ear->why, "%s", why);
}

static void ear_drained(void *owner, struct net_conn *conn)
{
    (void)conn;
    ((struct ear *)owner)->drained++;
}

static void ear_failed(void *owner, const char *why, int64_t again_ms)
{
    struct ear *ear = owner;

    (void)again_ms;
    ear->failed++;
    snprintf(ear->why, sizeof ear->why, "%s", why);
}

static const struct net_handler hears = { .opened = ear_opened, .bytes = ear_bytes,
                                          .closed = ear_closed, .drained = ear_drained,
                                          .failed = ear_failed };

/* A feed with a loop and nobody to report to but a pipe's end in memory. */
struct room {
    struct feed feed;
    struct test_site *site;
};

static struct room *room_new(void)
{
    struct room *room = base_alloc(1, sizeof *room);

    room->feed.adapter = adapter_find("jsonl");
    room->feed.hello.mode = FEED_MODE_LIVE;
    room->feed.hello_sent = true;
    room->feed.out.fd = -1;
    room->feed.wake_ms = FEED_NEVER;
    uv_loop_init(&room->feed.own_loop);
    room->feed.loop = &room->feed.own_loop;
    feed_clock(&room->feed);
    return room;
}

static void room_free(struct room *room)
{
    uv_run(room->feed.loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(room->feed.loop), 0);
    outlet_clear(&room->feed.out);
    buffer_clear(&room->feed.line);
    base_free(room);
}

static void turn(struct room *room)
{
    uv_run(room->feed.loop, UV_RUN_NOWAIT);
    usleep(500);
}

/* Turns the loop until `condition`, or fails. */
#define UNTIL(room, condition)                                          \
    do {                                                                \
        uint64_t until_ = uv_hrtime() + WAIT_MS * UINT64_C(1000000);    \
        while (!(condition) && uv_hrtime() < until_)                    \
            turn(room);                                                 \
        if (!(condition))                                               \
            fail_msg("never: " #condition);                             \
    } while (0)

static struct net_listener *listener_new(struct room *room, struct tls_context *tls,
                                         const struct net_limits *limits, struct ear *ear)
{
    struct net_place place = { .host = "127.0.0.1" };
    char sentence[256] = "";
    struct net_listener *listener = net_listener_new(&room->feed, &place, tls, limits, &hears, ear,
                                                     sentence, sizeof sentence);

    assert_string_equal(sentence, "");
    return listener;
}

static struct net_link *link_new(struct room *room, uint16_t port, struct tls_context *tls,
                                 const char *host, struct ear *ear)
{
    struct net_link_terms terms = { .place.port = port, .tls = tls, .again_ms_min = 50,
                                    .again_ms_max = 100 };

    snprintf(terms.place.host, sizeof terms.place.host, "%s", host);
    return net_link_new(&room->feed, &terms, &hears, ear);
}

static void ear_clear(struct ear *ear)
{
    buffer_clear(&ear->heard);
    *ear = (struct ear){ 0 };
}

/* Goal: what site.conf may say as a place is read, and what could be meant in two ways is not. */
static void a_place_is_read(void **state)
{
    static const struct {
        const char *text, *host;
        int port;                       /* -1: refused. */
    } cases[] = {
        { "tak.example.org:8089", "tak.example.org", 8089 },
        { "192.0.2.7:7700", "192.0.2.7", 7700 },
        { "[2001:db8::1]:7700", "2001:db8::1", 7700 },
        { ":7700", "", 7700 },
        { "7700", "", 7700 },
        { " 7700 ", "", 7700 },
        { "2001:db8::1:7700", "", -1 },
        { "tak.example.org", "", -1 },
        { "host:", "", -1 },
        { "host:65536", "", -1 },
        { "host:-1", "", -1 },
        { "host:80x", "", -1 },
        { "", "", -1 },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct net_place place = { 0 };
        CASE("\"%s\"", cases[i].text);
        assert_int_equal(net_place_read(cases[i].text, &place), cases[i].port >= 0);
        if (cases[i].port < 0)
            continue;
        assert_string_equal(place.host, cases[i].host);
        assert_int_equal(place.port, cases[i].port);
    }
}

/* Goal: bytes go both ways, a fall of the other side is told once, and the link comes back. */
static void a_link_comes_back(void **state)
{
    struct room *room = room_new();
    struct ear here = { 0 }, there = { .echoes = true };
    struct net_limits limits = { 0 };
    struct net_listener *listener = listener_new(room, NULL, &limits, &there);
    uint16_t port = net_listener_port(listener);
    struct net_link *link = link_new(room, port, NULL, "127.0.0.1", &here);
    (void)state;

    UNTIL(room, here.opened == 1);
    assert_true(net_conn_send(net_link_conn(link), span_of("are you there")));
    UNTIL(room, here.heard.length == 13);
    assert_memory_equal(here.heard.bytes, "are you there", 13);
    assert_true(here.drained >= 1);

    net_conn_close(there.conn);
    UNTIL(room, here.closed == 1);
    assert_string_equal(here.why, "the other side closed it");
    UNTIL(room, here.opened == 2);

    net_listener_free(listener);
    UNTIL(room, here.closed == 2 && here.failed >= 2);
    assert_non_null(strstr(here.why, "cannot be reached: connection refused"));
    assert_null(net_link_conn(link));
    net_link_free(link);
    ear_clear(&here);
    ear_clear(&there);
    room_free(room);
}

/* Goal: a name that nobody knows is a sentence, not a crash; freeing in between leaves nothing. */
static void an_unknown_name_is_said(void **state)
{
    struct room *room = room_new();
    struct ear here = { 0 };
    struct net_link *link = link_new(room, 9, NULL, "no-such-host.invalid", &here);
    struct net_link *other = link_new(room, 9, NULL, "no-such-host.invalid", &here);
    (void)state;

    turn(room);
    net_link_free(other);
    UNTIL(room, here.failed >= 1);
    assert_non_null(strstr(here.why, "no address is known for no-such-host.invalid"));
    net_link_free(link);
    room_free(room);
}

static int plain_connect(uint16_t port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

    assert_true(fd >= 0);
    connect(fd, (struct sockaddr *)&to, sizeof to);
    return fd;
}

/* Goal: 240 connections from one device are held to its limit, counted, and said once; others get
 * in once it has gone. */
static void one_device_is_held_to_its_limit(void **state)
{
    struct room *room = room_new();
    struct ear there = { 0 };
    struct net_limits limits = { .connections_max = 100, .per_peer_max = 8,
                                 .new_per_peer_max = 1000 };
    struct net_listener *listener = listener_new(room, NULL, &limits, &there);
    int fds[CLIENTS];
    (void)state;

    for (int i = 0; i < CLIENTS; i++) {
        fds[i] = plain_connect(net_listener_port(listener));
        turn(room);
    }
    UNTIL(room, net_listener_turned_away(listener) == CLIENTS - 8);
    assert_int_equal(net_listener_count(listener), 8);
    UNTIL(room, room->feed.said_count == 1);
    assert_non_null(strstr(room->feed.out.waiting.bytes,
                           "232 connections were turned away, the last from 127.0.0.1:"));
    for (int i = 0; i < CLIENTS; i++)
        close(fds[i]);
    UNTIL(room, net_listener_count(listener) == 0);
    int fd = plain_connect(net_listener_port(listener));
    UNTIL(room, net_listener_count(listener) == 1);
    assert_int_equal(room->feed.said_count, 1);
    close(fd);
    net_listener_free(listener);
    ear_clear(&there);
    room_free(room);
}

/* Goal: who connects and connects again is slowed to so many a second. */
static void coming_anew_is_limited(void **state)
{
    struct room *room = room_new();
    struct ear there = { 0 };
    struct net_limits limits = { .new_per_peer_max = 5 };
    struct net_listener *listener = listener_new(room, NULL, &limits, &there);
    (void)state;

    for (int i = 0; i < 12; i++) {
        int fd = plain_connect(net_listener_port(listener));
        uint64_t before = net_listener_turned_away(listener) + there.opened;
        UNTIL(room, net_listener_turned_away(listener) + there.opened == before + 1);
        close(fd);
    }
    /* A second may have ended in between on a slow machine: then five more came in. */
    assert_true(there.opened == 5 || there.opened == 10);
    net_listener_free(listener);
    ear_clear(&there);
    room_free(room);
}

/* Goal: one that stays silent is closed; one that does not read is not kept bytes for without
 * limit. */
static void silence_and_deafness_end(void **state)
{
    struct room *room = room_new();
    struct ear there = { 0 };
    struct net_limits limits = { .silence_ms_max = 300 };
    struct net_listener *listener = listener_new(room, NULL, &limits, &there);
    char bytes[64 * 1024];
    int fd = plain_connect(net_listener_port(listener));
    uint32_t taken = 0;
    (void)state;

    memset(bytes, 'x', sizeof bytes);
    UNTIL(room, there.opened == 1);
    while (net_conn_send(there.conn, span_from(bytes, sizeof bytes)) && taken < 1000) {
        taken++;
        turn(room);
    }
    assert_true(taken > 1 && taken < 1000);
    assert_true(net_conn_waiting(there.conn) <= NET_QUEUE_BYTES_MAX);
    UNTIL(room, there.closed == 1);
    assert_string_equal(there.why, "nothing was heard for too long");
    close(fd);
    net_listener_free(listener);
    ear_clear(&there);
    room_free(room);
}

/* ---- TLS ---- */


static struct tls_context *context_new(struct test_site *site, enum tls_side side,
                                       const char *certificate, const char *ca, char *sentence,
                                       size_t sentence_bytes)
{
    char certificate_path[300] = "", ca_path[300] = "", name[32];
    struct buffer key = { 0 };

    if (certificate[0]) {
        snprintf(name, sizeof name, "%s.pem", certificate);
        snprintf(certificate_path, sizeof certificate_path, "%s", site_path(site, name));
        snprintf(name, sizeof name, "%s.key", certificate);
        file_read(site_path(site, name), &key);
    }
    if (ca[0]) {
        snprintf(name, sizeof name, "%s.pem", ca);
        snprintf(ca_path, sizeof ca_path, "%s", site_path(site, name));
    }
    struct tls_means means = { .ca_path = ca_path, .certificate_path = certificate_path,
                               .key_pem = key.bytes ? key.bytes : "",
                               .client_needed = side == TLS_SERVER && ca[0] };
    struct tls_context *context = tls_context_new(side, &means, sentence, sentence_bytes);
    buffer_clear(&key);
    return context;
}

/* Goal: both sides are known to each other or nothing is said; each case stands beside its nearest
 * right. */
static void tls_lets_in_whom_it_knows(void **state)
{
    static const struct {
        const char *name, *server, *server_ca, *client, *client_ca, *host, *why;
    } cases[] = {
        { "both are known", "server", "ca", "client", "ca", "localhost", NULL },
        { "known by its address", "server", "ca", "client", "ca", "127.0.0.1", NULL },
        { "any client", "server", "", "", "ca", "localhost", NULL },
        { "a server of another name", "wrong", "", "", "ca", "localhost", "hostname mismatch" },
        { "a server out of date", "late", "", "", "ca", "localhost", "certificate has expired" },
        { "a server of another authority", "server", "", "", "other", "localhost",
          "unable to get local issuer certificate" },
        { "a client of another authority", "server", "ca", "stranger", "ca", "localhost", "" },
        { "a client that shows nothing", "server", "ca", "", "ca", "localhost", "" },
    };
    struct test_site *site = site_new(SITE_SANITIZED);
    (void)state;

    certificates_make(site_folder(site));
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        char sentence[256] = "";
        struct room *room = room_new();
        struct ear here = { 0 }, there = { .echoes = true };
        struct net_limits limits = { .new_per_peer_max = 1000 };
        CASE("%s", cases[i].name);
        struct tls_context *server = context_new(site, TLS_SERVER, cases[i].server,
                                                 cases[i].server_ca, sentence, sizeof sentence);
        struct tls_context *client = context_new(site, TLS_CLIENT, cases[i].client,
                                                 cases[i].client_ca, sentence, sizeof sentence);
        assert_string_equal(sentence, "");
        struct net_listener *listener = listener_new(room, server, &limits, &there);
        struct net_link *link = link_new(room, net_listener_port(listener), client,
                                         cases[i].host, &here);
        if (cases[i].why) {
            UNTIL(room, here.failed + here.closed >= 1);
            if (!strstr(here.why, cases[i].why))
                fail_msg("said: %s", here.why);
            assert_int_equal(there.heard.length, 0);
        } else {
            UNTIL(room, here.opened == 1 && there.opened == 1);
            assert_string_equal(here.peer, "tak.example");
            assert_string_equal(there.peer, cases[i].server_ca[0] ? "E1 tablet" : "");
            assert_true(net_conn_send(net_link_conn(link), span_of("sealed")));
            UNTIL(room, here.heard.length == 6);
        }
        net_link_free(link);
        net_listener_free(listener);
        ear_clear(&here);
        ear_clear(&there);
        room_free(room);
        tls_context_free(server);
        tls_context_free(client);
    }
    site_free(site);
}

/* Goal: what cannot work is said before anybody connects. */
static void wrong_means_are_named(void **state)
{
    struct test_site *site = site_new(SITE_SANITIZED);
    char sentence[256];
    (void)state;

    certificates_make(site_folder(site));
    assert_null(context_new(site, TLS_SERVER, "", "", sentence, sizeof sentence));
    assert_non_null(strstr(sentence, "needs the setting \"certificate\""));
    assert_null(context_new(site, TLS_CLIENT, "", "nowhere", sentence, sizeof sentence));
    assert_non_null(strstr(sentence, "nowhere.pem cannot be read"));
    site_write(site, "client.key", site_read(site, "stranger.key"));
    assert_null(context_new(site, TLS_CLIENT, "client", "ca", sentence, sizeof sentence));
    assert_non_null(strstr(sentence, "\"key\" does not go with"));
    site_write(site, "client.key", "no key at all");
    assert_null(context_new(site, TLS_CLIENT, "client", "ca", sentence, sizeof sentence));
    assert_non_null(strstr(sentence, "\"key\" does not go with"));
    site_free(site);
}

/* Goal: one that speaks no TLS to a listener with TLS is put out, and who says nothing at all is
 * too, by its time. */
static void who_speaks_no_tls_is_put_out(void **state)
{
    struct test_site *site = site_new(SITE_SANITIZED);
    struct room *room = room_new();
    struct ear there = { 0 };
    struct net_limits limits = { .shake_ms_max = 500 };
    char sentence[256] = "";
    (void)state;

    certificates_make(site_folder(site));
    struct tls_context *server = context_new(site, TLS_SERVER, "server", "", sentence,
                                             sizeof sentence);
    struct net_listener *listener = listener_new(room, server, &limits, &there);
    int plain = plain_connect(net_listener_port(listener));
    int mute = plain_connect(net_listener_port(listener));
    UNTIL(room, net_listener_count(listener) == 2);
    assert_int_equal(write(plain, "GET / HTTP/1.1\r\n\r\n", 18), 18);
    UNTIL(room, net_listener_count(listener) == 1);
    UNTIL(room, net_listener_count(listener) == 0);
    assert_int_equal(there.opened, 0);
    close(plain);
    close(mute);
    net_listener_free(listener);
    room_free(room);
    tls_context_free(server);
    site_free(site);
}

/* ---- datagrams ---- */

struct mail {
    struct net_udp *udp;
    uint32_t count;
    char last[64], from[NET_ADDRESS_BYTES];
    bool answers;
};

static void mail_came(void *owner, const struct net_from *from, struct span bytes)
{
    struct mail *mail = owner;

    mail->count++;
    snprintf(mail->last, sizeof mail->last, "%.*s", (int)bytes.length, bytes.bytes);
    net_from_text(from, mail->from);
    if (mail->answers)
        net_udp_answer(mail->udp, from, span_of("heard"));
}

/* Goal: datagrams come, are answered to where they came from, by either family; what the kernel
 * dropped is known. */
static void datagrams_come_and_are_answered(void **state)
{
    struct room *room = room_new();
    struct mail here = { 0 }, there = { .answers = true };
    struct net_place all = { 0 }, local = { .host = "127.0.0.1" };
    char sentence[256] = "";
    (void)state;

    there.udp = net_udp_new(&room->feed, &all, mail_came, &there, sentence, sizeof sentence);
    here.udp = net_udp_new(&room->feed, &local, mail_came, &here, sentence, sizeof sentence);
    assert_string_equal(sentence, "");
    local.port = net_udp_port(there.udp);
    assert_true(net_udp_send(here.udp, &local, span_of("hello")));
    UNTIL(room, here.count == 1);
    assert_string_equal(there.last, "hello");
    assert_string_equal(here.last, "heard");
    assert_int_equal(strncmp(there.from, "127.0.0.1:", 10), 0);
    assert_int_equal(net_udp_lost(there.udp), 0);

    /* Far more than any receive buffer: the next datagram that fits says what was lost. */
    static const char large[8192];
    there.answers = false;
    for (uint32_t i = 0; i < 4096; i++)
        net_udp_send(here.udp, &local, span_from(large, sizeof large));
    for (uint32_t i = 0; i < 1000 && net_udp_lost(there.udp) == 0; i++) {
        turn(room);
        net_udp_send(here.udp, &local, span_of("x"));
    }
    uint64_t lost = net_udp_lost(there.udp);
    for (uint32_t i = 0; i < 100; i++)
        turn(room);
    print_message("  %u came, %llu were lost\n", there.count, (unsigned long long)lost);
    assert_true(lost > 0 && there.count > 0);

    struct net_place nowhere = { .host = "tak.example" };
    assert_null(net_udp_new(&room->feed, &nowhere, mail_came, NULL, sentence, sizeof sentence));
    assert_non_null(strstr(sentence, "it is no address"));
    net_udp_free(here.udp);
    net_udp_free(there.udp);
    room_free(room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_place_is_read),
        cmocka_unit_test(a_link_comes_back),
        cmocka_unit_test(an_unknown_name_is_said),
        cmocka_unit_test(one_device_is_held_to_its_limit),
        cmocka_unit_test(coming_anew_is_limited),
        cmocka_unit_test(silence_and_deafness_end),
        cmocka_unit_test(tls_lets_in_whom_it_knows),
        cmocka_unit_test(wrong_means_are_named),
        cmocka_unit_test(who_speaks_no_tls_is_put_out),
        cmocka_unit_test(datagrams_come_and_are_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
