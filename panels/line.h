/* line.h - the command line as text under a cursor: editing, its own history, and which picture its
 * person had before them.
 *
 * UTF-8 throughout; a cursor never stands inside a character. Pure: the caller says what time it is
 * and which entry was drawn. */
#ifndef PANELS_LINE_H
#define PANELS_LINE_H

#include "app/base/span.h"
#include "app/core/limits.h"

enum { LINE_CHARACTERS_MAX = 500, LINE_HISTORY_MAX = 100 };

struct typed_line {
    char text[COMMAND_BYTES_MAX + 1];
    uint32_t length, cursor;            /* Bytes. */
    uint64_t first_key_sequence;        /* What was drawn when its first key was struck. */
    char *history[LINE_HISTORY_MAX];    /* Oldest first; owned. */
    uint32_t history_count;
    uint32_t history_at;                /* history_count: the line being typed. */
    char kept[COMMAND_BYTES_MAX + 1];   /* What was typed before Up was pressed. */
};

void line_clear(struct typed_line *line);             /* The text; history stays. */
void line_free(struct typed_line *line);              /* The history. */

/* Inserts clean text at the cursor, as much as 500 characters allow; false when some was left
 * out. */
bool line_insert(struct typed_line *line, struct span text);
/* What is pasted: its first line only. */
bool line_paste(struct typed_line *line, struct span text);
/* Puts `text` in the place of the bytes from `start` to the cursor. */
bool line_replace(struct typed_line *line, uint32_t start, struct span text);

void line_left(struct typed_line *line);
void line_right(struct typed_line *line);
void line_home(struct typed_line *line);
void line_end(struct typed_line *line);
void line_erase_back(struct typed_line *line);
void line_erase_here(struct typed_line *line);
void line_erase_to_end(struct typed_line *line);
void line_erase_to_start(struct typed_line *line);
void line_erase_word(struct typed_line *line);

/* Enter: the text joins the history unless it repeats the last, and the line is cleared. */
void line_sent(struct typed_line *line);
void line_earlier(struct typed_line *line);
void line_later(struct typed_line *line);

struct span line_span(const struct typed_line *line);

/* Which entry was drawn when. A change drawn less than 700 ms before Enter counts as unseen
 * (screens.md section 2), so the console remembers the last second and a half of frames. */
enum { DRAWN_FRAMES_MAX = 64, UNSEEN_MS = 700 };
struct drawn {
    struct { int64_t at_ms; uint64_t sequence; } frames[DRAWN_FRAMES_MAX];     /* A ring. */
    uint32_t count;                     /* Of all frames ever. */
};
/* `at_ms` is any clock that does not jump. A frame that shows the same entry is not kept twice. */
void drawn_add(struct drawn *drawn, int64_t at_ms, uint64_t sequence);
/* What a person pressing Enter now has seen for long enough; 0 before the first such frame. */
uint64_t drawn_seen(const struct drawn *drawn, int64_t now_ms);
/* For a line: the earlier of its first key and 700 ms before Enter. */
uint64_t line_saw(const struct typed_line *line, const struct drawn *drawn, int64_t now_ms);

#endif
