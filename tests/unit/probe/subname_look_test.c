/* Names of a name server of the test's own, with servers of every kind behind them on loopback. */
#include "world.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "probe/subname_look.h"

#define HEADER_SIZE 12
#define TYPE_A      1
#define TYPE_CNAME  5
#define BIT         SUBNAME_BIT

struct name_server {
    int fd;
    pthread_t thread;
    char address[64]; /* as c-ares takes it */
};

static size_t put_record(unsigned char *at, unsigned owner, unsigned type, const void *data, size_t size)
{
    const unsigned char head[] = {0xc0, (unsigned char)owner, 0, (unsigned char)type, 0, 1, 0, 0, 0, 60,
                                  0,    (unsigned char)size};
    memcpy(at, head, sizeof head);
    memcpy(at + sizeof head, data, size);
    return sizeof head + size;
}

/* By the first letter: "n" does not exist, "f" fails, "c" leads to a service by a CNAME; all else is on loopback. */
static size_t answer(unsigned char *message, size_t size)
{
    static const unsigned char loopback[] = {127, 0, 0, 1};
    static const unsigned char target[] = "\2ct\10sendgrid\3net";
    char first = (char)message[HEADER_SIZE + 1];
    unsigned type = message[size - 3], owner = HEADER_SIZE;
    message[2] = 0x81;
    message[3] = 0x80;
    message[7] = 0;
    if (first == 'f' || first == 'n') {
        message[3] |= first == 'f' ? 2 : 3;
        return size;
    }
    if (first == 'c') {
        owner = (unsigned)size + HEADER_SIZE;
        size += put_record(message + size, HEADER_SIZE, TYPE_CNAME, target, sizeof target);
        message[7]++;
    }
    if (type == TYPE_A) {
        size += put_record(message + size, owner, TYPE_A, loopback, sizeof loopback);
        message[7]++;
    }
    return size;
}

/* A message of one byte ends it. */
static void *serve(void *context)
{
    struct name_server *server = context;
    unsigned char message[1024];
    struct sockaddr_in from;
    socklen_t from_size = sizeof from;
    ssize_t size;
    while ((size = recvfrom(server->fd, message, 512, 0, (struct sockaddr *)&from, &from_size)) > 1) {
        size_t full = answer(message, (size_t)size);
        assert_int_equal(sendto(server->fd, message, full, 0, (struct sockaddr *)&from, from_size), full);
        from_size = sizeof from;
    }
    return NULL;
}

static void start(struct name_server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    *server = (struct name_server){.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    assert_true(server->fd >= 0);
    assert_int_equal(bind(server->fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(getsockname(server->fd, (struct sockaddr *)&address, &size), 0);
    (void)snprintf(server->address, sizeof server->address, "127.0.0.1:%u", ntohs(address.sin_port));
    assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void stop(struct name_server *server)
{
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    assert_int_equal(getsockname(server->fd, (struct sockaddr *)&address, &size), 0);
    assert_int_equal(sendto(server->fd, "", 1, 0, (struct sockaddr *)&address, size), 1);
    assert_int_equal(pthread_join(server->thread, NULL), 0);
    assert_int_equal(close(server->fd), 0);
}

/* What there is behind the name, and what is to be seen. */
struct scene {
    const char *name;
    bool https, http; /* whether somebody listens */
    enum world_leaf leaf;
    enum fault https_fault, http_fault;
    bool doubts, has_own;
    enum subname_verdict verdict;
    unsigned flags;
    const char *detail, *cname; /* what stands in them */
};

static void on_done(struct subname_look *look, void *context)
{
    (void)look;
    *(bool *)context = true;
}

static void look_at(const struct scene *scene, struct subname_seen *ret)
{
    struct fault_server_options https = world_tls(scene->leaf, scene->https_fault), http = {.fault = scene->http_fault};
    struct fault_server *secure = scene->https ? fault_server_start(&https) : NULL;
    struct fault_server *plain = scene->http ? fault_server_start(&http) : NULL;
    struct name_server server;
    struct sockaddr_storage own;
    struct crowd *crowd = NULL;
    socklen_t size;
    bool done = false;
    start(&server);
    const struct crowd_options options = {.name_servers = server.address, .dns_only = true};
    assert_true(crowd_new(&options, &crowd, NULL));
    assert_true(endpoint_parse_ip(STR("127.0.0.1"), 443, &own, &size));
    const struct subname_look_request request = {.name = str_from(scene->name),
                                                 .roots_pem = test_ca_root_pem(world.ca),
                                                 .http_port = plain ? fault_server_port(plain) : 1,
                                                 .https_port = secure ? fault_server_port(secure) : 1,
                                                 .doubts = scene->doubts,
                                                 .own_addresses = &own,
                                                 .own_addresses_count = scene->has_own,
                                                 .on_done = on_done,
                                                 .context = &done};
    struct subname_look *look = subname_look_begin(crowd, &request);
    assert_non_null(look);
    assert_false(done); /* never from within */
    for (size_t turns = 0; !done && turns < 1000; turns++)
        crowd_turn(crowd, 100);
    assert_true(done);
    *ret = *subname_look_seen(look);
    subname_look_free(look);
    crowd_free(crowd);
    stop(&server);
    fault_server_stop(secure);
    fault_server_stop(plain);
}

#define INSIDE BIT(SUBNAME_INTERNAL_ONLY)

static void a_name_is_what_a_browser_would_find_there(void **state)
{
    static const struct scene scenes[] = {
        {"www.example.test", true, true, LEAF_GOOD, .verdict = SUBNAME_HTTPS, .flags = INSIDE, .detail = "HTTPS works"},
        {"www.example.test", false, true, .verdict = SUBNAME_HTTP_ONLY, .flags = INSIDE,
         .detail = "plain HTTP only: port 443 refuses the connection"},
        {"www.example.test", true, true, LEAF_EXPIRED, .verdict = SUBNAME_BROKEN_HTTPS, .flags = INSIDE,
         .detail = "expired"},
        {"www.example.test", true, false, LEAF_WRONG_NAME, .verdict = SUBNAME_BROKEN_HTTPS, .flags = INSIDE,
         .detail = "HTTPS does not work: port 443"},
        {"www.example.test", true, true, LEAF_SELF_SIGNED, .verdict = SUBNAME_BROKEN_HTTPS, .flags = INSIDE},
        {"www.example.test", true, true, LEAF_GOOD, FAULT_REFUSES_NAMES, .verdict = SUBNAME_BROKEN_HTTPS,
         .flags = INSIDE},
        {"www.example.test", true, true, LEAF_GOOD, FAULT_CLOSES, .verdict = SUBNAME_BROKEN_HTTPS, .flags = INSIDE},
        {"www.example.test", false, false, .verdict = SUBNAME_INTERNAL, .flags = INSIDE,
         .detail = "private addresses only"},
        {"www.example.test", false, true, .http_fault = FAULT_GARBAGE, .verdict = SUBNAME_INTERNAL, .flags = INSIDE},
        {"*.wild.test", true, false, LEAF_GOOD, .verdict = SUBNAME_HTTPS, .flags = INSIDE | BIT(SUBNAME_WILDCARD)},
        {"none.example.test", false, false, .verdict = SUBNAME_DEAD, .flags = 0, .detail = "leads to no address"},
        {"n.wild.test", true, false, LEAF_GOOD, .has_own = true, .verdict = SUBNAME_HTTPS, .flags = INSIDE},
        {"fails.example.test", true, true, .has_own = true, .verdict = SUBNAME_UNLOOKED, .flags = 0,
         .detail = "It cannot be found"},
        {"click.example.test", false, true, .verdict = SUBNAME_HTTP_ONLY, .flags = INSIDE, .cname = "ct.sendgrid.net"},
        {"www.example.test", true, true, LEAF_GOOD, .doubts = true, .verdict = SUBNAME_HTTPS,
         .flags = INSIDE | BIT(SUBNAME_WILDCARD)},
        {"a name", false, false, .verdict = SUBNAME_UNLOOKED, .flags = 0, .detail = "has no name"},
        {"192.0.2.1", false, false, .verdict = SUBNAME_UNLOOKED, .flags = 0},
        {"", false, false, .verdict = SUBNAME_UNLOOKED, .flags = 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        const struct scene *scene = &scenes[i];
        struct subname_seen seen;
        look_at(scene, &seen);
        if (seen.verdict != scene->verdict || seen.flags != scene->flags ||
            !strstr(seen.detail, scene->detail ? scene->detail : "") ||
            strcmp(seen.cnames, scene->cname ? scene->cname : "") != 0)
            fail_msg("scene %zu, %s: %s %x \"%s\" %s", i, scene->name, subname_verdicts[seen.verdict], seen.flags,
                     seen.detail, seen.cnames);
        assert_string_equal(seen.addresses, seen.flags & INSIDE ? "127.0.0.1" : "");
        assert_true(seen.detail[strlen(seen.detail) - 1] == '.');
    }
}

static void networks_that_the_internet_does_not_lead_to_are_private(void **state)
{
    static const struct {
        const char *address;
        bool is_private;
    } cases[] = {
        {"10.0.0.1", true},
        {"10.255.255.255", true},
        {"11.0.0.0", false},
        {"9.255.255.255", false},
        {"172.16.0.1", true},
        {"172.31.255.255", true},
        {"172.32.0.0", false},
        {"172.15.255.255", false},
        {"192.168.1.1", true},
        {"192.169.0.0", false},
        {"100.64.0.1", true},
        {"100.127.255.255", true},
        {"100.128.0.0", false},
        {"169.254.1.1", true},
        {"127.0.0.1", true},
        {"0.0.0.0", true},
        {"192.0.2.1", false},
        {"8.8.8.8", false},
        {"::1", true},
        {"::", true},
        {"fe80::1", true},
        {"fc00::1", true},
        {"fdff::1", true},
        {"fe00::1", false},
        {"2001:db8::1", false},
        {"::ffff:10.0.0.1", true},
        {"::ffff:8.8.8.8", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sockaddr_storage address;
        socklen_t size;
        assert_true(endpoint_parse_ip(str_from(cases[i].address), 443, &address, &size));
        if (subname_is_private(&address) != cases[i].is_private)
            fail_msg("%s", cases[i].address);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_what_a_browser_would_find_there),
        cmocka_unit_test(networks_that_the_internet_does_not_lead_to_are_private),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
