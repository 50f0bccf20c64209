#include "feeds/quarantine.h"

#include <openssl/evp.h>
#include <stdio.h>

enum { SHA256_BYTES = 32 };

struct quarantine {
    EVP_MD_CTX *hash;
    struct buffer kept;             /* At most REFUSED_BYTES_KEPT. */
    size_t length;
    struct verdict verdict;
    char sha256[2 * SHA256_BYTES + 1];
    char base64[(REFUSED_BYTES_KEPT + 2) / 3 * 4 + 1];
};

_Static_assert((REFUSED_BYTES_KEPT + 2) / 3 * 4 + 1024 < REPORT_LINE_BYTES_MAX,
               "a quarantined message and what is said of it fit one line");

/* OpenSSL fails here only when memory is out, which is an abort everywhere. */
static void must(int done)
{
    assert(done == 1);
}

struct quarantine *quarantine_new(void)
{
    struct quarantine *quarantine = base_alloc(1, sizeof *quarantine);

    quarantine->hash = EVP_MD_CTX_new();
    assert(quarantine->hash);
    must(EVP_DigestInit_ex(quarantine->hash, EVP_sha256(), NULL));
    return quarantine;
}

void quarantine_free(struct quarantine *quarantine)
{
    if (!quarantine)
        return;
    EVP_MD_CTX_free(quarantine->hash);
    buffer_clear(&quarantine->kept);
    base_free(quarantine);
}

void quarantine_add(struct quarantine *quarantine, struct span bytes)
{
    size_t room = REFUSED_BYTES_KEPT - quarantine->kept.length;

    if (bytes.length == 0)
        return;
    must(EVP_DigestUpdate(quarantine->hash, bytes.bytes, bytes.length));
    if (room > bytes.length)
        room = bytes.length;
    buffer_add(&quarantine->kept, span_from(bytes.bytes, room));
    quarantine->length += bytes.length;
}

size_t quarantine_length(const struct quarantine *quarantine)
{
    return quarantine->length;
}

static void hash_end(struct quarantine *quarantine)
{
    unsigned char sum[SHA256_BYTES];

    must(EVP_DigestFinal_ex(quarantine->hash, sum, NULL));
    for (size_t i = 0; i < SHA256_BYTES; i++)
        snprintf(quarantine->sha256 + 2 * i, 3, "%02x", sum[i]);
}

void quarantine_report(struct quarantine *quarantine, const struct verdict *verdict,
                       struct report *ret_report)
{
    assert(!is_accepted(verdict));
    hash_end(quarantine);
    EVP_EncodeBlock((unsigned char *)quarantine->base64,
                    (const unsigned char *)buffer_span(&quarantine->kept).bytes,
                    (int)quarantine->kept.length);
    quarantine->verdict = *verdict;
    report_init(ret_report, REPORT_REFUSED);
    ret_report->refused = (struct report_refused){
        .reason = refusal_text(verdict->refusal),
        .field = quarantine->verdict.field,
        .offset = (int64_t)verdict->offset,
        .length = (int64_t)quarantine->length,
        .sha256 = quarantine->sha256,
        .bytes = quarantine->base64,
    };
}
