/* http_request.h - reads HTTP/1.1 requests from a stream of bytes (RFC 9112), for a server of ours.
 * The door to http_parser in this folder.
 *
 * One request at a time: what comes behind it is kept for the next. Bodies come whole, by their
 * length or in chunks. What could be read in two ways (a length and chunks, two lengths) is
 * refused, as are upgrades. Nothing is kept beyond the limits. Pure. */
#ifndef FEEDS_HTTP_REQUEST_H
#define FEEDS_HTTP_REQUEST_H

#include "app/base/buffer.h"

enum {
    HTTP_REQUEST_HEADERS_MAX = 64,
    HTTP_REQUEST_HEAD_BYTES_MAX = 16 * 1024,    /* Request line and headers. */
};

enum http_request_state {
    REQUEST_NONE,               /* Nothing of a request has come yet. */
    REQUEST_HEAD,               /* Some of it. */
    REQUEST_HEADED,             /* Said once: all headers are there, and no byte of the body. */
    REQUEST_BODY,
    REQUEST_WHOLE,
    REQUEST_WRONG,              /* It can be read no further; `status` says what to answer. */
};

struct http_request;
struct http_request *http_request_new(size_t body_bytes_max);
void http_request_free(struct http_request *request);

/* Takes bytes; in the states HEADED and WHOLE it stops before the end of them and keeps the rest:
 * call http_request_go() when the request has been judged (HEADED) or answered (WHOLE). */
enum http_request_state http_request_take(struct http_request *request, struct span bytes);
enum http_request_state http_request_go(struct http_request *request);
enum http_request_state http_request_state(const struct http_request *request);

/* Of the request at hand, from HEADED on; loans until the next begins. */
const char *http_request_method(const struct http_request *request);
const char *http_request_path(const struct http_request *request);      /* Without ?query. */
/* The value of a header, its name in any case; "" when it is not there. Of two with one name the
 * first; a second Authorization or length is refused. */
const char *http_request_header(const struct http_request *request, const char *name);
struct span http_request_body(const struct http_request *request);
bool http_request_keeps_alive(const struct http_request *request);
/* The sender waits for "100 Continue" before the body. */
bool http_request_expects(const struct http_request *request);

/* WRONG: 400, 413 (the body), 431 (the headers), 501 or 505; and a sentence. */
int http_request_status(const struct http_request *request);
const char *http_request_sentence(const struct http_request *request);

#endif
