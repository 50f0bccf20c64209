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

#include "panels/look_info.h"
#include "panels/look_print.h"
#include "panels/look_state.h"
#include "panels/map_loader.h"
#include "panels/newer.h"
#include "panels/screen.h"

enum {
    PLAIN_ROWS = 24, PLAIN_COLUMNS = 80,
    SIGNALS = 4,
    LOADING_MS = 100,           /* Between two looks at how far reading has come. */
    FIND_BUDGET_MS = 4,         /* Of searching between two looks at the keys. */
    FIND_RECORDS = 500,
    FIND_DRAWN_MS = 50,
    LOOK_EXIT_FAILED = 1, LOOK_EXIT_USAGE = 2,
};

/* What the thread makes of a layer by a column. */
struct restyled {
    struct map_layer_style style;
    struct look_legend legend;
    char column[MAP_NAME_BYTES];
    bool styled;
};

/* The loop and the terminal around `struct look`, which knows neither. */
struct look_window {
    struct look look;
    uv_loop_t loop;
    uv_poll_t keys, output;     /* `output` while the terminal is behind. */
    uv_signal_t signals[SIGNALS];
    uv_timer_t loading;         /* Until the loader tells of progress itself. */
    uv_idle_t finding;
    uv_work_t work;             /* One at a time: preparing the layers, then styling one anew. */
    struct map_loader *loader;  /* NULL until they are prepared. */
    struct restyled restyled;
    struct term *term;
    struct canvas canvas;
    bool working, closed, stuck;
    uint64_t find_drawn_ms;
    struct newer newer;
    uv_timer_t again;           /* Draws whole what was cut short. */
};

void look_init(struct look *look, const struct look_options *options)
{
    *look = (struct look){ .options = options, .palette = options->term.palette };
    look->cursor = geo_unknown();
    marks_init(&look->marks);
}

void look_clear(struct look *look)
{
    look_find_clear(&look->find);
    look_outline_clear(look);
    line_free(&look->line);
    buffer_clear(&look->copied);
    look_layers_clear(&look->layers);
}

/* ---- drawing ---- */

static void on_output(uv_poll_t *poll, int status, int events);
static void on_again(uv_timer_t *timer);

static void draw(struct look_window *window)
{
    struct look *look = &window->look;
    struct term_frame frame = { .canvas = &window->canvas };

    if (window->closed || term_is_behind(window->term))
        return;                 /* on_output() draws what has changed meanwhile. */
    term_set_palette(window->term, look->palette);
    if (look->wants_redraw)
        term_redraw(window->term);
    look->wants_redraw = false;
    look_draw(look, &window->canvas);
    frame.cursor_shown = look_screen_cursor(look, &frame.cursor_row, &frame.cursor_column);
    newer_drawn(&window->newer, map_is_cut(look->layers.map));
    if (window->newer.cut_since_ms)
        uv_timer_start(&window->again, on_again, 1, 0);
    term_draw(window->term, &frame);
    if (look->copied.length)
        term_copy(window->term, buffer_span(&look->copied));
    buffer_reset(&look->copied);
    if (term_is_behind(window->term))
        uv_poll_start(&window->output, UV_WRITABLE, on_output);
}

static void on_again(uv_timer_t *timer)
{
    draw(timer->data);
}

static void on_output(uv_poll_t *poll, int status, int events)
{
    struct look_window *window = poll->data;

    (void)events;
    term_flush(window->term);
    if (status >= 0 && term_is_behind(window->term))
        return;
    uv_poll_stop(poll);
    if (status >= 0)
        draw(window);
}

static void fit(struct look_window *window)
{
    struct look *look = &window->look;

    term_size(window->term, &look->rows, &look->columns);
    canvas_clear(&window->canvas);
    canvas_init(&window->canvas, look->rows, look->columns);
}

/* ---- the end ---- */

static void handle_gone(uv_handle_t *handle)
{
    (void)handle;
}

static void end(struct look_window *window)
{
    if (window->closed)
        return;
    window->closed = true;
    uv_close((uv_handle_t *)&window->keys, handle_gone);
    uv_close((uv_handle_t *)&window->output, handle_gone);
    uv_close((uv_handle_t *)&window->loading, handle_gone);
    uv_close((uv_handle_t *)&window->again, handle_gone);
    uv_close((uv_handle_t *)&window->finding, handle_gone);
    for (size_t i = 0; i < SIGNALS; i++)
        uv_close((uv_handle_t *)&window->signals[i], handle_gone);
    if (window->loader)
        window->stuck = map_loader_close(window->loader) == MAP_LOADER_STUCK;
    if (window->working)
        uv_stop(&window->loop);     /* A person who leaves does not wait for a file. */
}

/* ---- finding, a little at a time ---- */

static void on_finding(uv_idle_t *idle)
{
    struct look_window *window = idle->data;
    struct look *look = &window->look;
    uint64_t start_ms = uv_hrtime() / 1000000;

    while (look_find_step(&look->find, &look->layers, FIND_RECORDS)
           && uv_hrtime() / 1000000 - start_ms < FIND_BUDGET_MS)
        continue;
    if (!look->find.running)
        uv_idle_stop(idle);
    else if (start_ms - window->find_drawn_ms < FIND_DRAWN_MS)
        return;
    window->find_drawn_ms = start_ms;
    draw(window);
}

/* ---- reading the files ---- */

static void find_on(struct look_window *window)
{
    if (window->look.find.running && window->look.loaded)
        uv_idle_start(&window->finding, on_finding);
}

static void layers_start(struct look_window *window)
{
    uint32_t count;
    struct map_layer_style *styles = look_layers_styles(&window->look.layers, &count);

    window->look.loaded = false;
    map_loader_start(window->loader, styles, count);
    base_free(styles);
}

static void layers_arrange(struct look_window *window)
{
    uint32_t count;
    struct map_layer_style *styles = look_layers_styles(&window->look.layers, &count);

    window->look.wants_arrange = false;
    map_loader_arrange(window->loader, styles, count);
    base_free(styles);
}

static void restyle_on(struct look_window *window);

static void on_layers(void *context)
{
    struct look_window *window = context;
    struct look *look = &window->look;
    uint32_t count = map_layer_count(look->layers.map);
    char why[LOOK_WHY_BYTES];
    enum status status;

    if (window->closed)
        return;
    for (uint32_t i = 0; i < count; i++)
        if (map_loader_outcome(window->loader, i, &status, why, sizeof why))
            look_layer_note(look_layer_of(&look->layers, i), status, why);
    look->loaded = !map_loader_is_busy(window->loader);
    if (look->placed) {
        struct map_view first = look_first_view(look, look->map_rows, look->map_columns);
        look_show_all(look, &first);
    }
    map_loader_state(window->loader, look->progress, sizeof look->progress);
    if (look->loaded && look_layers_failed(&look->layers) == look->layers.count) {
        end(window);
        return;
    }
    restyle_on(window);
    find_on(window);
    draw(window);
}

static void prepare_work(uv_work_t *work)
{
    struct look_window *window = work->data;

    look_layers_prepare(&window->look.layers);
}

static void prepare_done(uv_work_t *work, int status)
{
    struct look_window *window = work->data;

    window->working = false;
    if (status != 0 || window->closed)
        return;
    uv_timer_stop(&window->loading);
    window->look.prepared = true;
    window->loader = map_loader_new(&window->loop, window->look.layers.map, on_layers, window);
    layers_start(window);
}

static void on_loading(uv_timer_t *timer)
{
    draw(timer->data);
}

/* ---- another style for a layer ---- */

static void restyle_work(uv_work_t *work)
{
    struct look_window *window = work->data;
    struct restyled *restyled = &window->restyled;
    struct shape_table *table;          /* Its own: the loop reads the layer's meanwhile. */
    char why[LOOK_WHY_BYTES];

    if (shape_table_open(restyled->style.path, &table, why, sizeof why) != STATUS_OK)
        return;
    restyled->styled = look_style_by(table, restyled->column, &restyled->style,
                                     &restyled->legend);
    shape_table_free(table);
}

static void restyle_take(struct look_window *window)
{
    struct look *look = &window->look;

    look->restyle.wanted = false;
    for (uint32_t i = 0; i < map_layer_count(look->layers.map); i++) {
        struct look_layer *layer = look_layer_of(&look->layers, i);
        if (strcmp(layer->style.name, look->restyle.layer) != 0)
            continue;
        layer->style = window->restyled.style;
        layer->legend = window->restyled.legend;
    }
    look->pane = LOOK_PANE_LAYERS;
    layers_start(window);
    draw(window);
}

static void restyle_done(uv_work_t *work, int status)
{
    struct look_window *window = work->data;

    window->working = false;
    if (status != 0 || window->closed)
        return;
    if (window->restyled.styled)
        restyle_take(window);
    else
        window->look.restyle.wanted = false;
}

static void restyle_start(struct look_window *window)
{
    struct look *look = &window->look;
    struct look_restyle *wanted = &look->restyle;

    for (uint32_t i = 0; i < map_layer_count(look->layers.map); i++)
        if (strcmp(look_layer_of(&look->layers, i)->style.name, wanted->layer) == 0)
            window->restyled = (struct restyled){
                .style = look_layer_of(&look->layers, i)->plain };
    memcpy(window->restyled.column, wanted->column, sizeof wanted->column);
    if (wanted->column[0] == '\0') {
        restyle_take(window);
        return;
    }
    look_say(look, "counting the values of %s", wanted->column);
    window->work.data = window;
    window->working = uv_queue_work(&window->loop, &window->work, restyle_work, restyle_done) == 0;
}

/* Once everything else has been read. */
static void restyle_on(struct look_window *window)
{
    if (window->look.restyle.wanted && window->look.loaded && !window->working)
        restyle_start(window);
}

/* ---- keys and signals ---- */

static void read_keys(struct look_window *window)
{
    struct look *look = &window->look;
    struct press press;

    while (!look->ending && term_read(window->term, &press))
        look_press(look, &press);
    if (look->ending) {
        end(window);
        return;
    }
    if (look->wants_arrange)
        layers_arrange(window);
    restyle_on(window);
    find_on(window);
    draw(window);
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
    struct look_window *window = signal->data;

    if (number != SIGWINCH) {
        end(window);
        return;
    }
    if (term_resized(window->term))
        fit(window);
    read_keys(window);          /* resizeterm() pushed a key that no descriptor announces. */
}

static void start(struct look_window *window)
{
    static const int numbers[SIGNALS] = { SIGWINCH, SIGTERM, SIGHUP, SIGINT };

    uv_loop_init(&window->loop);
    uv_poll_init(&window->loop, &window->keys, STDIN_FILENO);
    uv_poll_init(&window->loop, &window->output, term_output(window->term));
    term_make_blocking(window->term);
    uv_timer_init(&window->loop, &window->loading);
    uv_timer_init(&window->loop, &window->again);
    window->again.data = window;
    uv_idle_init(&window->loop, &window->finding);
    window->keys.data = window->output.data = window->loading.data = window;
    window->finding.data = window->work.data = window;
    uv_poll_start(&window->keys, UV_READABLE, on_keys);
    for (size_t i = 0; i < SIGNALS; i++) {
        uv_signal_init(&window->loop, &window->signals[i]);
        window->signals[i].data = window;
        uv_signal_start(&window->signals[i], on_signal, numbers[i]);
    }
    snprintf(window->look.progress, sizeof window->look.progress, "looking at %u file%s",
             window->look.layers.files->count, window->look.layers.files->count == 1 ? "" : "s");
    window->working = uv_queue_work(&window->loop, &window->work, prepare_work, prepare_done) == 0;
    uv_timer_start(&window->loading, on_loading, LOADING_MS, LOADING_MS);
}

static bool nothing_shown(const struct look *look)
{
    return look_layers_failed(&look->layers) == look->layers.count;
}

static int look_in_terminal(struct look_window *window)
{
    struct look *look = &window->look;

    look->ascii = term_is_ascii(window->term);
    look->mono = term_is_mono(window->term);
    fit(window);
    map_hasten(look->layers.map, newer_waits, &window->newer);
    start(window);
    draw(window);
    uv_run(&window->loop, UV_RUN_DEFAULT);
    term_close(window->term);
    canvas_clear(&window->canvas);
    /* A thread still reads what nobody will see, and joining it would wait for it. */
    if (window->working || window->stuck)
        _exit(0);
    uv_loop_close(&window->loop);
    return nothing_shown(look) ? LOOK_EXIT_FAILED : 0;
}

/* ---- one frame on stdout ---- */

static int write_out(const struct buffer *text)
{
    if (fwrite(text->bytes, 1, text->length, stdout) == text->length && fflush(stdout) == 0)
        return 0;
    fprintf(stderr, "watchdesk map: it could not be written: %s\n", strerror(errno));
    return LOOK_EXIT_FAILED;
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
    struct canvas canvas;

    setlocale(LC_CTYPE, "");
    bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    look->ascii = options->term.ascii
                  || (options->mode_given ? options->mode == MAP_ASCII : !utf8);
    look->mono = !options->colour;
    canvas_init(&canvas, options->rows, options->columns);
    look->view = look_first_view(look, options->rows, options->columns);
    look_show_all(look, &look->view);
    map_draw(look->layers.map, &look->view, &nothing, &canvas);
    look_legends_draw(look, &canvas);
    if (look->ascii)
        screen_to_ascii(&canvas);
    if (options->colour)
        look_print_colours(&canvas,
                           (struct palette){ options->term.palette, print_size() }, &text);
    else
        canvas_dump(&canvas, &text);
    int exit_code = write_out(&text);
    buffer_clear(&text);
    canvas_clear(&canvas);
    return exit_code;
}

static int read_and_print(struct look *look)
{
    look_layers_prepare(&look->layers);
    look_layers_read(&look->layers);
    look->prepared = look->loaded = true;
    return nothing_shown(look) ? LOOK_EXIT_FAILED : print_once(look);
}

/* ---- what was asked for ---- */

static int show(struct look_window *window)
{
    char why[200];

    if (window->look.options->print)
        return read_and_print(&window->look);
    window->term = term_open(&window->look.options->term, why, sizeof why);
    if (window->term)
        return look_in_terminal(window);
    fprintf(stderr, "watchdesk map: %s\n", why);
    return LOOK_EXIT_FAILED;
}

static void say_lines(const struct buffer *messages)
{
    struct span rest = buffer_span(messages), line;

    while (span_cut(&rest, '\n', &line))
        if (line.length)
            fprintf(stderr, "watchdesk map: %.*s\n", (int)line.length, line.bytes);
}

static int show_files(struct look_window *window, const struct look_options *options,
                      const struct look_files *files)
{
    struct buffer messages = { 0 };

    look_init(&window->look, options);
    look_layers_init(&window->look.layers, files, options);
    int exit_code = show(window);
    look_layers_say(&window->look.layers, &messages);
    if (exit_code && nothing_shown(&window->look))
        buffer_add_text(&messages, "nothing to look at\n");
    say_lines(&messages);
    buffer_clear(&messages);
    look_clear(&window->look);
    return exit_code;
}

static int show_words(const struct look_options *options)
{
    struct buffer messages = { 0 }, text = { 0 };
    struct look_files files = look_files_find(options->paths, options->path_count, &messages);
    struct look_window *window = base_alloc(1, sizeof *window);
    int exit_code = LOOK_EXIT_FAILED;

    say_lines(&messages);
    if (files.count == 0)
        fprintf(stderr, "watchdesk map: nothing to look at\n");
    else if (options->info)
        exit_code = look_info(&files, options->json, &text) && write_out(&text) == 0
                        ? 0 : LOOK_EXIT_FAILED;
    else
        exit_code = show_files(window, options, &files);
    base_free(window);
    look_files_clear(&files);
    buffer_clear(&messages);
    buffer_clear(&text);
    return exit_code;
}

static int say_help(void)
{
    struct buffer help = { 0 };

    look_options_help(&help);
    fputs(help.bytes, stdout);
    buffer_clear(&help);
    return 0;
}

int look_run(const struct term_options *term, int count, char **words)
{
    struct look_options options;
    struct buffer problem = { 0 };

    if (look_options_read(count, words, term, &options, &problem)) {
        if (options.help)
            return say_help();
        if (options.path_count == 0)
            buffer_add_text(&problem, "which files? `watchdesk map --help` says more");
        else if (options.colour && !options.print)
            buffer_add_text(&problem, "--colour is for --print; a terminal has its own colours");
        else if (options.json && !options.info)
            buffer_add_text(&problem, "--json is for --info");
    }
    if (problem.length) {
        fprintf(stderr, "watchdesk map: %s\n", problem.bytes);
        buffer_clear(&problem);
        return LOOK_EXIT_USAGE;
    }
    if (!options.print && !isatty(STDOUT_FILENO)) {
        options.print = true;
        options.rows = PLAIN_ROWS;
        options.columns = PLAIN_COLUMNS;
    }
    return show_words(&options);
}
