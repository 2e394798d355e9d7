/* One request for the front page each, and a look at the first answer; nothing is followed. */
#include "probe/redirect.h"

#include "probe/fact.h"
#include "probe/fetch.h"
#include "probe/hop.h"

struct look {
    const struct probe_target *target;
    const struct deadline *deadline;
    struct fact fact;
    size_t sockets_count; /* that were asked */
};

uint16_t redirect_mapped_port(uint16_t http_port)
{
    return http_port == 80 ? 443 : http_port;
}

static bool is_redirect(unsigned status)
{
    return status == 301 || status == 302 || status == 307 || status == 308;
}

/* Where the first hop leads, once it is known to be one. */
static void judge_hop(struct look *look, const char *where, struct str name, const struct hop *to)
{
    char text[HOP_TEXT_SIZE];
    uint16_t wanted = look->target->https_port, mapped = redirect_mapped_port(look->target->http_port);
    struct str host = str_from(to->host);
    if (str_ends(host, STR(".")))
        host.size--;
    if (!to->is_https)
        fact_note(&look->fact, OBSERVED_BAD, "%s redirects http://%.*s to %s instead of https on the same host", where,
                  STR_ARG(name), hop_text(to, text));
    else if (!str_eq_nocase(host, name))
        fact_note(&look->fact, OBSERVED_BAD,
                  "%s redirects http://%.*s to another host first (%s), so that browsers never note a promise of %.*s",
                  where, STR_ARG(name), hop_text(to, text), STR_ARG(name));
    else if (to->port != wanted)
        fact_note(&look->fact, OBSERVED_BAD, "%s redirects http://%.*s to port %u, but HTTPS is at port %u", where,
                  STR_ARG(name), to->port, wanted);
    else if (mapped != wanted)
        fact_note(
            &look->fact, OBSERVED_DOUBT,
            "%s redirects http://%.*s to port %u, but a bound browser turns http at port %u into https at port %u",
            where, STR_ARG(name), to->port, look->target->http_port, mapped);
}

static void judge(struct look *look, const char *where, struct str name, const struct fetch_result *result)
{
    struct hop from, to;
    struct str location = fetch_field(result, STR("Location"));
    if (fetch_field(result, STR("Strict-Transport-Security")).data)
        fact_note(
            &look->fact, OBSERVED_BAD,
            "%s sends Strict-Transport-Security for %.*s over plain HTTP, which the gateway never does: is it the "
            "gateway that answers there?",
            where, STR_ARG(name));
    if (!is_redirect(result->status) || !location.data)
        fact_note(&look->fact, OBSERVED_BAD, "%s answers http://%.*s with status %u%s instead of a redirect to https",
                  where, STR_ARG(name), result->status, is_redirect(result->status) ? " without Location" : "");
    else if (!hop_start(false, name, look->target->http_port, STR("/"), &from) || !hop_follow(&from, location, &to))
        fact_note(&look->fact, OBSERVED_BAD, "%s redirects http://%.*s to something that is no URL to follow: %.80s",
                  where, STR_ARG(name), location.data);
    else
        judge_hop(look, where, name, &to);
}

static void ask(struct look *look, const struct probe_endpoint *endpoint, struct str name)
{
    const struct fetch_request request = {
        .endpoint = endpoint, .host = name, .port = look->target->http_port, .path = STR("/")};
    char room[ENDPOINT_TEXT_SIZE];
    struct fetch_result result;
    const char *where = endpoint_text(endpoint, room);
    if (fetch(&request, look->deadline, &result) == FETCH_OK)
        judge(look, where, name, &result);
    else
        fact_note(&look->fact, OBSERVED_FAILED, "%s, asked for http://%.*s, %s", where, STR_ARG(name), result.why);
    fetch_result_fini(&result);
}

static void ask_all(struct look *look)
{
    const struct probe_target *target = look->target;
    char room[TARGET_NAME_SIZE];
    struct str name;
    for (size_t i = 0; i < target->endpoints_count; i++) {
        if (!endpoint_speaks_plain(&target->endpoints[i]))
            continue;
        look->sockets_count++;
        for (size_t j = 0; j < target->names_count; j++)
            if (target_name(target->names[j], room, &name))
                ask(look, &target->endpoints[i], name);
    }
}

void redirect_look(const struct probe_target *target, const struct deadline *deadline, struct hsts_observation *ret)
{
    struct look look = {.target = target, .deadline = deadline};
    size_t names_count = target_names_count(target);
    bool has_http = target->http_port != 0;
    if (has_http)
        ask_all(&look);
    if (names_count == 0)
        fact_note(&look.fact, OBSERVED_FAILED, "the site has no name that a browser could be bound to");
    else if (look.sockets_count == 0)
        fact_note(
            &look.fact, OBSERVED_DOUBT,
            "no listener answers plain HTTP, so that http:// addresses lead nowhere: nobody who types one gets in");
    else
        fact_note(&look.fact, OBSERVED_GOOD, "http:// of %zu %s is redirected to https:// of the same host by %zu %s",
                  names_count, names_count == 1 ? "name" : "names", look.sockets_count,
                  look.sockets_count == 1 ? "listening socket" : "listening sockets");
    fact_close(&look.fact, target->now_s, &ret->facts[OBSERVED_REDIRECT]);
}
