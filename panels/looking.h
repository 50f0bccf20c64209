/* looking.h - carries the look-ups of a view (looks.h) to the hub and their answers back; libuv's
 * loop only. A question that nobody answers, or that cannot be asked, ends as unanswered. */
#ifndef PANELS_LOOKING_H
#define PANELS_LOOKING_H

#include "app/base/json.h"
#include "panels/link.h"
#include "panels/view.h"

struct looking {
    uv_timer_t timer;
    struct link *link;
    struct view *view;
    const struct picture *const *picture;       /* It is replaced when the hub dumps another. */
    void (*changed)(void *context);             /* A frame is wanted. */
    void *context;
};

/* `looking` stays where it is until the loop has let go of its timer. */
void looking_start(struct looking *looking, uv_loop_t *loop);
void looking_stop(struct looking *looking);

/* After whatever may have wanted something: sends what is due, and comes back for what is not. */
void looking_send(struct looking *looking);
/* A "looked" or an "error" of the hub; false when it is not ours. */
bool looking_take(struct looking *looking, const struct json *line);

#endif
