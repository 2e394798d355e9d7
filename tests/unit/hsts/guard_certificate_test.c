#include "guard_world.h"

static void a_site_without_certificate_is_blocked_once_and_for_good(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    world_expect_all(&w, "certificate-present", "PPPPP", "has a certificate");
    w.facts.has_certificate = false;
    world_expect_all(&w, "certificate-present", "BBBBB", "strictgate site set www.example.org --cert");
    assert_false(world_expect(&w, HSTS_MOVE_START, "certificate-present", GUARD_BLOCK, "no certificate").overridable);
    static const char *const others[] = {"certificate-names", "certificate-chain",    "certificate-valid",
                                         "certificate-key",   "certificate-outlives", NULL};
    for (size_t i = 0; others[i]; i++) /* one fault is told once */
        world_expect_all(&w, others[i], "PPPPP", "nothing to judge");
    (void)world_expect(&w, HSTS_MOVE_RELEASE, "certificate-present", GUARD_WARN, "no certificate");
}

static void every_name_but_an_address_must_be_covered(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    world_expect_all(&w, "certificate-names", "PPPPP", "covers every name");
    w.names[1].covered = false;
    world_expect_all(&w, "certificate-names", "BBBBB", "does not cover example.org: ");
    w.names[1].is_ip = true; /* no promise is made for it */
    world_expect_all(&w, "certificate-names", "PPPPP", "covers every name");
    w.names[1].is_ip = false;
    w.names[0].covered = false;
    struct guard_result result =
        world_expect(&w, HSTS_MOVE_CLIMB, "certificate-names", GUARD_BLOCK, "www.example.org, example.org: ");
    assert_false(result.overridable);
}

static void a_long_list_of_names_ends_with_how_many_more(void **state)
{
    struct guard_name names[30];
    struct world w;
    (void)state;
    world_init(&w);
    for (size_t i = 0; i < 30; i++)
        names[i] = (struct guard_name){.name = STR("department.of.something.long.example.org")};
    w.facts.names = names;
    w.facts.names_count = 30;
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "certificate-names", GUARD_BLOCK, "example.org and 24 more: ");
}

static void who_vouches_decides_how_far_one_may_go(void **state)
{
    static const struct {
        enum observed_trust trust;
        enum observed verdict;
        const char *verdicts, *words;
    } cases[] = {
        {OBSERVED_TRUST_SYSTEM, OBSERVED_GOOD, "PPPPP", "root that browsers know: seen from this machine."},
        {OBSERVED_TRUST_SYSTEM, OBSERVED_DOUBT, "WWWWW", "intermediate"},
        {OBSERVED_TRUST_SYSTEM, OBSERVED_BAD, "BBBBB", "cannot follow the certificate"},
        {OBSERVED_TRUST_DECLARED, OBSERVED_GOOD, "WWWWW", "visitors without that root are shut out"},
        {OBSERVED_TRUST_DECLARED, OBSERVED_BAD, "BBBBB", "cannot follow the certificate"},
        {OBSERVED_TRUST_PRIVATE, OBSERVED_BAD, "WBBBB", "declare that it is: \"strictgate trust"},
        {OBSERVED_TRUST_NONE, OBSERVED_BAD, "BBBBB", "self-signed"},
        {OBSERVED_TRUST_NONE, OBSERVED_GOOD, "BBBBB", "self-signed"},
        {OBSERVED_TRUST_UNKNOWN, OBSERVED_GOOD, "BBBBB", "No root"},
        {OBSERVED_TRUST_SYSTEM, OBSERVED_NOT_YET, "BBBBB", "Nobody has looked yet whether the certificate leads"},
        {OBSERVED_TRUST_SYSTEM, OBSERVED_FAILED, "BBBBB", "could not see whether"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w);
        w.observation.trust = cases[i].trust;
        world_see(&w, OBSERVED_CHAIN, cases[i].verdict, "seen from this machine");
        world_expect_all(&w, "certificate-chain", cases[i].verdicts, cases[i].words);
        assert_false(world_expect(&w, HSTS_MOVE_CLIMB, "certificate-chain",
                                  cases[i].verdicts[1] == 'B' ? GUARD_BLOCK
                                                              : (cases[i].verdicts[1] == 'W' ? GUARD_WARN : GUARD_PASS),
                                  "")
                         .overridable);
    }
}

static void a_private_root_is_no_hindrance_on_the_way_back(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    w.observation.trust = OBSERVED_TRUST_PRIVATE;
    (void)world_expect(&w, HSTS_MOVE_RELEASE, "certificate-chain", GUARD_PASS, "private root");
    w.observation.trust = OBSERVED_TRUST_NONE;
    (void)world_expect(&w, HSTS_MOVE_RELEASE, "certificate-chain", GUARD_WARN, "self-signed");
}

static void a_certificate_is_valid_from_its_first_second_to_the_one_before_its_last(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    w.facts.not_before_s = WORLD_NOW_S;
    world_expect_all(&w, "certificate-valid", "PPPPP", "valid until 2027-03-16 08:00 UTC");
    w.facts.not_before_s = WORLD_NOW_S + 1;
    world_expect_all(&w, "certificate-valid", "BBBBB", "not valid before 2027-01-15 08:00 UTC");
    w.facts.not_before_s = 0;
    w.facts.not_after_s = WORLD_NOW_S + 1;
    world_expect_all(&w, "certificate-valid", "PPPPP", "valid until");
    w.facts.not_after_s = WORLD_NOW_S;
    world_expect_all(&w, "certificate-valid", "BBBBB", "expired on 2027-01-15 08:00 UTC");
    assert_false(world_expect(&w, HSTS_MOVE_START, "certificate-valid", GUARD_BLOCK, "--cert chain.pem").overridable);
    w.facts.renews_itself = true;
    (void)world_expect(&w, HSTS_MOVE_START, "certificate-valid", GUARD_BLOCK, "renews by itself");
    (void)world_expect(&w, HSTS_MOVE_RELEASE, "certificate-valid", GUARD_WARN, "expired");
}

static void a_promise_beyond_the_certificate_needs_proven_renewal(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    w.facts.not_after_s = WORLD_NOW_S + DAY_S;
    world_expect_all(&w, "certificate-outlives", "PPPPP", "2 renewed certificates were seen served");
    w.facts.renewals_seen = GUARD_RENEWALS_COUNT - 1;
    world_expect_all(&w, "certificate-outlives", "WWBWB", "so close to its end the gateway promises nothing");
    world_expect_all(&w, "certificate-outlives", "WWBWB", "1 more renewal was");
    w.facts.renewals_seen = 0;
    world_expect_all(&w, "certificate-outlives", "WWBWB", "2 more renewals were");
    w.facts.not_after_s = WORLD_NOW_S + 7 * DAY_S + GUARD_EXPIRY_MARGIN_S;
    world_expect_all(&w, "certificate-outlives", "PPPPP", "longer than a promise of");
    w.facts.not_after_s -= 1;
    world_expect_all(&w, "certificate-outlives", "PWBWB", "");
    assert_true(
        world_expect(&w, HSTS_MOVE_PERMANENT, "certificate-outlives", GUARD_BLOCK, "nothing beyond 3 days before")
            .overridable);
    w.facts.renews_itself = true;
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "certificate-outlives", GUARD_WARN, "The gateway renews it by itself");
}

static void going_on_to_permanent_is_judged_by_where_it_ends(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    w.facts.renewals_seen = 0;
    w.facts.after.max_age_s = DAY_S;
    (void)world_expect(&w, HSTS_MOVE_PERMANENT, "certificate-outlives", GUARD_PASS, "1 day");
    w.facts.after.mode = HSTS_AUTO;
    w.facts.after.target_s = LADDER_YEAR_S;
    (void)world_expect(&w, HSTS_MOVE_PERMANENT, "certificate-outlives", GUARD_BLOCK, "1 year");
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "certificate-outlives", GUARD_PASS, "1 day");
}

static void key_and_signature_must_be_what_browsers_take(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    world_expect_all(&w, "certificate-key", "PPPPP", "of a kind that browsers take");
    w.facts.key_acceptable = false;
    w.facts.key_why = STR("it is signed with SHA-1.");
    world_expect_all(&w, "certificate-key", "BBBBB", "take this certificate: it is signed with SHA-1.");
    w.facts.key_why = STR("");
    assert_false(
        world_expect(&w, HSTS_MOVE_START, "certificate-key", GUARD_BLOCK, "take this certificate.").overridable);
}

static void a_release_is_told_when_the_certificate_ends_first(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    (void)world_expect(&w, HSTS_MOVE_RELEASE, "certificate-until-free", GUARD_PASS, "No browser is bound");
    w.facts.bound = true;
    w.facts.bound_until_s = WORLD_NOW_S + 90 * DAY_S;
    (void)world_expect(&w, HSTS_MOVE_RELEASE, "certificate-until-free", GUARD_PASS, "renewal of the certificate is");
    w.facts.renewals_seen = 1;
    (void)world_expect(&w, HSTS_MOVE_RELEASE, "certificate-until-free", GUARD_WARN,
                       "ends on 2027-03-16 08:00 UTC, but browsers may be bound until 2027-04-15 08:00 UTC");
    (void)world_expect(&w, HSTS_MOVE_SUBDOMAINS_OFF, "certificate-until-free", GUARD_WARN, "--cert chain.pem");
    w.facts.renews_itself = true;
    (void)world_expect(&w, HSTS_MOVE_RELEASE, "certificate-until-free", GUARD_WARN, "The gateway renews it by itself");
    w.facts.bound_until_s = w.facts.not_after_s;
    (void)world_expect(&w, HSTS_MOVE_RELEASE, "certificate-until-free", GUARD_PASS, "lasts until the last browser");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_site_without_certificate_is_blocked_once_and_for_good),
        cmocka_unit_test(every_name_but_an_address_must_be_covered),
        cmocka_unit_test(a_long_list_of_names_ends_with_how_many_more),
        cmocka_unit_test(who_vouches_decides_how_far_one_may_go),
        cmocka_unit_test(a_private_root_is_no_hindrance_on_the_way_back),
        cmocka_unit_test(a_certificate_is_valid_from_its_first_second_to_the_one_before_its_last),
        cmocka_unit_test(a_promise_beyond_the_certificate_needs_proven_renewal),
        cmocka_unit_test(going_on_to_permanent_is_judged_by_where_it_ends),
        cmocka_unit_test(key_and_signature_must_be_what_browsers_take),
        cmocka_unit_test(a_release_is_told_when_the_certificate_ends_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
