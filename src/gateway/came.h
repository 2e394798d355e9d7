/*
 * Who came: notes each request and each handshake in the samples of the day's clients (snapshot/clients.h), from which
 * control tells who would be locked out. A client is its address (of IPv6 the first 64 bits) and the class of program
 * that it says it is; both are kept as a hash under the day's salt. What a connection's requests have in common is
 * worked out once.
 */
#ifndef GATEWAY_CAME_H
#define GATEWAY_CAME_H

#include <stdint.h>

#include "crypto/short_hash.h"
#include "tls/conn.h"

struct client;
struct exchange;

/* User-Agent fields that were read lately: reading one takes half a microsecond, and few are different. */
#define CAME_AGENTS_COUNT 512

/* Of a worker; by the hash of the field, without its last bits, which say enum http_agent. Zeroed when it begins, but
 * for the key, which is random: whoever asks chooses the field. */
struct came_agents {
    uint8_t key[SHORT_HASH_KEY_SIZE];
    uint64_t known[CAME_AGENTS_COUNT];
};

/* Of a connection: what was worked out for its last request. Zeroed when it begins. */
struct came {
    uint64_t day;         /* that the hashes are of; 0: there are none yet */
    uint64_t hash, week;  /* of the client, under the salt of the day and of the week */
    uint64_t agent_field; /* a hash of the User-Agent field; 0: none was read yet */
    uint64_t rung;        /* since which that holds that `slot` says */
    uint32_t slot;        /* of the site for which the client was noted over HTTPS already, + 1 */
    uint8_t agent;        /* enum http_agent, of that field */
    uint8_t class;        /* the same, for which the hashes are */
};

/* What a request's fields say of who asks, and whether they carry what others should not see. */
struct came_said {
    struct str authorization; /* a view into the request; empty: none */
    bool cookie, upgrades;
    uint8_t agent; /* enum http_agent */
};

/* In one walk over them. At the end of an exchange, for those that follow. */
struct came_said came_said(const struct exchange *ex);
void came_exchange(struct exchange *ex, const struct came_said *said);
/* When a handshake for the site in this slot is over; TLS_FAILURE_NONE: it succeeded. */
void came_handshake(struct client *c, uint32_t slot, enum tls_failure failure);

#endif
