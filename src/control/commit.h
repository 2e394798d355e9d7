/*
 * Changing the state, all or nothing: the changed copy is completed, its snapshot built, what it may make browsers
 * believe is planned, and all of it is saved in one transaction together with the audit entries; only then does it take
 * the old one's place and go to the gateway. Nothing of it is visible before, nothing remains of it when a step fails.
 */
#ifndef CONTROL_COMMIT_H
#define CONTROL_COMMIT_H

#include "control/core.h"

/* What is saved with a change; all may be left out. */
struct commit_notes {
    const struct audit_entry *records;
    size_t records_count;
    const struct store_answer *answer;
    store_also *also; /* what else is written with it */
    void *also_context;
};

/*
 * `changed` is a state_copy of the present state with the change in it; it is used up, whatever happens. `notes` may be
 * NULL. On success core->state.generation is the new generation, on its way to the gateway.
 */
NODISCARD bool commit_state(struct core *core, struct state *changed, const struct commit_notes *notes,
                            struct err *err);
/* The same sites anew: addresses, certificates, ticket keys or what is known of renewals have changed. */
NODISCARD bool commit_again(struct core *core, struct err *err);
/* Makes a plan durable and takes it in. False: it is dropped, and doubted (book_doubt). */
NODISCARD bool commit_plan(struct core *core, const struct book_plan *plan, struct err *err);
/* Takes what another ledger knows into the book (book_plan_merge), durably. *ret_count: entries that were new. */
NODISCARD bool commit_merge(struct core *core, const struct book *other, const struct hsts_clock_saved *other_clock,
                            size_t *ret_count, struct err *err);
/*
 * The present snapshot is the only one that can be served any more (acknowledged and sealed): promises it does not
 * carry are closed. False, and logged, when that fails: they stay open then, which errs on the late side, and it is to
 * be tried again, since nobody is ever free of what stays open.
 */
NODISCARD bool commit_close_promises(struct core *core);
/*
 * Looks at the wall clock, and mends the ledger where the clock asks for it. To be called before anything is planned;
 * commit_state and the others do. Logs what fails: the clock stays late then.
 */
void commit_look_at_clock(struct core *core);
/* The same, writes the clock down, and lets go of entries that bind nobody any more; the store keeps them. Once a
 * minute (HSTS_CLOCK_STORE_S). */
void commit_save_clock(struct core *core);
/* An entry of the audit log without a change of the state: an act that must not be without one. */
NODISCARD bool commit_note(struct core *core, const struct audit_entry *record, struct err *err);
/* The same of a refusal. Logs when it cannot be written. */
void commit_record(struct core *core, const struct audit_entry *record);

#endif
