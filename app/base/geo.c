#include "app/base/geo.h"

#include <math.h>

static const double earth_radius_m = 6371008.8;
static const double radians = 0.017453292519943295;

struct geo_point geo_unknown(void)
{
    return (struct geo_point){ .lat_deg = NAN, .lon_deg = NAN };
}

bool geo_known(struct geo_point point)
{
    return !isnan(point.lat_deg) && !isnan(point.lon_deg);
}

bool geo_plausible(struct geo_point point)
{
    if (!isfinite(point.lat_deg) || !isfinite(point.lon_deg))
        return false;
    if (fabs(point.lat_deg) > 90.0 || fabs(point.lon_deg) > 180.0)
        return false;
    return point.lat_deg != 0.0 || point.lon_deg != 0.0;
}

struct geo_point geo_rounded(struct geo_point point)
{
    /* Adding nothing makes -0 to 0: nobody should read "-0.00000". */
    return (struct geo_point){ .lat_deg = round(point.lat_deg * 1e7) / 1e7 + 0.0,
                               .lon_deg = round(point.lon_deg * 1e7) / 1e7 + 0.0 };
}

bool geo_same(struct geo_point left, struct geo_point right)
{
    if (!geo_known(left) || !geo_known(right))
        return geo_known(left) == geo_known(right);
    return left.lat_deg == right.lat_deg && left.lon_deg == right.lon_deg;
}

double geo_distance_m(struct geo_point from, struct geo_point to)
{
    double half_lat = sin((to.lat_deg - from.lat_deg) * radians / 2);
    double half_lon = sin((to.lon_deg - from.lon_deg) * radians / 2);
    double chord = half_lat * half_lat
                   + cos(from.lat_deg * radians) * cos(to.lat_deg * radians) * half_lon * half_lon;
    return 2 * earth_radius_m * asin(sqrt(chord > 1 ? 1 : chord));
}

double geo_bearing_deg(struct geo_point from, struct geo_point to)
{
    double lat1 = from.lat_deg * radians, lat2 = to.lat_deg * radians;
    double east = (to.lon_deg - from.lon_deg) * radians;
    double bearing = atan2(sin(east) * cos(lat2),
                           cos(lat1) * sin(lat2) - sin(lat1) * cos(lat2) * cos(east))
                     / radians;
    return bearing < 0 ? bearing + 360 : bearing;
}

struct geo_point geo_moved(struct geo_point from, double bearing_deg, double distance_m)
{
    double lat = from.lat_deg * radians, bearing = bearing_deg * radians;
    double arc = distance_m / earth_radius_m;
    double sine = sin(lat) * cos(arc) + cos(lat) * sin(arc) * cos(bearing);
    double lat2 = asin(fmax(-1, fmin(1, sine)));        /* At a pole rounding goes over 1. */
    double east = atan2(sin(bearing) * sin(arc) * cos(lat), cos(arc) - sin(lat) * sin(lat2));
    double lon = from.lon_deg + east / radians;

    if (lon > 180)
        lon -= 360;
    if (lon < -180)
        lon += 360;
    return (struct geo_point){ .lat_deg = lat2 / radians, .lon_deg = lon };
}

static bool edge_crosses(struct geo_point a, struct geo_point b, struct geo_point point)
{
    if ((a.lat_deg > point.lat_deg) == (b.lat_deg > point.lat_deg))
        return false;
    double at = a.lon_deg
                + (point.lat_deg - a.lat_deg) * (b.lon_deg - a.lon_deg) / (b.lat_deg - a.lat_deg);
    return point.lon_deg < at;
}

bool geo_inside(const struct geo_points *rings, struct geo_point point)
{
    bool inside = false;
    uint32_t first = 0;

    for (uint32_t i = 1; i < rings->count; i++) {
        if (edge_crosses(rings->at[i - 1], rings->at[i], point))
            inside = !inside;
        if (geo_same(rings->at[i], rings->at[first])) {     /* This ring is closed. */
            first = i + 1;
            i++;
        }
    }
    return inside;
}
