/*
 * A message channel between two of our processes: a SOCK_SEQPACKET pair that keeps message boundaries and can carry
 * descriptors. Both ends are ours, so a malformed message is a bug of ours and ends the reader.
 */
#ifndef OS_CHANNEL_H
#define OS_CHANNEL_H

#include "base/err.h"
#include "base/str.h"

/* A boot file is the largest payload; it is refused earlier when it is larger than this. */
#define CHANNEL_PAYLOAD_SIZE_MAX 65536
#define CHANNEL_FDS_COUNT_MAX    64

struct channel_message {
    uint32_t type;      /* enum contract_message */
    uint32_t index;     /* meaning depends on the type */
    uint64_t value;     /* the same */
    struct str payload; /* received: points into a buffer that the next channel_receive of this thread overwrites */
    int fds[CHANNEL_FDS_COUNT_MAX]; /* received: owned by the caller, close-on-exec */
    size_t fds_count;
};

enum channel_result { CHANNEL_OK, CHANNEL_AGAIN, CHANNEL_CLOSED, CHANNEL_BROKEN };

/* A connected pair, non-blocking and close-on-exec. */
NODISCARD bool channel_pair(int ret_fds[2], struct err *err);
/* Sends one message (descriptors are duplicated, the caller keeps its own). CHANNEL_AGAIN when the peer's queue is
 * full. */
NODISCARD enum channel_result channel_send(int fd, const struct channel_message *message);
/*
 * The same, waiting up to timeout_ms for room. The kernel queues a handful of messages (net.unix.max_dgram_qlen), so
 * whoever sends several in a row uses this one.
 */
NODISCARD enum channel_result channel_send_wait(int fd, int timeout_ms, const struct channel_message *message);
/* Receives one message; CHANNEL_AGAIN when there is none now. */
NODISCARD enum channel_result channel_receive(int fd, struct channel_message *ret);
/* Waits up to timeout_ms for a message; CHANNEL_AGAIN when none came. */
NODISCARD enum channel_result channel_wait(int fd, int timeout_ms, struct channel_message *ret);

#endif
