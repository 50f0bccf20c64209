/* supervisor.h - the site's feeds: each a process of watchdesk-feed, started, heard, bounded, told
 * what is kept, and started again when it ends (CONTRACTS section 5).
 *
 *              hello                 silent for stale_after_s        a report
 *   STARTING ---------> OK ---------------------------------> STALE ---------> OK
 *      ^                 |  its queue stays full: FLOODING, until it does not
 *      |  back-off       |  `set feed NAME pause`: PAUSED, not read, until `run`
 *      '--------------- DOWN  <- its process ended
 *
 * A report is parsed and checked here, on its way into the hub's queue. One that cannot be
 * understood becomes a `refused` report; one equal to the last with its id, or a location that a
 * newer one replaces, is counted only. A feed with FEED_WAITING_MAX reports undecided is not read,
 * nor one that had too many refused in this second. */
#ifndef APP_SUPERVISOR_H
#define APP_SUPERVISOR_H

#include "app/hub.h"

enum {
    FEED_WAITING_MAX = 2000,        /* Two batches: the journal never waits for a pipe. */
    FEED_WAITING_LOW = 500,
    FEED_AGAIN_MS_MIN = 1000, FEED_AGAIN_MS_MAX = 60000,
    FEED_WELL_MS = 60000,           /* Up that long, the next back-off starts from its least. */
    FEED_HELD_MAX = 50000,          /* Reports of one drill step; over it that feed is ended. */
    FEED_FLOOD_MS = 10000,          /* Not read for half of that: FLOODING. */
    FEED_RATE_MS = 10000,           /* Over so long a time the rate is taken. */
    /* Refused lines of one feed in a second, each an entry with its bytes: for more its pipe is not
     * read until the next. Garbage at full speed would fill the disk and the others' queue. */
    FEED_REFUSED_PER_S_MAX = 100,
    LOCATION_INTERVAL_S = 5,        /* Where site.conf does not say. */
};

struct supervisor *supervisor_new(struct hub *hub);
void supervisor_free(struct supervisor *supervisor);
/* Starts, stops and restarts processes so that they are what `conf` says. The hub calls it when
 * that configuration is durable. */
void supervisor_configure(struct supervisor *supervisor);
void supervisor_stop(struct supervisor *supervisor);
bool supervisor_is_over(const struct supervisor *supervisor);

/* ---- what the hub tells it ---- */
/* Its input is about to be decided. */
void supervisor_taken(struct supervisor *supervisor, const struct hub_input *input);
/* A report line's entry is durable. */
void supervisor_kept(struct supervisor *supervisor, const char *feed, uint64_t run, uint64_t line);
void supervisor_decided(struct supervisor *supervisor, const struct turn *turn);
/* A batch is: tells each feed how many of its lines are kept. */
void supervisor_durable(struct supervisor *supervisor);
/* Puts the locations that are due into the hub's queue. */
void supervisor_gather(struct supervisor *supervisor);
/* Each second: who is silent, who floods. */
void supervisor_look(struct supervisor *supervisor);
/* Appends the member "feeds" with the counters that changed since the last call; of all feeds each
 * tenth time. */
void supervisor_write_counters(struct supervisor *supervisor, struct buffer *out);

/* How that feed does now, as lines of text for a person; nothing for one that is not there. */
void supervisor_write_health(struct supervisor *supervisor, const char *name, struct buffer *out);

/* A line to the adapter of that feed; false while it is not up. */
bool supervisor_send(struct supervisor *supervisor, const char *feed, struct span line);

/* A report as if the feed had sent it: from a drill's file. False when it is no report. */
bool supervisor_report(struct supervisor *supervisor, const char *feed, struct span text);

/* ---- a drill's steps (CONTRACTS section 6) ---- */
/* All have greeted, or cannot. */
bool supervisor_is_ready(const struct supervisor *supervisor);
/* Tells all that it is `now_ms`; each answers with reports and then idle. */
void supervisor_step(struct supervisor *supervisor, int64_t now_ms);
bool supervisor_has_stepped(const struct supervisor *supervisor);
/* Queues what was reported meanwhile, ordered by time, feed and line; how many. */
uint32_t supervisor_release(struct supervisor *supervisor);
/* Lines were sent to adapters since the last step: they may have more to say. */
bool supervisor_has_spoken(const struct supervisor *supervisor);
/* The earliest time at which a feed, or a location held back, has something; 0 for none. */
int64_t supervisor_next_ms(const struct supervisor *supervisor);

#endif
