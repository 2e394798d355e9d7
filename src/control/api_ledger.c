/* /v1/sites/NAME/ledger: every interval in which something could have been promised under the site's names. */
#include "control/api_routes.h"
#include "control/promises.h"
#include "store/jsonout.h"

struct visit {
    struct core *core;
    struct jsonout *out;
};

static bool write_entry(void *context, struct str name, const struct ledger_entry *entry)
{
    const struct visit *visit = context;
    struct jsonout *out = visit->out;
    int64_t until_s = ledger_entry_until(entry, core_over_s(visit->core), LEDGER_ANY);
    (void)name;
    jsonout_object(out, NULL);
    jsonout_i64(out, "max_age", entry->promise.max_age_s);
    jsonout_bool(out, "include_subdomains", entry->promise.include_subdomains);
    jsonout_bool(out, "preload", entry->promise.preload);
    if (entry->promise.cap_s)
        jsonout_time(out, "certificate_bounds_until", entry->promise.cap_s);
    jsonout_time(out, "from", entry->from_s);
    if (entry->to_s == LEDGER_OPEN)
        jsonout_null(out, "to");
    else
        jsonout_time(out, "to", entry->to_s);
    if (until_s)
        jsonout_time(out, "bound_until", until_s);
    else
        jsonout_null(out, "bound_until");
    jsonout_bool(out, "over", until_s <= core_over_s(visit->core));
    jsonout_object_end(out);
    return buf_ok(out->out);
}

static void write_until(struct jsonout *out, const char *key, struct book_binding binding)
{
    if (binding.until_s)
        jsonout_time(out, key, binding.until_s);
    else
        jsonout_null(out, key);
}

static bool write_name(struct core *core, struct str name, struct jsonout *out, struct err *err)
{
    struct visit visit = {.core = core, .out = out};
    int64_t latest_s = core_latest_s(core), over_s = core_over_s(core);
    jsonout_object(out, NULL);
    jsonout_str(out, "name", name);
    write_until(out, "bound_until", book_binding(&core->book, name, latest_s, over_s, LEDGER_ANY));
    write_until(out, "bound_until_chromium", book_binding(&core->book, name, latest_s, over_s, LEDGER_CHROMIUM));
    write_until(out, "subdomains_bound_until", book_binding_below(&core->book, name, latest_s, over_s, LEDGER_ANY));
    jsonout_array(out, "entries");
    bool fine = store_ledger(core->store, name, write_entry, &visit, err);
    jsonout_array_end(out);
    jsonout_object_end(out);
    return fine;
}

void api_ledger_get(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    struct err err = {0};
    const struct site *site = state_find(&core->state, request->name);
    bool fine = true;
    /* A name without a site may still bind. */
    if (!site && !book_ledger(&core->book, request->name)) {
        api_no_site(request->name, reply);
        return;
    }
    jsonout_object(&out, NULL);
    jsonout_array(&out, "names");
    for (size_t i = 0; fine && i < (site ? site_names_count(site) : 1); i++)
        fine = write_name(core, site ? site_name(site, i) : request->name, &out, &err);
    jsonout_array_end(&out);
    jsonout_object_end(&out);
    if (!fine)
        api_fail(reply, &err);
}
