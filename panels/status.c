/* status.c - the two rows on top: where this is, what time, how many need a person; and the one
 * thing that must not be overlooked. */
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "app/core/attention.h"
#include "panels/rows.h"

enum { PARTS_MAX = 10, PART_BYTES = 160 };

/* What stands on row 1, left to right; on a narrow screen the highest `rank` goes first. */
struct part {
    char text[PART_BYTES];
    uint32_t rank;
    bool strong;
};

static bool is_drill(const struct view *view)
{
    return strcmp(view->mode, "drill") == 0;
}

static enum ink bar_ink(const struct view *view)
{
    if (is_drill(view))
        return INK_BAR_DRILL;
    return strcmp(view->mode, "replay") == 0 ? INK_BAR_REPLAY : INK_BAR_LIVE;
}

static void say_mode(const struct view *view, struct part *part)
{
    if (is_drill(view))
        snprintf(part->text, PART_BYTES, "DRILL DRILL%s%s%s", view->exercise[0] ? "  \"" : "",
                 view->exercise, view->exercise[0] ? "\"" : "");
    else
        snprintf(part->text, PART_BYTES, "%s",
                 strcmp(view->mode, "replay") == 0 ? "REPLAY" : "LIVE");
    part->strong = true;
}

static void say_site(const struct view *view, struct part *part)
{
    char *to = part->text;

    snprintf(part->text, PART_BYTES, "%s", view->site_name[0] ? view->site_name : view->site_id);
    for (; *to; to++)           /* Capitals for a heading, where a letter surely has them. */
        if (*to >= 'a' && *to <= 'z')
            *to = (char)(*to - 'a' + 'A');
}

/* The offset is shown whenever local time is not UTC: an hour comes twice in autumn. */
static void say_date(const struct view *view, struct part *part)
{
    static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    int32_t offset_s = when_local_offset_s(view->now_ms);
    int64_t local_ms = view->now_ms + offset_s * 1000LL;
    struct civil at = civil_from_ms(local_ms);
    int32_t minutes = (offset_s < 0 ? -offset_s : offset_s) / 60;
    char offset[16] = "UTC";

    if (offset_s)
        snprintf(offset, sizeof offset, "%c%02d:%02d", offset_s < 0 ? '-' : '+', minutes / 60 % 24,
                 minutes % 60);
    snprintf(part->text, PART_BYTES, "%s %s %d %s", offset,
             days[(local_ms / 86400000 % 7 + 7) % 7], at.day, months[at.month - 1]);
}

static void say_attention(const struct picture *picture, const struct view *view,
                          struct part *counts, struct part *oldest)
{
    struct attention_sums sums = attention_sums(picture, view->operator_name);

    snprintf(counts->text, PART_BYTES, "ATTN %u mine %u", sums.total, sums.mine);
    if (sums.oldest_ms)
        snprintf(oldest->text, PART_BYTES, "oldest %s", age_since(view, sums.oldest_ms).text);
    counts->strong = sums.total > 0;
    oldest->strong = counts->strong;
}

static void say_feeds(const struct picture *picture, struct part *part)
{
    uint32_t ok = 0, starting = 0, bad = 0, count = picture_count(picture, OBJECT_FEED);
    const struct feed *worst = NULL;

    for (uint32_t i = 0; i < count; i++) {
        const struct feed *feed = picture_row(picture, OBJECT_FEED, i);
        ok += feed->state == FEED_OK;
        starting += feed->state == FEED_STARTING;
        if (feed->state != FEED_OK && feed->state != FEED_STARTING) {
            worst = worst ? worst : feed;
            bad++;
        }
    }
    if (count == 0)
        return;
    int length = snprintf(part->text, PART_BYTES, "FEEDS %u ok", ok);
    if (worst)
        snprintf(part->text + length, PART_BYTES - (size_t)length, " %u %s %s", bad,
                 vocabulary_word(&feed_state_words, worst->state), worst->name);
    else if (starting)
        snprintf(part->text + length, PART_BYTES - (size_t)length, " %u starting", starting);
    part->strong = worst != NULL;
    part->rank = worst ? 2 : 4;
}

static void say_link(const struct view *view, struct part *part)
{
    char age[WHEN_TEXT_BYTES];

    if (view->link == VIEW_LOST)
        snprintf(part->text, PART_BYTES, "LINK LOST %s", span_clock_text(view->lost_for_ms, age));
    else if (view->link == VIEW_JOINING)
        snprintf(part->text, PART_BYTES, "JOINING");
    else if (view->journal_failing)
        snprintf(part->text, PART_BYTES, "JOURNAL FAILING");
    part->strong = true;
}

static void say_quiet(const struct view *view, struct part *part)
{
    char span[WHEN_TEXT_BYTES];
    int64_t left_ms = view->sound.quiet_until_ms - view->clock_ms;

    if (left_ms > 0)
        snprintf(part->text, PART_BYTES, "QUIET %s", span_clock_text(left_ms, span));
}

static void say_who(const struct view *view, struct part *part)
{
    if (view->operator_name[0])
        snprintf(part->text, PART_BYTES, "%s %s", view->operator_name, view->role_word);
    else if (view->read_only)
        snprintf(part->text, PART_BYTES, "READ ONLY");
}

static void say_speed(const struct view *view, struct part *part)
{
    if (view->speed == 0)
        snprintf(part->text, PART_BYTES, "PAUSED");
    else if (view->speed > 1.01 || view->speed < 0.99)
        snprintf(part->text, PART_BYTES, "x%g", view->speed);
}

static uint32_t parts_width(const struct part *parts, uint32_t count)
{
    uint32_t width = 1;

    for (uint32_t i = 0; i < count; i++)
        if (parts[i].text[0])
            width += text_columns(span_of(parts[i].text)) + 2;
    return width;
}

static void drop_least(struct part *parts, uint32_t count)
{
    struct part *least = NULL;

    for (uint32_t i = 0; i < count; i++)
        if (parts[i].text[0] && (!least || parts[i].rank >= least->rank))
            least = &parts[i];
    if (least)
        least->text[0] = '\0';
}

static void draw_parts(struct canvas *canvas, const struct part *parts, uint32_t count,
                       enum ink ink)
{
    uint16_t column = 1;

    for (uint32_t i = 0; i < count; i++) {
        if (!parts[i].text[0])
            continue;
        uint16_t end = canvas_text(canvas, 0, column, span_of(parts[i].text), ink);
        for (; parts[i].strong && column < end; column++)
            canvas_at(canvas, 0, column)->flags |= CELL_BOLD;
        column = (uint16_t)(end + 2);
    }
}

static void status_draw(const struct picture *picture, const struct view *view,
                        struct canvas *canvas)
{
    struct part parts[] = {
        { .rank = 0 }, { .rank = 3 }, { .rank = 0 }, { .rank = 6 }, { .rank = 5 }, { .rank = 0 },
        { .rank = 1 }, { .rank = 0 }, { .rank = 1 }, { .rank = 4 }, { .rank = 3 },
    };
    uint32_t count = ARRAY_COUNT(parts);
    enum ink ink = bar_ink(view);
    uint16_t room = canvas->columns;

    say_mode(view, &parts[0]);
    say_site(view, &parts[1]);
    snprintf(parts[2].text, PART_BYTES, "%s", clock_text(view->now_ms).text);
    parts[2].strong = true;
    say_date(view, &parts[3]);
    say_speed(view, &parts[4]);
    say_attention(picture, view, &parts[5], &parts[6]);
    say_link(view, &parts[7]);
    say_quiet(view, &parts[8]);
    say_feeds(picture, &parts[9]);
    say_who(view, &parts[10]);
    canvas_fill(canvas, 0, 0, canvas->columns, ' ', ink, GROUND_NONE);
    if (is_drill(view)) {       /* First and last (screens.md section 4). */
        room = (uint16_t)(room - 6);
        canvas_text(canvas, 0, room, span_of("DRILL"), ink);
        for (uint16_t i = room; i < room + 5; i++)
            canvas_at(canvas, 0, i)->flags |= CELL_BOLD;
    }
    while (parts_width(parts, count) > room)
        drop_least(parts, count);
    draw_parts(canvas, parts, count, ink);
}

const struct panel status_panel = { .name = "status", .rows_min = 1, .draw = status_draw };

/* ---- row 2 ---- */

static const struct attention *newest_of_class_2(const struct picture *picture)
{
    const struct attention *newest = NULL;

    for (uint32_t i = 0; i < picture_count(picture, OBJECT_ATTENTION); i++) {
        const struct attention *item = picture_row(picture, OBJECT_ATTENTION, i);
        if (item->level == 2 && item->state == ATTENTION_OPEN
            && (!newest || item->raised_ms > newest->raised_ms))
            newest = item;
    }
    return newest;
}

/* Class 1 that nobody took, the oldest; else one that somebody took and that goes on. */
static const struct attention *loudest(const struct picture *picture)
{
    const struct attention *taken = NULL, *open = NULL;

    for (uint32_t i = 0; i < picture_count(picture, OBJECT_ATTENTION); i++) {
        const struct attention *item = picture_row(picture, OBJECT_ATTENTION, i);
        const struct attention **place = item->state == ATTENTION_TAKEN ? &taken : &open;
        if (item->level == 1 && (!*place || item->raised_ms < (*place)->raised_ms))
            *place = item;
    }
    return open ? open : taken;
}

static void emergency_draw(const struct picture *picture, const struct view *view,
                           const struct attention *item, struct canvas *canvas)
{
    struct buffer sentence = { 0 };
    char what[80];
    bool taken = item->state == ATTENTION_TAKEN;

    attention_sentence(picture, item, view->now_ms, &sentence);
    canvas_fill(canvas, 0, 0, canvas->columns, ' ', INK_EMERGENCY, GROUND_NONE);
    uint16_t column = canvas_print(canvas, 0, 1, INK_EMERGENCY, "EMG");
    for (uint16_t i = 1; i < column && !taken; i++)
        canvas_at(canvas, 0, i)->flags |= CELL_BLINK;
    column = canvas_print(canvas, 0, (uint16_t)(column + 1), INK_EMERGENCY, "%s %s  ",
                          item->object, age_since(view, item->raised_ms).text);
    if (taken)
        snprintf(what, sizeof what, "  taken by %s", item->owner);
    else
        snprintf(what, sizeof what, "%sack %s",
                 canvas->columns >= 110 ? "  nobody has taken it:  " : "  ", item->object);
    /* What to do is never cut off; the sentence is. */
    uint32_t words = text_columns(buffer_span(&sentence)), most = text_columns(span_of(what)) + 1;
    uint32_t room = canvas->columns > column + most ? canvas->columns - column - most : 0;
    words = words < room ? words : room;
    canvas_field(canvas, 0, column, (uint16_t)words, buffer_span(&sentence), INK_EMERGENCY);
    canvas_text(canvas, 0, (uint16_t)(column + words), span_of(what), INK_EMERGENCY);
    buffer_clear(&sentence);
}

static uint16_t class_2_draw(const struct picture *picture, const struct view *view,
                             const struct attention *item, uint16_t column,
                             struct canvas *canvas)
{
    struct buffer sentence = { 0 };

    attention_sentence(picture, item, view->now_ms, &sentence);
    column = canvas_print(canvas, 0, column, INK_P1, "!1");
    column = canvas_print(canvas, 0, (uint16_t)(column + 1), INK_LATE, "%s", item->words);
    column = canvas_print(canvas, 0, (uint16_t)(column + 1), INK_BRIGHT, "%s  %s", item->object,
                          sentence.bytes ? sentence.bytes : "");
    column = canvas_print(canvas, 0, (uint16_t)(column + 2), INK_DIM, "%s",
                          age_since(view, item->raised_ms).text);
    buffer_clear(&sentence);
    return column;
}

static void urgent_draw(const struct picture *picture, const struct view *view,
                        struct canvas *canvas)
{
    const struct attention *item = loudest(picture);
    uint16_t column = 1;

    if (item) {
        emergency_draw(picture, view, item, canvas);
        return;
    }
    if (is_drill(view)) {
        const char *words = canvas->columns >= 120
            ? "EXERCISE EXERCISE EXERCISE   nothing leaves this machine" : "EXERCISE EXERCISE";
        column = (uint16_t)(canvas_text(canvas, 0, 1, span_of(words), INK_BAR_DRILL) + 2);
    }
    item = newest_of_class_2(picture);
    if (item)
        class_2_draw(picture, view, item, column, canvas);
}

const struct panel urgent_panel = { .name = "urgent", .rows_min = 1, .draw = urgent_draw };
