#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "feeds/http_request.h"
#include "feeds/signature.h"
#include "feeds/webhook_body.h"
#include "feeds/webhook_key.h"
#include "tests/certificates.h"
#include "tests/check.h"
#include "tests/feed_run.h"

/* ---- requests ---- */

/* Goal: requests are cut as written however their bytes are torn, and what can be read in two ways
 * is refused. Method: streams with | for CRLF; each request as "METHOD PATH body;", ! and a status
 * for what is wrong; whole, byte by byte and in threes. */
#define POST "POST /a?b=c HTTP/1.1|Host: x|"
static const struct {
    const char *name, *stream, *requests;
} streams[] = {
    { "a length", POST "Content-Length: 5||hello", "POST /a hello;" },
    { "two in a row", POST "Content-Length: 2||hi" POST "Content-Length: 3||you",
      "POST /a hi;POST /a you;" },
    { "chunks", POST "Transfer-Encoding: chunked||2|he|3;ext=1|llo|0|Trailer: x||",
      "POST /a hello;" },
    { "no body", "GET / HTTP/1.1|Host: x||", "GET / ;" },
    { "blank lines before it", "||GET / HTTP/1.1|Host: x||", "GET / ;" },
    { "half of it", POST "Content-Length: 5||hel", "" },
    { "over the limit", POST "Content-Length: 41||", "!413" },
    { "over it in chunks", POST "Transfer-Encoding: chunked||21|"
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa|21|aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa|0||", "!413" },
    { "a length and chunks", POST "Content-Length: 5|Transfer-Encoding: chunked||0||", "!400" },
    { "two lengths", POST "Content-Length: 5|Content-Length: 6||hello!", "!400" },
    { "a length below 0", POST "Content-Length: -5||", "!400" },
    { "two credentials", POST "Authorization: Bearer a|authorization: Bearer b||", "!400" },
    { "HTTP/2", "PRI * HTTP/2.0||SM||", "!400" },
    { "HTTP/0.9", "GET /||", "!505" },
    { "an upgrade", "GET / HTTP/1.1|Upgrade: websocket|Connection: Upgrade||", "!501" },
    { "TLS without TLS", "\x16\x03\x01\x02", "!400" },
    { "garbage", "hello there||", "!400" },
    { "a folded header", POST "A: b| c|Content-Length: 2||ok", "POST /a ok;" },
};

static void requests_read(struct http_request *request, enum http_request_state state,
                          struct buffer *out)
{
    for (;;) {
        if (state == REQUEST_WRONG) {
            char status[8];
            snprintf(status, sizeof status, "!%d", http_request_status(request));
            if (!strstr(out->bytes, status))
                buffer_add_text(out, status);
            return;
        }
        if (state == REQUEST_WHOLE) {
            buffer_print(out, "%s %s ", http_request_method(request), http_request_path(request));
            buffer_add(out, http_request_body(request));
            buffer_add_text(out, ";");
        } else if (state != REQUEST_HEADED) {
            return;
        }
        state = http_request_go(request);
    }
}

static void requests_are_cut_as_written(void **state)
{
    struct buffer stream = { 0 }, out = { 0 };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(streams); i++) {
        buffer_reset(&stream);
        for (const char *at = streams[i].stream; *at; at++)
            buffer_add(&stream, *at == '|' ? SPAN("\r\n") : span_from(at, 1));
        const size_t pieces[] = { stream.length, 1, 3 };
        CASE("%s", streams[i].name);
        for (size_t p = 0; p < ARRAY_COUNT(pieces); p++) {
            struct http_request *request = http_request_new(40);
            buffer_reset(&out);
            buffer_add_text(&out, "");
            for (size_t at = 0; at < stream.length; at += pieces[p]) {
                size_t left = stream.length - at;
                struct span piece = span_from(stream.bytes + at,
                                              left < pieces[p] ? left : pieces[p]);
                requests_read(request, http_request_take(request, piece), &out);
            }
            assert_string_equal(out.bytes, streams[i].requests);
            http_request_free(request);
        }
    }
    buffer_clear(&stream);
    buffer_clear(&out);
}

/* Goal: headers are found in any case, and more of them than anybody needs are refused. */
static void headers_are_found_and_limited(void **state)
{
    struct http_request *request = http_request_new(40);
    struct buffer many = { 0 };

    (void)state;
    http_request_take(request, SPAN("POST / HTTP/1.1\r\nX-One: 1\r\nEmpty:\r\nEXPECT: 100-Continue"
                                    "\r\nContent-Length: 2\r\n\r\n"));
    assert_int_equal(http_request_state(request), REQUEST_HEADED);
    assert_string_equal(http_request_header(request, "x-one"), "1");
    assert_string_equal(http_request_header(request, "empty"), "");
    assert_string_equal(http_request_header(request, "x-two"), "");
    assert_true(http_request_expects(request));
    assert_true(http_request_keeps_alive(request));
    http_request_free(request);
    request = http_request_new(40);
    buffer_add_text(&many, "POST / HTTP/1.1\r\n");
    for (int i = 0; i < 65; i++)
        buffer_print(&many, "H%d: x\r\n", i);
    http_request_take(request, buffer_span(&many));
    assert_int_equal(http_request_status(request), 431);
    http_request_free(request);
    request = http_request_new(40);
    buffer_reset(&many);
    buffer_add_text(&many, "POST / HTTP/1.1\r\nLong: ");
    for (int i = 0; i < 20000; i++)
        buffer_add_text(&many, "x");
    http_request_take(request, buffer_span(&many));
    assert_int_equal(http_request_status(request), 431);
    http_request_free(request);
    buffer_clear(&many);
}

/* ---- secrets ---- */

/* GitHub's own example (docs.github.com, "Validating webhook deliveries"), and the nearest
 * wrong. */
static const struct {
    const char *signature, *message, *secret;
    bool right;
} signatures[] = {
    { "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17", "Hello, World!",
      "It's a Secret to Everybody", true },
    { "757107EA0EB2509FC211221CCE984B8A37570B6D7586C22C46F4379C8B043E17", "Hello, World!",
      "It's a Secret to Everybody", true },
    { "dXEH6g6yUJ/CESIczphLijdXC211hsIsRvQ3nIsEPhc=", "Hello, World!",
      "It's a Secret to Everybody", true },
    { "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e18", "Hello, World!",
      "It's a Secret to Everybody", false },
    { "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17", "Hello, World?",
      "It's a Secret to Everybody", false },
    { "sha256=", "Hello, World!", "It's a Secret to Everybody", false },
    { "", "Hello, World!", "It's a Secret to Everybody", false },
    { "sha256=b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad", "", "", false },
};

static void a_signature_is_the_senders(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(signatures); i++)
        assert_int_equal(signature_right(span_of(signatures[i].signature),
                                         span_of(signatures[i].message),
                                         span_of(signatures[i].secret)), signatures[i].right);
    assert_true(secret_same(SPAN("abc"), SPAN("abc")));
    assert_false(secret_same(SPAN("abd"), SPAN("abc")));
    assert_false(secret_same(SPAN("ab"), SPAN("abc")));
    assert_false(secret_same(SPAN(""), SPAN("")));
}

static void a_key_is_known_again(void **state)
{
    struct webhook_keys *keys = webhook_keys_new();
    int64_t said_count = 0;
    char key[16];

    (void)state;
    assert_int_equal(webhook_key_find(keys, SPAN("k"), SPAN("b"), &said_count), KEY_NEW);
    webhook_key_put(keys, SPAN("k"), SPAN("b"), 7);
    assert_int_equal(webhook_key_find(keys, SPAN("k"), SPAN("b"), &said_count), KEY_AGAIN);
    assert_int_equal(said_count, 7);
    assert_int_equal(webhook_key_find(keys, SPAN("k"), SPAN("c"), &said_count), KEY_OTHER_BODY);
    for (int i = 0; i < WEBHOOK_KEYS_MAX; i++) {
        snprintf(key, sizeof key, "key%d", i);
        webhook_key_put(keys, span_of(key), SPAN("b"), i);
    }
    assert_int_equal(webhook_key_find(keys, SPAN("k"), SPAN("b"), &said_count), KEY_NEW);
    assert_int_equal(webhook_key_find(keys, SPAN("key0"), SPAN("b"), &said_count), KEY_AGAIN);
    webhook_keys_free(keys);
}

static void texts_stand_one_after_the_other(void **state)
{
    (void)state;
    assert_int_equal(webhook_text_length(SPAN(" {\"a\":\"}\"} {")), 10);
    assert_int_equal(webhook_text_length(SPAN("[1,[2]]x")), 7);
    assert_int_equal(webhook_text_length(SPAN("{\"a\\\"\":1}{")), 9);
    assert_int_equal(webhook_text_length(SPAN("{\"a")), 3);
    assert_int_equal(webhook_text_length(SPAN("nothing")), 7);
}

/* ---- real senders on loopback ---- */

struct hook {
    struct feed_desk *desk;
    struct feed_talk *talk;
    char url[128], port[16];
};

/* Rules that every hook of these tests has. */
#define RULES "\"map\":[\"id=no\",\"text=what\",\"place=addr\",\"type=@X-Kind\","            \
    "\"caller=@peer\"]"

static void hook_start(struct hook *hook, const char *settings, const char *secrets)
{
    char hello[2048];

    hook->talk = feed_start(hook->desk, "webhook");
    snprintf(hello, sizeof hello, "{\"hello\":1,\"wire\":1,\"feed\":\"h\",\"mode\":\"live\","
             "\"settings\":{\"listen\":\"127.0.0.1:0\"," RULES "%s},\"secrets\":{%s}}\n", settings,
             secrets);
    feed_say(hook->talk, hello);
    feed_hear_log(hook->talk, "listens at TCP port ");
    const char *at = strstr(site_read(feed_site(hook->desk), "feed.err"), "port ");
    snprintf(hook->port, sizeof hook->port, "%d", atoi(at + 5));
    snprintf(hook->url, sizeof hook->url, "%s://127.0.0.1:%s/calls",
             strstr(settings, "\"tls\"") ? "https" : "http", hook->port);
}

static pid_t curl_start(struct hook *hook, const char *name, const char *const *arguments)
{
    const char *list[32] = { "curl", "-s", "-S", "-i", "--max-time", "15" };
    struct test_site *site = feed_site(hook->desk);
    char out[256], err[256], file[32];
    size_t count = 6;

    for (; *arguments; arguments++)
        list[count++] = *arguments;
    list[count] = hook->url;
    snprintf(file, sizeof file, "%s.out", name);
    snprintf(out, sizeof out, "%s", site_path(site, file));
    snprintf(file, sizeof file, "%s.err", name);
    snprintf(err, sizeof err, "%s", site_path(site, file));
    return process_start(&(struct process_options){ .arguments = list, .out_path = out,
                                                    .err_path = err });
}

static const char *curl_end(struct hook *hook, const char *name, pid_t pid)
{
    struct ending ending;
    char file[32];

    assert_true(child_wait(pid, clock_ms() + DEADLINE_MS, &ending));
    snprintf(file, sizeof file, "%s.out", name);
    return site_read(feed_site(hook->desk), file);
}

#define CALL "{\"no\":\"A-7\",\"what\":\"smoke\",\"addr\":\"12 Quay St\"}"
#define AUTH "Authorization: Bearer right"
#define JSON_TYPE "Content-Type: application/json"

/* Goal: each request is answered with the status that it earns, in a sentence; what is taken is
 * reported, and what is wrong is in the quarantine. Method: one real curl each; the hub has kept
 * everything beforehand. */
static const struct {
    const char *name;
    const char *arguments[10];
    const char *answer;         /* Part of it. */
    const char *reported;       /* Part of what the hub hears; "": nothing more. */
} posts[] = {
    { "a call", { "-H", AUTH, "-H", JSON_TYPE, "-H", "X-Kind: FIRE", "-d", CALL },
      "HTTP/1.1 200 OK", "{\"report\":\"incident\",\"id\":\"A-7\",\"type\":\"FIRE\","
      "\"place\":\"12 Quay St\",\"text\":\"smoke\"}" },
    { "how many were kept", { "-H", AUTH, "-H", JSON_TYPE, "-d", "[" CALL "," CALL "]" },
      "kept: 2", "\"id\":\"A-7\"" },
    { "in chunks", { "-H", AUTH, "-H", JSON_TYPE, "-H", "Transfer-Encoding: chunked", "-d", CALL },
      "HTTP/1.1 200 OK", "\"id\":\"A-7\"" },
    { "after 100-continue", { "-H", AUTH, "-H", JSON_TYPE, "-H", "Expect: 100-continue", "-d",
      CALL }, "HTTP/1.1 100 Continue", "\"id\":\"A-7\"" },
    { "HTTP/1.0", { "-0", "-H", AUTH, "-H", JSON_TYPE, "-d", CALL }, "HTTP/1.1 200 OK",
      "\"id\":\"A-7\"" },
    { "no token", { "-H", JSON_TYPE, "-d", CALL }, "HTTP/1.1 401 Unauthorized", "" },
    { "a wrong token", { "-H", "Authorization: Bearer wrong", "-d", CALL },
      "the right token is missing", "" },
    { "another scheme", { "-u", "right:right", "-d", CALL }, "HTTP/1.1 401", "" },
    { "GET", { "-H", AUTH }, "Allow: POST", "" },
    { "a form", { "-H", AUTH, "-d", CALL }, "HTTP/1.1 415", "" },
    { "another expectation", { "-H", AUTH, "-H", JSON_TYPE, "-H", "Expect: magic", "-d", CALL },
      "HTTP/1.1 417", "" },
    { "no JSON", { "-H", AUTH, "-H", JSON_TYPE, "-d", "no=A-7" },
      "not well formed (at byte", "\"reason\":\"not well formed\"" },
    { "half of it", { "-H", AUTH, "-H", JSON_TYPE, "-d", "{\"no\":" },
      "HTTP/1.1 400 Bad Request", "\"reason\":\"it ends too early\"" },
    { "no id", { "-H", AUTH, "-H", JSON_TYPE, "-d", "{\"what\":\"smoke\"}" },
      "HTTP/1.1 422 Unprocessable Content",
      "\"reason\":\"a required field is missing\",\"field\":\"id\"" },
    { "one wrong of three", { "-H", AUTH, "-H", JSON_TYPE, "-d", "[" CALL ",{}," CALL "]" },
      "message 2: id: a required field is missing (at byte 0); nothing of this body was taken",
      "\"field\":\"id\"" },
    { "nothing at all", { "-H", AUTH, "-H", JSON_TYPE, "-X", "POST" }, "HTTP/1.1 400",
      "\"reason\":\"it ends too early\"" },
    { "an empty list", { "-H", AUTH, "-H", JSON_TYPE, "-d", "[]" }, "kept: 0", "" },
    { "an upgrade", { "-H", AUTH, "-H", "Connection: Upgrade", "-H", "Upgrade: websocket" },
      "HTTP/1.1 501", "" },
};

static void each_request_earns_its_answer(void **state)
{
    struct hook hook = { .desk = feed_desk_new() };
    struct test_site *site = feed_site(hook.desk);
    size_t heard = 0;

    (void)state;
    hook_start(&hook, "", "\"token\":\"right\\n\"");
    feed_say(hook.talk, "{\"kept\":1000}\n");
    for (size_t i = 0; i < ARRAY_COUNT(posts); i++) {
        CASE("%s", posts[i].name);
        const char *answer = curl_end(&hook, "curl", curl_start(&hook, "curl", posts[i].arguments));
        if (!strstr(answer, posts[i].answer))
            print_message("answered: %s\n%s\n", answer, site_read(site, "curl.err"));
        assert_non_null(strstr(answer, posts[i].answer));
        const char *out = site_read(site, "feed.out");
        /* A refusal is answered before its line is out. */
        int64_t deadline_ms = clock_ms() + DEADLINE_MS;
        while (posts[i].reported[0] && !strstr(out + heard, posts[i].reported)
               && clock_ms() < deadline_ms)
            out = site_read(site, "feed.out");
        if (posts[i].reported[0])
            assert_non_null(strstr(out + heard, posts[i].reported));
        else
            assert_int_equal(strlen(out), heard);
        heard = strlen(out);
    }
    struct feed_ended ended = feed_end(hook.talk);
    assert_non_null(strstr(ended.err, "without the right secret were turned away"));
    feed_desk_free(hook.desk);
}

/* Goal: nobody hears "kept" before the hub has, and whoever comes when too many wait is told to
 * come again. Method: a queue of 1; one curl waits, a second is turned away, a third with the key
 * of the first waits with it; then the hub keeps, and both hear it, though it was said once. */
static void an_answer_waits_for_the_disk(void **state)
{
    struct hook hook = { .desk = feed_desk_new() };
    const char *const keyed[] = { "-H", JSON_TYPE, "-H", "Idempotency-Key: k1", "-d", CALL, NULL };
    const char *const other[] = { "-H", JSON_TYPE, "-d", "{\"no\":\"B-1\"}", NULL };
    const char *const reused[] = { "-H", JSON_TYPE, "-H", "Idempotency-Key: k1", "-d",
                                   "{\"no\":\"C-1\"}", NULL };

    (void)state;
    hook_start(&hook, ",\"open\":\"yes\",\"queue\":1", "");
    pid_t first = curl_start(&hook, "first", keyed);
    feed_hear(hook.talk, "\"id\":\"A-7\"");
    const char *answer = curl_end(&hook, "second", curl_start(&hook, "second", other));
    assert_non_null(strstr(answer, "HTTP/1.1 429 Too Many Requests"));
    assert_non_null(strstr(answer, "Retry-After: 1"));
    usleep(100000);
    assert_string_equal(site_read(feed_site(hook.desk), "first.out"), "");
    feed_say(hook.talk, "{\"kept\":1}\n");
    assert_non_null(strstr(curl_end(&hook, "first", first), "kept: 1"));
    /* The answer was lost on its way, so it is sent again. */
    answer = curl_end(&hook, "again", curl_start(&hook, "again", keyed));
    assert_non_null(strstr(answer, "HTTP/1.1 200 OK"));
    answer = curl_end(&hook, "reused", curl_start(&hook, "reused", reused));
    assert_non_null(strstr(answer, "another body came with this key before"));
    struct feed_ended ended = feed_end(hook.talk);
    assert_int_equal(text_count(ended.out, "\"report\":\"incident\""), 1);
    feed_desk_free(hook.desk);
}

/* Goal: a body is believed by its signature alone. Method: openssl signs it. */
static void a_signed_body_is_believed(void **state)
{
    struct hook hook = { .desk = feed_desk_new() };
    /* printf %s CALL | openssl dgst -sha256 -hmac s3cret */
    const char *const list[] = { "openssl", "dgst", "-sha256", "-hmac", "s3cret", "-r", NULL };
    struct test_site *site = feed_site(hook.desk);
    char in[256], out[256], header[160];
    struct ending ending;

    (void)state;
    site_write(site, "body", CALL);
    snprintf(in, sizeof in, "%s", site_path(site, "body"));
    snprintf(out, sizeof out, "%s", site_path(site, "digest"));
    pid_t pid = process_start(&(struct process_options){
        .arguments = list, .input_path = in, .out_path = out, .err_path = "/dev/null" });
    assert_true(child_wait(pid, clock_ms() + DEADLINE_MS, &ending) && ending.exit_code == 0);
    snprintf(header, sizeof header, "X-Sig: sha256=%.64s", site_read(site, "digest"));
    const char *const right[] = { "-H", JSON_TYPE, "-H", header, "-d", CALL, NULL };
    const char *const wrong[] = { "-H", JSON_TYPE, "-H", header, "-d", "{\"no\":\"B-1\"}", NULL };
    hook_start(&hook, ",\"signature_header\":\"X-Sig\"", "\"secret\":\"s3cret\"");
    feed_say(hook.talk, "{\"kept\":1000}\n");
    assert_non_null(strstr(curl_end(&hook, "c", curl_start(&hook, "c", right)), "kept: 1"));
    const char *answer = curl_end(&hook, "c", curl_start(&hook, "c", wrong));
    assert_non_null(strstr(answer, "401 Unauthorized"));
    assert_non_null(strstr(answer, "the right signature is missing: X-Sig: sha256=HEX"));
    struct feed_ended ended = feed_end(hook.talk);
    assert_null(strstr(ended.out, "B-1"));
    feed_desk_free(hook.desk);
}

/* Goal: with mutual TLS only who bears a certificate of our authority is let in, and its name can
 * stand in the report. Method: curl and openssl s_client. */
static void a_certificate_opens_the_door(void **state)
{
    struct hook hook = { .desk = feed_desk_new() };
    struct test_site *site = feed_site(hook.desk);
    char folder[256], ca[300], mine[300], key[300], theirs[300], their_key[300];
    char settings[1200], secrets[8192];
    struct buffer pem = { 0 };

    (void)state;
    snprintf(folder, sizeof folder, "%s", site_path(site, "."));
    certificates_make(folder);
    snprintf(ca, sizeof ca, "%s/ca.pem", folder);
    snprintf(mine, sizeof mine, "%s/client.pem", folder);
    snprintf(key, sizeof key, "%s/client.key", folder);
    snprintf(theirs, sizeof theirs, "%s/stranger.pem", folder);
    snprintf(their_key, sizeof their_key, "%s/stranger.key", folder);
    snprintf(settings, sizeof settings,
             ",\"tls\":\"yes\",\"ca\":\"%s\",\"certificate\":\"%s/server.pem\"", ca, folder);
    file_read(site_path(site, "server.key"), &pem);
    struct buffer quoted = { 0 };
    json_put_span(&quoted, "key", buffer_span(&pem));
    snprintf(secrets, sizeof secrets, "%.*s", (int)quoted.length, quoted.bytes);
    hook_start(&hook, settings, secrets);
    feed_say(hook.talk, "{\"kept\":1000}\n");
    const char *const known[] = { "--cacert", ca, "--cert", mine, "--key", key, "-H", JSON_TYPE,
                                  "-d", CALL, NULL };
    const char *const nobody[] = { "--cacert", ca, "-H", JSON_TYPE, "-d", CALL, NULL };
    const char *const stranger[] = { "--cacert", ca, "--cert", theirs, "--key", their_key, "-H",
                                     JSON_TYPE, "-d", CALL, NULL };
    const char *answer = curl_end(&hook, "c", curl_start(&hook, "c", known));
    assert_non_null(strstr(answer, "kept: 1"));
    assert_null(strstr(curl_end(&hook, "c", curl_start(&hook, "c", nobody)), "HTTP/1.1 2"));
    assert_null(strstr(curl_end(&hook, "c", curl_start(&hook, "c", stranger)), "HTTP/1.1 2"));

    char connect[40], in[300], out[300];
    snprintf(connect, sizeof connect, "127.0.0.1:%s", hook.port);
    site_write(site, "request", "POST /calls HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
               "Content-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"no\":\"D-1\"}\n");
    snprintf(in, sizeof in, "%s", site_path(site, "request"));
    snprintf(out, sizeof out, "%s", site_path(site, "s_client.out"));
    const char *const s_client[] = { "openssl", "s_client", "-quiet", "-CAfile", ca, "-cert", mine,
                                     "-key", key, "-connect", connect, NULL };
    struct ending ending;
    pid_t pid = process_start(&(struct process_options){
        .arguments = s_client, .input_path = in, .out_path = out, .err_path = "/dev/null" });
    assert_true(child_wait(pid, clock_ms() + DEADLINE_MS, &ending));
    assert_non_null(strstr(site_read(site, "s_client.out"), "HTTP/1.1 200 OK"));
    struct feed_ended ended = feed_end(hook.talk);
    assert_int_equal(text_count(ended.out, "\"caller\":\"E1 tablet\""), 2);
    assert_int_equal(text_count(ended.out, "\"report\":\"incident\""), 2);
    buffer_clear(&pem);
    buffer_clear(&quoted);
    feed_desk_free(hook.desk);
}

/* ---- by plain sockets: what no curl does ---- */

static int door_open(const struct hook *hook)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)atoi(hook->port)),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct timeval patience = { .tv_sec = 10 };
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

/* Until the other side closes. */
static void door_read(int fd, struct buffer *out)
{
    char bytes[4096];
    ssize_t length;

    while ((length = read(fd, bytes, sizeof bytes)) > 0)
        buffer_add(out, span_from(bytes, (size_t)length));
    buffer_add_text(out, "");
}

static void door_write(int fd, const char *text)
{
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

/* Goal: who is slow is told so, who is too long is told before the body came, who the hub does not
 * keep is told to come again; several requests on one connection are answered in order. */
static void slow_long_and_many(void **state)
{
    struct hook hook = { .desk = feed_desk_new() };
    struct buffer heard = { 0 };

    (void)state;
    hook_start(&hook, ",\"open\":\"yes\",\"timeout_s\":1", "");
    int slow = door_open(&hook), large = door_open(&hook), unkept = door_open(&hook);
    door_write(slow, "POST / HTTP/1.1\r\nContent-Le");
    door_write(large, "POST / HTTP/1.1\r\nContent-Length: 2000000\r\n\r\n{");
    door_write(unkept, "POST / HTTP/1.1\r\nContent-Length: 12\r\n\r\n{\"no\":\"A-1\"}");
    door_read(large, &heard);
    assert_non_null(strstr(heard.bytes, "HTTP/1.1 413 Content Too Large"));
    buffer_reset(&heard);
    door_read(slow, &heard);
    assert_non_null(strstr(heard.bytes, "HTTP/1.1 408 Request Timeout"));
    buffer_reset(&heard);
    door_read(unkept, &heard);
    assert_non_null(strstr(heard.bytes, "HTTP/1.1 503 Service Unavailable"));
    assert_non_null(strstr(heard.bytes, "Retry-After: 5"));
    buffer_reset(&heard);

    feed_say(hook.talk, "{\"kept\":1}\n");
    int many = door_open(&hook);
    door_write(many, "POST / HTTP/1.1\r\nContent-Length: 12\r\n\r\n{\"no\":\"B-1\"}"
               "POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"
               "POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: 12\r\n\r\n"
               "{\"no\":\"B-2\"}");
    feed_hear(hook.talk, "B-1");
    /* The second line of B-1, its refused neighbour and B-2: the hub keeps them one by one. */
    feed_say(hook.talk, "{\"kept\":2}\n");
    feed_hear(hook.talk, "B-2");
    feed_say(hook.talk, "{\"kept\":4}\n");
    door_read(many, &heard);
    const char *first = strstr(heard.bytes, "200 OK");
    const char *second = first ? strstr(first, "422 Unprocessable") : NULL;
    assert_non_null(second);
    assert_non_null(strstr(second, "200 OK"));
    close(slow);
    close(large);
    close(unkept);
    close(many);
    feed_end(hook.talk);
    buffer_clear(&heard);
    feed_desk_free(hook.desk);
}

/* Goal: 240 connections from one address in two seconds are held to its limit, and that is said;
 * one that is inside is served all the while. */
static void a_flood_is_held_to_its_limit(void **state)
{
    enum { CALLERS = 240 };
    struct hook hook = { .desk = feed_desk_new() };
    struct buffer heard = { 0 };
    int doors[CALLERS];
    uint32_t held = 0;
    char byte;

    (void)state;
    hook_start(&hook, ",\"open\":\"yes\",\"per_peer\":20,\"new_per_peer\":1000", "");
    feed_say(hook.talk, "{\"kept\":1000}\n");
    int inside = door_open(&hook);
    for (int i = 0; i < CALLERS; i++)
        doors[i] = door_open(&hook);
    door_write(inside, "POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: 12\r\n\r\n"
               "{\"no\":\"A-1\"}");
    door_read(inside, &heard);
    assert_non_null(strstr(heard.bytes, "HTTP/1.1 200 OK"));
    for (int i = 0; i < CALLERS; i++) {
        struct timeval little = { .tv_usec = 1000 };
        setsockopt(doors[i], SOL_SOCKET, SO_RCVTIMEO, &little, sizeof little);
        held += read(doors[i], &byte, 1) < 0 && errno == EAGAIN;
    }
    assert_true(held <= 20);
    feed_hear(hook.talk, "\"health\"");
    for (int i = 0; i < CALLERS; i++)
        close(doors[i]);
    close(inside);
    feed_end(hook.talk);
    buffer_clear(&heard);
    feed_desk_free(hook.desk);
}

/* ---- by hand, and what is wrong with settings ---- */

static const struct {
    const char *name, *input, *settings[6];
    int exit_code;
    const char *holds;
} tries[] = {
    { "one body", CALL, { "map=id=no" }, 0, "\"id\":\"A-7\"" },
    { "several", CALL "\n[" CALL "]{\"no\":8}", { "map=id=no" }, 0, "\"id\":\"8\"" },
    { "a path to the list", "{\"data\":{\"alarms\":[{\"no\":1},{\"no\":2}]}}",
      { "map=id=no", "list=data.alarms" }, 0, "\"id\":\"2\"" },
    { "no list there", "{\"data\":{}}", { "map=id=no", "list=data.alarms" }, 1,
      "\"reason\":\"a required field is missing\",\"field\":\"list\"" },
    { "a list that is none", "{\"data\":7}", { "map=id=no", "list=data" }, 1,
      "\"reason\":\"the wrong type of value\",\"field\":\"list\"" },
    { "a wrong path", "{}", { "map=id=no", "list=a..b" }, 2,
      "list \"a..b\" is no path: a name is missing (at character 3)" },
    { "no rules", "{}", { "queue=3" }, 2, "a report \"incident\" needs its id" },
    { "no secret", "", { "map=id=no", "listen=127.0.0.1:0" }, 1, "anybody could post here" },
    { "no place", "", { "map=id=no", "listen=here", "open=yes" }, 1, "is not HOST:PORT" },
    { "a tracker", "{\"position\":{\"latitude\":50.1,\"longitude\":-5.1,\"speed\":10,"
      "\"fixTime\":\"2026-11-17T14:00:00.000+00:00\"},\"device\":{\"name\":\"E7\"}}",
      { "map=report=location", "map=unit=device.name", "map=lat=position.latitude",
        "map=lon=position.longitude", "map=speed_mps=position.speed -> knots",
        "map=at=position.fixTime" }, 0,
      "{\"report\":\"location\",\"unit\":\"E7\",\"at\":\"2026-11-17T14:00:00Z\","
      "\"lat\":50.1000000,\"lon\":-5.1000000,\"speed_mps\":5.14444" },
};

static void by_hand_bodies_are_read(void **state)
{
    struct feed_desk *desk = feed_desk_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(tries); i++) {
        const char *arguments[12] = { "--try", "webhook" };
        CASE("%s", tries[i].name);
        memcpy(arguments + 2, tries[i].settings, sizeof tries[i].settings);
        struct feed_ended ended = feed_try_list(desk, span_of(tries[i].input), arguments);
        bool said = strstr(ended.out, tries[i].holds) || strstr(ended.err, tries[i].holds);
        if (!said)
            print_message("out %s\nerr %s\n", ended.out, ended.err);
        assert_true(said);
        assert_int_equal(ended.ending.exit_code, tries[i].exit_code);
    }
    feed_desk_free(desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_cut_as_written),
        cmocka_unit_test(headers_are_found_and_limited),
        cmocka_unit_test(a_signature_is_the_senders),
        cmocka_unit_test(a_key_is_known_again),
        cmocka_unit_test(texts_stand_one_after_the_other),
        cmocka_unit_test(each_request_earns_its_answer),
        cmocka_unit_test(an_answer_waits_for_the_disk),
        cmocka_unit_test(a_signed_body_is_believed),
        cmocka_unit_test(a_certificate_opens_the_door),
        cmocka_unit_test(slow_long_and_many),
        cmocka_unit_test(a_flood_is_held_to_its_limit),
        cmocka_unit_test(by_hand_bodies_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
