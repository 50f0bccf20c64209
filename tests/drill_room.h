/* drill_room.h - our programs under pseudo-terminals in a scratch site, and a drill that has come
 * to its end: its clock stands, so what its consoles show is the same whenever it is read. */
#ifndef TESTS_DRILL_ROOM_H
#define TESTS_DRILL_ROOM_H

#include "tests/site.h"
#include "tests/terminal.h"

/* `watchdesk ARGUMENT...` in a terminal and in the site's environment; NULL ends the list. The
 * locale is the options', C.UTF-8 when they have none. `extra` is one more "NAME=value", or NULL;
 * the options' environment and directory are not looked at. */
struct terminal *site_terminal(struct test_site *site, const struct terminal_options *options,
                               const char *extra, const char *const *arguments);

struct drill_room;
/* Plays the drill file `script` to its end, as fast as it can; a console of the room's own keeps
 * its hub running. The script's "site" is relative to the source tree; `ends_at` is the clock at
 * its end. NULL, after printing why, when the drill does not get there. */
struct drill_room *drill_room_open(enum site_programs programs, const char *script,
                                   const char *ends_at);
/* Ends the drill and removes all it wrote. */
void drill_room_close(struct drill_room *room);

struct test_site *drill_room_site(struct drill_room *room);
/* Of the drill's own site, for --site. */
const char *drill_room_folder(const struct drill_room *room);
/* Starts one more console on the drill, and does not wait for it. */
struct terminal *drill_room_console(struct drill_room *room, const struct terminal_options *options,
                                    const char *extra, const char *as);

#endif
