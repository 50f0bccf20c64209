/* signature.h - does a message come from who shares a secret with us? A door to OpenSSL.
 *
 * Comparing takes as long whatever the bytes are, so that nobody learns a secret by
 * trying. Pure. */
#ifndef FEEDS_SIGNATURE_H
#define FEEDS_SIGNATURE_H

#include "app/base/span.h"

/* Are both the same? Takes the same time for all `given` of one length. */
bool secret_same(struct span given, struct span secret);

/* Is `signature` the HMAC-SHA256 (RFC 2104) of `message` under `secret`? It may be written as
 * "sha256=HEX" (GitHub and many after it), as HEX, or in base64. */
bool signature_right(struct span signature, struct span message, struct span secret);

#endif
