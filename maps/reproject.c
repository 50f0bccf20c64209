#include "maps/reproject.h"

#include <math.h>
#include <proj.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"

const char reproject_wgs84_wkt[] =
    "GEOGCS[\"GCS_WGS_1984\",DATUM[\"D_WGS_1984\",SPHEROID[\"WGS_1984\",6378137.0,298.257223563]],"
    "PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]]";

enum { WKT_BYTES_MAX = 16 * 1024 };     /* A .prj has one line of about 500 bytes. */

/* What almost every .prj begins with, blanks aside. Knowing it by sight saves opening PROJ's
 * database, 5 ms for each layer of a console that starts. */
static const char wgs84_start[] =
    "GEOGCS[\"GCS_WGS_1984\",DATUM[\"D_WGS_1984\",SPHEROID[\"WGS_1984\",6378137";
static const char wgs84_end[] = "PRIMEM[\"Greenwich\",0";

/* Published files end a hair past the date line and the pole (Natural Earth does). */
static const double edge_deg = 1e-3;

static bool on_earth(struct geo_point point)
{
    return isfinite(point.lat_deg) && isfinite(point.lon_deg)
           && fabs(point.lat_deg) <= 90 + edge_deg && fabs(point.lon_deg) <= 180 + edge_deg;
}

uint32_t reproject_judge(struct geo_point *points, uint32_t count)
{
    uint32_t bad = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (on_earth(points[i]))
            continue;
        points[i] = geo_unknown();
        bad++;
    }
    return bad;
}

static void transform(PJ *pipeline, struct geo_point *points, uint32_t count)
{
    size_t stride = sizeof *points;

    proj_trans_generic(pipeline, PJ_FWD, &points->lon_deg, stride, count, &points->lat_deg, stride,
                       count, NULL, 0, 0, NULL, 0, 0);
}

/* A pipeline that always takes x, y and gives longitude, latitude: EPSG:4326 by itself wants the
 * latitude first, an ESRI .prj the longitude, and mixing them swaps silently (standards.md 12). */
static PJ *pipeline_new(PJ_CONTEXT *context, PJ *source, PJ *target)
{
    PJ *raw = proj_create_crs_to_crs_from_pj(context, source, target, NULL, NULL);

    if (!raw)
        return NULL;
    PJ *pipeline = proj_normalize_for_visualization(context, raw);
    proj_destroy(raw);
    return pipeline;
}

static enum status reproject_from(PJ_CONTEXT *context, PJ *source, struct geo_point *points,
                                  uint32_t count, char *why, size_t why_bytes)
{
    PJ *target = proj_create(context, "EPSG:4326");

    if (!target) {
        snprintf(why, why_bytes, "PROJ finds no data for WGS 84 (is proj-data installed?)");
        return STATUS_REFUSED;
    }
    bool same = proj_is_equivalent_to(source, target,
                                      PJ_COMP_EQUIVALENT_EXCEPT_AXIS_ORDER_GEOGCRS);
    PJ *pipeline = same ? NULL : pipeline_new(context, source, target);
    proj_destroy(target);
    if (!same && !pipeline) {
        snprintf(why, why_bytes, "its .prj names a system that has no way to WGS 84");
        return STATUS_REFUSED;
    }
    if (pipeline)
        transform(pipeline, points, count);
    proj_destroy(pipeline);
    reproject_judge(points, count);
    return STATUS_OK;
}

static bool is_wgs84(const char *wkt)
{
    if (strncmp(wkt, wgs84_start, sizeof wgs84_start - 1) != 0)
        return false;
    const char *prime = strstr(wkt, wgs84_end);
    const char *unit = prime ? strstr(prime, "UNIT[\"Degree\",0.01745329251994") : NULL;
    return unit && !strstr(wkt, "PROJCS");
}

enum status reproject(struct span wkt, struct geo_point *points, uint32_t count, char *why,
                      size_t why_bytes)
{
    char text[WKT_BYTES_MAX];

    if (count == 0)
        return STATUS_OK;
    if (wkt.length == 0 || wkt.length >= sizeof text || memchr(wkt.bytes, '\0', wkt.length)) {
        snprintf(why, why_bytes, "its .prj is not a coordinate system");
        return STATUS_REFUSED;
    }
    text_copy(text, sizeof text, wkt);
    if (is_wgs84(text)) {
        reproject_judge(points, count);
        return STATUS_OK;
    }
    PJ_CONTEXT *context = proj_context_create();
    proj_log_level(context, PJ_LOG_NONE);       /* PROJ's words on stderr would break the screen. */
    proj_context_set_enable_network(context, 0);
    PJ *source = proj_create(context, text);
    enum status status = STATUS_REFUSED;
    if (source && proj_is_crs(source))
        status = reproject_from(context, source, points, count, why, why_bytes);
    else
        snprintf(why, why_bytes, "its .prj is not a coordinate system PROJ knows");
    proj_destroy(source);
    proj_context_destroy(context);
    return status;
}
