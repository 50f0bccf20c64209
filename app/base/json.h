/* json.h - the one door to JSON (RFC 8259), over cJSON.
 *
 * json_parse() is also the border: before cJSON sees a byte, UTF-8, nesting, control characters
 * and numbers are checked, so every text inside an accepted document is valid UTF-8 without NUL
 * and every number is finite.
 * Values are loans from their document. No global state; a document belongs to one thread. */
#ifndef APP_BASE_JSON_H
#define APP_BASE_JSON_H

#include "app/base/buffer.h"
#include "app/base/verdict.h"

/* Real documents nest 6 deep (GeoJSON multipolygons); more is an attack on the stack. */
enum { JSON_DEPTH_MAX = 32 };

struct json;                        /* Opaque: a value, and the document when it is the root. */

/* Parses exactly one value with only blanks around it. On acceptance the caller owns *ret_json
 * until json_free(). Refusals: BAD_UTF8, TOO_DEEP, BAD_SYNTAX, OUT_OF_RANGE (a number over the
 * largest double), TRUNCATED, each with the byte where it shows. A byte order mark is skipped. */
struct verdict json_parse(struct span text, struct json **ret_json);
void json_free(struct json *json);

enum json_type { JSON_NULL, JSON_FLAG, JSON_NUMBER, JSON_TEXT, JSON_LIST, JSON_OBJECT };
enum json_type json_type(const struct json *json);

/* Member of an object by exact name, or NULL (also when `json` is NULL or no object). */
const struct json *json_member(const struct json *json, const char *name);
/* First item of a list or member of an object, then the next; NULL at the end. */
const struct json *json_first(const struct json *json);
const struct json *json_next(const struct json *json);
const char *json_name(const struct json *json);         /* Of a member; NULL in a list. */
uint32_t json_count(const struct json *json);
/* How many brackets stand inside one another: 0 for a number, 1 for []. */
uint32_t json_depth(const struct json *json);

/* NULL or false when `json` is NULL or another type. */
const char *json_text(const struct json *json);
bool json_number(const struct json *json, double *ret_number);
bool json_int64(const struct json *json, int64_t *ret_number);     /* Whole numbers to 2^53. */
bool json_flag(const struct json *json, bool *ret_flag);

/* Shorthands on a member: the value, or what is given for a missing or mistyped one. */
const char *json_member_text(const struct json *json, const char *name, const char *otherwise);
int64_t json_member_int64(const struct json *json, const char *name, int64_t otherwise);
double json_member_number(const struct json *json, const char *name, double otherwise);
bool json_member_flag(const struct json *json, const char *name, bool otherwise);

/* Writing: appends to a buffer; commas place themselves. `name` is NULL inside a list. */
void json_open(struct buffer *out, const char *name, char bracket);     /* '{' or '[' */
void json_close(struct buffer *out, char bracket);                      /* '}' or ']' */
void json_put_text(struct buffer *out, const char *name, const char *text);
void json_put_span(struct buffer *out, const char *name, struct span text);
void json_put_int64(struct buffer *out, const char *name, int64_t number);
void json_put_number(struct buffer *out, const char *name, double number);      /* Finite. */
void json_put_degrees(struct buffer *out, const char *name, double degrees);    /* "%.7f" */
void json_put_flag(struct buffer *out, const char *name, bool flag);
void json_put_raw(struct buffer *out, const char *name, struct span json);      /* Already JSON. */
void json_put(struct buffer *out, const char *name, const struct json *json);   /* A copy. */

#endif
