/* Rows of a title and its text, below a picture. */
#include "app/cli_hsts_status.h"

#include "app/cli_guards.h"
#include "app/cli_ladder.h"
#include "app/cli_move.h"
#include "app/cli_output.h"
#include "app/cli_text.h"
#include "base/arena.h"

/* Where the texts of the rows begin. */
#define ROW_WIDTH 14

static bool sends(const struct hsts_wish *wish)
{
    return wish->mode == HSTS_HOLD || wish->mode == HSTS_AUTO;
}

enum hsts_move cli_hsts_next_move(const struct cli_hsts *hsts)
{
    if (hsts->wish.mode == HSTS_OFF)
        return HSTS_MOVE_START;
    return sends(&hsts->wish) && hsts->next_s ? HSTS_MOVE_CLIMB : HSTS_MOVES_COUNT;
}

static void write_title(FILE *out, const char *site, const struct cli_hsts *hsts)
{
    char target[LADDER_TEXT_SIZE];
    if (hsts->wish.mode == HSTS_AUTO)
        cli_text_printf(out, "", 0, "%s: %s, by itself up to %.*s", site, hsts->phase,
                        STR_ARG(ladder_text(hsts->wish.target_s, target)));
    else if (strcmp(hsts->phase, "left") == 0)
        cli_text_printf(out, "", 0, "%s: left, nothing is sent but browsers are bound", site);
    else
        cli_text_printf(out, "", 0, "%s: %s", site, hsts->phase);
}

/* "2026-11-25 14:05 UTC, 1 day 2 hours from now" */
static void row_moment(FILE *out, const char *title, int64_t moment_s, int64_t now_s, const char *nobody)
{
    char moment[CLI_MOMENT_SIZE], span[CLI_SPAN_SIZE];
    if (moment_s)
        cli_text_row(out, ROW_WIDTH, title, "%s, %s from now", cli_moment_of(moment_s, moment),
                     cli_span_text(moment_s - now_s, span));
    else
        cli_text_row(out, ROW_WIDTH, title, "%s", nobody);
}

static void write_bound(FILE *out, const char *site, const struct cli_hsts *hsts, int64_t now_s)
{
    row_moment(out, "Bound until", hsts->bound_until_s, now_s, "nobody is bound");
    if (hsts->bound_until_s) {
        row_moment(out, "  Chromium", hsts->bound_until_chromium_s, now_s, "free");
        row_moment(out, "  subdomains", hsts->subdomains_bound_until_s, now_s, "free");
    }
    if (hsts->bound_by && !str_eq_nocase(str_from(hsts->bound_by), str_from(site)))
        cli_text_row(out, ROW_WIDTH, "  by", "what %s promised", hsts->bound_by);
    if (hsts->preload_sent)
        cli_text_row(out, ROW_WIDTH, "  preload",
                     "\"preload\" was sent: the name may be on the list that is built into browsers");
}

static void write_certificate(FILE *out, const struct cli_hsts *hsts)
{
    char moment[CLI_MOMENT_SIZE];
    if (hsts->certificate_bounds_until_s && hsts->wish.mode != HSTS_RELEASE)
        cli_text_row(out, ROW_WIDTH, "Certificate",
                     "nothing is promised past %s, shortly before it ends: %lld of 2 renewals have been seen served",
                     cli_moment_of(hsts->certificate_bounds_until_s, moment), (long long)hsts->renewals_seen);
}

static void write_next(FILE *out, const struct cli_hsts *hsts)
{
    char text[LADDER_TEXT_SIZE];
    switch (cli_hsts_next_move(hsts)) {
    case HSTS_MOVE_START:
        cli_text_row(out, ROW_WIDTH, "Next", "start: %.*s", STR_ARG(ladder_text(hsts->wish.ladder.rungs[0], text)));
        break;
    case HSTS_MOVE_CLIMB:
        cli_text_row(out, ROW_WIDTH, "Next", "climb to %.*s", STR_ARG(ladder_text(hsts->next_s, text)));
        break;
    default:
        cli_text_row(out, ROW_WIDTH, "Next",
                     sends(&hsts->wish) ? "nothing, this is the last rung" : "wait until everybody is free");
    }
}

static void write_guards(FILE *out, const char *title, const json_t *guards, enum cli_verdict verdict)
{
    for (size_t i = 0; i < json_array_size(guards); i++) {
        const json_t *guard = json_array_get(guards, i);
        if (cli_guard_verdict(guard) != verdict)
            continue;
        cli_text_row(out, ROW_WIDTH, title, "%s: %s", cli_json_text(guard, "guard", "?"),
                     cli_json_text(guard, "why", "?"));
        title = "";
    }
}

static void write_verdict(FILE *out, const struct cli_hsts *hsts, const json_t *move)
{
    const json_t *guards = json_object_get(move, "guards");
    write_guards(out, "Blocked by", guards, CLI_VERDICT_BLOCK);
    if (guards && !cli_guards_count(guards, CLI_VERDICT_BLOCK))
        cli_text_row(out, ROW_WIDTH, "Blocked by", "nothing");
    write_guards(out, "Warned of", guards, CLI_VERDICT_WARN);
    if (move && !guards)
        cli_text_row(out, ROW_WIDTH, "Blocked by", "%s", cli_json_text(move, "why", "?"));
    if (hsts->held_back)
        cli_text_row(out, ROW_WIDTH, "Held back", "%s", hsts->held_back);
}

static void write_possible(FILE *out, const json_t *moves)
{
    struct arena room;
    struct str text = {NULL, 0};
    arena_init(&room, 65536);
    for (size_t i = 0; i < json_array_size(moves); i++) {
        const char *name = json_string_value(json_array_get(moves, i));
        const struct cli_move *move = name ? cli_move_of(name) : NULL;
        if (move)
            text = arena_printf(&room, "%.*s%s%s", STR_ARG(text), text.size ? ", " : "", move->words);
    }
    if (text.size)
        cli_text_row(out, ROW_WIDTH, "Moves", "%.*s", STR_ARG(text));
    arena_fini(&room);
}

void cli_hsts_status_write(FILE *out, const char *site, const json_t *json, const json_t *move, int64_t now_s)
{
    struct cli_hsts hsts;
    cli_hsts_read(json, &hsts);
    write_title(out, site, &hsts);
    (void)fputc('\n', out);
    cli_ladder_draw(out, &hsts, now_s);
    (void)fputc('\n', out);
    cli_text_row(out, ROW_WIDTH, "Sent now", "%s", hsts.field ? hsts.field : "no Strict-Transport-Security");
    write_bound(out, site, &hsts, now_s);
    write_certificate(out, &hsts);
    write_next(out, &hsts);
    write_verdict(out, &hsts, move);
    write_possible(out, json_object_get(json, "moves"));
}

static void add_line(struct cli_table *table, const json_t *site)
{
    char promise[CLI_PROMISE_SIZE], until[CLI_MOMENT_SIZE], next[LADDER_TEXT_SIZE];
    struct cli_hsts hsts;
    cli_hsts_read(json_object_get(site, "hsts"), &hsts);
    cli_table_add(table, "%s", cli_json_text(site, "name", "?"));
    cli_table_add(table, "%s", hsts.phase);
    cli_table_add(table, "%s",
                  sends(&hsts.wish)
                      ? cli_promise_text(hsts.wish.max_age_s, hsts.wish.include_subdomains, hsts.wish.preload, promise)
                      : "-");
    cli_table_add(table, "%.16s", hsts.bound_until_s ? cli_moment_of(hsts.bound_until_s, until) : "-");
    if (sends(&hsts.wish) && hsts.next_s)
        cli_table_add(table, "%.*s%s", STR_ARG(ladder_text(hsts.next_s, next)),
                      hsts.wish.mode == HSTS_AUTO ? ", by itself" : "");
    else
        cli_table_add(table, "-");
}

void cli_hsts_status_list(FILE *out, const json_t *sites)
{
    static const char *const titles[] = {"SITE", "PHASE", "RUNG", "BOUND UNTIL (UTC)", "NEXT"};
    struct cli_table table;
    cli_table_init(&table, titles, sizeof titles / sizeof *titles);
    for (size_t i = 0; i < json_array_size(sites); i++)
        add_line(&table, json_array_get(sites, i));
    cli_table_print(&table, out);
    cli_table_fini(&table);
}
