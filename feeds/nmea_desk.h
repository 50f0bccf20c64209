/* nmea_desk.h - lines of NMEA, AIS and gpsd become reports: whose unit it is, and what rings.
 *
 * A unit is a callsign and what must be true of whoever speaks for it (words.h):
 *
 *     E7                       every fix of this feed that no other line takes
 *     E7 from=192.0.2.7        of that address
 *     E7 talker=GN             with that talker
 *     E7 source=r003669946     of that station (tag block, or stamp)
 *     E7 device=/dev/ttyUSB0   as gpsd names it
 *     FB1 mmsi=366999001       that ship; mmsi=own is our own transponder (VDO)
 *
 * Other ships have no word in the vocabulary of reports: they are counted, or, where asked for,
 * reported as units called by their number. What rings: beacons (SART, MOB, EPIRB, by their
 * numbers 970, 972, 974), and safety texts of anybody (types 12 and 14). Times are hub time. Pure.
 * */
#ifndef FEEDS_NMEA_DESK_H
#define FEEDS_NMEA_DESK_H

#include "app/base/report.h"
#include "feeds/gpsd_json.h"

enum {
    DESK_UNITS_MAX = 2000,
    DESK_SOURCES_MAX = 1024,            /* Receivers told apart; the longest silent goes. */
    DESK_SHIPS_MAX = 4096,              /* Ships whose names are known; likewise. */
    DESK_BEACONS_MAX = 64,
    DESK_REPORTS_MAX = 2,               /* Of one line. */
    DESK_REPEAT_MS = 30 * 60 * 1000,    /* The same text of the same ship rings once in that. */
    DESK_BEACON_AGAIN_MS = 60 * 1000,   /* A beacon's drift is said so often. */
};

struct desk_terms {
    bool others;                /* Ships and receivers nobody listed are reported too. */
    bool trust_clocks;          /* A time far from ours is taken as it is: a capture is past. */
};

#define DESK_COUNTS(ROW)        \
    ROW(SENTENCES, sentences)   \
    ROW(FIXES, fixes)           \
    ROW(NO_FIX, no_fix)         \
    ROW(SHIPS, ships)           \
    ROW(OTHERS, others)         \
    ROW(CLOCKS_OFF, clocks_off) \
    ROW(UNUSED, unused)
#define ROW(upper, lower) uint64_t lower;
struct desk_counts { DESK_COUNTS(ROW) };
#undef ROW

struct nmea_desk;
struct nmea_desk *nmea_desk_new(const struct desk_terms *terms);
void nmea_desk_free(struct nmea_desk *desk);
/* False: `sentence` says what is wrong with the line of the setting. */
bool nmea_desk_unit(struct nmea_desk *desk, struct span line, char *sentence,
                    size_t sentence_bytes);
const struct desk_counts *nmea_desk_counts(const struct nmea_desk *desk);

struct desk_outcome {
    struct report reports[DESK_REPORTS_MAX];    /* Texts in the arena. */
    uint32_t count;
    struct verdict verdict;     /* A refusal: the line belongs in quarantine. */
    bool noise;                 /* Of it: nothing in the line even looked like a sentence. */
};

/* One line, without its end. `from`: the address it came from, "" for a file or a device. */
void nmea_desk_take(struct nmea_desk *desk, struct span line, const char *from, int64_t now_ms,
                    struct arena *arena, struct desk_outcome *ret_outcome);

#endif
