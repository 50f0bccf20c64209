/* sample_room.h - a busy quarter of an hour in an invented port, as a picture: 8 incidents, 23
 * units, alarms, a flood, orders, questions, a stale feed. What panels are drawn from in tests. */
#ifndef TESTS_SAMPLE_ROOM_H
#define TESTS_SAMPLE_ROOM_H

#include "app/core/picture.h"

enum { ROOM_SEQUENCE = 1408822 };
#define ROOM_NOW_MS 1794922327000       /* 2026-11-17 14:32:07 in Europe/Paris. */

/* The caller owns the picture. With `layers_folder` the sample city's layers stand in it too. */
struct picture *sample_room_new(const char *layers_folder);
/* The same site with nothing in it. */
struct picture *sample_room_idle(void);

#endif
