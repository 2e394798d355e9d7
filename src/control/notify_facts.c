/* What is known of a site, for the judgement. */
#include "control/mismatch.h"
#include "control/notify_parts.h"
#include "control/promises.h"

/* The one of both that ends first counts: clients that are given it are the first to be turned away. */
static void add_certificate(const struct core *core, struct str id, struct notify_facts *facts)
{
    const struct certificate *certificate = id.size ? certificates_get(core->certificates, id, NULL) : NULL;
    const struct certificate_facts *known =
        certificate ? certificates_facts(core->certificates, certificate, NULL) : NULL;
    if (!known || (facts->has_certificate && facts->not_after_s <= known->not_after_s))
        return;
    facts->has_certificate = true;
    facts->not_before_s = known->not_before_s;
    facts->not_after_s = known->not_after_s;
}

void notifier_facts(const struct core *core, const struct site *site, struct notify_facts *ret)
{
    *ret = (struct notify_facts){.now_s = notifier_now_s(core),
                                 .renews_itself = site->source > SITE_SOURCE_FILE,
                                 .bound_until_s = promises_binding(core, site, LEDGER_ANY).until_s};
    (void)mismatches_of(core->mismatches, site->name, &ret->mismatches_count);
    add_certificate(core, site->ecdsa, ret);
    add_certificate(core, site->rsa, ret);
}
