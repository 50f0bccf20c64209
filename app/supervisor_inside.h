/* supervisor_inside.h - what the files of the supervisor share; nobody else includes it.
 *
 * supervisor.c          the feeds of the site as site.conf and persons say they are
 * supervisor_process.c  one feed's process: hello, back-off, its states
 * supervisor_lines.c    its lines on their way into the hub's queue, and the back pressure
 * supervisor_drill.c    a drill's steps
 * supervisor_health.c   what is told of how a feed does */
#ifndef APP_SUPERVISOR_INSIDE_H
#define APP_SUPERVISOR_INSIDE_H

#include "app/child.h"
#include "app/core/wire.h"
#include "app/locations.h"
#include "app/repeats.h"
#include "app/supervisor.h"

enum { FEED_REASON_BYTES = 160 };

/* One line of a feed, understood or refused, on its way into the hub's queue. */
struct report_line {
    struct feed_process *feed;
    uint64_t run, line;
    int64_t at_ms;                  /* As the report says, else when it came. */
    struct json *json;              /* Owned. */
    struct span text;               /* Owned while held back for a drill's step. */
    bool is_location;
    char unit[32];
    struct geo_point point;
};

/* Since the hub started; with the counters all that a person is told (supervisor_health.c). */
struct feed_health {
    int64_t source_ms;              /* Since when the source is there, or away; 0: not said. */
    bool source_away;
    char source_text[FEED_REASON_BYTES];
    int64_t window_ms;              /* Machine time. */
    uint64_t window_lines;
    int64_t window_lag_ms;
    int64_t lost_before, lost_now;  /* By its earlier processes, and by this one. */
    struct {
        char words[80];
        uint64_t count;
    } reasons[8];
    uint32_t reason_count;
};

struct feed_process {
    struct supervisor *supervisor;
    char name[32], adapter[32];
    struct buffer settings;         /* As it was started with: a change restarts it. */
    uint32_t stale_after_s;
    struct child *child;            /* NULL while it is down. */
    uv_timer_t again;
    bool timer_open, greeted, leaving, by_script;
    int64_t again_ms, started_machine_ms;
    uint64_t run;                   /* Counts its processes. */
    uint64_t lines;                 /* Report lines of this run. */
    uint64_t kept, kept_told;
    uint32_t waiting;               /* Of its lines, not yet decided. */
    uint32_t undurable;             /* Not yet durable. */
    int64_t last_ms;                /* Hub time of its last line. */
    bool paused;                    /* By a person. */
    int64_t full_since_ms, full_ms, flood_window_ms;    /* Machine time. */
    bool flooding;
    uint32_t refused_in_second;
    bool choked;                    /* Too many of them: not read before the next second. */
    enum feed_state state;
    char reason[FEED_REASON_BYTES];
    bool state_said;
    bool idle;                      /* Has answered the last step. */
    int64_t next_ms;                /* Drill: when it has something again; 0: never. */
    char *cursor;                   /* JSON, given back in the next hello. */
    struct locations *locations;
    struct repeats *repeats;
    struct wire_feed counters, counters_told;
    struct feed_health health;
};

/* What a person said of a feed: done when its entry is durable. */
struct feed_said {
    uint64_t sequence;
    char feed[32];
    bool pause, restart;
};

struct supervisor {
    struct hub *hub;
    struct feed_said *said;         /* In order of sequence. */
    uint32_t said_count, said_capacity;
    struct feed_process **feeds;    /* By name. */
    uint32_t count, capacity;
    struct report_line *held;       /* Drill: reported since the last step. */
    uint32_t held_count, held_capacity;
    bool spoken;
    uint32_t beats;
    bool configured;                /* Once at least. */
    struct arena *arena;
};

/* ---- supervisor.c ---- */
/* What persons said of feeds is on the disk up to hub_durable(): done now. */
void feed_said_durable(struct supervisor *supervisor);
/* NULL: there is none. */
struct feed_process *feed_process_named(const struct supervisor *supervisor, const char *name);

/* ---- supervisor_process.c ---- */
/* Starts its process; one that cannot be started is tried again later. */
void feed_process_start(struct feed_process *feed);
/* Ends it, to be started again at once; one that waits for its next start does not wait. */
void feed_process_restart(struct feed_process *feed);
/* Each change is a tick; in a drill it is said with the step's reports, by name: processes start in
 * any order. */
void feed_process_state(struct feed_process *feed, enum feed_state state, const char *reason);
void feed_process_say_state(struct feed_process *feed);

/* ---- supervisor_lines.c ---- */
/* child_line_fn of its process. */
void feed_process_line(void *context, const struct child_line *line);
/* Into the hub's queue, or counted only. Takes report->json. */
void feed_process_accept(struct report_line *report);
/* Reads its pipe, or not: by a person's word and by how much of it waits. */
void feed_process_look_at_pipe(struct feed_process *feed);
int64_t location_interval_ms(const struct hub *hub);

/* ---- supervisor_health.c ---- */
void feed_health_line(struct feed_process *feed);
/* A report that could be read, `refused` and `health` ones among them. */
void feed_health_report(struct feed_process *feed, const struct report *report, int64_t came_ms);
void feed_health_refused(struct feed_process *feed, const char *reason);
/* It has greeted; its process is gone. */
void feed_health_up(struct feed_process *feed);
void feed_health_down(struct feed_process *feed);
void feed_health_look(struct feed_process *feed, int64_t machine_ms);

#endif
