/* /v1/preload: the browsers' preload list, what it says of names, and getting another one. */
#include <stdio.h>

#include "control/api_routes.h"
#include "control/api_site_json.h"
#include "control/preload.h"
#include "hsts/preload_source.h"
#include "os/clock.h"
#include "store/jsonout.h"
#include "store/members.h"

/* One question of a script; more take several. */
#define NAMES_COUNT_MAX 100

/* ---- what there is ---- */

static void write_list(const struct preload_list *list, struct jsonout *out)
{
    if (!list) {
        jsonout_null(out, "list");
        return;
    }
    const struct preload_origin *origin = &list->origin;
    jsonout_object(out, "list");
    jsonout_u64(out, "entries", list->entries_count);
    jsonout_u64(out, "pins_only", origin->pins_only_count);
    jsonout_str(out, "address", origin->address);
    jsonout_time(out, "taken", origin->taken_s);
    jsonout_time(out, "confirmed", origin->confirmed_s);
    jsonout_time(out, "trusted_until", origin->confirmed_s + PRELOAD_TRUST_S);
    jsonout_bool(out, "old", preload_is_old(list, clock_wall_s()));
    jsonout_u64(out, "source_size", origin->source_size);
    jsonout_u64(out, "size", list->size);
    jsonout_array(out, "policies");
    for (size_t i = 0; i < list->policies_count; i++)
        jsonout_str(out, NULL, list->policies[i]);
    jsonout_array_end(out);
    jsonout_object_end(out);
}

static void write_running(const struct preload_job *job, struct jsonout *out)
{
    if (!job) {
        jsonout_null(out, "running");
        return;
    }
    jsonout_object(out, "running");
    jsonout_str(out, "address", job->address);
    jsonout_time(out, "since", job->since_s);
    jsonout_u64(out, "received", atomic_load(&job->received));
    jsonout_object_end(out);
}

static void write_last(const struct preload_last *last, struct jsonout *out)
{
    static const char *const outcomes[] = {
        [PRELOAD_DONE] = "updated", [PRELOAD_CONFIRMED] = "unchanged", [PRELOAD_REFUSED] = "refused"};
    if (last->outcome == PRELOAD_NEVER) {
        jsonout_null(out, "last");
        return;
    }
    jsonout_object(out, "last");
    jsonout_time(out, "at", last->at_s);
    jsonout_str(out, "outcome", str_from(outcomes[last->outcome]));
    if (last->outcome == PRELOAD_REFUSED) {
        jsonout_str(out, "detail", str_from(last->err.text));
        if (last->err.fix[0])
            jsonout_str(out, "fix", str_from(last->err.fix));
    }
    jsonout_object_end(out);
}

void api_preload_get(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    int64_t next_s = preload_next_s(core);
    (void)request;
    jsonout_object(&out, NULL);
    write_list(preload_present(core->preload), &out);
    if (preload_trouble(core->preload)[0])
        jsonout_str(&out, "trouble", str_from(preload_trouble(core->preload)));
    jsonout_str(&out, "address", str_from(core->state.settings.preload_address));
    jsonout_u64(&out, "update_days", core->state.settings.preload_update_days);
    if (next_s)
        jsonout_time(&out, "next_update", next_s);
    else
        jsonout_null(&out, "next_update");
    write_running(preload_running(core->preload), &out);
    write_last(preload_last(core->preload), &out);
    jsonout_object_end(&out);
}

/* ---- lookup ---- */

void api_preload_write(struct core *core, struct str name, bool only_bound, struct jsonout *out)
{
    struct preload_binding binding = preload_find(core->preload, name);
    if (only_bound && !binding.is_bound)
        return;
    jsonout_object(out, NULL);
    jsonout_str(out, "name", name);
    jsonout_bool(out, "bound", binding.is_bound);
    if (binding.is_bound) {
        jsonout_bool(out, "own", binding.is_own);
        jsonout_str(out, "entry", binding.entry);
        jsonout_bool(out, "include_subdomains", binding.include_subdomains);
        jsonout_str(out, "policy", binding.policy);
    }
    jsonout_object_end(out);
}

static bool read_name(struct str part, struct name *ret, struct err *err)
{
    char room[API_TYPED_NAME_SIZE_MAX];
    struct str value = part, typed;
    if (!str_eq(str_cut(&value, '='), STR("name")))
        return err_field(err, "query", "only name=NAME can be said here");
    return api_decode_name(value, room, sizeof room, &typed)
               ? name_read(typed, "name", ret, err)
               : err_field(err, "name", "\"%.*s\" is not a name", STR_ARG(str_part(value, 0, 100)));
}

static bool write_bindings(struct core *core, struct str query, struct jsonout *out, struct err *err)
{
    size_t count = 0;
    for (struct str rest = query; rest.data && rest.size;) {
        struct name name;
        if (++count > NAMES_COUNT_MAX)
            return err_field(err, "name", "not more than %d names can be asked for at a time", NAMES_COUNT_MAX);
        if (!read_name(str_cut(&rest, '&'), &name, err))
            return false;
        api_preload_write(core, name_str(&name), false, out);
    }
    return count > 0 || err_field(err, "name", "a name is missing: ?name=www.example.org");
}

void api_preload_lookup(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    struct err err = {0};
    const struct preload_list *list = preload_present(core->preload);
    if (!list) {
        (void)err_set(&err, ERR_NOT_FOUND, "there is no preload list here to look names up in");
        (void)err_fix(&err, "fetch it: strictgate preload update");
        api_fail(reply, &err);
        return;
    }
    jsonout_object(&out, NULL);
    jsonout_time(&out, "confirmed", list->origin.confirmed_s);
    jsonout_bool(&out, "old", preload_is_old(list, clock_wall_s()));
    jsonout_array(&out, "names");
    bool fine = write_bindings(core, request->query, &out, &err);
    jsonout_array_end(&out);
    jsonout_object_end(&out);
    if (!fine)
        api_fail(reply, &err);
}

/* ---- another one ---- */

static void begin(struct core *core, const struct api_request *request, struct preload_wish *wish,
                  struct api_reply *reply)
{
    struct err err = {0};
    wish->actor = request->context.actor;
    if (!core->preload || !core->errands)
        (void)err_set(&err, ERR_SYSTEM, "control is stopping");
    if (err.code || !preload_update(core, wish, &err)) {
        api_fail(reply, &err);
        return;
    }
    reply->status = 202;
    api_preload_get(core, request, reply);
}

/* Guards go by the list: what is not the usual one from the usual place is as much as going over them. */
static bool is_permitted(const struct api_request *request, const struct settings *settings,
                         const struct preload_wish *wish, struct api_reply *reply)
{
    struct err err = {0};
    bool is_usual = !wish->force && str_eq(wish->address, str_from(settings->preload_address));
    if (is_usual || request->context.role >= ACCOUNT_OWNER)
        return true;
    (void)err_set(&err, ERR_DENIED, "only an owner may fetch a list from elsewhere, or take any list");
    (void)err_fix(&err, "leave \"address\" and \"force\" out, or ask an owner for it");
    api_fail_as(reply, 403, "role", &err);
    return false;
}

void api_preload_update(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    static const char *const members[] = {"address", "force", NULL};
    struct preload_wish wish = {.address = str_from(core->state.settings.preload_address)};
    struct err err = {0};
    if (request->json && (!members_only(request->json, "", members, &err) ||
                          !members_str(request->json, "", "address", SETTINGS_ADDRESS_SIZE_MAX, &wish.address, &err) ||
                          !members_bool(request->json, "", "force", &wish.force, &err))) {
        api_fail(reply, &err);
        return;
    }
    if (!settings_is_address(wish.address)) {
        (void)err_field(&err, "address", "it is no address that begins with https:// and a host");
        (void)err_fix(&err, "the usual one is %s", SETTINGS_PRELOAD_ADDRESS);
        api_fail(reply, &err);
        return;
    }
    if (is_permitted(request, &core->state.settings, &wish, reply))
        begin(core, request, &wish, reply);
}

/* force=true, name=FILE */
static bool read_file_query(struct str query, char *room, size_t room_size, struct preload_wish *wish, struct err *err)
{
    for (struct str rest = query; rest.data && rest.size;) {
        struct str value = str_cut(&rest, '&');
        struct str name = str_cut(&value, '=');
        bool is_known = (str_eq(name, STR("force")) && str_eq(value, STR("true"))) ||
                        (str_eq(name, STR("name")) && api_decode_name(value, room, room_size, &wish->address));
        if (!is_known)
            return err_field(err, "query", "only force=true and name=FILE can be said here");
        wish->force = wish->force || str_eq(name, STR("force"));
    }
    return true;
}

void api_preload_put(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    char room[PRELOAD_ORIGIN_SIZE_MAX];
    struct preload_wish wish = {.address = STR("a file"), .content = request->content};
    struct err err = {0};
    if (!read_file_query(request->query, room, sizeof room, &wish, &err)) {
        api_fail(reply, &err);
        return;
    }
    begin(core, request, &wish, reply);
}
