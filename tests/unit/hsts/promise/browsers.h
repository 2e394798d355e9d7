/*
 * The oracle: browsers that remember every field they were sent, as RFC 6797 says and in true time. It knows nothing of
 * ledgers, clocks or caps.
 */
#ifndef PROMISE_BROWSERS_H
#define PROMISE_BROWSERS_H

#include "hsts/ledger.h"
#include "names.h"

#define BROWSERS_COUNT 8

/* What one browser knows of one host. */
struct browser_note {
    int64_t until_s; /* true time; 0: nothing */
    bool is_lost;    /* nobody here can know of it, since a disk was lost */
    bool include_subdomains;
    enum ledger_name sent_under;   /* who must know of it */
    struct ledger_promise promise; /* by which it was sent */
    int64_t sent_s;
};

struct browsers {
    struct browser_note notes[BROWSERS_COUNT][HOSTS_SERVED_COUNT];
};

void browsers_init(struct browsers *browsers);
/* Whether it binds at this moment, and can be known of. */
bool browsers_is_bound(const struct browser_note *note, int64_t true_s);
/* The second half of them remembers for a year at most. */
enum ledger_family browsers_family(size_t browser);
/* A field arrives: it takes the place of what was known of the host; max-age 0 deletes. */
void browsers_note(struct browsers *browsers, size_t browser, enum host host, const struct browser_note *note,
                   int64_t arrives_s, int64_t max_age_s);
/* Until when any browser of the family insists on HTTPS for the host. */
int64_t browsers_bound_until(const struct browsers *browsers, enum host host, enum ledger_family family);
/* Until when by what is known of the names above it. */
int64_t browsers_bound_from_above(const struct browsers *browsers, enum host host, enum ledger_family family);

#endif
