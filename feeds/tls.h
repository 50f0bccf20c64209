/* tls.h - TLS over bytes that somebody else carries. The door to OpenSSL's SSL in this folder.
 *
 * A session is fed what came from the wire and says what to put on it; it owns no socket and knows
 * no time. TLS 1.2 or newer; the other side's certificate is verified, always: a client checks the
 * chain and the host's name, a server asks for a client's certificate where it was told to. */
#ifndef FEEDS_TLS_H
#define FEEDS_TLS_H

#include "app/base/buffer.h"

enum tls_side { TLS_CLIENT, TLS_SERVER };

/* What site.conf says; each "" when it says nothing. */
struct tls_means {
    const char *ca_path;            /* PEM: who vouches for the other side; "": who the system
                                     * trusts. */
    const char *certificate_path;   /* PEM: ours, and its chain. A server needs one. */
    const char *key_pem;            /* The key itself, from a secret. */
    bool client_needed;             /* A server lets in only clients that `ca_path` vouches for. */
};

struct tls_context;                 /* What all sessions of one feed share. */
struct tls;                         /* One session. */

/* NULL: `sentence` says what is wrong with which file. */
struct tls_context *tls_context_new(enum tls_side side, const struct tls_means *means,
                                    char *sentence, size_t sentence_bytes);
void tls_context_free(struct tls_context *context);

/* The context itself (an SSL_CTX), for a library that carries TLS by itself: every session made of
 * it demands that the server's certificate carries `host`. A loan, for one host only. */
void *tls_context_lend(struct tls_context *context, const char *host);

/* `host`: the name or address that the server's certificate must carry; NULL for a server. */
struct tls *tls_new(struct tls_context *context, const char *host);
void tls_free(struct tls *tls);

enum tls_state {
    TLS_SHAKING,                    /* Not open yet. */
    TLS_OPEN,
    TLS_ENDED,                      /* The other side said goodbye; nothing was cut off. */
    TLS_FAILED,                     /* tls_fault() says why. What `to_wire` got is sent. */
};

/* Takes what the wire brought (nothing at all begins a client's handshake); adds what it held for
 * us to `plain`, and what has to go back to `to_wire`. */
enum tls_state tls_receive(struct tls *tls, struct span from_wire, struct buffer *plain,
                           struct buffer *to_wire);
/* Adds `plain`, sealed, to `to_wire`. False before the session is open, or after its end. */
bool tls_send(struct tls *tls, struct span plain, struct buffer *to_wire);
/* Adds our goodbye. */
void tls_end(struct tls *tls, struct buffer *to_wire);
/* A sentence for the log of why it failed; "" when it did not. */
const char *tls_fault(const struct tls *tls);
/* The name in the other side's certificate, cleaned; "" when it showed none. */
const char *tls_peer(const struct tls *tls);

#endif
