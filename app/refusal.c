#include "app/refusal.h"

#include "app/hash.h"

/* RFC 4648 section 4. */
static void base64_write(struct span bytes, struct buffer *out)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < bytes.length; i += 3) {
        size_t left = bytes.length - i;
        uint32_t three = (uint32_t)(unsigned char)bytes.bytes[i] << 16;
        if (left > 1)
            three |= (uint32_t)(unsigned char)bytes.bytes[i + 1] << 8;
        if (left > 2)
            three |= (uint32_t)(unsigned char)bytes.bytes[i + 2];
        char four[4] = { letters[three >> 18], letters[three >> 12 & 63],
                         left > 1 ? letters[three >> 6 & 63] : '=',
                         left > 2 ? letters[three & 63] : '=' };
        buffer_add(out, span_from(four, 4));
    }
}

void refusal_write(const struct refusal_of *refusal, struct buffer *out)
{
    unsigned char hash[HASH_BYTES];
    char hash_words[HASH_TEXT_BYTES], reason[160];
    struct buffer bytes = { 0 };
    struct span kept = refusal->bytes;
    struct report report;

    assert(!is_accepted(&refusal->verdict));
    if (!refusal->sha256)
        hash_of(refusal->bytes, hash);
    if (kept.length > REFUSED_BYTES_KEPT)
        kept.length = REFUSED_BYTES_KEPT;
    base64_write(kept, &bytes);
    report_init(&report, REPORT_REFUSED);
    report.refused.at = refusal->at_ms;
    report.refused.reason = verdict_sentence(&refusal->verdict, reason, sizeof reason);
    report.refused.field = refusal->verdict.field;
    report.refused.offset = (int64_t)refusal->verdict.offset;
    report.refused.length =
        (int64_t)(refusal->whole_bytes ? refusal->whole_bytes : refusal->bytes.length);
    report.refused.sha256 = hash_text(refusal->sha256 ? refusal->sha256 : hash, hash_words);
    report.refused.bytes = bytes.bytes ? bytes.bytes : "";
    report_write(&report, out);
    buffer_clear(&bytes);
}
