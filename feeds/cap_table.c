#include "feeds/cap_table.h"

#include <string.h>

#include "app/base/fields.h"

enum { ROWS = 16384 };

struct index {
    uint32_t first[ROWS];       /* Slot of a row's first record, from 1. */
};

struct cap_table {
    struct index by_key, by_id;
    struct cap_remembered *messages;        /* A ring, once there are CAP_REMEMBERED_MAX. */
    uint32_t message_count, message_next, message_capacity;
    struct cap_chain *chains;               /* A free one has no key. */
    uint32_t chain_count, chain_capacity;   /* Slots ever used, and there are. */
    uint32_t chain_free;                    /* The first free one among them, from 1. */
};

struct cap_table *cap_table_new(void)
{
    return base_alloc(1, sizeof(struct cap_table));
}

static void remembered_clear(struct cap_remembered *message)
{
    base_free(message->key.text);
    base_free(message->chain_id);
    *message = (struct cap_remembered){ 0 };
}

static void chain_clear(struct cap_chain *chain)
{
    base_free(chain->key.text);
    base_free(chain->kind);
    base_free(chain->head);
    *chain = (struct cap_chain){ 0 };
}

static void table_empty(struct cap_table *table)
{
    for (uint32_t i = 0; i < table->message_count; i++)
        remembered_clear(&table->messages[i]);
    for (uint32_t i = 0; i < table->chain_count; i++)
        chain_clear(&table->chains[i]);
    table->message_count = table->message_next = 0;
    table->chain_count = table->chain_free = 0;
    table->by_key = table->by_id = (struct index){ { 0 } };
}

void cap_table_free(struct cap_table *table)
{
    if (!table)
        return;
    table_empty(table);
    base_free(table->messages);
    base_free(table->chains);
    base_free(table);
}

void cap_text_set(char **text, const char *value)
{
    char *copy = base_copy_text(value);     /* First: `value` may be the old text. */

    base_free(*text);
    *text = copy;
}

/* ---- the index: records of one row are linked ---- */

static uint64_t digest_of(const char *text)
{
    struct digest digest;

    digest_start(&digest);
    digest_bytes(&digest, text, strlen(text));
    return digest_end(&digest);
}

static struct cap_key *message_key(const struct cap_table *table, uint32_t slot)
{
    return &table->messages[slot - 1].key;
}

static struct cap_key *chain_key(const struct cap_table *table, uint32_t slot)
{
    return &table->chains[slot - 1].key;
}

typedef struct cap_key *key_fn(const struct cap_table *table, uint32_t slot);

/* 0: there is none. */
static uint32_t slot_find(const struct cap_table *table, const struct index *index, key_fn *key,
                          const char *text)
{
    uint64_t digest = digest_of(text);
    uint32_t slot = index->first[digest % ROWS];

    while (slot && (key(table, slot)->digest != digest
                    || strcmp(key(table, slot)->text, text) != 0))
        slot = key(table, slot)->next;
    return slot;
}

static void slot_link(const struct cap_table *table, struct index *index, key_fn *key,
                      uint32_t slot, const char *text)
{
    struct cap_key *linked = key(table, slot);

    linked->text = base_copy_text(text);
    linked->digest = digest_of(text);
    linked->next = index->first[linked->digest % ROWS];
    index->first[linked->digest % ROWS] = slot;
}

static void slot_unlink(const struct cap_table *table, struct index *index, key_fn *key,
                        uint32_t slot)
{
    uint32_t *place = &index->first[key(table, slot)->digest % ROWS];

    while (*place != slot)
        place = &key(table, *place)->next;
    *place = key(table, slot)->next;
}

/* ---- messages ---- */

struct cap_remembered *cap_message(const struct cap_table *table, const char *key)
{
    uint32_t slot = slot_find(table, &table->by_key, message_key, key);
    return slot ? &table->messages[slot - 1] : NULL;
}

/* An empty place: a new one, or that of the oldest message, which is forgotten. */
static struct cap_remembered *message_slot(struct cap_table *table, uint32_t slot)
{
    table->messages = base_grow(table->messages, &table->message_capacity, slot,
                                sizeof *table->messages);
    struct cap_remembered *place = &table->messages[slot - 1];
    if (slot <= table->message_count) {
        slot_unlink(table, &table->by_key, message_key, slot);
        remembered_clear(place);
    }
    *place = (struct cap_remembered){ 0 };
    return place;
}

struct cap_remembered *cap_message_put(struct cap_table *table, const char *key)
{
    struct cap_remembered *known = cap_message(table, key);

    if (known)
        return known;
    uint32_t slot = table->message_next + 1;
    struct cap_remembered *place = message_slot(table, slot);
    slot_link(table, &table->by_key, message_key, slot, key);
    place->chain_id = base_copy_text("");
    table->message_next = slot % CAP_REMEMBERED_MAX;
    if (table->message_count < CAP_REMEMBERED_MAX)
        table->message_count++;
    return place;
}

/* ---- chains ---- */

struct cap_chain *cap_chain(const struct cap_table *table, const char *id)
{
    uint32_t slot = slot_find(table, &table->by_id, chain_key, id);
    return slot ? &table->chains[slot - 1] : NULL;
}

void cap_chain_drop(struct cap_table *table, struct cap_chain *chain)
{
    uint32_t slot = (uint32_t)(chain - table->chains) + 1;

    slot_unlink(table, &table->by_id, chain_key, slot);
    chain_clear(chain);
    chain->key.next = table->chain_free;
    table->chain_free = slot;
}

static void chain_forget_one(struct cap_table *table)
{
    struct cap_chain *first = &table->chains[0];

    for (uint32_t i = 1; i < table->chain_count; i++)
        if (table->chains[i].expires_ms < first->expires_ms)
            first = &table->chains[i];
    cap_chain_drop(table, first);
}

/* A free slot, empty. */
static uint32_t chain_slot(struct cap_table *table)
{
    uint32_t slot = table->chain_free;

    if (slot) {
        table->chain_free = table->chains[slot - 1].key.next;
    } else {
        slot = ++table->chain_count;
        table->chains = base_grow(table->chains, &table->chain_capacity, slot,
                                  sizeof *table->chains);
    }
    table->chains[slot - 1] = (struct cap_chain){ 0 };
    return slot;
}

struct cap_chain *cap_chain_put(struct cap_table *table, const char *id)
{
    struct cap_chain *known = cap_chain(table, id);

    if (known)
        return known;
    if (!table->chain_free && table->chain_count == CAP_CHAINS_MAX)
        chain_forget_one(table);
    uint32_t slot = chain_slot(table);
    struct cap_chain *place = &table->chains[slot - 1];
    slot_link(table, &table->by_id, chain_key, slot, id);
    place->kind = base_copy_text("");
    place->head = base_copy_text("");
    return place;
}

/* ---- written and read back ---- */

static void message_write(const struct cap_remembered *message, struct buffer *out)
{
    json_open(out, NULL, '{');
    json_put_text(out, "key", message->key.text);
    json_put_text(out, "chain", message->chain_id);
    json_put_flag(out, "came", message->came);
    json_close(out, '}');
}

static void chain_write(const struct cap_chain *chain, struct buffer *out)
{
    json_open(out, NULL, '{');
    json_put_text(out, "id", chain->key.text);
    json_put_text(out, "kind", chain->kind);
    json_put_text(out, "head", chain->head);
    json_put_int64(out, "sent", chain->head_sent_ms);
    json_put_int64(out, "expires", chain->expires_ms);
    json_put_int64(out, "hazards", chain->hazard_count);
    json_close(out, '}');
}

/* The oldest message first, so that the next process forgets in the same order. */
void cap_table_write(const struct cap_table *table, struct buffer *out)
{
    uint32_t oldest = table->message_count < CAP_REMEMBERED_MAX ? 0 : table->message_next;

    json_open(out, "messages", '[');
    for (uint32_t i = 0; i < table->message_count; i++)
        message_write(&table->messages[(oldest + i) % CAP_REMEMBERED_MAX], out);
    json_close(out, ']');
    json_open(out, "chains", '[');
    for (uint32_t i = 0; i < table->chain_count; i++)
        if (table->chains[i].key.text)
            chain_write(&table->chains[i], out);
    json_close(out, ']');
}

static bool message_read(struct cap_table *table, const struct json *json)
{
    const char *key = json_member_text(json, "key", "");

    if (!key[0])
        return false;
    struct cap_remembered *message = cap_message_put(table, key);
    cap_text_set(&message->chain_id, json_member_text(json, "chain", ""));
    message->came = json_member_flag(json, "came", false);
    return true;
}

static bool chain_read(struct cap_table *table, const struct json *json)
{
    const char *id = json_member_text(json, "id", "");
    int64_t hazards = json_member_int64(json, "hazards", -1);

    if (!id[0] || hazards < 0 || hazards > UINT32_MAX)
        return false;
    struct cap_chain *chain = cap_chain_put(table, id);
    cap_text_set(&chain->kind, json_member_text(json, "kind", ""));
    cap_text_set(&chain->head, json_member_text(json, "head", ""));
    chain->head_sent_ms = json_member_int64(json, "sent", 0);
    chain->expires_ms = json_member_int64(json, "expires", 0);
    chain->hazard_count = (uint32_t)hazards;
    return true;
}

bool cap_table_read(struct cap_table *table, const struct json *json)
{
    const struct json *messages = json_member(json, "messages");
    const struct json *chains = json_member(json, "chains");
    bool fine = messages && chains;

    table_empty(table);
    for (const struct json *at = fine ? json_first(messages) : NULL; at && fine; at = json_next(at))
        fine = message_read(table, at);
    for (const struct json *at = fine ? json_first(chains) : NULL; at && fine; at = json_next(at))
        fine = chain_read(table, at);
    if (!fine)
        table_empty(table);
    return fine;
}
