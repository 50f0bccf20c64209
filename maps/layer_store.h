/* layer_store.h - kept layers: files of layer_file.h in a folder of this machine, never beside the
 * data. Every console maps the same file, so its pages are in memory once.
 *
 * Two folders are looked at: the shared one, /var/cache/watchdesk/layers, where an administrator
 * has made it; then one's own, $XDG_CACHE_HOME/watchdesk/layers (~/.cache without it). A kept layer
 * goes to the first of them that takes it. $WATCHDESK_CACHE names one folder in place of both;
 * "off" keeps nothing.
 *
 * Trust: a kept file is read when it is a plain file, its owner is ourselves, root or the owner of
 * the folder, and nobody else may write to it; then every byte of it is checked (layer_file.h).
 * It is written under another name, moved into place, and never changed after: a mapping keeps what
 * it mapped. Only its owner could cut it short under a mapping, and nothing of ours does. Small
 * ones are copied into memory, where not even that counts.
 *
 * A folder holds STORE_BYTES_MAX; past that the ones unused for longest go. */
#ifndef MAPS_LAYER_STORE_H
#define MAPS_LAYER_STORE_H

#include "app/base/buffer.h"
#include "maps/layer.h"
#include "maps/watch.h"

enum { STORE_FOLDERS = 2, STORE_PATH_BYTES = 512 };
#define STORE_BYTES_MAX ((uint64_t)2 << 30)

struct layer_store {
    uint32_t folder_count;
    char folders[STORE_FOLDERS][STORE_PATH_BYTES];      /* The shared one first. */
    bool made[STORE_FOLDERS];           /* One's own: made when it is not there. */
    uint64_t bytes_max;
};

/* Finds the folders by the environment. */
void layer_store_find(struct layer_store *store);

/* Which files a layer is read from, of what size, time and inode, and by which columns and classes:
 * two layers of one identity are the same but for their colours. Added to `text`, NUL at its end.
 * False when there is no such file. */
bool layer_store_identity(const struct map_layer_style *style, struct buffer *text);

/* The size of the file that holds its shapes; 0 when there is none. */
uint64_t layer_store_bytes(const struct map_layer_style *style);

/* The kept layer of that identity, and what its reader had to say in `warning`; NULL when none is
 * there that can be trusted. */
struct layer *layer_store_take(const struct layer_store *store,
                               const struct map_layer_style *style, const char *identity,
                               char *warning, size_t warning_bytes);

struct layer_keeping {
    const struct layer *layer;          /* Only what layer_new() made is looked at. */
    const struct map_layer_style *style;
    const char *identity, *warning;
    struct watch *watch;
};
/* Makes the details of a layer, which may be drawn meanwhile, and keeps it. One at a time writes to
 * a folder; when another had just kept the same, that is all. Errors, with a sentence in `why`:
 * STATUS_FULL, STATUS_IO (no folder takes it); STATUS_REFUSED (the watch said stop, or no folder
 * is wanted). */
enum status layer_store_keep(const struct layer_store *store, const struct layer_keeping *keeping,
                             char *why, size_t why_bytes);

struct layer_mapping;
void layer_mapping_free(struct layer_mapping *mapping);

#endif
