#include "feeds/cot_contacts.h"

#include <string.h>

#include "app/base/text.h"

enum { INDEX_ROWS = 16384, NOBODY = UINT32_MAX };

/* How much a clock's difference may vary: what networks and queues add. */
enum { CLOCK_SPREAD_MS = 15 * 1000 };

struct mapping {
    char uid[COT_NAME_BYTES * 4 + 4], unit[COT_NAME_BYTES];
};

struct cot_contacts {
    struct cot_contact *at;
    uint32_t count, capacity;
    uint32_t hand;                      /* Where the next stranger to be forgotten is looked for. */
    uint32_t rows[INDEX_ROWS];          /* First contact of each, or NOBODY. */
    char (*units)[COT_NAME_BYTES];
    uint32_t unit_count, unit_capacity;
    struct mapping *mapped;
    uint32_t mapped_count, mapped_capacity;
    bool by_uid_only;
};

struct cot_contacts *cot_contacts_new(void)
{
    struct cot_contacts *contacts = base_alloc(1, sizeof *contacts);

    for (uint32_t i = 0; i < INDEX_ROWS; i++)
        contacts->rows[i] = NOBODY;
    return contacts;
}

void cot_contacts_free(struct cot_contacts *contacts)
{
    if (!contacts)
        return;
    base_free(contacts->at);
    base_free(contacts->units);
    base_free(contacts->mapped);
    base_free(contacts);
}

/* ---- which unit ---- */

void cot_contacts_add_unit(struct cot_contacts *contacts, const char *unit)
{
    contacts->units = base_grow(contacts->units, &contacts->unit_capacity,
                                contacts->unit_count + 1, sizeof *contacts->units);
    text_copy(contacts->units[contacts->unit_count++], COT_NAME_BYTES, span_of(unit));
}

bool cot_contacts_map(struct cot_contacts *contacts, const char *text)
{
    const char *equals = strrchr(text, '=');

    if (!equals)
        return false;
    struct span uid = span_trim(span_from(text, (size_t)(equals - text)));
    struct span unit = span_trim(span_of(equals + 1));
    if (uid.length == 0 || unit.length == 0 || unit.length >= COT_NAME_BYTES)
        return false;
    contacts->mapped = base_grow(contacts->mapped, &contacts->mapped_capacity,
                                 contacts->mapped_count + 1, sizeof *contacts->mapped);
    struct mapping *mapping = &contacts->mapped[contacts->mapped_count++];
    text_copy(mapping->uid, sizeof mapping->uid, uid);
    text_copy(mapping->unit, sizeof mapping->unit, unit);
    return true;
}

void cot_contacts_by_uid_only(struct cot_contacts *contacts)
{
    contacts->by_uid_only = true;
}

static bool same_name(const char *left, const char *right)
{
    return text_same_ignoring_case(span_trim(span_of(left)), span_of(right));
}

static const char *mapped_unit(const struct cot_contacts *contacts, const char *uid)
{
    for (uint32_t i = 0; i < contacts->mapped_count; i++)
        if (strcmp(contacts->mapped[i].uid, uid) == 0)
            return contacts->mapped[i].unit;
    return NULL;
}

const char *cot_contacts_uid_of_unit(const struct cot_contacts *contacts, const char *unit)
{
    for (uint32_t i = 0; i < contacts->mapped_count; i++)
        if (same_name(contacts->mapped[i].unit, unit))
            return contacts->mapped[i].uid;
    return "";
}

static const char *unit_of(const struct cot_contacts *contacts, const struct cot_contact *contact)
{
    const char *mapped = mapped_unit(contacts, contact->uid);

    if (mapped || contacts->by_uid_only)
        return mapped ? mapped : "";
    const char *called = contact->callsign[0] ? contact->callsign : contact->uid;
    for (uint32_t i = 0; i < contacts->unit_count; i++) {
        const char *unit = contacts->units[i];
        if ((same_name(called, unit) || same_name(contact->uid, unit))
            && !cot_contacts_uid_of_unit(contacts, unit)[0])
            return unit;
    }
    if (contacts->unit_count || cot_contacts_uid_of_unit(contacts, called)[0])
        return "";
    return called;
}

/* ---- the index ---- */

static uint32_t row_of(const char *uid)
{
    uint64_t hash = 1469598103934665603u;       /* FNV-1a. */

    for (; *uid; uid++)
        hash = (hash ^ (unsigned char)*uid) * 1099511628211u;
    return (uint32_t)(hash >> 32) % INDEX_ROWS;
}

static uint32_t index_of(const struct cot_contacts *contacts, const char *uid)
{
    uint32_t at = contacts->rows[row_of(uid)];

    while (at != NOBODY && strcmp(contacts->at[at].uid, uid) != 0)
        at = contacts->at[at].next;
    return at;
}

static void unlink_contact(struct cot_contacts *contacts, uint32_t index)
{
    uint32_t *link = &contacts->rows[row_of(contacts->at[index].uid)];

    while (*link != index) {
        assert(*link != NOBODY);
        link = &contacts->at[*link].next;
    }
    *link = contacts->at[index].next;
}

/* A contact to be used anew: a stranger without an emergency, else whoever's turn it is. */
static uint32_t forget_one(struct cot_contacts *contacts)
{
    for (uint32_t looked = 0; looked < contacts->count; looked++) {
        contacts->hand = (contacts->hand + 1) % contacts->count;
        const struct cot_contact *contact = &contacts->at[contacts->hand];
        if (!contact->unit[0] && !contact->emergency_ms)
            break;
    }
    unlink_contact(contacts, contacts->hand);
    return contacts->hand;
}

static uint32_t contact_new(struct cot_contacts *contacts, const char *uid)
{
    uint32_t index = contacts->count, row = row_of(uid);

    if (index == COT_CONTACTS_MAX) {
        index = forget_one(contacts);
    } else {
        contacts->at =
            base_grow(contacts->at, &contacts->capacity, index + 1, sizeof *contacts->at);
        contacts->count++;
    }
    struct cot_contact *contact = &contacts->at[index];
    *contact = (struct cot_contact){ .next = contacts->rows[row] };
    text_copy(contact->uid, sizeof contact->uid, span_of(uid));
    contacts->rows[row] = index;
    return index;
}

/* ---- who ---- */

struct cot_contact *cot_contacts_find(const struct cot_contacts *contacts, const char *uid)
{
    uint32_t index = index_of(contacts, uid);
    return index == NOBODY ? NULL : &contacts->at[index];
}

struct cot_contact *cot_contacts_hear(struct cot_contacts *contacts, const char *uid,
                                      const char *callsign, int64_t now_ms)
{
    char name[COT_NAME_BYTES];
    uint32_t index = index_of(contacts, uid);
    bool is_new = index == NOBODY;

    if (is_new)
        index = contact_new(contacts, uid);
    struct cot_contact *contact = &contacts->at[index];
    contact->heard_ms = now_ms;
    text_clean(span_of(callsign), name, sizeof name);
    bool renamed = name[0] && strcmp(name, contact->callsign) != 0;
    if (renamed)
        memcpy(contact->callsign, name, sizeof name);
    if (is_new || renamed) {
        const char *unit = unit_of(contacts, contact);
        text_copy(contact->unit, sizeof contact->unit, span_of(unit));
    }
    return contact;
}

struct cot_contact *cot_contacts_of_unit(const struct cot_contacts *contacts, const char *unit)
{
    struct cot_contact *last = NULL;

    for (uint32_t i = 0; i < contacts->count; i++) {
        struct cot_contact *contact = &contacts->at[i];
        if (same_name(contact->unit, unit) && (!last || contact->heard_ms > last->heard_ms))
            last = contact;
    }
    return last;
}

const char *cot_contact_name(const struct cot_contact *contact)
{
    if (contact->unit[0])
        return contact->unit;
    return contact->callsign[0] ? contact->callsign : contact->uid;
}

void cot_contacts_forget_link(struct cot_contacts *contacts, uint64_t link)
{
    for (uint32_t i = 0; i < contacts->count; i++)
        if (contacts->at[i].link == link)
            contacts->at[i].link = 0;
}

int64_t cot_contact_clock_behind_ms(struct cot_contact *contact, int64_t time_ms, int64_t now_ms)
{
    int64_t behind_ms = now_ms - time_ms;
    bool fits = contact->clock_seen && behind_ms > contact->behind_high_ms - CLOCK_SPREAD_MS
                && behind_ms < contact->behind_low_ms + CLOCK_SPREAD_MS;

    if (!fits) {                /* Set anew, or what came before had been stored. */
        contact->clock_seen = 0;
        contact->behind_low_ms = contact->behind_high_ms = behind_ms;
    }
    contact->clock_seen++;
    if (behind_ms < contact->behind_low_ms)
        contact->behind_low_ms = behind_ms;
    if (behind_ms > contact->behind_high_ms)
        contact->behind_high_ms = behind_ms;
    bool wrong = contact->behind_low_ms > COT_CLOCK_OFF_MS
                 || contact->behind_low_ms < -COT_CLOCK_OFF_MS;
    return wrong && contact->clock_seen >= COT_CLOCK_SEEN_MIN ? contact->behind_low_ms : 0;
}
