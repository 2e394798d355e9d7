#include "check.h"

#include <stdio.h>

#include "app/boot_value.h"

static void ports_are_numbers_up_to_65535_and_zero_only_where_it_means_none(void **state)
{
    (void)state;
    uint16_t port = 7;
    struct err err;
    const char *bad[] = {"", "65536", "-1", "0x50", "80 ", "http", "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(boot_value_port(str_from(bad[i]), true, &port, &err));
    assert_int_equal(port, 7);
    assert_true(boot_value_port(STR("65535"), false, &port, &err));
    assert_int_equal(port, 65535);
    assert_true(boot_value_port(STR("0"), true, &port, &err));
    assert_int_equal(port, 0);
    assert_false(boot_value_port(STR("0"), false, &port, &err));
    assert_string_equal(err.text, "\"0\" is no port number");
    assert_string_equal(err.fix, "give 1 to 65535");
}

static void truth_has_many_words(void **state)
{
    (void)state;
    bool value;
    struct err err;
    const char *yes[] = {"True", "true", "YES", "on", "1"}, *no[] = {"False", "no", "OFF", "0"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        assert_true(boot_value_bool(str_from(yes[i]), &value, &err) && value);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        assert_true(boot_value_bool(str_from(no[i]), &value, &err) && !value);
    assert_false(boot_value_bool(STR("2"), &value, &err));
    assert_string_equal(err.text, "\"2\" is neither True nor False");
}

static void modes_are_octal(void **state)
{
    (void)state;
    mode_t mode;
    struct err err;
    assert_true(boot_value_mode(STR("0660"), &mode, &err));
    assert_int_equal(mode, 0660);
    assert_true(boot_value_mode(STR("777"), &mode, &err));
    const char *bad[] = {"", "8", "1777", "00660", "0x1", "rw-"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(boot_value_mode(str_from(bad[i]), &mode, &err));
}

static void paths_are_absolute_and_plain(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 65536);
    const char *path = NULL;
    struct err err;
    const struct {
        const char *text, *path;
    } good[] = {{"/", "/"}, {"/a", "/a"}, {"/a/", "/a"}, {"//a///b//", "/a/b"}, {"/a b/.c", "/a b/.c"}};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(boot_value_path(str_from(good[i].text), &arena, &path, &err));
        assert_string_equal(path, good[i].path);
    }
    const char *bad[] = {"", "a", "./a", "/a/../b", "/.", "/.."};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(boot_value_path(str_from(bad[i]), &arena, &path, &err));
    assert_false(boot_value_path(str_make("/a\0b", 4), &arena, &path, &err));
    arena_fini(&arena);
}

/* An endpoint as text: "127.0.0.1:80", "unix:/path", "fd:name". */
static const char *endpoint_text(const struct boot_endpoint *endpoint, char *text, size_t size)
{
    char ip[OS_ADDRESS_TEXT_SIZE];
    if (endpoint->kind == BOOT_ENDPOINT_TCP)
        (void)snprintf(text, size, "%.*s port %u%s", STR_ARG(os_address_text(&endpoint->address, ip)),
                       os_address_port(&endpoint->address), endpoint->is_optional ? " optional" : "");
    else
        (void)snprintf(text, size, "%s%s", endpoint->kind == BOOT_ENDPOINT_UNIX ? "unix:" : "fd:",
                       endpoint->kind == BOOT_ENDPOINT_UNIX ? endpoint->path : endpoint->fd_name);
    return text;
}

static void addresses_to_listen_on_have_four_forms(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 65536);
    struct err err;
    const struct {
        const char *text, *first, *second;
    } good[] = {
        {"127.0.0.1:8080", "127.0.0.1 port 8080", NULL},
        {"[::1]:443", "::1 port 443", NULL},
        {"*:80", "0.0.0.0 port 80", ":: port 80 optional"},
        {"unix:/run/a.sock", "unix:/run/a.sock", NULL},
        {"fd:web", "fd:web", NULL},
        {"fd:3", "fd:3", NULL},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct boot_listener listener = {0};
        char text[200];
        assert_true(boot_value_endpoint(str_from(good[i].text), &arena, &listener, &err));
        assert_int_equal(listener.endpoints_count, good[i].second ? 2 : 1);
        assert_string_equal(endpoint_text(&listener.endpoints[0], text, sizeof text), good[i].first);
        if (good[i].second)
            assert_string_equal(endpoint_text(&listener.endpoints[1], text, sizeof text), good[i].second);
    }
    const struct {
        const char *text, *why;
    } bad[] = {
        {"", "\"\" is no address to listen on"},
        {"80", "\"80\" is no address to listen on"},
        {":80", "\":80\" is no address to listen on"},
        {"::1:80", "\"::1:80\" is no address to listen on"},
        {"[::1]", "\"[::1]\" is no address to listen on"},
        {"127.0.0.1:", "\"\" is no port number"},
        {"127.0.0.1:0", "\"0\" is no port number"},
        {"example.org:80", "\"example.org\" is no IP address"},
        {"[127.0.0.1:80", "\"[127.0.0.1\" is no IP address"},
        {"unix:run", "\"run\" is no absolute path"},
        {"fd:", "\"fd:\" needs the name or number of a descriptor"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct boot_listener listener = {0};
        assert_false(boot_value_endpoint(str_from(bad[i].text), &arena, &listener, &err));
        assert_string_equal(err.text, bad[i].why);
        assert_true(err.fix[0] != '\0');
    }
    arena_fini(&arena);
}

static void a_socket_path_must_fit_the_address_and_a_listener_takes_eight_sockets(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 65536);
    struct err err;
    struct boot_listener listener = {0};
    char path[200] = "unix:/";
    memset(path + 6, 'a', 106); /* 107 bytes with the slash: the longest */
    assert_true(boot_value_endpoint(str_from(path), &arena, &listener, &err));
    path[112] = 'a';
    assert_false(boot_value_endpoint(str_from(path), &arena, &listener, &err));
    for (int i = 0; i < 7; i++)
        assert_true(boot_value_endpoint(STR("127.0.0.1:80"), &arena, &listener, &err));
    assert_false(boot_value_endpoint(STR("127.0.0.1:80"), &arena, &listener, &err));
    assert_string_equal(err.text, "more than 8 sockets in one listener (\"*\" is two)");
    arena_fini(&arena);
}

static void lists_have_no_empty_parts(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 65536);
    struct err err;
    struct os_network *networks;
    const char **paths;
    size_t count;
    assert_true(boot_value_networks(STR("10.0.0.0/8 , ::1,unix"), &arena, &networks, &count, &err));
    assert_int_equal(count, 3);
    assert_int_equal(networks[2].family, AF_UNIX);
    assert_true(boot_value_paths(STR("/a, /b"), &arena, &paths, &count, &err));
    assert_int_equal(count, 2);
    assert_string_equal(paths[1], "/b");
    const char *bad[] = {"", ",", "10.0.0.0/8,", "10.0.0.0/8,,::1", "10.0.0.1/8", "example.org"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(boot_value_networks(str_from(bad[i]), &arena, &networks, &count, &err));
    assert_false(boot_value_paths(STR("/a,b"), &arena, &paths, &count, &err));
    arena_fini(&arena);
}

static void an_unknown_word_is_answered_with_the_nearest_or_with_all(void **state)
{
    (void)state;
    static const struct boot_word words[] = {{"debug", 1}, {"warning", 2}, {NULL, 0}};
    int value = 0;
    struct err err;
    assert_true(boot_value_word(STR("WARNING"), words, &value, &err));
    assert_int_equal(value, 2);
    assert_false(boot_value_word(STR("waning"), words, &value, &err));
    assert_string_equal(err.fix, "did you mean \"warning\"? (one of: debug, warning)");
    assert_false(boot_value_word(STR("loud"), words, &value, &err));
    assert_string_equal(err.fix, "give one of: debug, warning");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ports_are_numbers_up_to_65535_and_zero_only_where_it_means_none),
        cmocka_unit_test(truth_has_many_words),
        cmocka_unit_test(modes_are_octal),
        cmocka_unit_test(paths_are_absolute_and_plain),
        cmocka_unit_test(addresses_to_listen_on_have_four_forms),
        cmocka_unit_test(a_socket_path_must_fit_the_address_and_a_listener_takes_eight_sockets),
        cmocka_unit_test(lists_have_no_empty_parts),
        cmocka_unit_test(an_unknown_word_is_answered_with_the_nearest_or_with_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
