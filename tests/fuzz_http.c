/* Goal: no bytes of a server make what we read of its headers or its compressed body crash, and no
 * limit is passed. Method: the input is a header's value (up to a line end), a link, and a body
 * that comes in pieces of the size its first byte says. */
#include <string.h>

#include "feeds/gzip.h"
#include "feeds/http_url.h"

enum { BODY_BYTES_MAX = 200000 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void headers_check(struct span value)
{
    static const int64_t now_ms = 1795000000000;
    int64_t at_ms;

    int64_t fresh_ms = poll_fresh_ms(value, value);
    assert(fresh_ms >= 0 && fresh_ms <= POLL_FRESH_MS_MAX);
    fresh_ms = poll_fresh_ms(value, span_of("5"));
    assert(fresh_ms >= 0 && fresh_ms <= POLL_FRESH_MS_MAX);
    int64_t wait_ms = poll_retry_ms(value, now_ms);
    assert(wait_ms >= 0 && wait_ms <= POLL_RETRY_MS_MAX);
    http_date_read(value, &at_ms);
}

/* What was judged is what is asked: an address that came out of a link reads as one. */
static void link_check(struct span link)
{
    struct arena *arena = arena_new();
    struct url_parts parts;
    const char *text = arena_copy(arena, link);
    const char *joined = http_url_join("https://alerts.example.org/a/index.atom", text, arena);

    if (joined && http_url_read(joined, arena, &parts) == NULL) {
        assert(parts.host[0]);
        assert(strcmp(parts.scheme, "http") == 0 || strcmp(parts.scheme, "https") == 0);
        assert(strchr(parts.host, '@') == NULL);
    }
    http_url_shown(text, arena);
    arena_free(arena);
}

static void body_check(struct span body, size_t piece)
{
    struct gzip *gzip = gzip_new(BODY_BYTES_MAX);
    struct buffer out = { 0 };
    struct verdict verdict = accepted();

    while (body.length && is_accepted(&verdict)) {
        size_t now = body.length < piece ? body.length : piece;
        verdict = gzip_add(gzip, span_from(body.bytes, now), &out);
        body = span_from(body.bytes + now, body.length - now);
    }
    assert(out.length <= BODY_BYTES_MAX);
    gzip_end(gzip);
    gzip_free(gzip);
    buffer_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct span rest = span_from((const char *)bytes, length), value = span_of(""), link = value;

    if (span_cut(&rest, '\n', &value))
        headers_check(value);
    if (span_cut(&rest, '\n', &link))
        link_check(link);
    if (rest.length > 1)
        body_check(span_from(rest.bytes + 1, rest.length - 1), (size_t)(uint8_t)rest.bytes[0] + 1);
    return 0;
}
