/*
 * All that can be seen of one domain from outside: first with the eyes of the preload list's checker, then, where it
 * answers over valid HTTPS, its further answers, and what the network says of the name in any case. One time limit for
 * all of it. Many may be under way in one crowd. What was seen is judged by hsts/preload_rules.h and hsts/finding.h.
 */
#ifndef PROBE_DOMAIN_LOOK_H
#define PROBE_DOMAIN_LOOK_H

#include "hsts/finding.h"
#include "probe/net_look.h"
#include "probe/preload_look.h"
#include "probe/site_look.h"

/* Requests at one address at a time, for the crowd's options. */
#define DOMAIN_LOOK_PER_ADDRESS_COUNT 2

struct domain_look;

struct domain_look_request {
    struct preload_look_request preload; /* but for its on_done and context */
    bool rules_only;                     /* what the rules of the list need, and no more */
    const struct preload_binding
        *binding; /* what the preload list says of the domain, outlives the look; NULL: there is none */
    void (*on_done)(struct domain_look *look, void *context); /* from crowd_turn, once */
    void *context;
};

/* NULL: memory ran out. The caller frees it, at the earliest in on_done. The suffixes outlive it. */
struct domain_look *domain_look_begin(struct crowd *crowd, const struct suffixes *suffixes,
                                      const struct domain_look_request *request);
/*
 * Fills *ret with what was seen, valid as long as the look, once it is done; our_field is the caller's to set. False:
 * memory ran out on the way.
 */
NODISCARD bool domain_look_seen(const struct domain_look *look, struct finding_seen *ret);
/* NULL is allowed. What is under way ends with crowd_free only: before that, only looks that are done are freed. */
void domain_look_free(struct domain_look *look);

#endif
