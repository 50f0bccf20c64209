#include "tests/drill_room.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ENVIRONMENT_MAX = 16, ARGUMENTS_MAX = 16 };

struct drill_room {
    struct test_site *site;
    struct terminal *keeper;
    char folder[512];
};

struct terminal *site_terminal(struct test_site *site, const struct terminal_options *options,
                               const char *extra, const char *const *arguments)
{
    const char *all[ENVIRONMENT_MAX] = { NULL }, *words[ARGUMENTS_MAX] = { NULL };
    const char *const *from = site_environment(site);
    struct terminal_options own = *options;
    char locale[32];
    size_t count = 0, word = 0;

    for (; *from; from++) {
        assert(count < ENVIRONMENT_MAX - 3);
        all[count++] = *from;
    }
    /* After the site's own locale, since the last one holds. */
    snprintf(locale, sizeof locale, "LC_ALL=%s", own.locale ? own.locale : "C.UTF-8");
    all[count++] = locale;
    all[count] = extra;
    words[word++] = site_program(site, "watchdesk");
    for (; *arguments; arguments++) {
        assert(word < ARGUMENTS_MAX - 1);
        words[word++] = *arguments;
    }
    own.environment = all;
    own.directory = site_folder(site);
    return terminal_open(&own, words);
}

/* The script with its site's path made whole: the file is written elsewhere. */
static void script_write(struct test_site *site, const char *script)
{
    static const char mark[] = "\nsite ";
    struct buffer text = { 0 };
    char here[1000];
    const char *at = strstr(script, mark), *found = getcwd(here, sizeof here);

    assert(at && found);
    at += strlen(mark);
    buffer_print(&text, "%.*s%s/%s", (int)(at - script), script, here, at);
    site_write(site, "room.drill", text.bytes);
    buffer_clear(&text);
}

/* "DRILL site FOLDER" is the first thing printed, before the console takes the screen. */
static bool find_folder(struct drill_room *room)
{
    const char *output = terminal_output(room->keeper).bytes;
    const char *at = output ? strstr(output, "DRILL site ") : NULL;

    return at && sscanf(at, "DRILL site %511s", room->folder) == 1;
}

struct drill_room *drill_room_open(enum site_programs programs, const char *script,
                                   const char *ends_at)
{
    static const char *const arguments[] = { "drill", "room.drill", "--speed", "max", NULL };
    static const struct terminal_options options = { .columns = 160, .rows = 50 };
    struct drill_room *room = base_alloc(1, sizeof *room);

    room->site = site_new(programs);
    script_write(room->site, script);
    room->keeper = site_terminal(room->site, &options, NULL, arguments);
    if (terminal_wait_text(room->keeper, ends_at, 2 * DEADLINE_MS) && find_folder(room))
        return room;
    fprintf(stderr, "the drill did not come to its end:\n%s", terminal_screen(room->keeper));
    drill_room_close(room);
    return NULL;
}

void drill_room_close(struct drill_room *room)
{
    if (!room)
        return;
    terminal_close(room->keeper);
    site_free(room->site);
    base_free(room);
}

struct test_site *drill_room_site(struct drill_room *room)
{
    return room->site;
}

const char *drill_room_folder(const struct drill_room *room)
{
    return room->folder;
}

struct terminal *drill_room_console(struct drill_room *room, const struct terminal_options *options,
                                    const char *extra, const char *as)
{
    const char *const arguments[] = { "console", "--site", room->folder, "--as", as, NULL };

    return site_terminal(room->site, options, extra, arguments);
}
