/*
 * Two passes: the first counts rows and chooses certificates, which fixes where each table and the bytes behind them
 * begin; the second checks and fills row by row (build_site and the others), in the order of the input, so that equal
 * inputs give equal blobs.
 */
#include "snapshot/build.h"

#include <inttypes.h>
#include <stdlib.h>

#include "snapshot/builder.h"
#include "snapshot/limits.h"
#include "snapshot/read.h"

/* Rows beyond this, of all tables but sites, are refused: they would not fit into SNAP_SIZE_MAX anyway. */
#define ROWS_COUNT_MAX ((size_t)1 << 22)

/* The smallest hash table. */
#define TABLE_SIZE_MIN 8u

/* "the prefix "x" has an empty segment"; long or unprintable values are shown as far as they can be. */
bool builder_refuse(struct err *err, const char *field, struct str value, const char *wrong)
{
    char shown[80];
    size_t size = value.size < sizeof shown ? value.size : sizeof shown;
    for (size_t i = 0; i < size; i++)
        shown[i] = value.data[i] >= ' ' && value.data[i] <= '~' ? value.data[i] : '?';
    return err_field(err, field, "the %s \"%.*s\"%s %s", field, (int)size, shown, size < value.size ? "…" : "", wrong);
}

bool builder_refuse_number(struct err *err, const char *field, uint64_t value, uint64_t min, uint64_t max)
{
    return err_field(err, field, "the %s must be between %" PRIu64 " and %" PRIu64 ", not %" PRIu64, field, min, max,
                     value);
}

bool builder_check_number(struct err *err, const char *field, uint64_t value, uint64_t min, uint64_t max)
{
    return (value >= min && value <= max) || builder_refuse_number(err, field, value, min, max);
}

size_t builder_table_size(size_t entries_count)
{
    size_t size = TABLE_SIZE_MIN;
    while (size < 2 * entries_count)
        size *= 2;
    return size;
}

static bool check_input(const struct build_input *input, struct err *err)
{
    if (input->generation == 0)
        return err_field(err, "generation", "a snapshot's generation cannot be 0");
    if (input->made_s < 0 || input->made_s > SNAP_TIME_S_MAX)
        return err_field(err, "made_s", "a snapshot cannot be made %" PRId64 " seconds after 1970", input->made_s);
    if ((unsigned)input->tls_profile > SNAP_TLS_MODERN)
        return err_field(err, "tls_profile", "the TLS profile %u is unknown", (unsigned)input->tls_profile);
    if (input->sites_count > COUNTERS_SITES_MAX)
        return err_field(err, "sites", "%zu sites are more than the %u that can be served", input->sites_count,
                         COUNTERS_SITES_MAX);
    if (input->tickets_count > SNAP_TICKETS_COUNT_MAX)
        return builder_refuse_number(err, "tickets", input->tickets_count, 0, SNAP_TICKETS_COUNT_MAX);
    if (input->certificates_count > ROWS_COUNT_MAX || input->challenges_count > ROWS_COUNT_MAX ||
        input->alpn_challenges_count > ROWS_COUNT_MAX)
        return err_set(err, ERR_MEMORY, "too many certificates or challenges for one snapshot");
    if (input->takes_reports && input->reports_site >= input->sites_count)
        return err_field(err, "reports_site", "there is no site %" PRIu32 " to take reports", input->reports_site);
    return snapshot_limits_check(&input->limits, err);
}

static bool count_site(struct builder *b, const struct build_site *site, struct err *err)
{
    if (site->routes_count > SNAP_ROUTES_PER_SITE_MAX)
        return builder_refuse_number(err, "number of routes", site->routes_count, 0, SNAP_ROUTES_PER_SITE_MAX);
    if (site->aliases_count > ROWS_COUNT_MAX - 1 || b->names_count > ROWS_COUNT_MAX - 1 - site->aliases_count)
        return err_set(err, ERR_MEMORY, "too many names for one snapshot");
    b->names_count += 1 + site->aliases_count;
    b->routes_count += site->routes_count;
    for (size_t i = 0; i < site->routes_count; i++) {
        if (site->routes[i].kind != SNAP_ROUTE_PROXY)
            continue;
        size_t count = site->routes[i].group.upstreams_count;
        if (!builder_check_number(err, "number of upstreams", count, 1, SNAP_UPSTREAMS_PER_GROUP_MAX))
            return false;
        b->groups_count++;
        b->upstreams_count += count;
    }
    if (b->upstreams_count > ROWS_COUNT_MAX)
        return err_set(err, ERR_MEMORY, "too many upstreams for one snapshot");
    return builder_use_certificate(b, site->certificate_ecdsa, err) &&
           builder_use_certificate(b, site->certificate_rsa, err);
}

static bool site_context(struct err *err, const struct build_site *site)
{
    return err_context(err, "site %.*s", (int)(site->name.size < 100 ? site->name.size : 100),
                       site->name.data ? site->name.data : "");
}

static bool count_rows(struct builder *b, struct err *err)
{
    const struct build_input *input = b->input;
    b->certificate_rows = malloc((input->certificates_count + 1) * sizeof *b->certificate_rows);
    if (!b->certificate_rows)
        return err_memory(err);
    memset(b->certificate_rows, 0xff, (input->certificates_count + 1) * sizeof *b->certificate_rows);
    for (size_t i = 0; i < input->sites_count; i++)
        if (!count_site(b, &input->sites[i], err))
            return site_context(err, &input->sites[i]);
    for (size_t i = 0; i < input->alpn_challenges_count; i++)
        if (!builder_use_certificate(b, input->alpn_challenges[i].certificate, err))
            return false;
    return builder_choose_certificates(b, err);
}

static struct snap_table next_table(uint64_t *offset, size_t count, size_t row_size)
{
    struct snap_table table = {(uint32_t)*offset, (uint32_t)count};
    *offset += (count * row_size + 7) & ~(uint64_t)7;
    return table;
}

static void fill_header(struct snap_header *header, const struct build_input *input)
{
    header->magic = SNAPSHOT_MAGIC;
    header->version = SNAPSHOT_VERSION;
    header->generation = input->generation;
    header->made_s = input->made_s;
    header->tls_profile = (uint32_t)input->tls_profile;
    header->limits = input->limits;
    header->reports_site = input->takes_reports ? input->reports_site : SNAPSHOT_NONE;
}

static bool lay_out(struct builder *b, struct err *err)
{
    const struct build_input *input = b->input;
    struct snap_header header = {0};
    size_t places = builder_table_size(b->names_count);
    uint64_t offset = sizeof header;
    fill_header(&header, input);
    header.names_mask = (uint32_t)(places - 1);
    header.names = next_table(&offset, places, sizeof *b->names);
    header.sites = next_table(&offset, input->sites_count, sizeof *b->sites);
    header.routes = next_table(&offset, b->routes_count, sizeof *b->routes);
    header.groups = next_table(&offset, b->groups_count, sizeof *b->groups);
    header.upstreams = next_table(&offset, b->upstreams_count, sizeof *b->upstreams);
    header.certificates = next_table(&offset, b->certificates_count, sizeof *b->certificates);
    header.tickets = next_table(&offset, input->tickets_count, sizeof *input->tickets);
    header.challenges = next_table(&offset, input->challenges_count, sizeof *b->challenges);
    header.alpn_challenges = next_table(&offset, input->alpn_challenges_count, sizeof *b->alpn_challenges);
    if (offset > SNAP_SIZE_MAX)
        return err_set(err, ERR_MEMORY, "a snapshot of these sites would be larger than 1 GiB");
    b->tables_size = offset;
    b->tables = calloc(1, offset);
    if (!b->tables)
        return err_memory(err);
    memcpy(b->tables, &header, sizeof header);
    b->header = (void *)b->tables;
    b->names = (void *)(b->tables + header.names.offset);
    b->sites = (void *)(b->tables + header.sites.offset);
    b->routes = (void *)(b->tables + header.routes.offset);
    b->groups = (void *)(b->tables + header.groups.offset);
    b->upstreams = (void *)(b->tables + header.upstreams.offset);
    b->certificates = (void *)(b->tables + header.certificates.offset);
    b->challenges = (void *)(b->tables + header.challenges.offset);
    b->alpn_challenges = (void *)(b->tables + header.alpn_challenges.offset);
    for (size_t i = 0; i < places; i++)
        b->names[i].site = SNAPSHOT_NONE;
    if (input->tickets_count)
        memcpy(b->tables + header.tickets.offset, input->tickets, input->tickets_count * sizeof *input->tickets);
    intern_init(&b->bytes, offset);
    return true;
}

static bool fill_tables(struct builder *b, struct err *err)
{
    for (uint32_t i = 0; i < b->input->sites_count; i++)
        if (!builder_add_site(b, i, err))
            return site_context(err, &b->input->sites[i]);
    if (!builder_add_certificates(b, err) || !builder_add_challenges(b, err) || !builder_add_alpn_challenges(b, err))
        return false;
    if (b->bytes.failed)
        return err_set(err, ERR_MEMORY, "out of memory, or a snapshot of these sites would be larger than 1 GiB");
    return true;
}

static bool join(struct builder *b, void **ret_blob, size_t *ret_size, struct err *err)
{
    size_t size = b->tables_size + b->bytes.size;
    unsigned char *blob = malloc(size);
    if (!blob)
        return err_memory(err);
    b->header->size = size;
    memcpy(blob, b->tables, b->tables_size);
    if (b->bytes.size)
        memcpy(blob + b->tables_size, b->bytes.data, b->bytes.size);
    ((struct snap_header *)(void *)blob)->checksum = snapshot_checksum(blob, size);
    *ret_blob = blob;
    *ret_size = size;
    return true;
}

static void builder_free(struct builder *b)
{
    if (b->tables)
        explicit_bzero(b->tables, b->tables_size); /* ticket keys */
    free(b->tables);
    free(b->certificate_rows);
    intern_fini(&b->bytes);
    free(b);
}

bool snapshot_build(const struct build_input *input, void **ret_blob, size_t *ret_size, struct err *err)
{
    struct builder *b = calloc(1, sizeof *b);
    if (!b)
        return err_memory(err);
    b->input = input;
    bool ok = check_input(input, err) && count_rows(b, err) && lay_out(b, err) && fill_tables(b, err) &&
              join(b, ret_blob, ret_size, err);
    builder_free(b);
    return ok;
}

void snapshot_blob_free(void *blob, size_t size)
{
    if (blob)
        explicit_bzero(blob, size);
    free(blob);
}
