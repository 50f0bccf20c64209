/* test_core_trust.c - what a feed may do is its trust in site.conf, never what it says. */
#include "app/core/trust.h"
#include "app/base/text.h"
#include "app/core/turn.h"
#include "tests/check.h"
#include "tests/core_room.h"

enum { LEVELS = TRUST_ACTUATE + 1, DAY_MS = 24 * 3600 * 1000 };

/* One report of each kind, the least trust that makes it change anything, and an event of it when
 * it does. */
static const struct kind_row {
    const char *kind, *report;
    enum trust_level needed;
    const char *event;
    bool always;                    /* About the feed itself. */
} kinds[] = {
    { "incident", "'id':'c1','type':'FIRE','lat':51.2,'lon':-4.1", TRUST_OPEN, "incident_opened",
      false },
    { "alarm", "'point':'g1','condition':'GAS','state':'active'", TRUST_RAISE, "alarm_raised",
      false },
    { "location", "'unit':'M4','lat':51.2,'lon':-4.1", TRUST_MAP_ONLY, "unit_located", false },
    { "status", "'unit':'M4','emergency':true", TRUST_OPEN, "unit_emergency", false },
    { "hazard", "'id':'h1','kind':'FLOOD','area':'the Strand'", TRUST_MAP_ONLY, "hazard_set",
      false },
    { "message", "'unit':'M4','text':'on foot'", TRUST_OPEN, "message_received", false },
    { "receipt", "'order':'PM/1','stage':'sent'", TRUST_ACTUATE, "receipt.unknown", false },
    { "phone", "'line':'1','state':'ringing'", TRUST_OPEN, "report.phone", false },
    { "refused", "'reason':'not JSON'", TRUST_MAP_ONLY, "report_unreadable", true },
    { "health", "'connected':false,'text':'gone'", TRUST_MAP_ONLY, "feed_changed", true },
};

/* A feed under test, with more of its section's members. */
static void config_take(struct room *room, enum trust_level level, const char *site,
                        const char *more)
{
    char text[600], json[600];

    snprintf(text, sizeof text,
             "{'site':{'id':'PM','name':'PORT MAREN'%s},'types':[{'code':'FIRE'}],"
             "'units':[{'callsign':'M4'}],"
             "'feeds':[{'name':'tested','adapter':'jsonl','trust':'%s'%s}]}", site,
             vocabulary_word(&trust_level_words, level), more);
    struct verdict verdict = room_take(room, INPUT_CONFIG, "", json_of(json, sizeof json, text));
    assert_true(is_accepted(&verdict));
}

static int64_t held(const struct room *room)
{
    const struct feed *feed = picture_called(room->picture, OBJECT_FEED, "tested");
    return feed->held;
}

static void report_take(struct room *room, const struct kind_row *kind)
{
    char text[300], json[300];

    snprintf(text, sizeof text, "{'report':'%s',%s}", kind->kind, kind->report);
    struct verdict verdict = room_take(room, INPUT_REPORT, "tested",
                                       json_of(json, sizeof json, text));
    assert_true(is_accepted(&verdict));
}

/* `level` is what the feed has now; -1: none. */
static void expect(struct room *room, const struct kind_row *kind, int level)
{
    int64_t held_before = held(room);

    report_take(room, kind);
    if (level >= (int)kind->needed || kind->always) {
        room_event(room, kind->event);
        room_no_event(room, "report.trust");
        return;
    }
    room_event(room, "report_held");
    room_event(room, "report.trust");
    room_no_event(room, kind->event);
    assert_int_equal(held(room), held_before + 1);
}

/* Goal: every kind of report needs its level, and below it changes nothing and is counted HELD.
 * Method: each kind at each level, in a room of its own. */
static void every_kind_at_every_level(void **state)
{
    (void)state;
    assert_int_equal(ARRAY_COUNT(kinds), REPORT_KIND_COUNT);
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
        for (int level = 0; level < LEVELS; level++) {
            struct room room;
            CASE("%s at %s", kinds[i].kind,
                 vocabulary_word(&trust_level_words, (uint32_t)level));
            assert_string_equal(report_kind_name((enum report_kind)i), kinds[i].kind);
            room_init(&room);
            config_take(&room, (enum trust_level)level, "", "");
            expect(&room, &kinds[i], level);
            room_clear(&room);
        }
    }
}

/* Goal: an expired review takes one level; a denied supplier, maker or jurisdiction all of them.
 * Method: each kind again, under what makes it less. */
static const struct {
    const char *name, *site, *feed;
    int less;                       /* Levels taken; LEVELS: all. */
} policies[] = {
    { "a review that is due later", "", ",'review_by_ms':4102444800000", 0 },
    { "a review that is over", "", ",'review_by_ms':86400000", 1 },
    { "a supplier denied", ",'deny_suppliers':'Foo, acme'", ",'supplier':'Acme Sensors Ltd'",
      LEVELS },
    { "a maker denied", ",'deny_suppliers':'Acme Sensors'", ",'maker':'Acme Sensors'", LEVELS },
    { "a name that only starts so", ",'deny_suppliers':'Acme'", ",'supplier':'Acmeter'", 0 },
    { "a jurisdiction denied", ",'deny_jurisdictions':'XX,yy'", ",'jurisdiction':'YY'", LEVELS },
    { "another jurisdiction", ",'deny_jurisdictions':'XX'", ",'jurisdiction':'XXX'", 0 },
    { "nothing denied", ",'deny_suppliers':','", ",'supplier':''", 0 },
};

static void policy_takes_trust_away(void **state)
{
    (void)state;
    for (size_t p = 0; p < ARRAY_COUNT(policies); p++) {
        for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
            struct room room;
            CASE("%s: %s", policies[p].name, kinds[i].kind);
            room_init(&room);
            for (int level = 0; level < LEVELS; level++) {
                config_take(&room, (enum trust_level)level, policies[p].site, policies[p].feed);
                if (level - policies[p].less < (int)kinds[i].needed && !kinds[i].always)
                    expect(&room, &kinds[i], level - policies[p].less);
            }
            /* The highest level last: it changes something, once. */
            if (policies[p].less < LEVELS && !kinds[i].always)
                expect(&room, &kinds[i], LEVELS - 1 - policies[p].less);
            room_clear(&room);
        }
    }
}

/* Goal: the last day of a review counts whole. */
static void a_review_ends_with_its_day(void **state)
{
    struct site site = { .id = "PM" };
    struct feed feed = { .trust = TRUST_OPEN, .review_by_ms = 20 * (int64_t)DAY_MS };

    (void)state;
    struct trust trust = trust_now(&site, &feed, feed.review_by_ms - 1);
    assert_int_equal(trust.level, TRUST_OPEN);
    assert_string_equal(trust.why, "");
    trust = trust_now(&site, &feed, feed.review_by_ms);
    assert_int_equal(trust.level, TRUST_PROPOSE);
    assert_string_equal(trust.why, "its review was due by 1970-01-20");
    feed.trust = TRUST_MAP_ONLY;
    trust = trust_now(&site, &feed, feed.review_by_ms);
    assert_string_equal(trust_word(&trust), "none");
    assert_false(trust_allows(&trust, TRUST_MAP_ONLY));
}

/* Goal: a feed cannot speak for the orders of another, nor cancel what another raised. */
static void a_lie_about_another_feeds_things_changes_nothing(void **state)
{
    struct room room;

    (void)state;
    room_init(&room);
    room_take(&room, INPUT_REPORT, "calls", "{\"report\":\"incident\",\"id\":\"c1\","
              "\"type\":\"FIRE\",\"lat\":51.2,\"lon\":-4.1}");
    room_say(&room, "d 1 E7");
    room_event(&room, "order_queued");
    room_take(&room, INPUT_REPORT, "other",
              "{\"report\":\"receipt\",\"order\":\"PM/1\",\"stage\":\"accepted\"}");
    room_event(&room, "receipt.other-feed");
    room_no_event(&room, "order_moved");
    room_take(&room, INPUT_REPORT, "sensors", "{\"report\":\"alarm\",\"point\":\"g1\","
              "\"condition\":\"GAS\",\"state\":\"active\"}");
    room_take(&room, INPUT_REPORT, "other", "{\"report\":\"alarm\",\"point\":\"g1\","
              "\"condition\":\"GAS\",\"state\":\"normal\"}");
    room_no_event(&room, "alarm_returned");
    room_take(&room, INPUT_REPORT, "other",
              "{\"report\":\"incident\",\"id\":\"none\",\"cancel\":true}");
    room_event(&room, "report_held");
    room_clear(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_at_every_level),
        cmocka_unit_test(policy_takes_trust_away),
        cmocka_unit_test(a_review_ends_with_its_day),
        cmocka_unit_test(a_lie_about_another_feeds_things_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
