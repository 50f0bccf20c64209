#include "tests/web_server.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "app/base/json.h"
#include "tests/check.h"

enum { POLL_MS = 10, PATH_BYTES = 300 };

struct web_server {
    struct test_site *site;
    pid_t pid;
    char *ports;
    struct buffer requests;
    char header[1200];
};

struct web_server *web_server_start(struct test_site *site)
{
    struct web_server *server = base_alloc(1, sizeof *server);
    char out[PATH_BYTES], err[PATH_BYTES];

    server->site = site;
    mkdir(site_path(site, "www"), 0700);
    snprintf(out, sizeof out, "%s", site_path(site, "server.out"));
    snprintf(err, sizeof err, "%s", site_path(site, "server.err"));
    const char *const arguments[] = { "/usr/bin/python3", "tests/web_server.py",
                                      site_folder(site), NULL };
    const struct process_options options = { .arguments = arguments, .out_path = out,
                                             .err_path = err };
    server->pid = process_start(&options);
    int64_t until_ms = clock_ms() + DEADLINE_MS;
    while (!site_read(site, "ports")[0]) {
        if (clock_ms() > until_ms)
            fail_msg("the web server does not start: %s", site_read(site, "server.err"));
        poll(NULL, 0, POLL_MS);
    }
    server->ports = base_copy_text(site_read(site, "ports"));
    return server;
}

void web_server_stop(struct web_server *server)
{
    process_kill(server->pid);
    base_free(server->ports);
    buffer_clear(&server->requests);
    base_free(server);
}

int web_server_port(const struct web_server *server, const char *word)
{
    char line[32];

    snprintf(line, sizeof line, "%s ", word);
    const char *at = strstr(server->ports, line);
    assert_non_null(at);
    return atoi(at + strlen(line));
}

void web_server_put(struct web_server *server, const char *name, const char *text)
{
    char path[PATH_BYTES], fresh[PATH_BYTES], target[PATH_BYTES];

    /* Put in the other's place: a server must not send half of it. */
    snprintf(path, sizeof path, "www/.%s", name);
    site_write(server->site, path, text);
    snprintf(fresh, sizeof fresh, "%s", site_path(server->site, path));
    snprintf(path, sizeof path, "www/%s", name);
    snprintf(target, sizeof target, "%s", site_path(server->site, path));
    assert_int_equal(rename(fresh, target), 0);
}

/* The request for `path` that is number `which`, for the caller to free; NULL: it never came.
 * *count is how many there were up to there. */
static struct json *request_find(struct web_server *server, const char *path, uint32_t which,
                                 uint32_t *count)
{
    struct span rest, line;

    *count = 0;
    file_read(site_path(server->site, "requests"), &server->requests);
    rest = buffer_span(&server->requests);
    while (span_cut(&rest, '\n', &line)) {
        struct json *json = NULL;
        struct verdict verdict = json_parse(line, &json);
        if (is_accepted(&verdict) && strcmp(json_member_text(json, "path", ""), path) == 0
            && ++*count == which)
            return json;
        if (is_accepted(&verdict))
            json_free(json);
    }
    return NULL;
}

uint32_t web_server_asked(struct web_server *server, const char *path)
{
    uint32_t count;

    json_free(request_find(server, path, UINT32_MAX, &count));
    return count;
}

void web_server_wait(struct web_server *server, const char *path, uint32_t times)
{
    int64_t until_ms = clock_ms() + DEADLINE_MS;

    while (web_server_asked(server, path) < times) {
        if (clock_ms() > until_ms)
            fail_msg("%s was asked for %u times, not %u", path, web_server_asked(server, path),
                     times);
        poll(NULL, 0, POLL_MS);
    }
}

int64_t web_server_asked_at_ms(struct web_server *server, const char *path, uint32_t which)
{
    uint32_t count;
    struct json *json = request_find(server, path, which, &count);
    int64_t at_ms = json_member_int64(json, "at_ms", 0);

    json_free(json);
    return at_ms;
}

const char *web_server_header(struct web_server *server, const char *path, uint32_t which,
                              const char *name)
{
    uint32_t count;
    struct json *json = request_find(server, path, which, &count);

    snprintf(server->header, sizeof server->header, "%s",
             json_member_text(json_member(json, "headers"), name, ""));
    json_free(json);
    return server->header;
}
