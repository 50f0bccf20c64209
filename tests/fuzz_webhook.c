/* Goal: no bytes make the HTTP reader or the reading of bodies crash; how the bytes are torn
 * changes nothing. Method: the same stream whole and in pieces (the first byte says how long),
 * requests compared by digest; each body is read by a mapping. */
#include <string.h>

#include "app/base/fields.h"
#include "feeds/http_request.h"
#include "feeds/webhook_body.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { BODY_MAX = 2000 };

static void body_check(const struct mapping *mapping, struct span bytes)
{
    struct arena *arena = arena_new();
    struct webhook_body_plan plan = { .mapping = mapping };
    struct webhook_body body;
    uint32_t message;

    struct verdict verdict = webhook_body_read(bytes, &plan, arena, &body, &message);
    if (is_accepted(&verdict))
        json_free(body.json);
    size_t first = webhook_text_length(bytes);
    assert(first <= bytes.length);
    assert(first > 0 || bytes.length == 0);
    arena_free(arena);
}

static uint64_t stream_digest(const struct mapping *mapping, struct span bytes, size_t piece)
{
    struct http_request *request = http_request_new(BODY_MAX);
    struct digest digest;

    digest_start(&digest);
    for (size_t at = 0; at < bytes.length; at += piece) {
        size_t left = bytes.length - at;
        enum http_request_state state = http_request_take(
            request, span_from(bytes.bytes + at, left < piece ? left : piece));
        while (state == REQUEST_HEADED || state == REQUEST_WHOLE) {
            struct span body = http_request_body(request);
            const char *path = http_request_path(request);
            assert(body.length <= BODY_MAX);
            digest_bytes(&digest, path, strlen(path));
            digest_bytes(&digest, http_request_header(request, "x"), 1);
            digest_number(&digest, http_request_keeps_alive(request));
            if (state == REQUEST_WHOLE)
                digest_bytes(&digest, body.bytes, body.length);
            if (state == REQUEST_WHOLE && mapping)
                body_check(mapping, body);
            state = http_request_go(request);
        }
    }
    bool wrong = http_request_state(request) == REQUEST_WRONG;
    assert(!wrong || http_request_status(request) >= 400);
    digest_number(&digest, wrong);
    http_request_free(request);
    return digest_end(&digest);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct mapping_options options = { .kind = REPORT_INCIDENT };
    struct mapping *mapping = mapping_new(&options);
    char sentence[300];

    if (length < 1) {
        mapping_free(mapping);
        return 0;
    }
    mapping_add(mapping, "id=no", sentence, sizeof sentence);
    mapping_finish(mapping, sentence, sizeof sentence);
    struct span stream = span_from((const char *)bytes + 1, length - 1);
    uint64_t whole = stream_digest(mapping, stream, stream.length ? stream.length : 1);
    uint64_t torn = stream_digest(NULL, stream, 1 + bytes[0] % 7);
    assert(whole == torn);
    mapping_free(mapping);
    return 0;
}
