/*
 * Many fetches and many questions for addresses and records in flight on one thread: libcurl's multi interface and
 * c-ares, driven by one event loop. It knows no order and no limit of how many; whoever begins them does
 * (probe/preload_look.h for one domain). Nothing is called back from within crowd_fetch, crowd_find or crowd_ask:
 * answers come in crowd_turn.
 *
 *     crowd_find, crowd_ask ──▶ c-ares ──┐
 *                                        ├── epoll ── crowd_turn ──▶ on_found, on_answered, on_fetched
 *     crowd_fetch ────────────▶ libcurl ─┘
 */
#ifndef PROBE_CROWD_H
#define PROBE_CROWD_H

#include "probe/fetch.h"

struct crowd;
struct crowd_transfer;
struct gate_place;

/* A name with a zero byte; and the targets of a few CNAMEs, separated by spaces. */
#define CROWD_NAME_SIZE   256
#define CROWD_CNAMES_SIZE 1024

/* A question of one name. The caller's; stays at its address until on_found. */
struct crowd_question {
    void (*on_found)(struct crowd_question *question);
    /* What came, with the port that was asked for. */
    struct sockaddr_storage addresses[FETCH_ADDRESSES_COUNT_MAX];
    size_t addresses_count;   /* 0: none, and then: */
    char why[FETCH_WHY_SIZE]; /* the end of a sentence: "has a name that leads to no address" */
    bool is_missing;          /* the DNS says that there is none */
    char *cnames;             /* the caller's room of CROWD_CNAMES_SIZE for where the name leads; or NULL */
    bool is_given;            /* by crowd_options.hosts, or it is a literal: the DNS was not asked */
    size_t more_count;        /* of addresses that are not kept; each family has its share of those that are */
    uint16_t port;            /* the crowd's */
    struct crowd_question *next;
};

/* A question of the DNS for the records of one type. The caller's; stays at its address until on_answered. */
struct crowd_records {
    void (*on_answered)(struct crowd_records *records);
    bool is_answered;         /* a name server said what there is, which may be nothing; else: */
    char why[FETCH_WHY_SIZE]; /* the end of a sentence: "cannot be found: no name server answers" */
    /* The whole message, of whoever sent it; empty: there is no such record. Ended by the caller with buf_fini. */
    struct buf message;
    struct crowd_records *next; /* the crowd's */
};

/* One fetch. The caller's; stays at its address, as what it points to, until on_fetched. */
struct crowd_fetch {
    struct fetch_request request;
    struct fetch_result result; /* ended by the caller with fetch_result_fini, once on_fetched was called */
    void (*on_fetched)(struct crowd_fetch *fetch);
    struct deadline deadline;        /* of this fetch; set before crowd_fetch */
    struct crowd_transfer *transfer; /* the crowd's, as all below */
    struct gate_place *place;
    int64_t waits_since_ms;
    struct crowd_fetch *next;
};

/* One name with its address, which is then not asked for anywhere else: as --resolve of curl. */
struct crowd_host {
    struct str name;
    struct sockaddr_storage address;
};

struct crowd_options {
    const struct crowd_host *hosts; /* outlive the crowd */
    size_t hosts_count;
    size_t per_address_max;   /* fetches at one address at a time; 0: any number. Who waits has more time. */
    const char *name_servers; /* "192.0.2.1:53,…"; NULL: those of the machine */
    bool dns_only;            /* this machine's hosts file is not looked into */
};

NODISCARD bool crowd_new(const struct crowd_options *options, struct crowd **ret, struct err *err);
/* What is in flight ends without being called back; its results are to be ended all the same. NULL is allowed. */
void crowd_free(struct crowd *crowd);
/* Begins to look for the addresses of a host name or IP literal (without brackets). */
void crowd_find(struct crowd *crowd, struct str host, uint16_t port, struct crowd_question *question);
/* The same for the name of a question that was answered with addresses: it is not asked for again. */
void crowd_find_again(struct crowd *crowd, const struct crowd_question *answered, uint16_t port,
                      struct crowd_question *question);
/* Begins to ask the name servers for records, whatever addresses were given and whatever the hosts file says. */
void crowd_ask(struct crowd *crowd, struct str name, uint16_t type, struct crowd_records *records);
/* Has on_found called in the next turn, with no address: for who has nothing to ask. */
void crowd_soon(struct crowd *crowd, struct crowd_question *question);
/* Begins the fetch. */
void crowd_fetch(struct crowd *crowd, struct crowd_fetch *fetch);
/* Waits up to timeout_ms for anything to happen and hands it out. */
void crowd_turn(struct crowd *crowd, int timeout_ms);
/*
 * Whether the last turn found nothing to do at first: this process waits for others, and not they for it. Who begins
 * more all the same makes all that are in flight slower, until they look slow themselves.
 */
bool crowd_was_idle(const struct crowd *crowd);

#endif
