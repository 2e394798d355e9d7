/*
 * A declarative set of sites, settings and what control/apply_part knows, all of it or nothing: what it would change is
 * worked out first, told as differences, checked by the conserving guards, and committed in one go. HSTS wishes are not
 * in it: they are moves.
 */
#ifndef CONTROL_APPLY_H
#define CONTROL_APPLY_H

#include <jansson.h>

#include "control/apply_part.h"
#include "hsts/guard.h"
#include "store/jsonout.h"

struct apply_item {
    enum apply_act act;
    struct site *before, *after; /* references; NULL where there is none */
};

struct apply_plan {
    struct apply_item *items; /* only what differs */
    size_t count;
    struct settings settings;
    bool settings_differ;
    struct apply_parts parts;
    struct guard_result results[GUARD_COUNT_MAX]; /* of the conserving guards, with the site they are about */
    struct str result_sites[GUARD_COUNT_MAX];
    size_t results_count;
};

/* Reads and compares; nothing is changed. `remove_others`: what a list that is there does not name goes. The caller
 * ends the plan, and keeps the JSON until then. */
NODISCARD bool apply_plan(struct core *core, const json_t *json, struct apply_plan *ret, struct err *err);
void apply_plan_fini(struct apply_plan *plan);
/* Commits it; ERR_CONFLICT when a conserving guard stands against any part of it. */
NODISCARD bool apply_commit(struct core *core, const struct apply_plan *plan, struct str actor, struct err *err);
/* The array "changes". */
void apply_write(const struct core *core, const struct apply_plan *plan, struct jsonout *out);

#endif
