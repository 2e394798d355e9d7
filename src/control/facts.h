/*
 * From what control knows to what guards look at: certificates, observation, traffic, clock, neighbours, gathered into
 * one struct guard_facts. It judges nothing; hsts/guard does.
 */
#ifndef CONTROL_FACTS_H
#define CONTROL_FACTS_H

#include "base/arena.h"
#include "control/core.h"
#include "hsts/guard.h"

/* Names of ten thousand sites may be below one. */
#define FACTS_SIZE_MAX ((size_t)16 << 20)

/* Views live in the arena, or as long as the state. False when memory ran out or the store cannot be read. */
NODISCARD bool facts_gather(struct core *core, const struct site *site, const struct hsts_wish *after,
                            struct arena *arena, struct guard_facts *ret, struct err *err);
/* Every certificate of the site covers the name and is valid now. Else ERR_CONFLICT, with the fix. */
NODISCARD bool facts_name_is_served(struct core *core, const struct site *site, struct str name, struct err *err);
/* Whether the certificate is for this name of a site. */
bool facts_covers(const struct certificate_facts *facts, struct str name);
/* "www.example.org" is below "example.org", and below "*.example.org" as far as anybody can know. */
bool facts_is_below(struct str name, struct str above);

#endif
