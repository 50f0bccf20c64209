#include "maps/guess_inside.h"

#include <string.h>

#include "app/base/text.h"

/* Numbers are metres across a cell: past the first a class is not drawn, past the second its names
 * are not written. */
static const struct guess_family families[] = {
    /* OpenStreetMap, key:highway; Geofabrik and Valhalla extracts call the column fclass. */
    { .theme = GUESS_ROADS, .share = 0.5, .classes = {
        { .value = "motorway|motorway_link|trunk|trunk_link", .ink = INK_MAP_MOTORWAY,
          .label_m_per_cell_max = 90 },
        { .value = "primary|primary_link", .ink = INK_MAP_ARTERIAL, .rank = 1,
          .label_m_per_cell_max = 60 },
        { .value = "secondary|secondary_link", .ink = INK_MAP_ARTERIAL, .rank = 2,
          .m_per_cell_max = 300, .label_m_per_cell_max = 35 },
        { .value = "tertiary|tertiary_link", .ink = INK_MAP_COLLECTOR, .rank = 3,
          .m_per_cell_max = 110, .label_m_per_cell_max = 18 },
        { .value = "ferry", .ink = INK_MAP_FERRY, .rank = 3, .label_m_per_cell_max = 60 },
        { .value = "residential|unclassified|living_street|road|unknown", .ink = INK_MAP_STREET,
          .rank = 4, .m_per_cell_max = 40, .label_m_per_cell_max = 9 },
        { .value = "pedestrian|busway|raceway", .ink = INK_MAP_STREET, .rank = 5,
          .m_per_cell_max = 16, .label_m_per_cell_max = 6 },
        { .value = "service", .ink = INK_MAP_PATH, .rank = 6, .m_per_cell_max = 10,
          .label_m_per_cell_max = 3 },
        { .value = "footway|cycleway|steps|bridleway|corridor|path", .ink = INK_MAP_PATH,
          .rank = 7, .m_per_cell_max = 6, .label_m_per_cell_max = 3 },
        { .value = "track|track_grade1|track_grade2|track_grade3|track_grade4",
          .ink = INK_MAP_PATH, .rank = 7, .m_per_cell_max = 12, .label_m_per_cell_max = 3 },
        { .value = "construction|proposed|platform|abandoned|razed", .ink = INK_MAP_PATH,
          .rank = 8, .m_per_cell_max = 3 } } },
    /* US Census TIGER/Line, MTFCC (Technical Documentation 2023, appendix E). */
    { .theme = GUESS_ROADS, .share = 0.5, .classes = {
        { .value = "S1100", .ink = INK_MAP_MOTORWAY, .label_m_per_cell_max = 90 },
        { .value = "S1200", .ink = INK_MAP_ARTERIAL, .rank = 1, .label_m_per_cell_max = 50 },
        { .value = "S1630", .ink = INK_MAP_COLLECTOR, .rank = 2, .m_per_cell_max = 60 },
        { .value = "S1400", .ink = INK_MAP_STREET, .rank = 3, .m_per_cell_max = 60,
          .label_m_per_cell_max = 9 },
        { .value = "S1640|S1730|S1740|S1780", .ink = INK_MAP_PATH, .rank = 4, .m_per_cell_max = 10,
          .label_m_per_cell_max = 3 },
        { .value = "S1500|S1710|S1720|S1750|S1810|S1820|S1830", .ink = INK_MAP_PATH, .rank = 5,
          .m_per_cell_max = 8, .label_m_per_cell_max = 3 } } },
    /* The same before 2007, CFCC. */
    { .theme = GUESS_ROADS, .share = 0.5, .classes = {
        { .value = "A10|A11|A12|A13|A14|A15|A16|A17|A18", .ink = INK_MAP_MOTORWAY,
          .label_m_per_cell_max = 90 },
        { .value = "A20|A21|A22|A23|A24|A25|A26|A27|A28", .ink = INK_MAP_ARTERIAL, .rank = 1,
          .label_m_per_cell_max = 50 },
        { .value = "A30|A31|A32|A33|A34|A35|A36|A37|A38|A63", .ink = INK_MAP_COLLECTOR, .rank = 2,
          .m_per_cell_max = 150, .label_m_per_cell_max = 25 },
        { .value = "A40|A41|A42|A43|A44|A45|A46|A47|A48|A60|A62|A64", .ink = INK_MAP_STREET,
          .rank = 3, .m_per_cell_max = 60, .label_m_per_cell_max = 9 },
        { .value = "A50|A51|A52|A53|A70|A71|A72|A73|A74", .ink = INK_MAP_PATH, .rank = 4,
          .m_per_cell_max = 10, .label_m_per_cell_max = 3 } } },
    /* Words that counties use, and those of the US Federal Highway Administration. */
    { .theme = GUESS_ROADS, .share = 0.5, .classes = {
        { .value = "interstate|freeway|expressway|highway|us highway|autobahn", .rank = 0,
          .ink = INK_MAP_MOTORWAY, .label_m_per_cell_max = 90 },
        { .value = "principal arterial|major arterial|arterial|state highway|major", .rank = 1,
          .ink = INK_MAP_ARTERIAL, .label_m_per_cell_max = 60 },
        { .value = "minor arterial|county highway|county road|main|bundesstrasse", .rank = 2,
          .ink = INK_MAP_ARTERIAL, .m_per_cell_max = 300, .label_m_per_cell_max = 35 },
        { .value = "collector|major collector|minor collector|ramp", .rank = 3,
          .ink = INK_MAP_COLLECTOR, .m_per_cell_max = 110, .label_m_per_cell_max = 18 },
        { .value = "local|local street|local road|street|minor|city street|public", .rank = 4,
          .ink = INK_MAP_STREET, .m_per_cell_max = 45, .label_m_per_cell_max = 9 },
        { .value = "private|alley|driveway|lane|unimproved|trail", .rank = 5,
          .ink = INK_MAP_PATH, .m_per_cell_max = 10, .label_m_per_cell_max = 3 } } },
    /* "Is it a major road", in more than one degree. */
    { .theme = GUESS_ROADS, .columns = { "majorroad", "major", "arterial" }, .share = 0.02,
      .classes = {
        { .value = "2|3|Y|yes|true|T", .ink = INK_MAP_ARTERIAL, .label_m_per_cell_max = 40 },
        { .value = "1", .ink = INK_MAP_ARTERIAL, .rank = 1, .label_m_per_cell_max = 25 },
        { .value = "0|N|no|false|F", .ink = INK_MAP_STREET, .rank = 2, .m_per_cell_max = 40,
          .label_m_per_cell_max = 8 } } },
    /* Functional road classes by number: 0 or 1 is the most important (ISO 14825, FRC). */
    { .theme = GUESS_ROADS, .share = 0.9,
      .columns = { "frc", "func", "roadclass", "rdclass", "class", "hierarchy", "fclass" },
      .classes = {
        { .value = "0|1", .ink = INK_MAP_MOTORWAY, .label_m_per_cell_max = 90 },
        { .value = "2", .ink = INK_MAP_ARTERIAL, .rank = 1, .label_m_per_cell_max = 60 },
        { .value = "3", .ink = INK_MAP_ARTERIAL, .rank = 2, .m_per_cell_max = 300,
          .label_m_per_cell_max = 35 },
        { .value = "4", .ink = INK_MAP_COLLECTOR, .rank = 3, .m_per_cell_max = 110,
          .label_m_per_cell_max = 18 },
        { .value = "5|6|7", .ink = INK_MAP_STREET, .rank = 4, .m_per_cell_max = 45,
          .label_m_per_cell_max = 9 },
        { .value = "8|9", .ink = INK_MAP_PATH, .rank = 5, .m_per_cell_max = 10 } } },
    /* OpenStreetMap, key:railway. */
    { .theme = GUESS_RAIL, .share = 0.5, .classes = {
        { .value = "rail|light_rail|narrow_gauge|preserved", .ink = INK_MAP_RAIL,
          .label_m_per_cell_max = 12 },
        { .value = "subway|monorail|funicular", .ink = INK_MAP_RAIL, .rank = 1,
          .m_per_cell_max = 60, .label_m_per_cell_max = 8 },
        { .value = "tram", .ink = INK_MAP_RAIL, .rank = 2, .m_per_cell_max = 15 },
        { .value = "abandoned|disused|razed|construction|proposed|dismantled",
          .ink = INK_MAP_PATH, .rank = 3, .m_per_cell_max = 2 },
        { .value = "platform|turntable|miniature|station|halt|platform_edge", .rank = 3,
          .ink = INK_MAP_PATH, .m_per_cell_max = 2 } } },
    /* OpenStreetMap, key:waterway. */
    { .theme = GUESS_WATERWAYS, .share = 0.5, .classes = {
        { .value = "river|canal|riverbank|fairway", .ink = INK_MAP_WATERLINE,
          .label_m_per_cell_max = 60 },
        { .value = "stream|brook|tidal_channel", .ink = INK_MAP_WATERLINE, .rank = 1,
          .m_per_cell_max = 40, .label_m_per_cell_max = 12 },
        { .value = "ditch|drain|pressurised", .ink = INK_MAP_WATERLINE, .rank = 2,
          .m_per_cell_max = 8, .label_m_per_cell_max = 4 },
        { .value = "dam|weir|lock_gate|waterfall|dock|boatyard|portage|link", .rank = 3,
          .ink = INK_MAP_PATH, .m_per_cell_max = 4, .label_m_per_cell_max = 3 } } },
    /* OpenStreetMap, key:landuse, key:leisure and key:natural. */
    { .theme = GUESS_LAND, .share = 0.3, .classes = {
        { .value = "residential|commercial|industrial|retail|construction|port",
          .ground = GROUND_BUILT, .ink = INK_MAP_PLACE_NAME, .rank = 2 },
        { .value = "railway|military|garages|quarry|landfill|brownfield|depot",
          .ground = GROUND_BUILT, .ink = INK_MAP_PLACE_NAME, .rank = 2 },
        { .value = "farmland|farmyard|farm|plant_nursery|greenhouse_horticulture",
          .ground = GROUND_LAND, .ink = INK_MAP_PARK_NAME, .rank = 3 },
        { .value = "forest|wood|nature_reserve|orchard|vineyard|scrub|heath|grass",
          .ground = GROUND_PARK, .ink = INK_MAP_PARK_NAME, .rank = 1, .label_m_per_cell_max = 40 },
        { .value = "meadow|cemetery|allotments|grassland|greenfield|flowerbed",
          .ground = GROUND_PARK, .ink = INK_MAP_PARK_NAME, .rank = 1, .label_m_per_cell_max = 15 },
        { .value = "park|garden|recreation_ground|village_green|golf_course|pitch",
          .ground = GROUND_PARK, .ink = INK_MAP_PARK_NAME, .label_m_per_cell_max = 25 },
        { .value = "playground|stadium|sports_centre|common|dog_park|track",
          .ground = GROUND_PARK, .ink = INK_MAP_PARK_NAME, .label_m_per_cell_max = 12 },
        { .value = "reservoir|basin|water|pond|salt_pond|riverbank|wetland|lake",
          .ground = GROUND_WATER, .ink = INK_MAP_WATERLINE, .label_m_per_cell_max = 60 } } },
    /* OpenStreetMap, key:amenity, key:healthcare, key:emergency and key:place. */
    { .theme = GUESS_POINTS, .share = 0.05,
      .columns = { "amenity", "fclass", "healthcare", "emergency", "place", "type", "kind",
                   "categor", "class", "poi", "facilityty" },
      .classes = {
        { .value = "hospital|clinic", .ink = INK_MAP_HOSPITAL, .mark = "+",
          .m_per_cell_max = 80, .label_m_per_cell_max = 20 },
        { .value = "fire_station|fire station|ambulance_station", .ink = INK_MAP_STATION,
          .mark = "F", .rank = 1, .m_per_cell_max = 80, .label_m_per_cell_max = 15 },
        { .value = "police|coast_guard|mountain_rescue", .ink = INK_MAP_STATION, .mark = "P",
          .rank = 1, .m_per_cell_max = 80, .label_m_per_cell_max = 15 },
        { .value = "city|town", .ink = INK_MAP_PLACE_NAME, .mark = "o", .rank = 1,
          .m_per_cell_max = 2000, .label_m_per_cell_max = 2000 },
        { .value = "village|suburb|quarter|hamlet|neighbourhood", .ink = INK_MAP_PLACE_NAME,
          .mark = "o", .rank = 2, .m_per_cell_max = 90, .label_m_per_cell_max = 90 },
        { .value = "school|university|college|kindergarten|townhall|library",
          .ink = INK_MAP_PLACE_NAME, .mark = "*", .rank = 3, .m_per_cell_max = 8,
          .label_m_per_cell_max = 5 },
        { .value = "doctors|pharmacy|nursing_home|social_facility|shelter|fuel",
          .ink = INK_MAP_POINT, .mark = "*", .rank = 4, .m_per_cell_max = 5,
          .label_m_per_cell_max = 3 } } },
};

static bool column_may(const struct guess_family *family, const char *name)
{
    char small[64];

    guess_small(name, small, sizeof small);
    for (size_t i = 0; i < ARRAY_COUNT(family->columns) && family->columns[i]; i++)
        if (strncmp(small, family->columns[i], strlen(family->columns[i])) == 0)
            return true;
    return family->columns[0] == NULL;
}

/* The one of a family's values that `value` is, whatever its case; empty when there is none. */
static struct span family_value(const struct guess_family *family, const char *value)
{
    for (size_t i = 0; i < ARRAY_COUNT(family->classes); i++) {
        struct span values = span_of(family->classes[i].value), one;
        while (span_cut(&values, '|', &one))
            if (one.length && text_same_ignoring_case(one, span_of(value)))
                return one;
    }
    return (struct span){ 0 };
}

/* How many of a column's values the family knows; 0 when those are too small a part of them. */
static uint32_t family_knows(const struct guess_family *family, const struct guess_column *column)
{
    uint32_t known = 0, there = 0;

    for (uint32_t i = 0; i < column->value_count; i++) {
        there += column->values[i][0] != '\0';
        known += column->values[i][0] && family_value(family, column->values[i]).length > 0;
    }
    return known >= family->share * there ? known : 0;
}

const struct guess_family *guess_family_find(const struct guess_about *about,
                                             enum guess_theme theme, uint32_t *ret_column)
{
    const struct guess_family *best = NULL;
    uint32_t best_known = 0;

    for (size_t f = 0; f < ARRAY_COUNT(families); f++) {
        if (theme != GUESS_NOTHING && families[f].theme != theme)
            continue;
        for (uint32_t c = 0; c < about->column_count; c++) {
            if (!column_may(&families[f], about->columns[c].name))
                continue;
            uint32_t known = family_knows(&families[f], &about->columns[c]);
            if (known <= best_known)
                continue;
            best = &families[f];
            best_known = known;
            *ret_column = c;
        }
    }
    return best;
}

/* "MOTORWAY" where the file writes so, "Motorway" likewise. */
enum spelling { SPELLING_SMALL, SPELLING_CAPITAL, SPELLING_GREAT };

static bool is_great(char letter)
{
    return letter >= 'A' && letter <= 'Z';
}

static enum spelling spelling_of(const struct guess_family *family,
                                 const struct guess_column *column)
{
    for (uint32_t i = 0; i < column->value_count; i++) {
        const char *value = column->values[i];
        struct span known = family_value(family, value);
        if (known.length < 2 || span_is(known, value) || !is_great(value[0]))
            continue;
        return is_great(value[1]) ? SPELLING_GREAT : SPELLING_CAPITAL;
    }
    return SPELLING_SMALL;
}

static void spell(char *values, enum spelling spelling)
{
    bool starts = true;

    for (char *letter = values; *letter; letter++) {
        bool great = spelling == SPELLING_GREAT || (spelling == SPELLING_CAPITAL && starts);
        if (great && *letter >= 'a' && *letter <= 'z')
            *letter = (char)(*letter - ('a' - 'A'));
        starts = *letter == '|' || *letter == ' ';
    }
}

void guess_family_write(const struct guess_family *family, const struct guess_column *column,
                        struct map_layer_style *style)
{
    enum spelling spelling = spelling_of(family, column);

    text_copy(style->class_column, sizeof style->class_column, span_of(column->name));
    for (size_t i = 0; i < ARRAY_COUNT(family->classes) && family->classes[i].value[0]; i++) {
        style->classes[style->class_count] = family->classes[i];
        spell(style->classes[style->class_count++].value, spelling);
    }
}
