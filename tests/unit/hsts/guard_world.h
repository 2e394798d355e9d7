/* Facts of a site about which every guard is content, to be spoiled one by one. */
#ifndef TESTS_UNIT_HSTS_GUARD_WORLD_H
#define TESTS_UNIT_HSTS_GUARD_WORLD_H

#include "check.h"

#include <stdio.h>
#include <string.h>

#include "hsts/guard.h"

#define WORLD_NOW_S 1800000000 /* 2027-01-15 08:00 UTC */
#define DAY_S       86400

struct world {
    struct guard_facts facts;
    struct guard_name names[4];
    struct guard_below below[2];
    struct hsts_observation observation;
    struct self_check self_check;
};

static inline void world_see(struct world *w, enum observed_what what, enum observed verdict, const char *detail)
{
    struct observed_fact *fact = &w->observation.facts[what];
    *fact = (struct observed_fact){.verdict = verdict, .at_s = WORLD_NOW_S - 60};
    (void)snprintf(fact->detail, sizeof fact->detail, "%s", detail);
}

static inline void world_names(struct world *w, const char *first, const char *second)
{
    w->names[0].name = str_from(first);
    w->names[1].name = str_from(second);
    w->facts.names_count = second ? 2 : 1;
}

/* On the rung of a day, on the way to that of a week. */
static inline void world_init(struct world *w)
{
    memset(w, 0, sizeof *w);
    for (int i = 0; i < OBSERVED_COUNT; i++)
        world_see(w, (enum observed_what)i, OBSERVED_GOOD, "seen from this machine");
    w->observation.trust = OBSERVED_TRUST_SYSTEM;
    for (size_t i = 0; i < sizeof w->names / sizeof *w->names; i++)
        w->names[i].covered = true;
    w->below[0] = (struct guard_below){.name = STR("wiki.www.example.org"), .good = true};
    w->below[1] = (struct guard_below){.name = STR("git.www.example.org"), .good = true};
    hsts_wish_init(&w->facts.before);
    w->facts.before.mode = HSTS_HOLD;
    w->facts.before.max_age_s = DAY_S;
    w->facts.before.since_s = WORLD_NOW_S - 2 * DAY_S;
    w->facts.after = w->facts.before;
    w->facts.after.max_age_s = 7 * DAY_S;
    w->facts.after.since_s = WORLD_NOW_S;
    w->facts.wall_s = w->facts.now_s = WORLD_NOW_S;
    w->facts.clock = HSTS_CLOCK_GOOD;
    w->facts.names = w->names;
    world_names(w, "www.example.org", "example.org");
    w->facts.has_certificate = true;
    w->facts.not_before_s = WORLD_NOW_S - 30 * DAY_S;
    w->facts.not_after_s = WORLD_NOW_S + 60 * DAY_S;
    w->facts.key_acceptable = true;
    w->facts.renewals_seen = GUARD_RENEWALS_COUNT;
    w->facts.observation = &w->observation;
    w->self_check = (struct self_check){.at_s = WORLD_NOW_S - 60, .sight = SELF_CHECK_SEEN};
    w->facts.self_check = &w->self_check;
    w->facts.self_check_is_present = true;
    w->facts.http_port = 80;
    w->facts.https_port = 443;
    w->facts.redirects = w->facts.redirect_permanent = true;
    w->facts.https_requests = 5000;
    w->facts.http_requests = 20;
    w->facts.stranded.is_noted = true;
    w->facts.stranded.since_s = WORLD_NOW_S - 2 * DAY_S;
    stranded_add(&w->facts.stranded.browsers, 800, 0, 0);
    w->facts.coverage = (struct guard_coverage){.is_noted = true, .clients = 300};
    w->facts.below = w->below;
    w->facts.below_count = 2;
    w->facts.subnames =
        (struct guard_subnames){.total = 5, .accepted = 1, .looked_s = WORLD_NOW_S - DAY_S, .age_s_max = 8 * DAY_S};
}

/* The guard's result in `results`, or NULL. */
static inline const struct guard_result *world_find(const struct guard_result *results, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(results[i].id, id) == 0)
            return &results[i];
    return NULL;
}

/* The guard answers the move so, and its words hold this. Returns its result. */
static inline struct guard_result world_expect(const struct world *w, enum hsts_move move, const char *id,
                                               enum guard_verdict verdict, const char *words)
{
    struct guard_result results[GUARD_COUNT_MAX];
    size_t count = guard_evaluate(&w->facts, move, results);
    const struct guard_result *found = world_find(results, count, id);
    if (!found)
        fail_msg("%s does not belong to the move %s", id, hsts_move_name(move));
    if (found->verdict != verdict)
        fail_msg("%s at %s: %s: %s", id, hsts_move_name(move), guard_verdict_name(found->verdict), found->why);
    if (!strstr(found->why, words) && !strstr(found->fix, words))
        fail_msg("%s at %s does not say \"%s\": %s %s", id, hsts_move_name(move), words, found->why, found->fix);
    return *found;
}

/* The same of the five moves that promise more, in the order start, climb, permanent, include-subdomains, preload. */
static inline void world_expect_all(const struct world *w, const char *id, const char *verdicts, const char *words)
{
    static const enum hsts_move moves[] = {HSTS_MOVE_START, HSTS_MOVE_CLIMB, HSTS_MOVE_PERMANENT,
                                           HSTS_MOVE_SUBDOMAINS_ON, HSTS_MOVE_PRELOAD_ON};
    struct world trial = *w;
    trial.facts.names = trial.names;
    trial.facts.below = trial.below;
    trial.facts.observation = w->facts.observation ? &trial.observation : NULL;
    trial.facts.after.max_age_s = LADDER_TRIAL_S;
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        enum guard_verdict verdict = verdicts[i] == 'B' ? GUARD_BLOCK : verdicts[i] == 'W' ? GUARD_WARN : GUARD_PASS;
        (void)world_expect(moves[i] == HSTS_MOVE_START ? &trial : w, moves[i], id, verdict, words);
    }
}

#endif
