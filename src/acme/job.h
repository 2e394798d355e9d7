/*
 * One piece of work with a certificate authority that speaks ACME (RFC 8555, RFC 8737, RFC 8738, RFC 9773): from an
 * account to a chain of certificates, or one of the smaller errands beside it. A state machine without a socket, clock,
 * file or thread: it says what is to be done now (a request, proofs to put up, a moment to wait for), is told what came
 * of it, and ends with a result or with a failure in words. Whoever drives it performs the requests, keeps what must
 * survive (acme_job_account_url, acme_job_order_url) and throws it away; one that is made anew from these goes on from
 * wherever the order is. The states are drawn in docs/internals/acme.md and stand as a table in job_states.c.
 *
 * What comes from the authority is input: parsed strictly, capped, and quoted only after quote_text.
 */
#ifndef ACME_JOB_H
#define ACME_JOB_H

#include "acme/directory.h"
#include "acme/failure.h"
#include "acme/proof.h"
#include "acme/renewal_info.h"
#include "base/err.h"
#include "crypto/key.h"

/* Let's Encrypt's limit; no CA known takes more. */
#define ACME_NAMES_COUNT_MAX 100
/* An answer that is no chain of certificates. A directory is 1 KB, an order of 100 names 30 KB. */
#define ACME_ANSWER_SIZE_MAX ((size_t)128 * 1024)
/* A chain: leaf and intermediates as PEM. Whoever performs the requests need not receive more than this. */
#define ACME_CHAIN_SIZE_MAX ((size_t)256 * 1024)

enum acme_job_kind {
    ACME_JOB_ACCOUNT,      /* find or make the account, bring its contacts up to date */
    ACME_JOB_OBTAIN,       /* account if need be, then order, prove, finalise, download, choose the chain */
    ACME_JOB_REVOKE,       /* by the account's key; one that is revoked already is a success */
    ACME_JOB_ROLL_KEY,     /* the account gets new_account_key; one that has it already is a success */
    ACME_JOB_DEACTIVATE,   /* the account, for good; one that the CA does not know is a success */
    ACME_JOB_RENEWAL_INFO, /* ARI: one unsigned GET behind the directory's */
};

/* As the operator described it. Views that outlive the job, like all of the input. */
struct acme_ca {
    struct str directory_url;   /* https://… */
    const struct str *contacts; /* "mailto:…" */
    size_t contacts_count;
    bool terms_agreed;
    struct str eab_kid, eab_key; /* external account binding; the key decoded (a secret); or both empty */
    struct str profile;          /* or empty */
    struct str preferred_root;   /* common name, or a part of it, of the root the chain should lead to; or empty */
};

struct acme_job_input {
    enum acme_job_kind kind;
    const struct acme_ca *ca;
    const struct key *account_key; /* ECDSA P-256 or RSA; not for RENEWAL_INFO */
    struct str account_url;        /* known from before, or empty */

    /* OBTAIN */
    const struct str *names; /* A-labels, "*.example.org", or IP addresses as text (RFC 8738) */
    size_t names_count;
    const struct key *certificate_key; /* made anew for each certificate, the same when an order is taken up again */
    const enum acme_challenge_kind *challenges; /* allowed, the preferred first */
    size_t challenges_count;
    struct str order_url; /* under way from before, or empty */
    struct str replaces;  /* ARI id of the certificate this one replaces (ari_id of crypto/issued.h), or empty */

    /* REVOKE (both), RENEWAL_INFO (the certificate) */
    struct str certificate_der; /* leaf */
    unsigned reason;            /* CRLReason of RFC 5280 section 5.3.1 */

    /* ROLL_KEY: durable before the job begins, since the answer to the roll-over may get lost */
    const struct key *new_account_key;

    uint64_t random; /* any number, another for each job: spreads the waits of many jobs */
};

/* To be performed as it stands: no redirect is followed (RFC 8555 knows none), TLS verified. Views until the next call.
 */
struct acme_request {
    bool post;          /* with Content-Type: application/jose+json; else a GET */
    bool head;          /* a HEAD instead of the GET */
    struct str url;     /* https, checked */
    struct str body;    /* of the POST */
    struct str accept;  /* or empty */
    size_t answer_size; /* the body may be cut off behind this many bytes and one: it is refused then */
};

/* Field values as received, empty when absent. */
struct acme_response {
    unsigned status;
    struct str content_type, location, replay_nonce, retry_after;
    const struct str *links; /* every Link field */
    size_t links_count;
    struct str body;
};

enum acme_step_kind {
    ACME_STEP_REQUEST, /* perform `request`, then acme_job_response or acme_job_no_response */
    ACME_STEP_PROVE,   /* put up `proofs`, all of them at the same time, then acme_job_proved or acme_job_not_proved */
    ACME_STEP_WAIT,    /* nothing before `until_s`, then ask for the step again */
    ACME_STEP_DONE,    /* the result is there; take the proofs down */
    ACME_STEP_FAILED,  /* `failure` says why; take the proofs down */
};

struct acme_step {
    enum acme_step_kind kind;
    struct acme_request request;
    const struct acme_proof *proofs; /* live as long as the job */
    size_t proofs_count;
    int64_t until_s;
    const struct acme_failure *failure; /* lives as long as the job */
};

struct acme_job;

/*
 * ERR_INPUT names the field that cannot be ("names", "challenges", "directory_url", …). Nothing is kept of the input
 * but views. The caller frees.
 */
NODISCARD bool acme_job_new(const struct acme_job_input *input, struct acme_job **ret, struct err *err);
/* NULL is allowed. */
void acme_job_free(struct acme_job *job);

/* What is to be done now; the same until something is given back or the wait is over. `now_s` is the wall clock. */
void acme_job_step(struct acme_job *job, int64_t now_s, struct acme_step *ret);
/*
 * What came of the step. Each belongs to its kind of step; given at another it changes nothing. `why` is the end of a
 * sentence about the CA or the proof ("refuses the connection", "port 80 is closed"), shown as it is.
 */
void acme_job_response(struct acme_job *job, const struct acme_response *response, int64_t now_s);
void acme_job_no_response(struct acme_job *job, const char *why, int64_t now_s);
void acme_job_proved(struct acme_job *job, int64_t now_s);
void acme_job_not_proved(struct acme_job *job, const char *why, int64_t now_s);

/*
 * To be made durable whenever they changed, before the next request is performed. The order's becomes empty again when
 * it came to nothing; after a failure it stands where the order can be taken up again. Views until the next call.
 */
struct str acme_job_account_url(const struct acme_job *job);
struct str acme_job_order_url(const struct acme_job *job);
/* For showing progress: "directory", "account", "order", "prove", "wait for the CA to look", "finalise", "download". */
const char *acme_job_phase(const struct acme_job *job);
/* What the CA offers (terms, profiles, CAA names), for whoever shows it; NULL while not known. Lives as long as the
 * job. */
const struct acme_directory *acme_job_directory(const struct acme_job *job);

/* OBTAIN, when DONE: the chosen chain as PEM, leaf first; checked: our key, all names, each signed by the next. */
struct str acme_job_chain_pem(const struct acme_job *job);
/* Sentences on what was done otherwise than asked (no chain to the preferred root, …), or empty. When DONE. */
struct str acme_job_notice(const struct acme_job *job);
/* RENEWAL_INFO, when DONE. The URL lives as long as the job. */
void acme_job_window(const struct acme_job *job, struct acme_window *ret);

#endif
