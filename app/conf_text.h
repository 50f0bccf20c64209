/* conf_text.h - a configuration text as sections, keys and lines; what they mean is not its affair.
 *
 *     unit E7 { kind = engine skills = { "pump", "foam" } }     # a comment
 *
 * The one door to libconfuse. It reads values as text only, so that everything wrong can be said in
 * one reading, each with its line: libconfuse itself stops at the first. Not for two threads at
 * once: libconfuse's lexer has one state for all. */
#ifndef APP_CONF_TEXT_H
#define APP_CONF_TEXT_H

#include "app/base/buffer.h"

enum { CONF_BYTES_MAX = 4 * 1024 * 1024, CONF_PROBLEMS_MAX = 200 };

/* A kind of section, and what may stand in it. */
struct conf_key {
    const char *name;                   /* NULL ends a table of keys. */
    bool is_list;                       /* It may have several values: {a, b}. */
};
struct conf_grammar {
    const char *kind;                   /* NULL ends a table of sections. */
    bool titled;                        /* "unit E7 {": any number of them, each named once. */
    const struct conf_key *keys;        /* NULL when there are none. */
    const struct conf_grammar *sections;
};

struct conf_value {
    const char *key;
    const char **texts;
    uint32_t *lines;                    /* One for each text. */
    uint32_t count;
};
struct conf_section {
    const char *kind, *title;           /* Title "" where there is none. */
    uint32_t line;
    struct conf_value *values;          /* Those that are there, in the grammar's order. */
    uint32_t value_count;
    struct conf_section *sections;      /* In the grammar's order, of one kind in the file's. */
    uint32_t section_count;
};
/* NULL when it is not there. */
const struct conf_value *conf_value(const struct conf_section *section, const char *key);

/* Reads `text` by a table of sections into *ret_root, which lives in `arena`. `name` is what
 * problems call the file: each adds a line "NAME:LINE: sentence" to `problems`. True when there
 * was none; with problems in keys and titles only, *ret_root holds the rest all the same, and with
 * problems of form ret_root->section_count is 0. */
bool conf_read(struct span text, const char *name, const struct conf_grammar *sections,
               struct arena *arena, struct conf_section *ret_root, struct buffer *problems);

#endif
