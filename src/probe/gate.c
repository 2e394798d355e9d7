/* A place is an address with how many are there; it is kept as long as somebody is. */
#include "probe/gate.h"

#include <netinet/in.h>
#include <stdlib.h>

struct gate_place {
    unsigned char key[sizeof(struct in6_addr)];
    size_t key_size;
    size_t count;                      /* let in */
    struct crowd_fetch *first, **last; /* that wait */
};

void gate_init(struct gate *gate, size_t limit)
{
    gate->limit = limit;
    map_init(&gate->places);
}

void gate_fini(struct gate *gate)
{
    for (struct map_entry *e = NULL; (e = map_next(&gate->places, e));)
        free(e->value);
    map_fini(&gate->places);
}

/* The address without its port: ports of one machine are one place. False without one. */
static bool read_key(const struct crowd_fetch *fetch, struct gate_place *ret)
{
    const struct sockaddr_storage *address = fetch->request.addresses;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    if (!fetch->request.addresses_count)
        return false;
    if (address->ss_family == AF_INET) {
        memcpy(&v4, address, sizeof v4);
        memcpy(ret->key, &v4.sin_addr, ret->key_size = sizeof v4.sin_addr);
    } else {
        memcpy(&v6, address, sizeof v6);
        memcpy(ret->key, &v6.sin6_addr, ret->key_size = sizeof v6.sin6_addr);
    }
    return true;
}

static struct gate_place *add_place(struct gate *gate, const struct gate_place *like)
{
    struct gate_place *place = malloc(sizeof *place);
    if (!place)
        return NULL;
    *place = *like;
    place->last = &place->first;
    if (map_put(&gate->places, str_make(place->key, place->key_size), place))
        return place;
    free(place);
    return NULL;
}

bool gate_enter(struct gate *gate, struct crowd_fetch *fetch)
{
    struct gate_place wanted = {.count = 0}, *place;
    fetch->place = NULL;
    if (gate->limit == 0 || !read_key(fetch, &wanted))
        return true;
    place = map_get(&gate->places, str_make(wanted.key, wanted.key_size));
    if (!place && !(place = add_place(gate, &wanted)))
        return true;
    fetch->place = place;
    if (place->count < gate->limit) {
        place->count++;
        return true;
    }
    fetch->next = NULL;
    *place->last = fetch;
    place->last = &fetch->next;
    return false;
}

struct crowd_fetch *gate_leave(struct gate *gate, struct crowd_fetch *fetch)
{
    struct gate_place *place = fetch->place;
    fetch->place = NULL;
    if (!place)
        return NULL;
    struct crowd_fetch *next = place->first;
    if (next) { /* takes the place of the one that left */
        place->first = next->next;
        if (!place->first)
            place->last = &place->first;
        return next;
    }
    if (--place->count == 0) {
        (void)map_remove(&gate->places, str_make(place->key, place->key_size));
        free(place);
    }
    return NULL;
}
