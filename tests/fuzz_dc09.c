/* Goal: no bytes make the receiver crash; how a stream is cut into reads changes nothing; every
 * report is one that the hub takes, every answer a frame that we would read. Method: the first byte
 * chooses: raw streams whole and in pieces; else what follows is a frame's body, or what stands in
 * a cipher, with a right CRC and length put around it, so that the depth is reached. */
#include <string.h>

#include "feeds/dc09_receiver.h"
#include "tests/dc09_panel.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { NOW_S = 1774102324 };
static const int64_t now_ms = (int64_t)NOW_S * 1000;

static struct dc09_receiver *receiver_new(void)
{
    static const char lines[] = "account 1234 plain=yes supervise=90 place='a b' at=51,-4\n"
                                "zone 1234 5 condition=GAS place=x\naccount R1/L2/1234\n";
    static const char keys[] = "* raw AAAAAAAAAAAAAAAA\n";
    struct dc09_terms terms = { .ahead_ms = 20000, .behind_ms = 40000, .past_ms = 86400000,
                                .seen_max = 64 };
    struct dc09_accounts *accounts = dc09_accounts_new();
    char sentence[200];

    bool read = dc09_accounts_file(accounts, span_of(lines), sentence, sizeof sentence)
                && dc09_accounts_keys(accounts, span_of(keys), sentence, sizeof sentence)
                && dc09_accounts_finish(accounts, now_ms, sentence, sizeof sentence);
    assert(read);
    return dc09_receiver_new(accounts, &terms);
}

static void report_check(const struct report_alarm *alarm, struct digest *digest)
{
    struct report report = { .kind = REPORT_ALARM, .alarm = *alarm }, again;
    struct arena *arena = arena_new();
    struct buffer line = { 0 };
    struct json *json = NULL;

    report_write(&report, &line);
    assert(line.length <= REPORT_LINE_BYTES_MAX);
    struct verdict verdict = json_parse(buffer_span(&line), &json);
    assert(is_accepted(&verdict));
    verdict = report_read(json, arena, &again);
    assert(is_accepted(&verdict));
    digest_bytes(digest, line.bytes, line.length);
    json_free(json);
    buffer_clear(&line);
    arena_free(arena);
}

/* Our own answers must be frames; a sealed one has a pad of its own each time. */
static void answer_check(const struct dc09_reply *reply, struct digest *digest)
{
    struct buffer bytes = { 0 };
    struct dc09_frame frame;

    dc09_reply_write(reply, now_ms, &bytes);
    digest_number(digest, reply->answer);
    if (reply->answer == DC09_ANSWER_ACK || reply->answer == DC09_ANSWER_DUH) {
        struct dc09_piece piece = { .kind = DC09_PIECE_FRAME,
                                    .bytes = span_from(bytes.bytes + 1, bytes.length - 2) };
        struct verdict verdict = dc09_frame_read(&piece, DC09_LENGTHS_STRICT, &frame);
        assert(is_accepted(&verdict));
        assert(frame.encrypted == (reply->encrypted && reply->answer == DC09_ANSWER_ACK));
    }
    buffer_clear(&bytes);
}

static void pieces_take(struct dc09_receiver *receiver, struct dc09_stream *stream,
                        struct digest *digest)
{
    struct arena *arena = arena_new();
    struct dc09_outcome outcome;
    struct dc09_piece piece;

    while (dc09_stream_next(stream, &piece)) {
        assert(piece.bytes.length <= DC09_FRAME_BYTES_MAX);
        dc09_receiver_take(receiver, &piece, now_ms, arena, &outcome);
        digest_number(digest, piece.kind);
        digest_bytes(digest, piece.bytes.bytes, piece.bytes.length);
        digest_number(digest, outcome.verdict.refusal);
        for (uint32_t i = 0; i < outcome.reports.count; i++)
            report_check(&outcome.reports.at[i], digest);
        answer_check(&outcome.reply, digest);
        arena_reset(arena);
    }
    arena_free(arena);
}

static uint64_t stream_digest(struct span bytes, size_t step)
{
    struct dc09_receiver *receiver = receiver_new();
    struct dc09_stream *stream = dc09_stream_new();
    struct digest digest;

    digest_start(&digest);
    for (size_t at = 0; at < bytes.length; at += step) {
        size_t left = bytes.length - at;
        dc09_stream_add(stream, span_from(bytes.bytes + at, left < step ? left : step));
        pieces_take(receiver, stream, &digest);
    }
    dc09_stream_end(stream);
    pieces_take(receiver, stream, &digest);
    dc09_stream_free(stream);
    dc09_receiver_free(receiver);
    return digest_end(&digest);
}

/* The header of an encrypted frame around `plain`, filled up to whole blocks. */
static void sealed_make(struct span plain, struct buffer *out)
{
    struct dc09_key key = panel_key();
    struct buffer body = { 0 }, padded = { 0 };

    for (size_t i = plain.length; i % DC09_CIPHER_BLOCK != 0 || i == 0; i++)
        buffer_add_text(&padded, "p");
    buffer_add(&padded, plain);
    buffer_add_text(&body, plain.length % 2 ? "\"*ADM-CID\"0025L0#1234["
                                            : "\"*SIA-DCS\"0025R1L2#1234[");
    dc09_encrypt(&key, buffer_span(&padded), &body);
    dc09_frame_write(buffer_span(&body), out);
    buffer_clear(&body);
    buffer_clear(&padded);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    enum { BODY = 0x40, SEALED = 0x80 };
    struct buffer made = { 0 };

    if (length < 2)
        return 0;
    struct span rest = span_from((const char *)bytes + 1, length - 1);
    if (bytes[0] & SEALED && rest.length < 1500)
        sealed_make(rest, &made);
    else if (bytes[0] & BODY && rest.length <= DC09_BODY_BYTES_MAX)
        dc09_frame_write(rest, &made);
    else
        buffer_add(&made, rest);
    size_t step = 1 + bytes[0] % 64;
    if (length > 4096)
        step *= 64;
    uint64_t whole = stream_digest(buffer_span(&made), made.length);
    assert(whole == stream_digest(buffer_span(&made), step));
    buffer_clear(&made);
    return 0;
}
