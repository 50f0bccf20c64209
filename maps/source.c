#include "maps/source.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/base/text.h"
#include "maps/file_window.h"

enum { SNIFF_BYTES = 128, EXTENSION_BYTES_MAX = 8, NAMES_BYTES = 96 };

static const char *const kind_names[] = {
    [SHAPE_POINTS] = "points", [SHAPE_LINES] = "lines", [SHAPE_POLYGONS] = "polygons",
};

const char *source_kind_name(enum shape_kind kind)
{
    assert(kind < ARRAY_COUNT(kind_names));
    return kind_names[kind];
}

/* How other things that people take for a map begin. */
static const struct {
    struct span start;
    const char *reason;
} strangers[] = {
#define START(literal) { (literal), sizeof(literal) - 1 }
    { START("version https://git-lfs"), "it is a Git LFS pointer, not the file itself; fetch the"
      " file with `git lfs pull`" },
    { START("PK\3\4"), "it is a zip archive; unpack it and name the .shp that is in it" },
    { START("PK\5\6"), "it is an empty zip archive" },
    { START("\x1F\x8B"), "it is compressed with gzip; unpack it first" },
    { START("7z\xBC\xAF"), "it is a 7-Zip archive; unpack it first" },
    { START("SQLite format 3"), "it is an SQLite database (a GeoPackage?); turn it into a shapefile"
      " with ogr2ogr" },
    { START("%PDF"), "it is a PDF, not a map layer" },
#undef START
};

/* Members that somebody may name for the set. */
static const char *const set_extensions[] = { "shp", "shx", "dbf", "prj", "cpg", "sbn", "sbx",
                                              "qix" };
static const char *const geojson_extensions[] = { "geojson", "json", "geojsonl", "ndjson",
                                                  "geojsons" };

static enum status fail(enum status status, char *why, size_t why_bytes, const char *reason)
{
    snprintf(why, why_bytes, "%s", reason);
    return status;
}

/* Cuts "#lines" off, unless a file is called so. */
static void kind_cut(struct source *source)
{
    char *mark = strrchr(source->path, '#');
    struct stat info;

    if (!mark || stat(source->path, &info) == 0)
        return;
    for (size_t i = 0; i < ARRAY_COUNT(kind_names); i++) {
        if (strcmp(mark + 1, kind_names[i]) != 0)
            continue;
        *mark = '\0';
        source->kind_given = true;
        source->kind = (enum shape_kind)i;
        return;
    }
}

/* Where the extension of `path` starts, its dot, when it is one of `extensions`; else its end. */
static size_t stem_length(const char *path, const char *const *extensions, size_t count)
{
    const char *dot = strrchr(path, '.');

    for (size_t i = 0; dot && i < count; i++)
        if (text_same_ignoring_case(span_of(dot + 1), span_of(extensions[i])))
            return (size_t)(dot - path);
    return strlen(path);
}

static bool is_file(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && !S_ISDIR(info.st_mode);
}

/* BASE.shp, BASE.SHP or BASE.Shp. */
static bool with_extension(const char *base, const char *extension, char path[SOURCE_PATH_BYTES])
{
    for (int letters = 0; letters < 3; letters++) {
        char ending[EXTENSION_BYTES_MAX + 1];
        text_copy(ending, sizeof ending, span_of(extension));
        for (size_t i = 0; ending[i]; i++)
            if (letters == 1 || (letters == 2 && i == 0))
                ending[i] = (char)(ending[i] - ('a' - 'A'));
        int written = snprintf(path, SOURCE_PATH_BYTES, "%s.%s", base, ending);
        if (written > 0 && written < SOURCE_PATH_BYTES && is_file(path))
            return true;
    }
    return false;
}

bool source_member(const struct source *source, const char *extension,
                   char path[SOURCE_PATH_BYTES])
{
    return with_extension(source->base, extension, path);
}

static bool is_layer_name(const char *name)
{
    size_t length = strlen(name);

    return stem_length(name, set_extensions, 1) < length
           || stem_length(name, geojson_extensions, 1) < length;
}

static int compare_names(const struct dirent **left, const struct dirent **right)
{
    return strcmp((*left)->d_name, (*right)->d_name);
}

static int wanted_entry(const struct dirent *entry)
{
    return is_layer_name(entry->d_name);
}

static enum status folder_refused(const char *path, char *why, size_t why_bytes)
{
    char names[NAMES_BYTES] = "";
    struct dirent **entries;
    int count = scandir(path, &entries, wanted_entry, compare_names);

    for (int i = 0; i < count; i++) {
        size_t used = strlen(names);
        if (used + strlen(entries[i]->d_name) + 3 < sizeof names)
            snprintf(names + used, sizeof names - used, "%s%.80s", used ? ", " : "",
                     entries[i]->d_name);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    if (count <= 0)
        return fail(STATUS_REFUSED, why, why_bytes, "it is a folder, and holds no shapefile");
    snprintf(why, why_bytes, "it is a folder; name one of its %d layers (%s%s)", count, names,
             count > 4 ? ", …" : "");
    return STATUS_REFUSED;
}

/* The file that `source->path` names, with whatever extension it has. */
static enum status file_find(struct source *source, char *why, size_t why_bytes)
{
    char shp[SOURCE_PATH_BYTES], json[SOURCE_PATH_BYTES], given[SOURCE_PATH_BYTES];
    struct stat info;
    bool json_there = false;

    text_copy(given, sizeof given, span_of(source->path));
    size_t stem = stem_length(given, set_extensions, ARRAY_COUNT(set_extensions));
    bool is_shp = stem_length(given, set_extensions, 1) < strlen(given);
    if (stat(given, &info) == 0 && (is_shp || stem == strlen(given))) {
        if (!S_ISDIR(info.st_mode))
            return STATUS_OK;
        snprintf(json, sizeof json, "%.*s.shp", (int)(sizeof json - 8), given);
        if (!is_file(json))
            return folder_refused(given, why, why_bytes);
    }
    given[stem] = '\0';
    bool shp_there = with_extension(given, "shp", shp);
    for (size_t i = 0; i < ARRAY_COUNT(geojson_extensions) && !json_there; i++)
        json_there = with_extension(given, geojson_extensions[i], json);
    if (!shp_there && (!json_there || is_shp))
        return fail(STATUS_NOT_FOUND, why, why_bytes,
                    is_shp || stem < strlen(source->path)
                    ? "there is no such .shp file" : "there is no such .shp or .geojson file");
    text_copy(source->path, sizeof source->path, span_of(shp_there ? shp : json));
    return STATUS_OK;
}

static enum status format_of(struct span start, enum source_format *ret_format, const char **reason)
{
    for (size_t i = 0; i < ARRAY_COUNT(strangers); i++) {
        struct span stranger = strangers[i].start;
        *reason = strangers[i].reason;
        if (start.length >= stranger.length
            && memcmp(start.bytes, stranger.bytes, stranger.length) == 0)
            return STATUS_REFUSED;
    }
    *ret_format = SOURCE_SHAPEFILE;
    if (start.length >= 4 && memcmp(start.bytes, "\0\0\x27\x0A", 4) == 0)
        return STATUS_OK;
    if (start.length >= 3 && memcmp(start.bytes, "\xEF\xBB\xBF", 3) == 0)
        start = span_from(start.bytes + 3, start.length - 3);
    *ret_format = SOURCE_GEOJSON;
    size_t blanks = 0;
    while (blanks < start.length && strchr(" \t\r\n\x1E", start.bytes[blanks]))
        blanks++;
    char first = blanks < start.length ? start.bytes[blanks] : '\0';
    if (first == '{' || first == '[')
        return STATUS_OK;
    *reason = first == '<' ? "it is XML or a web page (KML? an error page in place of the file?),"
                             " neither a shapefile nor GeoJSON"
                           : "it is not a shapefile, and not GeoJSON";
    return first == '<' ? STATUS_REFUSED : STATUS_CORRUPT;
}

enum status source_find(const char *path, struct source *ret_source, char *why, size_t why_bytes)
{
    struct source source = { .format = SOURCE_SHAPEFILE };
    const char *reason;

    if (path[0] == '\0' || strlen(path) >= SOURCE_PATH_BYTES - EXTENSION_BYTES_MAX - 1)
        return fail(STATUS_NOT_FOUND, why, why_bytes, "its path is empty or too long");
    text_copy(source.path, sizeof source.path, span_of(path));
    kind_cut(&source);
    enum status status = file_find(&source, why, why_bytes);
    if (status != STATUS_OK)
        return status;
    errno = 0;
    struct file_window *window = file_window_open(source.path);
    if (!window) {
        snprintf(why, why_bytes, "it cannot be opened (%s)", errno ? strerror(errno)
                                                                   : "it is no plain file");
        return STATUS_IO;
    }
    uint64_t whole = file_window_bytes(window);
    size_t bytes = whole < SNIFF_BYTES ? (size_t)whole : SNIFF_BYTES;
    const char *start = file_window_at(window, 0, bytes);
    if (!start)
        status = fail(STATUS_IO, why, why_bytes, "the disk fails under it");
    else if (bytes == 0)
        status = fail(STATUS_CORRUPT, why, why_bytes, "it is empty; copy it again");
    else if ((status = format_of(span_from(start, bytes), &source.format, &reason)) != STATUS_OK)
        fail(status, why, why_bytes, reason);
    file_window_close(window);
    if (status != STATUS_OK)
        return status;
    text_copy(source.base, sizeof source.base, span_of(source.path));
    if (source.format == SOURCE_SHAPEFILE)
        source.base[stem_length(source.base, set_extensions, ARRAY_COUNT(set_extensions))] = '\0';
    *ret_source = source;
    return STATUS_OK;
}
