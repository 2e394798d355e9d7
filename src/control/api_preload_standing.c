/* GET /v1/preload/standing: how a domain stands with the list that is here, and what to know before changing that. */
#include "control/api_routes.h"
#include "control/api_self_check.h"
#include "control/preload.h"
#include "hsts/preload_standing.h"
#include "os/clock.h"
#include "probe/suffix.h"

static bool read_domain(struct str query, struct name *ret, struct err *err)
{
    char room[API_TYPED_NAME_SIZE_MAX];
    struct str value = query, typed;
    if (!str_eq(str_cut(&value, '='), STR("domain")) || !api_decode_name(value, room, sizeof room, &typed))
        return err_field(err, "domain", "a domain is missing: ?domain=example.org");
    if (!name_read(typed, "domain", ret, err))
        return false;
    if (ret->kind == NAME_HOST)
        return true;
    (void)err_field(err, "domain", "\"%.*s\" is not the name of a domain", STR_ARG(typed));
    return err_fix(err, "write a name such as example.org");
}

static void write_text(struct jsonout *out, const char *key, struct str text)
{
    if (text.size)
        jsonout_str(out, key, text);
    else
        jsonout_null(out, key);
}

static void write_findings(struct jsonout *out, const char *key, const struct preload_findings *findings)
{
    jsonout_array(out, key);
    for (size_t i = 0; i < findings->count; i++)
        api_check_write_finding(&findings->items[i], NULL, out);
    jsonout_array_end(out);
}

static void write_advice(const struct preload_standing *standing, bool is_subdomain, struct jsonout *out)
{
    enum preload_advice advice[PRELOAD_ADVICES_COUNT];
    size_t count = preload_standing_advise(standing, is_subdomain, advice);
    jsonout_array(out, "advice");
    for (size_t i = 0; i < count; i++)
        jsonout_str(out, NULL, str_from(preload_advice_words(advice[i])));
    jsonout_array_end(out);
}

static void write(const struct preload *preload, struct str domain, struct suffix suffix, struct jsonout *out)
{
    const struct preload_list *list = preload_present(preload);
    struct preload_binding binding = preload_find(preload, domain);
    struct preload_standing standing;
    struct preload_findings submission, removal;
    bool is_subdomain = suffix.registrable.size && !str_eq(suffix.registrable, domain);
    preload_standing_from(&binding, &standing);
    preload_standing_submission(&standing, &submission);
    preload_standing_removal(&standing, &removal);
    jsonout_object(out, NULL);
    jsonout_str(out, "domain", domain);
    write_text(out, "registrable", suffix.registrable);
    jsonout_bool(out, "is_subdomain", is_subdomain);
    jsonout_time(out, "confirmed", list->origin.confirmed_s);
    jsonout_bool(out, "old", preload_is_old(list, clock_wall_s()));
    jsonout_str(out, "state", str_from(preload_state_name(standing.state)));
    write_text(out, "covered_by", standing.covered_by);
    write_text(out, "policy", binding.is_bound ? binding.policy : STR(""));
    jsonout_bool(out, "bulk", standing.is_bulk);
    write_findings(out, "submission", &submission);
    write_findings(out, "removal", &removal);
    write_advice(&standing, is_subdomain, out);
    jsonout_object_end(out);
}

void api_preload_standing(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    struct err err = {0};
    struct name domain;
    struct suffixes *suffixes = NULL;
    bool fine = read_domain(request->query, &domain, &err);
    if (fine && !preload_present(core->preload)) {
        (void)err_set(&err, ERR_NOT_FOUND, "there is no preload list here to look names up in");
        fine = err_fix(&err, "fetch it: strictgate preload update");
    }
    if (!fine || !suffixes_new(&suffixes, &err)) {
        api_fail(reply, &err);
        return;
    }
    write(core->preload, name_str(&domain), suffix_of(suffixes, name_str(&domain)), &out);
    suffixes_free(suffixes);
}
