#include "panels/look_options.h"

#include <stdio.h>
#include <string.h>

#include "app/base/coordinates.h"

/* Takes the option's value, "" for one without. False: the value is wrong. */
typedef bool option_take_fn(struct look_options *options, const char *value);

static bool take_at(struct look_options *options, const char *value)
{
    struct coordinates coordinates;

    if (coordinates_read(span_of(value), &coordinates) != COORDINATES_READ)
        return false;
    options->at = coordinates.point;
    return true;
}

static bool take_scale(struct look_options *options, const char *value)
{
    enum { M_PER_CELL_MAX = 1000000 };
    static const double m_per_cell_min = 0.001;
    double m_per_cell;

    if (!span_to_double(span_of(value), &m_per_cell))
        return false;
    options->m_per_cell = m_per_cell;
    return m_per_cell >= m_per_cell_min && m_per_cell <= M_PER_CELL_MAX;
}

static bool take_mode(struct look_options *options, const char *value)
{
    static const struct { const char *name; enum map_mode mode; } modes[] = {
        { "braille", MAP_BRAILLE }, { "block", MAP_BLOCKS }, { "blocks", MAP_BLOCKS },
        { "ascii", MAP_ASCII },
    };

    for (size_t i = 0; i < ARRAY_COUNT(modes); i++) {
        if (strcmp(modes[i].name, value) != 0)
            continue;
        options->mode = modes[i].mode;
        options->mode_given = true;
        return true;
    }
    return false;
}

static bool take_print(struct look_options *options, const char *value)
{
    struct span rows = span_of(value), columns;
    int64_t high, wide;

    if (!span_cut(&rows, 'x', &columns) || !span_to_int64(columns, &wide)
        || !span_to_int64(rows, &high))
        return false;
    if (wide < 1 || high < 1 || wide > LOOK_PRINT_CELLS_MAX || high > LOOK_PRINT_CELLS_MAX)
        return false;
    options->print = true;
    options->columns = (uint16_t)wide;
    options->rows = (uint16_t)high;
    return true;
}

static bool choose(struct look_choices *choices, struct span layer, const char *value)
{
    if (choices->count == LOOK_CHOICES_MAX || value[0] == '\0')
        return false;
    choices->at[choices->count++] = (struct look_choice){ .layer = layer, .value = value };
    return true;
}

static bool take_hide(struct look_options *options, const char *value)
{
    return choose(&options->hidden, span_of(""), value);
}

/* "COLUMN" or "LAYER:COLUMN". */
static bool take_label(struct look_options *options, const char *value)
{
    const char *colon = strchr(value, ':');

    return choose(&options->labels, span_from(value, colon ? (size_t)(colon - value) : 0),
                  colon ? colon + 1 : value);
}

static bool take_style(struct look_options *options, const char *value)
{
    const char *colon = strchr(value, ':');

    return choose(&options->styles, span_from(value, colon ? (size_t)(colon - value) : 0),
                  colon ? colon + 1 : value);
}

static bool take_info(struct look_options *options, const char *value)
{
    (void)value;
    options->info = true;
    return true;
}

static bool take_json(struct look_options *options, const char *value)
{
    (void)value;
    options->json = true;
    return true;
}

static bool take_colour(struct look_options *options, const char *value)
{
    (void)value;
    options->colour = true;
    return true;
}

static bool take_ascii(struct look_options *options, const char *value)
{
    (void)value;
    options->term.ascii = true;
    return true;
}

static bool take_mono(struct look_options *options, const char *value)
{
    (void)value;
    options->term.mono = true;
    return true;
}

static bool take_palette(struct look_options *options, const char *value)
{
    return palette_named(span_of(value), &options->term.palette);
}

static bool take_help(struct look_options *options, const char *value)
{
    (void)value;
    options->help = true;
    return true;
}

static const struct option_row {
    const char *name, *value, *help;
    const char *wants;          /* What a right value is, for the refusal. */
    option_take_fn *take;
} rows[] = {
    { .name = "--at", .value = "LAT,LON", .take = take_at,
      .help = "the middle of the map: degrees (42.3736,-71.1097), degrees and\n"
              "minutes, or a grid reference (19T CG 26324 92957)",
      .wants = "a latitude and a longitude, as 42.3736,-71.1097, or a grid reference" },
    { .name = "--m-per-cell", .value = "N", .take = take_scale,
      .help = "the scale: N metres of ground across one character; 0.5 shows\n"
              "a yard, 5 some streets, 50 a city, 5000 a country",
      .wants = "metres of ground across one character, from 0.001 to 1000000" },
    { .name = "--mode", .value = "MODE", .take = take_mode,
      .help = "braille (2x4 dots a character), block (2x2 quarters) or ascii",
      .wants = "braille, block or ascii" },
    { .name = "--hide", .value = "LAYER", .take = take_hide,
      .help = "start with this layer off; may be given again",
      .wants = "a layer's name, 32 times at most" },
    { .name = "--label", .value = "COLUMN", .take = take_label,
      .help = "write names from this column; LAYER:COLUMN for one layer only",
      .wants = "a column's name, or LAYER:COLUMN" },
    { .name = "--style", .value = "COLUMN", .take = take_style,
      .help = "colour by this column's values: a class each when they are few,\n"
              "five ranges of numbers when not; LAYER:COLUMN for one layer",
      .wants = "a column's name, or LAYER:COLUMN" },
    { .name = "--print", .value = "WxH", .take = take_print,
      .help = "write one frame, W columns by H rows, as text and exit",
      .wants = "columns by rows, as 160x50, each from 1 to 2000" },
    { .name = "--colour", .take = take_colour,
      .help = "with --print: in colour, by ANSI escapes; true colour where\n"
              "COLORTERM says so, else 256 colours" },
    { .name = "--palette", .value = "NAME", .take = take_palette,
      .help = "night, day (dark on light) or colour-blind",
      .wants = "night, day or colour-blind" },
    { .name = "--info", .take = take_info,
      .help = "say what is in the files, draw nothing, and exit" },
    { .name = "--json", .take = take_json,
      .help = "with --info: a JSON object a line, for scripts" },
    { .name = "--ascii", .take = take_ascii,
      .help = "no other characters than ASCII, whatever the locale says" },
    { .name = "--mono", .take = take_mono,
      .help = "no colour, whatever the terminal can; NO_COLOR says the same" },
    { .name = "--help", .take = take_help, .help = "this page" },
};

static const struct option_row *row_named(struct span name)
{
    if (span_is(name, "--color"))
        name = span_of("--colour");
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        if (span_is(name, rows[i].name))
            return &rows[i];
    return NULL;
}

/* "--mode block" or "--mode=block"; *at stands on the option and moves to its value. */
static bool read_option(int count, char **words, int *at, struct look_options *options,
                        struct buffer *problem)
{
    const char *word = words[*at], *equals = strchr(word, '=');
    const struct option_row *row = row_named(span_from(word, strcspn(word, "=")));
    const char *value = equals ? equals + 1 : "";

    if (!row || (equals && !row->value)) {
        buffer_print(problem, "there is no option %s; --help lists them", word);
        return false;
    }
    if (row->value && !equals) {
        if (*at + 1 >= count) {
            buffer_print(problem, "%s needs its %s: %s", row->name, row->value, row->wants);
            return false;
        }
        value = words[++*at];
    }
    if (row->take(options, value))
        return true;
    buffer_print(problem, "%s %s: it takes %s", row->name, value, row->wants);
    return false;
}

bool look_options_read(int count, char **words, const struct term_options *term,
                       struct look_options *ret_options, struct buffer *problem)
{
    struct look_options options = { .term = *term, .at = geo_unknown(), .paths = words };
    bool paths_only = false;

    for (int i = 0; i < count; i++) {
        if (!paths_only && strcmp(words[i], "--") == 0)
            paths_only = true;
        else if (paths_only || words[i][0] != '-' || words[i][1] == '\0')
            words[options.path_count++] = words[i];
        else if (!read_option(count, words, &i, &options, problem))
            return false;
    }
    *ret_options = options;
    return true;
}

/* A text of several lines, all under its first. */
static void add_indented(struct buffer *out, const char *text, int indent)
{
    struct span rest = span_of(text), line;

    for (bool first = true; span_cut(&rest, '\n', &line); first = false)
        buffer_print(out, "%*s%.*s\n", first ? 0 : indent, "", (int)line.length, line.bytes);
}

void look_options_help(struct buffer *out)
{
    enum { INDENT = 22 };

    buffer_add_text(out, "usage: watchdesk map [OPTION]... FILE|FOLDER...\n\n"
                         "Looks at shapefiles and GeoJSON in the terminal; needs no site. A\n"
                         "folder is all the layers in it. ? lists the keys, q leaves.\n\n");
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char left[INDENT + 1];
        snprintf(left, sizeof left, "  %s%s%s", rows[i].name, rows[i].value ? " " : "",
                 rows[i].value ? rows[i].value : "");
        buffer_print(out, "%-*s", INDENT, left);
        add_indented(out, rows[i].help, INDENT);
    }
    buffer_add_text(out, "\nExit: 0; 1 nothing could be opened or shown; 2 wrong usage.\n");
}
