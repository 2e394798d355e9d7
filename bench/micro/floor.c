/*
 * What the kernel alone takes for an answer on a kept connection: receives, sends a constant redirect, reads nothing of
 * what it was asked. No gateway can be below it. At SIGTERM it says how many answers there were and what each took
 * of the processor.
 *
 *     floor PORT
 *
 * The scenario `redirect` of bench/run lets it take its turn with the servers.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS_COUNT 256

static volatile sig_atomic_t is_over;

static void on_signal(int number)
{
    (void)number;
    is_over = 1;
}

static void accept_all(int epoll_fd, int listen_fd)
{
    int fd, on = 1;
    while ((fd = accept4(listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        (void)epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
    }
}

/* Requests come one at a time and whole: so does `load` send them. */
static uint64_t answer(int fd)
{
    static const char reply[] = "HTTP/1.1 302 Found\r\nLocation: https://app.bench.test/a\r\nContent-Length: 0\r\n\r\n";
    char in[4096];
    ssize_t got = recv(fd, in, sizeof in, 0);
    if (got > 0)
        return send(fd, reply, sizeof reply - 1, MSG_NOSIGNAL) == (ssize_t)(sizeof reply - 1);
    if (got == 0 || (errno != EAGAIN && errno != EINTR))
        (void)close(fd);
    return 0;
}

static int listen_on(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port)};
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    return fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 4096) == 0 ? fd : -1;
}

static double used_us(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

int main(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = on_signal}; /* without SA_RESTART: epoll_wait ends */
    uint64_t answers = 0;
    int listen_fd = argc == 2 ? listen_on((uint16_t)strtoul(argv[1], NULL, 10)) : -1;
    int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listen_fd}, events[EVENTS_COUNT];
    if (listen_fd < 0 || epoll_fd < 0 || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listen_fd, &event) != 0) {
        perror("floor PORT");
        return 1;
    }
    (void)sigaction(SIGTERM, &action, NULL);
    while (!is_over) {
        int count = epoll_wait(epoll_fd, events, EVENTS_COUNT, -1);
        for (int i = 0; i < count; i++)
            if (events[i].data.fd == listen_fd)
                accept_all(epoll_fd, listen_fd);
            else
                answers += answer(events[i].data.fd);
    }
    printf("%llu answers, %.2f us each\n", (unsigned long long)answers, answers ? used_us() / (double)answers : 0.0);
    return 0;
}
