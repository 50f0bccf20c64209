/* site.h - a scratch site for a test: a short-named folder with its own runtime and state
 * folders, our real programs run in it, hubs started and killed.
 *
 * The programs are the sanitized ones of $BUILD (default .build), so that what they do wrong ends
 * them; a benchmark asks for the plain ones. */
#ifndef TESTS_SITE_H
#define TESTS_SITE_H

#include "tests/process.h"

/* Skips the running test, saying so, unless ../shared/PATH is there. */
#define skip_without_shared(path)                                                \
    do {                                                                         \
        if (!shared_has(path)) {                                                 \
            print_message("SKIP: ../shared/%s is absent\n", (path));             \
            skip();                                                              \
        }                                                                        \
    } while (0)
bool shared_has(const char *path);

enum site_programs { SITE_SANITIZED, SITE_PLAIN };

struct test_site;               /* Not the `struct site` of the picture. */
/* Makes the folder; nothing in it yet. */
struct test_site *site_new(enum site_programs programs);
/* Kills what site_start() started and still runs, and removes the folder. */
void site_free(struct test_site *site);

const char *site_folder(const struct test_site *site);
/* Absolute path of a file of the site; a loan until the next call. */
const char *site_path(struct test_site *site, const char *name);
/* Absolute path of one of our programs ("watchdesk"); a loan until the next call. */
const char *site_program(struct test_site *site, const char *name);
/* The environment in which its programs run, for process.h and terminal.h. */
const char *const *site_environment(const struct test_site *site);

void site_write(struct test_site *site, const char *name, const char *text);
/* Content of a file of the site, "" without one; a loan until the next call. */
const char *site_read(struct test_site *site, const char *name);

/* What a finished command left. Texts are the site's, until its next command. */
struct site_result {
    struct ending ending;
    bool late;                  /* It did not end in DEADLINE_MS and was killed. */
    const char *out, *err;
};
/* Runs `watchdesk ARGUMENT...` in the site's folder to its end. */
#define site_run(site, ...) \
    site_run_list((site), NULL, (const char *const[]){ __VA_ARGS__, NULL })
/* With a file of the site as its stdin. */
#define site_run_with(site, input_name, ...) \
    site_run_list((site), (input_name), (const char *const[]){ __VA_ARGS__, NULL })
struct site_result site_run_list(struct test_site *site, const char *input_name,
                                 const char *const *arguments);
/* The same, and fails the running test, showing what was printed, unless it exits with `code`. */
#define site_expect(site, code, ...)                                             \
    site_expect_list((site), (code), (const char *const[]){ __VA_ARGS__, NULL }, \
                     __FILE__, __LINE__)
struct site_result site_expect_list(struct test_site *site, int code, const char *const *arguments,
                                    const char *file, int line);

/* Starts `watchdesk ARGUMENT...` and leaves it running; it prints to NAME.out and NAME.err. */
#define site_start(site, name, ...) \
    site_start_list((site), (name), (const char *const[]){ __VA_ARGS__, NULL })
pid_t site_start_list(struct test_site *site, const char *name, const char *const *arguments);

/* Starts the hub and waits until its socket takes connections; fails the test when it does not. */
pid_t site_hub_start(struct test_site *site);
/* SIGKILL, as a power cut would; false when children of it are left a second later. */
bool site_hub_kill(struct test_site *site, pid_t hub);
/* SIGTERM, and waits; fails the test unless it exits with 0. */
void site_hub_stop(struct test_site *site, pid_t hub);

#endif
