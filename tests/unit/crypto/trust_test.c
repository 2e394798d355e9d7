/* Chains with every fault, judged by roots of several kinds. */
#include "check.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codec/pem.h"
#include "crypto/trust.h"
#include "test_ca.h"

enum { MARK_ONE = 1, MARK_OTHER };

static struct {
    struct test_ca *ca, *other;
    char roots_file[32];
} world;

static const char *const names[] = {"example.test", "*.wild.test", NULL};

/* The certificates of a PEM text as DER. */
struct chain {
    struct buf ders[4];
    struct str views[4];
    size_t count;
};

static struct chain chain_of(struct str pem)
{
    struct chain chain = {.count = 0};
    struct pem_cursor cursor = {.rest = pem};
    struct pem_block block;
    for (;; chain.count++) {
        buf_init(&chain.ders[chain.count], 65536);
        if (pem_next(&cursor, &block, &chain.ders[chain.count], NULL) != PEM_BLOCK)
            return chain;
        chain.views[chain.count] = buf_str(&chain.ders[chain.count]);
    }
}

static void chain_free(struct chain *chain)
{
    for (size_t i = 0; i <= chain->count; i++)
        buf_fini(&chain->ders[i]);
}

static void trust_system(bool trusted)
{
    assert_int_equal(setenv("SSL_CERT_FILE", trusted ? world.roots_file : "/nonexistent", 1), 0);
    assert_int_equal(setenv("SSL_CERT_DIR", "/nonexistent", 1), 0);
}

static struct trust *trust_of(struct str pem, unsigned mark)
{
    struct trust *trust;
    struct err err = {0};
    assert_true(trust_new(&trust, &err));
    if (pem.size && !trust_add_pem(trust, pem, mark, &err))
        fail_msg("%s", err.text);
    return trust;
}

static struct trust_verdict judge(const struct trust *trust, struct str pem, const char *host)
{
    struct chain chain = chain_of(pem);
    struct trust_verdict verdict;
    trust_judge(trust, chain.views, chain.count, str_from(host), TEST_CA_NOW_S, &verdict);
    chain_free(&chain);
    return verdict;
}

static void every_fault_has_its_words(void **state)
{
    (void)state;
    static const char *const others[] = {"elsewhere.test", NULL};
    const struct {
        struct test_ca_leaf leaf;
        bool alone;
        const char *host;
        enum trust_fault fault;
        const char *why;
    } cases[] = {
        {{.names = names}, .host = "example.test", .fault = TRUST_FAULT_NONE},
        {{.names = names}, .host = "EXAMPLE.test", .fault = TRUST_FAULT_NONE},
        {{.names = names, .kind = TEST_CA_RSA2048}, .host = "a.wild.test", .fault = TRUST_FAULT_NONE},
        {{.names = names, .from_root = true}, .host = "example.test", .fault = TRUST_FAULT_NONE},
        {{.names = names}, .host = "wild.test", .fault = TRUST_FAULT_NAME, .why = "is not for this name"},
        {{.names = names}, .host = "b.a.wild.test", .fault = TRUST_FAULT_NAME, .why = "is not for this name"},
        {{.names = others}, .host = "example.test", .fault = TRUST_FAULT_NAME, .why = "is not for this name"},
        {{.names = names},
         .alone = true,
         .host = "example.test",
         .fault = TRUST_FAULT_UNKNOWN,
         .why = "lacks a certificate between it and its root, or its root is not known (issuer \"Test intermediate\")"},
        {{.names = names, .self_signed = true},
         .host = "example.test",
         .fault = TRUST_FAULT_SELF_SIGNED,
         .why = "has signed itself"},
        {{.names = names, .not_before_s = TEST_CA_NOW_S - 86400, .not_after_s = TEST_CA_NOW_S - 43200},
         .host = "example.test",
         .fault = TRUST_FAULT_EXPIRED,
         .why = "expired on 2026-01-15"},
        {{.names = names, .not_before_s = TEST_CA_NOW_S + 60},
         .host = "example.test",
         .fault = TRUST_FAULT_NOT_YET_VALID,
         .why = "is not valid yet"},
        {{.names = names, .sha1 = true}, .host = "example.test", .fault = TRUST_FAULT_WEAK, .why = "weak signature"},
        {{.names = names, .kind = TEST_CA_RSA1024},
         .host = "example.test",
         .fault = TRUST_FAULT_WEAK,
         .why = "too short"},
        {{.names = names,
          .kind = TEST_CA_RSA1024,
          .self_signed = true,
          .is_authority = true}, /* its own root, which is nobody's */
         .host = "example.test",
         .fault = TRUST_FAULT_WEAK,
         .why = "too short"},
    };
    struct trust *trust = trust_of(test_ca_root_pem(world.ca), MARK_ONE);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct test_ca_made made = test_ca_make(world.ca, &cases[i].leaf);
        struct trust_verdict verdict = judge(trust, buf_str(cases[i].alone ? &made.leaf : &made.chain), cases[i].host);
        if (verdict.fault != cases[i].fault || (cases[i].why && !strstr(verdict.why, cases[i].why)))
            fail_msg("case %zu: %d, %s", i, verdict.fault, verdict.why);
        bool leads_nowhere = cases[i].fault == TRUST_FAULT_UNKNOWN || cases[i].fault == TRUST_FAULT_SELF_SIGNED ||
                             cases[i].leaf.kind == TEST_CA_RSA1024;
        assert_int_equal(verdict.has_root, !leads_nowhere);
        if (verdict.has_root) {
            assert_int_equal(verdict.mark, MARK_ONE);
            assert_string_equal(verdict.root, "Test root");
        }
        test_ca_made_free(&made);
    }
    trust_free(trust);
}

static void the_root_tells_who_vouches(void **state)
{
    (void)state;
    struct test_ca_made made = test_ca_make(world.ca, &(struct test_ca_leaf){.names = names});
    const struct {
        bool system, other, one;
        enum trust_fault fault;
        unsigned mark;
    } cases[] = {
        {true, false, false, TRUST_FAULT_NONE, TRUST_MARK_SYSTEM},
        {true, true, false, TRUST_FAULT_NONE, TRUST_MARK_SYSTEM},
        {true, true, true, TRUST_FAULT_NONE, MARK_ONE}, /* known by name, though the system has it too */
        {false, true, true, TRUST_FAULT_NONE, MARK_ONE},
        {false, false, false, TRUST_FAULT_UNKNOWN, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        trust_system(cases[i].system);
        struct trust *trust = trust_of(cases[i].one ? test_ca_root_pem(world.ca) : STR(""), MARK_ONE);
        assert_true(!cases[i].other || trust_add_pem(trust, test_ca_root_pem(world.other), MARK_OTHER, &err));
        assert_true(trust_add_system(trust, NULL, &err));
        struct trust_verdict verdict = judge(trust, buf_str(&made.chain), "example.test");
        if (verdict.fault != cases[i].fault || (verdict.has_root && verdict.mark != cases[i].mark))
            fail_msg("case %zu: %d, %u", i, verdict.fault, verdict.mark);
        trust_free(trust);
    }
    test_ca_made_free(&made);
}

static struct timespec changed_at(const char *path)
{
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    return status.st_ctim;
}

/* Touches it until it is of a later moment than that: file systems count in ticks of several milliseconds. */
static void be_changed_after(const char *path, struct timespec before, const struct timespec times[2])
{
    struct timespec now;
    do {
        assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
        now = changed_at(path);
    } while (now.tv_sec == before.tv_sec && now.tv_nsec == before.tv_nsec);
}

static void put_roots(const char *path, struct str pem, const struct timespec *changed)
{
    const struct timespec times[2] = {*changed, *changed}, before = changed_at(path);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(pem.data, 1, pem.size, file), pem.size);
    assert_int_equal(fclose(file), 0);
    be_changed_after(path, before, times);
}

static enum trust_fault judge_by_system(struct system_roots *kept, struct str chain)
{
    struct trust *trust = trust_of(STR(""), MARK_ONE);
    assert_true(trust_add_system(trust, kept, NULL));
    enum trust_fault fault = judge(trust, chain, "example.test").fault;
    trust_free(trust);
    return fault;
}

/* A bundle that was written anew is another one, also where it is as long as before and says that it is as old. */
static void the_roots_of_the_system_are_read_again_when_they_change(void **state)
{
    (void)state;
    static const struct timespec then = {.tv_sec = 1000000000};
    char path[] = "/tmp/strictgate-roots-XXXXXX", folder[] = "/tmp/strictgate-roots-XXXXXX", link[64];
    struct system_roots kept = {.store = NULL};
    struct test_ca_made made = test_ca_make(world.ca, &(struct test_ca_leaf){.names = names});
    struct str chain = buf_str(&made.chain);
    int fd = mkstemp(path);
    assert_true(fd >= 0 && close(fd) == 0 && mkdtemp(folder));
    (void)snprintf(link, sizeof link, "%s/link", folder);
    assert_int_equal(setenv("SSL_CERT_FILE", path, 1) | setenv("SSL_CERT_DIR", folder, 1), 0);

    put_roots(path, test_ca_root_pem(world.ca), &then);
    assert_int_equal(judge_by_system(&kept, chain), TRUST_FAULT_NONE);
    const void *first = kept.store;
    assert_int_equal(judge_by_system(&kept, chain), TRUST_FAULT_NONE);
    assert_ptr_equal(kept.store, first); /* read once */
    assert_int_equal(judge_by_system(NULL, chain), TRUST_FAULT_NONE);
    assert_ptr_equal(kept.store, first);

    struct trust *older = trust_of(STR(""), MARK_ONE);
    assert_true(trust_add_system(older, &kept, NULL));
    put_roots(path, test_ca_root_pem(world.other), &then); /* called the same, as long, and not the signer */
    assert_int_equal(judge_by_system(&kept, chain), TRUST_FAULT_OTHER);
    assert_int_equal(judge(older, chain, "example.test").fault, TRUST_FAULT_NONE); /* as it was when it was begun */
    trust_free(older);

    put_roots(path, test_ca_root_pem(world.ca), &then);
    assert_int_equal(judge_by_system(&kept, chain), TRUST_FAULT_NONE);
    first = kept.store;
    const struct timespec folder_before = changed_at(folder);
    assert_int_equal(symlink("/nowhere", link), 0); /* the folder changes */
    be_changed_after(folder, folder_before, NULL);
    assert_int_equal(judge_by_system(&kept, chain), TRUST_FAULT_NONE);
    assert_ptr_not_equal(kept.store, first);

    assert_int_equal(unlink(path) | unlink(link) | rmdir(folder), 0);
    assert_int_equal(judge_by_system(&kept, chain), TRUST_FAULT_UNKNOWN);
    system_roots_fini(&kept);
    test_ca_made_free(&made);
}

static void the_lowest_mark_of_a_root_counts(void **state)
{
    (void)state;
    struct err err = {0};
    struct test_ca_made made = test_ca_make(world.ca, &(struct test_ca_leaf){.names = names});
    struct trust *trust = trust_of(test_ca_root_pem(world.ca), MARK_OTHER);
    assert_int_equal(judge(trust, buf_str(&made.chain), "example.test").mark, MARK_OTHER);
    assert_true(trust_add_pem(trust, test_ca_root_pem(world.ca), MARK_ONE, &err));
    assert_int_equal(judge(trust, buf_str(&made.chain), "example.test").mark, MARK_ONE);
    trust_free(trust);
    test_ca_made_free(&made);
}

/* Whichever root knows the chain says what is wrong with it, not the others that know nothing. */
static void the_fault_is_told_by_the_root_that_knows_the_chain(void **state)
{
    (void)state;
    const struct test_ca_leaf expired = {
        .names = names, .not_before_s = TEST_CA_NOW_S - 86400, .not_after_s = TEST_CA_NOW_S - 43200};
    struct test_ca_made made = test_ca_make(world.ca, &expired);
    for (unsigned i = 0; i < 3; i++) {
        struct err err = {0};
        trust_system(i == 0);
        /* The other's root has the same name, but did not sign. */
        struct trust *trust = trust_of(test_ca_root_pem(i == 1 ? world.ca : world.other), MARK_ONE);
        assert_true(trust_add_pem(trust, test_ca_root_pem(i == 2 ? world.ca : world.other), MARK_OTHER, &err));
        assert_true(trust_add_system(trust, NULL, &err));
        assert_int_equal(judge(trust, buf_str(&made.chain), "example.test").fault, TRUST_FAULT_EXPIRED);
        trust_free(trust);
    }
    test_ca_made_free(&made);
}

static void an_intermediate_among_the_roots_mends_no_chain(void **state)
{
    (void)state;
    struct err err = {0};
    struct test_ca_made made = test_ca_make(world.ca, &(struct test_ca_leaf){.names = names});
    struct trust *trust = trust_of(test_ca_root_pem(world.ca), MARK_ONE);
    assert_true(trust_add_pem(trust, test_ca_intermediate_pem(world.ca), MARK_ONE, &err));
    assert_int_equal(judge(trust, buf_str(&made.leaf), "example.test").fault, TRUST_FAULT_UNKNOWN);
    assert_int_equal(judge(trust, buf_str(&made.chain), "example.test").fault, TRUST_FAULT_NONE);
    trust_free(trust);
    test_ca_made_free(&made);
}

static void roots_that_do_not_parse_are_an_error(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nAAAA\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct err err = {0};
        struct trust *trust = trust_of(STR(""), MARK_ONE);
        assert_false(trust_add_pem(trust, str_from(texts[i]), MARK_ONE, &err));
        assert_int_equal(err.code, ERR_INPUT);
        assert_true(err.text[0]);
        trust_free(trust);
    }
}

static void what_is_no_chain_is_unreadable(void **state)
{
    (void)state;
    static const char garbage[] = "\x30\x03\x02\x01\x01";
    struct trust *trust = trust_of(test_ca_root_pem(world.ca), MARK_ONE);
    const struct str chains[] = {str_make(garbage, 5), str_make(garbage, 0), STR("hello")};
    for (size_t i = 0; i < sizeof chains / sizeof *chains; i++) {
        struct trust_verdict verdict;
        trust_judge(trust, &chains[i], 1, STR("example.test"), TEST_CA_NOW_S, &verdict);
        assert_int_equal(verdict.fault, TRUST_FAULT_UNREADABLE);
        trust_judge(trust, &chains[i], 0, STR("example.test"), TEST_CA_NOW_S, &verdict);
        assert_int_equal(verdict.fault, TRUST_FAULT_UNREADABLE);
        assert_string_equal(verdict.why, "cannot be read");
    }
    trust_free(trust);
}

static void a_chain_cut_anywhere_does_no_harm(void **state)
{
    (void)state;
    struct test_ca_made made = test_ca_make(world.ca, &(struct test_ca_leaf){.names = names});
    struct trust *trust = trust_of(test_ca_root_pem(world.ca), MARK_ONE);
    struct chain chain = chain_of(buf_str(&made.chain));
    for (size_t i = 0; i < chain.views[0].size; i++) {
        struct trust_verdict verdict;
        char *copy = malloc(i ? i : 1);
        assert_non_null(copy);
        memcpy(copy, chain.views[0].data, i);
        trust_judge(trust, &(struct str){copy, i}, 1, STR("example.test"), TEST_CA_NOW_S, &verdict);
        assert_int_equal(verdict.fault, TRUST_FAULT_UNREADABLE);
        free(copy);
    }
    chain_free(&chain);
    trust_free(trust);
    test_ca_made_free(&made);
}

static void results_of_the_library_have_words(void **state)
{
    (void)state;
    char words[TRUST_WHY_SIZE];
    trust_words(10, words);
    assert_string_equal(words, "has expired");
    trust_words(23, words); /* revoked: has no words of ours */
    assert_non_null(strstr(words, "is not trusted (certificate revoked)"));
}

static int set_up(void **state)
{
    (void)state;
    world.ca = test_ca_new();
    world.other = test_ca_new();
    (void)snprintf(world.roots_file, sizeof world.roots_file, "/tmp/trust-roots-XXXXXX");
    int fd = mkstemp(world.roots_file);
    struct str pem = test_ca_root_pem(world.ca);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, pem.data, pem.size), (ssize_t)pem.size);
    (void)close(fd);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    test_ca_free(world.ca);
    test_ca_free(world.other);
    return unlink(world.roots_file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_has_its_words),
        cmocka_unit_test(the_root_tells_who_vouches),
        cmocka_unit_test(the_roots_of_the_system_are_read_again_when_they_change),
        cmocka_unit_test(the_lowest_mark_of_a_root_counts),
        cmocka_unit_test(the_fault_is_told_by_the_root_that_knows_the_chain),
        cmocka_unit_test(an_intermediate_among_the_roots_mends_no_chain),
        cmocka_unit_test(roots_that_do_not_parse_are_an_error),
        cmocka_unit_test(what_is_no_chain_is_unreadable),
        cmocka_unit_test(a_chain_cut_anywhere_does_no_harm),
        cmocka_unit_test(results_of_the_library_have_words),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
