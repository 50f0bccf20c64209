/* describe.h - the table of adapters as text: for people (--help, --page) and for `watchdesk
 * check`, which reads one JSON object a line (--describe). */
#ifndef FEEDS_DESCRIBE_H
#define FEEDS_DESCRIBE_H

#include "feeds/adapters.h"

void describe_json(struct buffer *out);
void describe_help(struct buffer *out);
/* What `watchdesk feed --help` says: the adapters and what each is; of one, its settings. */
void describe_names(struct buffer *out);
void describe_adapter(const struct feed_adapter *adapter, struct buffer *out);
/* One adapter's page as Markdown, without a heading: what feeds/README.md holds of it. */
void describe_page(const struct feed_adapter *adapter, struct buffer *out);

/* Judges entries of a site.conf: lines {"feed":NAME,"adapter":NAME,"settings":{...}} on `in`; adds
 * a line `feed NAME: SENTENCE` for each that is wrong. True when none is. */
bool describe_check(struct span in, struct buffer *out);

#endif
