#include "store/census_pack.h"

#define BITS      7
#define MORE      0x80u
#define SHIFT_MAX 63

struct str census_pack(const struct census_counts *census, char room[static CENSUS_PACKED_SIZE_MAX])
{
    size_t size = 0;
    for (unsigned field = 0; field < CENSUS_FIELDS_COUNT; field++) {
        uint64_t count = census->counts[field];
        if (!count)
            continue;
        room[size++] = (char)field;
        for (; count >= MORE; count >>= BITS)
            room[size++] = (char)((count & (MORE - 1)) | MORE);
        room[size++] = (char)count;
    }
    return str_make(room, size);
}

/* Takes a count off the front. */
static bool read_count(struct str *rest, uint64_t *ret)
{
    uint64_t count = 0;
    for (unsigned shift = 0; shift <= SHIFT_MAX && rest->size; shift += BITS) {
        unsigned char byte = (unsigned char)rest->data[0];
        *rest = str_after(*rest, 1);
        if (shift == SHIFT_MAX && byte > 1)
            return false;
        count |= (uint64_t)(byte & (MORE - 1)) << shift;
        if (!(byte & MORE)) {
            *ret = count;
            return true;
        }
    }
    return false;
}

bool census_unpack(struct str packed, struct census_counts *ret)
{
    struct census_counts census = {{0}};
    while (packed.size) {
        unsigned char field = (unsigned char)packed.data[0];
        uint64_t count;
        packed = str_after(packed, 1);
        if (!read_count(&packed, &count))
            return false;
        if (field < CENSUS_FIELDS_COUNT)
            census.counts[field] = count;
    }
    *ret = census;
    return true;
}
