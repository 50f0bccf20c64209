#include "app/clock.h"

#include <time.h>

static int64_t read_clock_ms(clockid_t id)
{
    struct timespec now;
    int failed = clock_gettime(id, &now);

    assert(failed == 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_machine_ms(void)
{
    return read_clock_ms(CLOCK_BOOTTIME);
}

int64_t clock_wall_ms(void)
{
    return read_clock_ms(CLOCK_REALTIME);
}

void clock_start(struct hub_clock *clock, int64_t not_before_ms)
{
    int64_t wall_ms = clock_wall_ms();

    *clock = (struct hub_clock){
        .hub_ms = wall_ms > not_before_ms ? wall_ms : not_before_ms,
        .boot_ms = clock_machine_ms(),
    };
}

void clock_start_drill(struct hub_clock *clock, int64_t at_ms)
{
    *clock = (struct hub_clock){ .drill = true, .hub_ms = at_ms };
}

void clock_set(struct hub_clock *clock, int64_t at_ms)
{
    assert(clock->drill);
    assert(at_ms >= clock->hub_ms);
    clock->hub_ms = at_ms;
}

int64_t clock_slew_ms(int64_t elapsed_ms, int64_t *owed_ms)
{
    assert(elapsed_ms >= 0);
    int64_t most = elapsed_ms / 2;
    int64_t step = *owed_ms > most ? most : *owed_ms < -most ? -most : *owed_ms;

    *owed_ms -= step;
    return elapsed_ms + step;
}

int64_t clock_now_ms(struct hub_clock *clock)
{
    if (clock->drill)
        return clock->hub_ms;
    int64_t boot_ms = clock_machine_ms(), elapsed_ms = boot_ms - clock->boot_ms;
    /* A look each millisecond would give slewing no half of it: wait until there is one. */
    if (elapsed_ms < 2 && clock->owed_ms != 0)
        return clock->hub_ms;
    clock->hub_ms += clock_slew_ms(elapsed_ms, &clock->owed_ms);
    clock->boot_ms = boot_ms;
    return clock->hub_ms;
}

int64_t clock_stepped_ms(struct hub_clock *clock)
{
    if (clock->drill)
        return 0;
    int64_t by_ms = clock_wall_ms() - (clock_now_ms(clock) + clock->owed_ms);
    if (by_ms > -CLOCK_STEP_MS && by_ms < CLOCK_STEP_MS)
        return 0;
    clock->owed_ms += by_ms;
    return by_ms;
}
