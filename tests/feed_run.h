/* feed_run.h - watchdesk-feed run by a test that plays the hub: lines in, lines out.
 *
 * The program is the sanitized one of $BUILD. Its stdin is a FIFO that the test holds open, so that
 * it ends when the test says so; what it prints goes to files in the site's folder. */
#ifndef TESTS_FEED_RUN_H
#define TESTS_FEED_RUN_H

#include "tests/site.h"

/* A folder to work in, and what the last feed left. */
struct feed_desk;
struct feed_desk *feed_desk_new(void);
void feed_desk_free(struct feed_desk *desk);
struct test_site *feed_site(struct feed_desk *desk);

/* What a feed that has ended left; texts are loans until the desk's next feed ends. */
struct feed_ended {
    struct ending ending;
    const char *out, *err;
};

struct feed_talk;
/* Starts `watchdesk-feed ARGUMENT...`; NULL ends the list. */
#define feed_start(desk, ...) \
    feed_start_list((desk), (const char *const[]){ __VA_ARGS__, NULL })
struct feed_talk *feed_start_list(struct feed_desk *desk, const char *const *arguments);
/* Writes to its stdin; `text` has its own line ends. */
void feed_say(struct feed_talk *talk, const char *text);
/* Waits until its stdout holds `text`; fails the running test when it never does. */
void feed_hear(struct feed_talk *talk, const char *text);
/* The same for stderr. */
void feed_hear_log(struct feed_talk *talk, const char *text);
pid_t feed_process(const struct feed_talk *talk);
/* Closes its stdin, waits for its end (fails the test when it stays), and forgets it. */
struct feed_ended feed_end(struct feed_talk *talk);

/* Starts, says `input`, and ends. */
#define feed_run(desk, input, ...) \
    feed_run_list((desk), (input), (const char *const[]){ __VA_ARGS__, NULL })
struct feed_ended feed_run_list(struct feed_desk *desk, const char *input,
                                const char *const *arguments);
/* `--try`: `input` is a plain file, so any length and any bytes. */
#define feed_try(desk, input, ...) \
    feed_try_list((desk), (input), (const char *const[]){ "--try", __VA_ARGS__, NULL })
struct feed_ended feed_try_list(struct feed_desk *desk, struct span input,
                                const char *const *arguments);

/* How often `part` is in `text`. */
uint32_t text_count(const char *text, const char *part);

#endif
