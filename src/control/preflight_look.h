/*
 * Gathering the facts of a preflight: questions to the DNS, requests to our own listeners and to the names' addresses,
 * a dry run of a change. It waits: for an errand. What it needs of control is copied into it before.
 */
#ifndef CONTROL_PREFLIGHT_LOOK_H
#define CONTROL_PREFLIGHT_LOOK_H

#include "control/core.h"
#include "control/dns_proof.h"
#include "control/dns_zones.h"
#include "control/preflight.h"

/* All of it; dry runs wait for name servers. */
#define PREFLIGHT_LIMIT_MS 180000
/* Of one request to an address: who takes longer is not waited for by a CA either. */
#define PREFLIGHT_REACH_MS 5000
/* Facts, findings and their sentences for a hundred names. */
#define PREFLIGHT_SIZE_MAX ((size_t)16 << 20)

struct preflight {
    struct arena arena; /* holds all that is pointed to */
    struct preflight_facts facts;
    struct str directory_url; /* of the CA, asked for its identities; or empty */
    struct str roots_pem;     /* that vouch for it, besides the system's; or empty */
    const struct control_boot *boot;
    struct dns_zones zones;
    struct hook_caller *hooks;
};

/* Views; all but the method may be empty. */
struct preflight_wish {
    bool method_given;            /* for all names; else for all but wildcards, which are proven by dns-01 */
    enum preflight_method method; /* http-01 unless something else is said */
    struct str directory_url, roots_pem;
    struct str account_url;       /* there */
    const struct str *identities; /* instead of those of the directory; or none */
    size_t identities_count;
};

/* Everything that the loop's thread has to say; the caller ends it with preflight_fini, also when it failed. */
NODISCARD bool preflight_init(struct preflight *preflight, struct core *core, const struct site *site,
                              const struct preflight_wish *wish, struct err *err);
void preflight_fini(struct preflight *preflight);
/* Fills the facts. */
void preflight_look(struct preflight *preflight, const struct deadline *deadline);

#endif
