#include "panels/look_files.h"

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "maps/shapefile.h"

/* ---- what a name says ---- */

static const char *ending_of(const char *path)
{
    const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');

    return dot && (!slash || dot > slash) ? dot : "";
}

static bool ends_as(const char *path, const char *const *endings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(ending_of(path), endings[i]) == 0)
            return true;
    return false;
}

static bool is_layer(const char *path)
{
    static const char *const endings[] = { ".shp", ".geojson", ".json", ".geojsonl" };

    return ends_as(path, endings, ARRAY_COUNT(endings));
}

static bool is_member(const char *path)
{
    static const char *const endings[] = { ".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix",
                                           ".qpj", ".cst" };

    return ends_as(path, endings, ARRAY_COUNT(endings))
           || (strlen(path) > 8 && strcasecmp(path + strlen(path) - 8, ".shp.xml") == 0);
}

static bool is_folder(const char *path)
{
    struct stat about;

    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* ---- gathering ---- */

static void add(struct look_files *files, const char *path)
{
    for (uint32_t i = 0; i < files->count; i++)
        if (strcmp(files->paths[i], path) == 0)
            return;
    if (files->count == LOOK_FILES_MAX)
        return;
    files->paths = base_grow(files->paths, &files->capacity, files->count + 1,
                             sizeof *files->paths);
    files->paths[files->count++] = base_copy_text(path);
}

/* A GeoJSON file may hold several kinds of shapes; each is a layer of its own, areas lowest. */
static void add_kinds(struct look_files *files, const char *path)
{
    static const char *const names[] = { [SHAPE_POINTS] = "points", [SHAPE_LINES] = "lines",
                                         [SHAPE_POLYGONS] = "polygons" };
    uint32_t kinds = shapefile_kinds(path);

    if ((kinds & (kinds - 1)) == 0) {           /* One, or nobody knows. */
        add(files, path);
        return;
    }
    for (size_t kind = ARRAY_COUNT(names); kind-- > 0;) {
        struct buffer whole = { 0 };
        buffer_print(&whole, "%s#%s", path, names[kind]);
        if (kinds >> kind & 1)
            add(files, whole.bytes);
        buffer_clear(&whole);
    }
}

static int by_name(const struct dirent **left, const struct dirent **right)
{
    return strcmp((*left)->d_name, (*right)->d_name);
}

static void add_folder(struct look_files *files, const char *folder, struct buffer *messages)
{
    struct dirent **entries;
    uint32_t before = files->count;
    int count = scandir(folder, &entries, NULL, by_name);
    bool slash = folder[0] && folder[strlen(folder) - 1] == '/';

    for (int i = 0; i < count; i++) {
        struct buffer path = { 0 };
        buffer_print(&path, "%s%s%s", folder, slash ? "" : "/", entries[i]->d_name);
        if (is_layer(path.bytes) && !is_folder(path.bytes))
            add_kinds(files, path.bytes);
        buffer_clear(&path);
        free(entries[i]);
    }
    if (count < 0)
        buffer_print(messages, "%s: the folder cannot be read: %s\n", folder, strerror(errno));
    else
        free(entries);
    if (count >= 0 && files->count == before)
        buffer_print(messages, "%s: the folder holds no .shp and no .geojson\n", folder);
    files->missed += files->count == before;
}

/* "streets.dbf" stands for "streets.shp" beside it, in whichever case that is written. */
static bool add_whole(struct look_files *files, const char *member)
{
    static const char *const endings[] = { ".shp", ".SHP", ".Shp" };
    size_t stem = strlen(member) - strlen(ending_of(member));
    bool found = false;

    if (strcasecmp(ending_of(member), ".xml") == 0)
        stem -= strlen(".shp");
    for (size_t i = 0; i < ARRAY_COUNT(endings) && !found; i++) {
        struct buffer path = { 0 };
        buffer_print(&path, "%.*s%s", (int)stem, member, endings[i]);
        found = access(path.bytes, F_OK) == 0;
        if (found)
            add(files, path.bytes);
        buffer_clear(&path);
    }
    return found;
}

static void add_pattern(struct look_files *files, const char *pattern, struct buffer *messages)
{
    glob_t found;

    if (glob(pattern, 0, NULL, &found) != 0) {
        buffer_print(messages, "%s: no file has such a name\n", pattern);
        files->missed++;
        return;
    }
    for (size_t i = 0; i < found.gl_pathc; i++) {
        const char *path = found.gl_pathv[i];
        if (is_folder(path))
            add_folder(files, path, messages);
        else if (!is_member(path) || !add_whole(files, path))
            add_kinds(files, path);
    }
    globfree(&found);
}

struct look_files look_files_find(char *const *words, uint32_t count, struct buffer *messages)
{
    struct look_files files = { 0 };

    for (uint32_t i = 0; i < count; i++) {
        const char *word = words[i];
        bool there = access(word, F_OK) == 0;
        if (is_folder(word))
            add_folder(&files, word, messages);
        else if (!there && strpbrk(word, "*?["))
            add_pattern(&files, word, messages);
        else if (!is_member(word) || !add_whole(&files, word))
            add_kinds(&files, word);    /* Whether it can be opened is said when it is. */
    }
    if (files.count == LOOK_FILES_MAX)
        buffer_print(messages, "only the first %d files are looked at\n", LOOK_FILES_MAX);
    return files;
}

void look_files_clear(struct look_files *files)
{
    for (uint32_t i = 0; i < files->count; i++)
        base_free(files->paths[i]);
    base_free(files->paths);
    *files = (struct look_files){ 0 };
}
