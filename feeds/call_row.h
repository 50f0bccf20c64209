/* call_row.h - one row of a call log becomes an incident report, as the feed's settings say.
 * Pure. */
#ifndef FEEDS_CALL_ROW_H
#define FEEDS_CALL_ROW_H

#include "app/base/report.h"
#include "feeds/csv.h"
#include "feeds/zone.h"

#define CALL_COLUMNS(ROW)       \
    ROW(TIME,     "time")       \
    ROW(LAT,      "lat")        \
    ROW(LON,      "lon")        \
    ROW(PLACE,    "place")      \
    ROW(TYPE,     "type")       \
    ROW(TEXT,     "text")       \
    ROW(PRIORITY, "priority")   \
    ROW(ID,       "id")

#define ROW(upper, word) COLUMN_##upper,
enum call_column { CALL_COLUMNS(ROW) COLUMN_COUNT };
#undef ROW

enum {
    CALL_JOINED_MAX = 8,                /* Columns that make up one value. */
    /* The longest text kept, the rest is marked as cut: a line must hold it even when every byte
     * of it has to be escaped. */
    CALL_TEXT_BYTES = 6000, CALL_PLACE_BYTES = 1000, CALL_WORD_BYTES = 200,
};

struct call_plan {
    struct {
        uint32_t fields[CALL_JOINED_MAX];       /* Counted from 0. */
        uint32_t count;                         /* 0: the log has no such column. */
    } columns[COLUMN_COUNT];
    const char *time_format;            /* "": RFC 3339 with a zone. */
    struct zone zone;                   /* Of times without one; UTC when not set. */
    const char *types;                  /* "EMS=MED,Fire=FIRE,=OTHER" */
};

/* The setting's word for a column, as in CALL_COLUMNS. */
const char *call_column_word(enum call_column column);

/* Finds the columns that `wanted` names: by name in `header`, or by number from 1; several are
 * joined by +, none when it is "". False: one is not there; ret_missing gets its name. `header` may
 * be NULL when all are numbers. */
bool call_column_find(struct call_plan *plan, enum call_column column, const char *wanted,
                      const struct csv_row *header, char *ret_missing, size_t missing_bytes);
/* True when `wanted` names a column by number only. */
bool call_column_is_number(const char *wanted);

/* What is known of the times of a log: in, of the row before it (0: none); out, of this row. */
struct call_time {
    int64_t previous_ms;
    bool unsure;                        /* Its clock showed that time twice, or never. */
};

/* Reads a row; `number` is its number in the log and its id where there is no id column. Strings
 * of *ret_report live in `arena`. Missing and impossible coordinates leave the location unknown
 * when there is a place: a call must not be lost for a wrong digit. Refusals, with the column and
 * the row: FIELD_MISSING (time; place, when there is no location either), NOT_A_TIME, OUT_OF_RANGE
 * (a time before 1970), BAD_UTF8, and the row's own verdict. */
struct verdict call_row_read(const struct call_plan *plan, const struct csv_row *row,
                             uint64_t number, struct call_time *time, struct arena *arena,
                             struct report *ret_report);

#endif
