/* mqtt_settings.h - what site.conf says of an MQTT feed, read and judged. No network yet. */
#ifndef FEEDS_MQTT_SETTINGS_H
#define FEEDS_MQTT_SETTINGS_H

#include "feeds/adapters.h"
#include "feeds/mqtt_capture.h"
#include "feeds/mqtt_link.h"
#include "feeds/mqtt_mapped.h"
#include "feeds/mqtt_orders.h"
#include "feeds/net.h"

struct mqtt_settings {
    struct arena *arena;                /* Owns all texts below. */
    struct mqtt_line *lines;
    struct point_facts *facts;
    struct mqtt_mapped *mapped;
    uint32_t line_count, fact_count, mapped_count;
    struct mqtt_order_plan orders;
    const char **filters;               /* What is asked of the broker, each once. */
    int *filter_qos;
    uint32_t filter_count;
    struct net_place place;
    struct mqtt_terms terms;            /* Its `tls` is owned here. */
    enum capture_payload capture;
    bool rebirth;
};

/* False: it has logged what is wrong. mqtt_settings_clear() is due either way. */
bool mqtt_settings_read(struct feed *feed, struct mqtt_settings *ret_settings);
/* `in_use`: the link's thread still has hold of the TLS context. */
void mqtt_settings_clear(struct mqtt_settings *settings, bool in_use);

#endif
