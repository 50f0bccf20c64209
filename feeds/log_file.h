/* log_file.h - a file that somebody else writes at its end, followed: what is new in it, and
 * whether it was cut short or another was put in its place. */
#ifndef FEEDS_LOG_FILE_H
#define FEEDS_LOG_FILE_H

#include "app/base/span.h"

struct log_file {
    int fd;                     /* -1: not open. */
    uint64_t inode, offset;     /* Of the open file; the next byte to be read. */
};

/* False: errno says why; EINVAL for what is no plain file. */
bool log_file_open(const char *path, struct log_file *ret_file);
void log_file_close(struct log_file *file);
bool log_file_seek(struct log_file *file, uint64_t offset);
/* Behind the last whole line that stands in it now. */
uint64_t log_file_end(const struct log_file *file);

/* The next bytes; 0 at its end for now, -1 with errno. */
ptrdiff_t log_file_read(struct log_file *file, char *bytes, size_t bytes_max);

enum log_fate { LOG_GROWS, LOG_CUT, LOG_REPLACED };
/* What became of it, once its end was reached. A name that leads nowhere for a moment means that
 * somebody is putting another in its place: it grows until that one is there. */
enum log_fate log_file_fate(const struct log_file *file, const char *path);

#endif
