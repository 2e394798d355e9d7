/*
 * Everything that is served, as one value: sites, settings, and the number of the last generation. A change copies the
 * state (sites are shared, not copied), changes the copy, saves it (store/store.h), and only then lets it take the old
 * one's place.
 */
#ifndef STORE_STATE_H
#define STORE_STATE_H

#include "hsts/clock.h"
#include "store/settings.h"
#include "store/site.h"

struct state {
    struct site **sites; /* in the order of their names */
    size_t sites_count;
    struct settings settings;
    uint64_t generation;           /* of the last snapshot that may have been published */
    struct hsts_clock_saved clock; /* the ledger's, as it was stored when this was loaded */
    uint32_t site_slot_next;       /* see store/slots */
    uint32_t upstream_slot_next;
};

/* An empty state with the default settings. */
void state_init(struct state *state);
void state_fini(struct state *state);
/* A copy that shares the sites. */
NODISCARD bool state_copy(const struct state *state, struct state *ret, struct err *err);

/* The order of sites: by the bytes of their names. */
int state_compare_names(struct str a, struct str b);
/* The site with this name (its own, not an alias), or NULL. */
struct site *state_find(const struct state *state, struct str name);
/* The site that answers to this name, own or alias, or NULL. */
struct site *state_find_any(const struct state *state, struct str name);
/* Adds the sites in one go (takes a reference of each). Names may clash until state_check has said otherwise. */
NODISCARD bool state_add(struct state *state, struct site *const *sites, size_t count, struct err *err);
/* Puts `site` in the place of the one with the same name; takes a reference. */
void state_replace(struct state *state, struct site *site);
void state_remove(struct state *state, struct str name);
/* Gives sites and upstreams without a slot one. ERR_CONFLICT when there are none left. */
NODISCARD bool state_assign_slots(struct state *state, struct err *err);
/*
 * No name twice: the newcomers' among each other and against those of the state, but for the site that one of them is
 * to replace (NULL: none). The newcomer is blamed, by "name" or "aliases[0]", in a list by "[3].aliases[0]".
 */
NODISCARD bool state_check(const struct state *state, const struct site *replaced, struct site *const *newcomers,
                           size_t count, bool is_list, struct err *err);

#endif
