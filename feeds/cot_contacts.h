/* cot_contacts.h - who speaks on the feed: each sender by uid, and which unit of the site it is.
 *
 * A unit is found by the site's own table (uid=unit), else by its callsign or uid being the unit's
 * name. A unit that stands in the table is believed under those uids only: on a TAK network anybody
 * can call himself E7. When the hub named no units, every callsign is taken as a unit's, and the
 * hub judges. Pure. */
#ifndef FEEDS_COT_CONTACTS_H
#define FEEDS_COT_CONTACTS_H

#include "app/base/report.h"

enum {
    COT_CONTACTS_MAX = 20000,       /* Above it, the stranger in turn is forgotten. */
    COT_NAME_BYTES = 64,            /* Longer callsigns are cut, visibly. */
    COT_CLOCK_SEEN_MIN = 4,         /* Events before a clock is said to be wrong. */
    COT_CLOCK_OFF_MS = 30 * 1000,   /* standards.md section 2: shown above this. */
};

struct cot_contact {
    char uid[COT_NAME_BYTES * 4 + 4];
    char callsign[COT_NAME_BYTES];
    char unit[COT_NAME_BYTES];      /* The site's unit; "" for a stranger. */
    int64_t time_ms;                /* The sender's, of the newest event taken. */
    int64_t heard_ms;               /* Ours. */
    int64_t told_ms;                /* When a stranger was last reported. */
    uint64_t link;                  /* Over which connection; 0: over none that can answer. */
    char words[COT_NAME_BYTES];     /* Its last remarks that were a status. */

    /* Its clock: arrival less time, smallest and largest of the last few. */
    int64_t behind_low_ms, behind_high_ms;
    uint32_t clock_seen;
    bool clock_told;

    int64_t emergency_ms;           /* The sender's time of the alert that stands; 0: none. */
    int64_t emergency_over_ms;      /* Of the last cancel. */
    uint32_t next;                  /* In its row of the index. */
};

struct cot_contacts;
struct cot_contacts *cot_contacts_new(void);
void cot_contacts_free(struct cot_contacts *contacts);

/* The hub's units of this feed; then the site's table, "UID=UNIT". False: it is not so written. */
void cot_contacts_add_unit(struct cot_contacts *contacts, const char *unit);
bool cot_contacts_map(struct cot_contacts *contacts, const char *text);
/* Only uids of the table are units. */
void cot_contacts_by_uid_only(struct cot_contacts *contacts);

/* The sender `uid`, made when it is new; a callsign that is not "" is remembered. A loan until the
 * next call of this function. */
struct cot_contact *cot_contacts_hear(struct cot_contacts *contacts, const char *uid,
                                      const char *callsign, int64_t now_ms);
/* NULL: nobody has that uid. */
struct cot_contact *cot_contacts_find(const struct cot_contacts *contacts, const char *uid);
/* Who speaks for a unit: the one last heard; NULL: nobody yet. */
struct cot_contact *cot_contacts_of_unit(const struct cot_contacts *contacts, const char *unit);
/* A uid of the table for this unit, though it was not heard yet; "" when there is none. */
const char *cot_contacts_uid_of_unit(const struct cot_contacts *contacts, const char *unit);
/* The unit, else the callsign, else the uid. */
const char *cot_contact_name(const struct cot_contact *contact);
/* The connection is gone: nobody can be answered over it. */
void cot_contacts_forget_link(struct cot_contacts *contacts, uint64_t link);

/* Learns from an event that said `time_ms` and came at `now_ms`; then how far the sender's clock is
 * behind ours: 0 when that is little, or not known yet. Only a difference that stays the same is
 * the clock's: events that were stored on their way differ. */
int64_t cot_contact_clock_behind_ms(struct cot_contact *contact, int64_t time_ms, int64_t now_ms);

#endif
