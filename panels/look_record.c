/* look_record.c - what is pointed at: the features under the cursor, each record once, and the
 * lines of the one that is shown. */
#include "panels/look_state.h"

static bool is_there(const struct look_pointed *pointed, const struct map_feature *feature)
{
    for (uint32_t i = 0; i < pointed->count; i++)
        if (pointed->at[i].layer == feature->layer && pointed->at[i].record == feature->record)
            return true;
    return false;
}

/* A record of many parts comes once for each of them. */
void look_point(struct look *look)
{
    struct map_feature found[4 * LOOK_POINTED_MAX];
    struct look_pointed pointed = { .chosen = look->pointed.chosen };
    double row, column;

    if (look->pointed.found || !look->prepared || !look_sees(look, look->cursor))
        return;
    map_cell_of(&look->view, look->map_rows, look->map_columns, look->cursor, &row, &column);
    uint32_t count = map_features_at(look->layers.map, (uint16_t)row, (uint16_t)column, found,
                                     ARRAY_COUNT(found));
    for (uint32_t i = 0; i < count && pointed.count < LOOK_POINTED_MAX; i++)
        if (!is_there(&pointed, &found[i]))
            pointed.at[pointed.count++] = found[i];
    if (pointed.chosen >= pointed.count)
        pointed.chosen = 0;
    look->pointed = pointed;
    look_outline_update(look);
}

const struct map_feature *look_chosen(const struct look *look)
{
    const struct look_pointed *pointed = &look->pointed;

    return pointed->count ? &pointed->at[pointed->chosen] : NULL;
}

void look_outline_clear(struct look *look)
{
    struct look_outline *outline = &look->outline;

    for (uint32_t i = 0; i < outline->run_count; i++)
        base_free(outline->runs[i].at);
    base_free(outline->runs);
    *outline = (struct look_outline){ 0 };
}

void look_outline_update(struct look *look)
{
    const struct map_feature *chosen = look_chosen(look);
    struct look_outline *outline = &look->outline;

    if (chosen && outline->known && outline->layer == chosen->layer
        && outline->record == chosen->record)
        return;
    look_outline_clear(look);
    if (!chosen)
        return;
    outline->layer = chosen->layer;
    outline->record = chosen->record;
    outline->known = true;
    outline->run_count = map_record_runs(look->layers.map, chosen->layer, chosen->record,
                                         &outline->runs);
}
