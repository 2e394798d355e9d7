/* Checks, one function each. */
#include "control/acme_wish.h"

#include <stdio.h>

#include "control/acme_cas.h"
#include "control/acme_plan.h"
#include "control/acme_prove.h"
#include "store/members.h"

static bool check_ca(const struct acme *acme, struct str name, const char *path, const char *field, struct err *err)
{
    const struct ca *ca = acme_cas_find(acme, name);
    if (!ca) {
        (void)members_error(err, path, field, "there is no certificate authority %.*s", STR_ARG(name));
        return err_fix(err, "strictgate ca add %.*s", STR_ARG(name));
    }
    if (!ca->rehearsal)
        return true;
    (void)members_error(err, path, field, "%.*s is for rehearsing: browsers do not trust what it issues",
                        STR_ARG(name));
    return err_fix(err, "strictgate cert auto --rehearse, or another authority");
}

static bool check_cas(const struct acme *acme, const struct site_auto *wish, const char *path, struct err *err)
{
    struct ca *cas[CA_COUNT_MAX];
    for (size_t i = 0; i < wish->cas_count; i++) {
        char field[32];
        (void)snprintf(field, sizeof field, "acme.cas[%zu]", i);
        if (!check_ca(acme, wish->cas[i], path, field, err))
            return false;
    }
    if (acme_plan_cas(acme->cas, acme->cas_count, wish, false, cas) > 0)
        return true;
    (void)members_error(err, path, "acme", "there is no certificate authority to order from yet");
    return err_fix(err, "strictgate ca add letsencrypt --contact MAIL --agree-terms");
}

static bool has(const struct site_auto *wish, enum acme_challenge_kind kind)
{
    for (size_t i = 0; i < wish->challenges_count; i++)
        if (wish->challenges[i] == kind)
            return true;
    return false;
}

static bool check_challenges(const struct core *core, const struct site *site, const char *path, struct err *err)
{
    const struct site_auto *wish = &site->automatic;
    struct err why = {0};
    for (size_t i = 0; i < wish->challenges_count; i++)
        if (!acme_prove_can(core, wish->challenges[i], &why)) {
            (void)members_error(err, path, "acme.challenges", "%s: %s", acme_challenge_kind_name(wish->challenges[i]),
                                why.text);
            return err_fix(err, "%s", why.fix);
        }
    for (size_t i = 0; i < site_names_count(site); i++)
        if (name_kind(site_name(site, i)) == NAME_WILDCARD && !has(wish, ACME_DNS_01)) {
            (void)members_error(err, path, "acme.challenges", "%.*s can be proven by dns-01 alone",
                                STR_ARG(site_name(site, i)));
            return err_fix(err, "allow dns-01, or leave the wildcard out");
        }
    return true;
}

bool acme_wish_check(const struct core *core, const struct site *site, const char *path, struct err *err)
{
    return !site->automatic.wanted || !core->acme ||
           (check_cas(core->acme, &site->automatic, path, err) && check_challenges(core, site, path, err));
}
