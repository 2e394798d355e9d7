/*
 * Names of hosts below a domain, out of the lists that administrators have: typed names, zone files, hosts files, DHCP
 * leases, exports of certificate transparency. includeSubDomains binds all of them, so all of them must be known first.
 *
 *     bytes ──▶ inventory_take ──▶ lines, words, JSON ──▶ one name ──▶ on_name, or counted (sink.c)
 *                                                     └─▶ line and reason ──▶ on_problem
 *
 * Input comes in pieces of any size, since an export of certificate transparency has tens of megabytes and a zone of a
 * provider more; memory is that of one entry. What is wrong costs its own line (or entry) and is told, the rest is
 * read. Pure: it opens nothing, asks nobody, and follows no $INCLUDE.
 */
#ifndef INVENTORY_READER_H
#define INVENTORY_READER_H

#include "base/err.h"

enum inventory_format {
    INVENTORY_NAMES,        /* one or several a line; "www" alone is www below the domain; # begins a comment */
    INVENTORY_ZONE,         /* RFC 1035 section 5, with $GENERATE */
    INVENTORY_HOSTS,        /* hosts(5) */
    INVENTORY_DHCP,         /* leases of dnsmasq, of ISC dhcpd (its configuration too), of Kea (memfile CSV) */
    INVENTORY_TRANSPARENCY, /* crt.sh and Certspotter (JSON, also an object a line), or a name a line */
    INVENTORY_FORMATS_COUNT,
};

/* Problems that are told; more of them are only counted: the list is of another kind then. */
#define INVENTORY_PROBLEMS_COUNT_MAX 100
#define INVENTORY_PROBLEM_SIZE       256

/* The views live until the call returns. A name comes as often as the list has it. */
struct inventory_name {
    struct str name;  /* below the domain; lower case, A-labels, no final dot: the form of codec/name */
    bool is_wildcard; /* it begins with "*." */
    uint64_t line;    /* from 1; 0: not out of a text */
    /*
     * "A", "AAAA", "CNAME", "DNAME", "HTTPS", "SVCB", "ALIAS", "ANAME"; "NS": a zone of its own begins there, whose
     * names this list does not have; empty when the list knows none.
     */
    struct str type;
    /* An address for A and AAAA, else a name in lower case without a final dot; empty: not known, or itself. */
    struct str target;
};

struct inventory_to {
    /* False ends the reading, with *err. */
    bool (*on_name)(void *context, const struct inventory_name *name, struct err *err);
    /* One sentence without control characters; NULL is allowed. */
    void (*on_problem)(void *context, uint64_t line, const char *message);
    void *context;
};

struct inventory_counts {
    uint64_t names;   /* given to on_name */
    uint64_t foreign; /* neither the domain nor below it */
    uint64_t passed;  /* the domain itself, or what no browser asks for: _dmarc, a name with nothing but a TXT record */
    uint64_t problems; /* told or not */
};

struct inventory_reader;

/*
 * `domain` is a host name in the form of codec/name. `origin` is what relative names of a zone file belong to before
 * its first $ORIGIN, in that form too; empty: the domain. ERR_INPUT when one of them is none.
 */
NODISCARD bool inventory_new(enum inventory_format format, struct str domain, struct str origin,
                             const struct inventory_to *to, struct inventory_reader **ret, struct err *err);
/* NULL is allowed. */
void inventory_free(struct inventory_reader *reader);
/* The next bytes. False only with the error of on_name or ERR_MEMORY; nothing may be given after it. */
NODISCARD bool inventory_take(struct inventory_reader *reader, struct str bytes, struct err *err);
/* There is no more; fails as inventory_take does. */
NODISCARD bool inventory_end(struct inventory_reader *reader, struct err *err);
/* So far. */
struct inventory_counts inventory_counted(const struct inventory_reader *reader);
/*
 * One record from elsewhere (a zone transfer), as if a zone file had it: `owner` and `target` absolute, as text of RFC
 * 1035 with or without the final dot. Fails as inventory_take does.
 */
NODISCARD bool inventory_record(struct inventory_reader *reader, struct str owner, struct str type, struct str target,
                                struct err *err);

/* All of the above for a text that is there whole. *ret_counts is set on failure too; NULL is allowed. */
NODISCARD bool inventory_read(enum inventory_format format, struct str domain, struct str text,
                              const struct inventory_to *to, struct inventory_counts *ret_counts, struct err *err);

#endif
