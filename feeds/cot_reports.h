/* cot_reports.h - what an event means, given those before it: events in, reports out.
 *
 * Keeps who spoke, whose alert stands, which chat lines were taken, and which orders are open.
 * Invariants:
 *  R1  An event older than the newest of its uid says nothing about where anybody is.
 *  R2  An alert stands until a cancel that is not older, whatever its own 10 s say; a cancel only
 *      marks it, a person clears it.
 *  R3  What is marked as exercise or simulated becomes no report that could be taken for real.
 * Pure: the time is handed in. */
#ifndef FEEDS_COT_REPORTS_H
#define FEEDS_COT_REPORTS_H

#include "feeds/cot_book.h"
#include "feeds/cot_contacts.h"
#include "feeds/cot_event.h"
#include "feeds/cot_types.h"
#include "feeds/cot_words.h"

/* Why an event became no report. The feed counts them, and says so in its health. */
#define COT_PASSES(ROW)                                         \
    ROW(NOT,         "reported")                                \
    ROW(NO_POSITION, "without a position")                      \
    ROW(OLDER,       "older than what was known")               \
    ROW(STRANGER,    "of strangers, told lately")               \
    ROW(EXERCISE,    "marked as exercise or simulated")         \
    ROW(PLANNING,    "routes, waypoints and cameras")           \
    ROW(HIDDEN,      "hidden by this site's rules")             \
    ROW(CONTROL,     "between TAK programs")                    \
    ROW(REPEAT,      "repeats")                                 \
    ROW(OWN,         "our own")                                 \
    ROW(NOT_ASKED,   "receipts of who was not asked")           \
    ROW(UNKNOWN,     "of types nobody here knows")

#define ROW(upper, words) COT_PASS_##upper,
enum cot_pass { COT_PASSES(ROW) COT_PASS_COUNT };
#undef ROW
const char *cot_pass_words(enum cot_pass pass);

enum {
    COT_REPORTS_MAX = 4,
    COT_RULES_MAX = 200,
    COT_TEXT_BYTES = 4000,          /* Longer texts are cut, visibly. */
};

/* What its sender is to be answered. */
enum cot_answer { COT_ANSWER_NOTHING, COT_ANSWER_PONG, COT_ANSWER_DELIVERED };

struct cot_result {
    struct report reports[COT_REPORTS_MAX];     /* Strings: loans until the next is taken. */
    uint32_t count;
    enum cot_pass pass;             /* NOT when there are reports. */
    enum cot_answer answer;
    const char *message_id;         /* Of the chat line to be answered as delivered. */
    const char *note;               /* A sentence for the feed's health; "" for none. */
};

struct cot_terms {
    const char *own_uid;
    double strip_m;                 /* Half the width of a line that is a hazard. */
    double marker_m;                /* Radius of a marked place. */
    int64_t stranger_ms;            /* A stranger's position is told so often. */
    bool clocks;                    /* Judge senders' clocks: not of a capture read by hand. */
};

struct cot_reports;
/* `contacts`, `book` and `words` are the caller's, for longer than this. */
struct cot_reports *cot_reports_new(const struct cot_terms *terms, struct cot_contacts *contacts,
                                    struct cot_book *book, struct cot_words *words);
void cot_reports_free(struct cot_reports *reports);
/* A rule of the site (cot_types.h). False: it is not so written, or there are too many. */
bool cot_reports_rule(struct cot_reports *reports, const char *text);

/* Takes one event. `link`: the connection it came over, for answers; 0 for none. Refusals are those
 * of cot_shape_read(), and FIELD_MISSING for a message without its parts. */
struct verdict cot_reports_take(struct cot_reports *reports, const struct cot_event *event,
                                uint64_t link, int64_t now_ms, struct arena *arena,
                                struct cot_result *ret_result);

#endif
