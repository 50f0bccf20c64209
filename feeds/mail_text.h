/* mail_text.h - an order as a mail (RFC 5322). Pure.
 *
 * Its Message-ID is made of the order's id, so the same order sent twice is one mail to whoever
 * looks; X-Watchdesk-Order names it; Auto-Submitted (RFC 3834) keeps automatic answers away. */
#ifndef FEEDS_MAIL_TEXT_H
#define FEEDS_MAIL_TEXT_H

#include "feeds/hub_lines.h"

struct mail_text {
    const char *from;
    const char *const *to;          /* NULL at the end. */
    const char *subject;            /* Clean, of any length and letters. */
    struct span body;               /* Lines ended with "\n". */
    const char *order;              /* Its id. */
    int64_t at_ms;
};

/* One address that can stand in a header and in RCPT: "name@host", ASCII, no blank, no comma, no
 * bracket. Names with quotes are refused. */
bool mail_address_right(struct span address);
void mail_text_write(const struct mail_text *mail, struct buffer *out);

#endif
