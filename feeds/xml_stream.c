#include "feeds/xml_stream.h"

#include <expat.h>
#include <string.h>

#include "app/base/text.h"

/* expat remembers each name it ever saw, so a parser is not kept for ever. */
enum { PARSER_BYTES_MAX = 4 * 1024 * 1024 };

static const char outer[] = "<stream>";

struct open_element {
    struct xml_element *element, *last_child;
    struct buffer text;
};

struct xml_stream {
    XML_Parser parser;
    bool spoiled;               /* It must start anew. */
    XML_Index started;          /* Where the present element starts for expat. */
    size_t parsed_bytes;
    size_t end;                 /* Of the present element, once its end tag came. */
    struct arena *arena;        /* The present element's. */
    struct open_element open[XML_STREAM_DEPTH_MAX + 1];     /* [0] is above the element. */
    uint32_t depth, count;
    struct verdict verdict;
};

static size_t offset_now(const struct xml_stream *stream)
{
    XML_Index index = XML_GetCurrentByteIndex(stream->parser);
    return index > stream->started ? (size_t)(index - stream->started) : 0;
}

static void stop(struct xml_stream *stream, enum refusal refusal, const char *field)
{
    if (is_accepted(&stream->verdict))
        stream->verdict = refused(refusal, offset_now(stream), field);
    XML_StopParser(stream->parser, XML_FALSE);
}

static const struct xml_attribute *attributes_copy(struct arena *arena, const XML_Char **pairs)
{
    size_t count = 0;

    while (pairs[2 * count])
        count++;
    struct xml_attribute *attributes = arena_alloc(arena, (count + 1) * sizeof *attributes);
    for (size_t i = 0; i < count; i++) {
        attributes[i].name = arena_copy(arena, span_of(pairs[2 * i]));
        attributes[i].value = arena_copy(arena, span_of(pairs[2 * i + 1]));
    }
    return attributes;
}

static void XMLCALL element_starts(void *context, const XML_Char *name, const XML_Char **pairs)
{
    struct xml_stream *stream = context;

    if (!stream->arena || !is_accepted(&stream->verdict))
        return;                 /* The outer element; or expat's last call after it was stopped. */
    if (stream->depth == XML_STREAM_DEPTH_MAX) {
        stop(stream, REFUSED_TOO_DEEP, name);
        return;
    }
    if (stream->count++ == XML_STREAM_ELEMENTS_MAX) {
        stop(stream, REFUSED_TOO_LONG, name);
        return;
    }
    struct xml_element *element = arena_alloc(stream->arena, sizeof *element);
    element->name = arena_copy(stream->arena, span_of(name));
    element->text = "";
    element->offset = offset_now(stream);
    element->attributes = attributes_copy(stream->arena, pairs);
    struct open_element *parent = &stream->open[stream->depth++];
    if (parent->last_child)
        parent->last_child->next = element;
    else if (parent->element)
        parent->element->first = element;
    parent->last_child = element;
    struct open_element *opened = &stream->open[stream->depth];
    opened->element = element;
    opened->last_child = NULL;
    buffer_reset(&opened->text);
}

static void XMLCALL element_ends(void *context, const XML_Char *name)
{
    struct xml_stream *stream = context;

    (void)name;
    if (!stream->arena || !is_accepted(&stream->verdict))
        return;
    if (stream->depth == 0) {           /* The end tag of the outer one: not the sender's. */
        stop(stream, REFUSED_BAD_SYNTAX, "");
        return;
    }
    struct open_element *closed = &stream->open[stream->depth--];
    if (stream->depth == 0)
        stream->end = offset_now(stream) + (size_t)XML_GetCurrentByteCount(stream->parser);
    struct span text = span_trim(buffer_span(&closed->text));
    if (text.length)
        closed->element->text = arena_copy(stream->arena, text);
}

static void XMLCALL text_comes(void *context, const XML_Char *bytes, int length)
{
    struct xml_stream *stream = context;

    if (stream->depth > 0 && is_accepted(&stream->verdict))
        buffer_add(&stream->open[stream->depth].text, span_from(bytes, (size_t)length));
}

static void parser_ready(struct xml_stream *stream)
{
    if (stream->spoiled || stream->parsed_bytes > PARSER_BYTES_MAX)
        XML_ParserReset(stream->parser, "UTF-8");
    else
        return;
    stream->spoiled = false;
    stream->parsed_bytes = 0;
    stream->arena = NULL;
    XML_SetUserData(stream->parser, stream);
    XML_SetElementHandler(stream->parser, element_starts, element_ends);
    XML_SetCharacterDataHandler(stream->parser, text_comes);
    XML_Parse(stream->parser, outer, sizeof outer - 1, XML_FALSE);
}

struct xml_stream *xml_stream_new(void)
{
    struct xml_stream *stream = base_alloc(1, sizeof *stream);

    stream->parser = XML_ParserCreate("UTF-8");
    assert(stream->parser);
    stream->spoiled = true;
    return stream;
}

void xml_stream_free(struct xml_stream *stream)
{
    if (!stream)
        return;
    for (size_t i = 0; i < ARRAY_COUNT(stream->open); i++)
        buffer_clear(&stream->open[i].text);
    XML_ParserFree(stream->parser);
    base_free(stream);
}

static struct verdict expat_verdict(const struct xml_stream *stream, struct span text)
{
    size_t at = offset_now(stream), valid = utf8_valid_length(text);

    if (valid < text.length && XML_GetErrorCode(stream->parser) == XML_ERROR_INVALID_TOKEN
        && valid <= at + 4 && at <= valid + 4)
        return refused(REFUSED_BAD_UTF8, valid, "");
    return refused(REFUSED_BAD_SYNTAX, at, "");
}

/* What was given must be one whole element, and the parser stand where it stood before. */
static struct verdict element_judge(const struct xml_stream *stream, struct span text,
                                    const struct xml_element *above)
{
    if (stream->depth > 0 || !above->first)
        return refused(REFUSED_TRUNCATED, text.length, "");
    if (stream->end != text.length || above->first->next)
        return refused(REFUSED_BAD_SYNTAX, stream->end, "");
    return accepted();
}

struct verdict xml_stream_element(struct xml_stream *stream, struct span text, struct arena *arena,
                                  const struct xml_element **ret_element)
{
    struct xml_element above = { .name = "" };

    if (text.length > INT32_MAX / 2)
        return refused(REFUSED_TOO_LONG, 0, "");
    parser_ready(stream);
    stream->arena = arena;
    stream->verdict = accepted();
    stream->depth = stream->count = 0;
    stream->open[0] = (struct open_element){ .element = &above };
    stream->started = (XML_Index)(sizeof outer - 1 + stream->parsed_bytes);
    stream->end = 0;
    bool parsed = XML_Parse(stream->parser, text.bytes, (int)text.length, XML_FALSE)
                  == XML_STATUS_OK;
    stream->parsed_bytes += text.length;
    if (is_accepted(&stream->verdict) && !parsed)
        stream->verdict = expat_verdict(stream, text);
    if (is_accepted(&stream->verdict))
        stream->verdict = element_judge(stream, text, &above);
    stream->arena = NULL;
    if (is_accepted(&stream->verdict))
        *ret_element = above.first;
    else
        stream->spoiled = true;
    return stream->verdict;
}

const char *element_attribute(const struct xml_element *element, const char *name)
{
    if (!element)
        return "";
    for (const struct xml_attribute *at = element->attributes; at->name; at++)
        if (strcmp(at->name, name) == 0)
            return at->value;
    return "";
}

static const struct xml_element *named(const struct xml_element *element, const char *name)
{
    while (element && strcmp(element->name, name) != 0)
        element = element->next;
    return element;
}

const struct xml_element *element_child(const struct xml_element *element, const char *name)
{
    return element ? named(element->first, name) : NULL;
}

const struct xml_element *element_again(const struct xml_element *element)
{
    return named(element->next, element->name);
}

static const char *escaped(char byte)
{
    switch (byte) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&apos;";
    case '\n': return "&#10;";
    case '\t': return "&#9;";
    }
    return (unsigned char)byte < 0x20 || byte == 0x7F ? " " : NULL;
}

void xml_put_text(struct buffer *out, const char *text)
{
    struct span rest = span_of(text);
    uint32_t code;

    while (rest.length) {
        size_t length = utf8_decode(rest, &code);
        const char *instead = length == 1 ? escaped(rest.bytes[0]) : NULL;
        /* U+FFFE and U+FFFF are no XML characters. */
        if (length == 0 || code == 0xFFFE || code == 0xFFFF)
            instead = "\xEF\xBF\xBD";
        if (length == 0)
            length = 1;
        if (instead)
            buffer_add_text(out, instead);
        else
            buffer_add(out, span_from(rest.bytes, length));
        rest = span_from(rest.bytes + length, rest.length - length);
    }
}
