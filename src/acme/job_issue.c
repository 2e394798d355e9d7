/* From the request to the chain that is kept (RFC 8555 section 7.4 and 7.4.2). */
#include "acme/ca_url.h"
#include "acme/job_parts.h"
#include "acme/link.h"
#include "acme/quote.h"
#include "crypto/csr.h"
#include "crypto/issued.h"

void job_begin_finalize(struct acme_job *job, int64_t now_s)
{
    if (job->finalizes_count++ == 0)
        job_waits_anew(job);
    job_go(job, JOB_FINALIZE, 0, now_s);
}

/* The names as a request and a check want them; NULL when memory ran out. */
static struct str *names_of(struct acme_job *job)
{
    struct str *names = arena_alloc(&job->answer_arena, job->identifiers_count * sizeof *names);
    for (size_t i = 0; names && i < job->identifiers_count; i++)
        names[i] = job->identifiers[i].value;
    return names;
}

bool job_finalize_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err)
{
    struct buf csr;
    struct str *names = names_of(job);
    job_ask_signed(job, job->order.finalize, ask);
    if (!names)
        return err_memory(err);
    buf_init(&csr, CSR_SIZE_MAX);
    bool ok = csr_make(job->in.certificate_key, (struct str){0}, names, job->identifiers_count, &csr, err) &&
              (order_write_finalize(buf_str(&csr), &job->exchange.payload) || err_memory(err));
    buf_fini(&csr);
    return ok;
}

void job_finalize_take(struct acme_job *job, const struct answer *answer)
{
    struct err err = {0};
    struct order order;
    if (!order_read(answer->json, &job->answer_arena, &order, &err))
        job_malformed(job, &err);
    else if (order.status == ORDER_VALID || order.status == ORDER_INVALID)
        job_go(job, JOB_ORDER_READ, 0, answer->now_s); /* it says there how it ended, also when this answer is lost */
    else
        job_poll(job, JOB_ORDER_READ, answer);
}

/* It may have been finalised by a request whose answer was lost. */
bool job_finalize_refused(struct acme_job *job, const struct problem *problem, int64_t now_s)
{
    if (!problem_is(problem, "orderNotReady") || job->finalizes_count >= JOB_FINALIZES_COUNT_MAX)
        return false;
    job_go(job, JOB_ORDER_READ, JOB_POLL_S_MIN, now_s);
    return true;
}

bool job_download_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err)
{
    (void)err;
    job_ask_signed(job, job->order.certificate, ask);
    return true;
}

/* Whether the chain is what was ordered; its root's name in *ret_root. */
static bool chain_check(struct acme_job *job, const struct answer *answer, char ret_root[static ISSUED_ROOT_SIZE_MAX],
                        enum issued_fault *ret_fault, struct err *err)
{
    struct str *names = names_of(job);
    if (!names)
        return err_memory(err);
    return issued_check(answer->response->body, job->in.certificate_key, names, job->identifiers_count, answer->now_s,
                        ret_root, ret_fault, err);
}

/* Part of a name, in any case; an empty wish is content with any root. */
static bool is_preferred(struct str root, struct str wish)
{
    for (size_t i = 0; i + wish.size <= root.size; i++)
        if (str_eq_nocase(str_part(root, i, wish.size), wish))
            return true;
    return wish.size == 0;
}

static bool chain_keep(struct acme_job *job, struct str pem)
{
    struct err err = {0};
    buf_clear(&job->chain);
    if (buf_put_str(&job->chain, pem))
        return true;
    (void)err_memory(&err);
    job_internal(job, &err);
    return false;
}

static void alternates_add(struct acme_job *job, struct str field)
{
    struct link link;
    while (job->alternates_count < JOB_ALTERNATES_COUNT_MAX && link_next(&field, &link))
        if (link_has_rel(&link, STR("alternate")) && ca_url_check(link.target, NULL) &&
            arena_str(&job->arena, link.target, &job->alternates[job->alternates_count]))
            job->alternates_count++;
}

/* The next of the other chains, or the CA's own choice when there is none left. */
static void next_alternate(struct acme_job *job, int64_t now_s)
{
    char wish[64];
    if (job->at < job->alternates_count) {
        job_go(job, JOB_ALTERNATE, 0, now_s);
        return;
    }
    quote_text(job->in.ca->preferred_root, wish, sizeof wish);
    job_notice(job, "The CA offers no chain to a root called \"%s\"; the chain it prefers was taken.", wish);
    job_done(job);
}

/* The chain cannot be used. One from before may be for a key that is gone, or have ended: then the order is of no use.
 */
static void chain_is_wrong(struct acme_job *job, enum issued_fault fault, const struct err *err, int64_t now_s)
{
    if (job->order_is_from_before && fault != ISSUED_FAULT_UNREADABLE) {
        job_order_again(job, now_s);
        return;
    }
    job_order_is_dead(job);
    /* One that was issued a moment ago has not ended: the clock is wrong, and each new order would be a certificate out
     * of the CA's allowance for nothing. */
    job_fail_by(job, "wrong_chain", fault == ISSUED_FAULT_ENDED, err->fix,
                "The CA handed out a certificate that cannot be used: %s. The certificate before stays in service.",
                err->text);
}

void job_download_take(struct acme_job *job, const struct answer *answer)
{
    char root[ISSUED_ROOT_SIZE_MAX];
    enum issued_fault fault = ISSUED_FAULT_UNREADABLE;
    struct err err = {0};
    if (!chain_check(job, answer, root, &fault, &err)) {
        chain_is_wrong(job, fault, &err, answer->now_s);
        return;
    }
    if (!chain_keep(job, answer->response->body))
        return;
    if (is_preferred(str_from(root), job->in.ca->preferred_root)) {
        job_done(job);
        return;
    }
    job->at = job->alternates_count = 0;
    for (size_t i = 0; i < answer->response->links_count; i++)
        alternates_add(job, answer->response->links[i]);
    next_alternate(job, answer->now_s);
}

/* The certificate of an order from before is not kept for ever. */
bool job_download_refused(struct acme_job *job, const struct problem *problem, int64_t now_s)
{
    if (!job->order_is_from_before || (problem->status != 404 && problem->status != 410))
        return false;
    job_order_again(job, now_s);
    return true;
}

bool job_alternate_ask(struct acme_job *job, struct exchange_ask *ask, struct err *err)
{
    (void)err;
    job_ask_signed(job, job->alternates[job->at], ask);
    return true;
}

void job_alternate_take(struct acme_job *job, const struct answer *answer)
{
    char root[ISSUED_ROOT_SIZE_MAX];
    enum issued_fault fault;
    struct err err = {0};
    if (chain_check(job, answer, root, &fault, &err) && is_preferred(str_from(root), job->in.ca->preferred_root)) {
        if (chain_keep(job, answer->response->body))
            job_done(job);
        return;
    }
    job->at++;
    next_alternate(job, answer->now_s);
}

/* Whatever is wrong with another chain, there is a good one already. */
bool job_alternate_refused(struct acme_job *job, const struct problem *problem, int64_t now_s)
{
    (void)problem;
    job->at++;
    next_alternate(job, now_s);
    return true;
}
