/* The one place that changes core->state and core->book. */
#include "control/commit.h"

#include <unistd.h>

#include "base/log.h"
#include "control/acme.h"
#include "control/assemble.h"
#include "control/came.h"
#include "control/carried.h"
#include "control/gains.h"
#include "control/listeners.h"
#include "control/mismatch.h"
#include "control/panel_events.h"
#include "control/panel_name.h"
#include "control/promises.h"
#include "control/reports.h"
#include "control/self_check.h"
#include "control/watch.h"
#include "os/clock.h"
#include "os/memfd.h"
#include "snapshot/build.h"

/* Names of upstreams for the resolver: 16,384 views. */
#define NAMES_SIZE_MAX ((size_t)1 << 20)

static bool build(const struct core *core, const struct state *state, const struct carried *carried, int *ret_fd,
                  struct err *err)
{
    const struct assemble_input input = {.state = state,
                                         .certificates = core->certificates,
                                         .resolver = core->resolver,
                                         .tickets = &core->tickets,
                                         .generation = state->generation,
                                         .made_s = core_latest_s(core),
                                         .promise_of = carried_promise,
                                         .context = carried,
                                         .proving = acme_proving_of(core->acme),
                                         .panel_socket = str_from(core->paths.panel_socket),
                                         .key = core->seal_key,
                                         .https_port = core->boot->https_port};
    void *blob;
    size_t size;
    if (!assemble(&input, &blob, &size, err))
        return false;
    bool fine = memfd_sealed_new("strictgate-snapshot", str_make(blob, size), ret_fd, err);
    snapshot_blob_free(blob, size);
    return fine;
}

static void want_names(const struct core *core)
{
    struct arena arena;
    size_t count;
    struct err err = {0};
    arena_init(&arena, NAMES_SIZE_MAX);
    struct str *names = assemble_names(&core->state, &arena, &count);
    if (!names || !resolver_want(core->resolver, names, count, &err))
        log_error("upstream names are not looked up: %s", err.code ? err.text : "out of memory");
    arena_fini(&arena);
}

static void sweep_certificates(const struct core *core)
{
    certificates_unmark_all(core->certificates);
    for (size_t i = 0; i < core->state.sites_count; i++) {
        certificates_mark(core->certificates, core->state.sites[i]->ecdsa);
        certificates_mark(core->certificates, core->state.sites[i]->rsa);
        certificates_mark(core->certificates, core->state.sites[i]->drawer.ecdsa);
        certificates_mark(core->certificates, core->state.sites[i]->drawer.rsa);
    }
    certificates_remove_unmarked(core->certificates);
}

/* A file of ours that is missing or shut is not what the caller of the API asked for. */
static bool blame_system(struct err *err)
{
    if (err && (err->code == ERR_NOT_FOUND || err->code == ERR_DENIED))
        err->code = ERR_SYSTEM;
    return false;
}

/*
 * Durable, then in memory. A plan that is saved and cannot be taken in (no memory) would make us answer too early, and
 * what is written by what we know would be wrong.
 */
static bool save_with_clock(struct core *core, const struct state *changed, const struct book_plan *plan,
                            const struct commit_notes *notes, const struct hsts_clock_saved *clock, struct err *err)
{
    const struct store_change change = {.before = changed ? &core->state : NULL,
                                        .after = changed,
                                        .plan = plan,
                                        .audit = notes ? notes->records : NULL,
                                        .audit_count = notes ? notes->records_count : 0,
                                        .answer = notes ? notes->answer : NULL,
                                        .also = notes ? notes->also : NULL,
                                        .also_context = notes ? notes->also_context : NULL,
                                        .clock = clock};
    if (core->broken)
        return err_set(err, ERR_SYSTEM, "control is about to start anew");
    if (!store_save(core->store, &change, err)) {
        if (plan)
            book_doubt(&core->book, plan); /* it may be on disk all the same */
        return false;
    }
    if (plan && !book_apply(&core->book, plan)) {
        log_error("out of memory: the ledger is read anew by a restart");
        core->broken = core->stopping = true;
        return err_memory(err);
    }
    listeners_keep(core, changed ? changed : &core->state);
    return true;
}

static bool save(struct core *core, const struct state *changed, const struct book_plan *plan,
                 const struct commit_notes *notes, struct err *err)
{
    const struct hsts_clock_reading reading = core->read_clock(core);
    struct hsts_clock_saved clock;
    hsts_clock_save(&core->clock, &reading, &clock);
    return save_with_clock(core, changed, plan, notes, &clock, err);
}

/* The ledger and the snapshot are told the same, since it is worked out once. */
static bool prepare(struct core *core, struct state *changed, struct carried *carried, struct book_plan *plan,
                    int *ret_fd, struct err *err)
{
    changed->generation = core->state.generation + 1;
    return state_assign_slots(changed, err) && carried_make(core, changed, carried, err) &&
           promises_plan_open(core, carried, plan, err) && build(core, changed, carried, ret_fd, err);
}

static void take_over(struct core *core, struct state *changed, struct carried *carried, int take_fd)
{
    struct state before = core->state;
    core->state = *changed;
    state_init(changed);
    panel_events_committed(core, &before, &core->state);
    panel_names_committed(core, &before, &core->state);
    reports_committed(core, &before);
    state_fini(&before);
    carried_fini(&core->carried);
    core->carried = *carried;
    *carried = (struct carried){.sites = NULL};
    sweep_certificates(core);
    watch_forget(core->watch, &core->state);
    gains_keep(core->gains, &core->state, core->counters, core_over_s(core));
    came_keep(core);
    mismatches_keep(core->mismatches, &core->state);
    self_check_keep(core);
    acme_forget(core->acme, &core->state);
    want_names(core);
    publisher_put(&core->publisher, core->state.generation, take_fd);
}

bool commit_state(struct core *core, struct state *changed, const struct commit_notes *notes, struct err *err)
{
    int fd = -1;
    struct book_plan plan;
    struct carried carried = {.sites = NULL};
    commit_look_at_clock(core);
    book_plan_init(&plan, &core->book);
    bool built = prepare(core, changed, &carried, &plan, &fd, err);
    bool saved = built && save(core, changed, &plan, notes, err);
    book_plan_fini(&plan);
    if (saved) {
        take_over(core, changed, &carried, fd);
        return true;
    }
    carried_fini(&carried);
    if (fd >= 0)
        (void)close(fd);
    state_fini(changed);
    /* A save that failed may be on disk all the same: what it refers to stays until one succeeds. */
    if (!built)
        sweep_certificates(core);
    return blame_system(err);
}

bool commit_again(struct core *core, struct err *err)
{
    struct state copy;
    return state_copy(&core->state, &copy, err) && commit_state(core, &copy, NULL, err);
}

bool commit_plan(struct core *core, const struct book_plan *plan, struct err *err)
{
    return save(core, NULL, plan, NULL, err);
}

bool commit_merge(struct core *core, const struct book *other, const struct hsts_clock_saved *other_clock,
                  size_t *ret_count, struct err *err)
{
    struct book_plan plan;
    struct hsts_clock_saved here, merged;
    struct ledger_mend mend;
    const struct hsts_clock_reading reading = core->read_clock(core);
    commit_look_at_clock(core);
    hsts_clock_save(&core->clock, &reading, &here);
    hsts_clock_merge(&here, other_clock, &merged, &mend);
    book_plan_init(&plan, &core->book);
    bool fine = (book_plan_merge(&plan, &core->book, other, &mend) || err_memory(err)) &&
                save_with_clock(core, NULL, &plan, NULL, &merged, err);
    if (fine) {
        *ret_count = plan.count;
        hsts_clock_start(&core->clock, &merged, &reading);
    }
    book_plan_fini(&plan);
    return fine;
}

bool commit_close_promises(struct core *core)
{
    struct book_plan plan;
    struct err err = {0};
    if (!core->carried.sites)
        return true; /* nothing of ours was published: whatever is served, we do not know what it carries */
    commit_look_at_clock(core);
    book_plan_init(&plan, &core->book);
    bool fine = promises_plan_close(core, &plan, &err) && (plan.count == 0 || save(core, NULL, &plan, NULL, &err));
    if (!fine)
        log_error("promises that are not made any more could not be closed in the ledger: %s", err.text);
    book_plan_fini(&plan);
    return fine;
}

/* Mended ends are durable first; only then is the clock put right (hsts/clock.h). */
static bool mend(struct core *core, const struct ledger_mend *mend, struct err *err)
{
    struct book_plan plan;
    book_plan_init(&plan, &core->book);
    bool planned = book_plan_mend(&plan, &core->book, mend) || err_memory(err);
    bool saved = planned && (plan.count == 0 || save(core, NULL, &plan, NULL, err));
    if (saved)
        hsts_clock_mended(&core->clock, mend);
    else if (planned && book_apply(&core->book, &plan)) /* it makes no answer earlier */
        book_doubt(&core->book, &plan);
    book_plan_fini(&plan);
    return saved;
}

void commit_look_at_clock(struct core *core)
{
    const struct hsts_clock_reading reading = core->read_clock(core);
    struct ledger_mend wanted;
    struct err err = {0};
    if (hsts_clock_look(&core->clock, &reading, &wanted) && !mend(core, &wanted, &err))
        log_error("the ledger's clock stays late: %s", err.text);
}

void commit_save_clock(struct core *core)
{
    struct err err = {0};
    commit_look_at_clock(core);
    if (!save(core, NULL, NULL, NULL, &err))
        log_error("the ledger's clock could not be written down: %s", err.text);
    (void)book_forget_past(&core->book, core_over_s(core));
}

bool commit_note(struct core *core, const struct audit_entry *record, struct err *err)
{
    const struct commit_notes notes = {.records = record, .records_count = 1};
    return save(core, NULL, NULL, &notes, err);
}

void commit_record(struct core *core, const struct audit_entry *record)
{
    struct err err = {0};
    if (!commit_note(core, record, &err))
        log_error("%.*s of %.*s is missing in the audit log: %s", STR_ARG(record->act), STR_ARG(record->site),
                  err.text);
}
