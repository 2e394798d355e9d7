#include "check.h"

#include "hsts/wish.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define DAY_S        86400
#define WEEK_S       604800
#define MONTH_S      2592000
#define YEAR_S       LADDER_YEAR_S
#define TWO_YEARS_S  LADDER_TWO_YEARS_S
#define NOW_S        5000
#define SINCE_S      1000

/* A ladder of six rungs, up to two years. */
static struct hsts_wish wish_of(enum hsts_mode mode, uint32_t max_age_s)
{
    struct hsts_wish wish;
    hsts_wish_init(&wish);
    wish.ladder.rungs[wish.ladder.count++] = TWO_YEARS_S;
    wish.mode = mode;
    wish.max_age_s = max_age_s;
    wish.since_s = SINCE_S;
    if (mode == HSTS_AUTO)
        wish.target_s = YEAR_S;
    return wish;
}

static void the_phase_follows_from_wish_and_ledger(void **state)
{
    (void)state;
    static const struct {
        enum hsts_mode mode;
        uint32_t max_age_s;
        bool bound;
        enum hsts_phase phase;
    } cases[] = {
        {HSTS_OFF, 0, false, HSTS_PHASE_OFF},
        {HSTS_OFF, 0, true, HSTS_PHASE_LEFT},
        {HSTS_RELEASE, 0, true, HSTS_PHASE_RELEASING},
        {HSTS_RELEASE, 0, false, HSTS_PHASE_OFF},
        {HSTS_HOLD, 300, false, HSTS_PHASE_TRIAL},
        {HSTS_AUTO, 60, true, HSTS_PHASE_TRIAL},
        {HSTS_HOLD, 301, true, HSTS_PHASE_CLIMBING},
        {HSTS_AUTO, MONTH_S, true, HSTS_PHASE_CLIMBING},
        {HSTS_HOLD, YEAR_S, true, HSTS_PHASE_PERMANENT},
        {HSTS_HOLD, TWO_YEARS_S, true, HSTS_PHASE_PERMANENT},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hsts_wish wish = wish_of(cases[i].mode, cases[i].max_age_s);
        assert_int_equal(hsts_phase(&wish, cases[i].bound), cases[i].phase);
    }
}

/* The drawing, letter by letter: start climb permanent hold release, subdomains +-, preload +-. */
static void the_drawing_has_these_edges(void **state)
{
    (void)state;
    static const char *const drawing[HSTS_PHASES_COUNT] = {
        [HSTS_PHASE_OFF] = "x........",       [HSTS_PHASE_TRIAL] = ".xxxxxx.x",     [HSTS_PHASE_CLIMBING] = ".xxxxxx.x",
        [HSTS_PHASE_PERMANENT] = ".x.xxxxxx", [HSTS_PHASE_RELEASING] = "x........", [HSTS_PHASE_LEFT] = "x...x....",
    };
    for (int phase = 0; phase < HSTS_PHASES_COUNT; phase++)
        for (int move = 0; move < HSTS_MOVES_COUNT; move++)
            if (hsts_may((enum hsts_phase)phase, (enum hsts_move)move) != (drawing[phase][move] == 'x'))
                fail_msg("%s in %s", hsts_move_name((enum hsts_move)move), hsts_phase_name((enum hsts_phase)phase));
}

/* A wish in short: mode, max-age, target, flags (s: subdomains, p: preload). */
struct brief {
    enum hsts_mode mode;
    uint32_t max_age_s, target_s;
    const char *flags;
};

static struct hsts_wish wish_from(const struct brief *brief)
{
    struct hsts_wish wish = wish_of(brief->mode, brief->max_age_s);
    wish.target_s = brief->target_s;
    wish.include_subdomains = strchr(brief->flags, 's') != NULL;
    wish.preload = strchr(brief->flags, 'p') != NULL;
    return wish;
}

static bool is_brief(const struct hsts_wish *wish, const struct brief *brief)
{
    return wish->mode == brief->mode && wish->max_age_s == brief->max_age_s && wish->target_s == brief->target_s &&
           wish->include_subdomains == (strchr(brief->flags, 's') != NULL) &&
           wish->preload == (strchr(brief->flags, 'p') != NULL);
}

static void a_move_changes_the_wish(void **state)
{
    (void)state;
    static const struct {
        struct brief before;
        enum hsts_move move;
        struct brief after;
        bool is_new_rung;
    } cases[] = {
        {{HSTS_OFF, 0, 0, ""}, HSTS_MOVE_START, {HSTS_HOLD, 300, 0, ""}, true},
        {{HSTS_OFF, 0, 0, "sp"}, HSTS_MOVE_START, {HSTS_HOLD, 300, 0, "s"}, true},
        {{HSTS_RELEASE, 0, 0, "sp"}, HSTS_MOVE_START, {HSTS_HOLD, 300, 0, ""}, true},
        {{HSTS_HOLD, 300, 0, "s"}, HSTS_MOVE_CLIMB, {HSTS_HOLD, DAY_S, 0, "s"}, true},
        {{HSTS_HOLD, 400, 0, ""}, HSTS_MOVE_CLIMB, {HSTS_HOLD, DAY_S, 0, ""}, true},
        {{HSTS_AUTO, MONTH_S, YEAR_S, ""}, HSTS_MOVE_CLIMB, {HSTS_AUTO, YEAR_S, YEAR_S, ""}, true},
        {{HSTS_AUTO, YEAR_S, YEAR_S, ""}, HSTS_MOVE_CLIMB, {HSTS_AUTO, TWO_YEARS_S, TWO_YEARS_S, ""}, true},
        {{HSTS_HOLD, YEAR_S, 0, "sp"}, HSTS_MOVE_CLIMB, {HSTS_HOLD, TWO_YEARS_S, 0, "sp"}, true},
        {{HSTS_HOLD, 300, 0, ""}, HSTS_MOVE_PERMANENT, {HSTS_AUTO, 300, YEAR_S, ""}, false},
        {{HSTS_AUTO, DAY_S, MONTH_S, ""}, HSTS_MOVE_PERMANENT, {HSTS_AUTO, DAY_S, YEAR_S, ""}, false},
        {{HSTS_AUTO, WEEK_S, YEAR_S, "s"}, HSTS_MOVE_HOLD, {HSTS_HOLD, WEEK_S, 0, "s"}, false},
        {{HSTS_AUTO, YEAR_S, YEAR_S, "sp"}, HSTS_MOVE_RELEASE, {HSTS_RELEASE, 0, 0, ""}, true},
        {{HSTS_HOLD, YEAR_S, 0, ""}, HSTS_MOVE_SUBDOMAINS_ON, {HSTS_HOLD, 300, 0, "s"}, true},
        {{HSTS_AUTO, WEEK_S, YEAR_S, ""}, HSTS_MOVE_SUBDOMAINS_ON, {HSTS_HOLD, 300, 0, "s"}, true},
        {{HSTS_AUTO, YEAR_S, YEAR_S, "sp"}, HSTS_MOVE_SUBDOMAINS_OFF, {HSTS_AUTO, YEAR_S, YEAR_S, ""}, false},
        {{HSTS_HOLD, YEAR_S, 0, "s"}, HSTS_MOVE_PRELOAD_ON, {HSTS_HOLD, YEAR_S, 0, "sp"}, false},
        {{HSTS_HOLD, YEAR_S, 0, "sp"}, HSTS_MOVE_PRELOAD_OFF, {HSTS_HOLD, YEAR_S, 0, "s"}, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hsts_wish wish = wish_from(&cases[i].before), next = {0};
        struct err err = {0};
        if (!hsts_wish_move(&wish, cases[i].before.mode == HSTS_RELEASE, cases[i].move, NOW_S, &next, &err))
            fail_msg("case %zu: %s", i, err.text);
        if (!is_brief(&next, &cases[i].after) || next.since_s != (cases[i].is_new_rung ? NOW_S : SINCE_S))
            fail_msg("case %zu: %s %u target %u since %d", i, hsts_mode_name(next.mode), next.max_age_s, next.target_s,
                     (int)next.since_s);
        assert_memory_equal(&next.ladder, &wish.ladder, sizeof next.ladder);
    }
}

static void a_move_that_would_change_nothing_is_refused(void **state)
{
    (void)state;
    static const struct {
        struct brief before;
        bool bound;
        enum hsts_move move;
        const char *why;
    } cases[] = {
        {{HSTS_OFF, 0, 0, ""}, false, HSTS_MOVE_RELEASE, "nobody is bound"},
        {{HSTS_RELEASE, 0, 0, ""}, false, HSTS_MOVE_RELEASE, "nobody is bound"},
        {{HSTS_RELEASE, 0, 0, ""}, true, HSTS_MOVE_RELEASE, "released already"},
        {{HSTS_RELEASE, 0, 0, ""}, true, HSTS_MOVE_CLIMB, "no promise"},
        {{HSTS_OFF, 0, 0, ""}, true, HSTS_MOVE_HOLD, "no promise"},
        {{HSTS_OFF, 0, 0, ""}, false, HSTS_MOVE_PRELOAD_ON, "no promise"},
        {{HSTS_HOLD, 300, 0, ""}, true, HSTS_MOVE_START, "started already"},
        {{HSTS_HOLD, 300, 0, ""}, true, HSTS_MOVE_HOLD, "holds at this rung already"},
        {{HSTS_HOLD, TWO_YEARS_S, 0, ""}, true, HSTS_MOVE_CLIMB, "highest rung"},
        {{HSTS_HOLD, YEAR_S, 0, ""}, true, HSTS_MOVE_PERMANENT, "permanent already"},
        {{HSTS_AUTO, DAY_S, YEAR_S, ""}, true, HSTS_MOVE_PERMANENT, "by itself already"},
        {{HSTS_HOLD, DAY_S, 0, "s"}, true, HSTS_MOVE_SUBDOMAINS_ON, "included already"},
        {{HSTS_HOLD, DAY_S, 0, ""}, true, HSTS_MOVE_SUBDOMAINS_OFF, "not included"},
        {{HSTS_HOLD, MONTH_S, 0, "s"}, true, HSTS_MOVE_PRELOAD_ON, "below a year"},
        {{HSTS_HOLD, YEAR_S, 0, ""}, true, HSTS_MOVE_PRELOAD_ON, "without includeSubDomains"},
        {{HSTS_HOLD, YEAR_S, 0, "sp"}, true, HSTS_MOVE_PRELOAD_ON, "sent already"},
        {{HSTS_HOLD, YEAR_S, 0, "s"}, true, HSTS_MOVE_PRELOAD_OFF, "not sent"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hsts_wish wish = wish_from(&cases[i].before), next = {.since_s = 77};
        struct err err = {0};
        if (hsts_wish_move(&wish, cases[i].bound, cases[i].move, NOW_S, &next, &err))
            fail_msg("case %zu was allowed", i);
        if (err.code != ERR_CONFLICT || !strstr(err.text, cases[i].why))
            fail_msg("case %zu: %s", i, err.text);
        assert_int_equal(next.since_s, 77);
    }
}

static void preload_needs_a_year_even_where_the_ladder_ends_lower(void **state)
{
    (void)state;
    struct hsts_wish wish = wish_of(HSTS_HOLD, DAY_S), next;
    struct err err = {0};
    wish.ladder = (struct ladder){.rungs = {300, DAY_S}, .count = 2};
    wish.include_subdomains = true;
    assert_int_equal(hsts_phase(&wish, true), HSTS_PHASE_PERMANENT);
    assert_false(hsts_wish_move(&wish, true, HSTS_MOVE_PRELOAD_ON, NOW_S, &next, &err));
    assert_non_null(strstr(err.text, "below a year"));
}

static void the_gateway_climbs_by_itself_up_to_the_target(void **state)
{
    (void)state;
    struct hsts_wish wish = wish_of(HSTS_AUTO, 300);
    for (int climbs = 0; climbs < 4; climbs++) {
        assert_int_equal(hsts_wish_next(&wish), HSTS_MOVE_CLIMB);
        assert_true(hsts_wish_move(&wish, true, HSTS_MOVE_CLIMB, NOW_S, &wish, NULL));
    }
    assert_int_equal(wish.max_age_s, YEAR_S);
    assert_int_equal(hsts_wish_next(&wish), HSTS_MOVES_COUNT); /* two years are for the operator to choose */
    wish = wish_of(HSTS_HOLD, 300);
    assert_int_equal(hsts_wish_next(&wish), HSTS_MOVES_COUNT);
}

static void moves_are_found_by_name(void **state)
{
    (void)state;
    enum hsts_move move = HSTS_MOVES_COUNT;
    for (unsigned i = 0; i < HSTS_MOVES_COUNT; i++) {
        assert_true(hsts_move_find(str_from(hsts_move_name((enum hsts_move)i)), &move));
        assert_int_equal(move, i);
    }
    assert_false(hsts_move_find(STR("Start"), &move));
    assert_false(hsts_move_find(STR(""), &move));
    for (unsigned i = 0; i < HSTS_MODES_COUNT; i++)
        assert_non_null(hsts_mode_name((enum hsts_mode)i));
}

/* All wishes that moves can lead to, for all pairs: the told moves, made one by one, arrive. */
static const struct brief goals[] = {
    {HSTS_OFF, 0, 0, ""},         {HSTS_RELEASE, 0, 0, ""},          {HSTS_HOLD, 300, 0, ""},
    {HSTS_HOLD, 300, 0, "s"},     {HSTS_AUTO, 300, YEAR_S, ""},      {HSTS_AUTO, WEEK_S, YEAR_S, "s"},
    {HSTS_HOLD, MONTH_S, 0, "s"}, {HSTS_HOLD, YEAR_S, 0, ""},        {HSTS_AUTO, YEAR_S, YEAR_S, "s"},
    {HSTS_HOLD, YEAR_S, 0, "sp"}, {HSTS_HOLD, TWO_YEARS_S, 0, "sp"}, {HSTS_HOLD, TWO_YEARS_S, 0, ""},
};

static bool make(struct hsts_wish *wish, enum hsts_move move, uint32_t goal_s, struct err *err)
{
    bool bound = wish->mode != HSTS_OFF;
    if (!hsts_wish_move(wish, bound, move, NOW_S, wish, err))
        return false;
    while (move == HSTS_MOVE_CLIMB && wish->max_age_s < goal_s)
        if (!hsts_wish_move(wish, bound, move, NOW_S, wish, err))
            return false;
    return true;
}

static void the_moves_between_two_wishes_lead_from_one_to_the_other(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(goals); i++)
        for (size_t k = 0; k < COUNT(goals); k++) {
            struct hsts_wish wish = wish_from(&goals[i]), goal = wish_from(&goals[k]);
            enum hsts_move moves[HSTS_MOVES_COUNT];
            struct err err = {0};
            size_t count = hsts_wish_moves(&wish, &goal, moves);
            if (i == k)
                assert_int_equal(count, 0);
            if (i == 0 && k == 1)
                continue; /* nobody is bound in this test: the release is refused, see above */
            for (size_t m = 0; m < count; m++)
                if (!make(&wish, moves[m], goal.max_age_s, &err))
                    fail_msg("from %zu to %zu, %s: %s", i, k, hsts_move_name(moves[m]), err.text);
            /* Off is where a release ends by itself; and who holds at the top need not climb there. */
            struct brief expected = goals[k];
            if (k == 0 && i > 0)
                expected.mode = HSTS_RELEASE;
            if (!is_brief(&wish, &expected) && !(expected.mode == HSTS_AUTO && expected.max_age_s == YEAR_S))
                fail_msg("from %zu to %zu: %s %u target %u", i, k, hsts_mode_name(wish.mode), wish.max_age_s,
                         wish.target_s);
        }
}

static void a_shorter_rung_begins_again(void **state)
{
    (void)state;
    struct hsts_wish from = wish_of(HSTS_HOLD, YEAR_S), to = wish_of(HSTS_HOLD, WEEK_S);
    enum hsts_move moves[HSTS_MOVES_COUNT];
    assert_int_equal(hsts_wish_moves(&from, &to, moves), 3);
    assert_int_equal(moves[0], HSTS_MOVE_RELEASE);
    assert_int_equal(moves[1], HSTS_MOVE_START);
    assert_int_equal(moves[2], HSTS_MOVE_CLIMB);
}

static void the_promise_is_the_wish_and_zero_only_while_releasing(void **state)
{
    (void)state;
    struct ledger_promise promise = {.max_age_s = 5};
    struct hsts_wish wish = wish_of(HSTS_OFF, 0);
    assert_false(hsts_wish_promise(&wish, true, 0, &promise));
    wish = wish_of(HSTS_RELEASE, 0);
    assert_false(hsts_wish_promise(&wish, false, 0, &promise));
    assert_int_equal(promise.max_age_s, 5);
    assert_true(hsts_wish_promise(&wish, true, 99, &promise));
    const struct ledger_promise release = {0};
    assert_true(ledger_promise_eq(&promise, &release));
    wish = wish_of(HSTS_HOLD, YEAR_S);
    wish.include_subdomains = wish.preload = true;
    assert_true(hsts_wish_promise(&wish, true, 99, &promise));
    const struct ledger_promise full = {YEAR_S, true, true, 99};
    assert_true(ledger_promise_eq(&promise, &full));
}

static void what_is_left_until_the_cap_is_told_in_whole_hours_then_minutes(void **state)
{
    (void)state;
    static const struct {
        int64_t max_age_s, left_s;
        int64_t told_s; /* -1: no field */
    } cases[] = {
        {YEAR_S, 90 * DAY_S, 90 * DAY_S},
        {YEAR_S, 90 * DAY_S - 1, 90 * DAY_S - 3600},
        {YEAR_S, 7199, 3600},
        {YEAR_S, 3600, 3600},
        {YEAR_S, 3599, 3540},
        {YEAR_S, 60, 60},
        {YEAR_S, 59, -1},
        {YEAR_S, 0, -1},
        {YEAR_S, -DAY_S, -1},
        {300, 90 * DAY_S, 300},
        {5000, 90 * DAY_S, 5000},
        {300, 299, 240},
        {777, 800, 777},
        {777, 779, 777},
        {777, 770, 720},
        {30, 59, -1},
        {30, 60, 30},
        {0, -5, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct ledger_promise promise = {.max_age_s = cases[i].max_age_s, .cap_s = 1700000000};
        int64_t told_s = -1;
        bool sends = hsts_promise_max_age(&promise, promise.cap_s - cases[i].left_s, &told_s);
        if (told_s != cases[i].told_s || sends != (cases[i].told_s >= 0))
            fail_msg("case %zu: %d", i, (int)told_s);
    }
    const struct ledger_promise free_of_cap = {.max_age_s = 777}, absurd = {.max_age_s = 777, .cap_s = 5};
    int64_t told_s = -1;
    assert_false(hsts_promise_max_age(&absurd, INT64_MAX, &told_s));
    assert_int_equal(told_s, -1);
    assert_true(hsts_promise_max_age(&absurd, INT64_MIN + 6, &told_s));
    assert_int_equal(told_s, 777);
    assert_true(hsts_promise_max_age(&free_of_cap, INT64_MAX, &told_s));
    assert_int_equal(told_s, 777);
}

static void what_is_no_wish_is_named(void **state)
{
    static const struct {
        struct hsts_wish wish;
        const char *field; /* NULL: it is one */
    } cases[] = {
        {{.mode = HSTS_OFF}, NULL},
        {{.mode = HSTS_RELEASE}, NULL},
        {{.mode = HSTS_HOLD, .max_age_s = 300}, NULL},
        {{.mode = HSTS_HOLD, .max_age_s = 300, .include_subdomains = true}, NULL},
        {{.mode = HSTS_AUTO, .max_age_s = 300, .target_s = 86400}, NULL},
        {{.mode = HSTS_AUTO, .max_age_s = 300, .target_s = 300}, NULL},
        {{.mode = HSTS_HOLD, .max_age_s = 31536000, .include_subdomains = true, .preload = true}, NULL},
        {{.mode = HSTS_OFF, .max_age_s = 300}, "max_age"},
        {{.mode = HSTS_RELEASE, .include_subdomains = true}, "include_subdomains"},
        {{.mode = HSTS_OFF, .preload = true}, "preload"},
        {{.mode = HSTS_OFF, .target_s = 300}, "target"},
        {{.mode = HSTS_HOLD}, "max_age"},
        {{.mode = HSTS_HOLD, .max_age_s = 301}, "max_age"},
        {{.mode = HSTS_HOLD, .max_age_s = 300, .target_s = 86400}, "target"},
        {{.mode = HSTS_AUTO, .max_age_s = 300}, "target"},
        {{.mode = HSTS_AUTO, .max_age_s = 300, .target_s = 86401}, "target"},
        {{.mode = HSTS_AUTO, .max_age_s = 86400, .target_s = 300}, "target"},
        {{.mode = HSTS_HOLD, .max_age_s = 31536000, .preload = true}, "preload"},
        {{.mode = HSTS_HOLD, .max_age_s = 2592000, .include_subdomains = true, .preload = true}, "preload"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hsts_wish wish = cases[i].wish;
        struct err err = {0};
        ladder_init(&wish.ladder);
        bool fine = hsts_wish_check(&wish, NULL, &err);
        if (!fine && strcmp(err.field, "max_age") == 0 && wish.mode == HSTS_HOLD && wish.max_age_s)
            assert_true(hsts_wish_check(&wish, &wish, NULL)); /* where it is, it may stay */
        if (fine != !cases[i].field || (cases[i].field && strcmp(err.field, cases[i].field) != 0))
            fail_msg("case %zu: %d %s", i, fine, err.field);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_phase_follows_from_wish_and_ledger),
        cmocka_unit_test(the_drawing_has_these_edges),
        cmocka_unit_test(a_move_changes_the_wish),
        cmocka_unit_test(a_move_that_would_change_nothing_is_refused),
        cmocka_unit_test(preload_needs_a_year_even_where_the_ladder_ends_lower),
        cmocka_unit_test(the_gateway_climbs_by_itself_up_to_the_target),
        cmocka_unit_test(moves_are_found_by_name),
        cmocka_unit_test(the_moves_between_two_wishes_lead_from_one_to_the_other),
        cmocka_unit_test(a_shorter_rung_begins_again),
        cmocka_unit_test(the_promise_is_the_wish_and_zero_only_while_releasing),
        cmocka_unit_test(what_is_no_wish_is_named),
        cmocka_unit_test(what_is_left_until_the_cap_is_told_in_whole_hours_then_minutes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
