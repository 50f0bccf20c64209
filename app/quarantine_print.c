#include "app/quarantine_print.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "app/quarantine.h"
#include "app/site_conf.h"

enum { EXIT_FINE = 0, EXIT_NO = 1, EXIT_WRONG = 2 };

/* Times are the site's; where its site.conf cannot be read any more, they are UTC. */
static void take_timezone(const struct places *places)
{
    const struct site_conf_options options = { .path = places->folder };
    struct buffer problems = { 0 };
    struct site_conf *conf;

    if (site_conf_read(&options, &conf, &problems) == STATUS_OK) {
        if (conf->site.timezone[0])
            setenv("TZ", conf->site.timezone, 1);
        tzset();
        site_conf_free(conf);
    }
    buffer_clear(&problems);
}

static bool raw_wanted_right(const struct options *options)
{
    if (!options->raw)
        return true;
    if (options->word_count < 2)
        fprintf(stderr, "watchdesk: --raw takes one message: quarantine FEED ENTRY --raw\n");
    else if (isatty(STDOUT_FILENO))
        fprintf(stderr, "watchdesk: those bytes are not for a terminal; write them to a file: "
                "quarantine %s %s --raw > FILE\n", options->words[0], options->words[1]);
    else
        return true;
    return false;
}

/* What is printed of a drill says so, but not bytes that are written as they came. */
static void print_marked(const struct journal_reader *reader, struct span text)
{
    const char *mark = journal_reader_about(reader)->mode == JOURNAL_DRILL ? "DRILL " : "";
    struct span line;

    while (text.length > 0 && span_cut(&text, '\n', &line))
        printf("%s%.*s\n", mark, (int)line.length, line.bytes);
}

static bool quarantine_ask(struct journal_reader *reader, const struct options *options,
                           struct buffer *out)
{
    int64_t entry = 0;

    if (options->word_count == 0)
        return quarantine_feeds(reader, out);
    if (options->word_count == 1)
        return quarantine_of_feed(reader, options->words[0], out);
    if (!span_to_int64(span_of(options->words[1]), &entry) || entry < 1) {
        buffer_print(out, "\"%s\" is no number of an entry", options->words[1]);
        return false;
    }
    if (!options->raw)
        return quarantine_message(reader, options->words[0], (uint64_t)entry, out);
    struct buffer bytes = { 0 };
    bool found = quarantine_raw(reader, options->words[0], (uint64_t)entry, &bytes, out);
    if (found)
        fwrite(bytes.bytes, 1, bytes.length, stdout);
    buffer_clear(&bytes);
    return found;
}

int quarantine_print(const struct options *options, const struct places *places)
{
    char path[PLACES_PATH_BYTES], why[JOURNAL_WHY_BYTES] = "";
    struct journal_reader *reader;
    struct buffer out = { 0 };

    if (!raw_wanted_right(options))
        return EXIT_WRONG;
    if (journal_reader_open(places_file(places, "journal.db", path), &reader, why) != STATUS_OK) {
        fprintf(stderr, "watchdesk: %s\n", why);
        return EXIT_WRONG;
    }
    take_timezone(places);
    bool fine = quarantine_ask(reader, options, &out);
    if (fine)
        print_marked(reader, buffer_span(&out));
    else
        fprintf(stderr, "watchdesk: %s\n", out.bytes ? out.bytes : "");
    journal_reader_close(reader);
    buffer_clear(&out);
    return fine ? EXIT_FINE : EXIT_NO;
}
