/* buffer.h - bytes that grow at the end, with a limit, and an arena for what dies together. */
#ifndef APP_BASE_BUFFER_H
#define APP_BASE_BUFFER_H

#include <stdarg.h>

#include "app/base/span.h"

/* Always NUL-terminated once anything was added; zero-initialise to start. */
struct buffer {
    char *bytes;
    size_t length, capacity;
};

void buffer_clear(struct buffer *buffer);       /* Frees; ready for use again. */
void buffer_reset(struct buffer *buffer);       /* Empties, keeps the memory. */
void buffer_add(struct buffer *buffer, struct span span);
void buffer_add_text(struct buffer *buffer, const char *text);
void buffer_print(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void buffer_drop_front(struct buffer *buffer, size_t length);
struct span buffer_span(const struct buffer *buffer);

/* Memory for one turn's strings and events: handed out, never freed singly. */
struct arena;
struct arena *arena_new(void);
void arena_free(struct arena *arena);
void arena_reset(struct arena *arena);          /* Keeps its first block. */
void *arena_alloc(struct arena *arena, size_t bytes);       /* Zeroed, aligned for anything. */
const char *arena_copy(struct arena *arena, struct span span);      /* NUL-terminated. */
const char *arena_print(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Splits a stream into lines, of at most `line_bytes_max`. A longer line is given once, cut to its
 * limit and marked, and its rest is skipped: one bad line costs that line only. */
struct line_buffer;
struct line {
    struct span text;           /* A loan until the next call; without its line end. */
    bool cut;                   /* It was longer than the limit. */
    size_t whole_bytes;         /* Its length as it was sent. */
};
struct line_buffer *line_buffer_new(size_t line_bytes_max);
void line_buffer_free(struct line_buffer *lines);
void line_buffer_add(struct line_buffer *lines, struct span bytes);
/* False when no whole line is there. After line_buffer_end(), what is left counts as a line. */
bool line_buffer_next(struct line_buffer *lines, struct line *ret_line);
void line_buffer_end(struct line_buffer *lines);

/* Told of the bytes that a line over its limit loses, before that line is given: what is kept of
 * it (always the same first bytes) and the run dropped now, in order. A hash of the whole line
 * needs both. */
typedef void line_dropped_fn(void *context, struct span kept, struct span dropped);
void line_buffer_on_drop(struct line_buffer *lines, line_dropped_fn *dropped, void *context);

#endif
