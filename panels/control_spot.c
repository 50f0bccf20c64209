/* control_spot.c - places that the console itself knows: its cursor, its marks, objects of the
 * picture, coordinates. "@cursor" and "@mark a" are replaced by coordinates before a line is sent,
 * so that the record never depends on what a screen showed. */
#include "panels/control_acts.h"

#include <stdio.h>
#include <string.h>

#include "app/base/coordinates.h"
#include "app/base/text.h"

static bool is_word(struct span span, const char *word)
{
    return text_same_ignoring_case(span, span_of(word));
}

static enum spot spot_point(struct spot_found *found, struct geo_point point, const char *words)
{
    found->point = point;
    text_copy(found->words, sizeof found->words, span_of(words));
    return SPOT_KNOWN;
}

static enum spot spot_refused(struct spot_found *found, const char *sentence)
{
    text_copy(found->words, sizeof found->words, span_of(sentence));
    return SPOT_REFUSED;
}

static enum spot spot_cursor(const struct view *view, struct spot_found *found)
{
    const struct hand_cursor *cursor = &view->hand.cursor;

    if (!geo_known(cursor->at))
        return spot_refused(found, "the map has no cursor yet: F3 sets one, Esc comes back here");
    return spot_point(found, cursor->at,
                      cursor->said == SAID_KNOWN ? cursor->words : "the cursor");
}

static enum spot spot_mark(const struct view *view, struct span letter, struct spot_found *found)
{
    struct marks marks = view->hand.marks;
    const struct geo_point *at = letter.length == 1
        ? marks_letter(&marks, (unsigned char)letter.bytes[0]) : NULL;
    char words[32];

    if (!at || !geo_known(*at))
        return spot_refused(found, "no such mark: F3 m and a letter sets one");
    snprintf(words, sizeof words, "mark %c", letter.bytes[0]);
    return spot_point(found, *at, words);
}

static enum spot spot_object(const struct picture *picture, const struct object_name *name,
                             struct spot_found *found)
{
    struct geo_point point = object_location(picture, name);
    char text[OBJECT_NAME_BYTES], sentence[OBJECT_NAME_BYTES + 40];

    object_name_text(name, text);
    if (geo_known(point))
        return spot_point(found, point, text);
    snprintf(sentence, sizeof sentence, "nobody knows where %s is", text);
    return spot_refused(found, sentence);
}

/* A station or a hospital by its code or its whole name. */
static bool spot_facility(const struct picture *picture, struct span text,
                          struct object_name *ret_name)
{
    for (uint32_t i = 0; i < picture_count(picture, OBJECT_FACILITY); i++) {
        const struct facility *facility = picture_row(picture, OBJECT_FACILITY, i);
        if (!text_same_ignoring_case(span_of(facility->code), text)
            && !text_same_ignoring_case(span_of(facility->name), text))
            continue;
        *ret_name = object_called(OBJECT_FACILITY, facility->code);
        return true;
    }
    return false;
}

static enum spot spot_coordinates(const struct coordinates *coordinates, struct spot_found *found)
{
    char words[48];

    snprintf(words, sizeof words, "%.5f,%.5f", coordinates->point.lat_deg,
             coordinates->point.lon_deg);
    return spot_point(found, coordinates->point, words);
}

enum spot control_spot(const struct view *view, const struct picture *picture, struct span text,
                       struct spot_found *ret_found)
{
    struct object_name name;
    struct span rest = span_trim(text), first;
    struct coordinates coordinates;

    *ret_found = (struct spot_found){ .point = geo_unknown() };
    if (rest.length > 0 && rest.bytes[0] == '@')
        rest = span_trim(span_from(rest.bytes + 1, rest.length - 1));
    if (rest.length == 0)
        return spot_refused(ret_found, "a place is missing");
    if (is_word(rest, "cursor"))
        return spot_cursor(view, ret_found);
    if (control_object(picture, rest, &name) || spot_facility(picture, rest, &name))
        return spot_object(picture, &name, ret_found);
    enum coordinates_reading reading = coordinates_read(rest, &coordinates);
    if (reading == COORDINATES_REFUSED)
        return spot_refused(ret_found, coordinates.refusal);
    if (reading == COORDINATES_READ)
        return spot_coordinates(&coordinates, ret_found);
    struct span whole = rest;
    span_cut(&rest, ' ', &first);
    if (is_word(first, "mark") && span_trim(rest).length == 1)
        return spot_mark(view, span_trim(rest), ret_found);
    text_copy(ret_found->words, sizeof ret_found->words, whole);
    return SPOT_ASK;
}

/* ---- in a line that is sent ---- */

/* How many bytes after "@" name a place that only this console knows; 0: none. */
static size_t own_place_length(struct span after)
{
    if (after.length >= 6 && is_word(span_from(after.bytes, 6), "cursor")
        && (after.length == 6 || after.bytes[6] == ' '))
        return 6;
    if (after.length >= 6 && is_word(span_from(after.bytes, 5), "mark ")
        && (after.length == 6 || after.bytes[6] == ' '))
        return 6;
    return 0;
}

/* Only the place of a command: what stands in a note is nobody's business. */
static bool has_place(struct span line)
{
    struct arena *arena = arena_new();
    struct command_line parsed;

    command_parse(line, arena, &parsed);
    bool has = parsed.place != NULL;
    arena_free(arena);
    return has;
}

bool control_line_places(const struct view *view, const struct picture *picture, struct span line,
                         struct buffer *out, char *why, size_t why_bytes)
{
    struct spot_found found;
    bool text = !has_place(line);       /* From here on nothing is a place. */

    for (size_t i = 0; i < line.length; i++) {
        struct span after = span_from(line.bytes + i + 1, line.length - i - 1);
        text = text || (line.bytes[i] == ';' && i > 0 && line.bytes[i - 1] == ' ');
        bool starts = !text && line.bytes[i] == '@' && i > 0 && line.bytes[i - 1] == ' ';
        size_t length = starts ? own_place_length(after) : 0;
        buffer_add(out, span_from(line.bytes + i, 1));
        if (length == 0)
            continue;
        if (control_spot(view, picture, span_from(after.bytes, length), &found) != SPOT_KNOWN) {
            snprintf(why, why_bytes, "%s", found.words);
            return false;
        }
        buffer_print(out, "%.6f,%.6f", found.point.lat_deg, found.point.lon_deg);
        i += length;
    }
    if (out->length <= COMMAND_BYTES_MAX)
        return true;
    snprintf(why, why_bytes, "the line is longer than 500 characters with its place written out");
    return false;
}
