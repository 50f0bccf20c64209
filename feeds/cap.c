/* cap.c - public alerts in the Common Alerting Protocol, from a file, a folder or stdin.
 *
 * What a message says is read by cap_alert.c; what it does to earlier ones is decided by
 * cap_chains.c. Here are the sources. A folder is looked at every poll_s: new and changed files are
 * taken by modification time, then name. After a restart the files up to the cursor are read again
 * without being reported, so that an Update still finds the chain it goes on with. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/base/text.h"
#include "feeds/adapters.h"
#include "feeds/cap_chains.h"
#include "feeds/quarantine.h"

enum {
    FILES_MAX = 20000,          /* Of a folder; over it the feed stops, and says so. */
    POLL_S = 10,
    /* A file changed within this time may still be being written. */
    SETTLE_MS = 1000,
    STDIN_BYTES_MAX = 64 * 1024 * 1024,
};

struct known_file {
    char *name;
    int64_t changed_us;         /* In microseconds: JSON numbers are exact to 2^53. */
    int64_t bytes;
};

struct cap {
    struct cap_chains *chains;
    struct arena *arena;
    struct known_file *files;   /* As last read, by name. */
    uint32_t file_count;
    int64_t cursor_us;          /* What an earlier process had reported, and up to which name. */
    const char *cursor_name;
};

/* ---- one message ---- */

static void note_say(struct feed *feed, const struct cap_alert *alert, const char *note)
{
    char text[512];

    snprintf(text, sizeof text, "%s %s from %s is not shown: %s",
             vocabulary_word(&cap_message_words, alert->message), alert->name.identifier,
             alert->name.sender, note);
    feed_health(feed, SOURCE_THERE, text);
}

enum telling { TELL, STAY_QUIET };

static void message_take(struct feed *feed, struct span message, enum telling telling,
                         struct span cursor)
{
    struct cap *cap = feed->state;
    struct cap_alert alert;
    struct cap_result result;

    arena_reset(cap->arena);
    struct verdict verdict = message.length > feed->adapter->message_bytes_max
        ? refused(REFUSED_TOO_LONG, feed->adapter->message_bytes_max, "")
        : cap_alert_read(message, feed_setting_text(feed, "language"), cap->arena, &alert);
    if (is_accepted(&verdict))
        verdict = cap_chains_take(cap->chains, &alert, cap->arena, &result);
    if (telling == STAY_QUIET)
        return;
    if (!is_accepted(&verdict)) {
        feed_refuse(feed, &verdict, message, cursor);
        return;
    }
    for (uint32_t i = 0; i < result.report_count; i++)
        feed_report(feed, &result.reports[i],
                    i == result.report_count - 1 ? cursor : span_of(""));
    if (result.note[0])
        note_say(feed, &alert, result.note);
}

/* Where the document that starts at `from` ends: before the next XML declaration, which stands
 * nowhere else. A byte order mark or blanks before its own belong to it. */
static size_t document_end(struct span bytes, size_t from)
{
    static const char mark[] = "<?xml ", order_mark[] = "\xEF\xBB\xBF";
    const size_t length = strlen(mark), order_length = strlen(order_mark);
    bool begun = false;

    for (size_t at = from; at + length <= bytes.length; at++) {
        if (bytes.bytes[at] != '<')
            continue;
        if (begun && memcmp(bytes.bytes + at, mark, length) == 0) {
            const char *before = bytes.bytes + at - order_length;
            bool marked = at - from > order_length && memcmp(before, order_mark, order_length) == 0;
            return marked ? at - order_length : at;
        }
        begun = true;
    }
    return bytes.length;
}

/* A file or stdin may hold several documents, one after the other. */
static void messages_take(struct feed *feed, struct span bytes, enum telling telling,
                          struct span cursor)
{
    for (size_t at = 0; at < bytes.length;) {
        size_t end = document_end(bytes, at);
        struct span message = span_from(bytes.bytes + at, end - at);
        if (span_trim(message).length)
            message_take(feed, message, telling, end == bytes.length ? cursor : span_of(""));
        at = end;
    }
}

/* ---- files ---- */

/* Reads all of `fd`. What is over the limit is only hashed, and refused here. False: nothing to be
 * taken from *ret_bytes. */
static bool bytes_read(struct feed *feed, int fd, size_t bytes_max, struct buffer *ret_bytes)
{
    char piece[64 * 1024];
    struct quarantine *excess = NULL;
    ssize_t length;

    while ((length = read(fd, piece, sizeof piece)) > 0 || (length < 0 && errno == EINTR)) {
        struct span bytes = span_from(piece, length > 0 ? (size_t)length : 0);
        if (!excess && ret_bytes->length + bytes.length > bytes_max) {
            excess = quarantine_new();
            quarantine_add(excess, buffer_span(ret_bytes));
        }
        if (excess)
            quarantine_add(excess, bytes);
        else
            buffer_add(ret_bytes, bytes);
    }
    if (!excess)
        return length == 0;
    struct verdict verdict = refused(REFUSED_TOO_LONG, bytes_max, "");
    struct report report;
    quarantine_report(excess, &verdict, &report);
    feed_report(feed, &report, span_of(""));
    quarantine_free(excess);
    return false;
}

/* False: it cannot be opened. */
static bool file_take(struct feed *feed, int folder, const struct known_file *file,
                      enum telling telling, struct span cursor)
{
    struct buffer bytes = { 0 };
    /* O_NONBLOCK: a FIFO in its place must not hold the feed up. */
    int fd = openat(folder, file->name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0) {
        feed_log(feed, "\"%s\" cannot be read: %s", file->name, strerror(errno));
        feed_health(feed, SOURCE_AWAY, "a file of alerts cannot be read; see the feed's log");
        return false;
    }
    if (bytes_read(feed, fd, feed->adapter->message_bytes_max, &bytes))
        messages_take(feed, buffer_span(&bytes), telling, cursor);
    buffer_clear(&bytes);
    close(fd);
    return true;
}

static int64_t changed_us(const struct stat *facts)
{
    return (int64_t)facts->st_mtim.tv_sec * 1000000 + facts->st_mtim.tv_nsec / 1000;
}

static bool settled(const struct feed *feed, const struct known_file *file)
{
    int64_t age_ms = feed->now_ms - file->changed_us / 1000;
    return feed->by_hand || age_ms < 0 || age_ms >= SETTLE_MS;
}

/* The setting `file`: taken whenever it is another than before. */
static bool single_look(struct feed *feed, struct cap *cap)
{
    const char *path = feed_setting_text(feed, "file");
    struct stat facts;

    if (stat(path, &facts) != 0) {
        feed_log(feed, "\"%s\" cannot be read: %s", path, strerror(errno));
        return false;
    }
    struct known_file file = { .name = (char *)path, .changed_us = changed_us(&facts),
                               .bytes = facts.st_size };
    if (!settled(feed, &file)
        || (cap->file_count && cap->files[0].changed_us == file.changed_us
            && cap->files[0].bytes == file.bytes))
        return true;
    if (!cap->files)
        cap->files = base_alloc(1, sizeof *cap->files);
    cap->files[0] = (struct known_file){ .changed_us = file.changed_us, .bytes = file.bytes };
    cap->file_count = 1;
    return file_take(feed, AT_FDCWD, &file, TELL, span_of(""));
}

/* ---- a folder ---- */

static int by_name(const void *left, const void *right)
{
    const struct known_file *a = left, *b = right;
    return strcmp(a->name, b->name);
}

static int by_age(const void *left, const void *right)
{
    const struct known_file *a = left, *b = right;

    if (a->changed_us != b->changed_us)
        return a->changed_us < b->changed_us ? -1 : 1;
    return strcmp(a->name, b->name);
}

static void files_free(struct known_file *files, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        base_free(files[i].name);
    base_free(files);
}

/* The regular files of a folder; a name that is not UTF-8 cannot be a cursor, and hidden ones are
 * somebody's work in progress. False: more than FILES_MAX. */
static bool folder_list(struct feed *feed, DIR *folder, struct known_file **ret_files,
                        uint32_t *ret_count)
{
    struct known_file *files = NULL;
    uint32_t count = 0, capacity = 0;
    const struct dirent *entry;
    struct stat facts;

    while ((entry = readdir(folder)) != NULL && count <= FILES_MAX) {
        struct span name = span_of(entry->d_name);
        if (entry->d_name[0] == '.' || utf8_valid_length(name) != name.length
            || fstatat(dirfd(folder), entry->d_name, &facts, 0) != 0 || !S_ISREG(facts.st_mode))
            continue;
        files = base_grow(files, &capacity, count + 1, sizeof *files);
        files[count++] = (struct known_file){ .name = base_copy_text(entry->d_name),
                                              .changed_us = changed_us(&facts),
                                              .bytes = facts.st_size };
    }
    *ret_files = files;
    *ret_count = count;
    if (count <= FILES_MAX)
        return true;
    feed_log(feed, "the folder holds more than %d files: move old alerts out of it", FILES_MAX);
    return false;
}

static bool file_is_new(const struct cap *cap, const struct known_file *file)
{
    const struct known_file *known = cap->file_count
        ? bsearch(file, cap->files, cap->file_count, sizeof *file, by_name) : NULL;

    return !known || known->changed_us != file->changed_us || known->bytes != file->bytes;
}

/* An earlier process reported it already. */
static bool before_cursor(const struct cap *cap, const struct known_file *file)
{
    if (file->changed_us != cap->cursor_us)
        return file->changed_us < cap->cursor_us;
    return strcmp(file->name, cap->cursor_name) <= 0;
}

static void cursor_write(const struct known_file *file, struct buffer *out)
{
    buffer_reset(out);
    json_open(out, NULL, '{');
    json_put_int64(out, "changed_us", file->changed_us);
    json_put_text(out, "name", file->name);
    json_close(out, '}');
}

/* A file that is not settled keeps its old facts, so that it is new at the next look. */
static void files_take(struct feed *feed, int folder, struct known_file *files, uint32_t count)
{
    struct cap *cap = feed->state;
    struct buffer cursor = { 0 };

    for (uint32_t i = 0; i < count; i++) {
        if (!file_is_new(cap, &files[i]))
            continue;
        if (!settled(feed, &files[i])) {
            files[i].bytes = -1;
            continue;
        }
        cursor_write(&files[i], &cursor);
        file_take(feed, folder, &files[i], before_cursor(cap, &files[i]) ? STAY_QUIET : TELL,
                  buffer_span(&cursor));
    }
    buffer_clear(&cursor);
}

static bool folder_look(struct feed *feed, struct cap *cap)
{
    const char *path = feed_setting_text(feed, "directory");
    DIR *folder = opendir(path);
    struct known_file *files;
    uint32_t count;

    if (!folder) {
        feed_log(feed, "the folder \"%s\" cannot be read: %s", path, strerror(errno));
        return false;
    }
    bool listed = folder_list(feed, folder, &files, &count);
    if (listed) {
        if (count)
            qsort(files, count, sizeof *files, by_age);
        files_take(feed, dirfd(folder), files, count);
        if (count)
            qsort(files, count, sizeof *files, by_name);
    }
    files_free(cap->files, cap->file_count);
    cap->files = files;
    cap->file_count = count;
    closedir(folder);
    return listed;
}

/* ---- the row's functions ---- */

static bool one_source(const struct feed *feed)
{
    bool file = feed_setting_text(feed, "file")[0];
    bool folder = feed_setting_text(feed, "directory")[0];

    return file || folder ? file != folder : feed->by_hand;
}

bool cap_start(struct feed *feed)
{
    struct cap *cap = base_alloc(1, sizeof *cap);
    const struct json *cursor = json_member(feed->hello_json, "cursor");

    feed->state = cap;
    cap->chains = cap_chains_new();
    cap->arena = arena_new();
    cap->cursor_us = json_member_int64(cursor, "changed_us", INT64_MIN);
    cap->cursor_name = json_member_text(cursor, "name", "");
    if (one_source(feed))
        return true;
    feed_log(feed, "it needs the setting \"file\" or the setting \"directory\", and not both");
    return false;
}

static void stdin_take(struct feed *feed)
{
    struct buffer bytes = { 0 };

    if (bytes_read(feed, FEED_SOURCE_FD, STDIN_BYTES_MAX, &bytes))
        messages_take(feed, buffer_span(&bytes), TELL, span_of(""));
    buffer_clear(&bytes);
}

int64_t cap_now(struct feed *feed)
{
    struct cap *cap = feed->state;
    double poll_s = feed_setting_number(feed, "poll_s", POLL_S);
    bool looked = true;

    if (feed_setting_text(feed, "file")[0])
        looked = single_look(feed, cap);
    else if (feed_setting_text(feed, "directory")[0])
        looked = folder_look(feed, cap);
    else
        stdin_take(feed);
    if (!looked)
        feed->exit_code = 1;
    /* A file or folder that was put in another's place lies outside our walls: the hub starts the
     * feed again, and the walls go up around what is there then. */
    feed->ended = feed->by_hand || !looked;
    poll_s = poll_s < 1 ? 1 : poll_s > 86400 ? 86400 : poll_s;
    return feed->now_ms + (int64_t)(poll_s * 1000);
}

void cap_stop(struct feed *feed)
{
    struct cap *cap = feed->state;

    cap_chains_free(cap->chains);
    files_free(cap->files, cap->file_count);
    arena_free(cap->arena);
    base_free(cap);
}
