#include "app/core/hazard_line.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"
#include "app/core/way.h"

static const char closed_kind[] = "CLOSED";

/* ---- measures ---- */

static const struct { const char *unit; double metres; } units[] = {
    { "km", 1000 }, { "m", 1 }, { "ft", 0.3048 }, { "mi", 1609.344 },
};

bool length_parse(struct span text, double *ret_metres)
{
    size_t digits = 0;
    double number;

    while (digits < text.length && (text.bytes[digits] == '.' || (text.bytes[digits] >= '0'
                                                                  && text.bytes[digits] <= '9')))
        digits++;
    if (digits == 0 || !span_to_double(span_from(text.bytes, digits), &number))
        return false;
    struct span unit = span_from(text.bytes + digits, text.length - digits);
    for (size_t i = 0; i < ARRAY_COUNT(units); i++) {
        if (!text_same_ignoring_case(unit, span_of(units[i].unit)))
            continue;
        *ret_metres = number * units[i].metres;
        return true;
    }
    return false;
}

bool circle_cut(struct span place, struct span *ret_before, double *ret_radius_m)
{
    for (size_t at = place.length; at > 0; at--) {
        if (place.bytes[at - 1] != '~')
            continue;
        if (!length_parse(span_trim(span_from(place.bytes + at, place.length - at)), ret_radius_m))
            return false;
        *ret_before = span_trim(span_from(place.bytes, at - 1));
        return true;
    }
    return false;
}

const char *length_text(double metres, char text[LENGTH_TEXT_BYTES])
{
    if (metres < 1000)
        snprintf(text, LENGTH_TEXT_BYTES, "%.0f m", metres);
    else
        snprintf(text, LENGTH_TEXT_BYTES, "%.*f km", metres < 10000 ? 1 : 0, metres / 1000);
    return text;
}

bool point_parse(struct span text, struct geo_point *ret_point)
{
    struct geo_point point;
    struct span lon = text, lat;

    if (!span_cut(&lon, ',', &lat) || !lon.bytes
        || !span_to_double(span_trim(lat), &point.lat_deg)
        || !span_to_double(span_trim(lon), &point.lon_deg) || !geo_plausible(point))
        return false;
    *ret_point = geo_rounded(point);
    return true;
}

/* ---- kinds ---- */

static const struct hazard_kind *kind_row(const struct picture *picture, const char *word)
{
    for (uint32_t i = 0; i < picture_count(picture, OBJECT_HAZARD_KIND); i++) {
        const struct hazard_kind *kind = picture_row(picture, OBJECT_HAZARD_KIND, i);
        if (text_same_ignoring_case(span_of(kind->code), span_of(word)))
            return kind;
    }
    return NULL;
}

bool hazard_closes_roads(const struct picture *picture, const char *kind)
{
    const struct hazard_kind *row = kind_row(picture, kind);

    return row ? row->closes_roads : text_same_ignoring_case(span_of(kind), span_of(closed_kind));
}

static const char *kinds_known(const struct picture *picture, struct arena *arena)
{
    struct buffer known = { 0 };

    for (uint32_t i = 0; i < picture_count(picture, OBJECT_HAZARD_KIND) && i < 20; i++)
        buffer_print(&known, "%s ", ((const struct hazard_kind *)picture_row(
                                         picture, OBJECT_HAZARD_KIND, i))->code);
    if (!kind_row(picture, closed_kind))
        buffer_print(&known, "%s ", closed_kind);
    const char *kept = arena_copy(arena, span_trim(buffer_span(&known)));
    buffer_clear(&known);
    return kept;
}

/* A word that may be a kind where site.conf names none: SINKHOLE, GAS-LEAK. */
static bool is_kind_word(struct span word)
{
    for (size_t i = 0; i < word.length; i++) {
        char letter = word.bytes[i];
        bool good = (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9')
                    || letter == '-';
        if (!good)
            return false;
    }
    return word.length > 0 && word.length < sizeof((struct hazard_kind *)0)->code
           && word.bytes[0] >= 'A';
}

static const char *capitals(struct arena *arena, const char *word)
{
    char *text = (char *)(uintptr_t)arena_copy(arena, span_of(word));

    for (char *at = text; *at; at++)
        if (*at >= 'a' && *at <= 'z')
            *at = (char)(*at - ('a' - 'A'));
    return text;
}

static const char *kind_read(const struct picture *picture, const char *word, struct arena *arena,
                             struct hazard_line *hazard)
{
    const struct hazard_kind *row = kind_row(picture, word);
    const char *kind = capitals(arena, word);
    bool named = picture_count(picture, OBJECT_HAZARD_KIND) > 0;

    if (!row && named && strcmp(kind, closed_kind) != 0)
        return arena_print(arena, "%s is no kind of hazard here; known: %s", kind,
                           kinds_known(picture, arena));
    if (!row && !is_kind_word(span_of(kind)))
        return arena_print(arena, "%s is no kind of hazard: one word of letters and digits, 15 at "
                           "most (GAS, CLOSED)", kind);
    hazard->kind = row ? row->code : kind;
    hazard->title = row ? row->title : "";
    hazard->severity = row && row->severity ? row->severity : SEVERITY_UNKNOWN;
    hazard->closes_roads = hazard_closes_roads(picture, kind);
    return NULL;
}

static const char *severity_read(const struct command_line *line, struct arena *arena,
                                 struct hazard_line *hazard)
{
    const char *word = command_option(line, "sev");
    uint32_t value;

    if (!word)
        return NULL;
    if (!vocabulary_value(&severity_words, span_of(word), &value) || value == SEVERITY_UNSAID)
        return arena_print(arena, "sev=%s is none of minor, moderate, severe, extreme", word);
    hazard->severity = (enum severity)value;
    return NULL;
}

/* ---- how long ---- */

static const char *span_read(const char *word, struct arena *arena, struct hazard_line *hazard)
{
    if (!word)
        return "for how long? write 30m, 2h or 1d at the end; it ends by itself then";
    if (!span_parse(span_of(word), &hazard->span_ms))
        return arena_print(arena, "%s is no span of time: 30m, 2h or 1d", word);
    if (hazard->span_ms < 60000 || hazard->span_ms > HAZARD_SPAN_D_MAX * INT64_C(86400000))
        return arena_print(arena, "%s: a drawn hazard lasts 1 minute to %d days; it can be made "
                           "longer before it ends", word, HAZARD_SPAN_D_MAX);
    return NULL;
}

/* ---- where ---- */

static const char *corners_read(const char *area, struct arena *arena, struct hazard_line *hazard)
{
    struct span rest = span_of(area), part;
    struct geo_point *at = arena_alloc(arena, (HAZARD_CORNERS_MAX + 2) * sizeof *at);
    uint32_t count = 0;

    while (span_cut(&rest, '/', &part)) {
        if (count > HAZARD_CORNERS_MAX)
            break;
        if (!point_parse(part, &at[count]))
            return arena_print(arena, "corner %u of the area, \"%.*s\", is not LATITUDE,LONGITUDE "
                               "in degrees", count + 1, (int)(part.length > 40 ? 40 : part.length),
                               part.bytes);
        count++;
    }
    if (count > 1 && geo_same(at[0], at[count - 1]))    /* Typed closed: that is one corner. */
        count--;
    if (count < HAZARD_CORNERS_MIN || count > HAZARD_CORNERS_MAX)
        return arena_print(arena, "an area has %d to %d corners, area=LAT,LON/LAT,LON/LAT,LON: "
                           "this has %s%u", HAZARD_CORNERS_MIN, HAZARD_CORNERS_MAX,
                           count > HAZARD_CORNERS_MAX ? "more than " : "",
                           count > HAZARD_CORNERS_MAX ? HAZARD_CORNERS_MAX : count);
    at[count] = at[0];
    hazard->ring = (struct geo_points){ .at = at, .count = count + 1 };
    return NULL;
}

static const char *area_read(const char *area, struct arena *arena, struct hazard_line *hazard)
{
    char across[LENGTH_TEXT_BYTES];
    uint32_t edge, other;

    const char *problem = corners_read(area, arena, hazard);
    if (problem)
        return problem;
    uint32_t corners = hazard->ring.count - 1;
    for (uint32_t i = 0; i < corners; i++) {
        if (geo_same(hazard->ring.at[i], hazard->ring.at[i + 1]))
            return arena_print(arena, "corners %u and %u of the area are the same place", i + 1,
                               (i + 1) % corners + 1);
        if (fabs(hazard->ring.at[i].lon_deg - hazard->ring.at[i + 1].lon_deg) > 180)
            return "the area crosses the 180th meridian: draw one on each side";
    }
    if (ring_across_m(&hazard->ring) > 2.0 * HAZARD_RADIUS_M_MAX)
        return arena_print(arena, "the area is %s across; %d km is the most",
                           length_text(ring_across_m(&hazard->ring), across),
                           2 * HAZARD_RADIUS_M_MAX / 1000);
    if (ring_crosses_itself(&hazard->ring, &edge, &other))
        return arena_print(arena, "the area crosses itself: its side from corner %u to %u meets "
                           "that from %u to %u. Give the corners in order round it", edge + 1,
                           (edge + 1) % corners + 1, other + 1, (other + 1) % corners + 1);
    return NULL;
}

static const char *radius_read(const char *word, struct arena *arena, struct hazard_line *hazard)
{
    int64_t span_ms;
    bool is_length = word && length_parse(span_of(word), &hazard->radius_m);

    if (!word || (!is_length && span_parse(span_of(word), &span_ms)))
        return "how far round it? write 200m or 1km behind the place";
    if (!is_length)
        return arena_print(arena, "%s is no radius: 200m, 1.5km, 300ft or 1mi", word);
    if (!(hazard->radius_m >= 1 && hazard->radius_m <= HAZARD_RADIUS_M_MAX))
        return arena_print(arena, "%s: a hazard reaches 1 m to %d km round its place", word,
                           HAZARD_RADIUS_M_MAX / 1000);
    return NULL;
}

static const char *new_read(const struct picture *picture, const struct command_line *line,
                            struct arena *arena, struct hazard_line *hazard)
{
    const char *area = command_option(line, "area");
    const char *second = line->word_count > 1 ? line->words[1] : NULL;
    const char *third = line->word_count > 2 ? line->words[2] : NULL;

    const char *problem = kind_read(picture, line->words[0], arena, hazard);
    if (!problem)
        problem = severity_read(line, arena, hazard);
    if (problem)
        return problem;
    if (area && line->place)
        return "a place with a radius, or an area: one of them";
    if (!area && (!line->place || !line->place[0]))
        return "where? write @ and a place and a radius, or area=LAT,LON/LAT,LON/LAT,LON";
    if (line->word_count > (area ? 2u : 3u))
        return arena_print(arena, "%s is one word too many: %s", line->words[area ? 2 : 3],
                           line->command->usage);
    problem = area ? area_read(area, arena, hazard) : radius_read(second, arena, hazard);
    return problem ? problem : span_read(area ? second : third, arena, hazard);
}

static const char *known_read(const struct picture *picture, const struct command_line *line,
                              const struct object_name *name, struct arena *arena,
                              struct hazard_line *hazard)
{
    hazard->number = name->number;
    if (!picture_numbered(picture, OBJECT_HAZARD, name->number))
        return arena_print(arena, "there is no HZ%u; show hazards lists them", name->number);
    if (line->place || line->option_count > 0)
        return "a hazard that is drawn can be ended (off) or given another span; draw a new one "
               "for another place";
    if (line->word_count != 2)
        return arena_print(arena, "haz HZ%u off ends it, haz HZ%u 2h lets it last 2 h from now",
                           name->number, name->number);
    hazard->off = text_same_ignoring_case(span_of(line->words[1]), span_of("off"));
    return hazard->off ? NULL : span_read(line->words[1], arena, hazard);
}

const char *hazard_line_read(const struct picture *picture, const struct command_line *line,
                             struct arena *arena, struct hazard_line *ret_hazard)
{
    struct object_name name;

    *ret_hazard = (struct hazard_line){ .kind = "", .title = "", .radius_m = NAN };
    if (line->word_count == 0)
        return arena_print(arena, "of what kind? %s", line->command->usage);
    if (object_name_parse(span_of(line->words[0]), &name) && name.kind == OBJECT_HAZARD)
        return known_read(picture, line, &name, arena, ret_hazard);
    return new_read(picture, line, arena, ret_hazard);
}
