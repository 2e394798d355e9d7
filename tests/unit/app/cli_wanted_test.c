#include "cli_golden.h"

#include "app/cli_wanted.h"

/* "auto 86400 31536000 sub pre": a wish in a line; "off", "release". */
static void write_wish(const struct hsts_wish *wish, char room[static 80])
{
    bool sends = wish->mode == HSTS_HOLD || wish->mode == HSTS_AUTO;
    int size = snprintf(room, 80, "%s", hsts_mode_name(wish->mode));
    if (sends)
        size += snprintf(room + size, 80 - (size_t)size, " %u", wish->max_age_s);
    if (wish->mode == HSTS_AUTO)
        size += snprintf(room + size, 80 - (size_t)size, " %u", wish->target_s);
    (void)snprintf(room + size, 80 - (size_t)size, "%s%s", wish->include_subdomains ? " sub" : "",
                   wish->preload ? " pre" : "");
}

/* What the wish in JSON says, on the default ladder. */
static struct cli_hsts read_present(const char *wish, bool bound)
{
    struct cli_hsts present;
    char text[400];
    (void)snprintf(text, sizeof text, "{'wish': %s, 'bound_until': %s}", wish,
                   bound ? "'2026-11-26T22:05:00Z'" : "null");
    json_t *json = golden_json(text);
    cli_hsts_read(json, &present);
    present.phase = NULL;
    json_decref(json);
    return present;
}

#define OFF      "{'mode': 'off', 'max_age': 0}"
#define RELEASE  "{'mode': 'release', 'max_age': 0}"
#define TRIAL    "{'mode': 'hold', 'max_age': 300}"
#define WEEK     "{'mode': 'hold', 'max_age': 604800}"
#define YEAR     "{'mode': 'hold', 'max_age': 31536000}"
#define CLIMBING "{'mode': 'auto', 'max_age': 86400, 'target': 31536000}"
#define ON_TOP   "{'mode': 'auto', 'max_age': 31536000, 'target': 31536000}"
#define YEAR_SUB "{'mode': 'hold', 'max_age': 31536000, 'include_subdomains': true}"
#define PRELOAD  "{'mode': 'hold', 'max_age': 31536000, 'include_subdomains': true, 'preload': true}"

static const struct {
    const char *wanted, *present;
    bool bound;
    const char *expected; /* NULL: nothing changes */
    const char *note;     /* how it begins, or NULL */
} cases[] = {
    {"null", OFF, false, NULL, NULL},
    {"null", CLIMBING, true, NULL, NULL},
    /* off, release */
    {"'off'", OFF, false, NULL, NULL},
    {"'off'", OFF, true, NULL, NULL},
    {"'off'", RELEASE, true, NULL, NULL},
    {"'off'", WEEK, true, "off", NULL},
    {"'release'", OFF, false, NULL, NULL},
    {"'release'", OFF, true, "release", NULL},
    {"'release'", RELEASE, true, NULL, NULL},
    {"'release'", CLIMBING, true, "release", NULL},
    {"{'mode': 'release'}", PRELOAD, true, "release", NULL},
    {"{'mode': 'off'}", TRIAL, true, "off", NULL},
    /* trial: the first rung, or wherever it is */
    {"'trial'", OFF, false, "hold 300", NULL},
    {"'trial'", RELEASE, true, "hold 300", NULL},
    {"'trial'", TRIAL, true, NULL, NULL},
    {"'trial'", WEEK, true, NULL, NULL},
    {"'trial'", PRELOAD, true, NULL, NULL},
    {"'trial'", CLIMBING, true, "hold 86400", NULL},
    /* permanent */
    {"'permanent'", OFF, false, "auto 300 31536000", NULL},
    {"'permanent'", RELEASE, true, "auto 300 31536000", NULL},
    {"'permanent'", WEEK, true, "auto 604800 31536000", NULL},
    {"'permanent'", CLIMBING, true, NULL, NULL},
    {"'permanent'", ON_TOP, true, NULL, NULL},
    {"'permanent'", YEAR, true, NULL, NULL},
    {"'permanent'", PRELOAD, true, NULL, NULL},
    {"'permanent'", "{'mode': 'auto', 'max_age': 300, 'target': 86400}", true, "auto 300 31536000", NULL},
    {"'permanent'", "{'mode': 'hold', 'max_age': 63072000}", true, NULL, NULL},
    /* a rung by name: climbed to, then held */
    {"{'mode': 'hold', 'max_age': 604800}", OFF, false, "auto 300 604800", NULL},
    {"{'mode': 'hold', 'max_age': 604800}", TRIAL, true, "auto 300 604800", NULL},
    {"{'mode': 'hold', 'max_age': 604800}", "{'mode': 'auto', 'max_age': 300, 'target': 604800}", true, NULL, NULL},
    {"{'mode': 'hold', 'max_age': 604800}", "{'mode': 'auto', 'max_age': 604800, 'target': 604800}", true, NULL, NULL},
    {"{'mode': 'hold', 'max_age': 604800}", "{'mode': 'auto', 'max_age': 604800, 'target': 31536000}", true,
     "hold 604800", NULL},
    {"{'mode': 'hold', 'max_age': 604800}", WEEK, true, NULL, NULL},
    {"{'mode': 'hold', 'max_age': 300}", OFF, false, "hold 300", NULL},
    {"{'mode': 'hold', 'max_age': 86400}", WEEK, true, NULL, "the promise that is out is longer"},
    {"{'mode': 'auto', 'target': 604800}", TRIAL, true, "auto 300 604800", NULL},
    {"{'mode': 'auto', 'target': 604800}", CLIMBING, true, "auto 86400 604800", NULL},
    {"{'mode': 'auto', 'target': 86400}", CLIMBING, true, "hold 86400", NULL},
    {"{'mode': 'auto', 'target': 86400}", ON_TOP, true, NULL, "the promise that is out is longer"},
    /* subdomains: new to them all, so from the first rung on; not said is as it is */
    {"{'mode': 'auto', 'include_subdomains': true}", OFF, false, "auto 300 31536000 sub", NULL},
    {"{'mode': 'auto', 'include_subdomains': true}", YEAR, true, "auto 300 31536000 sub", NULL},
    {"{'mode': 'hold', 'max_age': 604800, 'include_subdomains': true}", WEEK, true, "auto 300 604800 sub", NULL},
    {"{'mode': 'hold', 'include_subdomains': true}", WEEK, true, "hold 300 sub", NULL},
    {"{'mode': 'hold', 'include_subdomains': true}", YEAR_SUB, true, NULL, NULL},
    {"{'mode': 'hold'}", YEAR_SUB, true, NULL, NULL},
    {"{'mode': 'hold', 'include_subdomains': false}", YEAR_SUB, true, "hold 31536000", NULL},
    {"{'mode': 'hold', 'include_subdomains': false}", PRELOAD, true, "hold 31536000", NULL},
    /* preload: only where the list takes it */
    {"{'mode': 'auto', 'include_subdomains': true, 'preload': true}", OFF, false, "auto 300 31536000 sub",
     "preload waits"},
    {"{'mode': 'auto', 'include_subdomains': true, 'preload': true}", YEAR_SUB, true, "hold 31536000 sub pre", NULL},
    {"{'mode': 'auto', 'include_subdomains': true, 'preload': true}", PRELOAD, true, NULL, NULL},
    {"{'mode': 'hold', 'preload': true}", YEAR, true, NULL, "preload waits"},
    {"{'mode': 'hold', 'preload': false}", PRELOAD, true, "hold 31536000 sub", NULL},
};

static void a_wish_follows_from_what_is_wanted_and_what_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cli_hsts present = read_present(cases[i].present, cases[i].bound);
        struct cli_wanted wanted;
        struct hsts_wish wish;
        const char *note;
        char text[80] = "";
        json_t *json = golden_json(cases[i].wanted);
        cli_wanted_read(json_is_null(json) ? NULL : json, &wanted);
        bool changes = cli_wanted_settle(&wanted, &present, &wish, &note);
        if (changes)
            write_wish(&wish, text);
        if (changes != (cases[i].expected != NULL) || (changes && strcmp(text, cases[i].expected) != 0))
            fail_msg("%s from %s: \"%s\"", cases[i].wanted, cases[i].present, text);
        if ((note != NULL) != (cases[i].note != NULL) || (note && !str_starts(str_from(note), str_from(cases[i].note))))
            fail_msg("%s from %s: note \"%s\"", cases[i].wanted, cases[i].present, note ? note : "");
        json_decref(json);
    }
}

/* Whatever a file wants, wherever the site is: the second time there is nothing left to do, and nothing that was
 * promised got shorter but by off and release, and where names below are new. */
static void the_second_time_nothing_changes_and_no_promise_is_shortened(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
            struct cli_hsts present = read_present(cases[k].present, cases[k].bound);
            struct cli_wanted wanted;
            struct hsts_wish wish, again;
            const char *note;
            json_t *json = golden_json(cases[i].wanted);
            cli_wanted_read(json_is_null(json) ? NULL : json, &wanted);
            json_decref(json);
            bool ends = wanted.kind == CLI_WANTED_OFF || wanted.kind == CLI_WANTED_RELEASE;
            if (!cli_wanted_settle(&wanted, &present, &wish, &note))
                continue;
            bool restarts = wish.include_subdomains && !present.wish.include_subdomains;
            assert_true(ends || restarts || wish.max_age_s >= present.wish.max_age_s);
            present.wish = wish;
            present.bound_until_s = 1;
            if (cli_wanted_settle(&wanted, &present, &again, &note))
                fail_msg("%s from %s changes again", cases[i].wanted, cases[k].present);
        }
}

static void a_wish_is_sent_as_the_api_takes_it(void **state)
{
    (void)state;
    const struct {
        struct hsts_wish wish;
        const char *expected;
    } wishes[] = {
        {{.mode = HSTS_OFF}, "{\"mode\":\"off\"}"},
        {{.mode = HSTS_RELEASE}, "{\"mode\":\"release\"}"},
        {{.mode = HSTS_HOLD, .max_age_s = 300},
         "{\"include_subdomains\":false,\"max_age\":300,\"mode\":\"hold\",\"preload\":false}"},
        {{.mode = HSTS_AUTO, .max_age_s = 300, .target_s = 86400, .include_subdomains = true},
         "{\"include_subdomains\":true,\"max_age\":300,\"mode\":\"auto\",\"preload\":false,\"target\":86400}"},
    };
    for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++) {
        json_t *json = cli_wanted_json(&wishes[i].wish);
        char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
        assert_string_equal(text, wishes[i].expected);
        free(text);
        json_decref(json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wish_follows_from_what_is_wanted_and_what_is),
        cmocka_unit_test(the_second_time_nothing_changes_and_no_promise_is_shortened),
        cmocka_unit_test(a_wish_is_sent_as_the_api_takes_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
