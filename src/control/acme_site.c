/* Orders: due, begun, ended. What is shown of them is in acme_state.c. */
#include "control/acme_site.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "acme/renewal.h"
#include "base/log.h"
#include "control/acme_cas.h"
#include "control/acme_errand.h"
#include "control/acme_install.h"
#include "control/acme_plan.h"
#include "control/acme_prove.h"
#include "control/acme_run.h"
#include "control/facts.h"
#include "control/notify.h"
#include "crypto/issued.h"
#include "crypto/random.h"

/* Nobody to turn to: looked for again when something changes, and now and then. */
#define NO_CA_WAIT_S 3600

static int64_t now_s(const struct acme *acme)
{
    return acme->core->read_clock(acme->core).wall_s;
}

static struct map *map_of(struct acme *acme, bool rehearsal)
{
    return rehearsal ? &acme->rehearsals : &acme->orders;
}

struct acme_order *acme_site_order(const struct acme *acme, struct str site, bool rehearsal)
{
    return map_get(rehearsal ? &acme->rehearsals : &acme->orders, site);
}

static bool add(struct acme *acme, struct acme_order *order)
{
    return map_put(map_of(acme, order->rehearsal), str_from(order->site), order);
}

struct acme_order *acme_site_order_made(struct acme *acme, struct str site, bool rehearsal)
{
    struct acme_order *order = acme_site_order(acme, site, rehearsal);
    if (order || !(order = acme_order_new(site, rehearsal)))
        return order;
    if (add(acme, order))
        return order;
    acme_order_free(order);
    return NULL;
}

static bool take_stored(void *context, struct acme_order *order)
{
    if (add(context, order))
        return true;
    acme_order_free(order);
    return false;
}

bool acme_site_load(struct acme *acme, struct err *err)
{
    return store_acme_orders(acme->core->store, take_stored, acme, err);
}

static void free_all(struct map *map)
{
    for (struct map_entry *entry = NULL; (entry = map_next(map, entry));)
        acme_order_free(entry->value);
    map_fini(map);
}

void acme_site_free(struct acme *acme)
{
    free_all(&acme->orders);
    free_all(&acme->rehearsals);
}

bool acme_site_keep(struct acme *acme, const struct acme_order *order)
{
    struct err err = {0};
    bool fine = store_put_acme_order(acme->core->store, order, &err);
    if (!fine)
        log_error("%s: the state of its certificate could not be written down: %s", order->site, err.text);
    return fine;
}

uint64_t acme_site_names(const struct site *site)
{
    /* One by which nothing changes for the orders of before there was a choice. */
    uint64_t hash = site_names_count(site) + (site->automatic.key == CERT_SIDE_RSA ? SITE_ALIASES_COUNT_MAX + 1 : 0);
    for (size_t i = 0; i < site_names_count(site); i++)
        hash = hash * 31 + str_hash(site_name(site, i));
    return hash;
}

const struct certificate *acme_site_certificate(const struct acme *acme, const struct site *site)
{
    struct str id = site->ecdsa.size ? site->ecdsa : site->rsa;
    bool ours = site->source == SITE_SOURCE_ACME && id.size;
    return ours ? certificates_get(acme->core->certificates, id, NULL) : NULL;
}

const struct certificate_facts *acme_site_facts(const struct acme *acme, const struct site *site)
{
    const struct certificate *certificate = acme_site_certificate(acme, site);
    return certificate ? certificates_facts(acme->core->certificates, certificate, NULL) : NULL;
}

static bool has_all_names(const struct certificate_facts *facts, const struct site *site)
{
    for (size_t i = 0; i < site_names_count(site); i++)
        if (!facts_covers(facts, site_name(site, i)))
            return false;
    return true;
}

static const struct acme_order_window *window_of(const struct acme_order *order, const struct certificate_facts *facts)
{
    bool known =
        order && order->window.start_s && str_eq(str_from(order->window.fingerprint), facts->fingerprint_sha256);
    return known ? &order->window : NULL;
}

int64_t acme_site_renewal_s(const struct acme *acme, const struct site *site)
{
    const struct certificate_facts *facts = acme_site_facts(acme, site);
    if (!facts)
        return 0;
    const struct acme_order *order = acme_site_order(acme, site->name, false);
    const struct acme_order_window *window = window_of(order, facts);
    uint64_t random = str_hash(facts->fingerprint_sha256);
    if (!window)
        return renewal_due_s(facts->not_before_s, facts->not_after_s, random);
    const struct acme_window asked = {.start_s = window->start_s, .end_s = window->end_s};
    return renewal_due_in_window_s(&asked, facts->not_before_s, facts->not_after_s, order->obtained_s, random);
}

static const struct certificate_facts *stand_in_facts(const struct acme *acme, const struct site *site)
{
    struct str id = site->ecdsa.size ? site->ecdsa : site->rsa;
    const struct certificate *certificate = certificates_get(acme->core->certificates, id, NULL);
    return certificate ? certificates_facts(acme->core->certificates, certificate, NULL) : NULL;
}

/* One was obtained for this wish, and somebody has put another in its place (out of the drawer): it is left there as
 * long as it would do. */
static bool is_stand_in(const struct acme *acme, const struct site *site, const struct acme_order *order)
{
    return order && order->obtained_s && site_has_certificate(site) && site->source != SITE_SOURCE_ACME &&
           stand_in_facts(acme, site);
}

static int64_t stand_in_due_s(const struct acme *acme, const struct site *site)
{
    const struct certificate_facts *facts = stand_in_facts(acme, site);
    bool covers = has_all_names(facts, site);
    return covers ? renewal_due_s(facts->not_before_s, facts->not_after_s, str_hash(facts->fingerprint_sha256)) : 0;
}

/* Of the certificate that came from an authority; another kind is ordered at once. */
static bool has_wished_key(const struct site *site)
{
    return (site->automatic.key == CERT_SIDE_RSA) == (site->ecdsa.size == 0);
}

int64_t acme_site_due_s(const struct acme *acme, const struct site *site)
{
    const struct acme_order *order = acme_site_order(acme, site->name, false);
    if (!site->automatic.wanted)
        return INT64_MAX;
    int64_t next_s = order ? acme_plan_next_s(order, now_s(acme)) : 0;
    if (next_s > now_s(acme))
        return next_s;
    if (order && (order->active || order->asked))
        return 0;
    const struct certificate_facts *facts = acme_site_facts(acme, site);
    if (facts && has_all_names(facts, site) && has_wished_key(site))
        return acme_site_renewal_s(acme, site);
    return is_stand_in(acme, site, order) ? stand_in_due_s(acme, site) : 0;
}

/* A jitter needs no secret; without random bytes the clock does. */
static uint64_t some_number(void)
{
    uint64_t number = 0;
    if (!random_bytes(&number, sizeof number, NULL))
        number = (uint64_t)time(NULL);
    return number;
}

static void log_failure(const struct acme_order *order, const struct ca *ca, const struct acme_failure *failure,
                        int64_t moment_s)
{
    long long wait_s = (long long)(order->next_s > moment_s ? order->next_s - moment_s : 0);
    log_warning("%s: %s certificate from %.*s: %s (%s); next attempt in %lld s%s%s", order->site,
                order->rehearsal ? "rehearsed" : "no", STR_ARG(ca->name), failure->words, failure->problem, wait_s,
                failure->fix[0] ? "; " : "", failure->fix);
}

/*
 * Whoever is there to mend it; as often as it should be (control/notify.h). Not while the next authority is about to be
 * asked, and not of a rehearsal, whose asker has the answer.
 */
static void tell_failure(struct acme *acme, const struct acme_order *order, const struct ca *ca,
                         const struct acme_failure *failure)
{
    char detail[sizeof failure->words + CA_NAME_SIZE_MAX + 8];
    (void)snprintf(detail, sizeof detail, "%.*s: %s", STR_ARG(ca->name), failure->words);
    if (!order->rehearsal && order->next_s > now_s(acme))
        notify_event(acme->core, &(const struct notify_event){.kind = NOTIFY_FAILING,
                                                              .site = str_from(order->site),
                                                              .stage = str_from(failure->problem),
                                                              .detail = str_from(detail),
                                                              .fix = str_from(failure->fix),
                                                              .next_attempt_s = order->next_s});
}

static void take_failure(struct acme *acme, const struct site *site, struct acme_order *order, const struct ca *ca,
                         const struct acme_failure *failure)
{
    struct ca *cas[CA_COUNT_MAX];
    int64_t moment_s = now_s(acme);
    size_t count = acme_plan_cas(acme->cas, acme->cas_count, &site->automatic, order->rehearsal, cas);
    if (count == 0)
        cas[count++] = (struct ca *)(uintptr_t)ca; /* it was taken away meanwhile */
    acme_plan_failed(order, cas, count, ca, failure, moment_s, some_number());
    if (order->rehearsal)
        order->active = false; /* somebody waits for the answer: this is it */
    (void)acme_site_keep(acme, order);
    log_failure(order, ca, failure, moment_s);
    tell_failure(acme, order, ca, failure);
}

static void fail_early(struct acme *acme, const struct site *site, struct acme_order *order, const struct ca *ca,
                       const struct err *err)
{
    struct acme_failure failure = {.problem = "internal", .permanent = err->code == ERR_INPUT};
    (void)snprintf(failure.words, sizeof failure.words, "It could not be ordered: %.400s.", err->text);
    (void)snprintf(failure.fix, sizeof failure.fix, "%s", err->fix);
    take_failure(acme, site, order, ca, &failure);
    acme_wake(acme);
}

static void take_success(struct acme *acme, const struct site *site, struct acme_order *order, struct acme_run *run)
{
    const struct ca *ca = run->input.ca;
    struct acme_failure failure = {.permanent = false};
    struct err err = {0};
    struct buf key;
    if (!order->rehearsal) {
        if (!store_acme_key(acme->core->store, site->name, false, &key, &err)) {
            fail_early(acme, site, order, ca, &err);
            return;
        }
        enum acme_installed end = acme_install(acme, site, ca, acme_job_chain_pem(run->job), buf_str(&key), &failure);
        key_wipe(&key);
        if (end == ACME_INSTALL_BAD)
            acme_plan_afresh(order);
        if (end != ACME_INSTALLED) { /* what is only barred is had again from its order, and spends no quota */
            take_failure(acme, site, order, ca, &failure);
            return;
        }
    }
    acme_plan_done(order, ca, now_s(acme));
    acme_order_text(order->notice, sizeof order->notice, acme_job_notice(run->job));
    (void)acme_site_keep(acme, order);
    log_notice("%s: %s by %.*s%s%s", order->site,
               order->rehearsal ? "a certificate would be issued" : "a new certificate was issued", STR_ARG(ca->name),
               order->notice[0] ? "; " : "", order->notice);
}

static void on_end(struct acme_run *run, const struct acme_failure *failure)
{
    struct acme *acme = run->acme;
    const struct site *site = state_find(&acme->core->state, run->input.site);
    struct acme_order *order = acme_site_order(acme, run->input.site, run->input.rehearsal);
    if (!site || !order || !(order->rehearsal || site->automatic.wanted))
        return; /* it is not wanted any more */
    if (failure)
        take_failure(acme, site, order, run->input.ca, failure);
    else if (order->names != acme_site_names(site))
        acme_plan_afresh(order); /* begun again for the names it has now */
    else
        take_success(acme, site, order, run);
}

static bool on_order(struct acme_run *run, struct str url, struct err *err)
{
    struct acme_order *order = acme_site_order(run->acme, run->input.site, run->input.rehearsal);
    if (!order)
        return err_set(err, ERR_NOT_FOUND, "the site is gone");
    if (url.size >= sizeof order->url)
        return err_set(err, ERR_INPUT, "the order's URL is too long");
    acme_order_text(order->url, sizeof order->url, url);
    return store_put_acme_order(run->acme->core->store, order, err);
}

/* The key of what is on order, or a new one, durable with the order. */
static bool open_key(struct acme *acme, const struct site *site, struct acme_order *order, const struct ca *ca,
                     struct buf *ret_key, struct err *err)
{
    struct store *store = acme->core->store;
    bool same = order->has_key && str_eq(str_from(order->ca), ca->name) && order->names == acme_site_names(site);
    order->active = true;
    if (same && store_acme_key(store, site->name, order->rehearsal, ret_key, err))
        return true;
    acme_plan_afresh(order);
    acme_order_text(order->ca, sizeof order->ca, ca->name);
    order->names = acme_site_names(site);
    if (!acme_cas_make_key(site->automatic.key == CERT_SIDE_RSA ? KEY_RSA : KEY_ECDSA, ret_key, err))
        return false;
    order->has_key = store_begin_acme_order(store, order, buf_str(ret_key), err);
    if (!order->has_key)
        key_wipe(ret_key);
    return order->has_key;
}

/* What the new certificate takes the place of, where the authority wants to know (RFC 9773 section 5). */
static struct str replaced(struct acme *acme, const struct site *site, const struct acme_order *order,
                           const struct ca *ca, struct buf *room)
{
    const struct certificate *certificate = acme_site_certificate(acme, site);
    bool knows = certificate && !order->rehearsal && order->window.start_s &&
                 str_eq(str_from(order->issuer), ca->name) && certificate->chain_count;
    return knows && ari_id(certificate->chain[0], room, NULL) ? buf_str(room) : (struct str){NULL, 0};
}

static bool start(struct acme *acme, const struct site *site, struct acme_order *order, struct ca *ca, struct err *err)
{
    struct str names[SITE_ALIASES_COUNT_MAX + 1];
    struct buf key, room;
    struct acme_run *run;
    if (!open_key(acme, site, order, ca, &key, err))
        return false;
    for (size_t i = 0; i < site_names_count(site); i++)
        names[i] = name_in_certificate(site_name(site, i));
    buf_init(&room, ISSUED_ARI_ID_SIZE_MAX);
    const struct acme_run_input input = {.kind = ACME_JOB_OBTAIN,
                                         .ca = ca,
                                         .site = site->name,
                                         .rehearsal = order->rehearsal,
                                         .names = names,
                                         .names_count = site_names_count(site),
                                         .challenges = site->automatic.challenges,
                                         .challenges_count = site->automatic.challenges_count,
                                         .certificate_key = buf_str(&key),
                                         .order_url = str_from(order->url),
                                         .replaces = replaced(acme, site, order, ca, &room),
                                         .on_order = on_order,
                                         .on_end = on_end};
    bool fine = acme_run_start(acme, &input, &run, err);
    if (fine)
        log_notice("%s: %s at %.*s", order->site,
                   order->url[0] ? "the order goes on"
                                 : (order->rehearsal ? "a certificate is rehearsed" : "a certificate is ordered"),
                   STR_ARG(ca->name));
    key_wipe(&key);
    buf_fini(&room);
    return fine;
}

/* Told once an hour, and only when it is news. */
static void lack_ca(struct acme *acme, struct acme_order *order)
{
    int64_t moment_s = now_s(acme);
    bool news = strcmp(order->failure.problem, "no_ca") != 0;
    order->next_s = moment_s + NO_CA_WAIT_S;
    order->failure = (struct acme_order_failure){.at_s = moment_s, .problem = "no_ca", .permanent = true};
    (void)snprintf(order->failure.words, sizeof order->failure.words,
                   "There is no certificate authority to order from%s.", order->rehearsal ? " for a rehearsal" : "");
    (void)snprintf(order->failure.fix, sizeof order->failure.fix, "strictgate ca add %s --contact MAIL --agree-terms",
                   order->rehearsal ? "letsencrypt-staging" : "letsencrypt");
    if (order->rehearsal)
        order->active = false;
    if (news) {
        (void)acme_site_keep(acme, order);
        log_warning("%s: %s", order->site, order->failure.words);
    }
}

/* The first job makes the account; the others wait for it instead of making it, too. */
static bool is_busy(const struct acme *acme, const struct ca *ca)
{
    return acme_errand_blocks(acme, ca->name) || (!ca->account_url.size && acme_run_uses(acme, ca->name));
}

void acme_site_begin(struct acme *acme, const struct site *site, bool rehearsal)
{
    struct ca *cas[CA_COUNT_MAX];
    struct err err = {0};
    struct acme_order *order = acme_site_order_made(acme, site->name, rehearsal);
    if (!order || acme_run_find(acme, ACME_JOB_OBTAIN, site->name, rehearsal))
        return;
    size_t count = acme_plan_cas(acme->cas, acme->cas_count, &site->automatic, rehearsal, cas);
    struct ca *ca = acme_plan_choose(cas, count, order);
    if (!ca) {
        lack_ca(acme, order);
        return;
    }
    if (is_busy(acme, ca))
        return;
    struct ca *held = ca_ref(ca);
    struct ca *keyed = acme_cas_with_key(acme, ca->name, &err);
    if (!keyed || !start(acme, site, order, keyed, &err))
        fail_early(acme, site, order, held, &err);
    ca_unref(held);
}

static bool refuse_early(const struct acme_order *order, const struct site *site, struct err *err)
{
    char text[40] = "";
    struct tm utc;
    time_t next = (time_t)order->next_s;
    if (gmtime_r(&next, &utc))
        (void)strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &utc);
    (void)err_set(err, ERR_CONFLICT, "the last attempt for %.*s failed, the next one is at %s", STR_ARG(site->name),
                  text);
    return err_fix(err, "mend what \"strictgate site show %.*s\" tells, then try with --now", STR_ARG(site->name));
}

bool acme_site_ask(struct acme *acme, const struct site *site, bool at_once, struct err *err)
{
    struct acme_order *order = acme_site_order_made(acme, site->name, false);
    if (!order)
        return err_memory(err);
    if (!at_once && acme_plan_next_s(order, now_s(acme)) > now_s(acme))
        return refuse_early(order, site, err);
    acme_plan_forgive(order);
    order->asked = true;
    if (!store_put_acme_order(acme->core->store, order, err))
        return false;
    acme_wake(acme);
    return true;
}

bool acme_site_rehearse(struct acme *acme, const struct site *site, struct err *err)
{
    struct acme_order *order = acme_site_order_made(acme, site->name, true);
    if (!order)
        return err_memory(err);
    if (acme_run_find(acme, ACME_JOB_OBTAIN, site->name, true))
        return true;
    acme_plan_forgive(order);
    acme_plan_afresh(order);
    order->failure = (struct acme_order_failure){.at_s = 0};
    order->obtained_s = 0;
    order->ca[0] = '\0';
    order->active = true;
    if (!store_put_acme_order(acme->core->store, order, err))
        return false;
    acme_wake(acme);
    return true;
}

void acme_site_changed(struct acme *acme, struct str site)
{
    struct acme_order *order = acme ? acme_site_order(acme, site, false) : NULL;
    if (order && order->failure.at_s) {
        acme_plan_reconsider(order);
        (void)acme_site_keep(acme, order);
    }
    acme_wake(acme);
}

void acme_site_changed_all(struct acme *acme)
{
    for (struct map_entry *entry = NULL; (entry = map_next(&acme->orders, entry));) {
        struct acme_order *order = entry->value;
        if (!order->failure.at_s)
            continue;
        acme_plan_reconsider(order);
        (void)acme_site_keep(acme, order);
    }
    acme_wake(acme);
}
