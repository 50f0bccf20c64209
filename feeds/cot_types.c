#include "feeds/cot_types.h"

#include <string.h>

#include "app/base/text.h"
#include "feeds/cot_event.h"

static const struct cot_type types[] = {
    { "a", COT_TRACK, "" },

    { "b-a-o", COT_EMERGENCY, "" },             /* -tbl 911, -pan, -opn, -c, or bare. */
    { "b-a-o-can", COT_EMERGENCY_CANCEL, "" },
    { "b-a-g", COT_ALARM, "geofence" },
    { "b-a", COT_ALARM, "alarm" },
    { "b-d", COT_ALARM, "detection" },
    { "b-d-s", COT_ALARM, "seismic detection" },
    { "b-d-a", COT_ALARM, "acoustic detection" },
    { "b-d-m", COT_ALARM, "motion" },
    { "b-r-f-h-c", COT_CASUALTY, "" },
    { "b-t-f", COT_CHAT, "" },
    { "b-t-f-d", COT_CHAT_DELIVERED, "" },
    { "b-t-f-r", COT_CHAT_READ, "" },
    { "b-m-p", COT_PLANNING, "" },              /* Waypoints, checkpoints, cameras. */
    { "b-m-p-s-m", COT_MARKER, "Marker" },
    { "b-m-r", COT_PLANNING, "Route" },
    { "b-f", COT_CONTROL, "" },                 /* Files, which we do not fetch. */
    { "b-i", COT_PLANNING, "" },                /* Pictures and video. */

    { "u-d", COT_SHAPE, "Drawing" },
    { "u-d-p", COT_MARKER, "Marker" },
    { "u-r-b-c-c", COT_SHAPE, "Drawing" },
    { "u-r-b", COT_PLANNING, "" },              /* Rulers and bullseyes. */
    { "u-rb", COT_PLANNING, "" },

    { "t-x-c-t", COT_PING, "" },
    { "t-x-c-t-r", COT_PONG, "" },
    { "t-x-takp-v", COT_PROTOCOL_OFFER, "" },
    { "t-x-takp-q", COT_PROTOCOL_REQUEST, "" },
    { "t-x-takp-r", COT_PROTOCOL_RESPONSE, "" },
    { "t-x-d-d", COT_DELETE, "" },
    { "t", COT_CONTROL, "" },
    { "y", COT_TASK_REPLY, "" },
};

const struct cot_type *cot_type_find(const char *type)
{
    static const struct cot_type unknown = { "", COT_UNKNOWN, "" };
    const struct cot_type *found = &unknown;

    for (size_t i = 0; i < ARRAY_COUNT(types); i++)
        if (types[i].above[0] == type[0] && cot_type_is(type, types[i].above)
            && strlen(types[i].above) > strlen(found->above))
            found = &types[i];
    return found;
}

/* ---- the site's rules ---- */

bool cot_rule_read(const char *text, struct cot_rule *ret_rule)
{
    struct cot_rule rule = { .text = base_copy_text(text), .name = "" };
    char *equals = strrchr(rule.text, '='), *blank = strpbrk(rule.text, " \t");

    rule.above = rule.text + strspn(rule.text, " \t");
    if (!equals || equals == rule.above || strlen(equals + 1) > 48) {
        base_free(rule.text);
        return false;
    }
    *equals = '\0';
    rule.kind = equals + 1 + strspn(equals + 1, " \t");
    if (blank && blank < equals) {
        *blank = '\0';
        rule.name = blank + 1 + strspn(blank + 1, " \t");
    }
    *ret_rule = rule;
    return true;
}

void cot_rule_clear(struct cot_rule *rule)
{
    base_free(rule->text);
}

bool cot_rule_fits(const struct cot_rule *rule, const char *type, const char *callsign)
{
    size_t length = strlen(rule->name);

    return cot_type_is(type, rule->above) && strlen(callsign) >= length
           && text_same_ignoring_case(span_from(callsign, length), span_of(rule->name));
}

/* ---- replies to tasks ---- */

static const struct cot_task_reply replies[] = {
    { "y-a-r", RECEIPT_DELIVERED, UNIT_UNKNOWN, "" },
    { "y-a-w", RECEIPT_ACCEPTED, UNIT_UNKNOWN, "" },
    { "y-s-p", RECEIPT_READ, UNIT_UNKNOWN, "planning" },
    { "y-s-r", RECEIPT_READ, UNIT_UNKNOWN, "reviewing" },
    { "y-s-e", RECEIPT_ACCEPTED, UNIT_ENROUTE, "" },
    { "y-s-e-a", RECEIPT_ACCEPTED, UNIT_UNKNOWN, "approved" },
    { "y-c-s", RECEIPT_DONE, UNIT_UNKNOWN, "" },
    { "y-c-f", RECEIPT_REFUSED, UNIT_UNKNOWN, "cannot comply" },
    { "y-c-f-a", RECEIPT_REFUSED, UNIT_UNKNOWN, "no asset" },
    { "y-c-f-i", RECEIPT_REFUSED, UNIT_UNKNOWN, "not enough information" },
    { "y-c-f-b", RECEIPT_REFUSED, UNIT_UNKNOWN, "bad request" },
    { "y-c-f-b-v", RECEIPT_REFUSED, UNIT_UNKNOWN, "against its rules" },
    { "y-c-f-b-a", RECEIPT_REFUSED, UNIT_UNKNOWN, "no authority" },
    { "y-c-f-b-p", RECEIPT_REFUSED, UNIT_UNKNOWN, "not possible" },
    { "y-c-f-s", RECEIPT_REFUSED, UNIT_UNKNOWN, "stale" },
    { "y-c-f-r", RECEIPT_REFUSED, UNIT_UNKNOWN, "rejected" },
    { "y-c-f-r-c", RECEIPT_REFUSED, UNIT_UNKNOWN, "rejected by its command" },
    { "y-c-f-r-p", RECEIPT_REFUSED, UNIT_UNKNOWN, "rejected by the pilot" },
    { "y-c-f-x", RECEIPT_FAILED, UNIT_UNKNOWN, "cancelled" },
};

const struct cot_task_reply *cot_task_reply_find(const char *type)
{
    const struct cot_task_reply *found = NULL;

    for (size_t i = 0; i < ARRAY_COUNT(replies); i++)
        if (cot_type_is(type, replies[i].above)
            && (!found || strlen(replies[i].above) > strlen(found->above)))
            found = &replies[i];
    return found;
}
