/* What the tests of jobs share: keys, a CA in memory, and a job's input with everything in its place. */
#ifndef TESTS_UNIT_ACME_WORLD_H
#define TESTS_UNIT_ACME_WORLD_H

#include "ca.h"

struct world {
    struct key *account_key, *other_key;
    struct buf certificate_key_pem;
    struct ca ca;
    struct acme_ca settings;
    struct str contact, names[3];
    enum acme_challenge_kind challenges[ACME_CHALLENGE_KINDS_COUNT];
    struct acme_job_input input; /* OBTAIN for names[0], http-01 preferred */
    int64_t now_s;
    struct acme_failure failure;
};

/* cmocka's setup and teardown of a program, and the setup of each test: a new CA and input. */
int world_setup_keys(void **state);
int world_teardown_keys(void **state);
int world_setup(void **state);
/* A new CA and input with the keys of before. */
void world_reset(struct world *world);
/* A job of the input. */
struct acme_job *world_job(struct world *world);
/* Makes a job of the input, drives it to its end and throws it away. */
enum acme_step_kind world_run(struct world *world);

#endif
