#include "feeds/xml.h"

#include <expat.h>
#include <string.h>

#include "app/base/text.h"

/* Stands between namespace and name; never part of a namespace, where it reads as a blank. */
static const char separator = '\n';

struct open_node {
    struct xml_node *node, *last_child;
    struct buffer text;
};

struct reader {
    XML_Parser parser;
    struct arena *arena;
    struct open_node open[XML_DEPTH_MAX + 1];   /* [0] is above the root. */
    uint32_t depth, node_count, attribute_count;
    const char *space;          /* The last one copied: neighbours share it. */
    size_t offset;              /* Where the document starts in what we were given. */
    struct verdict verdict;
};

static size_t byte_index(const struct reader *reader)
{
    XML_Index index = XML_GetCurrentByteIndex(reader->parser);
    return index > 0 ? (size_t)index : 0;           /* -1 before the first byte. */
}

static void stop(struct reader *reader, enum refusal refusal, const char *field)
{
    size_t at = reader->offset + byte_index(reader);

    if (is_accepted(&reader->verdict))
        reader->verdict = refused(refusal, at, field);
    XML_StopParser(reader->parser, XML_FALSE);
}

static const char *local_name(const char *name)
{
    const char *cut = strrchr(name, separator);
    return cut ? cut + 1 : name;
}

static const char *space_of(struct reader *reader, const char *name)
{
    const char *cut = strrchr(name, separator);
    size_t length = cut ? (size_t)(cut - name) : 0;

    if (!reader->space || strlen(reader->space) != length
        || memcmp(reader->space, name, length) != 0)
        reader->space = arena_copy(reader->arena, span_from(name, length));
    return reader->space;
}

/* False: one document holds more of them than any feed needs. */
static bool attributes_take(struct reader *reader, struct xml_node *node, const XML_Char **given)
{
    while (given[2 * node->attribute_count])
        node->attribute_count++;
    reader->attribute_count += node->attribute_count;
    if (reader->attribute_count > XML_ATTRIBUTES_MAX)
        return false;
    struct xml_attribute *attributes =
        arena_alloc(reader->arena, (node->attribute_count + 1) * sizeof *attributes);
    for (uint32_t i = 0; i < node->attribute_count; i++)
        attributes[i] = (struct xml_attribute){
            .name = arena_copy(reader->arena, span_of(local_name(given[2 * i]))),
            .value = arena_copy(reader->arena, span_of(given[2 * i + 1])) };
    node->attributes = attributes;
    return true;
}

/* The node is the last child of the one that is open, and open itself. */
static void node_open(struct reader *reader, struct xml_node *node)
{
    struct open_node *parent = &reader->open[reader->depth++];
    struct open_node *opened = &reader->open[reader->depth];

    if (parent->last_child)
        parent->last_child->next = node;
    else if (parent->node)
        parent->node->first = node;
    parent->last_child = node;
    opened->node = node;
    opened->last_child = NULL;
    buffer_reset(&opened->text);
}

static void XMLCALL node_starts(void *context, const XML_Char *name, const XML_Char **attributes)
{
    struct reader *reader = context;

    if (!is_accepted(&reader->verdict))
        return;                 /* expat may call once more after it was stopped. */
    if (reader->depth == XML_DEPTH_MAX) {
        stop(reader, REFUSED_TOO_DEEP, local_name(name));
        return;
    }
    if (reader->node_count++ == XML_NODES_MAX) {
        stop(reader, REFUSED_TOO_LONG, local_name(name));
        return;
    }
    struct xml_node *node = arena_alloc(reader->arena, sizeof *node);
    node->name = arena_copy(reader->arena, span_of(local_name(name)));
    node->space = space_of(reader, name);
    node->text = "";
    node->offset = reader->offset + byte_index(reader);
    if (!attributes_take(reader, node, attributes)) {
        stop(reader, REFUSED_TOO_LONG, node->name);
        return;
    }
    node_open(reader, node);
}

static void XMLCALL node_ends(void *context, const XML_Char *name)
{
    struct reader *reader = context;

    (void)name;
    if (!is_accepted(&reader->verdict))
        return;
    struct open_node *closed = &reader->open[reader->depth--];
    struct span text = span_trim(buffer_span(&closed->text));
    if (text.length)
        closed->node->text = arena_copy(reader->arena, text);
}

static void XMLCALL text_comes(void *context, const XML_Char *bytes, int length)
{
    struct reader *reader = context;

    if (is_accepted(&reader->verdict))
        buffer_add(&reader->open[reader->depth].text, span_from(bytes, (size_t)length));
}

static void XMLCALL doctype_comes(void *context, const XML_Char *name, const XML_Char *system,
                                  const XML_Char *public, int has_subset)
{
    (void)name;
    (void)system;
    (void)public;
    (void)has_subset;
    stop(context, REFUSED_UNSUPPORTED, "DOCTYPE");
}

/* What expat found wrong, in our words. */
static struct verdict expat_verdict(const struct reader *reader, struct span document)
{
    size_t at = byte_index(reader);
    size_t valid = utf8_valid_length(document);
    enum XML_Error error = XML_GetErrorCode(reader->parser);

    if (error == XML_ERROR_INVALID_TOKEN && valid < document.length && valid <= at + 4
        && at <= valid + 4)
        return refused(REFUSED_BAD_UTF8, reader->offset + valid, "");
    if (error == XML_ERROR_UNKNOWN_ENCODING)
        return refused(REFUSED_UNSUPPORTED, reader->offset + at, "encoding");
    if (error == XML_ERROR_NO_ELEMENTS || error == XML_ERROR_UNCLOSED_TOKEN
        || error == XML_ERROR_PARTIAL_CHAR || error == XML_ERROR_UNCLOSED_CDATA_SECTION)
        return refused(REFUSED_TRUNCATED, reader->offset + at, "");
    return refused(REFUSED_BAD_SYNTAX, reader->offset + at, "");
}

/* Real feeds put a mark or blanks before "<?xml", where XML allows nothing. */
static struct span without_lead(struct span document)
{
    static const char mark[] = "\xEF\xBB\xBF";
    size_t lead = 0;

    if (span_starts(document, mark))
        lead = strlen(mark);
    while (lead < document.length && strchr(" \t\r\n", document.bytes[lead])
           && document.bytes[lead])
        lead++;
    return span_from(document.bytes + lead, document.length - lead);
}

struct verdict xml_parse(struct span document, struct arena *arena,
                         const struct xml_node **ret_root)
{
    struct span body = without_lead(document);
    struct reader reader = { .parser = XML_ParserCreateNS(NULL, separator), .arena = arena,
                             .offset = document.length - body.length, .verdict = accepted() };

    assert(reader.parser);
    if (body.length == 0 || body.length > INT32_MAX) {
        XML_ParserFree(reader.parser);
        return refused(body.length ? REFUSED_TOO_LONG : REFUSED_TRUNCATED, reader.offset, "");
    }
    XML_SetUserData(reader.parser, &reader);
    XML_SetElementHandler(reader.parser, node_starts, node_ends);
    XML_SetCharacterDataHandler(reader.parser, text_comes);
    XML_SetStartDoctypeDeclHandler(reader.parser, doctype_comes);
    bool parsed = XML_Parse(reader.parser, body.bytes, (int)body.length, XML_TRUE)
                  == XML_STATUS_OK;
    if (!parsed && is_accepted(&reader.verdict))
        reader.verdict = expat_verdict(&reader, body);
    XML_ParserFree(reader.parser);
    for (uint32_t i = 0; i <= XML_DEPTH_MAX; i++)
        buffer_clear(&reader.open[i].text);
    if (is_accepted(&reader.verdict))
        *ret_root = reader.open[0].last_child;
    return reader.verdict;
}

static const struct xml_node *named(const struct xml_node *node, const char *name)
{
    while (node && strcmp(node->name, name) != 0)
        node = node->next;
    return node;
}

const struct xml_node *xml_child(const struct xml_node *node, const char *name)
{
    return node ? named(node->first, name) : NULL;
}

const struct xml_node *xml_again(const struct xml_node *node)
{
    return named(node->next, node->name);
}

const char *xml_child_text(const struct xml_node *node, const char *name)
{
    const struct xml_node *child = xml_child(node, name);
    return child ? child->text : "";
}

uint32_t xml_count(const struct xml_node *node, const char *name)
{
    uint32_t count = 0;

    for (const struct xml_node *child = xml_child(node, name); child; child = xml_again(child))
        count++;
    return count;
}

const char *xml_attribute(const struct xml_node *node, const char *name)
{
    for (uint32_t i = 0; i < node->attribute_count; i++)
        if (strcmp(node->attributes[i].name, name) == 0)
            return node->attributes[i].value;
    return "";
}
