/* webhook_answer.h - what a webhook answers: a status, a sentence, and whether more may come.
 * Pure. */
#ifndef FEEDS_WEBHOOK_ANSWER_H
#define FEEDS_WEBHOOK_ANSWER_H

#include "app/base/buffer.h"

enum webhook_after { KEEP_OPEN, CLOSE_AFTER };

/* Adds the whole answer (RFC 9110); `status` is one of those in webhook_answer.c. */
void webhook_answer_write(int status, const char *sentence, enum webhook_after after,
                          struct buffer *out);

#endif
