/*
 * Audit entries in the making: the texts that go into them (wishes, verdicts) as JSON, in one arena that lives until
 * the entry is saved.
 */
#ifndef CONTROL_RECORD_H
#define CONTROL_RECORD_H

#include "base/arena.h"
#include "hsts/guard.h"
#include "store/audit.h"
#include "store/jsonout.h"
#include "store/site.h"

/* Verdicts of all guards of a move with their sentences. */
#define RECORD_SIZE_MAX 65536

struct record {
    struct arena arena;
    struct audit_entry entry;
};

/* "done" or "refused"; the views must live until record_fini. */
void record_init(struct record *record, struct str actor, struct str act, struct str site, int64_t at_s);
void record_fini(struct record *record);
/* All of these may be left out. False when memory ran out: better no act than one without its record. */
NODISCARD bool record_wishes(struct record *record, const struct hsts_wish *before, const struct hsts_wish *after);
/*
 * Of a change of the site (`after` NULL: it is removed), what of it matters to visitors and is another one then: wish,
 * aliases, certificates by their ids, the drawer.
 */
NODISCARD bool record_site_change(struct record *record, const struct site *before, const struct site *after);
NODISCARD bool record_guards(struct record *record, const struct guard_result *results, size_t count);
NODISCARD bool record_override(struct record *record, const char *used, struct str reason);

/* The same JSON for whoever reads the API: an object's members, an array. */
void record_write_wish(const struct hsts_wish *wish, const char *key, struct jsonout *out);
void record_write_guards(const struct guard_result *results, size_t count, const char *key, struct jsonout *out);
/* The same, each with the site it is about. */
void record_write_site_guards(const struct guard_result *results, const struct str *sites, size_t count,
                              const char *key, struct jsonout *out);

#endif
