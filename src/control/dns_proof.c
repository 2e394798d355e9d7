/*
 *     UP: adding ──done──▶ UP: there ──down──▶ removing ──▶ freed
 *                  └─down meanwhile──▶ (done) ──▶ removing ──▶ freed
 *
 * When control stops, what may be up is taken down before it ends, where a key allows it: a hook cannot be waited for
 * then.
 */
#include "control/dns_proof.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "control/dns_zones.h"
#include "control/errands.h"
#include "control/hooks.h"
#include "crypto/digest.h"
#include "crypto/random.h"
#include "os/clock.h"

#define NAME_PREFIX "_acme-challenge."
/* "error; fix" */
#define PROBLEM_SIZE 800

struct dns_proof {
    struct errand errand;
    struct core *core;
    struct dns_zones zones;
    struct hook_caller *hooks;
    char *name, *value;
    dns_proof_done *on_done; /* NULL: nobody wants to know any more */
    void *context;
    bool busy;    /* the errand is under way */
    bool removes; /* what the errand does */
    bool fine;
    bool may_be_up;   /* an attempt was made to put it up */
    bool is_last_try; /* control stops */
    struct err err;
};

/* ---- on a thread ---- */

/* Where the name leads; what cannot be resolved is taken as it is. */
static struct dns_name target_of(const struct dns_resolver *resolver, const struct dns_name *name,
                                 const struct deadline *deadline)
{
    struct dns_name zone, target;
    return dns_zone_find(resolver, name, deadline, &zone, &target, NULL) ? target : *name;
}

static bool by_hook(struct hook_caller *hooks, const char *name, const char *value, bool removes,
                    const struct deadline *deadline, struct err *err)
{
    const struct hook_request request = {
        .kind = HOOK_DNS,
        .arguments = {STR("dns-01"), removes ? STR("remove") : STR("add"), str_from(name), str_from(value)},
        .arguments_count = 4};
    struct hook_answer *answer = malloc(sizeof *answer);
    struct deadline patience; /* the supervisor ends a hook, and tells; nobody gives up before */
    if (!answer)
        return err_memory(err);
    deadline_start(&patience, DNS_PROOF_HOOK_MS, deadline->cancel);
    hook_call(hooks, &request, &patience, answer);
    bool done = answer->done || err_set(err, ERR_SYSTEM, "%s", answer->words);
    free(answer);
    return done;
}

static bool no_way(const char *name, struct err *err)
{
    (void)err_set(err, ERR_INPUT, "Nothing here may change the DNS for %s.", name);
    return err_fix(err, "give the zone's key with: strictgate dns add ZONE --server ADDRESS --key NAME --secret-file "
                        "FILE; or name a hook in the boot file, [Hooks] Dns");
}

static bool without_key(const struct dns_proof_ways *ways, const char *name, const char *value, bool removes,
                        const struct deadline *deadline, struct err *err)
{
    return ways->hooks && hook_caller_has(ways->hooks, HOOK_DNS)
               ? by_hook(ways->hooks, name, value, removes, deadline, err)
               : no_way(name, err);
}

/* What is left out while it is waited for goes into left_out, as of dns_wait_visible; else that is empty. */
static bool change(const struct dns_proof_ways *ways, const char *name, const char *value, bool removes,
                   const struct deadline *deadline, char left_out[static DNS_LEFT_OUT_SIZE], struct err *err)
{
    struct dns_resolver resolver;
    struct dns_change record = {.remove = removes, .value = str_from(value), .ttl_s = DNS_PROOF_TTL_S};
    left_out[0] = '\0';
    if (!dns_name_from(str_from(name), &record.name))
        return err_set(err, ERR_INPUT, "\"%.200s\" is no name in the DNS.", name);
    if (ways->zones->count == 0)
        return without_key(ways, name, value, removes, deadline, err);
    if (!dns_resolver_system(&resolver, err))
        return false;
    record.name = target_of(&resolver, &record.name, deadline);
    const struct dns_credentials *credentials =
        dns_credentials_pick(ways->zones->list, ways->zones->count, &record.name);
    if (!credentials)
        return without_key(ways, name, value, removes, deadline, err);
    if (!dns_update(credentials, &record, deadline, clock_wall_s(), err))
        return false;
    return removes ||
           dns_wait_visible(&resolver, &record.name, record.value, &credentials->server, deadline, left_out, err);
}

static void work(struct errand *errand, const struct deadline *deadline)
{
    struct dns_proof *proof = container_of(errand, struct dns_proof, errand);
    const struct dns_proof_ways ways = {.zones = &proof->zones, .hooks = errand->at_end ? NULL : proof->hooks};
    char left_out[DNS_LEFT_OUT_SIZE] = "";
    proof->err = (struct err){0};
    proof->may_be_up = true;
    if (errand->at_end && proof->zones.count == 0)
        (void)err_set(&proof->err, ERR_SYSTEM, "control stops, and cannot wait for a hook");
    else
        proof->fine = change(&ways, proof->name, proof->value, proof->removes, deadline, left_out, &proof->err);
    if (left_out[0])
        log_warning("not every name server serves the zone of %s; left out: %s", proof->name, left_out);
}

bool dns_proof_rehearse(const struct dns_proof_ways *ways, struct str name, const struct deadline *deadline,
                        char ret_left_out[static DNS_LEFT_OUT_SIZE], struct err *err)
{
    char full[512], value[33], left_out[DNS_LEFT_OUT_SIZE], nobody[DNS_LEFT_OUT_SIZE];
    uint8_t random[16];
    struct deadline cleaning;
    if (!random_bytes(random, sizeof random, err))
        return false;
    digest_hex(random, sizeof random, value);
    if (str_starts(name, STR("*.")))
        name = str_after(name, 2);
    /* The very name: servers may allow the key no other. A CA passes over values that are not its own. */
    (void)snprintf(full, sizeof full, NAME_PREFIX "%.*s", STR_ARG(str_part(name, 0, 300)));
    bool fine = change(ways, full, value, false, deadline, left_out, err);
    struct err later = {0};
    deadline_start(&cleaning, DNS_PROOF_DOWN_MS, deadline->cancel);
    if (!change(ways, full, value, true, &cleaning, nobody, &later) && fine)
        return err_set(err, later.code, "The record was put up but not taken down again: %s", later.text);
    if (fine)
        memcpy(ret_left_out, left_out, sizeof left_out);
    return fine;
}

/* ---- on the loop ---- */

static void proof_free(struct dns_proof *proof)
{
    dns_zones_fini(&proof->zones);
    free(proof->name);
    free(proof->value);
    free(proof);
}

static void begin(struct dns_proof *proof, bool removes)
{
    proof->busy = true;
    proof->removes = removes;
    proof->fine = false;
    proof->errand.is_owed = removes;
    proof->errand.limit_ms = removes ? DNS_PROOF_DOWN_MS : DNS_PROOF_UP_MS;
    errands_put(proof->core->errands, &proof->errand);
}

static void tell(const struct dns_proof *proof)
{
    char problem[PROBLEM_SIZE];
    const struct err *err = &proof->err;
    (void)snprintf(problem, sizeof problem, "%s%s%s", err->text, err->fix[0] ? " Fix: " : "", err->fix);
    proof->on_done(proof->context, proof->fine ? NULL : problem);
}

/* Whether it may still be up, and nobody takes it down any more. */
static bool is_left_over(const struct dns_proof *proof)
{
    return proof->may_be_up && !proof->on_done && !(proof->removes && proof->fine);
}

/* It need not be remembered: it is down, or never was up. */
static void forget(const struct dns_proof *proof)
{
    struct err err = {0};
    if (!(proof->removes && proof->fine) && proof->may_be_up)
        return;
    if (!store_remove_dns_record(proof->core->store, str_from(proof->name), str_from(proof->value), &err))
        log_warning("that the TXT record of %s is down could not be written down: %s", proof->name, err.text);
}

static void on_errand_done(struct errand *errand, bool dropped)
{
    struct dns_proof *proof = container_of(errand, struct dns_proof, errand);
    proof->busy = false;
    if (dropped && is_left_over(proof) && !proof->is_last_try) {
        proof->is_last_try = true;
        begin(proof, true);
        return;
    }
    if (proof->removes || dropped) {
        forget(proof);
        if (proof->removes && !proof->fine)
            log_warning("the TXT record of %s could not be taken down: %s", proof->name,
                        proof->err.text[0] ? proof->err.text : "there was no time for it");
        if (proof->removes || !proof->on_done)
            proof_free(proof);
        return;
    }
    if (proof->on_done)
        tell(proof); /* may take it down */
    else
        begin(proof, true);
}

bool dns_proof_can(const struct core *core)
{
    struct dns_zones zones;
    if (core->hooks && hook_caller_has(core->hooks, HOOK_DNS))
        return true;
    if (!core->errands || !dns_zones_load(core->store, &zones, NULL))
        return false;
    bool any = zones.count > 0;
    dns_zones_fini(&zones);
    return any;
}

/* With the zones' keys of now. */
static struct dns_proof *proof_new(struct core *core, struct str name, struct str value, struct err *err)
{
    struct dns_proof *proof = calloc(1, sizeof *proof);
    if (!proof) {
        (void)err_memory(err);
        return NULL;
    }
    *proof = (struct dns_proof){.errand = {.is_slow = true, .work = work, .on_done = on_errand_done},
                                .core = core,
                                .hooks = core->hooks,
                                .name = str_dup(name),
                                .value = str_dup(value)};
    if (proof->name && proof->value ? dns_zones_load(core->store, &proof->zones, err) : err_memory(err))
        return proof;
    proof_free(proof);
    return NULL;
}

/* Tells this process from all before it: numbers of processes come again, but not in the same second. */
static int64_t owner(const struct core *core)
{
    return core->started_s << 22 | (getpid() & 0x3fffff);
}

bool dns_proof_up(struct core *core, struct str name, struct str value, dns_proof_done *on_done, void *context,
                  struct dns_proof **ret, struct err *err)
{
    struct dns_proof *proof = proof_new(core, name, value, err);
    if (!proof)
        return false;
    if (!store_put_dns_record(core->store, name, value, owner(core), err)) {
        proof_free(proof);
        return false;
    }
    proof->on_done = on_done;
    proof->context = context;
    begin(proof, false);
    *ret = proof;
    return true;
}

static bool take_left(void *context, struct str name, struct str value)
{
    struct core *core = context;
    struct err err = {0};
    struct dns_proof *proof = proof_new(core, name, value, &err);
    if (!proof) {
        log_warning("the TXT record of %.*s, which was left by a control that ended, stays: %s", STR_ARG(name),
                    err.text);
        return err.code != ERR_MEMORY;
    }
    log_notice("the TXT record of %.*s was left by a control that ended: it is taken down", STR_ARG(name));
    proof->may_be_up = true;
    begin(proof, true);
    return true;
}

void dns_proof_sweep(struct core *core)
{
    struct err err = {0};
    if (!store_dns_records_left(core->store, owner(core), take_left, core, &err))
        log_error("TXT records that were left could not be read: %s", err.text);
}

void dns_proof_down(struct dns_proof *proof)
{
    if (!proof)
        return;
    proof->on_done = NULL;
    if (!proof->busy)
        begin(proof, true);
}
