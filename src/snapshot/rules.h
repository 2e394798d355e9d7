/*
 * What the values in a snapshot must look like: one set of rules that the builder (for the operator's sake) and the
 * reader (for its own safety) both hold to. A rule returns NULL when the value is fine, else what is wrong with it as
 * the end of a sentence ("has an empty label"). Lengths are bounded everywhere, so that checking is linear whatever a
 * blob says.
 */
#ifndef SNAPSHOT_RULES_H
#define SNAPSHOT_RULES_H

#include "base/str.h"
#include "snapshot/format.h"

#define SNAP_SIZE_MAX                ((uint64_t)1 << 30) /* of a blob; 10,000 sites take some 10 MiB */
#define SNAP_NAME_SIZE_MAX           253u                /* RFC 1035 section 2.3.4, without the final dot */
#define SNAP_HSTS_SIZE_MAX           128u                /* the longest the gateway writes has 58 bytes */
#define SNAP_PREFIX_SIZE_MAX         2048u     /* longer paths exist, longer prefixes that anybody typed do not */
#define SNAP_TEXT_SIZE_MAX           1024u     /* labels, content types, host fields: anything written into a field */
#define SNAP_FOLDER_SIZE_MAX         4095u     /* PATH_MAX without its final zero */
#define SNAP_TOKEN_SIZE_MAX          256u      /* ACME tokens have 22 to 128 characters */
#define SNAP_CHAIN_COUNT_MAX         10u       /* what browsers follow at most */
#define SNAP_DER_SIZE_MAX            65536u    /* one certificate or key; real ones stay below 8 KiB */
#define SNAP_ROUTES_PER_SITE_MAX     256u      /* they are tried one by one */
#define SNAP_UPSTREAMS_PER_GROUP_MAX 256u      /* each request looks at all of them */
#define SNAP_TICKETS_COUNT_MAX       16u       /* one to encrypt with, the others for what was issued before */
#define SNAP_WEIGHT_MAX              1000u     /* times connections stays within 32 bits */
#define SNAP_TIMEOUT_MS_MAX          86400000u /* a day: no application answers later */
#define SNAP_HEALTH_INTERVAL_MS_MIN  100u      /* more often is an attack on the application */
#define SNAP_TIME_S_MAX              INT64_C(253402300799) /* the end of the year 9999: no sum with it overflows */

#define SNAP_SITE_FLAGS_ALL                                                                                            \
    (SNAP_SITE_SECURE_COOKIES | SNAP_SITE_REWRITE_LOCATION | SNAP_SITE_CANONICAL | SNAP_SITE_REFUSE_CREDENTIALS)
#define SNAP_UPSTREAM_FLAGS_ALL (SNAP_UPSTREAM_TLS | SNAP_UPSTREAM_TLS_UNVERIFIED)

/* A stored public name: lower case, IPv6 in brackets, a wildcard (where allowed) as ".example.org". */
const char *snapshot_rule_name(struct str name, bool wildcard_allowed);
/* The stored name is an IPv4 or bracketed IPv6 literal. */
bool snapshot_name_is_ip(struct str name);
/*
 * The stored form of a name as an operator or a client writes it: lower case, without a trailing dot, "*.x" as ".x",
 * IPv6 in brackets in its shortest form. False when it is longer than a name can be. `room` lives as long as *ret.
 */
NODISCARD bool snapshot_name_store(struct str given, char room[static SNAP_NAME_SIZE_MAX + 3], struct str *ret);

/* The value of Strict-Transport-Security: "max-age=N" with N in its shortest form and 32 bits, then nothing or "; …",
 * printable ASCII. */
const char *snapshot_rule_hsts(struct str value);
/* Such a value taken apart: its number, and what follows it ("; includeSubDomains"). False when it is none. */
NODISCARD bool snapshot_hsts_split(struct str value, uint32_t *ret_max_age_s, struct str *ret_rest);
/* The cap of a site with this value (fine by snapshot_rule_hsts, or empty): none, or a moment, for a value that
 * promises something. */
const char *snapshot_rule_hsts_cap(struct str value, int64_t cap_s);
/* Begins with '/', visible ASCII, no empty, "." or ".." segment, no query. */
const char *snapshot_rule_prefix(struct str prefix);
/* The part of a prefix that must match: without its trailing '/'. */
static inline struct str snapshot_prefix_stem(struct str prefix)
{
    return prefix.size && prefix.data[prefix.size - 1] == '/' ? str_part(prefix, 0, prefix.size - 1) : prefix;
}
/* May be written into a field or a log line: printable ASCII and spaces. Empty is fine. */
const char *snapshot_rule_text(struct str text);
/* A request target for a health check. */
const char *snapshot_rule_target(struct str target);
/* An absolute folder, without zero bytes. */
const char *snapshot_rule_folder(struct str folder);
/* The name of a file within a folder, or empty. */
const char *snapshot_rule_index(struct str name);
const char *snapshot_rule_token(struct str token);
/* How challenges are sorted: below, equal to or above 0. */
int snapshot_token_order(struct str a, struct str b);
/* Status and content of a fixed response: final, and no content where HTTP allows none. */
const char *snapshot_rule_fixed(uint32_t status, struct str body);
/* A struct sockaddr_in, _in6 or _un (to the path's zero byte or further) that can be connected to; any alignment. */
const char *snapshot_rule_address(struct str address);
/* What an upstream's flags ask of its TLS name: `tls_name` is what to send and verify. */
const char *snapshot_rule_tls_name(struct str tls_name, uint32_t flags);
/* The framing of a chain: SNAP_CHAIN_COUNT_MAX certificates at most, each with its size in front, nothing else. */
const char *snapshot_rule_chain(struct str chain);

#endif
