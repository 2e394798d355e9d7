/*
 * The application behind every gateway of the benchmark: answers GET /N with N bytes and takes any content with a
 * Content-Length, as cheaply as epoll allows, so that the gateway in front is what is measured. Not a server for
 * anything else: it trusts what it reads.
 *
 *     upstream PORT
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS_MAX 65536
#define READ_SIZE       (256 * 1024)
#define BODY_SIZE_MAX   (16 * 1024 * 1024)

struct connection {
    size_t body_left; /* content of the request still to come */
    size_t reply;     /* bytes of the body to answer with after it */
    size_t out_left;  /* bytes of the answer not taken by the kernel yet: always the body's last ones */
};

static struct connection connections[CONNECTIONS_MAX];
static char in[READ_SIZE];
static char *out; /* room for a head, then the body */
#define HEAD_ROOM 256

static void answer(int epoll_fd, int fd, size_t size)
{
    char head[HEAD_ROOM];
    int head_size =
        snprintf(head, sizeof head,
                 "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: %zu\r\n\r\n", size);
    char *at = out + HEAD_ROOM - head_size;
    memcpy(at, head, (size_t)head_size);
    ssize_t sent = send(fd, at, (size_t)head_size + size, MSG_NOSIGNAL);
    size_t left = (size_t)head_size + size - (size_t)(sent > 0 ? sent : 0);
    connections[fd].out_left = left;
    if (left) {
        struct epoll_event event = {.events = EPOLLOUT, .data.fd = fd};
        (void)epoll_ctl(epoll_fd, EPOLL_CTL_MOD, fd, &event);
    }
}

static void on_writable(int epoll_fd, int fd)
{
    size_t left = connections[fd].out_left;
    ssize_t sent = send(fd, out + HEAD_ROOM, left, MSG_NOSIGNAL); /* every byte of the body is the same */
    connections[fd].out_left -= (size_t)(sent > 0 ? sent : 0);
    if (connections[fd].out_left == 0) {
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
        (void)epoll_ctl(epoll_fd, EPOLL_CTL_MOD, fd, &event);
    }
}

static void on_request(int epoll_fd, int fd, const char *head, size_t size)
{
    const char *path = memchr(head, '/', size), *end = head + size;
    connections[fd].reply = path ? (size_t)strtoul(path + 1, NULL, 10) : 0;
    if (connections[fd].reply > BODY_SIZE_MAX)
        connections[fd].reply = BODY_SIZE_MAX;
    const char *body = memmem(head, size, "\r\n\r\n", 4);
    const char *length = strcasestr(head, "\r\nContent-Length:");
    if (length && length < end)
        connections[fd].body_left = (size_t)strtoul(length + 17, NULL, 10);
    size_t have = body ? (size_t)(end - body - 4) : 0;
    connections[fd].body_left -= have < connections[fd].body_left ? have : connections[fd].body_left;
    if (connections[fd].body_left == 0)
        answer(epoll_fd, fd, connections[fd].reply);
}

static void on_readable(int epoll_fd, int fd)
{
    ssize_t got = recv(fd, in, sizeof in - 1, 0);
    if (got <= 0) {
        if (got == 0 || (errno != EAGAIN && errno != EINTR))
            (void)close(fd);
        return;
    }
    in[got] = '\0';
    struct connection *c = &connections[fd];
    if (c->body_left == 0) {
        on_request(epoll_fd, fd, in, (size_t)got);
        return;
    }
    c->body_left -= (size_t)got < c->body_left ? (size_t)got : c->body_left;
    if (c->body_left == 0)
        answer(epoll_fd, fd, c->reply);
}

static void on_connection(int epoll_fd, int listen_fd)
{
    int fd, on = 1;
    while ((fd = accept4(listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        if (fd >= CONNECTIONS_MAX) {
            (void)close(fd);
            continue;
        }
        connections[fd] = (struct connection){0};
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
        (void)epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
    }
}

int main(int argc, char **argv)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int on = 1, listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (argc < 2 || listen_fd < 0)
        return 2;
    address.sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10));
    (void)setsockopt(listen_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    out = malloc(HEAD_ROOM + BODY_SIZE_MAX);
    if (!out || bind(listen_fd, (struct sockaddr *)&address, sizeof address) || listen(listen_fd, 4096)) {
        perror("upstream");
        return 1;
    }
    memset(out, 'x', HEAD_ROOM + BODY_SIZE_MAX);
    int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listen_fd}, events[256];
    (void)epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listen_fd, &event);
    for (;;) {
        int count = epoll_wait(epoll_fd, events, 256, -1);
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (fd == listen_fd)
                on_connection(epoll_fd, fd);
            else if (events[i].events & EPOLLOUT)
                on_writable(epoll_fd, fd);
            else
                on_readable(epoll_fd, fd);
        }
    }
}
