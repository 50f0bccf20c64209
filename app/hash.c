#include "app/hash.h"

#include <openssl/evp.h>
#include <stdio.h>

struct hash {
    EVP_MD_CTX *context;
};

struct hash *hash_new(void)
{
    struct hash *hash = base_alloc(1, sizeof *hash);

    hash->context = EVP_MD_CTX_new();
    assert(hash->context);
    int made = EVP_DigestInit_ex(hash->context, EVP_sha256(), NULL);
    assert(made == 1);
    return hash;
}

void hash_free(struct hash *hash)
{
    if (!hash)
        return;
    EVP_MD_CTX_free(hash->context);
    base_free(hash);
}

void hash_add(struct hash *hash, struct span bytes)
{
    int added = EVP_DigestUpdate(hash->context, bytes.bytes, bytes.length);
    assert(added == 1);
}

void hash_end(struct hash *hash, unsigned char ret_hash[HASH_BYTES])
{
    unsigned length = 0;
    int ended = EVP_DigestFinal_ex(hash->context, ret_hash, &length);

    assert(ended == 1);
    assert(length == HASH_BYTES);
    hash_free(hash);
}

void hash_of(struct span bytes, unsigned char ret_hash[HASH_BYTES])
{
    struct hash *hash = hash_new();

    hash_add(hash, bytes);
    hash_end(hash, ret_hash);
}

const char *hash_text(const unsigned char hash[HASH_BYTES], char text[HASH_TEXT_BYTES])
{
    for (size_t i = 0; i < HASH_BYTES; i++)
        snprintf(text + 2 * i, 3, "%02x", hash[i]);
    return text;
}
