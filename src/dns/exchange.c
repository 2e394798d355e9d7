/* Sockets are non-blocking and connected, so that the kernel drops what comes from elsewhere and tells of refusals. */
#include "dns/exchange.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "crypto/random.h"
#include "dns/tcp.h"

bool dns_id_make(uint16_t *ret, struct err *err)
{
    return random_bytes(ret, sizeof *ret, err);
}

void dns_answer_fini(struct dns_answer *answer)
{
    buf_fini(&answer->bytes);
}

/* Whether this is the answer; anything else on the way is ignored. */
static bool is_answer(struct str request, struct str bytes, struct dns_message *ret)
{
    struct dns_message asked, answer;
    if (!dns_message_open(request, &asked) || !dns_message_open(bytes, &answer))
        return false;
    if (!answer.response || answer.id != asked.id || answer.opcode != asked.opcode)
        return false;
    if (answer.questions_count == 1 &&
        (!dns_name_equal(&answer.question, &asked.question) || answer.question_type != asked.question_type))
        return false;
    /* A refusal need not repeat the question (and answers to updates need not at all), an answer to a query must. */
    if (answer.questions_count == 0 && answer.rcode == DNS_NOERROR && answer.opcode == DNS_OPCODE_QUERY)
        return false;
    *ret = answer;
    return true;
}

enum tried { TRIED_ANSWERED, TRIED_AGAIN, TRIED_TRUNCATED, TRIED_REFUSED };

static enum tried receive_udp(int fd, struct str request, const struct deadline *try, struct dns_answer *answer)
{
    for (;;) {
        if (dns_wait(fd, POLLIN, try) != DNS_WAITED_READY)
            return TRIED_AGAIN;
        buf_clear(&answer->bytes);
        char *room = buf_reserve(&answer->bytes, DNS_MESSAGE_SIZE_MAX);
        if (!room)
            return TRIED_AGAIN;
        ssize_t size = recv(fd, room, DNS_MESSAGE_SIZE_MAX, 0);
        if (size < 0 && errno != EAGAIN && errno != EINTR)
            return TRIED_REFUSED;
        if (size <= 0)
            continue;
        buf_commit(&answer->bytes, (size_t)size);
        if (is_answer(request, buf_str(&answer->bytes), &answer->message))
            return answer->message.truncated ? TRIED_TRUNCATED : TRIED_ANSWERED;
    }
}

static enum tried try_udp(const union os_address *server, struct str request, const struct deadline *deadline,
                          struct dns_answer *answer)
{
    const struct deadline try = dns_try(deadline, DNS_TRY_MS_UDP);
    int fd = socket(server->any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    enum tried tried = TRIED_REFUSED;
    if (fd < 0)
        return tried;
    if (connect(fd, &server->any, os_address_size(server)) == 0 &&
        send(fd, request.data, request.size, MSG_NOSIGNAL) == (ssize_t)request.size)
        tried = receive_udp(fd, request, &try, answer);
    (void)close(fd);
    return tried;
}

static bool try_tcp(const union os_address *server, struct str request, const struct deadline *deadline,
                    struct dns_answer *answer, int *ret_error)
{
    const struct deadline try = dns_try(deadline, DNS_TRY_MS_TCP);
    int fd;
    if (!dns_tcp_connect(server, &try, &fd, ret_error))
        return false;
    bool ok = dns_tcp_send(fd, request, &try) && dns_tcp_receive(fd, &try, &answer->bytes) &&
              is_answer(request, buf_str(&answer->bytes), &answer->message);
    (void)close(fd);
    return ok;
}

bool dns_exchange(const union os_address *server, struct str request, const struct deadline *deadline,
                  struct dns_answer *ret, struct err *err)
{
    struct dns_answer answer;
    enum tried tried = TRIED_AGAIN;
    int error = 0;
    buf_init(&answer.bytes, DNS_MESSAGE_SIZE_MAX);
    for (int i = 0; i < DNS_TRIES_UDP && tried == TRIED_AGAIN && !deadline_is_over(deadline); i++)
        tried = try_udp(server, request, deadline, &answer);
    if (tried != TRIED_ANSWERED && !try_tcp(server, request, deadline, &answer, &error)) {
        dns_answer_fini(&answer);
        dns_tcp_why(deadline, error, "does not answer, neither over UDP nor over TCP", err);
        return false;
    }
    *ret = answer;
    return true;
}

static bool ask(const union os_address *server, const struct dns_name *name, enum dns_type type, unsigned flags,
                const struct deadline *deadline, struct dns_answer *ret, struct err *err)
{
    struct buf request;
    struct err why = {0};
    uint16_t id;
    if (!dns_id_make(&id, &why))
        return err_set(err, why.code, "was not asked: %s", why.text);
    buf_init(&request, DNS_MESSAGE_SIZE_MAX);
    dns_write_query(id, name, type, flags, &request);
    bool answered = buf_ok(&request) ? dns_exchange(server, buf_str(&request), deadline, ret, err)
                                     : err_set(err, ERR_MEMORY, "was not asked: out of memory");
    buf_fini(&request);
    return answered;
}

bool dns_question(const union os_address *server, const struct dns_name *name, enum dns_type type, bool recursive,
                  const struct deadline *deadline, struct dns_answer *ret, struct err *err)
{
    const unsigned flags = recursive ? DNS_RECURSIVE : 0;
    struct dns_answer answer;
    if (!ask(server, name, type, flags | DNS_EDNS, deadline, &answer, err))
        return false;
    if (answer.message.rcode == DNS_FORMERR || answer.message.rcode == DNS_NOTIMP) {
        dns_answer_fini(&answer);
        if (!ask(server, name, type, flags, deadline, &answer, err))
            return false;
    }
    *ret = answer;
    return true;
}
