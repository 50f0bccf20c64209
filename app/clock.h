/* clock.h - hub time (CONTRACTS section 6): ms since 1970 UTC that never go backwards.
 *
 * Live, it is the wall clock at the start carried on by CLOCK_BOOTTIME; when the wall steps by more
 * than a second, that is a tick, and hub time slews to it at half again, or half, its pace. In a
 * drill it stands where clock_set() put it. */
#ifndef APP_CLOCK_H
#define APP_CLOCK_H

#include "app/base/base.h"

enum { CLOCK_STEP_MS = 1000 };

struct hub_clock {
    bool drill;
    int64_t hub_ms;             /* Hub time at the last look. */
    int64_t boot_ms;            /* CLOCK_BOOTTIME then. */
    int64_t owed_ms;            /* What slewing still has to add; negative: to hold back. */
};

/* Live: starts at the wall's time, or at `not_before_ms` (the last entry) when that is later. */
void clock_start(struct hub_clock *clock, int64_t not_before_ms);
/* Drill: stands at `at_ms`. */
void clock_start_drill(struct hub_clock *clock, int64_t at_ms);
/* Drill only, never backwards. */
void clock_set(struct hub_clock *clock, int64_t at_ms);

int64_t clock_now_ms(struct hub_clock *clock);
/* By how much the wall has stepped since this was asked last; 0 for less than CLOCK_STEP_MS and in
 * a drill. */
int64_t clock_stepped_ms(struct hub_clock *clock);

/* For spans on this machine only (back-off, a beat): ms that never step. */
int64_t clock_machine_ms(void);
int64_t clock_wall_ms(void);

/* The pure part: what `elapsed_ms` of machine time add to hub time, and to what is owed. */
int64_t clock_slew_ms(int64_t elapsed_ms, int64_t *owed_ms);

#endif
