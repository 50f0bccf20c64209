#include "feeds/expression.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"

enum { ALTERNATIVES_MAX = 16, STEPS_MAX = 8, PIECES_MAX = 64 };

/* A text with paths in it. OPEN and CLOSE are the [ ] around what may be left out. */
struct piece {
    enum { PIECE_TEXT, PIECE_VALUE, PIECE_OPEN, PIECE_CLOSE } kind;
    const char *text;
    const struct expression *expression;
};

struct alternative {
    enum { ALTERNATIVE_PATH, ALTERNATIVE_TEXT, ALTERNATIVE_PIECES } kind;
    const struct json_path *path;
    const char *text;
    const struct piece *pieces;
    uint32_t piece_count;
};

struct expression {
    struct alternative alternatives[ALTERNATIVES_MAX];
    uint32_t alternative_count;
    const struct value_step *steps[STEPS_MAX];
    uint32_t step_count;
};

/* ---- reading ---- */

struct reading {
    struct span whole;          /* To say where. */
    struct arena *arena;
    const struct value_step_options *options;
    struct expression *expression;
    char *sentence;
    size_t sentence_bytes;
};

static bool wrong_at(struct reading *reading, const char *at, const char *problem)
{
    size_t place = (size_t)(at - reading->whole.bytes) + 1;

    snprintf(reading->sentence, reading->sentence_bytes, "%s (at character %zu)", problem, place);
    return false;
}

static bool path_read(struct reading *reading, struct span text, const struct json_path **ret_path)
{
    const char *problem;
    size_t offset;

    return json_path_read(text, reading->arena, ret_path, &problem, &offset)
        || wrong_at(reading, text.bytes + offset, problem);
}

/* As unquoted_cut(), and what stands in { } belongs together too. */
static bool uncovered_cut(struct span *rest, const char *separator, struct span *ret_part)
{
    struct span left = *rest, part;
    const char *start = rest->bytes;

    if (!start)
        return false;
    while (unquoted_cut(&left, separator, &part)) {
        struct span so_far = span_from(start, (size_t)(part.bytes + part.length - start));
        int open = 0;
        for (size_t i = 0; i < so_far.length; i++)
            open += (so_far.bytes[i] == '{') - (so_far.bytes[i] == '}');
        if (open > 0 && left.bytes)
            continue;
        *ret_part = so_far;
        *rest = left;
        return true;
    }
    return false;
}

struct pieces {
    struct reading *reading;
    struct piece at[PIECES_MAX];
    uint32_t count;
    struct buffer text;         /* The run of plain text being read. */
};

static bool piece_add(struct pieces *pieces, const char *at, struct piece piece)
{
    if (pieces->count == PIECES_MAX)
        return wrong_at(pieces->reading, at, "the text has more than 64 parts");
    pieces->at[pieces->count++] = piece;
    return true;
}

static bool run_end(struct pieces *pieces, const char *at)
{
    struct piece piece = { .kind = PIECE_TEXT };

    if (pieces->text.length == 0)
        return true;
    piece.text = arena_copy(pieces->reading->arena, buffer_span(&pieces->text));
    buffer_reset(&pieces->text);
    return piece_add(pieces, at, piece);
}

static bool whole_read(struct reading *reading, struct span text);

/* From the { at `at`; *ret_end is behind its }. Its first } ends it, so none stands in another. */
static bool piece_value_read(struct pieces *pieces, struct span text, size_t at, size_t *ret_end)
{
    struct span inside = span_from(text.bytes + at + 1, text.length - at - 1), rest = inside;
    struct piece piece = { .kind = PIECE_VALUE };
    struct reading reading = *pieces->reading;

    unquoted_cut(&rest, "}", &inside);
    if (!rest.bytes)
        return wrong_at(pieces->reading, text.bytes + at, "a { is not closed");
    if (memchr(inside.bytes, '{', inside.length))
        return wrong_at(pieces->reading, text.bytes + at, "a { stands inside another");
    *ret_end = (size_t)(rest.bytes - text.bytes);
    reading.expression = arena_alloc(reading.arena, sizeof *reading.expression);
    piece.expression = reading.expression;
    return whole_read(&reading, inside) && piece_add(pieces, text.bytes + at, piece);
}

static bool pieces_fill(struct pieces *pieces, struct span text)
{
    uint32_t open = 0;

    for (size_t at = 0; at < text.length;) {
        const char *here = text.bytes + at;
        bool bracket = *here == '[' || *here == ']';
        if (*here != '{' && !bracket) {
            buffer_add(&pieces->text, span_from(here, 1));
            at++;
            continue;
        }
        if (!run_end(pieces, here))
            return false;
        if (*here == '{') {
            if (!piece_value_read(pieces, text, at, &at))
                return false;
            continue;
        }
        if (*here == '[' ? open++ > 0 : open-- == 0)
            return wrong_at(pieces->reading, here, "[ ] stand alone, not inside one another");
        struct piece piece = { .kind = *here == '[' ? PIECE_OPEN : PIECE_CLOSE };
        if (!piece_add(pieces, here, piece))
            return false;
        at++;
    }
    if (open)
        return wrong_at(pieces->reading, text.bytes, "a [ is not closed");
    return run_end(pieces, text.bytes);
}

static bool pieces_read(struct reading *reading, struct span text, struct alternative *alternative)
{
    struct pieces pieces = { .reading = reading };
    bool filled = pieces_fill(&pieces, text);
    size_t bytes = pieces.count * sizeof pieces.at[0];

    buffer_clear(&pieces.text);
    if (!filled)
        return false;
    struct piece *kept = arena_alloc(reading->arena, bytes);
    memcpy(kept, pieces.at, bytes);
    alternative->kind = ALTERNATIVE_PIECES;
    alternative->pieces = kept;
    alternative->piece_count = pieces.count;
    return true;
}

static bool alternative_read(struct reading *reading, struct span text)
{
    struct expression *expression = reading->expression;
    struct alternative alternative = { .kind = ALTERNATIVE_PATH };
    struct span trimmed = span_trim(text);
    bool read = true;

    if (trimmed.length == 0)
        return wrong_at(reading, text.bytes, "a path or a text is missing");
    if (expression->alternative_count == ALTERNATIVES_MAX)
        return wrong_at(reading, text.bytes, "there are more than 16 alternatives");
    if (trimmed.bytes[0] == '=') {
        alternative.kind = ALTERNATIVE_TEXT;
        alternative.text = unquoted_text(span_from(trimmed.bytes + 1, trimmed.length - 1),
                                         reading->arena);
    } else if (memchr(trimmed.bytes, '{', trimmed.length) && trimmed.bytes[0] != '\'') {
        read = pieces_read(reading, trimmed, &alternative);
    } else {
        read = path_read(reading, trimmed, &alternative.path);
    }
    if (read)
        expression->alternatives[expression->alternative_count++] = alternative;
    return read;
}

static bool alternatives_read(struct reading *reading, struct span text)
{
    struct span rest = text, part;

    while (uncovered_cut(&rest, "|", &part))
        if (!alternative_read(reading, part))
            return false;
    return true;
}

static bool step_add(struct reading *reading, struct span text)
{
    struct expression *expression = reading->expression;

    if (expression->step_count == STEPS_MAX)
        return wrong_at(reading, text.bytes, "there are more than 8 steps");
    const struct value_step *step = value_step_read(text, reading->options, reading->arena,
                                                    reading->sentence, reading->sentence_bytes);
    if (step)
        expression->steps[expression->step_count++] = step;
    return step;
}

static bool whole_read(struct reading *reading, struct span text)
{
    struct span rest = text, part;

    uncovered_cut(&rest, "->", &part);
    if (!alternatives_read(reading, part))
        return false;
    while (uncovered_cut(&rest, "->", &part))
        if (!step_add(reading, part))
            return false;
    return true;
}

bool expression_read(struct span text, const struct value_step_options *options,
                     struct arena *arena, const struct expression **ret_expression,
                     char *ret_sentence, size_t sentence_bytes)
{
    struct reading reading = { .whole = text, .arena = arena, .options = options,
                               .sentence = ret_sentence, .sentence_bytes = sentence_bytes,
                               .expression = arena_alloc(arena, sizeof(struct expression)) };

    if (text.length > EXPRESSION_BYTES_MAX)
        return wrong_at(&reading, text.bytes, "it is longer than 4,096 bytes");
    if (utf8_valid_length(text) != text.length || memchr(text.bytes, 0, text.length))
        return wrong_at(&reading, text.bytes, "it is not valid UTF-8");
    if (!whole_read(&reading, text))
        return false;
    *ret_expression = reading.expression;
    return true;
}

/* As deep as { } can stand in one another: once. */
void expression_names(const struct expression *expression, expression_name_fn *each,
                      void *context)
{
    for (uint32_t i = 0; i < expression->alternative_count; i++) {
        const struct alternative *alternative = &expression->alternatives[i];
        const char *name = alternative->kind == ALTERNATIVE_PATH
            ? json_path_single(alternative->path) : NULL;
        if (name)
            each(context, name);
        for (uint32_t k = 0; k < alternative->piece_count; k++)
            if (alternative->pieces[k].kind == PIECE_VALUE)
                expression_names(alternative->pieces[k].expression, each, context);
    }
}

const char *expression_constant(const struct expression *expression)
{
    const struct alternative *first = &expression->alternatives[0];

    return first->kind == ALTERNATIVE_TEXT && expression->step_count == 0 ? first->text : NULL;
}

/* ---- evaluating ---- */

struct joining {
    struct arena *arena;
    struct buffer text;
};

static void found_join(void *context, const struct json *found)
{
    struct joining *joining = context;
    struct value value = value_of_json(found);
    const char *text = value_text(&value, joining->arena);

    if (!text || joining->text.length > EXPRESSION_TEXT_BYTES_MAX)
        return;
    if (joining->text.length)
        buffer_add_text(&joining->text, ", ");
    buffer_add_text(&joining->text, text);
}

static const char *text_kept(struct span text, struct arena *arena)
{
    if (text.length < EXPRESSION_TEXT_BYTES_MAX)
        return arena_copy(arena, text);
    char *copy = arena_alloc(arena, EXPRESSION_TEXT_BYTES_MAX);
    text_copy(copy, EXPRESSION_TEXT_BYTES_MAX, text);
    return copy;
}

static struct value many_value(const struct json_path *path, const struct json *json,
                               struct arena *arena)
{
    struct joining joining = { .arena = arena };

    json_path_each(path, json, found_join, &joining);
    struct value value = value_of_text(text_kept(buffer_span(&joining.text), arena));
    buffer_clear(&joining.text);
    return value;
}

static enum refusal path_value(const struct json_path *path,
                               const struct expression_source *source, struct arena *arena,
                               struct value *ret_value)
{
    const char *name = json_path_single(path);
    struct span looked;

    if (name && source->look && source->look(source->context, name, &looked)) {
        if (utf8_valid_length(looked) != looked.length || memchr(looked.bytes, 0, looked.length))
            return REFUSED_BAD_UTF8;
        *ret_value = value_of_text(text_kept(looked, arena));
    } else if (json_path_is_many(path)) {
        *ret_value = many_value(path, source->json, arena);
    } else {
        *ret_value = value_of_json(json_path_find(path, source->json));
    }
    return REFUSED_NOT;
}

/* Blanks are collapsed, so that what is missing leaves no hole. */
static void text_add(struct buffer *out, const char *text)
{
    for (; *text; text++) {
        bool blank = *text == ' ';
        if (blank && (out->length == 0 || out->bytes[out->length - 1] == ' '))
            continue;
        buffer_add(out, span_from(text, 1));
    }
}

/* What of a text stands so far, and back to where it goes when a [ ] has nothing in it. */
struct making {
    struct buffer text;
    bool any;                   /* A path was there. */
    bool any_inside;
    size_t open_at;
};

static void bracket_take(struct making *making, bool open)
{
    if (open)
        making->open_at = making->text.length;
    else if (!making->any_inside)
        making->text.length = making->open_at;
    making->any_inside = false;
}

static enum refusal piece_take(const struct piece *piece, const struct expression_source *source,
                               struct arena *arena, struct making *making)
{
    struct value value;

    if (piece->kind == PIECE_OPEN || piece->kind == PIECE_CLOSE)
        bracket_take(making, piece->kind == PIECE_OPEN);
    if (piece->kind == PIECE_TEXT)
        text_add(&making->text, piece->text);
    if (piece->kind != PIECE_VALUE)
        return REFUSED_NOT;
    enum refusal refusal = expression_value(piece->expression, source, arena, &value);
    if (refusal != REFUSED_NOT)
        return refusal;
    const char *text = value_text(&value, arena);
    if (!text)
        return REFUSED_NOT;
    if (making->text.length < EXPRESSION_TEXT_BYTES_MAX)
        text_add(&making->text, text);
    making->any = making->any_inside = true;
    return REFUSED_NOT;
}

static enum refusal pieces_value(const struct alternative *alternative,
                                 const struct expression_source *source, struct arena *arena,
                                 struct value *ret_value)
{
    struct making making = { 0 };
    enum refusal refusal = REFUSED_NOT;

    for (uint32_t i = 0; i < alternative->piece_count && refusal == REFUSED_NOT; i++)
        refusal = piece_take(&alternative->pieces[i], source, arena, &making);
    *ret_value = making.any
        ? value_of_text(text_kept(span_trim(buffer_span(&making.text)), arena)) : value_none();
    buffer_clear(&making.text);
    return refusal;
}

static enum refusal alternative_value(const struct alternative *alternative,
                                      const struct expression_source *source, struct arena *arena,
                                      struct value *ret_value)
{
    switch (alternative->kind) {
    case ALTERNATIVE_PATH:
        return path_value(alternative->path, source, arena, ret_value);
    case ALTERNATIVE_TEXT:
        *ret_value = value_of_text(alternative->text);
        return REFUSED_NOT;
    case ALTERNATIVE_PIECES:
        return pieces_value(alternative, source, arena, ret_value);
    }
    return REFUSED_NOT;
}

enum refusal expression_value(const struct expression *expression,
                              const struct expression_source *source, struct arena *arena,
                              struct value *ret_value)
{
    struct value value = value_none();
    enum refusal refusal = REFUSED_NOT;

    for (uint32_t i = 0; i < expression->alternative_count; i++) {
        refusal = alternative_value(&expression->alternatives[i], source, arena, &value);
        if (refusal != REFUSED_NOT || value.kind != VALUE_NONE)
            break;
    }
    for (uint32_t i = 0; i < expression->step_count && refusal == REFUSED_NOT; i++)
        refusal = value_step_take(expression->steps[i], arena, &value);
    if (refusal == REFUSED_NOT)
        *ret_value = value;
    return refusal;
}
