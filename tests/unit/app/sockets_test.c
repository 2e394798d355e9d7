#include "check.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/sockets.h"
#include "kept_port.h"

static struct boot *must_parse(const char *text)
{
    struct boot_source source = {.file = STR("test.ini"), .text = str_from(text)};
    struct boot *boot = NULL;
    struct err err = {0};
    if (!boot_parse(&source, &boot, &err))
        fail_msg("%s", err.text);
    return boot;
}

/* A port of loopback that listens until *ret_fd is closed. */
static uint16_t take_port(int *ret_fd)
{
    union os_address address;
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_true(os_address_parse(STR("127.0.0.1"), 0, &address));
    assert_int_equal(bind(fd, &address.any, os_address_size(&address)), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, &address.any, &size), 0);
    *ret_fd = fd;
    return os_address_port(&address);
}

static void a_taken_port_is_an_error_with_file_and_line_and_nothing_stays_open(void **state)
{
    (void)state;
    struct activation activation = {0};
    struct sockets sockets = {0};
    struct err err = {0};
    char text[300], expected[300];
    int fd;
    uint16_t taken = take_port(&fd);
    (void)snprintf(text, sizeof text,
                   "[Server]\nHttp Port = 0\nHttps Port = 0\n[Listener a]\nAddress = "
                   "unix:/tmp/strictgate-sockets-test-%d.sock, 127.0.0.1:%u\n",
                   (int)getpid(), taken);
    struct boot *boot = must_parse(text);
    assert_false(sockets_open(boot, &activation, NULL, &sockets, &err));
    (void)snprintf(
        expected, sizeof expected,
        "test.ini:5: Address: port %u is in use already on 127.0.0.1; stop the program that has it (ss -ltnp "
        "shows which), or choose another port",
        taken);
    assert_string_equal(err.text, expected);
    (void)snprintf(text, sizeof text, "/tmp/strictgate-sockets-test-%d.sock", (int)getpid());
    assert_int_equal(access(text, F_OK), -1);
    boot_free(boot);
    (void)close(fd);
}

static void a_new_configuration_takes_over_the_sockets_it_shares_with_the_old(void **state)
{
    (void)state;
    struct activation activation = {0};
    struct sockets old, new;
    struct err err = {0};
    char text[300], path[100];
    int kept[2];
    unsigned first = keep_port(&kept[0]), second = keep_port(&kept[1]);
    (void)snprintf(path, sizeof path, "/tmp/strictgate-sockets-test-%d.sock", (int)getpid());
    (void)snprintf(text, sizeof text,
                   "[Server]\nListen Address = 127.0.0.1\nHttp Port = %u\nHttps Port = 0\n[Listener a]\nAddress = "
                   "unix:%s\n",
                   first, path);
    struct boot *before = must_parse(text);
    if (!sockets_open(before, &activation, NULL, &old, &err))
        fail_msg("%s", err.text);
    (void)snprintf(text, sizeof text, "[Server]\nListen Address = 127.0.0.1\nHttp Port = %u\nHttps Port = %u\n", first,
                   second);
    struct boot *after = must_parse(text);
    if (!sockets_open(after, &activation, &old, &new, &err))
        fail_msg("%s", err.text);
    assert_int_equal(new.listeners_count, 2);
    assert_int_equal(new.listeners[0].count, 1);
    assert_int_not_equal(new.listeners[0].fds[0], old.listeners[0].fds[0]);
    assert_int_equal(access(path, F_OK), 0);
    sockets_unlink(&old, &new);
    sockets_close(&old);
    sockets_close(&old);
    assert_int_equal(access(path, F_OK), -1);

    union os_address address;
    int fd;
    assert_true(os_address_parse(STR("127.0.0.1"), (uint16_t)first, &address));
    assert_true(os_connect_start(&address, &fd)); /* the shared one still listens */
    (void)close(fd);
    sockets_close(&new);
    (void)close(kept[0]);
    (void)close(kept[1]);
    boot_free(before);
    boot_free(after);
}

static void a_change_of_address_on_our_own_port_is_explained(void **state)
{
    (void)state;
    struct activation activation = {0};
    struct sockets old, new;
    struct err err = {0};
    char text[200];
    int kept;
    unsigned port = keep_port(&kept);
    (void)snprintf(text, sizeof text, "[Server]\nListen Address = 0.0.0.0\nHttp Port = %u\nHttps Port = 0\n", port);
    struct boot *before = must_parse(text);
    if (!sockets_open(before, &activation, NULL, &old, &err))
        fail_msg("%s", err.text);
    (void)snprintf(text, sizeof text, "[Server]\nListen Address = 127.0.0.1\nHttp Port = %u\nHttps Port = 0\n", port);
    struct boot *after = must_parse(text);
    assert_false(sockets_open(after, &activation, &old, &new, &err));
    assert_non_null(strstr(err.text, "it is this program's present listener (Http Port) on another address"));
    sockets_close(&old);
    (void)close(kept);
    boot_free(before);
    boot_free(after);
}

static void sockets_passed_by_the_service_manager_are_found_by_name_and_number(void **state)
{
    (void)state;
    struct activation activation;
    struct err err;
    size_t at = 0;
    assert_true(activation_parse("17", "3", "web:admin:web", 17, &activation, &err));
    assert_int_equal(activation.count, 3);
    assert_int_equal(activation_next(&activation, "web", &at), 3);
    assert_int_equal(activation_next(&activation, "web", &at), 5);
    assert_int_equal(activation_next(&activation, "web", &at), -1);
    at = 0;
    assert_int_equal(activation_next(&activation, "4", &at), 4);
    assert_int_equal(activation_next(&activation, "4", &at), -1);
    at = 0;
    assert_int_equal(activation_next(&activation, "6", &at), -1);
}

static void descriptors_for_another_process_are_none_and_nonsense_is_an_error(void **state)
{
    (void)state;
    struct activation activation;
    struct err err;
    assert_true(activation_parse("16", "3", "web", 17, &activation, &err));
    assert_int_equal(activation.count, 0);
    assert_true(activation_parse(NULL, "3", NULL, 17, &activation, &err));
    assert_int_equal(activation.count, 0);
    assert_true(activation_parse("17", "2", NULL, 17, &activation, &err));
    assert_string_equal(activation.names[1], "unknown");
    assert_true(activation_parse("17", "2", "web", 17, &activation, &err));
    assert_string_equal(activation.names[1], "unknown");
    assert_false(activation_parse("17", "65", NULL, 17, &activation, &err));
    assert_false(activation_parse("x", "1", NULL, 17, &activation, &err));
    assert_false(activation_parse("17", "-1", NULL, 17, &activation, &err));
}

static void a_listener_for_a_socket_that_was_not_passed_is_an_error(void **state)
{
    (void)state;
    struct activation activation = {0};
    struct sockets sockets;
    struct err err = {0};
    struct boot *boot = must_parse("[Server]\nHttp Port = 0\nHttps Port = 0\n[Listener a]\nAddress = fd:web\n");
    assert_false(sockets_open(boot, &activation, NULL, &sockets, &err));
    assert_string_equal(err.text, "test.ini:5: Address: no socket \"web\" was passed by the service manager (0 were "
                                  "passed); start through the socket unit, and set its FileDescriptorName=web");
    boot_free(boot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_taken_port_is_an_error_with_file_and_line_and_nothing_stays_open),
        cmocka_unit_test(a_new_configuration_takes_over_the_sockets_it_shares_with_the_old),
        cmocka_unit_test(a_change_of_address_on_our_own_port_is_explained),
        cmocka_unit_test(sockets_passed_by_the_service_manager_are_found_by_name_and_number),
        cmocka_unit_test(descriptors_for_another_process_are_none_and_nonsense_is_an_error),
        cmocka_unit_test(a_listener_for_a_socket_that_was_not_passed_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
