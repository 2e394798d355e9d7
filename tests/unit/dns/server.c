#include "server.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/time.h>
#include <unistd.h>

#include "held_port.h"
#include "own_network.h"

static void answer_udp(struct server *server)
{
    char room[4096];
    union os_address peer = {0};
    socklen_t peer_size = sizeof peer;
    ssize_t size = recvfrom(server->udp_fd, room, sizeof room, 0, &peer.any, &peer_size);
    if (size <= 0)
        return;
    atomic_fetch_add(&server->udp_count, 1);
    struct buf answer = server->answer(server, str_make(room, (size_t)size), false);
    if (answer.size)
        (void)sendto(server->udp_fd, answer.data, answer.size, 0, &peer.any, peer_size);
    buf_fini(&answer);
}

static void answer_tcp(struct server *server)
{
    char room[4096];
    const struct timeval patience = {.tv_sec = 5};
    int fd = accept(server->tcp_fd, NULL, NULL);
    if (fd < 0)
        return;
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    size_t got = 0, wanted = 2;
    while (got < wanted) {
        ssize_t size = recv(fd, room + got, sizeof room - got, 0);
        if (size < 0 && errno == EINTR)
            continue; /* as after a stop of the whole process, since there is a time limit */
        if (size <= 0)
            break;
        got += (size_t)size;
        if (got >= 2)
            wanted = 2u + dns_get_u16(str_make(room, 2), 0);
    }
    if (got == wanted) {
        atomic_fetch_add(&server->tcp_count, 1);
        struct buf answer = server->answer(server, str_make(room + 2, got - 2), true);
        const char size[] = {(char)(answer.size >> 8), (char)answer.size};
        if (answer.size && (server->is_framed || send(fd, size, sizeof size, MSG_NOSIGNAL) == 2))
            (void)send(fd, answer.data, answer.size, MSG_NOSIGNAL);
        buf_fini(&answer);
    }
    (void)close(fd);
}

static void *run(void *context)
{
    struct server *server = context;
    for (;;) {
        struct pollfd fds[] = {{.fd = server->udp_fd, .events = POLLIN},
                               {.fd = server->tcp_fd, .events = POLLIN},
                               {.fd = server->stop_fd, .events = POLLIN}};
        if (poll(fds, 3, -1) < 0 || fds[2].revents)
            return NULL;
        if (fds[0].revents)
            answer_udp(server);
        if (fds[1].revents)
            answer_tcp(server);
    }
}

/* Both sockets at one port, any when it is 0. False: it is not free for both. */
static bool listen_at(struct server *server, const char *address, uint16_t port)
{
    struct err err = {0};
    socklen_t size = sizeof server->address;
    assert_true(os_address_parse(str_from(address), port, &server->address));
    if (!os_listen_tcp(&server->address, &server->tcp_fd, &err))
        fail_msg("%s", err.text);
    assert_int_equal(getsockname(server->tcp_fd, &server->address.any, &size), 0);
    server->udp_fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_true(server->udp_fd >= 0);
    if (bind(server->udp_fd, &server->address.any, sizeof server->address.v4) == 0)
        return true;
    (void)close(server->udp_fd);
    (void)close(server->tcp_fd);
    return false;
}

static void start(struct server *server, const char *address, uint16_t port,
                  struct buf (*answer)(struct server *server, struct str request, bool tcp), void *context)
{
    *server = (struct server){.answer = answer, .context = context, .stop_fd = eventfd(0, EFD_CLOEXEC)};
    assert_true(server->stop_fd >= 0);
    for (int tries = 0; !listen_at(server, address, port); tries++)
        assert_true(tries < 100);
    assert_int_equal(pthread_create(&server->thread, NULL, run, server), 0);
}

int server_network(void **state)
{
    (void)state;
    own_network();
    return 0;
}

void server_start(struct server *server, struct buf (*answer)(struct server *server, struct str request, bool tcp),
                  void *context)
{
    start(server, "127.0.0.1", 0, answer, context);
}

void server_start_beside(struct server *server, const struct server *first, const char *address,
                         struct buf (*answer)(struct server *server, struct str request, bool tcp), void *context)
{
    start(server, address, os_address_port(&first->address), answer, context);
}

static void end(struct server *server)
{
    const uint64_t one = 1;
    assert_int_equal(write(server->stop_fd, &one, sizeof one), sizeof one);
    assert_int_equal(pthread_join(server->thread, NULL), 0);
    (void)close(server->stop_fd);
}

void server_stop(struct server *server)
{
    end(server);
    server_forget(server);
}

/* Over UDP it goes on having the port, and hears nobody but itself: others are refused by the kernel. */
void server_leave(struct server *server)
{
    uint16_t port = os_address_port(&server->address);
    end(server);
    assert_int_equal(connect(server->udp_fd, &server->address.any, sizeof server->address.v4), 0);
    (void)close(server->tcp_fd);
    server->tcp_fd = hold_port(&port);
}

void server_forget(struct server *server)
{
    (void)close(server->udp_fd);
    (void)close(server->tcp_fd);
}
