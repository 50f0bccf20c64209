#include "app/snapshot.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/hash.h"
#include "app/places.h"

/* First line: {"snapshot":1,"head":"812:9f86..."}; then the dump; last line:
 * {"end":812,"sha256":...} of the dump's bytes. The chain does not cover this file, so a bit that
 * fell over on the disk must show here: a wrong picture is worse than a slow start. */

static bool write_all(int fd, struct span bytes)
{
    while (bytes.length > 0) {
        ssize_t written = write(fd, bytes.bytes, bytes.length);
        if (written <= 0)
            return false;
        bytes = span_from(bytes.bytes + written, bytes.length - (size_t)written);
    }
    return true;
}

static enum status file_write(const char *path, struct span bytes)
{
    char part[PLACES_PATH_BYTES + 8];

    snprintf(part, sizeof part, "%s.new", path);
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return STATUS_IO;
    bool whole = write_all(fd, bytes) && fsync(fd) == 0;
    close(fd);
    if (whole && rename(part, path) == 0)
        return STATUS_OK;
    unlink(part);
    return STATUS_IO;
}

/* The last line, about all that stands from `dump_at` on. */
static void end_write(struct buffer *out, size_t dump_at, uint64_t sequence)
{
    unsigned char hash[HASH_BYTES];
    char text[HASH_TEXT_BYTES];

    hash_of(span_from(out->bytes + dump_at, out->length - dump_at), hash);
    json_open(out, NULL, '{');
    json_put_int64(out, "end", (int64_t)sequence);
    json_put_text(out, "sha256", hash_text(hash, text));
    json_close(out, '}');
    buffer_add_text(out, "\n");
}

enum status snapshot_write(const char *path, const struct picture *picture,
                           struct journal_reader *reader)
{
    char text[CHAIN_HEAD_TEXT_BYTES];
    struct buffer out = { 0 };
    struct entry entry;
    struct chain_head head = { .sequence = picture->sequence };

    enum status status = journal_reader_entry(reader, picture->sequence, &entry);
    if (status != STATUS_OK)
        return status;
    memcpy(head.chain, entry.chain, sizeof head.chain);
    json_open(&out, NULL, '{');
    json_put_int64(&out, "snapshot", 1);
    json_put_text(&out, "head", chain_head_text(&head, text));
    json_close(&out, '}');
    buffer_add_text(&out, "\n");
    size_t dump_at = out.length;
    picture_dump(picture, &out);
    end_write(&out, dump_at, picture->sequence);
    status = file_write(path, buffer_span(&out));
    buffer_clear(&out);
    return status;
}

static bool head_fits(struct span line, struct journal_reader *reader, struct chain_head *ret_head)
{
    struct json *json;
    struct entry entry;
    struct verdict verdict = json_parse(line, &json);

    if (!is_accepted(&verdict))
        return false;
    bool fits = json_member_int64(json, "snapshot", 0) == 1
        && chain_head_parse(span_of(json_member_text(json, "head", "")), ret_head)
        && journal_reader_entry(reader, ret_head->sequence, &entry) == STATUS_OK
        && memcmp(entry.chain, ret_head->chain, CHAIN_BYTES) == 0;
    json_free(json);
    return fits;
}

/* Is `line`, a snapshot's last, the end of just this dump? */
static bool end_fits(struct span line, struct span dump, uint64_t sequence)
{
    unsigned char hash[HASH_BYTES];
    char text[HASH_TEXT_BYTES];
    struct json *json;
    struct verdict verdict = json_parse(line, &json);

    if (!is_accepted(&verdict))
        return false;
    hash_of(dump, hash);
    bool fits = json_member_int64(json, "end", 0) == (int64_t)sequence
        && strcmp(json_member_text(json, "sha256", ""), hash_text(hash, text)) == 0;
    json_free(json);
    return fits;
}

/* Parts the dump from the last line behind it, each with its newline. */
static bool dump_cut(struct span bytes, struct span *ret_dump, struct span *ret_end)
{
    if (bytes.length == 0 || bytes.bytes[bytes.length - 1] != '\n')
        return false;
    size_t at = bytes.length - 1;
    while (at > 0 && bytes.bytes[at - 1] != '\n')
        at--;
    *ret_dump = span_from(bytes.bytes, at);
    *ret_end = span_from(bytes.bytes + at, bytes.length - at);
    return true;
}

/* Loads the lines of a dump; false when one is wrong. */
static bool load_lines(struct span rest, struct picture *picture)
{
    struct arena *arena = arena_new();
    struct span line;
    bool right = true;

    while (right && rest.length > 0 && span_cut(&rest, '\n', &line)) {
        struct json *json = NULL;
        struct verdict verdict = json_parse(line, &json);
        if (is_accepted(&verdict))
            verdict = picture_load(picture, json, arena);
        right = is_accepted(&verdict);
        json_free(json);
        arena_reset(arena);
    }
    arena_free(arena);
    return right;
}

static struct picture *load(struct span bytes, struct journal_reader *reader, uint64_t last)
{
    struct chain_head head;
    struct span line, dump, end;

    if (!span_cut(&bytes, '\n', &line) || !head_fits(line, reader, &head) || head.sequence > last
        || !dump_cut(bytes, &dump, &end) || !end_fits(end, dump, head.sequence))
        return NULL;
    struct picture *picture = picture_new();
    if (load_lines(dump, picture) && picture->sequence == head.sequence)
        return picture;
    picture_free(picture);
    return NULL;
}

static struct picture *read_file(const char *path, struct journal_reader *reader, uint64_t last)
{
    struct picture *picture = NULL;
    struct stat facts;
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;

    if (fd < 0)
        return NULL;
    if (fstat(fd, &facts) == 0 && facts.st_size > 0) {
        void *bytes = mmap(NULL, (size_t)facts.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (bytes != MAP_FAILED) {
            picture = load(span_from(bytes, (size_t)facts.st_size), reader, last);
            munmap(bytes, (size_t)facts.st_size);
        }
    }
    close(fd);
    return picture;
}

enum status snapshot_fold(const char *path, struct journal_reader *reader, uint64_t last,
                          struct picture **ret_picture, char why[JOURNAL_WHY_BYTES])
{
    struct picture *picture = read_file(path, reader, last);

    if (!picture)
        picture = picture_new();
    enum status status = journal_fold(reader, last, picture);
    if (status == STATUS_OK) {
        *ret_picture = picture;
        return STATUS_OK;
    }
    snprintf(why, JOURNAL_WHY_BYTES, "%s", journal_reader_why(reader));
    picture_free(picture);
    return status;
}
