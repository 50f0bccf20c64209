#include "feeds/cot_taking.h"

#include <string.h>

#include "app/base/text.h"

/* Who wrote, and its message's id: in __chat, in its group, in the link, or in the uid. */
struct letter {
    const char *sender_uid, *callsign, *message_id;
};

static struct letter letter_read(const struct cot_taking *taking)
{
    static const char *const elements[] = { "__chat", "__chatreceipt" };
    const struct cot_event *event = taking->event;
    struct letter letter = { "", "", "" };

    for (size_t i = 0; i < ARRAY_COUNT(elements); i++) {
        const struct xml_element *chat = element_child(event->detail, elements[i]);
        if (!letter.message_id[0])
            letter.message_id = element_attribute(chat, "messageId");
        if (!letter.callsign[0])
            letter.callsign = element_attribute(chat, "senderCallsign");
        if (!letter.sender_uid[0])
            letter.sender_uid = element_attribute(element_child(chat, "chatgrp"), "uid0");
    }
    const char *linked = element_attribute(taking_parent(event), "uid");
    if (linked[0])
        letter.sender_uid = linked;
    if (!letter.callsign[0])
        letter.callsign = event->callsign;
    if (letter.message_id[0])
        return letter;
    const char *dot = strrchr(event->uid, '.');
    letter.message_id = dot ? dot + 1 : event->uid;
    return letter;
}

/* Written to us alone, and not to a room where crews talk to one another. */
static bool letter_is_ours(const struct cot_taking *taking)
{
    const char *own_uid = taking->reports->terms.own_uid;
    const struct xml_element *chat = element_child(taking->event->detail, "__chat");

    return strcmp(element_attribute(chat, "id"), own_uid) == 0
           || strcmp(element_attribute(element_child(chat, "chatgrp"), "uid1"), own_uid) == 0;
}

static bool message_is_new(struct cot_reports *reports, const char *sender, const char *id)
{
    uint64_t hash = taking_hash(sender) ^ (taking_hash(id) * 31);

    for (uint32_t i = 0; i < MESSAGES_MAX; i++)
        if (reports->messages[i] == hash)
            return false;
    reports->messages[reports->message_next] = hash;
    reports->message_next = (reports->message_next + 1) % MESSAGES_MAX;
    return true;
}

/* The sender of a letter; a name that its positions told is not changed by what it types. */
static struct cot_contact *letter_contact(struct cot_taking *taking, const struct letter *letter)
{
    struct cot_contacts *contacts = taking->reports->contacts;
    const struct cot_contact *known = cot_contacts_find(contacts, letter->sender_uid);
    bool has_name = known && known->callsign[0];
    struct cot_contact *contact =
        cot_contacts_hear(contacts, taking_cut(taking, letter->sender_uid, COT_UID_BYTES_MAX),
                          has_name ? "" : letter->callsign, taking->now_ms);

    if (taking->link)
        contact->link = taking->link;
    return contact;
}

static void add_receipt(struct cot_taking *taking, const char *order, const char *unit,
                        enum receipt_stage stage, const char *reason)
{
    struct report *report = taking_add(taking, REPORT_RECEIPT);

    report->receipt.order = order;
    report->receipt.unit = unit;
    report->receipt.at = taking->at_ms;
    report->receipt.stage = stage;
    report->receipt.reason = taking_cut(taking, reason, 240);
}

/* A stage is told once, and never goes back; a refusal may come after an acceptance. */
static bool stage_is_news(struct cot_order *order, enum receipt_stage stage)
{
    if (stage == RECEIPT_UNSAID || cot_stage_is_over(order->stage) || stage <= order->stage)
        return false;
    order->stage = stage;
    return true;
}

/* What a crew typed, as receipt and status. False: it is a message. */
static bool reply_take(struct cot_taking *taking, const char *unit, const char *text)
{
    struct cot_reply reply;

    if (!cot_words_read(taking->reports->words, span_of(text), &reply))
        return false;
    /* "ok" in a room may be said to anybody; what a unit does, or an order's number, is plain. */
    if (!reply.number && reply.status == UNIT_UNKNOWN && !letter_is_ours(taking))
        return false;
    struct cot_order *order = cot_book_of_unit(taking->reports->book, unit, reply.number);
    /* It answers an order that is not there: a person has to read it. */
    if (!order && (reply.number || reply.status == UNIT_UNKNOWN))
        return false;
    if (order && stage_is_news(order, reply.stage))
        add_receipt(taking, order->id, unit, reply.stage,
                    reply.stage == RECEIPT_REFUSED && reply.more.length
                        ? arena_copy(taking->arena, reply.more)
                        : text);
    bool recalled = order && order->verb == FEED_VERB_RECALL && order->stage == RECEIPT_ACCEPTED;
    const char *order_id = order ? order->id : "";
    if (recalled || reply.status == UNIT_AVAILABLE)
        cot_book_close(taking->reports->book, unit);
    if (reply.status != UNIT_UNKNOWN) {
        struct report *report = taking_add(taking, REPORT_STATUS);
        report->status.unit = unit;
        report->status.at = taking->at_ms;
        report->status.status = reply.status;
        report->status.order = order_id;
        report->status.text = taking_cut(taking, text, 240);
    }
    /* More than the answer, or an answer that changed nothing: a person reads it too. */
    return reply.more.length == 0 && taking->result->count > 0;
}

struct verdict cot_take_chat(struct cot_taking *taking)
{
    const struct cot_event *event = taking->event;
    const struct letter letter = letter_read(taking);

    if (!letter.sender_uid[0])
        return refused(REFUSED_FIELD_MISSING, 0, "__chat sender");
    if (strcmp(letter.sender_uid, taking->reports->terms.own_uid) == 0)
        return taking_pass(taking, COT_PASS_OWN);
    const struct cot_contact *contact = letter_contact(taking, &letter);
    const char *unit = arena_copy(taking->arena, span_of(cot_contact_name(contact)));
    taking->result->answer = COT_ANSWER_DELIVERED;
    taking->result->message_id = letter.message_id;
    if (!message_is_new(taking->reports, letter.sender_uid, letter.message_id))
        return taking_pass(taking, COT_PASS_REPEAT);
    const char *text = taking_cut(taking, event->remarks, COT_TEXT_BYTES);
    if (!text[0])
        return refused(REFUSED_FIELD_MISSING, 0, "remarks");
    if (reply_take(taking, unit, text))
        return accepted();
    struct report *report = taking_add(taking, REPORT_MESSAGE);
    report->message.unit = unit;
    report->message.at = taking->at_ms;
    report->message.text = text;
    return accepted();
}

/* Our order's when the id is one of our tokens; else it is passed on as it is, and the hub says
 * that it knows no such order. */
struct verdict cot_take_chat_receipt(struct cot_taking *taking, enum receipt_stage stage)
{
    const struct letter letter = letter_read(taking);
    char id[COT_TOKEN_BYTES];

    if (strcmp(letter.sender_uid, taking->reports->terms.own_uid) == 0)
        return taking_pass(taking, COT_PASS_OWN);
    const struct cot_contact *contact =
        letter.sender_uid[0] ? letter_contact(taking, &letter) : NULL;
    cot_order_id(letter.message_id, id);
    struct cot_order *order = cot_book_find(taking->reports->book, id);
    /* Who has told no name yet may be the crew: some clients sign no receipt. */
    if (order && contact && (contact->unit[0] || contact->callsign[0])
        && !text_same_ignoring_case(span_of(contact->unit), span_of(order->unit)))
        return taking_pass(taking, COT_PASS_NOT_ASKED);
    if (order && !stage_is_news(order, stage))
        return taking_pass(taking, COT_PASS_REPEAT);
    add_receipt(taking,
                id[0] ? arena_copy(taking->arena, span_of(id))
                      : taking_cut(taking, letter.message_id, COT_UID_BYTES_MAX),
                contact ? arena_copy(taking->arena, span_of(cot_contact_name(contact))) : "",
                stage, "");
    return accepted();
}

struct verdict cot_take_task_reply(struct cot_taking *taking)
{
    const struct cot_task_reply *reply = cot_task_reply_find(taking->event->type);
    char id[COT_TOKEN_BYTES];

    cot_order_id(taking->event->uid, id);
    if (!reply || !id[0])
        return taking_pass(taking, COT_PASS_CONTROL);
    struct cot_order *order = cot_book_find(taking->reports->book, id);
    if (order && !stage_is_news(order, reply->stage))
        return taking_pass(taking, COT_PASS_REPEAT);
    const char *unit = order ? order->unit : "";
    const char *order_id = arena_copy(taking->arena, span_of(id));
    const char *reason =
        taking->event->remarks[0] ? taking->event->remarks : reply->reason;
    add_receipt(taking, order_id, unit, reply->stage, reason);
    if (order && reply->status != UNIT_UNKNOWN) {
        struct report *report = taking_add(taking, REPORT_STATUS);
        report->status.unit = unit;
        report->status.at = taking->at_ms;
        report->status.status = reply->status;
        report->status.order = order_id;
    }
    return accepted();
}
