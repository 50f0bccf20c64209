/* mapping_inside.h - what the two halves of a mapping share: mapping.c reads the rules,
 * mapping_take.c uses them on a message. For nobody else. */
#ifndef FEEDS_MAPPING_INSIDE_H
#define FEEDS_MAPPING_INSIDE_H

#include "feeds/mapping.h"

enum { ANY_KIND = REPORT_KIND_COUNT };

struct rule {
    uint32_t kind;              /* A report_kind, or ANY_KIND. */
    const char *name;
    const struct expression *expression;
    const char *text;           /* As written, for sentences. */
    bool spare;                 /* An adapter's own: no matter if nothing needs it. */
};

struct mapping {
    struct mapping_options options;
    struct arena *arena;
    struct rule rules[MAPPING_RULES_MAX];
    uint32_t rule_count;
    bool kinds[REPORT_KIND_COUNT];      /* That it may make. */
};

/* The rule for a field of that kind: its own before that of all. NULL: there is none. */
const struct rule *mapping_rule(const struct mapping *mapping, uint32_t kind, const char *name);
/* "location+status"; false when one is no kind that a mapping can make. */
bool mapping_kinds_read(struct span words, bool ret_kinds[REPORT_KIND_COUNT]);
/* The field that "lat" and "lon" fill; NULL: that kind is nowhere. */
const struct field *mapping_point_field(enum report_kind kind);

#endif
