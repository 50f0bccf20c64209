/* hub_talk.h - a test's own client of a hub (app/core/wire.h), with deadlines: it says what it
 * likes, also what no client of ours would. */
#ifndef TESTS_HUB_TALK_H
#define TESTS_HUB_TALK_H

#include "app/core/wire.h"
#include "tests/site.h"

struct hub_talk;
/* Connects to the hub of that folder; fails the running test when none answers in time. */
struct hub_talk *hub_talk_open(const char *folder);
void hub_talk_close(struct hub_talk *talk);
/* The line's end is added. False when the hub is gone. */
bool hub_talk_send(struct hub_talk *talk, const char *line);
bool hub_talk_send_span(struct hub_talk *talk, struct span bytes);
/* The next line, parsed, the caller's to free; NULL when the hub is gone or time is over. */
struct json *hub_talk_line(struct hub_talk *talk, int64_t deadline_ms);
/* The next line that has the member `name`; others are passed over. */
struct json *hub_talk_until(struct hub_talk *talk, const char *name, int64_t deadline_ms);
/* Greets as `as` ("" for none: reads only), and takes the hub's hello; false when it refuses. */
bool hub_talk_greet(struct hub_talk *talk, const char *as, bool joins);

#endif
