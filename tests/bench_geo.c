/* bench_geo.c - the geography service as the hub knows it: how long it takes to be ready for a city
 * of a million street segments, how much memory that is, and how long each kind of ask takes, from
 * the line to the answer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/base/buffer.h"
#include "app/base/json.h"
#include "maps/city.h"
#include "maps/geo_service.h"
#include "tests/bench.h"

enum { SEGMENTS = 1000000, ASKS = 101, LOADS = 3, PATH_BYTES = 512 };

/* Made once and kept between runs: it takes longer than all that is measured. */
static void city_folder(char folder[PATH_BYTES])
{
    char done[PATH_BYTES + 8], why[256];

    snprintf(folder, PATH_BYTES, "%.480s/city-%d", bench_folder(), SEGMENTS);
    snprintf(done, sizeof done, "%s/done", folder);
    if (access(done, F_OK) == 0)
        return;
    mkdir(folder, 0755);
    const struct city_options options = { .folder = folder, .seed = 1, .segments = SEGMENTS };
    if (city_make(&options, why, sizeof why) != STATUS_OK) {
        fprintf(stderr, "bench_geo: %s\n", why);
        exit(1);
    }
    FILE *file = fopen(done, "w");
    if (file)
        fclose(file);
}

static struct geo_service *service_load(const char *folder)
{
    struct geo_service *service = geo_service_new();
    struct buffer hello = { 0 }, out = { 0 };

    buffer_print(&hello, "{\"hello\":1,\"streets\":{\"file\":\"%s/streets\",\"name\":\"NAME\","
                 "\"class\":\"CLASS\",\"speed\":\"SPEED\",\"oneway\":\"ONEWAY\","
                 "\"left_from\":\"LFROM\",\"left_to\":\"LTO\",\"right_from\":\"RFROM\","
                 "\"right_to\":\"RTO\",\"from_node\":\"FNODE\",\"to_node\":\"TNODE\"},"
                 "\"zones\":[{\"name\":\"district\",\"file\":\"%s/zones\",\"column\":\"NAME\"}],"
                 "\"places\":[{\"kind\":\"hospital\",\"file\":\"%s/hospitals\","
                 "\"column\":\"NAME\"}]}", folder, folder, folder);
    geo_service_answer(service, &(struct line){ .text = buffer_span(&hello) }, &out);
    buffer_clear(&hello);
    buffer_clear(&out);
    return service;
}

/* ---- loading ---- */

static double load_ms(const char *folder)
{
    double took_ms[LOADS];

    for (int i = 0; i < LOADS; i++) {
        double start_s = bench_seconds();
        struct geo_service *service = service_load(folder);
        took_ms[i] = (bench_seconds() - start_s) * 1000;
        geo_service_free(service);
    }
    return bench_median(took_ms, LOADS);
}

static double read_ms(const char *folder)
{
    char path[PATH_BYTES + 16];
    const char *const arguments[] = { "b_scan", "lib", path, "3", NULL };

    snprintf(path, sizeof path, "%s/streets.shp", folder);
    return bench_limit(arguments, "lib", "median");
}

static double resident_peak_mib(void)
{
    FILE *status = fopen("/proc/self/status", "r");
    char line[256];
    double kib = 0;

    while (status && fgets(line, sizeof line, status))
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtod(line + 6, NULL);
    if (status)
        fclose(status);
    return kib / 1024;
}

/* Of a process of its own that loads and waits for asks. */
static double memory_mib(const char *folder)
{
    double mib = 0;
    int ends[2];

    if (pipe(ends) != 0)
        return 0;
    pid_t pid = fork();
    if (pid == 0) {
        service_load(folder);
        mib = resident_peak_mib();
        _exit(write(ends[1], &mib, sizeof mib) == sizeof mib ? 0 : 1);
    }
    close(ends[1]);
    if (read(ends[0], &mib, sizeof mib) != sizeof mib)
        mib = 0;
    close(ends[0]);
    waitpid(pid, NULL, 0);
    return mib;
}

static double files_mib(const char *folder)
{
    static const char *const endings[] = { "shp", "shx", "dbf" };
    char path[PATH_BYTES + 16];
    struct stat info;
    double bytes = 0;

    for (size_t i = 0; i < ARRAY_COUNT(endings); i++) {
        snprintf(path, sizeof path, "%s/streets.%s", folder, endings[i]);
        bytes += stat(path, &info) == 0 ? (double)info.st_size : 0;
    }
    return bytes / (1024 * 1024);
}

/* ---- asks ---- */

/* At random where an address is near: the harbour has none. */
static void place_next(struct geo_service *service, uint64_t *seed, double ret_at[2])
{
    struct buffer ask = { 0 }, out = { 0 };

    do {
        *seed = *seed * 6364136223846793005u + 1442695040888963407u;
        ret_at[0] = 51.21 + ((double)(*seed >> 40) / 16777216.0 - 0.5) * 0.2;
        ret_at[1] = -4.1 + ((double)(*seed >> 16 & 0xFFFFFF) / 16777216.0 - 0.5) * 0.3;
        buffer_reset(&ask);
        buffer_reset(&out);
        buffer_print(&ask, "{\"ask\":\"reverse\",\"lat\":%.7f,\"lon\":%.7f}", ret_at[0], ret_at[1]);
        geo_service_answer(service, &(struct line){ .text = buffer_span(&ask) }, &out);
    } while (!strstr(out.bytes, "\"address\""));
    buffer_clear(&ask);
    buffer_clear(&out);
}

static void point_put(struct buffer *ask, const double at[2])
{
    buffer_print(ask, "\"lat\":%.7f,\"lon\":%.7f", at[0], at[1]);
}

static void zones_ask(const double at[2], const double to[2], struct buffer *ask)
{
    (void)to;
    buffer_add_text(ask, "{\"ask\":\"zones\",");
    point_put(ask, at);
}

static void reverse_ask(const double at[2], const double to[2], struct buffer *ask)
{
    (void)to;
    buffer_add_text(ask, "{\"ask\":\"reverse\",");
    point_put(ask, at);
}

/* A square of about two kilometres. */
static void inside_ask(const double at[2], const double to[2], struct buffer *ask)
{
    (void)to;
    buffer_print(ask, "{\"ask\":\"inside\",\"rings\":[[[%.6f,%.6f],[%.6f,%.6f],[%.6f,%.6f],"
                 "[%.6f,%.6f]]]", at[0] - 0.009, at[1] - 0.014, at[0] - 0.009, at[1] + 0.014,
                 at[0] + 0.009, at[1] + 0.014, at[0] + 0.009, at[1] - 0.014);
}

static void reach_ask(const double at[2], const double to[2], struct buffer *ask)
{
    (void)to;
    buffer_add_text(ask, "{\"ask\":\"reach\",\"seconds\":300,");
    point_put(ask, at);
}

static void route_ask(const double at[2], const double to[2], struct buffer *ask)
{
    buffer_add_text(ask, "{\"ask\":\"route\",\"from\":{");
    point_put(ask, at);
    buffer_add_text(ask, "},\"to\":{");
    point_put(ask, to);
    buffer_add_text(ask, "}");
}

static void crossing_ask(const double at[2], const double to[2], struct buffer *ask)
{
    (void)to;
    buffer_add_text(ask, "{\"ask\":\"place\",\"text\":\"Quay St / Markte St\",\"near\":{");
    point_put(ask, at);
    buffer_add_text(ask, "}");
}

static const struct {
    const char *name;
    void (*write)(const double at[2], const double to[2], struct buffer *ask);
    const char *answered, *goal;
} asks[] = {
    { "zones of a point", zones_ask, "\"ref\"", "<= 1" },
    { "address of a point", reverse_ask, "\"address\"", "<= 1" },
    { "what lies inside 2 x 2 km", inside_ask, "\"area_m2\"", "<= 50" },
    { "reach of five minutes, outlined", reach_ask, "\"reach\"", "<= 100" },
    { "route across the city", route_ask, "\"route\"", "<= 100" },
    { "crossing that is none, mistyped", crossing_ask, "\"found\"", "<= 20" },
};

static void ask_measure(struct geo_service *service, size_t kind)
{
    struct buffer ask = { 0 }, out = { 0 };
    double took_ms[ASKS];
    uint64_t seed = 7;
    char name[96];

    for (int i = 0; i < ASKS; i++) {
        double at[2], to[2];
        place_next(service, &seed, at);
        place_next(service, &seed, to);
        buffer_reset(&ask);
        buffer_reset(&out);
        asks[kind].write(at, to, &ask);
        buffer_add_text(&ask, ",\"ref\":1}");
        double start_s = bench_seconds();
        geo_service_answer(service, &(struct line){ .text = buffer_span(&ask) }, &out);
        took_ms[i] = (bench_seconds() - start_s) * 1000;
        if (!strstr(out.bytes, asks[kind].answered)) {
            fprintf(stderr, "bench_geo: %.*s is answered %.200s\n", (int)ask.length, ask.bytes,
                    out.bytes);
            exit(1);
        }
    }
    snprintf(name, sizeof name, "geography, 1 M segments: %s", asks[kind].name);
    bench_row(&(struct bench_row){ .name = name, .figure = bench_median(took_ms, ASKS),
                                   .unit = "ms", .limit = LIMIT_NONE, .goal = asks[kind].goal });
    buffer_clear(&ask);
    buffer_clear(&out);
}

int main(void)
{
    char folder[PATH_BYTES];

    city_folder(folder);
    bench_row(&(struct bench_row){ .name = "geography, 1 M segments: memory (its .shp, .shx, .dbf)",
                                   .figure = memory_mib(folder), .unit = "MiB",
                                   .limit = files_mib(folder), .goal = "<= 2.5" });
    bench_row(&(struct bench_row){ .name = "geography, 1 M segments: ready (shapelib's .shp)",
                                   .figure = load_ms(folder), .unit = "ms",
                                   .limit = read_ms(folder), .goal = "-" });
    struct geo_service *service = service_load(folder);
    for (size_t i = 0; i < ARRAY_COUNT(asks); i++)
        ask_measure(service, i);
    geo_service_free(service);
    return 0;
}
