#include "feeds/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"

enum { READ_BYTES = 16 * 1024, FAULT_BYTES = 256, NAME_BYTES = 128 };

struct tls_context {
    SSL_CTX *ssl;
    enum tls_side side;
};

struct tls {
    SSL *ssl;                       /* Owns both ends below. */
    BIO *from_wire, *to_wire;
    enum tls_state state;
    char fault[FAULT_BYTES];
    char peer[NAME_BYTES];
};

/* ---- what all sessions share ---- */

static const char *reason(void)
{
    const char *text = ERR_reason_error_string(ERR_get_error());

    ERR_clear_error();
    return text ? text : "no reason was given";
}

static bool trust_load(SSL_CTX *ssl, const char *path, char *sentence, size_t sentence_bytes)
{
    if (path[0] ? SSL_CTX_load_verify_locations(ssl, path, NULL) == 1
                : SSL_CTX_set_default_verify_paths(ssl) == 1)
        return true;
    snprintf(sentence, sentence_bytes, "the certificates in %s cannot be read: %s",
             path[0] ? path : "the system's list", reason());
    return false;
}

static bool key_load(SSL_CTX *ssl, const struct tls_means *means, char *sentence,
                     size_t sentence_bytes)
{
    BIO *pem = BIO_new_mem_buf(means->key_pem, -1);
    /* A passphrase would have to lie beside the key; so a key that asks for one is refused. */
    EVP_PKEY *key = pem ? PEM_read_bio_PrivateKey(pem, NULL, NULL, (char *)"") : NULL;
    bool fits = key && SSL_CTX_use_PrivateKey(ssl, key) == 1
                && SSL_CTX_check_private_key(ssl) == 1;

    if (!fits)
        snprintf(sentence, sentence_bytes, "the secret \"key\" does not go with %s: %s",
                 means->certificate_path, reason());
    EVP_PKEY_free(key);
    BIO_free(pem);
    return fits;
}

static bool certificate_load(SSL_CTX *ssl, const struct tls_means *means, char *sentence,
                             size_t sentence_bytes)
{
    if (SSL_CTX_use_certificate_chain_file(ssl, means->certificate_path) != 1) {
        snprintf(sentence, sentence_bytes, "the certificate %s cannot be read: %s",
                 means->certificate_path, reason());
        return false;
    }
    return key_load(ssl, means, sentence, sentence_bytes);
}

/* Are enough means there for this side? */
static bool means_suffice(enum tls_side side, const struct tls_means *means, char *sentence,
                          size_t sentence_bytes)
{
    const char *missing = NULL;

    if (side == TLS_SERVER && !means->certificate_path[0])
        missing = "a listener with TLS needs the setting \"certificate\" and the secret \"key\"";
    else if (means->certificate_path[0] && !means->key_pem[0])
        missing = "the setting \"certificate\" needs the secret \"key\"";
    else if (side == TLS_SERVER && means->client_needed && !means->ca_path[0])
        missing = "to let in only known clients, name who vouches for them in the setting \"ca\"";
    if (missing)
        snprintf(sentence, sentence_bytes, "%s", missing);
    return !missing;
}

static bool context_fill(SSL_CTX *ssl, enum tls_side side, const struct tls_means *means,
                         char *sentence, size_t sentence_bytes)
{
    bool verifies = side == TLS_CLIENT || means->client_needed;

    SSL_CTX_set_min_proto_version(ssl, TLS1_2_VERSION);
    SSL_CTX_set_mode(ssl, SSL_MODE_AUTO_RETRY | SSL_MODE_RELEASE_BUFFERS);
    /* Sessions taken up again would skip the check of a certificate revoked meanwhile. */
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(ssl, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_verify(ssl, verifies ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT
                                     : SSL_VERIFY_NONE, NULL);
    if (verifies && !trust_load(ssl, means->ca_path, sentence, sentence_bytes))
        return false;
    if (side == TLS_SERVER && means->client_needed)
        SSL_CTX_set_client_CA_list(ssl, SSL_load_client_CA_file(means->ca_path));
    return !means->certificate_path[0]
           || certificate_load(ssl, means, sentence, sentence_bytes);
}

struct tls_context *tls_context_new(enum tls_side side, const struct tls_means *means,
                                    char *sentence, size_t sentence_bytes)
{
    if (!means_suffice(side, means, sentence, sentence_bytes))
        return NULL;
    SSL_CTX *ssl = SSL_CTX_new(side == TLS_CLIENT ? TLS_client_method() : TLS_server_method());
    if (!ssl) {
        snprintf(sentence, sentence_bytes, "OpenSSL cannot begin: %s", reason());
        return NULL;
    }
    if (!context_fill(ssl, side, means, sentence, sentence_bytes)) {
        SSL_CTX_free(ssl);
        return NULL;
    }
    struct tls_context *context = base_alloc(1, sizeof *context);
    *context = (struct tls_context){ .ssl = ssl, .side = side };
    return context;
}

void tls_context_free(struct tls_context *context)
{
    if (!context)
        return;
    SSL_CTX_free(context->ssl);
    base_free(context);
}

void *tls_context_lend(struct tls_context *context, const char *host)
{
    X509_VERIFY_PARAM *terms = SSL_CTX_get0_param(context->ssl);
    struct in6_addr address;

    assert(context->side == TLS_CLIENT);
    if (inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1) {
        X509_VERIFY_PARAM_set1_ip_asc(terms, host);
        return context->ssl;
    }
    X509_VERIFY_PARAM_set_hostflags(terms, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    X509_VERIFY_PARAM_set1_host(terms, host, 0);
    return context->ssl;
}

/* ---- a session ---- */

/* The name that the certificate must carry; an address is another kind of name. */
static void host_expect(SSL *ssl, const char *host)
{
    struct in6_addr address;

    if (inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host);
        return;
    }
    SSL_set_tlsext_host_name(ssl, host);
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(ssl, host);
}

struct tls *tls_new(struct tls_context *context, const char *host)
{
    struct tls *tls = base_alloc(1, sizeof *tls);

    *tls = (struct tls){ .ssl = SSL_new(context->ssl), .from_wire = BIO_new(BIO_s_mem()),
                         .to_wire = BIO_new(BIO_s_mem()), .state = TLS_SHAKING };
    assert(tls->ssl && tls->from_wire && tls->to_wire);
    SSL_set_bio(tls->ssl, tls->from_wire, tls->to_wire);
    if (context->side == TLS_CLIENT) {
        host_expect(tls->ssl, host);
        SSL_set_connect_state(tls->ssl);
    } else {
        SSL_set_accept_state(tls->ssl);
    }
    return tls;
}

void tls_free(struct tls *tls)
{
    if (!tls)
        return;
    SSL_free(tls->ssl);
    base_free(tls);
}

static void wire_take(struct tls *tls, struct buffer *to_wire)
{
    char bytes[READ_BYTES];
    int length;

    while ((length = BIO_read(tls->to_wire, bytes, sizeof bytes)) > 0)
        buffer_add(to_wire, span_from(bytes, (size_t)length));
}

static void fail(struct tls *tls)
{
    long verdict = SSL_get_verify_result(tls->ssl);

    tls->state = TLS_FAILED;
    if (verdict != X509_V_OK)
        snprintf(tls->fault, sizeof tls->fault, "its certificate is not accepted: %s",
                 X509_verify_cert_error_string(verdict));
    else
        snprintf(tls->fault, sizeof tls->fault, "TLS failed: %s", reason());
    ERR_clear_error();
}

static void peer_note(struct tls *tls)
{
    X509 *certificate = SSL_get0_peer_certificate(tls->ssl);
    char name[NAME_BYTES] = "";

    if (certificate)
        X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name,
                                  sizeof name);
    text_clean(span_of(name), tls->peer, sizeof tls->peer);
}

/* What an operation's answer means: go on, wait for more of the wire, or the end. */
static void answer_take(struct tls *tls, int answer)
{
    switch (SSL_get_error(tls->ssl, answer)) {
    case SSL_ERROR_NONE:
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        return;
    case SSL_ERROR_ZERO_RETURN:
        tls->state = TLS_ENDED;
        return;
    default:
        fail(tls);
    }
}

static void plain_take(struct tls *tls, struct buffer *plain)
{
    char bytes[READ_BYTES];
    int length = 0;

    while (tls->state == TLS_OPEN
           && (length = SSL_read(tls->ssl, bytes, sizeof bytes)) > 0)
        buffer_add(plain, span_from(bytes, (size_t)length));
    if (tls->state == TLS_OPEN)
        answer_take(tls, length);
}

enum tls_state tls_receive(struct tls *tls, struct span from_wire, struct buffer *plain,
                           struct buffer *to_wire)
{
    if (tls->state == TLS_FAILED || tls->state == TLS_ENDED)
        return tls->state;
    ERR_clear_error();
    assert(from_wire.length <= INT_MAX);
    if (from_wire.length)
        BIO_write(tls->from_wire, from_wire.bytes, (int)from_wire.length);
    if (tls->state == TLS_SHAKING) {
        int answer = SSL_do_handshake(tls->ssl);
        answer_take(tls, answer);
        if (answer == 1) {
            tls->state = TLS_OPEN;
            peer_note(tls);
        }
    }
    plain_take(tls, plain);
    wire_take(tls, to_wire);
    return tls->state;
}

bool tls_send(struct tls *tls, struct span plain, struct buffer *to_wire)
{
    if (tls->state != TLS_OPEN)
        return false;
    assert(plain.length <= INT_MAX);
    /* The wire's end is memory, which takes everything at once. */
    if (plain.length && SSL_write(tls->ssl, plain.bytes, (int)plain.length) <= 0) {
        fail(tls);
        return false;
    }
    wire_take(tls, to_wire);
    return true;
}

void tls_end(struct tls *tls, struct buffer *to_wire)
{
    if (tls->state == TLS_OPEN)
        SSL_shutdown(tls->ssl);
    ERR_clear_error();
    wire_take(tls, to_wire);
}

const char *tls_fault(const struct tls *tls)
{
    return tls->fault;
}

const char *tls_peer(const struct tls *tls)
{
    return tls->peer;
}
