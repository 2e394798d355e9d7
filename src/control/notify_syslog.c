/* One datagram. */
#include "control/notify_syslog.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "codec/date.h"
#include "codec/json.h"

/* Well below what a datagram socket takes (net.core.wmem_default), and what readers cut at. */
#define LINE_SIZE_MAX 4096

/* RFC 5424 table 2. */
enum { PRIORITY_CRITICAL = 2, PRIORITY_WARNING = 4, PRIORITY_NOTICE = 5, PRIORITY_INFO = 6 };

static unsigned priority_of(const struct notification *n)
{
    if (n->phase == NOTIFY_RESOLVED)
        return PRIORITY_NOTICE;
    return n->severity == NOTIFY_CRITICAL  ? PRIORITY_CRITICAL
           : n->severity == NOTIFY_WARNING ? PRIORITY_WARNING
                                           : PRIORITY_INFO;
}

/* Texts of a content have no line ends; whatever gets here all the same must not begin a new line or field. */
static void put_member(struct buf *out, const char *before, const json_t *json, const char *name)
{
    const char *text = json_string_value(json_object_get(json, name));
    if (!text || !*text)
        return;
    (void)buf_put_str(out, str_from(before));
    for (; *text && out->size < LINE_SIZE_MAX; text++)
        (void)buf_put_char(out, (unsigned char)*text < 0x20 || *text == 0x7f ? ' ' : *text);
}

static void put_message(struct buf *out, const json_t *json)
{
    put_member(out, "", json, "severity");
    put_member(out, ": ", json, "subject");
    put_member(out, " - ", json, "happened");
    put_member(out, " ", json, "balance");
    put_member(out, " ", json, "advice");
}

/* https://systemd.io/JOURNAL_NATIVE_PROTOCOL */
static void put_journal(const struct notify_syslog *m, const json_t *json, struct buf *out)
{
    (void)buf_put_str(out, STR("MESSAGE="));
    put_message(out, json);
    (void)buf_printf(out, "\nPRIORITY=%u\nSYSLOG_FACILITY=%u\nSYSLOG_IDENTIFIER=strictgate\nSYSLOG_PID=%d",
                     priority_of(m->notification), m->facility, (int)getpid());
    put_member(out, "\nSTRICTGATE_ID=", json, "id");
    put_member(out, "\nSTRICTGATE_EVENT=", json, "event");
    put_member(out, "\nSTRICTGATE_PHASE=", json, "phase");
    put_member(out, "\nSTRICTGATE_SITE=", json, "site");
    (void)buf_put_char(out, '\n');
}

/* "<26>Nov 25 17:51:03 strictgate[123]: …" */
static void put_line(const struct notify_syslog *m, const json_t *json, struct buf *out)
{
    char room[DATE_LOG_SIZE];
    struct str date = date_write_log(m->at_s, room); /* "06/Nov/1994:08:49:37 +0000" */
    (void)buf_printf(out, "<%u>%.3s %c%c %.8s strictgate[%d]: ", m->facility * 8 + priority_of(m->notification),
                     date.data + 3, date.data[0] == '0' ? ' ' : date.data[0], date.data[1], date.data + 12,
                     (int)getpid());
    put_message(out, json);
}

static bool send_to(const char *path, struct str datagram)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    bool fine = sendto(fd, datagram.data, datagram.size, MSG_NOSIGNAL | MSG_DONTWAIT, (struct sockaddr *)&address,
                       sizeof address) == (ssize_t)datagram.size;
    int error = errno;
    (void)close(fd);
    errno = error;
    return fine;
}

bool notify_syslog_send(const struct notify_syslog *message, struct err *err)
{
    json_t *json;
    struct buf text;
    if (!json_parse(message->notification->content, &json, err))
        return false;
    bool has_journal = access(message->journal_socket, F_OK) == 0;
    const char *path = has_journal ? message->journal_socket : message->log_socket;
    buf_init(&text, (size_t)4 * LINE_SIZE_MAX);
    if (has_journal)
        put_journal(message, json, &text);
    else
        put_line(message, json, &text);
    json_decref(json);
    bool fine = (buf_ok(&text) || err_memory(err)) &&
                (send_to(path, buf_str(&text)) ||
                 err_errno(err, "nobody reads the system's log (journald, rsyslog): %s takes no message", path));
    buf_fini(&text);
    return fine;
}
