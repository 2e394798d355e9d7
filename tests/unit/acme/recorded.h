/*
 * Exchanges with real CAs (Pebble 2.4, and the acme_server of Caddy 2.6) as text, and the jobs they were recorded with.
 * Fixed keys, since the certificate is for one of them. A recording is lines of "NAME VALUE"; each request begins with
 * its method and ends with "body SIZE" and the bytes.
 */
#ifndef TESTS_UNIT_ACME_RECORDED_H
#define TESTS_UNIT_ACME_RECORDED_H

#include "acme/job.h"

#define RECORDED_ORIGIN "https://ca.test"

struct recorded {
    struct acme_ca ca;
    struct acme_job_input input;
    struct key *account_key, *new_key, *certificate_key;
    struct str names[2], contact;
    enum acme_challenge_kind challenges[2];
};

/* The input of the job called "obtain", "account", "roll", "deactivate" (Pebble), "caddy". */
void recorded_init(struct recorded *recorded, const char *name);
void recorded_fini(struct recorded *recorded);

#endif
