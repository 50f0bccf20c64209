/* mail.c - orders out as mail through an SMTP relay: paging, and whoever reads mail.
 *
 *   an order --> its unit's addresses --> one mail, on a thread --> the relay's answer
 *
 *   taken          receipt "sent": further SMTP does not see, so "delivered" is never said
 *   4xx, away      tried again until the order expires
 *   5xx, unsafe    receipt "failed", with the relay's words
 *   broke off when it had the mail: "failed", saying that it may have been taken; never twice */
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "feeds/adapters.h"
#include "feeds/http_url.h"
#include "feeds/mail_text.h"
#include "feeds/order_desk.h"
#include "feeds/order_words.h"
#include "feeds/smtp.h"

enum {
    AT_ONCE = 2, AT_ONCE_MAX = 4,       /* libuv's threads. */
    RETRY_S = 20, RETRY_MS_MAX = 300000,
    ADDRESSES_MAX = 16,                 /* Of one unit. */
};

struct mail {
    struct order_desk *desk;
    atomic_bool cancelled;
    enum feed_source source;
    bool source_said;
    uint32_t at_work;                   /* Threads that still send. */
};

/* One try. */
struct sending {
    uv_work_t work;
    struct feed *feed;
    struct mail *mail;
    struct order_job *job;              /* NULL: nobody waits for it any more. */
    struct smtp_message message;
    struct buffer text;
    const char *to[ADDRESSES_MAX + 1];
    char *to_texts[ADDRESSES_MAX];
    enum smtp_ending ending;
    char words[SMTP_WORDS_BYTES];
};

/* ---- addresses: "E1=pager@example.org", "*=duty@example.org" ---- */

/* The address of the setting at `index` when it is for `unit`. */
static bool address_for(const struct feed *feed, uint32_t index, const char *unit,
                        struct span *ret_address)
{
    struct span address = span_of(feed_setting_at(feed, "address", index)), name;

    if (!strchr(feed_setting_at(feed, "address", index), '='))
        return false;
    span_cut(&address, '=', &name);
    *ret_address = span_trim(address);
    return text_same_ignoring_case(span_trim(name), span_of(unit));
}

static uint32_t addresses_take(struct sending *sending, const char *unit)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < feed_setting_count(sending->feed, "address"); i++) {
        struct span address;
        if (!address_for(sending->feed, i, unit, &address) || count == ADDRESSES_MAX)
            continue;
        char *text = base_alloc(1, address.length + 1);
        memcpy(text, address.bytes, address.length);
        sending->to[count] = sending->to_texts[count] = text;
        count++;
    }
    return count;
}

static bool addresses_right(const struct feed *feed, char *sentence, size_t sentence_bytes)
{
    for (uint32_t i = 0; i < feed_setting_count(feed, "address"); i++) {
        const char *said = feed_setting_at(feed, "address", i);
        const char *equals = strchr(said, '=');
        if (equals && equals > said && mail_address_right(span_trim(span_of(equals + 1))))
            continue;
        snprintf(sentence, sentence_bytes,
                 "address \"%.100s\" is not UNIT=NAME@HOST, or *=NAME@HOST", said);
        return false;
    }
    return true;
}

/* ---- one try ---- */

static void sending_free(struct sending *sending)
{
    for (uint32_t i = 0; i < ADDRESSES_MAX; i++)
        base_free(sending->to_texts[i]);
    buffer_clear(&sending->text);
    base_free(sending);
}

/* On a thread: it sees only its own `sending`, and settings that do not change. */
static void send_now(uv_work_t *work)
{
    struct sending *sending = work->data;

    sending->ending = smtp_send(&sending->message, sending->words);
}

static void source_say(struct feed *feed, struct mail *mail, const struct sending *sending)
{
    bool away = sending->ending == SMTP_AWAY || sending->ending == SMTP_UNSAFE;
    enum feed_source source = away ? SOURCE_AWAY : SOURCE_THERE;
    char text[SMTP_WORDS_BYTES + 80];

    if (mail->source_said && source == mail->source)
        return;
    mail->source = source;
    mail->source_said = true;
    snprintf(text, sizeof text, "the relay %s%s%s",
             away ? smtp_ending_text(sending->ending) : "answers", away ? ": " : "",
             away ? sending->words : "");
    feed_health(feed, source, text);
}

/* 20 s, 40 s, 80 s: a relay that lists us in grey takes us the second time. */
static int64_t retry_ms(const struct feed *feed, uint32_t tries)
{
    double first_ms = feed_setting_number(feed, "retry_s", RETRY_S) * 1000;
    double wait_ms = first_ms * (double)(1u << (tries < 6 ? tries - 1 : 5));

    return wait_ms < RETRY_MS_MAX ? (int64_t)wait_ms : RETRY_MS_MAX;
}

static void answer_take(struct feed *feed, struct sending *sending)
{
    struct order_job *job = sending->job;
    char reason[SMTP_WORDS_BYTES + 120];

    snprintf(reason, sizeof reason, "the relay %s%s%s", smtp_ending_text(sending->ending),
             sending->words[0] ? ": " : "", sending->words);
    switch (sending->ending) {
    case SMTP_TAKEN:
        order_job_receipt(job, RECEIPT_SENT, reason);
        order_job_end(job);
        return;
    case SMTP_LATER:
    case SMTP_AWAY:
        feed_log(feed, "%s: %s", job->order.head.order, reason);
        order_job_later(job, feed->now_ms + retry_ms(feed, job->tries), reason);
        return;
    case SMTP_NEVER:
    case SMTP_UNSAFE:
    case SMTP_UNCERTAIN:
    case SMTP_ENDING_COUNT:
        order_job_receipt(job, RECEIPT_FAILED, reason);
        order_job_end(job);
        return;
    }
}

static void sent(uv_work_t *work, int status)
{
    struct sending *sending = work->data;
    struct mail *mail = sending->mail;

    mail->at_work--;
    if (sending->job && status == 0) {
        feed_clock(sending->feed);
        source_say(sending->feed, mail, sending);
        answer_take(sending->feed, sending);
    }
    sending_free(sending);
}

static void text_make(struct sending *sending)
{
    struct feed *feed = sending->feed;
    const struct feed_order *order = &sending->job->order;
    const char *subject_template = feed_setting_text(feed, "subject");
    const char *text_template = feed_setting_text(feed, "text");
    struct buffer subject = { 0 }, body = { 0 };

    order_fill(subject_template[0] ? subject_template : "{subject}", order, sending->to[0],
               &subject);
    if (text_template[0]) {
        order_fill(text_template, order, sending->to[0], &body);
        buffer_add_text(&body, "\n");
    } else {
        order_body(order, &body);
    }
    mail_text_write(&(struct mail_text){ .from = feed_setting_text(feed, "from"),
                                         .to = sending->to, .subject = subject.bytes,
                                         .body = buffer_span(&body), .order = order->head.order,
                                         .at_ms = feed->now_ms }, &sending->text);
    buffer_clear(&subject);
    buffer_clear(&body);
}

static void order_start(struct feed *feed, struct order_job *job)
{
    struct mail *mail = feed->state;
    struct sending *sending = base_alloc(1, sizeof *sending);

    sending->feed = feed;
    sending->mail = mail;
    sending->job = job;
    sending->work.data = sending;
    if (addresses_take(sending, job->order.head.unit) == 0
        && addresses_take(sending, "*") == 0) {
        order_job_receipt(job, RECEIPT_FAILED, "site.conf has no address for this unit");
        order_job_end(job);
        sending_free(sending);
        return;
    }
    text_make(sending);
    sending->message = (struct smtp_message){
        .relay = feed_setting_text(feed, "relay"),
        .unencrypted = feed_setting_flag(feed, "unencrypted"),
        .ca = feed_setting_text(feed, "ca"), .user = feed_setting_text(feed, "user"),
        .password = feed_secret(feed, "password"), .from = feed_setting_text(feed, "from"),
        .to = sending->to, .text = buffer_span(&sending->text), .cancelled = &mail->cancelled,
    };
    job->state = sending;
    mail->at_work++;
    int failed = uv_queue_work(feed->loop, &sending->work, send_now, sent);
    assert(failed == 0);
}

/* ---- the row's functions ---- */

/* Of smtp://HOST[:PORT]; in what holds a user too the host stands behind it. */
static bool is_loopback(const char *relay)
{
    const char *host = strstr(relay, "://");
    char name[64];

    host = host ? host + 3 : relay;
    size_t length = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/?#");
    snprintf(name, sizeof name, "%.*s", length < sizeof name ? (int)length : 0, host);
    return !strchr(host, '@') && http_host_is_here(name);
}

bool mail_check(const struct feed *feed, char *sentence, size_t sentence_bytes)
{
    double at_once = feed_setting_number(feed, "at_once", AT_ONCE);
    const char *relay = feed_setting_text(feed, "relay");
    bool smtp = strncmp(relay, "smtp://", 7) == 0, smtps = strncmp(relay, "smtps://", 8) == 0;

    if (!smtp && !smtps)
        snprintf(sentence, sentence_bytes, "relay is smtp://HOST[:PORT] or smtps://HOST[:PORT]");
    else if (feed_setting_text(feed, "user")[0] && feed_setting_flag(feed, "unencrypted")
             && !is_loopback(relay))
        snprintf(sentence, sentence_bytes,
                 "a password is not sent without encryption: leave out unencrypted");
    else if (!mail_address_right(span_of(feed_setting_text(feed, "from"))))
        snprintf(sentence, sentence_bytes, "from is not one address, NAME@HOST");
    else if (at_once < 1 || at_once > AT_ONCE_MAX)
        snprintf(sentence, sentence_bytes, "at_once is 1 to %d", AT_ONCE_MAX);
    else
        return addresses_right(feed, sentence, sentence_bytes)
               && order_template_right(feed_setting_text(feed, "subject"), sentence,
                                       sentence_bytes)
               && order_template_right(feed_setting_text(feed, "text"), sentence, sentence_bytes);
    return false;
}

bool mail_start(struct feed *feed)
{
    struct mail *mail = base_alloc(1, sizeof *mail);
    double at_once = feed_setting_number(feed, "at_once", AT_ONCE);

    feed->state = mail;
    atomic_init(&mail->cancelled, false);
    mail->desk = order_desk_new(feed, (uint32_t)at_once, order_start);
    return true;
}

void mail_line(struct feed *feed, const struct hub_line *line)
{
    struct mail *mail = feed->state;

    order_desk_line(mail->desk, line);
}

int64_t mail_now(struct feed *feed)
{
    struct mail *mail = feed->state;

    return order_desk_now(mail->desk);
}

void mail_readable(struct feed *feed)
{
    struct mail *mail = feed->state;

    order_desk_readable(mail->desk);
}

/* Threads that send are told to end; what they were sending stays unanswered, and the hub asks a
 * person about it. */
void mail_stop(struct feed *feed)
{
    struct mail *mail = feed->state;

    atomic_store(&mail->cancelled, true);
    for (struct order_job *job = mail->desk ? order_desk_running(mail->desk, NULL) : NULL; job;
         job = order_desk_running(mail->desk, job))
        if (job->state)
            ((struct sending *)job->state)->job = NULL;
    while (mail->at_work > 0)
        uv_run(feed->loop, UV_RUN_ONCE);
    order_desk_free(mail->desk);
    base_free(mail);
}
