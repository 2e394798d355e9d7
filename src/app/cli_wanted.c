/* From the wish that is and what is wanted to the wish that shall be. */
#include "app/cli_wanted.h"

#include "app/cli_output.h"

static enum cli_wanted_kind kind_of(const char *word)
{
    static const struct {
        const char *word;
        enum cli_wanted_kind kind;
    } kinds[] = {
        {"off", CLI_WANTED_OFF},        {"release", CLI_WANTED_RELEASE}, {"trial", CLI_WANTED_HOLD},
        {"permanent", CLI_WANTED_AUTO}, {"hold", CLI_WANTED_HOLD},       {"auto", CLI_WANTED_AUTO},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].word, word) == 0)
            return kinds[i].kind;
    return CLI_WANTED_NOTHING;
}

static enum cli_wanted_switch switch_of(const json_t *value)
{
    if (!value)
        return CLI_WANTED_AS_IS;
    return json_is_true(value) ? CLI_WANTED_ON : CLI_WANTED_NO;
}

void cli_wanted_read(const json_t *json, struct cli_wanted *ret)
{
    *ret = (struct cli_wanted){.kind = CLI_WANTED_NOTHING};
    if (json_is_string(json)) {
        ret->kind = kind_of(json_string_value(json));
        return;
    }
    ret->kind = kind_of(cli_json_text(json, "mode", ""));
    ret->max_age_s = (uint32_t)cli_json_number(json, "max_age", 0);
    ret->target_s = (uint32_t)cli_json_number(json, "target", 0);
    ret->include_subdomains = switch_of(json_object_get(json, "include_subdomains"));
    ret->preload = switch_of(json_object_get(json, "preload"));
}

static bool sends(const struct hsts_wish *wish)
{
    return wish->mode == HSTS_HOLD || wish->mode == HSTS_AUTO;
}

/* Off and released: nothing to do where nothing is sent any more, or nobody is bound. */
static bool settle_end(const struct cli_wanted *wanted, const struct cli_hsts *present, struct hsts_wish *ret)
{
    enum hsts_mode mode = present->wish.mode;
    *ret = (struct hsts_wish){.mode = wanted->kind == CLI_WANTED_OFF ? HSTS_OFF : HSTS_RELEASE,
                              .ladder = present->wish.ladder};
    if (wanted->kind == CLI_WANTED_RELEASE)
        return mode != HSTS_RELEASE && (mode != HSTS_OFF || present->bound_until_s);
    return mode != HSTS_OFF && mode != HSTS_RELEASE;
}

static bool turned(enum cli_wanted_switch wanted, bool present)
{
    return wanted == CLI_WANTED_AS_IS ? present : wanted == CLI_WANTED_ON;
}

/* The rung to be on in the end; 0: wherever it is. */
static uint32_t aim_of(const struct cli_wanted *wanted, const struct ladder *ladder)
{
    if (wanted->kind == CLI_WANTED_HOLD)
        return wanted->max_age_s;
    return wanted->target_s ? wanted->target_s : ladder_permanent(ladder);
}

/*
 * Onto a higher rung the gateway climbs by itself, one after the other, as guards allow; onto a lower one it never
 * goes, but for the names below, which are new to it all and begin again. On top of a climb there is nothing left to
 * do, whatever it was called that led there.
 */
static void settle_rung(const struct cli_wanted *wanted, const struct hsts_wish *present, struct hsts_wish *wish,
                        const char **ret_note)
{
    uint32_t aim_s = aim_of(wanted, &present->ladder);
    bool begins = !sends(present) || (wish->include_subdomains && !present->include_subdomains);
    bool is_on_top = !begins && present->mode == HSTS_AUTO && present->target_s <= present->max_age_s;
    wish->max_age_s = begins ? present->ladder.rungs[0] : present->max_age_s;
    wish->mode = wish->max_age_s < aim_s || (is_on_top && aim_s <= present->max_age_s) ? HSTS_AUTO : HSTS_HOLD;
    if (wish->mode == HSTS_AUTO)
        wish->target_s = wish->max_age_s < aim_s ? aim_s : present->target_s;
    if ((wanted->max_age_s || wanted->target_s) && aim_s < wish->max_age_s && !begins)
        *ret_note = "the promise that is out is longer, and stays: to go lower, release it first";
}

/* The browsers' list takes a year, with subdomains; until then it is for the next time. */
static void settle_preload(const struct cli_wanted *wanted, const struct hsts_wish *present, struct hsts_wish *wish,
                           const char **ret_note)
{
    bool may = wish->include_subdomains && wish->max_age_s >= LADDER_YEAR_S;
    wish->preload = may && turned(wanted->preload, sends(present) && present->preload);
    if (wanted->preload == CLI_WANTED_ON && !may)
        *ret_note = "preload waits until a year is promised, with subdomains: apply the file again then";
}

static bool is_same(const struct hsts_wish *a, const struct hsts_wish *b)
{
    return a->mode == b->mode && a->max_age_s == b->max_age_s && a->target_s == b->target_s &&
           a->include_subdomains == b->include_subdomains && a->preload == b->preload;
}

bool cli_wanted_settle(const struct cli_wanted *wanted, const struct cli_hsts *present, struct hsts_wish *ret,
                       const char **ret_note)
{
    const struct hsts_wish *here = &present->wish;
    *ret_note = NULL;
    if (wanted->kind == CLI_WANTED_NOTHING)
        return false;
    if (wanted->kind == CLI_WANTED_OFF || wanted->kind == CLI_WANTED_RELEASE)
        return settle_end(wanted, present, ret);
    *ret = (struct hsts_wish){.ladder = here->ladder};
    ret->include_subdomains = turned(wanted->include_subdomains, sends(here) && here->include_subdomains);
    settle_rung(wanted, here, ret, ret_note);
    settle_preload(wanted, here, ret, ret_note);
    return !is_same(here, ret);
}

json_t *cli_wanted_json(const struct hsts_wish *wish)
{
    json_t *json = json_pack("{s:s}", "mode", hsts_mode_name(wish->mode));
    bool fine = json != NULL;
    if (sends(wish))
        fine = fine && json_object_set_new(json, "max_age", json_integer(wish->max_age_s)) == 0 &&
               json_object_set_new(json, "include_subdomains", json_boolean(wish->include_subdomains)) == 0 &&
               json_object_set_new(json, "preload", json_boolean(wish->preload)) == 0;
    if (wish->mode == HSTS_AUTO)
        fine = fine && json_object_set_new(json, "target", json_integer(wish->target_s)) == 0;
    if (fine)
        return json;
    json_decref(json);
    return NULL;
}
