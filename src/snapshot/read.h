/*
 * Zero-copy reader of a snapshot. snapshot_open checks everything once (magic, version, size, checksum, every offset
 * and index), after which the accessors need no checks. An open snapshot is read-only and may be shared by threads.
 */
#ifndef SNAPSHOT_READ_H
#define SNAPSHOT_READ_H

#include "base/err.h"
#include "base/str.h"
#include "snapshot/format.h"

struct snapshot {
    const struct snap_header *header; /* the blob's first byte */
    const struct snap_name *names;
    const struct snap_site *sites;
    const struct snap_route *routes;
    const struct snap_group *groups;
    const struct snap_upstream *upstreams;
    const struct snap_certificate *certificates;
    const struct snap_ticket_key *tickets;
    const struct snap_challenge *challenges;
    const struct snap_alpn_challenge *alpn_challenges;
};

/* Checks the blob (8-byte aligned, kept by the caller for as long as the snapshot is used) and fills *ret. */
NODISCARD bool snapshot_open(const void *blob, size_t size, struct snapshot *ret, struct err *err);
/* The checksum of a blob whose checksum field is taken as 0. Fast (several GB/s); against damage, not against malice.
 */
uint64_t snapshot_checksum(const void *blob, size_t size);

static inline struct str snapshot_str(const struct snapshot *s, struct snap_ref ref)
{
    return str_make((const char *)(const void *)s->header + ref.offset, ref.size);
}

/*
 * The site of a host name (any case, without port, a trailing dot is ignored): exact match first, then the wildcard of
 * one label ("*.example.org" covers "a.example.org" only). NULL when nobody here has that name.
 */
const struct snap_site *snapshot_site(const struct snapshot *s, struct str host);
/* The same, and whether it was a wildcard that covered the name; false when there is no site. */
const struct snap_site *snapshot_site_by(const struct snapshot *s, struct str host, bool *ret_wildcard);
/*
 * The site that the name (lower case, without a final dot) lies below: below one of its names or in the place of a
 * wildcard's asterisk or below that. The nearest one; NULL: none. One lookup or two for each label.
 */
const struct snap_site *snapshot_site_above(const struct snapshot *s, struct str name);
/* The site's route for a path: the longest prefix that ends at a '/' boundary. NULL when none matches. */
const struct snap_route *snapshot_route(const struct snapshot *s, const struct snap_site *site, struct str path);
/* The content for an ACME token, or NULL. */
const struct snap_challenge *snapshot_challenge(const struct snapshot *s, struct str token);
/* The challenge of a name as a ClientHello has it (any case, a trailing dot is ignored), or NULL. */
const struct snap_alpn_challenge *snapshot_alpn_challenge(const struct snapshot *s, struct str name);

#endif
