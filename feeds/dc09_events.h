/* dc09_events.h - the events in a message's data, and the alarm reports they make.
 *
 *     SIA-DCS   Nri1/BA005^FRONT DOOR^/BA006|Afree text
 *     ADM-CID   1110 01 015
 *
 * A report's point is the account and what the code's number counts: "1234 zone 5", "1234 area 1";
 * "1234" where it counts nothing. A user is no point: users come and go, and the area that one
 * opened another closes; so the user's number stands in the text. Pure. */
#ifndef FEEDS_DC09_EVENTS_H
#define FEEDS_DC09_EVENTS_H

#include "app/base/report.h"
#include "feeds/dc09_accounts.h"
#include "feeds/dc09_message.h"
#include "feeds/panel_code.h"

struct dc09_event {
    struct panel_meaning meaning;
    uint32_t number;            /* 0: none. */
    uint32_t area, user;        /* 0: not said. */
    struct span text;           /* Between ^, and what stood behind the number. */
    struct span note;           /* The A block. */
    bool old;                   /* From the panel's memory (O in place of N). */
};

struct dc09_events {
    struct dc09_event *at;      /* In the arena. */
    uint32_t count;
};

/* Refusals: FIELD_MISSING "event" (no code at all in it), BAD_SYNTAX "event" (no Contact ID). */
struct verdict dc09_events_read(enum dc09_token token, struct span data, struct arena *arena,
                                struct dc09_events *ret_events);

struct dc09_reports {
    struct report_alarm *at;    /* In the arena, as their texts are. */
    uint32_t count;
};

/* What an event is said about. `account` is where its settings are (dc09_account_find); `name` is
 * what its points are called by. `now_ms` stands in for a time that the message lacks or that
 * cannot be: `past_ms` is how old one may be. */
struct dc09_about {
    const struct dc09_accounts *accounts;
    const struct dc09_account *account;
    const char *name;
    const struct dc09_message *message;
    int64_t now_ms, past_ms;
};

/* Appends the reports of the events in their order: one for most; two (active, normal) for what
 * happened and has no restore; one for each condition that a restore ends. */
void dc09_events_report(const struct dc09_events *events, const struct dc09_about *about,
                        struct arena *arena, struct dc09_reports *ret_reports);

/* An account that is silent, or heard again. */
void dc09_supervision_report(const struct dc09_account *account, int64_t now_ms,
                             struct arena *arena, struct report *ret_report);

/* Any bytes as UTF-8: what is not is read as ISO 8859-1, which older panels send. */
const char *dc09_utf8(struct span text, struct arena *arena);

#endif
