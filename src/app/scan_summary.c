#include "app/scan_summary.h"

#include <inttypes.h>
#include <stdlib.h>

#include "app/cli_text.h"
#include "codec/date.h"

/* Bars of the picture: beyond it nobody reads them. */
#define BARS_COUNT_MAX 20
/* Pixels. */
#define BAR_HEIGHT  22
#define LABEL_WIDTH 330
#define BARS_WIDTH  420
#define MARGIN      10

uint64_t scan_summary_domains(const struct scan_summary *summary)
{
    return summary->good + summary->warned + summary->refused;
}

static void add_verdict(struct scan_summary *summary, int status)
{
    if (status == 0)
        summary->good++;
    else if (status == 2)
        summary->warned++;
    else
        summary->refused++;
}

/* A code counts once a domain. */
static void add_set(struct scan_summary *summary, const bool *met)
{
    for (size_t code = 0; code < PRELOAD_CODES_COUNT; code++)
        summary->codes[code] += met[code];
}

void scan_summary_add(struct scan_summary *summary, const struct preload_findings *findings)
{
    bool met[PRELOAD_CODES_COUNT] = {false};
    for (size_t i = 0; i < findings->count; i++)
        met[findings->items[i].code] = true;
    add_set(summary, met);
    add_verdict(summary, preload_rules_exit_status(findings));
}

static bool find_code(struct str text, enum preload_code *ret)
{
    for (unsigned code = 0; code < PRELOAD_CODES_COUNT; code++)
        if (str_eq(text, str_from(preload_code_text((enum preload_code)code)))) {
            *ret = (enum preload_code)code;
            return true;
        }
    return false;
}

bool scan_summary_add_codes(struct scan_summary *summary, const struct str *codes, size_t count)
{
    bool met[PRELOAD_CODES_COUNT] = {false};
    int status = count ? 2 : 0;
    for (size_t i = 0; i < count; i++) {
        enum preload_code code;
        if (!find_code(codes[i], &code))
            return false;
        met[code] = true;
        if (preload_code_is_error(code))
            status = 1;
    }
    add_set(summary, met);
    add_verdict(summary, status);
    return true;
}

static double percent(uint64_t part, uint64_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : 0;
}

static const char *taken_words(const struct scan_summary *summary)
{
    return summary->removal ? "would be taken off the list" : "would be taken into the list";
}

bool scan_summary_line(const struct scan_summary *summary, struct buf *out)
{
    uint64_t all = scan_summary_domains(summary);
    char room[4][CLI_NUMBER_SIZE];
    return buf_printf(out, "%s domain%s: %s %s (%.1f %%), %s of them with warnings; %s would not.",
                      cli_number_text(all, room[0]), all == 1 ? "" : "s",
                      cli_number_text(summary->good + summary->warned, room[1]), taken_words(summary),
                      percent(summary->good + summary->warned, all), cli_number_text(summary->warned, room[2]),
                      cli_number_text(summary->refused, room[3]));
}

/* The codes that were met, the most frequent first. */
struct ranking {
    const struct scan_summary *summary;
    enum preload_code codes[PRELOAD_CODES_COUNT];
    size_t count;
};

static void rank(const struct scan_summary *summary, struct ranking *ret)
{
    *ret = (struct ranking){.summary = summary};
    for (unsigned code = 0; code < PRELOAD_CODES_COUNT; code++) {
        size_t at = ret->count;
        if (!summary->codes[code])
            continue;
        for (; at > 0 && summary->codes[ret->codes[at - 1]] < summary->codes[code]; at--)
            ret->codes[at] = ret->codes[at - 1];
        ret->codes[at] = (enum preload_code)code;
        ret->count++;
    }
}

static bool put_verdicts(const struct scan_summary *summary, struct buf *out)
{
    uint64_t all = scan_summary_domains(summary);
    char room[CLI_NUMBER_SIZE];
    const struct {
        const char *words;
        uint64_t count;
    } rows[] = {{"nothing found", summary->good}, {"warnings only", summary->warned}, {"errors", summary->refused}};
    bool ok = buf_printf(out, "| verdict | domains | share |\n|---|---:|---:|\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        ok = ok && buf_printf(out, "| %s | %s | %.1f %% |\n", rows[i].words, cli_number_text(rows[i].count, room),
                              percent(rows[i].count, all));
    return ok;
}

static bool put_codes(const struct ranking *ranking, struct buf *out)
{
    uint64_t all = scan_summary_domains(ranking->summary);
    char room[CLI_NUMBER_SIZE];
    bool ok = buf_printf(out, "| code | | domains | share | what it says |\n|---|---|---:|---:|---|\n");
    for (size_t i = 0; i < ranking->count; i++) {
        enum preload_code code = ranking->codes[i];
        uint64_t count = ranking->summary->codes[code];
        ok = ok && buf_printf(out, "| `%s` | %s | %s | %.1f %% | %s |\n", preload_code_text(code),
                              preload_code_is_error(code) ? "error" : "warning", cli_number_text(count, room),
                              percent(count, all), preload_code_words(code));
    }
    return ok;
}

bool scan_summary_markdown(const struct scan_summary *summary, const char *source, const char *picture, int64_t now_s,
                           struct buf *out)
{
    struct ranking ranking;
    char day[DATE_ISO_SIZE];
    rank(summary, &ranking);
    return buf_printf(out, "# %s: %s\n\n", summary->removal ? "Removal from the preload list" : "The preload list",
                      source) &&
           scan_summary_line(summary, out) &&
           buf_printf(out,
                      "\n\nLooked at until %.16s UTC in %" PRIu64 " s, by the rules of `%s`, with strictgate %s.\n\n",
                      date_write_iso(now_s * 1000, day).data, summary->took_s, preload_policy_name(summary->policy),
                      STRICTGATE_VERSION) &&
           put_verdicts(summary, out) && buf_printf(out, "\n") && put_codes(&ranking, out) &&
           (!picture || buf_printf(out, "\n![How often each code was met](%s)\n", picture));
}

static bool put_bar(const struct ranking *ranking, size_t row, struct buf *out)
{
    enum preload_code code = ranking->codes[row];
    uint64_t count = ranking->summary->codes[code], most = ranking->summary->codes[ranking->codes[0]];
    unsigned y = MARGIN + (unsigned)row * BAR_HEIGHT, width = (unsigned)((double)count / (double)most * BARS_WIDTH);
    char room[CLI_NUMBER_SIZE];
    return buf_printf(out,
                      "<text x=\"%d\" y=\"%u\" text-anchor=\"end\">%s</text>"
                      "<rect x=\"%d\" y=\"%u\" width=\"%u\" height=\"%d\" fill=\"%s\"/>"
                      "<text x=\"%u\" y=\"%u\">%s</text>\n",
                      LABEL_WIDTH, y + BAR_HEIGHT - 7, preload_code_text(code), LABEL_WIDTH + 6, y + 3,
                      width ? width : 1, BAR_HEIGHT - 6, preload_code_is_error(code) ? "#b3261e" : "#8a6100",
                      LABEL_WIDTH + 12 + width, y + BAR_HEIGHT - 7, cli_number_text(count, room));
}

bool scan_summary_svg(const struct scan_summary *summary, struct buf *out)
{
    struct ranking ranking;
    rank(summary, &ranking);
    size_t rows = ranking.count < BARS_COUNT_MAX ? ranking.count : BARS_COUNT_MAX;
    bool ok = buf_printf(out,
                         "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%zu\" role=\"img\" "
                         "font-family=\"sans-serif\" font-size=\"12\">\n"
                         "<title>How often each code was met: errors red, warnings brown</title>\n"
                         "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
                         LABEL_WIDTH + BARS_WIDTH + 90, rows * BAR_HEIGHT + 2 * (size_t)MARGIN);
    for (size_t i = 0; i < rows; i++)
        ok = ok && put_bar(&ranking, i, out);
    return ok && buf_printf(out, "</svg>\n");
}
