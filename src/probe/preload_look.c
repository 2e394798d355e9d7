/*
 * What has to be known stands in `look_on` one thing after the other; each asks for the visits it needs. A visit that
 * was made is remembered, so that the function begins anew whenever one ends, and comes further each time.
 */
#include "probe/preload_look.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "probe/hop.h"

/* The first URL twice and once without verification, http://, three hops from each, www. */
#define VISITS_COUNT_MAX 12
/* Such as the original's, and with a name of ours. */
#define USER_AGENT "strictgate-check/" STRICTGATE_VERSION

enum how {
    HOW_FIRST,      /* verified with the system's roots */
    HOW_AGAIN,      /* the same once more */
    HOW_UNVERIFIED, /* with any certificate */
    HOW_HANDSHAKE,  /* verified, and no request */
};

/* One URL, asked for in one way. */
struct visit {
    struct preload_look *look;
    struct hop hop;
    enum how how;
    struct crowd_question question;
    struct crowd_fetch fetch;
    bool done;
    /* Once it is done: */
    enum fetch_outcome outcome;
    bool connected;
    struct str why;
    struct str leaf; /* HOW_UNVERIFIED: as it was served */
    struct preload_fields fields;
    bool is_redirect, has_next; /* a redirect without a next hop leads nowhere that can be asked */
    struct hop next;
    char tls_version[FETCH_TLS_VERSION_SIZE], cipher[FETCH_CIPHER_SIZE];
};

struct preload_look {
    struct crowd *crowd;
    struct preload_look_request request;
    struct deadline deadline;
    struct arena room;
    struct preload_seen seen;
    struct visit *visits[VISITS_COUNT_MAX];
    size_t visits_count;
    struct crowd_question start; /* only to begin in a turn of the crowd */
    bool done, broken;           /* broken: memory ran out, and what was seen is not whole */
};

static void look_on(struct preload_look *look);

/* ---- visits ---- */

static struct str kept(struct preload_look *look, struct str text)
{
    struct str copy = STR("");
    if (!arena_str(&look->room, text, &copy))
        look->broken = true;
    return copy;
}

static void keep_fields(struct visit *visit)
{
    size_t at = 0;
    struct str value;
    while ((value = fetch_field_next(&visit->fetch.result, STR("Strict-Transport-Security"), &at)).data) {
        if (visit->fields.count < PRELOAD_FIELDS_COUNT_MAX)
            visit->fields.values[visit->fields.count] = kept(visit->look, value);
        visit->fields.count++;
    }
}

static void keep_next(struct visit *visit)
{
    struct str location = fetch_field(&visit->fetch.result, STR("Location"));
    /* An empty one leads nowhere: browsers show what came with it. */
    visit->is_redirect = hop_is_redirect(visit->fetch.result.status) && location.size;
    visit->has_next = visit->is_redirect && hop_follow(&visit->hop, location, &visit->next);
}

static void finish(struct visit *visit, enum fetch_outcome outcome, const char *why)
{
    visit->outcome = outcome;
    visit->why = kept(visit->look, str_from(why));
    visit->done = true;
    look_on(visit->look);
}

static void on_fetched(struct crowd_fetch *fetch)
{
    struct visit *visit = (struct visit *)((char *)fetch - offsetof(struct visit, fetch));
    struct fetch_result *result = &fetch->result;
    visit->connected = result->connected;
    memcpy(visit->tls_version, result->tls_version, sizeof visit->tls_version);
    memcpy(visit->cipher, result->cipher, sizeof visit->cipher);
    if (result->outcome == FETCH_OK) {
        keep_fields(visit);
        keep_next(visit);
    }
    if (visit->how == HOW_UNVERIFIED && result->chain_count > 0)
        visit->leaf = kept(visit->look, result->chain[0]);
    fetch_result_fini(result);
    finish(visit, result->outcome, result->why);
}

static void on_found(struct crowd_question *question)
{
    struct visit *visit = (struct visit *)((char *)question - offsetof(struct visit, question));
    struct preload_look *look = visit->look;
    if (question->addresses_count == 0) {
        finish(visit, FETCH_UNREACHABLE, question->why);
        return;
    }
    visit->fetch = (struct crowd_fetch){.on_fetched = on_fetched, .deadline = look->deadline};
    if (look->request.length_ms == PRELOAD_LOOK_MS_EACH)
        deadline_start(&visit->fetch.deadline, look->request.request_ms, look->request.cancel);
    visit->fetch.request =
        (struct fetch_request){.addresses = question->addresses,
                               .addresses_count = question->addresses_count,
                               .user_agent = USER_AGENT,
                               .tls = visit->hop.is_https,
                               .host = str_from(visit->hop.host),
                               .port = visit->hop.port,
                               .path = str_from(visit->hop.path),
                               .handshake_only = visit->how == HOW_HANDSHAKE,
                               .verify = visit->how == HOW_UNVERIFIED ? FETCH_VERIFY_NOT : FETCH_VERIFY_SYSTEM,
                               .no_chain = visit->how != HOW_UNVERIFIED,
                               .roots_pem = look->request.roots_pem,
                               .limit_ms = look->request.request_ms};
    crowd_fetch(look->crowd, &visit->fetch);
}

/* An IPv6 literal stands in brackets in a URL. */
static struct str without_brackets(struct str host)
{
    return str_starts(host, STR("[")) && str_ends(host, STR("]")) ? str_part(host, 1, host.size - 2) : host;
}

static struct visit *find_visit(const struct preload_look *look, const struct hop *hop, enum how how)
{
    for (size_t i = 0; i < look->visits_count; i++)
        if (look->visits[i]->how == how && hop_eq(&look->visits[i]->hop, hop))
            return look->visits[i];
    return NULL;
}

/* Finds the addresses of a visit's host: those that an earlier visit of this host was told, so that a name is asked for
 * once. */
static void find_addresses(struct visit *visit)
{
    const struct preload_look *look = visit->look;
    for (size_t i = 0; i < look->visits_count; i++) {
        const struct visit *other = look->visits[i];
        if (other != visit && other->question.addresses_count && strcmp(other->hop.host, visit->hop.host) == 0) {
            crowd_find_again(look->crowd, &other->question, visit->hop.port, &visit->question);
            return;
        }
    }
    crowd_find(look->crowd, without_brackets(str_from(visit->hop.host)), visit->hop.port, &visit->question);
}

/* The visit of this URL in this way, once it is done; NULL as long as it is not, and it is begun where it was not. */
static const struct visit *visited(struct preload_look *look, const struct hop *hop, enum how how)
{
    struct visit *visit = find_visit(look, hop, how);
    if (visit)
        return visit->done ? visit : NULL;
    assert(look->visits_count < VISITS_COUNT_MAX);
    visit = malloc(sizeof *visit);
    if (!visit) {
        look->broken = true;
        return NULL;
    }
    look->visits[look->visits_count++] = visit;
    *visit = (struct visit){.look = look, .hop = *hop, .how = how, .question = {.on_found = on_found}};
    find_addresses(visit);
    return NULL;
}

/* The same of a URL whose first answer may have been asked for twice. */
static const struct visit *answered(struct preload_look *look, const struct hop *hop)
{
    const struct visit *visit = visited(look, hop, HOW_FIRST);
    const struct visit *again = visit && visit->outcome != FETCH_OK ? find_visit(look, hop, HOW_AGAIN) : NULL;
    return again && again->done ? again : visit;
}

/* ---- what is to be known ---- */

/* The rules' domain, or www. of it. */
static bool start_hop(const struct preload_look *look, const char *before, bool https, struct hop *ret)
{
    char host[HOP_HOST_SIZE];
    uint16_t port = https ? look->request.https_port : look->request.http_port;
    int size = snprintf(host, sizeof host, "%s%.*s", before, STR_ARG(look->seen.domain));
    return size > 0 && (size_t)size < sizeof host &&
           hop_start(https, str_from(host),
                     port    ? port
                     : https ? 443
                             : 80,
                     STR("/"), ret);
}

static struct str hop_kept(struct preload_look *look, const struct hop *hop)
{
    char text[HOP_TEXT_SIZE];
    return kept(look, str_from(hop_text(hop, text)));
}

/* TLS 1.3, or one of the six suites that Chromium calls modern. */
static bool is_modern(const struct visit *visit)
{
    static const char *const ends[] = {"-AES128-GCM-SHA256", "-AES256-GCM-SHA384", "-CHACHA20-POLY1305"};
    struct str cipher = str_from(visit->cipher);
    if (strcmp(visit->tls_version, "TLSv1.3") == 0)
        return true;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (str_ends(cipher, str_from(ends[i])) &&
            (str_starts(cipher, STR("ECDHE-RSA-")) || str_starts(cipher, STR("ECDHE-ECDSA-"))))
            return true;
    return false;
}

static void take_session(struct preload_look *look, const struct visit *visit)
{
    char text[FETCH_TLS_VERSION_SIZE + FETCH_CIPHER_SIZE + 1];
    (void)snprintf(text, sizeof text, "%s %s", visit->tls_version, visit->cipher);
    look->seen.cipher = kept(look, str_from(text));
    look->seen.cipher_modern = is_modern(visit);
}

/* False as long as it is not known. */
static bool know_https(struct preload_look *look)
{
    struct hop hop;
    struct preload_seen *seen = &look->seen;
    if (!start_hop(look, "", true, &hop)) {
        seen->https_why = STR("has a name that is too long");
        return true;
    }
    const struct visit *visit = visited(look, &hop, HOW_FIRST);
    if (visit && visit->outcome != FETCH_OK)
        visit = visited(look, &hop, HOW_AGAIN);
    if (!visit)
        return false;
    if (visit->outcome == FETCH_OK) {
        seen->https = PRELOAD_REACH_GOOD;
        seen->https_connected = true;
        seen->https_fields = visit->fields;
        take_session(look, visit);
        return true;
    }
    seen->https_why = visit->why;
    seen->https_connected = visit->connected;
    visit = visited(look, &hop, HOW_UNVERIFIED);
    if (visit && visit->outcome == FETCH_OK) {
        seen->https = PRELOAD_REACH_UNTRUSTED;
        seen->leaf = visit->leaf;
    }
    return visit != NULL;
}

/* Adds a redirect; false when nothing lies behind it: it was one too many, or leads nowhere that can be asked. */
static bool walk_hop(struct preload_look *look, const struct visit *visit, struct preload_way *way)
{
    if (!visit->has_next) {
        way->end = PRELOAD_END_FAILED;
        way->why = STR("a redirect leads to something that is no URL to follow");
        return false;
    }
    way->hops[way->hops_count++] = (struct preload_hop){visit->next.is_https, kept(look, str_from(visit->next.host)),
                                                        hop_kept(look, &visit->next)};
    if (way->hops_count == PRELOAD_HOPS_COUNT_MAX) {
        way->end = PRELOAD_END_TOO_MANY;
    } else if (!visit->next.is_https && !visit->next.is_http) {
        way->end = PRELOAD_END_FAILED;
        way->why = STR("a redirect leads to another scheme");
    }
    return way->end == PRELOAD_END_PAGE;
}

/* From `visit`, which answered, to where its redirects end. */
static bool walk(struct preload_look *look, const struct visit *visit, struct preload_way *way)
{
    *way = (struct preload_way){.end = PRELOAD_END_PAGE, .why = STR("")};
    while (visit->is_redirect && walk_hop(look, visit, way)) {
        const struct hop *next = &visit->next;
        visit = answered(look, next);
        if (!visit)
            return false;
        if (visit->outcome != FETCH_OK) {
            struct str text = hop_kept(look, next);
            way->end = PRELOAD_END_FAILED;
            way->untrusted = visit->outcome == FETCH_UNTRUSTED;
            way->why = arena_printf(&look->room, "%.*s %.*s", STR_ARG(text), STR_ARG(visit->why));
            return true;
        }
    }
    if (way->end == PRELOAD_END_PAGE)
        way->end_fields = visit->fields;
    return true;
}

/* Where the first redirect leads was asked on the way. */
static void take_first(struct preload_look *look, const struct visit *from)
{
    const struct visit *first = from->has_next && from->next.is_https ? answered(look, &from->next) : NULL;
    look->seen.first_answers = first && first->outcome == FETCH_OK;
    look->seen.first_why = first ? first->why : STR("");
    if (look->seen.first_answers)
        look->seen.first_fields = first->fields;
}

static bool know_http(struct preload_look *look)
{
    struct hop hop;
    const struct visit *visit = start_hop(look, "", false, &hop) ? visited(look, &hop, HOW_FIRST) : NULL;
    if (!visit || (visit->outcome == FETCH_OK && !walk(look, visit, &look->seen.http_way)))
        return false;
    look->seen.http_answers = visit->outcome == FETCH_OK;
    look->seen.http_fields = visit->fields;
    if (look->seen.http_answers)
        take_first(look, visit);
    return true;
}

static bool know_https_way(struct preload_look *look)
{
    struct hop hop;
    if (!start_hop(look, "", true, &hop))
        return true;
    const struct visit *visit = answered(look, &hop);
    return visit && walk(look, visit, &look->seen.https_way);
}

static bool know_www(struct preload_look *look)
{
    struct hop hop;
    if (!str_eq(look->seen.registrable, look->seen.domain) || !start_hop(look, "www.", true, &hop))
        return true;
    const struct visit *visit = visited(look, &hop, HOW_HANDSHAKE);
    if (!visit)
        return false;
    look->seen.www = visit->outcome == FETCH_OK ? PRELOAD_WWW_GOOD
                     : visit->connected         ? PRELOAD_WWW_NO_TLS
                                                : PRELOAD_WWW_CLOSED;
    look->seen.www_why = visit->why;
    return true;
}

/* Whether a host name can be made of it at all; what the rules say of the others needs no look. */
static bool is_askable(struct str domain)
{
    for (size_t i = 0; i < domain.size; i++) {
        char c = domain.data[i];
        if (!(c >= 'a' && c <= 'z') && !str_is_digit(c) && c != '-' && c != '.')
            return false;
    }
    return domain.size > 0;
}

/* Only a domain that answers over HTTPS is asked for more; the three that follow are asked for at the same time. */
static bool know_all(struct preload_look *look)
{
    if (!is_askable(look->seen.domain))
        return true;
    if (!know_https(look))
        return false;
    if (look->seen.https != PRELOAD_REACH_GOOD || look->request.field_only)
        return true;
    bool http = know_http(look), https_way = know_https_way(look), www = know_www(look);
    return http && https_way && www;
}

static bool is_waiting(const struct preload_look *look)
{
    for (size_t i = 0; i < look->visits_count; i++)
        if (!look->visits[i]->done)
            return true;
    return false;
}

/* Without memory it ends when nothing is under way any more. */
static void look_on(struct preload_look *look)
{
    bool known = !look->broken && know_all(look);
    if (!known && !(look->broken && !is_waiting(look)))
        return;
    look->done = true;
    look->request.on_done(look, look->request.context);
}

static void on_start(struct crowd_question *question)
{
    look_on((struct preload_look *)((char *)question - offsetof(struct preload_look, start)));
}

struct preload_look *preload_look_begin(struct crowd *crowd, const struct suffixes *suffixes,
                                        const struct preload_look_request *request)
{
    struct preload_look *look = calloc(1, sizeof *look);
    if (!look)
        return NULL;
    look->crowd = crowd;
    look->request = *request;
    if (!look->request.request_ms)
        look->request.request_ms = FETCH_MS_MAX;
    arena_init(&look->room, PRELOAD_LOOK_SIZE_MAX);
    if (!arena_str_lower(&look->room, request->domain, &look->seen.domain)) {
        preload_look_free(look);
        return NULL;
    }
    struct suffix suffix = suffix_of(suffixes, look->seen.domain);
    look->seen.public_suffix = suffix.public_suffix;
    look->seen.registrable = suffix.registrable;
    deadline_start(&look->deadline,
                   request->length_ms ? request->length_ms : look->request.request_ms * PRELOAD_LOOK_REQUESTS_COUNT,
                   request->cancel);
    look->start.on_found = on_start;
    crowd_soon(crowd, &look->start);
    return look;
}

const struct preload_seen *preload_look_seen(const struct preload_look *look)
{
    return look->broken ? NULL : &look->seen;
}

/* Of one that was under way when its crowd ended, the result is still to be ended. */
static void visit_free(struct visit *visit)
{
    if (!visit->done && visit->fetch.on_fetched)
        fetch_result_fini(&visit->fetch.result);
    free(visit);
}

void preload_look_free(struct preload_look *look)
{
    if (!look)
        return;
    for (size_t i = 0; i < look->visits_count; i++)
        visit_free(look->visits[i]);
    arena_fini(&look->room);
    free(look);
}
