/*
 * What is worth telling now: pure, from facts to findings. A finding is a problem that is there at this moment, with
 * the stage it is in; whether it is told, and how often, is control/notify_standing's matter.
 */
#ifndef CONTROL_NOTIFY_JUDGE_H
#define CONTROL_NOTIFY_JUDGE_H

#include "hsts/forecast.h"
#include "snapshot/census.h"
#include "store/notification.h"

/* What is known of a site. */
struct notify_facts {
    int64_t now_s; /* wall clock */
    bool has_certificate;
    int64_t not_before_s, not_after_s; /* of the certificate that ends first */
    bool renews_itself;                /* nobody has to think of it, unless it is late */
    int64_t bound_until_s;             /* browsers insist on HTTPS until then; 0: none does */
    size_t mismatches_count;           /* listeners that were seen to serve something else */
    struct forecast forecast;          /* of expiring and failing: who could not get in without a certificate */
    bool is_listed; /* of a self-check: a name of it is on the preload list, which goes by what the site sends */
};

/* Of what is in the drawer: it ends soon, and nothing else is wrong (an id of control/certificate_state). */
#define NOTIFY_STAGE_SOON STR("expiring")

/* Of what is sent in clear, from the worst; literals, for tables. */
#define NOTIFY_STAGE_PASSWORD "password"
#define NOTIFY_STAGE_TOKEN    "token"
#define NOTIFY_STAGE_FORM     "form"
#define NOTIFY_STAGE_COOKIE   "cookie"
#define NOTIFY_STAGE_CONTENT  "content"

struct notify_finding {
    enum notify_kind kind;
    struct str stage; /* a literal, or a view of the facts' */
    int32_t rank;     /* of the stage: a greater one is worse */
    enum notify_severity severity;
    int64_t patience_s; /* it is told when it has lasted that long: it may pass by itself */
};

/* A look may come while workers are still on their way to a new certificate: another one is taken first. */
#define NOTIFY_MISMATCH_PATIENCE_S 90
/* After a start a time server takes its time to put the clock right. */
#define NOTIFY_CLOCK_PATIENCE_S 3600

/* False: there is no such problem. */
NODISCARD bool notify_judge_expiring(const struct notify_facts *facts, struct notify_finding *ret);
NODISCARD bool notify_judge_mismatch(const struct notify_facts *facts, struct notify_finding *ret);
/* `problem` is the id of what is worst about the certificate in the drawer, of the daily look; empty: it would do. */
NODISCARD bool notify_judge_drawer(const struct notify_facts *facts, struct str problem, struct notify_finding *ret);
/* `code` is the first error of a self-check of a site that sends preload or is listed; empty: there is none. */
NODISCARD bool notify_judge_check(const struct notify_facts *facts, struct str code, struct notify_finding *ret);
/* Workers of the gateway that serve by what was valid before; they have been waited for already. */
NODISCARD bool notify_judge_workers(size_t behind_count, struct notify_finding *ret);
/* `trust` is "behind" or "jumped"; empty: the clock is good. */
NODISCARD bool notify_judge_clock(struct str trust, struct notify_finding *ret);
/* A certificate could not be had; `problem` is a word for why. */
void notify_judge_failing(const struct notify_facts *facts, struct str problem, struct notify_finding *ret);

/* Names below the site that are bound and would shut their visitors out; each more is worse. */
NODISCARD bool notify_judge_subdomains(size_t blocking_count, struct notify_finding *ret);

/* So long a guard may hold a climb back before anybody is told: an application restarts, a look fails once. */
#define NOTIFY_HELD_PATIENCE_S_MAX (6 * 3600)
/*
 * The climb is held back by this guard (empty: something else) on a rung of that length: it is told when it has lasted
 * for as long again, or for NOTIFY_HELD_PATIENCE_S_MAX. That visitors never arrive is worse than all else.
 */
void notify_judge_held(struct str guard, uint32_t rung_s, struct notify_finding *ret);

/*
 * The worst of what came over plain HTTP. A password is told as a warning; a cookie without Secure and content, which
 * every public address gets from scanners, are told once and quietly.
 */
NODISCARD bool notify_judge_in_clear(const struct census_counts *census, struct notify_finding *ret);

/* Whether a promise lasts longer than the certificate: who was told to insist on HTTPS is locked out in between. */
bool notify_locks_out(const struct notify_facts *facts);
/* Whole days until then, rounded down, 0 for what has been. */
int64_t notify_days(int64_t until_s, int64_t now_s);

#endif
