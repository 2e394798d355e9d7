/* Each address of the name asked alone, with the same name in the handshake. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <unistd.h>

#include "crypto/cert.h"
#include "probe/net_look_parts.h"

/* A certificate that is kept for its facts. */
#define LEAF_SIZE_MAX ((size_t)64 * 1024)

/* Whether this machine can send anything there at all: a datagram socket is told so without sending. */
static bool has_way(const struct sockaddr_storage *address)
{
    int fd = socket(address->ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return errno != EAFNOSUPPORT;
    socklen_t size = address->ss_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
    bool way = connect(fd, (const struct sockaddr *)address, size) == 0 ||
               (errno != ENETUNREACH && errno != EADDRNOTAVAIL && errno != EHOSTUNREACH);
    (void)close(fd);
    return way;
}

static enum net_answer answer_of(const struct net_leg *leg)
{
    const struct fetch_result *result = &leg->fetch.result;
    switch (result->outcome) {
    case FETCH_OK: return leg->is_second ? NET_UNTRUSTED : NET_GOOD;
    case FETCH_BROKEN: return NET_UNASKED;
    case FETCH_UNREACHABLE: return NET_SILENT;
    case FETCH_TIMEOUT:
        if (deadline_is_over(&leg->look->request.deadline)) /* which is no fault of the other side */
            return NET_UNASKED;
        return result->connected ? NET_NO_HTTPS : NET_SILENT;
    case FETCH_UNTRUSTED:
    case FETCH_TLS_FAILED:
    case FETCH_NO_ANSWER: break;
    }
    return NET_NO_HTTPS;
}

static void take_leaf(struct net_look *look, const struct fetch_result *result, struct net_address *address)
{
    struct cert *cert = result->chain_count ? cert_open_chain(result->chain, 1, NULL) : NULL;
    if (!cert)
        return;
    (void)snprintf(address->leaf, sizeof address->leaf, "%.*s", STR_ARG(cert_fingerprint_sha256(cert)));
    cert_free(cert);
    if (!look->leaf.size && result->chain[0].size <= LEAF_SIZE_MAX)
        (void)!arena_str(&look->room, result->chain[0], &look->leaf);
}

/* Of the first address that answers, though a later one may be told first: which one it is does not matter. */
static void take_session(struct net_look *look, const struct fetch_result *result)
{
    if (look->seen.tls.version.size)
        return;
    look->seen.tls.version = net_text(&look->room, str_from(result->tls_version));
    look->seen.tls.cipher = net_text(&look->room, str_from(result->cipher));
    look->seen.tls.protocol = net_text(&look->room, str_from(result->protocol));
}

static void on_address(struct net_leg *leg)
{
    struct net_look *look = leg->look;
    struct net_address *address = &look->seen.addresses[leg->index];
    const struct fetch_result *result = &leg->fetch.result;
    if (!leg->is_second && result->outcome != FETCH_OK)
        address->why = net_text(&look->room, str_from(result->why));
    if (!leg->is_second && result->outcome == FETCH_UNTRUSTED) {
        fetch_result_fini(&leg->fetch.result);
        leg->is_second = true;
        net_leg_fetch(leg, (struct fetch_request){.verify = FETCH_VERIFY_NOT});
        return;
    }
    address->answer = answer_of(leg);
    if (result->outcome != FETCH_OK)
        return;
    struct str field = fetch_field(result, STR("Strict-Transport-Security"));
    address->status = result->status;
    address->field = field.data ? net_text(&look->room, field) : field;
    take_leaf(look, result, address);
    take_session(look, result);
}

static void address_begin(struct net_look *look, size_t i)
{
    struct net_leg *leg = &look->addresses[i];
    struct net_address *address = &look->seen.addresses[i];
    const struct sockaddr_storage *from = &look->name.question.addresses[i];
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)from;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)from;
    address->is_ipv6 = from->ss_family == AF_INET6;
    address->why = STR("");
    (void)inet_ntop(from->ss_family, address->is_ipv6 ? (const void *)&v6->sin6_addr : (const void *)&v4->sin_addr,
                    address->text, sizeof address->text);
    net_leg_init(leg, look, i, look->seen.domain, on_address);
    leg->question.addresses[0] = *from;
    leg->question.addresses_count = 1;
    address->answer = NET_NO_WAY;
    if (has_way(from))
        net_leg_fetch(leg, (struct fetch_request){.verify = FETCH_VERIFY_SYSTEM});
}

void net_look_addresses(struct net_look *look)
{
    const struct crowd_question *found = &look->name.question;
    look->seen.addresses_count = found->addresses_count;
    look->seen.more_count = found->more_count;
    for (size_t i = 0; i < found->addresses_count; i++)
        address_begin(look, i);
}
