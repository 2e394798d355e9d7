/* The addresses are looked for once; then all is asked at the same time, and the redirects of the first one by one. */
#include "probe/site_look.h"

#include <stdlib.h>

#include "os/clock.h"
#include "probe/hop.h"
#include "probe/page.h"
#include "probe/site_chain.h"

/* Such as that of the look before it. */
#define USER_AGENT "strictgate-check/" STRICTGATE_VERSION

/* One request, under way or answered. */
struct asked {
    struct site_look *look;
    enum site_ask ask;
    struct hop hop;
    struct crowd_fetch fetch;
    bool is_begun, is_done;
};

struct site_look {
    struct crowd *crowd;
    struct site_look_request request;
    struct arena room;
    struct site_seen seen;
    struct crowd_question question;
    struct asked asked[SITE_ASKS_COUNT];
    size_t hops_count;
    bool is_broken; /* memory ran out, and what was seen is not whole */
};

/* ---- one answer ---- */

static struct str kept(struct site_look *look, struct str text)
{
    struct str copy = STR("");
    if (!arena_str(&look->room, text, &copy))
        look->is_broken = true;
    return copy;
}

static void keep_fields(struct site_look *look, const struct fetch_result *result, struct preload_fields *ret)
{
    size_t at = 0;
    struct str value;
    *ret = (struct preload_fields){0};
    while ((value = fetch_field_next(result, STR("Strict-Transport-Security"), &at)).data) {
        if (ret->count < PRELOAD_FIELDS_COUNT_MAX)
            ret->values[ret->count] = kept(look, value);
        ret->count++;
    }
}

static struct site_cookie *find_cookie(struct site_seen *seen, struct str name)
{
    for (size_t i = 0; i < seen->cookies_count; i++)
        if (str_eq(seen->cookies[i].name, name))
            return &seen->cookies[i];
    return NULL;
}

static void drop_cookie(struct site_seen *seen, struct str name)
{
    struct site_cookie *cookie = find_cookie(seen, name);
    if (cookie)
        *cookie = seen->cookies[--seen->cookies_count]; /* their order says nothing */
}

static void keep_cookie(struct site_look *look, const struct site_cookie *cookie)
{
    struct site_seen *seen = &look->seen;
    struct site_cookie *place = find_cookie(seen, cookie->name);
    if (!place && seen->cookies_count == SITE_COOKIES_COUNT_MAX) {
        seen->cookies_omitted_count++;
        return;
    }
    if (!place)
        place = &seen->cookies[seen->cookies_count++];
    *place = *cookie;
    place->name = kept(look, cookie->name);
}

/* As a browser would have them at the end: the last of a name counts. */
static void keep_cookies(struct site_look *look, const struct fetch_result *result)
{
    size_t at = 0;
    struct str value;
    while ((value = fetch_field_next(result, STR("Set-Cookie"), &at)).data) {
        struct site_cookie cookie;
        if (!site_cookie_read(value, clock_wall_s(), &cookie))
            continue;
        if (cookie.is_deleted)
            drop_cookie(&look->seen, cookie.name);
        else
            keep_cookie(look, &cookie);
    }
}

static void keep_page(struct site_look *look, const struct fetch_result *result)
{
    struct content_report report;
    if (page_look(result, &report) != PAGE_HTML)
        return;
    look->seen.page = (struct site_page){.is_known = true,
                                         .active_count = report.active_count,
                                         .passive_count = report.passive_count,
                                         .active = kept(look, str_from(report.active)),
                                         .passive = kept(look, str_from(report.passive)),
                                         .upgrades = report.upgrades};
}

static void keep_dead_fields(struct site_seen *seen, const struct fetch_result *result)
{
    seen->has_key_pins = seen->has_key_pins || fetch_field(result, STR("Public-Key-Pins")).data ||
                         fetch_field(result, STR("Public-Key-Pins-Report-Only")).data;
    seen->has_expect_ct = seen->has_expect_ct || fetch_field(result, STR("Expect-CT")).data;
}

/* What only / and the front page are asked for. */
static void keep_front(struct asked *asked)
{
    struct site_look *look = asked->look;
    const struct fetch_result *result = &asked->fetch.result;
    keep_cookies(look, result);
    keep_page(look, result);
    keep_dead_fields(&look->seen, result);
    if (asked->ask == SITE_ASK_ROOT && !site_chain(result->chain, result->chain_count, !look->request.roots_pem.size,
                                                   &look->room, &look->seen.certificate))
        look->is_broken = true;
}

static bool is_front(enum site_ask ask)
{
    return ask == SITE_ASK_ROOT || ask == SITE_ASK_PAGE;
}

static void keep_answer(struct asked *asked, struct site_answer *ret)
{
    struct site_look *look = asked->look;
    const struct fetch_result *result = &asked->fetch.result;
    *ret = (struct site_answer){0}; /* of the front page there may be that of a redirect before it */
    if (result->outcome != FETCH_OK) {
        ret->why = kept(look, str_from(result->why));
        return;
    }
    ret->status = result->status;
    ret->is_redirect = hop_is_redirect(result->status) && fetch_field(result, STR("Location")).size;
    keep_fields(look, result, &ret->fields);
    if (is_front(asked->ask))
        keep_front(asked);
}

/* Where the front page is, as long as that is the same name over HTTPS at the same port. */
static bool find_next(const struct asked *asked, struct hop *ret)
{
    const struct site_look *look = asked->look;
    return is_front(asked->ask) && look->seen.answers[asked->ask].is_redirect &&
           look->hops_count < SITE_LOOK_HOPS_COUNT_MAX &&
           hop_follow(&asked->hop, fetch_field(&asked->fetch.result, STR("Location")), ret) && ret->is_https &&
           ret->port == asked->hop.port && str_eq(str_from(ret->host), str_from(asked->hop.host));
}

/* ---- all of them ---- */

static void end_when_all_are_done(struct site_look *look)
{
    for (size_t i = 0; i < SITE_ASKS_COUNT; i++)
        if (look->asked[i].is_begun && !look->asked[i].is_done)
            return;
    look->request.on_done(look, look->request.context);
}

static void on_fetched(struct crowd_fetch *fetch);

static void ask(struct site_look *look, enum site_ask what, const struct hop *hop)
{
    static const char *const methods[SITE_ASKS_COUNT] = {
        [SITE_ASK_METHOD] = SITE_METHOD_REFUSED, [SITE_ASK_HEAD] = "HEAD"};
    struct asked *asked = &look->asked[what];
    *asked = (struct asked){.look = look,
                            .ask = what,
                            .hop = *hop,
                            .is_begun = true,
                            .fetch = {.on_fetched = on_fetched, .deadline = look->request.deadline}};
    asked->fetch.request = (struct fetch_request){.addresses = look->question.addresses,
                                                  .addresses_count = look->question.addresses_count,
                                                  .method = methods[what],
                                                  .user_agent = USER_AGENT,
                                                  .tls = true,
                                                  .host = str_from(asked->hop.host),
                                                  .port = asked->hop.port,
                                                  .path = str_from(asked->hop.path),
                                                  .verify = FETCH_VERIFY_SYSTEM,
                                                  .roots_pem = look->request.roots_pem,
                                                  .body_size_max = is_front(what) ? FETCH_BODY_SIZE_MAX : 0,
                                                  .limit_ms = look->request.request_ms};
    crowd_fetch(look->crowd, &asked->fetch);
}

static void on_fetched(struct crowd_fetch *fetch)
{
    struct asked *asked = (struct asked *)((char *)fetch - offsetof(struct asked, fetch));
    struct site_look *look = asked->look;
    struct hop next;
    keep_answer(asked, &look->seen.answers[asked->ask]);
    bool goes_on = find_next(asked, &next);
    fetch_result_fini(&fetch->result);
    asked->is_done = true;
    if (goes_on) {
        look->hops_count++;
        ask(look, SITE_ASK_PAGE, &next);
    }
    end_when_all_are_done(look);
}

static void on_found(struct crowd_question *question)
{
    struct site_look *look = (struct site_look *)((char *)question - offsetof(struct site_look, question));
    static const struct {
        enum site_ask what;
        struct str path;
    } firsts[] = {{SITE_ASK_ROOT, STR_INIT("/")},
                  {SITE_ASK_NOT_FOUND, STR_INIT(SITE_PATH_NOT_FOUND)},
                  {SITE_ASK_METHOD, STR_INIT("/")},
                  {SITE_ASK_HEAD, STR_INIT("/")}};
    for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++) {
        struct hop hop;
        if (!question->addresses_count)
            look->seen.answers[firsts[i].what].why = kept(look, str_from(question->why));
        else if (hop_start(true, look->request.domain, question->port, firsts[i].path, &hop))
            ask(look, firsts[i].what, &hop);
    }
    end_when_all_are_done(look);
}

struct site_look *site_look_begin(struct crowd *crowd, const struct site_look_request *request)
{
    struct site_look *look = calloc(1, sizeof *look);
    if (!look)
        return NULL;
    look->crowd = crowd;
    look->request = *request;
    arena_init(&look->room, SITE_LOOK_SIZE_MAX);
    if (!arena_str(&look->room, request->domain, &look->request.domain)) {
        site_look_free(look);
        return NULL;
    }
    look->question.on_found = on_found;
    crowd_find(crowd, look->request.domain, request->https_port ? request->https_port : 443, &look->question);
    return look;
}

const struct site_seen *site_look_seen(const struct site_look *look)
{
    return look->is_broken ? NULL : &look->seen;
}

void site_look_free(struct site_look *look)
{
    if (!look)
        return;
    for (size_t i = 0; i < SITE_ASKS_COUNT; i++)
        if (look->asked[i].is_begun && !look->asked[i].is_done)
            fetch_result_fini(&look->asked[i].fetch.result);
    arena_fini(&look->room);
    free(look);
}
