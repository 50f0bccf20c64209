#include "feeds/hub_lines.h"

#define VOCABULARY_DEFINED(name_, LIST)                                       \
    static const char *const name_##_list[] = { LIST(VOCABULARY_WORD) };      \
    const struct vocabulary name_##_words = { .name = #name_,                 \
                                              .words = name_##_list,          \
                                              .count = ARRAY_COUNT(name_##_list) };
VOCABULARIES_OF_HUB_LINES(VOCABULARY_DEFINED)

#define SHAPE(record, LIST)               \
    RECORD_FIELDS(record, LIST);          \
    static const struct record_shape record##_shape = RECORD_SHAPE(record);
SHAPE(feed_hello, FEED_HELLO_FIELDS)
SHAPE(feed_unit, FEED_UNIT_FIELDS)
SHAPE(feed_facility, FEED_FACILITY_FIELDS)
SHAPE(feed_incident, FEED_INCIDENT_FIELDS)
SHAPE(feed_order_head, FEED_ORDER_FIELDS)
SHAPE(feed_inject_line, FEED_INJECT_FIELDS)
SHAPE(feed_status_line, FEED_STATUS_FIELDS)
SHAPE(feed_now_line, FEED_NOW_FIELDS)
SHAPE(feed_kept_line, FEED_KEPT_FIELDS)

typedef struct verdict line_read_fn(const struct json *json, struct arena *arena,
                                    struct hub_line *line);

static struct verdict hello_read(const struct json *json, struct arena *arena,
                                 struct hub_line *line)
{
    struct verdict verdict = record_read(&feed_hello_shape, json, arena, &line->hello);

    if (is_accepted(&verdict) && line->hello.wire != FEED_WIRE)
        return refused(REFUSED_UNSUPPORTED, 0, "wire");
    return verdict;
}

static struct verdict order_read(const struct json *json, struct arena *arena,
                                 struct hub_line *line)
{
    struct feed_order *order = &line->order;
    const struct json *incident = json_member(json, "incident");
    const struct json *destination = json_member(json, "destination");

    record_init(&feed_incident_shape, &order->incident);
    record_init(&feed_facility_shape, &order->destination);
    struct verdict verdict = record_read(&feed_order_head_shape, json, arena, &order->head);
    if (is_accepted(&verdict) && incident)
        verdict = record_read(&feed_incident_shape, incident, arena, &order->incident);
    if (is_accepted(&verdict) && destination)
        verdict = record_read(&feed_facility_shape, destination, arena, &order->destination);
    return verdict;
}

static struct verdict kept_read(const struct json *json, struct arena *arena,
                                struct hub_line *line)
{
    return record_read(&feed_kept_line_shape, json, arena, &line->kept);
}

static struct verdict now_read(const struct json *json, struct arena *arena,
                               struct hub_line *line)
{
    return record_read(&feed_now_line_shape, json, arena, &line->now);
}

static struct verdict inject_read(const struct json *json, struct arena *arena,
                                  struct hub_line *line)
{
    return record_read(&feed_inject_line_shape, json, arena, &line->inject);
}

static struct verdict status_read(const struct json *json, struct arena *arena,
                                  struct hub_line *line)
{
    return record_read(&feed_status_line_shape, json, arena, &line->status);
}

/* A line is known by the one member that only its kind has. */
static const struct {
    const char *member;
    enum hub_line_kind kind;
    line_read_fn *read;
} kinds[] = {
    { .member = "hello",  .kind = HUB_LINE_HELLO,  .read = hello_read },
    { .member = "order",  .kind = HUB_LINE_ORDER,  .read = order_read },
    { .member = "kept",   .kind = HUB_LINE_KEPT,   .read = kept_read },
    { .member = "now",    .kind = HUB_LINE_NOW,    .read = now_read },
    { .member = "inject", .kind = HUB_LINE_INJECT, .read = inject_read },
    { .member = "status", .kind = HUB_LINE_STATUS, .read = status_read },
};

struct verdict hub_line_read(struct span text, const struct json *json, struct arena *arena,
                             struct hub_line *ret_line)
{
    struct hub_line line = { .kind = HUB_LINE_UNKNOWN, .text = text };
    struct verdict verdict = accepted();

    if (json_type(json) != JSON_OBJECT)
        return refused(REFUSED_WRONG_TYPE, 0, "");
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
        if (!json_member(json, kinds[i].member))
            continue;
        line.kind = kinds[i].kind;
        verdict = kinds[i].read(json, arena, &line);
        break;
    }
    if (is_accepted(&verdict))
        *ret_line = line;
    return verdict;
}

struct verdict hub_hello_units(const struct json *hello, struct arena *arena,
                               const struct feed_unit **ret_units, uint32_t *ret_count)
{
    const struct json *list = json_member(hello, "units");
    uint32_t count = json_count(list), at = 0;
    struct feed_unit *units = arena_alloc(arena, (count + 1) * sizeof *units);

    for (const struct json *item = json_first(list); item; item = json_next(item)) {
        struct verdict verdict = record_read(&feed_unit_shape, item, arena, &units[at++]);
        if (!is_accepted(&verdict))
            return refused(verdict.refusal, 0, "units");
    }
    *ret_units = units;
    *ret_count = count;
    return accepted();
}
