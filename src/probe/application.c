/*
 * A walk for each name: from hop to hop as a browser would go, with the cookies it would carry (applications set one
 * and send the browser to the same place again), until something answers that is no redirect to this site.
 */
#include "probe/application.h"

#include <stdlib.h>

#include "probe/fact.h"
#include "probe/fetch.h"
#include "probe/hop.h"
#include "probe/page.h"

struct look {
    const struct probe_target *target;
    const struct deadline *deadline;
    struct fact application, content;
    size_t hops_count; /* of the first name's walk */
    unsigned status;   /* where it ended */
};

struct walk {
    struct look *look;
    struct str name;                           /* where it began */
    bool is_first;                             /* name of the site: its page's content is looked at */
    struct hop hops[APPLICATION_HOPS_MAX + 1]; /* where it has been; the last is where it is */
    size_t hops_count;                         /* redirects that were followed */
    struct fetch_result result;                /* of the last */
    struct buf cookies;
};

/* A front page that cannot be looked into is no fault of it; what was seen is said all the same. */
static void note_unseen(struct walk *walk, const char *why)
{
    if (walk->is_first)
        fact_note(&walk->look->content, OBSERVED_DOUBT, "the front page of %.*s was not looked into: %s",
                  STR_ARG(walk->name), why);
}

static const struct probe_endpoint *next_endpoint(const struct probe_target *target, size_t *at)
{
    while (*at < target->endpoints_count) {
        const struct probe_endpoint *endpoint = &target->endpoints[(*at)++];
        if (endpoint_speaks_tls(endpoint))
            return endpoint;
    }
    return NULL;
}

/* Asks the first HTTPS endpoint that can be reached: they all lead to the same application. */
static enum fetch_outcome fetch_hop(struct walk *walk, const struct hop *hop, char where[static ENDPOINT_TEXT_SIZE])
{
    struct fetch_request request = {.tls = true,
                                    .host = str_from(hop->host),
                                    .port = hop->port,
                                    .path = str_from(hop->path),
                                    .verify = FETCH_VERIFY_NOT, /* whom it shows is the other look's business */
                                    .body_size_max = FETCH_BODY_SIZE_MAX,
                                    .takes_cookies = true,
                                    .cookies = buf_str(&walk->cookies)};
    enum fetch_outcome outcome = FETCH_UNREACHABLE;
    size_t at = 0;
    while (outcome == FETCH_UNREACHABLE && (request.endpoint = next_endpoint(walk->look->target, &at))) {
        fetch_result_fini(&walk->result);
        (void)endpoint_text(request.endpoint, where);
        outcome = fetch(&request, walk->look->deadline, &walk->result);
    }
    return outcome;
}

static bool has_been(const struct walk *walk, const struct hop *hop)
{
    for (size_t i = 0; i <= walk->hops_count; i++)
        if (hop_eq(&walk->hops[i], hop))
            return true;
    return false;
}

/* A circle is one when it goes round without a new cookie. */
static bool is_circle(const struct walk *walk, const struct hop *to)
{
    return has_been(walk, to) && str_eq(buf_str(&walk->cookies), buf_str(&walk->result.cookies));
}

static bool keep_cookies(struct walk *walk)
{
    buf_clear(&walk->cookies);
    return buf_put_str(&walk->cookies, buf_str(&walk->result.cookies));
}

/* Says why the walk ends at this redirect; false when it goes on. */
static bool ends_at(struct walk *walk, const struct hop *to)
{
    struct fact *fact = &walk->look->application;
    char text[HOP_TEXT_SIZE];
    bool is_own = target_has_name(walk->look->target, str_from(to->host));
    (void)hop_text(to, text);
    if (to->is_http && is_own) {
        fact_note(fact, OBSERVED_BAD,
                  "the application redirects https://%.*s back to plain HTTP (%s): a circle, once it is "
                  "redirected to HTTPS again",
                  STR_ARG(walk->name), text);
        note_unseen(walk, "it redirects back to plain HTTP");
    } else if (!to->is_https) {
        fact_note(fact, OBSERVED_DOUBT, "https://%.*s leads to %s, which is not HTTPS", STR_ARG(walk->name), text);
        note_unseen(walk, "it leads away from HTTPS");
    } else if (!is_own) {
        note_unseen(walk, "it leads to another site");
    } else if (to->port != walk->look->target->https_port) {
        fact_note(fact, OBSERVED_DOUBT, "https://%.*s leads to %s, a port that is not the gateway's",
                  STR_ARG(walk->name), text);
        note_unseen(walk, "it leads to another port");
    } else if (is_circle(walk, to)) {
        fact_note(fact, OBSERVED_BAD, "https://%.*s redirects in a circle: after %zu %s it comes to %s again",
                  STR_ARG(walk->name), walk->hops_count + 1, walk->hops_count ? "redirects" : "redirect", text);
        note_unseen(walk, "it redirects in a circle");
    } else if (walk->hops_count == APPLICATION_HOPS_MAX) {
        fact_note(fact, OBSERVED_BAD, "https://%.*s redirects more than %d times without arriving", STR_ARG(walk->name),
                  APPLICATION_HOPS_MAX);
        note_unseen(walk, "it redirects without end");
    } else {
        return false;
    }
    return true;
}

static void judge_page(struct walk *walk, const struct content_report *report)
{
    struct fact *fact = &walk->look->content;
    const char *part = walk->result.body_whole ? "" : " (as far as it was read)";
    if (report->active_count + report->passive_count == 0)
        fact_note(fact, OBSERVED_GOOD, "the front page of %.*s loads nothing over plain HTTP%s", STR_ARG(walk->name),
                  part);
    else if (report->upgrades)
        fact_note(
            fact, OBSERVED_DOUBT,
            "the front page of %.*s names %zu things by http:// that its own policy has browsers fetch by https: %s",
            STR_ARG(walk->name), report->active_count + report->passive_count,
            report->active_count ? report->active : report->passive);
    else if (report->active_count)
        fact_note(fact, OBSERVED_BAD,
                  "the front page of %.*s uses plain HTTP for what browsers then block: %s (%zu such, %zu "
                  "pictures or media)%s",
                  STR_ARG(walk->name), report->active, report->active_count, report->passive_count, part);
    else
        fact_note(fact, OBSERVED_DOUBT,
                  "the front page of %.*s loads pictures or media over plain HTTP: %s (%zu such)%s",
                  STR_ARG(walk->name), report->passive, report->passive_count, part);
}

static void look_at_page(struct walk *walk)
{
    struct content_report report;
    if (!walk->is_first)
        return;
    switch (page_look(&walk->result, &report)) {
    case PAGE_NO_SUCCESS: note_unseen(walk, "its status is not one of success"); break;
    case PAGE_COMPRESSED: note_unseen(walk, "it comes compressed, unasked"); break;
    case PAGE_NO_HTML:
        fact_note(&walk->look->content, OBSERVED_GOOD, "the front page of %.*s is no HTML and loads nothing",
                  STR_ARG(walk->name));
        break;
    case PAGE_HTML: judge_page(walk, &report); break;
    }
}

/* A login in front of the page is an answer, too. */
static bool is_welcome(unsigned status)
{
    return (status >= 200 && status <= 299) || status == 401 || status == 403;
}

static void arrive(struct walk *walk)
{
    char text[HOP_TEXT_SIZE];
    unsigned status = walk->result.status;
    if (!is_welcome(status))
        fact_note(&walk->look->application, OBSERVED_DOUBT, "https://%.*s answers with status %u%s at %s",
                  STR_ARG(walk->name), status, status >= 500 ? ", an error of the server," : "",
                  hop_text(&walk->hops[walk->hops_count], text));
    look_at_page(walk);
}

/* After an answer: the next hop, or the end. */
static bool go_on(struct walk *walk)
{
    struct str location = fetch_field(&walk->result, STR("Location"));
    struct hop to;
    if (!hop_is_redirect(walk->result.status) || !location.data) {
        arrive(walk);
        return false;
    }
    if (!hop_follow(&walk->hops[walk->hops_count], location, &to)) {
        fact_note(&walk->look->application, OBSERVED_BAD,
                  "https://%.*s redirects to something that is no URL to follow: %.80s", STR_ARG(walk->name),
                  location.data);
        note_unseen(walk, "it redirects to something that is no URL");
        return false;
    }
    if (ends_at(walk, &to))
        return false;
    if (!keep_cookies(walk)) {
        fact_note(&walk->look->application, OBSERVED_FAILED, "nobody could look: memory ran out");
        return false;
    }
    walk->hops[++walk->hops_count] = to;
    return true;
}

static void note_silence(struct walk *walk, const char *where)
{
    fact_note(&walk->look->application, OBSERVED_FAILED, "%s, asked for https://%.*s, %s", where, STR_ARG(walk->name),
              walk->result.why);
    if (walk->is_first)
        fact_note(&walk->look->content, OBSERVED_FAILED, "%s, asked for the front page of %.*s, %s", where,
                  STR_ARG(walk->name), walk->result.why);
}

static void walk_run(struct walk *walk)
{
    char where[ENDPOINT_TEXT_SIZE] = "";
    do {
        if (fetch_hop(walk, &walk->hops[walk->hops_count], where) != FETCH_OK) {
            note_silence(walk, where);
            return;
        }
        if (walk->is_first)
            walk->look->status = walk->result.status;
    } while (go_on(walk));
}

static void walk_from(struct look *look, struct str name, bool is_first)
{
    struct walk *walk = calloc(1, sizeof *walk); /* its hops are large for the stack of a thread */
    if (!walk) {
        fact_note(&look->application, OBSERVED_FAILED, "nobody could look: memory ran out");
        return;
    }
    walk->look = look;
    walk->name = name;
    walk->is_first = is_first;
    buf_init(&walk->cookies, FETCH_COOKIES_SIZE_MAX);
    if (hop_start(true, name, look->target->https_port, STR("/"), &walk->hops[0]))
        walk_run(walk);
    if (is_first)
        look->hops_count = walk->hops_count;
    fetch_result_fini(&walk->result);
    buf_fini(&walk->cookies);
    free(walk);
}

/* Returns how many were asked. */
static size_t walk_names(struct look *look)
{
    const struct probe_target *target = look->target;
    char room[TARGET_NAME_SIZE];
    struct str name;
    size_t count = 0;
    for (size_t i = 0; i < target->names_count && count < APPLICATION_NAMES_MAX; i++)
        if (target_name(target->names[i], room, &name))
            walk_from(look, name, count++ == 0);
    return count;
}

void application_look(const struct probe_target *target, const struct deadline *deadline, struct hsts_observation *ret)
{
    struct look look = {.target = target, .deadline = deadline};
    size_t at = 0, names_count = 0;
    if (target->https_port == 0 || !next_endpoint(target, &at))
        fact_note(&look.application, OBSERVED_FAILED, "no listener speaks HTTPS");
    else if ((names_count = walk_names(&look)) == 0)
        fact_note(&look.application, OBSERVED_FAILED, "the site has no name that a browser could be bound to");
    else
        fact_note(&look.application, OBSERVED_GOOD,
                  "the application answers over HTTPS with status %u after %zu redirects (%zu of %zu names asked)",
                  look.status, look.hops_count, names_count, target_names_count(target));
    if (look.content.verdict == OBSERVED_NOT_YET)
        fact_note(&look.content, OBSERVED_FAILED, "there was no front page to look into");
    fact_close(&look.application, target->now_s, &ret->facts[OBSERVED_APPLICATION]);
    fact_close(&look.content, target->now_s, &ret->facts[OBSERVED_CONTENT]);
}
