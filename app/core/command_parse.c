/* command_parse.c - the grammar of screens.md section 2:
 *
 *     line   = object | verb {argument} [" ;" text] | "/" search
 *     place  = "@" up to the next " pN", " key=" or " ;"; for a verb with a radius also up to that
 *     option = pN | key=value
 *     text   = the rest of the line, for verbs whose last argument is text also without " ;" */
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"
#include "app/core/command.h"
#include "app/core/hazard_line.h"

struct reader {
    struct span rest;
    struct arena *arena;
    struct command_line *line;
};

static void skip_blanks(struct reader *reader)
{
    while (reader->rest.length && reader->rest.bytes[0] == ' ')
        reader->rest = span_from(reader->rest.bytes + 1, reader->rest.length - 1);
}

/* The next word without taking it; empty at the end. */
static struct span word_ahead(struct reader *reader)
{
    skip_blanks(reader);
    const char *blank = reader->rest.length
                            ? memchr(reader->rest.bytes, ' ', reader->rest.length)
                            : NULL;
    return span_from(reader->rest.bytes,
                     blank ? (size_t)(blank - reader->rest.bytes) : reader->rest.length);
}

static void take(struct reader *reader, size_t length)
{
    assert(length <= reader->rest.length);
    reader->rest = span_from(reader->rest.bytes + length, reader->rest.length - length);
}

static void problem(struct reader *reader, const char *sentence)
{
    if (!reader->line->problem)
        reader->line->problem = sentence;
}

static bool is_priority(struct span word)
{
    return word.length == 2 && (word.bytes[0] == 'p' || word.bytes[0] == 'P')
           && word.bytes[1] >= '1' && word.bytes[1] <= '5';
}

/* key=value with a key of small letters, so that an address never looks like one. */
static bool is_option(struct span word)
{
    size_t at = 0;

    while (at < word.length && word.bytes[at] >= 'a' && word.bytes[at] <= 'z')
        at++;
    return at > 0 && at < word.length && word.bytes[at] == '=';
}

static void read_option(struct reader *reader, struct span word)
{
    struct command_line *line = reader->line;
    struct span name, value = word;

    span_cut(&value, '=', &name);
    if (line->option_count == ARRAY_COUNT(line->options)) {
        problem(reader, "too many options in one line");
        return;
    }
    line->options[line->option_count++] = (struct command_option){
        .name = arena_copy(reader->arena, name),
        .value = value.bytes ? arena_copy(reader->arena, value) : "",
    };
}

static void read_text(struct reader *reader)
{
    struct span text = span_trim(reader->rest);

    if (text.length && text.bytes[0] == ';')
        text = span_trim(span_from(text.bytes + 1, text.length - 1));
    reader->line->text = arena_copy(reader->arena, text);
    reader->rest = span_from(reader->rest.bytes + reader->rest.length, 0);
}

/* "200m" or "2h" behind a place is no part of it. */
static bool is_measure(struct span word)
{
    double metres;
    int64_t span_ms;

    return length_parse(word, &metres) || span_parse(word, &span_ms);
}

static void read_place(struct reader *reader)
{
    bool measured = command_takes(reader->line->command, ARGUMENT_RADIUS);

    take(reader, 1);                    /* The "@". */
    struct span start = reader->rest;
    size_t length = 0;

    for (;;) {
        struct span word = word_ahead(reader);
        if (word.length == 0 || word.bytes[0] == ';' || is_priority(word) || is_option(word))
            break;
        if (measured && length > 0 && is_measure(word))
            break;
        length = (size_t)(word.bytes + word.length - start.bytes);
        take(reader, word.length);
    }
    struct span place = span_trim(span_from(start.bytes, length));
    if (place.length == 0)
        problem(reader, "a place is missing after @");
    if (reader->line->place)
        problem(reader, "one line has one place");
    reader->line->place = arena_copy(reader->arena, place);
}

static void read_word(struct reader *reader, struct span word)
{
    struct command_line *line = reader->line;

    if (line->word_count == COMMAND_WORDS_MAX) {
        problem(reader, "too many words in one line");
        return;
    }
    line->words[line->word_count++] = arena_copy(reader->arena, word);
}

/* How many words come before an argument that is free text; COMMAND_WORDS_MAX without one. */
static uint32_t words_before_text(const struct command *command)
{
    for (uint32_t i = 0; i < ARGUMENTS_MAX; i++)
        if (command->arguments[i] == ARGUMENT_TEXT)
            return i;
    return COMMAND_WORDS_MAX;
}

static void read_arguments(struct reader *reader)
{
    struct command_line *line = reader->line;
    uint32_t before_text = words_before_text(line->command);

    for (;;) {
        struct span word = word_ahead(reader);
        if (word.length == 0)
            return;
        if (word.bytes[0] == ';') {
            read_text(reader);
            return;
        }
        if (word.bytes[0] == '@') {
            read_place(reader);
            continue;
        }
        if (is_option(word)) {
            read_option(reader, word);
        } else if (line->word_count >= before_text) {
            read_text(reader);
            return;
        } else if (is_priority(word)) {
            line->priority = (uint32_t)(word.bytes[1] - '0');
        } else {
            read_word(reader, word);
        }
        take(reader, word.length);
    }
}

/* Plain words (a feed's name, "pause") and measures are kept as typed; what names an object is
 * not. */
static bool names_object(const struct command *command, uint32_t word)
{
    enum argument_kind kind = command_argument(command, word);

    return kind != ARGUMENT_WORD && kind != ARGUMENT_RADIUS && kind != ARGUMENT_SPAN;
}

/* The line as it is recorded: the long verb, objects in capitals, the rest as typed. */
static const char *canonical(const struct command_line *line, struct arena *arena)
{
    struct buffer out = { 0 };
    struct object_name name;
    char text[OBJECT_NAME_BYTES];

    buffer_add_text(&out, line->command->long_form);
    for (uint32_t i = 0; i < line->word_count; i++) {
        const char *word = line->words[i];
        if (names_object(line->command, i) && object_name_parse(span_of(word), &name))
            word = object_name_text(&name, text) + (name.kind == OBJECT_INCIDENT ? 1 : 0);
        buffer_print(&out, " %s", word);
    }
    if (line->place)
        buffer_print(&out, " @%s", line->place);
    if (line->priority)
        buffer_print(&out, " p%u", line->priority);
    for (uint32_t i = 0; i < line->option_count; i++)
        buffer_print(&out, " %s=%s", line->options[i].name, line->options[i].value);
    if (line->text[0])
        buffer_print(&out, " ; %s", line->text);
    const char *kept = arena_copy(arena, buffer_span(&out));
    buffer_clear(&out);
    return kept;
}

static void read_verb(struct reader *reader, struct span verb)
{
    struct command_line *line = reader->line;

    line->command = command_named(verb);
    take(reader, verb.length);
    if (line->command) {
        read_arguments(reader);
        line->canonical = canonical(line, reader->arena);
        return;
    }
    if (text_same_ignoring_case(verb, span_of("os"))) {
        problem(reader,
                "os could mean ons (on scene) or oos (out of service); nothing was changed");
        return;
    }
    struct object_name name;
    bool alone = word_ahead(reader).length == 0;
    if (alone && object_name_parse(verb, &name)) {
        char text[OBJECT_NAME_BYTES];
        read_word(reader, span_of(object_name_text(&name, text)));
        line->canonical = line->words[0];
        return;
    }
    line->problem = arena_print(reader->arena, "%.*s is not a verb; ? lists them",
                                (int)(verb.length > 40 ? 40 : verb.length), verb.bytes);
}

void command_parse(struct span typed, struct arena *arena, struct command_line *ret_line)
{
    *ret_line = (struct command_line){ .text = "", .canonical = "" };
    struct reader reader = { .rest = span_trim(typed), .arena = arena, .line = ret_line };

    if (typed.length > COMMAND_BYTES_MAX) {
        ret_line->problem = "the line is longer than 500 characters";
        return;
    }
    if (utf8_valid_length(typed) != typed.length || memchr(typed.bytes, '\0', typed.length)) {
        ret_line->problem = "the line is not valid UTF-8 text";
        return;
    }
    if (reader.rest.length && reader.rest.bytes[0] == '/') {
        ret_line->command = command_named(span_of("go"));
        take(&reader, 1);
        ret_line->place = arena_copy(arena, span_trim(reader.rest));
        ret_line->canonical = arena_print(arena, "go @%s", ret_line->place);
        return;
    }
    struct span verb = word_ahead(&reader);
    if (verb.length == 0)
        ret_line->problem = "the line is empty";
    else
        read_verb(&reader, verb);
}
