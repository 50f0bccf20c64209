/* preset.h - mappings that are known already, as rules that a site could write itself.
 *
 * A site that wants one thing otherwise names the preset and adds its own rule for that field. */
#ifndef FEEDS_PRESET_H
#define FEEDS_PRESET_H

#include "app/base/span.h"

struct preset {
    const char *name, *title;
    const char *const *rules;           /* mapping.h; the last is NULL. */
};

/* The rows; the last has no name. */
extern const struct preset presets[];
const struct preset *preset_find(const char *name);     /* NULL: there is none. */

#endif
