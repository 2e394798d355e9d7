/* Asked, begun when nothing else stands in the way, over. */
#include "control/acme_errand.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "control/acme_cas.h"
#include "control/acme_run.h"
#include "control/acme_site.h"

static int64_t now_s(const struct acme *acme)
{
    return acme->core->read_clock(acme->core).wall_s;
}

const char *acme_errand_name(enum acme_job_kind kind)
{
    switch (kind) {
    case ACME_JOB_ROLL_KEY: return "roll-key";
    case ACME_JOB_DEACTIVATE: return "deactivate";
    case ACME_JOB_ACCOUNT:
    case ACME_JOB_OBTAIN:
    case ACME_JOB_REVOKE:
    case ACME_JOB_RENEWAL_INFO: break;
    }
    return "account";
}

struct acme_errand *acme_errand_find(const struct acme *acme, struct str ca)
{
    for (struct list *at = acme->errands.next; at != &acme->errands; at = at->next) {
        struct acme_errand *errand = container_of(at, struct acme_errand, node);
        if (str_eq(str_from(errand->ca), ca))
            return errand;
    }
    return NULL;
}

bool acme_errand_blocks(const struct acme *acme, struct str ca)
{
    const struct acme_errand *errand = acme_errand_find(acme, ca);
    return errand && !errand->over && errand->kind != ACME_JOB_ACCOUNT;
}

static void drop(struct acme_errand *errand)
{
    list_remove(&errand->node);
    free(errand);
}

void acme_errand_free(struct acme *acme)
{
    while (!list_is_empty(&acme->errands))
        drop(container_of(acme->errands.next, struct acme_errand, node));
}

static bool put(struct acme *acme, struct str ca, enum acme_job_kind kind)
{
    struct acme_errand *errand = calloc(1, sizeof *errand);
    if (!errand)
        return false;
    acme_order_text(errand->ca, sizeof errand->ca, ca);
    errand->kind = kind;
    errand->at_s = now_s(acme);
    list_add_tail(&acme->errands, &errand->node);
    return true;
}

/* The answer to a roll-over may get lost: the new key is kept before it is asked for. */
static bool make_next_key(struct acme *acme, struct str name, struct err *err)
{
    struct buf key;
    struct ca *ca = acme_cas_with_key(acme, name, err);
    if (!ca)
        return false;
    if (ca->next_key.size)
        return true;
    if (!acme_cas_make_key(KEY_ECDSA, &key, err))
        return false;
    bool fine = acme_cas_keep_keys(acme, ca, ca->account_url, ca->account_key, buf_str(&key), err);
    key_wipe(&key);
    return fine;
}

bool acme_errand_ask(struct acme *acme, struct str ca, enum acme_job_kind kind, struct err *err)
{
    struct acme_errand *before = acme_errand_find(acme, ca);
    if (before && !before->over) {
        (void)err_set(err, ERR_CONFLICT, "something else (%s) is still under way at %.*s",
                      acme_errand_name(before->kind), STR_ARG(ca));
        return err_fix(err,
                       "wait until \"strictgate ca show %.*s\" says how it ended, then: strictgate ca account %.*s",
                       STR_ARG(ca), STR_ARG(ca));
    }
    if (kind == ACME_JOB_ROLL_KEY && !make_next_key(acme, ca, err))
        return false;
    if (before)
        drop(before);
    if (!put(acme, ca, kind))
        return err_memory(err);
    acme_wake(acme);
    return true;
}

void acme_errand_resume(struct acme *acme)
{
    for (size_t i = 0; i < acme->cas_count; i++)
        if (acme->cas[i]->next_key.size && !put(acme, acme->cas[i]->name, ACME_JOB_ROLL_KEY))
            log_error("out of memory");
}

static bool keep_result(struct acme *acme, const struct ca *ca, enum acme_job_kind kind, struct err *err)
{
    const struct str none = {NULL, 0};
    if (kind == ACME_JOB_ROLL_KEY)
        return acme_cas_keep_keys(acme, ca, ca->account_url, ca->next_key, none, err);
    if (kind == ACME_JOB_DEACTIVATE)
        return acme_cas_keep_keys(acme, ca, none, none, none, err);
    return true;
}

/* A roll-over that cannot be is not tried again at the next start. */
static void forget_next_key(struct acme *acme, const struct ca *ca)
{
    struct err err = {0};
    if (!acme_cas_keep_keys(acme, ca, ca->account_url, ca->account_key, (struct str){NULL, 0}, &err))
        log_error("the key that %.*s was to get could not be forgotten: %s", STR_ARG(ca->name), err.text);
}

static void note_directory(struct acme_errand *errand, const struct acme_directory *directory)
{
    size_t size = 0;
    if (!directory)
        return;
    acme_order_text(errand->terms_url, sizeof errand->terms_url, directory->terms_url);
    errand->binding_required = directory->external_account_required;
    for (size_t i = 0; i < directory->profiles_count; i++) {
        struct str name = directory->profiles[i];
        if (size + name.size + 2 > sizeof errand->profiles)
            break;
        if (size)
            errand->profiles[size++] = ' ';
        acme_order_text(errand->profiles + size, sizeof errand->profiles - size, name);
        size += name.size;
    }
}

static void note_failure(struct acme_errand *errand, const struct acme_failure *failure)
{
    errand->failed = true;
    errand->failure = *failure;
    log_warning("%s at %s: %s (%s)", acme_errand_name(errand->kind), errand->ca, failure->words, failure->problem);
}

static void on_end(struct acme_run *run, const struct acme_failure *failure)
{
    struct acme *acme = run->acme;
    struct err err = {0};
    struct acme_errand *errand = acme_errand_find(acme, run->input.ca->name);
    if (!errand)
        return;
    errand->over = true;
    errand->at_s = now_s(acme);
    note_directory(errand, acme_job_directory(run->job));
    if (failure) {
        note_failure(errand, failure);
        if (failure->permanent && run->input.kind == ACME_JOB_ROLL_KEY)
            forget_next_key(acme, run->input.ca);
        return;
    }
    if (!keep_result(acme, run->input.ca, run->input.kind, &err)) {
        struct acme_failure internal = {.problem = "internal"};
        (void)snprintf(internal.words, sizeof internal.words, "What came of it could not be written down: %.400s.",
                       err.text);
        note_failure(errand, &internal);
        return;
    }
    log_notice("%s at %s: done", acme_errand_name(errand->kind), errand->ca);
    acme_site_changed_all(acme);
}

static void begin(struct acme *acme, struct acme_errand *errand)
{
    struct err err = {0};
    struct acme_run *run;
    struct ca *ca = acme_cas_with_key(acme, str_from(errand->ca), &err);
    const struct acme_run_input input = {.kind = errand->kind, .ca = ca, .on_end = on_end};
    if (ca && acme_run_start(acme, &input, &run, &err))
        return;
    struct acme_failure failure = {.problem = "internal", .permanent = err.code == ERR_INPUT};
    (void)snprintf(failure.words, sizeof failure.words, "It could not be tried: %.400s.", err.text);
    (void)snprintf(failure.fix, sizeof failure.fix, "%s", err.fix);
    errand->over = true;
    note_failure(errand, &failure);
}

void acme_errand_turn(struct acme *acme)
{
    for (struct list *at = acme->errands.next; at != &acme->errands; at = at->next) {
        struct acme_errand *errand = container_of(at, struct acme_errand, node);
        bool waits = errand->kind != ACME_JOB_ACCOUNT && acme_run_uses(acme, str_from(errand->ca));
        if (!errand->over && !waits && !acme_run_find_account(acme, str_from(errand->ca)))
            begin(acme, errand);
    }
}
