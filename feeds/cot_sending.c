#include "feeds/cot_inside.h"

#include <string.h>

enum { ORDER_WAITS_MS = 300 * 1000 };           /* When an order says no end. */

/* ---- receipts ---- */

static void say_receipt(struct cot *cot, const struct cot_order *order, enum receipt_stage stage,
                        const char *reason)
{
    struct report report;
    struct buffer cursor = { 0 };

    report_init(&report, REPORT_RECEIPT);
    report.receipt.at = cot->feed->now_ms;
    report.receipt.order = order->id;
    report.receipt.unit = order->unit;
    report.receipt.stage = stage;
    report.receipt.reason = reason;
    /* What crews type names no order, so the next process has to know which are open. */
    cot_book_write(cot->book, &cursor);
    feed_report(cot->feed, &report, buffer_span(&cursor));
    buffer_clear(&cursor);
}

static void stage_reached(struct cot *cot, struct cot_order *order, enum receipt_stage stage,
                          const char *reason)
{
    if (cot_stage_is_over(order->stage) || order->stage >= stage)
        return;
    order->stage = stage;
    say_receipt(cot, order, stage, reason);
}

/* ---- which way ---- */

/* The connection that a unit speaks over, else any server's: it knows where its users are. */
static struct cot_end *end_for(const struct cot *cot, const struct cot_contact *contact)
{
    struct cot_end *end = contact && contact->link ? cot_end_numbered(cot, contact->link) : NULL;

    if (end && end->conn)
        return end;
    for (end = cot->ends; end; end = end->next)
        if (end->link && end->conn)
            return end;
    return NULL;
}

static bool send_datagrams(struct cot *cot, const struct cot_drafts *drafts)
{
    struct buffer text = { 0 };
    bool sent = true;

    for (uint32_t i = 0; i < drafts->count; i++) {
        buffer_reset(&text);
        cot_draft_write(&drafts->at[i], &text);
        sent = net_udp_send(cot->udps[0], &cot->send, buffer_span(&text)) && sent;
    }
    buffer_clear(&text);
    return sent;
}

/* NOT: there is no way now. OVER: to a connection. GONE: it has left. */
enum handed { HANDED_NOT, HANDED_OVER, HANDED_GONE };

static enum handed hand_to_end(struct cot_end *end, const struct cot_drafts *drafts)
{
    if (net_conn_waiting(end->conn) > NET_QUEUE_BYTES_MAX / 2)
        return HANDED_NOT;
    for (uint32_t i = 0; i < drafts->count; i++)
        if (!cot_peer_send(end->peer, &drafts->at[i]))
            return HANDED_NOT;
    return cot_end_flush(end) ? HANDED_OVER : HANDED_NOT;
}

static enum handed hand_over(struct cot *cot, const struct feed_order *order, uint64_t *ret_end)
{
    const struct cot_contact *contact = cot_contacts_of_unit(cot->contacts, order->head.unit);
    const struct cot_address to = {
        .uid = contact ? contact->uid : cot_contacts_uid_of_unit(cot->contacts, order->head.unit),
        .callsign = contact && contact->callsign[0] ? contact->callsign : order->head.unit,
    };
    struct cot_end *end = end_for(cot, contact);
    struct cot_drafts drafts;

    if (!end && !cot->send.port)
        return HANDED_NOT;
    arena_reset(cot->arena);
    cot_order_draft(&cot->self, &to, order, cot->feed->now_ms, cot->arena, &drafts);
    if (!end)
        return send_datagrams(cot, &drafts) ? HANDED_GONE : HANDED_NOT;
    *ret_end = end->number;
    return hand_to_end(end, &drafts);
}

/* ---- orders ---- */

/* Hands an order over and notes how that went in `waiting`. False: it is to be forgotten. */
static bool order_hand(struct cot *cot, const struct feed_order *order, struct cot_waiting *waiting)
{
    uint64_t end = 0;

    switch (hand_over(cot, order, &end)) {
    case HANDED_GONE:
        stage_reached(cot, waiting->order, RECEIPT_SENT, "as datagrams, which nobody confirms");
        return false;
    case HANDED_OVER:
        waiting->end = end;
        return true;
    case HANDED_NOT:
        break;
    }
    waiting->end = 0;
    return true;
}

static char *line_copy(struct span line)
{
    char *copy = base_alloc(1, line.length + 1);

    memcpy(copy, line.bytes, line.length);
    return copy;
}

void cot_order_take(struct cot *cot, const struct hub_line *line)
{
    const struct feed_order *order = &line->order;
    bool is_new;
    struct cot_order *row = cot_book_add(cot->book, order, &is_new);
    struct cot_waiting waiting = { .order = row };

    if (!is_new) {              /* The hub asks again: it hears again how far it got. */
        if (row->stage != RECEIPT_UNSAID)
            say_receipt(cot, row, row->stage, "");
        return;
    }
    if (cot->waiting_count == COT_WAITING_MAX) {
        stage_reached(cot, row, RECEIPT_FAILED, "too many orders wait to be sent");
        return;
    }
    if (!order_hand(cot, order, &waiting))
        return;
    waiting.expires_ms =
        order->head.expires ? order->head.expires : cot->feed->now_ms + ORDER_WAITS_MS;
    if (!waiting.end)
        waiting.line = line_copy(line->text);
    cot->waiting[cot->waiting_count++] = waiting;
    feed_wake(cot->feed, waiting.expires_ms);
}

/* Reads the hub's line again, as it was when it came. */
static bool order_again(struct cot *cot, struct cot_waiting *waiting)
{
    struct arena *arena = arena_new();
    struct span text = span_of(waiting->line);
    struct hub_line line;
    struct json *json;
    bool stays = true;

    struct verdict verdict = json_parse(text, &json);
    assert(is_accepted(&verdict));
    verdict = hub_line_read(text, json, arena, &line);
    assert(is_accepted(&verdict));
    stays = order_hand(cot, &line.order, waiting);
    json_free(json);
    arena_free(arena);
    if (waiting->end || !stays) {
        base_free(waiting->line);
        waiting->line = NULL;
    }
    return stays;
}

/* Keeps those for which `keep` is true, in their order. */
typedef bool waiting_fn(struct cot *cot, struct cot_waiting *waiting,
                        const struct cot_end *end);

static void waiting_filter(struct cot *cot, waiting_fn *keep, const struct cot_end *end)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < cot->waiting_count; i++)
        if (keep(cot, &cot->waiting[i], end))
            cot->waiting[kept++] = cot->waiting[i];
        else
            base_free(cot->waiting[i].line);
    cot->waiting_count = kept;
}

static bool keep_trying(struct cot *cot, struct cot_waiting *waiting, const struct cot_end *end)
{
    (void)end;
    return waiting->end || order_again(cot, waiting);
}

void cot_orders_try(struct cot *cot)
{
    waiting_filter(cot, keep_trying, NULL);
}

static bool keep_unless_left(struct cot *cot, struct cot_waiting *waiting,
                             const struct cot_end *end)
{
    if (waiting->end != end->number)
        return true;
    stage_reached(cot, waiting->order, RECEIPT_SENT, "");
    return false;
}

void cot_orders_left(struct cot *cot, const struct cot_end *end)
{
    if (cot_peer_holds(end->peer))      /* It left for the peer, and not yet for the wire. */
        return;
    waiting_filter(cot, keep_unless_left, end);
    cot_orders_try(cot);                    /* There is room again. */
}

static bool keep_unless_broken(struct cot *cot, struct cot_waiting *waiting,
                               const struct cot_end *end)
{
    if (waiting->end != end->number)
        return true;
    stage_reached(cot, waiting->order, RECEIPT_FAILED,
                  "the connection broke while it was being sent; send it again");
    return false;
}

void cot_orders_broken(struct cot *cot, const struct cot_end *end)
{
    waiting_filter(cot, keep_unless_broken, end);
}

static bool keep_unless_expired(struct cot *cot, struct cot_waiting *waiting,
                                const struct cot_end *end)
{
    (void)end;
    if (waiting->end || cot->feed->now_ms < waiting->expires_ms)
        return true;
    stage_reached(cot, waiting->order, RECEIPT_FAILED,
                  cot->link_count ? "no TAK server could be reached in time; tell it by radio"
                                  : "it did not connect here in time; tell it by radio");
    return false;
}

int64_t cot_orders_look(struct cot *cot)
{
    int64_t next_ms = FEED_NEVER;

    cot_orders_try(cot);
    waiting_filter(cot, keep_unless_expired, NULL);
    for (uint32_t i = 0; i < cot->waiting_count; i++)
        if (!cot->waiting[i].end && cot->waiting[i].expires_ms < next_ms)
            next_ms = cot->waiting[i].expires_ms;
    return next_ms;
}

/* ---- chat lines, to be answered as delivered ---- */

void cot_letter_wait(struct cot *cot, const struct cot_event *event,
                     const struct cot_result *result)
{
    const struct xml_element *chat = element_child(event->detail, "__chat");
    const char *uid = element_attribute(element_child(chat, "chatgrp"), "uid0");

    if (!uid[0] || !cot->from_end || cot->letter_count == COT_LETTERS_MAX)
        return;
    uint32_t at = (cot->letter_first + cot->letter_count++) % COT_LETTERS_MAX;
    cot->letters[at] = (struct cot_letter){
        .said = cot->feed->said_count, .end = cot->from_end, .uid = base_copy_text(uid),
        .callsign = base_copy_text(element_attribute(chat, "senderCallsign")),
        .message_id = base_copy_text(result->message_id),
    };
}

static void letter_answer(struct cot *cot, const struct cot_letter *letter)
{
    struct cot_end *end = cot_end_numbered(cot, letter->end);
    const struct cot_address to = { .uid = letter->uid, .callsign = letter->callsign };
    struct cot_draft draft;

    if (!end || !end->conn)
        return;
    arena_reset(cot->arena);
    cot_delivered_draft(&cot->self, &to, letter->message_id, cot->feed->now_ms, cot->arena,
                        &draft);
    cot_peer_send(end->peer, &draft);
    cot_end_flush(end);
}

static void letter_drop_first(struct cot *cot)
{
    struct cot_letter *letter = &cot->letters[cot->letter_first];

    base_free(letter->uid);
    base_free(letter->callsign);
    base_free(letter->message_id);
    cot->letter_first = (cot->letter_first + 1) % COT_LETTERS_MAX;
    cot->letter_count--;
}

void cot_letters_kept(struct cot *cot, int64_t kept)
{
    while (cot->letter_count && cot->letters[cot->letter_first].said <= kept) {
        letter_answer(cot, &cot->letters[cot->letter_first]);
        letter_drop_first(cot);
    }
}

void cot_orders_stop(struct cot *cot)
{
    for (uint32_t i = 0; i < cot->waiting_count; i++)
        base_free(cot->waiting[i].line);
    while (cot->letter_count)
        letter_drop_first(cot);
}
