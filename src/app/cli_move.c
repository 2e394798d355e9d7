/* Names and sentences. */
#include "app/cli_move.h"

#include "app/cli_text.h"

static const struct cli_move moves[] = {
    {"start", HSTS_MOVE_START, CLI_ASK_STEP},
    {"climb", HSTS_MOVE_CLIMB, CLI_ASK_STEP},
    {"permanent", HSTS_MOVE_PERMANENT, CLI_ASK_NAME},
    {"hold", HSTS_MOVE_HOLD, CLI_ASK_NOT},
    {"release", HSTS_MOVE_RELEASE, CLI_ASK_NOT},
    {"subdomains on", HSTS_MOVE_SUBDOMAINS_ON, CLI_ASK_NAME},
    {"subdomains off", HSTS_MOVE_SUBDOMAINS_OFF, CLI_ASK_NOT},
    {"preload on", HSTS_MOVE_PRELOAD_ON, CLI_ASK_NAME},
    {"preload off", HSTS_MOVE_PRELOAD_OFF, CLI_ASK_NOT},
};

#define MOVES_COUNT (sizeof moves / sizeof *moves)
_Static_assert(MOVES_COUNT == HSTS_MOVES_COUNT, "every move has its words");

const struct cli_move *cli_move_find(const char *words)
{
    for (size_t i = 0; i < MOVES_COUNT; i++)
        if (strcmp(moves[i].words, words) == 0)
            return &moves[i];
    return NULL;
}

const struct cli_move *cli_move_of(const char *api_name)
{
    enum hsts_move move;
    if (!hsts_move_find(str_from(api_name), &move))
        return NULL;
    for (size_t i = 0; i < MOVES_COUNT; i++)
        if (moves[i].move == move)
            return &moves[i];
    return NULL;
}

const char *cli_move_command(const struct cli_move *move, const char *site, char room[static CLI_COMMAND_SIZE])
{
    struct str switched = str_from(move->words), word = str_cut(&switched, ' ');
    (void)snprintf(room, CLI_COMMAND_SIZE, "strictgate hsts %.*s %s%s%.*s", STR_ARG(word), site,
                   switched.size ? " " : "", STR_ARG(switched));
    return room;
}

/* "Every browser that visits will refuse plain HTTP for NAME for 1 day after its last visit, at least until …" */
static void promise_rung(uint32_t max_age_s, const char *site, bool below, int64_t now_s, struct buf *ret)
{
    char text[LADDER_TEXT_SIZE], until[CLI_MOMENT_SIZE];
    (void)buf_printf(ret,
                     "Every browser that visits will refuse plain HTTP for %s%s for %.*s after its last visit, at "
                     "least until %s, and will let nobody pass a certificate fault.",
                     site, below ? " and every name below it" : "", STR_ARG(ladder_text(max_age_s, text)),
                     cli_moment_of(now_s + max_age_s, until));
}

static void promise_permanent(const char *site, const struct cli_hsts *hsts, struct buf *ret)
{
    char room[LADDER_TEXT_SIZE];
    struct str target = ladder_text(ladder_permanent(&hsts->wish.ladder), room);
    (void)buf_printf(ret,
                     "The gateway will climb by itself, one rung after the other, until every browser that visits "
                     "refuses plain HTTP for %s%s for %.*s after its last visit. From then on the way back takes as "
                     "long: HTTPS must work, with a valid certificate, all that time.",
                     site, hsts->wish.include_subdomains ? " and every name below it" : "", STR_ARG(target));
}

static void promise_subdomains(const char *site, const struct cli_hsts *hsts, int64_t now_s, struct buf *ret)
{
    (void)buf_printf(ret,
                     "Every name below %s will be bound as well, also those on other machines and of other "
                     "departments; the ladder begins again on its first rung. ",
                     site);
    promise_rung(hsts->wish.ladder.rungs[0], site, true, now_s, ret);
}

static void promise_preload(const char *site, struct buf *ret)
{
    (void)buf_printf(ret,
                     "The field will say \"preload\": anybody may then have %s put on the list that is built into "
                     "browsers. A name on it is bound in every browser, with all names below it, whether it visited "
                     "or not; leaving the list takes months.",
                     site);
}

void cli_move_promise(enum hsts_move move, const char *site, const struct cli_hsts *hsts, int64_t now_s,
                      struct buf *ret)
{
    const struct hsts_wish *wish = &hsts->wish;
    switch (move) {
    case HSTS_MOVE_START: promise_rung(wish->ladder.rungs[0], site, wish->include_subdomains, now_s, ret); break;
    case HSTS_MOVE_CLIMB:
        if (hsts->next_s)
            promise_rung(hsts->next_s, site, wish->include_subdomains, now_s, ret);
        break;
    case HSTS_MOVE_PERMANENT: promise_permanent(site, hsts, ret); break;
    case HSTS_MOVE_SUBDOMAINS_ON: promise_subdomains(site, hsts, now_s, ret); break;
    case HSTS_MOVE_PRELOAD_ON: promise_preload(site, ret); break;
    case HSTS_MOVE_HOLD:
    case HSTS_MOVE_RELEASE:
    case HSTS_MOVE_SUBDOMAINS_OFF:
    case HSTS_MOVE_PRELOAD_OFF:
    case HSTS_MOVES_COUNT: break;
    }
}

static void tell_release(FILE *out, const char *site, const struct cli_hsts *hsts)
{
    char until[CLI_MOMENT_SIZE];
    if (!hsts->bound_until_s) {
        cli_text_printf(out, "", 0, "%s sends no Strict-Transport-Security, and nobody is bound.", site);
        return;
    }
    cli_text_printf(out, "", 0,
                    "%s sends max-age=0: browsers are released one by one, each at its next visit over HTTPS. The last "
                    "one is free at %s. Keep HTTPS working, with a valid certificate, until then.",
                    site, cli_moment_of(hsts->bound_until_s, until));
}

static void tell_next(FILE *out, const struct cli_hsts *hsts)
{
    char room[LADDER_TEXT_SIZE], moment[CLI_MOMENT_SIZE];
    if (hsts->wish.mode == HSTS_AUTO)
        cli_text_printf(out, "", 0, "The gateway climbs by itself, up to %.*s.",
                        STR_ARG(ladder_text(hsts->wish.target_s, room)));
    if (hsts->next_s && hsts->dwell_until_s)
        cli_text_printf(out, "", 0, "The next rung is %.*s, not before %s.", STR_ARG(ladder_text(hsts->next_s, room)),
                        cli_moment_of(hsts->dwell_until_s, moment));
}

void cli_move_tell(FILE *out, const char *site, const struct cli_hsts *hsts)
{
    char until[CLI_MOMENT_SIZE];
    if (hsts->wish.mode == HSTS_RELEASE || hsts->wish.mode == HSTS_OFF) {
        tell_release(out, site, hsts);
        return;
    }
    if (hsts->field)
        cli_text_printf(out, "", 0, "%s sends Strict-Transport-Security: %s", site, hsts->field);
    else
        cli_text_printf(out, "", 0, "%s sends no Strict-Transport-Security for now: its certificate ends too soon.",
                        site);
    if (hsts->bound_until_s)
        cli_text_printf(out, "", 0, "Browsers may be bound until %s.", cli_moment_of(hsts->bound_until_s, until));
    tell_next(out, hsts);
}
