/*
 * A certificate authority in memory that speaks ACME strictly (RFC 8555) and fails on demand: it verifies every
 * signature, nonce and URL, looks at the proofs that were put up, and signs with the tests' authority. Any request that
 * no client may send ends the test.
 */
#ifndef TESTS_UNIT_ACME_CA_H
#define TESTS_UNIT_ACME_CA_H

#include "acme/job.h"
#include "ca_fault.h"
#include "test_ca.h"

#define CA_ORDERS_MAX   64
#define CA_NAMES_MAX    8
#define CA_ACCOUNTS_MAX 8

enum ca_status { CA_PENDING, CA_READY, CA_PROCESSING, CA_VALID, CA_INVALID };

struct ca_authorization {
    char name[128];
    bool is_wildcard, is_address;
    enum ca_status status;
    enum acme_challenge_kind kind; /* that was answered */
    char token[48];
};

struct ca_order {
    unsigned account;
    struct ca_authorization names[CA_NAMES_MAX];
    size_t names_count;
    enum ca_status status;
    unsigned polls_left; /* of processing */
    struct buf chain;    /* when valid */
    char profile[32];
};

struct ca_account {
    const struct key *key; /* NULL: none */
    bool is_deactivated;
    char contacts[128];
};

struct ca {
    struct test_ca *roots[2]; /* the second signs alternate chains */
    const char *certificate_key_pem;
    const struct key *certificate_key;
    const struct key *keys[2]; /* accounts' */
    struct ca_account accounts[CA_ACCOUNTS_MAX];
    size_t accounts_count;
    struct ca_order orders[CA_ORDERS_MAX];
    size_t orders_count;
    unsigned nonce, requests_count, revoked_count;
    unsigned seen[CA_STEPS_COUNT]; /* requests of each kind */
    struct str eab_key;            /* wanted when not empty */
    bool has_profiles, has_ari, offers_only_http, authorizations_are_reused, keeps_no_contacts;
    bool refuses_replaces, wrong_chain, proofs_fail;
    unsigned polls;                   /* an authorization or order takes that many looks */
    char replaces[128], payload[512]; /* of the last order; of the last signed request */
    struct {
        enum ca_step step;
        unsigned from, times; /* at the from-th request of that kind (1 is the first), that many times; 0: for ever */
        enum ca_fault fault;
    } break_at;
    const char *problem; /* of CA_PROBLEM: a type, or a whole document */
    size_t cut_at;
    /* The answer. */
    struct buf body;
    char location[128], nonce_text[32], link[160];
    struct str links[1];
    /* Proofs that are up: the last that a job asked for, also when it is gone. */
    struct arena proofs_arena;
    struct acme_proof *proofs;
    size_t proofs_count;
};

void ca_init(struct ca *ca, const char *certificate_key_pem, const struct key *account_key,
             const struct key *other_account_key);
void ca_fini(struct ca *ca);
/* As after ca_init, with the keys of before. */
void ca_reset(struct ca *ca);
/* False: there is no answer. The answer lives until the next request. */
bool ca_answer(struct ca *ca, const struct acme_request *request, struct acme_response *ret);
/* Puts up copies of the proofs, in place of those before. */
void ca_put_up(struct ca *ca, const struct acme_proof *proofs, size_t proofs_count);
/* Makes an order and its authorizations this. */
void ca_order_becomes(struct ca *ca, size_t order, enum ca_status status);
/*
 * Does what a job says until it ends or has taken `steps_max` steps (0: as many as it wants), on a clock of its own.
 * Returns the kind of the last step, `failure` (NULL is allowed) is filled when it failed.
 */
enum acme_step_kind ca_drive(struct ca *ca, struct acme_job *job, int64_t *now_s, unsigned steps_max,
                             struct acme_failure *ret_failure);

#endif
