/* One line a rung. */
#include "app/cli_ladder.h"

#include "app/cli_text.h"

#define NOTE_SIZE   160
#define LABEL_WIDTH 12
/* The ladder's own rungs, and two that a wish may name besides. */
#define LINES_COUNT_MAX (LADDER_RUNGS_COUNT_MAX + 2)

static bool is_on_a_rung(const struct hsts_wish *wish)
{
    return wish->mode == HSTS_HOLD || wish->mode == HSTS_AUTO;
}

/* Into the descending list, once. */
static size_t add_rung(uint32_t rungs[LINES_COUNT_MAX], size_t count, uint32_t rung_s)
{
    size_t at = 0;
    while (at < count && rungs[at] > rung_s)
        at++;
    if (rung_s == 0 || (at < count && rungs[at] == rung_s))
        return count;
    for (size_t i = count; i > at; i--)
        rungs[i] = rungs[i - 1];
    rungs[at] = rung_s;
    return count + 1;
}

static void note_next(const struct cli_hsts *hsts, int64_t now_s, char note[static NOTE_SIZE])
{
    char moment[CLI_MOMENT_SIZE];
    if (!is_on_a_rung(&hsts->wish))
        (void)snprintf(note, NOTE_SIZE, "first");
    else if (hsts->dwell_until_s > now_s)
        (void)snprintf(note, NOTE_SIZE, "next, not before %s", cli_moment_of(hsts->dwell_until_s, moment));
    else
        (void)snprintf(note, NOTE_SIZE, "next, the rung below has been held long enough");
}

static void draw_rung(FILE *out, const struct cli_hsts *hsts, uint32_t rung_s, int64_t now_s)
{
    char text[LADDER_TEXT_SIZE], note[NOTE_SIZE] = "", moment[CLI_MOMENT_SIZE];
    bool is_here = is_on_a_rung(&hsts->wish) && rung_s == hsts->wish.max_age_s;
    bool is_aim = hsts->wish.mode == HSTS_AUTO && rung_s == hsts->wish.target_s;
    struct str label = ladder_text(rung_s, text);
    if (is_here && hsts->wish.since_s)
        (void)snprintf(note, sizeof note, "since %s", cli_moment_of(hsts->wish.since_s, moment));
    else if (rung_s == hsts->next_s && !is_here)
        note_next(hsts, now_s, note);
    else if (is_aim)
        (void)snprintf(note, sizeof note, "where the gateway climbs to by itself");
    (void)fprintf(out, "  %s %.*s", is_here ? "|=*=|" : "|---|", STR_ARG(label));
    if (*note)
        (void)fprintf(out, "%*s%s", (int)(label.size < LABEL_WIDTH ? LABEL_WIDTH - label.size : 1), "", note);
    (void)fputc('\n', out);
}

void cli_ladder_draw(FILE *out, const struct cli_hsts *hsts, int64_t now_s)
{
    uint32_t rungs[LINES_COUNT_MAX];
    size_t count = 0;
    for (size_t i = 0; i < hsts->wish.ladder.count; i++)
        count = add_rung(rungs, count, hsts->wish.ladder.rungs[i]);
    if (is_on_a_rung(&hsts->wish))
        count = add_rung(rungs, count, hsts->wish.max_age_s);
    if (hsts->wish.mode == HSTS_AUTO)
        count = add_rung(rungs, count, hsts->wish.target_s);
    for (size_t i = 0; i < count; i++)
        draw_rung(out, hsts, rungs[i], now_s);
    if (!is_on_a_rung(&hsts->wish))
        (void)fprintf(out, "    *   %s\n", hsts->wish.mode == HSTS_RELEASE ? "release: max-age=0" : "off");
}
