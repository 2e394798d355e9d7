/*
 * Two libraries, one epoll: each tells which descriptors it wants watched and until when at the latest. What could not
 * begin waits in a list until the next turn, so that a caller is never called back from its own call.
 */
#include "probe/crowd.h"

#include <ares.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

#include "codec/url.h"
#include "os/loop.h"
#include "probe/fetch_parts.h"
#include "probe/gate.h"

/* One question to one name server, and how often: a resolver has to ask others first. */
#define QUESTION_MS 3000
#define TRIES_COUNT 2
/* The longest name, and brackets. */
#define HOST_SIZE 264

/* A descriptor that one of the two libraries watches. */
struct watched {
    struct loop_source source; /* first: the loop knows only it */
    struct crowd *crowd;
    struct watched *next, **link;
    bool of_ares;
};

struct crowd_transfer {
    struct transfer transfer;
    CURLSH *share; /* its own memory of names: one of all transfers is walked at each */
    struct crowd_fetch *fetch;
    struct crowd_transfer *next, **link; /* of those in flight */
};

struct crowd {
    struct loop *loop;
    CURLM *multi;
    ares_channel ares;
    struct crowd_options options;
    struct gate gate;
    struct watched *watched;
    struct crowd_transfer *transfers;
    struct crowd_question *found; /* to be told in the next turn */
    struct crowd_fetch *fetched;
    int64_t curl_at_ms; /* when libcurl wants to be called; -1: never */
    bool freeing, was_idle;
};

/* ---- descriptors ---- */

static void on_ready(struct loop_source *source, uint32_t ready)
{
    struct watched *watched = (struct watched *)source;
    struct crowd *crowd = watched->crowd;
    int running, bits = (ready & LOOP_READ ? CURL_CSELECT_IN : 0) | (ready & LOOP_WRITE ? CURL_CSELECT_OUT : 0);
    if (watched->of_ares)
        ares_process_fd(crowd->ares, ready & LOOP_READ ? source->fd : ARES_SOCKET_BAD,
                        ready & LOOP_WRITE ? source->fd : ARES_SOCKET_BAD);
    else
        (void)curl_multi_socket_action(crowd->multi, source->fd, bits, &running);
}

static struct watched *find_watched(struct crowd *crowd, int fd)
{
    struct watched *at = crowd->watched;
    while (at && at->source.fd != fd)
        at = at->next;
    return at;
}

static void unwatch(struct watched *watched)
{
    loop_remove(watched->crowd->loop, &watched->source);
    *watched->link = watched->next;
    if (watched->next)
        watched->next->link = watched->link;
    free(watched);
}

static struct watched *watch(struct crowd *crowd, int fd, bool of_ares, uint32_t interest)
{
    struct watched *watched = calloc(1, sizeof *watched);
    if (!watched)
        return NULL;
    *watched = (struct watched){
        .source = {.fd = fd, .on_ready = on_ready}, .crowd = crowd, .of_ares = of_ares, .link = &crowd->watched};
    if (!loop_add(crowd->loop, &watched->source, interest)) {
        free(watched);
        return NULL;
    }
    watched->next = crowd->watched;
    if (watched->next)
        watched->next->link = &watched->next;
    crowd->watched = watched;
    return watched;
}

/* What cannot be watched for want of memory ends by its time limit. */
static int on_curl_socket(CURL *curl, curl_socket_t fd, int what, void *context, void *mine)
{
    struct crowd *crowd = context;
    struct watched *watched = mine;
    uint32_t interest = (what & CURL_POLL_IN ? LOOP_READ : 0) | (what & CURL_POLL_OUT ? LOOP_WRITE : 0);
    (void)curl;
    if (what == CURL_POLL_REMOVE) {
        if (watched)
            unwatch(watched);
    } else if (watched) {
        loop_set_interest(crowd->loop, &watched->source, interest);
    } else {
        (void)curl_multi_assign(crowd->multi, fd, watch(crowd, fd, false, interest));
    }
    return 0;
}

static int on_curl_timer(CURLM *multi, long timeout_ms, void *context)
{
    struct crowd *crowd = context;
    (void)multi;
    crowd->curl_at_ms = timeout_ms < 0 ? -1 : deadline_now_ms() + timeout_ms;
    return 0;
}

/* c-ares has a handful of descriptors, one or two a name server. */
static void on_ares_socket(void *context, ares_socket_t fd, int readable, int writable)
{
    struct crowd *crowd = context;
    struct watched *watched = find_watched(crowd, fd);
    uint32_t interest = (readable ? LOOP_READ : 0) | (writable ? LOOP_WRITE : 0);
    if (!interest) {
        if (watched)
            unwatch(watched);
    } else if (watched) {
        loop_set_interest(crowd->loop, &watched->source, interest);
    } else {
        (void)watch(crowd, fd, true, interest);
    }
}

/* ---- addresses ---- */

static void to_tell(struct crowd *crowd, struct crowd_question *question)
{
    question->next = crowd->found;
    crowd->found = question;
}

static void set_port(struct sockaddr_storage *address, uint16_t port)
{
    if (address->ss_family == AF_INET)
        ((struct sockaddr_in *)address)->sin_port = htons(port);
    else
        ((struct sockaddr_in6 *)address)->sin6_port = htons(port);
}

/* Each once, however often it is told. */
static void take_address(struct crowd_question *question, const struct sockaddr *address, size_t size)
{
    struct sockaddr_storage taken = {0};
    if (question->addresses_count == FETCH_ADDRESSES_COUNT_MAX || size > sizeof taken ||
        (address->sa_family != AF_INET && address->sa_family != AF_INET6))
        return;
    memcpy(&taken, address, size);
    set_port(&taken, question->port);
    for (size_t i = 0; i < question->addresses_count; i++)
        if (memcmp(&question->addresses[i], &taken, sizeof taken) == 0)
            return;
    question->addresses[question->addresses_count++] = taken;
}

static bool is_none(int status)
{
    return status == ARES_ENOTFOUND || status == ARES_ENODATA || status == ARES_ENONAME;
}

/* Targets in the order in which they come, each once; what does not fit is left out. They are from the network. */
static void take_cnames(struct crowd_question *question, const struct ares_addrinfo_cname *at)
{
    size_t used = 0;
    if (!question->cnames)
        return;
    question->cnames[0] = '\0';
    for (; at; at = at->next) {
        struct str target = str_from(at->name);
        if (!target.size || !url_host_is_valid(target) || used + target.size + 2 > CROWD_CNAMES_SIZE ||
            strstr(question->cnames, at->name))
            continue;
        used += (size_t)snprintf(question->cnames + used, CROWD_CNAMES_SIZE - used, "%s%s", used ? " " : "", at->name);
    }
}

static const char *words_of(int status)
{
    switch (status) {
    case ARES_ENOTFOUND:
    case ARES_ENODATA:
    case ARES_ENONAME:
    case ARES_EBADNAME: return "has a name that leads to no address";
    case ARES_ETIMEOUT: return "cannot be found: no name server answers";
    case ARES_ESERVFAIL: return "cannot be found: the name server fails (SERVFAIL)";
    case ARES_EREFUSED: return "cannot be found: the name server refuses";
    case ARES_ECONNREFUSED: return "cannot be found: no name server can be reached";
    default: return ares_strerror(status);
    }
}

/* Where c-ares calls back: which crowd, and whose question. */
struct asked {
    struct crowd *crowd;
    struct crowd_question *question;
};

static void on_addresses(void *context, int status, int timeouts, struct ares_addrinfo *info)
{
    struct asked *asked = context;
    struct crowd_question *question = asked->question;
    struct crowd *crowd = asked->crowd;
    (void)timeouts;
    free(asked);
    for (const struct ares_addrinfo_node *at = info ? info->nodes : NULL; at; at = at->ai_next)
        take_address(question, at->ai_addr, at->ai_addrlen);
    take_cnames(question, info ? info->cnames : NULL);
    ares_freeaddrinfo(info);
    question->is_missing = question->addresses_count == 0 && (status == ARES_SUCCESS || is_none(status));
    if (question->addresses_count == 0)
        (void)snprintf(question->why, sizeof question->why, "%s",
                       words_of(status == ARES_SUCCESS ? ARES_ENODATA : status));
    if (!crowd->freeing)
        to_tell(crowd, question);
}

/* An IP literal, or a name whose address was given: c-ares asks the DNS about literals as well. */
static bool is_given(struct crowd *crowd, struct str host, struct crowd_question *question)
{
    struct sockaddr_storage literal = {0};
    socklen_t size;
    if (endpoint_parse_ip(host, question->port, &literal, &size))
        take_address(question, (const struct sockaddr *)&literal, size);
    for (size_t i = 0; i < crowd->options.hosts_count; i++) {
        const struct crowd_host *given = &crowd->options.hosts[i];
        if (str_eq_nocase(given->name, host))
            take_address(question, (const struct sockaddr *)&given->address, sizeof given->address);
    }
    return question->addresses_count > 0;
}

void crowd_find(struct crowd *crowd, struct str host, uint16_t port, struct crowd_question *question)
{
    const struct ares_addrinfo_hints hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    char name[HOST_SIZE];
    struct asked *asked;
    question->addresses_count = 0;
    question->is_missing = false;
    question->why[0] = '\0';
    if (question->cnames)
        question->cnames[0] = '\0';
    question->port = port;
    if (is_given(crowd, host, question)) {
        to_tell(crowd, question);
        return;
    }
    if (host.size >= sizeof name || host.size == 0 || str_find(host, '\0') < host.size ||
        !(asked = malloc(sizeof *asked))) {
        (void)snprintf(question->why, sizeof question->why, "has no name that can be asked for");
        to_tell(crowd, question);
        return;
    }
    memcpy(name, host.data, host.size);
    name[host.size] = '\0';
    *asked = (struct asked){crowd, question};
    ares_getaddrinfo(crowd->ares, name, NULL, &hints, on_addresses, asked);
}

void crowd_find_again(struct crowd *crowd, const struct crowd_question *answered, uint16_t port,
                      struct crowd_question *question)
{
    question->addresses_count = 0;
    question->why[0] = '\0';
    question->port = port;
    for (size_t i = 0; i < answered->addresses_count; i++)
        take_address(question, (const struct sockaddr *)&answered->addresses[i], sizeof answered->addresses[i]);
    to_tell(crowd, question);
}

void crowd_soon(struct crowd *crowd, struct crowd_question *question)
{
    question->addresses_count = 0;
    question->why[0] = '\0';
    to_tell(crowd, question);
}

/* ---- fetches ---- */

static void end_transfer(struct crowd_transfer *t)
{
    *t->link = t->next;
    if (t->next)
        t->next->link = t->link;
    (void)curl_share_cleanup(t->share);
    free(t);
}

static void fetched(struct crowd *crowd, struct crowd_fetch *fetch)
{
    fetch->next = crowd->fetched;
    crowd->fetched = fetch;
}

static struct crowd_transfer *begin_transfer(struct crowd *crowd, struct crowd_fetch *fetch)
{
    struct crowd_transfer *t = calloc(1, sizeof *t);
    if (!t) {
        fetch->result = (struct fetch_result){.protocol = ""};
        (void)fetch_fail(&fetch->result, FETCH_BROKEN, "could not be asked: memory ran out");
        return NULL;
    }
    if (!transfer_begin(&t->transfer, &fetch->request, &fetch->deadline, &fetch->result)) {
        free(t);
        return NULL;
    }
    t->fetch = fetch;
    t->next = crowd->transfers;
    t->link = &crowd->transfers;
    if (t->next)
        t->next->link = &t->next;
    crowd->transfers = t;
    return t;
}

/* False: it is over before it began. */
static bool begin_fetch(struct crowd *crowd, struct crowd_fetch *fetch)
{
    fetch->transfer = begin_transfer(crowd, fetch);
    if (!fetch->transfer)
        return false;
    CURL *curl = fetch->transfer->transfer.curl;
    CURLSH *share = fetch->transfer->share = curl_share_init();
    /*
     * A fetch has a connection of its own, as every other does: nobody's answer depends on who was asked before.
     * Without the folder of roots beside their file the library reads the file once for all fetches.
     */
    if (share && curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS) == CURLSHE_OK &&
        curl_easy_setopt(curl, CURLOPT_SHARE, share) == CURLE_OK &&
        curl_easy_setopt(curl, CURLOPT_PRIVATE, fetch->transfer) == CURLE_OK &&
        (fetch->request.roots_pem.size || curl_easy_setopt(curl, CURLOPT_CAPATH, NULL) == CURLE_OK) &&
        curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L) == CURLE_OK &&
        curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L) == CURLE_OK &&
        curl_multi_add_handle(crowd->multi, curl) == CURLM_OK)
        return true;
    transfer_end(&fetch->transfer->transfer, CURLE_OUT_OF_MEMORY);
    end_transfer(fetch->transfer);
    fetch->transfer = NULL;
    return false;
}

/* It is over; who waited for its address begins. */
static void end_fetch(struct crowd *crowd, struct crowd_fetch *fetch)
{
    for (;;) {
        struct crowd_fetch *next = gate_leave(&crowd->gate, fetch);
        fetched(crowd, fetch);
        if (!next)
            return;
        next->deadline.until_ms += deadline_now_ms() - next->waits_since_ms;
        if (begin_fetch(crowd, next))
            return;
        fetch = next;
    }
}

void crowd_fetch(struct crowd *crowd, struct crowd_fetch *fetch)
{
    fetch->transfer = NULL;
    fetch->waits_since_ms = deadline_now_ms();
    if (gate_enter(&crowd->gate, fetch) && !begin_fetch(crowd, fetch))
        end_fetch(crowd, fetch);
}

static void take_finished(struct crowd *crowd)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(crowd->multi, &left))) {
        struct crowd_transfer *t = NULL;
        CURLcode code = message->data.result;
        CURL *curl = message->easy_handle;
        if (message->msg != CURLMSG_DONE || curl_easy_getinfo(curl, CURLINFO_PRIVATE, (char **)&t) != CURLE_OK)
            continue;
        struct crowd_fetch *fetch = t->fetch;
        fetch_take_session(&t->transfer);
        (void)curl_multi_remove_handle(crowd->multi, curl);
        transfer_end(&t->transfer, code);
        end_transfer(t);
        fetch->transfer = NULL;
        end_fetch(crowd, fetch);
    }
}

/* ---- the whole ---- */

static bool start_ares(struct crowd *crowd, struct err *err)
{
    char dns[] = "b";
    struct ares_options options = {.flags = ARES_FLAG_NOSEARCH,
                                   .lookups = dns,
                                   .timeout = QUESTION_MS,
                                   .tries = TRIES_COUNT,
                                   .sock_state_cb = on_ares_socket,
                                   .sock_state_cb_data = crowd};
    int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB |
               (crowd->options.dns_only ? ARES_OPT_LOOKUPS : 0);
    int status = ares_init_options(&crowd->ares, &options, mask);
    if (status != ARES_SUCCESS) {
        crowd->ares = NULL;
        return err_set(err, ERR_SYSTEM, "names cannot be looked up: %s", ares_strerror(status));
    }
    if (crowd->options.name_servers &&
        ares_set_servers_ports_csv(crowd->ares, crowd->options.name_servers) != ARES_SUCCESS)
        return err_set(err, ERR_INPUT, "these are no name servers: %s", crowd->options.name_servers);
    return true;
}

static bool start_curl(struct crowd *crowd, struct err *err)
{
    crowd->multi = curl_multi_init();
    if (crowd->multi && curl_multi_setopt(crowd->multi, CURLMOPT_SOCKETFUNCTION, on_curl_socket) == CURLM_OK &&
        curl_multi_setopt(crowd->multi, CURLMOPT_SOCKETDATA, crowd) == CURLM_OK &&
        curl_multi_setopt(crowd->multi, CURLMOPT_TIMERFUNCTION, on_curl_timer) == CURLM_OK &&
        curl_multi_setopt(crowd->multi, CURLMOPT_TIMERDATA, crowd) == CURLM_OK)
        return true;
    return err_memory(err);
}

bool crowd_new(const struct crowd_options *options, struct crowd **ret, struct err *err)
{
    struct crowd *crowd = calloc(1, sizeof *crowd);
    if (!crowd)
        return err_memory(err);
    crowd->options = *options;
    crowd->curl_at_ms = -1;
    gate_init(&crowd->gate, options->per_address_max);
    if (!loop_new(&crowd->loop, err) || !start_ares(crowd, err) || !start_curl(crowd, err)) {
        crowd_free(crowd);
        return false;
    }
    *ret = crowd;
    return true;
}

void crowd_free(struct crowd *crowd)
{
    if (!crowd)
        return;
    crowd->freeing = true;
    while (crowd->transfers) {
        struct crowd_transfer *t = crowd->transfers;
        (void)curl_multi_remove_handle(crowd->multi, t->transfer.curl);
        transfer_end(&t->transfer, CURLE_ABORTED_BY_CALLBACK);
        t->fetch->transfer = NULL;
        end_transfer(t);
    }
    if (crowd->multi)
        (void)curl_multi_cleanup(crowd->multi);
    if (crowd->ares)
        ares_destroy(crowd->ares);
    while (crowd->watched)
        unwatch(crowd->watched);
    gate_fini(&crowd->gate);
    loop_free(crowd->loop);
    free(crowd);
}

static int wait_ms(struct crowd *crowd, int timeout_ms)
{
    struct timeval room, most = {.tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000};
    const struct timeval *ares = ares_timeout(crowd->ares, &most, &room);
    int64_t ms = ares->tv_sec * 1000 + (ares->tv_usec + 999) / 1000;
    int64_t curl_ms = crowd->curl_at_ms < 0 ? ms : crowd->curl_at_ms - deadline_now_ms();
    if (crowd->found || crowd->fetched || curl_ms < 0)
        return 0;
    return (int)(curl_ms < ms ? curl_ms : ms);
}

static void run_timers(struct crowd *crowd)
{
    int running;
    if (crowd->curl_at_ms >= 0 && crowd->curl_at_ms <= deadline_now_ms()) {
        crowd->curl_at_ms = -1; /* it says anew */
        (void)curl_multi_socket_action(crowd->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    ares_process_fd(crowd->ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

/* Those that are there now: what the called begin is told in the next turn. */
static void tell(struct crowd *crowd)
{
    struct crowd_question *question = crowd->found;
    struct crowd_fetch *fetch = crowd->fetched;
    crowd->found = NULL;
    crowd->fetched = NULL;
    while (question) {
        struct crowd_question *next = question->next;
        question->on_found(question);
        question = next;
    }
    while (fetch) {
        struct crowd_fetch *next = fetch->next;
        fetch->on_fetched(fetch);
        fetch = next;
    }
}

void crowd_turn(struct crowd *crowd, int timeout_ms)
{
    loop_wait(crowd->loop, 0);
    crowd->was_idle = !loop_found(crowd->loop);
    if (crowd->was_idle)
        loop_wait(crowd->loop, wait_ms(crowd, timeout_ms));
    loop_dispatch(crowd->loop);
    run_timers(crowd);
    take_finished(crowd);
    tell(crowd);
}

bool crowd_was_idle(const struct crowd *crowd)
{
    return crowd->was_idle;
}
