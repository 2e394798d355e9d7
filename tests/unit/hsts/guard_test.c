/* The table of guards as a whole: membership, hardness, order, the page about it, and that any facts give an answer. */
#include "guard_world.h"

#include <inttypes.h>
#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* One letter a move, in the order of enum hsts_move: the worst verdict, '-' where the guard does not belong to it. */
struct pinned {
    const char *id, *verdicts;
    bool overridable;
};

static const struct pinned pinned[] = {
    {"stranded", "-BB------", true},
    {"certificate-present", "BBB-WBWBW", false},
    {"certificate-names", "BBB-WBWBW", false},
    {"certificate-chain", "WBB-WBWBW", false}, /* a private root; without any root it blocks a start, too */
    {"certificate-valid", "BBB-WBWBW", false},
    {"certificate-key", "BBB-WBWBW", false},
    {"certificate-outlives", "WWB--W-B-", true},
    {"certificate-until-free", "----W-W--", true},
    {"served", "BBB-WBWBW", true},
    {"redirect", "WWB--B-B-", true},
    {"redirect-permanent", "--W----W-", true},
    {"ports", "BBB--B-B-", true},
    {"application", "BBB--B-B-", true},
    {"content", "WBB--B-B-", true},
    {"other-ports", "WWB--B-B-", true},
    {"name-ip", "BBB--B-B-", false},
    {"name-local", "WBB--B-B-", true},
    {"name-wildcard", "BBB--B-B-", true},
    {"ancestor", "WWW-WWWW-", true},
    {"panel", "WWW--W-W-", true},
    {"dwell", "-B-------", true},
    {"traffic", "-BW----W-", true},
    {"coverage", "-WW------", true},
    {"reports", "-BB--W-W-", true},
    {"http-census", "WWW--W-W-", true},
    {"clock", "BBB--B-B-", false},
    {"subdomains-served", "BBB--B-B-", false},
    {"subdomains", "BBB--B-B-", true},
    {"preload-terms", "-------W-", true},
    {"preload-ready", "-------B-", true},
    {"preload-removal", "----W-W-W", true},
    {"preload-listed", "----B-B-B", true},
};

/* About which nearly every guard has something to say. A trial of five minutes, so that starts are judged as such. */
static void spoil(struct world *w)
{
    world_init(w);
    world_names(w, "www.example.org", "localhost");
    w->names[1].covered = false;
    w->observation.trust = OBSERVED_TRUST_PRIVATE;
    for (int i = 0; i < OBSERVED_COUNT; i++)
        world_see(w, (enum observed_what)i, OBSERVED_BAD, "nothing is as it should be");
    w->facts.before.max_age_s = 4 * DAY_S;
    w->facts.before.preload = true;
    w->facts.after.max_age_s = LADDER_TRIAL_S;
    w->facts.after.include_subdomains = true;
    w->facts.clock = HSTS_CLOCK_BEHIND;
    w->facts.key_acceptable = false;
    w->facts.renewals_seen = 0;
    w->facts.not_after_s = WORLD_NOW_S - 1;
    w->facts.bound = true;
    w->facts.bound_until_s = WORLD_NOW_S + DAY_S;
    w->facts.https_port = 8443;
    w->facts.redirects = w->facts.redirect_permanent = false;
    w->facts.https_requests = 0;
    stranded_add(&w->facts.stranded.browsers, 800, 100, 0);
    w->facts.coverage = (struct guard_coverage){.is_noted = true, .missing_count = 2, .missing = {.who = "curl"}};
    w->facts.reports =
        (struct guard_reports){.count = 9, .reporters = 9, .type = STR("tls.failed"), .help = STR("Renew it.")};
    w->facts.ancestor = STR("example.org");
    w->facts.panel_name = STR("www.example.org");
    w->below[0].good = false;
    w->facts.subnames.blocking = 1;
    w->self_check.unmended_count = w->self_check.errors_count = 3;
    w->self_check.first = w->self_check.first_unmended =
        (struct preload_finding){PRELOAD_HTTP_NO_REDIRECT, "nothing is as it should be"};
}

static void spoil_certificate(struct world *w)
{
    spoil(w);
    w->facts.has_certificate = false;
}

static void spoil_chain(struct world *w)
{
    spoil(w);
    w->observation.trust = OBSERVED_TRUST_NONE;
}

static void spoil_address(struct world *w)
{
    spoil(w);
    w->names[0].is_ip = true;
}

static void spoil_wildcard(struct world *w)
{
    spoil(w);
    world_names(w, "*.example.org", "localhost");
    w->names[0].is_wildcard = true;
    w->facts.http_requests = 1;
}

static void spoil_listed(struct world *w)
{
    spoil(w);
    w->facts.list = GUARD_LIST_GOOD;
    w->facts.list_confirmed_s = WORLD_NOW_S - DAY_S;
    w->facts.listed = (struct preload_binding){
        .is_bound = true, .is_own = true, .entry = STR("www.example.org"), .policy = STR("bulk-legacy")};
}

static char letter_of(enum guard_verdict verdict)
{
    return "PWB"[verdict];
}

/*
 * The worst that the guard says about a move in any of the spoiled worlds. Without any root the chain blocks a start,
 * too: that world is for the way back alone, which has nothing against a private root.
 */
static char worst_letter(const char *id, enum hsts_move move)
{
    static void (*const spoilers[])(struct world *) = {spoil,          spoil_certificate, spoil_address,
                                                       spoil_wildcard, spoil_listed,      spoil_chain};
    char worst = '-';
    enum guard_verdict verdict = GUARD_PASS;
    size_t count = move == HSTS_MOVE_START ? COUNT(spoilers) - 1 : COUNT(spoilers);
    for (size_t i = 0; i < count; i++) {
        struct guard_result results[GUARD_COUNT_MAX];
        struct world w;
        spoilers[i](&w);
        const struct guard_result *found = world_find(results, guard_evaluate(&w.facts, move, results), id);
        if (found && found->verdict >= verdict)
            verdict = found->verdict;
        if (found)
            worst = letter_of(verdict);
    }
    return worst;
}

static void every_move_has_its_set_of_guards_as_hard_as_pinned(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(pinned); i++)
        for (int move = 0; move < HSTS_MOVES_COUNT; move++) {
            char letter = worst_letter(pinned[i].id, (enum hsts_move)move);
            if (letter != pinned[i].verdicts[move])
                fail_msg("%s at %s: %c, not %c", pinned[i].id, hsts_move_name((enum hsts_move)move), letter,
                         pinned[i].verdicts[move]);
        }
}

static void no_move_has_a_guard_that_is_not_pinned(void **state)
{
    (void)state;
    for (int move = 0; move < HSTS_MOVES_COUNT; move++) {
        struct guard_result results[GUARD_COUNT_MAX];
        struct world w;
        size_t pinned_count = 0;
        spoil(&w);
        for (size_t i = 0; i < COUNT(pinned); i++)
            pinned_count += pinned[i].verdicts[move] != '-';
        assert_int_equal(guard_evaluate(&w.facts, (enum hsts_move)move, results), pinned_count);
    }
}

static void a_guard_is_found_by_its_name_with_whether_it_yields(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(pinned); i++) {
        bool overridable = !pinned[i].overridable;
        assert_true(guard_find(str_from(pinned[i].id), &overridable));
        assert_int_equal(overridable, pinned[i].overridable);
    }
    bool untouched = true;
    assert_false(guard_find(STR("certificate"), &untouched));
    assert_false(guard_find(STR(""), &untouched));
    assert_true(untouched);
}

static void a_climb_to_the_last_rung_is_judged_as_permanent(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    w.facts.redirects = false;
    w.facts.https_requests = 0;
    w.facts.coverage.clients = 0;
    w.facts.after.max_age_s = 30 * DAY_S;
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "redirect", GUARD_WARN, "");
    w.facts.before.max_age_s = 30 * DAY_S;
    w.facts.before.since_s = WORLD_NOW_S - 30 * DAY_S;
    w.facts.after.max_age_s = LADDER_YEAR_S;
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "redirect", GUARD_BLOCK, "");
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "redirect-permanent", GUARD_WARN, "");
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "traffic", GUARD_BLOCK, ""); /* as hard as a climb where that is harder */
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "dwell", GUARD_PASS, "");
    w.facts.after.ladder = (struct ladder){.rungs = {300, DAY_S, 30 * DAY_S}, .count = 3};
    w.facts.after.max_age_s = 30 * DAY_S;
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "redirect", GUARD_BLOCK, "");
}

static void a_site_in_order_is_let_through_every_move(void **state)
{
    static const struct {
        enum hsts_move move;
        enum guard_verdict worst;
    } cases[] = {
        {HSTS_MOVE_START, GUARD_PASS},          {HSTS_MOVE_CLIMB, GUARD_PASS},       {HSTS_MOVE_PERMANENT, GUARD_PASS},
        {HSTS_MOVE_SUBDOMAINS_ON, GUARD_PASS},  {HSTS_MOVE_PRELOAD_ON, GUARD_WARN},  {HSTS_MOVE_HOLD, GUARD_PASS},
        {HSTS_MOVE_SUBDOMAINS_OFF, GUARD_PASS}, {HSTS_MOVE_PRELOAD_OFF, GUARD_PASS}, {HSTS_MOVE_RELEASE, GUARD_PASS},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct guard_result results[GUARD_COUNT_MAX];
        struct world w;
        world_init(&w);
        size_t count = guard_evaluate(&w.facts, cases[i].move, results);
        if (guard_worst(results, count) != cases[i].worst)
            fail_msg("%s: %s: %s", hsts_move_name(cases[i].move), results[0].id, results[0].why);
    }
    assert_int_equal(guard_worst(NULL, 0), GUARD_PASS);
}

/* What `make run` shows: a name of localhost, the local CA, one port for both. */
static void the_demonstration_may_start_and_go_no_further(void **state)
{
    struct guard_result results[GUARD_COUNT_MAX];
    struct world w;
    (void)state;
    world_init(&w);
    world_names(&w, "app.localhost", NULL);
    w.observation.trust = OBSERVED_TRUST_PRIVATE;
    world_see(&w, OBSERVED_CHAIN, OBSERVED_BAD, "the root is Strictgate Local CA");
    world_see(&w, OBSERVED_PORTS, OBSERVED_BAD, "port 8090 answers plain HTTP");
    w.facts.http_port = w.facts.https_port = 8443;
    w.facts.redirect_permanent = false;
    w.facts.renewals_seen = 0;
    w.facts.renews_itself = true;
    w.facts.after.max_age_s = LADDER_TRIAL_S;
    size_t count = guard_evaluate(&w.facts, HSTS_MOVE_START, results);
    assert_int_equal(guard_worst(results, count), GUARD_WARN);
    w.facts.after.max_age_s = DAY_S;
    count = guard_evaluate(&w.facts, HSTS_MOVE_CLIMB, results);
    assert_int_equal(guard_worst(results, count), GUARD_BLOCK);
}

static void verdicts_have_names(void **state)
{
    (void)state;
    assert_string_equal(guard_verdict_name(GUARD_PASS), "pass");
    assert_string_equal(guard_verdict_name(GUARD_WARN), "warn");
    assert_string_equal(guard_verdict_name(GUARD_BLOCK), "block");
}

/* Facts by chance: splitmix64, so that a seed says it all. */
struct chance {
    uint64_t state;
    char text[4096];
    size_t used;
};

static uint64_t draw(struct chance *chance)
{
    uint64_t z = chance->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static bool toss(struct chance *chance)
{
    return draw(chance) & 1;
}

/* Near now, near the ends, or anything. */
static int64_t draw_time(struct chance *chance)
{
    static const int64_t corners[] = {0, -1, 1, INT64_MAX, INT64_MIN, INT64_MAX - 1, INT64_MIN + 1, WORLD_NOW_S};
    switch (draw(chance) % 3) {
    case 0: return corners[draw(chance) % COUNT(corners)];
    case 1: return WORLD_NOW_S + (int64_t)(draw(chance) % (200 * DAY_S)) - 100 * DAY_S;
    default: return (int64_t)draw(chance);
    }
}

/* A name, a sentence, nothing, or bytes of any kind, up to more than there is room for. */
static struct str draw_text(struct chance *chance)
{
    static const char *const words[] = {"example.org",   "*.example.org", "localhost", "a.localhost", "intranet",
                                        "printer.local", "192.0.2.1",     ".",         "*.",          "what was seen."};
    uint64_t kind = draw(chance) % 8;
    if (kind == 0)
        return STR("");
    if (kind < 6)
        return str_from(words[draw(chance) % COUNT(words)]);
    size_t size = draw(chance) % 400;
    if (size > sizeof chance->text - chance->used)
        size = sizeof chance->text - chance->used;
    char *text = chance->text + chance->used;
    for (size_t i = 0; i < size; i++)
        text[i] = kind == 6 ? 'w' : (char)draw(chance);
    chance->used += size;
    return str_make(text, size);
}

static struct hsts_wish draw_wish(struct chance *chance)
{
    struct hsts_wish wish;
    hsts_wish_init(&wish);
    wish.mode = (enum hsts_mode)(draw(chance) % HSTS_MODES_COUNT);
    wish.max_age_s = toss(chance) ? (uint32_t)draw(chance) : wish.ladder.rungs[draw(chance) % wish.ladder.count];
    wish.target_s = toss(chance) ? (uint32_t)draw(chance) : LADDER_YEAR_S;
    wish.include_subdomains = toss(chance);
    wish.preload = toss(chance);
    wish.since_s = draw_time(chance);
    return wish;
}

static void draw_observation(struct chance *chance, struct hsts_observation *ret)
{
    for (int i = 0; i < OBSERVED_COUNT; i++) {
        struct observed_fact *fact = &ret->facts[i];
        fact->verdict = (enum observed)(draw(chance) % (OBSERVED_FAILED + 1));
        fact->at_s = toss(chance) ? WORLD_NOW_S : draw_time(chance);
        struct str detail = draw_text(chance);
        memset(fact->detail, 0, sizeof fact->detail);
        if (detail.size) /* without a zero byte when it is longer */
            memcpy(fact->detail, detail.data, detail.size < sizeof fact->detail ? detail.size : sizeof fact->detail);
    }
    ret->trust = (enum observed_trust)(draw(chance) % (OBSERVED_TRUST_NONE + 1));
}

static struct preload_binding draw_binding(struct chance *chance)
{
    static const char *const policies[] = {"bulk-1-year", "bulk-18-weeks", "bulk-legacy", "custom"};
    return (struct preload_binding){.is_bound = toss(chance),
                                    .is_own = toss(chance),
                                    .include_subdomains = toss(chance),
                                    .entry = draw_text(chance),
                                    .policy = toss(chance) ? draw_text(chance)
                                                           : str_from(policies[draw(chance) % COUNT(policies)])};
}

static void draw_self_check(struct chance *chance, struct self_check *ret)
{
    *ret = (struct self_check){.at_s = toss(chance) ? WORLD_NOW_S : draw_time(chance),
                               .sight = (enum self_check_sight)(draw(chance) % SELF_CHECK_SIGHTS_COUNT),
                               .errors_count = draw(chance) % 3,
                               .unmended_count = toss(chance) ? draw(chance) % 3 : draw(chance),
                               .first = {.code = (enum preload_code)(draw(chance) % PRELOAD_CODES_COUNT)},
                               .first_unmended = {.code = (enum preload_code)(draw(chance) % PRELOAD_CODES_COUNT)}};
    struct str why = draw_text(chance), detail = draw_text(chance);
    if (why.size)
        memcpy(ret->why, why.data, why.size < sizeof ret->why ? why.size : sizeof ret->why);
    if (detail.size)
        memcpy(ret->first_unmended.detail, detail.data,
               detail.size < PRELOAD_DETAIL_SIZE ? detail.size : PRELOAD_DETAIL_SIZE);
}

static void draw_world(struct chance *chance, struct world *w)
{
    memset(w, 0, sizeof *w);
    draw_observation(chance, &w->observation);
    draw_self_check(chance, &w->self_check);
    for (size_t i = 0; i < COUNT(w->names); i++)
        w->names[i] = (struct guard_name){draw_text(chance), toss(chance), toss(chance), toss(chance)};
    for (size_t i = 0; i < COUNT(w->below); i++)
        w->below[i] = (struct guard_below){draw_text(chance), toss(chance), draw_text(chance)};
    w->facts = (struct guard_facts){
        .wall_s = toss(chance) ? WORLD_NOW_S : draw_time(chance),
        .now_s = draw_time(chance),
        .clock = (enum hsts_clock_trust)(draw(chance) % HSTS_CLOCK_TRUST_COUNT),
        .clock_why = draw_text(chance),
        .names = w->names,
        .names_count = draw(chance) % (COUNT(w->names) + 1),
        .before = draw_wish(chance),
        .after = draw_wish(chance),
        .bound = toss(chance),
        .bound_until_s = draw_time(chance),
        .has_certificate = draw(chance) % 8 > 0,
        .not_before_s = draw_time(chance),
        .not_after_s = draw_time(chance),
        .key_acceptable = toss(chance),
        .key_why = draw_text(chance),
        .renewals_seen = (uint32_t)(toss(chance) ? draw(chance) % 4 : draw(chance)),
        .renews_itself = toss(chance),
        .observation = draw(chance) % 8 ? &w->observation : NULL,
        .http_port = toss(chance) ? 80 : (uint16_t)(draw(chance) % 3),
        .https_port = toss(chance) ? 443 : (uint16_t)(draw(chance) % 3),
        .redirects = toss(chance),
        .redirect_permanent = toss(chance),
        .https_requests = toss(chance) ? draw(chance) % 200 : draw(chance),
        .coverage = {.is_noted = toss(chance),
                     .is_several_weeks = toss(chance),
                     .clients = toss(chance) ? draw(chance) % 10 : draw(chance),
                     .clients_error = draw(chance),
                     .missing_count = toss(chance) ? 0 : draw(chance),
                     .missing = {.who = "curl", .last_s = (int64_t)draw(chance), .days = (unsigned)draw(chance)}},
        .http_requests = toss(chance) ? draw(chance) % 200 : draw(chance),
        .ancestor = draw_text(chance),
        .ancestor_until_s = draw_time(chance),
        .list = (enum guard_list)(draw(chance) % (GUARD_LIST_GOOD + 1)),
        .list_confirmed_s = draw_time(chance),
        .listed = draw_binding(chance),
        .listed_above = draw_binding(chance),
        .self_check = draw(chance) % 8 ? &w->self_check : NULL,
        .self_check_is_present = draw(chance) % 8 > 0,
        .panel_name = draw_text(chance),
        .below = w->below,
        .below_count = draw(chance) % (COUNT(w->below) + 1),
    };
}

/* From its first letter to its full stop (or question mark), and not cut off for want of room. */
static bool is_sentence(const char *text, size_t room_size)
{
    size_t size = strnlen(text, room_size);
    bool begins = (text[0] >= 'A' && text[0] <= 'Z') || str_is_digit(text[0]);
    bool ends = size > 1 && (text[size - 1] == '?' || (text[size - 1] == '.' && !strchr(". ", text[size - 2])));
    return begins && ends && size + 1 < room_size;
}

static void check_result(const struct guard_result *result, enum hsts_move move)
{
    bool promises_more = move == HSTS_MOVE_START || move == HSTS_MOVE_CLIMB || move == HSTS_MOVE_PERMANENT ||
                         move == HSTS_MOVE_SUBDOMAINS_ON || move == HSTS_MOVE_PRELOAD_ON;
    if (!is_sentence(result->why, sizeof result->why))
        fail_msg("%s: why: \"%s\"", result->id, result->why);
    if (result->verdict == GUARD_PASS ? result->fix[0] != '\0' : !is_sentence(result->fix, sizeof result->fix))
        fail_msg("%s: fix: \"%s\"", result->id, result->fix);
    if (result->verdict == GUARD_BLOCK && !promises_more && strcmp(result->id, "preload-listed") != 0)
        fail_msg("%s blocks %s", result->id, hsts_move_name(move));
}

static bool is_same(const struct guard_result *a, const struct guard_result *b)
{
    return a->id == b->id && a->verdict == b->verdict && a->overridable == b->overridable &&
           a->evidence_s == b->evidence_s && strcmp(a->why, b->why) == 0 && strcmp(a->fix, b->fix) == 0;
}

static void check_world(const struct world *w, enum hsts_move move)
{
    struct guard_result results[GUARD_COUNT_MAX], again[GUARD_COUNT_MAX];
    memset(results, 0x55, sizeof results);
    memset(again, 0xaa, sizeof again);
    size_t count = guard_evaluate(&w->facts, move, results);
    assert_int_equal(guard_evaluate(&w->facts, move, again), count);
    for (size_t i = 0; i < count; i++) {
        assert_true(is_same(&results[i], &again[i]));
        assert_true(i == 0 || results[i - 1].verdict >= results[i].verdict);
        assert_ptr_equal(world_find(results, count, results[i].id), &results[i]); /* none twice */
        check_result(&results[i], move);
    }
    assert_int_equal(guard_worst(results, count), count ? results[0].verdict : GUARD_PASS);
}

#define ROUNDS_COUNT 10000

static void any_facts_give_one_answer_in_whole_sentences(void **state)
{
    const char *given = getenv("GUARD_SEED");
    uint64_t first = 0x5eed;
    (void)state;
    if (given && !str_hex_to_u64(str_from(given), UINT64_MAX, &first))
        fail_msg("GUARD_SEED is no hexadecimal number");
    print_message("GUARD_SEED=%" PRIx64 "\n", first);
    for (uint64_t round = 0; round < ROUNDS_COUNT; round++) {
        struct chance chance = {.state = first + round};
        struct world w;
        draw_world(&chance, &w);
        for (int move = 0; move < HSTS_MOVES_COUNT; move++)
            check_world(&w, (enum hsts_move)move);
    }
}

static void the_longest_words_fit(void **state)
{
    char text[4096];
    struct world w;
    (void)state;
    memset(text, 'w', sizeof text);
    struct str longest = str_make(text, sizeof text);
    spoil(&w);
    w.names[0].name = w.names[1].name = longest;
    w.below[0].name = w.below[0].why = w.below[1].name = longest;
    w.below[1].good = false;
    w.facts.clock_why = w.facts.key_why = w.facts.ancestor = w.facts.panel_name = longest;
    w.facts.https_requests = 1;
    w.facts.http_requests = UINT64_MAX;
    for (int verdict = OBSERVED_NOT_YET; verdict <= OBSERVED_FAILED; verdict++) {
        for (int i = 0; i < OBSERVED_COUNT; i++) {
            w.observation.facts[i].verdict = (enum observed)verdict;
            memset(w.observation.facts[i].detail, 'w', sizeof w.observation.facts[i].detail);
        }
        for (int move = 0; move < HSTS_MOVES_COUNT; move++) {
            w.observation.trust = OBSERVED_TRUST_SYSTEM;
            check_world(&w, (enum hsts_move)move);
            w.observation.trust = OBSERVED_TRUST_NONE;
            check_world(&w, (enum hsts_move)move);
        }
    }
}

#define PAGE_SIZE_MAX (1u << 20)

static struct str read_page(const char *path)
{
    FILE *file = fopen(path, "r");
    char *page = malloc(PAGE_SIZE_MAX);
    assert_non_null(file);
    assert_non_null(page);
    size_t size = fread(page, 1, PAGE_SIZE_MAX, file);
    (void)fclose(file);
    return str_make(page, size);
}

/* The moves of the page's columns; it has none for hold, which has no guards. */
static const enum hsts_move columns[] = {HSTS_MOVE_START,          HSTS_MOVE_CLIMB,      HSTS_MOVE_PERMANENT,
                                         HSTS_MOVE_SUBDOMAINS_ON,  HSTS_MOVE_PRELOAD_ON, HSTS_MOVE_RELEASE,
                                         HSTS_MOVE_SUBDOMAINS_OFF, HSTS_MOVE_PRELOAD_OFF};

static struct str next_cell(struct str *row)
{
    return str_trim(str_cut(row, '|'));
}

/* "| [id](#id) | block | … | warn | yes |" */
static void check_row(struct str row, const struct pinned *guard)
{
    for (size_t i = 0; i < COUNT(columns); i++) {
        char letter = guard->verdicts[columns[i]];
        struct str cell = next_cell(&row);
        if (!str_eq(cell, letter == 'B' ? STR("block") : letter == 'W' ? STR("warn") : STR("")))
            fail_msg("guards.md: %s at %s: %.*s", guard->id, hsts_move_name(columns[i]), STR_ARG(cell));
    }
    struct str cell = next_cell(&row);
    bool can_block = strchr(guard->verdicts, 'B') != NULL;
    if (!str_eq(cell, !can_block ? STR("") : guard->overridable ? STR("yes") : STR("no")))
        fail_msg("guards.md: %s: overridable: %.*s", guard->id, STR_ARG(cell));
}

static const struct pinned *find_pinned(struct str id)
{
    for (size_t i = 0; i < COUNT(pinned); i++)
        if (str_eq(id, str_from(pinned[i].id)))
            return &pinned[i];
    return NULL;
}

static void the_page_has_the_table_and_a_section_for_each_guard(void **state)
{
    struct str page = read_page(STRICTGATE_SOURCE "/docs/guide/guards.md"), rest = page;
    size_t rows_count = 0, sections_count = 0;
    (void)state;
    while (rest.data) {
        struct str line = str_cut(&rest, '\n');
        if (str_eq(line, STR("## Conserving guards")))
            break; /* those are control's and the supervisor's */
        bool is_row = str_starts(line, STR("| [")), is_section = str_starts(line, STR("### "));
        struct str id = is_row ? str_part(line, 3, str_find(line, ']') - 3) : str_after(line, 4);
        if (!is_row && !is_section)
            continue;
        const struct pinned *guard = find_pinned(id);
        if (!guard)
            fail_msg("guards.md: there is no guard %.*s", STR_ARG(id));
        rows_count += is_row;
        sections_count += is_section;
        if (is_row) {
            struct str row = str_after(line, 2);
            (void)next_cell(&row);
            check_row(row, guard);
        }
    }
    assert_int_equal(rows_count, COUNT(pinned));
    assert_int_equal(sections_count, COUNT(pinned));
    free((void *)(uintptr_t)page.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_move_has_its_set_of_guards_as_hard_as_pinned),
        cmocka_unit_test(no_move_has_a_guard_that_is_not_pinned),
        cmocka_unit_test(a_guard_is_found_by_its_name_with_whether_it_yields),
        cmocka_unit_test(a_climb_to_the_last_rung_is_judged_as_permanent),
        cmocka_unit_test(a_site_in_order_is_let_through_every_move),
        cmocka_unit_test(the_demonstration_may_start_and_go_no_further),
        cmocka_unit_test(verdicts_have_names),
        cmocka_unit_test(any_facts_give_one_answer_in_whole_sentences),
        cmocka_unit_test(the_longest_words_fit),
        cmocka_unit_test(the_page_has_the_table_and_a_section_for_each_guard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
