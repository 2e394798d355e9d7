#include "gateway/census.h"

#include "gateway/came.h"
#include "gateway/exchange.h"
#include "gateway/redirect.h"
#include "http/agent.h"
#include "snapshot/counters.h"

/* A method, a class, a sender, and each of the rest at most once. */
#define FIELDS_COUNT_MAX CENSUS_CLASS

_Static_assert(HTTP_AGENTS_COUNT <= CENSUS_CLASSES_COUNT, "a class for each kind of program");

struct fields {
    uint8_t list[FIELDS_COUNT_MAX];
    size_t count;
};

static void add(struct fields *fields, enum census_field field)
{
    fields->list[fields->count++] = (uint8_t)field;
}

static struct str field(const struct exchange *ex, enum http_field_id id)
{
    const struct http_field *found = http_field_find(ex->request.fields, ex->request.fields_count, id);
    return found ? found->value : STR("");
}

/* RFC 9110 section 11.4: the scheme is a token in any case, then come blanks. */
static bool is_basic(struct str authorization)
{
    const struct str scheme = STR("Basic");
    return str_eq_nocase(str_part(authorization, 0, scheme.size), scheme) &&
           (authorization.size == scheme.size || authorization.data[scheme.size] == ' ');
}

/* The head announces content. */
static bool has_content(const struct exchange *ex)
{
    const struct http_request *r = &ex->request;
    return r->framing == HTTP_FRAMING_LENGTH ? r->content_length > 0 : r->framing != HTTP_FRAMING_NONE;
}

/* One that was answered before all of it was read has most likely sent it by then, unless it waits to be told so (RFC
 * 9110 section 10.1.1). A tunnel's bytes are no content. */
static bool sent_content(const struct exchange *ex)
{
    return !ex->tunnel && (ex->received_size > 0 || (has_content(ex) && !ex->request.expect_continue));
}

bool census_carries_secrets(const struct exchange *ex)
{
    return field(ex, HTTP_FIELD_AUTHORIZATION).size || field(ex, HTTP_FIELD_COOKIE).size || has_content(ex);
}

bool census_told_secrets(const struct exchange *ex, const struct came_said *said)
{
    return said->authorization.size || said->cookie || sent_content(ex);
}

static enum census_field method_of(const struct exchange *ex)
{
    switch (ex->request.method) {
    case HTTP_METHOD_GET: return CENSUS_GET;
    case HTTP_METHOD_HEAD: return CENSUS_HEAD;
    case HTTP_METHOD_POST: return CENSUS_POST;
    case HTTP_METHOD_PUT: return CENSUS_PUT;
    case HTTP_METHOD_PATCH: return CENSUS_PATCH;
    case HTTP_METHOD_DELETE: return CENSUS_DELETE;
    case HTTP_METHOD_OPTIONS: return CENSUS_OPTIONS;
    case HTTP_METHOD_TRACE:
    case HTTP_METHOD_CONNECT:
    case HTTP_METHOD_OTHER: break;
    }
    return CENSUS_OTHER;
}

static void add_secrets(const struct exchange *ex, const struct came_said *said, struct fields *fields)
{
    bool content = sent_content(ex);
    if (said->authorization.size)
        add(fields, is_basic(said->authorization) ? CENSUS_BASIC : CENSUS_AUTHORIZATION);
    if (said->cookie)
        add(fields, CENSUS_COOKIES);
    if (content)
        add(fields, CENSUS_CONTENT);
    if (content && said->upgrades)
        add(fields, CENSUS_FORMS);
    if (census_told_secrets(ex, said))
        add(fields, CENSUS_IN_CLEAR);
}

void census_exchange(struct exchange *ex, const struct came_said *said)
{
    struct fields fields = {.count = 0};
    /* a CA that looks for a proof comes over HTTP always */
    if (ex->scheme_https || ex->slot >= COUNTERS_SITES_MAX || said->agent == HTTP_AGENT_STRICTGATE ||
        str_starts(ex->request.path, STR(REDIRECT_CHALLENGE_PREFIX)))
        return;
    add(&fields, method_of(ex));
    add_secrets(ex, said, &fields);
    if (said->upgrades)
        add(&fields, CENSUS_BROWSERS);
    if (ex->redirected)
        add(&fields, CENSUS_REDIRECTED);
    if (ex->refused)
        add(&fields, CENSUS_REFUSED);
    add(&fields, CENSUS_CLASS + said->agent);
    if (said->authorization.size)
        add(&fields, CENSUS_SENDER + said->agent);
    counter_add_census(ex->worker->counters, ex->slot, fields.list, fields.count);
}
