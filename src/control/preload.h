/*
 * The browsers' preload list as this installation has it: compiled, in DATA/preload.list, mapped while control runs.
 * It is got when somebody asks for it, or by itself where the settings say how old it may become; and it is replaced
 * as a whole, by nothing that is much smaller, unless that is forced. That there is none, or the file is damaged, is
 * told and stops nothing. Nothing is ever submitted anywhere.
 */
#ifndef CONTROL_PRELOAD_H
#define CONTROL_PRELOAD_H

#include "control/preload_job.h"
#include "hsts/preload_judge.h"

/* What is tried by itself and failed is not tried again before that. */
#define PRELOAD_RETRY_S 21600

struct core;
struct preload;

enum preload_outcome { PRELOAD_NEVER, PRELOAD_DONE, PRELOAD_CONFIRMED, PRELOAD_REFUSED };

/* How the last attempt since the start of control ended. */
struct preload_last {
    enum preload_outcome outcome;
    int64_t at_s;
    struct err err; /* with PRELOAD_REFUSED */
};

/* Loads what is in the data directory; false when memory ran out. */
NODISCARD bool preload_new(struct core *core, struct preload **ret, struct err *err);
/* After the errands are gone. NULL is allowed. */
void preload_free(struct preload *preload);

/* The list, valid until the loop turns; NULL: there is none. `preload` may be NULL. */
const struct preload_list *preload_present(const struct preload *preload);
/* Why the file in the data directory was not loaded; empty: there was none, or it was. */
const char *preload_trouble(const struct preload *preload);
/* What is under way, or NULL. */
const struct preload_job *preload_running(const struct preload *preload);
const struct preload_last *preload_last(const struct preload *preload);
/* When it is got by itself next (wall clock); 0: never. */
int64_t preload_next_s(const struct core *core);

/* Begins to get a list. ERR_CONFLICT when that is under way already. */
NODISCARD bool preload_update(struct core *core, const struct preload_wish *wish, struct err *err);
/* Begins to, where it is due. */
void preload_turn(struct core *core);

/*
 * What the list says of a site's name: a wildcard stands for the names that it covers, an address for nothing. Nothing
 * is bound where there is no list.
 */
struct preload_binding preload_find(const struct preload *preload, struct str name);

#endif
