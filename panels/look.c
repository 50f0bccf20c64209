#include "panels/look.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "app/base/buffer.h"
#include "app/base/text.h"
#include "maps/guess.h"
#include "maps/map.h"
#include "panels/look_options.h"
#include "panels/look_print.h"
#include "panels/screen.h"

enum { PLAIN_ROWS = 24, PLAIN_COLUMNS = 80, SIGNALS = 4, LOOK_EXIT_USAGE = 2 };

struct look {
    const struct look_options *options;
    uv_loop_t loop;
    uv_poll_t keys, output;     /* The second while the terminal is behind. */
    uv_signal_t signals[SIGNALS];
    struct term *term;
    struct map *map;
    struct map_view view;
    struct canvas canvas;
    bool ending;
};

static bool read_file(struct map *map, const struct map_layer_style *style)
{
    char why[256] = "";
    enum status status = map_layer_add(map, style, why, sizeof why);

    if (status == STATUS_OK)
        return true;
    fprintf(stderr, "watchdesk map: %s%s%s\n", why[0] ? "" : style->path, why[0] ? "" : ": ",
            why[0] ? why : status_text(status));
    return false;
}

/* Grounds before lines before points, whatever order the files were named in. */
static uint32_t read_files(struct map *map, uint32_t count, char **paths)
{
    struct map_layer_style *styles = base_alloc(count + 1u, sizeof *styles);
    uint32_t *orders = base_alloc(count + 1u, sizeof *orders), read = 0;

    for (uint32_t i = 0; i < count; i++)
        orders[i] = guess_file(paths[i], &styles[i]);
    for (uint32_t order = 0; order < GUESS_ORDERS; order++)
        for (uint32_t i = 0; i < count; i++)
            if (orders[i] == order)
                read += read_file(map, &styles[i]);
    base_free(styles);
    base_free(orders);
    return read;
}

static void hide_layers(struct look *look)
{
    for (uint32_t layer = 0; layer < map_layer_count(look->map); layer++)
        for (uint32_t i = 0; i < look->options->hidden.count; i++)
            if (strcmp(map_layer_style(look->map, layer)->name,
                       look->options->hidden.at[i].value) == 0)
                map_layer_hide(look->map, layer, true);
}

static void draw(struct look *look);

/* What was asked meanwhile is drawn as it is now. */
static void on_output(uv_poll_t *poll, int status, int events)
{
    struct look *look = poll->data;

    (void)events;
    term_flush(look->term);
    if (status >= 0 && term_is_behind(look->term))
        return;
    uv_poll_stop(poll);
    draw(look);
}

static void draw(struct look *look)
{
    struct map_scene nothing = { .symbol_count = 0 };

    map_draw(look->map, &look->view, &nothing, &look->canvas);
    struct term_frame frame = { .canvas = &look->canvas };
    term_draw(look->term, &frame);
    if (term_is_behind(look->term))
        uv_poll_start(&look->output, UV_WRITABLE, on_output);
}

static enum map_mode choose_mode(const struct look_options *options, bool ascii)
{
    if (ascii)
        return MAP_ASCII;
    return options->mode_given ? options->mode : MAP_BRAILLE;
}

/* What --at and --m-per-cell say; all of it where they say nothing. */
static struct map_view first_view(const struct look *look, uint16_t rows, uint16_t columns,
                                  enum map_mode mode)
{
    const struct look_options *options = look->options;
    struct map_view view = map_view_fit(map_bounds(look->map), rows, columns, mode);

    if (geo_known(options->at))
        view.center = options->at;
    if (options->m_per_cell > 0)
        view.m_per_cell = options->m_per_cell;
    return view;
}

static void fit(struct look *look)
{
    uint16_t rows, columns;

    term_size(look->term, &rows, &columns);
    canvas_clear(&look->canvas);
    canvas_init(&look->canvas, rows, columns);
    look->view = first_view(look, rows, columns,
                            choose_mode(look->options, term_is_ascii(look->term)));
    look->view.groundless = term_is_mono(look->term);
}

static void pan(struct look *look, int rows, int columns)
{
    uint16_t height = look->canvas.rows, width = look->canvas.columns;

    look->view.center = map_point_at(&look->view, height, width,
                                     height / 2.0 + rows * height / 6.0,
                                     width / 2.0 + columns * width / 8.0);
}

static void zoom(struct look *look, double factor)
{
    enum { M_PER_CELL_MAX = 100000 };
    double m_per_cell = look->view.m_per_cell * factor;

    if (m_per_cell >= 0.1 && m_per_cell <= M_PER_CELL_MAX)
        look->view.m_per_cell = m_per_cell;
}

static void handle_gone(uv_handle_t *handle)
{
    (void)handle;
}

static void end(struct look *look)
{
    if (look->ending)
        return;
    look->ending = true;
    uv_close((uv_handle_t *)&look->keys, handle_gone);
    uv_close((uv_handle_t *)&look->output, handle_gone);
    for (size_t i = 0; i < SIGNALS; i++)
        uv_close((uv_handle_t *)&look->signals[i], handle_gone);
}

static void type(struct look *look, uint32_t glyph)
{
    if (glyph == '+' || glyph == '=')
        zoom(look, 1 / 1.5);
    else if (glyph == '-')
        zoom(look, 1.5);
    else if (glyph == '0')
        fit(look);
    else if (glyph == 'q')
        end(look);
}

static void take_press(struct look *look, const struct press *press)
{
    switch ((int)press->code) {
    case PRESS_UP:
        pan(look, -1, 0);
        return;
    case PRESS_DOWN:
        pan(look, 1, 0);
        return;
    case PRESS_LEFT:
        pan(look, 0, -1);
        return;
    case PRESS_RIGHT:
        pan(look, 0, 1);
        return;
    case PRESS_WHEEL_UP:
        zoom(look, 1 / 1.25);
        return;
    case PRESS_WHEEL_DOWN:
        zoom(look, 1.25);
        return;
    case PRESS_TEXT:
        type(look, press->glyph);
        return;
    case PRESS_ESCAPE:
        end(look);
        return;
    default:
        return;         /* No other key means anything to a map alone. */
    }
}

static void read_keys(struct look *look)
{
    struct press press;

    while (!look->ending && term_read(look->term, &press))
        take_press(look, &press);
    if (!look->ending)
        draw(look);
}

static void on_keys(uv_poll_t *poll, int status, int events)
{
    (void)events;
    if (status < 0)
        end(poll->data);
    else
        read_keys(poll->data);
}

static void on_signal(uv_signal_t *signal, int number)
{
    struct look *look = signal->data;

    if (number != SIGWINCH)
        end(look);
    else if (term_resized(look->term)) {
        fit(look);
        read_keys(look);
    }
}

static int look_in_terminal(struct look *look)
{
    static const int numbers[SIGNALS] = { SIGWINCH, SIGTERM, SIGHUP, SIGINT };

    uv_loop_init(&look->loop);
    uv_poll_init(&look->loop, &look->keys, STDIN_FILENO);
    uv_poll_init(&look->loop, &look->output, term_output(look->term));
    term_make_blocking(look->term);
    look->keys.data = look->output.data = look;
    uv_poll_start(&look->keys, UV_READABLE, on_keys);
    for (size_t i = 0; i < SIGNALS; i++) {
        uv_signal_init(&look->loop, &look->signals[i]);
        look->signals[i].data = look;
        uv_signal_start(&look->signals[i], on_signal, numbers[i]);
    }
    fit(look);
    draw(look);
    uv_run(&look->loop, UV_RUN_DEFAULT);
    uv_loop_close(&look->loop);
    term_close(look->term);
    return 0;
}

static enum palette_size print_size(void)
{
    return palette_colorterm_true(getenv("COLORTERM")) ? PALETTE_TRUE : PALETTE_256;
}

static int print_once(struct look *look)
{
    const struct look_options *options = look->options;
    struct map_scene nothing = { .symbol_count = 0 };
    struct buffer text = { 0 };

    setlocale(LC_CTYPE, "");
    bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    bool ascii = options->term.ascii || (!utf8 && !options->mode_given)
                 || (options->mode_given && options->mode == MAP_ASCII);
    canvas_init(&look->canvas, options->rows, options->columns);
    look->view = first_view(look, options->rows, options->columns, choose_mode(options, ascii));
    look->view.groundless = !options->colour;
    map_draw(look->map, &look->view, &nothing, &look->canvas);
    if (ascii)
        screen_to_ascii(&look->canvas);
    if (options->colour)
        look_print_colours(&look->canvas,
                           (struct palette){ options->term.palette, print_size() }, &text);
    else
        canvas_dump(&look->canvas, &text);
    bool written = fwrite(text.bytes, 1, text.length, stdout) == text.length
                   && fflush(stdout) == 0;
    buffer_clear(&text);
    if (!written)
        fprintf(stderr, "watchdesk map: the frame could not be written: %s\n", strerror(errno));
    return written ? 0 : 1;
}

static int look_at(struct look *look)
{
    char why[200];

    if (read_files(look->map, look->options->path_count, look->options->paths) == 0) {
        fprintf(stderr, "watchdesk map: nothing to look at\n");
        return 1;
    }
    hide_layers(look);
    if (look->options->print)
        return print_once(look);
    look->term = term_open(&look->options->term, why, sizeof why);
    if (look->term)
        return look_in_terminal(look);
    fprintf(stderr, "watchdesk map: %s\n", why);
    return 1;
}

static int say_help(void)
{
    struct buffer help = { 0 };

    look_options_help(&help);
    fputs(help.bytes, stdout);
    buffer_clear(&help);
    return 0;
}

static int say_wrong(struct buffer *problem)
{
    fprintf(stderr, "watchdesk map: %s\n", problem->bytes);
    buffer_clear(problem);
    return LOOK_EXIT_USAGE;
}

int look_run(const struct term_options *term, int count, char **words)
{
    struct look_options options;
    struct buffer problem = { 0 };

    if (!look_options_read(count, words, term, &options, &problem))
        return say_wrong(&problem);
    if (options.help)
        return say_help();
    if (options.path_count == 0)
        buffer_add_text(&problem, "which files? `watchdesk map --help` says more");
    if (options.colour && !options.print)
        buffer_add_text(&problem, "--colour is for --print WxH; a terminal has its own colours");
    if (problem.length)
        return say_wrong(&problem);
    if (!options.print && !isatty(STDOUT_FILENO)) {
        options.print = true;
        options.rows = PLAIN_ROWS;
        options.columns = PLAIN_COLUMNS;
    }
    struct look look = { .options = &options, .map = map_new() };
    int exit_code = look_at(&look);
    canvas_clear(&look.canvas);
    map_free(look.map);
    return exit_code;
}
