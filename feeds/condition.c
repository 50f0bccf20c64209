#include "feeds/condition.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"

enum {
    EVERY_MS = 10 * 1000,
    AGE_MS = 10 * 60 * 1000,
};

/* ---- the rule's words ---- */

void condition_rule_init(struct condition_rule *rule)
{
    *rule = (struct condition_rule){ .condition = "", .active = "", .normal = "", .above = NAN,
                                     .below = NAN, .clear = NAN, .low = NAN, .high = NAN,
                                     .every_ms = EVERY_MS, .age_ms = AGE_MS };
}

enum rule_kind { RULE_TEXT, RULE_NUMBER, RULE_SPAN, RULE_RANGE };

static const struct rule_word {
    const char *key;
    enum rule_kind kind;
    size_t offset;
    const char *is;             /* What its value must be, for a person. */
} rule_words[] = {
#define ROW(key_, kind_, member, is_) \
    { .key = key_, .kind = RULE_##kind_, .offset = offsetof(struct condition_rule, member), \
      .is = is_ }
    ROW("condition", TEXT, condition, "a name, as HIGH-TEMP"),
    ROW("active", TEXT, active, "words parted by commas, as ON,ALARM"),
    ROW("normal", TEXT, normal, "words parted by commas, as OFF,OK"),
    ROW("above", NUMBER, above, "a number"),
    ROW("below", NUMBER, below, "a number"),
    ROW("clear", NUMBER, clear, "a number"),
    ROW("range", RANGE, low, "two numbers, as -40..125"),
    ROW("for", SPAN, on_ms, "a time, as 30s or 10m"),
    ROW("clear_for", SPAN, off_ms, "a time, as 30s or 10m"),
    ROW("every", SPAN, every_ms, "a time, as 10s"),
    ROW("age", SPAN, age_ms, "a time, as 10m or 2h"),
    ROW("heard", SPAN, heard_ms, "a time, as 15m or 1d"),
#undef ROW
};

static const struct rule_word *rule_word_find(struct span key)
{
    for (size_t i = 0; i < ARRAY_COUNT(rule_words); i++)
        if (span_is(key, rule_words[i].key))
            return &rule_words[i];
    return NULL;
}

/* "-40..125" */
static bool range_read(struct span value, struct condition_rule *rule)
{
    for (size_t at = 0; at + 2 <= value.length; at++) {
        if (memcmp(value.bytes + at, "..", 2) != 0)
            continue;
        struct span high = span_from(value.bytes + at + 2, value.length - at - 2);
        return span_to_double(span_from(value.bytes, at), &rule->low)
               && span_to_double(high, &rule->high) && rule->low < rule->high;
    }
    return false;
}

static bool rule_word_read(const struct rule_word *word, struct span value, struct arena *arena,
                           struct condition_rule *rule)
{
    void *member = (char *)rule + word->offset;

    switch (word->kind) {
    case RULE_TEXT:
        *(const char **)member = arena_copy(arena, value);
        return value.length > 0;
    case RULE_NUMBER:
        return span_to_double(value, member);
    case RULE_SPAN:
        return span_parse(value, member);
    case RULE_RANGE:
        return range_read(value, rule);
    }
    return false;
}

bool condition_rule_word(struct condition_rule *rule, const struct word *word,
                         struct arena *arena, bool *ret_mine, char *sentence,
                         size_t sentence_bytes)
{
    const struct rule_word *known = rule_word_find(word->key);

    *ret_mine = known != NULL;
    if (!known || rule_word_read(known, word->value, arena, rule))
        return true;
    snprintf(sentence, sentence_bytes, "%s=%.*s is wrong: it takes %s", known->key,
             (int)(word->value.length < 60 ? word->value.length : 60), word->value.bytes,
             known->is);
    return false;
}

static const char *rule_fault(const struct condition_rule *rule)
{
    bool above = !isnan(rule->above), below = !isnan(rule->below);
    bool words = rule->active[0] || rule->normal[0];

    if (above + below + words == 0 && rule->heard_ms == 0)
        return "it says neither above=, below=, normal= nor heard=, so it could never be an alarm";
    if (above + below + words > 1)
        return "above=, below= and words are three conditions: write a line for each";
    if (rule->active[0] && !rule->normal[0])
        return "active= needs normal= beside it: else any other word would clear the alarm";
    if (!isnan(rule->clear) && !above && !below)
        return "clear= goes with above= or below=";
    if ((above && rule->clear > rule->above) || (below && rule->clear < rule->below))
        return "clear= lies on the alarm's side of the limit, so the alarm would end as it begins";
    return NULL;
}

bool condition_rule_finish(struct condition_rule *rule, char *sentence, size_t sentence_bytes)
{
    const char *fault = rule_fault(rule);

    if (fault) {
        snprintf(sentence, sentence_bytes, "%s", fault);
        return false;
    }
    if (!rule->condition[0])
        rule->condition = !isnan(rule->above) ? "HIGH" : !isnan(rule->below) ? "LOW" : "ALARM";
    if (isnan(rule->clear))
        rule->clear = !isnan(rule->above) ? rule->above : rule->below;
    return true;
}

/* ---- one value ---- */

struct sample sample_of(struct span text, int64_t at_ms)
{
    struct sample sample = { .word = span_trim(text), .at_ms = at_ms };

    if (span_to_double(sample.word, &sample.value))
        sample.word = span_of("");
    else
        sample.value = NAN;
    return sample;
}

/* Is the sample one of the words? A number among them is compared as a number: 1.0 is 1. */
static bool sample_among(const struct sample *sample, const char *words)
{
    struct span rest = span_of(words), word;
    double number;

    while (span_cut(&rest, ',', &word)) {
        word = span_trim(word);
        if (sample->word.length ? text_same_ignoring_case(word, sample->word)
                                : span_to_double(word, &number) && number == sample->value)
            return true;
    }
    return false;
}

static enum refusal word_zone(const struct condition_rule *rule, const struct sample *sample,
                              enum alarm_state *ret_zone)
{
    bool normal = sample_among(sample, rule->normal);

    if (!normal && rule->active[0] && !sample_among(sample, rule->active))
        return REFUSED_UNKNOWN_WORD;
    /* An empty text says nothing, though it is not the normal word. */
    if (!normal && isnan(sample->value) && sample->word.length == 0)
        return REFUSED_FIELD_MISSING;
    *ret_zone = normal ? ALARM_STATE_NORMAL : ALARM_STATE_ACTIVE;
    return REFUSED_NOT;
}

enum refusal condition_zone(const struct condition_rule *rule, const struct sample *sample,
                            enum alarm_state *ret_zone)
{
    double value = sample->value;

    if (isinf(value))
        return REFUSED_NOT_A_NUMBER;
    if (value < rule->low || value > rule->high)
        return REFUSED_OUT_OF_RANGE;
    if (rule->normal[0])
        return word_zone(rule, sample, ret_zone);
    *ret_zone = ALARM_STATE_UNSAID;
    if (isnan(rule->above) && isnan(rule->below))       /* Only heard= : any value will do. */
        return REFUSED_NOT;
    if (isnan(value))
        return REFUSED_NOT_A_NUMBER;
    if (value > rule->above || value < rule->below)
        *ret_zone = ALARM_STATE_ACTIVE;
    else if (isnan(rule->above) ? value >= rule->clear : value <= rule->clear)
        *ret_zone = ALARM_STATE_NORMAL;
    return REFUSED_NOT;
}

static void wish_set(struct condition *condition, enum alarm_state zone, int64_t now_ms)
{
    /* Between clear and limit nothing new is wished, and what was on its way is off again. */
    if (zone == ALARM_STATE_UNSAID)
        zone = condition->told;
    if (zone == condition->wish)
        return;
    condition->wish = zone;
    condition->wish_since_ms = now_ms;
}

enum condition_taken condition_take(const struct condition_rule *rule, struct condition *condition,
                                    const struct sample *sample, int64_t now_ms,
                                    enum refusal *ret_refusal)
{
    int64_t at_ms = sample->at_ms < now_ms ? sample->at_ms : now_ms;
    enum alarm_state zone;

    *ret_refusal = condition_zone(rule, sample, &zone);
    if (*ret_refusal != REFUSED_NOT)
        return TAKEN_REFUSED;
    if (at_ms == 0)
        return TAKEN_AGE_UNKNOWN;
    if (now_ms - at_ms > rule->age_ms)
        return TAKEN_OLD;
    if (at_ms < condition->at_ms)
        return TAKEN_SUPERSEDED;
    condition->at_ms = at_ms;
    condition->value = sample->value;
    condition->heard_ms = now_ms;
    condition->lost = false;
    wish_set(condition, zone, now_ms);
    return TAKEN_JUDGED;
}

void condition_again(struct condition *condition, int64_t now_ms)
{
    condition->at_ms = now_ms;
    condition->heard_ms = now_ms;
}

/* ---- time ---- */

static int64_t silence_ms(const struct condition_rule *rule, const struct condition *condition)
{
    return condition->watch_ms ? condition->watch_ms : rule->heard_ms;
}

/* A value's silence is told only where the rule or the sensor says how long is too long. */
static enum condition_change silence_advance(const struct condition_rule *rule,
                                             struct condition *condition, int64_t now_ms)
{
    int64_t limit_ms = silence_ms(rule, condition);

    if (limit_ms == 0 || condition->heard_ms == 0)
        return CHANGE_NONE;
    bool silent = condition->lost || now_ms - condition->heard_ms >= limit_ms;
    if (silent && condition->silence_told != ALARM_STATE_ACTIVE) {
        condition->silence_told = ALARM_STATE_ACTIVE;
        return CHANGE_SILENT;
    }
    if (!silent && condition->at_ms && condition->silence_told != ALARM_STATE_NORMAL) {
        condition->silence_told = ALARM_STATE_NORMAL;
        return CHANGE_HEARD;
    }
    return CHANGE_NONE;
}

static int64_t wish_delay_ms(const struct condition_rule *rule, const struct condition *condition)
{
    return condition->wish == ALARM_STATE_ACTIVE ? rule->on_ms : rule->off_ms;
}

/* Does a standing alarm have another value than was told? */
static bool value_due(const struct condition *condition)
{
    return condition->told == ALARM_STATE_ACTIVE && !isnan(condition->value)
           && condition->value != condition->said_value;
}

static void said(struct condition *condition, int64_t now_ms)
{
    condition->said_value = condition->value;
    condition->said_ms = now_ms;
}

enum condition_change condition_advance(const struct condition_rule *rule,
                                        struct condition *condition, int64_t now_ms)
{
    enum condition_change change = silence_advance(rule, condition, now_ms);

    if (change != CHANGE_NONE)
        return change;
    if (condition->wish != condition->told
        && now_ms - condition->wish_since_ms >= wish_delay_ms(rule, condition)) {
        condition->told = condition->wish;
        said(condition, now_ms);
        return condition->told == ALARM_STATE_ACTIVE ? CHANGE_ACTIVE : CHANGE_NORMAL;
    }
    if (value_due(condition) && now_ms - condition->said_ms >= rule->every_ms) {
        said(condition, now_ms);
        return CHANGE_MEASURED;
    }
    return CHANGE_NONE;
}

static int64_t earlier(int64_t left_ms, int64_t right_ms)
{
    return left_ms < right_ms ? left_ms : right_ms;
}

int64_t condition_due_ms(const struct condition_rule *rule, const struct condition *condition)
{
    int64_t due_ms = INT64_MAX, limit_ms = silence_ms(rule, condition);

    if (limit_ms && condition->heard_ms && condition->silence_told != ALARM_STATE_ACTIVE)
        due_ms = condition->lost ? condition->heard_ms : condition->heard_ms + limit_ms;
    if (condition->wish != condition->told)
        due_ms = earlier(due_ms, condition->wish_since_ms + wish_delay_ms(rule, condition));
    if (value_due(condition))
        due_ms = earlier(due_ms, condition->said_ms + rule->every_ms);
    return due_ms;
}

void condition_watch(const struct condition_rule *rule, struct condition *condition,
                     int64_t now_ms)
{
    if (silence_ms(rule, condition) && condition->silence_told != ALARM_STATE_ACTIVE)
        condition->heard_ms = now_ms;
}

void condition_lose(struct condition *condition, int64_t now_ms)
{
    condition->lost = true;
    wish_set(condition, condition->told, now_ms);
    condition->said_value = condition->value;
}

/* ---- the report ---- */

static void silence_report(const struct condition *condition, enum condition_change change,
                           int64_t now_ms, char sentence[CONDITION_TEXT_BYTES],
                           struct report_alarm *alarm)
{
    char since[WHEN_TEXT_BYTES];

    alarm->at = now_ms;
    alarm->condition = "NOT-HEARD";
    alarm->state = change == CHANGE_SILENT ? ALARM_STATE_ACTIVE : ALARM_STATE_NORMAL;
    if (change == CHANGE_HEARD)
        return;
    snprintf(sentence, CONDITION_TEXT_BYTES, "no value since %s; what it last said is stale",
             when_text(condition->heard_ms, since));
    alarm->text = sentence;
}

void condition_report(const struct condition_rule *rule, const struct condition *condition,
                      enum condition_change change, const struct point_facts *facts,
                      int64_t now_ms, char sentence[CONDITION_TEXT_BYTES],
                      struct report *ret_report)
{
    struct report_alarm *alarm = &ret_report->alarm;

    assert(change != CHANGE_NONE);
    report_init(ret_report, REPORT_ALARM);
    alarm->point = facts->point;
    alarm->priority = facts->priority;
    alarm->place = facts->place;
    alarm->location = facts->location;
    alarm->text = facts->text;
    if (change == CHANGE_SILENT || change == CHANGE_HEARD) {
        silence_report(condition, change, now_ms, sentence, alarm);
        return;
    }
    alarm->at = condition->at_ms;
    alarm->condition = rule->condition;
    alarm->state = condition->told;
    alarm->value = condition->value;
    alarm->unit = facts->unit;
}
