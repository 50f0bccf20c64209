/* file_window.h - a file read through a window that slides over it: large layers are read once, in
 * order, and need not fit into memory. A copy of the bytes, not a mapping of them: a file that is
 * cut short under a mapping kills the process. */
#ifndef MAPS_FILE_WINDOW_H
#define MAPS_FILE_WINDOW_H

#include "app/base/base.h"

struct file_window;         /* Opaque: owns the descriptor and the bytes in view. */

/* NULL when it cannot be opened or is no plain file. */
struct file_window *file_window_open(const char *path);
void file_window_close(struct file_window *window);

uint64_t file_window_bytes(const struct file_window *window);      /* Of the file, as opened. */

/* The `bytes` bytes at `offset`: a loan until the next call. NULL when the file does not have all
 * of them, or the disk fails. */
const char *file_window_at(struct file_window *window, uint64_t offset, size_t bytes);

#endif
