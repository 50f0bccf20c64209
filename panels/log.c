/* log.c - what happened, newest first, each in the sentence of its event. */
#include <stdio.h>
#include <string.h>

#include "panels/rows.h"

static void line_draw(const struct view_log_line *line, uint16_t at, struct canvas *canvas)
{
    struct row row = row_start(canvas, at, VIEW_OTHER);
    uint16_t number = canvas->columns >= 72 ? 9 : 0;
    char sequence[24];

    row_field(&row, 9, INK_DIM, clock_text(line->at_ms).text);
    row_field(&row, 9, INK_PLAIN, line->source);
    row.column++;
    row_field(&row, row_rest(&row, number), INK_PLAIN, line->text);
    snprintf(sequence, sizeof sequence, "%llu", (unsigned long long)line->sequence);
    if (number && line->sequence)
        row_right(&row, (uint16_t)(number - 1), INK_DIM, sequence);
}

static void log_draw(const struct picture *picture, const struct view *view,
                     struct canvas *canvas)
{
    uint32_t kept = view_log_kept(view);
    uint32_t room = canvas->rows - 1u;
    uint32_t first = view->page == PAGE_LOG ? view->log_first : 0;
    char rest[80] = "all desks, newest first";

    (void)picture;
    if (first > 0)
        snprintf(rest, sizeof rest, "%u newer above: PgUp", first);
    else if (view->page == PAGE_LOG)
        snprintf(rest, sizeof rest, "all desks, newest first   PgDn earlier   Esc back");
    title_draw(canvas, "LOG", rest);
    for (uint32_t i = 0; i < room && first + i < kept; i++)
        line_draw(view_log_line(view, first + i), (uint16_t)(i + 1), canvas);
    if (kept == 0)
        canvas_text(canvas, 1, 2, span_of("nothing has happened yet"), INK_DIM);
}

const struct panel log_panel = { .name = "log", .rows_min = 6, .patience = 2, .draw = log_draw };
