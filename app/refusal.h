/* refusal.h - what cannot be understood becomes a `refused` report: an entry with the reason and
 * the bytes, so that a supplier can be shown exactly what was sent (CONTRACTS section 3). Pure. */
#ifndef APP_REFUSAL_H
#define APP_REFUSAL_H

#include "app/base/report.h"

struct refusal_of {
    struct verdict verdict;
    struct span bytes;              /* The message, or its first when `whole_bytes` is more. */
    size_t whole_bytes;             /* 0: bytes.length. */
    const unsigned char *sha256;    /* Of all of it; NULL: made here from `bytes`. */
    int64_t at_ms;
    bool withheld;                  /* Of a body: nothing of the bytes is kept. */
};

/* Appends the report as one JSON object. Bytes beyond REFUSED_BYTES_KEPT are left out, and all of
 * them, with their hash, when they are withheld or name biometric identifiers: of those nothing is
 * kept but how long they were (DESIGN section 7). The reason then says so. */
void refusal_write(const struct refusal_of *refusal, struct buffer *out);

#endif
