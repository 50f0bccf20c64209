#include "feeds/senml.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Section 4.5.3: a time of 2^28 seconds or more is absolute, one under it relative. */
static const double absolute_from_s = 268435456;
/* Past it a time in ms would not be exact; the year 5138. */
static const double time_s_max = 1e11;

/* What holds for the records that follow. */
struct base {
    const char *name, *unit;
    double time_s, value, sum, version;
};

struct pack {
    int64_t now_ms;
    struct arena *arena;
    struct base base;
    uint32_t index;             /* Of the record being read. */
};

static struct verdict record_refused(const struct pack *pack, enum refusal refusal,
                                     const char *member)
{
    char field[64];

    snprintf(field, sizeof field, "records[%u].%.40s", (unsigned)pack->index, member);
    return refused(refusal, 0, field);
}

/* ---- what fields there are ---- */

enum member_type { MEMBER_IS_NUMBER, MEMBER_IS_TEXT, MEMBER_IS_FLAG };

static const struct {
    const char *name;
    enum member_type type;
    bool base, value;
} members[] = {
    { .name = "bn", .type = MEMBER_IS_TEXT, .base = true },
    { .name = "bt", .type = MEMBER_IS_NUMBER, .base = true },
    { .name = "bu", .type = MEMBER_IS_TEXT, .base = true },
    { .name = "bv", .type = MEMBER_IS_NUMBER, .base = true },
    { .name = "bs", .type = MEMBER_IS_NUMBER, .base = true },
    { .name = "bver", .type = MEMBER_IS_NUMBER, .base = true },
    { .name = "n", .type = MEMBER_IS_TEXT },
    { .name = "u", .type = MEMBER_IS_TEXT },
    { .name = "t", .type = MEMBER_IS_NUMBER },
    { .name = "ut", .type = MEMBER_IS_NUMBER },
    { .name = "s", .type = MEMBER_IS_NUMBER },
    { .name = "v", .type = MEMBER_IS_NUMBER, .value = true },
    { .name = "vs", .type = MEMBER_IS_TEXT, .value = true },
    { .name = "vb", .type = MEMBER_IS_FLAG, .value = true },
    { .name = "vd", .type = MEMBER_IS_TEXT, .value = true },
};

static bool type_right(const struct json *json, enum member_type type)
{
    switch (type) {
    case MEMBER_IS_NUMBER: return json_type(json) == JSON_NUMBER;
    case MEMBER_IS_TEXT: return json_type(json) == JSON_TEXT;
    case MEMBER_IS_FLAG: return json_type(json) == JSON_FLAG;
    }
    return false;
}

/* What one pass over a record's members finds. */
struct seen {
    uint32_t base_count, value_count, other_count;
    const struct json *value;
};

static struct verdict member_see(const struct pack *pack, const struct json *json,
                                 struct seen *seen)
{
    const char *name = json_name(json);
    size_t length = strlen(name);

    for (size_t i = 0; i < ARRAY_COUNT(members); i++) {
        if (strcmp(name, members[i].name) != 0)
            continue;
        if (!type_right(json, members[i].type))
            return record_refused(pack, REFUSED_WRONG_TYPE, name);
        seen->base_count += members[i].base;
        seen->value_count += members[i].value;
        seen->other_count += !members[i].base;
        if (members[i].value)
            seen->value = json;
        return accepted();
    }
    /* Section 4.4: such a field must be understood; any other may be passed over. */
    if (length && name[length - 1] == '_')
        return record_refused(pack, REFUSED_NOT_ALLOWED, name);
    return accepted();
}

static struct verdict members_see(const struct pack *pack, const struct json *record,
                                  struct seen *ret_seen)
{
    struct verdict verdict = accepted();

    if (json_type(record) != JSON_OBJECT)
        return record_refused(pack, REFUSED_WRONG_TYPE, "");
    for (const struct json *json = json_first(record); json && is_accepted(&verdict);
         json = json_next(json))
        verdict = member_see(pack, json, ret_seen);
    return verdict;
}

/* ---- resolving ---- */

static void base_take(const struct json *record, struct base *base)
{
    base->name = json_member_text(record, "bn", base->name);
    base->unit = json_member_text(record, "bu", base->unit);
    base->time_s = json_member_number(record, "bt", base->time_s);
    base->value = json_member_number(record, "bv", base->value);
    base->sum = json_member_number(record, "bs", base->sum);
    base->version = json_member_number(record, "bver", base->version);
}

static bool is_alphanumeric(char byte)
{
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z')
           || (byte >= '0' && byte <= '9');
}

/* Section 4.5.1. */
static bool name_right(const char *name)
{
    if (!is_alphanumeric(name[0]))
        return false;
    for (; *name; name++)
        if (!is_alphanumeric(*name) && !strchr("-:./_", *name))
            return false;
    return true;
}

/* Base64 for URLs, without padding (section 4.3). */
static bool data_right(const char *text)
{
    size_t length = strlen(text);

    for (size_t i = 0; i < length; i++)
        if (!is_alphanumeric(text[i]) && text[i] != '-' && text[i] != '_')
            return false;
    return length % 4 != 1;
}

static struct verdict name_resolve(const struct pack *pack, const struct json *record,
                                   struct reading *reading)
{
    const char *name = arena_print(pack->arena, "%s%s", pack->base.name,
                                   json_member_text(record, "n", ""));

    if (!name[0])
        return record_refused(pack, REFUSED_FIELD_MISSING, "n");
    if (!name_right(name))
        return record_refused(pack, REFUSED_BAD_SYNTAX, "n");
    reading->name = span_of(name);
    return accepted();
}

static struct verdict time_resolve(const struct pack *pack, const struct json *record,
                                   struct reading *reading)
{
    double time_s = pack->base.time_s + json_member_number(record, "t", 0);
    double watch_s = json_member_number(record, "ut", 0);

    if (!(fabs(time_s) <= time_s_max))
        return record_refused(pack, REFUSED_OUT_OF_RANGE, "t");
    if (!(watch_s >= 0 && watch_s <= time_s_max))
        return record_refused(pack, REFUSED_OUT_OF_RANGE, "ut");
    reading->time = time_s >= absolute_from_s ? READING_DATED : READING_RELATIVE;
    reading->sample.at_ms = llround(time_s * 1000);
    if (reading->time == READING_RELATIVE)
        reading->sample.at_ms += pack->now_ms;
    reading->watch_ms = llround(watch_s * 1000);
    return accepted();
}

/* A sum without a value is the value: a meter's count. */
static struct verdict value_resolve(const struct pack *pack, const struct json *record,
                                    const struct seen *seen, struct reading *reading)
{
    struct sample *sample = &reading->sample;
    const char *name = seen->value ? json_name(seen->value) : "s";

    if (strcmp(name, "vs") == 0) {      /* A text is a word, also where it looks like a number. */
        sample->word = span_of(json_text(seen->value));
        return accepted();
    }
    if (strcmp(name, "vd") == 0) {
        sample->word = span_of(json_text(seen->value));
        return data_right(json_text(seen->value))
                   ? accepted() : record_refused(pack, REFUSED_BAD_SYNTAX, "vd");
    }
    if (strcmp(name, "vb") == 0) {
        reading_from_json(seen->value, sample);
        return accepted();
    }
    sample->value = seen->value ? pack->base.value + json_member_number(record, "v", 0)
                                : pack->base.sum + json_member_number(record, "s", 0);
    return isfinite(sample->value) ? accepted()
                                   : record_refused(pack, REFUSED_OUT_OF_RANGE, name);
}

static struct verdict record_resolve(const struct pack *pack, const struct json *record,
                                     const struct seen *seen, struct reading *ret_reading)
{
    struct reading reading;

    reading_init(&reading);
    struct verdict verdict = name_resolve(pack, record, &reading);
    if (is_accepted(&verdict))
        verdict = time_resolve(pack, record, &reading);
    if (is_accepted(&verdict))
        verdict = value_resolve(pack, record, seen, &reading);
    reading.unit = json_member_text(record, "u", pack->base.unit);
    *ret_reading = reading;
    return verdict;
}

/* *ret_reading is written, and *ret_empty false, where the record holds a value. */
static struct verdict pack_record_read(struct pack *pack, const struct json *record,
                                       bool *ret_empty, struct reading *ret_reading)
{
    struct seen seen = { 0 };
    struct verdict verdict = members_see(pack, record, &seen);

    *ret_empty = true;
    if (!is_accepted(&verdict))
        return verdict;
    base_take(record, &pack->base);
    if (pack->base.version > SENML_VERSION || pack->base.version < 1)
        return record_refused(pack, REFUSED_OUT_OF_RANGE, "bver");
    if (seen.value_count > 1)
        return record_refused(pack, REFUSED_CONTRADICTION, "v");
    bool has_value = seen.value_count == 1 || json_member(record, "s");
    if (!has_value && pack->base.version < SENML_VERSION && seen.base_count && !seen.other_count)
        return accepted();
    if (!has_value)
        return record_refused(pack, REFUSED_FIELD_MISSING, "v");
    *ret_empty = false;
    return record_resolve(pack, record, &seen, ret_reading);
}

struct verdict senml_read(const struct json *json, int64_t now_ms, struct arena *arena,
                          struct readings *ret_readings)
{
    struct pack pack = { .now_ms = now_ms, .arena = arena,
                         .base = { .name = "", .unit = "", .version = SENML_VERSION } };
    struct readings readings = { 0 };
    bool empty;

    if (json_type(json) != JSON_LIST)
        return refused(REFUSED_WRONG_TYPE, 0, "");
    if (json_count(json) == 0)
        return refused(REFUSED_FIELD_MISSING, 0, "records");
    if (json_count(json) > SENML_RECORDS_MAX)
        return refused(REFUSED_TOO_LONG, 0, "records");
    readings.at = arena_alloc(arena, json_count(json) * sizeof *readings.at);
    for (const struct json *record = json_first(json); record; record = json_next(record)) {
        struct verdict verdict = pack_record_read(&pack, record, &empty,
                                                  &readings.at[readings.count]);
        if (!is_accepted(&verdict))
            return verdict;
        readings.count += !empty;
        pack.index++;
    }
    *ret_readings = readings;
    return accepted();
}
