#include "app/base/buffer.h"

#include <stdio.h>
#include <string.h>

static void reserve(struct buffer *buffer, size_t more)
{
    assert(more < SIZE_MAX / 4);
    size_t needed = buffer->length + more + 1;
    if (needed <= buffer->capacity)
        return;
    size_t grown = buffer->capacity ? buffer->capacity : 256;
    while (grown < needed)
        grown *= 2;
    buffer->bytes = base_realloc(buffer->bytes, grown, 1);
    buffer->capacity = grown;
}

void buffer_clear(struct buffer *buffer)
{
    base_free(buffer->bytes);
    *buffer = (struct buffer){ 0 };
}

void buffer_reset(struct buffer *buffer)
{
    buffer->length = 0;
    if (buffer->bytes)
        buffer->bytes[0] = '\0';
}

void buffer_add(struct buffer *buffer, struct span span)
{
    reserve(buffer, span.length);
    if (span.length)
        memcpy(buffer->bytes + buffer->length, span.bytes, span.length);
    buffer->length += span.length;
    buffer->bytes[buffer->length] = '\0';
}

void buffer_add_text(struct buffer *buffer, const char *text)
{
    buffer_add(buffer, span_of(text));
}

void buffer_print(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;

    reserve(buffer, 128);
    size_t room = buffer->capacity - buffer->length;
    va_start(arguments, format);
    int length = vsnprintf(buffer->bytes + buffer->length, room, format, arguments);
    va_end(arguments);
    assert(length >= 0);
    if ((size_t)length >= room) {
        reserve(buffer, (size_t)length);
        va_start(arguments, format);
        vsnprintf(buffer->bytes + buffer->length, (size_t)length + 1, format, arguments);
        va_end(arguments);
    }
    buffer->length += (size_t)length;
}

void buffer_drop_front(struct buffer *buffer, size_t length)
{
    assert(length <= buffer->length);
    if (length == 0)
        return;
    memmove(buffer->bytes, buffer->bytes + length, buffer->length - length + 1);
    buffer->length -= length;
}

struct span buffer_span(const struct buffer *buffer)
{
    return span_from(buffer->bytes ? buffer->bytes : "", buffer->length);
}

enum { ARENA_BLOCK_BYTES = 64 * 1024 };

struct arena_block {
    struct arena_block *before;
    size_t used, capacity;
    max_align_t memory[];
};

struct arena {
    struct arena_block *last;
};

static struct arena_block *arena_block_new(struct arena_block *before, size_t bytes)
{
    size_t capacity = bytes > ARENA_BLOCK_BYTES ? bytes : ARENA_BLOCK_BYTES;
    struct arena_block *block = base_realloc(NULL, 1, sizeof *block + capacity);

    *block = (struct arena_block){ .before = before, .capacity = capacity };
    return block;
}

struct arena *arena_new(void)
{
    struct arena *arena = base_alloc(1, sizeof *arena);

    arena->last = arena_block_new(NULL, 0);
    return arena;
}

void arena_reset(struct arena *arena)
{
    while (arena->last->before) {
        struct arena_block *before = arena->last->before;
        base_free(arena->last);
        arena->last = before;
    }
    arena->last->used = 0;
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    arena_reset(arena);
    base_free(arena->last);
    base_free(arena);
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    size_t align = sizeof(max_align_t);

    assert(bytes < SIZE_MAX / 4);
    bytes = (bytes + align - 1) / align * align;
    if (arena->last->used + bytes > arena->last->capacity)
        arena->last = arena_block_new(arena->last, bytes);
    void *memory = (char *)arena->last->memory + arena->last->used;
    arena->last->used += bytes;
    return memset(memory, 0, bytes);
}

const char *arena_copy(struct arena *arena, struct span span)
{
    char *text = arena_alloc(arena, span.length + 1);

    if (span.length)
        memcpy(text, span.bytes, span.length);
    return text;
}

const char *arena_print(struct arena *arena, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    assert(length >= 0);
    char *text = arena_alloc(arena, (size_t)length + 1);
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}

struct line_buffer {
    struct buffer bytes;
    size_t line_bytes_max;
    size_t taken;               /* Bytes at the front already given out. */
    size_t skipped;             /* Bytes of the running line dropped over its limit. */
    bool ended;
    line_dropped_fn *dropped;   /* NULL when nobody asked. */
    void *dropped_context;
};

struct line_buffer *line_buffer_new(size_t line_bytes_max)
{
    struct line_buffer *lines = base_alloc(1, sizeof *lines);

    lines->line_bytes_max = line_bytes_max;
    return lines;
}

void line_buffer_free(struct line_buffer *lines)
{
    if (!lines)
        return;
    buffer_clear(&lines->bytes);
    base_free(lines);
}

void line_buffer_add(struct line_buffer *lines, struct span bytes)
{
    buffer_drop_front(&lines->bytes, lines->taken);
    lines->taken = 0;
    buffer_add(&lines->bytes, bytes);
}

void line_buffer_end(struct line_buffer *lines)
{
    lines->ended = true;
}

void line_buffer_on_drop(struct line_buffer *lines, line_dropped_fn *dropped, void *context)
{
    lines->dropped = dropped;
    lines->dropped_context = context;
}

/* `line` is longer than the limit: tells of what is over it. */
static void tell_dropped(const struct line_buffer *lines, struct span line)
{
    size_t kept = lines->line_bytes_max;

    assert(line.length > kept);
    if (lines->dropped)
        lines->dropped(lines->dropped_context, span_from(line.bytes, kept),
                       span_from(line.bytes + kept, line.length - kept));
}

/* Keeps no more than the limit of a line that has no end yet. */
static void drop_over_limit(struct line_buffer *lines)
{
    size_t left = lines->bytes.length - lines->taken;

    if (left <= lines->line_bytes_max)
        return;
    tell_dropped(lines, span_from(lines->bytes.bytes + lines->taken, left));
    lines->skipped += left - lines->line_bytes_max;
    lines->bytes.length = lines->taken + lines->line_bytes_max;
    lines->bytes.bytes[lines->bytes.length] = '\0';
}

bool line_buffer_next(struct line_buffer *lines, struct line *ret_line)
{
    size_t left = lines->bytes.length - lines->taken;
    if (left == 0)
        return false;
    char *start = lines->bytes.bytes + lines->taken;
    char *end = memchr(start, '\n', left);

    if (!end && !lines->ended) {
        drop_over_limit(lines);
        return false;
    }
    size_t length = end ? (size_t)(end - start) : left;
    lines->taken += length + (end ? 1 : 0);
    size_t whole = length + lines->skipped;
    bool cut = whole > lines->line_bytes_max;
    if (length > lines->line_bytes_max) {
        tell_dropped(lines, span_from(start, length));
        length = lines->line_bytes_max;
    }
    lines->skipped = 0;
    if (!cut && length && start[length - 1] == '\r')
        length--;
    *ret_line = (struct line){ .text = span_from(start, length), .cut = cut, .whole_bytes = whole };
    return true;
}
