/*
 * Messages over TCP (RFC 1035 section 4.2.2, RFC 7766): each with its size in front. Non-blocking sockets, and whoever
 * waits does so until a deadline or until somebody calls it off. For dns/ only.
 */
#ifndef DNS_TCP_H
#define DNS_TCP_H

#include "dns/message.h"
#include "os/socket.h"
#include "outbound/deadline.h"

enum dns_waited { DNS_WAITED_READY, DNS_WAITED_TIME, DNS_WAITED_BROKEN };

/* Until the socket is ready, the try's time is over, or the deadline is. */
enum dns_waited dns_wait(int fd, short events, const struct deadline *try);
/* One try's share of the deadline. */
struct deadline dns_try(const struct deadline *deadline, int64_t length_ms);

/* A connected socket, which the caller closes. False with the error of the system in *ret_error (0: the time is over).
 */
NODISCARD bool dns_tcp_connect(const union os_address *server, const struct deadline *try, int *ret_fd, int *ret_error);
NODISCARD bool dns_tcp_send(int fd, struct str message, const struct deadline *try);
/*
 * The next message in *out, whose cap is at least DNS_MESSAGE_SIZE_MAX; what was in it goes. False: the connection
 * ended, the time is over, or there is no memory.
 */
NODISCARD bool dns_tcp_receive(int fd, const struct deadline *try, struct buf *out);
/* Why nothing came of a connection, as the end of a sentence about the server: "refuses the connection: …". */
void dns_tcp_why(const struct deadline *deadline, int error, const char *otherwise, struct err *err);

#endif
