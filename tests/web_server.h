/* web_server.h - a real web server for a test, on loopback: tests/web_server.py says what it does.
 * It serves the folder `www` of a site and dies with the test. */
#ifndef TESTS_WEB_SERVER_H
#define TESTS_WEB_SERVER_H

#include "tests/site.h"

struct web_server;
/* With certificates (tests/certificates.h) made in the site's folder first, it speaks TLS too. */
struct web_server *web_server_start(struct test_site *site);
void web_server_stop(struct web_server *server);

/* "http", "https", "wrong", "late", "mutual". */
int web_server_port(const struct web_server *server, const char *word);
/* What is served as /NAME from now on. */
void web_server_put(struct web_server *server, const char *name, const char *text);

/* How often `path` was asked for. */
uint32_t web_server_asked(struct web_server *server, const char *path);
/* Waits until it was asked for so often; fails the running test when it never is. */
void web_server_wait(struct web_server *server, const char *path, uint32_t times);
/* The time of that request (1 is the first), ms since 1970, and a header of it: "" when it had
 * none; a loan until the next call. */
int64_t web_server_asked_at_ms(struct web_server *server, const char *path, uint32_t which);
const char *web_server_header(struct web_server *server, const char *path, uint32_t which,
                              const char *name);

#endif
