/* cot.c - Cursor on Target and TAK: to a TAK server, from clients that connect here, by datagrams.
 *
 *     net_link, net_listener -> cot_peer (events) -> cot_reports (what they mean) -> hub
 *     hub -> order -> cot_orders (events) -> cot_peer -> the unit's connection, or the server's
 *
 * An order whose unit cannot be reached waits until it expires; one that was handed to a connection
 * is SENT when its bytes have left, and FAILED when the connection broke before. A chat line is
 * answered as delivered when the hub says that it is kept; as read never, since nobody here tells
 * the adapter who has read what. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/base/coordinates.h"
#include "feeds/cot_frames.h"
#include "feeds/cot_inside.h"

enum {
    READ_BYTES = 64 * 1024,
    TALLY_MS = 10 * 60 * 1000,
    STRIP_M = 15, MARKER_M = 15,
    STRANGER_S = 600,
};

/* ---- events ---- */

/* What became no report, in words: " 3 repeats, 2 our own". */
static void tally_say(struct cot *cot)
{
    struct buffer text = { 0 };
    uint64_t passed = 0;

    for (uint32_t i = 1; i < COT_PASS_COUNT; i++) {
        passed += cot->passed[i];
        if (cot->passed[i])
            buffer_print(&text, "%s %llu %s", text.length ? "," : "",
                         (unsigned long long)cot->passed[i], cot_pass_words((enum cot_pass)i));
    }
    if (passed != cot->passed_told)
        feed_log(cot->feed, "of %llu events these were not reported:%s",
                 (unsigned long long)cot->events, text.bytes);
    cot->passed_told = passed;
    buffer_clear(&text);
}

/* An event that is well formed and cannot be what it says: its bytes are gone, its head is not. */
static void event_refuse(struct feed *feed, const struct verdict *verdict,
                         const struct cot_event *event)
{
    struct buffer head = { 0 };

    buffer_print(&head, "<event uid=\"%s\" type=\"%s\" how=\"%s\">", event->uid, event->type,
                 event->how);
    feed_refuse(feed, verdict, buffer_span(&head), span_of(""));
    buffer_clear(&head);
}

static void event_came(void *owner, struct cot_peer *peer, const struct cot_event *event)
{
    struct cot *cot = owner;
    struct feed *feed = cot->feed;
    struct cot_result result;

    (void)peer;
    arena_reset(cot->arena);
    cot->events++;
    struct verdict verdict = cot_reports_take(cot->reports, event, cot->from_end, feed->now_ms,
                                              cot->arena, &result);
    if (!is_accepted(&verdict)) {
        event_refuse(feed, &verdict, event);
        return;
    }
    for (uint32_t i = 0; i < result.count; i++)
        feed_report(feed, &result.reports[i], span_of(""));
    cot->passed[result.pass]++;
    if (result.answer == COT_ANSWER_DELIVERED)
        cot_letter_wait(cot, event, &result);
    if (result.note[0])
        feed_log(feed, "%s", result.note);
}

static void bytes_refused(void *owner, struct cot_peer *peer, const struct verdict *verdict,
                          struct quarantine *bytes)
{
    struct cot *cot = owner;
    struct report report;

    (void)peer;
    quarantine_report(bytes, verdict, &report);
    feed_report(cot->feed, &report, span_of(""));
}

const struct cot_peer_handler cot_peer_events = { .event = event_came, .refused = bytes_refused };

/* ---- settings ---- */

static void self_make(struct cot *cot)
{
    const struct feed *feed = cot->feed;
    const char *uid = feed_setting_text(feed, "uid");
    const char *callsign = feed_setting_text(feed, "callsign");
    char host[64] = "";

    gethostname(host, sizeof host - 1);
    /* The parts of a chat's uid are parted by dots. */
    for (char *at = host; *at; at++)
        *at = *at == '.' ? '-' : *at;
    snprintf(cot->own_uid, sizeof cot->own_uid, "watchdesk-%s-%s", host, feed->hello.feed);
    cot->self = (struct cot_self){
        .uid = uid[0] ? uid : cot->own_uid, .callsign = callsign[0] ? callsign : "DISPATCH",
        .at = geo_unknown(), .task = feed_setting_text(feed, "task"),
        .routes = feed_setting_flag(feed, "routes"),
    };
}

static bool self_place(struct cot *cot)
{
    const char *text = feed_setting_text(cot->feed, "location");
    struct span rest = span_of(text), lat;
    struct geo_point at;

    if (!text[0])
        return true;
    if (span_cut(&rest, ',', &lat) && span_to_double(lat, &at.lat_deg)
        && span_to_double(rest, &at.lon_deg) && geo_plausible(at)) {
        cot->self.at = at;
        return true;
    }
    feed_log(cot->feed, "location: \"%s\" is not LAT,LON in degrees", text);
    return false;
}

/* Each value of a setting goes through its reader; the first that is wrong is named. */
typedef bool value_fn(struct cot *cot, const char *value);

static bool take_unit(struct cot *cot, const char *value)
{
    return cot_contacts_map(cot->contacts, value);
}

static bool take_hazard(struct cot *cot, const char *value)
{
    return cot_reports_rule(cot->reports, value);
}

static bool take_reply(struct cot *cot, const char *value)
{
    return cot_words_add(cot->words, value);
}

static const struct {
    const char *setting, *form;
    value_fn *take;
} lists[] = {
    { "unit", "UID=UNIT", take_unit },
    { "hazard", "TYPE=KIND or TYPE NAME=KIND", take_hazard },
    { "reply", "WORDS=STATUS or WORDS=STAGE", take_reply },
};

static bool lists_take(struct cot *cot)
{
    for (size_t i = 0; i < ARRAY_COUNT(lists); i++) {
        uint32_t count = feed_setting_count(cot->feed, lists[i].setting);
        for (uint32_t at = 0; at < count; at++) {
            const char *value = feed_setting_at(cot->feed, lists[i].setting, at);
            if (lists[i].take(cot, value))
                continue;
            feed_log(cot->feed, "%s: \"%s\" is not %s", lists[i].setting, value, lists[i].form);
            return false;
        }
    }
    return true;
}

static bool units_take(struct cot *cot)
{
    const struct feed_unit *units;
    uint32_t count;
    struct verdict verdict =
        hub_hello_units(cot->feed->hello_json, cot->arena, &units, &count);
    char sentence[128];

    if (!is_accepted(&verdict)) {
        feed_log(cot->feed, "the hub's units cannot be read: %s",
                 verdict_sentence(&verdict, sentence, sizeof sentence));
        return false;
    }
    for (uint32_t i = 0; i < count; i++)
        cot_contacts_add_unit(cot->contacts, units[i].unit);
    if (feed_setting_flag(cot->feed, "by_uid"))
        cot_contacts_by_uid_only(cot->contacts);
    return true;
}

static double strip_m(const struct feed *feed)
{
    double strip = feed_setting_number(feed, "strip_m", STRIP_M);
    return strip < 1 ? 1 : strip > 1000 ? 1000 : strip;
}

static double marker_m(const struct feed *feed)
{
    double marker = feed_setting_number(feed, "marker_m", MARKER_M);
    return marker < 1 ? 1 : marker > 10000 ? 10000 : marker;
}

/* ---- the row's functions ---- */

bool cot_start(struct feed *feed)
{
    struct cot *cot = base_alloc(1, sizeof *cot);

    feed->state = cot;
    cot->feed = feed;
    cot->arena = arena_new();
    cot->contacts = cot_contacts_new();
    cot->book = cot_book_new();
    cot->words = cot_words_new();
    cot->tally_ms = feed->now_ms + TALLY_MS;
    cot_book_read(cot->book, json_member(feed->hello_json, "cursor"));
    self_make(cot);
    cot->reports = cot_reports_new(
        &(struct cot_terms){
            .own_uid = cot->self.uid, .strip_m = strip_m(feed), .marker_m = marker_m(feed),
            .stranger_ms =
                (int64_t)(feed_setting_number(feed, "stranger_s", STRANGER_S) * 1000),
            .clocks = !feed->by_hand,
        },
        cot->contacts, cot->book, cot->words);
    cot->reader = cot_peer_new(COT_READER, true, cot->self.uid, &cot_peer_events, cot);
    if (!self_place(cot) || !lists_take(cot) || !units_take(cot))
        return false;
    if (!feed->by_hand)
        return cot_ends_start(cot);
    feed->source_fd = FEED_SOURCE_FD;
    return true;
}

/* By hand it starts without a network: so all of its settings but the places are judged. */
bool cot_check(const struct feed *feed, char *sentence, size_t sentence_bytes)
{
    struct feed asked = { .adapter = feed->adapter, .hello_json = feed->hello_json,
                          .by_hand = true, .hub_fd = -1, .told = sentence,
                          .told_bytes = sentence_bytes };
    bool right = cot_start(&asked);

    cot_stop(&asked);
    return right;
}

void cot_line(struct feed *feed, const struct hub_line *line)
{
    struct cot *cot = feed->state;

    if (line->kind == HUB_LINE_ORDER)
        cot_order_take(cot, line);
    else if (line->kind == HUB_LINE_KEPT)
        cot_letters_kept(cot, line->kept.kept);
    else if (line->kind == HUB_LINE_STATUS && line->status.status == UNIT_AVAILABLE)
        cot_book_close(cot->book, line->status.unit);
}

int64_t cot_now(struct feed *feed)
{
    struct cot *cot = feed->state;
    int64_t ends_ms = cot_ends_look(cot), orders_ms = cot_orders_look(cot);

    if (feed->now_ms >= cot->tally_ms) {
        tally_say(cot);
        cot->tally_ms = feed->now_ms + TALLY_MS;
    }
    if (orders_ms < ends_ms)
        ends_ms = orders_ms;
    return ends_ms < cot->tally_ms ? ends_ms : cot->tally_ms;
}

/* A capture: a stream as a connection brings it; or one packet of the mesh, which starts with
 * 0xBF, the version and 0xBF, and has no end of its own. */
static void capture_take(struct cot *cot, struct span bytes)
{
    static const char mesh[] = "\xBF\x01\xBF";

    if (cot->events == 0 && span_starts(bytes, mesh))
        cot_peer_take_datagram(cot->reader, bytes);
    else
        cot_peer_take(cot->reader, bytes, cot->feed->now_ms);
}

void cot_readable(struct feed *feed)
{
    struct cot *cot = feed->state;
    char bytes[READ_BYTES];
    ssize_t length = read(feed->source_fd, bytes, sizeof bytes);

    if (length < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (length > 0) {
        capture_take(cot, span_from(bytes, (size_t)length));
        return;
    }
    cot_peer_ended(cot->reader, feed->now_ms);
    tally_say(cot);
    feed->ended = true;
}

void cot_stop(struct feed *feed)
{
    struct cot *cot = feed->state;

    cot_ends_stop(cot);
    cot_orders_stop(cot);
    cot_peer_free(cot->reader);
    cot_reports_free(cot->reports);
    cot_contacts_free(cot->contacts);
    cot_book_free(cot->book);
    cot_words_free(cot->words);
    arena_free(cot->arena);
    base_free(cot);
}
