/* program.h - a program of others on two pipes: started under our walls, ended with all it starts.
 *
 * It dies with this process, gets no environment of ours, and writes its stderr into the feed's
 * log. What it may read and execute are the paths that the feed's settings name (sandbox.h). */
#ifndef FEEDS_PROGRAM_H
#define FEEDS_PROGRAM_H

#include <sys/types.h>

#include "feeds/feed.h"

enum { PROGRAM_ARGUMENTS_MAX = 64 };

/* A group of its own ends with all it starts; in ours, a person's ^C at a terminal reaches it. */
enum program_group { PROGRAM_OWN_GROUP, PROGRAM_OUR_GROUP };

struct program {
    pid_t pid;
    enum program_group group;
    int stdin_fd, stdout_fd;            /* Our ends; the caller closes them. */
};

/* Splits at blanks, in place, behind what is in `arguments` already; ends it with NULL. What is
 * over PROGRAM_ARGUMENTS_MAX is left out. `arguments` has room for one more than that. */
void program_arguments_split(char *text, char **arguments);

/* `arguments` from argv[0] on, NULL at the end. False: it has been logged why. */
bool program_start(struct feed *feed, const char *path, char *const *arguments,
                   enum program_group group, struct program *ret_program);
/* Sends the signal to it, and in a group of its own to what it started. */
void program_signal(const struct program *program, int signal_number);
/* Ends what it started and left behind, when it had a group of its own; it is gone itself. */
void program_sweep(const struct program *program);

#endif
