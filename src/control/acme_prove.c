/*
 *     up ──▶ next turn of the timer: one snapshot for all ──▶ every worker has it ──┐
 *      └───▶ dns_proof_up for each record ──▶ every name server has it ─────────────┴──▶ on_done
 */
#include "control/acme_prove.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "control/commit.h"
#include "control/dns_proof.h"
#include "crypto/acme_cert.h"
#include "os/clock.h"
#include "snapshot/rules.h"

/* DER of a P-256 certificate with one name, and of its key. */
#define ALPN_SIZE_MAX 4096

struct acme_proving {
    struct core *core;
    struct list stages; /* that are up */
    struct timer timer; /* armed: a snapshot is to be made */
};

bool acme_prove_can(const struct core *core, enum acme_challenge_kind kind, struct err *err)
{
    if (kind != ACME_DNS_01 || dns_proof_can(core))
        return true;
    (void)err_set(err, ERR_CONFLICT, "no zone of the DNS can be changed from here yet");
    return err_fix(err, "strictgate dns add, or a hook for DNS in the boot file");
}

static void finish(struct acme_stage *stage, const char *problem)
{
    stage->waits = false;
    if (stage->told)
        return;
    stage->told = true;
    stage->on_done(stage, problem);
}

/* The last thing that is done: on_done may take it down. */
static void finish_if_done(struct acme_stage *stage)
{
    if (stage->published && !stage->waits && stage->dns_pending == 0)
        finish(stage, NULL);
}

static void on_served(struct publish_waiter *waiter, const char *problem)
{
    struct acme_stage *stage = container_of(waiter, struct acme_stage, waiter);
    stage->waits = false;
    if (problem)
        finish(stage, problem);
    else
        finish_if_done(stage);
}

static void on_record(void *context, const char *problem)
{
    struct acme_stage *stage = context;
    stage->dns_pending--;
    if (problem)
        finish(stage, problem);
    else
        finish_if_done(stage);
}

/* The first that nobody has been told of, or NULL. */
static struct acme_stage *find_new(struct acme_proving *proving)
{
    for (struct list *at = proving->stages.next; at != &proving->stages; at = at->next) {
        struct acme_stage *stage = container_of(at, struct acme_stage, node);
        if (!stage->published)
            return stage;
    }
    return NULL;
}

/* on_done may take stages down, so that the search is begun anew after each; what it puts up has its own turn. */
static void settle(struct acme_proving *proving, const char *problem)
{
    struct core *core = proving->core;
    for (struct acme_stage *stage; (stage = find_new(proving));) {
        stage->published = true;
        if (problem || stage->problem[0]) {
            finish(stage, stage->problem[0] ? stage->problem : problem);
            continue;
        }
        stage->waits = true;
        stage->waiter.on_done = on_served;
        publisher_wait(&core->publisher, &stage->waiter, core->state.generation, clock_monotonic_ms());
    }
}

static void on_due(struct timer *timer)
{
    struct acme_proving *proving = container_of(timer, struct acme_proving, timer);
    struct err err = {0};
    bool fine = commit_again(proving->core, &err);
    if (!fine)
        log_error("answers to challenges could not be published: %s", err.text);
    settle(proving, fine ? NULL : "the answer to the challenge could not be published");
}

bool acme_proving_new(struct core *core, struct acme_proving **ret, struct err *err)
{
    struct acme_proving *proving = calloc(1, sizeof *proving);
    if (!proving)
        return err_memory(err);
    proving->core = core;
    list_init(&proving->stages);
    timer_init(&proving->timer, on_due);
    *ret = proving;
    return true;
}

void acme_proving_free(struct acme_proving *proving)
{
    if (!proving)
        return;
    timer_cancel(&proving->core->wheel, &proving->timer);
    free(proving);
}

static void publish_soon(struct acme_proving *proving)
{
    if (!timer_is_armed(&proving->timer))
        timer_set(&proving->core->wheel, &proving->timer, clock_monotonic_ms());
}

/* Whether the two would answer the same question of the gateway's. */
static bool collide(const struct acme_proof *a, const struct acme_proof *b)
{
    return a->kind == b->kind && ((a->kind == ACME_HTTP_01 && str_eq(a->token, b->token)) ||
                                  (a->kind == ACME_TLS_ALPN_01 && str_eq(a->sni, b->sni)));
}

static bool is_taken(const struct acme_proof *proofs, size_t count, const struct acme_proof *proof)
{
    for (size_t i = 0; i < count; i++)
        if (collide(&proofs[i], proof))
            return true;
    return false;
}

/* What the builder of snapshots would refuse, it would refuse for all sites. */
static bool check_fit(struct acme_stage *stage, const struct acme_proof *proof, size_t before, struct err *err)
{
    bool fits =
        proof->kind != ACME_HTTP_01 || (!snapshot_rule_token(proof->token) && !snapshot_rule_text(proof->content));
    if (!fits)
        return err_set(err, ERR_INPUT, "the token that the authority chose cannot be served");
    fits = !is_taken(stage->proofs, before, proof);
    for (struct list *at = stage->proving->stages.next; fits && at != &stage->proving->stages; at = at->next) {
        const struct acme_stage *other = container_of(at, struct acme_stage, node);
        fits = !is_taken(other->proofs, other->count, proof);
    }
    return fits || err_set(err, ERR_CONFLICT, "%.*s is being proven for another order at this moment",
                           STR_ARG(str_part(proof->name, 0, 100)));
}

static bool make_handshake(struct acme_stage *stage, const struct acme_proof *proof, struct err *err)
{
    struct acme_alpn_proof *made = &stage->alpn[stage->alpn_count];
    const struct core *core = stage->proving->core;
    uint8_t digest[ACME_CERT_DIGEST_SIZE];
    if (proof->content.size != sizeof digest)
        return err_set(err, ERR_INPUT, "the proof is no digest");
    memcpy(digest, proof->content.data, sizeof digest);
    made->sni = proof->sni;
    buf_init(&made->certificate, ALPN_SIZE_MAX);
    buf_init(&made->key, ALPN_SIZE_MAX);
    stage->alpn_count++;
    return acme_cert_make(proof->name, digest, core->read_clock(core).wall_s, &made->certificate, &made->key, err);
}

static bool put_record(struct acme_stage *stage, const struct acme_proof *proof, struct err *err)
{
    if (!dns_proof_up(stage->proving->core, proof->dns_name, proof->content, on_record, stage,
                      &stage->dns[stage->dns_count], err))
        return false;
    stage->dns_count++;
    stage->dns_pending++;
    return true;
}

static bool put_one(struct acme_stage *stage, size_t index, struct err *err)
{
    const struct acme_proof *proof = &stage->proofs[index];
    if (proof->kind == ACME_DNS_01)
        return put_record(stage, proof, err);
    stage->in_snapshot = true;
    return check_fit(stage, proof, index, err) &&
           (proof->kind != ACME_TLS_ALPN_01 || make_handshake(stage, proof, err));
}

static bool put_all(struct acme_stage *stage, struct err *err)
{
    stage->alpn = calloc(stage->count + 1, sizeof *stage->alpn);
    stage->dns = calloc(stage->count + 1, sizeof *stage->dns);
    if (!stage->alpn || !stage->dns)
        return err_memory(err);
    for (size_t i = 0; i < stage->count; i++)
        if (!put_one(stage, i, err))
            return false;
    return true;
}

void acme_prove_up(struct acme_proving *proving, struct acme_stage *stage, const struct acme_proof *proofs,
                   size_t count)
{
    struct err err = {0};
    *stage = (struct acme_stage){.proving = proving, .proofs = proofs, .count = count, .on_done = stage->on_done};
    if (!put_all(stage, &err))
        (void)snprintf(stage->problem, sizeof stage->problem, "%s", err.text);
    stage->published = !stage->in_snapshot && !stage->problem[0];
    list_add_tail(&proving->stages, &stage->node);
    if (!stage->published)
        publish_soon(proving);
}

static void let_go(struct acme_stage *stage)
{
    for (size_t i = 0; i < stage->dns_count; i++)
        dns_proof_down(stage->dns[i]);
    for (size_t i = 0; i < stage->alpn_count; i++) {
        buf_fini(&stage->alpn[i].certificate);
        key_wipe(&stage->alpn[i].key);
    }
    free(stage->dns);
    free(stage->alpn);
    stage->dns = NULL;
    stage->alpn = NULL;
    stage->dns_count = stage->alpn_count = 0;
}

void acme_prove_down(struct acme_stage *stage)
{
    struct acme_proving *proving = stage->proving;
    if (!proving)
        return;
    list_remove(&stage->node);
    if (stage->waits)
        publisher_forget(&stage->waiter, &proving->core->wheel);
    stage->waits = false;
    stage->proving = NULL;
    let_go(stage);
    if (stage->in_snapshot && stage->published)
        publish_soon(proving);
}

/* How many proofs there are at most. */
static size_t count_all(const struct acme_proving *proving)
{
    size_t count = 0;
    for (struct list *at = proving ? proving->stages.next : NULL; at && at != &proving->stages; at = at->next)
        count += container_of(at, struct acme_stage, node)->count;
    return count;
}

bool acme_prove_challenges(const struct acme_proving *proving, struct arena *arena, const struct build_challenge **ret,
                           size_t *ret_count)
{
    size_t count = 0;
    struct build_challenge *challenges = arena_alloc(arena, (count_all(proving) + 1) * sizeof *challenges);
    if (!challenges)
        return false;
    for (struct list *at = proving ? proving->stages.next : NULL; at && at != &proving->stages; at = at->next) {
        const struct acme_stage *stage = container_of(at, struct acme_stage, node);
        for (size_t i = 0; !stage->problem[0] && i < stage->count; i++)
            if (stage->proofs[i].kind == ACME_HTTP_01)
                challenges[count++] =
                    (struct build_challenge){.token = stage->proofs[i].token, .content = stage->proofs[i].content};
    }
    *ret = challenges;
    *ret_count = count;
    return true;
}

bool acme_prove_handshakes(const struct acme_proving *proving, struct arena *arena, const struct acme_alpn_proof ***ret,
                           size_t *ret_count)
{
    size_t count = 0;
    const struct acme_alpn_proof **proofs = arena_alloc(arena, (count_all(proving) + 1) * sizeof *proofs);
    if (!proofs)
        return false;
    for (struct list *at = proving ? proving->stages.next : NULL; at && at != &proving->stages; at = at->next) {
        const struct acme_stage *stage = container_of(at, struct acme_stage, node);
        for (size_t i = 0; !stage->problem[0] && i < stage->alpn_count; i++)
            proofs[count++] = &stage->alpn[i];
    }
    *ret = proofs;
    *ret_count = count;
    return true;
}
