/* marks.h - places an operator keeps under a letter, a to z, and the file that keeps them from one
 * console to the next: one line a mark, "a 51.2210500 -4.0877100". */
#ifndef PANELS_MARKS_H
#define PANELS_MARKS_H

#include "app/base/buffer.h"
#include "app/base/geo.h"

enum { MARKS_COUNT = 26 };
struct marks {
    struct geo_point at[MARKS_COUNT];       /* Unknown: not set. */
};

void marks_init(struct marks *marks);
/* The place of a mark by its letter, of either case; NULL when it is no letter. */
struct geo_point *marks_letter(struct marks *marks, uint32_t glyph);
uint32_t marks_set(const struct marks *marks);      /* How many. */

void marks_write(const struct marks *marks, struct buffer *out);
/* Lines that are no marks are left out: the file is the person's own, and may be cut short. */
void marks_read(struct span text, struct marks *marks);

/* Where the marks of an operator of a site are kept: $XDG_STATE_HOME/watchdesk/marks/ or its
 * default in the home folder. `who` and `site` are cleaned to letters and digits. Empty when there
 * is no home. */
void marks_path(const char *site, const char *who, char *path, size_t path_bytes);
/* Errors: STATUS_NOT_FOUND (nothing kept yet), STATUS_IO. */
enum status marks_load(const char *path, struct marks *marks);
/* Writes beside and renames, so that a crash leaves the old or the new. Errors: STATUS_IO. */
enum status marks_save(const char *path, const struct marks *marks);

#endif
