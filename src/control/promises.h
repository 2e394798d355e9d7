/*
 * What each site promises browsers, between its wish and the book: which promise the next snapshot carries under its
 * names, which entries of the ledger that opens or closes, and until when browsers are bound. commit.c makes it
 * durable.
 */
#ifndef CONTROL_PROMISES_H
#define CONTROL_PROMISES_H

#include "control/core.h"

/*
 * What a snapshot of this site would carry if it were made now; false: no field. Bounded by the certificate's end
 * (cap_s) until renewal is proven. The promise may be longer than what is really sent, never shorter.
 */
bool promises_of(const struct core *core, const struct site *site, struct ledger_promise *ret);
/* The moment past which no max-age of the site may reach (RFC 6797 section 11.2); 0 when its renewal is proven. */
int64_t promises_cap_s(const struct core *core, const struct site *site);
/*
 * Everything that a snapshot carries and the book does not know yet is planned open: as it is carried, but without the
 * cap while the wall clock cannot be relied on to keep it (hsts_clock_bounds). Both plans want the clock to have been
 * looked at just before (commit.c does).
 */
NODISCARD bool promises_plan_open(const struct core *core, const struct carried *carried, struct book_plan *plan,
                                  struct err *err);
/*
 * Nothing but the present snapshot can be served: everything that it does not carry (core->carried) is planned closed,
 * and open what it does, which may count in another form since the clock was looked at.
 */
NODISCARD bool promises_plan_close(const struct core *core, struct book_plan *plan, struct err *err);

/* The binding of the site's names that lasts longest: by their own ledgers, or by a name above. */
struct book_binding promises_binding(const struct core *core, const struct site *site, enum ledger_family family);
/* The same for names below the site's. */
struct book_binding promises_binding_below(const struct core *core, const struct site *site, enum ledger_family family);
/* Whether a browser may be bound by what was sent under the site's own names: what its phase follows from. */
bool promises_bound(const struct core *core, const struct site *site);
/* Whether "preload" was ever sent under one of the site's names. */
bool promises_preload_sent(const struct core *core, const struct site *site);
/* What is sent at this moment as the field's whole value; empty when no field is sent. */
NODISCARD bool promises_field(const struct core *core, const struct site *site, char room[static HSTS_FIELD_SIZE_MAX],
                              struct str *ret);
/* Names that still bind browsers and that no site serves any more. */
struct promises_left {
    struct book_binding *names; /* of their own ledgers */
    size_t count;
};
NODISCARD bool promises_left(const struct core *core, struct promises_left *ret, struct err *err);
void promises_left_fini(struct promises_left *left);
/* The phase of the ladder the site is in. */
enum hsts_phase promises_phase(const struct core *core, const struct site *site);

#endif
