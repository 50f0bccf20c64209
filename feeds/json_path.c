#include "feeds/json_path.h"

#include <string.h>

enum step_kind { STEP_MEMBER, STEP_ITEM, STEP_EVERY, STEP_WHERE };

struct step {
    enum step_kind kind;
    const char *name;           /* MEMBER; WHERE: of the member compared. */
    const char *wanted;         /* WHERE. */
    int64_t index;              /* ITEM; from the end when negative. */
};

struct json_path {
    struct step steps[JSON_PATH_STEPS_MAX];
    uint32_t step_count;
    bool many;
};

/* ---- reading ---- */

struct reading {
    struct span text;
    size_t at;
    struct arena *arena;
    struct json_path *path;
    const char *problem;
};

static bool wrong(struct reading *reading, const char *problem)
{
    reading->problem = problem;
    return false;
}

static bool at_end(const struct reading *reading)
{
    return reading->at >= reading->text.length;
}

static char here(const struct reading *reading)
{
    return at_end(reading) ? '\0' : reading->text.bytes[reading->at];
}

static void blanks_skip(struct reading *reading)
{
    while (here(reading) == ' ')
        reading->at++;
}

/* 'it''s' */
static bool quoted_read(struct reading *reading, const char **ret_name)
{
    struct buffer name = { 0 };
    bool closed = false;

    reading->at++;
    while (!at_end(reading) && !closed) {
        char byte = here(reading);
        reading->at++;
        closed = byte == '\'' && here(reading) != '\'';
        if (byte == '\'' && !closed)
            reading->at++;
        if (!closed)
            buffer_add(&name, span_from(&byte, 1));
    }
    *ret_name = arena_copy(reading->arena, buffer_span(&name));
    buffer_clear(&name);
    return closed || wrong(reading, "a name in quotes is not closed");
}

/* Up to one of `ends`. */
static bool name_read(struct reading *reading, const char *ends, const char **ret_name)
{
    blanks_skip(reading);
    if (here(reading) == '\'') {
        if (!quoted_read(reading, ret_name))
            return false;
        blanks_skip(reading);
        return at_end(reading) || strchr(ends, here(reading))
            || wrong(reading, "something stands behind a closing quote");
    }
    size_t from = reading->at;
    while (!at_end(reading) && !strchr(ends, here(reading))) {
        if (strchr("{}]|,'", here(reading)) && here(reading) != '\0')
            return wrong(reading, "a name with { } ] | , or ' in it must stand in single quotes");
        reading->at++;
    }
    struct span name =
        span_trim(span_from(reading->text.bytes + from, reading->at - from));
    if (name.length == 0)
        return wrong(reading, "a name is missing");
    *ret_name = arena_copy(reading->arena, name);
    return true;
}

static bool step_add(struct reading *reading, struct step step)
{
    struct json_path *path = reading->path;

    if (path->step_count == JSON_PATH_STEPS_MAX)
        return wrong(reading, "it has more than 16 steps");
    path->steps[path->step_count++] = step;
    return true;
}

/* Behind the [. */
static bool bracket_read(struct reading *reading)
{
    struct step step = { .kind = STEP_EVERY };
    const char *name;

    blanks_skip(reading);
    if (here(reading) == ']') {
        reading->at++;
        reading->path->many = true;
        return step_add(reading, step);
    }
    if (!name_read(reading, "=]", &name))
        return false;
    if (here(reading) == '=') {
        step = (struct step){ .kind = STEP_WHERE, .name = name };
        reading->at++;
        if (!name_read(reading, "]", &step.wanted))
            return false;
    } else {
        step.kind = STEP_ITEM;
        if (!span_to_int64(span_of(name), &step.index))
            return wrong(reading, "in [ ] stands a number, name=value, or nothing");
    }
    if (here(reading) != ']')
        return wrong(reading, "a [ is not closed");
    reading->at++;
    return step_add(reading, step);
}

static bool member_read(struct reading *reading)
{
    struct step step = { .kind = STEP_MEMBER };
    return name_read(reading, ".[", &step.name) && step_add(reading, step);
}

static bool steps_read(struct reading *reading)
{
    blanks_skip(reading);
    if (span_is(span_trim(reading->text), "."))
        return true;
    if (here(reading) != '[' && !member_read(reading))
        return false;
    while (!at_end(reading)) {
        char byte = here(reading);
        reading->at++;
        if (byte == '.' ? !member_read(reading) : byte == '[' && !bracket_read(reading))
            return false;
        if (byte != '.' && byte != '[' && byte != ' ')
            return wrong(reading, "a . is missing between two names");
    }
    return true;
}

bool json_path_read(struct span text, struct arena *arena, const struct json_path **ret_path,
                    const char **ret_problem, size_t *ret_offset)
{
    struct reading reading = { .text = text, .arena = arena,
                               .path = arena_alloc(arena, sizeof(struct json_path)) };

    if (!steps_read(&reading)) {
        *ret_problem = reading.problem;
        *ret_offset = reading.at;
        return false;
    }
    *ret_path = reading.path;
    return true;
}

const char *json_path_single(const struct json_path *path)
{
    return path->step_count == 1 && path->steps[0].kind == STEP_MEMBER ? path->steps[0].name
                                                                       : NULL;
}

bool json_path_is_many(const struct json_path *path)
{
    return path->many;
}

/* ---- finding ---- */

static const struct json *item_at(const struct json *list, int64_t index)
{
    if (!list || json_type(list) != JSON_LIST)
        return NULL;
    if (index < 0)
        index += json_count(list);
    const struct json *item = index < 0 ? NULL : json_first(list);
    for (; item && index > 0; index--)
        item = json_next(item);
    return item;
}

static bool is_wanted(const struct json *json, const char *wanted)
{
    double number, wanted_number;
    const char *text = json_text(json);
    bool flag;

    if (text)
        return strcmp(text, wanted) == 0;
    if (json_number(json, &number))
        return span_to_double(span_of(wanted), &wanted_number) && number == wanted_number;
    return json_flag(json, &flag) && strcmp(wanted, flag ? "true" : "false") == 0;
}

static const struct json *item_where(const struct json *list, const struct step *step)
{
    if (!list || json_type(list) != JSON_LIST)
        return NULL;
    for (const struct json *item = json_first(list); item; item = json_next(item))
        if (is_wanted(json_member(item, step->name), step->wanted))
            return item;
    return NULL;
}

struct walk {
    const struct json_path *path;
    json_path_each_fn *each;
    void *context;
};

/* As deep as the path has steps, at most JSON_PATH_STEPS_MAX. */
static void walk_from(const struct walk *walk, uint32_t from, const struct json *json)
{
    for (uint32_t i = from; json && i < walk->path->step_count; i++) {
        const struct step *step = &walk->path->steps[i];
        if (step->kind == STEP_EVERY) {
            bool has_items = json_type(json) == JSON_LIST || json_type(json) == JSON_OBJECT;
            const struct json *item = has_items ? json_first(json) : NULL;
            for (; item; item = json_next(item))
                walk_from(walk, i + 1, item);
            return;
        }
        json = step->kind == STEP_MEMBER ? json_member(json, step->name)
            : step->kind == STEP_ITEM ? item_at(json, step->index) : item_where(json, step);
    }
    if (json && json_type(json) != JSON_NULL)
        walk->each(walk->context, json);
}

void json_path_each(const struct json_path *path, const struct json *json,
                    json_path_each_fn *each, void *context)
{
    walk_from(&(struct walk){ .path = path, .each = each, .context = context }, 0, json);
}

static void first_keep(void *context, const struct json *found)
{
    const struct json **first = context;

    if (!*first)
        *first = found;
}

const struct json *json_path_find(const struct json_path *path, const struct json *json)
{
    const struct json *first = NULL;

    json_path_each(path, json, first_keep, &first);
    return first;
}
