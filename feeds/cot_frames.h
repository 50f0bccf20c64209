/* cot_frames.h - cuts what a TAK peer sends into events, wherever the network tore it.
 *
 * A stream (standards.md section 2, Transport) is events back to back, XML declarations, comments
 * and blanks between; after negotiation packets of TAK protocol 1: 0xBF, length, message. A
 * datagram is one event, or one packet of the mesh: 0xBF, version, 0xBF, message. What is none of
 * these is given as refused, and the next `<event` is where it goes on: an event that was cut off
 * in the middle costs only itself. Pure.
 *
 *                 <event              > that ends it
 *     BETWEEN ---------------> EVENT ---------------> an event, BETWEEN
 *      |    ^                    | <event again, <?xml, or over the limit
 *      |    | <event, <?xml      v
 *      +--> LOST <---------------+      (what it skips is given piece by piece, as one refusal) */
#ifndef FEEDS_COT_FRAMES_H
#define FEEDS_COT_FRAMES_H

#include "app/base/buffer.h"
#include "app/base/verdict.h"

enum {
    /* Real events stay under 100 KB; TAK servers drop more than 1 MiB (standards.md section 2). */
    COT_EVENT_BYTES_MAX = 1024 * 1024,
    TAK_MARK = 0xBF,
};

enum cot_frame_kind {
    COT_FRAME_EVENT,            /* From `<event` to the end of it. */
    COT_FRAME_TAK,              /* A TakMessage, without its head. */
    COT_FRAME_AUTH,             /* What a client says to log in: it holds a password. */
    COT_FRAME_REFUSED,          /* Bytes that are nothing; more of the same run may follow. */
};

struct cot_frame {
    enum cot_frame_kind kind;
    struct span bytes;          /* A loan until the next call. */
    enum refusal refusal;       /* Of a refused run. */
    bool ends;                  /* The last piece of a refused run. */
};

struct cot_frames;
struct cot_frames *cot_frames_new(void);
void cot_frames_free(struct cot_frames *frames);
void cot_frames_add(struct cot_frames *frames, struct span bytes);
/* No more will come: what is left is half an event, and refused. */
void cot_frames_end(struct cot_frames *frames);
/* False when more bytes are needed. */
bool cot_frames_next(struct cot_frames *frames, struct cot_frame *ret_frame);
/* Both sides have switched to packets: XML is nothing any more, and a packet that is not one
 * cannot be got over, since nothing says where the next begins. */
void cot_frames_expect_tak(struct cot_frames *frames);
bool cot_frames_are_lost(const struct cot_frames *frames);

/* A whole datagram. Its one event may be followed by blanks. Refused: anything else. */
struct cot_frame cot_datagram(struct span bytes);

/* Appends the head of a packet of `length` bytes on a stream. */
void tak_put_head(struct buffer *out, size_t length);

#endif
