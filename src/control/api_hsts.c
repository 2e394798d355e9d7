/* /v1/sites/NAME/hsts, /hsts/moves and /guards: the ladder, its moves, and what stands in their way. */
#include "control/api_hsts.h"

#include "control/api_routes.h"
#include "control/api_site_json.h"
#include "control/moves.h"
#include "control/observe.h"
#include "control/promises.h"
#include "control/record.h"
#include "control/self_check.h"
#include "control/subnames.h"
#include "control/watch.h"
#include "os/clock.h"
#include "store/members.h"

static void write_until(struct jsonout *out, const char *key, int64_t until_s)
{
    if (until_s)
        jsonout_time(out, key, until_s);
    else
        jsonout_null(out, key);
}

/* Until when whom; the moments are null where nobody is bound. */
static void write_bound(struct core *core, const struct site *site, struct jsonout *out)
{
    struct book_binding any = promises_binding(core, site, LEDGER_ANY);
    struct book_binding chromium = promises_binding(core, site, LEDGER_CHROMIUM);
    struct book_binding below = promises_binding_below(core, site, LEDGER_ANY);
    write_until(out, "bound_until", any.until_s);
    if (any.until_s)
        jsonout_str(out, "bound_by", any.name);
    write_until(out, "bound_until_chromium", chromium.until_s);
    write_until(out, "subdomains_bound_until", below.until_s);
    jsonout_bool(out, "preload_sent", promises_preload_sent(core, site));
}

static void write_next(const struct site *site, struct jsonout *out)
{
    uint32_t next_s = ladder_next(&site->hsts.ladder, site->hsts.max_age_s);
    jsonout_array(out, "ladder");
    for (size_t i = 0; i < site->hsts.ladder.count; i++)
        jsonout_u64(out, NULL, site->hsts.ladder.rungs[i]);
    jsonout_array_end(out);
    if (next_s && site->hsts.mode != HSTS_RELEASE)
        jsonout_u64(out, "next_max_age", next_s);
    else
        jsonout_null(out, "next_max_age");
    if (site->hsts.max_age_s)
        jsonout_time(out, "dwell_until", site->hsts.since_s + site->hsts.max_age_s);
    else
        jsonout_null(out, "dwell_until");
}

static void write_moves(struct core *core, const struct site *site, struct jsonout *out)
{
    enum hsts_phase phase = promises_phase(core, site);
    jsonout_array(out, "moves");
    for (unsigned move = 0; move < HSTS_MOVES_COUNT; move++) {
        struct hsts_wish after;
        if (hsts_may(phase, (enum hsts_move)move) &&
            hsts_wish_move(&site->hsts, promises_bound(core, site), (enum hsts_move)move, core_over_s(core), &after,
                           NULL))
            jsonout_str(out, NULL, str_from(hsts_move_name((enum hsts_move)move)));
    }
    jsonout_array_end(out);
}

void api_hsts_write(struct core *core, const struct site *site, const char *key, struct jsonout *out)
{
    char room[HSTS_FIELD_SIZE_MAX];
    struct str field = STR("");
    struct watch_hold hold;
    int64_t cap_s = promises_cap_s(core, site);
    jsonout_object(out, key);
    record_write_wish(&site->hsts, "wish", out);
    jsonout_str(out, "phase", str_from(hsts_phase_name(promises_phase(core, site))));
    if (promises_field(core, site, room, &field) && field.size)
        jsonout_str(out, "field", field);
    else
        jsonout_null(out, "field");
    write_until(out, "certificate_bounds_until", site_has_certificate(site) ? cap_s : 0);
    jsonout_u64(out, "renewals_seen", watch_renewals_seen(core->watch, site));
    write_bound(core, site, out);
    write_next(site, out);
    write_moves(core, site, out);
    if (watch_hold(core->watch, site->name, &hold) == WATCH_CLIMB_HELD)
        jsonout_str(out, "held_back", hold.why);
    else
        jsonout_null(out, "held_back");
    jsonout_object_end(out);
}

void api_hsts_get(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    const struct site *site = state_find(&core->state, request->name);
    if (!site) {
        api_no_site(request->name, reply);
        return;
    }
    api_site_etag(site, reply->etag);
    api_hsts_write(core, site, NULL, &out);
}

/* The answer to a move that was made: the site's HSTS as it is now, what the guards said, the outcome follows. */
static void reply_made(struct core *core, struct str name, const struct move_outcome *outcome, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    const struct site *site = state_find(&core->state, name);
    jsonout_object(&out, NULL);
    jsonout_str(&out, "name", name);
    if (site)
        api_hsts_write(core, site, "hsts", &out);
    record_write_guards(outcome->results, outcome->count, "guards", &out);
    reply->generation = core->state.generation;
}

static void refuse(const struct err *err, const struct move_outcome *outcome, struct api_reply *reply)
{
    api_fail_guarded(reply, err, outcome->results, outcome->count);
}

static void ask_for_look(const struct site *site, bool checks, struct api_reply *reply)
{
    memcpy(reply->look, site->name.data, site->name.size);
    reply->look[site->name.size] = '\0';
    reply->checks = checks;
}

/* Whether `preload` is sent after it and was not before: for that the site is looked at as the list's checker does. */
static bool needs_check(const struct core *core, const struct site *site, const struct hsts_wish *after,
                        const struct api_request *request)
{
    return after->preload && !site->hsts.preload && !request->context.checked && !self_check_is_fresh(core, site);
}

/* Guards judge what was seen: a move that promises more waits for a fresh look, once; the self-check goes on beside it.
 */
static bool needs_look(struct core *core, const struct site *site, const struct hsts_wish *after,
                       const struct api_request *request, struct api_reply *reply)
{
    bool looks = moves_promise_more(&site->hsts, after) && !request->context.looked &&
                 !observe_is_fresh(core, site, OBSERVE_FRESH_S);
    bool checks = needs_check(core, site, after, request);
    if (looks && after->include_subdomains)
        subnames_freshen(core, site->name); /* there may be thousands: nobody waits for all of them */
    if (looks && checks)
        self_check_want(core, site->name);
    if (looks || checks)
        ask_for_look(site, !looks, reply);
    return looks || checks;
}

static bool read_move(const json_t *json, enum hsts_move *ret, const json_t **ret_override, struct err *err)
{
    static const char *const members[] = {"move", "override", NULL};
    struct str move = {NULL, 0};
    if (!members_only(json, "", members, err) || !members_str(json, "", "move", 64, &move, err))
        return false;
    *ret_override = json_object_get(json, "override");
    if (hsts_move_find(move, ret))
        return true;
    (void)err_field(err, "move", move.size ? "there is no such move" : "it is missing");
    return err_fix(err, "one of start, climb, permanent, hold, release, include-subdomains-on, include-subdomains-off, "
                        "preload-on, preload-off");
}

static struct str act_of(enum hsts_move move, char room[static 48])
{
    struct str name = str_from(hsts_move_name(move));
    memcpy(room, "hsts.", 5);
    memcpy(room + 5, name.data, name.size);
    return str_make(room, 5 + name.size);
}

/* True when there is nothing left to do: the reply is filled. */
static bool make_move(struct core *core, const struct site *site, const struct api_request *request, struct str key,
                      struct str identity, struct move_outcome *outcome, struct api_reply *reply, struct err *err)
{
    enum hsts_move move;
    struct hsts_wish after;
    char act[48];
    struct move_asked asked = {.actor = request->context.actor};
    if (!read_move(request->json, &move, &asked.override, err) ||
        !hsts_wish_move(&site->hsts, promises_bound(core, site), move, core_over_s(core), &after, err))
        return false;
    if (needs_look(core, site, &after, request, reply))
        return true;
    asked.act = act_of(move, act);
    asked.idempotency_key = key;
    asked.request = identity;
    if (!moves_make(core, site, move, &asked, outcome, err))
        return false;
    reply_made(core, request->name, outcome, reply);
    return true;
}

/*
 * A key is its actor's own: of two who chose the same one (by chance, or since one has seen the other's), both get what
 * they asked for, and both are in the audit log. Empty without one.
 */
static bool own_key(const struct api_request *request, struct arena *arena, struct str *ret)
{
    *ret = request->idempotency_key;
    if (ret->size)
        *ret = arena_printf(arena, "%.*s\n%.*s", STR_ARG(request->context.actor), STR_ARG(request->idempotency_key));
    return !request->idempotency_key.size || ret->data;
}

/* What the key stands for: the same move of another site is another request. */
static bool identify(const struct api_request *request, struct arena *arena, struct str *ret)
{
    char *text = arena_alloc(arena, request->name.size + 1 + request->content.size);
    if (!text)
        return false;
    memcpy(text, request->name.data, request->name.size);
    text[request->name.size] = ' ';
    if (request->content.size)
        memcpy(text + request->name.size + 1, request->content.data, request->content.size);
    *ret = str_make(text, request->name.size + 1 + request->content.size);
    return true;
}

/* A repeated request with the same key gets the same answer, and nothing happens again. */
static bool is_repeated(struct core *core, const struct api_request *request, struct str key, struct str identity,
                        struct api_reply *reply)
{
    struct arena arena;
    struct err err = {0};
    struct str before = {NULL, 0}, ignored = {NULL, 0};
    uint16_t status = 0;
    bool known = false;
    if (key.size == 0)
        return false;
    arena_init(&arena, 2 * API_BODY_SIZE_MAX);
    if (store_idempotency_get(core->store, key, clock_wall_s(), &arena, &before, &status, &ignored, &err)) {
        known = true;
        if (str_eq(before, identity)) {
            const struct move_outcome none = {.count = 0};
            reply_made(core, request->name, &none, reply);
        } else {
            (void)err_field(&err, "Idempotency-Key", "the key was used for another request");
            (void)err_set(&err, ERR_CONFLICT, "the Idempotency-Key was used for another request before");
            (void)err_fix(&err, "use a new key for each move");
            api_fail(reply, &err);
        }
    } else if (err.code != ERR_NOT_FOUND) {
        known = true;
        api_fail(reply, &err);
    }
    arena_fini(&arena);
    return known;
}

void api_hsts_move(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct move_outcome outcome = {.count = 0};
    struct arena arena;
    struct str key, identity;
    struct site *site = state_find(&core->state, request->name);
    if (!site) {
        api_no_site(request->name, reply);
        return;
    }
    arena_init(&arena, 2 * API_BODY_SIZE_MAX);
    site = site_ref(site);
    if (!own_key(request, &arena, &key) || !identify(request, &arena, &identity)) {
        (void)err_memory(&err);
        api_fail(reply, &err);
    } else if (!is_repeated(core, request, key, identity, reply) &&
               !make_move(core, site, request, key, identity, &outcome, reply, &err)) {
        refuse(&err, &outcome, reply);
    }
    site_unref(site);
    arena_fini(&arena);
}

static bool read_wish(const struct site *site, const json_t *json, bool bound, struct hsts_wish *ret,
                      const json_t **ret_override, struct err *err)
{
    static const char *const members[] = {"mode",    "max_age",  "target", "include_subdomains",
                                          "preload", "override", NULL};
    static const char *const modes[] = {"off", "hold", "auto", "release", NULL};
    uint32_t mode = HSTS_HOLD;
    struct hsts_wish wish;
    hsts_wish_init(&wish);
    wish.ladder = site->hsts.ladder;
    if (!members_only(json, "", members, err) || !members_choice(json, "", "mode", modes, &mode, err) ||
        !members_u32(json, "", "max_age", 0, HSTS_MAX_AGE_S_MAX, &wish.max_age_s, err) ||
        !members_u32(json, "", "target", 0, HSTS_MAX_AGE_S_MAX, &wish.target_s, err) ||
        !members_bool(json, "", "include_subdomains", &wish.include_subdomains, err) ||
        !members_bool(json, "", "preload", &wish.preload, err))
        return false;
    wish.mode = (enum hsts_mode)mode;
    if (wish.mode == HSTS_AUTO && !wish.target_s)
        wish.target_s = ladder_permanent(&wish.ladder);
    if (wish.mode == HSTS_OFF && bound)
        wish.mode = HSTS_RELEASE; /* leaving the field out takes nothing back */
    if (wish.mode == HSTS_RELEASE && !bound)
        wish.mode = HSTS_OFF;
    *ret_override = json_object_get(json, "override");
    return hsts_wish_check(&wish, &site->hsts, err) && ((*ret = wish), true);
}

/* What would happen, and what the guards say of it. */
static bool rehearse(struct core *core, const struct site *site, const struct hsts_wish *wanted,
                     struct move_outcome *outcome, struct api_reply *reply, struct err *err)
{
    struct jsonout out = {.out = &reply->body};
    struct hsts_wish after;
    bool changed;
    if (!moves_rehearse(core, site, wanted, &changed, &after, outcome, err))
        return false;
    jsonout_object(&out, NULL);
    jsonout_str(&out, "name", site->name);
    jsonout_bool(&out, "dry_run", true);
    jsonout_bool(&out, "changed", changed);
    record_write_wish(&after, "wish", &out);
    record_write_guards(outcome->results, outcome->count, "guards", &out);
    jsonout_object_end(&out);
    return true;
}

static bool declare(struct core *core, const struct site *site, const struct api_request *request,
                    struct move_outcome *outcome, struct api_reply *reply, struct err *err)
{
    struct hsts_wish wanted;
    bool changed;
    struct move_asked asked = {.actor = request->context.actor, .act = STR("hsts.set")};
    if (request->query.size && !str_eq(request->query, STR("dry_run=true")))
        return err_field(err, "query", "only dry_run=true can be said here");
    if (!read_wish(site, request->json, promises_bound(core, site), &wanted, &asked.override, err))
        return false;
    if (needs_look(core, site, &wanted, request, reply))
        return true;
    if (str_eq(request->query, STR("dry_run=true")))
        return rehearse(core, site, &wanted, outcome, reply, err);
    if (!moves_declare(core, site, &wanted, &asked, &changed, outcome, err))
        return false;
    reply_made(core, request->name, outcome, reply);
    return true;
}

void api_hsts_put(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct move_outcome outcome = {.count = 0};
    struct site *site = state_find(&core->state, request->name);
    if (!site) {
        api_no_site(request->name, reply);
        return;
    }
    site = site_ref(site);
    if (!declare(core, site, request, &outcome, reply, &err))
        refuse(&err, &outcome, reply);
    site_unref(site);
}

static void write_move_guards(struct core *core, const struct site *site, enum hsts_move move, struct jsonout *out)
{
    struct move_outcome outcome;
    struct err err = {0};
    jsonout_object(out, hsts_move_name(move));
    if (moves_evaluate(core, site, move, &outcome, &err)) {
        jsonout_str(out, "verdict", str_from(guard_verdict_name(guard_worst(outcome.results, outcome.count))));
        record_write_guards(outcome.results, outcome.count, "guards", out);
    } else {
        jsonout_str(out, "verdict", STR("impossible"));
        jsonout_str(out, "why", str_from(err.text));
        if (err.fix[0])
            jsonout_str(out, "fix", str_from(err.fix));
    }
    jsonout_object_end(out);
}

void api_guards_get(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct hsts_wish after;
    struct jsonout out = {.out = &reply->body};
    const struct site *site = state_find(&core->state, request->name);
    if (!site) {
        api_no_site(request->name, reply);
        return;
    }
    if (!request->context.looked && !observe_is_fresh(core, site, OBSERVE_FRESH_S)) {
        ask_for_look(site, false, reply);
        return;
    }
    if (hsts_wish_move(&site->hsts, promises_bound(core, site), HSTS_MOVE_PRELOAD_ON, core_over_s(core), &after,
                       NULL) &&
        needs_check(core, site, &after, request)) {
        ask_for_look(site, true, reply);
        return;
    }
    jsonout_object(&out, NULL);
    jsonout_str(&out, "name", site->name);
    jsonout_object(&out, "moves");
    for (unsigned move = 0; move < HSTS_MOVES_COUNT; move++)
        write_move_guards(core, site, (enum hsts_move)move, &out);
    jsonout_object_end(&out);
    jsonout_object_end(&out);
}
