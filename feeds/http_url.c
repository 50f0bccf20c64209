#include "feeds/http_url.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/text.h"

/* One part; "" when the address has none. */
static const char *part(CURLU *url, CURLUPart which, unsigned flags, struct arena *arena)
{
    char *text = NULL;
    const char *kept = "";

    if (curl_url_get(url, which, &text, flags) == CURLUE_OK)
        kept = arena_copy(arena, span_of(text));
    curl_free(text);
    return kept;
}

/* A host may be written in any case and with a dot at its end. */
static const char *host_of(CURLU *url, struct arena *arena)
{
    char *host = (char *)part(url, CURLUPART_HOST, 0, arena);
    size_t length = strlen(host);

    for (char *at = host; *at; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at + 'a' - 'A');
    if (length > 1 && host[length - 1] == '.')
        host[length - 1] = '\0';
    return host;
}

static const char *parts_wrong(CURLU *url, const char *text, struct arena *arena,
                               struct url_parts *ret_parts)
{
    if (curl_url_set(url, CURLUPART_URL, text, 0) != CURLUE_OK)
        return "it is no address such as https://alerts.example.org/cap.atom";
    const char *scheme = part(url, CURLUPART_SCHEME, 0, arena);
    if (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0)
        return "it is neither http nor https";
    if (part(url, CURLUPART_USER, 0, arena)[0] || part(url, CURLUPART_PASSWORD, 0, arena)[0])
        return "a name and password belong in the settings user and password, not in the address";
    *ret_parts = (struct url_parts){
        .scheme = scheme, .host = host_of(url, arena),
        .port = strtol(part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT, arena), NULL, 10) };
    return ret_parts->host[0] ? NULL : "it names no server";
}

const char *http_url_read(const char *url, struct arena *arena, struct url_parts *ret_parts)
{
    if (strlen(url) > HTTP_URL_BYTES_MAX)
        return "it is longer than an address may be";
    CURLU *handle = curl_url();
    assert(handle);
    const char *wrong = parts_wrong(handle, url, arena, ret_parts);
    curl_url_cleanup(handle);
    return wrong;
}

const char *http_url_join(const char *base, const char *reference, struct arena *arena)
{
    const char *joined = "";

    if (!reference[0] || strlen(reference) > HTTP_URL_BYTES_MAX)
        return NULL;
    CURLU *handle = curl_url();
    assert(handle);
    if (curl_url_set(handle, CURLUPART_URL, base, 0) == CURLUE_OK
        && curl_url_set(handle, CURLUPART_URL, reference, CURLU_URLENCODE) == CURLUE_OK
        && curl_url_set(handle, CURLUPART_FRAGMENT, NULL, 0) == CURLUE_OK)
        joined = part(handle, CURLUPART_URL, 0, arena);
    curl_url_cleanup(handle);
    return joined[0] && strlen(joined) <= HTTP_URL_BYTES_MAX ? joined : NULL;
}

const char *http_url_shown(const char *url, struct arena *arena)
{
    enum { SHOWN_BYTES = 160 };
    char *text = arena_alloc(arena, SHOWN_BYTES);

    text_clean(span_from(url, strcspn(url, "?#")), text, SHOWN_BYTES);
    return text;
}

bool http_host_is_here(const char *host)
{
    struct in_addr address;

    if (inet_pton(AF_INET, host, &address) == 1)
        return ntohl(address.s_addr) >> 24 == 127;
    return strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0;
}
