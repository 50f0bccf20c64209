/* geography.h - the hub's side of watchdesk-geo: questions of the picture, asked when they are
 * durable, whose answers are inputs; and look-ups of screens, which pass through unjournaled.
 *
 * After a restart of either process the open questions are asked again. While geography is away,
 * each is answered {"question":N,"failed":"..."} at once, so that an incident opens unconfirmed
 * rather than late. */
#ifndef APP_GEOGRAPHY_H
#define APP_GEOGRAPHY_H

#include "app/hub.h"

enum {
    GEOGRAPHY_LOOKS_MAX = 256,      /* Look-ups under way; the next is refused. */
    GEOGRAPHY_LOOK_BYTES_MAX = 256 * 1024,      /* Of an answer to a screen. */
    GEOGRAPHY_AGAIN_MS_MIN = 1000, GEOGRAPHY_AGAIN_MS_MAX = 60000,
};

struct geography *geography_new(struct hub *hub);
void geography_free(struct geography *geography);
/* Of its process; 0 while there is none. */
int geography_pid(const struct geography *geography);
/* Starts watchdesk-geo with the site's layers; a site without any is served without. */
void geography_start(struct geography *geography, const char *hello);
void geography_stop(struct geography *geography);
/* All its handles are closed. */
bool geography_is_over(const struct geography *geography);

/* What a turn decided, and what of that is durable now. */
void geography_decided(struct geography *geography, const struct turn *turn);
void geography_durable(struct geography *geography, uint64_t sequence);
/* A drill waits for these: it has greeted (or cannot), and has answered all it was asked. */
bool geography_is_ready(const struct geography *geography);
bool geography_is_quiet(const struct geography *geography);

/* Passes a screen's ask on as look.h makes it; `done` gets the answer without its ref, as JSON. One
 * larger than GEOGRAPHY_LOOK_BYTES_MAX becomes {"failed":...}. False with a sentence in `problem`:
 * it cannot be asked, and `done` is not called. */
typedef void geography_looked_fn(void *context, uint64_t client, int64_t ref, struct span found);
struct geography_asker {
    uint64_t client;
    int64_t ref;
    geography_looked_fn *done;
    void *context;
};
bool geography_look(struct geography *geography, const struct json *ask,
                    const struct geography_asker *asker, struct buffer *problem);

#endif
