#include "feeds/inbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/base/text.h"
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

struct inbox {
    struct feed *feed;
    inbox_take_fn *take;
    struct known_file *files;   /* As last read, by name. */
    uint32_t file_count;
    int64_t cursor_us;          /* What an earlier process had reported, and up to which name. */
    const char *cursor_name;
};

/* ---- one file ---- */

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
static bool file_take(struct inbox *inbox, int folder, const struct known_file *file,
                      enum inbox_telling telling, struct span cursor)
{
    struct feed *feed = inbox->feed;
    struct buffer bytes = { 0 };
    /* O_NONBLOCK: a FIFO in its place must not hold the feed up. */
    int fd = openat(folder, file->name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0) {
        feed_log(feed, "\"%s\" cannot be read: %s", file->name, strerror(errno));
        feed_health(feed, SOURCE_AWAY, "a file cannot be read; see the feed's log");
        return false;
    }
    if (bytes_read(feed, fd, feed->adapter->message_bytes_max, &bytes))
        inbox->take(feed, buffer_span(&bytes), telling, cursor);
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
static bool single_look(struct inbox *inbox)
{
    struct feed *feed = inbox->feed;
    const char *path = feed_setting_text(feed, "file");
    struct stat facts;

    if (stat(path, &facts) != 0) {
        feed_log(feed, "\"%s\" cannot be read: %s", path, strerror(errno));
        return false;
    }
    struct known_file file = { .name = (char *)path, .changed_us = changed_us(&facts),
                               .bytes = facts.st_size };
    if (!settled(feed, &file)
        || (inbox->file_count && inbox->files[0].changed_us == file.changed_us
            && inbox->files[0].bytes == file.bytes))
        return true;
    if (!inbox->files)
        inbox->files = base_alloc(1, sizeof *inbox->files);
    inbox->files[0] = (struct known_file){ .changed_us = file.changed_us, .bytes = file.bytes };
    inbox->file_count = 1;
    return file_take(inbox, AT_FDCWD, &file, INBOX_NEW, span_of(""));
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
    feed_log(feed, "the folder holds more than %d files: move old ones out of it", FILES_MAX);
    return false;
}

static bool file_is_new(const struct inbox *inbox, const struct known_file *file)
{
    const struct known_file *known = inbox->file_count
        ? bsearch(file, inbox->files, inbox->file_count, sizeof *file, by_name) : NULL;

    return !known || known->changed_us != file->changed_us || known->bytes != file->bytes;
}

/* An earlier process reported it already. */
static bool before_cursor(const struct inbox *inbox, const struct known_file *file)
{
    if (file->changed_us != inbox->cursor_us)
        return file->changed_us < inbox->cursor_us;
    return strcmp(file->name, inbox->cursor_name) <= 0;
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
static void files_take(struct inbox *inbox, int folder, struct known_file *files, uint32_t count)
{
    struct buffer cursor = { 0 };

    for (uint32_t i = 0; i < count; i++) {
        if (!file_is_new(inbox, &files[i]))
            continue;
        if (!settled(inbox->feed, &files[i])) {
            files[i].bytes = -1;
            continue;
        }
        cursor_write(&files[i], &cursor);
        file_take(inbox, folder, &files[i],
                  before_cursor(inbox, &files[i]) ? INBOX_AGAIN : INBOX_NEW, buffer_span(&cursor));
    }
    buffer_clear(&cursor);
}

static bool folder_look(struct inbox *inbox)
{
    struct feed *feed = inbox->feed;
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
        files_take(inbox, dirfd(folder), files, count);
        if (count)
            qsort(files, count, sizeof *files, by_name);
    }
    files_free(inbox->files, inbox->file_count);
    inbox->files = files;
    inbox->file_count = count;
    closedir(folder);
    return listed;
}

/* ---- all of it ---- */

struct inbox *inbox_new(struct feed *feed, const struct json *cursor, inbox_take_fn *take)
{
    struct inbox *inbox = base_alloc(1, sizeof *inbox);

    *inbox = (struct inbox){ .feed = feed, .take = take,
                             .cursor_us = json_member_int64(cursor, "changed_us", INT64_MIN),
                             .cursor_name = json_member_text(cursor, "name", "") };
    return inbox;
}

void inbox_free(struct inbox *inbox)
{
    if (!inbox)
        return;
    files_free(inbox->files, inbox->file_count);
    base_free(inbox);
}

static void stdin_take(struct inbox *inbox)
{
    struct buffer bytes = { 0 };

    if (bytes_read(inbox->feed, FEED_SOURCE_FD, STDIN_BYTES_MAX, &bytes))
        inbox->take(inbox->feed, buffer_span(&bytes), INBOX_NEW, span_of(""));
    buffer_clear(&bytes);
}

bool inbox_wanted(const struct feed *feed)
{
    return feed_setting_text(feed, "file")[0] || feed_setting_text(feed, "directory")[0];
}

int64_t inbox_now(struct inbox *inbox)
{
    struct feed *feed = inbox->feed;
    double poll_s = feed_setting_number(feed, "poll_s", POLL_S);
    bool looked = true;

    if (feed_setting_text(feed, "file")[0])
        looked = single_look(inbox);
    else if (feed_setting_text(feed, "directory")[0])
        looked = folder_look(inbox);
    else
        stdin_take(inbox);
    if (!looked)
        feed->exit_code = 1;
    feed->ended = feed->by_hand || !looked;
    poll_s = poll_s < 1 ? 1 : poll_s > 86400 ? 86400 : poll_s;
    return feed->now_ms + (int64_t)(poll_s * 1000);
}
