#include "feeds/webhook_body.h"

static struct verdict message_read(const struct webhook_body_plan *plan,
                                   const struct json *message, struct arena *arena,
                                   struct webhook_body *body)
{
    struct expression_source source = { .json = message, .look = plan->look,
                                        .context = plan->context };
    struct mapped mapped;
    struct verdict verdict = mapping_take(plan->mapping, &source, arena, &mapped);

    for (uint32_t i = 0; is_accepted(&verdict) && i < mapped.count; i++)
        body->reports[body->report_count++] = mapped.reports[i];
    return verdict;
}

/* The messages: a list, or the one that the body is. */
static struct verdict messages_find(const struct webhook_body_plan *plan, const struct json *json,
                                    const struct json **ret_list)
{
    const struct json *list = plan->list ? json_path_find(plan->list, json) : json;

    if (plan->list && (!list || json_type(list) != JSON_LIST))
        return refused(list ? REFUSED_WRONG_TYPE : REFUSED_FIELD_MISSING, 0, "list");
    if (json_type(list) == JSON_LIST && json_count(list) > WEBHOOK_MESSAGES_MAX)
        return refused(REFUSED_TOO_LONG, 0, "list");
    *ret_list = list;
    return accepted();
}

static struct verdict messages_read(const struct webhook_body_plan *plan, const struct json *list,
                                    struct arena *arena, struct webhook_body *body,
                                    uint32_t *ret_message)
{
    bool several = json_type(list) == JSON_LIST;
    const struct json *message = several ? json_first(list) : list;
    uint32_t count = several ? json_count(list) : 1;
    struct verdict verdict = accepted();

    /* A mapping makes two reports of a message at most in practice, one of each kind at worst. */
    body->reports = arena_alloc(arena, (size_t)count * REPORT_KIND_COUNT * sizeof *body->reports);
    for (; message && is_accepted(&verdict); message = several ? json_next(message) : NULL) {
        *ret_message = ++body->message_count;
        verdict = message_read(plan, message, arena, body);
    }
    return verdict;
}

struct verdict webhook_body_read(struct span bytes, const struct webhook_body_plan *plan,
                                 struct arena *arena, struct webhook_body *ret_body,
                                 uint32_t *ret_message)
{
    struct webhook_body body = { .json = NULL };
    const struct json *list = NULL;
    struct verdict verdict = json_parse(bytes, &body.json);

    *ret_message = 0;
    if (!is_accepted(&verdict))
        return verdict;
    verdict = messages_find(plan, body.json, &list);
    if (is_accepted(&verdict))
        verdict = messages_read(plan, list, arena, &body, ret_message);
    if (!is_accepted(&verdict)) {
        json_free(body.json);
        return verdict;
    }
    *ret_body = body;
    return verdict;
}

size_t webhook_text_length(struct span bytes)
{
    bool in_text = false, begun = false;
    int depth = 0;

    for (size_t i = 0; i < bytes.length; i++) {
        char byte = bytes.bytes[i];
        if (in_text && byte == '\\')
            i++;
        else if (byte == '"')
            in_text = !in_text;
        else if (!in_text && (byte == '{' || byte == '['))
            depth++;
        else if (!in_text && (byte == '}' || byte == ']'))
            depth--;
        begun = begun || byte == '{' || byte == '[';
        if (begun && !in_text && depth <= 0)
            return i + 1;
    }
    return bytes.length;
}
