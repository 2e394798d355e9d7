/* POST /v1/setup: the first account, by the one-time link; POST /v1/setup/link: another link. */
#include <stdio.h>
#include <stdlib.h>

#include "control/api_routes.h"
#include "control/hashing.h"
#include "control/panel_session.h"
#include "control/panel_state.h"
#include "control/record.h"
#include "control/setup_link.h"
#include "crypto/wipe.h"
#include "os/clock.h"
#include "store/members.h"

struct setup {
    struct hashing hashing;
    struct panel_visitor visitor;
    char name[ACCOUNT_NAME_SIZE_MAX + 1];
    char token[PANEL_TOKEN_SIZE];
};

static void free_setup(struct api_later *later)
{
    struct setup *setup = container_of(later, struct setup, hashing.later);
    hashing_fini(&setup->hashing);
    wipe_free(setup, sizeof *setup);
}

/* False, with the reply, when there is an account already. */
static bool is_open(struct core *core, struct api_reply *reply)
{
    struct err err = {0};
    size_t count = 0;
    if (store_account_count(core->store, &count, &err) && count == 0)
        return true;
    if (err.code == ERR_NONE) {
        (void)err_set(&err, ERR_CONFLICT, "there is an account already");
        (void)err_fix(&err, "sign in; who cannot any more is helped on the machine: strictgate admin reset NAME");
    }
    api_fail(reply, &err);
    return false;
}

static bool add_owner(struct core *core, const struct setup *setup, struct err *err)
{
    struct account account = {.role = ACCOUNT_OWNER, .created_s = clock_wall_s()};
    struct record record;
    (void)snprintf(account.name, sizeof account.name, "%s", setup->name);
    memcpy(account.password, setup->hashing.made, sizeof account.password);
    record_init(&record, STR("setup link"), STR("account.add"), STR(""), account.created_s);
    record.entry.reason = str_from(setup->name);
    record.entry.after = STR("{\"role\":\"owner\"}");
    bool fine = store_add_account(core->store, &account, true, &record.entry, err);
    record_fini(&record);
    account_wipe(&account);
    return fine;
}

/* The link is looked at again: another may have taken its place while the password was being hashed. */
static void write_setup(struct api_later *later, struct api_reply *reply)
{
    const struct setup *setup = container_of(later, struct setup, hashing.later);
    struct core *core = setup->hashing.core;
    struct err err = setup->hashing.err;
    if (err.code == ERR_NONE && setup_link_check(core, str_from(setup->token), &err) && add_owner(core, setup, &err)) {
        setup_link_end(core);
        panel_session_begin(core, &setup->visitor, str_from(setup->name), reply);
    } else {
        api_fail(reply, &err);
    }
}

static bool read_setup(const json_t *json, struct str *ret_token, struct str *ret_name, struct str *ret_password,
                       struct err *err)
{
    static const char *const members[] = {"token", "name", "password", NULL};
    struct str token = {NULL, 0}, name = {NULL, 0}, password = {NULL, 0};
    if (!members_only(json, "", members, err) || !members_str(json, "", "token", PANEL_TOKEN_SIZE - 1, &token, err) ||
        !members_str(json, "", "name", ACCOUNT_NAME_SIZE_MAX, &name, err) ||
        !members_str(json, "", "password", PASSWORD_SIZE_MAX, &password, err))
        return false;
    if (!token.size)
        return err_field(err, "token", "it is missing");
    if (!account_name_check(name, "name", err) || !password_check(password, name, "password", err))
        return false;
    *ret_token = token;
    *ret_name = name;
    *ret_password = password;
    return true;
}

static void begin(struct core *core, const struct api_request *request, struct str token, struct str name,
                  struct str password, struct api_reply *reply)
{
    struct setup *setup = calloc(1, sizeof *setup);
    struct err err = {0};
    if (!setup) {
        (void)err_memory(&err);
        api_fail(reply, &err);
        return;
    }
    panel_visitor_of(&request->context, &setup->visitor);
    (void)snprintf(setup->token, sizeof setup->token, "%.*s", STR_ARG(token));
    (void)snprintf(setup->name, sizeof setup->name, "%.*s", STR_ARG(name));
    hashing_make(&setup->hashing, password);
    setup->hashing.later.write = write_setup;
    setup->hashing.later.free = free_setup;
    if (!hashing_begin(core, &setup->hashing, reply))
        wipe_free(setup, sizeof *setup);
}

void api_setup(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct str token = {NULL, 0}, name = {NULL, 0}, password = {NULL, 0};
    struct err err = {0};
    if (request->context.door == API_DOOR_CONTROL) {
        (void)err_set(&err, ERR_CONFLICT, "over this socket no link is needed");
        (void)err_fix(&err, "strictgate admin add NAME --role owner");
        api_fail(reply, &err);
        return;
    }
    if (!is_open(core, reply))
        return;
    if (!read_setup(request->json, &token, &name, &password, &err)) {
        api_fail(reply, &err);
        return;
    }
    if (setup_link_check(core, token, &err)) {
        begin(core, request, token, name, password, reply);
        return;
    }
    api_fail_as(reply, err.code == ERR_DENIED ? 403 : 500, "setup_token", &err);
    if (core->panel)
        panel_refusals_add(&core->panel->refusals, STR(""), request->context.address);
}

void api_setup_link(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    char link[SETUP_LINK_SIZE];
    struct jsonout out = {.out = &reply->body};
    struct err err = {0};
    (void)request;
    if (!is_open(core, reply))
        return;
    if (!setup_link_make(core, link, &err)) {
        api_fail(reply, &err);
        return;
    }
    reply->status = 201;
    jsonout_object(&out, NULL);
    jsonout_str(&out, "link", str_from(link));
    jsonout_bool(&out, "served", core->boot->panel_fd >= 0);
    jsonout_time(&out, "expires", clock_wall_s() + SETUP_LINK_LIFE_S);
    jsonout_object_end(&out);
    wipe_bytes(link, sizeof link);
}
