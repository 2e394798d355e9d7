/*
 * One request to one DNS server and its answer: over UDP, sent again when nothing comes, over TCP when the answer does
 * not fit or UDP is silent. Only an answer to this very request from that very address counts; all else that arrives is
 * ignored. It waits, so it belongs on a thread of its own, and ends by the deadline.
 */
#ifndef DNS_EXCHANGE_H
#define DNS_EXCHANGE_H

#include "dns/message.h"
#include "os/socket.h"
#include "outbound/deadline.h"

/* How long one try waits for its answer; resolvers on the way have to ask others first. */
#define DNS_TRY_MS_UDP 2000
#define DNS_TRY_MS_TCP 5000
/* Tries over UDP before TCP. */
#define DNS_TRIES_UDP 2

struct dns_answer {
    struct buf bytes;           /* what `message` is a view of */
    struct dns_message message; /* a response with the request's id, opcode and question */
};

/* An unpredictable id for a request. */
NODISCARD bool dns_id_make(uint16_t *ret, struct err *err);
/*
 * `request` is a whole message with one question. Fills *ret, which the caller gives to dns_answer_fini; on failure
 * nothing is to be freed, and the error is the end of a sentence about the server: "ns1 (192.0.2.1) …".
 */
NODISCARD bool dns_exchange(const union os_address *server, struct str request, const struct deadline *deadline,
                            struct dns_answer *ret, struct err *err);
void dns_answer_fini(struct dns_answer *answer);
/*
 * Asks one server one question, once more without EDNS when it does not understand that (FORMERR or NOTIMP: RFC 6891
 * section 7). *ret and the error are as above.
 */
NODISCARD bool dns_question(const union os_address *server, const struct dns_name *name, enum dns_type type,
                            bool recursive, const struct deadline *deadline, struct dns_answer *ret, struct err *err);

#endif
