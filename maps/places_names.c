#include "maps/places_names.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"

/* U+00C0 to U+017F without their marks. "" separates words. */
static const char *const latin_plain[] = {
    "A", "A", "A", "A", "A", "A", "AE", "C", "E", "E", "E", "E", "I", "I", "I", "I",
    "D", "N", "O", "O", "O", "O", "O", "", "O", "U", "U", "U", "U", "Y", "TH", "SS",
    "A", "A", "A", "A", "A", "A", "AE", "C", "E", "E", "E", "E", "I", "I", "I", "I",
    "D", "N", "O", "O", "O", "O", "O", "", "O", "U", "U", "U", "U", "Y", "TH", "Y",
    "A", "A", "A", "A", "A", "A", "C", "C", "C", "C", "C", "C", "C", "C", "D", "D",
    "D", "D", "E", "E", "E", "E", "E", "E", "E", "E", "E", "E", "G", "G", "G", "G",
    "G", "G", "G", "G", "H", "H", "H", "H", "I", "I", "I", "I", "I", "I", "I", "I",
    "I", "I", "IJ", "IJ", "J", "J", "K", "K", "K", "L", "L", "L", "L", "L", "L", "L",
    "L", "L", "L", "N", "N", "N", "N", "N", "N", "N", "N", "N", "O", "O", "O", "O",
    "O", "O", "OE", "OE", "R", "R", "R", "R", "R", "R", "S", "S", "S", "S", "S", "S",
    "S", "S", "T", "T", "T", "T", "T", "T", "U", "U", "U", "U", "U", "U", "U", "U",
    "U", "U", "U", "U", "W", "W", "Y", "Y", "Y", "Z", "Z", "Z", "Z", "Z", "Z", "S",
};
_Static_assert(ARRAY_COUNT(latin_plain) == 0x180 - 0xC0, "one row per letter");

enum word_kind { WORD_PLAIN, WORD_TYPE, WORD_DIRECTION, WORD_DOOR };

/* Long and other short forms to the one kept. A row whose forms are equal only gives the kind.
 * Doors (a flat, a floor) say where inside a building and end the name. */
static const struct {
    const char *other, *kept;
    enum word_kind kind;
} word_forms[] = {
    { "ST", "ST", WORD_TYPE },          { "STREET", "ST", WORD_TYPE },
    { "RD", "RD", WORD_TYPE },          { "ROAD", "RD", WORD_TYPE },
    { "AVE", "AVE", WORD_TYPE },        { "AVENUE", "AVE", WORD_TYPE },
    { "AV", "AVE", WORD_TYPE },         { "LN", "LN", WORD_TYPE },
    { "LANE", "LN", WORD_TYPE },        { "LA", "LN", WORD_TYPE },
    { "DR", "DR", WORD_TYPE },          { "DRIVE", "DR", WORD_TYPE },
    { "CT", "CT", WORD_TYPE },          { "COURT", "CT", WORD_TYPE },
    { "PL", "PL", WORD_TYPE },          { "PLACE", "PL", WORD_TYPE },
    { "BLVD", "BLVD", WORD_TYPE },      { "BOULEVARD", "BLVD", WORD_TYPE },
    { "PKWY", "PKWY", WORD_TYPE },      { "PARKWAY", "PKWY", WORD_TYPE },
    { "PKY", "PKWY", WORD_TYPE },       { "HWY", "HWY", WORD_TYPE },
    { "HIGHWAY", "HWY", WORD_TYPE },    { "SQ", "SQ", WORD_TYPE },
    { "SQUARE", "SQ", WORD_TYPE },      { "TER", "TER", WORD_TYPE },
    { "TERR", "TER", WORD_TYPE },       { "TERRACE", "TER", WORD_TYPE },
    { "CIR", "CIR", WORD_TYPE },        { "CIRCLE", "CIR", WORD_TYPE },
    { "ALY", "ALY", WORD_TYPE },        { "ALLEY", "ALY", WORD_TYPE },
    { "WAY", "WAY", WORD_TYPE },        { "WY", "WAY", WORD_TYPE },
    { "ROW", "ROW", WORD_TYPE },        { "CRES", "CRES", WORD_TYPE },
    { "CRESCENT", "CRES", WORD_TYPE },  { "CL", "CL", WORD_TYPE },
    { "CLOSE", "CL", WORD_TYPE },       { "GDNS", "GDNS", WORD_TYPE },
    { "GARDENS", "GDNS", WORD_TYPE },   { "GRV", "GRV", WORD_TYPE },
    { "GROVE", "GRV", WORD_TYPE },      { "PK", "PK", WORD_TYPE },
    { "PARK", "PK", WORD_TYPE },        { "TPK", "TPK", WORD_TYPE },
    { "TPKE", "TPK", WORD_TYPE },       { "TURNPIKE", "TPK", WORD_TYPE },
    { "MEWS", "MEWS", WORD_TYPE },      { "EXT", "EXT", WORD_TYPE },
    { "EXTENSION", "EXT", WORD_TYPE },  { "TRL", "TRL", WORD_TYPE },
    { "TRAIL", "TRL", WORD_TYPE },      { "EXPY", "EXPY", WORD_TYPE },
    { "EXPRESSWAY", "EXPY", WORD_TYPE }, { "FWY", "FWY", WORD_TYPE },
    { "FREEWAY", "FWY", WORD_TYPE },    { "BR", "BR", WORD_TYPE },
    { "BRIDGE", "BR", WORD_TYPE },      { "CSWY", "CSWY", WORD_TYPE },
    { "CAUSEWAY", "CSWY", WORD_TYPE },
    { "N", "N", WORD_DIRECTION },       { "NORTH", "N", WORD_DIRECTION },
    { "S", "S", WORD_DIRECTION },       { "SOUTH", "S", WORD_DIRECTION },
    { "E", "E", WORD_DIRECTION },       { "EAST", "E", WORD_DIRECTION },
    { "W", "W", WORD_DIRECTION },       { "WEST", "W", WORD_DIRECTION },
    { "NE", "NE", WORD_DIRECTION },     { "NORTHEAST", "NE", WORD_DIRECTION },
    { "NW", "NW", WORD_DIRECTION },     { "NORTHWEST", "NW", WORD_DIRECTION },
    { "SE", "SE", WORD_DIRECTION },     { "SOUTHEAST", "SE", WORD_DIRECTION },
    { "SW", "SW", WORD_DIRECTION },     { "SOUTHWEST", "SW", WORD_DIRECTION },
    { "APT", "APT", WORD_DOOR },        { "APARTMENT", "APT", WORD_DOOR },
    { "UNIT", "UNIT", WORD_DOOR },      { "FLAT", "FLAT", WORD_DOOR },
    { "SUITE", "STE", WORD_DOOR },      { "STE", "STE", WORD_DOOR },
    { "FLOOR", "FLOOR", WORD_DOOR },    { "ROOM", "ROOM", WORD_DOOR },
    { "SAINT", "ST", WORD_PLAIN },      { "MOUNT", "MT", WORD_PLAIN },
    { "FORT", "FT", WORD_PLAIN },       { "STN", "STATION", WORD_PLAIN },
    { "FIRST", "1ST", WORD_PLAIN },     { "SECOND", "2ND", WORD_PLAIN },
    { "THIRD", "3RD", WORD_PLAIN },     { "FOURTH", "4TH", WORD_PLAIN },
    { "FIFTH", "5TH", WORD_PLAIN },     { "SIXTH", "6TH", WORD_PLAIN },
    { "SEVENTH", "7TH", WORD_PLAIN },   { "EIGHTH", "8TH", WORD_PLAIN },
    { "NINTH", "9TH", WORD_PLAIN },     { "TENTH", "10TH", WORD_PLAIN },
};

static size_t put(char bytes[4], const char *text)
{
    size_t length = strlen(text);

    memcpy(bytes, text, length);
    return length;
}

/* Greek and Cyrillic small letters; others have no capital that matters here. */
static uint32_t code_capital(uint32_t code)
{
    if (code == 0x3C2)              /* Final sigma. */
        return 0x3A3;
    if ((code >= 0x3B1 && code <= 0x3C9) || (code >= 0x430 && code <= 0x44F))
        return code - 0x20;
    if (code >= 0x450 && code <= 0x45F)
        code -= 0x50;
    return code == 0x401 ? 0x415 : code;        /* Yo is written Ye. */
}

static bool code_vanishes(uint32_t code)
{
    return code == '\'' || code == '`' || code == 0x2019 || code == 0x2018 || code == 0x2BC
           || (code >= 0x300 && code < 0x370);
}

/* The letter or digit in its kept form; 0 bytes where the character separates words. */
static size_t code_plain(uint32_t code, char bytes[4])
{
    if (code >= 'a' && code <= 'z')
        code -= 'a' - 'A';
    if (code < 0x80) {
        bytes[0] = (char)code;
        return (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z');
    }
    if (code >= 0xC0 && code < 0x180)
        return put(bytes, latin_plain[code - 0xC0]);
    if (code < 0x180 || (code >= 0x2000 && code < 0x2C00) || (code >= 0x3000 && code < 0x3040))
        return 0;
    return utf8_encode(code_capital(code), bytes);
}

struct word_read {
    char text[NAME_WORD_BYTES];
    size_t length;
};

/* The next word of *rest; false at its end. */
static bool word_next(struct span *rest, struct word_read *ret_word)
{
    ret_word->length = 0;
    while (rest->length) {
        uint32_t code = 0;
        char plain[4];
        size_t length = utf8_decode(*rest, &code);
        size_t taken = length ? length : 1;
        size_t plain_length = length ? code_plain(code, plain) : 0;

        *rest = span_from(rest->bytes + taken, rest->length - taken);
        if (length && code_vanishes(code))
            continue;
        if (plain_length == 0 && ret_word->length > 0)
            return true;
        if (ret_word->length + plain_length >= NAME_WORD_BYTES)
            continue;
        memcpy(ret_word->text + ret_word->length, plain, plain_length);
        ret_word->length += plain_length;
    }
    return ret_word->length > 0;
}

static enum word_kind word_keep(struct word_read *word)
{
    struct span span = span_from(word->text, word->length);

    for (size_t i = 0; i < ARRAY_COUNT(word_forms); i++) {
        if (!span_is(span, word_forms[i].other))
            continue;
        word->length = strlen(word_forms[i].kept);
        memcpy(word->text, word_forms[i].kept, word->length);
        return word_forms[i].kind;
    }
    /* German: "Hauptstr." is "Hauptstrasse". */
    if (word->length > 5 && word->length + 4 < NAME_WORD_BYTES
        && memcmp(word->text + word->length - 3, "STR", 3) == 0) {
        memcpy(word->text + word->length, "ASSE", 4);
        word->length += 4;
    }
    return WORD_PLAIN;
}

static bool word_put(struct place_name *name, size_t *used, const char *text, size_t length)
{
    size_t blank = name->count > 0;

    if (name->count == NAME_WORDS_MAX || *used + blank + length >= NAME_BYTES)
        return false;
    if (blank)
        name->text[(*used)++] = ' ';
    name->starts[name->count] = (uint8_t)*used;
    name->lengths[name->count] = (uint8_t)length;
    memcpy(name->text + *used, text, length);
    *used += length;
    name->text[*used] = '\0';
    name->count++;
    return true;
}

/* A type ends the name itself, with or without a direction after it. */
static uint32_t base_count(const enum word_kind *kinds, uint32_t count)
{
    if (count > 2 && kinds[count - 1] == WORD_DIRECTION && kinds[count - 2] == WORD_TYPE)
        return count - 2;
    return count > 1 && kinds[count - 1] == WORD_TYPE ? count - 1 : count;
}

void name_read(struct span raw, struct place_name *ret_name)
{
    enum word_kind kinds[NAME_WORDS_MAX];
    struct word_read word;
    size_t used = 0;
    bool more = word_next(&raw, &word);

    *ret_name = (struct place_name){ .count = 0 };
    while (more) {
        struct word_read next;
        enum word_kind kind = word_keep(&word);
        bool first = ret_name->count == 0;
        more = word_next(&raw, &next);
        if (kind == WORD_DOOR && ret_name->count >= 2)
            break;
        /* Before a name it is a saint, whatever it is after one. */
        bool saint = first && more && span_is(span_from(word.text, word.length), "ST");
        if (!word_put(ret_name, &used, saint ? "SAINT" : word.text, saint ? 5 : word.length))
            break;
        kinds[ret_name->count - 1] = saint ? WORD_PLAIN : kind;
        word = next;
    }
    ret_name->base_count = base_count(kinds, ret_name->count);
}

bool name_complete(const struct place_name *name, struct place_name *ret_name)
{
    struct span last = name->count > 1 ? name_word(name, name->count - 1) : span_from("", 0);

    for (size_t i = 0; i < ARRAY_COUNT(word_forms) && last.length > 1; i++) {
        const char *other = word_forms[i].other;
        if (word_forms[i].kind != WORD_TYPE || strlen(other) <= last.length
            || memcmp(other, last.bytes, last.length) != 0)
            continue;
        struct span before = name_first(name, name->count - 1);
        *ret_name = *name;
        ret_name->count--;
        size_t used = before.length;
        if (!word_put(ret_name, &used, word_forms[i].kept, strlen(word_forms[i].kept)))
            return false;
        ret_name->base_count = ret_name->count - 1;
        return true;
    }
    return false;
}

struct span name_word(const struct place_name *name, uint32_t word)
{
    assert(word < name->count);
    return span_from(name->text + name->starts[word], name->lengths[word]);
}

struct span name_first(const struct place_name *name, uint32_t count)
{
    assert(count <= name->count);
    if (count == 0)
        return span_from(name->text, 0);
    return span_from(name->text, (size_t)name->starts[count - 1] + name->lengths[count - 1]);
}

struct span name_base(const struct place_name *name)
{
    return name_first(name, name->base_count);
}

uint32_t word_slips_max(size_t length)
{
    return length < 3 ? 0 : length < 8 ? 1 : 2;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment over bytes, three rows at a time. */
uint32_t words_apart(struct span left, struct span right, uint32_t limit)
{
    uint32_t rows[3][NAME_WORD_BYTES + 1];
    size_t longer = left.length > right.length ? left.length : right.length;
    size_t shorter = left.length + right.length - longer;

    if (longer - shorter > limit || longer > NAME_WORD_BYTES)
        return limit + 1;
    for (uint32_t j = 0; j <= right.length; j++)
        rows[0][j] = j;
    for (uint32_t i = 1; i <= left.length; i++) {
        uint32_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *two = rows[(i + 1) % 3];
        uint32_t lowest = row[0] = i;
        for (uint32_t j = 1; j <= right.length; j++) {
            bool same = left.bytes[i - 1] == right.bytes[j - 1];
            row[j] = least(above[j - 1] + !same, least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && left.bytes[i - 1] == right.bytes[j - 2]
                && left.bytes[i - 2] == right.bytes[j - 1])
                row[j] = least(row[j], two[j - 2] + 1);
            lowest = least(lowest, row[j]);
        }
        if (lowest > limit)
            return limit + 1;
    }
    return least(rows[left.length % 3][right.length], limit + 1);
}

static size_t digits_count(struct span text)
{
    size_t count = 0;

    while (count < text.length && text.bytes[count] >= '0' && text.bytes[count] <= '9')
        count++;
    return count;
}

bool word_is_ordinal_of(struct span ordinal, struct span number)
{
    return digits_count(number) == number.length && number.length > 0
           && ordinal.length == number.length + 2
           && memcmp(ordinal.bytes, number.bytes, number.length) == 0
           && digits_count(ordinal) == number.length;
}

static bool letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/* "1/2" or "-14" after a house number belongs to it. */
static size_t number_tail(struct span rest, size_t at)
{
    struct span tail = span_from(rest.bytes + at, rest.length - at);

    if (span_starts(tail, " 1/2"))
        return 4;
    if (tail.length < 2 || tail.bytes[0] != '-')
        return 0;
    size_t digits = digits_count(span_from(tail.bytes + 1, tail.length - 1));
    return digits ? digits + 1 : 0;
}

bool house_number_cut(struct span *rest, struct house_number *ret_house)
{
    struct span text = span_trim(*rest);
    size_t digits = digits_count(text), end = digits;

    if (digits == 0 || digits > 7)
        return false;
    if (end < text.length && letter(text.bytes[end]))
        end++;
    end += number_tail(text, end);
    if (end < text.length && text.bytes[end] != ' ' && text.bytes[end] != ',')
        return false;               /* "5th", "12/Mill": not a number of a house. */
    if (end >= sizeof ret_house->text)
        return false;
    ret_house->number = 0;
    for (size_t i = 0; i < digits; i++)
        ret_house->number = ret_house->number * 10 + (text.bytes[i] - '0');
    for (size_t i = 0; i < end; i++)
        ret_house->text[i] = (char)(text.bytes[i] >= 'a' && text.bytes[i] <= 'z'
                                        ? text.bytes[i] - 32 : text.bytes[i]);
    ret_house->text[end] = '\0';
    if (end < text.length && text.bytes[end] == ',')        /* "12, Quay St" */
        end++;
    *rest = span_trim(span_from(text.bytes + end, text.length - end));
    return ret_house->number > 0;
}

bool house_number_cut_last(struct span *rest, struct house_number *ret_house)
{
    struct span text = span_trim(*rest);
    size_t at = text.length;

    while (at > 0 && text.bytes[at - 1] != ' ')
        at--;
    struct span last = span_from(text.bytes + at, text.length - at);
    if (at == 0 || !house_number_cut(&last, ret_house) || last.length > 0)
        return false;
    *rest = span_trim(span_from(text.bytes, at));
    return rest->length > 0;
}
