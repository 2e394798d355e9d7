/*
 * When a certificate is to be renewed. Pure arithmetic over its lifetime, the CA's window where there is one (ARI), and
 * a number that keeps many certificates from coming due in the same second. Give the same number for the same
 * certificate (from its fingerprint, say), so that the moment stays where it is from one look to the next.
 */
#ifndef ACME_RENEWAL_H
#define ACME_RENEWAL_H

#include "acme/renewal_info.h"

/* Certificates that live shorter than this are renewed at half of their life: a third leaves no time for mending. */
#define RENEWAL_SHORT_LIFETIME_S ((int64_t)10 * 86400)

/* Without ARI: when a third of the lifetime is left (half of a short one), or up to a twentieth of that earlier. */
int64_t renewal_due_s(int64_t not_before_s, int64_t not_after_s, uint64_t random);
/*
 * With ARI: a moment of the window, uniformly (RFC 9773 section 4.2). It may be past: then it is due now. Should a CA
 * say so by mistake: never later than `not_after_s` less a tenth of the lifetime, and not within an hour (a tenth of
 * the lifetime, if that is less) of `obtained_s`, so that a CA whose windows are always past is not asked without end.
 */
int64_t renewal_due_in_window_s(const struct acme_window *window, int64_t not_before_s, int64_t not_after_s,
                                int64_t obtained_s, uint64_t random);

#endif
