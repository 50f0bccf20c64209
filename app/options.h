/* options.h - the command line: one table of options, which each sub-command picks from. */
#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include "app/base/buffer.h"

enum { WORDS_MAX = 256 };

struct options {
    const char *site, *as, *at, *speed, *head, *palette;
    bool json, read_only, ascii, headless, guard, help, raw;
    const char *drill;              /* hub: the drill file it runs; internal. */
    const char *words[WORDS_MAX];   /* What is no option, in order; NULL at the end. */
    int word_count;
};

/* Which options a sub-command takes. */
enum {
    TAKES_SITE = 1, TAKES_AS = 2, TAKES_AT = 4, TAKES_SPEED = 8, TAKES_JSON = 16,
    TAKES_READ_ONLY = 32, TAKES_HEADLESS = 64, TAKES_HEAD = 128, TAKES_INTERNAL = 256,
    TAKES_ASCII = 1024, TAKES_PALETTE = 2048, TAKES_RAW = 512,
};

/* False: `problem` says which word is wrong. */
bool options_read(int count, char *const *arguments, uint32_t takes, struct options *ret_options,
                  struct buffer *problem);
/* One line each of those it takes, with two blanks in front. */
void options_help(uint32_t takes, struct buffer *out);

#endif
