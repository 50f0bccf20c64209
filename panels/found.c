/* found.c - what `/` has found so far, best first: Down and Up choose, the map shows the one that
 * is chosen. */
#include <stdio.h>

#include "panels/rows.h"

static const char *said_words(const struct hand_search *search)
{
    switch (search->said) {
    case SAID_ASKING:
        return "geography is asked";
    case SAID_FAILED:
        return "geography does not answer: only what the picture has";
    case SAID_UNKNOWN:
        return "nothing is called that";
    case SAID_NOTHING: case SAID_KNOWN:
        break;
    }
    return "Down and Up choose, Enter goes there, Esc goes back";
}

static void found_draw(const struct picture *picture, const struct view *view,
                       struct canvas *canvas)
{
    const struct hand_search *search = &view->hand.search;
    uint32_t room = canvas->rows - 1u;
    uint32_t first = search->chosen >= room && room > 0 ? search->chosen - room + 1 : 0;
    char name[40];

    (void)picture;
    for (uint16_t i = 0; i < canvas->rows; i++)
        canvas_fill(canvas, i, 0, canvas->columns, ' ', INK_PLAIN, GROUND_PANEL);
    snprintf(name, sizeof name, "FOUND %u", search->count);
    title_draw(canvas, name, said_words(search));
    for (uint32_t i = 0; i < room && first + i < search->count; i++) {
        const struct found_row *found = &search->rows[first + i];
        bool chosen = first + i == search->chosen;
        struct row row = row_start(canvas, (uint16_t)(i + 1), chosen ? VIEW_SELECTED : VIEW_OTHER);
        row_field(&row, (uint16_t)(canvas->columns * 3u / 5), chosen ? INK_SELECTED : INK_BRIGHT,
                  found->text);
        row.column++;
        row_field(&row, row_rest(&row, 1), INK_PLAIN, found->about);
        row_end(&row, chosen ? VIEW_SELECTED : VIEW_OTHER);
    }
}

const struct panel found_panel = { .name = "found", .rows_min = 1, .draw = found_draw };
