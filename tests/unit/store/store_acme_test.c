/* Authorities and orders in the store: sealed where they are secret, gone with their site, the same after a restart. */
#include "crypto/key.h"
#include "store/store_parts.h"
#include "store_fixture.h"

static struct ca *make_ca(const char *name)
{
    struct ca *ca;
    json_t *json = json_pack("{s:s, s:s, s:s, s:s}", "name", name, "directory", "https://ca.example/dir", "eab_kid",
                             "kid", "eab_key", "ZWFiIHNlY3JldA");
    assert_true(ca_read(json, NULL, &ca, NULL));
    json_decref(json);
    struct ca *with = ca_with_account(ca, STR("https://ca.example/acct/1"), STR("account secret"), STR("next secret"));
    ca_unref(ca);
    assert_non_null(with);
    return with;
}

static void put_ca(struct fixture *f, const char *name)
{
    struct ca *ca = make_ca(name);
    assert_true(store_put_ca(f->store, ca, NULL, NULL));
    ca_unref(ca);
}

static void check_ca(struct fixture *f, const char *name)
{
    struct ca *cas[CA_COUNT_MAX];
    size_t count = 0;
    struct err err = {0};
    if (!store_cas(f->store, cas, &count, &err))
        fail_msg("%s", err.text);
    assert_int_equal(count, 1);
    assert_str(cas[0]->name, str_from(name));
    assert_str(cas[0]->eab_key, STR("eab secret"));
    assert_str(cas[0]->account_key, STR("account secret"));
    assert_str(cas[0]->next_key, STR("next secret"));
    ca_unref(cas[0]);
}

static void an_authority_comes_back_with_its_keys(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f);
    put_ca(&f, "one");
    fixture_close(&f);
    struct buf file = fixture_read(&f, "strictgate.db");
    assert_non_null(memmem(file.data, file.size, "https://ca.example/dir", 22));
    assert_null(memmem(file.data, file.size, "account secret", 14));
    assert_null(memmem(file.data, file.size, "ZWFiIHNlY3JldA", 14));
    buf_fini(&file);
    fixture_open(&f);
    check_ca(&f, "one");
    const struct audit_entry record = {.at_s = 1, .act = STR_INIT("ca.remove"), .outcome = STR_INIT("done")};
    assert_true(store_remove_ca(f.store, STR("one"), &record, NULL));
    struct ca *cas[CA_COUNT_MAX];
    size_t count = 1;
    assert_true(store_cas(f.store, cas, &count, NULL));
    assert_int_equal(count, 0);
    fixture_check_audit(&f, "1 1  ca.remove  done |");
    fixture_fini(&f);
}

static void keys_that_do_not_open_are_told(void **state)
{
    struct fixture f;
    struct ca *cas[CA_COUNT_MAX];
    size_t count;
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    put_ca(&f, "one");
    assert_true(db_script(f.store->db, "UPDATE acme_ca SET secrets = x'00';", NULL));
    assert_false(store_cas(f.store, cas, &count, &err));
    assert_non_null(strstr(err.text, "the keys of the account at one"));
    fixture_fini(&f);
}

static bool take_order(void *context, struct acme_order *order)
{
    struct acme_order **ret = context;
    assert_null(*ret);
    *ret = order;
    return true;
}

static struct acme_order *load_order(struct fixture *f)
{
    struct acme_order *order = NULL;
    struct err err = {0};
    if (!store_acme_orders(f->store, take_order, &order, &err))
        fail_msg("%s", err.text);
    return order;
}

static struct acme_order *make_order(void)
{
    struct acme_order *order = acme_order_new(STR("a.example"), false);
    assert_non_null(order);
    order->active = order->asked = true;
    acme_order_text(order->ca, sizeof order->ca, STR("one"));
    acme_order_text(order->url, sizeof order->url, STR("https://ca.example/order/1"));
    order->names = UINT64_MAX - 5;
    order->tried = 1;
    order->failures = 2;
    order->ca_failures = 3;
    order->next_s = 1750000000;
    order->held_s = 1750000001;
    order->failure = (struct acme_order_failure){.at_s = 7, .permanent = true, .retry_s = 70};
    acme_order_text(order->failure.words, sizeof order->failure.words, STR("it said \"no\"\n"));
    acme_order_text(order->failure.problem, sizeof order->failure.problem, STR("caa"));
    order->window.start_s = 8;
    order->window.end_s = 9;
    acme_order_text(order->window.fingerprint, sizeof order->window.fingerprint, STR("ff"));
    order->revocation.leaf = str_dup(STR("TUlJ"));
    order->revocation.reason = 4;
    return order;
}

static void an_order_comes_back_as_it_was(void **state)
{
    struct fixture f;
    struct buf key;
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    struct acme_order *order = make_order();
    assert_true(store_begin_acme_order(f.store, order, STR("certificate secret"), &err));
    order->has_key = true;
    order->failures = 20;
    assert_true(store_put_acme_order(f.store, order, &err));
    fixture_close(&f);
    struct buf file = fixture_read(&f, "strictgate.db");
    assert_null(memmem(file.data, file.size, "certificate secret", 18));
    buf_fini(&file);
    fixture_open(&f);
    struct acme_order *back = load_order(&f);
    assert_non_null(back);
    assert_true(back->has_key);
    assert_true(store_acme_key(f.store, STR("a.example"), false, &key, &err));
    assert_str(buf_str(&key), STR("certificate secret"));
    key_wipe(&key);
    assert_string_equal(back->revocation.leaf, "TUlJ");
    free(back->revocation.leaf);
    free(order->revocation.leaf);
    back->revocation.leaf = order->revocation.leaf = NULL;
    assert_memory_equal(back, order, sizeof *order);
    order->has_key = false; /* done with */
    assert_true(store_put_acme_order(f.store, order, &err));
    assert_false(store_acme_key(f.store, STR("a.example"), false, &key, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    acme_order_free(order);
    acme_order_free(back);
    fixture_fini(&f);
}

/* Stored by one that took it for a window; control would not start any more. */
static void a_window_before_1970_is_none(void **state)
{
    struct fixture f;
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    struct acme_order *order = make_order();
    order->window.start_s = -62135596800;
    order->window.end_s = -1;
    assert_true(store_put_acme_order(f.store, order, &err));
    struct acme_order *back = load_order(&f);
    assert_int_equal(back->window.start_s, 0);
    assert_int_equal(back->window.end_s, 0);
    assert_string_equal(back->window.fingerprint, "ff");
    acme_order_free(order);
    acme_order_free(back);
    fixture_fini(&f);
}

static void an_order_that_is_no_json_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "[]",
        "{\"active\": 1}",
        "{\"next\": -1}",
        "{\"unknown\": 1}",
        "{\"failure\": {\"at\": \"now\"}}",
        "{\"window\": []}",
        "{\"ca\": \"0123456789012345678901234567890123456789012345678901234567890123\"}"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct acme_order *order = acme_order_new(STR("a.example"), false);
        assert_false(acme_order_read(str_from(texts[i]), order, NULL));
        acme_order_free(order);
    }
}

static void an_order_goes_with_its_site(void **state)
{
    struct fixture f;
    struct err err = {0};
    struct state before, after, empty;
    (void)state;
    fixture_init(&f);
    state_init(&before);
    state_init(&empty);
    struct site *site;
    json_t *json = json_pack("{s:s, s:[s]}", "name", "a.example", "upstreams", "http://127.0.0.1:1");
    assert_true(site_read(json, "", ROUTE_FROM_OPERATOR, &site, &err));
    json_decref(json);
    assert_true(state_copy(&before, &after, &err) && state_add(&after, &site, 1, &err));
    after.generation = 1;
    const struct store_change add = {.before = &before, .after = &after};
    assert_true(store_save(f.store, &add, &err));
    struct acme_order *order = make_order();
    assert_true(store_begin_acme_order(f.store, order, STR("secret"), &err));
    empty.generation = 2;
    const struct store_change drop = {.before = &after, .after = &empty};
    assert_true(store_save(f.store, &drop, &err));
    assert_null(load_order(&f));
    assert_true(store_begin_acme_order(f.store, order, STR("secret"), &err));
    const struct store_change replace = {.after = &empty};
    assert_true(store_save(f.store, &replace, &err));
    assert_null(load_order(&f));
    acme_order_free(order);
    site_unref(site);
    state_fini(&after);
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_authority_comes_back_with_its_keys), cmocka_unit_test(keys_that_do_not_open_are_told),
        cmocka_unit_test(an_order_comes_back_as_it_was),         cmocka_unit_test(a_window_before_1970_is_none),
        cmocka_unit_test(an_order_that_is_no_json_is_refused),   cmocka_unit_test(an_order_goes_with_its_site),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
