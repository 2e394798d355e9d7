#include "check.h"

#include <stdio.h>

#include "acme/problem.h"

#define PREFIX "urn:ietf:params:acme:error:"

static void assert_words(const char *body, bool of_proof, const char *problem, const char *words)
{
    struct problem read;
    struct acme_failure failure;
    problem_of_answer(403, STR("application/problem+json"), str_from(body), &read);
    problem_to_failure(&read, of_proof ? "looked for the proof of a.test (http-01)" : "refused to take the order",
                       of_proof, &failure);
    assert_string_equal(failure.problem, problem);
    assert_string_equal(failure.words, words);
}

static void subproblems_name_what_is_wrong_with_each_name(void **state)
{
    (void)state;
    assert_words(
        "{\"type\":\"" PREFIX "malformed\",\"detail\":\"Some of the identifiers were rejected\",\"subproblems\":["
        "{\"type\":\"" PREFIX "malformed\",\"detail\":\"Invalid underscore\",\"identifier\":{\"type\":\"dns\","
        "\"value\":\"_b.test\"}},{\"type\":\"" PREFIX "rejectedIdentifier\",\"detail\":\"not "
        "\\u202eissued\",\"identifier\":{\"type\":\"dns\",\"value\":\"c.test\"}},{\"detail\":\"third\"},{}]}",
        false, "malformed",
        "The CA refused to take the order: it did not understand the request. It says: \"Some of the identifiers "
        "were rejected\". In particular: \"_b.test: Invalid underscore; c.test: not ?issued; third\".");
    /* The meaning of the first of several. */
    assert_words("{\"type\":\"" PREFIX "compound\",\"subproblems\":[{\"type\":\"" PREFIX "caa\"},{\"type\":\"" PREFIX
                 "dns\"}]}",
                 false, "compound",
                 "The CA refused to take the order: a CAA record of the domain does not allow this CA to issue.");
}

static void a_page_to_read_is_named(void **state)
{
    (void)state;
    assert_words(
        "{\"type\":\"" PREFIX "userActionRequired\",\"instance\":\"https://ca.test/terms/2\"}", false,
        "userActionRequired",
        "The CA refused to take the order: it wants you to do something first, most often to agree to new terms. "
        "It refers to https://ca.test/terms/2 .");
    assert_words(
        "{\"type\":\"" PREFIX "userActionRequired\",\"instance\":\"javascript:alert(1)\"}", false, "userActionRequired",
        "The CA refused to take the order: it wants you to do something first, most often to agree to new terms.");
}

static void a_type_means_something_else_of_a_proof(void **state)
{
    (void)state;
    assert_words(
        "{\"type\":\"" PREFIX "unauthorized\",\"detail\":\"404\"}", true, "unauthorized",
        "The CA looked for the proof of a.test (http-01): what it found there was not the proof. It says: \"404\".");
    assert_words("{\"type\":\"" PREFIX "unauthorized\"}", false, "unauthorized",
                 "The CA refused to take the order: it says that this account may not do this.");
}

static void an_answer_that_is_no_document_is_told_by_its_status(void **state)
{
    (void)state;
    static const struct {
        unsigned status;
        const char *type, *body, *problem;
    } cases[] = {
        {404, "text/html", "<html>", "malformed_answer"},
        {502, "text/html", "<html>", "server_error"},
        {500, "application/problem+json", "{\"type\":", "server_error"},
        {400, "application/problem+json", "[1]", "malformed_answer"},
        {400, "application/problem+json", "{\"type\":5,\"detail\":{}}", "malformed_answer"},
        {400, "", "", "malformed_answer"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct problem problem;
        struct acme_failure failure;
        char words[200];
        problem_of_answer(cases[i].status, str_from(cases[i].type), str_from(cases[i].body), &problem);
        problem_to_failure(&problem, "refused to take the order", false, &failure);
        (void)snprintf(words, sizeof words,
                       "The CA refused to take the order: it answered with the HTTP status %u and no explanation.",
                       cases[i].status);
        assert_string_equal(failure.words, words);
        assert_string_equal(failure.problem, cases[i].problem);
    }
}

static void everything_is_capped(void **state)
{
    (void)state;
    struct buf body;
    struct problem problem;
    struct acme_failure failure;
    buf_init(&body, 1024 * 1024);
    assert_true(buf_put_str(&body, STR("{\"type\":\"")));
    for (int i = 0; i < 3000; i++)
        assert_true(buf_put_str(&body, STR("long ")));
    assert_true(buf_put_str(&body, STR("\",\"detail\":\"")));
    for (int i = 0; i < 3000; i++)
        assert_true(buf_put_str(&body, STR("l\\u00f6ng ")));
    assert_true(buf_put_str(&body, STR("\",\"subproblems\":[")));
    for (int i = 0; i < 300; i++)
        assert_true(buf_put_str(
            &body, STR("{\"detail\":\"and so on and so on and so on\",\"identifier\":{\"value\":\"a.test\"}},")));
    assert_true(buf_put_str(&body, STR("{}]}")));
    problem_of_answer(400, STR("application/problem+json"), buf_str(&body), &problem);
    problem_to_failure(&problem, "refused to take the order", false, &failure);
    assert_true(problem.type[0] && problem.detail[0] && problem.parts[0]);
    assert_true(memchr(failure.words, 0, sizeof failure.words) != NULL);
    buf_fini(&body);
}

static void a_text_that_does_not_fit_is_cut_between_characters(void **state)
{
    (void)state;
    static const char *const starts[] = {"", "a", "aa", "aaa"}; /* each moves the cut on by a byte */
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        struct problem problem = {.type = "dns"};
        struct acme_failure failure;
        (void)snprintf(problem.detail, sizeof problem.detail, "%s", starts[i]);
        for (size_t at = strlen(starts[i]); at + 4 < sizeof problem.detail; at += 4)
            memcpy(problem.detail + at, "\xf0\x9f\x94\x92", 5);
        (void)snprintf(problem.parts, sizeof problem.parts, "%s", problem.detail);
        problem_to_failure(&problem, "refused to take the order", false, &failure);
        struct str words = str_from(failure.words);
        assert_in_range(words.size, sizeof failure.words - 4, sizeof failure.words - 1);
        for (size_t at = 0, size; at < words.size; at += size) {
            size = str_utf8_size(str_after(words, at));
            assert_true(size > 0);
        }
    }
}

static void a_document_that_is_cut_is_none(void **state)
{
    (void)state;
    struct str whole = STR("{\"type\":\"" PREFIX "dns\",\"detail\":\"x\",\"subproblems\":[{\"detail\":\"y\"}]}");
    for (size_t size = 0; size <= whole.size; size++) {
        struct problem problem;
        problem_of_answer(400, STR("application/problem+json; charset=utf-8"), str_part(whole, 0, size), &problem);
        assert_int_equal(problem_is(&problem, "dns"), size == whole.size);
        assert_int_equal(problem.status, 400);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(subproblems_name_what_is_wrong_with_each_name),
        cmocka_unit_test(a_page_to_read_is_named),
        cmocka_unit_test(a_type_means_something_else_of_a_proof),
        cmocka_unit_test(an_answer_that_is_no_document_is_told_by_its_status),
        cmocka_unit_test(everything_is_capped),
        cmocka_unit_test(a_text_that_does_not_fit_is_cut_between_characters),
        cmocka_unit_test(a_document_that_is_cut_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
