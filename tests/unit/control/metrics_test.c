/* The text for Prometheus. */
#include "control/metrics.h"
#include "control/totals.h"
#include "core_fixture.h"
#include "http/agent.h"

static void labels_are_escaped(void **state)
{
    struct buf out;
    (void)state;
    buf_init(&out, 100);
    metrics_put_label(&out, STR("a\"b\\c\nd"));
    assert_str(buf_str(&out), STR("\"a\\\"b\\\\c\\nd\""));
    buf_fini(&out);
}

static void has_line(const struct buf *out, const char *line)
{
    if (!strstr(buf_str(out).data, line))
        fail_msg("no line \"%s\"", line);
}

static void families_stand_together_and_workers_are_added_up(void **state)
{
    struct fixture *f = fixture_new();
    struct site *site;
    struct buf out;
    struct err err = {0};
    (void)state;
    json_t *json = json_pack("{s:s, s:[s]}", "name", "a.example", "upstreams", "http://127.0.0.1:8080");
    assert_true(site_read(json, "", ROUTE_FROM_OPERATOR, &site, &err));
    json_decref(json);
    assert_true(state_add(&f->core.state, &site, 1, &err));
    site_unref(site);
    assert_true(state_assign_slots(&f->core.state, &err));
    counter_add(&f->counters->blocks[0].sites[site->slot].responses[2], 7);
    counter_add(&f->counters->blocks[0].upstreams[site->routes[0].upstreams[0].slot].requests, 5);
    counter_add_failure(&f->counters->blocks[0], site->slot, 11);
    static const uint8_t fields[] = {CENSUS_POST, CENSUS_BASIC, CENSUS_REFUSED, CENSUS_CLASS + HTTP_AGENT_CURL};
    counter_add_census(&f->counters->blocks[0], site->slot, fields, sizeof fields);
    counter_add(&f->counters->blocks[0].worker.durations[0], 2);
    counter_add(&f->counters->blocks[0].worker.durations[COUNTERS_DURATIONS - 1], 1);
    counter_add(&f->counters->blocks[0].worker.durations_sum_us, 1000002);
    buf_init(&out, 1 << 20);
    metrics_write(&f->core, &out);
    assert_true(buf_put_char(&out, '\0'));
    has_line(&out, "\n# TYPE strictgate_site_responses_total counter\n");
    has_line(&out, "\nstrictgate_site_responses_total{site=\"a.example\",class=\"2xx\"} 7\n");
    has_line(&out, "\nstrictgate_upstream_requests_total{site=\"a.example\",prefix=\"/"
                   "\",upstream=\"http://127.0.0.1:8080\",index=\"0\"} 5\n");
    has_line(&out, "\n# TYPE strictgate_request_duration_seconds histogram\n");
    has_line(&out, "\nstrictgate_request_duration_seconds_bucket{le=\"0.001\"} 2\n");
    has_line(&out, "\nstrictgate_request_duration_seconds_bucket{le=\"+Inf\"} 3\n");
    has_line(&out, "\nstrictgate_request_duration_seconds_sum 1.000002\n");
    has_line(&out, "\nstrictgate_request_duration_seconds_count 3\n");
    has_line(&out, "\nstrictgate_handshakes_failed_total{cause=\"unknown_name\"} 0\n");
    has_line(&out, "\n# TYPE strictgate_site_handshakes_failed_total counter\n"
                   "strictgate_site_handshakes_failed_total{site=\"a.example\",cause=\"unknown_ca\"} 1\n"
                   "# HELP strictgate_upstream_requests_total");
    has_line(&out, "\n# TYPE strictgate_site_plain_requests_total counter\n"
                   "strictgate_site_plain_requests_total{site=\"a.example\",method=\"POST\"} 1\n# HELP");
    has_line(&out, "\nstrictgate_site_plain_answers_total{site=\"a.example\",action=\"refused\"} 1\n# HELP");
    has_line(&out, "\nstrictgate_site_plain_secrets_total{site=\"a.example\",kind=\"basic\"} 1\n# HELP");
    has_line(&out, "\nstrictgate_site_plain_classes_total{site=\"a.example\",class=\"curl\"} 1\n");
    const char *head = "# TYPE strictgate_site_responses_total";
    assert_null(strstr(strstr(buf_str(&out).data, head) + 1, head));
    buf_fini(&out);
    fixture_free(f);
}

/* The words stand in the counters' header, the rows here. */
static void every_cause_has_its_row(void **state)
{
    size_t next = 1;
    (void)state;
    for (const struct totals_row *row = totals_worker; row->name; row++) {
        char label[64];
        if (strcmp(row->name, "handshakes_failed") != 0)
            continue;
        assert_non_null(counters_causes[next]);
        (void)snprintf(label, sizeof label, "cause=\"%s\"", counters_causes[next]);
        assert_string_equal(row->label, label);
        assert_int_equal(row->offset, offsetof(struct counters_worker, handshakes_failed) + next * sizeof(uint64_t));
        next++;
    }
    assert_null(counters_causes[next]);
    assert_int_equal(next, 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_are_escaped),
        cmocka_unit_test(families_stand_together_and_workers_are_added_up),
        cmocka_unit_test(every_cause_has_its_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
