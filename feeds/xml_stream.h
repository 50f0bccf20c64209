/* xml_stream.h - elements one after the other, as a sender that never ends its document sends them:
 * the second door to expat in this folder.
 *
 * One parser stays open over all of them, which is twice as fast as one for each (../shared/bench,
 * section C); after a wrong element it starts anew, so that one costs only itself. Names are as
 * they came, prefix included. There is no document type, so entities are XML's own five. Pure. */
#ifndef FEEDS_XML_STREAM_H
#define FEEDS_XML_STREAM_H

#include "app/base/buffer.h"
#include "app/base/verdict.h"

enum {
    XML_STREAM_DEPTH_MAX = 32,
    XML_STREAM_ELEMENTS_MAX = 50000,        /* In one outer element. */
};

struct xml_attribute {
    const char *name, *value;
};

struct xml_element {
    const char *name;
    const char *text;           /* Its own character data, without blanks at both ends. */
    size_t offset;              /* Of its start tag in what was given. */
    const struct xml_attribute *attributes;     /* Ends with a row without a name. */
    const struct xml_element *first, *next;     /* Child; sibling, in document order. */
};

struct xml_stream;
struct xml_stream *xml_stream_new(void);
void xml_stream_free(struct xml_stream *stream);

/* Parses `text`, which is exactly one element, UTF-8. The tree lives in `arena`. Refusals:
 * TRUNCATED, BAD_SYNTAX, BAD_UTF8, TOO_DEEP, TOO_LONG (elements), each with its byte. */
struct verdict xml_stream_element(struct xml_stream *stream, struct span text, struct arena *arena,
                                  const struct xml_element **ret_element);

/* Value of an attribute; "" when it is not there. NULL elements have none. */
const char *element_attribute(const struct xml_element *element, const char *name);
/* First child of that name, or the next sibling of that name; NULL when there is none. */
const struct xml_element *element_child(const struct xml_element *element, const char *name);
const struct xml_element *element_again(const struct xml_element *element);

/* Appends text as it stands in an attribute or in an element: escaped, and without the bytes that
 * XML cannot carry (control characters become blanks; what is no UTF-8, U+FFFD). */
void xml_put_text(struct buffer *out, const char *text);

#endif
