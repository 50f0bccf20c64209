/* decide.h - what the deciding files of the core share; nobody else includes it.
 *
 * A decide function looks at turn->picture and adds events. It adds none before it knows that what
 * it was asked can be done, so a refusal changes nothing. */
#ifndef APP_CORE_DECIDE_H
#define APP_CORE_DECIDE_H

#include "app/base/text.h"
#include "app/base/when.h"
#include "app/core/apply.h"
#include "app/core/closures.h"
#include "app/core/trust.h"
#include "app/core/turn.h"

/* ---- turn.c ---- */
void turn_add(struct turn *turn, const struct event *event);
/* Starts an event of `kind` under `rule`; the caller fills it and gives it to turn_add(). */
struct event turn_event(enum event_kind kind, const char *rule);
/* `raw` as clean text of at most `bytes_max` bytes: what events may hold. */
const char *turn_clean(struct turn *turn, const char *raw, size_t bytes_max);
/* Ends a command: what its person is told. Exactly once per command, after its other events. */
void turn_answer(struct turn *turn, enum command_result result, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Runs a command's canonical text as `turn` stands (operator, confirmed, found). */
void turn_command(struct turn *turn, const char *text);
/* Did somebody else change it after the asker last saw it? Then answers CHANGED and says true. */
bool turn_changed(struct turn *turn, const char *what, int64_t entry, const char *by);
bool turn_is_drill(const struct turn *turn);
/* Is there room for one more? Otherwise answers NO (a command) and says false. */
bool turn_has_room(struct turn *turn, enum object_kind kind);
/* "14:27" of hub time in the site's zone. */
const char *turn_clock(struct turn *turn, int64_t at_ms);

/* ---- arguments ---- */
/* Each answers NO, naming the word, and returns NULL or false when it does not fit. */
const struct incident *argument_incident(struct turn *turn, const struct command_line *line,
                                         uint32_t word);
const struct incident *argument_open_incident(struct turn *turn, const struct command_line *line,
                                              uint32_t word);
const struct unit *argument_unit(struct turn *turn, const struct command_line *line, uint32_t word);
/* Words from `first` on, all known units, at most COMMAND_UNITS_MAX, none twice. */
bool argument_units(struct turn *turn, const struct command_line *line, uint32_t first,
                    const struct unit **units, uint32_t *ret_count);
/* t=14:22: the last time a clock here showed that; 0 without the option. */
bool argument_time(struct turn *turn, const struct command_line *line, int64_t *ret_at_ms);
bool argument_count(struct turn *turn, const struct command_line *line, uint32_t fewest,
                    uint32_t most);

/* ---- questions ---- */
/* Asks the operator; the line runs again with turn->confirmed on `ok`. Returns its number. */
uint32_t question_to_person(struct turn *turn, const char *command, const char *consequence,
                            uint32_t incident);
uint32_t question_next(const struct turn *turn);

/* ---- incidents, units, orders ---- */
struct incident_facts {
    const char *type, *place, *text, *feed, *source, *by, *owner, *zone, *rule;
    uint32_t priority;
    enum place_state place_state;
    struct geo_point location;
    double radius_m;                /* NaN: a point. */
    const char *place_note;
    int64_t called_ms;
};
uint32_t incident_open(struct turn *turn, const struct incident_facts *facts);
void note_add(struct turn *turn, const char *rule, uint32_t incident, const char *unit,
              const char *by, int64_t at_ms, const char *text);
void unit_release(struct turn *turn, const char *rule, const struct unit *unit, const char *by);
void unit_set_status(struct turn *turn, const char *rule, const struct unit *unit,
                     enum unit_status status, int64_t at_ms, const char *by, const char *reason);
/* May orders leave to this unit through its feed? Otherwise by voice. */
bool unit_takes_orders(const struct turn *turn, const struct unit *unit);
struct order_facts {
    enum order_verb verb;
    const struct unit *unit;
    uint32_t incident;
    const char *text, *facility, *rule;
    struct geo_point destination;       /* Known: its route is asked for. */
};
uint32_t order_queue(struct turn *turn, const struct order_facts *facts);
void order_move(struct turn *turn, const char *rule, const struct order *order,
                enum order_stage stage, const char *reason);
/* ---- places (decide_place.c) ---- */
/* The line's place without its "~120m", which radius=120m may say too; NaN: a point. False: it was
 * answered why not. */
struct typed_place {
    const char *text;
    double radius_m;
};
bool typed_place_read(struct turn *turn, const struct command_line *line,
                      struct typed_place *ret_place);
/* Asks geography where the line's place is; the line goes on with the answer. */
void ask_place(struct turn *turn, const struct command_line *line);
/* What geography found, or what the line's own coordinates say. */
struct found_place {
    const char *text, *zone;
    const char *note;               /* What it made of the words, when they were not exact. */
    const char *others;             /* As good answers, with coordinates: nothing tells which. */
    uint32_t other_count;
    struct geo_point location;      /* Unknown: none was found. */
    double radius_m;                /* NaN: a point. */
    bool exact;
    bool is_point;                  /* Coordinates or a grid square, without a name. */
};
/* False when geography found none. */
bool found_place_read(struct turn *turn, const struct json *answer, struct found_place *ret_place);
/* For a line that goes on with turn->found. False: it was answered why not. */
bool line_place_found(struct turn *turn, const struct command_line *line,
                      struct found_place *ret_place);
enum place_state found_place_state(const struct found_place *place);
/* ", UNCONFIRMED: ..." for the answer; "" for a confirmed place. */
const char *found_place_doubt(struct turn *turn, const struct found_place *place);
void incident_place(struct turn *turn, uint32_t incident, const struct found_place *place,
                    const char *rule);
/* What follows for the incident: the other places go into its own record, what a circle round mere
 * coordinates touches is asked for. */
void incident_placed(struct turn *turn, uint32_t incident, const struct found_place *place);
/* Asks geography about an open incident; without room for a question it stays as it is. */
void incident_ask(struct turn *turn, enum question_purpose purpose, uint32_t incident,
                  const char *place, struct geo_point at);

/* ---- hazards ---- */
void hazard_begin(struct turn *turn, const struct hazard *hazard);
/* `line` is what ended it, with its reason; NULL when nobody typed that. */
void hazard_end(struct turn *turn, const char *rule, const struct hazard *hazard,
                const char *reason, const struct command_line *line);
void hazard_reported(struct turn *turn, const struct report *report);
/* What a feed said is entered and changes nothing. */
/* What the feed may do at the turn's time. */
struct trust feed_trust(const struct turn *turn, const struct feed *feed);
void report_hold(struct turn *turn, const char *report, const char *rule, const char *reason);

/* ---- ways (decide_way.c) ---- */
/* The hazard stands as it is now: whose way does it lie across? */
void closure_began(struct turn *turn, uint32_t hazard);
/* It has left the picture: who goes round it for nothing? */
void closure_ended(struct turn *turn, const struct closure *closure);
struct geo_point unit_stands_at(const struct unit *unit);
struct order_way {
    uint32_t order, incident;
    struct geo_point destination;
};
/* The caller has made sure of room for a question. */
void route_ask(struct turn *turn, const char *rule, const struct unit *unit,
               const struct order_way *way);
/* Takes the answer to a question about an order's route; NULL: there was none, for `reason`.
 * Returns what came of the question, in words. */
const char *order_route_ended(struct turn *turn, const struct question *question,
                              const struct json *answer, const char *reason);
/* Fills in what the new fix says about the unit's route; after it was added, what follows. */
void way_watch(const struct turn *turn, const struct unit *unit, struct unit_located *fix);
void way_noticed(struct turn *turn, const struct unit *unit);

/* ---- the five inputs ---- */
void decide_report(struct turn *turn);
void decide_answer(struct turn *turn);
void decide_tick(struct turn *turn);
void decide_config(struct turn *turn);

/* ---- the verbs ---- */
command_decide_fn decide_new, decide_locate, decide_type, decide_priority;
command_decide_fn decide_note, decide_close, decide_reopen, decide_dispatch,
    decide_cancel, decide_message, decide_enroute, decide_staged, decide_onscene, decide_transport,
    decide_at_hospital, decide_available, decide_out_of_service, decide_emergency,
    decide_acknowledge, decide_ok, decide_no, decide_set, decide_reload, decide_inject,
    decide_hazard;

#endif
