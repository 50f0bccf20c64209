#include "app/base/coordinates.h"

#include <math.h>
#include <string.h>

#include "app/base/grid.h"
#include "app/base/text.h"

/* Two angles of three numbers each, with a sign and a letter: no longer text is one. */
enum { PIECES_MAX = 24, ANGLE_NUMBERS_MAX = 3 };

static const char polar[] = "A grid reference of the polar caps (UPS) is not read here: give "
                            "latitude and longitude.";
static const char no_square[] = "There is no such square in that grid zone: check the two letters "
                                "after it.";
static const char off_earth[] = "Latitude comes first and is 90 at most, longitude 180 at most.";
static const char zero_zero[] = "0,0 is what a receiver without a fix says, not a place.";
static const char minutes_over[] = "Minutes and seconds are below 60.";
static const char three_words[] = "Three words with dots cannot be looked up here: ask for an "
                                  "address, a crossing or the coordinates.";
static const char plus_code[] = "A plus code cannot be looked up here: ask for an address, a "
                                "crossing or the coordinates.";

/* ---- what it is not, but looks like ---- */

static size_t letters_count(struct span text)
{
    size_t count = 0;

    while (count < text.length
           && ((text.bytes[count] >= 'a' && text.bytes[count] <= 'z')
               || (text.bytes[count] >= 'A' && text.bytes[count] <= 'Z')
               || (unsigned char)text.bytes[count] >= 0x80))
        count++;
    return count;
}

/* "///filled.count.soap"; with the slashes or without, but then of three letters each at least, so
 * that "St. J. Perse" stays a name. */
static bool is_three_words(struct span text)
{
    bool slashes = span_starts(text, "///");
    struct span rest = slashes ? span_from(text.bytes + 3, text.length - 3) : text;

    for (int word = 0; word < 3; word++) {
        size_t letters = letters_count(rest);
        bool last = word == 2;
        if (letters < (slashes ? 1 : 3) || (last ? rest.length != letters
                                                 : rest.length <= letters
                                                   || rest.bytes[letters] != '.'))
            return false;
        rest = span_from(rest.bytes + letters + !last, rest.length - letters - !last);
    }
    return true;
}

/* "849VCWC8+R9", "CWC8+R9 Mountain View" (Open Location Code: 20 letters, + after 4 or 8). */
static bool is_plus_code(struct span text)
{
    static const char letters[] = "23456789CFGHJMPQRVWXcfghjmpqrvwx";
    const char *plus = text.length ? memchr(text.bytes, '+', text.length) : NULL;
    size_t before = plus ? (size_t)(plus - text.bytes) : 0, at = 0;

    if (before != 4 && before != 8)
        return false;
    for (; at < text.length && text.bytes[at] != ' ' && text.bytes[at] != ','; at++)
        if (at != before && !strchr(letters, text.bytes[at]))
            return false;
    return at == before + 3 || at == before + 4;
}

/* ---- the pieces ---- */

enum piece_kind { PIECE_NUMBER, PIECE_NORTH, PIECE_SOUTH, PIECE_EAST, PIECE_WEST, PIECE_DEGREES,
                  PIECE_MINUTES, PIECE_SECONDS, PIECE_SEPARATOR };

struct piece {
    enum piece_kind kind;
    double number;
    uint32_t whole_digits;
    bool negative, fraction;
};

struct pieces {
    struct piece at[PIECES_MAX];
    uint32_t count;
    bool comma_is_point;            /* "51,2205; -4,0925" */
};

static const struct {
    const char *text;
    enum piece_kind kind;
} marks[] = {
    { "north", PIECE_NORTH }, { "south", PIECE_SOUTH }, { "east", PIECE_EAST },
    { "west", PIECE_WEST },   { "deg", PIECE_DEGREES }, { "n", PIECE_NORTH },
    { "s", PIECE_SOUTH },     { "e", PIECE_EAST },      { "w", PIECE_WEST },
    { "d", PIECE_DEGREES },   { "\xC2\xB0", PIECE_DEGREES }, { "\xC2\xBA", PIECE_DEGREES },
    { "\xCB\x9A", PIECE_DEGREES }, { "''", PIECE_SECONDS },
    { "\xE2\x80\xB2\xE2\x80\xB2", PIECE_SECONDS }, { "\"", PIECE_SECONDS },
    { "\xE2\x80\xB3", PIECE_SECONDS }, { "\xE2\x80\x9D", PIECE_SECONDS },
    { "'", PIECE_MINUTES },   { "\xE2\x80\xB2", PIECE_MINUTES },
    { "\xE2\x80\x99", PIECE_MINUTES }, { "\xC2\xB4", PIECE_MINUTES },
    { ",", PIECE_SEPARATOR }, { ";", PIECE_SEPARATOR }, { "lon", PIECE_SEPARATOR },
    { "lng", PIECE_SEPARATOR }, { "long", PIECE_SEPARATOR }, { "longitude", PIECE_SEPARATOR },
};

static bool digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* The digits and one point at the start of `text`; in front of it no sign is left. */
static size_t number_length(struct span text, bool comma_is_point)
{
    size_t at = 0;
    bool point = false;

    for (; at < text.length; at++) {
        bool is_point = text.bytes[at] == '.' || (comma_is_point && text.bytes[at] == ',');
        bool more = at + 1 < text.length && digit(text.bytes[at + 1]);
        if (!digit(text.bytes[at]) && !(is_point && !point && more && at > 0))
            break;
        point |= is_point;
    }
    return at;
}

static void number_add(struct pieces *pieces, struct span text, bool negative)
{
    struct piece *piece = &pieces->at[pieces->count++];
    double unit = 1;

    *piece = (struct piece){ .kind = PIECE_NUMBER };
    for (size_t i = 0; i < text.length; i++) {
        if (!digit(text.bytes[i])) {
            piece->fraction = true;
            continue;
        }
        piece->number = piece->number * 10 + (text.bytes[i] - '0');
        unit *= piece->fraction ? 10 : 1;
        piece->whole_digits += !piece->fraction;
    }
    piece->number /= unit;
    piece->negative = negative;
}

static size_t mark_add(struct pieces *pieces, struct span text)
{
    for (size_t i = 0; i < ARRAY_COUNT(marks); i++) {
        size_t length = strlen(marks[i].text);
        if (text.length < length
            || !text_same_ignoring_case(span_from(text.bytes, length), span_of(marks[i].text)))
            continue;
        /* "N Main": a letter is a mark only where no other letter follows. */
        bool word = letters_count(span_from(text.bytes, 1)) > 0 && text.bytes[0] > 0;
        if (word && letters_count(span_from(text.bytes + length, text.length - length)) > 0
            && (unsigned char)text.bytes[length] < 0x80)
            continue;
        bool again = marks[i].kind == PIECE_SEPARATOR && pieces->count > 0
                     && pieces->at[pieces->count - 1].kind == PIECE_SEPARATOR;
        if (!again)
            pieces->at[pieces->count++] = (struct piece){ .kind = marks[i].kind };
        return length;
    }
    return 0;
}

/* A minus of its own ("-4", U+2212) is a sign; one right after a digit ("51-13-14") separates. */
static size_t sign_length(struct span text, bool after_number, bool *ret_negative)
{
    size_t length = span_starts(text, "\xE2\x88\x92") ? 3
                    : span_starts(text, "-") || span_starts(text, "+") ? 1 : 0;

    *ret_negative = length > 0 && text.bytes[0] != '+' && !after_number;
    return length;
}

static bool pieces_read(struct span text, struct pieces *pieces)
{
    for (size_t at = 0; at < text.length;) {
        struct span rest = span_from(text.bytes + at, text.length - at);
        bool negative = false;
        bool after = at > 0 && digit(text.bytes[at - 1]);
        size_t sign = sign_length(rest, after, &negative);
        size_t length = number_length(span_from(rest.bytes + sign, rest.length - sign),
                                      pieces->comma_is_point);

        if (pieces->count == PIECES_MAX || length > 18)
            return false;
        if (length > 0)
            number_add(pieces, span_from(rest.bytes + sign, length), negative);
        else
            sign = strchr(" :=", rest.bytes[0]) ? 1 : mark_add(pieces, rest);
        if (sign + length == 0)
            return false;
        at += sign + length;
    }
    return true;
}

/* ---- angles ---- */

enum axis { AXIS_UNKNOWN, AXIS_LAT, AXIS_LON };

struct angle {
    double numbers[ANGLE_NUMBERS_MAX];
    uint32_t count, whole_digits;
    bool negative, fraction, minutes_over;
    char letter;                    /* 'N', 'S', 'E', 'W', or 0. */
    bool marked;                    /* A degree sign or the like stood in it. */
};

static const char hemisphere_letters[] = { [PIECE_NORTH] = 'N', [PIECE_SOUTH] = 'S',
                                           [PIECE_EAST] = 'E', [PIECE_WEST] = 'W' };

static bool is_hemisphere(const struct piece *piece)
{
    return piece->kind >= PIECE_NORTH && piece->kind <= PIECE_WEST;
}

/* Only the last of degrees, minutes and seconds has a fraction, and only the first a sign. */
static bool angle_number_add(struct angle *angle, const struct piece *piece)
{
    if (angle->count == ANGLE_NUMBERS_MAX || angle->fraction
        || (angle->count > 0 && piece->negative))
        return false;
    if (angle->count == 0) {
        angle->negative = piece->negative;
        angle->whole_digits = piece->whole_digits;
    } else {
        angle->minutes_over |= piece->number >= 60;
    }
    angle->fraction = piece->fraction;
    angle->numbers[angle->count++] = piece->number;
    return true;
}

/* A mark after a number must be the one of its place: "4' 5°" is nothing. */
static bool angle_mark_add(struct angle *angle, enum piece_kind kind)
{
    angle->marked = true;
    return angle->count == (uint32_t)(kind - PIECE_DEGREES) + 1;
}

/* Reads pieces from *at up to the angle's end: `numbers` of them, or up to a separator or its
 * letter where that stands behind. */
static bool angle_read(const struct pieces *pieces, uint32_t *at, uint32_t end,
                       struct angle *ret_angle)
{
    struct angle angle = { .count = 0 };

    for (; *at < end; ++*at) {
        const struct piece *piece = &pieces->at[*at];
        if (piece->kind == PIECE_NUMBER ? !angle_number_add(&angle, piece)
            : is_hemisphere(piece)      ? angle.letter != 0
            : piece->kind == PIECE_SEPARATOR || !angle_mark_add(&angle, piece->kind))
            return false;
        if (is_hemisphere(piece))
            angle.letter = hemisphere_letters[piece->kind];
    }
    *ret_angle = angle;
    return angle.count > 0;
}

/* Where the second angle starts: at a separator, else by letters, else in the middle of the
 * numbers. 0 when nothing says so. */
static uint32_t second_angle(const struct pieces *pieces, bool *ret_separator)
{
    uint32_t number_count = 0, half = 0, separators = 0, separator = 0;

    for (uint32_t i = 0; i < pieces->count; i++) {
        number_count += pieces->at[i].kind == PIECE_NUMBER;
        if (pieces->at[i].kind == PIECE_SEPARATOR) {
            separators++;
            separator = i;
        }
    }
    *ret_separator = separators == 1;
    if (separators > 0)
        return separators == 1 ? separator : 0;
    if (is_hemisphere(&pieces->at[0])) {
        for (uint32_t i = 1; i < pieces->count; i++)
            if (is_hemisphere(&pieces->at[i]))
                return i;
        return 0;
    }
    for (uint32_t i = 0; i + 1 < pieces->count; i++)
        if (is_hemisphere(&pieces->at[i]))
            return i + 1;
    for (uint32_t i = 0; i < pieces->count && number_count % 2 == 0; i++) {
        half += pieces->at[i].kind == PIECE_NUMBER;
        if (half == number_count / 2 + 1)
            return i;
    }
    return 0;
}

/* "5113.23N": degrees and minutes, or also seconds, in one number; longitude has a third digit. */
static bool angle_unpack(struct angle *angle)
{
    bool lon = angle->letter == 'E' || angle->letter == 'W';
    uint32_t degrees_digits = lon ? 3 : 2, minutes_at = degrees_digits + 2;
    double value = angle->numbers[0];

    if (angle->count != 1 || !angle->letter || angle->whole_digits <= 3)
        return true;
    if (angle->whole_digits == minutes_at) {
        angle->numbers[0] = floor(value / 100);
        angle->numbers[1] = value - angle->numbers[0] * 100;
        angle->count = 2;
    } else if (angle->whole_digits == minutes_at + 2) {
        angle->numbers[0] = floor(value / 10000);
        angle->numbers[1] = floor(value / 100) - angle->numbers[0] * 100;
        angle->numbers[2] = value - floor(value / 100) * 100;
        angle->count = 3;
    } else {
        return false;
    }
    angle->minutes_over = angle->numbers[1] >= 60 || angle->numbers[2] >= 60;
    return true;
}

static enum axis angle_axis(const struct angle *angle)
{
    switch (angle->letter) {
    case 'N': case 'S':
        return AXIS_LAT;
    case 'E': case 'W':
        return AXIS_LON;
    }
    return AXIS_UNKNOWN;
}

static double angle_degrees(const struct angle *angle)
{
    double degrees = angle->numbers[0] + angle->numbers[1] / 60 + angle->numbers[2] / 3600;

    return angle->negative || angle->letter == 'S' || angle->letter == 'W' ? -degrees : degrees;
}

/* Two bare whole numbers ("12 14") are no coordinates, nor are minutes without any mark, nor
 * "300 S 500 W", an address where streets are numbered. */
static bool angles_are_meant(const struct angle *one, const struct angle *other, bool separator)
{
    bool letters = one->letter && other->letter, marked = one->marked && other->marked;

    if (one->count > 1 || other->count > 1)
        return (letters || marked) && one->count == other->count;
    return marked || separator || (one->fraction && (letters || other->fraction));
}

static enum coordinates_reading refused(const char *refusal, struct coordinates *ret_coordinates)
{
    *ret_coordinates = (struct coordinates){ .point = geo_unknown(), .refusal = refusal };
    return COORDINATES_REFUSED;
}

static enum coordinates_reading angles_judge(const struct angle *one, const struct angle *other,
                                             struct coordinates *ret_coordinates)
{
    bool swapped = angle_axis(one) == AXIS_LON || angle_axis(other) == AXIS_LAT;
    const struct angle *lat = swapped ? other : one, *lon = swapped ? one : other;
    struct geo_point point = { angle_degrees(lat), angle_degrees(lon) };

    if (angle_axis(lat) == AXIS_LON || angle_axis(lon) == AXIS_LAT
        || (lat->negative && lat->letter) || (lon->negative && lon->letter))
        return COORDINATES_NOT;             /* "4W 5W", "-4.1W": two answers to one question. */
    if (one->minutes_over || other->minutes_over)
        return refused(minutes_over, ret_coordinates);
    if (point.lat_deg == 0 && point.lon_deg == 0)
        return refused(zero_zero, ret_coordinates);
    if (!geo_plausible(point))
        return refused(off_earth, ret_coordinates);
    *ret_coordinates = (struct coordinates){ .point = geo_rounded(point) };
    return COORDINATES_READ;
}

static enum coordinates_reading degrees_read(struct span text, bool comma_is_point,
                                             struct coordinates *ret_coordinates)
{
    struct pieces pieces = { .comma_is_point = comma_is_point };
    struct angle one, other;
    uint32_t at = 0;
    bool separator;

    if (!pieces_read(text, &pieces) || pieces.count < 2)
        return COORDINATES_NOT;
    uint32_t second = second_angle(&pieces, &separator);
    if (second == 0 || !angle_read(&pieces, &at, second, &one))
        return COORDINATES_NOT;
    at += separator;
    if (!angle_read(&pieces, &at, pieces.count, &other) || !angle_unpack(&one)
        || !angle_unpack(&other) || !angles_are_meant(&one, &other, separator))
        return COORDINATES_NOT;
    return angles_judge(&one, &other, ret_coordinates);
}

/* Without what programs and people put before coordinates. */
static struct span bare(struct span text)
{
    static const char *const before[] = { "geo:", "@", "coordinates", "gps", "mgrs", "usng",
                                          "latitude", "lat", ":", "=" };

    text = span_trim(text);
    for (size_t i = 0; i < ARRAY_COUNT(before); i++) {
        size_t length = strlen(before[i]);
        struct span start = span_from(text.bytes, length);
        if (text.length > length && text_same_ignoring_case(start, span_of(before[i])))
            text = span_trim(span_from(text.bytes + length, text.length - length));
    }
    if (text.length > 1 && text.bytes[0] == '(' && text.bytes[text.length - 1] == ')')
        text = span_trim(span_from(text.bytes + 1, text.length - 2));
    return text;
}

enum coordinates_reading coordinates_read(struct span text, struct coordinates *ret_coordinates)
{
    struct coordinates read = { .point = geo_unknown() };

    text = bare(text);
    if (is_three_words(text))
        return refused(three_words, ret_coordinates);
    if (is_plus_code(text))
        return refused(plus_code, ret_coordinates);
    enum grid_reading grid = grid_read(text, &read.point, &read.radius_m);
    if (grid == GRID_POLAR || grid == GRID_NO_SQUARE)
        return refused(grid == GRID_POLAR ? polar : no_square, ret_coordinates);
    if (grid == GRID_READ) {
        read.point = geo_rounded(read.point);
        *ret_coordinates = read;
        return COORDINATES_READ;
    }
    enum coordinates_reading reading = degrees_read(text, false, ret_coordinates);
    return reading == COORDINATES_NOT ? degrees_read(text, true, ret_coordinates) : reading;
}
