/*
 * What the parts of the builder share: the state of one build. Internal to build*.c; snapshot/build.h is the interface.
 * Every function fills *err when it returns false.
 */
#ifndef SNAPSHOT_BUILDER_H
#define SNAPSHOT_BUILDER_H

#include "snapshot/build.h"
#include "snapshot/counters.h"
#include "snapshot/intern.h"

struct builder {
    const struct build_input *input;
    /* First pass. */
    size_t names_count, routes_count, groups_count, upstreams_count, certificates_count;
    uint32_t *certificate_rows; /* by index of the input: row, or SNAPSHOT_NONE while unused */
    /* Second pass. */
    unsigned char *tables; /* the blob up to where its bytes begin */
    size_t tables_size;
    struct snap_header *header; /* in tables, and so are the next ones */
    struct snap_name *names;
    struct snap_site *sites;
    struct snap_route *routes;
    struct snap_group *groups;
    struct snap_upstream *upstreams;
    struct snap_certificate *certificates;
    struct snap_challenge *challenges;
    struct snap_alpn_challenge *alpn_challenges;
    uint32_t routes_used, groups_used, upstreams_used;
    struct intern bytes;
    unsigned char site_slots[COUNTERS_SITES_MAX / 8]; /* a bit for each slot taken */
    uint64_t upstream_slots[COUNTERS_UPSTREAMS_MAX];  /* identity of the one that has it, or 0 */
    const struct build_route *sorted[SNAP_ROUTES_PER_SITE_MAX];
};

/* "the prefix "x" has an empty segment"; long or unprintable values are shown as far as they can be. */
bool builder_refuse(struct err *err, const char *field, struct str value, const char *wrong);
bool builder_refuse_number(struct err *err, const char *field, uint64_t value, uint64_t min, uint64_t max);
NODISCARD bool builder_check_number(struct err *err, const char *field, uint64_t value, uint64_t min, uint64_t max);
/* Places of a hash table that is at most half full with this many entries: a search for what is not there is short. */
size_t builder_table_size(size_t entries_count);

/* First pass: marks a certificate as used; gives the used ones their rows. */
NODISCARD bool builder_use_certificate(struct builder *b, uint32_t index, struct err *err);
NODISCARD bool builder_choose_certificates(struct builder *b, struct err *err);

/* Second pass. */
NODISCARD bool builder_add_site(struct builder *b, uint32_t index, struct err *err);
NODISCARD bool builder_add_routes(struct builder *b, const struct build_site *site, struct err *err);
NODISCARD bool builder_add_group(struct builder *b, const struct build_group *group, uint32_t *ret_index,
                                 struct err *err);
NODISCARD bool builder_add_certificates(struct builder *b, struct err *err);
NODISCARD bool builder_add_challenges(struct builder *b, struct err *err);
NODISCARD bool builder_add_alpn_challenges(struct builder *b, struct err *err);
/* The row of a certificate of the input, SNAPSHOT_NONE for SNAPSHOT_NONE. */
uint32_t builder_certificate_row(const struct builder *b, uint32_t index);

#endif
