/* geojson.c - GeoJSON (RFC 7946) from a file, a folder, an address or stdin, by a mapping.
 *
 * A FeatureCollection is what is so now; each of its features becomes the reports that the mapping
 * says, and is told again only when it is news (things.h). A feature that is listed no more has not
 * ended: an hourly list forgets, and an agency's server hiccups. What ends says so (a status that
 * the mapping makes a cancel, a replacing feature), or expires. */
#include <stdio.h>
#include <string.h>

#include "feeds/http_poll.h"
#include "feeds/inbox.h"
#include "feeds/mapping_feed.h"
#include "feeds/things.h"

/* What any feature has, before the preset and the site's own rules. */
static const char *const default_rules[] = { "report=hazard", "id=id", "shape=geometry",
                                             "expires_after==24h", NULL };

struct geojson {
    struct zone zone;
    struct mapping *mapping;
    struct cap_codes *codes;
    struct things *things;
    struct inbox *inbox;
    struct http_poll *poll;
};

/* ---- features ---- */

static void feature_refuse(struct geojson *geojson, const struct verdict *verdict,
                           const struct json *feature)
{
    struct buffer bytes = { 0 };

    json_put(&bytes, NULL, feature);
    things_refuse(geojson->things, verdict, buffer_span(&bytes));
    buffer_clear(&bytes);
}

static void feature_take(struct feed *feed, const struct json *feature, struct span cursor)
{
    struct geojson *geojson = feed->state;
    struct expression_source source = { .json = feature };
    bool fits = json_type(feature) == JSON_OBJECT
        && strcmp(json_member_text(feature, "type", ""), "Feature") == 0;
    struct verdict verdict = fits ? things_take(geojson->things, &source, cursor)
                                  : refused(REFUSED_UNSUPPORTED, 0, "type");

    if (!is_accepted(&verdict))
        feature_refuse(geojson, &verdict, feature);
}

/* The collection's features, or the one feature that it is. NULL: neither. */
static const struct json *features_of(const struct json *json, bool *ret_single)
{
    const char *type = json_member_text(json, "type", "");
    const struct json *features = json_member(json, "features");

    *ret_single = strcmp(type, "Feature") == 0;
    if (*ret_single)
        return json;
    bool collection = strcmp(type, "FeatureCollection") == 0 && features
        && json_type(features) == JSON_LIST;
    return collection ? features : NULL;
}

static void counted_say(struct feed *feed, const struct things_count *count)
{
    char text[200];

    if (feed->by_hand)
        return;
    snprintf(text, sizeof text, "%u features are new or changed, %u as before, %u older or over, "
             "%u passed over, %u refused", count->said, count->same, count->older,
             count->passed_over, count->refused);
    feed_health(feed, SOURCE_THERE, text);
}

static bool body_take(struct feed *feed, struct span bytes, struct span cursor)
{
    struct geojson *geojson = feed->state;
    struct json *json = NULL;
    bool single = false;
    struct verdict verdict = json_parse(bytes, &json);
    const struct json *features = is_accepted(&verdict) ? features_of(json, &single) : NULL;

    if (is_accepted(&verdict) && !features)
        verdict = refused(REFUSED_UNSUPPORTED, 0, "type");
    if (!is_accepted(&verdict)) {
        things_refuse(geojson->things, &verdict, bytes);
        json_free(json);
        return false;
    }
    for (const struct json *feature = single ? features : json_first(features); feature;
         feature = single ? NULL : json_next(feature))
        feature_take(feed, feature, single || !json_next(feature) ? cursor : span_of(""));
    things_keep(geojson->things);
    struct things_count count = things_counted(geojson->things);
    if (count.said || count.refused)
        counted_say(feed, &count);
    json_free(json);
    return true;
}

/* ---- sources ---- */

/* Also what an earlier process took already: what has not changed since is known from the memory,
 * and without one the hub counts equal reports. */
static void file_take(struct feed *feed, struct span bytes, enum inbox_telling telling,
                      struct span cursor)
{
    (void)telling;
    body_take(feed, bytes, cursor);
}

static enum poll_taken answer_take(struct feed *feed, const struct http_answer *answer)
{
    struct geojson *geojson = feed->state;
    struct buffer cursor = { 0 };

    json_open(&cursor, NULL, '{');
    http_poll_cursor(geojson->poll, "http", &cursor);
    json_close(&cursor, '}');
    bool taken = body_take(feed, answer->body, buffer_span(&cursor));
    buffer_clear(&cursor);
    return taken ? POLL_TAKEN : POLL_NOT_TAKEN;
}

static bool source_open(struct feed *feed, struct geojson *geojson)
{
    const struct json *cursor = json_member(feed->hello_json, "cursor");
    bool file = feed_setting_text(feed, "file")[0];
    bool folder = feed_setting_text(feed, "directory")[0];
    bool address = http_poll_wanted(feed);

    if (file + folder + address > 1 || (file + folder + address == 0 && !feed->by_hand)) {
        feed_log(feed, "it needs one of the settings \"file\", \"directory\" and \"url\"");
        return false;
    }
    if (!address) {
        geojson->inbox = inbox_new(feed, cursor, file_take);
        return true;
    }
    geojson->poll = http_poll_new(feed, "application/geo+json, application/json;q=0.9",
                                  answer_take, json_member(cursor, "http"));
    return geojson->poll;
}

/* ---- the row's functions ---- */

static struct mapping *mapping_read(const struct feed *feed, struct zone *zone, char *sentence,
                                    size_t sentence_bytes)
{
    struct mapping_feed_terms terms = { .kind = REPORT_HAZARD, .extras = things_extras,
                                        .defaults = default_rules };
    return mapping_of_feed(feed, &terms, zone, sentence, sentence_bytes);
}

bool geojson_check(const struct feed *feed, char *sentence, size_t sentence_bytes)
{
    struct zone zone = { 0 };
    struct mapping *mapping = mapping_read(feed, &zone, sentence, sentence_bytes);

    mapping_free(mapping);
    return mapping;
}

bool geojson_start(struct feed *feed)
{
    struct geojson *geojson = base_alloc(1, sizeof *geojson);
    char sentence[400];

    feed->state = geojson;
    geojson->mapping = mapping_read(feed, &geojson->zone, sentence, sizeof sentence);
    if (!geojson->mapping) {
        feed_log(feed, "%s", sentence);
        return false;
    }
    if (!cap_codes_open(feed, &geojson->codes))
        return false;
    geojson->things = things_new(feed, geojson->mapping, geojson->codes);
    return source_open(feed, geojson);
}

int64_t geojson_now(struct feed *feed)
{
    struct geojson *geojson = feed->state;
    return geojson->poll ? http_poll_now(geojson->poll) : inbox_now(geojson->inbox);
}

void geojson_stop(struct feed *feed)
{
    struct geojson *geojson = feed->state;

    http_poll_free(geojson->poll);
    inbox_free(geojson->inbox);
    things_free(geojson->things);
    cap_codes_free(geojson->codes);
    mapping_free(geojson->mapping);
    base_free(geojson);
}
