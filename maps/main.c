/* main.c - watchdesk-geo: what the command line asks for. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "maps/city.h"
#include "maps/geo_service.h"

static int usage(FILE *out, int code)
{
    fputs("usage: watchdesk-geo\n"
          "  Answers where things are and how to get there: JSON lines on stdin and stdout, until\n"
          "  stdin ends. The hub starts it; maps/geo_service.h has the lines.\n"
          "watchdesk-geo --check\n"
          "  Reads the hub's hello from stdin and prints what is wrong with its layers; exit 1\n"
          "  when something is.\n"
          "watchdesk-geo --make-city DIR [--seed N] [--segments N]\n"
          "  Writes the sample city PORT MAREN as shapefiles into DIR.\n", out);
    return code;
}

static int city_asked(int count, char **words)
{
    struct city_options options = { .folder = words[0], .seed = 1 };
    char why[256];

    for (int i = 1; i < count; i += 2) {
        char *end = NULL;
        unsigned long long number = i + 1 < count ? strtoull(words[i + 1], &end, 10) : 0;
        if (end == NULL || *end != '\0' || number > UINT32_MAX)
            return usage(stderr, 2);
        if (strcmp(words[i], "--seed") == 0)
            options.seed = number;
        else if (strcmp(words[i], "--segments") == 0)
            options.segments = (uint32_t)number;
        else
            return usage(stderr, 2);
    }
    if (city_make(&options, why, sizeof(why)) == STATUS_OK)
        return 0;
    fprintf(stderr, "watchdesk-geo: %s\n", why);
    return 1;
}

/* False when nobody reads any more. */
static bool all_written(struct span bytes)
{
    while (bytes.length) {
        ssize_t count = write(STDOUT_FILENO, bytes.bytes, bytes.length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return false;
        bytes = span_from(bytes.bytes + count, bytes.length - (size_t)count);
    }
    return true;
}

/* The next bytes of stdin into `bytes`; 0 at its end. */
static size_t input_read(char *bytes, size_t byte_max)
{
    for (;;) {
        ssize_t count = read(STDIN_FILENO, bytes, byte_max);
        if (count >= 0)
            return (size_t)count;
        if (errno != EINTR)
            return 0;
    }
}

static bool lines_answer(struct geo_service *service, struct line_buffer *lines,
                         struct buffer *answers)
{
    struct line line;

    while (line_buffer_next(lines, &line)) {
        buffer_reset(answers);
        geo_service_answer(service, &line, answers);
        if (!all_written(buffer_span(answers)))
            return false;
    }
    return true;
}

static int serve(void)
{
    static const char gone[] = "watchdesk-geo: nobody reads the answers any more\n";
    struct geo_service *service = geo_service_new();
    struct line_buffer *lines = line_buffer_new(GEO_LINE_BYTES_MAX);
    struct buffer answers = { 0 };
    char bytes[65536];
    bool read_by_hub = true;

    for (size_t count; read_by_hub && (count = input_read(bytes, sizeof bytes)) > 0;) {
        line_buffer_add(lines, span_from(bytes, count));
        read_by_hub = lines_answer(service, lines, &answers);
    }
    line_buffer_end(lines);
    if (read_by_hub)
        read_by_hub = lines_answer(service, lines, &answers);
    if (!read_by_hub)
        fputs(gone, stderr);
    buffer_clear(&answers);
    line_buffer_free(lines);
    geo_service_free(service);
    return read_by_hub ? 0 : 1;
}

static int check(void)
{
    struct buffer hello = { 0 }, problems = { 0 };
    char bytes[65536];

    for (size_t count; (count = input_read(bytes, sizeof bytes)) > 0;)
        if (hello.length <= GEO_LINE_BYTES_MAX)
            buffer_add(&hello, span_from(bytes, count));
    uint32_t count = geo_service_check(buffer_span(&hello), &problems);
    bool written = all_written(buffer_span(&problems));
    buffer_clear(&hello);
    buffer_clear(&problems);
    return written && count == 0 ? 0 : 1;
}

int main(int count, char **words)
{
    if (count == 1)
        return serve();
    if (count == 2 && strcmp(words[1], "--help") == 0)
        return usage(stdout, 0);
    if (count == 2 && strcmp(words[1], "--check") == 0)
        return check();
    if (count >= 3 && strcmp(words[1], "--make-city") == 0)
        return city_asked(count - 2, words + 2);
    return usage(stderr, 2);
}
