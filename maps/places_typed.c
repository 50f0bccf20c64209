#include "maps/places_typed.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"

static bool digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static struct span from(struct span text, size_t at)
{
    return span_from(text.bytes + at, text.length - at);
}

static size_t digits_count(struct span text)
{
    size_t count = 0;

    while (count < text.length && digit(text.bytes[count]))
        count++;
    return count;
}

static bool same(struct span left, const char *right)
{
    return text_same_ignoring_case(left, span_of(right));
}

/* ---- house numbers ---- */

static int32_t number_of(struct span digits)
{
    int32_t number = 0;

    for (size_t i = 0; i < digits.length; i++)
        number = number * 10 + (digits.bytes[i] - '0');
    return number;
}

/* "1/2", "-14" or "-14A" after a house number belongs to it. *ret_second: what follows a hyphen. */
static size_t number_tail(struct span tail, int32_t *ret_second)
{
    static const char *const words[] = { " 1/2", " 1/4", " 3/4", "\xC2\xBD", " \xC2\xBD", " bis",
                                         " ter" };
    static const char *const hyphens[] = { "-", "\xE2\x80\x93", " - " };

    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        size_t length = strlen(words[i]);
        if (tail.length >= length && same(span_from(tail.bytes, length), words[i])
            && (tail.length == length || !letter(tail.bytes[length])))
            return length;
    }
    for (size_t i = 0; i < ARRAY_COUNT(hyphens); i++) {
        size_t length = strlen(hyphens[i]);
        if (!span_starts(tail, hyphens[i]))
            continue;
        size_t digits = digits_count(from(tail, length));
        if (digits == 0 || digits > 5)
            return 0;
        *ret_second = number_of(span_from(tail.bytes + length, digits));
        length += digits;
        return length + (length < tail.length && letter(tail.bytes[length]));
    }
    return 0;
}

static void number_write(struct span text, struct house_number *house)
{
    size_t used = 0;

    for (size_t i = 0; i < text.length; i++) {
        char byte = text.bytes[i];
        bool small = text.length < 6 && byte >= 'a' && byte <= 'z';     /* "12a", not "12 bis". */
        house->text[used++] = small ? (char)(byte - 32) : byte;
    }
    house->text[used] = '\0';
}

bool house_number_cut(struct span *rest, struct house_number *ret_house)
{
    struct span text = span_trim(*rest);
    struct house_number house = { .number = 0 };
    size_t digits = digits_count(text), end = digits;

    if (digits == 0 || digits > 7)
        return false;
    if (end < text.length && letter(text.bytes[end])
        && (end + 1 == text.length || !letter(text.bytes[end + 1])))
        end++;
    end += number_tail(from(text, end), &house.second);
    if (end < text.length && text.bytes[end] != ' ' && text.bytes[end] != ',')
        return false;               /* "5th", "12/Mill": not a number of a house. */
    if (end >= sizeof house.text)
        return false;
    house.number = number_of(span_from(text.bytes, digits));
    number_write(span_from(text.bytes, end), &house);
    if (end < text.length && text.bytes[end] == ',')        /* "12, Quay St" */
        end++;
    if (house.number <= 0)
        return false;
    *rest = span_trim(from(text, end));
    *ret_house = house;
    return true;
}

/* "12/3", "12/3/15": house, stairs and door, as in Austria. */
static bool number_with_stairs(struct span text, struct house_number *ret_house)
{
    size_t digits = digits_count(text), at = digits;

    if (digits == 0 || digits > 5 || text.length >= sizeof ret_house->text)
        return false;
    while (at < text.length && text.bytes[at] == '/') {
        size_t more = digits_count(from(text, at + 1));
        if (more == 0)
            return false;
        at += 1 + more;
    }
    if (at < text.length || at == digits)
        return false;
    *ret_house = (struct house_number){ .number = number_of(span_from(text.bytes, digits)) };
    number_write(text, ret_house);
    return ret_house->number > 0;
}

static size_t last_word_at(struct span text)
{
    size_t at = text.length;

    while (at > 0 && text.bytes[at - 1] != ' ')
        at--;
    return at;
}

bool house_number_cut_last(struct span *rest, struct house_number *ret_house)
{
    struct span text = span_trim(*rest);
    size_t at = last_word_at(text);
    char joined[16];

    struct span last = from(text, at);
    if (last.length == 1 && letter(last.bytes[0]) && at > 1) {      /* "12 a" */
        size_t before = last_word_at(span_from(text.bytes, at - 1));
        struct span number = span_from(text.bytes + before, at - 1 - before);
        if (digits_count(number) != number.length || number.length > 7)
            return false;
        snprintf(joined, sizeof joined, "%.*s%c", (int)number.length, number.bytes, last.bytes[0]);
        last = span_of(joined);
        at = before;
    }
    if (at == 0)
        return false;
    if (!number_with_stairs(last, ret_house)
        && (!house_number_cut(&last, ret_house) || last.length > 0))
        return false;
    struct span street = span_trim(span_from(text.bytes, at));
    while (street.length && street.bytes[street.length - 1] == ',')     /* "Quay St, 12" */
        street = span_trim(span_from(street.bytes, street.length - 1));
    if (street.length)
        *rest = street;
    return street.length > 0;
}

/* ---- blocks and crossings ---- */

/* The word of `text` that is `word`, in any case, between blanks; its length is 0 where none is. */
static struct span word_find(struct span text, const char *word)
{
    size_t length = strlen(word);

    for (size_t at = 0; at + length <= text.length; at++) {
        bool starts = at == 0 || text.bytes[at - 1] == ' ' || text.bytes[at - 1] == ',';
        bool ends = at + length == text.length || text.bytes[at + length] == ' '
                    || text.bytes[at + length] == ',';
        struct span there = span_from(text.bytes + at, length);
        if (starts && ends && same(there, word))
            return there;
    }
    return span_from(text.bytes, 0);
}

static struct span without_first(struct span text, const char *word)
{
    struct span trimmed = span_trim(text);
    size_t length = strlen(word);

    if (trimmed.length > length && trimmed.bytes[length] == ' '
        && same(span_from(trimmed.bytes, length), word))
        return span_trim(from(trimmed, length));
    return trimmed;
}

bool block_cut(struct span *rest, int32_t *ret_block)
{
    static const char *const words[] = { "block", "blk" };
    struct span text = span_trim(*rest), word = span_from(text.bytes, 0);

    for (size_t i = 0; i < ARRAY_COUNT(words) && word.length == 0; i++)
        word = word_find(text, words[i]);
    size_t at = (size_t)(word.bytes - text.bytes);
    if (word.length == 0 || at == 0)
        return false;
    struct span before = without_first(span_from(text.bytes, at), "the");
    struct span after = without_first(from(text, at + word.length), "of");
    size_t number_at = last_word_at(before);
    struct span number = from(before, number_at), street = span_from(before.bytes, number_at);
    if (number.length == 0 || number.length > 6 || digits_count(number) != number.length)
        return false;
    street = number_at > 0 ? span_trim(street) : after;
    if (street.length == 0)
        return false;
    *rest = street;
    *ret_block = number_of(number);
    return true;
}

/* Longer ones first. */
bool crossing_cut(struct span text, struct span *ret_one, struct span *ret_other)
{
    static const char *const between[] = { " and ", " at ", " und ", " et ", " x ", "/", "&", "@",
                                           "\\", "+" };

    for (size_t i = 0; i < ARRAY_COUNT(between); i++) {
        size_t length = strlen(between[i]);
        for (size_t at = 1; at + length <= text.length; at++) {
            if (!same(span_from(text.bytes + at, length), between[i]))
                continue;
            *ret_one = span_trim(span_from(text.bytes, at));
            *ret_other = span_trim(from(text, at + length));
            return ret_one->length > 0;
        }
    }
    return false;
}

/* ---- the flat, the floor ---- */

/* Words before a number or a letter (USPS Publication 28, appendix C2, and what Europe says). FL
 * is Florida before a ZIP code. */
static const struct {
    const char *word;
    size_t id_bytes_max;
} door_words[] = {
    { "apartment", 8 }, { "apt.", 8 },     { "apt", 8 },     { "unit", 8 },   { "flat", 8 },
    { "suite", 8 },     { "ste.", 8 },     { "ste", 8 },     { "floor", 4 },  { "fl.", 3 },
    { "fl", 3 },        { "room", 8 },     { "rm.", 8 },     { "rm", 8 },     { "bldg", 8 },
    { "building", 8 },  { "trlr", 8 },     { "trailer", 8 }, { "lot", 6 },    { "spc", 6 },
    { "space", 6 },     { "wohnung", 6 },  { "whg.", 6 },    { "whg", 6 },    { "top", 4 },
    { "\xD0\xBA\xD0\xB2.", 6 }, { "\xD0\xBA\xD0\xB2", 6 },
    { "\xD0\xBA\xD0\xB2\xD0\xB0\xD1\x80\xD1\x82\xD0\xB8\xD1\x80\xD0\xB0", 6 },
};

struct word_at {
    size_t at, length;
};

static struct word_at word_from(struct span text, size_t at)
{
    struct word_at word;

    while (at < text.length && text.bytes[at] == ' ')
        at++;
    word.at = at;
    while (at < text.length && text.bytes[at] != ' ' && text.bytes[at] != ',')
        at++;
    word.length = at - word.at;
    return word;
}

/* "3", "2b", "B", "A-12": never a word, so that "Flat Rock Rd" stays a street. */
static bool is_door_id(struct span text, size_t bytes_max)
{
    bool digits = false;

    if (text.length == 0 || text.length > bytes_max)
        return false;
    for (size_t i = 0; i < text.length; i++)
        digits |= digit(text.bytes[i]);
    return digits || (text.length == 1 && letter(text.bytes[0]));
}

/* "2nd floor": the number stands in front. */
static bool is_ordinal(struct span text)
{
    size_t digits = digits_count(text);

    return digits > 0 && digits <= 3 && text.length == digits + 2 && letter(text.bytes[digits]);
}

static struct span part_of(struct span text, struct word_at word)
{
    return span_from(text.bytes + word.at, word.length);
}

/* The door that starts at *word; its end, or 0. */
static size_t door_end(struct span text, struct word_at word)
{
    struct span door = part_of(text, word);
    struct word_at next = word_from(text, word.at + word.length);

    if (door.length && door.bytes[0] == '#') {
        struct span id = door.length > 1 ? from(door, 1) : part_of(text, next);
        size_t end = door.length > 1 ? word.at + word.length : next.at + next.length;
        return is_door_id(id, 8) ? end : 0;
    }
    if (is_ordinal(door) && (same(part_of(text, next), "floor") || same(part_of(text, next), "fl")))
        return next.at + next.length;
    for (size_t i = 0; i < ARRAY_COUNT(door_words); i++) {
        if (!same(door, door_words[i].word))
            continue;
        struct span id = part_of(text, next);
        size_t hash = id.length > 1 && id.bytes[0] == '#';
        return is_door_id(from(id, hash), door_words[i].id_bytes_max) ? next.at + next.length : 0;
    }
    return 0;
}

static void unit_add(struct place_typed *typed, struct span door)
{
    size_t used = strlen(typed->unit);

    if (used + door.length + 3 > sizeof typed->unit)
        return;
    snprintf(typed->unit + used, sizeof typed->unit - used, "%s%.*s", used ? ", " : "",
             (int)door.length, door.bytes);
}

/* Takes the doors out of typed->text. In front of all only with a comma behind ("Flat 3, 12 Quay
 * St"): "Unit 2 Rd" may be a road. */
static void units_take(struct place_typed *typed)
{
    size_t at = 0;

    for (;;) {
        struct span text = span_of(typed->text);
        struct word_at word = word_from(text, at);
        if (word.length == 0 && word.at >= text.length)
            return;
        size_t end = word.length ? door_end(text, word) : 0;
        bool comma = end < text.length && text.bytes[end] == ',';
        if (end == 0 || (word.at == 0 && !comma)
            || strlen(typed->unit) + end - word.at + 3 > sizeof typed->unit) {
            at = word.at + (word.length ? word.length : 1);
            continue;
        }
        unit_add(typed, span_from(text.bytes + word.at, end - word.at));
        size_t start = word.at;
        while (start > 0 && (text.bytes[start - 1] == ' ' || text.bytes[start - 1] == ','))
            start--;
        if (start == 0 && comma)
            end++;
        memmove(typed->text + start, typed->text + end, text.length - end + 1);
        at = start;
    }
}

/* ---- the towns ---- */

/* A comma right after the number belongs to the address. */
static bool area_cut(struct span *name, struct span *ret_area)
{
    for (size_t at = name->length; at-- > 0;) {
        if (name->bytes[at] != ',')
            continue;
        struct span before = span_trim(span_from(name->bytes, at)), rest = before;
        struct span area = span_trim(from(*name, at + 1)), number = area;
        struct house_number house;
        if (house_number_cut(&rest, &house) && rest.length == 0)
            return false;
        /* "Hauptstrasse, 12": a number of its own, not a post code. */
        if (house_number_cut(&number, &house) && number.length == 0 && area.length < 4)
            return false;
        *name = before;
        *ret_area = area;
        return true;
    }
    return false;
}

void place_typed_read(struct span raw, struct place_typed *ret_typed)
{
    struct span area;

    *ret_typed = (struct place_typed){ .area_count = 0 };
    raw = span_trim(raw);
    ret_typed->name = raw;
    if (raw.length == 0 || raw.length >= TYPED_BYTES)
        return;
    memcpy(ret_typed->text, raw.bytes, raw.length);
    if (strlen(ret_typed->text) != raw.length)
        return;                     /* A zero byte inside: no text. */
    units_take(ret_typed);
    ret_typed->name = span_trim(span_of(ret_typed->text));
    while (ret_typed->area_count < TYPED_AREAS_MAX && area_cut(&ret_typed->name, &area))
        if (area.length)
            ret_typed->areas[ret_typed->area_count++] = area;
}

void place_typed_note_cut(struct place_typed *typed)
{
    struct span name = typed->name;
    size_t at = name.length;

    if (name.length == 0 || name.bytes[name.length - 1] != ')')
        return;
    while (at > 0 && name.bytes[at - 1] != '(')
        at--;
    if (at <= 1 || at + 1 >= name.length)
        return;
    unit_add(typed, span_from(name.bytes + at, name.length - 1 - at));
    typed->name = span_trim(span_from(name.bytes, at - 1));
}
