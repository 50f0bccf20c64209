/* runner.h - the life of one feed process: hello, sandbox, adapter, and the loop between them.
 *
 *   start -> hello read and judged -> walls up -> adapter started -> loop -> flushed -> exit
 *
 * The loop waits for the hub, the source and the clock; adapters only answer. Exit codes: 0 the hub
 * closed our stdin, or the source ended; 1 the adapter could not go on, or (by hand) something was
 * refused; 2 the hello or the command line was wrong. */
#ifndef FEEDS_RUNNER_H
#define FEEDS_RUNNER_H

#include "feeds/adapters.h"

/* Runs until the hub closes stdin. Returns the exit code. */
int runner_serve(const struct feed_adapter *adapter);

/* --try: the hub's side is made up here from `settings` ("name=value"), stdin becomes the
 * adapter's source, and the reports are printed. */
int runner_try(const struct feed_adapter *adapter, char *const *settings, int setting_count);

#endif
