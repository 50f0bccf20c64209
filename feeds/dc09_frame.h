/* dc09_frame.h - frames of SIA DC-09 out of a stream, and the header of each.
 *
 *     LF CRC4 LEN4 "ID" SEQ4 [Rrcvr] Lpref [#acct] [ content  CR
 *
 * The CRC is CRC-16/ARC over what stands between LEN and CR, LEN its length: '0' and three hex
 * digits. Both must be right. A wrong frame costs that frame only: the next LF starts anew. Pure.
 * */
#ifndef FEEDS_DC09_FRAME_H
#define FEEDS_DC09_FRAME_H

#include "app/base/buffer.h"
#include "app/base/verdict.h"

enum {
    DC09_HEAD_BYTES = 8,                /* CRC and length. */
    DC09_BODY_BYTES_MAX = 0xFFF,        /* What three hex digits can say. */
    DC09_FRAME_BYTES_MAX = DC09_HEAD_BYTES + DC09_BODY_BYTES_MAX,
};

/* ---- a stream ---- */

enum dc09_piece_kind {
    DC09_PIECE_FRAME,           /* After LF, without LF and CR. It may still be wrong. */
    DC09_PIECE_KEEP_ALIVE,      /* "SR0001L0001    006969XX    [ID00000000]" (Osborne-Hoffman). */
    DC09_PIECE_GARBAGE,         /* Neither. */
    DC09_PIECE_TOO_LONG,        /* More bytes than a frame can have; its first are given. */
};
struct dc09_piece {
    enum dc09_piece_kind kind;
    struct span bytes;          /* A loan until the next call. */
    bool torn;                  /* It ended without its CR. */
};

struct dc09_stream;
struct dc09_stream *dc09_stream_new(void);
void dc09_stream_free(struct dc09_stream *stream);
void dc09_stream_add(struct dc09_stream *stream, struct span bytes);
/* No more will come: what is left counts as a piece. A datagram ends so too. The stream may be
 * added to again when all pieces were taken. */
void dc09_stream_end(struct dc09_stream *stream);
bool dc09_stream_next(struct dc09_stream *stream, struct dc09_piece *ret_piece);

/* ---- a frame ---- */

#define DC09_TOKENS(ROW)            \
    ROW(SIA,    "SIA-DCS")          \
    ROW(CID,    "ADM-CID")          \
    ROW(NULL,   "NULL")
#define ROW(upper, word) DC09_TOKEN_##upper,
enum dc09_token { DC09_TOKENS(ROW) DC09_TOKEN_OTHER };
#undef ROW

struct dc09_frame {
    enum dc09_token token;
    bool encrypted;
    /* Loans from the piece. */
    struct span id;             /* Without quotes and asterisk. */
    struct span sequence;       /* Four digits. */
    struct span receiver;       /* With its R; empty when it was left out. */
    struct span line;           /* With its L. */
    struct span account;        /* Without its #; may be empty. */
    struct span content;        /* After the bracket. */
};

enum dc09_lengths { DC09_LENGTHS_STRICT, DC09_LENGTHS_LOOSE };

/* CRC-16/ARC. */
uint16_t dc09_crc(struct span bytes);

/* Reads a FRAME piece. Refusals: TRUNCATED (torn, and shorter than it says), BAD_SYNTAX (a member
 * of the header, which the field names; "frame" where it does not start as one), CONTRADICTION
 * "CRC" and "length". LOOSE takes a wrong length, as of senders that write it in decimal. */
struct verdict dc09_frame_read(const struct dc09_piece *piece, enum dc09_lengths lengths,
                               struct dc09_frame *ret_frame);

/* Appends LF, CRC, length, `body` and CR. */
void dc09_frame_write(struct span body, struct buffer *out);

bool dc09_is_hex(struct span text);

#endif
