#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/when.h"
#include "app/supervisor_inside.h"

/* ---- a drill's steps ---- */

bool supervisor_is_ready(const struct supervisor *supervisor)
{
    for (uint32_t i = 0; i < supervisor->count; i++)
        if (supervisor->feeds[i]->child && !supervisor->feeds[i]->greeted)
            return false;
    return true;
}

void supervisor_step(struct supervisor *supervisor, int64_t now_ms)
{
    char line[WHEN_TEXT_BYTES + 16], when[WHEN_TEXT_BYTES];

    supervisor->spoken = false;
    snprintf(line, sizeof line, "{\"now\":\"%s\"}", when_text(now_ms, when));
    for (uint32_t i = 0; i < supervisor->count; i++) {
        struct feed_process *feed = supervisor->feeds[i];
        feed->idle = !feed->child || !feed->greeted || feed->paused;
        if (!feed->idle)
            child_send(feed->child, span_of(line));
    }
}

bool supervisor_has_stepped(const struct supervisor *supervisor)
{
    for (uint32_t i = 0; i < supervisor->count; i++)
        if (!supervisor->feeds[i]->idle)
            return false;
    return true;
}

bool supervisor_has_spoken(const struct supervisor *supervisor)
{
    return supervisor->spoken;
}

static int compare_reports(const void *left_row, const void *right_row)
{
    const struct report_line *left = left_row, *right = right_row;
    int names = strcmp(left->feed->name, right->feed->name);

    if (left->at_ms != right->at_ms)
        return left->at_ms < right->at_ms ? -1 : 1;
    if (names != 0)
        return names;
    return left->line < right->line ? -1 : left->line > right->line;
}

uint32_t supervisor_release(struct supervisor *supervisor)
{
    uint32_t count = supervisor->held_count;

    for (uint32_t i = 0; i < supervisor->count; i++)
        if (!supervisor->feeds[i]->state_said)
            feed_process_say_state(supervisor->feeds[i]);
    if (count > 0)
        qsort(supervisor->held, count, sizeof *supervisor->held, compare_reports);
    supervisor->held_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct report_line report = supervisor->held[i];
        feed_process_accept(&report);
        base_free((char *)(uintptr_t)report.text.bytes);
    }
    return count;
}

static int64_t earlier(int64_t left, int64_t right)
{
    if (left == 0 || right == 0)
        return left + right;
    return left < right ? left : right;
}

int64_t supervisor_next_ms(const struct supervisor *supervisor)
{
    int64_t interval_ms = location_interval_ms(supervisor->hub), next_ms = 0;

    for (uint32_t i = 0; i < supervisor->count; i++) {
        const struct feed_process *feed = supervisor->feeds[i];
        next_ms = earlier(next_ms, locations_due_ms(feed->locations, interval_ms));
        if (feed->child && !feed->paused)
            next_ms = earlier(next_ms, feed->next_ms);
    }
    return next_ms;
}
