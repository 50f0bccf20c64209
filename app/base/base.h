/* base.h - what every file of watchdesk may count on: checks that stay on, memory that is
 * there or the program is not, and one list of statuses for a machine gone wrong.
 *
 * Includes nothing of ours. Everything here is safe in any thread. */
#ifndef APP_BASE_BASE_H
#define APP_BASE_BASE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A picture built with its checks off could be wrong without anyone knowing. */
#ifdef NDEBUG
#error "watchdesk is never built with NDEBUG: its assertions are part of the program"
#endif

#define ARRAY_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* How a call on the machine (disk, socket, child) ended. What is wrong with bytes from
 * outside is a `struct verdict` (verdict.h), never a status. */
#define STATUSES(ROW)                                                     \
    ROW(OK,           "fine")                                             \
    ROW(IO,           "the disk or the connection failed")                \
    ROW(FULL,         "the disk is full")                                 \
    ROW(BUSY,         "somebody else holds it")                           \
    ROW(NOT_FOUND,    "there is no such file or name")                    \
    ROW(NOT_LEADER,   "another hub has written this sequence")            \
    ROW(SCHEMA_NEWER, "a later release wrote it")                         \
    ROW(CORRUPT,      "it is damaged")                                    \
    ROW(REFUSED,      "it was refused")                                   \
    ROW(TOO_LARGE,    "it is over its limit")

#define ROW(upper, text) STATUS_##upper,
enum status { STATUSES(ROW) STATUS_COUNT };
#undef ROW

/* A short sentence without a full stop, for a person. */
const char *status_text(enum status status);

/* Zeroed memory, never NULL: out of memory prints the size and aborts, since the hub
 * restarts from its journal and a half-made picture is worse than a gap. */
void *base_alloc(size_t count, size_t size);
/* Grows or makes an array; new memory is not zeroed. */
void *base_realloc(void *memory, size_t count, size_t size);
char *base_copy_text(const char *text);
void base_free(void *memory);
/* Asks that large pieces go back to the machine when they are freed. For a program that needs much
 * once, while it loads, and runs for whole shifts after that. Call it before any thread is made. */
void base_give_back(void);

/* Grows `array` (of `*capacity` items) so that it holds at least `needed`, doubling. */
void *base_grow(void *array, uint32_t *capacity, uint32_t needed, size_t size);

#endif
