#include "tests/report_load.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "tests/bench.h"

enum { POINTS = 2000 };             /* Sensors that take turns. */

void report_load_print(struct buffer *out, uint32_t i)
{
    buffer_print(out,
                 "{\"report\":\"alarm\",\"at\":\"2026-11-17T14:32:07Z\",\"point\":\"gauge-%04u\","
                 "\"condition\":\"level\",\"state\":\"active\",\"lat\":%.6f,\"lon\":%.6f,"
                 "\"priority\":3,\"value\":%.3f,\"unit\":\"m\",\"place\":\"Harbour basin %u, north "
                 "quay\",\"text\":\"level above the second mark, pump two does not start, keeper "
                 "on the way\",\"battery\":%u}\n",
                 i % POINTS, 51 + i * 1e-6, -4 - i * 1e-6, i * 0.01, i % 9, i % 100);
}

pid_t report_load_start(const char *path, uint32_t first, uint32_t count, uint32_t a_second)
{
    pid_t child = fork();

    if (child != 0)
        return child;
    int fifo = open(path, O_WRONLY);
    struct buffer out = { 0 };
    double start_s = bench_seconds();
    for (uint32_t i = 0; i < count; i++) {
        report_load_print(&out, first + i);
        if (!a_second && out.length < 60000 && i + 1 < count)
            continue;
        for (size_t at = 0; at < out.length;) {
            ssize_t wrote = write(fifo, out.bytes + at, out.length - at);
            if (wrote <= 0)
                _exit(1);
            at += (size_t)wrote;
        }
        buffer_reset(&out);
        while (a_second && bench_seconds() - start_s < (double)i / a_second)
            poll(NULL, 0, 1);
    }
    /* The writing end stays open, so the feed goes on until the next load. */
    pause();
    _exit(0);
}
