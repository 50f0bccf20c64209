/* look.h - what a screen asks of geography, made ready to be asked: names of the picture become
 * places, and ways go around the closures that stand. Pure; nothing of it is journaled.
 *
 * Beside the members that geo_service.h names, an ask may have
 *     "of":"St4" | "E7" | "42" | "HZ9" | "AL3" | "@51.2,-4.1"
 *         reach, reverse, zones: "lat" and "lon" of that; times: "to"; inside: the "rings" of a
 *         hazard, or of the circle in which an incident is
 *     "from":"units" | "available"
 *         times: every unit whose place is known, or those that are available */
#ifndef APP_LOOK_H
#define APP_LOOK_H

#include "app/core/picture.h"

/* Appends the ask with `ref`, as one line without its end. False with a sentence in `problem` when
 * it names what is not there or has no place. */
bool look_write(const struct picture *picture, int64_t now_ms, const struct json *ask, int64_t ref,
                struct buffer *out, struct buffer *problem);

/* "avoid" or "rings" of closed rings; nothing without any. */
void rings_put(struct buffer *out, const char *name, const struct geo_points *rings);
void point_put(struct buffer *out, const char *name, struct geo_point point);

#endif
