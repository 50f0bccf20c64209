/* cap_memory.c - what a cap feed knows is kept in a file of its scratch folder, so that after a
 * restart an update still finds the alert it goes on with.
 *
 * M1 The file is never ahead of the journal: it is written when the hub has said that all reports
 * so
 *    far are durable. A crash in between makes us say something twice, which costs nothing.
 * M2 It is only believed by the journal it was written for: the cursor of the last report names it,
 *    and how many reports it had seen. A site that begins anew, or goes back to a backup, is told
 *    everything again. */
#include "feeds/cap_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/base/fields.h"

enum { MEMORY_BYTES_MAX = 64 * 1024 * 1024, NAME_BYTES = 17 };

struct cap_memory {
    char name[NAME_BYTES];          /* Of this memory; a new one has another. */
    int64_t turn;                   /* Of the last report that changed it. */
    int64_t kept;                   /* By the hub, of what we said. */
    bool changed;
};

static const char *memory_path(const struct feed *feed, const char *ending, struct arena *arena)
{
    return arena_print(arena, "%s/memory%s", feed->hello.scratch, ending);
}

/* ---- reading ---- */

static bool file_take(const char *path, struct buffer *out)
{
    char piece[64 * 1024];
    ssize_t length = -1;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return false;
    while ((length = read(fd, piece, sizeof piece)) > 0 && out->length < MEMORY_BYTES_MAX)
        buffer_add(out, span_from(piece, (size_t)length));
    close(fd);
    return length == 0;
}

/* M2. */
static bool fits_cursor(const struct json *left, const struct json *cursor)
{
    const char *name = json_member_text(left, "memory", "");

    return name[0] && strcmp(name, json_member_text(cursor, "memory", "")) == 0
           && json_member_int64(left, "turn", INT64_MAX) <= json_member_int64(cursor, "turn", -1);
}

static struct json *left_read(struct feed *feed)
{
    struct arena *arena = arena_new();
    struct buffer text = { 0 };
    struct json *left = NULL;

    if (file_take(memory_path(feed, ".json", arena), &text)) {
        struct verdict verdict = json_parse(buffer_span(&text), &left);
        if (!is_accepted(&verdict))
            left = NULL;
    }
    buffer_clear(&text);
    arena_free(arena);
    return left;
}

static void name_make(const struct feed *feed, char name[NAME_BYTES])
{
    struct digest digest;
    pid_t process = getpid();

    digest_start(&digest);
    digest_bytes(&digest, &feed->now_ms, sizeof feed->now_ms);
    digest_bytes(&digest, &process, sizeof process);
    snprintf(name, NAME_BYTES, "%016" PRIx64, digest_end(&digest));
}

struct cap_memory *cap_memory_open(struct feed *feed, struct cap_chains *chains,
                                   struct json **ret_left)
{
    struct cap_memory *memory = base_alloc(1, sizeof *memory);
    const struct json *cursor = json_member(feed->hello_json, "cursor");
    struct json *left = feed->hello.scratch[0] ? left_read(feed) : NULL;

    *ret_left = NULL;
    if (left && fits_cursor(left, cursor) && cap_chains_read(chains, left)) {
        snprintf(memory->name, sizeof memory->name, "%s", json_member_text(left, "memory", ""));
        memory->turn = json_member_int64(cursor, "turn", 0);
        *ret_left = left;
        return memory;
    }
    json_free(left);
    name_make(feed, memory->name);
    return memory;
}

void cap_memory_free(struct cap_memory *memory)
{
    base_free(memory);
}

/* ---- writing ---- */

static void memory_write(const struct feed *feed, struct buffer *out)
{
    const struct cap *cap = feed->state;

    json_open(out, NULL, '{');
    json_put_text(out, "memory", cap->memory->name);
    json_put_int64(out, "turn", cap->memory->turn);
    if (cap->web)
        cap_web_write(cap->web, out);
    cap_chains_write(cap->chains, out);
    json_close(out, '}');
}

static bool all_written(int fd, struct span bytes)
{
    while (bytes.length) {
        ssize_t done = write(fd, bytes.bytes, bytes.length);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        bytes = span_from(bytes.bytes + done, bytes.length - (size_t)done);
    }
    return fsync(fd) == 0;
}

/* Beside the old one, then in its place: a half-written memory is never there. */
static bool file_replace(const struct feed *feed, struct span bytes, struct arena *arena)
{
    const char *path = memory_path(feed, ".new", arena);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (fd < 0)
        return false;
    bool written = all_written(fd, bytes);
    return close(fd) == 0 && written && rename(path, memory_path(feed, ".json", arena)) == 0;
}

void cap_memory_changed(struct feed *feed)
{
    struct cap *cap = feed->state;

    cap->memory->changed = true;
}

void cap_memory_cursor(struct feed *feed, struct buffer *out)
{
    struct cap *cap = feed->state;

    if (!cap->place.length && !feed->hello.scratch[0])
        return;
    json_open(out, NULL, '{');
    if (cap->place.length)
        json_put_raw(out, "place", buffer_span(&cap->place));
    if (feed->hello.scratch[0]) {
        json_put_text(out, "memory", cap->memory->name);
        json_put_int64(out, "turn", ++cap->memory->turn);
    }
    json_close(out, '}');
}

void cap_memory_save(struct feed *feed, int64_t kept)
{
    struct cap *cap = feed->state;
    struct cap_memory *memory = cap->memory;

    if (kept >= 0)
        memory->kept = kept;
    if (!memory->changed || memory->kept < feed->said_count || !feed->hello.scratch[0])
        return;                 /* M1. */
    struct arena *arena = arena_new();
    struct buffer text = { 0 };
    memory_write(feed, &text);
    memory->changed = false;
    if (!file_replace(feed, buffer_span(&text), arena))
        feed_log(feed, "what it remembers could not be written: %s", strerror(errno));
    buffer_clear(&text);
    arena_free(arena);
}
