/*
 * Everything control must not lose, as one value: sites, settings, what was promised under names that are gone, and the
 * number of the last generation. It lives in DATA/state.json, replaced whole and synced. A change copies the state
 * (sites are shared, not copied), changes the copy, saves it, and only then lets it take the old one's place.
 *
 * The file is a JSON object with "version": 1. A newer version, an unknown member, or anything that cannot be read is
 * an error that says so: nothing is guessed, nothing is overwritten, the gateway goes on with its last good snapshot.
 */
#ifndef STORE_STATE_H
#define STORE_STATE_H

#include "store/settings.h"
#include "store/site.h"

#define STATE_VERSION 1
/* 16,384 sites with a few routes each take 10 MB; large error pages and roots the rest. */
#define STATE_FILE_SIZE_MAX ((size_t)256 << 20)
/* Names that are gone but may still bind; oldest out only when nobody is bound by it. */
#define STATE_TOMBSTONES_COUNT_MAX 65536

/* A name that was removed (by force) while browsers may still insist on HTTPS for it. */
struct tombstone {
    char *name;
    struct promise promise;
    int64_t removed_s;
    char *reason;
};

struct state {
    struct site **sites; /* in the order of their names */
    size_t sites_count;
    struct tombstone *tombstones;
    size_t tombstones_count;
    struct settings settings;
    uint64_t generation;     /* of the last snapshot that may have been published */
    int64_t clock_s;         /* promise clock when it was saved */
    uint32_t site_slot_next; /* see store/slots */
    uint32_t upstream_slot_next;
};

/* An empty state with the default settings. */
void state_init(struct state *state);
void state_fini(struct state *state);
/* A copy that shares the sites. */
NODISCARD bool state_copy(const struct state *state, struct state *ret, struct err *err);

/* The site with this name (its own, not an alias), or NULL. */
struct site *state_find(const struct state *state, struct str name);
/* The site that answers to this name, own or alias, or NULL. */
struct site *state_find_any(const struct state *state, struct str name);
/* Adds the sites in one go (takes a reference of each). Names may clash until state_check has said otherwise. */
NODISCARD bool state_add(struct state *state, struct site *const *sites, size_t count, struct err *err);
/* Puts `site` in the place of the one with the same name; takes a reference. */
void state_replace(struct state *state, struct site *site);
void state_remove(struct state *state, struct str name);
/* Remembers a promise under a name that is leaving. */
NODISCARD bool state_bury(struct state *state, struct str name, const struct promise *promise, int64_t now_s,
                          struct str reason, struct err *err);
/* The tombstone of a name, or NULL. */
struct tombstone *state_tombstone(const struct state *state, struct str name);
/* Gives each site what was promised under its names before, and lets tombstones go that bind nobody or have a site
 * again. */
void state_revive(struct state *state, int64_t now_s);
/* Gives sites and upstreams without a slot one. ERR_CONFLICT when there are none left. */
NODISCARD bool state_assign_slots(struct state *state, struct err *err);
/*
 * No name twice: the newcomers' among each other and against those of the state, but for the site that one of them is
 * to replace (NULL: none). The newcomer is blamed, by "name" or "aliases[0]", in a list by "[3].aliases[0]".
 */
NODISCARD bool state_check(const struct state *state, const struct site *replaced, struct site *const *newcomers,
                           size_t count, bool is_list, struct err *err);

/* Appends the file's text. */
void state_write(const struct state *state, struct buf *out);
/* Reads the file's text; *ret is made here. */
NODISCARD bool state_read(struct str text, struct state *ret, struct err *err);
/* From the file; one that is not there is an empty state. */
NODISCARD bool state_load(const char *path, struct state *ret, struct err *err);
/* Durable when it returns true. */
NODISCARD bool state_save(const struct state *state, const char *path, struct err *err);

#endif
