/* hazard_line.h - what a `haz` line says, read against the kinds that the site knows:
 *
 *     haz KIND @PLACE RADIUS SPAN [sev=WORD] [; TEXT]
 *     haz KIND area=LAT,LON/LAT,LON/LAT,LON SPAN [sev=WORD] [; TEXT]
 *     haz HZ9 off [; WHY]      haz HZ9 SPAN [; WHY]
 *
 * The read-back and the hub read it by this one function, so what a person is told before Enter is
 * what happens. Pure. */
#ifndef APP_CORE_HAZARD_LINE_H
#define APP_CORE_HAZARD_LINE_H

#include "app/core/command.h"

struct hazard_line {
    uint32_t number;                /* Of the hazard it is about; 0: a new one. */
    bool off;                       /* It is to end now. */
    const char *kind, *title;       /* As the site writes them; title "" where it has none. */
    enum severity severity;
    bool closes_roads;
    double radius_m;                /* NaN for an area. */
    struct geo_points ring;         /* Of an area: closed, from `arena`. */
    int64_t span_ms;
};
/* NULL when the line is right; else a sentence, a loan from `arena`. */
const char *hazard_line_read(const struct picture *picture, const struct command_line *line,
                             struct arena *arena, struct hazard_line *ret_hazard);

/* Does a kind close roads here? CLOSED does wherever site.conf does not say else. */
bool hazard_closes_roads(const struct picture *picture, const char *kind);
/* "200 m", "1.5 km". */
enum { LENGTH_TEXT_BYTES = 24 };
const char *length_text(double metres, char text[LENGTH_TEXT_BYTES]);
/* "200m", "1.5km", "300ft", "0.5mi"; false for anything else. */
bool length_parse(struct span text, double *ret_metres);
/* "51.22,-4.09~120m": cuts what stands behind the last ~ when it is a length; false, and nothing
 * written, when there is none. */
bool circle_cut(struct span place, struct span *ret_before, double *ret_radius_m);
/* "LAT,LON" in degrees, rounded as every coordinate; false for anything else. */
bool point_parse(struct span text, struct geo_point *ret_point);

#endif
