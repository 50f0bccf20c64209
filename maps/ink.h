/* ink.h - what a cell means. Map and panels colour by meaning; a palette in the terminal file turns
 * meaning into 256, 16 or no colours (screens.md section 4). One list makes enum and names.
 *
 * `INK` is the foreground of a cell, `GROUND` its background. Colour is never the only cue:
 * whoever picks an ink also writes the word or the mark that says the same.
 * The colours stand in panels/palette_colours.c; a FILL ink must be the colour of its ground. */
#ifndef MAPS_INK_H
#define MAPS_INK_H

#define INKS(ROW)                                                                                  \
    ROW(PLAIN,            "plain")          /* ordinary text */                                    \
    ROW(DIM,              "dim")            /* P5, unknown, secondary text, key hints */           \
    ROW(BRIGHT,           "bright")         /* headings, unread */                                 \
    ROW(TITLE,            "title")          /* panel titles */                                     \
    ROW(FRAME,            "frame")          /* the line between panels */                          \
    ROW(BAR_LIVE,         "bar-live")       /* row 1, live: blue-green bar */                      \
    ROW(BAR_DRILL,        "bar-drill")      /* row 1, drill: magenta bar */                        \
    ROW(BAR_REPLAY,       "bar-replay")     /* row 1, replay: grey bar */                          \
    ROW(EMERGENCY,        "emergency")      /* white on red; nothing else is red */                \
    ROW(P1,               "p1")             /* black on orange */                                  \
    ROW(P2,               "p2")             /* bold yellow */                                      \
    ROW(LATE,             "late")           /* orange word */                                      \
    ROW(ALARM,            "alarm")          /* yellow: unacknowledged */                           \
    ROW(RETURNED,         "returned")       /* cyan: alarm back to normal, not acknowledged */     \
    ROW(AVAILABLE,        "available")      /* blue */                                             \
    ROW(GOING,            "going")          /* cyan */                                             \
    ROW(THERE,            "there")          /* bold */                                             \
    ROW(UNUSABLE,         "unusable")       /* dim */                                              \
    ROW(STALE,            "stale")          /* dim, with ~ and an age */                           \
    ROW(PROPOSED,         "proposed")       /* cyan, with SAME? or ASK */                          \
    ROW(SELECTED,         "selected")       /* the one selection on the screen */                  \
    ROW(PROMPT,           "prompt")         /* the command line's prompt */                        \
    ROW(TYPED,            "typed")          /* what the person types */                            \
    ROW(SUGGESTION,       "suggestion")     /* dim words beside the line */                        \
    ROW(RESULT_OK,        "result-ok")                                                             \
    ROW(RESULT_NO,        "result-no")      /* orange: NO, PART, ASK, CHANGED */                   \
    ROW(MAP_MOTORWAY,     "map-motorway")                                                          \
    ROW(MAP_ARTERIAL,     "map-arterial")                                                          \
    ROW(MAP_COLLECTOR,    "map-collector")                                                         \
    ROW(MAP_STREET,       "map-street")                                                            \
    ROW(MAP_PATH,         "map-path")                                                              \
    ROW(MAP_RAIL,         "map-rail")                                                              \
    ROW(MAP_FERRY,        "map-ferry")                                                             \
    ROW(MAP_WATERLINE,    "map-waterline")  /* rivers drawn as lines, coast outlines */            \
    ROW(MAP_BOUNDARY,     "map-boundary")   /* zones, districts */                                 \
    ROW(MAP_BUILDING,     "map-building")                                                          \
    ROW(MAP_POINT,        "map-point")      /* hydrants and other small points */                  \
    ROW(MAP_STATION,      "map-station")                                                           \
    ROW(MAP_HOSPITAL,     "map-hospital")                                                          \
    ROW(MAP_STREET_NAME,  "map-street-name")                                                       \
    ROW(MAP_PLACE_NAME,   "map-place-name") /* bold: capitals, spaced if wide */                   \
    ROW(MAP_WATER_NAME,   "map-water-name")                                                        \
    ROW(MAP_HAZARD,       "map-hazard")     /* outline, hatching and label of a hazard */          \
    ROW(MAP_SEVERE,       "map-severe")     /* the same of a severe or extreme one */              \
    ROW(MAP_CLOSED,       "map-closed")     /* closed roads */                                     \
    ROW(MAP_REACH,        "map-reach")      /* outlines of what can be reached, of a phone */      \
    ROW(MAP_ROUTE,        "map-route")      /* the route of a unit on its way */                   \
    ROW(MAP_TRAIL,        "map-trail")      /* where a unit has just been */                       \
    ROW(MAP_TRAIL_OLD,    "map-trail-old")  /* where it was before that */                         \
    ROW(MAP_CURSOR,       "map-cursor")                                                            \
    ROW(MAP_FURNITURE,    "map-furniture")  /* scale bar, north, coordinates */                    \
    ROW(MAP_PARK_NAME,    "map-park-name")  /* parks and the marks of their grass */               \
    ROW(MAP_GRASS,        "map-grass")      /* marks on parks, seen where no ground is */          \
    ROW(MAP_WAVES,        "map-waves")      /* marks on water */                                   \
    ROW(FILL_LAND,        "fill-land")      /* the colour of GROUND_LAND, as a foreground: */      \
    ROW(FILL_WATER,       "fill-water")     /* a shore runs through cells in two colours */        \
    ROW(FILL_PARK,        "fill-park")                                                             \
    ROW(FILL_BUILT,       "fill-built")                                                            \
    ROW(FILL_ZONE,        "fill-zone")                                                             \
    ROW(FILL_HAZARD,      "fill-hazard")

#define ROW(upper, text) INK_##upper,
enum ink { INKS(ROW) INK_COUNT };
#undef ROW

#define GROUNDS(ROW)                                                                               \
    ROW(NONE,             "none")           /* the terminal's own background */                    \
    ROW(LAND,             "land")                                                                  \
    ROW(WATER,            "water")                                                                 \
    ROW(PARK,             "park")                                                                  \
    ROW(BUILT,            "built")          /* built-up blocks, industry */                        \
    ROW(ZONE,             "zone")           /* a highlighted zone */                               \
    ROW(HAZARD,           "hazard")         /* inside a hazard's area */                           \
    ROW(PANEL,            "panel")          /* panel titles */                                     \
    ROW(SELECTED,         "selected")       /* the selected row */

#define ROW(upper, text) GROUND_##upper,
enum ground { GROUNDS(ROW) GROUND_COUNT };
#undef ROW

const char *ink_name(enum ink ink);         /* "map-arterial", as site.conf writes it. */
const char *ground_name(enum ground ground);
/* False for an unknown name. */
_Bool ink_named(const char *name, enum ink *ret_ink);
_Bool ground_named(const char *name, enum ground *ret_ground);

#endif
