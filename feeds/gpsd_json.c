#include "feeds/gpsd_json.h"

#include <math.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"

#define MPS_OF_KNOT (1852.0 / 3600)

static bool point_set(double lat_deg, double lon_deg, struct geo_point *ret_point)
{
    struct geo_point point = { .lat_deg = lat_deg, .lon_deg = lon_deg };

    if (!geo_plausible(point))
        return false;
    *ret_point = geo_rounded(point);
    return true;
}

/* Modes: 0 not said, 1 no fix, 2 without and 3 with altitude. */
static enum gpsd_found tpv_read(const struct json *json, struct gpsd_said *said,
                                struct verdict *ret_verdict)
{
    const char *time = json_member_text(json, "time", "");
    double lat_deg = json_member_number(json, "lat", NAN);
    double lon_deg = json_member_number(json, "lon", NAN);

    if (json_member_int64(json, "mode", 0) < 2 || !time[0] || !json_member(json, "lat"))
        return GPSD_NO_FIX;
    *ret_verdict = refused(REFUSED_NOT_A_TIME, 0, "time");
    if (!when_parse(span_of(time), &said->fix.at_ms))
        return GPSD_WRONG;
    *ret_verdict = refused(isnan(lat_deg) || isnan(lon_deg) ? REFUSED_NOT_A_NUMBER
                                                            : REFUSED_OUT_OF_RANGE, 0, "lat, lon");
    if (!point_set(lat_deg, lon_deg, &said->fix.location))
        return GPSD_WRONG;
    said->fix.speed_mps = json_member_number(json, "speed", NAN);
    said->fix.course_deg = json_member_number(json, "track", NAN);
    said->fix.accuracy_m = json_member_number(json, "eph", NAN);
    return GPSD_FIX;
}

static void text_take(const struct json *json, const char *name, char *text, size_t text_bytes)
{
    text_copy(text, text_bytes, span_of(json_member_text(json, name, "")));
}

/* Scaled values are degrees and knots; the others are the message's own units. A value that gpsd
 * writes as a word ("nan", "n/a") is unknown; "fast" is 102.2 knots or more. */
static void moves_read(const struct json *json, bool scaled, struct ais_message *message)
{
    bool long_range = message->type == 27;
    double per_degree = scaled ? 1 : long_range ? 600 : 600000;
    double per_knot = scaled || long_range || message->type == 9 ? 1 : 10;
    double per_course = scaled || long_range ? 1 : 10;
    double speed = json_member_number(json, "speed", NAN) / per_knot;
    double course = json_member_number(json, "course", NAN) / per_course;
    bool no_speed = message->type == 9 ? speed == 1023 : speed > 102.25;

    point_set(json_member_number(json, "lat", NAN) / per_degree,
              json_member_number(json, "lon", NAN) / per_degree, &message->location);
    message->speed_mps = no_speed || (long_range && speed == 63) ? NAN : speed * MPS_OF_KNOT;
    message->course_deg = course >= 360 ? NAN : course;
}

static enum gpsd_found message_read(const struct json *json, struct gpsd_said *said,
                                    struct verdict *ret_verdict)
{
    struct ais_message *message = &said->message;
    int64_t mmsi = json_member_int64(json, "mmsi", -1);

    if (mmsi < 0 || mmsi > 999999999) {
        *ret_verdict = refused(REFUSED_OUT_OF_RANGE, 0, "mmsi");
        return GPSD_WRONG;
    }
    ais_message_init(message);
    message->mmsi = (uint32_t)mmsi;
    message->type = (uint32_t)json_member_int64(json, "type", 0) & 0x3F;
    moves_read(json, json_member_flag(json, "scaled", false), message);
    message->accurate = json_member_flag(json, "accuracy", false);
    message->status = (uint32_t)json_member_int64(json, "status", AIS_STATUS_UNSAID) & 0xF;
    message->second = (uint32_t)json_member_int64(json, "second", 60) & 0x3F;
    text_take(json, message->type == 21 ? "name" : "shipname", message->name,
              sizeof message->name);
    text_take(json, "callsign", message->callsign, sizeof message->callsign);
    text_take(json, "destination", message->destination, sizeof message->destination);
    text_take(json, "text", message->text, sizeof message->text);
    message->to_mmsi = (uint32_t)json_member_int64(json, "dest_mmsi", 0);
    message->off_position = json_member_flag(json, "off_position", false);
    return GPSD_AIS;
}

enum gpsd_found gpsd_read(const struct json *json, struct gpsd_said *ret_said,
                          struct verdict *ret_verdict)
{
    const char *class = json_member_text(json, "class", "");

    *ret_verdict = refused(REFUSED_FIELD_MISSING, 0, "class");
    if (!class[0])
        return GPSD_WRONG;
    *ret_said = (struct gpsd_said){ .device = json_member_text(json, "device", "") };
    if (strcmp(class, "TPV") == 0)
        return tpv_read(json, ret_said, ret_verdict);
    if (strcmp(class, "AIS") == 0)
        return message_read(json, ret_said, ret_verdict);
    return GPSD_OTHER;
}
