/* gzip.h - a body that comes compressed (RFC 1952) opened piece by piece, with two limits: how long
 * it may get, and how many times longer than what was sent. The door to zlib in this folder. */
#ifndef FEEDS_GZIP_H
#define FEEDS_GZIP_H

#include "app/base/buffer.h"
#include "app/base/verdict.h"

enum {
    GZIP_RATIO_MAX = 100,               /* XML and JSON shrink to a tenth, hardly to a thirtieth. */
    GZIP_RATIO_FROM = 64 * 1024,        /* Shorter bodies harm nobody, however well they pack. */
};

struct gzip;
struct gzip *gzip_new(size_t bytes_max);
void gzip_free(struct gzip *gzip);

/* Opens the next piece to the end of `out`. Refusals: BAD_SYNTAX (no gzip, or damaged); TOO_LONG:
 * over bytes_max, with the field "ratio" when it is GZIP_RATIO_MAX times what was sent. */
struct verdict gzip_add(struct gzip *gzip, struct span piece, struct buffer *out);
/* TRUNCATED when the last member has no end. */
struct verdict gzip_end(const struct gzip *gzip);

#endif
