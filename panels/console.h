/* console.h - the console as a running program: terminal, connection, clock and map thread, tied to
 * the pure middle (replica, view, control, screen). Callbacks only note what came; one frame draws
 * it, at most 30 a second. */
#ifndef PANELS_CONSOLE_H
#define PANELS_CONSOLE_H

#include "panels/link.h"
#include "panels/term.h"

struct console_options {
    struct link_options link;
    struct term_options term;
};

/* Runs until `quit`, a signal, or the refusal of the hub; the terminal is then as it was. Returns
 * the exit code of the process: 0, or 1 for a refusal or a terminal that cannot be used, said on
 * stderr. */
int console_run(const struct console_options *options);

#endif
