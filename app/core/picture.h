/* picture.h - the common operating picture: tables of objects, built from events only.
 *
 * picture_apply() is the one function that changes it, in hub, console and replay alike. It reads
 * no clock, file or random number. Rows stand in the order of their keys, so the same journal gives
 * the same digest everywhere. A row pointer is a loan until the next change. */
#ifndef APP_CORE_PICTURE_H
#define APP_CORE_PICTURE_H

#include "app/core/events.h"

enum { PICTURE_FORMAT = 3 };        /* A snapshot of another format is thrown away. */

struct table {
    void **rows;                    /* Sorted by key. */
    uint32_t count, capacity;
    void **by_source;               /* Same rows by (feed, source), for kinds that have both. */
    uint32_t source_count, source_capacity;
};

struct picture {
    uint64_t sequence;              /* Of the last entry applied; 0 before the first. */
    int64_t at_ms;                  /* Its hub time. */
    struct table tables[OBJECT_KIND_COUNT];
};

struct picture *picture_new(void);
void picture_free(struct picture *picture);

/* Which entry the events come from. */
struct entry_head {
    uint64_t sequence;
    int64_t at_ms;                  /* Hub time. */
    enum input_kind {
        INPUT_REPORT, INPUT_COMMAND, INPUT_ANSWER, INPUT_TICK, INPUT_CONFIG, INPUT_KIND_COUNT,
    } kind;
    const char *source;             /* Feed or operator; "" for the hub itself. A loan. */
};
extern const struct vocabulary input_kind_words;

/* Opens entry `head`: it must be the next in sequence. Then each of its events, in order. */
void picture_begin(struct picture *picture, const struct entry_head *head);
void picture_apply(struct picture *picture, const struct entry_head *head,
                   const struct event *event);

/* ---- reading ---- */
static inline uint32_t picture_count(const struct picture *picture, enum object_kind kind)
{
    return picture->tables[kind].count;
}
/* Row `index` in key order. */
static inline const void *picture_row(const struct picture *picture, enum object_kind kind,
                                      uint32_t index)
{
    assert(index < picture->tables[kind].count);
    return picture->tables[kind].rows[index];
}
/* NULL when there is none. */
const void *picture_numbered(const struct picture *picture, enum object_kind kind, uint32_t number);
const void *picture_called(const struct picture *picture, enum object_kind kind, const char *key);
const void *picture_find(const struct picture *picture, const struct object_name *name);
/* By what its feed calls it; alarms, hazards and incidents. */
const void *picture_from_source(const struct picture *picture, enum object_kind kind,
                                const char *feed, const char *source);

const struct site *picture_site(const struct picture *picture);             /* Never NULL. */
const struct counters *picture_counters(const struct picture *picture);     /* Never NULL. */
static inline const struct unit *picture_unit(const struct picture *picture, const char *callsign)
{
    return picture_called(picture, OBJECT_UNIT, callsign);
}
static inline const struct incident *picture_incident(const struct picture *picture,
                                                      uint32_t number)
{
    return picture_numbered(picture, OBJECT_INCIDENT, number);
}

/* The next units of an incident, in callsign order: start with *index = 0; NULL at the end. */
const struct unit *picture_next_unit_of(const struct picture *picture, uint32_t incident,
                                        uint32_t *index);

/* Attention as every screen shows it: class, then oldest first, then name. Writes up to `most`
 * rows and returns how many there are in all. */
uint32_t picture_attention(const struct picture *picture, const struct attention **rows,
                           uint32_t most);

/* When the hub must next give a tick because time alone decides something; 0: never. */
int64_t picture_due_ms(const struct picture *picture);

/* ---- the whole of it ---- */
uint64_t picture_digest(const struct picture *picture);

/* One line for the header, one for each object: {"stands":"unit",...}. What picture_load() reads
 * back has the same digest. */
void picture_dump(const struct picture *picture, struct buffer *out);
/* Takes one line of a dump. A refusal names what is wrong with the dump. */
struct verdict picture_load(struct picture *picture, const struct json *line, struct arena *arena);
/* One object as JSON, for `show --json`. */
void object_write(enum object_kind kind, const void *object, struct buffer *out);

#endif
