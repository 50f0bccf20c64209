/* describe.h - the table of adapters as text: for people (--help) and for `watchdesk check`, which
 * reads one JSON object a line (--describe). */
#ifndef FEEDS_DESCRIBE_H
#define FEEDS_DESCRIBE_H

#include "app/base/buffer.h"

void describe_json(struct buffer *out);
void describe_help(struct buffer *out);

#endif
