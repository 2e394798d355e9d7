/*
 * DNS messages (RFC 1035 section 4): questions and updates are written, answers taken apart. An answer is checked whole
 * when it is opened, after which its records can be walked without failing. Everything in it is somebody else's input.
 * It owns no socket, signs nothing (dns/tsig) and asks nobody (dns/exchange).
 */
#ifndef DNS_MESSAGE_H
#define DNS_MESSAGE_H

#include "base/err.h"
#include "dns/name.h"

#define DNS_HEADER_SIZE 12
/* The most a message can have: over TCP its size has 16 bits. */
#define DNS_MESSAGE_SIZE_MAX 65535
/* What is taken over UDP, told to the server (EDNS): it passes any network without being cut into pieces. */
#define DNS_UDP_SIZE_MAX 1232
/* Records of one message; an answer about one name has a handful. */
#define DNS_RECORDS_COUNT_MAX 512

enum dns_type {
    DNS_A = 1,
    DNS_NS = 2,
    DNS_CNAME = 5,
    DNS_SOA = 6,
    DNS_TXT = 16,
    DNS_AAAA = 28,
    DNS_DNAME = 39,
    DNS_OPT = 41,
    DNS_SVCB = 64,
    DNS_HTTPS = 65,
    DNS_TSIG = 250,
    DNS_AXFR = 252, /* the question for a whole zone */
    DNS_CAA = 257,
};

enum dns_class { DNS_IN = 1, DNS_CLASS_NONE = 254, DNS_CLASS_ANY = 255 };

enum dns_rcode {
    DNS_NOERROR = 0,
    DNS_FORMERR = 1,
    DNS_SERVFAIL = 2,
    DNS_NXDOMAIN = 3,
    DNS_NOTIMP = 4,
    DNS_REFUSED = 5,
    DNS_YXDOMAIN = 6,
    DNS_YXRRSET = 7,
    DNS_NXRRSET = 8,
    DNS_NOTAUTH = 9,
    DNS_NOTZONE = 10,
};

enum dns_opcode { DNS_OPCODE_QUERY = 0, DNS_OPCODE_UPDATE = 5 };
enum dns_section { DNS_ANSWER, DNS_AUTHORITY, DNS_ADDITIONAL };

struct dns_record {
    enum dns_section section;
    struct dns_name name;
    uint16_t type; /* enum dns_type, or one we do not know */
    uint16_t class;
    uint32_t ttl_s;
    size_t at;       /* where it begins in the message */
    size_t rdata_at; /* and its data, which names in it may point out of */
    struct str rdata;
};

struct dns_message {
    struct str bytes; /* borrowed */
    uint16_t id;
    bool response, authoritative, truncated;
    bool recursive; /* whoever sent it asks others, and so follows aliases to their end (RFC 1034 section 4.3.2) */
    enum dns_opcode opcode;
    enum dns_rcode rcode;
    uint16_t questions_count;
    uint16_t counts[3]; /* by enum dns_section */
    struct dns_name question;
    uint16_t question_type;
    size_t records_at;
};

/* Checks the whole of it. False: it is no message, or one of more records than anybody sends. */
NODISCARD bool dns_message_open(struct str bytes, struct dns_message *ret);

/* The same for one of the messages of a zone transfer, which is as full as it can be. */
NODISCARD bool dns_message_open_full(struct str bytes, struct dns_message *ret);

/* Walks the records: begin with a zeroed cursor; false at the end. */
struct dns_cursor {
    size_t at;
    size_t index;
};
bool dns_message_next(const struct dns_message *message, struct dns_cursor *cursor, struct dns_record *ret);

/* The name in a CNAME, DNAME, NS or (its first, the primary server) SOA record. */
NODISCARD bool dns_record_name(const struct dns_message *message, const struct dns_record *record,
                               struct dns_name *ret);
/* The text of a TXT record, its strings joined; appended. */
NODISCARD bool dns_record_text(const struct dns_record *record, struct buf *out);
/* "NOTAUTH"; "code 17" for what has no name here, in `room`. */
#define DNS_RCODE_TEXT_SIZE 16
const char *dns_rcode_text(unsigned rcode, char room[static DNS_RCODE_TEXT_SIZE]);

/* A question of class IN. */
enum dns_query {
    DNS_RECURSIVE = 1, /* a resolver is asked, else the server itself */
    DNS_EDNS = 2,      /* the size we take is told (RFC 6891) */
};
void dns_write_query(uint16_t id, const struct dns_name *name, enum dns_type type, unsigned flags, struct buf *out);
/*
 * An update (RFC 2136) of a zone: adds one TXT record to those of the name, or deletes exactly that one. `value` has at
 * most 255 bytes.
 */
struct dns_change {
    bool remove;
    struct dns_name name;
    struct str value;
    uint32_t ttl_s; /* of what is added */
};
#define DNS_TEXT_SIZE_MAX 255
void dns_write_update(uint16_t id, const struct dns_name *zone, const struct dns_change *change, struct buf *out);
/* Numbers in the order of the network. */
void dns_put_u16(struct buf *out, unsigned value);
uint16_t dns_get_u16(struct str s, size_t at);
uint32_t dns_get_u32(struct str s, size_t at);

#endif
