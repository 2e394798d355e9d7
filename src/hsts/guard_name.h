/* Guards of the names that a promise is made under, or binds along. Private to this module. */
#ifndef HSTS_GUARD_NAME_H
#define HSTS_GUARD_NAME_H

#include "hsts/guard_judge.h"

/* No IP address: browsers ignore the field there (RFC 6797 section 8.1.1). */
enum guard_finding guard_name_ip(const struct guard_case *c, struct guard_result *ret);
/* A name that means the same host everywhere: not localhost, one label, or .local. */
enum guard_finding guard_name_local(const struct guard_case *c, struct guard_result *ret);
enum guard_finding guard_name_wildcard(const struct guard_case *c, struct guard_result *ret);
/* Whether a name above binds this one already. */
enum guard_finding guard_name_ancestor(const struct guard_case *c, struct guard_result *ret);
/* Whether the admin panel's own name would be bound. */
enum guard_finding guard_name_panel(const struct guard_case *c, struct guard_result *ret);

#endif
