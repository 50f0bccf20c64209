/* cap_table.h - what a CAP feed remembers: the messages it has seen or was told of, and the chains
 * whose hazards stand. Facts only; what a message does is decided in cap_chains.c.
 *
 * Bounded: of messages the oldest is forgotten for a new one, of chains the one that ends first. It
 * is written as JSON and read back, so that a restart forgets nothing. Pure. */
#ifndef FEEDS_CAP_TABLE_H
#define FEEDS_CAP_TABLE_H

#include "app/base/json.h"

enum {
    CAP_REMEMBERED_MAX = 20000,
    CAP_CHAINS_MAX = 20000,
};

/* What it is found by. */
struct cap_key {
    char *text;
    uint64_t digest;
    uint32_t next;              /* In its row of the index, from 1; 0 ends it. */
};

/* One message that came, or that another one referred to, which replaced it. */
struct cap_remembered {
    struct cap_key key;         /* Sender, identifier, sent. */
    char *chain_id;
    bool came;                  /* It was here itself; else it is only known by a reference. */
};

/* Hazards the hub shows under one id, and the message they were said by. */
struct cap_chain {
    struct cap_key key;         /* The id. */
    char *kind, *head;          /* `head`: the key of that message. */
    int64_t head_sent_ms, expires_ms;
    uint32_t hazard_count;
};

struct cap_table;
struct cap_table *cap_table_new(void);
void cap_table_free(struct cap_table *table);

/* Loans until the table is next changed; NULL: unknown. */
struct cap_remembered *cap_message(const struct cap_table *table, const char *key);
struct cap_chain *cap_chain(const struct cap_table *table, const char *id);

/* The known one, or a new one with nothing but its key. */
struct cap_remembered *cap_message_put(struct cap_table *table, const char *key);
struct cap_chain *cap_chain_put(struct cap_table *table, const char *id);
void cap_chain_drop(struct cap_table *table, struct cap_chain *chain);

/* Replaces an owned text of a record. */
void cap_text_set(char **text, const char *value);

/* Members "messages" and "chains" of the object being written, and back: false, and an empty table,
 * when `json` is not what cap_table_write() writes. */
void cap_table_write(const struct cap_table *table, struct buffer *out);
bool cap_table_read(struct cap_table *table, const struct json *json);

#endif
