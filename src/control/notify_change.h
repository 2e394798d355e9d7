/*
 * A channel as it would become, by a request or a declarative file: what must be right beyond the channel itself (its
 * secret, the hook of the boot file), and its way into the store.
 */
#ifndef CONTROL_NOTIFY_CHANGE_H
#define CONTROL_NOTIFY_CHANGE_H

#include "control/notify_parts.h"

struct notify_change {
    const struct notifier_channel *before; /* NULL: it is new */
    const struct notify_channel *after;
    struct str secret; /* data NULL: the present one stays; empty: it has none */
    bool resume;       /* a pause ends */
};

/* The member for a secret of this kind, NULL: it has none. */
const char *notify_change_secret_name(enum notify_channel_kind kind);
/* The secret of a channel in JSON, a view of it; untouched when none is given. */
NODISCARD bool notify_change_secret(const json_t *json, struct str *ret, struct err *err);
/* Takes it out of the object, which is a channel then. What is no secret of its kind stays, and is refused as that. */
void notify_change_strip(json_t *json);
NODISCARD bool notify_change_check(const struct core *core, const struct notify_change *change, struct err *err);
/* With its audit entry; the channels in memory are to be read anew (notifier_load_channels). */
NODISCARD bool notify_change_store(struct core *core, const struct notify_change *change, struct str actor,
                                   struct err *err);
NODISCARD bool notify_change_remove(struct core *core, struct str name, struct str actor, struct err *err);
/* The channel as JSON, without anything secret; NULL with *err. */
json_t *notify_change_json(const struct notify_channel *channel, struct err *err);

#endif
