/* suspect.h - the input that ended the hub twice is not decided a third time (CONTRACTS section 2).
 *
 * Before an input is decided its digest is put into one page of a mapped file, and taken out
 * after: a write to memory, no system call, yet it outlives the process (not a power cut, which no
 * input causes). A hub that starts and finds a digest there knows what it died of. */
#ifndef APP_SUSPECT_H
#define APP_SUSPECT_H

#include "app/base/fields.h"

enum { SUSPECT_TIMES = 2 };

struct suspect;

/* Opens or makes the file. STATUS_IO: it cannot be mapped. */
enum status suspect_open(const char *path, struct suspect **ret_suspect);
void suspect_close(struct suspect *suspect);        /* NULL is fine. */

/* False: this input has ended the hub SUSPECT_TIMES times, and must not be decided. Else it is the
 * one being decided until suspect_cleared(). */
bool suspect_begin(struct suspect *suspect, const char *source, struct span text);
/* It has been decided, and is no suspect any more. */
void suspect_cleared(struct suspect *suspect);

#endif
