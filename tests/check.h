/* check.h - what every cmocka test needs before it: the includes in the order cmocka wants, and a
 * few checks that say more than "not equal". */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/base/base.h"
#include "app/base/span.h"

/* A text literal with its length, bytes after an inner NUL included. */
#define SPAN(literal) span_from((literal), sizeof(literal) - 1)

/* JSON written with ' for ", so that a table of cases can be read; returns `text`. */
static inline const char *json_of(char *text, size_t text_bytes, const char *with_apostrophes)
{
    size_t length = strlen(with_apostrophes);

    assert(length < text_bytes);
    for (size_t i = 0; i <= length; i++)
        text[i] = with_apostrophes[i] == '\'' ? '"' : with_apostrophes[i];
    return text;
}

/* Prints the name of the row that runs, so that a failure names it. */
#define CASE(...) print_message("  " __VA_ARGS__), print_message("\n")

#endif
