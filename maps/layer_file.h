/* layer_file.h - a layer and all its details as one file, made once and mapped by every console.
 *
 * The file is this machine's: its byte order, its sizes, its format number, else it is not read.
 * What is read are bytes from outside: every count, every offset and every index is checked, and
 * every point against the box of its feature, before anything is drawn by them. Pure but for the
 * FILE that is written to. Where files live and who may write them: layer_store.h. */
#ifndef MAPS_LAYER_FILE_H
#define MAPS_LAYER_FILE_H

#include <stdio.h>

#include "maps/layer.h"
#include "maps/watch.h"

/* What the file tells beside the layer. */
struct layer_notes {
    const char *identity;       /* Which files, of which time, in which columns: layer_store.h. */
    const char *warning;        /* What the reader of the source had to say, or "". */
};

/* Writes all of it from where `file` stands, making the details that the layer has one by one. It
 * looks at what layer_new() made and at nothing that changes after it, so the layer may be drawn
 * meanwhile. Errors: STATUS_FULL; STATUS_IO; STATUS_REFUSED (`watch` said stop). */
enum status layer_file_write(const struct layer *layer, const struct layer_notes *notes,
                             struct watch *watch, FILE *file);

/* A layer whose arrays lie in `bytes`, which must begin at a multiple of 8 and outlive it; its
 * style, and the limits of its classes, are those of `style`. NULL when the bytes are not a layer
 * of that identity in every respect. *ret_warning is a loan of `bytes`. */
struct layer *layer_file_read(const struct map_layer_style *style, const char *identity,
                              const void *bytes, size_t byte_count, const char **ret_warning);
/* As layer_file_read(), and calls `passed` as the checks go along, with how many bytes from the
 * start they have been over, some of them more than once: pages that are mapped need not all be
 * there. */
typedef void layer_file_passed_fn(void *context, size_t byte_count);
struct layer *layer_file_read_telling(const struct map_layer_style *style, const char *identity,
                                      const void *bytes, size_t byte_count,
                                      layer_file_passed_fn *passed, void *context,
                                      const char **ret_warning);
/* Gives bytes the length and the checksum that they must have. For tests of damage, which would
 * else see these two only. */
void layer_file_seal(void *bytes, size_t byte_count);

#endif
