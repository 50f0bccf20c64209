/* ink.h - what a cell means. Map and panels colour by meaning; a palette in the terminal file turns
 * meaning into 256, 16 or no colours (screens.md section 4). One list makes enum and names.
 *
 * `INK` is the foreground of a cell, `GROUND` its background. Colour is never the only cue:
 * whoever picks an ink also writes the word or the mark that says the same. */
#ifndef MAPS_INK_H
#define MAPS_INK_H

#define INKS(ROW)                                                            \
    ROW(PLAIN)          /* ordinary text */                                  \
    ROW(DIM)            /* P5, unknown, secondary text, key hints */         \
    ROW(BRIGHT)         /* headings, unread */                               \
    ROW(TITLE)          /* panel titles */                                   \
    ROW(FRAME)          /* the line between panels */                        \
    ROW(BAR_LIVE)       /* row 1, live: blue-green bar */                    \
    ROW(BAR_DRILL)      /* row 1, drill: magenta bar */                      \
    ROW(BAR_REPLAY)     /* row 1, replay: grey bar */                        \
    ROW(EMERGENCY)      /* white on red; nothing else is red */              \
    ROW(P1)             /* black on orange */                                \
    ROW(P2)             /* bold yellow */                                    \
    ROW(LATE)           /* orange word */                                    \
    ROW(ALARM)          /* yellow: unacknowledged */                         \
    ROW(RETURNED)       /* cyan: alarm back to normal, not acknowledged */   \
    ROW(AVAILABLE)      /* blue */                                           \
    ROW(GOING)          /* cyan */                                           \
    ROW(THERE)          /* bold */                                           \
    ROW(UNUSABLE)       /* dim */                                            \
    ROW(STALE)          /* dim, with ~ and an age */                         \
    ROW(PROPOSED)       /* cyan, with SAME? or ASK */                        \
    ROW(SELECTED)       /* the one selection on the screen */                \
    ROW(PROMPT)         /* the command line's prompt */                      \
    ROW(TYPED)          /* what the person types */                          \
    ROW(SUGGESTION)     /* dim words beside the line */                      \
    ROW(RESULT_OK)                                                           \
    ROW(RESULT_NO)      /* orange: NO, PART, ASK, CHANGED */                 \
    ROW(MAP_MOTORWAY)                                                        \
    ROW(MAP_ARTERIAL)                                                        \
    ROW(MAP_STREET)                                                          \
    ROW(MAP_PATH)                                                            \
    ROW(MAP_RAIL)                                                            \
    ROW(MAP_WATERLINE)  /* rivers drawn as lines, coast outlines */          \
    ROW(MAP_BOUNDARY)   /* zones, districts */                               \
    ROW(MAP_BUILDING)                                                        \
    ROW(MAP_POINT)      /* hydrants and other small points */                \
    ROW(MAP_STATION)                                                         \
    ROW(MAP_HOSPITAL)                                                        \
    ROW(MAP_STREET_NAME)                                                     \
    ROW(MAP_PLACE_NAME) /* zones, towns, parks: letter-spaced or capitals */ \
    ROW(MAP_WATER_NAME)                                                      \
    ROW(MAP_HAZARD)     /* outline, hatching and label of a hazard */        \
    ROW(MAP_ROUTE)      /* the route of a unit on its way */                 \
    ROW(MAP_CURSOR)                                                          \
    ROW(MAP_FURNITURE)  /* scale bar, north, coordinates */

#define ROW(name) INK_##name,
enum ink { INKS(ROW) INK_COUNT };
#undef ROW

#define GROUNDS(ROW)                                                   \
    ROW(NONE)       /* the terminal's own background */                \
    ROW(LAND)                                                          \
    ROW(WATER)                                                         \
    ROW(PARK)                                                          \
    ROW(BUILT)      /* built-up blocks, industry */                    \
    ROW(ZONE)       /* a highlighted zone */                           \
    ROW(HAZARD)     /* inside a hazard's area */                       \
    ROW(PANEL)      /* panel titles */                                 \
    ROW(SELECTED)   /* the selected row */

#define ROW(name) GROUND_##name,
enum ground { GROUNDS(ROW) GROUND_COUNT };
#undef ROW

const char *ink_name(enum ink ink);         /* "map-arterial", as site.conf writes it. */
const char *ground_name(enum ground ground);
/* False for an unknown name. */
_Bool ink_named(const char *name, enum ink *ret_ink);
_Bool ground_named(const char *name, enum ground *ret_ground);

#endif
