/* Messages over SOCK_SEQPACKET: a fixed head, the payload behind it, descriptors beside it. */
#include "os/channel.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/clock.h"

/* What stands before the payload; both ends are the same program, so it is the memory as it is. */
struct channel_head {
    uint32_t type;
    uint32_t index;
    uint64_t value;
};

#define CHANNEL_FDS_SIZE CMSG_SPACE(sizeof(int) * CHANNEL_FDS_COUNT_MAX)

bool channel_pair(int ret_fds[2], struct err *err)
{
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) != 0)
        return err_errno(err, "cannot make a channel between processes");
    ret_fds[0] = fds[0];
    ret_fds[1] = fds[1];
    return true;
}

/* The result for a send or receive that failed with errno. */
static enum channel_result channel_failed(void)
{
    switch (errno) {
    case EAGAIN:
    case ENOBUFS:
    case ENOMEM: return CHANNEL_AGAIN;
    case EPIPE:
    case ENOTCONN:
    case ECONNRESET: return CHANNEL_CLOSED;
    default: return CHANNEL_BROKEN;
    }
}

enum channel_result channel_send(int fd, const struct channel_message *message)
{
    if (message->payload.size > CHANNEL_PAYLOAD_SIZE_MAX || message->fds_count > CHANNEL_FDS_COUNT_MAX)
        return CHANNEL_BROKEN;
    struct channel_head head = {message->type, message->index, message->value};
    union {
        struct cmsghdr align;
        char bytes[CHANNEL_FDS_SIZE];
    } control = {0};
    struct iovec parts[2] = {{&head, sizeof head}, {(void *)(uintptr_t)message->payload.data, message->payload.size}};
    struct msghdr header = {.msg_iov = parts, .msg_iovlen = message->payload.size > 0 ? 2 : 1};
    if (message->fds_count > 0) {
        size_t size = sizeof(int) * message->fds_count;
        header.msg_control = control.bytes;
        header.msg_controllen = CMSG_SPACE(size);
        struct cmsghdr *cmsg = CMSG_FIRSTHDR(&header);
        cmsg->cmsg_level = SOL_SOCKET;
        cmsg->cmsg_type = SCM_RIGHTS;
        cmsg->cmsg_len = CMSG_LEN(size);
        memcpy(CMSG_DATA(cmsg), message->fds, size);
    }
    ssize_t sent;
    do
        sent = sendmsg(fd, &header, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? channel_failed() : CHANNEL_OK;
}

/* Waits for `events`; false when the time is over. */
static bool channel_poll(int fd, short events, int64_t deadline_ms)
{
    for (;;) {
        int64_t left_ms = deadline_ms - clock_monotonic_ms();
        struct pollfd poll_fd = {.fd = fd, .events = events};
        int count = poll(&poll_fd, 1, left_ms > 0 ? (int)left_ms : 0);
        if (count > 0)
            return true;
        if (count == 0 || errno != EINTR)
            return false;
    }
}

enum channel_result channel_send_wait(int fd, int timeout_ms, const struct channel_message *message)
{
    int64_t deadline_ms = clock_monotonic_ms() + timeout_ms;
    enum channel_result result;
    do
        result = channel_send(fd, message);
    while (result == CHANNEL_AGAIN && channel_poll(fd, POLLOUT, deadline_ms));
    return result;
}

/* Takes the descriptors out of what was received. */
static void take_fds(struct msghdr *header, struct channel_message *message)
{
    message->fds_count = 0;
    for (struct cmsghdr *cmsg = CMSG_FIRSTHDR(header); cmsg; cmsg = CMSG_NXTHDR(header, cmsg)) {
        if (cmsg->cmsg_level != SOL_SOCKET || cmsg->cmsg_type != SCM_RIGHTS)
            continue;
        size_t count = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        if (count > CHANNEL_FDS_COUNT_MAX - message->fds_count)
            count = CHANNEL_FDS_COUNT_MAX - message->fds_count; /* the space given allows no more */
        memcpy(message->fds + message->fds_count, CMSG_DATA(cmsg), count * sizeof(int));
        message->fds_count += count;
    }
}

enum channel_result channel_receive(int fd, struct channel_message *ret)
{
    static _Thread_local char payload[CHANNEL_PAYLOAD_SIZE_MAX];
    struct channel_head head;
    union {
        struct cmsghdr align;
        char bytes[CHANNEL_FDS_SIZE];
    } control;
    struct iovec parts[2] = {{&head, sizeof head}, {payload, sizeof payload}};
    struct msghdr header = {
        .msg_iov = parts, .msg_iovlen = 2, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t size;
    do
        size = recvmsg(fd, &header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    while (size < 0 && errno == EINTR);
    if (size < 0)
        return channel_failed();
    struct channel_message message = {0};
    take_fds(&header, &message);
    if (size == 0 && message.fds_count == 0)
        return CHANNEL_CLOSED;
    if ((size_t)size < sizeof head || (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC))) {
        for (size_t i = 0; i < message.fds_count; i++)
            (void)close(message.fds[i]);
        return CHANNEL_BROKEN;
    }
    message.type = head.type;
    message.index = head.index;
    message.value = head.value;
    message.payload = str_make(payload, (size_t)size - sizeof head);
    *ret = message;
    return CHANNEL_OK;
}

enum channel_result channel_wait(int fd, int timeout_ms, struct channel_message *ret)
{
    int64_t deadline_ms = clock_monotonic_ms() + timeout_ms;
    enum channel_result result;
    do
        result = channel_receive(fd, ret);
    while (result == CHANNEL_AGAIN && channel_poll(fd, POLLIN, deadline_ms));
    return result;
}
