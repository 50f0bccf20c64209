#include "tests/bench.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Four digits, more before the point when there are more. */
static void print_figure(double figure)
{
    printf(figure >= 1000 ? "%.0f" : "%.4g", figure);
}

void bench_row(const struct bench_row *row)
{
    printf("%s\t", row->name);
    print_figure(row->figure);
    printf("\t%s\t", row->unit);
    if (row->limit == LIMIT_NONE)
        printf("-\t-");
    else if (row->limit == LIMIT_ABSENT)
        printf("absent\t-");
    else {
        print_figure(row->limit);
        printf("\t%.3g", row->figure / row->limit);
    }
    printf("\t%s\n", row->goal);
    fflush(stdout);
}

static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

double bench_percentile(double *figures, size_t count, double percent)
{
    assert(count > 0);
    qsort(figures, count, sizeof *figures, by_size);
    size_t at = (size_t)((double)count * percent / 100);
    return figures[at < count ? at : count - 1];
}

double bench_median(double *figures, size_t count)
{
    return bench_percentile(figures, count, 50);
}

double bench_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

const char *bench_folder(void)
{
    static const char folder[] = "/tmp/watchdesk-bench";
    const char *given = getenv("BENCH_WORK");

    if (!given)
        given = folder;
    mkdir(given, 0700);
    return given;
}

static pid_t start_limit(const char *path, const char *const *arguments, FILE **ret_output)
{
    int ends[2];
    int made = pipe(ends);

    assert(made == 0);
    pid_t pid = fork();
    assert(pid >= 0);
    if (pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execv(path, (char *const *)arguments);
        _exit(127);
    }
    close(ends[1]);
    *ret_output = fdopen(ends[0], "r");
    return pid;
}

/* The number behind `before` in the first line with `wanted`. */
static double number_in(FILE *output, const char *wanted, const char *before)
{
    char line[4096];

    while (fgets(line, sizeof line, output)) {
        const char *found = strstr(line, wanted);
        const char *at = found ? strstr(line, before) : NULL;
        if (at)
            return strtod(at + strlen(before), NULL);
    }
    return LIMIT_ABSENT;
}

double bench_limit(const char *const *arguments, const char *line, const char *before)
{
    const char *folder = getenv("LIMITS");
    char path[512];
    FILE *output;

    snprintf(path, sizeof path, "%s/%s", folder ? folder : "", arguments[0]);
    if (!folder || access(path, X_OK) != 0)
        return LIMIT_ABSENT;
    pid_t pid = start_limit(path, arguments, &output);
    double limit = number_in(output, line, before);
    kill(pid, SIGKILL);         /* It may have more to measure; we do not. */
    fclose(output);
    waitpid(pid, NULL, 0);
    return limit;
}
