/* Goal: the frame that a test compares is the frame that a person sees. Method: `watchdesk map` on
 * the real layers of two cities at three scales, in braille, blocks, ASCII and without colour,
 * under a real terminal; what stands on its screen, and in what colours, is kept in tests/golden.
 * */
#include "tests/check.h"

#include <limits.h>
#include <stdlib.h>

#include "tests/golden.h"
#include "tests/site.h"
#include "tests/terminal.h"

enum { COLUMNS = 100, ROWS = 30, LAYERS_MAX = 12, INKS_MAX = 62, DRAWN_IN_MS = 20000 };

#define DATA "data/shapefiles/"
static const struct {
    const char *name, *layers[LAYERS_MAX];
} cities[] = {
    { "cambridge",
      { DATA "cambridge_ma/open_space", DATA "cambridge_ma/water", DATA "cambridge_ma/rail",
        DATA "cambridge_ma/neighborhoods", DATA "cambridge_ma/streets",
        DATA "cambridge_ma/hydrants",
        DATA "cambridge_ma/fire_stations", DATA "cambridge_ma/hospitals" } },
    { "heidelberg",
      { DATA "osm_heidelberg_de/landuse_a", DATA "osm_heidelberg_de/waterways",
        DATA "osm_heidelberg_de/railways", DATA "osm_heidelberg_de/roads",
        DATA "osm_heidelberg_de/pois" } },
};
static const struct {
    uint32_t city;
    const char *name, *at, *m_per_cell;
} views[] = {
    { 0, "city", "42.3760,-71.1150", "60" },
    { 0, "quarter", "42.3736,-71.1097", "18" },
    { 0, "street", "42.3736,-71.1097", "4" },
    { 1, "city", "49.4060,8.6800", "60" },
    { 1, "quarter", "49.4094,8.6947", "15" },
    { 1, "street", "49.4110,8.7080", "4" },
};
static const struct {
    const char *name, *mode;
    const char *environment[2];
} looks[] = {
    { "braille", "braille", { "COLORTERM=truecolor", NULL } },
    { "block", "block", { NULL } },
    { "ascii", "ascii", { NULL } },
    { "mono", "braille", { "NO_COLOR=1", NULL } },
};

/* ---- Reading a screen ------------------------------------------------------------------------ */

/* The colours and attributes of a cell, as one word: "f=D2D6DC b=0E2A42 bold". */
static void look_word(const struct terminal_cell *cell, char *word, size_t word_bytes)
{
    const int32_t colours[] = { cell->foreground, cell->background };
    size_t used = 0;

    for (size_t i = 0; i < ARRAY_COUNT(colours); i++) {
        used += (size_t)snprintf(word + used, word_bytes - used, "%s", i ? " on " : "");
        if (colours[i] == COLOUR_DEFAULT)
            used += (size_t)snprintf(word + used, word_bytes - used, "own");
        else if (colours[i] & COLOUR_TRUE)
            used += (size_t)snprintf(word + used, word_bytes - used, "#%06X",
                                     (unsigned)colours[i] & 0xFFFFFF);
        else
            used += (size_t)snprintf(word + used, word_bytes - used, "%d", colours[i]);
    }
    snprintf(word + used, word_bytes - used, "%s%s%s", cell->bold ? " bold" : "",
             cell->underline ? " underlined" : "", cell->reverse ? " reversed" : "");
}

struct legend {
    char words[INKS_MAX][48];
    uint32_t count;
};

static char legend_letter(struct legend *legend, const char *word)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    uint32_t at = 0;

    while (at < legend->count && strcmp(legend->words[at], word) != 0)
        at++;
    assert_true(at < INKS_MAX);
    if (at == legend->count)
        snprintf(legend->words[legend->count++], sizeof legend->words[0], "%s", word);
    return letters[at];
}

/* A letter per cell, then what each letter means. A blank's foreground cannot be seen. */
static void add_colours(struct terminal *terminal, struct buffer *text)
{
    struct legend legend = { .count = 0 };
    char word[48];

    for (uint32_t row = 0; row < ROWS; row++) {
        char line[COLUMNS + 2];
        for (uint32_t column = 0; column < COLUMNS; column++) {
            struct terminal_cell cell = terminal_cell(terminal, row, column);
            if (strcmp(cell.glyph, " ") == 0 && !cell.reverse && !cell.underline) {
                cell.foreground = COLOUR_DEFAULT;
                cell.bold = false;
            }
            look_word(&cell, word, sizeof word);
            line[column] = legend_letter(&legend, word);
        }
        line[COLUMNS] = '\n';
        line[COLUMNS + 1] = '\0';
        buffer_add_text(text, line);
    }
    for (uint32_t i = 0; i < legend.count; i++)
        buffer_print(text, "%c %s\n", legend_letter(&legend, legend.words[i]), legend.words[i]);
}

/* ---- Frames ---------------------------------------------------------------------------------- */

static void frame_compare(struct test_site *site, size_t view, size_t look)
{
    const char *arguments[LAYERS_MAX + 12] = { "", "--map", "--at", views[view].at,
                                               "--m-per-cell", views[view].m_per_cell,
                                               "--mode", looks[look].mode };
    const char *environment[24];
    static char paths[LAYERS_MAX][PATH_MAX];
    char name[96], file[PATH_MAX];
    uint32_t city = views[view].city, count = 8, set = 0;
    struct buffer text = { 0 };

    arguments[0] = site_program(site, "watchdesk-console");
    for (uint32_t i = 0; i < LAYERS_MAX && cities[city].layers[i]; i++) {
        snprintf(file, sizeof file, "../shared/%s.shp", cities[city].layers[i]);
        assert_non_null(realpath(file, paths[i]));
        arguments[count++] = paths[i];
    }
    for (const char *const *at = site_environment(site); *at && set < 20; at++)
        environment[set++] = *at;
    for (size_t i = 0; i < 2 && looks[look].environment[i]; i++)
        environment[set++] = looks[look].environment[i];
    environment[set] = NULL;
    struct terminal_options options = { .columns = COLUMNS, .rows = ROWS,
                                        .environment = environment };
    struct terminal *terminal = terminal_open(&options, arguments);
    terminal_expect(terminal, "N^");     /* The scale bar: what has come is drawn. */
    terminal_expect_gone(terminal, "loading ");
    assert_true(terminal_wait_settled(terminal, 250, DRAWN_IN_MS));
    buffer_add_text(&text, terminal_screen(terminal));
    add_colours(terminal, &text);
    snprintf(name, sizeof name, "map-%s-%s-%s.txt", cities[city].name, views[view].name,
             looks[look].name);
    print_message("%s\n", name);
    golden_compare(name, text.bytes);
    terminal_close(terminal);
    buffer_clear(&text);
}

static void maps_are_as_approved(void **state)
{
    struct test_site *site;

    (void)state;
    skip_without_shared("data");
    site = site_new(SITE_PLAIN);
    for (size_t view = 0; view < ARRAY_COUNT(views); view++)
        for (size_t look = 0; look < ARRAY_COUNT(looks); look++)
            frame_compare(site, view, look);
    site_free(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(maps_are_as_approved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
