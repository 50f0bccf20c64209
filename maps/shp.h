/* shp.h - the geometry of a shapefile: the records of the .shp in the order of its index (.shx).
 *
 * Read by ourselves, not by shapelib: that allocates and copies for each record, needs the .shx to
 * be there and right, and would write a new one beside the data. Here an index that is missing,
 * damaged, short or that names records twice is made anew in memory by walking the .shp, and what
 * no index can save is counted as left out. Tests hold the two readers against one another.
 * Format: Esri, "ESRI Shapefile Technical Description", 1998; standards.md section 12. */
#ifndef MAPS_SHP_H
#define MAPS_SHP_H

#include "maps/dbf.h"
#include "maps/shaping.h"
#include "maps/source.h"

/* Reads every record into `shaping`, which has been started. Rows that `dbf` (NULL for none) calls
 * deleted become null. shaping->shapes->kind_records is filled. Errors, with the sentence written:
 * STATUS_IO; STATUS_CORRUPT; STATUS_TOO_LARGE. */
enum status shp_read(struct shaping *shaping, const struct source *source, struct dbf *dbf);

/* The kind that the header of the .shp promises; false for one that promises nothing. */
bool shp_kind(const struct source *source, enum shape_kind *ret_kind);

#endif
