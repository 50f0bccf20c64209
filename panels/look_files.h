/* look_files.h - which files a person means: names as typed, folders (every layer in them) and
 * patterns that the shell left alone. Reads folders, opens no file. */
#ifndef PANELS_LOOK_FILES_H
#define PANELS_LOOK_FILES_H

#include "app/base/buffer.h"

enum { LOOK_FILES_MAX = 4096 };         /* Past it a folder is a mistake, and it is said. */

struct look_files {
    char **paths;               /* Owned. */
    uint32_t count, capacity;
    uint32_t missed;            /* Words that gave no file; why stands in the messages. */
};

/* The files of `words`, each once, in their order; those of a folder by name. A member of a
 * shapefile (.dbf, .prj, ...) stands for the whole, so `streets.*` is one layer. What is not there,
 * or holds no layer, is told in `messages`, a line each. */
struct look_files look_files_find(char *const *words, uint32_t count, struct buffer *messages);
void look_files_clear(struct look_files *files);

#endif
