/* rows.h - what all lists share: titles, fields side by side, the mark of the selection, and the
 * room's words for states, priorities and ages. */
#ifndef PANELS_ROWS_H
#define PANELS_ROWS_H

#include "app/base/when.h"
#include "panels/panel.h"

/* A panel's first row: NAME in capitals and, after it, what to say of the whole list. */
void title_draw(struct canvas *canvas, const char *name, const char *rest);
/* "8 more: F5" in the last row of a list that is longer than its panel. */
void more_draw(struct canvas *canvas, uint32_t more, const char *where);
/* How many of `count` rows fit under the title, the last kept free for "more" when needed. */
uint32_t rows_fitting(const struct canvas *canvas, uint32_t header_rows, uint32_t count);
/* Which of a list's `count` things stands in that row of those shown. What is selected, on the map
 * say, is always seen: where it would be cut off it takes the last row, and nobody's place but
 * that one's changes. */
uint32_t row_shown(uint32_t row, uint32_t shown, uint32_t selected, uint32_t count);
/* Writes fields from left to right into one row. */
struct row {
    struct canvas *canvas;
    uint16_t row, column;
};
struct row row_start(struct canvas *canvas, uint16_t row, enum view_relation relation);
void row_field(struct row *row, uint16_t width, enum ink ink, const char *text);
/* What nobody has looked at here: the one thing that is bold without colour. */
void row_unread(struct row *row, uint16_t width, const char *text);
void row_right(struct row *row, uint16_t width, enum ink ink, const char *text);
/* Puts the ground of the selection under a row that is selected; last, when all is written. */
void row_end(struct row *row, enum view_relation relation);

/* What may take the rest of a row, up to `reserved` columns from its right end. */
uint16_t row_rest(const struct row *row, uint16_t reserved);

const char *priority_mark(uint32_t priority);       /* "!1" "!2" " 3" ... */
enum ink priority_ink(uint32_t priority);
enum ink unit_ink(enum unit_status status);
/* "0:48", "2:10:04", "3 d"; "" for a time that never was. Never cut. */
struct age { char text[WHEN_TEXT_BYTES]; };
struct age age_since(const struct view *view, int64_t at_ms);
struct age clock_text(int64_t at_ms);               /* "14:32:07", local. */
struct age clock_short(int64_t at_ms);              /* "14:32" */

/* An incident that nobody accepted yet waits; the others are worked on. */
bool incident_is_pending(const struct incident *incident);
/* "#42 FIRE 12 Quay St", UNCONFIRMED said. */
void incident_words(const struct incident *incident, char *text, size_t text_bytes);
/* How far a unit has come with its incident: on scene is further than on the way, and a crew that
 * moves its patient is further still. */
uint32_t unit_progress(const struct unit *unit);
/* Is a fix too old to be drawn as fresh (site.conf's fix_old_s)? */
bool fix_is_old(const struct picture *picture, const struct view *view, const struct unit *unit);

#endif
