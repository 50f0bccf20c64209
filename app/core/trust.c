#include "app/core/trust.h"

#include <ctype.h>
#include <stdio.h>

#include "app/base/text.h"
#include "app/base/when.h"

static bool is_word(char byte)
{
    return isalnum((unsigned char)byte) || (byte & 0x80);
}

/* Does `name` stand in `text` with no letter or digit beside it? */
static bool names(const char *text, struct span name)
{
    struct span rest = span_of(text);

    for (size_t at = 0; name.length > 0 && at + name.length <= rest.length; at++) {
        size_t after = at + name.length;
        if (text_same_ignoring_case(span_from(rest.bytes + at, name.length), name)
            && (at == 0 || !is_word(rest.bytes[at - 1]))
            && (after == rest.length || !is_word(rest.bytes[after])))
            return true;
    }
    return false;
}

/* The first of a list "a,b" that the feed is; its length is 0 when there is none. */
static struct span denied_by(const struct site *site, const struct feed *feed)
{
    struct span suppliers = span_of(site->deny_suppliers), one;
    struct span places = span_of(site->deny_jurisdictions);

    while (span_cut(&suppliers, ',', &one))
        if (names(feed->supplier, span_trim(one)) || names(feed->maker, span_trim(one)))
            return span_trim(one);
    while (span_cut(&places, ',', &one))
        if (span_trim(one).length > 0
            && text_same_ignoring_case(span_of(feed->jurisdiction), span_trim(one)))
            return span_trim(one);
    return span_of("");
}

struct trust trust_now(const struct site *site, const struct feed *feed, int64_t now_ms)
{
    struct trust trust = { .level = feed->trust };
    struct span denied = denied_by(site, feed);

    if (denied.length > 0) {
        trust.none = trust.denied = true;
        snprintf(trust.why, sizeof trust.why, "this site denies %.*s",
                 (int)(denied.length < 80 ? denied.length : 80), denied.bytes);
        return trust;
    }
    if (feed->review_by_ms == 0 || now_ms < feed->review_by_ms)
        return trust;
    /* The instant is the end of the day that site.conf names. */
    struct civil day = civil_from_ms(feed->review_by_ms - 1);
    snprintf(trust.why, sizeof trust.why, "its review was due by %04d-%02d-%02d", day.year,
             day.month, day.day);
    if (feed->trust == TRUST_MAP_ONLY)
        trust.none = true;
    else
        trust.level = (enum trust_level)(feed->trust - 1);
    return trust;
}

bool trust_allows(const struct trust *trust, enum trust_level needed)
{
    return !trust->none && trust->level >= needed;
}

const char *trust_word(const struct trust *trust)
{
    return trust->none ? "none" : vocabulary_word(&trust_level_words, trust->level);
}
