/* tak.h - TAK protocol version 1: the same events as protocol buffers (tak.proto), read into and
 * written from what cot_event.h has. The door to protobuf-c for them.
 *
 * Lengths inside a message are bounded by the message, nesting by the schema; xml_detail goes
 * through the XML reader like any XML. Framing is cot_frames.h. Pure. */
#ifndef FEEDS_TAK_H
#define FEEDS_TAK_H

#include "feeds/cot_event.h"

enum { TAK_VERSION = 1 };

/* What a message holds. `has_event` is false for one that only says what its sender can read. */
struct tak_message {
    struct cot_event event;
    bool has_event;
    uint32_t min_version, max_version;      /* 0: not told. */
};

/* Reads a TakMessage; `stream` parses its XML. Strings in `arena`. Refusals: BAD_SYNTAX (no such
 * message), and those of cot_event_read() and xml_stream_element(). */
struct verdict tak_read(struct span bytes, struct xml_stream *stream, struct arena *arena,
                        struct tak_message *ret_message);

/* Appends the draft as a TakMessage, without head. */
void tak_draft_write(const struct cot_draft *draft, struct buffer *out);

#endif
