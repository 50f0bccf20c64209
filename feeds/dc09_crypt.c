#include "feeds/dc09_crypt.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

static const EVP_CIPHER *cipher_of(const struct dc09_key *key)
{
    switch (key->length) {
    case 16:
        return EVP_aes_128_cbc();
    case 24:
        return EVP_aes_192_cbc();
    default:
        assert(key->length == 32);
        return EVP_aes_256_cbc();
    }
}

enum direction { DECRYPT = 0, ENCRYPT = 1 };

/* `out` holds as many bytes as `in`, a whole number of blocks. */
static void crypt_blocks(const struct dc09_key *key, enum direction direction, struct span in,
                         unsigned char *out)
{
    static const unsigned char zero_vector[DC09_CIPHER_BLOCK];
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int length = 0, rest = 0;

    /* Each of these fails only for want of memory or for a wrong call: bytes cannot be wrong. */
    assert(context);
    int fine = EVP_CipherInit_ex(context, cipher_of(key), NULL, key->bytes, zero_vector,
                                 direction == ENCRYPT);
    assert(fine);
    EVP_CIPHER_CTX_set_padding(context, 0);
    fine = EVP_CipherUpdate(context, out, &length, (const unsigned char *)in.bytes,
                            (int)in.length);
    assert(fine);
    fine = EVP_CipherFinal_ex(context, out + length, &rest);
    assert(fine);
    assert((size_t)(length + rest) == in.length);
    EVP_CIPHER_CTX_free(context);
}

static int digit_value(char digit)
{
    const char *digits = "0123456789ABCDEF0123456789abcdef";
    const char *at = digit ? strchr(digits, digit) : NULL;

    return at ? (int)(at - digits) % 16 : -1;
}

static bool hex_read(struct span hex, char *out)
{
    for (size_t i = 0; i + 1 < hex.length; i += 2) {
        int high = digit_value(hex.bytes[i]), low = digit_value(hex.bytes[i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i / 2] = (char)(high * 16 + low);
    }
    return true;
}

bool dc09_decrypt(const struct dc09_key *key, struct span hex, struct buffer *out)
{
    size_t count = hex.length / 2;

    if (hex.length == 0 || hex.length % (2 * DC09_CIPHER_BLOCK) != 0)
        return false;
    char *hidden = base_alloc(2, count);
    bool read = hex_read(hex, hidden);
    if (read) {
        crypt_blocks(key, DECRYPT, span_from(hidden, count), (unsigned char *)hidden + count);
        buffer_add(out, span_from(hidden + count, count));
    }
    base_free(hidden);
    return read;
}

void dc09_encrypt(const struct dc09_key *key, struct span plain, struct buffer *out)
{
    assert(plain.length > 0);
    assert(plain.length % DC09_CIPHER_BLOCK == 0);
    unsigned char *hidden = base_alloc(1, plain.length);
    crypt_blocks(key, ENCRYPT, plain, hidden);
    for (size_t i = 0; i < plain.length; i++)
        buffer_print(out, "%02X", (unsigned)hidden[i]);
    base_free(hidden);
}

void dc09_pad_fill(char *bytes, size_t count)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    unsigned char random[64];

    assert(count <= sizeof random);
    int filled = RAND_bytes(random, (int)count);
    assert(filled == 1);
    for (size_t i = 0; i < count; i++)
        bytes[i] = letters[random[i] % (sizeof letters - 1)];
}
