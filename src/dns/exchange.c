/* Sockets are non-blocking and connected, so that the kernel drops what comes from elsewhere and tells of refusals. */
#include "dns/exchange.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "crypto/random.h"

bool dns_id_make(uint16_t *ret, struct err *err)
{
    return random_bytes(ret, sizeof *ret, err);
}

void dns_answer_fini(struct dns_answer *answer)
{
    buf_fini(&answer->bytes);
}

enum waited { WAITED_READY, WAITED_TIME, WAITED_BROKEN };

/* Until the socket is ready, the try's time is over, or the deadline is. */
static enum waited wait_for(int fd, short events, const struct deadline *try)
{
    for (;;) {
        int64_t left_ms = deadline_left_ms(try, DEADLINE_NAP_MS);
        struct pollfd ready = {.fd = fd, .events = events};
        if (left_ms == 0)
            return WAITED_TIME;
        int count = poll(&ready, 1, (int)left_ms);
        if (count > 0)
            return WAITED_READY;
        if (count < 0 && errno != EINTR)
            return WAITED_BROKEN;
    }
}

/* One try's share of the deadline. */
static struct deadline try_of(const struct deadline *deadline, int64_t length_ms)
{
    struct deadline try = *deadline;
    int64_t until_ms = deadline_now_ms() + length_ms;
    if (until_ms < try.until_ms)
        try.until_ms = until_ms;
    return try;
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
        if (wait_for(fd, POLLIN, try) != WAITED_READY)
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
    const struct deadline try = try_of(deadline, DNS_TRY_MS_UDP);
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

/* ---- TCP: each message has its size in front ---- */

static bool send_all(int fd, struct str bytes, const struct deadline *try)
{
    while (bytes.size) {
        ssize_t size = send(fd, bytes.data, bytes.size, MSG_NOSIGNAL);
        if (size > 0)
            bytes = str_after(bytes, (size_t)size);
        else if (size < 0 && errno == EAGAIN) {
            if (wait_for(fd, POLLOUT, try) != WAITED_READY)
                return false;
        } else if (size == 0 || errno != EINTR)
            return false;
    }
    return true;
}

static bool receive_all(int fd, struct buf *out, size_t size, const struct deadline *try)
{
    buf_clear(out);
    while (out->size < size) {
        char *room = buf_reserve(out, size - out->size);
        if (!room || wait_for(fd, POLLIN, try) != WAITED_READY)
            return false;
        ssize_t got = recv(fd, room, size - out->size, 0);
        if (got > 0)
            buf_commit(out, (size_t)got);
        else if (got == 0 || (errno != EAGAIN && errno != EINTR))
            return false;
    }
    return true;
}

static bool talk_tcp(int fd, struct str request, const struct deadline *try, struct dns_answer *answer)
{
    struct buf framed;
    buf_init(&framed, 2 + DNS_MESSAGE_SIZE_MAX);
    dns_put_u16(&framed, (unsigned)request.size);
    buf_put_str(&framed, request);
    bool ok = buf_ok(&framed) && send_all(fd, buf_str(&framed), try) && receive_all(fd, &framed, 2, try) &&
              receive_all(fd, &answer->bytes, dns_get_u16(buf_str(&framed), 0), try) &&
              is_answer(request, buf_str(&answer->bytes), &answer->message);
    buf_fini(&framed);
    return ok;
}

static bool try_tcp(const union os_address *server, struct str request, const struct deadline *deadline,
                    struct dns_answer *answer, int *ret_error)
{
    const struct deadline try = try_of(deadline, DNS_TRY_MS_TCP);
    int fd;
    *ret_error = 0;
    if (!os_connect_start(server, &fd)) {
        *ret_error = errno;
        return false;
    }
    bool ok = false;
    if (wait_for(fd, POLLOUT, &try) == WAITED_READY) {
        *ret_error = os_connect_result(fd);
        ok = *ret_error == 0 && talk_tcp(fd, request, &try, answer);
    }
    (void)close(fd);
    return ok;
}

/* Why the last resort failed, in words. */
static bool no_answer(const struct deadline *deadline, int error, struct err *err)
{
    if (deadline_is_over(deadline))
        return err_set(err, ERR_SYSTEM, "does not answer: %s", deadline_words(deadline));
    if (error == ECONNREFUSED)
        return err_set(err, ERR_SYSTEM, "refuses the connection: no DNS server listens there");
    if (error == ENETUNREACH || error == EHOSTUNREACH)
        return err_set(err, ERR_SYSTEM, "cannot be reached: there is no way to its network");
    return err_set(err, ERR_SYSTEM, "does not answer, neither over UDP nor over TCP");
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
        return no_answer(deadline, error, err);
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
