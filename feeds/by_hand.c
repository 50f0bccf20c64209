#include "feeds/by_hand.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/base/text.h"

enum {
    NAME_BYTES = 64,
    SECRET_BYTES_MAX = 64 * 1024,       /* A key with its chain of certificates. */
};

/* What is put together, and why it could not be. */
struct by_hand {
    const struct feed_adapter *adapter;
    char *const *settings;
    int setting_count;
    struct buffer *out;
    char *sentence;
    size_t sentence_bytes;
};

/* The table's row of "name=value", NULL when it has none: the check of the hello then says so. */
static const struct feed_setting *row_of(const struct by_hand *hand, int index, char *ret_name)
{
    text_copy(ret_name, NAME_BYTES,
              span_from(hand->settings[index], strcspn(hand->settings[index], "=")));
    return setting_find(hand->adapter, ret_name);
}

static const char *value_of(const struct by_hand *hand, int index)
{
    return strchr(hand->settings[index], '=') + 1;
}

static bool are_split(const struct by_hand *hand)
{
    for (int i = 0; i < hand->setting_count; i++) {
        size_t name_length = strcspn(hand->settings[i], "=");
        if (hand->settings[i][name_length] && name_length > 0 && name_length < NAME_BYTES)
            continue;
        snprintf(hand->sentence, hand->sentence_bytes, "\"%.80s\" is not SETTING=VALUE",
                 hand->settings[i]);
        return false;
    }
    return true;
}

static bool is_same_name(const struct by_hand *hand, int a, int b)
{
    size_t name_length = strcspn(hand->settings[a], "=");

    return strncmp(hand->settings[a], hand->settings[b], name_length + 1) == 0;
}

/* All values of a setting that may be given several times, when `index` is the first of them. */
static void list_put(const struct by_hand *hand, int index, const char *name)
{
    for (int i = 0; i < index; i++)
        if (is_same_name(hand, i, index))
            return;
    json_open(hand->out, name, '[');
    for (int i = index; i < hand->setting_count; i++)
        if (is_same_name(hand, i, index))
            json_put_text(hand->out, NULL, value_of(hand, i));
    json_close(hand->out, ']');
}

static void settings_put(const struct by_hand *hand)
{
    char name[NAME_BYTES];

    json_open(hand->out, "settings", '{');
    for (int i = 0; i < hand->setting_count; i++) {
        const struct feed_setting *row = row_of(hand, i, name);
        if (row && row->many)
            list_put(hand, i, name);
        else if (!row || row->kind != SETTING_SECRET)
            json_put_text(hand->out, name, value_of(hand, i));
    }
    json_close(hand->out, '}');
}

/* The content of a secret's file, without blanks around it, as the hub sends it. */
static bool secret_put(const struct by_hand *hand, const char *name, const char *path)
{
    char bytes[SECRET_BYTES_MAX];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, bytes, sizeof bytes);

    if (fd >= 0)
        close(fd);
    if (length < 0 || length == sizeof bytes) {
        snprintf(hand->sentence, hand->sentence_bytes, "the file of the secret %s, %s, %s", name,
                 path, length < 0 ? strerror(errno) : "is too long");
        return false;
    }
    json_put_span(hand->out, name, span_trim(span_from(bytes, (size_t)length)));
    explicit_bzero(bytes, sizeof bytes);
    return true;
}

static bool secrets_put(const struct by_hand *hand)
{
    char name[NAME_BYTES];
    bool right = true;

    json_open(hand->out, "secrets", '{');
    for (int i = 0; i < hand->setting_count && right; i++) {
        const struct feed_setting *row = row_of(hand, i, name);
        if (row && row->kind == SETTING_SECRET)
            right = secret_put(hand, name, value_of(hand, i));
    }
    json_close(hand->out, '}');
    return right;
}

bool by_hand_hello(const struct feed_adapter *adapter, char *const *settings, int setting_count,
                   struct buffer *out, char *sentence, size_t sentence_bytes)
{
    struct by_hand hand = { .adapter = adapter, .settings = settings,
                            .setting_count = setting_count, .out = out, .sentence = sentence,
                            .sentence_bytes = sentence_bytes };

    if (!are_split(&hand))
        return false;
    json_open(out, NULL, '{');
    json_put_int64(out, "hello", 1);
    json_put_int64(out, "wire", FEED_WIRE);
    json_put_text(out, "feed", adapter->name);
    json_put_text(out, "mode", "live");
    settings_put(&hand);
    bool right = secrets_put(&hand);
    json_close(out, '}');
    return right;
}
