#include "maps/memory_file.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { FILE_BYTES_MAX = 0x7FFFFFFF };   /* shapelib's offsets end there. */

struct memory_file {
    char *bytes;
    size_t length, at;
};

static bool fill(struct memory_file *file, FILE *from)
{
    struct stat info;

    if (fstat(fileno(from), &info) != 0 || !S_ISREG(info.st_mode)
        || info.st_size > FILE_BYTES_MAX)
        return false;
    file->bytes = base_alloc((size_t)info.st_size + 1, 1);
    file->length = fread(file->bytes, 1, (size_t)info.st_size, from);
    return ferror(from) == 0;
}

struct memory_file *memory_file_open(const char *path)
{
    FILE *from = fopen(path, "rb");

    if (!from)
        return NULL;
    struct memory_file *file = base_alloc(1, sizeof *file);
    bool filled = fill(file, from);
    fclose(from);
    if (filled)
        return file;
    memory_file_close(file);
    return NULL;
}

void memory_file_close(struct memory_file *file)
{
    if (!file)
        return;
    base_free(file->bytes);
    base_free(file);
}

size_t memory_file_read(struct memory_file *file, void *to, size_t size, size_t count)
{
    size_t left = file->at < file->length ? file->length - file->at : 0;

    if (size == 0 || count > SIZE_MAX / size)
        return 0;
    size_t bytes = size * count < left ? size * count : left;
    memcpy(to, file->bytes + file->at, bytes);
    file->at += bytes;
    return bytes / size;
}

void memory_file_seek(struct memory_file *file, size_t offset, int whence)
{
    size_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? file->at : file->length;

    file->at = base + offset;       /* Before the start wraps round, far past the end. */
}

size_t memory_file_tell(const struct memory_file *file)
{
    return file->at;
}
