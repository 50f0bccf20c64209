/* talk.h - a conversation with a running hub, for the sub-commands: greet, ask, wait for the
 * answer. What goes wrong is said on stderr. */
#ifndef APP_TALK_H
#define APP_TALK_H

#include "app/client.h"
#include "app/base/json.h"

struct talk {
    int fd;
    struct line_buffer *lines;
    bool drill;                     /* The hub runs one: whatever is printed of it says so. */
    int64_t next_ref;
};

/* Connects and greets; talk_close() after either end. False: no hub, or it refuses us. */
bool talk_open(struct talk *talk, const struct client_options *options, bool reads_only);
void talk_close(struct talk *talk);
/* "DRILL " or "". */
const char *talk_mark(const struct talk *talk);

/* {"NAME":"TEXT",...,"ref":N}: asks and waits. The answer is the caller's to free; NULL: the hub
 * ended. */
struct json *talk_ask(struct talk *talk, const char *name, const char *text,
                      const struct client_options *options);
/* The same for a look-up: `ask` is its object as JSON. */
struct json *talk_look(struct talk *talk, struct span ask);

#endif
