#include "app/record_print.h"

#include <stdio.h>
#include <string.h>

#include "app/base/json.h"
#include "app/base/when.h"
#include "app/journal_read.h"

enum { EXIT_FINE = 0, EXIT_NO = 1, EXIT_WRONG = 2 };

struct recording {
    const char *feed;
    int64_t start_ms;               /* Of its first entry; 0 before that. */
    struct buffer out;
};

/* As feeds/tape.h has it. */
static void head_put(struct recording *recording, int64_t at_ms)
{
    char when[WHEN_TEXT_BYTES];

    recording->start_ms = at_ms;
    json_open(&recording->out, NULL, '{');
    json_put_int64(&recording->out, "recording", 1);
    json_put_text(&recording->out, "feed", recording->feed);
    json_put_text(&recording->out, "start", when_text(at_ms, when));
    json_close(&recording->out, '}');
    buffer_add_text(&recording->out, "\n");
}

static void line_put(struct recording *recording, int64_t at_ms, const struct json *report)
{
    if (recording->start_ms == 0)
        head_put(recording, at_ms);
    json_open(&recording->out, NULL, '{');
    json_put_int64(&recording->out, "t", at_ms - recording->start_ms);
    json_put(&recording->out, "line", report);
    json_close(&recording->out, '}');
    buffer_add_text(&recording->out, "\n");
}

/* One turn's locations stand in one entry: each was a line of the feed. */
static void entry_put(struct recording *recording, const struct entry *entry)
{
    struct json *json;
    struct verdict verdict = json_parse(entry->input, &json);

    if (!is_accepted(&verdict))
        return;
    const struct json *of = json_member(json, "of");
    for (const struct json *one = json_first(of); one; one = json_next(one))
        line_put(recording, entry->head.at_ms, one);
    if (!of)
        line_put(recording, entry->head.at_ms, json);
    json_free(json);
}

static bool out_write(struct recording *recording)
{
    size_t done = fwrite(buffer_span(&recording->out).bytes, 1, recording->out.length, stdout);
    bool fine = done == recording->out.length;

    buffer_reset(&recording->out);
    return fine;
}

int record_print(const struct places *places, const char *feed)
{
    char path[PLACES_PATH_BYTES], why[JOURNAL_WHY_BYTES] = "";
    struct recording recording = { .feed = feed };
    struct journal_reader *reader;
    struct entry entry;
    enum status status;
    bool fine = true;

    if (journal_reader_open(places_file(places, "journal.db", path), &reader, why) != STATUS_OK) {
        fprintf(stderr, "watchdesk: %s\n", why);
        return EXIT_WRONG;
    }
    journal_reader_range(reader, 1, UINT64_MAX);
    while ((status = journal_reader_next(reader, &entry)) == STATUS_OK && fine) {
        if (entry.head.kind != INPUT_REPORT || strcmp(entry.head.source, feed) != 0)
            continue;
        entry_put(&recording, &entry);
        fine = out_write(&recording);
    }
    if (fine && status != STATUS_NOT_FOUND)
        fprintf(stderr, "watchdesk: %s\n", journal_reader_why(reader));
    if (recording.start_ms == 0)
        fprintf(stderr, "watchdesk: the journal has no report of feed %s\n", feed);
    bool whole = fine && status == STATUS_NOT_FOUND && fflush(stdout) == 0;
    journal_reader_close(reader);
    buffer_clear(&recording.out);
    return !whole ? EXIT_WRONG : recording.start_ms ? EXIT_FINE : EXIT_NO;
}
