/* shaping.h - a layer being put together, whatever format it comes from: records, parts and
 * vertices in the order of the file, then into WGS 84, then what cannot be drawn left out and
 * counted. Between shaping_start() and shaping_finish() vertices hold x as lon_deg and y as lat_deg
 * of the file's own system. */
#ifndef MAPS_SHAPING_H
#define MAPS_SHAPING_H

#include "app/base/buffer.h"
#include "maps/shapefile.h"
#include "maps/watch.h"

/* Why a record of the file is a null record here. What the file itself calls null is not counted.
 * */
#define LEFT_OUTS(ROW)                                  \
    ROW(DELETED,    "deleted")                          \
    ROW(DAMAGED,    "damaged")                          \
    ROW(OFF_EARTH,  "not on the earth")

#define ROW(upper, text) LEFT_OUT_##upper,
enum left_out { LEFT_OUTS(ROW) LEFT_OUT_COUNT };
#undef ROW

enum { SHAPE_KINDS = 3, VERTICES_MAX = 64 * 1000 * 1000 };     /* 1 GiB of points. */

struct shaping {
    const char *name;                   /* As the caller gave it, for sentences. */
    struct shapes *shapes;
    enum shape_kind kind;               /* Records of other kinds are counted, not kept. */
    bool kind_given;                    /* By whoever asked: then nothing is said of others. */
    uint32_t part_capacity, vertex_capacity, record_capacity;
    uint32_t left_out[LEFT_OUT_COUNT];
    struct watch *watch;                /* Whether it is still wanted; NULL: it is. */
    char *why;
    size_t why_bytes;
};

void shaping_start(struct shaping *shaping);
void shaping_clear(struct shaping *shaping);            /* Frees the shapes, if still there. */

/* Writes the sentence, "NAME: reason.", and returns `status`. */
enum status shaping_fail(struct shaping *shaping, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* One more half-sentence of the warning, while there is room. */
void shaping_warn(struct shaping *shaping, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Room for what is to come, so that arrays need not grow: an upper bound is best, since memory that
 * is never touched costs nothing. */
void shaping_reserve(struct shaping *shaping, uint32_t records, uint32_t vertices);
/* Is the layer still wanted, with `done` of `all` records read? Looks at it now and then only. On
 * false the caller ends with shaping_stopped(). */
bool shaping_goes_on(struct shaping *shaping, uint64_t done, uint64_t all);
enum status shaping_stopped(struct shaping *shaping);
/* The next record, null so far. */
void shaping_record(struct shaping *shaping);
/* One more part of this record, `count` vertices at the place returned, which the caller fills. */
struct geo_point *shaping_part(struct shaping *shaping, uint32_t count);
/* Closes the ring that was added last. */
void shaping_close_ring(struct shaping *shaping);
/* Makes this record null and counts it. */
void shaping_leave_out(struct shaping *shaping, enum left_out reason);
/* No more than VERTICES_MAX with `count` more? */
bool shaping_has_room(const struct shaping *shaping, uint64_t count);

/* Into WGS 84: `crs` is the text of a .prj, or an authority's code ("EPSG:25832"); empty when
 * nobody said, and then `hint` (NULL for none) says where one might be. */
enum status shaping_to_wgs84(struct shaping *shaping, struct span crs, const char *hint);
/* Boxes, bounds, both sides of the date line, counts into the warning. */
enum status shaping_finish(struct shaping *shaping);

#endif
