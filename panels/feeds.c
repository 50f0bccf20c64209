/* feeds.c - every feed: how it stands in the record, and how the hub's beats say it does now. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "panels/rows.h"

/* What a cell says; an empty text leaves it blank. */
struct feed_cell {
    enum ink ink;
    char text[40];
};
typedef struct feed_cell feed_cell_fn(const struct view *view, const struct feed *feed,
                                      const struct wire_feed *told);

static struct feed_cell cell(enum ink ink, const char *text)
{
    struct feed_cell cell = { .ink = ink };

    snprintf(cell.text, sizeof cell.text, "%s", text);
    return cell;
}

static bool is_fine(const struct feed *feed)
{
    return feed->state == FEED_OK || feed->state == FEED_STARTING;
}

/* 0 is said as a dim one: that nothing was refused is worth knowing. */
static struct feed_cell amount(int64_t count, enum ink ink)
{
    char text[24];

    snprintf(text, sizeof text, "%lld", (long long)count);
    return cell(count ? ink : INK_DIM, text);
}

static struct feed_cell name_cell(const struct view *view, const struct feed *feed,
                                  const struct wire_feed *told)
{
    (void)view, (void)told;
    return cell(INK_BRIGHT, feed->name);
}

static struct feed_cell adapter_cell(const struct view *view, const struct feed *feed,
                                     const struct wire_feed *told)
{
    (void)view, (void)told;
    return cell(INK_DIM, feed->adapter);
}

static struct feed_cell state_cell(const struct view *view, const struct feed *feed,
                                   const struct wire_feed *told)
{
    (void)view, (void)told;
    return cell(is_fine(feed) ? INK_PLAIN : INK_LATE,
                vocabulary_word(&feed_state_words, feed->state));
}

static struct feed_cell last_cell(const struct view *view, const struct feed *feed,
                                  const struct wire_feed *told)
{
    (void)told;
    return cell(is_fine(feed) ? INK_PLAIN : INK_STALE,
                feed->last_ms ? age_since(view, feed->last_ms).text : "?");
}

static struct feed_cell reports_cell(const struct view *view, const struct feed *feed,
                                     const struct wire_feed *told)
{
    (void)view, (void)told;
    return amount(feed->reports, INK_PLAIN);
}

static struct feed_cell refused_cell(const struct view *view, const struct feed *feed,
                                     const struct wire_feed *told)
{
    (void)view, (void)told;
    return amount(feed->refused, INK_LATE);
}

static struct feed_cell held_cell(const struct view *view, const struct feed *feed,
                                  const struct wire_feed *told)
{
    (void)view, (void)told;
    return amount(feed->held, INK_LATE);
}

static struct feed_cell up_cell(const struct view *view, const struct feed *feed,
                                const struct wire_feed *told)
{
    (void)feed;
    if (!told)
        return cell(INK_DIM, "?");
    return told->up ? cell(INK_PLAIN, age_since(view, told->up).text) : cell(INK_LATE, "down");
}

static struct feed_cell rate_cell(const struct view *view, const struct feed *feed,
                                  const struct wire_feed *told)
{
    char text[24];

    (void)view, (void)feed;
    if (!told || isnan(told->rate))
        return cell(INK_DIM, "?");
    snprintf(text, sizeof text, told->rate < 10 ? "%.1f" : "%.0f", told->rate);
    return cell(told->rate > 0 ? INK_PLAIN : INK_DIM, text);
}

/* Under a second nobody waits for. */
static struct feed_cell lag_cell(const struct view *view, const struct feed *feed,
                                 const struct wire_feed *told)
{
    char text[WHEN_TEXT_BYTES];

    (void)view, (void)feed;
    if (!told)
        return cell(INK_DIM, "?");
    return told->lag_ms < 1000 ? cell(INK_DIM, "0") : cell(INK_PLAIN,
                                                           span_clock_text(told->lag_ms, text));
}

static struct feed_cell repeats_cell(const struct view *view, const struct feed *feed,
                                     const struct wire_feed *told)
{
    (void)view, (void)feed;
    return told ? amount(told->repeated + told->superseded, INK_PLAIN) : cell(INK_DIM, "?");
}

static struct feed_cell lost_cell(const struct view *view, const struct feed *feed,
                                  const struct wire_feed *told)
{
    (void)view, (void)feed;
    return told ? amount(told->lost, INK_LATE) : cell(INK_DIM, "?");
}

static struct feed_cell starts_cell(const struct view *view, const struct feed *feed,
                                    const struct wire_feed *told)
{
    (void)view, (void)feed;
    return told ? amount(told->starts > 0 ? told->starts - 1 : 0, INK_LATE) : cell(INK_DIM, "?");
}

/* Left to right; one of a wider panel only is left out where there is no room for it. */
static const struct feed_column {
    const char *head;
    uint16_t width, panel_columns_min;
    bool right;
    feed_cell_fn *cell;
} columns[] = {
    { .head = "feed", .width = 14, .cell = name_cell },
    { .head = "adapter", .width = 9, .cell = adapter_cell },
    { .head = "state", .width = 10, .cell = state_cell },
    { .head = "up", .width = 9, .panel_columns_min = 100, .right = true, .cell = up_cell },
    { .head = "last", .width = 9, .right = true, .cell = last_cell },
    { .head = "rate/s", .width = 8, .panel_columns_min = 84, .right = true, .cell = rate_cell },
    { .head = "lag", .width = 8, .panel_columns_min = 108, .right = true, .cell = lag_cell },
    { .head = "reports", .width = 9, .right = true, .cell = reports_cell },
    { .head = "repeats", .width = 9, .panel_columns_min = 116, .right = true,
      .cell = repeats_cell },
    { .head = "refused", .width = 9, .right = true, .cell = refused_cell },
    { .head = "held", .width = 6, .right = true, .cell = held_cell },
    { .head = "lost", .width = 7, .panel_columns_min = 124, .right = true, .cell = lost_cell },
    { .head = "restarts", .width = 10, .panel_columns_min = 132, .right = true,
      .cell = starts_cell },
};

static void cell_draw(struct row *row, const struct feed_column *column, const char *text,
                      enum ink ink)
{
    if (row->canvas->columns >= column->panel_columns_min)
        (column->right ? row_right : row_field)(row, column->width, ink, text);
}

/* The reason of its state, else why what it said was refused. */
static void feed_row(const struct view *view, const struct feed *feed, uint16_t at,
                     struct canvas *canvas)
{
    const struct feed_told *known = feeds_told_of(&view->feeds, feed->name);
    struct row row = { .canvas = canvas, .row = at, .column = 1 };

    for (size_t i = 0; i < ARRAY_COUNT(columns); i++) {
        struct feed_cell said = columns[i].cell(view, feed, known ? &known->told : NULL);
        cell_draw(&row, &columns[i], said.text, said.ink);
    }
    row.column = (uint16_t)(row.column + 2);
    row_field(&row, row_rest(&row, 1), INK_DIM,
              feed->reason[0] || !known ? feed->reason : known->why);
}

static void feeds_draw(const struct picture *picture, const struct view *view,
                       struct canvas *canvas)
{
    struct row row = { .canvas = canvas, .row = 1, .column = 1 };
    char name[32];

    canvas_wipe(canvas);
    snprintf(name, sizeof name, "FEEDS %u", picture_count(picture, OBJECT_FEED));
    title_draw(canvas, name, "show feed NAME: all of it   Esc closes");
    for (size_t i = 0; i < ARRAY_COUNT(columns); i++)
        cell_draw(&row, &columns[i], columns[i].head, INK_DIM);
    uint32_t count = picture_count(picture, OBJECT_FEED);
    uint32_t shown = rows_fitting(canvas, 2, count);
    for (uint32_t i = 0; i < shown; i++)
        feed_row(view, picture_row(picture, OBJECT_FEED, i), (uint16_t)(i + 2), canvas);
    more_draw(canvas, count - shown, "show feeds");
}

const struct panel feeds_panel = { .name = "feeds", .rows_min = 5, .draw = feeds_draw };
