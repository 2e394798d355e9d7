/*
 * What the evidence of clients costs a worker, in nanoseconds: noting a request of a connection that was noted before,
 * of a new one, of ever other clients of ever other sites (through a trusted proxy, which is the worst there is: every
 * line of memory is a cold one), a handshake, and reading a ClientHello. Making up the client of each turn is measured
 * alone and taken off. All in one run and in turn, the smallest of the rounds. With a CASE and a number of turns that
 * case alone, for counting instructions: valgrind --tool=none or callgrind, of two runs the difference.
 *
 *     came [CASE TURNS]
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "gateway/census.h"
#include "gateway/client.h"
#include "gateway/exchange.h"
#include "tls/hello_read.h"
#include "tls/state.h"

#define ROUNDS_COUNT 9
#define TURNS_COUNT  200000
#define SITES_COUNT  10000
#define NOW_S        1790000000
#define FIELDS_COUNT 12
#define AGENT                                                                                                          \
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"

struct bench {
    struct worker worker;
    struct client client;
    struct exchange exchange;
    struct tls_conn tls;
    struct http_field fields[FIELDS_COUNT];
    char agent[sizeof AGENT];
    char address[sizeof "255.255.255.255"];
    unsigned char hello[4096];
    size_t hello_size;
    uint64_t sum; /* so that nothing is left out */
};

static void must(bool holds, const char *what)
{
    if (holds)
        return;
    (void)fprintf(stderr, "came: %s\n", what);
    exit(1);
}

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static char *put_number(char *at, unsigned number)
{
    char digits[3];
    size_t count = 0;
    do
        digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    while (count)
        *at++ = digits[--count];
    return at;
}

/* A million addresses, and ten thousand sites, in no order. */
static void make_up(struct bench *b, size_t i)
{
    uint64_t mixed = (i + 1) * 0x9e3779b97f4a7c15u;
    char *at = b->address;
    at = put_number(at, 10 + (unsigned)(mixed >> 60));
    for (unsigned shift = 44; shift <= 56; shift += 6) {
        *at++ = '.';
        at = put_number(at, (unsigned)(mixed >> shift) & 63);
    }
    *at = 0;
    b->exchange.client_text = b->address;
    b->exchange.slot = (uint32_t)((mixed >> 20) % SITES_COUNT);
}

static void as_one(struct bench *b, bool https)
{
    b->client.trusted = false;
    b->exchange.slot = 1;
    b->exchange.scheme_https = https;
    b->exchange.redirected = !https;
}

/* As gateway/exchange ends a request. */
static void note(struct bench *b)
{
    const struct came_said said = came_said(&b->exchange);
    came_exchange(&b->exchange, &said);
    census_exchange(&b->exchange, &said);
}

static void kept_https(struct bench *b, size_t i)
{
    (void)i;
    as_one(b, true);
    note(b);
}

static void kept_http(struct bench *b, size_t i)
{
    (void)i;
    as_one(b, false);
    note(b);
}

/* The first request of each of its connections. */
static void new_https(struct bench *b, size_t i)
{
    b->client.came = (struct came){0};
    kept_https(b, i);
}

/* And it says something else each time. */
static void new_agent(struct bench *b, size_t i)
{
    b->agent[sizeof b->agent - 2] = (char)('0' + i % 10);
    b->agent[sizeof b->agent - 3] = (char)('0' + i / 10 % 10);
    b->agent[sizeof b->agent - 4] = (char)('0' + i / 100 % 10);
    b->agent[sizeof b->agent - 5] = (char)('0' + i / 1000 % 10);
    new_https(b, i);
}

static void as_many(struct bench *b, size_t i, bool https)
{
    b->client.trusted = true;
    b->exchange.scheme_https = https;
    b->exchange.redirected = !https;
    make_up(b, i);
}

static void many_made_up(struct bench *b, size_t i)
{
    as_many(b, i, true);
    b->sum += b->exchange.slot;
}

static void many_https(struct bench *b, size_t i)
{
    as_many(b, i, true);
    note(b);
}

static void many_http(struct bench *b, size_t i)
{
    as_many(b, i, false);
    note(b);
}

static void shake(struct bench *b, size_t i)
{
    (void)i;
    as_one(b, true);
    came_handshake(&b->client, 1, TLS_FAILURE_NONE);
}

static void shake_in_vain(struct bench *b, size_t i)
{
    b->client.trusted = false;
    b->client.peer.v4.sin_addr.s_addr = htonl((uint32_t)(i * 2654435761u));
    came_handshake(&b->client, (uint32_t)(i % SITES_COUNT), TLS_FAILURE_UNKNOWN_CA);
}

static void read_hello(struct bench *b, size_t i)
{
    b->hello[20] = (unsigned char)i; /* of its random part */
    b->sum += hello_read(str_make(b->hello, b->hello_size));
}

static const struct {
    const char *name, *what;
    void (*turn)(struct bench *b, size_t i);
    bool made_up;
} works[] = {
    {"kept-https", "a request over HTTPS, of a connection that is known", kept_https, false},
    {"kept-http", "a redirect, of a connection that is known", kept_http, false},
    {"new-https", "the first request of a connection", new_https, false},
    {"new-agent", "the same, of ever other programs", new_agent, false},
    {"made-up", "(a client and a site made up)", many_made_up, false},
    {"many-https", "a request over HTTPS, of ever other clients and sites", many_https, true},
    {"many-http", "a redirect, of ever other clients and sites", many_http, true},
    {"shake", "a handshake that succeeds", shake, false},
    {"shake-in-vain", "a handshake that fails, of ever other clients and sites", shake_in_vain, false},
    {"hello", "a ClientHello read", read_hello, false},
};
#define WORKS_COUNT (sizeof works / sizeof *works)
#define MADE_UP     4

static void put(struct bench *b, size_t at, enum http_field_id id, const char *value)
{
    b->fields[at] = (struct http_field){.id = id, .value = str_from(value)};
}

/* What a browser sends. */
static void put_fields(struct bench *b)
{
    for (size_t i = 0; i < FIELDS_COUNT; i++)
        put(b, i, HTTP_FIELD_OTHER, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
    put(b, 0, HTTP_FIELD_HOST, "app.example.org");
    memcpy(b->agent, AGENT, sizeof b->agent);
    put(b, 1, HTTP_FIELD_USER_AGENT, b->agent);
    put(b, FIELDS_COUNT - 1, HTTP_FIELD_COOKIE, "session=5f8c2a9e41d34b7c");
    b->exchange.request.fields = b->fields;
    b->exchange.request.fields_count = FIELDS_COUNT;
    b->exchange.request.path = STR("/name/of/some/page");
}

static void read_file(struct bench *b, const char *path)
{
    FILE *file = fopen(path, "rb");
    must(file != NULL, path);
    b->hello_size = fread(b->hello, 1, sizeof b->hello, file);
    (void)fclose(file);
    must(hello_read(str_make(b->hello, b->hello_size)) == HELLO_CLASS_CHROMIUM, "no ClientHello of Chromium");
}

/* Pages that nobody touches cost nothing. */
static void *new_pages(size_t size)
{
    void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    must(pages != MAP_FAILED, "out of memory");
    return pages;
}

static struct clients *new_clients(void)
{
    uint64_t day = clients_day_of(NOW_S), week = clients_week_of(day);
    struct clients *clients =
        mmap(NULL, sizeof *clients, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    must(clients != MAP_FAILED, "out of memory");
    clients->day_salts[day % 2] = (struct clients_salt){.since = day, .key = {1, 2, 3}};
    clients->week_salts[week % 2] = (struct clients_salt){.since = week, .key = {4, 5, 6}};
    clients->week = week;
    clients->day = day;
    return clients;
}

static double measure(struct bench *b, size_t work, size_t turns)
{
    double begin = now_ns();
    for (size_t i = 0; i < turns; i++)
        works[work].turn(b, i);
    return (now_ns() - begin) / (double)turns;
}

static void measure_all(struct bench *b)
{
    double least[WORKS_COUNT];
    for (size_t round = 0; round < ROUNDS_COUNT; round++)
        for (size_t w = 0; w < WORKS_COUNT; w++) {
            double each = measure(b, w, TURNS_COUNT);
            least[w] = round && least[w] < each ? least[w] : each;
        }
    for (size_t w = 0; w < WORKS_COUNT; w++)
        (void)printf("%-56s %7.1f ns\n", works[w].what, least[w] - (works[w].made_up ? least[MADE_UP] : 0));
}

int main(int count, char **arguments)
{
    static struct bench b;
    b.worker.came = new_clients();
    b.worker.counters = new_pages(sizeof *b.worker.counters);
    b.worker.wall_s = NOW_S;
    b.client.worker = &b.worker;
    b.client.transport.tls = &b.tls;
    b.client.peer.v4.sin_family = AF_INET;
    b.client.peer.v4.sin_addr.s_addr = htonl(0xc0000207);
    b.exchange.worker = &b.worker;
    b.exchange.client = &b.client;
    put_fields(&b);
    read_file(&b, STRICTGATE_SOURCE "/tests/fuzz/corpus/hello_read/chromium_156_a");
    if (count == 1) {
        measure_all(&b);
        return 0;
    }
    must(count == 3, "usage: came [CASE TURNS]");
    for (size_t w = 0; w < WORKS_COUNT; w++)
        if (strcmp(works[w].name, arguments[1]) == 0) {
            (void)measure(&b, w, strtoul(arguments[2], NULL, 10));
            return 0;
        }
    must(false, "there is no such case");
    return 1;
}
