/* What is told of a site, through the store: once, over restarts, to whom, and how it is tried again. */
#include "control/notify.h"

#include "api_ask.h"
#include "control/gains.h"
#include "control/mismatch.h"
#include "control/notify_parts.h"
#include "http/agent.h"
#include "outbound/outbound.h"
#include "test_ca.h"

#define DAY ((int64_t)86400)
/* Nobody listens there. */
#define HOOK                                                                                                           \
    "{\"name\":\"hook\",\"kind\":\"webhook\",\"url\":\"https://127.0.0.1:1/\",\"severity\":\"info\",\"secret\":"       \
    "\"0123456789abcdef\"}"
#define SITE "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"],\"local_ca\":true}"

static void start(struct fixture *f)
{
    struct err err = {0};
    if (!errands_new(f->core.loop, &f->core.errands, &err) || !notifier_new(&f->core, &f->core.notifier, &err))
        fail_msg("%s", err.text);
}

static void stop(struct fixture *f)
{
    errands_free(f->core.errands);
    notifier_free(f->core.notifier);
    f->core.errands = NULL;
    f->core.notifier = NULL;
}

static struct fixture *begin(void)
{
    struct fixture *f = fixture_new();
    fixture_stop_clock(f);
    start(f);
    return f;
}

static void end(struct fixture *f)
{
    stop(f);
    fixture_free(f);
}

/* Control dies and comes back. */
static void crash(struct fixture *f)
{
    stop(f);
    fixture_restart(f);
    start(f);
}

static bool note(void *context, const struct notification *n, const struct notify_delivery *d)
{
    return buf_printf(context, "%s:%s:%.*s:%s>%.*s ", notify_kind_names[n->kind], notify_phase_names[n->phase],
                      STR_ARG(n->stage), notify_severity_names[n->severity], STR_ARG(d->channel));
}

/* The newest first. */
static void check_told(struct fixture *f, const char *expected)
{
    struct buf text;
    buf_init(&text, 65536);
    assert_true(store_notifications(f->core.store, 0, 0, 100, note, &text, NULL));
    assert_str(buf_str(&text), str_from(expected));
    buf_fini(&text);
}

static bool take(void *context, const struct notification *n, const struct notify_delivery *d)
{
    struct notify_delivery *ret = context;
    (void)n;
    *ret = *d;
    ret->channel = ret->problem = STR(""); /* the views end here */
    return false;
}

static struct notify_delivery delivery_of(struct fixture *f)
{
    struct notify_delivery d = {0};
    assert_true(store_notifications(f->core.store, 0, 0, 1, take, &d, NULL));
    return d;
}

/* Until all that is under way has come back. */
static void settle(struct fixture *f)
{
    for (int i = 0; i < 200; i++) {
        bool busy = false;
        for (size_t c = 0; c < f->core.notifier->channels_count; c++)
            busy = busy || f->core.notifier->channels[c].busy;
        if (!busy)
            return;
        loop_turn(f->core.loop, 50);
    }
    fail_msg("a delivery does not come back");
}

/* The certificate of a.test (90 days by the local CA) has so many days left. */
static void leave_days(struct fixture *f, int64_t days)
{
    struct notify_facts facts;
    f->passed_s = 0;
    notifier_facts(&f->core, state_find(&f->core.state, STR("a.test")), &facts);
    f->passed_s = facts.not_after_s - days * DAY - f->began.wall_s;
}

/* By one that lasts until 2100. */
static void replace_certificate(struct fixture *f)
{
    struct test_ca *ca = test_ca_new();
    struct test_ca_made made = test_ca_make_for(ca, "a.test", TEST_CA_P256);
    json_t *json = json_pack("{s:s%,s:s%}", "certificate_pem", buf_str(&made.chain).data, buf_str(&made.chain).size,
                             "key_pem", buf_str(&made.key).data, buf_str(&made.key).size);
    char *text = json_dumps(json, 0);
    RUN_ONE(f, "PATCH", "/v1/sites/a.test", text, 200, NULL);
    free(text);
    json_decref(json);
    test_ca_made_free(&made);
    test_ca_free(ca);
}

static void an_end_that_comes_nearer_is_told_by_stages_and_not_again_after_a_crash(void **state)
{
    struct fixture *f = begin();
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    notify_turn(&f->core);
    check_told(f, "");
    leave_days(f, 13);
    notify_turn(&f->core);
    notify_turn(&f->core);
    check_told(f, "expiring:begun:14d:warning> ");
    crash(f);
    notify_turn(&f->core);
    check_told(f, "expiring:begun:14d:warning> ");
    leave_days(f, 2);
    notify_turn(&f->core);
    check_told(f, "expiring:worse:3d:critical> expiring:begun:14d:warning> ");
    replace_certificate(f);
    notify_turn(&f->core);
    notify_turn(&f->core);
    check_told(f, "expiring:resolved:3d:critical> expiring:worse:3d:critical> expiring:begun:14d:warning> ");
    end(f);
}

static void a_site_that_is_removed_is_forgotten(void **state)
{
    struct notify_standing standing;
    bool found = true;
    struct fixture *f = begin();
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    leave_days(f, 2);
    notify_turn(&f->core);
    RUN_ONE(f, "DELETE", "/v1/sites/a.test", "", 200, NULL);
    f->passed_s += 7200;
    notify_turn(&f->core);
    check_told(f, "expiring:begun:3d:critical> ");
    assert_true(store_standing(f->core.store, STR("a.test"), NOTIFY_EXPIRING, &standing, &found, NULL));
    assert_false(found);
    end(f);
}

static void what_fails_is_told_once_a_problem_and_resolved_by_the_renewal(void **state)
{
    struct fixture *f = begin();
    struct notify_event event = {.kind = NOTIFY_FAILING,
                                 .site = STR("a.test"),
                                 .stage = STR("rateLimited"),
                                 .detail = STR("too many"),
                                 .next_attempt_s = 1};
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    notify_event(&f->core, &event);
    crash(f);
    event.stage = STR("unreachable");
    notify_event(&f->core, &event);
    check_told(f, "failing:begun:rateLimited:warning> ");
    f->passed_s = DAY;
    notify_event(&f->core, &event);
    check_told(f, "failing:still:unreachable:warning> failing:begun:rateLimited:warning> ");
    event = (struct notify_event){.kind = NOTIFY_RENEWED, .site = STR("a.test")};
    notify_event(&f->core, &event);
    notify_event(&f->core, &event);
    check_told(f, "renewed:happened::info> failing:resolved:unreachable:warning> renewed:happened::info> "
                  "failing:still:unreachable:warning> failing:begun:rateLimited:warning> ");
    event.site = STR("gone.test");
    notify_event(&f->core, &event); /* of a site that is not there any more */
    end(f);
}

/* A look that meets this at the one listener. */
static void see(struct fixture *f, enum served_state state)
{
    struct served_place place = {.state = state,
                                 .side = CERT_SIDE_ECDSA,
                                 .where = "https (192.0.2.1:443)",
                                 .name = "a.test",
                                 .fingerprint = "ff",
                                 .subject = "CN=old"};
    const struct served_report report = {.places = &place, .places_count = 1, .capacity = 1};
    struct err err = {0};
    assert_true(mismatches_seen(f->core.mismatches, STR("a.test"), &report, f->began.wall_s + f->passed_s, &err));
    notify_site(&f->core, STR("a.test"));
}

static void a_mismatch_is_told_when_a_second_look_confirms_it(void **state)
{
    struct fixture *f = begin();
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    see(f, SERVED_OTHER);
    see(f, SERVED_RIGHT); /* workers were on their way */
    see(f, SERVED_OTHER);
    check_told(f, "");
    f->passed_s = 120;
    see(f, SERVED_OTHER);
    check_told(f, "mismatch:begun:mismatch:warning> ");
    RUN_ONE(f, "GET", "/v1/notify/log", "", 200, "192.0.2.1:443");
    see(f, SERVED_UNSEEN); /* nobody could look: that says nothing */
    crash(f);
    notify_turn(&f->core);
    check_told(f, "mismatch:begun:mismatch:warning> ");
    see(f, SERVED_RIGHT);
    notify_turn(&f->core);
    check_told(f, "mismatch:resolved:mismatch:warning> mismatch:begun:mismatch:warning> ");
    end(f);
}

static void a_clock_that_jumped_alarms_about_itself_and_not_about_certificates(void **state)
{
    struct fixture *f = begin();
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    f->wall_shift_s = 3000 * DAY; /* every certificate has expired */
    commit_look_at_clock(&f->core);
    notify_turn(&f->core);
    check_told(f, "");
    f->passed_s = 2 * 3600;
    notify_turn(&f->core);
    check_told(f, "clock:begun:jumped:warning> ");
    end(f);
}

static void a_delivery_that_fails_is_tried_again_later_and_given_up_in_the_end(void **state)
{
    struct fixture *f = begin();
    (void)state;
    RUN_ONE(f, "POST", "/v1/notify/channels", HOOK, 201, "\"has_secret\":true");
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    leave_days(f, 13);
    const int64_t begun_s = f->passed_s;
    notify_turn(&f->core);
    settle(f);
    struct notify_delivery d = delivery_of(f);
    assert_int_equal(d.state, NOTIFY_QUEUED);
    assert_int_equal(d.attempts, 1);
    notify_turn(&f->core); /* too early */
    settle(f);
    assert_int_equal(delivery_of(f).attempts, 1);
    f->passed_s = begun_s + 61;
    crash(f); /* the queue is in the store */
    notify_turn(&f->core);
    settle(f);
    assert_int_equal(delivery_of(f).attempts, 2);
    f->passed_s = begun_s - 5 * DAY; /* a clock that was set back does not make it wait for days */
    notifier_deliver(f->core.notifier);
    settle(f);
    d = delivery_of(f);
    assert_int_equal(d.attempts, 3);
    assert_int_equal(d.state, NOTIFY_QUEUED);
    f->passed_s = begun_s + NOTIFY_GIVE_UP_S + 60;
    notifier_deliver(f->core.notifier);
    settle(f);
    d = delivery_of(f);
    assert_int_equal(d.state, NOTIFY_GIVEN_UP);
    assert_int_equal(d.attempts, 4);
    RUN_ONE(f, "GET", "/v1/notify/log", "", 200, "127.0.0.1 refuses the connection");
    RUN_ONE(f, "GET", "/v1/status", "", 200, "nobody is told by the notification channel hook: 127.0.0.1 refuses");
    RUN_ONE(f, "GET", "/metrics", "", 200, "\nstrictgate_notification_channel_up{channel=\"hook\"} 0\n");
    RUN_ONE(f, "GET", "/v1/notify/channels/hook", "", 200, "\"problem\":\"127.0.0.1 refuses");
    end(f);
}

static void a_delivery_under_way_when_control_dies_is_made_again(void **state)
{
    struct fixture *f = begin();
    (void)state;
    RUN_ONE(f, "POST", "/v1/notify/channels", HOOK, 201, NULL);
    RUN_ONE(f, "POST", "/v1/notify/channels/hook/test", "", 202, "\"id\":1");
    crash(f); /* whatever the thread did, nobody wrote it down */
    assert_int_equal(delivery_of(f).state, NOTIFY_QUEUED);
    notify_turn(&f->core);
    settle(f);
    assert_int_equal(delivery_of(f).state, NOTIFY_GIVEN_UP); /* a test is tried once */
    end(f);
}

static void waiting_grows_from_a_minute_to_hours(void **state)
{
    static const int64_t expected[] = {60, 60, 300, 900, 3600, 10800, 21600, 21600, 21600};
    (void)state;
    for (uint32_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_int_equal(notifier_backoff_s(i), expected[i]);
    assert_int_equal(notifier_backoff_s(UINT32_MAX), 21600);
}

static void a_digest_comes_once_a_day_at_its_hour(void **state)
{
    struct fixture *f = begin();
    char text[300];
    (void)state;
    const int64_t now_s = f->began.wall_s;
    const int hour = (int)((now_s / 3600 + 2) % 24);
    assert_true(notifier_digest_due_s(hour, now_s) <= now_s);
    assert_true(now_s - notifier_digest_due_s(hour, now_s) < DAY);
    assert_int_equal(notifier_digest_due_s(6, 100 * DAY + 6 * 3600), 100 * DAY + 6 * 3600);
    assert_int_equal(notifier_digest_due_s(6, 100 * DAY + 6 * 3600 - 1), 99 * DAY + 6 * 3600);
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    (void)snprintf(text, sizeof text,
                   "{\"name\":\"hook\",\"kind\":\"webhook\",\"url\":\"https://127.0.0.1:1/\","
                   "\"secret\":\"0123456789abcdef\",\"digest_hour\":%d}",
                   hour);
    RUN_ONE(f, "POST", "/v1/notify/channels", text, 201, NULL);
    notify_turn(&f->core);
    check_told(f, ""); /* that of today was before the channel */
    f->passed_s = 3 * 3600;
    notify_turn(&f->core);
    notify_turn(&f->core);
    check_told(f, "digest:happened:daily digest: 1 site, 0 problems:info>hook ");
    settle(f);
    crash(f);
    notify_turn(&f->core);
    check_told(f, "digest:happened:daily digest: 1 site, 0 problems:info>hook ");
    f->passed_s += DAY;
    notify_turn(&f->core);
    RUN_ONE(f, "GET", "/v1/notify/log?limit=1", "", 200, "a.test: certificate ");
    settle(f);
    end(f);
}

/* The tag is that of what was given, not of how its deliveries went; and no secret is in it. */
static void a_channel_is_changed_for_the_state_that_was_seen(void **state)
{
    struct asked get = {.method = "GET", .target = "/v1/notify/channels/hook", .content = ""};
    struct asked patch = {.method = "PATCH",
                          .target = "/v1/notify/channels/hook",
                          .type = "application/json",
                          .content = "{\"severity\":\"critical\"}"};
    struct fixture *f = begin();
    (void)state;
    RUN_ONE(f, "POST", "/v1/notify/channels", HOOK, 201, NULL);
    struct api_reply seen = ask_fully(f, &get);
    patch.if_match = seen.etag;
    struct api_reply changed = ask_fully(f, &patch), late = ask_fully(f, &patch);
    patch.content = "{\"severity\":\"info\"}";
    patch.if_match = changed.etag;
    struct api_reply undone = ask_fully(f, &patch);
    assert_true(strlen(seen.etag) > 2);
    assert_int_equal(changed.status, 200);
    assert_int_equal(late.status, 412);
    assert_int_equal(undone.status, 200);
    assert_string_equal(undone.etag, seen.etag);
    buf_fini(&seen.body);
    buf_fini(&changed.body);
    buf_fini(&late.body);
    buf_fini(&undone.body);
    end(f);
}

static void channels_are_managed_and_their_secrets_never_shown(void **state)
{
    static const struct step steps[] = {
        {"GET", "/v1/notify/channels", "", 200, "{\"channels\":[]}"},
        {"POST", "/v1/notify/channels", "[]", 400, NULL},
        {"POST", "/v1/notify/channels", "{\"name\":\"x\",\"kind\":\"webhook\",\"url\":\"https://a/\"}", 400,
         "\"field\":\"secret\""},
        {"POST", "/v1/notify/channels",
         "{\"name\":\"x\",\"kind\":\"webhook\",\"url\":\"https://a/\",\"secret\":\"short\"}", 400,
         "\"field\":\"secret\""},
        {"POST", "/v1/notify/channels", "{\"name\":\"x\",\"kind\":\"hook\"}", 400, "[Hooks]"},
        {"POST", "/v1/notify/channels",
         "{\"name\":\"x\",\"kind\":\"webhook\",\"url\":\"https://a/\",\"secret\":\"0123456789abcdef\",\"password\":"
         "\"p\"}",
         400, "a channel of kind webhook has none"},
        {"POST", "/v1/notify/channels", "{\"name\":\"x\",\"kind\":\"syslog\",\"host\":\"a\"}", 400,
         "a channel of kind syslog has none"},
        {"POST", "/v1/notify/channels", "{\"name\":\"x\",\"kind\":\"syslog\",\"colour\":1}", 400,
         "there is no such member"},
        {"GET", "/v1/notify/channels/no%20name", "", 404, "notify list"},
        {"POST", "/v1/notify/channels", HOOK, 201, "\"paused\":false"},
        {"GET", "/metrics", "", 200, "\nstrictgate_notification_channel_up{channel=\"hook\"} 1\n"},
        {"POST", "/v1/notify/channels", HOOK, 409, "already"},
        {"GET", "/v1/notify/channels/hook", "", 200, "\"has_secret\":true"},
        {"GET", "/v1/notify/channels/other", "", 404, NULL},
        {"PATCH", "/v1/notify/channels/other", "{}", 404, NULL},
        {"PATCH", "/v1/notify/channels/hook", "{\"severity\":\"critical\",\"events\":[\"clock\"]}", 200,
         "\"events\":[\"clock\"],\"severity\":\"critical\""},
        {"PATCH", "/v1/notify/channels/hook", "{\"events\":null}", 200, "\"obtained\""},
        {"PATCH", "/v1/notify/channels/hook", "{\"name\":\"other\"}", 400, "\"field\":\"name\""},
        {"PATCH", "/v1/notify/channels/hook", "{\"kind\":\"syslog\"}", 400, "\"field\":\"kind\""},
        {"PATCH", "/v1/notify/channels/hook", "{\"url\":null}", 400, "\"field\":\"url\""},
        {"PATCH", "/v1/notify/channels/hook", "{\"secret\":\"\"}", 400, "\"field\":\"secret\""},
        {"PATCH", "/v1/notify/channels/hook", "{\"paused\":true}", 400, "\"field\":\"paused\""},
        {"PATCH", "/v1/notify/channels/hook", "{\"password\":\"x\"}", 400, "\"field\":\"password\""},
        {"POST", "/v1/notify/channels",
         "{\"name\":\"m\",\"kind\":\"email\",\"host\":\"h.example\",\"from\":\"a@b\",\"to\":[\"c@d\"],\"user\":\"u\"}",
         400, "\"field\":\"password\""},
        {"POST", "/v1/notify/channels",
         "{\"name\":\"m\",\"kind\":\"email\",\"host\":\"h.example\",\"from\":\"a@b\",\"to\":[\"c@d\"],\"password\":"
         "\"p\"}",
         400, "\"field\":\"user\""},
        {"POST", "/v1/notify/channels",
         "{\"name\":\"m\",\"kind\":\"email\",\"host\":\"h.example\",\"from\":\"a@b\",\"to\":[\"c@d\"],\"user\":\"u\","
         "\"password\":\"p\"}",
         201, "\"has_password\":true"},
        {"PATCH", "/v1/notify/channels/m", "{\"host\":\"evil.example\"}", 400, "\"field\":\"password\""},
        {"PATCH", "/v1/notify/channels/m", "{\"host\":\"other.example\",\"password\":\"q\"}", 200, "other.example"},
        {"PATCH", "/v1/notify/channels/m", "{\"user\":null,\"password\":\"\"}", 200, "\"has_password\":false"},
        {"DELETE", "/v1/notify/channels/m", "", 200, "{}"},
        {"DELETE", "/v1/notify/channels/m", "", 404, NULL},
        {"POST", "/v1/notify/channels/m/test", "", 404, NULL},
        {"GET", "/v1/notify/log?limit=0", "", 400, NULL},
        {"GET", "/v1/notify/log?x=1", "", 400, NULL},
        {"GET", "/v1/notify/log", "", 200, "{\"notifications\":[]}"},
    };
    struct fixture *f = begin();
    struct buf body;
    void *secret = NULL;
    size_t size = 0;
    (void)state;
    RUN(f, steps);
    (void)ask(f, "GET", "/v1/notify/channels", NULL, "", &body);
    assert_null(strstr(buf_str(&body).data, "0123456789abcdef"));
    buf_fini(&body);
    assert_true(store_channel_secret(f->core.store, STR("hook"), &secret, &size, NULL));
    assert_str(str_make(secret, size), STR("0123456789abcdef"));
    free(secret);
    end(f);
}

/* Guards keep a site on its rung of five minutes, and let it go on. */
static void a_climb_that_is_held_back_is_told_once_it_lasts(void **state)
{
    struct fixture *f = begin();
    const struct watch_hold traffic = {STR("traffic"), STR("nobody came"), STR("")};
    const struct watch_hold stranded = {STR("stranded"), STR("12 of 840 never came"), STR("look")};
    (void)state;
    RUN_ONE(f, "POST", "/v1/notify/channels", HOOK, 201, NULL);
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    struct site *site = (struct site *)(uintptr_t)state_find(&f->core.state, STR("a.test"));
    site->hsts.max_age_s = 300;
    notify_site(&f->core, STR("a.test"));
    check_told(f, "");
    (void)watch_held_back(f->core.watch, STR("a.test"), &traffic);
    notify_site(&f->core, STR("a.test"));
    f->passed_s += 290;
    notify_site(&f->core, STR("a.test"));
    check_told(f, ""); /* it may pass */
    f->passed_s += 20;
    notify_site(&f->core, STR("a.test"));
    notify_site(&f->core, STR("a.test"));
    check_told(f, "held:begun:traffic:warning>hook ");
    crash(f); /* nobody has looked yet: that is no end of it */
    notify_site(&f->core, STR("a.test"));
    check_told(f, "held:begun:traffic:warning>hook ");
    (void)watch_held_back(f->core.watch, STR("a.test"), &stranded);
    notify_site(&f->core, STR("a.test"));
    check_told(f, "held:worse:stranded:warning>hook held:begun:traffic:warning>hook ");
    f->passed_s += DAY + 60;
    notify_site(&f->core, STR("a.test"));
    check_told(f, "held:still:stranded:warning>hook held:worse:stranded:warning>hook held:begun:traffic:warning>hook ");
    (void)watch_held_back(f->core.watch, STR("a.test"), NULL);
    notify_site(&f->core, STR("a.test"));
    notify_site(&f->core, STR("a.test"));
    check_told(f, "held:resolved:stranded:warning>hook held:still:stranded:warning>hook "
                  "held:worse:stranded:warning>hook held:begun:traffic:warning>hook ");
    end(f);
}

static void a_core_without_a_notifier_tells_nobody(void **state)
{
    struct fixture *f = fixture_new();
    const struct notify_event event = {.kind = NOTIFY_RENEWED, .site = STR("a.test")};
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    notify_event(&f->core, &event);
    notify_site(&f->core, STR("a.test"));
    notify_turn(&f->core);
    notify_reload(&f->core);
    check_told(f, "");
    fixture_free(f);
}

static int library_start(void **state)
{
    (void)state;
    return outbound_start(NULL) ? 0 : -1;
}

static int library_stop(void **state)
{
    (void)state;
    outbound_stop();
    return 0;
}

#define HOUR ((int64_t)3600)

static void send_in_clear(struct fixture *f, enum census_field field)
{
    const uint8_t fields[] = {CENSUS_GET, (uint8_t)field, CENSUS_IN_CLEAR, CENSUS_SENDER + HTTP_AGENT_CURL};
    counter_add_census(&f->counters->blocks[0], state_find(&f->core.state, STR("a.test"))->slot, fields, sizeof fields);
}

/* A minute of control's. */
static void pass(struct fixture *f, int64_t passed_s)
{
    struct err err = {0};
    bool more = true;
    f->passed_s += passed_s;
    while (more)
        assert_true(gains_write(f->core.gains, &f->core.state, f->counters, core_over_s(&f->core), &more, &err));
    notify_turn(&f->core);
}

static struct fixture *begin_plain(void)
{
    struct fixture *f = begin();
    RUN_ONE(f, "POST", "/v1/sites", "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}", 201, NULL);
    pass(f, 0);
    check_told(f, "");
    return f;
}

static void a_password_in_clear_is_told_once_and_resolved_after_two_quiet_days(void **state)
{
    struct fixture *f = begin_plain();
    (void)state;
    send_in_clear(f, CENSUS_BASIC);
    notify_turn(&f->core); /* before it is written down */
    check_told(f, "in_clear:begun:password:warning> ");
    pass(f, 60);
    crash(f);
    pass(f, 60);
    check_told(f, "in_clear:begun:password:warning> ");
    for (int hour = 0; hour < 47; hour++) /* the time to say it again comes, but it did not go on */
        pass(f, HOUR);
    check_told(f, "in_clear:begun:password:warning> ");
    pass(f, 3 * HOUR);
    pass(f, HOUR);
    check_told(f, "in_clear:resolved:password:warning> in_clear:begun:password:warning> ");
    end(f);
}

/* As a program that runs every night. */
static void one_that_is_sent_every_day_is_one_problem(void **state)
{
    struct fixture *f = begin_plain();
    (void)state;
    for (int day = 0; day < 3; day++) {
        send_in_clear(f, CENSUS_BASIC);
        for (int hour = 0; hour < 24; hour++)
            pass(f, HOUR);
    }
    send_in_clear(f, CENSUS_BASIC);
    pass(f, 60);
    check_told(f, "in_clear:still:password:warning> in_clear:begun:password:warning> ");
    end(f);
}

static void cookies_that_go_on_are_another_matter_than_the_password(void **state)
{
    struct fixture *f = begin_plain();
    (void)state;
    send_in_clear(f, CENSUS_COOKIES);
    pass(f, 0);
    send_in_clear(f, CENSUS_BASIC);
    pass(f, 0);
    check_told(f, "in_clear:worse:password:warning> in_clear:begun:cookie:info> ");
    for (int hour = 0; hour < 52; hour++) {
        send_in_clear(f, CENSUS_COOKIES);
        pass(f, HOUR);
    }
    check_told(f, "in_clear:resolved:password:warning> in_clear:worse:password:warning> in_clear:begun:cookie:info> ");
    end(f);
}

/* Nobody was told of its end: the gateway's counters begin anew, what is known of it does not. */
static void it_stands_over_a_restart_of_everything(void **state)
{
    struct fixture *f = begin_plain();
    struct buf out;
    (void)state;
    send_in_clear(f, CENSUS_BASIC);
    pass(f, 0);
    memset(f->counters->blocks[0].census_moved, 0, sizeof f->counters->blocks[0].census_moved);
    memset(f->counters->blocks[0].census, 0, sizeof f->counters->blocks[0].census);
    crash(f);
    pass(f, 60);
    check_told(f, "in_clear:begun:password:warning> ");
    assert_int_equal(ask(f, "GET", "/v1/status", NULL, "", &out), 200);
    assert_non_null(strstr(buf_str(&out).data, "a.test: passwords or tokens are sent over plain HTTP"));
    buf_fini(&out);
    end(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_in_clear_is_told_once_and_resolved_after_two_quiet_days),
        cmocka_unit_test(one_that_is_sent_every_day_is_one_problem),
        cmocka_unit_test(cookies_that_go_on_are_another_matter_than_the_password),
        cmocka_unit_test(it_stands_over_a_restart_of_everything),
        cmocka_unit_test(an_end_that_comes_nearer_is_told_by_stages_and_not_again_after_a_crash),
        cmocka_unit_test(a_site_that_is_removed_is_forgotten),
        cmocka_unit_test(what_fails_is_told_once_a_problem_and_resolved_by_the_renewal),
        cmocka_unit_test(a_mismatch_is_told_when_a_second_look_confirms_it),
        cmocka_unit_test(a_clock_that_jumped_alarms_about_itself_and_not_about_certificates),
        cmocka_unit_test(a_delivery_that_fails_is_tried_again_later_and_given_up_in_the_end),
        cmocka_unit_test(a_delivery_under_way_when_control_dies_is_made_again),
        cmocka_unit_test(waiting_grows_from_a_minute_to_hours),
        cmocka_unit_test(a_digest_comes_once_a_day_at_its_hour),
        cmocka_unit_test(a_channel_is_changed_for_the_state_that_was_seen),
        cmocka_unit_test(channels_are_managed_and_their_secrets_never_shown),
        cmocka_unit_test(a_climb_that_is_held_back_is_told_once_it_lasts),
        cmocka_unit_test(a_core_without_a_notifier_tells_nobody),
    };
    return cmocka_run_group_tests(tests, library_start, library_stop);
}
