/*
 * Notifications in the system's log: the journal where there is one, by its own protocol and with fields to filter by
 * (STRICTGATE_EVENT=, STRICTGATE_SITE=, …), else whoever reads /dev/log, in the form syslog(3) writes. Datagrams to
 * Unix sockets, which the sandbox allows; RFC 5424 is for the network, and what reads /dev/log does not expect it.
 */
#ifndef CONTROL_NOTIFY_SYSLOG_H
#define CONTROL_NOTIFY_SYSLOG_H

#include "store/notification.h"

#define NOTIFY_JOURNAL_SOCKET "/run/systemd/journal/socket"
#define NOTIFY_LOG_SOCKET     "/dev/log"

struct notify_syslog {
    const char *journal_socket, *log_socket;
    uint32_t facility;
    const struct notification *notification;
    int64_t at_s;
};

NODISCARD bool notify_syslog_send(const struct notify_syslog *message, struct err *err);

#endif
