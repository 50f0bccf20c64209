/* condition.h - when what a sensor says becomes an alarm, and when the alarm is over.
 *
 * A rule is written in words (words.h), in a line of site.conf that an adapter owns:
 *
 *     above=60 clear=55            alarm over 60; over when it is not over 55 (60 without `clear`)
 *     below=2 clear=2.5            likewise, downward
 *     normal=CLOSED                any other word is the alarm
 *     active=ON,ALARM normal=OFF   a word of neither list is refused: it would clear an alarm
 *     range=-40..125               outside it the sensor is broken: refused, nothing is decided
 *     condition=HIGH-TEMP          the alarm's name; HIGH, LOW or ALARM when not given
 *     for=30s clear_for=2m         how long it must hold before it is said; 0 when not given
 *     every=10s                    the least time between two values of a standing alarm
 *     age=10m                      an older value is not judged (10m when not given)
 *     heard=15m                    NOT-HEARD when no value of that age or younger came for so long
 *
 * A condition is a rule's state at one point. Reports come on a change only, and once at first, so
 * that a hub which remembers an alarm from before a restart hears that it is over:
 *
 *     UNSAID ---- holds for clear_for ----> NORMAL <---- clear for clear_for ----+
 *        |                                    |                                  |
 *        +------- holds for `for` ----------> +------ holds for `for` -------> ACTIVE
 *
 * Between `clear` and `above` nothing changes. condition_take() judges a value (wish_set()),
 * condition_advance() lets time pass (what is due becomes a change). Old values and values whose
 * age nobody knows (retained by a broker, without a time of their own) are never judged: they are
 * HELD, whatever they say. Times are hub time, ms since 1970 UTC. Pure. */
#ifndef FEEDS_CONDITION_H
#define FEEDS_CONDITION_H

#include "app/base/report.h"
#include "feeds/words.h"

/* Texts are the arena's that read the rule; "" and NaN: not given. */
struct condition_rule {
    const char *condition;
    double above, below, clear, low, high;
    const char *active, *normal;        /* Words parted by commas. */
    int64_t on_ms, off_ms, every_ms, age_ms, heard_ms;
};

/* A rule with nothing given. */
void condition_rule_init(struct condition_rule *rule);
/* Takes one word into the rule. *ret_mine is false, and the rule as it was, when the word is none
 * of a rule's. False: `sentence` says what is wrong with it. Texts are copied into `arena`. */
bool condition_rule_word(struct condition_rule *rule, const struct word *word,
                         struct arena *arena, bool *ret_mine, char *sentence,
                         size_t sentence_bytes);
/* After the last word: fills in what was not given, and judges the rule as a whole. */
bool condition_rule_finish(struct condition_rule *rule, char *sentence, size_t sentence_bytes);

/* What does the rule make of a value? UNSAID: nothing changes (between `clear` and the limit). */
struct sample {
    double value;               /* NaN when `word` is what was said. */
    struct span word;           /* "" for a number. */
    int64_t at_ms;              /* When it was measured; 0: nobody knows. */
};
/* The bytes of a plain value: a number where they are one, else a word, blanks trimmed. */
struct sample sample_of(struct span text, int64_t at_ms);
/* Refusals: NOT_A_NUMBER (a limit, and a word), OUT_OF_RANGE, UNKNOWN_WORD. */
enum refusal condition_zone(const struct condition_rule *rule, const struct sample *sample,
                            enum alarm_state *ret_zone);

/* Zeroed to start. */
struct condition {
    enum alarm_state told, wish;        /* What the hub was told; what the values say. */
    enum alarm_state silence_told;      /* Likewise of NOT-HEARD. */
    double value, said_value;           /* The last judged (NaN for a word), and told. */
    int64_t at_ms;                      /* Its time. */
    int64_t wish_since_ms, said_ms;     /* Hub time. */
    int64_t heard_ms;                   /* Hub time of the last judged value; 0: not watched. */
    bool lost;                          /* By condition_lose(), until the next value. */
    int64_t watch_ms;                   /* In place of the rule's `heard`, where the sensor says. */
};

enum condition_taken {
    TAKEN_JUDGED,
    TAKEN_OLD,                  /* Over the rule's `age`: HELD. */
    TAKEN_AGE_UNKNOWN,          /* HELD. */
    TAKEN_SUPERSEDED,           /* Measured before the one judged last. */
    TAKEN_REFUSED,              /* *ret_refusal says why. */
};
/* Judges one value. A time in the future counts as now: a clock of others cannot be older than
 * what it sent. What follows is told by condition_advance(). */
enum condition_taken condition_take(const struct condition_rule *rule, struct condition *condition,
                                    const struct sample *sample, int64_t now_ms,
                                    enum refusal *ret_refusal);

/* The value judged last, undated, was said again: all but the time is as it was. */
void condition_again(struct condition *condition, int64_t now_ms);

enum condition_change {
    CHANGE_NONE,
    CHANGE_ACTIVE, CHANGE_NORMAL,
    CHANGE_MEASURED,            /* A standing alarm with another value. */
    CHANGE_SILENT, CHANGE_HEARD,
};
/* The next change that is due by `now_ms`; call it until it answers CHANGE_NONE. */
enum condition_change condition_advance(const struct condition_rule *rule,
                                        struct condition *condition, int64_t now_ms);
/* When condition_advance() may next have something to say by the passing of time alone; INT64_MAX
 * when never. */
int64_t condition_due_ms(const struct condition_rule *rule, const struct condition *condition);
/* Watches for silence from now on, as if a value had just come: at the start, and when the way to
 * the sensor is there again. */
void condition_watch(const struct condition_rule *rule, struct condition *condition,
                     int64_t now_ms);

/* The sensor said goodbye, or somebody said it for it: what it last said is stale. Nothing that was
 * on its way is told any more, a watched point is NOT-HEARD at once, and what was told stands, for
 * nobody knows better. */
void condition_lose(struct condition *condition, int64_t now_ms);

/* What is known of a point beside its values. Texts are the caller's. */
struct point_facts {
    const char *point, *place, *unit, *text;
    uint32_t priority;
    struct geo_point location;
};
/* The alarm report of a change. `sentence` holds its text, at least CONDITION_TEXT_BYTES; the
 * report's strings are loans from it, the rule and the facts. */
enum { CONDITION_TEXT_BYTES = 128 };
void condition_report(const struct condition_rule *rule, const struct condition *condition,
                      enum condition_change change, const struct point_facts *facts,
                      int64_t now_ms, char sentence[CONDITION_TEXT_BYTES],
                      struct report *ret_report);

#endif
