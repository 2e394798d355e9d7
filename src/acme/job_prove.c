/* Authorizations: which proofs are to be put up, telling the CA to look, and what it found (RFC 8555 section 7.5). */
#include <stdio.h>

#include "acme/job_parts.h"

void job_begin_proofs(struct acme_job *job, int64_t now_s)
{
    size_t count = job->order.authorizations_count;
    struct err err = {0};
    job->proofs = arena_zalloc(&job->arena, (count + 1) * sizeof *job->proofs);
    job->pendings = arena_zalloc(&job->arena, (count + 1) * sizeof *job->pendings);
    job->proofs_count = job->at = 0;
    if (job->proofs && job->pendings && count > 0) {
        job_go(job, JOB_AUTHORIZE, 0, now_s);
        return;
    }
    if (count == 0)
        (void)err_set(&err, ERR_INPUT, "the order waits for proofs, and names none");
    else
        (void)err_memory(&err);
    job_malformed(job, &err);
}

bool job_authorize_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err)
{
    (void)err;
    job_ask_signed(job, job->order.authorizations[job->at], ask);
    return true;
}

static bool is_one_of_ours(const struct acme_job *job, const struct authorization *authorization)
{
    for (size_t i = 0; i < job->identifiers_count; i++) {
        const struct identifier *ours = &job->identifiers[i];
        if (ours->is_address == authorization->identifier.is_address &&
            str_eq(identifier_base(ours), authorization->identifier.value))
            return true;
    }
    return false;
}

/* Puts the proof on the list. */
static bool proof_add(struct acme_job *job, const struct authorization *authorization,
                      const struct challenge *challenge, struct err *err)
{
    struct pending *pending = &job->pendings[job->proofs_count];
    if (!arena_str(&job->arena, job->order.authorizations[job->at], &pending->authorization) ||
        !arena_str(&job->arena, challenge->url, &pending->challenge))
        return err_memory(err);
    pending->is_answered = challenge->status != CHALLENGE_PENDING;
    if (!acme_proof_make(challenge->kind, &authorization->identifier, challenge->token, str_from(job->thumbprint),
                         &job->arena, &job->proofs[job->proofs_count], err))
        return false;
    job->proofs_count++;
    return true;
}

/* The words for a name that the CA did not find proved, or does not let be proved. */
static void authorization_failure(const struct authorization *authorization, struct acme_failure *ret)
{
    static const struct problem none = {0};
    char room[IDENTIFIER_SIZE_MAX + 3], what[IDENTIFIER_SIZE_MAX + 64];
    const struct challenge *failed = authorization_failed(authorization);
    struct str name = authorization_name(authorization, room);
    if (failed)
        (void)snprintf(what, sizeof what, "looked for the proof of %.*s (%s)", STR_ARG(name),
                       acme_challenge_kind_name(failed->kind));
    else
        (void)snprintf(what, sizeof what, "looked for the proof of %.*s", STR_ARG(name));
    problem_to_failure(failed ? failed->error : &none, what, true, ret);
    bool is_wrong = strcmp(ret->problem, "unauthorized") == 0 || strcmp(ret->problem, "incorrectResponse") == 0;
    if (failed && failed->kind == ACME_DNS_01 && is_wrong)
        (void)snprintf(
            ret->fix, sizeof ret->fix,
            "Check that the TXT record of _acme-challenge.%.*s is changed on the name servers that the Internet "
            "asks, all of them.",
            STR_ARG(identifier_base(&authorization->identifier)));
    if (!ret->problem[0] || !failed)
        (void)snprintf(ret->problem, sizeof ret->problem, "not_proved");
}

/* Behind the last authorization. */
static void next_authorization(struct acme_job *job, int64_t now_s)
{
    if (++job->at < job->order.authorizations_count) {
        job_go(job, JOB_AUTHORIZE, 0, now_s);
    } else if (job->proofs_count > 0) {
        sm_move(&job->sm, JOB_PROVE);
    } else { /* all are valid from before: the order will be ready */
        job->is_proved = true;
        job_waits_anew(job);
        job_go(job, JOB_ORDER_READ, 0, now_s);
    }
}

/* An authorization that can be proved no more takes its order with it. */
static void authorization_is_dead(struct acme_job *job, const struct authorization *authorization, int64_t now_s)
{
    if (job->order_is_from_before) {
        job_order_again(job, now_s);
        return;
    }
    authorization_failure(authorization, &job->failure);
    job_order_is_dead(job);
    job_fail(job);
}

static void proof_choose(struct acme_job *job, const struct authorization *authorization, int64_t now_s)
{
    struct err err = {0};
    const struct challenge *challenge =
        authorization_choose(authorization, job->in.challenges, job->in.challenges_count, &err);
    if (!challenge)
        job_fail_by(job, "no_challenge", true, err.fix, "%s", err.text);
    else if (!proof_add(job, authorization, challenge, &err))
        job_internal(job, &err);
    else
        next_authorization(job, now_s);
}

void job_authorize_take(struct acme_job *job, const struct answer *answer)
{
    struct authorization authorization;
    struct err err = {0};
    bool ok = authorization_read(answer->json, &job->answer_arena, &authorization, &err);
    if (ok && !is_one_of_ours(job, &authorization))
        ok = err_set(&err, ERR_INPUT, "it wants a name proved that was not ordered");
    if (!ok)
        job_malformed(job, &err);
    else if (authorization.status == AUTHORIZATION_VALID)
        next_authorization(job, answer->now_s);
    else if (authorization.status == AUTHORIZATION_PENDING)
        proof_choose(job, &authorization, answer->now_s);
    else
        authorization_is_dead(job, &authorization, answer->now_s);
}

bool job_authorize_refused(struct acme_job *job, const struct problem *problem, int64_t now_s)
{
    bool is_gone = problem->status == 404 || problem->status == 410 || problem_is(problem, "malformed");
    if (!is_gone || !job->order_is_from_before)
        return false;
    job_order_again(job, now_s);
    return true;
}

/* On to the next proof the CA has not been told of, or to what it found. */
static void next_answer(struct acme_job *job, int64_t now_s)
{
    while (job->at < job->proofs_count && job->pendings[job->at].is_answered)
        job->at++;
    if (job->at < job->proofs_count) {
        job_go(job, JOB_ANSWER, 0, now_s);
        return;
    }
    job->at = job->failed_count = 0;
    job_waits_anew(job);
    job_go(job, JOB_LOOK, JOB_POLL_S_MIN, now_s);
}

void job_proofs_are_up(struct acme_job *job, int64_t now_s)
{
    job->at = 0;
    next_answer(job, now_s);
}

bool job_answer_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err)
{
    job_ask_signed(job, job->pendings[job->at].challenge, ask);
    return buf_put_str(&job->exchange.payload, STR("{}")) || err_memory(err);
}

void job_answer_take(struct acme_job *job, const struct answer *answer)
{
    job->pendings[job->at].is_answered = true;
    next_answer(job, answer->now_s);
}

/* One that it was told of already, by a request whose answer was lost: the authorization says what came of it. */
bool job_answer_refused(struct acme_job *job, const struct problem *problem, int64_t now_s)
{
    if (!problem_is(problem, "malformed") && problem->status != 404 && problem->status != 405 && problem->status != 409)
        return false;
    job->pendings[job->at].is_answered = true;
    next_answer(job, now_s);
    return true;
}

bool job_look_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err)
{
    (void)err;
    job_ask_signed(job, job->pendings[job->at].authorization, ask);
    return true;
}

/* The first failure is told in full, of the others the names: what is wrong with one is often wrong with all. */
static void failure_add(struct acme_job *job, const struct authorization *authorization)
{
    char room[IDENTIFIER_SIZE_MAX + 3], *words = job->failure.words;
    if (job->failed_count++ == 0) {
        authorization_failure(authorization, &job->failure);
        return;
    }
    struct str name = authorization_name(authorization, room);
    size_t used = strlen(words);
    (void)snprintf(words + used, sizeof job->failure.words - used, "%s%.*s", job->failed_count == 2 ? " Also: " : ", ",
                   STR_ARG(name));
}

static void next_look(struct acme_job *job, int64_t now_s)
{
    if (++job->at < job->proofs_count) {
        job_go(job, JOB_LOOK, 0, now_s);
    } else if (job->failed_count > 0) {
        job_order_is_dead(job);
        job_fail(job);
    } else {
        job->is_proved = true;
        job_waits_anew(job);
        job_go(job, JOB_ORDER_READ, 0, now_s);
    }
}

void job_look_take(struct acme_job *job, const struct answer *answer)
{
    struct authorization authorization;
    struct err err = {0};
    if (!authorization_read(answer->json, &job->answer_arena, &authorization, &err)) {
        job_malformed(job, &err);
        return;
    }
    if (authorization.status == AUTHORIZATION_PENDING) {
        job_poll(job, JOB_LOOK, answer);
        return;
    }
    if (authorization.status != AUTHORIZATION_VALID)
        failure_add(job, &authorization);
    next_look(job, answer->now_s);
}
