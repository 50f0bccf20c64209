#include "maps/guess.h"

#include <string.h>

#include "app/base/text.h"
#include "maps/guess_inside.h"

/* A layer's look by what it is about. */
static const struct theme {
    enum ground ground;
    enum ink ink;
    const char *mark;
    double m_per_cell_max, label_m_per_cell_max;
    uint32_t order;                     /* Grounds under lines under points. */
} themes[GUESS_THEME_COUNT] = {
    [GUESS_NOTHING] = { .ink = INK_MAP_STREET, .label_m_per_cell_max = 12, .order = 5 },
    [GUESS_ZONES] = { .ink = INK_MAP_BOUNDARY, .label_m_per_cell_max = 1e6, .order = 3 },
    [GUESS_HYDRANTS] = { .ink = INK_MAP_POINT, .mark = ".", .m_per_cell_max = 6, .order = 6 },
    [GUESS_HOSPITALS] = { .ink = INK_MAP_HOSPITAL, .mark = "+", .label_m_per_cell_max = 20,
                          .order = 7 },
    [GUESS_STATIONS] = { .ink = INK_MAP_STATION, .mark = "[]", .label_m_per_cell_max = 15,
                         .order = 7 },
    [GUESS_RAIL] = { .ink = INK_MAP_RAIL, .label_m_per_cell_max = 12, .order = 4 },
    [GUESS_ROADS] = { .ink = INK_MAP_STREET, .label_m_per_cell_max = 12, .order = 5 },
    [GUESS_PATHS] = { .ink = INK_MAP_PATH, .m_per_cell_max = 20, .label_m_per_cell_max = 4,
                      .order = 5 },
    [GUESS_BUILDINGS] = { .ground = GROUND_BUILT, .ink = INK_MAP_BUILDING, .m_per_cell_max = 5,
                          .label_m_per_cell_max = 2, .order = 4 },
    [GUESS_PARKS] = { .ground = GROUND_PARK, .ink = INK_MAP_PARK_NAME,
                      .label_m_per_cell_max = 20, .order = 1 },
    [GUESS_WATERWAYS] = { .ink = INK_MAP_WATERLINE, .label_m_per_cell_max = 60, .order = 2 },
    [GUESS_WATER] = { .ground = GROUND_WATER, .ink = INK_MAP_WATER_NAME,
                      .label_m_per_cell_max = 1e4, .order = 2 },
    [GUESS_LAND] = { .ground = GROUND_LAND, .ink = INK_MAP_PLACE_NAME, .order = 0 },
    [GUESS_POINTS] = { .ink = INK_MAP_POINT, .mark = ".", .m_per_cell_max = 4,
                       .label_m_per_cell_max = 2, .order = 6 },
};

/* The first row with a word that the name contains is taken: "fire_districts" are districts before
 * they have to do with fire, hydrants are no water. Short words stand alone: "see" is a lake, and
 * "seen" is not. */
static const struct {
    enum guess_theme theme;
    const char *words[28];
    const char *alone[12];
} names[] = {
    { GUESS_HYDRANTS, { "hydrant", "idrant" }, { NULL } },
    { GUESS_HOSPITALS, { "hospital", "clinic", "krankenhaus", "hopita", "ospedal" }, { NULL } },
    { GUESS_ZONES, { "district", "zone", "neighborhood", "neighbourhood", "sector", "precinct",
                     "boundar", "admin", "countr", "state", "county", "counties", "quartier",
                     "stadtteil", "gemeinde", "bezirk", "kreis", "comuni", "commune", "municip",
                     "barrio", "parish", "borough", "beats", "tract", "blockgroup", "division" },
      { "ward", "wards", "beat", "zip", "areas" } },
    { GUESS_STATIONS, { "station", "police", "ambulance", "shelter", "feuerwehr", "firehouse" },
      { "ems", "fire" } },
    { GUESS_RAIL, { "rail", "tram", "metro", "subway", "ferrovi", "bahn" }, { "train" } },
    { GUESS_PATHS, { "footpath", "trail", "cycle", "bike", "sidewalk", "wander", "radweg" },
      { "path", "paths" } },
    { GUESS_ROADS, { "road", "street", "highway", "centerline", "centreline", "drive", "strasse",
                     "strade", "carreter", "route", "voirie", "viario", "vialidad", "ulic", "edges",
                     "dlugi", "wegen" },
      { "rue", "rues", "calle", "calles", "vias", "via", "roadway", "addrfeat" } },
    { GUESS_BUILDINGS, { "building", "bridge", "footprint", "gebaeude", "gebaude", "batiment",
                         "edific" }, { "bldg", "structures" } },
    { GUESS_PARKS, { "park", "open_space", "openspace", "green", "forest", "wood", "garden",
                     "cemet", "wilder", "wald", "grün", "recreation" }, { "parc", "parcs" } },
    { GUESS_WATERWAYS, { "waterway", "river", "stream", "creek", "canal", "fluss", "coast",
                         "shore", "hydroline", "flowline" }, { "rios", "brook", "linearwater" } },
    { GUESS_WATER, { "water", "lake", "ocean", "pond", "gewaesser", "gewässer", "wasser",
                     "hydro", "lago", "reservoir", "harbour", "harbor", "flood" },
      { "sea", "eau", "agua", "see", "seen", "bay", "rio" } },
    { GUESS_LAND, { "built", "urban", "landuse", "land_use", "landcover", "natural", "flaeche" },
      { "town", "lulc" } },
    { GUESS_POINTS, { "poi", "school", "landmark", "place", "facilit", "amenit", "points" },
      { NULL } },
};

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

static bool is_letter(char letter)
{
    return (letter >= 'a' && letter <= 'z') || (unsigned char)letter >= 0x80;
}

static bool stands_alone(const char *name, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = strstr(name, word); at; at = strstr(at + 1, word))
        if ((at == name || !is_letter(at[-1])) && !is_letter(at[length]))
            return true;
    return false;
}

static enum guess_theme theme_by_name(const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        for (size_t w = 0; w < ARRAY_COUNT(names[i].words) && names[i].words[w]; w++)
            if (strstr(name, names[i].words[w]))
                return names[i].theme;
        for (size_t w = 0; w < ARRAY_COUNT(names[i].alone) && names[i].alone[w]; w++)
            if (stands_alone(name, names[i].alone[w]))
                return names[i].theme;
    }
    return GUESS_NOTHING;
}

/* A theme that does not go with the shapes gives way: roads as polygons are pavements, rivers as
 * polygons are water, parks as points are places. */
static enum guess_theme theme_of_kind(enum guess_theme theme, enum shape_kind kind)
{
    bool lines = theme == GUESS_RAIL || theme == GUESS_ROADS || theme == GUESS_PATHS
                 || theme == GUESS_WATERWAYS || theme == GUESS_NOTHING;
    bool marks = theme == GUESS_HYDRANTS || theme == GUESS_HOSPITALS || theme == GUESS_STATIONS
                 || theme == GUESS_POINTS;

    if (kind == SHAPE_POLYGONS && lines)
        return theme == GUESS_WATERWAYS ? GUESS_WATER
               : theme == GUESS_NOTHING ? GUESS_ZONES : GUESS_BUILDINGS;
    if (kind == SHAPE_POLYGONS && marks)
        return GUESS_BUILDINGS;
    if (kind == SHAPE_LINES && theme == GUESS_WATER)
        return GUESS_WATERWAYS;
    if (kind == SHAPE_LINES && marks)
        return GUESS_PATHS;
    return kind == SHAPE_POINTS && !marks ? GUESS_POINTS : theme;
}

/* Of such points nothing is known but where they are and what they are called. */
static void style_unknown_points(struct map_layer_style *style)
{
    text_copy(style->mark, sizeof style->mark, span_of("o"));
    style->ink = INK_MAP_STATION;
    style->m_per_cell_max = 12;         /* A thousand crossings would hide their city. */
    style->label_m_per_cell_max = 1e5;
}

/* OpenStreetMap's: a motorway has a number and no name. */
static bool guess_has_column(const struct guess_about *about, const char *name)
{
    for (uint32_t i = 0; i < about->column_count; i++)
        if (strcmp(about->columns[i].name, name) == 0)
            return true;
    return false;
}

/* Roads, railways and rivers of which no class is known are drawn at every scale; of what a family
 * does not name, little is known either, so it gives way early. */
static void style_classes(const struct guess_about *about, const struct guess_family *family,
                          uint32_t column, struct map_layer_style *style)
{
    guess_family_write(family, &about->columns[column], style);
    if (family->theme != GUESS_ROADS || style->class_count == MAP_CLASSES_MAX)
        return;
    struct map_class *others = &style->classes[style->class_count++];
    *others = (struct map_class){ .ink = INK_MAP_STREET, .rank = 6, .m_per_cell_max = 20,
                                  .label_m_per_cell_max = 6 };
}

uint32_t guess_style(const struct guess_about *about, struct map_layer_style *ret_style)
{
    struct map_layer_style style = { .hidden = false };
    uint32_t column;

    small_name(about->path, style.name);
    enum guess_theme by_name = theme_by_name(style.name), theme = by_name;
    const struct guess_family *family = guess_family_find(about, theme, &column);
    if (theme == GUESS_NOTHING && family)
        theme = family->theme;
    bool known = theme != GUESS_NOTHING;
    if (about->kind_known)
        theme = theme_of_kind(theme, about->kind);
    if (!family)
        family = guess_family_find(about, theme, &column);

    const struct theme *look = &themes[theme];
    style.ground = look->ground;
    style.ink = look->ink;
    text_copy(style.mark, sizeof style.mark, span_of(look->mark ? look->mark : ""));
    style.m_per_cell_max = look->m_per_cell_max;
    style.label_m_per_cell_max = look->label_m_per_cell_max;
    if (!known && theme == GUESS_POINTS)
        style_unknown_points(&style);
    if (family && family->theme == theme) {
        style_classes(about, family, column, &style);
        if (theme == GUESS_POINTS)
            style.m_per_cell_max = 0;   /* Its classes say. */
    }
    const struct guess_column *label = guess_label_column(about, style.class_column);
    text_copy(style.label_column, sizeof style.label_column, span_of(label ? label->name : ""));
    if (theme == GUESS_ROADS && label && strcmp(label->name, "name") == 0
        && guess_has_column(about, "ref"))
        text_copy(style.label_column, sizeof style.label_column, span_of("name|ref"));
    *ret_style = style;
    assert(look->order < GUESS_ORDERS);
    return look->order;
}
