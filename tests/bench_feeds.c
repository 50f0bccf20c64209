/* bench_feeds.c - CoT through the whole program: a TAK server of the benchmark, the adapter's
 * process as its client, the hub, the journal; and orders out to it with their receipts back.
 *
 * All that was sent is known to be durable when the chat line behind it is answered as delivered,
 * which the adapter says only of what the hub keeps. The limit is measured here, in the same run
 * and folder: the same events through bare expat on an open stream, and a row each into bare
 * SQLite, synchronous=FULL, in batches of 100, in series on one thread. */
#include <expat.h>
#include <fcntl.h>
#include <poll.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "app/base/when.h"
#include "tests/bench.h"
#include "tests/hub_talk.h"
#include "tests/tak_end.h"

enum {
    EVENTS = 60000, UNITS = 200, ORDERS = 1000, SERIES_SECONDS = 1, ROUNDS = 3, WAIT_MS = 120000,
    ROW_BYTES = 400,
};

/* ---- what is sent ---- */

#define TIMES_FORMAT "time=\"%s\" start=\"%s\" stale=\"%s\""

/* About 570 bytes, as d_cot.c of ../shared/bench sends them. Each fix is 30 m from the last, so
 * that none replaces another in the hub. */
static void position_put(struct buffer *out, uint32_t i, int64_t at_ms)
{
    char at[WHEN_TEXT_BYTES], stale[WHEN_TEXT_BYTES];
    uint32_t unit = i % UNITS, lap = i / UNITS;

    when_text(at_ms + lap, at);
    when_text(at_ms + 600000, stale);
    buffer_print(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<event version=\"2.0\" "
                 "uid=\"BENCH-%05u\" type=\"a-f-G-E-V-C\" how=\"m-g\" " TIMES_FORMAT
                 "><point lat=\"%.6f\" lon=\"%.6f\" hae=\"182.4\" ce=\"9.5\" le=\"9999999.0\"/>"
                 "<detail><contact callsign=\"E%u\" endpoint=\"*:-1:stcp\"/><__group name=\"Red\" "
                 "role=\"Team Member\"/><status battery=\"80\"/><track speed=\"12.50\" "
                 "course=\"181.0\"/><precisionlocation geopointsrc=\"GPS\" altsrc=\"GPS\"/>"
                 "<remarks>bench:%u:</remarks></detail></event>", unit, at, at, stale,
                 30.2 + unit * 0.001 + lap * 0.0003, -97.7 - unit * 0.001, unit + 1, i);
}

/* One alarm of a detector: an entry each, whatever came before. */
static void alarm_put(struct buffer *out, uint32_t i, int64_t at_ms)
{
    char at[WHEN_TEXT_BYTES], stale[WHEN_TEXT_BYTES];

    when_text(at_ms + i, at);
    when_text(at_ms + 600000, stale);
    buffer_print(out, "<event version=\"2.0\" uid=\"PIR-%u\" type=\"b-d-m\" how=\"m-g\" "
                 TIMES_FORMAT "><point lat=\"30.2\" lon=\"-97.7\" hae=\"182.4\" ce=\"9.5\" "
                 "le=\"9999999.0\"/><detail><contact callsign=\"PIR %u\"/><precisionlocation "
                 "geopointsrc=\"GPS\" altsrc=\"GPS\"/><status battery=\"80\"/><remarks>movement "
                 "number %u at the north fence</remarks></detail></event>", i % 500, at, at, stale,
                 i % 500, i);
}

static void chat_put(struct buffer *out, const char *type, const char *from, const char *callsign,
                     const char *id, const char *text)
{
    char at[WHEN_TEXT_BYTES], stale[WHEN_TEXT_BYTES];
    int64_t now_ms = (int64_t)time(NULL) * 1000;

    when_text(now_ms, at);
    when_text(now_ms + 600000, stale);
    buffer_print(out, "<event version=\"2.0\" uid=\"GeoChat.%s.us.%s\" type=\"%s\" how=\"h-g\" "
                 TIMES_FORMAT "><point lat=\"0\" lon=\"0\" hae=\"0\" ce=\"9999999\" "
                 "le=\"9999999\"/><detail><__chat id=\"us\" senderCallsign=\"%s\" messageId=\"%s\">"
                 "<chatgrp uid0=\"%s\" uid1=\"us\"/></__chat><remarks>%s</remarks></detail>"
                 "</event>", from, id, type, at, at, stale, callsign, id, from, text);
}

typedef void put_fn(struct buffer *out, uint32_t i, int64_t at_ms);

/* ---- the site ---- */

static void site_make(struct test_site *site, uint32_t units, uint16_t port)
{
    struct buffer conf = { 0 };

    buffer_print(&conf, "site { id = BENCH name = Bench }\ntype FIRE { priority = 1 }\n"
                        "operator OP { role = dispatcher user = \"%s\" }\n"
                        "feed tak { adapter = cot trust = actuate supplier = bench settings = { "
                        "\"connect=127.0.0.1:%u\", \"uid=us\", \"announce_s=0\" } }\n",
                 getuid() == 0 ? "root" : "bench", port);
    for (uint32_t i = 0; i < units; i++)
        buffer_print(&conf, "unit E%u { kind = engine feed = tak home = \"51.2,-4.1\" }\n", i + 1);
    site_write(site, "site.conf", conf.bytes);
    buffer_clear(&conf);
}

/* Writes and reads at once, until `text` has come, or nothing more is to be written for NULL. */
static void exchange(struct tak_end *end, struct span bytes, const char *text)
{
    char room[65536];
    int64_t deadline_ms = clock_ms() + WAIT_MS;

    fcntl(end->fd, F_SETFL, O_NONBLOCK);
    while (bytes.length || text) {
        struct pollfd waits = { .fd = end->fd,
                                .events = (short)(POLLIN | (bytes.length ? POLLOUT : 0)) };
        poll(&waits, 1, 1000);
        assert(clock_ms() < deadline_ms);
        if (waits.revents & POLLOUT) {
            ssize_t done = write(end->fd, bytes.bytes, bytes.length);
            if (done > 0)
                bytes = span_from(bytes.bytes + done, bytes.length - (size_t)done);
        }
        ssize_t length = waits.revents & POLLIN ? read(end->fd, room, sizeof room) : 0;
        if (length > 0)
            buffer_add(&end->heard, span_from(room, (size_t)length));
        if (text && end->heard.length && strstr(end->heard.bytes, text))
            return;
    }
}

/* Events a second, from the first byte sent until the last is durable. */
static double ingest(put_fn *put)
{
    struct test_site *site = site_new(SITE_PLAIN);
    struct buffer load = { 0 };
    uint16_t port;
    int listener = tak_end_listen(&port);
    int64_t now_ms = (int64_t)time(NULL) * 1000;

    site_make(site, UNITS, port);
    pid_t hub = site_hub_start(site);
    struct tak_end end = tak_end_accept(listener);
    for (uint32_t i = 0; i < EVENTS; i++)
        put(&load, i, now_ms);
    chat_put(&load, "b-t-f", "BENCH-00000", "E1", "last", "that was all");
    double start_s = bench_seconds();
    exchange(&end, buffer_span(&load), "\"last\"");
    double rate = EVENTS / (bench_seconds() - start_s);
    tak_end_close(&end);
    close(listener);
    site_hub_stop(site, hub);
    site_free(site);
    buffer_clear(&load);
    return rate;
}

/* ---- orders ---- */

/* Answers each chat line that asks for it as a crew's telephone does: delivered, read, ACK. */
static uint32_t answer(struct tak_end *end, uint32_t answered)
{
    static const char start[] = "uid=\"GeoChat.us.";
    struct buffer out = { 0 };
    char *at;

    while (end->heard.length > end->seen
           && (at = strstr(end->heard.bytes + end->seen, start)) != NULL) {
        char unit[16], id[64];
        int fields = sscanf(at + strlen(start), "%15[^.].%63[^\"]", unit, id);
        if (fields != 2 || !strstr(at, "</event>"))
            break;
        end->seen = (size_t)(at - end->heard.bytes) + strlen(start);
        chat_put(&out, "b-t-f-d", unit, unit, id, "");
        chat_put(&out, "b-t-f-r", unit, unit, id, "");
        char mine[80];
        snprintf(mine, sizeof mine, "ack-%s", id);
        chat_put(&out, "b-t-f", unit, unit, mine, "ACK");
        answered++;
    }
    exchange(end, buffer_span(&out), NULL);
    buffer_clear(&out);
    return answered;
}

/* The phone's side, until all orders are answered; then it stays to be read. */
static pid_t crews_start(struct tak_end *end)
{
    pid_t child = fork();

    if (child != 0)
        return child;
    for (uint32_t answered = 0; answered < ORDERS;) {
        struct pollfd waits = { .fd = end->fd, .events = POLLIN };
        char room[65536];
        poll(&waits, 1, -1);
        ssize_t length = read(end->fd, room, sizeof room);
        if (length <= 0)
            _exit(1);
        buffer_add(&end->heard, span_from(room, (size_t)length));
        answered = answer(end, answered);
    }
    pause();
    _exit(0);
}

/* How often `part` stands in a line. */
static uint32_t count_of(const char *text, const char *part)
{
    uint32_t count = 0;

    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
        count++;
    return count;
}

/* Orders a second, from the first command until the last is accepted, durable and seen. */
static double orders(void)
{
    struct test_site *site = site_new(SITE_PLAIN);
    struct buffer load = { 0 };
    uint16_t port;
    int listener = tak_end_listen(&port);
    uint32_t accepted = 0;
    char line[128];

    site_make(site, ORDERS, port);
    pid_t hub = site_hub_start(site);
    struct tak_end end = tak_end_accept(listener);
    for (uint32_t i = 0; i < ORDERS; i++) {         /* Each crew says who it is. */
        snprintf(line, sizeof line, "E%u", i + 1);
        chat_put(&load, "a-f-G-U-C", line, line, line, "");
    }
    exchange(&end, buffer_span(&load), NULL);
    struct hub_talk *talk = hub_talk_open(site_folder(site));
    bool greeted = hub_talk_greet(talk, "OP", true);
    assert(greeted);
    pid_t crews = crews_start(&end);
    double start_s = bench_seconds();
    for (uint32_t i = 0; i < ORDERS; i++) {
        snprintf(line, sizeof line, "{\"do\":\"msg E%u come in\",\"ref\":%u}", i + 1, i + 1);
        bool sent = hub_talk_send(talk, line);
        assert(sent);
    }
    struct buffer text = { 0 };
    while (accepted < ORDERS) {
        struct json *json = hub_talk_line(talk, clock_ms() + WAIT_MS);
        assert(json);
        buffer_reset(&text);
        json_put(&text, NULL, json);
        accepted += count_of(text.bytes, "\"stage\":\"accepted\"");
        json_free(json);
    }
    double rate = ORDERS / (bench_seconds() - start_s);
    process_kill(crews);
    hub_talk_close(talk);
    tak_end_close(&end);
    close(listener);
    site_hub_stop(site, hub);
    site_free(site);
    buffer_clear(&load);
    buffer_clear(&text);
    return rate;
}

/* ---- the limit ---- */

static void XMLCALL element_seen(void *context, const XML_Char *name, const XML_Char **pairs)
{
    (void)name;
    for (; *pairs; pairs += 2)
        *(size_t *)context += strlen(pairs[1]);
}

static void XMLCALL element_ended(void *context, const XML_Char *name)
{
    (void)context, (void)name;
}

static void sql(sqlite3 *db, const char *text)
{
    int code = sqlite3_exec(db, text, NULL, NULL, NULL);
    assert(code == SQLITE_OK);
}

static void batch(sqlite3 *db, sqlite3_stmt *insert, XML_Parser parser, const struct span *events)
{
    sql(db, "BEGIN");
    for (int i = 0; i < 100; i++) {
        enum XML_Status parsed = XML_Parse(parser, events[i].bytes, (int)events[i].length, 0);
        assert(parsed == XML_STATUS_OK);
        sqlite3_bind_int64(insert, 1, i);
        sqlite3_bind_text(insert, 2, "report", -1, SQLITE_STATIC);
        sqlite3_bind_text(insert, 3, events[i].bytes, ROW_BYTES, SQLITE_STATIC);
        int code = sqlite3_step(insert);
        assert(code == SQLITE_DONE);
        sqlite3_reset(insert);
    }
    sql(db, "COMMIT");
}

static double series(void)
{
    struct test_site *site = site_new(SITE_PLAIN);
    struct buffer text = { 0 };
    struct span events[100];
    size_t starts[101], seen = 0, done = 0;
    sqlite3 *db;
    sqlite3_stmt *insert;

    for (uint32_t i = 0; i < 100; i++) {
        starts[i] = text.length + 39;           /* Behind the declaration: one open stream. */
        position_put(&text, i, 1795435200000);
    }
    for (uint32_t i = 0; i < 100; i++) {
        const char *start = strstr(text.bytes + starts[i] - 39, "<event");
        const char *end = strstr(start, "</event>") + strlen("</event>");
        events[i] = span_from(start, (size_t)(end - start));
    }
    int code = sqlite3_open(site_path(site, "limit.db"), &db);
    assert(code == SQLITE_OK);
    sql(db, "PRAGMA journal_mode=WAL");
    sql(db, "PRAGMA synchronous=FULL");
    sql(db, "CREATE TABLE journal(seq INTEGER PRIMARY KEY, ts INTEGER, kind TEXT, body TEXT)");
    code = sqlite3_prepare_v2(db, "INSERT INTO journal(ts,kind,body) VALUES(?,?,?)", -1, &insert,
                              NULL);
    assert(code == SQLITE_OK);
    XML_Parser parser = XML_ParserCreate("UTF-8");
    XML_SetUserData(parser, &seen);
    XML_SetElementHandler(parser, element_seen, element_ended);
    XML_Parse(parser, "<stream>", 8, 0);
    double start_s = bench_seconds();
    for (; bench_seconds() - start_s < SERIES_SECONDS; done += 100)
        batch(db, insert, parser, events);
    double rate = (double)done / (bench_seconds() - start_s);
    assert(seen > done);
    XML_ParserFree(parser);
    sqlite3_finalize(insert);
    sqlite3_close(db);
    buffer_clear(&text);
    site_free(site);
    return rate;
}

int main(void)
{
    double limits[ROUNDS], positions[ROUNDS], alarms[ROUNDS], answered[ROUNDS];

    /* In turns, so that a machine's other work falls on all of them; then the medians. */
    for (int i = 0; i < ROUNDS; i++) {
        limits[i] = series();
        positions[i] = ingest(position_put);
        alarms[i] = ingest(alarm_put);
        answered[i] = orders();
    }
    double limit = bench_median(limits, ROUNDS);

    bench_row(&(struct bench_row){ .name = "cot: positions from a TAK server, durable",
                                   .figure = bench_median(positions, ROUNDS), .limit = limit,
                                   .unit = "events/s", .goal = ">= 0.5" });
    bench_row(&(struct bench_row){ .name = "cot: alarms from there, an entry for each",
                                   .figure = bench_median(alarms, ROUNDS), .limit = limit,
                                   .unit = "events/s", .goal = "-" });
    bench_row(&(struct bench_row){ .name = "cot: 1,000 orders out, read and accepted",
                                   .figure = bench_median(answered, ROUNDS), .limit = LIMIT_NONE,
                                   .unit = "orders/s", .goal = ">= 200" });
    return 0;
}
