#include "feeds/mail_text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "app/base/base64.h"
#include "app/base/text.h"
#include "app/base/when.h"

enum {
    ADDRESS_BYTES_MAX = 254,        /* RFC 5321 section 4.5.3.1, with its errata. */
    WORD_BYTES = 45,                /* base64 of it fits an encoded word (RFC 2047 section 2). */
    LINE_BYTES = 57,                /* base64 of it is a line of 76. */
};

bool mail_address_right(struct span address)
{
    size_t at = 0, ats = 0;

    if (address.length == 0 || address.length > ADDRESS_BYTES_MAX)
        return false;
    for (size_t i = 0; i < address.length; i++) {
        unsigned char byte = (unsigned char)address.bytes[i];
        if (byte <= ' ' || byte >= 0x7F || strchr("<>()[],;:\\\"", byte))
            return false;
        if (byte == '@') {
            at = i;
            ats++;
        }
    }
    return ats == 1 && at > 0 && at + 1 < address.length;
}

static bool is_plain(struct span text)
{
    size_t line = 0;

    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        line = byte == '\n' ? 0 : line + 1;
        if (byte >= 0x7F || (byte < ' ' && byte != '\n') || line > 900)
            return false;
    }
    return true;
}

/* As it is when it is short ASCII, else in encoded words, none of which cuts a character. */
static void subject_put(const char *subject, struct buffer *out)
{
    struct span rest = span_of(subject);

    buffer_add_text(out, "Subject:");
    if (is_plain(rest) && rest.length <= 200) {
        buffer_print(out, " %s\r\n", subject);
        return;
    }
    while (rest.length > 0) {
        size_t length = rest.length < WORD_BYTES ? rest.length : WORD_BYTES;
        while (length > 1 && length < rest.length
               && ((unsigned char)rest.bytes[length] & 0xC0) == 0x80)
            length--;
        buffer_add_text(out, " =?utf-8?B?");
        base64_write(span_from(rest.bytes, length), out);
        buffer_add_text(out, "?=\r\n");
        rest = span_from(rest.bytes + length, rest.length - length);
    }
}

/* "Tue, 17 Nov 2026 14:02:11 +0000" (RFC 5322 section 3.3). */
static void date_put(int64_t at_ms, struct buffer *out)
{
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
                                          "Sep", "Oct", "Nov", "Dec" };
    static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
    struct civil at = civil_from_ms(at_ms);
    int64_t day = at_ms / (24 * 3600 * (int64_t)1000);      /* 1 January 1970 was a Thursday. */

    assert(at_ms >= 0);
    buffer_print(out, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\r\n", days[day % 7], at.day,
                 months[at.month - 1], at.year, at.hour, at.minute, at.second);
}

/* An id has letters that a Message-ID may not have: those become dots. */
static void id_put(const struct mail_text *mail, struct buffer *out)
{
    buffer_add_text(out, "Message-ID: <");
    for (const char *at = mail->order; *at; at++)
        buffer_print(out, "%c", isalnum((unsigned char)*at) || *at == '-' ? *at : '.');
    buffer_print(out, ".watchdesk%s>\r\n", strchr(mail->from, '@'));
}

static void body_put(struct span body, struct buffer *out)
{
    struct span line;

    if (is_plain(body)) {
        buffer_add_text(out, "Content-Transfer-Encoding: 7bit\r\n\r\n");
        while (body.length > 0 && span_cut(&body, '\n', &line)) {
            buffer_add(out, line);
            buffer_add_text(out, "\r\n");
        }
        return;
    }
    buffer_add_text(out, "Content-Transfer-Encoding: base64\r\n\r\n");
    for (size_t at = 0; at < body.length; at += LINE_BYTES) {
        size_t left = body.length - at;
        base64_write(span_from(body.bytes + at, left < LINE_BYTES ? left : LINE_BYTES), out);
        buffer_add_text(out, "\r\n");
    }
}

void mail_text_write(const struct mail_text *mail, struct buffer *out)
{
    char order[100];

    assert(mail_address_right(span_of(mail->from)));
    date_put(mail->at_ms, out);
    buffer_print(out, "From: <%s>\r\nTo:", mail->from);
    for (const char *const *to = mail->to; *to; to++)
        buffer_print(out, "%s <%s>", to == mail->to ? "" : ",\r\n", *to);
    buffer_add_text(out, "\r\n");
    subject_put(mail->subject, out);
    id_put(mail, out);
    text_clean(span_of(mail->order), order, sizeof order);
    if (is_plain(span_of(order)))
        buffer_print(out, "X-Watchdesk-Order: %s\r\n", order);
    buffer_add_text(out, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                         "Content-Type: text/plain; charset=utf-8\r\n");
    body_put(mail->body, out);
}
