#include "app/base/base.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROW(upper, text) [STATUS_##upper] = text,
static const char *const status_texts[STATUS_COUNT] = { STATUSES(ROW) };
#undef ROW

const char *status_text(enum status status)
{
    assert(status < STATUS_COUNT);
    return status_texts[status];
}

static void out_of_memory(size_t count, size_t size)
{
    fprintf(stderr, "watchdesk: out of memory asking for %zu x %zu bytes\n", count, size);
    abort();
}

void *base_alloc(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size ? size : 1);

    if (!memory)
        out_of_memory(count, size);
    return memory;
}

void *base_realloc(void *memory, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        out_of_memory(count, size);
    size_t bytes = count * size;
    void *grown = realloc(memory, bytes ? bytes : 1);

    if (!grown)
        out_of_memory(count, size);
    return grown;
}

char *base_copy_text(const char *text)
{
    size_t bytes = strlen(text) + 1;
    return memcpy(base_alloc(bytes, 1), text, bytes);
}

void base_free(void *memory)
{
    free(memory);
}

void base_give_back(void)
{
    enum { LARGE_BYTES = 128 * 1024 };

    /* glibc raises its own threshold to the largest piece that was ever freed, and gives each
     * thread a heap of its own: loading a county left 16 MiB behind that nobody used again. */
#ifdef M_MMAP_THRESHOLD
    mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
    mallopt(M_ARENA_MAX, 1);
#endif
}

void *base_grow(void *array, uint32_t *capacity, uint32_t needed, size_t size)
{
    if (needed <= *capacity)
        return array;
    uint32_t grown = *capacity ? *capacity : 8;
    while (grown < needed) {
        assert(grown <= UINT32_MAX / 2);
        grown *= 2;
    }
    *capacity = grown;
    return base_realloc(array, grown, size);
}
