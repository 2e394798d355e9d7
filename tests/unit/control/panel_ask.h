/* The panel's door on loopback, with the real hashes on real threads, and a browser of one's own in front of it. */
#ifndef TESTS_CONTROL_PANEL_ASK_H
#define TESTS_CONTROL_PANEL_ASK_H

#include <sys/socket.h>

#include "api_ask.h"
#include "codec/base64.h"
#include "control/panel.h"
#include "control/panel_session.h"
#include "control/panel_state.h"
#include "control/setup_link.h"
#include "os/socket.h"
#include "test_passkey.h"

#define PASSWORD "correct horse battery"
#define SIGN_IN  "{\"name\":\"Anna\",\"password\":\"" PASSWORD "\"}"
#define ROOM     65536

struct panel_test {
    struct fixture *f;
    union os_address address;
    const char *host;
    char reply[ROOM];
    char cookie[PANEL_TOKEN_SIZE], csrf[PANEL_TOKEN_SIZE];
};

static inline void add_account(struct fixture *f, const char *name, enum account_role role)
{
    static char hash[PASSWORD_HASH_SIZE];
    const struct audit_entry record = {
        .actor = STR_INIT("a test"), .act = STR_INIT("account.add"), .outcome = STR_INIT("done")};
    struct account account = {.role = role, .created_s = clock_wall_s()};
    struct err err = {0};
    if (!hash[0])
        assert_true(password_hash(STR(PASSWORD), hash, &err));
    (void)snprintf(account.name, sizeof account.name, "%s", name);
    memcpy(account.password, hash, sizeof hash);
    if (!store_add_account(f->core.store, &account, false, &record, &err))
        fail_msg("%s", err.text);
}

static inline int begin(void **state)
{
    struct panel_test *t = calloc(1, sizeof *t);
    int fds[API_DOORS_COUNT] = {-1, -1, -1, -1};
    socklen_t size = sizeof t->address;
    struct err err = {0};
    t->host = "127.0.0.1:8460";
    t->f = fixture_new();
    t->f->boot.panel_address = "127.0.0.1:8460";
    t->f->boot.panel_fd = 0;
    assert_true(errands_new(t->f->core.loop, &t->f->core.errands, &err));
    assert_true(panel_new(&t->f->core, &t->f->core.panel, &err));
    assert_true(os_address_parse(STR("127.0.0.1"), 0, &t->address));
    assert_true(os_listen_tcp(&t->address, &fds[API_DOOR_LOOPBACK], &err));
    assert_int_equal(getsockname(fds[API_DOOR_LOOPBACK], &t->address.any, &size), 0);
    assert_true(api_new(&t->f->core, fds, (gid_t)-1, &t->f->core.api, &err));
    *state = t;
    return 0;
}

static inline int end(void **state)
{
    struct panel_test *t = *state;
    api_free(t->f->core.api);
    panel_free(&t->f->core, t->f->core.panel);
    errands_free(t->f->core.errands);
    fixture_free(t->f);
    free(t);
    return 0;
}

static inline void turn(struct panel_test *t)
{
    timer_wheel_advance(&t->f->core.wheel, clock_monotonic_ms());
    loop_turn(t->f->core.loop, 5);
}

static inline int connect_to(struct panel_test *t)
{
    int fd;
    assert_true(os_connect_start(&t->address, &fd));
    return fd;
}

/* Sends it, and reads until `end` stands in what came, or the connection ends. The status. */
static inline unsigned exchange(struct panel_test *t, int fd, const char *request, const char *end)
{
    size_t size = 0, sent = 0, whole = strlen(request);
    for (int i = 0; i < 4000; i++) {
        ssize_t put = sent < whole ? send(fd, request + sent, whole - sent, MSG_NOSIGNAL) : 0;
        sent += put > 0 ? (size_t)put : 0;
        turn(t);
        ssize_t got = recv(fd, t->reply + size, ROOM - size - 1, MSG_DONTWAIT);
        size += got > 0 ? (size_t)got : 0;
        t->reply[size] = '\0';
        if (got == 0 || (end && strstr(t->reply, end)))
            break;
    }
    return size > 12 ? (unsigned)strtoul(t->reply + 9, NULL, 10) : 0;
}

/* One request of its own connection, with the cookie and token there are. */
static inline unsigned ask_panel(struct panel_test *t, const char *method, const char *path, const char *content)
{
    static char request[8192];
    char type[100] = "";
    int fd = connect_to(t);
    if (content)
        (void)snprintf(type, sizeof type, "Content-Type: application/json\r\nContent-Length: %zu\r\n", strlen(content));
    (void)snprintf(request, sizeof request,
                   "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nUser-Agent: Test/1\r\n"
                   "Cookie: other=1; strictgate_session=%s\r\nX-Strictgate-Csrf: %s\r\n%s\r\n%s",
                   method, path, t->host, t->cookie, t->csrf, type, content ? content : "");
    unsigned status = exchange(t, fd, request, NULL);
    (void)close(fd);
    turn(t);
    return status;
}

/* What stands behind `before` in the reply, up to `after`. */
static inline void take(const struct panel_test *t, const char *before, char after, char ret[static PANEL_TOKEN_SIZE])
{
    const char *at = strstr(t->reply, before);
    if (!at)
        fail_msg("no %s in %s", before, t->reply);
    at += strlen(before);
    size_t size = strcspn(at, (const char[]){after, '\0'});
    assert_true(size < PANEL_TOKEN_SIZE);
    memcpy(ret, at, size);
    ret[size] = '\0';
}

static inline void sign_in(struct panel_test *t, const char *content)
{
    if (ask_panel(t, "POST", "/v1/session", content) != 201)
        fail_msg("%s", t->reply);
    take(t, "Set-Cookie: strictgate_session=", ';', t->cookie);
    take(t, "\"csrf\":\"", '"', t->csrf);
}

static inline void assert_has(const struct panel_test *t, const char *text)
{
    if (!strstr(t->reply, text))
        fail_msg("no %s in %s", text, t->reply);
}

/* ---- passkeys ---- */

static inline void add_passkey(struct fixture *f, const char *account, const struct test_passkey *passkey)
{
    const struct audit_entry record = {
        .actor = STR_INIT("a test"), .act = STR_INIT("passkey.add"), .outcome = STR_INIT("done")};
    struct account_passkey row = {.created_s = clock_wall_s()};
    struct err err = {0};
    struct buf key;
    int64_t id;
    buf_init(&key, COSE_KEY_SIZE_MAX);
    test_passkey_put_key(passkey, &key);
    (void)snprintf(row.account, sizeof row.account, "%s", account);
    (void)snprintf(row.label, sizeof row.label, "phone");
    (void)snprintf(row.rp_id, sizeof row.rp_id, "localhost");
    (void)snprintf(row.origin, sizeof row.origin, "http://localhost:8460");
    memcpy(row.credential.id, "one", 3);
    row.credential.id_size = 3;
    memcpy(row.credential.key, key.data, key.size);
    row.credential.key_size = key.size;
    row.credential.algorithm = COSE_ES256;
    if (!store_add_passkey(f->core.store, &row, &record, &id, &err))
        fail_msg("%s", err.text);
    buf_fini(&key);
}

static inline void put_member(struct buf *out, const char *name, struct str bytes)
{
    assert_true(buf_printf(out, "%s\"%s\":\"", out->size ? "," : "{", name));
    assert_true(base64_encode(BASE64_URL, bytes, out) && buf_put_char(out, '"'));
}

/* What a browser at this origin makes of a new challenge of this path, with a zero byte; buf_fini. */
static inline struct buf answer_challenge(struct panel_test *t, const char *path, const struct test_passkey *passkey,
                                          const char *origin, uint32_t sign_count)
{
    struct buf challenge, client, data, signature, request;
    buf_init(&challenge, 4096);
    buf_init(&client, 4096);
    buf_init(&data, 4096);
    buf_init(&signature, 4096);
    buf_init(&request, 16384);
    assert_int_equal(ask_panel(t, "POST", path, "{}"), 200);
    assert_has(t, "\"rp_id\":\"localhost\"");
    const char *at = strstr(t->reply, "\"challenge\":\"") + strlen("\"challenge\":\"");
    assert_true(base64_decode(BASE64_URL, str_make(at, str_find(str_from(at), '"')), &challenge));
    test_passkey_put_client("webauthn.get", buf_str(&challenge), origin, &client);
    test_passkey_put_head(STR("localhost"), 1 | 4, sign_count, &data); /* present, verified */
    test_passkey_sign(passkey, buf_str(&data), buf_str(&client), &signature);
    put_member(&request, "credential_id", STR("one"));
    put_member(&request, "client_data", buf_str(&client));
    put_member(&request, "authenticator_data", buf_str(&data));
    put_member(&request, "signature", buf_str(&signature));
    assert_true(buf_put_str(&request, STR("}")) && buf_put_char(&request, '\0'));
    buf_fini(&challenge);
    buf_fini(&client);
    buf_fini(&data);
    buf_fini(&signature);
    return request;
}

#endif
