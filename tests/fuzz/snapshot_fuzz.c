/*
 * The snapshot reader against any bytes. Magic, version, size and checksum are put right first, as whoever forges a
 * blob would do; a blob that opens is then read to the last byte by every accessor.
 */
#include <stdlib.h>

#include "snapshot_sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put_u32(unsigned char *blob, size_t at, uint32_t value)
{
    memcpy(blob + at, &value, sizeof value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned char *blob = malloc(size ? size : 1); /* of the exact size, so that a read beyond it is seen */
    struct snapshot s;
    struct err err = {0};
    if (!blob)
        return 0;
    if (size)
        memcpy(blob, data, size);
    if (size >= sizeof(struct snap_header)) {
        put_u32(blob, offsetof(struct snap_header, magic), SNAPSHOT_MAGIC);
        put_u32(blob, offsetof(struct snap_header, version), SNAPSHOT_VERSION);
        snapshot_fix(blob, size);
    }
    if (snapshot_open(blob, size, &s, &err))
        (void)snapshot_walk(&s);
    else if (!err.text[0])
        abort(); /* refused without a reason */
    free(blob);
    return 0;
}
