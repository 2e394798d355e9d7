/* Accounts, passkeys and sessions to put into a store. */
#ifndef TESTS_STORE_ACCOUNT_FIXTURE_H
#define TESTS_STORE_ACCOUNT_FIXTURE_H

#include "store/account.h"
#include "store_fixture.h"

static inline struct account account_of(const char *name, enum account_role role)
{
    struct account account = {.role = role, .created_s = 5};
    (void)snprintf(account.name, sizeof account.name, "%s", name);
    (void)snprintf(account.password, sizeof account.password, "hash of %s", name);
    return account;
}

static inline void add_account(struct fixture *f, const char *name, enum account_role role)
{
    const struct account account = account_of(name, role);
    const struct audit_entry record = {.at_s = 5, .act = STR("account.add"), .reason = str_from(name)};
    struct err err = {0};
    if (!store_add_account(f->store, &account, false, &record, &err))
        fail_msg("%s", err.text);
}

static inline struct account_passkey passkey_of(const char *account, const char *id, uint32_t sign_count)
{
    struct account_passkey passkey = {.credential = {.id_size = strlen(id),
                                                     .key = {'k', 'e', 'y'},
                                                     .key_size = 3,
                                                     .algorithm = COSE_ES256,
                                                     .sign_count = sign_count},
                                      .label = "phone",
                                      .rp_id = "localhost",
                                      .origin = "http://localhost:8460",
                                      .created_s = 6};
    memcpy(passkey.credential.id, id, strlen(id));
    (void)snprintf(passkey.account, sizeof passkey.account, "%s", account);
    return passkey;
}

static inline int64_t add_passkey(struct fixture *f, const char *account, const char *id, uint32_t sign_count)
{
    const struct account_passkey passkey = passkey_of(account, id, sign_count);
    const struct audit_entry record = {.at_s = 6, .act = STR("passkey.add"), .reason = str_from(id)};
    struct err err = {0};
    int64_t number = 0;
    if (!store_add_passkey(f->store, &passkey, &record, &number, &err))
        fail_msg("%s", err.text);
    return number;
}

/* Its id is filled with the byte. */
static inline struct session session_of(const char *account, uint8_t byte, int64_t at_s)
{
    struct session session = {.door = SESSION_LOOPBACK,
                              .created_s = at_s,
                              .last_seen_s = at_s,
                              .expires_s = at_s + SESSION_LIFE_S,
                              .csrf = "csrf",
                              .address = "127.0.0.1",
                              .user_agent = "Mozilla/5.0"};
    memset(session.id, byte, sizeof session.id);
    (void)snprintf(session.account, sizeof session.account, "%s", account);
    return session;
}

static inline int64_t add_session(struct fixture *f, const char *account, uint8_t byte, int64_t at_s)
{
    const struct session session = session_of(account, byte, at_s);
    struct err err = {0};
    int64_t number = 0;
    if (!store_add_session(f->store, &session, NULL, NULL, &number, &err))
        fail_msg("%s", err.text);
    return number;
}

static inline bool has_session(struct fixture *f, uint8_t byte, int64_t now_s)
{
    uint8_t id[SESSION_ID_SIZE];
    struct session session;
    memset(id, byte, sizeof id);
    return store_session(f->store, id, now_s, &session, NULL);
}

static inline bool note_account(void *context, const struct account *account)
{
    return buf_printf(context, "%s %s %s%s%s %s %u|", account->name, account_role_name(account->role),
                      account->password, account->has_totp ? " totp" : "", account->has_totp_next ? " next" : "",
                      account->language, account->passkeys_count);
}

static inline void check_accounts(struct fixture *f, const char *expected)
{
    struct buf text;
    struct err err = {0};
    buf_init(&text, 1 << 20);
    if (!store_accounts(f->store, note_account, &text, &err))
        fail_msg("%s", err.text);
    assert_str(buf_str(&text), str_from(expected));
    buf_fini(&text);
}

#endif
