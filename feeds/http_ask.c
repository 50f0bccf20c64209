#include "feeds/http_inside.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "feeds/http_url.h"

/* ---- what comes in ---- */

static size_t stopped(struct ask *ask, enum http_ending trouble)
{
    if (ask->trouble == HTTP_ANSWERED)
        ask->trouble = trouble;
    return 0;                   /* Not the length given: libcurl ends the transfer. */
}

/* A new status line: what came before belonged to another answer (1xx, a redirect, a proxy). */
static void headers_forget(struct ask *ask)
{
    for (int i = 0; i < KEPT_HEADER_COUNT; i++)
        ask->kept[i] = "";
}

static void header_keep(struct ask *ask, struct span line)
{
#define ROW(upper, text) [KEPT_##upper] = text,
    static const char *const names[KEPT_HEADER_COUNT] = { HTTP_KEPT_HEADERS(ROW) };
#undef ROW
    struct span name;

    if (!span_cut(&line, ':', &name))
        return;
    for (int i = 0; i < KEPT_HEADER_COUNT; i++)
        if (text_same_ignoring_case(name, span_of(names[i]))
            && line.length <= HTTP_VALIDATOR_BYTES_MAX)
            ask->kept[i] = arena_copy(ask->arena, span_trim(line));
}

static size_t header_comes(char *bytes, size_t size, size_t count, void *context)
{
    struct ask *ask = context;
    struct span line = span_from(bytes, size * count);

    ask->header_bytes += line.length;
    if (ask->header_bytes > HTTP_HEADER_BYTES_MAX)
        return stopped(ask, HTTP_TOO_LONG);
    if (span_starts(line, "HTTP/"))
        headers_forget(ask);
    else
        header_keep(ask, line);
    return line.length;
}

static bool is_coded(const char *coding)
{
    return coding[0] && !text_same_ignoring_case(span_of(coding), span_of("identity"));
}

static bool is_gzip(const char *coding)
{
    return text_same_ignoring_case(span_of(coding), span_of("gzip"))
           || text_same_ignoring_case(span_of(coding), span_of("x-gzip"));
}

static size_t coded_add(struct ask *ask, struct span piece)
{
    if (!is_gzip(ask->kept[KEPT_CONTENT_ENCODING]))
        return stopped(ask, HTTP_BAD_CODING);
    if (!ask->gzip)
        ask->gzip = gzip_new(ask->http->options.body_bytes_max);
    struct verdict verdict = gzip_add(ask->gzip, piece, &ask->body);
    if (is_accepted(&verdict))
        return piece.length;
    if (verdict.refusal != REFUSED_TOO_LONG)
        return stopped(ask, HTTP_BAD_CODING);
    return stopped(ask, verdict.field[0] ? HTTP_BOMB : HTTP_TOO_LONG);
}

/* Of an answer that is not the thing asked for, the words are read and dropped. */
static size_t body_comes(char *bytes, size_t size, size_t count, void *context)
{
    struct ask *ask = context;
    struct span piece = span_from(bytes, size * count);
    long status = 0;

    ask->body_bytes += piece.length;
    if (ask->body_bytes > ask->http->options.body_bytes_max)
        return stopped(ask, HTTP_TOO_LONG);
    curl_easy_getinfo(ask->easy, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200 && status != 203)
        return piece.length;
    if (is_coded(ask->kept[KEPT_CONTENT_ENCODING]))
        return coded_add(ask, piece);
    buffer_add(&ask->body, piece);
    return piece.length;
}

/* ---- what goes out ---- */

static void header_put(struct ask *ask, const char *name, const char *value)
{
    if (!value || !value[0])
        return;
    struct curl_slist *longer =
        curl_slist_append(ask->headers, arena_print(ask->arena, "%s: %s", name, value));
    assert(longer);
    ask->headers = longer;
}

/* Only our own server learns who we are; where it sends us is not it. */
static bool is_home(const struct ask *ask)
{
    struct url_parts to;

    return !http_url_read(ask->url, ask->arena, &to)
           && poll_route(&ask->http->home, &to) == ROUTE_FOLLOWED;
}

static void text_option(CURL *easy, CURLoption option, const char *text)
{
    if (text[0])
        curl_easy_setopt(easy, option, text);
}

static void credentials_put(struct ask *ask)
{
    const struct http_options *options = &ask->http->options;

    curl_easy_setopt(ask->easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
    text_option(ask->easy, CURLOPT_USERNAME, options->user);
    text_option(ask->easy, CURLOPT_PASSWORD, options->password);
    if (options->token[0])
        header_put(ask, options->token_header[0] ? options->token_header : "Authorization",
                   options->token_header[0] ? options->token
                                            : arena_print(ask->arena, "Bearer %s", options->token));
    text_option(ask->easy, CURLOPT_SSLCERT, options->certificate);
    if (options->key[0]) {
        struct curl_blob key = { .data = (void *)options->key, .len = strlen(options->key),
                                 .flags = CURL_BLOB_COPY };
        curl_easy_setopt(ask->easy, CURLOPT_SSLKEY_BLOB, &key);
    }
}

/* The system's authorities, or the given file and nothing beside it. */
static void trust_put(const struct ask *ask)
{
    const char *ca = ask->http->options.ca;

    curl_easy_setopt(ask->easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(ask->easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(ask->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (!ca[0])
        return;
    curl_easy_setopt(ask->easy, CURLOPT_CAINFO, ca);
    curl_easy_setopt(ask->easy, CURLOPT_CAPATH, NULL);
}

static void limits_put(const struct ask *ask, int64_t now_ms)
{
    const struct http_options *options = &ask->http->options;
    int64_t left_ms = ask->started_ms + options->total_ms - now_ms;

    curl_easy_setopt(ask->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)options->connect_ms);
    curl_easy_setopt(ask->easy, CURLOPT_TIMEOUT_MS, (long)(left_ms > 1 ? left_ms : 1));
    curl_easy_setopt(ask->easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)options->body_bytes_max);
}

static void receivers_put(struct ask *ask)
{
    curl_easy_setopt(ask->easy, CURLOPT_HEADERFUNCTION, header_comes);
    curl_easy_setopt(ask->easy, CURLOPT_HEADERDATA, ask);
    curl_easy_setopt(ask->easy, CURLOPT_WRITEFUNCTION, body_comes);
    curl_easy_setopt(ask->easy, CURLOPT_WRITEDATA, ask);
    curl_easy_setopt(ask->easy, CURLOPT_ERRORBUFFER, ask->error);
}

/* Sets the handle up for ask->url, from nothing. The environment's proxy is not asked: what
 * site.conf says is all there is. */
static void easy_set(struct ask *ask, int64_t now_ms)
{
    const struct http_options *options = &ask->http->options;

    curl_easy_reset(ask->easy);
    curl_slist_free_all(ask->headers);
    ask->headers = NULL;
    ask->error[0] = '\0';
    curl_easy_setopt(ask->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(ask->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(ask->easy, CURLOPT_URL, ask->url);
    curl_easy_setopt(ask->easy, CURLOPT_PROXY, options->proxy);
    curl_easy_setopt(ask->easy, CURLOPT_USERAGENT, options->user_agent);
    /* We open it ourselves, to hold it to its limits byte by byte. */
    header_put(ask, "Accept-Encoding", "gzip");
    header_put(ask, "Accept", ask->request.accept);
    header_put(ask, "If-None-Match", ask->request.etag);
    header_put(ask, "If-Modified-Since", ask->request.last_modified);
    if (is_home(ask))
        credentials_put(ask);
    curl_easy_setopt(ask->easy, CURLOPT_HTTPHEADER, ask->headers);
    trust_put(ask);
    limits_put(ask, now_ms);
    receivers_put(ask);
}

static const char *kept_text(struct arena *arena, const char *text)
{
    return arena_copy(arena, span_of(text ? text : ""));
}

struct ask *ask_new(struct http *http, const struct http_request *request, int64_t now_ms)
{
    struct ask *ask = base_alloc(1, sizeof *ask);

    ask->http = http;
    ask->arena = arena_new();
    ask->request = *request;
    ask->request.url = kept_text(ask->arena, request->url);
    ask->request.accept = kept_text(ask->arena, request->accept);
    ask->request.etag = kept_text(ask->arena, request->etag);
    ask->request.last_modified = kept_text(ask->arena, request->last_modified);
    ask->url = ask->request.url;
    ask->started_ms = now_ms;
    headers_forget(ask);
    ask->easy = curl_easy_init();
    assert(ask->easy);
    easy_set(ask, now_ms);
    return ask;
}

void ask_free(struct ask *ask)
{
    curl_easy_cleanup(ask->easy);
    curl_slist_free_all(ask->headers);
    gzip_free(ask->gzip);
    buffer_clear(&ask->body);
    arena_free(ask->arena);
    base_free(ask);
}

/* ---- how it ended ---- */

static const struct {
    CURLcode code;
    enum http_ending ending;
} endings[] = {
    { CURLE_COULDNT_RESOLVE_HOST, HTTP_NO_NAME },
    { CURLE_COULDNT_RESOLVE_PROXY, HTTP_NO_NAME },
    { CURLE_COULDNT_CONNECT, HTTP_NO_ROUTE },
    { CURLE_OPERATION_TIMEDOUT, HTTP_TIMED_OUT },
    { CURLE_PEER_FAILED_VERIFICATION, HTTP_DISTRUSTED },
    { CURLE_SSL_CACERT_BADFILE, HTTP_DISTRUSTED },
    { CURLE_SSL_ISSUER_ERROR, HTTP_DISTRUSTED },
    { CURLE_SSL_CONNECT_ERROR, HTTP_NO_TLS },
    { CURLE_SSL_CERTPROBLEM, HTTP_NO_TLS },
    { CURLE_SSL_CIPHER, HTTP_NO_TLS },
    { CURLE_FILESIZE_EXCEEDED, HTTP_TOO_LONG },
};

static enum http_ending ending_of(const struct ask *ask, CURLcode code)
{
    if (ask->trouble != HTTP_ANSWERED)
        return ask->trouble;
    if (code == CURLE_OK)
        return HTTP_ANSWERED;
    for (size_t i = 0; i < ARRAY_COUNT(endings); i++)
        if (endings[i].code == code)
            return endings[i].ending;
    return HTTP_BROKEN;
}

/* A compressed body must have come to its end. */
static enum http_ending body_ending(const struct ask *ask)
{
    struct verdict verdict = ask->gzip ? gzip_end(ask->gzip) : accepted();
    return is_accepted(&verdict) ? HTTP_ANSWERED : HTTP_BAD_CODING;
}

static void answer_fill(const struct ask *ask, struct http_answer *answer)
{
    answer->url = ask->request.url;
    answer->found_at = ask->url;
    answer->elsewhere = "";
    answer->body = answer->ending == HTTP_ANSWERED ? buffer_span(&ask->body) : span_of("");
    answer->etag = ask->kept[KEPT_ETAG];
    answer->last_modified = ask->kept[KEPT_LAST_MODIFIED];
    answer->content_type = ask->kept[KEPT_CONTENT_TYPE];
    answer->cache_control = ask->kept[KEPT_CACHE_CONTROL];
    answer->age = ask->kept[KEPT_AGE];
    answer->retry_after = ask->kept[KEPT_RETRY_AFTER];
}

/* 300 is a choice that nobody here can make, 304 no redirect. */
static bool leads_on(long status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* True: it goes on at `elsewhere`. Else the ending says why not. */
static bool led_on(struct ask *ask, const char *elsewhere, int64_t now_ms,
                   struct http_answer *answer, enum poll_route *ret_route)
{
    *ret_route = http_route(ask->http, ask->url, elsewhere);
    answer->elsewhere = arena_copy(ask->arena, span_of(elsewhere));
    answer->ending = HTTP_HELD;
    if (*ret_route != ROUTE_FOLLOWED)
        return false;
    answer->ending = HTTP_ROUND;
    if (++ask->redirects > POLL_REDIRECTS_MAX)
        return false;
    ask->url = answer->elsewhere;
    ask->body_bytes = 0;
    easy_set(ask, now_ms);
    return true;
}

bool ask_ended(struct ask *ask, CURLcode code, int64_t now_ms, struct http_answer *ret_answer)
{
    struct http_answer answer = { .ending = ending_of(ask, code) };
    enum poll_route route = ROUTE_FOLLOWED;
    const char *elsewhere = NULL;

    if (answer.ending == HTTP_ANSWERED)
        answer.ending = body_ending(ask);
    if (answer.ending == HTTP_ANSWERED)
        curl_easy_getinfo(ask->easy, CURLINFO_RESPONSE_CODE, &answer.status);
    curl_easy_getinfo(ask->easy, CURLINFO_REDIRECT_URL, &elsewhere);
    answer_fill(ask, &answer);
    if (leads_on(answer.status) && elsewhere && led_on(ask, elsewhere, now_ms, &answer, &route))
        return true;
    http_sentence(&answer, ask->error, route, ask->arena);
    *ret_answer = answer;
    return false;
}
