/* codepage.h - text as a .dbf keeps it, turned into clean UTF-8. The one door to iconv.
 *
 * A .dbf names its code page in a .cpg file beside it or in byte 29 of its header (standards.md
 * section 12); many name none, and some name the wrong one. */
#ifndef MAPS_CODEPAGE_H
#define MAPS_CODEPAGE_H

#include "app/base/span.h"

enum { CODEPAGE_TEXT_BYTES = 1024 };    /* 255 bytes of any code page fit, as UTF-8. */

struct codepage;            /* Opaque: owns the iconv descriptor. */

/* `declared` is the first line of the .cpg ("UTF-8", "1252", "ANSI 1251"), or "LDID/87" for byte
 * 29, or "" for neither. A name nobody knows is read as if none were given; *ret_known tells. */
struct codepage *codepage_open(const char *declared, bool *ret_known);
void codepage_close(struct codepage *codepage);

/* Writes `raw` as clean UTF-8 (text_clean) and returns its length. A byte that the code page lacks
 * becomes a blank; half a character at the end, cut there by the width of its field, goes, and so
 * does what pads the field. Without a code page, or with Windows' own, valid UTF-8 is taken for
 * what it is, anything else for CP1252. */
size_t codepage_text(struct codepage *codepage, struct span raw, char text[CODEPAGE_TEXT_BYTES]);
/* The same for a field's name or a number, which are ASCII even where the text is UTF-16. */
size_t codepage_name(struct codepage *codepage, struct span raw, char text[CODEPAGE_TEXT_BYTES]);
/* Was any text so far taken for CP1252 only because nobody said what it is? */
bool codepage_guessed(const struct codepage *codepage);

#endif
