/* geo_service.h - watchdesk-geo as a service: JSON lines in, JSON lines out, one answer a line.
 *
 * The hub starts it, says hello once with the site's layers, then asks; answers come in the order
 * of the asks. Nothing here reads a clock or keeps anything of an ask, so the same files and asks
 * always give the same bytes. Layers that are missing or damaged are named in `warnings`, and the
 * service goes on without them. A line that is wrong gets an answer that says so and hurts no
 * other. WGS 84 degrees with 7 decimals, metres, seconds.
 *
 *   hub -> geo  {"hello":1,"wire":1,
 *                "streets":{"file":PATH,"name":COL,"class":COL,"speed":COL,
 *                  "speed_unit":"kmh"|"mph","oneway":COL,"oneway_forward":"FT",
 *                  "oneway_backward":"TF","left_from":COL,"left_to":COL,"right_from":COL,
 *                  "right_to":COL,"from_node":COL,"to_node":COL,"town":COL,
 *                  "closed":COL,"closed_values":"yes,shut","level":COL,"from_level":COL,
 *                  "to_level":COL,"bridge":COL,"tunnel":COL,"against_oneway":"yes",
 *                  "class_speeds":[{"class":"arterial","kmh":60},...],"default_kmh":40},
 *                "zones":[{"name":"district","file":PATH,"column":COL},...],
 *                "places":[{"kind":"hospital","file":PATH,"column":COL,"code":COL},...],
 *                "aliases":[{"name":"the Ferry","place":"12 Quay St"},...],
 *                "facilities":[{"code":"St1","name":"Harbour Fire Station","kind":"fire",
 *                  "lat":..,"lon":..},...]}
 *               An alias stands for a place that is found exactly by its text, or for an earlier
 *               alias; one that does not is named in warnings. Every key is optional, `file` apart.
 *               streets.h says what the columns mean. A second hello replaces all layers.
 *   geo -> hub  {"hello":1,"streets":N,"nodes":N,"names":N,"warnings":["..."],"said":["..."]}
 *               Street lines, crossings and ends of the network, names that can be asked for.
 *               said: what the streets were taken for (how one-way is spelt, where speeds come
 *               from), which is no fault of theirs.
 *
 * Asks; each answer bears the `ref` of its ask:
 *
 *   {"ask":"place","ref":N,"text":"12 Quay St","limit":8,"near":{"lat":..,"lon":..},"radius_m":60}
 *               {"ref":N,"found":[{"text":"12 Quay St","lat":..,"lon":..,"kind":"address",
 *                "exact":true,"score":100,"zone":"HARBOUR","zones":{"district":"HARBOUR"}},...]}
 *               Best first. kind: address, crossing, place, point, street. exact: it is the one
 *               place that was meant (places.h). When it is not, "note" says what differs, in
 *               words: "spelled otherwise", "other street type", "number not in range", "the same
 *               name elsewhere", ...; several are joined by "; ". A named feature also has
 *               "class":"hospital" (an alias "alias") and "code":"STBRAE", a street of a town
 *               "town". "unit" is what was typed of a flat or floor ("apt 3"). "radius_m": the
 *               place is a circle (a grid square, a block). zone is that of the first layer; absent
 *               keys are unknown. limit: at most 50, 8 when absent.
 *               text: as places.h says; coordinates in decimal degrees, degrees and minutes, or
 *               also seconds, and MGRS or US National Grid. Coordinates that cannot be used, three
 *               words and plus codes: {"ref":N,"found":[],"refused":"a sentence"}.
 *               near: the view, the incident, the telephone. Each place then has "distance_m" from
 *               there, and of equally good ones the nearer comes first. With radius_m (at most
 *               100,000) near is a circle, and "agrees" says whether the place may be in it.
 *   {"ask":"suggest","ref":N,"text":"12 qu",...}
 *               The same, for a text that is still being typed.
 *   {"ask":"reverse","ref":N,"lat":..,"lon":..,"radius_m":60}
 *               {"ref":N,"address":"14 Quay St","distance_m":12,"crossing":"Quay St / Mill Rd",
 *                "crossing_m":40,"feature":"Ferry Terminal","feature_m":80,
 *                "zone":..,"zones":{..}}
 *               address: of the closest street within 250 m, on the point's side of it;
 *               distance_m: to that street. Over 60 m from any street there is "relative":"240 m
 *               SE of 12 Quay St" too, or alone. crossing: within 500 m; feature: within 100 m, or
 *               the circle. With radius_m it is a circle: "streets":["2 to 40 Quay St","Mill Rd"]
 *               are those that it touches, the nearest first, at most 8, with the numbers of their
 *               lines there; "streets_more" counts the others.
 *   {"ask":"times","ref":N,"to":{"lat":..,"lon":..},"closest":5,
 *    "from":[{"unit":"E7","lat":..,"lon":..},...]}
 *               {"ref":N,"times":[{"unit":"E7","s":240,"m":3100},...],
 *                "stranded":[{"unit":"E9","why":"no street near it"},...]}
 *               Soonest first. closest: no more than so many. stranded: who cannot get there, when
 *               everybody was searched for (without closest, or when fewer were found): no place,
 *               no street near it (within 2 km), no open street leads there. off_m: of its metres,
 *               those in a straight line beside the streets, when 50 or more: then the unit or the
 *               place stands far from a street, or on one that is not joined to the others.
 *               "avoid":[[[lat,lon],...],...]: rings, each an area of its own. No street is used
 *               that touches one; but when a ring holds the place, the streets it closes are used
 *               at the end of the way, and when it holds a unit, at its start: closed_m says how
 *               many metres of the way that is (roads.h, roads_close).
 *   {"ask":"route","ref":N,"from":{"lat":..,"lon":..},"to":{"lat":..,"lon":..}}
 *               {"ref":N,"route":[[lat,lon],...],"s":240,"m":3100,"deviation_m":0,
 *                "streets":["Mill Rd","Quay St"],
 *                "steps":[{"street":"Mill Rd","m":1200,"s":80,"turn":"start"},...],
 *                "told":"Mill Rd 1.2 km, right into Quay St 240 m"}
 *               At most 2,000 points: all of the street's own where they fit, and the way is
 *               nowhere farther than deviation_m from the line through them, so a unit farther
 *               off than that and its fix's error is off its route. steps: at most 100; turn is
 *               how one comes into it (start, ahead, slight right, right, sharp right, back, sharp
 *               left, left, slight left); no street: it has no name. avoid, off_m and closed_m are
 *               as in times. No way there: {"ref":N,"failed":"..."}
 *   {"ask":"reach","ref":N,"lat":..,"lon":..,"seconds":300}
 *               {"ref":N,"reach":[[[lat,lon],...],...],"seconds":300,"streets_m":41200}
 *               What is reached from there: closed rings, even-odd, at most 2,000 points, and the
 *               metres of streets, both directions of one counted once. seconds: 1 to 7,200. Also
 *               with avoid: a ring that holds the place is driven out of. outline.h says what is
 *               inside.
 *   {"ask":"zones","ref":N,"lat":..,"lon":..}
 *               {"ref":N,"zone":..,"zones":{..},"zones_also":{"district":["MARKET"]},
 *                "zones_near":{"beat":{"zone":"B7","m":40}}}
 *               zones_also: where zones of a layer overlap, those that do not win (zones.h has the
 *               rules). zones_near: where a layer has no zone here, its nearest within 2 km.
 *   {"ask":"inside","ref":N,"rings":[[[lat,lon],...],...],"limit":50,
 *    "facilities":[{"name":"Harbour Fire Station","kind":"fire","lat":..,"lon":..},...]}
 *               {"ref":N,"found":[{"text":"St Brae","kind":"hospital","lat":..,"lon":..},...],
 *                "counts":{"hospital":2},"zones":{"district":["A","B"]},
 *                "shares":{"district":[{"zone":"A","of_area":0.7,"of_zone":0.125},...]},
 *                "streets_m":4100,"addresses":212,"area_m2":90000}
 *               What lies inside the rings, even-odd; instead of rings lat, lon and seconds (and
 *               avoid), what lies inside that reach: places and facilities (of the hello and of
 *               the ask) by kind and name, at most limit (500; counts count all); zones that are
 *               touched, the largest share first, and what share of the area and of the zone that
 *               is; metres of driven streets, cut at the rings; house numbers of the ranges, in
 *               proportion to their street's length inside. A ring that crosses itself is split
 *               where it does.
 *   anything else
 *               {"ref":N,"failed":"a sentence"}, without ref where none could be read. */
#ifndef MAPS_GEO_SERVICE_H
#define MAPS_GEO_SERVICE_H

#include "app/base/buffer.h"

/* A hello names at most a few hundred layers; an ask for times 10,000 units. Longer lines are
 * answered as too long. */
enum { GEO_LINE_BYTES_MAX = 2 * 1024 * 1024, GEO_WIRE = 1, GEO_LIMIT = 8, GEO_UNITS_MAX = 10000,
       GEO_REACH_S_MAX = 7200 };
/* A telephone's circle larger than this says nothing; it is taken as a point. */
enum { GEO_RADIUS_M_MAX = 100000 };

struct geo_service;
struct geo_service *geo_service_new(void);
void geo_service_free(struct geo_service *service);

/* Adds the answer, one line with its end, to `out`; nothing for an empty line. */
void geo_service_answer(struct geo_service *service, const struct line *line, struct buffer *out);

/* `watchdesk-geo --check`: loads what the hello names, looks at the map's own "layers" and
 * "layer_classes" in it (site.conf's sections, objects.h), and adds a line for each problem (a file
 * or a column that is missing, and why), and a line "note: ..." for each doubt about the data.
 * Returns how many problems there are. */
uint32_t geo_service_check(struct span hello, struct buffer *out);

#endif
