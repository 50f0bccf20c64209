#include "panels/look_find.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"

void look_find_clear(struct look_find *find)
{
    base_free(find->hits);
    *find = (struct look_find){ 0 };
}

/* ---- what was typed ---- */

static const struct { const char *sign; enum find_how how; } signs[] = {
    { "<=", FIND_LESS_SAME }, { ">=", FIND_MORE_SAME }, { "!=", FIND_NOT }, { "=", FIND_IS },
    { "~", FIND_HOLDS }, { "<", FIND_LESS }, { ">", FIND_MORE },
};

/* Cuts "COLUMN>=value" at its first sign; false when there is none with a column before it. */
static bool cut_at_sign(struct span text, struct span *ret_column, struct span *ret_value,
                        enum find_how *ret_how)
{
    for (size_t at = 0; at < text.length; at++) {
        struct span rest = span_from(text.bytes + at, text.length - at);
        for (size_t i = 0; i < ARRAY_COUNT(signs); i++) {
            if (!span_starts(rest, signs[i].sign))
                continue;
            size_t length = strlen(signs[i].sign);
            *ret_column = span_trim(span_from(text.bytes, at));
            *ret_value = span_trim(span_from(rest.bytes + length, rest.length - length));
            *ret_how = signs[i].how;
            return ret_column->length > 0;
        }
    }
    return false;
}

static bool any_layer_has(struct look_layers *layers, const char *column)
{
    for (uint32_t i = 0; i < map_layer_count(layers->map); i++) {
        struct shape_table *table = look_layer_table(look_layer_of(layers, i));
        if (table && shape_table_column(table, column) >= 0)
            return true;
    }
    return false;
}

static void read_query(struct look_find *find, struct look_layers *layers, struct span text)
{
    struct find_query *query = &find->query;
    struct span column = { 0 }, value = text;

    query->how = FIND_HOLDS;
    if (cut_at_sign(text, &column, &value, &query->how)) {
        text_copy(query->column, sizeof query->column, column);
        if (!any_layer_has(layers, query->column)) {
            snprintf(find->said, sizeof find->said,
                     "no layer has a column %s: looking for the words as they are", query->column);
            query->column[0] = '\0';
            query->how = FIND_HOLDS;
            value = text;
        }
    }
    text_copy(query->value, sizeof query->value, value);
    query->is_number = span_to_double(value, &query->number);
}

void look_find_start(struct look_find *find, struct look_layers *layers, struct span text)
{
    look_find_clear(find);
    text = span_trim(text);
    if (text.length == 0)
        return;
    find->on = find->running = true;
    read_query(find, layers, text);
}

/* ---- looking ---- */

static bool in_order(enum find_how how, double order)
{
    switch (how) {
    case FIND_NOT:
        return order != 0;
    case FIND_LESS:
        return order < 0;
    case FIND_LESS_SAME:
        return order <= 0;
    case FIND_MORE:
        return order > 0;
    case FIND_MORE_SAME:
        return order >= 0;
    case FIND_HOLDS: case FIND_IS:
        break;                  /* The table looks for these itself. */
    }
    return false;
}

/* An empty value is unknown: it is neither more nor less than anything, and not "not" it. */
static bool compares(const struct find_query *query, const char *value)
{
    double number;

    if (value[0] == '\0')
        return false;
    if (query->is_number && span_to_double(span_of(value), &number))
        return in_order(query->how, number - query->number);
    if (query->how == FIND_NOT)
        return !text_same_ignoring_case(span_of(value), span_of(query->value));
    return !query->is_number && in_order(query->how, strcmp(value, query->value));
}

static bool find_compared(struct shape_table *table, const struct find_query *query, int column,
                          uint32_t *at, uint32_t end)
{
    char value[SHAPE_VALUE_BYTES];

    for (; *at < end; (*at)++) {
        shape_table_value(table, *at, (uint32_t)column, value);
        if (compares(query, value))
            return true;
    }
    return false;
}

int32_t look_find_column(const struct look_find *find, struct look_layers *layers,
                         const struct find_hit *hit)
{
    struct shape_table *table = look_layer_table(look_layer_of(layers, hit->layer));
    const struct find_query *query = &find->query;
    uint32_t record = hit->record;

    if (!table)
        return -1;
    if (query->column[0])
        return shape_table_column(table, query->column);
    for (uint32_t column = 0; column < shape_table_field_count(table); column++) {
        struct shape_search search = { .words = query->value, .column = (int)column,
                                       .how = SHAPE_SEARCH_HOLDS };
        uint32_t at = record;
        if (shape_table_find(table, &search, &at, record + 1))
            return (int32_t)column;
    }
    return -1;
}

static void hit_add(struct look_find *find, uint32_t record)
{
    struct find_hit hit = { .layer = find->layer, .record = record };

    if (find->count == FIND_HITS_MAX) {
        find->full = true;
        find->running = false;
        return;
    }
    find->hits = base_grow(find->hits, &find->capacity, find->count + 1, sizeof *find->hits);
    find->hits[find->count++] = hit;
}

/* As far as `end` in the layer at hand. */
static void step_in_layer(struct look_find *find, struct shape_table *table, uint32_t end)
{
    const struct find_query *query = &find->query;
    int column = query->column[0] ? shape_table_column(table, query->column) : -1;
    bool compared = query->how != FIND_HOLDS && query->how != FIND_IS;
    struct shape_search search = { .words = query->value, .column = column,
                                   .how = query->how == FIND_IS ? SHAPE_SEARCH_IS
                                                                : SHAPE_SEARCH_HOLDS };

    while (find->running) {
        bool found = compared ? find_compared(table, query, column, &find->record, end)
                              : shape_table_find(table, &search, &find->record, end);
        if (!found)
            return;
        hit_add(find, find->record);
        find->record++;
    }
}

bool look_find_step(struct look_find *find, struct look_layers *layers, uint32_t records)
{
    if (!find->running)
        return false;
    if (find->layer >= map_layer_count(layers->map)) {
        find->running = false;
        return false;
    }
    struct look_layer *layer = look_layer_of(layers, find->layer);
    struct shape_table *table = look_layer_table(layer);
    uint32_t count = table ? shape_table_record_count(table) : 0;
    bool searched = table && (find->query.column[0] == '\0'
                              || shape_table_column(table, find->query.column) >= 0);
    uint32_t end = find->record + records < count ? find->record + records : count;
    if (searched && find->record < count)
        step_in_layer(find, table, end);
    if (!searched || find->record >= count) {
        find->layer++;
        find->record = 0;
    }
    return find->running;
}

void look_find_words(const struct look_find *find, char *text, size_t text_bytes)
{
    if (find->full)
        snprintf(text, text_bytes, "%d,000+ found", FIND_HITS_MAX / 1000);
    else if (find->running)
        snprintf(text, text_bytes, "%u found so far", find->count);
    else if (find->count == 0)
        snprintf(text, text_bytes, "nothing found");
    else
        snprintf(text, text_bytes, "%u found", find->count);
}
