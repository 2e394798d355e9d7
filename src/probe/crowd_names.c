/*
 * Questions of the DNS: the addresses of a name, which the machine's hosts file or a given address may answer as well,
 * and records of a type.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

#include "codec/url.h"
#include "dns/message.h"
#include "probe/crowd_parts.h"

/* The longest name, and brackets. */
#define HOST_SIZE 264

/* ---- addresses ---- */

void crowd_found(struct crowd *crowd, struct crowd_question *question)
{
    question->next = crowd->found;
    crowd->found = question;
}

static void set_port(struct sockaddr_storage *address, uint16_t port)
{
    if (address->ss_family == AF_INET)
        ((struct sockaddr_in *)address)->sin_port = htons(port);
    else
        ((struct sockaddr_in6 *)address)->sin6_port = htons(port);
}

static bool is_address(const struct sockaddr *address, size_t size)
{
    return size <= sizeof(struct sockaddr_storage) && (address->sa_family == AF_INET || address->sa_family == AF_INET6);
}

static bool has_address(const struct crowd_question *question, const struct sockaddr_storage *address)
{
    for (size_t i = 0; i < question->addresses_count; i++)
        if (memcmp(&question->addresses[i], address, sizeof *address) == 0)
            return true;
    return false;
}

/* Each once, however often it is told; `has_room`: of its family, one more may be kept. */
static bool take_address(struct crowd_question *question, const struct sockaddr *address, size_t size, bool has_room)
{
    struct sockaddr_storage taken = {0};
    if (!is_address(address, size))
        return false;
    memcpy(&taken, address, size);
    set_port(&taken, question->port);
    if (has_address(question, &taken))
        return false;
    if (has_room && question->addresses_count < FETCH_ADDRESSES_COUNT_MAX)
        question->addresses[question->addresses_count++] = taken;
    else
        question->more_count++;
    return has_room;
}

/* How many of one family are kept where there are so many, and so many of the other: half of the room, or what is left.
 */
static size_t share_of(size_t count, size_t other)
{
    const size_t half = FETCH_ADDRESSES_COUNT_MAX / 2;
    size_t left = FETCH_ADDRESSES_COUNT_MAX - (other < half ? other : half);
    return count < left ? count : left;
}

/* In their order: that is by which a browser would begin (RFC 6724). */
static void take_addresses(struct crowd_question *question, const struct ares_addrinfo *info)
{
    size_t v4 = 0, v6 = 0, v4_taken = 0, v6_taken = 0;
    for (const struct ares_addrinfo_node *at = info->nodes; at; at = at->ai_next) {
        v4 += at->ai_family == AF_INET;
        v6 += at->ai_family == AF_INET6;
    }
    for (const struct ares_addrinfo_node *at = info->nodes; at; at = at->ai_next) {
        bool is_v6 = at->ai_family == AF_INET6;
        size_t *taken = is_v6 ? &v6_taken : &v4_taken, share = is_v6 ? share_of(v6, v4) : share_of(v4, v6);
        *taken += take_address(question, at->ai_addr, at->ai_addrlen, *taken < share);
    }
}

/* Whether a target is there already, as a whole. */
static bool has_target(const char *targets, struct str target)
{
    struct str rest = str_from(targets);
    while (rest.data)
        if (str_eq(str_cut(&rest, ' '), target))
            return true;
    return false;
}

/* Targets in the order in which they come, each once; what does not fit is left out. They are from the network. */
static void take_cnames(struct crowd_question *question, const struct ares_addrinfo_cname *at)
{
    size_t used = 0;
    if (!question->cnames)
        return;
    question->cnames[0] = '\0';
    for (; at; at = at->next) {
        struct str target = str_from(at->name);
        if (!target.size || !url_host_is_valid(target) || used + target.size + 2 > CROWD_CNAMES_SIZE ||
            has_target(question->cnames, target))
            continue;
        used += (size_t)snprintf(question->cnames + used, CROWD_CNAMES_SIZE - used, "%s%s", used ? " " : "", at->name);
    }
}

static bool is_missing(int status)
{
    return status == ARES_SUCCESS || status == ARES_ENODATA || status == ARES_ENOTFOUND || status == ARES_ENONAME;
}

static const char *words_of(int status)
{
    switch (status) {
    case ARES_ENOTFOUND:
    case ARES_ENODATA:
    case ARES_ENONAME:
    case ARES_EBADNAME: return "has a name that leads to no address";
    case ARES_ETIMEOUT: return "cannot be found: no name server answers";
    case ARES_ESERVFAIL: return "cannot be found: the name server fails (SERVFAIL)";
    case ARES_EREFUSED: return "cannot be found: the name server refuses";
    case ARES_ECONNREFUSED: return "cannot be found: no name server can be reached";
    default: return ares_strerror(status);
    }
}

/* Where c-ares calls back: which crowd, and whose question. */
struct asked {
    struct crowd *crowd;
    struct crowd_question *question;
};

static void on_addresses(void *context, int status, int timeouts, struct ares_addrinfo *info)
{
    struct asked *asked = context;
    struct crowd_question *question = asked->question;
    struct crowd *crowd = asked->crowd;
    (void)timeouts;
    free(asked);
    if (info)
        take_addresses(question, info);
    take_cnames(question, info ? info->cnames : NULL);
    ares_freeaddrinfo(info);
    question->is_missing = question->addresses_count == 0 && is_missing(status);
    if (question->addresses_count == 0)
        (void)snprintf(question->why, sizeof question->why, "%s",
                       words_of(status == ARES_SUCCESS ? ARES_ENODATA : status));
    if (!crowd->freeing)
        crowd_found(crowd, question);
}

/* An IP literal, or a name whose address was given: c-ares asks the DNS about literals as well. */
static bool is_given(struct crowd *crowd, struct str host, struct crowd_question *question)
{
    struct sockaddr_storage literal = {0};
    socklen_t size;
    if (endpoint_parse_ip(host, question->port, &literal, &size))
        (void)take_address(question, (const struct sockaddr *)&literal, size, true);
    for (size_t i = 0; i < crowd->options.hosts_count; i++) {
        const struct crowd_host *given = &crowd->options.hosts[i];
        if (str_eq_nocase(given->name, host))
            (void)take_address(question, (const struct sockaddr *)&given->address, sizeof given->address, true);
    }
    question->is_given = question->addresses_count > 0;
    return question->is_given;
}

void crowd_find(struct crowd *crowd, struct str host, uint16_t port, struct crowd_question *question)
{
    const struct ares_addrinfo_hints hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    char name[HOST_SIZE];
    struct asked *asked;
    question->addresses_count = question->more_count = 0;
    question->is_missing = question->is_given = false;
    question->why[0] = '\0';
    if (question->cnames)
        question->cnames[0] = '\0';
    question->port = port;
    if (is_given(crowd, host, question)) {
        crowd_found(crowd, question);
        return;
    }
    if (host.size >= sizeof name || host.size == 0 || str_find(host, '\0') < host.size ||
        !(asked = malloc(sizeof *asked))) {
        (void)snprintf(question->why, sizeof question->why, "has no name that can be asked for");
        crowd_found(crowd, question);
        return;
    }
    memcpy(name, host.data, host.size);
    name[host.size] = '\0';
    *asked = (struct asked){crowd, question};
    ares_getaddrinfo(crowd->ares, name, NULL, &hints, on_addresses, asked);
}

void crowd_find_again(struct crowd *crowd, const struct crowd_question *answered, uint16_t port,
                      struct crowd_question *question)
{
    question->addresses_count = 0;
    question->why[0] = '\0';
    question->port = port;
    for (size_t i = 0; i < answered->addresses_count; i++)
        (void)take_address(question, (const struct sockaddr *)&answered->addresses[i], sizeof answered->addresses[i],
                           true);
    crowd_found(crowd, question);
}

/* ---- records ---- */

/* The same for records. */
struct asked_records {
    struct crowd *crowd;
    struct crowd_records *records;
};

static void answered(struct crowd *crowd, struct crowd_records *records)
{
    records->next = crowd->answered;
    crowd->answered = records;
}

static void on_records(void *context, int status, int timeouts, unsigned char *message, int size)
{
    struct asked_records *asked = context;
    struct crowd_records *records = asked->records;
    struct crowd *crowd = asked->crowd;
    (void)timeouts;
    free(asked);
    records->is_answered = is_missing(status); /* or there */
    if (status == ARES_SUCCESS && (size < 0 || !buf_put(&records->message, message, (size_t)size)))
        status = ARES_ENOMEM, records->is_answered = false;
    if (!records->is_answered)
        (void)snprintf(records->why, sizeof records->why, "%s", words_of(status));
    if (!crowd->freeing)
        answered(crowd, records);
}

void crowd_ask(struct crowd *crowd, struct str name, uint16_t type, struct crowd_records *records)
{
    char text[HOST_SIZE];
    struct asked_records *asked;
    records->is_answered = false;
    records->why[0] = '\0';
    buf_init(&records->message, DNS_MESSAGE_SIZE_MAX);
    if (name.size >= sizeof text || name.size == 0 || str_find(name, '\0') < name.size ||
        !(asked = malloc(sizeof *asked))) {
        (void)snprintf(records->why, sizeof records->why, "has no name that can be asked for");
        answered(crowd, records);
        return;
    }
    memcpy(text, name.data, name.size);
    text[name.size] = '\0';
    *asked = (struct asked_records){crowd, records};
    ares_query(crowd->ares, text, DNS_IN, type, on_records, asked);
}
