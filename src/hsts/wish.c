/*
 * What the operator wants, how moves change it, and what the gateway shall send for it. The table of moves is the
 * drawing in the header; what a move does to the wish has a function each.
 */
#include "hsts/wish.h"

#include <inttypes.h>

#define MINUTE_S 60
#define HOUR_S   3600

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define MAY(move) (1u << HSTS_MOVE_##move)
#define MAY_WHILE_SENDING                                                                                              \
    (MAY(CLIMB) | MAY(HOLD) | MAY(RELEASE) | MAY(SUBDOMAINS_ON) | MAY(SUBDOMAINS_OFF) | MAY(PRELOAD_OFF))

/* What the phase does not name is refused in it. Preload needs a year, so it begins in PERMANENT. */
static const uint32_t allowed[HSTS_PHASES_COUNT] = {
    [HSTS_PHASE_OFF] = MAY(START),
    [HSTS_PHASE_TRIAL] = MAY_WHILE_SENDING | MAY(PERMANENT),
    [HSTS_PHASE_CLIMBING] = MAY_WHILE_SENDING | MAY(PERMANENT),
    [HSTS_PHASE_PERMANENT] = MAY_WHILE_SENDING | MAY(PRELOAD_ON),
    [HSTS_PHASE_RELEASING] = MAY(START),
    [HSTS_PHASE_LEFT] = MAY(START) | MAY(RELEASE),
};

static const char *const move_names[HSTS_MOVES_COUNT] = {
    [HSTS_MOVE_START] = "start",
    [HSTS_MOVE_CLIMB] = "climb",
    [HSTS_MOVE_PERMANENT] = "permanent",
    [HSTS_MOVE_HOLD] = "hold",
    [HSTS_MOVE_RELEASE] = "release",
    [HSTS_MOVE_SUBDOMAINS_ON] = "include-subdomains-on",
    [HSTS_MOVE_SUBDOMAINS_OFF] = "include-subdomains-off",
    [HSTS_MOVE_PRELOAD_ON] = "preload-on",
    [HSTS_MOVE_PRELOAD_OFF] = "preload-off",
};

static const char *const mode_names[HSTS_MODES_COUNT] = {
    [HSTS_OFF] = "off", [HSTS_HOLD] = "hold", [HSTS_AUTO] = "auto", [HSTS_RELEASE] = "release"};

static const char *const phase_names[HSTS_PHASES_COUNT] = {
    [HSTS_PHASE_OFF] = "off",
    [HSTS_PHASE_TRIAL] = "trial",
    [HSTS_PHASE_CLIMBING] = "climbing",
    [HSTS_PHASE_PERMANENT] = "permanent",
    [HSTS_PHASE_RELEASING] = "releasing",
    [HSTS_PHASE_LEFT] = "left",
};

const char *hsts_move_name(enum hsts_move move)
{
    return move_names[move];
}

const char *hsts_mode_name(enum hsts_mode mode)
{
    return mode_names[mode];
}

const char *hsts_phase_name(enum hsts_phase phase)
{
    return phase_names[phase];
}

bool hsts_move_find(struct str name, enum hsts_move *ret)
{
    for (unsigned i = 0; i < HSTS_MOVES_COUNT; i++)
        if (str_eq(name, str_from(move_names[i]))) {
            *ret = (enum hsts_move)i;
            return true;
        }
    return false;
}

void hsts_wish_init(struct hsts_wish *wish)
{
    *wish = (struct hsts_wish){.mode = HSTS_OFF};
    ladder_init(&wish->ladder);
}

static bool is_sending(const struct hsts_wish *wish)
{
    return wish->mode == HSTS_HOLD || wish->mode == HSTS_AUTO;
}

static bool has_rung(const struct ladder *ladder, uint32_t max_age_s)
{
    for (size_t i = 0; i < ladder->count; i++)
        if (ladder->rungs[i] == max_age_s)
            return true;
    return false;
}

static bool check_silent(const struct hsts_wish *wish, struct err *err)
{
    static const char format[] = "it does not go with mode %s, in which no promise is made";
    const char *mode = mode_names[wish->mode];
    if (wish->max_age_s)
        return err_field(err, "max_age", format, mode);
    if (wish->include_subdomains)
        return err_field(err, "include_subdomains", format, mode);
    return !wish->preload || err_field(err, "preload", format, mode);
}

static bool check_target(const struct hsts_wish *wish, struct err *err)
{
    if (wish->mode != HSTS_AUTO)
        return wish->target_s == 0 || err_field(err, "target", "it goes with mode auto only");
    if (!has_rung(&wish->ladder, wish->target_s))
        return err_field(err, "target", "%" PRIu32 " is no rung of the site's ladder", wish->target_s);
    return wish->target_s >= wish->max_age_s || err_field(err, "target", "it is below max_age");
}

bool hsts_wish_check(const struct hsts_wish *wish, const struct hsts_wish *present, struct err *err)
{
    if (!is_sending(wish))
        return check_silent(wish, err) && check_target(wish, err);
    bool stays = present && wish->max_age_s && wish->max_age_s == present->max_age_s;
    if (!stays && !has_rung(&wish->ladder, wish->max_age_s)) {
        (void)err_field(err, "max_age", "%" PRIu32 " is no rung of the site's ladder", wish->max_age_s);
        return err_fix(err, "give one of its rungs, or change the site's ladder");
    }
    if (wish->preload && (!wish->include_subdomains || wish->max_age_s < LADDER_YEAR_S))
        return err_field(err, "preload", "it needs include_subdomains and a max_age of a year");
    return check_target(wish, err);
}

bool hsts_wish_same(const struct hsts_wish *a, const struct hsts_wish *b)
{
    return a->mode == b->mode && a->max_age_s == b->max_age_s && a->target_s == b->target_s &&
           a->include_subdomains == b->include_subdomains && a->preload == b->preload;
}

enum hsts_phase hsts_phase(const struct hsts_wish *wish, bool bound)
{
    if (wish->mode == HSTS_OFF)
        return bound ? HSTS_PHASE_LEFT : HSTS_PHASE_OFF;
    if (wish->mode == HSTS_RELEASE)
        return bound ? HSTS_PHASE_RELEASING : HSTS_PHASE_OFF;
    if (wish->max_age_s <= wish->ladder.rungs[0])
        return HSTS_PHASE_TRIAL;
    return wish->max_age_s < ladder_permanent(&wish->ladder) ? HSTS_PHASE_CLIMBING : HSTS_PHASE_PERMANENT;
}

bool hsts_may(enum hsts_phase phase, enum hsts_move move)
{
    return (allowed[phase] >> move) & 1u;
}

static bool refuse(struct err *err, const char *why, const char *fix)
{
    err_set(err, ERR_CONFLICT, "%s", why);
    return fix ? err_fix(err, "%s", fix) : false;
}

static bool refuse_to_release(enum hsts_phase phase, struct err *err)
{
    if (phase == HSTS_PHASE_RELEASING)
        return refuse(err, "the site is being released already", "wait until everybody is free, or start again");
    return refuse(err, "nobody is bound, so there is nothing to release", NULL);
}

/* The drawing does not have this edge. */
static bool refuse_edge(enum hsts_phase phase, enum hsts_move move, struct err *err)
{
    if (move == HSTS_MOVE_START)
        return refuse(err, "Strict Transport Security has been started already", "climb, hold or release");
    if (move == HSTS_MOVE_RELEASE)
        return refuse_to_release(phase, err);
    if (phase == HSTS_PHASE_OFF || phase == HSTS_PHASE_RELEASING || phase == HSTS_PHASE_LEFT)
        return refuse(err, "no promise is being sent", "start first");
    if (move == HSTS_MOVE_PERMANENT)
        return refuse(err, "the site is permanent already", NULL);
    return refuse(err, "the preload list takes no site whose max-age is below a year", "make it permanent first");
}

static void set_rung(struct hsts_wish *wish, uint32_t max_age_s, int64_t now_s)
{
    wish->max_age_s = max_age_s;
    wish->since_s = now_s;
}

static bool do_start(struct hsts_wish *wish, int64_t now_s, struct err *err)
{
    (void)err;
    if (wish->mode == HSTS_RELEASE)
        wish->include_subdomains = false;
    wish->mode = HSTS_HOLD;
    wish->target_s = 0;
    wish->preload = false; /* which needs a year */
    set_rung(wish, wish->ladder.rungs[0], now_s);
    return true;
}

static bool do_climb(struct hsts_wish *wish, int64_t now_s, struct err *err)
{
    uint32_t next_s = ladder_next(&wish->ladder, wish->max_age_s);
    if (next_s == 0)
        return refuse(err, "this is the highest rung of the site's ladder", "add a rung to its ladder to go higher");
    if (wish->mode == HSTS_AUTO && wish->target_s < next_s)
        wish->target_s = next_s;
    set_rung(wish, next_s, now_s);
    return true;
}

static bool do_permanent(struct hsts_wish *wish, int64_t now_s, struct err *err)
{
    (void)now_s;
    uint32_t target_s = ladder_permanent(&wish->ladder);
    if (wish->max_age_s >= target_s)
        return refuse(err, "this is the highest rung of the site's ladder", "add a rung to its ladder to go higher");
    if (wish->mode == HSTS_AUTO && wish->target_s == target_s)
        return refuse(err, "the site climbs to permanent by itself already", NULL);
    wish->mode = HSTS_AUTO;
    wish->target_s = target_s;
    return true;
}

static bool do_hold(struct hsts_wish *wish, int64_t now_s, struct err *err)
{
    (void)now_s;
    if (wish->mode == HSTS_HOLD)
        return refuse(err, "the site holds at this rung already", NULL);
    wish->mode = HSTS_HOLD;
    wish->target_s = 0;
    return true;
}

static bool do_release(struct hsts_wish *wish, int64_t now_s, struct err *err)
{
    (void)err;
    *wish = (struct hsts_wish){.mode = HSTS_RELEASE, .since_s = now_s, .ladder = wish->ladder};
    return true;
}

static bool do_subdomains_on(struct hsts_wish *wish, int64_t now_s, struct err *err)
{
    if (wish->include_subdomains)
        return refuse(err, "subdomains are included already", NULL);
    wish->include_subdomains = true;
    wish->preload = false;
    wish->mode = HSTS_HOLD;
    wish->target_s = 0;
    set_rung(wish, wish->ladder.rungs[0], now_s);
    return true;
}

static bool do_subdomains_off(struct hsts_wish *wish, int64_t now_s, struct err *err)
{
    (void)now_s;
    if (!wish->include_subdomains)
        return refuse(err, "subdomains are not included", NULL);
    wish->include_subdomains = false;
    wish->preload = false;
    return true;
}

static bool do_preload_on(struct hsts_wish *wish, int64_t now_s, struct err *err)
{
    (void)now_s;
    if (wish->preload)
        return refuse(err, "preload is sent already", NULL);
    if (!wish->include_subdomains)
        return refuse(err, "the preload list takes no site without includeSubDomains", "include the subdomains first");
    if (wish->max_age_s < LADDER_YEAR_S)
        return refuse(err, "the preload list takes no site whose max-age is below a year", "climb to a year first");
    wish->preload = true;
    return true;
}

static bool do_preload_off(struct hsts_wish *wish, int64_t now_s, struct err *err)
{
    (void)now_s;
    if (!wish->preload)
        return refuse(err, "preload is not sent", NULL);
    wish->preload = false;
    return true;
}

static bool (*const doers[HSTS_MOVES_COUNT])(struct hsts_wish *, int64_t, struct err *) = {
    [HSTS_MOVE_START] = do_start,
    [HSTS_MOVE_CLIMB] = do_climb,
    [HSTS_MOVE_PERMANENT] = do_permanent,
    [HSTS_MOVE_HOLD] = do_hold,
    [HSTS_MOVE_RELEASE] = do_release,
    [HSTS_MOVE_SUBDOMAINS_ON] = do_subdomains_on,
    [HSTS_MOVE_SUBDOMAINS_OFF] = do_subdomains_off,
    [HSTS_MOVE_PRELOAD_ON] = do_preload_on,
    [HSTS_MOVE_PRELOAD_OFF] = do_preload_off,
};

bool hsts_wish_move(const struct hsts_wish *wish, bool bound, enum hsts_move move, int64_t now_s, struct hsts_wish *ret,
                    struct err *err)
{
    struct hsts_wish next = *wish;
    enum hsts_phase phase = hsts_phase(wish, bound);
    if (!hsts_may(phase, move))
        return refuse_edge(phase, move, err);
    if (!doers[move](&next, now_s, err))
        return false;
    *ret = next;
    return true;
}

enum hsts_move hsts_wish_next(const struct hsts_wish *wish)
{
    uint32_t next_s = ladder_next(&wish->ladder, wish->max_age_s);
    return wish->mode == HSTS_AUTO && next_s && next_s <= wish->target_s ? HSTS_MOVE_CLIMB : HSTS_MOVES_COUNT;
}

/* A wish on its way to another, and the moves so far. */
struct way {
    struct hsts_wish at;
    enum hsts_move *moves;
    size_t count;
};

/* What the move leaves behind, without asking whether it is allowed: that is told when it is made. */
static void go(struct way *way, enum hsts_move move)
{
    way->moves[way->count++] = move;
    (void)doers[move](&way->at, 0, NULL);
}

/* Onto the first rung, if the goal cannot be reached by climbing from where the way is. */
static void begin(struct way *way, const struct hsts_wish *to)
{
    bool is_lower = to->max_age_s < way->at.max_age_s && !(to->include_subdomains && !way->at.include_subdomains);
    if (is_sending(&way->at) && is_lower)
        go(way, HSTS_MOVE_RELEASE);
    if (!is_sending(&way->at))
        go(way, HSTS_MOVE_START);
}

static void set_subdomains(struct way *way, const struct hsts_wish *to)
{
    if (to->include_subdomains != way->at.include_subdomains)
        go(way, to->include_subdomains ? HSTS_MOVE_SUBDOMAINS_ON : HSTS_MOVE_SUBDOMAINS_OFF);
}

/* Before the climb: on the rung where it ends there may be nothing left to aim at. */
static void set_mode(struct way *way, const struct hsts_wish *to)
{
    bool aims = way->at.mode == HSTS_AUTO && way->at.target_s == to->target_s;
    if (to->mode == HSTS_AUTO && !aims && way->at.max_age_s < to->target_s)
        go(way, HSTS_MOVE_PERMANENT);
    if (to->mode == HSTS_HOLD && way->at.mode == HSTS_AUTO)
        go(way, HSTS_MOVE_HOLD);
}

size_t hsts_wish_moves(const struct hsts_wish *from, const struct hsts_wish *to,
                       enum hsts_move ret[static HSTS_MOVES_COUNT])
{
    struct way way = {.at = *from, .moves = ret};
    if (!is_sending(to)) {
        if (is_sending(from) || (to->mode == HSTS_RELEASE && from->mode == HSTS_OFF))
            go(&way, HSTS_MOVE_RELEASE);
        return way.count;
    }
    begin(&way, to);
    set_subdomains(&way, to);
    set_mode(&way, to);
    if (to->max_age_s > way.at.max_age_s)
        go(&way, HSTS_MOVE_CLIMB);
    if (to->preload != way.at.preload)
        go(&way, to->preload ? HSTS_MOVE_PRELOAD_ON : HSTS_MOVE_PRELOAD_OFF);
    return way.count;
}

bool hsts_wish_promise(const struct hsts_wish *wish, bool bound, int64_t cap_s, struct ledger_promise *ret)
{
    if (wish->mode == HSTS_OFF || (wish->mode == HSTS_RELEASE && !bound))
        return false;
    if (wish->mode == HSTS_RELEASE) {
        *ret = (struct ledger_promise){.max_age_s = 0};
        return true;
    }
    *ret = (struct ledger_promise){.max_age_s = wish->max_age_s,
                                   .include_subdomains = wish->include_subdomains,
                                   .preload = wish->preload,
                                   .cap_s = cap_s};
    return true;
}

bool hsts_promise_max_age(const struct ledger_promise *promise, int64_t now_s, int64_t *ret_max_age_s)
{
    int64_t left_s;
    if (promise->max_age_s == 0 || promise->cap_s == 0) {
        *ret_max_age_s = promise->max_age_s;
        return true;
    }
    if (__builtin_sub_overflow(promise->cap_s, now_s, &left_s) || left_s < MINUTE_S)
        return false;
    *ret_max_age_s = promise->max_age_s;
    if (left_s < promise->max_age_s)
        *ret_max_age_s = left_s - left_s % (left_s >= HOUR_S ? HOUR_S : MINUTE_S);
    return true;
}
