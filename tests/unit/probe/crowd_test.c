/* Names asked of a name server of the test's own, and answers that come in no turn but a later one. */
#include "check.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "probe/crowd.h"

#define HEADER_SIZE 12
#define TYPE_A      1
#define TYPE_AAAA   28

/* Answers by the first letter: "a" with 192.0.2.7, "b" with both families, "f" with SERVFAIL, "n" with NXDOMAIN. */
struct name_server {
    int fd;
    pthread_t thread;
    char address[64]; /* as c-ares takes it */
    /* By the first letter, for A and AAAA: what is answered late, or with a failure, may be asked for again. */
    bool asked[128][2];
};

static size_t questions_count(const struct name_server *server)
{
    size_t count = 0;
    for (size_t i = 0; i < sizeof server->asked / sizeof *server->asked; i++)
        count += (size_t)server->asked[i][0] + server->asked[i][1];
    return count;
}

static size_t put_record(unsigned char *at, unsigned type, const void *data, size_t size)
{
    const unsigned char head[] = {0xc0, HEADER_SIZE, 0, (unsigned char)type, 0, 1, 0, 0, 0, 60, 0, (unsigned char)size};
    memcpy(at, head, sizeof head);
    memcpy(at + sizeof head, data, size);
    return sizeof head + size;
}

static size_t answer(unsigned char *message, size_t size)
{
    static const unsigned char v4[] = {192, 0, 2, 7}, v6[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 7};
    char first = (char)message[HEADER_SIZE + 1];
    unsigned type = message[size - 3];
    message[2] = 0x81; /* an answer */
    message[3] = 0x80;
    if (first == 'f')
        message[3] |= 2;
    else if (first == 'n')
        message[3] |= 3;
    else if (type == TYPE_A)
        message[7] = 1, size += put_record(message + size, TYPE_A, v4, sizeof v4);
    else if (type == TYPE_AAAA && first == 'b')
        message[7] = 1, size += put_record(message + size, TYPE_AAAA, v6, sizeof v6);
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
        server->asked[message[HEADER_SIZE + 1] & 0x7f][message[size - 3] == TYPE_AAAA] = true;
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

struct asked {
    struct crowd_question question;
    bool found;
};

static void on_found(struct crowd_question *question)
{
    ((struct asked *)question)->found = true;
}

static void find(struct crowd *crowd, struct asked *asked, struct str host)
{
    *asked = (struct asked){.question = {.on_found = on_found}};
    crowd_find(crowd, host, 443, &asked->question);
    assert_false(asked->found); /* never from within */
}

static void turn_until(struct crowd *crowd, const struct asked *asked, size_t count)
{
    for (size_t turns = 0; turns < 1000; turns++) {
        size_t found = 0;
        for (size_t i = 0; i < count; i++)
            found += asked[i].found;
        if (found == count)
            return;
        crowd_turn(crowd, 100);
    }
    fail_msg("no answer came");
}

static void names_have_the_addresses_that_the_name_server_tells(void **state)
{
    (void)state;
    struct name_server server;
    struct crowd *crowd = NULL;
    struct asked asked[6];
    start(&server);
    const struct crowd_options options = {.name_servers = server.address};
    assert_true(crowd_new(&options, &crowd, NULL));
    find(crowd, &asked[0], STR("a.test"));
    find(crowd, &asked[1], STR("b.test"));
    find(crowd, &asked[2], STR("n.test"));
    find(crowd, &asked[3], STR("f.test"));
    find(crowd, &asked[4], STR("192.0.2.9"));
    find(crowd, &asked[5], STR("2001:db8::9"));
    turn_until(crowd, asked, 6);
    assert_int_equal(asked[0].question.addresses_count, 1);
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)&asked[0].question.addresses[0];
    assert_int_equal(ntohl(v4->sin_addr.s_addr), 0xc0000207);
    assert_int_equal(ntohs(v4->sin_port), 443);
    assert_int_equal(asked[1].question.addresses_count, 2);
    assert_string_equal(asked[2].question.why, "has a name that leads to no address");
    assert_int_equal(asked[3].question.addresses_count, 0);
    assert_true(strlen(asked[3].question.why) > 10);
    assert_int_equal(asked[4].question.addresses_count, 1); /* nobody has to be asked */
    assert_int_equal(asked[5].question.addresses_count, 1);
    crowd_free(crowd);
    stop(&server);
    assert_int_equal(questions_count(&server), 8); /* two a name, but none for a literal */
}

static void a_name_that_is_known_is_not_asked_for_again(void **state)
{
    (void)state;
    struct name_server server;
    struct crowd *crowd = NULL;
    struct asked asked[2];
    start(&server);
    const struct crowd_options options = {.name_servers = server.address};
    assert_true(crowd_new(&options, &crowd, NULL));
    find(crowd, &asked[0], STR("b.test"));
    turn_until(crowd, asked, 1);
    stop(&server); /* nobody is there to be asked */
    asked[1] = (struct asked){.question = {.on_found = on_found}};
    crowd_find_again(crowd, &asked[0].question, 80, &asked[1].question);
    assert_false(asked[1].found);
    turn_until(crowd, asked, 2);
    assert_int_equal(asked[1].question.addresses_count, 2);
    for (size_t i = 0; i < 2; i++) {
        struct sockaddr_storage first = asked[0].question.addresses[i], again = asked[1].question.addresses[i];
        assert_int_equal(ntohs(((struct sockaddr_in *)&again)->sin_port), 80); /* where both families have it */
        ((struct sockaddr_in *)&again)->sin_port = ((struct sockaddr_in *)&first)->sin_port;
        assert_memory_equal(&first, &again, sizeof first);
    }
    for (size_t turns = 0; turns == 0 || (!crowd_was_idle(crowd) && turns < 1000); turns++)
        crowd_turn(crowd, 0); /* an answer may have come twice, where the first was late */
    assert_true(crowd_was_idle(crowd));
    crowd_free(crowd);
}

static void what_is_no_name_is_answered_without_asking(void **state)
{
    (void)state;
    static char long_name[400];
    struct crowd *crowd = NULL;
    struct asked asked[3];
    memset(long_name, 'x', sizeof long_name);
    const struct crowd_options options = {.name_servers = "127.0.0.1:1"};
    assert_true(crowd_new(&options, &crowd, NULL));
    find(crowd, &asked[0], STR(""));
    find(crowd, &asked[1], str_make(long_name, sizeof long_name));
    find(crowd, &asked[2], STR("a\0b"));
    turn_until(crowd, asked, 3);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(asked[i].question.why, "has no name that can be asked for");
    crowd_free(crowd);
}

static void name_servers_that_are_none_are_refused(void **state)
{
    (void)state;
    struct crowd *crowd = NULL;
    struct err err = {0};
    const struct crowd_options options = {.name_servers = "no address"};
    assert_false(crowd_new(&options, &crowd, &err));
    assert_int_equal(err.code, ERR_INPUT);
}

static void a_crowd_may_end_while_names_are_asked_for(void **state)
{
    (void)state;
    struct crowd *crowd = NULL;
    struct asked asked;
    int mute = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    char text[64];
    assert_int_equal(bind(mute, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(getsockname(mute, (struct sockaddr *)&address, &size), 0);
    (void)snprintf(text, sizeof text, "127.0.0.1:%u", ntohs(address.sin_port));
    const struct crowd_options options = {.name_servers = text};
    assert_true(crowd_new(&options, &crowd, NULL));
    find(crowd, &asked, STR("a.test"));
    crowd_turn(crowd, 20);
    crowd_free(crowd);
    assert_false(asked.found);
    assert_int_equal(close(mute), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_have_the_addresses_that_the_name_server_tells),
        cmocka_unit_test(a_name_that_is_known_is_not_asked_for_again),
        cmocka_unit_test(what_is_no_name_is_answered_without_asking),
        cmocka_unit_test(name_servers_that_are_none_are_refused),
        cmocka_unit_test(a_crowd_may_end_while_names_are_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
