/* things.h - what a message says of things with an identity, on its way to the hub: each is said
 * once, by the id that the hub knows it by, and again only when it is news (identity.h).
 *
 * Besides the report's own fields a mapping may say, for hazards and incidents,
 *     ids        all ids of it, parted by commas, blanks or semicolons, or a list
 *     version    a time or a number; larger is newer
 *     replaces   ids of others that are over with this one
 *     geocodes   an object of lists, {"UGC":["MAZ015"],"SAME":["025025"]}: where a hazard without a
 *                geometry is, looked up in layers of the site (cap_codes.h) */
#ifndef FEEDS_THINGS_H
#define FEEDS_THINGS_H

#include "feeds/cap_codes.h"
#include "feeds/feed.h"
#include "feeds/identity.h"
#include "feeds/mapping.h"

extern const char *const things_extras[];       /* For mapping_feed_terms. */

struct things_count {
    uint32_t said, same, older, passed_over, refused;
};

struct things;
/* Its memory is kept in the feed's scratch folder. `codes` may be NULL. */
struct things *things_new(struct feed *feed, const struct mapping *mapping,
                          const struct cap_codes *codes);
void things_free(struct things *things);

/* Maps one message and says what is news in it. A refusal is the caller's to say. Counts. */
struct verdict things_take(struct things *things, const struct expression_source *source,
                           struct span cursor);
/* The same refused bytes are said once, not at every poll. */
void things_refuse(struct things *things, const struct verdict *verdict, struct span bytes);

/* Keeps the memory on disk, where anything has changed. */
void things_keep(struct things *things);
/* What was taken since the last call. */
struct things_count things_counted(struct things *things);

#endif
