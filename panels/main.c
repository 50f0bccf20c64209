/* main.c - watchdesk-console: one operator's screen on one site, for as long as it lives. The
 * launcher starts it; see `watchdesk --help` for what people type. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "panels/console.h"
#include "panels/look.h"

static const char usage[] =
    "usage: watchdesk-console --socket PATH [--as NAME] [--read-only] [--ascii] [--mono]\n"
    "                         [--palette NAME]\n"
    "       watchdesk-console [--ascii] [--mono] --map [OPTION]... FILE...\n"
    "\n"
    "  --socket PATH   the hub's socket; hub.lock in the site's folder names it\n"
    "  --as NAME       the operator at this console (site.conf says who may be whom)\n"
    "  --read-only     look, never command\n"
    "  --ascii         no other characters than ASCII, whatever the locale says\n"
    "  --mono          no colour, whatever the terminal can; NO_COLOR says the same\n"
    "  --palette NAME  night, day (dark on light) or colour-blind; `set palette` changes it\n"
    "  --map ...       just look at map files, what `watchdesk map` runs; --map --help says more\n";

static const char *value_of(int count, char **arguments, int *at)
{
    if (*at + 1 >= count) {
        fprintf(stderr, "watchdesk-console: %s needs a value\n", arguments[*at]);
        exit(2);
    }
    return arguments[++*at];
}

/* Returns how many arguments were read: all of them, or up to and with --map. */
static int read_arguments(int count, char **arguments, struct console_options *options)
{
    for (int i = 1; i < count; i++) {
        if (strcmp(arguments[i], "--socket") == 0) {
            options->link.socket_path = value_of(count, arguments, &i);
        } else if (strcmp(arguments[i], "--as") == 0) {
            options->link.as = value_of(count, arguments, &i);
        } else if (strcmp(arguments[i], "--read-only") == 0) {
            options->link.read_only = true;
        } else if (strcmp(arguments[i], "--ascii") == 0) {
            options->term.ascii = true;
        } else if (strcmp(arguments[i], "--mono") == 0) {
            options->term.mono = true;
        } else if (strcmp(arguments[i], "--palette") == 0) {
            const char *name = value_of(count, arguments, &i);
            if (!palette_named(span_of(name), &options->term.palette)) {
                fprintf(stderr, "watchdesk-console: no palette %s: there are night, day and "
                                "colour-blind\n", name);
                exit(2);
            }
        } else if (strcmp(arguments[i], "--map") == 0) {
            return i + 1;
        } else if (strcmp(arguments[i], "--help") == 0) {
            fputs(usage, stdout);
            exit(0);
        } else {
            fprintf(stderr, "watchdesk-console: no option %s\n%s", arguments[i], usage);
            exit(2);
        }
    }
    return count;
}

int main(int count, char **arguments)
{
    struct console_options options = { .link = { .socket_path = NULL, .as = "" } };

    base_give_back();
    int read = read_arguments(count, arguments, &options);
    if (read < count || strcmp(arguments[count - 1], "--map") == 0)
        return look_run(&options.term, count - read, arguments + read);
    if (!options.link.socket_path) {
        fprintf(stderr, "watchdesk-console: --socket is missing; `watchdesk` starts a console "
                        "with everything it needs\n");
        return 2;
    }
    return console_run(&options);
}
