#include "maps/furniture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { BAR_COLUMNS_MIN = 12, BAR_COLUMNS_MAX = 30, BAR_BYTES = 48 };

/* The longest of 1, 2 or 5 times a power of ten metres that is not over `most_m`. */
static double round_distance_m(double most_m)
{
    double ten = pow(10, floor(log10(most_m)));

    return most_m >= 5 * ten ? 5 * ten : most_m >= 2 * ten ? 2 * ten : ten;
}

static void distance_text(double distance_m, char *text, size_t text_bytes)
{
    if (distance_m >= 1000)
        snprintf(text, text_bytes, " %.0f km ", distance_m / 1000);
    else if (distance_m >= 1)
        snprintf(text, text_bytes, " %.0f m ", distance_m);
    else
        snprintf(text, text_bytes, " %g cm ", round(distance_m * 1000) / 10);
}

/* "|--- 500 m ---|": its bars stand `columns` cells apart. */
static void bar_text(double distance_m, int columns, char bar[BAR_BYTES])
{
    char words[24];

    distance_text(distance_m, words, sizeof words);
    int length = (int)strlen(words), room = columns - 1;
    int before = (room - length) / 2;
    assert(columns + 2 < BAR_BYTES && before >= 0);
    memset(bar, '-', (size_t)columns);
    memcpy(bar + 1 + before, words, (size_t)length);
    bar[0] = bar[columns] = '|';
    bar[columns + 1] = '\0';
}

static uint16_t bar_draw(const struct map_view *view, uint16_t row, uint16_t column,
                         struct canvas *canvas)
{
    char bar[BAR_BYTES];
    int most = canvas->columns - column - 2;

    if (most > BAR_COLUMNS_MAX)
        most = BAR_COLUMNS_MAX;
    if (most < BAR_COLUMNS_MIN || !isfinite(view->m_per_cell) || !(view->m_per_cell > 0))
        return column;
    double distance_m = round_distance_m(most * view->m_per_cell);
    int columns = (int)lround(distance_m / view->m_per_cell);
    /* Of three that fit one is at least two fifths of the room, so there is place for the words. */
    assert(columns >= BAR_COLUMNS_MIN / 3 && columns <= most);
    if (columns < BAR_COLUMNS_MIN - 1)
        return column;
    bar_text(distance_m, columns, bar);
    return canvas_text(canvas, row, column, span_of(bar), INK_MAP_FURNITURE);
}

/* What stands there, then where that is; coordinates that would be cut are left out. */
static void cursor_words_draw(const struct map_scene *scene, uint16_t row, uint16_t column,
                              struct canvas *canvas)
{
    enum { POINT_COLUMNS = 24 };

    if (scene->cursor_words)
        column = canvas_text(canvas, row, (uint16_t)(column + 2), span_of(scene->cursor_words),
                             INK_MAP_FURNITURE);
    if (canvas->columns - column > POINT_COLUMNS)
        canvas_print(canvas, row, (uint16_t)(column + 2), INK_MAP_FURNITURE, "%.5f,%.5f",
                     scene->cursor.lat_deg, scene->cursor.lon_deg);
}

void furniture_draw(const struct map_view *view, const struct map_scene *scene, uint16_t row,
                    struct canvas *canvas)
{
    canvas_fill(canvas, row, 0, canvas->columns, ' ', INK_MAP_FURNITURE, GROUND_NONE);
    uint16_t column = canvas_text(canvas, row, 1, span_of("N^ "), INK_MAP_FURNITURE);
    column = bar_draw(view, row, column, canvas);
    if (scene->cursor_shown && geo_known(scene->cursor))
        cursor_words_draw(scene, row, column, canvas);
}
