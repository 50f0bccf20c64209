/* charset.h - texts of a log that is not written in UTF-8. The door to iconv in this folder.
 *
 * For charsets in which an ASCII byte is always that character (CP1252, ISO-8859-x, KOI8-R, EUC-x,
 * Shift_JIS's fields too), so that separators and quotes are found before the text is turned. */
#ifndef FEEDS_CHARSET_H
#define FEEDS_CHARSET_H

#include "app/base/buffer.h"

struct charset;                 /* Opaque: owns the iconv descriptor. */

/* NULL, with a sentence: nobody knows the name, or ASCII is not itself in it (UTF-16). */
struct charset *charset_open(const char *name, char *ret_sentence, size_t sentence_bytes);
void charset_close(struct charset *charset);

/* `raw` as UTF-8, in `arena` (or `raw` itself where all of it is ASCII). False: it holds bytes that
 * the charset has not; *ret_offset is where. */
bool charset_text(struct charset *charset, struct span raw, struct arena *arena,
                  struct span *ret_text, size_t *ret_offset);

#endif
