#include "panels/line.h"

#include <string.h>

#include "app/base/text.h"

struct span line_span(const struct typed_line *line)
{
    return span_from(line->text, line->length);
}

static void set_text(struct typed_line *line, const char *text)
{
    line->length = (uint32_t)strlen(text);
    assert(line->length <= COMMAND_BYTES_MAX);
    memmove(line->text, text, line->length + 1);
    line->cursor = line->length;
}

void line_clear(struct typed_line *line)
{
    set_text(line, "");
    line->history_at = line->history_count;
    line->first_key_sequence = 0;
}

void line_free(struct typed_line *line)
{
    for (uint32_t i = 0; i < line->history_count; i++)
        base_free(line->history[i]);
    line->history_count = 0;
}

static uint32_t characters(struct span text)
{
    uint32_t count = 0;

    for (size_t i = 0; i < text.length; i++)
        count += ((unsigned char)text.bytes[i] & 0xC0) != 0x80;
    return count;
}

/* How much of `text` still fits: bytes, never half a character. */
static size_t fitting_bytes(const struct typed_line *line, struct span text)
{
    uint32_t room = LINE_CHARACTERS_MAX - characters(line_span(line));
    size_t at = 0;

    while (at < text.length && room > 0) {
        uint32_t code;
        size_t length = utf8_decode(span_from(text.bytes + at, text.length - at), &code);
        if (length == 0 || line->length + at + length > COMMAND_BYTES_MAX)
            break;
        at += length;
        room--;
    }
    return at;
}

bool line_insert(struct typed_line *line, struct span text)
{
    size_t fits = fitting_bytes(line, text);

    memmove(line->text + line->cursor + fits, line->text + line->cursor,
            line->length - line->cursor + 1);
    memcpy(line->text + line->cursor, text.bytes, fits);
    line->length += (uint32_t)fits;
    line->cursor += (uint32_t)fits;
    return fits == text.length;
}

bool line_paste(struct typed_line *line, struct span text)
{
    char clean[COMMAND_BYTES_MAX + 1];
    size_t end = 0;

    while (end < text.length && text.bytes[end] != '\n' && text.bytes[end] != '\r')
        end++;
    size_t length = text_clean(span_from(text.bytes, end), clean, sizeof clean);
    return line_insert(line, span_from(clean, length)) && end == text.length;
}

bool line_replace(struct typed_line *line, uint32_t start, struct span text)
{
    assert(start <= line->cursor);

    memmove(line->text + start, line->text + line->cursor, line->length - line->cursor + 1);
    line->length -= line->cursor - start;
    line->cursor = start;
    return line_insert(line, text);
}

static uint32_t before(const struct typed_line *line, uint32_t at)
{
    while (at > 0 && ((unsigned char)line->text[--at] & 0xC0) == 0x80)
        ;
    return at;
}

static uint32_t after(const struct typed_line *line, uint32_t at)
{
    if (at < line->length)
        at++;
    while (at < line->length && ((unsigned char)line->text[at] & 0xC0) == 0x80)
        at++;
    return at;
}

static void erase(struct typed_line *line, uint32_t from, uint32_t to)
{
    assert(from <= to);
    assert(to <= line->length);
    memmove(line->text + from, line->text + to, line->length - to + 1);
    line->length -= to - from;
    line->cursor = from;
}

void line_left(struct typed_line *line)
{
    line->cursor = before(line, line->cursor);
}

void line_right(struct typed_line *line)
{
    line->cursor = after(line, line->cursor);
}

void line_home(struct typed_line *line)
{
    line->cursor = 0;
}

void line_end(struct typed_line *line)
{
    line->cursor = line->length;
}

void line_erase_back(struct typed_line *line)
{
    erase(line, before(line, line->cursor), line->cursor);
}

void line_erase_here(struct typed_line *line)
{
    erase(line, line->cursor, after(line, line->cursor));
}

void line_erase_to_end(struct typed_line *line)
{
    erase(line, line->cursor, line->length);
}

void line_erase_to_start(struct typed_line *line)
{
    erase(line, 0, line->cursor);
}

void line_erase_word(struct typed_line *line)
{
    uint32_t from = line->cursor;

    while (from > 0 && line->text[from - 1] == ' ')
        from--;
    while (from > 0 && line->text[from - 1] != ' ')
        from--;
    erase(line, from, line->cursor);
}

static void history_add(struct typed_line *line)
{
    if (line->history_count > 0
        && strcmp(line->history[line->history_count - 1], line->text) == 0)
        return;
    if (line->history_count == LINE_HISTORY_MAX) {      /* The oldest is forgotten. */
        base_free(line->history[0]);
        memmove(line->history, line->history + 1, sizeof line->history - sizeof line->history[0]);
        line->history_count--;
    }
    line->history[line->history_count++] = base_copy_text(line->text);
}

void line_sent(struct typed_line *line)
{
    if (line->length > 0)
        history_add(line);
    line_clear(line);
}

void line_earlier(struct typed_line *line)
{
    if (line->history_at == 0)
        return;
    if (line->history_at == line->history_count)
        memcpy(line->kept, line->text, line->length + 1);
    line->history_at--;
    set_text(line, line->history[line->history_at]);
}

void line_later(struct typed_line *line)
{
    if (line->history_at >= line->history_count)
        return;
    line->history_at++;
    bool typed = line->history_at == line->history_count;
    set_text(line, typed ? line->kept : line->history[line->history_at]);
}

void drawn_add(struct drawn *drawn, int64_t at_ms, uint64_t sequence)
{
    if (drawn->count > 0
        && drawn->frames[(drawn->count - 1) % DRAWN_FRAMES_MAX].sequence == sequence)
        return;
    uint32_t at = drawn->count % DRAWN_FRAMES_MAX;
    drawn->frames[at].at_ms = at_ms;
    drawn->frames[at].sequence = sequence;
    drawn->count++;
}

/* Frames that the ring has lost were drawn before those it holds, so the oldest it holds is a
 * safe answer even when all of them are too young. */
uint64_t drawn_seen(const struct drawn *drawn, int64_t now_ms)
{
    uint32_t first = drawn->count > DRAWN_FRAMES_MAX ? drawn->count - DRAWN_FRAMES_MAX : 0;

    for (uint32_t i = drawn->count; i > first; i--)
        if (drawn->frames[(i - 1) % DRAWN_FRAMES_MAX].at_ms <= now_ms - UNSEEN_MS)
            return drawn->frames[(i - 1) % DRAWN_FRAMES_MAX].sequence;
    if (drawn->count == 0)
        return 0;
    uint64_t oldest = drawn->frames[first % DRAWN_FRAMES_MAX].sequence;
    return oldest > 0 ? oldest - 1 : 0;
}

uint64_t line_saw(const struct typed_line *line, const struct drawn *drawn, int64_t now_ms)
{
    uint64_t seen = drawn_seen(drawn, now_ms);

    return line->first_key_sequence < seen ? line->first_key_sequence : seen;
}
