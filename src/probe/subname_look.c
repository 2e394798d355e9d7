/*
 *     name ──▶ addresses ──▶ [do neighbours exist?] ──▶ handshake on 443 ──▶ HEAD on 80 ──▶ verdict
 *                │ none                                     │ good, or bad
 *                └──▶ dead                                  └──▶ verdict
 */
#include "probe/subname_look.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

struct subname_look {
    struct crowd *crowd;
    struct subname_look_request request;
    struct subname_seen seen;
    char name_room[TARGET_NAME_SIZE], sibling_room[TARGET_NAME_SIZE];
    char name[CROWD_NAME_SIZE]; /* the request's */
    struct str asked;
    struct crowd_question question, sibling;
    struct crowd_fetch fetch;
    bool by_http;     /* the fetch is the one of port 80 */
    bool is_fetching; /* the crowd has it, and what it brings is not ended yet */
    char https_why[FETCH_WHY_SIZE];
    struct crowd_question start; /* only to end in a turn of the crowd */
};

/* ---- addresses ---- */

static bool is_private_v4(uint32_t address)
{
    static const struct {
        uint32_t net, mask;
    } nets[] = {
        {0x0a000000, 0xff000000}, {0xac100000, 0xfff00000}, {0xc0a80000, 0xffff0000}, /* RFC 1918 */
        {0x64400000, 0xffc00000},                                                     /* RFC 6598: carriers' own */
        {0xa9fe0000, 0xffff0000},                                                     /* RFC 3927: link-local */
        {0x7f000000, 0xff000000}, {0x00000000, 0xff000000},                           /* this machine */
    };
    for (size_t i = 0; i < sizeof nets / sizeof *nets; i++)
        if ((address & nets[i].mask) == nets[i].net)
            return true;
    return false;
}

bool subname_is_private(const struct sockaddr_storage *address)
{
    if (address->ss_family == AF_INET)
        return is_private_v4(ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr));
    const struct in6_addr *v6 = &((const struct sockaddr_in6 *)address)->sin6_addr;
    uint32_t last;
    memcpy(&last, v6->s6_addr + 12, sizeof last);
    if (IN6_IS_ADDR_V4MAPPED(v6))
        return is_private_v4(ntohl(last));
    return IN6_IS_ADDR_LOOPBACK(v6) || IN6_IS_ADDR_UNSPECIFIED(v6) || IN6_IS_ADDR_LINKLOCAL(v6) ||
           (v6->s6_addr[0] & 0xfe) == 0xfc;
}

static bool are_all_private(const struct crowd_question *question)
{
    for (size_t i = 0; i < question->addresses_count; i++)
        if (!subname_is_private(&question->addresses[i]))
            return false;
    return true;
}

static void keep_addresses(struct subname_look *look)
{
    char text[INET6_ADDRSTRLEN];
    size_t used = 0;
    for (size_t i = 0; i < look->question.addresses_count; i++) {
        const struct sockaddr_storage *one = &look->question.addresses[i];
        const void *bytes = one->ss_family == AF_INET ? (const void *)&((const struct sockaddr_in *)one)->sin_addr
                                                      : (const void *)&((const struct sockaddr_in6 *)one)->sin6_addr;
        if (!inet_ntop(one->ss_family, bytes, text, sizeof text))
            continue;
        used += (size_t)snprintf(look->seen.addresses + used, sizeof look->seen.addresses - used, "%s%s",
                                 used ? " " : "", text);
    }
}

/* ---- the end ---- */

static void finish(struct subname_look *look, enum subname_verdict verdict)
{
    look->seen.verdict = verdict;
    look->request.on_done(look, look->request.context);
}

static void finish_unseen(struct subname_look *look, const char *why)
{
    (void)snprintf(look->seen.detail, sizeof look->seen.detail, "It %s.", why);
    finish(look, SUBNAME_UNLOOKED);
}

static bool is_silent(const struct fetch_result *result)
{
    return result->outcome == FETCH_UNREACHABLE || (result->outcome == FETCH_TIMEOUT && !result->connected);
}

/* ---- fetches ---- */

static void on_fetched(struct crowd_fetch *fetch);

static void begin_fetch(struct subname_look *look, bool by_http)
{
    uint16_t port = by_http ? look->request.http_port : look->request.https_port;
    uint16_t usual = by_http ? 80 : 443;
    look->by_http = by_http;
    look->is_fetching = true;
    look->fetch = (struct crowd_fetch){.on_fetched = on_fetched};
    deadline_start(&look->fetch.deadline, FETCH_MS_MAX, look->request.cancel);
    look->fetch.request = (struct fetch_request){.addresses = look->question.addresses,
                                                 .addresses_count = look->question.addresses_count,
                                                 .method = "HEAD",
                                                 .tls = !by_http,
                                                 .handshake_only = !by_http,
                                                 .host = look->asked,
                                                 .port = port ? port : usual,
                                                 .path = STR("/"),
                                                 .verify = FETCH_VERIFY_SYSTEM,
                                                 .roots_pem = look->request.roots_pem};
    crowd_fetch(look->crowd, &look->fetch);
}

static void take_https(struct subname_look *look, const struct fetch_result *result)
{
    struct subname_seen *seen = &look->seen;
    if (result->outcome == FETCH_OK) {
        (void)snprintf(seen->detail, sizeof seen->detail, "HTTPS works, with a certificate that browsers take.");
        finish(look, SUBNAME_HTTPS);
    } else if (result->outcome == FETCH_BROKEN) {
        finish_unseen(look, result->why);
    } else if (is_silent(result)) {
        memcpy(look->https_why, result->why, sizeof look->https_why);
        begin_fetch(look, true);
    } else {
        (void)snprintf(seen->detail, sizeof seen->detail, "HTTPS does not work: port 443 %s.", result->why);
        finish(look, SUBNAME_BROKEN_HTTPS);
    }
}

static void take_http(struct subname_look *look, const struct fetch_result *result)
{
    struct subname_seen *seen = &look->seen;
    if (result->outcome == FETCH_OK) {
        (void)snprintf(seen->detail, sizeof seen->detail, "It answers over plain HTTP only: port 443 %s.",
                       look->https_why);
        finish(look, SUBNAME_HTTP_ONLY);
    } else if (seen->flags & SUBNAME_BIT(SUBNAME_INTERNAL_ONLY)) {
        (void)snprintf(seen->detail, sizeof seen->detail, "It has private addresses only, and from here port 443 %s.",
                       look->https_why);
        finish(look, SUBNAME_INTERNAL);
    } else {
        (void)snprintf(seen->detail, sizeof seen->detail, "Nothing of the web answers there: port 443 %s.",
                       look->https_why);
        finish(look, SUBNAME_NO_WEB);
    }
}

static void on_fetched(struct crowd_fetch *fetch)
{
    struct subname_look *look = (struct subname_look *)((char *)fetch - offsetof(struct subname_look, fetch));
    struct fetch_result result = fetch->result;
    look->is_fetching = false;
    (look->by_http ? take_http : take_https)(look, &result);
    fetch_result_fini(&result);
}

/* ---- questions ---- */

static void on_sibling(struct crowd_question *question)
{
    struct subname_look *look = (struct subname_look *)((char *)question - offsetof(struct subname_look, sibling));
    if (question->addresses_count)
        look->seen.flags |= SUBNAME_BIT(SUBNAME_WILDCARD);
    begin_fetch(look, false);
}

/* A name beside it that nobody has made. */
static bool sibling_name(struct subname_look *look, struct str *ret)
{
    char wildcard[TARGET_NAME_SIZE];
    struct str name = str_from(look->name);
    size_t dot = str_find(name, '.');
    int size = snprintf(wildcard, sizeof wildcard, "*%.*s", STR_ARG(str_after(name, dot)));
    return dot < name.size && size > 0 && (size_t)size < sizeof wildcard &&
           target_name(str_make(wildcard, (size_t)size), look->sibling_room, ret);
}

/* This machine's hosts file knows what the DNS does not. */
static bool take_own(struct subname_look *look)
{
    struct crowd_question *question = &look->question;
    for (size_t i = 0; i < look->request.own_addresses_count && i < FETCH_ADDRESSES_COUNT_MAX; i++)
        question->addresses[question->addresses_count++] = look->request.own_addresses[i];
    return question->addresses_count > 0;
}

static void on_found(struct crowd_question *question)
{
    struct subname_look *look = (struct subname_look *)((char *)question - offsetof(struct subname_look, question));
    struct str sibling;
    bool is_own = question->addresses_count == 0 && question->is_missing && take_own(look);
    if (question->addresses_count == 0 && question->is_missing) {
        (void)snprintf(look->seen.detail, sizeof look->seen.detail, "It leads to no address.");
        finish(look, SUBNAME_DEAD);
        return;
    }
    if (question->addresses_count == 0) {
        finish_unseen(look, question->why);
        return;
    }
    keep_addresses(look);
    if (is_own || are_all_private(question))
        look->seen.flags |= SUBNAME_BIT(SUBNAME_INTERNAL_ONLY);
    if (look->request.doubts && sibling_name(look, &sibling))
        crowd_find(look->crowd, sibling, 443, &look->sibling);
    else
        begin_fetch(look, false);
}

static void on_no_name(struct crowd_question *question)
{
    struct subname_look *look = (struct subname_look *)((char *)question - offsetof(struct subname_look, start));
    finish_unseen(look, "has no name that can be asked for");
}

struct subname_look *subname_look_begin(struct crowd *crowd, const struct subname_look_request *request)
{
    struct subname_look *look = calloc(1, sizeof *look);
    if (!look)
        return NULL;
    look->crowd = crowd;
    look->request = *request;
    look->question = (struct crowd_question){.on_found = on_found, .cnames = look->seen.cnames};
    look->sibling = (struct crowd_question){.on_found = on_sibling};
    look->start = (struct crowd_question){.on_found = on_no_name};
    if (str_starts(request->name, STR("*.")))
        look->seen.flags |= SUBNAME_BIT(SUBNAME_WILDCARD);
    if (request->name.size >= sizeof look->name || !target_name(request->name, look->name_room, &look->asked)) {
        crowd_soon(crowd, &look->start);
        return look;
    }
    memcpy(look->name, request->name.data, request->name.size);
    crowd_find(crowd, look->asked, 443, &look->question);
    return look;
}

const struct subname_seen *subname_look_seen(const struct subname_look *look)
{
    return &look->seen;
}

/* Of one that was under way when its crowd ended, the result is still to be ended. */
void subname_look_free(struct subname_look *look)
{
    if (look && look->is_fetching)
        fetch_result_fini(&look->fetch.result);
    free(look);
}
