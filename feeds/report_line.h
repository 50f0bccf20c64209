/* report_line.h - is this line one that an adapter may send? The check every line of a program of
 * others passes before the hub sees it. Pure. */
#ifndef FEEDS_REPORT_LINE_H
#define FEEDS_REPORT_LINE_H

#include "app/base/report.h"

enum report_line_kind {
    REPORT_LINE_REPORT,
    REPORT_LINE_HELLO,          /* Greets, and says which orders it takes. */
    REPORT_LINE_IDLE,           /* The answer to a `now`. */
};

struct report_line {
    enum report_line_kind kind;
    struct json *json;          /* The caller's, to be freed. */
    struct span text;           /* Without blanks around it: a loan from the line. */
};

/* Refusals: what json_parse() and report_read() refuse; WRONG_TYPE "takes" for a hello whose
 * takes is no list of texts. */
struct verdict report_line_read(struct span line, struct arena *arena,
                                struct report_line *ret_line);

enum own_cursor { OWN_CURSOR_KEEP, OWN_CURSOR_DROP };

/* The line's text, without the `cursor` it may bring when somebody else's will be put in. */
struct span report_line_text(const struct report_line *line, enum own_cursor own,
                             struct arena *arena);

#endif
