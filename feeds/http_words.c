#include "feeds/http_inside.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "feeds/http_url.h"

/* What to do about an ending; most say it themselves. */
static const char *const ending_advice[HTTP_ENDING_COUNT] = {
    [HTTP_NO_NAME] = "check the address and this machine's name service",
    [HTTP_NO_ROUTE] = "check the address and the network",
    [HTTP_TIMED_OUT] = "a slow link may need a larger timeout_s",
    [HTTP_DISTRUSTED] = "nothing was asked of it; a private server's authority goes into the "
                        "setting ca",
    [HTTP_NO_TLS] = "check the address, and certificate and key if it wants them",
    [HTTP_TOO_LONG] = "check that the address is the feed's own",
    [HTTP_BOMB] = "tell the supplier",
    [HTTP_BAD_CODING] = "tell the supplier",
    [HTTP_ROUND] = "tell the supplier",
};

/* Of what an HTTP status says, what a person needs; the first row whose range holds it. */
static const struct {
    long low, high;
    const char *says;
} statuses[] = {
    { 300, 300, "offers a choice of addresses: write the right one as url in site.conf" },
    { 301, 308, "sends us elsewhere, but not where to: ask the supplier for the address" },
    { 401, 401, "wants credentials: check user, password and token" },
    { 403, 403, "refuses us: check user_agent, and user, password or token" },
    { 404, 404, "has nothing there: check the address" },
    { 407, 407, "is behind a proxy that wants credentials" },
    { 410, 410, "says it is gone for good and is not asked again: find the feed's new address, "
                "write it as url in site.conf, and reload" },
    { 429, 429, "asks us to come less often: poll_s may be too small" },
    { 400, 499, "does not accept what we ask: check the address" },
    { 500, 599, "is in trouble" },
    { 0, 999, "answers what nobody can use" },
};

static const char *status_says(long status)
{
    size_t row = 0;

    while (status < statuses[row].low || status > statuses[row].high)
        row++;
    return statuses[row].says;
}

static bool is_fine(const struct http_answer *answer)
{
    return answer->ending == HTTP_ANSWERED
           && (answer->status == 200 || answer->status == 203 || answer->status == 204
               || answer->status == 304);
}

static const char *held_text(const struct http_answer *answer, enum poll_route route,
                             struct arena *arena)
{
    const char *elsewhere = http_url_shown(answer->elsewhere, arena);

    if (route == ROUTE_FORBIDDEN)
        return arena_print(arena, "sends us to %s, %s: tell the supplier", elsewhere,
                           poll_route_text(route));
    return arena_print(arena,
                       "sends us to %s, %s. Ask the supplier; if that is right, write it as url in "
                       "site.conf (or its server as another host), and reload",
                       elsewhere, poll_route_text(route));
}

static const char *ending_text(const struct http_answer *answer, const char *detail,
                               struct arena *arena)
{
#define ROW(upper, text) [HTTP_##upper] = text,
    static const char *const texts[HTTP_ENDING_COUNT] = { HTTP_ENDINGS(ROW) };
#undef ROW
    const char *advice = ending_advice[answer->ending];
    bool is_ours = answer->ending == HTTP_TOO_LONG || answer->ending == HTTP_BOMB
                   || answer->ending == HTTP_BAD_CODING || answer->ending == HTTP_ROUND;
    const char *why = detail[0] && !is_ours ? arena_print(arena, " (%s)", detail) : "";

    return arena_print(arena, "%s%s%s%s", texts[answer->ending], why, advice ? ": " : "",
                       advice ? advice : "");
}

void http_sentence(struct http_answer *answer, const char *detail, enum poll_route route,
                   struct arena *arena)
{
    struct url_parts parts;
    const char *text;

    answer->sentence[0] = '\0';
    if (is_fine(answer))
        return;
    if (answer->ending == HTTP_HELD)
        text = held_text(answer, route, arena);
    else if (answer->ending == HTTP_ANSWERED)
        text = arena_print(arena, "%s (status %ld)", status_says(answer->status), answer->status);
    else
        text = ending_text(answer, detail, arena);
    bool named = !http_url_read(answer->url, arena, &parts);
    text = arena_print(arena, "%s %s", named ? parts.host : "the server", text);
    text_clean(span_of(text), answer->sentence, sizeof answer->sentence);
}
