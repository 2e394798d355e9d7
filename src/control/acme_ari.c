/* One unsigned question a certificate, a day or as often as the authority likes. */
#include "control/acme_ari.h"

#include "acme/renewal_info.h"
#include "base/log.h"
#include "control/acme_cas.h"
#include "control/acme_run.h"
#include "control/acme_site.h"

static int64_t now_s(const struct acme *acme)
{
    return acme->core->read_clock(acme->core).wall_s;
}

static void note(struct acme_order *order, const struct acme_window *window, int64_t moment_s)
{
    struct acme_order_window *out = &order->window;
    bool news = out->start_s != window->start_s || out->end_s != window->end_s;
    out->start_s = window->start_s;
    out->end_s = window->end_s;
    out->look_again_s = window->look_again_s;
    out->explanation[0] = '\0';
    if (window->explanation_url.size < sizeof out->explanation)
        acme_order_text(out->explanation, sizeof out->explanation, window->explanation_url);
    if (news)
        log_notice("%s: %s would have the certificate renewed in a window that begins in %lld s%s%s", order->site,
                   order->issuer, (long long)(window->start_s - moment_s), out->explanation[0] ? ": " : "",
                   out->explanation);
}

static void on_end(struct acme_run *run, const struct acme_failure *failure)
{
    struct acme *acme = run->acme;
    struct acme_order *order = acme_site_order(acme, run->input.site, false);
    int64_t moment_s = now_s(acme);
    if (!order)
        return;
    if (failure) {
        bool offered = strcmp(failure->problem, "not_offered") != 0;
        int64_t next_s = moment_s + (offered ? ACME_LOOK_AGAIN_S_DEFAULT : ACME_ARI_NOT_OFFERED_S);
        order->window.look_again_s = failure->retry_s > next_s ? failure->retry_s : next_s;
        log_debug("%s: no renewal window: %s", order->site, failure->words);
    } else {
        struct acme_window window;
        acme_job_window(run->job, &window);
        note(order, &window, moment_s);
    }
    (void)acme_site_keep(acme, order);
}

/* Another certificate has another window. */
static void meet(struct acme_order *order, struct str fingerprint)
{
    if (str_eq(str_from(order->window.fingerprint), fingerprint))
        return;
    order->window = (struct acme_order_window){.start_s = 0};
    acme_order_text(order->window.fingerprint, sizeof order->window.fingerprint, fingerprint);
}

int64_t acme_ari_turn(struct acme *acme, const struct site *site)
{
    const struct certificate *certificate = acme_site_certificate(acme, site);
    const struct certificate_facts *facts = acme_site_facts(acme, site);
    struct acme_order *order = acme_site_order(acme, site->name, false);
    struct ca *ca = order ? acme_cas_find(acme, str_from(order->issuer)) : NULL;
    if (!certificate || !facts || !ca || !site->automatic.wanted ||
        acme_run_find(acme, ACME_JOB_RENEWAL_INFO, site->name, false))
        return INT64_MAX;
    meet(order, facts->fingerprint_sha256);
    if (order->window.look_again_s > now_s(acme))
        return order->window.look_again_s;
    struct err err = {0};
    struct acme_run *run;
    const struct acme_run_input input = {.kind = ACME_JOB_RENEWAL_INFO,
                                         .ca = ca,
                                         .site = site->name,
                                         .certificate_der = certificate->chain[0],
                                         .on_end = on_end};
    if (acme_run_start(acme, &input, &run, &err))
        return INT64_MAX;
    log_debug("%.*s: the authority is not asked when to renew: %s", STR_ARG(site->name), err.text);
    order->window.look_again_s = now_s(acme) + ACME_ARI_NOT_OFFERED_S;
    return order->window.look_again_s;
}
