/* Each case in a forked child, because there is no way back out of a sandbox. */
#include "check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault_server.h"
#include "os/channel.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/loop.h"
#include "os/memfd.h"
#include "os/sandbox.h"
#include "os/signal.h"
#include "os/socket.h"
#include "outbound/outbound.h"
#include "probe/fetch.h"
#include "probe/served.h"
#include "test_ca.h"

/* A child's exit status when the machine or build has no such sandbox. */
#define STATUS_UNAVAILABLE 99
/* Ends the child when the condition does not hold. */
#define HOLDS(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            (void)fprintf(stderr, "line %d: %s (%s)\n", __LINE__, #condition, strerror(errno));                        \
            _exit(1);                                                                                                  \
        }                                                                                                              \
    } while (0)

static char folder[] = "/tmp/strictgate-sandbox-XXXXXX";

static const char *in_folder(const char *name)
{
    static char paths[4][256];
    static unsigned next;
    char *path = paths[next++ % 4];
    (void)snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static int run(void (*child)(void))
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        struct rlimit none = {0, 0};
        (void)setrlimit(RLIMIT_CORE, &none);
        child();
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void assert_holds(void (*child)(void))
{
    int status = run(child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == STATUS_UNAVAILABLE)
        skip();
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fail_msg("the child ended with %#x", (unsigned)status);
}

static void assert_killed(void (*child)(void))
{
    int status = run(child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == STATUS_UNAVAILABLE)
        skip();
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGSYS);
}

static void enter(enum sandbox_result result, const struct err *err)
{
    if (result == SANDBOX_UNAVAILABLE)
        _exit(STATUS_UNAVAILABLE);
    if (result != SANDBOX_ON)
        (void)fprintf(stderr, "%s\n", err->text);
    HOLDS(result == SANDBOX_ON);
}

static void confine_calls(enum sandbox_role role, unsigned options)
{
    struct err err = {0};
    enter(sandbox_confine_calls(role, options, &err), &err);
}

static void files_child(void)
{
    const char *read_only[] = {in_folder("ro"), in_folder("missing"), "/etc/hostname"};
    const char *read_write[] = {in_folder("rw")};
    struct err err = {0};
    struct buf content;
    int early_fd = open(in_folder("out"), O_RDWR | O_CLOEXEC);
    enter(sandbox_confine_files(read_only, 3, read_write, 1, &err), &err);
    HOLDS(file_read(in_folder("ro/sub/f"), 100, &content, &err));
    HOLDS(open(in_folder("ro"), O_RDONLY | O_DIRECTORY | O_CLOEXEC) >= 0);
    HOLDS(open(in_folder("ro/sub/f"), O_RDWR | O_CLOEXEC) < 0 && errno == EACCES);
    HOLDS(open(in_folder("ro/new"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600) < 0 && errno == EACCES);
    HOLDS(unlink(in_folder("ro/sub/f")) < 0);
    HOLDS(open(in_folder("out"), O_RDONLY | O_CLOEXEC) < 0 && errno == EACCES);
    HOLDS(open("/etc/passwd", O_RDONLY | O_CLOEXEC) < 0 && errno == EACCES);
    HOLDS(open(in_folder("ro/../out"), O_RDONLY | O_CLOEXEC) < 0);
    HOLDS(open(in_folder("rw/link"), O_RDONLY | O_CLOEXEC) < 0 && errno == EACCES);
    HOLDS(file_replace(in_folder("rw/f"), STR("x"), 0600, &err));
    HOLDS(file_replace(in_folder("rw/f"), STR("y"), 0600, &err));
    HOLDS(truncate(in_folder("rw/f"), 0) == 0);
    HOLDS(file_make_directories(in_folder("rw/a"), 0700, &err));
    HOLDS(rmdir(in_folder("rw/a")) == 0);
    HOLDS(file_remove(in_folder("rw/f"), &err));
    HOLDS(read(early_fd, &(char){0}, 1) == 1); /* what was open stays open */
}

static void files_outside_the_folders_are_out_of_reach(void **state)
{
    (void)state;
    assert_holds(files_child);
}

static void missing_child(void)
{
    const char *read_write[] = {in_folder("missing")};
    struct err err = {0};
    enum sandbox_result result = sandbox_confine_files(NULL, 0, read_write, 1, &err);
    if (result == SANDBOX_UNAVAILABLE)
        _exit(STATUS_UNAVAILABLE);
    HOLDS(result == SANDBOX_FAILED && strstr(err.text, "missing"));
}

static void a_missing_folder_to_write_in_is_an_error(void **state)
{
    (void)state;
    assert_holds(missing_child);
}

static void *thread_main(void *argument)
{
    char *memory = malloc(1 << 20);
    if (memory)
        memset(memory, 1, 1 << 20);
    free(memory);
    (void)prctl(PR_SET_NAME, "worker");
    return argument;
}

static void use_threads(void)
{
    pthread_t threads[4];
    int names[4];
    for (int i = 0; i < 4; i++)
        HOLDS(pthread_create(&threads[i], NULL, thread_main, &names[i]) == 0);
    for (int i = 0; i < 4; i++) {
        void *result = NULL;
        HOLDS(pthread_join(threads[i], &result) == 0 && result == &names[i]);
    }
}

/* What was sent over loopback may be on its way for a moment when the machine is busy. */
static void wait_until_readable(int fd)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
    HOLDS(poll(&poll_fd, 1, 60000) == 1);
}

static void use_sockets(int listen_fd)
{
    union os_address address, peer;
    socklen_t size = sizeof address;
    int fd;
    HOLDS(getsockname(listen_fd, &address.any, &size) == 0);
    HOLDS(os_connect_start(&address, &fd));
    wait_until_readable(listen_fd);
    HOLDS(os_connect_result(fd) == 0);
    int accepted_fd = os_accept(listen_fd, &peer);
    HOLDS(accepted_fd >= 0);
    HOLDS(send(fd, "hello", 5, MSG_NOSIGNAL) == 5);
    wait_until_readable(accepted_fd);
    int waiting = 0;
    HOLDS(ioctl(accepted_fd, FIONREAD, &waiting) == 0);
    char bytes[8];
    HOLDS(recv(accepted_fd, bytes, sizeof bytes, 0) == 5);
    HOLDS(shutdown(fd, SHUT_WR) == 0);
    (void)close(accepted_fd);
    (void)close(fd);
    int fds[2];
    struct channel_message message = {.type = 1, .fds = {listen_fd}, .fds_count = 1}, got;
    HOLDS(channel_pair(fds, NULL));
    HOLDS(channel_send(fds[0], &message) == CHANNEL_OK && channel_receive(fds[1], &got) == CHANNEL_OK);
    HOLDS(socket(AF_PACKET, SOCK_RAW, 0) < 0 && errno == EAFNOSUPPORT);
    for (int family = AF_X25; family < AF_INET6; family++) /* between two that are allowed */
        HOLDS(socket(family, SOCK_STREAM, 0) < 0 && errno == EAFNOSUPPORT);
    HOLDS(socket(AF_UNSPEC, SOCK_STREAM, 0) < 0 && errno == EAFNOSUPPORT);
}

static void use_loop(void)
{
    struct loop *loop;
    HOLDS(loop_new(&loop, NULL));
    loop_turn(loop, 1);
    loop_free(loop);
    HOLDS(eventfd(0, EFD_CLOEXEC) >= 0);
    int timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    struct itimerspec spec = {.it_value = {.tv_nsec = 1000}};
    HOLDS(timer_fd >= 0 && timerfd_settime(timer_fd, 0, &spec, NULL) == 0);
    int signal_fd;
    HOLDS(signal_open((const int[]){SIGHUP}, 1, &signal_fd, NULL) && signal_next(signal_fd) == 0);
    HOLDS(clock_wall_s() > 0);
}

static void use_files(void)
{
    struct buf content;
    struct stat status;
    HOLDS(file_read("/etc/passwd", 1 << 20, &content, NULL));
    buf_fini(&content);
    HOLDS(stat("/etc/passwd", &status) == 0);
    DIR *dir = opendir("/etc");
    HOLDS(dir && readdir(dir));
    (void)closedir(dir);
    int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC), fds[2];
    HOLDS(pipe2(fds, O_CLOEXEC) == 0);
    HOLDS(sendfile(fds[1], fd, NULL, 10) == 10);
    HOLDS(splice(fd, NULL, fds[1], NULL, 10, 0) == 10);
}

static void use_memory(int sealed_fd, int shared_fd)
{
    struct str map;
    void *at;
    HOLDS(memfd_sealed_map(sealed_fd, 100, &map, NULL));
    HOLDS(memfd_shared_map(shared_fd, 4096, true, &at, NULL));
    memfd_unmap(at, 4096);
    char *large = malloc(100 << 20);
    HOLDS(large);
    large[50 << 20] = 1;
    free(large);
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    HOLDS(page != MAP_FAILED);
    HOLDS(mprotect(page, 4096, PROT_READ) == 0);
    HOLDS(mprotect(page, 4096, PROT_READ | PROT_EXEC) < 0 && errno == EPERM);
    HOLDS(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED && errno == EPERM);
}

static int listen_somewhere(void)
{
    union os_address address;
    int fd;
    HOLDS(os_address_parse(STR("127.0.0.1"), 0, &address));
    HOLDS(os_listen_tcp(&address, &fd, NULL));
    return fd;
}

static void use_all(enum sandbox_role role)
{
    int listen_fd = listen_somewhere(), sealed_fd, shared_fd;
    HOLDS(memfd_sealed_new("s", STR("snapshot"), &sealed_fd, NULL));
    HOLDS(memfd_shared_new("c", 4096, &shared_fd, NULL));
    confine_calls(role, 0);
    use_threads();
    use_sockets(listen_fd);
    use_loop();
    use_files();
    use_memory(sealed_fd, shared_fd);
    HOLDS(fork() < 0 && errno == EPERM);
    HOLDS(kill(getppid(), 0) < 0 && errno == EPERM);
    HOLDS(raise(0) == 0);
    HOLDS(!isatty(sealed_fd));
    static const unsigned long refused_ioctls[] = {TCSETS, TIOCSTI, TIOCLINUX, SIOCGIFADDR, 1};
    for (size_t i = 0; i < sizeof refused_ioctls / sizeof *refused_ioctls; i++)
        HOLDS(ioctl(-1, refused_ioctls[i], NULL) < 0 && errno == ENOTTY); /* the filter's, not EBADF */
    HOLDS(prctl(PR_SET_DUMPABLE, 1) < 0 && errno == EPERM);
}

static void gateway_child(void)
{
    use_all(SANDBOX_GATEWAY);
    HOLDS(open(in_folder("rw/x"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600) < 0 && errno == EACCES);
    HOLDS(open(in_folder("out"), O_RDWR | O_CLOEXEC) < 0 && errno == EACCES);
    HOLDS(open(in_folder("out"), O_RDONLY | O_TRUNC | O_CLOEXEC) < 0 && errno == EACCES);
    HOLDS(openat(AT_FDCWD, in_folder("out"), O_APPEND | O_WRONLY | O_CLOEXEC) < 0 && errno == EACCES);
    HOLDS(socket(AF_NETLINK, SOCK_RAW, 0) < 0 && errno == EAFNOSUPPORT);
}

static void control_child(void)
{
    use_all(SANDBOX_CONTROL);
    struct err err = {0};
    int fd;
    HOLDS(file_make_directories(in_folder("rw/a/b"), 0700, &err));
    HOLDS(file_replace(in_folder("rw/a/b/f"), STR("x"), 0600, &err));
    HOLDS(file_remove(in_folder("rw/a/b/f"), &err));
    HOLDS(rmdir(in_folder("rw/a/b")) == 0 && rmdir(in_folder("rw/a")) == 0);
    HOLDS(os_listen_unix(in_folder("rw/s"), 0660, &fd, &err));
    HOLDS(chown(in_folder("rw/s"), getuid(), getgid()) == 0);
    HOLDS(unlink(in_folder("rw/s")) == 0);
    HOLDS(memfd_sealed_new("s", STR("snapshot"), &fd, &err));
    struct addrinfo *addresses = NULL;
    HOLDS(getaddrinfo("localhost", "80", NULL, &addresses) == 0);
    freeaddrinfo(addresses);
    HOLDS(getaddrinfo("no-such-name.invalid", "80", NULL, &addresses) != 0);
}

static void the_gateway_can_do_its_work(void **state)
{
    (void)state;
    assert_holds(gateway_child);
}

static void control_can_do_its_work(void **state)
{
    (void)state;
    assert_holds(control_child);
}

/* What control's look at a site is made of, outside of the confinement: a server, and who vouches for it. */
static struct {
    struct test_ca *ca;
    struct test_ca_made made;
    struct probe_endpoint endpoint;
} site;

/* libcurl and OpenSSL: the system's roots from files, a handshake, a request, and the chain judged. */
static void *look_main(void *argument)
{
    static const struct str names[] = {STR_INIT("example.test")};
    struct deadline deadline;
    struct fetch_result result;
    struct hsts_observation seen = {0};
    const struct fetch_request request = {.endpoint = &site.endpoint,
                                          .tls = true,
                                          .host = names[0],
                                          .port = 443,
                                          .path = STR("/"),
                                          .verify = FETCH_VERIFY_SYSTEM,
                                          .roots_pem = test_ca_root_pem(site.ca),
                                          .body_size_max = 1000};
    const struct probe_target target = {.names = names,
                                        .names_count = 1,
                                        .endpoints = &site.endpoint,
                                        .endpoints_count = 1,
                                        .declared_roots = test_ca_root_pem(site.ca),
                                        .now_s = TEST_CA_NOW_S};
    deadline_start(&deadline, 20000, NULL);
    if (fetch(&request, &deadline, &result) != FETCH_OK)
        (void)fprintf(stderr, "%s\n", result.why);
    HOLDS(result.outcome == FETCH_OK && result.status == 200 && result.chain_count == 2);
    fetch_result_fini(&result);
    served_look(&target, &deadline, &seen, NULL);
    HOLDS(seen.trust == OBSERVED_TRUST_DECLARED);
    return argument;
}

static void look_child(void)
{
    static const char *const read_only[] = {"/etc", "/usr", "/lib", "/run"};
    const char *read_write[] = {in_folder("rw")};
    struct err err = {0};
    pthread_t thread;
    signal_ignore_pipe();
    HOLDS(outbound_start(&err));
    enter(sandbox_confine_files(read_only, 4, read_write, 1, &err), &err);
    confine_calls(SANDBOX_CONTROL, 0);
    HOLDS(pthread_create(&thread, NULL, look_main, NULL) == 0);
    HOLDS(pthread_join(thread, NULL) == 0);
    outbound_stop();
}

static void control_can_look_at_a_site_over_tls(void **state)
{
    (void)state;
    site.ca = test_ca_new();
    site.made = test_ca_make_for(site.ca, "example.test", TEST_CA_P256);
    const struct fault_server_options options = {.chain = buf_str(&site.made.chain), .key = buf_str(&site.made.key)};
    struct fault_server *server = fault_server_start(&options);
    site.endpoint = (struct probe_endpoint){.listener = STR("https"),
                                            .protocol = PROBE_HTTPS,
                                            .address = STR("127.0.0.1"),
                                            .port = fault_server_port(server)};
    assert_holds(look_child);
    assert_int_equal(fault_server_requests(server), 1);
    fault_server_stop(server);
    test_ca_made_free(&site.made);
    test_ca_free(site.ca);
}

static void exec_child(void)
{
    confine_calls(SANDBOX_CONTROL, 0);
    (void)execl("/bin/true", "true", (char *)NULL);
}

static void trace_child(void)
{
    confine_calls(SANDBOX_CONTROL, 0);
    (void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static void write_child(void)
{
    confine_calls(SANDBOX_GATEWAY, 0);
    (void)unlink(in_folder("out"));
}

static void *thread_of_before(void *fd)
{
    char c;
    (void)!read(*(int *)fd, &c, 1);
    (void)unlink(in_folder("out"));
    _exit(0); /* should have been killed */
}

static void other_thread_child(void)
{
    int fds[2];
    pthread_t thread;
    HOLDS(pipe2(fds, O_CLOEXEC) == 0);
    HOLDS(pthread_create(&thread, NULL, thread_of_before, &fds[0]) == 0);
    confine_calls(SANDBOX_GATEWAY, 0);
    (void)!write(fds[1], "x", 1);
    (void)pthread_join(thread, NULL);
}

static void what_no_role_needs_ends_the_process(void **state)
{
    (void)state;
    assert_killed(exec_child);
    assert_killed(trace_child);
    assert_killed(write_child);
    assert_killed(other_thread_child);
    assert_int_equal(access(in_folder("out"), F_OK), 0);
}

static void log_only_child(void)
{
    confine_calls(SANDBOX_GATEWAY, SANDBOX_LOG_ONLY);
    HOLDS(mkdir(in_folder("rw/logged"), 0700) == 0);
    HOLDS(rmdir(in_folder("rw/logged")) == 0);
    HOLDS(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0) >= 0);
    use_threads();
}

static void only_logging_stops_nothing(void **state)
{
    (void)state;
    assert_holds(log_only_child);
}

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    struct err err = {0};
    return file_make_directories(in_folder("ro/sub"), 0755, &err) &&
                   file_make_directories(in_folder("rw"), 0755, &err) &&
                   file_replace(in_folder("ro/sub/f"), STR("x"), 0644, &err) &&
                   file_replace(in_folder("out"), STR("secret"), 0644, &err) &&
                   symlink("../out", in_folder("rw/link")) == 0
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    (void)state;
    (void)unlink(in_folder("ro/sub/f"));
    (void)unlink(in_folder("rw/link"));
    (void)unlink(in_folder("out"));
    return rmdir(in_folder("ro/sub")) | rmdir(in_folder("ro")) | rmdir(in_folder("rw")) | rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_outside_the_folders_are_out_of_reach),
        cmocka_unit_test(a_missing_folder_to_write_in_is_an_error),
        cmocka_unit_test(the_gateway_can_do_its_work),
        cmocka_unit_test(control_can_do_its_work),
        cmocka_unit_test(control_can_look_at_a_site_over_tls),
        cmocka_unit_test(what_no_role_needs_ends_the_process),
        cmocka_unit_test(only_logging_stops_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
