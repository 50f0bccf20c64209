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

enum word_kind { WORD_PLAIN, WORD_TYPE, WORD_DIRECTION, WORD_TENS };

/* Long and other short forms to the one kept, sorted by byte. A row whose forms are equal only
 * gives the kind. Tens wait for their ordinal: "TWENTY THIRD" is 23RD. */
static const struct {
    const char *other, *kept;
    enum word_kind kind;
} word_forms[] = {
    { "ALLEY", "ALY", WORD_TYPE }, { "ALY", "ALY", WORD_TYPE }, { "AV", "AVE", WORD_TYPE },
    { "AVE", "AVE", WORD_TYPE }, { "AVENUE", "AVE", WORD_TYPE }, { "BLV", "BLVD", WORD_TYPE },
    { "BLVD", "BLVD", WORD_TYPE }, { "BOULEVARD", "BLVD", WORD_TYPE }, { "BR", "BR", WORD_TYPE },
    { "BRIDGE", "BR", WORD_TYPE }, { "BVD", "BLVD", WORD_TYPE },
    { "CAUSEWAY", "CSWY", WORD_TYPE }, { "CIR", "CIR", WORD_TYPE },
    { "CIRCLE", "CIR", WORD_TYPE }, { "CL", "CL", WORD_TYPE }, { "CLOSE", "CL", WORD_TYPE },
    { "COURSE", "CRSE", WORD_TYPE }, { "COURT", "CT", WORD_TYPE }, { "COVE", "CV", WORD_TYPE },
    { "CRES", "CRES", WORD_TYPE }, { "CRESCENT", "CRES", WORD_TYPE },
    { "CROSSING", "XING", WORD_TYPE }, { "CRSE", "CRSE", WORD_TYPE },
    { "CSWY", "CSWY", WORD_TYPE }, { "CT", "CT", WORD_TYPE }, { "CV", "CV", WORD_TYPE },
    { "DR", "DR", WORD_TYPE }, { "DRIVE", "DR", WORD_TYPE }, { "DRV", "DR", WORD_TYPE },
    { "E", "E", WORD_DIRECTION }, { "EAST", "E", WORD_DIRECTION },
    { "EIGHTEENTH", "18TH", WORD_PLAIN }, { "EIGHTH", "8TH", WORD_PLAIN },
    { "EIGHTIETH", "80TH", WORD_PLAIN }, { "EIGHTY", "80", WORD_TENS },
    { "ELEVENTH", "11TH", WORD_PLAIN }, { "EXPRESSWAY", "EXPY", WORD_TYPE },
    { "EXPY", "EXPY", WORD_TYPE }, { "EXT", "EXT", WORD_TYPE }, { "EXTENSION", "EXT", WORD_TYPE },
    { "FIFTEENTH", "15TH", WORD_PLAIN }, { "FIFTH", "5TH", WORD_PLAIN },
    { "FIFTIETH", "50TH", WORD_PLAIN }, { "FIFTY", "50", WORD_TENS },
    { "FIRST", "1ST", WORD_PLAIN }, { "FORT", "FT", WORD_PLAIN },
    { "FORTIETH", "40TH", WORD_PLAIN }, { "FORTY", "40", WORD_TENS },
    { "FOURTEENTH", "14TH", WORD_PLAIN }, { "FOURTH", "4TH", WORD_PLAIN },
    { "FREEWAY", "FWY", WORD_TYPE }, { "FWY", "FWY", WORD_TYPE },
    { "GARDENS", "GDNS", WORD_TYPE }, { "GDNS", "GDNS", WORD_TYPE },
    { "GROVE", "GRV", WORD_TYPE }, { "GRV", "GRV", WORD_TYPE }, { "HIGHWAY", "HWY", WORD_TYPE },
    { "HWY", "HWY", WORD_TYPE }, { "LA", "LN", WORD_TYPE }, { "LANE", "LN", WORD_TYPE },
    { "LN", "LN", WORD_TYPE }, { "LOOP", "LOOP", WORD_TYPE }, { "MEWS", "MEWS", WORD_TYPE },
    { "MOUNT", "MT", WORD_PLAIN }, { "N", "N", WORD_DIRECTION }, { "NE", "NE", WORD_DIRECTION },
    { "NINETEENTH", "19TH", WORD_PLAIN }, { "NINETIETH", "90TH", WORD_PLAIN },
    { "NINETY", "90", WORD_TENS }, { "NINTH", "9TH", WORD_PLAIN },
    { "NORTH", "N", WORD_DIRECTION }, { "NORTHEAST", "NE", WORD_DIRECTION },
    { "NORTHWEST", "NW", WORD_DIRECTION }, { "NW", "NW", WORD_DIRECTION },
    { "PARK", "PK", WORD_TYPE }, { "PARKWAY", "PKWY", WORD_TYPE }, { "PATH", "PATH", WORD_TYPE },
    { "PIKE", "PIKE", WORD_TYPE }, { "PK", "PK", WORD_TYPE }, { "PKWY", "PKWY", WORD_TYPE },
    { "PKY", "PKWY", WORD_TYPE }, { "PL", "PL", WORD_TYPE }, { "PLACE", "PL", WORD_TYPE },
    { "PLAZA", "PLZ", WORD_TYPE }, { "PLZ", "PLZ", WORD_TYPE }, { "POINT", "PT", WORD_TYPE },
    { "PT", "PT", WORD_TYPE }, { "RD", "RD", WORD_TYPE }, { "ROAD", "RD", WORD_TYPE },
    { "ROW", "ROW", WORD_TYPE }, { "RUN", "RUN", WORD_TYPE }, { "S", "S", WORD_DIRECTION },
    { "SAINT", "ST", WORD_PLAIN }, { "SE", "SE", WORD_DIRECTION },
    { "SECOND", "2ND", WORD_PLAIN }, { "SEVENTEENTH", "17TH", WORD_PLAIN },
    { "SEVENTH", "7TH", WORD_PLAIN }, { "SEVENTIETH", "70TH", WORD_PLAIN },
    { "SEVENTY", "70", WORD_TENS }, { "SIXTEENTH", "16TH", WORD_PLAIN },
    { "SIXTH", "6TH", WORD_PLAIN }, { "SIXTIETH", "60TH", WORD_PLAIN },
    { "SIXTY", "60", WORD_TENS }, { "SOUTH", "S", WORD_DIRECTION },
    { "SOUTHEAST", "SE", WORD_DIRECTION }, { "SOUTHWEST", "SW", WORD_DIRECTION },
    { "SQ", "SQ", WORD_TYPE }, { "SQUARE", "SQ", WORD_TYPE }, { "ST", "ST", WORD_TYPE },
    { "STN", "STATION", WORD_PLAIN }, { "STR", "ST", WORD_TYPE },
    { "STRASSE", "ST", WORD_TYPE }, { "STREET", "ST", WORD_TYPE },
    { "SW", "SW", WORD_DIRECTION }, { "TENTH", "10TH", WORD_PLAIN }, { "TER", "TER", WORD_TYPE },
    { "TERR", "TER", WORD_TYPE }, { "TERRACE", "TER", WORD_TYPE }, { "THIRD", "3RD", WORD_PLAIN },
    { "THIRTEENTH", "13TH", WORD_PLAIN }, { "THIRTIETH", "30TH", WORD_PLAIN },
    { "THIRTY", "30", WORD_TENS }, { "TPK", "TPK", WORD_TYPE }, { "TPKE", "TPK", WORD_TYPE },
    { "TRAIL", "TRL", WORD_TYPE }, { "TRL", "TRL", WORD_TYPE }, { "TURNPIKE", "TPK", WORD_TYPE },
    { "TWELFTH", "12TH", WORD_PLAIN }, { "TWENTIETH", "20TH", WORD_PLAIN },
    { "TWENTY", "20", WORD_TENS }, { "W", "W", WORD_DIRECTION }, { "WALK", "WALK", WORD_TYPE },
    { "WAY", "WAY", WORD_TYPE }, { "WEST", "W", WORD_DIRECTION }, { "WY", "WAY", WORD_TYPE },
    { "XING", "XING", WORD_TYPE }, { "БУЛ", "БУЛЬВАР", WORD_TYPE },
    { "БУЛЬВАР", "БУЛЬВАР", WORD_TYPE }, { "НАБ", "НАБЕРЕЖНАЯ", WORD_TYPE },
    { "НАБЕРЕЖНАЯ", "НАБЕРЕЖНАЯ", WORD_TYPE }, { "ПЕР", "ПЕРЕУЛОК", WORD_TYPE },
    { "ПЕРЕУЛОК", "ПЕРЕУЛОК", WORD_TYPE }, { "ПЛ", "ПЛОЩАДЬ", WORD_TYPE },
    { "ПЛОЩАДЬ", "ПЛОЩАДЬ", WORD_TYPE }, { "ПР", "ПРОСПЕКТ", WORD_TYPE },
    { "ПРОЕЗД", "ПРОЕЗД", WORD_TYPE }, { "ПРОСП", "ПРОСПЕКТ", WORD_TYPE },
    { "ПРОСПЕКТ", "ПРОСПЕКТ", WORD_TYPE }, { "УЛ", "УЛИЦА", WORD_TYPE },
    { "УЛИЦА", "УЛИЦА", WORD_TYPE }, { "Ш", "ШОССЕ", WORD_TYPE }, { "ШОССЕ", "ШОССЕ", WORD_TYPE },
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

enum umlauts { UMLAUTS_PLAIN, UMLAUTS_WRITTEN };

/* Ä, Ö and Ü in either case, as they are written where a keyboard has none. */
static const char *umlaut_written(uint32_t code)
{
    switch (code | 0x20) {
    case 0xE4:
        return "AE";
    case 0xF6:
        return "OE";
    case 0xFC:
        return "UE";
    }
    return NULL;
}

/* The letter or digit in its kept form; 0 bytes where the character separates words. */
static size_t code_plain(uint32_t code, enum umlauts umlauts, char bytes[4])
{
    if (code >= 'a' && code <= 'z')
        code -= 'a' - 'A';
    if (code < 0x80) {
        bytes[0] = (char)code;
        return (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z');
    }
    if (umlauts == UMLAUTS_WRITTEN && umlaut_written(code))
        return put(bytes, umlaut_written(code));
    if (code >= 0xC0 && code < 0x180)
        return put(bytes, latin_plain[code - 0xC0]);
    if (code == 0x1E9E)             /* Capital sharp s. */
        return put(bytes, "SS");
    if (code < 0x180 || (code >= 0x2000 && code < 0x2C00) || (code >= 0x3000 && code < 0x3040))
        return 0;
    return utf8_encode(code_capital(code), bytes);
}

struct word_read {
    char text[NAME_WORD_BYTES];
    size_t length;
};

/* "A5" and "B37" are "A 5" and "B 37", as roads are signed. */
static bool road_number_starts(const struct word_read *word, uint32_t code)
{
    return code >= '0' && code <= '9' && word->length == 1 && word->text[0] >= 'A'
           && word->text[0] <= 'Z';
}

/* The next word of *rest; false at its end. */
static bool word_next(struct span *rest, enum umlauts umlauts, struct word_read *ret_word)
{
    ret_word->length = 0;
    while (rest->length) {
        uint32_t code = 0;
        char plain[4];
        size_t length = utf8_decode(*rest, &code);
        size_t taken = length ? length : 1;
        size_t plain_length = length ? code_plain(code, umlauts, plain) : 0;

        if (road_number_starts(ret_word, code))
            return true;
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

/* The row of word_forms for the word, or -1. */
static int form_find(struct span word)
{
    size_t low = 0, high = ARRAY_COUNT(word_forms);

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *other = word_forms[middle].other;
        int by_bytes = strncmp(other, word.bytes, word.length);
        if (by_bytes == 0 && other[word.length] == '\0')
            return (int)middle;
        if (by_bytes < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

static enum word_kind word_keep(struct word_read *word)
{
    int form = form_find(span_from(word->text, word->length));

    if (form >= 0) {
        word->length = strlen(word_forms[form].kept);
        memcpy(word->text, word_forms[form].kept, word->length);
        return word_forms[form].kind;
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

/* What of the name is neither a direction at its ends nor its street type. */
static void core_find(const enum word_kind *kinds, struct place_name *name)
{
    uint32_t first = 0, end = name->count;

    name->type = name->count;
    if (end > 2 && kinds[end - 1] == WORD_DIRECTION && kinds[end - 2] == WORD_TYPE)
        end--;                      /* "MAIN ST N" */
    if (end > 1 && kinds[end - 1] == WORD_TYPE)
        name->type = --end;
    else
        end = name->count;
    if (end > 1 && kinds[0] == WORD_DIRECTION)
        first = 1;
    if (name->type == name->count && end - first > 1 && kinds[first] == WORD_TYPE
        && (unsigned char)name_word(name, first).bytes[0] >= 0x80)
        name->type = first++;       /* A Russian type may stand in front. */
    name->core_first = first;
    name->core_count = end - first;
}

/* "TWENTY THIRD": *ordinal becomes "23RD". */
static bool tens_join(const struct word_read *tens, struct word_read *ordinal)
{
    if (ordinal->length != 3 || ordinal->text[0] < '1' || ordinal->text[0] > '9')
        return false;
    memmove(ordinal->text + 1, ordinal->text, 3);
    ordinal->text[0] = tens->text[0];
    ordinal->length = 4;
    return true;
}

static void name_read_as(struct span raw, enum umlauts umlauts, struct place_name *ret_name)
{
    enum word_kind kinds[NAME_WORDS_MAX];
    struct word_read word;
    size_t used = 0;
    bool more = word_next(&raw, umlauts, &word);

    *ret_name = (struct place_name){ .count = 0 };
    while (more) {
        struct word_read next;
        enum word_kind kind = word_keep(&word);
        bool first = ret_name->count == 0;
        more = word_next(&raw, umlauts, &next);
        if (kind == WORD_TENS && more) {
            struct word_read ordinal = next;
            word_keep(&ordinal);
            if (tens_join(&word, &ordinal)) {
                word = ordinal;
                more = word_next(&raw, umlauts, &next);
            }
        }
        /* "Interstate 95" is I-95; Interstate Ave is none. */
        if (more && span_is(span_from(word.text, word.length), "INTERSTATE")
            && next.text[0] >= '0' && next.text[0] <= '9')
            word.length = 1;
        /* Before a name it is a saint, whatever it is after one. */
        bool saint = first && more && span_is(span_from(word.text, word.length), "ST");
        if (!word_put(ret_name, &used, saint ? "SAINT" : word.text, saint ? 5 : word.length))
            break;
        kinds[ret_name->count - 1] = saint ? WORD_PLAIN : kind;
        word = next;
    }
    core_find(kinds, ret_name);
}

void name_read(struct span raw, struct place_name *ret_name)
{
    name_read_as(raw, UMLAUTS_PLAIN, ret_name);
}

bool name_read_umlauts(struct span raw, struct place_name *ret_name)
{
    /* The first byte of U+00C4 to U+00FC in UTF-8: most names have none. */
    if (raw.length == 0 || !memchr(raw.bytes, 0xC3, raw.length))
        return false;
    for (size_t at = 0; at + 1 < raw.length; at++) {
        uint32_t code = 0;
        if ((unsigned char)raw.bytes[at] != 0xC3
            || utf8_decode(span_from(raw.bytes + at, 2), &code) == 0 || !umlaut_written(code))
            continue;
        name_read_as(raw, UMLAUTS_WRITTEN, ret_name);
        return true;
    }
    return false;
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
        ret_name->type = ret_name->count - 1;
        ret_name->core_first = name->core_first;
        ret_name->core_count = ret_name->type - ret_name->core_first;
        return ret_name->core_count > 0;
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

struct span name_core(const struct place_name *name)
{
    if (name->core_count == 0)
        return span_from(name->text, 0);
    uint32_t last = name->core_first + name->core_count - 1;
    const char *start = name->text + name->starts[name->core_first];
    const char *end = name->text + name->starts[last] + name->lengths[last];

    return span_from(start, (size_t)(end - start));
}

struct span name_type(const struct place_name *name)
{
    return name->type < name->count ? name_word(name, name->type) : span_from("", 0);
}

bool name_word_is_core(const struct place_name *name, uint32_t word)
{
    return word >= name->core_first && word < name->core_first + name->core_count;
}

const char *name_direction(const struct place_name *name, char text[8])
{
    size_t used = 0;

    for (uint32_t word = 0; word < name->count; word++) {
        struct span direction = name_word(name, word);
        if (name_word_is_core(name, word) || word == name->type || used + direction.length >= 8)
            continue;
        memcpy(text + used, direction.bytes, direction.length);
        used += direction.length;
    }
    text[used] = '\0';
    return text;
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

/* Letters that sound alike share a digit, vowels and doubled letters fall away (Russell's Soundex
 * of 1918 with PH for F and QU for K, and without its cut at four). */
uint32_t word_sound(struct span word)
{
    /*                          ABCDEFGHIJKLMNOPQRSTUVWXYZ */
    static const char codes[] = "01230120022455012623010202";
    uint32_t sound = 0, digits = 0;
    char last = '0';

    for (size_t i = 0; i < word.length; i++) {
        if (word.bytes[i] < 'A' || word.bytes[i] > 'Z')
            return 0;               /* Numbers sound like nothing else. */
        bool spelled_f = word.bytes[i] == 'P' && i + 1 < word.length && word.bytes[i + 1] == 'H';
        char code = spelled_f ? '1' : codes[word.bytes[i] - 'A'];
        if (code != '0' && code != last && digits < 8) {
            sound = sound * 7 + (uint32_t)(code - '0');
            digits++;
        }
        last = code == '0' && (word.bytes[i] == 'H' || word.bytes[i] == 'W') ? last : code;
    }
    return digits >= 2 ? sound * 9 + digits : 0;
}
