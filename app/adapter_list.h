/* adapter_list.h - what the adapters are, as `watchdesk-feed --describe` says it: one JSON object a
 * line. What site.conf says of a feed is held against it, and the hub starts feeds by it. */
#ifndef APP_ADAPTER_LIST_H
#define APP_ADAPTER_LIST_H

#include "app/core/objects.h"

struct adapter_setting {
    char name[32];
    char kind[16];                      /* "path", "text", "number", "flag", "secret" */
    bool needed;
    bool many;                          /* It may be given several times. */
};
struct adapter_facts {
    char name[32];
    enum order_repeat repeat;
    uint32_t stale_after_s;
    bool drill_clock;                   /* It may run in a drill. */
    bool drills_only;                   /* It never starts live. */
    bool online;                        /* It may use the network. */
    bool any_secrets;                   /* Secrets of any name. */
    struct adapter_setting *settings;
    uint32_t setting_count;
};
struct adapter_list {
    struct adapter_facts *at;
    uint32_t count;
};
/* The caller owns what is returned until adapter_list_clear(). */
struct verdict adapter_list_read(struct span described, struct adapter_list *ret_list);
void adapter_list_clear(struct adapter_list *list);
const struct adapter_facts *adapter_facts(const struct adapter_list *list, const char *name);

#endif
