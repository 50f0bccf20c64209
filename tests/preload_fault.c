/* preload_fault.c - libfault.so: what fault_vfs.h does inside a test, done to a program that is
 * run.
 *
 * Loaded with LD_PRELOAD, so the program holds no hook for tests. The file that $WATCHDESK_FAULT
 * names says what happens to a journal's write-ahead log ("journal.db-wal"), at any moment:
 *
 *     block   fdatasync and fsync do not return until the word is taken away
 *     fail    they give EIO
 *     full    pwrite gives ENOSPC
 *
 * Any other content, and no file, change nothing. All other files behave. For a program built
 * with AddressSanitizer also ASAN_OPTIONS=verify_asan_link_order=0. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* They are declared by unistd.h, but 64-bit names only where a program asks for them. */
ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t offset);

static bool is_log(int file)
{
    static const char ending[] = "journal.db-wal";
    char link[40], path[4096];

    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < (ssize_t)sizeof ending)
        return false;
    path[length] = '\0';
    return strcmp(path + length - (ssize_t)sizeof ending + 1, ending) == 0;
}

static bool fault_is(const char *word)
{
    const char *path = getenv("WATCHDESK_FAULT");
    char said[16] = "";
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;

    if (file < 0)
        return false;
    ssize_t length = read(file, said, sizeof said - 1);
    close(file);
    return length > 0 && strncmp(said, word, strlen(word)) == 0;
}

/* 0, or -1 with errno when the sync must fail. */
static int sync_fault(int file)
{
    struct timespec pause = { .tv_nsec = 10 * 1000000 };

    if (!is_log(file))
        return 0;
    while (fault_is("block"))
        nanosleep(&pause, NULL);
    if (!fault_is("fail"))
        return 0;
    errno = EIO;
    return -1;
}

static void *next(const char *name)
{
    void *function = dlsym(RTLD_NEXT, name);

    if (!function)
        abort();
    return function;
}

int fdatasync(int file)
{
    int (*real)(int) = (int (*)(int))next("fdatasync");

    return sync_fault(file) == 0 ? real(file) : -1;
}

int fsync(int file)
{
    int (*real)(int) = (int (*)(int))next("fsync");

    return sync_fault(file) == 0 ? real(file) : -1;
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t offset)
{
    ssize_t (*real)(int, const void *, size_t, off64_t) =
        (ssize_t (*)(int, const void *, size_t, off64_t))next("pwrite64");

    if (is_log(file) && fault_is("full")) {
        errno = ENOSPC;
        return -1;
    }
    return real(file, bytes, length, offset);
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset)
{
    return pwrite64(file, bytes, length, offset);
}
