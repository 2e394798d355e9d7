/*
 * The chunk decoder. The first byte seeds the sizes of pieces, the rest is the body: in pieces it must give the result,
 * content and size it gives in one piece; and content that was decoded, written as chunks and decoded again is the
 * same.
 */
#include <stdlib.h>

#include "http/chunk.h"
#include "http/write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct decoded {
    enum chunk_result result;
    struct buf content;
    size_t taken;
};

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* Pieces of 1 to `most` bytes; each in memory of its own, so that the sanitizer sees a step beyond it. */
static void decode(struct decoded *d, struct str in, uint32_t seed, size_t most)
{
    struct chunk_decoder decoder;
    *d = (struct decoded){.result = CHUNK_MORE};
    buf_init(&d->content, in.size);
    chunk_init(&decoder);
    while (in.size && d->result == CHUNK_MORE) {
        size_t content, taken, size = 1 + (seed >> 16) % most;
        seed = seed * 1664525u + 1013904223u;
        size = size < in.size ? size : in.size;
        char *piece = malloc(size);
        must(piece != NULL);
        memcpy(piece, in.data, size);
        d->result = chunk_decode(&decoder, piece, size, &content, &taken);
        must(content <= taken && taken <= size && (d->result != CHUNK_MORE || taken == size));
        must(buf_put(&d->content, piece, content) || content == 0);
        d->taken += taken;
        in = str_after(in, taken);
        free(piece);
    }
}

static void must_survive_writing(struct str content)
{
    struct buf out;
    struct decoded d;
    buf_init(&out, content.size + 64);
    if (content.size) {
        must(h1_write_chunk_head(&out, content.size));
        buf_put_str(&out, content);
        h1_write_chunk_tail(&out);
    }
    must(h1_write_chunks_end(&out, NULL, 0));
    decode(&d, buf_str(&out), 1, out.size);
    must(d.result == CHUNK_LAST && d.taken == out.size - 2 && str_eq(buf_str(&d.content), content));
    buf_fini(&d.content);
    buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct decoded whole, pieces, bytes;
    if (size < 2)
        return 0;
    struct str in = str_make(data + 1, size - 1);
    decode(&whole, in, 0xffffffffu, SIZE_MAX / 2);
    decode(&pieces, in, data[0] * 2654435761u, 1 + data[0] % 16);
    decode(&bytes, in, 0, 1);
    must(whole.result == pieces.result && whole.taken == pieces.taken);
    must(whole.result == bytes.result && whole.taken == bytes.taken);
    must(str_eq(buf_str(&whole.content), buf_str(&pieces.content)));
    must(str_eq(buf_str(&whole.content), buf_str(&bytes.content)));
    must_survive_writing(buf_str(&whole.content));
    buf_fini(&whole.content);
    buf_fini(&pieces.content);
    buf_fini(&bytes.content);
    return 0;
}
