#include <math.h>
#include <string.h>

#include "feeds/condition.h"
#include "tests/check.h"

static bool rule_read(const char *text, struct arena *arena, struct condition_rule *rule,
                      char *sentence, size_t sentence_bytes)
{
    struct span rest = span_of(text);
    struct word word;
    bool open, mine;

    condition_rule_init(rule);
    while (word_cut(&rest, &word, &open)) {
        if (!condition_rule_word(rule, &word, arena, &mine, sentence, sentence_bytes))
            return false;
        assert_true(mine);
    }
    assert_false(open);
    return condition_rule_finish(rule, sentence, sentence_bytes);
}

/* Goal: a setting's text falls into words as it reads. */
static const struct {
    const char *text, *words;       /* "key|value;" for each, "!" where a quote has no end. */
} lines[] = {
    { "", "" },
    { "  a/+/b  above=60", "|a/+/b;above|60;" },
    { "place='Pump house 3' x=\"it's\"", "place|Pump house 3;x|it's;" },
    { "a/b=c k==v $x=1", "|a/b=c;k|=v;|$x=1;" },
    { "k= v", "k|;|v;" },
    { "k='' 'two words'", "k|;|two words;" },
    { "a k='open", "|a;!" },
    { "=x", "|=x;" },
};

static void words_are_cut_as_they_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(lines); i++) {
        struct span rest = span_of(lines[i].text);
        struct buffer out = { 0 };
        struct word word;
        bool open;

        CASE("%s", lines[i].text);
        buffer_add_text(&out, "");
        while (word_cut(&rest, &word, &open))
            buffer_print(&out, "%.*s|%.*s;", (int)word.key.length, word.key.bytes,
                         (int)word.value.length, word.value.bytes);
        if (open)
            buffer_add_text(&out, "!");
        assert_string_equal(out.bytes ? out.bytes : "", lines[i].words);
        buffer_clear(&out);
    }
}

/* Goal: a rule that could never work, or that would clear an alarm by mistake, is refused with a
 * sentence that says what to write; the nearest right one is taken. */
static const struct {
    const char *rule, *fault;       /* NULL: right. */
} rules[] = {
    { "above=60 clear=55 for=30s clear_for=2m", NULL },
    { "above=60 clear=61", "would end as it begins" },
    { "above=60 clear=60", NULL },
    { "below=2 clear=1.5", "would end as it begins" },
    { "below=2 clear=2.5", NULL },
    { "above=60 below=2", "a line for each" },
    { "above=60 normal=OK", "a line for each" },
    { "active=ON", "needs normal=" },
    { "active=ON normal=OFF", NULL },
    { "normal=OK", NULL },
    { "heard=15m", NULL },
    { "clear=3", "could never be an alarm" },
    { "heard=15m clear=3", "goes with above=" },
    { "condition=X", "could never be an alarm" },
    { "above=sixty", "above=sixty is wrong: it takes a number" },
    { "above=0x10", "it takes a number" },
    { "above=nan", "it takes a number" },
    { "above=1 for=30", "it takes a time" },
    { "above=1 range=5..1", "two numbers" },
    { "above=1 range=-40..125", NULL },
    { "above=1 condition=", "a name" },
};

static void rules_are_judged_with_a_sentence(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rules); i++) {
        struct condition_rule rule;
        char sentence[200] = "";

        CASE("%s", rules[i].rule);
        bool right = rule_read(rules[i].rule, arena, &rule, sentence, sizeof sentence);
        assert_int_equal(right, rules[i].fault == NULL);
        if (!right && !strstr(sentence, rules[i].fault))
            fail_msg("\"%s\" does not say \"%s\"", sentence, rules[i].fault);
    }
    arena_free(arena);
}

/* Goal: changes come when they are due, once, and from nothing else. Method: a script of steps
 * "SECOND VALUE" (a value measured and come then), "SECOND VALUE@T" (measured at T; @? nobody
 * knows), "SECOND" (only time passes), "SECOND watch" (the way is there again), against the
 * changes with their seconds. R refused, H held, S superseded. */
static const struct {
    const char *name, *rule, *steps, *changes;
} scripts[] = {
    { "over and back", "above=60 clear=55", "1 20;2 60;3 60.5;4 58;5 55;6 54",
      "1 NORMAL;3 ACTIVE;5 NORMAL;" },
    { "under and back", "below=2 clear=2.5", "1 3;2 1.9;3 2.4;4 2.5",
      "1 NORMAL;2 ACTIVE;4 NORMAL;" },
    { "without clear the limit itself is normal", "above=60", "1 61;2 60", "1 ACTIVE;2 NORMAL;" },
    { "between at first says nothing", "above=60 clear=55", "1 57;2 58;3 50", "3 NORMAL;" },
    { "debounced", "above=60 for=10s", "1 50;2 70;5 70;11 71;12 71", "1 NORMAL;12 ACTIVE;" },
    { "held by time alone", "above=60 for=10s", "1 50;2 70;12", "1 NORMAL;12 ACTIVE;" },
    { "a dip ends the wait", "above=60 clear=55 for=10s", "1 50;2 70;8 57;9 70;12;19",
      "1 NORMAL;19 ACTIVE;" },
    { "slow to clear", "above=60 clear_for=5s", "1 70;2 50;4 70;6 50;11", "1 ACTIVE;11 NORMAL;" },
    { "a first normal waits too", "above=60 clear_for=5s", "1 50;6", "6 NORMAL;" },
    { "a standing alarm is measured, not each time", "above=60 every=10s",
      "1 70;2 71;5 72;11;12 73;22 73;30 73", "1 ACTIVE;11 MEASURED 72;21 MEASURED 73;" },
    { "the same value is nothing new", "above=60 every=10s", "1 70;20 70;40 70", "1 ACTIVE;" },
    { "there and back between two tellings", "above=60 every=10s", "1 70;2 71;3 70;11",
      "1 ACTIVE;" },
    { "words", "active=ON,ALARM normal=OFF,0", "1 OFF;2 on;3 alarm;4 BROKEN;5 0.0;6 1",
      "1 NORMAL;2 ACTIVE;4 R;5 NORMAL;6 R;" },
    { "any other word", "normal=CLOSED", "1 closed;2 OPEN;3 JAMMED;4 CLOSED",
      "1 NORMAL;2 ACTIVE;4 NORMAL;" },
    { "an empty text says nothing", "normal=CLOSED", "1 _;2 CLOSED", "1 R;2 NORMAL;" },
    { "a word for a number", "above=60", "1 hot;2 nan;3 inf;4 1e999;5 61",
      "1 R;2 R;3 R;4 R;5 ACTIVE;" },
    { "a broken sensor", "below=2 range=-40..125", "1 3;2 -999999;3 126;4 1",
      "1 NORMAL;2 R;3 R;4 ACTIVE;" },
    { "an old value is held", "above=60 age=5s", "10 70@4;11 70@6", "10 H;11 ACTIVE;" },
    { "an age nobody knows is held", "above=60", "10 70@?;11 50@?;12 70", "10 H;11 H;12 ACTIVE;" },
    { "a late one does not undo a newer", "above=60", "10 50@9;11 70@8;12 70@9",
      "10 NORMAL;11 S;12 ACTIVE;" },
    { "a clock ahead counts as now", "above=60", "10 50@9999;11 70@9999;12 50@11",
      "10 NORMAL;11 ACTIVE;12 NORMAL;" },
    { "silence", "heard=60s", "1 5;61;62;80 5", "1 HEARD;61 SILENT;80 HEARD;" },
    { "silence beside a limit", "above=60 heard=60s", "1 70;61;70 70",
      "1 HEARD;1 ACTIVE;61 SILENT;70 HEARD;" },
    { "held values are no sign of life", "above=60 heard=60s age=5s", "1 50;30 70@2;61",
      "1 HEARD;1 NORMAL;30 H;61 SILENT;" },
    { "never heard since the start", "heard=60s", "1 watch;61", "61 SILENT;" },
    { "the way was away", "heard=60s", "1 5;50 watch;100;110", "1 HEARD;110 SILENT;" },
    { "the way comes back while silent", "heard=60s", "1 5;61;70 watch;80;90 5",
      "1 HEARD;61 SILENT;90 HEARD;" },
};

static const char *const change_names[] = {
    [CHANGE_ACTIVE] = "ACTIVE", [CHANGE_NORMAL] = "NORMAL", [CHANGE_MEASURED] = "MEASURED",
    [CHANGE_SILENT] = "SILENT", [CHANGE_HEARD] = "HEARD",
};

static void value_take(const struct condition_rule *rule, struct condition *condition,
                       struct span text, int64_t now_ms, int64_t second, struct buffer *out)
{
    struct span value;
    enum refusal refusal;
    int64_t at_s = 0;

    span_cut(&text, '@', &value);
    struct span at = text;
    if (at.length == 0)
        at_s = second;
    else if (!span_is(at, "?"))
        assert_true(span_to_int64(at, &at_s));
    if (span_is(value, "_"))
        value = span_of("");
    struct sample sample = sample_of(value, at_s * 1000);
    switch (condition_take(rule, condition, &sample, now_ms, &refusal)) {
    case TAKEN_JUDGED: return;
    case TAKEN_OLD:
    case TAKEN_AGE_UNKNOWN: buffer_print(out, "%d H;", (int)second); return;
    case TAKEN_SUPERSEDED: buffer_print(out, "%d S;", (int)second); return;
    case TAKEN_REFUSED: buffer_print(out, "%d R;", (int)second); return;
    }
}

static void changes_tell(const struct condition_rule *rule, struct condition *condition,
                         int64_t second, struct buffer *out)
{
    enum condition_change change;

    while ((change = condition_advance(rule, condition, second * 1000)) != CHANGE_NONE) {
        buffer_print(out, "%d %s", (int)second, change_names[change]);
        if (change == CHANGE_MEASURED)
            buffer_print(out, " %g", condition->value);
        buffer_add_text(out, ";");
    }
    assert_true(condition_due_ms(rule, condition) > second * 1000);
}

/* Every second between two steps is looked at, so that something early would show; and nothing
 * comes at a second that condition_due_ms() did not announce. */
static void time_pass(const struct condition_rule *rule, struct condition *condition, int64_t from,
                      int64_t to, struct buffer *out)
{
    for (int64_t second = from + 1; second < to; second++) {
        bool due = condition_due_ms(rule, condition) <= second * 1000;
        size_t length = out->length;
        changes_tell(rule, condition, second, out);
        assert_int_equal(due, out->length > length);
    }
}

static void changes_come_when_they_are_due(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(scripts); i++) {
        struct condition_rule rule;
        struct condition condition = { 0 };
        struct span steps = span_of(scripts[i].steps), step, second_text;
        struct buffer out = { 0 };
        char sentence[200];
        int64_t second, last = 0;

        CASE("%s", scripts[i].name);
        assert_true(rule_read(scripts[i].rule, arena, &rule, sentence, sizeof sentence));
        while (span_cut(&steps, ';', &step)) {
            span_cut(&step, ' ', &second_text);
            assert_true(span_to_int64(second_text, &second));
            time_pass(&rule, &condition, last, second, &out);
            if (span_is(step, "watch"))
                condition_watch(&rule, &condition, second * 1000);
            else if (step.length)
                value_take(&rule, &condition, step, second * 1000, second, &out);
            changes_tell(&rule, &condition, second, &out);
            last = second;
        }
        assert_string_equal(out.bytes, scripts[i].changes);
        buffer_clear(&out);
    }
    arena_free(arena);
}

/* Goal: the report says what changed, with the time of the measurement, and nothing of a value
 * where it tells of silence. */
static void a_report_says_what_changed(void **state)
{
    struct arena *arena = arena_new();
    struct condition_rule rule;
    struct condition condition = { 0 };
    struct point_facts facts = { .point = "p/3", .place = "Pump house 3", .unit = "Cel",
                                 .text = "", .priority = 2, .location = { 51.2, -4.1 } };
    struct sample sample = sample_of(span_of(" 70.5\n"), 1000);
    char sentence[CONDITION_TEXT_BYTES];
    enum refusal refusal;
    struct report report;
    struct buffer line = { 0 };

    (void)state;
    assert_true(rule_read("condition=HIGH-TEMP above=60 heard=60s", arena, &rule, sentence,
                          sizeof sentence));
    assert_int_equal(condition_take(&rule, &condition, &sample, 5000, &refusal), TAKEN_JUDGED);
    assert_int_equal(condition_advance(&rule, &condition, 5000), CHANGE_HEARD);
    assert_int_equal(condition_advance(&rule, &condition, 5000), CHANGE_ACTIVE);
    condition_report(&rule, &condition, CHANGE_ACTIVE, &facts, 5000, sentence, &report);
    report_write(&report, &line);
    assert_string_equal(line.bytes,
                        "{\"report\":\"alarm\",\"at\":\"1970-01-01T00:00:01Z\",\"point\":\"p/3\","
                        "\"condition\":\"HIGH-TEMP\",\"state\":\"active\",\"value\":70.5,"
                        "\"unit\":\"Cel\",\"priority\":2,\"place\":\"Pump house 3\","
                        "\"lat\":51.2000000,\"lon\":-4.1000000}");
    buffer_reset(&line);
    assert_int_equal(condition_advance(&rule, &condition, 65000), CHANGE_SILENT);
    condition_report(&rule, &condition, CHANGE_SILENT, &facts, 65000, sentence, &report);
    report_write(&report, &line);
    assert_string_equal(line.bytes,
                        "{\"report\":\"alarm\",\"at\":\"1970-01-01T00:01:05Z\",\"point\":\"p/3\","
                        "\"condition\":\"NOT-HEARD\",\"state\":\"active\",\"priority\":2,"
                        "\"place\":\"Pump house 3\",\"lat\":51.2000000,\"lon\":-4.1000000,"
                        "\"text\":\"no value since 1970-01-01T00:00:05Z; what it last said is "
                        "stale\"}");
    buffer_clear(&line);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_cut_as_they_read),
        cmocka_unit_test(rules_are_judged_with_a_sentence),
        cmocka_unit_test(changes_come_when_they_are_due),
        cmocka_unit_test(a_report_says_what_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
