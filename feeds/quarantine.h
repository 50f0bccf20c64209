/* quarantine.h - what is kept of a message that could not be understood: its first 45,000 bytes,
 * its length and the SHA-256 of all of it (CONTRACTS section 3), so that a supplier can be
 * shown exactly what was sent. The door to OpenSSL in this folder. */
#ifndef FEEDS_QUARANTINE_H
#define FEEDS_QUARANTINE_H

#include "app/base/report.h"

struct quarantine;                  /* Opaque: the running hash and the bytes kept. */

struct quarantine *quarantine_new(void);
void quarantine_free(struct quarantine *quarantine);
/* The next bytes of the message; it may come in pieces and be of any length. */
void quarantine_add(struct quarantine *quarantine, struct span bytes);
size_t quarantine_length(const struct quarantine *quarantine);

/* The `refused` report; its strings are loans until the quarantine is added to or freed. May be
 * called once. */
void quarantine_report(struct quarantine *quarantine, const struct verdict *verdict,
                       struct report *ret_report);

#endif
