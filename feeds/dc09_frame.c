#include "feeds/dc09_frame.h"

#include <ctype.h>
#include <string.h>

enum { LF = '\n', CR = '\r' };

/* ---- a stream ----
 *
 *           LF                    CR: the frame
 *   OUTSIDE ---> INSIDE --------------------------> OUTSIDE
 *      |           |  LF: torn, and the next starts (INSIDE)
 *      |           '- over the limit: given up, skipped to the next LF or CR (SKIPPING)
 *      '- other bytes, up to LF, CR or ]: garbage, or a keep-alive */

enum place { OUTSIDE, INSIDE, SKIPPING };

struct dc09_stream {
    struct buffer bytes;
    size_t from;                /* Where the piece that is being read starts. */
    size_t looked;              /* Bytes before it have been looked at. */
    enum place place;
    bool ended;
};

struct dc09_stream *dc09_stream_new(void)
{
    return base_alloc(1, sizeof(struct dc09_stream));
}

void dc09_stream_free(struct dc09_stream *stream)
{
    if (!stream)
        return;
    buffer_clear(&stream->bytes);
    base_free(stream);
}

void dc09_stream_add(struct dc09_stream *stream, struct span bytes)
{
    if (stream->from > 0) {
        buffer_drop_front(&stream->bytes, stream->from);
        stream->looked -= stream->from;
        stream->from = 0;
    }
    buffer_add(&stream->bytes, bytes);
    stream->ended = false;
}

void dc09_stream_end(struct dc09_stream *stream)
{
    stream->ended = true;
}

static struct span read_so_far(const struct dc09_stream *stream)
{
    return span_from(stream->bytes.bytes + stream->from, stream->looked - stream->from);
}

/* Without blanks, line ends and the NULs that some modems pad with. */
static bool is_filling(struct span text)
{
    for (size_t i = 0; i < text.length; i++)
        if (!strchr(" \t\r\n", text.bytes[i]))
            return false;
    return true;
}

/* Ends the piece before the byte at `looked`, and steps over that byte. */
static bool piece_end(struct dc09_stream *stream, enum place next, bool torn,
                      struct dc09_piece *ret_piece)
{
    struct span text = read_so_far(stream);
    enum place place = stream->place;

    stream->looked += stream->looked < stream->bytes.length;
    stream->from = stream->looked;
    stream->place = next;
    if (place == SKIPPING || is_filling(text))
        return false;
    bool keep_alive = span_starts(text, "SR") && memchr(text.bytes, '[', text.length);
    *ret_piece = (struct dc09_piece){
        .kind = keep_alive        ? DC09_PIECE_KEEP_ALIVE
                : place == INSIDE ? DC09_PIECE_FRAME
                                  : DC09_PIECE_GARBAGE,
        .bytes = text, .torn = torn,
    };
    return true;
}

/* A keep-alive has no line end to wait for: its bracket ends it. */
static bool is_keep_alive_end(const struct dc09_stream *stream, char byte)
{
    return stream->place != SKIPPING && byte == ']' && span_starts(read_so_far(stream), "SR");
}

static bool piece_give_up(struct dc09_stream *stream, struct dc09_piece *ret_piece)
{
    enum place place = stream->place;

    *ret_piece = (struct dc09_piece){
        .kind = place == INSIDE ? DC09_PIECE_TOO_LONG : DC09_PIECE_GARBAGE,
        .bytes = read_so_far(stream), .torn = true,
    };
    stream->from = stream->looked;
    stream->place = SKIPPING;
    return place != SKIPPING;
}

bool dc09_stream_next(struct dc09_stream *stream, struct dc09_piece *ret_piece)
{
    while (stream->looked < stream->bytes.length) {
        char byte = stream->bytes.bytes[stream->looked];
        bool found = false;
        if (byte == LF)
            found = piece_end(stream, INSIDE, true, ret_piece);
        else if (byte == CR)
            found = piece_end(stream, OUTSIDE, false, ret_piece);
        else if (is_keep_alive_end(stream, byte))
            found = piece_end(stream, OUTSIDE, false, ret_piece);
        else if (stream->looked - stream->from >= DC09_FRAME_BYTES_MAX)
            found = piece_give_up(stream, ret_piece);
        else
            stream->looked++;
        if (found)
            return true;
    }
    return stream->ended && piece_end(stream, OUTSIDE, true, ret_piece);
}

/* ---- a frame ---- */

uint16_t dc09_crc(struct span bytes)
{
    uint32_t crc = 0;

    for (size_t i = 0; i < bytes.length; i++) {
        crc ^= (uint8_t)bytes.bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ 0xA001 : crc >> 1;
    }
    return (uint16_t)crc;
}

static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

bool dc09_is_hex(struct span text)
{
    for (size_t i = 0; i < text.length; i++)
        if (hex_value(text.bytes[i]) < 0)
            return false;
    return true;
}

static bool hex4_read(struct span text, uint32_t *ret_number)
{
    *ret_number = 0;
    if (text.length < 4 || !dc09_is_hex(span_from(text.bytes, 4)))
        return false;
    for (int i = 0; i < 4; i++)
        *ret_number = *ret_number * 16 + (uint32_t)hex_value(text.bytes[i]);
    return true;
}

static struct span after(struct span text, size_t count)
{
    return span_from(text.bytes + count, text.length - count);
}

/* `mark` and `least` to `most` hex digits off the front of *rest; empty when the mark is not
 * there. False: the digits are not as many. */
static bool marked_cut(struct span *rest, char mark, size_t least, size_t most,
                       struct span *ret_field)
{
    size_t length = 1;

    *ret_field = span_from(rest->bytes, 0);
    if (rest->length == 0 || rest->bytes[0] != mark)
        return true;
    while (length < rest->length && hex_value(rest->bytes[length]) >= 0)
        length++;
    if (length - 1 < least || length - 1 > most)
        return false;
    *ret_field = span_from(rest->bytes, length);
    *rest = after(*rest, length);
    return true;
}

static bool id_cut(struct span *rest, struct dc09_frame *frame)
{
    const char *end = rest->length > 2 && rest->bytes[0] == '"'
                          ? memchr(rest->bytes + 1, '"', rest->length - 1) : NULL;

    if (!end)
        return false;
    frame->id = span_from(rest->bytes + 1, (size_t)(end - rest->bytes) - 1);
    frame->encrypted = span_starts(frame->id, "*");
    if (frame->encrypted)
        frame->id = after(frame->id, 1);
    *rest = after(*rest, (size_t)(end - rest->bytes) + 1);
    for (size_t i = 0; i < frame->id.length; i++)
        if (!isalnum((unsigned char)frame->id.bytes[i]) && frame->id.bytes[i] != '-')
            return false;
    return frame->id.length > 0 && frame->id.length <= 16;
}

static bool sequence_cut(struct span *rest, struct span *ret_sequence)
{
    if (rest->length < 4)
        return false;
    for (int i = 0; i < 4; i++)
        if (rest->bytes[i] < '0' || rest->bytes[i] > '9')
            return false;
    *ret_sequence = span_from(rest->bytes, 4);
    *rest = after(*rest, 4);
    return true;
}

static enum dc09_token token_of(struct span id)
{
    static const char *const words[] = {
#define ROW(upper, word) [DC09_TOKEN_##upper] = word,
        DC09_TOKENS(ROW)
#undef ROW
    };
    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        if (span_is(id, words[i]))
            return (enum dc09_token)i;
    return DC09_TOKEN_OTHER;
}

static struct verdict wrong(const struct dc09_piece *piece, const struct span *rest,
                            const char *field)
{
    return refused(REFUSED_BAD_SYNTAX, (size_t)(rest->bytes - piece->bytes.bytes), field);
}

static struct verdict header_read(const struct dc09_piece *piece, struct span rest,
                                  struct dc09_frame *frame)
{
    if (!id_cut(&rest, frame))
        return wrong(piece, &rest, "id");
    if (!sequence_cut(&rest, &frame->sequence))
        return wrong(piece, &rest, "sequence");
    if (!marked_cut(&rest, 'R', 1, 6, &frame->receiver))
        return wrong(piece, &rest, "receiver");
    if (!marked_cut(&rest, 'L', 1, 6, &frame->line) || frame->line.length == 0)
        return wrong(piece, &rest, "line");
    if (!marked_cut(&rest, '#', 3, 16, &frame->account))
        return wrong(piece, &rest, "account");
    if (frame->account.length > 0)
        frame->account = after(frame->account, 1);
    if (rest.length == 0 || rest.bytes[0] != '[')
        return wrong(piece, &rest, "content");
    frame->token = token_of(frame->id);
    frame->content = after(rest, 1);
    return accepted();
}

struct verdict dc09_frame_read(const struct dc09_piece *piece, enum dc09_lengths lengths,
                               struct dc09_frame *ret_frame)
{
    struct dc09_frame frame = { 0 };
    uint32_t crc, length;

    if (!hex4_read(piece->bytes, &crc) || !hex4_read(after(piece->bytes, 4), &length))
        return refused(piece->torn ? REFUSED_TRUNCATED : REFUSED_BAD_SYNTAX, 0, "frame");
    struct span body = after(piece->bytes, DC09_HEAD_BYTES);
    if (dc09_crc(body) != crc)
        return piece->torn && body.length < length ? refused(REFUSED_TRUNCATED, 0, "frame")
                                                   : refused(REFUSED_WRONG_CHECKSUM, 0, "CRC");
    if (body.length != length && lengths == DC09_LENGTHS_STRICT)
        return refused(REFUSED_CONTRADICTION, 4, "length");
    struct verdict verdict = header_read(piece, body, &frame);
    if (is_accepted(&verdict))
        *ret_frame = frame;
    return verdict;
}

void dc09_frame_write(struct span body, struct buffer *out)
{
    assert(body.length <= DC09_BODY_BYTES_MAX);
    buffer_print(out, "%c%04X%04X", LF, (unsigned)dc09_crc(body), (unsigned)body.length);
    buffer_add(out, body);
    buffer_add_text(out, "\r");
}
