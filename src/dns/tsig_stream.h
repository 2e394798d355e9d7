/*
 * Signatures over an answer of many messages (RFC 8945 section 5.3.1), as zone transfers are: the first and the last
 * message are signed, of those in between perhaps not each one; a signature covers all since the one before it, and
 * that one's code, so that none can be left out, added or put elsewhere.
 *
 *     request ──code──▶ 1 signed ──code──▶ 2, 3, 4 signed ──code──▶ 5 signed, the last
 *
 * What came is proven only when tsig_stream_is_whole says so after the last message. Pure: the time is an argument.
 */
#ifndef DNS_TSIG_STREAM_H
#define DNS_TSIG_STREAM_H

#include "dns/tsig.h"

/* Messages without a signature in a row that a client must take; no server may send more. */
#define TSIG_UNSIGNED_COUNT_MAX 99

struct tsig_stream {
    const struct tsig_key *key;  /* borrowed */
    struct tsig_request request; /* its id, and the code signed last */
    struct mac_run *run;         /* over the messages since then; NULL: none has come */
    unsigned unsigned_count;     /* of them */
    bool had_first;
};

void tsig_stream_init(struct tsig_stream *stream, const struct tsig_key *key, const struct tsig_request *request);
void tsig_stream_fini(struct tsig_stream *stream);
/*
 * The next message. TSIG_GOOD: nothing speaks against it so far. TSIG_UNSIGNED: the first has no signature, or too many
 * have none. All other results are those of tsig_check. False only when libcrypto cannot or memory ran out.
 */
NODISCARD bool tsig_stream_take(struct tsig_stream *stream, const struct dns_message *message, int64_t now_s,
                                enum tsig_result *ret, int64_t *ret_server_s, struct err *err);
/* Whether the message that was taken last is signed, and so all of them. */
bool tsig_stream_is_whole(const struct tsig_stream *stream);

#endif
