/* A connection serves one purpose and is closed by whoever opened it. */
#include "dns/tcp.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

enum dns_waited dns_wait(int fd, short events, const struct deadline *try)
{
    for (;;) {
        int64_t left_ms = deadline_left_ms(try, DEADLINE_NAP_MS);
        struct pollfd ready = {.fd = fd, .events = events};
        if (left_ms == 0)
            return DNS_WAITED_TIME;
        int count = poll(&ready, 1, (int)left_ms);
        if (count > 0)
            return DNS_WAITED_READY;
        if (count < 0 && errno != EINTR)
            return DNS_WAITED_BROKEN;
    }
}

struct deadline dns_try(const struct deadline *deadline, int64_t length_ms)
{
    struct deadline try = *deadline;
    int64_t until_ms = deadline_now_ms() + length_ms;
    if (until_ms < try.until_ms)
        try.until_ms = until_ms;
    return try;
}

static bool send_all(int fd, struct str bytes, const struct deadline *try)
{
    while (bytes.size) {
        ssize_t size = send(fd, bytes.data, bytes.size, MSG_NOSIGNAL);
        if (size > 0)
            bytes = str_after(bytes, (size_t)size);
        else if (size < 0 && errno == EAGAIN) {
            if (dns_wait(fd, POLLOUT, try) != DNS_WAITED_READY)
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
        if (!room || dns_wait(fd, POLLIN, try) != DNS_WAITED_READY)
            return false;
        ssize_t got = recv(fd, room, size - out->size, 0);
        if (got > 0)
            buf_commit(out, (size_t)got);
        else if (got == 0 || (errno != EAGAIN && errno != EINTR))
            return false;
    }
    return true;
}

bool dns_tcp_connect(const union os_address *server, const struct deadline *try, int *ret_fd, int *ret_error)
{
    int fd;
    *ret_error = 0;
    if (!os_connect_start(server, &fd)) {
        *ret_error = errno;
        return false;
    }
    if (dns_wait(fd, POLLOUT, try) == DNS_WAITED_READY) {
        *ret_error = os_connect_result(fd);
        if (*ret_error == 0) {
            *ret_fd = fd;
            return true;
        }
    }
    (void)close(fd);
    return false;
}

bool dns_tcp_send(int fd, struct str message, const struct deadline *try)
{
    struct buf framed;
    buf_init(&framed, 2 + DNS_MESSAGE_SIZE_MAX);
    dns_put_u16(&framed, (unsigned)message.size);
    buf_put_str(&framed, message);
    bool ok = buf_ok(&framed) && send_all(fd, buf_str(&framed), try);
    buf_fini(&framed);
    return ok;
}

bool dns_tcp_receive(int fd, const struct deadline *try, struct buf *out)
{
    return receive_all(fd, out, 2, try) && receive_all(fd, out, dns_get_u16(buf_str(out), 0), try);
}

void dns_tcp_why(const struct deadline *deadline, int error, const char *otherwise, struct err *err)
{
    if (deadline_is_over(deadline))
        (void)err_set(err, ERR_SYSTEM, "does not answer: %s", deadline_words(deadline));
    else if (error == ECONNREFUSED)
        (void)err_set(err, ERR_SYSTEM, "refuses the connection: no DNS server listens there");
    else if (error == ENETUNREACH || error == EHOSTUNREACH)
        (void)err_set(err, ERR_SYSTEM, "cannot be reached: there is no way to its network");
    else
        (void)err_set(err, ERR_SYSTEM, "%s", otherwise);
}
