/* geo_inside.h - what the files of the geography service share: geo_service.c reads lines and the
 * hello and finds who answers; geo_places.c, geo_roads.c and geo_zones.c each load what the hello
 * says of theirs and answer the asks about it. Nobody else includes it. */
#ifndef MAPS_GEO_INSIDE_H
#define MAPS_GEO_INSIDE_H

#include "app/base/json.h"
#include "maps/geo_service.h"
#include "maps/places.h"
#include "maps/roads.h"

/* A place that the site itself knows: a station, a hospital. */
struct geo_facility {
    char text[96], kind[32];
    struct geo_point point;
};

/* What an ask works on. Any layer may be missing. */
struct geo_service {
    struct streets *streets;
    struct roads *roads;
    struct zones *zones;
    struct places *places;
    struct geo_facility *facilities;
    uint32_t facility_count;
    /* Of the last hello: sentences, each with a newline. Said is what needs no remedy. */
    struct buffer problems, notes, said;
    bool greeted;
};

/* ---- loading: after a hello, each puts its part into the service, in this order ---- */

void geo_streets_load(struct geo_service *service, const struct json *hello);
void geo_zones_load(struct geo_service *service, const struct json *hello);
void geo_places_load(struct geo_service *service, const struct json *hello);
void geo_facilities_load(struct geo_service *service, const struct json *hello);

/* Reads the file that a layer of the hello names, and of its columns those (some of them ""); all
 * of them where one is not there, so that it can be said which there are. NULL with a sentence in
 * `problems`. The caller owns the shapes. */
struct shapes *geo_layer_read(struct geo_service *service, const struct json *settings,
                              const char *const *columns, uint32_t column_count);
/* Adds each sentence of `from`, naming the file it is about, and empties it. */
void geo_sentences_move(struct buffer *from, const char *path, struct buffer *into);

/* What the map draws, by "layers" and "layer_classes" of a checker's hello (geo_check.c): adds to
 * `problems` and `notes`. */
void geo_layers_check(struct geo_service *service, const struct json *hello);

/* ---- answering: each adds one JSON object to `out` ---- */

typedef void geo_answer_fn(struct geo_service *service, const struct json *ask,
                           struct buffer *out);
geo_answer_fn geo_place_answer, geo_suggest_answer, geo_reverse_answer;
geo_answer_fn geo_times_answer, geo_route_answer, geo_reach_answer;
geo_answer_fn geo_zones_answer, geo_area_answer;

/* Opens an answer with the ref of its ask; the caller closes it. */
void geo_answer_open(const struct json *ask, struct buffer *out);
/* A whole answer: that there is none, and why. */
void geo_failed(const struct json *ask, const char *sentence, struct buffer *out);
/* Reads lat and lon of `json`; false when they are no place on the earth. */
bool geo_point_read(const struct json *json, struct geo_point *ret_point);
extern const char geo_no_point[];

/* Rings of an ask: [[[lat,lon],...],...]. The points of all stand in one array. */
struct geo_rings {
    struct geo_points *at;
    uint32_t count, point_count;
    struct geo_point *points;
};
/* False, with a sentence for geo_failed() in *ret_why, when `json` is something else; absent is no
 * ring. On true the caller clears *ret_rings. */
bool geo_rings_read(const struct json *json, struct geo_rings *ret_rings, const char **ret_why);
void geo_rings_clear(struct geo_rings *rings);
void geo_rings_put(struct buffer *out, const char *name, const struct geo_points *rings,
                   uint32_t count);
/* What is reached from an ask's lat and lon in its seconds, round what it avoids. False with a
 * sentence for geo_failed(); on true the caller clears *ret_reach. */
bool geo_reach_read(struct geo_service *service, const struct json *ask,
                    struct road_reach *ret_reach, const char **ret_why);
/* Adds [lat,lon]. */
void geo_pair_put(struct buffer *out, struct geo_point point);

/* Adds "zone" and "zones" of a point, as far as there are any. */
void geo_zones_put(const struct geo_service *service, struct geo_point point, struct buffer *out);
/* Adds a text unless it is empty. */
void geo_known_put(struct buffer *out, const char *name, const char *text);
int64_t geo_whole(double number);

#endif
