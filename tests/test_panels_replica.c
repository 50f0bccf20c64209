/* The console's copy of the picture: whole lines in, one true picture or a plain word that it is
 * not. */
#include "tests/check.h"

#include "app/base/buffer.h"
#include "panels/replica.h"
#include "tests/sample_room.h"

struct desk {
    struct replica replica;
    struct view view;
};

static enum replica_news take(struct desk *desk, const char *with_apostrophes)
{
    char line[2048];
    struct json *json = NULL;

    enum replica_news news = replica_take(
        &desk->replica, &desk->view,
        span_of(json_of(line, sizeof line, with_apostrophes)), &json);
    json_free(json);
    return news;
}

/* A console that has joined the sample room. */
static void desk_open(struct desk *desk)
{
    struct picture *room = sample_room_new(NULL);
    struct buffer dump = { 0 };
    struct span rest, line;
    struct json *json;
    enum replica_news news = NEWS_NONE;

    replica_init(&desk->replica);
    view_init(&desk->view);
    picture_dump(room, &dump);
    buffer_print(&dump, "{\"joined\":%llu,\"digest\":\"%016llx\"}\n",
                 (unsigned long long)room->sequence, (unsigned long long)picture_digest(room));
    for (rest = buffer_span(&dump); span_cut(&rest, '\n', &line);)
        if (line.length > 0)
            news = replica_take(&desk->replica, &desk->view, line, &json);
    assert_int_equal(news, NEWS_JOINED);
    assert_int_equal(desk->replica.picture->sequence, ROOM_SEQUENCE);
    buffer_clear(&dump);
    picture_free(room);
}

static void desk_close(struct desk *desk)
{
    replica_clear(&desk->replica);
    view_clear(&desk->view);
}

#define NEXT "'entry':1408823,'at':1794922328000,'kind':'command','source':'KIM'"

/* Goal: what does not make sense is never shown as a picture. Method: one line each, after a
 * join. */
static const struct {
    const char *name, *line;
    enum replica_news news;
} lines[] = {
    { "a beat with feeds",
      "{'beat':1794922328000,'feeds':[{'feed':'avl','rate':2,'why':'3 x\xc2\x9b'},{'feed':7}]}",
      NEWS_CHANGED },
    { "a beat",                 "{'beat':1794922328000,'sequence':1408822}",     NEWS_CHANGED },
    { "a word from the future", "{'weather':'fine'}",                            NEWS_NONE },
    { "a refusal",              "{'refused':'nobody is called EVE'}",            NEWS_REFUSED },
    { "an answer from the map", "{'looked':{'found':[]},'ref':1}",               NEWS_LOOKED },
    { "the next entry",         "{" NEXT ",'events':[]}",                        NEWS_CHANGED },
    { "an event that is known",
      "{" NEXT ",'events':[{'event':'clock_stepped','rule':'clock','by_ms':5}]}", NEWS_CHANGED },
    { "an event of a later release",
      "{" NEXT ",'events':[{'event':'moon_landed','rule':'moon'}]}",              NEWS_BROKEN },
    { "an entry left out",
      "{'entry':1408825,'at':1794922328000,'kind':'tick','events':[]}",           NEWS_BROKEN },
    { "an entry again",
      "{'entry':1408822,'at':1794922327000,'kind':'tick','events':[]}",           NEWS_BROKEN },
    { "an end without a picture", "{'joined':9,'digest':'00'}",                   NEWS_BROKEN },
    { "no JSON",                "beat",                                          NEWS_BROKEN },
    { "an unknown object",      "{'stands':'moon','number':1}",                  NEWS_BROKEN },
};

static void what_makes_no_sense_is_not_shown(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(lines); i++) {
        struct desk desk;
        CASE("%s", lines[i].name);
        desk_open(&desk);
        assert_int_equal(take(&desk, lines[i].line), lines[i].news);
        if (lines[i].news == NEWS_BROKEN)
            assert_true(desk.replica.sentence[0]);
        desk_close(&desk);
    }
}

/* Goal: the old picture stays on the screen until a new one is whole, and one with another digest
 * never takes its place. Method: a second dump of an idle site, with a wrong digest. */
static void a_new_picture_comes_whole_or_not_at_all(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk);
    assert_int_equal(take(&desk, "{'joined again':true}"), NEWS_NONE);
    assert_int_equal(take(&desk, "{'stands':'picture','format':3,'sequence':7,'at':1}"),
                     NEWS_NONE);
    assert_int_equal(take(&desk, "{'stands':'site','id':'PM'}"), NEWS_NONE);
    assert_non_null(picture_incident(desk.replica.picture, 42));
    assert_int_equal(take(&desk, "{'joined':7,'digest':'0000000000000001'}"), NEWS_BROKEN);
    assert_non_null(picture_incident(desk.replica.picture, 42));
    desk_close(&desk);
}

/* Goal: a line that met a change comes back to be read again, unless the person types another.
 * Method: CHANGED for a line sent, with an empty line and with half a new one. */
static void a_changed_line_comes_back(void **state)
{
    static const struct { const char *typing, *expected; } rows[] = {
        { "", "d 42 E9" }, { "n 4", "n 4" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct desk desk;
        CASE("while typing \"%s\"", rows[i].typing);
        desk_open(&desk);
        view_result_add(&desk.view, "...", "d 42 E9", "")->ref = 5;
        line_insert(&desk.view.line, span_of(rows[i].typing));
        assert_int_equal(take(&desk, "{'result':'CHANGED','ref':5,'text':'E9 is ONS'}"),
                         NEWS_CHANGED);
        assert_string_equal(desk.view.line.text, rows[i].expected);
        assert_string_equal(desk.view.results[VIEW_RESULTS_MAX - 1].word, "CHANGED");
        desk_close(&desk);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_makes_no_sense_is_not_shown),
        cmocka_unit_test(a_new_picture_comes_whole_or_not_at_all),
        cmocka_unit_test(a_changed_line_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
