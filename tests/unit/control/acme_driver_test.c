/*
 * Orders as control drives them, from a site's wish to its certificate in service, with a certificate authority in
 * memory (tests/unit/acme/ca.h) at the other end of the wire and a gateway that takes every snapshot. Time is the
 * test's.
 */
#include "api_ask.h"
#include "authority.h"
#include "control/acme_cas.h"
#include "control/acme_run.h"
#include "control/acme_site.h"
#include "control/acme_state.h"
#include "control/acme_wire.h"

#define SITE   "app.example.test"
#define CAS_OF "{\"name\":\"test\",\"directory\":\"" CA_URL "/directory\",\"terms_agreed\":true,\"preference\":2}"
#define BROKEN                                                                                                         \
    "{\"name\":\"broken\",\"directory\":\"https://broken.test/directory\",\"terms_agreed\":true,\"preference\":1}"
#define ORDERED "{\"name\":\"" SITE "\",\"upstreams\":[\"http://127.0.0.1:1\"],\"acme\":{}}"
/* An order takes a dozen requests; with faults some more, and hours of waiting. */
#define ROUNDS_COUNT_MAX 4000

/* The monotonic clock, for all timers: ahead by what has passed for the test. */
static int64_t passed_ms;

int64_t __real_clock_monotonic_ms(void);
int64_t __wrap_clock_monotonic_ms(void);

int64_t __wrap_clock_monotonic_ms(void)
{
    return __real_clock_monotonic_ms() + passed_ms;
}

/* In place of that of control/panel_events.c: what of the site a page would see that asks again whenever it is told. */
static struct fixture *watched;
static char seen[1024];

void __wrap_panel_events_changed(struct core *core, struct str site);

void __wrap_panel_events_changed(struct core *core, struct str site)
{
    struct acme_state state;
    const struct site *known = state_find(&core->state, STR(SITE));
    size_t size = strlen(seen);
    if (!watched || core != &watched->core || !str_eq(site, STR(SITE)) || !known)
        return;
    acme_state_of(core, known, &state);
    const char *failed = state.order && state.order->failure.at_s ? ", failed" : "";
    assert_true(size < sizeof seen - 100);
    (void)snprintf(seen + size, sizeof seen - size, "%s%s|", state.phase, failed);
}

/* In place of control/acme_wire.c: what is asked waits until the test answers it. */
struct acme_wire {
    struct list calls;
};

static struct acme_wire wire;

bool acme_wire_new(struct loop *loop, struct acme_wire **ret, struct err *err)
{
    (void)loop;
    (void)err;
    list_init(&wire.calls);
    *ret = &wire;
    return true;
}

void acme_wire_free(struct acme_wire *at)
{
    if (at)
        list_init(&at->calls);
}

void acme_wire_ask(struct acme_wire *at, struct acme_wire_call *call)
{
    list_add_tail(&at->calls, &call->node);
}

struct world {
    struct fixture *f;
    struct authority *authority;
    unsigned answered; /* requests, of all */
};

/* The authority in memory knows its clients by their keys: they are those that control has made. */
static void learn_keys(struct world *w)
{
    struct buf key;
    const struct ca *known = acme_cas_find(w->f->core.acme, STR("test"));
    if (known && known->account_key.size)
        authority_meet_account(w->authority, known->account_key);
    if (!store_acme_key(w->f->core.store, STR(SITE), false, &key, NULL))
        return;
    authority_meet_certificate_key(w->authority, buf_str(&key));
    key_wipe(&key);
}

static void learn_proofs(struct world *w)
{
    const struct acme_run *run = acme_run_find(w->f->core.acme, ACME_JOB_OBTAIN, STR(SITE), false);
    if (run && run->stage.proving && run->stage.count)
        authority_show(w->authority, run->stage.proofs, run->stage.count);
}

static void put_field(struct https_answer *answer, const char *name, struct str value)
{
    struct head_field *field = &answer->head.fields[answer->head.fields_count];
    if (value.size == 0)
        return;
    field->name = str_from(name);
    assert_true(arena_str(&answer->room, value, &field->value));
    answer->head.fields_count++;
}

static void fill_answer(struct https_answer *answer, const struct acme_response *response)
{
    answer->outcome = HTTPS_OK;
    answer->status = response->status;
    put_field(answer, "Content-Type", response->content_type);
    put_field(answer, "Location", response->location);
    put_field(answer, "Replay-Nonce", response->replay_nonce);
    put_field(answer, "Retry-After", response->retry_after);
    for (size_t i = 0; i < response->links_count; i++)
        put_field(answer, "Link", response->links[i]);
    assert_true(buf_put_str(&answer->body, response->body));
}

static void answer_call(struct world *w, struct acme_wire_call *call)
{
    struct acme_response response;
    struct acme_request request = {.post = call->request.method == HTTPS_POST,
                                   .head = call->request.method == HTTPS_HEAD,
                                   .url = call->request.url,
                                   .body = call->request.body};
    for (size_t i = 0; i < call->request.fields_count; i++)
        if (str_eq(call->request.fields[i].name, STR("Accept")))
            request.accept = call->request.fields[i].value;
    learn_keys(w);
    learn_proofs(w);
    call->answer = (struct https_answer){.outcome = HTTPS_UNREACHABLE, .why = "refuses the connection"};
    buf_init(&call->answer.body, CA_BODY_MAX + 1);
    arena_init(&call->answer.room, HTTPS_ROOM_SIZE_MAX);
    assert_true(head_init(&call->answer.head, &call->answer.room));
    if (str_starts(request.url, STR(CA_URL)) && authority_answer(w->authority, &request, &response))
        fill_answer(&call->answer, &response);
    w->answered++;
    call->on_done(call);
}

static void begin(struct world *w)
{
    struct err err = {0};
    *w = (struct world){.f = fixture_new(), .authority = authority_new()};
    fixture_link(w->f);
    if (!acme_new(&w->f->core, &w->f->core.acme, &err))
        fail_msg("%s", err.text);
}

static void end(struct world *w)
{
    acme_free(w->f->core.acme);
    w->f->core.acme = NULL;
    fixture_free(w->f);
    authority_free(w->authority);
}

/* Control is killed, and the next one begins with what is stored. */
static void crash(struct world *w)
{
    struct err err = {0};
    acme_free(w->f->core.acme);
    w->f->core.acme = NULL;
    fixture_restart(w->f);
    if (!acme_new(&w->f->core, &w->f->core.acme, &err))
        fail_msg("%s", err.text);
}

/* What is there to be done is done, or a second passes. */
static void go_round(struct world *w)
{
    struct fixture *f = w->f;
    uint64_t generation = fixture_receive(f);
    if (generation) {
        fixture_answer(f, CONTRACT_ACK, generation);
    } else if (!list_is_empty(&wire.calls)) {
        struct acme_wire_call *call = container_of(wire.calls.next, struct acme_wire_call, node);
        list_remove(&call->node);
        answer_call(w, call);
    } else {
        f->passed_s++;
        passed_ms += 1000;
    }
    timer_wheel_advance(&f->core.wheel, clock_monotonic_ms());
}

static const struct acme_order *order_of(const struct world *w)
{
    const struct acme_order *order = acme_site_order(w->f->core.acme, STR(SITE), false);
    assert_non_null(order);
    return order;
}

/* 0 also before there is an order. */
static uint32_t failures(const struct world *w)
{
    const struct acme_order *order = acme_site_order(w->f->core.acme, STR(SITE), false);
    return order ? order->failures : 0;
}

static bool is_obtained(const struct world *w)
{
    const struct site *site = state_find(&w->f->core.state, STR(SITE));
    return site && site->source == SITE_SOURCE_ACME && !order_of(w)->active;
}

static void until_obtained(struct world *w, const char *what)
{
    for (int i = 0; i < ROUNDS_COUNT_MAX && !is_obtained(w); i++)
        go_round(w);
    if (!is_obtained(w))
        fail_msg("%s: no certificate: %s", what, order_of(w)->failure.words);
}

static void until_failed(struct world *w, uint32_t count)
{
    for (int i = 0; i < ROUNDS_COUNT_MAX && failures(w) < count; i++)
        go_round(w);
    assert_int_equal(failures(w), count);
}

static void an_order_goes_through_to_the_certificate_in_service(void **state)
{
    struct world w;
    (void)state;
    begin(&w);
    RUN_ONE(w.f, "POST", "/v1/cas", CAS_OF, 201, NULL);
    RUN_ONE(w.f, "POST", "/v1/sites", ORDERED, 201, NULL);
    until_obtained(&w, "sound");
    assert_int_equal(order_of(&w)->failures, 0);
    assert_string_equal(order_of(&w)->issuer, "test");
    assert_int_equal(authority_orders_count(w.authority), 1);
    assert_int_equal(authority_accounts_count(w.authority), 1);
    struct buf key; /* it is with the certificate now */
    assert_false(store_acme_key(w.f->core.store, STR(SITE), false, &key, NULL));
    unsigned answered = w.answered;
    for (int i = 0; i < 600; i++)
        go_round(&w); /* nothing more is asked for ten minutes */
    assert_int_equal(w.answered, answered);
    end(&w);
}

static void a_failure_is_told_with_its_next_attempt_and_made_good_then(void **state)
{
    struct world w;
    (void)state;
    begin(&w);
    authority_break(w.authority, CA_NEW_ORDER, 1, CA_PROBLEM, "serverInternal");
    RUN_ONE(w.f, "POST", "/v1/cas", CAS_OF, 201, NULL);
    RUN_ONE(w.f, "POST", "/v1/sites", ORDERED, 201, NULL);
    until_failed(&w, 1);
    int64_t now_s = w.f->core.read_clock(&w.f->core).wall_s;
    assert_true(order_of(&w)->next_s > now_s);
    assert_true(order_of(&w)->active && order_of(&w)->failure.words[0]);
    RUN_ONE(w.f, "GET", "/v1/status", "", 200, SITE " gets no new certificate: ");
    until_obtained(&w, "after a failure");
    assert_int_equal(order_of(&w)->failures, 0);
    assert_int_equal(order_of(&w)->failure.at_s, 0);
    end(&w);
}

static void whoever_looks_sees_each_step_and_how_it_ended(void **state)
{
    struct world w;
    (void)state;
    begin(&w);
    seen[0] = '\0';
    watched = w.f;
    authority_break(w.authority, CA_NEW_ORDER, 1, CA_PROBLEM, "serverInternal");
    RUN_ONE(w.f, "POST", "/v1/cas", CAS_OF, 201, NULL);
    RUN_ONE(w.f, "POST", "/v1/sites", ORDERED, 201, NULL);
    until_failed(&w, 1);
    assert_string_equal(seen, "directory|account|order|failed|waiting, failed|");
    seen[0] = '\0';
    until_obtained(&w, "after a failure");
    watched = NULL;
    assert_string_equal(seen, "directory, failed|order, failed|prove, failed|wait for the CA to look, failed|order, "
                              "failed|finalise, failed|download, failed|done, failed|idle|");
    end(&w);
}

static void who_cannot_help_is_left_for_the_next(void **state)
{
    struct world w;
    (void)state;
    begin(&w);
    RUN_ONE(w.f, "POST", "/v1/cas", BROKEN, 201, NULL);
    RUN_ONE(w.f, "POST", "/v1/cas", CAS_OF, 201, NULL);
    RUN_ONE(w.f, "POST", "/v1/sites", ORDERED, 201, NULL);
    until_failed(&w, 1);
    assert_string_equal(order_of(&w)->failure.ca, "broken");
    until_obtained(&w, "fail-over");
    assert_string_equal(order_of(&w)->issuer, "test");
    end(&w);
}

static void killed_after_any_answer_it_goes_on_with_the_same_order(void **state)
{
    (void)state;
    for (unsigned at = 1;; at++) {
        struct world w;
        begin(&w);
        RUN_ONE(w.f, "POST", "/v1/cas", CAS_OF, 201, NULL);
        RUN_ONE(w.f, "POST", "/v1/sites", ORDERED, 201, NULL);
        for (int i = 0; i < ROUNDS_COUNT_MAX && w.answered < at && !is_obtained(&w); i++)
            go_round(&w);
        bool is_over = is_obtained(&w);
        crash(&w);
        until_obtained(&w, "killed");
        assert_int_equal(authority_orders_count(w.authority), 1);
        assert_int_equal(authority_accounts_count(w.authority), 1);
        assert_int_equal(order_of(&w)->failures, 0);
        end(&w);
        if (is_over) {
            assert_true(at > 8); /* it was killed at more than the first few */
            return;
        }
    }
}

static void a_nonce_that_is_refused_fails_nothing(void **state)
{
    struct world w;
    (void)state;
    begin(&w);
    authority_break(w.authority, CA_NEW_ORDER, 3, CA_BAD_NONCE, NULL);
    RUN_ONE(w.f, "POST", "/v1/cas", CAS_OF, 201, NULL);
    RUN_ONE(w.f, "POST", "/v1/sites", ORDERED, 201, NULL);
    until_obtained(&w, "bad nonces");
    assert_int_equal(authority_seen(w.authority, CA_NEW_ORDER), 4);
    assert_int_equal(order_of(&w)->failure.at_s, 0);
    end(&w);
}

static void nothing_is_asked_before_the_authority_wants_to_hear_of_it(void **state)
{
    static const struct {
        enum ca_fault fault;
        int64_t wait_s;
    } cases[] = {{CA_BUSY_LONG, 7200}, {CA_LIMITED, 3600}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        begin(&w);
        authority_break(w.authority, CA_NEW_ORDER, 1, cases[i].fault, NULL);
        RUN_ONE(w.f, "POST", "/v1/cas", CAS_OF, 201, NULL);
        RUN_ONE(w.f, "POST", "/v1/sites", ORDERED, 201, NULL);
        until_failed(&w, 1);
        int64_t failed_s = order_of(&w)->failure.at_s;
        assert_true(order_of(&w)->next_s >= failed_s + cases[i].wait_s - 1);
        crash(&w); /* nor after a restart */
        unsigned answered = w.answered;
        while (w.f->core.read_clock(&w.f->core).wall_s < failed_s + cases[i].wait_s - 2)
            go_round(&w);
        assert_int_equal(w.answered, answered);
        until_obtained(&w, "after the wait");
        end(&w);
    }
}

/* Whatever comes in place of an answer, at every step: it ends in a failure in words or is got over, and what follows
 * when the authority is sound again is a certificate. */
static void garbage_is_got_over(void **state)
{
    static const enum ca_step steps[] = {CA_DIRECTORY, CA_NEW_ACCOUNT, CA_NEW_ORDER,  CA_AUTHORIZATION,
                                         CA_CHALLENGE, CA_FINALIZE,    CA_CERTIFICATE};
    static const enum ca_fault faults[] = {CA_HTML, CA_DEEP, CA_HUGE, CA_EMPTY, CA_BAD_URLS};
    (void)state;
    for (size_t s = 0; s < sizeof steps / sizeof *steps; s++)
        for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
            struct world w;
            char what[64];
            begin(&w);
            authority_break(w.authority, steps[s], 1, faults[i], NULL);
            RUN_ONE(w.f, "POST", "/v1/cas", CAS_OF, 201, NULL);
            RUN_ONE(w.f, "POST", "/v1/sites", ORDERED, 201, NULL);
            while (failures(&w) == 0 && !is_obtained(&w))
                go_round(&w);
            assert_true(is_obtained(&w) || order_of(&w)->failure.words[0]);
            (void)snprintf(what, sizeof what, "step %d, fault %d", (int)steps[s], (int)faults[i]);
            until_obtained(&w, what);
            end(&w);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_goes_through_to_the_certificate_in_service),
        cmocka_unit_test(a_failure_is_told_with_its_next_attempt_and_made_good_then),
        cmocka_unit_test(whoever_looks_sees_each_step_and_how_it_ended),
        cmocka_unit_test(who_cannot_help_is_left_for_the_next),
        cmocka_unit_test(killed_after_any_answer_it_goes_on_with_the_same_order),
        cmocka_unit_test(a_nonce_that_is_refused_fails_nothing),
        cmocka_unit_test(nothing_is_asked_before_the_authority_wants_to_hear_of_it),
        cmocka_unit_test(garbage_is_got_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
