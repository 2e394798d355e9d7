/* Passwords on a thread: what is told of them, and never more than a few at a time. */
#include "account_ask.h"
#include "control/hashing.h"

struct job {
    struct hashing hashing;
    bool written, *freed;
    bool right;
    char made[PASSWORD_HASH_SIZE];
};

static void write_job(struct api_later *later, struct api_reply *reply)
{
    struct job *job = container_of(later, struct job, hashing.later);
    (void)reply;
    assert_int_equal(job->hashing.err.code, ERR_NONE);
    job->written = true;
    job->right = job->hashing.right;
    memcpy(job->made, job->hashing.made, sizeof job->made);
}

static void free_job(struct api_later *later)
{
    struct job *job = container_of(later, struct job, hashing.later);
    hashing_fini(&job->hashing);
    *job->freed = true;
}

static void run_job(struct asker *p, struct job *job)
{
    struct api_reply reply = {0};
    struct asker_waiter waiter;
    bool freed = false;
    job->freed = &freed;
    job->hashing.later.write = write_job;
    job->hashing.later.free = free_job;
    buf_init(&reply.body, 65536);
    assert_true(hashing_begin(&p->f->core, &job->hashing, &reply));
    assert_int_equal(p->f->core.hashings_count, 1);
    asker_put(p, &reply, &waiter);
    while (!freed)
        loop_turn(p->f->core.loop, 1000);
    assert_true(job->written);
    assert_int_equal(p->f->core.hashings_count, 0);
    buf_fini(&reply.body);
}

static void a_password_is_told_right_or_wrong(void **state)
{
    char hash[PASSWORD_HASH_SIZE];
    struct asker p;
    (void)state;
    asker_init(&p);
    assert_true(password_hash(STR(PASSWORD), hash, NULL));
    const struct {
        const char *hash, *given;
        bool right;
    } cases[] = {{hash, PASSWORD, true}, {hash, "wrong", false}, {NULL, PASSWORD, false}};
    for (size_t i = 0; i < 3; i++) {
        struct job job = {.written = false};
        hashing_check(&job.hashing, cases[i].hash, str_from(cases[i].given), true);
        run_job(&p, &job);
        assert_int_equal(job.right, cases[i].right);
        assert_string_equal(job.made, "");
    }
    asker_fini(&p);
}

static void a_new_one_is_made_only_when_the_old_one_was_right(void **state)
{
    char hash[PASSWORD_HASH_SIZE];
    struct asker p;
    (void)state;
    asker_init(&p);
    assert_true(password_hash(STR(PASSWORD), hash, NULL));
    for (int right = 0; right < 2; right++) {
        struct job job = {.written = false};
        hashing_check(&job.hashing, hash, right ? STR(PASSWORD) : STR("wrong"), false);
        hashing_make(&job.hashing, STR(NEW_PASSWORD));
        run_job(&p, &job);
        assert_int_equal(job.made[0] != '\0', right);
        assert_int_equal(right && password_verify(job.made, STR(NEW_PASSWORD), NULL), right);
    }
    asker_fini(&p);
}

/* One pass over 8 KiB, for "the old password", by the reference implementation's parameters. */
static void a_hash_of_less_effort_is_made_anew(void **state)
{
    static const char weak[PASSWORD_HASH_SIZE] =
        "$argon2id$v=19$m=8,t=1,p=1$TlkWyAFRr2pQYMpdUfXg6g$6ru+F/4y+bqy7KyNcDcROpbYYMEnfrx5XU+NagdsO0w";
    struct asker p;
    struct job job = {.written = false};
    (void)state;
    asker_init(&p);
    hashing_check(&job.hashing, weak, STR("the old password"), true);
    run_job(&p, &job);
    assert_true(job.right);
    assert_true(password_verify(job.made, STR("the old password"), NULL));
    assert_false(password_is_outdated(job.made));
    asker_fini(&p);
}

static void one_too_many_has_to_come_again_but_for_the_machines_own(void **state)
{
    struct asker p;
    struct hashing some[HASHING_COUNT_MAX + 1] = {{.right = false}};
    struct api_reply reply = {0};
    (void)state;
    asker_init(&p);
    buf_init(&reply.body, 65536);
    for (size_t i = 0; i < HASHING_COUNT_MAX; i++)
        assert_true(hashing_begin(&p.f->core, &some[i], &reply));
    assert_false(hashing_begin(&p.f->core, &some[HASHING_COUNT_MAX], &reply));
    assert_int_equal(reply.status, 429);
    assert_non_null(memmem(reply.body.data, reply.body.size, "\"busy\"", 6));
    struct hashing local = {.is_local = true};
    assert_true(hashing_begin(&p.f->core, &local, &reply));
    assert_false(hashing_begin(&p.f->core, &some[HASHING_COUNT_MAX], &reply));
    hashing_fini(&local);
    hashing_fini(&some[0]);
    assert_true(hashing_begin(&p.f->core, &some[HASHING_COUNT_MAX], &reply));
    for (size_t i = 1; i <= HASHING_COUNT_MAX; i++)
        hashing_fini(&some[i]);
    buf_fini(&reply.body);
    asker_fini(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_is_told_right_or_wrong),
        cmocka_unit_test(a_new_one_is_made_only_when_the_old_one_was_right),
        cmocka_unit_test(a_hash_of_less_effort_is_made_anew),
        cmocka_unit_test(one_too_many_has_to_come_again_but_for_the_machines_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
