/* orders_out.h - what leaves towards adapters because of an entry, once that entry is durable:
 * orders, injects of a drill, and a unit's status that a dispatcher typed.
 *
 * An order leaves when it is queued, no longer waits for its route, and all that made it so is on
 * the disk; then the tick "sent" is entered. When its feed comes up again, a SAFE feed is sent
 * again what has no receipt yet; an order to an ASK feed that may have left before a crash is
 * entered as "may have been sent" and never sent again unasked. */
#ifndef APP_ORDERS_OUT_H
#define APP_ORDERS_OUT_H

#include "app/hub.h"

struct orders_out *orders_out_new(struct hub *hub);
void orders_out_free(struct orders_out *orders);
void orders_out_decided(struct orders_out *orders, const struct turn *turn);
void orders_out_durable(struct orders_out *orders, uint64_t sequence);
/* The feed's process has greeted. */
void orders_out_feed_up(struct orders_out *orders, const char *feed);

#endif
