/* Each check adds a problem or none; the order is that of telling. */
#include "control/certificate_state.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "control/acme_site.h"
#include "control/api_warnings.h"
#include "control/facts.h"
#include "control/mismatch.h"
#include "control/promises.h"
#include "control/renew.h"
#include "control/roots.h"
#include "control/watch.h"
#include "control/workers.h"
#include "crypto/trust.h"
#include "os/clock.h"

#define DAY_S 86400
/* A certificate that nobody renews by itself is told of when most are renewed. */
#define EXPIRING_DAYS 21
/* One that was to be renewed by itself this long ago, and was not, is told of as well. */
#define RENEWAL_LATE_S (2 * DAY_S)
#define DATE_SIZE      32
/* Roots that were declared or installed by hand. */
#define ROOTS_PEM_SIZE_MAX ((size_t)2 << 20)

const char *certificate_severity_name(enum certificate_severity severity)
{
    static const char *const names[] = {"good", "notice", "warning", "alarm"};
    return names[severity];
}

int64_t certificate_renewal_s(const struct core *core, const struct site *site, const struct certificate_facts *facts)
{
    if (site->source == SITE_SOURCE_ACME && site->automatic.wanted && core->acme)
        return acme_site_renewal_s(core->acme, site);
    return site->source == SITE_SOURCE_LOCAL_CA ? renew_due_s(facts) : 0;
}

/* The fix may be added by add_fix. */
static void add(struct certificate_state *state, const char *id, enum certificate_severity severity, const char *format,
                ...) __attribute__((format(printf, 4, 5)));

static void add(struct certificate_state *state, const char *id, enum certificate_severity severity, const char *format,
                ...)
{
    va_list args;
    if (severity > state->severity)
        state->severity = severity;
    if (state->problems_count == CERTIFICATE_PROBLEMS_COUNT_MAX)
        return;
    struct certificate_problem *problem = &state->problems[state->problems_count++];
    *problem = (struct certificate_problem){.id = id, .severity = severity};
    va_start(args, format);
    (void)vsnprintf(problem->text, sizeof problem->text, format, args);
    va_end(args);
}

/* To the problem that was added last. */
static void add_fix(struct certificate_state *state, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add_fix(struct certificate_state *state, const char *format, ...)
{
    va_list args;
    struct certificate_problem *problem = &state->problems[state->problems_count - 1];
    va_start(args, format);
    (void)vsnprintf(problem->fix, sizeof problem->fix, format, args);
    va_end(args);
}

/* An ECDSA certificate that is got takes the place of all that there is; an RSA one is taken by everybody. */
bool certificate_rsa_side_ends(const struct site *site, const struct certificate_facts *rsa)
{
    return site->automatic.wanted && site->automatic.key != CERT_SIDE_RSA && rsa && rsa->not_after_s > clock_wall_s();
}

static const char *date(int64_t moment_s, char room[static DATE_SIZE])
{
    struct tm utc;
    time_t moment = (time_t)moment_s;
    (void)snprintf(room, DATE_SIZE, "?");
    if (gmtime_r(&moment, &utc))
        (void)strftime(room, DATE_SIZE, "%Y-%m-%d %H:%M UTC", &utc);
    return room;
}

static enum certificate_severity severity_of(enum cert_fault fault)
{
    switch (cert_fault_weight(fault)) {
    case CERT_NOTE: return CERTIFICATE_NOTICE;
    case CERT_WARNING: return CERTIFICATE_WARNING;
    case CERT_REFUSAL: break;
    }
    return CERTIFICATE_ALARM;
}

static void check_faults(struct certificate_state *state)
{
    for (unsigned i = 0; i < CERT_FAULT_COUNT; i++) {
        enum cert_fault fault = (enum cert_fault)i;
        if (!(state->facts->faults >> fault & 1))
            continue;
        add(state, cert_fault_id(fault), severity_of(fault), "%s", cert_fault_text(fault));
        if (cert_fault_fix(fault)[0])
            add_fix(state, "%s", cert_fault_fix(fault));
    }
}

static void check_expiring(const struct core *core, struct certificate_state *state, int64_t now_s)
{
    int64_t days = api_days_left(state->facts->not_after_s, now_s);
    int64_t renewal_s = state->in_drawer ? 0 : certificate_renewal_s(core, state->site, state->facts);
    if (renewal_s ? now_s < renewal_s + RENEWAL_LATE_S : days >= EXPIRING_DAYS)
        return;
    add(state, "expiring", CERTIFICATE_WARNING, "The certificate ends in %lld %s%s.", (long long)days,
        days == 1 ? "day" : "days", renewal_s ? ", and should have been renewed by now" : "");
    if (renewal_s)
        add_fix(state, "The log says why: look for \"renewed\".");
    else
        add_fix(state, "Get a new one from its issuer: strictgate %s %.*s %s",
                state->in_drawer ? "cert backup" : "site set", STR_ARG(str_part(state->site->name, 0, 100)),
                state->in_drawer ? "FILE --key FILE" : "--cert FILE --key FILE");
}

static void check_time(const struct core *core, struct certificate_state *state)
{
    int64_t now_s = clock_wall_s();
    char room[DATE_SIZE];
    if (now_s >= state->facts->not_after_s) {
        add(state, cert_fault_id(CERT_FAULT_EXPIRED), CERTIFICATE_ALARM,
            "The certificate ended on %s: browsers refuse it.", date(state->facts->not_after_s, room));
        add_fix(state, "Renew it now.");
    } else if (now_s < state->facts->not_before_s) {
        add(state, cert_fault_id(CERT_FAULT_NOT_YET_VALID), CERTIFICATE_ALARM,
            "The certificate begins only on %s: browsers refuse it.", date(state->facts->not_before_s, room));
        add_fix(state, "Look whether this machine's clock is right; else serve another one until then.");
    } else {
        check_expiring(core, state, now_s);
    }
}

static void check_rsa(struct certificate_state *state)
{
    if (state->side != CERT_SIDE_RSA || !certificate_rsa_side_ends(state->site, state->facts))
        return;
    add(state, "rsa_side_ends", CERTIFICATE_WARNING,
        "The automatic certificate will be an ECDSA one and take the place of this one as well: clients that take RSA "
        "only are turned away from then on.");
    add_fix(state, "To keep them, get an RSA one instead: strictgate cert auto %.*s --key rsa",
            STR_ARG(str_part(state->site->name, 0, 100)));
}

static void check_names(struct certificate_state *state)
{
    const struct site *site = state->site;
    struct str first = {NULL, 0};
    size_t count = 0;
    for (size_t i = 0; i < site_names_count(site); i++)
        if (!facts_covers(state->facts, site_name(site, i)) && count++ == 0)
            first = site_name(site, i);
    if (count == 0)
        return;
    add(state, cert_fault_id(CERT_FAULT_NAME), CERTIFICATE_ALARM, "The certificate does not cover %.*s%s.",
        STR_ARG(first), count > 1 ? " and others of the site's names" : "");
    add_fix(state, "Get one with all names of the site, or take the names out.");
}

static void check_way(const struct core *core, struct certificate_state *state)
{
    char room[DATE_SIZE], text[WORKERS_TEXT_SIZE];
    struct workers_behind behind;
    const struct evidence_life *life = &state->life;
    if (life->acknowledged_s || !life->published_s)
        return;
    workers_look(core, &behind);
    if (behind.count) {
        add(state, "not_acknowledged", CERTIFICATE_ALARM,
            "The certificate was published on %s, but not every worker of the gateway serves it: %s.",
            date(life->published_s, room), workers_text(&behind, text));
        add_fix(state, "Look what holds it up: memory, a disk, a debugger. \"systemctl restart strictgate\" gives the "
                       "gateway new workers.");
        return;
    }
    if (clock_wall_s() - life->published_s < MISMATCH_GRACE_S)
        return;
    add(state, "not_acknowledged", CERTIFICATE_ALARM,
        "The certificate was published on %s, but the gateway has not acknowledged it: it is not served yet.",
        date(life->published_s, room));
    add_fix(state, "\"strictgate status\" says whether the gateway is connected; the log says what it refused.");
}

static void check_mismatches(struct core *core, struct certificate_state *state)
{
    size_t count;
    char room[MISMATCH_TEXT_SIZE];
    const struct evidence_mismatch *rows = mismatches_of(core->mismatches, state->site->name, &count);
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(rows[i].side, str_from(cert_side_name(state->side))))
            continue;
        add(state, "mismatch", CERTIFICATE_ALARM, "%s.", mismatch_text(&rows[i], room));
        add_fix(state, "See who answers there: another program on this port, or a proxy or load balancer with a "
                       "certificate of its own.");
    }
}

/* Addresses alone are never asked for (probe/target.h): no promise binds them, and that alarms nobody. */
static bool has_only_addresses(const struct site *site)
{
    for (size_t i = 0; i < site_names_count(site); i++)
        if (name_kind(site_name(site, i)) != NAME_IP)
            return false;
    return true;
}

/* What the last look found besides; it is told with the side that is there. */
static void check_look(struct core *core, struct certificate_state *state)
{
    size_t count;
    const struct hsts_observation *seen = watch_observation(core->watch, state->site);
    const struct observed_fact *served = seen ? &seen->facts[OBSERVED_SERVED] : NULL;
    const struct observed_fact *chain = seen ? &seen->facts[OBSERVED_CHAIN] : NULL;
    (void)mismatches_of(core->mismatches, state->site->name, &count);
    if (served && served->verdict == OBSERVED_FAILED)
        add(state, "unseen", has_only_addresses(state->site) ? CERTIFICATE_NOTICE : CERTIFICATE_WARNING,
            "Whether the certificate is served could not be seen: %s.", served->detail);
    if (chain && chain->verdict == OBSERVED_BAD && count == 0)
        add(state, "chain", CERTIFICATE_WARNING, "Browsers would not trust it: %s.", chain->detail);
}

static void check_promise(struct core *core, struct certificate_state *state)
{
    char bound[DATE_SIZE], end[DATE_SIZE];
    int64_t until_s = promises_binding(core, state->site, LEDGER_ANY).until_s;
    if (until_s <= state->facts->not_after_s)
        return;
    add(state, "promise_outlasts", CERTIFICATE_NOTICE,
        "Browsers insist on HTTPS until %s, longer than this certificate lasts (%s): the next one must be served "
        "before.",
        date(until_s, bound), date(state->facts->not_after_s, end));
}

/* Roots of the system, and those of this machine alone. */
static bool collect_roots(struct core *core, struct trust *trust, struct err *err)
{
    struct buf pem;
    buf_init(&pem, ROOTS_PEM_SIZE_MAX);
    bool fine = roots_declared(core, &pem, err) && roots_private(core, ROOTS_LOCAL_FOLDER, &pem, err) &&
                trust_add_pem(trust, buf_str(&pem), TRUST_MARK_SYSTEM + 1, err) &&
                trust_add_system(trust, &core->system_roots, err);
    buf_fini(&pem);
    return fine;
}

/* What nobody is served cannot be seen by a look: its chain is judged as it is stored. */
static void check_trust(struct core *core, struct certificate_state *state)
{
    struct err err = {0};
    struct trust *trust = NULL;
    struct trust_verdict verdict;
    const struct certificate *certificate = state->certificate;
    if (!trust_new(&trust, &err) || !collect_roots(core, trust, &err)) {
        add(state, "unjudged", CERTIFICATE_NOTICE, "Its chain could not be judged: %s.", err.text);
        trust_free(trust);
        return;
    }
    trust_judge(trust, certificate->chain, certificate->chain_count, name_in_certificate(state->site->name),
                clock_wall_s(), &verdict);
    trust_free(trust);
    switch (verdict.fault) {
    case TRUST_FAULT_NONE:
    case TRUST_FAULT_EXPIRED: /* these are told already */
    case TRUST_FAULT_NOT_YET_VALID:
    case TRUST_FAULT_NAME: return;
    default:
        add(state, "chain", CERTIFICATE_WARNING, "Browsers would not trust it: the certificate %s.", verdict.why);
        add_fix(state, "Put it in again with its intermediate certificates behind it.");
    }
}

static void check_all(struct core *core, struct certificate_state *state)
{
    if (!state->facts) {
        add(state, "unreadable", CERTIFICATE_ALARM, "The certificate cannot be read from the store.");
        add_fix(state, "Give the site a certificate anew; the log says what is wrong with the stored one.");
        return;
    }
    check_time(core, state);
    if (!state->in_drawer) {
        check_mismatches(core, state);
        check_way(core, state);
        check_rsa(state);
    }
    check_names(state);
    check_faults(state);
    if (state->in_drawer) {
        check_trust(core, state);
        return;
    }
    check_look(core, state);
    check_promise(core, state);
}

bool certificate_state(struct core *core, const struct site *site, enum cert_side side, bool in_drawer,
                       struct certificate_state *ret, struct err *err)
{
    *ret = (struct certificate_state){.site = site,
                                      .side = side,
                                      .in_drawer = in_drawer,
                                      .source = in_drawer ? site->drawer.source : site->source,
                                      .id = in_drawer ? site_drawer_certificate(site, side)
                                                      : site_certificate(site, side)};
    if (ret->id.size == 0) {
        add(ret, "no_certificate", CERTIFICATE_NOTICE, "The site has no certificate: it is served over plain HTTP.");
        return true;
    }
    ret->certificate = certificates_get(core->certificates, ret->id, NULL);
    ret->facts = ret->certificate ? certificates_facts(core->certificates, ret->certificate, NULL) : NULL;
    struct str fingerprint = ret->facts ? ret->facts->fingerprint_sha256 : STR("");
    if (!store_life(core->store, site->name, ret->id, fingerprint, &ret->life, err))
        return false;
    check_all(core, ret);
    return true;
}
