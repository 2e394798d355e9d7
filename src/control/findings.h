/*
 * What is wrong with certificates, as the API tells it: judged for a site's names, by the roots of this machine and
 * those that are declared, at this moment.
 */
#ifndef CONTROL_FINDINGS_H
#define CONTROL_FINDINGS_H

#include "control/core.h"
#include "crypto/cert_report.h"
#include "store/jsonout.h"

/* Roots with their marks; the caller ends them with trust_free. */
struct findings_roots {
    struct trust *trust;
    uint32_t local_marks;      /* see struct cert_view */
    const char *const *owners; /* who has the roots of each mark, in a word or two */
};

NODISCARD bool findings_roots(struct core *core, struct findings_roots *ret, struct err *err);

/* The names of the site as certificates have them; returns how many. */
size_t findings_names(const struct site *site, struct str names[static SITE_ALIASES_COUNT_MAX + 1]);
/* The array "findings" of what is wrong with the site's certificates now; the roots that cannot be read are left out.
 */
void findings_write_site(struct core *core, const struct site *site, struct jsonout *out);
/* An error about `member` when the certificate must not be given to the gateway. */
NODISCARD bool findings_allow(const struct cert *cert, const struct site *site, const char *path, const char *member,
                              struct err *err);

#endif
