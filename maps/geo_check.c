/* geo_check.c - `watchdesk-geo --check` of the layers that the map draws: names of colours that
 * there are not, columns that a file does not have, classes that no record is of. */
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "maps/geo_inside.h"
#include "maps/ink.h"
#include "maps/shape_table.h"

enum { WHY_BYTES = 400, COLUMNS_NAMED_MAX = 24 };

/* How many letters differ, as far as names of that length go; for "did you mean". */
static uint32_t letters_apart(const char *left, const char *right)
{
    enum { NAME_MAX_BYTES = 32 };
    uint32_t row[NAME_MAX_BYTES + 1];
    size_t wide = strlen(right);

    if (strlen(left) > NAME_MAX_BYTES || wide > NAME_MAX_BYTES)
        return NAME_MAX_BYTES;
    for (uint32_t i = 0; i <= wide; i++)
        row[i] = i;
    for (uint32_t i = 1; left[i - 1]; i++) {
        uint32_t corner = row[0];
        row[0] = i;
        for (uint32_t k = 1; k <= wide; k++) {
            uint32_t changed = corner + (left[i - 1] != right[k - 1]);
            uint32_t least = row[k] < row[k - 1] ? row[k] + 1 : row[k - 1] + 1;
            corner = row[k];
            row[k] = changed < least ? changed : least;
        }
    }
    return row[wide];
}

static const char *nearest_ink(const char *name)
{
    const char *best = ink_name(INK_MAP_STREET);

    for (int ink = 0; ink < INK_COUNT; ink++)
        if (letters_apart(name, ink_name((enum ink)ink)) < letters_apart(name, best))
            best = ink_name((enum ink)ink);
    return best;
}

static void ink_check(const char *where, const char *name, struct buffer *problems)
{
    enum ink ink;

    if (name[0] && !ink_named(name, &ink))
        buffer_print(problems, "%s: ink: there is no %s; did you mean %s?\n", where, name,
                     nearest_ink(name));
}

static void ground_check(const char *where, const char *name, struct buffer *problems)
{
    enum ground ground;

    if (!name[0] || ground_named(name, &ground))
        return;
    buffer_print(problems, "%s: ground: there is no %s; there are", where, name);
    for (int i = 0; i < GROUND_COUNT; i++)
        buffer_print(problems, " %s", ground_name((enum ground)i));
    buffer_add_text(problems, "\n");
}

static void column_check(const char *where, const char *key, const char *column,
                         const struct shape_table *table, struct buffer *problems)
{
    if (!column[0] || shape_table_column(table, column) >= 0)
        return;
    buffer_print(problems, "%s: %s: its file has no column %s; it has", where, key, column);
    uint32_t count = shape_table_field_count(table);
    for (uint32_t i = 0; i < count && i < COLUMNS_NAMED_MAX; i++)
        buffer_print(problems, " %s", shape_table_field(table, i)->name);
    if (count > COLUMNS_NAMED_MAX)
        buffer_print(problems, " and %u more", count - COLUMNS_NAMED_MAX);
    buffer_add_text(problems, count ? "\n" : " none\n");
}

/* A class for values that no record has is mostly a slip; each of several with "|" between. */
static void class_value_check(const char *where, const char *value, int column,
                              struct shape_table *table, struct buffer *notes)
{
    struct span rest = span_of(value), one;
    char words[128];

    while (value[0] && span_cut(&rest, '|', &one)) {
        uint32_t at = 0;
        text_copy(words, sizeof words, one);
        const struct shape_search search = { .words = words, .column = column,
                                             .how = SHAPE_SEARCH_IS };
        if (!shape_table_find(table, &search, &at, shape_table_record_count(table)))
            buffer_print(notes, "%s: no record has the value %s\n", where, words);
    }
}

static void classes_check(const struct json *layer, const struct json *classes,
                          struct shape_table *table, struct geo_service *service)
{
    const char *name = json_member_text(layer, "name", "");
    int column = table ? shape_table_column(table, json_member_text(layer, "column", "")) : -1;
    char where[160];

    for (const struct json *class = json_first(classes); class; class = json_next(class)) {
        const char *value = json_member_text(class, "value", "");
        if (strcmp(json_member_text(class, "layer", ""), name) != 0)
            continue;
        snprintf(where, sizeof where, "layer %.60s, style %.60s", name, value);
        ink_check(where, json_member_text(class, "ink", ""), &service->problems);
        ground_check(where, json_member_text(class, "ground", ""), &service->problems);
        if (column >= 0)
            class_value_check(where, value, column, table, &service->notes);
    }
}

static void layer_check(const struct json *layer, const struct json *classes,
                        struct geo_service *service)
{
    struct shape_table *table = NULL;
    char where[160], why[WHY_BYTES];

    snprintf(where, sizeof where, "layer %.60s", json_member_text(layer, "name", "?"));
    ink_check(where, json_member_text(layer, "ink", ""), &service->problems);
    ground_check(where, json_member_text(layer, "ground", ""), &service->problems);
    enum status status = shape_table_open(json_member_text(layer, "file", ""), &table, why,
                                          sizeof why);
    /* A file that is not there was named with its line in site.conf. */
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        buffer_print(&service->problems, "%s: %s\n", where, why);
    if (status == STATUS_OK) {
        column_check(where, "label", json_member_text(layer, "label", ""), table,
                     &service->problems);
        column_check(where, "column", json_member_text(layer, "column", ""), table,
                     &service->problems);
    }
    classes_check(layer, classes, table, service);
    if (table)
        shape_table_free(table);
}

void geo_layers_check(struct geo_service *service, const struct json *hello)
{
    const struct json *layers = json_member(hello, "layers");

    for (const struct json *layer = json_first(layers); layer; layer = json_next(layer))
        layer_check(layer, json_member(hello, "layer_classes"), service);
}
