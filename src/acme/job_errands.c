/* What is asked beside certificates: revocation, a new account key, the account's end, renewal information. */
#include <stdio.h>

#include "acme/account.h"
#include "acme/job_parts.h"
#include "codec/base64.h"

/* The state of the errand once there is an account, and the resource it needs. */
static enum job_state state_of(enum acme_job_kind kind)
{
    switch (kind) {
    case ACME_JOB_REVOKE: return JOB_REVOKE;
    case ACME_JOB_ROLL_KEY: return JOB_ROLL;
    case ACME_JOB_DEACTIVATE: return JOB_DEACTIVATE;
    default: return JOB_RENEWAL_INFO;
    }
}

static bool is_offered(struct acme_job *job)
{
    const struct acme_directory *directory = &job->directory;
    enum acme_job_kind kind = job->in.kind;
    if ((kind != ACME_JOB_REVOKE || directory->revoke_cert.size > 0) &&
        (kind != ACME_JOB_ROLL_KEY || directory->key_change.size > 0) &&
        (kind != ACME_JOB_RENEWAL_INFO || directory->renewal_info.size > 0))
        return true;
    job_fail_by(job, "not_offered", true, "", "The CA cannot be asked to %s: it does not offer that.",
                job_rows[state_of(kind)].doing);
    return false;
}

void job_begin_errand(struct acme_job *job, int64_t now_s)
{
    enum acme_job_kind kind = job->in.kind;
    if (!is_offered(job))
        return;
    if (kind == ACME_JOB_ROLL_KEY)
        job_go(job, JOB_ROLL_LOOK, 0, now_s);
    else if (kind != ACME_JOB_RENEWAL_INFO && job->account_url.size == 0)
        job_go(job, JOB_ACCOUNT_LOOK, 0, now_s);
    else
        job_go(job, state_of(kind), 0, now_s);
}

bool job_account_look_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err)
{
    job_ask_by_key(job->in.account_key, job->directory.new_account, ask);
    return account_write_existing(&job->exchange.payload) || err_memory(err);
}

void job_account_look_take(struct acme_job *job, const struct answer *answer)
{
    if (job_take_url(job, answer->response->location, "Location", &job->account_url))
        job_go(job, state_of(job->in.kind), 0, answer->now_s);
}

/* An account made anew is not the one that the certificate was issued to, and has proved none of its names to the CA
 * (RFC 8555 section 7.6): what an account's fault is mended with elsewhere is of no use here. */
static bool revoke_lacks_account(struct acme_job *job, const struct problem *problem, const char *what)
{
    if (job->in.kind != ACME_JOB_REVOKE ||
        !(problem_is(problem, "accountDoesNotExist") || problem_is(problem, "unauthorized")))
        return false;
    problem_to_failure(problem, what, false, &job->failure);
    (void)snprintf(job->failure.fix, sizeof job->failure.fix,
                   "Only the account that the certificate was issued to can revoke it from here. Revoke it at the CA's "
                   "own web site, or have another certificate issued in its place and let this one end.");
    job_fail(job);
    return true;
}

bool job_account_look_refused(struct acme_job *job, const struct problem *problem, int64_t now_s)
{
    (void)now_s;
    if (revoke_lacks_account(job, problem, "refused to find the account"))
        return true;
    if (job->in.kind != ACME_JOB_DEACTIVATE || !problem_is(problem, "accountDoesNotExist"))
        return false;
    job_notice(job, "The CA knows no account with this key.");
    job_done(job);
    return true;
}

static bool revoke_put(const struct acme_job *job, struct buf *out)
{
    bool ok = buf_put_str(out, STR("{\"certificate\":\"")) && base64_encode(BASE64_URL, job->in.certificate_der, out) &&
              buf_put_char(out, '"');
    if (ok && job->in.reason > 0) /* 0, unspecified, is better left out (RFC 5280 section 5.3.1) */
        ok = buf_printf(out, ",\"reason\":%u", job->in.reason);
    return ok && buf_put_char(out, '}');
}

bool job_revoke_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err)
{
    job_ask_signed(job, job->directory.revoke_cert, ask);
    return revoke_put(job, &job->exchange.payload) || err_memory(err);
}

void job_revoke_take(struct acme_job *job, const struct answer *answer)
{
    (void)answer;
    job_done(job);
}

bool job_revoke_refused(struct acme_job *job, const struct problem *problem, int64_t now_s)
{
    (void)now_s;
    if (!problem_is(problem, "alreadyRevoked"))
        return revoke_lacks_account(job, problem, "refused to revoke the certificate");
    job_notice(job, "The certificate was revoked already.");
    job_done(job);
    return true;
}

/* Whether the new key is the account's already, by a roll-over whose answer was lost. */
bool job_roll_look_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err)
{
    job_ask_by_key(job->in.new_account_key, job->directory.new_account, ask);
    return account_write_existing(&job->exchange.payload) || err_memory(err);
}

void job_roll_look_take(struct acme_job *job, const struct answer *answer)
{
    struct str found = answer->response->location, known = buf_str(&job->account_url);
    if (known.size > 0 && !str_eq(found, known))
        job_fail_by(job, "conflict", true, "Use a new key.", "The CA knows the new key as that of another account.");
    else if (job_take_url(job, found, "Location", &job->account_url))
        job_done(job);
}

bool job_roll_look_refused(struct acme_job *job, const struct problem *problem, int64_t now_s)
{
    if (!problem_is(problem, "accountDoesNotExist"))
        return false;
    if (job->rolled_once) { /* the old key is still the account's: what the CA said of the roll-over stands */
        job_fail(job);
        return true;
    }
    job_go(job, job->account_url.size > 0 ? JOB_ROLL : JOB_ACCOUNT_LOOK, 0, now_s);
    return true;
}

bool job_roll_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err)
{
    job_ask_signed(job, job->directory.key_change, ask);
    return account_write_key_change(buf_str(&job->account_url), job->directory.key_change, job->in.account_key,
                                    job->in.new_account_key, &job->exchange.payload, err);
}

void job_roll_take(struct acme_job *job, const struct answer *answer)
{
    (void)answer;
    job_done(job);
}

/* Refused after an answer was lost: the old key may be the account's no more. */
bool job_roll_refused(struct acme_job *job, const struct problem *problem, int64_t now_s)
{
    if (!job->exchange.was_lost)
        return false;
    job->rolled_once = true;
    problem_to_failure(problem, "refused to take the account's new key", false, &job->failure);
    job_go(job, JOB_ROLL_LOOK, 0, now_s);
    return true;
}

bool job_deactivate_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err)
{
    job_ask_signed(job, buf_str(&job->account_url), ask);
    return account_write_deactivate(&job->exchange.payload) || err_memory(err);
}

void job_deactivate_take(struct acme_job *job, const struct answer *answer)
{
    (void)answer;
    job_done(job);
}

/* After a lost answer, "unauthorized" is what a CA says of an account that is deactivated (RFC 8555 section 7.3.6). */
bool job_deactivate_refused(struct acme_job *job, const struct problem *problem, int64_t now_s)
{
    bool is_gone =
        problem_is(problem, "accountDoesNotExist") || (problem_is(problem, "unauthorized") && job->exchange.was_lost);
    if (!is_gone)
        return false;
    (void)now_s;
    job_notice(job, "The CA says that this account is no more.");
    job_done(job);
    return true;
}

bool job_renewal_info_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err)
{
    struct str base = job->directory.renewal_info;
    ask->url =
        arena_printf(&job->arena, "%.*s%s%.*s", STR_ARG(base), str_ends(base, STR("/")) ? "" : "/", STR_ARG(job->ari));
    return ask->url.data || err_memory(err);
}

void job_renewal_info_take(struct acme_job *job, const struct answer *answer)
{
    struct err err = {0};
    if (acme_renewal_info_read(answer->response->body, answer->response->retry_after, answer->now_s, &job->arena,
                               &job->window, &err)) {
        job_done(job);
        return;
    }
    job_malformed(job, &err);
    /* RFC 9773 section 4.3.3: after a lasting fault not before six hours. */
    job->failure.retry_s = answer->now_s + ACME_LOOK_AGAIN_S_DEFAULT;
}
