/* look_info.h - `watchdesk map --info`: what is in each file, for a person or, a JSON object a
 * line, for a script. */
#ifndef PANELS_LOOK_INFO_H
#define PANELS_LOOK_INFO_H

#include "panels/look_files.h"

/* Adds a page for each file. False when none of them could be opened. */
bool look_info(const struct look_files *files, bool json, struct buffer *out);

#endif
