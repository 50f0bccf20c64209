/* senml.h - Sensor Measurement Lists in JSON (RFC 8428). Pure.
 *
 * A pack is a list of records; base fields hold for the records that follow. What comes out is
 * resolved (section 4.6): whole names, base values and times added. A time under 2^28 seconds is
 * relative to the sending; `ut`, the longest time to the next record of the name, becomes the
 * reading's watch.
 *
 * The pack is refused as a whole when one record is wrong: whoever writes one wrong cannot be
 * trusted to have meant the others. Packs of drafts before the RFC (`bver` under 10) are read too;
 * only these may have a record of base fields alone. */
#ifndef FEEDS_SENML_H
#define FEEDS_SENML_H

#include "feeds/reading.h"

enum { SENML_VERSION = 10, SENML_RECORDS_MAX = 10000 };

/* Reads a pack. `now_ms` is what relative times count from. Refusals name the record and the field
 * ("records[2].v"): WRONG_TYPE, FIELD_MISSING (no name, no value, an empty pack), CONTRADICTION
 * (two values), OUT_OF_RANGE (bver, a time past all clocks), NOT_ALLOWED (an unknown field whose
 * name ends in _, section 4.4), BAD_SYNTAX (a name with other characters than section 4.5.1
 * allows, data that is not base64url), TOO_LONG. */
struct verdict senml_read(const struct json *pack, int64_t now_ms, struct arena *arena,
                          struct readings *ret_readings);

#endif
