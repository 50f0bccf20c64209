#include "app/core/objects.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"

#define VOCABULARY_DEFINED(name_, LIST)                                       \
    static const char *const name_##_list[] = { LIST(VOCABULARY_WORD) };      \
    const struct vocabulary name_##_words = { .name = #name_,                 \
                                              .words = name_##_list,          \
                                              .count = ARRAY_COUNT(name_##_list) };
VOCABULARIES_OF_OBJECTS(VOCABULARY_DEFINED)

#define ROW(upper, lower, prefix, most) RECORD_FIELDS(lower, upper##_FIELDS);
OBJECT_KINDS(ROW)
#undef ROW

#define ROW(upper, lower, prefix_, most_) \
    [OBJECT_##upper] = { .shape = RECORD_SHAPE(lower), .prefix = prefix_, .most = most_ },
static const struct {
    struct record_shape shape;
    const char *prefix;
    uint32_t most;
} kinds[OBJECT_KIND_COUNT] = { OBJECT_KINDS(ROW) };
#undef ROW

#define ROW(upper, lower, prefix, most) [OBJECT_##upper] = #lower,
static const char *const kind_list[] = { OBJECT_KINDS(ROW) };
#undef ROW
const struct vocabulary object_kind_words = { .name = "object_kind", .words = kind_list,
                                              .count = OBJECT_KIND_COUNT };

const struct record_shape *object_shape(enum object_kind kind)
{
    assert(kind < OBJECT_KIND_COUNT);
    return &kinds[kind].shape;
}

const char *object_prefix(enum object_kind kind)
{
    assert(kind < OBJECT_KIND_COUNT);
    return kinds[kind].prefix;
}

uint32_t objects_max(enum object_kind kind)
{
    assert(kind < OBJECT_KIND_COUNT);
    return kinds[kind].most;
}

struct object_name object_numbered(enum object_kind kind, uint32_t number)
{
    return (struct object_name){ .kind = kind, .number = number };
}

struct object_name object_called(enum object_kind kind, const char *key)
{
    struct object_name name = { .kind = kind };

    text_copy(name.key, sizeof name.key, span_of(key));
    return name;
}

const char *object_name_text(const struct object_name *name, char text[OBJECT_NAME_BYTES])
{
    if (name->key[0] == '\0')
        snprintf(text, OBJECT_NAME_BYTES, "%s%u", object_prefix(name->kind), name->number);
    else if (name->kind == OBJECT_FEED)
        snprintf(text, OBJECT_NAME_BYTES, "feed %s", name->key);
    else
        snprintf(text, OBJECT_NAME_BYTES, "%s", name->key);
    return text;
}

static char capital(char letter)
{
    return letter >= 'a' && letter <= 'z' ? (char)(letter - ('a' - 'A')) : letter;
}

/* All digits, without sign, and not 0: numbers are given from 1. */
static bool object_number(struct span text, uint32_t *ret_number)
{
    int64_t number;

    if (text.length == 0 || text.bytes[0] < '0' || text.bytes[0] > '9')
        return false;
    if (!span_to_int64(text, &number) || number < 1 || number > UINT32_MAX)
        return false;
    *ret_number = (uint32_t)number;
    return true;
}

static bool prefixed(struct span text, struct object_name *ret_name)
{
    for (uint32_t i = 0; i < OBJECT_KIND_COUNT; i++) {
        size_t length = strlen(kinds[i].prefix);
        if (length == 0 || text.length <= length)
            continue;
        if (!text_same_ignoring_case(span_from(text.bytes, length), span_of(kinds[i].prefix)))
            continue;
        uint32_t number;
        if (!object_number(span_from(text.bytes + length, text.length - length), &number))
            continue;
        *ret_name = object_numbered((enum object_kind)i, number);
        return true;
    }
    return false;
}

bool object_name_parse(struct span text, struct object_name *ret_name)
{
    uint32_t number;

    text = span_trim(text);
    if (text.length == 0)
        return false;
    if (object_number(text, &number)) {
        *ret_name = object_numbered(OBJECT_INCIDENT, number);
        return true;
    }
    if (prefixed(text, ret_name))
        return true;
    if (text_same_ignoring_case(text, span_of("site"))) {
        *ret_name = object_called(OBJECT_SITE, "site");
        return true;
    }
    struct object_name name = { .kind = OBJECT_UNIT };
    if (text.length > 5 && text_same_ignoring_case(span_from(text.bytes, 5), span_of("feed "))) {
        name.kind = OBJECT_FEED;
        text = span_trim(span_from(text.bytes + 5, text.length - 5));
    }
    if (text.length == 0 || text.length >= sizeof name.key)
        return false;
    for (size_t i = 0; i < text.length; i++)
        name.key[i] = name.kind == OBJECT_UNIT ? capital(text.bytes[i]) : text.bytes[i];
    *ret_name = name;
    return true;
}

/* Prefixes of objects that come with later releases are kept free now: a callsign in use cannot
 * be taken away from a crew. */
static const char *const reserved[] = { "PR", "RC", "DR" };

bool callsign_is_taken(struct span callsign)
{
    struct object_name name;
    uint32_t number;

    if (!object_name_parse(callsign, &name) || name.kind != OBJECT_UNIT)
        return true;
    for (size_t i = 0; i < ARRAY_COUNT(reserved); i++)
        if (callsign.length > 2
            && text_same_ignoring_case(span_from(callsign.bytes, 2), span_of(reserved[i]))
            && object_number(span_from(callsign.bytes + 2, callsign.length - 2), &number))
            return true;
    return false;
}
