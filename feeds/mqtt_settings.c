#include "feeds/mqtt_settings.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    SENTENCE_BYTES = 256,
    KEEPALIVE_S = 30, SESSION_S = 3600, RECEIVE_MAX = 1000,
    PACKET_ROOM_BYTES = 4096,           /* Of a packet beside its payload: topic, properties. */
    PORT_PLAIN = 1883, PORT_TLS = 8883,
    AGAIN_MS_MIN = 1000, AGAIN_MS_MAX = 60 * 1000,
};

static bool fault(struct feed *feed, const char *setting, const char *text, const char *sentence)
{
    feed_log(feed, "%s=%.80s: %s", setting, text, sentence);
    return false;
}

/* ---- lines ---- */

static bool lines_read(struct feed *feed, struct mqtt_settings *settings)
{
    char sentence[SENTENCE_BYTES];
    uint32_t count = feed_setting_count(feed, "topic");

    /* Room for @online lines that nobody wrote. */
    settings->lines = arena_alloc(settings->arena, (count * 2 + 1) * sizeof *settings->lines);
    for (uint32_t i = 0; i < count; i++) {
        const char *text = feed_setting_at(feed, "topic", i);
        if (!mqtt_line_read(text, settings->arena, &settings->lines[i], sentence, sizeof sentence))
            return fault(feed, "topic", text, sentence);
    }
    settings->line_count = count;
    return true;
}

static bool points_read(struct feed *feed, struct mqtt_settings *settings)
{
    char sentence[SENTENCE_BYTES];
    uint32_t count = feed_setting_count(feed, "point");

    settings->facts = arena_alloc(settings->arena, (count + 1) * sizeof *settings->facts);
    for (uint32_t i = 0; i < count; i++) {
        const char *text = feed_setting_at(feed, "point", i);
        if (!mqtt_point_read(text, settings->arena, &settings->facts[i], sentence,
                             sizeof sentence))
            return fault(feed, "point", text, sentence);
    }
    settings->fact_count = count;
    return true;
}

static bool mapped_read(struct feed *feed, struct mqtt_settings *settings)
{
    char sentence[SENTENCE_BYTES];
    const char *zone_name = feed_setting_text(feed, "timezone");
    struct zone zone = { 0 };
    uint32_t count = feed_setting_count(feed, "report");

    if (zone_name[0] && !zone_open(zone_name, &zone, sentence, sizeof sentence))
        return fault(feed, "timezone", zone_name, sentence);
    settings->mapped = arena_alloc(settings->arena, (count + 1) * sizeof *settings->mapped);
    for (uint32_t i = 0; i < count; i++) {
        const char *text = feed_setting_at(feed, "report", i);
        if (!mqtt_mapped_read(text, zone_name[0] ? &zone : NULL, settings->arena,
                              &settings->mapped[i], sentence, sizeof sentence))
            return fault(feed, "report", text, sentence);
        settings->mapped_count++;
    }
    return true;
}

/* A Sparkplug node that dies is never passed over in silence: where no line asks for @online,
 * each filter gets one. */
static void online_add(struct mqtt_settings *settings)
{
    uint32_t count = settings->line_count;
    char sentence[SENTENCE_BYTES];

    for (uint32_t i = 0; i < count; i++) {
        const struct mqtt_line *line = &settings->lines[i];
        bool asked = line->format != MQTT_SPARKPLUG;
        for (uint32_t j = 0; j < settings->line_count && !asked; j++)
            asked = strcmp(settings->lines[j].filter, line->filter) == 0
                    && strcmp(settings->lines[j].name, MQTT_ONLINE) == 0;
        if (asked)
            continue;
        const char *text = arena_print(settings->arena, "'%s' format=sparkplug name=" MQTT_ONLINE
                                       " normal=online condition=OFFLINE", line->filter);
        bool read = mqtt_line_read(text, settings->arena, &settings->lines[settings->line_count],
                                   sentence, sizeof sentence);
        settings->line_count += read;
    }
}

/* ---- orders ---- */

static bool orders_read(struct feed *feed, struct mqtt_settings *settings)
{
    char sentence[SENTENCE_BYTES];

    if (!mqtt_order_plan_read(feed_setting_text(feed, "orders"),
                              feed_setting_text(feed, "replies"), settings->arena,
                              &settings->orders, sentence, sizeof sentence)) {
        feed_log(feed, "%s", sentence);
        return false;
    }
    for (uint32_t i = 0; i < feed_setting_count(feed, "reply"); i++) {
        if (mqtt_order_plan_word(&settings->orders, feed_setting_at(feed, "reply", i), sentence,
                                 sizeof sentence))
            continue;
        feed_log(feed, "%s", sentence);
        return false;
    }
    return true;
}

/* ---- what is asked of the broker ---- */

static void filter_add(struct mqtt_settings *settings, const char *filter, int qos)
{
    for (uint32_t i = 0; i < settings->filter_count; i++) {
        if (strcmp(settings->filters[i], filter) != 0)
            continue;
        if (qos > settings->filter_qos[i])
            settings->filter_qos[i] = qos;
        return;
    }
    settings->filters[settings->filter_count] = filter;
    settings->filter_qos[settings->filter_count++] = qos;
}

static bool filters_collect(struct feed *feed, struct mqtt_settings *settings)
{
    uint32_t most = settings->line_count + settings->mapped_count + 1;

    settings->filters = arena_alloc(settings->arena, most * sizeof *settings->filters);
    settings->filter_qos = arena_alloc(settings->arena, most * sizeof *settings->filter_qos);
    for (uint32_t i = 0; i < settings->line_count; i++)
        filter_add(settings, settings->lines[i].filter, settings->lines[i].qos);
    for (uint32_t i = 0; i < settings->mapped_count; i++)
        filter_add(settings, settings->mapped[i].filter, settings->mapped[i].qos);
    if (settings->orders.filter[0])
        filter_add(settings, settings->orders.filter, 1);
    if (settings->filter_count || settings->orders.orders[0])
        return true;
    feed_log(feed, "it needs a \"topic\" or a \"report\" to listen for, or \"orders\" to send");
    return false;
}

/* ---- the connection ---- */

static uint64_t hash_text(uint64_t hash, const char *text)
{
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3ull;
    return hash;
}

/* The same after every start, so that the broker knows its session again; another for each machine
 * and site, since two clients of one name throw each other out. */
static const char *client_default(const struct feed *feed, struct arena *arena)
{
    char host[256] = "";
    uint64_t hash = 0xcbf29ce484222325ull;

    gethostname(host, sizeof host - 1);
    hash = hash_text(hash_text(hash, host), feed->hello.scratch);
    return arena_print(arena, "watchdesk-%.32s-%08x", feed->hello.feed,
                       (unsigned)(hash ^ hash >> 32));
}

static bool number_read(struct feed *feed, const char *name, double otherwise, double least,
                        double most, double *ret_number)
{
    *ret_number = feed_setting_number(feed, name, otherwise);
    if (*ret_number >= least && *ret_number <= most)
        return true;
    feed_log(feed, "%s is not %.0f to %.0f", name, least, most);
    return false;
}

static bool version_read(struct feed *feed, bool *ret_version_5)
{
    const char *version = feed_setting_text(feed, "version");

    *ret_version_5 = !version[0] || strcmp(version, "5") == 0;
    if (*ret_version_5 || strcmp(version, "3.1.1") == 0)
        return true;
    return fault(feed, "version", version, "it is 5 or 3.1.1");
}

static bool tls_read(struct feed *feed, struct mqtt_terms *terms)
{
    char sentence[SENTENCE_BYTES];
    struct tls_means means = { .ca_path = feed_setting_text(feed, "ca"),
                               .certificate_path = feed_setting_text(feed, "certificate"),
                               .key_pem = feed_secret(feed, "key") };

    if (!feed_setting_flag(feed, "tls"))
        return true;
    terms->tls = tls_context_new(TLS_CLIENT, &means, sentence, sizeof sentence);
    if (!terms->tls)
        feed_log(feed, "%s", sentence);
    return terms->tls;
}

/* Without a port the one that the protocol has for it. */
static bool place_read(struct feed *feed, struct mqtt_settings *settings)
{
    const char *text = feed_setting_text(feed, "connect");
    bool tls = feed_setting_flag(feed, "tls");

    if (net_place_read(text, &settings->place) && settings->place.host[0])
        return true;
    const char *with_port = arena_print(settings->arena, "%s:%d", text,
                                        tls ? PORT_TLS : PORT_PLAIN);
    if (text[0] && net_place_read(with_port, &settings->place) && settings->place.host[0])
        return true;
    return fault(feed, "connect", text, "it is HOST:PORT of the broker, as example.org:8883");
}

static bool terms_read(struct feed *feed, struct mqtt_settings *settings)
{
    struct mqtt_terms *terms = &settings->terms;
    const char *client = feed_setting_text(feed, "client");
    double keepalive_s, session_s, receive_max;

    if (!place_read(feed, settings) || !version_read(feed, &terms->version_5)
        || !number_read(feed, "keepalive_s", KEEPALIVE_S, 5, 3600, &keepalive_s)
        || !number_read(feed, "session_s", SESSION_S, 0, 4294967295.0, &session_s)
        || !number_read(feed, "receive_max", RECEIVE_MAX, 1, 65535, &receive_max))
        return false;
    terms->host = settings->place.host;
    terms->port = settings->place.port;
    terms->client = client[0] ? client : client_default(feed, settings->arena);
    terms->user = feed_setting_text(feed, "user");
    terms->password = feed_secret(feed, "password");
    terms->keepalive_s = (uint32_t)keepalive_s;
    terms->session_s = (uint32_t)session_s;
    terms->receive_max = (uint16_t)receive_max;
    terms->packet_bytes_max = (uint32_t)feed->adapter->message_bytes_max + PACKET_ROOM_BYTES;
    terms->again_ms_min = AGAIN_MS_MIN;
    terms->again_ms_max = AGAIN_MS_MAX;
    if (terms->password[0] && !terms->user[0]) {
        feed_log(feed, "the secret \"password\" needs the setting \"user\"");
        return false;
    }
    return tls_read(feed, terms);
}

static bool capture_read(struct feed *feed, struct mqtt_settings *settings)
{
    const char *capture = feed_setting_text(feed, "capture");

    settings->capture = strcmp(capture, "hex") == 0 ? CAPTURE_HEX : CAPTURE_TEXT;
    return !capture[0] || settings->capture == CAPTURE_HEX
           || fault(feed, "capture", capture, "it is hex, or not given");
}

bool mqtt_settings_read(struct feed *feed, struct mqtt_settings *ret_settings)
{
    struct mqtt_settings *settings = ret_settings;

    *settings = (struct mqtt_settings){ .arena = arena_new() };
    settings->rebirth = !feed_setting_text(feed, "rebirth")[0]
                        || feed_setting_flag(feed, "rebirth");
    if (!lines_read(feed, settings) || !points_read(feed, settings)
        || !mapped_read(feed, settings) || !orders_read(feed, settings)
        || !capture_read(feed, settings))
        return false;
    online_add(settings);
    return filters_collect(feed, settings) && (feed->by_hand || terms_read(feed, settings));
}

void mqtt_settings_clear(struct mqtt_settings *settings, bool in_use)
{
    for (uint32_t i = 0; i < settings->mapped_count; i++)
        mapping_free(settings->mapped[i].mapping);
    if (!in_use)
        tls_context_free(settings->terms.tls);
    arena_free(settings->arena);
}
