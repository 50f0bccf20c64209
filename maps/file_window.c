#include "maps/file_window.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    STEP_BYTES_MIN = 4 * 1024,          /* Read ahead by so much after a jump, ... */
    STEP_BYTES_MAX = 512 * 1024,        /* ... twice as much each time it goes straight on. */
};

struct file_window {
    int descriptor;
    uint64_t file_bytes, offset;        /* `offset` is where bytes[0] stands in the file. */
    size_t length, capacity, step_bytes;
    char *bytes;
};

struct file_window *file_window_open(const char *path)
{
    struct stat info;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);     /* A pipe would hang. */

    if (descriptor < 0)
        return NULL;
    if (fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode)) {
        close(descriptor);
        return NULL;
    }
    struct file_window *window = base_alloc(1, sizeof *window);
    window->descriptor = descriptor;
    window->file_bytes = (uint64_t)info.st_size;
    window->step_bytes = STEP_BYTES_MIN;
    return window;
}

void file_window_close(struct file_window *window)
{
    if (!window)
        return;
    close(window->descriptor);
    base_free(window->bytes);
    base_free(window);
}

uint64_t file_window_bytes(const struct file_window *window)
{
    return window->file_bytes;
}

/* Records may stand in any order: reading far ahead of each would read the file many times. */
static size_t step_of(struct file_window *window, uint64_t offset)
{
    uint64_t end = window->offset + window->length;
    bool straight_on = offset >= window->offset && offset <= end + STEP_BYTES_MIN;

    if (!straight_on)
        window->step_bytes = STEP_BYTES_MIN;
    else if (window->step_bytes < STEP_BYTES_MAX)
        window->step_bytes *= 4;
    return window->step_bytes;
}

static bool window_move(struct file_window *window, uint64_t offset, size_t bytes)
{
    size_t wanted = step_of(window, offset), had = 0;

    wanted = wanted > bytes ? wanted : bytes;
    if (wanted > window->file_bytes - offset)
        wanted = (size_t)(window->file_bytes - offset);
    if (wanted > window->capacity) {
        base_free(window->bytes);
        window->bytes = base_realloc(NULL, wanted, 1);
        window->capacity = wanted;
    }
    window->offset = offset;
    while (had < wanted) {
        ssize_t got = pread(window->descriptor, window->bytes + had, wanted - had,
                            (off_t)(offset + had));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        had += (size_t)got;
    }
    window->length = had;
    return had >= bytes;
}

const char *file_window_at(struct file_window *window, uint64_t offset, size_t bytes)
{
    if (offset > window->file_bytes || bytes > window->file_bytes - offset)
        return NULL;
    bool in_view = offset >= window->offset && offset - window->offset <= window->length
                   && bytes <= window->length - (size_t)(offset - window->offset);
    if (!in_view && !window_move(window, offset, bytes))
        return NULL;
    return window->bytes ? window->bytes + (offset - window->offset) : "";
}
