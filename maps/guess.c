#include "maps/guess.h"

#include <string.h>

#include "app/base/text.h"

/* The first row with a word that the name contains is taken: "fire_districts" are districts before
 * they have to do with fire, hydrants are no water. The row's place is the drawing order of its
 * layers. */
static const struct guess {
    const char *words[12];
    enum ground ground;
    enum ink ink;
    const char *mark;
    double m_per_cell_max, label_m_per_cell_max;
    uint32_t order;
} guesses[] = {
    { .words = { "district", "zone", "neighborhood", "neighbourhood", "sector", "ward", "precinct",
                 "boundar", "admin", "countr", "state" },
      .ink = INK_MAP_BOUNDARY, .label_m_per_cell_max = 1e5, .order = 3 },
    { .words = { "hydrant" }, .ink = INK_MAP_POINT, .mark = ".", .m_per_cell_max = 6, .order = 6 },
    { .words = { "hospital", "clinic" }, .ink = INK_MAP_HOSPITAL, .mark = "+",
      .label_m_per_cell_max = 20, .order = 7 },
    { .words = { "station", "police", "ambulance", "shelter" }, .ink = INK_MAP_STATION,
      .mark = "[]", .label_m_per_cell_max = 20, .order = 7 },
    { .words = { "rail", "tram", "metro", "subway" }, .ink = INK_MAP_RAIL, .order = 4 },
    { .words = { "road", "street", "highway", "centerline", "centreline", "drive" },
      .ink = INK_MAP_STREET, .label_m_per_cell_max = 12, .order = 5 },
    { .words = { "path", "trail", "cycle" }, .ink = INK_MAP_PATH, .order = 5 },
    { .words = { "building", "bridge" }, .ink = INK_MAP_BUILDING, .m_per_cell_max = 12,
      .order = 4 },
    { .words = { "park", "open_space", "green", "forest", "wood", "garden", "cemet" },
      .ground = GROUND_PARK, .ink = INK_MAP_PARK_NAME, .label_m_per_cell_max = 25, .order = 1 },
    { .words = { "water", "lake", "river", "sea", "ocean", "pond", "stream", "coast", "shore" },
      .ground = GROUND_WATER, .ink = INK_MAP_WATERLINE, .label_m_per_cell_max = 1e4, .order = 2 },
    { .words = { "built", "urban", "landuse", "town" }, .ground = GROUND_BUILT,
      .ink = INK_MAP_PLACE_NAME, .label_m_per_cell_max = 200, .order = 0 },
    { .words = { "poi", "school", "landmark", "place", "facilit" }, .ink = INK_MAP_POINT,
      .mark = "*", .m_per_cell_max = 30, .label_m_per_cell_max = 8, .order = 6 },
};

static const struct guess streets = { .ink = INK_MAP_STREET, .label_m_per_cell_max = 12,
                                      .order = 5 };

/* The file's own name, without folders and from the first dot on, in small letters. */
static void small_name(const char *path, char name[MAP_NAME_BYTES])
{
    const char *slash = strrchr(path, '/');
    const char *start = slash ? slash + 1 : path;

    text_copy(name, MAP_NAME_BYTES, span_from(start, strcspn(start, ".")));
    for (char *letter = name; *letter; letter++)
        if (*letter >= 'A' && *letter <= 'Z')
            *letter = (char)(*letter + ('a' - 'A'));
}

static bool has_word(const struct guess *guess, const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(guess->words) && guess->words[i]; i++)
        if (strstr(name, guess->words[i]))
            return true;
    return false;
}

uint32_t guess_style(const char *path, struct map_layer_style *ret_style)
{
    const struct guess *guess = &streets;
    struct map_layer_style style = { .label_column = "NAME" };

    small_name(path, style.name);
    for (size_t i = 0; i < ARRAY_COUNT(guesses) && guess == &streets; i++)
        if (has_word(&guesses[i], style.name))
            guess = &guesses[i];
    style.ground = guess->ground;
    style.ink = guess->ink;
    text_copy(style.mark, sizeof style.mark, span_of(guess->mark ? guess->mark : ""));
    style.m_per_cell_max = guess->m_per_cell_max;
    style.label_m_per_cell_max = guess->label_m_per_cell_max;
    *ret_style = style;
    assert(guess->order < GUESS_ORDERS);
    return guess->order;
}
