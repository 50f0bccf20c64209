#include "feeds/webhook_key.h"

#include "app/base/fields.h"

struct known {
    uint64_t key, body;
    int64_t said_count;
};

struct webhook_keys {
    struct known at[WEBHOOK_KEYS_MAX];
    uint64_t put_count;
};

struct webhook_keys *webhook_keys_new(void)
{
    return base_alloc(1, sizeof(struct webhook_keys));
}

void webhook_keys_free(struct webhook_keys *keys)
{
    base_free(keys);
}

static uint64_t digest_of(struct span bytes)
{
    struct digest digest;

    digest_start(&digest);
    digest_bytes(&digest, bytes.bytes, bytes.length);
    return digest_end(&digest);
}

enum webhook_known webhook_key_find(const struct webhook_keys *keys, struct span key,
                                    struct span body, int64_t *ret_said_count)
{
    uint64_t wanted = digest_of(key);
    uint64_t kept = keys->put_count < WEBHOOK_KEYS_MAX ? keys->put_count : WEBHOOK_KEYS_MAX;

    for (uint64_t i = 0; i < kept; i++) {
        const struct known *known = &keys->at[i];
        if (known->key != wanted)
            continue;
        if (known->body != digest_of(body))
            return KEY_OTHER_BODY;
        *ret_said_count = known->said_count;
        return KEY_AGAIN;
    }
    return KEY_NEW;
}

void webhook_key_put(struct webhook_keys *keys, struct span key, struct span body,
                     int64_t said_count)
{
    keys->at[keys->put_count++ % WEBHOOK_KEYS_MAX] =
        (struct known){ digest_of(key), digest_of(body), said_count };
}
