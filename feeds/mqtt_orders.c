#include "feeds/mqtt_orders.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"

/* ---- the plan ---- */

static const char *const names[] = { "unit", "order", "site", "number" };

/* A level is plain text, or one name in braces: else its filter would be a guess. */
static bool levels_right(const char *template)
{
    struct span rest = span_of(template), level;

    while (span_cut(&rest, '/', &level)) {
        bool open = memchr(level.bytes, '{', level.length) != NULL;
        if (open && (level.bytes[0] != '{' || level.bytes[level.length - 1] != '}'
                     || memchr(level.bytes + 1, '{', level.length - 1)))
            return false;
    }
    return true;
}

static bool template_check(const char *setting, const char *template, char *sentence,
                           size_t sentence_bytes)
{
    struct span unknown;

    if (!topic_name_right(span_of(template)) || !levels_right(template)) {
        snprintf(sentence, sentence_bytes, "%s=%.80s is no topic: no wildcards, and each {name} "
                 "alone between slashes", setting, template);
        return false;
    }
    if (template_right(template, 0, names, ARRAY_COUNT(names), &unknown))
        return true;
    snprintf(sentence, sentence_bytes, "%s: {%.*s} is none of {unit}, {order}, {site}, {number}",
             setting, (int)(unknown.length < 40 ? unknown.length : 40), unknown.bytes);
    return false;
}

static const char *filter_make(const char *template, struct arena *arena)
{
    const struct template_name wildcards[] = {
        { "unit", span_of("+") }, { "order", span_of("+/+") }, { "site", span_of("+") },
        { "number", span_of("+") },
    };
    struct buffer out = { 0 };

    template_fill(template, NULL, wildcards, ARRAY_COUNT(wildcards), &out);
    const char *filter = arena_copy(arena, buffer_span(&out));
    buffer_clear(&out);
    return filter;
}

bool mqtt_order_plan_read(const char *orders, const char *replies, struct arena *arena,
                          struct mqtt_order_plan *ret_plan, char *sentence,
                          size_t sentence_bytes)
{
    struct mqtt_order_plan plan = { .orders = orders, .replies = replies, .filter = "" };

    if (orders[0] && !template_check("orders", orders, sentence, sentence_bytes))
        return false;
    if (replies[0] && !template_check("replies", replies, sentence, sentence_bytes))
        return false;
    if (replies[0] && !orders[0]) {
        snprintf(sentence, sentence_bytes, "replies= without orders=: nobody has to reply");
        return false;
    }
    if (replies[0])
        plan.filter = filter_make(replies, arena);
    *ret_plan = plan;
    return true;
}

bool mqtt_order_plan_word(struct mqtt_order_plan *plan, const char *text, char *sentence,
                          size_t sentence_bytes)
{
    struct span stage = span_of(text), word;
    uint32_t value;

    if (plan->word_count < MQTT_REPLY_WORDS_MAX && span_cut(&stage, '=', &word) && word.length
        && stage.bytes && vocabulary_value(&receipt_stage_words, stage, &value)
        && value != RECEIPT_UNSAID) {
        plan->words[plan->word_count++] = (struct mqtt_reply_word){ word,
                                                                    (enum receipt_stage)value };
        return true;
    }
    snprintf(sentence, sentence_bytes, "reply=%.60s is not WORD=STAGE with one of a receipt's "
             "stages, as ok=accepted (and there may be %d of them)", text, MQTT_REPLY_WORDS_MAX);
    return false;
}

/* ---- out ---- */

bool mqtt_order_topic(const char *template, const struct feed_order *order, struct buffer *out)
{
    struct span number = span_of(order->head.order), site;

    span_cut(&number, '/', &site);
    const struct template_name filled[] = {
        { "unit", span_of(order->head.unit) }, { "order", span_of(order->head.order) },
        { "site", site }, { "number", number.bytes ? number : span_of("") },
    };
    buffer_reset(out);
    template_fill(template, NULL, filled, ARRAY_COUNT(filled), out);
    return topic_name_right(buffer_span(out))
           && memchr(order->head.unit, '/', strlen(order->head.unit)) == NULL;
}

void mqtt_order_payload(struct span line, const char *reply_topic, struct buffer *out)
{
    line = span_trim(line);
    assert(line.length >= 2 && line.bytes[line.length - 1] == '}');
    buffer_reset(out);
    buffer_add(out, span_from(line.bytes, line.length - 1));
    if (reply_topic[0])
        json_put_text(out, "reply", reply_topic);
    json_close(out, '}');
}

/* ---- in ---- */

bool mqtt_reply_is(const struct mqtt_order_plan *plan, struct span topic)
{
    struct topic_captures captures;

    return plan->filter[0] && topic_match(span_of(plan->filter), topic, &captures);
}

/* What an answer says, wherever it says it; "" where it does not. */
struct reply {
    const char *order, *unit, *stage, *reason;
};

static void topic_read(const struct mqtt_order_plan *plan, struct span topic, struct arena *arena,
                       struct reply *reply)
{
    struct span rest = span_of(plan->replies), level;
    struct topic_captures captures;
    const char *site = "", *number = "";
    uint32_t at = 0;

    if (!topic_match(span_of(plan->filter), topic, &captures))
        return;
    while (span_cut(&rest, '/', &level) && at < captures.count) {
        if (level.length == 0 || level.bytes[0] != '{')
            continue;
        const char *text = arena_copy(arena, captures.at[at++]);
        if (span_is(level, "{unit}"))
            reply->unit = text;
        else if (span_is(level, "{site}"))
            site = text;
        else if (span_is(level, "{number}"))
            number = text;
        else if (at < captures.count)
            reply->order = arena_print(arena, "%s/%.*s", text, (int)captures.at[at].length,
                                       captures.at[at].bytes);
        at += span_is(level, "{order}");
    }
    if (site[0] && number[0])
        reply->order = arena_print(arena, "%s/%s", site, number);
}

/* A word, and what follows it. */
static void words_read(struct span payload, struct arena *arena, struct reply *reply)
{
    payload = span_trim(payload);
    size_t length = 0;
    while (length < payload.length && !strchr(" \t\r\n:,;", payload.bytes[length]))
        length++;
    struct span rest = span_from(payload.bytes + length, payload.length - length);
    while (rest.length && strchr(" \t\r\n:,;", rest.bytes[0]))
        rest = span_from(rest.bytes + 1, rest.length - 1);
    reply->stage = arena_copy(arena, span_from(payload.bytes, length));
    reply->reason = arena_copy(arena, rest);
}

static struct verdict payload_read(struct span payload, struct arena *arena, struct reply *reply,
                                   const char **ret_unit)
{
    struct json *json = NULL;

    *ret_unit = "";
    if (!span_starts(span_trim(payload), "{")) {
        size_t valid = utf8_valid_length(payload);
        words_read(payload, arena, reply);
        return valid == payload.length && !memchr(payload.bytes, '\0', payload.length)
                   ? accepted() : refused(REFUSED_BAD_UTF8, valid, "");
    }
    struct verdict verdict = json_parse(payload, &json);
    if (!is_accepted(&verdict))
        return verdict;
    if (json_member(json, "order"))
        reply->order = arena_copy(arena, span_of(json_member_text(json, "order", "")));
    reply->stage = arena_copy(arena, span_of(json_member_text(json, "stage", "")));
    reply->reason = arena_copy(arena, span_of(json_member_text(json, "reason", "")));
    *ret_unit = arena_copy(arena, span_of(json_member_text(json, "unit", "")));
    json_free(json);
    return accepted();
}

static bool stage_read(const struct mqtt_order_plan *plan, const char *word,
                       enum receipt_stage *ret_stage)
{
    for (uint32_t i = 0; i < plan->word_count; i++) {
        if (!text_same_ignoring_case(plan->words[i].word, span_of(word)))
            continue;
        *ret_stage = plan->words[i].stage;
        return true;
    }
    for (uint32_t i = 1; i < receipt_stage_words.count; i++) {
        if (!text_same_ignoring_case(span_of(vocabulary_word(&receipt_stage_words, i)),
                                     span_of(word)))
            continue;
        *ret_stage = (enum receipt_stage)i;
        return true;
    }
    return false;
}

struct verdict mqtt_reply_read(const struct mqtt_order_plan *plan, struct span topic,
                               struct span payload, struct span correlation, int64_t at_ms,
                               struct arena *arena, struct report *ret_report)
{
    struct reply reply = { "", "", "", "" };
    const char *unit;
    struct report report;

    if (!topic_name_right(topic))
        return refused(REFUSED_BAD_UTF8, 0, "topic");
    topic_read(plan, topic, arena, &reply);
    struct verdict verdict = payload_read(payload, arena, &reply, &unit);
    if (!is_accepted(&verdict))
        return verdict;
    if (unit[0] && reply.unit[0] && strcmp(unit, reply.unit) != 0)
        return refused(REFUSED_CONTRADICTION, 0, "unit");
    if (correlation.length && correlation.length <= 64
        && utf8_valid_length(correlation) == correlation.length
        && !memchr(correlation.bytes, '\0', correlation.length))
        reply.order = arena_copy(arena, correlation);
    if (!reply.order[0])
        return refused(REFUSED_FIELD_MISSING, 0, "order");
    report_init(&report, REPORT_RECEIPT);
    if (!stage_read(plan, reply.stage, &report.receipt.stage))
        return refused(REFUSED_UNKNOWN_WORD, 0, "stage");
    report.receipt.at = at_ms;
    report.receipt.order = reply.order;
    report.receipt.unit = reply.unit[0] ? reply.unit : unit;
    report.receipt.reason = reply.reason;
    *ret_report = report;
    return accepted();
}
