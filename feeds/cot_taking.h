/* cot_taking.h - one event being taken: what the files of cot_reports.h share. cot_reports.c says
 * which of the functions here an event goes through, and takes positions itself. */
#ifndef FEEDS_COT_TAKING_H
#define FEEDS_COT_TAKING_H

#include "feeds/cot_reports.h"

enum {
    MESSAGES_MAX = 4096,            /* Ids of chat lines that were taken, newest over oldest. */
    DRAWINGS_ROWS = 8192,           /* Times of the newest version of what is on the map. */
    AHEAD_MS_MAX = 60 * 60 * 1000,  /* Further ahead a sender's clock orders nothing. */
};

struct cot_reports {
    struct cot_terms terms;
    struct cot_contacts *contacts;
    struct cot_book *book;
    struct cot_words *words;
    struct cot_rule rules[COT_RULES_MAX];
    uint32_t rule_count;
    uint64_t messages[MESSAGES_MAX];
    uint32_t message_next;
    struct { uint64_t uid; int64_t time_ms; } drawings[DRAWINGS_ROWS];
};

/* One event being taken. */
struct cot_taking {
    struct cot_reports *reports;
    const struct cot_event *event;
    uint64_t link;
    int64_t now_ms, at_ms;          /* `at_ms`: its time, by our clock. */
    /* What tells older from newer: its time, or ours where that lies hours ahead of us. Else one
     * event with a wrong date would make everything after it old, an emergency too. */
    int64_t order_ms;
    struct arena *arena;
    struct cot_result *result;
};

/* The next report of the result, empty but for its kind. */
struct report *taking_add(struct cot_taking *taking, enum report_kind kind);
/* There is no report, and why; always accepted. */
struct verdict taking_pass(struct cot_taking *taking, enum cot_pass why);
/* `text`, or its visibly cut copy of less than `bytes`. */
const char *taking_cut(const struct cot_taking *taking, const char *text, size_t bytes);
uint64_t taking_hash(const char *text);
/* The link to whom the event is of; NULL for none. */
const struct xml_element *taking_parent(const struct cot_event *event);
/* Where the event says that the unit is. */
void taking_add_location(struct cot_taking *taking, const char *unit);

/* What an event of each meaning becomes. In cot_drawn.c: */
struct verdict cot_take_drawn(struct cot_taking *taking, const char *kind);
/* The same, but an open line is a ruler or a way, and no area. */
struct verdict cot_take_drawing(struct cot_taking *taking, const char *kind);
struct verdict cot_take_delete(struct cot_taking *taking);
/* In cot_alerts.c: */
struct verdict cot_take_alert(struct cot_taking *taking);
struct verdict cot_take_emergency_cancel(struct cot_taking *taking);
struct verdict cot_take_alarm(struct cot_taking *taking, const char *condition);
struct verdict cot_take_casualty(struct cot_taking *taking);
/* In cot_chat.c: */
struct verdict cot_take_chat(struct cot_taking *taking);
struct verdict cot_take_chat_receipt(struct cot_taking *taking, enum receipt_stage stage);
struct verdict cot_take_task_reply(struct cot_taking *taking);

#endif
