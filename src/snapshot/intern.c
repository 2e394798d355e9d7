/* A growing run of bytes and a hash table over what is in it. */
#include "snapshot/intern.h"

#include <stdlib.h>

#include "snapshot/hash.h"
#include "snapshot/rules.h"

/* A handful of sites fits without growing. */
#define DATA_SIZE_MIN    ((size_t)65536)
#define PLACES_COUNT_MIN ((size_t)1024)

void intern_init(struct intern *in, uint64_t base)
{
    *in = (struct intern){.base = base};
}

static void let_go(struct intern *in)
{
    if (in->data)
        explicit_bzero(in->data, in->size);
    free(in->data);
}

void intern_fini(struct intern *in)
{
    let_go(in);
    free(in->places);
    intern_init(in, in->base);
}

/* Not realloc, which would leave a copy of the keys in freed memory. */
static bool grow_data(struct intern *in, size_t need)
{
    size_t capacity = in->capacity ? in->capacity : DATA_SIZE_MIN;
    while (capacity < need)
        capacity *= 2;
    unsigned char *data = malloc(capacity);
    if (!data)
        return false;
    if (in->size)
        memcpy(data, in->data, in->size);
    let_go(in);
    in->data = data;
    in->capacity = capacity;
    return true;
}

static void place_put(struct intern_place *places, size_t count, struct intern_place place)
{
    size_t at = place.hash & (count - 1);
    while (places[at].ref.size)
        at = (at + 1) & (count - 1);
    places[at] = place;
}

/* Keeps the table at most half full. */
static bool grow_places(struct intern *in)
{
    size_t count = in->places_count ? in->places_count * 2 : PLACES_COUNT_MIN;
    struct intern_place *places = calloc(count, sizeof *places);
    if (!places)
        return false;
    for (size_t i = 0; i < in->places_count; i++)
        if (in->places[i].ref.size)
            place_put(places, count, in->places[i]);
    free(in->places);
    in->places = places;
    in->places_count = count;
    return true;
}

static const struct intern_place *find(const struct intern *in, struct str bytes, uint64_t hash, bool aligned)
{
    if (in->places_count == 0)
        return NULL;
    for (size_t at = hash & (in->places_count - 1); in->places[at].ref.size; at = (at + 1) & (in->places_count - 1)) {
        const struct intern_place *place = &in->places[at];
        if (place->hash != hash || place->ref.size != bytes.size || (aligned && place->ref.offset % 8))
            continue;
        if (memcmp(in->data + (place->ref.offset - in->base), bytes.data, bytes.size) == 0)
            return place;
    }
    return NULL;
}

struct snap_ref intern_put(struct intern *in, struct str bytes, bool aligned)
{
    const struct snap_ref none = {0, 0};
    if (bytes.size == 0 || in->failed)
        return none;
    uint64_t hash = snapshot_hash(bytes.data, bytes.size, 0);
    const struct intern_place *known = find(in, bytes, hash, aligned);
    if (known)
        return known->ref;
    size_t start = aligned ? (in->size + 7) & ~(size_t)7 : in->size;
    in->failed = bytes.size > SNAP_SIZE_MAX || in->base + start > SNAP_SIZE_MAX - bytes.size;
    if (!in->failed && start + bytes.size > in->capacity)
        in->failed = !grow_data(in, start + bytes.size);
    if (!in->failed && (in->used_count + 1) * 2 > in->places_count)
        in->failed = !grow_places(in);
    if (in->failed)
        return none;
    memset(in->data + in->size, 0, start - in->size);
    memcpy(in->data + start, bytes.data, bytes.size);
    in->size = start + bytes.size;
    in->used_count++;
    struct snap_ref ref = {(uint32_t)(in->base + start), (uint32_t)bytes.size};
    place_put(in->places, in->places_count, (struct intern_place){hash, ref});
    return ref;
}
