/* Guards of the certificate: what bound browsers insist on, and let nobody past. Private to this module. */
#ifndef HSTS_GUARD_CERTIFICATE_H
#define HSTS_GUARD_CERTIFICATE_H

#include "hsts/guard_judge.h"

enum guard_finding guard_certificate_present(const struct guard_case *c, struct guard_result *ret);
/* Covers every name of the site that browsers can be bound for. */
enum guard_finding guard_certificate_names(const struct guard_case *c, struct guard_result *ret);
/* Who vouches for it, as it is served. */
enum guard_finding guard_certificate_chain(const struct guard_case *c, struct guard_result *ret);
enum guard_finding guard_certificate_valid(const struct guard_case *c, struct guard_result *ret);
/* Outlives the promise, or renewal is proven (RFC 6797 section 11.2). */
enum guard_finding guard_certificate_outlives(const struct guard_case *c, struct guard_result *ret);
/* Key and signature are of a kind that browsers take. */
enum guard_finding guard_certificate_key(const struct guard_case *c, struct guard_result *ret);
/* Lasts until the last browser is free: a release reaches browsers over valid HTTPS only. */
enum guard_finding guard_certificate_until_free(const struct guard_case *c, struct guard_result *ret);

#endif
