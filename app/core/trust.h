/* trust.h - what a feed may do now: its level in site.conf, less what an expired review takes, and
 * nothing at all when site.conf denies its supplier (DESIGN section 7). Pure: the time is handed
 * in, so a replay decides as the hub did. */
#ifndef APP_CORE_TRUST_H
#define APP_CORE_TRUST_H

#include "app/core/objects.h"

struct trust {
    bool none;                      /* Not even map-only. */
    bool denied;                    /* By the site's policy: it is not even started. */
    enum trust_level level;         /* Only when not `none`. */
    char why[160];                  /* Why it is less than site.conf gives; "" when it is not. */
};

/* A denied name is one that stands in `supplier` or `maker` as whole words, whatever the case:
 * "Acme" denies "Acme Sensors Ltd". A denied jurisdiction is the feed's, whole. A review counts as
 * expired from the end of its day on; it takes one level, and from map-only the last one. */
struct trust trust_now(const struct site *site, const struct feed *feed, int64_t now_ms);
bool trust_allows(const struct trust *trust, enum trust_level needed);
/* "raise", or "none". */
const char *trust_word(const struct trust *trust);

#endif
