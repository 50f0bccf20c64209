#include "feeds/tape.h"

#include <stdio.h>
#include <string.h>

#include "app/base/when.h"

enum { REORDER_S = 2, DELAY_S = 10, GARBLED_BYTES_PER_LINE = 3 };

/* ---- writing and reading ---- */

void tape_write_head(const char *feed, int64_t start_ms, struct buffer *out)
{
    char when[WHEN_TEXT_BYTES];

    json_open(out, NULL, '{');
    json_put_int64(out, "recording", 1);
    json_put_text(out, "feed", feed);
    json_put_text(out, "start", when_text(start_ms, when));
    json_close(out, '}');
    buffer_add_text(out, "\n");
}

void tape_write_line(int64_t t_ms, struct span line, struct buffer *out)
{
    json_open(out, NULL, '{');
    json_put_int64(out, "t", t_ms);
    json_put_raw(out, "line", line);
    json_close(out, '}');
    buffer_add_text(out, "\n");
}

struct verdict tape_read_head(struct span text, int64_t *ret_start_ms)
{
    struct json *json;
    struct verdict verdict = json_parse(text, &json);

    if (!is_accepted(&verdict))
        return verdict;
    if (json_member_int64(json, "recording", 0) != 1)
        verdict = refused(REFUSED_UNSUPPORTED, 0, "recording");
    else if (!when_parse(span_of(json_member_text(json, "start", "")), ret_start_ms))
        *ret_start_ms = 0;
    json_free(json);
    return verdict;
}

struct verdict tape_read_line(struct span text, struct buffer *storage, struct tape_line *ret_line)
{
    struct json *json;
    struct verdict verdict = json_parse(text, &json);
    int64_t t_ms;

    if (!is_accepted(&verdict))
        return verdict;
    const struct json *line = json_member(json, "line");
    if (!json_int64(json_member(json, "t"), &t_ms) || t_ms < 0) {
        verdict = refused(REFUSED_NOT_A_NUMBER, 0, "t");
    } else if (!line || json_type(line) != JSON_OBJECT) {
        verdict = refused(line ? REFUSED_WRONG_TYPE : REFUSED_FIELD_MISSING, 0, "line");
    } else {
        buffer_reset(storage);
        json_put(storage, NULL, line);
        *ret_line = (struct tape_line){ .t_ms = t_ms, .line = buffer_span(storage) };
    }
    json_free(json);
    return verdict;
}

/* ---- faults ---- */

bool tape_fault_read(const char *text, struct tape_faults *faults, char *sentence,
                     size_t sentence_bytes)
{
    const struct { const char *name; double *share, *most_s; double otherwise_s; } kinds[] = {
        { "lose", &faults->lose, NULL, 0 },
        { "repeat", &faults->repeat, NULL, 0 },
        { "delay", &faults->delay, &faults->delay_s, DELAY_S },
        { "reorder", &faults->reorder, &faults->reorder_s, REORDER_S },
        { "tear", &faults->tear, NULL, 0 },
        { "garble", &faults->garble, NULL, 0 },
    };
    struct span rest = span_of(text), name, share;

    span_cut(&rest, '=', &name);
    bool timed = span_cut(&rest, ':', &share);
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
        double number, most_s = kinds[i].otherwise_s;
        if (!span_is(span_trim(name), kinds[i].name))
            continue;
        if (!timed || !span_to_double(share, &number) || number < 0 || number > 1
            || (rest.length > 0 && (!kinds[i].most_s || !span_to_double(rest, &most_s)
                                    || most_s < 0 || most_s > 86400)))
            break;
        *kinds[i].share = number;
        if (kinds[i].most_s)
            *kinds[i].most_s = most_s;
        return true;
    }
    snprintf(sentence, sentence_bytes, "\"%.60s\" is no fault: lose, repeat, tear or garble=SHARE "
             "from 0 to 1, delay or reorder=SHARE:SECONDS", text);
    return false;
}

/* splitmix64 (Steele, Lea, Flood 2014): one number for each place, without a state between. */
static uint64_t dice_of(uint64_t seed, uint64_t number, uint64_t place)
{
    uint64_t z = seed + (number * 8 + place + 1) * UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static double share_of(uint64_t dice)
{
    return (double)(dice >> 11) / (double)(UINT64_C(1) << 53);
}

struct tape_fate tape_fate(const struct tape_faults *faults, uint64_t seed, uint64_t number)
{
    struct tape_fate fate = { .copies = 1, .dice = dice_of(seed, number, 7) };

    if (share_of(dice_of(seed, number, 0)) < faults->lose) {
        fate.copies = 0;
        return fate;
    }
    fate.garbled = share_of(dice_of(seed, number, 1)) < faults->garble;
    fate.torn = share_of(dice_of(seed, number, 2)) < faults->tear;
    fate.copies += share_of(dice_of(seed, number, 3)) < faults->repeat;
    double later = share_of(dice_of(seed, number, 6));
    if (share_of(dice_of(seed, number, 4)) < faults->delay)
        fate.late_ms += (int64_t)(faults->delay_s * 1000 * later);
    if (share_of(dice_of(seed, number, 5)) < faults->reorder)
        fate.late_ms += (int64_t)(faults->reorder_s * 1000 * later);
    return fate;
}

void tape_spoil(const struct tape_fate *fate, struct span line, struct buffer *out)
{
    size_t start = out->length, length = line.length;

    if (fate->torn && length > 1)
        length = 1 + (size_t)(fate->dice % (length - 1));
    buffer_add(out, span_from(line.bytes, length));
    for (uint32_t i = 0; fate->garbled && length > 0 && i < GARBLED_BYTES_PER_LINE; i++) {
        uint64_t dice = dice_of(fate->dice, i, 0);
        char byte = (char)(dice >> 32 & 0xFF);
        out->bytes[start + (size_t)(dice % length)] = byte == '\n' || byte == '\0' ? '?' : byte;
    }
}
