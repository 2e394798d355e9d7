/*
 * A whole zone from one of its servers (AXFR, RFC 5936), signed (RFC 8945) when there is a key: for who wants to know
 * every name below a domain. Only what leads a browser somewhere is given. Whatever the server refuses is put in words
 * that say what to mend. It waits: for a thread of its own.
 */
#ifndef DNS_TRANSFER_H
#define DNS_TRANSFER_H

#include "dns/transfer_reader.h"
#include "outbound/deadline.h"

/* Between two messages: a server that gathers a large zone takes seconds, one that is silent for this long is gone. */
#define DNS_TRANSFER_IDLE_MS 30000

struct dns_transfer {
    struct dns_name zone;
    union os_address server;    /* with its port */
    const struct tsig_key *key; /* NULL: nothing is signed. The caller wipes the secret. */
};

struct dns_transferred {
    uint32_t serial;        /* of the zone */
    uint64_t records_count; /* of any type */
    uint64_t size;          /* bytes of all messages */
};

/*
 * `now_s`: wall clock. Records are given as they come; only when it returns true is the zone complete and, with a key,
 * proven: until then they are to be kept apart. The error is a sentence about the server.
 */
NODISCARD bool dns_transfer(const struct dns_transfer *transfer, const struct deadline *deadline, int64_t now_s,
                            const struct dns_transfer_to *to, struct dns_transferred *ret, struct err *err);

#endif
