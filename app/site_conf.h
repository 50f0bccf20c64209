/* site_conf.h - what a site is: site.conf read, checked, and told on.
 *
 * site.conf becomes (a) the `config` input of the journal, without secrets, from which alone the
 * core decides; (b) what the hub needs to start feeds; (c) the hello of watchdesk-geo.
 * Everything wrong is found in one reading and said as "site.conf:41: unit E7: station St9 is
 * not among the facilities". Paths in site.conf are relative to it. The one door to libconfuse. */
#ifndef APP_SITE_CONF_H
#define APP_SITE_CONF_H

#include "app/adapter_list.h"

/* ---- the site ---- */
struct conf_pair {
    char *name, *value;
};
/* A feed as the hub starts it; the same index as in `feeds`. */
struct site_feed {
    struct conf_pair *settings;         /* Paths are absolute when the adapter is known. */
    uint32_t setting_count;
    struct conf_pair *secrets;          /* Name and file (absolute). */
    uint32_t secret_count;
};

/* All owned. Arrays are in the order of the file; members as objects.h lists them. */
struct site_conf {
    char *path, *directory;             /* Absolute. */
    struct site site;
    struct type *types;
    struct disposition *dispositions;
    struct facility *facilities;
    struct hazard_kind *hazard_kinds;
    struct layer *layers;               /* `file` is absolute. */
    struct layer_class *layer_classes;
    struct operator *operators;
    struct unit *units;                 /* Only the part that site.conf says is filled. */
    struct feed *feeds;                 /* Likewise. */
    struct site_feed *feed_sources;
    uint32_t type_count, disposition_count, facility_count, layer_count, layer_class_count;
    uint32_t operator_count, unit_count, feed_count, hazard_kind_count;
    char *group;                        /* Site group of the socket; "" without one. */
    char *geography;                    /* The hello of watchdesk-geo, one JSON line. */
};

struct site_conf_options {
    const char *path;                   /* The site's folder, or the file itself. */
    const struct adapter_list *adapters;        /* NULL: adapters are not checked. */
    bool drill;                         /* The site of a drill: `site.drill`, `site.exercise`. */
    const char *exercise;               /* NULL without. */
};

/* Reads and checks. On STATUS_OK the caller owns *ret_conf until site_conf_free(). Else, and with
 * STATUS_OK only when something is merely odd, `problems` holds one sentence a line. Errors:
 * NOT_FOUND (no such file); REFUSED (something in it is wrong). */
enum status site_conf_read(const struct site_conf_options *options, struct site_conf **ret_conf,
                           struct buffer *problems);
void site_conf_free(struct site_conf *conf);

/* Appends the `config` input as turn.h describes it. */
void site_conf_write(const struct site_conf *conf, struct buffer *out);
/* Appends the hello of watchdesk-geo with what the map draws beside it, for its --check. */
void site_conf_write_check(const struct site_conf *conf, struct buffer *out);
/* Appends the settings, the secrets (read now from their files) of feed `index`, each as one JSON
 * object. Secrets: false with a sentence in `problems` when one cannot be read or others may read
 * it. */
void site_conf_write_settings(const struct site_conf *conf, uint32_t index, struct buffer *out);
bool site_conf_write_secrets(const struct site_conf *conf, uint32_t index, struct buffer *out,
                             struct buffer *problems);

/* What `watchdesk check` prints of the file itself: every problem, a line each, then how many, or
 * what the site has. True when it is right. */
bool site_conf_check(const struct site_conf_options *options, struct buffer *out);

#endif
