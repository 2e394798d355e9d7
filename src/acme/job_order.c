/* Orders: made, taken up from before, waited for, given up for a new one (RFC 8555 section 7.1.6 and 7.4). */
#include "acme/job_parts.h"
#include "acme/retry_after.h"

void job_begin_order(struct acme_job *job, int64_t now_s)
{
    if (job->order_url.size > 0)
        job_go(job, JOB_ORDER_READ, 0, now_s);
    else
        job_go(job, JOB_ORDER_NEW, 0, now_s);
}

void job_order_is_dead(struct acme_job *job)
{
    buf_clear(&job->order_url);
    job->order_is_from_before = false;
    job->is_proved = false;
    job->finalizes_count = 0;
}

void job_order_again(struct acme_job *job, int64_t now_s)
{
    job_order_is_dead(job);
    job_go(job, JOB_ORDER_NEW, 0, now_s);
}

/* RFC 9773 section 5: what is replaced is said only to CAs that know renewal information. */
static struct str replaced(const struct acme_job *job)
{
    bool is_said = job->directory.renewal_info.size > 0 && !job->without_replaces;
    return is_said ? job->in.replaces : (struct str){0};
}

bool job_order_new_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err)
{
    job_ask_signed(job, job->directory.new_order, ask);
    return order_write_new(job->identifiers, job->identifiers_count, job->in.ca->profile, replaced(job),
                           &job->exchange.payload) ||
           err_memory(err);
}

/* Reads the order into its own arena; false, and the job has failed, when it is none. */
static bool order_take(struct acme_job *job, const struct answer *answer)
{
    struct err err = {0};
    arena_clear(&job->order_arena);
    job->order = (struct order){0};
    if (order_read(answer->json, &job->order_arena, &job->order, &err))
        return true;
    job_malformed(job, &err);
    return false;
}

void job_order_new_take(struct acme_job *job, const struct answer *answer)
{
    if (order_take(job, answer) && job_take_url(job, answer->response->location, "Location", &job->order_url))
        job_order_goes_on(job, answer);
}

/* Whether leaving `replaces` out may help: it is what the CA named, or may be what it did not understand. */
static bool is_about_replaces(const struct problem *problem)
{
    return problem_is(problem, "alreadyReplaced") || problem_is(problem, "malformed") ||
           problem_is(problem, "unauthorized") || problem->status == 404 || problem->status == 409;
}

bool job_order_new_refused(struct acme_job *job, const struct problem *problem, int64_t now_s)
{
    if (replaced(job).size == 0 || !is_about_replaces(problem))
        return false;
    job->without_replaces = true;
    job_notice(job, "The CA did not take it that this certificate replaces the one before.");
    job_go(job, JOB_ORDER_NEW, 0, now_s);
    return true;
}

bool job_order_read_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err)
{
    (void)err;
    job_ask_signed(job, buf_str(&job->order_url), ask);
    return true;
}

/* An order from before may be for other names or another profile than what is wanted by now. */
static bool is_what_is_wanted(const struct acme_job *job)
{
    struct str profile = job->in.ca->profile;
    return order_is_for(&job->order, job->identifiers, job->identifiers_count) &&
           (profile.size == 0 || job->order.profile.size == 0 || str_eq(profile, job->order.profile));
}

void job_order_read_take(struct acme_job *job, const struct answer *answer)
{
    if (!order_take(job, answer))
        return;
    bool is_useless = !is_what_is_wanted(job) || job->order.status == ORDER_INVALID;
    if (job->order_is_from_before && is_useless)
        job_order_again(job, answer->now_s);
    else
        job_order_goes_on(job, answer);
}

/* The CA does not know the order any more, or holds it for another's. */
bool job_order_read_refused(struct acme_job *job, const struct problem *problem, int64_t now_s)
{
    bool is_gone = problem->status == 404 || problem->status == 410 || problem_is(problem, "malformed") ||
                   problem_is(problem, "unauthorized");
    if (!is_gone || !job->order_is_from_before)
        return false;
    job_order_again(job, now_s);
    return true;
}

/* The order's own error, which the CA need not give. */
static void order_failed(struct acme_job *job, const struct answer *answer)
{
    struct problem problem;
    problem_of_json(json_object_get(answer->json, "error"), &problem);
    problem_to_failure(&problem, "gave up the order", true, &job->failure);
    job_order_is_dead(job);
    job_fail(job);
}

void job_order_goes_on(struct acme_job *job, const struct answer *answer)
{
    switch (job->order.status) {
    case ORDER_PENDING:
        if (job->is_proved)
            job_poll(job, JOB_ORDER_READ, answer);
        else
            job_begin_proofs(job, answer->now_s);
        return;
    case ORDER_READY:
        if (job->finalizes_count < JOB_FINALIZES_COUNT_MAX)
            job_begin_finalize(job, answer->now_s);
        else
            job_poll(job, JOB_ORDER_READ, answer);
        return;
    case ORDER_PROCESSING: job_poll(job, JOB_ORDER_READ, answer); return;
    case ORDER_VALID: job_go(job, JOB_DOWNLOAD, 0, answer->now_s); return;
    case ORDER_INVALID: order_failed(job, answer); return;
    }
}

void job_waits_anew(struct acme_job *job)
{
    job->polls_count = 0;
    job->waited_s = 0;
}

/* What the CA asks for within bounds, or 1, 2, 4, 8, 15, 15, … seconds. */
static int64_t poll_pause(const struct acme_job *job, const struct answer *answer)
{
    int64_t pause_s;
    if (!retry_after_parse(answer->response->retry_after, answer->now_s, &pause_s))
        pause_s = job->polls_count < 4 ? (int64_t)1 << job->polls_count : JOB_POLL_S_USUAL;
    if (pause_s < JOB_POLL_S_MIN)
        return JOB_POLL_S_MIN;
    return pause_s > JOB_POLL_S_MAX ? JOB_POLL_S_MAX : pause_s;
}

void job_poll(struct acme_job *job, enum job_state state, const struct answer *answer)
{
    int64_t pause_s = poll_pause(job, answer);
    if (job->waited_s + pause_s > JOB_WAIT_S_TOTAL) {
        job_fail_by(job, "slow", false, "", "The CA was asked to %s, and has not come to an end within %d minutes.",
                    job_rows[state].doing, JOB_WAIT_S_TOTAL / 60);
        job->failure.retry_s = answer->now_s + pause_s;
        return;
    }
    job->waited_s += pause_s;
    job->polls_count++;
    job_go(job, state, pause_s, answer->now_s);
}
