#include "app/base/biometric.h"

#include <ctype.h>
#include <string.h>

#include "app/base/text.h"

enum { WORDS_MAX = 12 };

/* Ends with NULL, each. Plurals are tried by themselves. */
static const char *const always[] = { "biometric", "biometry", "fingerprint", "minutiae", "iris",
                                      "irises", "retina", "retinal", "voiceprint", "faceprint",
                                      "palmprint", "gait", "dna", "facial", NULL };
static const char *const faces[] = { "face", NULL };
static const char *const parts[] = { "face", "finger", "palm", "vein", "voice", "hand", "eye",
                                     NULL };
static const char *const measures[] = { "template", "embedding", "vector", "encoding", "print",
                                        "recognition", "recognized", "recognised", "descriptor",
                                        "geometry", "features", "signature", "match", "matches",
                                        "matched", "scan", NULL };
static const char *const persons[] = { "id", "identifier", "person", "subject", "suspect",
                                       "driver", "plate", "hash", "crop", NULL };
static const char *const checksums[] = { "sha", "sha1", "sha256", "md5", "tls", "ssl", "ssh",
                                         "cert", "certificate", "key", "alert", "browser", NULL };
static const char *const kinds[] = { "type", "kind", "modality", "class", "method", "category",
                                     NULL };

/* ---- a name as words ---- */

struct name_words {
    struct span at[WORDS_MAX];
    uint32_t count;
};

static bool is_letter(char byte)
{
    return isalnum((unsigned char)byte);
}

/* "faceID" and "faceTemplate": a word ends before a capital that follows a small letter. */
static bool word_ends(const char *bytes, size_t at, size_t length)
{
    return at == length || !is_letter(bytes[at])
           || (isupper((unsigned char)bytes[at]) && !isupper((unsigned char)bytes[at - 1]));
}

static struct name_words words_of(struct span name)
{
    struct name_words words = { .count = 0 };
    size_t at = 0;

    while (at < name.length && words.count < WORDS_MAX) {
        size_t start = at;
        if (!is_letter(name.bytes[at++]))
            continue;
        while (!word_ends(name.bytes, at, name.length))
            at++;
        words.at[words.count++] = span_from(name.bytes + start, at - start);
    }
    return words;
}

static bool word_among(struct span word, const char *const *list)
{
    bool plural = word.length > 3 && tolower((unsigned char)word.bytes[word.length - 1]) == 's';

    for (; *list; list++)
        if (text_same_ignoring_case(word, span_of(*list))
            || (plural && text_same_ignoring_case(span_from(word.bytes, word.length - 1),
                                                  span_of(*list))))
            return true;
    return false;
}

static bool any_among(const struct name_words *words, const char *const *list)
{
    for (uint32_t i = 0; i < words->count; i++)
        if (word_among(words->at[i], list))
            return true;
    return false;
}

/* "ids" is too short for the rule of plurals. */
static bool names_person(const struct name_words *words)
{
    for (uint32_t i = 0; i < words->count; i++)
        if (text_same_ignoring_case(words->at[i], span_of("ids")))
            return true;
    return any_among(words, persons);
}

bool biometric_name(struct span name)
{
    if (name.length > BIOMETRIC_NAME_BYTES)
        name.length = BIOMETRIC_NAME_BYTES;
    struct name_words words = words_of(name);

    if (any_among(&words, checksums))
        return false;
    if (any_among(&words, always))
        return true;
    if (any_among(&words, parts) && any_among(&words, measures))
        return true;
    return any_among(&words, faces) && (words.count == 1 || names_person(&words));
}

/* ---- a document ---- */

static bool found(struct span name, char ret_name[BIOMETRIC_NAME_BYTES])
{
    text_clean(name, ret_name, BIOMETRIC_NAME_BYTES);
    return true;
}

static bool says_kind(struct span name)
{
    struct name_words words = words_of(name);

    return words.count > 0 && word_among(words.at[words.count - 1], kinds);
}

/* Nesting is bounded by JSON_DEPTH_MAX. */
bool biometric_json(const struct json *json, char ret_name[BIOMETRIC_NAME_BYTES])
{
    for (const struct json *item = json_first(json); item; item = json_next(item)) {
        const char *name = json_name(item), *text = json_text(item);
        if (name && biometric_name(span_of(name)))
            return found(span_of(name), ret_name);
        if (name && text && says_kind(span_of(name)) && biometric_name(span_of(text)))
            return found(span_of(text), ret_name);
        if (json_first(item) && biometric_json(item, ret_name))
            return true;
    }
    return false;
}

/* ---- bytes ---- */

static bool in_name(char byte)
{
    return is_letter(byte) || byte == '_' || byte == '-';
}

/* A name is what an assignment follows: "face":  face_id=  <face> */
static bool is_assigned(struct span bytes, size_t at)
{
    while (at < bytes.length && (bytes.bytes[at] == '"' || bytes.bytes[at] == '\''
                                 || bytes.bytes[at] == ' ' || bytes.bytes[at] == '\t'))
        at++;
    return at < bytes.length && strchr(":=>", bytes.bytes[at]) && bytes.bytes[at] != '\0';
}

bool biometric_bytes(struct span bytes, char ret_name[BIOMETRIC_NAME_BYTES])
{
    size_t at = 0;

    while (at < bytes.length) {
        size_t start = at;
        while (at < bytes.length && in_name(bytes.bytes[at]))
            at++;
        struct span name = span_from(bytes.bytes + start, at - start);
        if (name.length > 0 && is_assigned(bytes, at) && biometric_name(name))
            return found(name, ret_name);
        at += name.length == 0;
    }
    return false;
}
