#include "maps/driving.h"

#include <stdlib.h>
#include <string.h>

#include "app/base/text.h"

static const double kmh_default = 40.0, kmh_max = 200.0;

/* The words of OpenStreetMap's highway key (wiki.openstreetmap.org/wiki/Key:highway), for layers
 * whose site names no speeds of its own. 0 is where an engine cannot drive. */
static const struct class_speed usual_speeds[] = {
    { "motorway", 100 },         { "motorway_link", 60 },     { "trunk", 80 },
    { "trunk_link", 50 },        { "primary", 60 },           { "primary_link", 40 },
    { "secondary", 50 },         { "secondary_link", 40 },    { "tertiary", 45 },
    { "tertiary_link", 40 },     { "unclassified", 40 },      { "residential", 30 },
    { "living_street", 15 },     { "service", 20 },           { "track", 15 },
    { "pedestrian", 10 },        { "footway", 0 },            { "path", 0 },
    { "steps", 0 },              { "cycleway", 0 },           { "bridleway", 0 },
    { "corridor", 0 },           { "platform", 0 },           { "elevator", 0 },
    { "construction", 0 },       { "proposed", 0 },           { "abandoned", 0 },
    { "razed", 0 },              { "raceway", 0 },
};

/* Speeds that are words: by country, then by the part behind the colon, then alone
 * (wiki.openstreetmap.org/wiki/Key:maxspeed). Without a limit an engine does what it can. */
static const struct class_speed speed_words[] = {
    { "AT:rural", 100 },      { "DE:rural", 100 },    { "CH:rural", 80 },     { "FR:rural", 80 },
    { "BE:rural", 90 },       { "CZ:rural", 90 },     { "IT:rural", 90 },     { "PL:rural", 90 },
    { "RU:urban", 60 },       { "RU:rural", 90 },     { "RU:living_street", 20 },
    { "UA:urban", 50 },       { "GB:nsl_single", 97 }, { "GB:nsl_dual", 113 },
    { "GB:nsl_restricted", 48 }, { "GB:motorway", 113 },
    { "urban", 50 },          { "rural", 90 },        { "trunk", 100 },       { "motorway", 120 },
    { "living_street", 10 },  { "bicycle_road", 30 }, { "walk", 7 },          { "none", 120 },
    { "unlimited", 120 },     { "school", 30 },
};

static const struct {
    const char *word;
    double in_kmh;
} speed_units[] = { { "mph", 1.609344 }, { "mi/h", 1.609344 }, { "km/h", 1 }, { "kmh", 1 },
                    { "kph", 1 },        { "knots", 1.852 } };

/* ---- one-way ---- */

/* Ways that a one-way column is spelt. The one that knows the most records' values is taken, of
 * equal ones the first, so what is also said by a plain yes and no comes first. */
static const struct oneway_spelling {
    const char *name, *forward, *backward, *both, *closed;
} spellings[] = {
    { .name = "yes / no / -1", .forward = "yes,true,1,y,t,+,one way,oneway,one-way",
      .backward = "-1,reverse,-", .both = "no,false,0,n,f,two way,two-way,b,both,reversible,"
                                            "alternating",
      .closed = "" },
    { .name = "FT / TF", .forward = "FT", .backward = "TF", .both = "B,BOTH", .closed = "N" },
    { .name = "F / T / B", .forward = "F", .backward = "T", .both = "B", .closed = "N" },
    { .name = "1 / 2 / 0", .forward = "1", .backward = "2", .both = "0,3", .closed = "" },
};

enum { VALUES_MAX = 64 };           /* A column with more different values is no such column. */

struct oneway_value {
    const char *text;               /* A loan. */
    uint32_t count;
};

struct driving {
    const struct shapes *shapes;
    const struct street_columns *columns;
    struct oneway_spelling spelling;
    int class, speed, oneway, closed, level, from_level, to_level, bridge, tunnel;
    uint32_t by_speed, by_class, by_default, unread_speeds, closed_count, oneway_unknown;
    char speed_unread[STREET_VALUE_BYTES], oneway_odd[STREET_VALUE_BYTES];
};

/* True when `value` is one of the words of `list`. */
static bool listed(const char *list, const char *value)
{
    struct span rest = span_of(list), word;

    if (value[0] == '\0')
        return false;
    while (rest.length && span_cut(&rest, ',', &word))
        if (text_same_ignoring_case(span_trim(word), span_trim(span_of(value))))
            return true;
    return false;
}

static bool spelling_knows(const struct oneway_spelling *spelling, const char *value)
{
    return listed(spelling->forward, value) || listed(spelling->backward, value)
           || listed(spelling->both, value) || listed(spelling->closed, value);
}

/* Counts the different values; 0 when there are more than a one-way column can have. */
static uint32_t values_count(const struct shapes *shapes, int column,
                             struct oneway_value values[VALUES_MAX])
{
    uint32_t count = 0;

    for (uint32_t record = 0; record < shapes->record_count; record++) {
        const char *text = shapes_value(shapes, record, column);
        uint32_t at = 0;
        while (at < count && strcmp(values[at].text, text) != 0)
            at++;
        if (at == VALUES_MAX)
            return 0;
        if (at == count)
            values[count++] = (struct oneway_value){ .text = text };
        values[at].count++;
    }
    return count;
}

static uint32_t value_times(const struct oneway_value *values, uint32_t count, const char *text)
{
    uint32_t times = 0;

    for (uint32_t i = 0; i < count; i++)
        if (text_same_ignoring_case(span_of(values[i].text), span_of(text)))
            times += values[i].count;
    return times;
}

static uint32_t spelling_score(const struct oneway_spelling *spelling,
                               const struct oneway_value *values, uint32_t count)
{
    uint32_t score = 0;

    for (uint32_t i = 0; i < count; i++)
        score += spelling_knows(spelling, values[i].text) ? values[i].count : 0;
    return score;
}

/* F and T are directions where there is a B; else false and true when both are there and
 * most are F. */
static bool letters_are_directions(const struct oneway_value *values, uint32_t count, char type)
{
    uint32_t f = value_times(values, count, "F"), t = value_times(values, count, "T");

    bool boolean = type == 'L' || (f > t && t > 0 && value_times(values, count, "B") == 0);

    return !boolean && (f > 0 || t > 0)
           && value_times(values, count, "yes") + value_times(values, count, "Y") == 0;
}

static struct oneway_spelling spelling_choose(const struct shapes *shapes, int column)
{
    struct oneway_value values[VALUES_MAX];
    uint32_t count = column < 0 ? 0 : values_count(shapes, column, values), best = 0;
    size_t chosen = 0;

    for (size_t i = 0; i < ARRAY_COUNT(spellings); i++) {
        uint32_t score = spelling_score(&spellings[i], values, count);
        bool letters = strcmp(spellings[i].forward, "F") == 0 && count > 0
                       && letters_are_directions(values, count, shapes->fields[column].type);
        if (score <= best && !(letters && score == best && score > 0))
            continue;
        best = score;
        chosen = i;
    }
    return spellings[chosen];
}

/* The site's own values leave the usual ones out. */
static struct oneway_spelling spelling_of(const struct shapes *shapes, int column,
                                          const struct street_columns *columns)
{
    if (columns->oneway_forward[0] || columns->oneway_backward[0])
        return (struct oneway_spelling){ .name = "", .forward = columns->oneway_forward,
                                         .backward = columns->oneway_backward, .both = "",
                                         .closed = "" };
    return spelling_choose(shapes, column);
}

static uint8_t ways_read(struct driving *driving, const char *value)
{
    const struct oneway_spelling *spelling = &driving->spelling;
    uint8_t both = STREET_FORWARD | STREET_BACKWARD;

    if (listed(spelling->closed, value))
        return 0;
    if (driving->columns->against_oneway)
        return both;
    if (listed(spelling->forward, value))
        return STREET_FORWARD;
    if (listed(spelling->backward, value))
        return STREET_BACKWARD;
    if (value[0] && spelling->name[0] && !listed(spelling->both, value)) {
        driving->oneway_unknown++;
        text_copy(driving->oneway_odd, sizeof driving->oneway_odd, span_of(value));
    }
    return both;
}

/* ---- speed ---- */

static bool class_speed_find(const struct class_speed *speeds, size_t count, struct span class,
                             double *ret_kmh)
{
    for (size_t i = 0; i < count; i++) {
        if (text_same_ignoring_case(span_of(speeds[i].value), class)) {
            *ret_kmh = speeds[i].kmh;
            return true;
        }
    }
    return false;
}

/* "DE:urban" as such, then "urban"; "DE:zone:30" and "DE:zone30" by their number. */
static bool speed_word(struct span text, double *ret_kmh)
{
    size_t colon = text.length, digits = text.length;

    if (class_speed_find(speed_words, ARRAY_COUNT(speed_words), text, ret_kmh))
        return true;
    while (colon > 0 && text.bytes[colon - 1] != ':')
        colon--;
    if (colon == 0)
        return false;
    struct span tail = span_from(text.bytes + colon, text.length - colon);
    if (class_speed_find(speed_words, ARRAY_COUNT(speed_words), tail, ret_kmh))
        return true;
    while (digits > colon && text.bytes[digits - 1] >= '0' && text.bytes[digits - 1] <= '9')
        digits--;
    return digits < text.length
           && span_to_double(span_from(text.bytes + digits, text.length - digits), ret_kmh)
           && *ret_kmh > 0;
}

static double unit_in_kmh(struct span word, enum speed_unit unit, bool *ret_known)
{
    *ret_known = word.length == 0;
    for (size_t i = 0; i < ARRAY_COUNT(speed_units); i++) {
        if (!text_same_ignoring_case(word, span_of(speed_units[i].word)))
            continue;
        *ret_known = true;
        return speed_units[i].in_kmh;
    }
    return unit == SPEED_MPH ? speed_units[0].in_kmh : 1;
}

bool driving_speed(const char *text, enum speed_unit unit, double *ret_kmh)
{
    struct span rest = span_of(text), first = rest;
    size_t digits = 0;
    double speed;
    bool known;

    span_cut(&rest, ';', &first);
    first = span_trim(first);
    while (digits < first.length && ((first.bytes[digits] >= '0' && first.bytes[digits] <= '9')
                                     || first.bytes[digits] == '.'))
        digits++;
    if (digits == 0)
        return first.length > 0 && speed_word(first, ret_kmh);
    struct span word = span_trim(span_from(first.bytes + digits, first.length - digits));
    double in_kmh = unit_in_kmh(word, unit, &known);
    if (!known || !span_to_double(span_from(first.bytes, digits), &speed) || speed <= 0)
        return false;
    speed *= in_kmh;
    *ret_kmh = speed > kmh_max ? kmh_max : speed;
    return true;
}

/* A class nobody drives on stays so, whatever its speed column says. */
static double kmh_read(struct driving *driving, const char *class, const char *speed)
{
    const struct street_columns *columns = driving->columns;
    double kmh = columns->default_kmh > 0 ? columns->default_kmh : kmh_default;
    bool by_class = class_speed_find(columns->class_speeds, columns->class_speed_count,
                                     span_of(class), &kmh)
                    || class_speed_find(usual_speeds, ARRAY_COUNT(usual_speeds), span_of(class),
                                        &kmh);
    if (kmh <= 0)
        return 0;
    bool by_speed = driving_speed(speed, columns->speed_unit, &kmh);
    if (!by_speed && speed[0] && strcmp(speed, "0") != 0) {
        driving->unread_speeds++;
        text_copy(driving->speed_unread, sizeof driving->speed_unread, span_of(speed));
    }
    if (by_speed)
        driving->by_speed++;
    else if (by_class)
        driving->by_class++;
    else
        driving->by_default++;
    return kmh;
}

/* ---- level and closed ---- */

static bool says_no(const char *value)
{
    return listed("no,n,false,f,0,none,open", value) || value[0] == '\0';
}

static int8_t level_number(const char *text, int8_t otherwise)
{
    double number;

    if (!span_to_double(span_trim(span_of(text)), &number) || number < -20 || number > 20)
        return otherwise;
    return (int8_t)number;
}

/* A house built over a street leaves it where it is. */
static int8_t level_read(const struct driving *driving, uint32_t record)
{
    const struct shapes *shapes = driving->shapes;
    int8_t level = level_number(shapes_value(shapes, record, driving->level), STREET_LEVEL_ANY);
    const char *tunnel = shapes_value(shapes, record, driving->tunnel);

    if (level != STREET_LEVEL_ANY)
        return level;
    if (!says_no(shapes_value(shapes, record, driving->bridge)))
        return 1;
    return says_no(tunnel) || strncmp(tunnel, "buil", 4) == 0 ? 0 : -1;
}

static bool closed_read(const struct driving *driving, uint32_t record)
{
    const char *value = shapes_value(driving->shapes, record, driving->closed);
    const char *closed = driving->columns->closed_values;

    return closed[0] ? listed(closed, value) : driving->closed >= 0 && !says_no(value);
}

/* ---- one layer ---- */

struct driving *driving_new(const struct shapes *shapes, const struct street_columns *columns,
                            struct buffer *warnings)
{
    struct driving *driving = base_alloc(1, sizeof *driving);

    driving->shapes = shapes;
    driving->columns = columns;
    driving->class = street_column(shapes, columns->class, "the class", warnings);
    driving->speed = street_column(shapes, columns->speed, "the speed", warnings);
    driving->oneway = street_column(shapes, columns->oneway, "one-way", warnings);
    driving->closed = street_column(shapes, columns->closed, "what is closed", warnings);
    driving->level = street_column(shapes, columns->level, "the level", warnings);
    driving->from_level = street_column(shapes, columns->from_level, "the first level", warnings);
    driving->to_level = street_column(shapes, columns->to_level, "the last level", warnings);
    driving->bridge = street_column(shapes, columns->bridge, "bridges", warnings);
    driving->tunnel = street_column(shapes, columns->tunnel, "tunnels", warnings);
    driving->spelling = spelling_of(shapes, driving->oneway, columns);
    return driving;
}

void driving_free(struct driving *driving)
{
    base_free(driving);
}

struct drive driving_read(struct driving *driving, uint32_t record)
{
    const struct shapes *shapes = driving->shapes;
    double kmh = kmh_read(driving, shapes_value(shapes, record, driving->class),
                          shapes_value(shapes, record, driving->speed));
    uint8_t ways = ways_read(driving, shapes_value(shapes, record, driving->oneway));
    bool closed = closed_read(driving, record);

    driving->closed_count += closed;
    return (struct drive){
        .kmh = (float)kmh, .ways = kmh > 0 && !closed ? ways : 0,
        .level = level_read(driving, record),
        .from_level = level_number(shapes_value(shapes, record, driving->from_level),
                                   STREET_LEVEL_ANY),
        .to_level = level_number(shapes_value(shapes, record, driving->to_level),
                                 STREET_LEVEL_ANY),
    };
}

void driving_say(const struct driving *driving, struct buffer *facts, struct buffer *doubts)
{
    double kmh = driving->columns->default_kmh > 0 ? driving->columns->default_kmh : kmh_default;

    buffer_print(facts, "Speeds: %u streets by their own, %u by their class, %u by the default of "
                 "%.0f km/h.\n", driving->by_speed, driving->by_class, driving->by_default, kmh);
    if (driving->oneway >= 0 && driving->spelling.name[0])
        buffer_print(facts, "One-way streets are read as %s.\n", driving->spelling.name);
    if (driving->closed_count)
        buffer_print(facts, "%u streets are closed by their layer.\n", driving->closed_count);
    if (driving->oneway_unknown)
        buffer_print(doubts, "%u streets have a one-way value that says no direction, such as "
                     "\"%s\"; they were taken for both directions.\n", driving->oneway_unknown,
                     driving->oneway_odd);
    if (driving->unread_speeds)
        buffer_print(doubts, "%u streets have a speed that says none, such as \"%s\"; they were "
                     "taken by their class.\n", driving->unread_speeds, driving->speed_unread);
}
