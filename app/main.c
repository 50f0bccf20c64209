/* main.c - watchdesk: the sub-commands, one row each. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/base/when.h"
#include "app/client.h"
#include "app/client_look.h"
#include "app/drill.h"
#include "app/guard_print.h"
#include "app/hub.h"
#include "app/journal_verify.h"
#include "app/launch.h"
#include "app/options.h"
#include "app/quarantine_print.h"
#include "app/record_print.h"

enum { EXIT_FINE = 0, EXIT_NO = 1, EXIT_WRONG = 2 };

typedef int command_fn(const struct options *options);

struct subcommand {
    const char *name, *usage, *help;
    uint32_t takes;
    int words_min, words_max;
    /* One of the two; neither: this release does not have it yet. */
    command_fn *run;
    int (*run_with)(int count, char *const *words);     /* With its words as they are. */
};

static int say_wrong(const struct buffer *problem)
{
    fprintf(stderr, "watchdesk: %s\n", problem->bytes ? problem->bytes : "it cannot be done");
    return EXIT_WRONG;
}

static bool find_site(const struct options *options, struct places *ret_places)
{
    struct buffer problem = { 0 };
    bool found = places_find(options->site, ret_places, &problem);

    if (!found)
        say_wrong(&problem);
    buffer_clear(&problem);
    return found;
}

/* ---- the site's configuration ---- */

/* Local times in this process are the site's from here on; before any thread starts. */
static void set_timezone(const struct site_conf *conf)
{
    if (conf->site.timezone[0])
        setenv("TZ", conf->site.timezone, 1);
    tzset();
}

static bool read_conf(const char *folder, const struct adapter_list *adapters,
                      const struct drill_script *drill, struct site_conf **ret_conf)
{
    struct buffer problems = { 0 };
    const struct site_conf_options options = {
        .path = folder, .adapters = adapters, .drill = drill != NULL,
        .exercise = drill ? drill->name : NULL,
    };
    enum status status = site_conf_read(&options, ret_conf, &problems);

    if (problems.length > 0)
        fprintf(stderr, "%s", problems.bytes);
    if (status != STATUS_OK)
        fprintf(stderr, "watchdesk: the site %s cannot be used: %s. `watchdesk check` says more.\n",
                folder, status_text(status));
    else
        set_timezone(*ret_conf);
    buffer_clear(&problems);
    return status == STATUS_OK;
}

/* ---- drills ---- */

static bool read_whole(const char *path, struct buffer *out)
{
    char bytes[65536];
    size_t length;
    FILE *file = fopen(path, "rb");

    if (!file)
        return false;
    while ((length = fread(bytes, 1, sizeof bytes, file)) > 0)
        buffer_add(out, span_from(bytes, length));
    bool whole = !ferror(file);
    fclose(file);
    return whole;
}

static bool drill_open(const char *path, struct drill_script **ret_script)
{
    struct buffer text = { 0 }, problems = { 0 };
    bool right = false;

    if (!read_whole(path, &text))
        fprintf(stderr, "watchdesk: the drill %s cannot be read: %s\n", path, strerror(errno));
    else if (!drill_read(buffer_span(&text), path, ret_script, &problems))
        fprintf(stderr, "%swatchdesk: the drill %s is wrong; nothing was started\n",
                problems.bytes, path);
    else
        right = true;
    buffer_clear(&text);
    buffer_clear(&problems);
    return right;
}

/* The site's folder a drill file names, from the file's own. */
static bool drill_site(const struct drill_script *script, const char *path, char site[PATH_MAX])
{
    char copy[PATH_MAX], joined[2 * PATH_MAX];

    snprintf(copy, sizeof copy, "%s", path);
    if (script->site[0] == '/')
        snprintf(joined, sizeof joined, "%s", script->site);
    else
        snprintf(joined, sizeof joined, "%s/%s", dirname(copy), script->site);
    if (realpath(joined, site))
        return true;
    fprintf(stderr, "watchdesk: the drill's site %s cannot be opened: %s\n", joined,
            strerror(errno));
    return false;
}

/* Every feed and operator the file names must be the site's: found now, not at minute 17. */
static bool drill_fits(const struct drill_script *script, const char *path,
                       const struct site_conf *conf)
{
    bool fits = true;

    for (uint32_t i = 0; i < script->item_count; i++) {
        const struct drill_item *item = &script->items[i];
        bool known = item->kind == DRILL_INJECT;
        for (uint32_t f = 0; item->kind == DRILL_REPORT && f < conf->feed_count; f++)
            known = known || strcmp(conf->feeds[f].name, item->who) == 0;
        for (uint32_t o = 0; item->kind == DRILL_DO && o < conf->operator_count; o++)
            known = known || strcmp(conf->operators[o].name, item->who) == 0;
        if (known)
            continue;
        fprintf(stderr, "%s:%u: the site has no %s %s\n", path, item->line,
                item->kind == DRILL_DO ? "operator" : "feed", item->who);
        fits = false;
    }
    return fits;
}

/* DATE-NAME in letters a folder may have, with a number when it is there already. */
static bool drill_folder(const struct drill_script *script, struct places *ret_places)
{
    char drills[PLACES_PATH_BYTES], path[2 * PLACES_PATH_BYTES], name[80], date[40];
    struct buffer problem = { 0 };
    time_t now = time(NULL);
    struct tm civil;
    size_t length = 0;

    if (places_drills(drills, &problem) != STATUS_OK) {
        say_wrong(&problem);
        buffer_clear(&problem);
        return false;
    }
    strftime(date, sizeof date, "%Y-%m-%d-%H%M%S", gmtime_r(&now, &civil));
    for (const char *at = script->name; *at && length < sizeof name - 1; at++)
        name[length++] = strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
                                *at) ? *at : '-';
    name[length] = '\0';
    for (int number = 1; number < 1000; number++) {
        snprintf(path, sizeof path, number == 1 ? "%s/%s-%s" : "%s/%s-%s-%d", drills, date, name,
                 number);
        if (mkdir(path, 0700) == 0)
            return places_find(path, ret_places, &problem);
        if (errno != EEXIST)
            break;
    }
    fprintf(stderr, "watchdesk: the drill's folder %s cannot be made: %s\n", path, strerror(errno));
    return false;
}

/* "1", "60", "max"; 0 is as fast as it can. */
static bool read_speed(const char *text, double *ret_speed)
{
    if (!text) {
        *ret_speed = 1;
        return true;
    }
    *ret_speed = 0;
    if (strcmp(text, "max") == 0)
        return true;
    if (span_to_double(span_of(text), ret_speed) && *ret_speed >= 0.1 && *ret_speed <= 1000)
        return true;
    fprintf(stderr, "watchdesk: --speed is 0.1 to 1000, or max; not %s\n", text);
    return false;
}

/* A local time of the drill's day, or T+MM:SS after its start. */
static bool read_at(const char *text, const struct drill_script *script, int64_t *ret_at_ms)
{
    int64_t start_ms = script->start_ms;
    struct civil civil = civil_from_ms(start_ms + (int64_t)when_local_offset_s(start_ms) * 1000);
    int hour, minute;
    char rest;

    *ret_at_ms = 0;
    if (!text)
        return true;
    if (sscanf(text, "%2d:%2d%c", &hour, &minute, &rest) == 2 && hour >= 0 && hour < 24
        && minute >= 0 && minute < 60) {
        civil = (struct civil){ .year = civil.year, .month = civil.month, .day = civil.day,
                                .hour = hour, .minute = minute };
        if (when_from_local(&civil, ret_at_ms) > 0 && *ret_at_ms >= start_ms
            && *ret_at_ms <= script->end_ms)
            return true;
    }
    fprintf(stderr, "watchdesk: --at is a local time within the drill, as 14:32; not %s\n", text);
    return false;
}

/* ---- the hub ---- */

static void free_hub_options(struct hub_options *options)
{
    if (options->conf)
        site_conf_free(options->conf);
    adapter_list_clear(&options->adapters);
}

/* Locks the site and runs its hub here; what the options own is freed. */
static int run_hub(struct hub_options *options)
{
    enum status status = places_lock(&options->places, &options->lock_fd);

    if (status == STATUS_OK)
        return hub_run(options);
    free_hub_options(options);
    if (status == STATUS_BUSY) {
        fprintf(stderr, "watchdesk: a hub runs for %s already. Attach to it with: watchdesk\n",
                options->places.folder);
        return HUB_EXIT_BUSY;
    }
    fprintf(stderr, "watchdesk: %s/hub.lock cannot be opened: %s\n", options->places.folder,
            strerror(errno));
    return EXIT_WRONG;
}

static int run_drill_hub(const struct options *options, const struct places *places,
                         const char *file)
{
    struct hub_options hub = { .places = *places, .drill_headless = options->headless };
    char site[PATH_MAX];

    if (!drill_open(file, &hub.drill))
        return EXIT_WRONG;
    bool right = drill_site(hub.drill, file, site) && launch_describe(&hub.adapters)
        && read_conf(site, &hub.adapters, hub.drill, &hub.conf)
        && drill_fits(hub.drill, file, hub.conf) && read_speed(options->speed, &hub.drill_speed)
        && read_at(options->at, hub.drill, &hub.drill_at_ms);
    int code = right ? run_hub(&hub) : EXIT_WRONG;
    if (!right)
        free_hub_options(&hub);
    drill_script_free(hub.drill);
    return code;
}

static int run_live_hub(const struct places *places)
{
    struct hub_options hub = { .places = *places };

    if (launch_describe(&hub.adapters)
        && read_conf(places->folder, &hub.adapters, NULL, &hub.conf))
        return run_hub(&hub);
    free_hub_options(&hub);
    return EXIT_WRONG;
}

static int command_hub(const struct options *options)
{
    struct places places;

    if (!find_site(options, &places))
        return EXIT_WRONG;
    if (options->guard)
        return launch_guard(&places);
    return options->drill ? run_drill_hub(options, &places, options->drill)
                          : run_live_hub(&places);
}

/* ---- the console ---- */

static int attach(const char *socket_path, const struct options *options, const char *as)
{
    const char *arguments[12] = { "watchdesk-console", "--socket", socket_path };
    int count = 3;

    if (as) {
        arguments[count++] = "--as";
        arguments[count++] = as;
    }
    if (options->read_only)
        arguments[count++] = "--read-only";
    if (options->ascii)
        arguments[count++] = "--ascii";
    if (options->palette) {
        arguments[count++] = "--palette";
        arguments[count++] = options->palette;
    }
    return launch_instead("watchdesk-console", arguments);
}

static int command_console(const struct options *options)
{
    struct places places;
    char socket_path[PLACES_PATH_BYTES];

    if (!find_site(options, &places))
        return EXIT_WRONG;
    const char *const hub[] = { "watchdesk", "hub", "--guard", "--site", places.folder, NULL };
    if (places_socket(&places, socket_path) == STATUS_NOT_FOUND) {
        if (!launch_hub(&places, hub, socket_path))
            return EXIT_WRONG;
    } else if (!client_wait(&places, 10000, socket_path)) {
        fprintf(stderr, "watchdesk: the hub of %s does not answer\n", places.folder);
        return EXIT_WRONG;
    }
    return attach(socket_path, options, options->as);
}

static const char *first_dispatcher(const struct site_conf *conf)
{
    for (uint32_t i = 0; i < conf->operator_count; i++)
        if (conf->operators[i].role == ROLE_DISPATCHER)
            return conf->operators[i].name;
    return conf->operator_count > 0 ? conf->operators[0].name : NULL;
}

static int drill_with_console(const struct options *options, const char *file,
                              const struct places *places)
{
    const char *arguments[16] = { "watchdesk", "hub", "--site", places->folder, "--drill", file };
    char socket_path[PLACES_PATH_BYTES], site[PATH_MAX];
    struct drill_script *script;
    struct site_conf *conf;
    int count = 6;

    if (options->speed) {
        arguments[count++] = "--speed";
        arguments[count++] = options->speed;
    }
    if (options->at) {
        arguments[count++] = "--at";
        arguments[count++] = options->at;
    }
    if (!drill_open(file, &script))
        return EXIT_WRONG;
    bool right = drill_site(script, file, site) && read_conf(site, NULL, script, &conf);
    drill_script_free(script);
    if (!right || !launch_hub(places, arguments, socket_path))
        return EXIT_WRONG;
    const char *as = options->as ? options->as : first_dispatcher(conf);
    int code = attach(socket_path, options, options->read_only ? options->as : as);
    site_conf_free(conf);
    return code;
}

static int command_drill(const struct options *options)
{
    char file[PATH_MAX];
    struct drill_script *script;
    struct places places;

    if (!realpath(options->words[0], file)) {
        fprintf(stderr, "watchdesk: the drill %s cannot be read: %s\n", options->words[0],
                strerror(errno));
        return EXIT_WRONG;
    }
    if (!drill_open(file, &script))
        return EXIT_WRONG;
    bool made = drill_folder(script, &places);
    drill_script_free(script);
    if (!made)
        return EXIT_WRONG;
    fprintf(stderr, "DRILL site %s\n", places.folder);
    return options->headless ? run_drill_hub(options, &places, file)
                             : drill_with_console(options, file, &places);
}

/* ---- asking a running hub ---- */

static int with_client(const struct options *options,
                       int (*ask)(const struct client_options *client,
                                  const struct options *options))
{
    struct places places;
    struct client_options client = { .places = &places, .as = options->as, .at = options->at,
                                     .json = options->json };

    return find_site(options, &places) ? ask(&client, options) : EXIT_WRONG;
}

static int ask_do(const struct client_options *client, const struct options *options)
{
    char *commands[WORDS_MAX];

    memcpy(commands, options->words, sizeof commands);
    return client_do(client, commands, options->word_count);
}

static int ask_show(const struct client_options *client, const struct options *options)
{
    if (client_looks(options->words[0]))
        return client_look(client, options->words, options->word_count);
    if (options->word_count == 2 && strcmp(options->words[0], "feed") == 0) {
        char feed[80];
        snprintf(feed, sizeof feed, "feed %s", options->words[1]);
        return client_show(client, feed);
    }
    if (options->word_count > 1) {
        fprintf(stderr, "watchdesk: show takes one word, but for feed, reach, inside and near\n");
        return EXIT_WRONG;
    }
    return client_show(client, options->words[0]);
}

static int ask_why(const struct client_options *client, const struct options *options)
{
    return client_why(client, options->words[0]);
}

static int ask_stop(const struct client_options *client, const struct options *options)
{
    (void)options;
    return client_stop(client);
}

static int command_do(const struct options *options)
{
    return with_client(options, ask_do);
}

static int command_show(const struct options *options)
{
    return with_client(options, ask_show);
}

static int command_why(const struct options *options)
{
    return with_client(options, ask_why);
}

static int command_stop(const struct options *options)
{
    return with_client(options, ask_stop);
}

/* ---- the record ---- */

static int command_verify(const struct options *options)
{
    char path[PLACES_PATH_BYTES];
    struct places places;
    struct chain_head earlier;
    struct journal_finding finding;

    if (!find_site(options, &places))
        return EXIT_WRONG;
    if (options->head && !chain_head_parse(span_of(options->head), &earlier)) {
        fprintf(stderr, "watchdesk: --head takes what `watchdesk head` printed, as 812:9f86...\n");
        return EXIT_WRONG;
    }
    const struct journal_verify_options verify = {
        .path = places_file(&places, "journal.db", path),
        .earlier = options->head ? &earlier : NULL, .folds = true,
    };
    enum status status = journal_verify(&verify, &finding);
    bool whole = status == STATUS_OK && finding.fault == JOURNAL_FAULT_NONE;
    fprintf(whole ? stdout : stderr, "%s\n", finding.sentence);
    if (status != STATUS_OK)
        return EXIT_WRONG;
    return whole ? EXIT_FINE : EXIT_NO;
}

static int command_head(const struct options *options)
{
    char path[PLACES_PATH_BYTES], why[JOURNAL_WHY_BYTES] = "", text[CHAIN_HEAD_TEXT_BYTES];
    struct places places;
    struct journal_reader *reader;
    struct chain_head head;

    if (!find_site(options, &places))
        return EXIT_WRONG;
    if (journal_reader_open(places_file(&places, "journal.db", path), &reader, why) != STATUS_OK) {
        fprintf(stderr, "watchdesk: %s\n", why);
        return EXIT_WRONG;
    }
    enum status status = journal_reader_head(reader, &head);
    if (status == STATUS_OK)
        printf("%s\n", chain_head_text(&head, text));
    else
        fprintf(stderr, "watchdesk: %s\n", journal_reader_why(reader));
    journal_reader_close(reader);
    return status == STATUS_OK ? EXIT_FINE : EXIT_WRONG;
}

/* ---- what was refused ---- */

static int command_quarantine(const struct options *options)
{
    struct places places;

    return find_site(options, &places) ? quarantine_print(options, &places) : EXIT_WRONG;
}

static int command_record(const struct options *options)
{
    struct places places;

    return find_site(options, &places) ? record_print(&places, options->words[0]) : EXIT_WRONG;
}

/* ---- the configuration ---- */

static bool check_geography(const struct site_conf_options *options)
{
    struct buffer problems = { 0 }, said = { 0 }, hello = { 0 };
    struct site_conf *conf;

    if (site_conf_read(options, &conf, &problems) != STATUS_OK) {
        buffer_clear(&problems);
        return false;
    }
    site_conf_write_check(conf, &hello);
    int code = launch_geo_check(hello.bytes, &said);
    buffer_clear(&hello);
    if (said.length > 0)
        printf("%s", said.bytes);
    if (code < 0)
        printf("watchdesk-geo cannot be run, so the map's files were not checked\n");
    fflush(stdout);
    guard_print(conf, options->adapters, (int64_t)time(NULL) * 1000);
    site_conf_free(conf);
    buffer_clear(&problems);
    buffer_clear(&said);
    return code == 0;
}

/* What only an adapter knows of its settings: its mapping, its time zone. */
static bool check_feeds(const struct site_conf_options *options)
{
    struct buffer problems = { 0 }, said = { 0 }, lines = { 0 };
    struct site_conf *conf;

    if (site_conf_read(options, &conf, &problems) != STATUS_OK) {
        buffer_clear(&problems);
        return false;
    }
    for (uint32_t i = 0; i < conf->feed_count; i++) {
        struct buffer settings = { 0 };
        site_conf_write_settings(conf, i, &settings);
        json_open(&lines, NULL, '{');
        json_put_text(&lines, "feed", conf->feeds[i].name);
        json_put_text(&lines, "adapter", conf->feeds[i].adapter);
        json_put_raw(&lines, "settings", buffer_span(&settings));
        json_close(&lines, '}');
        buffer_add_text(&lines, "\n");
        buffer_clear(&settings);
    }
    int code = conf->feed_count ? launch_feed_check(lines.bytes, &said) : 0;
    printf("%s", said.length ? said.bytes : "");
    if (code < 0)
        printf("watchdesk-feed cannot be run, so the feeds' settings were not checked\n");
    site_conf_free(conf);
    buffer_clear(&problems);
    buffer_clear(&said);
    buffer_clear(&lines);
    return code == 0;
}

static int command_check(const struct options *options)
{
    struct places places;
    struct adapter_list adapters = { 0 };
    struct buffer said = { 0 };

    if (!find_site(options, &places) || !launch_describe(&adapters))
        return EXIT_WRONG;
    const struct site_conf_options conf = { .path = places.folder, .adapters = &adapters };
    bool right = site_conf_check(&conf, &said);
    printf("%s", said.bytes ? said.bytes : "");
    right = check_feeds(&conf) && right;
    right = check_geography(&conf) && right;
    buffer_clear(&said);
    adapter_list_clear(&adapters);
    return right ? EXIT_FINE : EXIT_NO;
}

/* ---- other programs ---- */

/* All their words are the other program's: its options are not ours, and a folder may hold any
 * number of files. */
static int pass_on(const char *program, const char *option, int count, char *const *words)
{
    const char **arguments = base_alloc((size_t)count + 3, sizeof *arguments);

    arguments[0] = program;
    arguments[1] = option;
    for (int i = 0; i < count; i++)
        arguments[i + 2] = words[i];
    int code = launch_instead(program, arguments);
    base_free(arguments);
    return code;
}

static int command_feed(int count, char *const *words)
{
    char *const help[] = { "--help" };

    return count > 0 ? pass_on("watchdesk-feed", "--try", count, words)
                     : pass_on("watchdesk-feed", "--try", 1, help);
}

static int command_map(int count, char *const *words)
{
    return pass_on("watchdesk-console", "--map", count, words);
}

/* ---- the table ---- */

static const struct subcommand commands[] = {
    { .name = "console", .usage = "[console] [--as NAME] [--read-only] [--ascii]",
      .help = "A console on this site; starts its hub when none runs.",
      .takes = TAKES_SITE | TAKES_AS | TAKES_READ_ONLY | TAKES_ASCII | TAKES_PALETTE,
      .run = command_console },
    { .name = "hub", .usage = "hub", .help = "The hub in the foreground, for a service manager.",
      .takes = TAKES_SITE | TAKES_INTERNAL | TAKES_SPEED | TAKES_AT, .run = command_hub },
    { .name = "drill", .usage = "drill FILE [--speed N|max] [--headless] [--at HH:MM] [--as NAME]",
      .help = "An exercise in a scratch site of its own; nothing leaves this machine.",
      .takes = TAKES_SPEED | TAKES_AT | TAKES_AS | TAKES_HEADLESS | TAKES_READ_ONLY | TAKES_ASCII
               | TAKES_PALETTE,
      .words_min = 1, .words_max = 1, .run = command_drill },
    { .name = "do", .usage = "do 'COMMAND'... [--as NAME]",
      .help = "Types commands into the running hub and prints each result; 1 on a refusal.",
      .takes = TAKES_SITE | TAKES_AS, .words_min = 1, .words_max = WORDS_MAX, .run = command_do },
    { .name = "show", .usage = "show WHAT [--json] [--at TIME]",
      .help = "incidents, units, alarms, hazards, orders, messages, questions, feeds, operators, "
              "attention, picture, or an object (feed NAME: how it does); of the "
              "map, reach St4 5m, inside HZ9, near "
              "@PLACE.",
      .takes = TAKES_SITE | TAKES_JSON | TAKES_AT, .words_min = 1, .words_max = 16,
      .run = command_show },
    { .name = "why", .usage = "why OBJECT", .help = "The chain of causes behind it, in words.",
      .takes = TAKES_SITE, .words_min = 1, .words_max = 1, .run = command_why },
    { .name = "feed", .usage = "feed ADAPTER [SETTING=VALUE]... < MESSAGE",
      .help = "One adapter by hand: prints what it reports. --help lists the adapters, ADAPTER "
              "--help one's settings.",
      .run_with = command_feed },
    { .name = "map", .usage = "map [OPTION]... FILE...",
      .help = "Just look at shapefiles and GeoJSON, without a site; map --help says more.",
      .run_with = command_map },
    { .name = "verify", .usage = "verify [--head HEAD]",
      .help = "Is the journal whole? 1 when it is not, naming the first bad entry.",
      .takes = TAKES_SITE | TAKES_HEAD, .run = command_verify },
    { .name = "head", .usage = "head",
      .help = "Where the journal ends, to be kept elsewhere for verify.", .takes = TAKES_SITE,
      .run = command_head },
    { .name = "quarantine", .usage = "quarantine [FEED [ENTRY [--raw]]]",
      .help = "What feeds sent that could not be understood: how much, why, where, and the bytes.",
      .takes = TAKES_SITE | TAKES_RAW, .words_max = 2, .run = command_quarantine },
    { .name = "record", .usage = "record FEED > FILE",
      .help = "What that feed has reported, as a recording that the adapter record plays.",
      .takes = TAKES_SITE, .words_min = 1, .words_max = 1, .run = command_record },
    { .name = "check", .usage = "check",
      .help = "Is site.conf right? Names file, line and reason.", .takes = TAKES_SITE,
      .run = command_check },
    { .name = "stop", .usage = "stop", .help = "Asks the hub to end: it commits, then exits.",
      .takes = TAKES_SITE, .run = command_stop },
    { .name = "replay", .usage = "replay", .help = "Look at a journal as it was." },
    { .name = "report", .usage = "report KIND", .help = "Status cards and forms." },
    { .name = "register", .usage = "register", .help = "Every source and its supplier." },
};

static const struct subcommand *command_by_name(const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(commands); i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static int help_all(FILE *out)
{
    fprintf(out, "usage: watchdesk [SUBCOMMAND] [--site DIR]\n\n");
    for (size_t i = 0; i < ARRAY_COUNT(commands); i++)
        if (commands[i].run || commands[i].run_with)
            fprintf(out, "  watchdesk %s\n      %s\n", commands[i].usage, commands[i].help);
    fprintf(out, "\nNot in this release yet:");
    for (size_t i = 0; i < ARRAY_COUNT(commands); i++)
        if (!commands[i].run && !commands[i].run_with)
            fprintf(out, " %s", commands[i].name);
    fprintf(out, "\nwatchdesk SUBCOMMAND --help lists its options.\n");
    return EXIT_FINE;
}

static int help_one(const struct subcommand *command)
{
    struct buffer options = { 0 };

    options_help(command->takes & ~(uint32_t)TAKES_INTERNAL, &options);
    printf("usage: watchdesk %s\n%s\n%s", command->usage, command->help,
           options.bytes ? options.bytes : "");
    buffer_clear(&options);
    return EXIT_FINE;
}

static int run_command(const struct subcommand *command, int count, char *const *arguments)
{
    struct options options;
    struct buffer problem = { 0 };

    if (command->run_with)
        return command->run_with(count, arguments);
    if (!command->run) {
        fprintf(stderr, "watchdesk: %s is not in this release yet\n", command->name);
        return EXIT_WRONG;
    }
    bool right = options_read(count, arguments, command->takes, &options, &problem);
    if (right && options.help)
        return help_one(command);
    if (right && (options.word_count < command->words_min
                  || options.word_count > command->words_max)) {
        buffer_print(&problem, "usage: watchdesk %s", command->usage);
        right = false;
    }
    int code = right ? command->run(&options) : say_wrong(&problem);
    buffer_clear(&problem);
    return code;
}

/* `watchdesk --site DIR show units` is as natural as the site at the end: it becomes
 * $WATCHDESK_SITE, which a --site after the sub-command still overrides. How many words it took. */
static int site_first(int count, char **arguments)
{
    if (count > 2 && strcmp(arguments[1], "--site") == 0) {
        setenv("WATCHDESK_SITE", arguments[2], 1);
        return 2;
    }
    if (count > 1 && strncmp(arguments[1], "--site=", 7) == 0) {
        setenv("WATCHDESK_SITE", arguments[1] + 7, 1);
        return 1;
    }
    return 0;
}

int main(int argument_count, char **arguments)
{
    int taken = site_first(argument_count, arguments);
    argument_count -= taken;
    arguments += taken;
    const char *first = argument_count > 1 ? arguments[1] : "";
    const struct subcommand *command = command_by_name(first);

    if (strcmp(first, "--help") == 0 || strcmp(first, "help") == 0)
        return help_all(stdout);
    if (command)
        return run_command(command, argument_count - 2, arguments + 2);
    if (first[0] == '\0' || strncmp(first, "--", 2) == 0)
        return run_command(&commands[0], argument_count - 1, arguments + 1);
    fprintf(stderr, "watchdesk: there is no sub-command %s\n", first);
    help_all(stderr);
    return EXIT_WRONG;
}
