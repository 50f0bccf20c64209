/* bench.h - rows of `make bench`, and the limits they are held against, measured in the same run.
 *
 * A limit is a figure that a plain program from ../shared/bench reaches on this machine now:
 * tests/bench.sh compiles those into the folder that $LIMITS names. Without ../shared a row says
 * that its limit is absent; nothing is remembered from another machine. */
#ifndef TESTS_BENCH_H
#define TESTS_BENCH_H

#include "tests/process.h"

enum { LIMIT_NONE = -1, LIMIT_ABSENT = -2 };

struct bench_row {
    const char *name;
    double figure;
    const char *unit;
    double limit;               /* In the same unit; LIMIT_NONE when the goal is for the figure. */
    const char *goal;           /* "<= 2" or ">= 0.3", of the ratio where there is a limit. */
};
/* Prints one line for bench.sh: name, figure, unit, limit, ratio and goal between tabs. */
void bench_row(const struct bench_row *row);

/* Median of `count` figures; sorts them. And the one that `percent` of them do not exceed. */
double bench_median(double *figures, size_t count);
double bench_percentile(double *figures, size_t count, double percent);
/* Seconds of the monotonic clock. */
double bench_seconds(void);

/* Runs the program `arguments[0]` of $LIMITS until it prints a line that contains `line`, and reads
 * the number that follows `before` in it. LIMIT_ABSENT when there is no such program or line. */
double bench_limit(const char *const *arguments, const char *line, const char *before);
/* A scratch folder for what a benchmark makes, kept between runs in the build folder. */
const char *bench_folder(void);

#endif
