#include "app/conf_text.h"

#include <confuse.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/base/text.h"

/* libconfuse has three gaps, each closed here by what it offers.
 *
 * 1. It keeps no line for a value. Its option comments are ours, since we do not ask it to read
 *    comments: a validate callback writes the line there. A section's first line is written by the
 *    hidden list LINE_KEY, whose default is read, and so validated, where the section opens.
 * 2. It miscounts the lines of comments (3.3: "# x" counts as three). They are blanked first.
 * 3. It stops at the first unknown key and the first repeated title. Each is reported, written
 *    over with a word that is known, and the text read again. */
#define LINE_KEY "@"
#define SINK_KEY "_"            /* Any unknown key. */
#define SINK_TITLE '~'          /* Begins the titles that repeat. */
enum { LINES_BYTES = 4096 };    /* Lines of one list; past them the last one known is said. */

const struct conf_value *conf_value(const struct conf_section *section, const char *key)
{
    for (uint32_t i = 0; i < section->value_count; i++)
        if (strcmp(section->values[i].key, key) == 0)
            return &section->values[i];
    return NULL;
}

struct reading {
    const char *name;
    struct arena *arena;
    struct buffer text;                 /* Comments blanked; words written over, pass by pass. */
    struct buffer *problems;
    uint32_t problem_count, repeated_count;
};

static void problem(struct reading *reading, uint32_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void problem(struct reading *reading, uint32_t line, const char *format, ...)
{
    char sentence[400];
    va_list arguments;

    reading->problem_count++;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    buffer_print(reading->problems, "%s:%u: %s\n", reading->name, line, sentence);
}

/* ---- before libconfuse ---- */

static uint32_t line_at(struct span text, size_t offset)
{
    uint32_t line = 1;

    for (size_t i = 0; i < offset && i < text.length; i++)
        line += text.bytes[i] == '\n';
    return line;
}

static size_t quoted_end(const char *bytes, size_t at, size_t length)
{
    char quote = bytes[at++];

    while (at < length && bytes[at] != quote)
        at += bytes[at] == '\\' && at + 1 < length ? 2 : 1;
    return at;
}

static size_t comment_end(const char *bytes, size_t at, size_t length)
{
    bool is_block = bytes[at] == '/' && at + 1 < length && bytes[at + 1] == '*';

    for (at++; at < length; at++) {
        if (!is_block && bytes[at] == '\n')
            return at;
        if (is_block && bytes[at] == '/' && bytes[at - 1] == '*')
            return at + 1;
    }
    return length;
}

static bool comment_starts(const char *bytes, size_t at, size_t length)
{
    if (bytes[at] == '#')
        return true;
    return bytes[at] == '/' && at + 1 < length && strchr("/*", bytes[at + 1]);
}

static bool comments_blank(struct reading *reading)
{
    char *bytes = reading->text.bytes;
    size_t length = reading->text.length;

    for (size_t at = 0; at < length; at++) {
        if (bytes[at] == '"' || bytes[at] == '\'') {
            size_t end = quoted_end(bytes, at, length);
            if (end >= length) {
                problem(reading, line_at(buffer_span(&reading->text), at),
                        "this text has no closing %c", bytes[at]);
                return false;
            }
            at = end;
        } else if (comment_starts(bytes, at, length)) {
            size_t end = comment_end(bytes, at, length);
            for (; at < end; at++)
                if (bytes[at] != '\n')
                    bytes[at] = ' ';
            at = end - 1;
        }
    }
    return true;
}

static bool text_take(struct reading *reading, struct span text)
{
    size_t valid = utf8_valid_length(text);

    if (text.length > CONF_BYTES_MAX)
        problem(reading, 1, "it is longer than %d bytes", CONF_BYTES_MAX);
    else if (valid < text.length)
        problem(reading, line_at(text, valid), "this is not valid UTF-8");
    else if (memchr(text.bytes, '\0', text.length))
        problem(reading, 1, "there is a zero byte in it: this is no text");
    if (reading->problem_count > 0)
        return false;
    buffer_add(&reading->text, text);
    return comments_blank(reading);
}

/* ---- what libconfuse is told ---- */

static uint32_t numbers_in(const char *lines)
{
    uint32_t count = 0;

    for (; *lines; lines++)
        count += *lines == ' ';
    return count;
}

/* Adds the line to what is known of an option: a number for each of its texts, and one more when a
 * list closes. What comes again starts anew, marked with "!". */
static int line_note(cfg_t *cfg, cfg_opt_t *option)
{
    const char *known = option->comment ? option->comment : "";
    bool is_list = option->flags & CFGF_LIST;
    bool again = numbers_in(known) > (is_list ? 1 : 0) && cfg_opt_size(option) == 1;
    char lines[LINES_BYTES];

    if (strlen(known) + 16 > sizeof lines || (option->flags & CFGF_MULTI))
        return 0;
    snprintf(lines, sizeof lines, "%s%d%s ", again ? "" : known, cfg->line, again ? "!" : "");
    return cfg_opt_setcomment(option, lines) == CFG_SUCCESS ? 0 : -1;
}

/* Kept where the parser stood, as "LINE:sentence"; the last is the one that stopped it. */
static void error_note(cfg_t *cfg, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
static void error_note(cfg_t *cfg, const char *format, va_list arguments)
{
    char sentence[300];
    int length = snprintf(sentence, sizeof sentence, "%d:", cfg->line);

    vsnprintf(sentence + length, sizeof sentence - (size_t)length, format, arguments);
    free(cfg->comment);
    cfg->comment = strdup(sentence);
}

static uint32_t key_count(const struct conf_grammar *grammar)
{
    uint32_t count = 0;

    for (const struct conf_key *key = grammar->keys; key && key->name; key++)
        count++;
    return count;
}

static uint32_t section_kind_count(const struct conf_grammar *sections)
{
    uint32_t count = 0;

    for (; sections && sections->kind; sections++)
        count++;
    return count;
}

static cfg_opt_t *options_of(const struct conf_grammar *grammar, struct arena *arena);

static cfg_opt_t section_option(const struct conf_grammar *grammar, struct arena *arena)
{
    /* Without CFGF_MULTI a section exists from the start and has no first line. */
    cfg_flag_t flags = CFGF_MULTI | (grammar->titled ? CFGF_TITLE | CFGF_NO_TITLE_DUPES : 0);

    cfg_opt_t option = CFG_SEC((char *)(uintptr_t)grammar->kind, options_of(grammar, arena), flags);
    option.validcb = line_note;
    return option;
}

/* Arrays that libconfuse copies; ours last as long as `arena`. */
static cfg_opt_t *options_of(const struct conf_grammar *grammar, struct arena *arena)
{
    uint32_t count = key_count(grammar) + section_kind_count(grammar->sections) + 3, at = 0;
    cfg_opt_t *options = arena_alloc(arena, count * sizeof *options);
    cfg_opt_t line_key = CFG_STR_LIST(LINE_KEY, "{0}", CFGF_NONE);
    cfg_opt_t sink = CFG_STR_LIST(SINK_KEY, NULL, CFGF_NONE);
    cfg_opt_t end = CFG_END();

    line_key.validcb = line_note;
    options[at++] = line_key;
    options[at++] = sink;
    for (const struct conf_key *key = grammar->keys; key && key->name; key++) {
        cfg_opt_t list = CFG_STR_LIST((char *)(uintptr_t)key->name, NULL, CFGF_NONE);
        cfg_opt_t one = CFG_STR((char *)(uintptr_t)key->name, NULL, CFGF_NONE);
        options[at] = key->is_list ? list : one;
        options[at++].validcb = line_note;
    }
    for (uint32_t i = 0; i < section_kind_count(grammar->sections); i++)
        options[at++] = section_option(&grammar->sections[i], arena);
    options[at] = end;
    return options;
}

/* ---- what it says is wrong ---- */

static const char unknown_key[] = "no such option", repeated_title[] = "found duplicate title";

static bool says(const char *error, const char *beginning)
{
    const char *sentence = strchr(error, ':') + 1;

    return strncmp(sentence, beginning, strlen(beginning)) == 0;
}

/* The error that is kept somewhere in the tree; NULL when there is none. */
static const char *error_of(const cfg_t *cfg)
{
    for (cfg_opt_t *option = cfg->opts; option->name; option++)
        for (uint32_t i = 0; option->type == CFGT_SEC && i < cfg_opt_size(option); i++) {
            const char *error = error_of(cfg_opt_getnsec(option, i));
            if (error)
                return error;
        }
    return cfg->comment;
}

static size_t line_start(struct span text, uint32_t line)
{
    size_t at = 0;

    for (uint32_t i = 1; i < line && at < text.length; at++)
        i += text.bytes[at] == '\n';
    return at;
}

static bool is_of_word(char byte)
{
    return !strchr(" \t\r\n={}(),+\"'", byte);
}

/* The word in that line, as a key or a title stands there; text.length when it is not found. */
static size_t word_find(struct span text, uint32_t line, const char *word)
{
    size_t length = strlen(word);

    for (size_t at = line_start(text, line); at + length <= text.length; at++) {
        if (text.bytes[at] == '\n')
            break;
        bool starts = at == 0 || !is_of_word(text.bytes[at - 1]);
        bool ends = at + length == text.length || !is_of_word(text.bytes[at + length]);
        if (starts && ends && memcmp(text.bytes + at, word, length) == 0)
            return at;
    }
    return text.length;
}

static void text_replace(struct reading *reading, size_t at, size_t length, const char *with)
{
    struct span text = buffer_span(&reading->text);
    struct buffer changed = { 0 };

    buffer_add(&changed, span_from(text.bytes, at));
    buffer_add_text(&changed, with);
    buffer_add(&changed, span_from(text.bytes + at + length, text.length - at - length));
    buffer_clear(&reading->text);
    reading->text = changed;
}

/* Past the brace that closes the one at `at`. */
static size_t braces_end(struct span text, size_t at)
{
    int depth = 0;

    for (; at < text.length; at++) {
        char byte = text.bytes[at];
        if (byte == '"' || byte == '\'')
            at = quoted_end(text.bytes, at, text.length);
        depth += byte == '{' ? 1 : byte == '}' ? -1 : 0;
        if (depth == 0 && byte == '}')
            return at + 1;
    }
    return text.length;
}

/* An unknown key becomes the sink; an unknown section becomes blanks. */
static void unknown_remove(struct reading *reading, size_t at, size_t length)
{
    struct span text = buffer_span(&reading->text);
    size_t next = at + length;

    while (next < text.length && !strchr("={+", text.bytes[next]))
        next = strchr("\"'", text.bytes[next]) ? quoted_end(text.bytes, next, text.length) + 1
                                               : next + 1;
    if (next >= text.length || text.bytes[next] != '{') {
        text_replace(reading, at, length, SINK_KEY);
        return;
    }
    size_t end = braces_end(text, next);
    for (size_t i = at; i < end; i++)
        if (text.bytes[i] != '\n')
            reading->text.bytes[i] = ' ';
}

/* What stands between the first pair of apostrophes. */
static const char *quoted_word(struct reading *reading, const char *sentence)
{
    const char *start = strchr(sentence, '\'');
    const char *end = start ? strrchr(start + 1, '\'') : NULL;

    return end ? arena_copy(reading->arena, span_from(start + 1, (size_t)(end - start - 1))) : "";
}

/* Reports the error. True when the text was changed so that reading can go on past it. */
static bool error_pass(struct reading *reading, const char *error)
{
    uint32_t line = (uint32_t)strtoul(error, NULL, 10);
    const char *word = quoted_word(reading, error);
    size_t at = word_find(buffer_span(&reading->text), line, word);
    bool found = at < reading->text.length && *word;

    if (says(error, unknown_key)) {
        problem(reading, line, "%s: there is no such word here", word);
        if (found)
            unknown_remove(reading, at, strlen(word));
        return found;
    }
    if (says(error, repeated_title)) {
        char title[16];
        problem(reading, line, "%s: this name is given twice", word);
        snprintf(title, sizeof title, "%c%u", SINK_TITLE, ++reading->repeated_count);
        if (found)
            text_replace(reading, at, strlen(word), title);
        return found;
    }
    problem(reading, line, "%s", strchr(error, ':') + 1);
    return false;
}

/* ---- the tree ---- */

static uint32_t line_of(struct reading *reading, cfg_opt_t *option)
{
    if (!option || !option->comment)
        return 0;
    uint32_t line = (uint32_t)strtoul(option->comment, NULL, 10);
    if (strchr(option->comment, '!'))
        problem(reading, line, "%s: it is given twice", option->name);
    return line;
}

static bool is_ours(const char *name)
{
    return strcmp(name, LINE_KEY) == 0 || strcmp(name, SINK_KEY) == 0;
}

static void value_take(struct reading *reading, cfg_opt_t *option, struct conf_section *section)
{
    uint32_t count = cfg_opt_size(option);

    if (option->type != CFGT_STR || is_ours(option->name) || count == 0 ||
        !cfg_opt_getnstr(option, 0))
        return;
    struct conf_value *value = &section->values[section->value_count++];
    value->key = arena_copy(reading->arena, span_of(option->name));
    value->texts = arena_alloc(reading->arena, count * sizeof *value->texts);
    value->lines = arena_alloc(reading->arena, count * sizeof *value->lines);
    value->count = count;
    uint32_t line = line_of(reading, option);
    const char *lines = option->comment;
    for (uint32_t i = 0; i < count; i++) {
        value->texts[i] = arena_copy(reading->arena, span_of(cfg_opt_getnstr(option, i)));
        if (lines && *lines >= '0' && *lines <= '9') {
            line = (uint32_t)strtoul(lines, NULL, 10);
            lines = strchr(lines, ' ');
            lines = lines ? lines + 1 : NULL;
        }
        value->lines[i] = line;
    }
}

static void section_take(struct reading *reading, cfg_t *cfg, struct conf_section *section);

/* Sections of one kind; of those without a title the first counts. */
static void sections_take(struct reading *reading, cfg_opt_t *option, struct conf_section *parent)
{
    for (uint32_t i = 0; option->type == CFGT_SEC && i < cfg_opt_size(option); i++) {
        cfg_t *cfg = cfg_opt_getnsec(option, i);
        bool repeats = i > 0 && !(option->flags & CFGF_TITLE);
        if (repeats)
            problem(reading, line_of(reading, cfg_getopt(cfg, LINE_KEY)), "%s: it is given twice",
                    option->name);
        else if (!cfg->title || cfg->title[0] != SINK_TITLE)
            section_take(reading, cfg, &parent->sections[parent->section_count++]);
    }
}

static void section_take(struct reading *reading, cfg_t *cfg, struct conf_section *section)
{
    uint32_t values = 0, sections = 0;

    for (cfg_opt_t *option = cfg->opts; option->name; option++) {
        values += option->type == CFGT_STR;
        sections += option->type == CFGT_SEC ? cfg_opt_size(option) : 0;
    }
    *section = (struct conf_section){
        .kind = arena_copy(reading->arena, span_of(cfg->name)),
        .title = arena_copy(reading->arena, span_of(cfg->title ? cfg->title : "")),
        .line = line_of(reading, cfg_getopt(cfg, LINE_KEY)),
        .values = arena_alloc(reading->arena, values * sizeof *section->values),
        .sections = arena_alloc(reading->arena, sections * sizeof *section->sections),
    };
    for (cfg_opt_t *option = cfg->opts; option->name; option++)
        value_take(reading, option, section);
    for (cfg_opt_t *option = cfg->opts; option->name; option++)
        sections_take(reading, option, section);
}

/* One pass over the text as it is now. True when it was the last. */
static bool text_parse(struct reading *reading, const struct conf_grammar *sections,
                       struct conf_section *ret_root)
{
    struct conf_grammar root = { .kind = "root", .sections = sections };
    cfg_t *cfg = cfg_init(options_of(&root, reading->arena), CFGF_NONE);
    bool ended = true;

    assert(cfg);
    cfg_set_error_function(cfg, error_note);
    if (cfg_parse_buf(cfg, reading->text.bytes ? reading->text.bytes : "") == CFG_SUCCESS) {
        section_take(reading, cfg, ret_root);
    } else {
        const char *error = error_of(cfg);
        ended = !error_pass(reading, error ? error : "1:this is not understood") ||
                reading->problem_count >= CONF_PROBLEMS_MAX;
    }
    cfg_free(cfg);
    return ended;
}

bool conf_read(struct span text, const char *name, const struct conf_grammar *sections,
               struct arena *arena, struct conf_section *ret_root, struct buffer *problems)
{
    struct reading reading = { .name = name, .arena = arena, .problems = problems };

    *ret_root = (struct conf_section){ .kind = "root", .title = "" };
    if (text_take(&reading, text))
        while (!text_parse(&reading, sections, ret_root))
            continue;
    buffer_clear(&reading.text);
    return reading.problem_count == 0;
}
