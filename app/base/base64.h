/* base64.h - bytes as letters that any line and any mail carries: RFC 4648 section 4, with padding.
 * Pure. */
#ifndef APP_BASE_BASE64_H
#define APP_BASE_BASE64_H

#include "app/base/buffer.h"

/* Appends the letters of all of `bytes`. */
void base64_write(struct span bytes, struct buffer *out);
/* Appends the bytes that `text` stands for. False: it is no base64; what came before stays. */
bool base64_read(struct span text, struct buffer *out);

#endif
