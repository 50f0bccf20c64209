#include "app/base/text.h"

#include <string.h>

#include "app/base/text_tables.h"

static const char ellipsis[] = "\xE2\x80\xA6";

size_t utf8_decode(struct span bytes, uint32_t *ret_code)
{
    if (bytes.length == 0)
        return 0;
    const unsigned char *b = (const unsigned char *)bytes.bytes;
    if (b[0] < 0x80) {
        *ret_code = b[0];
        return 1;
    }
    size_t length = b[0] >= 0xF0 ? 4 : b[0] >= 0xE0 ? 3 : 2;
    if (b[0] < 0xC2 || b[0] > 0xF4 || bytes.length < length)
        return 0;
    uint32_t code = b[0] & (0xFFu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((b[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | (b[i] & 0x3Fu);
    }
    static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
    if (code < smallest[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return 0;
    *ret_code = code;
    return length;
}

size_t utf8_valid_length(struct span bytes)
{
    size_t at = 0;
    uint32_t code;

    while (at < bytes.length) {
        if ((unsigned char)bytes.bytes[at] < 0x80) {
            at++;
            continue;
        }
        size_t length = utf8_decode(span_from(bytes.bytes + at, bytes.length - at), &code);
        if (length == 0)
            break;
        at += length;
    }
    return at;
}

size_t utf8_encode(uint32_t code, char bytes[4])
{
    if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        code = 0xFFFD;
    if (code < 0x80) {
        bytes[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        bytes[0] = (char)(0xC0 | code >> 6);
        bytes[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        bytes[0] = (char)(0xE0 | code >> 12);
        bytes[1] = (char)(0x80 | (code >> 6 & 0x3F));
        bytes[2] = (char)(0x80 | (code & 0x3F));
        return 3;
    }
    bytes[0] = (char)(0xF0 | code >> 18);
    bytes[1] = (char)(0x80 | (code >> 12 & 0x3F));
    bytes[2] = (char)(0x80 | (code >> 6 & 0x3F));
    bytes[3] = (char)(0x80 | (code & 0x3F));
    return 4;
}

/* Sorted; characters that hide, join or turn text round and have no business in a dispatch record
 * (standards.md section 10): bidi controls, zero width, variation selectors, tags. */
static const struct code_range dropped[] = {
    { 0x00AD, 0x00AD }, { 0x034F, 0x034F }, { 0x061C, 0x061C },   { 0x115F, 0x1160 },
    { 0x17B4, 0x17B5 }, { 0x180B, 0x180F }, { 0x200B, 0x200F },   { 0x202A, 0x202E },
    { 0x2060, 0x206F }, { 0x3164, 0x3164 }, { 0xFE00, 0xFE0F },   { 0xFEFF, 0xFEFF },
    { 0xFFA0, 0xFFA0 }, { 0xFFF0, 0xFFFB }, { 0xFFFE, 0xFFFF },   { 0xE0000, 0xE0FFF },
};

/* Sorted; no glyph that everybody has: private use, noncharacters, planes without characters. */
static const struct code_range shapeless[] = {
    { 0xE000, 0xF8FF }, { 0xFDD0, 0xFDEF }, { 0x40000, 0x10FFFF },
};

static bool in_ranges(uint32_t code, const struct code_range *ranges, size_t count)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (code > ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && code >= ranges[low].first;
}

int glyph_columns(uint32_t code)
{
    if (code < 0x300)
        return 1;
    if (in_ranges(code, combining, ARRAY_COUNT(combining)))
        return 0;
    return in_ranges(code, wide, ARRAY_COUNT(wide)) ? 2 : 1;
}

uint32_t text_columns(struct span text)
{
    uint32_t columns = 0, code;

    while (text.length) {
        size_t length = utf8_decode(text, &code);
        if (length == 0) {
            length = 1;
            code = 0xFFFD;
        }
        columns += (uint32_t)glyph_columns(code);
        text = span_from(text.bytes + length, text.length - length);
    }
    return columns;
}

enum glyph_kind { GLYPH_PLAIN, GLYPH_BLANK, GLYPH_DROPPED, GLYPH_COMBINING };

static enum glyph_kind glyph_kind(uint32_t code)
{
    if (code <= 0x20 || (code >= 0x7F && code <= 0xA0) || code == 0x2028 || code == 0x2029
        || code == 0x2800)
        return GLYPH_BLANK;
    if (code < 0xAD)
        return GLYPH_PLAIN;
    if (in_ranges(code, dropped, ARRAY_COUNT(dropped)))
        return GLYPH_DROPPED;
    if (in_ranges(code, shapeless, ARRAY_COUNT(shapeless)))
        return GLYPH_BLANK;
    return glyph_columns(code) == 0 ? GLYPH_COMBINING : GLYPH_PLAIN;
}

enum { COMBINING_PER_BASE_MAX = 2 };

size_t text_clean(struct span raw, char *text, size_t text_bytes)
{
    size_t used = 0, cut_at = 0;        /* Where the ellipsis would go: it still fits there. */
    int marks = 0;
    bool blank_owed = false;

    assert(text_bytes >= sizeof ellipsis);
    while (raw.length) {
        uint32_t code = 0;
        size_t length = utf8_decode(raw, &code);
        enum glyph_kind kind = length ? glyph_kind(code) : GLYPH_BLANK;
        struct span glyph = span_from(raw.bytes, length ? length : 1);

        raw = span_from(raw.bytes + glyph.length, raw.length - glyph.length);
        if (kind == GLYPH_BLANK)
            blank_owed = used > 0;
        if (kind == GLYPH_BLANK || kind == GLYPH_DROPPED)
            continue;
        if (kind == GLYPH_COMBINING
            && (used == 0 || blank_owed || marks++ >= COMBINING_PER_BASE_MAX))
            continue;
        if (kind == GLYPH_PLAIN)
            marks = 0;
        if (used + glyph.length + blank_owed >= text_bytes) {
            memcpy(text + cut_at, ellipsis, sizeof ellipsis);
            return cut_at + sizeof ellipsis - 1;
        }
        if (blank_owed)
            text[used++] = ' ';
        memcpy(text + used, glyph.bytes, glyph.length);
        used += glyph.length;
        if (used + sizeof ellipsis <= text_bytes)
            cut_at = used;
        blank_owed = false;
    }
    text[used] = '\0';
    assert(used < text_bytes);
    return used;
}

bool text_is_clean(struct span text)
{
    int marks = 0;
    bool after_blank = true;

    while (text.length) {
        uint32_t code = 0;
        size_t length = utf8_decode(text, &code);
        if (length == 0)
            return false;
        enum glyph_kind kind = glyph_kind(code);
        if (kind == GLYPH_DROPPED || (kind == GLYPH_BLANK && (code != ' ' || after_blank)))
            return false;
        if (kind == GLYPH_COMBINING && (after_blank || ++marks > COMBINING_PER_BASE_MAX))
            return false;
        if (kind == GLYPH_PLAIN)
            marks = 0;
        after_blank = kind == GLYPH_BLANK;
        text = span_from(text.bytes + length, text.length - length);
        if (after_blank && text.length == 0)
            return false;
    }
    return true;
}

void text_copy(char *text, size_t text_bytes, struct span from)
{
    assert(text_bytes > 0);
    if (from.length < text_bytes) {
        if (from.length)
            memcpy(text, from.bytes, from.length);
        text[from.length] = '\0';
        return;
    }
    size_t mark = text_bytes > sizeof ellipsis ? sizeof ellipsis - 1 : 0;
    size_t keep = text_bytes - 1 - mark;
    while (keep > 0 && ((unsigned char)from.bytes[keep] & 0xC0) == 0x80)
        keep--;
    memcpy(text, from.bytes, keep);
    memcpy(text + keep, ellipsis, mark);
    text[keep + mark] = '\0';
}

static char lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter + ('a' - 'A')) : letter;
}

bool text_same_ignoring_case(struct span left, struct span right)
{
    if (left.length != right.length)
        return false;
    for (size_t i = 0; i < left.length; i++)
        if (lower(left.bytes[i]) != lower(right.bytes[i]))
            return false;
    return true;
}
