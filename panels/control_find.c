/* control_find.c - what `go` and `/` find in the picture before geography is asked. */
#include "panels/control_acts.h"

#include <ctype.h>
#include <string.h>

#include "app/base/text.h"

static bool matches(const char *text, struct span words)
{
    char wanted[COMMAND_BYTES_MAX + 1], have[256];
    size_t length = words.length < sizeof wanted - 1 ? words.length : sizeof wanted - 1;

    for (size_t i = 0; i < length; i++)
        wanted[i] = (char)tolower((unsigned char)words.bytes[i]);
    wanted[length] = '\0';
    size_t at = 0;
    for (; text[at] && at < sizeof have - 1; at++)
        have[at] = (char)tolower((unsigned char)text[at]);
    have[at] = '\0';
    return length > 0 && strstr(have, wanted);
}

/* What stands in the picture under these words: an open incident, a unit, a facility. */
static bool find_words(const struct picture *picture, struct span words,
                       struct object_name *ret_name)
{
    for (uint32_t i = 0; i < picture_count(picture, OBJECT_INCIDENT); i++) {
        const struct incident *incident = picture_row(picture, OBJECT_INCIDENT, i);
        if (incident->state == INCIDENT_OPEN && matches(incident->place, words)) {
            *ret_name = object_numbered(OBJECT_INCIDENT, incident->number);
            return true;
        }
    }
    for (uint32_t i = 0; i < picture_count(picture, OBJECT_FACILITY); i++) {
        const struct facility *facility = picture_row(picture, OBJECT_FACILITY, i);
        if (matches(facility->name, words) || text_same_ignoring_case(span_of(facility->code),
                                                                      words)) {
            *ret_name = object_called(OBJECT_FACILITY, facility->code);
            return true;
        }
    }
    return false;
}

bool control_object(const struct picture *picture, struct span text, struct object_name *ret_name)
{
    return object_name_parse(text, ret_name) && picture_find(picture, ret_name);
}

bool control_find(const struct picture *picture, struct span words,
                  struct object_name *ret_name)
{
    return control_object(picture, words, ret_name) || find_words(picture, words, ret_name);
}
