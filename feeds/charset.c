#include "feeds/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>

struct charset {
    iconv_t descriptor;
};

static bool ascii_is_itself(struct charset *charset)
{
    static const char plain[] = "time,\"a b\";|\t09:30";
    struct arena *arena = arena_new();
    struct span text;
    size_t offset;
    char raw[sizeof plain + 1];

    /* One byte that is not ASCII, so that nothing is passed through unturned. */
    snprintf(raw, sizeof raw, "%s\x7F", plain);
    bool same = charset_text(charset, span_of(raw), arena, &text, &offset)
        && text.length == strlen(raw) && memcmp(text.bytes, raw, text.length) == 0;
    arena_free(arena);
    return same;
}

struct charset *charset_open(const char *name, char *ret_sentence, size_t sentence_bytes)
{
    struct charset *charset = base_alloc(1, sizeof *charset);

    charset->descriptor = iconv_open("UTF-8", name);
    if (charset->descriptor != (iconv_t)-1 && ascii_is_itself(charset))
        return charset;
    snprintf(ret_sentence, sentence_bytes, "charset \"%.40s\" %s", name,
             charset->descriptor == (iconv_t)-1
                 ? "is not known here; `iconv -l` lists what is"
                 : "cannot be read as it is: turn the log into UTF-8 first");
    charset_close(charset);
    return NULL;
}

void charset_close(struct charset *charset)
{
    if (!charset)
        return;
    if (charset->descriptor != (iconv_t)-1)
        iconv_close(charset->descriptor);
    base_free(charset);
}

static bool is_ascii(struct span raw)
{
    for (size_t i = 0; i < raw.length; i++)
        if ((unsigned char)raw.bytes[i] >= 0x7F)
            return false;
    return true;
}

bool charset_text(struct charset *charset, struct span raw, struct arena *arena,
                  struct span *ret_text, size_t *ret_offset)
{
    size_t room = raw.length * 4 + 16, in_left = raw.length;
    char *in = (char *)raw.bytes;

    if (is_ascii(raw)) {
        *ret_text = raw;
        return true;
    }
    char *text = arena_alloc(arena, room), *out = text;
    iconv(charset->descriptor, NULL, NULL, NULL, NULL);
    if (iconv(charset->descriptor, &in, &in_left, &out, &room) == (size_t)-1) {
        *ret_offset = (size_t)(in - raw.bytes);
        return false;
    }
    iconv(charset->descriptor, NULL, NULL, &out, &room);
    *ret_text = span_from(text, (size_t)(out - text));
    return true;
}
