/* watchdesk-feed: one process per feed. See runner.h for its life, adapters.c for what it knows. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "feeds/describe.h"
#include "feeds/runner.h"
#include "feeds/walls.h"

static int print(void (*describe)(struct buffer *out))
{
    struct buffer text = { 0 };

    describe(&text);
    size_t done = fwrite(text.bytes, 1, text.length, stdout);
    bool fine = done == text.length && fflush(stdout) == 0;
    buffer_clear(&text);
    return fine ? 0 : 1;
}

static int about(const struct feed_adapter *adapter,
                 void (*describe)(const struct feed_adapter *, struct buffer *))
{
    struct buffer text = { 0 };

    describe(adapter, &text);
    bool fine = fwrite(text.bytes, 1, text.length, stdout) == text.length && fflush(stdout) == 0;
    buffer_clear(&text);
    return fine ? 0 : 1;
}

/* For `watchdesk check`: are the settings of these feeds right? */
static int check(void)
{
    struct buffer in = { 0 }, out = { 0 };
    char bytes[4096];
    size_t length;

    while ((length = fread(bytes, 1, sizeof bytes, stdin)) > 0)
        buffer_add(&in, span_from(bytes, length));
    bool right = describe_check(buffer_span(&in), &out);
    if (out.length)
        fwrite(out.bytes, 1, out.length, stdout);
    buffer_clear(&in);
    buffer_clear(&out);
    return fflush(stdout) == 0 && right ? 0 : 1;
}

static int usage_wrong(const char *word)
{
    fprintf(stderr, "watchdesk-feed: there is no adapter \"%s\"; `watchdesk feed --help` lists "
                    "them\n", word);
    return 2;
}

int main(int argument_count, char **arguments)
{
    const char *word = argument_count > 1 ? arguments[1] : "";
    bool by_hand = strcmp(word, "--try") == 0, asks_page = strcmp(word, "--page") == 0;

    signal(SIGPIPE, SIG_IGN);       /* A reader that is gone shows as an error of write(). */
    if (strcmp(word, "--help") == 0)
        return print(describe_help);
    if (strcmp(word, "--describe") == 0)
        return print(describe_json);
    if (strcmp(word, "--check") == 0)
        return check();
    if (strcmp(word, "--walls") == 0)
        return print(walls_describe);
    if (by_hand || asks_page)
        word = argument_count > 2 ? arguments[2] : "";
    const struct feed_adapter *adapter = word[0] ? adapter_find(word) : NULL;
    if (adapter && asks_page)
        return about(adapter, describe_page);
    if (by_hand && strcmp(word, "--help") == 0)
        return print(describe_names);
    if (!adapter || (!by_hand && argument_count > 2))
        return usage_wrong(adapter ? arguments[2] : word);
    if (by_hand && argument_count > 3 && strcmp(arguments[3], "--help") == 0)
        return about(adapter, describe_adapter);
    if (by_hand)
        return runner_try(adapter, arguments + 3, argument_count - 3);
    return runner_serve(adapter);
}
