/* drill.h - a drill file: what happens when (CONTRACTS section 5).
 *
 *     drill "Harbour storm"                 its name
 *     site ../sample                        the site's folder, from the file's own
 *     seed 7                                for the simulated field
 *     start 2026-11-17T14:00:00Z
 *     end +26:00
 *     +00:10 do KIM new FIRE @12 Quay St p1 ; smoke from the roof
 *     +03:30 report sensors {"report":"alarm",...}
 *     +09:00 inject field E3 breakdown ; gearbox
 *
 * A line is one item or header; # starts a comment at the beginning of a line. Items are kept in
 * the order of their time, those of one time in the order of the file. In a report "@+MM:SS" as
 * the whole of a text stands for that instant as RFC 3339. Pure. */
#ifndef APP_DRILL_H
#define APP_DRILL_H

#include "app/base/json.h"

enum { DRILL_ITEMS_MAX = 20000, DRILL_LINE_BYTES_MAX = 64 * 1024 };

enum drill_item_kind { DRILL_DO, DRILL_REPORT, DRILL_INJECT };

struct drill_item {
    int64_t at_ms;                  /* An instant. */
    uint32_t line;                  /* In the file, from 1. */
    enum drill_item_kind kind;
    char *who;                      /* The operator, or the feed. */
    char *text;                     /* The command, the report's JSON, or the inject's command. */
};

struct drill_script {
    char *name, *site;              /* `site` as written. */
    int64_t seed, start_ms, end_ms;
    struct drill_item *items;
    uint32_t item_count, item_capacity;
};

/* Reads a whole file's text. Everything wrong in it is found: false, with a sentence a line in
 * `problems` ("FILE:12: ..."). On true the caller owns *ret_script until drill_script_free(). */
bool drill_read(struct span text, const char *file, struct drill_script **ret_script,
                struct buffer *problems);
void drill_script_free(struct drill_script *script);

#endif
