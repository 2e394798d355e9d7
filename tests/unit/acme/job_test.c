/* Jobs against a CA that does as the RFCs say: what they ask for, and what they end with. */
#include "check.h"

#include <stdio.h>

#include "acme/job_parts.h"
#include "codec/pem.h"
#include "crypto/issued.h"
#include "world.h"

static void assert_failed(struct world *world, const char *problem, const char *words)
{
    assert_int_equal(world_run(world), ACME_STEP_FAILED);
    assert_string_equal(world->failure.problem, problem);
    assert_string_equal(world->failure.words, words);
}

static void the_states_are_a_sound_model(void **state)
{
    (void)state;
    assert_true(sm_model_is_sound(&job_model));
    assert_true(sm_model_is_connected(&job_model, JOB_DIRECTORY));
    assert_true(sm_model_is_sound(&exchange_model));
    assert_true(sm_model_is_connected(&exchange_model, EXCHANGE_IDLE));
    for (size_t i = 0; i < JOB_STATES_COUNT; i++) {
        assert_non_null(job_rows[i].phase);
        assert_int_equal(job_rows[i].ask != NULL, job_rows[i].take != NULL);
        assert_int_equal(job_rows[i].ask != NULL, job_rows[i].doing != NULL);
        assert_true(!job_rows[i].is_optional || job_rows[i].refused);
    }
}

static void a_certificate_is_obtained_from_nothing(void **state)
{
    struct world *world = *state;
    struct acme_job *job = world_job(world);
    char root[ISSUED_ROOT_SIZE_MAX];
    assert_null(acme_job_directory(job));
    assert_string_equal(acme_job_phase(job), "directory");
    assert_int_equal(ca_drive(&world->ca, job, &world->now_s, 0, NULL), ACME_STEP_DONE);
    assert_str(acme_job_account_url(job), STR(CA_URL "/account/0"));
    assert_str(acme_job_order_url(job), STR(CA_URL "/order/0"));
    assert_str(acme_job_directory(job)->terms_url, STR(CA_URL "/terms"));
    assert_str(acme_job_directory(job)->caa_identities[0], STR("ca.test"));
    assert_str(acme_job_notice(job), STR(""));
    assert_true(issued_check(acme_job_chain_pem(job), world->ca.certificate_key, world->names, 1, world->now_s, root,
                             NULL, NULL));
    assert_string_equal(world->ca.accounts[0].contacts, "[\"mailto:admin@example.test\"]");
    /* One of each, and no nonce fetched but the first. */
    assert_int_equal(world->ca.seen[CA_DIRECTORY], 1);
    assert_int_equal(world->ca.seen[CA_NONCE], 1);
    assert_int_equal(world->ca.seen[CA_NEW_ACCOUNT], 1);
    assert_int_equal(world->ca.seen[CA_NEW_ORDER], 1);
    assert_int_equal(world->ca.seen[CA_CHALLENGE], 1);
    assert_int_equal(world->ca.seen[CA_CERTIFICATE], 1);
    acme_job_free(job);
}

static void both_kinds_of_account_key_sign(void **state)
{
    struct world *world = *state;
    world->input.account_key = world->other_key; /* RSA */
    assert_int_equal(world_run(world), ACME_STEP_DONE);
}

static void each_kind_of_challenge_is_proved(void **state)
{
    struct world *world = *state;
    static const struct str names[] = {STR_INIT("app.example.test"), STR_INIT("192.0.2.1"), STR_INIT("2001:db8::5")};
    static const struct {
        enum acme_challenge_kind kind;
        size_t name;
        const char *sni, *dns_name;
    } cases[] = {
        {ACME_HTTP_01, 0, "", ""},
        {ACME_HTTP_01, 2, "", ""},
        {ACME_DNS_01, 0, "", "_acme-challenge.app.example.test"},
        {ACME_TLS_ALPN_01, 0, "app.example.test", ""},
        {ACME_TLS_ALPN_01, 1, "1.2.0.192.in-addr.arpa", ""},
        {ACME_TLS_ALPN_01, 2, "5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        world_reset(world);
        world->input.names = &names[cases[i].name];
        world->input.challenges = &cases[i].kind;
        world->input.challenges_count = 1;
        struct acme_job *job = world_job(world);
        assert_int_equal(ca_drive(&world->ca, job, &world->now_s, 0, NULL), ACME_STEP_DONE);
        const struct acme_proof *proof = &world->ca.proofs[0];
        assert_int_equal(world->ca.proofs_count, 1);
        assert_int_equal(proof->kind, cases[i].kind);
        assert_str(proof->name, names[cases[i].name]);
        assert_str(proof->sni, str_from(cases[i].sni));
        assert_str(proof->dns_name, str_from(cases[i].dns_name));
        assert_int_equal(proof->token.size > 0, cases[i].kind == ACME_HTTP_01);
        acme_job_free(job);
    }
}

static void all_proofs_are_up_at_the_same_time(void **state)
{
    struct world *world = *state;
    world->input.names_count = 3;
    struct acme_job *job = world_job(world);
    assert_int_equal(ca_drive(&world->ca, job, &world->now_s, 0, NULL), ACME_STEP_DONE);
    assert_int_equal(world->ca.proofs_count, 3);
    assert_int_equal(world->ca.proofs[0].kind, ACME_HTTP_01);
    assert_int_equal(world->ca.proofs[1].kind, ACME_DNS_01); /* the wildcard */
    assert_str(world->ca.proofs[1].name, STR("example.test"));
    assert_int_equal(world->ca.proofs[2].kind, ACME_HTTP_01);
    assert_str(world->ca.proofs[2].name, STR("example.test"));
    assert_int_equal(world->ca.seen[CA_CHALLENGE], 3);
    acme_job_free(job);
}

static void names_are_asked_for_once_and_in_lower_case(void **state)
{
    struct world *world = *state;
    const struct str names[] = {STR("App.example.test"), STR("app.EXAMPLE.test"), STR("2001:DB8:0:0::5")};
    world->input.names = names;
    world->input.names_count = 3;
    assert_int_equal(world_run(world), ACME_STEP_DONE);
    assert_int_equal(world->ca.orders[0].names_count, 2);
    assert_string_equal(world->ca.orders[0].names[0].name, "app.example.test");
    assert_string_equal(world->ca.orders[0].names[1].name, "2001:db8::5");
}

static void valid_authorizations_are_not_proved_again(void **state)
{
    struct world *world = *state;
    world->ca.authorizations_are_reused = true;
    assert_int_equal(world_run(world), ACME_STEP_DONE);
    assert_int_equal(world->ca.proofs_count, 0);
    assert_int_equal(world->ca.seen[CA_CHALLENGE], 0);
}

static void a_wildcard_without_dns_01_says_so(void **state)
{
    struct world *world = *state;
    world->input.names = &world->names[1];
    world->input.challenges_count = 2;
    assert_failed(
        world, "no_challenge",
        "\"*.example.test\" cannot be proved: the CA would take dns-01, and this CA's settings allow http-01, "
        "tls-alpn-01.");
    assert_string_equal(world->failure.fix,
                        "A wildcard is proved by dns-01 only: set up dns-01, or name the hosts one by one.");
    assert_true(world->failure.permanent);
    world_reset(world);
    world->ca.offers_only_http = true;
    world->challenges[0] = ACME_DNS_01;
    world->input.challenges_count = 1;
    assert_failed(
        world, "no_challenge",
        "\"app.example.test\" cannot be proved: the CA would take http-01, and this CA's settings allow dns-01.");
}

static void waiting_follows_the_ca_and_has_an_end(void **state)
{
    struct world *world = *state;
    world->ca.polls = 20;
    int64_t begin_s = world->now_s;
    assert_int_equal(world_run(world), ACME_STEP_DONE);
    assert_true(world->now_s - begin_s > 2 * 200 && world->now_s - begin_s < 2 * 400);
    world_reset(world);
    world->ca.polls = 100000;
    struct acme_job *job = world_job(world);
    assert_int_equal(ca_drive(&world->ca, job, &world->now_s, 0, &world->failure), ACME_STEP_FAILED);
    assert_string_equal(world->failure.problem, "slow");
    assert_string_equal(world->failure.words,
                        "The CA was asked to say what it found, and has not come to an end within 30 minutes.");
    assert_false(world->failure.permanent);
    assert_str(acme_job_order_url(job), STR(CA_URL "/order/0")); /* to be taken up again */
    acme_job_free(job);
}

static void a_proof_that_is_not_found_is_told_with_the_cas_words(void **state)
{
    struct world *world = *state;
    world->ca.proofs_fail = true;
    world->input.names_count = 3;
    struct acme_job *job = world_job(world);
    assert_int_equal(ca_drive(&world->ca, job, &world->now_s, 0, &world->failure), ACME_STEP_FAILED);
    assert_string_equal(world->failure.problem, "unauthorized");
    assert_string_equal(world->failure.words,
                        "The CA looked for the proof of app.example.test (http-01): what it found there was not the "
                        "proof. It says: \"found 'nothing' at app.example.test\". Also: *.example.test, example.test");
    assert_false(world->failure.permanent);
    assert_false(world->failure.try_other_ca);
    assert_str(acme_job_order_url(job), STR(""));
    assert_true(str_starts(str_from(world->failure.fix), STR("Check that the name points to this gateway")));
    acme_job_free(job);
    world_reset(world);
    world->ca.proofs_fail = true;
    world->input.names = &world->names[1];
    assert_int_equal(world_run(world), ACME_STEP_FAILED);
    assert_string_equal(world->failure.fix,
                        "Check that the TXT record of _acme-challenge.example.test is changed on the "
                        "name servers that the Internet asks, all of them.");
}

static void a_proof_that_cannot_be_put_up_ends_the_job(void **state)
{
    struct world *world = *state;
    struct acme_job *job = world_job(world);
    struct acme_step step;
    unsigned steps = 1;
    while (ca_drive(&world->ca, job, &world->now_s, steps, NULL) != ACME_STEP_PROVE)
        steps = 1;
    acme_job_not_proved(job, "the DNS server\nrefuses the update", world->now_s);
    acme_job_step(job, world->now_s, &step);
    assert_int_equal(step.kind, ACME_STEP_FAILED);
    assert_string_equal(step.failure->problem, "not_proved");
    assert_string_equal(step.failure->words,
                        "The proof for the CA could not be put up: the DNS server refuses the update.");
    acme_job_proved(job, world->now_s); /* of no effect now */
    acme_job_step(job, world->now_s, &step);
    assert_int_equal(step.kind, ACME_STEP_FAILED);
    acme_job_free(job);
}

static void the_preferred_root_decides_between_chains(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *wish;
        bool is_other;
        const char *notice;
    } cases[] = {
        {"", false, ""},
        {"ROOT", false, ""},
        {"intermediate", true, ""},
        {"no such \"root\"", false,
         "The CA offers no chain to a root called \"no such 'root'\"; the chain it prefers was taken."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        world_reset(world);
        world->settings.preferred_root = str_from(cases[i].wish);
        struct acme_job *job = world_job(world);
        assert_int_equal(ca_drive(&world->ca, job, &world->now_s, 0, NULL), ACME_STEP_DONE);
        bool is_default = str_eq(acme_job_chain_pem(job), buf_str(&world->ca.orders[0].chain));
        assert_int_equal(is_default, !cases[i].is_other);
        assert_str(acme_job_notice(job), str_from(cases[i].notice));
        acme_job_free(job);
    }
}

static void another_chain_that_is_broken_does_no_harm(void **state)
{
    struct world *world = *state;
    static const enum ca_fault faults[] = {CA_SILENT, CA_ERROR_500, CA_HTML,     CA_EMPTY,
                                           CA_HUGE,   CA_PROBLEM,   CA_NOT_FOUND};
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        world_reset(world);
        world->ca.break_at.step = CA_ALTERNATE;
        world->ca.break_at.fault = faults[i];
        world->ca.problem = "serverInternal";
        world->settings.preferred_root = STR("intermediate");
        struct acme_job *job = world_job(world);
        assert_int_equal(ca_drive(&world->ca, job, &world->now_s, 0, NULL), ACME_STEP_DONE);
        assert_str(acme_job_chain_pem(job), buf_str(&world->ca.orders[0].chain));
        assert_true(acme_job_notice(job).size > 0);
        acme_job_free(job);
    }
}

static void a_chain_for_another_key_is_never_a_result(void **state)
{
    struct world *world = *state;
    world->ca.wrong_chain = true;
    struct acme_job *job = world_job(world);
    assert_int_equal(ca_drive(&world->ca, job, &world->now_s, 0, &world->failure), ACME_STEP_FAILED);
    assert_string_equal(world->failure.problem, "wrong_chain");
    assert_string_equal(world->failure.words,
                        "The CA handed out a certificate that cannot be used: its first certificate is for another key "
                        "than the one that was sent. The certificate before stays in service.");
    assert_int_equal(acme_job_chain_pem(job).size, 0);
    assert_int_equal(acme_job_order_url(job).size, 0);
    acme_job_free(job);
}

static void a_clock_that_is_far_ahead_is_told_and_not_tried_against_again(void **state)
{
    struct world *world = *state;
    world->now_s = 4200000000; /* in 2103; the CA's certificates end in 2100 */
    assert_int_equal(world_run(world), ACME_STEP_FAILED);
    assert_string_equal(world->failure.problem, "wrong_chain");
    assert_non_null(strstr(world->failure.words, "by this machine's clock"));
    assert_string_equal(world->failure.fix, "Check this machine's clock.");
    assert_true(world->failure.permanent);
}

static void a_profile_is_checked_against_what_the_ca_has(void **state)
{
    struct world *world = *state;
    world->settings.profile = STR("short");
    assert_failed(world, "unknown_profile", "The CA has no profile \"short\". It has: none at all.");
    world_reset(world);
    world->ca.has_profiles = true;
    world->settings.profile = STR("shortlived");
    assert_failed(world, "unknown_profile", "The CA has no profile \"shortlived\". It has: classic, short.");
    assert_true(world->failure.permanent);
    assert_int_equal(world->ca.requests_count, 1);
    world_reset(world);
    world->ca.has_profiles = true;
    world->settings.profile = STR("short");
    assert_int_equal(world_run(world), ACME_STEP_DONE);
    assert_string_equal(world->ca.orders[0].profile, "short");
}

static void what_is_replaced_is_said_where_it_is_understood(void **state)
{
    struct world *world = *state;
    world->input.replaces = STR("aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE");
    assert_int_equal(world_run(world), ACME_STEP_DONE); /* no ARI: not said */
    assert_string_equal(world->ca.replaces, "");
    world_reset(world);
    world->ca.has_ari = true;
    world->input.replaces = STR("aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE");
    assert_int_equal(world_run(world), ACME_STEP_DONE);
    assert_string_equal(world->ca.replaces, "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE");
    world_reset(world);
    world->ca.has_ari = world->ca.refuses_replaces = true;
    world->input.replaces = STR("aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE");
    struct acme_job *job = world_job(world);
    assert_int_equal(ca_drive(&world->ca, job, &world->now_s, 0, NULL), ACME_STEP_DONE);
    assert_string_equal(world->ca.replaces, "");
    assert_int_equal(world->ca.seen[CA_NEW_ORDER], 2);
    assert_str(acme_job_notice(job), STR("The CA did not take it that this certificate replaces the one before."));
    acme_job_free(job);
}

static void terms_and_binding_are_asked_for_before_the_ca_does(void **state)
{
    struct world *world = *state;
    world->settings.terms_agreed = false;
    assert_failed(world, "terms_not_agreed", "The CA wants its terms of service agreed to: " CA_URL "/terms");
    assert_int_equal(world->ca.requests_count, 1);
    world_reset(world);
    world->ca.eab_key = STR("a secret of the CA's web site");
    assert_failed(
        world, "externalAccountRequired",
        "The CA cannot be asked to register the account: it wants the account bound to one you have with it.");
    assert_true(world->failure.permanent && world->failure.try_other_ca);
    world->settings.eab_kid = STR("kid-1");
    world->settings.eab_key = world->ca.eab_key;
    assert_int_equal(world_run(world), ACME_STEP_DONE);
    /* One that the CA does not take. */
    world_reset(world);
    world->settings.eab_kid = STR("kid-1");
    world->settings.eab_key = STR("mistyped");
    world->ca.break_at.step = CA_NEW_ACCOUNT;
    world->ca.break_at.fault = CA_PROBLEM;
    world->ca.problem = "unauthorized";
    assert_int_equal(world_run(world), ACME_STEP_FAILED);
    assert_string_equal(world->failure.fix,
                        "Check the key identifier and the key (EAB) in this CA's settings: they may be "
                        "mistyped, or used up.");
}

static void accounts_are_made_found_and_kept_up_to_date(void **state)
{
    struct world *world = *state;
    world->input.kind = ACME_JOB_ACCOUNT;
    assert_int_equal(world_run(world), ACME_STEP_DONE);
    assert_int_equal(world->ca.accounts_count, 1);
    assert_int_equal(world->ca.seen[CA_ACCOUNT], 0);
    /* Found by its key, with other contacts. */
    world->contact = STR("mailto:other@example.test");
    assert_int_equal(world_run(world), ACME_STEP_DONE);
    assert_int_equal(world->ca.accounts_count, 1);
    assert_int_equal(world->ca.seen[CA_ACCOUNT], 1);
    assert_string_equal(world->ca.accounts[0].contacts, "[\"mailto:other@example.test\"]");
    /* By its URL: read, and changed only if it must be. */
    world->input.account_url = STR(CA_URL "/account/0");
    assert_int_equal(world_run(world), ACME_STEP_DONE);
    assert_int_equal(world->ca.seen[CA_ACCOUNT], 2);
    world->settings.contacts_count = 0;
    assert_int_equal(world_run(world), ACME_STEP_DONE);
    assert_int_equal(world->ca.seen[CA_ACCOUNT], 4);
    assert_string_equal(world->ca.accounts[0].contacts, "[]");
    /* A CA that keeps none is told, and that is that. */
    world->ca.keeps_no_contacts = true;
    world->settings.contacts_count = 1;
    assert_int_equal(world_run(world), ACME_STEP_DONE);
    world->ca.accounts[0].is_deactivated = true;
    assert_int_equal(world_run(world), ACME_STEP_FAILED);
    assert_string_equal(world->failure.problem, "unauthorized");
}

static void an_account_that_is_gone_is_made_anew(void **state)
{
    struct world *world = *state;
    static const enum acme_job_kind kinds[] = {ACME_JOB_ACCOUNT, ACME_JOB_OBTAIN};
    for (size_t i = 0; i < 2; i++) {
        for (int with_order = 0; with_order < 2; with_order++) {
            world_reset(world);
            world->input.kind = kinds[i];
            world->input.account_url = STR(CA_URL "/account/7");
            if (with_order)
                world->input.order_url = STR(CA_URL "/order/3");
            struct acme_job *job = world_job(world);
            assert_int_equal(ca_drive(&world->ca, job, &world->now_s, 0, NULL), ACME_STEP_DONE);
            assert_str(acme_job_account_url(job), STR(CA_URL "/account/0"));
            acme_job_free(job);
        }
    }
}

static void a_certificate_is_revoked_and_stays_so(void **state)
{
    struct world *world = *state;
    world->input.kind = ACME_JOB_ACCOUNT;
    assert_int_equal(world_run(world), ACME_STEP_DONE);
    world->input.kind = ACME_JOB_REVOKE;
    world->input.certificate_der = STR("\x30\x01\x02");
    world->input.reason = 4;
    assert_int_equal(world_run(world), ACME_STEP_DONE); /* the account is found by its key */
    assert_string_equal(world->ca.payload, "{\"certificate\":\"MAEC\",\"reason\":4}");
    world->input.account_url = STR(CA_URL "/account/0");
    world->input.reason = 0;
    struct acme_job *job = world_job(world);
    assert_int_equal(ca_drive(&world->ca, job, &world->now_s, 0, NULL), ACME_STEP_DONE);
    assert_string_equal(world->ca.payload, "{\"certificate\":\"MAEC\"}");
    assert_str(acme_job_notice(job), STR("The certificate was revoked already."));
    acme_job_free(job);
}

static void a_revocation_without_the_account_says_what_helps(void **state)
{
    struct world *world = *state;
    static const char *const urls[] = {"", CA_URL "/account/0"};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        world_reset(world);
        world->input.kind = ACME_JOB_REVOKE;
        world->input.certificate_der = STR("\x30\x01\x02");
        world->input.account_url = str_from(urls[i]);
        assert_int_equal(world_run(world), ACME_STEP_FAILED);
        assert_string_equal(world->failure.problem, "accountDoesNotExist");
        assert_true(world->failure.permanent);
        assert_non_null(strstr(world->failure.fix, "Revoke it at the CA's own web site"));
    }
}

static void the_key_is_rolled_over_once_however_often_it_is_asked(void **state)
{
    struct world *world = *state;
    static const enum ca_fault faults[] = {CA_SOUND, CA_LOST, CA_SILENT, CA_BAD_NONCE, CA_BUSY};
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        world_reset(world);
        world->input.kind = ACME_JOB_ACCOUNT;
        assert_int_equal(world_run(world), ACME_STEP_DONE);
        world->input.kind = ACME_JOB_ROLL_KEY;
        world->ca.break_at.step = CA_KEY_CHANGE;
        world->ca.break_at.fault = faults[i];
        world->ca.break_at.times = 1;
        world->input.account_url = i % 2 ? STR(CA_URL "/account/0") : STR("");
        assert_int_equal(world_run(world), ACME_STEP_DONE);
        assert_ptr_equal(world->ca.accounts[0].key, world->other_key);
        assert_int_equal(world_run(world), ACME_STEP_DONE); /* again, after a restart */
        assert_int_equal(world->ca.accounts_count, 1);
    }
}

/* The answer may have been lost, so the CA is asked for the new key: that it does not know it is not the news. */
static void a_roll_over_that_a_ca_cannot_do_is_told_as_that(void **state)
{
    struct world *world = *state;
    world->input.kind = ACME_JOB_ACCOUNT;
    assert_int_equal(world_run(world), ACME_STEP_DONE);
    world->input.kind = ACME_JOB_ROLL_KEY;
    world->ca.break_at.step = CA_KEY_CHANGE;
    world->ca.break_at.fault = CA_ERROR_500;
    world->ca.break_at.times = 0;
    assert_failed(world, "server_error",
                  "The CA refused to take the account's new key: it answered with the HTTP status 500 and no "
                  "explanation.");
    assert_ptr_equal(world->ca.accounts[0].key, world->account_key);
}

static void a_new_key_of_another_account_is_a_conflict(void **state)
{
    struct world *world = *state;
    world->input.kind = ACME_JOB_ACCOUNT;
    assert_int_equal(world_run(world), ACME_STEP_DONE);
    world->input.account_key = world->other_key;
    assert_int_equal(world_run(world), ACME_STEP_DONE);
    world->input.account_key = world->account_key;
    world->input.kind = ACME_JOB_ROLL_KEY;
    world->input.account_url = STR(CA_URL "/account/0");
    assert_failed(world, "conflict", "The CA knows the new key as that of another account.");
}

static void an_account_is_deactivated_once(void **state)
{
    struct world *world = *state;
    world->input.kind = ACME_JOB_DEACTIVATE;
    assert_int_equal(world_run(world), ACME_STEP_DONE); /* there is none */
    world->input.kind = ACME_JOB_ACCOUNT;
    assert_int_equal(world_run(world), ACME_STEP_DONE);
    world->input.kind = ACME_JOB_DEACTIVATE;
    world->ca.break_at.step = CA_ACCOUNT;
    world->ca.break_at.fault = CA_LOST;
    world->ca.break_at.times = 1;
    assert_int_equal(world_run(world), ACME_STEP_DONE);
    assert_true(world->ca.accounts[0].is_deactivated);
}

/* That of RFC 9773 appendix A. */
static const char ari_pem[] = "-----BEGIN CERTIFICATE-----\n"
                              "MIIBQzCB66ADAgECAgUAh2VDITAKBggqhkjOPQQDAjAVMRMwEQYDVQQDEwpFeGFt\n"
                              "cGxlIENBMCIYDzAwMDEwMTAxMDAwMDAwWhgPMDAwMTAxMDEwMDAwMDBaMBYxFDAS\n"
                              "BgNVBAMTC2V4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEeBZu\n"
                              "7cbpAYNXZLbbh8rNIzuOoqOOtmxA1v7cRm//AwyMwWxyHz4zfwmBhcSrf47NUAFf\n"
                              "qzLQ2PPQxdTXREYEnKMjMCEwHwYDVR0jBBgwFoAUaYhba4dGQEHhs3uEe6CuLN4B\n"
                              "yNQwCgYIKoZIzj0EAwIDRwAwRAIge09+S5TZAlw5tgtiVvuERV6cT4mfutXIlwTb\n"
                              "+FYN/8oCIClDsqBklhB9KAelFiYt9+6FDj3z4KGVelYM5MdsO3pK\n"
                              "-----END CERTIFICATE-----\n";

static void renewal_information_is_fetched_unsigned(void **state)
{
    struct world *world = *state;
    struct pem_cursor cursor = {.rest = str_from(ari_pem)};
    struct pem_block block;
    struct buf der;
    struct acme_window window;
    struct acme_step step;
    buf_init(&der, 65536);
    assert_int_equal(pem_next(&cursor, &block, &der, NULL), PEM_BLOCK);
    world->input = (struct acme_job_input){
        .kind = ACME_JOB_RENEWAL_INFO, .ca = &world->settings, .certificate_der = buf_str(&der)};
    assert_failed(world, "not_offered", "The CA cannot be asked to say when to renew: it does not offer that.");
    world->ca.has_ari = true;
    struct acme_job *job = world_job(world);
    assert_int_equal(ca_drive(&world->ca, job, &world->now_s, 1, NULL), ACME_STEP_REQUEST);
    acme_job_step(job, world->now_s, &step);
    assert_str(step.request.url, STR(CA_URL "/ari/aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE"));
    assert_false(step.request.post);
    assert_int_equal(ca_drive(&world->ca, job, &world->now_s, 0, NULL), ACME_STEP_DONE);
    acme_job_window(job, &window);
    assert_int_equal(window.start_s, 1768867200);
    assert_int_equal(window.end_s, 1769040000);
    assert_int_equal(window.look_again_s, world->now_s + 21600);
    assert_str(window.explanation_url, STR(CA_URL "/why"));
    acme_job_free(job);
    world->ca.break_at.step = CA_RENEWAL_INFO;
    world->ca.break_at.fault = CA_EMPTY;
    assert_failed(world, "malformed_answer",
                  "The CA was asked to say when to renew, and its answer cannot be used: suggestedWindow is missing.");
    assert_int_equal(world->failure.retry_s, world->now_s + 21600);
    buf_fini(&der);
}

static void input_that_cannot_be_is_named(void **state)
{
    struct world *world = *state;
    struct acme_job *job = NULL;
    struct str http = STR("http://ca.test/directory"), bad_contact = STR("admin@example.test");
    struct str no_name = STR("not a name"), port = STR("https://ca.test:0/");
    struct str fragment = STR("https://ca.test/#a"), user = STR("https://u@ca.test/"), relative = STR("/directory");
#define CASE(change, name)                                                                                             \
    do {                                                                                                               \
        struct err err = {0};                                                                                          \
        world_reset(world);                                                                                            \
        change;                                                                                                        \
        assert_false(acme_job_new(&world->input, &job, &err));                                                         \
        assert_string_equal(err.field, name);                                                                          \
        assert_int_equal(err.code, ERR_INPUT);                                                                         \
        assert_null(job);                                                                                              \
    } while (0)
    CASE(world->settings.directory_url = http, "directory_url");
    CASE(world->settings.directory_url = port, "directory_url");
    CASE(world->settings.directory_url = fragment, "directory_url");
    CASE(world->settings.directory_url = user, "directory_url");
    CASE(world->settings.directory_url = relative, "directory_url");
    CASE(world->contact = bad_contact, "contacts");
    CASE(world->settings.contacts_count = 9, "contacts");
    CASE(world->settings.eab_kid = http, "eab");
    CASE(world->settings.profile = STR("0123456789012345678901234567890123456789012345678901234567890123456789"),
         "profile");
    CASE(world->input.account_key = NULL, "account_key");
    CASE(world->input.account_url = http, "account_url");
    CASE(world->input.order_url = http, "order_url");
    CASE(world->names[0] = no_name, "names");
    CASE(world->input.names_count = 0, "names");
    CASE(world->input.names_count = 101, "names");
    CASE(world->input.certificate_key = NULL, "certificate_key");
    CASE(world->input.challenges_count = 0, "challenges");
    CASE(world->input.kind = ACME_JOB_REVOKE, "certificate");
    CASE((world->input.kind = ACME_JOB_ROLL_KEY, world->input.new_account_key = NULL), "new_account_key");
#undef CASE
    acme_job_free(NULL);
}

static void a_clock_that_was_set_back_does_not_stop_a_wait(void **state)
{
    struct world *world = *state;
    struct acme_job *job = world_job(world);
    struct acme_step step;
    world->ca.polls = 3;
    while (ca_drive(&world->ca, job, &world->now_s, 1, NULL) != ACME_STEP_WAIT)
        ;
    int64_t earlier_s = world->now_s - 1000000;
    acme_job_step(job, earlier_s, &step);
    assert_int_equal(step.kind, ACME_STEP_WAIT);
    assert_true(step.until_s - earlier_s <= 60);
    world->now_s = earlier_s;
    assert_int_equal(ca_drive(&world->ca, job, &world->now_s, 0, NULL), ACME_STEP_DONE);
    acme_job_free(job);
}

static void what_is_given_back_at_the_wrong_time_changes_nothing(void **state)
{
    struct world *world = *state;
    struct acme_job *job = world_job(world);
    const struct acme_response response = {.status = 500};
    struct acme_step step, again;
    acme_job_response(job, &response, world->now_s); /* nothing was asked yet */
    acme_job_no_response(job, "is away", world->now_s);
    acme_job_proved(job, world->now_s);
    acme_job_not_proved(job, "no", world->now_s);
    acme_job_step(job, world->now_s, &step);
    acme_job_step(job, world->now_s, &again);
    assert_int_equal(step.kind, ACME_STEP_REQUEST);
    assert_str(step.request.url, again.request.url);
    assert_int_equal(ca_drive(&world->ca, job, &world->now_s, 0, NULL), ACME_STEP_DONE);
    acme_job_response(job, &response, world->now_s);
    acme_job_step(job, world->now_s, &step);
    assert_int_equal(step.kind, ACME_STEP_DONE);
    acme_job_free(job);
}

#define job_unit_test(f) cmocka_unit_test_setup(f, world_setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_states_are_a_sound_model),
        job_unit_test(a_certificate_is_obtained_from_nothing),
        job_unit_test(both_kinds_of_account_key_sign),
        job_unit_test(each_kind_of_challenge_is_proved),
        job_unit_test(all_proofs_are_up_at_the_same_time),
        job_unit_test(names_are_asked_for_once_and_in_lower_case),
        job_unit_test(valid_authorizations_are_not_proved_again),
        job_unit_test(a_wildcard_without_dns_01_says_so),
        job_unit_test(waiting_follows_the_ca_and_has_an_end),
        job_unit_test(a_proof_that_is_not_found_is_told_with_the_cas_words),
        job_unit_test(a_proof_that_cannot_be_put_up_ends_the_job),
        job_unit_test(the_preferred_root_decides_between_chains),
        job_unit_test(another_chain_that_is_broken_does_no_harm),
        job_unit_test(a_chain_for_another_key_is_never_a_result),
        job_unit_test(a_clock_that_is_far_ahead_is_told_and_not_tried_against_again),
        job_unit_test(a_profile_is_checked_against_what_the_ca_has),
        job_unit_test(what_is_replaced_is_said_where_it_is_understood),
        job_unit_test(terms_and_binding_are_asked_for_before_the_ca_does),
        job_unit_test(accounts_are_made_found_and_kept_up_to_date),
        job_unit_test(an_account_that_is_gone_is_made_anew),
        job_unit_test(a_certificate_is_revoked_and_stays_so),
        job_unit_test(a_revocation_without_the_account_says_what_helps),
        job_unit_test(the_key_is_rolled_over_once_however_often_it_is_asked),
        job_unit_test(a_roll_over_that_a_ca_cannot_do_is_told_as_that),
        job_unit_test(a_new_key_of_another_account_is_a_conflict),
        job_unit_test(an_account_is_deactivated_once),
        job_unit_test(renewal_information_is_fetched_unsigned),
        job_unit_test(input_that_cannot_be_is_named),
        job_unit_test(a_clock_that_was_set_back_does_not_stop_a_wait),
        job_unit_test(what_is_given_back_at_the_wrong_time_changes_nothing),
    };
    return cmocka_run_group_tests(tests, world_setup_keys, world_teardown_keys);
}
