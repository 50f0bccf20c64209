#include "app/quarantine.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/base/base64.h"
#include "app/base/text.h"
#include "app/base/when.h"
#include "app/refusal.h"

enum {
    REASONS_MAX = 64,               /* Different ones of a feed; the rest is "other". */
    LINE_COLUMNS = 76,
    DUMP_BYTES = 16,
};

/* ---- bytes on a screen ---- */

/* What stands at `at`: a character that a screen shows, or one byte of anything else. Returns how
 * many bytes it is. */
static size_t glyph_write(struct span bytes, size_t at, char text[8])
{
    struct span rest = span_from(bytes.bytes + at, bytes.length - at);
    uint32_t code;
    size_t length = utf8_decode(rest, &code);

    if (length > 0 && code != '\\' && code != ' ' && glyph_columns(code) > 0
        && text_is_clean(span_from(rest.bytes, length))) {
        snprintf(text, 8, "%.*s", (int)length, rest.bytes);
        return length;
    }
    if (rest.bytes[0] == ' ')
        snprintf(text, 8, " ");
    else
        snprintf(text, 8, "\\x%02x", (unsigned char)rest.bytes[0]);
    return 1;
}

/* Where to begin so that `offset` stands in the last third of the line at most. */
static size_t line_start(struct span bytes, size_t offset, uint32_t columns)
{
    size_t before = columns * 2 / 3 / 4;        /* Each byte may take four columns. */

    if (bytes.length * 4 <= columns || offset <= before)
        return 0;
    size_t start = offset - before;
    while (start > 0 && ((unsigned char)bytes.bytes[start] & 0xC0) == 0x80)
        start--;
    return start;
}

void quarantine_line(struct span bytes, size_t offset, uint32_t columns, struct buffer *out,
                     uint32_t *ret_column)
{
    if (offset > bytes.length)
        offset = bytes.length;
    size_t at = line_start(bytes, offset, columns);
    uint32_t column = at > 0 ? 3 : 0;
    char text[8];

    *ret_column = column;
    if (at > 0)
        buffer_add_text(out, "...");
    while (at < bytes.length) {
        size_t length = glyph_write(bytes, at, text);
        uint32_t wide = text_columns(span_of(text));
        if (column + wide + 3 > columns) {
            buffer_add_text(out, "...");
            return;
        }
        if (at <= offset)
            *ret_column = column;
        buffer_add_text(out, text);
        column += wide;
        at += length;
    }
    if (offset >= bytes.length)
        *ret_column = column;
}

void quarantine_dump(struct span bytes, struct buffer *out)
{
    for (size_t row = 0; row < bytes.length; row += DUMP_BYTES) {
        buffer_print(out, "%08zx ", row);
        for (size_t i = 0; i < DUMP_BYTES; i++) {
            buffer_add_text(out, i == DUMP_BYTES / 2 ? "  " : " ");
            if (row + i < bytes.length)
                buffer_print(out, "%02x", (unsigned char)bytes.bytes[row + i]);
            else
                buffer_add_text(out, "  ");
        }
        buffer_add_text(out, "  |");
        for (size_t i = 0; i < DUMP_BYTES && row + i < bytes.length; i++) {
            unsigned char byte = (unsigned char)bytes.bytes[row + i];
            buffer_print(out, "%c", byte >= ' ' && byte < 0x7F ? byte : '.');
        }
        buffer_add_text(out, "|\n");
    }
}

/* ---- a refused message ---- */

struct refused_message {
    uint64_t entry;
    int64_t at_ms;
    struct report_refused refused;          /* Loans from `json`. */
    struct json *json;
    struct buffer bytes;
};

static void message_clear(struct refused_message *message)
{
    json_free(message->json);
    buffer_clear(&message->bytes);
    *message = (struct refused_message){ 0 };
}

/* False: that entry is none. Then nothing is to be cleared. */
static bool message_read(const struct entry *entry, struct arena *arena,
                         struct refused_message *ret_message)
{
    struct refused_message message = { .entry = entry->head.sequence, .at_ms = entry->head.at_ms };
    struct report report;

    if (entry->head.kind != INPUT_REPORT)
        return false;
    struct verdict verdict = json_parse(entry->input, &message.json);
    if (!is_accepted(&verdict))
        return false;
    verdict = report_read(message.json, arena, &report);
    if (!is_accepted(&verdict) || report.kind != REPORT_REFUSED) {
        json_free(message.json);
        return false;
    }
    message.refused = report.refused;
    if (!base64_read(span_of(report.refused.bytes), &message.bytes))
        buffer_reset(&message.bytes);
    *ret_message = message;
    return true;
}

/* The clock of the site, with its day. */
static void put_when(int64_t at_ms, struct buffer *out)
{
    struct civil at = civil_from_ms(at_ms + (int64_t)when_local_offset_s(at_ms) * 1000);

    buffer_print(out, "%04d-%02d-%02d %02d:%02d:%02d", at.year, at.month, at.day, at.hour,
                 at.minute, at.second);
}

/* "lat, lon: out of range", clean, without the place: what messages are counted by. */
static void reason_words(const struct report_refused *refused, char *text, size_t text_bytes)
{
    char reason[200], field[64];

    text_clean(span_of(refused->reason), reason, sizeof reason);
    text_clean(span_of(refused->field), field, sizeof field);
    char *place = strstr(reason, " (at byte");
    if (place)
        *place = '\0';
    bool named = field[0] && strncmp(reason, field, strlen(field)) != 0;
    snprintf(text, text_bytes, "%s%s%s", named ? field : "", named ? ": " : "", reason);
}

static void message_put_head(const struct refused_message *message, struct buffer *out)
{
    const struct report_refused *refused = &message->refused;
    char reason[300];

    reason_words(refused, reason, sizeof reason);
    buffer_print(out, "entry %" PRIu64 "  ", message->entry);
    put_when(message->at_ms, out);
    buffer_print(out, "  %s", reason);
    if (refused->offset > 0)
        buffer_print(out, ", at byte %" PRId64, refused->offset);
    buffer_print(out, "  (%" PRId64 " bytes)\n", refused->length);
}

static void message_put_line(const struct refused_message *message, struct buffer *out)
{
    uint32_t column;

    if (message->bytes.length == 0) {
        buffer_add_text(out, "    (none of it was kept)\n");
        return;
    }
    buffer_add_text(out, "    ");
    size_t offset = message->refused.offset > 0 ? (size_t)message->refused.offset : 0;
    quarantine_line(buffer_span(&message->bytes), offset, LINE_COLUMNS, out, &column);
    buffer_print(out, "\n    %*s^\n", (int)column, "");
}

/* ---- the reasons of a feed ---- */

struct reasons {
    struct {
        char words[300];
        uint64_t count;
    } at[REASONS_MAX];
    uint32_t count;
    uint64_t other, all;
};

static void reason_count(struct reasons *reasons, const struct report_refused *refused)
{
    char words[300];

    reason_words(refused, words, sizeof words);
    reasons->all++;
    for (uint32_t i = 0; i < reasons->count; i++) {
        if (strcmp(reasons->at[i].words, words) != 0)
            continue;
        reasons->at[i].count++;
        return;
    }
    if (reasons->count == REASONS_MAX) {
        reasons->other++;
        return;
    }
    snprintf(reasons->at[reasons->count].words, sizeof words, "%s", words);
    reasons->at[reasons->count++].count = 1;
}

static void reasons_put(const struct reasons *reasons, struct buffer *out)
{
    for (uint32_t i = 0; i < reasons->count; i++)
        buffer_print(out, "%8" PRIu64 "  %s\n", reasons->at[i].count, reasons->at[i].words);
    if (reasons->other)
        buffer_print(out, "%8" PRIu64 "  other reasons\n", reasons->other);
}

/* ---- the journal ---- */

/* Ends a reading; false with the sentence in `out` when it failed. */
static bool read_whole(struct journal_reader *reader, enum status status, struct buffer *out)
{
    if (status == STATUS_NOT_FOUND)
        return true;
    buffer_reset(out);
    buffer_add_text(out, journal_reader_why(reader));
    return false;
}

struct feed_count {
    char feed[32];
    uint64_t count;
};

bool quarantine_feeds(struct journal_reader *reader, struct buffer *out)
{
    struct arena *arena = arena_new();
    struct feed_count *feeds = NULL;
    uint32_t count = 0, capacity = 0;
    struct refused_message message;
    struct entry entry;
    enum status status;

    journal_reader_range(reader, 1, UINT64_MAX);
    while ((status = journal_reader_next(reader, &entry)) == STATUS_OK) {
        arena_reset(arena);
        if (!message_read(&entry, arena, &message))
            continue;
        uint32_t at = 0;
        while (at < count && strcmp(feeds[at].feed, entry.head.source) != 0)
            at++;
        if (at == count) {
            feeds = base_grow(feeds, &capacity, count + 1, sizeof *feeds);
            feeds[count] = (struct feed_count){ 0 };
            text_copy(feeds[count++].feed, sizeof feeds->feed, span_of(entry.head.source));
        }
        feeds[at].count++;
        message_clear(&message);
    }
    for (uint32_t i = 0; i < count; i++)
        buffer_print(out, "%8" PRIu64 "  %s\n", feeds[i].count, feeds[i].feed);
    if (count == 0)
        buffer_add_text(out, "Nothing that a feed sent has been refused.\n");
    base_free(feeds);
    arena_free(arena);
    return read_whole(reader, status, out);
}

/* The newest messages, in a ring. */
struct newest {
    struct refused_message at[QUARANTINE_SHOWN_MAX];
    uint64_t count;
};

static void newest_keep(struct newest *newest, const struct refused_message *message)
{
    struct refused_message *place = &newest->at[newest->count++ % QUARANTINE_SHOWN_MAX];

    message_clear(place);
    *place = *message;
}

static void newest_put(struct newest *newest, struct buffer *out)
{
    uint64_t first =
        newest->count > QUARANTINE_SHOWN_MAX ? newest->count - QUARANTINE_SHOWN_MAX : 0;

    if (first > 0)
        buffer_print(out, "The newest %d:\n", QUARANTINE_SHOWN_MAX);
    for (uint64_t i = first; i < newest->count; i++) {
        struct refused_message *message = &newest->at[i % QUARANTINE_SHOWN_MAX];
        message_put_head(message, out);
        message_put_line(message, out);
        message_clear(message);
    }
}

bool quarantine_of_feed(struct journal_reader *reader, const char *feed, struct buffer *out)
{
    struct reasons *reasons = base_alloc(1, sizeof *reasons);
    struct newest *newest = base_alloc(1, sizeof *newest);
    struct arena *arena = arena_new();
    struct refused_message message;
    struct entry entry;
    enum status status;
    bool heard = false;

    journal_reader_range(reader, 1, UINT64_MAX);
    while ((status = journal_reader_next(reader, &entry)) == STATUS_OK) {
        if (strcmp(entry.head.source, feed) != 0)
            continue;
        heard = true;
        /* The strings of those that are kept are loans from their own JSON, not from the arena. */
        arena_reset(arena);
        if (!message_read(&entry, arena, &message))
            continue;
        reason_count(reasons, &message.refused);
        newest_keep(newest, &message);
    }
    buffer_print(out, "%s: %" PRIu64 " refused%s\n", feed, reasons->all,
                 heard ? "" : "; nothing at all came from a feed of that name, show feeds lists "
                              "them");
    reasons_put(reasons, out);
    newest_put(newest, out);
    base_free(reasons);
    base_free(newest);
    arena_free(arena);
    return read_whole(reader, status, out);
}

static bool message_find(struct journal_reader *reader, const char *feed, uint64_t sequence,
                         struct arena *arena, struct refused_message *ret_message,
                         struct buffer *problem)
{
    struct entry entry;

    if (journal_reader_entry(reader, sequence, &entry) == STATUS_OK
        && strcmp(entry.head.source, feed) == 0 && message_read(&entry, arena, ret_message))
        return true;
    buffer_print(problem, "Entry %" PRIu64 " is no refused message of feed %s; "
                 "`watchdesk quarantine %s` lists them.", sequence, feed, feed);
    return false;
}

bool quarantine_message(struct journal_reader *reader, const char *feed, uint64_t sequence,
                        struct buffer *out)
{
    struct arena *arena = arena_new();
    struct refused_message message;
    bool found = message_find(reader, feed, sequence, arena, &message, out);

    if (found) {
        char hash[80];
        message_put_head(&message, out);
        text_clean(span_of(message.refused.sha256), hash, sizeof hash);
        if (hash[0])
            buffer_print(out, "sha256 %s\n", hash);
        message_put_line(&message, out);
        quarantine_dump(buffer_span(&message.bytes), out);
        if ((int64_t)message.bytes.length < message.refused.length)
            buffer_print(out, "(%" PRId64 " bytes more were not kept)\n",
                         message.refused.length - (int64_t)message.bytes.length);
        message_clear(&message);
    }
    arena_free(arena);
    return found;
}

bool quarantine_raw(struct journal_reader *reader, const char *feed, uint64_t sequence,
                    struct buffer *ret_bytes, struct buffer *problem)
{
    struct arena *arena = arena_new();
    struct refused_message message;
    bool found = message_find(reader, feed, sequence, arena, &message, problem);

    if (found) {
        buffer_add(ret_bytes, buffer_span(&message.bytes));
        message_clear(&message);
    }
    arena_free(arena);
    return found;
}
