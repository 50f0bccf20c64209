/* fault_vfs.h - an SQLite VFS for tests: what is done to a write-ahead log ("...-wal") can be made
 * to wait or to fail, at any moment and from any thread. All other files behave. */
#ifndef TESTS_FAULT_VFS_H
#define TESTS_FAULT_VFS_H

#include <stdint.h>

enum fault {
    FAULT_NONE,
    FAULT_SYNC_BLOCKS,          /* xSync does not return until the fault is taken away. */
    FAULT_SYNC_FAILS,           /* xSync gives SQLITE_IOERR_FSYNC. */
    FAULT_DISK_FULL,            /* xWrite gives SQLITE_FULL. */
};

struct fault_vfs;
/* Registers a VFS with that name over SQLite's own. Close its files before fault_vfs_free(). */
struct fault_vfs *fault_vfs_new(const char *name);
void fault_vfs_free(struct fault_vfs *faults);
void fault_vfs_set(struct fault_vfs *faults, enum fault fault);
/* How many syncs of a log were asked for, and how many came back well. */
uint32_t fault_vfs_syncs_begun(const struct fault_vfs *faults);
uint32_t fault_vfs_syncs_ended(const struct fault_vfs *faults);

#endif
