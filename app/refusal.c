#include "app/refusal.h"

#include <stdio.h>

#include "app/base/biometric.h"
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

/* -1: no letter of base64. */
static int letter_value(char letter)
{
    if (letter >= 'A' && letter <= 'Z')
        return letter - 'A';
    if (letter >= 'a' && letter <= 'z')
        return letter - 'a' + 26;
    if (letter >= '0' && letter <= '9')
        return letter - '0' + 52;
    return letter == '+' ? 62 : letter == '/' ? 63 : -1;
}

/* Four letters; at the end of the text the last one or two may be padding. */
static bool four_read(const char *four, bool last, struct buffer *out)
{
    size_t padding = last && four[3] == '=' ? 1 + (four[2] == '=') : 0;
    uint32_t bits = 0;

    for (size_t i = 0; i < 4; i++) {
        int value = i < 4 - padding ? letter_value(four[i]) : 0;
        if (value < 0)
            return false;
        bits = bits << 6 | (uint32_t)value;
    }
    const char bytes[3] = { (char)(bits >> 16 & 255), (char)(bits >> 8 & 255),
                            (char)(bits & 255) };
    buffer_add(out, span_from(bytes, 3 - padding));
    return true;
}

bool refusal_bytes(const char *base64, struct buffer *out)
{
    struct span text = span_of(base64);

    if (text.length % 4 != 0)
        return false;
    for (size_t at = 0; at < text.length; at += 4)
        if (!four_read(base64 + at, at + 4 == text.length, out))
            return false;
    return true;
}

/* What may not be kept: the same report, without its bytes and their hash. */
static void withheld_write(const struct refusal_of *refusal, const char *name, struct buffer *out)
{
    char reason[280], verdict[160] = "biometric identifiers are refused";
    struct report report;

    if (!refusal->withheld)
        verdict_sentence(&refusal->verdict, verdict, sizeof verdict);
    snprintf(reason, sizeof reason, "%s; it names \"%s\", so nothing of its bytes is kept", verdict,
             name);
    report_init(&report, REPORT_REFUSED);
    report.refused.at = refusal->at_ms;
    report.refused.reason = reason;
    report.refused.field = refusal->withheld ? name : refusal->verdict.field;
    report.refused.length =
        (int64_t)(refusal->whole_bytes ? refusal->whole_bytes : refusal->bytes.length);
    report_write(&report, out);
}

void refusal_write(const struct refusal_of *refusal, struct buffer *out)
{
    unsigned char hash[HASH_BYTES];
    char name[BIOMETRIC_NAME_BYTES];
    char hash_words[HASH_TEXT_BYTES], reason[160];
    struct buffer bytes = { 0 };
    struct span kept = refusal->bytes;
    struct report report;

    assert(!is_accepted(&refusal->verdict));
    if (refusal->withheld || biometric_bytes(refusal->bytes, name)) {
        withheld_write(refusal, refusal->withheld ? refusal->verdict.field : name, out);
        return;
    }
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
