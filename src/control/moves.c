/* Ladder, guards, override, commit, record: in this order. */
#include "control/moves.h"

#include "base/log.h"
#include "control/commit.h"
#include "control/facts.h"
#include "control/override.h"
#include "control/promises.h"
#include "control/record.h"
#include "os/clock.h"

bool moves_promise_more(const struct hsts_wish *before, const struct hsts_wish *after)
{
    enum hsts_move moves[HSTS_MOVES_COUNT];
    size_t count = hsts_wish_moves(before, after, moves);
    for (size_t i = 0; i < count; i++)
        if (moves[i] == HSTS_MOVE_START || moves[i] == HSTS_MOVE_CLIMB || moves[i] == HSTS_MOVE_PERMANENT ||
            moves[i] == HSTS_MOVE_SUBDOMAINS_ON || moves[i] == HSTS_MOVE_PRELOAD_ON)
            return true;
    return false;
}

/* The worse of two verdicts of one guard counts. */
static void add_result(struct move_outcome *outcome, const struct guard_result *result)
{
    for (size_t i = 0; i < outcome->count; i++)
        if (strcmp(outcome->results[i].id, result->id) == 0) {
            if (result->verdict > outcome->results[i].verdict)
                outcome->results[i] = *result;
            return;
        }
    if (outcome->count < GUARD_COUNT_MAX)
        outcome->results[outcome->count++] = *result;
}

static bool evaluate(struct core *core, const struct site *site, const struct hsts_wish *after,
                     const enum hsts_move *moves, size_t count, struct move_outcome *ret, struct err *err)
{
    struct guard_result results[GUARD_COUNT_MAX];
    struct guard_facts facts;
    struct arena arena;
    arena_init(&arena, FACTS_SIZE_MAX);
    bool fine = facts_gather(core, site, after, &arena, &facts, err);
    for (size_t i = 0; fine && i < count; i++) {
        size_t found = guard_evaluate(&facts, moves[i], results);
        for (size_t k = 0; k < found; k++)
            add_result(ret, &results[k]);
    }
    arena_fini(&arena);
    return fine;
}

bool moves_evaluate(struct core *core, const struct site *site, enum hsts_move move, struct move_outcome *ret,
                    struct err *err)
{
    struct hsts_wish after;
    ret->count = 0;
    return hsts_wish_move(&site->hsts, promises_bound(core, site), move, core_over_s(core), &after, err) &&
           evaluate(core, site, &after, &move, 1, ret, err);
}

static bool commit_wish(struct core *core, const struct site *site, const struct hsts_wish *wish,
                        const struct commit_notes *notes, struct err *err)
{
    struct state changed;
    struct site *after = site_copy(site);
    if (!after)
        return err_memory(err);
    after->hsts = *wish;
    bool fine = state_copy(&core->state, &changed, err);
    if (fine) {
        state_replace(&changed, after);
        fine = commit_state(core, &changed, notes, err);
    }
    site_unref(after);
    return fine;
}

/* A refusal is worth knowing later: somebody wanted this, and was told why not. */
static void record_refusal(struct core *core, struct record *record, const struct err *why)
{
    record->entry.outcome = STR("refused");
    if (!record->entry.reason.size)
        record->entry.reason = str_from(why->text);
    commit_record(core, &record->entry);
}

static bool settle(struct core *core, const struct site *site, const struct hsts_wish *after,
                   const struct move_asked *asked, const struct move_outcome *outcome, struct record *record,
                   struct err *err)
{
    char used[OVERRIDE_LIST_SIZE];
    struct override override;
    if (!override_read(asked->override, site->name, &override, err))
        return false; /* bad input is no attempt at anything */
    if (!override_settles(&override, outcome->results, outcome->count, site->name, used, err)) {
        record_refusal(core, record, err);
        return false;
    }
    const struct store_answer answer = {
        .key = asked->idempotency_key, .request = asked->request, .status = 200, .at_s = clock_wall_s()};
    const struct commit_notes notes = {
        .records = &record->entry, .records_count = 1, .answer = asked->idempotency_key.size ? &answer : NULL};
    return (record_override(record, used, override.reason) || err_memory(err)) &&
           commit_wish(core, site, after, &notes, err);
}

static bool make(struct core *core, const struct site *site, const struct hsts_wish *after,
                 const struct move_asked *asked, const struct move_outcome *outcome, struct err *err)
{
    struct record record;
    struct err local = {0};
    struct err *why = err ? err : &local;
    record_init(&record, asked->actor, asked->act, site->name, clock_wall_s());
    bool fine =
        (record_wishes(&record, &site->hsts, after) && record_guards(&record, outcome->results, outcome->count)) ||
        err_memory(why);
    fine = fine && settle(core, site, after, asked, outcome, &record, why);
    record_fini(&record);
    return fine;
}

bool moves_make(struct core *core, const struct site *site, enum hsts_move move, const struct move_asked *asked,
                struct move_outcome *ret, struct err *err)
{
    struct hsts_wish after;
    ret->count = 0;
    return hsts_wish_move(&site->hsts, promises_bound(core, site), move, core_over_s(core), &after, err) &&
           evaluate(core, site, &after, &move, 1, ret, err) && make(core, site, &after, asked, ret, err);
}

/* Ladder and dwell are the site's own; a new rung begins now. */
static struct hsts_wish wish_from(struct core *core, const struct site *site, const struct hsts_wish *wanted)
{
    struct hsts_wish after = *wanted;
    after.ladder = site->hsts.ladder;
    after.since_s = site->hsts.since_s;
    if (after.mode == HSTS_OFF)
        after.since_s = 0;
    else if (after.max_age_s != site->hsts.max_age_s || after.mode == HSTS_RELEASE || !after.since_s ||
             (after.include_subdomains && !site->hsts.include_subdomains))
        after.since_s = core_over_s(core);
    return after;
}

bool moves_rehearse(struct core *core, const struct site *site, const struct hsts_wish *wanted, bool *ret_changed,
                    struct hsts_wish *ret_after, struct move_outcome *ret, struct err *err)
{
    enum hsts_move moves[HSTS_MOVES_COUNT];
    ret->count = 0;
    *ret_after = wish_from(core, site, wanted);
    *ret_changed = !hsts_wish_same(&site->hsts, ret_after);
    if (!*ret_changed)
        return true;
    size_t count = hsts_wish_moves(&site->hsts, ret_after, moves);
    return evaluate(core, site, ret_after, moves, count, ret, err);
}

bool moves_declare(struct core *core, const struct site *site, const struct hsts_wish *wanted,
                   const struct move_asked *asked, bool *ret_changed, struct move_outcome *ret, struct err *err)
{
    struct hsts_wish after;
    return moves_rehearse(core, site, wanted, ret_changed, &after, ret, err) &&
           (!*ret_changed || make(core, site, &after, asked, ret, err));
}
