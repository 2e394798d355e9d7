/* Certificates of a snapshot being built: which are used, stored once each, framed. */
#include "snapshot/builder.h"

#include <inttypes.h>
#include <stdlib.h>

#include "snapshot/hash.h"

bool builder_use_certificate(struct builder *b, uint32_t index, struct err *err)
{
    if (index == SNAPSHOT_NONE)
        return true;
    if (index >= b->input->certificates_count)
        return err_field(err, "certificate", "there is no certificate number %" PRIu32, index);
    b->certificate_rows[index] = 0; /* used; its row is given below */
    return true;
}

static bool same_certificate(const struct build_certificate *a, const struct build_certificate *b)
{
    if (a->chain_count != b->chain_count || !str_eq(a->key, b->key))
        return false;
    for (size_t i = 0; i < a->chain_count; i++)
        if (!str_eq(a->chain[i], b->chain[i]))
            return false;
    return true;
}

/* Finds the first certificate of the same identity in `places` (input indices by identity), or enters this one. */
static bool place_certificate(struct builder *b, uint32_t *places, size_t mask, uint32_t index, struct err *err)
{
    const struct build_certificate *given = b->input->certificates, *mine = &given[index];
    if (mine->identity == 0)
        return err_field(err, "certificate", "the certificate number %" PRIu32 " has no identity", index);
    size_t at = snapshot_hash(&mine->identity, sizeof mine->identity, 0) & mask;
    for (; places[at] != SNAPSHOT_NONE; at = (at + 1) & mask) {
        if (given[places[at]].identity != mine->identity)
            continue;
        if (!same_certificate(&given[places[at]], mine))
            return err_set(err, ERR_CONFLICT, "two different certificates have the identity %016" PRIx64,
                           mine->identity);
        b->certificate_rows[index] = b->certificate_rows[places[at]];
        return true;
    }
    places[at] = index;
    b->certificate_rows[index] = (uint32_t)b->certificates_count++;
    return true;
}

bool builder_choose_certificates(struct builder *b, struct err *err)
{
    size_t count = builder_table_size(b->input->certificates_count);
    uint32_t *places = malloc(count * sizeof *places);
    bool ok = true;
    if (!places)
        return err_memory(err);
    memset(places, 0xff, count * sizeof *places); /* SNAPSHOT_NONE */
    for (uint32_t i = 0; ok && i < b->input->certificates_count; i++)
        if (b->certificate_rows[i] != SNAPSHOT_NONE)
            ok = place_certificate(b, places, count - 1, i, err);
    free(places);
    return ok;
}

uint32_t builder_certificate_row(const struct builder *b, uint32_t index)
{
    return index == SNAPSHOT_NONE ? SNAPSHOT_NONE : b->certificate_rows[index];
}

/* Each certificate with its size in front. */
static bool frame_chain(const struct build_certificate *certificate, struct str *ret, struct err *err)
{
    size_t size = 0;
    if (certificate->chain_count == 0 || certificate->chain_count > SNAP_CHAIN_COUNT_MAX)
        return builder_refuse_number(err, "number of certificates in a chain", certificate->chain_count, 1,
                                     SNAP_CHAIN_COUNT_MAX);
    for (size_t i = 0; i < certificate->chain_count; i++) {
        if (!builder_check_number(err, "size of a certificate", certificate->chain[i].size, 1, SNAP_DER_SIZE_MAX))
            return false;
        size += sizeof(uint32_t) + certificate->chain[i].size;
    }
    char *framed = malloc(size), *at = framed;
    if (!framed)
        return err_memory(err);
    for (size_t i = 0; i < certificate->chain_count; i++) {
        uint32_t part_size = (uint32_t)certificate->chain[i].size;
        memcpy(at, &part_size, sizeof part_size);
        memcpy(at + sizeof part_size, certificate->chain[i].data, part_size);
        at += sizeof part_size + part_size;
    }
    *ret = str_make(framed, size);
    return true;
}

static bool add_certificate(struct builder *b, const struct build_certificate *certificate,
                            struct snap_certificate *row, struct err *err)
{
    struct str framed = {NULL, 0};
    if (!builder_check_number(err, "size of a private key", certificate->key.size, 1, SNAP_DER_SIZE_MAX) ||
        !frame_chain(certificate, &framed, err))
        return false;
    row->identity = certificate->identity;
    row->chain = intern_put(&b->bytes, framed, false);
    row->key = intern_put(&b->bytes, certificate->key, false);
    free((void *)(uintptr_t)framed.data);
    return true;
}

bool builder_add_certificates(struct builder *b, struct err *err)
{
    uint32_t next = 0; /* rows were given in the input's order: one already filled is a repetition */
    for (size_t i = 0; i < b->input->certificates_count; i++) {
        if (b->certificate_rows[i] != next)
            continue;
        if (!add_certificate(b, &b->input->certificates[i], &b->certificates[next], err))
            return err_context(err, "certificate %zu", i);
        next++;
    }
    return true;
}
