/* Whether the list would take the site: by a fresh self-check, and never by one that saw nothing. */
#include "guard_world.h"

static struct self_check seen(size_t unmended_count, enum preload_code code, const char *detail)
{
    struct self_check last = {.at_s = WORLD_NOW_S - 60,
                              .sight = SELF_CHECK_SEEN,
                              .errors_count = unmended_count + 1,
                              .unmended_count = unmended_count,
                              .first = {.code = PRELOAD_FIELD_PRELOAD_MISSING},
                              .first_unmended = {.code = code}};
    (void)snprintf(last.first_unmended.detail, sizeof last.first_unmended.detail, "%s", detail);
    return last;
}

static struct guard_result judge(struct world *w, const struct self_check *last, enum guard_verdict verdict,
                                 const char *words)
{
    w->facts.self_check = last;
    return world_expect(w, HSTS_MOVE_PRELOAD_ON, "preload-ready", verdict, words);
}

static void a_site_that_lacks_the_word_alone_is_ready(void **state)
{
    const struct self_check last = seen(0, PRELOAD_FIELD_NONE, "");
    struct world w;
    (void)state;
    world_init(&w);
    (void)judge(&w, &last, GUARD_PASS, "hstspreload.org would take the site");
}

static void any_other_error_blocks_with_its_words_and_its_fix(void **state)
{
    const struct self_check one = seen(1, PRELOAD_HTTP_NO_REDIRECT, ""),
                            several = seen(4, PRELOAD_WAY_INSECURE_LATER, "redirect 2 leads to http://example.org/");
    struct world w;
    (void)state;
    world_init(&w);
    (void)judge(&w, &one, GUARD_BLOCK, "Plain HTTP does not redirect to HTTPS.");
    (void)judge(&w, &one, GUARD_BLOCK, "(redirects.http.no_redirect)");
    (void)judge(&w, &one, GUARD_BLOCK, preload_code_fix(PRELOAD_HTTP_NO_REDIRECT));
    (void)judge(&w, &several, GUARD_BLOCK, "Seen was: redirect 2 leads to http://example.org/.");
    (void)judge(&w, &several, GUARD_BLOCK, "3 more things stand against it.");
}

static void what_could_not_be_seen_warns(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    for (unsigned sight = SELF_CHECK_SEEN + 1; sight < SELF_CHECK_SIGHTS_COUNT; sight++) {
        struct self_check last = {.at_s = WORLD_NOW_S, .sight = (enum self_check_sight)sight, .why = "was met"};
        (void)judge(&w, &last, GUARD_WARN, self_check_sight_words(last.sight));
        (void)judge(&w, &last, GUARD_WARN, ": was met.");
        (void)judge(&w, &last, GUARD_WARN, self_check_sight_fix(last.sight));
        last.why[0] = '\0';
        (void)judge(&w, &last, GUARD_WARN, "could not be looked at from outside.");
    }
}

static void nobody_having_looked_warns(void **state)
{
    const struct self_check never = {.at_s = 0};
    struct world w;
    (void)state;
    world_init(&w);
    (void)judge(&w, NULL, GUARD_WARN, "Nobody has looked yet");
    (void)judge(&w, &never, GUARD_WARN, "strictgate self-check www.example.org --now");
}

/* What was wrong then may be wrong still. */
static void an_old_look_warns_and_blocks_where_it_found_something(void **state)
{
    struct self_check good = seen(0, PRELOAD_FIELD_NONE, ""), bad = seen(1, PRELOAD_FIELD_NONE, "");
    struct world w;
    (void)state;
    world_init(&w);
    w.facts.self_check_is_present = false;
    (void)judge(&w, &good, GUARD_WARN, "not known any more"); /* of another form */
    (void)judge(&w, &bad, GUARD_BLOCK, "not known any more");
    w.facts.self_check_is_present = true;
    good.at_s = bad.at_s = WORLD_NOW_S - GUARD_EVIDENCE_AGE_S_MAX - 1;
    (void)judge(&w, &good, GUARD_WARN, "the last look was on 2027-01-15 06:59 UTC");
    (void)judge(&w, &bad, GUARD_BLOCK, "not known any more");
    good.at_s = INT64_MIN;
    (void)judge(&w, &good, GUARD_WARN, "not known any more");
    good.at_s = INT64_MAX;
    (void)judge(&w, &good, GUARD_WARN, "not known any more");
}

static void the_longest_detail_leaves_whole_sentences(void **state)
{
    struct self_check last = seen(2, PRELOAD_FIELD_MAX_AGE_NON_DIGIT, "");
    struct world w;
    (void)state;
    world_init(&w);
    memset(last.first_unmended.detail, 'x', sizeof last.first_unmended.detail);
    const struct guard_result result = judge(&w, &last, GUARD_BLOCK, "1 more thing stands against it.");
    assert_true(strlen(result.why) < GUARD_WHY_SIZE - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_site_that_lacks_the_word_alone_is_ready),
        cmocka_unit_test(any_other_error_blocks_with_its_words_and_its_fix),
        cmocka_unit_test(what_could_not_be_seen_warns),
        cmocka_unit_test(nobody_having_looked_warns),
        cmocka_unit_test(an_old_look_warns_and_blocks_where_it_found_something),
        cmocka_unit_test(the_longest_detail_leaves_whole_sentences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
