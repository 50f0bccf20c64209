#include "feeds/gzip.h"

#include <zlib.h>

enum { PIECE_BYTES = 16 * 1024 };

struct gzip {
    z_stream stream;
    size_t bytes_max, bytes_in, bytes_out;
    bool between;               /* A member has ended, or none has begun. */
    bool begun;
};

/* zlib's window and tables are the machine's business: without memory nothing goes on. */
static void *zlib_alloc(void *context, uInt count, uInt size)
{
    (void)context;
    return base_alloc(count, size);
}

static void zlib_free(void *context, void *memory)
{
    (void)context;
    base_free(memory);
}

struct gzip *gzip_new(size_t bytes_max)
{
    struct gzip *gzip = base_alloc(1, sizeof *gzip);

    gzip->bytes_max = bytes_max;
    gzip->between = true;
    gzip->stream.zalloc = zlib_alloc;
    gzip->stream.zfree = zlib_free;
    int made = inflateInit2(&gzip->stream, 15 + 16);        /* The largest window; gzip only. */
    assert(made == Z_OK);
    return gzip;
}

void gzip_free(struct gzip *gzip)
{
    if (!gzip)
        return;
    inflateEnd(&gzip->stream);
    base_free(gzip);
}

static struct verdict limits_hold(const struct gzip *gzip)
{
    if (gzip->bytes_out > gzip->bytes_max)
        return refused(REFUSED_TOO_LONG, gzip->bytes_in, "");
    if (gzip->bytes_out > GZIP_RATIO_FROM && gzip->bytes_out / GZIP_RATIO_MAX > gzip->bytes_in)
        return refused(REFUSED_TOO_LONG, gzip->bytes_in, "ratio");
    return accepted();
}

/* Opens as much as one piece of output holds. */
static struct verdict some_opened(struct gzip *gzip, struct buffer *out)
{
    char opened[PIECE_BYTES];
    uInt before = gzip->stream.avail_in;

    gzip->stream.next_out = (unsigned char *)opened;
    gzip->stream.avail_out = sizeof opened;
    int result = inflate(&gzip->stream, Z_NO_FLUSH);
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
        return refused(REFUSED_BAD_SYNTAX, gzip->bytes_in, "");
    size_t length = sizeof opened - gzip->stream.avail_out;
    gzip->bytes_in += before - gzip->stream.avail_in;
    gzip->bytes_out += length;
    gzip->begun = true;
    if (result == Z_STREAM_END || length || before != gzip->stream.avail_in)
        gzip->between = result == Z_STREAM_END;
    struct verdict verdict = limits_hold(gzip);
    if (is_accepted(&verdict))
        buffer_add(out, span_from(opened, length));
    if (result == Z_STREAM_END)
        inflateReset(&gzip->stream);        /* Members may follow one another (section 2.2). */
    return verdict;
}

struct verdict gzip_add(struct gzip *gzip, struct span piece, struct buffer *out)
{
    struct verdict verdict = accepted();

    assert(piece.length <= UINT32_MAX);
    gzip->stream.next_in = (unsigned char *)piece.bytes;
    gzip->stream.avail_in = (uInt)piece.length;
    /* A full piece of output may mean that zlib holds more, also when all input is taken. */
    do
        verdict = some_opened(gzip, out);
    while (is_accepted(&verdict) && (gzip->stream.avail_in || !gzip->stream.avail_out));
    return verdict;
}

struct verdict gzip_end(const struct gzip *gzip)
{
    return gzip->begun && gzip->between ? accepted()
                                        : refused(REFUSED_TRUNCATED, gzip->bytes_in, "");
}
