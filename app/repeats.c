#include "app/repeats.h"

#include <string.h>

#include "app/base/fields.h"
#include "app/hash.h"

/* Direct mapped: two ids that share a row take turns in it. */
struct repeats {
    struct {
        uint64_t id;
        unsigned char hash[HASH_BYTES];
    } rows[REPEATS_MAX];
};

struct repeats *repeats_new(void)
{
    return base_alloc(1, sizeof(struct repeats));
}

void repeats_free(struct repeats *repeats)
{
    base_free(repeats);
}

bool repeats_seen(struct repeats *repeats, const char *kind, const char *id, struct span text)
{
    unsigned char hash[HASH_BYTES];
    struct digest digest;

    digest_start(&digest);
    digest_bytes(&digest, kind, strlen(kind));
    digest_bytes(&digest, id, strlen(id));
    uint64_t number = digest_end(&digest);
    uint32_t row = (uint32_t)(number % REPEATS_MAX);
    hash_of(text, hash);
    if (repeats->rows[row].id == number && memcmp(repeats->rows[row].hash, hash, HASH_BYTES) == 0)
        return true;
    repeats->rows[row].id = number;
    memcpy(repeats->rows[row].hash, hash, HASH_BYTES);
    return false;
}
