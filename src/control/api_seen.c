/* /v1/sites/NAME/seen-names: names below the site's that clients asked for and no site has (?limit=N). */
#include "control/api_routes.h"
#include "control/seen.h"
#include "store/jsonout.h"

#define LIMIT_DEFAULT 100
/* A page that a person or a script reads at once; more are hardly kept. */
#define LIMIT_MAX 1000

struct answer {
    struct jsonout out;
    uint64_t limit, count;
    bool more; /* than the limit */
};

static bool read_limit(struct str query, uint64_t *ret, struct err *err)
{
    uint64_t limit = LIMIT_DEFAULT;
    for (struct str rest = query; rest.data && rest.size;) {
        struct str value = str_cut(&rest, '&');
        struct str name = str_cut(&value, '=');
        if (!str_eq(name, STR("limit")) || !str_to_u64(value, LIMIT_MAX, &limit) || limit == 0)
            return err_field(err, "query", "\"%.*s\" is not understood; limit=1…%d is", STR_ARG(str_part(name, 0, 40)),
                             LIMIT_MAX);
    }
    *ret = limit;
    return true;
}

static bool write_name(void *context, const struct seen_name *name)
{
    struct answer *answer = context;
    struct jsonout *out = &answer->out;
    if (answer->count++ == answer->limit) {
        answer->more = true;
        return false;
    }
    jsonout_object(out, NULL);
    jsonout_str(out, "name", name->name);
    jsonout_time(out, "first_seen", name->first_s);
    jsonout_time(out, "last_seen", name->last_s);
    jsonout_u64(out, "count", name->count);
    jsonout_array(out, "by");
    if (name->by_sni)
        jsonout_str(out, NULL, STR("sni"));
    if (name->by_host)
        jsonout_str(out, NULL, STR("host"));
    jsonout_array_end(out);
    jsonout_object_end(out);
    return buf_ok(out->out);
}

void api_seen_get(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    const struct site *site = state_find(&core->state, request->name);
    struct answer answer = {.out = {.out = &reply->body}};
    struct err err = {0};
    if (!site) {
        api_no_site(request->name, reply);
        return;
    }
    if (!read_limit(request->query, &answer.limit, &err)) {
        api_fail(reply, &err);
        return;
    }
    jsonout_object(&answer.out, NULL);
    jsonout_str(&answer.out, "site", site->name);
    jsonout_array(&answer.out, "names");
    bool fine = seen_each_of_site(core, site, write_name, &answer);
    jsonout_array_end(&answer.out);
    jsonout_bool(&answer.out, "more", answer.more);
    jsonout_object_end(&answer.out);
    if (!fine && !answer.more) {
        (void)err_set(&err, ERR_SYSTEM, "the names could not be read");
        (void)err_fix(&err, "the log of control says why");
        api_fail(reply, &err);
    }
}
