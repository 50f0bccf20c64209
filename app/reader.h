/* reader.h - the hub's other eye: a picture of its own, folded from durable entries on a thread,
 * for whoever asks what the picture is. So the loop never walks the live picture, and nothing that
 * is not on the disk is ever shown (CONTRACTS sections 2 and 3). One request at a time, in
 * order. */
#ifndef APP_READER_H
#define APP_READER_H

#include "app/hub.h"

#define READER_ASKS(ROW)                                                                  \
    ROW(JOIN)           /* The dump, then its end: what a console starts from. */         \
    ROW(SHOW)           /* `text` as lines in a JSON list. */                             \
    ROW(WHY)            /* The chain behind the object `text`. */                         \
    ROW(SNAPSHOT)       /* Into the site's folder. */
#define ROW(upper) READER_##upper,
enum reader_ask { READER_ASKS(ROW) READER_ASK_COUNT };
#undef ROW

struct reader_request {
    enum reader_ask ask;
    uint64_t client;
    int64_t ref;
    char text[200];                 /* What is asked for. */
    char at[40];                    /* SHOW: as it was then; "" for now. */
    bool json;
    char *more;                     /* SHOW: lines that follow; the reader's from here on. */
};

struct reader_reply {
    const struct reader_request *request;
    const char *problem;            /* A sentence; NULL when it went well. */
    struct span bytes;              /* Wire lines, ready to be sent. */
    uint64_t sequence;              /* Where its picture stands: durable. */
};
typedef void reader_done_fn(void *context, const struct reader_reply *reply);

struct reader *reader_new(struct hub *hub);
/* `done` runs on the loop. What it gets is a loan. */
void reader_ask(struct reader *reader, const struct reader_request *request, reader_done_fn *done,
                void *context);
bool reader_is_idle(const struct reader *reader);
void reader_free(struct reader *reader);            /* It must be idle. */

#endif
