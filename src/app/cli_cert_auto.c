/* cert auto, cert renew, cert revoke. */
#include <stdio.h>

#include "app/cli_ask.h"
#include "app/cli_auto.h"
#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "app/cli_text.h"
#include "app/cli_wait.h"

/* Paths of names as they may be typed. */
#define ROOM_SIZE_MAX 65536

static const json_t *automatic_of(const json_t *site)
{
    return json_object_get(json_object_get(site, "certificate"), "automatic");
}

static const char *failure_at(const json_t *automatic)
{
    return cli_json_text(json_object_get(automatic, "failure"), "at", "");
}

/* Over with a new certificate, or with an attempt that failed and waits for its next time. */
static bool rests(const json_t *automatic, const char **ret_phase)
{
    *ret_phase = cli_json_text(automatic, "phase", "off");
    return strcmp(*ret_phase, "idle") == 0 || strcmp(*ret_phase, "waiting") == 0 || strcmp(*ret_phase, "off") == 0;
}

static bool look_at_site(void *context, const json_t *json, const char **ret_phase)
{
    (void)context;
    return rests(automatic_of(json), ret_phase);
}

static bool look_at_rehearsal(void *context, const json_t *json, const char **ret_phase)
{
    (void)context;
    return rests(json_object_get(automatic_of(json), "rehearsal"), ret_phase);
}

static int tell_rehearsal(const struct cli *cli, const json_t *site)
{
    const json_t *rehearsal = json_object_get(automatic_of(site), "rehearsal");
    if (json_is_object(json_object_get(rehearsal, "failure"))) {
        cli_auto_write_failure(stdout, "The rehearsal failed: ", rehearsal);
        return CLI_FAILED;
    }
    (void)printf("The rehearsal at %s went well: strictgate cert auto %s\n", cli_json_text(rehearsal, "ca", "?"),
                 cli->operands[0]);
    return CLI_OK;
}

static int tell(const struct cli *cli, const json_t *site, bool rehearsal)
{
    const json_t *certificate = json_object_get(site, "certificate"), *automatic = automatic_of(site);
    char until[CLI_MOMENT_SIZE];
    if (rehearsal)
        return tell_rehearsal(cli, site);
    if (*failure_at(automatic)) {
        cli_auto_write_failure(stdout, "No new certificate: ", automatic);
        return CLI_FAILED;
    }
    (void)printf("%s has a certificate of %s until %s.\n", cli_json_text(site, "name", "?"),
                 cli_json_text(automatic, "issuer", "?"),
                 cli_moment_text(cli_json_text(certificate, "not_after", NULL), until));
    cli_auto_write(stdout, automatic);
    return CLI_OK;
}

static int wait_for(const struct cli *cli, const char *path, bool rehearsal)
{
    struct cli_reply reply;
    int status = cli_wait(cli, path, rehearsal ? look_at_rehearsal : look_at_site, NULL, &reply);
    if (status != CLI_OK)
        return status;
    if (cli_has(cli, "json"))
        status = cli_print_json(reply.json) ? CLI_OK : CLI_FAILED;
    else
        status = tell(cli, reply.json, rehearsal);
    cli_reply_fini(&reply);
    return status;
}

static int print_reply(const struct cli *cli, struct cli_reply *take_reply, const char *what)
{
    int status = CLI_OK;
    if (cli_has(cli, "json"))
        status = cli_print_json(take_reply->json) ? CLI_OK : CLI_FAILED;
    else
        (void)printf("%s: %s\n", cli_json_text(take_reply->json, "name", "?"), what);
    cli_reply_fini(take_reply);
    return status;
}

static json_t *texts(const struct cli *cli, const char *option)
{
    json_t *list = json_array();
    size_t at = 0;
    for (const char *value; list && (value = cli_next(cli, option, &at));)
        if (json_array_append_new(list, json_string(value)) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static json_t *make_wish(const struct cli *cli)
{
    if (cli_has(cli, "off"))
        return json_pack("{s:n}", "acme");
    /* No member where the option is not given (s*): control knows which kind turns nobody away. */
    return json_pack("{s:{s:o, s:o, s:s*}}", "acme", "cas", texts(cli, "ca"), "challenges", texts(cli, "challenge"),
                     "key", cli_value(cli, "key"));
}

static int rehearse(const struct cli *cli, struct arena *room, const char *site_path)
{
    struct cli_reply reply;
    const char *path = cli_site_path(room, cli->operands[0], "/certificate/rehearse");
    int status = path ? cli_call(cli, "POST", path, NULL, &reply) : CLI_FAILED;
    if (status != CLI_OK)
        return status;
    if (!cli_wait_is_wanted(cli))
        return print_reply(cli, &reply, "the rehearsal is under way");
    cli_reply_fini(&reply);
    return wait_for(cli, site_path, true);
}

/* Before anything is lost: what control says of a site with an RSA certificate that none is ordered for. */
static void tell_rsa(const struct cli *cli, const json_t *site)
{
    if (!cli_has(cli, "off") && cli_json_text(json_object_get(site, "certificate"), "rsa", NULL))
        cli_print_warnings(json_object_get(site, "warnings"), stderr);
}

static int put_wish(const struct cli *cli, const char *site_path)
{
    struct cli_reply reply;
    struct err err = {0};
    json_t *wish = make_wish(cli);
    int status = wish ? cli_call(cli, "PATCH", site_path, wish, &reply) : cli_print_error((err_memory(&err), &err));
    json_decref(wish);
    if (status != CLI_OK)
        return status;
    tell_rsa(cli, reply.json);
    if (cli_has(cli, "off"))
        return print_reply(cli, &reply, "its certificate is not renewed by itself any more");
    if (!cli_wait_is_wanted(cli))
        return print_reply(cli, &reply, "it gets its certificate by itself now");
    cli_reply_fini(&reply);
    return wait_for(cli, site_path, false);
}

int cli_cert_auto(const struct cli *cli)
{
    struct arena room;
    struct err err = {0};
    arena_init(&room, ROOM_SIZE_MAX);
    const char *path = cli_site_path(&room, cli->operands[0], "");
    int status;
    if (!path)
        status = cli_print_error((err_memory(&err), &err));
    else
        status = cli_has(cli, "rehearse") ? rehearse(cli, &room, path) : put_wish(cli, path);
    arena_fini(&room);
    return status;
}

static int ask_renewal(const struct cli *cli, struct arena *room, const char *site, struct cli_reply *ret)
{
    struct err err = {0};
    const char *path = cli_site_path(room, site, "/certificate/renew");
    json_t *body = json_pack("{s:b}", "now", cli_has(cli, "now"));
    int status = path && body ? cli_call(cli, "POST", path, body, ret) : cli_print_error((err_memory(&err), &err));
    json_decref(body);
    return status;
}

static int renew_one(const struct cli *cli, struct arena *room, const char *site)
{
    struct cli_reply reply;
    const char *path = cli_site_path(room, site, "");
    int status = ask_renewal(cli, room, site, &reply);
    if (status != CLI_OK || !path)
        return path ? status : CLI_FAILED;
    bool automatic = cli_json_bool(automatic_of(reply.json), "wanted");
    if (automatic && cli_wait_is_wanted(cli)) {
        cli_reply_fini(&reply);
        return wait_for(cli, path, false);
    }
    return print_reply(cli, &reply, automatic ? "a new certificate is ordered" : "its certificate is renewed");
}

static bool renews_itself(const json_t *site)
{
    const char *source = cli_json_text(json_object_get(site, "certificate"), "source", "none");
    return cli_json_bool(automatic_of(site), "wanted") || strcmp(source, "local-ca") == 0;
}

/* One that fails does not keep the others from it; the worst status is that of all. */
static int renew_all(const struct cli *cli, struct arena *room)
{
    struct cli_reply list, reply;
    int worst = cli_call(cli, "GET", "/v1/sites", NULL, &list);
    if (worst != CLI_OK)
        return worst;
    const json_t *sites = json_object_get(list.json, "sites");
    for (size_t i = 0; i < json_array_size(sites); i++) {
        const json_t *site = json_array_get(sites, i);
        if (!renews_itself(site))
            continue;
        arena_clear(room);
        int status = ask_renewal(cli, room, cli_json_text(site, "name", "?"), &reply);
        if (status == CLI_OK)
            status = print_reply(cli, &reply, "a new certificate is ordered");
        worst = status > worst ? status : worst;
    }
    cli_reply_fini(&list);
    return worst;
}

int cli_cert_renew(const struct cli *cli)
{
    struct arena room;
    struct err err = {0};
    bool all = cli_has(cli, "all");
    if (all == (cli->operands_count > 0)) {
        (void)err_set(&err, ERR_INPUT, "name either a site, or --all");
        return cli_print_error(&err);
    }
    arena_init(&room, ROOM_SIZE_MAX);
    int status = all ? renew_all(cli, &room) : renew_one(cli, &room, cli->operands[0]);
    arena_fini(&room);
    return status;
}

int cli_cert_revoke(const struct cli *cli)
{
    struct arena room;
    struct cli_reply reply;
    struct err err = {0};
    const char *reason = cli_value(cli, "reason");
    if (!cli_ask(cli, CLI_ASK_YES, cli->operands[0],
                 "A new certificate is ordered; when it is in service, the present one is revoked for good.", &err))
        return cli_print_error(&err);
    arena_init(&room, ROOM_SIZE_MAX);
    const char *path = cli_site_path(&room, cli->operands[0], "/certificate/revoke");
    json_t *body = json_pack("{s:s}", "reason", reason ? reason : "unspecified");
    int status = path && body ? cli_call(cli, "POST", path, body, &reply) : cli_print_error((err_memory(&err), &err));
    json_decref(body);
    arena_fini(&room);
    if (status != CLI_OK)
        return status;
    return print_reply(cli, &reply, "a new certificate is ordered, then the present one is revoked");
}
