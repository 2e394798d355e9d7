/* What the files of a look at the network share; for them alone. */
#ifndef PROBE_NET_LOOK_PARTS_H
#define PROBE_NET_LOOK_PARTS_H

#include "probe/net_look.h"
#include "probe/net_records.h"

/* A host name in text. */
#define NET_HOST_SIZE 256

/* One fetch, behind one question for addresses where it needs any. The question's addresses are the fetch's. */
struct net_leg {
    struct net_look *look;
    void (*on_end)(struct net_leg *leg); /* after the fetch; its result is ended behind it */
    size_t index;                        /* of what it is about */
    char host[NET_HOST_SIZE];
    struct crowd_question question;
    struct crowd_fetch fetch;
    bool in_flight;
    bool is_second; /* without verification */
};

/* One question for records. */
struct asking {
    struct net_look *look;
    struct crowd_records records;
};

struct net_look {
    struct crowd *crowd;
    struct net_look_request request;
    struct arena room;
    struct net_seen seen;
    struct str registrable, public_suffix; /* of the domain */
    size_t pending;                        /* of this round */
    bool is_second_round;
    struct net_leg name; /* the question for its addresses; no fetch */
    struct net_leg addresses[NET_ADDRESSES_COUNT_MAX];
    struct net_leg above[NET_ABOVE_COUNT_MAX];
    struct net_leg versions[NET_VERSIONS_COUNT];
    struct net_leg ports[NET_SERVICES_COUNT_MAX];
    struct net_leg targets[NET_SERVICES_COUNT_MAX];
    struct asking https, caa[NET_LEVELS_COUNT_MAX];
    size_t levels_count;
    bool levels_are_left; /* beyond NET_LEVELS_COUNT_MAX */
    struct net_hints hints[NET_SERVICES_COUNT_MAX];
    struct str leaf; /* DER, of the address whose TLS is told */
};

/* One thing less is under way; with the last of a round, the next begins. */
void net_look_ended(struct net_look *look);
uint16_t net_look_port(const struct net_look *look);

void net_leg_init(struct net_leg *leg, struct net_look *look, size_t index, struct str host,
                  void (*on_end)(struct net_leg *leg));
/* Begins to look for the addresses of its host; on_found calls net_look_ended when it is through. */
void net_leg_find(struct net_leg *leg, void (*on_found)(struct crowd_question *question));
struct net_leg *net_leg_of(struct crowd_question *question);
/* The addresses of another leg's question. */
void net_leg_take(struct net_leg *leg, const struct net_leg *from);
/* Begins a fetch over HTTPS of "/" at the question's addresses; the rest is as in `request`. */
void net_leg_fetch(struct net_leg *leg, struct fetch_request request);

/* Begins with the addresses that were found (net_look_address.c). */
void net_look_addresses(struct net_look *look);
/* Begins the second round (net_look_service.c). */
void net_look_services(struct net_look *look);

#endif
