#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "feeds/gzip.h"
#include "feeds/http_url.h"
#include "feeds/poll_policy.h"
#include "tests/certificates.h"
#include "tests/check.h"
#include "tests/feed_run.h"
#include "tests/web_server.h"

/* ---- the policy, without a socket ---- */

/* Goal: the three forms of a date are read, and nothing near them. */
static const struct {
    const char *text;
    int64_t at_s;               /* -1: no date. */
} dates[] = {
    { "Sun, 06 Nov 1994 08:49:37 GMT",      784111777 },    /* RFC 9110 section 5.6.7. */
    { "Sunday, 06-Nov-94 08:49:37 GMT",     784111777 },
    { "Sun Nov  6 08:49:37 1994",           784111777 },
    { " Sun, 06 Nov 1994 08:49:37 GMT ",    784111777 },
    { "Sun, 06 Nov 1994 08:49:37 CET",      -1 },
    { "Sun, 06 Nov 1994 08:49 GMT",         -1 },
    { "Sun, 31 Feb 1994 08:49:37 GMT",      -1 },
    { "1994-11-06T08:49:37Z",               -1 },
    { "soon",                               -1 },
    { "",                                   -1 },
};

static void dates_are_read_in_three_forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(dates); i++) {
        int64_t at_ms = -1000;
        CASE("\"%s\"", dates[i].text);
        assert_int_equal(http_date_read(span_of(dates[i].text), &at_ms), dates[i].at_s >= 0);
        assert_int_equal(at_ms, dates[i].at_s * 1000);
    }
}

/* Goal: an answer tells how long it is fresh; at most an hour is believed. */
static const struct {
    const char *cache_control, *age;
    int64_t fresh_s;
} freshness[] = {
    { "max-age=120", "", 120 },
    { "public, Max-Age=120, must-revalidate", "", 120 },
    { "max-age=\"120\"", "", 120 },
    { "max-age=120", "50", 70 },
    { "max-age=120", "121", 0 },
    { "max-age=120", "old", 120 },
    { "max-age=0", "", 0 },
    { "max-age=-1", "", 0 },
    { "max-age=1.5", "", 0 },
    { "max-age", "", 0 },
    { "s-maxage=120", "", 0 },
    { "max-age=120, no-cache", "", 0 },
    { "no-store, max-age=120", "", 0 },
    { "max-age=86400", "", 3600 },
    { "max-age=99999999999999999999", "", 3600 },
    { "", "", 0 },
};

static void freshness_is_read_and_held(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(freshness); i++) {
        CASE("\"%s\" age \"%s\"", freshness[i].cache_control, freshness[i].age);
        assert_int_equal(poll_fresh_ms(span_of(freshness[i].cache_control),
                                       span_of(freshness[i].age)),
                         freshness[i].fresh_s * 1000);
    }
}

/* Goal: Retry-After is read as seconds or date, never backwards, at most a day. */
static const struct {
    const char *text;
    int64_t wait_s;
} retries[] = {
    { "120", 120 },                             { " 5 ", 5 },
    { "Sun, 06 Nov 1994 08:50:37 GMT", 60 },    { "Sun, 06 Nov 1994 08:48:37 GMT", 0 },
    { "0", 0 },                                 { "-5", 0 },
    { "2.5", 0 },                               { "soon", 0 },
    { "", 0 },                                  { "999999999", 86400 },
    { "Sun, 06 Nov 2094 08:49:37 GMT", 86400 },
};

static void a_pause_asked_for_is_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(retries); i++) {
        CASE("\"%s\"", retries[i].text);
        assert_int_equal(poll_retry_ms(span_of(retries[i].text), 784111777000),
                         retries[i].wait_s * 1000);
    }
}

/* Goal: back-off doubles up to a quarter of an hour, and its jitter fills all of the span. Method:
 * the lowest and the highest of the dice. */
static const struct {
    int64_t interval_s;
    uint32_t failures;
    int64_t least_s, most_s;
} backoffs[] = {
    { 60, 0, 60, 60 },          { 60, 1, 60, 120 },         { 60, 2, 60, 240 },
    { 60, 3, 60, 480 },         { 60, 4, 60, 900 },         { 60, 1000, 60, 900 },
    { 1, 9, 1, 512 },           { 900, 3, 900, 900 },       { 3600, 5, 3600, 3600 },
};

static void back_off_doubles_with_full_jitter(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(backoffs); i++) {
        CASE("%d s, %u failures", (int)backoffs[i].interval_s, backoffs[i].failures);
        int64_t interval_ms = backoffs[i].interval_s * 1000;
        int64_t most_ms = poll_backoff_ms(interval_ms, backoffs[i].failures, 0.9999999999);
        assert_int_equal(poll_backoff_ms(interval_ms, backoffs[i].failures, 0),
                         backoffs[i].least_s * 1000);
        assert_in_range(most_ms, backoffs[i].most_s * 1000 - 1, backoffs[i].most_s * 1000);
        assert_int_equal(poll_backoff_ms(interval_ms, backoffs[i].failures, 0.5),
                         (backoffs[i].least_s + backoffs[i].most_s) * 500);
    }
}

/* Goal: each status means what it should for the next request. */
static const struct {
    const char *name;
    long status;
    bool conditional;
    const char *cache_control, *retry_after;
    enum poll_news news;
    int64_t wait_s;             /* With dice of 0. */
    uint32_t failures;          /* After one before. */
} judgements[] = {
    { "new",                      200, true,  "", "",             POLL_NEW,       60,  0 },
    { "fresh for longer",         200, true,  "max-age=300", "",  POLL_NEW,       300, 0 },
    { "fresh for less",           200, true,  "max-age=5", "",    POLL_NEW,       60,  0 },
    { "success asks no pause",    200, true,  "", "500",          POLL_NEW,       60,  0 },
    { "unchanged",                304, true,  "", "",             POLL_UNCHANGED, 60,  0 },
    { "unchanged, fresh",         304, true,  "max-age=90", "",   POLL_UNCHANGED, 90,  0 },
    { "unchanged, of nothing",    304, false, "", "",             POLL_FAILED,    60,  2 },
    { "nothing to say",           204, false, "", "",             POLL_UNCHANGED, 60,  0 },
    { "a part nobody asked for",  206, false, "", "",             POLL_FAILED,    60,  2 },
    { "too many requests",        429, true,  "", "500",          POLL_FAILED,    500, 2 },
    { "a shorter pause than ours", 503, true, "", "1",            POLL_FAILED,    60,  2 },
    { "failures are not fresh",   500, true,  "max-age=300", "",  POLL_FAILED,    60,  2 },
    { "no answer",                0,   true,  "", "",             POLL_FAILED,    60,  2 },
    { "not found",                404, true,  "", "",             POLL_FAILED,    60,  2 },
    { "gone for good",            410, true,  "", "5",            POLL_GONE,      -1,  2 },
};

static void each_status_has_its_meaning(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(judgements); i++) {
        const struct poll_plan plan = { .interval_ms = 60000, .failures = 1,
                                        .conditional = judgements[i].conditional };
        const struct poll_answer answer = { .status = judgements[i].status,
                                            .cache_control = span_of(judgements[i].cache_control),
                                            .age = span_of(""),
                                            .retry_after = span_of(judgements[i].retry_after) };
        CASE("%s", judgements[i].name);
        struct poll_step step = poll_judge(&plan, &answer, 0, 0);
        assert_int_equal(step.news, judgements[i].news);
        assert_int_equal(step.wait_ms,
                         judgements[i].wait_s < 0 ? -1 : judgements[i].wait_s * 1000);
        assert_int_equal(step.failures, judgements[i].failures);
    }
}

/* Goal: a redirect is followed on its own server and held on any other, however it is written. */
static const struct {
    const char *from, *to;
    enum poll_route route;
} routes[] = {
    { "https://a.example/x", "https://a.example/y", ROUTE_FOLLOWED },
    { "https://a.example/x", "https://A.Example./y", ROUTE_FOLLOWED },
    { "https://a.example/x", "https://a.example:443/y", ROUTE_FOLLOWED },
    { "http://a.example/x", "https://a.example/y", ROUTE_FOLLOWED },
    { "http://a.example:8080/x", "https://a.example/y", ROUTE_HELD_PORT },
    { "https://a.example/x", "http://a.example/y", ROUTE_HELD_OPEN },
    { "https://a.example/x", "https://b.example/y", ROUTE_HELD_HOST },
    { "https://a.example/x", "https://a.example.evil/y", ROUTE_HELD_HOST },
    { "https://a.example/x", "https://a.example:8443/y", ROUTE_HELD_PORT },
    { "https://a.example/x", "ftp://a.example/y", ROUTE_FORBIDDEN },
    { "https://a.example/x", "file:///etc/passwd", ROUTE_FORBIDDEN },
    { "https://a.example/x", "https://u:p@a.example/y", ROUTE_FORBIDDEN },
    { "https://127.0.0.1/x", "https://2130706433/y", ROUTE_FOLLOWED },      /* The same host. */
};

static void redirects_stay_on_their_server(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(routes); i++) {
        struct url_parts from, to;
        CASE("%s -> %s", routes[i].from, routes[i].to);
        assert_null(http_url_read(routes[i].from, arena, &from));
        enum poll_route route = http_url_read(routes[i].to, arena, &to)
                                    ? ROUTE_FORBIDDEN : poll_route(&from, &to);
        assert_int_equal(route, routes[i].route);
    }
    arena_free(arena);
}

/* Goal: links are found from where their document is. */
static const struct {
    const char *base, *link, *joined;
} links[] = {
    { "https://a.example/x/index.atom", "1.cap", "https://a.example/x/1.cap" },
    { "https://a.example/x/index.atom", "/1.cap#top", "https://a.example/1.cap" },
    { "https://a.example/x/index.atom", "../1.cap?k=1&l=2", "https://a.example/1.cap?k=1&l=2" },
    { "https://a.example/x", "//b.example/1", "https://b.example/1" },
    { "https://a.example/x", "https://b.example/1", "https://b.example/1" },
    { "https://a.example/x", "", NULL },
};

static void links_are_joined_to_their_document(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(links); i++) {
        CASE("%s", links[i].link);
        const char *joined = http_url_join(links[i].base, links[i].link, arena);
        if (links[i].joined)
            assert_string_equal(joined, links[i].joined);
        else
            assert_null(joined);
    }
    arena_free(arena);
}

/* ---- against a real server ---- */

#define ALERT(id, sent)                                                                            \
    "<?xml version='1.0'?><alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'><identifier>" id     \
    "</identifier><sender>a@b.org</sender><sent>" sent "</sent><status>Actual</status>"            \
    "<msgType>Alert</msgType><scope>Public</scope><info><event>Flood</event>"                      \
    "<severity>Severe</severity><area><areaDesc>Harbour</areaDesc>"                                \
    "<polygon>50,-5 50.1,-5 50.1,-4.9 50,-5</polygon></area></info></alert>"
#define ONE ALERT("1", "2026-11-17T14:00:00Z")
#define TWO ALERT("2", "2026-11-17T15:00:00Z")

struct world {
    struct feed_desk *desk;
    struct web_server *server;
};

static struct world world_new(void)
{
    struct world world = { .desk = feed_desk_new() };

    certificates_make(site_folder(feed_site(world.desk)));
    world.server = web_server_start(feed_site(world.desk));
    web_server_put(world.server, "one.cap", ONE);
    return world;
}

static void world_free(struct world *world)
{
    web_server_stop(world->server);
    feed_desk_free(world->desk);
}

#define WHO "user_agent=Test control, duty@example.org"

/* Asks once, by hand. */
static struct feed_ended ask_once(struct world *world, const char *port, const char *host,
                                  const char *path, const char *more, const char *even_more)
{
    char url[256];

    snprintf(url, sizeof url, "url=%s://%s:%d%s", strcmp(port, "http") == 0 ? "http" : "https",
             host, web_server_port(world->server, port), path);
    return feed_try(world->desk, span_of(""), "cap", url, WHO, more, even_more);
}

/* Goal: every way a server can fail us ends in a sentence that says what to do, and none in a
 * hazard; the nearest right one does. Method: one request each, by hand; what its log must say, ""
 * for a hazard. */
static const struct {
    const char *name, *port, *host, *path, *says;
} manners[] = {
    { "an alert",               "http", "127.0.0.1", "/one.cap", "" },
    { "moved on the server",    "http", "127.0.0.1", "/~moved", "" },
    { "moved to another",       "http", "127.0.0.1", "/~elsewhere", "another server. Ask the" },
    { "moved to another port",  "http", "127.0.0.1", "/~port", "another port of the server" },
    { "moved to a file",        "http", "127.0.0.1", "/~file", "other than http or https" },
    { "moved nowhere",          "http", "127.0.0.1", "/~nowhere", "not where to" },
    { "moved round",            "http", "127.0.0.1", "/~round", "round in a circle" },
    { "gone",                   "http", "127.0.0.1", "/~gone", "gone for good and is not asked" },
    { "not there",              "http", "127.0.0.1", "/none.cap", "has nothing there" },
    { "forbidden",              "http", "127.0.0.1", "/~status/403", "check user_agent" },
    { "in trouble",             "http", "127.0.0.1", "/~status/500", "is in trouble" },
    { "a gzip bomb",            "http", "127.0.0.1", "/~bomb", "grows more than 100 times" },
    { "a huge body",            "http", "127.0.0.1", "/~huge", "more than the limit allows" },
    { "an endless body",        "http", "127.0.0.1", "/~endless", "more than the limit allows" },
    { "endless headers",        "http", "127.0.0.1", "/~headers", "more than the limit allows" },
    { "a body that is cut",     "http", "127.0.0.1", "/~short", "broke off" },
    { "a gzip that is cut",     "http", "127.0.0.1", "/~cutgzip", "or damaged" },
    { "a coding not asked for", "http", "127.0.0.1", "/~brotli", "coding that was not asked for" },
    { "no HTTP",                "http", "127.0.0.1", "/~nohttp", "does not speak HTTP" },
    { "slow on purpose",        "http", "127.0.0.1", "/~slow", "did not answer in time" },
    { "a name nobody knows",    "http", "none.invalid", "/one.cap", "not known to the name" },
    { "TLS that is trusted",    "https", "localhost", "/one.cap", "" },
    { "from TLS into the open", "https", "localhost", "/~open", "without encryption" },
    { "a name not its own",     "wrong", "localhost", "/one.cap", "cannot be trusted" },
    { "a certificate expired",  "late", "localhost", "/one.cap", "cannot be trusted" },
    { "asks for a certificate", "mutual", "localhost", "/one.cap", "localhost" },
};

static void every_failure_is_said_and_nothing_else(void **state)
{
    struct world world = world_new();
    char ca[256];

    (void)state;
    snprintf(ca, sizeof ca, "ca=%s", site_path(feed_site(world.desk), "ca.pem"));
    for (size_t i = 0; i < ARRAY_COUNT(manners); i++) {
        CASE("%s", manners[i].name);
        /* Only the slow one is given little time: this machine may be busy. */
        bool slow = strcmp(manners[i].path, "/~slow") == 0;
        struct feed_ended ended =
            ask_once(&world, manners[i].port, manners[i].host, manners[i].path,
                     slow ? "timeout_s=1" : "timeout_s=15", ca);
        bool fine = !manners[i].says[0];
        if (!fine && !strstr(ended.err, manners[i].says))
            fail_msg("it says: %s", ended.err);
        assert_int_equal(ended.ending.exit_code, !fine);
        assert_int_equal(text_count(ended.out, "{\"report\":\"hazard\""), fine);
        assert_int_equal(text_count(ended.out, "\"connected\":true"), fine);
    }
    world_free(&world);
}

/* Goal: nobody's certificate is believed but the authority's, and no server sees our secrets but
 * our own. Method: the right secret, a wrong one, and none. */
static const struct {
    const char *name, *path, *settings[3];
    bool fine;
} credentials[] = {
    { "a password",           "/~basic",  { "user=KIM", "password=secret" },            true },
    { "another's password",   "/~basic",  { "user=ANA", "password=secret" },            false },
    { "no password",          "/~basic",  { "user=KIM" },                               false },
    { "a token",              "/~bearer", { "token=secret" },                           true },
    { "a wrong token",        "/~bearer", { "token=other" },                            false },
    { "a key",                "/~key",    { "token=secret", "token_header=X-Api-Key" }, true },
    { "a key where none goes", "/~key",   { "token=secret" },                           false },
};

static void credentials_open_what_they_should(void **state)
{
    struct world world = world_new();
    struct test_site *site = feed_site(world.desk);
    char settings[3][256];

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(credentials); i++) {
        CASE("%s", credentials[i].name);
        const char *arguments[8] = { "--try", "cap", WHO };
        size_t count = 3;
        char url[256];
        snprintf(url, sizeof url, "url=http://127.0.0.1:%d%s",
                 web_server_port(world.server, "http"), credentials[i].path);
        arguments[count++] = url;
        for (size_t at = 0; at < 3 && credentials[i].settings[at]; at++) {
            const char *equals = strchr(credentials[i].settings[at], '=') + 1;
            bool secret = strncmp(credentials[i].settings[at], "password=", 9) == 0
                          || strncmp(credentials[i].settings[at], "token=", 6) == 0;
            snprintf(settings[at], sizeof settings[at], "%s", credentials[i].settings[at]);
            if (secret) {
                char name[32];
                snprintf(name, sizeof name, "secret%d", (int)at);
                site_write(site, name, equals);
                chmod(site_path(site, name), 0600);
                snprintf(settings[at], sizeof settings[at], "%.*s%s",
                         (int)(equals - credentials[i].settings[at]),
                         credentials[i].settings[at], site_path(site, name));
            }
            arguments[count++] = settings[at];
        }
        struct feed_ended ended = feed_try_list(world.desk, span_of(""), arguments);
        assert_int_equal(ended.ending.exit_code, !credentials[i].fine);
        assert_int_equal(text_count(ended.out, "{\"report\":\"hazard\""), credentials[i].fine);
        assert_null(strstr(ended.out, "secret"));
        assert_null(strstr(ended.err, "secret\n"));
    }
    world_free(&world);
}

/* Goal: a server that asks who we are is shown our certificate; a secret goes nowhere in the open.
 * Method: the right certificate, a stranger's, and a token for a server without encryption. */
static void our_certificate_is_shown(void **state)
{
    static const char *const names[] = { "client", "stranger" };
    struct world world = world_new();
    struct test_site *site = feed_site(world.desk);
    char url[128], ca[256], certificate[256], key[256];

    (void)state;
    snprintf(ca, sizeof ca, "ca=%s", site_path(site, "ca.pem"));
    snprintf(url, sizeof url, "url=https://localhost:%d/one.cap",
             web_server_port(world.server, "mutual"));
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        CASE("%s", names[i]);
        snprintf(certificate, sizeof certificate, "certificate=%s/%s.pem", site_folder(site),
                 names[i]);
        snprintf(key, sizeof key, "key=%s/%s.key", site_folder(site), names[i]);
        struct feed_ended ended = feed_try(world.desk, span_of(""), "cap", url, WHO, ca,
                                           certificate, key);
        assert_int_equal(ended.ending.exit_code, i);
        assert_int_equal(text_count(ended.out, "{\"report\":\"hazard\""), 1 - i);
    }
    snprintf(key, sizeof key, "token=%s", site_path(site, "client.key"));
    struct feed_ended ended = feed_try(world.desk, span_of(""), "cap", "url=http://a.example/", WHO,
                                       key);
    assert_int_equal(ended.ending.exit_code, 1);
    assert_null(strstr(ended.err, "PRIVATE KEY"));
    site_write(site, "token", "secret\n");
    chmod(site_path(site, "token"), 0600);
    snprintf(key, sizeof key, "token=%s", site_path(site, "token"));
    ended = feed_try(world.desk, span_of(""), "cap", "url=http://a.example/", WHO, key);
    assert_non_null(strstr(ended.err, "use https"));
    world_free(&world);
}

/* Goal: settings that would betray or annoy are refused before anything is asked. */
static const struct {
    const char *name, *settings[3], *says;
} refusals[] = {
    { "nobody asks", { "url=https://a.example/" }, "user_agent is missing" },
    { "a line end in a name", { "url=https://a.example/", "user_agent=a\r\nX: y" },
      "visible ASCII" },
    { "a password in the address", { "url=https://u:p@a.example/", WHO },
      "belong in the settings" },
    { "no address", { "url=a.example", WHO }, "it is no address such as" },
    { "another protocol", { "url=ftp://a.example/", WHO }, "neither http nor https" },
    { "two sources", { "url=https://a.example/", "file=x", WHO }, "not two of them" },
};

static void wrong_settings_are_refused(void **state)
{
    struct feed_desk *desk = feed_desk_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(refusals); i++) {
        CASE("%s", refusals[i].name);
        struct feed_ended ended = feed_try(desk, span_of(""), "cap", refusals[i].settings[0],
                                           refusals[i].settings[1], refusals[i].settings[2]);
        assert_int_equal(ended.ending.exit_code, 1);
        if (!strstr(ended.err, refusals[i].says))
            fail_msg("it says: %s", ended.err);
    }
    feed_desk_free(desk);
}

/* ---- over time ---- */

static struct feed_talk *poll_start(struct world *world, const char *path, const char *more)
{
    char line[1024], hello[1024];

    snprintf(line, sizeof line,
             "{'hello':1,'wire':1,'feed':'f','mode':'live','settings':{'poll_s':1,"
             "'user_agent':'Test control','url':'http://127.0.0.1:%d%s'}%s}\n",
             web_server_port(world->server, "http"), path, more);
    struct feed_talk *talk = feed_start(world->desk, "cap");
    feed_say(talk, json_of(hello, sizeof hello, line));
    return talk;
}

/* Goal: validators go back as they came, an unchanged source is alive, a changed one is read.
 * Method: all at once, a weak tag with odd characters, a date alone, and a file that changes. */
static void validators_go_back_verbatim(void **state)
{
    static const char *const paths[] = { "/~weak", "/~dated", "/one.cap" };
    struct world world = world_new(), each[ARRAY_COUNT(paths)];
    struct feed_talk *talks[ARRAY_COUNT(paths)];

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(paths); i++) {
        each[i] = (struct world){ .desk = feed_desk_new(), .server = world.server };
        talks[i] = poll_start(&each[i], paths[i], "");
    }
    for (size_t i = 0; i < ARRAY_COUNT(paths); i++)
        web_server_wait(world.server, paths[i], 2);
    web_server_put(world.server, "one.cap", TWO);
    feed_hear(talks[2], "\"id\":\"a@b.org,2\"");
    for (size_t i = 0; i < ARRAY_COUNT(paths); i++) {
        CASE("%s", paths[i]);
        struct feed_ended ended = feed_end(talks[i]);
        assert_int_equal(text_count(ended.out, "{\"report\":\"hazard\""), i == 2 ? 2 : 1);
        assert_int_equal(text_count(ended.out, "\"connected\":true"), 1);
        assert_in_range(text_count(ended.out, "{\"idle\":"), 1, 10);
        feed_desk_free(each[i].desk);
    }
    assert_string_equal(web_server_header(world.server, "/~weak", 1, "if-none-match"), "");
    assert_string_equal(web_server_header(world.server, "/~weak", 2, "if-none-match"),
                        "W/\"a, odd \\\"tag\"");
    assert_string_equal(web_server_header(world.server, "/~weak", 1, "user-agent"),
                        "Test control");
    assert_string_equal(web_server_header(world.server, "/~weak", 1, "accept-encoding"), "gzip");
    assert_string_equal(web_server_header(world.server, "/~dated", 2, "if-modified-since"),
                        "Sun, 06 Nov 1994 08:49:37 GMT");
    world_free(&world);
}

/* Goal: the server's wishes are kept: a pause in seconds or until a time, an answer that stays
 * fresh, and never to ask again. Method: all at once; the times of the server's own record, whose
 * dates have whole seconds. */
static const struct {
    const char *path;
    uint32_t times;             /* It is asked for within the test. */
    int64_t least_ms;
} pauses[] = {
    { "/~busy", 2, 3000 }, { "/~busydate", 2, 3000 }, { "/~fresh", 2, 4000 }, { "/~gone", 1, 0 },
};

static void what_the_server_wishes_is_kept(void **state)
{
    struct world world = world_new(), each[ARRAY_COUNT(pauses)];
    struct feed_talk *talks[ARRAY_COUNT(pauses)];

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(pauses); i++) {
        each[i] = (struct world){ .desk = feed_desk_new(), .server = world.server };
        talks[i] = poll_start(&each[i], pauses[i].path, "");
    }
    for (size_t i = 0; i < ARRAY_COUNT(pauses); i++) {
        CASE("%s", pauses[i].path);
        web_server_wait(world.server, pauses[i].path, pauses[i].times);
        struct feed_ended ended = feed_end(talks[i]);
        if (pauses[i].times == 1) {
            assert_int_equal(text_count(ended.out, "gone for good and is not asked again"), 1);
            assert_int_equal(web_server_asked(world.server, pauses[i].path), 1);
        } else {
            int64_t pause_ms = web_server_asked_at_ms(world.server, pauses[i].path, 2)
                               - web_server_asked_at_ms(world.server, pauses[i].path, 1);
            assert_in_range(pause_ms, pauses[i].least_ms, pauses[i].least_ms + 3000);
            assert_int_equal(text_count(ended.out, "\"connected\":true"), 1);
        }
        feed_desk_free(each[i].desk);
    }
    world_free(&world);
}

/* Goal: a redirect that waits for an operator is said once, without what may be a key, and nobody
 * goes there. */
static void a_held_redirect_is_said_once(void **state)
{
    struct world world = world_new();

    (void)state;
    struct feed_talk *talk = poll_start(&world, "/~elsewhere", "");
    web_server_wait(world.server, "/~elsewhere", 2);
    struct feed_ended ended = feed_end(talk);
    assert_int_equal(text_count(ended.out, "write it as url in site.conf"), 1);
    assert_null(strstr(ended.out, "key=1"));
    assert_int_equal(web_server_asked(world.server, "/one.cap?key=1"), 0);
    world_free(&world);
}

/* ---- compressed bodies ---- */

/* Goal: a body is opened however it is cut into pieces, and never past its limits. */
static void a_gzip_is_opened_piece_by_piece(void **state)
{
    /* gzip of "watchdesk\n" twice: two members, one after the other. */
    static const char member[] =
        "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\x2b\x4f\x2c\x49\xce\x48\x49\x2d\xce\xe6\x02\x00"
        "\x92\x7c\xc5\x9a\x0a\x00\x00\x00";
    struct buffer twice = { 0 }, out = { 0 };

    (void)state;
    buffer_add(&twice, SPAN(member));
    buffer_add(&twice, SPAN(member));
    for (size_t step = 1; step < 70; step++) {
        struct gzip *gzip = gzip_new(100);
        buffer_reset(&out);
        for (size_t at = 0; at < twice.length; at += step) {
            size_t left = twice.length - at;
            struct verdict verdict =
                gzip_add(gzip, span_from(twice.bytes + at, left < step ? left : step), &out);
            assert_true(is_accepted(&verdict));
        }
        struct verdict verdict = gzip_end(gzip);
        assert_true(is_accepted(&verdict));
        assert_string_equal(out.bytes, "watchdesk\nwatchdesk\n");
        gzip_free(gzip);
    }
    struct gzip *small = gzip_new(19);
    struct verdict verdict = gzip_add(small, buffer_span(&twice), &out);
    assert_int_equal(verdict.refusal, REFUSED_TOO_LONG);
    gzip_free(small);
    struct gzip *cut = gzip_new(100);
    verdict = gzip_add(cut, span_from(twice.bytes, twice.length - 1), &out);
    assert_true(is_accepted(&verdict));
    verdict = gzip_end(cut);
    assert_int_equal(verdict.refusal, REFUSED_TRUNCATED);
    gzip_free(cut);
    buffer_clear(&twice);
    buffer_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_read_in_three_forms),
        cmocka_unit_test(freshness_is_read_and_held),
        cmocka_unit_test(a_pause_asked_for_is_read),
        cmocka_unit_test(back_off_doubles_with_full_jitter),
        cmocka_unit_test(each_status_has_its_meaning),
        cmocka_unit_test(redirects_stay_on_their_server),
        cmocka_unit_test(links_are_joined_to_their_document),
        cmocka_unit_test(a_gzip_is_opened_piece_by_piece),
        cmocka_unit_test(every_failure_is_said_and_nothing_else),
        cmocka_unit_test(credentials_open_what_they_should),
        cmocka_unit_test(our_certificate_is_shown),
        cmocka_unit_test(wrong_settings_are_refused),
        cmocka_unit_test(validators_go_back_verbatim),
        cmocka_unit_test(what_the_server_wishes_is_kept),
        cmocka_unit_test(a_held_redirect_is_said_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
