#include "maps/codepage.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"

enum { NAME_BYTES = 32 };

struct codepage {
    char name[NAME_BYTES];      /* As iconv knows it; "" when the text is UTF-8 already. */
    iconv_t to_utf8;            /* (iconv_t)-1 until it is needed. */
    bool nobody_said;           /* Try UTF-8 first. */
    bool guessed;               /* ... and some text was not. */
    bool wide;                  /* Two bytes to a character. */
};

/* Language driver ids of dBASE and FoxPro, with what Esri and GDAL take them for. */
static const struct {
    int ldid;
    const char *name;
} language_drivers[] = {
    { 0x01, "CP437" },  { 0x02, "CP850" },  { 0x03, "CP1252" }, { 0x04, "MACINTOSH" },
    { 0x08, "CP865" },  { 0x09, "CP437" },  { 0x0A, "CP850" },  { 0x0B, "CP437" },
    { 0x0D, "CP437" },  { 0x0E, "CP850" },  { 0x0F, "CP437" },  { 0x10, "CP850" },
    { 0x11, "CP437" },  { 0x12, "CP850" },  { 0x13, "CP932" },  { 0x14, "CP850" },
    { 0x15, "CP437" },  { 0x16, "CP850" },  { 0x17, "CP865" },  { 0x18, "CP437" },
    { 0x19, "CP437" },  { 0x1A, "CP850" },  { 0x1B, "CP437" },  { 0x1C, "CP863" },
    { 0x1D, "CP850" },  { 0x1F, "CP852" },  { 0x22, "CP852" },  { 0x23, "CP852" },
    { 0x24, "CP860" },  { 0x25, "CP850" },  { 0x26, "CP866" },  { 0x37, "CP850" },
    { 0x40, "CP852" },  { 0x4D, "CP936" },  { 0x4E, "CP949" },  { 0x4F, "CP950" },
    { 0x50, "CP874" },  { 0x58, "CP1252" }, { 0x59, "CP1252" }, { 0x64, "CP852" },
    { 0x65, "CP866" },  { 0x66, "CP865" },  { 0x67, "CP861" },  { 0x6A, "CP737" },
    { 0x6B, "CP857" },  { 0x6C, "CP863" },  { 0x78, "CP950" },  { 0x79, "CP949" },
    { 0x7A, "CP936" },  { 0x7B, "CP932" },  { 0x7C, "CP874" },  { 0x7D, "CP1255" },
    { 0x7E, "CP1256" }, { 0x86, "CP737" },  { 0x87, "CP852" },  { 0x88, "CP857" },
    { 0x96, "MAC-CYRILLIC" }, { 0xC8, "CP1250" }, { 0xC9, "CP1251" }, { 0xCA, "CP1254" },
    { 0xCB, "CP1253" }, { 0xCC, "CP1257" },
};

enum { LDID_ANSI = 0x57 };      /* "The ANSI code page of the machine": says nothing. */

/* Names as .cpg files spell them, in small letters and without punctuation. Latin 1 is read as the
 * Windows page that holds it: what stands where Latin 1 has only control characters is a quote. */
static const struct {
    const char *spelt, *name;
} spellings[] = {
    { "utf8", "UTF-8" },         { "65001", "UTF-8" },        { "unicode", "UTF-8" },
    { "utf16", "UTF-16LE" },     { "utf16le", "UTF-16LE" },   { "ucs2", "UTF-16LE" },
    { "1200", "UTF-16LE" },      { "utf16be", "UTF-16BE" },   { "1201", "UTF-16BE" },
    { "big5", "BIG5-HKSCS" },    { "big5hkscs", "BIG5-HKSCS" }, { "koi8r", "KOI8-R" },
    { "20866", "KOI8-R" },       { "koi8u", "KOI8-U" },       { "21866", "KOI8-U" },
    { "shiftjis", "CP932" },     { "sjis", "CP932" },         { "mskanji", "CP932" },
    { "windows31j", "CP932" },   { "gbk", "GBK" },            { "gb2312", "GBK" },
    { "euccn", "GBK" },          { "gb18030", "GB18030" },    { "54936", "GB18030" },
    { "euckr", "CP949" },        { "ksc5601", "CP949" },      { "ksc56011987", "CP949" },
    { "uhc", "CP949" },          { "51949", "CP949" },        { "eucjp", "EUC-JP" },
    { "20932", "EUC-JP" },       { "51932", "EUC-JP" },       { "johab", "JOHAB" },
    { "1361", "JOHAB" },         { "tis620", "TIS-620" },     { "macintosh", "MACINTOSH" },
    { "macroman", "MACINTOSH" }, { "10000", "MACINTOSH" },    { "10007", "MAC-CYRILLIC" },
    { "latin1", "CP1252" },      { "iso88591", "CP1252" },    { "88591", "CP1252" },
    { "28591", "CP1252" },       { "ascii", "CP1252" },       { "usascii", "CP1252" },
    { "latin2", "ISO-8859-2" },  { "latin3", "ISO-8859-3" },  { "latin4", "ISO-8859-4" },
    { "latin5", "ISO-8859-9" },  { "latin6", "ISO-8859-10" }, { "latin7", "ISO-8859-13" },
    { "latin8", "ISO-8859-14" }, { "latin9", "ISO-8859-15" }, { "latin10", "ISO-8859-16" },
};

/* Spellings that name no page: QGIS writes "System". */
static const char *const says_nothing_spelt[] = { "", "system", "ansi", "oem", "none", "default" };

static void spell(const char *declared, char spelt[NAME_BYTES])
{
    size_t used = 0;

    size_t length = strcspn(declared, "\r\n");
    for (size_t i = 0; i < length && used < NAME_BYTES - 1; i++) {
        char letter = declared[i];
        if (letter >= 'A' && letter <= 'Z')
            letter = (char)(letter + ('a' - 'A'));
        if ((letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9'))
            spelt[used++] = letter;
    }
    spelt[used] = '\0';
}

/* "1252", "ansi1252", "cp1252", "windows1252" are one code page; so are "iso88592" and "88592". */
static bool numbered_name(const char *spelt, char name[NAME_BYTES])
{
    static const char *const prefixes[] = { "ansi", "oem", "cp", "windows", "win", "ibm", "iso",
                                            "xcp", "ms" };

    for (size_t i = 0; i < ARRAY_COUNT(prefixes); i++) {
        size_t length = strlen(prefixes[i]);
        if (strncmp(spelt, prefixes[i], length) == 0) {
            spelt += length;
            break;
        }
    }
    size_t digits = strspn(spelt, "0123456789");
    if (digits == 0 || spelt[digits] != '\0')
        return false;
    bool iso = strncmp(spelt, "8859", 4) == 0 && digits > 4;
    bool windows_iso = (strncmp(spelt, "2859", 4) == 0 || strncmp(spelt, "2860", 4) == 0)
                       && digits == 5;      /* 28592 is Latin 2, 28605 ISO-8859-15. */
    int written = iso ? snprintf(name, NAME_BYTES, "ISO-8859-%.4s", spelt + 4)
                  : windows_iso ? snprintf(name, NAME_BYTES, "ISO-8859-%s%c",
                                           spelt[3] == '9' ? "" : "1", spelt[4])
                                : snprintf(name, NAME_BYTES, "CP%.8s", spelt);
    assert(written < NAME_BYTES);
    return true;
}

/* The number of "LDID/87"; 0, which says nothing, for a number that is none. False for other text.
 * */
static bool language_driver(const char *declared, int64_t *ret_ldid)
{
    if (strncmp(declared, "LDID/", 5) != 0)
        return false;
    if (!span_to_int64(span_of(declared + 5), ret_ldid))
        *ret_ldid = 0;
    return true;
}

/* The name iconv knows for `declared`, or "" where it says nothing we know. */
static void iconv_name(const char *declared, char name[NAME_BYTES])
{
    char spelt[NAME_BYTES];
    int64_t ldid;

    name[0] = '\0';
    if (language_driver(declared, &ldid)) {
        for (size_t i = 0; i < ARRAY_COUNT(language_drivers); i++)
            if (language_drivers[i].ldid == ldid)
                text_copy(name, NAME_BYTES, span_of(language_drivers[i].name));
        return;
    }
    spell(declared, spelt);
    for (size_t i = 0; i < ARRAY_COUNT(spellings); i++) {
        if (strcmp(spelt, spellings[i].spelt) == 0) {
            text_copy(name, NAME_BYTES, span_of(spellings[i].name));
            return;
        }
    }
    numbered_name(spelt, name);
}

/* One of our own tables' names, which the C library has. */
static bool is_listed(const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(language_drivers); i++)
        if (strcmp(name, language_drivers[i].name) == 0)
            return true;
    return false;
}

static bool says_nothing(const char *declared)
{
    char spelt[NAME_BYTES];
    int64_t ldid;

    if (language_driver(declared, &ldid))
        return ldid == 0 || ldid == LDID_ANSI;
    spell(declared, spelt);
    for (size_t i = 0; i < ARRAY_COUNT(says_nothing_spelt); i++)
        if (strcmp(spelt, says_nothing_spelt[i]) == 0)
            return true;
    return false;
}

/* Loads a module of the C library; most layers of most cities never need it. */
static iconv_t converter_open(const char *name)
{
    return name[0] ? iconv_open("UTF-8", name) : (iconv_t)-1;
}

static bool is_convertible(const char *name)
{
    iconv_t converter = converter_open(name);

    if (converter == (iconv_t)-1)
        return false;
    iconv_close(converter);
    return true;
}

struct codepage *codepage_open(const char *declared, bool *ret_known)
{
    struct codepage *codepage = base_alloc(1, sizeof *codepage);

    codepage->to_utf8 = (iconv_t)-1;
    iconv_name(declared, codepage->name);
    *ret_known = true;
    if (strcmp(codepage->name, "UTF-8") == 0) {
        codepage->name[0] = '\0';
        return codepage;
    }
    codepage->wide = strncmp(codepage->name, "UTF-16", 6) == 0;
    if (is_listed(codepage->name) || is_convertible(codepage->name))
        return codepage;
    *ret_known = says_nothing(declared);
    text_copy(codepage->name, sizeof codepage->name, span_of("CP1252"));
    codepage->nobody_said = true;
    return codepage;
}

bool codepage_guessed(const struct codepage *codepage)
{
    return codepage->guessed;
}

void codepage_close(struct codepage *codepage)
{
    if (!codepage)
        return;
    if (codepage->to_utf8 != (iconv_t)-1)
        iconv_close(codepage->to_utf8);
    base_free(codepage);
}

/* How many bytes the character that starts with `lead` has; 0 for a byte that starts none. */
static size_t character_bytes(unsigned char lead)
{
    return lead >= 0xF0 && lead <= 0xF4 ? 4 : lead >= 0xE0 && lead < 0xF0 ? 3
         : lead >= 0xC2 && lead < 0xE0  ? 2 : 0;
}

/* Without the first bytes of a character whose rest the field had no room for. */
static struct span whole_characters(struct span raw)
{
    size_t valid = utf8_valid_length(raw), left = raw.length - valid;
    bool cut = left > 0 && left < character_bytes((unsigned char)raw.bytes[valid]);

    for (size_t i = valid + 1; i < raw.length && cut; i++)
        cut = ((unsigned char)raw.bytes[i] & 0xC0) == 0x80;
    return span_from(raw.bytes, cut ? valid : raw.length);
}

static size_t convert(iconv_t to_utf8, struct span raw, char *converted, size_t converted_bytes)
{
    char *in = (char *)raw.bytes, *out = converted;     /* iconv does not write through `in`. */
    size_t in_left = raw.length, out_left = converted_bytes;

    iconv(to_utf8, NULL, NULL, NULL, NULL);
    while (in_left && out_left) {
        if (iconv(to_utf8, &in, &in_left, &out, &out_left) != (size_t)-1)
            break;
        if (in_left == 0 || out_left < 4 || errno == EINVAL)
            break;              /* EINVAL: half a character, cut there by the field's width. */
        *out++ = ' ';
        out_left--;
        in++;
        in_left--;
    }
    return converted_bytes - out_left;
}

/* Printable ASCII with single blanks inside, which is most of any city, is clean in every code
 * page. */
static bool is_plain(struct span raw)
{
    char before = ' ';

    for (size_t i = 0; i < raw.length; i++) {
        char letter = raw.bytes[i];
        if (letter < ' ' || letter > '~' || (letter == ' ' && before == ' '))
            return false;
        before = letter;
    }
    return raw.length > 0 && before != ' ' && raw.length < CODEPAGE_TEXT_BYTES;
}

/* Without the blanks that fill a field, and what some programs leave behind a NUL. */
static struct span unpadded(struct span raw)
{
    const char *nul = raw.length ? memchr(raw.bytes, '\0', raw.length) : NULL;
    size_t length = nul ? (size_t)(nul - raw.bytes) : raw.length;

    while (length > 0 && raw.bytes[length - 1] == ' ')
        length--;
    return span_from(raw.bytes, length);
}

/* UTF-16: whole pairs, without the mark in front and the blanks, single or double, behind. */
static struct span unpadded_wide(struct span raw)
{
    size_t length = raw.length & ~(size_t)1;

    while (length >= 2 && (raw.bytes[length - 2] == ' ' || raw.bytes[length - 2] == '\0')
           && (raw.bytes[length - 1] == ' ' || raw.bytes[length - 1] == '\0'))
        length -= 2;
    bool marked = length >= 2 && memcmp(raw.bytes, "\xFF\xFE", 2) == 0;
    return span_from(raw.bytes + (marked ? 2 : 0), length - (marked ? 2 : 0));
}

static size_t text_of(struct codepage *codepage, struct span raw, char text[CODEPAGE_TEXT_BYTES])
{
    char converted[CODEPAGE_TEXT_BYTES];
    bool valid = !codepage->wide && utf8_valid_length(raw) == raw.length;

    if (codepage->name[0] == '\0' || (codepage->nobody_said && valid))
        return text_clean(whole_characters(raw), text, CODEPAGE_TEXT_BYTES);
    codepage->guessed |= codepage->nobody_said;
    if (codepage->to_utf8 == (iconv_t)-1)
        codepage->to_utf8 = converter_open(codepage->name);
    if (codepage->to_utf8 == (iconv_t)-1)       /* A C library without its modules. */
        return text_clean(raw, text, CODEPAGE_TEXT_BYTES);
    size_t length = convert(codepage->to_utf8, raw, converted, sizeof converted);
    return text_clean(span_from(converted, length), text, CODEPAGE_TEXT_BYTES);
}

size_t codepage_text(struct codepage *codepage, struct span raw, char text[CODEPAGE_TEXT_BYTES])
{
    raw = codepage->wide ? unpadded_wide(raw) : unpadded(raw);
    if (codepage->wide || !is_plain(raw))
        return text_of(codepage, raw, text);
    memcpy(text, raw.bytes, raw.length);
    text[raw.length] = '\0';
    return raw.length;
}

size_t codepage_name(struct codepage *codepage, struct span raw, char text[CODEPAGE_TEXT_BYTES])
{
    struct span plain = unpadded(raw);

    if (!is_plain(plain) || (codepage->wide && plain.length == 1))
        return codepage_text(codepage, raw, text);
    memcpy(text, plain.bytes, plain.length);
    text[plain.length] = '\0';
    return plain.length;
}
