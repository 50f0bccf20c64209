#include "feeds/webhook_guard.h"

#include <string.h>

#include "app/base/text.h"
#include "feeds/signature.h"

/* Whoever reaches an open port could open incidents. */
bool webhook_guarded(const struct feed *feed)
{
    bool secret = feed_secret(feed, "secret")[0] || feed_secret(feed, "token")[0];
    bool certificates = feed_setting_flag(feed, "tls") && feed_setting_text(feed, "ca")[0];

    if (secret || certificates || feed_setting_flag(feed, "open"))
        return true;
    feed_log(feed, "anybody could post here: give it a secret \"token\" or \"secret\", or \"tls\" "
             "with \"ca\"; or say open=yes");
    return false;
}

static bool token_right(const struct feed *feed, const struct http_request *request)
{
    const char *token = feed_secret(feed, "token");
    struct span given = span_of(http_request_header(request, "Authorization")), scheme;

    if (!token[0])
        return true;
    span_cut(&given, ' ', &scheme);
    return given.bytes && text_same_ignoring_case(scheme, span_of("Bearer"))
        && secret_same(span_trim(given), span_trim(span_of(token)));
}

const char *webhook_signature_header(const struct feed *feed)
{
    const char *name = feed_setting_text(feed, "signature_header");
    return name[0] ? name : "X-Hub-Signature-256";
}

bool webhook_body_signed(const struct feed *feed, const struct http_request *request)
{
    struct span secret = span_trim(span_of(feed_secret(feed, "secret")));
    const char *given = http_request_header(request, webhook_signature_header(feed));

    return secret.length == 0
        || signature_right(span_of(given), http_request_body(request), secret);
}

int webhook_head_judge(const struct feed *feed, const struct http_request *request,
                       const char **ret_sentence)
{
    const char *path = feed_setting_text(feed, "path");
    const char *type = http_request_header(request, "Content-Type");
    const char *expected = http_request_header(request, "Expect");

    *ret_sentence = "there is nothing at this path";
    if (path[0] && strcmp(path, http_request_path(request)) != 0)
        return 404;
    *ret_sentence = "reports are posted here: POST";
    if (strcmp(http_request_method(request), "POST") != 0)
        return 405;
    *ret_sentence = "the right token is missing: Authorization: Bearer TOKEN";
    if (!token_right(feed, request))
        return 401;
    *ret_sentence = "only 100-continue can be expected here";
    if (expected[0] && !http_request_expects(request))
        return 417;
    *ret_sentence = "the body has to be JSON: Content-Type: application/json";
    if (span_starts(span_of(type), "application/x-www-form-urlencoded")
        || span_starts(span_of(type), "multipart/"))
        return 415;
    *ret_sentence = "";
    return 0;
}
