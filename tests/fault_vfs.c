#include "tests/fault_vfs.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "app/base/base.h"

struct fault_vfs {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    char *name;
    _Atomic enum fault fault;
    _Atomic uint32_t syncs_begun, syncs_ended;
};

/* The real file follows in the same memory, which SQLite gives. */
struct fault_file {
    sqlite3_file base;
    struct fault_vfs *faults;
    sqlite3_file *real;
    bool is_log;
};

static struct fault_file *of(sqlite3_file *file)
{
    return (struct fault_file *)file;
}

static sqlite3_file *real_of(sqlite3_file *file)
{
    return of(file)->real;
}

static void pause_10_ms(void)
{
    struct timespec time = { .tv_nsec = 10 * 1000000 };

    nanosleep(&time, NULL);
}

/* ---- the two calls that may go wrong ---- */

static int file_write(sqlite3_file *file, const void *bytes, int length, sqlite3_int64 offset)
{
    if (of(file)->is_log && of(file)->faults->fault == FAULT_DISK_FULL)
        return SQLITE_FULL;
    return real_of(file)->pMethods->xWrite(real_of(file), bytes, length, offset);
}

static int file_sync(sqlite3_file *file, int flags)
{
    struct fault_vfs *faults = of(file)->faults;

    if (!of(file)->is_log)
        return real_of(file)->pMethods->xSync(real_of(file), flags);
    faults->syncs_begun++;
    while (faults->fault == FAULT_SYNC_BLOCKS)
        pause_10_ms();
    if (faults->fault == FAULT_SYNC_FAILS)
        return SQLITE_IOERR_FSYNC;
    int result = real_of(file)->pMethods->xSync(real_of(file), flags);
    if (result == SQLITE_OK)
        faults->syncs_ended++;
    return result;
}

/* ---- the others pass through ---- */

static int file_close(sqlite3_file *file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int file_read(sqlite3_file *file, void *bytes, int length, sqlite3_int64 offset)
{
    return real_of(file)->pMethods->xRead(real_of(file), bytes, length, offset);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    return real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *ret_size)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), ret_size);
}

static int file_lock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int file_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int file_is_reserved(sqlite3_file *file, int *ret_reserved)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), ret_reserved);
}

static int file_control(sqlite3_file *file, int operation, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), operation, argument);
}

static int file_sector_size(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int file_characteristics(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **ret_at)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, ret_at);
}

static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int file_shm_unmap(sqlite3_file *file, int remove)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_is_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                    int *ret_flags)
{
    struct fault_vfs *faults = vfs->pAppData;
    struct fault_file *opened = of(file);

    *opened = (struct fault_file){ .faults = faults, .real = (sqlite3_file *)(opened + 1),
                                   .is_log = (flags & SQLITE_OPEN_WAL) != 0 };
    int result = faults->real->xOpen(faults->real, name, opened->real, flags, ret_flags);
    if (opened->real->pMethods)
        opened->base.pMethods = &methods;
    return result;
}

struct fault_vfs *fault_vfs_new(const char *name)
{
    struct fault_vfs *faults = base_alloc(1, sizeof *faults);

    faults->real = sqlite3_vfs_find(NULL);
    assert(faults->real);
    faults->name = base_copy_text(name);
    faults->vfs = *faults->real;        /* Calls that take the VFS itself only look at files. */
    faults->vfs.pNext = NULL;
    faults->vfs.zName = faults->name;
    faults->vfs.pAppData = faults;
    faults->vfs.szOsFile += (int)sizeof(struct fault_file);
    faults->vfs.xOpen = vfs_open;
    int registered = sqlite3_vfs_register(&faults->vfs, 0);
    assert(registered == SQLITE_OK);
    return faults;
}

void fault_vfs_free(struct fault_vfs *faults)
{
    sqlite3_vfs_unregister(&faults->vfs);
    base_free(faults->name);
    base_free(faults);
}

void fault_vfs_set(struct fault_vfs *faults, enum fault fault)
{
    faults->fault = fault;
}

uint32_t fault_vfs_syncs_begun(const struct fault_vfs *faults)
{
    return faults->syncs_begun;
}

uint32_t fault_vfs_syncs_ended(const struct fault_vfs *faults)
{
    return faults->syncs_ended;
}
