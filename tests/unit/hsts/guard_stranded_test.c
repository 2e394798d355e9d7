/* Who never arrives holds a climb back; noise, few, and programs do not. */
#include "guard_world.h"
#include "hsts/guard_stranded.h"

static void sent(struct world *w, uint64_t all, uint64_t lost)
{
    w->facts.stranded.browsers = (struct stranded_tally){0};
    stranded_add(&w->facts.stranded.browsers, all, lost, 0);
}

static void stranded_browsers_hold_a_climb_back_and_permanent_sooner(void **state)
{
    static const struct {
        uint64_t sent, stranded;
        enum guard_verdict climb, permanent;
    } cases[] = {
        {840, 0, GUARD_PASS, GUARD_PASS},     {840, 1, GUARD_WARN, GUARD_WARN}, /* one is no pattern */
        {840, 2, GUARD_WARN, GUARD_BLOCK},    {840, 8, GUARD_WARN, GUARD_BLOCK},
        {840, 9, GUARD_BLOCK, GUARD_BLOCK},   {1000, 10, GUARD_WARN, GUARD_BLOCK}, /* not more than one in a hundred */
        {1000, 11, GUARD_BLOCK, GUARD_BLOCK}, {1000, 2, GUARD_WARN, GUARD_WARN},
        {1000, 3, GUARD_WARN, GUARD_BLOCK},   {3, 1, GUARD_WARN, GUARD_WARN}, /* a third, and one person */
        {3, 2, GUARD_WARN, GUARD_BLOCK},      {3, 3, GUARD_BLOCK, GUARD_BLOCK},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w);
        sent(&w, cases[i].sent, cases[i].stranded);
        struct guard_result result = world_expect(&w, HSTS_MOVE_CLIMB, "stranded", cases[i].climb, "people's browsers");
        assert_int_equal(result.evidence_s, WORLD_NOW_S);
        assert_true(result.overridable);
        (void)world_expect(&w, HSTS_MOVE_PERMANENT, "stranded", cases[i].permanent, "");
        w.facts.after.max_age_s = LADDER_YEAR_S; /* permanent by another name */
        (void)world_expect(&w, HSTS_MOVE_CLIMB, "stranded", cases[i].permanent, "");
    }
}

static void it_comes_first_of_those_that_are_as_hard(void **state)
{
    struct guard_result results[GUARD_COUNT_MAX];
    struct world w;
    (void)state;
    world_init(&w);
    sent(&w, 100, 50);
    w.facts.has_certificate = false;
    w.facts.https_requests = 0;
    assert_true(guard_evaluate(&w.facts, HSTS_MOVE_CLIMB, results) > 2);
    assert_string_equal(results[0].id, "stranded");
    assert_int_equal(results[1].verdict, GUARD_BLOCK);
}

static void it_says_how_many_of_what_and_from_where(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    sent(&w, 840, 12);
    w.facts.stranded.class = STR("Firefox");
    w.facts.stranded.class_count = 9;
    w.facts.stranded.network = STR("10.20.0.0/16");
    w.facts.stranded.network_count = 11;
    w.facts.stranded.programs_count = 30;
    w.facts.stranded.programs = STR("curl, Python scripts and others");
    struct guard_result result = world_expect(&w, HSTS_MOVE_CLIMB, "stranded", GUARD_BLOCK, "");
    assert_string_equal(
        result.why, "Of 840 people's browsers that were sent to HTTPS since 2027-01-13, 12 never came there (1.4 "
                    "percent). Their most frequent kind is Firefox (9). Their most frequent network is 10.20.0.0/16 "
                    "(11). Besides, programs that never came there: 30 (curl, Python scripts and others).");
    assert_non_null(strstr(result.fix, "Is port 443 closed where they are? Test from there whether "
                                       "https://www.example.org/ opens."));
}

static void programs_are_a_remark_and_hold_nothing_back(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    w.facts.stranded.programs_count = 100000;
    w.facts.stranded.programs = STR("search engines and other crawlers");
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "stranded", GUARD_WARN, "since 2027-01-13 (800) is missing there");
    struct guard_result result =
        world_expect(&w, HSTS_MOVE_PERMANENT, "stranded", GUARD_WARN, "never came there: 100000 (search engines");
    assert_non_null(strstr(result.fix, "strictgate evidence www.example.org"));
}

static void no_evidence_is_a_warning_in_words(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    sent(&w, 0, 0);
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "stranded", GUARD_WARN, "none came over plain HTTP");
    (void)world_expect(&w, HSTS_MOVE_PERMANENT, "stranded", GUARD_WARN, "http://www.example.org/");
    w.facts.stranded = (struct guard_stranded){.is_noted = false};
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "stranded", GUARD_WARN, "who comes is not noted");
}

/* Bound browsers, and links with https://, are never sent: on such a site none can be missing. */
static void where_all_come_by_themselves_none_is_missing(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    sent(&w, 0, 0);
    w.facts.stranded.https_browsers = GUARD_CLIENTS_COUNT_MIN - 1;
    (void)world_expect(&w, HSTS_MOVE_PERMANENT, "stranded", GUARD_WARN, "none came over plain HTTP");
    w.facts.stranded.https_browsers = 842;
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "stranded", GUARD_PASS, "by themselves, 842 on the day with most");
    (void)world_expect(&w, HSTS_MOVE_PERMANENT, "stranded", GUARD_PASS, "since 2027-01-13");
    w.facts.redirects = false; /* nobody is sent there */
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "stranded", GUARD_WARN, "none came over plain HTTP and was sent");
    w.facts.redirects = true;
    sent(&w, 3, 3);
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "stranded", GUARD_BLOCK, "Of 3 people's");
}

/* Twelve in a sample of a hundredth are some 1200, or chance. */
static void what_only_a_sample_says_blocks_by_its_lower_bound(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    w.facts.stranded.browsers = (struct stranded_tally){0};
    stranded_add(&w.facts.stranded.browsers, 700, 9, 7); /* 1.3 percent, at least 0.7 */
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "stranded", GUARD_WARN, "Of about 89600");
    (void)world_expect(&w, HSTS_MOVE_PERMANENT, "stranded", GUARD_BLOCK, "1.3 percent");
    w.facts.stranded.browsers = (struct stranded_tally){0};
    stranded_add(&w.facts.stranded.browsers, 700, 16, 7); /* 2.3, at least 1.4 */
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "stranded", GUARD_BLOCK, "");
}

/* Each day one who never came, and nobody can tell whether it is the same. */
static void one_a_day_is_one(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    w.facts.stranded.browsers = (struct stranded_tally){0};
    for (int i = 0; i < STRANDED_DAYS_COUNT_MAX; i++)
        stranded_add(&w.facts.stranded.browsers, 10, 1, 0);
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "stranded", GUARD_WARN, "Of 70 people's");
    (void)world_expect(&w, HSTS_MOVE_PERMANENT, "stranded", GUARD_WARN, "");
}

static void words_of_any_length_fit(void **state)
{
    char long_text[2000];
    struct world w;
    (void)state;
    memset(long_text, 'x', sizeof long_text);
    world_init(&w);
    w.facts.stranded.class = w.facts.stranded.network = w.facts.stranded.programs =
        str_make(long_text, sizeof long_text);
    w.facts.stranded.class_count = w.facts.stranded.network_count = w.facts.stranded.programs_count = UINT64_MAX;
    w.facts.stranded.browsers = (struct stranded_tally){0};
    stranded_add(&w.facts.stranded.browsers, UINT64_MAX, UINT64_MAX, 40);
    struct guard_result result = world_expect(&w, HSTS_MOVE_CLIMB, "stranded", GUARD_BLOCK, "percent");
    assert_true(strlen(result.why) < GUARD_WHY_SIZE - 1); /* nothing was cut off */
    assert_true(strlen(result.fix) < GUARD_FIX_SIZE - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stranded_browsers_hold_a_climb_back_and_permanent_sooner),
        cmocka_unit_test(it_comes_first_of_those_that_are_as_hard),
        cmocka_unit_test(it_says_how_many_of_what_and_from_where),
        cmocka_unit_test(programs_are_a_remark_and_hold_nothing_back),
        cmocka_unit_test(no_evidence_is_a_warning_in_words),
        cmocka_unit_test(where_all_come_by_themselves_none_is_missing),
        cmocka_unit_test(what_only_a_sample_says_blocks_by_its_lower_bound),
        cmocka_unit_test(one_a_day_is_one),
        cmocka_unit_test(words_of_any_length_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
