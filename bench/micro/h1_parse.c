/*
 * What parsing one request head costs: a browser's, of about 400 bytes, as it comes in one piece and with content
 * behind it (then the head's end has to be searched for), and writing it for the upstream. Prints nanoseconds an
 * operation, the smallest of the rounds: noise only ever adds.
 */
#include <stdio.h>
#include <time.h>

#include "http/h1.h"
#include "http/write.h"

#define ROUNDS_COUNT 25
#define ROUND_SIZE   100000 /* operations: some 20 ms */

static const struct str browser_head =
    STR_INIT("GET /app/databases/c1qk2z7/forms?lang=en&page=2 HTTP/1.1\r\n"
             "Host: app.example.org\r\n"
             "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
             "Accept: text/html,application/xhtml+xml\r\n"
             "Accept-Language: en-US,en;q=0.5\r\n"
             "Accept-Encoding: gzip, deflate, br\r\n"
             "Connection: keep-alive\r\n"
             "Cookie: session=8f2c1a9e7b604d35a1c2e3f405162738\r\n"
             "Sec-Fetch-Mode: navigate\r\n"
             "Sec-Fetch-Site: same-origin\r\n\r\n");

struct bench {
    struct str in;
    struct http_field fields[HTTP_FIELDS_COUNT_MAX];
    struct http_request request;
    struct buf out;
};

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static bool parse(struct bench *b)
{
    struct h1_scan scan = {0};
    enum h1_reason reason;
    size_t size;
    __asm__ volatile("" : : "r"(b) : "memory"); /* the input may have changed: nothing is kept from the last round */
    return h1_parse_request(b->in, 16384, &scan, b->fields, &b->request, &size, &reason) == H1_OK;
}

static bool write_head(struct bench *b)
{
    __asm__ volatile("" : : "r"(b) : "memory");
    buf_clear(&b->out);
    return h1_write_request(&b->out, &b->request, NULL, 0);
}

static void measure(const char *name, struct bench *b, bool (*operation)(struct bench *b))
{
    int64_t least_ns = INT64_MAX;
    for (int round = 0; round < ROUNDS_COUNT; round++) {
        int64_t start_ns = now_ns();
        for (int i = 0; i < ROUND_SIZE; i++)
            if (!operation(b)) {
                printf("%s failed\n", name);
                return;
            }
        int64_t taken_ns = now_ns() - start_ns;
        least_ns = taken_ns < least_ns ? taken_ns : least_ns;
    }
    printf("%-44s %7.1f ns\n", name, (double)least_ns / ROUND_SIZE);
}

int main(void)
{
    static struct bench b;
    static char with_content[1024];
    b.in = browser_head;
    buf_init(&b.out, 4096);
    printf("request head of %zu bytes\n", b.in.size);
    measure("parse", &b, parse);
    measure("write for the upstream", &b, write_head);
    memcpy(with_content, browser_head.data, browser_head.size);
    b.in = str_make(with_content, sizeof with_content);
    measure("parse with content behind", &b, parse);
    buf_fini(&b.out);
    return 0;
}
