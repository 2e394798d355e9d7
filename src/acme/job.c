/* The interface of a job: steps out, answers in, and the moves. The states do the rest. */
#include "acme/job.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "acme/ca_url.h"
#include "acme/job_parts.h"
#include "acme/quote.h"

static const struct str pem_type = STR_INIT("application/pem-certificate-chain");

/* For traces: which errand a line is about. */
static const char *const kind_names[] = {
    [ACME_JOB_ACCOUNT] = "account",   [ACME_JOB_OBTAIN] = "obtain",         [ACME_JOB_REVOKE] = "revoke",
    [ACME_JOB_ROLL_KEY] = "roll key", [ACME_JOB_DEACTIVATE] = "deactivate", [ACME_JOB_RENEWAL_INFO] = "renewal info",
};

static void job_init(struct acme_job *job, const struct acme_job_input *input)
{
    job->in = *input;
    sm_init(&job->sm, &job_model, kind_names[input->kind], JOB_DIRECTORY);
    acme_exchange_init(&job->exchange, kind_names[input->kind], input->random);
    arena_init(&job->arena, JOB_ARENA_SIZE_MAX);
    arena_init(&job->answer_arena, JOB_ANSWER_ARENA_SIZE_MAX);
    arena_init(&job->order_arena, JOB_ANSWER_ARENA_SIZE_MAX);
    buf_init(&job->account_url, ACME_URL_SIZE_MAX);
    buf_init(&job->order_url, ACME_URL_SIZE_MAX);
    buf_init(&job->chain, ACME_CHAIN_SIZE_MAX);
}

bool acme_job_new(const struct acme_job_input *input, struct acme_job **ret, struct err *err)
{
    struct acme_job *job = calloc(1, sizeof *job);
    struct exchange_ask ask = {0};
    if (!job)
        return err_memory(err);
    job_init(job, input);
    bool ok = job_input_check(job, err);
    if (ok)
        ok = (buf_put_str(&job->account_url, input->account_url) && buf_put_str(&job->order_url, input->order_url)) ||
             err_memory(err);
    if (!ok || !job_directory_ask(job, &ask, err)) {
        acme_job_free(job);
        return false;
    }
    job->order_is_from_before = input->order_url.size > 0;
    acme_exchange_begin(&job->exchange, &ask, 0, 0);
    *ret = job;
    return true;
}

void acme_job_free(struct acme_job *job)
{
    if (!job)
        return;
    acme_exchange_fini(&job->exchange);
    arena_fini(&job->arena);
    arena_fini(&job->answer_arena);
    arena_fini(&job->order_arena);
    buf_fini(&job->account_url);
    buf_fini(&job->order_url);
    buf_fini(&job->chain);
    free(job);
}

void job_go(struct acme_job *job, enum job_state state, int64_t pause_s, int64_t now_s)
{
    struct exchange_ask ask = {.answer_size = ACME_ANSWER_SIZE_MAX};
    struct err err = {0};
    sm_move(&job->sm, state);
    if (!job_rows[state].ask)
        return;
    buf_clear(&job->exchange.payload);
    if (!job_rows[state].ask(job, &ask, &err)) {
        job_internal(job, &err);
        return;
    }
    if (job_rows[state].kind == ANSWER_PEM) {
        ask.accept = pem_type;
        ask.answer_size = ACME_CHAIN_SIZE_MAX;
    }
    acme_exchange_begin(&job->exchange, &ask, pause_s, now_s);
}

void job_done(struct acme_job *job)
{
    sm_move(&job->sm, JOB_DONE);
}

void job_fail(struct acme_job *job)
{
    sm_move(&job->sm, JOB_FAILED);
}

void job_fail_by(struct acme_job *job, const char *problem, bool permanent, const char *fix, const char *format, ...)
{
    va_list args;
    job->failure = (struct acme_failure){.permanent = permanent, .try_other_ca = true};
    (void)snprintf(job->failure.problem, sizeof job->failure.problem, "%s", problem);
    (void)snprintf(job->failure.fix, sizeof job->failure.fix, "%s", fix);
    va_start(args, format);
    (void)vsnprintf(job->failure.words, sizeof job->failure.words, format, args);
    va_end(args);
    job_fail(job);
}

void job_internal(struct acme_job *job, const struct err *err)
{
    job_fail_by(job, "internal", false, err->fix, "This machine could not go on: %s", err->text);
    job->failure.try_other_ca = false;
}

void job_malformed(struct acme_job *job, const struct err *err)
{
    char why[256], shown[200];
    quote_text(str_from(err->text), shown, sizeof shown);
    (void)snprintf(why, sizeof why, "cannot be used: %s", shown);
    acme_exchange_malformed(job_rows[job->sm.state].doing, why, &job->failure);
    job_fail(job);
}

void job_notice(struct acme_job *job, const char *format, ...)
{
    va_list args;
    size_t used = strlen(job->notice);
    if (used > 0 && used + 1 < sizeof job->notice)
        job->notice[used++] = ' ';
    va_start(args, format);
    (void)vsnprintf(job->notice + used, sizeof job->notice - used, format, args);
    va_end(args);
}

/* Whether the body is of the kind the state reads. */
static bool type_is(struct str content_type, enum answer_kind kind)
{
    struct str type = str_trim(str_cut(&content_type, ';'));
    return str_eq_nocase(type, kind == ANSWER_PEM ? pem_type : STR("application/json"));
}

/* The answer is of no use: an optional state goes on without it. */
static void unusable(struct acme_job *job, const struct job_row *row, const struct err *err, int64_t now_s)
{
    static const struct problem none = {0};
    if (!row->is_optional || !row->refused(job, &none, now_s))
        job_malformed(job, err);
}

static void answered(struct acme_job *job, const struct job_row *row, const struct acme_response *response,
                     int64_t now_s)
{
    struct answer answer = {.response = response, .now_s = now_s};
    struct err err = {0};
    json_t *json = NULL;
    if (row->kind != ANSWER_ANY && !type_is(response->content_type, row->kind)) {
        char type[64];
        quote_text(response->content_type, type, sizeof type);
        (void)err_set(&err, ERR_INPUT, "it is of the type \"%s\"", type);
        unusable(job, row, &err, now_s);
        return;
    }
    if (row->kind == ANSWER_JSON && !json_parse(response->body, &json, &err)) {
        unusable(job, row, &err, now_s);
        return;
    }
    answer.json = json;
    arena_clear(&job->answer_arena);
    row->take(job, &answer);
    json_decref(json);
}

/* The CA has lost the account: it is made anew, once, where nothing hangs on it yet. */
static bool account_is_lost(struct acme_job *job, const struct problem *problem, int64_t now_s)
{
    if (!problem_is(problem, "accountDoesNotExist") || !sm_may(&job->sm, JOB_ACCOUNT_NEW) || job->account_is_anew)
        return false;
    job->account_is_anew = true;
    buf_clear(&job->account_url);
    job_order_is_dead(job);
    job_begin_account(job, now_s);
    return true;
}

static void refused(struct acme_job *job, const struct job_row *row, const struct problem *problem, int64_t now_s)
{
    char what[96];
    if (account_is_lost(job, problem, now_s) || (row->refused && row->refused(job, problem, now_s)))
        return;
    (void)snprintf(what, sizeof what, "refused to %s", row->doing);
    problem_to_failure(problem, what, false, &job->failure);
    job_fail(job);
}

/* After a failure that is none where the state is optional. */
static void ended(struct acme_job *job, const struct job_row *row, int64_t now_s)
{
    static const struct problem none = {0};
    if (!row->is_optional || !row->refused(job, &none, now_s))
        job_fail(job);
}

/* The steps of states that ask nothing. */
static struct acme_step resting_step(const struct acme_job *job)
{
    if (job->sm.state == JOB_PROVE)
        return (struct acme_step){.kind = ACME_STEP_PROVE, .proofs = job->proofs, .proofs_count = job->proofs_count};
    if (job->sm.state == JOB_FAILED)
        return (struct acme_step){.kind = ACME_STEP_FAILED, .failure = &job->failure};
    return (struct acme_step){.kind = ACME_STEP_DONE};
}

void acme_job_step(struct acme_job *job, int64_t now_s, struct acme_step *ret)
{
    static const struct problem none = {0};
    struct err err = {0};
    while (job_rows[job->sm.state].ask && !acme_exchange_step(&job->exchange, now_s, ret, &err)) {
        const struct job_row *row = &job_rows[job->sm.state];
        if (!row->is_optional || !row->refused(job, &none, now_s))
            job_internal(job, &err);
    }
    if (!job_rows[job->sm.state].ask)
        *ret = resting_step(job);
}

static bool waits_for_response(const struct acme_job *job)
{
    return job_rows[job->sm.state].ask && acme_exchange_waits_for_response(&job->exchange);
}

void acme_job_response(struct acme_job *job, const struct acme_response *response, int64_t now_s)
{
    const struct job_row *row = &job_rows[job->sm.state];
    struct problem problem;
    if (!waits_for_response(job))
        return;
    switch (acme_exchange_response(&job->exchange, response, now_s, row->doing, &problem, &job->failure)) {
    case EXCHANGE_AGAIN: return;
    case EXCHANGE_ANSWERED: answered(job, row, response, now_s); return;
    case EXCHANGE_REFUSED: refused(job, row, &problem, now_s); return;
    case EXCHANGE_FAILED: ended(job, row, now_s); return;
    }
}

void acme_job_no_response(struct acme_job *job, const char *why, int64_t now_s)
{
    if (waits_for_response(job) &&
        acme_exchange_no_response(&job->exchange, why, now_s, &job->failure) == EXCHANGE_FAILED)
        ended(job, &job_rows[job->sm.state], now_s);
}

void acme_job_proved(struct acme_job *job, int64_t now_s)
{
    if (job->sm.state == JOB_PROVE)
        job_proofs_are_up(job, now_s);
}

void acme_job_not_proved(struct acme_job *job, const char *why, int64_t now_s)
{
    char shown[320];
    (void)now_s;
    if (job->sm.state != JOB_PROVE)
        return;
    quote_text(str_from(why), shown, sizeof shown);
    job_fail_by(job, "not_proved", false, "", "The proof for the CA could not be put up: %s.", shown);
    job->failure.try_other_ca = false;
}

struct str acme_job_account_url(const struct acme_job *job)
{
    return buf_str(&job->account_url);
}

struct str acme_job_order_url(const struct acme_job *job)
{
    return buf_str(&job->order_url);
}

const char *acme_job_phase(const struct acme_job *job)
{
    /* Reading the order goes on under the name of what it is waited for. */
    if (job->sm.state == JOB_ORDER_READ && job->finalizes_count > 0)
        return job_rows[JOB_FINALIZE].phase;
    return job_rows[job->sm.state].phase;
}

const struct acme_directory *acme_job_directory(const struct acme_job *job)
{
    return job->has_directory ? &job->directory : NULL;
}

struct str acme_job_chain_pem(const struct acme_job *job)
{
    return job->sm.state == JOB_DONE ? buf_str(&job->chain) : (struct str){0};
}

struct str acme_job_notice(const struct acme_job *job)
{
    return str_from(job->notice);
}

void acme_job_window(const struct acme_job *job, struct acme_window *ret)
{
    *ret = job->window;
}
