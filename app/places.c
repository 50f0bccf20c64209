#include "app/places.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "app/base/fields.h"
#include "app/base/text.h"

static bool is_there(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0;
}

static bool drills_path(char path[PLACES_PATH_BYTES])
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    int length;

    if (state && *state == '/') {
        length = snprintf(path, PLACES_PATH_BYTES, "%s/watchdesk/drills", state);
    } else {
        const struct passwd *user = getpwuid(getuid());
        if (!home || *home != '/')
            home = user ? user->pw_dir : "/tmp";
        length = snprintf(path, PLACES_PATH_BYTES, "%s/.local/state/watchdesk/drills", home);
    }
    return length > 0 && length < PLACES_PATH_BYTES;
}

/* How many drills of this user run now; `ret_places` is the folder of one of them. */
static uint32_t drills_running(struct places *ret_places)
{
    char drills[PLACES_PATH_BYTES], socket_path[PLACES_PATH_BYTES];
    DIR *folder = drills_path(drills) ? opendir(drills) : NULL;
    const struct dirent *entry;
    uint32_t count = 0;

    while (folder && (entry = readdir(folder))) {
        struct places places;
        int length = snprintf(places.folder, sizeof places.folder, "%s/%s", drills, entry->d_name);
        if (entry->d_name[0] == '.' || length >= (int)sizeof places.folder - 64
            || places_socket(&places, socket_path) != STATUS_OK)
            continue;
        *ret_places = places;
        count++;
    }
    if (folder)
        closedir(folder);
    return count;
}

static bool find_drill(struct places *ret_places, struct buffer *problem)
{
    uint32_t count = drills_running(ret_places);

    if (count > 1)
        buffer_print(problem, "Which site? %u drills run: say which with --site DIR or "
                     "WATCHDESK_SITE.", count);
    else if (count == 0)
        buffer_add_text(problem, "Which site? Give --site DIR, set WATCHDESK_SITE, or start in "
                                 "a folder that has a site.conf.");
    return count == 1;
}

bool places_find(const char *given, struct places *ret_places, struct buffer *problem)
{
    const char *folder = given ? given : getenv("WATCHDESK_SITE");
    char real[PATH_MAX];

    if (!folder || !*folder) {
        if (!is_there("site.conf"))
            return find_drill(ret_places, problem);
        folder = ".";
    }
    if (!realpath(folder, real) || strlen(real) >= sizeof ret_places->folder - 64) {
        buffer_print(problem, "The site's folder %s cannot be opened: %s. Give an existing folder "
                     "with --site.", folder, strerror(errno));
        return false;
    }
    text_copy(ret_places->folder, sizeof ret_places->folder, span_of(real));
    return true;
}

const char *places_file(const struct places *places, const char *name,
                        char path[PLACES_PATH_BYTES])
{
    int length = snprintf(path, PLACES_PATH_BYTES, "%s/%s", places->folder, name);
    assert(length > 0);
    return path;
}

enum status places_make_folder(const char *path)
{
    char part[PLACES_PATH_BYTES];
    size_t length = strlen(path);

    if (length == 0 || length >= sizeof part)
        return STATUS_TOO_LARGE;
    for (size_t i = 1; i <= length; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST && !is_there(part))
            return STATUS_IO;
    }
    return is_there(path) ? STATUS_OK : STATUS_IO;
}

enum status places_self(char path[PLACES_PATH_BYTES])
{
    ssize_t length = readlink("/proc/self/exe", path, PLACES_PATH_BYTES - 1);

    if (length <= 0 || length >= PLACES_PATH_BYTES - 1)
        return STATUS_NOT_FOUND;
    path[length] = '\0';
    return STATUS_OK;
}

enum status places_program(const char *name, char path[PLACES_PATH_BYTES])
{
    static const char *const beside[] = { "", "../libexec/watchdesk/" };
    char self[PLACES_PATH_BYTES];

    if (places_self(self) != STATUS_OK)
        return STATUS_NOT_FOUND;
    char *slash = strrchr(self, '/');
    if (!slash)
        return STATUS_NOT_FOUND;
    slash[1] = '\0';
    for (size_t i = 0; i < ARRAY_COUNT(beside); i++) {
        int length = snprintf(path, PLACES_PATH_BYTES, "%s%s%s", self, beside[i], name);
        if (length > 0 && length < PLACES_PATH_BYTES && access(path, X_OK) == 0)
            return STATUS_OK;
    }
    return STATUS_NOT_FOUND;
}

enum status places_drills(char path[PLACES_PATH_BYTES], struct buffer *problem)
{
    if (drills_path(path) && places_make_folder(path) == STATUS_OK)
        return STATUS_OK;
    buffer_print(problem, "The folder for drills %s cannot be made: %s. Set XDG_STATE_HOME to a "
                 "folder of yours.", path, strerror(errno));
    return STATUS_IO;
}

/* ---- one hub per site ---- */

/* Whoever asks whether a hub runs holds a shared lock for a moment (places_socket()), and the
 * console that has just started us asks twenty times a second: that is no other hub. */
static bool lock_own(int fd)
{
    const struct timespec pause = { .tv_nsec = 10000000 };

    for (int attempt = 0; attempt < 20; attempt++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            return true;
        if (errno != EWOULDBLOCK)
            return false;
        nanosleep(&pause, NULL);
    }
    errno = EWOULDBLOCK;
    return false;
}

enum status places_lock(const struct places *places, int *ret_fd)
{
    char path[PLACES_PATH_BYTES];
    int fd = open(places_file(places, "hub.lock", path), O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0)
        return STATUS_IO;
    if (!lock_own(fd)) {
        enum status status = errno == EWOULDBLOCK ? STATUS_BUSY : STATUS_IO;
        close(fd);
        return status;
    }
    /* The last hub's path must not be taken for ours. */
    if (ftruncate(fd, 0) != 0) {
        close(fd);
        return STATUS_IO;
    }
    *ret_fd = fd;
    return STATUS_OK;
}

enum status places_publish(int lock_fd, const char *socket_path)
{
    struct buffer text = { 0 };

    buffer_print(&text, "%s\n", socket_path);
    ssize_t written = pwrite(lock_fd, text.bytes, text.length, 0);
    bool whole = written == (ssize_t)text.length;
    buffer_clear(&text);
    return whole ? STATUS_OK : STATUS_IO;
}

enum status places_socket(const struct places *places, char path[PLACES_PATH_BYTES])
{
    char lock_path[PLACES_PATH_BYTES];
    int fd = open(places_file(places, "hub.lock", lock_path), O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return STATUS_NOT_FOUND;
    /* A shared lock is had only when no hub runs; it is let go of at once with the descriptor. */
    bool is_free = flock(fd, LOCK_SH | LOCK_NB) == 0;
    ssize_t length = is_free ? 0 : pread(fd, path, PLACES_PATH_BYTES - 1, 0);
    close(fd);
    if (is_free)
        return STATUS_NOT_FOUND;
    if (length <= 1 || path[length - 1] != '\n')
        return STATUS_BUSY;
    path[length - 1] = '\0';
    return STATUS_OK;
}

/* A folder only this user can look into: others could put a socket of theirs there. */
static bool is_own_folder(const char *path)
{
    struct stat facts;

    if (lstat(path, &facts) != 0 || !S_ISDIR(facts.st_mode))
        return false;
    return facts.st_uid == geteuid() && (facts.st_mode & 077) == 0;
}

static enum status socket_folder(char path[PLACES_PATH_BYTES], struct buffer *problem)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR"), *temporary = getenv("TMPDIR");
    int length;

    if (runtime && *runtime == '/')
        length = snprintf(path, PLACES_PATH_BYTES, "%s/watchdesk", runtime);
    else
        length = snprintf(path, PLACES_PATH_BYTES, "%s/watchdesk-%u",
                          temporary && *temporary == '/' ? temporary : "/tmp",
                          (unsigned)geteuid());
    if (length <= 0 || length >= PLACES_PATH_BYTES)
        return STATUS_TOO_LARGE;
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        buffer_print(problem, "The folder for the socket %s cannot be made: %s. Set "
                     "XDG_RUNTIME_DIR to a folder of yours.", path, strerror(errno));
        return STATUS_IO;
    }
    if (is_own_folder(path))
        return STATUS_OK;
    buffer_print(problem, "The folder for the socket %s must be yours and closed to others (mode "
                 "0700). Correct or remove it.", path);
    return STATUS_REFUSED;
}

/* Is somebody listening there? */
static bool is_answered(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return true;
    memcpy(address.sun_path, path, strlen(path) + 1);
    bool answered = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    close(fd);
    return answered;
}

static enum status group_folder(char path[PLACES_PATH_BYTES], struct buffer *problem)
{
    snprintf(path, PLACES_PATH_BYTES, "/run/watchdesk");
    if (access(path, W_OK | X_OK) == 0)
        return STATUS_OK;
    buffer_print(problem, "A site with a group needs the folder %s, writable for the hub: %s. Make "
                 "it, or take `group` out of site.conf.", path, strerror(errno));
    return STATUS_IO;
}

enum status places_new_socket(const struct places *places, const char *site_id, const char *group,
                              char path[PLACES_PATH_BYTES], struct buffer *problem)
{
    char folder[PLACES_PATH_BYTES];
    struct digest digest;
    enum status status = *group ? group_folder(folder, problem) : socket_folder(folder, problem);

    if (status != STATUS_OK)
        return status;
    digest_start(&digest);
    digest_bytes(&digest, places->folder, strlen(places->folder));
    for (int attempt = 0; attempt < 2; attempt++) {
        int length = attempt == 0
            ? snprintf(path, PLACES_PATH_BYTES, "%s/%s.sock", folder, site_id)
            : snprintf(path, PLACES_PATH_BYTES, "%s/%s-%08x.sock", folder, site_id,
                       (unsigned)digest_end(&digest));
        /* libuv 1.44 cuts a longer path without a word, and somebody else's socket answers. */
        if (length <= 0 || (size_t)length >= sizeof ((struct sockaddr_un *)0)->sun_path) {
            buffer_print(problem, "The socket's path %s is too long. Set XDG_RUNTIME_DIR to a "
                         "shorter one.", path);
            return STATUS_TOO_LARGE;
        }
        if (attempt == 1 || !is_answered(path))
            break;
    }
    unlink(path);
    return STATUS_OK;
}
