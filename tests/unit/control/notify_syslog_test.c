/* What arrives at the sockets of the system's log. */
#include "control/notify_syslog.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "check.h"

#define CONTENT                                                                                                        \
    "{\"version\":1,\"id\":\"k1\",\"event\":\"expiring\",\"phase\":\"begun\",\"severity\":\"critical\",\"site\":"      \
    "\"a.test\",\"subject\":\"a.test: the certificate ends in 1 day\",\"happened\":\"It ends.\\nPRIORITY=0\","         \
    "\"balance\":\"Certificate: 1 days left.\",\"advice\":\"Do it.\"}"

struct log {
    char directory[40], journal[64], plain[64];
    int fd;
};

static void log_init_at(struct log *log, bool is_journal)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)snprintf(log->directory, sizeof log->directory, "/tmp/strictgate-log-XXXXXX");
    assert_non_null(mkdtemp(log->directory));
    (void)snprintf(log->journal, sizeof log->journal, "%s/journal", log->directory);
    (void)snprintf(log->plain, sizeof log->plain, "%s/log", log->directory);
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", is_journal ? log->journal : log->plain);
    log->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_true(log->fd >= 0);
    assert_int_equal(bind(log->fd, (struct sockaddr *)&address, sizeof address), 0);
}

static void log_fini(struct log *log)
{
    (void)close(log->fd);
    (void)unlink(log->journal);
    (void)unlink(log->plain);
    assert_int_equal(rmdir(log->directory), 0);
}

static void send_one(struct log *log, enum notify_phase phase, char *room, size_t size)
{
    const struct notification n = {
        .kind = NOTIFY_EXPIRING, .phase = phase, .severity = NOTIFY_CRITICAL, .content = STR(CONTENT)};
    const struct notify_syslog message = {.journal_socket = log->journal,
                                          .log_socket = log->plain,
                                          .facility = 3,
                                          .notification = &n,
                                          .at_s = 784111777}; /* 6 November 1994, 08:49:37 */
    struct err err = {0};
    if (!notify_syslog_send(&message, &err))
        fail_msg("%s", err.text);
    ssize_t got = recv(log->fd, room, size - 1, 0);
    assert_true(got > 0);
    room[got] = '\0';
}

static void the_journal_gets_fields_and_no_text_can_add_one(void **state)
{
    struct log log;
    char text[4096], expected[4096];
    (void)state;
    log_init_at(&log, true);
    send_one(&log, NOTIFY_BEGUN, text, sizeof text);
    (void)snprintf(expected, sizeof expected,
                   "MESSAGE=critical: a.test: the certificate ends in 1 day - It ends. PRIORITY=0 Certificate: 1 days "
                   "left. Do it.\nPRIORITY=2\nSYSLOG_FACILITY=3\nSYSLOG_IDENTIFIER=strictgate\nSYSLOG_PID=%d\n"
                   "STRICTGATE_ID=k1\nSTRICTGATE_EVENT=expiring\nSTRICTGATE_PHASE=begun\nSTRICTGATE_SITE=a.test\n",
                   (int)getpid());
    assert_string_equal(text, expected);
    log_fini(&log);
}

static void without_a_journal_it_is_a_line_as_syslog_writes_it(void **state)
{
    struct log log;
    char text[4096], expected[4096];
    (void)state;
    log_init_at(&log, false);
    send_one(&log, NOTIFY_RESOLVED, text, sizeof text);
    (void)snprintf(expected, sizeof expected,
                   "<29>Nov  6 08:49:37 strictgate[%d]: critical: a.test: the certificate ends in 1 day - It ends. "
                   "PRIORITY=0 Certificate: 1 days left. Do it.",
                   (int)getpid());
    assert_string_equal(text, expected);
    log_fini(&log);
}

static void a_log_that_is_not_there_is_an_error_with_its_path(void **state)
{
    const struct notification n = {.content = STR(CONTENT)};
    const struct notify_syslog message = {
        .journal_socket = "/nonexistent/journal", .log_socket = "/nonexistent/log", .notification = &n};
    struct err err = {0};
    (void)state;
    assert_false(notify_syslog_send(&message, &err));
    assert_non_null(strstr(err.text, "/nonexistent/log takes no message"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_journal_gets_fields_and_no_text_can_add_one),
        cmocka_unit_test(without_a_journal_it_is_a_line_as_syslog_writes_it),
        cmocka_unit_test(a_log_that_is_not_there_is_an_error_with_its_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
