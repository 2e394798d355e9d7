/* A store with a piece of everything in it, and a backup of it. */
#ifndef TESTS_STORE_BACKUP_FIXTURE_H
#define TESTS_STORE_BACKUP_FIXTURE_H

#include "store/certificate.h"
#include "store/store_parts.h"
#include "store_fixture.h"
#include "test_ca.h"

static const char *const backup_sites[] = {"a.example", "b.example", NULL};

static inline struct cert *make_cert(const char *name)
{
    struct test_ca *ca = test_ca_new();
    struct test_ca_made made = test_ca_make_for(ca, name, TEST_CA_P256);
    struct cert *cert = cert_load(buf_str(&made.chain), buf_str(&made.key), NULL, NULL);
    assert_non_null(cert);
    test_ca_made_free(&made);
    test_ca_free(ca);
    return cert;
}

static inline void add_cert(struct fixture *f, const struct cert *cert, char id[static CERTIFICATE_ID_SIZE + 1])
{
    struct certificates *certificates;
    assert_true(certificates_new(f->store, &certificates, NULL));
    memcpy(id, certificates_add(certificates, cert, NULL)->id, CERTIFICATE_ID_SIZE + 1);
    certificates_free(certificates);
}

static inline bool has_cert(struct fixture *f, const char *id, const struct cert *expected)
{
    struct certificates *certificates;
    struct cert *cert = NULL;
    assert_true(certificates_new(f->store, &certificates, NULL));
    bool found = certificates_open(certificates, str_from(id), &cert, NULL);
    if (found)
        assert_str(cert_fingerprint_sha256(cert), cert_fingerprint_sha256(expected));
    cert_free(cert);
    certificates_free(certificates);
    return found;
}

static inline void act(struct fixture *f, const char *what)
{
    const struct audit_entry entry = {.at_s = 5, .act = str_from(what)};
    fixture_save(f, &(struct store_change){.audit = &entry, .audit_count = 1});
}

/* Sites, a ledger, a certificate, an act, evidence, a root, the local CA. */
static inline void fill(struct fixture *f, const struct cert *cert, char id[static CERTIFICATE_ID_SIZE + 1])
{
    struct state after;
    struct book_change change = {.name = STR("a.example"),
                                 .entry = {.id = 1, .promise = {.max_age_s = 300}, .from_s = 10, .to_s = LEDGER_OPEN}};
    const struct book_plan plan = {.changes = &change, .count = 1};
    const struct hsts_clock_saved clock = {.over_s = 1000, .sure_s = 900};
    const struct evidence_served served = {
        .site = STR("a.example"), .source = STR("file"), .side = STR("ecdsa"), .fingerprint = STR("f1"), .first_s = 1};
    const struct evidence_row counted = {
        .site = STR("a.example"), .known_s = 3600, .counts = {.https_requests = 5, .failed = {[11] = 2}}};
    const struct clients_day day = {.day = 20000, .made_at_s = 1, .at_s = 3, .sum = {.https = 7}};
    const struct store_clients_day came = {.site = STR("a.example"), .day = &day};
    const struct store_root root = {.fingerprint = STR("r1"), .pem = STR("PEM")};
    const struct audit_entry record = {.act = STR("root.declare")};
    add_cert(f, cert, id);
    fixture_state(&after, backup_sites, 300, 41);
    assert_true(site_set_certificates(after.sites[0], SITE_SOURCE_FILE, str_from(id), STR("")));
    fixture_save(f, &(struct store_change){.after = &after, .plan = &plan, .clock = &clock});
    act(f, "first");
    assert_true(store_put_served(f->store, &served, 1, NULL));
    assert_true(store_add_counts(f->store, 3700, &counted, 1, NULL));
    assert_true(store_put_clients_days(f->store, &came, 1, NULL));
    assert_true(store_put_root(f->store, &root, &record, NULL));
    assert_true(store_put_local_ca(f->store, STR("the root"), STR("its key"), NULL));
    state_fini(&after);
}

static inline void backup(struct fixture *f, char path[static FIXTURE_PATH_SIZE])
{
    struct err err = {0};
    fixture_path(f, "backup", path);
    if (!store_backup(f->store, path, &err))
        fail_msg("%s", err.text);
}

#endif
