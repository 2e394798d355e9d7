/* Routes of a site being built: sorted, checked by kind. */
#include "snapshot/builder.h"

#include <inttypes.h>
#include <stdlib.h>

static bool fill_files(struct builder *b, const struct build_route *route, struct snap_route *row, struct err *err)
{
    const char *wrong;
    if ((wrong = snapshot_rule_folder(route->root)))
        return builder_refuse(err, "root", route->root, wrong);
    if ((wrong = snapshot_rule_index(route->index)))
        return builder_refuse(err, "index", route->index, wrong);
    row->root = intern_put(&b->bytes, route->root, false);
    row->index = intern_put(&b->bytes, route->index, false);
    row->strip_prefix = route->strip_prefix;
    return true;
}

static bool fill_fixed(struct builder *b, const struct build_route *route, struct snap_route *row, struct err *err)
{
    const char *wrong;
    if ((wrong = snapshot_rule_fixed(route->status, route->body)))
        return err_field(err, "status", "the status %" PRIu32 " of a fixed response %s", route->status, wrong);
    if ((wrong = snapshot_rule_text(route->content_type)))
        return builder_refuse(err, "content_type", route->content_type, wrong);
    row->status = route->status;
    row->body = intern_put(&b->bytes, route->body, false);
    row->content_type = intern_put(&b->bytes, route->content_type, false);
    return true;
}

static bool fill_route_kind(struct builder *b, const struct build_route *route, struct snap_route *row, struct err *err)
{
    row->group = SNAPSHOT_NONE;
    switch (route->kind) {
    case SNAP_ROUTE_PROXY: return builder_add_group(b, &route->group, &row->group, err);
    case SNAP_ROUTE_FILES: return fill_files(b, route, row, err);
    case SNAP_ROUTE_FIXED: return fill_fixed(b, route, row, err);
    }
    return err_field(err, "kind", "the kind of route %u is unknown", (unsigned)route->kind);
}

static bool add_route(struct builder *b, const struct build_route *route, struct err *err)
{
    const char *wrong = snapshot_rule_prefix(route->prefix);
    if (wrong)
        return builder_refuse(err, "prefix", route->prefix, wrong);
    struct snap_route *row = &b->routes[b->routes_used++];
    row->kind = (uint32_t)route->kind;
    row->prefix = intern_put(&b->bytes, route->prefix, false);
    if (fill_route_kind(b, route, row, err))
        return true;
    return err_context(err, "route %.*s", (int)(route->prefix.size < 100 ? route->prefix.size : 100),
                       route->prefix.data);
}

/* Longest first, then by bytes: any fixed order would do. */
static int route_order(const void *left, const void *right)
{
    const struct build_route *const *l = left, *const *r = right;
    struct str a = snapshot_prefix_stem((*l)->prefix), b = snapshot_prefix_stem((*r)->prefix);
    if (a.size != b.size)
        return a.size > b.size ? -1 : 1;
    return a.size ? memcmp(a.data, b.data, a.size) : 0;
}

bool builder_add_routes(struct builder *b, const struct build_site *site, struct err *err)
{
    for (size_t i = 0; i < site->routes_count; i++)
        b->sorted[i] = &site->routes[i];
    qsort(b->sorted, site->routes_count, sizeof *b->sorted, route_order);
    for (size_t i = 0; i < site->routes_count; i++) {
        if (i > 0 && route_order(&b->sorted[i - 1], &b->sorted[i]) == 0) {
            (void)builder_refuse(err, "prefix", b->sorted[i]->prefix,
                                 "has two routes (with and without '/' at the end are the same)");
            if (err)
                err->code = ERR_CONFLICT;
            return false;
        }
        if (!add_route(b, b->sorted[i], err))
            return false;
    }
    return true;
}
