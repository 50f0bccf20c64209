/* panel_code.h - what a code of an alarm panel means, whichever table it comes from: the condition
 * it is about, whether that begins or ends, and what its number counts. */
#ifndef FEEDS_PANEL_CODE_H
#define FEEDS_PANEL_CODE_H

#include "app/base/base.h"

enum panel_effect {
    PANEL_RAISE,        /* The condition begins, and stands until its restore. */
    PANEL_RESTORE,      /* It ends. */
    PANEL_MOMENT,       /* It happened, and has no restore: it rings, and is over. */
    PANEL_NOTE,         /* Written down, rings for nobody: a test, a changed clock. */
};

/* What the number after a code, or a Contact ID's last field, counts. */
#define PANEL_NUMBERS(ROW)          \
    ROW(NONE,   "device")           \
    ROW(ZONE,   "zone")             \
    ROW(USER,   "user")             \
    ROW(DOOR,   "door")             \
    ROW(AREA,   "area")             \
    ROW(DEVICE, "device")           \
    ROW(LINE,   "line")             \
    ROW(OUTPUT, "output")
#define ROW(upper, word) PANEL_##upper,
enum panel_number { PANEL_NUMBERS(ROW) PANEL_NUMBER_COUNT };
#undef ROW
const char *panel_number_word(enum panel_number number);

enum {
    PANEL_CONDITION_BYTES = 48,
    /* "Restoral" of a zone ends its alarm, its trouble and its supervisory signal. */
    PANEL_CONDITIONS_MAX = 3,
};

struct panel_meaning {
    enum panel_effect effect;
    enum panel_number number;
    uint32_t priority;              /* 1 most urgent, to 5. */
    char title[PANEL_CONDITION_BYTES * 2];      /* For a person, with the code. */
    char conditions[PANEL_CONDITIONS_MAX][PANEL_CONDITION_BYTES];
    uint32_t condition_count;       /* 1, more only for a restore. */
    size_t family_bytes;            /* Of each condition: the word that names the hazard; or 0. */
    bool known;                     /* False: no table has it; its condition is its own name. */
};

#endif
