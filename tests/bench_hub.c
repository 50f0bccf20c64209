/* bench_hub.c - the whole hub as it runs: reports in through a feed's process, entries out to a
 * joined client, commands answered when they are on the disk, and the memory it takes.
 *
 * The limit for ingest is measured here, in the same run and folder: the same lines parsed by bare
 * cJSON and written by bare SQLite, synchronous=FULL, in batches of 100, in series on one thread.
 * */
#include <cjson/cJSON.h>
#include <fcntl.h>
#include <poll.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/base/json.h"
#include "app/places.h"
#include "tests/bench.h"
#include "tests/report_load.h"
#include "tests/site.h"

enum {
    INGEST_LINES = 60000, SERIES_SECONDS = 2, COMMANDS = 400, LOAD_A_SECOND = 1000,
    MANY_UNITS = 2000, MANY_INCIDENTS = 500,
};

/* ---- a client that reads lines ---- */

struct client {
    int socket;
    struct line_buffer *lines;
};

static struct client client_open(struct test_site *site, const char *hello)
{
    struct client client = { .lines = line_buffer_new(16 * 1024 * 1024) };
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct places places = { 0 };
    char path[PLACES_PATH_BYTES];

    snprintf(places.folder, sizeof places.folder, "%s", site_folder(site));
    enum status found = places_socket(&places, path);
    assert(found == STATUS_OK);
    assert(strlen(path) < sizeof address.sun_path);
    memcpy(address.sun_path, path, strlen(path) + 1);
    client.socket = socket(AF_UNIX, SOCK_STREAM, 0);
    int connected = connect(client.socket, (struct sockaddr *)&address, sizeof address);
    assert(connected == 0);
    dprintf(client.socket, "%s\n", hello);
    return client;
}

static void client_close(struct client *client)
{
    close(client->socket);
    line_buffer_free(client->lines);
}

/* The next line, waiting for it; a loan until the next call. */
static struct span client_line(struct client *client)
{
    static char bytes[256 * 1024];
    struct line line;

    while (!line_buffer_next(client->lines, &line)) {
        ssize_t length = read(client->socket, bytes, sizeof bytes);
        assert(length > 0);
        line_buffer_add(client->lines, span_from(bytes, (size_t)length));
    }
    return line.text;
}

static void client_wait(struct client *client, const char *start)
{
    while (!span_starts(client_line(client), start))
        continue;
}

/* ---- the site and its load ---- */

static void site_make(struct test_site *site, uint32_t units)
{
    struct buffer conf = { 0 };

    buffer_add_text(&conf, "site { id = BENCH name = Bench }\ntype FIRE { priority = 1 }\n"
                           "operator KIM { role = dispatcher }\n");
    buffer_print(&conf, "operator OP { role = dispatcher user = \"%s\" }\n",
                 getuid() == 0 ? "root" : "bench");
    buffer_print(&conf,
                 "feed load { adapter = jsonl trust = open supplier = bench settings = { "
                 "\"program=/bin/cat\", \"arguments=%s/load\", \"reads=%s/load\" } }\n",
                 site_folder(site), site_folder(site));
    for (uint32_t i = 0; i < units; i++)
        buffer_print(&conf, "unit E%u { kind = engine home = \"51.2,-4.1\" }\n", i + 1);
    site_write(site, "site.conf", conf.bytes);
    buffer_clear(&conf);
    int made = mkfifo(site_path(site, "load"), 0600);
    assert(made == 0);
}

/* ---- ingest ---- */

static double ingest(void)
{
    struct test_site *site = site_new(SITE_PLAIN);

    site_make(site, 10);
    pid_t hub = site_hub_start(site);
    struct client client = client_open(
        site, "{\"hello\":1,\"wire\":1,\"program\":\"bench\",\"read_only\":true,\"join\":true}");
    client_wait(&client, "{\"joined\":");
    pid_t load = report_load_start(site_path(site, "load"), 0, INGEST_LINES, 0);
    double start_s = 0;
    for (uint32_t seen = 0; seen < INGEST_LINES;) {
        struct span line = client_line(&client);
        if (!span_starts(line, "{\"entry\":"))
            continue;
        if (seen == 0)
            start_s = bench_seconds();
        /* The line buffer ends its bytes in NUL; the kind stands near the front of the line. */
        const char *kind = strstr(line.bytes, "\"kind\":\"");
        seen += kind && strncmp(kind + 8, "report", 6) == 0;
    }
    double rate = INGEST_LINES / (bench_seconds() - start_s);
    process_kill(load);
    client_close(&client);
    site_hub_stop(site, hub);
    site_free(site);
    return rate;
}

static void sql(sqlite3 *db, const char *text)
{
    int code = sqlite3_exec(db, text, NULL, NULL, NULL);
    assert(code == SQLITE_OK);
}

/* The limit: parse, then a row of about 400 bytes, a transaction each hundred. */
static double series(void)
{
    struct test_site *site = site_new(SITE_PLAIN);
    struct buffer line = { 0 };
    sqlite3 *db;
    sqlite3_stmt *insert;
    uint32_t done = 0;

    int code = sqlite3_open(site_path(site, "limit.db"), &db);
    assert(code == SQLITE_OK);
    sql(db, "PRAGMA journal_mode=WAL");
    sql(db, "PRAGMA synchronous=FULL");
    sql(db, "CREATE TABLE journal(seq INTEGER PRIMARY KEY, ts INTEGER, kind TEXT, body TEXT)");
    code = sqlite3_prepare_v2(db, "INSERT INTO journal(ts,kind,body) VALUES(?,?,?)", -1, &insert,
                              NULL);
    assert(code == SQLITE_OK);
    double start_s = bench_seconds();
    while (bench_seconds() - start_s < SERIES_SECONDS) {
        sql(db, "BEGIN");
        for (int i = 0; i < 100; i++, done++) {
            buffer_reset(&line);
            report_load_print(&line, done);
            cJSON *json = cJSON_ParseWithLength(line.bytes, line.length);
            assert(json);
            cJSON_Delete(json);
            sqlite3_bind_int64(insert, 1, done);
            sqlite3_bind_text(insert, 2, "report", -1, SQLITE_STATIC);
            sqlite3_bind_text(insert, 3, line.bytes, (int)line.length, SQLITE_STATIC);
            code = sqlite3_step(insert);
            assert(code == SQLITE_DONE);
            sqlite3_reset(insert);
        }
        sql(db, "COMMIT");
    }
    double rate = done / (bench_seconds() - start_s);
    sqlite3_finalize(insert);
    sqlite3_close(db);
    buffer_clear(&line);
    site_free(site);
    return rate;
}

/* ---- one command, while reports come in ---- */

static void commands(uint32_t a_second, double *ret_p50_ms, double *ret_p99_ms)
{
    static double took_ms[COMMANDS];
    struct test_site *site = site_new(SITE_PLAIN);
    pid_t load = 0;

    site_make(site, 10);
    pid_t hub = site_hub_start(site);
    struct client client = client_open(
        site, "{\"hello\":1,\"wire\":1,\"program\":\"bench\",\"as\":\"OP\",\"join\":true}");
    client_wait(&client, "{\"joined\":");
    dprintf(client.socket, "{\"do\":\"new FIRE @51.2,-4.1\",\"ref\":1}\n");
    client_wait(&client, "{\"result\":\"OK\"");
    if (a_second)
        load = report_load_start(site_path(site, "load"), 0, a_second * 60, a_second);
    for (int i = 0; i < COMMANDS; i++) {
        double start_s = bench_seconds();
        dprintf(client.socket, "{\"do\":\"n 1 note number %d\",\"ref\":%d}\n", i, i + 2);
        client_wait(&client, "{\"result\":\"OK\"");
        took_ms[i] = (bench_seconds() - start_s) * 1000;
        poll(NULL, 0, 5);
    }
    if (load)
        process_kill(load);
    client_close(&client);
    site_hub_stop(site, hub);
    site_free(site);
    *ret_p50_ms = bench_percentile(took_ms, COMMANDS, 50);
    *ret_p99_ms = bench_percentile(took_ms, COMMANDS, 99);
}

/* ---- memory ---- */

static double resident_mib(pid_t pid)
{
    char path[64];
    struct buffer status = { 0 };
    double kib = 0;

    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    file_read(path, &status);
    const char *at = strstr(status.bytes, "VmRSS:");
    int read = at ? sscanf(at, "VmRSS: %lf", &kib) : 0;
    assert(read == 1);
    buffer_clear(&status);
    return kib / 1024;
}

static double memory(void)
{
    struct test_site *site = site_new(SITE_PLAIN);

    site_make(site, MANY_UNITS);
    pid_t hub = site_hub_start(site);
    struct client client = client_open(
        site, "{\"hello\":1,\"wire\":1,\"program\":\"bench\",\"as\":\"OP\",\"join\":true}");
    client_wait(&client, "{\"joined\":");
    for (uint32_t i = 0; i < MANY_INCIDENTS; i++) {
        dprintf(client.socket, "{\"do\":\"new FIRE @51.2,-4.1 ; number %u\",\"ref\":1}\n", i);
        client_wait(&client, "{\"result\":\"OK\"");
        dprintf(client.socket, "{\"do\":\"d %u E%u E%u\",\"ref\":2}\n", i + 1, i * 2 + 1,
                i * 2 + 2);
        client_wait(&client, "{\"result\":\"OK\"");
    }
    double mib = resident_mib(hub);
    client_close(&client);
    site_hub_stop(site, hub);
    site_free(site);
    return mib;
}

int main(void)
{
    double p50_ms, p99_ms;

    bench_row(&(struct bench_row){ .name = "ingest: durable, a console attached",
                                   .figure = ingest(), .unit = "reports/s", .limit = series(),
                                   .goal = ">= 0.3" });
    commands(0, &p50_ms, &p99_ms);
    bench_row(&(struct bench_row){ .name = "command: durable and answered, p50", .figure = p50_ms,
                                   .unit = "ms", .limit = LIMIT_NONE, .goal = "-" });
    bench_row(&(struct bench_row){ .name = "command: durable and answered, p99", .figure = p99_ms,
                                   .unit = "ms", .limit = LIMIT_NONE, .goal = "<= 50" });
    commands(LOAD_A_SECOND, &p50_ms, &p99_ms);
    bench_row(&(struct bench_row){ .name = "command: the same at 1,000 reports/s, p99",
                                   .figure = p99_ms, .unit = "ms", .limit = LIMIT_NONE,
                                   .goal = "<= 50" });
    bench_row(&(struct bench_row){ .name = "hub: 2,000 units, 500 incidents", .figure = memory(),
                                   .unit = "MiB", .limit = LIMIT_NONE, .goal = "<= 100" });
    return 0;
}
