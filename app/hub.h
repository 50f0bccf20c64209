/* hub.h - the one process that leads a site: it takes every input, decides, records, and lets out
 * what is durable (DESIGN section 4, CONTRACTS section 2).
 *
 *  clients   feeds   geography   clock                        journal's thread
 *     |        |         |         |                                 |
 *     '--------'----.----'---------'                                 |
 *              hub_take()                                            |
 *          commands | the rest            one batch fills            |
 *                   v                     while one is written       |
 *              hub_turn() -> turn_take() -> batch ----------> journal_append()
 *                                            effects <-------------- done
 *                                               |
 *          entries to consoles, results, orders, questions, `kept`: hub_release()
 *
 * Everything here runs on one loop; only the journal and the reader (reader.h) have threads. The
 * parts of the hub know each other through this header and give back to it only by hub_take(). */
#ifndef APP_HUB_H
#define APP_HUB_H

#include <uv.h>

#include "app/clock.h"
#include "app/core/turn.h"
#include "app/journal.h"
#include "app/places.h"
#include "app/site_conf.h"

enum {
    /* What waits to be decided: 64 feeds with 2,000 each and 200 clients with 64 each are not read
     * beyond that, so more is a fault of ours. */
    HUB_INPUTS_MAX = 150000,
    HUB_EXIT_OK = 0, HUB_EXIT_WRONG = 2,    /* Told to end; refuses to start. */
    HUB_EXIT_AGAIN = 3,                     /* The journal failed: start from disk again. */
    HUB_EXIT_BUSY = 4,                      /* Another hub leads this site. */
};

/* One input that waits for its turn. `json` and `text` are owned. */
struct hub_input {
    struct hub_input *next;
    enum input_kind kind;
    char source[40];
    struct json *json;
    char *text;                     /* The same, as it goes into the journal. */
    size_t text_bytes;
    uint64_t client;                /* Who asked; 0 for nobody. */
    int64_t ref;                    /* The client's number for it. */
    char feed[32];                  /* Whose report line it is; "" for none. */
    uint64_t feed_run, line;        /* Which process of that feed, which of its lines. */
    bool has_happened;              /* An order has left: no `cancel` may be decided before it. */
    bool only_if_decides;           /* A tick by time alone: entered only with events. */
};

/* What leaves when an entry is durable, besides the entry itself. */
struct hub_effect {
    uint64_t sequence;
    uint64_t client;
    int64_t ref;
    enum command_result result;     /* With `client`. */
    char *text;                     /* Owned; NULL when the asker gets no answer yet. */
    char feed[32];
    uint64_t feed_run, line;
};

struct hub_options {
    struct places places;
    struct site_conf *conf;         /* The hub's from here on. */
    struct adapter_list adapters;   /* Likewise. */
    struct drill_script *drill;     /* NULL live; the caller's. */
    double drill_speed;             /* 0: as fast as it can. */
    int64_t drill_at_ms;            /* As fast as it can up to here first; 0: from the start. */
    bool drill_headless;            /* Prints the story, ends at its end. */
    int lock_fd;
    const char *journal_vfs;        /* Tests only. */
};

struct clients;
struct supervisor;
struct geography;
struct orders_out;
struct reader;
struct suspect;
struct drill_run;

struct hub {
    uv_loop_t *loop;
    struct hub_options options;
    struct hub_clock clock;
    struct picture *picture;        /* As decided; ahead of the disk by what is in flight. */
    struct journal *journal;
    struct journal_batch *filling, *writing;
    struct hub_effect *effects;     /* Of both batches, in order of sequence. */
    uint32_t effect_count, effect_capacity;
    struct hub_input *first[3], *last[3];       /* What has happened; commands; the rest. */
    uint32_t waiting;
    struct arena *arena;            /* Of the turn being taken. */
    struct clients *clients;
    struct supervisor *supervisor;
    struct geography *geography;
    struct orders_out *orders;
    struct reader *reader;
    struct suspect *suspect;
    struct drill_run *drill;        /* NULL live. */
    uv_prepare_t turn;              /* Before each wait. */
    uv_timer_t due, beat;
    uv_signal_t terminated, interrupted, reload;
    struct site_conf *next_conf;    /* Checked and entered, not yet durable; NULL for none. */
    uint64_t next_conf_sequence;
    bool journal_failing;
    bool ending;                    /* The last snapshot is being made, then all is closed. */
    uint64_t snapshot_sequence;
    bool had_console;
    int64_t alone_since_ms;         /* Machine time; a drill's hub ends with its last console. */
    int64_t due_armed_ms;           /* What the timer waits for; 0: nothing. */
    int64_t due_taken_ms;           /* What the last tick was for, and the sequence then. */
    uint64_t due_taken_at;
    bool stopping;
    int exit_code;
    uint64_t events_total;          /* Decided since the start, for a drill's last line. */
};

/* Runs a hub until it is told to end; returns the exit code (HUB_EXIT_...). Owns and frees what
 * `options` hands over. Why it could not start goes to stderr. */
int hub_run(const struct hub_options *options);

/* ---- for the parts of the hub ---- */

/* Queues an input; `text` must be one JSON object that json_parse() accepts (what is wrong from
 * outside is refused before). Takes nothing else over. `input` gives kind, source and who is
 * told. */
void hub_take(struct hub *hub, const struct hub_input *input, struct span text);
/* Likewise, with the document already parsed, which it takes over. */
void hub_take_parsed(struct hub *hub, const struct hub_input *input, struct span text,
                     struct json *json);
/* Frees what came too late to be decided; nobody was told that it was taken. */
void hub_forget_waiting(struct hub *hub);
/* Decides what waits, as far as the journal keeps up. */
void hub_turn(struct hub *hub);
/* Nothing waits, nothing is being written: all that was taken is durable and let out. */
bool hub_is_settled(const struct hub *hub);

/* A sentence for the log; in a drill it says so. */
void hub_say(const struct hub *hub, const char *format, ...) __attribute__((format(printf, 2, 3)));
int64_t hub_now_ms(struct hub *hub);
/* The last durable sequence. */
uint64_t hub_durable(const struct hub *hub);
/* Ends the hub in order: commits, snapshot, exit. */
void hub_stop(struct hub *hub, int exit_code);
/* Reads site.conf again and enters it; what is wrong with it goes into `problems`. */
bool hub_reload(struct hub *hub, struct buffer *problems);
bool hub_is_drill(const struct hub *hub);
int64_t hub_drill_seed(const struct hub *hub);      /* 0 live. */
/* How fast hub time runs against the wall: 1 live, 0 while a drill stands still. */
double hub_speed(const struct hub *hub);

#endif
