/* feed.h - what an adapter sees of the world: its settings, the time, and a way to report.
 *
 * One process runs one feed with one adapter (adapters.h). The runner owns the process: it reads
 * the hub, keeps the clock, and calls the adapter's functions, which report through here. An
 * adapter never reads a clock itself: in a drill only the hub has time (CONTRACTS section 6). */
#ifndef FEEDS_FEED_H
#define FEEDS_FEED_H

#include <uv.h>

#include "feeds/hub_lines.h"
#include "feeds/outlet.h"

/* "Nothing is due": what an adapter's `now` answers when it waits for somebody else. */
#define FEED_NEVER INT64_MAX

/* The source's descriptor in `watchdesk feed NAME` (CONTRACTS section 5). */
enum { FEED_SOURCE_FD = 3 };

struct feed_adapter;

/* Adapters read the members above the line and write `state`, `source_fd`, `onward` and `ended`;
 * the rest is the runner's. */
struct feed {
    const struct feed_adapter *adapter;
    struct feed_hello hello;            /* Loans from `hello_json`. */
    struct json *hello_json;
    struct span hello_text;             /* The line itself, for a program that gets it passed on. */
    bool by_hand;                       /* --try: read what there is, then end. */
    int64_t now_ms;                     /* Hub time: the last `now` in a drill, else the clock. */
    uv_loop_t *loop;                    /* For handles of the adapter's own; it closes them. */
    int64_t said_count;                 /* Report lines since the hello: what `kept` counts. */

    void *state;                        /* The adapter's own. */
    int source_fd;                      /* Watched for reading when not -1. */
    struct outlet onward;               /* To a program of others, when `onward.fd` is not -1. */
    bool ended;                         /* Nothing will come any more: the process exits. */
    int exit_code;

    /* ---- */
    int hub_fd;                         /* -1: nobody (--try). */
    struct outlet out;
    struct buffer line;                 /* The report being written. */
    bool hello_sent;
    uint64_t refused_count;
    char *told;                         /* Where feed_log() writes, not to stderr, for `check`. */
    size_t told_bytes;
    int64_t wake_ms;                    /* What feed_wake() asked for, or FEED_NEVER. */
    int64_t clock_offset_ms;            /* Live: hub time less the time since the boot. */
    uv_loop_t own_loop;
};

/* A setting as text, "" when it was not given; the others with a value for that case. What was
 * given has been checked against the adapter's table. */
const char *feed_setting_text(const struct feed *feed, const char *name);
double feed_setting_number(const struct feed *feed, const char *name, double otherwise);
bool feed_setting_flag(const struct feed *feed, const char *name);
/* Of a setting that may be given several times: how often it was, and the one at `index`. */
uint32_t feed_setting_count(const struct feed *feed, const char *name);
const char *feed_setting_at(const struct feed *feed, const char *name, uint32_t index);
/* A secret's content, "" when none was given; a loan that lives as long as the feed. Never log
 * it, never report it. */
const char *feed_secret(const struct feed *feed, const char *name);

/* Says hello to the hub, once. `takes` is the JSON list of order verbs that it carries out, or
 * NULL for the adapter's own. The runner does this unless the adapter's row says otherwise. */
void feed_say_hello(struct feed *feed, const struct json *takes);

/* Reports; waits, when the hub reads slower than we write, rather than keep more than
 * OUTLET_BYTES_MAX. `cursor` is JSON, given back in the next hello; empty for none. */
void feed_report(struct feed *feed, const struct report *report, struct span cursor);
/* Passes on a report line that has been checked already. */
void feed_pass(struct feed *feed, struct span line, struct span cursor);
/* Reports bytes that could not be understood: why, where, and the bytes (quarantine.h). */
void feed_refuse(struct feed *feed, const struct verdict *verdict, struct span bytes,
                 struct span cursor);
enum feed_source { SOURCE_AWAY, SOURCE_THERE };

/* Reports how the source is, and a sentence. */
void feed_health(struct feed *feed, enum feed_source source, const char *text);
/* Asks for a call of the adapter's `now` by `at_ms`, when that is sooner than what its last call
 * answered: for what came in between, through the loop or a line of the hub. */
void feed_wake(struct feed *feed, int64_t at_ms);
/* The time is read anew: a callback of the loop calls it first. */
void feed_clock(struct feed *feed);
/* Answers a `now`: nothing more is due before `next_ms`. */
void feed_idle(struct feed *feed, int64_t next_ms);

/* One sentence for the feed's log, on stderr. */
void feed_log(const struct feed *feed, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
