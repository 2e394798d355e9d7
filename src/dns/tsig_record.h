/*
 * The record that holds a signature (RFC 8945 section 4.2), and what of it is signed (section 4.3.3). For dns/tsig*
 * only.
 */
#ifndef DNS_TSIG_RECORD_H
#define DNS_TSIG_RECORD_H

#include "dns/tsig.h"

/* The variable parts of a signature. */
struct tsig_fields {
    uint64_t time_s; /* 48 bits */
    uint16_t fudge_s;
    uint16_t error;
    struct str other;
};

/* A signature taken apart; views of the message. */
struct tsig_signature {
    struct dns_name algorithm;
    struct tsig_fields fields;
    struct str code;
    uint16_t original_id;
};

/* Where the header counts the additional records. */
#define TSIG_COUNT_AT 10

struct dns_name tsig_algorithm_name(enum mac_algorithm algorithm);
void tsig_put_time(uint64_t time_s, struct buf *out);
void tsig_put_variables(const struct tsig_key *key, const struct tsig_fields *f, struct buf *out);
/* Sets the count of additional records in a message's header. */
void tsig_set_count(char *message, unsigned count);
/* The signature of a message: its last record. False: it has none. */
NODISCARD bool tsig_record_find(const struct dns_message *message, struct dns_record *ret);
NODISCARD bool tsig_record_read(const struct dns_message *message, const struct dns_record *record,
                                struct tsig_signature *ret);
/* Whether the record is one of the key, apart from its code and times. */
bool tsig_record_is_of(const struct dns_record *record, const struct tsig_signature *signature,
                       const struct tsig_key *key, uint16_t id);
/* The message as it was when it was signed, for a copy of its bytes before the signature: with that id and one record
 * less. */
void tsig_restore(char *message, const struct tsig_signature *signature, const struct dns_message *signed_message);
/* Whether the times are no further apart than the signature allows. */
bool tsig_is_timely(const struct tsig_signature *signature, int64_t now_s);

#endif
