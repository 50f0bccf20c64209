/* dc09_message.h - what stands in a frame's brackets: data, extended data, timestamp.
 *
 *     data ] [x...]* [_HH:MM:SS,MM-DD-YYYY]
 *
 * The same text comes plain, or encrypted behind a pad. Times are UTC, ms since 1970. Pure. */
#ifndef FEEDS_DC09_MESSAGE_H
#define FEEDS_DC09_MESSAGE_H

#include "app/base/geo.h"
#include "feeds/dc09_frame.h"

/* All texts are loans from the content. */
struct dc09_message {
    struct span data;           /* Without the account and its bar. */
    struct span account;        /* As the data says it, without #; may be empty. */
    int64_t at_ms;              /* The timestamp; 0 when there is none. */
    int64_t occurred_ms;        /* [H]; 0 when there is none. */
    struct geo_point location;  /* [X] and [Y]; unknown when not both are there. */
    struct span text;           /* [I] */
    struct span site, building, where, room;    /* [S] [O] [L] [R] */
    struct span verification, trigger;          /* [V] [T] */
    uint16_t crc;               /* Of everything but the pad: tells a retry from another event. */
};

/* Reads the content of a plain frame, or what was decrypted (without its pad). Refusals:
 * BAD_SYNTAX "content", "extended data"; NOT_A_TIME "timestamp". An [X], [Y] or [H] that cannot be
 * read is left out: an alarm must not be lost for it. */
struct verdict dc09_message_read(struct span content, struct dc09_message *ret_message);

/* Takes the pad off decrypted text: through the first | that stands before the first ], else up to
 * that ]. Two dialects: some senders leave the | out of a NULL. */
struct span dc09_unpadded(struct span plain);

/* "14:12:05,03-21-2026" */
bool dc09_time_read(struct span text, int64_t *ret_at_ms);
void dc09_time_write(int64_t at_ms, struct buffer *out);        /* With its underscore. */

#endif
