/* Goal: no settings and no messages, in any order, make the MQTT adapter's middle crash, and every
 * report it makes is one that the hub takes. Method: the input is lines: "T topic line", "P point
 * line", "R report line", "O orders template", "W replies template" before the first message; then
 * "M TOPIC PAYLOAD", "K TOPIC PAYLOAD" (kept by the broker), "+ SECONDS", "C a line of a capture".
 * */
#include <string.h>

#include "app/base/text.h"
#include "feeds/mqtt_capture.h"
#include "feeds/mqtt_mapped.h"
#include "feeds/mqtt_orders.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { LINES_MAX = 16 };

struct desk {
    struct arena *arena, *message_arena;
    struct mqtt_line lines[LINES_MAX];
    struct point_facts facts[LINES_MAX];
    struct mqtt_mapped mapped[LINES_MAX];
    uint32_t line_count, fact_count, mapped_count;
    const char *orders;
    struct mqtt_order_plan plan;
    struct mqtt_points *points;
    int64_t now_ms;
};

static void report_check(void *context, const struct report *report)
{
    struct arena *arena = arena_new();
    struct buffer line = { 0 };
    struct json *json = NULL;
    struct report again;

    (void)context;
    report_write(report, &line);
    assert(line.length <= REPORT_LINE_BYTES_MAX * 4);
    struct verdict verdict = json_parse(buffer_span(&line), &json);
    assert(is_accepted(&verdict));
    verdict = report_read(json, arena, &again);
    assert(is_accepted(&verdict));
    json_free(json);
    buffer_clear(&line);
    arena_free(arena);
}

static void refuse_check(void *context, const struct verdict *verdict,
                         const struct mqtt_message *message)
{
    (void)context;
    (void)message;
    assert(!is_accepted(verdict));
}

static void rebirth_pass(void *context, const struct span *group, const struct span *edge,
                         const char *why)
{
    (void)context;
    assert(group->length && edge->length && why[0]);
}

static void setting_take(struct desk *desk, char kind, const char *text)
{
    char sentence[256] = "";
    bool read = true;

    if (kind == 'T' && desk->line_count < LINES_MAX) {
        read = mqtt_line_read(text, desk->arena, &desk->lines[desk->line_count], sentence,
                              sizeof sentence);
        desk->line_count += read;
    } else if (kind == 'P' && desk->fact_count < LINES_MAX) {
        read = mqtt_point_read(text, desk->arena, &desk->facts[desk->fact_count], sentence,
                               sizeof sentence);
        desk->fact_count += read;
    } else if (kind == 'R' && desk->mapped_count < LINES_MAX) {
        read = mqtt_mapped_read(text, NULL, desk->arena, &desk->mapped[desk->mapped_count],
                                sentence, sizeof sentence);
        desk->mapped_count += read;
    } else if (kind == 'O') {
        desk->orders = text;
    } else if (kind == 'W') {
        struct mqtt_order_plan plan;
        read = mqtt_order_plan_read(desk->orders, text, desk->arena, &plan, sentence,
                                    sizeof sentence);
        if (read)
            desk->plan = plan;
    }
    assert(read || sentence[0]);
}

static void mapped_take(struct desk *desk, const struct mqtt_message *message)
{
    struct json *json = NULL;
    struct mapped reports;

    (void)json_parse(message->payload, &json);
    for (uint32_t i = 0; i < desk->mapped_count; i++) {
        struct verdict verdict = mqtt_mapped_take(&desk->mapped[i], message, json,
                                                  desk->message_arena, &reports);
        for (uint32_t r = 0; is_accepted(&verdict) && r < reports.count; r++)
            report_check(NULL, &reports.reports[r]);
    }
    json_free(json);
}

static void message_take(struct desk *desk, const struct mqtt_message *message)
{
    struct report report;

    arena_reset(desk->message_arena);
    if (mqtt_reply_is(&desk->plan, message->topic)) {
        struct verdict verdict = mqtt_reply_read(&desk->plan, message->topic, message->payload,
                                                 span_of("A/1"), desk->now_ms,
                                                 desk->message_arena, &report);
        if (is_accepted(&verdict))
            report_check(NULL, &report);
        return;
    }
    mapped_take(desk, message);
    mqtt_points_take(desk->points, message);
}

static void line_take(struct desk *desk, char kind, struct span text)
{
    static const struct mqtt_sink sink = { .report = report_check, .refuse = refuse_check,
                                           .rebirth = rebirth_pass };
    struct mqtt_message message = { .at_ms = desk->now_ms, .retained = kind == 'K' };
    int64_t seconds;

    if (strchr("TPROW", kind) && !desk->points) {
        if (utf8_valid_length(text) != text.length)     /* Settings come as JSON. */
            return;
        setting_take(desk, kind, arena_copy(desk->arena, text));
        return;
    }
    if (!desk->points) {
        desk->points = mqtt_points_new(desk->lines, desk->line_count, desk->facts,
                                       desk->fact_count, 4096, &sink);
        mqtt_points_watch(desk->points, desk->now_ms);
    }
    if (kind == '+' && span_to_int64(text, &seconds) && seconds > 0 && seconds < 100000) {
        desk->now_ms += seconds * 1000;
        assert(mqtt_points_advance(desk->points, desk->now_ms) > desk->now_ms);
    } else if (kind == 'C') {
        struct arena *arena = arena_new();
        struct verdict verdict = mqtt_capture_read(text, CAPTURE_HEX, desk->now_ms, arena,
                                                   &message);
        if (is_accepted(&verdict) && message.at_ms == desk->now_ms)
            message_take(desk, &message);
        arena_free(arena);
    } else if ((kind == 'M' || kind == 'K') && span_cut(&text, ' ', &message.topic)) {
        message.payload = text.bytes ? text : span_of("");
        message_take(desk, &message);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct desk desk = { .arena = arena_new(), .message_arena = arena_new(), .orders = "",
                         .plan = { .orders = "", .replies = "", .filter = "" },
                         .now_ms = 1763900000000 };
    struct span rest = span_from((const char *)bytes, length), line;

    while (length && span_cut(&rest, '\n', &line))
        if (line.length >= 2)
            line_take(&desk, line.bytes[0], span_from(line.bytes + 2, line.length - 2));
    mqtt_points_free(desk.points);
    for (uint32_t i = 0; i < desk.mapped_count; i++)
        mapping_free(desk.mapped[i].mapping);
    arena_free(desk.arena);
    arena_free(desk.message_arena);
    return 0;
}
