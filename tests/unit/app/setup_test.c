#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/notify.h"
#include "app/setup.h"

/* A setup of the overrides, separated by '|'; it is not opened. */
static struct setup *load(const char *overrides)
{
    struct setup_origin origin = {0};
    struct setup *setup = NULL;
    struct err err = {0};
    struct str rest = str_from(overrides);
    while (rest.data && rest.size)
        origin.overrides[origin.overrides_count++] = str_cut(&rest, '|');
    if (!setup_load(&origin, &setup, &err))
        fail_msg("%s", err.text);
    return setup;
}

static void a_difference_replaces_only_whom_it_concerns(void **state)
{
    (void)state;
    enum { G = SETUP_CHANGE_GATEWAY, C = SETUP_CHANGE_CONTROL };
    const struct {
        const char *overrides;
        unsigned changes;
    } cases[] = {
        {"", 0},
        {"Server.Http Port=81", G | C},
        {"Server.Public Https Port=444", G | C},
        {"Server.Workers=63", G | C},
        {"Server.Static Root=/srv", G | C},
        {"Log.Level=debug", G | C},
        {"Log.Format=json", G | C},
        {"Log.Access Log=/var/log/other", 0},
        {"Log.Access Log=off", G},
        {"Log.Access Log Format=json", G},
        {"Listener a.Address=unix:/a", G},
        {"Server.Listen Address=127.0.0.1", G},
        {"Server.Http Port=80", 0},
    };
    struct setup *base = load("");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct setup *other = load(cases[i].overrides);
        unsigned changes = 77;
        struct err err;
        assert_true(setup_compare(base, other, &changes, &err));
        if (changes != cases[i].changes)
            fail_msg("%s: %u", cases[i].overrides, changes);
        setup_free(other);
    }
    setup_free(base);
}

static void what_a_listener_is_counts_as_a_difference(void **state)
{
    (void)state;
#define BASE "Listener a.Address=unix:/a|Listener a.Proxy Protocol=True|Listener a.Trusted Proxies=unix"
    const char *others[] = {
        BASE "|Listener a.Mode=0600",
        BASE "|Listener a.Protocol=http",
        "Listener a.Address=unix:/a|Listener a.Trusted Proxies=unix",
        "Listener a.Address=unix:/a|Listener a.Proxy Protocol=True|Listener a.Trusted Proxies=unix, 10.0.0.0/8",
        "Listener b.Address=unix:/a|Listener b.Proxy Protocol=True|Listener b.Trusted Proxies=unix",
        BASE "|Listener b.Address=unix:/b",
    };
    struct setup *base = load(BASE), *same = load(BASE);
    unsigned changes = 77;
    assert_true(setup_compare(base, same, &changes, NULL));
    assert_int_equal(changes, 0);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct setup *other = load(others[i]);
        assert_true(setup_compare(base, other, &changes, NULL));
        assert_int_equal(changes, SETUP_CHANGE_GATEWAY);
        setup_free(other);
    }
    setup_free(same);
    setup_free(base);
}

static void another_data_directory_needs_a_restart(void **state)
{
    (void)state;
    struct setup *base = load(""), *other = load("Data.Data Directory=/srv/x");
    unsigned changes;
    struct err err;
    assert_false(setup_compare(base, other, &changes, &err));
    assert_string_equal(err.text, "defaults: Data Directory: it cannot change while the gateway runs "
                                  "(/var/lib/strictgate, now /srv/x)");
    assert_string_equal(err.fix, "restart strictgate");
    setup_free(base);
    setup_free(other);
}

static void a_data_directory_is_made_and_locked_against_a_second_supervisor(void **state)
{
    (void)state;
    char parent[] = "/tmp/strictgate-datadir-XXXXXX", path[64], expected[200];
    struct user user = {.uid = geteuid(), .gid = getegid()};
    struct datadir first, second;
    struct err err = {0};
    assert_non_null(mkdtemp(parent));
    (void)snprintf(path, sizeof path, "%s/data", parent);
    if (!datadir_open(path, &user, &first, &err))
        fail_msg("%s", err.text);
    assert_false(datadir_open(path, &user, &second, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    (void)snprintf(expected, sizeof expected, "another strictgate (process %d) runs on the data directory %s",
                   (int)getpid(), path);
    assert_string_equal(err.text, expected);
    datadir_close(&first);
    assert_true(datadir_open(path, &user, &second, &err));
    assert_int_equal(fchmod(second.fd, 0777), 0);
    assert_false(datadir_suits(&second, path, &user, &err));
    assert_non_null(strstr(err.text, "may be written to by everybody"));
    datadir_close(&second);

    char command[120];
    (void)snprintf(command, sizeof command, "%s/supervisor.lock", path);
    assert_int_equal(unlink(command), 0);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(rmdir(parent), 0);
}

static void the_manager_is_addressed_by_path_or_abstract_name(void **state)
{
    (void)state;
    union os_address address;
    socklen_t size;
    assert_true(notify_address(STR("/run/systemd/notify"), &address, &size));
    assert_string_equal(address.un.sun_path, "/run/systemd/notify");
    assert_true(notify_address(STR("@abc"), &address, &size));
    assert_int_equal(address.un.sun_path[0], '\0');
    assert_memory_equal(address.un.sun_path + 1, "abc", 3);
    assert_int_equal(size, offsetof(struct sockaddr_un, sun_path) + 4);
    char text[200];
    memset(text, 'a', sizeof text);
    text[0] = '/';
    assert_false(notify_address(str_make(text, sizeof text), &address, &size));
    assert_false(notify_address(STR("vsock:1:2"), &address, &size));
    assert_false(notify_address(STR(""), &address, &size));
    assert_false(notify_address(STR("/"), &address, &size));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_difference_replaces_only_whom_it_concerns),
        cmocka_unit_test(what_a_listener_is_counts_as_a_difference),
        cmocka_unit_test(another_data_directory_needs_a_restart),
        cmocka_unit_test(a_data_directory_is_made_and_locked_against_a_second_supervisor),
        cmocka_unit_test(the_manager_is_addressed_by_path_or_abstract_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
