/*
 * Each step of a job answered with each fault: what is waited out ends in the same certificate, what is not in words.
 * And each answer cut off at every byte.
 */
#include "check.h"

#include <stdio.h>

#include "world.h"

/* The steps of obtaining a certificate, and what the CA is asked to do in each (for the words). */
static const struct {
    enum ca_step step;
    const char *doing;
    bool is_json; /* the answer is looked into */
} steps[] = {
    {CA_DIRECTORY, "say what it offers", true},         {CA_NONCE, "give a nonce", false},
    {CA_NEW_ACCOUNT, "register the account", true},     {CA_NEW_ORDER, "take the order", true},
    {CA_ORDER, "say how the order stands", true},       {CA_AUTHORIZATION, "say how a name is to be proved", true},
    {CA_CHALLENGE, "look for the proof", false},        {CA_FINALIZE, "issue the certificate", true},
    {CA_CERTIFICATE, "hand out the certificate", true},
};
#define STEPS_COUNT (sizeof steps / sizeof *steps)

/* A job in a world where that step has that fault `times` times (0: for ever). */
static enum acme_step_kind run_broken(struct world *world, enum ca_step step, enum ca_fault fault, unsigned times)
{
    world_reset(world);
    world->ca.break_at.step = step;
    world->ca.break_at.fault = fault;
    world->ca.break_at.times = times;
    return world_run(world);
}

static void trouble_of_the_moment_is_waited_out_at_every_step(void **state)
{
    struct world *world = *state;
    static const struct {
        enum ca_fault fault;
        unsigned times;
        int64_t least_s, most_s; /* how long it takes */
    } faults[] = {
        {CA_SILENT, 1, 2, 20},    {CA_SILENT, 3, 42, 80},    {CA_LOST, 1, 2, 20},
        {CA_ERROR_500, 1, 2, 20}, {CA_ERROR_500, 3, 42, 80}, {CA_BUSY, 1, 30, 60},
        {CA_BUSY, 3, 90, 140},    {CA_BAD_NONCE, 1, 0, 20},  {CA_BAD_NONCE, 20, 0, 20},
    };
    for (size_t i = 0; i < STEPS_COUNT; i++)
        for (size_t k = 0; k < sizeof faults / sizeof *faults; k++) {
            int64_t begin_s = TEST_CA_NOW_S;
            enum acme_step_kind end = run_broken(world, steps[i].step, faults[k].fault, faults[k].times);
            bool is_signed = steps[i].step != CA_DIRECTORY && steps[i].step != CA_NONCE;
            if (faults[k].fault == CA_BAD_NONCE && !is_signed && faults[k].times == 1)
                continue; /* no such problem there */
            if (end != ACME_STEP_DONE && (faults[k].fault != CA_BAD_NONCE || is_signed))
                fail_msg("step %zu, fault %zu: %s", i, k, world->failure.words);
            int64_t took_s = world->now_s - begin_s;
            if (end == ACME_STEP_DONE && (took_s < faults[k].least_s || took_s > faults[k].most_s))
                fail_msg("step %zu, fault %zu took %lld s", i, k, (long long)took_s);
        }
}

/* The template with `doing` where it has a percent sign. */
static void expand(const char *template, const char *doing, char *room, size_t room_size)
{
    struct str whole = str_from(template);
    size_t at = str_find(whole, '%');
    struct str before = str_part(whole, 0, at), behind = str_after(whole, at + 1);
    (void)snprintf(room, room_size, "%.*s%s%.*s", STR_ARG(before), at < whole.size ? doing : "", STR_ARG(behind));
}

/* A fault that stays. A percent sign in `words` is what the CA was asked to do. */
static const struct {
    enum ca_fault fault;
    bool is_of_json; /* only where the answer is looked into */
    const char *problem, *words;
    int64_t retry_s; /* from the end of the job */
    bool try_other_ca;
} lasting[] = {
    {CA_SILENT, false, "unreachable", "The CA cannot be reached: it refuses the connection.", 0, true},
    {CA_ERROR_500, false, "server_error",
     "The CA refused to %: it answered with the HTTP status 500 and no explanation.", 0, true},
    {CA_BUSY, false, "server_error", "The CA refused to %: it answered with the HTTP status 503 and no explanation.",
     30, true},
    {CA_BUSY_LONG, false, "server_error",
     "The CA refused to %: it answered with the HTTP status 503 and no explanation.", 7200, true},
    {CA_LIMITED, false, "rateLimited",
     "The CA refused to %: it limits how many requests it takes, and the limit is reached. It says: \"too many "
     "certificates\".",
     3600, true},
    {CA_HTML, true, "malformed_answer",
     "The CA was asked to %, and its answer cannot be used: it is of the type 'text/html'.", 0, true},
    {CA_REDIRECT, false, "malformed_answer",
     "The CA was asked to %, and its answer is a redirect, which ACME does not know.", 0, true},
    {CA_HUGE, false, "malformed_answer", "The CA was asked to %, and its answer is larger than any such answer is.", 0,
     true},
};

static void trouble_that_stays_ends_in_words_at_every_step(void **state)
{
    struct world *world = *state;
    for (size_t i = 0; i < STEPS_COUNT; i++)
        for (size_t k = 0; k < sizeof lasting / sizeof *lasting; k++) {
            char words[512];
            bool is_nonce = steps[i].step == CA_NONCE;
            if (is_nonce && lasting[k].fault == CA_HUGE)
                continue; /* the body of a HEAD */
            if (!steps[i].is_json && lasting[k].is_of_json)
                continue;
            enum acme_step_kind end = run_broken(world, steps[i].step, lasting[k].fault, 0);
            const char *doing = is_nonce && lasting[k].fault == CA_REDIRECT ? "say what it offers" : steps[i].doing;
            if (is_nonce && lasting[k].fault == CA_REDIRECT)
                doing = "register the account";
            expand(lasting[k].words, doing, words, sizeof words);
            if (end != ACME_STEP_FAILED)
                fail_msg("step %zu, fault %zu: no failure", i, k);
            assert_string_equal(world->failure.words, words);
            assert_string_equal(world->failure.problem, lasting[k].problem);
            assert_int_equal(world->failure.retry_s, lasting[k].retry_s ? world->now_s + lasting[k].retry_s : 0);
            assert_int_equal(world->failure.try_other_ca, lasting[k].try_other_ca);
            assert_false(world->failure.permanent);
        }
}

static void answers_of_the_wrong_form_are_no_results(void **state)
{
    struct world *world = *state;
    static const enum ca_fault faults[] = {CA_DEEP, CA_EMPTY, CA_BAD_URLS, CA_NO_FIELDS};
    for (size_t i = 0; i < STEPS_COUNT; i++)
        for (size_t k = 0; k < sizeof faults / sizeof *faults; k++) {
            enum acme_step_kind end = run_broken(world, steps[i].step, faults[k], 0);
            bool has_urls = steps[i].step != CA_CHALLENGE && steps[i].step != CA_CERTIFICATE;
            bool has_location = steps[i].step == CA_NEW_ACCOUNT || steps[i].step == CA_NEW_ORDER;
            bool must_fail = steps[i].step == CA_NONCE   ? true
                             : faults[k] == CA_BAD_URLS  ? has_urls
                             : faults[k] == CA_NO_FIELDS ? has_location
                                                         : steps[i].is_json;
            if (steps[i].step == CA_CHALLENGE && (faults[k] == CA_DEEP || faults[k] == CA_EMPTY)) {
                /* The answer does not matter, but that the CA did not do it: it never looks. */
                assert_string_equal(world->failure.problem, "slow");
                continue;
            }
            if ((end == ACME_STEP_FAILED) != must_fail)
                fail_msg("step %zu, fault %zu: %d", i, k, (int)end);
            if (must_fail)
                assert_string_equal(world->failure.problem, "malformed_answer");
        }
}

/* Every type of problem at the step of the order. */
static void every_type_of_problem_has_words_and_a_verdict(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *type;
        bool permanent, try_other_ca, has_fix;
        const char *words;
    } cases[] = {
        {"rejectedIdentifier", true, true, true, "it does not issue certificates for this name"},
        {"unsupportedIdentifier", true, true, true, "it does not issue certificates for this kind of name"},
        {"caa", true, true, true, "a CAA record of the domain does not allow this CA to issue"},
        {"badCSR", true, true, true, "it does not take the certificate request"},
        {"badPublicKey", true, true, true, "it does not take this kind of key"},
        {"badSignatureAlgorithm", true, true, true, "it does not take signatures of the account's key"},
        {"badRevocationReason", true, false, true, "it does not take this reason for a revocation"},
        {"externalAccountRequired", true, true, true, "it wants the account bound to one you have with it"},
        {"invalidContact", true, false, true, "it does not take the contact address"},
        {"unsupportedContact", true, false, true, "it does not take this kind of contact"},
        {"userActionRequired", true, true, true,
         "it wants you to do something first, most often to agree to new terms"},
        {"unauthorized", true, true, true, "it says that this account may not do this"},
        {"invalidProfile", true, true, true, "it does not offer this profile for these names"},
        {"malformed", false, true, false, "it did not understand the request"},
        {"serverInternal", false, true, false, "something went wrong within the CA itself"},
        {"connection", false, false, true, "it could not connect to the name's server"},
        {"dns", false, false, true, "its look-up of the name failed"},
        {"tls", false, false, true, "its TLS connection to the name's server failed"},
        {"incorrectResponse", false, false, true, "what it found there was not the proof"},
        {"orderNotReady", false, false, false, "the order is not ready"},
        {"compound", false, true, false, "several things are wrong"},
        {"somethingNew", false, true, false, "it names a problem not known here, \"somethingNew\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char words[512];
        world_reset(world);
        world->ca.break_at.step = CA_NEW_ORDER;
        world->ca.break_at.fault = CA_PROBLEM;
        world->ca.problem = cases[i].type;
        assert_int_equal(world_run(world), ACME_STEP_FAILED);
        int size = snprintf(words, sizeof words, "The CA refused to take the order: %s. It says: \"so it 'is'\".",
                            cases[i].words);
        assert_true(size > 0);
        assert_string_equal(world->failure.words, words);
        assert_string_equal(world->failure.problem, cases[i].type);
        assert_int_equal(world->failure.permanent, cases[i].permanent);
        assert_int_equal(world->failure.try_other_ca, cases[i].try_other_ca);
        assert_int_equal(world->failure.fix[0] != 0, cases[i].has_fix);
    }
}

static void a_nonce_that_is_never_taken_ends_the_job(void **state)
{
    struct world *world = *state;
    assert_int_equal(run_broken(world, CA_NEW_ORDER, CA_BAD_NONCE, 0), ACME_STEP_FAILED);
    assert_string_equal(world->failure.problem, "badNonce");
    assert_int_equal(world->ca.seen[CA_NEW_ORDER], 21);
}

static size_t certificates_count(struct str pem)
{
    static const char mark[] = "-----END CERTIFICATE-----";
    size_t count = 0;
    for (; pem.size > 0; pem = str_after(pem, 1))
        count += str_starts(pem, str_from(mark));
    return count;
}

/* The answers as they are, and how many bytes each has. */
static void an_answer_that_is_cut_anywhere_is_no_result(void **state)
{
    struct world *world = *state;
    for (size_t i = 0; i < STEPS_COUNT; i++) {
        if (!steps[i].is_json)
            continue;
        for (size_t cut_at = 0;; cut_at++) {
            world_reset(world);
            world->ca.break_at.step = steps[i].step;
            world->ca.break_at.fault = CA_CUT;
            world->ca.break_at.times = 1;
            world->ca.cut_at = cut_at;
            struct acme_job *job = world_job(world);
            enum acme_step_kind end = ca_drive(&world->ca, job, &world->now_s, 0, &world->failure);
            size_t count = certificates_count(acme_job_chain_pem(job));
            acme_job_free(job);
            bool is_pem = steps[i].step == CA_CERTIFICATE;
            assert_int_equal(end == ACME_STEP_DONE, count > 0);
            if (end == ACME_STEP_DONE && count == 1) {
                assert_true(is_pem); /* cut between its two certificates: a chain as well, if a poor one */
                continue;
            }
            if (end == ACME_STEP_DONE)
                break; /* cut behind its end, or in the last line's end */
            assert_string_equal(world->failure.problem, is_pem ? "wrong_chain" : "malformed_answer");
            assert_true(cut_at < 4096);
        }
    }
}

#define job_unit_test(f) cmocka_unit_test_setup(f, world_setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        job_unit_test(trouble_of_the_moment_is_waited_out_at_every_step),
        job_unit_test(trouble_that_stays_ends_in_words_at_every_step),
        job_unit_test(answers_of_the_wrong_form_are_no_results),
        job_unit_test(every_type_of_problem_has_words_and_a_verdict),
        job_unit_test(a_nonce_that_is_never_taken_ends_the_job),
        job_unit_test(an_answer_that_is_cut_anywhere_is_no_result),
    };
    return cmocka_run_group_tests(tests, world_setup_keys, world_teardown_keys);
}
