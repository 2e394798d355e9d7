/* A source that reads a body, counts what is in it, and says nothing. */
#include "gateway/collect.h"

#include <stdlib.h>

#include "crypto/short_hash.h"
#include "gateway/client.h"
#include "gateway/origin.h"
#include "gateway/respond.h"
#include "http/report.h"
#include "snapshot/counters.h"

_Static_assert(REPORT_TYPES_COUNT <= REPORTS_TYPES_COUNT, "every type has its counter");

/* Tokens of a thousandth, so that a rate is what a millisecond brings. */
#define TOKEN 1000u

struct bucket {
    uint64_t tokens;
    int64_t filled_ms; /* 0: never: it is full */
};

struct collect_limits {
    struct bucket worker;
    struct bucket sites[COLLECT_SITES_COUNT];
    struct bucket networks[COLLECT_NETWORKS_COUNT];
};

/* Who reports, as one of many: what somebody with a line or a rack of his own has at his disposal. */
struct reporter {
    uint8_t address[16];
    uint8_t family, bits_count;
    char purpose[6]; /* its hash is not the one by which a client is known */
};

struct collect {
    const struct snap_site *site; /* that is reported of */
    struct reports_site *reports;
    uint64_t reporter;
    bool wanted; /* else what comes is read, and that is all */
    char *data;
    size_t size, room;
};

static struct str field(const struct exchange *ex, struct str name)
{
    const struct http_request *r = &ex->request;
    for (size_t i = 0; i < r->fields_count; i++)
        if (str_eq_nocase(r->fields[i].name, name))
            return r->fields[i].value;
    return STR("");
}

/*
 * The origin that may send reports here from a browser: the site's own, of which the path speaks. Without that any page
 * on the Web could have its visitors report of a site that they never saw. (Its token is not looked at: whether it is
 * right cannot be learnt by asking.)
 */
static struct str allowed_origin(const struct exchange *ex)
{
    const struct snapshot *s = ex->epoch->snapshot;
    struct str origin = field(ex, STR("Origin"));
    struct str path = str_after(ex->request.path, sizeof REPORT_PATH_PREFIX - 1), host = report_host_of(origin);
    const struct snap_site *site = host.size ? snapshot_site(s, host) : NULL;
    return site && snapshot_site(s, str_cut(&path, '/')) == site ? origin : STR("");
}

static void answer(struct exchange *ex)
{
    struct http_field fields[] = {
        {.name = STR_INIT("Access-Control-Allow-Methods"), .value = STR_INIT("POST")},
        {.name = STR_INIT("Access-Control-Allow-Headers"), .value = STR_INIT("Content-Type")},
        {.name = STR_INIT("Access-Control-Max-Age"), .value = STR_INIT("86400")},
        {.name = STR_INIT("Access-Control-Allow-Origin"), .value = allowed_origin(ex)},
    };
    size_t count = sizeof fields / sizeof *fields;
    respond_empty(ex, fields, fields[count - 1].value.size ? count : 0);
}

/* Browsers ask leave (CORS) before they send these across origins, and no page can have them sent without. */
static bool is_report(const struct exchange *ex)
{
    struct str type = field(ex, STR("Content-Type"));
    type = str_trim(str_cut(&type, ';'));
    return str_eq_nocase(type, STR("application/reports+json")) || str_eq_nocase(type, STR("application/csp-report"));
}

static bool take_token(struct bucket *bucket, int64_t now_ms, uint64_t rate_s, uint64_t burst)
{
    if (!bucket->filled_ms)
        bucket->tokens = burst * TOKEN;
    else if (now_ms > bucket->filled_ms) {
        uint64_t passed_ms = (uint64_t)(now_ms - bucket->filled_ms);
        uint64_t room = burst * TOKEN - bucket->tokens;
        bucket->tokens += passed_ms < room / rate_s ? passed_ms * rate_s : room;
    }
    bucket->filled_ms = now_ms;
    if (bucket->tokens < TOKEN)
        return false;
    bucket->tokens -= TOKEN;
    return true;
}

/* The narrowest first: whoever floods from one place uses up no more than his own. */
static bool is_within_limits(struct worker *w, uint32_t slot, uint64_t reporter)
{
    struct collect_limits *limits = w->collect_limits;
    if (!limits)
        limits = w->collect_limits = calloc(1, sizeof *limits);
    return limits &&
           take_token(&limits->networks[reporter % COLLECT_NETWORKS_COUNT], w->now_ms, COLLECT_NETWORK_RATE_S,
                      COLLECT_NETWORK_BURST) &&
           take_token(&limits->sites[slot % COLLECT_SITES_COUNT], w->now_ms, COLLECT_SITE_RATE_S, COLLECT_SITE_BURST) &&
           take_token(&limits->worker, w->now_ms, COLLECT_WORKER_RATE_S, COLLECT_WORKER_BURST);
}

void collect_limits_free(struct collect_limits *limits)
{
    free(limits);
}

/* 10/8, 172.16/12, 192.168/16 (RFC 1918), 100.64/10 (RFC 6598), 127/8, 169.254/16: nobody reaches us from there but who
 * is there. */
static bool is_inside_4(const uint8_t a[4])
{
    return a[0] == 10 || a[0] == 127 || (a[0] == 172 && a[1] >> 4 == 1) || (a[0] == 192 && a[1] == 168) ||
           (a[0] == 100 && a[1] >> 6 == 1) || (a[0] == 169 && a[1] == 254);
}

/*
 * Of an address of the Internet the network that one customer is given: 24 bits of IPv4, 48 of IPv6 (RFC 6177), so that
 * a rented network is one reporter. Within a network of one's own every machine is one.
 */
static unsigned reporter_bits(const struct address *address)
{
    if (address->family == ADDRESS_IP4)
        return is_inside_4(address->bytes) ? 32 : 24;
    bool is_inside = (address->bytes[0] & 0xfe) == 0xfc || (address->bytes[0] == 0xfe && address->bytes[1] >> 6 == 2);
    return is_inside ? 64 : 48;
}

static uint64_t hash_of(const struct clients_salt *salt, const struct address *address)
{
    unsigned bits_count = reporter_bits(address);
    struct reporter reporter = {
        .family = (uint8_t)address->family, .bits_count = (uint8_t)bits_count, .purpose = "report"};
    memcpy(reporter.address, address->bytes, bits_count / 8);
    return short_hash(salt->key, &reporter, sizeof reporter);
}

/* "NAME/TOKEN" of a site that takes reports; NULL: of none. */
static const struct snap_site *site_of(const struct snapshot *s, struct str path)
{
    struct str token = path;
    struct str name = str_cut(&token, '/');
    const struct snap_site *site = snapshot_site(s, name);
    return site && site->reports.token.size && str_eq(token, snapshot_str(s, site->reports.token)) ? site : NULL;
}

/* False: the report is not to be looked at. */
static bool admit(struct exchange *ex, struct str path, struct collect *c)
{
    struct clients *clients = ex->worker->came;
    struct address address;
    c->site = site_of(ex->epoch->snapshot, path);
    if (!c->site || !clients || c->site->slot >= COUNTERS_SITES_MAX || !origin_client(ex, &address))
        return false;
    uint64_t day = __atomic_load_n(&clients->day, __ATOMIC_ACQUIRE);
    const struct clients_salt *salt = &clients->day_salts[day % 2];
    if (!day || salt->since != day)
        return false;
    c->reports = &clients->reports[day % 2][c->site->slot];
    c->reporter = hash_of(salt, &address);
    if (is_within_limits(ex->worker, c->site->slot, c->reporter) && is_report(ex))
        return true;
    reports_refuse(c->reports);
    return false;
}

struct counting {
    const struct exchange *ex;
    const struct collect *collect;
};

static void count_report(void *context, const struct report *report)
{
    const struct counting *counting = context;
    const struct collect *c = counting->collect;
    if (snapshot_site(counting->ex->epoch->snapshot, report->host) == c->site)
        reports_put(c->reports, c->reporter, (uint32_t)report->type);
    else
        reports_refuse(c->reports);
}

static void finish(struct exchange *ex, const struct collect *c)
{
    const struct counting counting = {.ex = ex, .collect = c};
    struct err err = {0};
    if (c->wanted && !report_read(str_make(c->data, c->size), count_report, (void *)(uintptr_t)&counting, &err))
        reports_refuse(c->reports);
    answer(ex);
}

static void on_content(struct exchange *ex, struct piece content, bool end)
{
    struct collect *c = ex->source_state;
    if (content.size > c->room - c->size) {
        if (c->wanted)
            reports_refuse(c->reports);
        answer(ex);
        return;
    }
    if (c->wanted && content.size)
        memcpy(c->data + c->size, content.data, content.size);
    c->size += content.size;
    if (end)
        finish(ex, c);
}

static bool takes_content(struct exchange *ex)
{
    (void)ex;
    return true;
}

static void nothing(struct exchange *ex)
{
    (void)ex;
}

static const struct exchange_source_ops collect_ops = {
    .request_content = on_content, .takes_content = takes_content, .resume = nothing, .cancel = nothing};

static void go_on(struct exchange *ex)
{
    if (!ex->request.expect_continue)
        return;
    struct http_response response = {.status = 100, .minor_version = 1};
    exchange_send_interim(ex, &response);
}

/* As much as is announced, where that is not too much. */
static bool make_room(struct exchange *ex, struct collect *c)
{
    const struct http_request *r = &ex->request;
    if (r->framing == HTTP_FRAMING_LENGTH && r->content_length < c->room)
        c->room = (size_t)r->content_length;
    c->data = arena_alloc(&ex->arena, c->room + 1);
    return c->data != NULL;
}

static bool is_for_collector(const struct exchange *ex)
{
    const struct snapshot *s = ex->epoch->snapshot;
    uint32_t index = s->header->reports_site;
    return index != SNAPSHOT_NONE && ex->site == &s->sites[index] &&
           str_starts(ex->request.path, STR(REPORT_PATH_PREFIX));
}

bool collect_answer(struct exchange *ex)
{
    const struct http_request *r = &ex->request;
    if (!is_for_collector(ex))
        return false;
    struct collect *c = arena_zalloc(&ex->arena, sizeof *c);
    if (!c || ex->request_complete) {
        answer(ex);
        return true;
    }
    c->room = REPORT_BODY_SIZE_MAX;
    /* browsers deliver over HTTPS alone */
    c->wanted = ex->scheme_https && r->method == HTTP_METHOD_POST &&
                admit(ex, str_after(r->path, sizeof REPORT_PATH_PREFIX - 1), c) && make_room(ex, c);
    ex->source = &collect_ops;
    ex->source_state = c;
    go_on(ex);
    return true;
}
