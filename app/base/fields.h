/* fields.h - one list per record makes its struct, its JSON, its digest and its documentation.
 *
 * A record is written as a list macro of rows `F(R, KIND, detail, member, flags)`, where R is
 * the struct's name. RECORD_STRUCT makes the struct from it, RECORD_SHAPE the table that
 * everything else walks:
 *
 *     #define UNIT_MOVED(F, R)                          \
 *         F(R, STRING,  _, unit, NEEDED)                \
 *         F(R, POINT,   _, location, NEEDED)            \
 *         F(R, STRING,  _, note, PERSONAL)
 *
 *     kind      member                 JSON
 *     TEXT      char member[detail]    text, cut to fit with U+2026 when read
 *     STRING    const char *member     text; a loan from the JSON document, "" when missing
 *     NUMBER    uint32_t               whole number 0 .. 2^32 - 1
 *     AMOUNT    int64_t                whole number
 *     INSTANT   int64_t                ms since 1970 UTC; 0 is never
 *     TIME      int64_t                RFC 3339 text; 0 is never (the wire to adapters)
 *     FLAG      bool
 *     WORD      enum detail            one word of the vocabulary `detail`_words
 *     DECIMAL   double                 NaN is unknown
 *     POINT     struct geo_point       [lat, lon]; NaN is unknown
 *     LATLON    struct geo_point       two members, "lat" and "lon" (the wire to adapters)
 *     POINTS    struct geo_points      [[lat, lon], ...]
 *
 * What is empty, 0, false or unknown is not written and reads back so. Pure. */
#ifndef APP_BASE_FIELDS_H
#define APP_BASE_FIELDS_H

#include "app/base/geo.h"
#include "app/base/json.h"

enum field_kind {
    FIELD_TEXT, FIELD_STRING, FIELD_NUMBER, FIELD_AMOUNT, FIELD_INSTANT, FIELD_TIME, FIELD_FLAG,
    FIELD_WORD, FIELD_DECIMAL, FIELD_POINT, FIELD_LATLON, FIELD_POINTS,
};

enum field_flags {
    FIELD_PLAIN = 0,
    FIELD_NEEDED = 1,           /* Missing or empty, the record is refused. */
    FIELD_PERSONAL = 2,         /* On a person, or free text: not in the digest, sealed at rest. */
};

/* An enum's words, in its order; word 0 stands for "not said". */
struct vocabulary {
    const char *name;
    const char *const *words;
    uint32_t count;
};
const char *vocabulary_word(const struct vocabulary *vocabulary, uint32_t value);
bool vocabulary_value(const struct vocabulary *vocabulary, struct span word, uint32_t *ret_value);

struct field {
    const char *name;
    enum field_kind kind;
    uint32_t flags;
    size_t offset, bytes;
    const struct vocabulary *words;     /* WORD only. */
};

struct record_shape {
    const char *name;
    const struct field *fields;
    uint32_t field_count;
    size_t bytes;
};

/* ---- the rows become a struct ---- */
#define MEMBER_TEXT(detail, member) char member[detail];
#define MEMBER_STRING(detail, member) const char *member;
#define MEMBER_NUMBER(detail, member) uint32_t member;
#define MEMBER_AMOUNT(detail, member) int64_t member;
#define MEMBER_INSTANT(detail, member) int64_t member;
#define MEMBER_TIME(detail, member) int64_t member;
#define MEMBER_FLAG(detail, member) bool member;
#define MEMBER_WORD(detail, member) enum detail member;
#define MEMBER_DECIMAL(detail, member) double member;
#define MEMBER_POINT(detail, member) struct geo_point member;
#define MEMBER_LATLON(detail, member) struct geo_point member;
#define MEMBER_POINTS(detail, member) struct geo_points member;
#define RECORD_MEMBER(R, kind, detail, member, flags) MEMBER_##kind(detail, member)
#define RECORD_STRUCT(R, LIST) struct R { LIST(RECORD_MEMBER, R) }

/* ---- and a table ---- */
#define WORDS_TEXT(detail) NULL
#define WORDS_STRING(detail) NULL
#define WORDS_NUMBER(detail) NULL
#define WORDS_AMOUNT(detail) NULL
#define WORDS_INSTANT(detail) NULL
#define WORDS_TIME(detail) NULL
#define WORDS_FLAG(detail) NULL
#define WORDS_WORD(detail) &detail##_words
#define WORDS_DECIMAL(detail) NULL
#define WORDS_POINT(detail) NULL
#define WORDS_LATLON(detail) NULL
#define WORDS_POINTS(detail) NULL
#define RECORD_FIELD(R, kind_, detail, member, flags_)                                        \
    { .name = #member, .kind = FIELD_##kind_, .flags = FIELD_##flags_,                        \
      .offset = offsetof(struct R, member), .bytes = sizeof(((struct R *)0)->member),         \
      .words = WORDS_##kind_(detail) },
/* Defines `static const struct field R_fields[]`; R_SHAPE is the matching record_shape. */
#define RECORD_FIELDS(R, LIST) static const struct field R##_fields[] = { LIST(RECORD_FIELD, R) }
#define RECORD_SHAPE(R) \
    { .name = #R, .fields = R##_fields, .field_count = ARRAY_COUNT(R##_fields),              \
      .bytes = sizeof(struct R) }

/* One list makes an enum and its vocabulary; ROW(UPPER, "word"). */
#define VOCABULARY_VALUE(prefix, upper, word) prefix##_##upper,
#define VOCABULARY_WORD(prefix, upper, word) [prefix##_##upper] = word,

/* Sets every field to its empty value: NaN where 0 would be a claim. */
void record_init(const struct record_shape *shape, void *record);

/* Reads the fields of `shape` from the object `json` into `record`, unknown members ignored.
 * Strings are loans from `json`; POINTS come from `arena`. A refusal names the field. */
struct verdict record_read(const struct record_shape *shape, const struct json *json,
                           struct arena *arena, void *record);
/* Writes the members (no brackets) that are not empty. */
void record_write(const struct record_shape *shape, const void *record, struct buffer *out);
/* False when a needed field is empty: what is written of it would be refused when read. */
bool record_complete(const struct record_shape *shape, const void *record);
/* The first such field; NULL: it is complete. */
const struct field *record_missing(const struct record_shape *shape, const void *record);

/* Frees what the record owns (POINTS), when it was filled by record_own(). */
void record_clear(const struct record_shape *shape, void *record);
/* Copies borrowed POINTS to the heap, so that the record owns them. */
void record_own(const struct record_shape *shape, void *record);

/* A 64-bit digest, one value after the other (FNV-1a over 8-byte words, mixed at the end). It
 * finds replicas that differ; it is no defence against a forger, which is the chain's work. */
struct digest {
    uint64_t state;
};
void digest_start(struct digest *digest);
void digest_bytes(struct digest *digest, const void *bytes, size_t length);
void digest_number(struct digest *digest, uint64_t number);
uint64_t digest_end(const struct digest *digest);
/* Every field but the personal ones. */
void record_digest(const struct record_shape *shape, const void *record, struct digest *digest);

#endif
