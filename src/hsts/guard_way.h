/* Guards of the ways in: listeners, redirects, and what visitors find behind them. Private to this module. */
#ifndef HSTS_GUARD_WAY_H
#define HSTS_GUARD_WAY_H

#include "hsts/guard_judge.h"

/* Every listener serves the certificate that the store has. */
enum guard_finding guard_way_served(const struct guard_case *c, struct guard_result *ret);
/* Plain HTTP leads to HTTPS, on the same host first. */
enum guard_finding guard_way_redirect(const struct guard_case *c, struct guard_result *ret);
enum guard_finding guard_way_permanent(const struct guard_case *c, struct guard_result *ret);
/* Where browsers go when they insist on HTTPS (RFC 6797 section 8.3), HTTPS is. */
enum guard_finding guard_way_ports(const struct guard_case *c, struct guard_result *ret);
/* The application answers over HTTPS and does not send visitors back. */
enum guard_finding guard_way_application(const struct guard_case *c, struct guard_result *ret);
/* Its front page loads nothing over plain HTTP. */
enum guard_finding guard_way_content(const struct guard_case *c, struct guard_result *ret);
/* No other port of the host answers plain HTTP. */
enum guard_finding guard_way_other_ports(const struct guard_case *c, struct guard_result *ret);

#endif
