/*
 * Ten thousand sites are a size, not a case of its own: eight times as many sites may cost eight times as much, and not
 * sixty-four times. Told by the time this process computes, so that a busy machine does not matter.
 */
#include <time.h>

#include "api_ask.h"
#include "base/log.h"
#include "control/autopilot.h"

#define FEW_COUNT  400
#define MANY_COUNT (8 * FEW_COUNT)
/* Between 8 for what is linear and 64 for what is quadratic. */
#define TIMES_MAX 24
/* What takes less is lost in what is measured besides. */
#define NOTHING_MS 20.0

static double computed_ms(void)
{
    struct timespec at;
    assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at), 0);
    return (double)at.tv_sec * 1e3 + (double)at.tv_nsec / 1e6;
}

/* A site that waits to climb, with a wildcard: what costs most. */
static struct site *waiting_site(const struct fixture *f, size_t number)
{
    const struct site *donor = state_find(&f->core.state, STR("donor.test"));
    struct site *site;
    json_t *json = json_pack("{s:o, s:[o], s:[{s:s}]}", "name", json_sprintf("s%zu.test", number), "aliases",
                             json_sprintf("*.s%zu.test", number), "routes", "kind", "fixed");
    assert_true(site_read(json, "", ROUTE_FROM_OPERATOR, &site, NULL));
    json_decref(json);
    assert_true(site_set_certificates(site, SITE_SOURCE_FILE, donor->ecdsa, STR("")));
    site->hsts.mode = HSTS_AUTO;
    site->hsts.max_age_s = 300;
    site->hsts.target_s = LADDER_YEAR_S;
    site->hsts.since_s = core_over_s(&f->core) - 400;
    return site;
}

static struct fixture *fixture_with(size_t count)
{
    struct fixture *f = fixture_new();
    struct state changed;
    struct err err = {0};
    RUN_ONE(f, "POST", "/v1/sites", "{\"name\":\"donor.test\",\"routes\":[{\"kind\":\"fixed\"}],\"local_ca\":true}",
            201, NULL);
    struct site **sites = calloc(count, sizeof *sites);
    assert_non_null(sites);
    for (size_t i = 0; i < count; i++)
        sites[i] = waiting_site(f, i);
    assert_true(state_copy(&f->core.state, &changed, &err));
    assert_true(state_add(&changed, sites, count, &err));
    for (size_t i = 0; i < count; i++)
        site_unref(sites[i]);
    free(sites);
    assert_true(commit_state(&f->core, &changed, NULL, &err));
    return f;
}

static void open_anew(struct fixture *f)
{
    struct err err = {0};
    f->wall_shift_s = -86400; /* caps are dropped … */
    commit_look_at_clock(&f->core);
    f->wall_shift_s = 0; /* … and all is opened with them again, and what is without is closed */
    assert_true(commit_again(&f->core, &err));
    fixture_settle(f);
}

static void turn(struct fixture *f)
{
    while (f->core.autopilot_next < f->core.state.sites_count)
        autopilot_turn(&f->core); /* one is enough, but on a machine that is busy otherwise */
}

static void tell_status(struct fixture *f)
{
    struct buf body;
    assert_int_equal(ask(f, "GET", "/v1/status", "application/json", "", &body), 200);
    buf_fini(&body);
}

static double cost_ms(size_t count, void (*act)(struct fixture *f))
{
    struct fixture *f = fixture_with(count);
    double before_ms = computed_ms();
    act(f);
    double cost = computed_ms() - before_ms;
    fixture_free(f);
    return cost;
}

static void eight_times_as_many_sites_cost_eight_times_as_much(void **state)
{
    static const struct {
        const char *what;
        void (*act)(struct fixture *f);
    } acts[] = {{"promises opened and closed", open_anew}, {"a turn of the autopilot", turn}, {"status", tell_status}};
    (void)state;
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        double few_ms = cost_ms(FEW_COUNT, acts[i].act), many_ms = cost_ms(MANY_COUNT, acts[i].act);
        printf("%s: %.1f ms, %.1f ms\n", acts[i].what, few_ms, many_ms);
        if (many_ms > TIMES_MAX * (few_ms > NOTHING_MS ? few_ms : NOTHING_MS))
            fail_msg("%s took %.0f ms for %d sites, %.0f ms for %d", acts[i].what, few_ms, FEW_COUNT, many_ms,
                     MANY_COUNT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eight_times_as_many_sites_cost_eight_times_as_much),
    };
    log_init("test", LOG_LEVEL_ERROR, LOG_FORMAT_TEXT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
