/* contact_id.h - the event codes of Contact ID (SIA DC-05, Ademco), which ADM-CID carries. Pure. */
#ifndef FEEDS_CONTACT_ID_H
#define FEEDS_CONTACT_ID_H

#include "app/base/span.h"
#include "feeds/panel_code.h"

enum contact_id_qualifier {
    CONTACT_ID_NEW = 1,         /* A new event, and an opening. */
    CONTACT_ID_RESTORE = 3,     /* Its restore, and a closing. */
    CONTACT_ID_STILL = 6,       /* Reported before, still present. */
};

struct contact_id {
    enum contact_id_qualifier qualifier;
    uint32_t event, partition, zone;
};

/* "1110 01 015": qualifier, event, partition, zone or user; with blanks or without, and after the
 * message type 18 or 98 of a telephone receiver. False for anything else. */
bool contact_id_read(struct span text, struct contact_id *ret_event);

/* An event nobody knows keeps its number as its condition, "CID 999", begun by qualifier 1 and
 * ended by 3 as any other. */
void contact_id_find(const struct contact_id *event, struct panel_meaning *ret_meaning);

#endif
