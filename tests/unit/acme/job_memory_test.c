/*
 * Memory that runs out at any allocation of a job, ours or the JSON library's: the job fails in words or does without,
 * and nothing is lost or used twice (the sanitizers look on). The linker puts the counters in front of malloc and its
 * kin.
 */
#include "check.h"

#include <stdlib.h>

#include "world.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

/* Only while a job has the word. */
static struct {
    bool is_on;
    unsigned count, fail_at; /* 0: never */
} memory;

static bool fails(void)
{
    return memory.is_on && ++memory.count == memory.fail_at;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

static void memory_on(void)
{
    memory.is_on = true;
}

static void memory_off(void)
{
    memory.is_on = false;
}

/* One step: the job's part counted, the CA's not. */
static enum acme_step_kind step_once(struct world *world, struct acme_job *job)
{
    struct acme_step step;
    struct acme_response response;
    memory_on();
    acme_job_step(job, world->now_s, &step);
    memory_off();
    if (step.kind == ACME_STEP_WAIT)
        world->now_s = step.until_s;
    if (step.kind == ACME_STEP_PROVE)
        ca_put_up(&world->ca, step.proofs, step.proofs_count);
    bool is_answered = step.kind == ACME_STEP_REQUEST && ca_answer(&world->ca, &step.request, &response);
    memory_on();
    if (step.kind == ACME_STEP_PROVE)
        acme_job_proved(job, world->now_s);
    if (is_answered)
        acme_job_response(job, &response, world->now_s);
    memory_off();
    if (step.kind == ACME_STEP_FAILED)
        world->failure = *step.failure;
    return step.kind;
}

/* A job with the fail_at-th allocation failing; false when it needed fewer. */
static bool run_with(struct world *world, unsigned fail_at)
{
    struct acme_job *job = NULL;
    struct err err = {0};
    memory.count = 0;
    memory.fail_at = fail_at;
    memory_on();
    bool ok = acme_job_new(&world->input, &job, &err);
    memory_off();
    if (!ok) {
        if (err.code != ERR_MEMORY)
            fail_msg("%s: %s", err.field, err.text);
        assert_null(job);
        return true;
    }
    enum acme_step_kind kind = ACME_STEP_WAIT;
    while (kind != ACME_STEP_DONE && kind != ACME_STEP_FAILED)
        kind = step_once(world, job);
    if (kind == ACME_STEP_FAILED)
        assert_true(world->failure.words[0] != 0 && !world->failure.permanent);
    if (world->input.kind == ACME_JOB_OBTAIN)
        assert_int_equal(acme_job_chain_pem(job).size > 0, kind == ACME_STEP_DONE);
    acme_job_free(job);
    return memory.count >= fail_at;
}

static void memory_may_run_out_anywhere(void **state)
{
    struct world *world = *state;
    static const enum acme_job_kind kinds[] = {ACME_JOB_OBTAIN, ACME_JOB_ACCOUNT, ACME_JOB_ROLL_KEY, ACME_JOB_REVOKE,
                                               ACME_JOB_DEACTIVATE};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        unsigned fail_at = 1;
        for (;; fail_at++) {
            world_reset(world);
            if (kinds[i] != ACME_JOB_OBTAIN) {
                world->input.kind = ACME_JOB_ACCOUNT;
                assert_int_equal(world_run(world), ACME_STEP_DONE);
            }
            world->input.kind = kinds[i];
            world->input.certificate_der = STR("\x30\x00");
            world->input.names_count = 2;
            world->settings.preferred_root = STR("intermediate");
            if (!run_with(world, fail_at))
                break;
        }
        assert_true(fail_at > 5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup(memory_may_run_out_anywhere, world_setup)};
    return cmocka_run_group_tests(tests, world_setup_keys, world_teardown_keys);
}
