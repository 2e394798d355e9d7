/*
 * The insides of a job, which its files share: what is known so far, and the moves of its states. Inside acme/ only.
 *
 *     job.c           the interface, and the moves
 *     job_input.c     what is checked before it begins
 *     job_states.c    the table: what each state asks and does with the answer, and which moves there are
 *     job_account.c   finding, making, changing accounts
 *     job_order.c     orders and how they go on
 *     job_prove.c     authorizations: what is to be put up, and what the CA found
 *     job_issue.c     finalising, downloading, choosing the chain
 *     job_errands.c   revocation, key roll-over, deactivation, renewal information
 */
#ifndef ACME_JOB_PARTS_H
#define ACME_JOB_PARTS_H

#include "acme/authorization.h"
#include "acme/exchange.h"
#include "acme/job.h"
#include "acme/order.h"

/* What is kept as long as the job: a directory, 100 names with their proofs for each order. */
#define JOB_ARENA_SIZE_MAX ((size_t)1024 * 1024)
/* One answer as values: an order of 100 names, or an authorization. */
#define JOB_ANSWER_ARENA_SIZE_MAX ((size_t)512 * 1024)
/* How often an order is finalised that says it is ready again. */
#define JOB_FINALIZES_COUNT_MAX 3
/* Other chains that are looked at; Let's Encrypt has had two. */
#define JOB_ALTERNATES_COUNT_MAX 8
/* Between two looks, whatever the CA asks for: it is not hammered, and it does not put us off for hours. */
#define JOB_POLL_S_MIN 1
#define JOB_POLL_S_MAX 600
/* Without a word from the CA: 1, 2, 4, 8 and then every 15 seconds. */
#define JOB_POLL_S_USUAL 15
/* Of waiting for the proofs to be looked at, and again for the certificate: slow CAs take minutes. */
#define JOB_WAIT_S_TOTAL 1800
#define JOB_NOTICE_SIZE  512

enum job_state {
    JOB_DIRECTORY,
    JOB_ACCOUNT_NEW,
    JOB_ACCOUNT_LOOK,
    JOB_ACCOUNT_READ,
    JOB_ACCOUNT_UPDATE,
    JOB_ORDER_NEW,
    JOB_ORDER_READ,
    JOB_AUTHORIZE,
    JOB_PROVE,
    JOB_ANSWER,
    JOB_LOOK,
    JOB_FINALIZE,
    JOB_DOWNLOAD,
    JOB_ALTERNATE,
    JOB_REVOKE,
    JOB_ROLL_LOOK,
    JOB_ROLL,
    JOB_DEACTIVATE,
    JOB_RENEWAL_INFO,
    JOB_DONE,
    JOB_FAILED,
    JOB_STATES_COUNT,
};
extern const struct sm_model job_model;

/* One proof on its way. */
struct pending {
    struct str authorization, challenge; /* URLs */
    bool is_answered;                    /* the CA has been told to look */
};

struct acme_job {
    struct sm sm;
    struct acme_job_input in;
    struct exchange exchange;
    struct arena arena;        /* lives as long as the job */
    struct arena answer_arena; /* of the answer at hand */
    struct arena order_arena;  /* of `order` */

    struct identifier *identifiers;
    size_t identifiers_count;
    struct str ari;      /* RENEWAL_INFO: the certificate's id */
    char thumbprint[48]; /* of the account's key, Base64url */
    struct acme_directory directory;
    bool has_directory;

    struct buf account_url, order_url;
    bool account_is_anew; /* it was unknown to the CA once and has been made again */
    bool rolled_once;     /* the answer to keyChange was lost and has been asked after */

    struct order order;
    bool order_is_from_before; /* taken up, not made by this job */
    bool without_replaces;
    bool is_proved; /* the CA found all proofs */
    unsigned finalizes_count;

    size_t at; /* which authorization, proof or alternate chain is being dealt with */
    struct acme_proof *proofs;
    struct pending *pendings; /* beside them */
    size_t proofs_count;
    size_t failed_count; /* of the proofs; job->failure has the first */
    unsigned polls_count;
    int64_t waited_s;

    struct buf chain;
    struct str alternates[JOB_ALTERNATES_COUNT_MAX];
    size_t alternates_count;
    char notice[JOB_NOTICE_SIZE];
    struct acme_window window;
    struct acme_failure failure;
};

/* What came back, as far as its state wants it read. */
struct answer {
    const struct acme_response *response;
    const json_t *json; /* NULL where the state reads the body itself */
    int64_t now_s;
};

enum answer_kind {
    ANSWER_ANY,  /* not looked at */
    ANSWER_JSON, /* parsed */
    ANSWER_TEXT, /* JSON that the state parses itself */
    ANSWER_PEM,
};

struct job_row {
    const char *phase; /* for acme_job_phase */
    const char *doing; /* "The CA was asked to …"; NULL: the state asks nothing */
    enum answer_kind kind;
    bool is_optional; /* whatever goes wrong, `refused` goes on */
    /* Fills the question; the payload goes into job->exchange.payload. */
    bool (*ask)(struct acme_job *job, struct exchange_ask *ask, struct err *err);
    void (*take)(struct acme_job *job, const struct answer *answer);
    /* Deals with a problem and returns true; NULL or false: the job fails by it. */
    bool (*refused)(struct acme_job *job, const struct problem *problem, int64_t now_s);
};
extern const struct job_row job_rows[JOB_STATES_COUNT];

/* Checks job->in, and takes from it what the states want in another form (identifiers, thumbprint, ARI id). */
NODISCARD bool job_input_check(struct acme_job *job, struct err *err);

/* Moves. Each ends what the caller had to do: nothing is done after it. */
void job_go(struct acme_job *job, enum job_state state, int64_t pause_s, int64_t now_s);
void job_done(struct acme_job *job);
/* By job->failure, which was filled. */
void job_fail(struct acme_job *job);
/* By a problem of ours: `problem` is a word of failure.h; the fix may be "". */
void job_fail_by(struct acme_job *job, const char *problem, bool permanent, const char *fix, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* By an answer that cannot be used; err says why ("finalize is missing"). */
void job_malformed(struct acme_job *job, const struct err *err);
/* By a fault of this machine. */
void job_internal(struct acme_job *job, const struct err *err);
void job_notice(struct acme_job *job, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same state again after the CA's Retry-After or the usual pause, or failure when it has taken too long. */
void job_poll(struct acme_job *job, enum job_state state, const struct answer *answer);
/* A new stretch of waiting begins. */
void job_waits_anew(struct acme_job *job);
/* Takes a URL of the CA's (Location) over; false, and the job has failed, when it cannot be used. */
NODISCARD bool job_take_url(struct acme_job *job, struct str url, const char *name, struct buf *out);

/* A question signed by the account; and one signed by a key that stands in it whole. */
void job_ask_signed(struct acme_job *job, struct str url, struct exchange_ask *ask);
void job_ask_by_key(const struct key *key, struct str url, struct exchange_ask *ask);

/* Where the files hand over to each other. */
void job_begin_account(struct acme_job *job, int64_t now_s); /* an account is wanted */
void job_has_account(struct acme_job *job, int64_t now_s);   /* there is one */
void job_begin_order(struct acme_job *job, int64_t now_s);
void job_order_again(struct acme_job *job, int64_t now_s); /* the one at hand came to nothing */
void job_order_is_dead(struct acme_job *job);              /* forgets it */
void job_begin_proofs(struct acme_job *job, int64_t now_s);
void job_proofs_are_up(struct acme_job *job, int64_t now_s);
void job_begin_finalize(struct acme_job *job, int64_t now_s);
void job_order_goes_on(struct acme_job *job, const struct answer *answer); /* by the order's status */
void job_begin_errand(struct acme_job *job, int64_t now_s);

/* The rows' functions. */
bool job_directory_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err);
void job_directory_take(struct acme_job *job, const struct answer *answer);
bool job_account_new_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err);
void job_account_new_take(struct acme_job *job, const struct answer *answer);
bool job_account_new_refused(struct acme_job *job, const struct problem *problem, int64_t now_s);
bool job_account_look_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err);
void job_account_look_take(struct acme_job *job, const struct answer *answer);
bool job_account_look_refused(struct acme_job *job, const struct problem *problem, int64_t now_s);
bool job_account_read_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err);
void job_account_read_take(struct acme_job *job, const struct answer *answer);
bool job_account_update_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err);
void job_account_update_take(struct acme_job *job, const struct answer *answer);
bool job_order_new_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err);
void job_order_new_take(struct acme_job *job, const struct answer *answer);
bool job_order_new_refused(struct acme_job *job, const struct problem *problem, int64_t now_s);
bool job_order_read_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err);
void job_order_read_take(struct acme_job *job, const struct answer *answer);
bool job_order_read_refused(struct acme_job *job, const struct problem *problem, int64_t now_s);
bool job_authorize_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err);
void job_authorize_take(struct acme_job *job, const struct answer *answer);
bool job_authorize_refused(struct acme_job *job, const struct problem *problem, int64_t now_s);
bool job_answer_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err);
void job_answer_take(struct acme_job *job, const struct answer *answer);
bool job_answer_refused(struct acme_job *job, const struct problem *problem, int64_t now_s);
bool job_look_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err);
void job_look_take(struct acme_job *job, const struct answer *answer);
bool job_finalize_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err);
void job_finalize_take(struct acme_job *job, const struct answer *answer);
bool job_finalize_refused(struct acme_job *job, const struct problem *problem, int64_t now_s);
bool job_download_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err);
void job_download_take(struct acme_job *job, const struct answer *answer);
bool job_download_refused(struct acme_job *job, const struct problem *problem, int64_t now_s);
bool job_alternate_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err);
void job_alternate_take(struct acme_job *job, const struct answer *answer);
bool job_alternate_refused(struct acme_job *job, const struct problem *problem, int64_t now_s);
bool job_revoke_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err);
void job_revoke_take(struct acme_job *job, const struct answer *answer);
bool job_revoke_refused(struct acme_job *job, const struct problem *problem, int64_t now_s);
bool job_roll_look_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err);
void job_roll_look_take(struct acme_job *job, const struct answer *answer);
bool job_roll_look_refused(struct acme_job *job, const struct problem *problem, int64_t now_s);
bool job_roll_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err);
void job_roll_take(struct acme_job *job, const struct answer *answer);
bool job_roll_refused(struct acme_job *job, const struct problem *problem, int64_t now_s);
bool job_deactivate_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err);
void job_deactivate_take(struct acme_job *job, const struct answer *answer);
bool job_deactivate_refused(struct acme_job *job, const struct problem *problem, int64_t now_s);
bool job_renewal_info_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err);
void job_renewal_info_take(struct acme_job *job, const struct answer *answer);

#endif
