/* Goal: no bytes make the CAP reader crash, and whatever it accepts becomes reports that the hub
 * takes; what it remembers is written and read back the same. Method: the input is one to six
 * messages, in the order they came; each report is written as a line and read back. */
#include "feeds/cap_chains.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* The border's own check must accept what we send, within a line. */
static void report_check(const struct report *report, struct arena *arena)
{
    struct buffer line = { 0 };
    struct json *json = NULL;
    struct report again;

    report_write(report, &line);
    assert(line.length <= REPORT_LINE_BYTES_MAX);
    struct verdict verdict = json_parse(buffer_span(&line), &json);
    assert(is_accepted(&verdict));
    verdict = report_read(json, arena, &again);
    assert(is_accepted(&verdict));
    assert(again.kind == REPORT_HAZARD);
    json_free(json);
    buffer_clear(&line);
}

static void message_check(struct cap_chains *chains, struct span message)
{
    struct arena *arena = arena_new();
    struct cap_alert alert;
    struct cap_result result;
    struct verdict verdict = cap_alert_read(message, "en", arena, &alert);

    if (is_accepted(&verdict)) {
        assert(alert.message <= CAP_MESSAGE_ERROR);
        verdict = cap_chains_take(chains, &alert, arena, &result);
        if (is_accepted(&verdict)) {
            for (uint32_t i = 0; i < result.report_count; i++) {
                /* C2: a Cancel never creates. */
                assert(alert.message != CAP_MESSAGE_CANCEL || result.reports[i].hazard.cancel);
                report_check(&result.reports[i], arena);
            }
        }
    } else {
        assert(verdict.offset <= message.length);
    }
    arena_free(arena);
}

/* A restart forgets nothing. */
static void memory_check(const struct cap_chains *chains)
{
    struct cap_chains *again = cap_chains_new();
    struct buffer one = { 0 }, other = { 0 };
    struct json *json = NULL;

    json_open(&one, NULL, '{');
    cap_chains_write(chains, &one);
    json_close(&one, '}');
    struct verdict verdict = json_parse(buffer_span(&one), &json);
    assert(is_accepted(&verdict));
    bool read = cap_chains_read(again, json);
    assert(read);
    json_open(&other, NULL, '{');
    cap_chains_write(again, &other);
    json_close(&other, '}');
    /* Chains stand in another order when one was dropped. */
    assert(one.length == other.length);
    json_free(json);
    buffer_clear(&one);
    buffer_clear(&other);
    cap_chains_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct cap_chains *chains = cap_chains_new();
    struct span rest = span_from((const char *)bytes, length), message;

    for (int messages = 0; messages < 6 && span_cut(&rest, '\x1D', &message); messages++)
        message_check(chains, message);
    memory_check(chains);
    cap_chains_free(chains);
    return 0;
}
