/*
 * One certificate of a site with all that is known of it: what it says, its way from the store to where it is served,
 * and what is wrong, in words with what to do about it. For whoever shows or tells of it; nothing is changed here.
 */
#ifndef CONTROL_CERTIFICATE_STATE_H
#define CONTROL_CERTIFICATE_STATE_H

#include "control/core.h"

/* In ascending order: the worst stands first in lists. */
enum certificate_severity {
    CERTIFICATE_GOOD,
    CERTIFICATE_NOTICE,  /* to be known */
    CERTIFICATE_WARNING, /* to be seen to soon */
    CERTIFICATE_ALARM,   /* browsers are turned away, or will be when nobody acts */
};

#define CERTIFICATE_PROBLEM_TEXT_SIZE  720
#define CERTIFICATE_PROBLEM_FIX_SIZE   256
#define CERTIFICATE_PROBLEMS_COUNT_MAX 24

struct certificate_problem {
    const char *id; /* a word for machines */
    enum certificate_severity severity;
    char text[CERTIFICATE_PROBLEM_TEXT_SIZE];
    char fix[CERTIFICATE_PROBLEM_FIX_SIZE]; /* or empty */
};

struct certificate_state {
    const struct site *site;
    enum cert_side side;
    bool in_drawer;                        /* it is kept ready, and nobody is served it */
    enum site_source source;               /* where it comes from */
    struct str id;                         /* empty: the site has no certificate at all */
    const struct certificate *certificate; /* NULL: it cannot be read */
    const struct certificate_facts *facts; /* NULL like that */
    struct evidence_life life;
    enum certificate_severity severity; /* of the worst problem */
    struct certificate_problem problems[CERTIFICATE_PROBLEMS_COUNT_MAX];
    size_t problems_count;
};

/*
 * Fills *ret for the site's certificate on this side, or the one that lies in its drawer; views live as long as the
 * site. False when the store fails.
 */
NODISCARD bool certificate_state(struct core *core, const struct site *site, enum cert_side side, bool in_drawer,
                                 struct certificate_state *ret, struct err *err);
/*
 * Whether clients that take RSA only will be turned away by the certificate that the site gets by itself: `rsa` are the
 * facts of its present RSA certificate, or NULL.
 */
bool certificate_rsa_side_ends(const struct site *site, const struct certificate_facts *rsa);
/* When it is to be replaced by itself; 0: somebody has to. */
int64_t certificate_renewal_s(const struct core *core, const struct site *site, const struct certificate_facts *facts);
/* "good", "notice", "warning", "alarm" */
const char *certificate_severity_name(enum certificate_severity severity);

#endif
