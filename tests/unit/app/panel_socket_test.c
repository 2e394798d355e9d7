#include "check.h"

#include <stdio.h>
#include <unistd.h>

#include "app/panel_socket.h"
#include "kept_port.h"

static const struct panel_socket_old nothing = {NULL, -1};

static struct boot *must_parse(const char *text)
{
    struct boot_source source = {.file = STR("test.ini"), .text = str_from(text)};
    struct boot *boot = NULL;
    struct err err = {0};
    if (!boot_parse(&source, &boot, &err))
        fail_msg("%s", err.text);
    return boot;
}

/* A boot file with the panel at this port. */
static struct boot *boot_at(uint16_t port)
{
    char text[80];
    (void)snprintf(text, sizeof text, "[Panel]\nListen = 127.0.0.1:%u\n", port);
    return must_parse(text);
}

/* A port that listens until *ret_fd is closed, and is nobody else's until *ret_kept_fd is. */
static uint16_t take_port(int *ret_fd, int *ret_kept_fd)
{
    union os_address address;
    struct err err = {0};
    uint16_t port = keep_port(ret_kept_fd);
    assert_true(os_address_parse(STR("127.0.0.1"), port, &address));
    assert_true(os_listen_tcp(&address, ret_fd, &err));
    return port;
}

static bool listens_on(int fd, uint16_t port)
{
    union os_address address;
    socklen_t size = sizeof address;
    return getsockname(fd, &address.any, &size) == 0 && os_address_port(&address) == port;
}

static void an_address_that_was_asked_for_and_is_taken_is_an_error_with_file_and_line(void **state)
{
    (void)state;
    struct err err = {0};
    char expected[200];
    int taken, kept, fd = -1;
    uint16_t port = take_port(&taken, &kept);
    struct boot *boot = boot_at(port);
    assert_false(panel_socket_open(boot, &nothing, &fd, &err));
    (void)snprintf(expected, sizeof expected,
                   "test.ini:2: Listen: port %u is in use already on 127.0.0.1; stop the program that has it (ss -ltnp "
                   "shows which), or choose another port",
                   port);
    assert_string_equal(err.text, expected);
    assert_int_equal(fd, -1);
    boot_free(boot);
    (void)close(taken);
    (void)close(kept);
}

static void the_default_address_is_done_without_when_it_is_taken(void **state)
{
    (void)state;
    struct err err = {0};
    int taken, kept, fd = 0;
    struct boot *boot = must_parse("");
    uint16_t port = take_port(&taken, &kept);
    /* As if the default were this one: the real one may be anybody's on this machine. */
    assert_true(os_address_parse(STR("127.0.0.1"), port, &boot->panel.endpoint.address));
    assert_true(panel_socket_open(boot, &nothing, &fd, &err));
    assert_int_equal(fd, -1);
    (void)close(taken);
    /* And had at the next reload. */
    assert_true(panel_socket_open(boot, &nothing, &fd, &err));
    assert_true(listens_on(fd, port));
    (void)close(fd);
    (void)close(kept);
    boot_free(boot);
}

static void the_same_address_is_taken_over_and_another_is_opened(void **state)
{
    (void)state;
    struct err err = {0};
    int kept[2], first = -1, second = -1, third = -1;
    uint16_t port = keep_port(&kept[0]), other = keep_port(&kept[1]);
    struct boot *boot = boot_at(port);
    assert_true(panel_socket_open(boot, &nothing, &first, &err));
    const struct panel_socket_old old = {&boot->panel, first};
    assert_true(panel_socket_open(boot, &old, &second, &err));
    assert_int_not_equal(first, second);
    assert_true(listens_on(second, port));
    struct boot *next = boot_at(other);
    assert_true(panel_socket_open(next, &old, &third, &err));
    assert_true(listens_on(third, other));
    (void)close(first);
    (void)close(second);
    (void)close(third);
    (void)close(kept[0]);
    (void)close(kept[1]);
    boot_free(boot);
    boot_free(next);
}

static void off_opens_nothing(void **state)
{
    (void)state;
    struct err err = {0};
    int fd = 0;
    struct boot *boot = must_parse("[Panel]\nListen = off\n");
    assert_true(panel_socket_open(boot, &nothing, &fd, &err));
    assert_int_equal(fd, -1);
    boot_free(boot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_that_was_asked_for_and_is_taken_is_an_error_with_file_and_line),
        cmocka_unit_test(the_default_address_is_done_without_when_it_is_taken),
        cmocka_unit_test(the_same_address_is_taken_over_and_another_is_opened),
        cmocka_unit_test(off_opens_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
