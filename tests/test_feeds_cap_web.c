/* Alerts from a real web server: indexes and what they lead to, and what a restart remembers. */
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/feed_run.h"
#include "tests/web_server.h"

#define ALERT(id, hour, kind, references, event)                                                   \
    "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'><identifier>" id "</identifier>"          \
    "<sender>a@b.org</sender><sent>2026-11-17T" hour ":00:00Z</sent><status>Actual</status>"       \
    "<msgType>" kind "</msgType><scope>Public</scope><references>" references "</references>"      \
    "<info><event>" event "</event><severity>Severe</severity><area><areaDesc>Harbour</areaDesc>"  \
    "<polygon>50,-5 50.1,-5 50.1,-4.9 50,-5</polygon></area></info></alert>"
#define REF(id, hour) "a@b.org," id ",2026-11-17T" hour ":00:00Z"
#define ATOM(entries)                                                                              \
    "<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom' "                              \
    "xmlns:georss='http://www.georss.org/georss' "                                                 \
    "xmlns:cap='urn:oasis:names:tc:emergency:cap:1.1'><id>i</id><title>Alerts</title>" entries     \
    "</feed>"
#define RSS(items) "<rss version='2.0'><channel><title>Alerts</title>" items "</channel></rss>"
#define ENTRY(id, hour, more)                                                                      \
    "<entry><id>" id "</id><title>" id "</title><updated>2026-11-17T" hour ":00:00Z</updated>"     \
    more "</entry>"

struct world {
    struct feed_desk *desk;
    struct web_server *server;
};

static struct world world_new(void)
{
    struct world world = { .desk = feed_desk_new() };

    world.server = web_server_start(feed_site(world.desk));
    mkdir(site_path(feed_site(world.desk), "scratch"), 0700);
    return world;
}

static void world_free(struct world *world)
{
    web_server_stop(world->server);
    feed_desk_free(world->desk);
}

/* ---- by hand: one look at an index ---- */

/* Goal: an alert is found wherever an index can hold it or lead to it, and nowhere else. Method:
 * one index a row, the alert beside it as x.cap; which event is reported, and whether x.cap was
 * asked for. */
static const struct {
    const char *name, *index, *event;
    bool asked;
    const char *says;           /* In the log or a report; NULL: nothing special. */
} indexes[] = {
    { "a link that says what it is",
      ATOM(ENTRY("1", "10", "<link rel='alternate' type='application/cap+xml' href='x.cap'/>")),
      "Linked", true, NULL },
    { "an enclosure that says what it is",
      ATOM(ENTRY("1", "10", "<link rel='enclosure' type='application/cap+xml' href='/x.cap'/>"
                 "<link rel='alternate' type='text/html' href='/page.html'/>")),
      "Linked", true, NULL },
    { "a summary of an alert, with its link",
      ATOM(ENTRY("1", "10", "<link href='x.cap'/><cap:event>Summed up</cap:event>"
                 "<cap:polygon/>")),
      "Linked", true, NULL },
    { "a link of which nothing is said", ATOM(ENTRY("1", "10", "<link href='x.cap'/>")), "Linked",
      true, NULL },
    { "the link of a page", ATOM(ENTRY("1", "10", "<link type='text/html' href='x.cap'/>")), NULL,
      false, "1 entry holds neither" },
    { "a link to itself only", ATOM(ENTRY("1", "10", "<link rel='self' href='x.cap'/>")), NULL,
      false, "1 entry holds neither" },
    { "an alert inside",
      ATOM(ENTRY("1", "10", "<content type='text/xml'>" ALERT("8", "10", "Alert", "", "Inside")
                 "</content><link type='application/cap+xml' href='x.cap'/>")),
      "Inside", false, NULL },
    { "an alert inside, escaped",
      ATOM(ENTRY("1", "10", "<content type='text'><![CDATA[<?xml version='1.0'?>"
                 ALERT("8", "10", "Alert", "", "Escaped") "]]></content>")),
      "Escaped", false, NULL },
    { "a place without an alert",
      ATOM(ENTRY("1", "10", "<georss:point>50 -5</georss:point><link href='x.cap'/>")), "1",
      false, "\"lat\":50.0000000,\"lon\":-5.0000000" },
    { "a place of an alert summed up",
      ATOM(ENTRY("1", "10", "<georss:point>50 -5</georss:point><cap:status>Actual</cap:status>")),
      "1", false, "\"lat\":50.0000000,\"lon\":-5.0000000" },
    { "a place of an exercise summed up",
      ATOM(ENTRY("1", "10", "<georss:point>50 -5</georss:point>"
                 "<cap:status>Exercise</cap:status>")), NULL, false, "1 entry holds neither" },
    { "an item's link", RSS("<item><guid>1</guid><link>x.cap</link></item>"), "Linked", true,
      NULL },
    { "an item's enclosure",
      RSS("<item><guid>1</guid><link>page.html</link>"
          "<enclosure url='x.cap' type='application/cap+xml' length='9'/></item>"),
      "Linked", true, NULL },
    { "another server", ATOM(ENTRY("1", "10", "<link href='http://localhost:1/x.cap'/>")), NULL,
      false, "write host=localhost in site.conf" },
    { "something else than the web", ATOM(ENTRY("1", "10", "<link href='file:///x.cap'/>")), NULL,
      false, "leads to something that is no address" },
    { "an alert that is gone", ATOM(ENTRY("1", "10", "<link href='gone.cap'/>")), NULL, false,
      "has nothing there" },
    { "a page for an alert", ATOM(ENTRY("1", "10", "<link href='page.html'/>")), NULL, false,
      "\"field\":\"html\"" },
    { "an index for an alert", ATOM(ENTRY("1", "10", "<link href='index.atom'/>")), NULL, false,
      "\"field\":\"feed\"" },
    { "a list of alerts", "<ns:alerts xmlns:ns='http://gov.fema.ipaws.services/feed'>"
      ALERT("8", "10", "Alert", "", "Listed") "</ns:alerts>", "Listed", false, NULL },
    { "an index with nothing in it", ATOM(""), NULL, false, NULL },
    { "entities", "<!DOCTYPE feed [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" ATOM("&a;"), NULL,
      false, "\"field\":\"DOCTYPE\"" },
};

static void alerts_are_found_through_an_index(void **state)
{
    struct world world = world_new();
    char url[128], event[64];
    uint32_t asked = 0;

    (void)state;
    web_server_put(world.server, "x.cap", ALERT("9", "10", "Alert", "", "Linked"));
    web_server_put(world.server, "page.html", "<html>a page</html>");
    snprintf(url, sizeof url, "url=http://127.0.0.1:%d/index.atom",
             web_server_port(world.server, "http"));
    for (size_t i = 0; i < ARRAY_COUNT(indexes); i++) {
        CASE("%s", indexes[i].name);
        web_server_put(world.server, "index.atom", indexes[i].index);
        struct feed_ended ended = feed_try(world.desk, span_of(""), "cap", url, "user_agent=t");
        snprintf(event, sizeof event, "\"kind\":\"%s\"", indexes[i].event ? indexes[i].event : "");
        assert_int_equal(text_count(ended.out, "{\"report\":\"hazard\""), indexes[i].event != NULL);
        assert_int_equal(text_count(ended.out, event), indexes[i].event != NULL);
        asked += indexes[i].asked;
        assert_int_equal(web_server_asked(world.server, "/x.cap"), asked);
        if (indexes[i].says && !strstr(ended.out, indexes[i].says)
            && !strstr(ended.err, indexes[i].says))
            fail_msg("it says: %s%s", ended.out, ended.err);
    }
    world_free(&world);
}

/* ---- live ---- */

/* `more` adds settings, `rest` members of the hello. */
static struct feed_talk *cap_start(struct world *world, const char *path, const char *more,
                                   const char *rest)
{
    char line[2048], hello[2048];

    snprintf(line, sizeof line,
             "{'hello':1,'wire':1,'feed':'f','mode':'live','scratch':'%s/scratch','settings':"
             "{'poll_s':1,'user_agent':'t','url':'http://127.0.0.1:%d%s'%s}%s}\n",
             site_folder(feed_site(world->desk)), web_server_port(world->server, "http"), path,
             more, rest);
    struct feed_talk *talk = feed_start(world->desk, "cap");
    feed_say(talk, json_of(hello, sizeof hello, line));
    return talk;
}

/* The cursor of the last report that has one, as a member of a hello in apostrophes. */
static void cursor_of(const char *out, char *text, size_t bytes)
{
    const char *found = NULL;

    for (const char *at = out; (at = strstr(at, ",\"cursor\":")) != NULL; at++)
        found = at;
    assert_non_null(found);
    snprintf(text, bytes, "%.*s", (int)strcspn(found, "}") + 1, found);
    for (char *at = text; *at; at++)
        if (*at == '"')
            *at = '\'';
}

static void memory_wait(struct world *world, const char *holds)
{
    for (int waited = 0; waited < 500; waited++) {
        if (strstr(site_read(feed_site(world->desk), "scratch/memory.json"), holds))
            return;
        poll(NULL, 0, 20);
    }
    fail_msg("nothing was remembered: %s",
             site_read(feed_site(world->desk), "scratch/memory.json"));
}

/* Goal: what fails is asked for again as long as the index lists it; each form of an entry is
 * fetched once. Method: an alert that is not ready when the index is, then a new form of its entry.
 * */
static void each_form_of_an_entry_is_fetched_once(void **state)
{
    struct world world = world_new();

    (void)state;
    web_server_put(world.server, "x.cap", ALERT("1", "10", "Alert", "", "First"));
    web_server_put(world.server, "index.atom", ATOM(ENTRY("1", "10", "<link href='x.cap'/>")));
    struct feed_talk *talk = cap_start(&world, "/index.atom", "", "");
    feed_hear(talk, "\"kind\":\"First\"");
    web_server_wait(world.server, "/index.atom", 2);
    web_server_put(world.server, "x.cap",
                   ALERT("2", "11", "Update", REF("1", "10"), "Second"));
    web_server_put(world.server, "index.atom", ATOM(ENTRY("1", "11", "<link href='x.cap'/>")));
    feed_hear(talk, "\"kind\":\"Second\"");
    struct feed_ended ended = feed_end(talk);
    assert_int_equal(web_server_asked(world.server, "/x.cap"), 2);
    assert_int_equal(text_count(ended.out, "\"id\":\"a@b.org,1\""), 2);
    world_free(&world);
}

/* Goal: after a restart nothing is fetched or said twice, and an update that names only the one
 * before it goes on under the first one's id. Method: a feed with an alert and an update is
 * stopped, and started with the cursor of its last report; then the next update comes. */
static void a_restart_forgets_nothing(void **state)
{
    struct world world = world_new();
    char cursor[256];

    (void)state;
    web_server_put(world.server, "1.cap", ALERT("1", "10", "Alert", "", "First"));
    web_server_put(world.server, "2.cap", ALERT("2", "11", "Update", REF("1", "10"), "Second"));
    web_server_put(world.server, "3.cap", ALERT("3", "12", "Update", REF("2", "11"), "Third"));
    web_server_put(world.server, "index.atom",
                   ATOM(ENTRY("2", "11", "<link href='2.cap'/>")
                        ENTRY("1", "10", "<link href='1.cap'/>")));
    struct feed_talk *talk = cap_start(&world, "/index.atom", "", "");
    feed_hear(talk, "\"kind\":\"Second\"");
    web_server_wait(world.server, "/1.cap", 1);
    web_server_wait(world.server, "/index.atom", 2);
    feed_say(talk, "{\"kept\":1000}\n");
    memory_wait(&world, "\"http\"");
    struct feed_ended ended = feed_end(talk);
    cursor_of(ended.out, cursor, sizeof cursor);

    web_server_put(world.server, "index.atom", ATOM(ENTRY("3", "12", "<link href='3.cap'/>")
                                                    ENTRY("2", "11", "<link href='2.cap'/>")));
    talk = cap_start(&world, "/index.atom", "", cursor);
    feed_hear(talk, "\"kind\":\"Third\"");
    ended = feed_end(talk);
    assert_int_equal(text_count(ended.out, "{\"report\":\"hazard\""), 1);
    assert_int_equal(text_count(ended.out, "\"id\":\"a@b.org,1\""), 1);
    assert_int_equal(web_server_asked(world.server, "/1.cap"), 1);
    assert_int_equal(web_server_asked(world.server, "/2.cap"), 1);
    world_free(&world);
}

/* Goal: a memory is believed only by the journal it was made for: a hub that knows nothing of it,
 * or less than it, is told everything again. Method: the same scratch folder with no cursor, and
 * with an older one. */
static void a_memory_belongs_to_its_journal(void **state)
{
    struct world world = world_new();
    char cursor[256], older[256];

    (void)state;
    web_server_put(world.server, "1.cap", ALERT("1", "10", "Alert", "", "First"));
    struct feed_talk *talk = cap_start(&world, "/1.cap", "", "");
    feed_hear(talk, "\"kind\":\"First\"");
    feed_say(talk, "{\"kept\":1000}\n");
    memory_wait(&world, "\"http\"");
    struct feed_ended ended = feed_end(talk);
    cursor_of(ended.out, cursor, sizeof cursor);

    talk = cap_start(&world, "/1.cap", "", cursor);
    uint32_t before = web_server_asked(world.server, "/1.cap");
    web_server_wait(world.server, "/1.cap", before + 1);
    assert_string_not_equal(web_server_header(world.server, "/1.cap", before + 1,
                                              "if-none-match"), "");
    ended = feed_end(talk);
    assert_int_equal(text_count(ended.out, "{\"report\":\"hazard\""), 0);

    snprintf(older, sizeof older, "%s", cursor);
    char *turn = strstr(older, "'turn':");
    assert_non_null(turn);
    turn[strlen("'turn':")] = '0';
    talk = cap_start(&world, "/1.cap", "", older);
    feed_hear(talk, "\"kind\":\"First\"");
    feed_end(talk);
    talk = cap_start(&world, "/1.cap", "", "");
    feed_hear(talk, "\"kind\":\"First\"");
    feed_end(talk);
    world_free(&world);
}

/* Goal: another server is asked when an operator has named it, and gets none of our secrets.
 * Method: an index that leads to localhost, which is the same machine by another name. */
static void a_named_host_is_asked_without_our_secrets(void **state)
{
    struct world world = world_new();
    char index[1024];

    (void)state;
    web_server_put(world.server, "x.cap", ALERT("1", "10", "Alert", "", "Far"));
    snprintf(index, sizeof index,
             ATOM(ENTRY("1", "10", "<link href='http://localhost:%d/x.cap'/>")),
             web_server_port(world.server, "http"));
    web_server_put(world.server, "index.atom", index);
    struct feed_talk *talk = cap_start(&world, "/index.atom", ",'host':'localhost'",
                                       ",'secrets':{'token':'secret'}");
    feed_hear(talk, "\"kind\":\"Far\"");
    struct feed_ended ended = feed_end(talk);
    assert_null(strstr(ended.out, "secret"));
    assert_string_equal(web_server_header(world.server, "/index.atom", 1, "authorization"),
                        "Bearer secret");
    assert_string_equal(web_server_header(world.server, "/x.cap", 1, "authorization"), "");
    world_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alerts_are_found_through_an_index),
        cmocka_unit_test(each_form_of_an_entry_is_fetched_once),
        cmocka_unit_test(a_restart_forgets_nothing),
        cmocka_unit_test(a_memory_belongs_to_its_journal),
        cmocka_unit_test(a_named_host_is_asked_without_our_secrets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
