/* http_url.h - addresses on the web, taken apart and put together the way the library that fetches
 * them does it, so that what was judged is what is asked. Pure. */
#ifndef FEEDS_HTTP_URL_H
#define FEEDS_HTTP_URL_H

#include "app/base/buffer.h"
#include "feeds/poll_policy.h"

enum { HTTP_URL_BYTES_MAX = 2000 };

/* NULL when `url` is an http or https address with a host and without a name or password in it;
 * else what is wrong with it, without a full stop. *ret_parts live in `arena`; the host is in small
 * letters. */
const char *http_url_read(const char *url, struct arena *arena, struct url_parts *ret_parts);

/* `reference` as it stands in a document of `base`: absolute, or relative to it. NULL: it is no
 * address. */
const char *http_url_join(const char *base, const char *reference, struct arena *arena);

/* A loopback address, or localhost: a name that only begins like one is anybody's. */
bool http_host_is_here(const char *host);

/* For sentences: without its query, which may hold a key. */
const char *http_url_shown(const char *url, struct arena *arena);

#endif
