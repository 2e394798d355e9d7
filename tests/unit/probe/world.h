/*
 * What the tests of probe share: an authority with certificates of every fault, and targets on loopback. The names are
 * example.test, www.example.test and *.wild.test.
 */
#ifndef TESTS_UNIT_PROBE_WORLD_H
#define TESTS_UNIT_PROBE_WORLD_H

#include "check.h"

#include "fault_server.h"
#include "held_port.h"
#include "hsts/observation.h"
#include "outbound/deadline.h"
#include "probe/target.h"
#include "test_ca.h"

enum world_leaf {
    LEAF_GOOD,
    LEAF_GOOD_RSA,
    LEAF_RENEWED, /* good, but another */
    LEAF_RENEWED_RSA,
    LEAF_LOCAL, /* from the second authority */
    LEAF_WRONG_NAME,
    LEAF_EXPIRED,
    LEAF_SELF_SIGNED,
    LEAF_SHA1,
    LEAF_COUNT,
};

struct world {
    struct test_ca *ca;    /* vouches for all but LEAF_LOCAL */
    struct test_ca *local; /* for that */
    struct test_ca_made leaves[LEAF_COUNT];
    char fingerprints[LEAF_COUNT][65];
    char roots_file[32]; /* PEM of `ca`'s root, for whoever reads a system's roots from a file */
};

extern struct world world;

/* As a cmocka group's setup and teardown; has a network of its own where it may, starts libcurl, ignores SIGPIPE. */
int world_setup(void **state);
int world_teardown(void **state);
/* From now on the system's roots are `ca`'s (true) or none at all (false), for OpenSSL in this process. */
void world_trust_system(bool trusted);

/* Options of a server with this leaf and its chain. */
struct fault_server_options world_tls(enum world_leaf leaf, enum fault fault);
struct probe_endpoint world_endpoint(const struct fault_server *server, enum probe_protocol protocol);
/* Stops the server; its port on 127.0.0.1 refuses connections until the caller closes the descriptor. */
int world_leave(struct fault_server *server);
/* The site example.test behind these endpoints, with LEAF_GOOD expected and public ports 80 and 443. */
struct probe_target world_target(const struct probe_endpoint *endpoints, size_t count);
/* A deadline of a minute that nobody ends: what comes to an end does so before. */
struct deadline world_deadline(void);

/* The fact has the verdict, and every one of the texts is in its detail (up to a NULL). */
void check_fact(const struct observed_fact *fact, enum observed verdict, const char *const *texts);
#define assert_fact(fact, verdict, ...) check_fact(&(fact), verdict, (const char *const[]){__VA_ARGS__, NULL})

#endif
