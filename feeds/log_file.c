#include "feeds/log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool log_file_open(const char *path, struct log_file *ret_file)
{
    struct stat facts;
    /* O_NONBLOCK: a FIFO in its place must not hold the feed up. */
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0)
        return false;
    if (fstat(fd, &facts) != 0 || !S_ISREG(facts.st_mode)) {
        close(fd);
        errno = EINVAL;
        return false;
    }
    *ret_file = (struct log_file){ .fd = fd, .inode = facts.st_ino };
    return true;
}

void log_file_close(struct log_file *file)
{
    if (file->fd >= 0)
        close(file->fd);
    file->fd = -1;
}

bool log_file_seek(struct log_file *file, uint64_t offset)
{
    struct stat facts;

    if (fstat(file->fd, &facts) != 0 || (uint64_t)facts.st_size < offset
        || lseek(file->fd, (off_t)offset, SEEK_SET) != (off_t)offset)
        return false;
    file->offset = offset;
    return true;
}

uint64_t log_file_end(const struct log_file *file)
{
    char bytes[64 * 1024];
    struct stat facts;

    if (fstat(file->fd, &facts) != 0)
        return 0;
    uint64_t size = (uint64_t)facts.st_size;
    uint64_t from = size > sizeof bytes ? size - sizeof bytes : 0;
    ssize_t length = pread(file->fd, bytes, sizeof bytes, (off_t)from);
    while (length > 0 && bytes[length - 1] != '\n')
        length--;
    return length > 0 ? from + (uint64_t)length : from;
}

ptrdiff_t log_file_read(struct log_file *file, char *bytes, size_t bytes_max)
{
    ssize_t length;

    do
        length = read(file->fd, bytes, bytes_max);
    while (length < 0 && errno == EINTR);
    if (length > 0)
        file->offset += (uint64_t)length;
    return length;
}

enum log_fate log_file_fate(const struct log_file *file, const char *path)
{
    struct stat named, open_one;

    if (fstat(file->fd, &open_one) == 0 && (uint64_t)open_one.st_size < file->offset)
        return LOG_CUT;
    if (stat(path, &named) != 0)
        return LOG_GROWS;
    return named.st_ino == file->inode ? LOG_GROWS : LOG_REPLACED;
}
