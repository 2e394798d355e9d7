#include "told.h"

#include <stdio.h>

#include "check.h"
#include "os/memfd.h"
#include "snapshot/read.h"
#include "snapshot/rules.h"

static void add(const struct snapshot *snapshot, const struct snap_name *name, struct told *told)
{
    const struct snap_site *site = &snapshot->sites[name->site];
    struct str text = snapshot_str(snapshot, name->name);
    if (site->certificate_ecdsa == SNAPSHOT_NONE && site->certificate_rsa == SNAPSHOT_NONE)
        return; /* plain HTTP only, which carries no field */
    assert_true(told->count < TOLD_NAMES_COUNT_MAX);
    struct told_name *one = &told->names[told->count++];
    (void)snprintf(one->name, sizeof one->name, "%s%.*s", str_starts(text, STR(".")) ? "*" : "", STR_ARG(text));
    (void)snprintf(one->field, sizeof one->field, "%.*s", STR_ARG(snapshot_str(snapshot, site->hsts)));
    one->cap_s = site->hsts_cap_s;
}

void told_read(int fd, struct told *ret)
{
    struct str blob;
    struct snapshot snapshot;
    assert_true(memfd_sealed_map(fd, SNAP_SIZE_MAX, &blob, NULL));
    assert_true(snapshot_open(blob.data, blob.size, &snapshot, NULL));
    *ret = (struct told){.generation = snapshot.header->generation, .made_s = snapshot.header->made_s};
    for (uint32_t i = 0; i < snapshot.header->names.count; i++)
        if (snapshot.names[i].site != SNAPSHOT_NONE)
            add(&snapshot, &snapshot.names[i], ret);
    memfd_unmap(blob.data, blob.size);
}

const struct told_name *told_find(const struct told *told, const char *name)
{
    for (size_t i = 0; i < told->count; i++)
        if (strcmp(told->names[i].name, name) == 0)
            return &told->names[i];
    return NULL;
}
