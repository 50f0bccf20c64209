/* clients.h - the hub's side of the socket: consoles and the sub-commands that ask (wire.h says
 * what they say). A client is known by the user of its process (SO_PEERCRED), a number that is
 * never used again, and once it has greeted, by an operator's name.
 *
 *            accepted            hello                    join made by the reader
 *   (none) ----------> GREETING -------> GREETED ... JOINING ----------------------> JOINED
 *                          |                ^            ^   4 MiB behind: queue lost  |
 *                          '-> refused, closed           '-----------------------------' */
#ifndef APP_CLIENTS_H
#define APP_CLIENTS_H

#include "app/core/wire.h"
#include "app/hub.h"

enum {
    CLIENTS_MAX = 200,              /* A larger room needs another hub; a new one is refused. */
    CLIENT_ASKED_MAX = 64,          /* Lines of one client not yet answered; then it is not read. */
};
/* The asker of a drill file's commands. */
#define DRILL_CLIENT UINT64_MAX
enum { DRILL_STORY = -1 };      /* In place of its item: lines of the story. */

struct clients *clients_new(struct hub *hub);
void clients_free(struct clients *clients);             /* After its handles are closed. */
/* Listens on a new socket at `path`: mode 0600, or 0660 and of that group when `group` is not "".
 * On STATUS_IO `problem` says why. */
enum status clients_listen(struct clients *clients, const char *path, const char *group,
                           struct buffer *problem);
/* Says goodbye to all, closes every handle. */
void clients_close(struct clients *clients);
uint32_t clients_consoles(const struct clients *clients);

/* Does anybody follow the entries? */
bool clients_follow(const struct clients *clients);
/* A durable entry's wire line, to all that joined. */
void clients_entry(struct clients *clients, uint64_t sequence, struct span line);
/* `result` to the client, if it is still there. */
void clients_result(struct clients *clients, uint64_t client, const struct wire_result *result);
/* Each second of wall time, to all that joined. */
void clients_beat(struct clients *clients);
/* "failing" or "ok", at once. */
void clients_journal(struct clients *clients, bool failing);

/* Who waits for the answer of a question: kept when it is asked; given and forgotten when it ends.
 * Without one (a restart since) *ret_client becomes 0. */
void clients_wait(struct clients *clients, uint32_t question, uint64_t client, int64_t ref);
void clients_waited(struct clients *clients, uint32_t question, uint64_t *ret_client,
                    int64_t *ret_ref);

/* Appends the `command` input that the core decides. */
struct command_asked {
    const char *typed;
    enum operator_role role;
    int64_t saw;                    /* 0: no screen. */
    const char *problem;            /* Of `reload`: why site.conf is wrong; NULL when it is not. */
};
void command_input_write(const struct command_asked *asked, struct buffer *out);

#endif
