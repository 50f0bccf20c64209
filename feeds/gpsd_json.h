/* gpsd_json.h - what gpsd says, one JSON object a line (gpsd_json(5)): its TPV as a fix, its AIS as
 * a message. Speeds are metres a second, times ms since 1970. Pure. */
#ifndef FEEDS_GPSD_JSON_H
#define FEEDS_GPSD_JSON_H

#include "app/base/json.h"
#include "feeds/ais.h"

enum gpsd_found {
    GPSD_FIX, GPSD_AIS,
    GPSD_NO_FIX,                /* Its receiver has none, or no time with it. */
    GPSD_OTHER,                 /* SKY, WATCH, VERSION and the rest. */
    GPSD_WRONG,
};
struct gpsd_said {
    const char *device;         /* A loan from `json`; "" when not said. */
    struct nmea_fix fix;
    struct ais_message message;
};

/* Refusals: FIELD_MISSING "class", NOT_A_TIME "time", NOT_A_NUMBER and OUT_OF_RANGE "lat, lon",
 * OUT_OF_RANGE "mmsi". */
enum gpsd_found gpsd_read(const struct json *json, struct gpsd_said *ret_said,
                          struct verdict *ret_verdict);

/* What asks gpsd for all of it. */
#define GPSD_WATCH "?WATCH={\"enable\":true,\"json\":true,\"scaled\":true};\n"

#endif
