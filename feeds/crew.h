/* crew.h - crews that exist only in a drill, and what they do; field.c is their adapter.
 *
 * Everything follows from the hello's seed, the hub's lines and its `now`: no clock, no rand(). The
 * same lines in give the same lines out, and what a crew draws (how long it takes to turn out)
 * depends only on the seed, its name and the order, not on what other crews do. No function here
 * reads or writes anything but the simulation it is given and the feed's reports.
 *
 *               accepted               rolls                   arrives
 *   STANDING ------------> TURNOUT -----------> TO_SCENE ------------------> ON_SCENE
 *      ^     order_accept()        crew_roll()            crew_arrive()       |    |
 *      |                                                      work_end() or   |    | transport
 *      | crew_is_home()                                       recall, AVL     |    v
 *   GOING_HOME <--------------------------------------------------------------+  TO_HOSPITAL
 *      ^                            hospital_end()                                 |
 *      +--------------------------------------------------- AT_HOSPITAL <----------+ arrives
 *   A breakdown leads from anywhere to BROKEN, `clear` or AVL by hand from there home. */
#ifndef FEEDS_CREW_H
#define FEEDS_CREW_H

#include "feeds/agenda.h"
#include "feeds/feed.h"
#include "feeds/journey.h"

/* What a crew takes from its own dice, seconds. Turnout: NFPA 1710 asks for 60 to 80 s. */
enum draw { DRAW_ACCEPT, DRAW_TURNOUT, DRAW_TURNAROUND, DRAW_WORK, DRAW_HANDOVER, DRAW_READ,
            DRAW_ANSWERS, DRAW_ANSWER, DRAW_WORDS, DRAW_COUNT };

enum phase {
    CREW_STANDING, CREW_TURNOUT, CREW_TO_SCENE, CREW_ON_SCENE, CREW_TO_HOSPITAL,
    CREW_AT_HOSPITAL, CREW_GOING_HOME, CREW_BROKEN,
};

struct order {
    char *id;
    uint32_t crew;
    enum feed_verb verb;
    enum receipt_stage stage;
    struct geo_points route;        /* Owned, until the crew sets off. */
    int64_t route_ms;               /* 0: the route came without a time. */
};

struct crew {
    const char *unit;               /* A loan from the hello. */
    enum phase phase;
    enum unit_status status;
    struct journey journey;
    uint32_t task;                  /* Agenda items of earlier tasks are void. */
    uint32_t order;                 /* What it is on; NO_ORDER. */
    int64_t answered_ms;            /* A crew answers its orders one after the other. */
    bool silent, emergency, refuses;
    char *refuse_reason;
};
enum { NO_ORDER = UINT32_MAX, ANY_TASK = 0 };

struct sim {
    struct feed *feed;
    struct arena *arena;            /* The hello's units. */
    struct crew *crews;
    uint32_t crew_count;
    struct order *orders;
    uint32_t order_count, order_capacity;
    struct agenda agenda;
    int64_t act_ms;                 /* The time of what is being done. */
    int64_t location_ms, parked_ms;
    double speed_mps;
};

/* Something that a crew does at sim->act_ms, for an order or for none (NO_ORDER). */
typedef void act_fn(struct sim *sim, struct crew *crew, uint32_t order);

/* What can be planned. */
#define ACTS(ROW)                                                                     \
    ROW(APPEAR, crew_appear) ROW(LOCATE, crew_locate) ROW(PARKED, crew_parked)        \
    ROW(DELIVER, order_deliver) ROW(ACCEPT, order_accept) ROW(READ, message_read)     \
    ROW(ANSWER, message_answer) ROW(ROLL, crew_roll) ROW(ARRIVE, crew_arrive)         \
    ROW(WORK_END, crew_work_end) ROW(HOSPITAL, crew_at_hospital)                      \
    ROW(HOSPITAL_END, crew_hospital_end) ROW(HOME, crew_is_home)
#define ROW(upper, function) ACT_##upper,
enum act { ACTS(ROW) ACT_COUNT };
#undef ROW
#define ROW(upper, function) extern act_fn function;
ACTS(ROW)
#undef ROW

/* ---- chance and time (crew.c) ---- */
int64_t crew_drawn(const struct sim *sim, const struct crew *crew, uint32_t order,
                   enum draw draw);
int64_t crew_drawn_ms(const struct sim *sim, const struct crew *crew, uint32_t order,
                      enum draw draw);
/* Void once the crew's task is another, unless `task` is ANY_TASK. */
void crew_plan(struct sim *sim, const struct crew *crew, uint32_t task, enum act act,
               uint32_t order, int64_t due_ms);

/* ---- saying; a silent crew says nothing ---- */
void crew_say(struct sim *sim, const struct crew *crew, const struct report *report);
void crew_say_receipt(struct sim *sim, uint32_t index, enum receipt_stage stage,
                      const char *reason);
void crew_status_report(const struct sim *sim, const struct crew *crew,
                        struct report *ret_report);
void crew_say_status(struct sim *sim, struct crew *crew, enum unit_status status,
                     const char *text);
void crew_say_location(struct sim *sim, const struct crew *crew);

/* ---- what a crew does ---- */
/* Whatever it did is over: it stands where it is, and what was planned for it is void. */
void crew_stop(struct sim *sim, struct crew *crew, enum phase phase);
void crew_go_home(struct sim *sim, struct crew *crew);
/* Drives the order's route; one that led nowhere still takes the time to find the place. Returns
 * when it arrives. */
int64_t crew_set_off(struct sim *sim, struct crew *crew, struct order *order);
extern act_fn crew_work_start, crew_handover_start;
struct crew *crew_find(struct sim *sim, const char *unit);      /* NULL: there is none. */

/* ---- orders (crew_orders.c) ---- */
void order_take(struct sim *sim, const struct feed_order *given);

/* ---- by other hands (crew_hand.c) ---- */
/* What an exercise director does to a crew. False: there is no such unit. */
bool crew_inject(struct sim *sim, const struct feed_inject_line *line);
/* A status that a dispatcher sets: the crew follows and does not say it again. */
void crew_follow(struct sim *sim, const struct feed_status_line *line);

#endif
