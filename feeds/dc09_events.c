#include "feeds/dc09_events.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"
#include "feeds/contact_id.h"
#include "feeds/sia_codes.h"

static struct span after(struct span text, size_t count)
{
    return span_from(text.bytes + count, text.length - count);
}

static bool is_capital(struct span text, size_t at)
{
    return at < text.length && text.bytes[at] >= 'A' && text.bytes[at] <= 'Z';
}

static bool is_small(struct span text, size_t at)
{
    return at < text.length && text.bytes[at] >= 'a' && text.bytes[at] <= 'z';
}

static bool is_digit(struct span text, size_t at)
{
    return at < text.length && text.bytes[at] >= '0' && text.bytes[at] <= '9';
}

/* ---- SIA-DCS ---- */

struct reading {
    struct arena *arena;
    struct dc09_events events;
    uint32_t capacity;
    uint32_t area, user;        /* Modifiers hold until they are said anew. */
    bool old;
};

static struct dc09_event *event_add(struct reading *reading)
{
    struct dc09_events *events = &reading->events;

    if (events->count == reading->capacity) {
        uint32_t capacity = reading->capacity ? reading->capacity * 2 : 4;
        struct dc09_event *more = arena_alloc(reading->arena, capacity * sizeof *more);
        if (events->count)
            memcpy(more, events->at, events->count * sizeof *more);
        events->at = more;
        reading->capacity = capacity;
    }
    struct dc09_event *event = &events->at[events->count++];
    *event = (struct dc09_event){ .area = reading->area, .user = reading->user,
                                  .old = reading->old };
    return event;
}

/* Digits off the front; what does not fit a number of 9 digits is left out. */
static uint32_t number_cut(struct span *rest)
{
    uint32_t number = 0;
    size_t length = 0;

    for (; is_digit(*rest, length); length++)
        if (length < 9)
            number = number * 10 + (uint32_t)(rest->bytes[length] - '0');
    *rest = after(*rest, length);
    return number;
}

/* "ri1", "id012", "ti14:12:04": two small letters and a value. */
static void modifier_take(struct reading *reading, struct span *rest)
{
    struct span name = span_from(rest->bytes, 2);

    *rest = after(*rest, 2);
    if (span_is(name, "ri"))
        reading->area = number_cut(rest);
    else if (span_is(name, "id"))
        reading->user = number_cut(rest);
    /* A clock without a zone (ti), peripherals and the rest say nothing a report has words for. */
    while (rest->length > 0 && rest->bytes[0] != '/' && rest->bytes[0] != '^'
           && !is_capital(*rest, 0))
        *rest = after(*rest, 1);
}

/* "BA005", and what some panels write behind the number ("OP001NM"), up to the next mark. */
static void code_take(struct reading *reading, struct span *rest)
{
    struct dc09_event *event = event_add(reading);

    sia_code_find(span_from(rest->bytes, 2), &event->meaning);
    *rest = after(*rest, 2);
    event->number = number_cut(rest);
    size_t length = 0;
    while (length < rest->length && !strchr("/^", rest->bytes[length]))
        length++;
    event->text = span_trim(span_from(rest->bytes, length));
    *rest = after(*rest, length);
}

static void caret_take(struct reading *reading, struct span *rest)
{
    struct span text;

    *rest = after(*rest, 1);
    span_cut(rest, '^', &text);
    if (reading->events.count > 0 && text.length > 0)
        reading->events.at[reading->events.count - 1].text = span_trim(text);
}

static void packet_read(struct reading *reading, struct span rest)
{
    while (rest.length > 0) {
        if (rest.bytes[0] == '^')
            caret_take(reading, &rest);
        else if (is_small(rest, 0) && is_small(rest, 1))
            modifier_take(reading, &rest);
        else if (is_capital(rest, 0) && is_capital(rest, 1))
            code_take(reading, &rest);
        else
            rest = after(rest, 1);
    }
}

/* N or O before the first packet. Some senders leave it out, and some codes start with those
 * letters: it is a mark when a modifier, a slash or a whole code follows. */
static bool is_mark(struct span block)
{
    return (span_starts(block, "N") || span_starts(block, "O"))
           && (is_small(block, 1) || (block.length > 1 && block.bytes[1] == '/')
               || (is_capital(block, 1) && is_capital(block, 2)));
}

static void block_read(struct reading *reading, struct span block, bool first)
{
    bool code = is_capital(block, 0) && is_capital(block, 1)
                && (block.length == 2 || is_digit(block, 2));

    if (span_starts(block, "A") && !(first && code)) {
        if (reading->events.count > 0)
            reading->events.at[reading->events.count - 1].note = span_trim(after(block, 1));
        return;
    }
    if (is_mark(block)) {
        reading->old = block.bytes[0] == 'O';
        block = after(block, 1);
    }
    packet_read(reading, block);
}

static struct verdict sia_read(struct reading *reading, struct span data)
{
    struct span block;

    for (bool first = true; span_cut(&data, '|', &block); first = false)
        block_read(reading, block, first);
    return reading->events.count ? accepted() : refused(REFUSED_FIELD_MISSING, 0, "event");
}

/* ---- ADM-CID ---- */

static struct verdict cid_read(struct reading *reading, struct span data)
{
    struct contact_id read;
    struct span event_text;

    span_cut(&data, '|', &event_text);
    if (!contact_id_read(event_text, &read))
        return refused(REFUSED_BAD_SYNTAX, 0, "event");
    struct dc09_event *event = event_add(reading);
    contact_id_find(&read, &event->meaning);
    event->number = read.zone;
    event->area = read.partition;
    if (span_starts(data, "A"))
        event->note = span_trim(after(data, 1));
    return accepted();
}

struct verdict dc09_events_read(enum dc09_token token, struct span data, struct arena *arena,
                                struct dc09_events *ret_events)
{
    struct reading reading = { .arena = arena };
    struct verdict verdict =
        token == DC09_TOKEN_CID ? cid_read(&reading, data) : sia_read(&reading, data);

    if (is_accepted(&verdict))
        *ret_events = reading.events;
    return verdict;
}

/* ---- reports ---- */

const char *dc09_utf8(struct span text, struct arena *arena)
{
    struct buffer out = { 0 };

    if (utf8_valid_length(text) == text.length && !memchr(text.bytes ? text.bytes : "", '\0',
                                                          text.length))
        return arena_copy(arena, text);
    for (size_t i = 0; i < text.length; i++) {
        char bytes[4];
        uint32_t code = (uint8_t)text.bytes[i];
        buffer_add(&out, span_from(bytes, utf8_encode(code ? code : ' ', bytes)));
    }
    const char *copy = arena_copy(arena, buffer_span(&out));
    buffer_clear(&out);
    return copy;
}

/* "1234 zone 5". An area comes from the number or the modifier, whichever was sent. */
static const char *point_of(const struct dc09_event *event, const char *name,
                            struct arena *arena)
{
    enum panel_number counts = event->meaning.number;
    uint32_t number = event->number;

    if (counts == PANEL_USER || (counts == PANEL_AREA && number == 0)) {
        counts = PANEL_AREA;
        number = event->area;
    }
    if (number == 0)
        return arena_copy(arena, span_of(name));
    return arena_print(arena, "%s %s %u", name, panel_number_word(counts), number);
}

static void part_add(struct buffer *text, struct span part, struct arena *arena)
{
    if (part.length == 0)
        return;
    buffer_add_text(text, "; ");
    buffer_add_text(text, dc09_utf8(part, arena));
}

/* "BA: BURGLARY alarm, area 1; FRONT DOOR". */
static const char *text_of(const struct dc09_event *event, const struct dc09_about *about,
                           struct arena *arena)
{
    const struct dc09_message *message = about->message;
    uint32_t user = event->meaning.number == PANEL_USER && event->number ? event->number
                                                                        : event->user;
    struct buffer text = { 0 };

    buffer_add_text(&text, event->meaning.title);
    if (event->area && event->meaning.number != PANEL_AREA)
        buffer_print(&text, ", area %u", event->area);
    if (user)
        buffer_print(&text, ", user %u", user);
    if (event->old)
        buffer_add_text(&text, ", from the panel's memory");
    part_add(&text, event->text, arena);
    part_add(&text, event->note, arena);
    part_add(&text, message->text, arena);
    part_add(&text, message->trigger, arena);
    part_add(&text, message->verification, arena);
    if (!about->account->listed && dc09_accounts_listed(about->accounts))
        buffer_add_text(&text, "; this account is not listed at this site");
    const char *copy = arena_copy(arena, buffer_span(&text));
    buffer_clear(&text);
    return copy;
}

/* The site's own words for the place go before those of the panel. */
static const char *place_of(const struct dc09_about *about, const struct dc09_zone *zone,
                            struct arena *arena)
{
    const struct dc09_message *message = about->message;
    const struct span parts[] = { message->site, message->building, message->where,
                                  message->room };
    struct buffer place = { 0 };

    if (zone && zone->place[0])
        return zone->place;
    if (about->account->place[0])
        return about->account->place;
    for (size_t i = 0; i < ARRAY_COUNT(parts); i++) {
        if (parts[i].length == 0)
            continue;
        buffer_add_text(&place, place.length ? ", " : "");
        buffer_add_text(&place, dc09_utf8(parts[i], arena));
    }
    const char *copy = arena_copy(arena, buffer_span(&place));
    buffer_clear(&place);
    return copy;
}

/* A message's own position is where the device is now (a panic button that is carried). */
static struct geo_point location_of(const struct dc09_about *about, const struct dc09_zone *zone)
{
    if (geo_known(about->message->location))
        return about->message->location;
    if (zone && geo_known(zone->location))
        return zone->location;
    return about->account->location;
}

/* When it happened. A clock that runs ahead, or that lost its battery years ago, says nothing. */
static int64_t time_of(const struct dc09_about *about)
{
    const int64_t said[] = { about->message->occurred_ms, about->message->at_ms };

    for (size_t i = 0; i < ARRAY_COUNT(said); i++)
        if (said[i] && said[i] <= about->now_ms && said[i] >= about->now_ms - about->past_ms)
            return said[i];
    return about->now_ms;
}

static struct report_alarm *report_add(struct dc09_reports *reports, uint32_t *capacity,
                                       const struct report_alarm *alarm, struct arena *arena)
{
    if (reports->count == *capacity) {
        uint32_t more = *capacity ? *capacity * 2 : 4;
        struct report_alarm *grown = arena_alloc(arena, more * sizeof *grown);
        if (reports->count)
            memcpy(grown, reports->at, reports->count * sizeof *grown);
        reports->at = grown;
        *capacity = more;
    }
    reports->at[reports->count] = *alarm;
    return &reports->at[reports->count++];
}

/* A zone that the site knows better (a gas sensor on a burglary input) has its word for what the
 * code calls by its family: "GAS TROUBLE" for "BURGLARY TROUBLE". */
static const char *condition_of(const struct panel_meaning *meaning, uint32_t index,
                                const struct dc09_zone *zone, struct arena *arena)
{
    const char *condition = meaning->conditions[index];
    size_t family = meaning->family_bytes;

    if (!zone || !zone->condition[0] || family == 0)
        return arena_copy(arena, span_of(condition));
    return arena_print(arena, "%s%s", zone->condition, condition + family);
}

static void event_report(const struct dc09_event *event, const struct dc09_about *about,
                         struct arena *arena, struct dc09_reports *reports, uint32_t *capacity)
{
    const struct panel_meaning *meaning = &event->meaning;
    const struct dc09_zone *zone =
        meaning->number == PANEL_ZONE
            ? dc09_zone_find(about->accounts, about->name, event->number) : NULL;
    bool raises = meaning->effect == PANEL_RAISE || meaning->effect == PANEL_MOMENT;
    bool ends = meaning->effect != PANEL_RAISE;
    struct report report;

    report_init(&report, REPORT_ALARM);
    struct report_alarm *alarm = &report.alarm;
    alarm->at = time_of(about);
    alarm->point = point_of(event, about->name, arena);
    alarm->priority = zone && zone->priority && meaning->priority < 5 ? zone->priority
                                                                      : meaning->priority;
    alarm->place = place_of(about, zone, arena);
    alarm->location = location_of(about, zone);
    alarm->text = text_of(event, about, arena);
    for (uint32_t i = 0; i < meaning->condition_count; i++) {
        alarm->condition = condition_of(meaning, i, zone, arena);
        alarm->state = ALARM_STATE_ACTIVE;
        if (raises)
            report_add(reports, capacity, alarm, arena);
        alarm->state = ALARM_STATE_NORMAL;
        if (ends)
            report_add(reports, capacity, alarm, arena);
    }
}

void dc09_events_report(const struct dc09_events *events, const struct dc09_about *about,
                        struct arena *arena, struct dc09_reports *ret_reports)
{
    uint32_t capacity = 0;

    *ret_reports = (struct dc09_reports){ 0 };
    for (uint32_t i = 0; i < events->count; i++)
        event_report(&events->at[i], about, arena, ret_reports, &capacity);
}

void dc09_supervision_report(const struct dc09_account *account, int64_t now_ms,
                             struct arena *arena, struct report *ret_report)
{
    char clock[WHEN_TEXT_BYTES];
    bool silent = account->supervision == DC09_SILENT;

    report_init(ret_report, REPORT_ALARM);
    struct report_alarm *alarm = &ret_report->alarm;
    alarm->at = now_ms;
    alarm->point = account->name;
    alarm->condition = "NOT REPORTING";
    alarm->state = silent ? ALARM_STATE_ACTIVE : ALARM_STATE_NORMAL;
    alarm->priority = 2;
    alarm->place = account->place;
    alarm->location = account->location;
    alarm->text = silent ? arena_print(arena, "nothing was heard for %s; it must be heard every "
                                       "%" PRId64 " s", span_clock_text(now_ms - account->heard_ms,
                                                                        clock),
                                       account->supervise_ms / 1000)
                         : "it is heard again";
}
