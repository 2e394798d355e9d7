/*
 * Transaction signatures (RFC 8945): a request is signed with a secret that the server has too, and its answer must be
 * signed with the same. Pure: the time is an argument. One request, one answer; an answer of many messages is
 * dns/tsig_stream's.
 */
#ifndef DNS_TSIG_H
#define DNS_TSIG_H

#include "crypto/mac.h"
#include "dns/message.h"

/* How far clocks may be apart: what RFC 8945 section 10 recommends. */
#define TSIG_FUDGE_S 300

struct tsig_key {
    struct dns_name name;
    enum mac_algorithm algorithm;
    struct str secret; /* decoded; borrowed */
};

/* Of a request that was sent, to check its answer by. */
struct tsig_request {
    uint16_t id;
    uint8_t mac[MAC_SIZE_MAX];
};

/* "hmac-sha256", "hmac-sha512", in any case, with or without a final dot. */
NODISCARD bool tsig_algorithm_from(struct str word, enum mac_algorithm *ret);
const char *tsig_algorithm_text(enum mac_algorithm algorithm);

/* Appends the signature to a whole message without one. */
NODISCARD bool tsig_sign(const struct tsig_key *key, int64_t now_s, struct buf *message, struct tsig_request *ret,
                         struct err *err);

enum tsig_result {
    TSIG_GOOD,
    TSIG_UNSIGNED,  /* there is no signature: proves nothing, whatever the answer says */
    TSIG_WRONG,     /* there is one, but it is not ours, or not of this answer */
    TSIG_BAD_SIG,   /* the server: our signature is wrong (another secret); these three come unsigned or signed */
    TSIG_BAD_KEY,   /* the server: it knows no such key */
    TSIG_BAD_TIME,  /* the server: our clocks are too far apart; *ret_server_s is its time, or 0 when not proven */
    TSIG_BAD_TRUNC, /* the server: it wants a longer code */
};

enum tsig_result tsig_check(const struct tsig_key *key, const struct tsig_request *request,
                            const struct dns_message *answer, int64_t now_s, int64_t *ret_server_s);

#endif
