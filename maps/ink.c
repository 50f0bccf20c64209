#include "maps/ink.h"

#include <string.h>

#include "app/base/base.h"

#define ROW(upper, text) [INK_##upper] = text,
static const char *const ink_names[] = { INKS(ROW) };
#undef ROW
_Static_assert(ARRAY_COUNT(ink_names) == INK_COUNT, "every ink has a name");

#define ROW(upper, text) [GROUND_##upper] = text,
static const char *const ground_names[] = { GROUNDS(ROW) };
#undef ROW
_Static_assert(ARRAY_COUNT(ground_names) == GROUND_COUNT, "every ground has a name");

const char *ink_name(enum ink ink)
{
    assert(ink < INK_COUNT);
    return ink_names[ink];
}

const char *ground_name(enum ground ground)
{
    assert(ground < GROUND_COUNT);
    return ground_names[ground];
}

bool ink_named(const char *name, enum ink *ret_ink)
{
    for (enum ink ink = 0; ink < INK_COUNT; ink++) {
        if (strcmp(name, ink_names[ink]) == 0) {
            *ret_ink = ink;
            return true;
        }
    }
    return false;
}

bool ground_named(const char *name, enum ground *ret_ground)
{
    for (enum ground ground = 0; ground < GROUND_COUNT; ground++) {
        if (strcmp(name, ground_names[ground]) == 0) {
            *ret_ground = ground;
            return true;
        }
    }
    return false;
}
