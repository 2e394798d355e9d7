/* Kept with the site's order until the authority has said yes. */
#include "control/acme_revoke.h"

#include <stdlib.h>

#include "base/log.h"
#include "codec/base64.h"
#include "control/acme_cas.h"
#include "control/acme_errand.h"
#include "control/acme_run.h"
#include "control/acme_site.h"
#include "control/commit.h"

static int64_t now_s(const struct acme *acme)
{
    return acme->core->read_clock(acme->core).wall_s;
}

static void forget(struct acme_order *order)
{
    free(order->revocation.leaf);
    order->revocation = (struct acme_order_revocation){.leaf = NULL};
}

static char *encode(struct str der)
{
    struct buf text;
    buf_init(&text, ACME_ORDER_LEAF_SIZE_MAX);
    char *copy = base64_encode(BASE64_URL, der, &text) ? str_dup(buf_str(&text)) : NULL;
    buf_fini(&text);
    return copy;
}

bool acme_revoke_ask(struct acme *acme, const struct site *site, unsigned reason, struct err *err)
{
    const struct certificate *certificate = acme_site_certificate(acme, site);
    struct acme_order *order = acme_site_order(acme, site->name, false);
    if (!certificate || !order || !site->automatic.wanted || !order->issuer[0]) {
        (void)err_set(err, ERR_CONFLICT, "the certificate of %.*s is none that it got by itself", STR_ARG(site->name));
        return err_fix(err, "revoke it where it was issued");
    }
    if (order->revocation.leaf)
        return err_set(err, ERR_CONFLICT, "a certificate of %.*s waits to be revoked already", STR_ARG(site->name));
    if (!acme_cas_find(acme, str_from(order->issuer)))
        return err_set(err, ERR_CONFLICT, "%s, which issued it, is no certificate authority here any more",
                       order->issuer);
    order->revocation.leaf = encode(certificate->chain[0]);
    if (!order->revocation.leaf)
        return err_memory(err);
    acme_order_text(order->revocation.ca, sizeof order->revocation.ca, str_from(order->issuer));
    order->revocation.reason = reason;
    if (acme_site_ask(acme, site, true, err))
        return true;
    forget(order);
    return false;
}

static void record(struct acme *acme, const struct acme_order *order)
{
    const struct audit_entry entry = {.at_s = now_s(acme),
                                      .actor = STR("strictgate"),
                                      .act = STR("certificate.revoke"),
                                      .site = str_from(order->site),
                                      .outcome = STR("done")};
    commit_record(acme->core, &entry);
}

static void on_end(struct acme_run *run, const struct acme_failure *failure)
{
    struct acme *acme = run->acme;
    struct acme_order *order = acme_site_order(acme, run->input.site, false);
    if (!order || !order->revocation.leaf)
        return;
    if (failure && !failure->permanent) {
        int64_t next_s = now_s(acme) + ACME_REVOKE_AGAIN_S;
        order->revocation.next_s = failure->retry_s > next_s ? failure->retry_s : next_s;
        log_warning("%s: the replaced certificate is not revoked yet: %s", order->site, failure->words);
        return;
    }
    if (failure)
        log_error("%s: the replaced certificate cannot be revoked: %s (%s)%s%s", order->site, failure->words,
                  failure->problem, failure->fix[0] ? "; " : "", failure->fix);
    else
        log_notice("%s: the replaced certificate is revoked", order->site);
    if (!failure)
        record(acme, order);
    forget(order);
    (void)acme_site_keep(acme, order);
}

static void begin(struct acme *acme, const struct site *site, struct acme_order *order, struct str leaf)
{
    struct err err = {0};
    struct acme_run *run;
    struct ca *ca = acme_cas_find(acme, str_from(order->revocation.ca));
    const struct acme_run_input input = {.kind = ACME_JOB_REVOKE,
                                         .ca = ca,
                                         .site = site->name,
                                         .certificate_der = leaf,
                                         .reason = order->revocation.reason,
                                         .on_end = on_end};
    if (!ca)
        (void)err_set(&err, ERR_NOT_FOUND, "its certificate authority was removed");
    if (ca && acme_run_start(acme, &input, &run, &err))
        return;
    log_error("%s: the replaced certificate cannot be revoked: %s", order->site, err.text);
    forget(order);
    (void)acme_site_keep(acme, order);
}

int64_t acme_revoke_turn(struct acme *acme, const struct site *site)
{
    struct acme_order *order = acme_site_order(acme, site->name, false);
    const struct certificate *present = acme_site_certificate(acme, site);
    struct buf leaf;
    if (!order || !order->revocation.leaf || acme_run_find(acme, ACME_JOB_REVOKE, site->name, false) ||
        acme_errand_blocks(acme, str_from(order->revocation.ca)))
        return INT64_MAX;
    if (order->revocation.next_s > now_s(acme))
        return order->revocation.next_s;
    buf_init(&leaf, ACME_ORDER_LEAF_SIZE_MAX);
    bool readable = base64_decode(BASE64_URL, str_from(order->revocation.leaf), &leaf);
    bool in_service = present && str_eq(present->chain[0], buf_str(&leaf));
    if (readable && !in_service)
        begin(acme, site, order, buf_str(&leaf));
    buf_fini(&leaf);
    return INT64_MAX;
}
