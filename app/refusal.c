#include "app/refusal.h"

#include <stdio.h>

#include "app/base/base64.h"
#include "app/base/biometric.h"
#include "app/hash.h"

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
