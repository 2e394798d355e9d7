/*
 * Notifications as a mail message (RFC 5322): one, or several that wait for the same people. Plain text in UTF-8,
 * quoted-printable, marked as sent by a machine so that no other machine answers. Fields are made from checked
 * addresses and from text without line ends, so that nothing can add a field. Pure.
 */
#ifndef CONTROL_NOTIFY_MAIL_H
#define CONTROL_NOTIFY_MAIL_H

#include "base/buf.h"
#include "control/notify_channel.h"

/* As many as one message holds: who gets more at once has one problem, not fifty. */
#define NOTIFY_MAIL_COUNT_MAX 50
#define NOTIFY_MAIL_SIZE_MAX  ((size_t)4 << 20)

struct notify_mail {
    const struct notify_channel *channel;
    const struct notification *notifications; /* with their contents */
    size_t count;
    struct str host; /* this machine's name */
    int64_t at_s;
};

/* Appends the whole message, lines ending in CR LF. False when memory ran out or a content is no JSON of ours. */
NODISCARD bool notify_mail_write(const struct notify_mail *mail, struct buf *out, struct err *err);

#endif
