#include "feeds/poll_policy.h"

#include <string.h>

#include "app/base/text.h"
#include "feeds/time_format.h"

/* ---- header fields ---- */

/* "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994":
 * the day of the week says nothing and is not looked at. */
static const struct {
    char ends;                  /* What ends the day of the week. */
    const char *format;
} date_forms[] = {
    { ',', " %d %b %Y %H:%M:%S GMT" },
    { ',', " %d-%b-%y %H:%M:%S GMT" },
    { ' ', "%b %d %H:%M:%S %Y" },
};

bool http_date_read(struct span text, int64_t *ret_at_ms)
{
    static const struct zone utc = { 0 };
    struct time_read read;

    for (size_t i = 0; i < ARRAY_COUNT(date_forms); i++) {
        struct span rest = span_trim(text), day;
        if (span_cut(&rest, date_forms[i].ends, &day) && rest.length
            && time_format_read(date_forms[i].format, rest, &utc, &read)) {
            *ret_at_ms = read.first_ms;
            return true;
        }
    }
    return false;
}

/* Delta-seconds: digits only, so that a sign or a fraction is no number (RFC 9111 section 1.2.2).
 * A number too large for us is as good as the largest. */
static bool seconds_read(struct span text, int64_t *ret_ms)
{
    static const int64_t seconds_max = INT32_MAX;
    int64_t seconds = 0;

    if (text.length == 0)
        return false;
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return false;
        seconds = seconds * 10 + (text.bytes[i] - '0');
        if (seconds > seconds_max)
            seconds = seconds_max;
    }
    *ret_ms = seconds * 1000;
    return true;
}

static struct span unquoted(struct span text)
{
    text = span_trim(text);
    if (text.length >= 2 && text.bytes[0] == '"' && text.bytes[text.length - 1] == '"')
        return span_from(text.bytes + 1, text.length - 2);
    return text;
}

int64_t poll_fresh_ms(struct span cache_control, struct span age)
{
    int64_t fresh_ms = 0, age_ms = 0;
    struct span directive;

    while (span_cut(&cache_control, ',', &directive)) {
        struct span name;
        if (!span_cut(&directive, '=', &name))
            continue;
        name = span_trim(name);
        if (text_same_ignoring_case(name, span_of("no-cache"))
            || text_same_ignoring_case(name, span_of("no-store")))
            return 0;
        if (text_same_ignoring_case(name, span_of("max-age")))
            seconds_read(unquoted(directive), &fresh_ms);
    }
    if (seconds_read(span_trim(age), &age_ms))
        fresh_ms -= age_ms;
    if (fresh_ms < 0)
        return 0;
    return fresh_ms < POLL_FRESH_MS_MAX ? fresh_ms : POLL_FRESH_MS_MAX;
}

int64_t poll_retry_ms(struct span retry_after, int64_t now_ms)
{
    int64_t wait_ms = 0, at_ms;

    if (!seconds_read(span_trim(retry_after), &wait_ms) && http_date_read(retry_after, &at_ms))
        wait_ms = at_ms - now_ms;
    if (wait_ms < 0)
        return 0;
    return wait_ms < POLL_RETRY_MS_MAX ? wait_ms : POLL_RETRY_MS_MAX;
}

/* ---- waiting ---- */

int64_t poll_backoff_ms(int64_t interval_ms, uint32_t failures, double dice)
{
    int64_t longest_ms = interval_ms;

    assert(interval_ms > 0);
    assert(dice >= 0);
    assert(dice < 1);
    for (uint32_t i = 0; i < failures && longest_ms < POLL_BACKOFF_MS_MAX; i++)
        longest_ms *= 2;
    if (longest_ms > POLL_BACKOFF_MS_MAX)
        longest_ms = POLL_BACKOFF_MS_MAX;
    if (longest_ms < interval_ms)
        longest_ms = interval_ms;           /* Who asks hourly asks hourly. */
    return interval_ms + (int64_t)(dice * (double)(longest_ms - interval_ms));
}

static int64_t later(int64_t left_ms, int64_t right_ms)
{
    return left_ms > right_ms ? left_ms : right_ms;
}

/* 204 is an answer that has nothing to say; of 206 we asked no part, so it is a fault. */
static enum poll_news news_of(const struct poll_plan *plan, long status)
{
    switch (status) {
    case 200: case 203:
        return POLL_NEW;
    case 204:
        return POLL_UNCHANGED;
    case 304:
        return plan->conditional ? POLL_UNCHANGED : POLL_FAILED;
    case 410:
        return POLL_GONE;
    }
    return POLL_FAILED;
}

struct poll_step poll_judge(const struct poll_plan *plan, const struct poll_answer *answer,
                            int64_t now_ms, double dice)
{
    struct poll_step step = { .news = news_of(plan, answer->status), .wait_ms = -1 };

    switch (step.news) {
    case POLL_NEW:
    case POLL_UNCHANGED:
        step.wait_ms = later(plan->interval_ms, poll_fresh_ms(answer->cache_control, answer->age));
        break;
    case POLL_FAILED:
        step.failures = plan->failures + 1;
        step.wait_ms = later(poll_backoff_ms(plan->interval_ms, step.failures, dice),
                             poll_retry_ms(answer->retry_after, now_ms));
        break;
    case POLL_GONE:
        step.failures = plan->failures + 1;
        break;
    }
    return step;
}

/* ---- redirects ---- */

const char *poll_route_text(enum poll_route route)
{
#define ROW(upper, text) [ROUTE_##upper] = text,
    static const char *const texts[POLL_ROUTE_COUNT] = { POLL_ROUTES(ROW) };
#undef ROW
    assert(route < POLL_ROUTE_COUNT);
    return texts[route];
}

static bool is(const char *left, const char *right)
{
    return text_same_ignoring_case(span_of(left), span_of(right));
}

enum poll_route poll_route(const struct url_parts *from, const struct url_parts *to)
{
    if (!is(to->scheme, "http") && !is(to->scheme, "https"))
        return ROUTE_FORBIDDEN;
    if (!is(from->host, to->host))
        return ROUTE_HELD_HOST;
    if (is(from->scheme, "https") && is(to->scheme, "http"))
        return ROUTE_HELD_OPEN;
    bool raised = is(from->scheme, "http") && from->port == 80 && is(to->scheme, "https")
                  && to->port == 443;
    return from->port == to->port || raised ? ROUTE_FOLLOWED : ROUTE_HELD_PORT;
}
