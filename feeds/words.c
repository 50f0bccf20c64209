#include "feeds/words.h"

#include <string.h>

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static bool is_key(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z')
           || (byte >= '0' && byte <= '9') || byte == '_';
}

static void front_drop(struct span *rest, size_t length)
{
    *rest = span_from(rest->bytes + length, rest->length - length);
}

/* "key=": a topic or a path with an equals sign further on is no key. */
static struct span key_cut(struct span *rest)
{
    size_t length = 0;

    while (length < rest->length && is_key(rest->bytes[length]))
        length++;
    if (length == 0 || length == rest->length || rest->bytes[length] != '=')
        return span_of("");
    struct span key = span_from(rest->bytes, length);
    front_drop(rest, length + 1);
    return key;
}

bool word_cut(struct span *rest, struct word *ret_word, bool *ret_open)
{
    size_t length = 0;

    *ret_open = false;
    while (rest->length && is_blank(rest->bytes[0]))
        front_drop(rest, 1);
    if (rest->length == 0)
        return false;
    ret_word->key = key_cut(rest);
    char quote = rest->length ? rest->bytes[0] : '\0';
    if (quote == '\'' || quote == '"') {
        const char *end = memchr(rest->bytes + 1, quote, rest->length - 1);
        *ret_open = end == NULL;
        if (!end)
            return false;
        length = (size_t)(end - rest->bytes) - 1;
        ret_word->value = span_from(rest->bytes + 1, length);
        front_drop(rest, length + 2);
        return true;
    }
    while (length < rest->length && !is_blank(rest->bytes[length]))
        length++;
    ret_word->value = span_from(rest->bytes, length);
    front_drop(rest, length);
    return true;
}
