/* sparkplug_nodes.h - what Sparkplug B messages mean one after the other (Eclipse Sparkplug 3.0,
 * sections 5 and 6).
 *
 * A node's life, and in the same way a device's, as its topics tell it:
 *
 *     unknown --NBIRTH--> born --NDEATH--> dead --NBIRTH--> born ...
 *
 *     birth   names every metric, with its alias and datatype; data may then name aliases only
 *     death   everything it said is stale, not zero; the broker sends it as the node's last will,
 *             so its bdSeq must be that of the birth: an older will means a session that is over
 *     seq     counts a node's messages from 0 to 255 and round; after a gap something was lost, so
 *             the node is asked to be born again, at most every REBIRTH_MS
 *
 * A node's birth makes its devices wait for theirs; one that does not come in BIRTH_WAIT_MS is
 * lost. Births and data that a broker retained are not to be (section 5.4) and must not be given
 * here. Paths are GROUP/EDGE or GROUP/EDGE/DEVICE. Times are hub time. Pure. */
#ifndef FEEDS_SPARKPLUG_NODES_H
#define FEEDS_SPARKPLUG_NODES_H

#include "feeds/reading.h"
#include "feeds/sparkplug.h"

enum {
    SPARKPLUG_NODES_MAX = 10000,        /* Nodes and devices; a message of more is refused. */
    SPARKPLUG_REBIRTH_MS = 30 * 1000,
    SPARKPLUG_BIRTH_WAIT_MS = 60 * 1000,
    SPARKPLUG_METRICS_MAX = 200000,     /* Of all nodes. */
};

struct sparkplug_nodes;                 /* Opaque. */
struct sparkplug_nodes *sparkplug_nodes_new(void);
void sparkplug_nodes_free(struct sparkplug_nodes *nodes);

/* What one message, or the passing of time, means. Texts are the arena's or the nodes'. */
struct sparkplug_result {
    const char *path;                   /* Whose the readings are. */
    struct readings readings;           /* Dated where the payload says a time. */
    bool is_born;                       /* `path` is there (again). */
    const char **lost;                  /* Paths of who is not, with the devices of a node. */
    uint32_t lost_count;
    uint32_t held_count;                /* Values of the past, aliases nobody named: not read. */
    bool rebirth;                       /* Ask this node; *why is a clause. */
    const char *why;
};

/* Refusals: what sparkplug_read() refuses; TOO_LONG "nodes", "metrics" when there are too many. */
struct verdict sparkplug_nodes_take(struct sparkplug_nodes *nodes,
                                    const struct sparkplug_topic *topic, struct span bytes,
                                    int64_t now_ms, struct arena *arena,
                                    struct sparkplug_result *ret_result);

/* Who has not been born in time by now; and when to ask next (INT64_MAX: never). */
void sparkplug_nodes_advance(struct sparkplug_nodes *nodes, int64_t now_ms, struct arena *arena,
                             struct sparkplug_result *ret_result);
int64_t sparkplug_nodes_due_ms(const struct sparkplug_nodes *nodes);

#endif
