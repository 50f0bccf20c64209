#include "app/options.h"

#include <string.h>

static const struct option_row {
    const char *name, *value, *help;
    uint32_t takes;
    size_t offset;                  /* Of a `const char *` with a value, else of a bool. */
} rows[] = {
    { .name = "--site", .value = "DIR", .takes = TAKES_SITE,
      .help = "the site's folder (else $WATCHDESK_SITE, the current folder, the drill that runs)",
      .offset = offsetof(struct options, site) },
    { .name = "--as", .value = "NAME", .takes = TAKES_AS,
      .help = "the operator you are (else the only one that is yours)",
      .offset = offsetof(struct options, as) },
    { .name = "--at", .value = "TIME", .takes = TAKES_AT,
      .help = "14:32; show: as it was then; drill: as fast as it can up to there",
      .offset = offsetof(struct options, at) },
    { .name = "--speed", .value = "N|max", .takes = TAKES_SPEED,
      .help = "how fast drill time runs; 1 is the default",
      .offset = offsetof(struct options, speed) },
    { .name = "--head", .value = "HEAD", .takes = TAKES_HEAD,
      .help = "what `watchdesk head` printed earlier: a cut end then shows too",
      .offset = offsetof(struct options, head) },
    { .name = "--json", .takes = TAKES_JSON, .help = "one JSON object a line",
      .offset = offsetof(struct options, json) },
    { .name = "--raw", .takes = TAKES_RAW,
      .help = "the bytes of that entry as they came; never onto a terminal",
      .offset = offsetof(struct options, raw) },
    { .name = "--read-only", .takes = TAKES_READ_ONLY, .help = "look, and command nothing",
      .offset = offsetof(struct options, read_only) },
    { .name = "--ascii", .takes = TAKES_ASCII,
      .help = "no other characters than ASCII, whatever the locale says",
      .offset = offsetof(struct options, ascii) },
    { .name = "--palette", .value = "NAME", .takes = TAKES_PALETTE,
      .help = "the console's colours: night, day (dark on light) or colour-blind",
      .offset = offsetof(struct options, palette) },
    { .name = "--headless", .takes = TAKES_HEADLESS,
      .help = "no console: prints the story and ends with the digest",
      .offset = offsetof(struct options, headless) },
    { .name = "--guard", .takes = TAKES_INTERNAL, .offset = offsetof(struct options, guard) },
    { .name = "--drill", .value = "FILE", .takes = TAKES_INTERNAL,
      .offset = offsetof(struct options, drill) },
    { .name = "--help", .takes = UINT32_MAX, .offset = offsetof(struct options, help) },
};

static const struct option_row *row_named(struct span name)
{
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        if (span_is(name, rows[i].name))
            return &rows[i];
    return NULL;
}

/* "--site DIR" or "--site=DIR"; *at stands on the option and moves to its value. */
static bool read_option(int count, char *const *arguments, int *at, uint32_t takes,
                        struct options *options, struct buffer *problem)
{
    struct span value = span_of(arguments[*at]), name;
    const char *equals = strchr(arguments[*at], '=');

    span_cut(&value, '=', &name);
    const struct option_row *row = row_named(name);
    if (!row || !(row->takes & takes)) {
        buffer_print(problem, "%s is no option here", arguments[*at]);
        return false;
    }
    void *into = (char *)options + row->offset;
    if (!row->value) {
        *(bool *)into = true;
        return true;
    }
    if (!equals && *at + 1 >= count) {
        buffer_print(problem, "%s needs its %s", row->name, row->value);
        return false;
    }
    *(const char **)into = equals ? equals + 1 : arguments[++*at];
    return true;
}

bool options_read(int count, char *const *arguments, uint32_t takes, struct options *ret_options,
                  struct buffer *problem)
{
    struct options options = { 0 };
    bool words_only = false;

    for (int i = 0; i < count; i++) {
        bool is_option = !words_only && strncmp(arguments[i], "--", 2) == 0;
        if (is_option && strcmp(arguments[i], "--") == 0) {
            words_only = true;
            continue;
        }
        if (is_option) {
            if (!read_option(count, arguments, &i, takes, &options, problem))
                return false;
            continue;
        }
        if (options.word_count == WORDS_MAX - 1) {
            buffer_print(problem, "more than %d words", WORDS_MAX - 1);
            return false;
        }
        options.words[options.word_count++] = arguments[i];
    }
    *ret_options = options;
    return true;
}

void options_help(uint32_t takes, struct buffer *out)
{
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        if (rows[i].help && rows[i].takes & takes)
            buffer_print(out, "  %s%s%-*s %s\n", rows[i].name, rows[i].value ? " " : "",
                         (int)(20 - strlen(rows[i].name) - (rows[i].value != NULL)),
                         rows[i].value ? rows[i].value : "", rows[i].help);
}
