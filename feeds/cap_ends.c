#include "feeds/cap_inside_alert.h"

#include <string.h>

#include "app/base/when.h"
#include "feeds/time_format.h"

/* "180816T1800Z"; all zeros mean "until further notice". */
static bool vtec_time_read(struct span text, int64_t *ret_at_ms)
{
    static const struct zone utc = { 0 };
    struct time_read read;

    if (span_is(text, "000000T0000Z") || !time_format_read("%y%m%dT%H%MZ", text, &utc, &read))
        return false;
    *ret_at_ms = read.first_ms;
    return true;
}

/* The end in a code such as /O.NEW.KTSA.FA.W.0009.180815T1805Z-180816T1800Z/ (NWS Instruction
 * 10-1703); 0: it names none. Several stand one after the other: the last end counts. */
static int64_t vtec_end_ms(struct span codes)
{
    int64_t last_ms = 0, end_ms;
    struct span code;

    while (cap_word_cut(&codes, &code)) {
        struct span field = code, rest = code;
        while (span_cut(&rest, '.', &field))
            continue;
        struct span begin;
        if (!span_cut(&field, '-', &begin) || field.length < 13 || field.bytes[12] != '/')
            continue;
        if (vtec_time_read(span_from(field.bytes, 12), &end_ms) && end_ms > last_ms)
            last_ms = end_ms;
    }
    return last_ms;
}

/* The value that follows a valueName; pairs may stand in one element or in one each. */
static const char *parameter_value(const struct xml_node *info, const char *name)
{
    bool named = false;

    for (const struct xml_node *node = xml_child(info, "parameter"); node; node = xml_again(node))
        for (const struct xml_node *part = node->first; part; part = part->next) {
            if (strcmp(part->name, "valueName") == 0)
                named = strcmp(part->text, name) == 0;
            else if (named && strcmp(part->name, "value") == 0)
                return part->text;
        }
    return "";
}

int64_t cap_event_end_ms(const struct xml_node *info)
{
    int64_t at_ms;

    if (when_parse(span_of(parameter_value(info, "eventEndingTime")), &at_ms) && at_ms > 0)
        return at_ms;
    return vtec_end_ms(span_of(parameter_value(info, "VTEC")));
}
