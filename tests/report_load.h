/* report_load.h - sensors that report without end: the load under which the hub and the console are
 * measured. */
#ifndef TESTS_REPORT_LOAD_H
#define TESTS_REPORT_LOAD_H

#include <sys/types.h>

#include "app/base/buffer.h"

/* Appends one report line of about 330 bytes, as ../shared/bench/c_parse measures. */
void report_load_print(struct buffer *out, uint32_t i);

/* A child that writes `count` reports into the FIFO at `path`, `a_second` of them each second (0:
 * as fast as they are read), and then holds it open until process_kill(). */
pid_t report_load_start(const char *path, uint32_t first, uint32_t count, uint32_t a_second);

#endif
