/* hash.h - SHA-256 of bytes that come in pieces: to show a supplier exactly what was sent, and to
 * know a report that is equal to the last. */
#ifndef APP_HASH_H
#define APP_HASH_H

#include "app/base/span.h"

enum { HASH_BYTES = 32, HASH_TEXT_BYTES = 2 * HASH_BYTES + 1 };

struct hash;
struct hash *hash_new(void);
void hash_free(struct hash *hash);              /* NULL is fine. */
void hash_add(struct hash *hash, struct span bytes);
/* Ends and frees it. */
void hash_end(struct hash *hash, unsigned char ret_hash[HASH_BYTES]);

void hash_of(struct span bytes, unsigned char ret_hash[HASH_BYTES]);
const char *hash_text(const unsigned char hash[HASH_BYTES], char text[HASH_TEXT_BYTES]);

#endif
