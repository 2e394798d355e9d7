/*
 * Where a site is on its way to its next certificate: what was ordered from whom, what failed last and when to try
 * again, and what the authority says of the certificate in service. Durable before each step, so that control goes on
 * where it was killed. The certificate's key is kept apart, sealed, until the certificate is there.
 *
 *     (nothing) ──begin──▶ active, with an order's URL once there is one ──obtained──▶ (nothing under way)
 *                              │ ▲
 *                        failure  next_s
 */
#ifndef STORE_ACME_ORDER_H
#define STORE_ACME_ORDER_H

#include "acme/failure.h"
#include "base/err.h"
#include "codec/name.h"
#include "crypto/cert.h"
#include "store/ca.h"

/* A leaf of a hundred names is 5 KB, in Base64 less than twice that. */
#define ACME_ORDER_LEAF_SIZE_MAX 16384

/* Why an attempt failed, in words. */
struct acme_order_failure {
    int64_t at_s; /* 0: the last attempt did not fail */
    char ca[CA_NAME_SIZE_MAX + 1];
    char problem[ACME_PROBLEM_SIZE];
    char words[512];
    char fix[256];
    bool permanent;  /* the same will not work before somebody changes something */
    int64_t retry_s; /* the CA wants to hear nothing of it before; 0: it did not say */
};

/* What the authority says about renewing a certificate (RFC 9773). */
struct acme_order_window {
    char fingerprint[CERT_FINGERPRINT_SIZE + 1]; /* of that certificate; empty: nothing is known */
    int64_t start_s, end_s;                      /* 0: it says nothing */
    int64_t look_again_s;
    char explanation[256]; /* URL, or empty */
};

/* A certificate that is to be revoked once another one is in its place. */
struct acme_order_revocation {
    char *leaf; /* Base64 of DER, on the heap; NULL: none */
    char ca[CA_NAME_SIZE_MAX + 1];
    uint32_t reason; /* CRLReason */
    int64_t next_s;  /* no attempt before; not kept */
};

struct acme_order {
    char site[NAME_SIZE_MAX + 1];
    bool rehearsal;                /* at a staging CA, for nothing but the answer */
    bool active;                   /* a certificate is on order, or to be ordered when next_s comes */
    bool asked;                    /* somebody wants a new one now, due or not */
    char ca[CA_NAME_SIZE_MAX + 1]; /* of the present attempt; empty: not chosen yet */
    uint64_t names;                /* what was ordered: see acme_site_names */
    char url[CA_URL_SIZE_MAX + 1]; /* the order at the CA; empty while there is none */
    bool has_key;
    uint32_t tried;       /* CAs that failed in this round */
    uint32_t failures;    /* attempts that failed in a row, at all CAs */
    uint32_t ca_failures; /* … at this one */
    int64_t next_s;       /* no attempt before; 0: at once */
    int64_t held_s;       /* no round before, since a CA said so (Retry-After) */
    struct acme_order_failure failure;
    char notice[512];                  /* what was done otherwise than asked, of the last success; or empty */
    int64_t obtained_s;                /* 0: never */
    char issuer[CA_NAME_SIZE_MAX + 1]; /* the CA of the last certificate that was obtained */
    struct acme_order_window window;
    struct acme_order_revocation revocation;
};

/* NULL when memory ran out. */
struct acme_order *acme_order_new(struct str site, bool rehearsal);
/* NULL is allowed. */
void acme_order_free(struct acme_order *order);

/* As JSON, without site, rehearsal and has_key, which are columns of their own. */
void acme_order_write(const struct acme_order *order, struct jsonout *out);
NODISCARD bool acme_order_read(struct str text, struct acme_order *order, struct err *err);
/* Copies as much of the text as fits, with a zero byte. */
void acme_order_text(char *room, size_t room_size, struct str text);

#endif
