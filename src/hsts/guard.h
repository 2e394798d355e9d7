/*
 * Guards: the named preconditions of a move. Each looks at facts that somebody gathered and gives a verdict with its
 * evidence, one sentence why and one what to do. Pure, and a table: which guard belongs to which move, how hard it is,
 * and whether it may be overridden is data (guard.c).
 */
#ifndef HSTS_GUARD_H
#define HSTS_GUARD_H

#include "hsts/clock.h"
#include "hsts/observation.h"
#include "hsts/preload_list.h"
#include "hsts/self_check.h"
#include "hsts/stranded.h"
#include "hsts/wish.h"

/* What was seen longer ago than this says nothing about a move now. */
#define GUARD_EVIDENCE_AGE_S_MAX 3600
/* The certificate must outlive a promise by this (RFC 6797 section 11.2): a renewal that fails needs days to mend. */
#define GUARD_EXPIRY_MARGIN_S 259200
/* "Renewal is proven": so many renewals were seen served. */
#define GUARD_RENEWALS_COUNT 2
/* Fewer requests over HTTPS than this show little: one visitor with a few pages and what they load makes as many. */
#define GUARD_REQUESTS_COUNT_MIN 100
/* Fewer different clients over HTTPS than this show little: one person with a browser, a telephone and a script or two
 * is as many. */
#define GUARD_CLIENTS_COUNT_MIN 5
/* Of the requests, the share over plain HTTP that first visits and typed addresses account for; more are habits. */
#define GUARD_HTTP_PERCENT_MAX 5
/* Reporters of faults of TLS on one day that hold a climb: what one household or one test bench shows is less, and
 * whoever forges reports needs so many networks of his own to hold it, which an override ends. */
#define GUARD_REPORTERS_COUNT_MIN 5

enum guard_verdict { GUARD_PASS, GUARD_WARN, GUARD_BLOCK };

/* Room for the longest host name (253) or what was seen (OBSERVED_DETAIL_SIZE), and as many words again. */
#define GUARD_WHY_SIZE 512
#define GUARD_FIX_SIZE 512

struct guard_result {
    const char *id; /* "certificate-names" */
    enum guard_verdict verdict;
    bool overridable;
    int64_t evidence_s; /* when it was seen (wall clock); 0: it is no matter of looking */
    char why[GUARD_WHY_SIZE];
    char fix[GUARD_FIX_SIZE]; /* empty when it passes */
};

/* One name of the site. */
struct guard_name {
    struct str name;
    bool is_ip, is_wildcard;
    bool covered; /* by every certificate of the site */
};

/* A name that includeSubDomains would bind and that is served here. */
struct guard_below {
    struct str name;
    bool good;      /* covered by a valid certificate */
    struct str why; /* when not */
};

/* The inventory of names below, served here or not: those that say something for or against a promise. */
struct guard_subnames {
    size_t total, blocking, accepted, unknown;
    struct str first, first_why; /* a blocking one, or where there is none an unknown one, and what was seen of it */
    int64_t looked_s;            /* the one that was looked at longest ago (wall clock); 0: one never was */
    int64_t age_s_max;           /* what was seen longer ago is old */
    bool is_looking;             /* somebody looks at them now */
};

/* Whether there is a preload list here to go by. */
enum guard_list { GUARD_LIST_NONE, GUARD_LIST_OLD, GUARD_LIST_GOOD };

/* A kind of program that came before the rung began and stays away since. */
struct guard_missing {
    const char *who;  /* "ODK Collect, KoboCollect" */
    int64_t last_s;   /* the day on which it came last */
    unsigned days;    /* on which it came, */
    unsigned of_days; /* of those before the rung on which anybody did */
    unsigned since;   /* days since, on which others came */
};

/* Who came over HTTPS since the rung began. */
struct guard_coverage {
    bool is_noted;
    bool is_several_weeks;           /* of the rung: its busiest week is told */
    uint64_t clients, clients_error; /* different ones; the error either way */
    uint64_t machines;               /* of them: crawlers and monitoring */
    size_t missing_count;
    struct guard_missing missing; /* the one that came most often before */
};

/* What browsers reported of TLS since this rung began. */
struct guard_reports {
    bool wanted;        /* browsers are asked to report */
    uint64_t count;     /* reports */
    uint64_t reporters; /* in the day that had the most, for certain */
    /* The type that most of them sent: its name, what the browser met, and what helps. */
    struct str type, words, help;
};

struct guard_facts {
    int64_t wall_s; /* now, as certificates and evidence have it */
    int64_t now_s;  /* now, of the ledger's clock */
    enum hsts_clock_trust clock;
    struct str clock_why;
    const struct guard_name *names; /* the site's name, then its aliases */
    size_t names_count;
    struct hsts_wish before, after; /* what the move changes */
    bool bound;
    int64_t bound_until_s; /* when the last browser is free; 0: nobody is bound */
    /* certificate */
    bool has_certificate;
    int64_t not_before_s, not_after_s; /* of the one that ends first */
    bool key_acceptable;               /* key, signature and purpose, as browsers want them */
    struct str key_why;
    uint32_t renewals_seen; /* served, see GUARD_RENEWALS_COUNT */
    bool renews_itself;     /* local CA, ACME: somebody will renew it */
    const struct hsts_observation *observation;
    /* ways in */
    uint16_t http_port, https_port; /* public; 0: none */
    bool redirects;                 /* the site is set to redirect */
    bool redirect_permanent;
    /* use */
    uint64_t https_requests; /* since this rung began */
    uint64_t http_requests;
    struct guard_stranded stranded; /* over the days since this rung began */
    struct guard_coverage coverage;
    struct guard_reports reports;
    /* others */
    struct str ancestor; /* a name above that binds this one already; empty: none */
    int64_t ancestor_until_s;
    enum guard_list list;
    int64_t list_confirmed_s;            /* wall clock; 0 without one */
    struct preload_binding listed;       /* an entry of one of the site's own names; the strictest one */
    struct preload_binding listed_above; /* an entry above them, with all names below it */
    const struct self_check *self_check; /* the last one; NULL: nobody has looked */
    bool self_check_is_present;          /* it is of the site as it is now */
    struct str panel_name;               /* the admin panel's own name, when it has one */
    const struct guard_below *below;
    size_t below_count;
    struct guard_subnames subnames; /* when names below are bound after the move */
};

#define GUARD_COUNT_MAX 32

/*
 * Every guard that belongs to the move, worst first. Total and deterministic: any facts give an answer. Returns how
 * many.
 */
size_t guard_evaluate(const struct guard_facts *facts, enum hsts_move move,
                      struct guard_result ret[static GUARD_COUNT_MAX]);
/* The worst verdict of a list; PASS of an empty one. */
enum guard_verdict guard_worst(const struct guard_result *results, size_t count);
/* Whether there is a guard of this name; *ret_overridable says whether its block may be overridden. */
NODISCARD bool guard_find(struct str id, bool *ret_overridable);
/* "pass", "warn", "block" */
const char *guard_verdict_name(enum guard_verdict verdict);

#endif
