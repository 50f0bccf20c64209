#include "app/site_taking.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What stands in one list, { "file=calls.csv", "rate=x10" }, and on which lines. */
struct pairs {
    struct conf_pair *at;               /* They go into struct site_feed. */
    uint32_t *lines;                    /* In the arena. */
    uint32_t count;
};

static struct pairs pairs_take(struct taking *taking, const struct conf_section *feed,
                               const char *key)
{
    const struct conf_value *said = conf_value(feed, key);
    uint32_t most = said ? said->count : 0;
    struct pairs pairs = { .at = base_alloc(most, sizeof *pairs.at),
                           .lines = arena_alloc(taking->arena, most * sizeof *pairs.lines) };

    for (uint32_t i = 0; i < most; i++) {
        struct span value = span_of(said->texts[i]), name;
        if (!strchr(said->texts[i], '=') || !span_cut(&value, '=', &name) ||
            span_trim(name).length == 0) {
            problem(taking, WRONG, said->lines[i], feed, "%s: \"%s\" is not \"name=value\"", key,
                    said->texts[i]);
            continue;
        }
        pairs.lines[pairs.count] = said->lines[i];
        pairs.at[pairs.count++] = (struct conf_pair){
            .name = base_copy_text(arena_copy(taking->arena, span_trim(name))),
            .value = base_copy_text(strchr(said->texts[i], '=') + 1),
        };
    }
    return pairs;
}

static void path_make_absolute(struct taking *taking, struct conf_pair *pair)
{
    char *path = path_resolve(taking->conf, pair->value);

    base_free(pair->value);
    pair->value = path;
}

/* ---- settings ---- */

static const struct adapter_setting *setting_facts(const struct adapter_facts *facts,
                                                   const char *name)
{
    for (uint32_t i = 0; i < facts->setting_count; i++)
        if (strcmp(facts->settings[i].name, name) == 0)
            return &facts->settings[i];
    return NULL;
}

static bool is_secret(const struct adapter_setting *setting)
{
    return strcmp(setting->kind, "secret") == 0;
}

static void setting_check(struct taking *taking, const struct conf_section *feed, uint32_t line,
                          const struct adapter_setting *facts, struct conf_pair *pair)
{
    double number;
    bool flag;

    if (strcmp(facts->kind, "number") == 0 &&
        (!span_to_double(span_of(pair->value), &number) || number < 0))
        problem(taking, WRONG, line, feed, "setting %s: \"%s\" is not a number from 0",
                pair->name, pair->value);
    if (strcmp(facts->kind, "flag") == 0 && !flag_read(pair->value, &flag))
        problem(taking, WRONG, line, feed, "setting %s: \"%s\" is neither yes nor no",
                pair->name, pair->value);
    if (strcmp(facts->kind, "path") != 0)
        return;
    path_make_absolute(taking, pair);
    if (access(pair->value, R_OK) != 0)
        problem(taking, ODD, line, feed, "setting %s: %s cannot be read: %s", pair->name,
                pair->value, strerror(errno));
}

static bool is_among(const struct pairs *pairs, const char *name, uint32_t before)
{
    for (uint32_t i = 0; i < before; i++)
        if (strcmp(pairs->at[i].name, name) == 0)
            return true;
    return false;
}

static void settings_check(struct taking *taking, const struct conf_section *feed,
                           const struct pairs *pairs, const struct adapter_facts *facts)
{
    for (uint32_t i = 0; i < pairs->count; i++) {
        const char *name = pairs->at[i].name;
        const struct adapter_setting *setting = setting_facts(facts, name);
        if (is_among(pairs, name, i) && !(setting && setting->many))
            problem(taking, WRONG, pairs->lines[i], feed, "setting %s: it is given twice", name);
        if (setting && is_secret(setting))
            problem(taking, WRONG, pairs->lines[i], feed,
                    "setting %s: it is a secret: name its file as secrets = { \"%s=PATH\" }", name,
                    name);
        else if (setting)
            setting_check(taking, feed, pairs->lines[i], setting, &pairs->at[i]);
        else
            problem(taking, WRONG, pairs->lines[i], feed, "adapter %s has no setting %s",
                    facts->name, name);
    }
    for (uint32_t i = 0; i < facts->setting_count; i++)
        if (facts->settings[i].needed && !is_secret(&facts->settings[i])
            && !is_among(pairs, facts->settings[i].name, pairs->count))
            problem(taking, WRONG, line_of(feed, "settings"), feed,
                    "adapter %s needs the setting %s", facts->name, facts->settings[i].name);
}

/* Which secrets the adapter knows, and which it cannot do without. */
static void secret_names_check(struct taking *taking, const struct conf_section *feed,
                               const struct pairs *secrets, const struct adapter_facts *facts)
{
    for (uint32_t i = 0; i < secrets->count; i++) {
        const struct adapter_setting *setting = setting_facts(facts, secrets->at[i].name);
        if (setting ? !is_secret(setting) : !facts->any_secrets)
            problem(taking, WRONG, secrets->lines[i], feed, "adapter %s has no secret %s",
                    facts->name, secrets->at[i].name);
        if (is_among(secrets, secrets->at[i].name, i))
            problem(taking, WRONG, secrets->lines[i], feed, "secret %s: it is given twice",
                    secrets->at[i].name);
    }
    for (uint32_t i = 0; i < facts->setting_count; i++)
        if (facts->settings[i].needed && is_secret(&facts->settings[i])
            && !is_among(secrets, facts->settings[i].name, secrets->count))
            problem(taking, WRONG, line_of(feed, "adapter"), feed,
                    "adapter %s needs the secret %s", facts->name, facts->settings[i].name);
}

static void adapter_check(struct taking *taking, const struct conf_section *section,
                          const struct pairs *settings, const struct pairs *secrets,
                          struct feed *feed)
{
    const struct adapter_list *adapters = taking->options->adapters;
    const struct adapter_facts *facts = adapter_facts(adapters, feed->adapter);

    if (!facts) {
        struct buffer names = { 0 };
        for (uint32_t i = 0; i < adapters->count; i++)
            buffer_print(&names, "%s%s", i ? ", " : "", adapters->at[i].name);
        problem(taking, WRONG, line_of(section, "adapter"), section,
                "adapter: there is no %s; there are %s", feed->adapter,
                names.bytes ? names.bytes : "none");
        buffer_clear(&names);
        return;
    }
    if (!conf_value(section, "repeat"))
        feed->repeat = facts->repeat;
    if (!conf_value(section, "stale-after-s"))
        feed->stale_after_s = facts->stale_after_s;
    settings_check(taking, section, settings, facts);
    secret_names_check(taking, section, secrets, facts);
}

/* ---- secrets ---- */

bool secret_is_kept(const char *path, struct buffer *why)
{
    struct stat about;

    if (lstat(path, &about) != 0)
        buffer_print(why, "%s cannot be read: %s", path, strerror(errno));
    else if (S_ISLNK(about.st_mode))
        buffer_print(why, "%s is a link: name the file itself", path);
    else if (!S_ISREG(about.st_mode))
        buffer_print(why, "%s is not a file", path);
    else if (about.st_uid != geteuid() && about.st_uid != 0)
        buffer_print(why, "%s belongs to another user, who can change it: chown it", path);
    else if (about.st_mode & 077)
        buffer_print(why, "others may read or write %s: chmod 600 it", path);
    else
        return true;
    return false;
}

static void secrets_check(struct taking *taking, const struct conf_section *feed,
                          const struct pairs *secrets)
{
    for (uint32_t i = 0; i < secrets->count; i++) {
        struct buffer why = { 0 };
        path_make_absolute(taking, &secrets->at[i]);
        if (!secret_is_kept(secrets->at[i].value, &why))
            problem(taking, ODD, secrets->lines[i], feed, "secret %s: %s", secrets->at[i].name,
                    why.bytes);
        buffer_clear(&why);
    }
}

void feed_take(struct taking *taking, const struct conf_section *section, void *record)
{
    struct pairs settings = pairs_take(taking, section, "settings");
    struct pairs secrets = pairs_take(taking, section, "secrets");
    struct feed *feed = record;

    record_take(taking, section, &site_shapes.feed, feed);
    name_check(taking, section);
    /* DESIGN section 7: every feed is registered with its supplier and a trust level. */
    needed(taking, section, "adapter");
    needed(taking, section, "trust");
    needed(taking, section, "supplier");
    secrets_check(taking, section, &secrets);
    if (taking->options->adapters && *feed->adapter)
        adapter_check(taking, section, &settings, &secrets, feed);
    taking->conf->feed_sources[taking->conf->feed_count] = (struct site_feed){
        .settings = settings.at, .setting_count = settings.count,
        .secrets = secrets.at, .secret_count = secrets.count,
    };
}
