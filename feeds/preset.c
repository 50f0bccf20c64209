#include "feeds/preset.h"

#include <string.h>

/* USGS earthquake summary feeds, GeoJSON (earthquake.usgs.gov/earthquakes/feed/v1.0/geojson.php).
 * The third coordinate is a depth in km, not a height. A quake's circle is drawn by its magnitude,
 * about as far as it is felt strongly: a help to the eye, not a statement of the USGS. `alert` is
 * PAGER's estimate of losses and goes before the magnitude. */
static const char *const usgs_rules[] = {
    "report=hazard",
    "id=id",
    "ids={id},{properties.ids}",
    "version=properties.updated",
    "at=properties.updated|properties.time",
    "cancel=properties.status -> deleted:yes, *:no",
    "kind=properties.type|=earthquake",
    "severity=properties.alert|properties.mag|=Unknown -> green:Minor, yellow:Moderate, "
        "orange:Severe, red:Extreme, ..4.5:Minor, 4.5..6:Moderate, 6..7:Severe, 7..:Extreme, *:*",
    "headline=properties.title|M {properties.mag} {properties.place}",
    "area=properties.place",
    "radius_m=properties.mag|=0 -> ..3:1000, 3..4.5:5000, 4.5..6:20000, 6..7:50000, 7..:100000",
    "effective=properties.time",
    "expires_after==24h",
    "text={properties.status|=status unknown}[, {geometry.coordinates[2]} km deep]"
        "[, felt by {properties.felt}]"
        "[; {properties.tsunami -> 1:'see the tsunami warning centre', *:}]",
    NULL,
};

/* api.weather.gov: alerts of the US National Weather Service, CAP 1.2 carried as GeoJSON. `expires`
 * is when the product does, `ends` when the event does (standards.md section 1). An update has an
 * id of its own and ends those that it refers to. Most have no geometry: areaDesc and, failing
 * that, the zones say where. */
static const char *const nws_rules[] = {
    "report=hazard",
    "if={properties.status}/{properties.messageType} -> */Ack:no, */Error:no, System/*:no, "
        "Draft/*:no, *:yes",
    "id=properties.id|id",
    "version=properties.sent",
    "replaces=properties.references[].identifier|properties.references[].@id",
    "at=properties.sent",
    "cancel=properties.messageType -> Cancel:yes, *:no",
    "exercise=properties.status -> Exercise:yes, Test:yes, *:no",
    "kind=properties.event",
    "severity=properties.severity",
    "headline=properties.headline|properties.event",
    "area=properties.areaDesc|properties.geocode.UGC[]|properties.geocode.SAME[]"
        "|properties.affectedZones[]",
    "geocodes=properties.geocode",
    "effective=properties.onset|properties.effective",
    "expires=properties.ends|properties.expires",
    "expires_after==24h",
    "text={properties.description}[ {properties.instruction}]",
    NULL,
};

/* WZDx 3 and 4, WorkZoneFeed (github.com/usdot-jpo-ode/wzdx): roadworks, detours and restrictions.
 * All lanes closed is the hazard CLOSED, which the sample site lets close roads. */
static const char *const wzdx_rules[] = {
    "report=hazard",
    "id=id|properties.road_event_id",
    "version=properties.core_details.update_date|properties.core_details.creation_date",
    "at=properties.core_details.update_date|properties.core_details.creation_date",
    "if={properties.event_status -> cancelled:no, completed:no, *:yes}|=yes",
    "kind={properties.vehicle_impact -> all-lanes-closed:CLOSED, *:}"
        "|properties.core_details.event_type|properties.event_type|=work-zone",
    "severity=properties.vehicle_impact|=unknown -> all-lanes-closed:Moderate, unknown:Unknown, "
        "*:Minor",
    "headline={properties.core_details.road_names[]|properties.road_name}"
        "[ {properties.core_details.direction -> undefined:, unknown:, *:*}]"
        "[: {properties.vehicle_impact -> unknown:, *:*}][ ({properties.core_details.name})]",
    "area={properties.core_details.road_names[]|properties.road_name}"
        "[ from {properties.beginning_cross_street}][ to {properties.ending_cross_street}]"
        "[ from milepost {properties.beginning_milepost}][ to {properties.ending_milepost}]",
    "effective=properties.start_date",
    "expires=properties.end_date",
    "expires_after==24h",
    "text=properties.core_details.description|properties.description",
    NULL,
};

/* WZDx 4, DeviceFeed: arrow boards, cameras, signs and sensors at roadworks. What a device says of
 * its own health is an alarm; where it stands is its place. */
static const char *const wzdx_device_rules[] = {
    "report=alarm",
    "id=id",
    "point=id",
    "condition==DEVICE-FAULT",
    "version=properties.core_details.update_date",
    "at=properties.core_details.update_date",
    "if=properties.core_details.device_status -> unknown:no, *:yes",
    "state=properties.core_details.device_status -> ok:normal, *:active",
    "place={properties.core_details.name}[, {properties.core_details.road_names[]}]"
        "|properties.core_details.road_names[]",
    "text={properties.core_details.device_type}[: {properties.core_details.status_messages[]}]",
    NULL,
};

const struct preset presets[] = {
    { .name = "usgs", .title = "USGS earthquakes", .rules = usgs_rules },
    { .name = "nws", .title = "US National Weather Service alerts", .rules = nws_rules },
    { .name = "wzdx", .title = "WZDx roadworks", .rules = wzdx_rules },
    { .name = "wzdx-devices", .title = "WZDx devices at roadworks", .rules = wzdx_device_rules },
    { 0 },
};

const struct preset *preset_find(const char *name)
{
    for (const struct preset *preset = presets; preset->name; preset++)
        if (strcmp(preset->name, name) == 0)
            return preset;
    return NULL;
}
