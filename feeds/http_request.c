#include "feeds/http_request.h"

#include <http_parser.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "app/base/text.h"

struct header {
    size_t name, value;         /* Where in `head`; each ends in NUL. */
};

struct http_request {
    http_parser parser;
    enum http_request_state state;
    size_t body_bytes_max;
    struct buffer waiting;      /* Came, and not read yet. */
    struct buffer target, head, body;
    struct header headers[HTTP_REQUEST_HEADERS_MAX];
    uint32_t header_count;
    size_t head_bytes;
    bool in_value;              /* The last header's value has begun. */
    bool keeps_alive, headed;
    int status;
    char sentence[160];
};

/* ---- what the parser tells ---- */

static struct http_request *request_of(http_parser *parser)
{
    return parser->data;
}

/* -1: from on_headers_complete, 1 would only mean that no body comes. */
static int wrong(struct http_request *request, int status, const char *sentence)
{
    if (request->status == 0) {
        request->status = status;
        snprintf(request->sentence, sizeof request->sentence, "%s", sentence);
    }
    return -1;
}

static int begun(http_parser *parser)
{
    struct http_request *request = request_of(parser);

    buffer_reset(&request->target);
    buffer_reset(&request->head);
    buffer_reset(&request->body);
    request->header_count = 0;
    request->head_bytes = 0;
    request->in_value = request->headed = false;
    request->state = REQUEST_HEAD;
    return 0;
}

static int head_grown(struct http_request *request, size_t length)
{
    request->head_bytes += length;
    if (request->head_bytes > HTTP_REQUEST_HEAD_BYTES_MAX)
        return wrong(request, 431, "the headers are longer than 16 KiB");
    return 0;
}

static int target_part(http_parser *parser, const char *at, size_t length)
{
    struct http_request *request = request_of(parser);

    buffer_add(&request->target, span_from(at, length));
    return head_grown(request, length);
}

static void value_end(struct http_request *request)
{
    if (request->header_count)
        buffer_add(&request->head, span_from("", 1));
    request->in_value = false;
}

static int name_part(http_parser *parser, const char *at, size_t length)
{
    struct http_request *request = request_of(parser);

    if (request->in_value || request->header_count == 0) {
        value_end(request);
        if (request->header_count == HTTP_REQUEST_HEADERS_MAX)
            return wrong(request, 431, "there are more than 64 headers");
        request->headers[request->header_count++] = (struct header){ request->head.length, 0 };
    }
    buffer_add(&request->head, span_from(at, length));
    return head_grown(request, length);
}

static int value_part(http_parser *parser, const char *at, size_t length)
{
    struct http_request *request = request_of(parser);

    if (!request->in_value) {
        buffer_add(&request->head, span_from("", 1));
        request->headers[request->header_count - 1].value = request->head.length;
        request->in_value = true;
    }
    buffer_add(&request->head, span_from(at, length));
    return head_grown(request, length);
}

/* A name without a value still ends in NUL, twice. */
static void head_end(struct http_request *request)
{
    if (request->header_count && !request->in_value) {
        buffer_add(&request->head, span_from("", 1));
        request->headers[request->header_count - 1].value = request->head.length;
    }
    value_end(request);
    buffer_add(&request->target, span_from("", 1));
}

static bool credentials_doubled(const struct http_request *request)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < request->header_count; i++)
        count += strcasecmp(request->head.bytes + request->headers[i].name, "Authorization") == 0;
    return count > 1;
}

static int headed(http_parser *parser)
{
    struct http_request *request = request_of(parser);

    head_end(request);
    request->keeps_alive = http_should_keep_alive(parser);
    if (parser->http_major != 1)
        return wrong(request, 505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
    if (parser->upgrade)
        return wrong(request, 501, "no other protocol is spoken here");
    if (credentials_doubled(request))
        return wrong(request, 400, "there are two Authorization headers");
    if (parser->content_length != UINT64_MAX && parser->content_length > request->body_bytes_max)
        return wrong(request, 413, "the body is longer than the limit");
    request->state = REQUEST_HEADED;
    request->headed = true;
    http_parser_pause(parser, 1);
    return 0;
}

static int body_part(http_parser *parser, const char *at, size_t length)
{
    struct http_request *request = request_of(parser);

    request->state = REQUEST_BODY;
    if (request->body.length + length > request->body_bytes_max)
        return wrong(request, 413, "the body is longer than the limit");
    buffer_add(&request->body, span_from(at, length));
    return 0;
}

static int ended(http_parser *parser)
{
    request_of(parser)->state = REQUEST_WHOLE;
    http_parser_pause(parser, 1);
    return 0;
}

static const http_parser_settings told = {
    .on_message_begin = begun, .on_url = target_part, .on_header_field = name_part,
    .on_header_value = value_part, .on_headers_complete = headed, .on_body = body_part,
    .on_message_complete = ended,
};

/* ---- the stream ---- */

struct http_request *http_request_new(size_t body_bytes_max)
{
    struct http_request *request = base_alloc(1, sizeof *request);

    request->body_bytes_max = body_bytes_max;
    http_parser_init(&request->parser, HTTP_REQUEST);
    request->parser.data = request;
    return request;
}

void http_request_free(struct http_request *request)
{
    buffer_clear(&request->waiting);
    buffer_clear(&request->target);
    buffer_clear(&request->head);
    buffer_clear(&request->body);
    base_free(request);
}

static void unreadable(struct http_request *request, enum http_errno error)
{
    request->state = REQUEST_WRONG;
    request->keeps_alive = false;
    if (request->status)
        return;
    request->status = error == HPE_HEADER_OVERFLOW ? 431 : 400;
    snprintf(request->sentence, sizeof request->sentence, "this is no HTTP request: %s",
             http_errno_description(error));
}

/* Reads what waits, up to the next thing that has to be judged. */
static enum http_request_state advance(struct http_request *request)
{
    http_parser *parser = &request->parser;

    if (request->state == REQUEST_WRONG || request->waiting.length == 0)
        return request->state;
    size_t used = http_parser_execute(parser, &told, request->waiting.bytes,
                                      request->waiting.length);
    enum http_errno error = HTTP_PARSER_ERRNO(parser);
    if (error != HPE_OK && error != HPE_PAUSED)
        unreadable(request, error);
    else
        buffer_drop_front(&request->waiting, used);
    return request->state;
}

enum http_request_state http_request_take(struct http_request *request, struct span bytes)
{
    if (request->state == REQUEST_WRONG)
        return request->state;
    buffer_add(&request->waiting, bytes);
    if (request->state == REQUEST_HEADED || request->state == REQUEST_WHOLE)
        return request->state;
    return advance(request);
}

enum http_request_state http_request_go(struct http_request *request)
{
    bool was_whole = request->state == REQUEST_WHOLE;

    if (request->state == REQUEST_WRONG)
        return request->state;
    http_parser_pause(&request->parser, 0);
    request->state = was_whole ? REQUEST_NONE : REQUEST_BODY;
    if (was_whole)
        request->headed = false;
    /* Paused behind the headers, the parser has not taken their last line feed yet: so something
     * waits, and a request without a body ends in this call. */
    return advance(request);
}

enum http_request_state http_request_state(const struct http_request *request)
{
    return request->state;
}

/* ---- what it says ---- */

const char *http_request_method(const struct http_request *request)
{
    return http_method_str((enum http_method)request->parser.method);
}

const char *http_request_path(const struct http_request *request)
{
    char *query = request->headed ? strchr(request->target.bytes, '?') : NULL;

    if (query)
        *query = '\0';
    return request->headed ? request->target.bytes : "";
}

const char *http_request_header(const struct http_request *request, const char *name)
{
    for (uint32_t i = 0; request->headed && i < request->header_count; i++) {
        const struct header *header = &request->headers[i];
        if (strcasecmp(request->head.bytes + header->name, name) == 0)
            return request->head.bytes + header->value;
    }
    return "";
}

struct span http_request_body(const struct http_request *request)
{
    return buffer_span(&request->body);
}

bool http_request_keeps_alive(const struct http_request *request)
{
    return request->keeps_alive;
}

bool http_request_expects(const struct http_request *request)
{
    return strcasecmp(http_request_header(request, "Expect"), "100-continue") == 0;
}

int http_request_status(const struct http_request *request)
{
    return request->status;
}

const char *http_request_sentence(const struct http_request *request)
{
    return request->sentence;
}
