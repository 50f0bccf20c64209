/* by_hand.h - the hello of `watchdesk feed ADAPTER [SETTING=VALUE ...]`, where a person plays the
 * hub. */
#ifndef FEEDS_BY_HAND_H
#define FEEDS_BY_HAND_H

#include "feeds/adapters.h"

/* Writes a live hello with those settings; of a secret the value is the path of the file that
 * holds it. False: `sentence` says which setting cannot be taken, and why. */
bool by_hand_hello(const struct feed_adapter *adapter, char *const *settings, int setting_count,
                   struct buffer *out, char *sentence, size_t sentence_bytes);

#endif
