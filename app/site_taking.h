/* site_taking.h - the hand that takes site.conf apart: where problems go, and how a value becomes a
 * field. Shared by the files that read site.conf; nobody else needs it. */
#ifndef APP_SITE_TAKING_H
#define APP_SITE_TAKING_H

#include "app/conf_text.h"
#include "app/site_conf.h"

enum weight {
    WRONG,          /* The site cannot be run like this. */
    ODD,            /* It can, without the thing that is named: a disk is not always there. */
};

struct taking {
    const struct site_conf_options *options;
    struct site_conf *conf;
    struct arena *arena;
    struct buffer *problems;
    uint32_t wrong_count, odd_count;
};

/* "site.conf:41: unit E7: " and the sentence. `line` 0 is the section's own; `section` NULL is the
 * whole file. */
void problem(struct taking *taking, enum weight weight, uint32_t line,
             const struct conf_section *section, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* The title into the record's key, its keys into the fields of their names. */
void record_take(struct taking *taking, const struct conf_section *section,
                 const struct record_shape *shape, void *record);
/* The keys that are there into the fields of their names; the others stay as they are. */
void fields_take(struct taking *taking, const struct conf_section *section,
                 const struct record_shape *shape, void *record);
/* The key of a field: its name with "-" for "_", an instant's without its unit. Returns `key`. */
enum { CONF_KEY_BYTES = 40 };
const char *key_of(const char *name, char key[CONF_KEY_BYTES]);
/* "yes", "no" and their like. */
bool flag_read(const char *text, bool *ret_flag);

/* A name that people type and that stands in one word on a screen. */
void name_check(struct taking *taking, const struct conf_section *section);
void needed(struct taking *taking, const struct conf_section *section, const char *key);

/* The key's line, the section's without it; its first text, "" without it. */
uint32_t line_of(const struct conf_section *section, const char *key);
const char *text_of(const struct conf_section *section, const char *key);
/* The first section of that kind inside, or NULL. */
const struct conf_section *section_of(const struct conf_section *parent, const char *kind);

/* Absolute, from the folder of site.conf, "." and ".." taken out. The caller frees it. */
char *path_resolve(const struct site_conf *conf, const char *path);

/* ---- one for each kind of section (site_sections.c, site_feeds.c, site_geography.c) ---- */
typedef void section_take_fn(struct taking *taking, const struct conf_section *section,
                             void *record);
section_take_fn type_take, disposition_take, facility_take, layer_take, operator_take, unit_take;
section_take_fn hazard_kind_take;
section_take_fn feed_take;          /* Fills conf->feed_sources[conf->feed_count] too. */
void site_take(struct taking *taking, const struct conf_section *section);
/* Writes the hello of watchdesk-geo from the sections `streets`, `zone`, `places` and `alias`. */
void geography_take(struct taking *taking, const struct conf_section *root);

/* A file, no link, of ours or root, that only its owner may read or write: else it is no secret;
 * `why` gets the sentence. */
bool secret_is_kept(const char *path, struct buffer *why);

/* The shapes of what the sections become; the part of a unit and a feed that site.conf says. */
struct site_shapes {
    struct record_shape site, type, disposition, facility, layer, layer_class, operator, unit, feed;
    struct record_shape hazard_kind;
};
extern const struct site_shapes site_shapes;

#endif
