/* bench_terminal.c - what a frame costs between our cells and the terminal, against curses doing
 * the same with nothing of ours around it: cells here and there in many colours, as of a map that
 * moves, and then every cell of the screen. The terminal is a pseudo-terminal that somebody reads
 * as fast as it comes. */
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "panels/term.h"
#include "tests/bench.h"

enum { ROWS = 60, COLUMNS = 200, FRAMES = 300, WHOLE_FRAMES = 100, STILL_FRAMES = 300 };

struct figures {
    double tenth_us, whole_us, still_us;
    uint64_t tenth_bytes, whole_bytes, still_bytes;     /* A frame; of still ones, all of them. */
};

/* ---- the side that draws, with the pseudo-terminal as its own ---- */

static uint32_t random_below(uint64_t *state, uint32_t limit)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (uint32_t)(*state % limit);
}

static void change(struct canvas *canvas, uint32_t cells, uint64_t *random)
{
    enum { BRAILLE = 0x2800 };

    for (uint32_t i = 0; i < cells; i++) {
        struct cell *cell = canvas_at(canvas, (uint16_t)random_below(random, ROWS),
                                      (uint16_t)random_below(random, COLUMNS));
        cell->glyph = BRAILLE + 1 + random_below(random, 255);
        cell->ink = (uint8_t)random_below(random, INK_COUNT);
    }
}

static void change_all(struct canvas *canvas, uint64_t *random)
{
    for (uint32_t i = 0; i < ROWS * COLUMNS; i++) {
        canvas->cells[i].glyph = 0x2801 + random_below(random, 255);
        canvas->cells[i].ink = (uint8_t)random_below(random, INK_COUNT);
    }
}

static void draw_to_the_end(struct term *term, const struct term_frame *frame)
{
    term_draw(term, frame);
    while (term_is_behind(term)) {
        struct pollfd output = { .fd = term_output(term), .events = POLLOUT };
        poll(&output, 1, -1);
        term_flush(term);
    }
}

/* Median of the whole frame, changing the cells included as it is for bare curses. */
static double frames_us(struct term *term, struct canvas *canvas, uint32_t count, uint32_t cells)
{
    static double took_us[FRAMES];
    uint64_t random = 88172645463325252u;
    struct term_frame frame = { .canvas = canvas };

    for (uint32_t i = 0; i < count; i++) {
        double start_s = bench_seconds();
        if (cells == ROWS * COLUMNS)
            change_all(canvas, &random);
        else
            change(canvas, cells, &random);
        draw_to_the_end(term, &frame);
        took_us[i] = (bench_seconds() - start_s) * 1e6;
    }
    return bench_median(took_us, count);
}

/* Tells the reader where one kind of frame ends, once it has read all of it. */
static void wait_read(int to_parent, int from_parent)
{
    char byte = 'x';
    ssize_t moved = write(to_parent, &byte, 1);

    moved += read(from_parent, &byte, 1);
    assert(moved == 2);
}

static void draw_all(int to_parent, int from_parent)
{
    struct term_options options = { .ascii = false };
    struct canvas canvas;
    struct figures figures = { 0 };
    char why[200];
    struct term *term = term_open(&options, why, sizeof why);

    assert(term);
    canvas_init(&canvas, ROWS, COLUMNS);
    frames_us(term, &canvas, 3, ROWS * COLUMNS);
    wait_read(to_parent, from_parent);
    figures.tenth_us = frames_us(term, &canvas, FRAMES, ROWS * COLUMNS / 10);
    wait_read(to_parent, from_parent);
    figures.whole_us = frames_us(term, &canvas, WHOLE_FRAMES, ROWS * COLUMNS);
    wait_read(to_parent, from_parent);
    figures.still_us = frames_us(term, &canvas, STILL_FRAMES, 0);
    wait_read(to_parent, from_parent);
    ssize_t written = write(to_parent, &figures, sizeof figures);
    assert(written == sizeof figures);
    term_close(term);
    canvas_clear(&canvas);
}

/* ---- the side that reads ---- */

/* Bytes that come until the other side says that it is done, and a moment longer. */
static uint64_t count_bytes(int terminal, int from_child, int to_child)
{
    enum { MOMENT_MS = 100 };
    static char bytes[65536];
    uint64_t count = 0;
    bool done = false;

    for (;;) {
        fd_set set;
        struct timeval moment = { .tv_usec = MOMENT_MS * 1000 };
        FD_ZERO(&set);
        FD_SET(terminal, &set);
        if (!done)
            FD_SET(from_child, &set);
        int ready = select((terminal > from_child ? terminal : from_child) + 1, &set, NULL, NULL,
                           done ? &moment : NULL);
        if (ready <= 0)
            break;
        if (FD_ISSET(terminal, &set)) {
            ssize_t length = read(terminal, bytes, sizeof bytes);
            if (length <= 0)
                break;
            count += (uint64_t)length;
        } else {
            done = read(from_child, bytes, 1) == 1;
        }
    }
    ssize_t told = write(to_child, "x", 1);
    assert(told == 1);
    return count;
}

static struct figures measure(void)
{
    struct winsize size = { .ws_row = ROWS, .ws_col = COLUMNS };
    struct figures figures;
    uint64_t counts[4];
    int up[2], down[2], terminal;
    int made = pipe(up) + pipe(down);

    assert(made == 0);
    pid_t pid = forkpty(&terminal, NULL, NULL, &size);
    assert(pid >= 0);
    if (pid == 0) {
        setenv("TERM", "xterm-256color", 1);
        setenv("LC_ALL", "C.UTF-8", 1);
        unsetenv("NO_COLOR");
        unsetenv("LINES");
        unsetenv("COLUMNS");
        draw_all(up[1], down[0]);
        _exit(0);
    }
    for (size_t i = 0; i < ARRAY_COUNT(counts); i++)
        counts[i] = count_bytes(terminal, up[0], down[1]);
    ssize_t length = read(up[0], &figures, sizeof figures);
    assert(length == sizeof figures);
    figures.tenth_bytes = counts[1] / FRAMES;
    figures.whole_bytes = counts[2] / WHOLE_FRAMES;
    figures.still_bytes = counts[3];
    /* Closing it ends a child that still writes. */
    close(terminal);
    waitpid(pid, NULL, 0);
    return figures;
}

/* ---- the rows ---- */

static double curses_us(const char *frames, const char *percent)
{
    const char *const arguments[] = { "e_ncurses", "200", "60", frames, percent, "diff", "256",
                                      "xterm-256color", "0", NULL };
    return bench_limit(arguments, "diff", "frame p50");
}

static double curses_bytes(const char *frames, const char *percent)
{
    const char *const arguments[] = { "e_ncurses", "200", "60", frames, percent, "diff", "256",
                                      "xterm-256color", "0", NULL };
    return bench_limit(arguments, "diff", "us/frame");
}

int main(void)
{
    struct figures figures = measure();

    bench_row(&(struct bench_row){ .name = "terminal: 200x60, a tenth of the cells (bare curses)",
                                   .figure = figures.tenth_us, .unit = "us",
                                   .limit = curses_us("300", "10"), .goal = "<= 1.3" });
    bench_row(&(struct bench_row){ .name = "terminal: 200x60, every cell (bare curses)",
                                   .figure = figures.whole_us, .unit = "us",
                                   .limit = curses_us("100", "100"), .goal = "<= 1.3" });
    bench_row(&(struct bench_row){ .name = "terminal: bytes for a tenth of the cells",
                                   .figure = (double)figures.tenth_bytes, .unit = "bytes",
                                   .limit = curses_bytes("300", "10"), .goal = "<= 1.3" });
    bench_row(&(struct bench_row){ .name = "terminal: 200x60, nothing changed",
                                   .figure = figures.still_us, .unit = "us", .limit = LIMIT_NONE,
                                   .goal = "<= 100" });
    bench_row(&(struct bench_row){ .name = "terminal: sent when nothing changed",
                                   .figure = (double)figures.still_bytes, .unit = "bytes",
                                   .limit = LIMIT_NONE, .goal = "<= 0" });
    return 0;
}
