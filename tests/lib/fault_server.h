/*
 * A web server with one fault, for whoever looks at servers: on loopback, over TCP or a Unix socket, with or without
 * TLS, a thread for each connection. It answers one request a connection and closes; TLS where it speaks plain HTTP is
 * answered with a 400. Any failure of its own ends the
 * test. The test ignores SIGPIPE. Link fault_server_dep.
 */
#ifndef TESTS_LIB_FAULT_SERVER_H
#define TESTS_LIB_FAULT_SERVER_H

#include "base/str.h"

enum fault {
    FAULT_NONE,
    FAULT_SILENT,           /* takes the connection and never says anything */
    FAULT_CLOSES,           /* at once, without a byte read */
    FAULT_CLOSES_IN_HEAD,   /* after half of the response's first line */
    FAULT_RESETS,           /* reads the request, then resets */
    FAULT_GARBAGE,          /* answers, but not in HTTP */
    FAULT_DRIPS,            /* a byte of the head every 20 ms, for ever */
    FAULT_ENDLESS_LINE,     /* a field that does not end */
    FAULT_ENDLESS_HEAD,     /* fields without end */
    FAULT_ENDLESS_PRELUDE,  /* 103 responses without end */
    FAULT_HUGE_BODY,        /* the response, and then zeroes without end */
    FAULT_BODY_STOPS,       /* the response, and then nothing: the promised rest of the body never comes */
    FAULT_REFUSES_NAMES,    /* unrecognized_name in every handshake */
    FAULT_TLS_ALERT_BY_HTTP /* over TLS, but plain HTTP is answered with a 400 in plain HTTP, as many servers do */
};

struct fault_server_options {
    enum fault fault;
    struct str chain, key;   /* PEM; with them it speaks TLS */
    struct str chain2, key2; /* a second certificate of another kind; or empty */
    const char *response;    /* all of it; NULL: a small page */
    const char *unix_path;   /* instead of 127.0.0.1 */
    const char *address;     /* NULL: 127.0.0.1; IPv6 as well */
    uint16_t port;           /* 0: one that is free */
    bool is_old;             /* with an RSA certificate: TLS 1.0 to 1.2, without forward secrecy */
    const char *wants_proxy; /* a connection must begin with a line that begins so, else it is closed; or NULL */
    /* Instead of `response`: makes one for the request's head into `room`, returns it (or a constant). */
    const char *(*respond)(const char *head, char *room, size_t room_size);
};

struct fault_server;

struct fault_server *fault_server_start(const struct fault_server_options *options);
/* Ends every connection and thread. NULL is allowed. */
void fault_server_stop(struct fault_server *server);
uint16_t fault_server_port(const struct fault_server *server);
/* How many connections it took, and how many whole request heads it read. */
size_t fault_server_connections(struct fault_server *server);
size_t fault_server_requests(struct fault_server *server);
/* The last request's head, copied to `room` as text. */
const char *fault_server_last(struct fault_server *server, char *room, size_t room_size);
/* The name of the last handshake (SNI), likewise. */
const char *fault_server_name(struct fault_server *server, char *room, size_t room_size);

#endif
