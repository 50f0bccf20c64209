/* sparkplug.h - Sparkplug B payloads (Eclipse Sparkplug 3.0, section 6): the bytes of one message,
 * read. What messages mean together (birth, alias, death, sequence) is sparkplug_nodes.h's. Pure;
 * the door to the generated protobuf code. */
#ifndef FEEDS_SPARKPLUG_H
#define FEEDS_SPARKPLUG_H

#include "feeds/condition.h"

#define SPARKPLUG_MESSAGES(ROW)     \
    ROW(NBIRTH) ROW(NDEATH) ROW(DBIRTH) ROW(DDEATH) ROW(NDATA) ROW(DDATA) ROW(NCMD) ROW(DCMD)
#define ROW(name) SPARKPLUG_##name,
enum sparkplug_message { SPARKPLUG_MESSAGES(ROW) SPARKPLUG_MESSAGE_COUNT };
#undef ROW

/* spBv1.0/GROUP/MESSAGE/EDGE[/DEVICE]; loans from the topic. */
struct sparkplug_topic {
    struct span group, edge, device;    /* `device` is "" for the edge node itself. */
    enum sparkplug_message message;
};
/* False: no topic of a node or a device (STATE is a host's). A message of devices without one, or
 * the other way round, is none either. */
bool sparkplug_topic_read(struct span topic, struct sparkplug_topic *ret_topic);

/* Datatypes (section 6.4.16) that change how a value is read. */
enum {
    SPARKPLUG_INT8 = 1, SPARKPLUG_INT16 = 2, SPARKPLUG_INT32 = 3, SPARKPLUG_INT64 = 4,
    SPARKPLUG_DATATYPE_MAX = 34,
};

/* Loans from the arena. */
struct sparkplug_metric {
    const char *name;           /* "": known by its alias only. */
    bool has_alias, is_null, is_historical, has_value;
    uint64_t alias;
    int64_t at_ms;              /* 0: not said. */
    uint32_t datatype;          /* 0: not said (only births must). */
    bool is_integer;
    uint64_t integer;           /* The bits, for sparkplug_value(). */
    double value;               /* NaN: a word, or nothing that can be judged. */
    struct span word;
};

struct sparkplug_payload {
    int64_t at_ms;              /* 0: not said. */
    bool has_seq;
    uint64_t seq;
    struct sparkplug_metric *metrics;
    uint32_t metric_count;
};

/* Refusals: BAD_SYNTAX (no protobuf of that shape), BAD_UTF8 with the field, OUT_OF_RANGE (a time
 * past all clocks, a seq over 255). */
struct verdict sparkplug_read(struct span bytes, struct arena *arena,
                              struct sparkplug_payload *ret_payload);

/* The metric's value under `datatype`, its own where that is 0: signed integers travel as two's
 * complement. */
struct sample sparkplug_value(const struct sparkplug_metric *metric, uint32_t datatype);

/* The payload of an NCMD that asks a node to be born again (section 6.4.22). */
void sparkplug_rebirth_write(int64_t at_ms, struct buffer *out);

#endif
