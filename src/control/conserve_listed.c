/* What the list forbids. */
#include "control/conserve_listed.h"

#include <stdio.h>

#include "control/preload.h"

/* Of names in sentences. */
#define NAME_SIZE 100

static bool has_name(const struct site *site, struct str name)
{
    for (size_t i = 0; i < site_names_count(site); i++)
        if (str_eq(site_name(site, i), name))
            return true;
    return false;
}

static bool loses_certificate(const struct site *before, const struct site *after)
{
    return after && site_has_certificate(before) && !site_has_certificate(after);
}

/* Only where the entry is scanned: the scans want to be led from HTTP to HTTPS. */
static bool loses_redirect(const struct site *before, const struct site *after, const struct preload_binding *binding)
{
    return after && before->redirect != SNAP_REDIRECT_OFF && after->redirect == SNAP_REDIRECT_OFF &&
           preload_terms_of(binding->policy) >= PRELOAD_18_WEEKS;
}

/* Below an entry of somebody else's a name may come and go; it only cannot be without HTTPS. */
static bool find_loss(const struct site *before, const struct site *after, struct str name,
                      const struct preload_binding *binding, char loss[static GUARD_WHY_SIZE])
{
    struct str shown = str_part(name, 0, NAME_SIZE);
    if (binding->is_own && (!after || !has_name(after, name)))
        (void)snprintf(loss, GUARD_WHY_SIZE, "%.*s would not be served any more", STR_ARG(shown));
    else if (loses_certificate(before, after))
        (void)snprintf(loss, GUARD_WHY_SIZE, "%.*s would lose its certificate", STR_ARG(shown));
    else if (binding->is_own && loses_redirect(before, after, binding))
        (void)snprintf(loss, GUARD_WHY_SIZE, "%.*s would not redirect to HTTPS any more", STR_ARG(shown));
    else
        return false;
    return true;
}

/* "LOSS, but the browsers' preload list has ENTRY: …" */
static void tell(const char *loss, const struct preload_binding *binding, struct guard_result *ret)
{
    struct str entry = str_part(binding->entry, 0, NAME_SIZE);
    *ret = (struct guard_result){.id = CONSERVE_KEEP_LISTED, .verdict = GUARD_BLOCK, .overridable = true};
    if (binding->is_own) {
        (void)snprintf(ret->why, sizeof ret->why,
                       "%s, but the browsers' preload list has %.*s: visited before or not, they accept nothing but "
                       "HTTPS there",
                       loss, STR_ARG(entry));
        (void)snprintf(ret->fix, sizeof ret->fix,
                       "Keep it as it is; or ask for removal at https://hstspreload.org/removal/ first and wait until "
                       "browsers have learnt it, which takes months.");
        return;
    }
    (void)snprintf(ret->why, sizeof ret->why,
                   "%s, but the browsers' preload list has %.*s with all names below it: visited before or not, they "
                   "accept nothing but HTTPS there",
                   loss, STR_ARG(entry));
    (void)snprintf(ret->fix, sizeof ret->fix,
                   "Keep HTTPS there with a certificate that browsers trust; it is the only way to this name.");
}

bool conserve_listed(struct core *core, const struct site *before, const struct site *after, struct guard_result *ret)
{
    char loss[GUARD_WHY_SIZE];
    for (size_t i = 0; i < site_names_count(before); i++) {
        struct str name = site_name(before, i);
        struct preload_binding binding = preload_find(core->preload, name);
        if (!binding.is_bound || !find_loss(before, after, name, &binding, loss))
            continue;
        tell(loss, &binding, ret);
        return true; /* one name is enough to say it */
    }
    return false;
}
