/* A state.json from before is put back: what was promised after it was copied is not forgotten. */
#include "control/recall.h"
#include "control/sealed.h"
#include "core_fixture.h"
#include "hsts/field.h"
#include "os/memfd.h"
#include "snapshot/build.h"
#include "snapshot/limits.h"

#define GENERATION 20
#define MAX_AGE_S  86400

/* What was served last: a.test with two aliases, and b.test without a promise. */
static void seal_snapshot(struct fixture *f)
{
    const struct str aliases[] = {STR_INIT("www.a.test"), STR_INIT("*.a.test")};
    const struct build_route route = {.prefix = STR_INIT("/"), .kind = SNAP_ROUTE_FIXED, .status = 200};
    const struct build_site sites[] = {
        {.name = STR_INIT("a.test"),
         .aliases = aliases,
         .aliases_count = 2,
         .hsts = STR_INIT("max-age=86400; includeSubDomains"),
         .slot = 0,
         .certificate_ecdsa = SNAPSHOT_NONE,
         .certificate_rsa = SNAPSHOT_NONE,
         .routes = &route,
         .routes_count = 1},
        {.name = STR_INIT("b.test"),
         .slot = 1,
         .certificate_ecdsa = SNAPSHOT_NONE,
         .certificate_rsa = SNAPSHOT_NONE,
         .routes = &route,
         .routes_count = 1},
    };
    struct build_input input = {.generation = GENERATION, .sites = sites, .sites_count = 2};
    struct err err = {0};
    void *blob;
    size_t size;
    snapshot_limits_default(&input.limits);
    assert_true(snapshot_build(&input, &blob, &size, &err));
    assert_true(sealed_write(f->core.seal_key, f->core.paths.snapshot, STR(SEALED_PURPOSE_SNAPSHOT),
                             str_make(blob, size), &err));
    snapshot_blob_free(blob, size);
}

static void put_back(struct fixture *f, uint64_t generation)
{
    static const char json[] = "{\"name\":\"a.test\",\"aliases\":[\"www.a.test\"],\"routes\":[{\"kind\":\"fixed\"}]}";
    struct err err = {0};
    struct site *site;
    json_t *read = json_loads(json, 0, NULL);
    assert_true(site_read(read, "", ROUTE_FROM_OPERATOR, &site, &err));
    json_decref(read);
    assert_true(state_add(&f->core.state, &site, 1, &err));
    site_unref(site);
    f->core.state.generation = generation;
}

static void promises_younger_than_the_state_are_taken_over(void **state)
{
    struct fixture *f = fixture_new();
    struct err err = {0};
    int64_t least_s = clock_wall_s() + MAX_AGE_S;
    (void)state;
    put_back(f, GENERATION - 1);
    seal_snapshot(f);
    recall_promises(&f->core);
    const struct promise *promise = &state_find(&f->core.state, STR("a.test"))->promise;
    assert_true(promise_bound_until(promise, clock_wall_s()) >= least_s);
    assert_true(promise->include_subdomains);
    const struct tombstone *gone = state_tombstone(&f->core.state, STR("*.a.test"));
    assert_non_null(gone);
    assert_true(promise_bound_until(&gone->promise, clock_wall_s()) >= least_s);
    assert_int_equal(f->core.state.tombstones_count, 1);
    /* The number is no gateway's: it would take what it has for the new one. */
    assert_true(commit_again(&f->core, &err));
    assert_true(f->core.state.generation > GENERATION + 1);
    fixture_free(f);
}

static void a_state_that_is_not_older_stays_as_it_is(void **state)
{
    struct fixture *f = fixture_new();
    (void)state;
    put_back(f, GENERATION);
    recall_promises(&f->core); /* nothing was ever sealed */
    seal_snapshot(f);
    recall_promises(&f->core);
    assert_int_equal(f->core.state.generation, GENERATION);
    assert_int_equal(state_find(&f->core.state, STR("a.test"))->promise.until_s, 0);
    assert_int_equal(f->core.state.tombstones_count, 0);
    fixture_free(f);
}

static void a_damaged_snapshot_is_no_reason_to_stop(void **state)
{
    struct fixture *f = fixture_new();
    struct err err = {0};
    (void)state;
    put_back(f, 1);
    assert_true(file_replace(f->core.paths.snapshot, STR("damaged"), 0600, &err));
    recall_promises(&f->core);
    assert_true(
        sealed_write(f->core.seal_key, f->core.paths.snapshot, STR(SEALED_PURPOSE_SNAPSHOT), STR("short"), &err));
    recall_promises(&f->core);
    assert_int_equal(f->core.state.generation, 1);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(promises_younger_than_the_state_are_taken_over),
        cmocka_unit_test(a_state_that_is_not_older_stays_as_it_is),
        cmocka_unit_test(a_damaged_snapshot_is_no_reason_to_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
