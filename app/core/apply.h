/* apply.h - how events change rows. For the core's own files; everybody else calls picture.h.
 *
 * Nothing here decides: what an event says is written down, and what follows from it without a
 * choice (a clock that starts, a sum) is kept true. */
#ifndef APP_CORE_APPLY_H
#define APP_CORE_APPLY_H

#include "app/base/text.h"
#include "app/core/picture.h"

/* The row with that key, made when there is none. */
void *picture_row_numbered(struct picture *picture, enum object_kind kind, uint32_t number);
void *picture_row_called(struct picture *picture, enum object_kind kind, const char *key);
/* Frees the row. */
void picture_remove(struct picture *picture, enum object_kind kind, void *row);
/* After `feed` and `source` of a new row were written. */
void picture_index_source(struct picture *picture, enum object_kind kind, void *row);

/* Instants that follow from a row alone; 0 for none. */
int64_t order_due_ms(const struct order *order);            /* It expires, or leaves the picture. */
int64_t incident_leaves_ms(const struct incident *incident);
int64_t message_leaves_ms(const struct message *message);
int64_t hazard_due_ms(const struct hazard *hazard);
/* No receipt can move it any more. */
bool order_is_over(const struct order *order);

#endif
