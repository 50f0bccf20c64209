#include "feeds/signature.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

bool secret_same(struct span given, struct span secret)
{
    unsigned char one[SHA256_DIGEST_LENGTH], other[SHA256_DIGEST_LENGTH];

    /* Of digests, so that not even the secret's length shows. */
    SHA256((const unsigned char *)given.bytes, given.length, one);
    SHA256((const unsigned char *)secret.bytes, secret.length, other);
    return secret.length > 0 && CRYPTO_memcmp(one, other, sizeof one) == 0;
}

static bool hex_same(struct span hex, const unsigned char *digest)
{
    static const char digits[] = "0123456789abcdef";
    char wanted[2 * SHA256_DIGEST_LENGTH], given[2 * SHA256_DIGEST_LENGTH];

    if (hex.length != sizeof wanted)
        return false;
    for (size_t i = 0; i < SHA256_DIGEST_LENGTH; i++) {
        wanted[2 * i] = digits[digest[i] >> 4];
        wanted[2 * i + 1] = digits[digest[i] & 15];
    }
    for (size_t i = 0; i < sizeof given; i++) {
        char byte = hex.bytes[i];
        given[i] = byte >= 'A' && byte <= 'F' ? (char)(byte + 32) : byte;
    }
    return CRYPTO_memcmp(wanted, given, sizeof wanted) == 0;
}

static bool base64_same(struct span text, const unsigned char *digest)
{
    unsigned char wanted[4 * ((SHA256_DIGEST_LENGTH + 2) / 3) + 1];
    int length = EVP_EncodeBlock(wanted, digest, SHA256_DIGEST_LENGTH);

    return text.length == (size_t)length && CRYPTO_memcmp(wanted, text.bytes, text.length) == 0;
}

bool signature_right(struct span signature, struct span message, struct span secret)
{
    unsigned char digest[SHA256_DIGEST_LENGTH];
    static const char prefix[] = "sha256=";

    if (secret.length == 0 || secret.length > INT32_MAX
        || !HMAC(EVP_sha256(), secret.bytes, (int)secret.length,
                 (const unsigned char *)message.bytes, message.length, digest, NULL))
        return false;
    signature = span_trim(signature);
    if (span_starts(signature, prefix))
        signature = span_from(signature.bytes + strlen(prefix),
                              signature.length - strlen(prefix));
    return hex_same(signature, digest) || base64_same(signature, digest);
}
