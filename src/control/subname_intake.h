/*
 * Names that come into the inventory of a site: out of a text that somebody gives (src/inventory reads it), below the
 * site's own name. What cannot be read is told with its line, and the rest is taken.
 */
#ifndef CONTROL_SUBNAME_INTAKE_H
#define CONTROL_SUBNAME_INTAKE_H

#include "base/arena.h"
#include "base/buf.h"
#include "control/core.h"
#include "inventory/reader.h"

/* Names of one import, with what is known of each. */
#define SUBNAME_INTAKE_SIZE_MAX ((size_t)24 << 20)
/* Its problems as JSON. */
#define SUBNAME_PROBLEMS_SIZE_MAX ((size_t)1 << 20)

struct subname_intake {
    struct arena arena;
    struct map known; /* names that came, to their newcomers */
    size_t count;
    unsigned source;     /* bit of those that come now */
    size_t overflow;     /* names beyond SUBNAMES_COUNT_MAX */
    struct buf problems; /* members of a JSON array: {"line":…,"message":…} */
    size_t problems_count;
};

void subname_intake_init(struct subname_intake *intake, enum subname_source source);
void subname_intake_fini(struct subname_intake *intake);
/* Where a reader puts what it finds. */
struct inventory_to subname_intake_to(struct subname_intake *intake);
/*
 * One name that is known from elsewhere, in the form of names. False only when memory ran out; what is beyond the cap
 * is counted.
 */
NODISCARD bool subname_intake_add(struct subname_intake *intake, struct str name, int64_t last_s, struct str cname,
                                  struct err *err);
/* A problem that is no line's. */
void subname_intake_note(struct subname_intake *intake, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Into the store, with an entry of the audit log when somebody (`actor`) asked for it; empty: by itself, without. */
NODISCARD bool subname_intake_store(struct core *core, struct str site, struct subname_intake *intake, struct str actor,
                                    struct subname_taken *ret, struct err *err);

/* The name that names of this site's inventory are below. False with the reason when it can have none. */
NODISCARD bool subname_domain(const struct site *site, struct str *ret, struct err *err);

#endif
