/* xml.h - a small XML document as a tree: the door to expat in this folder.
 *
 * Names are local (a prefix is dropped), since feeds of one format come under several namespaces;
 * the namespace stands beside. Document type declarations are refused, and with them external
 * entities and entities that grow. Pure. */
#ifndef FEEDS_XML_H
#define FEEDS_XML_H

#include "app/base/buffer.h"
#include "app/base/verdict.h"

enum {
    XML_DEPTH_MAX = 32,         /* CAP needs 5; more is an attack on somebody's stack. */
    XML_NODES_MAX = 500000,     /* A national list of 2,000 alerts has as many. */
    XML_ATTRIBUTES_MAX = 500000,
};

struct xml_attribute {
    const char *name, *value;   /* The name is local. */
};

struct xml_node {
    const char *name;
    const char *space;          /* Its namespace, "" for none. */
    const struct xml_attribute *attributes;
    uint32_t attribute_count;
    const char *text;           /* Its own character data, without blanks at both ends. */
    size_t offset;              /* Of its start tag in the document. */
    const struct xml_node *first, *next;        /* Child; sibling, in document order. */
};

/* Parses one whole document; a byte order mark and blanks may stand before it. The tree lives in
 * `arena`. Refusals: TRUNCATED, BAD_SYNTAX, BAD_UTF8, TOO_DEEP, TOO_LONG (nodes), UNSUPPORTED
 * "DOCTYPE" or "encoding" (expat knows UTF-8, UTF-16, ISO-8859-1 and ASCII). */
struct verdict xml_parse(struct span document, struct arena *arena,
                         const struct xml_node **ret_root);

/* First child of that name, or the next sibling of that name; NULL when there is none. */
const struct xml_node *xml_child(const struct xml_node *node, const char *name);
const struct xml_node *xml_again(const struct xml_node *node);
/* Text of the first child of that name; "" when there is none or it is empty. */
const char *xml_child_text(const struct xml_node *node, const char *name);
uint32_t xml_count(const struct xml_node *node, const char *name);
/* Of a node's attribute; "" when it has none of that name. */
const char *xml_attribute(const struct xml_node *node, const char *name);

#endif
