/* sandbox.h - the walls around one feed (CONTRACTS section 5): it dies with its hub, cannot use up
 * the machine, gains no privilege, and sees of the disk only the system's folders, its own scratch
 * folder and the paths its settings name. What it starts inherits all of it. */
#ifndef FEEDS_SANDBOX_H
#define FEEDS_SANDBOX_H

#include "app/base/base.h"

/* Asks for SIGKILL when the parent dies, and checks that it has not died already. False: it has,
 * so exit. PDEATHSIG is lost over fork(): a child asks again. */
bool sandbox_bind_to_parent(void);

/* From here on what our children leave behind becomes ours, so that it can be ended: a program may
 * start others that leave its group. Returns a descriptor that lists our children, for
 * sandbox_sweep(); -1 where this kernel has no such list. Before the walls: it lies in /proc. */
int sandbox_adopt(void);
/* Ends every child there is, and what they leave, until there is none. */
void sandbox_sweep(int children_fd);

/* Limits: no core file (it would hold callers' words), 1,024 descriptors, files of 64 MiB, 1 GiB of
 * memory. No new privileges. */
void sandbox_limit(void);

/* Of this kernel; 0 without it. */
long sandbox_landlock_version(void);

enum sandbox_use { SANDBOX_READ, SANDBOX_RUN, SANDBOX_WRITE };

struct sandbox_path {
    const char *path;
    enum sandbox_use use;
};

enum sandbox_network { SANDBOX_OFFLINE, SANDBOX_ONLINE };

/* Closes the file system but for the system's folders and `paths` (one that does not exist is
 * passed over; opening it will say so), and TCP unless it is online. How much of it a kernel can
 * close grew: before Linux 6.2 a file outside can still be cut with truncate(2), before 6.7 the
 * network is open, before 6.12 signals reach other processes of the same user.
 * False: this kernel has no Landlock, nothing was closed. */
bool sandbox_enter(const struct sandbox_path *paths, size_t path_count,
                   enum sandbox_network network);

#endif
