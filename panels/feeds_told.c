#include "panels/feeds_told.h"

#include <string.h>

#include "app/base/text.h"
#include "app/core/limits.h"

void feeds_told_clear(struct feeds_told *feeds)
{
    base_free(feeds->rows);
    *feeds = (struct feeds_told){ 0 };
}

/* Where it stands, or would. */
static uint32_t place_of(const struct feeds_told *feeds, const char *name)
{
    uint32_t at = 0;

    while (at < feeds->count && strcmp(feeds->rows[at].name, name) < 0)
        at++;
    return at;
}

const struct feed_told *feeds_told_of(const struct feeds_told *feeds, const char *name)
{
    uint32_t at = place_of(feeds, name);

    return at < feeds->count && strcmp(feeds->rows[at].name, name) == 0 ? &feeds->rows[at] : NULL;
}

static void take_one(struct feeds_told *feeds, const struct wire_feed *told)
{
    char name[sizeof feeds->rows->name];

    text_clean(span_of(told->feed), name, sizeof name);
    uint32_t at = place_of(feeds, name);
    if (at == feeds->count || strcmp(feeds->rows[at].name, name) != 0) {
        if (feeds->count == FEEDS_MAX)
            return;
        feeds->rows = base_grow(feeds->rows, &feeds->capacity, feeds->count + 1,
                                sizeof *feeds->rows);
        memmove(feeds->rows + at + 1, feeds->rows + at,
                (feeds->count - at) * sizeof *feeds->rows);
        feeds->rows[at] = (struct feed_told){ 0 };
        text_copy(feeds->rows[at].name, sizeof feeds->rows[at].name, span_of(name));
        feeds->count++;
    }
    feeds->rows[at].told = *told;
    feeds->rows[at].told.feed = feeds->rows[at].told.why = "";
    text_clean(span_of(told->why), feeds->rows[at].why, sizeof feeds->rows[at].why);
}

void feeds_told_take(struct feeds_told *feeds, const struct json *list, struct arena *arena)
{
    for (const struct json *one = json_first(list); one; one = json_next(one)) {
        struct wire_feed told;
        struct verdict verdict = record_read(&wire_feed_shape, one, arena, &told);
        if (is_accepted(&verdict))
            take_one(feeds, &told);
    }
}
