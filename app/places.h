/* places.h - where a site's things are: its folder, its lock, its socket, its sibling programs
 * (CONTRACTS section 7).
 *
 * A site is a folder. Everything the hub writes is in it but the socket, whose path stands in
 * `hub.lock`; so whoever knows the folder finds the hub that runs there. */
#ifndef APP_PLACES_H
#define APP_PLACES_H

#include "app/base/buffer.h"

enum { PLACES_PATH_BYTES = 1024 };

struct places {
    char folder[PLACES_PATH_BYTES];         /* Absolute, without a slash at its end. */
};

/* The site's folder: `given`, else $WATCHDESK_SITE, else the current folder when it has a
 * site.conf, else the one drill of this user that runs now. False: `problem` says what is missing
 * and what to do. */
bool places_find(const char *given, struct places *ret_places, struct buffer *problem);

/* "FOLDER/NAME"; returns `path`. A path over its limit is cut, and opening it will say so. */
const char *places_file(const struct places *places, const char *name,
                        char path[PLACES_PATH_BYTES]);

/* Makes the folder and those above it (mode 0700 for those that are new). */
enum status places_make_folder(const char *path);

/* `watchdesk-feed` and the like: beside /proc/self/exe, else in PREFIX/libexec/watchdesk, never by
 * PATH. STATUS_NOT_FOUND when it is in neither. */
enum status places_program(const char *name, char path[PLACES_PATH_BYTES]);
/* This program itself. */
enum status places_self(char path[PLACES_PATH_BYTES]);

/* Where drills live: $XDG_STATE_HOME/watchdesk/drills, else under ~/.local/state. */
enum status places_drills(char path[PLACES_PATH_BYTES], struct buffer *problem);

/* ---- one hub per site ---- */

/* Locks hub.lock for this process. STATUS_OK: *ret_fd holds the lock until the process ends.
 * STATUS_BUSY: another hub has it. STATUS_IO with errno otherwise. */
enum status places_lock(const struct places *places, int *ret_fd);
/* Writes the socket's path into the lock, for those who look for it. */
enum status places_publish(int lock_fd, const char *socket_path);
/* The path a running hub has published; STATUS_NOT_FOUND when none runs (the lock is free), BUSY
 * when one has the lock but has not published its socket yet. */
enum status places_socket(const struct places *places, char path[PLACES_PATH_BYTES]);

/* A path for a new socket: the user's own runtime folder, made and its owner and mode checked;
 * with a site group (not "") /run/watchdesk, which an administrator makes. Two sites of one id get
 * two names. On failure `problem` says why. */
enum status places_new_socket(const struct places *places, const char *site_id, const char *group,
                              char path[PLACES_PATH_BYTES], struct buffer *problem);

#endif
