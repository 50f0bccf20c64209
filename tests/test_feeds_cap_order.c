/* What CAP messages do to one another, in whatever order they come (feeds/cap_chains.h, C1 to C4).
 * */
#include <stdlib.h>

#include "feeds/cap_chains.h"
#include "tests/check.h"

#define MESSAGE(id, hour, status, kind, references, infos)                                         \
    "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'><identifier>" id "</identifier>"          \
    "<sender>a@b.org</sender><sent>2026-11-17T" hour ":00:00Z</sent><status>" status "</status>"   \
    "<msgType>" kind "</msgType><scope>Public</scope><references>" references "</references>"      \
    infos "</alert>"
#define AREA(name)                                                                                 \
    "<area><areaDesc>" name "</areaDesc><polygon>50,-5 50.1,-5 50.1,-4.9 50,-5</polygon></area>"
#define INFO(event)                                                                                \
    "<info><event>" event "</event><severity>Severe</severity>" AREA("Harbour") "</info>"
#define TWO_AREAS(event)                                                                           \
    "<info><event>" event "</event><severity>Severe</severity>" AREA("Harbour") AREA("Old Town")   \
    "</info>"
#define CLEAR(event)                                                                               \
    "<info><event>" event "</event><responseType>AllClear</responseType>"                          \
    "<severity>Minor</severity>" AREA("Harbour") "</info>"
#define REF(id, hour) "a@b.org," id ",2026-11-17T" hour ":00:00-00:00"

enum { MESSAGES_MAX = 6, STANDING_MAX = 32 };

/* Sets of messages, and what stands when all of them came, by its event: "A" stands by message A.
 * */
static const struct {
    const char *name, *messages[MESSAGES_MAX], *standing;
} sets[] = {
    { "an alert", { MESSAGE("A", "10", "Actual", "Alert", "", INFO("A")) }, "A" },
    { "an update",
      { MESSAGE("A", "10", "Actual", "Alert", "", INFO("A")),
        MESSAGE("B", "11", "Actual", "Update", REF("A", "10"), INFO("B")) }, "B" },
    { "an update of an update, each naming only the one before",
      { MESSAGE("A", "10", "Actual", "Alert", "", TWO_AREAS("A")),
        MESSAGE("B", "11", "Actual", "Update", REF("A", "10"), TWO_AREAS("B")),
        MESSAGE("C", "12", "Actual", "Update", REF("B", "11"), INFO("C")),
        MESSAGE("D", "13", "Actual", "Update", REF("C", "12"), TWO_AREAS("D")) }, "DD" },
    { "an update naming all before it",
      { MESSAGE("A", "10", "Actual", "Alert", "", INFO("A")),
        MESSAGE("B", "11", "Actual", "Update", REF("A", "10"), INFO("B")),
        MESSAGE("C", "12", "Actual", "Update", REF("A", "10") "\n " REF("B", "11"), INFO("C")) },
      "C" },
    { "the middle never comes",
      { MESSAGE("A", "10", "Actual", "Alert", "", INFO("A")),
        MESSAGE("C", "12", "Actual", "Update", REF("B", "11"), INFO("C")) }, "AC" },
    { "a cancel of the last",
      { MESSAGE("A", "10", "Actual", "Alert", "", INFO("A")),
        MESSAGE("B", "11", "Actual", "Update", REF("A", "10"), TWO_AREAS("B")),
        MESSAGE("C", "12", "Actual", "Cancel", REF("B", "11"), "") }, "" },
    { "a cancel of the first, which an update had replaced",
      { MESSAGE("A", "10", "Actual", "Alert", "", INFO("A")),
        MESSAGE("B", "11", "Actual", "Update", REF("A", "10"), INFO("B")),
        MESSAGE("C", "12", "Actual", "Cancel", REF("A", "10"), "") }, "B" },
    { "an alert divides in two",
      { MESSAGE("A", "10", "Actual", "Alert", "", INFO("A")),
        MESSAGE("B", "11", "Actual", "Update", REF("A", "10"), INFO("B")),
        MESSAGE("C", "11", "Actual", "Update", REF("A", "10"), INFO("C")),
        MESSAGE("D", "12", "Actual", "Cancel", REF("B", "11"), "") }, "C" },
    { "two become one",
      { MESSAGE("A", "10", "Actual", "Alert", "", INFO("A")),
        MESSAGE("B", "11", "Actual", "Alert", "", TWO_AREAS("B")),
        MESSAGE("C", "12", "Actual", "Update", REF("B", "11") " " REF("A", "10"), INFO("C")) },
      "C" },
    { "two become one, and that divides again",
      { MESSAGE("A", "10", "Actual", "Alert", "", INFO("A")),
        MESSAGE("B", "11", "Actual", "Alert", "", INFO("B")),
        MESSAGE("C", "12", "Actual", "Update", REF("A", "10") " " REF("B", "11"), INFO("C")),
        MESSAGE("D", "13", "Actual", "Update", REF("C", "12"), INFO("D")),
        MESSAGE("E", "13", "Actual", "Update", REF("C", "12") " " REF("A", "10"), INFO("E")) },
      "DE" },
    { "all is clear",
      { MESSAGE("A", "10", "Actual", "Alert", "", INFO("A")),
        MESSAGE("B", "11", "Actual", "Update", REF("A", "10"), CLEAR("B")) }, "" },
    { "all is clear of one of two",
      { MESSAGE("A", "10", "Actual", "Alert", "", TWO_AREAS("A")),
        MESSAGE("B", "11", "Actual", "Update", REF("A", "10"), CLEAR("B") INFO("B")) }, "B" },
    { "an exercise is told to cancel what is actual",
      { MESSAGE("A", "10", "Actual", "Alert", "", INFO("A")),
        MESSAGE("B", "11", "Exercise", "Cancel", REF("A", "10"), ""),
        MESSAGE("C", "12", "Test", "Update", REF("A", "10"), "") }, "A*" },
    { "and the actual goes on after it",
      { MESSAGE("A", "10", "Actual", "Alert", "", INFO("A")),
        MESSAGE("B", "11", "Test", "Cancel", REF("A", "10"), ""),
        MESSAGE("C", "12", "Actual", "Update", REF("A", "10"), INFO("C")),
        MESSAGE("D", "13", "Actual", "Cancel", REF("C", "12"), "") }, "" },
    { "what is no alert for people",
      { MESSAGE("A", "10", "System", "Alert", "", INFO("A")),
        MESSAGE("B", "11", "Draft", "Alert", "", INFO("B")),
        MESSAGE("C", "12", "Actual", "Ack", REF("D", "13"), ""),
        MESSAGE("D", "13", "Actual", "Alert", "", INFO("D")),
        MESSAGE("E", "14", "System", "Cancel", REF("D", "13"), ""),
        MESSAGE("F", "15", "Draft", "Update", REF("D", "13"), INFO("F")) }, "D" },
    { "one that refers to itself",
      { MESSAGE("A", "10", "Actual", "Update", REF("A", "10"), INFO("A")) }, "A" },
};

/* What a hub would show. */
struct picture {
    struct {
        char id[200], kind[16];
        bool exercise;
    } at[STANDING_MAX];
    uint32_t count;
};

static void picture_report(struct picture *picture, const struct report_hazard *hazard)
{
    uint32_t i = 0;

    while (i < picture->count && strcmp(picture->at[i].id, hazard->id) != 0)
        i++;
    if (hazard->cancel) {
        if (i < picture->count)
            picture->at[i] = picture->at[--picture->count];
        return;
    }
    assert_true(i < STANDING_MAX);
    picture->count += i == picture->count;
    snprintf(picture->at[i].id, sizeof picture->at[i].id, "%s", hazard->id);
    snprintf(picture->at[i].kind, sizeof picture->at[i].kind, "%s", hazard->kind);
    picture->at[i].exercise = hazard->exercise;
}

static int by_letter(const void *left, const void *right)
{
    return *(const char *)left - *(const char *)right;
}

/* The events of the live hazards, sorted. */
static void picture_text(const struct picture *picture, char text[STANDING_MAX + 1])
{
    uint32_t length = 0;

    for (uint32_t i = 0; i < picture->count; i++)
        if (!picture->at[i].exercise)
            text[length++] = picture->at[i].kind[0];
    qsort(text, length, 1, by_letter);
    text[length] = '\0';
}

static void message_take(struct cap_chains *chains, const char *message, struct picture *picture)
{
    struct arena *arena = arena_new();
    struct cap_alert alert;
    struct cap_result result;
    struct verdict verdict = cap_alert_read(span_of(message), "", arena, &alert);

    assert_true(is_accepted(&verdict));
    verdict = cap_chains_take(chains, &alert, arena, &result);
    for (uint32_t i = 0; is_accepted(&verdict) && i < result.report_count; i++)
        picture_report(picture, &result.reports[i].hazard);
    arena_free(arena);
}

/* What a restart does: all that is remembered, written and read back. */
static struct cap_chains *chains_again(struct cap_chains *chains)
{
    struct cap_chains *again = cap_chains_new();
    struct buffer text = { 0 };
    struct json *json;

    json_open(&text, NULL, '{');
    cap_chains_write(chains, &text);
    json_close(&text, '}');
    struct verdict verdict = json_parse(buffer_span(&text), &json);
    assert_true(is_accepted(&verdict));
    assert_true(cap_chains_read(again, json));
    json_free(json);
    buffer_clear(&text);
    cap_chains_free(chains);
    return again;
}

enum { RESTARTS_NEVER = -1 };

/* Plays the messages in that order, each twice at the end; restarts before the one at `restart`. */
static void order_play(const char *const *messages, const uint32_t *order, uint32_t count,
                       int restart, char standing[STANDING_MAX + 1])
{
    struct cap_chains *chains = cap_chains_new();
    struct picture picture = { .count = 0 };

    for (uint32_t i = 0; i < count; i++) {
        if ((int)i == restart)
            chains = chains_again(chains);
        message_take(chains, messages[order[i]], &picture);
    }
    for (uint32_t i = 0; i < count; i++)        /* An address says all of it again. */
        message_take(chains, messages[order[i]], &picture);
    picture_text(&picture, standing);
    cap_chains_free(chains);
}

/* The next order in the alphabet of orders; false after the last. */
static bool order_next(uint32_t *order, uint32_t count)
{
    uint32_t i = count - 1, j = count - 1, k = count - 1;

    while (i > 0 && order[i - 1] > order[i])
        i--;
    if (i == 0)
        return false;
    while (order[j] < order[i - 1])
        j--;
    uint32_t kept = order[i - 1];
    order[i - 1] = order[j];
    order[j] = kept;
    for (; i < k; i++, k--) {
        kept = order[i];
        order[i] = order[k];
        order[k] = kept;
    }
    return true;
}

/* Goal: C4, and that an exercise raises nothing live in any order. Method: each set in every order
 * it can come in, with a restart at each place; what stands at the end is always the same. */
static void every_order_ends_the_same(void **state)
{
    char standing[STANDING_MAX + 1], expected[STANDING_MAX + 1];
    uint32_t orders = 0;

    (void)state;
    for (size_t set = 0; set < ARRAY_COUNT(sets); set++) {
        uint32_t order[MESSAGES_MAX] = { 0, 1, 2, 3, 4, 5 }, count = 0;
        CASE("%s", sets[set].name);
        /* A star stands for hazards of an exercise, which are not counted. */
        snprintf(expected, sizeof expected, "%.*s", (int)strcspn(sets[set].standing, "*"),
                 sets[set].standing);
        while (count < MESSAGES_MAX && sets[set].messages[count])
            count++;
        do {
            int restart = (int)(orders++ % (count + 1)) - 1;
            order_play(sets[set].messages, order, count, restart, standing);
            if (strcmp(standing, expected) != 0)
                fail_msg("order %u %u %u %u %u %u, restart at %d: \"%s\" stands", order[0],
                         order[1], order[2], order[3], order[4], order[5], restart, standing);
        } while (order_next(order, count));
    }
    print_message("  %u orders\n", orders);
}

/* Goal: no status but Actual raises a live hazard. Method: each beside the nearest right one. */
static const struct {
    const char *message, *standing;
    bool exercise;
} statuses[] = {
    { MESSAGE("A", "10", "Actual", "Alert", "", INFO("A")),   "A", false },
    { MESSAGE("A", "10", "Exercise", "Alert", "", INFO("A")), "",  true },
    { MESSAGE("A", "10", "Test", "Alert", "", INFO("A")),     "",  true },
    { MESSAGE("A", "10", "System", "Alert", "", INFO("A")),   "",  false },
    { MESSAGE("A", "10", "Draft", "Alert", "", INFO("A")),    "",  false },
};

static void only_what_is_actual_is_live(void **state)
{
    char standing[STANDING_MAX + 1];

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(statuses); i++) {
        struct cap_chains *chains = cap_chains_new();
        struct picture picture = { .count = 0 };
        CASE("%zu", i);
        message_take(chains, statuses[i].message, &picture);
        picture_text(&picture, standing);
        assert_string_equal(standing, statuses[i].standing);
        assert_int_equal(picture.count > 0 && picture.at[0].exercise, statuses[i].exercise);
        cap_chains_free(chains);
    }
}

/* Goal: of the same identifier sent anew the newer form stands, also when the older comes late. */
static void the_newer_form_of_an_alert_stands(void **state)
{
    static const char *const forms[] = {
        MESSAGE("A", "10", "Actual", "Alert", "", INFO("A")),
        MESSAGE("A", "11", "Actual", "Alert", "", INFO("B")),
    };
    static const uint32_t orders[2][2] = { { 0, 1 }, { 1, 0 } };
    char standing[STANDING_MAX + 1];

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        order_play(forms, orders[i], 2, RESTARTS_NEVER, standing);
        assert_string_equal(standing, "B");
    }
}

/* Goal: memory is bounded, and what is forgotten first is the oldest. Method: more alerts than are
 * remembered; the last is known, the first is new again. */
static void the_oldest_is_forgotten_first(void **state)
{
    enum { MORE = 50 };
    struct cap_chains *chains = cap_chains_new();
    char name[32];

    (void)state;
    for (int i = 0; i < 20000 + MORE; i++) {
        snprintf(name, sizeof name, "link %d", i);
        cap_chains_put(chains, name);
    }
    assert_false(cap_chains_has(chains, "link 0"));
    assert_false(cap_chains_has(chains, "link 49"));
    assert_true(cap_chains_has(chains, "link 50"));
    chains = chains_again(chains);
    assert_false(cap_chains_has(chains, "link 49"));
    assert_true(cap_chains_has(chains, "link 50"));
    cap_chains_put(chains, "one more");
    assert_false(cap_chains_has(chains, "link 50"));
    cap_chains_free(chains);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order_ends_the_same),
        cmocka_unit_test(only_what_is_actual_is_live),
        cmocka_unit_test(the_newer_form_of_an_alert_stands),
        cmocka_unit_test(the_oldest_is_forgotten_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
