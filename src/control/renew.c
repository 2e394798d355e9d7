/* Local CA: the root, leaves, and when to make new ones. */
#include "control/renew.h"

#include <stdlib.h>
#include <unistd.h>

#include "acme/renewal.h"
#include "base/log.h"
#include "control/commit.h"
#include "control/notify.h"
#include "crypto/localca.h"
#include "os/clock.h"

#define PEM_SIZE_MAX 65536

static bool make_root(const struct core *core, struct err *err)
{
    struct buf root, key;
    char host[256] = "localhost";
    if (gethostname(host, sizeof host - 1) != 0)
        return err_errno(err, "gethostname");
    buf_init(&root, PEM_SIZE_MAX);
    buf_init(&key, PEM_SIZE_MAX);
    bool fine = localca_make_root(str_from(host), clock_wall_s(), &root, &key, err) &&
                store_put_local_ca(core->store, buf_str(&root), buf_str(&key), err);
    key_wipe(&key);
    buf_fini(&root);
    if (fine)
        log_notice("a local certificate authority was made");
    return fine;
}

static bool ensure_root(const struct core *core, struct err *err)
{
    return store_has_local_ca(core->store) || make_root(core, err);
}

bool renew_root(const struct core *core, struct buf *ret, struct err *err)
{
    return ensure_root(core, err) && store_local_ca(core->store, ret, NULL, err);
}

static bool issue_pem(const struct core *core, const struct site *site, struct buf *cert_pem, struct buf *key_pem,
                      struct err *err)
{
    struct str names[SITE_ALIASES_COUNT_MAX + 1];
    struct buf root, key;
    size_t count = site_names_count(site);
    for (size_t i = 0; i < count; i++)
        names[i] = name_in_certificate(site_name(site, i));
    if (!ensure_root(core, err) || !store_local_ca(core->store, &root, &key, err))
        return false;
    bool fine = localca_issue(buf_str(&root), buf_str(&key), names, count, clock_wall_s(), cert_pem, key_pem, err);
    key_wipe(&key);
    buf_fini(&root);
    return fine;
}

bool renew_issue(struct core *core, struct site *site, struct err *err)
{
    struct buf cert_pem, key_pem;
    const struct certificate *certificate = NULL;
    buf_init(&cert_pem, PEM_SIZE_MAX);
    buf_init(&key_pem, PEM_SIZE_MAX);
    if (issue_pem(core, site, &cert_pem, &key_pem, err)) {
        struct cert *cert = cert_load(buf_str(&cert_pem), buf_str(&key_pem), NULL, err);
        if (cert)
            certificate = certificates_add(core->certificates, cert, err);
        cert_free(cert);
    }
    key_wipe(&key_pem);
    buf_fini(&cert_pem);
    if (!certificate)
        return err_context(err, "the local CA gave no certificate for %.*s", STR_ARG(site->name));
    return site_set_certificates(site, SITE_SOURCE_LOCAL_CA, str_from(certificate->id), (struct str){NULL, 0}) ||
           err_memory(err);
}

int64_t renew_due_s(const struct certificate_facts *facts)
{
    return renewal_due_s(facts->not_before_s, facts->not_after_s, str_hash(facts->fingerprint_sha256));
}

static bool is_due(struct core *core, const struct site *site)
{
    if (site->source != SITE_SOURCE_LOCAL_CA)
        return false;
    struct err err = {0};
    const struct certificate *certificate = certificates_get(core->certificates, site->ecdsa, &err);
    const struct certificate_facts *facts =
        certificate ? certificates_facts(core->certificates, certificate, &err) : NULL;
    /* A leaf whose file was lost is made anew as well: that is what a CA of one's own is good for. */
    return !facts || clock_wall_s() >= renew_due_s(facts);
}

/* It is tried again at the next turn. */
static void tell_failure(struct core *core, struct str site, const struct err *why)
{
    const char *text = why->code ? why->text : "out of memory";
    log_error("%s", text);
    notify_event(core, &(const struct notify_event){.kind = NOTIFY_FAILING,
                                                    .site = site,
                                                    .stage = STR("localCa"),
                                                    .detail = str_from(text),
                                                    .fix = str_from(why->fix),
                                                    .next_attempt_s = clock_wall_s() + RENEW_INTERVAL_MS / 1000});
}

/* How many were renewed in the copy. */
static size_t renew_due_ones(struct core *core, struct state *copy)
{
    size_t renewed = 0;
    for (size_t i = 0; i < copy->sites_count; i++) {
        struct err err = {0};
        if (!is_due(core, copy->sites[i]))
            continue;
        struct site *site = site_copy(copy->sites[i]);
        if (site && renew_issue(core, site, &err)) {
            state_replace(copy, site);
            renewed++;
        } else {
            tell_failure(core, copy->sites[i]->name, &err);
        }
        site_unref(site);
    }
    return renewed;
}

/* What nobody asked for is written down as well: bound browsers get another certificate. Both lists are in the order of
 * names. */
static bool commit_renewed(struct core *core, struct state *copy, size_t renewed, struct str actor, struct err *err)
{
    struct audit_entry *entries = calloc(renewed, sizeof *entries);
    size_t count = 0;
    if (!entries) {
        state_fini(copy);
        return err_memory(err);
    }
    for (size_t i = 0; i < copy->sites_count; i++)
        if (copy->sites[i] != core->state.sites[i])
            entries[count++] = (struct audit_entry){.at_s = clock_wall_s(),
                                                    .actor = actor,
                                                    .act = STR("certificate.renew"),
                                                    .site = copy->sites[i]->name,
                                                    .outcome = STR("done")};
    const struct commit_notes notes = {.records = entries, .records_count = count};
    bool fine = commit_state(core, copy, &notes, err);
    for (size_t i = 0; fine && i < count; i++)
        notify_event(core, &(const struct notify_event){.kind = NOTIFY_RENEWED, .site = entries[i].site});
    free(entries);
    return fine;
}

bool renew_now(struct core *core, const struct site *site, struct str actor, struct err *err)
{
    struct state copy;
    struct site *after = site_copy(site);
    bool fine = after ? renew_issue(core, after, err) && state_copy(&core->state, &copy, err) : err_memory(err);
    if (fine) {
        state_replace(&copy, after);
        fine = commit_renewed(core, &copy, 1, actor, err);
    }
    site_unref(after);
    return fine;
}

void renew_all(struct core *core)
{
    struct state copy;
    struct err err = {0};
    if (!state_copy(&core->state, &copy, &err)) {
        log_error("certificates could not be renewed: %s", err.text);
        return;
    }
    size_t renewed = renew_due_ones(core, &copy);
    if (renewed == 0) {
        state_fini(&copy);
        return;
    }
    if (commit_renewed(core, &copy, renewed, STR("strictgate"), &err))
        log_notice("%zu certificates of the local CA were renewed", renewed);
    else
        log_error("renewed certificates could not be published: %s", err.text);
}
