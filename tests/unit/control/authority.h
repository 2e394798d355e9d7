/*
 * The certificate authority of the engine's tests (tests/unit/acme/ca.h) for tests of control, whose own `struct ca` it
 * would collide with.
 */
#ifndef TESTS_UNIT_CONTROL_AUTHORITY_H
#define TESTS_UNIT_CONTROL_AUTHORITY_H

#include "acme/job.h"
#include "ca_fault.h"

struct authority;

struct authority *authority_new(void);
void authority_free(struct authority *authority);
/* The client that it knows, and the key it signs for: DER; a view. */
void authority_meet_account(struct authority *authority, struct str key);
void authority_meet_certificate_key(struct authority *authority, struct str key);
/* Proofs it finds when it looks; copied. */
void authority_show(struct authority *authority, const struct acme_proof *proofs, size_t count);
/* The first requests of the step meet the fault. */
void authority_break(struct authority *authority, enum ca_step step, unsigned times, enum ca_fault fault,
                     const char *problem);
/* False: there is no answer. It lives until the next one. */
bool authority_answer(struct authority *authority, const struct acme_request *request, struct acme_response *ret);
size_t authority_orders_count(const struct authority *authority);
size_t authority_accounts_count(const struct authority *authority);
unsigned authority_seen(const struct authority *authority, enum ca_step step);

#endif
