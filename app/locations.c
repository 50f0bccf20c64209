#include "app/locations.h"

#include <string.h>

#include "app/base/json.h"
#include "app/base/text.h"

struct location_held {
    char unit[32];
    char *text;                     /* NULL: none is held. Owned. */
    size_t length;
    int64_t at_ms;                  /* Of the one held. */
    struct geo_point point;
    int64_t entered_ms;             /* 0: never. */
    struct geo_point entered;
};

struct locations {
    struct location_held *at;       /* By callsign. */
    uint32_t count, capacity;
    uint32_t held;
};

struct locations *locations_new(void)
{
    return base_alloc(1, sizeof(struct locations));
}

void locations_free(struct locations *locations)
{
    for (uint32_t i = 0; i < locations->count; i++)
        base_free(locations->at[i].text);
    base_free(locations->at);
    base_free(locations);
}

/* The place of `unit`, or where it would stand. */
static uint32_t place_of(const struct locations *locations, const char *unit, bool *ret_found)
{
    uint32_t low = 0, high = locations->count;

    *ret_found = false;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        int order = strcmp(unit, locations->at[middle].unit);
        if (order == 0) {
            *ret_found = true;
            return middle;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

bool locations_take(const struct locations *locations, const char *unit)
{
    bool found;

    place_of(locations, unit, &found);
    return found || locations->count < LOCATION_UNITS_MAX;
}

static struct location_held *row_of(struct locations *locations, const char *unit)
{
    bool found;
    uint32_t at = place_of(locations, unit, &found);

    if (found)
        return &locations->at[at];
    assert(locations->count < LOCATION_UNITS_MAX);
    locations->at = base_grow(locations->at, &locations->capacity, locations->count + 1,
                              sizeof *locations->at);
    memmove(&locations->at[at + 1], &locations->at[at],
            (locations->count - at) * sizeof *locations->at);
    locations->count++;
    locations->at[at] = (struct location_held){ .entered = geo_unknown() };
    text_copy(locations->at[at].unit, sizeof locations->at[at].unit, span_of(unit));
    return &locations->at[at];
}

bool locations_offer(struct locations *locations, const char *unit, int64_t at_ms,
                     struct geo_point point, struct span text)
{
    struct location_held *row = row_of(locations, unit);
    bool replaces = row->text != NULL;

    if (at_ms < (replaces ? row->at_ms : row->entered_ms))
        return true;
    base_free(row->text);
    row->text = base_alloc(1, text.length + 1);
    memcpy(row->text, text.bytes, text.length);
    row->length = text.length;
    row->at_ms = at_ms;
    row->point = point;
    locations->held += !replaces;
    return replaces;
}

/* From when on a held location is entered; one that moved far is due at once. */
static int64_t due_ms(const struct location_held *row, int64_t interval_ms)
{
    if (row->entered_ms == 0 || geo_distance_m(row->entered, row->point) > LOCATION_MOVED_M)
        return row->at_ms;
    return row->entered_ms + interval_ms;
}

uint32_t locations_gather(struct locations *locations, int64_t now_ms, int64_t interval_ms,
                          struct buffer *out)
{
    uint32_t gathered = 0;

    for (uint32_t i = 0; locations->held > 0 && i < locations->count; i++) {
        struct location_held *row = &locations->at[i];
        int64_t due = row->text ? due_ms(row, interval_ms) : 0;
        /* A source's clock may be ahead of ours; that must not hold its unit back. */
        if (!row->text || (due > now_ms && due > row->at_ms))
            continue;
        if (gathered++ == 0)
            buffer_add_text(out, "{\"report\":\"locations\",\"of\":[");
        else
            buffer_add_text(out, ",");
        buffer_add(out, span_from(row->text, row->length));
        base_free(row->text);
        row->text = NULL;
        row->entered_ms = row->at_ms;
        row->entered = row->point;
        locations->held--;
    }
    if (gathered > 0)
        buffer_add_text(out, "]}");
    return gathered;
}

int64_t locations_due_ms(const struct locations *locations, int64_t interval_ms)
{
    int64_t soonest = 0;

    for (uint32_t i = 0; locations->held > 0 && i < locations->count; i++) {
        if (!locations->at[i].text)
            continue;
        int64_t due = due_ms(&locations->at[i], interval_ms);
        if (soonest == 0 || due < soonest)
            soonest = due;
    }
    return soonest;
}
