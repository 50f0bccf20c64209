/* guard_print.h - the part of `watchdesk check` about feeds: the walls of this machine, then feed
 * by feed what each may do and see. */
#ifndef APP_GUARD_PRINT_H
#define APP_GUARD_PRINT_H

#include "app/site_conf.h"

/* Onto stdout. `now_ms` decides whether a review is due. */
void guard_print(const struct site_conf *conf, const struct adapter_list *adapters,
                 int64_t now_ms);

#endif
