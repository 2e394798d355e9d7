/*
 * Records a job against a real CA for job_recorded_test: record KIND DIRECTORY_URL CA_PEM OUT [ACCOUNT_URL]. Run by
 * hand (meson compile acme_record). The keys are those of the fixtures, the CA is to take any proof (Pebble:
 * PEBBLE_VA_ALWAYS_VALID=1) and its address is written as ca.test.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "recorded.h"

#define TEXT_MAX ((size_t)1024 * 1024)

static struct recording {
    FILE *out;
    struct str origin; /* "https://localhost:14000" */
    const char *ca_pem;
} recording;

static void must_hold(bool holds, const char *what)
{
    if (holds)
        return;
    (void)fprintf(stderr, "record: %s\n", what);
    exit(1);
}
#define must(condition) must_hold((condition), #condition)

/* With the CA's address replaced, either way. */
static struct buf moved(struct str text, struct str from, struct str to)
{
    struct buf out;
    buf_init(&out, TEXT_MAX);
    while (text.size > 0) {
        bool is_it = str_starts(text, from);
        must(is_it ? buf_put_str(&out, to) : buf_put_char(&out, text.data[0]));
        text = str_after(text, is_it ? from.size : 1);
    }
    return out;
}

static size_t put(char *data, size_t size, size_t count, void *out)
{
    return buf_put(out, data, size * count) ? size * count : 0;
}

/* A field of the answer, or empty. */
static struct str field(CURL *curl, const char *name, size_t index)
{
    struct curl_header *header;
    if (curl_easy_header(curl, name, index, CURLH_HEADER, -1, &header) != CURLHE_OK)
        return (struct str){0};
    return str_from(header->value);
}

static void line(const char *name, struct str value)
{
    if (value.size > 0) {
        struct buf text = moved(value, recording.origin, STR(RECORDED_ORIGIN));
        (void)fprintf(recording.out, "%s %.*s\n", name, STR_ARG(buf_str(&text)));
        buf_fini(&text);
    }
}

static void write_down(CURL *curl, const struct acme_request *request, unsigned status, struct str body)
{
    line(request->head ? "HEAD" : request->post ? "POST" : "GET", request->url);
    (void)fprintf(recording.out, "status %u\n", status);
    line("content-type", field(curl, "content-type", 0));
    line("location", field(curl, "location", 0));
    line("replay-nonce", field(curl, "replay-nonce", 0));
    line("retry-after", field(curl, "retry-after", 0));
    for (size_t i = 0; field(curl, "link", i).size > 0; i++)
        line("link", field(curl, "link", i));
    struct buf text = moved(body, recording.origin, STR(RECORDED_ORIGIN));
    (void)fprintf(recording.out, "body %zu\n%.*s\n", text.size, STR_ARG(buf_str(&text)));
    buf_fini(&text);
}

static void perform(struct acme_job *job, const struct acme_request *request)
{
    CURL *curl = curl_easy_init();
    struct curl_slist *fields = curl_slist_append(NULL, "Content-Type: application/jose+json");
    struct buf body;
    long status = 0;
    buf_init(&body, TEXT_MAX);
    char *url = str_dup(request->url);
    must(curl && url);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CAINFO, recording.ca_pem);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, put);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
    curl_easy_setopt(curl, CURLOPT_NOBODY, request->head ? 1L : 0L);
    if (request->post) {
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)request->body.size);
        curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, request->body.data);
    }
    must(curl_easy_perform(curl) == CURLE_OK);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    struct str links[4];
    size_t links_count = 0;
    while (links_count < 4 && (links[links_count] = field(curl, "link", links_count)).size > 0)
        links_count++;
    const struct acme_response response = {.status = (unsigned)status,
                                           .content_type = field(curl, "content-type", 0),
                                           .location = field(curl, "location", 0),
                                           .replay_nonce = field(curl, "replay-nonce", 0),
                                           .retry_after = field(curl, "retry-after", 0),
                                           .links = links,
                                           .links_count = links_count,
                                           .body = buf_str(&body)};
    write_down(curl, request, (unsigned)status, buf_str(&body));
    acme_job_response(job, &response, time(NULL));
    free(url);
    buf_fini(&body);
    curl_slist_free_all(fields);
    curl_easy_cleanup(curl);
}

static void drive(struct acme_job *job)
{
    struct acme_step step;
    for (;;) {
        acme_job_step(job, time(NULL), &step);
        if (step.kind == ACME_STEP_REQUEST)
            perform(job, &step.request);
        else if (step.kind == ACME_STEP_PROVE)
            acme_job_proved(job, time(NULL));
        else if (step.kind == ACME_STEP_WAIT)
            sleep(1);
        else
            break;
    }
    if (step.kind == ACME_STEP_FAILED)
        (void)fprintf(stderr, "failed: %s\n", step.failure->words);
    (void)fprintf(stderr, "account %.*s\n%.*s", STR_ARG(acme_job_account_url(job)), STR_ARG(acme_job_chain_pem(job)));
}

int main(int argc, char **argv)
{
    struct recorded recorded;
    struct acme_job *job = NULL;
    struct err err = {0};
    must(argc >= 5);
    recorded_init(&recorded, argv[1]);
    recorded.ca.directory_url = str_from(argv[2]);
    recording.origin =
        str_part(recorded.ca.directory_url, 0, 8 + str_find(str_after(recorded.ca.directory_url, 8), '/'));
    recording.ca_pem = argv[3];
    if (argc > 5)
        recorded.input.account_url = str_from(argv[5]);
    recording.out = fopen(argv[4], "w");
    must(recording.out);
    (void)fprintf(recording.out, "now %lld\n", (long long)time(NULL));
    must_hold(acme_job_new(&recorded.input, &job, &err), err.text);
    drive(job);
    acme_job_free(job);
    (void)fclose(recording.out);
    recorded_fini(&recorded);
    return 0;
}
