#include "tests/golden.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "tests/check.h"
#include "tests/process.h"

/* Line by line, since a screen that changed keeps its rows. */
static void print_difference(struct span expected, struct span actual)
{
    struct span want, got;

    for (uint32_t row = 1; expected.bytes || actual.bytes; row++) {
        bool has_want = span_cut(&expected, '\n', &want), has_got = span_cut(&actual, '\n', &got);
        if (has_want && has_got && want.length == got.length
            && memcmp(want.bytes, got.bytes, want.length) == 0)
            continue;
        if (has_want)
            print_message("%4u expected |%.*s\n", row, (int)want.length, want.bytes);
        if (has_got)
            print_message("%4u      got |%.*s\n", row, (int)got.length, got.bytes);
    }
}

void golden_compare_at(const char *name, const char *text, const char *file, int line)
{
    char path[256];
    struct buffer expected = { 0 };

    snprintf(path, sizeof path, "tests/golden/%s", name);
    if (getenv("ACCEPT")) {
        mkdir("tests/golden", 0755);
        file_write(path, span_of(text));
        return;
    }
    file_read(path, &expected);
    bool same = strcmp(expected.bytes, text) == 0;
    if (!same) {
        print_message("%s differs; if it is meant, `make accept` and read the diff:\n", path);
        print_difference(buffer_span(&expected), span_of(text));
    }
    buffer_clear(&expected);
    if (!same)
        _fail(file, line);
}
