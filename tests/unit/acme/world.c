/* Keys are made once a program: they are what takes time. */
#include "world.h"

#include <stdlib.h>

#include "check.h"

static void fill(struct world *world)
{
    world->contact = STR("mailto:admin@example.test");
    world->names[0] = STR("app.example.test");
    world->names[1] = STR("*.example.test");
    world->names[2] = STR("example.test");
    world->challenges[0] = ACME_HTTP_01;
    world->challenges[1] = ACME_TLS_ALPN_01;
    world->challenges[2] = ACME_DNS_01;
    world->now_s = TEST_CA_NOW_S;
    world->failure = (struct acme_failure){0};
    world->settings = (struct acme_ca){.directory_url = STR(CA_URL "/directory"),
                                       .contacts = &world->contact,
                                       .contacts_count = 1,
                                       .terms_agreed = true};
    world->input = (struct acme_job_input){.kind = ACME_JOB_OBTAIN,
                                           .ca = &world->settings,
                                           .account_key = world->account_key,
                                           .new_account_key = world->other_key,
                                           .names = world->names,
                                           .names_count = 1,
                                           .certificate_key = world->ca.certificate_key,
                                           .challenges = world->challenges,
                                           .challenges_count = ACME_CHALLENGE_KINDS_COUNT,
                                           .random = 12345};
}

int world_setup_keys(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    struct key *key = key_generate(KEY_ECDSA, NULL);
    buf_init(&world->certificate_key_pem, 4096);
    if (!key || !key_to_pem(key, &world->certificate_key_pem, NULL) || !buf_put_char(&world->certificate_key_pem, 0))
        return -1;
    key_free(key);
    world->account_key = key_generate(KEY_ECDSA, NULL);
    world->other_key = key_generate(KEY_RSA, NULL);
    ca_init(&world->ca, world->certificate_key_pem.data, world->account_key, world->other_key);
    *state = world;
    return 0;
}

int world_setup(void **state)
{
    world_reset(*state);
    return 0;
}

void world_reset(struct world *world)
{
    ca_reset(&world->ca);
    fill(world);
}

int world_teardown_keys(void **state)
{
    struct world *world = *state;
    ca_fini(&world->ca);
    key_free(world->account_key);
    key_free(world->other_key);
    key_wipe(&world->certificate_key_pem);
    free(world);
    return 0;
}

struct acme_job *world_job(struct world *world)
{
    struct acme_job *job = NULL;
    struct err err = {0};
    if (!acme_job_new(&world->input, &job, &err))
        fail_msg("%s: %s", err.field, err.text);
    return job;
}

enum acme_step_kind world_run(struct world *world)
{
    struct acme_job *job = world_job(world);
    enum acme_step_kind end = ca_drive(&world->ca, job, &world->now_s, 0, &world->failure);
    acme_job_free(job);
    return end;
}
