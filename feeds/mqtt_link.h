/* mqtt_link.h - one connection to an MQTT broker, kept up. The door to libmosquitto, and the only
 * MQTT file that knows the loop.
 *
 *     RESTING --due--> CONNECTING --CONNACK--> OPEN --anything wrong--> RESTING (back-off, jitter)
 *
 * libmosquitto looks names up, connects and shakes hands while its caller waits, so that is done on
 * a thread of its own; from then on the broker's socket is watched in the feed's loop. What it does
 * on its own and we cannot change (2.0): a message at QoS 1 is acknowledged when it is read, before
 * anybody has made it durable. So reading stops while the hub is behind (`is_behind`): what is not
 * read stays with the broker, within its own limit for a slow client.
 *
 * Before each callback the feed's clock is read. A callback frees no link. */
#ifndef FEEDS_MQTT_LINK_H
#define FEEDS_MQTT_LINK_H

#include "feeds/feed.h"
#include "feeds/tls.h"

/* Loans that live as long as the link. */
struct mqtt_terms {
    const char *host;
    uint16_t port;
    const char *client;                 /* The client's id: the session's name. */
    const char *user, *password;        /* "": none. */
    bool version_5;                     /* Else 3.1.1. */
    uint32_t keepalive_s;
    uint32_t session_s;                 /* How long the broker keeps for us; 0: it does not. */
    uint16_t receive_max;               /* MQTT 5: so many QoS 1 messages at once. */
    uint32_t packet_bytes_max;          /* MQTT 5: the broker sends no larger one. */
    struct tls_context *tls;            /* NULL: none. */
    int64_t again_ms_min, again_ms_max;
};

/* Loans for the time of the callback. */
struct mqtt_arrival {
    struct span topic, payload;
    bool retained;
    struct span correlation;            /* MQTT 5: of an answer. */
};

struct mqtt_handler {
    /* `kept`: the broker still had our session, and what came for it meanwhile. */
    void (*opened)(void *owner, bool kept);
    void (*closed)(void *owner, const char *why);
    void (*failed)(void *owner, const char *why, int64_t again_ms);
    void (*message)(void *owner, const struct mqtt_arrival *arrival);
    /* The broker has it, or (`why` not "") has refused it. */
    void (*published)(void *owner, int id, const char *why);
    /* The broker's answer to a subscription: which of its filters it refused, NULL for none. */
    void (*subscribed)(void *owner, const char *refused);
    /* Is the hub so far behind that nothing more is to be read now? */
    bool (*is_behind)(void *owner);
};

struct mqtt_link;
struct mqtt_link *mqtt_link_new(struct feed *feed, const struct mqtt_terms *terms,
                                const struct mqtt_handler *handler, void *owner);
/* False: an attempt to connect is still under way on its thread, which keeps `terms->tls` in use
 * until it has ended; the process ends before or after it as it likes. */
bool mqtt_link_free(struct mqtt_link *link);
bool mqtt_link_is_open(const struct mqtt_link *link);

/* Asks for these filters, each with its QoS; open only. `filters` are borrowed until answered. */
void mqtt_link_subscribe(struct mqtt_link *link, const char *const *filters, const int *qos,
                         uint32_t count);

struct mqtt_publication {
    const char *topic;
    struct span payload;
    int qos;                            /* Never retained: a command that lies about is a danger. */
    const char *answer_topic;           /* MQTT 5; "": none is asked for. */
    struct span correlation;
    uint32_t expires_s;                 /* MQTT 5; 0: never. */
};
/* False: it could not be handed over, `sentence` says why. `published` will name *ret_id. */
bool mqtt_link_publish(struct mqtt_link *link, const struct mqtt_publication *publication,
                       int *ret_id, char *sentence, size_t sentence_bytes);

#endif
