/* drill_run.h - a drill under way: only the hub has time, and this moves it (CONTRACTS section 6).
 *
 *   READY?  all feeds and geography have greeted
 *     v
 *   SCRIPT at T: the file's items due by T, each decided before the next
 *     v
 *   NOW at T: feeds are told T and answer with reports, then idle <-----------.
 *     v                                                                       |
 *   SETTLE: reports by (time, feed, line), answers, commits, effects; more? --'
 *     v no
 *   WAIT until the earliest of: a feed's next, the file's next, the picture's due. --speed only
 *   sleeps here; what a person types comes at the time shown then, as a step of its own.
 *
 * So the same file gives the same digest at any speed, whoever watches. */
#ifndef APP_DRILL_RUN_H
#define APP_DRILL_RUN_H

#include "app/drill.h"
#include "app/hub.h"

struct drill_run *drill_run_new(struct hub *hub);
void drill_run_start(struct drill_run *run);
void drill_run_stop(struct drill_run *run);         /* Closes its handle. */
void drill_run_free(struct drill_run *run);         /* NULL is fine. */

/* Looks whether the step can go on; the hub calls it whenever something may have moved. True: it
 * did, so look again when what it queued is decided. */
bool drill_run_look(struct drill_run *run);
/* Drill time as shown now: between two steps it runs at the drill's speed. */
int64_t drill_run_shown_ms(const struct drill_run *run);
double drill_run_speed(const struct drill_run *run);
/* A person typed something: a step at the time shown is made for it. */
void drill_run_typed(struct drill_run *run);
/* What a command of the file was answered; it is durable. */
void drill_run_result(struct drill_run *run, int64_t item, const char *result, const char *text);
/* Called for each turn. Headless: the lines that tell what it decided, for the story; "" for what
 * is only detail. */
void drill_run_story(struct drill_run *run, const struct turn *turn, struct buffer *out);

#endif
