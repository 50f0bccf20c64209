/* template.h - an adapter to copy: the stages of rivers, one line each, "STATION<tab>METRES". Its
 * row stands in template.c and not in adapters.c, so no site can start it; a test runs it. */
#ifndef FEEDS_TEMPLATE_H
#define FEEDS_TEMPLATE_H

#include "feeds/adapters.h"

extern const struct feed_adapter template_adapter;

/* One gauge's line, without its line end. It is an alarm from `over_m` on. Writes *ret_report, with
 * strings in `arena`, only when it accepts. Pure: no file, no clock. */
struct verdict template_parse(struct span line, double over_m, struct arena *arena,
                              struct report *ret_report);

#endif
