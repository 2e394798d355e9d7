/*
 * One question to a CA until it has a real answer: a nonce is fetched if there is none, the request signed, a nonce the
 * CA does not take replaced, trouble of the moment (5xx, a short Retry-After, no answer) waited out. What remains is
 * the answer, good or a problem, for the job's states to judge. Knows nothing of accounts and orders.
 *
 *     begin ──▶ PAUSE ──▶ NONCE ──▶ SEND ──▶ answered
 *                 ▲         │        │
 *                 └─────────┴────────┘ again: no answer, 5xx, 429, badNonce (without the pause)
 */
#ifndef ACME_EXCHANGE_H
#define ACME_EXCHANGE_H

#include "acme/job.h"
#include "acme/problem.h"
#include "base/buf.h"
#include "base/sm.h"

/* A nonce is Base64url (RFC 8555 section 6.5.1); real ones have up to 60 characters. */
#define EXCHANGE_NONCE_SIZE_MAX 512
/* Twice what a CA that rejects every second nonce makes likely in a thousand requests. */
#define EXCHANGE_BAD_NONCES_MAX 20
/* First try and three more, 2, 8 and 32 seconds apart: outages that last longer are the caller's schedule's. */
#define EXCHANGE_TRIES_MAX 4
#define EXCHANGE_BACKOFF_S 2
/* A CA that wants us back within this is waited for here; beyond it the job ends, to be taken up again. */
#define EXCHANGE_SHORT_WAIT_S 60
/* Payloads: 100 names, a CSR, a certificate. */
#define EXCHANGE_PAYLOAD_SIZE_MAX ((size_t)128 * 1024)
/* Its Base64url with a header, in JSON. */
#define EXCHANGE_BODY_SIZE_MAX ((size_t)256 * 1024)

enum exchange_state { EXCHANGE_IDLE, EXCHANGE_PAUSE, EXCHANGE_NONCE, EXCHANGE_SEND, EXCHANGE_STATES_COUNT };
extern const struct sm_model exchange_model;

/* What is asked; views that live until it is answered. */
struct exchange_ask {
    struct str url, accept;
    const struct key *key; /* who signs a POST; NULL: a GET without signature */
    struct str kid;        /* account URL, or empty: the key's public half is put in */
    size_t answer_size;    /* of the body, at most */
};

struct exchange {
    struct sm sm;
    struct exchange_ask ask;
    struct buf payload; /* to be signed; filled by the caller before acme_exchange_begin; empty for a POST-as-GET */
    struct buf body;    /* signed, while it waits for its answer */
    struct str new_nonce_url;
    char nonce[EXCHANGE_NONCE_SIZE_MAX]; /* the newest; one is enough where requests follow each other */
    size_t nonce_size;
    int64_t pause_s, until_s;
    uint64_t random;
    unsigned tries, bad_nonces;
    bool was_lost; /* a request may have been taken whose answer never came */
};

enum exchange_result {
    EXCHANGE_AGAIN,    /* the exchange goes on: ask for its step */
    EXCHANGE_ANSWERED, /* by a status of 2xx */
    EXCHANGE_REFUSED,  /* *ret_problem is filled */
    EXCHANGE_FAILED,   /* *ret_failure is filled */
};

/* `id` is for traces and outlives it. */
void acme_exchange_init(struct exchange *exchange, const char *id, uint64_t random);
void acme_exchange_fini(struct exchange *exchange);
/* Begins a question, after a pause of `pause_s` (0: at once). The payload is what the caller wrote into it. */
void acme_exchange_begin(struct exchange *exchange, const struct exchange_ask *ask, int64_t pause_s, int64_t now_s);
/* What is to be done: REQUEST or WAIT. False with *err when the request cannot be signed. */
NODISCARD bool acme_exchange_step(struct exchange *exchange, int64_t now_s, struct acme_step *ret, struct err *err);
/* What came back; `doing` is what the CA was asked to do ("take the order"), for a failure. */
enum exchange_result acme_exchange_response(struct exchange *exchange, const struct acme_response *response,
                                            int64_t now_s, const char *doing, struct problem *ret_problem,
                                            struct acme_failure *ret_failure);
enum exchange_result acme_exchange_no_response(struct exchange *exchange, const char *why, int64_t now_s,
                                               struct acme_failure *ret_failure);
/* The words for an answer that cannot be used: `why` ends the sentence "its answer …". */
void acme_exchange_malformed(const char *doing, const char *why, struct acme_failure *ret);
/* Whether a request is under way. */
bool acme_exchange_waits_for_response(const struct exchange *exchange);

#endif
