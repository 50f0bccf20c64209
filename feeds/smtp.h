/* smtp.h - one message through an SMTP relay (RFC 5321), by libcurl, waiting for the answer: for a
 * thread of its own. The relay's certificate is verified, always. No state; safe in any thread.
 *
 * What SMTP can say ends at the relay: it has taken the message, or not. */
#ifndef FEEDS_SMTP_H
#define FEEDS_SMTP_H

#include <stdatomic.h>

#include "app/base/span.h"

enum { SMTP_CONNECT_S = 10, SMTP_TOTAL_S = 60, SMTP_WORDS_BYTES = 240 };

#define SMTP_ENDINGS(ROW)                                                            \
    ROW(TAKEN,     "took it")                                                        \
    ROW(LATER,     "cannot take it now")             /* 4xx: asked again. */         \
    ROW(NEVER,     "does not take it")               /* 5xx: no use to ask again. */ \
    ROW(AWAY,      "cannot be reached")                                              \
    ROW(UNSAFE,    "has no connection that can be trusted")                          \
    ROW(UNCERTAIN, "broke off when it had the message: it may have taken it")

#define ROW(upper, text) SMTP_##upper,
enum smtp_ending { SMTP_ENDINGS(ROW) SMTP_ENDING_COUNT };
#undef ROW
const char *smtp_ending_text(enum smtp_ending ending);

struct smtp_message {
    const char *relay;              /* "smtp://HOST[:PORT]" or "smtps://HOST[:PORT]". */
    bool unencrypted;               /* smtp:// without STARTTLS is allowed. */
    const char *ca;                 /* A file of authorities to trust; "" for the system's. */
    const char *user, *password;    /* "" without a login. */
    const char *from;
    const char *const *to;          /* NULL at the end; each must be taken. */
    struct span text;               /* Headers and body, RFC 5322, lines ended with CR LF. */
    const atomic_bool *cancelled;   /* Set from another thread: it ends soon. */
};

/* The relay's last words, cleaned, into `words`; "" when it said none. */
enum smtp_ending smtp_send(const struct smtp_message *message, char words[SMTP_WORDS_BYTES]);

#endif
