/* replica.h - the console's own copy of the picture, kept true by what the hub sends (wire.h).
 *
 * A dump replaces it as a whole: the old one stays on the screen until the new one is complete.
 * Then each entry is folded in by the same function as in the hub. Pure: lines in, changes out. */
#ifndef PANELS_REPLICA_H
#define PANELS_REPLICA_H

#include "panels/view.h"

/* What a line was, for what must happen beside drawing. */
enum replica_news {
    NEWS_NONE,                  /* Nothing that shows. */
    NEWS_HELLO,                 /* The hub took us. */
    NEWS_REFUSED,               /* It did not: `sentence` says why; the end. */
    NEWS_JOINED,                /* The picture is whole: time zone, layers, queued lines. */
    NEWS_CHANGED,               /* Something to draw. */
    NEWS_LAYERS,                /* The map's layers changed. */
    NEWS_LOOKED,                /* `line` answers a look-up. */
    NEWS_BROKEN,                /* The line cannot be: join again. `sentence` says why. */
};

struct replica {
    struct picture *picture;    /* What is shown; never NULL. */
    struct picture *loading;    /* A dump that is not complete yet; NULL between. */
    struct arena *arena;
    uint64_t layers_digest;
    bool past_taken;            /* The hub told the last entries; the log starts with them. */
    char sentence[240];
};

void replica_init(struct replica *replica);
void replica_clear(struct replica *replica);

/* Takes one line. `*ret_line` is the parsed line for NEWS_LOOKED, which the caller then frees; NULL
 * otherwise. */
enum replica_news replica_take(struct replica *replica, struct view *view, struct span text,
                               struct json **ret_line);

#endif
