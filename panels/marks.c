#include "panels/marks.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MARKS_FILE_BYTES_MAX = 4096, PATH_BYTES = 512 };

void marks_init(struct marks *marks)
{
    for (uint32_t i = 0; i < MARKS_COUNT; i++)
        marks->at[i] = geo_unknown();
}

struct geo_point *marks_letter(struct marks *marks, uint32_t glyph)
{
    uint32_t small = glyph >= 'A' && glyph <= 'Z' ? glyph - 'A' + 'a' : glyph;

    return small >= 'a' && small <= 'z' ? &marks->at[small - 'a'] : NULL;
}

uint32_t marks_set(const struct marks *marks)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < MARKS_COUNT; i++)
        count += geo_known(marks->at[i]);
    return count;
}

/* ---- as text ---- */

void marks_write(const struct marks *marks, struct buffer *out)
{
    for (uint32_t i = 0; i < MARKS_COUNT; i++)
        if (geo_known(marks->at[i]))
            buffer_print(out, "%c %.7f %.7f\n", (char)('a' + i), marks->at[i].lat_deg,
                         marks->at[i].lon_deg);
}

static void mark_read(struct span line, struct marks *marks)
{
    struct span letter, lat, lon;
    struct geo_point point;

    if (!span_cut(&line, ' ', &letter) || !span_cut(&line, ' ', &lat)
        || !span_cut(&line, ' ', &lon) || line.length > 0 || letter.length != 1)
        return;
    struct geo_point *at = marks_letter(marks, (unsigned char)letter.bytes[0]);
    if (!at || !span_to_double(lat, &point.lat_deg) || !span_to_double(lon, &point.lon_deg)
        || !geo_plausible(point))
        return;
    *at = geo_rounded(point);
}

void marks_read(struct span text, struct marks *marks)
{
    struct span line;

    while (span_cut(&text, '\n', &line))
        mark_read(line, marks);
}

/* ---- the file ---- */

/* A name from outside becomes part of a path only as letters, digits and "-". */
static void clean_name(const char *name, char *clean, size_t clean_bytes)
{
    size_t length = 0;

    for (; *name && length < clean_bytes - 1; name++) {
        bool plain = (*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z')
                     || (*name >= '0' && *name <= '9');
        clean[length++] = plain ? *name : '-';
    }
    clean[length] = '\0';
}

void marks_path(const char *site, const char *who, char *path, size_t path_bytes)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    char site_name[32], name[32];
    bool stated = state && state[0] == '/';
    int length = -1;

    if (!stated && (!home || home[0] != '/')) {
        const struct passwd *user = getpwuid(getuid());
        home = user ? user->pw_dir : NULL;
    }
    clean_name(site, site_name, sizeof site_name);
    clean_name(who, name, sizeof name);
    if (stated)
        length = snprintf(path, path_bytes, "%s/watchdesk/marks/%s.%s", state, site_name, name);
    else if (home)
        length = snprintf(path, path_bytes, "%s/.local/state/watchdesk/marks/%s.%s", home,
                          site_name, name);
    if (length < 0 || (size_t)length >= path_bytes)
        path[0] = '\0';
}

enum status marks_load(const char *path, struct marks *marks)
{
    char bytes[MARKS_FILE_BYTES_MAX];

    marks_init(marks);
    FILE *file = path[0] ? fopen(path, "rb") : NULL;
    if (!file)
        return path[0] && errno != ENOENT ? STATUS_IO : STATUS_NOT_FOUND;
    size_t length = fread(bytes, 1, sizeof bytes, file);
    bool fine = !ferror(file);
    fclose(file);
    marks_read(span_from(bytes, length), marks);
    return fine ? STATUS_OK : STATUS_IO;
}

/* The folders above the file, each only for its person. */
static void make_folders(const char *path)
{
    char part[PATH_BYTES];

    snprintf(part, sizeof part, "%s", path);
    for (char *at = strchr(part + 1, '/'); at; at = strchr(at + 1, '/')) {
        *at = '\0';
        mkdir(part, 0700);          /* What fails here fails again, and is told, at the file. */
        *at = '/';
    }
}

enum status marks_save(const char *path, const struct marks *marks)
{
    char beside[PATH_BYTES];
    struct buffer text = { 0 };

    if (!path[0] || snprintf(beside, sizeof beside, "%s.new", path) >= (int)sizeof beside)
        return STATUS_IO;
    make_folders(path);
    FILE *file = fopen(beside, "wb");
    if (!file)
        return STATUS_IO;
    marks_write(marks, &text);
    bool fine = text.length == 0 || fwrite(text.bytes, 1, text.length, file) == text.length;
    fine = fflush(file) == 0 && fsync(fileno(file)) == 0 && fine;
    fine = fclose(file) == 0 && fine;
    buffer_clear(&text);
    return fine && rename(beside, path) == 0 ? STATUS_OK : STATUS_IO;
}
