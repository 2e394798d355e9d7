/* zlib's stream around one buffer. */
#include "codec/gunzip.h"

#include <stdlib.h>
#include <zlib.h>

/* gzip and nothing else, with the largest window. */
#define WINDOW_BITS (15 + 16)

struct gunzip {
    bool (*on_bytes)(void *context, struct str bytes, struct err *err);
    void *context;
    z_stream stream;
    bool is_between; /* no member is under way */
    bool had_any;
    char piece[GUNZIP_PIECE_SIZE];
};

bool gunzip_new(bool (*on_bytes)(void *context, struct str bytes, struct err *err), void *context, struct gunzip **ret,
                struct err *err)
{
    struct gunzip *g = calloc(1, sizeof *g);
    if (!g || inflateInit2(&g->stream, WINDOW_BITS) != Z_OK) {
        free(g);
        return err_memory(err);
    }
    g->on_bytes = on_bytes;
    g->context = context;
    g->is_between = true;
    *ret = g;
    return true;
}

void gunzip_free(struct gunzip *gunzip)
{
    if (gunzip)
        (void)inflateEnd(&gunzip->stream);
    free(gunzip);
}

bool gunzip_is(struct str bytes)
{
    return bytes.size >= 2 && (unsigned char)bytes.data[0] == 0x1f && (unsigned char)bytes.data[1] == 0x8b;
}

/* As much as there is room for in a piece, and on with it. */
static bool turn(struct gunzip *g, struct err *err)
{
    g->stream.next_out = (Bytef *)g->piece;
    g->stream.avail_out = sizeof g->piece;
    int result = inflate(&g->stream, Z_NO_FLUSH);
    size_t size = sizeof g->piece - g->stream.avail_out;
    if (result == Z_MEM_ERROR)
        return err_memory(err);
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
        return err_set(err, ERR_INPUT, "the gzip file is damaged");
    if (result == Z_STREAM_END)
        g->is_between = true;
    return size == 0 || g->on_bytes(g->context, str_make(g->piece, size), err);
}

static bool begin_member(struct gunzip *g, struct err *err)
{
    if (g->had_any && inflateReset(&g->stream) != Z_OK)
        return err_set(err, ERR_INPUT, "the gzip file is damaged");
    g->is_between = false;
    g->had_any = true;
    return true;
}

bool gunzip_take(struct gunzip *gunzip, struct str bytes, struct err *err)
{
    while (bytes.size) {
        size_t size = bytes.size < UINT16_MAX ? bytes.size : UINT16_MAX;
        gunzip->stream.next_in = (Bytef *)(uintptr_t)bytes.data; /* zlib only reads it */
        gunzip->stream.avail_in = (uInt)size;
        do {
            if ((gunzip->is_between && !begin_member(gunzip, err)) || !turn(gunzip, err))
                return false;
        } while (gunzip->stream.avail_in > 0 || (!gunzip->is_between && gunzip->stream.avail_out == 0));
        bytes = str_after(bytes, size);
    }
    return true;
}

bool gunzip_end(struct gunzip *gunzip, struct err *err)
{
    return (gunzip->is_between && gunzip->had_any) || err_set(err, ERR_INPUT, "the gzip file ends in the middle");
}
