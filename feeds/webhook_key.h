/* webhook_key.h - which posted bodies were taken already, by the key that their senders gave them
 * (Idempotency-Key, draft-ietf-httpapi-idempotency-key-header), so that one sent again after a lost
 * answer is one. The last 4,096 are remembered. Pure. */
#ifndef FEEDS_WEBHOOK_KEY_H
#define FEEDS_WEBHOOK_KEY_H

#include "app/base/span.h"

enum { WEBHOOK_KEYS_MAX = 4096 };

struct webhook_keys;
struct webhook_keys *webhook_keys_new(void);
void webhook_keys_free(struct webhook_keys *keys);

enum webhook_known { KEY_NEW, KEY_AGAIN, KEY_OTHER_BODY };
/* *ret_said_count is what webhook_key_put() was given, for KEY_AGAIN. */
enum webhook_known webhook_key_find(const struct webhook_keys *keys, struct span key,
                                    struct span body, int64_t *ret_said_count);
void webhook_key_put(struct webhook_keys *keys, struct span key, struct span body,
                     int64_t said_count);

#endif
