/* shapefile.h - a map layer from a file, a shapefile or GeoJSON, read into plain memory; and a
 * shapefile written.
 *
 * A read gives everything at once: geometry as flat arrays in WGS 84 (projected through PROJ where
 * the .prj or the GeoJSON says so), attributes as clean UTF-8 text. The file is closed again before
 * it returns, so nothing later depends on it. What is damaged is read as far as it can be read
 * truly, and the warning counts what was left out; what cannot be read at all, or would be put in
 * the wrong place, is refused with a sentence that names file, fault and remedy. Nothing is ever
 * written beside the data. One thread per call; no global state. */
#ifndef MAPS_SHAPEFILE_H
#define MAPS_SHAPEFILE_H

#include "app/base/geo.h"

enum shape_kind { SHAPE_POINTS, SHAPE_LINES, SHAPE_POLYGONS };

struct shape_field {
    char name[64];              /* Ten bytes in a .dbf; a GeoJSON member's name may be longer. */
    char type;                  /* 'C', 'N', 'F', 'L' or 'D', as in the .dbf. */
    uint32_t width, decimals;
};

/* Record r has parts part_first[record_part[r]] up to record_part[r + 1]; part p has vertices
 * part_first[p] up to part_first[p + 1]. A null record has no parts. */
struct shapes {
    enum shape_kind kind;
    uint32_t record_count, part_count, vertex_count;
    uint32_t *record_part;      /* record_count + 1 */
    uint32_t *part_first;       /* part_count + 1 */
    struct geo_point *vertices; /* vertex_count */
    struct geo_box *boxes;      /* record_count; NaN corners for a null record. */
    struct geo_box bounds;
    uint32_t field_count;
    struct shape_field *fields;
    const char **values;        /* record_count * field_count, "" for null; into `text`. */
    char *text;                 /* All values, each ending in NUL. NULL when they live elsewhere. */
    uint32_t kind_records[3];   /* By enum shape_kind: how many records of each the file has. */
    char warning[400];          /* "" or one sentence: no .prj, records left out, ... */
};

/* `path` names a shapefile, with or without ".shp", or a GeoJSON file (source.h). A file that holds
 * several kinds gives the one that most of its records are; "#points", "#lines" or "#polygons"
 * behind the path asks for one. A record keeps its number whatever kind is read. On failure
 * *ret_shapes is untouched and `why` holds a sentence.
 *
 * Z and M are dropped; a multipoint is a record of several vertices; a multipatch is its outline
 * seen from above; rings are closed; what crosses the date line is cut there. A record that is
 * deleted in the .dbf, is damaged, or has coordinates that are not on the earth, is a null record
 * and counted. Errors: STATUS_NOT_FOUND; STATUS_IO; STATUS_CORRUPT (nothing in it can be read);
 * STATUS_REFUSED (whole, but not for us: an archive, an unknown projection); STATUS_TOO_LARGE. */
enum status shapefile_read(const char *path, struct shapes **ret_shapes, char *why,
                           size_t why_bytes);
/* As shapefile_read(), but of the attributes only `columns` (ASCII case ignored): what a map needs
 * of a layer is two of its thirty. A column that is not there is left out without a word. */
enum status shapefile_read_columns(const char *path, const char *const *columns,
                                   uint32_t column_count, struct shapes **ret_shapes, char *why,
                                   size_t why_bytes);
/* As shapefile_read_columns(), and says in `watch` how far it has come. It ends at once with
 * STATUS_REFUSED when that says stop. */
struct watch;
enum status shapefile_read_watched(const char *path, const char *const *columns,
                                   uint32_t column_count, struct watch *watch,
                                   struct shapes **ret_shapes, char *why, size_t why_bytes);
/* Which kinds a layer has: a bit, 1 << kind, each; 0 when that cannot be told. Judged by the
 * header of a shapefile, the first thousand records of a GeoJSON file, "#lines" where given. */
uint32_t shapefile_kinds(const char *path);
void shapes_free(struct shapes *shapes);        /* All its arrays; not single values. */

/* Column number of `name` (ASCII case ignored), or -1. */
int shapes_column(const struct shapes *shapes, const char *name);
/* "name|ref": columns of which a record has the value of the first that is not empty. Those that
 * the layer does not have are left out; a column whose own name has a '|' is found first. */
enum { SHAPES_CHOICE_MAX = 4 };
struct shapes_choice {
    int columns[SHAPES_CHOICE_MAX];
    uint32_t count;             /* 0: it has none of them. */
};
struct shapes_choice shapes_choice(const struct shapes *shapes, const char *names);
/* A loan of the shapes; "" for none. */
const char *shapes_chosen(const struct shapes *shapes, uint32_t record,
                          const struct shapes_choice *choice);
/* "" for column -1. */
const char *shapes_value(const struct shapes *shapes, uint32_t record, int column);

/* ---- Writing, through shapelib -------------------------------------------------------------- */

/* Writes `shapes` as PATH.shp, .shx, .dbf, .prj (WGS 84) and .cpg (UTF-8). The same shapes always
 * give the same bytes. A record of SHAPE_POINTS has one vertex or none. `boxes`, `bounds`, `text`
 * and `warning` are not looked at. A value wider than its field is refused, never cut. Errors,
 * with a sentence in `why`: STATUS_IO; STATUS_TOO_LARGE (a value, a name or the file). */
enum status shapefile_write(const char *path, const struct shapes *shapes, char *why,
                            size_t why_bytes);

#endif
