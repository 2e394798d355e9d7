/* The directory, and the account that everything else is signed by (RFC 8555 section 7.1.1 and 7.3). */
#include <stdio.h>

#include "acme/account.h"
#include "acme/ca_url.h"
#include "acme/job_parts.h"

void job_ask_signed(struct acme_job *job, struct str url, struct exchange_ask *ask)
{
    ask->key = job->in.account_key;
    ask->kid = buf_str(&job->account_url);
    ask->url = url;
}

void job_ask_by_key(const struct key *key, struct str url, struct exchange_ask *ask)
{
    ask->key = key;
    ask->url = url;
}

bool job_take_url(struct acme_job *job, struct str url, const char *name, struct buf *out)
{
    struct err err = {0}, why = {0};
    buf_clear(out);
    if (!ca_url_check(url, &why))
        (void)err_set(&err, ERR_INPUT, "its %s %s", name, why.text);
    else if (!buf_put_str(out, url))
        (void)err_memory(&err);
    else
        return true;
    job_malformed(job, &err);
    return false;
}

bool job_directory_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err)
{
    (void)err;
    ask->url = job->in.ca->directory_url;
    ask->answer_size = ACME_ANSWER_SIZE_MAX;
    return true;
}

/* The profile is one the CA has: it would say so itself, but only after the account is made, and less plainly. */
static bool profile_is_offered(struct acme_job *job)
{
    const struct acme_directory *directory = &job->directory;
    struct str profile = job->in.ca->profile;
    char list[200] = "";
    if (profile.size == 0 || acme_directory_has_profile(directory, profile))
        return true;
    for (size_t i = 0; i < directory->profiles_count; i++) {
        size_t used = strlen(list);
        (void)snprintf(list + used, sizeof list - used, "%s%.*s", i ? ", " : "", STR_ARG(directory->profiles[i]));
    }
    job_fail_by(job, "unknown_profile", true, "Choose one of those in this CA's settings, or none.",
                "The CA has no profile \"%.*s\". It has: %s.", STR_ARG(profile), list[0] ? list : "none at all");
    return false;
}

void job_directory_take(struct acme_job *job, const struct answer *answer)
{
    struct err err = {0};
    if (!acme_directory_read(answer->response->body, &job->arena, &job->directory, &err)) {
        job_malformed(job, &err);
        return;
    }
    job->has_directory = true;
    job->exchange.new_nonce_url = job->directory.new_nonce;
    if (job->in.kind == ACME_JOB_OBTAIN && !profile_is_offered(job))
        return;
    if (job->in.kind != ACME_JOB_ACCOUNT && job->in.kind != ACME_JOB_OBTAIN)
        job_begin_errand(job, answer->now_s);
    else if (job->account_url.size == 0)
        job_begin_account(job, answer->now_s);
    else if (job->in.kind == ACME_JOB_ACCOUNT)
        job_go(job, JOB_ACCOUNT_READ, 0, answer->now_s);
    else
        job_begin_order(job, answer->now_s);
}

/* What a CA refuses anyway is not tried: the words are plainer from here. */
void job_begin_account(struct acme_job *job, int64_t now_s)
{
    const struct acme_ca *ca = job->in.ca;
    const struct acme_directory *directory = &job->directory;
    if (directory->terms_url.size > 0 && !ca->terms_agreed) {
        job_fail_by(job, "terms_not_agreed", true, "Read them, then agree to them in this CA's settings.",
                    "The CA wants its terms of service agreed to: %.*s",
                    STR_ARG(str_part(directory->terms_url, 0, 300)));
        return;
    }
    if (directory->external_account_required && ca->eab_kid.size == 0) {
        const struct problem problem = {.type = "externalAccountRequired"};
        problem_to_failure(&problem, "cannot be asked to register the account", false, &job->failure);
        job_fail(job);
        return;
    }
    job_go(job, JOB_ACCOUNT_NEW, 0, now_s);
}

bool job_account_new_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err)
{
    const struct acme_ca *ca = job->in.ca;
    const struct account_binding binding = {.kid = ca->eab_kid, .secret = ca->eab_key};
    job_ask_by_key(job->in.account_key, job->directory.new_account, ask);
    return account_write_new(ca->contacts, ca->contacts_count, ca->terms_agreed, ca->eab_kid.size ? &binding : NULL,
                             job->in.account_key, job->directory.new_account, &job->exchange.payload, err);
}

/* Reads the account; false, and the job has failed, when it is of no use. */
static bool account_take(struct acme_job *job, const struct answer *answer, struct account *ret)
{
    struct err err = {0};
    if (!account_read(answer->json, job->in.ca->contacts, job->in.ca->contacts_count, ret, &err)) {
        job_malformed(job, &err);
        return false;
    }
    if (ret->is_valid)
        return true;
    job_fail_by(job, "unauthorized", true, "Have an account made with a new key.",
                "The CA says that this account was deactivated or revoked.");
    return false;
}

/* With an external account, what is refused for the binding looks like a refusal of ours. */
bool job_account_new_refused(struct acme_job *job, const struct problem *problem, int64_t now_s)
{
    (void)now_s;
    if (job->in.ca->eab_kid.size == 0 || !(problem_is(problem, "unauthorized") || problem_is(problem, "malformed")))
        return false;
    problem_to_failure(problem, "refused to register the account", false, &job->failure);
    job->failure.permanent = true;
    (void)snprintf(
        job->failure.fix, sizeof job->failure.fix,
        "Check the key identifier and the key (EAB) in this CA's settings: they may be mistyped, or used up.");
    job_fail(job);
    return true;
}

void job_account_new_take(struct acme_job *job, const struct answer *answer)
{
    struct account account;
    if (!account_take(job, answer, &account) ||
        !job_take_url(job, answer->response->location, "Location", &job->account_url))
        return;
    bool was_there = answer->response->status == 200;
    if (job->in.kind == ACME_JOB_OBTAIN)
        job_begin_order(job, answer->now_s);
    else if (was_there && !account.has_same_contacts)
        job_go(job, JOB_ACCOUNT_UPDATE, 0, answer->now_s);
    else
        job_done(job);
}

bool job_account_read_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err)
{
    (void)err;
    job_ask_signed(job, buf_str(&job->account_url), ask);
    return true;
}

void job_account_read_take(struct acme_job *job, const struct answer *answer)
{
    struct account account;
    if (!account_take(job, answer, &account))
        return;
    if (account.has_same_contacts)
        job_done(job);
    else
        job_go(job, JOB_ACCOUNT_UPDATE, 0, answer->now_s);
}

bool job_account_update_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err)
{
    job_ask_signed(job, buf_str(&job->account_url), ask);
    return account_write_contacts(job->in.ca->contacts, job->in.ca->contacts_count, &job->exchange.payload) ||
           err_memory(err);
}

/* Whatever the CA shows of the contacts: some keep none. */
void job_account_update_take(struct acme_job *job, const struct answer *answer)
{
    struct account account;
    if (account_take(job, answer, &account))
        job_done(job);
}
