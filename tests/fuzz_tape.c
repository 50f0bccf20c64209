/* Any bytes as a recording's head, line and fault; what is read of a line is written and read back
 * the same, and a spoilt line never has a line end of its own making. */
#include <string.h>

#include "feeds/tape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

static void faults_read(struct span text)
{
    struct tape_faults faults = { 0 };
    char word[200], sentence[200];

    size_t length = text.length < sizeof word - 1 ? text.length : sizeof word - 1;
    memcpy(word, text.bytes, length);
    word[length] = '\0';
    if (tape_fault_read(word, &faults, sentence, sizeof sentence))
        assert(faults.lose >= 0 && faults.lose <= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    struct span text = span_from((const char *)data, length);
    struct buffer storage = { 0 }, again = { 0 }, spoilt = { 0 };
    struct tape_line line, back;
    int64_t start_ms;

    tape_read_head(text, &start_ms);
    if (length > 0)
        faults_read(text);
    struct verdict verdict = tape_read_line(text, &storage, &line);
    if (is_accepted(&verdict)) {
        struct buffer written = { 0 };
        struct tape_fate fate = { .copies = 1, .torn = length % 2, .garbled = true,
                                  .dice = length * 77 };
        tape_write_line(line.t_ms, line.line, &written);
        verdict = tape_read_line(span_trim(buffer_span(&written)), &again, &back);
        assert(is_accepted(&verdict));
        assert(back.t_ms == line.t_ms && back.line.length == line.line.length);
        tape_spoil(&fate, line.line, &spoilt);
        assert(spoilt.length <= line.line.length);
        assert(!memchr(buffer_span(&spoilt).bytes, '\n', spoilt.length));
        buffer_clear(&written);
    }
    buffer_clear(&storage);
    buffer_clear(&again);
    buffer_clear(&spoilt);
    return 0;
}
