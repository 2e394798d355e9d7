/* Certificate files: stored once, read back the same, changed in place only when sound. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "crypto/localca.h"
#include "os/clock.h"
#include "os/file.h"
#include "store/certificate.h"

#define NOW 1700000000

struct folder {
    char path[40];
    struct certificates *certificates;
};

static void open_folder(struct folder *folder)
{
    struct err err = {0};
    (void)snprintf(folder->path, sizeof folder->path, "/tmp/strictgate-cert-XXXXXX");
    assert_non_null(mkdtemp(folder->path));
    assert_true(certificates_new(folder->path, &folder->certificates, &err));
}

static void close_folder(struct folder *folder)
{
    certificates_unmark_all(folder->certificates);
    certificates_remove_unmarked(folder->certificates);
    certificates_free(folder->certificates);
    assert_int_equal(rmdir(folder->path), 0);
}

static struct cert *make_at(const char *name, int64_t now_s)
{
    struct buf root, root_key, pem, key;
    struct str names[] = {str_from(name)};
    struct err err = {0};
    buf_init(&root, 65536);
    buf_init(&root_key, 65536);
    buf_init(&pem, 65536);
    buf_init(&key, 65536);
    assert_true(localca_make_root(STR("test"), now_s, &root, &root_key, &err));
    assert_true(localca_issue(buf_str(&root), buf_str(&root_key), names, 1, now_s, &pem, &key, &err));
    struct cert *cert = cert_load(buf_str(&pem), buf_str(&key), NULL, &err);
    assert_non_null(cert);
    buf_fini(&root);
    key_wipe(&root_key);
    buf_fini(&pem);
    key_wipe(&key);
    return cert;
}

static struct cert *make(const char *name)
{
    return make_at(name, NOW);
}

static void equal_certificates_are_one_file(void **state)
{
    struct folder folder;
    struct err err = {0};
    (void)state;
    open_folder(&folder);
    struct cert *cert = make("a.example"), *other = make("a.example");
    const struct certificate *first = certificates_add(folder.certificates, cert, &err);
    assert_non_null(first);
    assert_ptr_equal(certificates_add(folder.certificates, cert, &err), first);
    const struct certificate *second = certificates_add(folder.certificates, other, &err);
    assert_ptr_not_equal(second, first);
    assert_true(first->identity != second->identity);
    cert_free(cert);
    cert_free(other);
    close_folder(&folder);
}

static void a_file_reads_back_the_same(void **state)
{
    struct folder folder;
    struct certificates *fresh;
    struct err err = {0};
    (void)state;
    open_folder(&folder);
    struct cert *cert = make("a.example");
    const struct certificate *written = certificates_add(folder.certificates, cert, &err);
    assert_true(certificates_new(folder.path, &fresh, &err));
    const struct certificate *read = certificates_get(fresh, str_from(written->id), &err);
    if (!read)
        fail_msg("%s", err.text);
    assert_true(read->identity == written->identity);
    assert_int_equal(read->chain_count, 1);
    const struct certificate_facts *facts = certificates_facts(fresh, read, &err);
    assert_non_null(facts);
    assert_int_equal(facts->names_count, 1);
    assert_str(facts->names[0], STR("a.example"));
    assert_str(facts->fingerprint_sha256, cert_fingerprint_sha256(cert));
    certificates_free(fresh);
    cert_free(cert);
    close_folder(&folder);
}

static void ids_cannot_leave_the_folder(void **state)
{
    static const char *const ids[] = {"", "../../etc/passwd", "0123", "00112233445566778899AABBCCDDEEFF",
                                      "00112233445566778899aabbccddeef/"};
    struct folder folder;
    (void)state;
    open_folder(&folder);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        struct err err = {0};
        assert_null(certificates_get(folder.certificates, str_from(ids[i]), &err));
        assert_int_equal(err.code, ERR_INPUT);
    }
    close_folder(&folder);
}

static void put_file(const struct folder *folder, const char *id, const struct cert *cert, size_t size_max)
{
    char path[128];
    struct buf pem;
    buf_init(&pem, 65536);
    assert_true(cert_chain_to_pem(cert, &pem));
    assert_true(key_to_pem(cert_key(cert), &pem, NULL));
    (void)snprintf(path, sizeof path, "%s/%s.pem", folder->path, id);
    assert_true(file_replace(path, str_part(buf_str(&pem), 0, size_max), 0600, NULL));
    key_wipe(&pem);
}

static void a_reload_takes_sound_files_and_keeps_what_it_had_of_others(void **state)
{
    struct folder folder;
    struct err err = {0};
    char id[CERTIFICATE_ID_SIZE + 1];
    (void)state;
    open_folder(&folder);
    struct cert *old = make("a.example"), *renewed = make("a.example");
    const struct certificate *certificate = certificates_add(folder.certificates, old, &err);
    uint64_t identity = certificate->identity;
    memcpy(id, certificate->id, sizeof id);
    assert_int_equal(certificates_reload(folder.certificates), 0);
    put_file(&folder, id, renewed, 200);
    assert_int_equal(certificates_reload(folder.certificates), 0);
    assert_true(certificates_get(folder.certificates, str_from(id), &err)->identity == identity);
    put_file(&folder, id, renewed, SIZE_MAX);
    assert_int_equal(certificates_reload(folder.certificates), 1);
    assert_true(certificates_get(folder.certificates, str_from(id), &err)->identity != identity);
    assert_int_equal(certificates_reload(folder.certificates), 0);
    cert_free(old);
    cert_free(renewed);
    close_folder(&folder);
}

/* No guard sees a file that is put in place by hand. */
static void a_successor_has_the_names_and_is_valid(void **state)
{
    struct folder folder;
    struct err err = {0};
    char id[CERTIFICATE_ID_SIZE + 1];
    (void)state;
    open_folder(&folder);
    int64_t now_s = clock_wall_s();
    struct cert *old = make_at("a.example", now_s), *expired = make("a.example");
    struct cert *other = make_at("b.example", now_s), *wider = make_at("*.example.org", now_s);
    struct cert *renewed = make_at("a.example", now_s);
    const struct certificate *certificate = certificates_add(folder.certificates, old, &err);
    memcpy(id, certificate->id, sizeof id);
    const struct cert *const refused[] = {expired, other, wider};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        put_file(&folder, id, refused[i], SIZE_MAX);
        assert_int_equal(certificates_reload(folder.certificates), 0);
    }
    put_file(&folder, id, renewed, SIZE_MAX);
    assert_int_equal(certificates_reload(folder.certificates), 1);
    cert_free(old);
    cert_free(expired);
    cert_free(other);
    cert_free(wider);
    cert_free(renewed);
    close_folder(&folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_certificates_are_one_file),
        cmocka_unit_test(a_file_reads_back_the_same),
        cmocka_unit_test(ids_cannot_leave_the_folder),
        cmocka_unit_test(a_successor_has_the_names_and_is_valid),
        cmocka_unit_test(a_reload_takes_sound_files_and_keeps_what_it_had_of_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
