#include "feeds/mqtt_link.h"

#include <errno.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum {
    MISC_MS = 1000,                     /* Pings, and what has waited too long. */
    CONNACK_MS = 20 * 1000,
    BEHIND_MS = 5,                      /* Until the hub is asked again whether it has caught up. */
    PACKETS_A_TURN = 1000,              /* Then the hub and the clock are heard again. */
    SEND_MAX = 100,                     /* Orders on their way at once. */
    WHY_BYTES = 256,
};

enum link_state { LINK_RESTING, LINK_CONNECTING, LINK_SHAKING, LINK_OPEN };

/* An attempt on its own thread. Whoever is last, thread or link, frees it. */
struct attempt {
    pthread_mutex_t lock;
    struct mosquitto *client;
    char *host;
    int port, keepalive_s;
    mosquitto_property *properties;
    int code, error;                    /* The thread's answer. */
    bool over, given_up;
    uv_async_t *done;
};

struct mqtt_link {
    struct feed *feed;
    struct mqtt_terms terms;
    const struct mqtt_handler *handler;
    void *owner;
    struct mosquitto *client;
    enum link_state state;
    struct attempt *attempt;
    uv_timer_t *timer;                  /* Resting, pings, catching up: whatever is next. */
    uv_timer_t *reading;                /* Goes on reading where no event will say so. */
    uv_async_t *done;
    uv_poll_t *poll;                    /* Of the broker's socket. */
    uint32_t failures;
    int64_t shaking_since_ms;
    bool lost;                          /* A callback of the library said goodbye. */
    char why[WHY_BYTES];
    const char *const *filters;         /* Being asked for. */
    uint32_t filter_count, filter_at;
    const int *filter_qos;
};

/* ---- words ---- */

/* A code of the library, or (from 128) a reason of MQTT 5 (section 2.4). */
static const char *code_text(const struct mqtt_link *link, int code)
{
    if (code == MOSQ_ERR_ERRNO)
        return strerror(errno);
    if (code >= 128 && link->terms.version_5)
        return mosquitto_reason_string(code);
    return mosquitto_strerror(code);
}

static void why_set(struct mqtt_link *link, const char *what, const char *why)
{
    snprintf(link->why, sizeof link->why, "%s%s%s", what, why[0] ? ": " : "", why);
}

/* ---- handles: each frees itself ---- */

static void handle_closed(uv_handle_t *handle)
{
    base_free(handle);
}

static void handle_close(void *handle)
{
    if (!handle)
        return;
    ((uv_handle_t *)handle)->data = NULL;
    uv_close(handle, handle_closed);
}

/* ---- going down ---- */

static void timer_fired(uv_timer_t *timer);

static int64_t rest_ms(struct mqtt_link *link)
{
    int64_t rest = link->terms.again_ms_min;
    uint32_t chance = 0;

    for (uint32_t i = 1; i < link->failures && rest < link->terms.again_ms_max; i++)
        rest *= 2;
    if (rest > link->terms.again_ms_max)
        rest = link->terms.again_ms_max;
    /* Half of it is chance, so that a hundred clients of a broker that restarts do not all come
     * at once. */
    uv_random(NULL, NULL, &chance, sizeof chance, 0, NULL);
    return rest / 2 + (int64_t)(chance % (uint32_t)(rest / 2 + 1));
}

/* What was said of the failure stands in link->why. */
static void link_down(struct mqtt_link *link)
{
    bool was_open = link->state == LINK_OPEN;

    link->state = LINK_RESTING;
    if (link->poll)
        uv_poll_stop(link->poll);
    handle_close(link->poll);
    link->poll = NULL;
    uv_timer_stop(link->reading);
    mosquitto_disconnect(link->client);         /* Closes the socket, where the library has not. */
    mosquitto_loop_misc(link->client);
    link->failures++;
    int64_t again_ms = rest_ms(link);
    uv_timer_start(link->timer, timer_fired, (uint64_t)again_ms, 0);
    if (was_open)
        link->handler->closed(link->owner, link->why);
    else
        link->handler->failed(link->owner, link->why, link->feed->now_ms + again_ms);
}

/* ---- up: reading and writing ---- */

static void socket_ready(uv_poll_t *poll, int status, int events);

static void socket_watch(struct mqtt_link *link, bool reads)
{
    int events = (reads ? UV_READABLE : 0)
                 | (mosquitto_want_write(link->client) ? UV_WRITABLE : 0);

    if (!link->poll)
        return;
    if (events)
        uv_poll_start(link->poll, events, socket_ready);
    else
        uv_poll_stop(link->poll);
}

static void read_more(uv_timer_t *timer);

/* The library reads one packet a call; errno tells whether the socket has more. TLS may hold more
 * than the socket shows, so what is left over is asked for again without an event. */
static void socket_read(struct mqtt_link *link)
{
    int code = MOSQ_ERR_SUCCESS;
    bool more = true;
    int64_t wait_ms = 0;

    for (int i = 0; i < PACKETS_A_TURN && more && code == MOSQ_ERR_SUCCESS && !link->lost; i++) {
        if (link->handler->is_behind(link->owner)) {
            wait_ms = BEHIND_MS;
            break;
        }
        errno = 0;
        code = mosquitto_loop_read(link->client, 1);
        more = errno != EAGAIN && errno != EWOULDBLOCK;
    }
    if (code != MOSQ_ERR_SUCCESS || link->lost) {
        if (!link->lost)
            why_set(link, "the connection broke", code_text(link, code));
        link_down(link);
        return;
    }
    if (more)
        uv_timer_start(link->reading, read_more, (uint64_t)wait_ms, 0);
    socket_watch(link, !more);
}

static void read_more(uv_timer_t *timer)
{
    struct mqtt_link *link = timer->data;

    if (!link || !link->poll)
        return;
    feed_clock(link->feed);
    socket_read(link);
}

static void socket_ready(uv_poll_t *poll, int status, int events)
{
    struct mqtt_link *link = poll->data;

    if (!link)
        return;
    feed_clock(link->feed);
    if (status < 0) {
        why_set(link, "the connection broke", uv_strerror(status));
        link_down(link);
        return;
    }
    if (events & UV_WRITABLE) {
        int code = mosquitto_loop_write(link->client, 1);
        if (code != MOSQ_ERR_SUCCESS) {
            why_set(link, "the connection broke", code_text(link, code));
            link_down(link);
            return;
        }
    }
    if (events & UV_READABLE)
        socket_read(link);
    else
        socket_watch(link, !uv_is_active((uv_handle_t *)link->reading));
}

/* ---- connecting ---- */

static void attempt_free(struct attempt *attempt)
{
    mosquitto_property_free_all(&attempt->properties);
    pthread_mutex_destroy(&attempt->lock);
    base_free(attempt->host);
    base_free(attempt);
}

static void *attempt_run(void *context)
{
    struct attempt *attempt = context;
    int code = mosquitto_connect_bind_v5(attempt->client, attempt->host, attempt->port,
                                         attempt->keepalive_s, NULL, attempt->properties);
    int error = errno;

    pthread_mutex_lock(&attempt->lock);
    bool given_up = attempt->given_up;
    attempt->over = true;
    attempt->code = code;
    attempt->error = error;
    if (!given_up)
        uv_async_send(attempt->done);
    pthread_mutex_unlock(&attempt->lock);
    if (given_up) {
        mosquitto_destroy(attempt->client);
        attempt_free(attempt);
    }
    return NULL;
}

static mosquitto_property *connect_properties(const struct mqtt_terms *terms)
{
    mosquitto_property *properties = NULL;

    if (!terms->version_5)
        return NULL;
    mosquitto_property_add_int32(&properties, MQTT_PROP_SESSION_EXPIRY_INTERVAL, terms->session_s);
    mosquitto_property_add_int16(&properties, MQTT_PROP_RECEIVE_MAXIMUM, terms->receive_max);
    mosquitto_property_add_int32(&properties, MQTT_PROP_MAXIMUM_PACKET_SIZE,
                                 terms->packet_bytes_max);
    return properties;
}

static void attempt_begin(struct mqtt_link *link)
{
    struct attempt *attempt = base_alloc(1, sizeof *attempt);
    pthread_attr_t detached;
    pthread_t thread;

    *attempt = (struct attempt){ .client = link->client, .done = link->done,
                                 .host = base_copy_text(link->terms.host),
                                 .port = link->terms.port,
                                 .keepalive_s = (int)link->terms.keepalive_s,
                                 .properties = connect_properties(&link->terms) };
    pthread_mutex_init(&attempt->lock, NULL);
    link->state = LINK_CONNECTING;
    link->attempt = attempt;
    link->lost = false;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    int error = pthread_create(&thread, &detached, attempt_run, attempt);
    pthread_attr_destroy(&detached);
    if (error == 0)
        return;
    link->attempt = NULL;
    attempt_free(attempt);
    why_set(link, "no thread to connect on could be made", strerror(error));
    link_down(link);
}

static void shaking_begin(struct mqtt_link *link)
{
    int error;

    link->state = LINK_SHAKING;
    link->shaking_since_ms = link->feed->now_ms;
    link->poll = base_alloc(1, sizeof *link->poll);
    error = uv_poll_init_socket(link->feed->loop, link->poll, mosquitto_socket(link->client));
    if (error) {
        base_free(link->poll);
        link->poll = NULL;
        why_set(link, "the broker's socket cannot be watched", uv_strerror(error));
        link_down(link);
        return;
    }
    link->poll->data = link;
    uv_timer_start(link->timer, timer_fired, MISC_MS, 0);
    socket_watch(link, true);
}

static void attempt_done(uv_async_t *async)
{
    struct mqtt_link *link = async->data;
    struct attempt *attempt = link ? link->attempt : NULL;

    if (!attempt)
        return;
    pthread_mutex_lock(&attempt->lock);
    bool over = attempt->over;
    pthread_mutex_unlock(&attempt->lock);
    if (!over)
        return;
    feed_clock(link->feed);
    link->attempt = NULL;
    int code = attempt->code;
    errno = attempt->error;
    if (code != MOSQ_ERR_SUCCESS)
        why_set(link, "no connection", code_text(link, code));
    attempt_free(attempt);
    if (code == MOSQ_ERR_SUCCESS)
        shaking_begin(link);
    else
        link_down(link);
}

static void timer_fired(uv_timer_t *timer)
{
    struct mqtt_link *link = timer->data;

    if (!link)
        return;
    feed_clock(link->feed);
    if (link->state == LINK_RESTING) {
        attempt_begin(link);
        return;
    }
    int code = mosquitto_loop_misc(link->client);
    bool late = link->state == LINK_SHAKING
                && link->feed->now_ms - link->shaking_since_ms > CONNACK_MS;
    if (code != MOSQ_ERR_SUCCESS || late) {
        why_set(link, late ? "the broker did not answer" : "the broker is silent",
                late ? "" : code_text(link, code));
        link_down(link);
        return;
    }
    socket_watch(link, !uv_is_active((uv_handle_t *)link->reading));
    uv_timer_start(link->timer, timer_fired, MISC_MS, 0);
}

/* ---- what the library tells ---- */

static void connected(struct mosquitto *client, void *context, int code, int flags,
                      const mosquitto_property *properties)
{
    struct mqtt_link *link = context;

    (void)client;
    (void)properties;
    if (code != 0) {
        why_set(link, "the broker refused us", link->terms.version_5
                ? mosquitto_reason_string(code) : mosquitto_connack_string(code));
        link->lost = true;
        return;
    }
    link->state = LINK_OPEN;
    link->failures = 0;
    link->handler->opened(link->owner, flags & 1);
}

static void disconnected(struct mosquitto *client, void *context, int code,
                         const mosquitto_property *properties)
{
    struct mqtt_link *link = context;

    (void)client;
    (void)properties;
    if (link->lost || link->state == LINK_RESTING)
        return;
    link->lost = true;
    why_set(link, "the connection broke", code_text(link, code));
}

static void message_came(struct mosquitto *client, void *context,
                         const struct mosquitto_message *message,
                         const mosquitto_property *properties)
{
    struct mqtt_link *link = context;
    void *correlation = NULL;
    uint16_t length = 0;

    (void)client;
    if (properties)
        mosquitto_property_read_binary(properties, MQTT_PROP_CORRELATION_DATA, &correlation,
                                       &length, false);
    struct mqtt_arrival arrival = {
        .topic = span_of(message->topic), .retained = message->retain,
        .payload = span_from(message->payload ? message->payload : "",
                             (size_t)message->payloadlen),
        .correlation = span_from(correlation ? correlation : "", length),
    };
    link->handler->message(link->owner, &arrival);
    base_free(correlation);     /* Of the C library's memory, as ours. */
}

static void published(struct mosquitto *client, void *context, int id, int code,
                      const mosquitto_property *properties)
{
    struct mqtt_link *link = context;

    (void)client;
    (void)properties;
    link->handler->published(link->owner, id, code >= 128 ? mosquitto_reason_string(code) : "");
}

/* One filter a packet, so that the answers come in the filters' order. */
static void filter_ask(struct mqtt_link *link)
{
    if (link->filter_at == link->filter_count)
        return;
    mosquitto_subscribe_v5(link->client, NULL, link->filters[link->filter_at],
                           link->filter_qos[link->filter_at], 0, NULL);
}

static void subscribed(struct mosquitto *client, void *context, int id, int count,
                       const int *granted, const mosquitto_property *properties)
{
    struct mqtt_link *link = context;

    (void)client;
    (void)id;
    (void)properties;
    if (link->filter_at == link->filter_count)
        return;
    bool refused = count < 1 || granted[0] >= 128;
    link->handler->subscribed(link->owner, refused ? link->filters[link->filter_at] : NULL);
    link->filter_at++;
    filter_ask(link);
}

/* ---- the link ---- */

static bool client_make(struct mqtt_link *link)
{
    const struct mqtt_terms *terms = &link->terms;
    struct mosquitto *client = mosquitto_new(terms->client, terms->session_s == 0, link);

    link->client = client;
    if (!client)
        return false;
    mosquitto_int_option(client, MOSQ_OPT_PROTOCOL_VERSION,
                         terms->version_5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311);
    mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1);
    mosquitto_int_option(client, MOSQ_OPT_RECEIVE_MAXIMUM, terms->receive_max);
    mosquitto_int_option(client, MOSQ_OPT_SEND_MAXIMUM, SEND_MAX);
    if (terms->user[0])
        mosquitto_username_pw_set(client, terms->user,
                                  terms->password[0] ? terms->password : NULL);
    if (terms->tls) {
        /* Its own defaults would ask for files in place of what the context holds already. */
        mosquitto_int_option(client, MOSQ_OPT_SSL_CTX_WITH_DEFAULTS, 0);
        mosquitto_void_option(client, MOSQ_OPT_SSL_CTX, tls_context_lend(terms->tls, terms->host));
    }
    mosquitto_connect_v5_callback_set(client, connected);
    mosquitto_disconnect_v5_callback_set(client, disconnected);
    mosquitto_message_v5_callback_set(client, message_came);
    mosquitto_publish_v5_callback_set(client, published);
    mosquitto_subscribe_v5_callback_set(client, subscribed);
    return true;
}

static uv_timer_t *timer_make(struct mqtt_link *link)
{
    uv_timer_t *timer = base_alloc(1, sizeof *timer);

    uv_timer_init(link->feed->loop, timer);
    timer->data = link;
    return timer;
}

struct mqtt_link *mqtt_link_new(struct feed *feed, const struct mqtt_terms *terms,
                                const struct mqtt_handler *handler, void *owner)
{
    struct mqtt_link *link = base_alloc(1, sizeof *link);

    *link = (struct mqtt_link){ .feed = feed, .terms = *terms, .handler = handler,
                                .owner = owner };
    mosquitto_lib_init();
    bool made = client_make(link);
    assert(made);                       /* Only memory, or a client's id that is no UTF-8. */
    link->done = base_alloc(1, sizeof *link->done);
    uv_async_init(feed->loop, link->done, attempt_done);
    link->done->data = link;
    link->timer = timer_make(link);
    link->reading = timer_make(link);
    uv_timer_start(link->timer, timer_fired, 0, 0);
    return link;
}

/* True: the attempt's thread was still at work, and owns the client now. */
static bool attempt_give_up(struct mqtt_link *link)
{
    struct attempt *attempt = link->attempt;

    if (!attempt)
        return false;
    pthread_mutex_lock(&attempt->lock);
    bool over = attempt->over;
    attempt->given_up = true;
    pthread_mutex_unlock(&attempt->lock);
    if (over)
        attempt_free(attempt);
    return !over;
}

bool mqtt_link_free(struct mqtt_link *link)
{
    if (!link)
        return true;
    bool lent = attempt_give_up(link);
    if (link->poll)
        uv_poll_stop(link->poll);
    link->state = LINK_RESTING;
    if (!lent) {
        mosquitto_disconnect(link->client);
        mosquitto_loop_write(link->client, 1);
        mosquitto_destroy(link->client);
    }
    handle_close(link->poll);
    handle_close(link->timer);
    handle_close(link->reading);
    handle_close(link->done);
    base_free(link);
    return !lent;
}

bool mqtt_link_is_open(const struct mqtt_link *link)
{
    return link && link->state == LINK_OPEN;
}

void mqtt_link_subscribe(struct mqtt_link *link, const char *const *filters, const int *qos,
                         uint32_t count)
{
    link->filters = filters;
    link->filter_qos = qos;
    link->filter_count = count;
    link->filter_at = 0;
    filter_ask(link);
}

static mosquitto_property *publish_properties(const struct mqtt_publication *publication)
{
    mosquitto_property *properties = NULL;

    if (publication->answer_topic[0])
        mosquitto_property_add_string(&properties, MQTT_PROP_RESPONSE_TOPIC,
                                      publication->answer_topic);
    if (publication->correlation.length)
        mosquitto_property_add_binary(&properties, MQTT_PROP_CORRELATION_DATA,
                                      publication->correlation.bytes,
                                      (uint16_t)publication->correlation.length);
    if (publication->expires_s)
        mosquitto_property_add_int32(&properties, MQTT_PROP_MESSAGE_EXPIRY_INTERVAL,
                                     publication->expires_s);
    return properties;
}

bool mqtt_link_publish(struct mqtt_link *link, const struct mqtt_publication *publication,
                       int *ret_id, char *sentence, size_t sentence_bytes)
{
    mosquitto_property *properties = link->terms.version_5 ? publish_properties(publication)
                                                           : NULL;
    int code = mosquitto_publish_v5(link->client, ret_id, publication->topic,
                                    (int)publication->payload.length, publication->payload.bytes,
                                    publication->qos, false, properties);

    mosquitto_property_free_all(&properties);
    if (code != MOSQ_ERR_SUCCESS) {
        snprintf(sentence, sentence_bytes, "%s", code_text(link, code));
        return false;
    }
    socket_watch(link, !uv_is_active((uv_handle_t *)link->reading));
    return true;
}
