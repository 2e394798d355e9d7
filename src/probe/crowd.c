/*
 * Two libraries, one epoll: each tells which descriptors it wants watched and until when at the latest. What could not
 * begin waits in a list until the next turn, so that a caller is never called back from its own call.
 */
#include "probe/crowd.h"

#include <stdlib.h>

#include "os/loop.h"
#include "probe/crowd_parts.h"

/* One question to one name server, and how often: a resolver has to ask others first. */
#define QUESTION_MS 3000
#define TRIES_COUNT 2

/* A descriptor that one of the two libraries watches. */
struct watched {
    struct loop_source source; /* first: the loop knows only it */
    struct crowd *crowd;
    struct watched *next, **link;
    bool of_ares;
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

void crowd_soon(struct crowd *crowd, struct crowd_question *question)
{
    question->addresses_count = 0;
    question->why[0] = '\0';
    crowd_found(crowd, question);
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
    if (crowd->found || crowd->answered || crowd->fetched || curl_ms < 0)
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
    struct crowd_records *records = crowd->answered;
    struct crowd_fetch *fetch = crowd->fetched;
    crowd->found = NULL;
    crowd->answered = NULL;
    crowd->fetched = NULL;
    while (question) {
        struct crowd_question *next = question->next;
        question->on_found(question);
        question = next;
    }
    while (records) {
        struct crowd_records *next = records->next;
        records->on_answered(records);
        records = next;
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
