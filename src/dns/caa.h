/*
 * Which certificate authorities a name allows (CAA, RFC 8659), with the account and the method it may ask for (RFC
 * 8657): the records of a name or, without any, of those above it, taken apart and judged. Asking waits, judging is
 * pure.
 */
#ifndef DNS_CAA_H
#define DNS_CAA_H

#include "base/arena.h"
#include "dns/resolver.h"

/* Records of one name; who has more means something else than CAA. */
#define CAA_RECORDS_COUNT_MAX 64
/* Of one value: a domain name and a few parameters. */
#define CAA_VALUE_SIZE_MAX 2048

struct caa_record {
    bool critical;
    struct str tag; /* lower case, "issue" */
    struct str value;
};

struct caa_set {
    struct dns_name owner; /* the name that has the records; meaningless without any */
    struct caa_record records[CAA_RECORDS_COUNT_MAX];
    size_t records_count; /* 0: everybody may issue */
};

/* One record's data; the views are of `rdata`, but for the tag, which is copied. False when it is malformed. */
NODISCARD bool caa_read(struct str rdata, struct arena *arena, struct caa_record *ret);
/* The records of `name` in an answer, added to the set with their texts in the arena. False when they do not fit. */
NODISCARD bool caa_take(const struct dns_message *message, const struct dns_name *name, struct arena *arena,
                        struct caa_set *set);
/* The set that holds for `name` (section 3: aliases followed, then the names above it). Texts go into the arena. */
NODISCARD bool caa_find(const struct dns_resolver *resolver, const struct dns_name *name,
                        const struct deadline *deadline, struct arena *arena, struct caa_set *ret, struct err *err);

/* Who asks and how. */
struct caa_asker {
    const struct str *identities; /* of the CA, as its directory says (caaIdentities) */
    size_t identities_count;
    struct str account_url; /* or empty: not known yet */
    struct str method;      /* "http-01" */
    bool wildcard;
};

enum caa_verdict {
    CAA_ALLOWED,
    CAA_NOBODY,         /* "issue ;": nobody may */
    CAA_OTHER,          /* others may, this one not */
    CAA_OTHER_ACCOUNT,  /* this one, for another account */
    CAA_OTHER_METHOD,   /* this one, by another method */
    CAA_UNKNOWN_DEMAND, /* a critical record that nobody here understands: a CA must refuse */
};

/* *ret_record (when not NULL) is the record the verdict is about, NULL when there is none. */
enum caa_verdict caa_judge(const struct caa_set *set, const struct caa_asker *asker,
                           const struct caa_record **ret_record);

#endif
