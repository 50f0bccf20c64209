/* dc09_crypt.h - AES-CBC as DC-09 uses it: the initial vector is all zeros and nothing is signed,
 * so it hides text from those who only listen. A receiver on an open network belongs behind TLS or
 * a tunnel. A door to OpenSSL. */
#ifndef FEEDS_DC09_CRYPT_H
#define FEEDS_DC09_CRYPT_H

#include "app/base/buffer.h"

enum { DC09_CIPHER_BLOCK = 16, DC09_KEY_BYTES_MAX = 32 };

struct dc09_key {
    uint8_t bytes[DC09_KEY_BYTES_MAX];
    size_t length;              /* 16, 24 or 32; 0: there is none. */
};

/* Appends the plain bytes of `hex`, which must be whole blocks. False: it is not hexadecimal, or no
 * number of blocks. */
bool dc09_decrypt(const struct dc09_key *key, struct span hex, struct buffer *out);
/* Appends `plain`, a whole number of blocks, encrypted, as upper-case hexadecimal. */
void dc09_encrypt(const struct dc09_key *key, struct span plain, struct buffer *out);
/* Fills `bytes` with characters that a pad may hold: letters and digits. */
void dc09_pad_fill(char *bytes, size_t count);

#endif
