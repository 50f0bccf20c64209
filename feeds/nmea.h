/* nmea.h - sentences of NMEA 0183 (IEC 61162-1), and the fix that those of one receiver add up to.
 *
 * A sentence is found in its line whatever stands around it: binary of a receiver's own protocol, a
 * tag block (IEC 61162-450), a logger's wrapper before or a station's stamp behind it. Its
 * checksum must be right. Times are UTC, ms since 1970; speeds metres a second. Pure. */
#ifndef FEEDS_NMEA_H
#define FEEDS_NMEA_H

#include "app/base/geo.h"
#include "app/base/verdict.h"

enum {
    NMEA_LINE_BYTES_MAX = 4096,         /* 82 by the book; wrappers, and AIS in one piece. */
    NMEA_FIELDS_MAX = 40,
};

/* All are loans from the line. */
struct nmea_sentence {
    char start;                         /* $, or ! for what is encapsulated. */
    struct span text;                   /* From the start to its checksum. */
    struct span talker, type;           /* "GP", "RMC"; a proprietary one's talker is "P". */
    struct span fields[NMEA_FIELDS_MAX];        /* Behind the address. */
    uint32_t field_count;
    struct span source;                 /* The tag block's s:, else a station's stamp. */
    int64_t at_ms;                      /* The tag block's c:, or the stamp's; 0: not said. */
    struct span group;                  /* The tag block's g:, which joins parts. */
};

/* Refusals: BAD_SYNTAX "sentence" (there is none in the line), CONTRADICTION "checksum",
 * FIELD_MISSING "checksum", TOO_LONG. */
struct verdict nmea_read(struct span line, struct nmea_sentence *ret_sentence);

/* A field by its number from 0; empty where there are not so many. */
struct span nmea_field(const struct nmea_sentence *sentence, uint32_t number);

/* ---- fixes ---- */

struct nmea_fix {
    int64_t at_ms;
    struct geo_point location;
    double speed_mps, course_deg, accuracy_m;   /* NaN: unknown. */
};

/* What is known of one receiver. Zeroed to start. */
struct nmea_receiver {
    int64_t day_ms;                     /* Midnight of its date; 0: not said yet. */
    int64_t time_ms;                    /* Time of day said last. */
    uint32_t since_rmc;                 /* Positions since the last RMC. */
    bool has_rmc;
    int64_t vtg_at_ms, gst_at_ms;       /* Time of day when these were said. */
    double speed_mps, course_deg, accuracy_m;
};

enum nmea_found {
    NMEA_FIX,                           /* *ret_fix is one. */
    NMEA_NO_FIX,                        /* Read, and it says that there is no fix. */
    NMEA_PART,                          /* Read; it adds to what comes. */
    NMEA_OTHER,                         /* A sentence that says nothing of where. */
    NMEA_WRONG,                         /* *ret_verdict says what is. */
};

/* RMC makes a fix; GGA, GNS and GLL do where no RMC comes; VTG adds speed, GST accuracy, ZDA the
 * date. A date is asked of the receiver; before it said one, the day nearest to `now_ms` is
 * taken. Two digits of a year: 80 to 99 are 19xx. */
enum nmea_found nmea_take(struct nmea_receiver *receiver, const struct nmea_sentence *sentence,
                          int64_t now_ms, struct nmea_fix *ret_fix, struct verdict *ret_verdict);

#endif
