#include "guard_world.h"

/* The guards that go by an observation, with the verdict when what was seen is bad, or nothing was. */
static const struct {
    enum observed_what what;
    const char *id, *verdicts, *bad;
} seen[] = {
    {OBSERVED_SERVED, "served", "BBBBB", "A listener does not serve the site's certificate: 192.0.2.1:443 has none."},
    {OBSERVED_REDIRECT, "redirect", "WWBBB", "not redirected to HTTPS on the same host first: 192.0.2.1:443 has none."},
    {OBSERVED_APPLICATION, "application", "BBBBB", "does not answer over HTTPS as it should: 192.0.2.1:443 has none."},
    {OBSERVED_CONTENT, "content", "WBBBB", "fail to find: 192.0.2.1:443 has none."},
    {OBSERVED_PORTS, "other-ports", "WWBBB", "bound browsers insist on HTTPS there, too: 192.0.2.1:443 has none."},
};
#define SEEN_COUNT (sizeof seen / sizeof *seen)

static void what_was_seen_good_passes_with_its_time(void **state)
{
    (void)state;
    for (size_t i = 0; i < SEEN_COUNT; i++) {
        struct world w;
        world_init(&w);
        world_expect_all(&w, seen[i].id, "PPPPP", ": seen from this machine.");
        struct guard_result result = world_expect(&w, HSTS_MOVE_CLIMB, seen[i].id, GUARD_PASS, "");
        assert_int_equal(result.evidence_s, WORLD_NOW_S - 60);
        assert_true(result.overridable);
    }
}

static void what_was_seen_bad_is_as_hard_as_the_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < SEEN_COUNT; i++) {
        struct world w;
        world_init(&w);
        world_see(&w, seen[i].what, OBSERVED_BAD, "192.0.2.1:443 has none");
        world_expect_all(&w, seen[i].id, seen[i].verdicts, seen[i].bad);
        world_see(&w, seen[i].what, OBSERVED_BAD, "");
        world_expect_all(&w, seen[i].id, seen[i].verdicts, "");
    }
}

static void doubt_warns_and_never_blocks(void **state)
{
    (void)state;
    for (size_t i = 0; i < SEEN_COUNT; i++) {
        struct world w;
        world_init(&w);
        world_see(&w, seen[i].what, OBSERVED_DOUBT, "it took 9 seconds");
        world_expect_all(&w, seen[i].id, "WWWWW", ": it took 9 seconds.");
        world_expect_all(&w, seen[i].id, "WWWWW", "It is not certain whether ");
        world_see(&w, seen[i].what, OBSERVED_DOUBT, "is it the gateway that answers?");
        (void)world_expect(&w, HSTS_MOVE_CLIMB, seen[i].id, GUARD_WARN, "is it the gateway that answers?");
    }
}

static void what_nobody_saw_is_as_hard_as_what_is_bad(void **state)
{
    (void)state;
    for (size_t i = 0; i < SEEN_COUNT; i++) {
        struct world w;
        world_init(&w);
        world_see(&w, seen[i].what, OBSERVED_FAILED, "connection refused.");
        world_expect_all(&w, seen[i].id, seen[i].verdicts, ": connection refused.");
        world_see(&w, seen[i].what, OBSERVED_NOT_YET, "");
        world_expect_all(&w, seen[i].id, seen[i].verdicts, "Nobody has looked yet whether ");
        w.facts.observation = NULL;
        world_expect_all(&w, seen[i].id, seen[i].verdicts, "strictgate guards www.example.org ");
        (void)world_expect(&w, HSTS_MOVE_CLIMB, seen[i].id, seen[i].verdicts[1] == 'B' ? GUARD_BLOCK : GUARD_WARN,
                           "\"strictgate guards www.example.org climb\"");
    }
}

static void what_was_seen_too_long_ago_says_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < SEEN_COUNT; i++) {
        struct world w;
        world_init(&w);
        int64_t *at_s = &w.observation.facts[seen[i].what].at_s;
        *at_s = WORLD_NOW_S - GUARD_EVIDENCE_AGE_S_MAX;
        world_expect_all(&w, seen[i].id, "PPPPP", "");
        *at_s -= 1;
        world_expect_all(&w, seen[i].id, seen[i].verdicts, "the last look was on 2027-01-15 06:59 UTC.");
        *at_s = WORLD_NOW_S + HSTS_CLOCK_JUMP_S; /* a clock that was corrected since */
        world_expect_all(&w, seen[i].id, "PPPPP", "");
        *at_s += 1;
        world_expect_all(&w, seen[i].id, seen[i].verdicts, "It is not known any more whether ");
    }
}

static void the_way_back_is_warned_of_what_is_not_served(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    world_see(&w, OBSERVED_SERVED, OBSERVED_BAD, "192.0.2.1:443 has none");
    (void)world_expect(&w, HSTS_MOVE_RELEASE, "served", GUARD_WARN, "A listener does not serve");
}

static void plain_http_must_be_redirected_where_it_is_served(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    w.facts.redirects = false;
    world_expect_all(&w, "redirect", "WWBBB", "strictgate site set www.example.org --redirect temporary");
    w.facts.http_port = 0;
    world_expect_all(&w, "redirect", "PPPPP", "nothing to redirect");
}

static void a_temporary_redirect_is_warned_of_where_a_promise_is_to_last(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    (void)world_expect(&w, HSTS_MOVE_PERMANENT, "redirect-permanent", GUARD_PASS, "is permanent");
    w.facts.redirect_permanent = false;
    (void)world_expect(&w, HSTS_MOVE_PERMANENT, "redirect-permanent", GUARD_WARN, "--redirect permanent");
    (void)world_expect(&w, HSTS_MOVE_PRELOAD_ON, "redirect-permanent", GUARD_WARN, "is temporary");
    w.facts.redirects = false;
    (void)world_expect(&w, HSTS_MOVE_PERMANENT, "redirect-permanent", GUARD_WARN, "There is no redirect to HTTPS");
    w.facts.http_port = 0;
    (void)world_expect(&w, HSTS_MOVE_PERMANENT, "redirect-permanent", GUARD_PASS, "nothing to redirect");
}

static void https_must_be_where_browsers_turn_to(void **state)
{
    static const struct {
        uint16_t http, https;
        const char *verdicts, *words;
    } cases[] = {
        {80, 443, "PPPPP", "come to port 443"},
        {8443, 8443, "PPPPP", "come to port 8443"},
        {443, 443, "PPPPP", "come to port 443"},
        {0, 443, "PPPPP", "nothing is served over plain HTTP"},
        {0, 8443, "PPPPP", "HTTPS is on port 8443"},
        {80, 8443, "BBBBB", "https:// with port 443 (RFC 6797 section 8.3), but HTTPS is on port 8443"},
        {80, 80, "BBBBB", "Https Port = 443"},
        {8080, 443, "BBBBB", "turn http:// links with port 8080 into https:// with port 8080"},
        {8080, 8443, "BBBBB", "Http Port = 8443 and Https Port = 8443"},
        {80, 0, "BBBBB", "No listener serves HTTPS"},
        {0, 0, "BBBBB", "No listener serves HTTPS"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w);
        w.facts.http_port = cases[i].http;
        w.facts.https_port = cases[i].https;
        world_expect_all(&w, "ports", cases[i].verdicts, cases[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_seen_good_passes_with_its_time),
        cmocka_unit_test(what_was_seen_bad_is_as_hard_as_the_table_says),
        cmocka_unit_test(doubt_warns_and_never_blocks),
        cmocka_unit_test(what_nobody_saw_is_as_hard_as_what_is_bad),
        cmocka_unit_test(what_was_seen_too_long_ago_says_nothing),
        cmocka_unit_test(the_way_back_is_warned_of_what_is_not_served),
        cmocka_unit_test(plain_http_must_be_redirected_where_it_is_served),
        cmocka_unit_test(a_temporary_redirect_is_warned_of_where_a_promise_is_to_last),
        cmocka_unit_test(https_must_be_where_browsers_turn_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
