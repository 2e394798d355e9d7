/* Other ports of this machine, on loopback addresses that nobody else uses. */
#include "world.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "probe/ports.h"

/* An address of loopback of this test's own: only programs that listen on all addresses are at it. */
static char address[32];
/* There is one at a port that is tried, where the network is not our own: then nothing can be said here. */
static bool is_busy;

/* What the look is documented to try (ports.c), and what the tests go by. */
static const uint16_t usual[] = {81,   591,  2080, 3000, 4200, 5000, 5173, 5601, 7001, 7080, 8000, 8008,  8080,  8081,
                                 8082, 8088, 8090, 8161, 8880, 8888, 9000, 9001, 9080, 9090, 9091, 10000, 15672, 19999};
#define USUAL_COUNT (sizeof usual / sizeof *usual)

static bool somebody_listens(uint16_t port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(inet_pton(AF_INET, address, &at.sin_addr), 1);
    bool connected = connect(fd, (const struct sockaddr *)&at, sizeof at) == 0;
    (void)close(fd);
    return connected;
}

static struct hsts_observation look_once(const struct probe_target *target)
{
    struct hsts_observation ret = {0};
    struct deadline deadline = world_deadline();
    ports_look(target, &deadline, &ret);
    return ret;
}

/* Where everybody answers or refuses: a look that took as long as one may wait for an answer had none in time, on a
 * busy machine, and says nothing. */
static struct hsts_observation look(const struct probe_target *target)
{
    for (int tries = 0;; tries++) {
        int64_t before_ms = deadline_now_ms();
        struct hsts_observation ret = look_once(target);
        if (deadline_now_ms() - before_ms < PORTS_ANSWER_MS_MAX || tries == 10)
            return ret;
    }
}

static struct fault_server *serve(uint16_t port, enum fault fault, bool tls, const char *response)
{
    struct fault_server_options options =
        tls ? world_tls(LEAF_GOOD, fault) : (struct fault_server_options){.fault = fault};
    options.address = address;
    options.port = port;
    options.response = response;
    return fault_server_start(&options);
}

static struct probe_target target_here(const struct str *addresses, size_t count)
{
    if (is_busy)
        skip();
    struct probe_target target = world_target(NULL, 0);
    target.addresses = addresses;
    target.addresses_count = count;
    return target;
}

static void nobody_on_other_ports_is_good(void **state)
{
    (void)state;
    const struct str here[] = {str_from(address)};
    struct probe_target target = target_here(here, 1);
    struct hsts_observation seen = look(&target);
    assert_fact(seen.facts[OBSERVED_PORTS], OBSERVED_GOOD, "none of 28 usual ports at 1 address answers plain HTTP");
}

/* One server a port: every one of the list is found. */
static void all_usual_ports_are_tried(void **state)
{
    (void)state;
    const struct str here[] = {str_from(address)};
    struct probe_target target = target_here(here, 1);
    for (size_t i = 0; i < USUAL_COUNT; i++) {
        char text[64];
        if (usual[i] < 1024 && geteuid() != 0)
            continue;
        struct fault_server *server = serve(usual[i], FAULT_NONE, false, NULL);
        struct hsts_observation seen = look(&target);
        (void)snprintf(text, sizeof text, "%s:%u answers plain HTTP (HTTP/1.1 200 OK)", address, usual[i]);
        assert_fact(seen.facts[OBSERVED_PORTS], OBSERVED_BAD, text);
        fault_server_stop(server);
    }
}

static void who_answers_plain_http_is_named_with_its_status_line(void **state)
{
    (void)state;
    const struct str here[] = {str_from(address)};
    struct probe_target target = target_here(here, 1);
    struct fault_server *one = serve(8080, FAULT_NONE, false, "HTTP/1.1 302 Go away\r\nContent-Length: 0\r\n\r\n");
    struct hsts_observation seen = look(&target);
    char text[64], last[1024];
    (void)snprintf(text, sizeof text, "%s:8080 answers plain HTTP (HTTP/1.1 302 Go away)", address);
    assert_fact(seen.facts[OBSERVED_PORTS], OBSERVED_BAD, text);
    assert_non_null(strstr(fault_server_last(one, last, sizeof last), "Host: example.test\r\n"));
    struct fault_server *other = serve(9090, FAULT_NONE, false, NULL);
    seen = look(&target);
    assert_fact(seen.facts[OBSERVED_PORTS], OBSERVED_BAD, text, "(and 1 more like it)");
    fault_server_stop(one);
    fault_server_stop(other);
}

/* Whoever connected may be gone before the server knows of it. */
static void wait_for_connection(struct fault_server *server)
{
    const int64_t until_ms = deadline_now_ms() + 20000;
    while (fault_server_connections(server) == 0 && deadline_now_ms() < until_ms)
        (void)usleep(1000);
    assert_true(fault_server_connections(server) > 0);
}

static void who_does_not_answer_plain_http_is_left_alone(void **state)
{
    (void)state;
    static const struct {
        enum fault fault;
        bool tls;
    } cases[] = {
        {FAULT_NONE, true},              /* TLS, which closes on plain HTTP */
        {FAULT_TLS_ALERT_BY_HTTP, true}, /* TLS, which answers plain HTTP with plain HTTP */
        {FAULT_GARBAGE, false},          /* another protocol */
        {FAULT_CLOSES, false},
        {FAULT_SILENT, false},
        {FAULT_CLOSES_IN_HEAD, false},
    };
    const struct str here[] = {str_from(address)};
    struct probe_target target = target_here(here, 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fault_server *server = serve(8080, cases[i].fault, cases[i].tls, NULL);
        struct hsts_observation seen = cases[i].fault == FAULT_SILENT ? look_once(&target) : look(&target);
        wait_for_connection(server);
        if (cases[i].fault != FAULT_CLOSES_IN_HEAD)
            assert_fact(seen.facts[OBSERVED_PORTS], OBSERVED_GOOD, "none of");
        else /* it began to speak HTTP */
            assert_fact(seen.facts[OBSERVED_PORTS], OBSERVED_BAD, "(HTTP/1.1 2)");
        fault_server_stop(server);
    }
}

static void the_gateways_own_ports_do_not_count(void **state)
{
    (void)state;
    const struct str here[] = {str_from(address)};
    struct fault_server *server = serve(8080, FAULT_NONE, false, NULL);
    struct probe_endpoint endpoint = {.protocol = PROBE_HTTP, .address = str_from(address), .port = 8080};
    struct probe_target target = target_here(here, 1);
    target.endpoints = &endpoint;
    target.endpoints_count = 1;
    struct hsts_observation seen = look(&target);
    assert_fact(seen.facts[OBSERVED_PORTS], OBSERVED_GOOD, "");
    endpoint.address = STR("0.0.0.0");
    seen = look(&target);
    assert_fact(seen.facts[OBSERVED_PORTS], OBSERVED_GOOD, "");
    endpoint.address = STR("192.0.2.1"); /* another address: 8080 here is somebody else's */
    seen = look(&target);
    assert_fact(seen.facts[OBSERVED_PORTS], OBSERVED_BAD, ":8080 answers plain HTTP");
    target.http_port = 8080; /* unless it is the public one, mapped by whoever stands in front */
    seen = look(&target);
    assert_fact(seen.facts[OBSERVED_PORTS], OBSERVED_GOOD, "");
    fault_server_stop(server);
}

static void all_addresses_are_tried_up_to_a_limit(void **state)
{
    (void)state;
    struct str addresses[PROBE_ADDRESSES_COUNT_MAX + 1];
    struct fault_server *server = serve(19999, FAULT_NONE, false, NULL);
    for (size_t i = 0; i <= PROBE_ADDRESSES_COUNT_MAX; i++)
        addresses[i] = STR("127.77.77.77");
    addresses[PROBE_ADDRESSES_COUNT_MAX - 1] = str_from(address);
    struct probe_target target = target_here(addresses, PROBE_ADDRESSES_COUNT_MAX);
    struct hsts_observation seen = look(&target);
    assert_fact(seen.facts[OBSERVED_PORTS], OBSERVED_BAD, ":19999 answers plain HTTP");
    fault_server_stop(server);
    target.addresses_count++;
    seen = look(&target);
    assert_fact(seen.facts[OBSERVED_PORTS], OBSERVED_DOUBT, "only 32 of 33 addresses were tried");
}

static void without_an_address_nobody_could_look(void **state)
{
    (void)state;
    static const struct str names[] = {STR_INIT("192.0.2.1")};
    const struct str odd[] = {STR_INIT("localhost")};
    struct probe_target target = target_here(NULL, 0);
    struct hsts_observation seen = look(&target);
    assert_fact(seen.facts[OBSERVED_PORTS], OBSERVED_FAILED, "no address of this machine is known");
    target = target_here(odd, 1);
    seen = look(&target);
    assert_fact(seen.facts[OBSERVED_PORTS], OBSERVED_FAILED, "localhost is no address");
    target.names = names;
    seen = look(&target);
    assert_fact(seen.facts[OBSERVED_PORTS], OBSERVED_FAILED, "no name");
}

static void a_look_that_ran_out_of_time_says_so(void **state)
{
    (void)state;
    const struct str here[] = {str_from(address)};
    struct probe_target target = target_here(here, 1);
    struct hsts_observation seen = {0};
    struct deadline deadline;
    deadline_start(&deadline, 0, NULL);
    ports_look(&target, &deadline, &seen);
    assert_fact(seen.facts[OBSERVED_PORTS], OBSERVED_FAILED, "not all ports were tried: the time for it ran out");
}

static int set_up(void **state)
{
    unsigned number = (unsigned)getpid();
    int status = world_setup(state);
    (void)snprintf(address, sizeof address, "127.%u.%u.%u", 1 + number / 62500 % 200, 1 + number / 250 % 250,
                   1 + number % 250);
    for (size_t i = 0; i < USUAL_COUNT; i++) {
        if (!somebody_listens(usual[i]))
            continue;
        print_message("another program listens on port %u of all addresses\n", usual[i]);
        is_busy = true;
    }
    return status;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_on_other_ports_is_good),
        cmocka_unit_test(all_usual_ports_are_tried),
        cmocka_unit_test(who_answers_plain_http_is_named_with_its_status_line),
        cmocka_unit_test(who_does_not_answer_plain_http_is_left_alone),
        cmocka_unit_test(the_gateways_own_ports_do_not_count),
        cmocka_unit_test(all_addresses_are_tried_up_to_a_limit),
        cmocka_unit_test(without_an_address_nobody_could_look),
        cmocka_unit_test(a_look_that_ran_out_of_time_says_so),
    };
    return cmocka_run_group_tests(tests, set_up, world_teardown);
}
