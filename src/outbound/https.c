/* The transfer. What each error means is in why.c. */
#include "outbound/https.h"

#include <curl/curl.h>
#include <stdarg.h>
#include <stdio.h>

#include "outbound/bounds.h"
#include "outbound/why.h"

#define USER_AGENT "strictgate/" STRICTGATE_VERSION

struct transfer {
    CURL *curl;
    const struct https_request *request;
    struct https_answer *answer;
    const struct deadline *deadline;
    struct curl_slist *fields;
    int64_t limit_ms;
    bool body_cut;
    bool is_refused; /* by the taker */
    char error[CURL_ERROR_SIZE];
};

static enum https_outcome fail(struct https_answer *answer, enum https_outcome outcome, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static enum https_outcome fail(struct https_answer *answer, enum https_outcome outcome, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(answer->why, sizeof answer->why, format, arguments);
    va_end(arguments);
    answer->outcome = outcome;
    return outcome;
}

static size_t on_head(char *data, size_t one, size_t size, void *context)
{
    struct transfer *t = context;
    long status = 0;
    (void)curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
    return head_take(&t->answer->head, str_make(data, one * size), status) ? one * size : 0;
}

/* A taker gets what it asked for, not the page that says why there is none. */
static bool is_for_taker(struct transfer *t)
{
    long status = 0;
    (void)curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
    return t->request->take && status == 200;
}

static size_t on_body(char *data, size_t one, size_t size, void *context)
{
    struct transfer *t = context;
    if (is_for_taker(t)) {
        t->is_refused = !t->request->take(t->request->take_context, str_make(data, one * size));
        return t->is_refused ? 0 : one * size;
    }
    t->body_cut = !buf_put(&t->answer->body, data, one * size);
    return t->body_cut ? 0 : one * size;
}

static bool has_line_end(struct str text)
{
    return str_find(text, '\n') < text.size || str_find(text, '\r') < text.size || str_find(text, '\0') < text.size;
}

static bool add_field(struct transfer *t, struct str name, struct str value)
{
    struct str line = has_line_end(name) || has_line_end(value)
                          ? (struct str){NULL, 0}
                          : arena_printf(&t->answer->room, "%.*s: %.*s", STR_ARG(name), STR_ARG(value));
    struct curl_slist *more = line.data ? curl_slist_append(t->fields, line.data) : NULL;
    if (more)
        t->fields = more;
    return more != NULL;
}

/* No 100 (Continue) is waited for: bodies are small. */
static bool set_fields(struct transfer *t)
{
    struct curl_slist *more = curl_slist_append(NULL, "Expect:");
    t->fields = more;
    for (size_t i = 0; more && i < t->request->fields_count; i++)
        if (!add_field(t, t->request->fields[i].name, t->request->fields[i].value))
            return false;
    return more && curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, t->fields) == CURLE_OK &&
           curl_easy_setopt(t->curl, CURLOPT_USERAGENT, USER_AGENT) == CURLE_OK;
}

static bool set_method(struct transfer *t)
{
    CURL *curl = t->curl;
    const struct https_request *r = t->request;
    switch (r->method) {
    case HTTPS_GET: return true;
    case HTTPS_HEAD: return curl_easy_setopt(curl, CURLOPT_NOBODY, 1L) == CURLE_OK;
    case HTTPS_POST: break;
    }
    return curl_easy_setopt(curl, CURLOPT_POST, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.size) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_POSTFIELDS, r->body.size ? r->body.data : "") == CURLE_OK;
}

static bool set_takers(struct transfer *t)
{
    CURL *curl = t->curl;
    return curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_head) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HEADERDATA, t) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, t) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, t->error) == CURLE_OK &&
           (!t->request->take || curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip") == CURLE_OK);
}

static bool set_url(struct transfer *t)
{
    struct str url;
    return t->request->url.size <= HTTPS_URL_SIZE_MAX && !has_line_end(t->request->url) &&
           arena_str(&t->answer->room, t->request->url, &url) &&
           curl_easy_setopt(t->curl, CURLOPT_URL, url.data) == CURLE_OK;
}

static enum https_outcome outcome_of(enum why_kind kind)
{
    switch (kind) {
    case WHY_UNREACHABLE: return HTTPS_UNREACHABLE;
    case WHY_TIMEOUT: return HTTPS_TIMEOUT;
    case WHY_TLS_FAILED: return HTTPS_TLS_FAILED;
    case WHY_UNTRUSTED: return HTTPS_UNTRUSTED;
    case WHY_CLOSED:
    case WHY_NO_ANSWER: break;
    }
    return HTTPS_NO_ANSWER;
}

static void explain(struct transfer *t, CURLcode code)
{
    struct https_answer *answer = t->answer;
    const struct why_seen seen = {
        .curl = t->curl, .code = code, .error = t->error, .deadline = t->deadline, .limit_ms = t->limit_ms};
    if (answer->head.too_large)
        (void)fail(answer, HTTPS_NO_ANSWER, "sends a head beyond %d KB or %d fields", HEAD_SIZE_MAX / 1024,
                   HEAD_FIELDS_COUNT_MAX);
    else if (t->is_refused)
        (void)fail(answer, HTTPS_NO_ANSWER, "sends what cannot be used");
    else if (t->body_cut)
        (void)fail(answer, HTTPS_NO_ANSWER, "sends an answer beyond %zu KB", answer->body.cap / 1024);
    else if (code != CURLE_OK)
        answer->outcome = outcome_of(why_explain(&seen, answer->why));
    else if (!answer->head.done)
        (void)fail(answer, HTTPS_NO_ANSWER, "does not answer in HTTP");
}

static void perform(struct transfer *t)
{
    long status = 0;
    CURLcode code = curl_easy_perform(t->curl);
    (void)curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
    t->answer->status = t->answer->head.done && status < 1000 ? (unsigned)status : 0;
    explain(t, code);
}

static bool answer_init(struct https_answer *answer, const struct https_request *request)
{
    size_t body_size = request->body_size_max && request->body_size_max < HTTPS_BODY_SIZE_MAX ? request->body_size_max
                                                                                              : HTTPS_BODY_SIZE_MAX;
    *answer = (struct https_answer){.outcome = HTTPS_OK};
    arena_init(&answer->room, HTTPS_ROOM_SIZE_MAX);
    buf_init(&answer->body, body_size);
    return head_init(&answer->head, &answer->room);
}

enum https_outcome https_ask(const struct https_request *request, const struct deadline *deadline,
                             struct https_answer *ret)
{
    struct transfer t = {.request = request, .answer = ret, .deadline = deadline};
    t.limit_ms = deadline_left_ms(deadline, request->limit_ms ? request->limit_ms : HTTPS_MS_DEFAULT);
    if (!answer_init(ret, request))
        return fail(ret, HTTPS_BROKEN, "could not be asked: memory ran out");
    if (t.limit_ms == 0)
        return fail(ret, HTTPS_TIMEOUT, "was not asked: %s", deadline_words(deadline));
    t.curl = curl_easy_init();
    if (t.curl && set_url(&t) && set_method(&t) && set_fields(&t) &&
        bounds_set(t.curl, "https", t.limit_ms, t.deadline) && bounds_set_trust(t.curl, t.request->roots_pem) &&
        set_takers(&t))
        perform(&t);
    else
        (void)fail(ret, HTTPS_BROKEN, "could not be asked: the request is too long, or memory ran out");
    curl_easy_cleanup(t.curl);
    curl_slist_free_all(t.fields);
    return ret->outcome;
}

void https_answer_fini(struct https_answer *answer)
{
    buf_fini(&answer->body);
    arena_fini(&answer->room);
}

struct str https_field(const struct https_answer *answer, struct str name)
{
    size_t at = 0;
    return head_next(&answer->head, name, &at);
}
