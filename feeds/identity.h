/* identity.h - which things of a source are one thing, though it gives them several ids and changes
 * the preferred one; and which version of each was said last. The memory of one feed.
 *
 * A thing is known by any of its ids (standards.md section 5: USGS `ids`). The hub hears of it by
 * the id it had first, for ever. Invariants:
 *  I1 an id belongs to one thing at most;
 *  I2 a version older than the one said last is never said;
 *  I3 a thing that another replaced is never said again.
 * Nothing is forgotten because a source lists it no more. Pure. */
#ifndef FEEDS_IDENTITY_H
#define FEEDS_IDENTITY_H

#include "app/base/buffer.h"

enum {
    /* Things remembered; over it the quarter untouched for longest is forgotten, so that one of
     * them that comes again is told again. */
    IDENTITY_THINGS_MAX = 20000,
    IDENTITY_IDS_MAX = 64,              /* Of one thing; more are passed over. */
    IDENTITY_ID_BYTES_MAX = 150,        /* Longer ones are passed over. */
};

struct identity;
struct identity *identity_new(void);
void identity_free(struct identity *identity);
uint32_t identity_count(const struct identity *identity);

/* One message about a thing, as it comes. */
struct sighting {
    const struct span *ids;             /* The preferred first; at least one. */
    uint32_t id_count;
    int64_t version;                    /* Larger is newer; 0: the source has none. */
    uint64_t content;                   /* A digest of what would be said. */
    bool cancel;
    const struct span *replaces;        /* Ids of things that this one takes the place of. */
    uint32_t replaces_count;
};

enum identity_news {
    IDENTITY_TELL,                      /* New, changed, or over. */
    IDENTITY_SAME,                      /* As said last. */
    IDENTITY_OLDER,                     /* I2. */
    IDENTITY_OVER,                      /* I3; or a cancel of what was never said. */
};

struct identified {
    enum identity_news news;
    const char *id;                     /* By which the hub knows it. */
    /* Other things, said before, that are over with this one: replaced, or found to be the same. To
     * be cancelled by these ids. */
    const char **ended;
    uint32_t ended_count;
};

/* Takes a sighting; what it answers lives in `arena`. */
struct identified identity_take(struct identity *identity, const struct sighting *sighting,
                                struct arena *arena);
/* It could not be said after all: the next sighting is news again. */
void identity_unsaid(struct identity *identity, const char *id);

/* The memory as lines, to be kept on disk, and back; lines that are none are passed over. */
void identity_write(const struct identity *identity, struct buffer *out);
void identity_read(struct identity *identity, struct span lines);

#endif
