/* Keys come as control has made them; until then there are some of its own. */
#include "authority.h"

#include <stdlib.h>

#include "ca.h"
#include "check.h"

struct authority {
    struct ca ca;
    struct key *unused, *account, *certificate;
    struct buf certificate_pem;
};

static void write_pem(struct authority *a, const struct key *key)
{
    buf_clear(&a->certificate_pem);
    assert_true(key && key_to_pem(key, &a->certificate_pem, NULL) && buf_put_char(&a->certificate_pem, 0));
}

struct authority *authority_new(void)
{
    struct authority *a = calloc(1, sizeof *a);
    assert_non_null(a);
    buf_init(&a->certificate_pem, 4096);
    a->unused = key_generate(KEY_ECDSA, NULL);
    write_pem(a, a->unused);
    ca_init(&a->ca, a->certificate_pem.data, a->unused, a->unused);
    return a;
}

void authority_free(struct authority *a)
{
    ca_fini(&a->ca); /* with the certificate's key */
    key_free(a->unused);
    key_free(a->account);
    key_wipe(&a->certificate_pem);
    free(a);
}

void authority_meet_account(struct authority *a, struct str key)
{
    if (a->account)
        return;
    a->account = key_load(key, NULL, NULL);
    assert_non_null(a->account);
    a->ca.keys[0] = a->account;
}

void authority_meet_certificate_key(struct authority *a, struct str key)
{
    struct key *loaded = key_load(key, NULL, NULL);
    write_pem(a, loaded);
    key_free((struct key *)(uintptr_t)a->ca.certificate_key);
    a->ca.certificate_key = loaded;
    a->ca.certificate_key_pem = a->certificate_pem.data;
}

void authority_show(struct authority *a, const struct acme_proof *proofs, size_t count)
{
    ca_put_up(&a->ca, proofs, count);
}

void authority_break(struct authority *a, enum ca_step step, unsigned times, enum ca_fault fault, const char *problem)
{
    a->ca.break_at.step = step;
    a->ca.break_at.from = 1;
    a->ca.break_at.times = times;
    a->ca.break_at.fault = fault;
    a->ca.problem = problem;
}

bool authority_answer(struct authority *a, const struct acme_request *request, struct acme_response *ret)
{
    return ca_answer(&a->ca, request, ret);
}

size_t authority_orders_count(const struct authority *a)
{
    return a->ca.orders_count;
}

size_t authority_accounts_count(const struct authority *a)
{
    return a->ca.accounts_count;
}

unsigned authority_seen(const struct authority *a, enum ca_step step)
{
    return a->ca.seen[step];
}
