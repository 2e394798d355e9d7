/* Addresses, networks, and real sockets on loopback and in a folder of the test's own. */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/socket.h"

static void an_ip_literal_prints_as_it_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out; /* out NULL: refused */
    } cases[] = {
        {"192.0.2.1", "192.0.2.1"},
        {"0.0.0.0", "0.0.0.0"},
        {"2001:DB8::1", "2001:db8::1"},
        {"::", "::"},
        {"::ffff:192.0.2.7", "192.0.2.7"},
        {"1111:2222:3333:4444:5555:6666:123.123.123.123", "1111:2222:3333:4444:5555:6666:7b7b:7b7b"},
        {"", NULL},
        {"[::1]", NULL},
        {"192.0.2", NULL},
        {"192.0.2.256", NULL},
        {"192.0.2.01", NULL},
        {"192.0.2.1 ", NULL},
        {"fe80::1%lo", NULL},
        {"localhost", NULL},
        {"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        union os_address address;
        bool ok = os_address_parse(str_from(cases[i].in), 8443, &address);
        if (ok != (cases[i].out != NULL))
            fail_msg("%s", cases[i].in);
        if (!ok)
            continue;
        char text[OS_ADDRESS_TEXT_SIZE];
        assert_str(os_address_text(&address, text), str_from(cases[i].out));
        assert_int_equal(os_address_port(&address), 8443);
    }
    union os_address address;
    assert_false(os_address_parse(str_make("192.0.2.1\0", 10), 1, &address));
    assert_false(os_address_parse((struct str){0}, 1, &address));
}

static void a_network_has_the_addresses_of_its_prefix(void **state)
{
    (void)state;
    static const struct {
        const char *network, *address;
        bool has;
    } cases[] = {
        {"192.0.2.0/24", "192.0.2.255", true},
        {"192.0.2.0/24", "192.0.3.0", false},
        {"192.0.2.0/24", "::ffff:192.0.2.9", true},
        {"192.0.2.128/25", "192.0.2.127", false},
        {"192.0.2.128/25", "192.0.2.128", true},
        {"192.0.2.1", "192.0.2.1", true},
        {"192.0.2.1", "192.0.2.2", false},
        {"0.0.0.0/0", "203.0.113.1", true},
        {"0.0.0.0/0", "2001:db8::1", false},
        {"2001:db8::/33", "2001:db8:7fff::1", true},
        {"2001:db8::/33", "2001:db8:8000::1", false},
        {"::/0", "2001:db8::1", true},
        {"::1", "::1", true},
        {"::ffff:192.0.2.0/120", "192.0.2.4", true},
        {"::/0", "192.0.2.1", false},
        {"unix", "192.0.2.1", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct os_network network;
        union os_address address;
        assert_true(os_network_parse(str_from(cases[i].network), &network));
        assert_true(os_address_parse(str_from(cases[i].address), 0, &address));
        if (os_network_has(&network, 1, &address) != cases[i].has)
            fail_msg("%s in %s", cases[i].address, cases[i].network);
        assert_false(os_network_has(&network, 0, &address));
    }
    struct os_network network;
    union os_address peer = {.un = {.sun_family = AF_UNIX}};
    assert_true(os_network_parse(STR("unix"), &network));
    assert_true(os_network_has(&network, 1, &peer));
    assert_true(os_network_parse(STR("0.0.0.0/0"), &network));
    assert_false(os_network_has(&network, 1, &peer));
}

static void a_network_that_is_none_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {"",
                                        "/24",
                                        "192.0.2.0/",
                                        "192.0.2.0/33",
                                        "192.0.2.0/-1",
                                        "192.0.2.1/24",
                                        "::1/129",
                                        "2001:db8::1/64",
                                        "::ffff:192.0.2.0/64",
                                        "Unix",
                                        "192.0.2.0/2 4"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct os_network network;
        if (os_network_parse(str_from(cases[i]), &network))
            fail_msg("%s", cases[i]);
    }
}

static void assert_made_well(int fd)
{
    assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
}

static void wait_for(int fd, short events)
{
    struct pollfd poll_fd = {.fd = fd, .events = events};
    assert_int_equal(poll(&poll_fd, 1, 5000), 1);
}

/* A port of this address where nobody listens, nor is given it meanwhile: it is bound. Returns its descriptor. */
static int hold_port_of(union os_address *address)
{
    socklen_t size = os_address_size(address);
    int fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, &address->any, size), 0);
    assert_int_equal(getsockname(fd, &address->any, &size), 0);
    return fd;
}

static void tcp_connects_and_tells_the_peer(void **state)
{
    (void)state;
    static const char *const ips[] = {"127.0.0.1", "::1"};
    for (size_t i = 0; i < 2; i++) {
        union os_address address, peer;
        struct err err = {0};
        int listen_fd, client_fd;
        assert_true(os_address_parse(str_from(ips[i]), 0, &address));
        if (!os_listen_tcp(&address, &listen_fd, &err)) {
            assert_int_equal(err.code, ERR_NOT_FOUND); /* a machine without IPv6 */
            continue;
        }
        assert_made_well(listen_fd);
        assert_int_equal(os_accept(listen_fd, &peer), -1);
        assert_int_equal(errno, EAGAIN);
        socklen_t size = sizeof address;
        assert_int_equal(getsockname(listen_fd, &address.any, &size), 0);
        assert_true(os_connect_start(&address, &client_fd));
        assert_made_well(client_fd);
        wait_for(client_fd, POLLOUT);
        assert_int_equal(os_connect_result(client_fd), 0);
        wait_for(listen_fd, POLLIN);
        int fd = os_accept(listen_fd, &peer);
        assert_true(fd >= 0);
        assert_made_well(fd);
        char text[OS_ADDRESS_TEXT_SIZE];
        assert_str(os_address_text(&peer, text), str_from(ips[i]));
        assert_true(os_address_port(&peer) != 0);
        int second_fd = -1;
        assert_false(os_listen_tcp(&address, &second_fd, &err));
        assert_int_equal(err.code, ERR_CONFLICT);
        assert_non_null(strstr(err.text, "in use"));
        assert_int_equal(second_fd, -1);
        (void)close(fd);
        (void)close(client_fd);
        (void)close(listen_fd);
        assert_true(os_address_parse(str_from(ips[i]), 0, &address));
        int held_fd = hold_port_of(&address);
        if (os_connect_start(&address, &client_fd)) {
            wait_for(client_fd, POLLOUT);
            assert_int_equal(os_connect_result(client_fd), ECONNREFUSED);
            (void)close(client_fd);
        } else {
            assert_int_equal(errno, ECONNREFUSED);
        }
        (void)close(held_fd);
    }
}

static void an_address_of_another_machine_is_not_found(void **state)
{
    (void)state;
    union os_address address;
    struct err err = {0};
    int fd;
    assert_true(os_address_parse(STR("192.0.2.1"), 0, &address));
    assert_false(os_listen_tcp(&address, &fd, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
}

static void a_stale_unix_socket_is_replaced_and_a_live_one_is_not(void **state)
{
    (void)state;
    char folder[] = "/tmp/strictgate-test-XXXXXX", path[64], plain[64], text[OS_ADDRESS_TEXT_SIZE];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/s", folder);
    (void)snprintf(plain, sizeof plain, "%s/file", folder);
    struct err err = {0};
    int first_fd, second_fd = -1, client_fd;
    mode_t before = umask(077);
    assert_true(os_listen_unix(path, 0660, &first_fd, &err));
    (void)umask(before);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0660);
    assert_made_well(first_fd);
    assert_false(os_listen_unix(path, 0660, &second_fd, &err));
    assert_int_equal(err.code, ERR_CONFLICT);

    union os_address address = {.un = {.sun_family = AF_UNIX}}, peer;
    memcpy(address.un.sun_path, path, strlen(path) + 1);
    assert_true(os_connect_start(&address, &client_fd));
    assert_int_equal(os_connect_result(client_fd), 0);
    int fd = os_accept(first_fd, &peer);
    assert_true(fd >= 0 || errno == EAGAIN);
    if (fd < 0) { /* the second attempt to listen left its probe in the queue */
        fd = os_accept(first_fd, &peer);
        assert_true(fd >= 0);
    }
    assert_str(os_address_text(&peer, text), STR("unix:"));
    assert_str(str_part(os_address_text(&address, text), 0, 5), STR("unix:"));
    uid_t uid = (uid_t)-1;
    gid_t gid = (gid_t)-1;
    assert_true(os_peer_credentials(fd, &uid, &gid));
    assert_int_equal(uid, geteuid());
    assert_int_equal(gid, getegid());
    (void)close(fd);
    (void)close(client_fd);
    (void)close(first_fd);

    assert_true(os_listen_unix(path, 0600, &second_fd, &err)); /* stale now */
    (void)close(second_fd);
    (void)close(open(plain, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    assert_false(os_listen_unix(plain, 0600, &second_fd, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    assert_false(os_listen_unix("", 0600, &second_fd, &err));
    char longer[200];
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_false(os_listen_unix(longer, 0600, &second_fd, &err));
    assert_int_equal(err.code, ERR_INPUT);
    (void)unlink(path);
    (void)unlink(plain);
    (void)rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ip_literal_prints_as_it_is_read),
        cmocka_unit_test(a_network_has_the_addresses_of_its_prefix),
        cmocka_unit_test(a_network_that_is_none_is_refused),
        cmocka_unit_test(tcp_connects_and_tells_the_peer),
        cmocka_unit_test(an_address_of_another_machine_is_not_found),
        cmocka_unit_test(a_stale_unix_socket_is_replaced_and_a_live_one_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
