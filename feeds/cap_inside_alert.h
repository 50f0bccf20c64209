/* cap_inside_alert.h - what the files that read one CAP message share: cap_alert.c has its head and
 * its info blocks, cap_area.c where they hold, cap_ends.c until when. */
#ifndef FEEDS_CAP_INSIDE_ALERT_H
#define FEEDS_CAP_INSIDE_ALERT_H

#include "feeds/cap_alert.h"

/* What grows while one message is read. */
struct cap_draft {
    struct arena *arena;
    const struct cap_codes *codes;
    struct cap_alert alert;
    struct cap_shape *shapes;           /* Room for CAP_SHAPES_MAX. */
    struct cap_shape info;              /* What the shapes of one info block share. */
};

struct verdict cap_refused_at(const struct xml_node *node, enum refusal refusal);
const char *cap_clean(struct arena *arena, const char *raw, size_t bytes);
/* Cuts the next word off the front; false when only blanks are left. */
bool cap_word_cut(struct span *rest, struct span *ret_word);

/* Adds a shape unless an equal one is there; a refusal names `from`. */
struct verdict cap_shape_add(struct cap_draft *draft, const struct xml_node *from,
                             const struct cap_shape *shape);
/* Adds what one area element says, as shapes like draft->info. */
struct verdict cap_area_read(struct cap_draft *draft, const struct xml_node *area);

/* When the event of an info block ends, as the US weather service says it beside `expires`, which
 * is when the message is to be replaced; 0: it does not say. */
int64_t cap_event_end_ms(const struct xml_node *info);

#endif
