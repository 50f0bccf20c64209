#include "maps/reproject.h"

#include <math.h>
#include <proj.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"

const char reproject_wgs84_wkt[] =
    "GEOGCS[\"GCS_WGS_1984\",DATUM[\"D_WGS_1984\",SPHEROID[\"WGS_1984\",6378137.0,298.257223563]],"
    "PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]]";

enum { CRS_BYTES_MAX = 64 * 1024 };     /* A .prj has one line of about 500 bytes. */

/* Lanes are 3 m wide: more than this and an address moves to the next house. NAD83 (4 m) is below.
 * */
static const double off_silent_m = 5;

/* What almost every .prj begins with, blanks aside. Knowing it by sight saves opening PROJ's
 * database, 5 ms for each layer of a console that starts. */
static const char wgs84_start[] =
    "GEOGCS[\"GCS_WGS_1984\",DATUM[\"D_WGS_1984\",SPHEROID[\"WGS_1984\",6378137";
static const char wgs84_end[] = "PRIMEM[\"Greenwich\",0";

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

static void transform(PJ *pipeline, struct geo_point *points, uint32_t count)
{
    size_t stride = sizeof *points;

    proj_trans_generic(pipeline, PJ_FWD, &points->lon_deg, stride, count, &points->lat_deg, stride,
                       count, NULL, 0, 0, NULL, 0, 0);
}

/* PROJ takes the best way whose grids are installed. Says so where that is a rough one. */
static void accuracy_say(PJ_CONTEXT *context, PJ *pipeline, PJ *source, char *why, size_t why_bytes)
{
    PJ *used = proj_trans_get_last_used_operation(pipeline);
    PJ *datum = used ? proj_crs_get_geodetic_crs(context, source) : NULL;
    double off_m = used ? proj_coordoperation_get_accuracy(context, used) : 0;
    const char *name = datum ? proj_get_name(datum) : "its datum";

    if (used && proj_coordoperation_has_ballpark_transformation(context, used))
        snprintf(why, why_bytes, "PROJ knows no exact way from %.40s to WGS 84: places may be off"
                 " by a street or more", name);
    else if (off_m > off_silent_m)
        snprintf(why, why_bytes, "from %.40s to WGS 84 without a grid: places may be off by"
                 " %.0f m", name, off_m);
    proj_destroy(datum);
    proj_destroy(used);
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
        snprintf(why, why_bytes, "its .prj names a system that has no way to WGS 84 (%.60s)",
                 proj_get_name(source) ? proj_get_name(source) : "without a name");
        return STATUS_REFUSED;
    }
    if (pipeline) {
        transform(pipeline, points, count);
        accuracy_say(context, pipeline, source, why, why_bytes);
    }
    proj_destroy(pipeline);
    return STATUS_OK;
}

/* Other names of it, in GeoJSON's "crs". */
static const char *const wgs84_names[] = {
    "OGC:CRS84", "urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "EPSG:4326",
    "urn:ogc:def:crs:EPSG::4326", "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
};

static bool is_wgs84(const char *crs)
{
    for (size_t i = 0; i < ARRAY_COUNT(wgs84_names); i++)
        if (strcmp(crs, wgs84_names[i]) == 0)
            return true;
    if (strncmp(crs, wgs84_start, sizeof wgs84_start - 1) != 0)
        return false;
    const char *prime = strstr(crs, wgs84_end);
    const char *unit = prime ? strstr(prime, "UNIT[\"Degree\",0.01745329251994") : NULL;
    return unit && !strstr(crs, "PROJCS");
}

/* Without the byte order mark, blanks and NULs that editors leave around it. A PROJ string means a
 * way from degrees and only with "+type=crs" a system. */
static void crs_text(struct span crs, char text[CRS_BYTES_MAX])
{
    while (crs.length > 0 && strchr(" \r\n", crs.bytes[crs.length - 1]))
        crs.length--;                   /* strchr() finds the NUL, too. */
    if (span_starts(crs, "\xEF\xBB\xBF"))
        crs = span_from(crs.bytes + 3, crs.length - 3);
    crs = span_trim(crs);
    const char *ending = span_starts(crs, "+") ? " +type=crs" : "";
    snprintf(text, CRS_BYTES_MAX, "%.*s%s", (int)(crs.length < CRS_BYTES_MAX ? crs.length : 0),
             crs.bytes, ending);
}

/* On the earth's surface: heights and x, y, z from its centre are not for a map. */
static bool is_flat_crs(const PJ *source)
{
    PJ_TYPE type = proj_get_type(source);

    return proj_is_crs(source) && type != PJ_TYPE_GEOCENTRIC_CRS && type != PJ_TYPE_VERTICAL_CRS
           && type != PJ_TYPE_TEMPORAL_CRS;
}

enum status reproject(struct span crs, struct geo_point *points, uint32_t count, char *why,
                      size_t why_bytes)
{
    char text[CRS_BYTES_MAX];

    why[0] = '\0';
    if (count == 0)
        return STATUS_OK;
    crs_text(crs, text);
    if (is_wgs84(text))
        return STATUS_OK;
    PJ_CONTEXT *context = proj_context_create();
    proj_log_level(context, PJ_LOG_NONE);       /* PROJ's words on stderr would break the screen. */
    proj_context_set_enable_network(context, 0);
    PJ *source = text[0] ? proj_create(context, text) : NULL;
    enum status status = STATUS_REFUSED;
    if (source && is_flat_crs(source))
        status = reproject_from(context, source, points, count, why, why_bytes);
    else
        snprintf(why, why_bytes, "PROJ does not know its coordinate system, \"%.40s\" (in the .prj"
                 " or \"crs\"); ask where it came from for the right one", text);
    proj_destroy(source);
    proj_context_destroy(context);
    return status;
}
