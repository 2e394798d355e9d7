/* Signing in at the panel's door, with the real hashes on real threads: cookies, tokens, codes, streams. */
#include "panel_ask.h"

static void the_first_account_is_made_by_the_link_and_no_second(void **state)
{
    struct panel_test *t = *state;
    char link[SETUP_LINK_SIZE], content[300];
    struct err err = {0};
    assert_int_equal(ask_panel(t, "GET", "/v1/session", NULL), 200);
    assert_has(t, "{\"state\":\"setup\"}");
    assert_true(setup_link_make(&t->f->core, link, &err));
    assert_true(str_starts(str_from(link), STR("http://127.0.0.1:8460/#setup=")));
    assert_int_equal(ask_panel(t, "POST", "/v1/setup",
                               "{\"token\":\"0123456789012345678901234567890123456789012\",\"name\":\"Anna\","
                               "\"password\":\"" PASSWORD "\"}"),
                     403);
    (void)snprintf(content, sizeof content, "{\"token\":\"%s\",\"name\":\"Anna\",\"password\":\"short\"}",
                   strchr(link, '=') + 1);
    assert_int_equal(ask_panel(t, "POST", "/v1/setup", content), 400);
    (void)snprintf(content, sizeof content, "{\"token\":\"%s\",\"name\":\"Anna\",\"password\":\"" PASSWORD "\"}",
                   strchr(link, '=') + 1);
    assert_int_equal(ask_panel(t, "POST", "/v1/setup", content), 201);
    assert_has(t, "\"account\":{\"name\":\"Anna\",\"role\":\"owner\"");
    assert_int_equal(access(t->f->core.paths.setup_link, F_OK), -1);
    assert_int_equal(ask_panel(t, "POST", "/v1/setup", content), 409);
    sign_in(t, SIGN_IN);
}

static void an_old_or_replaced_link_is_good_for_nothing(void **state)
{
    struct panel_test *t = *state;
    char first[SETUP_LINK_SIZE], second[SETUP_LINK_SIZE], text[128];
    struct err err = {0};
    struct buf kept;
    assert_true(setup_link_make(&t->f->core, first, &err));
    assert_true(setup_link_make(&t->f->core, second, &err));
    assert_false(setup_link_check(&t->f->core, str_from(strchr(first, '=') + 1), &err));
    assert_true(setup_link_check(&t->f->core, str_from(strchr(second, '=') + 1), &err));
    assert_true(file_read(t->f->core.paths.setup_link, 1000, &kept, &err));
    assert_true(buf_put_char(&kept, '\0'));
    assert_null(strstr(buf_str(&kept).data, strchr(second, '=') + 1));
    (void)snprintf(text, sizeof text, "%.64s %lld\n", buf_str(&kept).data, (long long)clock_wall_s() - 1);
    buf_fini(&kept);
    assert_true(file_replace(t->f->core.paths.setup_link, str_from(text), 0600, &err));
    assert_false(setup_link_check(&t->f->core, str_from(strchr(second, '=') + 1), &err));
    assert_true(file_replace(t->f->core.paths.setup_link, STR("nonsense"), 0600, &err));
    assert_false(setup_link_check(&t->f->core, str_from(strchr(second, '=') + 1), &err));
    setup_link_end(&t->f->core);
    assert_false(setup_link_check(&t->f->core, STR(""), &err));
}

static void no_link_is_told_where_somebody_else_may_answer(void **state)
{
    struct panel_test *t = *state;
    t->f->boot.panel_fd = -1;
    setup_link_announce(&t->f->core);
    assert_int_equal(access(t->f->core.paths.setup_link, F_OK), -1);
    t->f->boot.panel_fd = 0;
    setup_link_announce(&t->f->core);
    assert_int_equal(access(t->f->core.paths.setup_link, F_OK), 0);
}

#define GUESS "{\"name\":\"anna\",\"password\":\"a guess at it\"}"

static void a_flood_of_names_is_no_way_to_more_guesses(void **state)
{
    struct panel_test *t = *state;
    struct panel_throttle *throttle = &t->f->core.panel->throttle;
    char name[16];
    add_account(t->f, "Anna", ACCOUNT_OWNER);
    for (int i = 0; i < PANEL_THROTTLE_ACCOUNT_FREE; i++)
        assert_int_equal(ask_panel(t, "POST", "/v1/session", "{\"name\":\"anna\",\"password\":\"a guess at it\"}"),
                         401);
    for (int i = 0; i < 2 * PANEL_THROTTLE_COUNT_MAX; i++) {
        (void)snprintf(name, sizeof name, "n%d", i);
        (void)panel_throttle_try(throttle, str_from(name), str_from(name), clock_monotonic_ms());
    }
    /* A slow machine has waited already, perhaps more than once; each wait is twice the one before. */
    unsigned status = 401;
    for (int i = 0; i < 4 && status == 401; i++)
        status = ask_panel(t, "POST", "/v1/session", GUESS);
    assert_int_equal(status, 429);
}

static void a_session_is_a_cookie_that_scripts_and_other_sites_do_not_get(void **state)
{
    struct panel_test *t = *state;
    add_account(t->f, "Anna", ACCOUNT_OPERATOR);
    assert_int_equal(ask_panel(t, "GET", "/v1/session", NULL), 200);
    assert_has(t, "{\"state\":\"signed_out\"}");
    sign_in(t, "{\"name\":\"aNNa\",\"password\":\"" PASSWORD "\"}");
    assert_has(t, "; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict\r\n");
    assert_has(t,
               "\"account\":{\"name\":\"Anna\",\"role\":\"operator\",\"language\":\"\",\"totp\":false,\"passkeys\":0}");
    assert_has(t, "\"door\":\"loopback\"");
    assert_int_equal(ask_panel(t, "GET", "/v1/session", NULL), 200);
    assert_has(t, "\"state\":\"signed_in\"");
    assert_int_equal(ask_panel(t, "GET", "/v1/status", NULL), 200);
    assert_int_equal(ask_panel(t, "GET", "/v1/backup", NULL), 403);
    assert_int_equal(ask_panel(t, "DELETE", "/v1/session", NULL), 204);
    assert_has(t, "Set-Cookie: strictgate_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict\r\n");
    assert_int_equal(ask_panel(t, "GET", "/v1/status", NULL), 401);
}

static void what_changes_something_needs_the_token(void **state)
{
    struct panel_test *t = *state;
    char right[PANEL_TOKEN_SIZE];
    add_account(t->f, "Anna", ACCOUNT_OWNER);
    sign_in(t, SIGN_IN);
    memcpy(right, t->csrf, sizeof right);
    for (int i = 0; i < 3; i++) {
        (void)snprintf(t->csrf, sizeof t->csrf, "%s", i == 0 ? "" : i == 1 ? "wrong" : right);
        if (i == 2)
            t->csrf[10] = t->csrf[10] == 'a' ? 'b' : 'a';
        assert_int_equal(ask_panel(t, "POST", "/v1/reload", NULL), 403);
        assert_has(t, "\"code\":\"csrf\"");
        assert_int_equal(ask_panel(t, "DELETE", "/v1/session", NULL), 403);
    }
    memcpy(t->csrf, right, sizeof right);
    assert_int_equal(ask_panel(t, "DELETE", "/v1/session", NULL), 204);
}

/* Browsers give cookies of localhost to programs on all of its ports. */
static void a_cookie_without_the_token_reads_nothing_and_is_not_told_the_token(void **state)
{
    static const char *const paths[] = {"/v1/status", "/v1/backup",        "/v1/audit",
                                        "/v1/events", "/v1/events?token=", "/v1/events?token=wrong"};
    struct panel_test *t = *state;
    char right[PANEL_TOKEN_SIZE], path[100];
    add_account(t->f, "Anna", ACCOUNT_OWNER);
    sign_in(t, SIGN_IN);
    memcpy(right, t->csrf, sizeof right);
    t->csrf[0] = '\0';
    assert_int_equal(ask_panel(t, "GET", "/v1/session", NULL), 200);
    assert_has(t, "{\"state\":\"signed_out\"}");
    assert_null(strstr(t->reply, right));
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        assert_int_equal(ask_panel(t, "GET", paths[i], NULL), 401);
        assert_int_equal(ask_panel(t, "HEAD", paths[i], NULL), 401);
    }
    (void)snprintf(path, sizeof path, "/v1/status?token=%s", right);
    assert_int_equal(ask_panel(t, "GET", path, NULL), 401);
    memcpy(t->csrf, right, sizeof right);
    assert_int_equal(ask_panel(t, "GET", "/v1/session", NULL), 200);
    assert_has(t, "\"state\":\"signed_in\"");
}

/* Browsers send cookies of longer paths first, and any program on another port of localhost can plant one. */
static void a_cookie_that_others_planted_locks_nobody_out(void **state)
{
    struct panel_test *t = *state;
    char request[1200];
    add_account(t->f, "Anna", ACCOUNT_VIEWER);
    sign_in(t, SIGN_IN);
    for (int planted = 1; planted <= 8; planted++) {
        int fd = connect_to(t);
        int size = snprintf(request, sizeof request,
                            "GET /v1/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                            "X-Strictgate-Csrf: %s\r\nCookie: ",
                            t->csrf);
        for (int i = 0; i < planted; i++)
            size += snprintf(request + size, sizeof request - (size_t)size, "strictgate_session=%043d; ", i);
        (void)snprintf(request + size, sizeof request - (size_t)size, "strictgate_session=%s\r\n\r\n", t->cookie);
        assert_int_equal(exchange(t, fd, request, NULL), planted < 8 ? 200 : 401);
        (void)close(fd);
    }
}

static void a_cookie_from_before_is_never_the_session(void **state)
{
    struct panel_test *t = *state;
    char chosen[PANEL_TOKEN_SIZE], first[PANEL_TOKEN_SIZE], second[PANEL_TOKEN_SIZE];
    struct err err = {0};
    add_account(t->f, "Anna", ACCOUNT_OWNER);
    assert_true(panel_token_make(chosen, &err));
    memcpy(t->cookie, chosen, sizeof chosen);
    sign_in(t, SIGN_IN);
    memcpy(first, t->cookie, sizeof first);
    assert_string_not_equal(first, chosen);
    memcpy(t->cookie, chosen, sizeof chosen);
    assert_int_equal(ask_panel(t, "GET", "/v1/status", NULL), 401);
    /* Signing in again takes the place of the session there was. */
    memcpy(t->cookie, first, sizeof first);
    sign_in(t, SIGN_IN);
    memcpy(second, t->cookie, sizeof second);
    memcpy(t->cookie, first, sizeof first);
    assert_int_equal(ask_panel(t, "GET", "/v1/status", NULL), 401);
    memcpy(t->cookie, second, sizeof second);
    assert_int_equal(ask_panel(t, "GET", "/v1/status", NULL), 200);
}

static void another_cookie_for_the_same_session_ends_the_old_one(void **state)
{
    struct panel_test *t = *state;
    struct api_reply reply = {0};
    struct session session;
    struct err err = {0};
    uint8_t id[SESSION_ID_SIZE];
    add_account(t->f, "Anna", ACCOUNT_OWNER);
    sign_in(t, SIGN_IN);
    assert_true(digest_sha256(str_from(t->cookie), id, &err));
    assert_true(panel_session_renew(&t->f->core, id, &reply, &err));
    assert_int_equal(ask_panel(t, "GET", "/v1/status", NULL), 401);
    memcpy(t->cookie, reply.cookie, sizeof t->cookie);
    assert_int_equal(ask_panel(t, "POST", "/v1/reload", NULL), 200);
    assert_false(store_session(t->f->core.store, id, clock_wall_s(), &session, &err));
    assert_false(panel_session_renew(&t->f->core, id, &reply, &err));
}

static void wrong_names_and_wrong_passwords_are_one_answer_and_then_have_to_wait(void **state)
{
    static char wrong[ROOM];
    struct panel_test *t = *state;
    add_account(t->f, "Anna", ACCOUNT_OWNER);
    assert_int_equal(ask_panel(t, "POST", "/v1/session", "{\"name\":\"Anna\",\"password\":\"not this\"}"), 401);
    assert_has(t, "\"code\":\"wrong_credentials\"");
    assert_has(t, "\r\nWWW-Authenticate: Session\r\n");
    memcpy(wrong, t->reply, sizeof wrong);
    assert_int_equal(ask_panel(t, "POST", "/v1/session", "{\"name\":\"nobody\",\"password\":\"not this\"}"), 401);
    assert_string_equal(t->reply, wrong);
    /* A slow machine may take longer to look than the first wait lasts; the next is twice as long. */
    unsigned refused = 2;
    while (ask_panel(t, "POST", "/v1/session", "{\"name\":\"Anna\",\"password\":\"not this\"}") == 401)
        assert_true(++refused < 2 * PANEL_THROTTLE_ACCOUNT_FREE);
    assert_true(refused > PANEL_THROTTLE_ACCOUNT_FREE);
    assert_has(t, "\"code\":\"throttled\"");
    assert_has(t, "\r\nRetry-After: ");
    /* Others do not have to. The log has the first of them, and the last at the end of the window. */
    add_account(t->f, "Ben", ACCOUNT_VIEWER);
    sign_in(t, "{\"name\":\"Ben\",\"password\":\"" PASSWORD "\"}");
    RUN_ONE(t->f, "GET", "/v1/audit", "", 200,
            "\"after\":{\"refused\":1,\"accounts\":[\"Anna\"],\"address\":\"127.0.0.1\"}");
    assert_int_equal(t->f->core.panel->refusals.count, refused - 1);
}

static void a_code_is_asked_for_and_good_once(void **state)
{
    struct panel_test *t = *state;
    char code[TOTP_DIGITS + 1], content[200];
    uint8_t secret[TOTP_SECRET_SIZE];
    struct err err = {0};
    const struct store_account_change change = {.totp_secret = secret, .totp_step = 0};
    add_account(t->f, "Anna", ACCOUNT_VIEWER);
    assert_true(totp_secret_make(secret, &err));
    assert_true(store_change_account(t->f->core.store, STR("Anna"), &change, NULL, &err));
    for (int i = 0; i < PANEL_THROTTLE_ACCOUNT_FREE + 1; i++) { /* half an answer costs no attempt */
        assert_int_equal(ask_panel(t, "POST", "/v1/session", SIGN_IN), 401);
        assert_has(t, "\"code\":\"totp_needed\"");
    }
    assert_true(totp_code(secret, clock_wall_s() / TOTP_STEP_S, code, &err));
    (void)snprintf(content, sizeof content, "{\"name\":\"Anna\",\"password\":\"" PASSWORD "\",\"totp\":\"%s\"}", code);
    sign_in(t, content);
    assert_int_equal(ask_panel(t, "POST", "/v1/session", content), 401);
    assert_has(t, "\"code\":\"totp_needed\"");
}

static void one_sees_and_ends_ones_own_sessions_and_an_owner_all(void **state)
{
    struct panel_test *t = *state;
    char owner[PANEL_TOKEN_SIZE], owner_csrf[PANEL_TOKEN_SIZE], number[PANEL_TOKEN_SIZE], path[100];
    add_account(t->f, "Anna", ACCOUNT_OWNER);
    add_account(t->f, "Ben", ACCOUNT_VIEWER);
    sign_in(t, SIGN_IN);
    memcpy(owner, t->cookie, sizeof owner);
    memcpy(owner_csrf, t->csrf, sizeof owner_csrf);
    assert_int_equal(ask_panel(t, "GET", "/v1/sessions", NULL), 200);
    assert_has(t, "\"account\":\"Anna\",\"role\":\"owner\",\"door\":\"loopback\",\"address\":\"127.0.0.1\","
                  "\"user_agent\":\"Test/1\"");
    take(t, "\"id\":", ',', number);
    t->cookie[0] = '\0';
    sign_in(t, "{\"name\":\"Ben\",\"password\":\"" PASSWORD "\"}");
    assert_int_equal(ask_panel(t, "GET", "/v1/sessions", NULL), 200);
    assert_null(strstr(t->reply, "Anna"));
    (void)snprintf(path, sizeof path, "/v1/sessions/%s", number);
    assert_int_equal(ask_panel(t, "DELETE", path, NULL), 404);
    assert_int_equal(ask_panel(t, "DELETE", "/v1/sessions/x", NULL), 400);
    assert_int_equal(ask_panel(t, "GET", "/v1/sessions", NULL), 200);
    take(t, "\"id\":", ',', number);
    memcpy(t->cookie, owner, sizeof owner);
    memcpy(t->csrf, owner_csrf, sizeof owner_csrf);
    assert_int_equal(ask_panel(t, "GET", "/v1/sessions", NULL), 200);
    assert_has(t, "\"account\":\"Ben\"");
    (void)snprintf(path, sizeof path, "/v1/sessions/%s", number);
    assert_int_equal(ask_panel(t, "DELETE", path, NULL), 204);
    assert_int_equal(ask_panel(t, "DELETE", path, NULL), 404);
}

static void who_has_not_signed_in_has_little_to_say(void **state)
{
    char large[300];
    struct panel_test *t = *state;
    int fd = connect_to(t);
    (void)snprintf(large, sizeof large,
                   "POST /v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                   "Content-Length: %d\r\n\r\n",
                   PANEL_STRANGER_SIZE_MAX + 1);
    assert_int_equal(exchange(t, fd, large, "}"), 413);
    (void)close(fd);
    assert_int_equal(ask_panel(t, "POST", "/v1/session", "{\"name\":"), 400);
    assert_int_equal(ask_panel(t, "POST", "/v1/session", "[]"), 400);
    assert_int_equal(ask_panel(t, "POST", "/v1/session", "{\"name\":\"Anna\",\"password\":7}"), 400);
    assert_int_equal(ask_panel(t, "POST", "/v1/session", "{\"name\":\"\",\"password\":\"x\"}"), 400);
    assert_int_equal(ask_panel(t, "POST", "/v1/session/passkey", "{}"), 409); /* an address has no passkeys */
}

/* ---- passkeys ---- */

static void a_passkey_signs_in_at_its_place_and_each_answer_once(void **state)
{
    struct panel_test *t = *state;
    struct test_passkey *passkey = test_passkey_new(COSE_ES256), *other = test_passkey_new(COSE_ES256);
    add_account(t->f, "Anna", ACCOUNT_OPERATOR);
    add_passkey(t->f, "Anna", passkey);
    t->host = "localhost:8460";
    struct buf right = answer_challenge(t, "/v1/session/passkey", passkey, "http://localhost:8460", 7);
    assert_int_equal(ask_panel(t, "POST", "/v1/session/passkey", right.data), 201);
    assert_has(t,
               "\"account\":{\"name\":\"Anna\",\"role\":\"operator\",\"language\":\"\",\"totp\":false,\"passkeys\":1}");
    take(t, "Set-Cookie: strictgate_session=", ';', t->cookie);
    take(t, "\"csrf\":\"", '"', t->csrf);
    assert_int_equal(ask_panel(t, "GET", "/v1/status", NULL), 200);
    assert_int_equal(ask_panel(t, "POST", "/v1/session/passkey", right.data), 401); /* the challenge is spent */
    assert_has(t, "\"code\":\"wrong_credentials\"");
    struct buf wrong[] = {
        answer_challenge(t, "/v1/session/passkey", passkey, "http://localhost:3000", 8),
        answer_challenge(t, "/v1/session/passkey", other, "http://localhost:8460", 8),
        answer_challenge(t, "/v1/session/passkey", passkey, "http://localhost:8460", 7)}; /* the count went back */
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        if (ask_panel(t, "POST", "/v1/session/passkey", wrong[i].data) != 401)
            fail_msg("%zu: %s", i, t->reply);
        buf_fini(&wrong[i]);
    }
    /* Somebody else's page on another port, whose answer is brought with a Host that fits it. */
    t->host = "localhost:3000";
    struct buf elsewhere = answer_challenge(t, "/v1/session/passkey", passkey, "http://localhost:3000", 9);
    assert_int_equal(ask_panel(t, "POST", "/v1/session/passkey", elsewhere.data), 401);
    buf_fini(&elsewhere);
    t->host = "localhost:8460";
    struct buf here = answer_challenge(t, "/v1/session/passkey", passkey, "http://localhost:8460", 9);
    assert_int_equal(ask_panel(t, "POST", "/v1/session/passkey", here.data), 201);
    buf_fini(&here);
    assert_int_equal(ask_panel(t, "POST", "/v1/session/passkey", "{\"credential_id\":\"b25l\"}"), 400);
    assert_int_equal(ask_panel(t, "POST", "/v1/session/passkey", "{\"credential_id\":\"=\"}"), 400);
    buf_fini(&right);
    test_passkey_free(passkey);
    test_passkey_free(other);
}

/* ---- events ---- */

static int listen_for_events(struct panel_test *t)
{
    char request[400];
    int fd = connect_to(t);
    (void)snprintf(request, sizeof request,
                   "GET /v1/events?token=%s HTTP/1.1\r\nHost: localhost\r\nCookie: strictgate_session=%s\r\n\r\n",
                   t->csrf, t->cookie);
    assert_int_equal(exchange(t, fd, request, "event: hello"), 200);
    return fd;
}

/* The next change that is told is this one; a sign of life may come before it. */
static void await_event(struct panel_test *t, int fd, const char *data)
{
    char event[200];
    (void)exchange(t, fd, "", "event: changed\ndata: ");
    (void)snprintf(event, sizeof event, "event: changed\ndata: %s\n\n", data);
    assert_has(t, event);
}

static void changes_are_told_together_and_a_stream_ends_with_its_session(void **state)
{
    struct panel_test *t = *state;
    add_account(t->f, "Anna", ACCOUNT_OWNER);
    sign_in(t, SIGN_IN);
    int fd = listen_for_events(t);
    assert_has(t, "\r\nContent-Type: text/event-stream\r\n");
    assert_has(t, "event: hello\ndata: {\"generation\":0}\n\n");
    RUN_ONE(t->f, "POST", "/v1/sites",
            "[{\"name\":\"b.example\",\"upstreams\":[\"http://127.0.0.1:1\"]},"
            "{\"name\":\"a.example\",\"upstreams\":[\"http://127.0.0.1:1\"]}]",
            201, NULL);
    await_event(t, fd, "{\"generation\":1,\"sites\":[\"a.example\",\"b.example\"]}");
    RUN_ONE(t->f, "PATCH", "/v1/sites/b.example", "{\"redirect\":\"off\"}", 200, NULL);
    panel_events_changed(&t->f->core, STR("c.example"));
    await_event(t, fd, "{\"generation\":2,\"sites\":[\"b.example\",\"c.example\"]}");
    RUN_ONE(t->f, "DELETE", "/v1/sites/a.example", "", 200, NULL);
    await_event(t, fd, "{\"generation\":3,\"sites\":[\"a.example\"]}");
    for (int i = 0; i < PANEL_EVENT_NAMES_COUNT_MAX + 1; i++) {
        char name[20];
        (void)snprintf(name, sizeof name, "n%d.example", i);
        panel_events_changed(&t->f->core, str_from(name));
    }
    await_event(t, fd, "{\"generation\":3,\"sites\":null}");
    assert_int_equal(ask_panel(t, "DELETE", "/v1/session", NULL), 204);
    (void)exchange(t, fd, "", NULL);
    assert_int_equal(recv(fd, t->reply, 1, MSG_DONTWAIT), 0);
    assert_int_equal(t->f->core.panel->events.streams_count, 0);
    (void)close(fd);
}

static void streams_are_bounded_and_one_that_is_not_read_is_cut(void **state)
{
    int fds[PANEL_STREAMS_ACCOUNT_COUNT_MAX];
    struct panel_test *t = *state;
    struct panel_events *events = &t->f->core.panel->events;
    add_account(t->f, "Anna", ACCOUNT_OWNER);
    sign_in(t, SIGN_IN);
    for (size_t i = 0; i < PANEL_STREAMS_ACCOUNT_COUNT_MAX; i++)
        fds[i] = listen_for_events(t);
    assert_int_equal(events->streams_count, PANEL_STREAMS_ACCOUNT_COUNT_MAX);
    assert_int_equal(ask_panel(t, "GET", "/v1/events", NULL), 429);
    for (size_t i = 1; i < PANEL_STREAMS_ACCOUNT_COUNT_MAX; i++)
        (void)close(fds[i]);
    for (int i = 0; i < 100 && events->streams_count > 1; i++)
        turn(t);
    assert_int_equal(events->streams_count, 1);
    assert_int_equal(ask_panel(t, "HEAD", "/v1/events", NULL), 200);
    assert_int_equal(events->streams_count, 1);
    /* Megabytes that nobody reads: more than the kernel takes for us. */
    static char comment[8000];
    memset(comment, ':', sizeof comment);
    for (int i = 0; i < 4000 && events->streams_count; i++) {
        struct panel_stream *stream = container_of(events->streams.next, struct panel_stream, node);
        stream->send(stream, str_make(comment, sizeof comment));
    }
    assert_int_equal(events->streams_count, 0);
    (void)close(fds[0]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_first_account_is_made_by_the_link_and_no_second),
        TEST(an_old_or_replaced_link_is_good_for_nothing),
        TEST(no_link_is_told_where_somebody_else_may_answer),
        TEST(a_flood_of_names_is_no_way_to_more_guesses),
        TEST(a_session_is_a_cookie_that_scripts_and_other_sites_do_not_get),
        TEST(what_changes_something_needs_the_token),
        TEST(a_cookie_without_the_token_reads_nothing_and_is_not_told_the_token),
        TEST(a_cookie_that_others_planted_locks_nobody_out),
        TEST(a_cookie_from_before_is_never_the_session),
        TEST(another_cookie_for_the_same_session_ends_the_old_one),
        TEST(wrong_names_and_wrong_passwords_are_one_answer_and_then_have_to_wait),
        TEST(a_code_is_asked_for_and_good_once),
        TEST(one_sees_and_ends_ones_own_sessions_and_an_owner_all),
        TEST(who_has_not_signed_in_has_little_to_say),
        TEST(a_passkey_signs_in_at_its_place_and_each_answer_once),
        TEST(changes_are_told_together_and_a_stream_ends_with_its_session),
        TEST(streams_are_bounded_and_one_that_is_not_read_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
