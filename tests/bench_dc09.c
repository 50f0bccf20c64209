/* bench_dc09.c - alarm panels through the real hub: frames over 100 connections, each acknowledged
 * when its report is on the disk.
 *
 * Each connection has WINDOW frames under way, and sends the next when one was acknowledged. The
 * limit is measured beside it, in the same run and folder: the same frames over the same
 * connections, echoed by a bare server that writes a row for each into bare SQLite,
 * synchronous=FULL, one commit for what each turn of its loop brought. */
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench.h"
#include "tests/dc09_panel.h"
#include "tests/site.h"

enum { CONNECTIONS = 100, WINDOW = 8, FRAMES = 20000, WARM_FRAMES = 2000, PORT_TRIES = 500 };

/* ---- the panels ---- */

struct panels {
    int sockets[CONNECTIONS];
    uint32_t sent[CONNECTIONS], answered[CONNECTIONS];
    uint32_t sequence;
};

static uint16_t port_free(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    int probe = socket(AF_INET, SOCK_STREAM, 0);
    int bound = bind(probe, (struct sockaddr *)&address, sizeof address);

    assert(bound == 0);
    getsockname(probe, (struct sockaddr *)&address, &length);
    close(probe);
    return ntohs(address.sin_port);
}

static int connect_when_up(uint16_t port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

    for (int i = 0; i < PORT_TRIES; i++) {
        int socket_fd = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(socket_fd, (struct sockaddr *)&address, sizeof address) == 0)
            return socket_fd;
        close(socket_fd);
        poll(NULL, 0, 20);
    }
    assert(!"nobody listens");
    return -1;
}

static void panel_ask(struct panels *panels, int at)
{
    struct buffer frame = { 0 };
    char body[96];

    /* Every event is another: its zone and sequence. Zones come again, so that the picture holds
     * a city's alarms and not a million. */
    panels->sequence++;
    snprintf(body, sizeof body, "\"SIA-DCS\"%04uR1L0#%04d[#%04d|Nri1/%s%03u]",
             panels->sequence % 9999 + 1, at + 1000, at + 1000,
             panels->sequence / CONNECTIONS % 2 ? "BH" : "BA", panels->sent[at] / 2 % 90 + 1);
    panel_frame(body, &frame);
    panel_send(panels->sockets[at], buffer_span(&frame));
    panels->sent[at]++;
    buffer_clear(&frame);
}

/* How many answers stand in what came: each ends in CR. */
static uint32_t panel_answers(struct panels *panels, int at)
{
    char bytes[4096];
    uint32_t answers = 0;
    ssize_t length = recv(panels->sockets[at], bytes, sizeof bytes, 0);

    assert(length > 0);
    for (ssize_t i = 0; i < length; i++)
        answers += bytes[i] == '\r';
    panels->answered[at] += answers;
    return answers;
}

/* Sends and hears until `frames` were answered. */
static void panels_run(struct panels *panels, uint32_t frames)
{
    struct pollfd ends[CONNECTIONS];
    uint32_t answered = 0;

    for (int i = 0; i < CONNECTIONS; i++)
        ends[i] = (struct pollfd){ .fd = panels->sockets[i], .events = POLLIN };
    while (answered < frames) {
        for (int i = 0; i < CONNECTIONS; i++)
            while (panels->sent[i] - panels->answered[i] < WINDOW)
                panel_ask(panels, i);
        int ready = poll(ends, CONNECTIONS, 20000);
        assert(ready > 0);
        for (int i = 0; i < CONNECTIONS; i++)
            if (ends[i].revents)
                answered += panel_answers(panels, i);
    }
}

static double rate_at(uint16_t port)
{
    struct panels panels = { 0 };

    panels.sockets[0] = connect_when_up(port);
    for (int i = 1; i < CONNECTIONS; i++)
        panels.sockets[i] = connect_when_up(port);
    panels_run(&panels, WARM_FRAMES);
    double start_s = bench_seconds();
    panels_run(&panels, FRAMES);
    double rate = FRAMES / (bench_seconds() - start_s);
    for (int i = 0; i < CONNECTIONS; i++)
        close(panels.sockets[i]);
    return rate;
}

/* ---- the real hub ---- */

static double through_the_hub(void)
{
    struct test_site *site = site_new(SITE_PLAIN);
    uint16_t port = port_free();
    char conf[512];

    snprintf(conf, sizeof conf,
             "site { id = BENCH name = Bench }\nfeed panels { adapter = dc09 trust = raise "
             "supplier = bench settings = { \"listen=127.0.0.1:%u\", \"per_peer=200\", "
             "\"new_per_peer=200\" } }\n", port);
    site_write(site, "site.conf", conf);
    pid_t hub = site_hub_start(site);
    double rate = rate_at(port);
    site_hub_stop(site, hub);
    site_free(site);
    return rate;
}

/* ---- the limit ---- */

struct echo {
    struct pollfd ends[CONNECTIONS + 1];        /* The listener first. */
    uint32_t count;
    sqlite3 *db;
    sqlite3_stmt *insert;
    char heard[CONNECTIONS + 1][4096];
    ssize_t lengths[CONNECTIONS + 1];
};

static void sql(sqlite3 *db, const char *text)
{
    int code = sqlite3_exec(db, text, NULL, NULL, NULL);

    assert(code == SQLITE_OK);
}

static void rows_write(struct echo *echo, const char *bytes, ssize_t length)
{
    for (ssize_t i = 0; i < length; i++) {
        if (bytes[i] != '\r')
            continue;
        sqlite3_bind_text(echo->insert, 1, bytes, (int)(length < 400 ? length : 400),
                          SQLITE_STATIC);
        int code = sqlite3_step(echo->insert);
        assert(code == SQLITE_DONE);
        sqlite3_reset(echo->insert);
    }
}

/* Reads from all that have something, one transaction, then echoes. False: all have hung up. */
static bool echo_turn(struct echo *echo)
{
    bool heard = false;

    poll(echo->ends, echo->count + 1, 1000);
    if (echo->ends[0].revents && echo->count < CONNECTIONS)
        echo->ends[++echo->count] = (struct pollfd){ .fd = accept(echo->ends[0].fd, NULL, NULL),
                                                     .events = POLLIN };
    sql(echo->db, "BEGIN");
    for (uint32_t i = 1; i <= echo->count; i++) {
        echo->lengths[i] = 0;
        if (!echo->ends[i].revents)
            continue;
        echo->lengths[i] = recv(echo->ends[i].fd, echo->heard[i], sizeof echo->heard[i], 0);
        if (echo->lengths[i] <= 0)
            return false;
        rows_write(echo, echo->heard[i], echo->lengths[i]);
        heard = true;
    }
    sql(echo->db, heard ? "COMMIT" : "ROLLBACK");
    for (uint32_t i = 1; i <= echo->count; i++)
        if (echo->lengths[i] > 0)
            send(echo->ends[i].fd, echo->heard[i], (size_t)echo->lengths[i], MSG_NOSIGNAL);
    return true;
}

static void echo_serve(const char *path, uint16_t port)
{
    static struct echo echo;
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int one = 1;

    echo.ends[0] = (struct pollfd){ .fd = socket(AF_INET, SOCK_STREAM, 0), .events = POLLIN };
    setsockopt(echo.ends[0].fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    int bound = bind(echo.ends[0].fd, (struct sockaddr *)&address, sizeof address);
    assert(bound == 0);
    listen(echo.ends[0].fd, CONNECTIONS);
    int code = sqlite3_open(path, &echo.db);
    assert(code == SQLITE_OK);
    sql(echo.db, "PRAGMA journal_mode=WAL");
    sql(echo.db, "PRAGMA synchronous=FULL");
    sql(echo.db, "CREATE TABLE journal(seq INTEGER PRIMARY KEY, body TEXT)");
    code = sqlite3_prepare_v2(echo.db, "INSERT INTO journal(body) VALUES(?)", -1, &echo.insert,
                              NULL);
    assert(code == SQLITE_OK);
    while (echo_turn(&echo))
        continue;
}

static double through_an_echo(void)
{
    struct test_site *site = site_new(SITE_PLAIN);
    uint16_t port = port_free();
    char path[256];

    snprintf(path, sizeof path, "%s", site_path(site, "limit.db"));
    pid_t child = fork();
    assert(child >= 0);
    if (child == 0) {
        echo_serve(path, port);
        _exit(0);
    }
    double rate = rate_at(port);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    site_free(site);
    return rate;
}

int main(void)
{
    enum { RUNS = 3 };
    double ours[RUNS], limits[RUNS];

    for (int i = 0; i < RUNS; i++) {
        ours[i] = through_the_hub();
        limits[i] = through_an_echo();
    }
    double rate = bench_median(ours, RUNS);
    bench_row(&(struct bench_row){ .name = "dc09: frames acknowledged when durable, 100 panels",
                                   .figure = rate, .unit = "frames/s", .limit = LIMIT_NONE,
                                   .goal = ">= 5000" });
    bench_row(&(struct bench_row){ .name = "dc09: beside a bare echo with a commit a turn",
                                   .figure = rate, .unit = "frames/s",
                                   .limit = bench_median(limits, RUNS), .goal = ">= 0.1" });
    return 0;
}
