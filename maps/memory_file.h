/* memory_file.h - a file read whole into memory, with the manners of stdio: what shapelib is given
 * to read from. It seeks before every record, which costs a system call and a buffer each; from
 * memory it reads a county several times as fast. A copy, not a mapping: a file cut short under a
 * mapping kills the process. */
#ifndef MAPS_MEMORY_FILE_H
#define MAPS_MEMORY_FILE_H

#include "app/base/base.h"

struct memory_file;         /* Opaque: owns the bytes. */

/* NULL when it cannot be read, is no plain file, or has 2 GiB or more. */
struct memory_file *memory_file_open(const char *path);
void memory_file_close(struct memory_file *file);

/* As fread(): bytes of a last, partial item are copied but not counted, and shapelib reads a .cpg
 * by just that. */
size_t memory_file_read(struct memory_file *file, void *to, size_t size, size_t count);
/* As fseek(), to anywhere: reading past the end gives nothing. */
void memory_file_seek(struct memory_file *file, size_t offset, int whence);
size_t memory_file_tell(const struct memory_file *file);

#endif
