#include "feeds/sparkplug_nodes.h"

#include <stdlib.h>
#include <string.h>

enum node_state { NODE_UNKNOWN, NODE_BORN, NODE_WAITING, NODE_DEAD };

/* One metric as its birth named it. */
struct known_metric {
    const struct node *owner;
    char *name;
    uint64_t alias;
    bool has_alias;
    uint32_t datatype;
};

struct known_alias {
    uint64_t alias;
    uint32_t metric;                    /* Its place in the edge node's metrics. */
};

/* An edge node or a device. Metrics, seq and the rest below the line are an edge node's only, for
 * aliases are unique in all of it (section 6.4.6). */
struct node {
    char *path;
    struct node *edge;                  /* A device's; NULL of an edge node. */
    enum node_state state;
    int64_t wait_until_ms;              /* WAITING: for its birth. */
    /* ---- */
    bool has_bdseq, has_seq;
    uint64_t bdseq, seq;                /* `seq` of the last message. */
    int64_t rebirth_asked_ms;           /* 0: never. */
    struct known_metric *metrics;       /* By owner and name. */
    uint32_t metric_count, metric_capacity;
    struct known_alias *aliases;        /* By alias. */
    uint32_t alias_count, alias_capacity;
};

struct sparkplug_nodes {
    struct node **nodes;                /* By path. */
    uint32_t count, capacity;
    uint32_t metric_count;              /* Of all. */
    uint32_t waiting_count;
};

/* One message on its way through. */
struct take {
    struct sparkplug_nodes *nodes;
    struct arena *arena;
    int64_t now_ms;
    struct node *edge, *node;           /* The same one for messages of the edge node itself. */
    struct sparkplug_payload payload;
    struct sparkplug_result *result;
};

struct sparkplug_nodes *sparkplug_nodes_new(void)
{
    return base_alloc(1, sizeof(struct sparkplug_nodes));
}

static void metrics_free(struct node *edge)
{
    for (uint32_t i = 0; i < edge->metric_count; i++)
        base_free(edge->metrics[i].name);
    base_free(edge->metrics);
    base_free(edge->aliases);
}

void sparkplug_nodes_free(struct sparkplug_nodes *nodes)
{
    if (!nodes)
        return;
    for (uint32_t i = 0; i < nodes->count; i++) {
        metrics_free(nodes->nodes[i]);
        base_free(nodes->nodes[i]->path);
        base_free(nodes->nodes[i]);
    }
    base_free(nodes->nodes);
    base_free(nodes);
}

/* ---- finding nodes ---- */

/* Where `path` stands or would stand. */
static uint32_t node_place(const struct sparkplug_nodes *nodes, const char *path, bool *ret_found)
{
    uint32_t low = 0, high = nodes->count;

    *ret_found = false;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(nodes->nodes[middle]->path, path);
        if (order == 0)
            *ret_found = true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* NULL: there are too many. */
static struct node *node_get(struct sparkplug_nodes *nodes, const char *path, struct node *edge)
{
    bool found;
    uint32_t place = node_place(nodes, path, &found);

    if (found)
        return nodes->nodes[place];
    if (nodes->count == SPARKPLUG_NODES_MAX)
        return NULL;
    nodes->nodes = base_grow(nodes->nodes, &nodes->capacity, nodes->count + 1,
                             sizeof *nodes->nodes);
    memmove(nodes->nodes + place + 1, nodes->nodes + place,
            (nodes->count - place) * sizeof *nodes->nodes);
    nodes->nodes[place] = base_alloc(1, sizeof **nodes->nodes);
    nodes->count++;
    nodes->nodes[place]->path = base_copy_text(path);
    nodes->nodes[place]->edge = edge;
    return nodes->nodes[place];
}

static bool take_nodes_get(struct take *take, const struct sparkplug_topic *topic)
{
    const char *path = arena_print(take->arena, "%.*s/%.*s", (int)topic->group.length,
                                   topic->group.bytes, (int)topic->edge.length, topic->edge.bytes);

    take->edge = take->node = node_get(take->nodes, path, NULL);
    if (!take->edge || topic->device.length == 0)
        return take->edge;
    path = arena_print(take->arena, "%s/%.*s", path, (int)topic->device.length,
                       topic->device.bytes);
    take->node = node_get(take->nodes, path, take->edge);
    return take->node;
}

/* ---- metrics as births name them ---- */

static int by_owner_and_name(const void *left, const void *right)
{
    const struct known_metric *a = left, *b = right;

    if (a->owner != b->owner)
        return strcmp(a->owner->path, b->owner->path);
    return strcmp(a->name, b->name);
}

/* The metrics of `owner`, or all where it is NULL, are what a new birth says again. */
static void metrics_forget(struct take *take, const struct node *owner)
{
    struct node *edge = take->edge;
    uint32_t kept = 0;

    for (uint32_t i = 0; i < edge->metric_count; i++) {
        if (owner && edge->metrics[i].owner != owner)
            edge->metrics[kept++] = edge->metrics[i];
        else
            base_free(edge->metrics[i].name);
    }
    take->nodes->metric_count -= edge->metric_count - kept;
    edge->metric_count = kept;
}

static int by_alias(const void *left, const void *right)
{
    const struct known_alias *a = left, *b = right;

    if (a->alias != b->alias)
        return a->alias < b->alias ? -1 : 1;
    return a->metric < b->metric ? -1 : a->metric > b->metric;
}

static void metrics_sort(struct node *edge)
{
    edge->alias_count = 0;
    if (edge->metric_count == 0)
        return;
    qsort(edge->metrics, edge->metric_count, sizeof *edge->metrics, by_owner_and_name);
    edge->aliases = base_grow(edge->aliases, &edge->alias_capacity, edge->metric_count,
                              sizeof *edge->aliases);
    for (uint32_t i = 0; i < edge->metric_count; i++)
        if (edge->metrics[i].has_alias)
            edge->aliases[edge->alias_count++] = (struct known_alias){ edge->metrics[i].alias, i };
    qsort(edge->aliases, edge->alias_count, sizeof *edge->aliases, by_alias);
}

/* False: there are too many. */
static bool metrics_learn(struct take *take)
{
    struct node *edge = take->edge;

    metrics_forget(take, take->node == edge ? NULL : take->node);
    if (take->nodes->metric_count + take->payload.metric_count > SPARKPLUG_METRICS_MAX) {
        metrics_sort(edge);
        return false;
    }
    for (uint32_t i = 0; i < take->payload.metric_count; i++) {
        const struct sparkplug_metric *metric = &take->payload.metrics[i];
        if (!metric->name[0])
            continue;
        edge->metrics = base_grow(edge->metrics, &edge->metric_capacity, edge->metric_count + 1,
                                  sizeof *edge->metrics);
        edge->metrics[edge->metric_count++] = (struct known_metric){
            .owner = take->node, .name = base_copy_text(metric->name), .alias = metric->alias,
            .has_alias = metric->has_alias, .datatype = metric->datatype };
        take->nodes->metric_count++;
    }
    metrics_sort(edge);
    return true;
}

static const struct known_metric *metric_by_alias(const struct node *edge, uint64_t alias)
{
    uint32_t low = 0, high = edge->alias_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (edge->aliases[middle].alias < alias)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == edge->alias_count || edge->aliases[low].alias != alias)
        return NULL;
    return &edge->metrics[edge->aliases[low].metric];
}

static const struct known_metric *metric_known(const struct take *take,
                                               const struct sparkplug_metric *metric)
{
    struct known_metric wanted = { .owner = take->node, .name = (char *)metric->name };

    if (!metric->name[0])
        return metric->has_alias ? metric_by_alias(take->edge, metric->alias) : NULL;
    if (take->edge->metric_count == 0)
        return NULL;
    return bsearch(&wanted, take->edge->metrics, take->edge->metric_count, sizeof wanted,
                   by_owner_and_name);
}

/* ---- what it leads to ---- */

static void rebirth_want(struct take *take, const char *why)
{
    struct node *edge = take->edge;

    if (take->result->rebirth || (edge->rebirth_asked_ms
        && take->now_ms - edge->rebirth_asked_ms < SPARKPLUG_REBIRTH_MS))
        return;
    edge->rebirth_asked_ms = take->now_ms;
    take->result->rebirth = true;
    take->result->why = why;
}

static void waiting_end(struct sparkplug_nodes *nodes, struct node *node, enum node_state state)
{
    nodes->waiting_count -= node->state == NODE_WAITING;
    node->state = state;
}

/* Only the path's owner says whether somebody was told of it already. */
static void lose(struct sparkplug_nodes *nodes, struct node *node, struct arena *arena,
                 struct sparkplug_result *result)
{
    if (node->state == NODE_DEAD)
        return;
    waiting_end(nodes, node, NODE_DEAD);
    if (!result->lost)
        result->lost = arena_alloc(arena, nodes->count * sizeof *result->lost);
    result->lost[result->lost_count++] = node->path;
}

static void devices_lose(struct take *take)
{
    for (uint32_t i = 0; i < take->nodes->count; i++)
        if (take->nodes->nodes[i]->edge == take->edge)
            lose(take->nodes, take->nodes->nodes[i], take->arena, take->result);
}

static void devices_wait(struct take *take)
{
    for (uint32_t i = 0; i < take->nodes->count; i++) {
        struct node *node = take->nodes->nodes[i];
        if (node->edge != take->edge || node->state != NODE_BORN)
            continue;
        node->state = NODE_WAITING;
        node->wait_until_ms = take->now_ms + SPARKPLUG_BIRTH_WAIT_MS;
        take->nodes->waiting_count++;
    }
}

/* ---- readings ---- */

static bool reading_take(struct take *take, const struct sparkplug_metric *metric,
                         struct reading *reading)
{
    const struct known_metric *known = metric_known(take, metric);

    if (!metric->name[0] && !known) {
        rebirth_want(take, "it sends an alias that no birth we heard has named");
        return false;
    }
    if (metric->is_null || metric->is_historical || !metric->has_value)
        return false;
    reading_init(reading);
    reading->name = span_of(metric->name[0] ? metric->name : known->name);
    reading->sample = sparkplug_value(metric, known ? known->datatype : 0);
    if (reading->sample.at_ms == 0)
        reading->sample.at_ms = take->payload.at_ms;
    reading->time = reading->sample.at_ms ? READING_DATED : READING_UNDATED;
    return true;
}

static void readings_take(struct take *take)
{
    struct readings *readings = &take->result->readings;
    uint32_t count = take->payload.metric_count;

    readings->at = arena_alloc(take->arena, (count + 1) * sizeof *readings->at);
    for (uint32_t i = 0; i < count; i++) {
        if (reading_take(take, &take->payload.metrics[i], &readings->at[readings->count]))
            readings->count++;
        else
            take->result->held_count++;
    }
}

/* ---- messages ---- */

static bool bdseq_read(const struct sparkplug_payload *payload, uint64_t *ret_bdseq)
{
    for (uint32_t i = 0; i < payload->metric_count; i++) {
        const struct sparkplug_metric *metric = &payload->metrics[i];
        if (strcmp(metric->name, "bdSeq") != 0 || !metric->is_integer)
            continue;
        *ret_bdseq = metric->integer;
        return true;
    }
    return false;
}

/* The same number again is a message that a broker sent twice. */
static void seq_take(struct take *take)
{
    struct node *edge = take->edge;
    const struct sparkplug_payload *payload = &take->payload;

    if (!payload->has_seq)
        return;
    if (edge->has_seq && payload->seq != edge->seq && payload->seq != (edge->seq + 1) % 256)
        rebirth_want(take, arena_print(take->arena, "its messages went from %u to %u",
                                       (unsigned)edge->seq, (unsigned)payload->seq));
    edge->seq = payload->seq;
    edge->has_seq = true;
}

static struct verdict birth_take(struct take *take)
{
    if (!metrics_learn(take))
        return refused(REFUSED_TOO_LONG, 0, "metrics");
    if (take->node == take->edge) {
        take->edge->has_bdseq = bdseq_read(&take->payload, &take->edge->bdseq);
        take->edge->has_seq = false;            /* It counts anew. */
        take->edge->rebirth_asked_ms = 0;
        devices_wait(take);
    }
    seq_take(take);
    waiting_end(take->nodes, take->node, NODE_BORN);
    take->result->is_born = true;
    readings_take(take);
    return accepted();
}

static struct verdict death_take(struct take *take)
{
    uint64_t bdseq;

    if (take->node != take->edge) {
        seq_take(take);
        lose(take->nodes, take->node, take->arena, take->result);
        return accepted();
    }
    if (take->edge->has_bdseq && bdseq_read(&take->payload, &bdseq) && bdseq != take->edge->bdseq)
        return accepted();              /* The will of a session before this one. */
    take->edge->has_seq = false;
    lose(take->nodes, take->edge, take->arena, take->result);
    devices_lose(take);
    return accepted();
}

static struct verdict data_take(struct take *take)
{
    seq_take(take);
    if (take->node->state != NODE_BORN || take->edge->state != NODE_BORN)
        rebirth_want(take, "it sends data without a birth that we heard");
    readings_take(take);
    return accepted();
}

/* What is sent to nodes is no news of them. */
static struct verdict command_pass(struct take *take)
{
    (void)take;
    return accepted();
}

typedef struct verdict message_take_fn(struct take *take);

static message_take_fn *const takers[SPARKPLUG_MESSAGE_COUNT] = {
    [SPARKPLUG_NBIRTH] = birth_take, [SPARKPLUG_DBIRTH] = birth_take,
    [SPARKPLUG_NDEATH] = death_take, [SPARKPLUG_DDEATH] = death_take,
    [SPARKPLUG_NDATA] = data_take,   [SPARKPLUG_DDATA] = data_take,
    [SPARKPLUG_NCMD] = command_pass, [SPARKPLUG_DCMD] = command_pass,
};

struct verdict sparkplug_nodes_take(struct sparkplug_nodes *nodes,
                                    const struct sparkplug_topic *topic, struct span bytes,
                                    int64_t now_ms, struct arena *arena,
                                    struct sparkplug_result *ret_result)
{
    struct take take = { .nodes = nodes, .arena = arena, .now_ms = now_ms, .result = ret_result };

    *ret_result = (struct sparkplug_result){ .path = "", .why = "" };
    if (topic->message == SPARKPLUG_NCMD || topic->message == SPARKPLUG_DCMD)
        return accepted();
    struct verdict verdict = sparkplug_read(bytes, arena, &take.payload);
    if (!is_accepted(&verdict))
        return verdict;
    if (!take_nodes_get(&take, topic))
        return refused(REFUSED_TOO_LONG, 0, "nodes");
    ret_result->path = take.node->path;
    return takers[topic->message](&take);
}

void sparkplug_nodes_advance(struct sparkplug_nodes *nodes, int64_t now_ms, struct arena *arena,
                             struct sparkplug_result *ret_result)
{
    *ret_result = (struct sparkplug_result){ .path = "", .why = "" };
    for (uint32_t i = 0; nodes->waiting_count && i < nodes->count; i++)
        if (nodes->nodes[i]->state == NODE_WAITING && nodes->nodes[i]->wait_until_ms <= now_ms)
            lose(nodes, nodes->nodes[i], arena, ret_result);
}

int64_t sparkplug_nodes_due_ms(const struct sparkplug_nodes *nodes)
{
    int64_t due_ms = INT64_MAX;

    for (uint32_t i = 0; nodes->waiting_count && i < nodes->count; i++)
        if (nodes->nodes[i]->state == NODE_WAITING && nodes->nodes[i]->wait_until_ms < due_ms)
            due_ms = nodes->nodes[i]->wait_until_ms;
    return due_ms;
}
