#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include "feeds/cap_chains.h"
#include "feeds/ring.h"
#include "feeds/xml.h"
#include "tests/check.h"
#include "tests/feed_run.h"
#include "tests/golden.h"

#define XML "<?xml version='1.0' encoding='UTF-8'?>\n"
#define ALERT "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'>"
#define NAME(id, sent) \
    "<identifier>" id "</identifier><sender>a@b.org</sender><sent>" sent "</sent>"
#define HEAD(id, sent, kind) \
    NAME(id, sent) "<status>Actual</status><msgType>" kind "</msgType><scope>Public</scope>"
#define SENT "2026-11-17T14:00:00-00:00"
#define INFO(event, more) \
    "<info><event>" event "</event><severity>Severe</severity>" more "</info>"
#define AREA(more) "<area><areaDesc>Harbour</areaDesc>" more "</area>"
#define SQUARE "<polygon>50,-5 50.1,-5 50.1,-4.9 50,-5</polygon>"
#define BEFORE ALERT HEAD("1", SENT, "Alert")
#define ONE(more) BEFORE INFO("Flood", AREA(more)) "</alert>"

/* Goal: each wrong message is refused for what is wrong with it, by its element, and the nearest
 * right one is taken. Method: one message a row; how many hazards the right ones are. */
static const struct {
    const char *name, *message;
    enum refusal refusal;
    const char *field;
    uint32_t shapes;
} messages[] = {
    { "one polygon", XML ONE(SQUARE), REFUSED_NOT, "", 1 },
    { "a mark and blanks before it", "\xEF\xBB\xBF \n" XML ONE(SQUARE), REFUSED_NOT, "", 1 },
    { "a prefix", "<c:alert xmlns:c='urn:oasis:names:tc:emergency:cap:1.1'><c:identifier>1"
      "</c:identifier><c:sender>a</c:sender><c:sent>" SENT "</c:sent><c:status>Actual</c:status>"
      "<c:msgType>Alert</c:msgType><c:scope>Public</c:scope></c:alert>", REFUSED_NOT, "", 1 },
    { "an undeclared prefix", "<c:alert/>", REFUSED_BAD_SYNTAX, "", 0 },
    { "no polygon inside", ONE("<polygon/>"), REFUSED_NOT, "", 1 },
    { "an open polygon", ONE("<polygon>50,-5 50.1,-5 50.1,-4.9</polygon>"), REFUSED_NOT, "", 1 },
    { "two corners", ONE("<polygon>50,-5 50.1,-5 50,-5</polygon>"), REFUSED_CONTRADICTION,
      "polygon", 0 },
    { "one corner, many times", ONE("<polygon>50,-5 50,-5 50,-5 50,-5</polygon>"),
      REFUSED_CONTRADICTION, "polygon", 0 },
    { "latitude 91", ONE("<polygon>91,-5 50.1,-5 50.1,-4.9 91,-5</polygon>"),
      REFUSED_OUT_OF_RANGE, "polygon", 0 },
    { "NaN", ONE("<polygon>nan,-5 50.1,-5 50.1,-4.9 nan,-5</polygon>"), REFUSED_NOT_A_NUMBER,
      "polygon", 0 },
    { "three numbers", ONE("<polygon>50,-5,3 50.1,-5 50.1,-4.9 50,-5</polygon>"),
      REFUSED_NOT_A_NUMBER, "polygon", 0 },
    { "a circle", ONE("<circle>50,-5 2.5</circle>"), REFUSED_NOT, "", 1 },
    { "a circle of 0 km", ONE("<circle>50,-5 0</circle>"), REFUSED_NOT, "", 1 },
    { "a circle of -1 km", ONE("<circle>50,-5 -1</circle>"), REFUSED_OUT_OF_RANGE, "circle", 0 },
    { "a circle without a size", ONE("<circle>50,-5</circle>"), REFUSED_NOT_A_NUMBER, "circle", 0 },
    { "polygon and circle", ONE(SQUARE "<circle>50,-5 2.5</circle>"), REFUSED_NOT, "", 2 },
    { "two apart", ONE(SQUARE "<polygon>51,-5 51.1,-5 51.1,-4.9 51,-5</polygon>"), REFUSED_NOT, "",
      1 },
    { "two that overlap", ONE(SQUARE "<polygon>50.05,-5 50.2,-5 50.2,-4.9 50.05,-5</polygon>"),
      REFUSED_NOT, "", 2 },
    { "two areas", BEFORE INFO("Flood", AREA(SQUARE) AREA("<circle>51,-5 1</circle>")) "</alert>",
      REFUSED_NOT, "", 2 },
    { "no area", BEFORE INFO("Flood", "") "</alert>", REFUSED_NOT, "", 1 },
    { "the same info twice", BEFORE INFO("Flood", AREA(SQUARE)) INFO("Flood", AREA(SQUARE))
      "</alert>", REFUSED_NOT, "", 1 },
    { "two languages", BEFORE INFO("Flood", AREA(SQUARE))
      INFO("Inondation", "<language>fr-CA</language>" AREA(SQUARE)) "</alert>", REFUSED_NOT, "",
      1 },
    { "two phases", BEFORE INFO("Flood", AREA(SQUARE)) INFO("Storm", AREA(SQUARE)) "</alert>",
      REFUSED_NOT, "", 2 },
    { "no info", BEFORE "</alert>", REFUSED_NOT, "", 1 },
    { "no event", BEFORE "<info><severity>Minor</severity></info></alert>", REFUSED_FIELD_MISSING,
      "event", 0 },
    { "no severity", BEFORE "<info><event>Flood</event></info></alert>", REFUSED_FIELD_MISSING,
      "severity", 0 },
    { "an unknown severity",
      BEFORE "<info><event>F</event><severity>Awful</severity></info></alert>",
      REFUSED_UNKNOWN_WORD, "severity", 0 },
    { "a time without a zone", ALERT HEAD("1", "2026-11-17T14:00:00", "Alert") "</alert>",
      REFUSED_NOT_A_TIME, "sent", 0 },
    { "a time before 1970", ALERT HEAD("1", "1002-11-17T14:00:00Z", "Alert") "</alert>",
      REFUSED_OUT_OF_RANGE, "sent", 0 },
    { "no identifier", ALERT "<sender>a</sender></alert>", REFUSED_FIELD_MISSING, "identifier", 0 },
    { "no scope", ALERT NAME("1", SENT) "<status>Actual</status><msgType>Alert</msgType></alert>",
      REFUSED_FIELD_MISSING, "scope", 0 },
    { "an unknown status", ALERT NAME("1", SENT) "<status>Real</status></alert>",
      REFUSED_UNKNOWN_WORD, "status", 0 },
    { "an update of nothing", ALERT HEAD("1", SENT, "Update") "</alert>", REFUSED_FIELD_MISSING,
      "references", 0 },
    { "a broken reference",
      ALERT HEAD("1", SENT, "Cancel") "<references>a@b.org,7</references></alert>",
      REFUSED_BAD_SYNTAX, "references", 0 },
    { "a reference wrapped after a comma", ALERT HEAD("1", SENT, "Cancel")
      "<references>a@b.org,7,\n  " SENT "</references></alert>", REFUSED_NOT, "", 0 },
    { "half a message", XML BEFORE INFO("Flood", ""), REFUSED_TRUNCATED, "", 0 },
    { "nothing", "", REFUSED_TRUNCATED, "", 0 },
    { "a page of HTML", "<html><body>404</body></html>", REFUSED_UNSUPPORTED, "html", 0 },
    { "Latin-1 said to be UTF-8", XML BEFORE INFO("caf\xE9", "") "</alert>", REFUSED_BAD_UTF8, "",
      0 },
    { "Latin-1 said to be so",
      "<?xml version='1.0' encoding='ISO-8859-1'?>" BEFORE INFO("caf\xE9", "") "</alert>",
      REFUSED_NOT, "", 1 },
    { "an encoding nobody knows", "<?xml version='1.0' encoding='EBCDIC-7'?><alert/>",
      REFUSED_UNSUPPORTED, "encoding", 0 },
    { "entities that grow", "<!DOCTYPE alert [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]>"
      "<alert><note>&b;</note></alert>", REFUSED_UNSUPPORTED, "DOCTYPE", 0 },
    { "a file of ours", "<!DOCTYPE alert [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
      "<alert><note>&a;</note></alert>", REFUSED_UNSUPPORTED, "DOCTYPE", 0 },
    { "33 deep", "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>"
      "<a><a><a><a><a><a><a>", REFUSED_TOO_DEEP, "a", 0 },
};

static void each_message_is_read_or_refused_rightly(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(messages); i++) {
        struct cap_alert alert = { 0 };
        CASE("%s", messages[i].name);
        struct verdict verdict = cap_alert_read(span_of(messages[i].message), "", arena, &alert);
        assert_int_equal(verdict.refusal, messages[i].refusal);
        assert_string_equal(verdict.field, messages[i].field);
        assert_int_equal(alert.shape_count, messages[i].shapes);
        assert_true(verdict.offset <= strlen(messages[i].message));
    }
    arena_free(arena);
}

/* Goal: of several languages the wanted one is read, else the message's first. */
static const struct {
    const char *wanted, *event;
} languages[] = {
    { "", "Flood" },        { "fr", "Inondation" },  { "FR-ca", "Inondation" },
    { "fr-FR", "Flood" },   { "en", "Flood" },       { "de", "Flood" },
};

static void the_wanted_language_is_read(void **state)
{
    static const char message[] = BEFORE INFO("Flood", "<language>en-CA</language>")
        INFO("Inondation", "<language>fr-CA</language>") "</alert>";
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(languages); i++) {
        struct cap_alert alert;
        CASE("\"%s\"", languages[i].wanted);
        struct verdict verdict =
            cap_alert_read(span_of(message), languages[i].wanted, arena, &alert);
        assert_true(is_accepted(&verdict));
        assert_int_equal(alert.shape_count, 1);
        assert_string_equal(alert.shapes[0].event, languages[i].event);
    }
    arena_free(arena);
}

/* Goal: an outline with more points than a line holds keeps its form. Method: a circle of 9,000
 * points with a spike, and points just inside and outside of it. */
static void a_large_outline_keeps_its_form(void **state)
{
    enum { POINTS = 9000, SPIKE = 4321 };
    struct geo_point *points = base_alloc(POINTS + 1, sizeof *points);
    struct geo_points ring = { .at = points, .count = POINTS };
    bool spike = false;

    (void)state;
    for (int i = 0; i < POINTS; i++) {
        double turn = 6.283185307179586 * i / POINTS, radius = i == SPIKE ? 0.2 : 0.1;
        points[i] = (struct geo_point){ 50 + radius * cos(turn), -5 + radius * sin(turn) };
    }
    struct geo_point tip = geo_rounded(points[SPIKE]);
    assert_true(ring_tidy(&ring));
    assert_int_equal(ring.count, POINTS + 1);
    assert_true(ring_simplify(&ring, REPORT_POINTS_MAX));
    assert_int_equal(ring.count, REPORT_POINTS_MAX);
    assert_true(geo_same(ring.at[0], ring.at[ring.count - 1]));
    for (uint32_t i = 0; i < ring.count; i++)
        spike = spike || geo_same(ring.at[i], tip);
    assert_true(spike);
    assert_true(geo_inside(&ring, (struct geo_point){ 50.0999, -5 }));
    assert_false(geo_inside(&ring, (struct geo_point){ 50.1001, -5 }));
    assert_false(ring_simplify(&ring, REPORT_POINTS_MAX));
    base_free(points);
}

/* Goal: a ring is one ring for whoever reads the report. Method: rings that pass a corner twice. */
static const struct {
    const char *name;
    struct geo_point corners[8];
    uint32_t count, tidy_count;     /* 0: refused. */
} rings[] = {
    { "a triangle",           { { 1, 1 }, { 2, 2 }, { 3, 1 } },                             3, 4 },
    { "closed already",       { { 1, 1 }, { 2, 2 }, { 3, 1 }, { 1, 1 } },                   4, 4 },
    { "points repeated",      { { 1, 1 }, { 1, 1 }, { 2, 2 }, { 2, 2 }, { 3, 1 } },         5, 4 },
    { "an eight",             { { 1, 1 }, { 2, 2 }, { 2, 3 }, { 1, 1 }, { 0, 2 }, { 0, 3 } }, 6,
      7 },
    { "there and back",       { { 1, 1 }, { 2, 2 }, { 1, 1 } },                             3, 0 },
    { "traced twice",         { { 1, 1 }, { 2, 2 }, { 3, 1 }, { 1, 1 }, { 2, 2 }, { 3, 1 } }, 6,
      0 },
};

static void a_ring_is_one_ring(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rings); i++) {
        struct geo_point corners[9];
        struct geo_points ring = { .at = corners, .count = rings[i].count };
        CASE("%s", rings[i].name);
        memcpy(corners, rings[i].corners, sizeof rings[i].corners);
        assert_int_equal(ring_tidy(&ring), rings[i].tidy_count > 0);
        if (!rings[i].tidy_count)
            continue;
        assert_int_equal(ring.count, rings[i].tidy_count);
        for (uint32_t at = 1; at < ring.count; at++)
            assert_int_equal(geo_same(ring.at[at], ring.at[0]), at == ring.count - 1);
    }
}

/* ---- what a message does to those before it ---- */

#define LATER(id, hour, kind, of, more) \
    ALERT HEAD(id, "2026-11-17T" hour ":00:00Z", kind) "<references>" of "</references>" more     \
    "</alert>"
#define REF(id, hour) "a@b.org," id ",2026-11-17T" hour ":00:00Z"
#define FIRST ALERT HEAD("1", "2026-11-17T14:00:00Z", "Alert") \
    INFO("Flood", AREA(SQUARE) AREA("<circle>51,-5 1</circle>")) "</alert>"
#define TEST_OF(id, message_kind, of) \
    ALERT NAME(id, "2026-11-17T18:00:00Z") "<status>Exercise</status><msgType>" message_kind     \
    "</msgType><scope>Public</scope><references>" of "</references>" INFO("Drill", "") "</alert>"

static const struct {
    const char *name;
    const char *messages[4];
} chains[] = {
    { "update",                 /* The same id; the area that is gone is cancelled. */
      { FIRST, LATER("2", "15", "Update", REF("1", "14"), INFO("Flood", AREA(SQUARE))) } },
    { "update_of_update",       /* Still the id of the first. */
      { FIRST, LATER("2", "15", "Update", REF("1", "14"), INFO("Flood", AREA(SQUARE))),
        LATER("3", "16", "Update", REF("2", "15"), INFO("Big flood", AREA(SQUARE))) } },
    { "update_before_alert",    /* C1: the alert comes too late. */
      { LATER("2", "15", "Update", REF("1", "14"), INFO("Flood", AREA(SQUARE))), FIRST } },
    { "cancel",                 /* Both areas go. */
      { FIRST, LATER("2", "15", "Cancel", REF("1", "14"), "") } },
    { "cancel_twice",
      { FIRST, LATER("2", "15", "Cancel", REF("1", "14"), ""),
        LATER("3", "16", "Cancel", REF("1", "14"), "") } },
    { "cancel_of_unknown",      /* C2. */
      { LATER("2", "15", "Cancel", REF("1", "14"), ""), FIRST } },
    { "two_become_one",
      { FIRST, ALERT HEAD("5", "2026-11-17T14:30:00Z", "Alert") INFO("Storm", "") "</alert>",
        LATER("6", "15", "Update", REF("1", "14") " a@b.org,5,2026-11-17T14:30:00Z",
              INFO("Flood and storm", AREA(SQUARE))) } },
    { "the_same_again",  { FIRST, FIRST } },
    { "test_of_actual",         /* C3: refused, and the alert still stands to be cancelled. */
      { FIRST, TEST_OF("8", "Cancel", REF("1", "14")), TEST_OF("9", "Update", REF("1", "14")),
        LATER("2", "15", "Cancel", REF("1", "14"), "") } },
    { "test_of_unknown",
      { TEST_OF("8", "Cancel", REF("1", "14")), TEST_OF("9", "Update", REF("2", "14")) } },
    { "no_alert",
      { LATER("2", "15", "Ack", REF("1", "14"), ""),
        ALERT NAME("3", SENT) "<status>System</status><msgType>Alert</msgType>"
        "<scope>Public</scope></alert>",
        ALERT NAME("4", SENT) "<status>Draft</status><msgType>Alert</msgType>"
        "<scope>Public</scope></alert>" } },
};

/* Copies report lines; when a health report was written depends on the clock. */
static void reports_add(struct buffer *reports, const char *out)
{
    static const char health[] = "{\"report\":\"health\",\"at\":";
    struct span rest = span_of(out), line;

    buffer_reset(reports);
    while (span_cut(&rest, '\n', &line) && line.length) {
        if (span_starts(line, health)) {
            const char *after = memchr(line.bytes + strlen(health), ',', line.length);
            buffer_print(reports, "%s...", health);
            line = span_from(after, (size_t)(line.bytes + line.length - after));
        }
        buffer_add(reports, line);
        buffer_add_text(reports, "\n");
    }
}

/* Goal: updates, cancels and tests do what the invariants of cap_chains.h say. Method: the
 * messages in order through the program, their reports compared with the files. */
static void messages_follow_each_other(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct buffer input = { 0 }, reports = { 0 };
    char name[64];

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(chains); i++) {
        CASE("%s", chains[i].name);
        buffer_reset(&input);
        for (size_t m = 0; m < ARRAY_COUNT(chains[i].messages) && chains[i].messages[m]; m++) {
            buffer_add_text(&input, XML);
            buffer_add_text(&input, chains[i].messages[m]);
            buffer_add_text(&input, "\n");
        }
        struct feed_ended ended = feed_try(desk, buffer_span(&input), "cap");
        assert_int_equal(ended.ending.exit_code, strstr(ended.out, "\"refused\"") ? 1 : 0);
        reports_add(&reports, ended.out);
        snprintf(name, sizeof name, "feeds_cap_%s.txt", chains[i].name);
        golden_compare(name, reports.bytes);
    }
    buffer_clear(&input);
    buffer_clear(&reports);
    feed_desk_free(desk);
}

/* Goal: real messages of five services are read, or refused for what is wrong with them. Method:
 * the files of Google's CAP library, what each must give; every file of the folder is there. */
static const struct {
    const char *file;
    uint32_t hazards;
    const char *refused;        /* The field, of a message that must be refused. */
    const char *holds;          /* Something its report must say. */
} captures[] = {
    { "43b080713727.cap",       1, NULL,
      "\"expires\":\"2003-04-03T19:39:01Z\",\"expiry_assumed\"" },
    { "australia.cap",          1, NULL,
      "\"lat\":-35.3888000,\"lon\":147.0598000,\"radius_m\":25000" },
    { "canada.cap",             2, NULL,      /* All clear: what it refers to is over. */
      "\"id\":\"cap@ec.gc.ca,2.49.0.1.124.a3f342a4.2012\",\"at\":\"2012-05-02T23:21:04Z\","
      "\"cancel\":true" },
    { "canada_errors.cap",      0, "references", NULL },
    { "earthquake.cap",         1, NULL,
      "\"lat\":-16.0530000,\"lon\":-173.2740000,\"radius_m\":1," },
    { "earthquake_signed.cap",  1, NULL, "\"headline\":\"EQ 1.3 The Geysers, CA" },
    { "invalid.cap",            0, "scope", NULL },
    { "no_optional_fields.cap", 1, NULL, "\"kind\":\"Alert\"" },
    { "thunderstorm.cap",       1, NULL, "[[38.4700000,-120.1400000]," },
    { "weather.cap",            1, NULL, "\"area\":\"Central and Southern Lewis and Clark; Lewis" },
};

static void real_messages_are_read_or_refused_rightly(void **state)
{
    static const char folder[] = "data/cap/google_cap_library";
    struct buffer message = { 0 };
    char path[256], member[64];

    (void)state;
    skip_without_shared(folder);
    struct feed_desk *desk = feed_desk_new();
    for (size_t i = 0; i < ARRAY_COUNT(captures); i++) {
        CASE("%s", captures[i].file);
        snprintf(path, sizeof path, "../shared/%s/%s", folder, captures[i].file);
        file_read(path, &message);
        struct feed_ended ended = feed_try(desk, buffer_span(&message), "cap");
        assert_int_equal(text_count(ended.out, "{\"report\":\"hazard\""), captures[i].hazards);
        assert_int_equal(ended.ending.exit_code, captures[i].refused ? 1 : 0);
        if (captures[i].holds)
            assert_non_null(strstr(ended.out, captures[i].holds));
        snprintf(member, sizeof member, "\"field\":\"%s\"", captures[i].refused);
        if (captures[i].refused)
            assert_non_null(strstr(ended.out, member));
    }
    snprintf(path, sizeof path, "../shared/%s", folder);
    DIR *listed = opendir(path);
    uint32_t files = 0;
    for (const struct dirent *entry; (entry = readdir(listed)) != NULL;)
        files += strstr(entry->d_name, ".cap") != NULL;
    closedir(listed);
    assert_int_equal(files, ARRAY_COUNT(captures));
    buffer_clear(&message);
    feed_desk_free(desk);
}

/* ---- a folder of alerts ---- */

static void alert_write(struct feed_desk *desk, const char *name, const char *message, time_t at)
{
    char path[64];

    snprintf(path, sizeof path, "alerts/%s", name);
    site_write(feed_site(desk), path, message);
    const struct utimbuf times = { at, at };
    assert_int_equal(utime(site_path(feed_site(desk), path), &times), 0);
}

/* The feed says so when the kernel has no walls for it. */
static bool landlock_here(struct feed_desk *desk)
{
    return !strstr(site_read(feed_site(desk), "feed.err"), "no Landlock");
}

static struct feed_talk *folder_start(struct feed_desk *desk, const char *more)
{
    char line[1024], hello[1024];

    snprintf(line, sizeof line,
             "{'hello':1,'wire':1,'feed':'f','mode':'live','settings':{'directory':'%s/alerts',"
             "'poll_s':1}%s}\n", site_folder(feed_site(desk)), more);
    struct feed_talk *talk = feed_start(desk, "cap");
    feed_say(talk, json_of(hello, sizeof hello, line));
    return talk;
}

/* Goal: a folder is read oldest first and watched; after a restart with its cursor nothing is said
 * twice, and a cancel still finds its chain. Method: an alert whose name sorts after its update,
 * then a new file while it runs, then a restart and a cancel. */
static void a_folder_is_watched_and_gone_on_with(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    char cursor[128];

    (void)state;
    mkdir(site_path(feed_site(desk), "alerts"), 0700);
    alert_write(desk, "z", FIRST, 1700000000);
    alert_write(desk, "a", LATER("2", "15", "Update", REF("1", "14"), INFO("Flood", AREA(SQUARE))),
                1700000100);
    struct feed_talk *talk = folder_start(desk, "");
    feed_hear(talk, "\"cursor\":{\"place\":{\"changed_us\":1700000100000000,\"name\":\"a\"}}");
    alert_write(desk, ".hidden", ONE(SQUARE), 1700000150);
    alert_write(desk, "b", "no alert", 1700000200);
    feed_hear(talk, "\"refused\"");
    struct feed_ended ended = feed_end(talk);
    assert_int_equal(ended.ending.exit_code, 0);
    assert_int_equal(text_count(ended.out, "{\"report\":\"hazard\",\"id\":\"a@b.org,1\""), 2);
    assert_int_equal(text_count(ended.out, "\"cancel\":true"), 1);
    assert_int_equal(text_count(ended.out, "\"report\""), 5);

    snprintf(cursor, sizeof cursor,
             ",'cursor':{'place':{'changed_us':1700000200000000,'name':'b'}}");
    alert_write(desk, "c", LATER("3", "16", "Cancel", REF("2", "15"), ""), 1700000300);
    talk = folder_start(desk, cursor);
    feed_hear(talk, "\"cursor\":{\"place\":{\"changed_us\":1700000300000000,\"name\":\"c\"}}");
    ended = feed_end(talk);
    assert_int_equal(text_count(ended.out, "\"report\""), 1);
    assert_non_null(strstr(ended.out, "\"id\":\"a@b.org,1\",\"at\":\"2026-11-17T16:00:00Z\","
                           "\"cancel\":true"));
    feed_desk_free(desk);
}

/* Goal: a file is read when it is written, not again while it stays as it is; one that somebody
 * replaced lies outside the walls, and ends the feed so that it is started on the new one. */
static void a_file_is_read_when_written(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct test_site *site = feed_site(desk);
    char line[1024], hello[1024], path[256], other[256];

    (void)state;
    mkdir(site_path(site, "alerts"), 0700);
    alert_write(desk, "one", FIRST, 1700000000);
    snprintf(path, sizeof path, "%s", site_path(site, "alerts/one"));
    snprintf(other, sizeof other, "%s", site_path(site, "alerts/two"));
    snprintf(line, sizeof line,
             "{'hello':1,'wire':1,'feed':'f','mode':'live','settings':{'file':'%s','poll_s':1}}\n",
             path);
    struct feed_talk *talk = feed_start(desk, "cap");
    feed_say(talk, json_of(hello, sizeof hello, line));
    feed_hear(talk, "\"radius_m\":1000");
    alert_write(desk, "one", LATER("2", "15", "Cancel", REF("1", "14"), ""), 1700000100);
    feed_hear(talk, "\"id\":\"a@b.org,1/2\",\"at\":\"2026-11-17T15:00:00Z\",\"cancel\":true");
    alert_write(desk, "two", FIRST, 1700000200);
    assert_int_equal(rename(other, path), 0);
    if (landlock_here(desk))
        feed_hear_log(talk, "Permission denied");
    struct feed_ended ended = feed_end(talk);
    assert_int_equal(text_count(ended.out, "{\"report\":\"hazard\""), 4);
    feed_desk_free(desk);
}

/* Goal: a file that is written over is gone on with after a restart: what was said is not said
 * again, and an update that only names the one before keeps the first one's id. */
static void a_file_is_gone_on_with(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct test_site *site = feed_site(desk);
    char line[1024], hello[1024], more[256] = "";

    (void)state;
    mkdir(site_path(site, "alerts"), 0700);
    mkdir(site_path(site, "scratch"), 0700);
    for (int life = 0; life < 2; life++) {
        alert_write(desk, "one", life == 0 ? FIRST
                    : LATER("3", "16", "Update", REF("2", "15"), INFO("Flood", AREA(SQUARE))),
                    1700000000 + life);
        snprintf(line, sizeof line,
                 "{'hello':1,'wire':1,'feed':'f','mode':'live','scratch':'%s/scratch','settings':"
                 "{'file':'%s/alerts/one','poll_s':1}%s}\n",
                 site_folder(site), site_folder(site), more);
        struct feed_talk *talk = feed_start(desk, "cap");
        feed_say(talk, json_of(hello, sizeof hello, line));
        if (life == 0) {
            feed_hear(talk, "\"radius_m\":1000");
            alert_write(desk, "one",
                        LATER("2", "15", "Update", REF("1", "14"), INFO("Flood", AREA(SQUARE))),
                        1700000100);
        }
        feed_hear(talk, life == 0 ? "15:00:00Z" : "16:00:00Z");
        feed_say(talk, "{\"kept\":1000}\n");
        const char *known = life == 0 ? ",2," : ",3,";
        int64_t until_ms = clock_ms() + DEADLINE_MS;
        while (!strstr(site_read(site, "scratch/memory.json"), known) && clock_ms() < until_ms)
            usleep(20000);
        struct feed_ended ended = feed_end(talk);
        assert_int_equal(text_count(ended.out, "{\"report\":\"hazard\",\"id\":\"a@b.org,1"),
                         life == 0 ? 4 : 1);
        const char *cursor = strstr(ended.out, "\"turn\":2");
        assert_int_equal(cursor != NULL, life == 0);
        const char *name = strstr(ended.out, "\"memory\":\"");
        assert_non_null(name);
        snprintf(more, sizeof more, ",'cursor':{'memory':'%.16s','turn':2}",
                 name + strlen("\"memory\":\""));
    }
    feed_desk_free(desk);
}

/* Goal: several documents in one file are several messages, a mark or blanks before one are its
 * own. Method: four, begun in three ways. */
static void documents_come_one_after_the_other(void **state)
{
    static const char bom[] = "\xEF\xBB\xBF" XML;
    static const char *const leads[] = { bom, "\n \n" XML, bom, XML };
    struct feed_desk *desk = feed_desk_new();
    struct buffer input = { 0 };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(leads); i++)
        buffer_print(&input, "%s" ALERT "<identifier>%d</identifier><sender>a</sender><sent>" SENT
                     "</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>"
                     "</alert>", leads[i], (int)i);
    struct feed_ended ended = feed_try(desk, buffer_span(&input), "cap");
    assert_int_equal(ended.ending.exit_code, 0);
    assert_int_equal(text_count(ended.out, "{\"report\":\"hazard\""), 4);
    buffer_clear(&input);
    feed_desk_free(desk);
}

/* Goal: a message over 1 MiB is refused whole, and the one after it is read. */
static void a_huge_message_costs_only_itself(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct buffer input = { 0 };

    (void)state;
    buffer_add_text(&input, XML "<alert><note>");
    for (int i = 0; i < 20000; i++)
        buffer_add_text(&input, "sixty bytes of words that nobody would ever read to its end ");
    buffer_add_text(&input, "</note></alert>\n" XML ONE(SQUARE));
    struct feed_ended ended = feed_try(desk, buffer_span(&input), "cap");
    assert_int_equal(ended.ending.exit_code, 1);
    assert_non_null(strstr(ended.out, "\"reason\":\"longer than its limit\""));
    assert_int_equal(text_count(ended.out, "\"report\":\"hazard\""), 1);
    buffer_clear(&input);
    feed_desk_free(desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_message_is_read_or_refused_rightly),
        cmocka_unit_test(the_wanted_language_is_read),
        cmocka_unit_test(a_large_outline_keeps_its_form),
        cmocka_unit_test(a_ring_is_one_ring),
        cmocka_unit_test(messages_follow_each_other),
        cmocka_unit_test(real_messages_are_read_or_refused_rightly),
        cmocka_unit_test(a_folder_is_watched_and_gone_on_with),
        cmocka_unit_test(a_file_is_read_when_written),
        cmocka_unit_test(a_file_is_gone_on_with),
        cmocka_unit_test(documents_come_one_after_the_other),
        cmocka_unit_test(a_huge_message_costs_only_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
