/*
 * Connections in batches, without waiting for any of them alone: connect, send a request, take the beginning of the
 * answer. Servers that speak TLS often answer plain HTTP with an error in plain HTTP, so whoever answers is asked for a
 * TLS handshake afterwards, and is right if it can.
 */
#include "probe/ports.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "probe/fact.h"
#include "probe/fetch.h"

/*
 * Where plain HTTP is found besides port 80, which a bound browser never asks (it becomes 443): application servers and
 * their second instances (8000, 8008, 8080, 8081, 8082, 8088, 8090, 8880, 8888), development servers (3000, 4200, 5000,
 * 5173), consoles and dashboards (5601, 7001, 7080, 8161, 9000, 9001, 9080, 9090, 9091, 10000, 15672, 19999), and 81,
 * 591 and 2080 by old habit.
 */
static const uint16_t usual[] = {81,   591,  2080, 3000, 4200, 5000, 5173, 5601, 7001, 7080, 8000, 8008,  8080,  8081,
                                 8082, 8088, 8090, 8161, 8880, 8888, 9000, 9001, 9080, 9090, 9091, 10000, 15672, 19999};

#define USUAL_COUNT (sizeof usual / sizeof *usual)
/* A status line with a long reason. */
#define ANSWER_SIZE 128
#define STATUS_SIZE 64

/*
 *     CONNECTING ──▶ ASKED ──▶ DONE
 *          └─────────────────────┘
 */
enum attempt_state { ATTEMPT_CONNECTING, ATTEMPT_ASKED, ATTEMPT_DONE };

/* One port of one address. */
struct attempt {
    struct str address;
    uint16_t port;
    int fd; /* -1 when there is none */
    enum attempt_state state;
    char answer[ANSWER_SIZE]; /* what came so far */
    size_t answer_size;
};

struct look {
    const struct probe_target *target;
    const struct deadline *deadline;
    char request[TARGET_NAME_SIZE + 128];
    size_t request_size;
    struct fact fact;
    size_t addresses_count;
    struct attempt attempts[PORTS_AT_ONCE_MAX]; /* the present batch */
    size_t batch_count;
};

static bool is_ours(const struct probe_target *target, struct str address, uint16_t port)
{
    if (port == target->http_port || port == target->https_port)
        return true;
    for (size_t i = 0; i < target->endpoints_count; i++)
        if (endpoint_takes(&target->endpoints[i], address, port))
            return true;
    return false;
}

/* Connected or connecting: it is writable when that is settled. */
static bool attempt_start(struct attempt *attempt, const struct sockaddr_storage *at, socklen_t size)
{
    attempt->fd = socket(at->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (attempt->fd < 0)
        return false;
    if (connect(attempt->fd, (const struct sockaddr *)at, size) == 0 || errno == EINPROGRESS)
        return true;
    (void)close(attempt->fd);
    attempt->fd = -1;
    return false;
}

static bool is_connected(int fd)
{
    int number = 0;
    socklen_t size = sizeof number;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &number, &size) == 0 && number == 0;
}

static void attempt_end(struct attempt *attempt)
{
    if (attempt->fd >= 0)
        (void)close(attempt->fd);
    attempt->fd = -1;
    attempt->state = ATTEMPT_DONE;
}

static void attempt_ask(struct look *look, struct attempt *attempt)
{
    ssize_t sent = -1;
    if (is_connected(attempt->fd))
        sent = send(attempt->fd, look->request, look->request_size, MSG_NOSIGNAL);
    if (sent == (ssize_t)look->request_size)
        attempt->state = ATTEMPT_ASKED;
    else
        attempt_end(attempt);
}

/* Enough is known at the first line's end, at what is no status line, or when there is no more room or nothing more. */
static bool is_answered(const struct attempt *attempt)
{
    struct str answer = str_make(attempt->answer, attempt->answer_size);
    struct str begin = str_part(STR("HTTP/"), 0, answer.size);
    return !str_starts(answer, begin) || str_find(answer, '\n') < answer.size || answer.size == ANSWER_SIZE;
}

static void attempt_read(struct attempt *attempt)
{
    ssize_t got = recv(attempt->fd, attempt->answer + attempt->answer_size, ANSWER_SIZE - attempt->answer_size, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got > 0)
        attempt->answer_size += (size_t)got;
    if (got <= 0 || is_answered(attempt))
        attempt_end(attempt);
}

static size_t batch_wait(struct look *look, struct pollfd *waiting, struct attempt **of)
{
    size_t count = 0;
    for (size_t i = 0; i < look->batch_count; i++) {
        struct attempt *attempt = &look->attempts[i];
        if (attempt->state == ATTEMPT_DONE)
            continue;
        of[count] = attempt;
        waiting[count++] =
            (struct pollfd){.fd = attempt->fd, .events = attempt->state == ATTEMPT_CONNECTING ? POLLOUT : POLLIN};
    }
    return count;
}

static void batch_turn(struct look *look, const struct pollfd *waiting, struct attempt *const *of, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (waiting[i].revents == 0)
            continue;
        if (of[i]->state == ATTEMPT_CONNECTING)
            attempt_ask(look, of[i]);
        else
            attempt_read(of[i]);
    }
}

/* Until all have answered, refused, or the time is up. */
static void batch_run(struct look *look)
{
    struct pollfd waiting[PORTS_AT_ONCE_MAX];
    struct attempt *of[PORTS_AT_ONCE_MAX];
    int64_t until_ms = deadline_now_ms() + PORTS_ANSWER_MS_MAX, left_ms;
    size_t count;
    while ((count = batch_wait(look, waiting, of)) > 0 &&
           (left_ms = deadline_left_ms(look->deadline, until_ms - deadline_now_ms())) > 0) {
        int ready = poll(waiting, count, left_ms < DEADLINE_NAP_MS ? (int)left_ms : DEADLINE_NAP_MS);
        if (ready > 0)
            batch_turn(look, waiting, of, count);
        else if (ready < 0 && errno != EINTR)
            break;
    }
    for (size_t i = 0; i < look->batch_count; i++)
        attempt_end(&look->attempts[i]);
}

/* A port that can do TLS is one that a bound browser gets in by. */
static bool speaks_tls(const struct look *look, const struct attempt *attempt, struct str name)
{
    const struct probe_endpoint endpoint = {
        .listener = STR("other"), .protocol = PROBE_HTTPS, .address = attempt->address, .port = attempt->port};
    const struct fetch_request request = {.endpoint = &endpoint,
                                          .tls = true,
                                          .handshake_only = true,
                                          .host = name,
                                          .port = attempt->port,
                                          .path = STR("/"),
                                          .limit_ms = PORTS_ANSWER_MS_MAX};
    struct fetch_result result;
    enum fetch_outcome outcome = fetch(&request, look->deadline, &result);
    fetch_result_fini(&result);
    return outcome == FETCH_OK;
}

static void judge(struct look *look, const struct attempt *attempt, struct str name)
{
    struct str answer = str_make(attempt->answer, attempt->answer_size);
    struct str line = str_part(answer, 0, str_find(answer, '\n'));
    bool is_ip6 = str_find(attempt->address, ':') < attempt->address.size;
    if (line.size && line.data[line.size - 1] == '\r')
        line.size--;
    if (!str_starts(answer, STR("HTTP/")) || speaks_tls(look, attempt, name))
        return;
    line = str_part(line, 0, STATUS_SIZE);
    fact_note(&look->fact, OBSERVED_BAD, "%s%.*s%s:%u answers plain HTTP (%.*s)", is_ip6 ? "[" : "",
              STR_ARG(attempt->address), is_ip6 ? "]" : "", attempt->port, STR_ARG(line));
}

/* Runs what has been collected, and begins a new batch. */
static void batch_finish(struct look *look, struct str name)
{
    batch_run(look);
    for (size_t i = 0; i < look->batch_count; i++)
        judge(look, &look->attempts[i], name);
    look->batch_count = 0;
}

static void batch_add(struct look *look, struct str address, uint16_t port)
{
    struct attempt *attempt = &look->attempts[look->batch_count];
    struct sockaddr_storage at;
    socklen_t size;
    if (!endpoint_parse_ip(address, port, &at, &size)) {
        fact_note(&look->fact, OBSERVED_FAILED, "%.*s is no address to try other ports at", STR_ARG(address));
        return;
    }
    *attempt = (struct attempt){.address = address, .port = port, .fd = -1};
    if (attempt_start(attempt, &at, size)) /* else nobody is there */
        look->batch_count++;
}

static void try_all(struct look *look, struct str name)
{
    const struct probe_target *target = look->target;
    size_t addresses_count = target->addresses_count;
    if (addresses_count > PROBE_ADDRESSES_COUNT_MAX)
        addresses_count = PROBE_ADDRESSES_COUNT_MAX;
    look->addresses_count = addresses_count;
    for (size_t i = 0; i < addresses_count; i++) {
        for (size_t j = 0; j < USUAL_COUNT; j++) {
            if (is_ours(target, target->addresses[i], usual[j]))
                continue;
            batch_add(look, target->addresses[i], usual[j]);
            if (look->batch_count == PORTS_AT_ONCE_MAX)
                batch_finish(look, name);
        }
    }
    batch_finish(look, name);
}

static bool write_request(struct look *look, char room[static TARGET_NAME_SIZE], struct str *ret_name)
{
    for (size_t i = 0; i < look->target->names_count; i++) {
        if (!target_name(look->target->names[i], room, ret_name))
            continue;
        look->request_size = (size_t)snprintf(look->request, sizeof look->request,
                                              "GET / HTTP/1.1\r\nHost: %.*s\r\nUser-Agent: strictgate-probe\r\n"
                                              "Connection: close\r\n\r\n",
                                              STR_ARG(*ret_name));
        return true;
    }
    return false;
}

static void look_run(struct look *look)
{
    char room[TARGET_NAME_SIZE];
    struct str name;
    if (!write_request(look, room, &name)) {
        fact_note(&look->fact, OBSERVED_FAILED, "the site has no name that a browser could be bound to");
        return;
    }
    try_all(look, name);
    if (deadline_is_over(look->deadline))
        fact_note(&look->fact, OBSERVED_FAILED, "not all ports were tried: %s", deadline_words(look->deadline));
    else if (look->addresses_count == 0)
        fact_note(&look->fact, OBSERVED_FAILED, "no address of this machine is known to try other ports at");
    else if (look->target->addresses_count > PROBE_ADDRESSES_COUNT_MAX)
        fact_note(&look->fact, OBSERVED_DOUBT, "only %d of %zu addresses were tried for other ports",
                  PROBE_ADDRESSES_COUNT_MAX, look->target->addresses_count);
    else
        fact_note(&look->fact, OBSERVED_GOOD, "none of %zu usual ports at %zu %s answers plain HTTP", USUAL_COUNT,
                  look->addresses_count, look->addresses_count == 1 ? "address" : "addresses");
}

void ports_look(const struct probe_target *target, const struct deadline *deadline, struct hsts_observation *ret)
{
    struct look look = {.target = target, .deadline = deadline};
    look_run(&look);
    fact_close(&look.fact, target->now_s, &ret->facts[OBSERVED_PORTS]);
}
