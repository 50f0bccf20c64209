/* driving.h - how a street is driven: in which directions, how fast, on which level, or not at all;
 * out of the columns of its layer, as the layers of this world spell it.
 *
 * What the site configures wins. Beside that:
 *   one-way   the column's values say which spelling it uses (FT/TF/B/N; F/T/B/N; yes/no/-1, 1/0,
 *             true/false, Y/N, +/-; 0/1/2), and a value it does not know is both directions, said.
 *             Nobody drives against a one-way street, unless the site says so for its vehicles.
 *   speed     "50", "30 mph", "50 km/h", "50;30" (the first), "DE:urban", "none", "walk"; then by
 *             class; then the default. A class that nobody drives on stays so.
 *   closed    a street whose column says so is not driven; it keeps its addresses.
 *   level     a number, or a bridge (1) or a tunnel (-1); per end where the layer has that.
 * Pure. */
#ifndef MAPS_DRIVING_H
#define MAPS_DRIVING_H

#include "maps/streets.h"

struct driving;

/* Looks through the columns once. Lends both until driving_free(). A column that is not there is
 * named in `warnings`. */
struct driving *driving_new(const struct shapes *shapes, const struct street_columns *columns,
                            struct buffer *warnings);
void driving_free(struct driving *driving);

struct drive {
    float kmh;
    uint8_t ways;                   /* street_way; 0 where nobody drives. */
    int8_t level, from_level, to_level;     /* STREET_LEVEL_ANY: not said of that end. */
};
struct drive driving_read(struct driving *driving, uint32_t record);

/* Adds what the records read so far were taken for, and what was doubtful, one sentence each. */
void driving_say(const struct driving *driving, struct buffer *facts, struct buffer *doubts);

/* One speed as text; false when it says none. */
bool driving_speed(const char *text, enum speed_unit unit, double *ret_kmh);

#endif
