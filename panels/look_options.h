/* look_options.h - the command line of `watchdesk map`: one table of options, from which the help
 * is made too. Pure: reads nothing but the words it is given. */
#ifndef PANELS_LOOK_OPTIONS_H
#define PANELS_LOOK_OPTIONS_H

#include "app/base/buffer.h"
#include "maps/map.h"
#include "panels/term.h"

enum {
    LOOK_CHOICES_MAX = 32,      /* Of each option that may be given more than once. */
    LOOK_PRINT_CELLS_MAX = 2000,        /* One side of a printed frame: a poster, not a mistake. */
};

/* "COLUMN" for every layer that has it, "LAYER:COLUMN" for one. */
struct look_choice {
    struct span layer;          /* Empty: every layer. */
    const char *value;
};

struct look_choices {
    struct look_choice at[LOOK_CHOICES_MAX];
    uint32_t count;
};

struct look_options {
    struct term_options term;
    bool print, colour, mode_given, info, json, help;
    uint16_t rows, columns;     /* Of what is printed. */
    enum map_mode mode;
    struct geo_point at;        /* Unknown: the middle of everything. */
    double m_per_cell;          /* 0: so that everything is seen. */
    struct look_choices hidden, labels, styles;
    char **paths;               /* A loan of the words that are no options. */
    uint32_t path_count;
};

/* Reads `count` words; moves those that are no options to the front of `words`. False: `problem`
 * holds a sentence that names the word. */
bool look_options_read(int count, char **words, const struct term_options *term,
                       struct look_options *ret_options, struct buffer *problem);
void look_options_help(struct buffer *out);

#endif
