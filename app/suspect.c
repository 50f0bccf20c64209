#include "app/suspect.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SUSPECTS_MAX = 64, SUSPECT_PAGE_BYTES = 4096 };

/* The file. When its table is full the oldest suspect is forgotten. */
struct suspect_page {
    uint64_t magic;
    uint64_t deciding;              /* 0: nothing is. */
    uint64_t next;                  /* Row to be written next. */
    struct {
        uint64_t digest, times;
    } rows[SUSPECTS_MAX];
};
_Static_assert(sizeof(struct suspect_page) <= SUSPECT_PAGE_BYTES, "it is one page");
static const uint64_t page_magic = 0x3174636570737573;      /* "suspect1" */

struct suspect {
    volatile struct suspect_page *page;
};

static uint64_t times_of(const struct suspect *suspect, uint64_t digest)
{
    for (uint32_t i = 0; i < SUSPECTS_MAX; i++)
        if (suspect->page->rows[i].digest == digest)
            return suspect->page->rows[i].times;
    return 0;
}

static void count_death(struct suspect *suspect, uint64_t digest)
{
    volatile struct suspect_page *page = suspect->page;

    for (uint32_t i = 0; i < SUSPECTS_MAX; i++) {
        if (page->rows[i].digest != digest)
            continue;
        page->rows[i].times++;
        return;
    }
    uint64_t row = page->next % SUSPECTS_MAX;
    page->rows[row].digest = digest;
    page->rows[row].times = 1;
    page->next = row + 1;
}

enum status suspect_open(const char *path, struct suspect **ret_suspect)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0)
        return STATUS_IO;
    bool sized = ftruncate(fd, SUSPECT_PAGE_BYTES) == 0;
    void *page = sized ? mmap(NULL, SUSPECT_PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
                       : MAP_FAILED;
    close(fd);
    if (page == MAP_FAILED)
        return STATUS_IO;
    struct suspect *suspect = base_alloc(1, sizeof *suspect);
    suspect->page = page;
    if (suspect->page->magic != page_magic) {
        memset(page, 0, SUSPECT_PAGE_BYTES);
        suspect->page->magic = page_magic;
    }
    if (suspect->page->deciding != 0)
        count_death(suspect, suspect->page->deciding);
    suspect->page->deciding = 0;
    *ret_suspect = suspect;
    return STATUS_OK;
}

void suspect_close(struct suspect *suspect)
{
    if (!suspect)
        return;
    suspect_cleared(suspect);
    munmap((void *)(uintptr_t)suspect->page, SUSPECT_PAGE_BYTES);
    base_free(suspect);
}

bool suspect_begin(struct suspect *suspect, const char *source, struct span text)
{
    struct digest digest;

    digest_start(&digest);
    digest_bytes(&digest, source, strlen(source));
    digest_bytes(&digest, text.bytes, text.length);
    uint64_t number = digest_end(&digest) | 1;      /* 0 is nothing. */
    if (times_of(suspect, number) >= SUSPECT_TIMES)
        return false;
    suspect->page->deciding = number;
    return true;
}

void suspect_cleared(struct suspect *suspect)
{
    volatile struct suspect_page *page = suspect->page;

    /* It was decided: what ended the hub then was not this. Equal inputs come again for years (the
     * tick of what is due), and two kills from outside must not end them for good. */
    for (uint32_t i = 0; page->deciding != 0 && i < SUSPECTS_MAX; i++)
        if (page->rows[i].digest == page->deciding)
            page->rows[i].digest = page->rows[i].times = 0;
    page->deciding = 0;
}
