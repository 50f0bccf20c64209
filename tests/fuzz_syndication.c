/* Goal: no bytes make the reader of indexes crash, and what it accepts of an entry can be said: ids
 * that are there, rings that are closed, points on the earth. Method: the input is a document; its
 * entries' times are read in a zone and without one. */
#include <string.h>

#include "feeds/syndication.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void shape_check(const struct georss_shape *shape)
{
    if (shape->rings.count == 0) {
        assert(geo_plausible(shape->center));
        assert(shape->radius_m >= 0);
        return;
    }
    assert(shape->rings.count >= 4);
    for (uint32_t i = 0; i < shape->rings.count; i++)
        assert(shape->rings.at[i].lat_deg >= -90 && shape->rings.at[i].lat_deg <= 90
               && shape->rings.at[i].lon_deg >= -180 && shape->rings.at[i].lon_deg <= 180);
}

static void entry_check(const struct syndication_entry *entry, size_t length)
{
    assert(entry->offset <= entry->end);
    assert(entry->end <= length);
    if (!is_accepted(&entry->verdict))
        return;
    assert(entry->id[0]);
    assert(strlen(entry->id) <= SYNDICATION_ID_BYTES_MAX);
    assert(entry->updated_ms >= 0);
    for (uint32_t i = 0; i < entry->shape_count; i++)
        shape_check(&entry->shapes[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const struct zone zone = { .offset_ms = 3600000 };
    struct span document = span_from((const char *)bytes, length);
    struct arena *arena = arena_new();
    const struct xml_node *root;
    struct verdict verdict = xml_parse(document, arena, &root);

    for (int zoned = 0; zoned < 2 && is_accepted(&verdict) && syndication_is(root); zoned++) {
        struct syndication index;
        struct verdict read = syndication_read(root, length, zoned ? &zone : NULL, arena, &index);
        for (uint32_t i = 0; is_accepted(&read) && i < index.count; i++)
            entry_check(&index.entries[i], length);
    }
    arena_free(arena);
    return 0;
}
