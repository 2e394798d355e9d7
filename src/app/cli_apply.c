/*
 * apply: shows what a declarative file would change, and changes it. Sites and settings in one request, all or nothing;
 * then the HSTS of each site by itself, since what one site's guards refuse is no reason to leave the others.
 */
#include <stdio.h>
#include <stdlib.h>

#include "app/cli_ask.h"
#include "app/cli_changes.h"
#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_guards.h"
#include "app/cli_look.h"
#include "app/cli_manifest.h"
#include "app/cli_output.h"
#include "app/cli_problem.h"
#include "app/cli_text.h"

/* How a site is changed against a guard; a file does not override. */
#define BY_HAND "by hand, strictgate site set or remove NAME"

/* What becomes of one site's HSTS. */
struct plan {
    bool changes;
    struct hsts_wish before, after;
    const char *note;    /* or NULL */
    const char *outcome; /* NULL: nothing was tried */
    json_t *problem;     /* why it was refused, or NULL */
};

struct applying {
    const struct cli *cli;
    struct cli_manifest manifest;
    struct plan *plans; /* one for each site of the file */
    json_t *answer;     /* of POST /v1/apply */
};

/* An error of control about a member names the place in the file that it comes from. */
static int tell_problem(const struct applying *applying, const struct cli_reply *reply)
{
    char room[CLI_PLACE_SIZE];
    const char *field = cli_json_text(reply->json, "field", NULL);
    const struct cli_problem_about about = {.site = "NAME",
                                            .place =
                                                field ? cli_manifest_place(&applying->manifest, field, room) : NULL,
                                            .command = BY_HAND};
    cli_problem_write(stderr, applying->cli, &about, reply->json, reply->status);
    return cli_problem_status(reply->json);
}

/* ---- sites and settings ---- */

static int post(struct applying *applying, bool dry_run)
{
    struct cli_reply reply;
    const struct cli_request request = {.method = "POST",
                                        .path = dry_run ? "/v1/apply?dry_run=true" : "/v1/apply",
                                        .json = applying->manifest.request,
                                        .timeout_s = CLI_TIMEOUT_TRANSFER_S};
    int status = cli_exchange(applying->cli, &request, &reply);
    if (status != CLI_OK)
        return status;
    if (cli_reply_is_good(&reply)) {
        json_decref(applying->answer);
        applying->answer = json_incref(reply.json);
    } else {
        status = tell_problem(applying, &reply);
    }
    cli_reply_fini(&reply);
    return status;
}

/* Whether guards stand against what the file says of sites; then it is told, and nothing is changed. */
static bool is_refused(const struct applying *applying)
{
    const json_t *guards = json_object_get(applying->answer, "guards");
    size_t count = cli_guards_count(guards, CLI_VERDICT_BLOCK);
    if (count == 0)
        return false;
    (void)fprintf(stderr, "error: %zu guard%s against it, and nothing is changed\n", count,
                  count == 1 ? " is" : "s are");
    cli_guards_write_blocks(stderr, NULL, guards);
    cli_guards_write_way(stderr, guards, "NAME", BY_HAND);
    return true;
}

/* ---- HSTS ---- */

static int exchange(const struct applying *applying, const char *method, const char *site, const json_t *json,
                    struct cli_reply *ret)
{
    struct arena room;
    arena_init(&room, 65536);
    const struct cli_request request = {
        .method = method, .path = cli_site_path(&room, site, "/hsts"), .json = json, .timeout_s = CLI_TIMEOUT_LOOK_S};
    int status = request.path ? cli_exchange(applying->cli, &request, ret) : CLI_FAILED;
    arena_fini(&room);
    return status;
}

/* A site that is not there yet is off, on the ladder that the file gives it. */
static void read_newcomer(const struct applying *applying, size_t index, struct cli_hsts *ret)
{
    const json_t *site = json_array_get(json_object_get(applying->manifest.request, "sites"), index);
    json_t *ladder = json_object_get(site, "ladder");
    json_t *json = ladder ? json_pack("{s:O}", "ladder", ladder) : json_object();
    cli_hsts_read(json, ret);
    json_decref(json);
}

static int make_plan(const struct applying *applying, size_t index)
{
    const struct cli_wanted *wanted = &applying->manifest.wanted[index];
    struct plan *plan = &applying->plans[index];
    struct cli_hsts present = {0};
    struct cli_reply reply;
    int status = exchange(applying, "GET", wanted->site, NULL, &reply);
    if (status != CLI_OK)
        return status;
    if (reply.status == 404)
        read_newcomer(applying, index, &present);
    else if (cli_reply_is_good(&reply))
        cli_hsts_read(reply.json, &present);
    else
        status = tell_problem(applying, &reply);
    if (status == CLI_OK) {
        plan->before = present.wish;
        plan->changes = cli_wanted_settle(wanted, &present, &plan->after, &plan->note);
    }
    cli_reply_fini(&reply);
    return status;
}

static int make_plans(const struct applying *applying)
{
    int status = CLI_OK;
    for (size_t i = 0; status == CLI_OK && i < applying->manifest.count; i++)
        if (applying->manifest.wanted[i].kind != CLI_WANTED_NOTHING)
            status = make_plan(applying, i);
    return status;
}

/* Told at once, and kept for --json. */
static void tell_refused(const struct applying *applying, const char *site, struct plan *plan,
                         const struct cli_reply *reply)
{
    char command[CLI_COMMAND_SIZE];
    enum hsts_move moves[HSTS_MOVES_COUNT];
    size_t count = hsts_wish_moves(&plan->before, &plan->after, moves);
    const struct cli_move *first = cli_move_of(hsts_move_name(count ? moves[0] : HSTS_MOVE_HOLD));
    const struct cli_problem_about about = {.site = site, .command = cli_move_command(first, site, command)};
    plan->outcome = "refused";
    plan->problem = json_incref(reply->json);
    (void)fprintf(stderr, "%s, hsts: ", site);
    cli_problem_write(stderr, applying->cli, &about, reply->json, reply->status);
}

static int carry_out(const struct applying *applying, size_t index)
{
    const char *site = applying->manifest.wanted[index].site;
    struct plan *plan = &applying->plans[index];
    struct err err = {0};
    struct cli_reply reply;
    json_t *body = cli_wanted_json(&plan->after);
    if (!body)
        return cli_print_error((err_memory(&err), &err));
    cli_look_tell(site);
    int status = exchange(applying, "PUT", site, body, &reply);
    json_decref(body);
    if (status != CLI_OK)
        return status;
    if (cli_reply_is_good(&reply)) {
        plan->outcome = "done";
        status = cli_check_applied(reply.json);
    } else {
        tell_refused(applying, site, plan, &reply);
        status = CLI_FAILED;
    }
    cli_reply_fini(&reply);
    return status;
}

/* One after the other; the first failure is the exit status, but only silence ends it. */
static int carry_out_all(const struct applying *applying)
{
    int first = CLI_OK;
    for (size_t i = 0; i < applying->manifest.count; i++) {
        int status = applying->plans[i].changes ? carry_out(applying, i) : CLI_OK;
        if (status == CLI_UNREACHABLE)
            return status;
        if (first == CLI_OK)
            first = status;
    }
    return first;
}

/* ---- telling ---- */

static size_t changes_count(const struct applying *applying)
{
    size_t count = json_array_size(json_object_get(applying->answer, "changes"));
    for (size_t i = 0; i < applying->manifest.count; i++)
        count += applying->plans[i].changes;
    return count;
}

static void show(const struct applying *applying, FILE *out)
{
    cli_changes_write(out, json_object_get(applying->answer, "changes"));
    for (size_t i = 0; i < applying->manifest.count; i++) {
        const struct plan *plan = &applying->plans[i];
        cli_changes_write_hsts(out, applying->manifest.wanted[i].site, plan->changes, &plan->before, &plan->after,
                               plan->note);
    }
    if (changes_count(applying) == 0)
        (void)fputs("All is as the file says already.\n", out);
}

static json_t *plan_json(const struct cli_wanted *wanted, const struct plan *plan)
{
    json_t *json = json_pack("{s:s, s:o, s:o}", "site", wanted->site, "before", cli_wanted_json(&plan->before), "after",
                             cli_wanted_json(plan->changes ? &plan->after : &plan->before));
    if (json && plan->note)
        (void)json_object_set_new(json, "note", json_string(plan->note));
    if (json && plan->outcome)
        (void)json_object_set_new(json, "outcome", json_string(plan->outcome));
    if (json && plan->problem)
        (void)json_object_set(json, "problem", plan->problem);
    return json;
}

/* The answer of the API with what it does not know: HSTS. */
static int print_json(const struct applying *applying)
{
    struct err err = {0};
    json_t *list = json_array(), *whole = json_deep_copy(applying->answer);
    for (size_t i = 0; list && i < applying->manifest.count; i++)
        if (applying->plans[i].changes || applying->plans[i].note)
            (void)json_array_append_new(list, plan_json(&applying->manifest.wanted[i], &applying->plans[i]));
    bool fine = list && whole && json_object_set(whole, "hsts", list) == 0;
    int status = !fine ? cli_print_error((err_memory(&err), &err)) : cli_print_json(whole) ? CLI_OK : CLI_FAILED;
    json_decref(list);
    json_decref(whole);
    return status;
}

/* ---- the whole ---- */

/* What is to be done is known and confirmed. */
static int change_all(struct applying *applying)
{
    int status = CLI_OK;
    if (json_array_size(json_object_get(applying->answer, "changes"))) {
        status = post(applying, false);
        if (status == CLI_OK)
            status = cli_check_applied(applying->answer);
    }
    if (status == CLI_OK) /* a new ladder, a new site: from where they are now */
        status = make_plans(applying);
    return status == CLI_OK ? carry_out_all(applying) : status;
}

static int ask_and_change(struct applying *applying)
{
    struct err err = {0};
    const struct cli *cli = applying->cli;
    bool is_json = cli_has(cli, "json");
    if (cli_ask_is_possible(cli) || !is_json)
        show(applying, is_json ? stderr : stdout);
    (void)fflush(stdout);
    bool refused = is_refused(applying);
    if (refused || changes_count(applying) == 0 || cli_has(cli, "dry-run")) {
        if (is_json && print_json(applying) != CLI_OK)
            return CLI_FAILED;
        return refused ? CLI_FAILED : CLI_OK;
    }
    if (!cli_ask(cli, CLI_ASK_YES, "", "This takes effect at once.", &err))
        return cli_print_error(&err);
    int status = change_all(applying);
    if (is_json && print_json(applying) != CLI_OK)
        return CLI_FAILED;
    if (!is_json && status == CLI_OK)
        (void)fputs("done\n", stdout);
    return status;
}

static int apply(struct applying *applying)
{
    struct err err = {0};
    json_t *others = json_boolean(cli_has(applying->cli, "remove-others"));
    applying->plans = calloc(applying->manifest.count + 1, sizeof *applying->plans);
    if (!applying->plans || json_object_set_new(applying->manifest.request, "remove_others", others) != 0)
        return cli_print_error((err_memory(&err), &err));
    int status = post(applying, true);
    if (status == CLI_OK)
        status = make_plans(applying);
    return status == CLI_OK ? ask_and_change(applying) : status;
}

int cli_apply(const struct cli *cli)
{
    struct err err = {0};
    struct applying applying = {.cli = cli};
    if (!cli_manifest_read(cli->operands[0], &applying.manifest, &err))
        return cli_print_error(&err);
    int status = apply(&applying);
    for (size_t i = 0; applying.plans && i < applying.manifest.count; i++)
        json_decref(applying.plans[i].problem);
    free(applying.plans);
    json_decref(applying.answer);
    cli_manifest_fini(&applying.manifest);
    return status;
}
