/* Goal: no bytes on a stream make the CoT reader crash or lose its place, and whatever it accepts
 * becomes reports that the hub takes. Method: the input comes in pieces whose lengths it sets
 * itself, through a peer as a connection has it, and whole, as a datagram; reports are written as
 * lines and read back. */
#include <string.h>

#include "feeds/cot_orders.h"
#include "feeds/cot_peer.h"
#include "feeds/cot_reports.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { NOW_MS = 1795435200 };           /* Times 1000: 2026-11-23T12:00:00Z. */

struct desk {
    struct cot_reports *reports;
    struct arena *arena;
    size_t accepted, refused;
};

/* The border's own check must accept what we send, within a line. */
static void report_check(const struct report *report, struct arena *arena)
{
    struct buffer line = { 0 };
    struct json *json = NULL;
    struct report again;

    report_write(report, &line);
    assert(line.length <= REPORT_LINE_BYTES_MAX);
    struct verdict verdict = json_parse(buffer_span(&line), &json);
    assert(is_accepted(&verdict));
    verdict = report_read(json, arena, &again);
    assert(is_accepted(&verdict));
    assert(again.kind == report->kind);
    json_free(json);
    buffer_clear(&line);
}

static void event_came(void *owner, struct cot_peer *peer, const struct cot_event *event)
{
    struct desk *desk = owner;
    struct cot_result result;

    (void)peer;
    desk->accepted++;
    arena_reset(desk->arena);
    struct verdict verdict = cot_reports_take(desk->reports, event, 1, NOW_MS * INT64_C(1000),
                                              desk->arena, &result);
    if (!is_accepted(&verdict))
        return;
    /* Reported, or counted with a reason. */
    assert((result.count > 0) == (result.pass == COT_PASS_NOT));
    for (uint32_t i = 0; i < result.count; i++)
        report_check(&result.reports[i], desk->arena);
}

static void bytes_refused(void *owner, struct cot_peer *peer, const struct verdict *verdict,
                          struct quarantine *bytes)
{
    struct desk *desk = owner;
    struct report report;

    (void)peer;
    if (desk->refused++ > 2)            /* All alike, and slow to write. */
        return;
    quarantine_report(bytes, verdict, &report);
    report_check(&report, desk->arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const struct cot_peer_handler handler = { .event = event_came,
                                                     .refused = bytes_refused };
    struct cot_contacts *contacts = cot_contacts_new();
    struct cot_book *book = cot_book_new();
    struct cot_words *words = cot_words_new();
    const struct feed_order order = { .head = { .order = "PM/31", .unit = "E7" },
                                      .incident = { .number = 42 } };
    struct desk desk = { .arena = arena_new() };
    bool is_new;

    cot_contacts_add_unit(contacts, "E7");
    cot_book_add(book, &order, &is_new);
    desk.reports = cot_reports_new(
        &(struct cot_terms){ .own_uid = "us", .strip_m = 15, .marker_m = 15,
                             .stranger_ms = 1000, .clocks = true }, contacts, book, words);
    bool rule = cot_reports_rule(desk.reports, "b-m-r=ROUTE");
    assert(rule);
    struct cot_peer *peer = cot_peer_new(COT_CLIENT, true, "us", &handler, &desk);
    cot_peer_opened(peer, NOW_MS);
    for (size_t at = 0; at < length;) {
        size_t piece = 1 + bytes[at] * 7u;
        if (piece > length - at)
            piece = length - at;
        cot_peer_take(peer, span_from((const char *)bytes + at, piece), NOW_MS);
        at += piece;
    }
    cot_peer_ended(peer, NOW_MS);
    cot_peer_opened(peer, NOW_MS);
    cot_peer_take_datagram(peer, span_from((const char *)bytes, length));
    cot_peer_free(peer);
    cot_reports_free(desk.reports);
    cot_words_free(words);
    cot_book_free(book);
    cot_contacts_free(contacts);
    arena_free(desk.arena);
    return 0;
}
