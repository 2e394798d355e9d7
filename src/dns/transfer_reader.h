/*
 * The messages of a zone transfer (RFC 5936), one after the other: what belongs to it, what is signed, where it begins
 * and ends. Pure: bytes and the time are arguments. It owns no socket; dns/transfer does.
 *
 *     BEGINS ──SOA──▶ GOES_ON ──the same SOA──▶ IS_DONE
 */
#ifndef DNS_TRANSFER_READER_H
#define DNS_TRANSFER_READER_H

#include "dns/tsig_stream.h"
#include "dns/words.h"

/* Records of one zone: the largest that administrators keep by hand have some hundred thousand. */
#define DNS_TRANSFER_RECORDS_COUNT_MAX 1000000u
/* And their bytes, at some hundred each; also what a server may send that repeats empty messages. */
#define DNS_TRANSFER_SIZE_MAX ((uint64_t)128 << 20)

/* As text of RFC 1035, absolute, without a final dot: what inventory_record takes. The views live until the call ends.
 */
struct dns_transfer_record {
    struct str owner;
    struct str type;   /* "A", "AAAA", "CNAME", "DNAME", "NS", "HTTPS", "SVCB" */
    struct str target; /* the address or name it leads to; empty: itself */
};

struct dns_transfer_to {
    /* A record that leads somewhere; all others are counted only. False ends the transfer, with *err. */
    bool (*on_record)(void *context, const struct dns_transfer_record *record, struct err *err);
    void *context;
};

enum dns_transfer_state { DNS_TRANSFER_BEGINS, DNS_TRANSFER_GOES_ON, DNS_TRANSFER_IS_DONE };

struct transfer_reader {
    const struct dns_transfer_to *to;
    const struct dns_words *words;
    struct dns_name zone;
    uint16_t id;
    bool is_signed;
    struct tsig_stream signatures;
    enum dns_transfer_state state;
    uint32_t serial;        /* of the zone, once it began */
    uint64_t records_count; /* without the SOA at the end */
    uint64_t messages_count;
    uint64_t size;
};

/*
 * `request`: of the signed question; NULL: it is not signed, and neither need the answer be. All pointers are borrowed
 * for the reader's life.
 */
void transfer_reader_init(struct transfer_reader *reader, const struct dns_name *zone, uint16_t id,
                          const struct tsig_key *key, const struct tsig_request *request, const struct dns_words *words,
                          const struct dns_transfer_to *to);
void transfer_reader_fini(struct transfer_reader *reader);
/*
 * The next message. Where the key signs, what on_record is given is proven only once the state is IS_DONE. False with a
 * sentence about the server; nothing may be given after it, nor after the end.
 */
NODISCARD bool transfer_reader_take(struct transfer_reader *reader, struct str bytes, int64_t now_s, struct err *err);

#endif
