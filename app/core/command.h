/* command.h - the command table and its grammar (screens.md section 2).
 *
 * One row per verb is help, completion, permission and refusal at once. The console sends text; the
 * hub parses it here and decides. Pure. */
#ifndef APP_CORE_COMMAND_H
#define APP_CORE_COMMAND_H

#include "app/core/picture.h"

/* What an argument is: completion and read-back walk this. */
enum argument_kind {
    ARGUMENT_NONE, ARGUMENT_INCIDENT, ARGUMENT_UNIT, ARGUMENT_UNITS, ARGUMENT_OBJECT,
    ARGUMENT_TYPE, ARGUMENT_PLACE, ARGUMENT_DISPOSITION, ARGUMENT_FACILITY, ARGUMENT_TEXT,
    ARGUMENT_PRIORITY, ARGUMENT_WORD, ARGUMENT_INCIDENT_OR_UNIT, ARGUMENT_OPTION,
    ARGUMENT_HAZARD, ARGUMENT_RADIUS, ARGUMENT_SPAN, ARGUMENT_SHOWN,
};
enum { ARGUMENTS_MAX = 4 };

/* Where a verb runs: entered by the hub, answered by it without an entry, or inside the console. */
enum command_place { COMMAND_ENTERED, COMMAND_ASKED, COMMAND_LOCAL };

struct command_line;
struct turn;
typedef void command_decide_fn(struct turn *turn, const struct command_line *line);

struct command {
    const char *short_form, *long_form;
    const char *usage;              /* "d INCIDENT UNITS|rec [-UNIT] [next]" */
    const char *help;               /* One sentence. */
    const char *example;
    uint32_t roles;                 /* 1u << ROLE_... */
    enum command_place place;
    enum argument_kind arguments[ARGUMENTS_MAX];
    const char *inverse;            /* What takes it back, or why nothing does. */
    command_decide_fn *decide;      /* NULL: this release does not have it yet. */
};

uint32_t command_count(void);
const struct command *command_row(uint32_t index);
/* By short or long form exactly, letters of either case. "os" is no verb on purpose. */
const struct command *command_named(struct span word);
bool command_allowed(const struct command *command, enum operator_role role);
/* What the word at that place is: places, priorities and options are no words. Words beyond the
 * last are like it. */
enum argument_kind command_argument(const struct command *command, uint32_t word);
bool command_takes(const struct command *command, enum argument_kind kind);

/* A parsed line. Words, place and text are loans from `arena`. */
struct command_option {
    const char *name, *value;
};
struct command_line {
    const struct command *command;          /* NULL: an object alone ("42"). */
    const char *words[COMMAND_WORDS_MAX];   /* Arguments in order, without place, options, text. */
    uint32_t word_count;
    const char *place;                      /* After "@", trimmed; NULL without one. */
    const char *text;                       /* After " ;", or the last argument; "" without. */
    uint32_t priority;                      /* pN; 0 without. */
    struct command_option options[8];
    uint32_t option_count;
    const char *canonical;                  /* Long verb, objects in capitals: what is recorded. */
    const char *problem;                    /* NULL when the grammar is right; else a sentence. */
};
/* Always fills *ret_line; ->problem says what is wrong, naming the word. */
void command_parse(struct span typed, struct arena *arena, struct command_line *ret_line);
const char *command_option(const struct command_line *line, const char *name);      /* Or NULL. */

/* The read-back (screens.md section 2): what Enter would do, with type and place beside a number;
 * "" for an empty line. `selected` is the screen's selection or NULL: "NOT the selected incident"
 * is said when so. Appended to `out`. */
void command_read_back(const struct picture *picture, struct span typed,
                       const struct object_name *selected, int64_t now_ms, struct buffer *out);

/* Candidates for the word that ends at `cursor` (bytes): each with what it would put there and a
 * few dim words beside it. Available units first. Never more than `most`. Places come from
 * geography, not from here. */
struct completion {
    const char *text;
    const char *about;
    uint32_t start;                 /* Byte where the replaced word starts. */
};
uint32_t command_complete(const struct picture *picture, struct span typed, uint32_t cursor,
                          struct arena *arena, struct completion *ret_completions, uint32_t most);

#endif
