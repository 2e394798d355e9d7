/*
 * A DNS server that a test plays: one thread on a port of 127.0.0.1, over UDP and TCP, whose answers a function of the
 * test makes.
 */
#ifndef TESTS_UNIT_DNS_SERVER_H
#define TESTS_UNIT_DNS_SERVER_H

#include <pthread.h>
#include <stdatomic.h>

#include "answers.h"
#include "os/socket.h"

struct server {
    /* The answer to one request, or an empty buffer for silence. */
    struct buf (*answer)(struct server *server, struct str request, bool tcp);
    void *context;
    bool is_framed; /* answers over TCP have their sizes in front already: several messages, or none whole */
    union os_address address;
    int udp_fd, tcp_fd, stop_fd;
    pthread_t thread;
    atomic_uint udp_count, tcp_count; /* requests so far */
};

/* As a cmocka group's setup: a network of the program's own, where it may have one. */
int server_network(void **state);
void server_start(struct server *server, struct buf (*answer)(struct server *server, struct str request, bool tcp),
                  void *context);
/* A second one at the same port of another address: of a zone, all name servers are asked at one port. */
void server_start_beside(struct server *server, const struct server *first, const char *address,
                         struct buf (*answer)(struct server *server, struct str request, bool tcp), void *context);
void server_stop(struct server *server);
/* It is gone; its port refuses, over UDP and TCP, and is nobody else's until server_forget. */
void server_leave(struct server *server);
void server_forget(struct server *server);

#endif
