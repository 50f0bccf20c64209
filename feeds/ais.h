/* ais.h - the Automatic Identification System: ships' messages out of VDM and VDO sentences
 * (ITU-R M.1371, IEC 61162-1).
 *
 * Speeds are metres a second, angles degrees, NaN where the ship says that it does not know. Times
 * are UTC, ms since 1970. Pure. */
#ifndef FEEDS_AIS_H
#define FEEDS_AIS_H

#include "app/base/buffer.h"
#include "feeds/nmea.h"

enum {
    AIS_PARTS_MAX = 9, AIS_PAYLOAD_BYTES_MAX = AIS_PARTS_MAX * 82,
    AIS_OPEN_MAX = 64,                  /* Messages whose parts are waited for; the oldest goes. */
    AIS_PART_WAIT_MS = 30000,
    AIS_TEXT_BYTES = 170,
    AIS_STATUS_SART = 14,               /* Navigation status of a beacon that is on. */
    AIS_STATUS_UNSAID = 15,             /* And of one under test. */
};

struct ais_message {
    uint32_t type, mmsi;
    bool own;                           /* VDO: our own transponder's. */
    struct geo_point location;
    double speed_mps, course_deg, heading_deg;
    bool accurate;                      /* Better than 10 m. */
    uint32_t status, second;            /* Second of the minute; 60 and over: none. */
    int64_t at_ms;                      /* Types 4 and 11 say the whole time; 0: not said. */
    char name[36], callsign[8], destination[21];
    uint32_t imo, ship_type;
    char text[AIS_TEXT_BYTES];          /* Types 12 and 14. */
    uint32_t to_mmsi;                   /* Type 12. */
    bool off_position;                  /* Type 21. */
};

/* ---- parts ---- */

struct ais_joiner;
struct ais_joiner *ais_joiner_new(void);
void ais_joiner_free(struct ais_joiner *joiner);

enum ais_joined { AIS_WHOLE, AIS_WAITS, AIS_WRONG };
/* Takes a VDM or VDO. WHOLE: the payload and its fill bits, a loan until the next call. `from`
 * tells sources apart that number alike. Refusals: NOT_A_NUMBER "total", "number", "fill". */
enum ais_joined ais_join(struct ais_joiner *joiner, const struct nmea_sentence *sentence,
                         uint32_t from, int64_t now_ms, struct span *ret_payload,
                         uint32_t *ret_fill, struct verdict *ret_verdict);
bool ais_is_sentence(const struct nmea_sentence *sentence);

/* ---- messages ---- */

/* Refusals: BAD_SYNTAX "payload" (a letter that is none), TRUNCATED "payload", UNSUPPORTED "type"
 * (one that says nothing of where or in words: read, and of no use here). */
struct verdict ais_read(struct span payload, uint32_t fill, struct ais_message *ret_message);
void ais_message_init(struct ais_message *message);

/* What sends under that number, where it matters: "SART", "MOB", "EPIRB"; else "". */
const char *ais_beacon_word(uint32_t mmsi);

#endif
