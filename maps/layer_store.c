#include "maps/layer_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "app/base/text.h"
#include "maps/layer_file.h"
#include "maps/source.h"

enum {
    COPIED_BYTES = 256 * 1024,          /* Up to here a kept file is copied, not mapped. */
    NAME_BYTES = 64,
    LOCK_RETRY_MS = 50,
    LEFTOVER_S = 3600,                  /* An unfinished file that old is nobody's any more. */
};
#define KEPT_BYTES_MAX ((uint64_t)8 << 30)
/* So much is left free on the disk: the journal needs it more. */
#define FREE_BYTES_MIN ((uint64_t)256 << 20)

static const char suffix[] = ".layer", unfinished[] = ".part";

struct layer_mapping {
    void *bytes;
    size_t byte_count;
    bool mapped;                        /* Else copied. */
    size_t released;                    /* By the check, from the start. */
};

void layer_mapping_free(struct layer_mapping *mapping)
{
    if (mapping->mapped)
        munmap(mapping->bytes, mapping->byte_count);
    else
        base_free(mapping->bytes);
    base_free(mapping);
}

/* ---- Folders ------------------------------------------------------------------------------- */

static void folder_add(struct layer_store *store, bool made, const char *base, const char *below)
{
    char *folder = store->folders[store->folder_count];
    int length = snprintf(folder, STORE_PATH_BYTES, "%s%s", base, below);

    if (base[0] != '/' || length >= STORE_PATH_BYTES)
        return;
    store->made[store->folder_count++] = made;
}

void layer_store_find(struct layer_store *store)
{
    const char *given = getenv("WATCHDESK_CACHE"), *cache = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");

    *store = (struct layer_store){ .bytes_max = STORE_BYTES_MAX };
    if (given && strcmp(given, "off") == 0)
        return;
    if (given && given[0]) {
        folder_add(store, true, given, "");
        return;
    }
    folder_add(store, false, "/var/cache", "/watchdesk/layers");
    if (cache && cache[0] == '/')
        folder_add(store, true, cache, "/watchdesk/layers");
    else if (home)
        folder_add(store, true, home, "/.cache/watchdesk/layers");
}

/* As mkdir -p, for ourselves alone; what is there already stays as it is. */
static void folder_make(const char *folder)
{
    char path[STORE_PATH_BYTES];

    text_copy(path, sizeof path, span_of(folder));
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
    mkdir(path, 0700);
}

/* ---- Identity ------------------------------------------------------------------------------ */

static bool member_note(struct buffer *text, const char *path)
{
    struct stat info;

    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return false;
    buffer_print(text, "%lld bytes %lld.%09ld inode %llu\n", (long long)info.st_size,
                 (long long)info.st_mtim.tv_sec, info.st_mtim.tv_nsec,
                 (unsigned long long)info.st_ino);
    return true;
}

/* By its real path: one file has one name however a site.conf leads to it. What does not change
 * when the file does comes here, so that a changed layer takes the place of the old one. */
static void place_note(struct buffer *text, const struct map_layer_style *style,
                       const struct source *source)
{
    char *real = realpath(source->path, NULL);

    buffer_print(text, "%s\n%s\nlabel %s\nclass %s\n", real ? real : source->path,
                 source->kind_given ? source_kind_name(source->kind) : "most",
                 style->label_column, style->class_column);
    free(real);
    for (uint32_t i = 0; i < style->class_count; i++)
        buffer_print(text, "%u %s\n", style->classes[i].rank, style->classes[i].value);
}

static bool source_of(const struct map_layer_style *style, struct source *ret_source)
{
    char why[256];

    return source_find(style->path, ret_source, why, sizeof why) == STATUS_OK;
}

bool layer_store_identity(const struct map_layer_style *style, struct buffer *text)
{
    static const char *const members[] = { "shx", "dbf", "prj", "cpg" };
    struct source source;
    char path[SOURCE_PATH_BYTES];

    if (!source_of(style, &source))
        return false;
    place_note(text, style, &source);
    bool there = member_note(text, source.path);
    for (size_t i = 0; i < ARRAY_COUNT(members); i++) {
        buffer_print(text, "%s ", members[i]);
        if (source.format != SOURCE_SHAPEFILE || !source_member(&source, members[i], path)
            || !member_note(text, path))
            buffer_add_text(text, "none\n");
    }
    buffer_add(text, span_from("", 1));
    return there;
}

uint64_t layer_store_bytes(const struct map_layer_style *style)
{
    struct source source;
    struct stat info;

    return source_of(style, &source) && stat(source.path, &info) == 0 ? (uint64_t)info.st_size : 0;
}

static bool name_of(const struct map_layer_style *style, char name[NAME_BYTES])
{
    uint64_t hash = 0xCBF29CE484222325u;        /* FNV-1a */
    struct buffer text = { 0 };
    struct source source;

    if (!source_of(style, &source))
        return false;
    place_note(&text, style, &source);
    for (size_t i = 0; i < text.length; i++)
        hash = (hash ^ (unsigned char)text.bytes[i]) * 0x100000001B3u;
    buffer_clear(&text);
    snprintf(name, NAME_BYTES, "%016llx%s", (unsigned long long)hash, suffix);
    return true;
}

/* ---- Taking -------------------------------------------------------------------------------- */

static bool is_trusted(int file, int folder, size_t *ret_bytes)
{
    struct stat info, around;

    if (fstat(file, &info) != 0 || fstat(folder, &around) != 0 || !S_ISREG(info.st_mode)
        || (info.st_mode & (S_IWGRP | S_IWOTH)) || info.st_size <= 0
        || (uint64_t)info.st_size > KEPT_BYTES_MAX)
        return false;
    *ret_bytes = (size_t)info.st_size;
    return info.st_uid == geteuid() || info.st_uid == 0 || info.st_uid == around.st_uid;
}

static bool copy_read(int file, struct layer_mapping *mapping)
{
    mapping->bytes = base_alloc(mapping->byte_count, 1);
    return pread(file, mapping->bytes, mapping->byte_count, 0) == (ssize_t)mapping->byte_count;
}

static bool pages_map(int file, struct layer_mapping *mapping)
{
    void *bytes = mmap(NULL, mapping->byte_count, PROT_READ, MAP_SHARED, file, 0);

    if (bytes == MAP_FAILED)
        return false;
    mapping->bytes = bytes;
    mapping->mapped = true;
    return true;
}

static struct layer_mapping *file_map(int file, size_t byte_count)
{
    struct layer_mapping *mapping = base_alloc(1, sizeof *mapping);

    mapping->byte_count = byte_count;
    bool here = byte_count <= COPIED_BYTES ? copy_read(file, mapping) : pages_map(file, mapping);
    if (here)
        return mapping;
    layer_mapping_free(mapping);
    return NULL;
}

/* Lets go of what the check has been over. */
static void pages_release(void *context, size_t byte_count)
{
    struct layer_mapping *mapping = context;

    if (!mapping->mapped)
        return;
    size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE), end = byte_count - byte_count % page_bytes;
    if (byte_count == mapping->byte_count)
        mapping->released = 0;          /* A whole round: what it touched lies anywhere. */
    madvise((char *)mapping->bytes + mapping->released, end - mapping->released, MADV_DONTNEED);
    mapping->released = end;
}

static struct layer *layer_read(const struct map_layer_style *style, const char *identity,
                                struct layer_mapping *mapping, char *warning, size_t warning_bytes)
{
    const char *told;
    struct layer *layer = layer_file_read_telling(style, identity, mapping->bytes,
                                                  mapping->byte_count, pages_release, mapping,
                                                  &told);

    if (!layer) {
        layer_mapping_free(mapping);
        return NULL;
    }
    text_copy(warning, warning_bytes, span_of(told));
    layer->mapping = mapping;
    /* The check went over all of it; what is drawn comes back when it is drawn. */
    if (mapping->mapped)
        madvise(mapping->bytes, mapping->byte_count, MADV_DONTNEED);
    return layer;
}

static struct layer *folder_take(const char *path, const char *name,
                                 const struct map_layer_style *style, const char *identity,
                                 char *warning, size_t warning_bytes)
{
    static const struct timespec used_now[2] = { { .tv_nsec = UTIME_NOW },
                                                 { .tv_nsec = UTIME_OMIT } };
    struct layer_mapping *mapping = NULL;
    struct layer *layer = NULL;
    size_t byte_count;
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int file = folder < 0 ? -1 : openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

    if (file >= 0 && is_trusted(file, folder, &byte_count))
        mapping = file_map(file, byte_count);
    if (mapping)
        layer = layer_read(style, identity, mapping, warning, warning_bytes);
    if (layer)
        futimens(file, used_now);       /* Another's file may not be touched; it then ages. */
    if (file >= 0)
        close(file);
    if (folder >= 0)
        close(folder);
    return layer;
}

struct layer *layer_store_take(const struct layer_store *store,
                               const struct map_layer_style *style, const char *identity,
                               char *warning, size_t warning_bytes)
{
    char name[NAME_BYTES];
    struct layer *layer = NULL;

    if (!name_of(style, name))
        return NULL;
    for (uint32_t i = 0; i < store->folder_count && !layer; i++)
        layer = folder_take(store->folders[i], name, style, identity, warning, warning_bytes);
    return layer;
}

/* ---- Room ---------------------------------------------------------------------------------- */

struct kept {
    char name[NAME_BYTES];
    uint64_t bytes;
    struct timespec used;
};

static int compare_used(const void *left, const void *right)
{
    const struct timespec *a = &((const struct kept *)left)->used;
    const struct timespec *b = &((const struct kept *)right)->used;

    if (a->tv_sec != b->tv_sec)
        return a->tv_sec < b->tv_sec ? -1 : 1;
    return (a->tv_nsec > b->tv_nsec) - (a->tv_nsec < b->tv_nsec);
}

static bool ends_in(const char *name, const char *ending)
{
    size_t length = strlen(name), ending_length = strlen(ending);

    return length > ending_length && length < NAME_BYTES
           && strcmp(name + length - ending_length, ending) == 0;
}

/* What is in the folder; unfinished files that nobody writes any more are removed by the way. */
static struct kept *folder_list(DIR *folder, uint32_t *ret_count, uint64_t *ret_bytes)
{
    struct kept *all = NULL;
    uint32_t count = 0, capacity = 0;
    time_t now = time(NULL);
    struct dirent *entry;
    struct stat info;

    *ret_bytes = 0;
    while ((entry = readdir(folder))) {
        bool left = ends_in(entry->d_name, unfinished);
        if ((!left && !ends_in(entry->d_name, suffix))
            || fstatat(dirfd(folder), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        if (left && now - info.st_mtim.tv_sec > LEFTOVER_S)
            unlinkat(dirfd(folder), entry->d_name, 0);
        if (left)
            continue;
        all = base_grow(all, &capacity, count + 1, sizeof *all);
        all[count] = (struct kept){ .bytes = (uint64_t)info.st_size, .used = info.st_atim };
        text_copy(all[count].name, NAME_BYTES, span_of(entry->d_name));
        *ret_bytes += all[count++].bytes;
    }
    *ret_count = count;
    return all;
}

/* Removes the ones unused for longest until what is there is within `bytes_max`; never `name`. */
static void folder_trim(const char *path, uint64_t bytes_max, const char *name)
{
    DIR *folder = opendir(path);
    uint64_t bytes;
    uint32_t count;

    if (!folder)
        return;
    struct kept *all = folder_list(folder, &count, &bytes);
    if (count)
        qsort(all, count, sizeof *all, compare_used);
    for (uint32_t i = 0; i < count && bytes > bytes_max; i++) {
        if (strcmp(all[i].name, name) == 0 || unlinkat(dirfd(folder), all[i].name, 0) != 0)
            continue;
        bytes -= all[i].bytes;
    }
    base_free(all);
    closedir(folder);
}

/* At most what the whole and its details can come to: about three times the whole. */
static bool has_room(const char *path, const struct layer *layer)
{
    struct statvfs disk;
    uint64_t points = layer->details[0].run_first[layer->run_count];

    if (statvfs(path, &disk) != 0)
        return true;            /* The writing will tell. */
    uint64_t free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
    return free_bytes >= FREE_BYTES_MIN + 3 * points * sizeof *layer->details[0].points;
}

/* ---- Keeping ------------------------------------------------------------------------------- */

/* The folder's lock: two consoles that start together must not both make the same. */
static bool folder_lock(int folder, struct watch *watch)
{
    static const struct timespec pause = { .tv_nsec = LOCK_RETRY_MS * 1000000 };

    while (flock(folder, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return true;        /* A file system without locks: both make it. */
        if (!watch_go_on(watch, 0, 0))
            return false;
        nanosleep(&pause, NULL);
    }
    return true;
}

static bool is_kept(const struct layer_keeping *keeping, const char *path, const char *name)
{
    char warning[8];
    struct layer *there = folder_take(path, name, keeping->style, keeping->identity, warning,
                                      sizeof warning);

    layer_free(there);
    return there != NULL;
}

/* Writes into the open folder under another name, then moves it into place. */
static enum status file_write(const struct layer_keeping *keeping, int folder, const char *name)
{
    struct layer_notes notes = { .identity = keeping->identity, .warning = keeping->warning };
    char part[NAME_BYTES + 32];
    enum status status = STATUS_IO;

    snprintf(part, sizeof part, "%.32s.%ld%s", name, (long)getpid(), unfinished);
    int file = openat(folder, part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    FILE *stream = file < 0 ? NULL : fdopen(file, "wb");
    if (stream)
        status = layer_file_write(keeping->layer, &notes, keeping->watch, stream);
    if (status == STATUS_OK && fchmod(file, 0444) != 0)
        status = STATUS_IO;
    if (stream && fclose(stream) != 0 && status == STATUS_OK)
        status = errno == ENOSPC ? STATUS_FULL : STATUS_IO;
    else if (!stream && file >= 0)
        close(file);
    if (status == STATUS_OK && renameat(folder, part, folder, name) != 0)
        status = STATUS_IO;
    if (status != STATUS_OK && file >= 0)
        unlinkat(folder, part, 0);
    return status;
}

static enum status folder_keep(const struct layer_store *store, uint32_t number,
                               const struct layer_keeping *keeping, const char *name)
{
    const char *path = store->folders[number];
    enum status status = STATUS_OK;

    if (store->made[number])
        folder_make(path);
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return STATUS_IO;
    if (!folder_lock(folder, keeping->watch))
        status = STATUS_REFUSED;
    else if (!is_kept(keeping, path, name))
        status = has_room(path, keeping->layer) ? file_write(keeping, folder, name) : STATUS_FULL;
    close(folder);
    if (status == STATUS_OK)
        folder_trim(path, store->bytes_max, name);
    return status;
}

enum status layer_store_keep(const struct layer_store *store, const struct layer_keeping *keeping,
                             char *why, size_t why_bytes)
{
    enum status status = STATUS_REFUSED;
    char name[NAME_BYTES];

    why[0] = '\0';
    if (!name_of(keeping->style, name))
        return STATUS_REFUSED;
    for (uint32_t i = 0; i < store->folder_count; i++) {
        status = folder_keep(store, i, keeping, name);
        if (status == STATUS_OK || status == STATUS_REFUSED) {
            why[0] = '\0';
            return status;
        }
        snprintf(why, why_bytes, "layers are read again at every start: %s (%s)",
                 status_text(status), store->folders[i]);
    }
    return status;
}
