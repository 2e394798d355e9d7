/* POST /v1/sites/NAME/preflight: what a CA would find if it looked now. */
#include <stdlib.h>

#include "control/acme.h"
#include "control/api_routes.h"
#include "control/preflight_look.h"
#include "store/jsonout.h"
#include "store/members.h"

#define IDENTITIES_COUNT_MAX 16
#define URL_SIZE_MAX         1024

struct preflight_later {
    struct api_later later;
    struct preflight preflight;
    struct str site; /* in the preflight's arena */
};

static void work(struct errand *errand, const struct deadline *deadline)
{
    struct preflight_later *l = container_of(errand, struct preflight_later, later.errand);
    preflight_look(&l->preflight, deadline);
}

static void write_finding(struct jsonout *out, const struct preflight_finding *finding)
{
    jsonout_object(out, NULL);
    jsonout_str(out, "id", str_from(finding->id));
    jsonout_str(out, "verdict", str_from(preflight_verdict_name(finding->verdict)));
    if (finding->name.size)
        jsonout_str(out, "name", finding->name);
    jsonout_str(out, "text", finding->text);
    if (finding->fix.size)
        jsonout_str(out, "fix", finding->fix);
    jsonout_object_end(out);
}

static void write(struct api_later *later, struct api_reply *reply)
{
    struct preflight_later *l = container_of(later, struct preflight_later, later);
    struct jsonout out = {.out = &reply->body};
    struct preflight_findings findings;
    struct err err = {0};
    if (!preflight_judge(&l->preflight.facts, &l->preflight.arena, &findings)) {
        (void)err_memory(&err);
        api_fail(reply, &err);
        return;
    }
    jsonout_object(&out, NULL);
    jsonout_str(&out, "site", l->site);
    jsonout_bool(&out, "ready", preflight_is_ready(&findings));
    jsonout_array(&out, "findings");
    for (size_t i = 0; i < findings.count; i++)
        write_finding(&out, &findings.rows[i]);
    jsonout_array_end(&out);
    jsonout_object_end(&out);
}

static void free_later(struct api_later *later)
{
    struct preflight_later *l = container_of(later, struct preflight_later, later);
    preflight_fini(&l->preflight);
    free(l);
}

static bool read_identities(const json_t *json, struct str *identities, struct preflight_wish *wish, struct err *err)
{
    const json_t *list = NULL;
    size_t count = 0;
    if (!members_array(json, "", "caa_identities", IDENTITIES_COUNT_MAX, &list, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(list, i);
        if (!json_is_string(item))
            return err_field(err, "caa_identities", "it must hold texts only");
        identities[i] = str_make(json_string_value(item), json_string_length(item));
    }
    wish->identities = identities;
    wish->identities_count = count;
    return true;
}

static bool read_wish(const json_t *json, struct str *identities, struct preflight_wish *wish, struct err *err)
{
    static const char *const members[] = {"challenge", "directory", "caa_identities", NULL};
    static const char *const methods[] = {"http-01", "tls-alpn-01", "dns-01", NULL};
    uint32_t method = PREFLIGHT_METHODS_COUNT;
    if (!json)
        return true;
    if (!members_only(json, "", members, err) || !members_choice(json, "", "challenge", methods, &method, err) ||
        !members_str(json, "", "directory", URL_SIZE_MAX, &wish->directory_url, err) ||
        !read_identities(json, identities, wish, err))
        return false;
    wish->method_given = method < PREFLIGHT_METHODS_COUNT;
    if (wish->method_given)
        wish->method = (enum preflight_method)method;
    if (wish->directory_url.size && !str_starts(wish->directory_url, STR("https://")))
        return err_field(err, "directory", "the URL of a CA's directory begins with https://");
    return true;
}

/* The authority that the site would turn to first: the one it names, or the first that is in earnest. NULL: none. */
static const struct ca *first_ca(const struct core *core, const struct site_auto *wish)
{
    for (size_t i = 0; core->acme && i < core->acme->cas_count; i++) {
        const struct ca *ca = core->acme->cas[i];
        if (wish->cas_count ? str_eq(ca->name, wish->cas[0]) : !ca->rehearsal)
            return ca;
    }
    return NULL;
}

/* What the request leaves open is as the site's own certificate would be got. */
static void complete(const struct core *core, const struct site *site, struct preflight_wish *wish)
{
    static const enum preflight_method methods[ACME_CHALLENGE_KINDS_COUNT] = {
        [ACME_HTTP_01] = PREFLIGHT_HTTP_01,
        [ACME_TLS_ALPN_01] = PREFLIGHT_TLS_ALPN_01,
        [ACME_DNS_01] = PREFLIGHT_DNS_01,
    };
    const struct site_auto *automatic = &site->automatic;
    const struct ca *ca = first_ca(core, automatic);
    if (!wish->method_given && automatic->wanted && automatic->challenges_count)
        wish->method = methods[automatic->challenges[0]];
    if (!ca || wish->directory_url.size || wish->identities_count)
        return;
    wish->directory_url = ca->directory_url;
    wish->roots_pem = ca->roots_pem;
    wish->account_url = ca->account_url;
}

void api_preflight(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    const struct site *site = state_find(&core->state, request->name);
    struct str identities[IDENTITIES_COUNT_MAX];
    struct preflight_wish wish = {.method = PREFLIGHT_HTTP_01};
    struct err err = {0};
    if (!site) {
        api_no_site(request->name, reply);
        return;
    }
    if (!read_wish(request->json, identities, &wish, &err)) {
        api_fail(reply, &err);
        return;
    }
    complete(core, site, &wish);
    struct preflight_later *l = calloc(1, sizeof *l);
    if (!l) {
        (void)err_memory(&err);
        api_fail(reply, &err);
        return;
    }
    if (!preflight_init(&l->preflight, core, site, &wish, &err)) {
        free_later(&l->later);
        api_fail(reply, &err);
        return;
    }
    l->site = l->preflight.facts.names[0].name;
    l->later = (struct api_later){
        .errand = {.limit_ms = PREFLIGHT_LIMIT_MS, .is_slow = true, .work = work, .on_done = api_later_done},
        .write = write,
        .free = free_later};
    reply->later = &l->later;
}
