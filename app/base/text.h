/* text.h - UTF-8: is it valid, is it clean, how wide is it on a screen.
 *
 * Two borders are kept here (standards.md section 10). At ingress bytes are judged by
 * utf8_valid_length() and kept as received. On the way into an event they go through
 * text_clean(): no control, bidirectional, zero-width, tag or variation character survives, so
 * nothing a caller or a sensor sends can move a cursor or reverse a sentence on somebody's
 * console. */
#ifndef APP_BASE_TEXT_H
#define APP_BASE_TEXT_H

#include "app/base/span.h"

/* How many bytes of `bytes` are valid UTF-8 from the start (RFC 3629: no overlong form, no
 * surrogate, nothing above U+10FFFF); equal to bytes.length when all of it is. */
size_t utf8_valid_length(struct span bytes);

/* Decodes one code point at `bytes`; returns its length, or 0 where it is not valid. */
size_t utf8_decode(struct span bytes, uint32_t *ret_code);
/* Writes up to 4 bytes and returns how many; U+FFFD in place of what is not a scalar value. */
size_t utf8_encode(uint32_t code, char bytes[4]);

/* Columns that `code` takes on a terminal: 0 (combining), 1 or 2; our own table, the same as
 * the C library's in UTF-8, so a golden screen does not depend on the machine's locale. */
int glyph_columns(uint32_t code);
/* Columns of a whole clean text. */
uint32_t text_columns(struct span text);

/* Copies `raw` cleaned: control characters, line ends, invalid bytes and private glyphs become
 * one blank; bidi, zero-width, tag and variation characters are dropped; at most two combining
 * marks stay on a base; blanks are collapsed. Never writes over text_bytes (at least 4) and
 * always ends in NUL; a text that does not fit ends in U+2026. Returns the bytes written,
 * without the NUL. */
size_t text_clean(struct span raw, char *text, size_t text_bytes);
/* True when text_clean() would change nothing. */
bool text_is_clean(struct span text);

/* Copies at most text_bytes - 1 bytes, never half a character; a cut text ends in U+2026. */
void text_copy(char *text, size_t text_bytes, struct span from);

/* ASCII only: letters outside A-Z are compared as they are. */
bool text_same_ignoring_case(struct span left, struct span right);

#endif
