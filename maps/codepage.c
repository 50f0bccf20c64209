#include "maps/codepage.h"

#include <iconv.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"

enum { NAME_BYTES = 32 };

struct codepage {
    iconv_t to_utf8;            /* (iconv_t)-1 when the text is UTF-8 already. */
    bool guessed;               /* Try UTF-8 first. */
};

/* Language driver ids of dBASE and FoxPro; those not here are rare or unsure. */
static const struct {
    int ldid;
    const char *name;
} language_drivers[] = {
    { 0x01, "CP437" },  { 0x02, "CP850" },  { 0x03, "CP1252" }, { 0x13, "CP932" },
    { 0x26, "CP866" },  { 0x4D, "CP936" },  { 0x4E, "CP949" },  { 0x4F, "CP950" },
    { 0x58, "CP1252" }, { 0x59, "CP1252" }, { 0x64, "CP852" },  { 0x65, "CP866" },
    { 0x87, "CP852" },  { 0xC8, "CP1250" }, { 0xC9, "CP1251" }, { 0xCB, "CP1253" },
};

enum { LDID_ANSI = 0x57 };      /* "The ANSI code page of the machine": says nothing. */

/* Names as .cpg files spell them, in small letters and without punctuation. */
static const struct {
    const char *spelt, *name;
} spellings[] = {
    { "utf8", "UTF-8" },       { "65001", "UTF-8" },    { "big5", "BIG5" },
    { "koi8r", "KOI8-R" },     { "koi8u", "KOI8-U" },   { "shiftjis", "CP932" },
    { "sjis", "CP932" },       { "gbk", "GBK" },        { "gb2312", "GBK" },
    { "gb18030", "GB18030" },  { "euckr", "CP949" },    { "eucjp", "EUC-JP" },
    { "latin1", "ISO-8859-1" }, { "ascii", "CP1252" },
};

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
    static const char *const prefixes[] = { "ansi", "oem", "cp", "windows", "ibm", "iso" };

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
    int written = iso ? snprintf(name, NAME_BYTES, "ISO-8859-%.4s", spelt + 4)
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

static bool says_nothing(const char *declared)
{
    int64_t ldid;

    return *declared == '\0'
           || (language_driver(declared, &ldid) && (ldid == 0 || ldid == LDID_ANSI));
}

struct codepage *codepage_open(const char *declared, bool *ret_known)
{
    struct codepage *codepage = base_alloc(1, sizeof *codepage);
    char name[NAME_BYTES];

    codepage->to_utf8 = (iconv_t)-1;
    iconv_name(declared, name);
    *ret_known = true;
    if (strcmp(name, "UTF-8") == 0)
        return codepage;
    if (name[0])
        codepage->to_utf8 = iconv_open("UTF-8", name);
    if (codepage->to_utf8 == (iconv_t)-1) {
        *ret_known = says_nothing(declared);
        codepage->to_utf8 = iconv_open("UTF-8", "CP1252");
        codepage->guessed = true;
    }
    return codepage;
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
        if (in_left == 0 || out_left < 4)
            break;
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

size_t codepage_text(struct codepage *codepage, struct span raw, char text[CODEPAGE_TEXT_BYTES])
{
    char converted[CODEPAGE_TEXT_BYTES];

    if (is_plain(raw)) {
        memcpy(text, raw.bytes, raw.length);
        text[raw.length] = '\0';
        return raw.length;
    }
    bool is_utf8 = codepage->to_utf8 == (iconv_t)-1
                   || (codepage->guessed && utf8_valid_length(raw) == raw.length);
    if (is_utf8)
        return text_clean(whole_characters(raw), text, CODEPAGE_TEXT_BYTES);
    size_t length = convert(codepage->to_utf8, raw, converted, sizeof converted);
    return text_clean(span_from(converted, length), text, CODEPAGE_TEXT_BYTES);
}
