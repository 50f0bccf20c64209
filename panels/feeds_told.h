/* feeds_told.h - what the hub's beats say of the feeds (wire_feed): how they do now, which is no
 * part of the picture. */
#ifndef PANELS_FEEDS_TOLD_H
#define PANELS_FEEDS_TOLD_H

#include "app/core/wire.h"

struct feed_told {
    char name[32];
    struct wire_feed told;          /* Its strings are empty: `why` stands below. */
    char why[240];
};
struct feeds_told {
    struct feed_told *rows;         /* By name. */
    uint32_t count, capacity;
};

void feeds_told_clear(struct feeds_told *feeds);
/* Takes the member "feeds" of a beat; what cannot be read in it is passed over. */
void feeds_told_take(struct feeds_told *feeds, const struct json *list, struct arena *arena);
/* NULL: no beat has said anything of it. */
const struct feed_told *feeds_told_of(const struct feeds_told *feeds, const char *name);

#endif
